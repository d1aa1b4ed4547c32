/* SPDX-License-Identifier: BSD-2-Clause */
/* socket.c, socket_spot.c: readers, insertion and removal, waiting and its cancel. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "card_server.h"
#include "transport/transport.h"

static const uint8_t atr[] = {0x3B, 0x80, 0x01, 0x81};

static char folder[64], path[96], other_path[96];
static struct transport *transport;
static int fds_before;

static int open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

static int setup(void **state)
{
	(void)state;
	fds_before = open_fds();
	(void)snprintf(folder, sizeof folder, "/tmp/mohr-socket-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/card", folder);
	(void)snprintf(other_path, sizeof other_path, "%s/other", folder);
	return transport_socket_new(path, NULL, &transport);
}

static int teardown(void **state)
{
	(void)state;
	transport_free(transport);
	(void)rmdir(folder);
	return open_fds() == fds_before ? 0 : -1;
}

static struct card_server *insert(const char *at)
{
	return card_server_start(
		&(struct card_server_setup){.path = at, .atr = atr, .atr_len = sizeof atr});
}

static struct reader look(void)
{
	struct reader r[2];
	size_t n = 99;

	assert_int_equal(transport_readers(transport, r, 2, &n), 0);
	assert_int_equal(n, 1);
	return r[0];
}

/* second may be NULL */
static void use_paths(const char *first, const char *second)
{
	char paths[256];

	(void)snprintf(paths, sizeof paths, "%s%s%s", first, second ? ":" : "",
		       second ? second : "");
	transport_free(transport);
	assert_int_equal(transport_socket_new(paths, NULL, &transport), 0);
}

static void path_where_nothing_listens_is_an_empty_reader(void **state)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int stale = socket(AF_UNIX, SOCK_STREAM, 0);
	struct reader r = look();

	(void)state;
	assert_string_equal(r.name, "Mohr virtual reader 00");
	assert_false(r.present);
	/* a socket that somebody left behind */
	(void)snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
	assert_int_equal(bind(stale, (struct sockaddr *)&to, sizeof to), 0);
	(void)close(stale);
	assert_false(look().present);
	assert_int_equal(unlink(path), 0);
	/* something else altogether */
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(look().present);
	assert_int_equal(rmdir(path), 0);
}

static void listening_socket_is_a_card_with_its_atr(void **state)
{
	struct card_server *s = insert(path);
	struct reader r = look();

	(void)state;
	assert_true(r.present);
	assert_false(r.mute);
	assert_int_equal(r.atr_len, sizeof atr);
	assert_memory_equal(r.atr, atr, sizeof atr);
	card_server_stop(s);
}

static void looking_holds_one_connection_only(void **state)
{
	struct card_server *s = insert(path);

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(look().present);
	assert_int_equal(card_server_accepted(s), 1);
	card_server_stop(s);
}

static void removal_and_insertion_are_counted(void **state)
{
	struct card_server *s;
	uint32_t events = look().events;

	(void)state;
	s = insert(path);
	assert_int_equal(look().events, events + 1);
	assert_int_equal(look().events, events + 1);
	card_server_stop(s);
	assert_false(look().present);
	assert_int_equal(look().events, events + 2);
}

static void reinsertion_between_two_looks_is_seen(void **state)
{
	struct card_server *s = insert(path);
	uint32_t events = look().events;

	(void)state;
	card_server_stop(s);
	s = insert(path);
	assert_true(look().present);
	assert_int_equal(look().events, events + 2);
	card_server_stop(s);
}

static void several_paths_are_several_readers(void **state)
{
	struct card_server *s = insert(other_path);
	struct reader r[4];
	size_t n;

	(void)state;
	use_paths(path, other_path);
	assert_int_equal(transport_readers(transport, r, 4, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(r[1].name, "Mohr virtual reader 01");
	assert_false(r[0].present);
	assert_true(r[1].present);
	assert_int_equal(transport_readers(transport, r, 1, &n), 0);
	assert_int_equal(n, 1);
	card_server_stop(s);
}

static void tcp_port_is_a_reader_too(void **state)
{
	struct card_server *s = insert(NULL);
	char port[16];
	struct reader r[2];
	struct link *l;
	size_t n;

	(void)state;
	(void)snprintf(port, sizeof port, "tcp:%u", card_server_port(s));
	use_paths(port, path);
	assert_int_equal(transport_readers(transport, r, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_true(r[0].present);
	assert_false(r[0].mute);
	assert_false(r[1].present);
	assert_int_equal(transport_connect(transport, r[0].name, &l), 0);
	assert_int_equal(link_begin(l), 0);
	link_free(l);
	card_server_stop(s);
	assert_int_equal(transport_readers(transport, r, 2, &n), 0);
	assert_false(r[0].present);
}

static void wrong_configurations_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",      ":",      "a:",     ":a",         "a::b",   "tcp:",   "tcp:0", "tcp:65536",
		"tcp:x", "tcp:1x", "tcp:-1", "tcp:123456", "a:tcp:", "tcp:5:", "tcp::5"};
	char text[400];
	struct transport *t = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(transport_socket_new(wrong[i], NULL, &t), MOHR_ERR_CONFIG);
	memset(text, 'x', sizeof text);
	text[108] = '\0'; /* sun_path has 108 bytes, the last for NUL */
	assert_int_equal(transport_socket_new(text, NULL, &t), MOHR_ERR_CONFIG);
	text[107] = '\0';
	assert_int_equal(transport_socket_new(text, NULL, &t), 0);
	transport_free(t);
	t = NULL;
	(void)snprintf(text, sizeof text, "a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a");
	assert_int_equal(transport_socket_new(text, NULL, &t), MOHR_ERR_CONFIG);
	assert_null(t);
}

static void silent_card_is_mute_and_another_one_once_it_speaks(void **state)
{
	struct card_server *s = card_server_start(&(struct card_server_setup){
		.path = path, .atr = atr, .atr_len = sizeof atr, .silent = true});
	struct reader r = look();
	uint32_t events = r.events;

	(void)state;
	assert_true(r.present);
	assert_true(r.mute);
	assert_int_equal(r.atr_len, 0);
	assert_int_equal(look().events, events);
	card_server_speak(s);
	/* the server has sent it before speak returned */
	r = look();
	assert_false(r.mute);
	assert_int_equal(r.atr_len, sizeof atr);
	assert_int_not_equal(r.events, events);
	card_server_stop(s);
	assert_false(look().present);
}

/* An empty ATR, one too long, another frame, a length that no frame has, two frames. */
static void cards_that_answer_nonsense_are_mute_until_they_go(void **state)
{
	static const struct {
		const char *raw;
		size_t len;
	} rows[] = {
		{"\0\0\0\1a", 5},
		{"\0\0\0\x23"
		 "a0123456789012345678901234567890123",
		 39},
		{"\0\0\0\3t\x90\0", 7},
		{"\xFF\xFF\xFF\xFF"
		 "a",
		 5},
		{"\0\0\0\0a", 5},
		{"\0\0\0\3a\x3B\0\0\0\0\3a\x3B\0", 14},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct card_server *s = card_server_start(&(struct card_server_setup){
			.path = path, .raw_atr = rows[i].raw, .raw_atr_len = rows[i].len});
		uint32_t events = look().events;

		assert_true(look().present);
		assert_true(look().mute);
		card_server_push(s, "abc", 3);
		assert_true(look().mute);
		assert_int_equal(look().events, events);
		card_server_stop(s);
		assert_false(look().present);
	}
}

static void descriptors_are_closed_on_exec(void **state)
{
	struct card_server *s = insert(path);
	struct dirent *e;
	struct link *l;
	DIR *d;

	(void)state;
	assert_true(look().present);
	assert_int_equal(transport_connect(transport, "Mohr virtual reader 00", &l), 0);
	d = opendir("/proc/self/fd");
	assert_non_null(d);
	while ((e = readdir(d))) {
		struct sockaddr_un peer = {0};
		socklen_t len = sizeof peer;
		int fd = atoi(e->d_name);

		/* those whose other end is the card's socket are ours */
		if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
		    strncmp(peer.sun_path, folder, strlen(folder)) == 0)
			assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	(void)closedir(d);
	link_free(l);
	card_server_stop(s);
}

static void connecting_to_nothing_says_what_is_missing(void **state)
{
	struct link *l = NULL;

	(void)state;
	assert_int_equal(transport_connect(transport, "Mohr virtual reader 00", &l),
			 MOHR_ERR_CARD_ABSENT);
	assert_int_equal(transport_connect(transport, "Mohr virtual reader 01", &l),
			 MOHR_ERR_READER_GONE);
	assert_int_equal(transport_connect(transport, "", &l), MOHR_ERR_READER_GONE);
	assert_null(l);
}

/* ---- waiting ---- */

struct waiting {
	pthread_t id;
	int thread; /* the kernel's number of it, once it runs */
	struct reader known[2];
	size_t n;
	int result;
};

static void *wait_main(void *arg)
{
	struct waiting *w = arg;

	__atomic_store_n(&w->thread, gettid(), __ATOMIC_RELEASE);
	w->result = transport_wait(transport, w->known, w->n, -1);
	return NULL;
}

/* Whether the thread sleeps, or is over: then it has done all that it does by itself. */
static bool is_blocked(int thread)
{
	char stat[64], text[512];
	const char *state;
	size_t n;
	FILE *f;

	if (thread == 0)
		return false;
	(void)snprintf(stat, sizeof stat, "/proc/self/task/%d/stat", thread);
	f = fopen(stat, "re");
	if (!f)
		return true;
	n = fread(text, 1, sizeof text - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	state = strrchr(text, ')');
	return state && state[2] == 'S';
}

/* Returns when the wait is under way. */
static void start_wait(struct waiting *w)
{
	assert_int_equal(transport_readers(transport, w->known, 2, &w->n), 0);
	w->result = 99;
	w->thread = 0;
	assert_int_equal(pthread_create(&w->id, NULL, wait_main, w), 0);
	while (!is_blocked(__atomic_load_n(&w->thread, __ATOMIC_ACQUIRE)))
		(void)sched_yield();
}

static int end_wait(struct waiting *w)
{
	assert_int_equal(pthread_join(w->id, NULL), 0);
	return w->result;
}

static void wait_times_out(void **state)
{
	struct reader r = look();

	(void)state;
	assert_int_equal(transport_wait(transport, &r, 1, 0), MOHR_ERR_TIMEOUT);
	assert_int_equal(transport_wait(transport, &r, 1, 30), MOHR_ERR_TIMEOUT);
}

static void wait_ends_at_once_if_the_world_differs_already(void **state)
{
	struct card_server *s;
	struct reader r = look();

	(void)state;
	assert_int_equal(transport_wait(transport, NULL, 0, -1), 0);
	s = insert(path);
	assert_int_equal(transport_wait(transport, &r, 1, -1), 0);
	r = look();
	card_server_stop(s);
	s = insert(path);
	assert_int_equal(transport_wait(transport, &r, 1, -1), 0);
	card_server_stop(s);
}

static void wait_sees_insertion_and_removal(void **state)
{
	struct card_server *s;
	struct waiting w;

	(void)state;
	start_wait(&w);
	s = insert(path);
	assert_int_equal(end_wait(&w), 0);
	assert_true(look().present);
	start_wait(&w);
	card_server_stop(s);
	assert_int_equal(end_wait(&w), 0);
	assert_false(look().present);
}

static void wait_sees_a_mute_card_speak(void **state)
{
	struct card_server *s = card_server_start(&(struct card_server_setup){
		.path = path, .atr = atr, .atr_len = sizeof atr, .silent = true});
	struct waiting w;

	(void)state;
	assert_true(look().mute);
	start_wait(&w);
	card_server_speak(s);
	assert_int_equal(end_wait(&w), 0);
	assert_false(look().mute);
	card_server_stop(s);
}

static void wait_sees_a_card_in_a_folder_that_comes_later(void **state)
{
	char sub[96], deep[96], at[110];
	struct card_server *s;
	struct waiting w;

	(void)state;
	(void)snprintf(sub, sizeof sub, "%s/sub", folder);
	(void)snprintf(deep, sizeof deep, "%s/sub/deep", folder);
	(void)snprintf(at, sizeof at, "%s/sub/deep/card", folder);
	use_paths(at, NULL);
	start_wait(&w);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(mkdir(deep, 0700), 0);
	s = insert(at);
	assert_int_equal(end_wait(&w), 0);
	card_server_stop(s);
	assert_int_equal(rmdir(deep), 0);
	assert_int_equal(rmdir(sub), 0);
}

static void wait_sees_a_card_that_has_its_name_before_it_listens(void **state)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), client;
	struct waiting w;

	(void)state;
	(void)snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
	start_wait(&w);
	assert_int_equal(listen(fd, 1), 0);
	client = accept(fd, NULL, NULL);
	assert_return_code(client, 0);
	assert_int_equal(send(client, "\0\0\0\3a\x3B\x00", 7, 0), 7);
	assert_int_equal(end_wait(&w), 0);
	(void)close(client);
	(void)close(fd);
	assert_int_equal(unlink(path), 0);
	assert_false(look().present);
}

static void wait_sees_a_card_on_tcp(void **state)
{
	struct card_server *s = insert(NULL);
	unsigned number = card_server_port(s);
	struct waiting w;
	char port[16];

	(void)state;
	(void)snprintf(port, sizeof port, "tcp:%u", number);
	use_paths(port, NULL);
	start_wait(&w);
	card_server_stop(s);
	assert_int_equal(end_wait(&w), 0);
	start_wait(&w);
	s = card_server_start(
		&(struct card_server_setup){.port = number, .atr = atr, .atr_len = sizeof atr});
	assert_int_equal(end_wait(&w), 0);
	card_server_stop(s);
}

static void wait_sees_a_card_at_a_path_without_a_folder(void **state)
{
	struct card_server *s;
	struct waiting w;
	char before[256];

	(void)state;
	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(folder), 0);
	use_paths("card", NULL);
	start_wait(&w);
	s = insert("card");
	assert_int_equal(end_wait(&w), 0);
	card_server_stop(s);
	assert_int_equal(chdir(before), 0);
}

static void cancel_ends_every_wait_for_good(void **state)
{
	struct reader r = look();
	struct waiting a, b;

	(void)state;
	start_wait(&a);
	start_wait(&b);
	transport_cancel(transport);
	assert_int_equal(end_wait(&a), MOHR_ERR_CANCELLED);
	assert_int_equal(end_wait(&b), MOHR_ERR_CANCELLED);
	assert_int_equal(transport_wait(transport, &r, 1, -1), MOHR_ERR_CANCELLED);
}

/* Readers, waits and links from several threads while the card comes and goes. */
static void *look_main(void *arg)
{
	bool *stop = arg;
	struct reader r[2];
	struct link *l;
	size_t n;

	while (!__atomic_load_n(stop, __ATOMIC_ACQUIRE)) {
		if (transport_readers(transport, r, 2, &n) != 0 || n != 1)
			return arg;
		if (transport_connect(transport, r[0].name, &l) == 0) {
			int result = link_begin(l);

			link_free(l);
			if (result != 0 && result != MOHR_ERR_CARD_REMOVED)
				return arg;
		}
	}
	return NULL;
}

static void threads_use_one_transport_while_the_card_comes_and_goes(void **state)
{
	pthread_t threads[3];
	bool stop = false;
	struct waiting w;
	void *result;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, look_main, &stop), 0);
	for (int i = 0; i < 20; i++) {
		struct card_server *s;

		start_wait(&w);
		s = insert(path);
		assert_int_equal(end_wait(&w), 0);
		card_server_stop(s);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_null(result);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(path_where_nothing_listens_is_an_empty_reader),
		TEST(listening_socket_is_a_card_with_its_atr),
		TEST(looking_holds_one_connection_only),
		TEST(removal_and_insertion_are_counted),
		TEST(reinsertion_between_two_looks_is_seen),
		TEST(several_paths_are_several_readers),
		TEST(tcp_port_is_a_reader_too),
		TEST(wrong_configurations_are_refused),
		TEST(silent_card_is_mute_and_another_one_once_it_speaks),
		TEST(cards_that_answer_nonsense_are_mute_until_they_go),
		TEST(descriptors_are_closed_on_exec),
		TEST(connecting_to_nothing_says_what_is_missing),
		TEST(wait_times_out),
		TEST(wait_ends_at_once_if_the_world_differs_already),
		TEST(wait_sees_insertion_and_removal),
		TEST(wait_sees_a_mute_card_speak),
		TEST(wait_sees_a_card_in_a_folder_that_comes_later),
		TEST(wait_sees_a_card_that_has_its_name_before_it_listens),
		TEST(wait_sees_a_card_on_tcp),
		TEST(wait_sees_a_card_at_a_path_without_a_folder),
		TEST(cancel_ends_every_wait_for_good),
		TEST(threads_use_one_transport_while_the_card_comes_and_goes),
	};

	return cmocka_run_group_tests_name("socket", tests, NULL, NULL);
}
