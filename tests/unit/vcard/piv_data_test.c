/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/piv/select.c, data.c and personalise.c. Answers are those of SP 800-73-4. */
#include "piv_fixture.h"

#include <openssl/x509v3.h>

#include "codec/tlv.h"
#include "vcard/piv/gzip.h"

#define AID "A000000308000010000100"

static void every_beginning_of_the_aid_from_five_bytes_selects(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	for (unsigned len = 5; len <= 11; len++)
		assert_memory_equal(ask(v, "00A40400 %02X%.*s 00", len, 2 * (int)len, AID), "61",
				    2);
	expect(v, "00A40400 04 A0000003 00", "6A82");
	expect(v, "00A40400 0C " AID "00 00", "6A82");
	expect(v, "00A40400 0B A000000308000010000101 00", "6A82");
	expect(v, "00A40400 00", "6700");
	expect(v, "00A40404 0B " AID "00", "6A86");
	expect(v, "00A40000 02 3F00 00", "6A86");
	vcard_free(v);
}

static void the_template_names_application_and_authority(void **state)
{
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	/* what the vendor's keys answer, as its host software's logs have it */
	expect(v, "00A40400 05 A000000308 00", "61114F0600001000010079074F05A0000003089000");
	vcard_free(v);
	v = piv_card("piv", false);
	assert_non_null(
		strstr(ask(v, "00A40400 05 A000000308 00"), "4F0600001000010079074F05A000000308"));
	assert_non_null(
		strstr(fixture_hex(asked, asked_len), "800107")); /* RSA-2048 is announced */
	vcard_free(v);
}

static void selecting_it_again_or_nothing_keeps_the_security_states(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	piv_verify(v);
	ask(v, "00A40400 0B " AID "00");
	expect(v, "00200080", "9000");
	expect(v, "00A40400 05 A000000001 00", "6A82");
	expect(v, "00200080", "9000");
	vcard_reset(v);
	expect(v, "00200080", "63C3");
	vcard_free(v);
}

static void an_object_is_written_read_and_deleted(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	expect(v, "00CB3FFF 05 5C035FC105 00", "6A82");
	expect(v, "00DB3FFF 0A 5C035FC105 5303AABBCC", "6982");
	piv_admin(v);
	expect(v, "00DB3FFF 0A 5C035FC105 5303AABBCC", "9000");
	expect(v, "00CB3FFF 05 5C035FC105 00", "5303AABBCC9000");
	expect(v, "00DB3FFF 08 5C035FC105 5301DD", "9000");
	expect(v, "00CB3FFF 05 5C035FC105 00", "5301DD9000");
	expect(v, "00DB3FFF 07 5C035FC105 5300", "9000");
	expect(v, "00CB3FFF 05 5C035FC105 00", "6A82");
	expect(v, "00DB3FFF 07 5C035FC105 5300", "9000");
	expect(v, "00DB3FFF 05 7F6102BEEF", "9000");
	expect(v, "00CB3FFF 04 5C027F61 00", "7F6102BEEF9000");
	vcard_free(v);
}

static void malformed_requests_for_data_are_refused(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"00CB3FFE 05 5C035FC105 00", "6A86"},
		{"00CB00FF 05 5C035FC105 00", "6A86"},
		{"00CB3FFF 00", "6A80"},
		{"00CB3FFF 02 5C00 00", "6A80"},
		{"00CB3FFF 06 5C045FC10500 00", "6A80"},
		{"00CB3FFF 05 5C045FC105 00", "6A80"},
		{"00CB3FFF 06 5C035FC10500 00", "6A80"},
		{"00CB3FFF 05 5D035FC105 00", "6A80"},
		{"00CB3FFF 05 5C035FC104 00", "6A82"},
		{"00CB3FFF 05 5C035FC124 00", "6A82"},
		{"00CB3FFF 05 5C035FFF00 00", "6A82"},
		{"00DB3FFF 05 5C035FC105", "6A80"},
		{"00DB3FFF 09 5C035FC105 5303AABB", "6A80"},
		{"00DB3FFF 00", "6A80"},
		{"00DB3FFF 08 5C035FC104 5301AA", "6A82"},
		{"00DB3FFF 08 5C035FFF01 5301AA", "6A82"},
		{"00DB3FFF 03 7E01AA", "6A81"},
		{"00DB3FFF 03 5301AA", "6A80"},
		{"00DB3FFE 08 5C035FC105 5301AA", "6A86"},
	};
	struct vcard *v = piv_card("piv", false);

	(void)state;
	piv_admin(v);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(v, rows[i].command, rows[i].answer);
	vcard_free(v);
}

static void discovery_tells_the_pin_policy(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	expect(v, "00CB3FFF 03 5C017E 00", "7E124F0B" AID "5F2F0240009000");
	vcard_free(v);
	v = piv_card_with("piv", VCARD_ADMIN_AES128, PIV_ADMIN_KEY, "112233");
	expect(v, "00CB3FFF 03 5C017E 00", "7E124F0B" AID "5F2F0260109000");
	vcard_free(v);
}

static void biometrics_and_printed_information_want_the_pin(void **state)
{
	static const char *const tags[] = {"5FC103", "5FC108", "5FC109", "5FC121"};
	struct vcard *v = piv_card("piv", false);

	(void)state;
	piv_admin(v);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(ask(v, "00DB3FFF 08 5C03%s 5301AA", tags[i]), "9000");
		assert_string_equal(ask(v, "00CB3FFF 05 5C03%s 00", tags[i]), "6982");
	}
	piv_verify(v);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(ask(v, "00CB3FFF 05 5C03%s 00", tags[i]), "5301AA9000");
	vcard_free(v);
}

static void objects_have_a_size_that_they_may_not_pass(void **state)
{
	static char data[2 * VCARD_PIV_OBJECT_MAX + 3];
	struct vcard *v = piv_card("piv", false);
	unsigned n = 0;

	(void)state;
	piv_admin(v);
	memset(data, 'A', sizeof(data) - 1);
	/* 5C 03 tag, 53 82 length: nine bytes more */
	assert_string_equal(ask(v, "00DB3FFF 00%04X 5C035FC105 5382%04X %.*s",
				VCARD_PIV_OBJECT_MAX + 10, VCARD_PIV_OBJECT_MAX + 1,
				2 * (VCARD_PIV_OBJECT_MAX + 1), data),
			    "6A84");
	for (; n < 5; n++) {
		ask(v, "00DB3FFF 00%04X 5C035FC1%02X 5382%04X %.*s", VCARD_PIV_OBJECT_MAX + 9,
		    0x0D + n, VCARD_PIV_OBJECT_MAX, 2 * VCARD_PIV_OBJECT_MAX, data);
		if (asked_sw() != 0x9000)
			break;
	}
	assert_int_equal(asked_sw(), 0x6A84);
	assert_int_equal(n, VCARD_PIV_OBJECTS_MAX / VCARD_PIV_OBJECT_MAX);
	/* what was there is there still */
	ask(v, "00CB3FFF 000005 5C035FC10D 0000");
	assert_int_equal(asked_len, VCARD_PIV_OBJECT_MAX + 4 + 2);
	vcard_free(v);
}

static struct vcard *personalised(bool gzip)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse("piv", &setup.personalities), 0);
	setup.extended = true;
	setup.pin = "123456";
	setup.puk = "87654321";
	setup.admin_key_len = 24;
	setup.key_auth = setup.key_sign = VCARD_P256;
	setup.gzip = gzip;
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

/* The certificate object of a tag, decoded as part 1 appendix A has it, with zlib's own eyes for gzip. */
static X509 *read_certificate(struct vcard *v, const char *tag, uint8_t want_info)
{
	struct cursor c, object, crt, info;
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	const unsigned char *p;
	uint8_t how = 0xFF;
	X509 *x;

	ask(v, "00CB3FFF 000005 5C03%s 0000", tag);
	assert_int_equal(asked_sw(), 0x9000);
	cursor_init(&c, asked, asked_len - 2);
	assert_int_equal(tlv_get_tag(&c, 0x53, &object), 0);
	assert_int_equal(cursor_done(&c), 0);
	assert_int_equal(tlv_get_tag(&object, 0x70, &crt), 0);
	assert_int_equal(tlv_get_tag(&object, 0x71, &info), 0);
	assert_int_equal(tlv_get_tag(&object, 0xFE, &c), 0);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_done(&object), 0);
	assert_int_equal(cursor_get_u8(&info, &how), 0);
	assert_int_equal(how, want_info);
	if (how)
		assert_int_equal(vcard_gunzip(cursor_at(&crt), cursor_left(&crt), &der), 0);
	else
		buf_put(&der, cursor_at(&crt), cursor_left(&crt));
	p = der.data;
	x = d2i_X509(NULL, &p, (long)der.len);
	assert_non_null(x);
	buf_clear(&der);
	return x;
}

static void a_personalised_card_has_certificates_of_its_keys(void **state)
{
	static const struct {
		uint8_t key;
		const char *tag;
		uint32_t usage;
	} rows[] = {{0x9A, "5FC105", KU_DIGITAL_SIGNATURE},
		    {0x9C, "5FC10A", KU_NON_REPUDIATION},
		    {0x9D, "5FC10B", KU_KEY_AGREEMENT},
		    {0x9E, "5FC101", KU_DIGITAL_SIGNATURE},
		    {0x82, "5FC10D", KU_KEY_AGREEMENT}};

	(void)state;
	for (unsigned gzip = 0; gzip < 2; gzip++) {
		struct vcard *v = personalised(gzip);

		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
			X509 *x = read_certificate(v, rows[i].tag, (uint8_t)gzip);

			assert_int_equal(X509_get_key_usage(x), rows[i].usage);
			assert_int_equal(X509_check_private_key(x, piv_public(v, rows[i].key)), 1);
			X509_free(x);
		}
		vcard_free(v);
	}
}

static void a_personalised_card_has_chuid_ccc_and_key_history(void **state)
{
	struct vcard *v = personalised(false);
	const char *answer;

	(void)state;
	answer = ask(v, "00CB3FFF 05 5C035FC102 00");
	/* FASC-N, GUID, expiry, no signature, no checksum: part 1 table 9 */
	assert_memory_equal(answer, "533B3019", 8);
	assert_non_null(strstr(answer, "350832303335313233313E00FE009000"));
	assert_memory_equal(ask(v, "00CB3FFF 05 5C035FC107 00"), "5333F015A000000116", 18);
	expect(v, "00CB3FFF 05 5C035FC10C 00", "5308C10101C20100FE009000");
	expect(v, "00CB3FFF 05 5C035FC109 00", "6982");
	vcard_free(v);
}

static void gzip_is_undone_and_nothing_else_is(void **state)
{
	static const uint8_t text[] = "the same, the same, the same, the same";
	struct buf packed = BUF_INIT(200), out = BUF_INIT(200), tight = BUF_INIT(10);

	(void)state;
	assert_int_equal(vcard_gzip(text, sizeof(text), &packed), 0);
	assert_true(packed.len < sizeof(text) + 18);
	assert_int_equal(packed.data[0] << 8 | packed.data[1], 0x1F8B); /* RFC 1952 §2.3.1 */
	assert_int_equal(vcard_gunzip(packed.data, packed.len, &out), 0);
	assert_int_equal(out.len, sizeof(text));
	assert_memory_equal(out.data, text, sizeof(text));
	assert_int_equal(vcard_gunzip(packed.data, packed.len, &tight), MOHR_ERR_LIMIT);
	for (size_t len = 0; len < packed.len; len++) {
		buf_reset(&out);
		assert_int_equal(vcard_gunzip(packed.data, len, &out), MOHR_ERR_MALFORMED);
	}
	assert_int_equal(vcard_gzip(NULL, 0, &tight), MOHR_ERR_LIMIT);
	buf_clear(&packed);
	buf_clear(&out);
	buf_clear(&tight);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_beginning_of_the_aid_from_five_bytes_selects),
		cmocka_unit_test(the_template_names_application_and_authority),
		cmocka_unit_test(selecting_it_again_or_nothing_keeps_the_security_states),
		cmocka_unit_test(an_object_is_written_read_and_deleted),
		cmocka_unit_test(malformed_requests_for_data_are_refused),
		cmocka_unit_test(discovery_tells_the_pin_policy),
		cmocka_unit_test(biometrics_and_printed_information_want_the_pin),
		cmocka_unit_test(objects_have_a_size_that_they_may_not_pass),
		cmocka_unit_test(a_personalised_card_has_certificates_of_its_keys),
		cmocka_unit_test(a_personalised_card_has_chuid_ccc_and_key_history),
		cmocka_unit_test(gzip_is_undone_and_nothing_else_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
