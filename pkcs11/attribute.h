/* SPDX-License-Identifier: BSD-2-Clause */
/* What objects say of themselves: one way to every attribute, over the table of attribute_table.h. */
#ifndef MOHR_PKCS11_ATTRIBUTE_H
#define MOHR_PKCS11_ATTRIBUTE_H

#include "pkcs11/object.h"

/*
 * One attribute's bytes, appended to ret: CKR_ATTRIBUTE_TYPE_INVALID if the object has none such,
 * CKR_ATTRIBUTE_SENSITIVE if nobody may see them.
 */
CK_RV attribute_read(const struct object *o, CK_ATTRIBUTE_TYPE type, struct buf *ret);
/* Whether the object has this CK_BBOOL and it is true: CKA_VERIFY and the like. */
bool attribute_is_true(const struct object *o, CK_ATTRIBUTE_TYPE type);
/* Whether a key's CKA_ALLOWED_MECHANISMS, if it was given one, has this mechanism. */
bool attribute_allows(const struct object *o, CK_MECHANISM_TYPE mechanism);

/* C_GetAttributeValue, for all entries of the template (PKCS#11 v3.1 §5.7.5). */
CK_RV attribute_get(const struct object *o, CK_ATTRIBUTE *attributes, CK_ULONG n);

/* Whether the object has all these attributes with just these values. */
CK_RV attribute_match(const struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		      bool *ret);

/* Bytes of all its attributes that can be read. */
CK_RV attribute_total(const struct object *o, CK_ULONG *ret);

#endif
