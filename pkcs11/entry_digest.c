/* SPDX-License-Identifier: BSD-2-Clause */
/* Message digesting functions: PKCS#11 v3.1 §5.12. */
#include "pkcs11/call.h"

CK_RV C_DigestInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DigestInit", hSession);

	if (rv == CKR_OK)
		rv = digest_begin(c.session, pMechanism);
	return call_leave(&c, rv);
}

CK_RV C_Digest(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
	       CK_BYTE_PTR pDigest, CK_ULONG_PTR pulDigestLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_Digest", hSession);

	if (rv == CKR_OK)
		rv = digest_whole(c.session, pData, ulDataLen, pDigest, pulDigestLen);
	return call_leave(&c, rv);
}

CK_RV C_DigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DigestUpdate", hSession);

	if (rv == CKR_OK)
		rv = digest_part(c.session, pPart, ulPartLen);
	return call_leave(&c, rv);
}

/* No card gives a key's value out (§5.12.4): what can be digested is a secret key of a session. */
static CK_RV digest_key(struct session *s, CK_OBJECT_HANDLE handle)
{
	struct object *o = NULL;
	CK_RV rv;

	if (!operation_active(&s->digest))
		return CKR_OPERATION_NOT_INITIALIZED;
	rv = session_object(s, handle, &o);
	if (rv == CKR_OBJECT_HANDLE_INVALID || (rv == CKR_OK && !(o->kind & OBJECT_KEY)))
		rv = CKR_KEY_HANDLE_INVALID;
	else if (rv == CKR_OK && o->kind != OBJECT_SECRET)
		rv = CKR_KEY_INDIGESTIBLE;
	if (rv == CKR_OK)
		rv = digest_part(s, secret_peek(o->secret), secret_len(o->secret));
	else
		operation_end(s, &s->digest);
	object_unref(o);
	return rv;
}

CK_RV C_DigestKey(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hKey)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DigestKey", hSession);

	if (rv == CKR_OK)
		rv = digest_key(c.session, hKey);
	return call_leave(&c, rv);
}

CK_RV C_DigestFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pDigest, CK_ULONG_PTR pulDigestLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DigestFinal", hSession);

	if (rv == CKR_OK)
		rv = digest_end(c.session, pDigest, pulDigestLen);
	return call_leave(&c, rv);
}
