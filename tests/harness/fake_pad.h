/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader's PIN pad for tests, without a reader: what is "typed" stands in it, and the command goes to
 * the card by the link's own way. Give fake_pad_control to fake_card_control or loop_set_control. Written
 * from PC/SC part 10 §2.5 for the structures that start with ASCII digits, left-justified.
 */
#ifndef TESTS_HARNESS_FAKE_PAD_H
#define TESTS_HARNESS_FAKE_PAD_H

#include "transport/transport.h"

enum {
	FAKE_PAD_VERIFY = 0x42330006,
	FAKE_PAD_MODIFY = 0x42330007,
	FAKE_PAD_PIN_PROPERTIES = 0x4233000A,
	FAKE_PAD_TLV_PROPERTIES = 0x42330012,
};

struct fake_pad {
	/* What the reader says of itself; len 0: that is not supported. */
	uint8_t features[64], pin_properties[16], tlv_properties[64];
	size_t features_len, pin_properties_len, tlv_properties_len;
	/* What is typed: the PIN, or old, new and new again. */
	const char *typed[3];
	uint16_t sw;       /* not 0: the reader's own answer, and the card is not asked */
	int err;           /* not 0: entry ends so, and nothing is sent */
	int err_after;     /* not 0: the card has done it, and its answer is lost */
	size_t answer_len; /* 2; anything else is a reader that is broken */
	void (*while_typing)(void *user);
	void *user;
	/* What was seen. */
	unsigned n_entries;
	uint8_t structure[128];
	size_t structure_len;
};

/* A reader that verifies and changes, and has no display. */
void fake_pad_init(struct fake_pad *pad);

/* user is the struct fake_pad. */
int fake_pad_control(void *user, struct link *l, uint32_t code, const uint8_t *in, size_t len,
		     uint8_t *ret, size_t cap, size_t *ret_len);

#endif
