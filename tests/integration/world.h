/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module, loaded as an application does, with two readers whose cards the test pulls, swaps and
 * silences at exact moments (door.h). Runs within scripts/with-card --cards 2, with --pcscd or without:
 * the readers are with-card's, the cards our own. Each test finds card 0 in reader 0, card 1 in reader 1,
 * card 2 beside them, all with full retry counters if the test before has said so, and the module initialised.
 */
#ifndef TESTS_INTEGRATION_WORLD_H
#define TESTS_INTEGRATION_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pkcs11/pkcs11_params.h"
#include "tests/integration/door.h"
#include "tests/pkcs11/card_process.h"

enum { N_READERS = 2, N_CARDS = 3, SIGNATURE_LEN = 64, NEVER = 1000000 };

/* Slots: two for each reader. */
#define AUTH(reader) (2 * (CK_SLOT_ID)(reader))
#define SIGN(reader) (2 * (CK_SLOT_ID)(reader) + 1)

struct transport;

struct world {
	CK_FUNCTION_LIST_3_2 *f;
	bool pcscd;
	struct door *door[N_READERS];
	struct card_process card[N_CARDS];
	char place[N_READERS][108]; /* where the readers look */
	struct transport *eye;      /* sees what any application would see */
	bool restore;               /* the test has used up tries or changed a card */
};

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
int world_setup(void **state);
int world_teardown(void **state);
/* main's result. */
int world_run(const char *name, const struct CMUnitTest *tests, size_t n);

/* Returns when every application sees it. */
void world_insert(struct world *w, unsigned reader, unsigned card);
void world_remove(struct world *w, unsigned reader);
void world_await(struct world *w, unsigned reader, bool present);
/* The order to with-card: "kill-pcscd", "start-pcscd". */
void world_order(const char *verb);
/* Pulls all cards and makes them as they were. */
void world_restore_cards(struct world *w);
CK_RV world_initialize(struct world *w);
const char *world_module_path(void);

double seconds(void);
void pause_ms(unsigned ms);

/* Runs a function in a child, which leaves by _exit; 0 means that all was well. */
void in_child(int (*run)(struct world *w, void *arg), struct world *w, void *arg);

/* A logged-in session and its key. */
struct signer {
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	CK_BYTE id[32], point[128];
	CK_ULONG id_len, point_len;
};

/* These make no assertion: for children and threads. Waits for a card that is being inserted. */
CK_RV signer_open(struct world *w, CK_SLOT_ID slot, struct signer *ret);
CK_RV signer_login(struct world *w, struct signer *s);
/* Private and public key, id and point anew. */
CK_RV signer_find(struct world *w, struct signer *s);
/* With a login for the context where the key wants it. CKR_GENERAL_ERROR: a wrong signature came. */
CK_RV signer_sign(struct world *w, struct signer *s);
CK_RV signer_begin(struct world *w, struct signer *s);
CK_RV signer_finish(struct world *w, struct signer *s);
/* CKS_*; (CK_STATE)-1 if there is none. */
CK_STATE signer_state(struct world *w, const struct signer *s);
/* libcrypto's opinion of a signature of our one message. */
bool signer_verifies(const struct signer *s, const uint8_t *signature);

/* Fails with both values in hexadecimal. */
#define assert_rv(actual, expected) assert_rv_at((actual), (expected), __FILE__, __LINE__)
void assert_rv_at(CK_RV actual, CK_RV expected, const char *file, int line);

/* The tries left by the token's flags: 3, 2, 1 or 0. */
int tries_left(struct world *w, CK_SLOT_ID slot);
void serial_of(struct world *w, CK_SLOT_ID slot, char ret[17]);

#endif
