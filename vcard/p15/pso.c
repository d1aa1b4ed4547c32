/* SPDX-License-Identifier: BSD-2-Clause */
/* PERFORM SECURITY OPERATION (ISO 7816-8 §5.4): hash, compute digital signature, decipher, agree. */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/p15/p15.h"
#include "vcard/template.h"

enum { /* P1 P2 */
       PSO_HASH = 0x90A0,
       PSO_HASH_GIVEN = 0x9080, /* the same with a hash as it is, not in a template */
       PSO_SIGN = 0x9E9A,
       PSO_SIGN_TEMPLATE = 0x9EAC,
       PSO_DECIPHER = 0x8086,
};

enum {
	TAG_HASH = 0x90,
	PADDING_INDICATOR = 0x00,
};

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

/* What a key does where no algorithm is named. */
static enum vcard_p15_scheme scheme_of(const struct vcard_p15_template *t,
				       const struct vcard_p15_key *key)
{
	if (t->has_algorithm)
		return t->algorithm.scheme;
	return vcard_kind_is_rsa(key->key.kind) ? VCARD_P15_PKCS1 : VCARD_P15_ECDSA;
}

/* A digest for the signature that follows: in 90, or as it is. */
static unsigned hash(struct vcard_p15 *p, const struct vcard_command *c, bool given)
{
	struct cursor data, value;

	cursor_init(&data, c->data, c->data_len);
	value = data;
	if (!given && (tlv_get_tag(&data, TAG_HASH, &value) != 0 || cursor_done(&data) != 0))
		return SW_WRONG_DATA;
	if (cursor_left(&value) == 0 || cursor_left(&value) > sizeof(p->digest))
		return SW_WRONG_DATA;
	p->digest_len = cursor_left(&value);
	return cursor_copy(&value, p->digest_len, p->digest) == 0 ? SW_OK : SW_WRONG_DATA;
}

static unsigned sign(struct vcard_p15 *p, const struct vcard_command *c, struct buf *ret)
{
	const struct vcard_p15_template *t = &p->templates[VCARD_P15_FOR_SIGN];
	const uint8_t *data = c->data_len ? c->data : p->digest;
	size_t len = c->data_len ? c->data_len : p->digest_len;
	struct vcard_p15_key *key;
	unsigned sw;
	int r;

	if (len == 0)
		return SW_CONDITIONS;
	if ((sw = vcard_p15_reach(p, t, &key)) != SW_OK)
		return sw;
	r = vcard_p15_sign(vcard_p15_dialect(p), key, scheme_of(t, key), data, len, ret);
	vcard_p15_consume(p, key);
	p->digest_len = 0;
	wipe(p->digest, sizeof(p->digest));
	if (r != 0)
		buf_reset(ret);
	return sw_of(r);
}

static int agree(struct vcard_p15_key *key, const struct vcard_command *c, struct buf *ret)
{
	struct cursor point;

	if (vcard_template_point(c, &point) != 0 || cursor_left(&point) == 0)
		return MOHR_ERR_DATA_INVALID;
	return vcard_key_agree(&key->key, cursor_at(&point), cursor_left(&point), ret);
}

static int decipher_rsa(const struct vcard_p15_dialect *d, struct vcard_p15_key *key,
			enum vcard_p15_scheme scheme, const struct vcard_command *c,
			struct buf *ret)
{
	const uint8_t *data = c->data;
	size_t len = c->data_len;
	bool bare = (d->flags & VCARD_P15_BARE_CRYPTOGRAM) && len == vcard_kind_len(key->key.kind);

	if (!bare) {
		if (*data != PADDING_INDICATOR)
			return MOHR_ERR_DATA_INVALID;
		data++;
		len--;
	}
	return vcard_p15_decipher(key, scheme, data, len, ret);
}

static unsigned decipher(struct vcard_p15 *p, const struct vcard_command *c, struct buf *ret)
{
	const struct vcard_p15_template *t = &p->templates[VCARD_P15_FOR_DECIPHER];
	struct vcard_p15_key *key;
	unsigned sw;
	int r;

	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if ((sw = vcard_p15_reach(p, t, &key)) != SW_OK)
		return sw;
	r = vcard_kind_is_rsa(key->key.kind)
		    ? decipher_rsa(vcard_p15_dialect(p), key, scheme_of(t, key), c, ret)
		    : agree(key, c, ret);
	vcard_p15_consume(p, key);
	if (r != 0)
		buf_reset(ret);
	return sw_of(r);
}

unsigned vcard_p15_pso(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	unsigned which = (unsigned)c->p1 << 8 | c->p2;

	switch (which) {
	case PSO_HASH:
	case PSO_HASH_GIVEN:
		return c->data_len ? hash(p, c, which == PSO_HASH_GIVEN)
				   : (unsigned)SW_WRONG_LENGTH;
	case PSO_SIGN:
	case PSO_SIGN_TEMPLATE:
		return sign(p, c, ret);
	case PSO_DECIPHER:
		return decipher(p, c, ret);
	default:
		return SW_WRONG_P1P2;
	}
}
