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
