/* SPDX-License-Identifier: BSD-2-Clause */
/* Slot and token management functions: PKCS#11 v3.1 §5.5. */
#include "tests/pkcs11/fixture.h"

/* §5.5.1 C_GetSlotList */

static void slots_are_two_for_each_reader(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	assert_rv(fx->f->C_GetSlotList(CK_FALSE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(slots[0], SLOT_AUTH);
	assert_int_equal(slots[1], SLOT_SIGN);
}

static void slots_with_tokens_are_listed_without_a_first_count(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
}

static void slot_list_follows_the_size_conventions(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[2] = {77, 77};
	CK_ULONG n = 0;

	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 1;
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, slots, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	assert_int_equal(slots[1], 77);
	n = 0;
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, NULL), CKR_ARGUMENTS_BAD);
}

static void slots_stay_when_the_card_leaves(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	fixture_remove(fx);
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 8;
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 0);
	fixture_insert(fx, false);
	n = 8;
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(slots[0], SLOT_AUTH);
}

/* §5.5.2 C_GetSlotInfo */

static void slot_info_tells_of_the_token(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_INFO first, second;

	assert_rv(fx->f->C_GetSlotInfo(SLOT_AUTH, &first), CKR_OK);
	assert_int_equal(first.flags, CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE | CKF_HW_SLOT);
	assert_int_equal(first.slotDescription[63], ' ');
	assert_rv(fx->f->C_GetSlotInfo(SLOT_SIGN, &second), CKR_OK);
	assert_memory_not_equal(first.slotDescription, second.slotDescription, 64);
	fixture_remove(fx);
	assert_rv(fx->f->C_GetSlotInfo(SLOT_AUTH, &first), CKR_OK);
	assert_int_equal(first.flags, CKF_REMOVABLE_DEVICE | CKF_HW_SLOT);
}

static void slot_info_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_INFO info;

	assert_rv(fx->f->C_GetSlotInfo(SLOT_AUTH, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetSlotInfo(2, &info), CKR_SLOT_ID_INVALID);
	assert_rv(fx->f->C_GetSlotInfo(CK_UNAVAILABLE_INFORMATION, &info), CKR_SLOT_ID_INVALID);
}

/* §5.5.3 C_GetTokenInfo */

static void tokens_have_labels_and_a_serial_number(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO first, second;

	assert_label(fx, SLOT_AUTH);
	assert_label(fx, SLOT_SIGN);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &first), CKR_OK);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_SIGN, &second), CKR_OK);
	assert_memory_equal(first.serialNumber, second.serialNumber, 16);
	assert_int_not_equal(first.serialNumber[0], ' ');
}

static void token_flags_allow_login_and_read_write_sessions(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO info;

	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags, CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED |
					     CKF_TOKEN_INITIALIZED);
	assert_int_equal(info.ulMinPinLen, 4);
	assert_int_equal(info.ulMaxPinLen, 8);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_SIGN, &info), CKR_OK);
	assert_int_equal(info.ulMinPinLen, 6);
}

static void token_info_counts_sessions(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE read_only;
	CK_TOKEN_INFO info;

	session_on(fx, SLOT_AUTH);
	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &read_only),
		  CKR_OK);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.ulSessionCount, 2);
	assert_int_equal(info.ulRwSessionCount, 1);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_SIGN, &info), CKR_OK);
	assert_int_equal(info.ulSessionCount, 0);
}

static void token_flags_follow_the_retry_counter(void **state)
{
	struct fixture *fx = *state;
	const CK_FLAGS pins = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_TOKEN_INFO info;

	fx->restore = true;
	assert_rv(login_with(fx, session, CKU_USER, "0000"), CKR_PIN_INCORRECT);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & pins, CKF_USER_PIN_COUNT_LOW);
	assert_rv(login_with(fx, session, CKU_USER, "0001"), CKR_PIN_INCORRECT);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & pins, CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	assert_rv(login_with(fx, session, CKU_USER, "0002"), CKR_PIN_LOCKED);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & pins, CKF_USER_PIN_LOCKED);
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_PIN_LOCKED);
}

static void token_info_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO info;

	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetTokenInfo(2, &info), CKR_SLOT_ID_INVALID);
	fixture_remove(fx);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_TOKEN_NOT_PRESENT);
}

/* §5.5.4 C_WaitForSlotEvent */

static void no_event_is_pending_at_first(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot;

	assert_rv(fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
}

static void removal_and_insertion_are_events(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot = 77;

	fixture_remove(fx);
	assert_rv(fx->f->C_WaitForSlotEvent(0, &slot, NULL), CKR_OK);
	assert_true(slot == SLOT_AUTH || slot == SLOT_SIGN);
	while (fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL) == CKR_OK)
		continue;
	fixture_insert(fx, false);
	assert_rv(fx->f->C_WaitForSlotEvent(0, &slot, NULL), CKR_OK);
	assert_true(slot == SLOT_AUTH || slot == SLOT_SIGN);
}

static void wait_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot;

	assert_rv(fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, &slot), CKR_ARGUMENTS_BAD);
}

/* §5.5.5 C_GetMechanismList, §5.5.6 C_GetMechanismInfo */

static bool listed(struct fixture *fx, CK_SLOT_ID slot, CK_MECHANISM_TYPE type)
{
	CK_MECHANISM_TYPE types[64];
	CK_ULONG i, n = 64;

	assert_rv(fx->f->C_GetMechanismList(slot, types, &n), CKR_OK);
	for (i = 0; i < n; i++) {
		if (types[i] == type)
			return true;
	}
	return false;
}

static void mechanisms_are_those_of_the_keys(void **state)
{
	struct fixture *fx = *state;

	assert_true(listed(fx, SLOT_AUTH, CKM_RSA_PKCS));
	assert_true(listed(fx, SLOT_AUTH, CKM_SHA256_RSA_PKCS));
	assert_true(listed(fx, SLOT_AUTH, CKM_RSA_PKCS_PSS));
	assert_true(listed(fx, SLOT_SIGN, CKM_SHA512_RSA_PKCS_PSS));
	assert_true(listed(fx, SLOT_AUTH, CKM_SHA256));
	assert_false(listed(fx, SLOT_AUTH, CKM_ECDSA));
	assert_false(listed(fx, SLOT_AUTH, CKM_RSA_PKCS_KEY_PAIR_GEN));
}

static void every_listed_mechanism_has_information(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_TYPE types[64];
	CK_MECHANISM_INFO info;
	CK_ULONG i, n = 64;

	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, types, &n), CKR_OK);
	for (i = 0; i < n; i++) {
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, types[i], &info), CKR_OK);
		assert_int_not_equal(info.flags, 0);
		assert_true(!(info.flags & CKF_SIGN) == !(info.flags & CKF_HW));
	}
}

static void rsa_mechanism_names_size_and_operations(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_INFO info;

	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_SHA256_RSA_PKCS, &info), CKR_OK);
	assert_int_equal(info.flags, CKF_HW | CKF_SIGN | CKF_VERIFY);
	assert_int_equal(info.ulMinKeySize, 2048);
	assert_int_equal(info.ulMaxKeySize, 2048);
	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_SHA256, &info), CKR_OK);
	assert_int_equal(info.flags, CKF_DIGEST);
}

static void raw_rsa_is_not_listed_where_the_card_does_not_sign_raw_blocks(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_TYPE types[64];
	CK_MECHANISM_INFO info;
	CK_ULONG i, n = 64;

	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_RSA_X_509, &info),
		  CKR_MECHANISM_INVALID);
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, types, &n), CKR_OK);
	for (i = 0; i < n; i++)
		assert_int_not_equal(types[i], CKM_RSA_X_509);
}

static void mechanism_list_follows_the_size_conventions(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_TYPE types[64];
	CK_ULONG n = 0, all;

	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, NULL, &all), CKR_OK);
	assert_true(all > 10);
	n = all - 1;
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, types, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, all);
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetMechanismList(2, NULL, &n), CKR_SLOT_ID_INVALID);
}

static void mechanism_info_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_INFO info;

	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_RSA_PKCS, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetMechanismInfo(2, CKM_RSA_PKCS, &info), CKR_SLOT_ID_INVALID);
	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_ECDSA, &info), CKR_MECHANISM_INVALID);
	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_VENDOR_DEFINED, &info),
		  CKR_MECHANISM_INVALID);
}

/* §5.5.7 C_InitToken, §5.5.8 C_InitPIN */

static void tokens_are_not_initialised_here(void **state)
{
	struct fixture *fx = *state;
	CK_UTF8CHAR label[32], pin[] = "1234";

	memset(label, ' ', sizeof(label));
	assert_rv(fx->f->C_InitToken(SLOT_AUTH, pin, 4, label), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_InitToken(SLOT_AUTH, pin, 4, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_InitToken(2, pin, 4, label), CKR_SLOT_ID_INVALID);
	assert_rv(fx->f->C_InitPIN(session_on(fx, SLOT_AUTH), pin, 4), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_InitPIN(99999, pin, 4), CKR_SESSION_HANDLE_INVALID);
}

/* §5.5.9 C_SetPIN */

static CK_RV set_pin(struct fixture *fx, CK_SESSION_HANDLE session, const char *old_pin,
		     const char *new_pin)
{
	CK_UTF8CHAR from[64], to[64];

	assert_label(fx, SLOT_AUTH);
	memcpy(from, old_pin, strlen(old_pin));
	memcpy(to, new_pin, strlen(new_pin));
	return fx->f->C_SetPIN(session, from, strlen(old_pin), to, strlen(new_pin));
}

static void set_pin_changes_the_pin(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "987654"), CKR_OK);
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, "987654"), CKR_OK);
}

static void set_pin_with_a_wrong_pin_is_incorrect(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(set_pin(fx, session, "0000", "987654"), CKR_PIN_INCORRECT);
	assert_rv(login_with(fx, session, CKU_USER, CARD_PIN_AUTH), CKR_OK);
}

static void set_pin_refuses_bad_new_pins_without_a_try(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_TOKEN_INFO info;

	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "123"), CKR_PIN_LEN_RANGE);
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "123456789"), CKR_PIN_LEN_RANGE);
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, ""), CKR_PIN_LEN_RANGE);
	assert_rv(set_pin(fx, session, CARD_PIN_AUTH, "12ab56"), CKR_PIN_INVALID);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_USER_PIN_COUNT_LOW, 0);
}

static void set_pin_needs_a_read_write_session_and_pins(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE read_only, session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;

	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &read_only),
		  CKR_OK);
	assert_rv(set_pin(fx, read_only, CARD_PIN_AUTH, "987654"), CKR_SESSION_READ_ONLY);
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, pin, 6), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SetPIN(session, pin, 6, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SetPIN(99999, pin, 6, pin, 6), CKR_SESSION_HANDLE_INVALID);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(slots_are_two_for_each_reader),
		TEST(slots_with_tokens_are_listed_without_a_first_count),
		TEST(slot_list_follows_the_size_conventions),
		TEST(slots_stay_when_the_card_leaves),
		TEST(slot_info_tells_of_the_token),
		TEST(slot_info_checks_its_arguments),
		TEST(tokens_have_labels_and_a_serial_number),
		TEST(token_flags_allow_login_and_read_write_sessions),
		TEST(token_info_counts_sessions),
		TEST(token_flags_follow_the_retry_counter),
		TEST(token_info_checks_its_arguments),
		TEST(no_event_is_pending_at_first),
		TEST(removal_and_insertion_are_events),
		TEST(wait_checks_its_arguments),
		TEST(mechanisms_are_those_of_the_keys),
		TEST(every_listed_mechanism_has_information),
		TEST(rsa_mechanism_names_size_and_operations),
		TEST(raw_rsa_is_not_listed_where_the_card_does_not_sign_raw_blocks),
		TEST(mechanism_list_follows_the_size_conventions),
		TEST(mechanism_info_checks_its_arguments),
		TEST(tokens_are_not_initialised_here),
		TEST(set_pin_changes_the_pin),
		TEST(set_pin_with_a_wrong_pin_is_incorrect),
		TEST(set_pin_refuses_bad_new_pins_without_a_try),
		TEST(set_pin_needs_a_read_write_session_and_pins),
	};

	return suite_run("slot", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
