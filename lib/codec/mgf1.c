/* SPDX-License-Identifier: BSD-2-Clause */
/* MGF1: nothing in it depends on the bytes that are masked, only on their number. */
#include "codec/mgf1.h"

#include <string.h>

#include "base/limits.h"

enum { MAX_LEN = LIMIT_RSA_BITS / 8, COUNTER_LEN = 4 };

int mgf1_mask(emsa_digest_fn *digest_fn, void *user, enum hash_alg hash, const uint8_t *seed,
	      size_t seed_len, uint8_t *data, size_t len)
{
	uint8_t in[MAX_LEN + COUNTER_LEN] = {0}, out[HASH_MAX_LEN];
	size_t done = 0, n_out = hash_len(hash), i;
	uint8_t counter; /* MAX_LEN / 20 rounds at most */
	int r = 0;

	if (n_out == 0 || seed_len > MAX_LEN || len > MAX_LEN)
		return MOHR_ERR_ARGUMENT;
	memcpy(in, seed, seed_len);
	for (counter = 0; r == 0 && done < len; counter++) {
		in[seed_len + COUNTER_LEN - 1] = counter;
		r = digest_fn(user, hash, in, seed_len + COUNTER_LEN, out);
		for (i = 0; r == 0 && i < n_out && done < len; i++)
			data[done++] ^= out[i];
	}
	wipe(in, sizeof(in));
	wipe(out, sizeof(out));
	return r;
}
