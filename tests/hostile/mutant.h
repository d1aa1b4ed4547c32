/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual card some of whose answers are mutated on the way, as a link for lib/profile and as a
 * transport with one reader for lib/token. Everything is decided by the seed of the run.
 */
#ifndef MOHR_TESTS_HOSTILE_MUTANT_H
#define MOHR_TESTS_HOSTILE_MUTANT_H

#include "tests/hostile/mutation.h"
#include "transport/transport.h"
#include "vcard/vcard.h"

struct mutant;

/* Puts something else into m->answer, what the card has said to this command. */
typedef void mutant_spoil_fn(struct mutant *m, const uint8_t *command, size_t len);

struct mutant {
	struct vcard *card; /* borrowed */
	enum protocol protocol;
	struct dice dice;
	unsigned next; /* how many answers from here comes the next mutated one; UINT_MAX: none */
	mutant_spoil_fn *spoil; /* what is done to all answers from then on; NULL: mutations */
	unsigned stride; /* and how many apart are they about, behind it; 0: it is the only one */
	struct buf answer, previous;
	unsigned n_mutated; /* so far in the program's life */
	unsigned n_total;   /* exchanges; for the caller to set to 0 */
	/* since the last mutant_check_pins */
	unsigned n_exchanges;
	unsigned n_pins;         /* commands that carry a PIN */
	unsigned most_exchanges; /* more than that end the program */
};

void mutant_init(struct mutant *m, struct vcard *card, unsigned most_exchanges);
void mutant_clear(struct mutant *m);

/* A run begins: power-up. first and stride as the fields above. */
void mutant_begin(struct mutant *m, uint64_t seed, unsigned first, unsigned stride);

/* One operation is over: it may have sent so many PINs at most. */
void mutant_check_pins(struct mutant *m, unsigned most);

/* The caller frees what they return; m must outlive it. Ends the program without memory. */
struct link *mutant_link(struct mutant *m);
struct transport *mutant_transport(struct mutant *m);

/* Ends the program if what must hold does not. */
void mutant_must(bool holds, const char *what);

#endif
