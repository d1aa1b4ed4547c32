/* SPDX-License-Identifier: BSD-2-Clause */
/* transport/features.c: lists as PC/SC part 10 §2.2 lays them out, and lists that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "transport/transport.h"

/* pcsc-lite's ccid driver with a Gemalto PIN pad: 06, 07, 0A, 12, and 13 (CCID_ESC_COMMAND). */
static const uint8_t list[] = {0x06, 4,    0x42, 0x33, 0x00, 0x06, 0x07, 4,    0x42, 0x33,
			       0x00, 0x07, 0x0A, 4,    0x42, 0x33, 0x00, 0x0A, 0x12, 4,
			       0x42, 0x33, 0x00, 0x12, 0x13, 4,    0x42, 0x00, 0x00, 0x01};

/* From memory of exactly this length, so that a sanitizer sees a read past it. */
static int decode(const uint8_t *bytes, size_t len, struct reader_features *ret)
{
	uint8_t *copy = malloc(len + (len == 0));
	int r;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	r = reader_features_decode(copy, len, ret);
	free(copy);
	return r;
}

static void codes_are_found_by_their_features(void **state)
{
	struct reader_features f;

	(void)state;
	assert_int_equal(decode(list, sizeof(list), &f), 0);
	assert_int_equal(f.verify_pin, 0x42330006);
	assert_int_equal(f.modify_pin, 0x42330007);
	assert_int_equal(f.pin_properties, 0x4233000A);
	assert_int_equal(f.tlv_properties, 0x42330012);
}

static void an_empty_list_is_a_reader_with_no_features(void **state)
{
	struct reader_features f = {1, 1, 1, 1};

	(void)state;
	assert_int_equal(reader_features_decode(NULL, 0, &f), 0);
	assert_int_equal(f.verify_pin | f.modify_pin | f.pin_properties | f.tlv_properties, 0);
}

static void a_list_cut_inside_an_entry_is_not_believed(void **state)
{
	struct reader_features f;

	(void)state;
	for (size_t len = 0; len <= sizeof(list); len++) {
		f = (struct reader_features){7, 7, 7, 7};
		if (len % 6 == 0) {
			assert_int_equal(decode(list, len, &f), 0);
			assert_int_equal(f.verify_pin, len > 0 ? 0x42330006 : 0);
			continue;
		}
		assert_int_equal(decode(list, len, &f), MOHR_ERR_MALFORMED);
		assert_int_equal(f.verify_pin, 7);
	}
}

static void a_list_with_any_other_length_in_it_is_not_believed(void **state)
{
	struct reader_features f;
	uint8_t copy[sizeof(list)];

	(void)state;
	for (size_t entry = 0; entry < sizeof(list); entry += 6) {
		for (unsigned len = 0; len < 256; len++) {
			memcpy(copy, list, sizeof(list));
			copy[entry + 1] = (uint8_t)len;
			assert_int_equal(decode(copy, sizeof(copy), &f),
					 len == 4 ? 0 : MOHR_ERR_MALFORMED);
		}
	}
}

static void a_code_of_zero_is_not_believed(void **state)
{
	static const uint8_t zero[] = {0x06, 4, 0, 0, 0, 0};
	struct reader_features f;

	(void)state;
	assert_int_equal(decode(zero, sizeof(zero), &f), MOHR_ERR_MALFORMED);
}

static void the_first_of_two_codes_counts(void **state)
{
	static const uint8_t twice[] = {0x06, 4, 0, 0, 0, 1, 0x06, 4, 0, 0, 0, 2};
	struct reader_features f;

	(void)state;
	assert_int_equal(decode(twice, sizeof(twice), &f), 0);
	assert_int_equal(f.verify_pin, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_found_by_their_features),
		cmocka_unit_test(an_empty_list_is_a_reader_with_no_features),
		cmocka_unit_test(a_list_cut_inside_an_entry_is_not_believed),
		cmocka_unit_test(a_list_with_any_other_length_in_it_is_not_believed),
		cmocka_unit_test(a_code_of_zero_is_not_believed),
		cmocka_unit_test(the_first_of_two_codes_counts),
	};

	return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
