/* SPDX-License-Identifier: BSD-2-Clause */
/* crypto/eddsa.c: RFC 8032's own vectors, and libcrypto's signatures over keys and messages of all lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "crypto/crypto.h"
#include "hex.h"

enum { KEY_LEN = 32, SIG_LEN = 64 };

static struct crypto *crypto;

static int make(void **state)
{
	(void)state;
	return crypto_openssl_new(&crypto);
}

static int unmake(void **state)
{
	(void)state;
	crypto_free(crypto);
	return 0;
}

static int verify(const uint8_t *key, const void *data, size_t len, const uint8_t *sig)
{
	struct cursor c;

	cursor_init(&c, key, KEY_LEN);
	return crypto_eddsa_verify(crypto, CURVE_ED25519, &c, data, len, sig, SIG_LEN);
}

/* RFC 8032 §7.1, TEST 1 to 3 */
static const struct {
	const char *key, *message, *signature;
} vectors[] = {
	{"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
	 "f9b46bd25bf5f0595bbe24655141438e7a100b"},
	{"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
	 "f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
	 "4dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

enum { N_VECTORS = sizeof(vectors) / sizeof(vectors[0]) };

static void the_vectors_of_the_standard_verify(void **state)
{
	uint8_t key[KEY_LEN], message[8], signature[SIG_LEN];
	size_t i, len;

	(void)state;
	for (i = 0; i < N_VECTORS; i++) {
		hex(vectors[i].key, key, sizeof(key));
		len = hex(vectors[i].message, message, sizeof(message));
		hex(vectors[i].signature, signature, sizeof(signature));
		assert_int_equal(verify(key, message, len, signature), 0);
	}
}

/* Every bit of the signature, and of the message and the key. */
static void one_bit_more_or_less_does_not(void **state)
{
	uint8_t key[KEY_LEN], message[2], signature[SIG_LEN];
	unsigned bit;
	int r;

	(void)state;
	hex(vectors[2].key, key, sizeof(key));
	hex(vectors[2].message, message, sizeof(message));
	hex(vectors[2].signature, signature, sizeof(signature));
	for (bit = 0; bit < 8 * SIG_LEN; bit++) {
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(verify(key, message, 2, signature), MOHR_ERR_SIGNATURE_INVALID);
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (bit = 0; bit < 16; bit++) {
		message[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(verify(key, message, 2, signature), MOHR_ERR_SIGNATURE_INVALID);
		message[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (bit = 0; bit < 8 * KEY_LEN; bit++) {
		key[bit / 8] ^= (uint8_t)(1 << bit % 8);
		r = verify(key, message, 2, signature);
		assert_true(r == MOHR_ERR_SIGNATURE_INVALID || r == MOHR_ERR_CRYPTO);
		key[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(verify(key, message, 2, signature), 0);
	assert_int_equal(verify(key, message, 1, signature), MOHR_ERR_SIGNATURE_INVALID);
}

/* S + L makes the same point: RFC 8032 §5.1.7 step 1 refuses it. */
static void a_second_form_of_the_same_signature_is_refused(void **state)
{
	static const char order[] =
		"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
	uint8_t key[KEY_LEN], message[2], signature[SIG_LEN], l[32];
	unsigned carry = 0, i;

	(void)state;
	hex(vectors[2].key, key, sizeof(key));
	hex(vectors[2].message, message, sizeof(message));
	hex(vectors[2].signature, signature, sizeof(signature));
	hex(order, l, sizeof(l));
	for (i = 0; i < 32; i++) {
		carry += signature[32 + i] + (unsigned)l[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(carry, 0);
	assert_int_equal(verify(key, message, 2, signature), MOHR_ERR_SIGNATURE_INVALID);
	/* L itself, the first that is too large */
	memcpy(signature + 32, l, 32);
	assert_int_equal(verify(key, message, 2, signature), MOHR_ERR_SIGNATURE_INVALID);
}

static int check_key(const char *text)
{
	uint8_t key[KEY_LEN];
	struct cursor c;

	cursor_init(&c, key, hex(text, key, sizeof(key)));
	return crypto_point_check(crypto, CURVE_ED25519, &c);
}

static void what_is_no_point_is_no_key(void **state)
{
	uint8_t none[KEY_LEN] = {2}, signature[SIG_LEN] = {0};
	struct cursor c;

	(void)state;
	assert_int_equal(check_key(vectors[0].key), 0);
	/* y = 2 has no x: (y^2 - 1)/(dy^2 + 1) is no square */
	assert_int_equal(
		check_key("0200000000000000000000000000000000000000000000000000000000000000"),
		MOHR_ERR_POINT_INVALID);
	assert_int_equal(verify(none, "", 0, signature), MOHR_ERR_CRYPTO);
	/* y = p is not y = 0; y = 1 has x = 0, which has no sign */
	assert_int_equal(
		check_key("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
		MOHR_ERR_POINT_INVALID);
	assert_int_equal(
		check_key("0100000000000000000000000000000000000000000000000000000000000080"),
		MOHR_ERR_POINT_INVALID);
	assert_int_equal(check_key(""), MOHR_ERR_POINT_INVALID);
	assert_int_equal(check_key("00"), MOHR_ERR_POINT_INVALID);
	cursor_init(&c, none, 0);
	assert_int_equal(crypto_eddsa_verify(crypto, CURVE_ED25519, &c, "", 0, signature, SIG_LEN),
			 MOHR_ERR_CRYPTO);
}

static void other_lengths_and_curves_are_refused(void **state)
{
	uint8_t key[KEY_LEN], signature[SIG_LEN + 1] = {0};
	struct cursor c;

	(void)state;
	cursor_init(&c, key, hex(vectors[0].key, key, sizeof(key)));
	assert_int_equal(crypto_eddsa_verify(crypto, CURVE_P256, &c, "", 0, signature, SIG_LEN),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(crypto_eddsa_verify(crypto, CURVE_ED25519, &c, "", 0, signature, 0),
			 MOHR_ERR_SIGNATURE_LENGTH);
	assert_int_equal(crypto_eddsa_verify(crypto, CURVE_ED25519, &c, "", 0, signature, 63),
			 MOHR_ERR_SIGNATURE_LENGTH);
	assert_int_equal(crypto_eddsa_verify(crypto, CURVE_ED25519, &c, "", 0, signature, 65),
			 MOHR_ERR_SIGNATURE_LENGTH);
}

static void sign(EVP_PKEY *pkey, const uint8_t *data, size_t len, uint8_t ret[SIG_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = SIG_LEN;

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey), 1);
	assert_int_equal(EVP_DigestSign(ctx, ret, &n, data, len), 1);
	assert_int_equal(n, SIG_LEN);
	EVP_MD_CTX_free(ctx);
}

static void it_agrees_with_libcrypto(void **state)
{
	uint8_t data[300], key[KEY_LEN], signature[SIG_LEN];
	unsigned i;

	(void)state;
	for (i = 0; i < 60; i++) {
		EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		size_t len = sizeof(key), message = i * 5;

		assert_int_equal(RAND_bytes(data, sizeof(data)), 1);
		assert_int_equal(EVP_PKEY_get_raw_public_key(pkey, key, &len), 1);
		sign(pkey, data, message, signature);
		assert_int_equal(verify(key, data, message, signature), 0);
		assert_int_equal(verify(key, data, message + 1, signature),
				 MOHR_ERR_SIGNATURE_INVALID);
		EVP_PKEY_free(pkey);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_standard_verify),
		cmocka_unit_test(one_bit_more_or_less_does_not),
		cmocka_unit_test(a_second_form_of_the_same_signature_is_refused),
		cmocka_unit_test(what_is_no_point_is_no_key),
		cmocka_unit_test(other_lengths_and_curves_are_refused),
		cmocka_unit_test(it_agrees_with_libcrypto),
	};

	return cmocka_run_group_tests(tests, make, unmake);
}
