/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of a card, which may be anything, as UTF-8 that can be shown (RFC 3629 §3, §4). */
#include "profile/p15.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 256 };

struct p15_text {
	struct p15_text *next;
	char text[TEXT_MAX];
};

/* Bytes of the character that begins here; 0: none that may be shown. */
static size_t character_len(const uint8_t *at, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len, i;
	uint32_t code;

	if (at[0] < 0x80)
		return at[0] >= 0x20 && at[0] != 0x7F;
	len = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
	if (at[0] < 0xC2 || at[0] > 0xF4 || left < len)
		return 0;
	code = at[0] & (0xFFU >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3F);
	}
	/* the longer forms, the surrogates, and the second set of control characters */
	if (code < least[len] || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF ||
	    code < 0xA0)
		return 0;
	return len;
}

void p15_text_copy(const struct cursor *stored, char *ret, size_t cap)
{
	const uint8_t *at = cursor_at(stored);
	size_t left = cursor_left(stored), len = 0, n;

	while (left > 0 && (at[left - 1] == 0 || at[left - 1] == ' '))
		left--;
	while (left > 0) {
		n = character_len(at, left);
		if (len + (n > 0 ? n : 1) >= cap)
			break;
		if (n > 0)
			memcpy(ret + len, at, n);
		else
			ret[len] = '?';
		n = n > 0 ? n : 1;
		len += n;
		at += n;
		left -= n;
	}
	ret[len] = '\0';
}

const char *p15_text_keep(struct p15_card *p15, const struct cursor *stored)
{
	struct p15_text *t = malloc(sizeof(*t));

	if (t == NULL)
		return NULL;
	p15_text_copy(stored, t->text, sizeof(t->text));
	t->next = p15->texts;
	p15->texts = t;
	return t->text;
}

void p15_text_free(struct p15_card *p15)
{
	while (p15->texts != NULL) {
		struct p15_text *next = p15->texts->next;

		free(p15->texts);
		p15->texts = next;
	}
}
