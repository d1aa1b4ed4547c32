/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/parse.c. */
#include "fixture.h"

#include "vcard/parse.h"

static void hexadecimal_is_read(void **state)
{
	uint8_t bytes[4] = {0};
	size_t len = 0;

	(void)state;
	assert_int_equal(vcard_parse_hex("00fFaB10", bytes, 4, &len), 0);
	assert_int_equal(len, 4);
	assert_string_equal(fixture_hex(bytes, 4), "00FFAB10");
	assert_int_equal(vcard_parse_hex("7f", bytes, 4, &len), 0);
	assert_int_equal(len, 1);
	assert_int_equal(bytes[0], 0x7F);
}

static void what_is_no_hexadecimal_is_refused(void **state)
{
	static const char *const bad[] = {"",   "1",  "123", "0x",        "1g",
					  "g1", " 1", "1 ",  "0102030405"};
	uint8_t bytes[4];
	size_t len = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(vcard_parse_hex(bad[i], bytes, 4, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(len, 77);
}

static void numbers_are_read_up_to_their_maximum(void **state)
{
	unsigned long n = 77;

	(void)state;
	assert_int_equal(vcard_parse_number("0", 0, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(vcard_parse_number("65535", 65535, &n), 0);
	assert_int_equal(n, 65535);
	assert_int_equal(vcard_parse_number("007", 7, &n), 0);
	assert_int_equal(n, 7);
	assert_int_equal(vcard_parse_number("65536", 65535, &n), MOHR_ERR_ARGUMENT);
	assert_int_equal(vcard_parse_number("8", 7, &n), MOHR_ERR_ARGUMENT);
	assert_int_equal(vcard_parse_number("18446744073709551616", ~0ul, &n), MOHR_ERR_ARGUMENT);
	assert_int_equal(vcard_parse_number("18446744073709551615", ~0ul, &n), 0);
	assert_int_equal(n, ~0ul);
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "0x1", "1a", "a"};
	unsigned long n = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(vcard_parse_number(bad[i], 100, &n), MOHR_ERR_ARGUMENT);
	assert_int_equal(n, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hexadecimal_is_read),
		cmocka_unit_test(what_is_no_hexadecimal_is_refused),
		cmocka_unit_test(numbers_are_read_up_to_their_maximum),
		cmocka_unit_test(what_is_no_number_is_refused),
	};

	return cmocka_run_group_tests_name("vcard/parse", tests, NULL, NULL);
}
