/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/ias_layouts.c against docs/ias-cards.md, and which card is taken for which. */
#include "fixture.h"

#define AID_P15    "A000000063504B43532D3135"
#define AID_UY     "A00000001840000001634200"
#define OPEN_P15   "00A40400 0C " AID_P15
#define SELECT_P15 "00A4040C 0C " AID_P15
#define SELECT_UY  "00A4040C 0C " AID_UY
#define OPEN_PIV   "00A40400 09 A00000030800001000"

/* T=0, of docs/ias-cards.md */
#define ATR_UY      "3B7D960000 8012858F544D4F4852 73962180"
#define ATR_FI      "3B7D960000 80122460544D4F4852 73962180"
#define ATR_FI_V3   "3B7D960000 801200F6544D4F4852 73962180"
#define ATR_EE      "3B7D960000 8012233F544D4F4852 73962180"
#define PHYSICAL_FI "3B7F96000080 31B865B085050011 122460 829000"
#define PHYSICAL_EE "3BFF9600008031FE438031B85365494464B085051012233F1D"

static const struct card_row {
	const char *atr;
	enum protocol protocol;
	const char *profile, *open;
	unsigned sign_reference;
} cards[] = {
	{ATR_UY, PROTOCOL_T0, "ias-uy", OPEN_UY, 0},
	{ATR_FI, PROTOCOL_T0, "ias-fi", OPEN_P15, 0x02},
	{ATR_FI_V3, PROTOCOL_T0, "ias-fi-v3", OPEN_P15, 0x03},
	{ATR_EE, PROTOCOL_T0, "ias-ee", OPEN_P15, 0x05},
	/* physical ones, whose answers to reset are public */
	{"3B7F94000080318065B0850300EF120FFF829000", PROTOCOL_T0, "ias-uy", OPEN_UY, 0},
	{"3B7F9600008031B865B0850300EF1200F6829000", PROTOCOL_T0, "ias-fi-v3", OPEN_P15, 0x03},
	{"3B7F9600008031B865B08504021B1200F6829000", PROTOCOL_T0, "ias-fi-v3", OPEN_P15, 0x03},
	{"3B7F9600008031B865B085050011122460829000", PROTOCOL_T0, "ias-fi", OPEN_P15, 0x02},
	{"3B7F9600008031B865B085051024122460829000", PROTOCOL_T0, "ias-fi", OPEN_P15, 0x02},
	{PHYSICAL_EE, PROTOCOL_T1, "ias-ee", OPEN_P15 " 00", 0x05},
};

enum { N_CARDS = sizeof(cards) / sizeof(cards[0]) };

/* Up to the answer to SELECT. */
static void connect(struct fixture *f, const struct card_row *row)
{
	fixture_connect(f, row->protocol, row->atr);
	fake_card_expect(f->fake, row->protocol == PROTOCOL_T1 ? OPEN_IAS_T1 : OPEN_IAS, "6A82");
	fake_card_expect(f->fake, row->open, "9000");
}

static void open_row(struct fixture *f, const struct card_row *row)
{
	connect(f, row);
	fake_card_expect(f->fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
	fake_card_clear_counts(f->fake);
}

static void open_atr(struct fixture *f, const char *atr)
{
	for (size_t i = 0; i < N_CARDS; i++) {
		if (strcmp(cards[i].atr, atr) == 0) {
			open_row(f, &cards[i]);
			return;
		}
	}
	fail_msg("no such card");
}

static void a_card_is_known_by_the_country_in_its_answer_to_reset(void **state)
{
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < N_CARDS; i++) {
		open_row(&f, &cards[i]);
		assert_string_equal(f.card->profile->name, cards[i].profile);
		assert_string_equal(f.card->serial, SERIAL);
		if (cards[i].sign_reference != 0)
			assert_int_equal(f.card->keys[1].reference, cards[i].sign_reference);
		fixture_close(&f);
	}
}

/* A PKCS#15 card of anyone else must not even be asked for its application by these profiles. */
static void other_cards_with_that_aid_are_left_alone(void **state)
{
	static const char *const atrs[] = {
		"3B7D960000 8054 4D503135 73962180 829000", /* another mark */
		"3B00",
		"3B7D960000 8012 2461 544D4F4852 73962180",     /* another country */
		"3B7D960000 8011 24 54 4D4F485252 73962180 00", /* cut short */
		"3B7D960000 0012 2460 544D4F4852 73962180", /* status at the end: 80 as another byte */
		"3B7D960000 1012 2460 544D4F4852 73962180", /* no compact-TLV */
		"3BF61300008131FE454A434F5076323431B7",     /* a JavaCard */
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(atrs) / sizeof(atrs[0]); i++) {
		fixture_connect(&f, PROTOCOL_T0, atrs[i]);
		f.config.profile_except = strdup("natid|p15|piv");
		if (i == 4) /* 00 is a category of compact-TLV too */
			fake_card_expect(f.fake, OPEN_P15, "6A82");
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
		assert_int_equal(sent(&f), i == 4);
		fixture_close(&f);
	}
}

static void a_card_that_names_no_country_can_be_forced(void **state)
{
	static const char *const names[] = {"ias-fi", "ias-fi-v3", "ias-ee", "ias-uy"};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
		f.config.profile = strdup(names[i]);
		fake_card_expect(f.fake, i == 3 ? OPEN_UY : OPEN_P15, "9000");
		fake_card_expect(f.fake, GET_CPLC, CPLC);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
		assert_string_equal(f.card->profile->name, names[i]);
		fixture_close(&f);
		/* one that names another is another, whoever says what */
		fixture_connect(&f, PROTOCOL_T0, i == 0 ? ATR_FI_V3 : i == 1 ? ATR_EE : ATR_FI);
		f.config.profile = strdup(names[i]);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
		assert_int_equal(sent(&f), 0);
		fixture_close(&f);
	}
}

static void a_card_without_production_data_has_no_serial_number(void **state)
{
	struct fixture f;

	(void)state;
	connect(&f, &cards[7]);
	fake_card_expect(f.fake, GET_CPLC, "6A88");
	fake_card_expect(f.fake, SELECT_MANAGER, "6A82");
	fake_card_expect(f.fake, SELECT_P15, "9000");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_string_equal(f.card->serial, "");
	assert_int_equal(f.card->n_data, 0);
	fixture_close(&f);
}

/* Reference, least and most digits typed of each PIN; all have 12 bytes on the card, filled with 00. */
static void pins_are_as_the_page_says(void **state)
{
	static const struct {
		const char *atr;
		unsigned n, auth, auth_min, sign_min;
	} rows[] = {
		{ATR_UY, 1, 0x11, 4, 0},
		{ATR_FI, 2, 0x11, 4, 6},
		{ATR_FI_V3, 2, 0x11, 4, 6},
		{ATR_EE, 2, 0x81, 4, 5},
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_atr(&f, rows[i].atr);
		assert_int_equal(f.card->n_pins, rows[i].n);
		assert_int_equal(f.card->pins[0].format.reference, rows[i].auth);
		assert_int_equal(f.card->pins[0].format.min_len, rows[i].auth_min);
		assert_false(f.card->pins[0].per_use);
		for (unsigned pin = 0; pin < rows[i].n; pin++) {
			assert_int_equal(f.card->pins[pin].format.max_len, 12);
			assert_int_equal(f.card->pins[pin].format.padded_len, 12);
			assert_int_equal(f.card->pins[pin].format.pad, 0);
			assert_true(f.card->pins[pin].format.digits_only);
			assert_true(f.card->pins[pin].usable);
		}
		if (rows[i].n == 2) {
			assert_int_equal(f.card->pins[1].format.reference, 0x82);
			assert_int_equal(f.card->pins[1].format.min_len, rows[i].sign_min);
			assert_true(f.card->pins[1].per_use);
			assert_true(f.card->pins[1].consumed);
		}
		fixture_close(&f);
	}
}

static void a_physical_card_is_not_trusted_to_forget_the_pin(void **state)
{
	struct fixture f;

	(void)state;
	open_row(&f, &cards[7]);
	assert_true(f.card->pins[1].per_use);
	assert_false(f.card->pins[1].consumed);
	assert_string_equal(f.card->manufacturer, "Thales");
	fixture_close(&f);
}

static void a_pin_reaches_the_right_application_padded(void **state)
{
	static const struct {
		const char *atr, *select, *verify, *unblock;
	} rows[] = {
		{ATR_UY, SELECT_UY, "00200011 0C 313233343536000000000000",
		 "002C0011 18 383736353433323100000000 313233343536000000000000"},
		{ATR_FI, SELECT_P15, "00200011 0C 313233343536000000000000",
		 "002C0011 18 383736353433323100000000 313233343536000000000000"},
		{ATR_EE, SELECT_P15, "00200081 0C 313233343536000000000000",
		 "002C0081 18 383736353433323100000000 313233343536000000000000"},
	};
	struct secret *pin = secret_of("123456"), *puk = secret_of("87654321");
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_atr(&f, rows[i].atr);
		fake_card_expect(f.fake, rows[i].select, "9000");
		fake_card_expect(f.fake, rows[i].verify, "9000");
		assert_int_equal(f.card->profile->verify(f.card, 0, pin, NULL), 0);
		fake_card_expect(f.fake, rows[i].select, "9000");
		fake_card_expect(f.fake, rows[i].unblock, "9000");
		assert_int_equal(f.card->profile->unblock(f.card, 0, puk, pin, NULL), 0);
		/* no selection, no PIN */
		fake_card_expect(f.fake, rows[i].select, "6A82");
		assert_true(f.card->profile->verify(f.card, 0, pin, NULL) < 0);
		assert_int_equal(fake_card_counts(f.fake)->verifies, 1);
		fixture_close(&f);
	}
	secret_free(pin);
	secret_free(puk);
}

static void certificates_are_where_the_page_says(void **state)
{
	static const struct {
		const char *atr, *auth, *sign;
	} rows[] = {
		{ATR_UY, "00A40000 02 B001", NULL},
		{ATR_FI, "00A40804 02 4331", "00A40804 04 50164332"},
		{ATR_FI_V3, "00A40804 02 4331", "00A40804 04 50164335"},
		{ATR_EE, "00A40804 04 ADF13411", "00A40804 04 ADF23421"},
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_atr(&f, rows[i].atr);
		assert_int_equal(f.card->n_certificates, rows[i].sign != NULL ? 2 : 1);
		/* of FCP that the card has, nothing is fetched */
		fake_card_expect(f.fake, rows[i].auth, i == 0 ? "9000" : "6112");
		fake_card_expect(f.fake, "00B00000 00", "3003020105 6282");
		assert_int_equal(f.card->profile->read_certificate(f.card, 0, &f.out), 0);
		assert_int_equal(f.out.len, 5);
		if (rows[i].sign != NULL) {
			fake_card_expect(f.fake, rows[i].sign, "6112");
			fake_card_expect(f.fake, "00B00000 00", "3003020106 6282");
			assert_int_equal(f.card->profile->read_certificate(f.card, 1, &f.out), 0);
			assert_int_equal(f.out.data[4], 6);
		}
		fixture_close(&f);
	}
}

static void a_path_that_is_refused_is_tried_once_more_after_select(void **state)
{
	struct fixture f;

	(void)state;
	open_atr(&f, ATR_EE);
	fake_card_expect(f.fake, "00A40804 04 ADF13411", "6A82");
	fake_card_expect(f.fake, SELECT_P15, "9000");
	fake_card_expect(f.fake, "00A40804 04 ADF13411", "9000");
	fake_card_expect(f.fake, "00B00000 00", "3003020105 6282");
	assert_int_equal(f.card->profile->read_certificate(f.card, 0, &f.out), 0);
	fixture_close(&f);
}

static void keys_are_signed_with_by_their_references(void **state)
{
	static const uint8_t digest[48] = {0};
	static const struct pubkey p384 = {.type = KEY_EC, .curve = CURVE_P384, .bits = 384};
	const struct sign_request q = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA384, .data = digest, .len = sizeof(digest)};
	static const struct {
		const char *atr;
		unsigned key;
		const char *mse;
	} rows[] = {
		{ATR_FI, 0, "002241B6 06 800154 840101"},
		{ATR_FI, 1, "002241B6 06 800154 840102"},
		{ATR_FI_V3, 1, "002241B6 06 800154 840103"},
		{ATR_EE, 0, "002241B6 06 800154 840101"},
		{ATR_EE, 1, "002241B6 06 800154 840105"},
	};
	uint8_t signature[96] = {1};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_atr(&f, rows[i].atr);
		fake_card_expect(f.fake, rows[i].mse, "9000");
		fake_card_expect(f.fake, "002A90A0 32 9030*", "9000");
		fake_card_expect_data(f.fake, "002A9E9A 00", signature, sizeof(signature), 0x9000);
		assert_int_equal(f.card->profile->sign(f.card, rows[i].key, &p384, &q, &f.out), 0);
		assert_int_equal(f.out.len, sizeof(signature));
		assert_int_equal(sent(&f), 3);
		fixture_close(&f);
	}
}

/* Its guide knows two algorithm bytes: SHA-256, and a DigestInfo that the host has made. */
static void uruguay_signs_by_what_its_guide_names(void **state)
{
	static const uint8_t digest[64] = {0}, modulus[256] = {0x80};
	struct pubkey rsa = {.type = KEY_RSA, .bits = 2048};
	struct sign_request q = {
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = digest, .len = 32};
	struct pubkey ec = {.type = KEY_EC, .curve = CURVE_P256, .bits = 256};
	struct fixture f;

	(void)state;
	cursor_init(&rsa.modulus, modulus, sizeof(modulus));
	open_atr(&f, ATR_UY);
	assert_int_equal(f.card->n_keys, 1);
	assert_int_equal(f.card->keys[0].use, KEY_USE_SIGN);
	fake_card_expect(f.fake, "002241B6 06 800142 840101", "9000");
	fake_card_expect(f.fake, "002A90A0 22 9020*", "9000");
	fake_card_expect_data(f.fake, "002A9E9A 00", modulus, 256, 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, 0, &rsa, &q, &f.out), 0);
	q.hash = HASH_SHA512;
	q.len = 64;
	fake_card_expect(f.fake, "002241B6 06 800102 840101", "9000");
	fake_card_expect(f.fake, "002A90A0 55 9053 3051300D060960864801650304020305000440*",
			 "9000");
	fake_card_expect_data(f.fake, "002A9E9A 00", modulus, 256, 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, 0, &rsa, &q, &f.out), 0);
	q.scheme = SIGN_PSS;
	q.mgf_hash = HASH_SHA512;
	q.salt_len = 64;
	assert_false(f.card->profile->can_sign(f.card, 0, &rsa, &q));
	q.scheme = SIGN_ECDSA;
	assert_false(f.card->profile->can_sign(f.card, 0, &ec, &q));
	fixture_close(&f);
}

static void labels_fit_a_token_label_of_32_characters(void **state)
{
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		open_row(&f, &cards[i]);
		for (unsigned n = 0; n < f.card->n_pins; n++) {
			const char *pin = f.card->pins[n].label;

			assert_true(f.card->n_pins > 1 ? pin != NULL : pin == NULL);
			assert_true(strlen(f.card->label) + (pin != NULL ? strlen(pin) + 3 : 0) <=
				    32);
		}
		fixture_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_known_by_the_country_in_its_answer_to_reset),
		cmocka_unit_test(other_cards_with_that_aid_are_left_alone),
		cmocka_unit_test(a_card_that_names_no_country_can_be_forced),
		cmocka_unit_test(a_card_without_production_data_has_no_serial_number),
		cmocka_unit_test(pins_are_as_the_page_says),
		cmocka_unit_test(a_physical_card_is_not_trusted_to_forget_the_pin),
		cmocka_unit_test(a_pin_reaches_the_right_application_padded),
		cmocka_unit_test(certificates_are_where_the_page_says),
		cmocka_unit_test(a_path_that_is_refused_is_tried_once_more_after_select),
		cmocka_unit_test(keys_are_signed_with_by_their_references),
		cmocka_unit_test(uruguay_signs_by_what_its_guide_names),
		cmocka_unit_test(labels_fit_a_token_label_of_32_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
