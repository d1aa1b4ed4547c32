/* SPDX-License-Identifier: BSD-2-Clause */
/* Key agreement, by the card: C_DeriveKey. */
#ifndef MOHR_PKCS11_DERIVE_H
#define MOHR_PKCS11_DERIVE_H

#include "pkcs11/session.h"

/* What C_DeriveKey is given. */
struct derive_setup {
	const CK_MECHANISM *mechanism;
	CK_OBJECT_HANDLE key;
	const CK_ATTRIBUTE *attributes;
	CK_ULONG n_attributes;
};

/* The new key is a session's object. */
CK_RV derive_key(struct session *s, const struct derive_setup *setup, CK_OBJECT_HANDLE *ret);

#endif
