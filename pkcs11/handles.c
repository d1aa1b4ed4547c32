/* SPDX-License-Identifier: BSD-2-Clause */
/* A sorted array: searched by halves, appended at its end. */
#include "pkcs11/handles.h"

#include <stdlib.h>
#include <string.h>

void handles_clear(struct handles *h)
{
	free(h->entries);
	h->entries = NULL;
	h->n = 0;
	h->cap = 0;
}

static int grow(struct handles *h)
{
	size_t cap = h->cap ? h->cap * 2 : 8;
	struct handle_entry *entries;

	if (cap > (size_t)-1 / sizeof(*entries))
		return MOHR_ERR_NOMEM;
	entries = realloc(h->entries, cap * sizeof(*entries));
	if (!entries)
		return MOHR_ERR_NOMEM;
	h->entries = entries;
	h->cap = cap;
	return 0;
}

int handles_add(struct handles *h, void *target, CK_ULONG *ret)
{
	/* The highest value means "unavailable" elsewhere (CK_UNAVAILABLE_INFORMATION). */
	if (h->last >= CK_UNAVAILABLE_INFORMATION - 1)
		return MOHR_ERR_NOMEM;
	if (h->n == h->cap && grow(h) != 0)
		return MOHR_ERR_NOMEM;
	h->last++;
	h->entries[h->n].handle = h->last;
	h->entries[h->n].target = target;
	h->n++;
	*ret = h->last;
	return 0;
}

/* Where the handle is, or h->n. */
static size_t position(const struct handles *h, CK_ULONG handle)
{
	size_t low = 0, high = h->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->entries[middle].handle < handle)
			low = middle + 1;
		else
			high = middle;
	}
	return low < h->n && h->entries[low].handle == handle ? low : h->n;
}

void *handles_find(const struct handles *h, CK_ULONG handle)
{
	size_t i = position(h, handle);

	return i < h->n ? h->entries[i].target : NULL;
}

void *handles_remove(struct handles *h, CK_ULONG handle)
{
	size_t i = position(h, handle);
	void *target;

	if (i == h->n)
		return NULL;
	target = h->entries[i].target;
	memmove(h->entries + i, h->entries + i + 1, (h->n - i - 1) * sizeof(h->entries[0]));
	h->n--;
	return target;
}
