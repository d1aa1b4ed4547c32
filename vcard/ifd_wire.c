/* SPDX-License-Identifier: BSD-2-Clause */
/* Connecting, sending and receiving with a deadline: see the header. */
#include "vcard/ifd_wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "vcard/ifd_options.h"

_Static_assert(IFD_PATH <= sizeof(((struct sockaddr_un *)0)->sun_path), "a path fits sockaddr_un");

int ifd_wire_connect(const char *path, int *ret_fd)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t len = strlen(path);
	int fd, err;

	if (len >= sizeof(addr.sun_path))
		return MOHR_ERR_ARGUMENT;
	memcpy(addr.sun_path, path, len);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return MOHR_ERR_IO;
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0) {
		*ret_fd = fd;
		return 0;
	}
	err = errno;
	(void)close(fd);
	return err == ECONNREFUSED || err == EAGAIN ? MOHR_ERR_CARD_BUSY : MOHR_ERR_CARD_ABSENT;
}

bool ifd_wire_hung_up(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/* Until fd is ready for events (or at its end), or the deadline. */
static int await(int fd, short events, uint64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};

	for (;;) {
		uint64_t now = clock_ms();
		int n;

		if (now >= deadline)
			return MOHR_ERR_TIMEOUT;
		n = poll(&p, 1, (int)(deadline - now));
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return MOHR_ERR_IO;
	}
}

static int send_all(int fd, const uint8_t *data, size_t len, uint64_t deadline)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		int r;

		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if ((r = await(fd, POLLOUT, deadline)) != 0)
				return r;
		} else if (n == 0 || errno != EINTR) {
			return MOHR_ERR_CARD_REMOVED;
		}
	}
	return 0;
}

static int receive_all(int fd, uint8_t *data, size_t len, uint64_t deadline)
{
	while (len > 0) {
		ssize_t n = recv(fd, data, len, MSG_DONTWAIT);
		int r;

		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if ((r = await(fd, POLLIN, deadline)) != 0)
				return r;
		} else if (n == 0 || errno != EINTR) {
			return MOHR_ERR_CARD_REMOVED;
		}
	}
	return 0;
}

static int receive_frame(int fd, uint64_t deadline, uint8_t *ret_type, struct buf *ret)
{
	uint8_t header[FRAME_HEADER_LEN];
	size_t len;
	uint8_t *room, type;
	int r;

	if ((r = receive_all(fd, header, sizeof(header), deadline)) != 0 ||
	    (r = frame_decode_header(header, &type, &len)) != 0)
		return r;
	if (len > 0) {
		room = buf_extend(ret, len);
		if (room == NULL)
			return buf_err(ret);
		if ((r = receive_all(fd, room, len, deadline)) != 0)
			return r;
	}
	*ret_type = type;
	return 0;
}

int ifd_wire_exchange(int fd, enum frame_type type, const void *payload, size_t len,
		      unsigned timeout_ms, uint8_t *ret_type, struct buf *ret)
{
	uint64_t deadline = clock_ms() + timeout_ms;
	struct buf request;
	int r;

	buf_init(&request, FRAME_HEADER_LEN + LIMIT_FRAME);
	frame_put(&request, type, payload, len);
	if ((r = buf_err(&request)) == 0 &&
	    (r = send_all(fd, request.data, request.len, deadline)) == 0)
		r = receive_frame(fd, deadline, ret_type, ret);
	buf_clear(&request); /* a command may hold a PIN; clearing wipes */
	return r;
}
