/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects that sessions make: public keys, certificates, data, and secret keys that a derivation has
 * made. All sessions with the token see them; they die with the session that made them, private ones
 * (CKA_PRIVATE) also with the login. Nothing of them is written anywhere.
 */
#ifndef MOHR_PKCS11_SESSION_OBJECT_H
#define MOHR_PKCS11_SESSION_OBJECT_H

#include "pkcs11/session.h"

/* C_CreateObject. */
CK_RV session_object_create(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n,
			    CK_OBJECT_HANDLE *ret);

/*
 * For functions that make secret keys, before anything is asked of the card: whether the template can
 * become one. *ret_type is its CKA_KEY_TYPE, *ret_len its CKA_VALUE_LEN, 0 if it does not say.
 */
CK_RV session_object_check_secret(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n,
				  CK_KEY_TYPE *ret_type, CK_ULONG *ret_len);
/*
 * The secret key with this value, of which it makes a copy of its own; a CKA_VALUE_LEN that the
 * template gives must be the value's. The key it comes from was never extractable and always
 * sensitive, as a card's are. CKA_CLASS may be missing.
 */
CK_RV session_object_new_secret(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n,
				const struct secret *value, CK_OBJECT_HANDLE *ret);

/* C_CopyObject: of a session's object or of a certificate, public key or data object of the card. */
CK_RV session_object_copy(struct session *s, CK_OBJECT_HANDLE handle,
			  const CK_ATTRIBUTE *attributes, CK_ULONG n, CK_OBJECT_HANDLE *ret);
/* C_SetAttributeValue: all of the template or nothing. */
CK_RV session_object_set(struct session *s, CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *attributes,
			 CK_ULONG n);
/* C_DestroyObject. */
CK_RV session_object_destroy(struct session *s, CK_OBJECT_HANDLE handle);

#endif
