/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One token's stay in one slot, from when it is first used until it leaves: its objects' handles, its
 * sessions' count and our side of its login. Another insertion is another presence.
 */
#ifndef MOHR_PKCS11_PRESENCE_H
#define MOHR_PKCS11_PRESENCE_H

#include "pkcs11/module.h"
#include "pkcs11/object.h"

struct presence {
	struct presence *next; /* under module->lock, as all that is not immutable */
	struct module *module;
	struct token *token;
	CK_SLOT_ID slot;
	unsigned refs;
	bool listed;
	bool loaded;             /* objects are there, and stay as they are but for their handles */
	bool authorities_loaded; /* those of authorities' certificates stand behind them */
	CK_ULONG n_sessions, n_rw_sessions;
	unsigned long epoch;    /* counts logouts: an operation of an earlier epoch is dead */
	struct object *objects; /* the token's */
	struct object *made;    /* by sessions, in the order in which they were made */
	size_t n_made, made_size;
	struct mutex login; /* held during C_Login, C_Logout and the last close */
};

/* The presence of what is in this slot now; the caller owns a reference. */
CK_RV presence_get(struct module *m, CK_SLOT_ID slot, struct presence **ret);
void presence_ref(struct presence *p);
/* NULL is allowed. The caller must not hold module->lock. */
void presence_put(struct presence *p);

/* The token has left, or the module ends: the list lets go of it. */
void presence_drop(struct presence *p);
void presence_drop_all(struct module *m);

/* How many sessions this token has: all, and read-write ones. Those of one that has left do not count. */
void presence_count(struct module *m, const struct token *token, CK_ULONG *ret_all,
		    CK_ULONG *ret_rw);

/*
 * Makes the token's keys and certificates known; reads the card at the first call. authorities: also
 * certificates that no key here needs.
 */
CK_RV presence_load(struct presence *p, bool authorities);

/*
 * The object of this handle. CKR_OBJECT_HANDLE_INVALID, or CKR_USER_NOT_LOGGED_IN for a private object
 * whose login was lost. The caller owns a reference.
 */
CK_RV presence_object(struct presence *p, CK_OBJECT_HANDLE handle, struct object **ret);

/* The login's epoch: what began in an earlier one must not go on. */
unsigned long presence_epoch(struct presence *p);

/* ---- what sessions make; the presence takes a reference of its own ------------------------------ */

/* CKR_DEVICE_MEMORY if sessions have made as many objects as they may. */
CK_RV presence_has_room(struct presence *p);
/*
 * Makes it known, with a new handle. CKR_DEVICE_MEMORY, CKR_USER_NOT_LOGGED_IN for a private one,
 * CKR_SESSION_HANDLE_INVALID if the session was closed meanwhile.
 */
CK_RV presence_add(struct presence *p, const struct session *s, struct object *o,
		   CK_OBJECT_HANDLE *ret);
/* Puts changed where o is, under its handle; *ret_missed if o is there no more, or another in its place. */
CK_RV presence_replace(struct presence *p, const struct object *o, struct object *changed,
		       bool *ret_missed);
/* CKR_OBJECT_HANDLE_INVALID. */
CK_RV presence_remove(struct presence *p, CK_OBJECT_HANDLE handle);
/* What this session has made is gone, or all that is private. Under module->lock. */
void presence_forget_made(struct presence *p, const struct session *owner);
void presence_forget_private(struct presence *p);

/* All that can be found, the token's first, each with a reference that presence_put_all drops. */
CK_RV presence_all(struct presence *p, struct object ***ret, size_t *ret_n);
void presence_put_all(struct object **all, size_t n);

/* The handle of an object that is to be shown; private objects get one when they are first seen. */
CK_OBJECT_HANDLE presence_show(struct presence *p, struct object *o);

#endif
