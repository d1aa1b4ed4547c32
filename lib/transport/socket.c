/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual cards straight over their sockets, without a service. Waiting is by inotify on the sockets'
 * folders (a card takes its name by rename when it listens already), by the ends of the connections
 * that the spots hold, and by an eventfd for cancel.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mutex.h"
#include "transport/reader.h"
#include "transport/socket_link.h"
#include "transport/socket_spot.h"

enum {
	/* A card tells its ATR at once, also while another program has it; one that does not is mute. */
	ATR_MS = 500,
	/* Where nothing tells of a new card: loopback TCP, or no inotify left. */
	BLIND_SLICE_MS = 250,
	/* A server that takes its name before it listens: it is tried again so often, and after each event. */
	RETRIES = 25,
	RETRY_MS = 20,
	LONGEST_SLICE_MS = 3600 * 1000,
};

struct socket_transport {
	struct transport base;
	const struct log *log;
	int cancel_fd; /* an eventfd that is never read: once written, every wait ends */
	struct mutex lock;
	struct spot spots[LIMIT_N_READERS];
	size_t n;
};

static void name_reader(size_t i, struct reader *ret)
{
	memset(ret, 0, sizeof *ret);
	(void)snprintf(ret->name, sizeof ret->name, "Mohr virtual reader %02zu", i);
}

static int socket_readers(struct transport *transport, struct reader *ret, size_t max,
			  size_t *ret_n)
{
	struct socket_transport *t = (struct socket_transport *)transport;
	size_t n = t->n < max ? t->n : max;

	mutex_lock(&t->lock);
	for (size_t i = 0; i < n; i++)
		spot_look(&t->spots[i]);
	spots_await(t->spots, n, deadline_after(ATR_MS));
	for (size_t i = 0; i < n; i++) {
		name_reader(i, &ret[i]);
		spot_describe(&t->spots[i], &ret[i]);
	}
	mutex_unlock(&t->lock);
	*ret_n = n;
	return 0;
}

/* Watches the folder in which path would appear, or what there is of the way to it. */
static void watch(int inotify, const char *path)
{
	const uint32_t mask = IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
	char folder[sizeof((struct sockaddr_un *)0)->sun_path];
	char *slash;

	memcpy(folder, path, strlen(path) + 1);
	while ((slash = strrchr(folder, '/')) != NULL) {
		bool root = slash == folder;

		slash[root ? 1 : 0] = '\0';
		if (inotify_add_watch(inotify, folder, mask) >= 0 || root)
			return;
	}
	(void)inotify_add_watch(inotify, ".", mask);
}

/* What a wait sleeps on; descriptors of spots are duplicates, since others may close the spots' own. */
struct vigil {
	struct pollfd fds[2 + LIMIT_N_READERS];
	size_t n;
	bool blind;   /* some spot's card could come unnoticed */
	bool hopeful; /* some socket is there that nobody listens on */
};

static void vigil_clear(struct vigil *v)
{
	for (size_t i = 2; i < v->n; i++) {
		if (v->fds[i].fd >= 0)
			(void)close(v->fds[i].fd);
	}
	v->n = 2;
}

static void vigil_init(struct vigil *v, struct socket_transport *t, int inotify)
{
	*v = (struct vigil){
		.fds = {{.fd = t->cancel_fd, .events = POLLIN}, {.fd = inotify, .events = POLLIN}},
		.n = 2};
	mutex_lock(&t->lock);
	for (size_t i = 0; i < t->n; i++) {
		const struct spot *s = &t->spots[i];
		int copy = s->fd < 0 ? -1 : fcntl(s->fd, F_DUPFD_CLOEXEC, 0);

		bool local = s->address.to.any.sa_family == AF_UNIX;

		v->blind |= copy < 0 && (inotify < 0 || !local || s->state != SPOT_EMPTY);
		v->hopeful |= local && s->state == SPOT_EMPTY &&
			      access(s->address.to.local.sun_path, F_OK) == 0;
		v->fds[v->n++] = (struct pollfd){.fd = copy, .events = POLLIN};
	}
	mutex_unlock(&t->lock);
}

static bool is_cancelled(const struct socket_transport *t)
{
	struct pollfd p = {.fd = t->cancel_fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/* Forgets what inotify has told; whether there was anything. */
static bool drain(int inotify)
{
	char events[4096];
	bool any = false;

	while (inotify >= 0 && read(inotify, events, sizeof events) > 0)
		any = true;
	return any;
}

static int wait_for_difference(struct socket_transport *t, const struct reader *known, size_t n,
			       uint64_t deadline, int inotify)
{
	struct reader now[LIMIT_N_READERS];
	struct vigil v;
	int retries = RETRIES;
	size_t n_now;

	for (;;) {
		int slice = LONGEST_SLICE_MS, r;

		/* first the watches, then the look: what happens in between wakes us */
		for (size_t i = 0; inotify >= 0 && i < t->n; i++) {
			if (t->spots[i].address.to.any.sa_family == AF_UNIX)
				watch(inotify, t->spots[i].address.to.local.sun_path);
		}
		retries = drain(inotify) ? RETRIES : retries > 0 ? retries - 1 : 0;
		if (is_cancelled(t))
			return MOHR_ERR_CANCELLED;
		r = socket_readers(&t->base, now, LIMIT_N_READERS, &n_now);
		if (r != 0 || readers_differ(known, n, now, n_now))
			return r;
		if (deadline_left(deadline, 1) == 0)
			return MOHR_ERR_TIMEOUT;
		vigil_init(&v, t, inotify);
		if (v.blind)
			slice = BLIND_SLICE_MS;
		if (v.hopeful && retries > 0)
			slice = RETRY_MS;
		(void)poll(v.fds, v.n, deadline_left(deadline, slice));
		vigil_clear(&v);
	}
}

static int socket_wait(struct transport *transport, const struct reader *known, size_t n,
		       int timeout_ms)
{
	struct socket_transport *t = (struct socket_transport *)transport;
	int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int r = wait_for_difference(t, known, n, deadline_after(timeout_ms), inotify);

	if (inotify >= 0)
		(void)close(inotify);
	return r;
}

static void socket_cancel(struct transport *transport)
{
	struct socket_transport *t = (struct socket_transport *)transport;

	(void)eventfd_write(t->cancel_fd, 1);
}

static int socket_connect(struct transport *transport, const char *reader, struct link **ret)
{
	struct socket_transport *t = (struct socket_transport *)transport;
	struct reader named;

	for (size_t i = 0; i < t->n; i++) {
		name_reader(i, &named);
		/* addresses never change: no lock */
		if (strcmp(named.name, reader) == 0)
			return socket_link_new(&t->spots[i].address, t->cancel_fd, t->log, ret);
	}
	return MOHR_ERR_READER_GONE;
}

static void socket_free(struct transport *transport)
{
	struct socket_transport *t = (struct socket_transport *)transport;

	for (size_t i = 0; i < t->n; i++)
		spot_clear(&t->spots[i]);
	if (t->cancel_fd >= 0)
		(void)close(t->cancel_fd);
	mutex_clear(&t->lock);
	free(t);
}

static const struct transport_ops socket_ops = {
	.name = "socket",
	.readers = socket_readers,
	.wait = socket_wait,
	.cancel = socket_cancel,
	.connect = socket_connect,
	.free = socket_free,
};

/* One item at a time: the ':' of "tcp:PORT" does not end it. */
static int add_spots(struct socket_transport *t, const char *paths)
{
	const char *at = paths, *end;
	int r = 0;

	while (r == 0) {
		if (t->n == LIMIT_N_READERS)
			return MOHR_ERR_CONFIG;
		end = at + strcspn(at, ":");
		if (end - at == 3 && memcmp(at, "tcp:", 4) == 0)
			end += 1 + strcspn(end + 1, ":");
		t->spots[t->n] = (struct spot){.fd = -1};
		r = wire_address_parse(at, (size_t)(end - at), &t->spots[t->n].address);
		if (r == 0)
			t->n++;
		if (*end == '\0')
			break;
		at = end + 1;
	}
	return r;
}

int transport_socket_new(const char *paths, const struct log *log, struct transport **ret)
{
	struct socket_transport *t = calloc(1, sizeof *t);
	int r;

	if (!t)
		return MOHR_ERR_NOMEM;
	t->base.ops = &socket_ops;
	t->log = log;
	t->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (t->cancel_fd < 0)
		r = MOHR_ERR_IO;
	else if ((r = mutex_init(&t->lock, mutex_ops_os())) == 0)
		r = add_spots(t, paths);
	if (r != 0) {
		socket_free(&t->base);
		return log_fail(log, r, "sockets '%s'", paths);
	}
	*ret = &t->base;
	return 0;
}
