/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of codec/der.c, by hand from X.690 §8 and §10. */
#include "hex.h"

#include "codec/der.h"

static void lengths_must_be_minimal(void **state)
{
	static const char *const rows[] = {"04 81 01 AA", "04 81 7F",          "04 82 00 01 AA",
					   "04 82 00 80", "04 83 00 00 01 AA", "04 84 00 00 00 00",
					   "04 80 00 00", "04 81 00"};
	struct bytes b;
	struct cursor c, value;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		/* room enough for what the length says: only its form is wrong */
		b.len += 0x80;
		c = cursor_of(&b);
		assert_int_equal(der_get(&c, DER_OCTET_STRING, &value), MOHR_ERR_MALFORMED);
		assert_true(c.failed);
		assert_int_equal(c.off, 0);
	}
}

static void minimal_lengths_of_each_size_are_taken(void **state)
{
	static const char *const heads[] = {"04 00", "04 7F", "04 81 80", "04 81 FF",
					    "04 82 01 00"};
	static const size_t lens[] = {0, 127, 128, 255, 256};
	struct bytes b;
	struct cursor c, value;

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		b = hex(heads[i]);
		b.len += lens[i];
		c = cursor_of(&b);
		assert_int_equal(der_get(&c, DER_OCTET_STRING, &value), 0);
		assert_int_equal(cursor_left(&value), lens[i]);
		assert_int_equal(cursor_done(&c), 0);
		c = cursor_of(&b);
		assert_int_equal(der_get_whole(&c, DER_OCTET_STRING, &value), 0);
		assert_int_equal(cursor_left(&value), b.len);
		assert_ptr_equal(cursor_at(&value), b.at);
		assert_int_equal(cursor_done(&c), 0);
	}
}

static void tags_of_several_bytes_are_taken(void **state)
{
	struct bytes b = hex("7F 49 02 81 00 BF 81 82 03 00");
	struct cursor c = cursor_of(&b), value;

	(void)state;
	assert_int_equal(der_get(&c, 0x7F49, &value), 0);
	assert_cursor_is(&value, "81 00");
	assert_int_equal(der_get_whole(&c, 0xBF818203, &value), 0);
	assert_cursor_is(&value, "BF 81 82 03 00");
}

static void another_tag_is_refused_and_nothing_moves(void **state)
{
	struct bytes b = hex("05 00 04 01 AA");
	struct cursor c = cursor_of(&b), value;
	struct tlv any;

	(void)state;
	assert_true(der_next_is(&c, DER_NULL));
	assert_false(der_next_is(&c, DER_OCTET_STRING));
	assert_int_equal(der_get_any(&c, &any), 0);
	assert_int_equal(any.tag, DER_NULL);
	assert_int_equal(der_get_whole(&c, DER_NULL, &value), MOHR_ERR_MALFORMED);
	assert_int_equal(c.off, 2);
	assert_true(c.failed);
	assert_false(der_next_is(&c, DER_OCTET_STRING));
}

static void unsigned_numbers_lose_their_leading_zero(void **state)
{
	static const struct {
		const char *bytes, *magnitude;
	} rows[] = {
		{"02 01 00", ""},      {"02 01 01", "01"},       {"02 01 7F", "7F"},
		{"02 02 00 80", "80"}, {"02 02 01 00", "01 00"}, {"02 03 00 FF FF", "FF FF"},
	};
	struct bytes b;
	struct cursor c, value;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i].bytes);
		c = cursor_of(&b);
		assert_int_equal(der_get_unsigned(&c, &value), 0);
		assert_cursor_is(&value, rows[i].magnitude);
	}
}

static void negative_empty_and_padded_numbers_are_refused(void **state)
{
	static const char *const rows[] = {"02 00",       "02 01 80",    "02 02 FF 00",
					   "02 02 00 01", "02 02 00 00", "02 02 00 7F",
					   "03 01 01",    "02 02 01"};
	struct bytes b;
	struct cursor c, value;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(der_get_unsigned(&c, &value), MOHR_ERR_MALFORMED);
		assert_int_equal(c.off, 0);
		assert_true(c.failed);
	}
}

static void booleans_have_two_encodings(void **state)
{
	static const char *const bad[] = {"01 01 01", "01 00", "01 02 FF FF", "02 01 FF", ""};
	struct bytes b = hex("01 01 FF 01 01 00");
	struct cursor c = cursor_of(&b);
	bool value = false;

	(void)state;
	assert_int_equal(der_get_boolean(&c, &value), 0);
	assert_true(value);
	assert_int_equal(der_get_boolean(&c, &value), 0);
	assert_false(value);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		b = hex(bad[i]);
		c = cursor_of(&b);
		assert_int_equal(der_get_boolean(&c, &value), MOHR_ERR_MALFORMED);
	}
}

static void bit_octets_have_no_unused_bits(void **state)
{
	static const char *const bad[] = {"03 00", "03 02 01 80", "03 02 08 80", "04 01 00"};
	struct bytes b = hex("03 03 00 AA BB 03 01 00");
	struct cursor c = cursor_of(&b), value;

	(void)state;
	assert_int_equal(der_get_bit_octets(&c, &value), 0);
	assert_cursor_is(&value, "AA BB");
	assert_int_equal(der_get_bit_octets(&c, &value), 0);
	assert_cursor_is(&value, "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		b = hex(bad[i]);
		c = cursor_of(&b);
		assert_int_equal(der_get_bit_octets(&c, &value), MOHR_ERR_MALFORMED);
	}
}

static void ecdsa_signatures_have_two_numbers_of_the_curve(void **state)
{
	static const struct {
		uint8_t len, bytes[12];
		int r;
		uint8_t want[4];
	} rows[] = {
		{8, {0x30, 6, 2, 1, 0x7F, 2, 1, 0x01}, 0, {0x00, 0x7F, 0x00, 0x01}},
		{10, {0x30, 8, 2, 3, 0x00, 0x80, 0x01, 2, 1, 0x05}, 0, {0x80, 0x01, 0x00, 0x05}},
		/* r, or s, is 0; longer than the curve; negative */
		{8, {0x30, 6, 2, 1, 0x00, 2, 1, 0x01}, MOHR_ERR_MALFORMED, {0}},
		{8, {0x30, 6, 2, 1, 0x01, 2, 1, 0x00}, MOHR_ERR_MALFORMED, {0}},
		{10, {0x30, 8, 2, 3, 0x01, 0x00, 0x00, 2, 1, 0x05}, MOHR_ERR_MALFORMED, {0}},
		{8, {0x30, 6, 2, 1, 0x80, 2, 1, 0x01}, MOHR_ERR_MALFORMED, {0}},
		/* one number, three, and bytes behind */
		{5, {0x30, 3, 2, 1, 0x01}, MOHR_ERR_MALFORMED, {0}},
		{11, {0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1}, MOHR_ERR_MALFORMED, {0}},
		{9, {0x30, 6, 2, 1, 1, 2, 1, 1, 0}, MOHR_ERR_MALFORMED, {0}},
		{2, {0x30, 0}, MOHR_ERR_MALFORMED, {0}},
		{0, {0}, MOHR_ERR_MALFORMED, {0}},
	};
	struct buf out = BUF_INIT(16);
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cursor_init(&c, rows[i].bytes, rows[i].len);
		assert_int_equal(der_get_ecdsa(&c, 2, &out), rows[i].r);
		assert_int_equal(out.len, rows[i].r == 0 ? 4 : 0);
		if (rows[i].r == 0)
			assert_memory_equal(out.data, rows[i].want, 4);
		buf_reset(&out);
	}
	buf_clear(&out);
}

static void written_numbers_are_minimal_and_positive(void **state)
{
	static const struct {
		const char *magnitude, *bytes;
	} rows[] = {
		{"", "02 01 00"},      {"00 00", "02 01 00"},       {"7F", "02 01 7F"},
		{"80", "02 02 00 80"}, {"00 00 80", "02 02 00 80"}, {"01 00 01", "02 03 01 00 01"},
	};
	struct buf b = BUF_INIT(16);
	struct bytes magnitude;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		magnitude = hex(rows[i].magnitude);
		der_put_unsigned(&b, magnitude.at, magnitude.len);
		assert_buf_is(&b, rows[i].bytes);
		buf_reset(&b);
	}
	der_put_unsigned(&b, NULL, 0);
	assert_buf_is(&b, "02 01 00");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_must_be_minimal),
		cmocka_unit_test(minimal_lengths_of_each_size_are_taken),
		cmocka_unit_test(tags_of_several_bytes_are_taken),
		cmocka_unit_test(another_tag_is_refused_and_nothing_moves),
		cmocka_unit_test(unsigned_numbers_lose_their_leading_zero),
		cmocka_unit_test(negative_empty_and_padded_numbers_are_refused),
		cmocka_unit_test(booleans_have_two_encodings),
		cmocka_unit_test(bit_octets_have_no_unused_bits),
		cmocka_unit_test(ecdsa_signatures_have_two_numbers_of_the_curve),
		cmocka_unit_test(written_numbers_are_minimal_and_positive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
