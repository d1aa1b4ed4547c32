/* SPDX-License-Identifier: BSD-2-Clause */
/* Decompression through zlib, in bounded pieces. */
#include "codec/inflate.h"

#include <limits.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

enum {
	PIECE = 1024,
	/* zlib.h, inflateInit2: the largest window, and 32 to tell gzip from zlib by the header */
	WINDOW_ANY = MAX_WBITS + 32,
};

bool inflate_is_gzip(const void *data, size_t len)
{
	static const uint8_t magic[] = {0x1F, 0x8B}; /* RFC 1952 §2.3.1 */

	return len >= sizeof(magic) && memcmp(data, magic, sizeof(magic)) == 0;
}

static int error_of(int zr)
{
	switch (zr) {
	case Z_OK:
	case Z_STREAM_END:
		return 0;
	case Z_MEM_ERROR:
		return MOHR_ERR_NOMEM;
	default:
		return MOHR_ERR_MALFORMED;
	}
}

/* All pieces up to the stream's end; a call that comes to nothing has run out of bytes (Z_BUF_ERROR). */
static int inflate_all(z_stream *z, struct buf *ret)
{
	uint8_t piece[PIECE];
	int zr = Z_OK, r = 0;

	while (r == 0 && zr != Z_STREAM_END) {
		z->next_out = piece;
		z->avail_out = sizeof(piece);
		zr = inflate(z, Z_NO_FLUSH);
		r = error_of(zr);
		buf_put(ret, piece, sizeof(piece) - z->avail_out);
		if (r == 0)
			r = buf_err(ret);
	}
	return r == 0 && z->avail_in > 0 ? MOHR_ERR_MALFORMED : r;
}

int inflate_decode(const void *data, size_t len, struct buf *ret)
{
	z_stream z = {0};
	int r;

	buf_reset(ret);
	if (len == 0 || len > UINT_MAX)
		return MOHR_ERR_MALFORMED;
	z.next_in = data;
	z.avail_in = (unsigned)len;
	r = error_of(inflateInit2(&z, WINDOW_ANY));
	if (r != 0)
		return r;
	r = inflate_all(&z, ret);
	inflateEnd(&z);
	if (r != 0)
		buf_reset(ret);
	return r;
}
