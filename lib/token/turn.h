/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns: one thread at a time, in the order in which they came. A mutex makes no such promise: where
 * dozens of threads want it all the time, it keeps some of them waiting for seconds.
 */
#ifndef MOHR_TOKEN_TURN_H
#define MOHR_TOKEN_TURN_H

#include "base/mutex.h"

struct turn_waiter;

struct turn {
	struct mutex lock; /* short; guards the rest */
	bool taken;
	struct turn_waiter *first, *last;
};

/* ops is borrowed for the life of the turn. */
MOHR_MUST_CHECK int turn_init(struct turn *t, const struct mutex_ops *ops);
/* Nobody may be waiting. Nothing happens to a zeroed struct. */
void turn_clear(struct turn *t);

/* Waits for as long as it takes. 0: turn_give must follow. MOHR_ERR_NOMEM. */
MOHR_MUST_CHECK int turn_take(struct turn *t);
void turn_give(struct turn *t);

#endif
