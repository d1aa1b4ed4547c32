/* SPDX-License-Identifier: BSD-2-Clause */
/* Monotonic time on Windows. */
#include <windows.h>

#include "base/clock.h"

uint64_t clock_ms(void)
{
	return GetTickCount64();
}

void clock_sleep_ms(unsigned ms)
{
	Sleep(ms);
}
