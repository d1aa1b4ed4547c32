/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated PIN pad of libifd-mohr.so. Structures are laid out by hand after PC/SC part 10 §2.5.2
 * and §2.5.3; the PIN blocks after what the natid card wants and after ISO 9564-1 format 2.
 */
#include "tests/integration/ifd_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CARD "card"

enum { VERIFY = FEATURE_VERIFY_PIN_DIRECT, MODIFY = FEATURE_MODIFY_PIN_DIRECT, VERIFY_HEAD = 19 };

static struct fake *card;

/* VERIFY 00 20 00 81 10, 15 of the 16 bytes are the block: a block's length has four bits. */
static const uint8_t natid_verify[] = {
	1,    0,    0x82, 0x0F, 0x00, 0x08, 0x04, 2, 1, 0x09, 0x04, 0, 0, 0, 0, 21, 0, 0, 0, 0x00,
	0x20, 0x00, 0x81, 0x10, 0,    0,    0,    0, 0, 0,    0,    0, 0, 0, 0, 0,  0, 0, 0, 0,
};
/* CHANGE REFERENCE DATA 00 24 00 81 20 old‖new, old PIN and confirmation asked for. */
static const uint8_t natid_modify[24 + 5 + 32] = {
	1, 0, 0x82, 0x0F, 0x00, 0,  16, 0x08, 0x04, 3,    2,    3,    0x09, 0x04, 0,
	1, 2, 0,    0,    0,    37, 0,  0,    0,    0x00, 0x24, 0x00, 0x81, 0x20,
};

static void type(const char *text)
{
	char path[64];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/typed", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Runs a feature; the status word, or 0 if the driver refuses. */
static unsigned run(uint8_t feature, const void *structure, size_t len)
{
	uint8_t *copy = malloc(len + 1), out[300];
	DWORD n = 0;
	RESPONSECODE rc;

	assert_non_null(copy);
	memcpy(copy, structure, len);
	rc = driver()->control(0, SCARD_CTL_CODE(0x800 + feature), copy, len, out, sizeof(out), &n);
	free(copy);
	if (rc != IFD_SUCCESS) {
		assert_int_equal(n, 0);
		return 0;
	}
	assert_int_equal(n, 2);
	return (unsigned)(out[0] << 8 | out[1]);
}

static void assert_card_got(const void *apdu, size_t len)
{
	uint8_t got[300];

	assert_int_equal(fake_command(card, got, sizeof(got)), len);
	assert_memory_equal(got, apdu, len);
}

static int setup(void **state)
{
	char options[64];

	if (folder_setup(state) != 0)
		return -1;
	card = fake_insert(folder, CARD);
	(void)snprintf(options, sizeof(options), "pin=%s/typed:", folder);
	open_card(0, options, CARD);
	return 0;
}

static int teardown(void **state)
{
	(void)driver()->close(0);
	fake_remove(card);
	return folder_teardown(state);
}

static void features_are_told_by_their_control_codes(void **state)
{
	/* tag, 4, code in big-endian: 06, 07, 0A, 12 */
	static const uint8_t with_pad[] = {0x06, 4, 0x42, 0, 8, 0x06, 0x07, 4, 0x42, 0, 8, 0x07,
					   0x0A, 4, 0x42, 0, 8, 0x0A, 0x12, 4, 0x42, 0, 8, 0x12};
	uint8_t out[64];
	DWORD n;

	(void)state;
	assert_int_equal(
		driver()->control(0, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0, out, sizeof(out), &n),
		IFD_SUCCESS);
	assert_int_equal(n, sizeof(with_pad));
	assert_memory_equal(out, with_pad, n);
	assert_int_equal(driver()->control(0, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0, out, 23, &n),
			 IFD_ERROR_INSUFFICIENT_BUFFER);
	assert_int_equal(n, 0);

	open_reader(1 << 16, "", "none");
	assert_int_equal(driver()->control(1 << 16, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0, out,
					   sizeof(out), &n),
			 IFD_SUCCESS);
	assert_int_equal(n, 6);
	assert_memory_equal(out, with_pad + 18, 6);
	assert_int_equal(
		driver()->control(1 << 16, SCARD_CTL_CODE(0x806), out, 0, out, sizeof(out), &n),
		IFD_ERROR_NOT_SUPPORTED);
	assert_int_equal(driver()->close(1 << 16), IFD_SUCCESS);
}

static void properties_are_well_formed(void **state)
{
	uint8_t out[64];
	DWORD n, at = 0;

	(void)state;
	assert_int_equal(driver()->control(0, SCARD_CTL_CODE(0x812), NULL, 0, out, sizeof(out), &n),
			 IFD_SUCCESS);
	while (at < n) {
		assert_true(at + 2 <= n && out[at] >= 1 && out[at] <= 12);
		at += 2 + (DWORD)out[at + 1];
	}
	assert_int_equal(at, n);
	assert_int_equal(driver()->control(0, SCARD_CTL_CODE(0x80A), NULL, 0, out, sizeof(out), &n),
			 IFD_SUCCESS);
	assert_int_equal(n, sizeof(PIN_PROPERTIES_STRUCTURE));
}

static void verify_puts_ascii_digits_into_the_block(void **state)
{
	static const uint8_t apdu[21] = {0x00, 0x20, 0x00, 0x81, 0x10, '1',
					 '2',  '3',  '4',  '5',  '6'};
	static const uint8_t shortest[21] = {0x00, 0x20, 0x00, 0x81, 0x10, '0', '0', '0', '0'};

	(void)state;
	type("123456\n");
	assert_int_equal(run(VERIFY, natid_verify, sizeof(natid_verify)), 0x9000);
	assert_card_got(apdu, sizeof(apdu));
	type("0000"); /* no line end */
	assert_int_equal(run(VERIFY, natid_verify, sizeof(natid_verify)), 0x9000);
	assert_card_got(shortest, sizeof(shortest));
}

static void verify_makes_an_iso_9564_format_2_block(void **state)
{
	/* 2L | BCD digits | F…: position of the length 4 bits, of the digits 1 byte. */
	static const uint8_t structure[VERIFY_HEAD + 13] = {
		1, 0, 0x89, 0x47, 0x04, 0x0C, 0x04, 2,    1,    0,    0,
		0, 0, 0,    0,    13,   0,    0,    0,    0x00, 0x20, 0x00,
		1, 8, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	static const uint8_t even[] = {0x00, 0x20, 0x00, 1,    8,    0x24, 0x12,
				       0x34, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	static const uint8_t odd[] = {0x00, 0x20, 0x00, 1,    8,    0x25, 0x12,
				      0x34, 0x5F, 0xFF, 0xFF, 0xFF, 0xFF};

	(void)state;
	type("1234\n");
	assert_int_equal(run(VERIFY, structure, sizeof(structure)), 0x9000);
	assert_card_got(even, sizeof(even));
	type("12345\n");
	assert_int_equal(run(VERIFY, structure, sizeof(structure)), 0x9000);
	assert_card_got(odd, sizeof(odd));
}

static void verify_justifies_to_the_right_and_sends_a_pin_as_it_is(void **state)
{
	static const uint8_t right[VERIFY_HEAD + 13] = {1, 0, 0x86, 0x08, 0,    0x08, 0x04, 2,
							1, 0, 0,    0,    0,    0,    0,    13,
							0, 0, 0,    0,    0x20, 0,    1,    8};
	static const uint8_t plain[VERIFY_HEAD + 4] = {
		1, 0, 0x82, 0, 0, 0x08, 0x04, 2, 1, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0x20, 0, 1};
	static const uint8_t right_apdu[13] = {0, 0x20, 0, 1, 8, 0, 0, 0, 0, '1', '2', '3', '4'};
	static const uint8_t bcd_apdu[] = {0, 0x20, 0, 1, 3, 0x12, 0x34, 0x5F};
	uint8_t bcd[sizeof(plain)];
	static const uint8_t plain_apdu[9] = {0, 0x20, 0, 1, 4, '1', '2', '3', '4'};

	(void)state;
	type("1234\n");
	assert_int_equal(run(VERIFY, right, sizeof(right)), 0x9000);
	assert_card_got(right_apdu, sizeof(right_apdu));
	assert_int_equal(run(VERIFY, plain, sizeof(plain)), 0x9000);
	assert_card_got(plain_apdu, sizeof(plain_apdu));
	/* BCD: an odd digit is filled up with F. */
	type("12345\n");
	memcpy(bcd, plain, sizeof(plain));
	bcd[2] = 0x81;
	assert_int_equal(run(VERIFY, bcd, sizeof(bcd)), 0x9000);
	assert_card_got(bcd_apdu, sizeof(bcd_apdu));
}

static void modify_asks_for_old_new_and_new_again(void **state)
{
	static const uint8_t apdu[37] = {0x00, 0x24, 0x00, 0x81, 0x20, '1', '2', '3', '4',
					 0,    0,    0,    0,    0,    0,   0,   0,   0,
					 0,    0,    0,    '5',  '6',  '7', '8', '9'};
	unsigned n = fake_n_commands(card);

	(void)state;
	type("1234\n56789\n56788\n");
	assert_int_equal(run(MODIFY, natid_modify, sizeof(natid_modify)), 0x6402);
	type("1234\n56789\n567890\n");
	assert_int_equal(run(MODIFY, natid_modify, sizeof(natid_modify)), 0x6402);
	type("1234\n56789\n\n");
	assert_int_equal(run(MODIFY, natid_modify, sizeof(natid_modify)), 0x6401);
	assert_int_equal(fake_n_commands(card), n);
	type("1234\n56789\n56789\n");
	assert_int_equal(run(MODIFY, natid_modify, sizeof(natid_modify)), 0x9000);
	assert_card_got(apdu, sizeof(apdu));
}

static void what_is_typed_wrong_never_reaches_the_card(void **state)
{
	static const struct {
		const char *typed;
		unsigned sw;
	} rows[] = {
		{"", 0x6401},       {"\n", 0x6401},          {"123\n", 0x6403},
		{"12a4\n", 0x6401}, {"123456789\n", 0x6403}, {"1234 \n", 0x6401},
	};
	unsigned n = fake_n_commands(card);
	char many[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		type(rows[i].typed);
		assert_int_equal(run(VERIFY, natid_verify, sizeof(natid_verify)), rows[i].sw);
	}
	memset(many, '7', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	type(many);
	assert_int_equal(run(VERIFY, natid_verify, sizeof(natid_verify)), 0x6403);
	assert_int_equal(fake_n_commands(card), n);
}

static void nobody_at_the_pad_costs_the_time_of_the_structure(void **state)
{
	long long start;
	char path[64];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/typed", folder);
	(void)unlink(path);
	assert_int_equal(run(VERIFY, natid_verify, sizeof(natid_verify)), 0x6401);
	assert_int_equal(mkfifo(path, 0600), 0);
	start = now_ms();
	assert_int_equal(run(VERIFY, natid_verify, sizeof(natid_verify)), 0x6400);
	assert_in_range(now_ms() - start, 990, 5000);
	assert_int_equal(unlink(path), 0);
}

static void structures_cut_at_every_byte_are_refused(void **state)
{
	unsigned n;

	(void)state;
	type("1234\n5678\n5678\n");
	n = fake_n_commands(card);
	for (size_t len = 0; len < sizeof(natid_verify); len++)
		assert_int_equal(run(VERIFY, natid_verify, len), 0x6B80);
	for (size_t len = 0; len < sizeof(natid_modify); len++)
		assert_int_equal(run(MODIFY, natid_modify, len), 0x6B80);
	assert_int_equal(fake_n_commands(card), n);
}

static void a_length_that_the_data_do_not_have_is_refused(void **state)
{
	uint8_t copy[sizeof(natid_verify)];
	unsigned n = fake_n_commands(card);

	(void)state;
	type("1234\n");
	memcpy(copy, natid_verify, sizeof(copy));
	copy[VERIFY_HEAD + 4] = 0x0F; /* Lc */
	assert_int_equal(run(VERIFY, copy, sizeof(copy)), 0x6B80);
	copy[VERIFY_HEAD + 4] = 0x11;
	assert_int_equal(run(VERIFY, copy, sizeof(copy)), 0x6B80);
	assert_int_equal(fake_n_commands(card), n);
}

static void structures_with_any_byte_changed_do_no_harm(void **state)
{
	uint8_t copy[sizeof(natid_modify)];

	(void)state;
	type("1234\n5678\n5678\n");
	for (size_t at = 0; at < sizeof(natid_modify); at++) {
		for (unsigned value = 0; value < 256; value++) {
			/* Typed anew each time: some of them ask for fewer lines. */
			memcpy(copy, natid_modify, sizeof(copy));
			copy[at] = (uint8_t)value;
			(void)run(MODIFY, copy, sizeof(copy));
			memcpy(copy, natid_verify, sizeof(natid_verify));
			if (at < sizeof(natid_verify))
				copy[at] = (uint8_t)value;
			(void)run(VERIFY, copy, sizeof(natid_verify));
		}
	}
	/* Offsets that point behind the data. */
	memcpy(copy, natid_modify, sizeof(copy));
	copy[6] = 18;
	assert_int_equal(run(MODIFY, copy, sizeof(copy)), 0x6B80);
	copy[6] = 255;
	assert_int_equal(run(MODIFY, copy, sizeof(copy)), 0x6B80);
	copy[6] = 17;
	assert_int_equal(run(MODIFY, copy, sizeof(copy)), 0x9000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_are_told_by_their_control_codes),
		cmocka_unit_test(properties_are_well_formed),
		cmocka_unit_test(verify_puts_ascii_digits_into_the_block),
		cmocka_unit_test(verify_makes_an_iso_9564_format_2_block),
		cmocka_unit_test(verify_justifies_to_the_right_and_sends_a_pin_as_it_is),
		cmocka_unit_test(modify_asks_for_old_new_and_new_again),
		cmocka_unit_test(what_is_typed_wrong_never_reaches_the_card),
		cmocka_unit_test(nobody_at_the_pad_costs_the_time_of_the_structure),
		cmocka_unit_test(structures_cut_at_every_byte_are_refused),
		cmocka_unit_test(a_length_that_the_data_do_not_have_is_refused),
		cmocka_unit_test(structures_with_any_byte_changed_do_no_harm),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
