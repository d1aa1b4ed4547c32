/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads on POSIX systems where pthread_t is a number or a pointer, as it is on Linux and the BSDs. */
#include <pthread.h>

#include "base/thread.h"

uint64_t thread_id(void)
{
	return (uint64_t)(uintptr_t)pthread_self();
}
