/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames: the input is a stream of them, read as both ends of the socket do. */
#include "fuzz.h"

#include <string.h>

#include "codec/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf b = BUF_INIT(LIMIT_FRAME + 4);
	uint8_t type;
	size_t n;

	while (len >= FRAME_HEADER_LEN && frame_decode_header(data, &type, &n) == 0) {
		must(n < LIMIT_FRAME);
		data += FRAME_HEADER_LEN;
		len -= FRAME_HEADER_LEN;
		if (n > len)
			break;
		frame_put(&b, (enum frame_type)type, data, n);
		must(buf_err(&b) == 0 && b.len == FRAME_HEADER_LEN + n);
		must(memcmp(b.data, data - FRAME_HEADER_LEN, b.len) == 0);
		buf_reset(&b);
		data += n;
		len -= n;
	}
	buf_clear(&b);
	return 0;
}
