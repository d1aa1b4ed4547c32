/* SPDX-License-Identifier: BSD-2-Clause */
/* What a card costs the host: time, memory, exchanges. malloc and its like are wrapped by the linker. */
#ifndef MOHR_TESTS_HOSTILE_COST_H
#define MOHR_TESTS_HOSTILE_COST_H

#include "tests/hostile/use.h"

struct cost {
	double seconds;
	size_t bytes; /* the most that was allocated at a time, by the card too */
	unsigned exchanges;
};

struct cost cost_of(struct user *u, void (*use)(struct user *));

/* Fails the test if this is more than any card may cost; where tells which answer the lies began at. */
void cost_check(const struct cost *c, const char *kind, const char *liar, unsigned where);

void cost_keep_most(struct cost *most, const struct cost *c);

#endif
