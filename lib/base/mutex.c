/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks through a vtable, and the vtable that does nothing. */
#include "base/mutex.h"

#include <stdlib.h>

static int none_create(void *user, void **ret_mutex)
{
	(void)user;
	*ret_mutex = NULL;
	return 0;
}

static void none_destroy(void *user, void *mutex)
{
	(void)user;
	(void)mutex;
}

static int none_lock(void *user, void *mutex)
{
	(void)user;
	(void)mutex;
	return 0;
}

static const struct mutex_ops none = {
	.create = none_create,
	.destroy = none_destroy,
	.lock = none_lock,
	.unlock = none_lock,
};

const struct mutex_ops *mutex_ops_none(void)
{
	return &none;
}

int mutex_init(struct mutex *m, const struct mutex_ops *ops)
{
	void *handle;
	int r = ops->create(ops->user, &handle);

	if (r == 0)
		*m = (struct mutex){.ops = ops, .handle = handle};
	return r;
}

void mutex_clear(struct mutex *m)
{
	if (m->ops)
		m->ops->destroy(m->ops->user, m->handle);
	*m = (struct mutex){0};
}

void mutex_lock(struct mutex *m)
{
	if (m->ops->lock(m->ops->user, m->handle) != 0)
		abort();
}

void mutex_unlock(struct mutex *m)
{
	if (m->ops->unlock(m->ops->user, m->handle) != 0)
		abort();
}

int mutex_lock_timed(struct mutex *m, unsigned timeout_ms)
{
	if (!m->ops->lock_timed) {
		mutex_lock(m);
		return 0;
	}
	return m->ops->lock_timed(m->ops->user, m->handle, timeout_ms);
}
