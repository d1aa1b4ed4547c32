/* SPDX-License-Identifier: BSD-2-Clause */
/* socket_wire.c on a pair of sockets: what a whole virtual card does not do at will. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "transport/reader.h"
#include "transport/socket_wire.h"

enum { OURS, THEIRS };

static int ends[2];

static int setup(void **state)
{
	(void)state;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	return fcntl(ends[OURS], F_SETFL, O_NONBLOCK);
}

static int teardown(void **state)
{
	(void)state;
	(void)close(ends[OURS]);
	if (ends[THEIRS] >= 0)
		(void)close(ends[THEIRS]);
	return 0;
}

static void hang_up(void)
{
	(void)close(ends[THEIRS]);
	ends[THEIRS] = -1;
}

static void say(const void *data, size_t len)
{
	assert_int_equal(send(ends[THEIRS], data, len, 0), (ssize_t)len);
}

static int receive(size_t cap, uint8_t *ret_type, size_t *ret_len)
{
	static uint8_t payload[16];

	return wire_receive(ends[OURS], deadline_after(20), ret_type, payload, cap, ret_len);
}

/* SIGPIPE has its default here: it would end the test. */
static void sending_to_nobody_is_an_error_and_no_signal(void **state)
{
	struct buf frame = BUF_INIT(16);

	(void)state;
	hang_up();
	frame_put(&frame, FRAME_BEGIN, NULL, 0);
	assert_int_equal(wire_send(ends[OURS], &frame, UINT64_MAX), MOHR_ERR_CARD_REMOVED);
	buf_clear(&frame);
}

static void frame_that_could_not_be_built_is_not_sent(void **state)
{
	struct buf frame = BUF_INIT(4);

	(void)state;
	frame_put(&frame, FRAME_BEGIN, NULL, 0);
	assert_int_equal(wire_send(ends[OURS], &frame, UINT64_MAX), MOHR_ERR_LIMIT);
	buf_clear(&frame);
}

static void *read_slowly(void *arg)
{
	size_t *total = arg;
	uint8_t chunk[1000];
	ssize_t n;

	while ((n = recv(ends[THEIRS], chunk, sizeof chunk, 0)) > 0)
		*total += (size_t)n;
	return NULL;
}

static void frame_larger_than_the_sockets_memory_is_sent_whole(void **state)
{
	static uint8_t payload[LIMIT_RESPONSE];
	struct buf frame = BUF_INIT(LIMIT_FRAME + FRAME_HEADER_LEN);
	int small = 4096;
	pthread_t reader;
	size_t total = 0;

	(void)state;
	assert_int_equal(setsockopt(ends[OURS], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
	frame_put(&frame, FRAME_COMMAND, payload, sizeof payload);
	/* nobody reads: it does not fit */
	assert_int_equal(wire_send(ends[OURS], &frame, deadline_after(20)), MOHR_ERR_TIMEOUT);
	assert_int_equal(pthread_create(&reader, NULL, read_slowly, &total), 0);
	assert_int_equal(wire_send(ends[OURS], &frame, UINT64_MAX), 0);
	assert_int_equal(shutdown(ends[OURS], SHUT_WR), 0);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_in_range(total, frame.len, 2 * frame.len);
	buf_clear(&frame);
}

static void silence_times_out_wherever_the_frame_stands(void **state)
{
	uint8_t type = 99;
	size_t len = 99;

	(void)state;
	assert_int_equal(receive(16, &type, &len), MOHR_ERR_TIMEOUT);
	say("\0\0\0", 3);
	assert_int_equal(receive(16, &type, &len), MOHR_ERR_TIMEOUT);
	say("\0\0\0\3t\x90", 6);
	assert_int_equal(receive(16, &type, &len), MOHR_ERR_TIMEOUT);
	assert_int_equal(type, 99);
	assert_int_equal(len, 99);
}

static void payload_of_exactly_the_room_is_taken(void **state)
{
	uint8_t type;
	size_t len;

	(void)state;
	say("\0\0\0\3t\x90\0", 7);
	assert_int_equal(receive(2, &type, &len), 0);
	assert_int_equal(type, 't');
	assert_int_equal(len, 2);
	say("\0\0\0\1d", 5);
	assert_int_equal(receive(0, &type, &len), 0);
	assert_int_equal(type, 'd');
	assert_int_equal(len, 0);
	say("\0\0\0\3t\x90\0\0\0\0\1d", 12);
	assert_int_equal(receive(1, &type, &len), MOHR_ERR_LIMIT);
	assert_int_equal(receive(1, &type, &len), 0);
	assert_int_equal(type, 'd');
}

static void quiet_tells_silence_from_noise_from_the_end(void **state)
{
	char byte;

	(void)state;
	assert_int_equal(wire_quiet(ends[OURS]), 0);
	say("x", 1);
	assert_int_equal(wire_quiet(ends[OURS]), MOHR_ERR_COMMUNICATION);
	assert_int_equal(recv(ends[OURS], &byte, 1, 0), 1);
	hang_up();
	assert_int_equal(wire_quiet(ends[OURS]), MOHR_ERR_CARD_REMOVED);
}

static void addresses_are_paths_or_ports(void **state)
{
	struct wire_address a;

	(void)state;
	assert_int_equal(wire_address_parse("/run/card:x", 9, &a), 0);
	assert_int_equal(a.to.any.sa_family, AF_UNIX);
	assert_string_equal(a.to.local.sun_path, "/run/card");
	assert_int_equal(wire_address_parse("tcp:35963", 9, &a), 0);
	assert_int_equal(a.to.any.sa_family, AF_INET);
	/* port 35963 is 8C7B; loopback is 127.0.0.1 (RFC 1122 §3.2.1.3) */
	assert_memory_equal((uint8_t *)&a.to + 2, "\x8C\x7B\x7F\0\0\1", 6);
	assert_int_equal(wire_address_parse("tcp", 3, &a), 0);
	assert_int_equal(a.to.any.sa_family, AF_UNIX);
	assert_int_equal(wire_address_parse("", 0, &a), MOHR_ERR_CONFIG);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sending_to_nobody_is_an_error_and_no_signal),
		TEST(frame_that_could_not_be_built_is_not_sent),
		TEST(frame_larger_than_the_sockets_memory_is_sent_whole),
		TEST(silence_times_out_wherever_the_frame_stands),
		TEST(payload_of_exactly_the_room_is_taken),
		TEST(quiet_tells_silence_from_noise_from_the_end),
		TEST(addresses_are_paths_or_ports),
	};

	return cmocka_run_group_tests_name("socket_wire", tests, NULL, NULL);
}
