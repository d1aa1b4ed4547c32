/* SPDX-License-Identifier: BSD-2-Clause */
/* card/apdu.c: the encodings of ISO 7816-3 §12.1.3, written out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "card/apdu.h"
#include "tests/harness/fake_link.h"

static const uint8_t ABC[] = {0xAA, 0xBB, 0xCC};

static void assert_encodes(const struct apdu *a, enum apdu_form form, bool no_le, const char *hex)
{
	struct buf b = BUF_INIT(LIMIT_APDU);
	uint8_t want[64];
	size_t len = fake_hex(hex, want, sizeof(want));

	assert_int_equal(apdu_encode(a, form, no_le, &b), 0);
	assert_int_equal(b.len, len);
	assert_memory_equal(b.data, want, len);
	buf_clear(&b);
}

static void each_case_has_its_short_form(void **state)
{
	struct apdu a = {.cla = 0x00, .ins = 0xA4, .p1 = 0x04, .p2 = 0x0C};

	(void)state;
	assert_encodes(&a, APDU_SHORT, false, "00A4040C");
	a.le = 1;
	assert_encodes(&a, APDU_SHORT, false, "00A4040C 01");
	a.le = 255;
	assert_encodes(&a, APDU_SHORT, false, "00A4040C FF");
	a.le = 256;
	assert_encodes(&a, APDU_SHORT, false, "00A4040C 00");
	a.data = ABC;
	a.data_len = 3;
	assert_encodes(&a, APDU_SHORT, false, "00A4040C 03 AABBCC 00");
	a.le = 0;
	assert_encodes(&a, APDU_SHORT, false, "00A4040C 03 AABBCC");
}

static void extended_fields_are_used_only_where_short_ones_do_not_suffice(void **state)
{
	struct apdu a = {.cla = 0x80, .ins = 0xB0, .le = 256};

	(void)state;
	assert_encodes(&a, APDU_EXTENDED, false, "80B00000 00");
	a.le = 257;
	assert_encodes(&a, APDU_EXTENDED, false, "80B00000 00 0101");
	a.le = 65536;
	assert_encodes(&a, APDU_EXTENDED, false, "80B00000 00 0000");
	a.data = ABC;
	a.data_len = 3;
	assert_encodes(&a, APDU_EXTENDED, false, "80B00000 00 0003 AABBCC 0000");
	a.le = 2;
	assert_encodes(&a, APDU_EXTENDED, false, "80B00000 03 AABBCC 02");
}

static void a_command_of_300_bytes_has_a_three_byte_length(void **state)
{
	uint8_t data[300];
	struct apdu a = {.ins = 0x2A, .data = data, .data_len = sizeof(data)};
	struct buf b = BUF_INIT(LIMIT_APDU);

	(void)state;
	memset(data, 0x5A, sizeof(data));
	assert_int_equal(apdu_encode(&a, APDU_EXTENDED, false, &b), 0);
	assert_int_equal(b.len, 4 + 3 + 300);
	assert_memory_equal(b.data + 4, "\x00\x01\x2C\x5A", 4);
	buf_clear(&b);
}

static void what_a_form_cannot_hold_is_refused(void **state)
{
	static const uint8_t data[65536];
	struct buf b = BUF_INIT(LIMIT_APDU);
	struct apdu a = {.data = data, .data_len = 256};

	(void)state;
	assert_int_equal(apdu_encode(&a, APDU_SHORT, false, &b), MOHR_ERR_DATA_LENGTH);
	a.data_len = 65536;
	assert_int_equal(apdu_encode(&a, APDU_EXTENDED, false, &b), MOHR_ERR_DATA_LENGTH);
	a = (struct apdu){.le = 257};
	assert_int_equal(apdu_encode(&a, APDU_SHORT, false, &b), MOHR_ERR_DATA_LENGTH);
	a.le = 65537;
	assert_int_equal(apdu_encode(&a, APDU_EXTENDED, false, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void the_longest_command_fits_its_limit(void **state)
{
	static const uint8_t data[65535];
	struct buf b = BUF_INIT(LIMIT_APDU);
	struct apdu a = {.data = data, .data_len = sizeof(data), .le = 65536};

	(void)state;
	assert_int_equal(apdu_encode(&a, APDU_EXTENDED, false, &b), 0);
	assert_int_equal(b.len, LIMIT_APDU);
	buf_clear(&b);
}

static void under_t0_only_a_command_with_data_loses_its_le(void **state)
{
	struct apdu a = {.ins = 0xA4, .data = ABC, .data_len = 3, .le = 256};

	(void)state;
	assert_encodes(&a, APDU_SHORT, true, "00A40000 03 AABBCC");
	a.data_len = 0;
	assert_encodes(&a, APDU_SHORT, true, "00A40000 00");
	a.le = 0;
	assert_encodes(&a, APDU_SHORT, true, "00A40000");
}

static void decoding_gives_back_what_was_encoded(void **state)
{
	static const size_t lengths[] = {0, 1, 127, 255, 256, 65535};
	static const size_t les[] = {0, 1, 255, 256, 257, 65535, 65536};
	uint8_t *data = calloc(1, 65535);
	size_t i, k;

	(void)state;
	data[0] = 0x42;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (k = 0; k < sizeof(les) / sizeof(les[0]); k++) {
			const struct apdu a = {.cla = 0x0C,
					       .ins = 0x2A,
					       .p1 = 0x9E,
					       .p2 = 0x9A,
					       .data = data,
					       .data_len = lengths[i],
					       .le = les[k]};
			struct buf b = BUF_INIT(LIMIT_APDU);
			struct apdu got;

			assert_int_equal(apdu_encode(&a, APDU_EXTENDED, false, &b), 0);
			assert_int_equal(apdu_decode(b.data, b.len, &got), 0);
			assert_int_equal(got.cla << 24 | got.ins << 16 | got.p1 << 8 | got.p2,
					 0x0C2A9E9A);
			assert_int_equal(got.data_len, a.data_len);
			assert_int_equal(got.le, a.le);
			if (a.data_len > 0)
				assert_memory_equal(got.data, data, a.data_len);
			buf_clear(&b);
		}
	}
	free(data);
}

static void commands_whose_lengths_do_not_add_up_are_malformed(void **state)
{
	static const char *const bad[] = {
		"",
		"00",
		"00A404",
		"00A40400 02 AA",         /* data cut */
		"00A40400 02 AABB 00 00", /* one byte behind Le */
		"00A40400 00 00",         /* half an extended field */
		"00A40400 00 0003 AABB",
		"00A40400 00 0000 0000", /* extended Lc of 0 */
		"00A40400 00 0001 AA 00",
		"00A40400 00 0001 AA 0000 00",
	};
	struct apdu a = {.ins = 0x77};
	uint8_t bytes[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(apdu_decode(bytes, fake_hex(bad[i], bytes, sizeof(bytes)), &a),
				 MOHR_ERR_MALFORMED);
	assert_int_equal(a.ins, 0x77);
}

static void a_response_is_data_and_status_word(void **state)
{
	struct cursor data;
	uint16_t sw = 0;

	(void)state;
	assert_int_equal(response_decode("\x90\x00", 2, &data, &sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_int_equal(cursor_left(&data), 0);
	assert_int_equal(response_decode("\x01\x02\x62\x82", 4, &data, &sw), 0);
	assert_int_equal(sw, 0x6282);
	assert_true(cursor_equals(&data, "\x01\x02", 2));
}

static void a_response_of_under_two_bytes_is_malformed(void **state)
{
	struct cursor data;
	uint16_t sw = 0x1234;

	(void)state;
	assert_int_equal(response_decode("", 0, &data, &sw), MOHR_ERR_MALFORMED);
	assert_int_equal(response_decode("\x90", 1, &data, &sw), MOHR_ERR_MALFORMED);
	assert_int_equal(sw, 0x1234);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_has_its_short_form),
		cmocka_unit_test(extended_fields_are_used_only_where_short_ones_do_not_suffice),
		cmocka_unit_test(a_command_of_300_bytes_has_a_three_byte_length),
		cmocka_unit_test(what_a_form_cannot_hold_is_refused),
		cmocka_unit_test(the_longest_command_fits_its_limit),
		cmocka_unit_test(under_t0_only_a_command_with_data_loses_its_le),
		cmocka_unit_test(decoding_gives_back_what_was_encoded),
		cmocka_unit_test(commands_whose_lengths_do_not_add_up_are_malformed),
		cmocka_unit_test(a_response_is_data_and_status_word),
		cmocka_unit_test(a_response_of_under_two_bytes_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
