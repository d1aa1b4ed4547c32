/* SPDX-License-Identifier: BSD-2-Clause */
/* Data objects as text for tests: hexadecimal, where braces stand for the length of what is in them. */
#ifndef MOHR_TESTS_CODEC_TREE_H
#define MOHR_TESTS_CODEC_TREE_H

#include "hex.h"

/* Up to the end or the closing brace; lengths have as few octets as hold them (X.690 §10.1). */
static inline const char *tree_part(const char *text, struct bytes *out)
{
	while (*text && *text != '}') {
		if (*text == ' ') {
			text++;
		} else if (*text == '{') {
			struct bytes inner = {0};

			text = tree_part(text + 1, &inner);
			assert_int_equal(*text++, '}');
			assert_true(inner.len < 65536 &&
				    out->len + inner.len + 3 <= sizeof(out->at));
			if (inner.len > 255) {
				out->at[out->len++] = 0x82;
				out->at[out->len++] = (uint8_t)(inner.len >> 8);
			} else if (inner.len > 127) {
				out->at[out->len++] = 0x81;
			}
			out->at[out->len++] = (uint8_t)inner.len;
			memcpy(out->at + out->len, inner.at, inner.len);
			out->len += inner.len;
		} else {
			assert_true(hex_digit(text[0]) >= 0 && hex_digit(text[1]) >= 0);
			assert_true(out->len < sizeof(out->at));
			out->at[out->len++] =
				(uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
			text += 2;
		}
	}
	return text;
}

/* "30{02{05}}" is 30 03 02 01 05. */
static inline struct bytes tree(const char *text)
{
	struct bytes out = {0};

	assert_int_equal(*tree_part(text, &out), '\0');
	return out;
}

#endif
