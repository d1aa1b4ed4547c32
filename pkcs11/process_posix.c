/* SPDX-License-Identifier: BSD-2-Clause */
/* The process: its id, sleeping, its environment, on POSIX systems. */
#include "pkcs11/process.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

uint64_t process_id(void)
{
	return (uint64_t)getpid();
}

void process_sleep_ms(unsigned ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};

	(void)nanosleep(&t, NULL);
}

const char *process_env(const char *name)
{
	return secure_getenv(name);
}
