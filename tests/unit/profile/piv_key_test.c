/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/piv_key.c: GENERAL AUTHENTICATE as SP 800-73-4 part 2 §3.2.4 and appendix A have it. */
#include "piv_fixture.h"

enum { KEY_9A, KEY_9C, KEY_9D, KEY_9E };

static const uint8_t modulus[512] = {0xC0};

/* An RSA key of so many bits; its modulus is no one's, nothing here computes with it. */
static struct pubkey rsa(unsigned bits)
{
	struct pubkey k = {.type = KEY_RSA, .bits = bits};

	cursor_init(&k.modulus, modulus, bits / 8);
	return k;
}

static struct pubkey ec(enum curve curve)
{
	return (struct pubkey){.type = KEY_EC, .curve = curve, .bits = curve_bits(curve)};
}

static struct sign_request raw(const uint8_t *block, size_t len)
{
	return (struct sign_request){.scheme = SIGN_RAW, .data = block, .len = len};
}

static void each_size_of_rsa_has_its_algorithm(void **state)
{
	/* SP 800-78-4 table 6-2; 4096 by its vendors. The body: 7C {82 00, 81 block}. */
	static const struct {
		unsigned bits;
		const char *command;
		const char *answer_header;
	} rows[] = {
		{1024, "0087069A 88 7C8185 8200 818180 3F*", "7C8183 828180"},
		{2048, "0087079A 00010A 7C820106 8200 81820100 3F*", "7C820104 82820100"},
		{3072, "0087059A 00018A 7C820186 8200 81820180 3F*", "7C820184 82820180"},
		{4096, "0087169A 00020A 7C820206 8200 81820200 3F*", "7C820204 82820200"},
	};
	static const uint8_t block[512] = {0x3F};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		size_t len = rows[i].bits / 8;
		struct sign_request q = raw(block, len);
		struct pubkey shape = rsa(rows[i].bits);
		uint8_t answer[520];
		size_t header = fake_hex(rows[i].answer_header, answer, sizeof(answer));
		struct fixture f;

		memset(answer + header, 0x51, len);
		piv_t1(&f);
		assert_true(f.card->profile->can_sign(f.card, KEY_9A, &shape, &q));
		/* short data, but an answer that may be long: the whole command is extended */
		fake_card_expect_data(
			f.fake, i == 0 ? "0087069A 000088 7C8185 8200 818180 3F*" : rows[i].command,
			answer, header + len, 0x9000);
		assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out), 0);
		assert_int_equal(f.out.len, len);
		assert_memory_equal(f.out.data, answer + header, len);
		assert_int_equal(sent(&f), 1);
		fixture_close(&f);
	}
}

static void a_card_whose_atr_says_nothing_is_chained_to(void **state)
{
	static const uint8_t block[256] = {0x3F};
	struct sign_request q = raw(block, sizeof(block));
	struct pubkey shape = rsa(2048);
	uint8_t first[256] = {0x7C, 0x82, 0x01, 0x04, 0x82, 0x82, 0x01, 0x00}, rest[8] = {0};
	struct fixture f;

	(void)state;
	memset(first + 8, 0x51, 248);
	memset(rest, 0x52, 8);
	piv_t0(&f);
	fake_card_expect(f.fake, "1087079A FF 7C820106 8200 81820100 3F*", "9000");
	fake_card_expect(f.fake, "0087079A 0B 00*", "6100");
	fake_card_expect_data(f.fake, "00C00000 00", first, sizeof(first), 0x6108);
	fake_card_expect_data(f.fake, "00C00000 08", rest, sizeof(rest), 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out), 0);
	assert_int_equal(f.out.len, 256);
	assert_int_equal(f.out.data[247], 0x51);
	assert_int_equal(f.out.data[248], 0x52);
	/* the budget of testing.md: four commands */
	assert_int_equal(sent(&f), 4);
	fixture_close(&f);
}

static void the_card_only_does_the_bare_operation(void **state)
{
	static const enum sign_scheme schemes[] = {SIGN_PKCS1, SIGN_PSS, SIGN_ECDSA};
	struct sign_request q = {.hash = HASH_SHA256, .mgf_hash = HASH_SHA256, .salt_len = 32};
	struct pubkey shape = rsa(2048), odd = rsa(1536), p521 = ec(CURVE_P521);
	struct fixture f;
	size_t i;

	(void)state;
	piv_t0(&f);
	for (i = 0; i < 3; i++) {
		q.scheme = schemes[i];
		assert_false(f.card->profile->can_sign(f.card, KEY_9A, &shape, &q));
		assert_false(f.card->profile->can_sign(f.card, KEY_9A, &p521, &q));
	}
	q = raw(NULL, 0);
	assert_true(f.card->profile->can_sign(f.card, KEY_9A, &shape, &q));
	assert_false(f.card->profile->can_sign(f.card, KEY_9A, &odd, &q));
	assert_false(f.card->profile->can_sign(f.card, f.card->n_keys, &shape, &q));
	fixture_close(&f);
}

static void a_block_that_is_no_number_below_the_modulus_is_not_sent(void **state)
{
	static const uint8_t block[256] = {0xC0};
	struct pubkey shape = rsa(2048);
	struct sign_request q = raw(block, 256);
	struct fixture f;

	(void)state;
	piv_t0(&f);
	/* the modulus itself */
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_DATA_INVALID);
	q.len = 255;
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	q.data = NULL;
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

static int ecdsa(enum curve curve, const uint8_t *digest, size_t len, const char *command,
		 const char *answer, struct fixture *f)
{
	struct sign_request q = {.scheme = SIGN_ECDSA, .data = digest, .len = len};
	struct pubkey shape = ec(curve);

	piv_t0(f);
	fake_card_expect(f->fake, command, answer);
	return f->card->profile->sign(f->card, KEY_9A, &shape, &q, &f->out);
}

static void a_digest_gets_the_length_of_the_curve(void **state)
{
	static const uint8_t digest[64] = {0xD0, [20] = 0xD2, [32] = 0xD3, [48] = 0xD4};
	/* r = 1, s = 128, which has a zero before it (X.690 §8.3.2) */
	static const char answer[] = "7C 0B 82 09 30 07 02 01 01 02 02 0080 9000";
	static const struct {
		enum curve curve;
		size_t len;
		const char *command;
	} rows[] = {
		{CURVE_P256, 32, "0087119A 26 7C24 8200 8120 D0 ?? ?? ?? ?? *"},
		/* longer: the leftmost bits; shorter: the same number */
		{CURVE_P256, 64, "0087119A 26 7C24 8200 8120 D0 ?? ?? ?? ?? *"},
		{CURVE_P256, 20, "0087119A 26 7C24 8200 8120 000000000000000000000000 D0*"},
		{CURVE_P384, 48, "0087149A 36 7C34 8200 8130 D0 *"},
		{CURVE_P384, 32, "0087149A 36 7C34 8200 8130 00000000000000000000000000000000 D0*"},
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = curve_len(rows[i].curve);

		assert_int_equal(
			ecdsa(rows[i].curve, digest, rows[i].len, rows[i].command, answer, &f), 0);
		assert_int_equal(f.out.len, 2 * n);
		assert_int_equal(f.out.data[n - 1], 0x01);
		assert_int_equal(f.out.data[2 * n - 1], 0x80);
		assert_int_equal(sent(&f), 1);
		fixture_close(&f);
	}
}

static void an_ecdsa_answer_that_is_no_signature_is_malformed(void **state)
{
	static const uint8_t digest[32] = {0xD1};
	static const char *const answers[] = {
		"9000",
		"7C 00 9000",
		"7C 02 82 00 9000",
		"7C 08 82 06 30 06 02 01 01 02 9000",                /* the sequence is cut */
		"7C 07 82 05 30 03 02 01 01 9000",                   /* no s */
		"7C 0A 82 08 30 06 02 01 00 02 01 01 9000",          /* r is zero */
		"7C 0A 82 08 30 06 02 01 01 02 01 00 9000",          /* s is zero */
		"7C 0A 82 08 30 06 02 01 81 02 01 01 9000",          /* r is negative */
		"7C 0B 82 09 30 06 02 01 01 02 01 01 00 9000",       /* behind the sequence */
		"7C 0C 82 08 30 06 02 01 01 02 01 01 05 00 9000",    /* behind 82 */
		"7C 0A 82 08 30 06 02 01 01 02 01 01 00 9000",       /* behind 7C */
		"7C 0D 82 0B 30 09 02 01 01 02 01 01 02 01 01 9000", /* three numbers */
		"7D 0A 82 08 30 06 02 01 01 02 01 01 9000",
		"7C 0A 81 08 30 06 02 01 01 02 01 01 9000",
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		assert_int_equal(ecdsa(CURVE_P256, digest, 32, "0087119A *", answers[i], &f),
				 MOHR_ERR_MALFORMED);
		assert_int_equal(f.out.len, 0);
		fixture_close(&f);
	}
}

static void a_number_longer_than_the_curve_is_malformed(void **state)
{
	static const uint8_t digest[32] = {0xD1};
	struct fixture f;

	(void)state;
	assert_int_equal(ecdsa(CURVE_P256, digest, 32, "0087119A *",
			       "7C 2A 82 28 30 26 02 21 01"
			       "0000000000000000000000000000000000000000000000000000000000000000"
			       "02 01 01 9000",
			       &f),
			 MOHR_ERR_MALFORMED);
	fixture_close(&f);
}

/* Yubico's number; the message goes to the card, which answers R || S. */
static void an_ed25519_key_gets_the_message(void **state)
{
	static const uint8_t message[2049] = {0xAF, 0x82};
	struct sign_request q = {.scheme = SIGN_EDDSA, .data = message, .len = 2};
	struct pubkey shape = {.type = KEY_EDWARDS, .curve = CURVE_ED25519, .bits = 255};
	uint8_t answer[68] = {0x7C, 0x42, 0x82, 0x40};
	struct fixture f;

	(void)state;
	memset(answer + 4, 0x51, 64);
	piv_t0(&f);
	assert_true(f.card->profile->can_sign(f.card, KEY_9A, &shape, &q));
	assert_false(f.card->profile->can_derive(f.card, KEY_9D, &shape));
	fake_card_expect_data(f.fake, "0087E09A 08 7C06 8200 8102 AF82", answer, sizeof(answer),
			      0x9000);
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out), 0);
	assert_int_equal(f.out.len, 64);
	assert_memory_equal(f.out.data, answer + 4, 64);
	/* half of it */
	answer[1] = 0x22;
	answer[3] = 0x20;
	fake_card_expect_data(f.fake, "0087E09A 08 7C06 8200 8102 AF82", answer, 36, 0x9000);
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_MALFORMED);
	q.len = 0;
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	q.len = sizeof(message);
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	q.scheme = SIGN_ECDSA;
	assert_false(f.card->profile->can_sign(f.card, KEY_9A, &shape, &q));
	fixture_close(&f);
}

static void another_selection_is_undone_and_the_signature_made(void **state)
{
	static const uint8_t digest[32] = {0xD1};
	struct sign_request q = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA256, .data = digest, .len = 32};
	struct pubkey shape = ec(CURVE_P256);
	struct fixture f;

	(void)state;
	piv_t0(&f);
	fake_card_expect(f.fake, "0087119A *", "6D00");
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, "0087119A *", "7C 0A 82 08 30 06 02 01 01 02 01 01 9000");
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out), 0);
	/* a PIN is what is missing: selecting will not help */
	fake_card_expect(f.fake, "0087119A *", "6982");
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	/* but not of 9E, which has none: another application has said so */
	fake_card_expect(f.fake, "0087119E *", "6982");
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect(f.fake, "0087119E *", "7C 0A 82 08 30 06 02 01 01 02 01 01 9000");
	assert_int_equal(f.card->profile->sign(f.card, KEY_9E, &shape, &q, &f.out), 0);
	/* nor may anything come between the PIN and the use of 9C */
	fake_card_expect(f.fake, "0087119C *", "6D00");
	assert_int_equal(f.card->profile->sign(f.card, KEY_9C, &shape, &q, &f.out),
			 MOHR_ERR_NOT_SUPPORTED);
	fake_card_expect_error(f.fake, "0087119A *", MOHR_ERR_CARD_REMOVED);
	assert_int_equal(f.card->profile->sign(f.card, KEY_9A, &shape, &q, &f.out),
			 MOHR_ERR_CARD_REMOVED);
	fixture_close(&f);
}

static void decryption_looks_at_the_selection_first(void **state)
{
	static const uint8_t cryptogram[128] = {0x3F};
	const struct decipher_request q = {.scheme = DECIPHER_RAW, .data = cryptogram, .len = 128};
	struct pubkey shape = rsa(1024);
	struct secret *plain = NULL;
	uint8_t answer[134] = {0x7C, 0x81, 0x83, 0x82, 0x81, 0x80, 0x00, 0x02};
	struct fixture f;

	(void)state;
	piv_t0(&f);
	assert_true(f.card->profile->can_decipher(f.card, KEY_9D, &shape, &q));
	assert_false(f.card->profile->can_decipher(f.card, KEY_9C, &shape, &q));
	piv_expect(&f, GET_DISCOVERY, DISCOVERY);
	fake_card_expect_data(f.fake, "0087069D 88 7C8185 8200 818180 3F*", answer, sizeof(answer),
			      0x9000);
	assert_int_equal(f.card->profile->decipher(f.card, KEY_9D, &shape, &q, &plain), 0);
	assert_int_equal(secret_len(plain), 128);
	assert_int_equal(secret_peek(plain)[1], 0x02);
	secret_free(plain);
	fixture_close(&f);
}

static void a_plain_text_of_another_length_is_malformed(void **state)
{
	static const uint8_t cryptogram[128] = {0x3F};
	struct decipher_request q = {.scheme = DECIPHER_RAW, .data = cryptogram, .len = 128};
	struct pubkey shape = rsa(1024);
	struct secret *plain = NULL;
	struct fixture f;

	(void)state;
	piv_t0(&f);
	piv_expect(&f, GET_DISCOVERY, DISCOVERY);
	fake_card_expect(f.fake, "0087069D *", "7C 03 82 01 00 9000");
	assert_int_equal(f.card->profile->decipher(f.card, KEY_9D, &shape, &q, &plain),
			 MOHR_ERR_MALFORMED);
	assert_null(plain);
	q.len = 127;
	assert_int_equal(f.card->profile->decipher(f.card, KEY_9D, &shape, &q, &plain),
			 MOHR_ERR_ENCRYPTED_LENGTH);
	q.scheme = DECIPHER_OAEP;
	assert_int_equal(f.card->profile->decipher(f.card, KEY_9D, &shape, &q, &plain),
			 MOHR_ERR_MECHANISM);
	fixture_close(&f);
}

static void agreement_sends_the_point_and_takes_the_coordinate(void **state)
{
	static const uint8_t point[65] = {0x04, 0xA1};
	struct pubkey shape = ec(CURVE_P256), rsa_key = rsa(2048);
	struct secret *shared = NULL;
	uint8_t answer[36] = {0x7C, 0x22, 0x82, 0x20, 0x5A};
	struct fixture f;

	(void)state;
	piv_t0(&f);
	assert_true(f.card->profile->can_derive(f.card, KEY_9D, &shape));
	assert_false(f.card->profile->can_derive(f.card, KEY_9D, &rsa_key));
	assert_false(f.card->profile->can_derive(f.card, KEY_9C, &shape));
	piv_expect(&f, GET_DISCOVERY, "6A82");
	piv_expect(&f, SELECT_PIV, "9000");
	fake_card_expect_data(f.fake, "0087119D 47 7C45 8200 8541 04A1*", answer, sizeof(answer),
			      0x9000);
	assert_int_equal(f.card->profile->derive(f.card, KEY_9D, &shape, point, 65, &shared), 0);
	assert_int_equal(secret_len(shared), 32);
	assert_int_equal(secret_peek(shared)[0], 0x5A);
	secret_free(shared);
	shared = NULL;
	assert_int_equal(f.card->profile->derive(f.card, KEY_9D, &shape, point, 64, &shared),
			 MOHR_ERR_POINT_INVALID);
	assert_null(shared);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_size_of_rsa_has_its_algorithm),
		cmocka_unit_test(a_card_whose_atr_says_nothing_is_chained_to),
		cmocka_unit_test(the_card_only_does_the_bare_operation),
		cmocka_unit_test(a_block_that_is_no_number_below_the_modulus_is_not_sent),
		cmocka_unit_test(a_digest_gets_the_length_of_the_curve),
		cmocka_unit_test(an_ecdsa_answer_that_is_no_signature_is_malformed),
		cmocka_unit_test(a_number_longer_than_the_curve_is_malformed),
		cmocka_unit_test(an_ed25519_key_gets_the_message),
		cmocka_unit_test(another_selection_is_undone_and_the_signature_made),
		cmocka_unit_test(decryption_looks_at_the_selection_first),
		cmocka_unit_test(a_plain_text_of_another_length_is_malformed),
		cmocka_unit_test(agreement_sends_the_point_and_takes_the_coordinate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
