/* SPDX-License-Identifier: BSD-2-Clause */
/* A session object in the making: what it was given is understood and checked against itself. */
#ifndef MOHR_PKCS11_MAKING_H
#define MOHR_PKCS11_MAKING_H

#include "pkcs11/presence.h"

struct making {
	enum object_kind kind;
	struct presence *presence;
	const struct session *owner;
	struct values *values;       /* owned; each of them fits its row */
	const struct secret *secret; /* secret keys: the value, borrowed */
	const struct object *from;   /* NULL, or what is copied or changed */
};

/*
 * What can be said before the value of a secret key is known: CKR_TOKEN_WRITE_PROTECTED,
 * CKR_USER_NOT_LOGGED_IN, CKR_TEMPLATE_INCONSISTENT.
 */
CK_RV making_check(const struct making *m);

/* The object, with one reference and no handle. Takes the values over in every case. */
CK_RV making_finish(struct making *m, struct object **ret);

#endif
