/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One card's command channel over a link: APDU form by what the card announces, command chaining,
 * GET RESPONSE and 6Cxx, with caps on rounds and total. Used by one thread at a time.
 */
#ifndef MOHR_CARD_CHANNEL_H
#define MOHR_CARD_CHANNEL_H

#include "card/apdu.h"
#include "transport/transport.h"

struct channel {
	struct link *link;     /* borrowed */
	const struct log *log; /* borrowed, may be NULL */
	bool extended;         /* extended length announced by the ATR; T=1 only */
	bool chaining;         /* command chaining announced */
	bool endless;          /* an answer had no end: later ones are given less time */
	uint64_t n_apdus;      /* exchanged so far, GET RESPONSE included */
	uint16_t sw;           /* of the last logical command; 0 if it ended without one */
	unsigned turn;         /* another number after each time that others could use the card */
	struct apdu_mask mask; /* what of the exchange may be logged */
	struct buf command;    /* reused; wiped after each command */
	uint8_t *response;     /* LIMIT_RESPONSE bytes; wiped after each command */
	size_t response_used;  /* how much of it may not be zero */
};

/*
 * Reads the capabilities from the link's ATR; both pointers must outlive the channel. An ATR that is
 * not well-formed announces nothing.
 */
MOHR_MUST_CHECK int channel_init(struct channel *c, struct link *link, const struct log *log);
void channel_clear(struct channel *c);

/* Whether one logical command may carry len bytes of data on this card, chained or extended. */
bool channel_can_carry(const struct channel *c, size_t len);

/*
 * Sends one logical command and collects its whole response. Returns 0 whenever the card gave a status
 * word, which lands in *ret_sw; the data replaces what ret_data held (NULL: data are not wanted, and
 * 61xx counts as 9000 without fetching, but not for a PIN command: "verified" is no guess). Data come
 * with 9000 and with the warnings 62xx and 63xx only.
 *
 * 61xx is consumed here; it counts as 9000, and what it promises stays on the card, where xx is
 * a->known_len, and once a->enough bytes have come. 6Cxx is consumed here too: the command is sent once
 * more with the Le that the card named, unless nothing is wanted back, a second 6Cxx follows, or the
 * command is one that must not be sent twice (data of a PIN command or a chain); then 6Cxx is delivered
 * as it is.
 *
 * le above what the card's form allows means "all there is". A transport error is returned as it is,
 * MOHR_ERR_CARD_MUTE for an empty answer included; one byte, or more data than asked for, is
 * MOHR_ERR_MALFORMED, too many rounds or bytes MOHR_ERR_LIMIT, data that the card cannot take
 * MOHR_ERR_DATA_LENGTH. ret_data is emptied on failure.
 */
MOHR_MUST_CHECK int channel_transmit(struct channel *c, const struct apdu *a, struct buf *ret_data,
				     uint16_t *ret_sw);

/*
 * The same, with every status word other than 9000 turned into its error (card/sw.h);
 * c->sw tells a refusal of the card (not 0) from a failure on the way to it (0).
 */
MOHR_MUST_CHECK int channel_command(struct channel *c, const struct apdu *a, struct buf *ret_data);

#endif
