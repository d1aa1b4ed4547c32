/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtual cards of a session: made once, inserted (served) and removed (ended) as often as asked. */
#ifndef MOHR_TESTS_WITH_CARD_CARDS_H
#define MOHR_TESTS_WITH_CARD_CARDS_H

#include "tests/with-card/child.h"
#include "tests/with-card/options.h"
#include "tests/with-card/rundir.h"

enum { CARD_WAIT_MS = 60000 }; /* a key of RSA-4096 under a sanitizer takes its time */

struct card {
	struct child process;
	char socket[RUNDIR_LEN + 32];
	char log[PATH_MAX];
	char image[PATH_MAX];
	bool asked;  /* its end is our doing */
	bool ailing; /* it ended by itself, or badly */
};

struct cards {
	const struct options *options;
	const char *run, *state;
	/* Beside the image that was named, else in state. */
	char authority[PATH_MAX], pins[PATH_MAX];
	struct card card[MAX_CARDS];
};

/*
 * Makes the images and serves them all. run: folder of the sockets; state: of everything else; both
 * borrowed. Prints what goes wrong.
 */
bool cards_init(struct cards *c, const struct options *options, const char *run, const char *state);
/* Serves a card; true once it listens. image: NULL for the one it had. */
bool card_insert(struct cards *c, unsigned n, const char *image);
/* Ends its process: the card is out of the reader when this returns. */
void card_remove(struct cards *c, unsigned n);
/* Removes all. False if one of them had ended by itself or ended badly, which is printed. */
bool cards_end(struct cards *c);
/* All sockets (or images), ':' between them; the caller frees it. */
char *cards_join(const struct cards *c, bool images);

#endif
