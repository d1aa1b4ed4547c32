/* SPDX-License-Identifier: BSD-2-Clause */
/* All that can be done with a card, by its profile and by the token model, whatever the card answers. */
#ifndef MOHR_TESTS_HOSTILE_USE_H
#define MOHR_TESTS_HOSTILE_USE_H

#include "base/config.h"
#include "crypto/crypto.h"
#include "tests/hostile/mutant.h"

struct user {
	struct mutant *mutant;
	struct crypto *crypto;
	struct config config;
	const char *pins[2], *puk;
	struct dice dice; /* what is done in this run; set before each */
	/* what came out well, since the caller last set them to 0 */
	unsigned n_opened, n_certificates, n_signatures, n_logins;
};

/* card_open and the profile's functions. */
void use_profile(struct user *u);

/* Slots, tokens, their objects, login, signatures, logout. */
void use_token(struct user *u);

#endif
