/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN commands (ISO 7816-4 §11.5.6 VERIFY, §11.5.7 CHANGE REFERENCE DATA, §11.5.10 RESET RETRY COUNTER). */
#ifndef MOHR_CARD_PIN_H
#define MOHR_CARD_PIN_H

#include "base/secret.h"
#include "card/channel.h"

/* How a PIN looks on the card. */
struct pin_format {
	uint8_t reference; /* P2 */
	uint8_t min_len;   /* of what a person types */
	uint8_t max_len;
	uint8_t padded_len; /* on the card; 0: as typed */
	uint8_t pad;        /* the padding byte */
	bool digits_only;
	bool is_bcd; /* two digits a byte, the first in the high half; lengths are as of digits_only */
};

enum { PIN_TRIES_UNKNOWN = -1 };

struct pin_status {
	bool verified; /* the card's security status, whoever verified */
	bool blocked;
	bool must_change; /* transport state: only CHANGE is allowed */
	int tries_left;   /* or PIN_TRIES_UNKNOWN (a verified PIN need not tell) */
};

/*
 * Whether a typed PIN can be right at all: MOHR_ERR_PIN_LENGTH, MOHR_ERR_PIN_INVALID or 0. Every
 * function below asks this first, so that a PIN that cannot be right never costs a try.
 */
MOHR_MUST_CHECK int pin_check(const struct pin_format *f, const struct secret *pin);

/* VERIFY with no data: asks, costs nothing. */
MOHR_MUST_CHECK int pin_query(struct channel *c, const struct pin_format *f,
			      struct pin_status *ret);

/*
 * Exactly one VERIFY. MOHR_ERR_PIN_INCORRECT, MOHR_ERR_PIN_BLOCKED, MOHR_ERR_PIN_MUST_CHANGE, ...;
 * *ret_tries (may be NULL) gets what the card said of tries left, or PIN_TRIES_UNKNOWN, always.
 */
MOHR_MUST_CHECK int pin_verify(struct channel *c, const struct pin_format *f,
			       const struct secret *pin, int *ret_tries);

/* VERIFY with P1 = FF: the security status is given up. MOHR_ERR_NOT_SUPPORTED if the card cannot. */
MOHR_MUST_CHECK int pin_unverify(struct channel *c, const struct pin_format *f);

/* CHANGE REFERENCE DATA, P1 = 00: old and new, both padded. */
MOHR_MUST_CHECK int pin_change(struct channel *c, const struct pin_format *f,
			       const struct secret *old_pin, const struct secret *new_pin,
			       int *ret_tries);

/* RESET RETRY COUNTER, P1 = 00: PUK and new PIN; *ret_tries tells of the PUK. */
MOHR_MUST_CHECK int pin_unblock(struct channel *c, const struct pin_format *f,
				const struct pin_format *puk_format, const struct secret *puk,
				const struct secret *new_pin, int *ret_tries);

/*
 * A new value alone, by another right than that of the PIN or its PUK: ins is INS_RESET_RETRY (P1 = 02,
 * which also gives the tries back) or INS_CHANGE (P1 = 01). Nothing is compared, so it costs no try, and
 * to send it again changes nothing.
 */
MOHR_MUST_CHECK int pin_set(struct channel *c, uint8_t ins, const struct pin_format *f,
			    const struct secret *new_pin);

#endif
