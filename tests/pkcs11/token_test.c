/* SPDX-License-Identifier: BSD-2-Clause */
/* What slots and tokens say of themselves: PKCS#11 v3.1 §5.5.1 to §5.5.7, §3.2. */
#include "tests/pkcs11/fixture.h"

static CK_TOKEN_INFO token_of(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_TOKEN_INFO info;

	memset(&info, 0xEE, sizeof(info));
	assert_rv(fx->f->C_GetTokenInfo(slot, &info), CKR_OK);
	return info;
}

static CK_SLOT_INFO slot_of(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_SLOT_INFO info;

	memset(&info, 0xEE, sizeof(info));
	assert_rv(fx->f->C_GetSlotInfo(slot, &info), CKR_OK);
	return info;
}

/* Text, then blanks; no zero, no control character. */
static void expect_padded(const CK_UTF8CHAR *field, size_t len)
{
	size_t i;

	assert_int_not_equal(field[0], ' ');
	for (i = 0; i < len; i++)
		assert_in_range(field[i], ' ', 0xFD);
}

/* §5.5.1 C_GetSlotList */

static void slot_list_may_be_larger_than_needed(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[4] = {77, 77, 77, 77};
	CK_ULONG n = 4;

	assert_rv(fx->f->C_GetSlotList(CK_FALSE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(slots[2], 77);
}

static void slot_count_ignores_what_was_there(void **state)
{
	struct fixture *fx = *state;
	CK_ULONG n = 1000;

	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 1000;
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
}

static void slot_list_of_exactly_the_count_fits(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[2];
	CK_ULONG n = 2;

	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	assert_int_not_equal(slots[0], slots[1]);
}

static void slot_list_without_tokens_needs_no_room(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot = 77;
	CK_ULONG n = 0;

	fixture_remove(fx);
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, &slot, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(slot, 77);
}

static void slot_list_needs_a_place_for_the_count(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[2];

	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, NULL, NULL), CKR_ARGUMENTS_BAD);
}

static void every_listed_slot_has_information(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[2];
	CK_ULONG n = 2, i;

	fixture_remove(fx);
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, slots, &n), CKR_OK);
	for (i = 0; i < n; i++)
		(void)slot_of(fx, slots[i]);
}

/* §5.5.2 C_GetSlotInfo, §3.2 CK_SLOT_INFO */

static void slot_strings_are_padded_with_blanks(void **state)
{
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		CK_SLOT_INFO info = slot_of(*state, slot);

		expect_padded(info.slotDescription, sizeof(info.slotDescription));
		expect_padded(info.manufacturerID, sizeof(info.manufacturerID));
	}
}

static void slot_description_stays_when_the_card_leaves(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_INFO before = slot_of(fx, SLOT_SIGN), after;

	fixture_remove(fx);
	after = slot_of(fx, SLOT_SIGN);
	assert_memory_equal(before.slotDescription, after.slotDescription, 64);
	assert_int_equal(before.flags & CKF_REMOVABLE_DEVICE, CKF_REMOVABLE_DEVICE);
	assert_int_equal(after.flags & CKF_REMOVABLE_DEVICE, CKF_REMOVABLE_DEVICE);
}

static void slot_flags_are_known_ones(void **state)
{
	CK_SLOT_INFO info = slot_of(*state, SLOT_AUTH);

	assert_int_equal(info.flags & ~(CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE | CKF_HW_SLOT), 0);
}

/* §5.5.3 C_GetTokenInfo, §3.2 CK_TOKEN_INFO */

static void token_strings_are_padded_with_blanks(void **state)
{
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		CK_TOKEN_INFO info = token_of(*state, slot);

		expect_padded(info.label, sizeof(info.label));
		expect_padded(info.manufacturerID, sizeof(info.manufacturerID));
		expect_padded(info.model, sizeof(info.model));
		expect_padded(info.serialNumber, sizeof(info.serialNumber));
	}
}

static void token_without_a_clock_has_no_time(void **state)
{
	CK_TOKEN_INFO info = token_of(*state, SLOT_AUTH);

	assert_int_equal(info.flags & CKF_CLOCK_ON_TOKEN, 0);
	assert_null(memchr(info.utcTime, 0xEE, sizeof(info.utcTime)));
}

static void token_allows_any_number_of_sessions(void **state)
{
	CK_TOKEN_INFO info = token_of(*state, SLOT_AUTH);

	assert_int_equal(info.ulMaxSessionCount, CK_EFFECTIVELY_INFINITE);
	assert_int_equal(info.ulMaxRwSessionCount, CK_EFFECTIVELY_INFINITE);
}

static void token_keeps_its_memory_to_itself(void **state)
{
	CK_TOKEN_INFO info = token_of(*state, SLOT_SIGN);

	assert_int_equal(info.ulTotalPublicMemory, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(info.ulFreePublicMemory, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(info.ulTotalPrivateMemory, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(info.ulFreePrivateMemory, CK_UNAVAILABLE_INFORMATION);
}

static void token_is_not_write_protected_and_has_no_officer(void **state)
{
	const CK_FLAGS none = CKF_WRITE_PROTECTED | CKF_PROTECTED_AUTHENTICATION_PATH |
			      CKF_DUAL_CRYPTO_OPERATIONS | CKF_SO_PIN_COUNT_LOW |
			      CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED | CKF_SO_PIN_TO_BE_CHANGED |
			      CKF_ERROR_STATE | CKF_RESTORE_KEY_NOT_NEEDED |
			      CKF_ASYNC_SESSION_SUPPORTED;
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++)
		assert_int_equal(token_of(*state, slot).flags & none, 0);
}

static void token_counts_no_closed_sessions(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE first = session_on(fx, SLOT_AUTH);

	(void)session_on(fx, SLOT_AUTH);
	assert_rv(fx->f->C_CloseSession(first), CKR_OK);
	assert_int_equal(token_of(fx, SLOT_AUTH).ulSessionCount, 1);
	assert_int_equal(token_of(fx, SLOT_AUTH).ulRwSessionCount, 1);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
	assert_int_equal(token_of(fx, SLOT_AUTH).ulSessionCount, 0);
	assert_int_equal(token_of(fx, SLOT_AUTH).ulRwSessionCount, 0);
}

static void token_counts_sessions_of_its_own_slot(void **state)
{
	struct fixture *fx = *state;

	(void)session_on(fx, SLOT_AUTH);
	(void)session_on(fx, SLOT_SIGN);
	(void)session_on(fx, SLOT_SIGN);
	assert_int_equal(token_of(fx, SLOT_AUTH).ulSessionCount, 1);
	assert_int_equal(token_of(fx, SLOT_SIGN).ulSessionCount, 2);
}

static void token_that_comes_back_has_no_sessions_and_the_same_name(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO before = token_of(fx, SLOT_AUTH), after;

	(void)session_on(fx, SLOT_AUTH);
	fixture_remove(fx);
	fixture_insert(fx, false);
	after = token_of(fx, SLOT_AUTH);
	assert_int_equal(after.ulSessionCount, 0);
	assert_memory_equal(before.label, after.label, sizeof(after.label));
	assert_memory_equal(before.serialNumber, after.serialNumber, sizeof(after.serialNumber));
	assert_memory_equal(before.model, after.model, sizeof(after.model));
}

static void tokens_of_one_card_share_serial_number_and_model(void **state)
{
	CK_TOKEN_INFO first = token_of(*state, SLOT_AUTH), second = token_of(*state, SLOT_SIGN);

	assert_memory_equal(first.serialNumber, second.serialNumber, sizeof(first.serialNumber));
	assert_memory_equal(first.model, second.model, sizeof(first.model));
	assert_memory_not_equal(first.label, second.label, sizeof(first.label));
}

/* §5.5.5 C_GetMechanismList */

static CK_ULONG mechanisms_of(struct fixture *fx, CK_SLOT_ID slot, CK_MECHANISM_TYPE ret[64])
{
	CK_ULONG n = 64;

	assert_rv(fx->f->C_GetMechanismList(slot, ret, &n), CKR_OK);
	return n;
}

static void no_mechanism_is_listed_twice(void **state)
{
	CK_MECHANISM_TYPE types[64];
	CK_ULONG n = mechanisms_of(*state, SLOT_AUTH, types), i, k;

	for (i = 0; i < n; i++) {
		for (k = i + 1; k < n; k++)
			assert_int_not_equal(types[i], types[k]);
	}
}

static void mechanism_list_needs_no_login_and_does_not_change_with_it(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_TYPE before[64], after[64];
	CK_ULONG n = mechanisms_of(fx, SLOT_SIGN, before);

	login_on(fx, session_on(fx, SLOT_SIGN), SLOT_SIGN);
	assert_int_equal(mechanisms_of(fx, SLOT_SIGN, after), n);
	assert_memory_equal(before, after, n * sizeof(before[0]));
}

static void mechanism_list_too_small_is_left_alone(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_TYPE types[1] = {77};
	CK_ULONG n = 1, all;

	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, NULL, &all), CKR_OK);
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, types, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, all);
	assert_int_equal(types[0], 77);
	n = 0;
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, types, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, all);
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, types, NULL), CKR_ARGUMENTS_BAD);
}

static void mechanism_list_is_that_of_the_keys_attribute(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM_TYPE allowed[64], listed[64];
	CK_MECHANISM_INFO info;
	size_t n, n_listed, n_of_keys = 0, i;

	/* §4.8 CKA_ALLOWED_MECHANISMS */
	login_on(fx, session, SLOT_AUTH);
	n = attribute_of(fx, session, find_one(fx, session, CKO_PRIVATE_KEY),
			 CKA_ALLOWED_MECHANISMS, allowed, sizeof(allowed)) /
	    sizeof(allowed[0]);
	assert_true(n > 5);
	for (i = 0; i < n; i++)
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, allowed[i], &info), CKR_OK);
	/* and the list has none that no private key on the card can use */
	n_listed = mechanisms_of(fx, SLOT_AUTH, listed);
	for (i = 0; i < n_listed; i++) {
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, listed[i], &info), CKR_OK);
		n_of_keys += info.flags != CKF_DIGEST;
	}
	assert_int_equal(n_of_keys, n);
}

/* §5.5.6 C_GetMechanismInfo */

static void digests_are_done_in_software_and_have_no_key_size(void **state)
{
	static const CK_MECHANISM_TYPE types[] = {CKM_SHA_1, CKM_SHA224, CKM_SHA256, CKM_SHA384,
						  CKM_SHA512};
	struct fixture *fx = *state;
	CK_MECHANISM_INFO info;
	size_t i;

	for (i = 0; i < 5; i++) {
		memset(&info, 0xEE, sizeof(info));
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_SIGN, types[i], &info), CKR_OK);
		assert_int_equal(info.flags, CKF_DIGEST);
		assert_int_equal(info.ulMinKeySize, 0);
		assert_int_equal(info.ulMaxKeySize, 0);
	}
}

static void every_rsa_mechanism_gives_the_modulus_size_in_bits(void **state)
{
	static const CK_MECHANISM_TYPE types[] = {CKM_RSA_PKCS,
						  CKM_RSA_PKCS_PSS,
						  CKM_SHA1_RSA_PKCS,
						  CKM_SHA224_RSA_PKCS,
						  CKM_SHA256_RSA_PKCS,
						  CKM_SHA384_RSA_PKCS,
						  CKM_SHA512_RSA_PKCS,
						  CKM_SHA1_RSA_PKCS_PSS,
						  CKM_SHA224_RSA_PKCS_PSS,
						  CKM_SHA256_RSA_PKCS_PSS,
						  CKM_SHA384_RSA_PKCS_PSS,
						  CKM_SHA512_RSA_PKCS_PSS};
	struct fixture *fx = *state;
	CK_MECHANISM_INFO info;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_SIGN, types[i], &info), CKR_OK);
		assert_int_equal(info.ulMinKeySize, 2048);
		assert_int_equal(info.ulMaxKeySize, 2048);
		assert_int_equal(info.flags & (CKF_HW | CKF_SIGN | CKF_VERIFY),
				 CKF_HW | CKF_SIGN | CKF_VERIFY);
	}
}

static void only_pkcs1_signs_with_recovery(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_TYPE types[64];
	CK_ULONG n = mechanisms_of(fx, SLOT_AUTH, types), i;
	CK_MECHANISM_INFO info;

	for (i = 0; i < n; i++) {
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, types[i], &info), CKR_OK);
		assert_int_equal((info.flags & CKF_SIGN_RECOVER) != 0, types[i] == CKM_RSA_PKCS);
	}
}

static void mechanisms_of_other_keys_are_invalid(void **state)
{
	static const CK_MECHANISM_TYPE others[] = {
		CKM_ECDSA,  CKM_ECDSA_SHA256,          CKM_EDDSA,          CKM_AES_GCM,
		CKM_ML_DSA, CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_EC_KEY_PAIR_GEN};
	struct fixture *fx = *state;
	CK_MECHANISM_INFO info;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, others[i], &info),
			  CKR_MECHANISM_INVALID);
}

/* §5.5.7 C_InitToken */

static void init_token_checks_each_argument(void **state)
{
	struct fixture *fx = *state;
	CK_UTF8CHAR label[32], pin[] = "12345678";

	memset(label, ' ', sizeof(label));
	assert_rv(fx->f->C_InitToken(SLOT_SIGN, NULL, 8, label), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_InitToken(SLOT_SIGN, pin, 8, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_InitToken(SLOT_SIGN, pin, 8, label), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_InitToken(99, pin, 8, label), CKR_SLOT_ID_INVALID);
}

static void refused_init_token_leaves_the_token_as_it_is(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR label[32], pin[] = CARD_PUK;

	memset(label, 'x', sizeof(label));
	assert_rv(fx->f->C_InitToken(SLOT_AUTH, pin, 8, label), CKR_FUNCTION_NOT_SUPPORTED);
	assert_label(fx, SLOT_AUTH);
	login_on(fx, session, SLOT_AUTH);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(slot_list_may_be_larger_than_needed),
		TEST(slot_count_ignores_what_was_there),
		TEST(slot_list_of_exactly_the_count_fits),
		TEST(slot_list_without_tokens_needs_no_room),
		TEST(slot_list_needs_a_place_for_the_count),
		TEST(every_listed_slot_has_information),
		TEST(slot_strings_are_padded_with_blanks),
		TEST(slot_description_stays_when_the_card_leaves),
		TEST(slot_flags_are_known_ones),
		TEST(token_strings_are_padded_with_blanks),
		TEST(token_without_a_clock_has_no_time),
		TEST(token_allows_any_number_of_sessions),
		TEST(token_keeps_its_memory_to_itself),
		TEST(token_is_not_write_protected_and_has_no_officer),
		TEST(token_counts_no_closed_sessions),
		TEST(token_counts_sessions_of_its_own_slot),
		TEST(token_that_comes_back_has_no_sessions_and_the_same_name),
		TEST(tokens_of_one_card_share_serial_number_and_model),
		TEST(no_mechanism_is_listed_twice),
		TEST(mechanism_list_needs_no_login_and_does_not_change_with_it),
		TEST(mechanism_list_too_small_is_left_alone),
		TEST(mechanism_list_is_that_of_the_keys_attribute),
		TEST(digests_are_done_in_software_and_have_no_key_size),
		TEST(every_rsa_mechanism_gives_the_modulus_size_in_bits),
		TEST(only_pkcs1_signs_with_recovery),
		TEST(mechanisms_of_other_keys_are_invalid),
		TEST(init_token_checks_each_argument),
		TEST(refused_init_token_leaves_the_token_as_it_is),
	};

	return suite_run("token", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
