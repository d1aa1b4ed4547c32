/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One place where a virtual card may listen: a reader. A connection is held to a card that is there, for
 * nothing but its ATR and to see it go: its end is a removal, even if another card listens already.
 */
#ifndef MOHR_TRANSPORT_SOCKET_SPOT_H
#define MOHR_TRANSPORT_SOCKET_SPOT_H

#include "transport/socket_wire.h"
#include "transport/transport.h"

enum spot_state {
	SPOT_EMPTY,
	SPOT_FRESH,    /* connected just now, the ATR is awaited */
	SPOT_SILENT,   /* the ATR did not come in time, and may still */
	SPOT_ANSWERED, /* the ATR is known */
	SPOT_BROKEN,   /* it speaks another language; only its end is awaited */
};

struct spot {
	struct wire_address address;
	enum spot_state state;
	int fd; /* -1 while empty */
	uint32_t events;
	uint8_t in[FRAME_HEADER_LEN + LIMIT_ATR];
	size_t in_len;
};

/* Looks, without waiting: takes what came, sees the end, connects if there is somebody. */
void spot_look(struct spot *s);
/* Waits until deadline for the ATRs of all fresh spots; then none is fresh. */
void spots_await(struct spot *spots, size_t n, uint64_t deadline);
/* Everything of the reader but its name. */
void spot_describe(const struct spot *s, struct reader *ret);
void spot_clear(struct spot *s);

#endif
