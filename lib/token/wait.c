/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for cards and readers to come and go. No lock is held while waiting. */
#include "base/clock.h"
#include "token/internal.h"

/* The first slot with an event that nobody has been told of, which it then is. */
static bool take_pending(struct slots *s, size_t *ret_slot)
{
	bool found = false;
	size_t i;
	unsigned pin;

	mutex_lock(&s->lock);
	for (i = 0; i < s->n_bays && !found; i++) {
		struct bay *b = s->bays[i];

		for (pin = 0; pin < s->per_reader && !found; pin++) {
			if ((b->pending & 1U << pin) == 0)
				continue;
			b->pending &= ~(1U << pin);
			*ret_slot = i * s->per_reader + pin;
			found = true;
		}
	}
	mutex_unlock(&s->lock);
	return found;
}

int slots_wait(struct slots *s, int timeout_ms, size_t *ret_slot)
{
	struct reader known[LIMIT_N_READERS];
	uint64_t start = clock_ms(), passed = 0;
	size_t n = 0;
	int r;

	for (;;) {
		r = slots_refresh(s, known, &n);
		if (r != 0)
			return r;
		if (take_pending(s, ret_slot))
			return 0;
		if (timeout_ms >= 0) {
			passed = clock_ms() - start;
			if (passed >= (uint64_t)timeout_ms)
				return MOHR_ERR_TIMEOUT;
		}
		r = transport_wait(s->setup.transport, known, n,
				   timeout_ms < 0 ? -1 : timeout_ms - (int)passed);
		if (r != 0)
			return r;
	}
}

void slots_cancel(struct slots *s)
{
	transport_cancel(s->setup.transport);
}
