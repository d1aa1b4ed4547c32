/* SPDX-License-Identifier: BSD-2-Clause */
/* card/pin.c: what is sent, how often, and what answers mean. Commands from docs/natid-card.md. */
#include "fixture.h"

#include "card/pin.h"

static const struct pin_format PIN = {.reference = 0x81,
				      .min_len = 4,
				      .max_len = 8,
				      .padded_len = 16,
				      .pad = 0x00,
				      .digits_only = true};
static const struct pin_format PUK = {.reference = 0x83,
				      .min_len = 8,
				      .max_len = 8,
				      .padded_len = 16,
				      .pad = 0x00,
				      .digits_only = true};

static int check(const struct pin_format *f, const char *text)
{
	struct secret *s = secret_of(text);
	int r = pin_check(f, s);

	secret_free(s);
	return r;
}

static void a_pin_that_cannot_be_right_is_told_beforehand(void **state)
{
	static const struct pin_format any = {.min_len = 0, .max_len = 64, .padded_len = 12};

	(void)state;
	assert_int_equal(check(&PIN, "1234"), 0);
	assert_int_equal(check(&PIN, "12345678"), 0);
	assert_int_equal(check(&PIN, "123"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(check(&PIN, "123456789"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(check(&PIN, ""), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(pin_check(&PIN, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(check(&PIN, "12a4"), MOHR_ERR_PIN_INVALID);
	assert_int_equal(check(&PIN, "12 4"), MOHR_ERR_PIN_INVALID);
	assert_int_equal(check(&PIN, "12/4"), MOHR_ERR_PIN_INVALID);
	assert_int_equal(check(&PIN, "12:4"), MOHR_ERR_PIN_INVALID);
	/* an empty PIN is never right, whatever the format says; nor one past the card's room */
	assert_int_equal(check(&any, ""), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(check(&any, "any letters"), 0);
	assert_int_equal(check(&any, "thirteen bytes"), MOHR_ERR_PIN_LENGTH);
}

static void a_padding_byte_inside_a_pin_is_refused(void **state)
{
	static const struct pin_format padded = {.max_len = 8, .padded_len = 8, .pad = 'x'};
	static const struct pin_format plain = {.max_len = 8, .pad = 'x'};

	(void)state;
	assert_int_equal(check(&padded, "12x4"), MOHR_ERR_PIN_INVALID);
	assert_int_equal(check(&plain, "12x4"), 0);
}

static void assert_query(const char *response, bool verified, bool blocked, bool must_change,
			 int tries)
{
	struct pin_status s;
	struct fixture f;

	fixture_t0(&f);
	fake_card_expect(f.card, "00200081", response);
	assert_int_equal(pin_query(&f.channel, &PIN, &s), 0);
	assert_int_equal(s.verified, verified);
	assert_int_equal(s.blocked, blocked);
	assert_int_equal(s.must_change, must_change);
	assert_int_equal(s.tries_left, tries);
	assert_int_equal(fake_card_counts(f.card)->verifies, 0);
	fixture_close(&f);
}

static void a_query_sends_no_data_and_reads_the_status(void **state)
{
	(void)state;
	assert_query("9000", true, false, false, PIN_TRIES_UNKNOWN);
	assert_query("63C3", false, false, false, 3);
	assert_query("63C1", false, false, false, 1);
	assert_query("63C0", false, true, false, 0);
	assert_query("6983", false, true, false, 0);
	assert_query("6984", false, true, false, 0);
	assert_query("6985", false, false, true, PIN_TRIES_UNKNOWN);
}

static void a_query_that_says_nothing_is_an_error(void **state)
{
	struct pin_status s = {.tries_left = 9};
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00200081", "6A88");
	assert_int_equal(pin_query(&f.channel, &PIN, &s), MOHR_ERR_NOT_FOUND);
	fake_card_expect(f.card, "00200081", "6D00");
	assert_int_equal(pin_query(&f.channel, &PIN, &s), MOHR_ERR_NOT_SUPPORTED);
	fake_card_expect_error(f.card, "00200081", MOHR_ERR_CARD_RESET);
	assert_int_equal(pin_query(&f.channel, &PIN, &s), MOHR_ERR_CARD_RESET);
	assert_int_equal(s.tries_left, 9);
	fixture_close(&f);
}

static void verify_pads_and_sends_once(void **state)
{
	struct secret *pin = secret_of("123456");
	struct fixture f;
	int tries = 5;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00200081 10 31323334353600000000000000000000", "9000");
	assert_int_equal(pin_verify(&f.channel, &PIN, pin, &tries), 0);
	assert_int_equal(tries, PIN_TRIES_UNKNOWN);
	fixture_close(&f);
	secret_free(pin);
}

static void verify_without_padding_sends_the_pin_as_typed(void **state)
{
	static const struct pin_format plain = {.reference = 0x11, .min_len = 4, .max_len = 12};
	struct secret *pin = secret_of("secret");
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00200011 06 736563726574", "9000");
	assert_int_equal(pin_verify(&f.channel, &plain, pin, NULL), 0);
	fixture_close(&f);
	secret_free(pin);
}

static void each_refusal_of_verify_costs_one_command_and_tells_the_tries(void **state)
{
	static const struct {
		const char *response;
		int err, tries;
	} rows[] = {
		{"63C2", MOHR_ERR_PIN_INCORRECT, 2},
		{"63C0", MOHR_ERR_PIN_BLOCKED, 0},
		{"6983", MOHR_ERR_PIN_BLOCKED, 0},
		{"6984", MOHR_ERR_PIN_BLOCKED, 0},
		{"6985", MOHR_ERR_PIN_MUST_CHANGE, PIN_TRIES_UNKNOWN},
		{"6A88", MOHR_ERR_NOT_FOUND, PIN_TRIES_UNKNOWN},
		{"6700", MOHR_ERR_CARD_REFUSED, PIN_TRIES_UNKNOWN},
		{"6C10", MOHR_ERR_CARD_REFUSED, PIN_TRIES_UNKNOWN},
		{"6F00", MOHR_ERR_CARD_REFUSED, PIN_TRIES_UNKNOWN},
		{"", MOHR_ERR_CARD_MUTE, PIN_TRIES_UNKNOWN},
		{"63", MOHR_ERR_MALFORMED, PIN_TRIES_UNKNOWN},
	};
	struct secret *pin = secret_of("0000");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		int tries = 5;

		fixture_t0(&f);
		fake_card_expect(f.card, "00200081 10 *", rows[i].response);
		assert_int_equal(pin_verify(&f.channel, &PIN, pin, &tries), rows[i].err);
		assert_int_equal(tries, rows[i].tries);
		assert_int_equal(fake_card_counts(f.card)->transmits, 1);
		fixture_close(&f);
	}
	secret_free(pin);
}

static void a_wrong_length_costs_no_try(void **state)
{
	struct secret *bad = secret_of("123");
	struct secret *good = secret_of("12345678");
	struct fixture f;
	int tries = 5;

	(void)state;
	fixture_t0(&f);
	assert_int_equal(pin_verify(&f.channel, &PIN, bad, &tries), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(tries, PIN_TRIES_UNKNOWN);
	assert_int_equal(pin_change(&f.channel, &PIN, bad, good, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(pin_change(&f.channel, &PIN, good, bad, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(pin_unblock(&f.channel, &PIN, &PUK, bad, good, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(pin_unblock(&f.channel, &PIN, &PUK, good, bad, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(fake_card_counts(f.card)->transmits, 0);
	fixture_close(&f);
	secret_free(bad);
	secret_free(good);
}

static void change_sends_old_and_new(void **state)
{
	struct secret *old_pin = secret_of("1234");
	struct secret *new_pin = secret_of("87654321");
	struct fixture f;
	int tries = 5;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card,
			 "00240081 20 31323334000000000000000000000000"
			 "38373635343332310000000000000000",
			 "9000");
	assert_int_equal(pin_change(&f.channel, &PIN, old_pin, new_pin, &tries), 0);
	fake_card_expect(f.card, "00240081 20 *", "63C1");
	assert_int_equal(pin_change(&f.channel, &PIN, old_pin, new_pin, &tries),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	fixture_close(&f);
	secret_free(old_pin);
	secret_free(new_pin);
}

static void unblock_sends_puk_and_new_pin(void **state)
{
	struct secret *puk = secret_of("11112222");
	struct secret *new_pin = secret_of("4321");
	struct fixture f;
	int tries = 5;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card,
			 "002C0081 20 31313131323232320000000000000000"
			 "34333231000000000000000000000000",
			 "9000");
	assert_int_equal(pin_unblock(&f.channel, &PIN, &PUK, puk, new_pin, &tries), 0);
	fake_card_expect(f.card, "002C0081 20 *", "63C4");
	assert_int_equal(pin_unblock(&f.channel, &PIN, &PUK, puk, new_pin, &tries),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 4);
	fixture_close(&f);
	secret_free(puk);
	secret_free(new_pin);
}

static void puk_and_pin_each_follow_their_own_format(void **state)
{
	static const struct pin_format short_puk = {.min_len = 4, .max_len = 4, .padded_len = 8};
	struct secret *four = secret_of("1234"), *eight = secret_of("12345678");
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	/* right for a PIN, not for the PUK; and the other way round */
	assert_int_equal(pin_unblock(&f.channel, &PIN, &PUK, four, four, NULL),
			 MOHR_ERR_PIN_LENGTH);
	assert_int_equal(pin_unblock(&f.channel, &PIN, &short_puk, eight, four, NULL),
			 MOHR_ERR_PIN_LENGTH);
	assert_int_equal(fake_card_counts(f.card)->transmits, 0);
	fake_card_expect(f.card, "002C0081 18 3132333400000000 31323334353637380000000000000000",
			 "9000");
	assert_int_equal(pin_unblock(&f.channel, &PIN, &short_puk, four, eight, NULL), 0);
	fixture_close(&f);
	secret_free(four);
	secret_free(eight);
}

static void unverify_sends_no_data_and_knows_a_refusal(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "0020FF81", "9000");
	assert_int_equal(pin_unverify(&f.channel, &PIN), 0);
	fake_card_expect(f.card, "0020FF81", "6A86");
	assert_int_equal(pin_unverify(&f.channel, &PIN), MOHR_ERR_NOT_SUPPORTED);
	fake_card_expect(f.card, "0020FF81", "63C3");
	assert_int_equal(pin_unverify(&f.channel, &PIN), MOHR_ERR_NOT_SUPPORTED);
	fake_card_expect_error(f.card, "0020FF81", MOHR_ERR_CARD_REMOVED);
	assert_int_equal(pin_unverify(&f.channel, &PIN), MOHR_ERR_CARD_REMOVED);
	fixture_close(&f);
}

static void a_new_value_alone_is_sent_by_another_right(void **state)
{
	struct secret *pin = secret_of("4321"), *letters = secret_of("43a1");
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "002C0281 10 34333231000000000000000000000000", "9000");
	assert_int_equal(pin_set(&f.channel, INS_RESET_RETRY, &PIN, pin), 0);
	fake_card_expect(f.card, "00240181 10 34333231000000000000000000000000", "9000");
	assert_int_equal(pin_set(&f.channel, INS_CHANGE, &PIN, pin), 0);
	fake_card_expect(f.card, "002C0281 10 34333231000000000000000000000000", "6982");
	assert_int_equal(pin_set(&f.channel, INS_RESET_RETRY, &PIN, pin), MOHR_ERR_SECURITY_STATUS);
	/* nothing is sent */
	assert_int_equal(pin_set(&f.channel, INS_RESET_RETRY, &PIN, letters), MOHR_ERR_PIN_INVALID);
	assert_int_equal(pin_set(&f.channel, INS_RESET_RETRY, &PIN, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(pin_set(&f.channel, INS_VERIFY, &PIN, pin), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
	secret_free(pin);
	secret_free(letters);
}

/* PKCS #15 §6.8.2: bcd, two digits a byte */
static void digits_are_packed_where_the_card_wants_that(void **state)
{
	static const struct pin_format padded = {.reference = 1,
						 .min_len = 4,
						 .max_len = 16,
						 .padded_len = 8,
						 .pad = 0xFF,
						 .is_bcd = true};
	static const struct pin_format plain = {
		.reference = 1, .min_len = 4, .max_len = 16, .is_bcd = true};
	struct secret *odd = secret_of("12345"), *even = secret_of("123456");
	struct fixture f;

	(void)state;
	assert_int_equal(check(&padded, "1234567890123456"), 0);
	assert_int_equal(check(&padded, "12345678901234567"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(check(&padded, "12a4"), MOHR_ERR_PIN_INVALID);
	fixture_t0(&f);
	fake_card_expect(f.card, "00200001 08 12345FFFFFFFFFFF", "9000");
	assert_int_equal(pin_verify(&f.channel, &padded, odd, NULL), 0);
	fake_card_expect(f.card, "00200001 08 123456FFFFFFFFFF", "9000");
	assert_int_equal(pin_verify(&f.channel, &padded, even, NULL), 0);
	fake_card_expect(f.card, "00200001 03 123450", "9000");
	assert_int_equal(pin_verify(&f.channel, &plain, odd, NULL), 0);
	fixture_close(&f);
	secret_free(odd);
	secret_free(even);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pin_that_cannot_be_right_is_told_beforehand),
		cmocka_unit_test(a_padding_byte_inside_a_pin_is_refused),
		cmocka_unit_test(digits_are_packed_where_the_card_wants_that),
		cmocka_unit_test(a_query_sends_no_data_and_reads_the_status),
		cmocka_unit_test(a_query_that_says_nothing_is_an_error),
		cmocka_unit_test(verify_pads_and_sends_once),
		cmocka_unit_test(verify_without_padding_sends_the_pin_as_typed),
		cmocka_unit_test(each_refusal_of_verify_costs_one_command_and_tells_the_tries),
		cmocka_unit_test(a_wrong_length_costs_no_try),
		cmocka_unit_test(change_sends_old_and_new),
		cmocka_unit_test(unblock_sends_puk_and_new_pin),
		cmocka_unit_test(puk_and_pin_each_follow_their_own_format),
		cmocka_unit_test(unverify_sends_no_data_and_knows_a_refusal),
		cmocka_unit_test(a_new_value_alone_is_sent_by_another_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
