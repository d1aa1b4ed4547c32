/* SPDX-License-Identifier: BSD-2-Clause */
/* Our side of being logged in: to one token, for all of the application's sessions with it. */
#ifndef MOHR_PKCS11_LOGIN_H
#define MOHR_PKCS11_LOGIN_H

#include "pkcs11/presence.h"

/*
 * The bytes of a PIN in a place of their own; the caller frees it. CKR_ARGUMENTS_BAD for NULL,
 * CKR_PIN_LEN_RANGE for an empty one and for one that no card has: neither becomes a VERIFY.
 */
CK_RV login_take_pin(const CK_UTF8CHAR *pin, CK_ULONG len, struct secret **ret);

/* Here and below a NULL PIN of length 0 is typed at the reader, where that has a PIN pad. */
CK_RV login_user(struct presence *p, const CK_UTF8CHAR *pin, CK_ULONG len);

/* For one use of a key, an index into token_objects, by owner (token_login_context). */
CK_RV login_for_context(struct presence *p, unsigned key, const CK_UTF8CHAR *pin, CK_ULONG len,
			const void *owner);

/* C_Logout: the handles of private objects die, also if the login was lost before. */
CK_RV login_end(struct presence *p);

/* Logs out if no session is left (PKCS#11 v3.1 §5.6.2 C_CloseSession). */
void login_end_if_unused(struct presence *p);

CK_RV login_change_pin(struct presence *p, const CK_UTF8CHAR *old_pin, CK_ULONG old_len,
		       const CK_UTF8CHAR *new_pin, CK_ULONG new_len);

#endif
