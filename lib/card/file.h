/* SPDX-License-Identifier: BSD-2-Clause */
/* Selecting and reading files (ISO 7816-4 §11.2.2 SELECT, §11.3.3 READ BINARY). */
#ifndef MOHR_CARD_FILE_H
#define MOHR_CARD_FILE_H

#include "card/channel.h"

/* SELECT by DF name. ret_fci NULL: P2 = 0C, nothing wanted back. */
MOHR_MUST_CHECK int file_select_aid(struct channel *c, const uint8_t *aid, size_t len,
				    struct buf *ret_fci);

/* SELECT by file identifier, P1 = 00, P2 as given (00 or 0C); data in the answer are not fetched. */
MOHR_MUST_CHECK int file_select_id(struct channel *c, uint16_t id, uint8_t p2);

/*
 * Reads the selected transparent EF that holds one DER object (a certificate): the first block's
 * header tells the length, and no byte after it is asked for. Le is as large as the card's form
 * allows. An EF of length 0 or of zeros is MOHR_ERR_NOT_FOUND; a card that returns too little, too
 * much or nothing is MOHR_ERR_MALFORMED; over max MOHR_ERR_LIMIT. ret holds exactly the object.
 */
MOHR_MUST_CHECK int file_read_der(struct channel *c, size_t max, struct buf *ret);

#endif
