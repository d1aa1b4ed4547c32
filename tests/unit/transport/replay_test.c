/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c: a recording as a card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/fake_transport.h"

static char path[64];
static struct transport *transport;

static int setup(void **state)
{
	int fd;

	(void)state;
	transport = NULL;
	(void)snprintf(path, sizeof path, "/tmp/mohr-replay-XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	(void)state;
	transport_free(transport);
	return unlink(path);
}

static int load(const char *text)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	transport_free(transport);
	transport = NULL;
	return transport_replay_new(path, NULL, &transport);
}

static struct reader look(void)
{
	struct reader r;
	size_t n = 99;

	assert_int_equal(transport_readers(transport, &r, 1, &n), 0);
	assert_int_equal(n, 1);
	return r;
}

static struct link *connect_to(const char *reader)
{
	struct link *l = NULL;

	assert_int_equal(transport_connect(transport, reader, &l), 0);
	return l;
}

/* The response as hex, or the error's name. Static. */
static const char *exchange(struct link *l, const char *command_hex)
{
	static char hex[128];
	uint8_t command[64], response[32];
	size_t len = fake_hex(command_hex, command, sizeof command), got;
	int r = link_transmit(l, command, len, response, sizeof response, &got);

	if (r != 0)
		return error_name(r);
	for (size_t i = 0; i < got; i++)
		(void)snprintf(hex + 2 * i, 3, "%02X", response[i]);
	return hex;
}

#define HEAD                                                                                       \
	"mohr-trace 1\n"                                                                           \
	"reader 5 present 3B8001 A reader\n"                                                       \
	"connect 1 ok T1 3B8001 A reader\n"

static void card_is_that_of_the_first_connection(void **state)
{
	struct reader r;
	struct link *l;

	(void)state;
	assert_int_equal(load("mohr-trace 1\n"
			      "reader 1 present 3B01 B reader\n"
			      "reader 5 present 3B8001 A reader\n"
			      "connect 1 ok T1 3B8001 A reader\n"
			      "connect 2 ok T0 3B01 B reader\n"
			      "command 2 00B00000\n"
			      "response 2 ok 6A82\n"
			      "command 1 00B00000\n"
			      "response 1 ok 019000\n"),
			 0);
	r = look();
	assert_string_equal(r.name, "A reader");
	assert_true(r.present);
	assert_int_equal(r.events, 5);
	assert_int_equal(r.atr_len, 3);
	l = connect_to("A reader");
	assert_int_equal(l->protocol, PROTOCOL_T1);
	assert_int_equal(l->atr_len, 3);
	assert_memory_equal(l->atr, "\x3B\x80\x01", 3);
	assert_string_equal(exchange(l, "00B00000"), "019000");
	link_free(l);
	l = NULL;
	assert_int_equal(transport_connect(transport, "B reader", &l), MOHR_ERR_READER_GONE);
	assert_null(l);
}

static void commands_must_come_in_the_recorded_order(void **state)
{
	struct link *l;

	(void)state;
	assert_int_equal(load(HEAD "command 1 00B00000\nresponse 1 ok 9000\n"
				   "command 1 00B00001\nresponse 1 ok 6B00\n"),
			 0);
	l = connect_to("A reader");
	assert_string_equal(exchange(l, "00B00001"), "COMMUNICATION");
	assert_string_equal(exchange(l, "00B00000"), "9000");
	assert_string_equal(exchange(l, "00B00000"), "COMMUNICATION");
	assert_string_equal(exchange(l, "00B0000100"), "COMMUNICATION");
	assert_string_equal(exchange(l, "00B00001"), "6B00");
	assert_string_equal(exchange(l, "00B00001"), "COMMUNICATION");
	link_free(l);
}

static void masked_bytes_match_anything_of_the_same_length(void **state)
{
	struct link *l;

	(void)state;
	assert_int_equal(load(HEAD "command 1 0020008104********\nresponse 1 ok 63C2\n"
				   "command 1 002A808601**\nresponse 1 ok ****9000\n"),
			 0);
	l = connect_to("A reader");
	assert_string_equal(exchange(l, "0020008105 3132333435"), "COMMUNICATION");
	assert_string_equal(exchange(l, "0020008204 31323334"), "COMMUNICATION");
	assert_string_equal(exchange(l, "0020008104 31323334"), "63C2");
	assert_string_equal(exchange(l, "002A808601 07"), "2A2A9000");
	link_free(l);
}

static void failures_come_at_their_place(void **state)
{
	struct link *l;

	(void)state;
	assert_int_equal(load(HEAD "begin 1 ok\n"
				   "command 1 00B00000\nresponse 1 ok 9000\n"
				   "end 1 leave COMMUNICATION\n"
				   "begin 1 CARD_RESET\n"
				   "reconnect 1 ok T0 3B00\n"
				   "begin 1 ok\n"
				   "command 1 00B00001\nresponse 1 CARD_REMOVED -\n"
				   "command 1 00B00002\n"),
			 0);
	l = connect_to("A reader");
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(link_begin(l), 0); /* the failing one stands behind a command */
	assert_string_equal(exchange(l, "00B00000"), "9000");
	assert_int_equal(link_end(l, false), MOHR_ERR_COMMUNICATION);
	assert_int_equal(link_begin(l), MOHR_ERR_CARD_RESET);
	assert_int_equal(link_reconnect(l), 0);
	assert_int_equal(l->protocol, PROTOCOL_T0);
	assert_int_equal(l->atr_len, 2);
	assert_int_equal(link_begin(l), 0);
	assert_string_equal(exchange(l, "00B00001"), "CARD_REMOVED");
	assert_string_equal(exchange(l, "00B00002"), "CARD_REMOVED"); /* the recording broke off */
	link_free(l);
}

static void failed_connection_is_followed(void **state)
{
	struct link *l = NULL;

	(void)state;
	assert_int_equal(load("mohr-trace 1\n"
			      "connect 1 CARD_MUTE T0 - A reader\n"
			      "connect 2 ok T0 3B00 A reader\n"
			      "command 2 00B00000\nresponse 2 ok 9000\n"),
			 0);
	assert_int_equal(transport_connect(transport, "A reader", &l), MOHR_ERR_CARD_MUTE);
	assert_null(l);
	l = connect_to("A reader");
	assert_string_equal(exchange(l, "00B00000"), "9000");
	link_free(l);
}

static void reader_changes_as_it_did_one_step_a_look(void **state)
{
	struct reader r;
	struct link *l;

	(void)state;
	assert_int_equal(load("mohr-trace 1\n"
			      "reader 0 absent - A reader\n"
			      "reader 1 present 3B00 A reader\n"
			      "connect 1 ok T0 3B00 A reader\n"
			      "command 1 00B00000\nresponse 1 ok 9000\n"
			      "reader 2 absent - A reader\n"
			      "reader 3 mute - A reader\n"
			      "gone A reader\n"),
			 0);
	r = look();
	assert_false(r.present);
	assert_int_equal(transport_wait(transport, &r, 1, -1), 0);
	r = look();
	assert_true(r.present);
	assert_int_equal(look().events, 1); /* nothing more until the command */
	assert_int_equal(transport_wait(transport, &r, 1, 0), MOHR_ERR_TIMEOUT);
	l = connect_to("A reader");
	assert_string_equal(exchange(l, "00B00000"), "9000");
	link_free(l);
	assert_int_equal(transport_wait(transport, &r, 1, -1), 0);
	assert_false(look().present);
	r = look();
	assert_true(r.mute);
	assert_int_equal(r.events, 3);
	r = look();
	assert_false(r.present);
	assert_int_not_equal(r.events, 3);
	l = NULL;
	assert_int_equal(transport_connect(transport, "A reader", &l), MOHR_ERR_CARD_ABSENT);
	assert_null(l);
}

static void wait_ends_if_the_world_differs_or_by_cancel(void **state)
{
	struct reader r;

	(void)state;
	assert_int_equal(load(HEAD), 0);
	r = look();
	assert_int_equal(transport_wait(transport, NULL, 0, -1), 0);
	assert_int_equal(transport_wait(transport, &r, 1, 10), MOHR_ERR_TIMEOUT);
	transport_cancel(transport);
	assert_int_equal(transport_wait(transport, &r, 1, -1), MOHR_ERR_CANCELLED);
	assert_int_equal(transport_wait(transport, NULL, 0, -1), MOHR_ERR_CANCELLED);
}

static void response_longer_than_the_buffer_is_an_error(void **state)
{
	uint8_t response[3];
	struct link *l;
	size_t len = 99;

	(void)state;
	assert_int_equal(load(HEAD "command 1 00B00000\nresponse 1 ok 01029000\n"), 0);
	l = connect_to("A reader");
	assert_int_equal(
		link_transmit(l, (const uint8_t *)"\x00\xB0\x00\x00", 4, response, 3, &len),
		MOHR_ERR_LIMIT);
	assert_int_equal(len, 0);
	link_free(l);
}

static void comments_blank_lines_and_foreign_ends_of_line_are_taken(void **state)
{
	struct link *l;

	(void)state;
	assert_int_equal(load("mohr-trace 1\r\n# seen at a customer's\r\n\r\n"
			      "connect 1 ok T0 3B00 A reader\r\n"
			      "command 1 00B00000\r\nresponse 1 ok 9000"),
			 0);
	l = connect_to("A reader");
	assert_string_equal(exchange(l, "00B00000"), "9000");
	link_free(l);
}

static void files_that_are_no_recording_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"\n",
		"mohr-trace 2\nconnect 1 ok T0 - A\n",
		"mohr-trace 1x\nconnect 1 ok T0 - A\n",
		"mohr-trace 1\n",                      /* no card in it */
		"mohr-trace 1\nreader 0 absent - A\n", /* nor here */
		"mohr-trace 1\nconnect 1 ok T0 - A\nnonsense\n",
		"mohr-trace 1\nnonsense\nconnect 1 ok T0 - A\n",
		"mohr-trace 1\nconnect 1 ok T0 - A\nresponse 1 ok 9000\n", /* to what? */
		/* two responses to one command */
		"mohr-trace 1\nconnect 1 ok T0 - A\ncommand 1 00B0\nresponse 1 ok 9000\nresponse 1 ok 9000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (load(wrong[i]) != MOHR_ERR_MALFORMED)
			fail_msg("accepted: '%s'", wrong[i]);
		assert_null(transport);
	}
	assert_int_equal(transport_replay_new("/nonexistent/trace", NULL, &transport), MOHR_ERR_IO);
	assert_int_equal(transport_replay_new("/tmp", NULL, &transport), MOHR_ERR_IO);
	assert_null(transport);
}

/* What was recorded once is answered again, and recording the replay gives the same file. */
static void recording_of_a_replay_equals_the_recording(void **state)
{
	static const char original[] = "mohr-trace 1\n"
				       "reader 1 present 3B8001 A reader\n"
				       "connect 1 ok T1 3B8001 A reader\n"
				       "begin 1 ok\n"
				       "command 1 00A4040C023F00\n"
				       "response 1 ok 9000\n"
				       "command 1 0020008108****************\n"
				       "response 1 ok 63C2\n"
				       "end 1 reset ok\n"
				       "close 1\n";
	char again[72], text[1024];
	struct transport *recorded;
	struct link *l = NULL;
	struct reader r;
	size_t n;
	FILE *f;

	(void)state;
	assert_int_equal(load(original), 0);
	(void)snprintf(again, sizeof again, "%s.2", path);
	assert_int_equal(transport_trace_new(transport, again, NULL, &recorded), 0);
	transport = NULL;
	assert_int_equal(transport_readers(recorded, &r, 1, &n), 0);
	assert_int_equal(transport_connect(recorded, "A reader", &l), 0);
	assert_int_equal(l->protocol, PROTOCOL_T1);
	assert_int_equal(l->atr_len, 3);
	assert_int_equal(link_begin(l), 0);
	assert_string_equal(exchange(l, "00A4040C023F00"), "9000");
	assert_string_equal(exchange(l, "0020008108 3837363534333231"), "63C2");
	assert_int_equal(link_end(l, true), 0);
	link_free(l);
	transport_free(recorded);
	f = fopen(again, "rb");
	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	assert_int_equal(unlink(again), 0);
	assert_string_equal(text, original);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(card_is_that_of_the_first_connection),
		TEST(commands_must_come_in_the_recorded_order),
		TEST(masked_bytes_match_anything_of_the_same_length),
		TEST(failures_come_at_their_place),
		TEST(failed_connection_is_followed),
		TEST(reader_changes_as_it_did_one_step_a_look),
		TEST(wait_ends_if_the_world_differs_or_by_cancel),
		TEST(response_longer_than_the_buffer_is_an_error),
		TEST(comments_blank_lines_and_foreign_ends_of_line_are_taken),
		TEST(files_that_are_no_recording_are_refused),
		TEST(recording_of_a_replay_equals_the_recording),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
