/* SPDX-License-Identifier: BSD-2-Clause */
/* Status words (ISO 7816-4 §5.6) as errors: one table, with exceptions per command. */
#ifndef MOHR_CARD_SW_H
#define MOHR_CARD_SW_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The error that sw means as the answer to ins; 0 for 9000. Unknown ones are MOHR_ERR_CARD_REFUSED. */
int sw_error(uint8_t ins, uint16_t sw);

/* English text for a log line. Static, never NULL. */
const char *sw_text(uint16_t sw);

/* Tries left that sw reports: 0 to 15 for 63Cx, 0 for 6983 and 6984, -1 if it says nothing of tries. */
int sw_tries(uint16_t sw);

/*
 * The table, for a test of its order, since the first row that matches counts: rising by the last
 * status word that a row matches, so that a class stands behind its members, and the rows of one
 * command before the general row of the same status words.
 */
struct sw_row {
	uint16_t sw;
	uint16_t mask; /* the bits of a status word that must equal sw */
	uint8_t ins;   /* as the answer to this command only; 0: to any */
	int err;
	const char *text; /* NULL where ins is not 0: the general row has it */
};

/* Static. */
const struct sw_row *sw_table(size_t *ret_n);

#endif
