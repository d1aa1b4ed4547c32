/* SPDX-License-Identifier: BSD-2-Clause */
/* A card in memory for tests, and talking to it in hexadecimal. */
#ifndef MOHR_TESTS_VCARD_FIXTURE_H
#define MOHR_TESTS_VCARD_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vcard/ias/ias.h"
#include "vcard/key.h"

/* Values on every test card, as 16-byte blocks. */
#define PIN_AUTH  "31323334350000000000000000000000" /* 12345 */
#define PIN_SIGN  "36353433323100000000000000000000" /* 654321 */
#define PUK       "38373635343332310000000000000000" /* 87654321 */
#define PIN_OTHER "39393838373700000000000000000000" /* 998877 */
#define PIN_WRONG "30303030303030300000000000000000" /* 00000000 */
#define ADMIN_KEY "2B7E151628AED2A6ABF7158809CF4F3C" /* FIPS 197 appendix A.1 */
#define AID_IAS   "A0000000180C000001634200"
#define AID_CM    "A000000018434D00"

/* Digits of the same. */
#define AUTH_DIGITS "12345"
#define SIGN_DIGITS "654321"
#define PUK_DIGITS  "87654321"

enum fixture_atr { FIXTURE_SHORT, FIXTURE_EXTENDED };

/* A card in transport state. */
struct vcard *fixture_blank(enum fixture_atr atr);
/* A card in use with these keys, and files of 700 bytes (byte i is i % 251) instead of certificates. */
struct vcard *fixture_card(enum fixture_atr atr, enum vcard_key_kind auth,
			   enum vcard_key_kind sign);
/* The same with two P-256 keys, which are quick to make. */
struct vcard *fixture_quick(enum fixture_atr atr);

/* Hexadecimal with spaces to bytes; fails the test if it is none. */
size_t fixture_bytes(const char *hex, uint8_t *ret, size_t max);
/* Bytes to hexadecimal; of a few static buffers in turn. */
const char *fixture_hex(const void *data, size_t len);

/* Sends a command; the answer as hexadecimal, valid until some calls later. printf-like. */
const char *ask(struct vcard *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The answer of the last ask. */
extern uint8_t asked[LIMIT_RESPONSE];
extern size_t asked_len;
/* Its status word. */
unsigned asked_sw(void);

/* Sends a command that must get exactly this answer. */
#define expect(v, command, answer) assert_string_equal(ask(v, "%s", command), answer)

void fixture_verify_auth(struct vcard *v);
void fixture_verify_sign(struct vcard *v);
/* EXTERNAL AUTHENTICATE with the right key. */
void fixture_admin(struct vcard *v);

/* The public key of one of the card's keys, out of its answer to GENERATE 81. The caller frees it. */
EVP_PKEY *fixture_public(struct vcard *v, unsigned reference);

/* A new folder for this test's files; removed by fixture_remove_folder. */
char *fixture_folder(void);
void fixture_remove_folder(char *folder);

#endif
