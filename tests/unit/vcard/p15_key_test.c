/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of vcard/p15/environment.c, pso.c, key.c, generate.c, myeid_data.c: what keys do, and for whom.
 * libcrypto verifies signatures and enciphers; status words are those of ISO 7816-4 §5.6.
 */
#include "p15_fixture.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "codec/tlv.h"

/* DigestInfo of SHA-256 (RFC 8017 §9.2 note 1), and a hash. */
#define PREFIX "3031300D060960864801650304020105000420"
#define HASH   "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"

static const uint8_t hash[] = {0xE3, 0xB0, 0xC4, 0x42, 0x98, 0xFC, 0x1C, 0x14, 0x9A, 0xFB, 0xF4,
			       0xC8, 0x99, 0x6F, 0xB9, 0x24, 0x27, 0xAE, 0x41, 0xE4, 0x64, 0x9B,
			       0x93, 0x4C, 0xA4, 0x95, 0x99, 0x1B, 0x78, 0x52, 0xB8, 0x55};

static void auth(struct vcard *v)
{
	expect(v, "00200091 0C" P15_AUTH, "9000");
}

static void sign(struct vcard *v)
{
	expect(v, "00200092 0C" P15_SIGN, "9000");
}

static void rsa_pads_what_it_gets(void **state)
{
	struct vcard *v = p15_card(VCARD_RSA1024, VCARD_P256);
	uint8_t info[51];

	(void)state;
	fixture_bytes(PREFIX HASH, info, sizeof(info));
	auth(v);
	expect(v, "002241B6 03 840101", "9000");
	ask(v, "002A9E9A 33" PREFIX HASH "00");
	assert_true(p15_verifies_rsa(p15_public(v, 1), info, sizeof(info)));
	/* as a driver of others writes it: with the DF in 81 */
	expect(v, "002241B6 07 81025015 840101", "9000");
	ask(v, "002A9E9A 01 AA 00");
	assert_true(p15_verifies_rsa(p15_public(v, 1), (const uint8_t *)"\xAA", 1));
	/* the longest: eleven bytes of padding */
	expect(v, "002241B6 06 800102 840101", "9000");
	ask(v, "002A9E9A 75 %0234d 00", 0);
	assert_int_equal(asked_sw(), 0x9000);
	assert_string_equal(ask(v, "002A9E9A 76 %0236d 00", 0), "6A80");
	vcard_free(v);
}

static void rsa_takes_whole_blocks(void **state)
{
	struct vcard *v = p15_card(VCARD_RSA1024, VCARD_P256);
	uint8_t info[51];
	char block[2 * 128 + 1];

	(void)state;
	fixture_bytes(PREFIX HASH, info, sizeof(info));
	snprintf(block, sizeof(block), "0001%0148d00" PREFIX HASH, 0);
	memset(block + 4, 'F', 148);
	auth(v);
	expect(v, "002241B6 06 800100 840101", "9000");
	ask(v, "002A9E9A 80 %s 00", block);
	assert_true(p15_verifies_rsa(p15_public(v, 1), info, sizeof(info)));
	memset(block, 'F', 256); /* not below the modulus */
	assert_string_equal(ask(v, "002A9E9A 80 %s 00", block), "6A80");
	assert_string_equal(ask(v, "002A9E9A 7F %s 00", block + 2), "6A80");
	vcard_free(v);
}

static void ecdsa_is_r_and_s_or_der(void **state)
{
	struct vcard *v = p15_card(VCARD_P256, VCARD_P384), *m = myeid_card();

	(void)state;
	auth(v);
	expect(v, "002241B6 06 800104 840101", "9000");
	ask(v, "002A9E9A 20" HASH "00");
	assert_int_equal(asked_len, 64 + 2);
	assert_true(p15_verifies_ecdsa(p15_public(v, 1), false, hash, sizeof(hash)));
	ask(v, "002A9E9A 30" HASH "000102030405060708090A0B0C0D0E0F 00"); /* the left part counts */
	assert_true(p15_verifies_ecdsa(p15_public(v, 1), false, hash, sizeof(hash)));
	sign(v);
	expect(v, "002241B6 03 840102", "9000");
	ask(v, "002A9E9A 20" HASH "00");
	assert_int_equal(asked_len, 96 + 2);
	assert_true(p15_verifies_ecdsa(p15_public(v, 2), false, hash, sizeof(hash)));
	vcard_free(v);

	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "00A4080C 02 5015", "9000");
	expect(m, "002241B6 0A 800104 81024B01 840100", "9000");
	ask(m, "002A9E9A 20" HASH "00");
	assert_true(p15_verifies_ecdsa(p15_public(m, 1), true, hash, sizeof(hash)));
	vcard_free(m);
}

static void a_hash_may_come_first(void **state)
{
	struct vcard *v = p15_card(VCARD_P256, VCARD_P256);

	(void)state;
	auth(v);
	expect(v, "002241B6 03 840101", "9000");
	expect(v, "002A9E9A 00", "6985"); /* of what? */
	expect(v, "002A90A0 22 9020" HASH, "9000");
	ask(v, "002A9E9A 00");
	assert_true(p15_verifies_ecdsa(p15_public(v, 1), false, hash, sizeof(hash)));
	expect(v, "002A9E9A 00", "6985"); /* it serves once */
	expect(v, "002A9080 20" HASH, "9000");
	ask(v, "002A9EAC 00");
	assert_true(p15_verifies_ecdsa(p15_public(v, 1), false, hash, sizeof(hash)));
	expect(v, "002A90A0 20" HASH, "6A80");
	expect(v, "002A90A0 02 9000", "6A80");
	expect(v, "002A90A0", "6700");
	vcard_free(v);
}

static void a_key_wants_its_own_pin(void **state)
{
	struct vcard *v = p15_card(VCARD_P256, VCARD_P256), *m = myeid_card();

	(void)state;
	expect(v, "002A9E9A 20" HASH "00", "6985");
	expect(v, "002241B6 03 840101", "9000");
	expect(v, "002A9E9A 20" HASH "00", "6982");
	sign(v);
	expect(v, "002A9E9A 20" HASH "00", "6982");
	auth(v);
	ask(v, "002A9E9A 20" HASH "00");
	assert_int_equal(asked_sw(), 0x9000);
	ask(v, "002A9E9A 20" HASH "00");
	assert_int_equal(asked_sw(), 0x9000);
	vcard_free(v);

	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "00A4080C 04 50154B02", "9000");
	expect(m, "002241B6 07 81024B02 840100", "9000");
	expect(m, "002A9E9A 20" HASH "00", "6982");
	vcard_free(m);
}

static void the_signature_key_uses_its_pin_up(void **state)
{
	struct vcard *v = p15_card(VCARD_P256, VCARD_P256), *m = myeid_card();

	(void)state;
	sign(v);
	expect(v, "002241B6 03 840102", "9000");
	ask(v, "002A9E9A 20" HASH "00");
	assert_int_equal(asked_sw(), 0x9000);
	expect(v, "002A9E9A 20" HASH "00", "6982");
	expect(v, "00200092", "63C3");
	vcard_free(v);

	expect(m, "00200002 08" MYEID_SIGN, "9000");
	expect(m, "00A4080C 04 50154B02", "9000");
	expect(m, "002241B6 07 81024B02 840100", "9000");
	ask(m, "002A9E9A 20" HASH "00");
	assert_int_equal(asked_sw(), 0x9000);
	expect(m, "002A9E9A 20" HASH "00", "6982");
	vcard_free(m);
}

static void what_is_no_environment_is_refused(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"002241B6", "6700"},
		{"002241B7 03 840101", "6A86"},
		{"00224100 03 840101", "6A86"}, /* is for dialects that make keys so */
		{"002251B6 03 840101", "6A86"},
		{"002241B6 03 840103", "6A88"},
		{"002241B6 03 800102", "6A80"}, /* no key */
		{"002241B6 06 800107 840101", "6A80"},
		{"002241B6 06 800104 840101", "6A80"}, /* ECDSA by an RSA key */
		{"002241B6 06 800102 840102", "6A80"}, /* and the opposite */
		{"002241B8 06 800104 840102", "6A80"},
		{"002241B6 06 80020002 8401", "6A80"},
		{"002241B6 04 84020101", "6A80"},
		{"002241B6 06 8101AA 840101", "6A80"},
		{"002241B6 02 8400", "6A80"},
		{"002241B6 06 970102 840101", "6A80"},
		{"002241B6 06 950140 840101", "9000"},
		{"0022F300", "9000"},
		{"0022F301", "9000"},
		{"0022F302", "6A88"},
		{"0022F300 01 00", "6700"},
		{"002A9E9A 20" HASH "00", "6985"}, /* emptied by RESTORE */
		{"002A9E9B 20" HASH "00", "6A86"},
		{"002A8086 00", "6700"},
	};
	struct vcard *v = p15_card(VCARD_RSA1024, VCARD_P256), *m = myeid_card();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(ask(v, "%s", rows[i].command), rows[i].answer) != 0)
			fail_msg("%s: %s, not %s", rows[i].command, ask(v, "%s", rows[i].command),
				 rows[i].answer);
	expect(m, "002241B6 03 840101", "6A80"); /* names no file */
	expect(m, "002241B6 04 81024B03", "6A82");
	expect(m, "002241B6 04 81024301", "6A82"); /* is none of a key */
	vcard_free(v);
	vcard_free(m);
}

/* ---- decryption, agreement */

enum { TEXT = 2 * LIMIT_SIGNATURE + 8 };

static void encipher(EVP_PKEY *key, int padding, const uint8_t *text, size_t len, char ret[TEXT])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t out[LIMIT_SIGNATURE];
	size_t out_len = sizeof(out);

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, padding), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, out, &out_len, text, len), 1);
	EVP_PKEY_CTX_free(ctx);
	snprintf(ret, TEXT, "%s", fixture_hex(out, out_len));
}

static void decipher_unpads_and_takes_the_indicator_or_none(void **state)
{
	struct vcard *v = p15_card(VCARD_RSA1024, VCARD_P256);
	const uint8_t text[] = {0xC0, 0xFF, 0xEE};
	uint8_t block[128] = {0x00, 0x05};
	char cipher[TEXT];

	(void)state;
	encipher(p15_public(v, 1), RSA_PKCS1_PADDING, text, sizeof(text), cipher);
	expect(v, "002241B8 03 840101", "9000");
	assert_string_equal(ask(v, "002A8086 81 00%s 00", cipher), "6982");
	auth(v);
	assert_string_equal(ask(v, "002A8086 81 00%s 00", cipher), "C0FFEE9000");
	assert_string_equal(ask(v, "002A8086 80 %s 00", cipher), "C0FFEE9000");
	assert_string_equal(ask(v, "002A8086 81 02%s 00", cipher), "6A80");
	assert_string_equal(ask(v, "002A8086 7F %.254s 00", cipher), "6A80");
	/* a wrong padding; which is none of a whole block's business */
	encipher(p15_public(v, 1), RSA_NO_PADDING, block, sizeof(block), cipher);
	assert_string_equal(ask(v, "002A8086 81 00%s 00", cipher), "6A80");
	expect(v, "002241B8 06 800100 840101", "9000");
	ask(v, "002A8086 81 00%s 00", cipher);
	assert_int_equal(asked_len, sizeof(block) + 2);
	assert_memory_equal(asked, block, sizeof(block));
	vcard_free(v);
}

/* A peer's point, and the answer that what libcrypto agrees upon makes, in hexadecimal. */
static void agree_with(EVP_PKEY *card, char ret_point[TEXT], char ret_wanted[TEXT])
{
	EVP_PKEY *peer = EVP_EC_gen("P-256");
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(peer, NULL);
	uint8_t point[65], shared[32];
	size_t len = 0, shared_len = sizeof(shared);

	assert_int_equal(EVP_PKEY_get_octet_string_param(peer, "encoded-pub-key", point,
							 sizeof(point), &len),
			 1);
	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, card), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, shared, &shared_len), 1);
	snprintf(ret_point, TEXT, "%s", fixture_hex(point, len));
	snprintf(ret_wanted, TEXT, "%s9000", fixture_hex(shared, shared_len));
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
}

static void ec_keys_agree(void **state)
{
	struct vcard *v = p15_card(VCARD_P256, VCARD_P256), *m = myeid_card();
	char point[TEXT], wanted[TEXT];

	(void)state;
	agree_with(p15_public(v, 1), point, wanted);
	auth(v);
	expect(v, "002241B8 06 80010B 840101", "9000");
	assert_string_equal(ask(v, "002A8086 48 A646 7F4943 8641%s 00", point), wanted);
	assert_string_equal(ask(v, "002A8086 41 %s 00", point), "6A80");
	assert_string_equal(ask(v, "002A8086 48 A646 7F4943 8641%.128s00 00", point), "6A80");
	expect(v, "002A8086 07 A605 7F4902 8600 00", "6A80");
	vcard_free(v);

	agree_with(p15_public(m, 1), point, wanted);
	expect(m, "00A4080C 02 5015", "9000");
	expect(m, "002241A4 0A 800104 81024B01 840100", "9000");
	assert_string_equal(ask(m, "00860000 45 7C43 8541%s 00", point), "6982");
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	assert_string_equal(ask(m, "00860000 45 7C43 8541%s 00", point), wanted);
	assert_string_equal(ask(m, "00860000 45 7C43 8641%s 00", point), "6A80");
	assert_string_equal(ask(m, "00860001 45 7C43 8541%s 00", point), "6A86");
	expect(m, "00860000 04 7C02 8500 00", "6A80");
	expect(m, "00860000 00", "6A80");
	vcard_free(m);
}

/* ---- making keys */

static void generate_remakes_keys_for_the_admin(void **state)
{
	struct vcard *v = p15_card(VCARD_P256, VCARD_P256);
	EVP_PKEY *shown;

	(void)state;
	expect(v, "00470000 08 AC06 800112 840101 00", "6982");
	p15_admin(v);
	expect(v, "00470000 08 AC06 800113 840101 00", "6A80");
	expect(v, "00470000 05 AC03 840101 00", "6A80");
	expect(v, "00470000 08 AC06 800112 840103 00", "6A88");
	expect(v, "00478100 05 AC03 840103 00", "6A88");
	expect(v, "00470100 08 AC06 800112 840101 00", "6A86");
	expect(v, "00470000 00", "6700");
	expect(v, "00470000 05 B603 840101 00", "6A80");
	ask(v, "00470000 08 AC06 800112 840101 00");
	assert_int_equal(asked_len, 5 + 97 + 2);
	assert_int_equal(EVP_PKEY_get_bits(p15_public(v, 1)), 384);
	/* conditions stay */
	expect(v, "002241B6 03 840101", "9000");
	expect(v, "002A9E9A 20" HASH "00", "6982");
	auth(v);
	ask(v, "002A9E9A 20" HASH "00");
	assert_true(p15_verifies_ecdsa(p15_public(v, 1), false, hash, sizeof(hash)));
	/* and whoever asks is shown the public half */
	vcard_reset(v);
	ask(v, "00478100 05 AC03 840101 00");
	assert_int_equal(asked_sw(), 0x9000);
	shown = p15_public(v, 1);
	assert_int_equal(EVP_PKEY_get_bits(shown), 384);
	vcard_free(v);
}

static void myeid_makes_keys_in_files(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"00460000", "6986"},
		{"00A4080C 02 5015", "9000"},
		{"00E00000 19 6217 81020400 820111 83024B05 8603111111 85020000 8A0100", "9000"},
		{"00CA010100", "6985"}, /* none there yet */
		{"002241B6 07 81024B05 840100", "6A88"},
		{"00460000 07 30058103010003", "6A80"}, /* the exponent is 65537 */
		{"00460001", "6A86"},
		{"00460000 07 30058103010001", "9000"},
		{"00E00000 19 6217 81020200 820111 83024B06 8603111111 85020000 8A0100", "9000"},
		{"00460000", "6A81"}, /* RSA-512 */
		{"00E00000 19 6217 81020100 820119 83024B07 8603111111 85020000 8A0100", "9000"},
		{"00460000", "6A81"}, /* AES */
	};
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(ask(m, "%s", rows[i].command), rows[i].answer) != 0)
			fail_msg("%s: %s, not %s", rows[i].command, ask(m, "%s", rows[i].command),
				 rows[i].answer);
	expect(m, "00A4020C 02 4B05", "9000");
	ask(m, "00CA010100");
	assert_int_equal(asked_len, 128 + 2);
	expect(m, "00CA010200", "0100019000");
	expect(m, "00CA018600", "6A88"); /* no point */
	expect(m, "002E0000", "9000");
	expect(m, "00460000", "6982");
	expect(m, "00A4020C 02 4B01", "9000");
	ask(m, "00CA018600");
	assert_int_equal(asked_len, 2 + 65 + 2);
	assert_int_equal(asked[0], 0x86);
	vcard_free(m);
}

/* Sends one number of a key; with 00 before it if led. */
static void put_number(struct vcard *m, unsigned part, EVP_PKEY *key, const char *name)
{
	uint8_t bytes[LIMIT_SIGNATURE];
	BIGNUM *n = NULL;
	int len;

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
	len = BN_bn2bin(n, bytes);
	assert_string_equal(
		ask(m, "00DA01%02X %02X %s", part, (unsigned)len, fixture_hex(bytes, (size_t)len)),
		"9000");
	BN_free(n);
}

static void myeid_takes_keys_part_by_part(void **state)
{
	static const struct {
		unsigned part;
		const char *name;
	} parts[] = {{0x83, "rsa-factor1"},
		     {0x84, "rsa-factor2"},
		     {0x85, "rsa-exponent1"},
		     {0x86, "rsa-exponent2"},
		     {0x87, "rsa-coefficient1"},
		     {0x80, "n"},
		     {0x81, "e"}};
	EVP_PKEY *rsa = EVP_RSA_gen(1024), *ec = EVP_EC_gen("P-384");
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00DA0187 01 01", "6986");
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "00A4080C 02 5015", "9000");
	expect(m, "00E00000 19 6217 81020180 820122 83024B04 8603111111 85020000 8A0100", "9000");
	put_number(m, 0x87, ec, "priv");
	expect(m, "00DA0186 01 04", "9000"); /* the point is the key's own in any case */
	assert_int_equal(EVP_PKEY_eq(p15_public(m, 4), ec), 1);
	expect(m, "00A4080C 02 5015", "9000");
	expect(m, "00E00000 19 6217 81020400 820111 83024B05 8603111111 85020000 8A0100", "9000");
	expect(m, "00DA0181 03 010001", "6A80"); /* no parts yet */
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		put_number(m, parts[i].part, rsa, parts[i].name);
	assert_int_equal(EVP_PKEY_eq(p15_public(m, 5), rsa), 1);
	expect(m, "002E0000", "9000");
	expect(m, "00DA0187 01 01", "6982");
	expect(m, "00DA0188 01 01", "6A88");
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
	vcard_free(m);
}

static void myeid_tells_what_it_is(void **state)
{
	struct vcard *m = myeid_card();

	(void)state;
	ask(m, "00CA01A014");
	assert_int_equal(asked_len, 22);
	assert_int_equal(asked[5], 4);
	assert_int_equal(asked[6], 5);
	expect(m, "00CA01AA0B",
	       "0100091000000000000180"
	       "9000");
	expect(m, "00A4000C 02 5015", "9000");
	expect(m, "00CA01A100", "4B014B0243019000");
	expect(m, "00CA01AB00", "6A88");
	expect(m, "00CA02A000", "6A86");
	vcard_free(m);
}

static void a_plain_card_tells_its_serial_number(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	ask(v, "8008000000");
	assert_int_equal(asked_len, VCARD_P15_SERIAL_LEN + 2);
	assert_memory_equal(asked, vcard_p15_of(v)->memory.serial, VCARD_P15_SERIAL_LEN);
	expect(v, "8008000100", "6A86");
	vcard_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rsa_pads_what_it_gets),
		cmocka_unit_test(rsa_takes_whole_blocks),
		cmocka_unit_test(ecdsa_is_r_and_s_or_der),
		cmocka_unit_test(a_hash_may_come_first),
		cmocka_unit_test(a_key_wants_its_own_pin),
		cmocka_unit_test(the_signature_key_uses_its_pin_up),
		cmocka_unit_test(what_is_no_environment_is_refused),
		cmocka_unit_test(decipher_unpads_and_takes_the_indicator_or_none),
		cmocka_unit_test(ec_keys_agree),
		cmocka_unit_test(generate_remakes_keys_for_the_admin),
		cmocka_unit_test(myeid_makes_keys_in_files),
		cmocka_unit_test(myeid_takes_keys_part_by_part),
		cmocka_unit_test(myeid_tells_what_it_is),
		cmocka_unit_test(a_plain_card_tells_its_serial_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
