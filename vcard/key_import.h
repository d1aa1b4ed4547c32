/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys that were made elsewhere, out of the numbers that a card is given. */
#ifndef MOHR_VCARD_KEY_IMPORT_H
#define MOHR_VCARD_KEY_IMPORT_H

#include "vcard/key.h"

enum vcard_rsa_part {
	VCARD_RSA_P,
	VCARD_RSA_Q,
	VCARD_RSA_DP,
	VCARD_RSA_DQ,
	VCARD_RSA_QINV,
	VCARD_RSA_N_PARTS,
};

/*
 * Puts an RSA key with the public exponent 65537 in the old one's place. MOHR_ERR_DATA_INVALID, and
 * nothing changes, if the numbers do not belong together or make no key of this kind.
 */
MOHR_MUST_CHECK int vcard_key_import_rsa(struct vcard_key *key, enum vcard_key_kind kind,
					 const struct cursor part[VCARD_RSA_N_PARTS]);

/* The same of an Ed25519 key: its 32 secret bytes (RFC 8032 §5.1.5). */
MOHR_MUST_CHECK int vcard_key_import_ed25519(struct vcard_key *key, const struct cursor *secret);

/* The same of an EC key on the kind's curve: d is its private number. */
MOHR_MUST_CHECK int vcard_key_import_ec(struct vcard_key *key, enum vcard_key_kind kind,
					const struct cursor *d);

#endif
