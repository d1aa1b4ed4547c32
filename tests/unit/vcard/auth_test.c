/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/auth.c. AES values come from FIPS 197 and libcrypto. */
#include "fixture.h"

static struct vcard *card;

static int setup(void **state)
{
	(void)state;
	card = fixture_quick(FIXTURE_SHORT);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

#define WRONG "00112233445566778899AABBCCDDEEFF"

/* The right of the admin key shows in UPDATE BINARY. */
static bool has_right(void)
{
	expect(card, "00A4080C 04 50005040", "9000");
	ask(card, "00D60000 01 30");
	return asked_sw() == 0x9000;
}

static void challenges_have_1_to_64_bytes_and_differ(void **state)
{
	char first[2 * 64 + 5];

	(void)state;
	ask(card, "0084000001");
	assert_int_equal(asked_len, 1 + 2);
	ask(card, "0084000008");
	assert_int_equal(asked_len, 8 + 2);
	strcpy(first, ask(card, "0084000040"));
	assert_int_equal(asked_len, 64 + 2);
	assert_string_not_equal(ask(card, "0084000040"), first);
	expect(card, "0084000041", "6700");
	expect(card, "0084000000", "6700");
	expect(card, "00840000", "6700");
	expect(card, "0084000108", "6A86");
}

static void the_admin_key_gives_its_right_until_reset(void **state)
{
	(void)state;
	assert_false(has_right());
	fixture_admin(card);
	assert_true(has_right());
	vcard_reset(card);
	assert_false(has_right());
}

static void the_right_ends_with_the_application(void **state)
{
	(void)state;
	fixture_admin(card);
	expect(card, "00A4040C 0C" AID_IAS, "9000");
	assert_true(has_right());
	expect(card, "00A4040C 08" AID_CM, "9000");
	expect(card, "00A4040C 0C" AID_IAS, "9000");
	assert_false(has_right());
}

static void a_challenge_of_16_bytes_is_needed(void **state)
{
	(void)state;
	expect(card, "00820091 10" WRONG, "6985");
	ask(card, "0084000008");
	expect(card, "00820091 10" WRONG, "6985");
	ask(card, "0084000040");
	expect(card, "00820091 10" WRONG, "6985");
	/* None of that cost a try. */
	assert_int_equal(vcard_ias_of(card)->memory.admin_tries_left, 5);
}

static void a_challenge_serves_the_next_command_only(void **state)
{
	(void)state;
	ask(card, "0084000010");
	expect(card, "00200081", "63C3");
	expect(card, "00820091 10" WRONG, "6985");
	ask(card, "0084000010");
	expect(card, "00C0000000", "6985");
	expect(card, "00820091 10" WRONG, "6985");
	ask(card, "0084000010");
	expect(card, "00820091 10" WRONG, "63C4");
	expect(card, "00820091 10" WRONG, "6985");
	ask(card, "0084000010");
	expect(card, "00820091 08 0011223344556677", "6700");
	expect(card, "00820091 10" WRONG, "6985");
}

static void a_chain_may_carry_the_cryptogram(void **state)
{
	(void)state;
	ask(card, "0084000010");
	expect(card, "10820091 08 0011223344556677", "9000");
	expect(card, "00820091 08 8899AABBCCDDEEFF", "63C4");
}

static void five_wrong_cryptograms_block_the_admin_key(void **state)
{
	static const char *const answers[] = {"63C4", "63C3", "63C2", "63C1", "6983", "6983"};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		ask(card, "0084000010");
		expect(card, "00820091 10" WRONG, answers[i]);
	}
	assert_false(has_right());
}

static void a_right_cryptogram_restores_the_counter(void **state)
{
	(void)state;
	ask(card, "0084000010");
	expect(card, "00820091 10" WRONG, "63C4");
	fixture_admin(card);
	assert_int_equal(vcard_ias_of(card)->memory.admin_tries_left, 5);
	/* A wrong one takes the right away. */
	ask(card, "0084000010");
	expect(card, "00820091 10" WRONG, "63C4");
	assert_false(has_right());
}

static void only_the_admin_key_authenticates(void **state)
{
	(void)state;
	ask(card, "0084000010");
	expect(card, "00820081 10" WRONG, "6A88");
	ask(card, "0084000010");
	expect(card, "00820191 10" WRONG, "6A86");
	expect(card, "00820091", "6700");
}

/* FIPS 197 appendix C.3: AES-256 of a known block, put in as the challenge. */
static void aes_256_is_done_as_the_standard_says(void **state)
{
	(void)state;
	vcard_ias_of(card)->memory.admin_key_len = 32;
	fixture_bytes("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
		      vcard_ias_of(card)->memory.admin_key, 32);
	fixture_bytes(WRONG, vcard_ias_of(card)->challenge, 16);
	vcard_ias_of(card)->challenge_len = 16;
	expect(card, "00820091 10 8EA2B7CA516745BFEAFC49904B496089", "9000");
	assert_true(has_right());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(challenges_have_1_to_64_bytes_and_differ),
		TEST(the_admin_key_gives_its_right_until_reset),
		TEST(the_right_ends_with_the_application),
		TEST(a_challenge_of_16_bytes_is_needed),
		TEST(a_challenge_serves_the_next_command_only),
		TEST(a_chain_may_carry_the_cryptogram),
		TEST(five_wrong_cryptograms_block_the_admin_key),
		TEST(a_right_cryptogram_restores_the_counter),
		TEST(only_the_admin_key_authenticates),
		TEST(aes_256_is_done_as_the_standard_says),
	};

	return cmocka_run_group_tests_name("vcard/auth", tests, NULL, NULL);
}
