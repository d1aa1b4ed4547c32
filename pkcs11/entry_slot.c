/* SPDX-License-Identifier: BSD-2-Clause */
/* Slot and token management functions: PKCS#11 v3.1 §5.5. */
#include "pkcs11/call.h"
#include "pkcs11/login.h"
#include "pkcs11/rv.h"
#include "pkcs11/slot.h"

CK_RV C_GetSlotList(CK_BBOOL tokenPresent, CK_SLOT_ID_PTR pSlotList, CK_ULONG_PTR pulCount)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_GetSlotList");

	if (rv == CKR_OK)
		rv = slot_list(c.module, tokenPresent != CK_FALSE, pSlotList, pulCount);
	return call_leave(&c, rv);
}

CK_RV C_GetSlotInfo(CK_SLOT_ID slotID, CK_SLOT_INFO_PTR pInfo)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_GetSlotInfo");

	if (rv == CKR_OK)
		rv = slot_info(c.module, slotID, pInfo);
	return call_leave(&c, rv);
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slotID, CK_TOKEN_INFO_PTR pInfo)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_GetTokenInfo");

	if (rv == CKR_OK)
		rv = slot_token_info(c.module, slotID, pInfo);
	return call_leave(&c, rv);
}

CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR pReserved)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_WaitForSlotEvent");

	if (rv == CKR_OK && (!pSlot || pReserved))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = slot_wait(c.module, flags, pSlot);
	return call_leave(&c, rv);
}

CK_RV C_GetMechanismList(CK_SLOT_ID slotID, CK_MECHANISM_TYPE_PTR pMechanismList,
			 CK_ULONG_PTR pulCount)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_GetMechanismList");

	if (rv == CKR_OK)
		rv = slot_mechanisms(c.module, slotID, pMechanismList, pulCount);
	return call_leave(&c, rv);
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slotID, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR pInfo)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_GetMechanismInfo");

	if (rv == CKR_OK)
		rv = slot_mechanism_info(c.module, slotID, type, pInfo);
	return call_leave(&c, rv);
}

/* Cards are made by tools of their own; there is no security officer here. */
CK_RV C_InitToken(CK_SLOT_ID slotID, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen,
		  CK_UTF8CHAR_PTR pLabel)
{
	struct token *token = NULL;
	struct call c;
	CK_RV rv = call_enter(&c, "C_InitToken");

	(void)ulPinLen;
	if (rv == CKR_OK && (!pLabel || !pPin))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = rv_from(slots_token(c.module->slots, slotID, &token), RV_SLOT);
	token_unref(token);
	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return call_leave(&c, rv);
}

CK_RV C_InitPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen)
{
	return call_unsupported("C_InitPIN", hSession, call_has(pPin, ulPinLen));
}

static CK_RV set_pin(struct session *s, const CK_UTF8CHAR *old_pin, CK_ULONG old_len,
		     const CK_UTF8CHAR *new_pin, CK_ULONG new_len)
{
	if (!(s->flags & CKF_RW_SESSION))
		return CKR_SESSION_READ_ONLY;
	return login_change_pin(s->presence, old_pin, old_len, new_pin, new_len);
}

CK_RV C_SetPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pOldPin, CK_ULONG ulOldLen,
	       CK_UTF8CHAR_PTR pNewPin, CK_ULONG ulNewLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SetPIN", hSession);

	if (rv == CKR_OK)
		rv = set_pin(c.session, pOldPin, ulOldLen, pNewPin, ulNewLen);
	return call_leave(&c, rv);
}
