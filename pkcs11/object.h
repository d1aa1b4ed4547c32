/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects as PKCS#11 sees them: views of what the token model holds, and what sessions have made. */
#ifndef MOHR_PKCS11_OBJECT_H
#define MOHR_PKCS11_OBJECT_H

#include <stdatomic.h>

#include "pkcs11/pkcs11.h"
#include "pkcs11/object_values.h"
#include "token/token.h"

struct presence;
struct session;

/* What decides which attributes an object has; bits, so that a row of a table can name several. */
enum object_kind {
	OBJECT_CERTIFICATE = 0x01,
	OBJECT_PUBLIC_RSA = 0x02,
	OBJECT_PUBLIC_EC = 0x04,
	OBJECT_PRIVATE_RSA = 0x08,
	OBJECT_PRIVATE_EC = 0x10,
	OBJECT_PROFILE = 0x20,
	OBJECT_DATA = 0x40,
	OBJECT_SECRET = 0x80,
	OBJECT_FEATURE = 0x100,
	OBJECT_PUBLIC_EDWARDS = 0x200,
	OBJECT_PRIVATE_EDWARDS = 0x400,

	OBJECT_PUBLIC = OBJECT_PUBLIC_RSA | OBJECT_PUBLIC_EC | OBJECT_PUBLIC_EDWARDS,
	OBJECT_PRIVATE = OBJECT_PRIVATE_RSA | OBJECT_PRIVATE_EC | OBJECT_PRIVATE_EDWARDS,
	OBJECT_PAIR = OBJECT_PUBLIC | OBJECT_PRIVATE, /* halves of key pairs */
	OBJECT_KEY = OBJECT_PAIR | OBJECT_SECRET,
	OBJECT_RSA = OBJECT_PUBLIC_RSA | OBJECT_PRIVATE_RSA,
	OBJECT_EC = OBJECT_PUBLIC_EC | OBJECT_PRIVATE_EC,
	OBJECT_EDWARDS = OBJECT_PUBLIC_EDWARDS | OBJECT_PRIVATE_EDWARDS,
	OBJECT_STORAGE = OBJECT_CERTIFICATE | OBJECT_KEY | OBJECT_PROFILE | OBJECT_DATA,
	OBJECT_ANY = OBJECT_STORAGE | OBJECT_FEATURE,
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
	bool hidden;         /* CKA_PRIVATE: shown to who is logged in */
	struct pubkey shape; /* public and private keys */
	const struct x509
		*x509; /* of a certificate, or of a card key's; NULL: none, or none that parses */
	struct cursor der; /* certificates: the whole */

	/* what is on the card */
	const char *label;
	uint8_t id;
	struct cursor card_id;       /* CKA_ID, if it is not empty; else that is the byte id */
	const struct token_key *key; /* keys */
	unsigned key_index;          /* keys: what token/ calls it */
	const struct token_certificate *certificate; /* certificates */
	const struct card_data *data;                /* data */
	unsigned data_index;                         /* data: what token/ calls it */
	CK_PROFILE_ID profile;                       /* profile objects */

	/* what a session has made */
	const struct session *owner; /* NULL: the card. Compared only: it may be gone */
	struct values *values;       /* what it was given */
	struct secret *secret;       /* secret keys: the value */
	bool always_sensitive, never_extractable; /* secret keys */
	struct x509 parsed;                       /* what x509 points to */
	size_t size;                              /* of memory, for the limit */
};

CK_OBJECT_CLASS object_class(const struct object *o);

/* The objects of a token, and the profiles that it meets with them. */
MOHR_MUST_CHECK int object_list_token(const struct presence *p, const struct token_objects *found,
				      struct object **ret);
/* The same of certificates alone. */
MOHR_MUST_CHECK int object_list_certificates(const struct presence *p,
					     const struct token_certificate *certificates,
					     unsigned n, struct object **ret);
struct object *object_ref(struct object *o);
/* The last reference frees it. NULL is allowed. */
void object_unref(struct object *o);
/* Drops the whole list; NULL is allowed. */
void object_list_free(struct object *o);

#endif
