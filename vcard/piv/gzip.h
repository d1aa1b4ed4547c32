/* SPDX-License-Identifier: BSD-2-Clause */
/* Compression of certificates, and back. */
#ifndef MOHR_VCARD_PIV_GZIP_H
#define MOHR_VCARD_PIV_GZIP_H

#include "base/buf.h"

/* Writes data as one member of gzip (RFC 1952). MOHR_ERR_NOMEM, MOHR_ERR_LIMIT. */
MOHR_MUST_CHECK int vcard_gzip(const uint8_t *data, size_t len, struct buf *ret);

/* The opposite. MOHR_ERR_MALFORMED, MOHR_ERR_LIMIT if it is more than what is left of ret's maximum. */
MOHR_MUST_CHECK int vcard_gunzip(const uint8_t *data, size_t len, struct buf *ret);

#endif
