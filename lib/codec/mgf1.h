/* SPDX-License-Identifier: BSD-2-Clause */
/* The mask generation function of PSS and OAEP (RFC 8017 appendix B.2.1) over a borrowed hash. */
#ifndef MOHR_CODEC_MGF1_H
#define MOHR_CODEC_MGF1_H

#include "codec/emsa.h"

/* data ^= MGF1(seed, len). Both are at most LIMIT_RSA_BITS / 8 bytes, else MOHR_ERR_ARGUMENT. */
MOHR_MUST_CHECK int mgf1_mask(emsa_digest_fn *digest_fn, void *user, enum hash_alg hash,
			      const uint8_t *seed, size_t seed_len, uint8_t *data, size_t len);

#endif
