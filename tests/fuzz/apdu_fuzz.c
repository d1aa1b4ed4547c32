/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * APDUs: the input is taken for a command, for a response, and for what a card answers to one logical
 * command on a channel.
 */
#include "card/apdu.h"
#include "card/channel.h"
#include "scripted_link.h"

enum {
	/* first byte of the input */
	OPTION_EXTENDED = 0x01,
	OPTION_DATA = 0x02,
	OPTION_LONG_DATA = 0x04,
	OPTION_LE = 0x08,
	OPTION_LONG_LE = 0x10,
	OPTION_UNWANTED = 0x20,
	OPTION_FOR_EVER = 0x40,
	OPTION_VERIFY = 0x80,
	/* 600 bytes are 3 parts; each exchange may be repeated for its Le */
	MAX_EXCHANGES = 3 + 2 * (LIMIT_RESPONSE_ROUNDS + 1),
};

/* What can be decoded is encoded to something that means the same, and is no longer. */
static void check_command(const uint8_t *data, size_t len)
{
	struct buf b = BUF_INIT(LIMIT_APDU);
	struct apdu a, again;

	if (apdu_decode(data, len, &a) != 0)
		return;
	must(a.data_len <= LIMIT_EXTENDED_LC && a.le <= LIMIT_EXTENDED_LE);
	must(a.data_len == 0 || (a.data >= data && a.data + a.data_len <= data + len));
	must(apdu_encode(&a, APDU_EXTENDED, false, &b) == 0 && b.len <= len);
	must(apdu_decode(b.data, b.len, &again) == 0);
	must(again.cla == a.cla && again.ins == a.ins && again.p1 == a.p1 && again.p2 == a.p2);
	must(again.le == a.le && again.data_len == a.data_len);
	must(a.data_len == 0 || memcmp(again.data, a.data, a.data_len) == 0);
	buf_clear(&b);
}

static void check_response(const uint8_t *data, size_t len)
{
	struct cursor content;
	uint16_t sw;

	if (response_decode(data, len, &content, &sw) != 0) {
		must(len < 2);
		return;
	}
	must(cursor_left(&content) == len - 2);
	must(sw == (data[len - 2] << 8 | data[len - 1]));
}

/* The lines are made, and go nowhere. */
static void drop_line(void *user, enum log_level level, const char *line)
{
	(void)user;
	(void)level;
	must(strlen(line) <= LIMIT_LOG_LINE);
}

static void check_channel(uint8_t options, const uint8_t *answers, size_t len)
{
	static const uint8_t content[600];
	bool extended = options & OPTION_EXTENDED;
	struct apdu a = {.ins = options & OPTION_VERIFY ? 0x20 : 0xCB, .data = content};
	struct buf out = BUF_INIT(LIMIT_RESPONSE);
	const struct log log = {.sink = drop_line, .level = LOG_APDU};
	struct scripted_link s;
	struct channel c;
	uint16_t sw = 0;
	int r;

	if (options & OPTION_DATA)
		a.data_len = options & OPTION_LONG_DATA ? sizeof(content) : 16;
	if (options & OPTION_LE)
		a.le = options & OPTION_LONG_LE ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE;
	scripted_init(&s, extended ? PROTOCOL_T1 : PROTOCOL_T0, extended ? ATR_EXTENDED : ATR_SHORT,
		      extended ? sizeof(ATR_EXTENDED) : sizeof(ATR_SHORT), answers, len,
		      options & OPTION_FOR_EVER);
	must(channel_init(&c, &s.link, extended ? &log : NULL) == 0);
	r = channel_transmit(&c, &a, options & OPTION_UNWANTED ? NULL : &out, &sw);
	must(s.transmits == c.n_apdus && s.transmits <= MAX_EXCHANGES);
	must(out.len <= LIMIT_RESPONSE - 2);
	must(c.sw == (r == 0 ? sw : 0));
	must(r == 0 || out.len == 0);
	/* a refused command has no data; only a whole answer and a warning have */
	must(out.len == 0 || sw == 0x9000 || (sw & 0xFE00) == 0x6200);
	if (options & OPTION_VERIFY && !(options & OPTION_LONG_DATA))
		must(s.tried_pins <= 1);
	channel_clear(&c);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check_command(data, len);
	check_response(data, len);
	if (len > 0)
		check_channel(data[0], data + 1, len - 1);
	return 0;
}
