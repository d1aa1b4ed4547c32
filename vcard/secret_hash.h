/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A short secret as the image keeps it: salted and hashed. That hides it from a glance at the file, not
 * from a search: a PIN is short.
 */
#ifndef MOHR_VCARD_SECRET_HASH_H
#define MOHR_VCARD_SECRET_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vcard_secret_hash {
	uint8_t salt[16];
	uint8_t hash[32];
};

/* With a new salt; unchanged on failure (MOHR_ERR_CRYPTO). */
MOHR_MUST_CHECK int vcard_secret_hash_set(struct vcard_secret_hash *s, const uint8_t *value,
					  size_t len);

/* MOHR_ERR_PIN_INCORRECT if it is another value, MOHR_ERR_CRYPTO. */
MOHR_MUST_CHECK int vcard_secret_hash_check(const struct vcard_secret_hash *s, const uint8_t *value,
					    size_t len);

#endif
