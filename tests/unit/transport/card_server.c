/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual card's socket end, for tests. */
#include "card_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MAX_CLIENTS = 16, MAX_PAYLOAD = 70000 };

struct card_server {
	struct card_server_setup setup;
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
	int listener, wake;
	unsigned port;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool stop, silent, hold, requested;
	unsigned accepted;
	int clients[MAX_CLIENTS];
	bool owes_atr[MAX_CLIENTS];
	const uint8_t *script;
	size_t script_len;
	bool scripted, script_bytewise, script_close;
	uint8_t type;
	uint8_t payload[MAX_PAYLOAD];
	size_t payload_len;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void send_all(int fd, const void *data, size_t len, bool bytewise)
{
	const uint8_t *at = data;

	while (len > 0) {
		ssize_t n = send(fd, at, bytewise ? 1 : len, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* the host is gone: its test knows */
		at += n;
		len -= (size_t)n;
	}
}

static void send_frame(int fd, char type, const void *payload, size_t len)
{
	uint32_t n = htonl((uint32_t)len + 1);
	uint8_t *frame = malloc(len + 5);

	must(frame);
	memcpy(frame, &n, 4);
	frame[4] = (uint8_t)type;
	if (len > 0)
		memcpy(frame + 5, payload, len);
	send_all(fd, frame, len + 5, false);
	free(frame);
}

static bool receive_all(int fd, void *data, size_t len)
{
	return len == 0 || recv(fd, data, len, MSG_WAITALL) == (ssize_t)len;
}

static void send_atr(struct card_server *s, int fd)
{
	if (s->setup.raw_atr)
		send_all(fd, s->setup.raw_atr, s->setup.raw_atr_len, false);
	else
		send_frame(fd, 'a', s->setup.atr, s->setup.atr_len);
}

static void answer(struct card_server *s, int fd, uint8_t type)
{
	if (s->scripted) {
		s->scripted = false;
		send_all(fd, s->script, s->script_len, s->script_bytewise);
		if (s->script_close)
			(void)shutdown(fd, SHUT_RDWR);
	} else if (type == 'T') {
		memcpy(s->payload + s->payload_len, "\x90\x00", 2);
		send_frame(fd, 't', s->payload, s->payload_len + 2);
	} else {
		send_frame(fd, 'd', NULL, 0);
	}
}

/* Whether the connection lives on; lock is held. */
static bool serve(struct card_server *s, size_t client)
{
	int fd = s->clients[client];
	uint8_t header[5];
	uint32_t len;

	if (!receive_all(fd, header, sizeof header))
		return false;
	memcpy(&len, header, 4);
	len = ntohl(len) - 1;
	must(len <= MAX_PAYLOAD - 2);
	if (header[4] == 'A') {
		s->owes_atr[client] = s->silent;
		if (!s->silent)
			send_atr(s, fd);
		return true;
	}
	if (!receive_all(fd, s->payload, len))
		return false;
	s->type = header[4];
	s->payload_len = len;
	s->requested = true;
	(void)pthread_cond_broadcast(&s->changed);
	while (s->hold && !s->stop)
		(void)pthread_cond_wait(&s->changed, &s->lock);
	answer(s, fd, header[4]);
	return true;
}

static void accept_one(struct card_server *s)
{
	int fd = accept(s->listener, NULL, NULL);

	must(fd >= 0);
	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i] < 0) {
			s->clients[i] = fd;
			s->owes_atr[i] = false;
			s->accepted++;
			return;
		}
	}
	abort();
}

static void *server_main(void *arg)
{
	struct card_server *s = arg;
	struct pollfd fds[2 + MAX_CLIENTS];
	eventfd_t value;

	(void)pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		fds[0] = (struct pollfd){.fd = s->wake, .events = POLLIN};
		fds[1] = (struct pollfd){.fd = s->listener, .events = POLLIN};
		for (size_t i = 0; i < MAX_CLIENTS; i++)
			fds[2 + i] = (struct pollfd){.fd = s->clients[i], .events = POLLIN};
		(void)pthread_mutex_unlock(&s->lock);
		(void)poll(fds, 2 + MAX_CLIENTS, -1);
		(void)pthread_mutex_lock(&s->lock);
		if (fds[0].revents)
			(void)eventfd_read(s->wake, &value);
		for (size_t i = 0; i < MAX_CLIENTS && !s->stop; i++) {
			if (fds[2 + i].fd >= 0 && fds[2 + i].revents && !serve(s, i)) {
				(void)close(s->clients[i]);
				s->clients[i] = -1;
			}
		}
		if (fds[1].revents && !s->stop)
			accept_one(s);
	}
	(void)pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void listen_local(struct card_server *s)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	(void)snprintf(s->path, sizeof s->path, "%s", s->setup.path);
	(void)snprintf(to.sun_path, sizeof to.sun_path, "%.100s.new", s->path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(s->listener >= 0 && bind(s->listener, (struct sockaddr *)&to, sizeof to) == 0 &&
	     listen(s->listener, 8) == 0 && rename(to.sun_path, s->path) == 0);
}

static void listen_tcp(struct card_server *s)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)s->setup.port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof to;
	int one = 1;

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(s->listener >= 0 &&
	     setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
	     bind(s->listener, (struct sockaddr *)&to, sizeof to) == 0 &&
	     listen(s->listener, 8) == 0 &&
	     getsockname(s->listener, (struct sockaddr *)&to, &len) == 0);
	s->port = ntohs(to.sin_port);
}

struct card_server *card_server_start(const struct card_server_setup *setup)
{
	struct card_server *s = calloc(1, sizeof *s);

	must(s);
	s->setup = *setup;
	s->silent = setup->silent;
	for (size_t i = 0; i < MAX_CLIENTS; i++)
		s->clients[i] = -1;
	if (setup->path)
		listen_local(s);
	else
		listen_tcp(s);
	s->wake = eventfd(0, EFD_CLOEXEC);
	must(s->wake >= 0 && pthread_mutex_init(&s->lock, NULL) == 0 &&
	     pthread_cond_init(&s->changed, NULL) == 0 &&
	     pthread_create(&s->thread, NULL, server_main, s) == 0);
	return s;
}

void card_server_stop(struct card_server *s)
{
	(void)pthread_mutex_lock(&s->lock);
	s->stop = true;
	(void)pthread_cond_broadcast(&s->changed);
	(void)pthread_mutex_unlock(&s->lock);
	(void)eventfd_write(s->wake, 1);
	must(pthread_join(s->thread, NULL) == 0);
	if (s->path[0])
		(void)unlink(s->path);
	(void)close(s->listener);
	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i] >= 0)
			(void)close(s->clients[i]);
	}
	(void)close(s->wake);
	(void)pthread_cond_destroy(&s->changed);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

unsigned card_server_port(const struct card_server *s)
{
	return s->port;
}

unsigned card_server_accepted(struct card_server *s)
{
	unsigned n;

	(void)pthread_mutex_lock(&s->lock);
	n = s->accepted;
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}

void card_server_speak(struct card_server *s)
{
	(void)pthread_mutex_lock(&s->lock);
	s->silent = false;
	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i] >= 0 && s->owes_atr[i])
			send_atr(s, s->clients[i]);
		s->owes_atr[i] = false;
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void card_server_script(struct card_server *s, const void *raw, size_t len, bool bytewise,
			bool close)
{
	(void)pthread_mutex_lock(&s->lock);
	s->script = raw;
	s->script_len = len;
	s->script_bytewise = bytewise;
	s->script_close = close;
	s->scripted = true;
	(void)pthread_mutex_unlock(&s->lock);
}

void card_server_push(struct card_server *s, const void *raw, size_t len)
{
	(void)pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i] >= 0)
			send_all(s->clients[i], raw, len, false);
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void card_server_hold(struct card_server *s)
{
	(void)pthread_mutex_lock(&s->lock);
	s->hold = true;
	s->requested = false;
	(void)pthread_mutex_unlock(&s->lock);
}

void card_server_await_request(struct card_server *s)
{
	(void)pthread_mutex_lock(&s->lock);
	while (!s->requested)
		(void)pthread_cond_wait(&s->changed, &s->lock);
	(void)pthread_mutex_unlock(&s->lock);
}

void card_server_release(struct card_server *s)
{
	(void)pthread_mutex_lock(&s->lock);
	s->hold = false;
	(void)pthread_cond_broadcast(&s->changed);
	(void)pthread_mutex_unlock(&s->lock);
}

uint8_t card_server_request(struct card_server *s, void *ret_payload, size_t cap, size_t *ret_len)
{
	uint8_t type;

	(void)pthread_mutex_lock(&s->lock);
	type = s->type;
	*ret_len = s->payload_len;
	memcpy(ret_payload, s->payload, s->payload_len < cap ? s->payload_len : cap);
	(void)pthread_mutex_unlock(&s->lock);
	return type;
}
