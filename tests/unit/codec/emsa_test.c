/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of codec/emsa.c. What is encoded here must verify with libcrypto, what libcrypto signs must
 * verify here, over a raw RSA operation; DigestInfo is compared with libcrypto's X509_SIG.
 */
#include "hex.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/limits.h"
#include "codec/emsa.h"

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

static EVP_PKEY *rsa_key(size_t bits)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);

	assert_non_null(key);
	return key;
}

/* RSASP1: in^d mod n over a whole block. */
static void raw_private(EVP_PKEY *key, const uint8_t *in, size_t len, uint8_t *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t out_len = len;

	assert_true(EVP_PKEY_sign_init(ctx) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1);
	assert_int_equal(EVP_PKEY_sign(ctx, out, &out_len, in, len), 1);
	assert_int_equal(out_len, len);
	EVP_PKEY_CTX_free(ctx);
}

/* RSAVP1: in^e mod n. */
static void raw_public(EVP_PKEY *key, const uint8_t *in, size_t len, uint8_t *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t out_len = len;

	assert_true(EVP_PKEY_verify_recover_init(ctx) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1);
	assert_int_equal(EVP_PKEY_verify_recover(ctx, out, &out_len, in, len), 1);
	assert_int_equal(out_len, len);
	EVP_PKEY_CTX_free(ctx);
}

static void set_pss(EVP_PKEY_CTX *ctx, enum hash_alg hash, enum hash_alg mgf, size_t salt_len)
{
	assert_true(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_signature_md(ctx, md_of(hash)) == 1 &&
		    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md_of(mgf)) == 1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)salt_len) == 1);
}

static void digest_info_is_libcryptos(void **state)
{
	uint8_t value[HASH_MAX_LEN], *der;
	struct buf b = BUF_INIT(128);
	struct cursor parsed;
	size_t prefix_len;
	int der_len;

	(void)state;
	memset(value, 0xC3, sizeof(value));
	for (enum hash_alg alg = HASH_SHA1; alg < N_HASH_ALGS; alg++) {
		X509_SIG *sig = X509_SIG_new();
		X509_ALGOR *algor;
		ASN1_OCTET_STRING *octets;

		X509_SIG_getm(sig, &algor, &octets);
		X509_ALGOR_set0(algor, OBJ_nid2obj(EVP_MD_get_type(md_of(alg))), V_ASN1_NULL, NULL);
		ASN1_OCTET_STRING_set(octets, value, (int)hash_len(alg));
		der = NULL;
		der_len = i2d_X509_SIG(sig, &der);
		assert_int_equal(emsa_put_digest_info(&b, alg, value, hash_len(alg)), 0);
		assert_int_equal(b.len, der_len);
		assert_memory_equal(b.data, der, b.len);
		assert_int_equal(emsa_parse_digest_info(der, (size_t)der_len, &parsed), alg);
		assert_true(cursor_equals(&parsed, value, hash_len(alg)));
		assert_non_null(emsa_digest_info_prefix(alg, &prefix_len));
		assert_int_equal(prefix_len + hash_len(alg), der_len);
		OPENSSL_free(der);
		X509_SIG_free(sig);
		buf_reset(&b);
	}
	buf_clear(&b);
}

static void digest_info_needs_a_hash_and_its_length(void **state)
{
	struct buf b = BUF_INIT(128);
	uint8_t value[65] = {0};
	size_t len = 77;

	(void)state;
	assert_null(emsa_digest_info_prefix(HASH_NONE, &len));
	assert_null(emsa_digest_info_prefix(N_HASH_ALGS, &len));
	assert_null(emsa_digest_info_prefix((enum hash_alg) - 1, &len));
	assert_int_equal(len, 77);
	assert_int_equal(emsa_put_digest_info(&b, HASH_NONE, value, 0), MOHR_ERR_ARGUMENT);
	assert_int_equal(emsa_put_digest_info(&b, HASH_SHA256, value, 31), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(emsa_put_digest_info(&b, HASH_SHA256, value, 33), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(emsa_put_digest_info(&b, HASH_SHA256, NULL, 0), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void bytes_that_are_no_digest_info_name_no_hash(void **state)
{
	struct buf b = BUF_INIT(128);
	uint8_t value[32] = {0};
	struct cursor parsed;
	/* AlgorithmIdentifier without NULL: another encoding, which a card would not make */
	struct bytes bare = hex("30 2F 30 0B 06 09 60 86 48 01 65 03 04 02 01 04 20");

	(void)state;
	assert_int_equal(emsa_put_digest_info(&b, HASH_SHA256, value, 32), 0);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(emsa_parse_digest_info(b.data, len, &parsed), HASH_NONE);
	for (size_t i = 0; i < b.len - 32; i++) {
		b.data[i] ^= 1;
		assert_int_equal(emsa_parse_digest_info(b.data, b.len, &parsed), HASH_NONE);
		b.data[i] ^= 1;
	}
	buf_put_u8(&b, 0);
	assert_int_equal(emsa_parse_digest_info(b.data, b.len, &parsed), HASH_NONE);
	bare.len += 32;
	assert_int_equal(emsa_parse_digest_info(bare.at, bare.len, &parsed), HASH_NONE);
	assert_int_equal(emsa_parse_digest_info(NULL, 0, &parsed), HASH_NONE);
	buf_clear(&b);
}

/* RFC 8017 §9.2: EM = 00 01 PS 00 T with at least eight FF */
static void pkcs1_block_has_the_shape_of_rfc_8017(void **state)
{
	struct buf b = BUF_INIT(64);
	struct cursor t;

	(void)state;
	assert_int_equal(emsa_pkcs1_encode("\xAA\xBB", 2, 16, &b), 0);
	assert_buf_is(&b, "00 01 FF FF FF FF FF FF FF FF FF FF FF 00 AA BB");
	assert_int_equal(emsa_pkcs1_decode(b.data, b.len, &t), 0);
	assert_cursor_is(&t, "AA BB");
	buf_reset(&b);
	assert_int_equal(emsa_pkcs1_encode("\xAA\xBB", 2, 13, &b), 0);
	assert_buf_is(&b, "00 01 FF FF FF FF FF FF FF FF 00 AA BB");
	buf_reset(&b);
	assert_int_equal(emsa_pkcs1_encode(NULL, 0, 11, &b), 0);
	assert_buf_is(&b, "00 01 FF FF FF FF FF FF FF FF 00");
	assert_int_equal(emsa_pkcs1_decode(b.data, b.len, &t), 0);
	assert_int_equal(cursor_left(&t), 0);
	buf_clear(&b);
}

static void pkcs1_data_that_are_too_long_are_refused(void **state)
{
	struct buf b = BUF_INIT(64), small = BUF_INIT(8);
	uint8_t t[64] = {0};

	(void)state;
	assert_int_equal(emsa_pkcs1_encode(t, 3, 13, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(emsa_pkcs1_encode(t, 0, 10, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(emsa_pkcs1_encode(t, 0, 0, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(emsa_pkcs1_encode(t, SIZE_MAX, 32, &b), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(b.len, 0);
	buf_put_u8(&small, 0xEE);
	assert_int_equal(emsa_pkcs1_encode(t, 2, 16, &small), MOHR_ERR_LIMIT);
	assert_int_equal(small.len, 1);
	buf_clear(&small);
	buf_clear(&b);
}

static void every_deviation_of_a_pkcs1_block_is_invalid(void **state)
{
	static const char *const rows[] = {
		"",
		"00",
		"00 01",
		"00 01 00 AA",
		"00 01 FF FF FF FF FF FF FF 00 AA",    /* seven FF */
		"00 01 FF FF FF FF FF FF FF FF",       /* no end */
		"00 01 FF FF FF FF FF FF FF FF FF FF", /* no end */
		"00 02 FF FF FF FF FF FF FF FF 00 AA", /* encryption */
		"00 00 FF FF FF FF FF FF FF FF 00 AA",
		"01 01 FF FF FF FF FF FF FF FF 00 AA",
		"00 01 FF FF FF FE FF FF FF FF FF 00 AA",
		"00 01 FF FF FF FF FF FF FF FF 01 AA",
		"01 FF FF FF FF FF FF FF FF 00 AA",
	};
	struct cursor t, before;
	struct bytes b;

	(void)state;
	memset(&t, 0x5A, sizeof(t));
	before = t;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		assert_int_equal(emsa_pkcs1_decode(b.at, b.len, &t), MOHR_ERR_SIGNATURE_INVALID);
	}
	assert_memory_equal(&t, &before, sizeof(t));
}

static void pkcs1_signatures_are_libcryptos(void **state)
{
	EVP_PKEY *key = rsa_key(2048);
	uint8_t value[HASH_MAX_LEN], ours[256], theirs[256], em[256];
	struct buf t = BUF_INIT(128), block = BUF_INIT(256);
	struct cursor decoded;

	(void)state;
	memset(value, 0x37, sizeof(value));
	for (enum hash_alg alg = HASH_SHA1; alg < N_HASH_ALGS; alg++) {
		EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
		size_t len = sizeof(theirs);

		assert_int_equal(emsa_put_digest_info(&t, alg, value, hash_len(alg)), 0);
		assert_int_equal(emsa_pkcs1_encode(t.data, t.len, 256, &block), 0);
		raw_private(key, block.data, block.len, ours);
		assert_true(EVP_PKEY_sign_init(ctx) == 1 &&
			    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
			    EVP_PKEY_CTX_set_signature_md(ctx, md_of(alg)) == 1);
		assert_int_equal(EVP_PKEY_sign(ctx, theirs, &len, value, hash_len(alg)), 1);
		assert_memory_equal(ours, theirs, 256);
		raw_public(key, theirs, 256, em);
		assert_int_equal(emsa_pkcs1_decode(em, 256, &decoded), 0);
		assert_true(cursor_equals(&decoded, t.data, t.len));
		EVP_PKEY_CTX_free(ctx);
		buf_reset(&t);
		buf_reset(&block);
	}
	buf_clear(&t);
	buf_clear(&block);
	EVP_PKEY_free(key);
}

/* RSA Laboratories, pkcs-1v2-1d2-vec.zip, pss-int.txt: the encoded message and its parts */
static void pss_block_is_that_of_the_published_vector(void **state)
{
	struct bytes value = hex("37 B6 6A E0 44 58 43 35 3D 47 EC B0 B4 FD 14 C1 10 E6 2D 6A");
	struct bytes salt = hex("E3 B5 D5 D0 02 C1 BC E5 0C 2B 65 EF 88 A1 88 D8 3B CE 7E 61");
	const char *em = "66 E4 67 2E 83 6A D1 21 BA 24 4B ED 65 76 B8 67 D9 A4 47 C2 8A 6E 66 A5 "
			 "B8 7D EE 7F BC 7E 65 AF 50 57 F8 6F AE 89 84 D9 BA 7F 96 9A D6 FE 02 A4 "
			 "D7 5F 74 45 FE FD D8 5B 6D 3A 47 7C 28 D2 4B A1 E3 75 6F 79 2D D1 DC E8 "
			 "CA 94 44 0E CB 52 79 EC D3 18 3A 31 1F C8 96 DA 1C B3 93 11 AF 37 EA 4A "
			 "75 E2 4B DB FD 5C 1D A0 DE 7C EC DF 1A 89 6F 9D 8B C8 16 D9 7C D7 A2 C4 "
			 "3B AD 54 6F BE 8C FE BC";
	struct buf b = BUF_INIT(128);

	(void)state;
	assert_int_equal(emsa_pss_encode(digest, NULL, HASH_SHA1, HASH_SHA1, value.at, salt.at, 20,
					 1024, &b),
			 0);
	assert_buf_is(&b, em);
	assert_int_equal(emsa_pss_verify(digest, NULL, HASH_SHA1, HASH_SHA1, value.at, 20, 1024,
					 b.data, b.len),
			 0);
	buf_clear(&b);
}

/* Both directions for one key, hash, MGF1 hash and salt length. */
static void check_pss(EVP_PKEY *key, enum hash_alg hash, enum hash_alg mgf, size_t salt_len)
{
	size_t bits = (size_t)EVP_PKEY_get_bits(key), len = (bits + 7) / 8, em_len = (bits + 6) / 8;
	uint8_t value[HASH_MAX_LEN], salt[LIMIT_SIGNATURE],
		block[LIMIT_SIGNATURE] = {0}, signature[LIMIT_SIGNATURE], em[LIMIT_SIGNATURE];
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	struct buf b = BUF_INIT(LIMIT_SIGNATURE);
	size_t out_len = sizeof(signature);

	memset(value, 0x29, sizeof(value));
	memset(salt, 0x61, sizeof(salt));
	assert_int_equal(emsa_pss_encode(digest, NULL, hash, mgf, value, salt, salt_len, bits, &b),
			 0);
	assert_int_equal(b.len, em_len);
	memcpy(block + len - em_len, b.data, em_len);
	raw_private(key, block, len, signature);
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	set_pss(ctx, hash, mgf, salt_len);
	assert_int_equal(EVP_PKEY_verify(ctx, signature, len, value, hash_len(hash)), 1);
	assert_int_equal(
		emsa_pss_verify(digest, NULL, hash, mgf, value, salt_len, bits, b.data, em_len), 0);

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	set_pss(ctx, hash, mgf, salt_len);
	assert_int_equal(EVP_PKEY_sign(ctx, signature, &out_len, value, hash_len(hash)), 1);
	raw_public(key, signature, len, em);
	assert_int_equal(emsa_pss_verify(digest, NULL, hash, mgf, value, salt_len, bits,
					 em + len - em_len, em_len),
			 0);
	value[0] ^= 1;
	assert_int_equal(emsa_pss_verify(digest, NULL, hash, mgf, value, salt_len, bits,
					 em + len - em_len, em_len),
			 MOHR_ERR_SIGNATURE_INVALID);
	EVP_PKEY_CTX_free(ctx);
	buf_clear(&b);
}

static void pss_agrees_with_libcrypto_for_every_hash(void **state)
{
	EVP_PKEY *key = rsa_key(2048);

	(void)state;
	for (enum hash_alg alg = HASH_SHA1; alg < N_HASH_ALGS; alg++) {
		check_pss(key, alg, alg, hash_len(alg));
		check_pss(key, alg, alg, 0);
		check_pss(key, alg, HASH_SHA1, 20);
		check_pss(key, alg, HASH_SHA512, 11);
		/* the longest salt there is room for */
		check_pss(key, alg, alg, 256 - hash_len(alg) - 2);
	}
	EVP_PKEY_free(key);
}

/* 1025 bits: EM is one octet shorter than the modulus; 1026 to 1032: other masks of its top octet */
static void pss_agrees_with_libcrypto_for_every_top_octet(void **state)
{
	(void)state;
	for (size_t bits = 1025; bits <= 1032; bits++) {
		EVP_PKEY *key = rsa_key(bits);

		check_pss(key, HASH_SHA256, HASH_SHA256, 32);
		EVP_PKEY_free(key);
	}
}

static void pss_without_room_is_a_length_error(void **state)
{
	uint8_t value[HASH_MAX_LEN] = {0}, salt[512] = {0}, em[LIMIT_SIGNATURE] = {0};
	struct buf b = BUF_INIT(1024);

	(void)state;
	/* 1024 bits hold 128 octets: 64 of the digest, 62 of salt, 2 */
	assert_int_equal(
		emsa_pss_encode(digest, NULL, HASH_SHA512, HASH_SHA512, value, salt, 62, 1024, &b),
		0);
	buf_reset(&b);
	assert_int_equal(
		emsa_pss_encode(digest, NULL, HASH_SHA512, HASH_SHA512, value, salt, 63, 1024, &b),
		MOHR_ERR_DATA_LENGTH);
	assert_int_equal(emsa_pss_encode(digest, NULL, HASH_SHA512, HASH_SHA512, value, salt,
					 SIZE_MAX, 1024, &b),
			 MOHR_ERR_DATA_LENGTH);
	assert_int_equal(
		emsa_pss_encode(digest, NULL, HASH_SHA256, HASH_SHA256, value, NULL, 0, 256, &b),
		MOHR_ERR_DATA_LENGTH);
	assert_int_equal(
		emsa_pss_encode(digest, NULL, HASH_NONE, HASH_SHA256, value, NULL, 0, 2048, &b),
		MOHR_ERR_ARGUMENT);
	assert_int_equal(
		emsa_pss_encode(digest, NULL, HASH_SHA256, HASH_NONE, value, NULL, 0, 2048, &b),
		MOHR_ERR_ARGUMENT);
	assert_int_equal(
		emsa_pss_encode(digest, NULL, HASH_SHA256, HASH_SHA256, value, NULL, 0, 0, &b),
		MOHR_ERR_ARGUMENT);
	assert_int_equal(emsa_pss_encode(digest, NULL, HASH_SHA256, HASH_SHA256, value, NULL, 0,
					 LIMIT_RSA_BITS + 1, &b),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(
		emsa_pss_verify(digest, NULL, HASH_SHA512, HASH_SHA512, value, 63, 1024, em, 128),
		MOHR_ERR_SIGNATURE_INVALID);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

/* Every bit of EM and another salt length or EM length. */
static void every_deviation_of_a_pss_block_is_invalid(void **state)
{
	uint8_t value[32] = {1, 2, 3}, salt[32] = {4, 5, 6};
	struct buf b = BUF_INIT(256);

	(void)state;
	assert_int_equal(
		emsa_pss_encode(digest, NULL, HASH_SHA256, HASH_SHA256, value, salt, 32, 1030, &b),
		0);
	assert_int_equal(b.len, 129);
	for (size_t bit = 0; bit < 8 * b.len; bit++) {
		b.data[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		assert_int_equal(emsa_pss_verify(digest, NULL, HASH_SHA256, HASH_SHA256, value, 32,
						 1030, b.data, b.len),
				 MOHR_ERR_SIGNATURE_INVALID);
		b.data[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	}
	for (size_t salt_len = 0; salt_len < 40; salt_len++)
		assert_int_equal(emsa_pss_verify(digest, NULL, HASH_SHA256, HASH_SHA256, value,
						 salt_len, 1030, b.data, b.len),
				 salt_len == 32 ? 0 : MOHR_ERR_SIGNATURE_INVALID);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(emsa_pss_verify(digest, NULL, HASH_SHA256, HASH_SHA256, value, 32,
						 1030, b.data, len),
				 MOHR_ERR_SIGNATURE_INVALID);
	buf_clear(&b);
}

static void a_failing_hash_is_told_and_leaves_nothing(void **state)
{
	uint8_t value[32] = {0}, salt[32] = {0};
	struct buf b = BUF_INIT(256);
	unsigned n, countdown;
	int r;

	(void)state;
	for (n = 0;; n++) {
		countdown = n;
		r = emsa_pss_encode(digest, &countdown, HASH_SHA256, HASH_SHA256, value, salt, 32,
				    2048, &b);
		if (r == 0)
			break;
		assert_int_equal(r, MOHR_ERR_CRYPTO);
		assert_int_equal(b.len, 0);
	}
	/* one for H and ceil(223 / 32) of MGF1 */
	assert_int_equal(n, 8);
	for (n = 0; n < 8; n++) {
		countdown = n;
		assert_int_equal(emsa_pss_verify(digest, &countdown, HASH_SHA256, HASH_SHA256,
						 value, 32, 2048, b.data, b.len),
				 MOHR_ERR_CRYPTO);
	}
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest_info_is_libcryptos),
		cmocka_unit_test(digest_info_needs_a_hash_and_its_length),
		cmocka_unit_test(bytes_that_are_no_digest_info_name_no_hash),
		cmocka_unit_test(pkcs1_block_has_the_shape_of_rfc_8017),
		cmocka_unit_test(pkcs1_data_that_are_too_long_are_refused),
		cmocka_unit_test(every_deviation_of_a_pkcs1_block_is_invalid),
		cmocka_unit_test(pkcs1_signatures_are_libcryptos),
		cmocka_unit_test(pss_block_is_that_of_the_published_vector),
		cmocka_unit_test(pss_agrees_with_libcrypto_for_every_hash),
		cmocka_unit_test(pss_agrees_with_libcrypto_for_every_top_octet),
		cmocka_unit_test(pss_without_room_is_a_length_error),
		cmocka_unit_test(every_deviation_of_a_pss_block_is_invalid),
		cmocka_unit_test(a_failing_hash_is_told_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
