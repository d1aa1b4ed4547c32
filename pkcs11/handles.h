/* SPDX-License-Identifier: BSD-2-Clause */
/* Handles to pointers. A handle is given once and never again, so a stale one is always recognised. */
#ifndef MOHR_PKCS11_HANDLES_H
#define MOHR_PKCS11_HANDLES_H

#include <stddef.h>

#include "base/error.h"
#include "pkcs11/pkcs11.h"

struct handle_entry {
	CK_ULONG handle;
	void *target;
};

/* Entries stay in rising order, since every new handle is the highest. */
struct handles {
	struct handle_entry *entries;
	size_t n, cap;
	CK_ULONG last;
};

/* A zeroed struct is an empty table; clear frees its memory, not the targets. */
void handles_clear(struct handles *h);
/* MOHR_ERR_NOMEM, also when all numbers have been given. */
MOHR_MUST_CHECK int handles_add(struct handles *h, void *target, CK_ULONG *ret);
/* NULL if there is no such handle. */
void *handles_find(const struct handles *h, CK_ULONG handle);
/* Takes the entry out and returns its target, or NULL. */
void *handles_remove(struct handles *h, CK_ULONG handle);

#endif
