/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What crypto.c shares with its siblings: the head of every struct digest, and the shapes that crypto.c
 * has checked before a sibling is called. Siblings never see a length of key, block or point that is
 * wrong, an empty chunk of data, an unknown algorithm, or a digest that is finished.
 */
#ifndef MOHR_CRYPTO_BACKEND_H
#define MOHR_CRYPTO_BACKEND_H

#include "crypto/crypto.h"

/* First member of a sibling's own digest; crypto.c fills it in after digest_new and digest_dup. */
struct digest {
	struct crypto *crypto;
	enum hash_alg alg;
	bool finished;
};

/* 16 or 8; 0 for an unknown cipher. */
size_t block_cipher_len(enum block_cipher cipher);
/* Bytes of a key; 0 for an unknown cipher. */
size_t block_cipher_key_len(enum block_cipher cipher);

/* crypto_point_check of an Ed25519 key (eddsa.c). */
MOHR_MUST_CHECK int eddsa_key_check(const struct cursor *key);

enum {
	BLOCK_MAX_LEN = 16,
	RSA_MIN_BITS =
		1024, /* SP 800-131A still lets such signatures be verified, nothing smaller */
	RSA_MAX_EXPONENT_LEN = 8,
};

#endif
