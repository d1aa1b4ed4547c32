/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crypto_openssl.c against published vectors, against libcrypto's own high-level interface with other
 * keys, and as a guest in somebody else's process: configuration, error queue, threads, exit.
 */
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/crypto.h"
#include "hex.h"

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

/* The examples of FIPS 180-4 ("abc", 448 bits, 896 bits) and the empty message. */
static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
static const struct {
	enum hash_alg alg;
	const char *message, *digest;
} hash_vectors[] = {
	{HASH_SHA1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
	{HASH_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
	{HASH_SHA1, two_blocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
	{HASH_SHA224, "", "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"},
	{HASH_SHA224, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
	{HASH_SHA224, two_blocks, "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525"},
	{HASH_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{HASH_SHA256, two_blocks,
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{HASH_SHA384, "abc",
	 "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	 "8086072ba1e7cc2358baeca134c825a7"},
	{HASH_SHA512, "abc",
	 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
};

static void digests_are_those_of_fips_180_4(void **state)
{
	uint8_t want[HASH_MAX_LEN], got[HASH_MAX_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof hash_vectors / sizeof *hash_vectors; i++) {
		const char *message = hash_vectors[i].message;
		size_t len = hex(hash_vectors[i].digest, want, sizeof want);

		assert_int_equal(len, hash_len(hash_vectors[i].alg));
		assert_int_equal(
			crypto_digest(crypto, hash_vectors[i].alg, message, strlen(message), got),
			0);
		assert_memory_equal(got, want, len);
	}
}

static void streamed_digest_equals_the_whole_wherever_it_is_cut(void **state)
{
	uint8_t want[HASH_MAX_LEN], got[HASH_MAX_LEN];
	struct digest *d;

	(void)state;
	(void)hex(hash_vectors[8].digest, want, sizeof want);
	for (size_t cut = 0; cut <= sizeof two_blocks - 1; cut++) {
		assert_int_equal(digest_new(crypto, HASH_SHA256, &d), 0);
		assert_int_equal(digest_update(d, two_blocks, cut), 0);
		assert_int_equal(digest_update(d, two_blocks + cut, sizeof two_blocks - 1 - cut),
				 0);
		assert_int_equal(digest_final(d, got), 0);
		assert_memory_equal(got, want, 32);
		digest_free(d);
	}
}

static void copied_digest_goes_its_own_way(void **state)
{
	uint8_t want[HASH_MAX_LEN], got[HASH_MAX_LEN];
	struct digest *d, *copy;

	(void)state;
	assert_int_equal(digest_new(crypto, HASH_SHA1, &d), 0);
	assert_int_equal(digest_update(d, "a", 1), 0);
	assert_int_equal(digest_dup(d, &copy), 0);
	assert_int_equal(digest_update(d, "zzz", 3), 0);
	assert_int_equal(digest_update(copy, "bc", 2), 0);
	digest_free(d);
	assert_int_equal(digest_final(copy, got), 0);
	digest_free(copy);
	(void)hex(hash_vectors[1].digest, want, sizeof want);
	assert_memory_equal(got, want, 20);
}

/* RFC 4231 §4.2, §4.3, §4.7 (a key longer than a block); RFC 2202 §3 case 2 for SHA-1. */
static void hmacs_are_those_of_rfc_4231(void **state)
{
	static const struct {
		enum hash_alg alg;
		uint8_t key_byte; /* 0: the key is "Jefe" */
		size_t key_len;
		const char *data, *mac;
	} vectors[] = {
		{HASH_SHA224, 0x0b, 20, "Hi There",
		 "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"},
		{HASH_SHA256, 0x0b, 20, "Hi There",
		 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{HASH_SHA384, 0x0b, 20, "Hi There",
		 "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
		 "faea9ea9076ede7f4af152e8b2fa9cb6"},
		{HASH_SHA512, 0x0b, 20, "Hi There",
		 "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
		 "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
		{HASH_SHA1, 0, 4, "what do ya want for nothing?",
		 "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
		{HASH_SHA256, 0, 4, "what do ya want for nothing?",
		 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{HASH_SHA256, 0xaa, 131, "Test Using Larger Than Block-Size Key - Hash Key First",
		 "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	};
	uint8_t key[131], want[HASH_MAX_LEN], got[HASH_MAX_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		memset(key, vectors[i].key_byte, sizeof key);
		if (vectors[i].key_byte == 0)
			memcpy(key, "Jefe", 4);
		assert_int_equal(crypto_hmac(crypto, vectors[i].alg, key, vectors[i].key_len,
					     vectors[i].data, strlen(vectors[i].data), got),
				 0);
		assert_memory_equal(got, want, hex(vectors[i].mac, want, sizeof want));
	}
}

/* HMAC-SHA-256 of nothing under no key, a widely printed value (also: RFC 2104 by hand). */
static void hmac_of_nothing_under_an_empty_key_works(void **state)
{
	uint8_t want[32], got[32];

	(void)state;
	(void)hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", want, 32);
	assert_int_equal(crypto_hmac(crypto, HASH_SHA256, NULL, 0, NULL, 0, got), 0);
	assert_memory_equal(got, want, 32);
}

static const char plain_38a[] = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
				"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
static const char key_128[] = "2b7e151628aed2a6abf7158809cf4f3c";
static const char key_192[] = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b";
static const char key_256[] = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";

/* SP 800-38A §F.1 and §F.2; SP 800-67r2 appendix B ("The quick brown fox jump"). */
static const struct {
	enum block_cipher cipher;
	bool cbc;
	const char *key, *plain, *encrypted;
} cipher_vectors[] = {
	{CIPHER_AES128, false, key_128, plain_38a,
	 "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
	 "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4"},
	{CIPHER_AES192, false, key_192, plain_38a,
	 "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"
	 "ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e"},
	{CIPHER_AES256, false, key_256, plain_38a,
	 "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
	 "b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"},
	{CIPHER_AES128, true, key_128, plain_38a,
	 "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
	 "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
	{CIPHER_AES192, true, key_192, plain_38a,
	 "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
	 "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"},
	{CIPHER_AES256, true, key_256, plain_38a,
	 "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
	 "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"},
	{CIPHER_3DES, false, "0123456789abcdef23456789abcdef01456789abcdef0123",
	 "54686520717566636b2062726f776e20666f78206a756d70",
	 "a826fd8ce53b855fcce21c8112256fe668d5c05dd9b6b900"},
};

static void ciphers_are_those_of_sp_800_38a(void **state)
{
	uint8_t key[32], iv[16], plain[64], want[64], got[64];

	(void)state;
	(void)hex("000102030405060708090a0b0c0d0e0f", iv, sizeof iv);
	for (size_t i = 0; i < sizeof cipher_vectors / sizeof *cipher_vectors; i++) {
		enum block_cipher cipher = cipher_vectors[i].cipher;
		const uint8_t *with = cipher_vectors[i].cbc ? iv : NULL;
		size_t len = hex(cipher_vectors[i].plain, plain, sizeof plain);

		(void)hex(cipher_vectors[i].key, key, sizeof key);
		assert_int_equal(hex(cipher_vectors[i].encrypted, want, sizeof want), len);
		assert_int_equal(
			crypto_block_cipher(crypto, cipher, true, key, with, plain, len, got), 0);
		assert_memory_equal(got, want, len);
		assert_int_equal(
			crypto_block_cipher(crypto, cipher, false, key, with, got, len, got), 0);
		assert_memory_equal(got, plain, len);
	}
}

/* SP 800-38B appendix D: the empty, one-block, broken and four-block messages. */
static void cmacs_are_those_of_sp_800_38b(void **state)
{
	static const char key_tdes[] = "8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5";
	static const struct {
		enum block_cipher cipher;
		const char *key;
		size_t len;
		const char *mac;
	} vectors[] = {
		{CIPHER_AES128, key_128, 0, "bb1d6929e95937287fa37d129b756746"},
		{CIPHER_AES128, key_128, 16, "070a16b46b4d4144f79bdd9dd04a287c"},
		{CIPHER_AES128, key_128, 40, "dfa66747de9ae63030ca32611497c827"},
		{CIPHER_AES128, key_128, 64, "51f0bebf7e3b9d92fc49741779363cfe"},
		{CIPHER_AES192, key_192, 0, "d17ddf46adaacde531cac483de7a9367"},
		{CIPHER_AES192, key_192, 16, "9e99a7bf31e710900662f65e617c5184"},
		{CIPHER_AES256, key_256, 0, "028962f61b7bf89efc6b551f4667d983"},
		{CIPHER_AES256, key_256, 16, "28a7023f452e8f82bd4bf28d8c37c35c"},
		{CIPHER_3DES, key_tdes, 0, "b7a688e122ffaf95"},
		{CIPHER_3DES, key_tdes, 8, "8e8f293136283797"},
		{CIPHER_3DES, key_tdes, 20, "743ddbe0ce2dc2ed"},
		{CIPHER_3DES, key_tdes, 32, "33e6b1092400eae5"},
	};
	uint8_t key[32], data[64], want[16], got[16];

	(void)state;
	(void)hex(plain_38a, data, sizeof data);
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		(void)hex(vectors[i].key, key, sizeof key);
		assert_int_equal(
			crypto_cmac(crypto, vectors[i].cipher, key, data, vectors[i].len, got), 0);
		assert_memory_equal(got, want, hex(vectors[i].mac, want, sizeof want));
	}
}

/* EM of RFC 8017 §9.2, built by hand for SHA-256. */
static void expected_em(const uint8_t digest[32], uint8_t *em, size_t len)
{
	static const char prefix[] = "3031300d060960864801650304020105000420";

	memset(em, 0xFF, len);
	em[0] = 0;
	em[1] = 1;
	em[len - 52] = 0;
	(void)hex(prefix, em + len - 51, 19);
	memcpy(em + len - 32, digest, 32);
}

/* Signs with libcrypto's own interface, and gives n and e as big-endian bytes. */
static size_t rsa_signature(unsigned bits, const uint8_t *message, size_t message_len,
			    uint8_t *ret_sig, uint8_t *ret_n, uint8_t *ret_e, size_t *ret_e_len)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	BIGNUM *n = NULL, *e = NULL;
	size_t len = bits / 8;

	assert_non_null(key);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, ret_sig, &len, message, message_len), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(key, "n", &n), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(key, "e", &e), 1);
	assert_int_equal(BN_bn2bin(n, ret_n), (int)len);
	*ret_e_len = (size_t)BN_bn2bin(e, ret_e);
	BN_free(n);
	BN_free(e);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return len;
}

static void rsa_public_undoes_a_signature_of_libcrypto(void **state)
{
	static const unsigned sizes[] = {1024, 2048, 3072};
	uint8_t sig[512], n[512], e[8], em[512], want[512], digest[32];

	(void)state;
	(void)hex(hash_vectors[7].digest, digest, sizeof digest);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct cursor nc, ec;
		size_t e_len,
			len = rsa_signature(sizes[i], (const uint8_t *)"abc", 3, sig, n, e, &e_len);

		cursor_init(&nc, n, len);
		cursor_init(&ec, e, e_len);
		assert_int_equal(crypto_rsa_public(crypto, &nc, &ec, sig, em), 0);
		expected_em(digest, want, len);
		assert_memory_equal(em, want, len);
		sig[len - 1] ^= 1;
		assert_int_equal(crypto_rsa_public(crypto, &nc, &ec, sig, em), 0);
		assert_memory_not_equal(em, want, len);
	}
}

static void rsa_public_of_one_is_one(void **state)
{
	uint8_t n[256], in[256] = {0}, out[256], f4[] = {1, 0, 1};
	struct cursor nc, ec;

	(void)state;
	memset(n, 0xF1, sizeof n);
	in[255] = 1;
	cursor_init(&nc, n, sizeof n);
	cursor_init(&ec, f4, sizeof f4);
	assert_int_equal(crypto_rsa_public(crypto, &nc, &ec, in, out), 0);
	assert_memory_equal(in, out, sizeof in);
}

/* RFC 6979 §A.2.5, P-256, SHA-256, message "sample". */
static void ecdsa_verifies_the_vector_of_rfc_6979(void **state)
{
	uint8_t point[65] = {4}, sig[64], digest[32];
	struct cursor pc;

	(void)state;
	(void)hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
		  "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
		  point + 1, 64);
	(void)hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
		  "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
		  sig, 64);
	cursor_init(&pc, point, sizeof point);
	assert_int_equal(crypto_digest(crypto, HASH_SHA256, "sample", 6, digest), 0);
	assert_int_equal(crypto_ecdsa_verify(crypto, CURVE_P256, &pc, digest, 32, sig, 64), 0);
	for (size_t i = 0; i < sizeof sig; i++) {
		sig[i] ^= 0x10;
		assert_int_equal(crypto_ecdsa_verify(crypto, CURVE_P256, &pc, digest, 32, sig, 64),
				 MOHR_ERR_SIGNATURE_INVALID);
		sig[i] ^= 0x10;
	}
	digest[31] ^= 1;
	assert_int_equal(crypto_ecdsa_verify(crypto, CURVE_P256, &pc, digest, 32, sig, 64),
			 MOHR_ERR_SIGNATURE_INVALID);
}

static void ecdsa_of_a_point_off_the_curve_is_refused(void **state)
{
	uint8_t point[65] = {4}, sig[64], digest[32] = {1};
	struct cursor pc;

	(void)state;
	memset(sig, 1, sizeof sig);
	memset(point + 1, 0x11, 64);
	cursor_init(&pc, point, sizeof point);
	assert_int_equal(crypto_ecdsa_verify(crypto, CURVE_P256, &pc, digest, 32, sig, 64),
			 MOHR_ERR_CRYPTO);
}

/* RFC 6979 §A.2.5 has a public key of P-256; one is added to its y, or p to nothing. */
static void only_points_on_the_curve_are_points(void **state)
{
	uint8_t point[65] = {4};
	struct cursor pc;

	(void)state;
	(void)hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
		  "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
		  point + 1, 64);
	cursor_init(&pc, point, sizeof point);
	assert_int_equal(crypto_point_check(crypto, CURVE_P256, &pc), 0);
	for (size_t i = 1; i < sizeof point; i++) {
		point[i] ^= 0x10;
		assert_int_equal(crypto_point_check(crypto, CURVE_P256, &pc),
				 MOHR_ERR_POINT_INVALID);
		point[i] ^= 0x10;
	}
	memset(point + 1, 0, 64);
	assert_int_equal(crypto_point_check(crypto, CURVE_P256, &pc), MOHR_ERR_POINT_INVALID);
	/* x = p stands for 0, with the y of x = 0 (the root of FIPS 186-4 D.1.2.3's b): not reduced */
	(void)hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
		  "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4",
		  point + 1, 64);
	assert_int_equal(crypto_point_check(crypto, CURVE_P256, &pc), MOHR_ERR_POINT_INVALID);
	memset(point + 1, 0, 32);
	assert_int_equal(crypto_point_check(crypto, CURVE_P256, &pc), 0);
}

/* The same s plus the order, where there is room for it: FIPS 186-5 §6.4.2 step 1 forbids it. */
static void refuse_large_s(enum curve curve, const struct cursor *point, const uint8_t digest[64],
			   uint8_t *sig, uint8_t *s)
{
	EC_GROUP *group;
	uint8_t saved[66];
	BIGNUM *n;

	if (curve != CURVE_P521)
		return;
	group = EC_GROUP_new_by_curve_name(NID_secp521r1);
	memcpy(saved, s, 66);
	n = BN_bin2bn(s, 66, NULL);
	assert_int_equal(BN_add(n, n, EC_GROUP_get0_order(group)), 1);
	assert_int_equal(BN_bn2binpad(n, s, 66), 66);
	assert_int_equal(crypto_ecdsa_verify(crypto, curve, point, digest, 64, sig, 132),
			 MOHR_ERR_SIGNATURE_INVALID);
	memcpy(s, saved, 66);
	BN_free(n);
	EC_GROUP_free(group);
}

static void ecdsa_agrees_with_libcrypto(enum curve curve, const char *name)
{
	size_t len = curve_len(curve), der_len = 160, point_len = 0;
	EVP_PKEY *key = EVP_EC_gen(name);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t der[160], point[133], sig[132], digest[64];
	const uint8_t *at = der;
	ECDSA_SIG *parsed;
	struct cursor pc;

	assert_int_equal(crypto_random(crypto, digest, sizeof digest), 0);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, der, &der_len, digest, sizeof digest), 1);
	parsed = d2i_ECDSA_SIG(NULL, &at, (long)der_len);
	assert_non_null(parsed);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(parsed), sig, (int)len), (int)len);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(parsed), sig + len, (int)len), (int)len);
	assert_int_equal(
		EVP_PKEY_get_octet_string_param(key, "pub", point, sizeof point, &point_len), 1);
	cursor_init(&pc, point, point_len);
	/* the digest is longer than two of the three curves: its leftmost bits count */
	assert_int_equal(
		crypto_ecdsa_verify(crypto, curve, &pc, digest, sizeof digest, sig, 2 * len), 0);
	refuse_large_s(curve, &pc, digest, sig, sig + len);
	digest[0] ^= 0x80;
	assert_int_equal(
		crypto_ecdsa_verify(crypto, curve, &pc, digest, sizeof digest, sig, 2 * len),
		MOHR_ERR_SIGNATURE_INVALID);
	memset(sig, 0xFF, len); /* r above the order */
	assert_int_equal(
		crypto_ecdsa_verify(crypto, curve, &pc, digest, sizeof digest, sig, 2 * len),
		MOHR_ERR_SIGNATURE_INVALID);
	ECDSA_SIG_free(parsed);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
}

static void ecdsa_agrees_with_libcrypto_on_every_curve(void **state)
{
	(void)state;
	ecdsa_agrees_with_libcrypto(CURVE_P256, "P-256");
	ecdsa_agrees_with_libcrypto(CURVE_P384, "P-384");
	ecdsa_agrees_with_libcrypto(CURVE_P521, "P-521");
}

static void random_bytes_differ_and_fill_all_of_the_buffer(void **state)
{
	static uint8_t a[70000], b[70000];
	size_t zeros = 0, same = 0;

	(void)state;
	assert_int_equal(crypto_random(crypto, a, sizeof a), 0);
	assert_int_equal(crypto_random(crypto, b, sizeof b), 0);
	for (size_t i = 0; i < sizeof a; i++) {
		zeros += a[i] == 0;
		same += a[i] == b[i];
	}
	/* 273 expected, standard deviation 16.5; 27 of them either way never happen */
	assert_in_range(zeros, 1, 720);
	assert_in_range(same, 1, 720);
	memset(a, 0, sizeof a);
	assert_int_equal(crypto_random(crypto, a, 32), 0);
	assert_int_equal(a[32], 0);
}

static void programs_error_queue_is_left_alone(void **state)
{
	uint8_t point[65] = {4}, sig[64], digest[32] = {1};
	struct cursor pc;

	(void)state;
	ERR_clear_error();
	ERR_raise(ERR_LIB_USER, 42);
	memset(sig, 1, sizeof sig);
	cursor_init(&pc, point, sizeof point);
	assert_int_equal(crypto_ecdsa_verify(crypto, CURVE_P256, &pc, digest, 32, sig, 64),
			 MOHR_ERR_CRYPTO);
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 42);
	assert_int_equal(ERR_get_error(), 0);
}

enum { N_THREADS = 8 };

struct thread {
	pthread_t id;
	struct crypto *crypto;
	pthread_barrier_t *start, *end;
	int r;
};

static void *thread_main(void *arg)
{
	struct thread *t = arg;
	uint8_t out[32], want[32], noise[16];

	(void)hex(hash_vectors[7].digest, want, sizeof want);
	(void)pthread_barrier_wait(t->start);
	for (int i = 0; i < 200 && t->r == 0; i++) {
		t->r = crypto_digest(t->crypto, HASH_SHA256, "abc", 3, out);
		if (t->r == 0)
			t->r = memcmp(out, want, 32) ? MOHR_ERR_INTERNAL
						     : crypto_random(t->crypto, noise, 16);
	}
	(void)pthread_barrier_wait(t->end);
	/* the crypto is freed now; the thread ends after it */
	(void)pthread_barrier_wait(t->start);
	return NULL;
}

static void threads_share_one_from_its_first_use_and_outlive_it(void **state)
{
	struct thread threads[N_THREADS];
	pthread_barrier_t start, end;
	struct crypto *shared;

	(void)state;
	assert_int_equal(crypto_openssl_new(&shared), 0);
	assert_int_equal(pthread_barrier_init(&start, NULL, N_THREADS + 1), 0);
	assert_int_equal(pthread_barrier_init(&end, NULL, N_THREADS + 1), 0);
	for (size_t i = 0; i < N_THREADS; i++) {
		threads[i] = (struct thread){.crypto = shared, .start = &start, .end = &end};
		assert_int_equal(pthread_create(&threads[i].id, NULL, thread_main, &threads[i]), 0);
	}
	(void)pthread_barrier_wait(&start);
	(void)pthread_barrier_wait(&end);
	crypto_free(shared);
	(void)pthread_barrier_wait(&start);
	for (size_t i = 0; i < N_THREADS; i++) {
		assert_int_equal(pthread_join(threads[i].id, NULL), 0);
		assert_int_equal(threads[i].r, 0);
	}
	(void)pthread_barrier_destroy(&start);
	(void)pthread_barrier_destroy(&end);
}

static struct digest *open_digest;

/* Runs after libcrypto's own exit handler, which was registered later. */
static void at_exit(void)
{
	struct digest *another = NULL;
	uint8_t out[32];
	bool refused = crypto_digest(crypto, HASH_SHA256, "abc", 3, out) == MOHR_ERR_CRYPTO &&
		       crypto_block_cipher(crypto, CIPHER_AES128, true, out, NULL, out, 16, out) ==
			       MOHR_ERR_CRYPTO &&
		       digest_dup(open_digest, &another) == MOHR_ERR_CRYPTO;

	digest_free(open_digest);
	crypto_free(crypto);
	_exit(refused ? 0 : 1);
}

/* Every kind of operation; 0 if all go as they should. */
static int use_everything(void)
{
	uint8_t n[128], data[128] = {0}, point[65] = {4}, out[128], f4[] = {1, 0, 1};
	struct cursor nc, ec, pc;

	memset(n, 0xF1, sizeof n);
	data[127] = 1;
	cursor_init(&nc, n, sizeof n);
	cursor_init(&ec, f4, sizeof f4);
	(void)hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
		  "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
		  point + 1, 64);
	cursor_init(&pc, point, sizeof point);
	return crypto_digest(crypto, HASH_SHA256, "abc", 3, out) != 0 ||
	       crypto_random(crypto, out, 16) != 0 ||
	       crypto_hmac(crypto, HASH_SHA256, "k", 1, "abc", 3, out) != 0 ||
	       crypto_cmac(crypto, CIPHER_AES128, n, "abc", 3, out) != 0 ||
	       crypto_rsa_public(crypto, &nc, &ec, data, out) != 0 ||
	       crypto_ecdsa_verify(crypto, CURVE_P256, &pc, n, 32, n, 64) !=
		       MOHR_ERR_SIGNATURE_INVALID;
}

/* In a program of its own: uses all and then, if told, leaves by exit(). */
static int child(const char *what)
{
	uint8_t out[32];

	if (strcmp(what, "default") == 0) /* the control: this does read the configuration */
		return EVP_Digest("abc", 3, out, NULL, EVP_sha256(), NULL) == 1 ? 0 : 2;
	if (strcmp(what, "exit") == 0 && atexit(at_exit) != 0)
		return 3;
	if (crypto_openssl_new(&crypto) != 0 || use_everything() != 0)
		return 4;
	if (strcmp(what, "exit") == 0) {
		/* the program's own use of libcrypto is what registers its exit handler */
		if (EVP_Digest("abc", 3, out, NULL, EVP_sha256(), NULL) != 1)
			return 5;
		return digest_new(crypto, HASH_SHA256, &open_digest) == 0 ? 6 : 7;
	}
	crypto_free(crypto);
	return 0;
}

static int run_child(const char *what, const char *openssl_conf)
{
	int status = -1;
	pid_t pid = fork();

	assert_return_code(pid, 0);
	if (pid == 0) {
		if (openssl_conf)
			(void)setenv("OPENSSL_CONF", openssl_conf, 1);
		(void)execl("/proc/self/exe", "crypto_openssl_test", what, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void operations_after_libcryptos_end_are_refused(void **state)
{
	int status;

	(void)state;
	status = run_child("exit", NULL);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Whether the child opened the configuration file. */
static bool reads_configuration(const char *what)
{
	char path[] = "/tmp/mohr-openssl-XXXXXX";
	uint8_t event[sizeof(struct inotify_event) + NAME_MAX + 1];
	int fd = mkstemp(path), watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	bool opened;

	assert_return_code(fd, 0);
	assert_return_code(watch, 0);
	assert_int_equal(close(fd), 0);
	assert_return_code(inotify_add_watch(watch, path, IN_OPEN), 0);
	assert_int_equal(run_child(what, path), 0);
	opened = read(watch, event, sizeof event) > 0;
	(void)close(watch);
	(void)unlink(path);
	return opened;
}

static void openssl_cnf_is_not_read(void **state)
{
	(void)state;
	assert_true(reads_configuration("default"));
	assert_false(reads_configuration("private"));
}

static void free_before_any_use_works(void **state)
{
	struct crypto *unused;

	(void)state;
	assert_int_equal(crypto_openssl_new(&unused), 0);
	crypto_free(unused);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_fips_180_4),
		cmocka_unit_test(streamed_digest_equals_the_whole_wherever_it_is_cut),
		cmocka_unit_test(copied_digest_goes_its_own_way),
		cmocka_unit_test(hmacs_are_those_of_rfc_4231),
		cmocka_unit_test(hmac_of_nothing_under_an_empty_key_works),
		cmocka_unit_test(ciphers_are_those_of_sp_800_38a),
		cmocka_unit_test(cmacs_are_those_of_sp_800_38b),
		cmocka_unit_test(rsa_public_undoes_a_signature_of_libcrypto),
		cmocka_unit_test(rsa_public_of_one_is_one),
		cmocka_unit_test(ecdsa_verifies_the_vector_of_rfc_6979),
		cmocka_unit_test(ecdsa_of_a_point_off_the_curve_is_refused),
		cmocka_unit_test(only_points_on_the_curve_are_points),
		cmocka_unit_test(ecdsa_agrees_with_libcrypto_on_every_curve),
		cmocka_unit_test(random_bytes_differ_and_fill_all_of_the_buffer),
		cmocka_unit_test(programs_error_queue_is_left_alone),
		cmocka_unit_test(threads_share_one_from_its_first_use_and_outlive_it),
		cmocka_unit_test(operations_after_libcryptos_end_are_refused),
		cmocka_unit_test(openssl_cnf_is_not_read),
		cmocka_unit_test(free_before_any_use_works),
	};

	if (argc > 1)
		return child(argv[1]);
	return cmocka_run_group_tests_name("crypto_openssl", tests, make, unmake);
}
