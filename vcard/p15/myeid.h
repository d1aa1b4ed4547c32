/* SPDX-License-Identifier: BSD-2-Clause */
/* What MyEID cards alone have. */
#ifndef MOHR_VCARD_P15_MYEID_H
#define MOHR_VCARD_P15_MYEID_H

#include "vcard/p15/p15.h"

enum {
	VCARD_MYEID_N_PINS = 14,   /* memory.pins[n + 14] is the PUK of memory.pins[n] */
	VCARD_MYEID_PUK_OF = 0x80, /* in the reference of a PUK, which no command names */
};

enum { VCARD_MYEID_ATTRIBUTES_LEN = 3 };

/*
 * Empties the card: an MF and the PKCS#15 application's DF, no PINs, no keys, and no condition holds until
 * it is activated. attributes: of the MF and the DF, behind each other; NULL: all is allowed.
 */
MOHR_MUST_CHECK int
vcard_myeid_initialise(struct vcard_p15 *p,
		       const uint8_t attributes[2 * VCARD_MYEID_ATTRIBUTES_LEN]);

vcard_handler_fn vcard_myeid_get_data, vcard_myeid_put_data, vcard_myeid_generate,
	vcard_myeid_agree;

#endif
