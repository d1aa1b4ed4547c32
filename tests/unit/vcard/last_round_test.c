/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of vcard/last_round.c. Byte i of the message is i % 256. The states come from an
 * implementation of FIPS 180-4 written down for this test, the digests from Python's hashlib.
 */
#include "fixture.h"

#include <openssl/evp.h>

#include "vcard/ias/last_round.h"

static const struct {
	enum hash_alg alg;
	size_t tail_from, tail_len;
	const char *state; /* with the count */
	const char *digest;
} vectors[] = {
	{HASH_SHA1, 128, 60,
	 "E02BACBE12F1F8E702864DDCE8636B74AA460DE0"
	 "0000000000000080",
	 "F4E0B1D08F68E38C83604FDA8266535965955131"},
	{HASH_SHA224, 128, 60,
	 "290574DA6168046F326941E5F76264F7E05B134964A1E0B713E4740BA17CFE70"
	 "0000000000000080",
	 "4E7E8CAC4A251943388D88CA049F8C4946284061B5BDE8FF927403FE"},
	{HASH_SHA256, 128, 60,
	 "593253ADFB4CC018BE611395485E47C15A5B271DFB8DA14FE8F77FB4D05EACBC"
	 "0000000000000080",
	 "93301C8548F3AFC25D7E157EAF7C8DBF5EDB029BD829136600593067CD4B0C5C"},
	{HASH_SHA384, 256, 44,
	 "2A3E16DC5982B371CDD929DC2D1990629604F88E0595AC67FAFFB03AEE43289B"
	 "558532B54F0B60E56B05FEC0B996C1C8AD929DDEC3132A1D74B0489B503E6DD2"
	 "0000000000000100",
	 "69672ACA50C4279E4CDF788380294D7655BC68C7949E273318D60817F3262CFF"
	 "54E8C78CEAAE0853E0A7ADF36F392D38"},
	{HASH_SHA512, 256, 44,
	 "74B944C38F7A719511989774DC0CD179A04CD1C68E178F16C8FA2489BE592019"
	 "D11C84A02523DEBA0EE864154F8728AEEF4BD59C69CB5C09C85C6DDB0B1C762E"
	 "0000000000000100",
	 "F1DCA2EB677B303265B0B9BAFF0E061202818F35C1470A69BBAA9BB66025E948"
	 "D90E565E69642506C6213AEF3CF9E929357A59DA263DEB34D1236DBDCDA279B3"},
};

static void message_part(size_t from, size_t len, uint8_t *ret)
{
	for (size_t i = 0; i < len; i++)
		ret[i] = (uint8_t)(from + i);
}

static int end(enum hash_alg alg, const uint8_t *state, size_t state_len, const uint8_t *tail,
	       size_t tail_len, uint8_t digest[HASH_MAX_LEN])
{
	struct cursor s, t;

	cursor_init(&s, state, state_len);
	cursor_init(&t, tail, tail_len);
	return vcard_last_round(alg, s, t, digest);
}

static void each_hash_is_ended(void **state)
{
	uint8_t bytes[80], tail[128], digest[HASH_MAX_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		size_t len = fixture_bytes(vectors[i].state, bytes, sizeof(bytes));

		message_part(vectors[i].tail_from, vectors[i].tail_len, tail);
		assert_int_equal(end(vectors[i].alg, bytes, len, tail, vectors[i].tail_len, digest),
				 0);
		assert_string_equal(fixture_hex(digest, hash_len(vectors[i].alg)),
				    vectors[i].digest);
	}
}

static void an_empty_tail_and_a_whole_block_are_allowed(void **state)
{
	uint8_t bytes[80], message[384], digest[HASH_MAX_LEN], expected[HASH_MAX_LEN];
	size_t len = fixture_bytes(vectors[2].state, bytes, sizeof(bytes));

	(void)state;
	message_part(0, sizeof(message), message);
	assert_int_equal(end(HASH_SHA256, bytes, len, NULL, 0, digest), 0);
	EVP_Digest(message, 128, expected, NULL, EVP_sha256(), NULL);
	assert_memory_equal(digest, expected, 32);
	assert_int_equal(end(HASH_SHA256, bytes, len, message + 128, 64, digest), 0);
	EVP_Digest(message, 192, expected, NULL, EVP_sha256(), NULL);
	assert_memory_equal(digest, expected, 32);
	len = fixture_bytes(vectors[4].state, bytes, sizeof(bytes));
	assert_int_equal(end(HASH_SHA512, bytes, len, message + 256, 128, digest), 0);
	EVP_Digest(message, 384, expected, NULL, EVP_sha512(), NULL);
	assert_memory_equal(digest, expected, 64);
}

/* The states above with another count, and the 44 bytes that follow; the same source. */
static void high_bits_of_the_count_matter(void **state)
{
	static const struct {
		size_t vector;
		const char *digest;
	} rows[] = {
		{0, "C65A2B68C545BD688B10CB6CD08C3B58CBF059E7"},
		{2, "C01BC46A61CE27FB905F29899CFEB1BD0AF59BD09FDF4C20A25E94A9203378B1"},
		{4, "B6945DCBF7F497B07E91C38AB0EB8DD2555181BB44B21E6D0B14D589145C2422"
		    "DF6025ECA8D5E4BAFC81ADD615F16D26D16A15D1D3BB08FC08CF40DC1B2881CB"},
	};
	uint8_t bytes[80], tail[44], digest[HASH_MAX_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t n = rows[i].vector;
		size_t len = fixture_bytes(vectors[n].state, bytes, sizeof(bytes));

		fixture_bytes("0123456789ABCD80", bytes + len - 8, 8);
		message_part(vectors[n].tail_from, sizeof(tail), tail);
		assert_int_equal(end(vectors[n].alg, bytes, len, tail, sizeof(tail), digest), 0);
		assert_string_equal(fixture_hex(digest, hash_len(vectors[n].alg)), rows[i].digest);
	}
}

static void lengths_and_counts_that_do_not_fit_are_refused(void **state)
{
	uint8_t bytes[80] = {0}, tail[129] = {0}, digest[HASH_MAX_LEN];

	(void)state;
	assert_int_not_equal(end(HASH_NONE, bytes, 40, tail, 0, digest), 0);
	assert_int_not_equal(end(HASH_SHA256, bytes, 0, tail, 0, digest), 0);
	assert_int_not_equal(end(HASH_SHA256, bytes, 39, tail, 0, digest), 0);
	assert_int_not_equal(end(HASH_SHA256, bytes, 41, tail, 0, digest), 0);
	assert_int_not_equal(end(HASH_SHA256, bytes, 40, tail, 65, digest), 0);
	assert_int_not_equal(end(HASH_SHA512, bytes, 72, tail, 129, digest), 0);
	assert_int_equal(end(HASH_SHA256, bytes, 40, tail, 64, digest), 0);
	bytes[39] = 1;
	assert_int_not_equal(end(HASH_SHA256, bytes, 40, tail, 0, digest), 0);
	bytes[39] = 64;
	assert_int_equal(end(HASH_SHA256, bytes, 40, tail, 0, digest), 0);
	/* 64 is half a block of SHA-512. */
	bytes[71] = 64;
	assert_int_not_equal(end(HASH_SHA512, bytes, 72, tail, 0, digest), 0);
	/* More bits than 64 bits can count. */
	bytes[32] = 0x10;
	assert_int_not_equal(end(HASH_SHA256, bytes, 40, tail, 0, digest), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hash_is_ended),
		cmocka_unit_test(an_empty_tail_and_a_whole_block_are_allowed),
		cmocka_unit_test(high_bits_of_the_count_matter),
		cmocka_unit_test(lengths_and_counts_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests_name("vcard/last_round", tests, NULL, NULL);
}
