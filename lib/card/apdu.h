/* SPDX-License-Identifier: BSD-2-Clause */
/* Command and response APDUs (ISO 7816-4 §5.1 to §5.3): shapes, short and extended encoding. */
#ifndef MOHR_CARD_APDU_H
#define MOHR_CARD_APDU_H

#include "base/buf.h"
#include "codec/iso7816.h"

/* Borrows its data. le is the number of bytes wanted: 0 none, 256 or 65536 "all there is". */
struct apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t data_len;
	size_t le;
	size_t enough; /* once that many bytes have come, 61xx counts as 9000; 0: all are wanted */
	uint8_t known_len; /* an answer of that many bytes is not worth a GET RESPONSE; 0: any is */
};

enum apdu_form {
	APDU_SHORT,
	APDU_EXTENDED, /* used only where data_len > 255 or le > 256 */
};

/*
 * Appends the encoded command. MOHR_ERR_DATA_LENGTH if the form cannot hold data_len or le.
 * With no_le (T=0), a command with data carries no Le field (ISO 7816-3 §12.1.1).
 */
MOHR_MUST_CHECK int apdu_encode(const struct apdu *a, enum apdu_form form, bool no_le,
				struct buf *ret);

/* Splits a raw command; data is borrowed. MOHR_ERR_MALFORMED if the lengths do not add up. */
MOHR_MUST_CHECK int apdu_decode(const void *command, size_t len, struct apdu *ret);

/* Splits a raw response of at least 2 bytes into data and status word. */
MOHR_MUST_CHECK int response_decode(const void *response, size_t len, struct cursor *ret_data,
				    uint16_t *ret_sw);

#endif
