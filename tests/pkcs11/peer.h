/* SPDX-License-Identifier: BSD-2-Clause */
/* The other side of encryption and key agreement, by libcrypto. */
#ifndef TESTS_PKCS11_PEER_H
#define TESTS_PKCS11_PEER_H

#include <openssl/evp.h>

#include "tests/pkcs11/fixture.h"

/* How libcrypto pads: RSA_PKCS1_OAEP_PADDING and so on; the rest is OAEP's. */
struct peer_padding {
	int mode;
	const char *md, *mgf; /* "SHA256" */
	const char *label;    /* or NULL */
};

/* The key of an object, by its CKA_PUBLIC_KEY_INFO. The caller frees it. */
EVP_PKEY *peer_public_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object);

/* Encrypts for a key of 256 bytes. */
void peer_encrypt(EVP_PKEY *key, const struct peer_padding *padding, const void *text, size_t len,
		  uint8_t *ret);
/* The text's length, or -1 if it finds a fault. */
int peer_decrypt(EVP_PKEY *key, const struct peer_padding *padding, const uint8_t *cryptogram,
		 size_t len, uint8_t *ret);

/* A point as 04 || X || Y; returns its length. */
size_t peer_point(EVP_PKEY *key, uint8_t *ret, size_t cap);
/* The x coordinate of the shared point; returns its length. */
size_t peer_agree(EVP_PKEY *mine, EVP_PKEY *theirs, uint8_t *ret, size_t cap);
/* ANSI X9.63's function with this hash. */
void peer_kdf(const char *md, const void *shared, size_t shared_len, const void *info,
	      size_t info_len, uint8_t *ret, size_t len);

#endif
