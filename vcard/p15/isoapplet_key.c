/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making and importing keys: MSE SET with P2 = 00 has named a kind of key and its place. A curve is told
 * by all its parameters (ISO 7816-8 table 3), and has to be one of ours.
 */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/key_import.h"
#include "vcard/p15/isoapplet.h"

enum {
	TAG_PUBLIC_KEY = 0x7F49,
	TAG_PRIVATE_RSA = 0x7F48,
	TAG_PRIVATE_EC = 0xE0,
	TAG_P = 0x92, /* q, 1/q mod p, d mod p-1, d mod q-1 follow */
	TAG_PRIME = 0x81,
	TAG_A = 0x82,
	TAG_B = 0x83,
	TAG_GENERATOR = 0x84,
	TAG_ORDER = 0x85,
	TAG_POINT = 0x86,
	TAG_COFACTOR = 0x87,
	TAG_D = 0x88,
	MAX_PARAMETER = 1 + 2 * 48,
};

enum { P1_GENERATE = 0x00, P1_GENERATE_EXTENDED = 0x42 };

enum parameter { PRIME, A, B, GENERATOR, ORDER, COFACTOR, N_PARAMETERS };

static const uint32_t parameter_tags[N_PARAMETERS] = {TAG_PRIME,     TAG_A,     TAG_B,
						      TAG_GENERATOR, TAG_ORDER, TAG_COFACTOR};

struct parameters {
	struct cursor at[N_PARAMETERS];
};

/* ---- curves */

/* Whether value is this number, with or without zeros before it. */
static bool is_number(const struct cursor *value, const BIGNUM *n)
{
	BIGNUM *v = BN_bin2bn(cursor_at(value), (int)cursor_left(value), NULL);
	bool same = v && BN_cmp(v, n) == 0;

	BN_free(v);
	return same;
}

static bool is_point(const struct cursor *value, const EC_GROUP *group, const EC_POINT *point)
{
	uint8_t bytes[MAX_PARAMETER];
	size_t len = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes,
					sizeof(bytes), NULL);

	return len && len == cursor_left(value) && memcmp(bytes, cursor_at(value), len) == 0;
}

static bool is_group(const struct parameters *given, const EC_GROUP *group)
{
	BIGNUM *p = BN_new(), *a = BN_new(), *b = BN_new();
	bool same = p && a && b && EC_GROUP_get_curve(group, p, a, b, NULL) == 1 &&
		    is_number(&given->at[PRIME], p) && is_number(&given->at[A], a) &&
		    is_number(&given->at[B], b) &&
		    is_point(&given->at[GENERATOR], group, EC_GROUP_get0_generator(group)) &&
		    is_number(&given->at[ORDER], EC_GROUP_get0_order(group)) &&
		    is_number(&given->at[COFACTOR], EC_GROUP_get0_cofactor(group));

	BN_free(p);
	BN_free(a);
	BN_free(b);
	return same;
}

/* MOHR_ERR_NOT_SUPPORTED: a curve that is none of ours. */
static int find_kind(const struct parameters *given, enum vcard_key_kind *ret)
{
	static const enum vcard_key_kind kinds[] = {VCARD_P256, VCARD_P384};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		EC_GROUP *group =
			EC_GROUP_new_by_curve_name(EC_curve_nist2nid(vcard_kind_group(kinds[i])));
		bool same = group && is_group(given, group);

		EC_GROUP_free(group);
		if (same) {
			*ret = kinds[i];
			return 0;
		}
	}
	return MOHR_ERR_NOT_SUPPORTED;
}

/* All of them have to be there, in any order; what else there is, is not looked at. */
static int get_parameters(const struct cursor *c, struct parameters *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < N_PARAMETERS; i++) {
		r = tlv_find(c, parameter_tags[i], &ret->at[i]);
		if (r == 0 && cursor_left(&ret->at[i]) > MAX_PARAMETER)
			r = MOHR_ERR_MALFORMED;
	}
	return r;
}

/* ---- the place */

static unsigned find_place(struct vcard_p15 *p, struct vcard_p15_key **ret)
{
	const struct vcard_p15_template *t = &p->templates[VCARD_P15_FOR_MAKE];
	uint8_t place;

	if (!t->set || t->algorithm.scheme != VCARD_P15_MAKE)
		return SW_CONDITIONS;
	if (t->reference >= VCARD_P15_N_KEYS)
		return SW_REFERENCE_UNUSABLE;
	place = vcard_p15_key_place(p, t->reference);
	if (place == VCARD_P15_NO_KEY)
		return SW_NO_SPACE;
	*ret = &p->memory.keys[place];
	return SW_OK;
}

/* Notes where a key is that has just been made. */
static unsigned keep(struct vcard_p15 *p, struct vcard_p15_key *key)
{
	key->key.reference = p->templates[VCARD_P15_FOR_MAKE].reference;
	key->key.use = VCARD_ISOAPPLET_BY_PIN;
	key->consent = 0;
	return vcard_commit(p->applet.card);
}

static unsigned status(int r)
{
	switch (r) {
	case 0:
		return SW_OK;
	case MOHR_ERR_NOT_SUPPORTED:
		return SW_FUNCTION_UNSUPPORTED;
	case MOHR_ERR_CRYPTO:
	case MOHR_ERR_NOMEM:
		return SW_EXECUTION_ERROR;
	default:
		return SW_WRONG_DATA;
	}
}

/* ---- GENERATE ASYMMETRIC KEY PAIR */

/* The point among the parameters that it belongs to, in the order of their tags. */
static int put_point(struct vcard_key *key, const struct parameters *given, struct buf *ret)
{
	struct buf public = BUF_INIT(LIMIT_RESPONSE);
	struct cursor c, inner, point;
	size_t mark;
	int r = vcard_key_put_public(key, &public);

	c = buf_cursor(&public);
	if (r == 0 && (r = tlv_get_tag(&c, TAG_PUBLIC_KEY, &inner)) == 0 &&
	    (r = tlv_get_tag(&inner, TAG_POINT, &point)) == 0) {
		mark = tlv_open(ret, TAG_PUBLIC_KEY);
		for (size_t i = 0; i < N_PARAMETERS; i++) {
			if (i == COFACTOR)
				tlv_put(ret, TAG_POINT, cursor_at(&point), cursor_left(&point));
			tlv_put(ret, parameter_tags[i], cursor_at(&given->at[i]),
				cursor_left(&given->at[i]));
		}
		tlv_close(ret, mark);
	}
	buf_clear(&public);
	return r;
}

unsigned vcard_isoapplet_generate(struct vcard_applet *a, const struct vcard_command *c,
				  struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct parameters given;
	struct vcard_p15_key *key;
	enum vcard_key_kind kind;
	struct cursor data;
	unsigned sw;
	bool rsa;
	int r = 0;

	if ((sw = find_place(p, &key)) != SW_OK)
		return sw;
	kind = p->templates[VCARD_P15_FOR_MAKE].algorithm.kind;
	rsa = vcard_kind_is_rsa(kind);
	if (c->p1 != (rsa ? P1_GENERATE_EXTENDED : P1_GENERATE) || c->p2)
		return SW_WRONG_P1P2;
	if (rsa && c->data_len)
		return SW_WRONG_LENGTH;
	cursor_init(&data, c->data, c->data_len);
	if (!rsa && (r = get_parameters(&data, &given)) == 0)
		r = find_kind(&given, &kind);
	if (r != 0 || (r = vcard_key_generate(&key->key, kind)) != 0 ||
	    (r = rsa ? vcard_key_put_public(&key->key, ret) : put_point(&key->key, &given, ret)) !=
		    0)
		return status(r);
	return keep(p, key);
}

/* ---- PUT DATA */

static int import_rsa(struct vcard_key *key, enum vcard_key_kind kind, struct cursor *c)
{
	/* in the order of the tags */
	static const enum vcard_rsa_part order[VCARD_RSA_N_PARTS] = {
		VCARD_RSA_P, VCARD_RSA_Q, VCARD_RSA_QINV, VCARD_RSA_DP, VCARD_RSA_DQ};
	struct cursor part[VCARD_RSA_N_PARTS], inner;
	int r = tlv_get_tag(c, TAG_PRIVATE_RSA, &inner);

	for (uint32_t i = 0; r == 0 && i < VCARD_RSA_N_PARTS; i++)
		r = tlv_find(&inner, TAG_P + i, &part[order[i]]);
	if (r != 0 || (r = cursor_done(c)) != 0)
		return r;
	return vcard_key_import_rsa(key, kind, part);
}

static int import_ec(struct vcard_key *key, struct cursor *c)
{
	struct parameters given;
	enum vcard_key_kind kind;
	struct cursor inner, d;
	int r;

	if ((r = tlv_get_tag(c, TAG_PRIVATE_EC, &inner)) != 0 || (r = cursor_done(c)) != 0 ||
	    (r = get_parameters(&inner, &given)) != 0 || (r = tlv_find(&inner, TAG_D, &d)) != 0 ||
	    (r = find_kind(&given, &kind)) != 0)
		return r;
	return vcard_key_import_ec(key, kind, &d);
}

unsigned vcard_isoapplet_put_data(struct vcard_applet *a, const struct vcard_command *c,
				  struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_key *key;
	enum vcard_key_kind kind;
	struct cursor data;
	unsigned sw;
	int r;

	(void)ret;
	if (c->p1 != 0x3F || c->p2 != 0xFF)
		return SW_WRONG_P1P2;
	if ((sw = find_place(p, &key)) != SW_OK)
		return sw;
	kind = p->templates[VCARD_P15_FOR_MAKE].algorithm.kind;
	cursor_init(&data, c->data, c->data_len);
	r = vcard_kind_is_rsa(kind) ? import_rsa(&key->key, kind, &data)
				    : import_ec(&key->key, &data);
	return r == 0 ? keep(p, key) : status(r);
}
