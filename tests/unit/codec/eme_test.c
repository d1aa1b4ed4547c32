/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of codec/eme.c. What is encoded here must decrypt with libcrypto, what libcrypto encrypts must
 * decode here, over a raw RSA operation. Under valgrind, a secret that decides where the program goes or
 * what it reads is an error: the tests call such bytes undefined.
 */
#include "hex.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/limits.h"
#include "codec/eme.h"
#include "secret_bytes.h"

enum { MODULUS_BITS = 2048, EM_LEN = MODULUS_BITS / 8 };

static const EVP_MD *md_of(enum hash_alg alg)
{
	switch (alg) {
	case HASH_SHA1:
		return EVP_sha1();
	case HASH_SHA224:
		return EVP_sha224();
	case HASH_SHA256:
		return EVP_sha256();
	case HASH_SHA384:
		return EVP_sha384();
	case HASH_SHA512:
		return EVP_sha512();
	default:
		return NULL;
	}
}

static int digest(void *user, enum hash_alg alg, const uint8_t *in, size_t in_len, uint8_t *out)
{
	unsigned *countdown = user;

	if (countdown && (*countdown)-- == 0)
		return MOHR_ERR_CRYPTO;
	return EVP_Digest(in, in_len, out, NULL, md_of(alg), NULL) == 1 ? 0 : MOHR_ERR_CRYPTO;
}

static struct eme_oaep oaep(enum hash_alg hash, enum hash_alg mgf_hash, const char *label)
{
	return (struct eme_oaep){digest, NULL, hash, mgf_hash, label, label ? strlen(label) : 0};
}

static int make_key(void **state)
{
	*state = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)MODULUS_BITS);
	return *state ? 0 : -1;
}

static int free_key(void **state)
{
	EVP_PKEY_free(*state);
	return 0;
}

/* in^e or in^d mod n over a whole block. */
static void raw(EVP_PKEY *key, bool encrypt, const uint8_t *in, uint8_t *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t len = EM_LEN;
	int r;

	assert_int_equal(encrypt ? EVP_PKEY_encrypt_init(ctx) : EVP_PKEY_decrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	r = encrypt ? EVP_PKEY_encrypt(ctx, out, &len, in, EM_LEN)
		    : EVP_PKEY_decrypt(ctx, out, &len, in, EM_LEN);
	assert_int_equal(r, 1);
	assert_int_equal(len, EM_LEN);
	EVP_PKEY_CTX_free(ctx);
}

static void set_oaep(EVP_PKEY_CTX *ctx, const struct eme_oaep *p)
{
	void *label = OPENSSL_memdup(p->label_len ? p->label : "", p->label_len + 1);

	assert_true(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md_of(p->hash)) == 1 &&
		    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md_of(p->mgf_hash)) == 1);
	if (p->label_len)
		assert_int_equal(EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, label, (int)p->label_len),
				 1);
	else
		OPENSSL_free(label);
}

/* libcrypto decrypts; returns the length, or -1 if it finds a fault. */
static int their_decrypt(EVP_PKEY *key, const struct eme_oaep *p, const uint8_t *cryptogram,
			 uint8_t *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t len = EM_LEN;
	int r;

	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	if (p)
		set_oaep(ctx, p);
	else
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
	r = EVP_PKEY_decrypt(ctx, out, &len, cryptogram, EM_LEN);
	EVP_PKEY_CTX_free(ctx);
	return r == 1 ? (int)len : -1;
}

static void their_encrypt(EVP_PKEY *key, const struct eme_oaep *p, const uint8_t *message,
			  size_t len, uint8_t *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t out_len = EM_LEN;

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	set_oaep(ctx, p);
	assert_int_equal(EVP_PKEY_encrypt(ctx, out, &out_len, message, len), 1);
	EVP_PKEY_CTX_free(ctx);
}

/* Decodes secret bytes, as a card gives them. */
static int decode(const struct eme_oaep *p, const uint8_t *em, size_t em_len, uint8_t *out,
		  size_t *ret_len)
{
	uint8_t copy[LIMIT_RSA_BITS / 8 + 1];
	int r;

	memcpy(copy, em, em_len);
	secret_bytes(copy, em_len);
	r = eme_oaep_decode(p, copy, em_len, out, ret_len);
	public_bytes(&r, sizeof(r));
	public_bytes(out, em_len);
	public_bytes(ret_len, sizeof(*ret_len));
	return r;
}

/* Both directions for one message. */
static void check_oaep(EVP_PKEY *key, const struct eme_oaep *p, size_t len)
{
	uint8_t message[EM_LEN], seed[HASH_MAX_LEN], cryptogram[EM_LEN], em[EM_LEN], out[EM_LEN];
	struct buf b = BUF_INIT(EM_LEN);
	size_t out_len = 999;

	for (size_t i = 0; i < len; i++)
		message[i] = (uint8_t)(i % 3); /* zeros and ones, as around the separator */
	memset(seed, 0x51, sizeof(seed));
	assert_int_equal(eme_oaep_encode(p, seed, message, len, EM_LEN, &b), 0);
	assert_int_equal(b.len, EM_LEN);
	raw(key, true, b.data, cryptogram);
	assert_int_equal(their_decrypt(key, p, cryptogram, out), len);
	assert_memory_equal(out, message, len);

	their_encrypt(key, p, message, len, cryptogram);
	raw(key, false, cryptogram, em);
	memset(out, 0xEE, sizeof(out));
	assert_int_equal(decode(p, em, EM_LEN, out, &out_len), 0);
	assert_int_equal(out_len, len);
	assert_memory_equal(out, message, len);
	for (size_t i = len, max = EM_LEN - 2 * hash_len(p->hash) - 2; i < max; i++)
		assert_int_equal(out[i], 0);
	buf_clear(&b);
}

static void oaep_agrees_with_libcrypto_for_every_pair_of_hashes(void **state)
{
	for (enum hash_alg hash = HASH_SHA1; hash < N_HASH_ALGS; hash++) {
		for (enum hash_alg mgf = HASH_SHA1; mgf < N_HASH_ALGS; mgf++) {
			struct eme_oaep p = oaep(hash, mgf, NULL);
			size_t max = 0;

			assert_int_equal(eme_oaep_max(&p, EM_LEN, &max), 0);
			assert_int_equal(max, EM_LEN - 2 * hash_len(hash) - 2);
			check_oaep(*state, &p, 0);
			check_oaep(*state, &p, 32);
			check_oaep(*state, &p, max);
		}
	}
}

static void messages_of_every_length_come_back(void **state)
{
	struct eme_oaep p = oaep(HASH_SHA256, HASH_SHA256, NULL);
	uint8_t message[EM_LEN], seed[32] = {1, 2, 3}, out[EM_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 7 + 1);
	for (size_t len = 0; len <= EM_LEN - 66; len++) {
		struct buf b = BUF_INIT(EM_LEN);
		size_t out_len = 999;

		assert_int_equal(eme_oaep_encode(&p, seed, message, len, EM_LEN, &b), 0);
		assert_int_equal(decode(&p, b.data, b.len, out, &out_len), 0);
		assert_int_equal(out_len, len);
		assert_memory_equal(out, message, len);
		buf_clear(&b);
	}
}

static void oaep_agrees_with_libcrypto_about_labels(void **state)
{
	struct eme_oaep with = oaep(HASH_SHA256, HASH_SHA1, "a label"), without = with,
			other = with;
	uint8_t cryptogram[EM_LEN], em[EM_LEN], out[EM_LEN];
	size_t len = 77;

	without.label_len = 0;
	without.label = NULL;
	other.label = "A label";
	check_oaep(*state, &with, 20);
	their_encrypt(*state, &with, (const uint8_t *)"message", 7, cryptogram);
	raw(*state, false, cryptogram, em);
	assert_int_equal(decode(&with, em, EM_LEN, out, &len), 0);
	assert_int_equal(len, 7);
	assert_int_equal(decode(&without, em, EM_LEN, out, &len), MOHR_ERR_ENCRYPTED_INVALID);
	assert_int_equal(decode(&other, em, EM_LEN, out, &len), MOHR_ERR_ENCRYPTED_INVALID);
	other.label_len--;
	assert_int_equal(decode(&other, em, EM_LEN, out, &len), MOHR_ERR_ENCRYPTED_INVALID);
	assert_int_equal(len, 7);
}

static void oaep_messages_that_are_too_long_are_refused(void **state)
{
	struct eme_oaep p = oaep(HASH_SHA512, HASH_SHA512, NULL);
	struct buf b = BUF_INIT(EM_LEN), small = BUF_INIT(EM_LEN - 1);
	uint8_t message[EM_LEN] = {0}, seed[HASH_MAX_LEN] = {0};
	size_t max = 55;

	(void)state;
	assert_int_equal(eme_oaep_encode(&p, seed, message, 127, EM_LEN, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_oaep_encode(&p, seed, message, SIZE_MAX, EM_LEN, &b),
			 MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_oaep_encode(&p, seed, NULL, 0, 129, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_oaep_encode(&p, seed, NULL, 0, 0, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_oaep_max(&p, 129, &max), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_oaep_max(&p, LIMIT_RSA_BITS / 8 + 1, &max), MOHR_ERR_ARGUMENT);
	assert_int_equal(max, 55);
	assert_int_equal(eme_oaep_max(&p, 130, &max), 0);
	assert_int_equal(max, 0);
	assert_int_equal(b.len, 0);
	assert_int_equal(eme_oaep_encode(&p, seed, message, 3, EM_LEN, &small), MOHR_ERR_LIMIT);
	assert_int_equal(small.len, 0);
	buf_clear(&small);
	buf_clear(&b);
}

static void oaep_needs_both_hashes(void **state)
{
	struct eme_oaep p = oaep(HASH_NONE, HASH_SHA1, NULL);
	struct buf b = BUF_INIT(EM_LEN);
	uint8_t seed[HASH_MAX_LEN] = {0}, em[EM_LEN] = {0}, out[EM_LEN];
	size_t len = 3;

	(void)state;
	assert_int_equal(eme_oaep_encode(&p, seed, NULL, 0, EM_LEN, &b), MOHR_ERR_ARGUMENT);
	assert_int_equal(eme_oaep_decode(&p, em, EM_LEN, out, &len), MOHR_ERR_ARGUMENT);
	p = oaep(HASH_SHA1, HASH_NONE, NULL);
	assert_int_equal(eme_oaep_encode(&p, seed, NULL, 0, EM_LEN, &b), MOHR_ERR_ARGUMENT);
	assert_int_equal(eme_oaep_decode(&p, em, EM_LEN, out, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(len, 3);
	buf_clear(&b);
}

/* Every bit of EM, with the shortest and the longest message: one answer, and nothing given out. */
static void every_damaged_bit_of_an_oaep_block_has_one_answer(void **state)
{
	struct eme_oaep p = oaep(HASH_SHA1, HASH_SHA256, "L");
	size_t max = 128 - 2 * 20 - 2;

	(void)state;
	for (size_t len = 0; len <= max; len += max) {
		uint8_t message[128], seed[20] = {9}, out[128];
		struct buf b = BUF_INIT(128);
		size_t out_len = 4321;

		memset(message, 0xA5, sizeof(message));
		assert_int_equal(eme_oaep_encode(&p, seed, message, len, 128, &b), 0);
		for (size_t bit = 0; bit < 8 * b.len; bit++) {
			b.data[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
			memset(out, 0xEE, sizeof(out));
			assert_int_equal(decode(&p, b.data, b.len, out, &out_len),
					 MOHR_ERR_ENCRYPTED_INVALID);
			for (size_t i = 0; i < max; i++)
				assert_int_equal(out[i], 0);
			b.data[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		}
		assert_int_equal(out_len, 4321);
		assert_int_equal(decode(&p, b.data, b.len, out, &out_len), 0);
		assert_int_equal(out_len, len);
		buf_clear(&b);
	}
}

/* A block of which the mask has been taken off, so that DB can be written by hand; SHA-1 twice. */
static int decode_db(const uint8_t *db, size_t db_len, uint8_t top, size_t *ret_len)
{
	uint8_t em[128] = {top}, mask[128] = {0}, out[128];
	struct eme_oaep p = oaep(HASH_SHA1, HASH_SHA1, NULL);
	uint8_t seed[24] = {0};
	size_t done = 0;

	/* the seed is zeros: DB is masked with MGF1 of those, the seed with MGF1 of masked DB */
	for (uint8_t counter = 0; done < db_len; counter++) {
		uint8_t block[20];

		seed[23] = counter;
		assert_int_equal(digest(NULL, HASH_SHA1, seed, 24, block), 0);
		for (size_t i = 0; i < 20 && done < db_len; i++)
			mask[done++] = block[i];
	}
	for (size_t i = 0; i < db_len; i++)
		em[21 + i] = db[i] ^ mask[i];
	{
		uint8_t in[128 + 4] = {0};

		memcpy(in, em + 21, db_len);
		assert_int_equal(digest(NULL, HASH_SHA1, in, db_len + 4, em + 1), 0);
	}
	return decode(&p, em, 21 + db_len, out, ret_len);
}

/* RFC 8017 §7.1.2 step 3.g: no 01, another byte before it, another lHash, a first octet that is not 0 */
static void faults_of_the_data_block_have_one_answer(void **state)
{
	uint8_t db[107] = {0};
	size_t len = 0;

	(void)state;
	assert_int_equal(digest(NULL, HASH_SHA1, db, 0, db), 0);
	db[20] = 1;
	assert_int_equal(decode_db(db, 107, 0, &len), 0);
	assert_int_equal(len, 86);
	assert_int_equal(decode_db(db, 107, 1, &len), MOHR_ERR_ENCRYPTED_INVALID);
	assert_int_equal(decode_db(db, 107, 0x80, &len), MOHR_ERR_ENCRYPTED_INVALID);
	db[20] = 0;
	assert_int_equal(decode_db(db, 107, 0, &len), MOHR_ERR_ENCRYPTED_INVALID);
	db[106] = 1;
	assert_int_equal(decode_db(db, 107, 0, &len), 0);
	assert_int_equal(len, 0);
	db[105] = 2;
	assert_int_equal(decode_db(db, 107, 0, &len), MOHR_ERR_ENCRYPTED_INVALID);
	db[105] = 0x81;
	assert_int_equal(decode_db(db, 107, 0, &len), MOHR_ERR_ENCRYPTED_INVALID);
	db[105] = 1;
	assert_int_equal(decode_db(db, 107, 0, &len), 0);
	assert_int_equal(len, 1);
	db[0] ^= 0x80;
	assert_int_equal(decode_db(db, 107, 0, &len), MOHR_ERR_ENCRYPTED_INVALID);
	db[0] ^= 0x81;
	assert_int_equal(decode_db(db, 107, 0, &len), MOHR_ERR_ENCRYPTED_INVALID);
	assert_int_equal(len, 1);
}

static void a_block_too_short_for_oaep_is_a_length_error(void **state)
{
	struct eme_oaep p = oaep(HASH_SHA256, HASH_SHA256, NULL);
	uint8_t em[LIMIT_RSA_BITS / 8 + 1] = {0}, out[LIMIT_RSA_BITS / 8 + 1];
	size_t len = 6;

	(void)state;
	for (size_t em_len = 0; em_len < 66; em_len++)
		assert_int_equal(decode(&p, em, em_len, out, &len), MOHR_ERR_ENCRYPTED_LENGTH);
	assert_int_equal(decode(&p, em, 66, out, &len), MOHR_ERR_ENCRYPTED_INVALID);
	assert_int_equal(decode(&p, em, sizeof(em), out, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(len, 6);
}

static void a_failing_digest_fails_oaep(void **state)
{
	uint8_t seed[20] = {0}, out[128], em[128];
	size_t len = 8;
	unsigned n;
	int r = MOHR_ERR_CRYPTO;

	(void)state;
	memset(em, 0, sizeof(em));
	for (n = 0; r != 0; n++) {
		unsigned countdown = n;
		struct eme_oaep p = {digest, &countdown, HASH_SHA1, HASH_SHA1, NULL, 0};
		struct buf b = BUF_INIT(128);

		r = eme_oaep_encode(&p, seed, "x", 1, 128, &b);
		assert_true(r == (b.len ? 0 : MOHR_ERR_CRYPTO));
		buf_clear(&b);
		countdown = n;
		if (r != 0)
			assert_int_equal(eme_oaep_decode(&p, em, 128, out, &len), MOHR_ERR_CRYPTO);
	}
	assert_int_equal(len, 8);
	/* the label, six rounds over DB, one over the seed */
	assert_int_equal(n, 9);
}

static void pkcs1_block_has_the_shape_of_rfc_8017(void **state)
{
	struct buf b = BUF_INIT(64);

	(void)state;
	assert_int_equal(eme_pkcs1_encode((const uint8_t *)"12345678", "\xAA\xBB", 2, 13, &b), 0);
	assert_buf_is(&b, "00 02 31 32 33 34 35 36 37 38 00 AA BB");
	buf_reset(&b);
	assert_int_equal(eme_pkcs1_encode((const uint8_t *)"12345678", NULL, 0, 11, &b), 0);
	assert_buf_is(&b, "00 02 31 32 33 34 35 36 37 38 00");
	buf_clear(&b);
}

static void pkcs1_messages_that_are_too_long_are_refused(void **state)
{
	struct buf b = BUF_INIT(64), small = BUF_INIT(8);
	uint8_t m[64] = {0}, padding[64];

	(void)state;
	memset(padding, 1, sizeof(padding));
	assert_int_equal(eme_pkcs1_encode(padding, m, 3, 13, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_pkcs1_encode(padding, m, 0, 10, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_pkcs1_encode(padding, m, 0, 0, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(eme_pkcs1_encode(padding, m, SIZE_MAX, 32, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(b.len, 0);
	buf_put_u8(&small, 0xEE);
	assert_int_equal(eme_pkcs1_encode(padding, m, 2, 16, &small), MOHR_ERR_LIMIT);
	assert_int_equal(small.len, 1);
	buf_clear(&small);
	buf_clear(&b);
}

static void pkcs1_padding_with_a_zero_is_refused(void **state)
{
	struct buf b = BUF_INIT(64);
	uint8_t padding[9];

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		memset(padding, 0xFF, sizeof(padding));
		padding[i] = 0;
		/* the ninth byte is not used */
		assert_int_equal(eme_pkcs1_encode(padding, "m", 1, 12, &b),
				 i < 8 ? MOHR_ERR_ARGUMENT : 0);
	}
	assert_int_equal(b.len, 12);
	buf_clear(&b);
}

static void libcrypto_decrypts_pkcs1_blocks(void **state)
{
	uint8_t message[EM_LEN], padding[EM_LEN], cryptogram[EM_LEN], out[EM_LEN];
	static const size_t lengths[] = {0, 1, 48, EM_LEN - 11};

	memset(message, 0, sizeof(message));
	memset(padding, 0x5C, sizeof(padding));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct buf b = BUF_INIT(EM_LEN);

		assert_int_equal(eme_pkcs1_encode(padding, message, lengths[i], EM_LEN, &b), 0);
		raw(*state, true, b.data, cryptogram);
		assert_int_equal(their_decrypt(*state, NULL, cryptogram, out), lengths[i]);
		assert_memory_equal(out, message, lengths[i]);
		buf_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oaep_agrees_with_libcrypto_for_every_pair_of_hashes),
		cmocka_unit_test(messages_of_every_length_come_back),
		cmocka_unit_test(oaep_agrees_with_libcrypto_about_labels),
		cmocka_unit_test(oaep_messages_that_are_too_long_are_refused),
		cmocka_unit_test(oaep_needs_both_hashes),
		cmocka_unit_test(every_damaged_bit_of_an_oaep_block_has_one_answer),
		cmocka_unit_test(faults_of_the_data_block_have_one_answer),
		cmocka_unit_test(a_block_too_short_for_oaep_is_a_length_error),
		cmocka_unit_test(a_failing_digest_fails_oaep),
		cmocka_unit_test(pkcs1_block_has_the_shape_of_rfc_8017),
		cmocka_unit_test(pkcs1_messages_that_are_too_long_are_refused),
		cmocka_unit_test(pkcs1_padding_with_a_zero_is_refused),
		cmocka_unit_test(libcrypto_decrypts_pkcs1_blocks),
	};

	return cmocka_run_group_tests(tests, make_key, free_key);
}
