/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions: an application's view of one presence, with its operations. */
#ifndef MOHR_PKCS11_SESSION_H
#define MOHR_PKCS11_SESSION_H

#include "pkcs11/find.h"
#include "pkcs11/operation.h"
#include "pkcs11/presence.h"

struct session {
	struct module *module;
	struct presence *presence; /* owns a reference */
	CK_FLAGS flags;
	unsigned refs;     /* under module->lock */
	bool closed;       /* under module->lock: the handle is gone */
	struct mutex lock; /* held while one of its operations goes on */
	struct find find;
	unsigned long n_operations; /* begun so far */
	struct operation digest, sign, verify, encrypt, decrypt;
};

CK_RV session_open(struct module *m, CK_SLOT_ID slot, CK_FLAGS flags, CK_SESSION_HANDLE *ret);

/* The session of this handle; the caller owns a reference. */
CK_RV session_get(struct module *m, CK_SESSION_HANDLE handle, struct session **ret);
/* The last reference ends its operations and frees it. The caller must not hold module->lock. */
void session_put(struct session *s);

/* Whether its handle has been closed since the caller got it. */
bool session_is_closed(struct session *s);

/* CKR_DEVICE_REMOVED once the token has left: the sessions of that presence are closed then. */
CK_RV session_check_token(struct session *s);
void session_token_left(struct session *s);

CK_RV session_close(struct module *m, CK_SESSION_HANDLE handle);
void session_close_all(struct module *m, CK_SLOT_ID slot);
/* The module ends: no session is left, and nobody logs out. */
void session_discard_all(struct module *m);

/* From memory. */
void session_info(struct session *s, CK_SESSION_INFO *ret);

/* C_SessionCancel: ends the operations that these CKF_ flags name. */
void session_cancel(struct session *s, CK_FLAGS flags);

/* The object of this handle that the session may see. The caller owns a reference (object_unref). */
CK_RV session_object(struct session *s, CK_OBJECT_HANDLE handle, struct object **ret);

#endif
