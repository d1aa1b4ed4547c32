/* SPDX-License-Identifier: BSD-2-Clause */
/* The distinguished encoding rules on top of TLV (X.690 §10, §11). */
#include "codec/der.h"

bool der_next_is(const struct cursor *c, uint8_t tag)
{
	uint8_t first;

	return cursor_peek_u8(c, &first) == 0 && first == tag;
}

static size_t tag_len(uint32_t tag)
{
	size_t n = 1;

	while (tag >>= 8)
		n++;
	return n;
}

static size_t length_len(size_t len)
{
	size_t n = 1;

	if (len < 0x80)
		return 1;
	for (; len != 0; len >>= 8)
		n++;
	return n;
}

static int fail(struct cursor *c)
{
	c->failed = true;
	return MOHR_ERR_MALFORMED;
}

/* X.690 §10.1: the length has the fewest octets that hold it. */
int der_get_any(struct cursor *c, struct tlv *ret)
{
	struct cursor probe = *c;
	struct tlv object;
	size_t header;

	if (tlv_get(&probe, &object) != 0)
		return fail(c);
	header = probe.off - c->off - object.value.len;
	if (header != tag_len(object.tag) + length_len(object.value.len))
		return fail(c);
	*c = probe;
	*ret = object;
	return 0;
}

int der_get(struct cursor *c, uint32_t tag, struct cursor *ret_value)
{
	struct cursor probe = *c;
	struct tlv object;

	if (der_get_any(&probe, &object) != 0 || object.tag != tag)
		return fail(c);
	*c = probe;
	*ret_value = object.value;
	return 0;
}

int der_get_whole(struct cursor *c, uint32_t tag, struct cursor *ret_element)
{
	struct cursor probe = *c, content;

	if (der_get(&probe, tag, &content) != 0)
		return fail(c);
	return cursor_get_child(c, probe.off - c->off, ret_element);
}

int der_get_unsigned(struct cursor *c, struct cursor *ret_magnitude)
{
	struct cursor probe = *c, value;
	uint8_t first, second;

	if (der_get(&probe, DER_INTEGER, &value) != 0 || cursor_peek_u8(&value, &first) != 0 ||
	    first & 0x80)
		return fail(c);
	/* X.690 §8.3.2: the first nine bits are not all zero */
	if (first == 0 && (cursor_skip(&value, 1) != 0 ||
			   (cursor_peek_u8(&value, &second) == 0 && !(second & 0x80))))
		return fail(c);
	*c = probe;
	cursor_init(ret_magnitude, cursor_at(&value), cursor_left(&value));
	return 0;
}

int der_get_boolean(struct cursor *c, bool *ret)
{
	struct cursor probe = *c, value;
	uint8_t octet;

	if (der_get(&probe, DER_BOOLEAN, &value) != 0 || cursor_get_u8(&value, &octet) != 0 ||
	    cursor_done(&value) != 0 || (octet != 0x00 && octet != 0xFF))
		return fail(c);
	*c = probe;
	*ret = octet != 0;
	return 0;
}

int der_get_bit_octets(struct cursor *c, struct cursor *ret_octets)
{
	struct cursor probe = *c, value;
	uint8_t unused;

	if (der_get(&probe, DER_BIT_STRING, &value) != 0 || cursor_get_u8(&value, &unused) != 0 ||
	    unused != 0)
		return fail(c);
	*c = probe;
	cursor_init(ret_octets, cursor_at(&value), cursor_left(&value));
	return 0;
}

static bool get_number(struct cursor *sequence, size_t len, struct cursor *ret)
{
	return der_get_unsigned(sequence, ret) == 0 && cursor_left(ret) > 0 &&
	       cursor_left(ret) <= len;
}

static void put_number(struct buf *b, size_t len, const struct cursor *number)
{
	buf_fill(b, 0, len - cursor_left(number));
	buf_put(b, cursor_at(number), cursor_left(number));
}

int der_get_ecdsa(struct cursor *c, size_t len, struct buf *ret)
{
	struct cursor probe = *c, sequence, r, s;

	if (der_get(&probe, DER_SEQUENCE, &sequence) != 0 || cursor_done(&probe) != 0 ||
	    !get_number(&sequence, len, &r) || !get_number(&sequence, len, &s) ||
	    cursor_done(&sequence) != 0)
		return fail(c);
	*c = probe;
	put_number(ret, len, &r);
	put_number(ret, len, &s);
	return buf_err(ret);
}

void der_put_unsigned(struct buf *b, const void *magnitude, size_t len)
{
	const uint8_t *bytes = magnitude;
	size_t mark;

	while (len > 0 && bytes[0] == 0) {
		bytes++;
		len--;
	}
	mark = tlv_open(b, DER_INTEGER);
	if (len == 0 || bytes[0] & 0x80)
		buf_put_u8(b, 0);
	buf_put(b, bytes, len);
	tlv_close(b, mark);
}
