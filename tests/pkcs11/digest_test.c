/* SPDX-License-Identifier: BSD-2-Clause */
/* Message digesting (PKCS#11 v3.1 §5.12) and random numbers (§5.19). */
#include "tests/pkcs11/fixture.h"

#include <openssl/evp.h>

static const struct {
	CK_MECHANISM_TYPE type;
	const char *name;
	CK_ULONG len;
} digests[] = {
	{CKM_SHA_1, "SHA1", 20},    {CKM_SHA224, "SHA224", 28}, {CKM_SHA256, "SHA256", 32},
	{CKM_SHA384, "SHA384", 48}, {CKM_SHA512, "SHA512", 64},
};

enum { N_DIGESTS = sizeof(digests) / sizeof(digests[0]) };

static void begin(struct fixture *fx, CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type)
{
	CK_MECHANISM m = {type, NULL, 0};

	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
}

/* §5.12.2 C_Digest */

static void digests_agree_with_libcrypto(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE data[300], out[64], expected[64];
	size_t i, len;

	memset(data, 0x5A, sizeof(data));
	for (i = 0; i < N_DIGESTS; i++) {
		for (len = 0; len <= sizeof(data); len += 100) {
			CK_ULONG n = sizeof(out);

			begin(fx, session, digests[i].type);
			assert_rv(fx->f->C_Digest(session, data, len, out, &n), CKR_OK);
			assert_int_equal(n, digests[i].len);
			assert_int_equal(EVP_Digest(data, len, expected, NULL,
						    EVP_get_digestbyname(digests[i].name), NULL),
					 1);
			assert_memory_equal(out, expected, n);
		}
	}
}

static void digest_in_parts_is_the_same(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE data[300], whole[64], parts[64];
	CK_ULONG n = sizeof(whole);

	memset(data, 0xA5, sizeof(data));
	begin(fx, session, CKM_SHA384);
	assert_rv(fx->f->C_Digest(session, data, sizeof(data), whole, &n), CKR_OK);
	begin(fx, session, CKM_SHA384);
	assert_rv(fx->f->C_DigestUpdate(session, data, 0), CKR_OK);
	assert_rv(fx->f->C_DigestUpdate(session, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_DigestUpdate(session, data, 1), CKR_OK);
	assert_rv(fx->f->C_DigestUpdate(session, data + 1, 299), CKR_OK);
	n = sizeof(parts);
	assert_rv(fx->f->C_DigestFinal(session, parts, &n), CKR_OK);
	assert_memory_equal(whole, parts, 48);
}

static void digest_follows_the_size_conventions(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[64];
	CK_ULONG n = 0;

	begin(fx, session, CKM_SHA256);
	assert_rv(fx->f->C_Digest(session, out, 3, NULL, &n), CKR_OK);
	assert_int_equal(n, 32);
	n = 31;
	assert_rv(fx->f->C_Digest(session, out, 3, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 32);
	assert_rv(fx->f->C_Digest(session, out, 3, out, &n), CKR_OK);
	assert_rv(fx->f->C_Digest(session, out, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void digest_final_follows_the_size_conventions(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[64];
	CK_ULONG n = 0;

	begin(fx, session, CKM_SHA512);
	assert_rv(fx->f->C_DigestUpdate(session, out, 3), CKR_OK);
	assert_rv(fx->f->C_DigestFinal(session, NULL, &n), CKR_OK);
	assert_int_equal(n, 64);
	n = 0;
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OK);
}

static void digest_after_update_ends_the_operation(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[64] = {0};
	CK_ULONG n = sizeof(out);

	begin(fx, session, CKM_SHA256);
	assert_rv(fx->f->C_DigestUpdate(session, out, 3), CKR_OK);
	assert_rv(fx->f->C_Digest(session, out, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void digest_init_checks_mechanism_and_state(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM sign = {CKM_RSA_PKCS, NULL, 0}, with = {CKM_SHA256, &sign, sizeof(sign)};
	CK_MECHANISM good = {CKM_SHA256, NULL, 0};

	assert_rv(fx->f->C_DigestInit(session, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DigestInit(session, &sign), CKR_MECHANISM_INVALID);
	assert_rv(fx->f->C_DigestInit(session, &with), CKR_MECHANISM_PARAM_INVALID);
	assert_rv(fx->f->C_DigestInit(99999, &good), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_DigestInit(session, &good), CKR_OK);
	assert_rv(fx->f->C_DigestInit(session, &good), CKR_OPERATION_ACTIVE);
	assert_rv(fx->f->C_DigestInit(session, NULL), CKR_OK);
	assert_rv(fx->f->C_DigestInit(session, &good), CKR_OK);
}

static void digest_errors_end_the_operation(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[64];
	CK_ULONG n = sizeof(out);

	begin(fx, session, CKM_SHA256);
	assert_rv(fx->f->C_DigestUpdate(session, NULL, 5), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	begin(fx, session, CKM_SHA256);
	assert_rv(fx->f->C_Digest(session, out, 5, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void keys_are_indigestible(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	assert_rv(fx->f->C_DigestKey(session, 1), CKR_OPERATION_NOT_INITIALIZED);
	begin(fx, session, CKM_SHA256);
	assert_rv(fx->f->C_DigestKey(session, 99999), CKR_KEY_HANDLE_INVALID);
	begin(fx, session, CKM_SHA256);
	assert_rv(fx->f->C_DigestKey(session, find_one(fx, session, CKO_PUBLIC_KEY)),
		  CKR_KEY_INDIGESTIBLE);
}

/* §5.19 */

static void random_bytes_differ(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE first[200], second[200];

	assert_rv(fx->f->C_GenerateRandom(session, first, sizeof(first)), CKR_OK);
	assert_rv(fx->f->C_GenerateRandom(session, second, sizeof(second)), CKR_OK);
	assert_memory_not_equal(first, second, sizeof(first));
	assert_memory_not_equal(first, first + 100, 100);
}

static void random_fills_just_the_length_asked_for(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE out[70];
	size_t len;

	for (len = 0; len < 68; len++) {
		memset(out, 0, sizeof(out));
		assert_rv(fx->f->C_GenerateRandom(session, out + 1, len), CKR_OK);
		assert_int_equal(out[0], 0);
		assert_int_equal(out[1 + len], 0);
	}
}

static void random_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE seed[4] = {0};

	assert_rv(fx->f->C_GenerateRandom(session, NULL, 8), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GenerateRandom(99999, seed, 4), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_SeedRandom(session, seed, 4), CKR_RANDOM_SEED_NOT_SUPPORTED);
	assert_rv(fx->f->C_SeedRandom(session, NULL, 4), CKR_ARGUMENTS_BAD);
}

/* §5.20 */

static void parallel_functions_of_old_say_so(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	assert_rv(fx->f->C_GetFunctionStatus(session), CKR_FUNCTION_NOT_PARALLEL);
	assert_rv(fx->f->C_CancelFunction(session), CKR_FUNCTION_NOT_PARALLEL);
	assert_rv(fx->f->C_CancelFunction(99999), CKR_SESSION_HANDLE_INVALID);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(digests_agree_with_libcrypto),
		TEST(digest_in_parts_is_the_same),
		TEST(digest_follows_the_size_conventions),
		TEST(digest_final_follows_the_size_conventions),
		TEST(digest_after_update_ends_the_operation),
		TEST(digest_init_checks_mechanism_and_state),
		TEST(digest_errors_end_the_operation),
		TEST(keys_are_indigestible),
		TEST(random_bytes_differ),
		TEST(random_fills_just_the_length_asked_for),
		TEST(random_checks_its_arguments),
		TEST(parallel_functions_of_old_say_so),
	};

	return suite_run("digest", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
