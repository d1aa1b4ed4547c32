/* SPDX-License-Identifier: BSD-2-Clause */
/* libcrypto's opinion of what a card has made. */
#ifndef TESTS_REPLAY_JUDGE_H
#define TESTS_REPLAY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

/* How the data of a signature are given: as they are, as their SHA-256, as that in a DigestInfo. */
enum judge_form { JUDGE_MESSAGE, JUDGE_DIGEST, JUDGE_DIGEST_INFO };

/* Writes data in that form into ret (128 bytes of room) and returns its length. */
size_t judge_form(enum judge_form form, const void *data, size_t len, uint8_t *ret);

/* Text of the bytes, cut if it does not fit; of their SHA-256. */
void judge_hex(const void *data, size_t len, char *ret, size_t cap);
void judge_digest(const void *data, size_t len, char ret[65]);

/* The key of a certificate, or of a SubjectPublicKeyInfo, which fill the bytes; NULL if they do not. */
EVP_PKEY *judge_certificate(const uint8_t *der, size_t len);
EVP_PKEY *judge_public(const uint8_t *spki, size_t len);

/* Whether this is a signature of the data: RSA or ECDSA (r || s) with SHA-256, Ed25519. */
bool judge_signature(EVP_PKEY *key, bool pss, const void *data, size_t len,
		     const uint8_t *signature, size_t signature_len);

/* Bytes of an RSA modulus. */
size_t judge_block_len(EVP_PKEY *key);
/* Whether the text, raised to the public exponent, is the cryptogram. */
bool judge_text(EVP_PKEY *key, const uint8_t *text, size_t len, const uint8_t *cryptogram,
		size_t cryptogram_len);

/* The base point of the key's curve, uncompressed; returns its length. ret has 160 bytes of room. */
size_t judge_base(EVP_PKEY *key, uint8_t *ret);
/* Whether this is the x coordinate of the key's point. */
bool judge_x(EVP_PKEY *key, const uint8_t *x, size_t len);

#endif
