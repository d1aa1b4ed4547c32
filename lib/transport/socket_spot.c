/* SPDX-License-Identifier: BSD-2-Clause */
/* One place where a virtual card may listen. */
#include "transport/socket_spot.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "transport/reader.h"

/* A card that talks without end must not keep us here. */
enum { TAKE_ROUNDS = 64 };

void spot_clear(struct spot *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
	s->in_len = 0;
	s->state = SPOT_EMPTY;
}

static void leave(struct spot *s)
{
	spot_clear(s);
	s->events++;
}

/* The ATR frame, as soon as it is whole. */
static void understand(struct spot *s)
{
	uint8_t type;
	size_t len;

	if (s->in_len < FRAME_HEADER_LEN)
		return;
	if (frame_decode_header(s->in, &type, &len) != 0 || type != FRAME_ATR || len > LIMIT_ATR ||
	    s->in_len > FRAME_HEADER_LEN + len) {
		s->state = SPOT_BROKEN;
		return;
	}
	if (s->in_len < FRAME_HEADER_LEN + len)
		return;
	/* who asked meanwhile was told that the card is mute: what answers now counts as another */
	if (s->state == SPOT_SILENT)
		s->events += 2;
	s->state = SPOT_ANSWERED;
}

/* Takes what has come; leaves at the end of the connection. */
static void take(struct spot *s)
{
	uint8_t chunk[256];

	for (int i = 0; i < TAKE_ROUNDS; i++) {
		ssize_t n = recv(s->fd, chunk, sizeof chunk, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0) {
			leave(s);
			return;
		}
		if (s->state == SPOT_BROKEN)
			continue;
		if (s->state == SPOT_ANSWERED || (size_t)n > sizeof s->in - s->in_len) {
			s->state = SPOT_BROKEN;
			continue;
		}
		memcpy(s->in + s->in_len, chunk, (size_t)n);
		s->in_len += (size_t)n;
		understand(s);
	}
}

static void arrive(struct spot *s)
{
	struct buf frame = BUF_INIT(FRAME_HEADER_LEN);

	if (wire_connect(&s->address, &s->fd) != 0)
		return;
	frame_put(&frame, FRAME_ATTACH, NULL, 0);
	/* five bytes fit into any fresh socket */
	if (wire_send(s->fd, &frame, 0) == 0) {
		s->state = SPOT_FRESH;
		s->events++;
	} else {
		spot_clear(s);
	}
	buf_clear(&frame);
}

void spot_look(struct spot *s)
{
	if (s->state != SPOT_EMPTY)
		take(s);
	if (s->state == SPOT_EMPTY)
		arrive(s);
}

void spots_await(struct spot *spots, size_t n, uint64_t deadline)
{
	struct pollfd fds[LIMIT_N_READERS];
	bool waiting = true;

	while (waiting) {
		waiting = false;
		for (size_t i = 0; i < n; i++) {
			bool fresh = spots[i].state == SPOT_FRESH;

			fds[i] = (struct pollfd){.fd = fresh ? spots[i].fd : -1, .events = POLLIN};
			waiting |= fresh;
		}
		if (!waiting || (poll(fds, n, deadline_left(deadline, INT32_MAX)) <= 0 &&
				 deadline_left(deadline, 1) == 0))
			break;
		for (size_t i = 0; i < n; i++) {
			if (spots[i].state == SPOT_FRESH && fds[i].revents)
				take(&spots[i]);
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (spots[i].state == SPOT_FRESH)
			spots[i].state = SPOT_SILENT;
	}
}

void spot_describe(const struct spot *s, struct reader *ret)
{
	size_t atr_len = s->state == SPOT_ANSWERED ? s->in_len - FRAME_HEADER_LEN : 0;

	ret->present = s->state != SPOT_EMPTY;
	ret->mute = ret->present && atr_len == 0;
	ret->events = s->events;
	ret->atr_len = atr_len;
	memcpy(ret->atr, s->in + FRAME_HEADER_LEN, atr_len);
}
