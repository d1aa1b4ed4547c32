/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/alg.c: sizes against libcrypto. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include "base/alg.h"

static void hash_sizes_are_libcryptos(void **state)
{
	const EVP_MD *md;

	(void)state;
	for (enum hash_alg alg = HASH_SHA1; alg < N_HASH_ALGS; alg++) {
		md = EVP_get_digestbyname(hash_name(alg));
		if (!md) /* libcrypto says SHA1, FIPS 180-4 SHA-1 */
			md = EVP_sha1();
		assert_int_equal(hash_len(alg), EVP_MD_get_size(md));
		assert_true(hash_len(alg) <= HASH_MAX_LEN);
		assert_true(EVP_MD_get_block_size(md) <= HASH_MAX_BLOCK);
		assert_int_equal(hash_by_len(hash_len(alg)), alg);
	}
}

static void hash_names_are_those_of_fips_180(void **state)
{
	(void)state;
	assert_string_equal(hash_name(HASH_SHA1), "SHA-1");
	assert_string_equal(hash_name(HASH_SHA224), "SHA-224");
	assert_string_equal(hash_name(HASH_SHA256), "SHA-256");
	assert_string_equal(hash_name(HASH_SHA384), "SHA-384");
	assert_string_equal(hash_name(HASH_SHA512), "SHA-512");
	assert_string_equal(hash_name(HASH_NONE), "none");
}

static void unknown_hashes_have_no_size(void **state)
{
	(void)state;
	assert_int_equal(hash_len(HASH_NONE), 0);
	assert_int_equal(hash_len(N_HASH_ALGS), 0);
	assert_int_equal(hash_len((enum hash_alg) - 1), 0);
	assert_string_equal(hash_name(N_HASH_ALGS), "none");
	assert_int_equal(hash_by_len(0), HASH_NONE);
	assert_int_equal(hash_by_len(16), HASH_NONE);
	assert_int_equal(hash_by_len(65), HASH_NONE);
}

static void curve_sizes_are_libcryptos(void **state)
{
	static const struct {
		enum curve curve;
		int nid;
		const char *name;
	} rows[] = {{CURVE_P256, NID_X9_62_prime256v1, "P-256"},
		    {CURVE_P384, NID_secp384r1, "P-384"},
		    {CURVE_P521, NID_secp521r1, "P-521"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EC_GROUP *group = EC_GROUP_new_by_curve_name(rows[i].nid);

		assert_non_null(group);
		assert_int_equal(curve_bits(rows[i].curve), EC_GROUP_get_degree(group));
		assert_int_equal(curve_len(rows[i].curve), (EC_GROUP_get_degree(group) + 7) / 8);
		assert_string_equal(curve_name(rows[i].curve), rows[i].name);
		EC_GROUP_free(group);
	}
}

static void unknown_curves_have_no_size(void **state)
{
	(void)state;
	assert_int_equal(curve_len(CURVE_NONE), 0);
	assert_int_equal(curve_bits(CURVE_NONE), 0);
	assert_int_equal(curve_len(N_CURVES), 0);
	assert_int_equal(curve_len((enum curve) - 1), 0);
	assert_string_equal(curve_name(CURVE_NONE), "none");
	assert_string_equal(curve_name(N_CURVES), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_sizes_are_libcryptos),
		cmocka_unit_test(hash_names_are_those_of_fips_180),
		cmocka_unit_test(unknown_hashes_have_no_size),
		cmocka_unit_test(curve_sizes_are_libcryptos),
		cmocka_unit_test(unknown_curves_have_no_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
