/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one type for PINs, PUKs and keys: in memory of its own that is locked, left out of core dumps
 * and of children, and wiped on free. Never logged, never put into a struct buf that outlives a call.
 */
#ifndef MOHR_BASE_SECRET_H
#define MOHR_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct secret;

/* A secret of exactly len zero bytes (1 to 4096). The caller owns it. */
MOHR_MUST_CHECK int secret_new(size_t len, struct secret **ret);
/* A copy of these bytes; len 0 is allowed and gives an empty secret. */
MOHR_MUST_CHECK int secret_new_from(const void *data, size_t len, struct secret **ret);
/* Wipes and frees; NULL is allowed. */
void secret_free(struct secret *s);

/* The bytes, borrowed until secret_free. */
uint8_t *secret_data(struct secret *s);
const uint8_t *secret_peek(const struct secret *s);
size_t secret_len(const struct secret *s);

/* Constant time for equal lengths. */
bool secret_equal(const struct secret *a, const struct secret *b);

/*
 * Floor of the platform (secret_posix.c, secret_windows.c): whole pages that are locked where the
 * system permits, excluded from dumps and zero in a forked child. NULL if there is no memory.
 */
void *secret_pages_map(size_t len);
void secret_pages_unmap(void *pages, size_t len);

#endif
