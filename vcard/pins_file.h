/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file that tells a card's PINs to the one who makes it: lines puk=, admin=HEX; auth= and sign= if a
 * personality has two PINs, pin= if one has one; global= where it is taken.
 */
#ifndef MOHR_VCARD_PINS_FILE_H
#define MOHR_VCARD_PINS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "vcard/vcard.h"

struct vcard_pins {
	char auth[17], sign[17], pin[17], puk[17], global[17];
	uint8_t admin[32];
	size_t admin_len;
};

/*
 * Reads the file; makes it (mode 0600) with random values if it is not there, and says so in
 * *ret_made. admin_len: how long a new admin key is; 0: as is usual. MOHR_ERR_IO with errno;
 * MOHR_ERR_MALFORMED with the number of the bad line, or 0 if something is missing.
 */
MOHR_MUST_CHECK int vcard_pins_load(const char *path, const struct vcard_personalities *kinds,
				    size_t admin_len, struct vcard_pins *ret, bool *ret_made,
				    unsigned *ret_line);

/* Whether nobody would guess it first: not all equal, no run up or down, no repeated half. */
bool vcard_pins_strong(const char *digits);

#endif
