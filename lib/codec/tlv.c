/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing of BER-TLV data objects (ISO 7816-4 §6.3, X.690 §8.1). */
#include "codec/tlv.h"

#include <string.h>

enum {
	TAG_MAX_LEN = 4,
	TAG_CONSTRUCTED = 0x20,
	TAG_NUMBER_FOLLOWS = 0x1F, /* X.690 §8.1.2.4 */
	TAG_MORE = 0x80,
	LENGTH_LONG = 0x80, /* X.690 §8.1.3.5; with no octets behind it: indefinite, §8.1.3.6 */
	LENGTH_MAX_OCTETS = 4, /* ISO 7816-4 table 47 ends at 84 */
};

static int get_tag(struct cursor *c, uint32_t *ret_tag, bool *ret_constructed)
{
	uint8_t first, next;
	uint32_t tag;

	if (cursor_get_u8(c, &first) != 0)
		return MOHR_ERR_MALFORMED;
	tag = first;
	if ((first & TAG_NUMBER_FOLLOWS) == TAG_NUMBER_FOLLOWS) {
		size_t n = 1;

		do {
			if (n++ == TAG_MAX_LEN || cursor_get_u8(c, &next) != 0)
				return MOHR_ERR_MALFORMED;
			/* X.690 §8.1.2.4.2 c): a tag number has no leading zeros */
			if (n == 2 && next == TAG_MORE)
				return MOHR_ERR_MALFORMED;
			tag = tag << 8 | next;
		} while (next & TAG_MORE);
	}
	*ret_tag = tag;
	*ret_constructed = (first & TAG_CONSTRUCTED) != 0;
	return 0;
}

static int get_length(struct cursor *c, size_t *ret)
{
	uint8_t first, octet;
	uint32_t len = 0;
	unsigned n;

	if (cursor_get_u8(c, &first) != 0)
		return MOHR_ERR_MALFORMED;
	if (first < LENGTH_LONG) {
		*ret = first;
		return 0;
	}
	n = first & ~LENGTH_LONG;
	if (n == 0 || n > LENGTH_MAX_OCTETS)
		return MOHR_ERR_MALFORMED;
	while (n-- > 0) {
		if (cursor_get_u8(c, &octet) != 0)
			return MOHR_ERR_MALFORMED;
		len = len << 8 | octet;
	}
	*ret = len;
	return 0;
}

static int get_object(struct cursor *c, struct tlv *ret)
{
	size_t len;

	if (get_tag(c, &ret->tag, &ret->constructed) != 0 || get_length(c, &len) != 0)
		return MOHR_ERR_MALFORMED;
	return cursor_get_child(c, len, &ret->value);
}

int tlv_get(struct cursor *c, struct tlv *ret)
{
	struct cursor probe = *c;
	struct tlv object;

	if (get_object(&probe, &object) != 0) {
		c->failed = true;
		return MOHR_ERR_MALFORMED;
	}
	*c = probe;
	*ret = object;
	return 0;
}

int tlv_get_tag(struct cursor *c, uint32_t tag, struct cursor *ret_value)
{
	struct cursor probe = *c;
	struct tlv object;

	if (get_object(&probe, &object) != 0 || object.tag != tag) {
		c->failed = true;
		return MOHR_ERR_MALFORMED;
	}
	*c = probe;
	*ret_value = object.value;
	return 0;
}

int tlv_find(const struct cursor *c, uint32_t tag, struct cursor *ret_value)
{
	struct cursor probe = *c;
	struct tlv object;

	if (probe.failed)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&probe) > 0) {
		if (get_object(&probe, &object) != 0)
			return MOHR_ERR_MALFORMED;
		if (object.tag == tag) {
			*ret_value = object.value;
			return 0;
		}
	}
	return MOHR_ERR_NOT_FOUND;
}

static void put_tag(struct buf *b, uint32_t tag)
{
	int shift = 24;

	while (shift > 0 && tag >> shift == 0)
		shift -= 8;
	for (; shift >= 0; shift -= 8)
		buf_put_u8(b, (uint8_t)(tag >> shift));
}

/* Writes the shortest form (X.690 §10.1) of len to out and returns its size: 1 to 5. */
static size_t encode_length(size_t len, uint8_t out[1 + LENGTH_MAX_OCTETS])
{
	size_t n = 0, i;

	if (len < LENGTH_LONG) {
		out[0] = (uint8_t)len;
		return 1;
	}
	while (n < LENGTH_MAX_OCTETS && len >> (8 * n) != 0)
		n++;
	out[0] = (uint8_t)(LENGTH_LONG | n);
	for (i = 0; i < n; i++)
		out[1 + i] = (uint8_t)(len >> (8 * (n - 1 - i)));
	return 1 + n;
}

void tlv_put(struct buf *b, uint32_t tag, const void *value, size_t len)
{
	uint8_t length[1 + LENGTH_MAX_OCTETS];

	put_tag(b, tag);
	buf_put(b, length, encode_length(len, length));
	buf_put(b, value, len);
}

void tlv_put_u8(struct buf *b, uint32_t tag, uint8_t value)
{
	tlv_put(b, tag, &value, 1);
}

/* One byte is kept free for the length; close moves the content where a longer form is needed. */
size_t tlv_open(struct buf *b, uint32_t tag)
{
	put_tag(b, tag);
	buf_put_u8(b, 0);
	return b->len;
}

void tlv_close(struct buf *b, size_t mark)
{
	uint8_t length[1 + LENGTH_MAX_OCTETS];
	size_t content, n;

	if (buf_err(b) != 0)
		return;
	content = b->len - mark;
	n = encode_length(content, length);
	if (n > 1) {
		if (buf_extend(b, n - 1) == NULL)
			return;
		memmove(b->data + mark + n - 1, b->data + mark, content);
	}
	memcpy(b->data + mark - 1, length, n);
}

int tlv_total_len(const void *data, size_t len, size_t *ret_len)
{
	struct cursor c;
	uint32_t tag;
	bool constructed;
	size_t value_len;

	cursor_init(&c, data, len);
	if (get_tag(&c, &tag, &constructed) != 0 || get_length(&c, &value_len) != 0)
		return MOHR_ERR_MALFORMED;
	if (value_len > SIZE_MAX - c.off)
		return MOHR_ERR_MALFORMED;
	*ret_len = c.off + value_len;
	return 0;
}
