/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames between a host and a virtual card: length, type, payload. */
#include "codec/frame.h"

void frame_put(struct buf *b, enum frame_type type, const void *payload, size_t len)
{
	if (len > LIMIT_FRAME - 1) {
		if (b->err == 0)
			b->err = MOHR_ERR_LIMIT;
		return;
	}
	buf_put_be32(b, (uint32_t)len + 1);
	buf_put_u8(b, (uint8_t)type);
	buf_put(b, payload, len);
}

int frame_decode_header(const uint8_t header[FRAME_HEADER_LEN], uint8_t *ret_type,
			size_t *ret_payload_len)
{
	struct cursor c;
	uint32_t len;
	uint8_t type;

	cursor_init(&c, header, FRAME_HEADER_LEN);
	if (cursor_get_be32(&c, &len) != 0 || cursor_get_u8(&c, &type) != 0)
		return MOHR_ERR_MALFORMED;
	if (len == 0 || len > LIMIT_FRAME)
		return MOHR_ERR_MALFORMED;
	*ret_type = type;
	*ret_payload_len = len - 1;
	return 0;
}
