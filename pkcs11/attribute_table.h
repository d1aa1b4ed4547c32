/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the attribute table: what an attribute is, who has it, who may give it a value. */
#ifndef MOHR_PKCS11_ATTRIBUTE_TABLE_H
#define MOHR_PKCS11_ATTRIBUTE_TABLE_H

#include "pkcs11/object.h"

/* What a value must look like (PKCS#11 v3.1 §4, the tables' data types). */
enum attribute_form {
	FORM_BYTES,
	FORM_BOOL,
	FORM_FALSE, /* CK_BBOOL that only a security officer may make true */
	FORM_ULONG,
	FORM_TEXT, /* RFC 2279 string */
	FORM_DATE, /* CK_DATE or nothing */
	FORM_MECHANISMS,
	FORM_TEMPLATE, /* an array of attributes; no card of ours wraps keys, so only an empty one */
};

/* Whose template may give it. */
enum attribute_may {
	MAY_CREATE = 0x01,
	MUST_CREATE = 0x02 | MAY_CREATE,
	MAY_SET = 0x04,
	MAY_COPY = 0x08,   /* what may be set may be given to a copy too */
	ONLY_TRUE = 0x10,  /* once it is true it stays so */
	ONLY_FALSE = 0x20, /* once it is false it stays so */
	OF_THE_PLACE =
		0x40,   /* says where the object lies, not what it is: a card's is not copied */
	GUARDED = 0x80, /* not shown of a sensitive or unextractable secret key */
};

struct attribute {
	CK_ATTRIBUTE_TYPE type;
	unsigned kinds; /* enum object_kind bits */
	/* Writes the value that holds unless the object was given one. NULL: nobody may see it. */
	int (*get)(const struct object *o, CK_ULONG arg, struct buf *ret);
	CK_ULONG arg;
	enum attribute_form form;
	unsigned may; /* enum attribute_may bits; 0: given by the token alone */
};

/* The row of this attribute for this kind of object, or NULL. */
const struct attribute *attribute_find(enum object_kind kind, CK_ATTRIBUTE_TYPE type);
/* Whether an object of whatever kind has it. */
bool attribute_is_known(CK_ATTRIBUTE_TYPE type);
/* Row i, NULL at the end. */
const struct attribute *attribute_row(size_t i);

#endif
