/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of with-card, and where the parts of the build tree are. */
#ifndef MOHR_TESTS_WITH_CARD_OPTIONS_H
#define MOHR_TESTS_WITH_CARD_OPTIONS_H

#include <limits.h>
#include <stdbool.h>

#include "vcard/personality.h"

enum { MAX_CARDS = 16 }; /* what a pcscd can have */

struct options {
	const char *profile; /* as mohr-vcard create --profile has it */
	struct vcard_personalities kinds;
	bool pcscd, blank, extended, gzip;
	unsigned n_cards;
	const char *key_auth, *key_sign; /* NULL: mohr-vcard's own default */
	const char *algorithms;          /* NULL: the usual ones, not announced */
	char image[PATH_MAX];            /* absolute; "": in the folder of the session */
	const char *keep;                /* NULL: nothing is kept */
	char reader_options[256];        /* for DEVICENAME, "timeout=3000:"; "" */
	char *const *command;
	/* Absolute paths in the build tree. */
	char vcard[PATH_MAX], module[PATH_MAX], driver[PATH_MAX], redirect[PATH_MAX];
};

enum outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_WRONG };

/* Prints the help or what is wrong. build: the absolute path of the build tree. */
enum outcome options_parse(int argc, char **argv, const char *build, struct options *ret);

#endif
