/* SPDX-License-Identifier: BSD-2-Clause */
/* The last round of SHA-1 and SHA-2 (FIPS 180-4 §6). EVP hides the state, so this uses what is below it. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "vcard/ias/last_round.h"

#include <openssl/sha.h>

static bool count_fits(uint64_t count, size_t block)
{
	/* Bits are counted in 64 bits at least (FIPS 180-4 §5.1.1). */
	return count % block == 0 && count < UINT64_C(1) << 60;
}

static void sha1(struct cursor *state, uint64_t count, const struct cursor *tail, uint8_t *ret)
{
	SHA_CTX ctx;
	uint32_t h[5] = {0};

	for (size_t i = 0; i < 5; i++)
		(void)!cursor_get_be32(state, &h[i]);
	SHA1_Init(&ctx);
	ctx.h0 = h[0];
	ctx.h1 = h[1];
	ctx.h2 = h[2];
	ctx.h3 = h[3];
	ctx.h4 = h[4];
	ctx.Nl = (SHA_LONG)(count << 3);
	ctx.Nh = (SHA_LONG)(count >> 29);
	SHA1_Update(&ctx, cursor_at(tail), cursor_left(tail));
	SHA1_Final(ret, &ctx);
}

static void sha256(enum hash_alg alg, struct cursor *state, uint64_t count,
		   const struct cursor *tail, uint8_t *ret)
{
	SHA256_CTX ctx;

	if (alg == HASH_SHA224)
		SHA224_Init(&ctx);
	else
		SHA256_Init(&ctx);
	for (size_t i = 0; i < 8; i++)
		(void)!cursor_get_be32(state, &ctx.h[i]);
	ctx.Nl = (SHA_LONG)(count << 3);
	ctx.Nh = (SHA_LONG)(count >> 29);
	SHA256_Update(&ctx, cursor_at(tail), cursor_left(tail));
	SHA256_Final(ret, &ctx);
}

static void sha512(enum hash_alg alg, struct cursor *state, uint64_t count,
		   const struct cursor *tail, uint8_t *ret)
{
	SHA512_CTX ctx;
	uint32_t high = 0, low = 0;

	if (alg == HASH_SHA384)
		SHA384_Init(&ctx);
	else
		SHA512_Init(&ctx);
	for (size_t i = 0; i < 8; i++) {
		(void)!cursor_get_be32(state, &high);
		(void)!cursor_get_be32(state, &low);
		ctx.h[i] = (SHA_LONG64)high << 32 | low;
	}
	ctx.Nl = count << 3;
	ctx.Nh = 0;
	SHA512_Update(&ctx, cursor_at(tail), cursor_left(tail));
	SHA512_Final(ret, &ctx);
}

int vcard_last_round(enum hash_alg alg, struct cursor state, struct cursor tail,
		     uint8_t ret_digest[HASH_MAX_LEN])
{
	size_t state_len = alg == HASH_SHA1                           ? 20
			   : alg == HASH_SHA224 || alg == HASH_SHA256 ? 32
								      : 64;
	size_t block = state_len == 64 ? 128 : 64;
	struct cursor count_at = state;
	uint32_t high, low;
	uint64_t count;

	if (alg == HASH_NONE || cursor_left(&state) != state_len + 8 || cursor_left(&tail) > block)
		return MOHR_ERR_DATA_INVALID;
	if (cursor_skip(&count_at, state_len) != 0 || cursor_get_be32(&count_at, &high) != 0 ||
	    cursor_get_be32(&count_at, &low) != 0)
		return MOHR_ERR_DATA_INVALID;
	count = (uint64_t)high << 32 | low;
	if (!count_fits(count, block))
		return MOHR_ERR_DATA_INVALID;
	if (alg == HASH_SHA1)
		sha1(&state, count, &tail, ret_digest);
	else if (block == 64)
		sha256(alg, &state, count, &tail, ret_digest);
	else
		sha512(alg, &state, count, &tail, ret_digest);
	return 0;
}
