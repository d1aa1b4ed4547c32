/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that people write, as values. */
#include "vcard/parse.h"

#include <string.h>

static int digit(char c, unsigned base, unsigned *ret)
{
	unsigned d = 16;

	if (c >= '0' && c <= '9')
		d = (unsigned)(c - '0');
	else if (c >= 'A' && c <= 'F')
		d = (unsigned)(c - 'A') + 10;
	else if (c >= 'a' && c <= 'f')
		d = (unsigned)(c - 'a') + 10;
	if (d >= base)
		return MOHR_ERR_ARGUMENT;
	*ret = d;
	return 0;
}

int vcard_parse_hex(const char *text, uint8_t *bytes, size_t max, size_t *ret_len)
{
	size_t len = strlen(text);
	unsigned high, low;

	if (len == 0 || len % 2 || len / 2 > max)
		return MOHR_ERR_ARGUMENT;
	for (size_t i = 0; i < len; i += 2) {
		if (digit(text[i], 16, &high) != 0 || digit(text[i + 1], 16, &low) != 0)
			return MOHR_ERR_ARGUMENT;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*ret_len = len / 2;
	return 0;
}

int vcard_parse_number(const char *text, unsigned long max, unsigned long *ret)
{
	unsigned long n = 0;
	unsigned d;

	if (!*text)
		return MOHR_ERR_ARGUMENT;
	for (; *text; text++) {
		if (digit(*text, 10, &d) != 0 || d > max || n > (max - d) / 10)
			return MOHR_ERR_ARGUMENT;
		n = n * 10 + d;
	}
	*ret = n;
	return 0;
}
