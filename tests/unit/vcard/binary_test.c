/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/binary.c. The file has 700 bytes, byte i is i % 251. */
#include "fixture.h"

static struct vcard *card;

static int setup(void **state)
{
	(void)state;
	card = fixture_quick(FIXTURE_EXTENDED);
	expect(card, "00A4080C 04 50005040", "9000");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

static void assert_is_file(size_t offset, size_t len)
{
	assert_int_equal(asked_len, len + 2);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(asked[i], (offset + i) % 251);
}

static void read_binary_reads_at_offsets(void **state)
{
	(void)state;
	ask(card, "00B0000000");
	assert_is_file(0, 256);
	assert_int_equal(asked_sw(), 0x9000);
	ask(card, "00B0010010");
	assert_is_file(256, 16);
	assert_int_equal(asked_sw(), 0x9000);
	ask(card, "00B002BB01");
	assert_is_file(699, 1);
	assert_int_equal(asked_sw(), 0x9000);
	ask(card, "00B00000 000000");
	assert_is_file(0, 700);
	assert_int_equal(asked_sw(), 0x9000);
}

static void reading_past_the_end_is_told(void **state)
{
	(void)state;
	ask(card, "00B002BA03");
	assert_is_file(698, 2);
	assert_int_equal(asked_sw(), 0x6282);
	/* Le of 00 asks for what there is. */
	ask(card, "00B0020000");
	assert_is_file(512, 188);
	assert_int_equal(asked_sw(), 0x9000);
	ask(card, "00B00000 0002BD");
	assert_is_file(0, 700);
	assert_int_equal(asked_sw(), 0x6282);
	expect(card, "00B002BC01", "6B00");
	expect(card, "00B07FFF00", "6B00");
}

static void read_binary_refuses_what_is_not_offered(void **state)
{
	(void)state;
	expect(card, "00B0800000", "6A86");
	expect(card, "00B00000", "6700");
	expect(card, "00B00000 01 00 00", "6700");
	expect(card, "00A4000C 02 3F00", "9000");
	expect(card, "00B0000000", "6986");
}

static void an_empty_file_has_nothing_at_offset_0(void **state)
{
	struct vcard *blank = fixture_blank(FIXTURE_EXTENDED);

	(void)state;
	expect(blank, "00A40804 04 51005040 00",
	       "62138002000082010183025040"
	       "8A01058C030320009000");
	expect(blank, "00B0000000", "6B00");
	vcard_free(blank);
}

static void update_binary_needs_the_admin_key(void **state)
{
	(void)state;
	expect(card, "00D60000 01 AA", "6982");
	fixture_verify_auth(card);
	expect(card, "00D60000 01 AA", "6982");
	ask(card, "00B0000001");
	assert_is_file(0, 1);
	fixture_admin(card);
	expect(card, "00D60000 01 AA", "9000");
	expect(card, "00B0000002", "AA019000");
}

static void update_binary_overwrites_and_extends(void **state)
{
	(void)state;
	fixture_admin(card);
	expect(card, "00D602BB 02 AABB", "9000");
	expect(card, "00B002BA03", "C4AABB9000"); /* 698 % 251 = 196 */
	expect(card, "00D602BD 01 CC", "9000");
	expect(card, "00D602BF 01 CC", "6B00"); /* would leave a hole */
	expect(card, "00D68000 01 CC", "6A86");
	expect(card, "00D60000", "6700");
	ask(card, "00A40800 04 50005040 00");
	assert_string_equal(fixture_hex(asked + 2, 4), "800202BE");
}

static void files_have_at_most_8192_bytes(void **state)
{
	(void)state;
	fixture_admin(card);
	expect(card, "00A4080C 04 51005040", "9000");
	ask(card, "00D60000 002000 %016384d", 0);
	assert_int_equal(asked_sw(), 0x9000);
	expect(card, "00D61FFF 02 1122", "6A84");
	expect(card, "00D62000 01 11", "6A84");
	expect(card, "00D61FFF 01 22", "9000");
	expect(card, "00B01FFE00", "00229000");
}

static void a_chained_update_is_one_update(void **state)
{
	(void)state;
	fixture_admin(card);
	expect(card, "10D60010 02 A1A2", "9000");
	expect(card, "00D60010 02 A3A4", "9000");
	expect(card, "00B0000F06", "0FA1A2A3A4149000");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(read_binary_reads_at_offsets),
		TEST(reading_past_the_end_is_told),
		TEST(read_binary_refuses_what_is_not_offered),
		TEST(an_empty_file_has_nothing_at_offset_0),
		TEST(update_binary_needs_the_admin_key),
		TEST(update_binary_overwrites_and_extends),
		TEST(files_have_at_most_8192_bytes),
		TEST(a_chained_update_is_one_update),
	};

	return cmocka_run_group_tests_name("vcard/binary", tests, NULL, NULL);
}
