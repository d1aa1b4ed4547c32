/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands on a new card: its files, PINs and objects, as tables; and their PKCS#15 records. */
#ifndef MOHR_VCARD_P15_PLAN_H
#define MOHR_VCARD_P15_PLAN_H

#include "vcard/p15/p15.h"

enum vcard_p15_role {
	VCARD_P15_ROLE_MF,
	VCARD_P15_ROLE_DIR,
	VCARD_P15_ROLE_DF,
	VCARD_P15_ROLE_ODF,
	VCARD_P15_ROLE_TOKEN_INFO,
	VCARD_P15_ROLE_AODF,
	VCARD_P15_ROLE_PRKDF,
	VCARD_P15_ROLE_PUKDF,
	VCARD_P15_ROLE_CDF,
	VCARD_P15_ROLE_DODF,
	VCARD_P15_ROLE_EMPTY, /* room that PKCS#15 knows, and nothing uses yet */
	/* not on a blank card */
	VCARD_P15_ROLE_KEY_AUTH,
	VCARD_P15_ROLE_KEY_SIGN,
	VCARD_P15_ROLE_PUBLIC_AUTH,
	VCARD_P15_ROLE_PUBLIC_SIGN,
	VCARD_P15_ROLE_CERT_AUTH,
	VCARD_P15_ROLE_CERT_SIGN,
	VCARD_P15_ROLE_CERT_CA,
	VCARD_P15_ROLE_DATA,
	VCARD_P15_ROLE_PRIVATE_DATA,
	VCARD_P15_N_ROLES,
};

/* Below the MF: the DF and EF.DIR; all else below the DF. */
struct vcard_p15_plan_file {
	uint8_t role;
	uint16_t id;
	uint16_t size; /* 0: as long as what it has */
	uint8_t attributes_len;
	uint8_t attributes[8];
};

enum { /* whose value; ONE: of a card with one PIN */
       VCARD_P15_PLAN_AUTH,
       VCARD_P15_PLAN_SIGN,
       VCARD_P15_PLAN_PUK,
       VCARD_P15_PLAN_ONE,
};

struct vcard_p15_plan_pin {
	uint8_t place; /* in memory.pins; its condition is one more */
	uint8_t value; /* VCARD_P15_PLAN_... */
	uint8_t tries;
	struct vcard_p15_pin pin;
	uint8_t auth_id; /* of its record; 0: it has none */
	uint8_t by_id;   /* auth_id of what unblocks it; 0: not told */
	const char *label;
};

struct vcard_p15_plan {
	const char *label, *manufacturer;
	const struct vcard_p15_plan_file *files;
	size_t n_files;
	const struct vcard_p15_plan_pin *pins;
	size_t n_pins;
	uint8_t id_auth, id_sign, id_ca; /* of objects */
	bool key_paths;                  /* PrKDF names key files; else the DF, and references */
	bool algorithms;                 /* TokenInfo lists what algorithm references mean */
	bool relative;                   /* paths of files begin at the DF */
	bool field_size;                 /* of EC keys in PrKDF, as one host has it */
};

/* Made by the plan of its dialect. */
MOHR_MUST_CHECK int vcard_p15_personalise(struct vcard_p15 *p, const struct vcard_setup *setup);

/* The file of a role, or NULL. */
const struct vcard_p15_plan_file *vcard_p15_plan_find(const struct vcard_p15_plan *plan,
						      enum vcard_p15_role role);

/* The file of the certificate that a card was made with, or NULL. */
const struct vcard_p15_file *vcard_p15_certificate(const struct vcard_p15 *p, bool sign);

/* The content of a directory file (ISO 7816-15 §8), behind what is in ret; nothing for other roles. */
void vcard_p15_put_records(const struct vcard_p15 *p, enum vcard_p15_role role, struct buf *ret);

#endif
