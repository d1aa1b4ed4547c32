/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/verify.c. The signatures are made by libcrypto's EVP interface, which it does not use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "token/verify.h"

struct keys {
	struct crypto *crypto;
	EVP_PKEY *rsa, *rsa_odd,
		*ec; /* 2048 bits; 2041 bits: EM is shorter than the modulus; P-384 */
	uint8_t digest[64];
};

static int make_keys(void **state)
{
	static struct keys k;
	unsigned i;

	for (i = 0; i < sizeof(k.digest); i++)
		k.digest[i] = (uint8_t)(i * 5 + 1);
	k.rsa = EVP_RSA_gen(2048);
	k.rsa_odd = EVP_RSA_gen(2041);
	k.ec = EVP_EC_gen("P-384");
	*state = &k;
	return k.rsa && k.rsa_odd && k.ec && crypto_openssl_new(&k.crypto) == 0 ? 0 : -1;
}

static int free_keys(void **state)
{
	struct keys *k = *state;

	EVP_PKEY_free(k->rsa);
	EVP_PKEY_free(k->rsa_odd);
	EVP_PKEY_free(k->ec);
	crypto_free(k->crypto);
	return 0;
}

/* The shape borrows from spki, which the caller frees. */
static struct pubkey shape_of(EVP_PKEY *key, uint8_t **ret_spki)
{
	struct pubkey shape;
	struct cursor c;
	int len;

	*ret_spki = NULL;
	len = i2d_PUBKEY(key, ret_spki);
	assert_true(len > 0);
	cursor_init(&c, *ret_spki, (size_t)len);
	assert_int_equal(pubkey_decode_spki(&c, &shape), 0);
	return shape;
}

/* padding 0: ECDSA. md NULL: the bytes as they are. */
static size_t make(EVP_PKEY *key, int padding, const EVP_MD *md, int salt_len, const uint8_t *data,
		   size_t len, uint8_t *ret, size_t cap)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

	assert_non_null(ctx);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	if (padding != 0)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, padding), 1);
	if (md != NULL)
		assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, md), 1);
	if (padding == RSA_PKCS1_PSS_PADDING)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt_len), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, ret, &cap, data, len), 1);
	EVP_PKEY_CTX_free(ctx);
	return cap;
}

/* ECDSA as r || s. */
static size_t make_ecdsa(EVP_PKEY *key, const uint8_t *digest, size_t len, uint8_t *ret, int half)
{
	uint8_t der[160];
	const uint8_t *p = der;
	size_t der_len = make(key, 0, NULL, 0, digest, len, der, sizeof(der));
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)der_len);

	assert_non_null(sig);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, half), half);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + half, half), half);
	ECDSA_SIG_free(sig);
	return 2 * (size_t)half;
}

/* That it verifies, and that one bit anywhere, another length or another digest makes it fail. */
static void check_all(struct keys *k, EVP_PKEY *key, struct sign_request request, uint8_t *sig,
		      size_t len)
{
	uint8_t *spki, other[LIMIT_SIGNATURE];
	struct pubkey shape = shape_of(key, &spki);
	size_t i;

	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, len), 0);
	for (i = 0; i < len; i += 1 + len / 7) {
		sig[i] ^= 1;
		assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, len),
				 MOHR_ERR_SIGNATURE_INVALID);
		sig[i] ^= 1;
	}
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, len - 1),
			 MOHR_ERR_SIGNATURE_LENGTH);
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, 0),
			 MOHR_ERR_SIGNATURE_LENGTH);
	memcpy(other, request.data, request.len);
	other[request.len / 2] ^= 1;
	request.data = other;
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, len),
			 MOHR_ERR_SIGNATURE_INVALID);
	OPENSSL_free(spki);
}

static void pkcs1_signatures_of_each_hash_verify(void **state)
{
	static const struct {
		enum hash_alg hash;
		const char *name;
	} rows[] = {{HASH_SHA1, "SHA1"},
		    {HASH_SHA224, "SHA224"},
		    {HASH_SHA256, "SHA256"},
		    {HASH_SHA384, "SHA384"},
		    {HASH_SHA512, "SHA512"}};
	struct keys *k = *state;
	uint8_t sig[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const EVP_MD *md = EVP_get_digestbyname(rows[i].name);
		struct sign_request request = {.scheme = SIGN_PKCS1, .hash = rows[i].hash};

		request.data = k->digest;
		request.len = (size_t)EVP_MD_get_size(md);
		make(k->rsa, RSA_PKCS1_PADDING, md, 0, k->digest, request.len, sig, sizeof(sig));
		check_all(k, k->rsa, request, sig, sizeof(sig));
		request.len--;
		{
			uint8_t *spki;
			struct pubkey shape = shape_of(k->rsa, &spki);

			assert_int_equal(
				verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
				MOHR_ERR_DATA_LENGTH);
			OPENSSL_free(spki);
		}
	}
}

static void pkcs1_over_given_bytes_verifies_and_is_recovered(void **state)
{
	struct keys *k = *state;
	struct sign_request request = {
		.scheme = SIGN_PKCS1, .hash = HASH_NONE, .data = k->digest, .len = 36};
	struct buf data = BUF_INIT(LIMIT_SIGNATURE);
	uint8_t sig[256], *spki;
	struct pubkey shape = shape_of(k->rsa, &spki);

	make(k->rsa, RSA_PKCS1_PADDING, NULL, 0, k->digest, 36, sig, sizeof(sig));
	check_all(k, k->rsa, request, sig, sizeof(sig));
	assert_int_equal(verify_recover(k->crypto, &shape, SIGN_PKCS1, sig, sizeof(sig), &data), 0);
	assert_int_equal(data.len, 36);
	assert_memory_equal(data.data, k->digest, 36);
	sig[9] ^= 1;
	buf_reset(&data);
	assert_int_equal(verify_recover(k->crypto, &shape, SIGN_PKCS1, sig, sizeof(sig), &data),
			 MOHR_ERR_SIGNATURE_INVALID);
	assert_int_equal(data.len, 0);
	buf_clear(&data);
	OPENSSL_free(spki);
}

static void pss_signatures_verify_with_their_salt_length_only(void **state)
{
	struct keys *k = *state;
	EVP_PKEY *keys[2] = {k->rsa, k->rsa_odd};
	static const size_t salts[] = {0, 20, 32};
	uint8_t sig[256], *spki;
	size_t i, s;

	for (i = 0; i < 2; i++) {
		for (s = 0; s < 3; s++) {
			struct sign_request request = {.scheme = SIGN_PSS,
						       .hash = HASH_SHA256,
						       .mgf_hash = HASH_SHA256,
						       .salt_len = salts[s],
						       .data = k->digest,
						       .len = 32};
			struct pubkey shape = shape_of(keys[i], &spki);

			make(keys[i], RSA_PKCS1_PSS_PADDING, EVP_sha256(), (int)salts[s], k->digest,
			     32, sig, sizeof(sig));
			check_all(k, keys[i], request, sig, sizeof(sig));
			request.salt_len++;
			assert_int_equal(
				verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
				MOHR_ERR_SIGNATURE_INVALID);
			request.hash = HASH_NONE;
			assert_int_equal(
				verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
				MOHR_ERR_MECHANISM);
			OPENSSL_free(spki);
		}
	}
}

/* EM of a 2041-bit key has 255 bytes: the byte before it must be 0 (RFC 8017 §8.1.2, step 2c). */
static void a_pss_block_longer_than_em_is_invalid(void **state)
{
	struct keys *k = *state;
	uint8_t sig[256], block[256], *spki;
	struct sign_request request = {.scheme = SIGN_PSS,
				       .hash = HASH_SHA256,
				       .mgf_hash = HASH_SHA256,
				       .salt_len = 32,
				       .data = k->digest,
				       .len = 32};
	struct pubkey shape = shape_of(k->rsa_odd, &spki);
	struct cursor n = shape.modulus;
	int tries;

	/* until a salt gives an EM that stays below the modulus with a 1 before it */
	for (tries = 0; tries < 200; tries++) {
		make(k->rsa_odd, RSA_PKCS1_PSS_PADDING, EVP_sha256(), 32, k->digest, 32, sig,
		     sizeof(sig));
		assert_int_equal(
			crypto_rsa_public(k->crypto, &shape.modulus, &shape.exponent, sig, block),
			0);
		assert_int_equal(block[0], 0);
		block[0] = 1;
		if (memcmp(block, cursor_at(&n), sizeof(block)) < 0)
			break;
	}
	assert_in_range(tries, 0, 199);
	make(k->rsa_odd, RSA_NO_PADDING, NULL, 0, block, sizeof(block), sig, sizeof(sig));
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
			 MOHR_ERR_SIGNATURE_INVALID);
	OPENSSL_free(spki);
}

static void raw_blocks_verify_and_are_recovered(void **state)
{
	struct keys *k = *state;
	uint8_t block[256] = {0}, sig[256], *spki;
	struct sign_request request = {.scheme = SIGN_RAW, .data = block, .len = sizeof(block)};
	struct buf data = BUF_INIT(LIMIT_SIGNATURE);
	struct pubkey shape = shape_of(k->rsa, &spki);

	memcpy(block + 100, k->digest, 64);
	make(k->rsa, RSA_NO_PADDING, NULL, 0, block, sizeof(block), sig, sizeof(sig));
	check_all(k, k->rsa, request, sig, sizeof(sig));
	assert_int_equal(verify_recover(k->crypto, &shape, SIGN_RAW, sig, sizeof(sig), &data), 0);
	assert_int_equal(data.len, sizeof(block));
	assert_memory_equal(data.data, block, sizeof(block));
	request.len--;
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
			 MOHR_ERR_DATA_LENGTH);
	/* not below the modulus */
	memset(sig, 0xFF, sizeof(sig));
	request.len++;
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
			 MOHR_ERR_SIGNATURE_INVALID);
	buf_clear(&data);
	OPENSSL_free(spki);
}

static void a_deciphered_block_leads_back_to_its_cryptogram(void **state)
{
	struct keys *k = *state;
	uint8_t block[256] = {0}, cryptogram[256], *spki, *ec_spki;
	struct pubkey shape = shape_of(k->rsa, &spki), ec = shape_of(k->ec, &ec_spki);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->rsa, NULL);
	struct secret *s = NULL, *cut = NULL;
	size_t len = sizeof(cryptogram);

	memcpy(block + 100, k->digest, 64);
	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, cryptogram, &len, block, sizeof(block)), 1);
	EVP_PKEY_CTX_free(ctx);
	assert_int_equal(secret_new_from(block, sizeof(block), &s), 0);
	assert_int_equal(secret_new_from(block, sizeof(block) - 1, &cut), 0);
	assert_int_equal(verify_decryption(k->crypto, &shape, cryptogram, len, s), 0);
	assert_int_equal(verify_decryption(k->crypto, &shape, cryptogram, len - 1, s),
			 MOHR_ERR_DECRYPTION_WRONG);
	assert_int_equal(verify_decryption(k->crypto, &shape, cryptogram, len, cut),
			 MOHR_ERR_DECRYPTION_WRONG);
	assert_int_equal(verify_decryption(k->crypto, &ec, cryptogram, len, s), MOHR_ERR_KEY_TYPE);
	secret_data(s)[255] ^= 1;
	assert_int_equal(verify_decryption(k->crypto, &shape, cryptogram, len, s),
			 MOHR_ERR_DECRYPTION_WRONG);
	/* not below the modulus */
	memset(secret_data(s), 0xFF, sizeof(block));
	assert_int_equal(verify_decryption(k->crypto, &shape, cryptogram, len, s),
			 MOHR_ERR_DECRYPTION_WRONG);
	secret_free(s);
	secret_free(cut);
	OPENSSL_free(spki);
	OPENSSL_free(ec_spki);
}

static void ecdsa_signatures_verify(void **state)
{
	struct keys *k = *state;
	struct sign_request request = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA384, .data = k->digest, .len = 48};
	uint8_t sig[96], *spki;
	struct pubkey shape = shape_of(k->ec, &spki);

	assert_int_equal(make_ecdsa(k->ec, k->digest, 48, sig, 48), sizeof(sig));
	check_all(k, k->ec, request, sig, sizeof(sig));
	request.hash = HASH_NONE;
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)), 0);
	request.len = 0;
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
			 MOHR_ERR_DATA_LENGTH);
	request.len = 48;
	memset(sig, 0, sizeof(sig));
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
			 MOHR_ERR_SIGNATURE_INVALID);
	OPENSSL_free(spki);
}

/* FIPS 180-4: what is signed is the digest, as of a card that makes it itself. */
static void ecdsa_over_a_message_verifies(void **state)
{
	static const size_t lens[] = {0, 1, 20, 64};
	struct keys *k = *state;
	struct sign_request request = {
		.scheme = SIGN_ECDSA_MESSAGE, .hash = HASH_SHA1, .data = k->digest};
	uint8_t sig[96], digest[20], *spki;
	struct pubkey shape = shape_of(k->ec, &spki);
	size_t i;

	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		request.len = lens[i];
		assert_int_equal(EVP_Digest(k->digest, lens[i], digest, NULL, EVP_sha1(), NULL), 1);
		make_ecdsa(k->ec, digest, sizeof(digest), sig, 48);
		if (lens[i] > 0)
			check_all(k, k->ec, request, sig, sizeof(sig));
		else
			assert_int_equal(
				verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)), 0);
	}
	request.hash = HASH_SHA256;
	assert_int_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)),
			 MOHR_ERR_SIGNATURE_INVALID);
	request.hash = HASH_NONE;
	assert_int_not_equal(verify_signature(k->crypto, &shape, &request, sig, sizeof(sig)), 0);
	OPENSSL_free(spki);
}

static void a_scheme_of_another_key_type_is_refused(void **state)
{
	struct keys *k = *state;
	struct sign_request request = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA256, .data = k->digest, .len = 32};
	struct buf data = BUF_INIT(LIMIT_SIGNATURE);
	uint8_t sig[256] = {0}, *rsa_spki, *ec_spki;
	struct pubkey rsa = shape_of(k->rsa, &rsa_spki), ec = shape_of(k->ec, &ec_spki);

	assert_int_equal(verify_signature(k->crypto, &rsa, &request, sig, 256), MOHR_ERR_KEY_TYPE);
	request.scheme = SIGN_PKCS1;
	assert_int_equal(verify_signature(k->crypto, &ec, &request, sig, 96), MOHR_ERR_KEY_TYPE);
	assert_int_equal(verify_recover(k->crypto, &ec, SIGN_PKCS1, sig, 96, &data),
			 MOHR_ERR_KEY_TYPE);
	assert_int_equal(verify_recover(k->crypto, &rsa, SIGN_PSS, sig, 256, &data),
			 MOHR_ERR_MECHANISM);
	OPENSSL_free(rsa_spki);
	OPENSSL_free(ec_spki);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pkcs1_signatures_of_each_hash_verify),
		cmocka_unit_test(pkcs1_over_given_bytes_verifies_and_is_recovered),
		cmocka_unit_test(pss_signatures_verify_with_their_salt_length_only),
		cmocka_unit_test(a_pss_block_longer_than_em_is_invalid),
		cmocka_unit_test(raw_blocks_verify_and_are_recovered),
		cmocka_unit_test(a_deciphered_block_leads_back_to_its_cryptogram),
		cmocka_unit_test(ecdsa_signatures_verify),
		cmocka_unit_test(ecdsa_over_a_message_verifies),
		cmocka_unit_test(a_scheme_of_another_key_type_is_refused),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
