/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames between a host and a virtual card over a stream socket (docs/vcard.md): a big-endian 32-bit
 * length of what follows (1 to LIMIT_FRAME), a type byte, and the type's payload. The host asks, the
 * card answers every request with one frame. Several hosts may be connected; the card serialises.
 */
#ifndef MOHR_CODEC_FRAME_H
#define MOHR_CODEC_FRAME_H

#include "base/buf.h"
#include "base/limits.h"

enum frame_type {
	/* requests */
	FRAME_ATTACH =
		'A', /* no payload; answer FRAME_ATR: no reset, and a foreign reset is taken note of */
	FRAME_RESET =
		'R', /* no payload; answer FRAME_ATR: warm reset, all security states are lost */
	FRAME_COMMAND = 'T', /* command APDU; answer FRAME_RESPONSE or FRAME_ERROR */
	FRAME_BEGIN =
		'B', /* no payload; answered when this host alone has the card: FRAME_DONE or FRAME_ERROR */
	FRAME_END = 'E', /* 1 byte: 0 leave, 1 reset the card; FRAME_DONE */
	/* answers */
	FRAME_ATR = 'a',      /* the ATR */
	FRAME_RESPONSE = 't', /* response APDU; empty: the card is mute */
	FRAME_DONE = 'd',     /* no payload */
	FRAME_ERROR = 'x',    /* 1 byte: enum frame_error */
};

enum frame_error {
	FRAME_ERROR_RESET = 1, /* another host reset the card: ATTACH or RESET comes first */
	FRAME_ERROR_PROTOCOL =
		2, /* the request makes no sense here (END without BEGIN, unknown type) */
};

enum { FRAME_HEADER_LEN = 5 };

/* Writes one frame. */
void frame_put(struct buf *b, enum frame_type type, const void *payload, size_t len);

/*
 * Takes a frame's type and payload length out of its first FRAME_HEADER_LEN bytes.
 * MOHR_ERR_MALFORMED if the length is 0 or over LIMIT_FRAME.
 */
MOHR_MUST_CHECK int frame_decode_header(const uint8_t header[FRAME_HEADER_LEN], uint8_t *ret_type,
					size_t *ret_payload_len);

#endif
