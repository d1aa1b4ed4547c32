/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * profile/p15_key.c, p15_kind.c: MANAGE SECURITY ENVIRONMENT and PERFORM SECURITY OPERATION (ISO 7816-8), as each
 * kind of card wants them. The signatures are nobody's: the profile does not verify them.
 */
#include "p15_fixture.h"

enum { KEY_AUTH, KEY_SIGN };

static const uint8_t modulus[256] = {0xC0};
static const uint8_t digest[64] = {0xD1, 0xD2, 0xD3};

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

static struct sign_request request(enum sign_scheme scheme, enum hash_alg hash)
{
	return (struct sign_request){.scheme = scheme,
				     .hash = hash,
				     .mgf_hash = hash,
				     .salt_len = hash_len(hash),
				     .data = digest,
				     .len = hash_len(hash)};
}

/* What the small card says to a command, in hexadecimal, with 9000 behind it. */
static const char *bytes_of(size_t len, const char *byte)
{
	static char text[4][1200];
	static unsigned next;
	char *to = text[next++ % 4];
	size_t i;

	to[0] = '\0';
	for (i = 0; i < len; i++)
		memcpy(to + 2 * i, byte, 3);
	memcpy(to + 2 * len, "9000", 5);
	return to;
}

/* ---- plain cards ------------------------------------------------------------------------------ */

/* A card that says nothing of algorithms: no tag 80; the key's DF and its reference. */
static void a_plain_card_pads_a_digest_info(void **state)
{
	/* RFC 8017 §9.2 note 1 */
	static const char *const commands[] = {
		"002241B607"
		"81025015"
		"840101",
		"002A9E9A33"
		"3031300D060960864801650304020105000420"
		"D1D2D3",
	};
	struct sign_request q = request(SIGN_PKCS1, HASH_SHA256);
	struct pubkey shape = rsa(2048);
	struct small_card s;
	struct fixture f;

	(void)state;
	small_open(&f, &s);
	small_say(&s, "002241B6", "9000");
	small_say(&s, "002A9E9A", bytes_of(256, "51"));
	assert_true(f.card->profile->can_sign(f.card, KEY_AUTH, &shape, &q));
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out), 0);
	assert_int_equal(f.out.len, 256);
	assert_int_equal(sent(&f), 2);
	assert_string_equal(fake_card_command(f.fake, 0), commands[0]);
	assert_memory_equal(fake_card_command(f.fake, 1), commands[1], strlen(commands[1]));
	/* nothing tells that it does these */
	q = request(SIGN_PSS, HASH_SHA256);
	assert_false(f.card->profile->can_sign(f.card, KEY_AUTH, &shape, &q));
	q = request(SIGN_RAW, HASH_NONE);
	assert_false(f.card->profile->can_sign(f.card, KEY_AUTH, &shape, &q));
	assert_false(f.card->profile->can_decipher(
		f.card, KEY_AUTH, &shape, &(struct decipher_request){.scheme = DECIPHER_RAW}));
	/* a key of the other kind */
	shape = ec(CURVE_P256);
	q = request(SIGN_ECDSA, HASH_SHA256);
	assert_false(f.card->profile->can_sign(f.card, KEY_AUTH, &shape, &q));
	fixture_close(&f);
}

/* ISO 7816-8 leaves it to the card: r || s, or DER, of which a number may be short. */
static void an_ecdsa_signature_comes_in_either_form(void **state)
{
	static const char der[] = "3024 021F"
				  "11111111111111111111111111111111"
				  "111111111111111111111111111111"
				  "0201 22 9000";
	uint8_t expected[64] = {0};
	struct sign_request q = request(SIGN_ECDSA, HASH_SHA256);
	struct pubkey shape = ec(CURVE_P256);
	struct small_card s;
	struct fixture f;

	(void)state;
	memset(expected + 1, 0x11, 31);
	expected[63] = 0x22;
	small_open(&f, &s);
	small_say(&s, "002241B6", "9000");
	small_say(&s, "002A9E9A20D1D2D3", der);
	assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &shape, &q, &f.out), 0);
	assert_int_equal(f.out.len, 64);
	assert_memory_equal(f.out.data, expected, 64);
	s.answers[1].answer = bytes_of(64, "77");
	assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &shape, &q, &f.out), 0);
	assert_int_equal(f.out.len, 64);
	assert_int_equal(f.out.data[63], 0x77);
	fixture_close(&f);
}

static void what_is_no_signature_is_malformed(void **state)
{
	static const char *const answers[] = {
		"9000",
		"30009000",
		"3006020101020101009000",     /* something behind it */
		"30040202010190 00",          /* cut short */
		"3003020101 9000",            /* one number */
		"3006020181020101 9000",      /* a negative one */
		"3006020100020101 9000",      /* 0 */
		"3009020101020101020101 9000" /* three */
	};
	struct sign_request q = request(SIGN_ECDSA, HASH_SHA256);
	struct pubkey shape = ec(CURVE_P256);
	struct small_card s;
	struct fixture f;
	size_t i;

	(void)state;
	small_open(&f, &s);
	small_say(&s, "002241B6", "9000");
	small_say(&s, "002A9E9A", "9000");
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		s.answers[1].answer = answers[i];
		assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &shape, &q, &f.out),
				 MOHR_ERR_MALFORMED);
		assert_int_equal(f.out.len, 0);
	}
	s.answers[1].answer = bytes_of(65, "77");
	assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &shape, &q, &f.out),
			 MOHR_ERR_MALFORMED);
	shape = rsa(2048);
	q = request(SIGN_PKCS1, HASH_SHA256);
	s.answers[1].answer = bytes_of(255, "77");
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out),
			 MOHR_ERR_MALFORMED);
	fixture_close(&f);
}

/* PKCS #15 §6.9: supportedAlgorithms; the key names two of three */
static void algorithms_are_those_that_the_card_lists(void **state)
{
	/* {reference, CKM_*, NULL, operations sign or decipher, object identifier, algRef} */
	static const char info[] =
		"30 58 02 01 00 04 02 ABCD 0C 01 4D 80 01 4C 03 02 04 10 A2 45"
		" 30 15 02 01 01 02 01 03 05 00 03 02 06 40 06 04 2A864886 02 01 30" /* raw, sign */
		" 30 15 02 01 02 02 01 03 05 00 03 02 02 04 06 04 2A864886 02 01 31" /* raw, decipher */
		" 30 15 02 01 03 02 01 01 05 00 03 02 06 40 06 04 2A864886 02 01 32"; /* PKCS#1 */
	static const uint8_t block[256] = {0x01};
	struct sign_request q = {.scheme = SIGN_RAW, .data = block, .len = sizeof(block)};
	struct decipher_request d = {.scheme = DECIPHER_RAW, .data = block, .len = sizeof(block)};
	struct pubkey shape = rsa(2048);
	struct secret *plain = NULL;
	struct small_card s;
	struct fixture f;
	struct small_file *file;

	(void)state;
	small_fill(&s);
	file = small_find(&s, "50155032");
	file->len = file->size = fake_hex(info, file->data, sizeof(file->data));
	small_connect(&f, &s, PROTOCOL_T0, FAKE_ATR_SHORT);
	small_open_now(&f);
	assert_string_equal(f.card->serial, "ABCD");
	small_say(&s,
		  "002241B60A"
		  "800130"
		  "81025015"
		  "840101",
		  "9000");
	small_say(&s, "102A9E9AFF01", "9000");
	small_say(&s, "002A9E9A01", bytes_of(256, "51"));
	small_say(&s,
		  "002241B80A"
		  "800131"
		  "81025015"
		  "840101",
		  "9000");
	small_say(&s, "102A8086FF0001", "9000");
	small_say(&s, "002A808602", bytes_of(256, "52"));
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out), 0);
	assert_true(f.card->profile->can_decipher(f.card, KEY_AUTH, &shape, &d));
	assert_int_equal(f.card->profile->decipher(f.card, KEY_AUTH, &shape, &d, &plain), 0);
	assert_int_equal(secret_len(plain), 256);
	secret_free(plain);
	q = request(SIGN_PKCS1, HASH_SHA256);
	assert_true(f.card->profile->can_sign(f.card, KEY_AUTH, &shape, &q));
	/* it says nothing of keys on curves: they are as of a card that says nothing */
	shape = ec(CURVE_P256);
	q = request(SIGN_ECDSA, HASH_SHA256);
	assert_true(f.card->profile->can_sign(f.card, KEY_SIGN, &shape, &q));
	/* and this key is not for decryption */
	assert_false(f.card->profile->can_decipher(f.card, KEY_SIGN, &shape, &d));
	fixture_close(&f);
}

/* What it deciphers with says nothing of what it signs with. */
static void a_card_that_lists_decryption_alone_signs_as_others_do(void **state)
{
	static const char info[] =
		"30 2A 02 01 00 04 02 ABCD 0C 01 4D 80 01 4C 03 02 04 10 A2 17"
		" 30 15 02 01 02 02 01 03 05 00 03 02 02 04 06 04 2A864886 02 01 31";
	struct sign_request q = request(SIGN_PKCS1, HASH_SHA256);
	struct pubkey shape = rsa(2048);
	struct small_file *file;
	struct small_card s;
	struct fixture f;

	(void)state;
	small_fill(&s);
	file = small_find(&s, "50155032");
	file->len = file->size = fake_hex(info, file->data, sizeof(file->data));
	small_connect(&f, &s, PROTOCOL_T0, FAKE_ATR_SHORT);
	small_open_now(&f);
	assert_string_equal(f.card->serial, "ABCD");
	assert_true(f.card->profile->can_sign(f.card, KEY_AUTH, &shape, &q));
	assert_true(f.card->profile->can_decipher(
		f.card, KEY_AUTH, &shape, &(struct decipher_request){.scheme = DECIPHER_RAW}));
	q = request(SIGN_RAW, HASH_NONE);
	assert_false(f.card->profile->can_sign(f.card, KEY_AUTH, &shape, &q));
	fixture_close(&f);
}

/* In another DF the same reference is another key, and leaving the PIN's may cost its state (ISO 7816-4 §10.3). */
static void a_key_is_used_in_its_df(void **state)
{
	static const struct {
		const char *path, *select, *file;
	} cases[] = {
		{"3F0050155016", NULL, "81025016"}, /* the PIN's DF */
		{"3F00501550160001", NULL, "81020001"},
		{"50160001", NULL, "81020001"},
		{"3F00501550170001", "00A4080C0450155017", "81020001"},
		{"3F005015", "00A404000C" P15_AID, "81025015"},
	};
	struct sign_request q = request(SIGN_PKCS1, HASH_SHA256);
	struct secret *pin = secret_of("1234");
	struct pubkey shape = rsa(2048);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_INIT(256);
		struct small_file *file;
		struct small_card s;
		struct fixture f;
		char mse[40];
		unsigned n = 0;

		small_fill(&s);
		put_pin(&b, &(struct pin_entry){
				    "PIN", "01", NULL, {0x48, 0}, 1, 4, 8, 8, 0x82, -1, "5016"});
		file = small_find(&s, "50154401");
		memcpy(file->data, b.data, b.len);
		file->len = file->size = b.len;
		buf_reset(&b);
		put_key(&b, &(struct key_entry){
				    "Key", "01", "45", 0, {0x20, 0}, 0x01, cases[i].path, 2048});
		file = small_find(&s, "50154402");
		memcpy(file->data, b.data, b.len);
		file->len = file->size = b.len;
		buf_clear(&b);
		small_put_hex(&s, "501550160002", "00");
		small_put_hex(&s, "501550170002", "00");
		small_say(&s, "002000820431323334", "9000");
		small_say(&s, "002241B6", "9000");
		small_say(&s, "002A9E9A", bytes_of(256, "51"));
		small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
		small_open_now(&f);
		assert_int_equal(f.card->profile->verify(f.card, 0, pin, NULL), 0);
		fake_card_clear_counts(f.fake);
		assert_int_equal(f.card->profile->sign(f.card, 0, &shape, &q, &f.out), 0);
		if (cases[i].select != NULL)
			assert_string_equal(fake_card_command(f.fake, n++), cases[i].select);
		snprintf(mse, sizeof(mse), "002241B607%s840101", cases[i].file);
		assert_string_equal(fake_card_command(f.fake, n++), mse);
		assert_int_equal(sent(&f), n + 1);
		fixture_close(&f);
	}
	secret_free(pin);
}

static void another_application_is_put_aside_before_a_second_try(void **state)
{
	struct sign_request q = request(SIGN_PKCS1, HASH_SHA256);
	struct pubkey shape = rsa(2048);
	struct small_card s;
	struct fixture f;

	(void)state;
	small_open(&f, &s);
	s.other_selected = true;
	small_say(&s, "002A9E9A", bytes_of(256, "51"));
	/* no MSE: 6D00 of the small card */
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out),
			 MOHR_ERR_NOT_SUPPORTED);
	/* MSE, the directory is not there, SELECT, MSE: and no third time */
	assert_int_equal(sent(&f), 4);
	assert_string_equal(fake_card_command(f.fake, 2), SELECT_BY_NAME);
	/* a PIN that is missing is told at once */
	f.channel.turn++;
	fake_card_clear_counts(f.fake);
	small_say(&s, "002241B6", "9000");
	s.answers[0].answer = "6982";
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(sent(&f), 2);
	/* and one that must come right before the use is not lost by SELECT */
	f.channel.turn++;
	fake_card_clear_counts(f.fake);
	s.answers[0].answer = "6985";
	q = request(SIGN_ECDSA, HASH_SHA256);
	shape = ec(CURVE_P256);
	assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &shape, &q, &f.out),
			 MOHR_ERR_CONDITIONS);
	assert_int_equal(sent(&f), 2);
	fixture_close(&f);
}

static void requests_that_no_card_can_meet_are_not_sent(void **state)
{
	struct pubkey shape = rsa(2048), curve = ec(CURVE_P256);
	struct small_card s;
	struct fixture f;
	struct sign_request q = request(SIGN_PKCS1, HASH_SHA256);

	(void)state;
	small_open(&f, &s);
	q.len = 31;
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	q.hash = HASH_NONE;
	q.len = 0;
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	q.len = 246; /* modulus less eleven, and one more */
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	q = request(SIGN_ECDSA, HASH_SHA256);
	q.len = 0;
	assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &curve, &q, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	q.data = NULL;
	assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &curve, &q, &f.out),
			 MOHR_ERR_ARGUMENT);
	q = request(SIGN_ECDSA, HASH_SHA256);
	assert_int_not_equal(f.card->profile->sign(f.card, 2, &curve, &q, &f.out), 0);
	assert_int_equal(sent(&f), 0);
	fixture_close(&f);
}

/* ---- MyEID ------------------------------------------------------------------------------------ */

/* Keys are files, of EF's parent; 00CA01A0 tells the version. */
static void fill_myeid(struct small_card *s)
{
	struct buf b = BUF_INIT(1024);
	struct small_file *file;

	small_fill(s);
	s->df = ""; /* its name selects the MF */
	put_key(&b,
		&(struct key_entry){"RSA", "01", "45", 0, {0x74, 0}, 0x00, "3F0050154B01", 2048});
	put_key(&b,
		&(struct key_entry){"EC", "01", "46", 0, {0x20, 0x80}, 0x00, "3F0050154B02", 0});
	file = small_find(s, "50154402");
	memcpy(file->data, b.data, b.len);
	file->len = file->size = b.len;
	buf_clear(&b);
	small_put(s, "50154B01", NULL, 0);
	small_put(s, "50154B02", NULL, 0);
}

static void myeid_names_keys_by_their_files(void **state)
{
	static const char *const commands[] = {
		SELECT_BY_NAME_T1,
		"0020001108"
		"31323334FFFFFFFF",
		"00A4080C025015",
		"002241B60A"
		"800102"
		"81024B01"
		"840100",
	};
	struct sign_request q = request(SIGN_PKCS1, HASH_SHA256);
	struct secret *pin = secret_of("1234");
	struct pubkey shape = rsa(2048);
	struct small_card s;
	struct fixture f;
	int tries;

	(void)state;
	fill_myeid(&s);
	small_say(&s, "00CA01A014", "0102030405 04 05 00112233445566778899AABBCC9000");
	small_connect(&f, &s, PROTOCOL_T1, ATR_MYEID);
	small_open_now(&f);
	assert_string_equal(f.card->model, "MyEID");
	assert_int_equal(f.card->firmware_version[0], 4);
	assert_int_equal(f.card->firmware_version[1], 5);
	assert_true(f.channel.chaining);
	small_say(&s, "0020001108", "9000");
	small_say(&s, "002241B60A", "9000");
	small_say(&s, "002A9E9A33", bytes_of(256, "51"));
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), 0);
	f.channel.turn++;
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out), 0);
	assert_int_equal(sent(&f), 5);
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(fake_card_command(f.fake, i), commands[i]);
	/* the next one trusts what the last has left behind */
	fake_card_clear_counts(f.fake);
	f.channel.turn++;
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &q, &f.out), 0);
	assert_int_equal(sent(&f), 2);
	secret_free(pin);
	fixture_close(&f);
}

/* A digest is as long as the curve, and a point goes by GENERAL AUTHENTICATE. */
static void myeid_keys_on_curves_sign_and_agree(void **state)
{
	uint8_t point[97] = {0x04, 0x01};
	struct sign_request q = request(SIGN_ECDSA, HASH_SHA256);
	struct pubkey shape = ec(CURVE_P384);
	struct secret *shared = NULL;
	struct small_card s;
	struct fixture f;

	(void)state;
	fill_myeid(&s);
	small_say(&s, "00CA01A014", "6A88");
	small_connect(&f, &s, PROTOCOL_T1, ATR_MYEID);
	small_open_now(&f);
	small_say(&s,
		  "002241B60A"
		  "800104"
		  "81024B02"
		  "840100",
		  "9000");
	small_say(&s,
		  "002A9E9A30"
		  "00000000000000000000000000000000"
		  "D1D2D3",
		  bytes_of(96, "61"));
	small_say(&s,
		  "002241A40A"
		  "800104"
		  "81024B02"
		  "840100",
		  "9000");
	small_say(&s,
		  "0086000065"
		  "7C63"
		  "8561"
		  "0401",
		  bytes_of(48, "62"));
	assert_int_equal(f.card->profile->sign(f.card, KEY_SIGN, &shape, &q, &f.out), 0);
	assert_true(f.card->profile->can_derive(f.card, KEY_SIGN, &shape));
	assert_int_equal(f.card->profile->derive(f.card, KEY_SIGN, &shape, point, 97, &shared), 0);
	assert_int_equal(secret_len(shared), 48);
	secret_free(shared);
	shared = NULL;
	/* in the template of ISO 7816-4 §11.5.5 */
	s.answers[4].answer = "7C048202AABB9000";
	assert_int_equal(f.card->profile->derive(f.card, KEY_SIGN, &shape, point, 97, &shared),
			 MOHR_ERR_MALFORMED);
	assert_null(shared);
	assert_int_equal(f.card->profile->derive(f.card, KEY_SIGN, &shape, point, 96, &shared),
			 MOHR_ERR_POINT_INVALID);
	fixture_close(&f);
}

static void an_old_myeid_does_not_chain(void **state)
{
	const struct sign_request q = {.scheme = SIGN_RAW, .data = modulus + 1, .len = 0};
	struct sign_request raw = q;
	struct pubkey shape = rsa(2048);
	static const uint8_t block[256] = {0x01};
	struct small_card s;
	struct fixture f;

	(void)state;
	fill_myeid(&s);
	small_say(&s, "00CA01A014", "0102030405 04 00 00112233445566778899AABBCC9000");
	small_connect(&f, &s, PROTOCOL_T1, ATR_MYEID);
	small_open_now(&f);
	raw.data = block;
	raw.len = sizeof(block);
	assert_false(f.channel.chaining);
	assert_int_equal(f.card->profile->sign(f.card, KEY_AUTH, &shape, &raw, &f.out),
			 MOHR_ERR_DATA_LENGTH);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_card_pads_a_digest_info),
		cmocka_unit_test(an_ecdsa_signature_comes_in_either_form),
		cmocka_unit_test(what_is_no_signature_is_malformed),
		cmocka_unit_test(algorithms_are_those_that_the_card_lists),
		cmocka_unit_test(another_application_is_put_aside_before_a_second_try),
		cmocka_unit_test(requests_that_no_card_can_meet_are_not_sent),
		cmocka_unit_test(myeid_names_keys_by_their_files),
		cmocka_unit_test(myeid_keys_on_curves_sign_and_agree),
		cmocka_unit_test(an_old_myeid_does_not_chain),
		cmocka_unit_test(a_card_that_lists_decryption_alone_signs_as_others_do),
		cmocka_unit_test(a_key_is_used_in_its_df),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
