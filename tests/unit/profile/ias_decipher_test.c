/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/ias_decipher.c against a scripted card: what is sent, and what of the answers is believed. */
#include "fixture.h"

#define FCI_ALL "6F17 AC09 80010C 0604 55080101 AC0A 80010B 0605 2B8104010C"

static const uint8_t modulus[256] = {0xC0};
static const uint8_t block[256] = {0x00, 0x42};

static struct pubkey rsa(void)
{
	struct pubkey k = {.type = KEY_RSA, .bits = 2048};

	cursor_init(&k.modulus, modulus, sizeof(modulus));
	return k;
}

static struct pubkey ec(enum curve curve)
{
	return (struct pubkey){.type = KEY_EC, .curve = curve, .bits = curve_bits(curve)};
}

static void open_t0(struct fixture *f)
{
	fixture_connect(f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fake_card_expect(f->fake, OPEN_IAS, "6119");
	fake_card_expect(f->fake, "00C00000 19", FCI_ALL "9000");
	fake_card_expect(f->fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
	fake_card_clear_counts(f->fake);
}

static const struct decipher_request request = {
	.scheme = DECIPHER_RAW, .data = block, .len = sizeof(block)};

static int decipher(struct fixture *f, struct secret **ret)
{
	struct pubkey shape = rsa();

	return f->card->profile->decipher(f->card, AUTH, &shape, &request, ret);
}

static void decryption_selects_sets_and_chains(void **state)
{
	struct secret *s = NULL;
	struct fixture f;

	(void)state;
	open_t0(&f);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "002241B8 06 80010C 840101", "9000");
	fake_card_expect(f.fake, "102A8086 FF 00 0042*", "9000");
	fake_card_expect(f.fake, "002A8086 02 0000", "6100");
	fake_card_expect_data(f.fake, "00C00000 00", block, sizeof(block), 0x9000);
	assert_int_equal(decipher(&f, &s), 0);
	assert_int_equal(secret_len(s), sizeof(block));
	assert_memory_equal(secret_peek(s), block, sizeof(block));
	assert_int_equal(sent(&f), 5);
	secret_free(s);
	fixture_close(&f);
}

/* VERIFY of a per-use PIN has selected the application, in the same transaction. */
static void a_per_use_pin_is_not_put_at_risk_by_a_second_selection(void **state)
{
	struct pubkey shape = rsa();
	struct secret *s = NULL;
	struct fixture f;

	(void)state;
	open_t0(&f);
	f.card->keys[SIGN].use |= KEY_USE_DECRYPT;
	fake_card_expect(f.fake, "002241B8 06 80010C 840102", "9000");
	fake_card_expect(f.fake, "102A8086 *", "9000");
	fake_card_expect_data(f.fake, "002A8086 *", block, sizeof(block), 0x9000);
	assert_int_equal(f.card->profile->decipher(f.card, SIGN, &shape, &request, &s), 0);
	secret_free(s);
	fixture_close(&f);
}

static void an_answer_of_another_length_is_malformed(void **state)
{
	static const size_t lengths[] = {0, 1, 255};
	struct secret *s = NULL;
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		open_t0(&f);
		fake_card_expect(f.fake, SELECT_IAS, "9000");
		fake_card_expect(f.fake, "002241B8 *", "9000");
		fake_card_expect(f.fake, "102A8086 *", "9000");
		fake_card_expect_data(f.fake, "002A8086 *", block, lengths[i], 0x9000);
		assert_int_equal(decipher(&f, &s), MOHR_ERR_MALFORMED);
		assert_null(s);
		fixture_close(&f);
	}
}

/* No second try: the application was selected just before. */
static void a_refusal_is_final_wherever_it_comes(void **state)
{
	struct secret *s = NULL;
	struct fixture f;
	unsigned at;

	(void)state;
	for (at = 0; at < 4; at++) {
		open_t0(&f);
		fake_card_expect(f.fake, SELECT_IAS, at == 0 ? "6A82" : "9000");
		if (at > 0)
			fake_card_expect(f.fake, "002241B8 *", at == 1 ? "6A80" : "9000");
		if (at > 1)
			fake_card_expect(f.fake, "102A8086 *", at == 2 ? "6982" : "9000");
		if (at > 2)
			fake_card_expect(f.fake, "002A8086 *", "6982");
		assert_int_equal(decipher(&f, &s) != 0, 1);
		assert_null(s);
		assert_int_equal(sent(&f), at + 1);
		fixture_close(&f);
	}
}

static void what_cannot_be_deciphered_is_not_sent(void **state)
{
	struct pubkey key = rsa(), curve = ec(CURVE_P256);
	struct decipher_request q = request;
	struct secret *s = NULL;
	struct fixture f;

	(void)state;
	open_t0(&f);
	q.len = 255;
	assert_int_equal(f.card->profile->decipher(f.card, AUTH, &key, &q, &s),
			 MOHR_ERR_ENCRYPTED_LENGTH);
	q.data = NULL;
	q.len = 256;
	assert_int_equal(f.card->profile->decipher(f.card, AUTH, &key, &q, &s),
			 MOHR_ERR_ENCRYPTED_LENGTH);
	q = request;
	assert_int_equal(f.card->profile->decipher(f.card, SIGN, &key, &q, &s), MOHR_ERR_MECHANISM);
	assert_int_equal(f.card->profile->decipher(f.card, 7, &key, &q, &s), MOHR_ERR_MECHANISM);
	assert_int_equal(f.card->profile->decipher(f.card, AUTH, &curve, &q, &s),
			 MOHR_ERR_MECHANISM);
	q.scheme = DECIPHER_OAEP;
	assert_int_equal(f.card->profile->decipher(f.card, AUTH, &key, &q, &s), MOHR_ERR_MECHANISM);
	assert_null(s);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

static void agreement_sends_the_point_in_its_template(void **state)
{
	static const uint8_t point[97] = {0x04, 0xAA}, shared[48] = {0x00, 0x17};
	struct pubkey p256 = ec(CURVE_P256), p384 = ec(CURVE_P384);
	struct secret *s = NULL;
	struct fixture f;

	(void)state;
	open_t0(&f);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "002241B8 06 80010B 840101", "9000");
	fake_card_expect(f.fake, "002A8086 48 A646 7F4943 8641 04AA*", "6120");
	fake_card_expect_data(f.fake, "00C00000 20", shared, 32, 0x9000);
	assert_int_equal(f.card->profile->derive(f.card, AUTH, &p256, point, 65, &s), 0);
	assert_int_equal(secret_len(s), 32);
	assert_memory_equal(secret_peek(s), shared, 32);
	assert_int_equal(sent(&f), 4);
	secret_free(s);
	s = NULL;
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "002241B8 06 80010B 840101", "9000");
	fake_card_expect(f.fake, "002A8086 68 A666 7F4963 8661 04AA*", "6130");
	fake_card_expect_data(f.fake, "00C00000 30", shared, 48, 0x9000);
	assert_int_equal(f.card->profile->derive(f.card, AUTH, &p384, point, 97, &s), 0);
	assert_int_equal(secret_len(s), 48);
	secret_free(s);
	fixture_close(&f);
}

static void agreement_with_what_is_no_point_or_no_key_is_not_sent(void **state)
{
	static const uint8_t point[133] = {0x04, 0xAA};
	static const uint8_t compressed[65] = {0x02, 0xAA};
	struct pubkey p256 = ec(CURVE_P256), p521 = ec(CURVE_P521), key = rsa();
	struct secret *s = NULL;
	struct fixture f;

	(void)state;
	open_t0(&f);
#define DERIVE(key_index, shape, at, len)                                                          \
	f.card->profile->derive(f.card, (key_index), (shape), (at), (len), &s)
	assert_int_equal(DERIVE(AUTH, &p256, point, 64), MOHR_ERR_POINT_INVALID);
	assert_int_equal(DERIVE(AUTH, &p256, point, 97), MOHR_ERR_POINT_INVALID);
	assert_int_equal(DERIVE(AUTH, &p256, NULL, 0), MOHR_ERR_POINT_INVALID);
	assert_int_equal(DERIVE(AUTH, &p256, compressed, 65), MOHR_ERR_POINT_INVALID);
	assert_int_equal(DERIVE(AUTH, &p521, point, 133), MOHR_ERR_MECHANISM);
	assert_int_equal(DERIVE(AUTH, &key, point, 65), MOHR_ERR_MECHANISM);
	assert_int_equal(DERIVE(SIGN, &p256, point, 65), MOHR_ERR_MECHANISM);
#undef DERIVE
	assert_null(s);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

static void a_shared_secret_of_another_length_is_malformed(void **state)
{
	static const uint8_t point[65] = {0x04}, shared[33] = {0x17};
	struct pubkey p256 = ec(CURVE_P256);
	struct secret *s = NULL;
	struct fixture f;
	size_t len;

	(void)state;
	for (len = 0; len <= sizeof(shared); len++) {
		if (len == 32)
			continue;
		open_t0(&f);
		fake_card_expect(f.fake, SELECT_IAS, "9000");
		fake_card_expect(f.fake, "002241B8 *", "9000");
		fake_card_expect_data(f.fake, "002A8086 *", shared, len, 0x9000);
		assert_int_equal(f.card->profile->derive(f.card, AUTH, &p256, point, 65, &s),
				 MOHR_ERR_MALFORMED);
		assert_null(s);
		fixture_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decryption_selects_sets_and_chains),
		cmocka_unit_test(a_per_use_pin_is_not_put_at_risk_by_a_second_selection),
		cmocka_unit_test(an_answer_of_another_length_is_malformed),
		cmocka_unit_test(a_refusal_is_final_wherever_it_comes),
		cmocka_unit_test(what_cannot_be_deciphered_is_not_sent),
		cmocka_unit_test(agreement_sends_the_point_in_its_template),
		cmocka_unit_test(agreement_with_what_is_no_point_or_no_key_is_not_sent),
		cmocka_unit_test(a_shared_secret_of_another_length_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
