/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's loop. A host whose request needs the card waits while another one has a transaction
 * (BEGIN to END); requests are served in the order in which they became whole. A host that dies in its
 * transaction leaves a card that is reset.
 */
#include "vcard/server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "vcard/client.h"

enum { MAX_CLIENTS = 64, MAX_LISTENERS = 2, MAX_POLL = 1 + MAX_LISTENERS + MAX_CLIENTS };

struct server {
	struct vcard *card;
	const struct vcard_server_setup *setup;
	struct vcard_client clients[MAX_CLIENTS];
	struct vcard_client *owner; /* whose transaction it is, or NULL */
	uint64_t last_ticket;
	/* a command whose time is not over (--delay) */
	bool busy;
	uint64_t busy_until;
	struct vcard_client *busy_for; /* NULL: that host is gone */
	struct buf held;               /* its answer */
};

static void reset_card(struct server *s, const struct vcard_client *by)
{
	vcard_reset(s->card);
	for (size_t i = 0; i < MAX_CLIENTS; i++)
		if (&s->clients[i] != by)
			s->clients[i].was_reset = true;
}

static void drop_client(struct server *s, struct vcard_client *c)
{
	vcard_client_clear(c);
	if (s->busy_for == c)
		s->busy_for = NULL;
	if (s->owner == c) {
		s->owner = NULL;
		reset_card(s, c);
	}
}

/* ---- requests */

static void answer(struct vcard_client *c, enum frame_type type, const void *payload, size_t len)
{
	frame_put(&c->out, type, payload, len);
}

static void answer_error(struct vcard_client *c, enum frame_error error)
{
	uint8_t byte = (uint8_t)error;

	answer(c, FRAME_ERROR, &byte, 1);
}

static void answer_atr(struct server *s, struct vcard_client *c)
{
	size_t len;
	const uint8_t *atr = vcard_atr(s->card, &len);

	c->was_reset = false;
	answer(c, FRAME_ATR, atr, len);
}

static void run_command(struct server *s, struct vcard_client *c, const struct vcard_request *q)
{
	struct buf response = BUF_INIT(LIMIT_RESPONSE);

	if (s->setup->mute)
		return;
	vcard_process(s->card, q->payload, q->payload_len, &response);
	if (s->setup->delay_ms == 0) {
		answer(c, FRAME_RESPONSE, response.data, response.len);
	} else {
		buf_reset(&s->held);
		frame_put(&s->held, FRAME_RESPONSE, response.data, response.len);
		s->busy = true;
		s->busy_until = clock_ms() + s->setup->delay_ms;
		s->busy_for = c;
	}
	buf_clear(&response);
}

static void end_transaction(struct server *s, struct vcard_client *c, const struct vcard_request *q)
{
	if (s->owner != c || q->payload_len != 1 || q->payload[0] > 1) {
		answer_error(c, FRAME_ERROR_PROTOCOL);
		return;
	}
	if (q->payload[0] == 1)
		reset_card(s, c);
	s->owner = NULL;
	answer(c, FRAME_DONE, NULL, 0);
}

static bool needs_card(uint8_t type)
{
	return type == FRAME_COMMAND || type == FRAME_BEGIN || type == FRAME_RESET;
}

static void handle(struct server *s, struct vcard_client *c, const struct vcard_request *q)
{
	bool payload_allowed = q->type == FRAME_COMMAND || q->type == FRAME_END;

	if (q->payload_len && !payload_allowed) {
		answer_error(c, FRAME_ERROR_PROTOCOL);
		return;
	}
	switch (q->type) {
	case FRAME_ATTACH:
		answer_atr(s, c);
		break;
	case FRAME_RESET:
		reset_card(s, c);
		answer_atr(s, c);
		break;
	case FRAME_COMMAND:
		if (c->was_reset)
			answer_error(c, FRAME_ERROR_RESET);
		else
			run_command(s, c, q);
		break;
	case FRAME_BEGIN:
		if (s->owner == c) {
			answer_error(c, FRAME_ERROR_PROTOCOL);
		} else if (c->was_reset) {
			answer_error(c, FRAME_ERROR_RESET);
		} else {
			s->owner = c;
			answer(c, FRAME_DONE, NULL, 0);
		}
		break;
	case FRAME_END:
		end_transaction(s, c, q);
		break;
	default:
		answer_error(c, FRAME_ERROR_PROTOCOL);
	}
}

/* Whether this host's next request can be served now; numbers it when it is whole for the first time. */
static bool is_ready(struct server *s, struct vcard_client *c, struct vcard_request *ret)
{
	int r;

	if (c->fd < 0)
		return false;
	r = vcard_client_peek(c, ret);
	if (r == MOHR_ERR_MALFORMED)
		drop_client(s, c);
	if (r != 0)
		return false;
	if (c->ticket == 0)
		c->ticket = ++s->last_ticket;
	/* One answer at a time: who does not read gets nothing more. */
	if (vcard_client_has_output(c) || (s->busy && s->busy_for == c))
		return false;
	return !needs_card(ret->type) || (!s->busy && (!s->owner || s->owner == c));
}

static bool serve_one(struct server *s)
{
	struct vcard_client *first = NULL;
	struct vcard_request q, request = {0};

	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		struct vcard_client *c = &s->clients[i];

		if (is_ready(s, c, &q) && (!first || c->ticket < first->ticket)) {
			first = c;
			request = q;
		}
	}
	if (!first)
		return false;
	handle(s, first, &request);
	vcard_client_skip(first, &request);
	if (vcard_client_has_output(first) && vcard_client_send(first) != 0)
		drop_client(s, first);
	return true;
}

/* ---- the loop */

static void finish_busy(struct server *s)
{
	struct vcard_client *c = s->busy_for;

	if (!s->busy || clock_ms() < s->busy_until)
		return;
	s->busy = false;
	s->busy_for = NULL;
	if (c) {
		buf_put(&c->out, s->held.data, s->held.len);
		if (vcard_client_send(c) != 0)
			drop_client(s, c);
	}
	buf_reset(&s->held);
}

static void accept_client(struct server *s, const struct vcard_listener *l)
{
	int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;

	if (fd < 0)
		return;
	/* Small frames go at once; where the socket is not TCP this does nothing. */
	if (!*l->path)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i].fd < 0) {
			vcard_client_init(&s->clients[i], fd);
			return;
		}
	}
	close(fd);
}

static bool has_place(const struct server *s)
{
	for (size_t i = 0; i < MAX_CLIENTS; i++)
		if (s->clients[i].fd < 0)
			return true;
	return false;
}

/* Entries: stop, listeners, clients, each at its fixed place; poll ignores negative descriptors. */
static void fill_poll(const struct server *s, struct pollfd fds[MAX_POLL])
{
	bool place = has_place(s);

	for (size_t i = 0; i < MAX_POLL; i++)
		fds[i] = (struct pollfd){.fd = -1};
	fds[0] = (struct pollfd){.fd = s->setup->stop_fd, .events = POLLIN};
	for (size_t i = 0; i < s->setup->n_listeners && i < MAX_LISTENERS; i++)
		fds[1 + i] = (struct pollfd){.fd = place ? s->setup->listeners[i].fd : -1,
					     .events = POLLIN};
	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		const struct vcard_client *c = &s->clients[i];
		short events = POLLRDHUP;

		if (vcard_client_can_receive(c))
			events |= POLLIN;
		if (vcard_client_has_output(c))
			events |= POLLOUT;
		fds[1 + MAX_LISTENERS + i] = (struct pollfd){.fd = c->fd, .events = events};
	}
}

static void serve_client(struct server *s, struct vcard_client *c, short events)
{
	int r = 0;

	if (events & (POLLERR | POLLHUP | POLLRDHUP | POLLNVAL))
		r = MOHR_ERR_IO;
	if (r == 0 && (events & POLLOUT) && vcard_client_has_output(c))
		r = vcard_client_send(c);
	if (r == 0 && (events & POLLIN) && vcard_client_can_receive(c))
		r = vcard_client_receive(c);
	if (r != 0)
		drop_client(s, c);
}

static int timeout_ms(const struct server *s)
{
	uint64_t now = clock_ms();

	if (!s->busy)
		return -1;
	return now >= s->busy_until ? 0 : (int)(s->busy_until - now);
}

static int loop(struct server *s)
{
	struct pollfd fds[MAX_POLL];

	for (;;) {
		fill_poll(s, fds);
		if (poll(fds, MAX_POLL, timeout_ms(s)) < 0) {
			if (errno == EINTR)
				continue;
			return MOHR_ERR_IO;
		}
		if (fds[0].revents)
			return 0;
		for (size_t i = 0; i < MAX_CLIENTS; i++)
			if (s->clients[i].fd >= 0 && fds[1 + MAX_LISTENERS + i].revents)
				serve_client(s, &s->clients[i], fds[1 + MAX_LISTENERS + i].revents);
		for (size_t i = 0; i < s->setup->n_listeners && i < MAX_LISTENERS; i++)
			if (fds[1 + i].revents)
				accept_client(s, &s->setup->listeners[i]);
		finish_busy(s);
		while (serve_one(s))
			continue;
	}
}

int vcard_serve(struct vcard *v, const struct vcard_server_setup *setup)
{
	struct server *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return MOHR_ERR_NOMEM;
	s->card = v;
	s->setup = setup;
	buf_init(&s->held, LIMIT_FRAME + FRAME_HEADER_LEN);
	for (size_t i = 0; i < MAX_CLIENTS; i++)
		s->clients[i].fd = -1;
	r = loop(s);
	for (size_t i = 0; i < MAX_CLIENTS; i++)
		vcard_client_clear(&s->clients[i]);
	buf_clear(&s->held);
	free(s);
	return r;
}
