/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIN_VERIFY_STRUCTURE and PIN_MODIFY_STRUCTURE (PC/SC part 10 §2.5.2, §2.5.3), numbers little-endian.
 *
 * The command in them is a template, already padded to its full length; the reader writes the digits
 * over the start of it. The field for that block's size has four bits, so 16 bytes cannot be said there
 * (what is meant as 16 ends in the field beside it: "a length of one bit, a block of 0"). The block is
 * therefore as long as the longest PIN, and the rest of the template stays the padding it is. Not 15: a
 * reader leaves the padding in its block as it finds it, but the shorter the block, the less is left to
 * that, and a block that only holds what may be typed has a meaning.
 */
#include "card/pin_pad.h"

#include <string.h>

#include "card/sw.h"
#include "codec/iso7816.h"

enum {
	TIMEOUT_S = 30,
	FORMAT_ASCII = 0x82, /* bmFormatString: bytes, position 0, left-justified, ASCII */
	MAX_BLOCK = 15,      /* bmPINBlockString, bits 3 to 0 */
	CONFIRM_NEW_ASK_OLD = 3,
	VALIDATION_KEY = 2, /* bEntryValidationCondition: the person presses OK */
	/*
	 * English: readers with messages have it; Persian (0429) would be a language most of them lack.
	 * One message for each PIN: firmware in the field refuses both "none" and "default".
	 */
	LANGUAGE = 0x0409,
	MESSAGE_ENTER = 0,
	MESSAGE_ENTER_NEW = 1,
	MESSAGE_CONFIRM_NEW = 2,
	APDU_HEADER_LEN = 5,
	MAX_STRUCTURE = 24 + APDU_HEADER_LEN + LIMIT_SHORT_LC,
	MAX_PROPERTIES = 512,
	SW_LEN = 2,
};

enum { /* PC/SC part 10 §2.6.14 */
       TAG_LCD_LAYOUT = 0x01,
       TAG_VALIDATION = 0x02,
       TAG_MIN_PIN = 0x06,
       TAG_MAX_PIN = 0x07,
};

/* ---- what the reader has ----------------------------------------------------------------------- */

/* wLcdLayout: characters a line, then lines, since the number XXYY is little-endian. */
static int get_layout(struct cursor *c, struct pin_pad *pad)
{
	int r = cursor_get_u8(c, &pad->columns);

	return r != 0 ? r : cursor_get_u8(c, &pad->rows);
}

static int get_property(struct cursor *list, struct pin_pad *pad)
{
	struct cursor value;
	uint8_t tag, len;
	int r;

	if ((r = cursor_get_u8(list, &tag)) != 0 || (r = cursor_get_u8(list, &len)) != 0 ||
	    (r = cursor_get_child(list, len, &value)) != 0)
		return r;
	switch (tag) {
	case TAG_LCD_LAYOUT:
		r = get_layout(&value, pad);
		break;
	case TAG_VALIDATION:
		r = cursor_get_u8(&value, &pad->validation);
		break;
	case TAG_MIN_PIN:
		r = cursor_get_u8(&value, &pad->min_len);
		break;
	case TAG_MAX_PIN:
		r = cursor_get_u8(&value, &pad->max_len);
		break;
	default:
		return 0;
	}
	return r != 0 ? r : cursor_done(&value);
}

static int get_tlv_properties(struct link *l, uint32_t code, struct pin_pad *pad)
{
	uint8_t answer[MAX_PROPERTIES];
	struct cursor c;
	size_t len;
	int r;

	r = link_control(l, code, NULL, 0, answer, sizeof(answer), &len);
	cursor_init(&c, answer, len);
	while (r == 0 && cursor_left(&c) > 0)
		r = get_property(&c, pad);
	return r;
}

/* PIN_PROPERTIES_STRUCTURE: wLcdLayout, bEntryValidationCondition, bTimeOut2. */
static int get_pin_properties(struct link *l, uint32_t code, struct pin_pad *pad)
{
	uint8_t answer[MAX_PROPERTIES];
	struct cursor c;
	size_t len;
	int r;

	r = link_control(l, code, NULL, 0, answer, sizeof(answer), &len);
	cursor_init(&c, answer, len);
	if (r != 0 || (r = get_layout(&c, pad)) != 0 ||
	    (r = cursor_get_u8(&c, &pad->validation)) != 0 || (r = cursor_skip(&c, 1)) != 0)
		return r;
	return cursor_done(&c);
}

void pin_pad_find(struct link *l, const struct log *log, struct pin_pad *ret)
{
	struct reader_features features;
	struct pin_pad bare, told;
	int r;

	*ret = (struct pin_pad){0};
	r = link_features(l, &features);
	if (r != 0) {
		log_write(log, LOG_DEBUG, "the reader's features: %s", error_text(r));
		return;
	}
	if (features.verify_pin == 0)
		return;
	bare = (struct pin_pad){.verify = features.verify_pin, .modify = features.modify_pin};
	told = bare;
	r = MOHR_ERR_NOT_SUPPORTED;
	if (features.tlv_properties != 0)
		r = get_tlv_properties(l, features.tlv_properties, &told);
	if (r != 0 && features.pin_properties != 0) {
		told = bare;
		r = get_pin_properties(l, features.pin_properties, &told);
	}
	*ret = r == 0 ? told : bare;
	log_write(log, LOG_DEBUG, "the reader has a PIN pad%s",
		  ret->modify != 0 ? ", and changes PINs" : "");
}

/* ---- what is asked of it ----------------------------------------------------------------------- */

struct entry {
	uint8_t block;       /* bytes that the reader may write; 0: it adds the digits it has */
	uint8_t least, most; /* digits */
};

/* False if the structures cannot say what this PIN looks like. */
static bool plan(const struct pin_pad *pad, const struct pin_format *f, unsigned n_pins,
		 struct entry *ret)
{
	struct entry e = {.least = f->min_len, .most = f->max_len};

	if (pad->min_len > e.least)
		e.least = pad->min_len;
	if (pad->max_len != 0 && pad->max_len < e.most)
		e.most = pad->max_len;
	if (f->padded_len != 0) {
		e.block = f->padded_len <= MAX_BLOCK ? f->padded_len : f->max_len;
		if (e.block > MAX_BLOCK)
			return false;
		if (e.most > e.block)
			e.most = e.block;
	}
	if (e.most == 0 || e.least > e.most || n_pins * f->padded_len > LIMIT_SHORT_LC)
		return false;
	/* no reader takes an empty PIN for one */
	if (e.least == 0)
		e.least = 1;
	*ret = e;
	return true;
}

bool pin_pad_can_verify(const struct pin_pad *pad, const struct pin_format *f)
{
	struct entry e;

	return pad->verify != 0 && !f->is_bcd && plan(pad, f, 1, &e);
}

bool pin_pad_can_change(const struct pin_pad *pad, const struct pin_format *f)
{
	struct entry e;

	return pad->modify != 0 && !f->is_bcd && plan(pad, f, 2, &e);
}

static void put_le16(struct buf *b, unsigned v)
{
	buf_put_u8(b, v & 0xFF);
	buf_put_u8(b, v >> 8 & 0xFF);
}

static uint8_t validation_of(const struct pin_pad *pad)
{
	bool has_key = pad->validation == 0 || (pad->validation & VALIDATION_KEY) != 0;

	return has_key ? VALIDATION_KEY : pad->validation;
}

/* bTimerOut to bmPINLengthFormat: the length of the PIN is not written anywhere. */
static void put_form(struct buf *b, const struct entry *e)
{
	buf_put_u8(b, TIMEOUT_S);
	buf_put_u8(b, TIMEOUT_S);
	buf_put_u8(b, FORMAT_ASCII);
	buf_put_u8(b, e->block);
	buf_put_u8(b, 0);
}

/* bTeoPrologue, ulDataLength, abData: without padding Lc is 0, and the reader's to correct. */
static void put_command(struct buf *b, uint8_t ins, const struct pin_format *f, unsigned n_pins)
{
	size_t data_len = n_pins * (size_t)f->padded_len;

	buf_fill(b, 0, 3);
	put_le16(b, (unsigned)(APDU_HEADER_LEN + data_len));
	put_le16(b, 0);
	buf_put_u8(b, CLA_PLAIN);
	buf_put_u8(b, ins);
	buf_put_u8(b, 0);
	buf_put_u8(b, f->reference);
	buf_put_u8(b, (uint8_t)data_len);
	buf_fill(b, f->pad, data_len);
}

static void put_verify(struct buf *b, const struct pin_pad *pad, const struct pin_format *f,
		       const struct entry *e)
{
	put_form(b, e);
	put_le16(b, (unsigned)e->least << 8 | e->most);
	buf_put_u8(b, validation_of(pad));
	buf_put_u8(b, 1); /* bNumberMessage */
	put_le16(b, LANGUAGE);
	buf_put_u8(b, MESSAGE_ENTER);
	put_command(b, INS_VERIFY, f, 1);
}

static void put_modify(struct buf *b, const struct pin_pad *pad, const struct pin_format *f,
		       const struct entry *e)
{
	put_form(b, e);
	buf_put_u8(b, 0);             /* bInsertionOffsetOld */
	buf_put_u8(b, f->padded_len); /* bInsertionOffsetNew */
	put_le16(b, (unsigned)e->least << 8 | e->most);
	buf_put_u8(b, CONFIRM_NEW_ASK_OLD);
	buf_put_u8(b, validation_of(pad));
	buf_put_u8(b, 3); /* bNumberMessage */
	put_le16(b, LANGUAGE);
	buf_put_u8(b, MESSAGE_ENTER);
	buf_put_u8(b, MESSAGE_ENTER_NEW);
	buf_put_u8(b, MESSAGE_CONFIRM_NEW);
	put_command(b, INS_CHANGE, f, 2);
}

/* Status words that the reader itself answers with, and no card to these commands (§2.5.4). */
static int pad_error(uint8_t ins, uint16_t sw)
{
	switch (sw) {
	case 0x6400:
		return MOHR_ERR_PIN_TIMEOUT;
	case 0x6401:
		return MOHR_ERR_PIN_CANCELLED;
	case 0x6402:
		return MOHR_ERR_PIN_MISMATCH;
	case 0x6403:
		return MOHR_ERR_PIN_LENGTH;
	case 0x6B80: /* it does not understand the structure */
		return MOHR_ERR_NOT_SUPPORTED;
	default:
		return sw_error(ins, sw);
	}
}

/* Never sent twice. The structure holds no PIN and the answer is a status word: both may be logged. */
static int ask(struct channel *c, uint32_t code, uint8_t ins, const struct pin_format *f,
	       const struct buf *structure, int *ret_tries)
{
	uint8_t answer[LIMIT_SHORT_LE + SW_LEN];
	uint16_t sw;
	size_t len;
	int r;

	log_hex(c->log, LOG_APDU, "> (PIN pad)", structure->data, structure->len);
	r = link_control(c->link, code, structure->data, structure->len, answer, sizeof(answer),
			 &len);
	if (r == 0 && len != SW_LEN)
		r = MOHR_ERR_MALFORMED;
	if (r != 0)
		return log_fail(c->log, r, "PIN %02X at the PIN pad", f->reference);
	log_hex(c->log, LOG_APDU, "< (PIN pad)", answer, len);
	sw = (uint16_t)(answer[0] << 8 | answer[1]);
	c->sw = sw;
	if (sw != SW_OK)
		*ret_tries = sw_tries(sw);
	r = pad_error(ins, sw);
	return r == 0 ? 0
		      : log_fail(c->log, r, "INS %02X for PIN %02X at the PIN pad: %04X", ins,
				 f->reference, sw);
}

/* What sets the two commands apart. */
struct pad_command {
	uint8_t ins;
	unsigned n_pins;
	void (*put)(struct buf *b, const struct pin_pad *pad, const struct pin_format *f,
		    const struct entry *e);
};

static int enter_pins(struct channel *c, const struct pin_pad *pad, const struct pin_format *f,
		      uint32_t control, const struct pad_command *command, int *ret_tries)
{
	struct buf structure = BUF_INIT(MAX_STRUCTURE);
	struct entry e;
	int r;

	*ret_tries = PIN_TRIES_UNKNOWN;
	c->sw = 0;
	if (control == 0 || !plan(pad, f, command->n_pins, &e))
		return MOHR_ERR_NOT_SUPPORTED;
	command->put(&structure, pad, f, &e);
	r = buf_err(&structure);
	if (r == 0)
		r = ask(c, control, command->ins, f, &structure, ret_tries);
	buf_clear(&structure);
	return r;
}

int pin_pad_verify(struct channel *c, const struct pin_pad *pad, const struct pin_format *f,
		   int *ret_tries)
{
	static const struct pad_command verify = {INS_VERIFY, 1, put_verify};

	return enter_pins(c, pad, f, pad->verify, &verify, ret_tries);
}

int pin_pad_change(struct channel *c, const struct pin_pad *pad, const struct pin_format *f,
		   int *ret_tries)
{
	static const struct pad_command change = {INS_CHANGE, 2, put_modify};

	return enter_pins(c, pad, f, pad->modify, &change, ret_tries);
}
