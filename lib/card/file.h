/* SPDX-License-Identifier: BSD-2-Clause */
/* Selecting and reading files (ISO 7816-4 §11.2.2 SELECT, §11.3.3 READ BINARY). */
#ifndef MOHR_CARD_FILE_H
#define MOHR_CARD_FILE_H

#include "card/channel.h"

/* SELECT by DF name. ret_fci NULL: P2 = 0C, nothing wanted back. */
MOHR_MUST_CHECK int file_select_aid(struct channel *c, const uint8_t *aid, size_t len,
				    struct buf *ret_fci);

/*
 * The same with P2 = 00; ret_fci stays empty where the card announces exactly known_len bytes that would
 * cost a GET RESPONSE, as under T=0: the caller knows them.
 */
MOHR_MUST_CHECK int file_select_aid_sparing(struct channel *c, const uint8_t *aid, size_t len,
					    uint8_t known_len, struct buf *ret_fci);

enum { /* ISO 7816-4 §11.2.2 tables 62 and 63 */
       FILE_P1_ANY = 0x00,
       FILE_P1_CHILD_DF = 0x01,
       FILE_P1_CHILD_EF = 0x02,
       FILE_P1_NAME = 0x04,
       FILE_P1_PATH_FROM_MF = 0x08,
       FILE_P1_PATH_FROM_DF = 0x09,
       FILE_P2_FCI = 0x00,
       FILE_P2_FCP = 0x04,
       FILE_P2_NOTHING = 0x0C,
};

/* SELECT by file identifier; P1 and P2 as given, data in the answer are not fetched. */
MOHR_MUST_CHECK int file_select_id(struct channel *c, uint8_t p1, uint16_t id, uint8_t p2);

/* Of a file whose size the card does not tell, or has not been asked for. */
#define FILE_SIZE_UNKNOWN SIZE_MAX

/*
 * SELECT by file identifiers, P1 as given. *ret_size (NULL: not wanted) gets the size that the file control
 * information tells, or FILE_SIZE_UNKNOWN; under T=0 it is not fetched, since that costs as much as it saves.
 */
MOHR_MUST_CHECK int file_select_sized(struct channel *c, uint8_t p1, const uint8_t *path,
				      size_t len, size_t *ret_size);
/* The same with P2 = 0C, nothing wanted back; MOHR_ERR_NOT_SUPPORTED from cards that always answer. */
MOHR_MUST_CHECK int file_select_silently(struct channel *c, uint8_t p1, const uint8_t *path,
					 size_t len);

/*
 * Whether what has been read of a file is all that matters. at_end: the card gave less than was asked for,
 * and under T=0 it would have given all that it has.
 */
typedef bool file_enough_fn(const struct buf *have, bool at_end);

/*
 * Reads the selected transparent EF from offset on: len bytes, or to its end where that comes first
 * (FILE_SIZE_UNKNOWN), or until enough (which may be NULL) says so. A refusal of the first block is an
 * error, one of a later block for its place or length the end. MOHR_ERR_LIMIT where ret's maximum or READ BINARY's reach ends.
 */
MOHR_MUST_CHECK int file_read(struct channel *c, size_t offset, size_t len, file_enough_fn *enough,
			      struct buf *ret);

/*
 * SELECT by path from the MF, which is not in it: 1 to FILE_MAX_PATH identifiers. FCP is asked for, as some
 * cards know no other form, and not fetched.
 */
enum { FILE_MAX_PATH = 8 };
MOHR_MUST_CHECK int file_select_path(struct channel *c, const uint16_t *ids, size_t n);

/*
 * Reads the selected transparent EF that holds one DER object (a certificate): the first block's
 * header tells the length, and no later block asks for a byte behind it. Le is as large as the card's
 * form allows. An EF that says it has no byte (6B00, 6282 without data) or holds zeros is
 * MOHR_ERR_NOT_FOUND; a card that returns too little, too much or nothing is MOHR_ERR_MALFORMED; over
 * max, or past the reach of READ BINARY's 15-bit offset, MOHR_ERR_LIMIT. ret holds exactly the object
 * and is empty on failure.
 */
MOHR_MUST_CHECK int file_read_der(struct channel *c, size_t max, struct buf *ret);

#endif
