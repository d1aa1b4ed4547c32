/* SPDX-License-Identifier: BSD-2-Clause */
/* libifd-mohr.so as pcscd calls it: names, presence, power, commands, waiting, threads. */
#include "tests/integration/ifd_fake.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CARD "card"

static const uint8_t select_mf[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00};

static void device_names_of_others_are_refused(void **state)
{
	static const char *const names[] = {
		"",
		"mohr",
		"mohr:",
		"mohr:card",
		"mohr:/",
		"/tmp/card",
		"usb:08e6/3437",
		"mohr:timeout=0:/tmp/card",
		"mohr:timeout=:/tmp/card",
		"mohr:timeout=-1:/tmp/card",
		"mohr:timeout=600001:/tmp/card",
		"mohr:timeout=99999999999999999999:/tmp/card",
		"mohr:timeout=5:",
		"mohr:pin=:/tmp/card",
		"mohr:pin=relative:/tmp/card",
		"mohr:colour=red:/tmp/card",
		"mohr:/no/such/folder/card",
	};
	char name[64], longest[300];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s", names[i]);
		assert_int_equal(driver()->create(1, name), IFD_NO_SUCH_DEVICE);
		assert_int_equal(driver()->present(1), IFD_NO_SUCH_DEVICE);
	}
	assert_int_equal(driver()->create(1, NULL), IFD_NO_SUCH_DEVICE);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "mohr:/tmp/", 10);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(driver()->create(1, longest), IFD_NO_SUCH_DEVICE);
}

static void an_empty_reader_says_so(void **state)
{
	uint8_t atr[MAX_ATR_SIZE] = {1}, out[16];
	DWORD len = sizeof(atr);
	size_t n;

	(void)state;
	open_reader(0, "", CARD);
	assert_int_equal(driver()->present(0), IFD_ICC_NOT_PRESENT);
	assert_int_equal(driver()->power(0, IFD_POWER_UP, atr, &len), IFD_ERROR_POWER_ACTION);
	assert_int_equal(len, 0);
	assert_int_equal(send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			 IFD_ICC_NOT_PRESENT);
	assert_int_equal(driver()->set_protocol(0, SCARD_PROTOCOL_T0, 0, 0, 0, 0),
			 IFD_ICC_NOT_PRESENT);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	assert_int_equal(driver()->close(0), IFD_NO_SUCH_DEVICE);
}

static void a_socket_that_nobody_listens_on_is_no_card(void **state)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	long long start;

	(void)state;
	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/" CARD, folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	open_reader(0, "", CARD);
	assert_int_equal(driver()->present(0), IFD_ICC_NOT_PRESENT);
	/* No event tells when it listens: the wait must end by itself. */
	assert_int_equal(listen(fd, 1), 0);
	start = now_ms();
	assert_int_equal(driver()->wait(0, 5000), IFD_SUCCESS);
	assert_in_range(now_ms() - start, 0, 2000);
	assert_int_equal(driver()->present(0), IFD_ICC_PRESENT);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	(void)close(fd);
	assert_int_equal(unlink(addr.sun_path), 0);
}

static void power_up_gives_the_atr_and_power_down_resets_the_card(void **state)
{
	static const uint8_t t1[] = {0x3B, 0x80, 0x01, 0x81}; /* TD1 = 01: T=1 alone */
	uint8_t atr[MAX_ATR_SIZE], again[MAX_ATR_SIZE];
	struct fake *f = fake_insert(folder, CARD);
	DWORD len = sizeof(atr), again_len = sizeof(again);

	(void)state;
	open_reader(0, "", CARD);
	assert_int_equal(driver()->present(0), IFD_ICC_PRESENT);
	assert_int_equal(driver()->power(0, IFD_POWER_UP, atr, &len), IFD_SUCCESS);
	assert_int_equal(len, 18);
	assert_int_equal(driver()->get(0, TAG_IFD_ATR, &again_len, again), IFD_SUCCESS);
	assert_int_equal(again_len, 18);
	assert_memory_equal(atr, again, 18);
	assert_int_equal(driver()->set_protocol(0, SCARD_PROTOCOL_T0, 0, 0, 0, 0), IFD_SUCCESS);
	assert_int_equal(driver()->set_protocol(0, SCARD_PROTOCOL_T1, 0, 0, 0, 0),
			 IFD_PROTOCOL_NOT_SUPPORTED);

	fake_set_atr(f, t1, sizeof(t1));
	assert_int_equal(driver()->power(0, IFD_RESET, atr, &len), IFD_SUCCESS);
	assert_int_equal(len, sizeof(t1));
	assert_int_equal(driver()->set_protocol(0, SCARD_PROTOCOL_T1, 0, 0, 0, 0), IFD_SUCCESS);
	assert_int_equal(driver()->set_protocol(0, SCARD_PROTOCOL_T0, 0, 0, 0, 0),
			 IFD_PROTOCOL_NOT_SUPPORTED);

	assert_int_equal(fake_n_resets(f), 2);
	assert_int_equal(driver()->power(0, IFD_POWER_DOWN, atr, &len), IFD_SUCCESS);
	assert_int_equal(len, 0);
	assert_int_equal(fake_n_resets(f), 3);
	assert_int_equal(driver()->power(0, 999, atr, &len), IFD_NOT_SUPPORTED);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	fake_remove(f);
}

static void an_atr_of_no_or_too_many_bytes_is_a_failed_power_up(void **state)
{
	static const uint8_t atr[40] = {0x3B};
	struct fake *f = fake_insert(folder, CARD);
	uint8_t out[MAX_ATR_SIZE];
	DWORD len;

	(void)state;
	open_reader(0, "", CARD);
	fake_set_atr(f, atr, 0);
	assert_int_equal(driver()->power(0, IFD_POWER_UP, out, &len), IFD_ERROR_POWER_ACTION);
	assert_int_equal(len, 0);
	fake_set_atr(f, atr, 34);
	assert_int_equal(driver()->power(0, IFD_POWER_UP, out, &len), IFD_ERROR_POWER_ACTION);
	fake_set_atr(f, atr, 33);
	assert_int_equal(driver()->power(0, IFD_POWER_UP, out, &len), IFD_SUCCESS);
	assert_int_equal(len, 33);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	fake_remove(f);
}

static void commands_and_answers_of_every_length_pass(void **state)
{
	static const size_t lengths[] = {0, 1, 4, 5, 261, 262, 4096, 65535, 65536, 65538, 65544};
	enum { CAP = 70000 };
	struct fake *f = fake_insert(folder, CARD);
	uint8_t *out = malloc(CAP), *command = malloc(CAP);
	size_t n;

	(void)state;
	fake_set_echo(f);
	open_card(0, "", CARD);
	for (size_t i = 0; i < CAP; i++)
		command[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t len = lengths[i];

		assert_int_equal(send_command(0, command, len, out, CAP, &n), IFD_SUCCESS);
		assert_int_equal(n, len + 2);
		assert_memory_equal(out, command, len);
		assert_memory_equal(out + len, "\x90\x00", 2);
	}
	assert_int_equal(send_command(0, command, 65545, out, CAP, &n), IFD_COMMUNICATION_ERROR);
	/* An answer that does not fit is no reason to stop working. */
	assert_int_equal(send_command(0, command, 10, out, 11, &n), IFD_ERROR_INSUFFICIENT_BUFFER);
	assert_int_equal(send_command(0, command, 10, out, 12, &n), IFD_SUCCESS);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	fake_remove(f);
	free(out);
	free(command);
}

static void a_mute_card_costs_its_time_and_needs_power_afterwards(void **state)
{
	struct fake *f = fake_insert(folder, CARD);
	uint8_t out[16], atr[MAX_ATR_SIZE];
	DWORD len = sizeof(atr);
	long long start;
	size_t n;

	(void)state;
	open_card(0, "timeout=200:", CARD);
	fake_set_mute(f, true);
	start = now_ms();
	assert_int_equal(send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			 IFD_RESPONSE_TIMEOUT);
	assert_in_range(now_ms() - start, 190, 2000);
	/* Nobody has looked for the card since, and it is not taken for absent. */
	assert_int_equal(send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			 IFD_COMMUNICATION_ERROR);
	assert_int_equal(driver()->present(0), IFD_ICC_PRESENT);
	fake_set_mute(f, false);
	assert_int_equal(send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			 IFD_COMMUNICATION_ERROR);
	assert_int_equal(driver()->power(0, IFD_RESET, atr, &len), IFD_SUCCESS);
	assert_int_equal(send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			 IFD_SUCCESS);
	assert_int_equal(n, 2);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	fake_remove(f);
}

struct bad {
	const char *what;
	uint8_t bytes[16];
	size_t len;
	RESPONSECODE rc;
};

static void answers_that_make_no_sense_are_errors_and_the_next_card_works(void **state)
{
	static const struct bad rows[] = {
		{"says it is mute", {0, 0, 0, 1, 't'}, 5, IFD_RESPONSE_TIMEOUT},
		{"length 0", {0, 0, 0, 0, 't'}, 5, IFD_COMMUNICATION_ERROR},
		{"length 2^32-1", {255, 255, 255, 255, 't'}, 5, IFD_COMMUNICATION_ERROR},
		{"one byte over the limit", {0, 1, 0, 19, 't'}, 5, IFD_COMMUNICATION_ERROR},
		{"ATR instead", {0, 0, 0, 2, 'a', 0x3B}, 6, IFD_COMMUNICATION_ERROR},
		{"unknown type", {0, 0, 0, 1, '?'}, 5, IFD_COMMUNICATION_ERROR},
		{"error without a reason", {0, 0, 0, 1, 'x'}, 5, IFD_COMMUNICATION_ERROR},
		{"another host's reset", {0, 0, 0, 2, 'x', 1}, 6, IFD_ICC_NOT_PRESENT},
	};
	uint8_t out[16], atr[MAX_ATR_SIZE];
	struct fake *f = fake_insert(folder, CARD);
	size_t n;

	(void)state;
	open_card(0, "", CARD);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct raw raw = {.bytes = rows[i].bytes, .len = rows[i].len};
		DWORD len = sizeof(atr);

		fake_set_raw(f, &raw, false);
		assert_int_equal(
			send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			rows[i].rc);
		fake_set_raw(f, NULL, false);
		assert_int_equal(driver()->present(0), rows[i].rc == IFD_ICC_NOT_PRESENT
							       ? IFD_ICC_NOT_PRESENT
							       : IFD_ICC_PRESENT);
		assert_int_equal(driver()->present(0), IFD_ICC_PRESENT);
		assert_int_equal(driver()->power(0, IFD_RESET, atr, &len), IFD_SUCCESS);
		assert_int_equal(
			send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			IFD_SUCCESS);
	}
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	fake_remove(f);
}

static void a_card_pulled_at_any_byte_is_gone_once_and_then_back(void **state)
{
	static const uint8_t whole[] = {0, 0, 0, 5, 't', 1, 2, 0x90, 0x00};
	uint8_t out[16], atr[MAX_ATR_SIZE];
	struct fake *f = fake_insert(folder, CARD);
	size_t n;

	(void)state;
	open_card(0, "", CARD);
	for (size_t cut = 0; cut < sizeof(whole); cut++) {
		struct raw raw = {.bytes = whole, .len = cut, .hang_up = true};
		DWORD len = sizeof(atr);

		fake_set_raw(f, &raw, false);
		assert_int_equal(
			send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			IFD_ICC_NOT_PRESENT);
		assert_int_equal(driver()->power(0, IFD_RESET, atr, &len), IFD_ERROR_POWER_ACTION);
		assert_int_equal(driver()->present(0), IFD_ICC_NOT_PRESENT);
		assert_int_equal(driver()->wait(0, 60000), IFD_SUCCESS); /* returns at once */
		assert_int_equal(driver()->present(0), IFD_ICC_PRESENT);
		fake_set_raw(f, NULL, false);
		len = sizeof(atr);
		assert_int_equal(driver()->power(0, IFD_POWER_UP, atr, &len), IFD_SUCCESS);
	}
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	fake_remove(f);
}

static void a_reset_by_another_host_is_seen_without_any_event(void **state)
{
	static const uint8_t foreign_reset[] = {0, 0, 0, 2, 'x', 1};
	struct raw raw = {.bytes = foreign_reset, .len = sizeof(foreign_reset)};
	struct fake *f = fake_insert(folder, CARD);
	uint8_t out[16];
	size_t n;

	(void)state;
	open_card(0, "", CARD);
	fake_set_raw(f, &raw, false);
	assert_int_equal(send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			 IFD_ICC_NOT_PRESENT);
	assert_int_equal(driver()->wait(0, 60000), IFD_SUCCESS);
	assert_int_equal(driver()->present(0), IFD_ICC_NOT_PRESENT);
	/* The socket stays as it is: only the driver knows that looking is worth while. */
	assert_int_equal(driver()->wait(0, 60000), IFD_SUCCESS);
	assert_int_equal(driver()->present(0), IFD_ICC_PRESENT);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	fake_remove(f);
}

/* What a thread waits for, and how long that took. */
struct waiter {
	pthread_t thread;
	DWORD lun;
	int timeout;
	long long ms;
};

static void *wait_in_thread(void *user)
{
	struct waiter *w = user;
	long long start = now_ms();

	(void)driver()->wait(w->lun, w->timeout);
	w->ms = now_ms() - start;
	return NULL;
}

static void wait_start(struct waiter *w, int timeout)
{
	*w = (struct waiter){.timeout = timeout};
	assert_int_equal(pthread_create(&w->thread, NULL, wait_in_thread, w), 0);
	(void)usleep(20000); /* so that it mostly waits already; both orders must work */
}

static long long wait_end(struct waiter *w)
{
	(void)pthread_join(w->thread, NULL);
	return w->ms;
}

static void waiting_ends_by_insertion_removal_stop_and_time(void **state)
{
	enum { FOREVER = 30000, SOON = 5000 };
	struct waiter w;
	struct fake *f;
	char path[64];
	FILE *file;

	(void)state;
	open_reader(0, "", CARD);
	assert_int_equal(driver()->present(0), IFD_ICC_NOT_PRESENT);
	wait_start(&w, FOREVER);
	f = fake_insert(folder, CARD);
	assert_in_range(wait_end(&w), 0, SOON);
	assert_int_equal(driver()->present(0), IFD_ICC_PRESENT);
	assert_int_equal(driver()->wait(0, FOREVER), IFD_SUCCESS); /* news: there is a connection */

	wait_start(&w, FOREVER);
	fake_remove(f);
	assert_in_range(wait_end(&w), 0, SOON);
	assert_int_equal(driver()->present(0), IFD_ICC_NOT_PRESENT);
	assert_int_equal(driver()->wait(0, FOREVER), IFD_SUCCESS);
	assert_int_equal(driver()->present(0), IFD_ICC_NOT_PRESENT);

	wait_start(&w, FOREVER);
	assert_int_equal(driver()->stop(0), IFD_SUCCESS);
	assert_in_range(wait_end(&w), 0, SOON);

	/* Another file in the folder is no event. */
	wait_start(&w, 150);
	(void)snprintf(path, sizeof(path), "%s/other", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fclose(file);
	assert_in_range(wait_end(&w), 140, SOON);
	assert_int_equal(unlink(path), 0);

	wait_start(&w, FOREVER);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	assert_in_range(wait_end(&w), 0, SOON);
	assert_int_equal(driver()->wait(0, 0), IFD_NO_SUCH_DEVICE);
	assert_int_equal(driver()->stop(0), IFD_NO_SUCH_DEVICE);
}

static void readers_are_sixteen_and_numbers_are_taken_once(void **state)
{
	uint8_t n = 0;
	DWORD len = 1;
	char name[64];

	(void)state;
	assert_int_equal(driver()->get(0, TAG_IFD_SIMULTANEOUS_ACCESS, &len, &n), IFD_SUCCESS);
	assert_int_equal(n, 16);
	for (DWORD i = 0; i < 16; i++)
		open_reader(i << 16, "", CARD);
	(void)snprintf(name, sizeof(name), "mohr:%s/" CARD, folder);
	assert_int_equal(driver()->create(99 << 16, name), IFD_NO_SUCH_DEVICE);
	assert_int_equal(driver()->close(3 << 16), IFD_SUCCESS);
	assert_int_equal(driver()->create(4 << 16, name), IFD_NO_SUCH_DEVICE);
	assert_int_equal(driver()->create(99 << 16, name), IFD_SUCCESS);
	assert_int_equal(driver()->close(99 << 16), IFD_SUCCESS);
	for (DWORD i = 0; i < 16; i++) {
		if (i != 3)
			assert_int_equal(driver()->close(i << 16), IFD_SUCCESS);
	}
}

static void *send_to_mute_card(void *user)
{
	uint8_t out[16];
	size_t n;

	(void)user;
	(void)send_command(0, select_mf, sizeof(select_mf), out, sizeof(out), &n);
	return NULL;
}

static void a_mute_card_disturbs_no_other_reader(void **state)
{
	struct fake *mute = fake_insert(folder, "mute"), *f = fake_insert(folder, CARD);
	long long start = now_ms();
	uint8_t out[16];
	pthread_t thread;
	size_t n;

	(void)state;
	open_card(0, "timeout=1500:", "mute");
	open_card(1 << 16, "", CARD);
	fake_set_mute(mute, true);
	assert_int_equal(pthread_create(&thread, NULL, send_to_mute_card, NULL), 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(
			send_command(1 << 16, select_mf, sizeof(select_mf), out, sizeof(out), &n),
			IFD_SUCCESS);
	/* Its events come through as well: a wait does not stand behind the exchange. */
	assert_int_equal(driver()->stop(0), IFD_SUCCESS);
	assert_int_equal(driver()->wait(0, 60000), IFD_SUCCESS);
	assert_in_range(now_ms() - start, 0, 1400);
	(void)pthread_join(thread, NULL);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
	assert_int_equal(driver()->close(1 << 16), IFD_SUCCESS);
	fake_remove(mute);
	fake_remove(f);
}

static void buffers_that_are_too_small_are_left_alone(void **state)
{
	static const DWORD tags[] = {
		TAG_IFD_SIMULTANEOUS_ACCESS, TAG_IFD_THREAD_SAFE,
		TAG_IFD_SLOTS_NUMBER,        TAG_IFD_POLLING_THREAD_WITH_TIMEOUT,
		TAG_IFD_STOP_POLLING_THREAD, SCARD_ATTR_VENDOR_NAME,
		SCARD_ATTR_VENDOR_IFD_TYPE,  SCARD_ATTR_VENDOR_IFD_VERSION,
		SCARD_ATTR_MAXINPUT,         SCARD_ATTR_ICC_PRESENCE,
	};
	uint8_t guard = 0xAA;
	DWORD len;

	(void)state;
	open_reader(0, "", CARD);
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		len = 0;
		assert_int_equal(driver()->get(0, tags[i], &len, &guard),
				 IFD_ERROR_INSUFFICIENT_BUFFER);
		assert_int_equal(guard, 0xAA);
	}
	len = 1;
	assert_int_equal(driver()->get(0, 0x7777, &len, &guard), IFD_ERROR_TAG);
	assert_int_equal(driver()->close(0), IFD_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_names_of_others_are_refused),
		cmocka_unit_test(an_empty_reader_says_so),
		cmocka_unit_test(a_socket_that_nobody_listens_on_is_no_card),
		cmocka_unit_test(power_up_gives_the_atr_and_power_down_resets_the_card),
		cmocka_unit_test(an_atr_of_no_or_too_many_bytes_is_a_failed_power_up),
		cmocka_unit_test(commands_and_answers_of_every_length_pass),
		cmocka_unit_test(a_mute_card_costs_its_time_and_needs_power_afterwards),
		cmocka_unit_test(answers_that_make_no_sense_are_errors_and_the_next_card_works),
		cmocka_unit_test(a_card_pulled_at_any_byte_is_gone_once_and_then_back),
		cmocka_unit_test(a_reset_by_another_host_is_seen_without_any_event),
		cmocka_unit_test(waiting_ends_by_insertion_removal_stop_and_time),
		cmocka_unit_test(readers_are_sixteen_and_numbers_are_taken_once),
		cmocka_unit_test(a_mute_card_disturbs_no_other_reader),
		cmocka_unit_test(buffers_that_are_too_small_are_left_alone),
	};

	return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
