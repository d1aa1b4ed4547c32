/* SPDX-License-Identifier: BSD-2-Clause */
/* Users and their PINs: PKCS#11 v3.1 §5.6.8 to §5.6.10, §5.5.9, and the token's flags of §3.2. */
#include "tests/pkcs11/fixture.h"

static const CK_FLAGS pin_flags = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
				  CKF_USER_PIN_LOCKED | CKF_USER_PIN_TO_BE_CHANGED;

static CK_FLAGS flags_of(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_TOKEN_INFO info;

	assert_rv(fx->f->C_GetTokenInfo(slot, &info), CKR_OK);
	return info.flags & pin_flags;
}

static CK_STATE state_of(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_SESSION_INFO info;

	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	return info.state;
}

static CK_SESSION_HANDLE read_only_on(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;

	assert_rv(fx->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
	return session;
}

static CK_RV set_pin(struct fixture *fx, CK_SESSION_HANDLE session, const char *old_pin,
		     const char *new_pin)
{
	CK_UTF8CHAR from[64], to[64];
	CK_SESSION_INFO info;

	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_label(fx, info.slotID);
	memcpy(from, old_pin, strlen(old_pin));
	memcpy(to, new_pin, strlen(new_pin));
	return fx->f->C_SetPIN(session, from, strlen(old_pin), to, strlen(new_pin));
}

/* Uses up all tries of the authentication PIN. */
static CK_SESSION_HANDLE lock_pin(struct fixture *fx)
{
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(login_with(fx, session, CKU_USER, "0000"), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, "0001"), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, "0002"), CKR_PIN_LOCKED);
	return session;
}

/* §5.6.8 C_Login */

static void login_works_in_a_read_only_session(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = read_only_on(fx, SLOT_AUTH);

	login_on(fx, session, SLOT_AUTH);
	assert_int_equal(state_of(fx, session), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(state_of(fx, session_on(fx, SLOT_AUTH)), CKS_RW_USER_FUNCTIONS);
}

static void login_works_on_the_signature_token(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);

	login_on(fx, session, SLOT_SIGN);
	assert_int_equal(state_of(fx, session), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(state_of(fx, session_on(fx, SLOT_AUTH)), CKS_RW_PUBLIC_SESSION);
}

static void login_of_another_session_is_already_logged_in(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE second = read_only_on(fx, SLOT_AUTH);

	login_on(fx, session_on(fx, SLOT_AUTH), SLOT_AUTH);
	assert_rv(login_with(fx, second, CKU_USER, CARD_PIN_AUTH), CKR_USER_ALREADY_LOGGED_IN);
}

static void login_with_the_other_tokens_pin_is_incorrect(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_SIGN), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), CKF_USER_PIN_COUNT_LOW);
	assert_int_equal(flags_of(fx, SLOT_SIGN), 0);
}

static void login_with_letters_is_incorrect_and_costs_no_try(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	assert_rv(login_with(fx, session, CKU_USER, "12ab56"), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, "12345 "), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), 0);
}

static void login_with_a_nul_character_is_incorrect_and_costs_no_try(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;

	/* The terminating zero belongs to the PIN here, as an application would give it by mistake. */
	assert_label(fx, SLOT_AUTH);
	assert_rv(fx->f->C_Login(session, CKU_USER, pin, sizeof(pin)), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), 0);
}

static void login_below_the_tokens_least_length_costs_no_try(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);

	assert_rv(login_with(fx, session, CKU_USER, "31415"), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_SIGN), 0);
}

static void login_of_a_user_type_that_is_none_is_refused(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	assert_rv(login_with(fx, session, 3, CARD_PIN_AUTH), CKR_USER_TYPE_INVALID);
	assert_rv(login_with(fx, session, (CK_USER_TYPE)-1, CARD_PIN_AUTH), CKR_USER_TYPE_INVALID);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
}

static void login_checks_the_session_first(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_Login(99999, 77, NULL, 6), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_Login(CK_INVALID_HANDLE, CKU_USER, NULL, 6), CKR_SESSION_HANDLE_INVALID);
}

static void wrong_pin_leaves_the_sessions_public(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(login_with(fx, session, CKU_USER, "0000"), CKR_PIN_INCORRECT);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
}

static void right_pin_after_a_wrong_one_fills_the_counter_again(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(login_with(fx, session, CKU_USER, "0000"), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, "0001"), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	login_on(fx, session, SLOT_AUTH);
	assert_int_equal(flags_of(fx, SLOT_AUTH), 0);
}

static void locked_pin_stays_locked(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = lock_pin(fx);

	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_PIN_LOCKED);
	assert_rv(login_with(fx, session, CKU_USER, "0003"), CKR_PIN_LOCKED);
	assert_int_equal(flags_of(fx, SLOT_AUTH), CKF_USER_PIN_LOCKED);
}

static void locked_pin_stays_locked_in_the_next_session_and_after_finalize(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_CloseSession(lock_pin(fx)), CKR_OK);
	assert_rv(login_with(fx, session_on(fx, SLOT_AUTH), CKU_USER, CARD_PIN_AUTH),
		  CKR_PIN_LOCKED);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_rv(login_with(fx, session_on(fx, SLOT_AUTH), CKU_USER, CARD_PIN_AUTH),
		  CKR_PIN_LOCKED);
}

static void locked_pin_leaves_the_other_token_alone(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE other = session_on(fx, SLOT_SIGN);

	(void)lock_pin(fx);
	assert_int_equal(flags_of(fx, SLOT_SIGN), 0);
	login_on(fx, other, SLOT_SIGN);
}

static void locked_token_still_shows_its_certificate(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = lock_pin(fx);

	assert_int_not_equal(find_one(fx, session, CKO_CERTIFICATE), CK_INVALID_HANDLE);
}

static void login_is_lost_with_a_new_initialization(void **state)
{
	struct fixture *fx = *state;

	login_on(fx, session_on(fx, SLOT_AUTH), SLOT_AUTH);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_int_equal(state_of(fx, session_on(fx, SLOT_AUTH)), CKS_RW_PUBLIC_SESSION);
}

static void closing_all_sessions_of_one_token_leaves_the_others_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE auth = session_on(fx, SLOT_AUTH), sign = session_on(fx, SLOT_SIGN);

	login_on(fx, auth, SLOT_AUTH);
	login_on(fx, sign, SLOT_SIGN);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_SIGN), CKR_OK);
	assert_int_equal(state_of(fx, auth), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(state_of(fx, session_on(fx, SLOT_SIGN)), CKS_RW_PUBLIC_SESSION);
}

static void context_login_without_any_login_is_not_initialized(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);

	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
}

static void context_login_checks_the_pin_as_any_other(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};

	login_on(fx, session, SLOT_SIGN);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, ""), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, "31415"), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, "3141592x"), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_SIGN), 0);
	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
	assert_rv(login_with(fx, session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN),
		  CKR_USER_ALREADY_LOGGED_IN);
}

/* §5.6.9 C_LoginUser */

static CK_RV login_user(struct fixture *fx, CK_SESSION_HANDLE session, CK_USER_TYPE user)
{
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;

	assert_label(fx, SLOT_AUTH);
	return fx->f->C_LoginUser(session, user, pin, sizeof(pin) - 1, NULL, 0);
}

static void login_user_takes_the_same_user_types(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	if (fx->version.major < 3)
		return;
	assert_rv(login_user(fx, session, CKU_SO), CKR_USER_TYPE_INVALID);
	assert_rv(login_user(fx, session, 99), CKR_USER_TYPE_INVALID);
	assert_rv(login_user(fx, session, CKU_CONTEXT_SPECIFIC), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(login_user(fx, session, CKU_USER), CKR_OK);
	assert_rv(login_user(fx, session, CKU_USER), CKR_USER_ALREADY_LOGGED_IN);
}

static void login_user_with_a_wrong_pin_is_incorrect(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = "0000", longest[] = "123456789";

	if (fx->version.major < 3)
		return;
	fx->restore = true;
	assert_label(fx, SLOT_AUTH);
	assert_rv(fx->f->C_LoginUser(session, CKU_USER, longest, 9, NULL, 0), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), 0);
	assert_rv(fx->f->C_LoginUser(session, CKU_USER, pin, 4, NULL, 0), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), CKF_USER_PIN_COUNT_LOW);
}

static void login_user_takes_an_empty_name_wherever_it_is(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH, name[1] = {0};

	if (fx->version.major < 3)
		return;
	assert_label(fx, SLOT_AUTH);
	assert_rv(fx->f->C_LoginUser(session, CKU_USER, pin, sizeof(pin) - 1, name, 0), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_USER_FUNCTIONS);
	assert_rv(fx->f->C_LoginUser(99999, CKU_USER, pin, sizeof(pin) - 1, name, 0),
		  CKR_SESSION_HANDLE_INVALID);
}

/* §5.6.10 C_Logout */

static void logout_works_in_a_read_only_session(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = read_only_on(fx, SLOT_AUTH);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RO_PUBLIC_SESSION);
}

static void logout_needs_a_login_of_the_same_token(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE auth = session_on(fx, SLOT_AUTH), sign = session_on(fx, SLOT_SIGN);

	login_on(fx, auth, SLOT_AUTH);
	assert_rv(fx->f->C_Logout(sign), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(state_of(fx, auth), CKS_RW_USER_FUNCTIONS);
}

static void logout_hides_private_objects_from_all_sessions(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE first = session_on(fx, SLOT_AUTH), second = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE key;
	CK_ULONG size;

	login_on(fx, first, SLOT_AUTH);
	key = find_one(fx, second, CKO_PRIVATE_KEY);
	assert_int_not_equal(key, CK_INVALID_HANDLE);
	assert_rv(fx->f->C_Logout(first), CKR_OK);
	assert_int_equal(find_one(fx, second, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
	assert_rv(fx->f->C_GetObjectSize(second, key, &size), CKR_OBJECT_HANDLE_INVALID);
}

static void logout_leaves_public_objects_handles(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE certificate;

	login_on(fx, session, SLOT_AUTH);
	certificate = find_one(fx, session, CKO_CERTIFICATE);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_int_equal(ulong_of(fx, session, certificate, CKA_CLASS), CKO_CERTIFICATE);
	assert_int_equal(find_one(fx, session, CKO_CERTIFICATE), certificate);
}

static void logout_costs_no_try_and_login_follows(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	int i;

	for (i = 0; i < 5; i++) {
		login_on(fx, session, SLOT_AUTH);
		assert_rv(fx->f->C_Logout(session), CKR_OK);
	}
	assert_int_equal(flags_of(fx, SLOT_AUTH), 0);
}

/* §5.5.9 C_SetPIN */

static void set_pin_of_the_signature_token(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);

	fx->restore = true;
	assert_rv(set_pin(fx, session, CARD_PIN_SIGN, "112233"), CKR_OK);
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_SIGN), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, "112233"), CKR_OK);
	login_on(fx, session_on(fx, SLOT_AUTH), SLOT_AUTH);
}

static void set_pin_leaves_the_login_as_it_was(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "1122"), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	assert_rv(login_with(fx, session, CKU_USER, "1122"), CKR_OK);
	assert_rv(set_pin(fx, session, "1122", "33445566"), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_USER_FUNCTIONS);
	assert_int_not_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
}

static void set_pin_to_the_same_pin_is_allowed(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, CARD_PIN_AUTH), CKR_OK);
	login_on(fx, session, SLOT_AUTH);
}

static void set_pin_keeps_to_each_tokens_lengths(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);

	assert_rv(set_pin(fx, session, CARD_PIN_SIGN, "11223"), CKR_PIN_LEN_RANGE);
	assert_rv(set_pin(fx, session, CARD_PIN_SIGN, "112233445"), CKR_PIN_LEN_RANGE);
	assert_int_equal(flags_of(fx, SLOT_SIGN), 0);
	login_on(fx, session, SLOT_SIGN);
}

static void set_pin_with_a_wrong_pin_costs_a_try_until_it_is_locked(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(set_pin(fx, session, "0000", "1122"), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), CKF_USER_PIN_COUNT_LOW);
	assert_rv(set_pin(fx, session, "0001", "1122"), CKR_PIN_INCORRECT);
	assert_int_equal(flags_of(fx, SLOT_AUTH), CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	assert_rv(set_pin(fx, session, "0002", "1122"), CKR_PIN_LOCKED);
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "1122"), CKR_PIN_LOCKED);
	assert_int_equal(flags_of(fx, SLOT_AUTH), CKF_USER_PIN_LOCKED);
}

static void set_pin_is_refused_in_a_read_only_user_session(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = read_only_on(fx, SLOT_AUTH);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "1122"), CKR_SESSION_READ_ONLY);
	assert_rv(set_pin(fx, session, "0000", "1122"), CKR_SESSION_READ_ONLY);
	assert_int_equal(flags_of(fx, SLOT_AUTH), 0);
}

static void set_pin_outlives_the_session_and_the_library(void **state)
{
	struct fixture *fx = *state;

	fx->restore = true;
	assert_rv(set_pin(fx, session_on(fx, SLOT_AUTH), CARD_PIN_AUTH, "99887766"), CKR_OK);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_rv(login_with(fx, session_on(fx, SLOT_AUTH), CKU_USER, "99887766"), CKR_OK);
}

/* §5.5.8 C_InitPIN */

static void init_pin_is_for_nobody(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = "1122";

	assert_rv(fx->f->C_InitPIN(session, NULL, 4), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_InitPIN(session, pin, 4), CKR_FUNCTION_NOT_SUPPORTED);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_InitPIN(session, pin, 4), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	login_on(fx, session, SLOT_AUTH);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(login_works_in_a_read_only_session),
		TEST(login_works_on_the_signature_token),
		TEST(login_of_another_session_is_already_logged_in),
		TEST(login_with_the_other_tokens_pin_is_incorrect),
		TEST(login_with_letters_is_incorrect_and_costs_no_try),
		TEST(login_with_a_nul_character_is_incorrect_and_costs_no_try),
		TEST(login_below_the_tokens_least_length_costs_no_try),
		TEST(login_of_a_user_type_that_is_none_is_refused),
		TEST(login_checks_the_session_first),
		TEST(wrong_pin_leaves_the_sessions_public),
		TEST(right_pin_after_a_wrong_one_fills_the_counter_again),
		TEST(locked_pin_stays_locked),
		TEST(locked_pin_stays_locked_in_the_next_session_and_after_finalize),
		TEST(locked_pin_leaves_the_other_token_alone),
		TEST(locked_token_still_shows_its_certificate),
		TEST(login_is_lost_with_a_new_initialization),
		TEST(closing_all_sessions_of_one_token_leaves_the_others_login),
		TEST(context_login_without_any_login_is_not_initialized),
		TEST(context_login_checks_the_pin_as_any_other),
		TEST(login_user_takes_the_same_user_types),
		TEST(login_user_with_a_wrong_pin_is_incorrect),
		TEST(login_user_takes_an_empty_name_wherever_it_is),
		TEST(logout_works_in_a_read_only_session),
		TEST(logout_needs_a_login_of_the_same_token),
		TEST(logout_hides_private_objects_from_all_sessions),
		TEST(logout_leaves_public_objects_handles),
		TEST(logout_costs_no_try_and_login_follows),
		TEST(set_pin_of_the_signature_token),
		TEST(set_pin_leaves_the_login_as_it_was),
		TEST(set_pin_to_the_same_pin_is_allowed),
		TEST(set_pin_keeps_to_each_tokens_lengths),
		TEST(set_pin_with_a_wrong_pin_costs_a_try_until_it_is_locked),
		TEST(set_pin_is_refused_in_a_read_only_user_session),
		TEST(set_pin_outlives_the_session_and_the_library),
		TEST(init_pin_is_for_nobody),
	};

	return suite_run("login", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
