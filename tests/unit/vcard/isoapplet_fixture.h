/* SPDX-License-Identifier: BSD-2-Clause */
/* An IsoApplet card in memory for tests. */
#ifndef MOHR_TESTS_VCARD_ISOAPPLET_FIXTURE_H
#define MOHR_TESTS_VCARD_ISOAPPLET_FIXTURE_H

#include "fixture.h"
#include "vcard/p15/isoapplet.h"

#define ISO_AID   "F276A288BCFBA69D34F31001"
#define ISO_PIN   "31323334353600000000000000000000" /* 123456 */
#define ISO_OTHER "39383736353400000000000000000000" /* 987654 */
#define ISO_WRONG "30303030303000000000000000000000"
#define ISO_PUK   "38373635343332313837363534333231" /* 8765432187654321 */

/* A blank card of T=1 with extended length. */
struct vcard *iso_blank(const char *personality);
/* The same in use: PUK and PIN were set by its own commands; nothing is verified. */
struct vcard *iso_card(const char *personality);
void iso_verify(struct vcard *v);
/* The key in a place, borrowed. */
EVP_PKEY *iso_key(struct vcard *v, uint8_t reference);
/* MSE and GENERATE of an EC key on P-256. */
void iso_generate_p256(struct vcard *v, unsigned reference);

/* SEC 2 v2 §2.4.2, with the tags of ISO 7816-8 table 3: prime, a, b, generator, order; then the cofactor. */
#define P256_PARAMETERS                                                                            \
	"8120FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"                     \
	"8220FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC"                     \
	"83205AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"                     \
	"8441046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                   \
	"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"                         \
	"8520FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
#define P256_COFACTOR "87020001"
/* Bytes of both together. */
enum { P256_PARAMETERS_LEN = 4 * 34 + 67 + 4 };

#endif
