/* SPDX-License-Identifier: BSD-2-Clause */
/* The card in the shape of IsoApplet: what its files share. */
#ifndef MOHR_VCARD_P15_ISOAPPLET_H
#define MOHR_VCARD_P15_ISOAPPLET_H

#include "vcard/p15/p15.h"

enum { /* references in P2 */
       VCARD_ISOAPPLET_PIN = 0x01,
       VCARD_ISOAPPLET_PUK = 0x02,
};

enum { /* places in memory.pins; a condition is one more */
       VCARD_ISOAPPLET_I_PIN,
       VCARD_ISOAPPLET_I_PUK,
       VCARD_ISOAPPLET_BY_PIN = VCARD_ISOAPPLET_I_PIN + 1,
};

enum { VCARD_ISOAPPLET_PIN_MIN = 4, VCARD_ISOAPPLET_TRIES = 3, VCARD_ISOAPPLET_PUK_TRIES = 5 };

extern const struct vcard_p15_dialect vcard_p15_isoapplet, vcard_p15_isoapplet_v1;

/* By the applet's whole name. */
vcard_handler_fn vcard_isoapplet_select_name;
/* isoapplet_pin.c */
vcard_handler_fn vcard_isoapplet_verify, vcard_isoapplet_change, vcard_isoapplet_reset_retry;
/* GENERATE ASYMMETRIC KEY PAIR, and PUT DATA of a private key: isoapplet_key.c */
vcard_handler_fn vcard_isoapplet_generate, vcard_isoapplet_put_data;

#endif
