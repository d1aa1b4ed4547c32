/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another program that uses the same card by itself: a connection of its own, on either transport.
 * Failures end the process (children and programs of their own use it too).
 */
#ifndef TESTS_INTEGRATION_RIVAL_H
#define TESTS_INTEGRATION_RIVAL_H

#include "tests/integration/world.h"

struct rival;

/* To the card in this reader. */
struct rival *rival_new(struct world *w, unsigned reader);
/* Goes and leaves the card as it is. */
void rival_free(struct rival *r);

/* A transaction; reset is how it ends. */
void rival_begin(struct rival *r);
void rival_end(struct rival *r, bool reset);
/* One command, in hexadecimal; the status word, and the answer's data if wanted (256 bytes of room). */
unsigned rival_send(struct rival *r, const char *command, uint8_t *ret, size_t *ret_len);

/* Each in a transaction of its own. SELECT of the card's application comes first where needed. */
void rival_reset(struct rival *r);
void rival_select_card_manager(struct rival *r);
unsigned rival_unverify(struct rival *r, unsigned reference);
/* VERIFY with this PIN. */
unsigned rival_verify(struct rival *r, unsigned reference, const char *pin);
/* What an empty VERIFY says: 0x9000 verified, 0x63Cx tries left. */
unsigned rival_status(struct rival *r, unsigned reference);

#endif
