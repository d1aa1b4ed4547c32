/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/server.c, client.c and listener.c over real sockets; the server is a child process. */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "codec/frame.h"
#include "vcard/server.h"

enum { WAIT_MS = 5000, QUIET_MS = 60 };

static char *folder;
static char path[200];
static pid_t server;
static int stop_fd;

struct server_options {
	bool mute;
	unsigned delay_ms, tcp_port;
};

/* Runs in the child until stop_fd is written to. */
static int serve(const struct server_options *o)
{
	struct vcard *v = fixture_quick(FIXTURE_EXTENDED);
	struct vcard_listener listeners[2];
	struct vcard_server_setup s = {.listeners = listeners,
				       .n_listeners = 1,
				       .stop_fd = stop_fd,
				       .mute = o->mute,
				       .delay_ms = o->delay_ms};
	int r;

	if (o->tcp_port) {
		if (vcard_listener_init_tcp(o->tcp_port, &listeners[1]) != 0)
			return 1;
		s.n_listeners = 2;
	}
	if (vcard_listener_init_unix(path, &listeners[0]) != 0)
		return 1;
	r = vcard_serve(v, &s);
	vcard_listener_clear(&listeners[0]);
	if (o->tcp_port)
		vcard_listener_clear(&listeners[1]);
	vcard_free(v);
	return r != 0;
}

static struct sockaddr_un address(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	strcpy(addr.sun_path, path);
	return addr;
}

static int try_connect(void)
{
	struct sockaddr_un addr = address();
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void sleep_ms(unsigned ms)
{
	const struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};

	nanosleep(&t, NULL);
}

static int host(void)
{
	for (int i = 0; i < WAIT_MS / 5; i++) {
		int fd = try_connect();

		if (fd >= 0)
			return fd;
		sleep_ms(5);
	}
	fail_msg("the server does not listen");
	return -1;
}

static void start(const struct server_options *o)
{
	stop_fd = eventfd(0, EFD_CLOEXEC);
	server = fork();
	assert_true(server >= 0);
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(serve(o));
	}
	close(host());
}

static void stop(void)
{
	uint64_t one = 1;
	int status;

	assert_int_equal(write(stop_fd, &one, sizeof(one)), sizeof(one));
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_int_equal(status, 0);
	close(stop_fd);
}

static int setup(void **state)
{
	(void)state;
	folder = fixture_folder();
	snprintf(path, sizeof(path), "%s/card.sock", folder);
	return 0;
}

static int setup_server(void **state)
{
	setup(state);
	start(&(struct server_options){0});
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_remove_folder(folder);
	return 0;
}

static int teardown_server(void **state)
{
	stop();
	return teardown(state);
}

/* ---- frames by hand */

static void send_bytes(int fd, const void *data, size_t len)
{
	assert_int_equal(send(fd, data, len, MSG_NOSIGNAL), len);
}

static void request(int fd, char type, const char *payload_hex)
{
	uint8_t payload[600], frame[606];
	size_t len = fixture_bytes(payload_hex, payload, sizeof(payload));

	frame[0] = frame[1] = 0;
	frame[2] = (uint8_t)((len + 1) >> 8);
	frame[3] = (uint8_t)(len + 1);
	frame[4] = (uint8_t)type;
	memcpy(frame + 5, payload, len);
	send_bytes(fd, frame, 5 + len);
}

static bool readable(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, ms) == 1;
}

static void receive(int fd, void *data, size_t len)
{
	for (size_t off = 0; off < len;) {
		ssize_t n;

		assert_true(readable(fd, WAIT_MS));
		n = recv(fd, (uint8_t *)data + off, len - off, 0);
		assert_true(n > 0);
		off += (size_t)n;
	}
}

/* Type and payload of the next frame: "t9000". */
static const char *answer(int fd)
{
	static char text[2 * LIMIT_RESPONSE + 2];
	static uint8_t payload[LIMIT_FRAME];
	uint8_t header[5];
	size_t len;

	receive(fd, header, sizeof(header));
	len = ((size_t)header[2] << 8 | header[3]) + ((size_t)header[1] << 16) - 1;
	receive(fd, payload, len);
	text[0] = (char)header[4];
	strcpy(text + 1, fixture_hex(payload, len));
	return text;
}

static void ask_host(int fd, char type, const char *payload_hex, const char *expected)
{
	request(fd, type, payload_hex);
	assert_string_equal(answer(fd), expected);
}

static void assert_closed(int fd)
{
	char c;

	assert_true(readable(fd, WAIT_MS));
	assert_true(recv(fd, &c, 1, 0) <= 0);
	close(fd);
}

#define ATR    "a3BDD96008131FE8580544D4F4852739621C08290005A"
#define VERIFY "00200081 10" PIN_AUTH
#define STATUS "00200081"

static void requests_are_answered(void **state)
{
	int a = host();

	(void)state;
	ask_host(a, 'A', "", ATR);
	ask_host(a, 'T', STATUS, "t63C3");
	ask_host(a, 'T', VERIFY, "t9000");
	ask_host(a, 'T', STATUS, "t9000");
	ask_host(a, 'A', "", ATR); /* no reset */
	ask_host(a, 'T', STATUS, "t9000");
	ask_host(a, 'R', "", ATR);
	ask_host(a, 'T', STATUS, "t63C3");
	ask_host(a, 'T', "", "t6700");
	close(a);
}

static void the_card_is_shared(void **state)
{
	int a = host(), b = host();

	(void)state;
	ask_host(a, 'T', VERIFY, "t9000");
	ask_host(b, 'T', STATUS, "t9000");
	/* A host that leaves outside a transaction changes nothing. */
	close(a);
	ask_host(b, 'T', STATUS, "t9000");
	close(b);
}

static void a_transaction_keeps_others_waiting(void **state)
{
	int a = host(), b = host(), c = host();

	(void)state;
	ask_host(a, 'B', "", "d");
	request(b, 'T', STATUS);
	assert_false(readable(b, QUIET_MS));
	request(c, 'B', "");
	assert_false(readable(c, QUIET_MS));
	/* Attaching needs no card. */
	ask_host(a, 'T', VERIFY, "t9000");
	assert_false(readable(b, QUIET_MS));
	ask_host(a, 'E', "00", "d");
	assert_string_equal(answer(b), "t9000");
	assert_string_equal(answer(c), "d");
	/* It is c's turn now. */
	request(a, 'T', STATUS);
	assert_false(readable(a, QUIET_MS));
	ask_host(c, 'E', "00", "d");
	assert_string_equal(answer(a), "t9000");
	close(a);
	close(b);
	close(c);
}

static void waiting_hosts_are_served_in_order(void **state)
{
	int hosts[8], a = host();

	(void)state;
	ask_host(a, 'B', "", "d");
	for (size_t i = 0; i < 8; i++) {
		hosts[i] = host();
		/* Connections and requests in turn, so that the order is known. */
		ask_host(hosts[i], 'A', "", ATR);
	}
	for (size_t i = 8; i-- > 0;) {
		request(hosts[i], 'B', "");
		assert_false(readable(hosts[i], 20));
	}
	ask_host(a, 'E', "00", "d");
	for (size_t i = 8; i-- > 0;) {
		assert_string_equal(answer(hosts[i]), "d");
		for (size_t j = 0; j < i; j++)
			assert_false(readable(hosts[j], 1));
		ask_host(hosts[i], 'E', "00", "d");
		close(hosts[i]);
	}
	close(a);
}

static void a_reset_is_told_to_the_others_until_they_look(void **state)
{
	int a = host(), b = host(), c = host();

	(void)state;
	ask_host(b, 'A', "", ATR);
	ask_host(c, 'A', "", ATR);
	ask_host(a, 'R', "", ATR);
	ask_host(a, 'T', STATUS, "t63C3");
	ask_host(b, 'T', STATUS, "x01");
	ask_host(b, 'B', "", "x01");
	ask_host(b, 'A', "", ATR);
	ask_host(b, 'T', STATUS, "t63C3");
	/* Its own reset is a look, too. */
	ask_host(c, 'R', "", ATR);
	ask_host(c, 'T', STATUS, "t63C3");
	ask_host(b, 'T', STATUS, "x01");
	/* A newcomer has missed nothing. */
	close(a);
	a = host();
	ask_host(a, 'T', STATUS, "t63C3");
	close(a);
	close(b);
	close(c);
}

static void a_transaction_may_end_with_a_reset(void **state)
{
	int a = host(), b = host();

	(void)state;
	ask_host(b, 'A', "", ATR);
	ask_host(a, 'B', "", "d");
	ask_host(a, 'T', VERIFY, "t9000");
	ask_host(a, 'E', "01", "d");
	ask_host(a, 'T', STATUS, "t63C3");
	ask_host(b, 'T', STATUS, "x01");
	close(a);
	close(b);
}

static void a_host_that_dies_in_its_transaction_leaves_a_card_that_is_reset(void **state)
{
	int a = host(), b = host();

	(void)state;
	ask_host(b, 'A', "", ATR);
	ask_host(a, 'B', "", "d");
	ask_host(a, 'T', VERIFY, "t9000");
	request(b, 'B', "");
	assert_false(readable(b, QUIET_MS));
	close(a);
	assert_string_equal(answer(b), "x01");
	ask_host(b, 'R', "", ATR);
	ask_host(b, 'T', STATUS, "t63C3");
	close(b);
}

static void a_host_that_dies_waiting_is_forgotten(void **state)
{
	int a = host(), b = host(), c = host();

	(void)state;
	ask_host(a, 'B', "", "d");
	request(b, 'B', "");
	assert_false(readable(b, QUIET_MS));
	request(c, 'B', "");
	assert_false(readable(c, QUIET_MS));
	close(b);
	ask_host(a, 'E', "00", "d");
	assert_string_equal(answer(c), "d");
	ask_host(c, 'E', "00", "d");
	close(a);
	close(c);
}

static void a_reset_waits_for_the_end_of_a_transaction(void **state)
{
	int a = host(), b = host();

	(void)state;
	ask_host(a, 'B', "", "d");
	ask_host(a, 'T', VERIFY, "t9000");
	request(b, 'R', "");
	assert_false(readable(b, QUIET_MS));
	ask_host(a, 'T', STATUS, "t9000");
	ask_host(a, 'E', "00", "d");
	assert_string_equal(answer(b), ATR);
	ask_host(a, 'T', STATUS, "x01");
	close(a);
	close(b);
}

static void requests_that_make_no_sense_are_told(void **state)
{
	int a = host(), b = host();

	(void)state;
	ask_host(a, 'E', "00", "x02");
	ask_host(a, 'Z', "", "x02");
	ask_host(a, 'A', "00", "x02");
	ask_host(a, 'R', "00", "x02");
	ask_host(a, 'B', "00", "x02");
	ask_host(a, 'B', "", "d");
	ask_host(a, 'B', "", "x02");
	ask_host(b, 'E', "00", "x02");
	ask_host(a, 'E', "", "x02");
	ask_host(a, 'E', "02", "x02");
	ask_host(a, 'E', "0000", "x02");
	ask_host(a, 'E', "00", "d");
	ask_host(a, 'E', "00", "x02");
	close(a);
	close(b);
}

static void garbage_ends_the_connection_and_no_other(void **state)
{
	static const uint8_t zero[5] = {0, 0, 0, 0, 'A'}, huge[5] = {0xFF, 0xFF, 0xFF, 0xFF, 'T'};
	static const char http[] = "GET / HTTP/1.1\r\n\r\n";
	int a = host(), b = host();

	(void)state;
	ask_host(b, 'A', "", ATR);
	send_bytes(a, zero, sizeof(zero));
	assert_closed(a);
	a = host();
	send_bytes(a, huge, sizeof(huge));
	assert_closed(a);
	a = host();
	send_bytes(a, http, sizeof(http));
	assert_closed(a);
	ask_host(b, 'T', STATUS, "t63C3");
	close(b);
}

static void frames_may_come_in_pieces(void **state)
{
	static const uint8_t frame[] = {0, 0, 0, 5, 'T', 0x00, 0x20, 0x00, 0x81};
	int a = host(), b = host();

	(void)state;
	for (size_t i = 0; i < sizeof(frame); i++) {
		send_bytes(a, frame + i, 1);
		ask_host(b, 'T', STATUS, "t63C3");
	}
	assert_string_equal(answer(a), "t63C3");
	/* And two at once. */
	send_bytes(a, frame, sizeof(frame));
	send_bytes(a, frame, sizeof(frame));
	assert_string_equal(answer(a), "t63C3");
	assert_string_equal(answer(a), "t63C3");
	close(a);
	close(b);
}

/* One that asks and does not read stops nobody, and gets each answer when it reads at last. */
static void a_host_that_does_not_read_blocks_nobody(void **state)
{
	static const uint8_t frame[] = {0, 0, 0, 8, 'T', 0x00, 0xB0, 0x00, 0x00, 0x00, 0x02, 0x00};
	int a = host(), b = host();
	size_t sent = 0;
	ssize_t n = 0;

	(void)state;
	ask_host(a, 'T', "00A4080C 04 50005040", "t9000");
	fcntl(a, F_SETFL, O_NONBLOCK);
	/* Until both directions are full, and for a while. */
	for (int quiet = 0; quiet < 20; quiet++) {
		while ((n = send(a, frame + sent % sizeof(frame),
				 sizeof(frame) - sent % sizeof(frame), MSG_NOSIGNAL)) > 0) {
			sent += (size_t)n;
			quiet = 0;
		}
		assert_true(n < 0 && errno == EAGAIN);
		ask_host(b, 'T', STATUS, "t63C3");
		sleep_ms(5);
	}
	for (size_t i = 0; i < sent / sizeof(frame); i++) {
		const char *text = answer(a);

		assert_int_equal(strlen(text), 1 + 2 * (512 + 2));
		assert_string_equal(text + 1 + 2 * 512, "9000");
	}
	close(a);
	ask_host(b, 'T', STATUS, "t63C3");
	close(b);
}

static void many_hosts_are_served_and_more_have_to_wait(void **state)
{
	int hosts[70];

	(void)state;
	for (size_t i = 0; i < 70; i++)
		hosts[i] = host();
	for (size_t i = 0; i < 64; i++)
		ask_host(hosts[i], 'A', "", ATR);
	request(hosts[64], 'A', "");
	assert_false(readable(hosts[64], QUIET_MS));
	close(hosts[0]);
	assert_string_equal(answer(hosts[64]), ATR);
	for (size_t i = 1; i < 70; i++)
		close(hosts[i]);
}

static void ending_the_server_pulls_the_card(void **state)
{
	struct stat st;
	int a;

	(void)state;
	start(&(struct server_options){0});
	a = host();
	ask_host(a, 'A', "", ATR);
	stop();
	assert_closed(a);
	assert_int_equal(lstat(path, &st), -1);
	assert_int_equal(errno, ENOENT);
}

static void a_mute_card_answers_no_command(void **state)
{
	int a, b;

	(void)state;
	start(&(struct server_options){.mute = true});
	a = host();
	b = host();
	ask_host(a, 'A', "", ATR);
	ask_host(a, 'B', "", "d");
	request(a, 'T', STATUS);
	assert_false(readable(a, QUIET_MS));
	/* The host may give up and go on. */
	ask_host(a, 'E', "01", "d");
	ask_host(b, 'R', "", ATR);
	close(a);
	close(b);
	stop();
}

static long elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

static void a_slow_card_answers_late_and_one_after_the_other(void **state)
{
	struct timespec begin;
	int a, b, c;

	(void)state;
	start(&(struct server_options){.delay_ms = 250});
	a = host();
	b = host();
	c = host();
	clock_gettime(CLOCK_MONOTONIC, &begin);
	request(a, 'T', STATUS);
	assert_false(readable(a, 40));
	/* The card is busy, the server is not. */
	ask_host(c, 'A', "", ATR);
	request(b, 'T', STATUS);
	assert_string_equal(answer(a), "t63C3");
	assert_in_range(elapsed_ms(&begin), 249, 10000);
	assert_string_equal(answer(b), "t63C3");
	assert_in_range(elapsed_ms(&begin), 499, 10000);
	/* A host that goes away while its command runs: the card is free when its time is over. */
	request(a, 'T', STATUS);
	sleep_ms(10);
	close(a);
	ask_host(b, 'T', STATUS, "t63C3");
	close(b);
	close(c);
	stop();
}

static void tcp_is_served_on_loopback(void **state)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int probe = socket(AF_INET, SOCK_STREAM, 0), a;
	socklen_t len = sizeof(addr);

	(void)state;
	/* A port that was free a moment ago. */
	assert_int_equal(bind(probe, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(getsockname(probe, (struct sockaddr *)&addr, &len), 0);
	close(probe);
	start(&(struct server_options){.tcp_port = ntohs(addr.sin_port)});
	a = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(a, (struct sockaddr *)&addr, sizeof(addr)), 0);
	ask_host(a, 'A', "", ATR);
	ask_host(a, 'T', STATUS, "t63C3");
	close(a);
	stop();
}

/* ---- the socket's name */

static void the_socket_is_for_its_owner_alone(void **state)
{
	struct vcard_listener l;
	struct stat st;
	mode_t old = umask(0);

	(void)state;
	assert_int_equal(vcard_listener_init_unix(path, &l), 0);
	umask(old);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	vcard_listener_clear(&l);
	assert_int_equal(lstat(path, &st), -1);
}

static void a_live_socket_is_refused_and_a_dead_one_replaced(void **state)
{
	struct vcard_listener l, second;

	(void)state;
	assert_int_equal(vcard_listener_init_unix(path, &l), 0);
	assert_int_equal(vcard_listener_init_unix(path, &second), MOHR_ERR_CARD_BUSY);
	/* As a killed server leaves it. */
	close(l.fd);
	assert_int_equal(vcard_listener_init_unix(path, &second), 0);
	vcard_listener_clear(&second);
}

/* Its queue of connections is full: it is busy, not dead. */
static void an_overrun_socket_is_a_live_one(void **state)
{
	struct sockaddr_un addr = address();
	struct vcard_listener l, second;
	int hosts[200], n = 0, fd;

	(void)state;
	assert_int_equal(vcard_listener_init_unix(path, &l), 0);
	for (;;) {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		assert_true(fd >= 0 && n < 200);
		hosts[n++] = fd;
		if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
			break;
	}
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(vcard_listener_init_unix(path, &second), MOHR_ERR_CARD_BUSY);
	while (n > 0)
		close(hosts[--n]);
	vcard_listener_clear(&l);
}

static void another_servers_socket_is_not_removed(void **state)
{
	struct vcard_listener l, second;
	struct stat st;

	(void)state;
	assert_int_equal(vcard_listener_init_unix(path, &l), 0);
	/* Somebody removes it, and another server takes the name. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(vcard_listener_init_unix(path, &second), 0);
	vcard_listener_clear(&l);
	assert_int_equal(lstat(path, &st), 0);
	vcard_listener_clear(&second);
	assert_int_equal(lstat(path, &st), -1);
}

static void a_file_of_that_name_is_left_alone(void **state)
{
	struct vcard_listener l;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	(void)state;
	close(fd);
	assert_int_equal(vcard_listener_init_unix(path, &l), MOHR_ERR_IO);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(access(path, F_OK), 0);
}

static void names_that_cannot_be_a_sockets_are_refused(void **state)
{
	struct vcard_listener l;
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(vcard_listener_init_unix(name, &l), MOHR_ERR_LIMIT);
	assert_int_equal(vcard_listener_init_unix("", &l), MOHR_ERR_LIMIT);
	snprintf(name, sizeof(name), "%s/none/card.sock", folder);
	assert_int_equal(vcard_listener_init_unix(name, &l), MOHR_ERR_IO);
	assert_int_equal(errno, ENOENT);
}

#define SERVED(name) cmocka_unit_test_setup_teardown(name, setup_server, teardown_server)
#define TEST(name)   cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(requests_are_answered),
		SERVED(the_card_is_shared),
		SERVED(a_transaction_keeps_others_waiting),
		SERVED(waiting_hosts_are_served_in_order),
		SERVED(a_reset_is_told_to_the_others_until_they_look),
		SERVED(a_transaction_may_end_with_a_reset),
		SERVED(a_host_that_dies_in_its_transaction_leaves_a_card_that_is_reset),
		SERVED(a_host_that_dies_waiting_is_forgotten),
		SERVED(a_reset_waits_for_the_end_of_a_transaction),
		SERVED(requests_that_make_no_sense_are_told),
		SERVED(garbage_ends_the_connection_and_no_other),
		SERVED(frames_may_come_in_pieces),
		SERVED(a_host_that_does_not_read_blocks_nobody),
		SERVED(many_hosts_are_served_and_more_have_to_wait),
		TEST(ending_the_server_pulls_the_card),
		TEST(a_mute_card_answers_no_command),
		TEST(a_slow_card_answers_late_and_one_after_the_other),
		TEST(tcp_is_served_on_loopback),
		TEST(the_socket_is_for_its_owner_alone),
		TEST(a_live_socket_is_refused_and_a_dead_one_replaced),
		TEST(an_overrun_socket_is_a_live_one),
		TEST(another_servers_socket_is_not_removed),
		TEST(a_file_of_that_name_is_left_alone),
		TEST(names_that_cannot_be_a_sockets_are_refused),
	};

	return cmocka_run_group_tests_name("vcard/server", tests, NULL, NULL);
}
