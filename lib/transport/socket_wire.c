/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames over one connection to a virtual card. */
#include "transport/socket_wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "transport/reader.h"

enum {
	TCP_CONNECT_MS = 1000, /* loopback answers at once or never */
	POLL_SLICE_MS = 3600 * 1000,
};

static int parse_port(const char *text, size_t len, struct wire_address *ret)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	unsigned long port = 0;

	if (len == 0 || len > 5)
		return MOHR_ERR_CONFIG;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return MOHR_ERR_CONFIG;
		port = 10 * port + (unsigned long)(text[i] - '0');
	}
	if (port == 0 || port > 65535)
		return MOHR_ERR_CONFIG;
	in.sin_port = htons((uint16_t)port);
	memset(ret, 0, sizeof *ret);
	memcpy(&ret->to, &in, sizeof in);
	ret->len = sizeof in;
	return 0;
}

int wire_address_parse(const char *text, size_t len, struct wire_address *ret)
{
	if (len >= 4 && memcmp(text, "tcp:", 4) == 0)
		return parse_port(text + 4, len - 4, ret);
	if (len == 0 || len >= sizeof ret->to.local.sun_path)
		return MOHR_ERR_CONFIG;
	memset(ret, 0, sizeof *ret);
	ret->to.local.sun_family = AF_UNIX;
	memcpy(ret->to.local.sun_path, text, len);
	ret->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
	return 0;
}

/* 0 when one of the events came, MOHR_ERR_TIMEOUT. Errors and the end count: the next call tells. */
static int await(int fd, short events, uint64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};

	for (;;) {
		int left = deadline_left(deadline, POLL_SLICE_MS);
		int n = poll(&p, 1, left);

		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return MOHR_ERR_IO;
		if (n == 0 && deadline_left(deadline, 1) == 0)
			return MOHR_ERR_TIMEOUT;
	}
}

static int finish_connect(int fd)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (await(fd, POLLOUT, deadline_after(TCP_CONNECT_MS)) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0)
		return MOHR_ERR_CARD_ABSENT;
	return 0;
}

int wire_connect(const struct wire_address *to, int *ret_fd)
{
	int fd = socket(to->to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r = 0, one = 1;

	if (fd < 0)
		return MOHR_ERR_IO;
	if (connect(fd, &to->to.any, to->len) != 0) {
		if (errno == EINPROGRESS || errno == EINTR)
			r = finish_connect(fd);
		else
			r = errno == EAGAIN ? MOHR_ERR_CARD_BUSY : MOHR_ERR_CARD_ABSENT;
	}
	if (r != 0) {
		(void)close(fd);
		return r;
	}
	if (to->to.any.sa_family == AF_INET)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	*ret_fd = fd;
	return 0;
}

/* What errno of a send or receive means; 0: try again when the descriptor is ready. */
static int io_error(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0
									 : MOHR_ERR_CARD_REMOVED;
}

int wire_send(int fd, const struct buf *frame, uint64_t deadline)
{
	size_t sent = 0;
	int r = buf_err(frame);

	while (r == 0 && sent < frame->len) {
		ssize_t n = send(fd, frame->data + sent, frame->len - sent, MSG_NOSIGNAL);

		if (n >= 0)
			sent += (size_t)n;
		else if ((r = io_error()) == 0)
			r = await(fd, POLLOUT, deadline);
	}
	return r;
}

static int receive_all(int fd, uint8_t *data, size_t len, uint64_t deadline)
{
	size_t got = 0;
	int r = 0;

	while (r == 0 && got < len) {
		ssize_t n = recv(fd, data + got, len - got, 0);

		if (n > 0)
			got += (size_t)n;
		else if (n == 0)
			r = MOHR_ERR_CARD_REMOVED;
		else if ((r = io_error()) == 0)
			r = await(fd, POLLIN, deadline);
	}
	return r;
}

static int drop(int fd, size_t len, uint64_t deadline)
{
	uint8_t chunk[1024];
	int r = 0;

	while (r == 0 && len > 0) {
		size_t n = len < sizeof chunk ? len : sizeof chunk;

		r = receive_all(fd, chunk, n, deadline);
		len -= n;
	}
	wipe(chunk, sizeof chunk);
	return r == 0 ? MOHR_ERR_LIMIT : r;
}

int wire_receive(int fd, uint64_t deadline, uint8_t *ret_type, uint8_t *ret_payload, size_t cap,
		 size_t *ret_len)
{
	uint8_t header[FRAME_HEADER_LEN], type;
	size_t len;
	int r = receive_all(fd, header, sizeof header, deadline);

	if (r != 0)
		return r;
	if (frame_decode_header(header, &type, &len) != 0)
		return MOHR_ERR_COMMUNICATION;
	if (len > cap)
		return drop(fd, len, deadline);
	r = receive_all(fd, ret_payload, len, deadline);
	if (r != 0)
		return r;
	*ret_type = type;
	*ret_len = len;
	return 0;
}

int wire_quiet(int fd)
{
	uint8_t byte;
	ssize_t n;

	do
		n = recv(fd, &byte, 1, MSG_PEEK);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		return MOHR_ERR_COMMUNICATION;
	return n == 0 ? MOHR_ERR_CARD_REMOVED : io_error();
}
