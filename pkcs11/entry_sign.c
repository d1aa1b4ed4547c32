/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing functions: PKCS#11 v3.1 §5.13. */
#include "pkcs11/call.h"

CK_RV C_SignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
	struct operation_setup setup = {.mechanism = pMechanism, .key = hKey};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SignInit", hSession);

	if (rv == CKR_OK)
		rv = sign_begin(c.session, &setup);
	return call_leave(&c, rv);
}

CK_RV C_Sign(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
	     CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_Sign", hSession);

	if (rv == CKR_OK)
		rv = sign_whole(c.session, false, pData, ulDataLen, pSignature, pulSignatureLen);
	return call_leave(&c, rv);
}

CK_RV C_SignUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SignUpdate", hSession);

	if (rv == CKR_OK)
		rv = sign_part(c.session, pPart, ulPartLen);
	return call_leave(&c, rv);
}

CK_RV C_SignFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SignFinal", hSession);

	if (rv == CKR_OK)
		rv = sign_end(c.session, pSignature, pulSignatureLen);
	return call_leave(&c, rv);
}

CK_RV C_SignRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			CK_OBJECT_HANDLE hKey)
{
	struct operation_setup setup = {.mechanism = pMechanism, .key = hKey, .recover = true};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SignRecoverInit", hSession);

	if (rv == CKR_OK)
		rv = sign_begin(c.session, &setup);
	return call_leave(&c, rv);
}

CK_RV C_SignRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
		    CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SignRecover", hSession);

	if (rv == CKR_OK)
		rv = sign_whole(c.session, true, pData, ulDataLen, pSignature, pulSignatureLen);
	return call_leave(&c, rv);
}
