/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of card that there are, by name: one row of a table each. What is different between them
 * when a card is made stands here; what is different in what they answer, in their folders.
 */
#ifndef MOHR_VCARD_PERSONALITY_H
#define MOHR_VCARD_PERSONALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"

struct vcard_applet_class;

enum vcard_pins_kind {
	VCARD_PINS_TWO, /* auth=, sign=, puk=, admin= in the file of PINs */
	VCARD_PINS_ONE, /* pin=, puk=, admin= */
};

enum { /* options of mohr-vcard create that it knows, bits */
       VCARD_TAKES_GZIP = 0x01,
       VCARD_TAKES_ADMIN_ALGORITHM = 0x02,
       VCARD_TAKES_ALGORITHMS = 0x04,
       VCARD_TAKES_RSA1024 = 0x08,
       VCARD_TAKES_GLOBAL = 0x10,   /* global= in the file of PINs */
       VCARD_TAKES_ADMIN_24 = 0x20, /* an admin key of 24 bytes, which is the usual length then */
       VCARD_TAKES_ED25519 = 0x40,
};

struct vcard_atr {
	uint8_t len, bytes[LIMIT_ATR];
};

struct vcard_personality {
	const char *name;                       /* as --profile has it */
	const struct vcard_applet_class *class; /* makes its application */
	enum vcard_pins_kind pins;
	unsigned takes;        /* VCARD_TAKES_... */
	const char *pins_rule; /* what its PINs have to be, for a message; marked for gettext */
	const char *reader; /* the name that a reader must have for software of others; NULL: any */
	struct vcard_atr atr[2]; /* short, extended length */
};

/* The n-th, NULL after the last. Static. */
const struct vcard_personality *vcard_personality_at(size_t n);

/* Several on one card; the first one gives the answer to reset, and is selected at power-up. */
enum { VCARD_PERSONALITIES_MAX = 4 };

struct vcard_personalities {
	const struct vcard_personality *at[VCARD_PERSONALITIES_MAX];
	size_t n;
};

/*
 * Names with commas between, each once. MOHR_ERR_ARGUMENT for an unknown, empty or repeated one, or
 * too many.
 */
MOHR_MUST_CHECK int vcard_personalities_parse(const char *list, struct vcard_personalities *ret);

/* What all of them take, and what at least one takes: VCARD_TAKES_... */
unsigned vcard_personalities_all_take(const struct vcard_personalities *p);
unsigned vcard_personalities_any_takes(const struct vcard_personalities *p);

/* Whether one of them has PINs of this kind. */
bool vcard_personalities_have(const struct vcard_personalities *p, enum vcard_pins_kind kind);

/* All names, ", " between; cut short if it does not fit. */
void vcard_personality_names(char *ret, size_t size);

#endif
