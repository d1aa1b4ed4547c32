/* SPDX-License-Identifier: BSD-2-Clause */
/* What loop_transport.c and loop_link.c share: the world, one lock, generations that tell a link what it missed. */
#ifndef TESTS_HARNESS_LOOP_WORLD_H
#define TESTS_HARNESS_LOOP_WORLD_H

#include <pthread.h>

#include "tests/harness/loop_transport.h"

struct loop_link;

struct place {
	struct reader reader;
	bool plugged;
	struct vcard *card;
	unsigned card_generation; /* another one for another insertion */
	unsigned n_resets;
	const struct loop_link *holder; /* of the transaction */
	struct loop_fault fault;
	bool fault_done;
	size_t fault_len;
	loop_hook_fn *hook;
	void *hook_user;
	loop_control_fn *control;
	void *control_user;
	struct loop_counts counts;
};

struct loop {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool service;
	unsigned service_generation;
	unsigned n;
	unsigned links_open;
	struct place places[LOOP_MAX_READERS];
};

/* Ends a wait or a begin of another thread that something has changed for. */
void loop_lock(struct loop *l);
void loop_unlock(struct loop *l);

/* A connection to the card in this place; with the lock held. */
int loop_link_new(struct loop *l, struct place *p, struct link **ret);

#endif
