/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dispatch to the sibling that does the work. Every argument is checked here, so that all siblings
 * refuse the same things with the same error.
 */
#include "crypto/crypto.h"

#include <limits.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/backend.h"

size_t block_cipher_len(enum block_cipher cipher)
{
	switch (cipher) {
	case CIPHER_AES128:
	case CIPHER_AES192:
	case CIPHER_AES256:
		return 16;
	case CIPHER_3DES:
		return 8;
	}
	return 0;
}

size_t block_cipher_key_len(enum block_cipher cipher)
{
	switch (cipher) {
	case CIPHER_AES128:
		return 16;
	case CIPHER_AES192:
	case CIPHER_3DES:
		return 24;
	case CIPHER_AES256:
		return 32;
	}
	return 0;
}

void crypto_free(struct crypto *c)
{
	if (c)
		c->ops->free(c);
}

int digest_new(struct crypto *c, enum hash_alg alg, struct digest **ret)
{
	struct digest *d;
	int r;

	if (hash_len(alg) == 0)
		return MOHR_ERR_ARGUMENT;
	r = c->ops->digest_new(c, alg, &d);
	if (r != 0)
		return r;
	*d = (struct digest){.crypto = c, .alg = alg};
	*ret = d;
	return 0;
}

int digest_update(struct digest *d, const void *data, size_t len)
{
	if (d->finished)
		return MOHR_ERR_ARGUMENT;
	return len == 0 ? 0 : d->crypto->ops->digest_update(d, data, len);
}

int digest_final(struct digest *d, uint8_t *out)
{
	if (d->finished)
		return MOHR_ERR_ARGUMENT;
	d->finished = true;
	return d->crypto->ops->digest_final(d, out);
}

int digest_dup(const struct digest *d, struct digest **ret)
{
	struct digest *copy;
	int r;

	if (d->finished)
		return MOHR_ERR_ARGUMENT;
	r = d->crypto->ops->digest_dup(d, &copy);
	if (r != 0)
		return r;
	*copy = *d;
	*ret = copy;
	return 0;
}

void digest_free(struct digest *d)
{
	if (d)
		d->crypto->ops->digest_free(d);
}

int crypto_digest(struct crypto *c, enum hash_alg alg, const void *data, size_t len, uint8_t *out)
{
	struct digest *d;
	int r = digest_new(c, alg, &d);

	if (r != 0)
		return r;
	r = digest_update(d, data, len);
	if (r == 0)
		r = digest_final(d, out);
	digest_free(d);
	return r;
}

int crypto_digest_fn(void *user, enum hash_alg alg, const uint8_t *in, size_t in_len, uint8_t *out)
{
	return crypto_digest(user, alg, in, in_len, out);
}

int crypto_random(struct crypto *c, void *out, size_t len)
{
	return len == 0 ? 0 : c->ops->random(c, out, len);
}

/* The shape of an RSA public key (RFC 8017 §3.1): odd, no leading zero, 3 <= e < n. */
static int check_rsa_key(const struct cursor *n, const struct cursor *e)
{
	const uint8_t *n_at = cursor_at(n), *e_at = cursor_at(e);
	size_t n_len = cursor_left(n), e_len = cursor_left(e);

	if (n_len < RSA_MIN_BITS / 8 || n_len > LIMIT_RSA_BITS / 8)
		return MOHR_ERR_CRYPTO;
	if (e_len == 0 || e_len > RSA_MAX_EXPONENT_LEN)
		return MOHR_ERR_CRYPTO;
	if (n_at[0] == 0 || (n_at[n_len - 1] & 1) == 0)
		return MOHR_ERR_CRYPTO;
	if (e_at[0] == 0 || (e_at[e_len - 1] & 1) == 0 || (e_len == 1 && e_at[0] < 3))
		return MOHR_ERR_CRYPTO;
	return 0;
}

int crypto_rsa_public(struct crypto *c, const struct cursor *n, const struct cursor *e,
		      const uint8_t *in, uint8_t *out)
{
	int r = check_rsa_key(n, e);

	if (r != 0)
		return r;
	/* RFC 8017 §5.1.1 step 1; both have the same number of bytes */
	if (memcmp(in, cursor_at(n), cursor_left(n)) >= 0)
		return MOHR_ERR_DATA_INVALID;
	return c->ops->rsa_public(c, n, e, in, out);
}

static bool all_zero(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] != 0)
			return false;
	}
	return true;
}

int crypto_ecdsa_verify(struct crypto *c, enum curve curve, const struct cursor *point,
			const void *digest, size_t digest_len, const void *sig, size_t sig_len)
{
	size_t len = curve_len(curve);
	const uint8_t *rs = sig;

	if (!curve_is_weierstrass(curve))
		return MOHR_ERR_ARGUMENT;
	if (cursor_left(point) != 1 + 2 * len || cursor_at(point)[0] != 0x04)
		return MOHR_ERR_CRYPTO;
	if (digest_len == 0 || digest_len > HASH_MAX_LEN)
		return MOHR_ERR_DATA_LENGTH;
	if (sig_len != 2 * len)
		return MOHR_ERR_SIGNATURE_LENGTH;
	/* FIPS 186-5 §6.4.2 step 1: r and s from 1 on; the sibling checks the upper end */
	if (all_zero(rs, len) || all_zero(rs + len, len))
		return MOHR_ERR_SIGNATURE_INVALID;
	return c->ops->ecdsa_verify(c, curve, point, digest, digest_len, sig, sig_len);
}

int crypto_point_check(struct crypto *c, enum curve curve, const struct cursor *point)
{
	size_t len = curve_len(curve);

	if (curve == CURVE_ED25519)
		return eddsa_key_check(point);
	if (!curve_is_weierstrass(curve))
		return MOHR_ERR_ARGUMENT;
	/* other forms, and infinity, are of other lengths */
	if (cursor_left(point) != 1 + 2 * len || cursor_at(point)[0] != 0x04)
		return MOHR_ERR_POINT_INVALID;
	return c->ops->point_check(c, curve, point);
}

int crypto_block_cipher(struct crypto *c, enum block_cipher cipher, bool encrypt, const void *key,
			const void *iv, const void *in, size_t len, void *out)
{
	size_t block = block_cipher_len(cipher);

	if (block == 0)
		return MOHR_ERR_ARGUMENT;
	if (len % block != 0 || len > INT_MAX)
		return MOHR_ERR_DATA_LENGTH;
	return len == 0 ? 0 : c->ops->block_cipher(c, cipher, encrypt, key, iv, in, len, out);
}
