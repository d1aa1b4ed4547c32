/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads, which are all the application's (thread_posix.c, thread_windows.c). */
#ifndef MOHR_BASE_THREAD_H
#define MOHR_BASE_THREAD_H

#include <stdint.h>

/* Tells the threads of this process apart as long as they live. */
uint64_t thread_id(void);

#endif
