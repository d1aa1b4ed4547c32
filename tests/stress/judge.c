/* SPDX-License-Identifier: BSD-2-Clause */
/* Verifying with libcrypto: see the header. */
#include "tests/stress/judge.h"

#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

EVP_PKEY *judge_key(const uint8_t *certificate, size_t len)
{
	X509 *x = d2i_X509(NULL, &certificate, (long)len);
	EVP_PKEY *key = x != NULL ? X509_get_pubkey(x) : NULL;

	X509_free(x);
	return key;
}

/* r || s as DER; its length, or less than 1. */
static int to_der(const struct signed_data *s, uint8_t **ret)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	int half = (int)s->signature_len / 2, len = 0;

	if (pair != NULL && s->signature_len > 0 && s->signature_len % 2 == 0 &&
	    ECDSA_SIG_set0(pair, BN_bin2bn(s->signature, half, NULL),
			   BN_bin2bn(s->signature + half, half, NULL)) == 1)
		len = i2d_ECDSA_SIG(pair, ret);
	ECDSA_SIG_free(pair);
	return len;
}

static bool verify(EVP_PKEY *key, const struct signed_data *s, const uint8_t *signature, size_t len)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	bool good = md != NULL &&
		    EVP_DigestVerifyInit(md, &ctx, EVP_get_digestbyname(s->digest), NULL, key) == 1;

	if (good && s->pss)
		good = EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
	good = good && EVP_DigestVerify(md, signature, len, s->data, s->len) == 1;
	EVP_MD_CTX_free(md);
	return good;
}

bool judge_verifies(EVP_PKEY *key, const struct signed_data *s)
{
	uint8_t *der = NULL;
	bool good;
	int len;

	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
		return verify(key, s, s->signature, s->signature_len);
	len = to_der(s, &der);
	good = len > 0 && verify(key, s, der, (size_t)len);
	OPENSSL_free(der);
	return good;
}
