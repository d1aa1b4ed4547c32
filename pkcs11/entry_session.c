/* SPDX-License-Identifier: BSD-2-Clause */
/* Session management functions: PKCS#11 v3.1 §5.6. */
#include "pkcs11/call.h"
#include "pkcs11/login.h"
#include "pkcs11/rv.h"

CK_RV C_OpenSession(CK_SLOT_ID slotID, CK_FLAGS flags, CK_VOID_PTR pApplication, CK_NOTIFY Notify,
		    CK_SESSION_HANDLE_PTR phSession)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_OpenSession");

	/* No card of ours makes notifications (§5.21). */
	(void)pApplication;
	(void)Notify;
	if (rv == CKR_OK)
		rv = session_open(c.module, slotID, flags, phSession);
	return call_leave(&c, rv);
}

CK_RV C_CloseSession(CK_SESSION_HANDLE hSession)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_CloseSession");

	if (rv == CKR_OK)
		rv = session_close(c.module, hSession);
	return call_leave(&c, rv);
}

CK_RV C_CloseAllSessions(CK_SLOT_ID slotID)
{
	struct slot_state state;
	struct call c;
	CK_RV rv = call_enter(&c, "C_CloseAllSessions");

	if (rv == CKR_OK)
		rv = rv_from(slots_state(c.module->slots, slotID, &state), RV_SLOT);
	if (rv == CKR_OK)
		session_close_all(c.module, slotID);
	return call_leave(&c, rv);
}

/* From memory, and without the session's lock: it never waits for another call on the session. */
CK_RV C_GetSessionInfo(CK_SESSION_HANDLE hSession, CK_SESSION_INFO_PTR pInfo)
{
	struct session *s = NULL;
	struct call c;
	CK_RV rv = call_enter(&c, "C_GetSessionInfo");

	if (rv == CKR_OK)
		rv = session_get(c.module, hSession, &s);
	if (rv == CKR_OK)
		rv = session_check_token(s);
	if (rv == CKR_OK && !pInfo)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		session_info(s, pInfo);
	if (s)
		session_put(s);
	return call_leave(&c, rv);
}

static CK_RV cancel(struct session *s, CK_FLAGS flags)
{
	session_cancel(s, flags);
	return CKR_OK;
}

CK_RV C_SessionCancel(CK_SESSION_HANDLE hSession, CK_FLAGS flags)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SessionCancel", hSession);

	if (rv == CKR_OK)
		rv = cancel(c.session, flags);
	return call_leave(&c, rv);
}

static bool savable(const struct operation *op)
{
	return operation_active(op) && !op->recover;
}

/* §5.6.6: the state of a digest stays inside libcrypto, and there may be nothing to save at all. */
static CK_RV save_state(const struct session *s, const CK_ULONG *len)
{
	if (!len)
		return CKR_ARGUMENTS_BAD;
	if (savable(&s->digest) || savable(&s->sign) || savable(&s->verify) ||
	    savable(&s->encrypt) || savable(&s->decrypt))
		return CKR_STATE_UNSAVEABLE;
	return CKR_OPERATION_NOT_INITIALIZED;
}

CK_RV C_GetOperationState(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState,
			  CK_ULONG_PTR pulOperationStateLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_GetOperationState", hSession);

	(void)pOperationState;
	if (rv == CKR_OK)
		rv = save_state(c.session, pulOperationStateLen);
	return call_leave(&c, rv);
}

CK_RV C_SetOperationState(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState,
			  CK_ULONG ulOperationStateLen, CK_OBJECT_HANDLE hEncryptionKey,
			  CK_OBJECT_HANDLE hAuthenticationKey)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SetOperationState", hSession);

	(void)hEncryptionKey;
	(void)hAuthenticationKey;
	if (rv == CKR_OK)
		rv = call_has(pOperationState, ulOperationStateLen) ? CKR_SAVED_STATE_INVALID
								    : CKR_ARGUMENTS_BAD;
	return call_leave(&c, rv);
}

static CK_RV login(struct session *s, CK_USER_TYPE user, const CK_UTF8CHAR *pin, CK_ULONG len)
{
	CK_RV rv = CKR_USER_TYPE_INVALID;

	if (user == CKU_USER)
		rv = login_user(s->presence, pin, len);
	else if (user == CKU_CONTEXT_SPECIFIC)
		rv = operation_login(s, pin, len);
	/* §5.1.6: these two are for functions that set a PIN; here it is just not the right one. */
	if (rv == CKR_PIN_LEN_RANGE || rv == CKR_PIN_INVALID)
		rv = CKR_PIN_INCORRECT;
	return rv;
}

CK_RV C_Login(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin,
	      CK_ULONG ulPinLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_Login", hSession);

	if (rv == CKR_OK)
		rv = login(c.session, userType, pPin, ulPinLen);
	return call_leave(&c, rv);
}

/* No token of ours has user names; the empty one is every user's. */
CK_RV C_LoginUser(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin,
		  CK_ULONG ulPinLen, CK_UTF8CHAR_PTR pUsername, CK_ULONG ulUsernameLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_LoginUser", hSession);

	if (rv == CKR_OK && !call_has(pUsername, ulUsernameLen))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK && ulUsernameLen != 0)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	if (rv == CKR_OK)
		rv = login(c.session, userType, pPin, ulPinLen);
	return call_leave(&c, rv);
}

CK_RV C_Logout(CK_SESSION_HANDLE hSession)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_Logout", hSession);

	if (rv == CKR_OK)
		rv = login_end(c.session->presence);
	return call_leave(&c, rv);
}

/* PKCS#11 v3.2 §4.15: nobody has validated a token of ours, so no operation meets a validation. */
CK_RV C_GetSessionValidationFlags(CK_SESSION_HANDLE hSession, CK_SESSION_VALIDATION_FLAGS_TYPE type,
				  CK_FLAGS_PTR pFlags)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_GetSessionValidationFlags", hSession);

	if (rv == CKR_OK && (!pFlags || type != CKS_LAST_VALIDATION_OK))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		*pFlags = 0;
	return call_leave(&c, rv);
}
