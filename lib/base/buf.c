/* SPDX-License-Identifier: BSD-2-Clause */
/* The bounded cursor, the growable writer, wiping and constant-time comparison. */
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

/* ---- cursor */

void cursor_init(struct cursor *c, const void *data, size_t len)
{
	*c = (struct cursor){.data = data, .len = len};
}

size_t cursor_left(const struct cursor *c)
{
	return c->failed || !c->data ? 0 : c->len - c->off;
}

const uint8_t *cursor_at(const struct cursor *c)
{
	return c->data ? c->data + c->off : NULL;
}

static int cursor_fail(struct cursor *c)
{
	c->failed = true;
	return MOHR_ERR_MALFORMED;
}

int cursor_get(struct cursor *c, size_t len, const uint8_t **ret)
{
	if (c->failed || len > cursor_left(c))
		return cursor_fail(c);
	*ret = cursor_at(c);
	c->off += len;
	return 0;
}

int cursor_skip(struct cursor *c, size_t len)
{
	const uint8_t *ignored;

	return cursor_get(c, len, &ignored);
}

int cursor_copy(struct cursor *c, size_t len, void *ret)
{
	const uint8_t *p;
	int r;

	if ((r = cursor_get(c, len, &p)) != 0)
		return r;
	if (len)
		memcpy(ret, p, len);
	return 0;
}

/* The next len bytes, at most four, as one big-endian number. */
static int get_be(struct cursor *c, size_t len, uint32_t *ret)
{
	const uint8_t *p;
	uint32_t v = 0;
	int r;

	if ((r = cursor_get(c, len, &p)) != 0)
		return r;
	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[i];
	*ret = v;
	return 0;
}

int cursor_get_u8(struct cursor *c, uint8_t *ret)
{
	uint32_t v;
	int r = get_be(c, 1, &v);

	if (r == 0)
		*ret = (uint8_t)v;
	return r;
}

int cursor_get_be16(struct cursor *c, uint16_t *ret)
{
	uint32_t v;
	int r = get_be(c, 2, &v);

	if (r == 0)
		*ret = (uint16_t)v;
	return r;
}

int cursor_get_be32(struct cursor *c, uint32_t *ret)
{
	return get_be(c, 4, ret);
}

int cursor_peek_u8(const struct cursor *c, uint8_t *ret)
{
	if (cursor_left(c) == 0)
		return MOHR_ERR_MALFORMED;
	*ret = *cursor_at(c);
	return 0;
}

int cursor_get_child(struct cursor *c, size_t len, struct cursor *ret_child)
{
	const uint8_t *p;
	int r;

	if ((r = cursor_get(c, len, &p)) != 0)
		return r;
	cursor_init(ret_child, p, len);
	return 0;
}

int cursor_done(const struct cursor *c)
{
	return c->failed || c->off != c->len ? MOHR_ERR_MALFORMED : 0;
}

bool cursor_equals(const struct cursor *c, const void *data, size_t len)
{
	return !c->failed && cursor_left(c) == len &&
	       (len == 0 || memcmp(cursor_at(c), data, len) == 0);
}

/* ---- writer */

void buf_init(struct buf *b, size_t max_len)
{
	*b = BUF_INIT(max_len);
}

void buf_clear(struct buf *b)
{
	if (b->data)
		wipe(b->data, b->cap);
	free(b->data);
	buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
	if (b->data)
		wipe(b->data, b->len);
	b->len = 0;
	b->err = 0;
}

/* realloc may leave a copy of the old bytes behind: move by hand and wipe. */
static int grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : 64;
	uint8_t *data;

	while (cap < need)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	if (cap > b->max)
		cap = b->max;
	data = malloc(cap);
	if (!data)
		return MOHR_ERR_NOMEM;
	if (b->data) {
		memcpy(data, b->data, b->len);
		wipe(b->data, b->cap);
		free(b->data);
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

uint8_t *buf_extend(struct buf *b, size_t len)
{
	uint8_t *at;

	if (b->err)
		return NULL;
	if (len > b->max - b->len) {
		b->err = MOHR_ERR_LIMIT;
		return NULL;
	}
	if ((!b->data || b->len + len > b->cap) && b->max && (b->err = grow(b, b->len + len)) != 0)
		return NULL;
	at = b->data ? b->data + b->len : NULL;
	b->len += len;
	return at;
}

void buf_put(struct buf *b, const void *data, size_t len)
{
	uint8_t *at = buf_extend(b, len);

	if (at && len)
		memcpy(at, data, len);
}

void buf_put_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

void buf_put_be16(struct buf *b, uint16_t v)
{
	buf_put(b, (uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

void buf_put_be32(struct buf *b, uint32_t v)
{
	buf_put_be16(b, (uint16_t)(v >> 16));
	buf_put_be16(b, (uint16_t)v);
}

void buf_fill(struct buf *b, uint8_t v, size_t len)
{
	uint8_t *at = buf_extend(b, len);

	if (at && len)
		memset(at, v, len);
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	wipe(b->data + len, b->len - len);
	b->len = len;
}

int buf_err(const struct buf *b)
{
	return b->err;
}

uint8_t *buf_steal(struct buf *b, size_t *ret_len)
{
	uint8_t *data;

	if (b->err) {
		buf_clear(b);
		return NULL;
	}
	/* nothing written is no error, so it needs an address too */
	data = b->data ? b->data : malloc(1);
	if (!data)
		return NULL;
	*ret_len = b->len;
	buf_init(b, b->max);
	return data;
}

struct cursor buf_cursor(const struct buf *b)
{
	struct cursor c;

	cursor_init(&c, b->data, b->err ? 0 : b->len);
	return c;
}

/* ---- secrets */

/* The volatile pointer keeps the compiler from knowing what is called, and so from leaving it out. */
static void *(*const volatile wipe_memset)(void *, int, size_t) = memset;

void wipe(void *data, size_t len)
{
	if (len)
		wipe_memset(data, 0, len);
}

bool equal_ct(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t diff = 0;

	for (size_t i = 0; i < len; i++)
		diff |= (uint8_t)(x[i] ^ y[i]);
	return diff == 0;
}
