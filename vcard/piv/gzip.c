/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip by zlib. */
#include "vcard/piv/gzip.h"

#define ZLIB_CONST /* its input is const */
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 /* zlib: 16 more asks for gzip's header */, MEMORY_LEVEL = 8 };

int vcard_gzip(const uint8_t *data, size_t len, struct buf *ret)
{
	z_stream z = {.next_in = data, .avail_in = (uInt)len};
	size_t mark = ret->len, bound;
	int r = MOHR_ERR_NOMEM;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return r;
	bound = deflateBound(&z, (uLong)len);
	z.next_out = buf_extend(ret, bound);
	z.avail_out = (uInt)bound;
	if (!z.next_out)
		r = buf_err(ret);
	else if (deflate(&z, Z_FINISH) == Z_STREAM_END)
		r = 0;
	if (r == 0)
		buf_truncate(ret, mark + z.total_out);
	deflateEnd(&z);
	return r;
}

int vcard_gunzip(const uint8_t *data, size_t len, struct buf *ret)
{
	z_stream z = {.next_in = data, .avail_in = (uInt)len};
	uint8_t part[512];
	int r = MOHR_ERR_MALFORMED, status;

	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return MOHR_ERR_NOMEM;
	do {
		z.next_out = part;
		z.avail_out = sizeof(part);
		status = inflate(&z, Z_NO_FLUSH);
		if (status == Z_OK || status == Z_STREAM_END)
			buf_put(ret, part, sizeof(part) - z.avail_out);
	} while (status == Z_OK && buf_err(ret) == 0 && z.avail_out < sizeof(part));
	if (status == Z_STREAM_END && z.avail_in == 0)
		r = buf_err(ret);
	else if (buf_err(ret) != 0)
		r = buf_err(ret);
	inflateEnd(&z);
	return r;
}
