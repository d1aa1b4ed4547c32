/* SPDX-License-Identifier: BSD-2-Clause */
/* What the transports share about lists of readers. */
#ifndef MOHR_TRANSPORT_READER_H
#define MOHR_TRANSPORT_READER_H

#include "transport/transport.h"

/* Whether somebody who knows the one list should look at the other: ATRs do not count. */
bool readers_differ(const struct reader *a, size_t n_a, const struct reader *b, size_t n_b);

/* The moment (clock_ms) at which a wait of timeout_ms ends; UINT64_MAX for timeout_ms < 0. */
uint64_t deadline_after(int timeout_ms);
/* Milliseconds until then, 0 if it has passed, never more than most. */
int deadline_left(uint64_t deadline, int most);

#endif
