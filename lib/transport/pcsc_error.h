/* SPDX-License-Identifier: BSD-2-Clause */
/* SCARD_* return values as errors. */
#ifndef MOHR_TRANSPORT_PCSC_ERROR_H
#define MOHR_TRANSPORT_PCSC_ERROR_H

#include <stdbool.h>
#include <stdint.h>

/* 0 for SCARD_S_SUCCESS; MOHR_ERR_COMMUNICATION for a value that no PC/SC text names. */
int pcsc_error(uint32_t scard);

/* Whether a handle or context that gave this is dead because the service went away. */
bool pcsc_service_lost(uint32_t scard);

#endif
