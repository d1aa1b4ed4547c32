/* SPDX-License-Identifier: BSD-2-Clause */
/* libcrypto as the judge of what the module encrypts, decrypts and derives. */
#include "tests/pkcs11/peer.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

EVP_PKEY *peer_public_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	uint8_t der[1024];
	const uint8_t *at = der;
	size_t len = attribute_of(fx, session, object, CKA_PUBLIC_KEY_INFO, der, sizeof(der));
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)len);

	assert_non_null(key);
	assert_int_equal(at - der, len);
	return key;
}

static void set_padding(EVP_PKEY_CTX *ctx, const struct peer_padding *p)
{
	char *label;

	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, p->mode), 1);
	if (p->mode != RSA_PKCS1_OAEP_PADDING)
		return;
	assert_int_equal(EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_get_digestbyname(p->md)), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_get_digestbyname(p->mgf)), 1);
	if (!p->label)
		return;
	label = OPENSSL_strdup(p->label);
	assert_int_equal(EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, label, (int)strlen(label)), 1);
}

void peer_encrypt(EVP_PKEY *key, const struct peer_padding *padding, const void *text, size_t len,
		  uint8_t *ret)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t out_len = 256;

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	set_padding(ctx, padding);
	assert_int_equal(EVP_PKEY_encrypt(ctx, ret, &out_len, text, len), 1);
	assert_int_equal(out_len, 256);
	EVP_PKEY_CTX_free(ctx);
}

int peer_decrypt(EVP_PKEY *key, const struct peer_padding *padding, const uint8_t *cryptogram,
		 size_t len, uint8_t *ret)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t out_len = 256;
	int r;

	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	set_padding(ctx, padding);
	r = EVP_PKEY_decrypt(ctx, ret, &out_len, cryptogram, len);
	EVP_PKEY_CTX_free(ctx);
	return r == 1 ? (int)out_len : -1;
}

size_t peer_point(EVP_PKEY *key, uint8_t *ret, size_t cap)
{
	size_t len = 0;

	assert_int_equal(
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, ret, cap, &len), 1);
	assert_int_equal(ret[0], 4);
	return len;
}

size_t peer_agree(EVP_PKEY *mine, EVP_PKEY *theirs, uint8_t *ret, size_t cap)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
	size_t len = cap;

	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, theirs), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, ret, &len), 1);
	EVP_PKEY_CTX_free(ctx);
	return len;
}

void peer_kdf(const char *md, const void *shared, size_t shared_len, const void *info,
	      size_t info_len, uint8_t *ret, size_t len)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "X963KDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)(uintptr_t)md, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)shared,
						  shared_len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info,
						  info_len),
		OSSL_PARAM_construct_end(),
	};

	assert_int_equal(EVP_KDF_derive(ctx, ret, len, params), 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}
