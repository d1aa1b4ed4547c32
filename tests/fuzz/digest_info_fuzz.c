/* SPDX-License-Identifier: BSD-2-Clause */
/* DigestInfo, PKCS#1 v1.5 blocks and PSS blocks: what is taken is what the encoder writes, byte for byte. */
#include "fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "codec/emsa.h"

/* No hash, but as long as one and a function of every byte: enough for the structure of PSS. */
static int toy_digest(void *user, enum hash_alg alg, const uint8_t *in, size_t in_len, uint8_t *out)
{
	uint32_t state = 0x811C9DC5;

	(void)user;
	for (size_t i = 0; i < in_len; i++)
		state = (state ^ in[i]) * 0x01000193;
	for (size_t i = 0; i < hash_len(alg); i++) {
		state = (state ^ (uint32_t)i) * 0x01000193;
		out[i] = (uint8_t)(state >> 24);
	}
	return 0;
}

static void check_pss(const uint8_t *data, size_t len)
{
	static const uint8_t digest[HASH_MAX_LEN] = {1, 2, 3};
	enum hash_alg hash;
	size_t mod_bits, salt_len;
	struct buf b = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	if (len < 4)
		return;
	hash = (enum hash_alg)(data[0] % N_HASH_ALGS);
	salt_len = data[1];
	mod_bits = (size_t)(data[2] << 8 | data[3]) % (LIMIT_RSA_BITS + 16);
	data += 4;
	len -= 4;
	r = emsa_pss_verify(toy_digest, NULL, hash, HASH_SHA1, digest, salt_len, mod_bits, data,
			    len);
	must(r == 0 || r == MOHR_ERR_SIGNATURE_INVALID || r == MOHR_ERR_ARGUMENT);
	if (salt_len > len)
		return;
	/* the input as the salt */
	r = emsa_pss_encode(toy_digest, NULL, hash, HASH_SHA1, digest, data, salt_len, mod_bits,
			    &b);
	if (r == 0)
		must(emsa_pss_verify(toy_digest, NULL, hash, HASH_SHA1, digest, salt_len, mod_bits,
				     b.data, b.len) == 0);
	else
		must(b.len == 0);
	buf_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf b = BUF_INIT(len + 16);
	struct cursor found;
	enum hash_alg alg;

	alg = emsa_parse_digest_info(data, len, &found);
	if (alg != HASH_NONE) {
		must(cursor_left(&found) == hash_len(alg));
		must(emsa_put_digest_info(&b, alg, cursor_at(&found), cursor_left(&found)) == 0);
		must(b.len == len && memcmp(b.data, data, len) == 0);
	}
	buf_reset(&b);
	if (emsa_pkcs1_decode(data, len, &found) == 0) {
		must(emsa_pkcs1_encode(cursor_at(&found), cursor_left(&found), len, &b) == 0);
		must(b.len == len && memcmp(b.data, data, len) == 0);
	}
	buf_clear(&b);
	check_pss(data, len);
	return 0;
}
