/* SPDX-License-Identifier: BSD-2-Clause */
/* The IFD handler's connection to one virtual card: codec/frame.h over a Unix socket, with a deadline. */
#ifndef MOHR_VCARD_IFD_WIRE_H
#define MOHR_VCARD_IFD_WIRE_H

#include "base/buf.h"
#include "codec/frame.h"

/*
 * Connects without waiting. MOHR_ERR_CARD_ABSENT: there is nothing at this path;
 * MOHR_ERR_CARD_BUSY: there is a socket, but nobody listens (a card that starts or has crashed), or
 * its queue is full. The caller closes *ret_fd.
 */
MOHR_MUST_CHECK int ifd_wire_connect(const char *path, int *ret_fd);

/* Whether the other end is gone. */
bool ifd_wire_hung_up(int fd);

/*
 * One request and its answer. MOHR_ERR_TIMEOUT, MOHR_ERR_CARD_REMOVED (the connection ended),
 * MOHR_ERR_MALFORMED, MOHR_ERR_NOMEM; after any of them the connection is of no more use, since a
 * late answer would be taken for that of the next request.
 */
MOHR_MUST_CHECK int ifd_wire_exchange(int fd, enum frame_type type, const void *payload, size_t len,
				      unsigned timeout_ms, uint8_t *ret_type, struct buf *ret);

#endif
