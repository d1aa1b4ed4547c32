/* SPDX-License-Identifier: BSD-2-Clause */
/* Secret pages on Windows: VirtualAlloc, locked into memory. */
#include <windows.h>

#include "base/secret.h"

void *secret_pages_map(size_t len)
{
	void *pages = VirtualAlloc(NULL, len, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);

	if (pages)
		(void)VirtualLock(pages, len);
	return pages;
}

void secret_pages_unmap(void *pages, size_t len)
{
	(void)VirtualUnlock(pages, len);
	(void)VirtualFree(pages, 0, MEM_RELEASE);
}
