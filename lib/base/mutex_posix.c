/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system's mutexes on POSIX threads. A condition variable, because it alone can be waited for on
 * the monotonic clock everywhere (pthread_mutex_clocklock is glibc's, and ThreadSanitizer does not know it).
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/mutex.h"

struct lock {
	pthread_mutex_t guard; /* held for moments only */
	pthread_cond_t released;
	bool held;
};

static int init_released(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	int r;

	if (pthread_condattr_init(&attr) != 0)
		return MOHR_ERR_NOMEM;
	r = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (r == 0)
		r = pthread_cond_init(cond, &attr);
	(void)pthread_condattr_destroy(&attr);
	return r ? MOHR_ERR_NOMEM : 0;
}

static int posix_create(void *user, void **ret_mutex)
{
	struct lock *lock = calloc(1, sizeof *lock);

	(void)user;
	if (!lock)
		return MOHR_ERR_NOMEM;
	if (pthread_mutex_init(&lock->guard, NULL) != 0) {
		free(lock);
		return MOHR_ERR_NOMEM;
	}
	if (init_released(&lock->released) != 0) {
		(void)pthread_mutex_destroy(&lock->guard);
		free(lock);
		return MOHR_ERR_NOMEM;
	}
	*ret_mutex = lock;
	return 0;
}

static void posix_destroy(void *user, void *mutex)
{
	struct lock *lock = mutex;

	(void)user;
	(void)pthread_cond_destroy(&lock->released);
	(void)pthread_mutex_destroy(&lock->guard);
	free(lock);
}

/* until: NULL waits for ever */
static int acquire(struct lock *lock, const struct timespec *until)
{
	int r = 0;

	if (pthread_mutex_lock(&lock->guard) != 0)
		return MOHR_ERR_INTERNAL;
	while (lock->held && r == 0)
		r = until ? pthread_cond_timedwait(&lock->released, &lock->guard, until)
			  : pthread_cond_wait(&lock->released, &lock->guard);
	/* released at the last moment is released */
	if (!lock->held) {
		lock->held = true;
		r = 0;
	}
	if (pthread_mutex_unlock(&lock->guard) != 0)
		return MOHR_ERR_INTERNAL;
	switch (r) {
	case 0:
		return 0;
	case ETIMEDOUT:
		return MOHR_ERR_TIMEOUT;
	default:
		return MOHR_ERR_INTERNAL;
	}
}

static int posix_lock(void *user, void *mutex)
{
	(void)user;
	return acquire(mutex, NULL);
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
	return acquire(mutex, &until);
}

/* Releasing what nobody holds is a fault of the program. */
static int posix_unlock(void *user, void *mutex)
{
	struct lock *lock = mutex;
	bool held;

	(void)user;
	if (pthread_mutex_lock(&lock->guard) != 0)
		return MOHR_ERR_INTERNAL;
	held = lock->held;
	lock->held = false;
	(void)pthread_cond_signal(&lock->released);
	if (pthread_mutex_unlock(&lock->guard) != 0)
		return MOHR_ERR_INTERNAL;
	return held ? 0 : MOHR_ERR_INTERNAL;
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
