/* SPDX-License-Identifier: BSD-2-Clause */
/* PINs and keys in pages of their own; the system's part is in secret_posix.c and secret_windows.c. */
#include "base/secret.h"

#include <string.h>

#include "base/buf.h"

enum { SECRET_MAX_LEN = 4096 };

/* Lies at the beginning of its own pages. */
struct secret {
	size_t len;
	size_t pages_len;
	uint8_t data[];
};

static int alloc(size_t len, struct secret **ret)
{
	size_t pages_len = sizeof(struct secret) + len;
	struct secret *s;

	if (len > SECRET_MAX_LEN)
		return MOHR_ERR_LIMIT;
	s = secret_pages_map(pages_len);
	if (!s)
		return MOHR_ERR_NOMEM;
	s->len = len;
	s->pages_len = pages_len;
	*ret = s;
	return 0;
}

int secret_new(size_t len, struct secret **ret)
{
	return len ? alloc(len, ret) : MOHR_ERR_ARGUMENT;
}

int secret_new_from(const void *data, size_t len, struct secret **ret)
{
	int r = alloc(len, ret);

	if (r == 0 && len)
		memcpy((*ret)->data, data, len);
	return r;
}

void secret_free(struct secret *s)
{
	size_t pages_len;

	if (!s)
		return;
	pages_len = s->pages_len;
	wipe(s, pages_len);
	secret_pages_unmap(s, pages_len);
}

uint8_t *secret_data(struct secret *s)
{
	return s->data;
}

const uint8_t *secret_peek(const struct secret *s)
{
	return s->data;
}

size_t secret_len(const struct secret *s)
{
	return s->len;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
	return a->len == b->len && equal_ct(a->data, b->data, a->len);
}
