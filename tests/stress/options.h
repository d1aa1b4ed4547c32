/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of sign_stress. */
#ifndef TESTS_STRESS_OPTIONS_H
#define TESTS_STRESS_OPTIONS_H

#include <stdbool.h>

enum { MAX_PROCESSES = 16, MAX_THREADS = 64 };

/* Bits: which keys sign. */
enum stress_keys { KEYS_AUTH = 1, KEYS_SIGN = 2, KEYS_BOTH = 3 };

/* Whose tokens these are, by label, and which of their keys. */
struct stress_card {
	const char *name;
	bool one_pin; /* both keys are one token's */
	struct {
		const char *label;
		unsigned char id; /* CKA_ID */
	} keys[2];                /* for login, for signatures */
};

struct options {
	const struct stress_card *card;
	unsigned threads;
	unsigned processes;
	unsigned seconds;
	unsigned keys;
	unsigned logout_every; /* 0: never */
	unsigned stall;        /* seconds without a signature after which a thread is stuck */
	const char *module;
	const char *pins[2]; /* of card's keys */
};

/* False: said why not. */
bool options_parse(int argc, char **argv, struct options *ret);

#endif
