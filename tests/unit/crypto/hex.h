/* SPDX-License-Identifier: BSD-2-Clause */
/* Test vectors as hexadecimal text; spaces are skipped. */
#ifndef MOHR_TESTS_UNIT_CRYPTO_HEX_H
#define MOHR_TESTS_UNIT_CRYPTO_HEX_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Up to cap bytes at out; aborts on anything else, since the text stands in the test itself. */
static inline size_t hex(const char *text, uint8_t *out, size_t cap)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; *text; text++) {
		const char *at = strchr(digits, *text | 0x20);

		if (*text == ' ')
			continue;
		if (!at || n / 2 >= cap)
			abort();
		if (n % 2 == 0)
			out[n / 2] = 0;
		out[n / 2] = (uint8_t)(out[n / 2] << 4 | (at - digits));
		n++;
	}
	if (n % 2 != 0)
		abort();
	return n / 2;
}

#endif
