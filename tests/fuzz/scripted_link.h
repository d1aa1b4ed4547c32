/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card whose answers are the fuzzer's input: each begins with its length, one byte, or FE and two
 * bytes; FF is a transport error. After the last one the card is gone, or says its last answer for
 * ever. What reached the card is counted.
 */
#ifndef MOHR_TESTS_SCRIPTED_LINK_H
#define MOHR_TESTS_SCRIPTED_LINK_H

#include <string.h>

#include "base/buf.h"
#include "fuzz.h"
#include "transport/transport.h"

struct scripted_link {
	struct link link;
	struct cursor answers;
	bool for_ever;
	struct cursor last;
	bool any;
	unsigned transmits;
	unsigned tried_pins; /* VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER with data */
};

static inline int scripted_next(struct scripted_link *s, struct cursor *ret)
{
	uint16_t len16;
	uint8_t len8;
	size_t n;

	if (cursor_get_u8(&s->answers, &len8) != 0)
		return MOHR_ERR_CARD_REMOVED;
	n = len8;
	if (len8 == 0xFF)
		return MOHR_ERR_CARD_MUTE;
	if (len8 == 0xFE) {
		if (cursor_get_be16(&s->answers, &len16) != 0)
			return MOHR_ERR_CARD_REMOVED;
		n = len16;
	}
	if (n > cursor_left(&s->answers))
		n = cursor_left(&s->answers);
	must(cursor_get_child(&s->answers, n, ret) == 0);
	return 0;
}

static inline int scripted_transmit(struct link *l, const uint8_t *command, size_t len,
				    uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	struct scripted_link *s = (struct scripted_link *)l;
	struct cursor answer;
	size_t n;
	int r;

	must(len >= 4 && len <= LIMIT_APDU && cap >= 2);
	s->transmits++;
	s->tried_pins +=
		len > 5 && (command[1] == 0x20 || command[1] == 0x24 || command[1] == 0x2C);
	*ret_len = 0;
	r = scripted_next(s, &answer);
	if (r == MOHR_ERR_CARD_REMOVED && s->for_ever && s->any) {
		answer = s->last;
		r = 0;
	}
	if (r != 0)
		return r;
	s->last = answer;
	s->any = true;
	n = cursor_left(&answer);
	if (n > cap)
		return MOHR_ERR_COMMUNICATION;
	if (n > 0)
		memcpy(ret_response, cursor_at(&answer), n);
	*ret_len = n;
	return 0;
}

static inline void scripted_init(struct scripted_link *s, enum protocol protocol,
				 const uint8_t *atr, size_t atr_len, const uint8_t *answers,
				 size_t len, bool for_ever)
{
	static const struct link_ops ops = {.transmit = scripted_transmit};

	*s = (struct scripted_link){.link = {.ops = &ops, .protocol = protocol, .atr_len = atr_len},
				    .for_ever = for_ever};
	must(atr_len <= sizeof(s->link.atr));
	memcpy(s->link.atr, atr, atr_len);
	cursor_init(&s->answers, answers, len);
}

/* docs/natid-card.md, "Answer to reset" */
static const uint8_t ATR_SHORT[] = {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x4F,
				    0x48, 0x52, 0x73, 0x96, 0x21, 0x80, 0x82, 0x90, 0x00};
static const uint8_t ATR_EXTENDED[] = {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85,
				       0x80, 0x54, 0x4D, 0x4F, 0x48, 0x52, 0x73, 0x96,
				       0x21, 0xC0, 0x82, 0x90, 0x00, 0x5A};

#endif
