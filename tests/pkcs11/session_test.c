/* SPDX-License-Identifier: BSD-2-Clause */
/* Session management functions: PKCS#11 v3.1 §5.6. */
#include "tests/pkcs11/fixture.h"

#include <unistd.h>

static CK_STATE state_of(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_SESSION_INFO info;

	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	return info.state;
}

static CK_SESSION_HANDLE read_only_session(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;

	assert_rv(fx->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
	return session;
}

/* §5.6.1 C_OpenSession */

static void open_needs_the_serial_flag(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;

	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, 0, NULL, NULL, &session),
		  CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_RW_SESSION, NULL, NULL, &session),
		  CKR_SESSION_PARALLEL_NOT_SUPPORTED);
}

static void open_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;

	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, NULL),
		  CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_OpenSession(2, CKF_SERIAL_SESSION, NULL, NULL, &session),
		  CKR_SLOT_ID_INVALID);
	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION | CKF_ASYNC_SESSION, NULL,
				       NULL, &session),
		  CKR_SESSION_ASYNC_NOT_SUPPORTED);
	fixture_remove(fx);
	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session),
		  CKR_TOKEN_NOT_PRESENT);
}

static void session_handles_are_not_reused(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE last = 0;
	int i;

	for (i = 0; i < 50; i++) {
		CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

		assert_true(session > last);
		last = session;
		assert_rv(fx->f->C_CloseSession(session), CKR_OK);
	}
}

static void many_sessions_may_be_open(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE sessions[500];
	size_t i;

	for (i = 0; i < 500; i++)
		sessions[i] = session_on(fx, i % 2);
	for (i = 0; i < 500; i++)
		assert_int_equal(state_of(fx, sessions[i]), CKS_RW_PUBLIC_SESSION);
	for (i = 0; i < 500; i += 3)
		assert_rv(fx->f->C_CloseSession(sessions[i]), CKR_OK);
	assert_int_equal(state_of(fx, sessions[1]), CKS_RW_PUBLIC_SESSION);
}

/* §5.6.2 C_CloseSession */

static void closed_handle_is_invalid(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_SESSION_INFO info;

	assert_rv(fx->f->C_CloseSession(session), CKR_OK);
	assert_rv(fx->f->C_CloseSession(session), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_CloseSession(CK_INVALID_HANDLE), CKR_SESSION_HANDLE_INVALID);
}

static void last_close_logs_out(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE first = session_on(fx, SLOT_AUTH), second = session_on(fx, SLOT_AUTH);

	login_on(fx, first, SLOT_AUTH);
	assert_rv(fx->f->C_CloseSession(first), CKR_OK);
	assert_int_equal(state_of(fx, second), CKS_RW_USER_FUNCTIONS);
	assert_rv(fx->f->C_CloseSession(second), CKR_OK);
	assert_int_equal(state_of(fx, session_on(fx, SLOT_AUTH)), CKS_RW_PUBLIC_SESSION);
}

/* §5.6.3 C_CloseAllSessions */

static void close_all_closes_really_all_of_one_slot(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE sessions[7], other = session_on(fx, SLOT_SIGN);
	CK_SESSION_INFO info;
	CK_TOKEN_INFO token;
	size_t i;

	for (i = 0; i < 7; i++)
		sessions[i] = session_on(fx, SLOT_AUTH);
	login_on(fx, sessions[3], SLOT_AUTH);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
	for (i = 0; i < 7; i++)
		assert_rv(fx->f->C_GetSessionInfo(sessions[i], &info), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &token), CKR_OK);
	assert_int_equal(token.ulSessionCount, 0);
	assert_int_equal(state_of(fx, other), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(state_of(fx, session_on(fx, SLOT_AUTH)), CKS_RW_PUBLIC_SESSION);
}

static void close_all_needs_a_slot(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_CloseAllSessions(2), CKR_SLOT_ID_INVALID);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
}

/* §5.6.4 C_GetSessionInfo */

static void session_info_has_slot_flags_and_state(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE read_only = read_only_session(fx, SLOT_SIGN);
	CK_SESSION_INFO info;

	assert_rv(fx->f->C_GetSessionInfo(read_only, &info), CKR_OK);
	assert_int_equal(info.slotID, SLOT_SIGN);
	assert_int_equal(info.flags, CKF_SERIAL_SESSION);
	assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	assert_int_equal(info.ulDeviceError, 0);
	assert_rv(fx->f->C_GetSessionInfo(session_on(fx, SLOT_SIGN), &info), CKR_OK);
	assert_int_equal(info.flags, CKF_SERIAL_SESSION | CKF_RW_SESSION);
	assert_rv(fx->f->C_GetSessionInfo(read_only, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetSessionInfo(99999, NULL), CKR_SESSION_HANDLE_INVALID);
}

/* §5.6.6, §5.6.7 C_GetOperationState, C_SetOperationState */

static void operation_state_needs_an_operation(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE saved[1] = {0};
	CK_ULONG n = 0;

	assert_rv(fx->f->C_GetOperationState(session, NULL, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_GetOperationState(session, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SetOperationState(session, saved, 1, 0, 0), CKR_SAVED_STATE_INVALID);
	assert_rv(fx->f->C_SetOperationState(session, NULL, 1, 0, 0), CKR_ARGUMENTS_BAD);
}

/* §5.6.8 C_Login */

static void login_changes_all_sessions_of_the_token(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE first = session_on(fx, SLOT_AUTH);
	CK_SESSION_HANDLE second = read_only_session(fx, SLOT_AUTH);
	CK_SESSION_HANDLE other = session_on(fx, SLOT_SIGN);

	login_on(fx, first, SLOT_AUTH);
	assert_int_equal(state_of(fx, first), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(state_of(fx, second), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(state_of(fx, other), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(state_of(fx, read_only_session(fx, SLOT_AUTH)), CKS_RO_USER_FUNCTIONS);
}

static void both_tokens_may_be_logged_in(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE auth = session_on(fx, SLOT_AUTH), sign = session_on(fx, SLOT_SIGN);

	login_on(fx, auth, SLOT_AUTH);
	login_on(fx, sign, SLOT_SIGN);
	assert_int_equal(state_of(fx, auth), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(state_of(fx, sign), CKS_RW_USER_FUNCTIONS);
	assert_rv(fx->f->C_Logout(sign), CKR_OK);
	assert_int_equal(state_of(fx, auth), CKS_RW_USER_FUNCTIONS);
}

static void login_twice_is_already_logged_in(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_USER_ALREADY_LOGGED_IN);
	assert_rv(login_with(fx, session, CKU_USER, "0000"), CKR_USER_ALREADY_LOGGED_IN);
}

static void login_knows_no_security_officer(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	assert_rv(login_with(fx, session, CKU_SO, CARD_PUK), CKR_USER_TYPE_INVALID);
	assert_rv(login_with(fx, session, 77, CARD_PIN_AUTH), CKR_USER_TYPE_INVALID);
}

static void login_without_a_pin_never_succeeds(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;

	assert_rv(fx->f->C_Login(session, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_Login(session, CKU_USER, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_Login(session, CKU_USER, pin, 0), CKR_PIN_INCORRECT);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
}

static void login_with_an_impossible_pin_costs_no_try(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR longest[300];
	CK_TOKEN_INFO info;

	memset(longest, '1', sizeof(longest));
	assert_rv(login_with(fx, session, CKU_USER, "123"), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, "123456789"), CKR_PIN_INCORRECT);
	assert_rv(fx->f->C_Login(session, CKU_USER, longest, sizeof(longest)), CKR_PIN_INCORRECT);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_USER_PIN_COUNT_LOW, 0);
}

static void wrong_pin_costs_one_try_however_often_it_is_given(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_TOKEN_INFO info;
	int i;

	fx->restore = true;
	for (i = 0; i < 10; i++)
		assert_rv(login_with(fx, session, CKU_USER, "0000"), CKR_PIN_INCORRECT);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY),
			 CKF_USER_PIN_COUNT_LOW);
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_OK);
}

static void context_login_needs_an_operation_that_wants_it(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, CARD_PIN_AUTH),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, CARD_PIN_AUTH),
		  CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.6.9 C_LoginUser */

static void login_user_without_a_name_is_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH, name[] = "sara";

	if (fx->version.major < 3)
		return;
	assert_label(fx, SLOT_AUTH);
	assert_rv(fx->f->C_LoginUser(session, CKU_USER, pin, 6, name, 4),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_LoginUser(session, CKU_USER, pin, 6, NULL, 4), CKR_ARGUMENTS_BAD);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	assert_rv(fx->f->C_LoginUser(session, CKU_USER, pin, 6, NULL, 0), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_USER_FUNCTIONS);
}

/* §5.6.10 C_Logout */

static void logout_makes_sessions_public(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH), second = session_on(fx, SLOT_AUTH);

	assert_rv(fx->f->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_Logout(second), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	assert_rv(fx->f->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
	assert_rv(fx->f->C_Logout(99999), CKR_SESSION_HANDLE_INVALID);
}

static void private_handles_die_with_logout(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE before, after;
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};

	login_on(fx, session, SLOT_AUTH);
	before = find_one(fx, session, CKO_PRIVATE_KEY);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_rv(fx->f->C_SignInit(session, &m, before), CKR_KEY_HANDLE_INVALID);
	login_on(fx, session, SLOT_AUTH);
	after = find_one(fx, session, CKO_PRIVATE_KEY);
	assert_int_not_equal(after, before);
	assert_rv(fx->f->C_SignInit(session, &m, before), CKR_KEY_HANDLE_INVALID);
	assert_rv(fx->f->C_SignInit(session, &m, after), CKR_OK);
}

static void operation_does_not_survive_logout_and_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[1] = {0}, signature[256];
	CK_ULONG n = sizeof(signature);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_Sign(session, data, 1, signature, &n), CKR_USER_NOT_LOGGED_IN);
}

/* §5.6.5 C_SessionCancel */

static void session_cancel_ends_what_it_names(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};
	CK_ULONG n = 0;

	if (fx->version.major < 3)
		return;
	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
	assert_rv(fx->f->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_SessionCancel(session, CKF_SIGN | CKF_FIND_OBJECTS), CKR_OK);
	assert_rv(fx->f->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_DigestFinal(session, NULL, &n), CKR_OK);
	assert_rv(fx->f->C_SessionCancel(session, CKF_DIGEST), CKR_OK);
	assert_rv(fx->f->C_DigestFinal(session, NULL, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_SessionCancel(99999, CKF_DIGEST), CKR_SESSION_HANDLE_INVALID);
}

/* §5.1.2: removal */

static void removal_is_told_once_and_closes_the_sessions_of_the_slot(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE first = session_on(fx, SLOT_AUTH), second = session_on(fx, SLOT_AUTH);
	CK_SESSION_INFO info;

	login_on(fx, first, SLOT_AUTH);
	fixture_remove(fx);
	assert_rv(fx->f->C_GetSessionInfo(first, &info), CKR_DEVICE_REMOVED);
	assert_rv(fx->f->C_GetSessionInfo(first, &info), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_GetSessionInfo(second, &info), CKR_SESSION_HANDLE_INVALID);
}

static void removal_is_noticed_by_a_signature(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[1] = {0}, signature[256];
	CK_ULONG n = sizeof(signature);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	fixture_remove(fx);
	assert_rv(fx->f->C_Sign(session, data, 1, signature, &n), CKR_DEVICE_REMOVED);
	assert_rv(fx->f->C_Sign(session, data, 1, signature, &n), CKR_SESSION_HANDLE_INVALID);
}

static void card_works_again_after_reinsertion_with_the_same_ids(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE before[16], after[16];
	size_t len;

	login_on(fx, session, SLOT_AUTH);
	len = attribute_of(fx, session, find_one(fx, session, CKO_PRIVATE_KEY), CKA_ID, before,
			   sizeof(before));
	fixture_remove(fx);
	fixture_insert(fx, false);
	assert_rv(fx->f->C_Logout(session), CKR_DEVICE_REMOVED);
	session = session_on(fx, SLOT_AUTH);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	login_on(fx, session, SLOT_AUTH);
	assert_int_equal(attribute_of(fx, session, find_one(fx, session, CKO_PRIVATE_KEY), CKA_ID,
				      after, sizeof(after)),
			 len);
	assert_memory_equal(before, after, len);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(open_needs_the_serial_flag),
		TEST(open_checks_its_arguments),
		TEST(session_handles_are_not_reused),
		TEST(many_sessions_may_be_open),
		TEST(closed_handle_is_invalid),
		TEST(last_close_logs_out),
		TEST(close_all_closes_really_all_of_one_slot),
		TEST(close_all_needs_a_slot),
		TEST(session_info_has_slot_flags_and_state),
		TEST(operation_state_needs_an_operation),
		TEST(login_changes_all_sessions_of_the_token),
		TEST(both_tokens_may_be_logged_in),
		TEST(login_twice_is_already_logged_in),
		TEST(login_knows_no_security_officer),
		TEST(login_without_a_pin_never_succeeds),
		TEST(login_with_an_impossible_pin_costs_no_try),
		TEST(wrong_pin_costs_one_try_however_often_it_is_given),
		TEST(context_login_needs_an_operation_that_wants_it),
		TEST(login_user_without_a_name_is_login),
		TEST(logout_makes_sessions_public),
		TEST(private_handles_die_with_logout),
		TEST(operation_does_not_survive_logout_and_login),
		TEST(session_cancel_ends_what_it_names),
		TEST(removal_is_told_once_and_closes_the_sessions_of_the_slot),
		TEST(removal_is_noticed_by_a_signature),
		TEST(card_works_again_after_reinsertion_with_the_same_ids),
	};

	return suite_run("session", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
