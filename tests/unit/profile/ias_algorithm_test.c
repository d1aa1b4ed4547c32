/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/ias_algorithm.c: what a scripted card announces (docs/natid-card.md, "Keys") is what is used. */
#include "fixture.h"

/* object identifiers as `openssl asn1parse -genstr OID:...` encodes them */
#define RSA_OID     "0609 2A864886F70D010101"
#define SHA256_RSA  "0609 2A864886F70D01010B"
#define PSS_OID     "0609 2A864886F70D01010A"
#define RAW_OID     "0604 55080101"
#define ECDH_OID    "0605 2B8104010C"
#define SHA256_EC   "0608 2A8648CE3D040302"
#define AC_PKCS1    "AC0E 800102" RSA_OID
#define AC_SHA256   "AC0E 800142" SHA256_RSA
#define AC_PSS256   "AC0E 800145" PSS_OID
#define AC_RAW      "AC09 800100" RAW_OID
#define AC_DECIPHER "AC09 80010C" RAW_OID
#define AC_ECDH     "AC0A 80010B" ECDH_OID
#define AC_EC256    "AC0D 800144" SHA256_EC

static const uint8_t modulus[256] = {0xC0};
static const uint8_t content[256] = {0x01};

static struct pubkey rsa(void)
{
	struct pubkey k = {.type = KEY_RSA, .bits = 2048};

	cursor_init(&k.modulus, modulus, sizeof(modulus));
	return k;
}

static struct pubkey ec(void)
{
	return (struct pubkey){.type = KEY_EC, .curve = CURVE_P256, .bits = 256};
}

/* Opens a card with extended length whose SELECT answers so; content_hex is inside 6F. */
static void open_with(struct fixture *f, const char *content_hex)
{
	uint8_t inside[512], answer[516] = {0x6F, 0x82};
	size_t len = fake_hex(content_hex, inside, sizeof(inside));

	answer[2] = (uint8_t)(len >> 8);
	answer[3] = (uint8_t)len;
	memcpy(answer + 4, inside, len);
	fixture_connect(f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
	fake_card_expect_data(f->fake, OPEN_IAS_T1, answer, 4 + len, 0x9000);
	fake_card_expect(f->fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
}

struct can {
	bool pkcs1_256, pkcs1_384, data, pss, raw, ecdsa_256, ecdsa_384, decipher, derive;
};

static const struct can usual = {
	.pkcs1_256 = true,
	.pkcs1_384 = true,
	.data = true,
	.pss = true,
	.ecdsa_256 = true,
	.ecdsa_384 = true,
};

static bool can_sign(struct fixture *f, enum sign_scheme scheme, enum hash_alg hash)
{
	struct pubkey shape = scheme == SIGN_ECDSA ? ec() : rsa();
	struct sign_request q = {
		.scheme = scheme, .hash = hash, .mgf_hash = hash, .salt_len = hash_len(hash)};

	return f->card->profile->can_sign(f->card, AUTH, &shape, &q);
}

static void expect_can(struct fixture *f, const struct can *can)
{
	const struct decipher_request raw = {.scheme = DECIPHER_RAW};
	const struct decipher_request oaep = {.scheme = DECIPHER_OAEP, .hash = HASH_SHA1};
	const struct profile *p = f->card->profile;
	struct pubkey r = rsa(), e = ec();
	unsigned use = f->card->keys[AUTH].use;

	assert_int_equal(can_sign(f, SIGN_PKCS1, HASH_SHA256), can->pkcs1_256);
	assert_int_equal(can_sign(f, SIGN_PKCS1, HASH_SHA384), can->pkcs1_384);
	assert_int_equal(can_sign(f, SIGN_PKCS1, HASH_NONE), can->data);
	assert_int_equal(can_sign(f, SIGN_PSS, HASH_SHA256), can->pss);
	assert_int_equal(can_sign(f, SIGN_RAW, HASH_NONE), can->raw);
	assert_false(can_sign(f, SIGN_RAW, HASH_SHA256));
	assert_int_equal(can_sign(f, SIGN_ECDSA, HASH_SHA256), can->ecdsa_256);
	assert_int_equal(can_sign(f, SIGN_ECDSA, HASH_SHA384), can->ecdsa_384);
	assert_int_equal(p->can_decipher(f->card, AUTH, &r, &raw), can->decipher);
	assert_int_equal(p->can_derive(f->card, AUTH, &e), can->derive);
	assert_int_equal((use & KEY_USE_DECRYPT) != 0, can->decipher);
	assert_int_equal((use & KEY_USE_DERIVE) != 0, can->derive);
	/* never: by the card itself, with the signature key, with the wrong kind of key */
	assert_false(p->can_decipher(f->card, AUTH, &r, &oaep));
	assert_false(p->can_decipher(f->card, AUTH, &e, &raw));
	assert_false(p->can_decipher(f->card, SIGN, &r, &raw));
	assert_false(p->can_derive(f->card, AUTH, &r));
	assert_false(p->can_derive(f->card, SIGN, &e));
	assert_false(p->can_derive(f->card, 2, &e));
}

static void a_card_that_announces_nothing_does_the_usual(void **state)
{
	/* the virtual card's own FCI, an empty one, a template in proprietary data */
	static const char *const contents[] = {
		"840C A0000000180C000001634200 5003 494153 A504 9F6501FF",
		"",
		"A50B " AC_RAW,
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		open_with(&f, contents[i]);
		expect_can(&f, &usual);
		fixture_close(&f);
	}
	fixture_t0(&f);
	expect_can(&f, &usual);
	fixture_close(&f);
}

static void what_is_announced_is_all_that_is_used(void **state)
{
	static const struct {
		const char *content;
		struct can can;
	} rows[] = {
		{AC_RAW, {.raw = true}},
		{AC_DECIPHER, {.decipher = true}},
		{AC_ECDH, {.derive = true}},
		{AC_PSS256, {.pss = true}},
		/* the host can write a DigestInfo for any hash, the card need not know it */
		{AC_PKCS1, {.data = true, .pkcs1_256 = true, .pkcs1_384 = true}},
		{AC_SHA256, {.pkcs1_256 = true}},
		{AC_EC256, {.ecdsa_256 = true}},
		{"8400" AC_RAW "5003494153" AC_ECDH AC_DECIPHER "8A0105",
		 {.raw = true, .derive = true, .decipher = true}},
		/* two object identifiers for one byte, one of them ours */
		{"AC11 800145" PSS_OID "06012A", {.pss = true}},
		{"AC11 06012A " PSS_OID "800145", {.pss = true}},
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_with(&f, rows[i].content);
		expect_can(&f, &rows[i].can);
		fixture_close(&f);
	}
}

/* The card speaks for itself, and nothing that it says is known: nothing is used. */
static void a_byte_with_another_meaning_is_not_used(void **state)
{
	static const char *const contents[] = {
		"AC0E 800145" RSA_OID,      /* PSS's byte for something else */
		"AC0E 800100" RSA_OID,      /* raw's byte likewise */
		"AC09 800142" RAW_OID,      /* PKCS#1's likewise */
		"AC03 800142",              /* no meaning */
		"AC0B" RSA_OID,             /* no byte */
		"AC02 8000",                /* an empty byte */
		"AC0F 80020042" SHA256_RSA, /* a reference of two */
		"AC00",
		"AC0D 800145 0608 2A864886F70D0101", /* one byte short of PSS */
		"AC0F 800145 060A 2A864886F70D01010A00",
		"AC09 8001FF" RAW_OID,
		"AC05 800142 0600",
	};
	const struct can none = {0};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		open_with(&f, contents[i]);
		expect_can(&f, &none);
		fixture_close(&f);
	}
}

static void malformed_control_information_announces_nothing(void **state)
{
	static const char *const answers[] = {
		"6F",
		"6F80",
		"6F0B" AC_RAW "00",
		"6F0A" AC_RAW,
		"6F0C" AC_RAW,
		"0B" AC_RAW,
		"700B" AC_RAW,
		"6F0B AC0A 800100" RAW_OID,
		"6F0D" AC_RAW "AC02",
		"0000",
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		uint8_t bytes[64];
		size_t len = fake_hex(answers[i], bytes, sizeof(bytes));

		fixture_connect(&f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
		fake_card_expect_data(f.fake, OPEN_IAS_T1, bytes, len, 0x9000);
		fake_card_expect(f.fake, GET_CPLC, CPLC);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
		expect_can(&f, &usual);
		fixture_close(&f);
	}
}

/* Under T=0 the answer costs a command, which a card without announcements does not cause. */
static void known_control_information_stays_on_the_card(void **state)
{
	const struct can raw = {.raw = true};
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f.fake, OPEN_IAS, "611B");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(sent(&f), 2);
	expect_can(&f, &usual);
	fixture_close(&f);

	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f.fake, OPEN_IAS, "610D");
	fake_card_expect(f.fake, "00C00000 0D", "620B" AC_RAW "9000");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	expect_can(&f, &raw);
	fixture_close(&f);
}

/* A card that pads, but does not know the hash, gets the DigestInfo (RFC 8017 §9.2 note 1). */
static void a_hash_that_the_card_does_not_know_is_written_by_the_host(void **state)
{
	static const uint8_t signature[256] = {0x51};
	struct pubkey shape = rsa();
	struct sign_request q = {
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = content, .len = 32};
	struct fixture f;

	(void)state;
	open_with(&f, AC_PKCS1);
	fake_card_expect(f.fake, "002241B6 06 800102 840101", "9000");
	fake_card_expect(f.fake, "002A90A0 35 9033 3031300D060960864801650304020105000420 01*",
			 "9000");
	fake_card_expect_data(f.fake, "002A9E9A 00", signature, sizeof(signature), 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &q, &f.out), 0);
	fixture_close(&f);
	/* and DigestInfo given by the caller is not taken apart for it */
	open_with(&f, AC_PKCS1);
	q.hash = HASH_NONE;
	q.data = (const uint8_t *)"\x30\x21\x30\x09\x06\x05\x2B\x0E\x03\x02\x1A\x05\x00\x04\x14"
				  "aaaaaaaaaaaaaaaaaaaa";
	q.len = 35;
	fake_card_expect(f.fake, "002241B6 06 800102 840101", "9000");
	fake_card_expect(f.fake, "002A90A0 25 9023 3021300906052B0E03021A05000414 61*", "9000");
	fake_card_expect_data(f.fake, "002A9E9A 00", signature, sizeof(signature), 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &q, &f.out), 0);
	fixture_close(&f);
}

static void a_raw_block_is_chained_to_the_card_as_it_is(void **state)
{
	static const uint8_t signature[256] = {0x51};
	struct pubkey shape = rsa();
	struct sign_request q = {.scheme = SIGN_RAW, .data = content, .len = sizeof(content)};
	uint8_t large[256];
	struct fixture f;

	(void)state;
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f.fake, OPEN_IAS, "610D");
	fake_card_expect(f.fake, "00C00000 0D", "6F0B" AC_RAW "9000");
	fake_card_expect(f.fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	fake_card_expect(f.fake, "002241B6 06 800100 840101", "9000");
	fake_card_expect(f.fake, "102A90A0 FF 90820100 01*", "9000");
	fake_card_expect(f.fake, "002A90A0 05 0000000000", "9000");
	fake_card_expect_data(f.fake, "002A9E9A 00", signature, sizeof(signature), 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &q, &f.out), 0);
	assert_int_equal(f.out.len, 256);
	/* what is no number below the modulus goes nowhere */
	fake_card_clear_counts(f.fake);
	memcpy(large, modulus, sizeof(large));
	q.data = large;
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &q, &f.out),
			 MOHR_ERR_DATA_INVALID);
	q.data = content;
	q.len = 255;
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_that_announces_nothing_does_the_usual),
		cmocka_unit_test(what_is_announced_is_all_that_is_used),
		cmocka_unit_test(a_byte_with_another_meaning_is_not_used),
		cmocka_unit_test(malformed_control_information_announces_nothing),
		cmocka_unit_test(known_control_information_stays_on_the_card),
		cmocka_unit_test(a_hash_that_the_card_does_not_know_is_written_by_the_host),
		cmocka_unit_test(a_raw_block_is_chained_to_the_card_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
