/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.c, trace_file_posix.c: what is recorded, and above all what is not. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/fake_transport.h"

static char folder[64], path[96];
static struct fake_card *card;
static struct fake_transport *inner;
static struct transport *transport;
static char text[400000];

static int setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/mohr-trace-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/trace", folder);
	card = fake_card_new(PROTOCOL_T0, "3B00");
	inner = fake_transport_new();
	fake_transport_add_reader(inner, "Reader A");
	fake_transport_insert(inner, "Reader A", card);
	return transport_trace_new(fake_transport_base(inner), path, NULL, &transport);
}

static int teardown(void **state)
{
	(void)state;
	transport_free(transport);
	fake_card_free(card);
	(void)unlink(path);
	return rmdir(folder);
}

/* All that has been written so far: each line must be there as soon as its event is over. */
static const char *written(void)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	return text;
}

static struct link *connect_now(void)
{
	struct link *l = NULL;

	assert_int_equal(transport_connect(transport, "Reader A", &l), 0);
	return l;
}

static int exchange(struct link *l, const char *command_hex)
{
	uint8_t command[600], response[600];
	size_t len = fake_hex(command_hex, command, sizeof command), got;

	return link_transmit(l, command, len, response, sizeof response, &got);
}

static void run_is_written_line_by_line(void **state)
{
	struct reader r[LIMIT_N_READERS];
	struct link *l;
	size_t n;

	(void)state;
	assert_string_equal(written(), "mohr-trace 1\n");
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), 0);
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), 0);
	l = connect_now();
	assert_int_equal(l->atr_len, 2);
	assert_int_equal(link_begin(l), 0);
	fake_card_expect(card, "00A4040C023F00", "9000");
	assert_int_equal(exchange(l, "00A4040C023F00"), 0);
	fake_card_expect(card, "00B0000004", "2A020304 9000");
	assert_int_equal(exchange(l, "00B0000004"), 0);
	assert_int_equal(link_end(l, false), 0);
	fake_card_reset(card);
	assert_int_equal(link_begin(l), MOHR_ERR_CARD_RESET);
	assert_int_equal(link_reconnect(l), 0);
	link_free(l);
	assert_string_equal(strchr(written(), '\n'), "\n"
						     "reader 1 present 3B00 Reader A\n"
						     "connect 1 ok T0 3B00 Reader A\n"
						     "begin 1 ok\n"
						     "command 1 00A4040C023F00\n"
						     "response 1 ok 9000\n"
						     "command 1 00B0000004\n"
						     "response 1 ok 2A0203049000\n"
						     "end 1 leave ok\n"
						     "begin 1 CARD_RESET\n"
						     "reconnect 1 ok T0 3B00\n"
						     "close 1\n");
}

static void failures_are_written(void **state)
{
	struct reader r[LIMIT_N_READERS];
	struct link *l, *none = NULL;
	size_t n;

	(void)state;
	fake_transport_fail(inner, MOHR_ERR_NO_SERVICE);
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), MOHR_ERR_NO_SERVICE);
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), MOHR_ERR_NO_SERVICE);
	fake_transport_fail(inner, 0);
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), 0);
	assert_int_equal(transport_connect(transport, "Reader B", &none), MOHR_ERR_READER_GONE);
	assert_null(none);
	l = connect_now();
	assert_int_equal(link_begin(l), 0);
	fake_card_remove(card);
	assert_int_equal(exchange(l, "00B0000004"), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(link_end(l, true), MOHR_ERR_CARD_REMOVED);
	link_free(l);
	assert_string_equal(strchr(written(), '\n'), "\n"
						     "service NO_SERVICE\n"
						     "service ok\n"
						     "reader 1 present 3B00 Reader A\n"
						     "connect 1 READER_GONE T0 - Reader B\n"
						     "connect 2 ok T0 3B00 Reader A\n"
						     "begin 2 ok\n"
						     "command 2 00B0000004\n"
						     "response 2 CARD_REMOVED -\n"
						     "end 2 reset CARD_REMOVED\n"
						     "close 2\n");
}

static void comings_and_goings_of_readers_are_written(void **state)
{
	struct reader r[LIMIT_N_READERS];
	size_t n;

	(void)state;
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), 0);
	fake_transport_add_reader(inner, "Reader B");
	assert_int_equal(transport_wait(transport, r, n, -1), 0);
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), 0);
	assert_int_equal(n, 2);
	fake_transport_remove_reader(inner, "Reader A");
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), 0);
	assert_non_null(strstr(written(), "\nreader 0 absent - Reader B\ngone Reader A\n"));
	transport_cancel(transport);
	assert_int_equal(transport_wait(transport, r, n, -1), MOHR_ERR_CANCELLED);
}

/* ---- secrets ---- */

/* A PIN and a plain text that occur nowhere else; the PIN has a '*', which is what masks are made of. */
#define PIN     "39302A313732 3633"
#define PIN_PAD "0000000000000000"
#define PLAIN   "5345435245542A504C41494E"

/* No run of 3 bytes of a secret stands in the file, as hex of either case or as it is. */
static void assert_absent(const char *secret_hex)
{
	uint8_t secret[64];
	size_t len = fake_hex(secret_hex, secret, sizeof secret);
	char upper[7], lower[7], plain[4] = "";

	(void)written();
	for (size_t i = 0; i + 3 <= len; i++) {
		(void)snprintf(upper, sizeof upper, "%02X%02X%02X", secret[i], secret[i + 1],
			       secret[i + 2]);
		(void)snprintf(lower, sizeof lower, "%02x%02x%02x", secret[i], secret[i + 1],
			       secret[i + 2]);
		memcpy(plain, secret + i, 3);
		if (strstr(text, upper) || strstr(text, lower) || strstr(text, plain))
			fail_msg("the recording holds %s: %s", upper, text);
	}
}

static int accept_all(void *user, const uint8_t *command, size_t len, uint8_t *ret_response,
		      size_t cap, size_t *ret_len)
{
	size_t n = 0;

	(void)user;
	(void)len;
	(void)cap;
	if (command[1] == 0xC0) /* GET RESPONSE: what DECIPHER has found */
		n = fake_hex(PLAIN, ret_response, cap);
	memcpy(ret_response + n, command[1] == 0x2A ? "\x61\x0C" : "\x90\x00", 2);
	*ret_len = n + 2;
	return 0;
}

static void pins_never_reach_the_file(void **state)
{
	static const char *const commands[] = {
		"00200081 10" PIN PIN_PAD,             /* VERIFY */
		"00200081 10" PIN PIN_PAD "00",        /* with Le */
		"0020FF81 08" PIN,                     /* with parameters that make no sense */
		"10200081 08" PIN,                     /* chained: the first part ... */
		"00200081 08" PIN_PAD,                 /* ... and the last */
		"10200081 08" PIN_PAD,                 /* the PIN in the last part */
		"00200081 08" PIN,                     /* */
		"00240081 20" PIN PIN_PAD PIN PIN_PAD, /* CHANGE REFERENCE DATA */
		"002C0081 20" PIN PIN_PAD PIN PIN_PAD, /* RESET RETRY COUNTER */
		"0021FF81 0A 8008" PIN,                /* VERIFY with TLV */
		"00200081 000010" PIN PIN_PAD,         /* extended length */
		"0C200081 08" PIN,                     /* secure messaging, a foreign class */
		"80200081 08" PIN,                     /* proprietary */
		"00200081 09" PIN,                     /* Lc that does not add up */
		"00200081 01" PIN,                     /* */
		"00820091 08" PIN,                     /* EXTERNAL AUTHENTICATE */
		"00DA0181 08" PIN,                     /* PUT DATA */
		"00770000 08" PIN,                     /* what nobody knows */
		"FFC20130 08" PIN,                     /* a reader's own */
		"39302A",                              /* no command at all */
	};
	struct link *l = connect_now();

	(void)state;
	fake_card_handle(card, accept_all, NULL);
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		assert_int_equal(exchange(l, commands[i]), 0);
		assert_absent(PIN);
	}
	assert_non_null(strstr(text, "command 1 0020008110********************************\n"));
	link_free(l);
}

static int control_verify(void *user, struct link *l, uint32_t code, const uint8_t *in, size_t len,
			  uint8_t *ret, size_t cap, size_t *ret_len)
{
	(void)user;
	(void)l;
	assert_int_equal(code, 0x42330006);
	assert_int_equal(len, 3);
	assert_memory_equal(in, "\xA1\xA2\xA3", 3);
	assert_int_equal(cap, 2);
	memcpy(ret, "\xB1\xB2", 2);
	*ret_len = 2;
	return 0;
}

static void what_a_reader_does_by_itself_passes_unrecorded(void **state)
{
	struct link *l;
	uint8_t answer[2];
	size_t len;

	(void)state;
	fake_card_control(card, control_verify, NULL);
	assert_int_equal(transport_connect(transport, "Reader A", &l), 0);
	assert_int_equal(
		link_control(l, 0x42330006, (const uint8_t *)"\xA1\xA2\xA3", 3, answer, 2, &len),
		0);
	assert_int_equal(len, 2);
	assert_memory_equal(answer, "\xB1\xB2", 2);
	link_free(l);
	assert_absent("A1A2A3");
}

static void deciphered_data_never_reach_the_file(void **state)
{
	struct link *l = connect_now();

	(void)state;
	fake_card_handle(card, accept_all, NULL);
	assert_int_equal(exchange(l, "002A8086 03000102 00"), 0);
	assert_int_equal(exchange(l, "00C000000C"), 0);
	assert_absent(PLAIN);
	assert_non_null(strstr(written(), "response 1 ok ************************9000\n"));
	/* GET RESPONSE with nothing before it */
	link_free(l);
	l = connect_now();
	assert_int_equal(exchange(l, "00C000000C"), 0);
	assert_absent(PLAIN);
	link_free(l);
}

/* One link's harmless command must not uncover what another one's GET RESPONSE brings. */
static void links_are_masked_apart(void **state)
{
	struct link *a = connect_now(), *b = connect_now();

	(void)state;
	fake_card_handle(card, accept_all, NULL);
	assert_int_equal(exchange(a, "002A8086 03000102 00"), 0);
	assert_int_equal(exchange(b, "00B0000000"), 0);
	assert_int_equal(exchange(a, "00C000000C"), 0);
	assert_absent(PLAIN);
	link_free(a);
	link_free(b);
}

/* ---- the file ---- */

static void assert_refused(const char *at)
{
	struct fake_transport *other = fake_transport_new();
	struct transport *t = NULL;

	assert_int_equal(transport_trace_new(fake_transport_base(other), at, NULL, &t),
			 MOHR_ERR_IO);
	assert_null(t);
	/* what was not taken over is still the caller's */
	transport_free(fake_transport_base(other));
}

static void file_is_ours_alone(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void files_that_are_not_new_are_refused(void **state)
{
	char at[128], target[128];
	FILE *f;

	(void)state;
	assert_refused(path); /* has a line already */
	(void)snprintf(at, sizeof at, "%s/link", folder);
	assert_int_equal(symlink("/dev/null", at), 0);
	assert_refused(at);
	assert_int_equal(unlink(at), 0);
	assert_int_equal(mkfifo(at, 0600), 0);
	assert_refused(at);
	assert_int_equal(unlink(at), 0);
	(void)snprintf(target, sizeof target, "%s/target", folder);
	f = fopen(target, "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(symlink(target, at), 0);
	assert_refused(at);
	assert_int_equal(unlink(at), 0);
	assert_int_equal(unlink(target), 0);
	assert_refused(folder);
	assert_refused("/dev/null");
	(void)snprintf(at, sizeof at, "%s/none/trace", folder);
	assert_refused(at);
	assert_refused("");
}

static void empty_file_is_taken_and_closed_to_others(void **state)
{
	struct fake_transport *other = fake_transport_new();
	struct transport *t;
	char at[128];
	struct stat st;
	FILE *f;

	(void)state;
	(void)snprintf(at, sizeof at, "%s/empty", folder);
	f = fopen(at, "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(at, 0666), 0);
	assert_int_equal(transport_trace_new(fake_transport_base(other), at, NULL, &t), 0);
	assert_int_equal(stat(at, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	transport_free(t);
	assert_int_equal(unlink(at), 0);
}

/* A full disk (here: a limit on file sizes) ends the recording and nothing else. */
static void traffic_goes_on_when_the_file_cannot_be_written(void **state)
{
	struct rlimit before, now;
	struct link *l = connect_now();
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);

	(void)state;
	fake_card_handle(card, accept_all, NULL);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	now = before;
	now.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(exchange(l, "00B0000000"), 0);
	link_free(l);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, handler);
}

static void longest_apdus_are_written_whole(void **state)
{
	static uint8_t command[LIMIT_APDU], response[LIMIT_RESPONSE];
	struct link *l = connect_now();
	size_t got;

	(void)state;
	memcpy(command, "\x00\xA4\x04\x00\x00\xFF\xFF", 7);
	memset(command + 7, 0x2A, 65535);
	fake_card_handle(card, accept_all, NULL);
	assert_int_equal(link_transmit(l, command, sizeof command, response, sizeof response, &got),
			 0);
	(void)written();
	assert_int_equal(strlen(strstr(text, "command 1 ")),
			 strlen("command 1 \nresponse 1 ok 9000\n") + 2 * LIMIT_APDU);
	link_free(l);
}

static void *exchange_main(void *arg)
{
	for (int i = 0; i < 100; i++) {
		if (exchange(arg, "00B0000000") != 0)
			return arg;
	}
	return NULL;
}

static void lines_of_several_threads_stay_whole(void **state)
{
	static const char *const readers[4] = {"1", "2", "3", "4"};
	struct fake_card *cards[4]; /* a fake card is for one thread */
	pthread_t threads[4];
	struct link *links[4];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		cards[i] = fake_card_new(PROTOCOL_T0, "3B00");
		fake_card_handle(cards[i], accept_all, NULL);
		fake_transport_add_reader(inner, readers[i]);
		fake_transport_insert(inner, readers[i], cards[i]);
		assert_int_equal(transport_connect(transport, readers[i], &links[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, exchange_main, links[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		void *result;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_null(result);
		link_free(links[i]);
		fake_card_free(cards[i]);
	}
	(void)written();
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "command ", 8) == 0) {
			assert_string_equal(line + 9, " 00B0000000");
			n++;
		}
	}
	assert_int_equal(n, 400);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(run_is_written_line_by_line),
		TEST(failures_are_written),
		TEST(comings_and_goings_of_readers_are_written),
		TEST(pins_never_reach_the_file),
		TEST(what_a_reader_does_by_itself_passes_unrecorded),
		TEST(deciphered_data_never_reach_the_file),
		TEST(links_are_masked_apart),
		TEST(file_is_ours_alone),
		TEST(files_that_are_not_new_are_refused),
		TEST(empty_file_is_taken_and_closed_to_others),
		TEST(traffic_goes_on_when_the_file_cannot_be_written),
		TEST(longest_apdus_are_written_whole),
		TEST(lines_of_several_threads_stay_whole),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
