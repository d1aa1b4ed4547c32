/* SPDX-License-Identifier: BSD-2-Clause */
/* Buffers between a non-blocking socket and frames. */
#include "vcard/client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LENGTH_BYTES = 4, MAX_BYTES = LENGTH_BYTES + LIMIT_FRAME, CHUNK = 4096 };

void vcard_client_init(struct vcard_client *c, int fd)
{
	*c = (struct vcard_client){.fd = fd};
	buf_init(&c->in, MAX_BYTES);
	buf_init(&c->out, MAX_BYTES);
}

void vcard_client_clear(struct vcard_client *c)
{
	if (c->fd < 0)
		return;
	close(c->fd);
	buf_clear(&c->in);
	buf_clear(&c->out);
	c->fd = -1;
	c->ticket = 0;
}

static int io_error(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : MOHR_ERR_IO;
}

bool vcard_client_can_receive(const struct vcard_client *c)
{
	return c->in.len < c->in.max;
}

bool vcard_client_has_output(const struct vcard_client *c)
{
	return c->out.len > 0;
}

int vcard_client_receive(struct vcard_client *c)
{
	size_t len = c->in.len, room = c->in.max - len;
	uint8_t *at;
	ssize_t n;

	if (room > CHUNK)
		room = CHUNK;
	at = buf_extend(&c->in, room);
	if (!at)
		return buf_err(&c->in);
	n = recv(c->fd, at, room, 0);
	buf_truncate(&c->in, len + (n > 0 ? (size_t)n : 0));
	if (n == 0)
		return MOHR_ERR_IO;
	return n > 0 ? 0 : io_error();
}

int vcard_client_send(struct vcard_client *c)
{
	ssize_t n;

	if (buf_err(&c->out) != 0)
		return buf_err(&c->out);
	n = send(c->fd, c->out.data + c->out_off, c->out.len - c->out_off, MSG_NOSIGNAL);
	if (n < 0)
		return io_error();
	c->out_off += (size_t)n;
	if (c->out_off == c->out.len) {
		buf_reset(&c->out);
		c->out_off = 0;
	}
	return 0;
}

int vcard_client_peek(const struct vcard_client *c, struct vcard_request *ret)
{
	struct vcard_request q;

	if (c->in.len < FRAME_HEADER_LEN)
		return MOHR_ERR_NOT_FOUND;
	if (frame_decode_header(c->in.data, &q.type, &q.payload_len) != 0)
		return MOHR_ERR_MALFORMED;
	if (c->in.len - FRAME_HEADER_LEN < q.payload_len)
		return MOHR_ERR_NOT_FOUND;
	q.payload = c->in.data + FRAME_HEADER_LEN;
	*ret = q;
	return 0;
}

void vcard_client_skip(struct vcard_client *c, const struct vcard_request *request)
{
	size_t used = FRAME_HEADER_LEN + request->payload_len, left = c->in.len - used;

	memmove(c->in.data, c->in.data + used, left);
	buf_truncate(&c->in, left);
	c->ticket = 0;
}
