/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/log.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"

struct seen {
	unsigned n_lines;
	enum log_level level;
	char line[2 * LIMIT_LOG_LINE];
};

static void sink(void *user, enum log_level level, const char *line)
{
	struct seen *seen = user;

	seen->n_lines++;
	seen->level = level;
	snprintf(seen->line, sizeof(seen->line), "%s", line);
}

static void only_wanted_levels_arrive(void **state)
{
	struct seen seen = {0};
	struct log log = {.sink = sink, .user = &seen};

	(void)state;
	for (int level = LOG_NOTHING; level <= LOG_APDU; level++) {
		log.level = (enum log_level)level;
		seen.n_lines = 0;
		log_write(&log, LOG_NOTHING, "never");
		log_write(&log, LOG_ERROR, "error");
		log_write(&log, LOG_INFO, "info");
		log_write(&log, LOG_DEBUG, "debug");
		log_hex(&log, LOG_APDU, "->", "x", 1);
		assert_int_equal(seen.n_lines, level);
	}
}

static void no_log_and_no_sink_are_harmless(void **state)
{
	struct log log = {.level = LOG_APDU};

	(void)state;
	log_write(NULL, LOG_ERROR, "x");
	log_write(&log, LOG_ERROR, "x");
	log_hex(NULL, LOG_ERROR, "x", NULL, 0);
	log_hex(&log, LOG_ERROR, "x", NULL, 0);
	assert_int_equal(log_fail(NULL, MOHR_ERR_IO, "x"), MOHR_ERR_IO);
	assert_int_equal(log_fail(&log, MOHR_ERR_IO, "x"), MOHR_ERR_IO);
}

static void fail_tells_the_error_and_returns_it(void **state)
{
	struct seen seen = {0};
	struct log log = {.sink = sink, .user = &seen, .level = LOG_DEBUG};

	(void)state;
	assert_int_equal(log_fail(&log, MOHR_ERR_MALFORMED, "tag %02X", 0x84), MOHR_ERR_MALFORMED);
	assert_string_equal(seen.line, "MALFORMED: tag 84");
	assert_int_equal(seen.level, LOG_DEBUG);
	log.level = LOG_INFO;
	assert_int_equal(log_fail(&log, MOHR_ERR_MALFORMED, "x"), MOHR_ERR_MALFORMED);
	assert_int_equal(seen.n_lines, 1);
}

static void control_characters_are_written_as_text(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"a\nb", "a\\x0Ab"},
		{"\r\x1B[31m", "\\x0D\\x1B[31m"},
		{"\x7F\x01\x1F ", "\\x7F\\x01\\x1F "},
		{"ریشهٔ", "ریشهٔ"},
		{"", ""},
		/* C1 controls, U+0080 to U+009F, are commands to a terminal too: U+009B is CSI */
		{"\xC2\x9B"
		 "31m",
		 "\\xC2\\x9B31m"},
		{"\xC2\x80\xC2\x9F\xC2\xA0", "\\xC2\\x80\\xC2\\x9F\xC2\xA0"},
		{"\xC2", "\xC2"},
	};
	struct seen seen = {0};
	struct log log = {.sink = sink, .user = &seen, .level = LOG_DEBUG};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		log_write(&log, LOG_DEBUG, "%s", rows[i].in);
		assert_string_equal(seen.line, rows[i].out);
	}
}

static void long_lines_are_cut(void **state)
{
	char text[2 * LIMIT_LOG_LINE + 1];
	struct seen seen = {0};
	struct log log = {.sink = sink, .user = &seen, .level = LOG_DEBUG};

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_write(&log, LOG_DEBUG, "%s", text);
	assert_true(strlen(seen.line) < LIMIT_LOG_LINE);
	assert_true(strlen(seen.line) > LIMIT_LOG_LINE - 10);
	assert_int_equal(log_fail(&log, MOHR_ERR_IO, "%s", text), MOHR_ERR_IO);
	assert_true(strlen(seen.line) < LIMIT_LOG_LINE);
	/* each grows to four characters */
	memset(text, '\n', sizeof(text) - 1);
	log_write(&log, LOG_DEBUG, "%s", text);
	assert_true(strlen(seen.line) < LIMIT_LOG_LINE);
	assert_null(strchr(seen.line, '\n'));
}

static void bytes_are_shown_as_hexadecimal(void **state)
{
	struct seen seen = {0};
	struct log log = {.sink = sink, .user = &seen, .level = LOG_APDU};

	(void)state;
	log_hex(&log, LOG_APDU, "->", "\x00\xA4\x04\xFF", 4);
	assert_string_equal(seen.line, "->: 00A404FF");
	assert_int_equal(seen.level, LOG_APDU);
	log_hex(&log, LOG_APDU, "<-", NULL, 0);
	assert_string_equal(seen.line, "<-: ");
}

static void bytes_over_what_fits_are_counted(void **state)
{
	static uint8_t bytes[1000];
	struct seen seen = {0};
	struct log log = {.sink = sink, .user = &seen, .level = LOG_APDU};
	unsigned long more = 0;
	size_t shown;

	(void)state;
	log_hex(&log, LOG_APDU, "<-", bytes, sizeof(bytes));
	shown = strspn(seen.line + 4, "0") / 2;
	assert_true(shown > 100);
	assert_int_equal(sscanf(seen.line + 4 + 2 * shown, " (and %lu more bytes)", &more), 1);
	assert_int_equal(shown + more, sizeof(bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_wanted_levels_arrive),
		cmocka_unit_test(no_log_and_no_sink_are_harmless),
		cmocka_unit_test(fail_tells_the_error_and_returns_it),
		cmocka_unit_test(control_characters_are_written_as_text),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(bytes_are_shown_as_hexadecimal),
		cmocka_unit_test(bytes_over_what_fits_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
