/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything between one C_Initialize and its C_Finalize. Locks: module->lock guards the session table,
 * the list of presences and all handles; it is held for moments only, never while a card is spoken to.
 * A session's own lock and a presence's login lock are taken before it, never after.
 */
#ifndef MOHR_PKCS11_MODULE_H
#define MOHR_PKCS11_MODULE_H

#include "pkcs11/handles.h"
#include "pkcs11/locking.h"
#include "pkcs11/logfile.h"
#include "token/token.h"

struct presence;

struct module {
	struct module *before; /* entrance_left's */
	struct locking locking;
	struct config config;
	struct logfile logfile;
	struct crypto *crypto;
	struct slots *slots;
	struct mutex lock;
	struct handles sessions;      /* of struct session, under lock */
	struct presence *presences;   /* under lock */
	CK_OBJECT_HANDLE last_object; /* the last object handle given, under lock */
	size_t n_listed; /* slots that C_GetSlotList has shown: new ones appear at its next count */
};

CK_RV module_new(const CK_C_INITIALIZE_ARGS *args, struct module **ret);
/*
 * Closes what is open, de-authenticates cards, frees. False if somebody is still inside, as with a
 * reader that hangs: what that thread may come back to is left behind.
 */
bool module_end(struct module *m, bool nobody_inside);
/* Wakes those who wait for events. */
void module_cancel(struct module *m);

#endif
