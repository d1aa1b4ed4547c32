/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crypto.c: what every sibling may rely on. The sibling here only counts how often it is called, so a
 * call that must be refused is seen to be refused before any cryptography.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "crypto/backend.h"

struct counting {
	struct crypto base;
	unsigned calls;
	size_t last_len;
	int answer;
	bool freed;
};

static struct counting *count(struct crypto *c)
{
	struct counting *k = (struct counting *)c;

	k->calls++;
	return k;
}

static void count_free(struct crypto *c)
{
	count(c)->freed = true;
}

static int count_digest_new(struct crypto *c, enum hash_alg alg, struct digest **ret)
{
	struct counting *k = count(c);

	(void)alg;
	if (k->answer == 0) {
		*ret = calloc(1, sizeof **ret);
		assert_non_null(*ret);
	}
	return k->answer;
}

static int count_digest_update(struct digest *d, const void *data, size_t len)
{
	struct counting *k = count(d->crypto);

	assert_non_null(data);
	k->last_len = len;
	return k->answer;
}

static int count_digest_final(struct digest *d, uint8_t *out)
{
	memset(out, 0xD1, hash_len(d->alg));
	return count(d->crypto)->answer;
}

static int count_digest_dup(const struct digest *d, struct digest **ret)
{
	struct counting *k = count(d->crypto);

	if (k->answer == 0) {
		*ret = calloc(1, sizeof **ret);
		assert_non_null(*ret);
	}
	return k->answer;
}

static void count_digest_free(struct digest *d)
{
	free(d);
}

static int count_random(struct crypto *c, void *out, size_t len)
{
	(void)out;
	count(c)->last_len = len;
	return ((struct counting *)c)->answer;
}

static int count_rsa(struct crypto *c, const struct cursor *n, const struct cursor *e,
		     const uint8_t *in, uint8_t *out)
{
	(void)n;
	(void)e;
	(void)in;
	(void)out;
	return count(c)->answer;
}

static int count_ecdsa(struct crypto *c, enum curve curve, const struct cursor *point,
		       const void *digest, size_t digest_len, const void *sig, size_t sig_len)
{
	(void)curve;
	(void)point;
	(void)digest;
	(void)digest_len;
	(void)sig;
	(void)sig_len;
	return count(c)->answer;
}

static int count_point(struct crypto *c, enum curve curve, const struct cursor *point)
{
	(void)curve;
	(void)point;
	return count(c)->answer;
}

static int count_block(struct crypto *c, enum block_cipher cipher, bool encrypt, const void *key,
		       const void *iv, const void *in, size_t len, void *out)
{
	(void)cipher;
	(void)encrypt;
	(void)key;
	(void)iv;
	(void)in;
	(void)out;
	count(c)->last_len = len;
	return ((struct counting *)c)->answer;
}

static const struct crypto_ops count_ops = {
	.name = "counting",
	.free = count_free,
	.digest_new = count_digest_new,
	.digest_update = count_digest_update,
	.digest_final = count_digest_final,
	.digest_dup = count_digest_dup,
	.digest_free = count_digest_free,
	.random = count_random,
	.rsa_public = count_rsa,
	.ecdsa_verify = count_ecdsa,
	.point_check = count_point,
	.block_cipher = count_block,
};

#define COUNTING ((struct counting){.base = {.ops = &count_ops}})

static void free_reaches_the_sibling_and_takes_null(void **state)
{
	struct counting k = COUNTING;

	(void)state;
	crypto_free(NULL);
	digest_free(NULL);
	crypto_free(&k.base);
	assert_true(k.freed);
}

static void digest_of_no_algorithm_is_refused(void **state)
{
	struct counting k = COUNTING;
	struct digest *d = NULL;
	uint8_t out[HASH_MAX_LEN];

	(void)state;
	assert_int_equal(digest_new(&k.base, HASH_NONE, &d), MOHR_ERR_ARGUMENT);
	assert_int_equal(digest_new(&k.base, N_HASH_ALGS, &d), MOHR_ERR_ARGUMENT);
	assert_int_equal(crypto_digest(&k.base, HASH_NONE, "", 0, out), MOHR_ERR_ARGUMENT);
	assert_null(d);
	assert_int_equal(k.calls, 0);
}

static void finished_digest_is_refused(void **state)
{
	struct counting k = COUNTING;
	struct digest *d, *copy = NULL;
	uint8_t out[HASH_MAX_LEN];

	(void)state;
	assert_int_equal(digest_new(&k.base, HASH_SHA256, &d), 0);
	assert_int_equal(digest_final(d, out), 0);
	k.calls = 0;
	assert_int_equal(digest_update(d, "x", 1), MOHR_ERR_ARGUMENT);
	assert_int_equal(digest_final(d, out), MOHR_ERR_ARGUMENT);
	assert_int_equal(digest_dup(d, &copy), MOHR_ERR_ARGUMENT);
	assert_null(copy);
	assert_int_equal(k.calls, 0);
	digest_free(d);
}

static void copy_of_a_digest_outlives_its_original(void **state)
{
	struct counting k = COUNTING;
	struct digest *d, *copy;
	uint8_t out[HASH_MAX_LEN];

	(void)state;
	assert_int_equal(digest_new(&k.base, HASH_SHA256, &d), 0);
	assert_int_equal(digest_dup(d, &copy), 0);
	assert_int_equal(digest_final(d, out), 0);
	digest_free(d);
	assert_int_equal(digest_final(copy, out), 0);
	digest_free(copy);
}

static void empty_chunks_do_not_reach_the_sibling(void **state)
{
	struct counting k = COUNTING;
	struct digest *d;
	uint8_t block[16] = {0};

	(void)state;
	assert_int_equal(digest_new(&k.base, HASH_SHA1, &d), 0);
	k.calls = 0;
	assert_int_equal(digest_update(d, NULL, 0), 0);
	assert_int_equal(crypto_random(&k.base, NULL, 0), 0);
	assert_int_equal(
		crypto_block_cipher(&k.base, CIPHER_AES128, true, block, NULL, NULL, 0, NULL), 0);
	assert_int_equal(k.calls, 0);
	digest_free(d);
}

static void failure_of_the_sibling_comes_back(void **state)
{
	struct counting k = COUNTING;
	struct digest *d = NULL;
	uint8_t out[HASH_MAX_LEN];

	(void)state;
	k.answer = MOHR_ERR_NOMEM;
	assert_int_equal(digest_new(&k.base, HASH_SHA1, &d), MOHR_ERR_NOMEM);
	assert_null(d);
	assert_int_equal(crypto_digest(&k.base, HASH_SHA1, "x", 1, out), MOHR_ERR_NOMEM);
	assert_int_equal(crypto_random(&k.base, out, 1), MOHR_ERR_NOMEM);
}

static int rsa(struct counting *k, const uint8_t *n, size_t n_len, const uint8_t *e, size_t e_len)
{
	uint8_t in[LIMIT_RSA_BITS / 8 + 8] = {0}, out[LIMIT_RSA_BITS / 8 + 8];
	struct cursor nc, ec;

	cursor_init(&nc, n, n_len);
	cursor_init(&ec, e, e_len);
	return crypto_rsa_public(&k->base, &nc, &ec, in, out);
}

static void rsa_keys_of_a_wrong_shape_are_refused(void **state)
{
	static const uint8_t f4[] = {1, 0, 1}, one[] = {1}, two[] = {2}, three[] = {3},
			     even[] = {1, 0, 0}, zero_first[] = {0, 3},
			     wide[] = {1, 0, 0, 0, 0, 0, 0, 0, 1};
	struct counting k = COUNTING;
	uint8_t n[LIMIT_RSA_BITS / 8 + 8];

	(void)state;
	memset(n, 0xFF, sizeof n);
	assert_int_equal(rsa(&k, n, 256, f4, 3), 0);
	assert_int_equal(rsa(&k, n, 256, three, 1), 0);
	assert_int_equal(rsa(&k, n, 128, f4, 3), 0);
	assert_int_equal(rsa(&k, n, LIMIT_RSA_BITS / 8, f4, 3), 0);
	k.calls = 0;
	assert_int_equal(rsa(&k, NULL, 0, f4, 3), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 1, f4, 3), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 127, f4, 3), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, LIMIT_RSA_BITS / 8 + 1, f4, 3), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 256, NULL, 0), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 256, one, 1), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 256, two, 1), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 256, even, 3), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 256, zero_first, 2), MOHR_ERR_CRYPTO);
	assert_int_equal(rsa(&k, n, 256, wide, 9), MOHR_ERR_CRYPTO);
	n[255] = 0xFE;
	assert_int_equal(rsa(&k, n, 256, f4, 3), MOHR_ERR_CRYPTO);
	n[255] = 0xFF;
	n[0] = 0;
	assert_int_equal(rsa(&k, n, 256, f4, 3), MOHR_ERR_CRYPTO);
	assert_int_equal(k.calls, 0);
}

static void rsa_input_not_below_the_modulus_is_refused(void **state)
{
	static const uint8_t f4[] = {1, 0, 1};
	struct counting k = COUNTING;
	struct cursor nc, ec;
	uint8_t n[256], in[256], out[256];

	(void)state;
	memset(n, 0xC5, sizeof n);
	cursor_init(&nc, n, sizeof n);
	cursor_init(&ec, f4, sizeof f4);
	memcpy(in, n, sizeof in);
	assert_int_equal(crypto_rsa_public(&k.base, &nc, &ec, in, out), MOHR_ERR_DATA_INVALID);
	in[255]++;
	assert_int_equal(crypto_rsa_public(&k.base, &nc, &ec, in, out), MOHR_ERR_DATA_INVALID);
	assert_int_equal(k.calls, 0);
	in[255] -= 2;
	assert_int_equal(crypto_rsa_public(&k.base, &nc, &ec, in, out), 0);
	assert_int_equal(k.calls, 1);
}

static void ecdsa_shapes_are_checked(void **state)
{
	struct counting k = COUNTING;
	uint8_t point[1 + 64], sig[64], digest[HASH_MAX_LEN + 1] = {1};
	struct cursor pc;

	(void)state;
	memset(point, 4, sizeof point);
	memset(sig, 0, sizeof sig);
	sig[31] = sig[63] = 1;
	cursor_init(&pc, point, sizeof point);
#define VERIFY(curve, digest_len, sig_len)                                                         \
	crypto_ecdsa_verify(&k.base, (curve), &pc, digest, (digest_len), sig, (sig_len))
	assert_int_equal(VERIFY(CURVE_P256, 32, 64), 0);
	assert_int_equal(VERIFY(CURVE_P256, 1, 64), 0);
	k.calls = 0;
	assert_int_equal(VERIFY(CURVE_NONE, 32, 64), MOHR_ERR_ARGUMENT);
	assert_int_equal(VERIFY(N_CURVES, 32, 64), MOHR_ERR_ARGUMENT);
	assert_int_equal(VERIFY(CURVE_P384, 32, 96), MOHR_ERR_CRYPTO);
	assert_int_equal(VERIFY(CURVE_P256, 0, 64), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(VERIFY(CURVE_P256, HASH_MAX_LEN + 1, 64), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(VERIFY(CURVE_P256, 32, 0), MOHR_ERR_SIGNATURE_LENGTH);
	assert_int_equal(VERIFY(CURVE_P256, 32, 63), MOHR_ERR_SIGNATURE_LENGTH);
	sig[31] = 0;
	assert_int_equal(VERIFY(CURVE_P256, 32, 64), MOHR_ERR_SIGNATURE_INVALID);
	sig[31] = 1;
	sig[63] = 0;
	assert_int_equal(VERIFY(CURVE_P256, 32, 64), MOHR_ERR_SIGNATURE_INVALID);
	sig[63] = 1;
	point[0] = 2;
	assert_int_equal(VERIFY(CURVE_P256, 32, 64), MOHR_ERR_CRYPTO);
	cursor_init(&pc, NULL, 0);
	assert_int_equal(VERIFY(CURVE_P256, 32, 64), MOHR_ERR_CRYPTO);
#undef VERIFY
	assert_int_equal(k.calls, 0);
}

static void points_of_another_shape_are_invalid(void **state)
{
	struct counting k = COUNTING;
	uint8_t point[1 + 2 * 66] = {4};
	struct cursor pc;

	(void)state;
	for (size_t len = 0; len <= sizeof point; len++) {
		cursor_init(&pc, point, len);
		assert_int_equal(crypto_point_check(&k.base, CURVE_P256, &pc),
				 len == 65 ? 0 : MOHR_ERR_POINT_INVALID);
	}
	assert_int_equal(k.calls, 1);
	cursor_init(&pc, point, 65);
	assert_int_equal(crypto_point_check(&k.base, CURVE_NONE, &pc), MOHR_ERR_ARGUMENT);
	assert_int_equal(crypto_point_check(&k.base, N_CURVES, &pc), MOHR_ERR_ARGUMENT);
	for (unsigned form = 0; form < 256; form++) {
		point[0] = (uint8_t)form;
		if (form != 4)
			assert_int_equal(crypto_point_check(&k.base, CURVE_P256, &pc),
					 MOHR_ERR_POINT_INVALID);
	}
	assert_int_equal(k.calls, 1);
}

static void block_cipher_takes_whole_blocks_only(void **state)
{
	struct counting k = COUNTING;
	uint8_t key[32] = {0}, data[32] = {0};

	(void)state;
	for (size_t len = 1; len < 16; len++)
		assert_int_equal(crypto_block_cipher(&k.base, CIPHER_AES256, true, key, NULL, data,
						     len, data),
				 MOHR_ERR_DATA_LENGTH);
	assert_int_equal(crypto_block_cipher(&k.base, (enum block_cipher)99, true, key, NULL, data,
					     16, data),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(k.calls, 0);
	assert_int_equal(crypto_block_cipher(&k.base, CIPHER_3DES, true, key, NULL, data, 8, data),
			 0);
	assert_int_equal(k.last_len, 8);
}

static void cipher_lengths_are_those_of_the_standards(void **state)
{
	(void)state;
	assert_int_equal(block_cipher_len(CIPHER_AES128), 16);
	assert_int_equal(block_cipher_len(CIPHER_AES192), 16);
	assert_int_equal(block_cipher_len(CIPHER_AES256), 16);
	assert_int_equal(block_cipher_len(CIPHER_3DES), 8);
	assert_int_equal(block_cipher_key_len(CIPHER_AES128), 16);
	assert_int_equal(block_cipher_key_len(CIPHER_AES192), 24);
	assert_int_equal(block_cipher_key_len(CIPHER_AES256), 32);
	assert_int_equal(block_cipher_key_len(CIPHER_3DES), 24);
	assert_int_equal(block_cipher_key_len((enum block_cipher)99), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(free_reaches_the_sibling_and_takes_null),
		cmocka_unit_test(digest_of_no_algorithm_is_refused),
		cmocka_unit_test(finished_digest_is_refused),
		cmocka_unit_test(copy_of_a_digest_outlives_its_original),
		cmocka_unit_test(empty_chunks_do_not_reach_the_sibling),
		cmocka_unit_test(failure_of_the_sibling_comes_back),
		cmocka_unit_test(rsa_keys_of_a_wrong_shape_are_refused),
		cmocka_unit_test(rsa_input_not_below_the_modulus_is_refused),
		cmocka_unit_test(ecdsa_shapes_are_checked),
		cmocka_unit_test(points_of_another_shape_are_invalid),
		cmocka_unit_test(block_cipher_takes_whole_blocks_only),
		cmocka_unit_test(cipher_lengths_are_those_of_the_standards),
	};

	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
