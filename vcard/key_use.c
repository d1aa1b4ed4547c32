/* SPDX-License-Identifier: BSD-2-Clause */
/* Using private keys: signatures and decryption. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "vcard/algorithm.h"
#include "vcard/key.h"

static const EVP_MD *md(enum hash_alg alg)
{
	switch (alg) {
	case HASH_SHA1:
		return EVP_sha1();
	case HASH_SHA224:
		return EVP_sha224();
	case HASH_SHA256:
		return EVP_sha256();
	case HASH_SHA384:
		return EVP_sha384();
	case HASH_SHA512:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* Without a hash, libcrypto pads what it is given as it is. */
static bool set_padding(EVP_PKEY_CTX *ctx, uint8_t algorithm)
{
	const EVP_MD *hash = md(vcard_algorithm_hash(algorithm));

	if ((algorithm & 0x0F) == VCARD_PAD_PSS)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_signature_md(ctx, hash) == 1 &&
		       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, hash) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	       (!hash || EVP_PKEY_CTX_set_signature_md(ctx, hash) == 1);
}

/* r and s out of DER, each of the curve's length. */
static int put_plain(const uint8_t *der, size_t der_len, size_t len, struct buf *ret)
{
	const unsigned char *p = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)der_len);
	uint8_t *out = sig ? buf_extend(ret, 2 * len) : NULL;
	int r = MOHR_ERR_CRYPTO;

	if (out && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, (int)len) == (int)len &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + len, (int)len) == (int)len)
		r = 0;
	ECDSA_SIG_free(sig);
	return r;
}

static bool length_fits(const struct vcard_key *key, uint8_t algorithm, size_t len)
{
	enum hash_alg hash = vcard_algorithm_hash(algorithm);

	if (!vcard_algorithm_signs(algorithm, key->kind))
		return false;
	if (hash != HASH_NONE)
		return len == hash_len(hash);
	if (vcard_kind_is_rsa(key->kind))
		return len > 0 && len <= vcard_kind_len(key->kind) - 11;
	return len > 0 && len <= VCARD_ECDSA_RAW_MAX;
}

int vcard_key_sign(struct vcard_key *key, uint8_t algorithm, const uint8_t *data, size_t len,
		   struct buf *ret)
{
	uint8_t sig[LIMIT_SIGNATURE];
	size_t sig_len = sizeof(sig);
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *pkey;
	bool rsa = vcard_kind_is_rsa(key->kind);
	int r;

	if (!length_fits(key, algorithm, len))
		return MOHR_ERR_DATA_LENGTH;
	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (!ctx || EVP_PKEY_sign_init(ctx) != 1 || (rsa && !set_padding(ctx, algorithm)) ||
	    EVP_PKEY_sign(ctx, sig, &sig_len, data, len) != 1)
		r = MOHR_ERR_CRYPTO;
	else if (rsa)
		buf_put(ret, sig, sig_len);
	else
		r = put_plain(sig, sig_len, vcard_kind_len(key->kind), ret);
	EVP_PKEY_CTX_free(ctx);
	return r != 0 ? r : buf_err(ret);
}

/* All ones if a is zero, else zero; no branch. */
static uint32_t mask_zero(uint32_t a)
{
	return 0u - (uint32_t)(((uint64_t)a - 1) >> 63);
}

/*
 * RFC 8017 §7.2.2 step 3: 00 02, eight or more bytes that are not 00, 00, the message. Reads every
 * byte whatever it finds. Returns where the message begins, 0 if the padding is wrong.
 */
static size_t find_message(const uint8_t *em, size_t len)
{
	uint32_t good = mask_zero(em[0]) & mask_zero(em[1] ^ 0x02u);
	uint32_t seen = 0, start = 0;

	for (uint32_t i = 2; i < len; i++) {
		uint32_t first_zero = mask_zero(em[i]) & ~seen;

		start |= first_zero & (i + 1);
		seen |= first_zero;
		/* A separator among the first ten bytes leaves too few of padding. */
		if (i < 10)
			good &= ~first_zero;
	}
	return start & good; /* start is 0 where no separator was seen */
}

int vcard_key_decipher(struct vcard_key *key, const uint8_t *data, size_t len, struct buf *ret)
{
	uint8_t em[LIMIT_SIGNATURE];
	size_t em_len = sizeof(em), start;
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *pkey;
	int r;

	if (!vcard_kind_is_rsa(key->kind) || len != vcard_kind_len(key->kind))
		return MOHR_ERR_DATA_INVALID;
	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (!ctx || EVP_PKEY_decrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1 ||
	    EVP_PKEY_decrypt(ctx, em, &em_len, data, len) != 1 || em_len != len) {
		r = MOHR_ERR_DATA_INVALID; /* a number that is not below the modulus */
	} else if ((start = find_message(em, em_len)) == 0) {
		r = MOHR_ERR_DATA_INVALID;
	} else {
		buf_put(ret, em + start, em_len - start);
		r = buf_err(ret);
	}
	wipe(em, sizeof(em));
	EVP_PKEY_CTX_free(ctx);
	return r;
}
