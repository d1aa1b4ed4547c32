/* SPDX-License-Identifier: BSD-2-Clause */
/* Monotonic time on Windows. */
#include <windows.h>

#include "base/clock.h"

uint64_t clock_ms(void)
{
	return GetTickCount64();
}
