/* SPDX-License-Identifier: BSD-2-Clause */
/* Status words (ISO 7816-4 §5.6) as errors: one table, with exceptions per command. */
#ifndef MOHR_CARD_SW_H
#define MOHR_CARD_SW_H

#include <stdint.h>

#include "base/error.h"

/* The error that sw means as the answer to ins; 0 for 9000. Unknown ones are MOHR_ERR_CARD_REFUSED. */
int sw_error(uint8_t ins, uint16_t sw);

/* English text for a log line. Static, never NULL. */
const char *sw_text(uint16_t sw);

/* Tries left that sw reports: 0 to 15 for 63Cx, 0 for 6983 and 6984, -1 if it says nothing of tries. */
int sw_tries(uint16_t sw);

#endif
