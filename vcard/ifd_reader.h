/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One reader of the IFD handler. A connection to the card's socket is a card in the reader, its end
 * is the removal. Safe to use from several threads; exchanges with one card follow one another.
 */
#ifndef MOHR_VCARD_IFD_READER_H
#define MOHR_VCARD_IFD_READER_H

#include "base/buf.h"
#include "base/limits.h"
#include "vcard/ifd_options.h"

struct ifd_reader;

/* MOHR_ERR_CONFIG: the folder of the socket is not there. The caller owns *ret. */
MOHR_MUST_CHECK int ifd_reader_new(const struct ifd_options *options, struct ifd_reader **ret);
/* No call may be running on it. NULL is allowed. */
void ifd_reader_free(struct ifd_reader *r);

const struct ifd_options *ifd_reader_options(const struct ifd_reader *r);

/*
 * Whether a card is in the reader. Every removal is reported here once, even if the next card came
 * at once; otherwise pcscd would not notice that it is talking to another one.
 */
bool ifd_reader_present(struct ifd_reader *r);

/* Whether the card has gone, without taking the report of that away from ifd_reader_present. */
bool ifd_reader_lost(struct ifd_reader *r);

/* Cold or warm reset; the ATR is kept for ifd_reader_atr. MOHR_ERR_CARD_ABSENT, _MUTE, _REMOVED, ... */
MOHR_MUST_CHECK int ifd_reader_power_up(struct ifd_reader *r);
/* The card forgets its security states. */
void ifd_reader_power_down(struct ifd_reader *r);

/* Copies the ATR of the last power-up; returns its length, 0 if the card is not powered. */
size_t ifd_reader_atr(struct ifd_reader *r, uint8_t ret[LIMIT_ATR]);

/*
 * A command and its answer. MOHR_ERR_CARD_ABSENT, MOHR_ERR_CARD_REMOVED; MOHR_ERR_CARD_MUTE after
 * the time of the options; MOHR_ERR_COMMUNICATION until the card is powered up (again).
 */
MOHR_MUST_CHECK int ifd_reader_transmit(struct ifd_reader *r, const uint8_t *command, size_t len,
					struct buf *ret);

/* Returns when a card may have come or gone, after timeout_ms, or when interrupted. */
void ifd_reader_wait(struct ifd_reader *r, int timeout_ms);
/* Ends the wait that runs now, or the next one. */
void ifd_reader_interrupt(struct ifd_reader *r);

#endif
