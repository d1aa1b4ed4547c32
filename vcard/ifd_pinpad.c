/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulated PIN pad: see the header. Multi-byte fields of the structures are in host order. */
#include "vcard/ifd_pinpad.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

enum { ENTRY_TIMEOUT_S = 30, LOOK_AGAIN_MS = 50, MAX_DATA = LIMIT_SHORT_LC, APDU_HEADER = 4 };

enum { /* bmFormatString bits 0 and 1 */
       FORMAT_BINARY = 0,
       FORMAT_BCD = 1,
       FORMAT_ASCII = 2,
};

enum { CONFIRM_NEW = 1, ASK_OLD = 2 }; /* bConfirmPIN */

/* PIN_VERIFY_STRUCTURE and PIN_MODIFY_STRUCTURE, as far as a pad without a display cares. */
struct request {
	uint8_t timeout_s;
	uint8_t format;       /* bmFormatString */
	uint8_t block;        /* bmPINBlockString */
	uint8_t length_place; /* bmPINLengthFormat */
	uint16_t digits;      /* wPINMaxExtraDigit: least in the high byte, greatest in the low */
	uint8_t offset_old;
	uint8_t offset_new;
	uint8_t confirm;
	uint8_t header[APDU_HEADER];
	struct cursor data; /* behind Lc: the template that the digits go into */
};

struct typed {
	uint8_t digits[LIMIT_PIN];
	size_t len;
};

static int get_template(struct cursor *c, struct request *q)
{
	uint32_t len;
	uint8_t lc = 0;
	int r;

	if ((r = cursor_copy(c, sizeof(len), &len)) != 0 ||
	    (r = cursor_copy(c, sizeof(q->header), q->header)) != 0)
		return r;
	if (cursor_left(c) > 0 && (r = cursor_get_u8(c, &lc)) != 0)
		return r;
	/* Without a fixed block the caller cannot know Lc; with one it must be right. */
	if (len < APDU_HEADER || len > APDU_HEADER + 1 + MAX_DATA ||
	    len != cursor_left(c) + APDU_HEADER + (len > APDU_HEADER ? 1 : 0) ||
	    ((q->block & 0x0f) != 0 && lc != cursor_left(c)))
		return MOHR_ERR_MALFORMED;
	return cursor_get_child(c, cursor_left(c), &q->data);
}

static int decode(const void *structure, size_t len, bool modify, struct request *q)
{
	struct cursor c;
	int r;

	memset(q, 0, sizeof(*q));
	cursor_init(&c, structure, len);
	if ((r = cursor_get_u8(&c, &q->timeout_s)) != 0 ||
	    (r = cursor_skip(&c, 1)) != 0 || /* bTimerOut2 */
	    (r = cursor_get_u8(&c, &q->format)) != 0 || (r = cursor_get_u8(&c, &q->block)) != 0 ||
	    (r = cursor_get_u8(&c, &q->length_place)) != 0)
		return r;
	if (modify && ((r = cursor_get_u8(&c, &q->offset_old)) != 0 ||
		       (r = cursor_get_u8(&c, &q->offset_new)) != 0))
		return r;
	if ((r = cursor_copy(&c, sizeof(q->digits), &q->digits)) != 0 ||
	    (modify && (r = cursor_get_u8(&c, &q->confirm)) != 0) ||
	    /* bEntryValidationCondition, bNumberMessage, wLangId, message indices, bTeoPrologue */
	    (r = cursor_skip(&c, 1 + 1 + 2 + (modify ? 3 : 1) + 3)) != 0)
		return r;
	return get_template(&c, q);
}

/* Where the keys come from, and until when. */
struct keys {
	int fd;
	uint64_t deadline;
	const struct ifd_pinpad_watch *watch;
};

/* One byte of what is typed, before the deadline: 1, 0 at the end, or -1. */
static int read_key(const struct keys *k, uint8_t *ret)
{
	struct pollfd p = {.fd = k->fd, .events = POLLIN};

	for (;;) {
		uint64_t now = clock_ms(), left = k->deadline - now;
		ssize_t n;

		if (now >= k->deadline)
			return -1;
		if (poll(&p, 1, left < LOOK_AGAIN_MS ? (int)left : LOOK_AGAIN_MS) == 0) {
			if (k->watch->is_over(k->watch->user))
				return 0;
			continue;
		}
		n = read(k->fd, ret, 1);
		if (n >= 0)
			return (int)n;
		if (errno != EINTR && errno != EAGAIN)
			return 0;
	}
}

/* One line: a PIN and the key that ends it. */
static uint16_t read_line(const struct keys *k, struct typed *t)
{
	uint8_t key = 0;
	int n;

	t->len = 0;
	while ((n = read_key(k, &key)) > 0 && key != '\n') {
		if (key == 't' && t->len == 0)
			return PINPAD_TIMEOUT;
		if (key < '0' || key > '9')
			return PINPAD_CANCELLED; /* no pad has such a key but the cancel key */
		if (t->len == sizeof(t->digits))
			return PINPAD_LENGTH;
		t->digits[t->len++] = key;
	}
	if (n < 0)
		return PINPAD_TIMEOUT;
	return t->len == 0 ? PINPAD_CANCELLED : PINPAD_OK;
}

static uint16_t read_pin(const struct keys *k, uint16_t limits, struct typed *t)
{
	size_t least = limits >> 8, most = limits & 0xff;
	uint16_t sw = read_line(k, t);

	if (sw == PINPAD_OK && (t->len < least || (most != 0 && t->len > most)))
		sw = PINPAD_LENGTH;
	return sw;
}

static uint16_t read_pins(const struct keys *k, const struct request *q, bool modify,
			  struct typed *old, struct typed *new)
{
	struct typed again = {.len = 0};
	uint16_t sw = PINPAD_OK;

	if (!modify || (q->confirm & ASK_OLD) != 0)
		sw = read_pin(k, q->digits, old);
	if (modify && sw == PINPAD_OK)
		sw = read_pin(k, q->digits, new);
	if (modify && sw == PINPAD_OK && (q->confirm & CONFIRM_NEW) != 0) {
		sw = read_pin(k, q->digits, &again);
		if (sw == PINPAD_OK &&
		    (again.len != new->len || !equal_ct(again.digits, new->digits, new->len)))
			sw = PINPAD_MISMATCH;
	}
	wipe(&again, sizeof(again));
	return sw;
}

static uint16_t read_file(const char *path, const struct request *q, bool modify,
			  const struct ifd_pinpad_watch *watch, struct typed *old,
			  struct typed *new)
{
	uint64_t seconds = q->timeout_s != 0 ? q->timeout_s : ENTRY_TIMEOUT_S;
	/* Not blocking: a FIFO that nobody writes to must not hold the reader for ever. */
	struct keys k = {.fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY),
			 .deadline = clock_ms() + seconds * 1000,
			 .watch = watch};
	uint16_t sw;

	if (k.fd < 0)
		return PINPAD_CANCELLED;
	sw = read_pins(&k, q, modify, old, new);
	(void)close(k.fd);
	return sw;
}

/* Writes the low n bits of value at bit position at; false if they do not fit into the data. */
static bool put_bits(uint8_t *data, size_t len, size_t at, unsigned n, unsigned value)
{
	if (at + n > len * 8 || (n < 8 * sizeof(value) && value >> n != 0))
		return false;
	for (unsigned i = 0; i < n; i++) {
		uint8_t bit = (uint8_t)(0x80u >> ((at + i) % 8));

		if ((value >> (n - 1 - i) & 1) != 0)
			data[(at + i) / 8] |= bit;
		else
			data[(at + i) / 8] &= (uint8_t)~bit;
	}
	return true;
}

static unsigned digit_bits(const struct request *q)
{
	return (q->format & 3) == FORMAT_BCD ? 4 : 8;
}

static unsigned digit_value(const struct request *q, uint8_t digit)
{
	return (q->format & 3) == FORMAT_ASCII ? digit : digit - (unsigned)'0';
}

/* Where the digits start, in bits; a position counts in bits or bytes as bit 7 says. */
static size_t block_start(const struct request *q)
{
	size_t at = q->format >> 3 & 0x0f;

	return (q->format & 0x80) != 0 ? at * 8 : at;
}

/* The digits and, if asked for, their number, into the template of a fixed size. */
static uint16_t put_pin(const struct request *q, const struct typed *t, size_t offset,
			uint8_t *data, size_t len)
{
	size_t size = (q->block & 0x0f) * (size_t)8, used = t->len * digit_bits(q);
	size_t start = offset * 8 + block_start(q);
	size_t length_at = (size_t)(q->length_place & 0x0f) * ((q->length_place & 0x10) ? 8 : 1);
	unsigned length_bits = q->block >> 4;

	if (used > size)
		return PINPAD_LENGTH;
	if (start + size > len * 8)
		return PINPAD_STRUCTURE;
	if (length_bits != 0 &&
	    !put_bits(data, len, offset * 8 + length_at, length_bits, (unsigned)t->len))
		return PINPAD_STRUCTURE;
	if ((q->format & 4) != 0)
		start += size - used; /* right-justified */
	for (size_t i = 0; i < t->len; i++) {
		if (!put_bits(data, len, start + i * digit_bits(q), digit_bits(q),
			      digit_value(q, t->digits[i])))
			return PINPAD_STRUCTURE;
	}
	return PINPAD_OK;
}

/* Block size 0: the digits are added as they are, after what the template has. */
static uint16_t add_pin(const struct request *q, const struct typed *t, uint8_t *data, size_t *len)
{
	size_t bytes = (t->len * digit_bits(q) + 7) / 8;

	if (bytes > MAX_DATA - *len)
		return PINPAD_STRUCTURE;
	memset(data + *len, 0xff, bytes); /* an odd digit of BCD is filled up with F */
	*len += bytes;
	for (size_t i = 0; i < t->len; i++) {
		size_t at = (*len - bytes) * 8 + i * digit_bits(q);

		if (!put_bits(data, *len, at, digit_bits(q), digit_value(q, t->digits[i])))
			return PINPAD_STRUCTURE;
	}
	return PINPAD_OK;
}

static uint16_t build(const struct request *q, bool modify, const struct typed *old,
		      const struct typed *new, struct buf *ret)
{
	uint8_t data[MAX_DATA] = {0};
	size_t len = cursor_left(&q->data);
	bool fixed = (q->block & 0x0f) != 0;
	uint16_t sw = PINPAD_OK;

	if ((q->format & 3) == 3)
		return PINPAD_STRUCTURE;
	if (len > 0)
		memcpy(data, cursor_at(&q->data), len);
	if (old->len > 0)
		sw = fixed ? put_pin(q, old, q->offset_old, data, len)
			   : add_pin(q, old, data, &len);
	if (modify && sw == PINPAD_OK)
		sw = fixed ? put_pin(q, new, q->offset_new, data, len)
			   : add_pin(q, new, data, &len);
	if (sw == PINPAD_OK) {
		buf_put(ret, q->header, sizeof(q->header));
		buf_put_u8(ret, (uint8_t)len);
		buf_put(ret, data, len);
		if (buf_err(ret) != 0)
			sw = PINPAD_STRUCTURE;
	}
	wipe(data, sizeof(data));
	return sw;
}

uint16_t ifd_pinpad_command(const char *typed_path, bool modify, const void *structure, size_t len,
			    const struct ifd_pinpad_watch *watch, struct buf *ret)
{
	struct typed old = {.len = 0}, new = {.len = 0};
	struct request q;
	uint16_t sw;

	if (decode(structure, len, modify, &q) != 0)
		return PINPAD_STRUCTURE;
	sw = read_file(typed_path, &q, modify, watch, &old, &new);
	if (sw == PINPAD_OK)
		sw = build(&q, modify, &old, &new, ret);
	wipe(&old, sizeof(old));
	wipe(&new, sizeof(new));
	return sw;
}
