/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cryptography that the host needs, behind a vtable: crypto_openssl.c (a private OSSL_LIB_CTX,
 * made at first use; openssl.cnf is never read), crypto_bcrypt.c (Windows). No private key of the card ever comes here. All
 * functions may be called from several threads at once on one struct crypto.
 */
#ifndef MOHR_CRYPTO_CRYPTO_H
#define MOHR_CRYPTO_CRYPTO_H

#include "base/alg.h"
#include "base/buf.h"

struct crypto;
struct digest;

/* Key lengths 16, 24, 32, 24; block lengths 16, 16, 16, 8. No padding; iv NULL means ECB, else CBC. */
enum block_cipher { CIPHER_AES128, CIPHER_AES192, CIPHER_AES256, CIPHER_3DES };

struct crypto_ops {
	const char *name;
	void (*free)(struct crypto *c);
	int (*digest_new)(struct crypto *c, enum hash_alg alg, struct digest **ret);
	int (*digest_update)(struct digest *d, const void *data, size_t len);
	int (*digest_final)(struct digest *d, uint8_t *out);
	int (*digest_dup)(const struct digest *d, struct digest **ret);
	void (*digest_free)(struct digest *d);
	int (*random)(struct crypto *c, void *out, size_t len);
	int (*rsa_public)(struct crypto *c, const struct cursor *n, const struct cursor *e,
			  const uint8_t *in, uint8_t *out);
	int (*ecdsa_verify)(struct crypto *c, enum curve curve, const struct cursor *point,
			    const void *digest, size_t digest_len, const void *sig, size_t sig_len);
	int (*point_check)(struct crypto *c, enum curve curve, const struct cursor *point);
	int (*block_cipher)(struct crypto *c, enum block_cipher cipher, bool encrypt,
			    const void *key, const void *iv, const void *in, size_t len, void *out);
};

struct crypto {
	const struct crypto_ops *ops;
};

/* libcrypto; nothing of it is touched before the first operation. The caller owns the result. */
MOHR_MUST_CHECK int crypto_openssl_new(struct crypto **ret);
/* Windows CNG; exists in Windows builds only. */
MOHR_MUST_CHECK int crypto_bcrypt_new(struct crypto **ret);
void crypto_free(struct crypto *c);

/* One-shot; out has room for hash_len(alg). */
MOHR_MUST_CHECK int crypto_digest(struct crypto *c, enum hash_alg alg, const void *data, size_t len,
				  uint8_t *out);

/* The same as codec/ calls it (emsa_digest_fn); user is the struct crypto. */
MOHR_MUST_CHECK int crypto_digest_fn(void *user, enum hash_alg alg, const uint8_t *in,
				     size_t in_len, uint8_t *out);

/* Streaming; the digest must be freed before its crypto. final may be called once. */
MOHR_MUST_CHECK int digest_new(struct crypto *c, enum hash_alg alg, struct digest **ret);
MOHR_MUST_CHECK int digest_update(struct digest *d, const void *data, size_t len);
MOHR_MUST_CHECK int digest_final(struct digest *d, uint8_t *out);
/* A copy of the running state; the caller owns it. */
MOHR_MUST_CHECK int digest_dup(const struct digest *d, struct digest **ret);
void digest_free(struct digest *d);

/* RFC 2104, of any key length; key and data may be NULL where their length is 0. */
MOHR_MUST_CHECK int crypto_hmac(struct crypto *c, enum hash_alg alg, const void *key,
				size_t key_len, const void *data, size_t len, uint8_t *out);
MOHR_MUST_CHECK int crypto_random(struct crypto *c, void *out, size_t len);

/*
 * RSAEP (RFC 8017 §5.1.1): in and out have as many bytes as n. MOHR_ERR_DATA_INVALID if in >= n;
 * MOHR_ERR_CRYPTO for a key that is even, under 1024 or over LIMIT_RSA_BITS bits, or has leading zeros,
 * or an exponent that is even, 1, or of over 8 bytes.
 */
MOHR_MUST_CHECK int crypto_rsa_public(struct crypto *c, const struct cursor *n,
				      const struct cursor *e, const uint8_t *in, uint8_t *out);

/*
 * sig is r || s, each curve_len(curve) bytes; point is 04 || X || Y. 0, MOHR_ERR_SIGNATURE_INVALID,
 * MOHR_ERR_SIGNATURE_LENGTH, or MOHR_ERR_CRYPTO (point not on the curve).
 */
MOHR_MUST_CHECK int crypto_ecdsa_verify(struct crypto *c, enum curve curve,
					const struct cursor *point, const void *digest,
					size_t digest_len, const void *sig, size_t sig_len);

/*
 * RFC 8032 §5.1.7, Ed25519: key is the 32 bytes of §5.1.5, sig 64 bytes, data the message as it is. 0,
 * MOHR_ERR_SIGNATURE_INVALID, MOHR_ERR_SIGNATURE_LENGTH, MOHR_ERR_CRYPTO (key is no point), MOHR_ERR_ARGUMENT
 * for another curve.
 */
MOHR_MUST_CHECK int crypto_eddsa_verify(struct crypto *c, enum curve curve,
					const struct cursor *key, const void *data, size_t len,
					const void *sig, size_t sig_len);

/*
 * Whether point is a valid public key of this curve (SP 800-56A §5.6.2.3.3): 04 || X || Y, coordinates
 * in range, on the curve, not infinity; of Ed25519 32 bytes that decode (RFC 8032 §5.1.3).
 * MOHR_ERR_POINT_INVALID if not.
 */
MOHR_MUST_CHECK int crypto_point_check(struct crypto *c, enum curve curve,
				       const struct cursor *point);

/* len is a multiple of the block length; in and out may be the same. */
MOHR_MUST_CHECK int crypto_block_cipher(struct crypto *c, enum block_cipher cipher, bool encrypt,
					const void *key, const void *iv, const void *in, size_t len,
					void *out);
/* SP 800-38B; out has one block. */
MOHR_MUST_CHECK int crypto_cmac(struct crypto *c, enum block_cipher cipher, const void *key,
				const void *data, size_t len, uint8_t *out);

#endif
