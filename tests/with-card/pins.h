/* SPDX-License-Identifier: BSD-2-Clause */
/* The PINs of a session's cards, in the file that mohr-vcard create --pins reads. */
#ifndef MOHR_TESTS_WITH_CARD_PINS_H
#define MOHR_TESTS_WITH_CARD_PINS_H

#include <stdbool.h>

#include "vcard/personality.h"

/* Makes the file with the test PINs, unless there is one. Prints what goes wrong. */
bool pins_make(const char *path, const struct vcard_personalities *kinds);
/*
 * Sets MOHR_PIN_AUTH, MOHR_PIN_SIGN, MOHR_PIN, MOHR_PUK and MOHR_ADMIN to what the file says. What it does not say,
 * or all if there is none, is unset: a PIN of another card would burn this one's tries.
 */
void pins_export(const char *path);

#endif
