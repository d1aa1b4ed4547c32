/* SPDX-License-Identifier: BSD-2-Clause */
/* The gate: a condition variable on the monotonic clock. */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "transport/gate.h"

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
};

int gate_new(struct gate **ret)
{
	struct gate *g = calloc(1, sizeof *g);
	pthread_condattr_t attr;
	int r = MOHR_ERR_NOMEM;

	if (!g)
		return MOHR_ERR_NOMEM;
	if (pthread_mutex_init(&g->lock, NULL) != 0) {
		free(g);
		return MOHR_ERR_NOMEM;
	}
	if (pthread_condattr_init(&attr) == 0) {
		if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
		    pthread_cond_init(&g->changed, &attr) == 0)
			r = 0;
		(void)pthread_condattr_destroy(&attr);
	}
	if (r != 0) {
		(void)pthread_mutex_destroy(&g->lock);
		free(g);
		return r;
	}
	*ret = g;
	return 0;
}

void gate_free(struct gate *g)
{
	if (!g)
		return;
	(void)pthread_cond_destroy(&g->changed);
	(void)pthread_mutex_destroy(&g->lock);
	free(g);
}

static void set(struct gate *g, bool open)
{
	(void)pthread_mutex_lock(&g->lock);
	g->open = open;
	(void)pthread_cond_broadcast(&g->changed);
	(void)pthread_mutex_unlock(&g->lock);
}

void gate_open(struct gate *g)
{
	set(g, true);
}

void gate_shut(struct gate *g)
{
	set(g, false);
}

int gate_wait(struct gate *g, int timeout_ms)
{
	struct timespec until = {0};
	int r = 0;

	if (timeout_ms >= 0) {
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += timeout_ms / 1000;
		until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000;
		}
	}
	(void)pthread_mutex_lock(&g->lock);
	while (!g->open && r != ETIMEDOUT)
		r = timeout_ms < 0 ? pthread_cond_wait(&g->changed, &g->lock)
				   : pthread_cond_timedwait(&g->changed, &g->lock, &until);
	r = g->open ? 0 : MOHR_ERR_TIMEOUT;
	(void)pthread_mutex_unlock(&g->lock);
	return r;
}
