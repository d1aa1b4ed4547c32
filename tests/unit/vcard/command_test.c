/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/command.c: the cases of ISO 7816-3 §12.1.3, bytes worked out by hand. */
#include "fixture.h"

#include "vcard/command.h"

struct row {
	const char *bytes;
	size_t data_len;
	size_t le; /* 0: none */
	bool definite, extended;
};

static void each_case_is_taken_apart(void **state)
{
	static const struct row rows[] = {
		{"00112233", 0, 0, false, false},                   /* 1 */
		{"0011223300", 0, 256, false, false},               /* 2 short */
		{"0011223301", 0, 1, true, false},                  /* 2 short */
		{"00112233FF", 0, 255, true, false},                /* 2 short */
		{"00112233 01AA", 1, 0, false, false},              /* 3 short */
		{"00112233 02AABB 00", 2, 256, false, false},       /* 4 short */
		{"00112233 02AABB 10", 2, 16, true, false},         /* 4 short */
		{"00112233 000000", 0, 65536, false, true},         /* 2 extended */
		{"00112233 000100", 0, 256, true, true},            /* 2 extended */
		{"00112233 00FFFF", 0, 65535, true, true},          /* 2 extended */
		{"00112233 000001AA", 1, 0, false, true},           /* 3 extended */
		{"00112233 000002AABB0000", 2, 65536, false, true}, /* 4 extended */
		{"00112233 000002AABB0100", 2, 256, true, true},    /* 4 extended */
	};
	uint8_t bytes[16];
	struct vcard_command c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t len = fixture_bytes(rows[i].bytes, bytes, sizeof(bytes));

		assert_int_equal(vcard_command_decode(bytes, len, &c), 0);
		assert_int_equal(c.ins << 16 | c.p1 << 8 | c.p2, 0x112233);
		assert_int_equal(c.data_len, rows[i].data_len);
		if (c.data_len)
			assert_int_equal(c.data[0], 0xAA);
		assert_int_equal(c.has_le, rows[i].le != 0);
		assert_int_equal(c.le, rows[i].le);
		assert_int_equal(c.le_definite, rows[i].definite);
		assert_int_equal(c.extended, rows[i].extended);
	}
}

static void contradicting_lengths_are_rejected(void **state)
{
	static const char *const rows[] = {
		"",
		"00",
		"001122",
		"00112233 02AA",           /* data missing */
		"00112233 01AABBCC",       /* one byte too many */
		"00112233 0000",           /* neither short nor extended */
		"00112233 000000AA",       /* extended Lc of 0 */
		"00112233 000002AA",       /* extended data missing */
		"00112233 000001AA00",     /* half an extended Le */
		"00112233 000001AA000000", /* one byte too many */
	};
	struct vcard_command c = {.ins = 0x77};
	uint8_t bytes[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t len = fixture_bytes(rows[i], bytes, sizeof(bytes));

		assert_int_not_equal(vcard_command_decode(bytes, len, &c), 0);
		assert_int_equal(c.ins, 0x77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_is_taken_apart),
		cmocka_unit_test(contradicting_lengths_are_rejected),
	};

	return cmocka_run_group_tests_name("vcard/command", tests, NULL, NULL);
}
