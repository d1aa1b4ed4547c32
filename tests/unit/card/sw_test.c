/* SPDX-License-Identifier: BSD-2-Clause */
/* card/sw.c: order and completeness of the table, and what the callers rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "card/sw.h"
#include "codec/iso7816.h"

static unsigned last_match(const struct sw_row *row)
{
	return row->sw | (0xFFFFu & ~row->mask);
}

static void the_table_is_in_its_order(void **state)
{
	const struct sw_row *rows;
	size_t n, i;

	(void)state;
	rows = sw_table(&n);
	for (i = 0; i < n; i++) {
		assert_int_equal(rows[i].sw & ~rows[i].mask & 0xFFFF, 0);
		assert_true((rows[i].ins == 0) == (rows[i].text != NULL));
		if (i == 0)
			continue;
		assert_true(last_match(&rows[i - 1]) <= last_match(&rows[i]));
		/* behind a general row, another status word begins */
		if (rows[i - 1].ins == 0)
			assert_true(last_match(&rows[i - 1]) < last_match(&rows[i]));
	}
}

static void no_row_is_hidden_by_another(void **state)
{
	const struct sw_row *rows;
	size_t n, i;

	(void)state;
	rows = sw_table(&n);
	for (i = 0; i < n; i++) {
		uint16_t sw = (uint16_t)last_match(&rows[i]);

		assert_int_equal(sw_error(rows[i].ins, sw), rows[i].err);
		if (rows[i].ins == 0)
			assert_ptr_equal(sw_text(sw), rows[i].text);
	}
}

static void every_status_word_of_the_standard_has_a_text(void **state)
{
	const char *unknown = sw_text(0x1234);
	unsigned sw;

	(void)state;
	for (sw = 0; sw <= 0xFFFF; sw++) {
		const char *text = sw_text((uint16_t)sw);

		assert_non_null(text);
		if ((sw >= 0x6100 && sw <= 0x6FFF) || sw == 0x9000)
			assert_true(strcmp(text, unknown) != 0);
		else
			assert_string_equal(text, unknown);
	}
}

static void only_9000_is_success(void **state)
{
	static const uint8_t all_ins[] = {0x20, 0x22, 0x24, 0x2A, 0x2C, 0x82, 0xA4, 0xB0, 0xCA};
	unsigned sw;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all_ins); i++) {
		for (sw = 0; sw <= 0xFFFF; sw++) {
			int err = sw_error(all_ins[i], (uint16_t)sw);

			assert_true(sw == 0x9000 ? err == 0 : err < 0);
		}
	}
}

static void meanings_depend_on_the_command(void **state)
{
	static const struct {
		uint8_t ins;
		uint16_t sw;
		int err;
	} rows[] = {
		{0x20, 0x63C2, MOHR_ERR_PIN_INCORRECT},   {0x24, 0x63C1, MOHR_ERR_PIN_INCORRECT},
		{0x2C, 0x63CF, MOHR_ERR_PIN_INCORRECT},   {0x20, 0x63C0, MOHR_ERR_PIN_BLOCKED},
		{0x24, 0x63C0, MOHR_ERR_PIN_BLOCKED},     {0x2C, 0x63C0, MOHR_ERR_PIN_BLOCKED},
		{0x20, 0x6300, MOHR_ERR_PIN_INCORRECT},   {0x20, 0x6983, MOHR_ERR_PIN_BLOCKED},
		{0x20, 0x6984, MOHR_ERR_PIN_BLOCKED},     {0x24, 0x6984, MOHR_ERR_PIN_BLOCKED},
		{0x2C, 0x6984, MOHR_ERR_PIN_BLOCKED},     {0x2A, 0x6984, MOHR_ERR_CONDITIONS},
		{0x20, 0x6985, MOHR_ERR_PIN_MUST_CHANGE}, {0x2C, 0x6985, MOHR_ERR_PIN_MUST_CHANGE},
		{0x24, 0x6985, MOHR_ERR_CONDITIONS},      {0x2A, 0x6985, MOHR_ERR_CONDITIONS},
		{0x24, 0x6A80, MOHR_ERR_PIN_INVALID},     {0x22, 0x6A80, MOHR_ERR_MECHANISM},
		{0x82, 0x63C4, MOHR_ERR_SECURITY_STATUS}, {0x82, 0x6983, MOHR_ERR_CONDITIONS},
		{0x2A, 0x6982, MOHR_ERR_SECURITY_STATUS}, {0xA4, 0x6A82, MOHR_ERR_NOT_FOUND},
		{0xB0, 0x6A82, MOHR_ERR_NOT_FOUND},       {0xB0, 0x6986, MOHR_ERR_NOT_FOUND},
		{0xCA, 0x6A88, MOHR_ERR_NOT_FOUND},       {0xA4, 0x6285, MOHR_ERR_CARD_TERMINATED},
		{0xD6, 0x6A84, MOHR_ERR_CARD_MEMORY},     {0xD6, 0x6581, MOHR_ERR_CARD_MEMORY},
		{0xCA, 0x6D00, MOHR_ERR_NOT_SUPPORTED},   {0xCA, 0x6E00, MOHR_ERR_NOT_SUPPORTED},
		{0xCA, 0x6F00, MOHR_ERR_CARD_REFUSED},    {0xCA, 0x1234, MOHR_ERR_CARD_REFUSED},
		{0xCA, 0x0000, MOHR_ERR_CARD_REFUSED},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(sw_error(rows[i].ins, rows[i].sw), rows[i].err);
}

static void tries_are_taken_from_the_status_word(void **state)
{
	(void)state;
	assert_int_equal(sw_tries(0x63C0), 0);
	assert_int_equal(sw_tries(0x63C3), 3);
	assert_int_equal(sw_tries(0x63CF), 15);
	assert_int_equal(sw_tries(0x6983), 0);
	assert_int_equal(sw_tries(0x6984), 0);
	assert_int_equal(sw_tries(0x9000), -1);
	assert_int_equal(sw_tries(0x6300), -1);
	assert_int_equal(sw_tries(0x63B3), -1);
	assert_int_equal(sw_tries(0x6A88), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_in_its_order),
		cmocka_unit_test(no_row_is_hidden_by_another),
		cmocka_unit_test(every_status_word_of_the_standard_has_a_text),
		cmocka_unit_test(only_9000_is_success),
		cmocka_unit_test(meanings_depend_on_the_command),
		cmocka_unit_test(tries_are_taken_from_the_status_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
