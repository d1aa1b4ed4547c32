/* SPDX-License-Identifier: BSD-2-Clause */
/* A queue of threads, each at a gate of its own: see the header. */
#include "token/turn.h"

#include <stddef.h>

#include "transport/gate.h"

/* On its thread's stack. */
struct turn_waiter {
	struct gate *gate;
	struct turn_waiter *next;
};

int turn_init(struct turn *t, const struct mutex_ops *ops)
{
	return mutex_init(&t->lock, ops);
}

void turn_clear(struct turn *t)
{
	mutex_clear(&t->lock);
}

/* Whether the turn was to be had at once; else the waiter has joined the queue. */
static bool take_or_join(struct turn *t, struct turn_waiter *w)
{
	bool had;

	mutex_lock(&t->lock);
	had = !t->taken;
	t->taken = true;
	if (!had && t->last != NULL)
		t->last->next = w;
	else if (!had)
		t->first = w;
	if (!had)
		t->last = w;
	mutex_unlock(&t->lock);
	return had;
}

int turn_take(struct turn *t)
{
	struct turn_waiter w = {0};
	int r = gate_new(&w.gate);

	if (r != 0)
		return r;
	if (!take_or_join(t, &w)) {
		do
			r = gate_wait(w.gate, -1);
		while (r != 0);
		/* Whoever opened the gate may still be inside it, with the lock. */
		mutex_lock(&t->lock);
		mutex_unlock(&t->lock);
	}
	gate_free(w.gate);
	return 0;
}

void turn_give(struct turn *t)
{
	struct turn_waiter *w;

	mutex_lock(&t->lock);
	w = t->first;
	if (w != NULL) {
		/* It stays taken: by that one now. */
		t->first = w->next;
		if (t->first == NULL)
			t->last = NULL;
		gate_open(w->gate);
	} else {
		t->taken = false;
	}
	mutex_unlock(&t->lock);
}
