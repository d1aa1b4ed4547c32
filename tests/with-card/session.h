/* SPDX-License-Identifier: BSD-2-Clause */
/* A session: cards, perhaps a pcscd, and the command that uses them. */
#ifndef MOHR_TESTS_WITH_CARD_SESSION_H
#define MOHR_TESTS_WITH_CARD_SESSION_H

#include "tests/with-card/options.h"

/* What with-card itself ends with, where the command has no say. */
enum {
	EXIT_DEFECT = 124, /* the command went well, but a card or pcscd ended badly */
	EXIT_SETUP = 125,
};

/* Runs it to its end; run: the session's private folder. The exit status. */
int session_run(const struct options *options, const char *run);

#endif
