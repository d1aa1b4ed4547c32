/* SPDX-License-Identifier: BSD-2-Clause */
/* The algorithm byte of IAS Classic: hash in the high nibble, padding in the low one. */
#ifndef MOHR_VCARD_IAS_ALGORITHM_H
#define MOHR_VCARD_IAS_ALGORITHM_H

#include "vcard/vcard.h"

enum { /* low nibbles */
       VCARD_PAD_NONE = 0x00,
       VCARD_PAD_PKCS1 = 0x02,
       VCARD_PAD_ECDSA = 0x04,
       VCARD_PAD_PSS = 0x05,
};

enum { /* whole bytes, in a confidentiality template */
       VCARD_ALGORITHM_DECIPHER_PKCS1 = 0x0A,
       VCARD_ALGORITHM_ECDH = 0x0B,
       VCARD_ALGORITHM_DECIPHER_RAW = 0x0C,
};

/* The hash of an algorithm byte; HASH_NONE for nibble 0 and for nibbles that mean nothing. */
enum hash_alg vcard_ias_algorithm_hash(uint8_t algorithm);

/* Whether a key of this kind can sign by this algorithm, on a card that does these (VCARD_DOES_...). */
bool vcard_ias_algorithm_signs(uint8_t does, uint8_t algorithm, enum vcard_key_kind kind);

/* Whether a key of this kind can decipher, or agree, by this algorithm. */
bool vcard_ias_algorithm_deciphers(uint8_t does, uint8_t algorithm, enum vcard_key_kind kind);

/* Whether it names a hash that the card knows, whatever its padding. */
bool vcard_ias_algorithm_hashes(uint8_t does, uint8_t algorithm);

/* The algorithm byte of INTERNAL AUTHENTICATE. */
uint8_t vcard_ias_algorithm_authenticates(enum vcard_key_kind kind);

/* Whether this many bytes are what a signature by this algorithm is made of. */
bool vcard_ias_algorithm_takes(uint8_t algorithm, enum vcard_key_kind kind, size_t len);

/*
 * Names with commas between them ("pkcs1,pss") to bits; at least one. MOHR_ERR_ARGUMENT for an unknown
 * or empty name.
 */
MOHR_MUST_CHECK int vcard_ias_algorithms_parse(const char *list, uint8_t *ret);
/* The name of bit n (0 to 6), NULL after the last. Static. */
const char *vcard_ias_algorithms_name(unsigned n);

/* Writes a cryptographic mechanism identifier template for each algorithm byte (ISO 7816-4 §7.4.3). */
void vcard_ias_algorithms_put(uint8_t does, struct buf *b);

#endif
