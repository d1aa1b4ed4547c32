/* SPDX-License-Identifier: BSD-2-Clause */
/* A card that nobody has personalised: transport PINs, no keys, no certificates. */
#include "tests/pkcs11/fixture.h"

static CK_RV set_pin(struct fixture *fx, CK_SESSION_HANDLE session, const char *old_pin,
		     const char *new_pin)
{
	CK_UTF8CHAR from[16], to[16];

	assert_label(fx, SLOT_AUTH);
	memcpy(from, old_pin, strlen(old_pin));
	memcpy(to, new_pin, strlen(new_pin));
	return fx->f->C_SetPIN(session, from, strlen(old_pin), to, strlen(new_pin));
}

/* §3.2 CK_TOKEN_INFO */
static void token_flags_say_that_the_pin_is_to_be_changed(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		assert_rv(fx->f->C_GetTokenInfo(slot, &info), CKR_OK);
		assert_int_equal(info.flags & CKF_USER_PIN_TO_BE_CHANGED,
				 CKF_USER_PIN_TO_BE_CHANGED);
	}
}

/* §5.6.8 C_Login: CKR_PIN_EXPIRED */
static void login_with_the_transport_pin_is_expired(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_TOKEN_INFO info;

	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_PIN_EXPIRED);
	assert_rv(login_with(fx, session, CKU_USER, "0000"), CKR_PIN_EXPIRED);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_USER_PIN_COUNT_LOW, 0);
}

/* §5.5.9 C_SetPIN */
static void set_pin_ends_the_transport_state(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_TOKEN_INFO info;

	fx->restore = true;
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "135790"), CKR_OK);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_USER_PIN_TO_BE_CHANGED, 0);
	assert_rv(login_with(fx, session, CKU_USER, "135790"), CKR_OK);
}

/* §5.7.7 C_FindObjectsInit, §4.5 data objects, §4.13 profile objects */
static void there_are_no_objects_but_the_baseline_profile_and_data(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_CLASS profile = CKO_PROFILE, data = CKO_DATA;
	CK_ATTRIBUTE profiles = {CKA_CLASS, &profile, sizeof(profile)};
	CK_ATTRIBUTE data_objects = {CKA_CLASS, &data, sizeof(data)};
	CK_OBJECT_HANDLE found[8];
	size_t n = find_all(fx, session, NULL, 0, found, 8);

	/* Of data it has what the manufacturer wrote. */
	assert_int_equal(n, 1 + find_all(fx, session, &data_objects, 1, found, 8));
	assert_int_equal(find_all(fx, session, &profiles, 1, found, 8), 1);
	assert_int_equal(ulong_of(fx, session, found[0], CKA_PROFILE_ID), CKP_BASELINE_PROVIDER);
}

/* §5.5.5 C_GetMechanismList */
static void only_digests_are_listed(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_TYPE types[64];
	CK_MECHANISM_INFO info;
	CK_ULONG i, n = 64;

	assert_rv(fx->f->C_GetMechanismList(SLOT_SIGN, types, &n), CKR_OK);
	assert_int_equal(n, 5);
	for (i = 0; i < n; i++) {
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_SIGN, types[i], &info), CKR_OK);
		assert_int_equal(info.flags, CKF_DIGEST);
	}
	assert_rv(fx->f->C_GetMechanismInfo(SLOT_SIGN, CKM_RSA_PKCS, &info), CKR_MECHANISM_INVALID);
}

int main(void)
{
	static const char *const options[] = {"--blank", NULL};
	static const struct suite_test tests[] = {
		TEST(token_flags_say_that_the_pin_is_to_be_changed),
		TEST(login_with_the_transport_pin_is_expired),
		TEST(set_pin_ends_the_transport_state),
		TEST(there_are_no_objects_but_the_baseline_profile_and_data),
		TEST(only_digests_are_listed),
	};

	return suite_run("blank", tests, sizeof(tests) / sizeof(tests[0]), options);
}
