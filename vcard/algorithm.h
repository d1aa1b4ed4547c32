/* SPDX-License-Identifier: BSD-2-Clause */
/* The algorithm byte of IAS Classic: hash in the high nibble, padding in the low one. */
#ifndef MOHR_VCARD_ALGORITHM_H
#define MOHR_VCARD_ALGORITHM_H

#include "vcard/vcard.h"

enum {
	VCARD_PAD_PKCS1 = 0x02,
	VCARD_PAD_ECDSA = 0x04,
	VCARD_PAD_PSS = 0x05,
	VCARD_ALGORITHM_DECIPHER = 0x0A,
};

bool vcard_kind_is_rsa(enum vcard_key_kind kind);

/* The hash of an algorithm byte; HASH_NONE for nibble 0 and for nibbles that mean nothing. */
enum hash_alg vcard_algorithm_hash(uint8_t algorithm);

/* Whether a key of this kind can sign by this algorithm. */
bool vcard_algorithm_signs(uint8_t algorithm, enum vcard_key_kind kind);

/* Whether it names a hash, whatever its padding. */
bool vcard_algorithm_hashes(uint8_t algorithm);

/* The algorithm byte of INTERNAL AUTHENTICATE. */
uint8_t vcard_algorithm_authenticates(enum vcard_key_kind kind);

#endif
