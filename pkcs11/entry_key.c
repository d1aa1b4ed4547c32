/* SPDX-License-Identifier: BSD-2-Clause */
/* Key management functions: PKCS#11 v3.1 §5.18, v3.2 C_EncapsulateKey and others. */
#include "pkcs11/call.h"
#include "pkcs11/derive.h"

CK_RV C_GenerateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
		    CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey)
{
	return call_unsupported("C_GenerateKey", hSession,
				pMechanism && call_has(pTemplate, ulCount) && phKey);
}

CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			CK_ATTRIBUTE_PTR pPublicKeyTemplate, CK_ULONG ulPublicKeyAttributeCount,
			CK_ATTRIBUTE_PTR pPrivateKeyTemplate, CK_ULONG ulPrivateKeyAttributeCount,
			CK_OBJECT_HANDLE_PTR phPublicKey, CK_OBJECT_HANDLE_PTR phPrivateKey)
{
	return call_unsupported("C_GenerateKeyPair", hSession,
				pMechanism &&
					call_has(pPublicKeyTemplate, ulPublicKeyAttributeCount) &&
					call_has(pPrivateKeyTemplate, ulPrivateKeyAttributeCount) &&
					phPublicKey && phPrivateKey);
}

CK_RV C_WrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
		CK_OBJECT_HANDLE hWrappingKey, CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pWrappedKey,
		CK_ULONG_PTR pulWrappedKeyLen)
{
	(void)hWrappingKey;
	(void)hKey;
	(void)pWrappedKey;
	return call_unsupported("C_WrapKey", hSession, pMechanism && pulWrappedKeyLen);
}

CK_RV C_UnwrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
		  CK_OBJECT_HANDLE hUnwrappingKey, CK_BYTE_PTR pWrappedKey,
		  CK_ULONG ulWrappedKeyLen, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount,
		  CK_OBJECT_HANDLE_PTR phKey)
{
	(void)hUnwrappingKey;
	return call_unsupported("C_UnwrapKey", hSession,
				pMechanism && call_has(pWrappedKey, ulWrappedKeyLen) &&
					call_has(pTemplate, ulAttributeCount) && phKey);
}

CK_RV C_DeriveKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
		  CK_OBJECT_HANDLE hBaseKey, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount,
		  CK_OBJECT_HANDLE_PTR phKey)
{
	struct derive_setup setup = {pMechanism, hBaseKey, pTemplate, ulAttributeCount};
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DeriveKey", hSession);

	if (rv == CKR_OK)
		rv = derive_key(c.session, &setup, phKey);
	return call_leave(&c, rv);
}

CK_RV C_EncapsulateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
		       CK_OBJECT_HANDLE hPublicKey, CK_ATTRIBUTE_PTR pTemplate,
		       CK_ULONG ulAttributeCount, CK_BYTE_PTR pCiphertext,
		       CK_ULONG_PTR pulCiphertextLen, CK_OBJECT_HANDLE_PTR phKey)
{
	(void)hPublicKey;
	(void)pCiphertext;
	return call_unsupported("C_EncapsulateKey", hSession,
				pMechanism && call_has(pTemplate, ulAttributeCount) &&
					pulCiphertextLen && phKey);
}

CK_RV C_DecapsulateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
		       CK_OBJECT_HANDLE hPrivateKey, CK_ATTRIBUTE_PTR pTemplate,
		       CK_ULONG ulAttributeCount, CK_BYTE_PTR pCiphertext, CK_ULONG ulCiphertextLen,
		       CK_OBJECT_HANDLE_PTR phKey)
{
	(void)hPrivateKey;
	return call_unsupported("C_DecapsulateKey", hSession,
				pMechanism && call_has(pTemplate, ulAttributeCount) &&
					call_has(pCiphertext, ulCiphertextLen) && phKey);
}

CK_RV C_WrapKeyAuthenticated(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			     CK_OBJECT_HANDLE hWrappingKey, CK_OBJECT_HANDLE hKey,
			     CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen,
			     CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen)
{
	(void)hWrappingKey;
	(void)hKey;
	(void)pWrappedKey;
	return call_unsupported("C_WrapKeyAuthenticated", hSession,
				pMechanism && call_has(pAssociatedData, ulAssociatedDataLen) &&
					pulWrappedKeyLen);
}

CK_RV C_UnwrapKeyAuthenticated(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
			       CK_OBJECT_HANDLE hUnwrappingKey, CK_BYTE_PTR pWrappedKey,
			       CK_ULONG ulWrappedKeyLen, CK_ATTRIBUTE_PTR pTemplate,
			       CK_ULONG ulAttributeCount, CK_BYTE_PTR pAssociatedData,
			       CK_ULONG ulAssociatedDataLen, CK_OBJECT_HANDLE_PTR phKey)
{
	(void)hUnwrappingKey;
	return call_unsupported("C_UnwrapKeyAuthenticated", hSession,
				pMechanism && call_has(pWrappedKey, ulWrappedKeyLen) &&
					call_has(pTemplate, ulAttributeCount) &&
					call_has(pAssociatedData, ulAssociatedDataLen) && phKey);
}
