/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes: one table from CKA_* and kind of object to what gets the value. */
#ifndef MOHR_PKCS11_ATTRIBUTE_H
#define MOHR_PKCS11_ATTRIBUTE_H

#include "pkcs11/object.h"

/* C_GetAttributeValue, for all entries of the template (PKCS#11 v3.1 §5.7.5). */
CK_RV attribute_get(const struct object *o, CK_ATTRIBUTE *attributes, CK_ULONG n);

/* Whether the object has all these attributes with just these values. */
CK_RV attribute_match(const struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		      bool *ret);

/* Bytes of all its attributes that can be read. */
CK_RV attribute_total(const struct object *o, CK_ULONG *ret);

#endif
