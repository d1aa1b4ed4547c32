/* SPDX-License-Identifier: BSD-2-Clause */
/* libcrypto as the judge of signatures, with the key of the certificate that the module gives out. */
#ifndef TESTS_STRESS_JUDGE_H
#define TESTS_STRESS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

/* The caller frees it with EVP_PKEY_free; NULL if this is no certificate. */
EVP_PKEY *judge_key(const uint8_t *certificate, size_t len);

struct signed_data {
	const char *digest; /* libcrypto's name */
	bool pss;           /* RSA only; salt as long as the digest */
	const uint8_t *data;
	size_t len;
	const uint8_t *signature; /* as C_Sign returns it: r || s for ECDSA */
	size_t signature_len;
};

/* May be called from several threads with one key. */
bool judge_verifies(EVP_PKEY *key, const struct signed_data *s);

#endif
