/* SPDX-License-Identifier: BSD-2-Clause */
/* What the families share. Internal to personal/. */
#ifndef MOHR_PERSONAL_FAMILY_H
#define MOHR_PERSONAL_FAMILY_H

#include "personal/personal.h"
#include "profile/profile.h"

extern const struct personal_ops personal_natid;
extern const struct personal_ops personal_isoapplet;
extern const struct personal_ops personal_piv;

enum { PERSONAL_MAX_SPKI = 1024, PERSONAL_MAX_PUBLIC = 2 * LIMIT_SIGNATURE + 64 };

/* Opens the card by this profile alone. MOHR_ERR_CARD_UNKNOWN. */
MOHR_MUST_CHECK int personal_open_card(struct channel *channel, const struct config *config,
				       const char *profile, struct card **ret);

/* Whether r, just returned by a command on this channel, is the card's own refusal. */
bool personal_refused(const struct channel *c, int r);

/*
 * The answer 7F49{…} of a card that has made, or shows, a key of this kind; appends its
 * SubjectPublicKeyInfo. MOHR_ERR_MALFORMED if it is none of that kind.
 */
MOHR_MUST_CHECK int personal_take_public_key(const struct buf *answer, enum personal_kind kind,
					     struct buf *ret_spki);
/* The content of 7F49 alone, of whatever kind. */
MOHR_MUST_CHECK int personal_take_template(const struct cursor *template, struct buf *ret_spki);

/* Whether they are one key; KEY_NONE is none. */
bool personal_same_key(const struct pubkey *a, const struct pubkey *b);

/* CHANGE REFERENCE DATA that may have been done before: personal_set_pin tells how. */
MOHR_MUST_CHECK int personal_change(struct channel *c, const struct pin_format *f,
				    const struct secret *old_value, const struct secret *new_value,
				    int *ret_tries);

/* Key lengths and blocks of the ciphers; MOHR_ERR_ARGUMENT if the key is not as long. */
MOHR_MUST_CHECK int personal_check_admin(const struct personal_admin *admin, size_t *ret_block);

#endif
