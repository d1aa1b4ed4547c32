/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection of its own to one virtual card. Commands wait without bound, as SCardTransmit does; a
 * connection that has lost its place in the frames is dead.
 */
#include "transport/socket_link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/iso7816.h"
#include "transport/reader.h"

enum {
	/* The ATR is told at once, also while another program has the card. */
	ATTACH_MS = 2000,
	/* How long another program is waited for at least, even by one that is about to end. */
	TURN_LAST_MS = 1500,
	POLL_SLICE_MS = 3600 * 1000,
};

struct socket_link {
	struct link base;
	const struct log *log;
	int fd, cancel_fd;
	bool dead;
	struct buf frame; /* what is sent; wiped after each */
};

/* Waits for the end of another program's transaction: for an answer, or for the end of our patience. */
static int await_turn(const struct socket_link *l)
{
	struct pollfd p[] = {{.fd = l->fd, .events = POLLIN},
			     {.fd = l->cancel_fd, .events = POLLIN}};
	uint64_t last = deadline_after(TURN_LAST_MS);
	bool cancelled = false;
	int n;

	for (;;) {
		n = poll(p, cancelled ? 1 : 2,
			 deadline_left(cancelled ? last : UINT64_MAX, POLL_SLICE_MS));
		if (n < 0 && errno != EINTR)
			return MOHR_ERR_IO;
		if (n > 0 && p[0].revents != 0)
			return 0;
		if (n > 0)
			cancelled = true;
		if (cancelled && deadline_left(last, 1) == 0)
			return MOHR_ERR_CARD_BUSY;
	}
}

/* One request and its answer. */
static int exchange(struct socket_link *l, enum frame_type request, const void *payload, size_t len,
		    uint64_t deadline, uint8_t *ret_type, uint8_t *ret_payload, size_t cap,
		    size_t *ret_len)
{
	int r;

	if (l->dead)
		return MOHR_ERR_CARD_REMOVED;
	/* an answer that nobody asked for would be taken for the answer to what comes now */
	r = wire_quiet(l->fd);
	if (r == 0) {
		frame_put(&l->frame, request, payload, len);
		r = wire_send(l->fd, &l->frame, deadline);
		buf_reset(&l->frame);
	}
	if (r == 0 && request == FRAME_BEGIN)
		r = await_turn(l);
	if (r == 0)
		r = wire_receive(l->fd, deadline, ret_type, ret_payload, cap, ret_len);
	if (r != 0 && r != MOHR_ERR_LIMIT)
		l->dead = true;
	return r == 0 ? 0 : log_fail(l->log, r, "virtual card: request '%c'", (char)request);
}

/* What an answer of another type than expected means. */
static int refuse(struct socket_link *l, uint8_t type, const uint8_t *payload, size_t len)
{
	if (type == FRAME_ERROR && len == 1 && payload[0] == FRAME_ERROR_RESET)
		return MOHR_ERR_CARD_RESET;
	if (type != FRAME_ERROR)
		l->dead = true;
	return log_fail(l->log, MOHR_ERR_COMMUNICATION, "virtual card: answer %02X", type);
}

static int request_done(struct socket_link *l, enum frame_type request, const void *payload,
			size_t len)
{
	uint8_t type, answer[1];
	size_t answer_len;
	int r = exchange(l, request, payload, len, UINT64_MAX, &type, answer, sizeof answer,
			 &answer_len);

	if (r != 0)
		return r;
	return type == FRAME_DONE && answer_len == 0 ? 0 : refuse(l, type, answer, answer_len);
}

static int link_socket_begin(struct link *link)
{
	return request_done((struct socket_link *)link, FRAME_BEGIN, NULL, 0);
}

static int link_socket_end(struct link *link, bool reset)
{
	uint8_t how = reset ? 1 : 0;

	return request_done((struct socket_link *)link, FRAME_END, &how, 1);
}

static int link_socket_transmit(struct link *link, const uint8_t *command, size_t len,
				uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	struct socket_link *l = (struct socket_link *)link;
	uint8_t type;
	size_t got;
	int r = exchange(l, FRAME_COMMAND, command, len, UINT64_MAX, &type, ret_response, cap,
			 &got);

	if (r != 0)
		return r;
	if (type != FRAME_RESPONSE)
		return refuse(l, type, ret_response, got);
	*ret_len = got;
	return 0;
}

/* The first protocol that the ATR offers; offers come in rising order (ISO 7816-3 §8.2.3). */
static enum protocol protocol_of(const uint8_t *atr, size_t len)
{
	struct atr_info info;

	return atr_decode(atr, len, &info) == 0 && info.t1 && !info.t0 ? PROTOCOL_T1 : PROTOCOL_T0;
}

static int link_socket_attach(struct link *link)
{
	struct socket_link *l = (struct socket_link *)link;
	uint8_t type, atr[LIMIT_ATR];
	size_t len;
	int r = exchange(l, FRAME_ATTACH, NULL, 0, deadline_after(ATTACH_MS), &type, atr,
			 sizeof atr, &len);

	if (r == MOHR_ERR_TIMEOUT)
		return MOHR_ERR_CARD_MUTE;
	if (r != 0)
		return r;
	if (type != FRAME_ATR)
		return refuse(l, type, atr, len);
	if (len == 0)
		return MOHR_ERR_CARD_MUTE;
	memcpy(l->base.atr, atr, len);
	l->base.atr_len = len;
	l->base.protocol = protocol_of(atr, len);
	return 0;
}

static void link_socket_free(struct link *link)
{
	struct socket_link *l = (struct socket_link *)link;

	(void)close(l->fd);
	buf_clear(&l->frame);
	free(l);
}

static const struct link_ops socket_link_ops = {
	.begin = link_socket_begin,
	.end = link_socket_end,
	.transmit = link_socket_transmit,
	.reconnect = link_socket_attach,
	.free = link_socket_free,
};

int socket_link_new(const struct wire_address *to, int cancel_fd, const struct log *log,
		    struct link **ret)
{
	struct socket_link *l = calloc(1, sizeof *l);
	int r;

	if (!l)
		return MOHR_ERR_NOMEM;
	r = wire_connect(to, &l->fd);
	if (r != 0) {
		free(l);
		return r;
	}
	l->base.ops = &socket_link_ops;
	l->cancel_fd = cancel_fd;
	l->log = log;
	buf_init(&l->frame, LIMIT_FRAME + FRAME_HEADER_LEN);
	r = link_socket_attach(&l->base);
	if (r != 0) {
		link_socket_free(&l->base);
		return r;
	}
	*ret = &l->base;
	return 0;
}
