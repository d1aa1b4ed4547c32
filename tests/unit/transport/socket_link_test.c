/* SPDX-License-Identifier: BSD-2-Clause */
/* socket_link.c, socket_wire.c: commands to a virtual card, and every way in which it may misbehave. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "card_server.h"
#include "transport/transport.h"

static const uint8_t command[] = {0x00, 0xA4, 0x04, 0x0C};

static char folder[64], path[96];
static struct transport *transport;
static struct card_server *server;
static struct link *l;

static void start(const void *atr, size_t len)
{
	server = card_server_start(
		&(struct card_server_setup){.path = path, .atr = atr, .atr_len = len});
}

static struct link *connect_now(void)
{
	struct link *fresh = NULL;

	assert_int_equal(transport_connect(transport, "Mohr virtual reader 00", &fresh), 0);
	return fresh;
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/mohr-link-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/card", folder);
	if (transport_socket_new(path, NULL, &transport) != 0)
		return -1;
	start("\x3B\x00", 2);
	l = connect_now();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	link_free(l);
	card_server_stop(server);
	transport_free(transport);
	return rmdir(folder);
}

static void reconnect_afresh(void)
{
	link_free(l);
	l = connect_now();
}

static int transmit(size_t cap)
{
	uint8_t response[64];
	size_t len = 99;
	int r = link_transmit(l, command, sizeof command, response, cap, &len);

	if (r != 0)
		assert_int_equal(len, 0);
	return r;
}

static void command_and_response_pass_unchanged(void **state)
{
	uint8_t response[64], seen[64];
	size_t len, seen_len;

	(void)state;
	assert_int_equal(link_transmit(l, command, sizeof command, response, sizeof response, &len),
			 0);
	assert_int_equal(len, sizeof command + 2);
	assert_memory_equal(response, command, sizeof command);
	assert_memory_equal(response + sizeof command, "\x90\x00", 2);
	assert_int_equal(card_server_request(server, seen, sizeof seen, &seen_len), 'T');
	assert_int_equal(seen_len, sizeof command);
	assert_memory_equal(seen, command, sizeof command);
}

static void longest_command_and_response_pass(void **state)
{
	static uint8_t longest[LIMIT_APDU], response[LIMIT_RESPONSE];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof longest; i++)
		longest[i] = (uint8_t)(i * 7);
	/* the server answers the command and two bytes: 65538 of them */
	assert_int_equal(
		link_transmit(l, longest, LIMIT_RESPONSE - 2, response, sizeof response, &len), 0);
	assert_int_equal(len, LIMIT_RESPONSE);
	assert_memory_equal(response, longest, LIMIT_RESPONSE - 2);
	card_server_script(server, "\0\0\0\3t\x90\0", 7, false, false);
	assert_int_equal(link_transmit(l, longest, sizeof longest, response, sizeof response, &len),
			 0);
	assert_int_equal(len, 2);
	assert_int_equal(link_transmit(l, longest, LIMIT_APDU + 1, response, sizeof response, &len),
			 MOHR_ERR_DATA_LENGTH);
}

static void commands_of_length_zero_and_tiny_buffers_are_refused(void **state)
{
	uint8_t response[2];
	size_t len = 99;

	(void)state;
	assert_int_equal(link_transmit(l, command, 0, response, 2, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(len, 0);
	assert_int_equal(link_transmit(l, command, 4, response, 1, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(link_transmit(l, command, 4, response, 0, &len), MOHR_ERR_ARGUMENT);
}

static void begin_and_end_ask_for_what_they_say(void **state)
{
	uint8_t payload[4];
	size_t len;

	(void)state;
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(card_server_request(server, payload, sizeof payload, &len), 'B');
	assert_int_equal(len, 0);
	assert_int_equal(link_end(l, false), 0);
	assert_int_equal(card_server_request(server, payload, sizeof payload, &len), 'E');
	assert_int_equal(len, 1);
	assert_int_equal(payload[0], 0);
	assert_int_equal(link_end(l, true), 0);
	(void)card_server_request(server, payload, sizeof payload, &len);
	assert_int_equal(payload[0], 1);
}

static void atr_tells_the_protocol(void **state)
{
	static const struct {
		const char *atr;
		size_t len;
		enum protocol protocol;
	} rows[] = {
		{"\x3B\x00", 2, PROTOCOL_T0},             /* no TD1: T=0 */
		{"\x3B\x80\x01\x81", 4, PROTOCOL_T1},     /* TD1 says T=1 */
		{"\x3B\x80\x80\x01\x01", 5, PROTOCOL_T0}, /* both: the first */
		{"\x3B", 1, PROTOCOL_T0},                 /* broken */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		link_free(l);
		card_server_stop(server);
		start(rows[i].atr, rows[i].len);
		l = connect_now();
		assert_int_equal(l->atr_len, rows[i].len);
		assert_memory_equal(l->atr, rows[i].atr, rows[i].len);
		assert_int_equal(l->protocol, rows[i].protocol);
	}
}

static void mute_card_is_not_connected(void **state)
{
	struct link *none = NULL;

	(void)state;
	link_free(l);
	card_server_stop(server);
	server = card_server_start(&(struct card_server_setup){.path = path, .silent = true});
	assert_int_equal(transport_connect(transport, "Mohr virtual reader 00", &none),
			 MOHR_ERR_CARD_MUTE);
	card_server_stop(server);
	start("", 0);
	assert_int_equal(transport_connect(transport, "Mohr virtual reader 00", &none),
			 MOHR_ERR_CARD_MUTE);
	assert_null(none);
	card_server_stop(server);
	start("\x3B\x00", 2);
	l = connect_now();
}

static void response_in_single_bytes_is_put_together(void **state)
{
	(void)state;
	card_server_script(server, "\0\0\0\5t\1\2\x90\0", 9, true, false);
	assert_int_equal(transmit(64), 0);
	assert_int_equal(transmit(64), 0);
}

static void empty_response_is_a_mute_card(void **state)
{
	(void)state;
	card_server_script(server, "\0\0\0\1t", 5, false, false);
	assert_int_equal(transmit(64), MOHR_ERR_CARD_MUTE);
	assert_int_equal(transmit(64), 0);
}

static void response_longer_than_the_buffer_is_dropped_whole(void **state)
{
	static uint8_t big[5 + 5000] = {0, 0, 0x13, 0x89, 't'};

	(void)state;
	card_server_script(server, "\0\0\0\5t\1\2\x90\0", 9, false, false);
	assert_int_equal(transmit(3), MOHR_ERR_LIMIT);
	assert_int_equal(transmit(64), 0);
	card_server_script(server, big, sizeof big, false, false);
	assert_int_equal(transmit(64), MOHR_ERR_LIMIT);
	assert_int_equal(transmit(64), 0);
}

static void lengths_that_no_frame_has_kill_the_connection(void **state)
{
	static const char *const headers[] = {
		"\0\0\0\0t",   /* not even a type */
		"\0\1\0\x13t", /* LIMIT_FRAME + 1 */
		"\xFF\xFF\xFF\xFFt",
		"\x80\0\0\0t",
	};

	(void)state;
	assert_int_equal(LIMIT_FRAME, 0x10012);
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		card_server_script(server, headers[i], 5, false, false);
		assert_int_equal(transmit(64), MOHR_ERR_COMMUNICATION);
		assert_int_equal(transmit(64), MOHR_ERR_CARD_REMOVED);
		assert_int_equal(link_begin(l), MOHR_ERR_CARD_REMOVED);
		assert_int_equal(link_reconnect(l), MOHR_ERR_CARD_REMOVED);
		reconnect_afresh();
		assert_int_equal(transmit(64), 0);
	}
}

static void response_cut_at_any_byte_is_a_removed_card(void **state)
{
	static const char whole[] = "\0\0\0\5t\1\2\x90";

	(void)state;
	for (size_t len = 0; len <= 8; len++) {
		card_server_script(server, whole, len, false, true);
		assert_int_equal(transmit(64), MOHR_ERR_CARD_REMOVED);
		assert_int_equal(link_begin(l), MOHR_ERR_CARD_REMOVED);
		reconnect_afresh();
	}
}

static void answers_of_another_type_are_refused(void **state)
{
	(void)state;
	card_server_script(server, "\0\0\0\1d", 5, false, false);
	assert_int_equal(transmit(64), MOHR_ERR_COMMUNICATION);
	reconnect_afresh();
	card_server_script(server, "\0\0\0\3t\x90\0", 7, false, false);
	assert_int_equal(link_begin(l), MOHR_ERR_LIMIT); /* longer than any answer to it */
	card_server_script(server, "\0\0\0\2t\x90", 6, false, false);
	assert_int_equal(link_begin(l), MOHR_ERR_COMMUNICATION);
	reconnect_afresh();
	card_server_script(server, "\0\0\0\2d\0", 6, false, false);
	assert_int_equal(link_begin(l), MOHR_ERR_COMMUNICATION);
	reconnect_afresh();
	assert_int_equal(transmit(64), 0);
}

static void foreign_reset_is_told_and_cured_by_reconnect(void **state)
{
	static const char reset[] = "\0\0\0\2x\1";

	(void)state;
	card_server_script(server, reset, 6, false, false);
	assert_int_equal(link_begin(l), MOHR_ERR_CARD_RESET);
	card_server_script(server, reset, 6, false, false);
	assert_int_equal(transmit(64), MOHR_ERR_CARD_RESET);
	assert_int_equal(link_reconnect(l), 0);
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(link_end(l, false), 0);
}

static void refused_request_leaves_the_connection_usable(void **state)
{
	(void)state;
	card_server_script(server, "\0\0\0\2x\2", 6, false, false);
	assert_int_equal(link_end(l, false), MOHR_ERR_COMMUNICATION);
	assert_int_equal(transmit(64), 0);
}

static void answer_that_nobody_asked_for_is_never_taken(void **state)
{
	(void)state;
	card_server_push(server, "\0\0\0\3t\x90\0", 7);
	assert_int_equal(transmit(64), MOHR_ERR_COMMUNICATION);
	assert_int_equal(transmit(64), MOHR_ERR_CARD_REMOVED);
	reconnect_afresh();
	/* the same behind a proper answer */
	card_server_script(server, "\0\0\0\3t\x90\0\0\0\0\3t\x6A\x82", 14, false, false);
	assert_int_equal(transmit(64), 0);
	assert_int_equal(transmit(64), MOHR_ERR_COMMUNICATION);
}

/* SIGPIPE has its default here: it would end the test. */
static void pulled_card_is_told_without_a_signal(void **state)
{
	(void)state;
	card_server_stop(server);
	assert_int_equal(transmit(64), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(link_begin(l), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(link_end(l, true), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(link_reconnect(l), MOHR_ERR_CARD_REMOVED);
	start("\x3B\x00", 2);
	assert_int_equal(transmit(64), MOHR_ERR_CARD_REMOVED);
	reconnect_afresh();
	assert_int_equal(transmit(64), 0);
}

static void *transmit_main(void *arg)
{
	int *result = arg;

	*result = transmit(64);
	return NULL;
}

static void nothing(int signal)
{
	(void)signal;
}

static void signals_do_not_disturb_an_exchange(void **state)
{
	struct sigaction action = {.sa_handler = nothing}, before;
	pthread_t thread;
	int result = 99;

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	card_server_hold(server);
	assert_int_equal(pthread_create(&thread, NULL, transmit_main, &result), 0);
	card_server_await_request(server);
	for (int i = 0; i < 50; i++)
		assert_int_equal(pthread_kill(thread, SIGUSR1), 0);
	card_server_release(server);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(result, 0);
	assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

static void card_pulled_in_the_middle_of_a_command_is_told(void **state)
{
	pthread_t thread;
	int result = 99;

	(void)state;
	card_server_hold(server);
	card_server_script(server, "", 0, false, true);
	assert_int_equal(pthread_create(&thread, NULL, transmit_main, &result), 0);
	card_server_await_request(server);
	card_server_release(server);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(result, MOHR_ERR_CARD_REMOVED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(command_and_response_pass_unchanged),
		TEST(longest_command_and_response_pass),
		TEST(commands_of_length_zero_and_tiny_buffers_are_refused),
		TEST(begin_and_end_ask_for_what_they_say),
		TEST(atr_tells_the_protocol),
		TEST(mute_card_is_not_connected),
		TEST(response_in_single_bytes_is_put_together),
		TEST(empty_response_is_a_mute_card),
		TEST(response_longer_than_the_buffer_is_dropped_whole),
		TEST(lengths_that_no_frame_has_kill_the_connection),
		TEST(response_cut_at_any_byte_is_a_removed_card),
		TEST(answers_of_another_type_are_refused),
		TEST(foreign_reset_is_told_and_cured_by_reconnect),
		TEST(refused_request_leaves_the_connection_usable),
		TEST(answer_that_nobody_asked_for_is_never_taken),
		TEST(pulled_card_is_told_without_a_signal),
		TEST(signals_do_not_disturb_an_exchange),
		TEST(card_pulled_in_the_middle_of_a_command_is_told),
	};

	return cmocka_run_group_tests_name("socket_link", tests, NULL, NULL);
}
