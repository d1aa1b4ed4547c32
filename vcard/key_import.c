/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a key of the numbers that a card was given. */
#include "vcard/key_import.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/limits.h"

enum { RSA_EXPONENT = 65537, MAX_POINT = 1 + 2 * 48 };

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

/* Puts the key in its place if it is of this kind and works with itself; frees it if not. */
static int take(struct vcard_key *key, enum vcard_key_kind kind, EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = pkey ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
	int r = MOHR_ERR_DATA_INVALID;

	if (ctx && vcard_kind_has(kind, pkey) && EVP_PKEY_pairwise_check(ctx) == 1)
		r = vcard_key_set(key, kind, pkey);
	EVP_PKEY_CTX_free(ctx);
	if (r != 0)
		EVP_PKEY_free(pkey);
	return r;
}

/* n = pq, d = 1/e mod lcm(p-1, q-1); the parts of the Chinese remainder theorem belong to p and q. */
static bool push_rsa(const BIGNUM *const part[VCARD_RSA_N_PARTS], BN_CTX *ctx,
		     OSSL_PARAM_BLD *build)
{
	BIGNUM *n = BN_CTX_get(ctx), *e = BN_CTX_get(ctx), *d = BN_CTX_get(ctx);
	BIGNUM *p1 = BN_CTX_get(ctx), *q1 = BN_CTX_get(ctx), *phi = BN_CTX_get(ctx);
	const BIGNUM *p = part[VCARD_RSA_P], *q = part[VCARD_RSA_Q];
	static const char *const names[VCARD_RSA_N_PARTS] = {
		[VCARD_RSA_P] = OSSL_PKEY_PARAM_RSA_FACTOR1,
		[VCARD_RSA_Q] = OSSL_PKEY_PARAM_RSA_FACTOR2,
		[VCARD_RSA_DP] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
		[VCARD_RSA_DQ] = OSSL_PKEY_PARAM_RSA_EXPONENT2,
		[VCARD_RSA_QINV] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};

	if (!phi || BN_mul(n, p, q, ctx) != 1 || BN_set_word(e, RSA_EXPONENT) != 1 ||
	    BN_sub(p1, p, BN_value_one()) != 1 || BN_sub(q1, q, BN_value_one()) != 1 ||
	    BN_mul(phi, p1, q1, ctx) != 1 || !BN_mod_inverse(d, e, phi, ctx))
		return false;
	for (size_t i = 0; i < VCARD_RSA_N_PARTS; i++)
		if (OSSL_PARAM_BLD_push_BN(build, names[i], part[i]) != 1)
			return false;
	return OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	       OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	       OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d) == 1;
}

/* NULL if it is empty or longer than a modulus may be. */
static BIGNUM *read_number(const struct cursor *c, BN_CTX *ctx)
{
	BIGNUM *n = BN_CTX_get(ctx);

	if (!n || cursor_left(c) == 0 || cursor_left(c) > LIMIT_SIGNATURE)
		return NULL;
	return BN_bin2bn(cursor_at(c), (int)cursor_left(c), n);
}

int vcard_key_import_rsa(struct vcard_key *key, enum vcard_key_kind kind,
			 const struct cursor part[VCARD_RSA_N_PARTS])
{
	const BIGNUM *number[VCARD_RSA_N_PARTS];
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BN_CTX *ctx = BN_CTX_secure_new();
	EVP_PKEY *pkey = NULL;
	bool whole = build && ctx;

	if (ctx)
		BN_CTX_start(ctx);
	for (size_t i = 0; whole && i < VCARD_RSA_N_PARTS; i++)
		whole = (number[i] = read_number(&part[i], ctx)) != NULL;
	if (whole && push_rsa(number, ctx, build))
		pkey = from_params("RSA", build);
	if (ctx)
		BN_CTX_end(ctx);
	BN_CTX_free(ctx);
	OSSL_PARAM_BLD_free(build);
	return take(key, kind, pkey);
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

int vcard_key_import_ec(struct vcard_key *key, enum vcard_key_kind kind, const struct cursor *d)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	uint8_t point[MAX_POINT];
	EVP_PKEY *pkey = NULL;
	BIGNUM *number = NULL;

	if (build && cursor_left(d) <= vcard_kind_len(kind) &&
	    (number = BN_bin2bn(cursor_at(d), (int)cursor_left(d), NULL)) &&
	    push_ec(vcard_kind_group(kind), number, build, point))
		pkey = from_params("EC", build);
	BN_clear_free(number);
	OSSL_PARAM_BLD_free(build);
	return take(key, kind, pkey);
}

int vcard_key_import_ed25519(struct vcard_key *key, const struct cursor *secret)
{
	EVP_PKEY *pkey;

	if (cursor_left(secret) != VCARD_ED25519_LEN)
		return MOHR_ERR_DATA_INVALID;
	pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, cursor_at(secret),
					    cursor_left(secret));
	return take(key, VCARD_ED25519, pkey);
}
