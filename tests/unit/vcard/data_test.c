/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/data.c. */
#include "fixture.h"

static struct vcard *card;

static int setup(void **state)
{
	(void)state;
	card = fixture_quick(FIXTURE_EXTENDED);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

static void assert_public_data(void)
{
	ask(card, "80CA9F7F2D");
	assert_int_equal(asked_len, 45 + 2);
	assert_int_equal(asked_sw(), 0x9000);
	assert_string_equal(fixture_hex(asked, 3), "9F7F2A");
	/* fabrication date, IC serial, batch: decimal offset 13 */
	assert_memory_equal(asked + 13, vcard_ias_of(card)->memory.cplc + 10, 8);
	ask(card, "80CA010100");
	assert_int_equal(asked_len, 13 + 2);
	assert_string_equal(fixture_hex(asked, 3), "01010A");
	for (size_t i = 3; i < 13; i++)
		assert_in_range(asked[i], '0', '9');
	/* 7F30 {C0 "IAS Classic v4", C1 "4.0.0.M"} */
	expect(card, "00CA7F3000", "7F3019C00E49415320436C6173736963207634C107342E302E302E4D9000");
}

static void chip_number_and_version_are_told_in_both_applications(void **state)
{
	(void)state;
	assert_public_data();
	expect(card, "00A4040C 08" AID_CM, "9000");
	assert_public_data();
}

static void two_cards_have_different_numbers(void **state)
{
	struct vcard *other = fixture_blank(FIXTURE_SHORT);

	(void)state;
	assert_memory_not_equal(vcard_ias_of(card)->memory.cplc, vcard_ias_of(other)->memory.cplc,
				VCARD_CPLC_LEN);
	assert_memory_not_equal(vcard_ias_of(card)->memory.number,
				vcard_ias_of(other)->memory.number, VCARD_NUMBER_LEN);
	vcard_free(other);
}

static void unknown_data_are_6A88(void **state)
{
	(void)state;
	expect(card, "00CA000000", "6A88");
	expect(card, "80CA9F7E00", "6A88");
	expect(card, "00CA9F7F00", "6E00");
	expect(card, "80CA7F3000", "6E00");
	expect(card, "80CA9F7F 01 00 00", "6700");
}

static void counters_are_told_by_reference(void **state)
{
	(void)state;
	expect(card, "00CB00FF 05 A003830181 00", "A00B830181DF210103DF2F01019000");
	expect(card, "00CB00FF 05 A003830182 00", "A00B830182DF210103DF2F01019000");
	expect(card, "00CB00FF 05 A003830183 00", "A00B830183DF210105DF2F01019000");
	expect(card, "00200081 10" PIN_WRONG, "63C2");
	expect(card, "00CB00FF 05 A003830181 00", "A00B830181DF210102DF2F01019000");
}

static void malformed_queries_are_refused(void **state)
{
	(void)state;
	expect(card, "00CB00FF 05 A003830184 00", "6A88");
	expect(card, "00CB3FFF 05 A003830181 00", "6A86");
	expect(card, "00CB00FF 00", "6700");
	expect(card, "00CB00FF 05 A103830181 00", "6A80");
	expect(card, "00CB00FF 04 A0028300 00", "6A80");
	expect(card, "00CB00FF 06 A00483028181 00", "6A80");
	expect(card, "00CB00FF 06 A00383018100 00", "6A80");
	expect(card, "00CB00FF 05 A004830181 00", "6A80");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(chip_number_and_version_are_told_in_both_applications),
		TEST(two_cards_have_different_numbers),
		TEST(unknown_data_are_6A88),
		TEST(counters_are_told_by_reference),
		TEST(malformed_queries_are_refused),
	};

	return cmocka_run_group_tests_name("vcard/data", tests, NULL, NULL);
}
