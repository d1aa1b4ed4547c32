/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/p15/isoapplet_key.c and of what this card's keys do; libcrypto verifies. */
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "codec/tlv.h"
#include "isoapplet_fixture.h"

/* NIST CAVP, ECC CDH primitive, P-256, COUNT = 0: dIUT */
#define CAVP_D "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534"
#define CAVP_POINT                                                                                 \
	"04ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b230"                       \
	"28af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141"

static const char data[] = "what is signed";

/* ---- making */

static void a_curve_comes_back_with_the_point_among_its_parameters(void **state)
{
	struct vcard *v = iso_card("isoapplet");
	uint8_t point[65];
	size_t len = 0;

	(void)state;
	iso_verify(v);
	iso_generate_p256(v, 0);
	assert_int_equal(EVP_PKEY_get_octet_string_param(iso_key(v, 0), "encoded-pub-key", point,
							 sizeof(point), &len),
			 1);
	assert_int_equal(asked_len, 5 + P256_PARAMETERS_LEN + 67 + 2);
	assert_string_equal(fixture_hex(asked, 5), "7F49820112");
	assert_memory_equal(asked + 5 + 4 * 34 + 67 + 2, point, sizeof(point));
	assert_string_equal(fixture_hex(asked + asked_len - 6, 6), "870200019000");
	vcard_free(v);
}

static void an_rsa_key_tells_its_modulus_and_exponent(void **state)
{
	struct vcard *v = iso_card("isoapplet");
	uint8_t modulus[256];
	BIGNUM *n = NULL;

	(void)state;
	iso_verify(v);
	expect(v, "00224100 06 8001F3 84010F", "9000");
	ask(v, "00464200 000000");
	assert_int_equal(asked_len, 9 + 256 + 5 + 2);
	assert_int_equal(EVP_PKEY_get_bn_param(iso_key(v, 15), "n", &n), 1);
	assert_int_equal(BN_bn2binpad(n, modulus, sizeof(modulus)), 256);
	assert_string_equal(fixture_hex(asked, 9), "7F4982010981820100");
	assert_memory_equal(asked + 9, modulus, sizeof(modulus));
	assert_string_equal(fixture_hex(asked + 9 + 256, 7), "82030100019000");
	BN_free(n);
	vcard_free(v);
}

static void what_cannot_be_made_is_refused(void **state)
{
	/* environment, command, answer */
	static const char *const rows[][3] = {
		{"00224100 06 8001EC 840101", "00460000 CB" P256_PARAMETERS "00", "6A80"},
		{"00224100 06 8001EC 840101", "00460000 00", "6A80"},
		{"00224100 06 8001EC 840101", "00460000 CF" P256_PARAMETERS "87020002 00", "6A81"},
		{"00224100 06 8001EC 840101", "00464200 CF" P256_PARAMETERS P256_COFACTOR "00",
		 "6A86"},
		{"00224100 06 8001EC 840101", "00460001 CF" P256_PARAMETERS P256_COFACTOR "00",
		 "6A86"},
		{"00224100 06 8001EC 840110", "00460000 CF" P256_PARAMETERS P256_COFACTOR "00",
		 "6984"},
		{"00224100 06 8001EC 8401FF", "00460000 CF" P256_PARAMETERS P256_COFACTOR "00",
		 "6984"},
		{"00224100 06 8001F3 840101", "00460000 00", "6A86"},
		{"00224100 06 8001F3 840101", "00464200 01 00 00", "6700"},
		{"00224100 06 800111 840101", "00464200 00", "6985"},
		{"0022F300", "00464200 00", "6985"},
	};
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	iso_verify(v);
	expect(v, "00464200 00", "6985");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		expect(v, rows[i][0], "9000");
		expect(v, rows[i][1], rows[i][2]);
	}
	assert_int_equal(vcard_p15_key_find(vcard_p15_of(v), 1), VCARD_P15_NO_KEY);
	vcard_free(v);
}

static void each_version_knows_its_algorithms(void **state)
{
	static const struct {
		const char *command, *in_0_6, *in_1_0;
	} rows[] = {
		{"002241B6 06 800121 840101", "9000", "9000"},
		{"002241B6 06 800111 840101", "6A80", "6A80"}, /* the key is on a curve */
		{"002241B6 06 800112 840101", "6A80", "6A80"},
		{"002241B6 06 8001EC 840101", "6A80", "6A80"},
		{"002241B6 06 800142 840101", "6A80", "6A80"},
		{"002241B6 06 800121 840102", "6A88", "6A88"},
		{"002241B6 03 840101", "6A80", "6A80"},
		{"002241B6 03 800121", "6A80", "6A80"},
		{"002241B6 04 80012184", "6A80", "6A80"},
		{"002241B6", "6700", "6700"},
		{"002241B8 06 800121 840101", "6A80", "6A80"},
		{"00228101 06 800121 840101", "6A86", "6A86"},
		{"002241A6 06 800121 840101", "6A86", "6A86"},
		{"00224100 06 8001F3 840101", "9000", "9000"},
		{"00224100 06 8001F5 840101", "6A80", "9000"},
		{"002241B6 0A 800121 81025015 840101", "9000", "9000"}, /* as OpenSC sends it */
	};
	struct vcard *old = iso_card("isoapplet"), *new = iso_card("isoapplet-v1");

	(void)state;
	iso_verify(old);
	iso_verify(new);
	iso_generate_p256(old, 1);
	iso_generate_p256(new, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		expect(old, rows[i].command, rows[i].in_0_6);
		expect(new, rows[i].command, rows[i].in_1_0);
	}
	vcard_free(old);
	vcard_free(new);
}

/* ---- importing */

static void put_part(struct buf *b, uint32_t tag, EVP_PKEY *pkey, const char *name)
{
	BIGNUM *n = NULL;
	uint8_t bytes[256];

	assert_int_equal(EVP_PKEY_get_bn_param(pkey, name, &n), 1);
	tlv_put(b, tag, bytes, (size_t)BN_bn2bin(n, bytes));
	BN_free(n);
}

static void an_imported_rsa_key_is_the_one_given(void **state)
{
	struct vcard *v = iso_card("isoapplet");
	EVP_PKEY *pkey = EVP_RSA_gen(2048);
	struct buf b = BUF_INIT(2048);
	size_t mark = tlv_open(&b, 0x7F48);

	(void)state;
	put_part(&b, 0x92, pkey, "rsa-factor1");
	put_part(&b, 0x93, pkey, "rsa-factor2");
	put_part(&b, 0x94, pkey, "rsa-coefficient1");
	put_part(&b, 0x95, pkey, "rsa-exponent1");
	put_part(&b, 0x96, pkey, "rsa-exponent2");
	tlv_close(&b, mark);
	iso_verify(v);
	assert_string_equal(ask(v, "00DB3FFF 00%04zX %s", b.len, fixture_hex(b.data, b.len)),
			    "6985");
	expect(v, "00224100 06 8001F3 840104", "9000");
	assert_string_equal(ask(v, "00DB3FFE 00%04zX %s", b.len, fixture_hex(b.data, b.len)),
			    "6A86");
	assert_string_equal(ask(v, "00DB3FFF 00%04zX %s", b.len, fixture_hex(b.data, b.len)),
			    "9000");
	assert_int_equal(EVP_PKEY_eq(pkey, iso_key(v, 4)), 1);
	/* more behind it, less of it, a number that does not belong: the one that was there stays */
	assert_string_equal(ask(v, "00DB3FFF 00%04zX %s00", b.len + 1, fixture_hex(b.data, b.len)),
			    "6A80");
	assert_string_equal(
		ask(v, "00DB3FFF 00%04zX %s", b.len - 1, fixture_hex(b.data, b.len - 1)), "6A80");
	b.data[b.len - 1] ^= 1;
	assert_string_equal(ask(v, "00DB3FFF 00%04zX %s", b.len, fixture_hex(b.data, b.len)),
			    "6A80");
	expect(v, "00DB3FFF", "6A80");
	expect(v, "00DB3FFF 03 7F4800", "6A80");
	assert_int_equal(EVP_PKEY_eq(pkey, iso_key(v, 4)), 1);
	buf_clear(&b);
	EVP_PKEY_free(pkey);
	vcard_free(v);
}

static void an_imported_ec_key_is_the_one_given(void **state)
{
	static const uint8_t zeros[32];
	struct vcard *v = iso_card("isoapplet");
	char point[65 * 2 + 1];
	uint8_t bytes[65];
	size_t len = 0;

	(void)state;
	iso_verify(v);
	expect(v, "00224100 06 8001EC 840102", "9000");
	expect(v, "00DB3FFF F4 E081F1" P256_PARAMETERS P256_COFACTOR "8820" CAVP_D, "9000");
	assert_int_equal(EVP_PKEY_get_octet_string_param(iso_key(v, 2), "encoded-pub-key", bytes,
							 sizeof(bytes), &len),
			 1);
	strcpy(point, fixture_hex(bytes, sizeof(bytes)));
	fixture_bytes(CAVP_POINT, bytes, sizeof(bytes));
	assert_string_equal(point, fixture_hex(bytes, sizeof(bytes)));
	/* zero, nothing, no number, no curve of ours, another template */
	assert_string_equal(ask(v, "00DB3FFF F4 E081F1" P256_PARAMETERS P256_COFACTOR "8820%s",
				fixture_hex(zeros, sizeof(zeros))),
			    "6A80");
	expect(v, "00DB3FFF D4 E081D1" P256_PARAMETERS P256_COFACTOR "8800", "6A80");
	expect(v, "00DB3FFF D2 E081CF" P256_PARAMETERS P256_COFACTOR, "6A80");
	expect(v, "00DB3FFF F4 E081F1" P256_PARAMETERS "87020003 8820" CAVP_D, "6A81");
	expect(v, "00DB3FFF F4 E181F1" P256_PARAMETERS P256_COFACTOR "8820" CAVP_D, "6A80");
	expect(v, "00DB3FFF 02 E000", "6A80");
	assert_non_null(iso_key(v, 2));
	vcard_free(v);
}

/* ---- use */

/* libcrypto on the signature of the last ask */
static void verify(EVP_PKEY *pkey, int padding, const EVP_MD *md, const void *signed_data,
		   size_t len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);

	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	if (padding) {
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, padding), 1);
		if (md)
			assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, md), 1);
	}
	if (padding == RSA_PKCS1_PSS_PADDING)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST), 1);
	assert_int_equal(EVP_PKEY_verify(ctx, asked, asked_len - 2, signed_data, len), 1);
	EVP_PKEY_CTX_free(ctx);
}

static void rsa_signs_a_digest_info_as_it_is(void **state)
{
	/* RFC 8017 §9.2 note 1, and 32 bytes that are a SHA-256 */
	static const char info[] = "3031300d060960864801650304020105000420"
				   "000102030405060708090A0B0C0D0E0F"
				   "101112131415161718191A1B1C1D1E1F";
	struct vcard *v = iso_card("isoapplet");
	uint8_t bytes[51], most[245];

	(void)state;
	iso_verify(v);
	expect(v, "00224100 06 8001F3 840100", "9000");
	ask(v, "00464200 000000");
	expect(v, "002241B6 06 800111 840100", "9000");
	fixture_bytes(info, bytes, sizeof(bytes));
	ask(v, "002A9E9A 33 %s 00", info);
	verify(iso_key(v, 0), RSA_PKCS1_PADDING, EVP_sha256(), bytes + 19, 32);
	memset(most, 0x5A, sizeof(most));
	ask(v, "002A9E9A F5 %s 00", fixture_hex(most, sizeof(most)));
	verify(iso_key(v, 0), RSA_PKCS1_PADDING, NULL, most, sizeof(most));
	assert_string_equal(ask(v, "002A9E9A F6 %s5A 00", fixture_hex(most, sizeof(most))), "6A80");
	expect(v, "002A9E9A 00", "6985");
	expect(v, "002A9E9B 01 00 00", "6A86");
	expect(v, "002241B6 06 800112 840100", "6A80"); /* no PSS in 0.6 */
	vcard_free(v);
}

static void ecdsa_of_0_6_hashes_what_it_gets(void **state)
{
	struct vcard *v = iso_card("isoapplet");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	(void)state;
	iso_verify(v);
	iso_generate_p256(v, 5);
	expect(v, "002241B6 06 800121 840105", "9000");
	ask(v, "002A9E9A 0E %s 00", fixture_hex(data, 14));
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha1(), NULL, iso_key(v, 5)), 1);
	assert_int_equal(EVP_DigestVerify(ctx, asked, asked_len - 2, (const uint8_t *)data, 14), 1);
	EVP_MD_CTX_free(ctx);
	vcard_free(v);
}

static void ecdsa_of_1_0_takes_the_hash(void **state)
{
	struct vcard *v = iso_card("isoapplet-v1");
	uint8_t hash[64];

	(void)state;
	memset(hash, 0xA5, sizeof(hash));
	iso_verify(v);
	iso_generate_p256(v, 5);
	expect(v, "002241B6 06 800121 840105", "9000");
	for (size_t len = 20; len <= 64;
	     len += 22) { /* also a longer one, of which the first bits count */
		ask(v, "002A9E9A %02zX %s 00", len, fixture_hex(hash, len));
		verify(iso_key(v, 5), 0, NULL, hash, len);
	}
	vcard_free(v);
}

static void pss_of_1_0_goes_by_the_length_of_the_hash(void **state)
{
	const EVP_MD *const mds[] = {EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(),
				     EVP_sha512()};
	struct vcard *v = iso_card("isoapplet-v1");
	uint8_t hash[64];

	(void)state;
	memset(hash, 0xA5, sizeof(hash));
	iso_verify(v);
	expect(v, "00224100 06 8001F3 840100", "9000");
	ask(v, "00464200 000000");
	expect(v, "002241B6 06 800112 840100", "9000");
	for (size_t i = 0; i < sizeof(mds) / sizeof(*mds); i++) {
		size_t len = (size_t)EVP_MD_get_size(mds[i]);

		ask(v, "002A9E9A %02zX %s 00", len, fixture_hex(hash, len));
		verify(iso_key(v, 0), RSA_PKCS1_PSS_PADDING, mds[i], hash, len);
	}
	assert_string_equal(ask(v, "002A9E9A 1F %s 00", fixture_hex(hash, 31)), "6A80");
	assert_string_equal(ask(v, "002A9E9A 01 A5 00"), "6A80");
	expect(v, "002241B6 06 800121 840100", "6A80"); /* the key is RSA */
	vcard_free(v);
}

static void what_was_enciphered_is_deciphered(void **state)
{
	struct vcard *v = iso_card("isoapplet");
	EVP_PKEY_CTX *ctx;
	uint8_t cipher[256];
	size_t len = sizeof(cipher);

	(void)state;
	iso_verify(v);
	expect(v, "00224100 06 8001F3 840100", "9000");
	ask(v, "00464200 000000");
	ctx = EVP_PKEY_CTX_new(iso_key(v, 0), NULL);
	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, cipher, &len, (const uint8_t *)data, 14), 1);
	EVP_PKEY_CTX_free(ctx);
	assert_string_equal(ask(v, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256)), "6985");
	expect(v, "002241B8 06 800111 840100", "9000");
	ask(v, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_len, 16);
	assert_memory_equal(asked, data, 14);
	assert_string_equal(ask(v, "002A8086 000101 81%s 0000", fixture_hex(cipher, 256)), "6A80");
	assert_string_equal(ask(v, "002A8086 000100 %s 0000", fixture_hex(cipher, 256)), "6A80");
	cipher[255] ^= 1;
	assert_string_equal(ask(v, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256)), "6A80");
	expect(v, "002A8086 01 00 00", "6A80");
	expect(v, "002A8086 00", "6700");
	vcard_free(v);
}

static void random_numbers_are_for_all(void **state)
{
	struct vcard *v = iso_blank("isoapplet");
	char first[64];

	(void)state;
	strcpy(first, ask(v, "00840000 08"));
	assert_int_equal(asked_len, 10);
	assert_string_not_equal(ask(v, "00840000 08"), first);
	expect(v, "00840001 08", "6A86");
	vcard_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_curve_comes_back_with_the_point_among_its_parameters),
		cmocka_unit_test(an_rsa_key_tells_its_modulus_and_exponent),
		cmocka_unit_test(what_cannot_be_made_is_refused),
		cmocka_unit_test(each_version_knows_its_algorithms),
		cmocka_unit_test(an_imported_rsa_key_is_the_one_given),
		cmocka_unit_test(an_imported_ec_key_is_the_one_given),
		cmocka_unit_test(rsa_signs_a_digest_info_as_it_is),
		cmocka_unit_test(ecdsa_of_0_6_hashes_what_it_gets),
		cmocka_unit_test(ecdsa_of_1_0_takes_the_hash),
		cmocka_unit_test(pss_of_1_0_goes_by_the_length_of_the_hash),
		cmocka_unit_test(what_was_enciphered_is_deciphered),
		cmocka_unit_test(random_numbers_are_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
