/* SPDX-License-Identifier: BSD-2-Clause */
/* Monotonic time (clock_posix.c, clock_windows.c). */
#ifndef MOHR_BASE_CLOCK_H
#define MOHR_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since some fixed moment; never goes back; suspend may or may not count. */
uint64_t clock_ms(void);

/* Returns after so long, or a little later. */
void clock_sleep_ms(unsigned ms);

#endif
