/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One call of a C_ function: through the entrance, to its session, and back. Every entry point is
 * "enter, delegate, leave".
 */
#ifndef MOHR_PKCS11_CALL_H
#define MOHR_PKCS11_CALL_H

#include "pkcs11/entrance.h"
#include "pkcs11/session.h"

struct call {
	const char *name; /* of the function */
	struct passage passage;
	struct module *module;   /* NULL: not inside */
	struct session *session; /* of calls with a session handle; locked */
};

/* CKR_CRYPTOKI_NOT_INITIALIZED. call_leave must follow in every case. */
CK_RV call_enter(struct call *c, const char *name);

/*
 * The same, then the session, for this call alone, then its token: CKR_SESSION_HANDLE_INVALID before
 * CKR_DEVICE_REMOVED.
 */
CK_RV call_enter_session(struct call *c, const char *name, CK_SESSION_HANDLE handle);

/* Leaves what was entered; says what the call's outcome was, if the log wants it. Returns rv. */
CK_RV call_leave(struct call *c, CK_RV rv);

/* Whether a pointer and a length go together: NULL has length 0. */
bool call_has(const void *data, CK_ULONG len);

/*
 * A whole call of a function that no card of ours can serve: CKR_ARGUMENTS_BAD if its arguments are not
 * right, else CKR_FUNCTION_NOT_SUPPORTED.
 */
CK_RV call_unsupported(const char *name, CK_SESSION_HANDLE handle, bool arguments_right);

#endif
