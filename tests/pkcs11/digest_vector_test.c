/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests by NIST's examples (FIPS 180-4, "Secure Hash Algorithm" example values and the million "a"),
 * whole and in parts: PKCS#11 v3.1 §5.12, §6.20 to §6.24.
 */
#include "tests/pkcs11/fixture.h"

#include <stdio.h>

static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
static const char four_blocks[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
				  "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

/* clang-format off */
static const struct vector {
	CK_MECHANISM_TYPE type;
	CK_ULONG len;
	const char *of[4]; /* nothing, "abc", the longer example, a million times "a" */
} vectors[] = {
	{CKM_SHA_1, 20, {
		"da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"a9993e364706816aba3e25717850c26c9cd0d89d",
		"84983e441c3bd26ebaae4aa1f95129e5e54670f1",
		"34aa973cd4c4daa4f61eeb2bdbad27316534016f",
	}},
	{CKM_SHA224, 28, {
		"d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
		"23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
		"75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525",
		"20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67",
	}},
	{CKM_SHA256, 32, {
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
	}},
	{CKM_SHA384, 48, {
		"38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
		"274edebfe76f65fbd51ad2f14898b95b",
		"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
		"8086072ba1e7cc2358baeca134c825a7",
		"09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
		"fcc7c71a557e2db966c3e9fa91746039",
		"9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
		"07b8b3dc38ecc4ebae97ddd87f3d8985",
	}},
	{CKM_SHA512, 64, {
		"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
		"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
		"8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
		"501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
		"e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
		"de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
	}},
};
/* clang-format on */

enum { SHA_1, SHA_224, SHA_256, SHA_384, SHA_512 };

static void expect_hex(const CK_BYTE *digest, CK_ULONG len, const char *hex)
{
	char text[2 * 64 + 1];
	CK_ULONG i;

	for (i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(text, hex);
}

static const char *longer(const struct vector *v)
{
	return v->len > 32 ? four_blocks : two_blocks;
}

static void expect_whole(struct fixture *fx, const struct vector *v)
{
	const char *messages[] = {"", "abc", longer(v)};
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {v->type, NULL, 0};
	CK_BYTE data[128], out[64];
	size_t i;

	for (i = 0; i < 3; i++) {
		CK_ULONG n = sizeof(out);

		memcpy(data, messages[i], strlen(messages[i]));
		assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
		assert_rv(fx->f->C_Digest(session, data, strlen(messages[i]), out, &n), CKR_OK);
		assert_int_equal(n, v->len);
		expect_hex(out, n, v->of[i]);
	}
}

/* In parts of all lengths from 1 on. */
static void expect_parts(struct fixture *fx, const struct vector *v)
{
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {v->type, NULL, 0};
	size_t total = strlen(longer(v)), step;
	CK_BYTE data[128], out[64];

	memcpy(data, longer(v), total);
	for (step = 1; step <= total; step += 5) {
		CK_ULONG n = sizeof(out);
		size_t at;

		assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
		for (at = 0; at < total; at += step)
			assert_rv(fx->f->C_DigestUpdate(session, data + at,
							total - at < step ? total - at : step),
				  CKR_OK);
		assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OK);
		expect_hex(out, n, v->of[2]);
	}
}

/* §6.20 to §6.24, by §5.12.2 C_Digest */

static void sha_1_of_the_examples(void **state)
{
	expect_whole(*state, &vectors[SHA_1]);
}

static void sha_224_of_the_examples(void **state)
{
	expect_whole(*state, &vectors[SHA_224]);
}

static void sha_256_of_the_examples(void **state)
{
	expect_whole(*state, &vectors[SHA_256]);
}

static void sha_384_of_the_examples(void **state)
{
	expect_whole(*state, &vectors[SHA_384]);
}

static void sha_512_of_the_examples(void **state)
{
	expect_whole(*state, &vectors[SHA_512]);
}

/* §5.12.3 C_DigestUpdate, §5.12.5 C_DigestFinal */

static void sha_1_in_parts(void **state)
{
	expect_parts(*state, &vectors[SHA_1]);
}

static void sha_224_in_parts(void **state)
{
	expect_parts(*state, &vectors[SHA_224]);
}

static void sha_256_in_parts(void **state)
{
	expect_parts(*state, &vectors[SHA_256]);
}

static void sha_384_in_parts(void **state)
{
	expect_parts(*state, &vectors[SHA_384]);
}

static void sha_512_in_parts(void **state)
{
	expect_parts(*state, &vectors[SHA_512]);
}

static void no_update_is_the_digest_of_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i;

	for (i = 0; i < 5; i++) {
		CK_MECHANISM m = {vectors[i].type, NULL, 0};
		CK_BYTE out[64];
		CK_ULONG n = sizeof(out);

		assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
		assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OK);
		assert_int_equal(n, vectors[i].len);
		expect_hex(out, n, vectors[i].of[0]);
	}
}

static void million_times_a(void **state)
{
	static CK_BYTE data[10000];
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i, k;

	memset(data, 'a', sizeof(data));
	for (i = 0; i < 5; i++) {
		CK_MECHANISM m = {vectors[i].type, NULL, 0};
		CK_BYTE out[64];
		CK_ULONG n = sizeof(out);

		assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
		for (k = 0; k < 100; k++)
			assert_rv(fx->f->C_DigestUpdate(session, data, sizeof(data)), CKR_OK);
		assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OK);
		expect_hex(out, n, vectors[i].of[3]);
	}
}

/* §5.12.2: "the input data and digest output can be in the same place" */

static void digest_may_take_the_place_of_the_data(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i;

	for (i = 0; i < 5; i++) {
		CK_MECHANISM m = {vectors[i].type, NULL, 0};
		CK_BYTE place[64] = "abc";
		CK_ULONG n = sizeof(place);

		assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
		assert_rv(fx->f->C_Digest(session, place, 3, place, &n), CKR_OK);
		expect_hex(place, n, vectors[i].of[1]);
	}
}

static void size_query_and_small_buffer_do_not_digest_twice(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA384, NULL, 0};
	CK_BYTE data[] = "abc", out[64];
	CK_ULONG n = 77;

	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
	assert_rv(fx->f->C_Digest(session, data, 3, NULL, &n), CKR_OK);
	assert_int_equal(n, 48);
	n = 47;
	assert_rv(fx->f->C_Digest(session, data, 3, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 48);
	assert_rv(fx->f->C_Digest(session, data, 3, out, &n), CKR_OK);
	expect_hex(out, n, vectors[SHA_384].of[1]);
}

static void larger_buffer_gets_the_exact_length(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA224, NULL, 0};
	CK_BYTE data[] = "abc", out[64];
	CK_ULONG n = sizeof(out);

	memset(out, 0xEE, sizeof(out));
	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
	assert_rv(fx->f->C_DigestUpdate(session, data, 3), CKR_OK);
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OK);
	assert_int_equal(n, 28);
	assert_int_equal(out[28], 0xEE);
}

static void digests_need_neither_login_nor_a_read_write_session(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};
	CK_SESSION_HANDLE session;
	CK_BYTE data[] = "abc", out[64];
	CK_ULONG n = sizeof(out);

	assert_rv(fx->f->C_OpenSession(SLOT_SIGN, CKF_SERIAL_SESSION, NULL, NULL, &session),
		  CKR_OK);
	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
	assert_rv(fx->f->C_Digest(session, data, 3, out, &n), CKR_OK);
	expect_hex(out, n, vectors[SHA_256].of[1]);
}

static void digest_outlives_login_and_logout(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};
	CK_BYTE data[] = "abc", out[64];
	CK_ULONG n = sizeof(out);

	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
	assert_rv(fx->f->C_DigestUpdate(session, data, 1), CKR_OK);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_DigestUpdate(session, data + 1, 1), CKR_OK);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_rv(fx->f->C_DigestUpdate(session, data + 2, 1), CKR_OK);
	assert_rv(fx->f->C_DigestFinal(session, out, &n), CKR_OK);
	expect_hex(out, n, vectors[SHA_256].of[1]);
}

static void digests_of_two_sessions_do_not_meet(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE a = session_on(fx, SLOT_AUTH), b = session_on(fx, SLOT_SIGN);
	CK_MECHANISM sha1 = {CKM_SHA_1, NULL, 0}, sha512 = {CKM_SHA512, NULL, 0};
	CK_BYTE data[] = "abc", out[64];
	CK_ULONG n = sizeof(out), i;

	assert_rv(fx->f->C_DigestInit(a, &sha1), CKR_OK);
	assert_rv(fx->f->C_DigestInit(b, &sha512), CKR_OK);
	for (i = 0; i < 3; i++) {
		assert_rv(fx->f->C_DigestUpdate(a, data + i, 1), CKR_OK);
		assert_rv(fx->f->C_DigestUpdate(b, data + i, 1), CKR_OK);
	}
	assert_rv(fx->f->C_DigestFinal(a, out, &n), CKR_OK);
	expect_hex(out, n, vectors[SHA_1].of[1]);
	n = sizeof(out);
	assert_rv(fx->f->C_DigestFinal(b, out, &n), CKR_OK);
	expect_hex(out, n, vectors[SHA_512].of[1]);
}

/* §5.12.1 C_DigestInit */

static void no_digest_mechanism_takes_a_parameter(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i;

	for (i = 0; i < 5; i++) {
		CK_ULONG parameter = 0;
		CK_MECHANISM m = {vectors[i].type, &parameter, sizeof(parameter)};

		assert_rv(fx->f->C_DigestInit(session, &m), CKR_MECHANISM_PARAM_INVALID);
	}
}

static void mechanism_that_does_not_digest_is_invalid(void **state)
{
	static const CK_MECHANISM_TYPE others[] = {CKM_MD5,         CKM_SHA3_256,
						   CKM_RSA_PKCS,    CKM_SHA256_RSA_PKCS,
						   CKM_SHA256_HMAC, CKM_VENDOR_DEFINED};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		CK_MECHANISM m = {others[i], NULL, 0};

		assert_rv(fx->f->C_DigestInit(session, &m), CKR_MECHANISM_INVALID);
	}
}

/* §5.12.4 C_DigestKey */

static void only_secret_keys_could_be_digested(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};
	CK_OBJECT_HANDLE certificate = find_one(fx, session, CKO_CERTIFICATE), key;

	login_on(fx, session, SLOT_AUTH);
	key = find_one(fx, session, CKO_PRIVATE_KEY);
	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
	assert_rv(fx->f->C_DigestKey(session, key), CKR_KEY_INDIGESTIBLE);
	assert_rv(fx->f->C_DigestInit(session, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DigestInit(session, &m), CKR_OK);
	assert_rv(fx->f->C_DigestKey(session, certificate), CKR_KEY_HANDLE_INVALID);
	assert_rv(fx->f->C_DigestKey(99999, key), CKR_SESSION_HANDLE_INVALID);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(sha_1_of_the_examples),
		TEST(sha_224_of_the_examples),
		TEST(sha_256_of_the_examples),
		TEST(sha_384_of_the_examples),
		TEST(sha_512_of_the_examples),
		TEST(sha_1_in_parts),
		TEST(sha_224_in_parts),
		TEST(sha_256_in_parts),
		TEST(sha_384_in_parts),
		TEST(sha_512_in_parts),
		TEST(no_update_is_the_digest_of_nothing),
		TEST_ONCE(million_times_a),
		TEST(digest_may_take_the_place_of_the_data),
		TEST(size_query_and_small_buffer_do_not_digest_twice),
		TEST(larger_buffer_gets_the_exact_length),
		TEST(digests_need_neither_login_nor_a_read_write_session),
		TEST(digest_outlives_login_and_logout),
		TEST(digests_of_two_sessions_do_not_meet),
		TEST(no_digest_mechanism_takes_a_parameter),
		TEST(mechanism_that_does_not_digest_is_invalid),
		TEST(only_secret_keys_could_be_digested),
	};

	return suite_run("digest_vector", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
