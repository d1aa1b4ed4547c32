/* SPDX-License-Identifier: BSD-2-Clause */
/* PERFORM SECURITY OPERATION (ISO 7816-8 §5.4): hash, compute digital signature, decipher, agree; INTERNAL
 * AUTHENTICATE (ISO 7816-4 §11.6.2). */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/ias/algorithm.h"
#include "vcard/ias/ias.h"
#include "vcard/template.h"
#include "vcard/ias/last_round.h"

enum { /* P1 P2 */
       PSO_HASH = 0x90A0,
       PSO_SIGN = 0x9E9A,
       PSO_DECIPHER = 0x8086,
};

enum {
	TAG_HASH = 0x90,
	TAG_TAIL = 0x80,
	PADDING_INDICATOR_RSA = 0x00,
};

/* The status word of what vcard/key.h answers. */
static unsigned sw_of(int err)
{
	switch (err) {
	case 0:
		return SW_OK;
	case MOHR_ERR_DATA_LENGTH:
	case MOHR_ERR_DATA_INVALID:
		return SW_WRONG_DATA;
	default:
		return SW_EXECUTION_ERROR;
	}
}

/* The key that a template names, if its access rule is met. */
static unsigned reach_key(struct vcard_ias *v, const struct vcard_ias_crt *crt,
			  struct vcard_key **ret)
{
	struct vcard_key *key;
	unsigned sw;

	if (!crt->set || !(key = vcard_ias_key_find(v, crt->key)))
		return SW_CONDITIONS;
	if ((sw = vcard_ias_access(v, key->use)) == SW_OK)
		*ret = key;
	return sw;
}

/* Data for a signature without a hash: as long as the key can pad, or a whole block. */
static bool raw_length_fits(struct vcard_ias *v, size_t len)
{
	const struct vcard_key *key = vcard_ias_key_find(v, v->env.sign.key);

	return key && vcard_ias_algorithm_takes(v->env.sign.algorithm, key->kind, len);
}

static unsigned hash(struct vcard_ias *v, const struct vcard_command *c)
{
	struct vcard_ias_environment *env = &v->env;
	const struct vcard_ias_crt *crt = env->sign.set ? &env->sign : &env->hash;
	enum hash_alg alg = vcard_ias_algorithm_hash(crt->algorithm);
	uint8_t digest[HASH_MAX_LEN];
	struct cursor data, value, tail;
	size_t len;

	if (!crt->set)
		return SW_CONDITIONS;
	cursor_init(&data, c->data, c->data_len);
	if (tlv_get_tag(&data, TAG_HASH, &value) != 0)
		return SW_WRONG_DATA;
	len = cursor_left(&value);
	if (cursor_left(&data) > 0) {
		if (tlv_get_tag(&data, TAG_TAIL, &tail) != 0 || cursor_done(&data) != 0 ||
		    vcard_last_round(alg, value, tail, digest) != 0)
			return SW_WRONG_DATA;
		len = hash_len(alg);
		cursor_init(&value, digest, len);
	} else if (alg == HASH_NONE ? !raw_length_fits(v, len) : len != hash_len(alg)) {
		return SW_WRONG_DATA;
	}
	if (cursor_copy(&value, len, env->digest) != 0)
		return SW_WRONG_DATA;
	env->digest_len = len;
	env->digest_alg = alg;
	env->hashed = true;
	return SW_OK;
}

static unsigned sign(struct vcard_ias *v, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias_environment *env = &v->env;
	struct vcard_key *key;
	unsigned sw;
	int r;

	if (c->data_len || (!v->applet.card->t0 && !c->has_le))
		return SW_WRONG_LENGTH;
	if (!env->sign.set || !env->hashed ||
	    env->digest_alg != vcard_ias_algorithm_hash(env->sign.algorithm))
		return SW_CONDITIONS;
	if ((sw = reach_key(v, &env->sign, &key)) != SW_OK)
		return sw;
	r = vcard_ias_key_sign(key, env->sign.algorithm, env->digest, env->digest_len, ret);
	vcard_ias_pin_consume(v, key->use);
	env->hashed = false;
	wipe(env->digest, sizeof(env->digest));
	if (r != 0)
		buf_reset(ret);
	return sw_of(r);
}

static int use_decipher(struct vcard_ias *v, const struct vcard_command *c, struct vcard_key *key,
			struct buf *ret)
{
	struct cursor point;

	if (v->env.decipher.algorithm == VCARD_ALGORITHM_ECDH)
		return vcard_template_point(c, &point) == 0
			       ? vcard_key_agree(key, cursor_at(&point), cursor_left(&point), ret)
			       : MOHR_ERR_DATA_INVALID;
	if (c->data[0] != PADDING_INDICATOR_RSA)
		return MOHR_ERR_DATA_INVALID;
	return vcard_ias_key_decipher(key, v->env.decipher.algorithm, c->data + 1, c->data_len - 1,
				      ret);
}

static unsigned decipher(struct vcard_ias *v, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_key *key;
	unsigned sw;
	int r;

	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if ((sw = reach_key(v, &v->env.decipher, &key)) != SW_OK)
		return sw;
	r = use_decipher(v, c, key, ret);
	vcard_ias_pin_consume(v, key->use);
	if (r != 0)
		buf_reset(ret);
	return sw_of(r);
}

unsigned vcard_ias_pso(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	switch (c->p1 << 8 | c->p2) {
	case PSO_HASH:
		return c->data_len ? hash(v, c) : (unsigned)SW_WRONG_LENGTH;
	case PSO_SIGN:
		return sign(v, c, ret);
	case PSO_DECIPHER:
		return decipher(v, c, ret);
	default:
		return SW_WRONG_P1P2;
	}
}

unsigned vcard_ias_internal_auth(struct vcard_applet *a, const struct vcard_command *c,
				 struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	struct vcard_key *key;
	unsigned sw;
	int r;

	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if ((sw = reach_key(v, &v->env.authenticate, &key)) != SW_OK)
		return sw;
	r = vcard_ias_key_sign(key, vcard_ias_algorithm_authenticates(key->kind), c->data,
			       c->data_len, ret);
	vcard_ias_pin_consume(v, key->use);
	if (r != 0)
		buf_reset(ret);
	return sw_of(r);
}
