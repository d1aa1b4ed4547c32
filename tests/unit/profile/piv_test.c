/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/piv.c: which cards it takes, what it reads of them, and PINs as the card has them. */
#include "piv_fixture.h"

#define VERIFY "00200080"

static void identification_reads_four_objects_and_no_more(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
	piv_expect_open(&f, HISTORY("02"));
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(sent(&f), N_BEFORE_PIV + 4);
	assert_string_equal(f.card->profile->name, "piv");
	assert_string_equal(f.card->label, "PIV");
	assert_string_equal(f.card->model, "PIV");
	assert_string_equal(f.card->serial, "0011223344556677");
	assert_int_equal(f.card->n_pins, 1);
	assert_int_equal(f.card->n_keys, 6);
	assert_int_equal(f.card->n_certificates, 6);
	fixture_close(&f);
}

static void open_with(const char *fci, const char *discovery, int want)
{
	struct fixture f;

	fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
	piv_expect_others(&f);
	piv_expect(&f, SELECT_PIV, fci);
	if (discovery != NULL)
		piv_expect(&f, GET_DISCOVERY, discovery);
	if (want == 0) {
		piv_expect(&f, GET_CHUID, "6A82");
		piv_expect(&f, GET_HISTORY, "6A82");
	}
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), want);
	fixture_close(&f);
}

static void a_card_is_claimed_if_it_says_that_it_is_piv(void **state)
{
	(void)state;
	open_with(PIV_FCI, "6A82", 0);
	open_with("61 0D 4F 0B A000000308000010000100 9000", "6A82", 0);
	/* the answer to SELECT says nothing, the discovery object does */
	open_with("9000", DISCOVERY, 0);
	open_with("6F 00 9000", DISCOVERY, 0);
}

static void another_card_is_not_claimed(void **state)
{
	(void)state;
	open_with("6A82", NULL, MOHR_ERR_CARD_UNKNOWN);
	open_with("6D00", NULL, MOHR_ERR_CARD_UNKNOWN);
	open_with("9000", "6A82", MOHR_ERR_CARD_UNKNOWN);
	open_with("9000", "9000", MOHR_ERR_CARD_UNKNOWN);
	open_with("61 08 4F 06 000020000100 9000", "7E 05 4F 03 A00000 9000",
		  MOHR_ERR_CARD_UNKNOWN);
	/* another application's name */
	open_with("61 09 4F 07 A0000001510000 9000", "7E 0E 4F 07 A0000001510000 5F2F 02 4000 9000",
		  MOHR_ERR_CARD_UNKNOWN);
}

static void transport_errors_of_identification_are_passed_on(void **state)
{
	static const char *const steps[] = {SELECT_PIV, GET_DISCOVERY, GET_CHUID, GET_HISTORY};
	static const char *const answers[] = {PIV_FCI, DISCOVERY, CHUID, HISTORY("00")};
	struct fixture f;
	size_t i, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
		piv_expect_others(&f);
		for (k = 0; k < i; k++)
			piv_expect(&f, steps[k], answers[k]);
		fake_card_expect_error(f.fake, steps[i], MOHR_ERR_CARD_RESET);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_RESET);
		assert_null(f.card);
		fixture_close(&f);
	}
}

static void the_discovery_object_says_which_pin_is_the_first(void **state)
{
	static const struct {
		const char *discovery;
		uint8_t reference;
	} rows[] = {
		/* part 1 §3.3.2 */
		{DISCOVERY_OF("4000"), 0x80},
		{DISCOVERY_OF("6010"), 0x80},
		{DISCOVERY_OF("6020"), 0x00},
		{DISCOVERY_OF("7020"), 0x00},
		/* no such policy without the first byte's bit */
		{DISCOVERY_OF("4020"), 0x80},
		{"6A82", 0x80},
		{"7E 00 9000", 0x80},
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
		piv_expect_others(&f);
		piv_expect(&f, SELECT_PIV, PIV_FCI);
		piv_expect(&f, GET_DISCOVERY, rows[i].discovery);
		piv_expect(&f, GET_CHUID, "6A82");
		piv_expect(&f, GET_HISTORY, "6A82");
		piv_open_now(&f);
		assert_int_equal(f.card->pins[0].format.reference, rows[i].reference);
		fixture_close(&f);
	}
}

static void a_yubikey_tells_its_version_and_serial_number(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T1, ATR_YUBIKEY);
	piv_expect_others(&f);
	piv_expect(&f, SELECT_PIV, PIV_FCI);
	piv_expect(&f, GET_DISCOVERY, DISCOVERY);
	fake_card_expect(f.fake, "00FD0000 00", "050403 9000");
	fake_card_expect(f.fake, "00F80000 00", "00BC614E 9000");
	piv_expect_long(&f, GET_HISTORY, "6A82");
	piv_open_now(&f);
	assert_string_equal(f.card->serial, "12345678");
	assert_int_equal(f.card->firmware_version[0], 5);
	assert_int_equal(f.card->firmware_version[1], 4);
	assert_string_equal(f.card->manufacturer, "Yubico");
	assert_false(f.card->pins[0].format.digits_only);
	fixture_close(&f);
}

static void an_old_yubikey_has_its_number_in_the_chuid(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T1, ATR_YUBIKEY);
	piv_expect_others(&f);
	piv_expect(&f, SELECT_PIV, PIV_FCI);
	piv_expect(&f, GET_DISCOVERY, DISCOVERY);
	fake_card_expect(f.fake, "00FD0000 00", "040305 9000");
	fake_card_expect(f.fake, "00F80000 00", "6D00");
	piv_expect(&f, GET_CHUID, CHUID);
	piv_expect_long(&f, GET_HISTORY, "6A82");
	piv_open_now(&f);
	assert_string_equal(f.card->serial, "0011223344556677");
	fixture_close(&f);
}

static void a_pin_is_padded_with_ff_after_select(void **state)
{
	struct secret *pin = secret_of("123456");
	struct fixture f;
	int tries;

	(void)state;
	piv_t0(&f);
	piv_expect(&f, SELECT_PIV, "6113");
	fake_card_expect(f.fake, VERIFY " 08 313233343536FFFF", "9000");
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), 0);
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, VERIFY " 08 313233343536FFFF", "63C2");
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 2);
	secret_free(pin);
	fixture_close(&f);
}

static void no_pin_is_sent_where_select_fails(void **state)
{
	struct secret *pin = secret_of("123456");
	struct fixture f;
	int tries;

	(void)state;
	piv_t0(&f);
	piv_expect(&f, SELECT_PIV, "6A82");
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), MOHR_ERR_NOT_FOUND);
	piv_expect(&f, SELECT_PIV, "6A82");
	assert_int_equal(f.card->profile->change(f.card, 0, pin, pin, &tries), MOHR_ERR_NOT_FOUND);
	piv_expect(&f, SELECT_PIV, "6A82");
	assert_int_equal(f.card->profile->unverify(f.card, 0), MOHR_ERR_NOT_FOUND);
	assert_int_equal(fake_card_counts(f.fake)->verifies, 0);
	secret_free(pin);
	fixture_close(&f);
}

static void pins_that_cannot_be_right_are_not_sent(void **state)
{
	static const char *const pins[] = {"12345", "123456789", "12345a", ""};
	struct fixture f;
	int tries;
	size_t i;

	(void)state;
	piv_t0(&f);
	for (i = 0; i < 4; i++) {
		struct secret *pin = secret_of(pins[i]);

		piv_expect(&f, SELECT_PIV, "9000");
		assert_int_not_equal(f.card->profile->verify(f.card, 0, pin, &tries), 0);
		secret_free(pin);
	}
	assert_int_equal(fake_card_counts(f.fake)->verifies, 0);
	fixture_close(&f);
}

static void a_query_looks_at_the_selection_and_leaves_it(void **state)
{
	struct pin_status status;
	struct fixture f;

	(void)state;
	piv_t0(&f);
	piv_expect(&f, GET_DISCOVERY, DISCOVERY);
	fake_card_expect(f.fake, VERIFY, "9000");
	assert_int_equal(f.card->profile->query(f.card, 0, &status), 0);
	assert_true(status.verified);
	/* nobody has come between */
	fake_card_expect(f.fake, VERIFY, "9000");
	assert_int_equal(f.card->profile->query(f.card, 0, &status), 0);
	/* another application is selected */
	f.channel.turn++;
	piv_expect(&f, GET_DISCOVERY, "6D00");
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, VERIFY, "6983");
	assert_int_equal(f.card->profile->query(f.card, 0, &status), 0);
	assert_true(status.blocked);
	f.channel.turn++;
	fake_card_expect_error(f.fake, GET_DISCOVERY, MOHR_ERR_CARD_REMOVED);
	assert_int_equal(f.card->profile->query(f.card, 0, &status), MOHR_ERR_CARD_REMOVED);
	fixture_close(&f);
}

static void a_card_that_cannot_unverify_loses_the_selection(void **state)
{
	struct fixture f;

	(void)state;
	piv_t0(&f);
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, "0020FF80", "9000");
	assert_int_equal(f.card->profile->unverify(f.card, 0), 0);
	assert_int_equal(sent(&f), 2);
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, "0020FF80", "6A86");
	fake_card_expect(f.fake, SELECT_OTHER, "6A82");
	piv_expect(&f, SELECT_PIV, "9000");
	assert_int_equal(f.card->profile->unverify(f.card, 0), MOHR_ERR_NOT_SUPPORTED);
	fixture_close(&f);
}

static void change_and_unblock_send_both_values_padded(void **state)
{
	struct secret *old = secret_of("123456"), *new = secret_of("76543210");
	struct secret *puk = secret_of("\x01"
				       "abc4567");
	struct fixture f;
	int tries;

	(void)state;
	piv_t0(&f);
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, "00240080 10 313233343536FFFF 3736353433323130", "9000");
	assert_int_equal(f.card->profile->change(f.card, 0, old, new, &tries), 0);
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, "002C0080 10 0161626334353637 313233343536FFFF", "63C1");
	assert_int_equal(f.card->profile->unblock(f.card, 0, puk, old, &tries),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	secret_free(old);
	secret_free(new);
	secret_free(puk);
	fixture_close(&f);
}

static void there_is_no_second_pin(void **state)
{
	struct secret *pin = secret_of("123456");
	struct pin_status status;
	struct fixture f;
	int tries;

	(void)state;
	piv_t0(&f);
	assert_int_equal(f.card->profile->query(f.card, 1, &status), MOHR_ERR_ARGUMENT);
	assert_int_equal(f.card->profile->query_opened(f.card, 1, &status), MOHR_ERR_ARGUMENT);
	assert_int_equal(f.card->profile->verify(f.card, 1, pin, &tries), MOHR_ERR_ARGUMENT);
	assert_int_equal(f.card->profile->unverify(f.card, 1), MOHR_ERR_ARGUMENT);
	assert_int_equal(sent(&f), 0);
	assert_null(f.card->profile->random);
	secret_free(pin);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identification_reads_four_objects_and_no_more),
		cmocka_unit_test(a_card_is_claimed_if_it_says_that_it_is_piv),
		cmocka_unit_test(another_card_is_not_claimed),
		cmocka_unit_test(transport_errors_of_identification_are_passed_on),
		cmocka_unit_test(the_discovery_object_says_which_pin_is_the_first),
		cmocka_unit_test(a_yubikey_tells_its_version_and_serial_number),
		cmocka_unit_test(an_old_yubikey_has_its_number_in_the_chuid),
		cmocka_unit_test(a_pin_is_padded_with_ff_after_select),
		cmocka_unit_test(no_pin_is_sent_where_select_fails),
		cmocka_unit_test(pins_that_cannot_be_right_are_not_sent),
		cmocka_unit_test(a_query_looks_at_the_selection_and_leaves_it),
		cmocka_unit_test(a_card_that_cannot_unverify_loses_the_selection),
		cmocka_unit_test(change_and_unblock_send_both_values_padded),
		cmocka_unit_test(there_is_no_second_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
