/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers and parallel functions of old: PKCS#11 v3.1 §5.19, §5.20. */
#include "tests/pkcs11/fixture.h"

static CK_SESSION_HANDLE read_only_on(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;

	assert_rv(fx->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
	return session;
}

/* §5.19.1 C_SeedRandom */

static void seed_is_not_supported_whatever_its_length(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE seed[300] = {1};

	assert_rv(fx->f->C_SeedRandom(session, seed, 0), CKR_RANDOM_SEED_NOT_SUPPORTED);
	assert_rv(fx->f->C_SeedRandom(session, NULL, 0), CKR_RANDOM_SEED_NOT_SUPPORTED);
	assert_rv(fx->f->C_SeedRandom(session, seed, sizeof(seed)), CKR_RANDOM_SEED_NOT_SUPPORTED);
}

static void seed_checks_session_and_pointer(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = read_only_on(fx, SLOT_SIGN);
	CK_BYTE seed[4] = {1};

	assert_rv(fx->f->C_SeedRandom(99999, seed, 4), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_SeedRandom(session, NULL, 4), CKR_ARGUMENTS_BAD);
}

static void refused_seed_leaves_the_generator_working(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[16] = {0}, none[16] = {0};

	assert_rv(fx->f->C_SeedRandom(session, none, 16), CKR_RANDOM_SEED_NOT_SUPPORTED);
	assert_rv(fx->f->C_GenerateRandom(session, out, sizeof(out)), CKR_OK);
	assert_memory_not_equal(out, none, sizeof(out));
}

/* §5.19.2 C_GenerateRandom */

static void random_of_no_bytes_is_fine(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[2] = {0x5A, 0x5A};

	assert_rv(fx->f->C_GenerateRandom(session, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_GenerateRandom(session, out, 0), CKR_OK);
	assert_int_equal(out[0], 0x5A);
}

static void random_of_many_bytes_fills_them_all(void **state)
{
	static CK_BYTE out[20001];
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i, same = 0;

	memset(out, 0, sizeof(out));
	assert_rv(fx->f->C_GenerateRandom(session, out, sizeof(out) - 1), CKR_OK);
	assert_int_equal(out[sizeof(out) - 1], 0);
	/* Blocks of 16 zero bytes do not come by chance. */
	for (i = 0; i + 16 < sizeof(out); i += 16)
		same += memcmp(out + i, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16) == 0;
	assert_int_equal(same, 0);
}

static void random_bits_are_even(void **state)
{
	static CK_BYTE out[5000];
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	unsigned ones = 0;
	size_t i;

	assert_rv(fx->f->C_GenerateRandom(session, out, sizeof(out)), CKR_OK);
	for (i = 0; i < sizeof(out); i++)
		ones += (unsigned)__builtin_popcount(out[i]);
	/* 40,000 bits: mean 20,000, standard deviation 100; 7 of those on either side. */
	assert_in_range(ones, 19300, 20700);
}

static void random_needs_neither_login_nor_a_read_write_session(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = read_only_on(fx, SLOT_SIGN);
	CK_BYTE first[32], second[32];

	assert_rv(fx->f->C_GenerateRandom(session, first, sizeof(first)), CKR_OK);
	login_on(fx, session, SLOT_SIGN);
	assert_rv(fx->f->C_GenerateRandom(session, second, sizeof(second)), CKR_OK);
	assert_memory_not_equal(first, second, sizeof(first));
}

static void random_leaves_operations_alone(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM hash = {CKM_SHA256, NULL, 0}, m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[4] = {0}, random[20], out[256];
	CK_ULONG n = sizeof(out);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(fx->f->C_DigestInit(session, &hash), CKR_OK);
	assert_rv(fx->f->C_GenerateRandom(session, random, sizeof(random)), CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, 4, out, &n), CKR_OK);
	n = sizeof(out);
	assert_rv(fx->f->C_Digest(session, data, 4, out, &n), CKR_OK);
}

static void random_is_promised_by_the_tokens_flag(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;
	CK_BYTE out[8];

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		assert_rv(fx->f->C_GetTokenInfo(slot, &info), CKR_OK);
		assert_int_equal(info.flags & CKF_RNG, CKF_RNG);
		assert_rv(fx->f->C_GenerateRandom(session_on(fx, slot), out, sizeof(out)), CKR_OK);
	}
}

static void random_of_a_removed_token_is_told(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[8];

	fixture_remove(fx);
	assert_rv(fx->f->C_GenerateRandom(session, out, sizeof(out)), CKR_DEVICE_REMOVED);
	assert_rv(fx->f->C_GenerateRandom(session, out, sizeof(out)), CKR_SESSION_HANDLE_INVALID);
}

/* §5.20.1 C_GetFunctionStatus, §5.20.2 C_CancelFunction */

static void status_checks_the_session(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_GetFunctionStatus(99999), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_GetFunctionStatus(read_only_on(fx, SLOT_SIGN)),
		  CKR_FUNCTION_NOT_PARALLEL);
}

static void cancel_function_cancels_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM hash = {CKM_SHA256, NULL, 0};
	CK_BYTE out[32];
	CK_ULONG n = sizeof(out);

	assert_rv(fx->f->C_DigestInit(session, &hash), CKR_OK);
	assert_rv(fx->f->C_CancelFunction(session), CKR_FUNCTION_NOT_PARALLEL);
	assert_rv(fx->f->C_GetFunctionStatus(session), CKR_FUNCTION_NOT_PARALLEL);
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OK);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(seed_is_not_supported_whatever_its_length),
		TEST(seed_checks_session_and_pointer),
		TEST(refused_seed_leaves_the_generator_working),
		TEST(random_of_no_bytes_is_fine),
		TEST_ONCE(random_of_many_bytes_fills_them_all),
		TEST_ONCE(random_bits_are_even),
		TEST(random_needs_neither_login_nor_a_read_write_session),
		TEST(random_leaves_operations_alone),
		TEST(random_is_promised_by_the_tokens_flag),
		TEST(random_of_a_removed_token_is_told),
		TEST(status_checks_the_session),
		TEST(cancel_function_cancels_nothing),
	};

	return suite_run("random", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
