/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of a card, made wrong in the ways in which answers can be wrong. The same seed, the same wrongs. */
#ifndef MOHR_TESTS_HOSTILE_MUTATION_H
#define MOHR_TESTS_HOSTILE_MUTATION_H

#include "base/buf.h"

/* A generator of numbers (splitmix64); its state is the seed. */
struct dice {
	uint64_t state;
};

/* 0 to n - 1; n > 0. */
uint32_t dice_roll(struct dice *d, uint32_t n);

/*
 * Makes the answer, data and status word, another one: bits, lengths, tags, order, status; cut, stretched,
 * emptied, or the one before it once more. It may stay as it was by chance.
 */
void mutation_apply(struct dice *d, const struct buf *previous, struct buf *answer);

#endif
