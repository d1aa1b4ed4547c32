/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes written as hexadecimal text with spaces, and files of tests/data, for the tests of this folder. */
#ifndef MOHR_TESTS_CODEC_HEX_H
#define MOHR_TESTS_CODEC_HEX_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

struct bytes {
	size_t len;
	uint8_t at[4096];
};

static inline int hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF", *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

static inline struct bytes hex(const char *text)
{
	struct bytes b = {0};

	for (; *text; text++) {
		if (*text == ' ')
			continue;
		assert_true(hex_digit(text[0]) >= 0 && hex_digit(text[1]) >= 0);
		assert_true(b.len < sizeof(b.at));
		b.at[b.len++] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
		text++;
	}
	return b;
}

static inline struct cursor cursor_of(const struct bytes *b)
{
	struct cursor c;

	cursor_init(&c, b->at, b->len);
	return c;
}

static inline void assert_cursor_is(const struct cursor *c, const char *text)
{
	struct bytes b = hex(text);

	assert_int_equal(cursor_left(c), b.len);
	assert_true(cursor_equals(c, b.at, b.len));
}

static inline void assert_buf_is(const struct buf *b, const char *text)
{
	struct cursor c = buf_cursor(b);

	assert_int_equal(buf_err(b), 0);
	assert_cursor_is(&c, text);
}

/* The bytes of tests/data/name; the test fails if they cannot be read. */
static inline struct bytes data_file(const char *name)
{
	const char *source = getenv("MOHR_SOURCE");
	char path[512];
	struct bytes b = {0};
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/data/%s", source ? source : ".", name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	b.len = fread(b.at, 1, sizeof(b.at), f);
	assert_true(b.len > 0 && b.len < sizeof(b.at));
	fclose(f);
	return b;
}

#endif
