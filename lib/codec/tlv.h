/* SPDX-License-Identifier: BSD-2-Clause */
/* BER-TLV as cards use it (ISO 7816-4 §6.3, X.690 §8.1): definite lengths only, tags of up to 4 bytes. */
#ifndef MOHR_CODEC_TLV_H
#define MOHR_CODEC_TLV_H

#include "base/buf.h"

struct tlv {
	uint32_t tag;     /* the tag's bytes as one big-endian number: 0x7F49, 0x84 */
	bool constructed; /* bit 6 of the first tag byte */
	struct cursor value;
};

/*
 * The next data object; consumed. MOHR_ERR_MALFORMED for a length past the end, an indefinite or
 * over-long length and a tag of over 4 bytes. Lengths need not be minimal (BER); see der.h for DER.
 */
MOHR_MUST_CHECK int tlv_get(struct cursor *c, struct tlv *ret);

/* The next data object, which must have this tag. */
MOHR_MUST_CHECK int tlv_get_tag(struct cursor *c, uint32_t tag, struct cursor *ret_value);

/*
 * The first data object with this tag among those left in c, which does not move.
 * MOHR_ERR_NOT_FOUND if all are well-formed and none has it.
 */
MOHR_MUST_CHECK int tlv_find(const struct cursor *c, uint32_t tag, struct cursor *ret_value);

/* Writes tag, minimal length and value. */
void tlv_put(struct buf *b, uint32_t tag, const void *value, size_t len);
void tlv_put_u8(struct buf *b, uint32_t tag, uint8_t value);

/* A constructed data object whose content is written between open and close; they nest. */
size_t tlv_open(struct buf *b, uint32_t tag);
void tlv_close(struct buf *b, size_t mark);

/*
 * The whole length (tag, length, value) of the data object that begins with these bytes, of which
 * only a part may be there: how a file's own length is learned from its first block.
 * MOHR_ERR_MALFORMED if the header is not well-formed or not whole.
 */
MOHR_MUST_CHECK int tlv_total_len(const void *data, size_t len, size_t *ret_len);

#endif
