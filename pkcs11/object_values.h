/* SPDX-License-Identifier: BSD-2-Clause */
/* The attributes that an object was given, in one block of memory. */
#ifndef MOHR_PKCS11_OBJECT_VALUES_H
#define MOHR_PKCS11_OBJECT_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "pkcs11/pkcs11.h"

struct values {
	CK_ULONG n;
	size_t size;       /* of the block */
	CK_ATTRIBUTE at[]; /* each pValue lies behind the array, NULL if its length is 0 */
};

/* Copies; no attribute may stand twice. MOHR_ERR_NOMEM. */
MOHR_MUST_CHECK int values_new(const CK_ATTRIBUTE *attributes, CK_ULONG n, struct values **ret);
/* The same of old, with what attributes say instead, or more than old has. */
MOHR_MUST_CHECK int values_changed(const struct values *old, const CK_ATTRIBUTE *attributes,
				   CK_ULONG n, struct values **ret);
/* Wipes and frees; NULL is allowed. */
void values_free(struct values *v);

/* The attribute, or NULL; v may be NULL. */
const CK_ATTRIBUTE *values_find(const struct values *v, CK_ATTRIBUTE_TYPE type);
/* The same in any template. */
const CK_ATTRIBUTE *values_find_in(const CK_ATTRIBUTE *attributes, CK_ULONG n,
				   CK_ATTRIBUTE_TYPE type);
/* Its value as a CK_ULONG, or what otherwise is said, also if it has another length. */
CK_ULONG values_ulong(const CK_ATTRIBUTE *a, CK_ULONG otherwise);
/* The same for a CK_BBOOL. */
bool values_bool(const CK_ATTRIBUTE *a, bool otherwise);

#endif
