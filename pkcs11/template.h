/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates: whether what an application gives can be given (PKCS#11 v3.1 §4.1.1 to §4.1.3). */
#ifndef MOHR_PKCS11_TEMPLATE_H
#define MOHR_PKCS11_TEMPLATE_H

#include "pkcs11/object.h"

/* It is not NULL if it has attributes, and not more of them than any memory holds. */
bool template_is_there(const CK_ATTRIBUTE *attributes, CK_ULONG n);
/* The same, and every length has its bytes. */
bool template_is_whole(const CK_ATTRIBUTE *attributes, CK_ULONG n);

/* What kind of object C_CreateObject is to make, of CKA_CLASS and CKA_KEY_TYPE. */
CK_RV template_kind(const CK_ATTRIBUTE *attributes, CK_ULONG n, enum object_kind *ret);

/*
 * Whether such an object may be given all this, by a template of a function for which the rows must say
 * purpose (MAY_CREATE, or MAY_SET and MAY_COPY): CKR_ATTRIBUTE_TYPE_INVALID, CKR_TEMPLATE_INCONSISTENT
 * (not for this kind, or twice), CKR_ATTRIBUTE_READ_ONLY, CKR_ATTRIBUTE_VALUE_INVALID,
 * CKR_DEVICE_MEMORY (too long).
 */
CK_RV template_check(enum object_kind kind, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		     unsigned purpose);

/* CKR_TEMPLATE_INCOMPLETE if something is missing that a new object must be given. */
CK_RV template_complete(enum object_kind kind, const CK_ATTRIBUTE *attributes, CK_ULONG n);

/* CKR_ATTRIBUTE_READ_ONLY for what is to go a way that it cannot go, as from sensitive to not so. */
CK_RV template_check_change(const struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n);

#endif
