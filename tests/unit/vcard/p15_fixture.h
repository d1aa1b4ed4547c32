/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards with a file system in memory for tests. */
#ifndef MOHR_TESTS_VCARD_P15_FIXTURE_H
#define MOHR_TESTS_VCARD_P15_FIXTURE_H

#include "fixture.h"
#include "vcard/p15/plan.h"

/* Values on every p15 card, as blocks of 12. */
#define P15_AUTH  "3132333435FFFFFFFFFFFFFF" /* 12345 */
#define P15_SIGN  "363534333231FFFFFFFFFFFF" /* 654321 */
#define P15_PUK   "3837363534333231FFFFFFFF" /* 87654321 */
#define P15_OTHER "393938383737FFFFFFFFFFFF" /* 998877 */
#define P15_WRONG "3030303030303030FFFFFFFF" /* 00000000 */

/* And on a myeid card, blocks of 8. */
#define MYEID_AUTH  "3132333435FFFFFF"
#define MYEID_SIGN  "363534333231FFFF"
#define MYEID_PUK   "3837363534333231"
#define MYEID_OTHER "393938383737FFFF"
#define MYEID_WRONG "3030303030303030"

/* A blank card of T=1, and its application. */
struct vcard *p15_blank(const char *personality, bool extended);
/* A p15 card with keys 01 and 02 of these kinds. */
struct vcard *p15_card(enum vcard_key_kind auth, enum vcard_key_kind sign);
/*
 * A myeid card that was initialised by commands: PINs 1 and 2, key files 4B01 and 4B02 (this one uses PIN 2
 * up) of P-256, an EF 4301 of 16 bytes that PIN 1 writes; it is activated.
 */
struct vcard *myeid_card(void);

/* EXTERNAL AUTHENTICATE with the right key. */
void p15_admin(struct vcard *v);

/* The key's own public half, borrowed. */
EVP_PKEY *p15_public(struct vcard *v, uint8_t reference);

/* The data of the last answer verify as this key's signature; hash NULL: data are padded, or a hash. */
bool p15_verifies_rsa(EVP_PKEY *key, const uint8_t *signed_data, size_t len);
/* r, then s, or DER, over a hash. */
bool p15_verifies_ecdsa(EVP_PKEY *key, bool der, const uint8_t *hash, size_t len);

#endif
