/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches: what matched at C_FindObjectsInit, given out in pieces. */
#ifndef MOHR_PKCS11_FIND_H
#define MOHR_PKCS11_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "pkcs11/pkcs11.h"

struct session;

struct find {
	bool active;
	CK_OBJECT_HANDLE *handles;
	size_t n, next;
};

CK_RV find_begin(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n);
CK_RV find_next(struct session *s, CK_OBJECT_HANDLE *ret, CK_ULONG max, CK_ULONG *ret_n);
CK_RV find_end(struct session *s);
/* Ends a search, if there is one. */
void find_clear(struct find *f);

#endif
