/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects as PKCS#11 sees them: views of what the token model holds. */
#ifndef MOHR_PKCS11_OBJECT_H
#define MOHR_PKCS11_OBJECT_H

#include <stdatomic.h>

#include "pkcs11/pkcs11.h"
#include "token/token.h"

struct presence;

/* What decides which attributes an object has; bits, so that a row of a table can name several. */
enum object_kind {
	OBJECT_CERTIFICATE = 0x01,
	OBJECT_PUBLIC_RSA = 0x02,
	OBJECT_PUBLIC_EC = 0x04,
	OBJECT_PRIVATE_RSA = 0x08,
	OBJECT_PRIVATE_EC = 0x10,
	OBJECT_PROFILE = 0x20,

	OBJECT_PUBLIC = OBJECT_PUBLIC_RSA | OBJECT_PUBLIC_EC,
	OBJECT_PRIVATE = OBJECT_PRIVATE_RSA | OBJECT_PRIVATE_EC,
	OBJECT_KEY = OBJECT_PUBLIC | OBJECT_PRIVATE,
	OBJECT_RSA = OBJECT_PUBLIC_RSA | OBJECT_PRIVATE_RSA,
	OBJECT_EC = OBJECT_PUBLIC_EC | OBJECT_PRIVATE_EC,
	OBJECT_ANY = 0xFF,
};

/*
 * All but the handle and the place in a list is immutable. References count; the presence, which must
 * outlive its objects, has one for each that can be found.
 */
struct object {
	struct object *next;
	atomic_uint refs;
	const struct presence *presence;
	CK_OBJECT_HANDLE handle; /* under module->lock; CK_INVALID_HANDLE: none at present */
	enum object_kind kind;
	struct pubkey shape;                         /* public and private keys */
	const struct token_key *key;                 /* keys of the card; NULL for others */
	unsigned key_index;                          /* keys of the card: what token/ calls it */
	const struct token_certificate *certificate; /* certificates */
	CK_PROFILE_ID profile;                       /* profile objects */
};

CK_OBJECT_CLASS object_class(const struct object *o);

/* Hidden until the user has logged in. */
bool object_is_private(const struct object *o);

/* The objects of a token, and the profiles that it meets with them. */
MOHR_MUST_CHECK int object_list_token(const struct presence *p, const struct token_objects *found,
				      struct object **ret);
struct object *object_ref(struct object *o);
/* The last reference frees it. NULL is allowed. */
void object_unref(struct object *o);
/* Drops the whole list; NULL is allowed. */
void object_list_free(struct object *o);

#endif
