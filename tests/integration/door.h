/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A door between a reader and virtual cards: a process that listens where the reader looks for its card,
 * passes frames (docs/vcard.md) on to the mohr-vcard that is "in" it, counts the commands, and does
 * something at exactly the one that a test has named. A card that leaves loses its power: it is reset.
 * Failures of this code end the test program.
 */
#ifndef TESTS_INTEGRATION_DOOR_H
#define TESTS_INTEGRATION_DOOR_H

#include <stdbool.h>
#include <stdint.h>

enum door_action {
	DOOR_PASS,
	DOOR_PULL,       /* the card leaves before the command reaches it */
	DOOR_PULL_AFTER, /* it leaves when it has obeyed; the answer is lost */
	DOOR_SWAP,       /* it leaves before the command, and the spare card follows */
	DOOR_HOLD,       /* the command waits for door_release; other hosts' frames pass */
};

struct door;

/* Listens at the path from door_insert on. To be called before there are threads. */
struct door *door_new(const char *path);
void door_free(struct door *d);

/* The card behind this socket is in the reader; it must be served already. */
void door_insert(struct door *d, const char *card);
void door_remove(struct door *d);
/* The card for DOOR_SWAP. */
void door_set_spare(struct door *d, const char *card);

/* Counts from 0 from now on, and does this at the n-th command. */
void door_at(struct door *d, unsigned n, enum door_action action);
/* Whether it has been done. */
bool door_done(const struct door *d);
void door_release(struct door *d);
/* Every command takes that much longer. */
void door_set_delay(struct door *d, unsigned ms);

/* Commands since door_at; those with this instruction; VERIFY with a PIN in it. After DOOR_SWAP: since then. */
unsigned door_commands(const struct door *d);
unsigned door_instructions(const struct door *d, uint8_t instruction);
unsigned door_pins(const struct door *d);

#endif
