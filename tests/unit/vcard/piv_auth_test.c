/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/piv/auth.c, admin.c, key.c and key_use.c: SP 800-73-4 part 2 §3.2.4, §3.3.2. */
#include "piv_fixture.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "codec/tlv.h"

#define HASH "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
/* 7C{82 00, 81 hash} */
#define SIGN_REQUEST "26 7C24 8200 8120" HASH "00"

/* The content of 7C{82} in the last answer. */
static struct cursor response(void)
{
	struct cursor c, in, value;

	assert_int_equal(asked_sw(), 0x9000);
	cursor_init(&c, asked, asked_len - 2);
	assert_int_equal(tlv_get_tag(&c, 0x7C, &in), 0);
	assert_int_equal(cursor_done(&c), 0);
	assert_int_equal(tlv_get_tag(&in, 0x82, &value), 0);
	assert_int_equal(cursor_done(&in), 0);
	return value;
}

static int verifies(EVP_PKEY *pkey, const struct cursor *signature, const uint8_t *hash, size_t len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	int good;

	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	good = EVP_PKEY_verify(ctx, cursor_at(signature), cursor_left(signature), hash, len);
	EVP_PKEY_CTX_free(ctx);
	return good == 1;
}

static void ec_keys_sign_a_hash_in_der(void **state)
{
	struct vcard *v = piv_card("piv", true);
	struct cursor signature;
	uint8_t hash[32];

	(void)state;
	fixture_bytes(HASH, hash, sizeof(hash));
	piv_verify(v);
	ask(v, "0087119A" SIGN_REQUEST);
	signature = response();
	assert_true(verifies(piv_public(v, 0x9A), &signature, hash, 32));
	hash[0] ^= 1;
	assert_false(verifies(piv_public(v, 0x9A), &signature, hash, 32));
	/* the standard's card takes hashes of the curve's length, the vendor's shorter ones */
	expect(v, "0087119A 07 7C05 8200 8101AA 00", "6A80");
	expect(v, "0087119A 06 7C04 8200 8100 00", "6A80");
	vcard_free(v);
	v = piv_card("yubikey", true);
	piv_verify(v);
	ask(v, "0087119A 07 7C05 8200 8101AA 00");
	signature = response();
	assert_true(verifies(piv_public(v, 0x9A), &signature, (const uint8_t[]){0xAA}, 1));
	expect(v, "0087119A 06 7C04 8200 8100 00", "6A80");
	vcard_free(v);
}

static void rsa_keys_raise_a_whole_block(void **state)
{
	static const struct {
		enum vcard_key_kind kind;
		uint8_t algorithm;
	} rows[] = {{VCARD_RSA1024, 0x06}, {VCARD_RSA2048, 0x07}};
	struct vcard *v = piv_card("piv", false);
	struct vcard_piv_key *key = vcard_piv_key_find(vcard_piv_of(v), 0x9A);
	uint8_t block[256], back[256];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		unsigned len = (unsigned)vcard_kind_len(rows[i].kind);
		struct cursor result;
		EVP_PKEY_CTX *ctx;
		size_t back_len = sizeof(back);

		assert_int_equal(vcard_key_generate(&key->key, rows[i].kind), 0);
		for (unsigned n = 0; n < len; n++)
			block[n] = (uint8_t)(n + 1);
		block[0] = 0;
		piv_verify(v);
		ask(v, "0087%02X9A 00%04X 7C82%04X 8200 8182%04X %s 0000", rows[i].algorithm,
		    len + 10, len + 6, len, fixture_hex(block, len));
		result = response();
		assert_int_equal(cursor_left(&result), len);
		ctx = EVP_PKEY_CTX_new(piv_public(v, 0x9A), NULL);
		EVP_PKEY_encrypt_init(ctx);
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING);
		assert_int_equal(EVP_PKEY_encrypt(ctx, back, &back_len, cursor_at(&result), len),
				 1);
		EVP_PKEY_CTX_free(ctx);
		assert_memory_equal(back, block, len);
		/* not below the modulus; one byte short */
		memset(block, 0xFF, len);
		assert_string_equal(ask(v, "0087%02X9A 00%04X 7C82%04X 8200 8182%04X %s 0000",
					rows[i].algorithm, len + 10, len + 6, len,
					fixture_hex(block, len)),
				    "6A80");
		assert_string_equal(ask(v, "0087%02X9A 00%04X 7C82%04X 8200 8182%04X %s 0000",
					rows[i].algorithm, len + 9, len + 5, len - 1,
					fixture_hex(block, len - 1)),
				    "6A80");
	}
	vcard_free(v);
}

static void a_block_may_come_in_a_chain(void **state)
{
	struct vcard *v = piv_card("piv", true);
	struct cursor signature;
	uint8_t hash[32];

	(void)state;
	fixture_bytes(HASH, hash, sizeof(hash));
	piv_verify(v);
	expect(v, "1087119C 08 7C24 8200 8120 0001", "9000");
	ask(v, "0087119C 1E 02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F 00");
	signature = response();
	assert_true(verifies(piv_public(v, 0x9C), &signature, hash, 32));
	vcard_free(v);
}

static void pin_conditions_are_those_of_the_key(void **state)
{
	struct vcard *v = piv_card("piv", true);

	(void)state;
	expect(v, "0087119A" SIGN_REQUEST, "6982");
	expect(v, "0087119C" SIGN_REQUEST, "6982");
	expect(v, "0087119D" SIGN_REQUEST, "6982");
	expect(v, "00871182" SIGN_REQUEST, "6982");
	ask(v, "0087119E" SIGN_REQUEST);
	assert_int_equal(asked_sw(), 0x9000);
	piv_verify(v);
	for (unsigned i = 0; i < 2; i++) {
		ask(v, "0087119A" SIGN_REQUEST);
		assert_int_equal(asked_sw(), 0x9000);
	}
	vcard_free(v);
}

static void the_signature_key_wants_the_pin_right_before(void **state)
{
	struct vcard *v = piv_card("piv", true);

	(void)state;
	piv_verify(v);
	ask(v, "00CB3FFF 03 5C017E 00"); /* even reading stands between */
	expect(v, "0087119C" SIGN_REQUEST, "6982");
	piv_verify(v);
	expect(v, "00200080", "9000");
	expect(v, "0087119C" SIGN_REQUEST, "6982");
	piv_verify(v);
	ask(v, "0087119C" SIGN_REQUEST);
	assert_int_equal(asked_sw(), 0x9000);
	expect(v, "0087119C" SIGN_REQUEST, "6982"); /* once */
	piv_verify(v);
	ask(v, "0087119A" SIGN_REQUEST);
	expect(v, "0087119C" SIGN_REQUEST, "6982"); /* another key has used it up */
	piv_verify(v);
	ask(v, "00A40400 05 A000000308 00");
	expect(v, "0087119C" SIGN_REQUEST, "6982");
	piv_verify(v);
	expect(v, "00200080 08" PIV_WRONG, "63C2");
	expect(v, "0087119C" SIGN_REQUEST, "6982");
	expect(v, "00240080 10" PIV_PIN PIV_PIN, "9000");
	expect(v, "0087119C" SIGN_REQUEST, "6982"); /* CHANGE is no VERIFY */
	piv_verify(v);
	expect(v, "0087119C 02 7C00 00", "6A80"); /* one that fails uses it up too */
	expect(v, "0087119C" SIGN_REQUEST, "6982");
	vcard_free(v);
}

static void keys_agree_on_what_the_peer_has(void **state)
{
	struct vcard *v = piv_card("piv", true);
	EVP_PKEY *peer = EVP_EC_gen("P-256"), *own = piv_public(v, 0x9D);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(peer, NULL);
	uint8_t point[65], expected[32];
	size_t len = 0, expected_len = sizeof(expected);
	struct cursor shared;

	(void)state;
	EVP_PKEY_get_octet_string_param(peer, "encoded-pub-key", point, sizeof(point), &len);
	assert_int_equal(len, 65);
	EVP_PKEY_derive_init(ctx);
	EVP_PKEY_derive_set_peer(ctx, own);
	assert_int_equal(EVP_PKEY_derive(ctx, expected, &expected_len), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);

	piv_verify(v);
	ask(v, "0087119D 47 7C45 8200 8541 %s 00", fixture_hex(point, 65));
	shared = response();
	assert_true(cursor_equals(&shared, expected, sizeof(expected)));
	/* not with a signature key of the standard's card, nor with a point off the curve */
	assert_string_equal(ask(v, "0087119A 47 7C45 8200 8541 %s 00", fixture_hex(point, 65)),
			    "6A80");
	point[64] ^= 1;
	assert_string_equal(ask(v, "0087119D 47 7C45 8200 8541 %s 00", fixture_hex(point, 65)),
			    "6A80");
	assert_string_equal(ask(v, "0087119D 46 7C44 8200 8540 %s 00", fixture_hex(point, 64)),
			    "6A80");
	expect(v, "0087119D 06 7C04 8200 8500 00", "6A80");
	vcard_free(v);
}

static void wrong_requests_are_told_apart(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"0087149A" SIGN_REQUEST, "6A86"}, /* P-384 */
		{"0087079A" SIGN_REQUEST, "6A86"},
		{"0087FF9A" SIGN_REQUEST, "6A86"},
		{"00871199" SIGN_REQUEST, "6A86"},
		{"008711F9" SIGN_REQUEST, "6A86"},
		{"00871183" SIGN_REQUEST, "6A88"}, /* empty */
		{"0087119A 00", "6A80"},
		{"0087119A 02 7C00 00", "6A80"},
		{"0087119A 04 7C028200 00", "6A80"},
		{"0087119A 24 7C22 8120" HASH "00", "6A80"},
		{"0087119A 27 7C24 8200 8120" HASH "00 00", "6A80"},
		{"0087119A 26 7C25 8200 8120" HASH "00", "6A80"},
		{"0087119A 05 7D03 8201AA 00", "6A80"},
	};
	struct vcard *v = piv_card("piv", true);

	(void)state;
	piv_verify(v);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(v, rows[i].command, rows[i].answer);
	vcard_free(v);
}

/* ---- the management key */

static const struct admin_row {
	uint8_t algorithm;
	unsigned block_len;
	const char *key;
} admin_rows[] = {
	{VCARD_ADMIN_3DES, 8, "0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123"},
	{VCARD_ADMIN_AES128, 16, PIV_ADMIN_KEY},
	{VCARD_ADMIN_AES192, 16, "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B"},
	{VCARD_ADMIN_AES256, 16,
	 "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4"},
};

static bool is_admin(struct vcard *v)
{
	ask(v, "00DB3FFF 08 5C035FC105 5301AA");
	return asked_sw() == 0x9000;
}

static void single_authentication_wants_the_challenge_enciphered(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct admin_row *row = &admin_rows[i];
		struct vcard *v = piv_card_with("piv", row->algorithm, row->key, NULL);
		unsigned n = row->block_len;
		char request[16];

		snprintf(request, sizeof(request), "0087%02X9B", row->algorithm);
		ask(v, "%s 04 7C028100 00", request);
		assert_int_equal(asked_len, 4 + n + 2);
		assert_string_equal(ask(v, "%s %02X 7C%02X 82%02X %s", request, n + 4, n + 2, n,
					piv_encrypt(row->algorithm, row->key, asked + 4)),
				    "9000");
		assert_true(is_admin(v));
		/* a wrong one takes the right away */
		ask(v, "%s 04 7C028100 00", request);
		asked[4] ^= 1;
		assert_string_equal(ask(v, "%s %02X 7C%02X 82%02X %s", request, n + 4, n + 2, n,
					piv_encrypt(row->algorithm, row->key, asked + 4)),
				    "6982");
		assert_false(is_admin(v));
		vcard_free(v);
	}
}

/* Inverse of piv_encrypt for the test's own witness: the card enciphers, the host deciphers. */
static const char *decrypt(const struct admin_row *row, const uint8_t *block)
{
	const EVP_CIPHER *cipher = row->algorithm == VCARD_ADMIN_3DES     ? EVP_des_ede3_ecb()
				   : row->algorithm == VCARD_ADMIN_AES128 ? EVP_aes_128_ecb()
				   : row->algorithm == VCARD_ADMIN_AES192 ? EVP_aes_192_ecb()
									  : EVP_aes_256_ecb();
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t key[32], out[32];
	int len = 0;

	fixture_bytes(row->key, key, sizeof(key));
	assert_int_equal(EVP_DecryptInit_ex(ctx, cipher, NULL, key, NULL), 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(EVP_DecryptUpdate(ctx, out, &len, block, (int)row->block_len), 1);
	EVP_CIPHER_CTX_free(ctx);
	return fixture_hex(out, row->block_len);
}

static void mutual_authentication_proves_the_card_too(void **state)
{
	static const uint8_t challenge[16] = {1, 2,  3,  4,  5,  6,  7,  8,
					      9, 10, 11, 12, 13, 14, 15, 16};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct admin_row *row = &admin_rows[i];
		struct vcard *v = piv_card_with("yubikey", row->algorithm, row->key, NULL);
		unsigned n = row->block_len;
		struct cursor answer;
		uint8_t expected[16];

		ask(v, "0087%02X9B 04 7C028000 00", row->algorithm);
		assert_int_equal(asked_len, 4 + n + 2);
		assert_int_equal(asked[2], 0x80);
		ask(v, "0087%02X9B %02X 7C%02X 80%02X %s 81%02X %s 00", row->algorithm, 2 * n + 6,
		    2 * n + 4, n, decrypt(row, asked + 4), n, fixture_hex(challenge, n));
		answer = response();
		fixture_bytes(piv_encrypt(row->algorithm, row->key, challenge), expected,
			      sizeof(expected));
		assert_true(cursor_equals(&answer, expected, n));
		assert_true(is_admin(v));
		/* a wrong witness */
		ask(v, "0087%02X9B 04 7C028000 00", row->algorithm);
		assert_string_equal(ask(v, "0087%02X9B %02X 7C%02X 80%02X %s 81%02X %s 8200 00",
					row->algorithm, 2 * n + 8, 2 * n + 6, n,
					fixture_hex(challenge, n), n, fixture_hex(challenge, n)),
				    "6982");
		assert_false(is_admin(v));
		vcard_free(v);
	}
}

static void a_challenge_serves_the_next_command_only(void **state)
{
	struct vcard *v = piv_card("piv", true);
	char cryptogram[33];

	(void)state;
	ask(v, "0087089B 04 7C028100 00");
	strcpy(cryptogram, piv_encrypt(VCARD_ADMIN_AES128, PIV_ADMIN_KEY, asked + 4));
	expect(v, "00200080", "63C3");
	assert_string_equal(ask(v, "0087089B 14 7C12 8210 %s", cryptogram), "6985");
	piv_admin(v);
	/* nor twice */
	assert_string_equal(ask(v, "0087089B 14 7C12 8210 %s", cryptogram), "6985");
	assert_false(is_admin(v));
	/* a witness is no challenge */
	ask(v, "0087089B 04 7C028000 00");
	assert_string_equal(ask(v, "0087089B 14 7C12 8210 %s", cryptogram), "6985");
	expect(v, "0087039B 04 7C028100 00", "6A86");
	expect(v, "0087009B 04 7C028100 00", "6A86");
	expect(v, "0087089B 02 7C00 00", "6A80");
	expect(v, "0087089B 05 7C038101AA 00", "6A80");
	vcard_free(v);
}

static void a_challenge_survives_being_fetched(void **state)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	(void)state;
	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse("piv", &setup.personalities), 0); /* T=0 */
	setup.blank = true;
	setup.pin = "123456";
	setup.puk = "87654321";
	setup.admin_key_len =
		fixture_bytes(PIV_ADMIN_KEY, setup.admin_key, sizeof(setup.admin_key));
	assert_int_equal(vcard_new(&setup, &v), 0);
	expect(v, "0087089B 04 7C028100", "6114");
	ask(v, "00C00000 14");
	assert_int_equal(asked_len, 22);
	assert_string_equal(ask(v, "0087089B 14 7C12 8210 %s",
				piv_encrypt(VCARD_ADMIN_AES128, PIV_ADMIN_KEY, asked + 4)),
			    "9000");
	assert_true(is_admin(v));
	vcard_free(v);
}

/* ---- generating */

static void a_key_is_made_under_the_management_key(void **state)
{
	static const struct {
		uint8_t algorithm;
		size_t answer_len;
	} rows[] = {
		{0x11, 3 + 2 + 65},
		{0x14, 3 + 2 + 97},
		{0x06, 4 + 3 + 128 + 2 + 3},
	};
	struct vcard *v = piv_card("piv", false);

	(void)state;
	expect(v, "0047009A 05 AC03800111 00", "6982");
	piv_admin(v);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ask(v, "0047009A 05 AC038001%02X 00", rows[i].algorithm);
		assert_int_equal(asked_sw(), 0x9000);
		assert_int_equal(asked_len, rows[i].answer_len + 2);
		assert_memory_equal(fixture_hex(asked, 2), "7F49", 4);
		assert_int_equal(
			vcard_piv_algorithm(vcard_piv_key_find(vcard_piv_of(v), 0x9A)->key.kind),
			rows[i].algorithm);
	}
	expect(v, "00470080 05 AC03800111 00", "6A86");
	expect(v, "0047009B 05 AC03800111 00", "6A86");
	expect(v, "004700F9 05 AC03800111 00", "6A86");
	expect(v, "0047019A 05 AC03800111 00", "6A86");
	expect(v, "0047009A 05 AC03800103 00", "6A80");
	expect(v, "0047009A 04 AC028000 00", "6A80");
	expect(v, "0047009A 02 AC00 00", "6A80");
	expect(v, "0047009A 08 AC06800111AA0101 00", "6A80"); /* the vendor's */
	expect(v, "0047009A 00", "6A80");
	vcard_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ec_keys_sign_a_hash_in_der),
		cmocka_unit_test(rsa_keys_raise_a_whole_block),
		cmocka_unit_test(a_block_may_come_in_a_chain),
		cmocka_unit_test(pin_conditions_are_those_of_the_key),
		cmocka_unit_test(the_signature_key_wants_the_pin_right_before),
		cmocka_unit_test(keys_agree_on_what_the_peer_has),
		cmocka_unit_test(wrong_requests_are_told_apart),
		cmocka_unit_test(single_authentication_wants_the_challenge_enciphered),
		cmocka_unit_test(mutual_authentication_proves_the_card_too),
		cmocka_unit_test(a_challenge_serves_the_next_command_only),
		cmocka_unit_test(a_challenge_survives_being_fetched),
		cmocka_unit_test(a_key_is_made_under_the_management_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
