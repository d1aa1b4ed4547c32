/* SPDX-License-Identifier: BSD-2-Clause */
/* HMAC (RFC 2104) and CMAC (SP 800-38B) on top of any sibling's digest and block cipher. */
#include <string.h>

#include "crypto/backend.h"

static size_t hash_block_len(enum hash_alg alg)
{
	return hash_len(alg) > 32 ? 128 : 64; /* FIPS 180-4 §1, figure 1 */
}

/* H(block || data), where block is the key with every byte changed by pad. */
static int keyed_digest(struct crypto *c, enum hash_alg alg, const uint8_t *key, uint8_t pad,
			const void *data, size_t len, uint8_t *out)
{
	uint8_t block[HASH_MAX_BLOCK];
	size_t block_len = hash_block_len(alg);
	struct digest *d;
	int r = digest_new(c, alg, &d);

	if (r != 0)
		return r;
	for (size_t i = 0; i < block_len; i++)
		block[i] = key[i] ^ pad;
	if ((r = digest_update(d, block, block_len)) == 0 && (r = digest_update(d, data, len)) == 0)
		r = digest_final(d, out);
	digest_free(d);
	wipe(block, sizeof block);
	return r;
}

int crypto_hmac(struct crypto *c, enum hash_alg alg, const void *key, size_t key_len,
		const void *data, size_t len, uint8_t *out)
{
	uint8_t block[HASH_MAX_BLOCK] = {0}, inner[HASH_MAX_LEN];
	int r = 0;

	if (hash_len(alg) == 0)
		return MOHR_ERR_ARGUMENT;
	if (key_len > hash_block_len(alg))
		r = crypto_digest(c, alg, key, key_len, block);
	else if (key_len > 0)
		memcpy(block, key, key_len);
	if (r == 0 && (r = keyed_digest(c, alg, block, 0x36, data, len, inner)) == 0)
		r = keyed_digest(c, alg, block, 0x5C, inner, hash_len(alg), out);
	wipe(block, sizeof block);
	wipe(inner, sizeof inner);
	return r;
}

/* Doubling in GF(2^128) or GF(2^64), SP 800-38B §5.3 and §6.1. */
static void cmac_double(uint8_t *block, size_t len)
{
	uint8_t carry = (uint8_t)(block[0] >> 7);

	for (size_t i = 0; i + 1 < len; i++)
		block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
	block[len - 1] = (uint8_t)(block[len - 1] << 1);
	/* no branch on a value that depends on the key */
	block[len - 1] ^= (uint8_t)(-carry & (len == 16 ? 0x87 : 0x1B));
}

static void add(uint8_t *state, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		state[i] ^= data[i];
}

int crypto_cmac(struct crypto *c, enum block_cipher cipher, const void *key, const void *data,
		size_t len, uint8_t *out)
{
	size_t block = block_cipher_len(cipher);
	uint8_t subkey[BLOCK_MAX_LEN] = {0}, state[BLOCK_MAX_LEN] = {0};
	const uint8_t *at = data;
	int r;

	if (block == 0)
		return MOHR_ERR_ARGUMENT;
	r = crypto_block_cipher(c, cipher, true, key, NULL, subkey, block, subkey);
	cmac_double(subkey, block);
	for (; r == 0 && len > block; at += block, len -= block) {
		add(state, at, block);
		r = crypto_block_cipher(c, cipher, true, key, NULL, state, block, state);
	}
	if (r != 0)
		goto out;
	if (len < block) { /* §6.2 step 4: padded with 1 and zeros, under K2 */
		cmac_double(subkey, block);
		state[len] ^= 0x80;
	}
	add(state, at, len);
	add(state, subkey, block);
	r = crypto_block_cipher(c, cipher, true, key, NULL, state, block, state);
	if (r == 0)
		memcpy(out, state, block);
out:
	wipe(subkey, sizeof subkey);
	wipe(state, sizeof state);
	return r;
}
