/* SPDX-License-Identifier: BSD-2-Clause */
/* Secret pages on POSIX systems: anonymous mappings, locked, not dumped, wiped in a child. */
#include <sys/mman.h>

#include "base/secret.h"

void *secret_pages_map(size_t len)
{
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		return NULL;
	/* Each is a further protection, and a system that refuses one (RLIMIT_MEMLOCK) still gives the rest. */
	(void)mlock(pages, len);
	(void)madvise(pages, len, MADV_DONTDUMP);
	(void)madvise(pages, len, MADV_WIPEONFORK);
	return pages;
}

void secret_pages_unmap(void *pages, size_t len)
{
	(void)munmap(pages, len);
}
