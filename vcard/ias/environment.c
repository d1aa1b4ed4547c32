/* SPDX-License-Identifier: BSD-2-Clause */
/* MANAGE SECURITY ENVIRONMENT (ISO 7816-4 §11.6.11): which key and algorithm the next commands use. */
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/ias/algorithm.h"
#include "vcard/ias/ias.h"

enum {
	P1_SET = 0x41,
	P1_RESTORE = 0xF3,
	CRT_AUTHENTICATION = 0xA4,
	CRT_HASH = 0xAA,
	CRT_SIGNATURE = 0xB6,
	CRT_CONFIDENTIALITY = 0xB8,
	TAG_ALGORITHM = 0x80,
	TAG_PRIVATE_KEY = 0x84,
	TAG_USAGE = 0x95,
};

void vcard_ias_environment_clear(struct vcard_ias_environment *env)
{
	wipe(env, sizeof(*env));
}

uint8_t vcard_ias_does(const struct vcard_ias *v)
{
	return v->memory.algorithms ? v->memory.algorithms : v->memory.layout->does;
}

struct vcard_key *vcard_ias_key_find(struct vcard_ias *v, uint8_t reference)
{
	for (size_t i = 0; i < v->memory.layout->n_keys; i++)
		if (v->memory.keys[i].reference == reference && v->memory.keys[i].der.len > 0)
			return &v->memory.keys[i];
	return NULL;
}

struct request {
	bool has_key, has_algorithm;
	uint8_t key, algorithm;
};

static unsigned parse(const struct vcard_command *c, struct request *ret)
{
	struct cursor data;
	struct tlv t;

	cursor_init(&data, c->data, c->data_len);
	while (cursor_left(&data) > 0) {
		if (tlv_get(&data, &t) != 0 || cursor_left(&t.value) != 1)
			return SW_WRONG_DATA;
		if (t.tag == TAG_ALGORITHM) {
			ret->has_algorithm = true;
			ret->algorithm = *cursor_at(&t.value);
		} else if (t.tag == TAG_PRIVATE_KEY) {
			ret->has_key = true;
			ret->key = *cursor_at(&t.value);
		} else if (t.tag != TAG_USAGE) {
			return SW_WRONG_DATA;
		}
	}
	return SW_OK;
}

/* Whether the key may and can do what a template of this kind is for. */
static bool suits(uint8_t does, const struct vcard_key *key, uint8_t crt, const struct request *q)
{
	uint8_t authenticates = vcard_ias_algorithm_authenticates(key->kind);

	switch (crt) {
	case CRT_SIGNATURE:
		return (key->may & VCARD_MAY_SIGN) && q->has_algorithm &&
		       vcard_ias_algorithm_signs(does, q->algorithm, key->kind);
	case CRT_AUTHENTICATION:
		return (key->may & VCARD_MAY_AUTHENTICATE) &&
		       vcard_ias_algorithm_signs(does, authenticates, key->kind) &&
		       (!q->has_algorithm || q->algorithm == authenticates);
	default:
		return (key->may & VCARD_MAY_DECIPHER) && q->has_algorithm &&
		       vcard_ias_algorithm_deciphers(does, q->algorithm, key->kind);
	}
}

static unsigned set_hash(struct vcard_ias *v, const struct request *q)
{
	if (q->has_key && !vcard_ias_key_find(v, q->key))
		return SW_REFERENCE_NOT_FOUND;
	if (!q->has_algorithm || !vcard_ias_algorithm_hashes(vcard_ias_does(v), q->algorithm))
		return SW_WRONG_DATA;
	v->env.hash = (struct vcard_ias_crt){true, 0, q->algorithm};
	return SW_OK;
}

static unsigned set(struct vcard_ias *v, const struct vcard_command *c)
{
	struct vcard_ias_environment *env = &v->env;
	struct request q = {0};
	struct vcard_ias_crt next;
	struct vcard_key *key;
	unsigned sw;

	if (c->p2 != CRT_AUTHENTICATION && c->p2 != CRT_HASH && c->p2 != CRT_SIGNATURE &&
	    c->p2 != CRT_CONFIDENTIALITY)
		return SW_WRONG_P1P2;
	if ((sw = parse(c, &q)) != SW_OK)
		return sw;
	if (c->p2 == CRT_HASH)
		return set_hash(v, &q);
	if (!q.has_key)
		return SW_WRONG_DATA;
	if (!(key = vcard_ias_key_find(v, q.key)))
		return SW_REFERENCE_NOT_FOUND;
	if (!suits(vcard_ias_does(v), key, c->p2, &q))
		return SW_WRONG_DATA;
	next = (struct vcard_ias_crt){true, q.key, q.algorithm};
	if (c->p2 == CRT_AUTHENTICATION) {
		env->authenticate = next;
	} else if (c->p2 == CRT_CONFIDENTIALITY) {
		env->decipher = next;
	} else {
		env->sign = next;
		/* A digest that came before stays good only for the same hash. */
		if (env->digest_alg != vcard_ias_algorithm_hash(q.algorithm) ||
		    env->digest_alg == HASH_NONE)
			env->hashed = false;
	}
	return SW_OK;
}

unsigned vcard_ias_mse(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	(void)ret;
	if (c->p1 == P1_SET)
		return c->data_len ? set(v, c) : (unsigned)SW_WRONG_LENGTH;
	if (c->p1 != P1_RESTORE)
		return SW_WRONG_P1P2;
	if (c->p2 != 0)
		return SW_REFERENCE_NOT_FOUND;
	if (c->data_len)
		return SW_WRONG_LENGTH;
	vcard_ias_environment_clear(&v->env);
	return SW_OK;
}
