/* SPDX-License-Identifier: BSD-2-Clause */
/* Dual-function cryptographic functions: PKCS#11 v3.1 §5.17. */
#include "pkcs11/call.h"

CK_RV C_DigestEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
			    CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
{
	(void)pEncryptedPart;
	return call_unsupported("C_DigestEncryptUpdate", hSession,
				call_has(pPart, ulPartLen) && pulEncryptedPartLen);
}

CK_RV C_DecryptDigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
			    CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
{
	(void)pPart;
	return call_unsupported("C_DecryptDigestUpdate", hSession,
				call_has(pEncryptedPart, ulEncryptedPartLen) && pulPartLen);
}

CK_RV C_SignEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
			  CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
{
	(void)pEncryptedPart;
	return call_unsupported("C_SignEncryptUpdate", hSession,
				call_has(pPart, ulPartLen) && pulEncryptedPartLen);
}

CK_RV C_DecryptVerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
			    CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
{
	(void)pPart;
	return call_unsupported("C_DecryptVerifyUpdate", hSession,
				call_has(pEncryptedPart, ulEncryptedPartLen) && pulPartLen);
}
