/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a reader says of its PIN pad, and what is asked of it then. The input is a format of a PIN (6
 * bytes), then the reader's answers: each a length byte and as many bytes, used one after the other.
 */
#include "fuzz.h"

#include <string.h>

#include "card/pin_pad.h"

enum { FORMAT_LEN = 6, VERIFY_HEAD = 19, MODIFY_HEAD = 24, APDU_HEAD = 5 };

struct reader_link {
	struct link link;
	struct cursor answers;
	const struct pin_format *format;
	const struct pin_pad *pad; /* NULL while it is asked what it has */
	bool modify;
	unsigned n_entries;
};

static unsigned le16(const uint8_t *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

/* PC/SC part 10 §2.5.2, §2.5.3: what must hold of any structure. */
static void check_structure(const struct reader_link *l, const uint8_t *s, size_t len)
{
	bool modify = l->modify;
	size_t head = modify ? MODIFY_HEAD : VERIFY_HEAD;
	unsigned n = modify ? 2 : 1, padded = l->format->padded_len;
	const uint8_t *digits = s + (modify ? 7 : 5);

	must(len == head + APDU_HEAD + n * padded);
	must(le16(s + head - 4) == APDU_HEAD + n * padded && le16(s + head - 2) == 0);
	must(s[0] != 0 && s[2] == 0x82 && s[3] <= 15 && s[3] <= padded && s[4] == 0);
	must((s[3] == 0) == (padded == 0));
	must(digits[1] >= 1 && digits[1] <= digits[0] && digits[0] <= l->format->max_len);
	must(s[3] == 0 || digits[0] <= s[3]);
	must(s[head + 3] == l->format->reference && s[head + 4] == n * padded);
	for (size_t i = head + APDU_HEAD; i < len; i++)
		must(s[i] == l->format->pad);
}

static int answer(struct link *link, uint32_t code, const uint8_t *in, size_t len, uint8_t *ret,
		  size_t cap, size_t *ret_len)
{
	struct reader_link *l = (struct reader_link *)link;
	const uint8_t *bytes;
	uint8_t n;

	if (l->pad != NULL) {
		must(code != 0);
		l->n_entries++;
		check_structure(l, in, len);
	}
	if (cursor_get_u8(&l->answers, &n) != 0 || cursor_get(&l->answers, n, &bytes) != 0)
		return MOHR_ERR_NOT_SUPPORTED;
	must(n <= cap);
	if (n > 0)
		memcpy(ret, bytes, n);
	*ret_len = n;
	return 0;
}

static const struct link_ops ops = {.control = answer};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader_link l = {.link = {.ops = &ops}};
	struct channel c;
	struct pin_format f;
	struct pin_pad pad;
	int tries, r;

	if (len < FORMAT_LEN)
		return 0;
	f = (struct pin_format){.reference = data[0],
				.min_len = data[1],
				.max_len = data[2],
				.padded_len = data[3],
				.pad = data[4]};
	l.format = &f;
	cursor_init(&l.answers, data + FORMAT_LEN, len - FORMAT_LEN);
	pin_pad_find(&l.link, NULL, &pad);
	must(pad.verify != 0 || (pad.modify | pad.validation | pad.min_len | pad.max_len |
				 pad.rows | pad.columns) == 0);
	if (channel_init(&c, &l.link, NULL) != 0)
		return 0;
	l.pad = &pad;
	r = pin_pad_verify(&c, &pad, &f, &tries);
	must(l.n_entries == pin_pad_can_verify(&pad, &f) && tries >= -1 && tries <= 15);
	must(l.n_entries == 1 || r == MOHR_ERR_NOT_SUPPORTED);
	must(r != 0 || c.sw == 0x9000);
	l.n_entries = 0;
	l.modify = true;
	r = pin_pad_change(&c, &pad, &f, &tries);
	must(l.n_entries == pin_pad_can_change(&pad, &f) && (r != 0 || c.sw == 0x9000));
	channel_clear(&c);
	return 0;
}
