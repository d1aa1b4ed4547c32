/* SPDX-License-Identifier: BSD-2-Clause */
/* IMPORT KEY: a private key that was made elsewhere. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum {
	TAG_P = 0x01,
	TAG_Q = 0x02,
	TAG_D = 0x06,
	N_RSA_PARTS = 5, /* p, q, dp, dq, qinv */
	RSA_EXPONENT = 65537,
	MAX_POINT = 1 + 2 * 48,
};

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (params && ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return pkey;
}

/* Whether what was given makes a key that works with itself. */
static EVP_PKEY *checked(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = pkey ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
	bool good = ctx && EVP_PKEY_pairwise_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	if (good)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}

/* n = pq, d = 1/e mod lcm(p-1, q-1); the parts of the Chinese remainder theorem belong to p and q. */
static bool push_rsa(const BIGNUM *const part[N_RSA_PARTS], BN_CTX *ctx, OSSL_PARAM_BLD *build)
{
	BIGNUM *n = BN_CTX_get(ctx), *e = BN_CTX_get(ctx), *d = BN_CTX_get(ctx);
	BIGNUM *p1 = BN_CTX_get(ctx), *q1 = BN_CTX_get(ctx), *phi = BN_CTX_get(ctx);
	static const char *const names[N_RSA_PARTS] = {
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

	if (!phi || BN_mul(n, part[0], part[1], ctx) != 1 || BN_set_word(e, RSA_EXPONENT) != 1 ||
	    BN_sub(p1, part[0], BN_value_one()) != 1 || BN_sub(q1, part[1], BN_value_one()) != 1 ||
	    BN_mul(phi, p1, q1, ctx) != 1 || !BN_mod_inverse(d, e, phi, ctx))
		return false;
	for (size_t i = 0; i < N_RSA_PARTS; i++)
		if (OSSL_PARAM_BLD_push_BN(build, names[i], part[i]) != 1)
			return false;
	return OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	       OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	       OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d) == 1;
}

static EVP_PKEY *read_rsa(struct cursor *c)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	const BIGNUM *part[N_RSA_PARTS];
	BN_CTX *ctx = BN_CTX_secure_new();
	EVP_PKEY *pkey = NULL;
	struct cursor value;
	bool whole = build && ctx;

	if (ctx)
		BN_CTX_start(ctx);
	for (uint32_t i = 0; whole && i < N_RSA_PARTS; i++) {
		BIGNUM *n = BN_CTX_get(ctx);

		whole = n && tlv_get_tag(c, TAG_P + i, &value) == 0 && cursor_left(&value) > 0 &&
			cursor_left(&value) <= LIMIT_SIGNATURE &&
			BN_bin2bn(cursor_at(&value), (int)cursor_left(&value), n);
		part[i] = n;
	}
	if (whole && push_rsa(part, ctx, build))
		pkey = from_params("RSA", build);
	if (ctx)
		BN_CTX_end(ctx);
	BN_CTX_free(ctx);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

/* The point that belongs to the number. */
static bool push_ec(const char *name, const BIGNUM *d, OSSL_PARAM_BLD *build,
		    uint8_t point[MAX_POINT])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(EC_curve_nist2nid(name));
	EC_POINT *q = group ? EC_POINT_new(group) : NULL;
	size_t len = 0;

	if (q && !BN_is_zero(d) && BN_cmp(d, EC_GROUP_get0_order(group)) < 0 &&
	    EC_POINT_mul(group, q, d, NULL, NULL, NULL) == 1)
		len = EC_POINT_point2oct(group, q, POINT_CONVERSION_UNCOMPRESSED, point, MAX_POINT,
					 NULL);
	EC_POINT_free(q);
	EC_GROUP_free(group);
	return len > 0 &&
	       OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, name, 0) == 1 &&
	       OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, len) == 1 &&
	       OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1;
}

static EVP_PKEY *read_ec(const char *group, size_t len, struct cursor *c)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	uint8_t point[MAX_POINT];
	EVP_PKEY *pkey = NULL;
	struct cursor value;
	BIGNUM *d = NULL;

	if (build && tlv_get_tag(c, TAG_D, &value) == 0 && cursor_left(&value) <= len &&
	    (d = BN_bin2bn(cursor_at(&value), (int)cursor_left(&value), NULL)) &&
	    push_ec(group, d, build, point))
		pkey = from_params("EC", build);
	BN_clear_free(d);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

unsigned vcard_piv_import(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_key *key = vcard_piv_key_find(p, c->p2);
	uint8_t pin, touch;
	enum vcard_key_kind kind;
	struct cursor in;
	EVP_PKEY *pkey;

	(void)ret;
	if (!key || vcard_piv_kind(c->p1, &kind) != 0)
		return SW_WRONG_P1P2;
	if (!p->admin)
		return SW_SECURITY_STATUS;
	cursor_init(&in, c->data, c->data_len);
	pkey = checked(vcard_kind_is_rsa(kind)
			       ? read_rsa(&in)
			       : read_ec(vcard_kind_group(kind), vcard_kind_len(kind), &in));
	if (!pkey || (size_t)EVP_PKEY_get_bits(pkey) != 8 * vcard_kind_len(kind) ||
	    vcard_piv_get_policies(&in, &pin, &touch) != 0 ||
	    vcard_key_set(&key->key, kind, pkey) != 0) {
		EVP_PKEY_free(pkey);
		return SW_WRONG_DATA;
	}
	vcard_piv_key_note(key, pin, touch, VCARD_PIV_IMPORTED);
	return vcard_commit(a->card);
}
