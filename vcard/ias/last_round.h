/* SPDX-License-Identifier: BSD-2-Clause */
/* Ending a hash that the host has begun (PSO HASH, last round). */
#ifndef MOHR_VCARD_IAS_LAST_ROUND_H
#define MOHR_VCARD_IAS_LAST_ROUND_H

#include "base/alg.h"
#include "base/buf.h"

/*
 * state is the intermediate hash, big-endian, and behind it in 8 bytes how many bytes it covers; tail
 * is at most one block. MOHR_ERR_DATA_INVALID if the lengths or the count do not fit.
 */
MOHR_MUST_CHECK int vcard_last_round(enum hash_alg alg, struct cursor state, struct cursor tail,
				     uint8_t ret_digest[HASH_MAX_LEN]);

#endif
