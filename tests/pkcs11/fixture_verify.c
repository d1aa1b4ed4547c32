/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures are judged by libcrypto, with the certificate as the module gives it out. */
#include "tests/pkcs11/fixture.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static EVP_PKEY *certificate_key(struct fixture *fx, CK_SESSION_HANDLE session)
{
	uint8_t der[8192];
	const uint8_t *at = der;
	size_t len = attribute_of(fx, session, find_one(fx, session, CKO_CERTIFICATE), CKA_VALUE,
				  der, sizeof(der));
	X509 *certificate = d2i_X509(NULL, &at, (long)len);
	EVP_PKEY *key;

	assert_non_null(certificate);
	assert_int_equal(at - der, len);
	key = X509_get_pubkey(certificate);
	X509_free(certificate);
	assert_non_null(key);
	return key;
}

/* r || s as DER, as libcrypto wants it. */
static size_t to_der(const uint8_t *signature, size_t len, uint8_t **ret)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	int der_len;

	assert_int_equal(len % 2, 0);
	assert_int_equal(ECDSA_SIG_set0(pair, BN_bin2bn(signature, (int)len / 2, NULL),
					BN_bin2bn(signature + len / 2, (int)len / 2, NULL)),
			 1);
	der_len = i2d_ECDSA_SIG(pair, ret);
	ECDSA_SIG_free(pair);
	assert_true(der_len > 0);
	return (size_t)der_len;
}

static void set_pss(EVP_PKEY_CTX *ctx, const struct signature_check *how)
{
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, how->salt_len), 1);
}

static bool verify_digest(EVP_PKEY *key, const struct signature_check *how, const void *data,
			  size_t len, const uint8_t *signature, size_t signature_len)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	bool good;

	assert_int_equal(
		EVP_DigestVerifyInit(md, &ctx, EVP_get_digestbyname(how->digest), NULL, key), 1);
	if (how->pss)
		set_pss(ctx, how);
	good = EVP_DigestVerify(md, signature, signature_len, data, len) == 1;
	EVP_MD_CTX_free(md);
	return good;
}

static bool verify_plain(EVP_PKEY *key, const void *data, size_t len, const uint8_t *signature,
			 size_t signature_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	bool good;

	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	if (EVP_PKEY_is_a(key, "RSA"))
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
	good = EVP_PKEY_verify(ctx, signature, signature_len, data, len) == 1;
	EVP_PKEY_CTX_free(ctx);
	return good;
}

bool certificate_verifies(struct fixture *fx, CK_SESSION_HANDLE session,
			  const struct signature_check *how, const void *data, size_t len,
			  const void *signature, size_t signature_len)
{
	EVP_PKEY *key = certificate_key(fx, session);
	const uint8_t *encoded = signature;
	uint8_t *der = NULL;
	bool good;

	if (how->ecdsa) {
		signature_len = to_der(signature, signature_len, &der);
		encoded = der;
	}
	if (how->digest)
		good = verify_digest(key, how, data, len, encoded, signature_len);
	else
		good = verify_plain(key, data, len, encoded, signature_len);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return good;
}
