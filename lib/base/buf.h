/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes: a bounded cursor to read with and a growable writer with a stated maximum.
 * Card data are read through the cursor only: check, then consume. A failed get moves nothing and
 * latches: every later get on the same cursor fails too, so a chain may be checked once at its end.
 */
#ifndef MOHR_BASE_BUF_H
#define MOHR_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Borrows its bytes; copying the struct makes an independent cursor over the same bytes. */
struct cursor {
	const uint8_t *data;
	size_t len;
	size_t off;
	bool failed;
};

/* data may be NULL if len is 0. */
void cursor_init(struct cursor *c, const void *data, size_t len);

/* Bytes not yet consumed; 0 once failed. */
size_t cursor_left(const struct cursor *c);

/* The next unread byte's address; valid for cursor_left(c) bytes; never NULL unless nothing is left. */
const uint8_t *cursor_at(const struct cursor *c);

/* All return 0 or MOHR_ERR_MALFORMED and leave *ret untouched on failure. Integers are big-endian. */
MOHR_MUST_CHECK int cursor_get_u8(struct cursor *c, uint8_t *ret);
MOHR_MUST_CHECK int cursor_get_be16(struct cursor *c, uint16_t *ret);
MOHR_MUST_CHECK int cursor_get_be32(struct cursor *c, uint32_t *ret);
MOHR_MUST_CHECK int cursor_peek_u8(const struct cursor *c, uint8_t *ret);
MOHR_MUST_CHECK int cursor_skip(struct cursor *c, size_t len);

/* *ret borrows len bytes of the cursor's own data. */
MOHR_MUST_CHECK int cursor_get(struct cursor *c, size_t len, const uint8_t **ret);

/* Copies len bytes out. */
MOHR_MUST_CHECK int cursor_copy(struct cursor *c, size_t len, void *ret);

/* A read-only child over the next len bytes, which are consumed here. */
MOHR_MUST_CHECK int cursor_get_child(struct cursor *c, size_t len, struct cursor *ret_child);

/* 0 if nothing failed and nothing is left: trailing bytes are an error. */
MOHR_MUST_CHECK int cursor_done(const struct cursor *c);

/* Whether everything unread equals these bytes. */
bool cursor_equals(const struct cursor *c, const void *data, size_t len);

/*
 * Growable writer. The first error (NOMEM, LIMIT) latches and later puts do nothing, so a chain is
 * checked once with buf_err. Memory is wiped when it is moved or freed.
 */
struct buf {
	uint8_t *data;
	size_t len;
	size_t cap;
	size_t max;
	int err;
};

#define BUF_INIT(max_len) ((struct buf){.max = (max_len)})

void buf_init(struct buf *b, size_t max_len);
/* Wipes and frees; the buffer is empty and usable again, with the same maximum. */
void buf_clear(struct buf *b);
/* Sets the length to 0, wipes the bytes, clears the error, keeps the memory. */
void buf_reset(struct buf *b);

void buf_put(struct buf *b, const void *data, size_t len);
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_be16(struct buf *b, uint16_t v);
void buf_put_be32(struct buf *b, uint32_t v);
/* Adds len times the byte v. */
void buf_fill(struct buf *b, uint8_t v, size_t len);
/* Makes room for len bytes behind the end and returns their address, or NULL (error latched). */
uint8_t *buf_extend(struct buf *b, size_t len);
/* Shortens to len bytes, wiping the rest; len beyond the end does nothing. */
void buf_truncate(struct buf *b, size_t len);

/* 0, MOHR_ERR_NOMEM or MOHR_ERR_LIMIT. */
MOHR_MUST_CHECK int buf_err(const struct buf *b);

/* Hands the bytes to the caller, who frees them with free(); NULL on error. The buffer is empty then. */
uint8_t *buf_steal(struct buf *b, size_t *ret_len);

/* A cursor over what has been written; valid until the buffer changes. */
struct cursor buf_cursor(const struct buf *b);

/* Overwrites len bytes in a way the compiler keeps. */
void wipe(void *data, size_t len);

/* Equality in time that depends on len alone. */
bool equal_ct(const void *a, const void *b, size_t len);

#endif
