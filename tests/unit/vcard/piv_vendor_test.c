/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/piv/vendor.c, import.c, attest.c, memory.c and piv.c. */
#include "piv_fixture.h"

#include <openssl/x509v3.h>

#include "codec/tlv.h"

/* NIST CAVP, ECC CDH primitive, P-256, count 0. */
#define CAVP_D "7D7DC5F71EB29DDAF80D6214632EEAE03D9058AF1FB6D22ED80BADB62BC1A534"
#define CAVP_POINT                                                                                 \
	"04700C48F77F56584C5CC632CA65640DB91B6BACCE3A4DF6B42CE7CC838833D287"                       \
	"DB71E509E3FD9B060DDB20BA5C51DCC5948D46FBF640DFE0441782CAB85FA4AC"
#define CAVP_SHARED "46FC62106420FF012E54A434FBDD2D25CCC5852060561E68040DD7778997BD7B"

#define SIGN_REQUEST                                                                               \
	"26 7C24 8200 8120 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F 00"

static void the_standards_card_has_no_vendors_instructions(void **state)
{
	static const char *const instructions[] = {"F6", "F7", "F8", "F9", "FA",
						   "FB", "FD", "FE", "FF"};
	struct vcard *v = piv_card("piv", true);

	(void)state;
	piv_admin(v);
	for (size_t i = 0; i < sizeof(instructions) / sizeof(*instructions); i++)
		assert_string_equal(ask(v, "00%s0000 00", instructions[i]), "6D00");
	vcard_free(v);
}

static void answers_come_without_le_too(void **state)
{
	struct vcard *v = piv_card("yubikey", true);

	(void)state;
	expect(v, "00FD0000", "0507019000");
	expect(v, "00CB3FFF 03 5C017E", "7E124F0BA0000003080000100001005F2F0240009000");
	vcard_free(v);
	v = piv_card("piv", true);
	expect(v, "00CB3FFF 03 5C017E", "9000");
	vcard_free(v);
}

static void long_answers_come_in_parts(void **state)
{
	struct vcard *v = piv_card("yubikey", false);
	unsigned total = 0;

	(void)state;
	ask(v, "00CB3FFF 05 5C035FFF01"); /* the certificate of F9 */
	for (; asked_sw() >> 8 == 0x61; ask(v, "00C00000"))
		total += (unsigned)asked_len - 2;
	assert_string_equal(fixture_hex(asked, asked_len), "6700"); /* GET RESPONSE needs its Le */
	assert_int_equal(total, 256);
	vcard_free(v);
}

static void version_and_serial_are_told(void **state)
{
	struct vcard *v = piv_card("yubikey", false);
	const uint8_t *n = vcard_piv_of(v)->memory.serial;

	(void)state;
	expect(v, "00FD0000 00", "0507019000");
	expect(v, "00FD0001 00", "6A86");
	ask(v, "00F80000 00");
	assert_int_equal(asked_len, 6);
	assert_memory_equal(asked, n, 4);
	assert_true(n[0] < 0x80);
	vcard_free(v);
}

static void metadata_tell_of_keys_and_pins(void **state)
{
	struct vcard *v = piv_card("yubikey", true);

	(void)state;
	expect(v, "00F70080 00", "0101FF050100060203039000");
	expect(v, "00F7009B 00",
	       "0101080202000105010090"
	       "00");
	/* P-256, PIN always, no touch, made here, 86 point */
	assert_memory_equal(ask(v, "00F7009C 00"),
			    "010111"
			    "02020301"
			    "030101"
			    "0443864104",
			    30);
	expect(v, "00F70083 00", "6A88");
	expect(v, "00F70000 00", "6A88");
	expect(v, "00F7019C 00", "6A86");
	vcard_free(v);
}

static void the_management_key_is_replaced(void **state)
{
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	expect(v, "00FFFFFF 13 089B10 000102030405060708090A0B0C0D0E0F", "6982");
	piv_admin(v);
	expect(v, "00FFFFFF 13 089B11 000102030405060708090A0B0C0D0E0F", "6A80");
	expect(v, "00FFFFFF 13 0A9B10 000102030405060708090A0B0C0D0E0F", "6A80");
	expect(v, "00FFFFFF 13 089A10 000102030405060708090A0B0C0D0E0F", "6A80");
	expect(v, "00FFFFFF 03 089B00", "6A80");
	expect(v, "00FFFFFD 13 089B10 000102030405060708090A0B0C0D0E0F", "6A86");
	expect(v, "00FFFFFE 1B 0A9B18 000102030405060708090A0B0C0D0E0F1011121314151617", "9000");
	expect(v, "00F7009B 00", "01010A020200020501009000");
	expect(v, "0087089B 04 7C028100 00", "6A86");
	ask(v, "00870A9B 04 7C028100 00");
	assert_string_equal(
		ask(v, "00870A9B 14 7C12 8210 %s",
		    piv_encrypt(VCARD_ADMIN_AES192,
				"000102030405060708090A0B0C0D0E0F1011121314151617", asked + 4)),
		"9000");
	vcard_free(v);
}

static void tries_are_set_with_pin_and_management_key(void **state)
{
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	expect(v, "00240080 10" PIV_PIN PIV_OTHER, "9000");
	expect(v, "00FA0502", "6982");
	piv_admin(v);
	expect(v, "00FA0002", "6A86");
	expect(v, "00FA1002", "6A86");
	expect(v, "00FA0502", "9000");
	expect(v, "00F70080 00", "0101FF050101060205059000");
	expect(v, "00F70081 00", "0101FF050101060202029000");
	expect(v, "00200080", "63C5");
	expect(v, "00200080 08 313233343536FFFF", "9000");
	expect(v, "00240081 10 3132333435363738" PIV_PUK, "9000");
	expect(v, "00F70081 00", "0101FF050100060202029000");
	vcard_free(v);
}

static void reset_wants_both_blocked_and_leaves_f9(void **state)
{
	struct vcard *v = piv_card("yubikey", true);

	(void)state;
	piv_admin(v);
	expect(v, "00DB3FFF 08 5C035FC105 5301AA", "9000");
	expect(v, "00FB0000", "6985");
	for (unsigned i = 0; i < 3; i++)
		ask(v, "00200080 08" PIV_WRONG);
	expect(v, "00FB0000", "6985");
	for (unsigned i = 0; i < 3; i++)
		ask(v, "002C0080 10" PIV_WRONG PIV_PIN);
	expect(v, "00FB0001", "6A86");
	expect(v, "00FB0000", "9000");
	expect(v, "00DB3FFF 08 5C035FC105 5301AA", "6982");
	expect(v, "00CB3FFF 05 5C035FC105 00", "6A82");
	expect(v, "00F7009A 00", "6A88");
	expect(v, "00F7009B 00",
	       "0101030202000105010190"
	       "00");
	ask(v, "00F700F9 00");
	assert_int_equal(asked_sw(), 0x9000);
	ask(v, "00CB3FFF 000005 5C035FFF01 0000");
	assert_int_equal(asked_sw(), 0x9000);
	expect(v, "00200080 08 313233343536FFFF", "9000");
	vcard_free(v);
}

static void an_imported_ec_key_is_the_one_given(void **state)
{
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	expect(v, "00FE119D 22 0620" CAVP_D, "6982");
	piv_admin(v);
	expect(v, "00FE119D 22 0620" CAVP_D, "9000");
	piv_verify(v);
	ask(v, "0087119D 47 7C45 8200 8541" CAVP_POINT "00");
	assert_string_equal(fixture_hex(asked, asked_len), "7C228220" CAVP_SHARED "9000");
	/* zero; too long; another tag; policies that are none */
	expect(v, "00FE119D 03 060100", "6A80");
	expect(v, "00FE119D 02 0600", "6A80");
	expect(v, "00FE119D 23 062100" CAVP_D, "6A80");
	expect(v, "00FE119D 22 0720" CAVP_D, "6A80");
	expect(v, "00FE119D 25 0620" CAVP_D "AA0104", "6A80");
	expect(v, "00FE119D 25 0620" CAVP_D "AC0101", "6A80");
	expect(v, "00FE039D 22 0620" CAVP_D, "6A86");
	expect(v, "00FE119B 22 0620" CAVP_D, "6A86");
	/* the one that was there stays */
	ask(v, "0087119D 47 7C45 8200 8541" CAVP_POINT "00");
	assert_string_equal(fixture_hex(asked, asked_len), "7C228220" CAVP_SHARED "9000");
	vcard_free(v);
}

static void put_part(struct buf *b, uint32_t tag, EVP_PKEY *pkey, const char *name)
{
	BIGNUM *n = NULL;
	uint8_t bytes[128];

	assert_int_equal(EVP_PKEY_get_bn_param(pkey, name, &n), 1);
	tlv_put(b, tag, bytes, (size_t)BN_bn2bin(n, bytes));
	BN_free(n);
}

static void an_imported_rsa_key_is_the_one_given(void **state)
{
	struct vcard *v = piv_card("yubikey", false);
	EVP_PKEY *pkey = EVP_RSA_gen(1024);
	struct buf b = BUF_INIT(1024);

	(void)state;
	put_part(&b, 1, pkey, "rsa-factor1");
	put_part(&b, 2, pkey, "rsa-factor2");
	put_part(&b, 3, pkey, "rsa-exponent1");
	put_part(&b, 4, pkey, "rsa-exponent2");
	put_part(&b, 5, pkey, "rsa-coefficient1");
	piv_admin(v);
	assert_string_equal(ask(v, "00FE0783 00%04zX %s", b.len, fixture_hex(b.data, b.len)),
			    "6A80");
	assert_string_equal(
		ask(v, "00FE0683 00%04zX %s AA0101 AB0102", b.len + 6, fixture_hex(b.data, b.len)),
		"9000");
	assert_int_equal(EVP_PKEY_eq(pkey, piv_public(v, 0x83)), 1);
	/* metadata: RSA-1024, PIN never, touch always, imported */
	assert_memory_equal(ask(v, "00F70083 00"),
			    "010106"
			    "02020102"
			    "030102"
			    "04",
			    22);
	expect(v, "00F98300 00", "6A80"); /* the card did not make it */
	b.data[b.len - 1] ^= 1;           /* a coefficient that belongs to no such key */
	assert_string_equal(ask(v, "00FE0683 00%04zX %s", b.len, fixture_hex(b.data, b.len)),
			    "6A80");
	assert_string_equal(
		ask(v, "00FE0683 00%04zX %s", b.len - 1, fixture_hex(b.data, b.len - 1)), "6A80");
	assert_int_equal(EVP_PKEY_eq(pkey, piv_public(v, 0x83)), 1);
	buf_clear(&b);
	EVP_PKEY_free(pkey);
	vcard_free(v);
}

/* RFC 8032 §7.1 TEST 3: its secret key, message, public key and signature */
static void an_ed25519_key_signs_the_message(void **state)
{
	static const char point[] =
		"FC51CD8E6218A1A38DA47ED00230F0580816ED13BA3303AC5DEB911548908025";
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	expect(v,
	       "00FEE09A 22 07 20 C5AA8DF43F9F837BEDB7442F31DCB7B166D38535076F094B85CE3A2E0B4458F7",
	       "6982");
	piv_admin(v);
	expect(v,
	       "00FEE09A 22 07 20 C5AA8DF43F9F837BEDB7442F31DCB7B166D38535076F094B85CE3A2E0B4458F7",
	       "9000");
	assert_non_null(strstr(ask(v, "00F7009A 00"), point));
	piv_verify(v);
	expect(v, "0087E09A 08 7C06 8200 8102 AF82 00",
	       "7C428240"
	       "6291D657DEEC24024827E69C3ABE01A30CE548A284743A445E3680D7DB5AC3AC"
	       "18FF9B538D16F290AE67F760984DC6594A7C15E9716ED28DC027BECEEA1EC40A9000");
	/* no message, no agreement, and another algorithm's number */
	expect(v, "0087E09A 06 7C04 8200 8100 00", "6A80");
	expect(v, "0087E09A 08 7C06 8200 8502 AF82 00", "6A80");
	expect(v, "0087119A 08 7C06 8200 8102 AF82 00", "6A86");
	/* 31 bytes are none, and the key stays */
	expect(v,
	       "00FEE09A 21 07 1F C5AA8DF43F9F837BEDB7442F31DCB7B166D38535076F094B85CE3A2E0B4458",
	       "6A80");
	assert_non_null(strstr(ask(v, "00F7009A 00"), point));
	vcard_free(v);
}

static void an_ed25519_key_is_made_by_the_vendors_card_only(void **state)
{
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	piv_admin(v);
	ask(v, "0047009A 05 AC03 8001E0 00");
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(asked_len, 3 + 2 + 32 + 2); /* 7F49 22 86 20 ... 9000 */
	vcard_free(v);
	v = piv_card("piv", false);
	piv_admin(v);
	expect(v, "0047009A 05 AC03 8001E0 00", "6A80");
	vcard_free(v);
}

static void an_attestation_is_signed_by_f9(void **state)
{
	struct vcard *v = piv_card("yubikey", true);
	const unsigned char *p = asked;
	ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.41482.3.8", 1);
	const ASN1_OCTET_STRING *policy;
	X509 *x;

	(void)state;
	ask(v, "00F99C00 000000");
	assert_int_equal(asked_sw(), 0x9000);
	x = d2i_X509(NULL, &p, (long)asked_len - 2);
	assert_non_null(x);
	assert_int_equal(X509_verify(x, piv_public(v, 0xF9)), 1);
	assert_int_equal(X509_check_private_key(x, piv_public(v, 0x9C)), 1);
	policy = X509_EXTENSION_get_data(X509_get_ext(x, X509_get_ext_by_OBJ(x, oid, -1)));
	assert_string_equal(
		fixture_hex(ASN1_STRING_get0_data(policy), (size_t)ASN1_STRING_length(policy)),
		"0301"); /* PIN always, no touch */
	X509_free(x);
	ASN1_OBJECT_free(oid);
	expect(v, "00F98300 00", "6A88");
	expect(v, "00F9F900 00", "6A86");
	expect(v, "00F99C01 00", "6A86");
	expect(v, "00F98000 00", "6A86");
	vcard_free(v);
}

static void keys_are_moved_and_deleted(void **state)
{
	struct vcard *v = piv_card("yubikey", true);
	EVP_PKEY *was = piv_public(v, 0x9A);

	(void)state;
	EVP_PKEY_up_ref(was);
	expect(v, "00F6839A", "6982");
	piv_admin(v);
	expect(v, "00F6829A", "6985"); /* there is one */
	expect(v, "00F69A9A", "6A86");
	expect(v, "00F6F99A", "6A86");
	expect(v, "00F6839A", "9000");
	expect(v, "00F7009A 00", "6A88");
	assert_int_equal(EVP_PKEY_eq(was, piv_public(v, 0x83)), 1);
	expect(v, "00F6FF83", "9000");
	expect(v, "00F70083 00", "6A88");
	expect(v, "00F6FF83", "6A88");
	EVP_PKEY_free(was);
	vcard_free(v);
}

static void policies_of_a_key_are_kept_and_hold(void **state)
{
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	piv_admin(v);
	ask(v, "0047009A 0B AC09800111AA0101AB0102 00");
	assert_int_equal(asked_sw(), 0x9000);
	ask(v, "0087119A" SIGN_REQUEST);
	assert_int_equal(asked_sw(), 0x9000);
	ask(v, "0047009E 08 AC06800111AA0103 00");
	expect(v, "0087119E" SIGN_REQUEST, "6982");
	piv_verify(v);
	ask(v, "0087119E" SIGN_REQUEST);
	assert_int_equal(asked_sw(), 0x9000);
	expect(v, "0087119E" SIGN_REQUEST, "6982");
	expect(v, "0047009A 08 AC06800111AA0104 00", "6A80");
	expect(v, "0047009A 08 AC06800111AB0104 00", "6A80");
	vcard_free(v);
}

/* ---- the image */

static struct buf encoded(struct vcard *v)
{
	struct buf b = BUF_INIT(65536);

	vcard_piv_memory_encode(&vcard_piv_of(v)->memory, &b);
	assert_int_equal(buf_err(&b), 0);
	return b;
}

static void memory_survives_its_image(void **state)
{
	struct vcard *v = piv_card("yubikey", true), *w = NULL;
	char *folder = fixture_folder(), path[300];
	struct buf before, after;

	(void)state;
	snprintf(path, sizeof(path), "%s/card.img", folder);
	assert_int_equal(vcard_save(v, path), 0);
	piv_admin(v);
	expect(v, "00DB3FFF 08 5C035FC105 5301AA", "9000");
	expect(v, "00200080 08" PIV_WRONG, "63C2");
	before = encoded(v);
	vcard_free(v);
	assert_int_equal(vcard_load(path, &w), 0);
	after = encoded(w);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.data, after.data, before.len);
	expect(w, "00CB3FFF 05 5C035FC105 00", "5301AA9000");
	expect(w, "00200080", "63C2");
	expect(w, "00FD0000 00", "0507019000"); /* it is a yubikey still */
	buf_clear(&before);
	buf_clear(&after);
	vcard_free(w);
	fixture_remove_folder(folder);
}

static void memory_that_is_cut_or_too_long_is_refused(void **state)
{
	struct vcard *v = piv_card("piv", true);
	struct vcard_piv_memory m;
	struct buf b = encoded(v);
	struct cursor c;

	(void)state;
	for (size_t len = 0; len < b.len; len++) {
		cursor_init(&c, b.data, len);
		assert_int_equal(vcard_piv_memory_decode(&c, &m), MOHR_ERR_MALFORMED);
	}
	buf_put_u8(&b, 0);
	cursor_init(&c, b.data, b.len);
	assert_int_equal(vcard_piv_memory_decode(&c, &m), MOHR_ERR_MALFORMED);
	buf_clear(&b);
	vcard_free(v);
}

static void a_setup_that_cannot_be_is_refused(void **state)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	(void)state;
	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse("piv", &setup.personalities), 0);
	setup.blank = true;
	setup.pin = "12345";
	setup.puk = "87654321";
	setup.admin_key_len = 24;
	assert_int_equal(vcard_new(&setup, &v), MOHR_ERR_PIN_LENGTH);
	setup.pin = "12345a";
	assert_int_equal(vcard_new(&setup, &v), MOHR_ERR_PIN_INVALID);
	setup.pin = NULL;
	assert_int_equal(vcard_new(&setup, &v), MOHR_ERR_ARGUMENT);
	setup.pin = "123456";
	setup.admin_algorithm = VCARD_ADMIN_AES256;
	assert_int_equal(vcard_new(&setup, &v), MOHR_ERR_ARGUMENT);
	setup.admin_algorithm = 0;
	setup.admin_key_len = 0;
	assert_int_equal(vcard_new(&setup, &v), MOHR_ERR_ARGUMENT);
	assert_null(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_card_has_no_vendors_instructions),
		cmocka_unit_test(answers_come_without_le_too),
		cmocka_unit_test(long_answers_come_in_parts),
		cmocka_unit_test(version_and_serial_are_told),
		cmocka_unit_test(metadata_tell_of_keys_and_pins),
		cmocka_unit_test(the_management_key_is_replaced),
		cmocka_unit_test(tries_are_set_with_pin_and_management_key),
		cmocka_unit_test(reset_wants_both_blocked_and_leaves_f9),
		cmocka_unit_test(an_imported_ec_key_is_the_one_given),
		cmocka_unit_test(an_imported_rsa_key_is_the_one_given),
		cmocka_unit_test(an_ed25519_key_signs_the_message),
		cmocka_unit_test(an_ed25519_key_is_made_by_the_vendors_card_only),
		cmocka_unit_test(an_attestation_is_signed_by_f9),
		cmocka_unit_test(keys_are_moved_and_deleted),
		cmocka_unit_test(policies_of_a_key_are_kept_and_hold),
		cmocka_unit_test(memory_survives_its_image),
		cmocka_unit_test(memory_that_is_cut_or_too_long_is_refused),
		cmocka_unit_test(a_setup_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
