/* SPDX-License-Identifier: BSD-2-Clause */
/* See mutation.h. */
#include "tests/hostile/mutation.h"

#include <string.h>

#include "base/limits.h"
#include "codec/tlv.h"

enum { MAX_HEADERS = 128, MAX_DEPTH = 8, MAX_INSERTED = 40, MAX_LENGTH_OCTETS = 6 };

uint32_t dice_roll(struct dice *d, uint32_t n)
{
	uint64_t z = d->state += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (uint32_t)((z ^ (z >> 31)) % n);
}

static uint8_t any_byte(struct dice *d)
{
	static const uint8_t edges[] = {0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFE, 0xFF};

	if (dice_roll(d, 2) == 0)
		return edges[dice_roll(d, sizeof(edges))];
	return (uint8_t)dice_roll(d, 256);
}

/* Puts n bytes in the place of n_old bytes at off; as far as there is room. */
static void splice(struct buf *b, size_t off, size_t n_old, const uint8_t *data, size_t n)
{
	size_t tail = b->len - off - n_old;

	if (b->len - n_old + n > LIMIT_RESPONSE)
		return;
	if (n > n_old && buf_extend(b, n - n_old) == NULL)
		return;
	memmove(b->data + off + n, b->data + off + n_old, tail);
	if (n > 0)
		memmove(b->data + off, data, n);
	buf_truncate(b, off + n + tail);
}

struct header {
	size_t off, len_off, value_off, end;
};

struct headers {
	struct header at[MAX_HEADERS];
	unsigned n;
};

/* Where the data objects in data[off..end) are, nested ones too, as long as they are well-formed. */
static void find_headers(const uint8_t *data, size_t off, size_t end, unsigned depth,
			 struct headers *h)
{
	struct cursor c;
	struct tlv t;

	cursor_init(&c, data + off, end - off);
	while (h->n < MAX_HEADERS && cursor_left(&c) > 0) {
		struct header found = {.off = off + c.off};
		size_t tag = 1;

		if (tlv_get(&c, &t) != 0)
			return;
		while (tag < 4 && t.tag >> (8 * tag) != 0)
			tag++;
		found.len_off = found.off + tag;
		found.end = off + c.off;
		found.value_off = found.end - t.value.len;
		h->at[h->n++] = found;
		if (t.constructed && depth < MAX_DEPTH)
			find_headers(data, found.value_off, found.end, depth + 1, h);
	}
}

/* A data object of the answer, of all the same chance; false if there is none. */
static bool pick_header(struct dice *d, const struct buf *b, struct header *ret)
{
	struct headers h = {.n = 0};

	if (b->len > 2)
		find_headers(b->data, 0, b->len - 2, 0, &h);
	if (h.n == 0)
		return false;
	*ret = h.at[dice_roll(d, h.n)];
	return true;
}

static void flip_bits(struct dice *d, struct buf *b)
{
	uint32_t n = 1 + dice_roll(d, 4);

	while (n-- > 0 && b->len > 0)
		b->data[dice_roll(d, (uint32_t)b->len)] ^= (uint8_t)(1u << dice_roll(d, 8));
}

static void set_byte(struct dice *d, struct buf *b)
{
	if (b->len > 0)
		b->data[dice_roll(d, (uint32_t)b->len)] = any_byte(d);
}

/* Of the data alone, or of all. */
static void cut(struct dice *d, struct buf *b)
{
	size_t keep = dice_roll(d, (uint32_t)b->len + 1);

	if (b->len >= 2 && dice_roll(d, 4) != 0)
		splice(b, keep > b->len - 2 ? 0 : keep,
		       keep > b->len - 2 ? b->len - 2 : b->len - 2 - keep, NULL, 0);
	else
		buf_truncate(b, keep);
}

static void lie_about_length(struct dice *d, struct buf *b)
{
	uint8_t octets[MAX_LENGTH_OCTETS];
	struct header h;
	uint32_t n, i;

	if (!pick_header(d, b, &h))
		return;
	switch (dice_roll(d, 4)) {
	case 0: /* a little wrong */
		b->data[h.value_off - 1] =
			(uint8_t)(b->data[h.value_off - 1] + dice_roll(d, 5) - 2);
		return;
	case 1:
		b->data[h.len_off] = any_byte(d);
		return;
	case 2: /* as if the rest of the answer belonged to it, and some more */
		octets[0] = 0x82;
		octets[1] = (uint8_t)((b->len + dice_roll(d, 300)) >> 8);
		octets[2] = any_byte(d);
		splice(b, h.len_off, h.value_off - h.len_off, octets, 3);
		return;
	default:
		n = dice_roll(d, MAX_LENGTH_OCTETS);
		octets[0] = (uint8_t)(0x80 | n);
		for (i = 1; i <= n; i++)
			octets[i] = any_byte(d);
		splice(b, h.len_off, h.value_off - h.len_off, octets, n + 1);
	}
}

/* Writes this length in as few octets as hold it; returns by how much the header has grown. */
static ptrdiff_t set_length(struct buf *b, const struct header *h, size_t len)
{
	uint8_t octets[3] = {0x82, (uint8_t)(len >> 8), (uint8_t)len};
	size_t before = b->len;

	if (len < 0x80)
		splice(b, h->len_off, h->value_off - h->len_off, octets + 2, 1);
	else
		splice(b, h->len_off, h->value_off - h->len_off, octets, 3);
	return (ptrdiff_t)b->len - (ptrdiff_t)before;
}

/* A data object of another length, and all those around it know. */
static void resize(struct dice *d, struct buf *b)
{
	static const size_t lengths[] = {0,  1,  2,  4,  8,  15,  16,  17,  20,  31,  32,
					 33, 34, 63, 64, 65, 127, 128, 255, 256, 257, 1025};
	struct headers h = {.n = 0};
	struct buf value = BUF_INIT(LIMIT_RESPONSE);
	size_t before = b->len;
	size_t old, len = lengths[dice_roll(d, sizeof(lengths) / sizeof(lengths[0]))];
	ptrdiff_t delta;
	unsigned i, k;

	if (b->len > 2)
		find_headers(b->data, 0, b->len - 2, 0, &h);
	if (h.n == 0 || b->len > LIMIT_RESPONSE / 2)
		return;
	k = dice_roll(d, h.n);
	old = h.at[k].end - h.at[k].value_off;
	buf_put(&value, b->data + h.at[k].value_off, old < len ? old : len);
	buf_fill(&value, dice_roll(d, 2) == 0 ? 0x41 : any_byte(d), len - value.len);
	splice(b, h.at[k].value_off, old, value.data, len);
	buf_clear(&value);
	delta = (ptrdiff_t)len - (ptrdiff_t)old;
	for (i = k + 1; i-- > 0;) {
		if (h.at[i].off > h.at[k].off || h.at[i].end < h.at[k].end)
			continue;
		len = (size_t)((ptrdiff_t)(h.at[i].end - h.at[i].value_off) + delta);
		delta += set_length(b, &h.at[i], len);
	}
	/* a block of a file is no longer for it: what follows moves out of the block */
	if (b->len > before && dice_roll(d, 2) == 0)
		splice(b, before - 2, b->len - before, NULL, 0);
}

static void change_tag(struct dice *d, struct buf *b)
{
	static const uint8_t tags[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x30, 0x31,
				       0x53, 0x5F, 0x61, 0x70, 0x71, 0x7E, 0x7F, 0x80, 0x9F,
				       0xA0, 0xA1, 0xA4, 0xA8, 0xBF, 0xFE, 0xFF};
	struct header h;

	if (pick_header(d, b, &h))
		b->data[h.off] = tags[dice_roll(d, sizeof(tags))];
}

static void insert(struct dice *d, struct buf *b)
{
	uint8_t bytes[MAX_INSERTED], fill = any_byte(d);
	uint32_t n = 1 + dice_roll(d, sizeof(bytes)), i;
	bool same = dice_roll(d, 2) == 0;

	for (i = 0; i < n; i++)
		bytes[i] = same ? fill : any_byte(d);
	splice(b, dice_roll(d, (uint32_t)b->len + 1), 0, bytes, n);
}

static void take_out(struct dice *d, struct buf *b)
{
	size_t off = dice_roll(d, (uint32_t)b->len + 1);
	size_t n = dice_roll(d, (uint32_t)(b->len - off) + 1);

	splice(b, off, n > MAX_INSERTED ? MAX_INSERTED : n, NULL, 0);
}

/* A data object, once more and more behind itself, without its parent's knowing. */
static void repeat(struct dice *d, struct buf *b)
{
	struct buf copy = BUF_INIT(LIMIT_RESPONSE);
	uint32_t n = 1 + dice_roll(d, dice_roll(d, 8) == 0 ? 300 : 4);
	struct header h;

	if (!pick_header(d, b, &h))
		return;
	buf_put(&copy, b->data + h.off, h.end - h.off);
	while (n-- > 0 && buf_err(&copy) == 0)
		splice(b, h.end, 0, copy.data, copy.len);
	buf_clear(&copy);
}

/* The data in one more shell, or in many, with right lengths. */
static void nest(struct dice *d, struct buf *b)
{
	static const uint8_t tags[] = {0x30, 0xA0, 0xA1, 0x61, 0x53};
	uint32_t n = 1 + dice_roll(d, dice_roll(d, 4) == 0 ? 200 : 3);
	uint8_t tag = tags[dice_roll(d, sizeof(tags))];
	struct buf inner = BUF_INIT(LIMIT_RESPONSE);
	uint8_t sw[2];

	if (b->len < 2)
		return;
	memcpy(sw, b->data + b->len - 2, 2);
	buf_truncate(b, b->len - 2);
	while (n-- > 0 && b->len < LIMIT_RESPONSE / 2) {
		buf_reset(&inner);
		buf_put(&inner, b->data, b->len);
		buf_reset(b);
		tlv_put(b, tag, inner.data, inner.len);
	}
	buf_put(b, sw, 2);
	buf_clear(&inner);
}

static void change_status(struct dice *d, struct buf *b)
{
	static const uint16_t words[] = {0x9000, 0x9000, 0x6100, 0x6110, 0x61FF, 0x6C00, 0x6C08,
					 0x6CFF, 0x6282, 0x6283, 0x6300, 0x63C0, 0x63C3, 0x63CF,
					 0x6400, 0x6581, 0x6700, 0x6881, 0x6982, 0x6983, 0x6984,
					 0x6985, 0x6A80, 0x6A82, 0x6A86, 0x6A88, 0x6B00, 0x6D00,
					 0x6E00, 0x6F00, 0x0000, 0xFFFF};
	uint16_t sw = words[dice_roll(d, sizeof(words) / sizeof(words[0]))];

	buf_truncate(b, b->len >= 2 && dice_roll(d, 2) == 0 ? b->len - 2 : 0);
	buf_put_be16(b, sw);
}

static void garbage(struct dice *d, struct buf *b)
{
	uint32_t n = dice_roll(d, dice_roll(d, 4) == 0 ? 4000 : 300);

	buf_reset(b);
	while (n-- > 0)
		buf_put_u8(b, any_byte(d));
	buf_put_be16(b, 0x9000);
}

static void stretch(struct dice *d, struct buf *b)
{
	static const uint32_t most[] = {1, 256, 1024, LIMIT_RESPONSE};
	size_t n = 1 + dice_roll(d, most[dice_roll(d, 4)]);

	if (b->len < 2 || n > LIMIT_RESPONSE - b->len)
		return;
	buf_truncate(b, b->len - 2);
	buf_fill(b, any_byte(d), n);
	buf_put_be16(b, 0x9000);
}

static void say_again(struct buf *b, const struct buf *previous)
{
	buf_reset(b);
	buf_put(b, previous->data, previous->len);
}

void mutation_apply(struct dice *d, const struct buf *previous, struct buf *answer)
{
	static void (*const ways[])(struct dice *, struct buf *) = {
		flip_bits,        flip_bits,        set_byte, set_byte, cut,
		lie_about_length, change_tag,       insert,   take_out, repeat,
		change_status,    lie_about_length, nest,     resize,   resize,
		garbage,          resize,           resize,   stretch,  cut,
	};
	uint32_t n = dice_roll(d, 4) == 0 ? 3 : 1;

	if (dice_roll(d, 24) == 0) {
		say_again(answer, previous);
		return;
	}
	while (n-- > 0)
		ways[dice_roll(d, sizeof(ways) / sizeof(ways[0]))](d, answer);
}
