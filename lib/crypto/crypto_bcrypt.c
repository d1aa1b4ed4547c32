/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows CNG (bcrypt.dll). It has no SHA-224: MOHR_ERR_NOT_SUPPORTED. */
#include <windows.h>

#include <bcrypt.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/backend.h"

struct bcrypt {
	struct crypto base;
	BCRYPT_ALG_HANDLE
	hashes[N_HASH_ALGS]; /* open as long as this lives: digests stand on them */
};

struct bcrypt_digest {
	struct digest base;
	BCRYPT_HASH_HANDLE handle;
};

static const wchar_t *const hash_ids[N_HASH_ALGS] = {
	[HASH_SHA1] = BCRYPT_SHA1_ALGORITHM,
	[HASH_SHA256] = BCRYPT_SHA256_ALGORITHM,
	[HASH_SHA384] = BCRYPT_SHA384_ALGORITHM,
	[HASH_SHA512] = BCRYPT_SHA512_ALGORITHM,
};

static const struct {
	const wchar_t *id;
	ULONG magic;
} curves[N_CURVES] = {
	[CURVE_P256] = {BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECDSA_PUBLIC_P256_MAGIC},
	[CURVE_P384] = {BCRYPT_ECDSA_P384_ALGORITHM, BCRYPT_ECDSA_PUBLIC_P384_MAGIC},
	[CURVE_P521] = {BCRYPT_ECDSA_P521_ALGORITHM, BCRYPT_ECDSA_PUBLIC_P521_MAGIC},
};

/* CNG's inputs are not const. */
union bytes {
	const void *in;
	PUCHAR out;
};

static PUCHAR unconst(const void *data)
{
	return (union bytes){.in = data}.out;
}

/* CNG takes lengths of 32 bits: longer data go in pieces. */
static int hash_data(BCRYPT_HASH_HANDLE handle, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ULONG n = len < 0x40000000 ? (ULONG)len : 0x40000000;

		if (BCryptHashData(handle, unconst(data), n, 0) < 0)
			return MOHR_ERR_CRYPTO;
		data += n;
		len -= n;
	}
	return 0;
}

static int bcrypt_digest_new(struct crypto *c, enum hash_alg alg, struct digest **ret)
{
	const struct bcrypt *b = (const struct bcrypt *)c;
	struct bcrypt_digest *d;

	if (!b->hashes[alg])
		return MOHR_ERR_NOT_SUPPORTED;
	d = calloc(1, sizeof *d);
	if (!d)
		return MOHR_ERR_NOMEM;
	if (BCryptCreateHash(b->hashes[alg], &d->handle, NULL, 0, NULL, 0, 0) < 0) {
		free(d);
		return MOHR_ERR_CRYPTO;
	}
	*ret = &d->base;
	return 0;
}

static int bcrypt_digest_update(struct digest *digest, const void *data, size_t len)
{
	return hash_data(((struct bcrypt_digest *)digest)->handle, data, len);
}

static int bcrypt_digest_final(struct digest *digest, uint8_t *out)
{
	struct bcrypt_digest *d = (struct bcrypt_digest *)digest;

	return BCryptFinishHash(d->handle, out, (ULONG)hash_len(digest->alg), 0) < 0
		       ? MOHR_ERR_CRYPTO
		       : 0;
}

static int bcrypt_digest_dup(const struct digest *digest, struct digest **ret)
{
	const struct bcrypt_digest *d = (const struct bcrypt_digest *)digest;
	struct bcrypt_digest *copy = calloc(1, sizeof *copy);

	if (!copy)
		return MOHR_ERR_NOMEM;
	if (BCryptDuplicateHash(d->handle, &copy->handle, NULL, 0, 0) < 0) {
		free(copy);
		return MOHR_ERR_CRYPTO;
	}
	*ret = &copy->base;
	return 0;
}

static void bcrypt_digest_free(struct digest *digest)
{
	struct bcrypt_digest *d = (struct bcrypt_digest *)digest;

	(void)BCryptDestroyHash(d->handle);
	free(d);
}

static int bcrypt_random(struct crypto *c, void *out, size_t len)
{
	uint8_t *at = out;

	(void)c;
	while (len > 0) {
		ULONG n = len < 0x40000000 ? (ULONG)len : 0x40000000;

		if (BCryptGenRandom(NULL, at, n, BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0)
			return MOHR_ERR_CRYPTO;
		at += n;
		len -= n;
	}
	return 0;
}

static int import_public(const wchar_t *id, const wchar_t *blob_type, const void *blob, size_t len,
			 BCRYPT_ALG_HANDLE *ret_provider, BCRYPT_KEY_HANDLE *ret_key)
{
	BCRYPT_ALG_HANDLE provider;

	if (BCryptOpenAlgorithmProvider(&provider, id, NULL, 0) < 0)
		return MOHR_ERR_CRYPTO;
	if (BCryptImportKeyPair(provider, NULL, blob_type, ret_key, unconst(blob), (ULONG)len, 0) <
	    0) {
		(void)BCryptCloseAlgorithmProvider(provider, 0);
		return MOHR_ERR_CRYPTO;
	}
	*ret_provider = provider;
	return 0;
}

static int bcrypt_rsa_public(struct crypto *c, const struct cursor *n, const struct cursor *e,
			     const uint8_t *in, uint8_t *out)
{
	struct {
		BCRYPT_RSAKEY_BLOB head;
		uint8_t numbers[RSA_MAX_EXPONENT_LEN + LIMIT_RSA_BITS / 8];
	} blob = {.head = {.Magic = BCRYPT_RSAPUBLIC_MAGIC}};
	size_t len = cursor_left(n), e_len = cursor_left(e);
	BCRYPT_ALG_HANDLE provider;
	BCRYPT_KEY_HANDLE key;
	ULONG written = 0;
	int r;

	(void)c;
	blob.head.BitLength = (ULONG)(8 * len);
	for (uint8_t top = cursor_at(n)[0]; top < 0x80; top = (uint8_t)(top << 1))
		blob.head.BitLength--;
	blob.head.cbPublicExp = (ULONG)e_len;
	blob.head.cbModulus = (ULONG)len;
	memcpy(blob.numbers, cursor_at(e), e_len);
	memcpy(blob.numbers + e_len, cursor_at(n), len);
	r = import_public(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, &blob,
			  sizeof blob.head + e_len + len, &provider, &key);
	if (r != 0)
		return r;
	if (BCryptEncrypt(key, unconst(in), (ULONG)len, NULL, NULL, 0, out, (ULONG)len, &written,
			  BCRYPT_PAD_NONE) < 0 ||
	    written != len)
		r = MOHR_ERR_CRYPTO;
	(void)BCryptDestroyKey(key);
	(void)BCryptCloseAlgorithmProvider(provider, 0);
	return r;
}

/* CNG refuses a point that is not on the curve. */
static int import_point(enum curve curve, const struct cursor *point,
			BCRYPT_ALG_HANDLE *ret_provider, BCRYPT_KEY_HANDLE *ret_key)
{
	struct {
		BCRYPT_ECCKEY_BLOB head;
		uint8_t xy[2 * 66];
	} blob = {.head = {.dwMagic = curves[curve].magic, .cbKey = (ULONG)curve_len(curve)}};
	size_t len = curve_len(curve);

	memcpy(blob.xy, cursor_at(point) + 1, 2 * len);
	return import_public(curves[curve].id, BCRYPT_ECCPUBLIC_BLOB, &blob,
			     sizeof blob.head + 2 * len, ret_provider, ret_key);
}

static int bcrypt_ecdsa_verify(struct crypto *c, enum curve curve, const struct cursor *point,
			       const void *digest, size_t digest_len, const void *sig,
			       size_t sig_len)
{
	size_t len = curve_len(curve);
	BCRYPT_ALG_HANDLE provider;
	BCRYPT_KEY_HANDLE key;
	int r;

	(void)c;
	r = import_point(curve, point, &provider, &key);
	if (r != 0)
		return r;
	/* FIPS 186-5 §6.4.2 step 2: the leftmost bits; only P-521 is longer than any digest */
	if (digest_len > len)
		digest_len = len;
	if (BCryptVerifySignature(key, NULL, unconst(digest), (ULONG)digest_len, unconst(sig),
				  (ULONG)sig_len, 0) < 0)
		r = MOHR_ERR_SIGNATURE_INVALID;
	(void)BCryptDestroyKey(key);
	(void)BCryptCloseAlgorithmProvider(provider, 0);
	return r;
}

static int bcrypt_point_check(struct crypto *c, enum curve curve, const struct cursor *point)
{
	BCRYPT_ALG_HANDLE provider;
	BCRYPT_KEY_HANDLE key;

	(void)c;
	if (import_point(curve, point, &provider, &key) != 0)
		return MOHR_ERR_POINT_INVALID;
	(void)BCryptDestroyKey(key);
	(void)BCryptCloseAlgorithmProvider(provider, 0);
	return 0;
}

static int bcrypt_block_cipher(struct crypto *c, enum block_cipher cipher, bool encrypt,
			       const void *key, const void *iv, const void *in, size_t len,
			       void *out)
{
	const wchar_t *id = cipher == CIPHER_3DES ? BCRYPT_3DES_ALGORITHM : BCRYPT_AES_ALGORITHM;
	const wchar_t *mode = iv ? BCRYPT_CHAIN_MODE_CBC : BCRYPT_CHAIN_MODE_ECB;
	ULONG mode_size = iv ? sizeof BCRYPT_CHAIN_MODE_CBC : sizeof BCRYPT_CHAIN_MODE_ECB;
	ULONG block = iv ? (ULONG)block_cipher_len(cipher) : 0, written = 0;
	uint8_t chain[BLOCK_MAX_LEN];
	BCRYPT_ALG_HANDLE provider;
	BCRYPT_KEY_HANDLE handle;
	NTSTATUS status;
	int r = MOHR_ERR_CRYPTO;

	(void)c;
	if (BCryptOpenAlgorithmProvider(&provider, id, NULL, 0) < 0)
		return MOHR_ERR_CRYPTO;
	if (BCryptSetProperty(provider, BCRYPT_CHAINING_MODE, unconst(mode), mode_size, 0) < 0)
		goto out;
	if (BCryptGenerateSymmetricKey(provider, &handle, NULL, 0, unconst(key),
				       (ULONG)block_cipher_key_len(cipher), 0) < 0)
		goto out;
	if (iv)
		memcpy(chain, iv, block); /* CNG changes it */
	status = encrypt ? BCryptEncrypt(handle, unconst(in), (ULONG)len, NULL, iv ? chain : NULL,
					 block, out, (ULONG)len, &written, 0)
			 : BCryptDecrypt(handle, unconst(in), (ULONG)len, NULL, iv ? chain : NULL,
					 block, out, (ULONG)len, &written, 0);
	if (status >= 0 && written == len)
		r = 0;
	(void)BCryptDestroyKey(handle);
out:
	(void)BCryptCloseAlgorithmProvider(provider, 0);
	return r;
}

static void bcrypt_free(struct crypto *c)
{
	struct bcrypt *b = (struct bcrypt *)c;

	for (size_t i = 0; i < N_HASH_ALGS; i++) {
		if (b->hashes[i])
			(void)BCryptCloseAlgorithmProvider(b->hashes[i], 0);
	}
	free(b);
}

static const struct crypto_ops bcrypt_ops = {
	.name = "bcrypt",
	.free = bcrypt_free,
	.digest_new = bcrypt_digest_new,
	.digest_update = bcrypt_digest_update,
	.digest_final = bcrypt_digest_final,
	.digest_dup = bcrypt_digest_dup,
	.digest_free = bcrypt_digest_free,
	.random = bcrypt_random,
	.rsa_public = bcrypt_rsa_public,
	.ecdsa_verify = bcrypt_ecdsa_verify,
	.point_check = bcrypt_point_check,
	.block_cipher = bcrypt_block_cipher,
};

int crypto_bcrypt_new(struct crypto **ret)
{
	struct bcrypt *b = calloc(1, sizeof *b);

	if (!b)
		return MOHR_ERR_NOMEM;
	b->base.ops = &bcrypt_ops;
	for (size_t i = 0; i < N_HASH_ALGS; i++) {
		if (hash_ids[i] &&
		    BCryptOpenAlgorithmProvider(&b->hashes[i], hash_ids[i], NULL, 0) < 0) {
			b->hashes[i] = NULL;
			bcrypt_free(&b->base);
			return MOHR_ERR_CRYPTO;
		}
	}
	*ret = &b->base;
	return 0;
}
