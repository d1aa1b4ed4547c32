/* SPDX-License-Identifier: BSD-2-Clause */
/* libcrypto's opinion of what a card has made. */
#include "tests/replay/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { HASH_LEN = 32 };

static void sha256(const void *data, size_t len, uint8_t ret[HASH_LEN])
{
	if (EVP_Digest(data, len, ret, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

size_t judge_form(enum judge_form form, const void *data, size_t len, uint8_t *ret)
{
	/* RFC 8017 §9.2 note 1 */
	static const uint8_t info[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
				       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

	switch (form) {
	case JUDGE_DIGEST:
		sha256(data, len, ret);
		return HASH_LEN;
	case JUDGE_DIGEST_INFO:
		memcpy(ret, info, sizeof(info));
		sha256(data, len, ret + sizeof(info));
		return sizeof(info) + HASH_LEN;
	default:
		memcpy(ret, data, len);
		return len;
	}
}

void judge_hex(const void *data, size_t len, char *ret, size_t cap)
{
	const uint8_t *at = data;
	size_t i;

	*ret = '\0';
	for (i = 0; i < len && 2 * i + 2 < cap; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", at[i]);
}

void judge_digest(const void *data, size_t len, char ret[65])
{
	uint8_t digest[HASH_LEN];

	sha256(data, len, digest);
	judge_hex(digest, sizeof(digest), ret, 65);
}

EVP_PKEY *judge_certificate(const uint8_t *der, size_t len)
{
	const unsigned char *p = der;
	X509 *crt = d2i_X509(NULL, &p, (long)len);
	EVP_PKEY *key = crt != NULL && p == der + len ? X509_get_pubkey(crt) : NULL;

	X509_free(crt);
	return key;
}

EVP_PKEY *judge_public(const uint8_t *spki, size_t len)
{
	const unsigned char *p = spki;

	return d2i_PUBKEY(NULL, &p, (long)len);
}

/* r || s in DER; returns its length, 0 if that cannot be. */
static size_t der_of(const uint8_t *plain, size_t len, uint8_t *ret, size_t cap)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(plain, (int)len / 2, NULL);
	BIGNUM *s = BN_bin2bn(plain + len / 2, (int)len / 2, NULL);
	unsigned char *p = ret;
	int n = 0;

	if (sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1)
		n = i2d_ECDSA_SIG(sig, NULL);
	if (n > 0 && (size_t)n <= cap)
		n = i2d_ECDSA_SIG(sig, &p);
	ECDSA_SIG_free(sig);
	return n > 0 ? (size_t)n : 0;
}

bool judge_signature(EVP_PKEY *key, bool pss, const void *data, size_t len,
		     const uint8_t *signature, size_t signature_len)
{
	bool edwards = EVP_PKEY_is_a(key, "ED25519");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	uint8_t der[256];
	bool good;

	if (EVP_PKEY_is_a(key, "EC")) {
		if (signature_len % 2 != 0 || signature_len > 160)
			return false;
		signature_len = der_of(signature, signature_len, der, sizeof(der));
		signature = der;
	}
	good = EVP_DigestVerifyInit(ctx, &key_ctx, edwards ? NULL : EVP_sha256(), NULL, key) == 1;
	if (good && pss)
		good = EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING) == 1;
	good = good && EVP_DigestVerify(ctx, signature, signature_len, data, len) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

size_t judge_block_len(EVP_PKEY *key)
{
	return (size_t)EVP_PKEY_get_size(key);
}

bool judge_text(EVP_PKEY *key, const uint8_t *text, size_t len, const uint8_t *cryptogram,
		size_t cryptogram_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t again[512];
	size_t n = sizeof(again);
	bool good = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
		    EVP_PKEY_encrypt(ctx, again, &n, text, len) == 1 && n == cryptogram_len &&
		    memcmp(again, cryptogram, n) == 0;

	EVP_PKEY_CTX_free(ctx);
	return good;
}

size_t judge_base(EVP_PKEY *key, uint8_t *ret)
{
	char name[32];
	EC_GROUP *group;
	size_t len;

	if (EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) != 1)
		abort();
	group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(name));
	len = EC_POINT_point2oct(group, EC_GROUP_get0_generator(group),
				 POINT_CONVERSION_UNCOMPRESSED, ret, 160, NULL);
	EC_GROUP_free(group);
	return len;
}

bool judge_x(EVP_PKEY *key, const uint8_t *x, size_t len)
{
	BIGNUM *mine = NULL, *given = BN_bin2bn(x, (int)len, NULL);
	bool same = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &mine) == 1 &&
		    BN_cmp(mine, given) == 0;

	BN_free(mine);
	BN_free(given);
	return same;
}
