/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of sign_stress. */
#ifndef TESTS_STRESS_OPTIONS_H
#define TESTS_STRESS_OPTIONS_H

#include <stdbool.h>

enum { MAX_PROCESSES = 16, MAX_THREADS = 64 };

/* Bits: which keys sign. */
enum stress_keys { KEYS_AUTH = 1, KEYS_SIGN = 2, KEYS_BOTH = 3 };

struct options {
	unsigned threads;
	unsigned processes;
	unsigned seconds;
	unsigned keys;
	unsigned logout_every; /* 0: never */
	unsigned stall;        /* seconds without a signature after which a thread is stuck */
	const char *module;
	const char *pins[2]; /* by slot: authentication, signature */
};

/* False: said why not. */
bool options_parse(int argc, char **argv, struct options *ret);

#endif
