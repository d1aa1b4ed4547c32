/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of codec/mgf1.c: published values, and what must not be asked of it. */
#include "hex.h"

#include <openssl/evp.h>

#include "base/limits.h"
#include "codec/mgf1.h"

static int digest(void *user, enum hash_alg alg, const uint8_t *in, size_t in_len, uint8_t *out)
{
	const EVP_MD *md = alg == HASH_SHA1 ? EVP_sha1() : EVP_sha256();
	unsigned *countdown = user;

	if (countdown && (*countdown)-- == 0)
		return MOHR_ERR_CRYPTO;
	return EVP_Digest(in, in_len, out, NULL, md, NULL) == 1 ? 0 : MOHR_ERR_CRYPTO;
}

/* The examples of Wikipedia's article "Mask generation function" */
static void masks_are_the_published_ones(void **state)
{
	static const struct {
		enum hash_alg hash;
		const char *seed, *mask;
	} rows[] = {
		{HASH_SHA1, "foo", "1A C9 07"},
		{HASH_SHA1, "foo", "1A C9 07 5C D4"},
		{HASH_SHA1, "bar", "BC 0C 65 5E 01"},
		{HASH_SHA1, "bar",
		 "BC 0C 65 5E 01 6B C2 93 1D 85 A2 E6 75 18 1A DC EF 7F 58 1F 76 DF 27 39 DA 74 FA "
		 "AC 41 62 7B E2 F7 F4 15 C8 9E 98 3F D0 CE 80 CE D9 87 86 41 CB 48 76"},
		{HASH_SHA256, "bar",
		 "38 25 76 A7 84 10 21 CC 28 FC 4C 09 48 75 3F B8 31 20 90 CE A9 42 EA 4C 4E 73 5D "
		 "10 DC 72 4B 15 5F 9F 60 69 F2 89 D6 1D AC A0 CB 81 45 02 EF 04 EA E1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes want = hex(rows[i].mask), got = {.len = want.len};

		assert_int_equal(mgf1_mask(digest, NULL, rows[i].hash,
					   (const uint8_t *)rows[i].seed, strlen(rows[i].seed),
					   got.at, got.len),
				 0);
		assert_memory_equal(got.at, want.at, want.len);
		assert_int_equal(got.at[got.len], 0);
	}
}

static void the_mask_is_added_to_what_is_there(void **state)
{
	uint8_t data[3] = {0x1A, 0xC9, 0xF8};

	(void)state;
	assert_int_equal(mgf1_mask(digest, NULL, HASH_SHA1, (const uint8_t *)"foo", 3, data, 3), 0);
	assert_memory_equal(data, "\x00\x00\xFF", 3);
}

static void a_mask_of_no_length_changes_nothing(void **state)
{
	unsigned none = 0;
	uint8_t data = 0x77;

	(void)state;
	assert_int_equal(mgf1_mask(digest, &none, HASH_SHA1, (const uint8_t *)"foo", 3, &data, 0),
			 0);
	assert_int_equal(data, 0x77);
}

static void lengths_beyond_a_modulus_are_refused(void **state)
{
	static uint8_t seed[LIMIT_RSA_BITS / 8 + 1], data[LIMIT_RSA_BITS / 8 + 1];
	size_t max = LIMIT_RSA_BITS / 8;

	(void)state;
	assert_int_equal(mgf1_mask(digest, NULL, HASH_SHA1, seed, max, data, max), 0);
	assert_int_equal(mgf1_mask(digest, NULL, HASH_SHA1, seed, max + 1, data, max),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(mgf1_mask(digest, NULL, HASH_SHA1, seed, max, data, max + 1),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(mgf1_mask(digest, NULL, HASH_NONE, seed, 3, data, 3), MOHR_ERR_ARGUMENT);
}

static void a_failing_digest_fails_it(void **state)
{
	uint8_t data[45] = {0};

	(void)state;
	for (unsigned n = 0; n <= 3; n++) {
		unsigned countdown = n;

		assert_int_equal(mgf1_mask(digest, &countdown, HASH_SHA1, (const uint8_t *)"foo", 3,
					   data, sizeof(data)),
				 n < 3 ? MOHR_ERR_CRYPTO : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks_are_the_published_ones),
		cmocka_unit_test(the_mask_is_added_to_what_is_there),
		cmocka_unit_test(a_mask_of_no_length_changes_nothing),
		cmocka_unit_test(lengths_beyond_a_modulus_are_refused),
		cmocka_unit_test(a_failing_digest_fails_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
