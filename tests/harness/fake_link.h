/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card for tests, without a reader: it answers from a script (each command must be the next one
 * expected) or from a function (for instance an in-process virtual card), may be tampered with, and
 * keeps count of all that reached it. Several links may lead to one card. Test code aborts when it is
 * used wrongly or out of memory; what the code under test did wrong is told by fake_card_problem.
 */
#ifndef TESTS_HARNESS_FAKE_LINK_H
#define TESTS_HARNESS_FAKE_LINK_H

#include "base/buf.h"
#include "transport/transport.h"

/* docs/natid-card.md, "Answer to reset" */
#define FAKE_ATR_SHORT    "3B7D9600008054 4D4F4852 73962180 829000"
#define FAKE_ATR_EXTENDED "3BDD96008131FE858054 4D4F4852 739621C0 829000 5A"
/* physical national cards: one without card capabilities (T=0) */
#define FAKE_ATR_PHYSICAL "3B7F96000080318065B0850300EF120FFF829000"

struct fake_card;

/* The caller owns it; it must outlive its links. */
struct fake_card *fake_card_new(enum protocol protocol, const char *atr_hex);
void fake_card_free(struct fake_card *c);

/* A connection to the card, freed by link_free. Also what a fake transport hands out. */
struct link *fake_card_link(struct fake_card *c);

/* ---- answers ---------------------------------------------------------------------------------- */

/*
 * The next command must be this one; blanks are ignored, "??" stands for any byte and a final "*" for
 * any rest. The response is given as it is, status word included.
 */
void fake_card_expect(struct fake_card *c, const char *command_hex, const char *response_hex);
/* The same with data that a test made, and its status word. */
void fake_card_expect_data(struct fake_card *c, const char *command_hex, const void *data,
			   size_t len, uint16_t sw);
/* The exchange fails with this error. */
void fake_card_expect_error(struct fake_card *c, const char *command_hex, int err);

/* Instead of a script: 0 and a response of up to cap bytes, or an error. */
typedef int fake_card_fn(void *user, const uint8_t *command, size_t len, uint8_t *ret_response,
			 size_t cap, size_t *ret_len);
void fake_card_handle(struct fake_card *c, fake_card_fn *fn, void *user);
/* Called when the card is reset through link_end or fake_card_reset. */
void fake_card_on_reset(struct fake_card *c, void (*fn)(void *user), void *user);

/*
 * Sees every answer before it is delivered, number counting from 0, and may change bytes and length
 * (up to cap) or return an error in its place.
 */
typedef int fake_tamper_fn(void *user, unsigned number, const uint8_t *command, size_t len,
			   uint8_t *response, size_t cap, size_t *response_len);
void fake_card_tamper(struct fake_card *c, fake_tamper_fn *fn, void *user);

/* The reader's own functions (link_control); without, it has none. May use the link. */
typedef int fake_control_fn(void *user, struct link *l, uint32_t code, const uint8_t *in,
			    size_t len, uint8_t *ret, size_t cap, size_t *ret_len);
void fake_card_control(struct fake_card *c, fake_control_fn *fn, void *user);

/* ---- what happens to a card ------------------------------------------------------------------- */

/* Pulled out: every link to it is dead, MOHR_ERR_CARD_REMOVED. */
void fake_card_remove(struct fake_card *c);
/* Reset by another program: begin and transmit say MOHR_ERR_CARD_RESET until link_reconnect. */
void fake_card_reset(struct fake_card *c);

/* ---- what was seen ---------------------------------------------------------------------------- */

struct fake_counts {
	unsigned links;      /* opened */
	unsigned links_open; /* not yet freed */
	unsigned begins, ends, resets, reconnects;
	unsigned transmits;
	unsigned verifies; /* VERIFY with data: a PIN was tried */
	unsigned outside;  /* transmitted without link_begin */
	bool held;         /* between begin and end */
};

const struct fake_counts *fake_card_counts(const struct fake_card *c);
void fake_card_clear_counts(struct fake_card *c);

/* Command number i in hex, PINs included (it is a test); NULL past the last. Forgotten by clear_counts. */
const char *fake_card_command(const struct fake_card *c, unsigned i);

/* NULL if the script was followed to its end; else what went wrong. */
const char *fake_card_problem(const struct fake_card *c);

/* Bytes from hex, blanks ignored; aborts on anything else. Returns the number of bytes. */
size_t fake_hex(const char *hex, uint8_t *ret, size_t cap);

#endif
