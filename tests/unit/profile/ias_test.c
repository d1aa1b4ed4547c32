/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/ias.c against a scripted card: what is sent, in which order, and how often. */
#include "fixture.h"

/* ---- identification --------------------------------------------------------------------------- */

static void identification_costs_two_commands(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(sent(&f), 2);
	assert_string_equal(f.card->serial, SERIAL);
	fixture_close(&f);
}

static void production_data_are_kept_from_identification(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	assert_int_equal(f.card->n_data, 1);
	assert_int_equal(f.card->data[0].pin, AUTH);
	assert_false(f.card->data[0].is_private);
	assert_int_equal(f.card->profile->read_data(f.card, 0, &f.out), 0);
	assert_int_equal(f.card->profile->read_data(f.card, 1, &f.out), MOHR_ERR_ARGUMENT);
	assert_int_equal(sent(&f), 0);
	assert_int_equal(f.out.len, 42);
	/* the fabrication date of CPLC begins at decimal offset 10 */
	assert_memory_equal(f.out.data + 10, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	fixture_close(&f);
}

static void the_card_manager_is_asked_if_the_application_refuses(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect(f.fake, GET_CPLC, "6A88");
	fake_card_expect(f.fake, SELECT_MANAGER, "9000");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_string_equal(f.card->serial, SERIAL);
	fixture_close(&f);
}

static void a_card_that_tells_no_serial_number_has_an_empty_one(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect(f.fake, GET_CPLC, "6D00");
	fake_card_expect(f.fake, SELECT_MANAGER, "6A82");
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_string_equal(f.card->serial, "");
	assert_int_equal(f.card->n_data, 0);
	fixture_close(&f);
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect(f.fake, GET_CPLC, "6D00");
	fake_card_expect(f.fake, SELECT_MANAGER, "9000");
	fake_card_expect(f.fake, GET_CPLC, "6982");
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_string_equal(f.card->serial, "");
	fixture_close(&f);
}

static void an_application_that_is_gone_after_the_manager_is_an_unknown_card(void **state)
{
	struct fixture f;
	unsigned i;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect(f.fake, GET_CPLC, "6D00");
	fake_card_expect(f.fake, SELECT_MANAGER, "9000");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	fake_card_expect(f.fake, SELECT_IAS, "6A82");
	/* the profiles behind this one have their turn */
	fake_card_expect(f.fake, OPEN_UY, "6A82");
	for (i = 1; i < N_BEFORE_PIV; i++)
		fake_card_expect(f.fake, before_piv[i], "6A82");
	fake_card_expect(f.fake, "00A40400 09 A00000030800001000", "6A82");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
	fixture_close(&f);
}

static void a_malformed_serial_number_is_an_error_not_another_card(void **state)
{
	uint8_t bytes[64];
	size_t len = fake_hex(CPLC, bytes, sizeof(bytes)) - 2;
	struct fixture f;
	size_t cut;

	(void)state;
	for (cut = 0; cut < len; cut++) {
		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
		fake_card_expect(f.fake, OPEN_IAS, "9000");
		fake_card_expect_data(f.fake, GET_CPLC, bytes, cut, 0x9000);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_MALFORMED);
		fixture_close(&f);
	}
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect_data(f.fake, GET_CPLC, bytes, len + 1, 0x9000);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_MALFORMED);
	fixture_close(&f);
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect(f.fake, GET_CPLC, "9F7F03 AABBCC 9000");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_MALFORMED);
	fixture_close(&f);
	/* well-formed, and not production data */
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f.fake, OPEN_IAS, "9000");
	fake_card_expect(f.fake, GET_CPLC, "9F7F14 0001020304050607080910111213141516171819 9000");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_MALFORMED);
	fixture_close(&f);
}

/* Some cards answer to any name; the PIN of the national card must not come to them. */
static void another_application_is_not_taken_for_it(void **state)
{
	static const struct {
		const char *fci;
		int result;
	} cards[] = {
		{"6F0E 840C F276A288BCFBA69D34F31001 9000", MOHR_ERR_CARD_UNKNOWN},
		{"6F0A 8408 A000000151000000 9000", MOHR_ERR_CARD_UNKNOWN},
		{"6F0C A503 500141 8405 A000000308 9000", MOHR_ERR_CARD_UNKNOWN},
		/* of the same provider, or without a name */
		{"6F0E 840C A0000000180C000001634200 9000", 0},
		{"6F07 8405 A000000018 9000", 0},
		{"6F0A 8408 A000000018434D00 9000", 0},
		{"6F06 8404 A0000003 9000", 0},
		{"6F02 8400 9000", 0},
		{"6F03 500141 9000", 0},
		{"6F00 9000", 0},
		{"9000", 0},
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		fixture_connect(&f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
		f.config.profile = strdup("natid");
		fake_card_expect(f.fake, OPEN_IAS_T1, cards[i].fci);
		if (cards[i].result == 0)
			fake_card_expect(f.fake, GET_CPLC, CPLC);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), cards[i].result);
		assert_int_equal(sent(&f), cards[i].result == 0 ? 2 : 1);
		fixture_close(&f);
	}
}

/* ---- PINs ------------------------------------------------------------------------------------- */

static void pin_commands_select_the_application_first(void **state)
{
	struct secret *pin = secret_of("123456");
	struct secret *other = secret_of("654321");
	struct secret *puk = secret_of("11112222");
	struct pin_status status;
	struct fixture f;
	int tries = 9;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "00200081", "63C3");
	assert_int_equal(f.card->profile->query(f.card, AUTH, &status), 0);
	assert_int_equal(status.tries_left, 3);

	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "00200082 10 31323334353600000000000000000000", "63C1");
	assert_int_equal(f.card->profile->verify(f.card, SIGN, pin, &tries),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);

	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "0020FF81", "9000");
	assert_int_equal(f.card->profile->unverify(f.card, AUTH), 0);

	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake,
			 "00240081 20 31323334353600000000000000000000"
			 "36353433323100000000000000000000",
			 "9000");
	assert_int_equal(f.card->profile->change(f.card, AUTH, pin, other, &tries), 0);

	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake,
			 "002C0082 20 31313131323232320000000000000000"
			 "31323334353600000000000000000000",
			 "6983");
	assert_int_equal(f.card->profile->unblock(f.card, SIGN, puk, pin, &tries),
			 MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(tries, 0);
	fixture_close(&f);
	secret_free(pin);
	secret_free(other);
	secret_free(puk);
}

static void a_status_right_after_opening_needs_no_select(void **state)
{
	struct pin_status status;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, "00200082", "6985");
	assert_int_equal(f.card->profile->query_opened(f.card, SIGN, &status), 0);
	assert_true(status.must_change);
	fixture_close(&f);
}

static void no_pin_is_sent_where_the_application_cannot_be_selected(void **state)
{
	struct secret *pin = secret_of("12345678");
	struct fixture f;
	int tries = 9;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, SELECT_IAS, "6A82");
	assert_int_equal(f.card->profile->verify(f.card, AUTH, pin, &tries), MOHR_ERR_NOT_FOUND);
	assert_int_equal(tries, PIN_TRIES_UNKNOWN);
	fake_card_expect(f.fake, SELECT_IAS, "6A82");
	assert_int_equal(f.card->profile->change(f.card, AUTH, pin, pin, NULL), MOHR_ERR_NOT_FOUND);
	fake_card_expect(f.fake, SELECT_IAS, "6A82");
	assert_int_equal(f.card->profile->unblock(f.card, AUTH, pin, pin, NULL),
			 MOHR_ERR_NOT_FOUND);
	assert_int_equal(sent(&f), 3);
	fixture_close(&f);
	secret_free(pin);
}

static void a_pin_that_is_not_there_is_an_argument_error(void **state)
{
	struct secret *pin = secret_of("12345678");
	struct pin_status status;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	assert_int_equal(f.card->profile->query(f.card, 2, &status), MOHR_ERR_ARGUMENT);
	assert_int_equal(f.card->profile->verify(f.card, 2, pin, NULL), MOHR_ERR_ARGUMENT);
	assert_int_equal(f.card->profile->unverify(f.card, 4000000000u), MOHR_ERR_ARGUMENT);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
	secret_free(pin);
}

/* ---- physical cards ---------------------------------------------------------------------------- */

static void a_physical_card_gets_no_pin_command_until_all_is_stated(void **state)
{
	struct secret *pin = secret_of("12345678");
	static const struct pubkey rsa = {.type = KEY_RSA, .bits = 2048};
	static const uint8_t digest[32];
	struct sign_request q = {
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = digest, .len = 32};
	struct pin_status status;
	struct fixture f;
	unsigned stated;

	(void)state;
	for (stated = 0; stated < 3; stated++) {
		int tries = 9;

		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
		if (stated == 1)
			f.config.natid_auth_pin = 0x81;
		if (stated == 2)
			f.config.natid_auth_key = 1;
		f.config.natid_sign_pin = 0x100; /* no reference byte */
		f.config.natid_sign_key = 2;
		fixture_open(&f);
		assert_false(f.card->pins[AUTH].usable);
		assert_false(f.card->pins[SIGN].usable);
		assert_int_equal(f.card->profile->query(f.card, AUTH, &status),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_int_equal(f.card->profile->query_opened(f.card, AUTH, &status),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_int_equal(f.card->profile->verify(f.card, AUTH, pin, &tries),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_int_equal(tries, PIN_TRIES_UNKNOWN);
		assert_int_equal(f.card->profile->unverify(f.card, AUTH),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_int_equal(f.card->profile->change(f.card, SIGN, pin, pin, &tries),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_int_equal(f.card->profile->unblock(f.card, SIGN, pin, pin, &tries),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_false(f.card->profile->can_sign(f.card, AUTH, &rsa, &q));
		assert_int_equal(f.card->profile->sign(f.card, AUTH, &rsa, &q, &f.out),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_int_equal(sent(&f), 0);
		fixture_close(&f);
	}
	secret_free(pin);
}

static void stated_references_are_used_on_a_physical_card(void **state)
{
	struct secret *pin = secret_of("1234");
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	f.config.natid_sign_pin = 0x84;
	f.config.natid_sign_key = 0x07;
	f.config.natid_pin_len = 8;
	fixture_open(&f);
	assert_false(f.card->pins[AUTH].usable);
	assert_true(f.card->pins[SIGN].usable);
	assert_true(f.card->pins[SIGN].per_use);
	/* nobody has seen a physical card consume its PIN */
	assert_false(f.card->pins[SIGN].consumed);
	assert_int_equal(f.card->keys[SIGN].reference, 0x07);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "00200084 08 3132333400000000", "9000");
	assert_int_equal(f.card->profile->verify(f.card, SIGN, pin, NULL), 0);
	fixture_close(&f);
	secret_free(pin);
}

static void stated_references_mean_nothing_to_a_virtual_card(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	f.config.natid_auth_pin = 0x99;
	f.config.natid_auth_key = 0x99;
	f.config.natid_pin_len = 1;
	fixture_open(&f);
	assert_int_equal(f.card->pins[AUTH].format.reference, 0x81);
	assert_int_equal(f.card->keys[AUTH].reference, 0x01);
	fixture_close(&f);
}

static void a_padded_length_that_cannot_be_is_a_configuration_error(void **state)
{
	static const int bad[] = {0, 3, 65, 1000, -2};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
		f.config.natid_pin_len = bad[i];
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CONFIG);
		fixture_close(&f);
	}
}

static void a_short_padded_length_shortens_the_pin(void **state)
{
	struct secret *pin = secret_of("12345");
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	f.config.natid_auth_pin = 0x81;
	f.config.natid_auth_key = 1;
	f.config.natid_pin_len = 4;
	fixture_open(&f);
	assert_int_equal(f.card->pins[AUTH].format.max_len, 4);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	assert_int_equal(f.card->profile->verify(f.card, AUTH, pin, NULL), MOHR_ERR_PIN_LENGTH);
	fixture_close(&f);
	secret_free(pin);
}

/* ---- certificates ------------------------------------------------------------------------------ */

/* 1,300 bytes of a DER SEQUENCE */
static void make_certificate(uint8_t out[1300])
{
	size_t i;

	memcpy(out, "\x30\x82\x05\x10", 4);
	for (i = 4; i < 1300; i++)
		out[i] = (uint8_t)(i ^ (i >> 8));
}

static void expect_path(struct fixture *f, const char *df)
{
	char command[32];

	fake_card_expect(f->fake, "00A40000 02 3F00", "6119");
	snprintf(command, sizeof(command), "00A40000 02 %s", df);
	fake_card_expect(f->fake, command, "6119");
	fake_card_expect(f->fake, "00A4020C 02 5040", "9000");
}

static void a_certificate_costs_three_selects_and_six_short_reads(void **state)
{
	uint8_t certificate[1300];
	struct fixture f;
	char command[16];
	size_t off, n;

	(void)state;
	make_certificate(certificate);
	fixture_t0(&f);
	expect_path(&f, "5000");
	for (off = 0; off < 1300; off += 256) {
		n = 1300 - off < 256 ? 1300 - off : 256;
		snprintf(command, sizeof(command), "00B0%04X%02X", (unsigned)off,
			 (unsigned)n & 0xFF);
		fake_card_expect_data(f.fake, command, certificate + off, n, 0x9000);
	}
	assert_int_equal(f.card->profile->read_certificate(f.card, AUTH, &f.out), 0);
	assert_int_equal(f.out.len, 1300);
	assert_memory_equal(f.out.data, certificate, 1300);
	assert_int_equal(sent(&f), 9);
	fixture_close(&f);
}

static void a_certificate_costs_three_selects_and_one_extended_read(void **state)
{
	uint8_t certificate[1300];
	struct fixture f;

	(void)state;
	make_certificate(certificate);
	fixture_t1(&f);
	expect_path(&f, "5100");
	fake_card_expect_data(f.fake, "00B00000 000000", certificate, 1300, 0x9000);
	assert_int_equal(f.card->profile->read_certificate(f.card, SIGN, &f.out), 0);
	assert_int_equal(f.out.len, 1300);
	assert_int_equal(sent(&f), 4);
	fixture_close(&f);
}

static void an_empty_place_is_not_found_and_not_asked_twice(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	expect_path(&f, "5000");
	fake_card_expect(f.fake, "00B00000 00", "6B00");
	assert_int_equal(f.card->profile->read_certificate(f.card, AUTH, &f.out),
			 MOHR_ERR_NOT_FOUND);
	fixture_close(&f);
}

static void a_path_that_is_refused_is_tried_once_more_after_select(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, "00A40000 02 3F00", "9000");
	fake_card_expect(f.fake, "00A40000 02 5000", "6A82");
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	expect_path(&f, "5000");
	fake_card_expect(f.fake, "00B00000 00", "3003020105 9000");
	assert_int_equal(f.card->profile->read_certificate(f.card, AUTH, &f.out), 0);
	assert_int_equal(f.out.len, 5);

	fake_card_expect(f.fake, "00A40000 02 3F00", "6A82");
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "00A40000 02 3F00", "6A82");
	assert_int_equal(f.card->profile->read_certificate(f.card, AUTH, &f.out),
			 MOHR_ERR_NOT_FOUND);
	fixture_close(&f);
}

static void a_security_status_or_a_broken_link_is_not_tried_again(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, "00A40000 02 3F00", "6982");
	assert_int_equal(f.card->profile->read_certificate(f.card, AUTH, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	fake_card_expect_error(f.fake, "00A40000 02 3F00", MOHR_ERR_CARD_MUTE);
	assert_int_equal(f.card->profile->read_certificate(f.card, AUTH, &f.out),
			 MOHR_ERR_CARD_MUTE);
	assert_int_equal(f.card->profile->read_certificate(f.card, 2, &f.out), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
}

/* ---- public keys and random bytes --------------------------------------------------------------- */

/* P-256's base point (FIPS 186-4 §D.1.2.3): some point that is a point */
#define POINT                                                                                      \
	"04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                      \
	"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"

static void a_public_key_is_read_from_a_virtual_card(void **state)
{
	/* RFC 5480 §2 */
	static const char spki[] = "3059 3013 06072A8648CE3D0201 06082A8648CE3D030107 034200" POINT;
	uint8_t want[128];
	size_t len = fake_hex(spki, want, sizeof(want));
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "00478100 05 B603840102", "6146");
	fake_card_expect(f.fake, "00C00000 46", "7F49438641" POINT "9000");
	assert_int_equal(f.card->profile->read_public_key(f.card, SIGN, &f.out), 0);
	assert_int_equal(f.out.len, len);
	assert_memory_equal(f.out.data, want, len);
	fixture_close(&f);
}

static void a_key_that_is_not_there_or_lies_is_an_error(void **state)
{
	static const struct {
		const char *response;
		int err;
	} rows[] = {
		{"6A88", MOHR_ERR_NOT_FOUND},
		{"9000", MOHR_ERR_MALFORMED},
		{"7F4900 9000", MOHR_ERR_MALFORMED},
		{"7F49028600 9000", MOHR_ERR_MALFORMED},
		{"7F4903860104 9000", MOHR_ERR_MALFORMED},
		{"7F49438641" POINT "00 9000", MOHR_ERR_MALFORMED},
		{"7F49448641" POINT "9000", MOHR_ERR_MALFORMED},
		{"7F49058100820103 9000", MOHR_ERR_MALFORMED},
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture_t1(&f);
		fake_card_expect(f.fake, SELECT_IAS, "9000");
		fake_card_expect(f.fake, "00478100 00 0005 B603840101 0000", rows[i].response);
		assert_int_equal(f.card->profile->read_public_key(f.card, AUTH, &f.out),
				 rows[i].err);
		fixture_close(&f);
	}
}

static void a_physical_card_is_never_asked_for_a_public_key(void **state)
{
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	f.config.natid_auth_pin = 0x81;
	f.config.natid_auth_key = 1;
	fixture_open(&f);
	assert_int_equal(f.card->profile->read_public_key(f.card, AUTH, &f.out),
			 MOHR_ERR_NOT_FOUND);
	assert_int_equal(f.card->profile->read_public_key(f.card, 9, &f.out), MOHR_ERR_ARGUMENT);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

static void random_bytes_come_in_pieces(void **state)
{
	uint8_t block[64], got[70];
	struct fixture f;

	(void)state;
	memset(block, 0xA5, sizeof(block));
	fixture_t0(&f);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect_data(f.fake, "00840000 40", block, 64, 0x9000);
	fake_card_expect(f.fake, "00840000 06", "010203040506 9000");
	assert_int_equal(f.card->profile->random(f.card, got, sizeof(got)), 0);
	assert_memory_equal(got, block, 64);
	assert_memory_equal(got + 64, "\x01\x02\x03\x04\x05\x06", 6);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	assert_int_equal(f.card->profile->random(f.card, got, 0), 0);
	fixture_close(&f);
}

static void a_physical_card_gives_whole_challenges_of_eight_bytes(void **state)
{
	uint8_t got[10];
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	fixture_open(&f);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "00840000 08", "0102030405060708 9000");
	fake_card_expect(f.fake, "00840000 08", "1112131415161718 9000");
	assert_int_equal(f.card->profile->random(f.card, got, sizeof(got)), 0);
	assert_memory_equal(got, "\x01\x02\x03\x04\x05\x06\x07\x08\x11\x12", 10);
	fixture_close(&f);
}

static void too_few_random_bytes_are_no_random_bytes(void **state)
{
	static const char *const bad[] = {"9000", "01020304050607 9000", "6D00", "0102 6282"};
	static const uint8_t zero[8];
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t got[8] = "xxxxxxx";

		fixture_t0(&f);
		fake_card_expect(f.fake, SELECT_IAS, "9000");
		fake_card_expect(f.fake, "00840000 08", bad[i]);
		assert_true(f.card->profile->random(f.card, got, sizeof(got)) < 0);
		assert_memory_equal(got, zero, sizeof(got));
		fixture_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identification_costs_two_commands),
		cmocka_unit_test(production_data_are_kept_from_identification),
		cmocka_unit_test(the_card_manager_is_asked_if_the_application_refuses),
		cmocka_unit_test(a_card_that_tells_no_serial_number_has_an_empty_one),
		cmocka_unit_test(an_application_that_is_gone_after_the_manager_is_an_unknown_card),
		cmocka_unit_test(a_malformed_serial_number_is_an_error_not_another_card),
		cmocka_unit_test(another_application_is_not_taken_for_it),
		cmocka_unit_test(pin_commands_select_the_application_first),
		cmocka_unit_test(a_status_right_after_opening_needs_no_select),
		cmocka_unit_test(no_pin_is_sent_where_the_application_cannot_be_selected),
		cmocka_unit_test(a_pin_that_is_not_there_is_an_argument_error),
		cmocka_unit_test(a_physical_card_gets_no_pin_command_until_all_is_stated),
		cmocka_unit_test(stated_references_are_used_on_a_physical_card),
		cmocka_unit_test(stated_references_mean_nothing_to_a_virtual_card),
		cmocka_unit_test(a_padded_length_that_cannot_be_is_a_configuration_error),
		cmocka_unit_test(a_short_padded_length_shortens_the_pin),
		cmocka_unit_test(a_certificate_costs_three_selects_and_six_short_reads),
		cmocka_unit_test(a_certificate_costs_three_selects_and_one_extended_read),
		cmocka_unit_test(an_empty_place_is_not_found_and_not_asked_twice),
		cmocka_unit_test(a_path_that_is_refused_is_tried_once_more_after_select),
		cmocka_unit_test(a_security_status_or_a_broken_link_is_not_tried_again),
		cmocka_unit_test(a_public_key_is_read_from_a_virtual_card),
		cmocka_unit_test(a_key_that_is_not_there_or_lies_is_an_error),
		cmocka_unit_test(a_physical_card_is_never_asked_for_a_public_key),
		cmocka_unit_test(random_bytes_come_in_pieces),
		cmocka_unit_test(a_physical_card_gives_whole_challenges_of_eight_bytes),
		cmocka_unit_test(too_few_random_bytes_are_no_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
