/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/environment.c and vcard/algorithm.c: which keys and algorithms MSE accepts. */
#include "fixture.h"

#include "vcard/ias/algorithm.h"

static struct vcard *card; /* authentication key RSA, signature key EC */

static int setup(void **state)
{
	(void)state;
	card = fixture_card(FIXTURE_SHORT, VCARD_RSA2048, VCARD_P256);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

/* Every algorithm byte, against the table of docs/natid-card.md written down again. */
static void algorithm_bytes_fit_keys_as_documented(void **state)
{
	static const char rsa[] = "02 12 32 42 52 62 15 35 45 55 65", ec[] = "04 14 34 44 54 64";
	char byte[3];

	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		snprintf(byte, sizeof(byte), "%02X", a);
		assert_int_equal(
			vcard_ias_algorithm_signs(VCARD_DOES_USUAL, (uint8_t)a, VCARD_RSA2048),
			strstr(rsa, byte) != NULL);
		assert_int_equal(
			vcard_ias_algorithm_signs(VCARD_DOES_USUAL, (uint8_t)a, VCARD_P384),
			strstr(ec, byte) != NULL);
		ask(card, "002241B6 06 8001%s 840101", byte);
		assert_int_equal(asked_sw(), strstr(rsa, byte) ? 0x9000 : 0x6A80);
		ask(card, "002241B6 06 8001%s 840102", byte);
		assert_int_equal(asked_sw(), strstr(ec, byte) ? 0x9000 : 0x6A80);
	}
}

static void fields_come_in_any_order(void **state)
{
	(void)state;
	expect(card, "002241B6 06 840101 800142", "9000");
	expect(card, "002241B6 09 950140 840101 800142", "9000");
	expect(card, "002241B6 09 800142 840101 950180", "9000");
}

static void malformed_templates_are_refused(void **state)
{
	(void)state;
	expect(card, "002241B6", "6700");
	expect(card, "002241B6 03 840101", "6A80"); /* no algorithm */
	expect(card, "002241B6 03 800142", "6A80"); /* no key */
	expect(card, "002241B6 05 800142 8400", "6A80");
	expect(card, "002241B6 07 800142 84020101", "6A80");
	expect(card, "002241B6 05 800142 8401", "6A80");
	expect(card, "002241B6 09 800142 840101 830101", "6A80");
	expect(card, "002241B7 06 800142 840101", "6A86");
	expect(card, "002281B6 06 800142 840101", "6A86");
	expect(card, "0022C1B6 06 800142 840101", "6A86");
}

static void unknown_keys_are_6A88(void **state)
{
	struct vcard *blank = fixture_blank(FIXTURE_SHORT);

	(void)state;
	expect(card, "002241B6 06 800142 840103", "6A88");
	expect(card, "002241A4 06 800102 840100", "6A88");
	expect(card, "002241B8 06 80010A 840181", "6A88");
	expect(card, "002241AA 06 800140 840103", "6A88");
	expect(blank, "002241B6 06 800142 840101", "6A88");
	vcard_free(blank);
}

static void keys_have_their_purposes(void **state)
{
	(void)state;
	expect(card, "002241A4 06 800102 840101", "9000");
	expect(card, "002241A4 03 840101", "9000");
	expect(card, "002241A4 06 800104 840101", "6A80");
	expect(card, "002241A4 06 800104 840102", "6A80"); /* the signature key only signs */
	expect(card, "002241B8 06 80010A 840101", "9000");
	expect(card, "002241B8 06 80011A 840101", "6A80");
	expect(card, "002241B8 03 840101", "6A80");
	expect(card, "002241B8 06 80010A 840102", "6A80");
}

static void ec_keys_do_not_decipher(void **state)
{
	struct vcard *ec = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(ec, "002241B8 06 80010A 840101", "6A80");
	expect(ec, "002241A4 06 800104 840101", "9000");
	expect(ec, "002241A4 06 800102 840101", "6A80");
	vcard_free(ec);
}

/* A card that announces takes what it announces and nothing else: one name at a time, then all. */
static void announced_algorithms_alone_are_accepted(void **state)
{
	static const struct {
		uint8_t does;
		const char *rsa, *ec; /* signatures */
		const char *rsa_decipher, *ec_decipher;
		bool rsa_authenticates, ec_authenticates, hashes;
	} rows[] = {
		{VCARD_DOES_PKCS1, "02 12 32 42 52 62", "", "", "", true, false, true},
		{VCARD_DOES_PSS, "15 35 45 55 65", "", "", "", false, false, true},
		{VCARD_DOES_ECDSA, "", "04 14 34 44 54 64", "", "", false, true, true},
		{VCARD_DOES_RAW, "00", "", "", "", false, false, false},
		{VCARD_DOES_DECIPHER_PKCS1, "", "", "0A", "", false, false, false},
		{VCARD_DOES_DECIPHER_RAW, "", "", "0C", "", false, false, false},
		{VCARD_DOES_ECDH, "", "", "", "0B", false, false, false},
		{VCARD_DOES_ALL, "00 02 12 32 42 52 62 15 35 45 55 65", "04 14 34 44 54 64",
		 "0A 0C", "0B", true, true, true},
	};
	struct vcard *ec = fixture_quick(FIXTURE_SHORT);
	char byte[3];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		vcard_ias_of(card)->memory.algorithms = vcard_ias_of(ec)->memory.algorithms =
			rows[i].does;
		for (unsigned a = 0; a < 256; a++) {
			snprintf(byte, sizeof(byte), "%02X", a);
			ask(card, "002241B6 06 8001%s 840101", byte);
			assert_int_equal(asked_sw(), strstr(rows[i].rsa, byte) ? 0x9000 : 0x6A80);
			ask(ec, "002241B6 06 8001%s 840101", byte);
			assert_int_equal(asked_sw(), strstr(rows[i].ec, byte) ? 0x9000 : 0x6A80);
			ask(card, "002241B8 06 8001%s 840101", byte);
			assert_int_equal(asked_sw(),
					 strstr(rows[i].rsa_decipher, byte) ? 0x9000 : 0x6A80);
			ask(ec, "002241B8 06 8001%s 840101", byte);
			assert_int_equal(asked_sw(),
					 strstr(rows[i].ec_decipher, byte) ? 0x9000 : 0x6A80);
			/* the signature key only signs */
			ask(ec, "002241B8 06 8001%s 840102", byte);
			assert_int_equal(asked_sw(), 0x6A80);
		}
		expect(card, "002241A4 03 840101", rows[i].rsa_authenticates ? "9000" : "6A80");
		expect(ec, "002241A4 03 840101", rows[i].ec_authenticates ? "9000" : "6A80");
		expect(card, "002241AA 03 800140", rows[i].hashes ? "9000" : "6A80");
	}
	vcard_free(ec);
}

static void lists_of_algorithms_are_names_with_commas(void **state)
{
	static const char *const bad[] = {"",     ",",  "raw,", ",raw",    "raw,,pss",
					  "rawx", "ra", "RAW",  "raw, pss"};
	uint8_t does = 0x55;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(vcard_ias_algorithms_parse(bad[i], &does), MOHR_ERR_ARGUMENT);
	assert_int_equal(does, 0x55);
	assert_int_equal(vcard_ias_algorithms_parse("raw", &does), 0);
	assert_int_equal(does, VCARD_DOES_RAW);
	assert_int_equal(
		vcard_ias_algorithms_parse(
			"ecdh,pkcs1,decipher-pkcs1,pss,ecdsa,decipher-raw,raw,ecdh", &does),
		0);
	assert_int_equal(does, VCARD_DOES_ALL);
	for (unsigned n = 0; n < 7; n++) {
		assert_int_equal(vcard_ias_algorithms_parse(vcard_ias_algorithms_name(n), &does),
				 0);
		assert_int_equal(does, 1 << n);
	}
	assert_null(vcard_ias_algorithms_name(7));
}

static void hash_templates_name_a_hash(void **state)
{
	(void)state;
	expect(card, "002241AA 03 800140", "9000");
	expect(card, "002241AA 03 800142", "9000");
	expect(card, "002241AA 03 800102", "6A80");
	expect(card, "002241AA 03 800120", "6A80");
	expect(card, "002241AA 03 80014A", "6A80");
	expect(card, "002241AA 03 840101", "6A80");
}

#define SHA1_HASH "002A90A0 16 9014 0102030405060708090A0B0C0D0E0F1011121314"
#define SHA2_HASH                                                                                  \
	"002A90A0 22 9020 1112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F30"

static void a_refused_template_leaves_the_old_one(void **state)
{
	(void)state;
	expect(card, "002241B6 06 800142 840101", "9000");
	expect(card, "002241B6 06 800112 840102", "6A80");
	expect(card, "002241B6 06 800112 840105", "6A88");
	expect(card, SHA1_HASH, "6A80");
	expect(card, SHA2_HASH, "9000");
}

static void restore_clears_the_environment(void **state)
{
	(void)state;
	expect(card, "002241B6 06 800142 840101", "9000");
	expect(card, "0022F301", "6A88");
	expect(card, "0022F300 01 00", "6700");
	expect(card, SHA2_HASH, "9000");
	expect(card, "0022F300", "9000");
	expect(card, SHA2_HASH, "6985");
}

static void selecting_an_application_clears_it_and_a_file_does_not(void **state)
{
	(void)state;
	expect(card, "002241B6 06 800142 840101", "9000");
	expect(card, "00A4000C 02 5000", "9000");
	expect(card, "00A4080C 04 51005040", "9000");
	expect(card, SHA2_HASH, "9000");
	expect(card, "00A4040C 0C" AID_IAS, "9000");
	expect(card, SHA2_HASH, "6985");
}

static void a_reset_clears_it(void **state)
{
	(void)state;
	expect(card, "002241AA 03 800110", "9000");
	expect(card, SHA1_HASH, "9000");
	vcard_reset(card);
	expect(card, SHA1_HASH, "6985");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(algorithm_bytes_fit_keys_as_documented),
		TEST(fields_come_in_any_order),
		TEST(malformed_templates_are_refused),
		TEST(unknown_keys_are_6A88),
		TEST(keys_have_their_purposes),
		TEST(ec_keys_do_not_decipher),
		TEST(announced_algorithms_alone_are_accepted),
		TEST(lists_of_algorithms_are_names_with_commas),
		TEST(hash_templates_name_a_hash),
		TEST(a_refused_template_leaves_the_old_one),
		TEST(restore_clears_the_environment),
		TEST(selecting_an_application_clears_it_and_a_file_does_not),
		TEST(a_reset_clears_it),
	};

	return cmocka_run_group_tests_name("vcard/environment", tests, NULL, NULL);
}
