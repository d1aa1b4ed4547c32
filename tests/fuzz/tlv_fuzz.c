/* SPDX-License-Identifier: BSD-2-Clause */
/* Cursor and TLV: the input is walked as nested data objects, and as a script of cursor calls. */
#include "fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "codec/der.h"
#include "codec/tlv.h"

static void check_inside(const struct cursor *inner, const struct cursor *outer)
{
	must(inner->len <= outer->len);
	must(inner->len == 0 ||
	     (inner->data >= outer->data && inner->data + inner->len <= outer->data + outer->len));
}

/* What is written from an object is read back as the same object. */
static void check_round_trip(const struct tlv *t)
{
	struct buf b = BUF_INIT(t->value.len + 16);
	struct cursor c, inner;
	struct tlv again;
	size_t mark, total = 0, put_len;

	tlv_put(&b, t->tag, cursor_at(&t->value), cursor_left(&t->value));
	must(buf_err(&b) == 0);
	put_len = b.len;
	must(tlv_total_len(b.data, b.len, &total) == 0 && total == b.len);
	c = buf_cursor(&b);
	must(tlv_get(&c, &again) == 0 && cursor_done(&c) == 0);
	must(again.tag == t->tag && again.constructed == t->constructed);
	must(cursor_equals(&again.value, cursor_at(&t->value), cursor_left(&t->value)));
	/* minimal, so it is DER too */
	c = buf_cursor(&b);
	must(der_get(&c, t->tag, &inner) == 0 && cursor_done(&c) == 0);
	buf_reset(&b);
	mark = tlv_open(&b, t->tag);
	buf_put(&b, cursor_at(&t->value), cursor_left(&t->value));
	tlv_close(&b, mark);
	must(buf_err(&b) == 0 && b.len == put_len);
	buf_clear(&b);
}

static void walk(struct cursor c, unsigned depth)
{
	struct cursor before, found, probe;
	struct tlv t;
	size_t total;

	while (cursor_left(&c) > 0) {
		before = c;
		if (tlv_get(&c, &t) != 0) {
			must(c.failed && c.off == before.off && cursor_left(&c) == 0);
			must(tlv_find(&before, 0xFFFFFFFF, &found) == MOHR_ERR_MALFORMED);
			return;
		}
		check_inside(&t.value, &before);
		must(tlv_total_len(cursor_at(&before), cursor_left(&before), &total) == 0 &&
		     total == c.off - before.off);
		must(tlv_find(&before, t.tag, &found) == 0 && found.data == t.value.data);
		probe = before;
		must(tlv_get_tag(&probe, t.tag, &found) == 0 && probe.off == c.off);
		probe = before;
		must(tlv_get_tag(&probe, t.tag ^ 1, &found) != 0 && probe.off == before.off);
		if (depth == 0)
			check_round_trip(&t);
		if (t.constructed && depth < LIMIT_TLV_DEPTH)
			walk(t.value, depth + 1);
	}
}

/* Each byte of the input chooses a call on a cursor over the same input. */
static void run_script(const uint8_t *script, size_t len)
{
	struct cursor c, child, number;
	const uint8_t *at;
	uint8_t u8, copy[16];
	uint16_t u16;
	uint32_t u32;
	size_t n, off;
	bool failed, flag;
	int r;

	cursor_init(&c, script, len);
	for (size_t i = 0; i < len && i < 256; i++) {
		off = c.off;
		failed = c.failed;
		n = script[i] >> 4;
		switch (script[i] & 0x0F) {
		case 0:
			r = cursor_get_u8(&c, &u8);
			n = 1;
			break;
		case 1:
			r = cursor_get_be16(&c, &u16);
			n = 2;
			break;
		case 2:
			r = cursor_get_be32(&c, &u32);
			n = 4;
			break;
		case 3:
			r = cursor_skip(&c, n);
			break;
		case 4:
			r = cursor_copy(&c, n, copy);
			break;
		case 5:
			r = cursor_get(&c, n, &at);
			must(r != 0 || n == 0 || at == script + off);
			break;
		case 6:
			r = cursor_get_child(&c, n, &child);
			must(r != 0 || cursor_left(&child) == n);
			break;
		case 7:
			r = cursor_skip(&c, SIZE_MAX - n);
			must(r != 0);
			break;
		case 8:
			r = der_get_unsigned(&c, &number);
			n = r == 0 ? c.off - off : 0;
			break;
		case 9:
			r = der_get_boolean(&c, &flag);
			n = 3;
			break;
		case 10:
			r = der_get_bit_octets(&c, &child);
			n = r == 0 ? c.off - off : 0;
			break;
		default:
			must((cursor_done(&c) == 0) == (!c.failed && c.off == c.len));
			continue;
		}
		must(c.off <= c.len);
		must(!failed || r != 0);
		must(r == 0 ? c.off == off + n : c.failed && c.off == off);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor c;

	cursor_init(&c, data, len);
	walk(c, 0);
	run_script(data, len);
	return 0;
}
