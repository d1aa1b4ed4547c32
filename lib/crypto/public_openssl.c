/* SPDX-License-Identifier: BSD-2-Clause */
/* RSAEP (RFC 8017 §5.1.1) and ECDSA verification (FIPS 186-5 §6.4.2). */
#include "crypto/public_openssl.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

static const int curve_nids[N_CURVES] = {
	[CURVE_P256] = NID_X9_62_prime256v1,
	[CURVE_P384] = NID_secp384r1,
	[CURVE_P521] = NID_secp521r1,
};

static BIGNUM *number(BN_CTX *ctx, const uint8_t *data, size_t len)
{
	BIGNUM *n = BN_CTX_get(ctx);

	return n ? BN_bin2bn(data, (int)len, n) : NULL;
}

int public_rsa(OSSL_LIB_CTX *libctx, const struct cursor *n, const struct cursor *e,
	       const uint8_t *in, uint8_t *out)
{
	size_t len = cursor_left(n);
	BN_CTX *ctx;
	BIGNUM *modulus, *exponent, *m;
	int r = MOHR_ERR_CRYPTO;

	ctx = BN_CTX_new_ex(libctx);
	if (ctx) {
		BN_CTX_start(ctx);
		modulus = number(ctx, cursor_at(n), len);
		exponent = number(ctx, cursor_at(e), cursor_left(e));
		m = number(ctx, in, len);
		/* it may be what a card has deciphered: no branch on it */
		if (m)
			BN_set_flags(m, BN_FLG_CONSTTIME);
		if (modulus && exponent && m &&
		    BN_mod_exp_mont(m, m, exponent, modulus, ctx, NULL) == 1 &&
		    BN_bn2binpad(m, out, (int)len) == (int)len)
			r = 0;
		BN_CTX_end(ctx);
	}
	BN_CTX_free(ctx);
	return r;
}

/* e of FIPS 186-5 §6.4.1 step 2: as many leftmost bits of the digest as the order has. */
static BIGNUM *digest_number(BN_CTX *ctx, const EC_GROUP *group, const uint8_t *digest, size_t len)
{
	size_t bits = (size_t)EC_GROUP_order_bits(group);
	BIGNUM *e;

	e = number(ctx, digest, len);
	if (e && 8 * len > bits && BN_rshift(e, e, (int)(8 * len - bits)) != 1)
		e = NULL;
	return e;
}

/* FIPS 186-5 §6.4.2 steps 1 and 3 to 6. All of it is public. */
static int ecdsa_check(BN_CTX *ctx, const EC_GROUP *group, const EC_POINT *q, const BIGNUM *e,
		       const BIGNUM *r, const BIGNUM *s)
{
	const BIGNUM *order = EC_GROUP_get0_order(group);
	BIGNUM *w = BN_CTX_get(ctx), *u = BN_CTX_get(ctx), *v = BN_CTX_get(ctx);
	EC_POINT *sum;
	int result = MOHR_ERR_CRYPTO;

	if (!v)
		return MOHR_ERR_CRYPTO;
	if (BN_is_zero(r) || BN_is_zero(s) || BN_cmp(r, order) >= 0 || BN_cmp(s, order) >= 0)
		return MOHR_ERR_SIGNATURE_INVALID;
	sum = EC_POINT_new(group);
	if (sum && BN_mod_inverse(w, s, order, ctx) && BN_mod_mul(u, e, w, order, ctx) == 1 &&
	    BN_mod_mul(v, r, w, order, ctx) == 1 && EC_POINT_mul(group, sum, u, q, v, ctx) == 1) {
		if (EC_POINT_is_at_infinity(group, sum))
			result = MOHR_ERR_SIGNATURE_INVALID;
		else if (EC_POINT_get_affine_coordinates(group, sum, u, NULL, ctx) == 1 &&
			 BN_nnmod(v, u, order, ctx) == 1)
			result = BN_cmp(v, r) == 0 ? 0 : MOHR_ERR_SIGNATURE_INVALID;
	}
	EC_POINT_free(sum);
	return result;
}

int public_ecdsa(OSSL_LIB_CTX *libctx, enum curve curve, const struct cursor *point,
		 const void *digest, size_t digest_len, const void *sig, size_t sig_len)
{
	EC_GROUP *group;
	EC_POINT *q = NULL;
	BN_CTX *ctx;
	BIGNUM *e = NULL, *r, *s = NULL;
	int result = MOHR_ERR_CRYPTO;

	group = EC_GROUP_new_by_curve_name_ex(libctx, NULL, curve_nids[curve]);
	ctx = BN_CTX_new_ex(libctx);
	if (group && ctx) {
		BN_CTX_start(ctx);
		r = number(ctx, sig, sig_len / 2);
		if (r)
			s = number(ctx, (const uint8_t *)sig + sig_len / 2, sig_len / 2);
		if (s)
			e = digest_number(ctx, group, digest, digest_len);
		q = EC_POINT_new(group);
		/* the conversion refuses a point that is not on the curve */
		if (e && q &&
		    EC_POINT_oct2point(group, q, cursor_at(point), cursor_left(point), ctx) == 1)
			result = ecdsa_check(ctx, group, q, e, r, s);
		BN_CTX_end(ctx);
	}
	EC_POINT_free(q);
	BN_CTX_free(ctx);
	EC_GROUP_free(group);
	return result;
}

int public_point_check(OSSL_LIB_CTX *libctx, enum curve curve, const struct cursor *point)
{
	EC_GROUP *group;
	EC_POINT *q = NULL;
	BN_CTX *ctx;
	int result = MOHR_ERR_CRYPTO;

	group = EC_GROUP_new_by_curve_name_ex(libctx, NULL, curve_nids[curve]);
	ctx = BN_CTX_new_ex(libctx);
	if (group && ctx)
		q = EC_POINT_new(group);
	/* the conversion refuses coordinates out of range and points off the curve; cofactors are 1 */
	if (q)
		result =
			EC_POINT_oct2point(group, q, cursor_at(point), cursor_left(point), ctx) == 1
				? 0
				: MOHR_ERR_POINT_INVALID;
	EC_POINT_free(q);
	BN_CTX_free(ctx);
	EC_GROUP_free(group);
	return result;
}
