/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_line.c: the lines of docs/trace.md, written and read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "transport/trace_line.h"

static int parse(const char *text, struct trace_line *ret)
{
	return trace_line_parse(text, strlen(text), ret);
}

static void assert_written(const struct trace_line *line, const void *data, size_t len, bool masked,
			   size_t shown, const char *want)
{
	struct buf b = BUF_INIT(1024);

	trace_line_put(&b, line, data, len, masked, shown);
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(b.len, strlen(want));
	assert_memory_equal(b.data, want, b.len);
	buf_clear(&b);
}

static void every_kind_is_written_as_documented(void **state)
{
	struct reader r = {.name = "Some Reader 00", .present = true, .events = 7};

	(void)state;
	memcpy(r.atr, "\x3B\x00", 2);
	r.atr_len = 2;
	assert_written(&(struct trace_line){.kind = TRACE_SERVICE, .result = MOHR_ERR_NO_SERVICE},
		       NULL, 0, false, 0, "service NO_SERVICE\n");
	assert_written(&(struct trace_line){.kind = TRACE_READER, .reader = r}, NULL, 0, false, 0,
		       "reader 7 present 3B00 Some Reader 00\n");
	assert_written(&(struct trace_line){.kind = TRACE_GONE, .reader = r}, NULL, 0, false, 0,
		       "gone Some Reader 00\n");
	assert_written(
		&(struct trace_line){
			.kind = TRACE_CONNECT, .link = 1, .protocol = PROTOCOL_T1, .reader = r},
		NULL, 0, false, 0, "connect 1 ok T1 3B00 Some Reader 00\n");
	assert_written(
		&(struct trace_line){.kind = TRACE_BEGIN, .link = 2, .result = MOHR_ERR_CARD_RESET},
		NULL, 0, false, 0, "begin 2 CARD_RESET\n");
	assert_written(&(struct trace_line){.kind = TRACE_END, .link = 2, .reset = true}, NULL, 0,
		       false, 0, "end 2 reset ok\n");
	assert_written(&(struct trace_line){.kind = TRACE_COMMAND, .link = 2},
		       "\x00\x20\x00\x81\x02\x2A\x2A", 7, true, 4, "command 2 0020008102****\n");
	assert_written(&(struct trace_line){.kind = TRACE_RESPONSE, .link = 2}, "\x2A\x90\x00", 3,
		       false, 0, "response 2 ok 2A9000\n");
	assert_written(&(struct trace_line){.kind = TRACE_RESPONSE,
					    .link = 2,
					    .result = MOHR_ERR_CARD_REMOVED},
		       NULL, 0, false, 0, "response 2 CARD_REMOVED -\n");
	assert_written(&(struct trace_line){.kind = TRACE_RECONNECT, .link = 2}, NULL, 0, false, 0,
		       "reconnect 2 ok T0 -\n");
	assert_written(&(struct trace_line){.kind = TRACE_CLOSE, .link = 4294967295u}, NULL, 0,
		       false, 0, "close 4294967295\n");
}

/* 2A is an instruction (PSO) too: the header keeps it. */
static void masked_bytes_are_stars_behind_the_header_only(void **state)
{
	(void)state;
	assert_written(&(struct trace_line){.kind = TRACE_COMMAND, .link = 1},
		       "\x00\x2A\x80\x86\x01\x2A", 6, true, 4, "command 1 002A808601**\n");
	assert_written(&(struct trace_line){.kind = TRACE_RESPONSE, .link = 1}, "\x2A\x2A\x90\x00",
		       4, true, 0, "response 1 ok ****9000\n");
}

static void reader_name_cannot_end_its_line(void **state)
{
	struct trace_line line = {.kind = TRACE_GONE, .reader = {.name = "a\nconnect 1\r\x7F\x1B"}};

	(void)state;
	assert_written(&line, NULL, 0, false, 0, "gone a?connect 1???\n");
}

static void every_kind_is_read_back(void **state)
{
	struct trace_line l;

	(void)state;
	assert_int_equal(parse("service ACCESS_DENIED", &l), 0);
	assert_int_equal(l.kind, TRACE_SERVICE);
	assert_int_equal(l.result, MOHR_ERR_ACCESS_DENIED);
	assert_int_equal(parse("reader 65536 mute - A  reader ", &l), 0);
	assert_int_equal(l.kind, TRACE_READER);
	assert_int_equal(l.reader.events, 65536);
	assert_true(l.reader.present);
	assert_true(l.reader.mute);
	assert_int_equal(l.reader.atr_len, 0);
	assert_string_equal(l.reader.name, "A  reader ");
	assert_int_equal(parse("reader 1 absent - A", &l), 0);
	assert_false(l.reader.present);
	assert_int_equal(parse("gone X", &l), 0);
	assert_int_equal(l.kind, TRACE_GONE);
	assert_int_equal(parse("connect 3 ok T1 3b8001 A b", &l), 0);
	assert_int_equal(l.kind, TRACE_CONNECT);
	assert_int_equal(l.link, 3);
	assert_int_equal(l.result, 0);
	assert_int_equal(l.protocol, PROTOCOL_T1);
	assert_int_equal(l.reader.atr_len, 3);
	assert_memory_equal(l.reader.atr, "\x3B\x80\x01", 3);
	assert_string_equal(l.reader.name, "A b");
	assert_int_equal(parse("begin 3 ok", &l), 0);
	assert_int_equal(l.kind, TRACE_BEGIN);
	assert_int_equal(parse("end 3 reset COMMUNICATION", &l), 0);
	assert_int_equal(l.kind, TRACE_END);
	assert_true(l.reset);
	assert_int_equal(l.result, MOHR_ERR_COMMUNICATION);
	assert_int_equal(parse("reconnect 3 ok T0 3B00", &l), 0);
	assert_int_equal(l.kind, TRACE_RECONNECT);
	assert_int_equal(parse("close 3", &l), 0);
	assert_int_equal(l.kind, TRACE_CLOSE);
	assert_int_equal(parse("", &l), 0);
	assert_int_equal(l.kind, TRACE_NOTHING);
	assert_int_equal(parse("# any words", &l), 0);
	assert_int_equal(l.kind, TRACE_NOTHING);
}

static void bytes_are_compared_and_given_with_their_gaps(void **state)
{
	struct trace_line l;
	uint8_t out[8];
	size_t n = 99;

	(void)state;
	assert_int_equal(parse("command 1 0020008102**3F", &l), 0);
	assert_true(trace_line_matches(&l, (const uint8_t *)"\x00\x20\x00\x81\x02\x77\x3F", 7));
	assert_true(trace_line_matches(&l, (const uint8_t *)"\x00\x20\x00\x81\x02\x2A\x3F", 7));
	assert_false(trace_line_matches(&l, (const uint8_t *)"\x00\x20\x00\x81\x02\x77\x3E", 7));
	assert_false(trace_line_matches(&l, (const uint8_t *)"\x00\x20\x00\x81\x02\x77", 6));
	assert_false(trace_line_matches(&l, NULL, 0));
	assert_int_equal(trace_line_bytes(&l, out, 7, &n), 0);
	assert_int_equal(n, 7);
	assert_memory_equal(out, "\x00\x20\x00\x81\x02\x2A\x3F", 7);
	n = 99;
	assert_int_equal(trace_line_bytes(&l, out, 6, &n), MOHR_ERR_LIMIT);
	assert_int_equal(n, 99);
	assert_int_equal(parse("response 1 ok -", &l), 0);
	assert_true(trace_line_matches(&l, NULL, 0));
	assert_int_equal(trace_line_bytes(&l, NULL, 0, &n), 0);
	assert_int_equal(n, 0);
}

static void anything_else_is_malformed(void **state)
{
	static const char *const wrong[] = {
		" ",
		"command",
		"command ",
		"command 1",
		"command 1 ",
		"command x 00",
		"command -1 00",
		"command 4294967296 00",
		"command 99999999999 00",
		"command 1 0",
		"command 1 0g",
		"command 1 *0",
		"command 1 0*",
		"command 1 ***",
		"command 1 00 00",
		"commands 1 00",
		"Command 1 00",
		" command 1 00",
		"command  1 00",
		"service",
		"service fine",
		"service OK",
		"begin 1",
		"begin 1 ok 1",
		"begin 1 no_service",
		"end 1 ok leave",
		"end 1 now ok",
		"reader 1 here - A",
		"reader 1 present - ",
		"reader 1 present -",
		"reader present - A",
		"connect 1 ok T2 - A",
		"connect 1 ok T0 A",
		"gone ",
		"gone",
		"close",
		"close 1 1",
	};
	struct trace_line l = {.link = 4711};

	(void)state;
	assert_int_equal(trace_line_parse("gone a\0b", 8, &l), MOHR_ERR_MALFORMED);
	assert_int_equal(trace_line_parse("gone \0", 6, &l), MOHR_ERR_MALFORMED);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (parse(wrong[i], &l) != MOHR_ERR_MALFORMED)
			fail_msg("accepted: '%s'", wrong[i]);
	}
	assert_int_equal(l.link, 4711);
}

static void overlong_names_and_atrs_are_malformed(void **state)
{
	char text[512] = "gone ";
	struct trace_line l;

	(void)state;
	memset(text + 5, 'x', LIMIT_READER_NAME);
	text[5 + LIMIT_READER_NAME] = '\0';
	assert_int_equal(parse(text, &l), MOHR_ERR_MALFORMED);
	text[5 + LIMIT_READER_NAME - 1] = '\0';
	assert_int_equal(parse(text, &l), 0);
	memcpy(text, "reader 1 present ", 17);
	memset(text + 17, '3', 68);
	memcpy(text + 85, " A", 3);
	assert_int_equal(parse(text, &l), MOHR_ERR_MALFORMED); /* 34 bytes */
	memcpy(text + 83, " A", 3);
	assert_int_equal(parse(text, &l), 0); /* 33 bytes */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_written_as_documented),
		cmocka_unit_test(masked_bytes_are_stars_behind_the_header_only),
		cmocka_unit_test(reader_name_cannot_end_its_line),
		cmocka_unit_test(every_kind_is_read_back),
		cmocka_unit_test(bytes_are_compared_and_given_with_their_gaps),
		cmocka_unit_test(anything_else_is_malformed),
		cmocka_unit_test(overlong_names_and_atrs_are_malformed),
	};

	return cmocka_run_group_tests_name("trace_line", tests, NULL, NULL);
}
