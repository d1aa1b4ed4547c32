/* SPDX-License-Identifier: BSD-2-Clause */
/* Labels of tokens: which card, and which of its PINs, in 32 bytes. */
#include "token/label.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Bytes of text up to most, without the beginning of a UTF-8 character that would not fit. */
static int fitting(const char *text, size_t most)
{
	size_t len = strlen(text);

	if (len <= most)
		return (int)len;
	for (len = most; len > 0 && ((uint8_t)text[len] & 0xC0) == 0x80; len--)
		;
	return (int)len;
}

void label_make(char ret[33], const char *card, const char *pin)
{
	enum { LABEL_MAX = 32, AROUND = 3, LEAST_OF_CARD = 8 };
	size_t most = strlen(card), room;
	int pin_len;

	if (pin == NULL || *pin == '\0') {
		snprintf(ret, LABEL_MAX + 1, "%.*s", fitting(card, LABEL_MAX), card);
		return;
	}
	if (most > LEAST_OF_CARD)
		most = LEAST_OF_CARD;
	pin_len = fitting(pin, LABEL_MAX - AROUND - most);
	room = LABEL_MAX - AROUND - (size_t)pin_len;
	snprintf(ret, LABEL_MAX + 1, "%.*s (%.*s)", fitting(card, room), card, pin_len, pin);
}
