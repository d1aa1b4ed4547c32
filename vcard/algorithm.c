/* SPDX-License-Identifier: BSD-2-Clause */
/* The algorithm byte: docs/natid-card.md, "Keys". */
#include "vcard/algorithm.h"

#define HASH(algorithm) ((algorithm) >> 4)
#define PAD(algorithm)  ((algorithm)&0x0F)

/* By high nibble. */
static const enum hash_alg hashes[16] = {
	[1] = HASH_SHA1, [3] = HASH_SHA224, [4] = HASH_SHA256, [5] = HASH_SHA384, [6] = HASH_SHA512,
};

bool vcard_kind_is_rsa(enum vcard_key_kind kind)
{
	return kind == VCARD_RSA2048 || kind == VCARD_RSA3072 || kind == VCARD_RSA4096;
}

enum hash_alg vcard_algorithm_hash(uint8_t algorithm)
{
	return hashes[HASH(algorithm)];
}

bool vcard_algorithm_signs(uint8_t algorithm, enum vcard_key_kind kind)
{
	bool hashed = vcard_algorithm_hash(algorithm) != HASH_NONE;

	if (!hashed && HASH(algorithm) != 0)
		return false;
	if (PAD(algorithm) == VCARD_PAD_ECDSA)
		return !vcard_kind_is_rsa(kind);
	if (PAD(algorithm) == VCARD_PAD_PKCS1)
		return vcard_kind_is_rsa(kind);
	return PAD(algorithm) == VCARD_PAD_PSS && hashed && vcard_kind_is_rsa(kind);
}

bool vcard_algorithm_hashes(uint8_t algorithm)
{
	uint8_t pad = PAD(algorithm);

	return vcard_algorithm_hash(algorithm) != HASH_NONE &&
	       (pad == 0 || pad == VCARD_PAD_PKCS1 || pad == VCARD_PAD_ECDSA ||
		pad == VCARD_PAD_PSS);
}

uint8_t vcard_algorithm_authenticates(enum vcard_key_kind kind)
{
	return vcard_kind_is_rsa(kind) ? VCARD_PAD_PKCS1 : VCARD_PAD_ECDSA;
}
