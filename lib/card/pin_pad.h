/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIN entry at the reader (PC/SC part 10, v2.02.09): the reader asks the person, puts the digits into a
 * command that we prepared and sends it to the card. The PIN never comes here.
 */
#ifndef MOHR_CARD_PIN_PAD_H
#define MOHR_CARD_PIN_PAD_H

#include "card/pin.h"

/* What a reader has, as it says itself. All zero: no PIN pad. */
struct pin_pad {
	uint32_t verify;          /* control code of FEATURE_VERIFY_PIN_DIRECT, 0: none */
	uint32_t modify;          /* of FEATURE_MODIFY_PIN_DIRECT */
	uint8_t validation;       /* bEntryValidationCondition bits that it knows; 0: not said */
	uint8_t min_len, max_len; /* digits that it takes; 0: not said */
	uint8_t rows, columns;    /* of its display; 0: none, or not said */
};

/*
 * Asks the reader, never the card. A reader that gives no answer, or one that is not well-formed, has no
 * PIN pad; properties that are not well-formed count as not said.
 */
void pin_pad_find(struct link *l, const struct log *log, struct pin_pad *ret);

/* Whether this PIN can be verified, and changed, so: its form fits into what the structures can say. */
bool pin_pad_can_verify(const struct pin_pad *pad, const struct pin_format *f);
bool pin_pad_can_change(const struct pin_pad *pad, const struct pin_format *f);

/*
 * One VERIFY at most, after a person has typed; blocks for that long, 30 s. The errors of pin_verify,
 * and the reader's own, after which the card has seen nothing: MOHR_ERR_PIN_CANCELLED,
 * MOHR_ERR_PIN_TIMEOUT, MOHR_ERR_PIN_LENGTH. MOHR_ERR_NOT_SUPPORTED if it cannot be asked so.
 */
MOHR_MUST_CHECK int pin_pad_verify(struct channel *c, const struct pin_pad *pad,
				   const struct pin_format *f, int *ret_tries);

/* CHANGE REFERENCE DATA: old PIN, new one, new one again; MOHR_ERR_PIN_MISMATCH. */
MOHR_MUST_CHECK int pin_pad_change(struct channel *c, const struct pin_pad *pad,
				   const struct pin_format *f, int *ret_tries);

#endif
