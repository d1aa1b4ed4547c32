/* SPDX-License-Identifier: BSD-2-Clause */
/* Message-based functions: PKCS#11 v3.1 §5.9, §5.11, §5.14, §5.16. No mechanism of ours has them. */
#include "pkcs11/call.h"

CK_RV C_MessageEncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			   CK_OBJECT_HANDLE hKey)
{
	(void)hKey;
	return call_unsupported("C_MessageEncryptInit", hSession, pMechanism != NULL);
}

CK_RV C_EncryptMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
		       CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen,
		       CK_BYTE_PTR pPlaintext, CK_ULONG ulPlaintextLen, CK_BYTE_PTR pCiphertext,
		       CK_ULONG_PTR pulCiphertextLen)
{
	(void)pCiphertext;
	return call_unsupported("C_EncryptMessage", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pAssociatedData, ulAssociatedDataLen) &&
					call_has(pPlaintext, ulPlaintextLen) && pulCiphertextLen);
}

CK_RV C_EncryptMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter,
			    CK_ULONG ulParameterLen, CK_BYTE_PTR pAssociatedData,
			    CK_ULONG ulAssociatedDataLen)
{
	return call_unsupported("C_EncryptMessageBegin", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pAssociatedData, ulAssociatedDataLen));
}

CK_RV C_EncryptMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter,
			   CK_ULONG ulParameterLen, CK_BYTE_PTR pPlaintextPart,
			   CK_ULONG ulPlaintextPartLen, CK_BYTE_PTR pCiphertextPart,
			   CK_ULONG_PTR pulCiphertextPartLen, CK_FLAGS flags)
{
	(void)pCiphertextPart;
	(void)flags;
	return call_unsupported("C_EncryptMessageNext", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pPlaintextPart, ulPlaintextPartLen) &&
					pulCiphertextPartLen);
}

CK_RV C_MessageEncryptFinal(CK_SESSION_HANDLE hSession)
{
	return call_unsupported("C_MessageEncryptFinal", hSession, true);
}

CK_RV C_MessageDecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			   CK_OBJECT_HANDLE hKey)
{
	(void)hKey;
	return call_unsupported("C_MessageDecryptInit", hSession, pMechanism != NULL);
}

CK_RV C_DecryptMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
		       CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen,
		       CK_BYTE_PTR pCiphertext, CK_ULONG ulCiphertextLen, CK_BYTE_PTR pPlaintext,
		       CK_ULONG_PTR pulPlaintextLen)
{
	(void)pPlaintext;
	return call_unsupported("C_DecryptMessage", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pAssociatedData, ulAssociatedDataLen) &&
					call_has(pCiphertext, ulCiphertextLen) && pulPlaintextLen);
}

CK_RV C_DecryptMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter,
			    CK_ULONG ulParameterLen, CK_BYTE_PTR pAssociatedData,
			    CK_ULONG ulAssociatedDataLen)
{
	return call_unsupported("C_DecryptMessageBegin", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pAssociatedData, ulAssociatedDataLen));
}

CK_RV C_DecryptMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter,
			   CK_ULONG ulParameterLen, CK_BYTE_PTR pCiphertextPart,
			   CK_ULONG ulCiphertextPartLen, CK_BYTE_PTR pPlaintextPart,
			   CK_ULONG_PTR pulPlaintextPartLen, CK_FLAGS flags)
{
	(void)pPlaintextPart;
	(void)flags;
	return call_unsupported("C_DecryptMessageNext", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pCiphertextPart, ulCiphertextPartLen) &&
					pulPlaintextPartLen);
}

CK_RV C_MessageDecryptFinal(CK_SESSION_HANDLE hSession)
{
	return call_unsupported("C_MessageDecryptFinal", hSession, true);
}

CK_RV C_MessageSignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			CK_OBJECT_HANDLE hKey)
{
	(void)hKey;
	return call_unsupported("C_MessageSignInit", hSession, pMechanism != NULL);
}

CK_RV C_SignMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
		    CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
		    CK_ULONG_PTR pulSignatureLen)
{
	(void)pSignature;
	return call_unsupported("C_SignMessage", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pData, ulDataLen) && pulSignatureLen);
}

CK_RV C_SignMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter,
			 CK_ULONG ulParameterLen)
{
	return call_unsupported("C_SignMessageBegin", hSession,
				call_has(pParameter, ulParameterLen));
}

CK_RV C_SignMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
			CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
			CK_ULONG_PTR pulSignatureLen)
{
	(void)pSignature;
	return call_unsupported("C_SignMessageNext", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pData, ulDataLen) && pulSignatureLen);
}

CK_RV C_MessageSignFinal(CK_SESSION_HANDLE hSession)
{
	return call_unsupported("C_MessageSignFinal", hSession, true);
}

CK_RV C_MessageVerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			  CK_OBJECT_HANDLE hKey)
{
	(void)hKey;
	return call_unsupported("C_MessageVerifyInit", hSession, pMechanism != NULL);
}

CK_RV C_VerifyMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
		      CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
		      CK_ULONG ulSignatureLen)
{
	return call_unsupported("C_VerifyMessage", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pData, ulDataLen) &&
					call_has(pSignature, ulSignatureLen));
}

CK_RV C_VerifyMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter,
			   CK_ULONG ulParameterLen)
{
	return call_unsupported("C_VerifyMessageBegin", hSession,
				call_has(pParameter, ulParameterLen));
}

CK_RV C_VerifyMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter,
			  CK_ULONG ulParameterLen, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
			  CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen)
{
	return call_unsupported("C_VerifyMessageNext", hSession,
				call_has(pParameter, ulParameterLen) &&
					call_has(pData, ulDataLen) &&
					call_has(pSignature, ulSignatureLen));
}

CK_RV C_MessageVerifyFinal(CK_SESSION_HANDLE hSession)
{
	return call_unsupported("C_MessageVerifyFinal", hSession, true);
}
