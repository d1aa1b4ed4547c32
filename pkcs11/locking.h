/* SPDX-License-Identifier: BSD-2-Clause */
/* What C_Initialize's arguments say of threads, as locks for libmohr (PKCS#11 v3.1 §5.4.1). */
#ifndef MOHR_PKCS11_LOCKING_H
#define MOHR_PKCS11_LOCKING_H

#include "base/mutex.h"
#include "pkcs11/pkcs11.h"

struct locking {
	CK_C_INITIALIZE_ARGS callbacks;
	struct mutex_ops callback_ops;
	const struct mutex_ops *ops; /* what is to be used */
};

/*
 * args may be NULL. The application's mutexes are used only if it forbids the system's; an application
 * that promises a single thread gets the system's too: they cost nothing and forgive a broken promise.
 * l must stay where it is as long as locks exist. CKR_ARGUMENTS_BAD for a contradiction.
 */
CK_RV locking_init(struct locking *l, const CK_C_INITIALIZE_ARGS *args);

#endif
