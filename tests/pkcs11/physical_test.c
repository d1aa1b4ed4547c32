/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card with a physical national card's answer to reset, whose PIN and key references nobody has
 * stated: certificates only, and no VERIFY with a guessed reference.
 */
#include "tests/pkcs11/fixture.h"

/* §5.7.7 C_FindObjectsInit */
static void certificates_are_there_and_no_keys(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		CK_SESSION_HANDLE session = session_on(fx, slot);
		CK_BYTE der[8192];

		assert_true(attribute_of(fx, session, find_one(fx, session, CKO_CERTIFICATE),
					 CKA_VALUE, der, sizeof(der)) > 500);
		assert_int_equal(find_one(fx, session, CKO_PUBLIC_KEY), CK_INVALID_HANDLE);
		assert_int_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
	}
}

/* §3.2 CK_TOKEN_INFO: CKF_LOGIN_REQUIRED, CKF_USER_PIN_INITIALIZED */
static void nobody_is_asked_for_a_pin(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO info;

	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & (CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED), 0);
}

/* §5.6.8 C_Login */
static void login_is_prohibited_and_no_pin_goes_to_the_card(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;

	fixture_record(fx);
	session = session_on(fx, SLOT_AUTH);
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_ACTION_PROHIBITED);
	assert_int_equal(fixture_commands(fx, " 0020"), 0);
	assert_int_not_equal(fixture_commands(fx, ""), 0);
}

/* §5.5.6 C_GetMechanismInfo */
static void no_mechanism_needs_a_key(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_INFO info;

	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_SHA256_RSA_PKCS, &info),
		  CKR_MECHANISM_INVALID);
	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_SHA256, &info), CKR_OK);
}

/* §5.6.8 C_Login, §5.7.7 C_FindObjectsInit */
static void stated_references_make_the_keys_usable(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	fixture_configure(fx, "[natid]\nauth_pin = 0x81\nsign_pin = 0x82\nauth_key = 1\n"
			      "sign_key = 2\n");
	assert_rv(fixture_initialize(fx), CKR_OK);
	session = session_on(fx, SLOT_AUTH);
	login_on(fx, session, SLOT_AUTH);
	assert_int_not_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
}

int main(void)
{
	/* card.md: a physical national card that announces no extended length */
	static const char *const options[] = {"--atr", "3B7F96000080318065B0850300EF120FFF829000",
					      NULL};
	static const struct suite_test tests[] = {
		TEST(certificates_are_there_and_no_keys),
		TEST(nobody_is_asked_for_a_pin),
		TEST(login_is_prohibited_and_no_pin_goes_to_the_card),
		TEST(no_mechanism_needs_a_key),
		TEST(stated_references_make_the_keys_usable),
	};

	return suite_run("physical", tests, sizeof(tests) / sizeof(tests[0]), options);
}
