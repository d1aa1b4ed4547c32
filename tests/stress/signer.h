/* SPDX-License-Identifier: BSD-2-Clause */
/* One process of the stress: the module loaded, tokens found by label, threads that sign. */
#ifndef TESTS_STRESS_SIGNER_H
#define TESTS_STRESS_SIGNER_H

#include "tests/stress/tally.h"

/* Signs until all->stop; what goes wrong is told to all. */
void signer_run(const struct options *o, struct tallies *all, unsigned process);

#endif
