/* SPDX-License-Identifier: BSD-2-Clause */
/* A PIV card in memory for tests. */
#ifndef MOHR_TESTS_VCARD_PIV_FIXTURE_H
#define MOHR_TESTS_VCARD_PIV_FIXTURE_H

#include "fixture.h"
#include "vcard/piv/piv.h"

/* Values on every test card, as blocks. */
#define PIV_PIN       "313233343536FFFF" /* 123456 */
#define PIV_PUK       "3837363534333231" /* 87654321 */
#define PIV_OTHER     "36363535343433FF" /* 6655443 */
#define PIV_WRONG     "303030303030FFFF"
#define PIV_ADMIN_KEY "2B7E151628AED2A6ABF7158809CF4F3C" /* FIPS 197 appendix A.1; AES-128 */

/* A blank card of T=1 with extended length; keys 9A, 9C, 9D, 9E, 82 are of P-256 if keys is true. */
struct vcard *piv_card(const char *personality, bool keys);
/* The same with a management key of this algorithm, in hexadecimal, and a global PIN, or NULL. */
struct vcard *piv_card_with(const char *personality, uint8_t algorithm, const char *admin_key,
			    const char *global);

void piv_verify(struct vcard *v);
/* Single authentication with PIV_ADMIN_KEY. */
void piv_admin(struct vcard *v);
/* One block under a key of an AES or 3DES algorithm; valid until some calls later. */
const char *piv_encrypt(uint8_t algorithm, const char *key, const uint8_t *block);

/* The key's own public half, borrowed. */
EVP_PKEY *piv_public(struct vcard *v, uint8_t reference);

#endif
