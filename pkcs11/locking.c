/* SPDX-License-Identifier: BSD-2-Clause */
/* An application's mutex callbacks behind struct mutex_ops. */
#include "pkcs11/locking.h"

#include <stddef.h>
#include <string.h>

static int err_from(CK_RV rv)
{
	if (rv == CKR_OK)
		return 0;
	return rv == CKR_HOST_MEMORY ? MOHR_ERR_NOMEM : MOHR_ERR_INTERNAL;
}

static int callback_create(void *user, void **ret_mutex)
{
	const struct locking *l = user;

	return err_from(l->callbacks.CreateMutex(ret_mutex));
}

static void callback_destroy(void *user, void *mutex)
{
	const struct locking *l = user;

	(void)l->callbacks.DestroyMutex(mutex);
}

static int callback_lock(void *user, void *mutex)
{
	const struct locking *l = user;

	return err_from(l->callbacks.LockMutex(mutex));
}

static int callback_unlock(void *user, void *mutex)
{
	const struct locking *l = user;

	return err_from(l->callbacks.UnlockMutex(mutex));
}

CK_RV locking_init(struct locking *l, const CK_C_INITIALIZE_ARGS *args)
{
	unsigned n;

	memset(l, 0, sizeof(*l));
	l->ops = mutex_ops_os();
	if (!args)
		return CKR_OK;
	if (args->pReserved)
		return CKR_ARGUMENTS_BAD;
	n = !!args->CreateMutex + !!args->DestroyMutex + !!args->LockMutex + !!args->UnlockMutex;
	if (n != 0 && n != 4)
		return CKR_ARGUMENTS_BAD;
	if (n == 0 || (args->flags & CKF_OS_LOCKING_OK))
		return CKR_OK;
	l->callbacks = *args;
	l->callback_ops = (struct mutex_ops){.create = callback_create,
					     .destroy = callback_destroy,
					     .lock = callback_lock,
					     .unlock = callback_unlock,
					     .user = l};
	l->ops = &l->callback_ops;
	return CKR_OK;
}
