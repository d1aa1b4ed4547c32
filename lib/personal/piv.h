/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the PIV personaliser share. Internal to personal/. */
#ifndef MOHR_PERSONAL_PIV_H
#define MOHR_PERSONAL_PIV_H

#include "personal/family.h"

struct piv_personal {
	struct personal personal; /* first */
	bool is_yubico;           /* has Yubico's instructions */
	struct pin_format puk;
};

enum { /* tags of data objects, SP 800-73-4 part 1 table 3 */
       PERSONAL_PIV_DISCOVERY = 0x7E,
       PERSONAL_PIV_CHUID = 0x5FC102,
       PERSONAL_PIV_CCC = 0x5FC107,
       PERSONAL_PIV_HISTORY = 0x5FC10C,
};

/* SELECT of the application; most cards keep their security states if it is selected already. */
MOHR_MUST_CHECK int personal_piv_select(struct channel *c);

/* piv_object.c */

/*
 * PUT DATA (SP 800-73-4 part 2 §3.3.1): content goes into the object with this tag, whole or not at all;
 * no content deletes it.
 */
MOHR_MUST_CHECK int personal_piv_put(struct channel *c, uint32_t tag, const void *content,
				     size_t len);
/* CCC, key history, discovery object, CHUID; each is read back. */
MOHR_MUST_CHECK int personal_piv_put_basics(struct piv_personal *piv,
					    const struct personal_setup *setup);
/* Deletes all that is the holder's, certificates included. */
MOHR_MUST_CHECK int personal_piv_delete_objects(struct piv_personal *piv);
/* A slot's certificate, as the object of its container has it; 0 bytes delete it. */
MOHR_MUST_CHECK int personal_piv_put_certificate(struct personal *p, unsigned slot, const void *der,
						 size_t len);

/* piv_admin.c */
int personal_piv_authenticate(struct personal *p, const struct personal_admin *admin);
/* Yubico's: SET MANAGEMENT KEY. */
int personal_piv_set_admin(struct personal *p, const struct personal_admin *admin);
/* Yubico's: blocks PIN and PUK, then RESET. */
int personal_piv_reset(struct personal *p);
/* Yubico's: deletes the slots' keys, if this card can. */
MOHR_MUST_CHECK int personal_piv_delete_keys(struct piv_personal *piv);
/* Yubico's: GET METADATA; MOHR_ERR_NOT_SUPPORTED on older cards and others. */
int personal_piv_read_public_key(struct personal *p, unsigned slot, struct buf *ret_spki);

#endif
