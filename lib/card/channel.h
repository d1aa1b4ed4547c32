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
	bool chaining;         /* command chaining may be used */
	uint64_t n_apdus;      /* exchanged so far, GET RESPONSE included */
	struct buf command;    /* reused; wiped after each command */
	struct buf response;
};

/* Reads the capabilities from the link's ATR; both pointers must outlive the channel. */
MOHR_MUST_CHECK int channel_init(struct channel *c, struct link *link, const struct log *log);
void channel_clear(struct channel *c);

/*
 * Sends one logical command and collects its whole response. Returns 0 whenever the card gave a status
 * word, which lands in *ret_sw (61xx and 6Cxx are consumed here); the data replaces what ret_data held
 * (NULL: data are not wanted, and 61xx counts as 9000 without fetching). A transport error is returned
 * as it is; a response of under 2 bytes is MOHR_ERR_MALFORMED, too many rounds or bytes
 * MOHR_ERR_LIMIT. ret_data is emptied on failure.
 */
MOHR_MUST_CHECK int channel_transmit(struct channel *c, const struct apdu *a, struct buf *ret_data,
				     uint16_t *ret_sw);

/* The same, with every status word other than 9000 turned into its error (card/sw.h). */
MOHR_MUST_CHECK int channel_command(struct channel *c, const struct apdu *a, struct buf *ret_data);

#endif
