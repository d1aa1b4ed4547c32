/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A simulated PIN pad (PC/SC part 10, v2.02.09). What a person would type is read from a file or FIFO,
 * one PIN a line: VERIFY takes one line; MODIFY the old PIN, the new one and the new one again, as far
 * as bConfirmPIN asks for them. An empty line is the cancel key; a line "t" is a time-out that nobody has
 * to wait for. A FIFO makes the reader wait for somebody to write, as long as the structure's bTimerOut
 * says (30 s if it says 0); a card that is pulled meanwhile ends that.
 */
#ifndef MOHR_VCARD_IFD_PINPAD_H
#define MOHR_VCARD_IFD_PINPAD_H

#include "base/buf.h"

/* What the reader itself answers instead of the card (PC/SC part 10 §2.6.2). */
enum {
	PINPAD_OK = 0x9000,
	PINPAD_TIMEOUT = 0x6400,
	PINPAD_CANCELLED = 0x6401,
	PINPAD_MISMATCH = 0x6402, /* the new PIN was typed differently the second time */
	PINPAD_LENGTH = 0x6403,   /* not between the least and the greatest number of digits */
	PINPAD_STRUCTURE = 0x6B80,
};

/* Whether the entry has lost its object: looked at now and then while somebody types. */
struct ifd_pinpad_watch {
	bool (*is_over)(void *user);
	void *user;
};

/*
 * Makes the command for the card out of a PIN_VERIFY_STRUCTURE (or PIN_MODIFY_STRUCTURE) and the
 * digits typed. PINPAD_OK, or the status word that the reader answers; ret is then empty. An entry that
 * is over counts as cancelled.
 */
uint16_t ifd_pinpad_command(const char *typed_path, bool modify, const void *structure, size_t len,
			    const struct ifd_pinpad_watch *watch, struct buf *ret);

#endif
