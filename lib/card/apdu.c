/* SPDX-License-Identifier: BSD-2-Clause */
/* Encoding and decoding of APDUs, ISO 7816-3 §12.1 (cases 1 to 4, short and extended fields). */
#include "card/apdu.h"

enum { HEADER_LEN = 4 };

static void put_extended(struct buf *b, const struct apdu *a, size_t le)
{
	buf_put_u8(b, 0);
	if (a->data_len > 0) {
		buf_put_be16(b, (uint16_t)a->data_len);
		buf_put(b, a->data, a->data_len);
	}
	if (le > 0)
		buf_put_be16(b, (uint16_t)le); /* 65536 becomes 0000 */
}

static void put_short(struct buf *b, const struct apdu *a, size_t le)
{
	if (a->data_len > 0) {
		buf_put_u8(b, (uint8_t)a->data_len);
		buf_put(b, a->data, a->data_len);
	}
	if (le > 0)
		buf_put_u8(b, (uint8_t)le); /* 256 becomes 00 */
}

int apdu_encode(const struct apdu *a, enum apdu_form form, bool no_le, struct buf *ret)
{
	bool fits_short = a->data_len <= LIMIT_SHORT_LC && a->le <= LIMIT_SHORT_LE;
	size_t le = no_le && a->data_len > 0 ? 0 : a->le;

	if (!fits_short && form == APDU_SHORT)
		return MOHR_ERR_DATA_LENGTH;
	if (a->data_len > LIMIT_EXTENDED_LC || a->le > LIMIT_EXTENDED_LE)
		return MOHR_ERR_DATA_LENGTH;
	buf_put_u8(ret, a->cla);
	buf_put_u8(ret, a->ins);
	buf_put_u8(ret, a->p1);
	buf_put_u8(ret, a->p2);
	if (fits_short)
		put_short(ret, a, le);
	else
		put_extended(ret, a, le);
	return buf_err(ret);
}

/* The data of len bytes and what follows them: nothing, or an Le field of le_len bytes. */
static int get_body(struct cursor *c, size_t len, size_t le_len, struct apdu *a)
{
	uint16_t le16;
	uint8_t le8;
	int r = 0;

	r = cursor_get(c, len, &a->data);
	if (r != 0)
		return r;
	a->data_len = len;
	if (cursor_left(c) == 0)
		return 0;
	if (le_len == 1) {
		r = cursor_get_u8(c, &le8);
		if (r == 0)
			a->le = le8 == 0 ? LIMIT_SHORT_LE : le8;
	} else {
		r = cursor_get_be16(c, &le16);
		if (r == 0)
			a->le = le16 == 0 ? LIMIT_EXTENDED_LE : le16;
	}
	return r != 0 ? r : cursor_done(c);
}

int apdu_decode(const void *command, size_t len, struct apdu *ret)
{
	struct apdu a = {0};
	struct cursor c;
	uint16_t lc16;
	uint8_t first;
	int r;

	cursor_init(&c, command, len);
	if ((r = cursor_get_u8(&c, &a.cla)) != 0 || (r = cursor_get_u8(&c, &a.ins)) != 0 ||
	    (r = cursor_get_u8(&c, &a.p1)) != 0 || (r = cursor_get_u8(&c, &a.p2)) != 0)
		return r;
	if (len > HEADER_LEN) {
		r = cursor_get_u8(&c, &first);
		if (r != 0)
			return r;
		if (len == HEADER_LEN + 1) {
			a.le = first == 0 ? LIMIT_SHORT_LE : first;
		} else if (first != 0) {
			r = get_body(&c, first, 1, &a);
		} else if ((r = cursor_get_be16(&c, &lc16)) == 0) {
			if (len == HEADER_LEN + 3)
				a.le = lc16 == 0 ? LIMIT_EXTENDED_LE : lc16;
			else if (lc16 == 0)
				r = MOHR_ERR_MALFORMED;
			else
				r = get_body(&c, lc16, 2, &a);
		}
		if (r != 0)
			return r;
	}
	*ret = a;
	return 0;
}

int response_decode(const void *response, size_t len, struct cursor *ret_data, uint16_t *ret_sw)
{
	struct cursor c;
	struct cursor data;
	uint16_t sw;
	int r;

	if (len < 2)
		return MOHR_ERR_MALFORMED;
	cursor_init(&c, response, len);
	if ((r = cursor_get_child(&c, len - 2, &data)) != 0 ||
	    (r = cursor_get_be16(&c, &sw)) != 0 || (r = cursor_done(&c)) != 0)
		return r;
	*ret_data = data;
	*ret_sw = sw;
	return 0;
}
