/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of codec/atr.c. The ATRs are those of national cards that are public, and the virtual card's
 * (docs/natid-card.md); what they mean was read off by hand with ISO 7816-3 §8 and ISO 7816-4.
 */
#include "hex.h"

#include "codec/iso7816.h"

static void known_atrs_are_read(void **state)
{
	static const struct {
		const char *atr;
		bool t0, t1, chaining, extended;
		const char *historical;
	} rows[] = {
		/* the virtual card */
		{"3B 7D 96 00 00 80 54 4D 4F 48 52 73 96 21 80 82 90 00", true, false, true, false,
		 "80 54 4D 4F 48 52 73 96 21 80 82 90 00"},
		{"3B DD 96 00 81 31 FE 85 80 54 4D 4F 48 52 73 96 21 C0 82 90 00 00", false, true,
		 true, true, "80 54 4D 4F 48 52 73 96 21 C0 82 90 00"},
		/* national cards */
		{"3B 7F 94 00 00 80 31 80 65 B0 85 02 02 ED 12 0F FF 82 90 00", true, false, false,
		 false, "80 31 80 65 B0 85 02 02 ED 12 0F FF 82 90 00"},
		{"3B FF 96 00 00 81 31 FE 43 80 31 80 65 B0 85 04 00 11 12 0F FF 82 90 00 E0",
		 false, true, false, false, "80 31 80 65 B0 85 04 00 11 12 0F FF 82 90 00"},
		{"3B 78 18 00 00 00 73 C8 40 13 00 90 00", true, false, false, false,
		 "00 73 C8 40 13 00 90 00"},
		{"3B 7D 95 00 00 80 31 80 65 B0 85 01 01 C8 83 01 90 00", true, false, false, false,
		 "80 31 80 65 B0 85 01 01 C8 83 01 90 00"},
		{"3B DB 97 00 81 31 FE 85 80 13 49 52 4E 73 96 71 5B 91 30 2F", false, true, false,
		 true, "80 13 49 52 4E 73 96 71 5B 91 30"},
		/* T=0 and T=1 */
		{"3B 80 80 01 01", true, true, false, false, ""},
		/* no interface and no historical bytes at all; inverse convention */
		{"3B 00", true, false, false, false, ""},
		{"3F 00", true, false, false, false, ""},
		/* T=15 after T=0: global bytes, and TCK is due */
		{"3B 80 80 1F 43 5C", true, false, false, false, ""},
	};
	struct atr_info info;
	struct bytes b;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i].atr);
		assert_int_equal(atr_decode(b.at, b.len, &info), 0);
		assert_int_equal(info.t0, rows[i].t0);
		assert_int_equal(info.t1, rows[i].t1);
		assert_int_equal(info.chaining, rows[i].chaining);
		assert_int_equal(info.extended_length, rows[i].extended);
		assert_cursor_is(&info.historical, rows[i].historical);
	}
}

static void a_wrong_or_surplus_tck_is_tolerated(void **state)
{
	struct bytes wrong = hex("3B DB 97 00 81 31 FE 85 80 13 49 52 4E 73 96 71 5B 91 30 AA");
	struct bytes surplus = hex("3B 7D 95 00 00 80 31 80 65 B0 85 01 01 C8 83 01 90 00 72");
	struct atr_info info;

	(void)state;
	assert_int_equal(atr_decode(wrong.at, wrong.len, &info), 0);
	assert_true(info.extended_length);
	assert_int_equal(atr_decode(surplus.at, surplus.len, &info), 0);
}

static void an_atr_that_is_cut_or_too_long_is_rejected(void **state)
{
	struct bytes b = hex("3B DB 97 00 81 31 FE 85 80 13 49 52 4E 73 96 71 5B 91 30 2F");
	uint8_t *exact;
	struct atr_info info;

	(void)state;
	for (size_t len = 0; len < b.len; len++) {
		exact = malloc(len + 1);
		assert_non_null(exact);
		memcpy(exact, b.at, len);
		assert_int_equal(atr_decode(exact, len, &info), MOHR_ERR_MALFORMED);
		free(exact);
	}
	b.len++;
	assert_int_equal(atr_decode(b.at, b.len, &info), MOHR_ERR_MALFORMED);
	assert_int_equal(atr_decode(NULL, 0, &info), MOHR_ERR_MALFORMED);
}

/* ISO 7816-3 §8.2: 32 bytes behind TS */
static void the_longest_atr_is_taken(void **state)
{
	uint8_t atr[LIMIT_ATR + 1] = {0x3B, 0xFF, 0, 0, 0};
	struct atr_info info;

	(void)state;
	/* TD1 to TD4, the first three with TA, TB and TC behind: 2 + 4 * 4 bytes, 15 historical */
	atr[5] = atr[9] = 0xF0;
	atr[13] = 0x00;
	assert_int_equal(atr_decode(atr, 2 + 12 + 15, &info), 0);
	atr[13] = 0xF0;
	assert_int_equal(atr_decode(atr, 2 + 16 + 15, &info), 0);
	assert_int_equal(cursor_left(&info.historical), 15);
	/* and no longer one, even if the surplus byte might be a TCK */
	assert_int_equal(atr_decode(atr, LIMIT_ATR + 1, &info), MOHR_ERR_MALFORMED);
}

static void bytes_that_are_no_atr_are_rejected(void **state)
{
	static const char *const rows[] = {
		"3C 00",
		"00 00",
		/* TD for ever: longer than an ATR may be */
		"3B 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 00",
		"3B 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80",
		"3B 00 00 00",
	};
	struct atr_info info;
	struct bytes b;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		assert_int_equal(atr_decode(b.at, b.len, &info), MOHR_ERR_MALFORMED);
	}
}

static void historical_bytes_without_capabilities_announce_nothing(void **state)
{
	static const char *const rows[] = {
		"3B 01 80",
		"3B 02 80 73",
		"3B 04 80 73 FF FF",
		"3B 04 80 72 FF FF",
		"3B 05 10 73 FF FF FF",
		"3B 03 00 90 00",
		"3B 07 80 7F FF FF FF FF FF",
		"3B 01 00",
		/* too short for a third byte; what follows is not part of it */
		"3B 05 80 71 00 C0 C0",
		"3B 05 80 72 00 00 C0",
		/* category 00: the last three bytes are status, not part of the objects */
		"3B 06 00 73 00 C0 C0 C0",
	};
	struct atr_info info;
	struct bytes b;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		assert_int_equal(atr_decode(b.at, b.len, &info), 0);
		assert_false(info.chaining);
		assert_false(info.extended_length);
	}
}

static void capabilities_stand_before_the_status_of_category_00(void **state)
{
	struct bytes b = hex("3B 08 00 73 00 00 C0 00 90 00");
	struct atr_info info;

	(void)state;
	assert_int_equal(atr_decode(b.at, b.len, &info), 0);
	assert_true(info.chaining);
	assert_true(info.extended_length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_atrs_are_read),
		cmocka_unit_test(a_wrong_or_surplus_tck_is_tolerated),
		cmocka_unit_test(an_atr_that_is_cut_or_too_long_is_rejected),
		cmocka_unit_test(the_longest_atr_is_taken),
		cmocka_unit_test(bytes_that_are_no_atr_are_rejected),
		cmocka_unit_test(historical_bytes_without_capabilities_announce_nothing),
		cmocka_unit_test(capabilities_stand_before_the_status_of_category_00),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
