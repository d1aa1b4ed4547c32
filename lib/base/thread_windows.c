/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads on Windows. */
#include <windows.h>

#include "base/thread.h"

uint64_t thread_id(void)
{
	return GetCurrentThreadId();
}
