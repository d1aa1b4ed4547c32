/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/piv_vendor.c: what a YubiKey tells of its keys, as Yubico describes its extensions. */
#include "piv_fixture.h"

#define GET_METADATA(ref) "00F700" ref " 00 0000"
#define GET_POLICY(ref)   "00F700" ref " 10" /* the first bytes of it */
/* algorithm, policy of PIN and of touch, origin */
#define OF_P256(pin) "01 01 11 02 02 " pin " 01 03 01 01"
/* the base point, SEC 2 §2.4.2 */
#define POINT                                                                                      \
	"04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                      \
	"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"

enum { KEY_9A, KEY_9C, KEY_9D, KEY_9E };

static void open_version(struct fixture *f, const char *version)
{
	fixture_connect(f, PROTOCOL_T1, ATR_YUBIKEY);
	piv_expect_others(f);
	piv_expect(f, SELECT_PIV, PIV_FCI);
	piv_expect(f, GET_DISCOVERY, DISCOVERY);
	fake_card_expect(f->fake, "00FD0000 00", version);
	fake_card_expect(f->fake, "00F80000 00", "00BC614E 9000");
	piv_expect_long(f, GET_HISTORY, "6A82");
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
	fake_card_clear_counts(f->fake);
}

static int policy_of(struct fixture *f, unsigned key, struct key_policy *ret)
{
	return f->card->profile->read_policy(f->card, key, ret);
}

static void the_policy_is_what_the_card_says(void **state)
{
	static const struct {
		const char *answer;
		bool open, per_use;
	} rows[] = {
		{OF_P256("01") " 9000", true, false},
		{OF_P256("02") " 9000", false, false},
		{OF_P256("03") " 9000", false, true},
		/* one that nobody knows, none, and nothing at all: the standard's, 9C's own */
		{OF_P256("05") " 9000", false, true},
		{"01 01 11 9000", false, true},
		{"02 00 9000", false, true},
		{"9000", false, true},
	};
	struct key_policy policy;
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_version(&f, "050403 9000");
		fake_card_expect(f.fake, GET_POLICY("9C"), rows[i].answer);
		assert_int_equal(policy_of(&f, KEY_9C, &policy), 0);
		assert_int_equal(policy.open, rows[i].open);
		assert_int_equal(policy.per_use, rows[i].per_use);
		/* once is enough */
		assert_int_equal(policy_of(&f, KEY_9C, &policy), 0);
		assert_int_equal(policy.per_use, rows[i].per_use);
		assert_int_equal(sent(&f), 1);
		fixture_close(&f);
	}
}

static void a_key_that_is_not_there_is_not_found(void **state)
{
	struct key_policy policy;
	struct fixture f;

	(void)state;
	open_version(&f, "050403 9000");
	fake_card_expect(f.fake, GET_POLICY("9D"), "6A88");
	assert_int_equal(policy_of(&f, KEY_9D, &policy), MOHR_ERR_NOT_FOUND);
	/* an answer of another kind is no news of the key, and it is asked again */
	fake_card_expect(f.fake, GET_POLICY("9D"), "6D00");
	assert_int_equal(policy_of(&f, KEY_9D, &policy), MOHR_ERR_NOT_SUPPORTED);
	fake_card_expect(f.fake, GET_POLICY("9D"), OF_P256("02") " 9000");
	assert_int_equal(policy_of(&f, KEY_9D, &policy), 0);
	assert_int_equal(policy_of(&f, f.card->n_keys, &policy), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
}

static void older_versions_are_not_asked(void **state)
{
	static const char *const versions[] = {"050204 9000", "040305 9000", "6D00"};
	struct key_policy policy;
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		open_version(&f, versions[i]);
		assert_int_equal(policy_of(&f, KEY_9C, &policy), 0);
		assert_true(policy.per_use);
		assert_int_equal(policy_of(&f, KEY_9E, &policy), 0);
		assert_true(policy.open);
		assert_int_equal(sent(&f), 0);
		fixture_close(&f);
	}
}

/* What follows the policy is long, and stays on the card; one that sends it all is asked for all. */
static void the_policy_costs_few_bytes(void **state)
{
	struct key_policy policy;
	struct fixture f;

	(void)state;
	open_version(&f, "050700 9000");
	fake_card_expect(f.fake, GET_POLICY("9C"), OF_P256("01") " 04 43 86 41 04 6B 6140");
	assert_int_equal(policy_of(&f, KEY_9C, &policy), 0);
	assert_true(policy.open);
	assert_int_equal(sent(&f), 1);
	fake_card_expect(f.fake, GET_POLICY("9D"), OF_P256("03") " 04 43 86 41 " POINT " 9000");
	fake_card_expect(f.fake, GET_METADATA("9D"), OF_P256("03") " 04 43 86 41 " POINT " 9000");
	assert_int_equal(policy_of(&f, KEY_9D, &policy), 0);
	assert_true(policy.per_use);
	assert_int_equal(sent(&f), 3);
	fixture_close(&f);
}

static void the_public_key_is_told(void **state)
{
	struct cursor spki;
	struct pubkey key;
	struct fixture f;

	(void)state;
	open_version(&f, "050204 9000");
	assert_int_equal(f.card->profile->read_public_key(f.card, KEY_9A, &f.out),
			 MOHR_ERR_NOT_FOUND);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
	open_version(&f, "050700 9000");
	assert_int_equal(f.card->profile->read_public_key(f.card, f.card->n_keys, &f.out),
			 MOHR_ERR_ARGUMENT);
	fake_card_expect(f.fake, GET_METADATA("9A"), "6A88");
	assert_int_equal(f.card->profile->read_public_key(f.card, KEY_9A, &f.out),
			 MOHR_ERR_NOT_FOUND);
	fake_card_expect(f.fake, GET_METADATA("9A"), OF_P256("02") " 04 43 86 41 " POINT " 9000");
	assert_int_equal(f.card->profile->read_public_key(f.card, KEY_9A, &f.out), 0);
	spki = buf_cursor(&f.out);
	assert_int_equal(pubkey_decode_spki(&spki, &key), 0);
	assert_int_equal(key.type, KEY_EC);
	assert_int_equal(key.curve, CURVE_P256);
	fixture_close(&f);
}

static void what_is_no_public_key_is_refused(void **state)
{
	static const char *const answers[] = {
		"01 01 11 04 43 86 41 9000",              /* cut */
		"01 01 14 04 43 86 41 " POINT " 9000",    /* of another curve */
		"01 01 11 04 44 86 41 " POINT " 00 9000", /* a byte too many */
		"01 01 77 04 43 86 41 " POINT " 9000",    /* of an algorithm nobody knows */
		"01 00 04 43 86 41 " POINT " 9000",
		"04 43 86 41 " POINT " 9000",
		"9000",
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		open_version(&f, "050700 9000");
		fake_card_expect(f.fake, GET_METADATA("9A"), answers[i]);
		assert_true(f.card->profile->read_public_key(f.card, KEY_9A, &f.out) < 0);
		assert_int_equal(f.out.len, 0);
		fixture_close(&f);
	}
}

/* A key with the policy "never" may be asked again after SELECT; one with "always" may not. */
static void retries_follow_the_policy(void **state)
{
	static const uint8_t digest[32] = {0xD1};
	struct sign_request q = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA256, .data = digest, .len = 32};
	struct pubkey shape = {.type = KEY_EC, .curve = CURVE_P256, .bits = 256};
	struct key_policy policy;
	struct fixture f;

	(void)state;
	open_version(&f, "050403 9000");
	fake_card_expect(f.fake, GET_POLICY("9A"), OF_P256("03") " 9000");
	fake_card_expect(f.fake, GET_POLICY("9C"), OF_P256("01") " 9000");
	assert_int_equal(policy_of(&f, KEY_9A, &policy), 0);
	assert_int_equal(policy_of(&f, KEY_9C, &policy), 0);
	fake_card_expect(f.fake, "0087119A *", "6D00");
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_NOT_SUPPORTED);
	fake_card_expect(f.fake, "0087119C *", "6982");
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, "0087119C *", "7C 0A 82 08 30 06 02 01 01 02 01 01 9000");
	assert_int_equal(f.card->profile->sign(f.card, KEY_9C, &shape, &q, &f.out), 0);
	fixture_close(&f);
}

static void the_attestation_certificate_is_an_authoritys(void **state)
{
	struct fixture f;

	(void)state;
	open_version(&f, "040300 9000");
	assert_int_equal(f.card->n_keys, 4);
	assert_int_equal(f.card->n_certificates, 5);
	assert_int_equal(f.card->certificates[4].id, 25);
	assert_true(f.card->certificates[4].authority);
	piv_expect_long(&f, "00CB3FFF 05 5C035FFF01", "53 09 70 07 3005 0203010001 9000");
	assert_int_equal(f.card->profile->read_certificate(f.card, 4, &f.out), 0);
	assert_int_equal(f.out.len, 7);
	fixture_close(&f);
	open_version(&f, "040205 9000");
	assert_int_equal(f.card->n_certificates, 4);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_policy_is_what_the_card_says),
		cmocka_unit_test(a_key_that_is_not_there_is_not_found),
		cmocka_unit_test(older_versions_are_not_asked),
		cmocka_unit_test(the_policy_costs_few_bytes),
		cmocka_unit_test(the_public_key_is_told),
		cmocka_unit_test(what_is_no_public_key_is_refused),
		cmocka_unit_test(retries_follow_the_policy),
		cmocka_unit_test(the_attestation_certificate_is_an_authoritys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
