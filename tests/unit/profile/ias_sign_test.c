/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/ias_sign.c: algorithm bytes by docs/natid-card.md, the order of commands, second tries. */
#include "fixture.h"

/* RFC 8017 §9.2 note 1 */
#define DIGEST_INFO_SHA256 "3031300D060960864801650304020105000420"
#define DIGEST_INFO_SHA1   "3021300906052B0E03021A05000414"

static const uint8_t modulus[512] = {0xC0};
static const uint8_t signature[512] = {0x51, 0x67};

/* An RSA key of so many bits; its modulus is no one's, nothing here computes with it. */
static struct pubkey rsa(unsigned bits)
{
	struct pubkey k = {.type = KEY_RSA, .bits = bits};

	cursor_init(&k.modulus, modulus, bits / 8);
	return k;
}

static struct pubkey ec(enum curve curve)
{
	struct pubkey k = {.type = KEY_EC, .curve = curve, .bits = curve_bits(curve)};

	return k;
}

static void expect_sign(struct fixture *f, uint8_t algorithm, uint8_t key, const char *hash_command,
			size_t signature_len)
{
	char mse[40];

	snprintf(mse, sizeof(mse), "002241B6 06 8001%02X 8401%02X", algorithm, key);
	fake_card_expect(f->fake, mse, "9000");
	fake_card_expect(f->fake, hash_command, "9000");
	fake_card_expect_data(f->fake, "002A9E9A 00", signature, signature_len, 0x9000);
}

static void each_hash_and_scheme_has_its_algorithm_byte(void **state)
{
	static const struct {
		enum sign_scheme scheme;
		enum hash_alg hash;
		size_t len;
		uint8_t algorithm;
	} rows[] = {
		{SIGN_PKCS1, HASH_SHA1, 20, 0x12},   {SIGN_PKCS1, HASH_SHA224, 28, 0x32},
		{SIGN_PKCS1, HASH_SHA256, 32, 0x42}, {SIGN_PKCS1, HASH_SHA384, 48, 0x52},
		{SIGN_PKCS1, HASH_SHA512, 64, 0x62}, {SIGN_PSS, HASH_SHA1, 20, 0x15},
		{SIGN_PSS, HASH_SHA224, 28, 0x35},   {SIGN_PSS, HASH_SHA256, 32, 0x45},
		{SIGN_PSS, HASH_SHA384, 48, 0x55},   {SIGN_PSS, HASH_SHA512, 64, 0x65},
		{SIGN_ECDSA, HASH_SHA1, 20, 0x14},   {SIGN_ECDSA, HASH_SHA224, 28, 0x34},
		{SIGN_ECDSA, HASH_SHA256, 32, 0x44}, {SIGN_ECDSA, HASH_SHA384, 48, 0x54},
		{SIGN_ECDSA, HASH_SHA512, 64, 0x64},
	};
	static const uint8_t digest[64] = {0xD1, 0x6E};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pubkey shape = rows[i].scheme == SIGN_ECDSA ? ec(CURVE_P256) : rsa(2048);
		size_t len = rows[i].scheme == SIGN_ECDSA ? 64 : 256;
		struct sign_request q = {.scheme = rows[i].scheme,
					 .hash = rows[i].hash,
					 .mgf_hash = rows[i].hash,
					 .salt_len = rows[i].len,
					 .data = digest,
					 .len = rows[i].len};
		struct fixture f;
		char hash[40];

		fixture_t0(&f);
		assert_true(f.card->profile->can_sign(f.card, AUTH, &shape, &q));
		snprintf(hash, sizeof(hash), "002A90A0 %02X 90%02X D16E *",
			 (unsigned)rows[i].len + 2, (unsigned)rows[i].len);
		expect_sign(&f, rows[i].algorithm, 0x01, hash, len);
		assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &q, &f.out), 0);
		assert_int_equal(f.out.len, len);
		assert_memory_equal(f.out.data, signature, len);
		/* the budget: three commands, whatever the scheme */
		assert_int_equal(sent(&f), 3);
		fixture_close(&f);
	}
}

static void the_signature_key_costs_five_commands_with_its_pin(void **state)
{
	static const uint8_t digest[32] = {0xD1, 0x6E};
	struct secret *pin = secret_of("123456");
	struct sign_request q = {
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = digest, .len = 32};
	struct pubkey shape = rsa(2048);
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "00200082 10 *", "9000");
	expect_sign(&f, 0x42, 0x02, "002A90A0 22 9020 D16E *", 256);
	assert_int_equal(f.card->profile->verify(f.card, SIGN, pin, NULL), 0);
	assert_int_equal(f.card->profile->sign(f.card, SIGN, &shape, &q, &f.out), 0);
	assert_int_equal(sent(&f), 5);
	fixture_close(&f);
	secret_free(pin);
}

static void sign_data(const char *data_hex, const struct pubkey *shape, enum sign_scheme scheme,
		      uint8_t algorithm, const char *hash_command, size_t signature_len)
{
	uint8_t data[512];
	struct sign_request q = {.scheme = scheme, .data = data};
	struct fixture f;

	q.len = fake_hex(data_hex, data, sizeof(data));
	fixture_t0(&f);
	assert_true(f.card->profile->can_sign(f.card, AUTH, shape, &q));
	expect_sign(&f, algorithm, 0x01, hash_command, signature_len);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, shape, &q, &f.out), 0);
	fixture_close(&f);
}

static void a_known_digest_info_is_taken_apart(void **state)
{
	struct pubkey shape = rsa(2048);

	(void)state;
	sign_data(DIGEST_INFO_SHA256
		  "AB00000000000000000000000000000000000000000000000000000000000000",
		  &shape, SIGN_PKCS1, 0x42, "002A90A0 22 9020 AB *", 256);
	sign_data(DIGEST_INFO_SHA1 "AB00000000000000000000000000000000000000", &shape, SIGN_PKCS1,
		  0x12, "002A90A0 16 9014 AB *", 256);
}

static void other_data_are_given_as_they_are(void **state)
{
	struct pubkey shape = rsa(2048);

	(void)state;
	/* the 36 bytes of TLS 1.1, and a DigestInfo that is one byte short */
	sign_data("010203040506070809101112131415161718192021222324252627282930313233343536",
		  &shape, SIGN_PKCS1, 0x02, "002A90A0 26 9024 01020304 *", 256);
	sign_data(DIGEST_INFO_SHA256
		  "AB000000000000000000000000000000000000000000000000000000000000",
		  &shape, SIGN_PKCS1, 0x02, "002A90A0 34 9032 3031 *", 256);
	sign_data("07", &shape, SIGN_PKCS1, 0x02, "002A90A0 03 9001 07", 256);
}

static void ecdsa_without_a_hash_goes_by_the_length(void **state)
{
	struct pubkey p256 = ec(CURVE_P256), p384 = ec(CURVE_P384);

	(void)state;
	sign_data("1100000000000000000000000000000000000000000000000000000000000022", &p256,
		  SIGN_ECDSA, 0x44, "002A90A0 22 9020 11 *", 64);
	sign_data("11000000000000000000000000000000000000 22", &p384, SIGN_ECDSA, 0x14,
		  "002A90A0 16 9014 11 *", 96);
	sign_data("77", &p256, SIGN_ECDSA, 0x04, "002A90A0 03 9001 77", 64);
}

static void long_ecdsa_data_are_cut_to_the_curve_from_the_left(void **state)
{
	uint8_t data[200];
	struct sign_request q = {.scheme = SIGN_ECDSA, .data = data, .len = sizeof(data)};
	struct pubkey p384 = ec(CURVE_P384);
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	fixture_t0(&f);
	expect_sign(&f, 0x04, 0x01,
		    "002A90A0 32 9030 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D"
		    "1E1F202122232425262728292A2B2C2D2E2F",
		    96);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &p384, &q, &f.out), 0);
	fixture_close(&f);
}

static void data_up_to_the_modulus_less_eleven_bytes_are_signed(void **state)
{
	static uint8_t data[512];
	struct sign_request q = {.scheme = SIGN_PKCS1, .data = data};
	struct pubkey small = rsa(2048), large = rsa(4096);
	struct fixture f;

	(void)state;
	memset(data, 0x5A, sizeof(data));
	fixture_t0(&f);
	q.len = 245;
	assert_true(f.card->profile->can_sign(f.card, AUTH, &small, &q));
	expect_sign(&f, 0x02, 0x01, "002A90A0 F8 9081F5 5A *", 256);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &small, &q, &f.out), 0);
	q.len = 246;
	assert_false(f.card->profile->can_sign(f.card, AUTH, &small, &q));
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &small, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	/* 501 bytes need a chain, and the 512 of the answer GET RESPONSE */
	q.len = 501;
	fake_card_expect(f.fake, "002241B6 06 800102 840101", "9000");
	fake_card_expect(f.fake, "102A90A0 FF 908201F5 5A *", "9000");
	fake_card_expect(f.fake, "002A90A0 FA 5A *", "9000");
	fake_card_expect_data(f.fake, "002A9E9A 00", signature, 256, 0x6100);
	fake_card_expect_data(f.fake, "00C00000 00", signature + 256, 256, 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &large, &q, &f.out), 0);
	assert_int_equal(f.out.len, 512);
	q.len = 502;
	assert_false(f.card->profile->can_sign(f.card, AUTH, &large, &q));
	fixture_close(&f);

	/* a physical card announces neither chaining nor extended length */
	fixture_connect(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	f.config.natid_auth_pin = 0x81;
	f.config.natid_auth_key = 1;
	fixture_open(&f);
	q.len = 245;
	assert_true(f.card->profile->can_sign(f.card, AUTH, &small, &q));
	q.len = 400;
	assert_false(f.card->profile->can_sign(f.card, AUTH, &large, &q));
	fixture_close(&f);
}

static void a_large_signature_comes_at_once_with_extended_length(void **state)
{
	static const uint8_t digest[32];
	struct sign_request q = {
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = digest, .len = 32};
	struct pubkey shape = rsa(4096);
	struct fixture f;

	(void)state;
	fixture_t1(&f);
	fake_card_expect(f.fake, "002241B6 06 800142 840101", "9000");
	fake_card_expect(f.fake, "002A90A0 22 9020 *", "9000");
	fake_card_expect_data(f.fake, "002A9E9A 000000", signature, 512, 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &q, &f.out), 0);
	assert_int_equal(sent(&f), 3);
	fixture_close(&f);
}

static void what_the_card_cannot_do_is_not_promised_and_not_sent(void **state)
{
	static const uint8_t data[600];
	const struct pubkey rsa2048 = rsa(2048), rsa1024 = rsa(1024), p256 = ec(CURVE_P256),
			    p521 = ec(CURVE_P521), none = {.type = KEY_NONE};
	const struct {
		const struct pubkey *shape;
		struct sign_request q;
		int err;
	} rows[] = {
		{&rsa2048, {SIGN_RAW, HASH_NONE, 0, 0, data, 256}, MOHR_ERR_MECHANISM},
		{&rsa2048, {SIGN_ECDSA, HASH_SHA256, 0, 0, data, 32}, MOHR_ERR_MECHANISM},
		{&p256, {SIGN_PKCS1, HASH_SHA256, 0, 0, data, 32}, MOHR_ERR_MECHANISM},
		{&p256, {SIGN_RAW, HASH_NONE, 0, 0, data, 32}, MOHR_ERR_MECHANISM},
		{&p521, {SIGN_ECDSA, HASH_SHA512, 0, 0, data, 64}, MOHR_ERR_MECHANISM},
		{&none, {SIGN_PKCS1, HASH_SHA256, 0, 0, data, 32}, MOHR_ERR_KEY_TYPE},
		/* lengths */
		{&rsa2048, {SIGN_PKCS1, HASH_SHA256, 0, 0, data, 31}, MOHR_ERR_DATA_LENGTH},
		{&rsa2048, {SIGN_PKCS1, HASH_NONE, 0, 0, data, 0}, MOHR_ERR_DATA_LENGTH},
		{&rsa2048, {SIGN_PKCS1, HASH_SHA256, 0, 0, data, 0}, MOHR_ERR_DATA_LENGTH},
		{&p256, {SIGN_ECDSA, HASH_NONE, 0, 0, data, 0}, MOHR_ERR_DATA_LENGTH},
		{&p256, {SIGN_ECDSA, HASH_SHA256, 0, 0, data, 33}, MOHR_ERR_DATA_LENGTH},
		{&rsa2048,
		 {SIGN_PSS, HASH_SHA256, HASH_SHA256, 32, data, 20},
		 MOHR_ERR_DATA_LENGTH},
		/* PSS that the card's algorithm byte cannot say */
		{&rsa2048, {SIGN_PSS, HASH_NONE, HASH_SHA256, 32, data, 32}, MOHR_ERR_MECHANISM},
		{&rsa2048, {SIGN_PSS, HASH_SHA256, HASH_SHA1, 32, data, 32}, MOHR_ERR_MECHANISM},
		{&rsa2048, {SIGN_PSS, HASH_SHA256, HASH_SHA256, 20, data, 32}, MOHR_ERR_MECHANISM},
		{&rsa2048, {SIGN_PSS, HASH_SHA256, HASH_SHA256, 0, data, 32}, MOHR_ERR_MECHANISM},
		/* 2 x 64 + 2 bytes do not fit into 1024 bits (RFC 8017 §9.1.1 step 3) */
		{&rsa1024, {SIGN_PSS, HASH_SHA512, HASH_SHA512, 64, data, 64}, MOHR_ERR_MECHANISM},
		{&rsa2048,
		 {SIGN_PKCS1, (enum hash_alg)N_HASH_ALGS, 0, 0, data, 32},
		 MOHR_ERR_ARGUMENT},
	};
	struct fixture f;
	size_t i;

	(void)state;
	fixture_t0(&f);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(f.card->profile->can_sign(f.card, AUTH, rows[i].shape, &rows[i].q));
		assert_int_equal(
			f.card->profile->sign(f.card, AUTH, rows[i].shape, &rows[i].q, &f.out),
			rows[i].err);
	}
	assert_int_equal(f.card->profile->sign(f.card, 2, &rsa2048, &rows[0].q, &f.out),
			 MOHR_ERR_ARGUMENT);
	/* a layout's key that is not for signing */
	f.card->keys[AUTH].use = KEY_USE_DECRYPT;
	assert_int_equal(f.card->profile->sign(
				 f.card, AUTH, &rsa2048,
				 &(struct sign_request){SIGN_PKCS1, HASH_SHA256, 0, 0, data, 32},
				 &f.out),
			 MOHR_ERR_KEY_FUNCTION);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

static void without_data_the_question_is_about_the_mechanism(void **state)
{
	const struct pubkey shape = rsa(2048), p256 = ec(CURVE_P256);
	const struct sign_request pkcs1 = {.scheme = SIGN_PKCS1};
	const struct sign_request hashed = {.scheme = SIGN_PKCS1, .hash = HASH_SHA512};
	const struct sign_request pss = {
		.scheme = SIGN_PSS, .hash = HASH_SHA256, .mgf_hash = HASH_SHA256, .salt_len = 32};
	const struct sign_request raw = {.scheme = SIGN_RAW};
	const struct sign_request ecdsa = {.scheme = SIGN_ECDSA};
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	assert_true(f.card->profile->can_sign(f.card, AUTH, &shape, &pkcs1));
	assert_true(f.card->profile->can_sign(f.card, AUTH, &shape, &hashed));
	assert_true(f.card->profile->can_sign(f.card, AUTH, &shape, &pss));
	assert_false(f.card->profile->can_sign(f.card, AUTH, &shape, &raw));
	assert_false(f.card->profile->can_sign(f.card, AUTH, &shape, &ecdsa));
	assert_true(f.card->profile->can_sign(f.card, AUTH, &p256, &ecdsa));
	/* signing nothing at all is another matter */
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &pkcs1, &f.out),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

static const uint8_t some_digest[32] = {0xD1};
static const struct sign_request some_request = {
	.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = some_digest, .len = 32};

static void a_refused_login_key_is_tried_once_more_after_select(void **state)
{
	struct pubkey shape = rsa(2048);
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, "002241B6 *", "6A88");
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	expect_sign(&f, 0x42, 0x01, "002A90A0 *", 256);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &some_request, &f.out), 0);

	fake_card_expect(f.fake, "002241B6 *", "6A88");
	fake_card_expect(f.fake, SELECT_IAS, "9000");
	fake_card_expect(f.fake, "002241B6 *", "6A88");
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &some_request, &f.out),
			 MOHR_ERR_NOT_FOUND);
	assert_int_equal(f.out.len, 0);
	fixture_close(&f);
}

static void a_refused_per_use_key_is_not_tried_again(void **state)
{
	struct pubkey shape = rsa(2048);
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, "002241B6 *", "9000");
	fake_card_expect(f.fake, "002A90A0 *", "6985");
	assert_int_equal(f.card->profile->sign(f.card, SIGN, &shape, &some_request, &f.out),
			 MOHR_ERR_CONDITIONS);
	fixture_close(&f);
}

static void a_missing_pin_is_told_at_once(void **state)
{
	static const struct {
		const char *response;
		int err;
	} rows[] = {{"6982", MOHR_ERR_SECURITY_STATUS}, {"6983", MOHR_ERR_PIN_BLOCKED}};
	struct pubkey shape = rsa(2048);
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		fixture_t0(&f);
		fake_card_expect(f.fake, "002241B6 *", "9000");
		fake_card_expect(f.fake, "002A90A0 *", "9000");
		fake_card_expect(f.fake, "002A9E9A 00", rows[i].response);
		assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &some_request, &f.out),
				 rows[i].err);
		fixture_close(&f);
	}
}

static void a_signature_of_another_length_is_malformed(void **state)
{
	static const size_t lengths[] = {0, 1, 64, 255};
	struct pubkey shape = rsa(2048);
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		fixture_t0(&f);
		expect_sign(&f, 0x42, 0x01, "002A90A0 *", lengths[i]);
		assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &some_request, &f.out),
				 MOHR_ERR_MALFORMED);
		assert_int_equal(f.out.len, 0);
		fixture_close(&f);
	}
}

static void a_broken_link_is_not_tried_again(void **state)
{
	struct pubkey shape = rsa(2048);
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.fake, "002241B6 *", "9000");
	fake_card_expect_error(f.fake, "002A90A0 *", MOHR_ERR_CARD_REMOVED);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &shape, &some_request, &f.out),
			 MOHR_ERR_CARD_REMOVED);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hash_and_scheme_has_its_algorithm_byte),
		cmocka_unit_test(the_signature_key_costs_five_commands_with_its_pin),
		cmocka_unit_test(a_known_digest_info_is_taken_apart),
		cmocka_unit_test(other_data_are_given_as_they_are),
		cmocka_unit_test(ecdsa_without_a_hash_goes_by_the_length),
		cmocka_unit_test(long_ecdsa_data_are_cut_to_the_curve_from_the_left),
		cmocka_unit_test(data_up_to_the_modulus_less_eleven_bytes_are_signed),
		cmocka_unit_test(a_large_signature_comes_at_once_with_extended_length),
		cmocka_unit_test(what_the_card_cannot_do_is_not_promised_and_not_sent),
		cmocka_unit_test(without_data_the_question_is_about_the_mechanism),
		cmocka_unit_test(a_refused_login_key_is_tried_once_more_after_select),
		cmocka_unit_test(a_refused_per_use_key_is_not_tried_again),
		cmocka_unit_test(a_missing_pin_is_told_at_once),
		cmocka_unit_test(a_signature_of_another_length_is_malformed),
		cmocka_unit_test(a_broken_link_is_not_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
