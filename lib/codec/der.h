/* SPDX-License-Identifier: BSD-2-Clause */
/* DER (X.690 §10): TLV whose lengths are minimal, and the few universal types that keys and certificates use. */
#ifndef MOHR_CODEC_DER_H
#define MOHR_CODEC_DER_H

#include "codec/tlv.h"

enum { /* X.680 §8.4, class and constructed bit included */
       DER_BOOLEAN = 0x01,
       DER_INTEGER = 0x02,
       DER_BIT_STRING = 0x03,
       DER_OCTET_STRING = 0x04,
       DER_NULL = 0x05,
       DER_OID = 0x06,
       DER_UTF8_STRING = 0x0C,
       DER_UTC_TIME = 0x17,
       DER_GENERALIZED_TIME = 0x18,
       DER_SEQUENCE = 0x30,
       DER_SET = 0x31,
};

/* Whether the next element begins with this one-byte tag; nothing is consumed or checked. */
bool der_next_is(const struct cursor *c, uint8_t tag);

/* The content of the next element, which must have this tag. MOHR_ERR_MALFORMED latches. */
MOHR_MUST_CHECK int der_get(struct cursor *c, uint32_t tag, struct cursor *ret_value);

/* The same, with tag and length included. */
MOHR_MUST_CHECK int der_get_whole(struct cursor *c, uint32_t tag, struct cursor *ret_element);

/* The next element, whatever it is. */
MOHR_MUST_CHECK int der_get_any(struct cursor *c, struct tlv *ret);

/* The magnitude of an INTEGER >= 0 without its leading zero; 0 is an empty cursor. */
MOHR_MUST_CHECK int der_get_unsigned(struct cursor *c, struct cursor *ret_magnitude);

/* BOOLEAN: 00 or FF (X.690 §11.1). */
MOHR_MUST_CHECK int der_get_boolean(struct cursor *c, bool *ret);

/* The octets of a BIT STRING that has no unused bits. */
MOHR_MUST_CHECK int der_get_bit_octets(struct cursor *c, struct cursor *ret_octets);

/*
 * Ecdsa-Sig-Value (RFC 3279 §2.2.3), which is all there is, as r || s of len bytes each, added to ret.
 * MOHR_ERR_MALFORMED also for a number that is 0 or longer.
 */
MOHR_MUST_CHECK int der_get_ecdsa(struct cursor *c, size_t len, struct buf *ret);

/* INTEGER of this big-endian magnitude; a zero octet is put before a set top bit. */
void der_put_unsigned(struct buf *b, const void *magnitude, size_t len);

#endif
