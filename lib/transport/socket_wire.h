/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames (codec/frame.h) over one connection to a virtual card. Descriptors are non-blocking. */
#ifndef MOHR_TRANSPORT_SOCKET_WIRE_H
#define MOHR_TRANSPORT_SOCKET_WIRE_H

#include <sys/socket.h>
#include <sys/un.h>

#include "codec/frame.h"

struct wire_address {
	union {
		struct sockaddr any;
		struct sockaddr_un local;
		struct sockaddr_storage room;
	} to;
	socklen_t len;
};

/*
 * A path (":" cannot stand in one) or "tcp:PORT"; MOHR_ERR_CONFIG if it is too long for a socket, empty,
 * or no port from 1 to 65535.
 */
MOHR_MUST_CHECK int wire_address_parse(const char *text, size_t len, struct wire_address *ret);

/* MOHR_ERR_CARD_ABSENT if nothing listens there, MOHR_ERR_CARD_BUSY if it takes no more for now. */
MOHR_MUST_CHECK int wire_connect(const struct wire_address *to, int *ret_fd);

/* Both wait until deadline (clock_ms; UINT64_MAX: for ever). MOHR_ERR_CARD_REMOVED: the card is gone. */
MOHR_MUST_CHECK int wire_send(int fd, const struct buf *frame, uint64_t deadline);
/*
 * One frame. A payload over cap is read and dropped: MOHR_ERR_LIMIT, and the next frame can be received.
 * After MOHR_ERR_COMMUNICATION (no frame) and MOHR_ERR_TIMEOUT nobody knows where the next one begins.
 */
MOHR_MUST_CHECK int wire_receive(int fd, uint64_t deadline, uint8_t *ret_type, uint8_t *ret_payload,
				 size_t cap, size_t *ret_len);

/* 0 if nothing has come unasked. MOHR_ERR_COMMUNICATION if it has, MOHR_ERR_CARD_REMOVED at the end. */
MOHR_MUST_CHECK int wire_quiet(int fd);

#endif
