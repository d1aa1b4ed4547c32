/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and sizes of hashes and curves. */
#include "base/alg.h"

static const struct {
	const char *name;
	size_t len;
} hashes[N_HASH_ALGS] = {
	[HASH_NONE] = {"none", 0},       [HASH_SHA1] = {"SHA-1", 20},
	[HASH_SHA224] = {"SHA-224", 28}, [HASH_SHA256] = {"SHA-256", 32},
	[HASH_SHA384] = {"SHA-384", 48}, [HASH_SHA512] = {"SHA-512", 64},
};

static const struct {
	const char *name;
	unsigned bits;
} curves[N_CURVES] = {
	[CURVE_NONE] = {"none", 0},         [CURVE_P256] = {"P-256", 256},
	[CURVE_P384] = {"P-384", 384},      [CURVE_P521] = {"P-521", 521},
	[CURVE_ED25519] = {"Ed25519", 255},
};

size_t hash_len(enum hash_alg alg)
{
	return (unsigned)alg < N_HASH_ALGS ? hashes[alg].len : 0;
}

const char *hash_name(enum hash_alg alg)
{
	return (unsigned)alg < N_HASH_ALGS ? hashes[alg].name : hashes[HASH_NONE].name;
}

enum hash_alg hash_by_len(size_t len)
{
	for (unsigned alg = HASH_NONE + 1; alg < N_HASH_ALGS; alg++)
		if (hashes[alg].len == len)
			return (enum hash_alg)alg;
	return HASH_NONE;
}

unsigned curve_bits(enum curve curve)
{
	return (unsigned)curve < N_CURVES ? curves[curve].bits : 0;
}

size_t curve_len(enum curve curve)
{
	return (curve_bits(curve) + 7) / 8;
}

bool curve_is_weierstrass(enum curve curve)
{
	return curve_len(curve) > 0 && curve != CURVE_ED25519;
}

const char *curve_name(enum curve curve)
{
	return (unsigned)curve < N_CURVES ? curves[curve].name : curves[CURVE_NONE].name;
}
