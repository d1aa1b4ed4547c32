/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions for verifying: PKCS#11 v3.1 §5.15, v3.2 C_VerifySignature. */
#include "pkcs11/call.h"

CK_RV C_VerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
	struct operation_setup setup = {.mechanism = pMechanism, .key = hKey};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifyInit", hSession);

	if (rv == CKR_OK)
		rv = verify_begin(c.session, &setup);
	return call_leave(&c, rv);
}

CK_RV C_Verify(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
	       CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_Verify", hSession);

	if (rv == CKR_OK)
		rv = verify_whole(c.session, pData, ulDataLen, pSignature, ulSignatureLen);
	return call_leave(&c, rv);
}

CK_RV C_VerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifyUpdate", hSession);

	if (rv == CKR_OK)
		rv = verify_part(c.session, false, pPart, ulPartLen);
	return call_leave(&c, rv);
}

CK_RV C_VerifyFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifyFinal", hSession);

	if (rv == CKR_OK)
		rv = verify_end(c.session, pSignature, ulSignatureLen);
	return call_leave(&c, rv);
}

CK_RV C_VerifyRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			  CK_OBJECT_HANDLE hKey)
{
	struct operation_setup setup = {.mechanism = pMechanism, .key = hKey, .recover = true};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifyRecoverInit", hSession);

	if (rv == CKR_OK)
		rv = verify_begin(c.session, &setup);
	return call_leave(&c, rv);
}

CK_RV C_VerifyRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen,
		      CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifyRecover", hSession);

	if (rv == CKR_OK)
		rv = verify_recover_whole(c.session, pSignature, ulSignatureLen, pData, pulDataLen);
	return call_leave(&c, rv);
}

CK_RV C_VerifySignatureInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			    CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
{
	struct operation_setup setup = {.mechanism = pMechanism,
					.key = hKey,
					.stored = true,
					.signature = pSignature,
					.signature_len = ulSignatureLen};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifySignatureInit", hSession);

	if (rv == CKR_OK)
		rv = verify_begin(c.session, &setup);
	return call_leave(&c, rv);
}

CK_RV C_VerifySignature(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifySignature", hSession);

	if (rv == CKR_OK)
		rv = verify_stored_whole(c.session, pData, ulDataLen);
	return call_leave(&c, rv);
}

CK_RV C_VerifySignatureUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifySignatureUpdate", hSession);

	if (rv == CKR_OK)
		rv = verify_part(c.session, true, pPart, ulPartLen);
	return call_leave(&c, rv);
}

CK_RV C_VerifySignatureFinal(CK_SESSION_HANDLE hSession)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_VerifySignatureFinal", hSession);

	if (rv == CKR_OK)
		rv = verify_stored_end(c.session);
	return call_leave(&c, rv);
}
