/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/piv_object.c: which keys there are, and certificates out of their containers. */
#include "piv_fixture.h"

#define GET_9A "00CB3FFF 05 5C035FC105"
#define GET_9C "00CB3FFF 05 5C035FC10A"
/* one SEQUENCE, and the same by Python's gzip module: 27 bytes */
#define DER      "3005 0203010001"
#define DER_GZIP "1F8B08000000000002FF336065626664600400B04D727B07000000"
/* a SEQUENCE of 20,000 zeros */
#define BOMB_LEN "3D"
#define BOMB                                                                                       \
	"1F8B08000000000002FFEDC1C10000000804B0408288E4A0224FA3C7B6D97401000000000000000000000000000000000000F0C201531B2B90244E0000"

enum { CERT_9A, CERT_9C, CERT_9D, CERT_9E, CERT_RETIRED };

static int read_as(const char *answer, struct fixture *f)
{
	piv_t0(f);
	piv_expect(f, GET_9A, answer);
	return f->card->profile->read_certificate(f->card, CERT_9A, &f->out);
}

static void a_certificate_is_taken_out_of_its_container(void **state)
{
	static const uint8_t der[] = {0x30, 0x05, 0x02, 0x03, 0x01, 0x00, 0x01};
	static const char *const answers[] = {
		"53 0E 70 07 " DER " 71 01 00 FE 00 9000",
		/* the fields' order and whether there are others does not matter */
		"53 13 71 01 00 70 07 " DER " 72 03 010203 FE 00 9000",
		"53 09 70 07 " DER " 9000",
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(read_as(answers[i], &f), 0);
		assert_int_equal(f.out.len, sizeof(der));
		assert_memory_equal(f.out.data, der, sizeof(der));
		assert_int_equal(sent(&f), 1);
		fixture_close(&f);
	}
}

static void an_empty_container_is_not_found(void **state)
{
	static const char *const answers[] = {"6A82", "9000", "53 00 9000",
					      "53 04 70 00 FE 00 9000",
					      "53 05 71 01 00 FE 00 9000"};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		assert_int_equal(read_as(answers[i], &f), MOHR_ERR_NOT_FOUND);
		assert_int_equal(f.out.len, 0);
		fixture_close(&f);
	}
}

static void what_is_not_one_der_object_is_malformed(void **state)
{
	static const char *const answers[] = {
		"53 0A 70 08 " DER "00 9000", /* a byte too many */
		"53 08 70 06 30050203 0100 9000", "53 09 70 07 31050203010001 9000",
		"53 09 70 08 " DER " 9000",       "53 0A 70 07 " DER " 9000",
		"53 09 70 07 " DER " 00 9000",    "70 07 " DER " 9000",
		"53 80 70 07 " DER " 0000 9000",  "53 05 70 03 1F8B08 9000",
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		assert_int_equal(read_as(answers[i], &f), MOHR_ERR_MALFORMED);
		assert_int_equal(f.out.len, 0);
		fixture_close(&f);
	}
}

static void a_compressed_certificate_is_decompressed(void **state)
{
	static const uint8_t der[] = {0x30, 0x05, 0x02, 0x03, 0x01, 0x00, 0x01};
	/* CertInfo of this and of older editions of the standard, and one that does not say so */
	static const char *const infos[] = {"01", "80", "00"};
	struct fixture f;
	char answer[128];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		snprintf(answer, sizeof(answer), "53 22 70 1B %s 71 01 %s FE 00 9000", DER_GZIP,
			 infos[i]);
		assert_int_equal(read_as(answer, &f), 0);
		assert_int_equal(f.out.len, sizeof(der));
		assert_memory_equal(f.out.data, der, sizeof(der));
		fixture_close(&f);
	}
}

static void a_compressed_bomb_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(read_as("53 3F 70 " BOMB_LEN BOMB " 9000", &f), MOHR_ERR_LIMIT);
	assert_int_equal(f.out.len, 0);
	fixture_close(&f);
}

static void keys_have_the_standards_references_and_certificates(void **state)
{
	static const struct {
		uint8_t id, reference;
		const char *get;
	} rows[] = {
		/* SP 800-73-4 part 1, tables 3 and 4 */
		{1, 0x9A, GET_9A},
		{2, 0x9C, GET_9C},
		{3, 0x9D, "00CB3FFF 05 5C035FC10B"},
		{4, 0x9E, "00CB3FFF 05 5C035FC101"},
		{5, 0x82, "00CB3FFF 05 5C035FC10D"},
		{6, 0x83, "00CB3FFF 05 5C035FC10E"},
		{24, 0x95, "00CB3FFF 05 5C035FC120"},
	};
	struct fixture f;
	size_t i;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
	piv_expect_open(&f, HISTORY("14"));
	piv_open_now(&f);
	assert_int_equal(f.card->n_keys, 24);
	assert_int_equal(f.card->n_certificates, 24);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned n = rows[i].id - 1U;
		const struct card_key *k = &f.card->keys[n];

		assert_int_equal(k->id, rows[i].id);
		assert_int_equal(k->reference, rows[i].reference);
		assert_int_equal(k->certificate, n);
		assert_int_equal(f.card->certificates[n].id, rows[i].id);
		piv_expect(&f, rows[i].get, "53 09 70 07 " DER " 9000");
		assert_int_equal(f.card->profile->read_certificate(f.card, n, &f.out), 0);
	}
	assert_int_equal(f.card->profile->read_certificate(f.card, 24, &f.out), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
}

static void only_the_signature_key_wants_its_pin_for_each_use(void **state)
{
	struct fixture f;
	unsigned i;

	(void)state;
	piv_t0(&f);
	for (i = 0; i < f.card->n_keys; i++) {
		assert_int_equal(f.card->keys[i].per_use, i == CERT_9C);
		assert_int_equal(f.card->keys[i].non_repudiation, i == CERT_9C);
	}
	assert_false(f.card->pins[0].per_use);
	fixture_close(&f);
}

static void history_with(const char *answer, unsigned want)
{
	struct fixture f;

	fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
	piv_expect_open(&f, answer);
	piv_open_now(&f);
	assert_int_equal(f.card->n_keys, 4 + want);
	fixture_close(&f);
}

static void retired_keys_are_those_of_the_history_object(void **state)
{
	(void)state;
	history_with(HISTORY("00"), 0);
	history_with(HISTORY("01"), 1);
	history_with(HISTORY("14"), 20);
	/* more than there can be, nothing, and nonsense: none */
	history_with(HISTORY("15"), 0);
	history_with(HISTORY("FF"), 0);
	history_with("9000", 0);
	history_with("53 00 9000", 0);
	history_with("53 02 C1 00 9000", 0);
	history_with("53 04 C1 02 0001 9000", 0);
	history_with("53 FF C1 01 9000", 0);
	history_with("6982", 0);
}

static void chuid_with(const char *answer, const char *want)
{
	struct fixture f;

	fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
	piv_expect_others(&f);
	piv_expect(&f, SELECT_PIV, PIV_FCI);
	piv_expect(&f, GET_DISCOVERY, DISCOVERY);
	piv_expect(&f, GET_CHUID, answer);
	piv_expect(&f, GET_HISTORY, "6A82");
	piv_open_now(&f);
	assert_string_equal(f.card->serial, want);
	fixture_close(&f);
}

static void the_serial_number_is_the_beginning_of_the_guid(void **state)
{
	(void)state;
	chuid_with(CHUID, "0011223344556677");
	chuid_with("53 12 34 10 FFEEDDCCBBAA99887766554433221100 9000", "FFEEDDCCBBAA9988");
	/* an object whose end is not there */
	chuid_with("53 82 0A00 30 01 00 34 10 " GUID " 3E 82 0900 00 9000", "0011223344556677");
	chuid_with("53 12 34 10 00000000000000000000000000000000 9000", "");
	chuid_with("53 11 34 0F 001122334455667788990011223344 9000", "");
	chuid_with("53 12 35 10 " GUID " 9000", "");
	chuid_with("53 80 34 10 " GUID " 0000 9000", "");
	chuid_with("54 12 34 10 " GUID " 9000", "");
	chuid_with("53 9000", "");
	chuid_with("9000", "");
	chuid_with("6982", "");
}

static void the_long_rest_of_the_chuid_is_left_on_the_card(void **state)
{
	uint8_t answer[256] = {0x53, 0x82, 0x08, 0x00, 0x34, 0x10};
	struct fixture f;

	(void)state;
	memset(answer + 6, 0xA1, 16);
	fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
	piv_expect_others(&f);
	piv_expect(&f, SELECT_PIV, PIV_FCI);
	piv_expect(&f, GET_DISCOVERY, DISCOVERY);
	fake_card_expect(f.fake, GET_CHUID, "6100");
	fake_card_expect_data(f.fake, "00C00000 00", answer, sizeof(answer), 0x6100);
	piv_expect(&f, GET_HISTORY, "6A82");
	piv_open_now(&f);
	assert_string_equal(f.card->serial, "A1A1A1A1A1A1A1A1");
	fixture_close(&f);
}

static void another_selection_is_noticed_and_undone(void **state)
{
	struct fixture f;

	(void)state;
	piv_t0(&f);
	piv_expect(&f, GET_9A, "6D00");
	piv_expect(&f, SELECT_PIV, "9000");
	piv_expect(&f, GET_9A, "53 09 70 07 " DER " 9000");
	assert_int_equal(f.card->profile->read_certificate(f.card, CERT_9A, &f.out), 0);
	/* "not found" may be another application's word: the second time it is made sure of */
	f.channel.turn++;
	piv_expect(&f, GET_9A, "6A82");
	assert_int_equal(f.card->profile->read_certificate(f.card, CERT_9A, &f.out),
			 MOHR_ERR_NOT_FOUND);
	piv_expect(&f, GET_DISCOVERY, "6A82");
	piv_expect(&f, SELECT_PIV, "9000");
	piv_expect(&f, GET_9A, "53 09 70 07 " DER " 9000");
	assert_int_equal(f.card->profile->read_certificate(f.card, CERT_9A, &f.out), 0);
	/* here it is sure already */
	piv_expect(&f, GET_9C, "6A82");
	assert_int_equal(f.card->profile->read_certificate(f.card, CERT_9C, &f.out),
			 MOHR_ERR_NOT_FOUND);
	piv_expect(&f, GET_9C, "6A82");
	assert_int_equal(f.card->profile->read_certificate(f.card, CERT_9C, &f.out),
			 MOHR_ERR_NOT_FOUND);
	/* and forgotten once it was there */
	piv_expect(&f, GET_9A, "53 09 70 07 " DER " 9000");
	assert_int_equal(f.card->profile->read_certificate(f.card, CERT_9A, &f.out), 0);
	fixture_close(&f);
}

static void a_broken_way_is_no_reason_to_select(void **state)
{
	struct fixture f;

	(void)state;
	piv_t0(&f);
	fake_card_expect_error(f.fake, GET_9A, MOHR_ERR_CARD_REMOVED);
	assert_int_equal(f.card->profile->read_certificate(f.card, CERT_9A, &f.out),
			 MOHR_ERR_CARD_REMOVED);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_taken_out_of_its_container),
		cmocka_unit_test(an_empty_container_is_not_found),
		cmocka_unit_test(what_is_not_one_der_object_is_malformed),
		cmocka_unit_test(a_compressed_certificate_is_decompressed),
		cmocka_unit_test(a_compressed_bomb_is_refused),
		cmocka_unit_test(keys_have_the_standards_references_and_certificates),
		cmocka_unit_test(only_the_signature_key_wants_its_pin_for_each_use),
		cmocka_unit_test(retired_keys_are_those_of_the_history_object),
		cmocka_unit_test(the_serial_number_is_the_beginning_of_the_guid),
		cmocka_unit_test(the_long_rest_of_the_chuid_is_left_on_the_card),
		cmocka_unit_test(another_selection_is_noticed_and_undone),
		cmocka_unit_test(a_broken_way_is_no_reason_to_select),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
