/* SPDX-License-Identifier: BSD-2-Clause */
/* The system's mutexes: POSIX threads. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/mutex.h"

static int posix_create(void *user, void **ret_mutex)
{
	pthread_mutex_t *m = malloc(sizeof *m);

	(void)user;
	if (!m)
		return MOHR_ERR_NOMEM;
	if (pthread_mutex_init(m, NULL) != 0) {
		free(m);
		return MOHR_ERR_NOMEM;
	}
	*ret_mutex = m;
	return 0;
}

static void posix_destroy(void *user, void *mutex)
{
	(void)user;
	(void)pthread_mutex_destroy(mutex);
	free(mutex);
}

static int posix_lock(void *user, void *mutex)
{
	(void)user;
	return pthread_mutex_lock(mutex) ? MOHR_ERR_INTERNAL : 0;
}

static int posix_unlock(void *user, void *mutex)
{
	(void)user;
	return pthread_mutex_unlock(mutex) ? MOHR_ERR_INTERNAL : 0;
}

static int posix_lock_timed(void *user, void *mutex, unsigned timeout_ms)
{
	struct timespec until;

	(void)user;
	if (clock_gettime(CLOCK_MONOTONIC, &until) != 0)
		return MOHR_ERR_INTERNAL;
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	switch (pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until)) {
	case 0:
		return 0;
	case ETIMEDOUT:
		return MOHR_ERR_TIMEOUT;
	default:
		return MOHR_ERR_INTERNAL;
	}
}

static const struct mutex_ops posix = {
	.create = posix_create,
	.destroy = posix_destroy,
	.lock = posix_lock,
	.unlock = posix_unlock,
	.lock_timed = posix_lock_timed,
};

const struct mutex_ops *mutex_ops_os(void)
{
	return &posix;
}
