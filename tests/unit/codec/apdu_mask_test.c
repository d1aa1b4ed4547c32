/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of codec/apdu_mask.c. In the tables, what must not be seen is written as 2A in the second
 * column; a row starts with a fresh state.
 */
#include "hex.h"

#include "codec/iso7816.h"

static void expect_command(struct apdu_mask *m, const char *command, const char *seen)
{
	struct bytes in = hex(command), want = hex(seen);
	uint8_t out[sizeof(in.at)];
	bool masked, differs;

	assert_int_equal(in.len, want.len);
	differs = in.len > 0 && memcmp(in.at, want.at, in.len) != 0;
	masked = !differs;
	apdu_mask_command(m, in.at, in.len, out, &masked);
	if (in.len > 0 && memcmp(out, want.at, in.len) != 0)
		fail_msg("%s is not shown as %s", command, seen);
	assert_int_equal(masked, differs);
}

static void expect_response(const struct apdu_mask *m, const char *response, const char *seen)
{
	struct bytes in = hex(response), want = hex(seen);
	uint8_t out[sizeof(in.at)];
	bool masked, differs;

	assert_int_equal(in.len, want.len);
	differs = in.len > 0 && memcmp(in.at, want.at, in.len) != 0;
	masked = !differs;
	apdu_mask_response(m, in.at, in.len, out, &masked);
	if (in.len > 0 && memcmp(out, want.at, in.len) != 0)
		fail_msg("%s is not shown as %s", response, seen);
	assert_int_equal(masked, differs);
}

struct row {
	const char *command, *seen;
	bool response_shown;
};

static void expect_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct apdu_mask m = {0};

		expect_command(&m, rows[i].command, rows[i].seen);
		expect_response(&m, "11 22 33 90 00",
				rows[i].response_shown ? "11 22 33 90 00" : "2A 2A 2A 90 00");
		expect_response(&m, "63 C2", "63 C2");
		expect_response(&m, "", "");
	}
}

#define EXPECT_ROWS(rows) expect_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void harmless_commands_are_shown(void **state)
{
	static const struct row rows[] = {
		{"00 A4 04 00 03 A0 00 00", "00 A4 04 00 03 A0 00 00", true},
		{"00 A4 04 00 03 A0 00 00 00", "00 A4 04 00 03 A0 00 00 00", true},
		{"00 A4 00 0C 02 3F 00", "00 A4 00 0C 02 3F 00", true},
		{"01 A4 00 0C 02 3F 00", "01 A4 00 0C 02 3F 00", true},
		{"40 A4 00 0C 02 3F 00", "40 A4 00 0C 02 3F 00", true},
		{"00 B0 00 00 F8", "00 B0 00 00 F8", true},
		{"00 B0 00 00 00 00 00", "00 B0 00 00 00 00 00", true},
		{"00 CA 7F 30 00", "00 CA 7F 30 00", true},
		{"80 CA 9F 7F 2D", "80 CA 9F 7F 2D", true},
		{"00 CB 00 FF 05 A0 03 83 01 81 00", "00 CB 00 FF 05 A0 03 83 01 81 00", true},
		{"00 22 41 B6 06 84 01 02 80 01 42", "00 22 41 B6 06 84 01 02 80 01 42", true},
		{"00 22 81 B6 03 84 01 02", "00 22 81 B6 03 84 01 02", true},
		{"00 22 C1 B8 03 84 01 02", "00 22 C1 B8 03 84 01 02", true},
		{"00 22 F3 00", "00 22 F3 00", true},
		{"00 22 F3 01 01 01", "00 22 F3 01 01 01", true},
		{"00 2A 90 A0 04 90 02 AA BB", "00 2A 90 A0 04 90 02 AA BB", true},
		{"00 2A 9E 9A 00", "00 2A 9E 9A 00", true},
		{"00 2A 9E 9A 02 AA BB 00", "00 2A 9E 9A 02 AA BB 00", true},
		{"00 47 00 00 05 AC 03 80 01 01 00", "00 47 00 00 05 AC 03 80 01 01 00", true},
		{"00 47 81 00 04 B6 02 84 00 00", "00 47 81 00 04 B6 02 84 00 00", true},
		/* extended length */
		{"00 A4 04 00 00 00 02 3F 00", "00 A4 04 00 00 00 02 3F 00", true},
		{"00 A4 04 00 00 00 02 3F 00 00 00", "00 A4 04 00 00 00 02 3F 00 00 00", true},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void secrets_keep_header_and_lengths_only(void **state)
{
	static const struct row rows[] = {
		{"00 20 00 81 04 31 32 33 34", "00 20 00 81 04 2A 2A 2A 2A", false},
		{"00 20 00 81 04 31 32 33 34 00", "00 20 00 81 04 2A 2A 2A 2A 00", false},
		{"00 20 00 81 00 00 02 31 32", "00 20 00 81 00 00 02 2A 2A", false},
		{"00 20 00 81 00 00 02 31 32 00 00", "00 20 00 81 00 00 02 2A 2A 00 00", false},
		{"00 21 00 00 02 31 32", "00 21 00 00 02 2A 2A", false},
		{"00 24 00 81 04 31 32 33 34", "00 24 00 81 04 2A 2A 2A 2A", false},
		{"00 2C 00 81 04 31 32 33 34", "00 2C 00 81 04 2A 2A 2A 2A", false},
		{"00 2A 80 86 03 00 11 22 00", "00 2A 80 86 03 2A 2A 2A 00", false},
		{"00 2A 90 80 02 11 22", "00 2A 90 80 02 2A 2A", false},
		{"00 2A 86 80 02 11 22 00", "00 2A 86 80 02 2A 2A 00", false},
		{"00 82 00 91 02 11 22", "00 82 00 91 02 2A 2A", false},
		{"00 86 00 00 02 11 22", "00 86 00 00 02 2A 2A", false},
		{"00 87 07 9A 02 11 22 00", "00 87 07 9A 02 2A 2A 00", false},
		{"00 88 00 00 02 11 22 00", "00 88 00 00 02 2A 2A 00", false},
		{"00 D6 00 00 02 11 22", "00 D6 00 00 02 2A 2A", false},
		{"00 DA 01 00 02 11 22", "00 DA 01 00 02 2A 2A", false},
		{"00 DB 3F FF 02 11 22", "00 DB 3F FF 02 2A 2A", false},
		{"00 47 82 00 02 11 22 00", "00 47 82 00 02 2A 2A 00", false},
		{"00 22 F2 01 02 11 22", "00 22 F2 01 02 2A 2A", false},
		{"00 22 40 B6 02 11 22", "00 22 40 B6 02 2A 2A", false},
		/* an answer that may become somebody's key */
		{"00 84 00 00 08", "00 84 00 00 08", false},
		/* data where the command has none */
		{"00 B0 00 00 02 31 32", "00 B0 00 00 02 2A 2A", true},
		{"00 CA 00 00 02 31 32", "00 CA 00 00 02 2A 2A", true},
		{"00 C0 00 00 02 31 32", "00 C0 00 00 02 2A 2A", false},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void an_empty_verify_is_shown(void **state)
{
	static const struct row rows[] = {
		{"00 20 00 81", "00 20 00 81", false},
		{"00 20 00 81 00", "00 20 00 81 00", false},
		{"00 20 FF 81", "00 20 FF 81", false},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void every_unknown_instruction_is_secret(void **state)
{
	static const uint8_t shown[] = {INS_SELECT, INS_GET_DATA_TLV};
	uint8_t command[7] = {0x00, 0x00, 0x00, 0x00, 0x02, 0x31, 0x32}, out[7];
	bool masked, known;

	(void)state;
	for (unsigned ins = 0; ins < 256; ins++) {
		struct apdu_mask m = {0};

		command[1] = (uint8_t)ins;
		/* GENERATE 00 00 is on the list too; 47 with other parameters is in the table above */
		known = memchr(shown, (int)ins, sizeof(shown)) != NULL || ins == INS_GENERATE;
		apdu_mask_command(&m, command, sizeof(command), out, &masked);
		assert_int_equal(masked, !known);
	}
}

static void only_classes_without_secure_messaging_show_anything(void **state)
{
	uint8_t command[7] = {0x00, INS_SELECT, 0x00, 0x0C, 0x02, 0x3F, 0x00}, out[7];
	bool masked, plain;

	(void)state;
	for (unsigned cla = 0; cla < 256; cla++) {
		struct apdu_mask m = {0};

		command[0] = (uint8_t)cla;
		/* ISO 7816-4 tables 2 and 3: 000c 00nn and 010c nnnn */
		plain = (cla & 0xEC) == 0x00 || (cla & 0xE0) == 0x40;
		apdu_mask_command(&m, command, sizeof(command), out, &masked);
		assert_int_equal(masked, !plain);
		assert_memory_equal(out, command, 5);
	}
}

static void proprietary_classes_show_get_data_alone(void **state)
{
	static const struct row rows[] = {
		{"80 CB 3F FF 02 11 22", "80 CB 3F FF 02 11 22", true},
		{"83 CA 00 01 00", "83 CA 00 01 00", true},
		{"80 A4 00 00 02 3F 00", "80 A4 00 00 02 2A 2A", false},
		{"80 20 00 81 02 31 32", "80 20 00 81 02 2A 2A", false},
		{"80 2A 9E 9A 02 11 22", "80 2A 9E 9A 02 2A 2A", false},
		{"84 CA 00 01 00", "84 CA 00 01 00", false},
		{"90 38 00 00 0C", "90 38 00 00 0C", false},
		{"A0 CB 00 01 02 11 22", "A0 CB 00 01 02 2A 2A", false},
		{"C0 CB 00 01 02 11 22", "C0 CB 00 01 02 2A 2A", false},
		{"FF CA 00 00 00", "FF CA 00 00 00", false},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void secure_messaging_hides_both_sides(void **state)
{
	static const struct row rows[] = {
		{"0C A4 00 00 02 3F 00", "0C A4 00 00 02 2A 2A", false},
		{"04 B0 00 00 02 3F 00 00", "04 B0 00 00 02 2A 2A 00", false},
		{"08 CB 00 00 02 3F 00 00", "08 CB 00 00 02 2A 2A 00", false},
		{"60 A4 00 00 02 3F 00", "60 A4 00 00 02 2A 2A", false},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void lengths_that_do_not_add_up_hide_all_behind_the_header(void **state)
{
	static const struct row rows[] = {
		{"00 A4 04 00 05 A0 00 00", "00 A4 04 00 2A 2A 2A 2A", false},
		{"00 A4 04 00 01 A0 00 00", "00 A4 04 00 2A 2A 2A 2A", false},
		{"00 A4 04 00 00 31", "00 A4 04 00 2A 2A", false},
		{"00 A4 04 00 00 00 00 31", "00 A4 04 00 2A 2A 2A 2A", false},
		{"00 A4 04 00 00 00 02 31", "00 A4 04 00 2A 2A 2A 2A", false},
		{"00 A4 04 00 00 00 02 31 32 33", "00 A4 04 00 2A 2A 2A 2A 2A 2A", false},
		{"00 20 00 81 02 31", "00 20 00 81 2A 2A", false},
		{"00 A4 04", "2A 2A 2A", false},
		{"31", "2A", false},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void get_response_inherits(void **state)
{
	struct apdu_mask m = {0};

	(void)state;
	expect_command(&m, "00 2A 80 86 02 00 11", "00 2A 80 86 02 2A 2A");
	expect_response(&m, "61 02", "61 02");
	expect_command(&m, "00 C0 00 00 02", "00 C0 00 00 02");
	expect_response(&m, "31 61 01", "2A 61 01");
	expect_command(&m, "00 C0 00 00 01", "00 C0 00 00 01");
	expect_response(&m, "31 90 00", "2A 90 00");
	expect_command(&m, "00 A4 00 00 02 3F 00", "00 A4 00 00 02 3F 00");
	expect_response(&m, "61 02", "61 02");
	expect_command(&m, "00 C0 00 00 02", "00 C0 00 00 02");
	expect_response(&m, "6F 00 90 00", "6F 00 90 00");
	/* under secure messaging nobody knows what it is */
	expect_command(&m, "0C C0 00 00 02", "0C C0 00 00 02");
	expect_response(&m, "31 90 00", "2A 90 00");
}

static void get_response_without_a_command_before_it_is_secret(void **state)
{
	struct apdu_mask m = {0};

	(void)state;
	expect_response(&m, "31 90 00", "2A 90 00");
	expect_command(&m, "00 C0 00 00 01", "00 C0 00 00 01");
	expect_response(&m, "31 90 00", "2A 90 00");
}

static void chained_parts_inherit(void **state)
{
	struct apdu_mask m = {0};

	(void)state;
	expect_command(&m, "10 2A 80 86 02 00 11", "10 2A 80 86 02 2A 2A");
	expect_response(&m, "90 00", "90 00");
	/* a part that would be shown alone */
	expect_command(&m, "10 2A 9E 9A 02 00 11", "10 2A 9E 9A 02 2A 2A");
	expect_command(&m, "00 2A 9E 9A 02 00 11", "00 2A 9E 9A 02 2A 2A");
	expect_response(&m, "31 90 00", "2A 90 00");
	/* that chain is over */
	expect_command(&m, "10 2A 9E 9A 02 00 11", "10 2A 9E 9A 02 00 11");
	expect_command(&m, "00 2A 9E 9A 01 22 00", "00 2A 9E 9A 01 22 00");
	expect_response(&m, "31 90 00", "31 90 00");
}

static void a_chain_stays_secret_over_get_response_and_malformed_parts(void **state)
{
	struct apdu_mask m = {0};

	(void)state;
	expect_command(&m, "10 24 00 81 02 31 32", "10 24 00 81 02 2A 2A");
	expect_command(&m, "00 C0 00 00 01", "00 C0 00 00 01");
	expect_response(&m, "31 90 00", "2A 90 00");
	expect_command(&m, "00", "2A");
	expect_command(&m, "00 A4 00 00 02 31 32", "00 A4 00 00 02 2A 2A");
	expect_command(&m, "00 A4 00 00 02 3F 00", "00 A4 00 00 02 3F 00");
}

static void a_reader_command_begins_no_chain(void **state)
{
	struct apdu_mask m = {0};

	(void)state;
	expect_command(&m, "FF CA 00 00 00", "FF CA 00 00 00");
	expect_command(&m, "00 A4 00 00 02 3F 00", "00 A4 00 00 02 3F 00");
}

static void responses_without_a_status_word_are_hidden_whole(void **state)
{
	struct apdu_mask m = {0};

	(void)state;
	expect_command(&m, "00 20 00 81 01 31", "00 20 00 81 01 2A");
	expect_response(&m, "31", "2A");
	expect_command(&m, "00 B0 00 00 01", "00 B0 00 00 01");
	expect_response(&m, "31", "31");
}

static void an_empty_command_is_nothing(void **state)
{
	struct apdu_mask m = {0};
	bool masked = true;

	(void)state;
	apdu_mask_command(&m, NULL, 0, NULL, &masked);
	assert_false(masked);
	masked = true;
	apdu_mask_response(&m, NULL, 0, NULL, &masked);
	assert_false(masked);
}

static void masking_in_place_works(void **state)
{
	struct bytes b = hex("00 20 00 81 02 31 32"), want = hex("00 20 00 81 02 2A 2A");
	struct apdu_mask m = {0};
	bool masked;

	(void)state;
	apdu_mask_command(&m, b.at, b.len, b.at, &masked);
	assert_true(masked);
	assert_memory_equal(b.at, want.at, want.len);
}

/* Whatever the bytes are, a PIN that follows the header of a VERIFY is not in the output. */
static void no_cut_or_lengthened_verify_shows_its_pin(void **state)
{
	struct bytes b = hex("00 20 00 81 08 39 39 39 39 39 39 39 39 39 39");
	uint8_t out[64];
	bool masked;

	(void)state;
	for (size_t len = 6; len <= b.len; len++) {
		for (unsigned lc = 0; lc < 256; lc++) {
			struct apdu_mask m = {0};

			/* here 00 and two bytes is Le of an extended case 2, and 9 bytes Lc 39 39 */
			if (lc == 0 && len == 7)
				continue;
			b.at[4] = (uint8_t)lc;
			apdu_mask_command(&m, b.at, len, out, &masked);
			/* a byte behind Lc bytes of data is Le */
			for (size_t i = 5; i < len; i++) {
				if (!(lc == len - 6 && i == len - 1))
					assert_int_equal(out[i], 0x2A);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(harmless_commands_are_shown),
		cmocka_unit_test(secrets_keep_header_and_lengths_only),
		cmocka_unit_test(an_empty_verify_is_shown),
		cmocka_unit_test(every_unknown_instruction_is_secret),
		cmocka_unit_test(only_classes_without_secure_messaging_show_anything),
		cmocka_unit_test(proprietary_classes_show_get_data_alone),
		cmocka_unit_test(secure_messaging_hides_both_sides),
		cmocka_unit_test(lengths_that_do_not_add_up_hide_all_behind_the_header),
		cmocka_unit_test(get_response_inherits),
		cmocka_unit_test(get_response_without_a_command_before_it_is_secret),
		cmocka_unit_test(chained_parts_inherit),
		cmocka_unit_test(a_chain_stays_secret_over_get_response_and_malformed_parts),
		cmocka_unit_test(a_reader_command_begins_no_chain),
		cmocka_unit_test(responses_without_a_status_word_are_hidden_whole),
		cmocka_unit_test(an_empty_command_is_nothing),
		cmocka_unit_test(masking_in_place_works),
		cmocka_unit_test(no_cut_or_lengthened_verify_shows_its_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
