/* SPDX-License-Identifier: BSD-2-Clause */
/* What is different between cards of the IAS Classic family, as data: docs/natid-card.md, docs/ias-cards.md. */
#ifndef MOHR_VCARD_IAS_LAYOUT_H
#define MOHR_VCARD_IAS_LAYOUT_H

#include "vcard/issue.h"

enum { VCARD_PIN_BLOCK_MAX = 16 };
enum { VCARD_N_PINS = 3, VCARD_N_KEYS = 2, VCARD_N_FILES = 5 }; /* at most */

enum vcard_ias_value { VCARD_VALUE_PIN, VCARD_VALUE_AUTH, VCARD_VALUE_SIGN, VCARD_VALUE_PUK };

struct vcard_ias_pin_row {
	const char *name, *id; /* what inspect calls it; marked for gettext; in JSON */
	enum vcard_ias_value value;
	uint8_t reference;
	uint8_t min_len, max_len; /* digits */
	uint8_t max_tries;
	bool once; /* verified for one signature only */
	bool puk;  /* of use in RESET RETRY COUNTER only */
};

struct vcard_ias_key_row {
	const char *name, *id;
	uint8_t reference, use, may;
	bool sign;           /* of the kind that --key-sign names, not --key-auth */
	uint8_t certificate; /* index of its file */
	enum vcard_purpose purpose;
};

struct vcard_ias_file_row {
	uint16_t id;
	uint8_t parent; /* index; the first file is the MF, its own parent */
	bool df;
};

struct vcard_ias_layout {
	uint8_t aid[LIMIT_AID], aid_len;
	const char *version_label, *version; /* of GET DATA 7F30 */
	uint8_t pin_block;                   /* bytes of a PIN as it stands in a command */
	uint8_t does;                        /* VCARD_DOES_... of a card that announces nothing */
	struct vcard_ias_pin_row pins[VCARD_N_PINS];
	size_t n_pins;
	struct vcard_ias_key_row keys[VCARD_N_KEYS];
	size_t n_keys;
	struct vcard_ias_file_row files[VCARD_N_FILES];
	size_t n_files;
};

extern const struct vcard_ias_layout vcard_ias_natid, vcard_ias_uy, vcard_ias_uy_v4, vcard_ias_fi,
	vcard_ias_fi_v3, vcard_ias_ee;

#endif
