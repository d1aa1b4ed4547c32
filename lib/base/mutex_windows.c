/* SPDX-License-Identifier: BSD-2-Clause */
/* The system's mutexes: Windows kernel mutexes, because they alone can be waited for with a bound. */
#include <windows.h>

#include "base/mutex.h"

static int windows_create(void *user, void **ret_mutex)
{
	HANDLE m = CreateMutexW(NULL, FALSE, NULL);

	(void)user;
	if (!m)
		return MOHR_ERR_NOMEM;
	*ret_mutex = m;
	return 0;
}

static void windows_destroy(void *user, void *mutex)
{
	(void)user;
	(void)CloseHandle(mutex);
}

static int windows_lock_timed(void *user, void *mutex, unsigned timeout_ms)
{
	(void)user;
	switch (WaitForSingleObject(mutex, timeout_ms)) {
	case WAIT_OBJECT_0:
	case WAIT_ABANDONED:
		return 0;
	case WAIT_TIMEOUT:
		return MOHR_ERR_TIMEOUT;
	default:
		return MOHR_ERR_INTERNAL;
	}
}

static int windows_lock(void *user, void *mutex)
{
	return windows_lock_timed(user, mutex, INFINITE);
}

static int windows_unlock(void *user, void *mutex)
{
	(void)user;
	return ReleaseMutex(mutex) ? 0 : MOHR_ERR_INTERNAL;
}

static const struct mutex_ops windows = {
	.create = windows_create,
	.destroy = windows_destroy,
	.lock = windows_lock,
	.unlock = windows_unlock,
	.lock_timed = windows_lock_timed,
};

const struct mutex_ops *mutex_ops_os(void)
{
	return &windows;
}
