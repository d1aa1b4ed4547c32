/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a recording: written and read. */
#include "transport/trace_line.h"

#include <stdio.h>
#include <string.h>

enum { MASK_BYTE = 0x2A };

/* What stands in a line, in this order. */
enum field {
	F_END,
	F_LINK,
	F_RESULT,
	F_EVENTS,
	F_STATE,
	F_HOW,
	F_PROTOCOL,
	F_ATR,
	F_BYTES,
	F_NAME
};

static const struct {
	const char *word;
	enum field fields[6];
} kinds[TRACE_NOTHING] = {
	[TRACE_SERVICE] = {"service", {F_RESULT}},
	[TRACE_READER] = {"reader", {F_EVENTS, F_STATE, F_ATR, F_NAME}},
	[TRACE_GONE] = {"gone", {F_NAME}},
	[TRACE_CONNECT] = {"connect", {F_LINK, F_RESULT, F_PROTOCOL, F_ATR, F_NAME}},
	[TRACE_BEGIN] = {"begin", {F_LINK, F_RESULT}},
	[TRACE_END] = {"end", {F_LINK, F_HOW, F_RESULT}},
	[TRACE_COMMAND] = {"command", {F_LINK, F_BYTES}},
	[TRACE_RESPONSE] = {"response", {F_LINK, F_RESULT, F_BYTES}},
	[TRACE_RECONNECT] = {"reconnect", {F_LINK, F_RESULT, F_PROTOCOL, F_ATR}},
	[TRACE_CLOSE] = {"close", {F_LINK}},
};

/* ---- writing ---- */

static void put_text(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

static void put_number(struct buf *b, uint32_t n)
{
	char text[12];

	(void)snprintf(text, sizeof text, "%lu", (unsigned long)n);
	put_text(b, text);
}

static void put_bytes(struct buf *b, const uint8_t *data, size_t len, bool masked, size_t shown)
{
	static const char digits[] = "0123456789ABCDEF";

	if (len == 0)
		put_text(b, "-");
	for (size_t i = 0; i < len; i++) {
		if (masked && i >= shown && data[i] == MASK_BYTE) {
			put_text(b, "**");
		} else {
			buf_put_u8(b, (uint8_t)digits[data[i] >> 4]);
			buf_put_u8(b, (uint8_t)digits[data[i] & 15]);
		}
	}
}

/* A reader's name comes from outside: it must not end the line. */
static void put_name(struct buf *b, const char *name)
{
	for (; *name; name++)
		buf_put_u8(b, (uint8_t)*name < 0x20 || *name == 0x7F ? '?' : (uint8_t)*name);
}

static const char *state_word(const struct reader *r)
{
	return !r->present ? "absent" : r->mute ? "mute" : "present";
}

void trace_line_put(struct buf *b, const struct trace_line *line, const uint8_t *data, size_t len,
		    bool masked, size_t shown)
{
	const enum field *field = kinds[line->kind].fields;

	put_text(b, kinds[line->kind].word);
	for (; *field != F_END; field++) {
		put_text(b, " ");
		switch (*field) {
		case F_LINK:
			put_number(b, line->link);
			break;
		case F_RESULT:
			put_text(b, line->result == 0 ? "ok" : error_name(line->result));
			break;
		case F_EVENTS:
			put_number(b, line->reader.events);
			break;
		case F_STATE:
			put_text(b, state_word(&line->reader));
			break;
		case F_HOW:
			put_text(b, line->reset ? "reset" : "leave");
			break;
		case F_PROTOCOL:
			put_text(b, line->protocol == PROTOCOL_T1 ? "T1" : "T0");
			break;
		case F_ATR:
			put_bytes(b, line->reader.atr, line->reader.atr_len, false, 0);
			break;
		case F_BYTES:
			put_bytes(b, data, len, masked, shown);
			break;
		case F_NAME:
			put_name(b, line->reader.name);
			break;
		case F_END:
			break;
		}
	}
	put_text(b, "\n");
}

/* ---- reading ---- */

struct word {
	const char *at;
	size_t len;
};

static bool is(struct word w, const char *text)
{
	return w.len == strlen(text) && memcmp(w.at, text, w.len) == 0;
}

/* Up to the next space, which is consumed; MOHR_ERR_MALFORMED if there is nothing. */
static int next_word(struct cursor *c, struct word *ret)
{
	const char *at = (const char *)cursor_at(c);
	size_t left = cursor_left(c), n = 0;
	int r;

	while (n < left && at[n] != ' ')
		n++;
	if (n == 0)
		return MOHR_ERR_MALFORMED;
	r = cursor_skip(c, n < left ? n + 1 : n);
	if (r == 0)
		*ret = (struct word){.at = at, .len = n};
	return r;
}

static int parse_number(struct word w, uint32_t *ret)
{
	uint64_t n = 0;

	if (w.len > 10)
		return MOHR_ERR_MALFORMED;
	for (size_t i = 0; i < w.len; i++) {
		if (w.at[i] < '0' || w.at[i] > '9')
			return MOHR_ERR_MALFORMED;
		n = 10 * n + (unsigned)(w.at[i] - '0');
	}
	if (n > UINT32_MAX)
		return MOHR_ERR_MALFORMED;
	*ret = (uint32_t)n;
	return 0;
}

static int parse_result(struct word w, int *ret)
{
	if (is(w, "ok")) {
		*ret = 0;
		return 0;
	}
	for (int row = 1; row < MOHR_ERR_N_ROWS; row++) {
		if (is(w, error_name(-row))) {
			*ret = -row;
			return 0;
		}
	}
	return MOHR_ERR_MALFORMED;
}

static int parse_state(struct word w, struct reader *ret)
{
	if (!is(w, "absent") && !is(w, "present") && !is(w, "mute"))
		return MOHR_ERR_MALFORMED;
	ret->present = !is(w, "absent");
	ret->mute = is(w, "mute");
	return 0;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Byte i of hexadecimal text: 0 to 255, -1 if it was masked, -2 if it is none. */
static int byte_at(const char *text, size_t i)
{
	const char *at = text + 2 * i;

	if (at[0] == '*' && at[1] == '*')
		return -1;
	return digit(at[0]) < 0 || digit(at[1]) < 0 ? -2 : digit(at[0]) << 4 | digit(at[1]);
}

/* "-" becomes no bytes. */
static int parse_bytes(struct word w, struct trace_line *ret)
{
	ret->bytes = w.at;
	ret->bytes_len = 0;
	if (is(w, "-"))
		return 0;
	if (w.len % 2 != 0)
		return MOHR_ERR_MALFORMED;
	for (size_t i = 0; i < w.len / 2; i++) {
		if (byte_at(w.at, i) == -2)
			return MOHR_ERR_MALFORMED;
	}
	ret->bytes_len = w.len / 2;
	return 0;
}

static int parse_atr(struct word w, struct reader *ret)
{
	struct trace_line line;
	int r = parse_bytes(w, &line);

	if (r == 0 && trace_line_bytes(&line, ret->atr, sizeof ret->atr, &ret->atr_len) != 0)
		r = MOHR_ERR_MALFORMED;
	return r;
}

/* All that is left; spaces may stand in it. */
static int parse_name(struct cursor *c, struct reader *ret)
{
	size_t len = cursor_left(c);

	if (len == 0 || len >= sizeof ret->name || memchr(cursor_at(c), '\0', len))
		return MOHR_ERR_MALFORMED;
	ret->name[len] = '\0';
	return cursor_copy(c, len, ret->name);
}

static int parse_field(enum field field, struct cursor *c, struct trace_line *ret)
{
	struct word w;
	int r;

	if (field == F_NAME)
		return parse_name(c, &ret->reader);
	r = next_word(c, &w);
	if (r != 0)
		return r;
	switch (field) {
	case F_LINK:
		return parse_number(w, &ret->link);
	case F_RESULT:
		return parse_result(w, &ret->result);
	case F_EVENTS:
		return parse_number(w, &ret->reader.events);
	case F_STATE:
		return parse_state(w, &ret->reader);
	case F_HOW:
		ret->reset = is(w, "reset");
		return ret->reset || is(w, "leave") ? 0 : MOHR_ERR_MALFORMED;
	case F_PROTOCOL:
		ret->protocol = is(w, "T1") ? PROTOCOL_T1 : PROTOCOL_T0;
		return is(w, "T0") || is(w, "T1") ? 0 : MOHR_ERR_MALFORMED;
	case F_ATR:
		return parse_atr(w, &ret->reader);
	default:
		return parse_bytes(w, ret);
	}
}

int trace_line_parse(const char *text, size_t len, struct trace_line *ret)
{
	struct trace_line line = {.kind = TRACE_NOTHING};
	struct cursor c;
	struct word w;
	int r;

	if (len == 0 || text[0] == '#') {
		*ret = line;
		return 0;
	}
	cursor_init(&c, text, len);
	r = next_word(&c, &w);
	for (size_t i = 0; r == 0 && i < TRACE_NOTHING; i++) {
		if (is(w, kinds[i].word))
			line.kind = (enum trace_kind)i;
	}
	if (r != 0 || line.kind == TRACE_NOTHING)
		return MOHR_ERR_MALFORMED;
	for (const enum field *f = kinds[line.kind].fields; r == 0 && *f != F_END; f++)
		r = parse_field(*f, &c, &line);
	if (r != 0 || (r = cursor_done(&c)) != 0)
		return r;
	*ret = line;
	return 0;
}

bool trace_line_matches(const struct trace_line *line, const uint8_t *data, size_t len)
{
	if (len != line->bytes_len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int want = byte_at(line->bytes, i);

		if (want >= 0 && want != data[i])
			return false;
	}
	return true;
}

int trace_line_bytes(const struct trace_line *line, uint8_t *ret, size_t cap, size_t *ret_len)
{
	if (line->bytes_len > cap)
		return MOHR_ERR_LIMIT;
	for (size_t i = 0; i < line->bytes_len; i++) {
		int byte = byte_at(line->bytes, i);

		ret[i] = byte < 0 ? MASK_BYTE : (uint8_t)byte;
	}
	*ret_len = line->bytes_len;
	return 0;
}
