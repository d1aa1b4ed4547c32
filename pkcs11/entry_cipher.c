/* SPDX-License-Identifier: BSD-2-Clause */
/* Encryption and decryption functions: PKCS#11 v3.1 §5.8, §5.10. */
#include "pkcs11/call.h"

CK_RV C_EncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
	struct operation_setup setup = {.mechanism = pMechanism, .key = hKey};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_EncryptInit", hSession);

	if (rv == CKR_OK)
		rv = encrypt_begin(c.session, &setup);
	return call_leave(&c, rv);
}

CK_RV C_Encrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
		CK_BYTE_PTR pEncryptedData, CK_ULONG_PTR pulEncryptedDataLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_Encrypt", hSession);

	if (rv == CKR_OK)
		rv = encrypt_whole(c.session, pData, ulDataLen, pEncryptedData,
				   pulEncryptedDataLen);
	return call_leave(&c, rv);
}

CK_RV C_EncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
		      CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_EncryptUpdate", hSession);

	if (rv == CKR_OK)
		rv = encrypt_part(c.session, pPart, ulPartLen, pEncryptedPart, pulEncryptedPartLen);
	return call_leave(&c, rv);
}

CK_RV C_EncryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastEncryptedPart,
		     CK_ULONG_PTR pulLastEncryptedPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_EncryptFinal", hSession);

	if (rv == CKR_OK)
		rv = encrypt_end(c.session, pLastEncryptedPart, pulLastEncryptedPartLen);
	return call_leave(&c, rv);
}

CK_RV C_DecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey)
{
	struct operation_setup setup = {.mechanism = pMechanism, .key = hKey};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DecryptInit", hSession);

	if (rv == CKR_OK)
		rv = decrypt_begin(c.session, &setup);
	return call_leave(&c, rv);
}

CK_RV C_Decrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedData, CK_ULONG ulEncryptedDataLen,
		CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_Decrypt", hSession);

	if (rv == CKR_OK)
		rv = decrypt_whole(c.session, pEncryptedData, ulEncryptedDataLen, pData,
				   pulDataLen);
	return call_leave(&c, rv);
}

CK_RV C_DecryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
		      CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DecryptUpdate", hSession);

	if (rv == CKR_OK)
		rv = decrypt_part(c.session, pEncryptedPart, ulEncryptedPartLen, pPart, pulPartLen);
	return call_leave(&c, rv);
}

CK_RV C_DecryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastPart, CK_ULONG_PTR pulLastPartLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DecryptFinal", hSession);

	if (rv == CKR_OK)
		rv = decrypt_end(c.session, pLastPart, pulLastPartLen);
	return call_leave(&c, rv);
}
