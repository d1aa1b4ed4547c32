/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of token/ share: virtual cards in readers of this process, and slots over them. */
#ifndef TESTS_UNIT_TOKEN_FIXTURE_H
#define TESTS_UNIT_TOKEN_FIXTURE_H

/* cmocka wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/harness/loop_transport.h"
#include "token/token.h"

#define PIN_AUTH "1234"
#define PIN_SIGN "654321"
#define PUK      "87654321"

enum { REF_AUTH = 0x81, REF_SIGN = 0x82 }; /* docs/natid-card.md, "PINs" */
enum { SLOT_AUTH = 0, SLOT_SIGN = 1 };

struct fixture {
	struct loop *loop;
	struct vcard *card; /* in reader 0, P-256 keys, short ATR */
	struct crypto *crypto;
	struct config config;
	struct slots_setup setup; /* for one more program: its transport must be replaced */
	struct slots *slots;
};

/* A card whose keys, certificates and PINs are as given above. The caller frees it. */
struct vcard *fixture_card(enum vcard_key_kind key_auth, enum vcard_key_kind key_sign,
			   bool extended);
/* The same, of a card that announces these algorithms (VCARD_DOES_...); both keys of one kind. */
struct vcard *fixture_announcing_card(enum vcard_key_kind kind, bool extended, uint8_t algorithms);
struct vcard *fixture_blank_card(void);
/* One whose ATR does not say that it is virtual. */
struct vcard *fixture_physical_card(void);

/* The folder of the authority that certifies all cards of this program, for one more. */
const char *fixture_authority(void);

/* cmocka setup and teardown; *state is the struct fixture. One reader, or two with the second empty. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
int fixture_setup_two_readers(void **state);

/* The token in a slot, which must be there; the caller drops the reference. */
struct token *fixture_token(struct fixture *f, size_t slot);
/* The same after token_objects. */
struct token *fixture_loaded(struct fixture *f, size_t slot);

int login(struct token *t, const char *pin);
int login_context(struct token *t, const char *pin, const void *owner);
int change_pin(struct token *t, const char *old_pin, const char *new_pin);
/* A SHA-256 digest of bytes that seed tells, by key 0, ECDSA or PKCS#1. */
int sign(struct token *t, unsigned seed, const void *owner);
/* The request that sign() makes; digest has 32 bytes of room. */
struct sign_request sign_request_for(const struct token_key *k, unsigned seed, uint8_t *digest);

/* What the card itself knows, past all transports: tries left by GET DATA, whether a PIN is verified. */
int card_tries(struct vcard *v, uint8_t reference);
bool card_verified(struct vcard *v, uint8_t reference);
/* One command given straight to the card, as another program's would; the status word. */
uint16_t card_command(struct vcard *v, const char *hex);

struct loop_counts counts(struct fixture *f, unsigned reader);

/* clock_ms, wrapped by the linker, stands still but for this: a busy machine changes no result. */
void clock_advance(uint64_t ms);

#endif
