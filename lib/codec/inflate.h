/* SPDX-License-Identifier: BSD-2-Clause */
/* Decompression of what a card stores compressed: gzip (RFC 1952) and zlib (RFC 1950) streams. */
#ifndef MOHR_CODEC_INFLATE_H
#define MOHR_CODEC_INFLATE_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether these bytes begin as a gzip stream does; nothing that begins so is DER. */
bool inflate_is_gzip(const void *data, size_t len);

/*
 * Appends what the one stream in data holds. MOHR_ERR_LIMIT as soon as that is more than ret may have: a
 * small stream can stand for any number of bytes. MOHR_ERR_MALFORMED for a stream that is damaged or not
 * whole, and if anything follows it. ret is empty on failure.
 */
MOHR_MUST_CHECK int inflate_decode(const void *data, size_t len, struct buf *ret);

#endif
