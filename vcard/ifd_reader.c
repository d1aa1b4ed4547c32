/* SPDX-License-Identifier: BSD-2-Clause */
/* Presence, power and commands of one reader: see the header. */
#include "vcard/ifd_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "vcard/ifd_wire.h"

/* How often to look where no event tells: a socket that nobody listens on, a folder that went away. */
enum { LOOK_AGAIN_MS = 100 };

struct ifd_reader {
	struct ifd_options options;
	const char *base; /* the socket's name within its folder; borrows from options */
	int inotify;
	int wake;
	pthread_mutex_t io; /* held through an exchange; guards what only exchanges touch */
	bool powered;
	bool gone; /* a removal that ifd_reader_present has not reported yet */
	int watch;
	/* Taken for moments only, so that a wait never stands behind a mute card. */
	pthread_mutex_t state;
	int fd;     /* to the card; -1: none */
	bool blind; /* no event would tell of a card that comes */
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
};

static void watch_folder(struct ifd_reader *r)
{
	char folder[IFD_PATH];
	size_t len = (size_t)(r->base - r->options.socket);

	memcpy(folder, r->options.socket, len); /* its slash included: "/" works too */
	folder[len] = '\0';
	r->watch = inotify_add_watch(r->inotify, folder,
				     IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |
					     IN_ONLYDIR);
}

int ifd_reader_new(const struct ifd_options *options, struct ifd_reader **ret)
{
	struct ifd_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return MOHR_ERR_NOMEM;
	r->options = *options;
	r->base = strrchr(r->options.socket, '/') + 1;
	r->fd = -1;
	r->watch = -1;
	(void)pthread_mutex_init(&r->io, NULL);
	(void)pthread_mutex_init(&r->state, NULL);
	r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (r->wake < 0 || r->inotify < 0) {
		ifd_reader_free(r);
		return MOHR_ERR_IO;
	}
	watch_folder(r);
	if (r->watch < 0) {
		ifd_reader_free(r);
		return MOHR_ERR_CONFIG;
	}
	*ret = r;
	return 0;
}

void ifd_reader_free(struct ifd_reader *r)
{
	if (r == NULL)
		return;
	if (r->fd >= 0)
		(void)close(r->fd);
	if (r->wake >= 0)
		(void)close(r->wake);
	if (r->inotify >= 0)
		(void)close(r->inotify);
	(void)pthread_mutex_destroy(&r->io);
	(void)pthread_mutex_destroy(&r->state);
	free(r);
}

const struct ifd_options *ifd_reader_options(const struct ifd_reader *r)
{
	return &r->options;
}

void ifd_reader_interrupt(struct ifd_reader *r)
{
	const uint64_t one = 1;

	/* It can fail only if the counter is full, and then it wakes anyhow. */
	(void)!write(r->wake, &one, sizeof(one));
}

static void set_fd(struct ifd_reader *r, int fd, bool blind)
{
	(void)pthread_mutex_lock(&r->state);
	r->fd = fd;
	r->blind = blind;
	r->atr_len = 0;
	(void)pthread_mutex_unlock(&r->state);
	r->powered = false;
	ifd_reader_interrupt(r); /* a wait must look at the new state */
}

/* Where no card is connected: connects, if there is one. */
static int look(struct ifd_reader *r)
{
	int fd, e;

	if (r->watch < 0)
		watch_folder(r);
	e = ifd_wire_connect(r->options.socket, &fd);
	if (e == 0) {
		set_fd(r, fd, false);
		return 0;
	}
	(void)pthread_mutex_lock(&r->state);
	r->blind = e == MOHR_ERR_CARD_BUSY || r->watch < 0;
	(void)pthread_mutex_unlock(&r->state);
	return MOHR_ERR_CARD_ABSENT;
}

/* Gives the connection up. After a removal nothing connects before the removal has been reported. */
static void drop(struct ifd_reader *r, bool removed)
{
	int fd = r->fd;

	r->gone = removed;
	set_fd(r, -1, false);
	if (fd >= 0)
		(void)close(fd); /* not before: a wait might copy its number's next owner */
}

bool ifd_reader_present(struct ifd_reader *r)
{
	bool present;

	(void)pthread_mutex_lock(&r->io);
	if (r->fd >= 0 && ifd_wire_hung_up(r->fd))
		drop(r, true);
	if (r->gone) {
		r->gone = false;
		present = false;
		ifd_reader_interrupt(r); /* the next card may be there already */
	} else {
		present = r->fd >= 0 || look(r) == 0;
	}
	(void)pthread_mutex_unlock(&r->io);
	return present;
}

bool ifd_reader_lost(struct ifd_reader *r)
{
	bool lost;

	(void)pthread_mutex_lock(&r->io);
	lost = r->fd < 0 || ifd_wire_hung_up(r->fd);
	(void)pthread_mutex_unlock(&r->io);
	return lost;
}

/*
 * An exchange, and what its failure means. A connection on which an answer is outstanding is of no
 * use; the card may still be there, so another one is made at once, and the card wants a power-up.
 */
static int exchange(struct ifd_reader *r, enum frame_type type, const void *payload, size_t len,
		    uint8_t *ret_type, struct buf *ret)
{
	int e = ifd_wire_exchange(r->fd, type, payload, len, r->options.timeout_ms, ret_type, ret);

	if (e == 0)
		return 0;
	drop(r, e == MOHR_ERR_CARD_REMOVED);
	if (e == MOHR_ERR_CARD_REMOVED)
		return e;
	(void)look(r);
	return e == MOHR_ERR_TIMEOUT ? MOHR_ERR_CARD_MUTE : MOHR_ERR_COMMUNICATION;
}

/* FRAME_RESET; the connection is there. */
static int reset_card(struct ifd_reader *r)
{
	struct buf answer = BUF_INIT(LIMIT_FRAME);
	uint8_t type;
	int e = exchange(r, FRAME_RESET, NULL, 0, &type, &answer);

	if (e == 0 && (type != FRAME_ATR || answer.len == 0 || answer.len > LIMIT_ATR))
		e = MOHR_ERR_CARD_MUTE;
	if (e == 0) {
		(void)pthread_mutex_lock(&r->state);
		memcpy(r->atr, answer.data, answer.len);
		r->atr_len = answer.len;
		(void)pthread_mutex_unlock(&r->state);
		r->powered = true;
	}
	buf_clear(&answer);
	return e;
}

int ifd_reader_power_up(struct ifd_reader *r)
{
	int e = 0;

	(void)pthread_mutex_lock(&r->io);
	if (r->gone)
		e = MOHR_ERR_CARD_REMOVED;
	else if (r->fd < 0)
		e = look(r);
	if (e == 0)
		e = reset_card(r);
	(void)pthread_mutex_unlock(&r->io);
	return e;
}

void ifd_reader_power_down(struct ifd_reader *r)
{
	(void)pthread_mutex_lock(&r->io);
	/* No current, no memory: what was verified must not outlive it. */
	if (r->powered)
		(void)reset_card(r);
	r->powered = false;
	(void)pthread_mutex_lock(&r->state);
	r->atr_len = 0;
	(void)pthread_mutex_unlock(&r->state);
	(void)pthread_mutex_unlock(&r->io);
}

size_t ifd_reader_atr(struct ifd_reader *r, uint8_t ret[LIMIT_ATR])
{
	size_t len;

	(void)pthread_mutex_lock(&r->state);
	len = r->atr_len;
	memcpy(ret, r->atr, len);
	(void)pthread_mutex_unlock(&r->state);
	return len;
}

/* What the card's answer to a command means; an answer that fits no rule is no answer. */
static int take_answer(struct ifd_reader *r, uint8_t type, const struct buf *answer)
{
	if (type == FRAME_RESPONSE)
		return answer->len == 0 ? MOHR_ERR_CARD_MUTE : 0;
	if (type == FRAME_ERROR && answer->len == 1 && answer->data[0] == FRAME_ERROR_RESET) {
		/*
		 * Another host has reset the card under pcscd, which knows no such event; a card
		 * pulled and put back is the nearest true one: handles die, states are lost.
		 */
		drop(r, true);
		return MOHR_ERR_CARD_REMOVED;
	}
	return MOHR_ERR_COMMUNICATION;
}

int ifd_reader_transmit(struct ifd_reader *r, const uint8_t *command, size_t len, struct buf *ret)
{
	uint8_t type;
	int e;

	if (len > LIMIT_APDU)
		return MOHR_ERR_LIMIT;
	(void)pthread_mutex_lock(&r->io);
	if (r->fd < 0)
		e = r->gone ? MOHR_ERR_CARD_REMOVED : MOHR_ERR_CARD_ABSENT;
	else if (!r->powered)
		e = MOHR_ERR_COMMUNICATION;
	else if ((e = exchange(r, FRAME_COMMAND, command, len, &type, ret)) == 0)
		e = take_answer(r, type, ret);
	(void)pthread_mutex_unlock(&r->io);
	return e;
}

/* Empties the queue; whether one of the events concerns the socket or the watch itself. */
static bool read_events(struct ifd_reader *r)
{
	_Alignas(struct inotify_event) char room[4096];
	bool ours = false;
	ssize_t n;

	while ((n = read(r->inotify, room, sizeof(room))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const void *)(room + at);

			if (e->len == 0 || strcmp(e->name, r->base) == 0)
				ours = true;
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	return ours;
}

/* What to wait for. The card's descriptor is a copy: an exchange may close its own at any time. */
static int wait_target(struct ifd_reader *r, struct pollfd *ret, bool *ret_blind)
{
	int fd;

	(void)pthread_mutex_lock(&r->state);
	fd = r->fd < 0 ? -1 : fcntl(r->fd, F_DUPFD_CLOEXEC, 0);
	*ret_blind = r->blind || (r->fd >= 0 && fd < 0);
	*ret = fd < 0 ? (struct pollfd){.fd = r->inotify, .events = POLLIN}
		      : (struct pollfd){.fd = fd, .events = POLLRDHUP};
	(void)pthread_mutex_unlock(&r->state);
	return fd;
}

void ifd_reader_wait(struct ifd_reader *r, int timeout_ms)
{
	uint64_t deadline = clock_ms() + (timeout_ms > 0 ? (uint64_t)timeout_ms : 0);
	struct pollfd p[2] = {{.fd = r->wake, .events = POLLIN}};
	uint64_t count;
	bool blind, done = false;

	while (!done) {
		uint64_t now = clock_ms(), left = deadline > now ? deadline - now : 0;
		int fd = wait_target(r, &p[1], &blind);

		if (blind && left > LOOK_AGAIN_MS)
			left = LOOK_AGAIN_MS;
		/* Nothing came, a wake-up, the card went: all end it. Only foreign names do not. */
		done = poll(p, 2, (int)left) <= 0 || p[0].revents != 0 || fd >= 0 || read_events(r);
		if (fd >= 0)
			(void)close(fd);
	}
	(void)!read(r->wake, &count, sizeof(count));
}
