/* SPDX-License-Identifier: BSD-2-Clause */
/* What the provider needs of the process it is loaded into (process_posix.c). */
#ifndef MOHR_PKCS11_PROCESS_H
#define MOHR_PKCS11_PROCESS_H

#include <stdint.h>

/* A number that another process does not have at the same time. */
uint64_t process_id(void);

void process_sleep_ms(unsigned ms);

/* An environment variable, unless the program runs with more rights than its user; borrowed or NULL. */
const char *process_env(const char *name);

#endif
