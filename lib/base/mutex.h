/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks through a vtable: the system's (mutex_posix.c, mutex_windows.c), an application's own
 * (PKCS#11 v3.1 C_Initialize), or none.
 */
#ifndef MOHR_BASE_MUTEX_H
#define MOHR_BASE_MUTEX_H

#include <stdbool.h>

#include "base/error.h"

struct mutex_ops {
	/* Each returns 0 or an error; *ret_mutex is opaque to all but these functions. */
	int (*create)(void *user, void **ret_mutex);
	void (*destroy)(void *user, void *mutex);
	int (*lock)(void *user, void *mutex);
	int (*unlock)(void *user, void *mutex);
	/* 0, or MOHR_ERR_TIMEOUT after timeout_ms; NULL where an application's mutexes have none. */
	int (*lock_timed)(void *user, void *mutex, unsigned timeout_ms);
	void *user;
};

/* The system's mutexes; not recursive. Static. */
const struct mutex_ops *mutex_ops_os(void);

/* Does nothing: for applications that promise a single thread. Static. */
const struct mutex_ops *mutex_ops_none(void);

struct mutex {
	const struct mutex_ops *ops;
	void *handle;
};

/* ops is borrowed for the life of the mutex. */
MOHR_MUST_CHECK int mutex_init(struct mutex *m, const struct mutex_ops *ops);
/* Nothing happens to a zeroed struct. */
void mutex_clear(struct mutex *m);
/* A mutex that cannot be locked is a broken program: both abort on an error. */
void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);
/* 0 or MOHR_ERR_TIMEOUT; without lock_timed it waits without bound. */
MOHR_MUST_CHECK int mutex_lock_timed(struct mutex *m, unsigned timeout_ms);

#endif
