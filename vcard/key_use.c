/* SPDX-License-Identifier: BSD-2-Clause */
/* Using private keys: the bare operations, as the host or the application pads and unpads. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "vcard/key.h"

enum { UNCOMPRESSED = 0x04, MAX_ECDSA = 112 /* DER of two numbers of 384 bits */ };

int vcard_key_raw(struct vcard_key *key, const uint8_t *block, size_t len, struct buf *ret)
{
	size_t out_len = vcard_kind_len(key->kind), mark = ret->len;
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *pkey;
	uint8_t *out;
	int r;

	if (!vcard_kind_is_rsa(key->kind) || len != out_len)
		return MOHR_ERR_DATA_INVALID;
	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	if (!(out = buf_extend(ret, out_len)))
		return buf_err(ret);
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (!ctx || EVP_PKEY_decrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1)
		r = MOHR_ERR_CRYPTO;
	else if (EVP_PKEY_decrypt(ctx, out, &out_len, block, len) != 1)
		r = MOHR_ERR_DATA_INVALID; /* a number that is not below the modulus */
	EVP_PKEY_CTX_free(ctx);
	if (r != 0)
		buf_truncate(ret, mark);
	return r;
}

int vcard_key_ecdsa(struct vcard_key *key, const uint8_t *hash, size_t len, struct buf *ret)
{
	uint8_t der[MAX_ECDSA];
	size_t der_len = sizeof(der);
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *pkey;
	int r;

	if (!vcard_kind_is_ec(key->kind) || len == 0 || len > vcard_kind_len(key->kind))
		return MOHR_ERR_DATA_INVALID;
	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (!ctx || EVP_PKEY_sign_init(ctx) != 1 ||
	    EVP_PKEY_sign(ctx, der, &der_len, hash, len) != 1)
		r = MOHR_ERR_CRYPTO;
	else
		buf_put(ret, der, der_len);
	EVP_PKEY_CTX_free(ctx);
	return r != 0 ? r : buf_err(ret);
}

int vcard_key_eddsa(struct vcard_key *key, const uint8_t *message, size_t len, struct buf *ret)
{
	uint8_t signature[2 * VCARD_ED25519_LEN];
	size_t signature_len = sizeof(signature);
	EVP_MD_CTX *ctx;
	EVP_PKEY *pkey;
	int r;

	if (key->kind != VCARD_ED25519)
		return MOHR_ERR_DATA_INVALID;
	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	ctx = EVP_MD_CTX_new();
	if (!ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) != 1 ||
	    EVP_DigestSign(ctx, signature, &signature_len, message, len) != 1)
		r = MOHR_ERR_CRYPTO;
	else
		buf_put(ret, signature, signature_len);
	EVP_MD_CTX_free(ctx);
	return r != 0 ? r : buf_err(ret);
}

int vcard_ecdsa_plain(const uint8_t *der, size_t der_len, size_t len, struct buf *ret)
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

/* All ones if a is zero, else zero; no branch. */
static uint32_t mask_zero(uint32_t a)
{
	return 0u - (uint32_t)(((uint64_t)a - 1) >> 63);
}

size_t vcard_eme_message(const uint8_t *em, size_t len)
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

/* The peer's public key; NULL if the point is none of this curve. libcrypto looks. */
static EVP_PKEY *load_peer(EVP_PKEY *pkey, const uint8_t *point, size_t len)
{
	EVP_PKEY *peer = EVP_PKEY_new();

	if (peer && EVP_PKEY_copy_parameters(peer, pkey) == 1 &&
	    EVP_PKEY_set1_encoded_public_key(peer, point, len) == 1)
		return peer;
	EVP_PKEY_free(peer);
	return NULL;
}

int vcard_key_agree(struct vcard_key *key, const uint8_t *point, size_t len, struct buf *ret)
{
	uint8_t shared[48];
	size_t shared_len = sizeof(shared), want = vcard_kind_len(key->kind);
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *pkey, *peer;
	int r;

	if (!vcard_kind_is_ec(key->kind) || len != 1 + 2 * want || point[0] != UNCOMPRESSED)
		return MOHR_ERR_DATA_INVALID;
	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	if (!(peer = load_peer(pkey, point, len)))
		return MOHR_ERR_DATA_INVALID;
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (!ctx || EVP_PKEY_derive_init(ctx) != 1 || EVP_PKEY_derive_set_peer(ctx, peer) != 1 ||
	    EVP_PKEY_derive(ctx, shared, &shared_len) != 1 || shared_len != want)
		r = MOHR_ERR_CRYPTO;
	else
		buf_put(ret, shared, shared_len);
	wipe(shared, sizeof(shared));
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return r != 0 ? r : buf_err(ret);
}
