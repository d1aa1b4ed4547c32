/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/profile.c: which profile gets a card. */
#include "piv_fixture.h"

static void profiles_have_their_order(void **state)
{
	static const char *const names[] = {"natid",  "ias-fi", "ias-fi-v3", "ias-ee",
					    "ias-uy", "p15",    "piv"};
	const struct profile *const *p = profiles();
	size_t n = 0;

	(void)state;
	for (; p[n] != NULL && n < sizeof(names) / sizeof(names[0]); n++)
		assert_string_equal(p[n]->name, names[n]);
	assert_null(p[n]);
	assert_int_equal(n, sizeof(names) / sizeof(names[0]));
}

static void every_profile_has_all_its_operations(void **state)
{
	const struct profile *const *p;

	(void)state;
	for (p = profiles(); *p != NULL; p++) {
		assert_non_null((*p)->name);
		assert_non_null((*p)->open);
		assert_non_null((*p)->close);
		assert_non_null((*p)->query);
		assert_non_null((*p)->query_opened);
		assert_non_null((*p)->verify);
		assert_non_null((*p)->unverify);
		assert_non_null((*p)->change);
		assert_non_null((*p)->unblock);
		assert_non_null((*p)->read_certificate);
		assert_non_null((*p)->can_sign);
		assert_non_null((*p)->sign);
	}
}

static void expect_refusals(struct fixture *f, const char *sw)
{
	unsigned i;

	fake_card_expect(f->fake, OPEN_IAS, sw);
	fake_card_expect(f->fake, OPEN_UY, sw);
	for (i = 1; i < N_BEFORE_PIV; i++)
		fake_card_expect(f->fake, before_piv[i], sw);
	fake_card_expect(f->fake, SELECT_PIV, sw);
}

/* At most six questions. */
static void a_card_without_the_application_is_unknown(void **state)
{
	static const char *const refusals[] = {"6A82", "6A81", "6D00", "6E00",
					       "6700", "6985", "6999"};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
		expect_refusals(&f, refusals[i]);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
		assert_null(f.card);
		assert_in_range(sent(&f), 1, 6);
		fixture_close(&f);
	}
}

/* What may be a disturbance is asked again, once; a card that always answers so is none of ours. */
static void an_odd_answer_does_not_hide_a_card(void **state)
{
	static const char *const odd[] = {"6F00", "6400", "6581", "6283", "63C0", "6982", "0102"};
	struct fixture f;
	size_t i;
	unsigned k;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
		fake_card_expect(f.fake, OPEN_IAS, odd[i]);
		fixture_open(&f);
		assert_string_equal(f.card->profile->name, "natid");
		fixture_close(&f);
		for (k = 1; k < N_BEFORE_PIV; k++) {
			unsigned n;

			/* one of the questions of p15: all of its are repeated */
			fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
			fake_card_expect(f.fake, OPEN_IAS, "6A82");
			for (n = 1; n < N_BEFORE_PIV; n++)
				fake_card_expect(f.fake, before_piv[n], n == k ? odd[i] : "6A82");
			for (n = 1; n < N_BEFORE_PIV; n++)
				fake_card_expect(f.fake, before_piv[n], "6A82");
			fake_card_expect(f.fake, SELECT_PIV, "6A82");
			assert_int_equal(card_open(&f.channel, &f.config, &f.card),
					 MOHR_ERR_CARD_UNKNOWN);
			fixture_close(&f);
		}
		fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
		fake_card_expect(f.fake, OPEN_IAS, odd[i]);
		for (k = 0; k < N_BEFORE_PIV; k++)
			fake_card_expect(f.fake, before_piv[k], odd[i]);
		fake_card_expect(f.fake, SELECT_PIV, odd[i]);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
		assert_in_range(sent(&f), 1, 6);
		fixture_close(&f);
	}
}

static void a_card_that_says_what_it_is_is_asked_that_first(void **state)
{
	static const struct {
		const char *atr, *first;
	} rows[] = {
		{ATR_YUBIKEY, SELECT_PIV " 00"},
		{"3BF51800008131FE454D7945494498", "00A40400 0C A000000063504B43532D3135 00"},
		{"3BF51800008131FE454F73454944 00", "00A40400 0C A000000063504B43532D3135 00"},
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture_connect(&f, PROTOCOL_T1, rows[i].atr);
		fake_card_expect_error(f.fake, rows[i].first, MOHR_ERR_CARD_REMOVED);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_REMOVED);
		fixture_close(&f);
	}
	/* and the others after it; of two that it might be, the forced one */
	fixture_connect(&f, PROTOCOL_T1, ATR_YUBIKEY);
	fake_card_expect(f.fake, SELECT_PIV " 00", "6A82");
	fake_card_expect(f.fake, OPEN_IAS " 00", "9000");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_string_equal(f.card->profile->name, "natid");
	fixture_close(&f);
	fixture_connect(&f, PROTOCOL_T1, ATR_YUBIKEY);
	f.config.profile = strdup("natid");
	fake_card_expect(f.fake, OPEN_IAS " 00", "9000");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	fixture_close(&f);
}

static void a_forced_profile_is_the_only_one_that_is_tried(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	f.config.profile = strdup("piv2030");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
	assert_int_equal(sent(&f), 0);
	free(f.config.profile);
	f.config.profile = strdup("natid");
	fixture_open(&f);
	assert_string_equal(f.card->profile->name, "natid");
	fixture_close(&f);
}

static void an_excluded_profile_is_not_tried(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	f.config.profile_except = strdup("natid | p15");
	fake_card_expect(f.fake, SELECT_PIV, "6A82");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
	free(f.config.profile_except);
	f.config.profile_except = strdup("piv | natid | p15");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
	assert_int_equal(sent(&f), 1);
	/* the one that is forced and excluded is excluded */
	f.config.profile = strdup("piv");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
	assert_int_equal(sent(&f), 1);
	fixture_close(&f);
}

static void transport_errors_are_not_mistaken_for_an_unknown_card(void **state)
{
	static const int errors[] = {MOHR_ERR_CARD_REMOVED, MOHR_ERR_CARD_RESET,
				     MOHR_ERR_CARD_MUTE,    MOHR_ERR_READER_GONE,
				     MOHR_ERR_NO_SERVICE,   MOHR_ERR_COMMUNICATION};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
		fake_card_expect_error(f.fake, OPEN_IAS, errors[i]);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), errors[i]);
		fixture_close(&f);
		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
		fake_card_expect(f.fake, OPEN_IAS, "9000");
		fake_card_expect_error(f.fake, GET_CPLC, errors[i]);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), errors[i]);
		fixture_close(&f);
	}
}

static void closing_nothing_does_nothing(void **state)
{
	(void)state;
	card_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_have_their_order),
		cmocka_unit_test(every_profile_has_all_its_operations),
		cmocka_unit_test(a_card_without_the_application_is_unknown),
		cmocka_unit_test(an_odd_answer_does_not_hide_a_card),
		cmocka_unit_test(a_card_that_says_what_it_is_is_asked_that_first),
		cmocka_unit_test(a_forced_profile_is_the_only_one_that_is_tried),
		cmocka_unit_test(an_excluded_profile_is_not_tried),
		cmocka_unit_test(transport_errors_are_not_mistaken_for_an_unknown_card),
		cmocka_unit_test(closing_nothing_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
