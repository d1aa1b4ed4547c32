/* SPDX-License-Identifier: BSD-2-Clause */
/* Encryption and decryption functions: PKCS#11 v3.1 §5.8, §5.10. */
#include "pkcs11/call.h"

CK_RV C_EncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
	(void)hKey;
	return call_unsupported("C_EncryptInit", hSession, pMechanism != NULL);
}

CK_RV C_Encrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
		CK_BYTE_PTR pEncryptedData, CK_ULONG_PTR pulEncryptedDataLen)
{
	(void)pEncryptedData;
	return call_unsupported("C_Encrypt", hSession,
				call_has(pData, ulDataLen) && pulEncryptedDataLen);
}

CK_RV C_EncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
		      CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
{
	(void)pEncryptedPart;
	return call_unsupported("C_EncryptUpdate", hSession,
				call_has(pPart, ulPartLen) && pulEncryptedPartLen);
}

CK_RV C_EncryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastEncryptedPart,
		     CK_ULONG_PTR pulLastEncryptedPartLen)
{
	(void)pLastEncryptedPart;
	return call_unsupported("C_EncryptFinal", hSession, pulLastEncryptedPartLen != NULL);
}

CK_RV C_DecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
	(void)hKey;
	return call_unsupported("C_DecryptInit", hSession, pMechanism != NULL);
}

CK_RV C_Decrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedData, CK_ULONG ulEncryptedDataLen,
		CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen)
{
	(void)pData;
	return call_unsupported("C_Decrypt", hSession,
				call_has(pEncryptedData, ulEncryptedDataLen) && pulDataLen);
}

CK_RV C_DecryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
		      CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
{
	(void)pPart;
	return call_unsupported("C_DecryptUpdate", hSession,
				call_has(pEncryptedPart, ulEncryptedPartLen) && pulPartLen);
}

CK_RV C_DecryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastPart, CK_ULONG_PTR pulLastPartLen)
{
	(void)pLastPart;
	return call_unsupported("C_DecryptFinal", hSession, pulLastPartLen != NULL);
}
