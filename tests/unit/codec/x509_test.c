/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of codec/x509.c: every field of the certificates of tests/data/x509 (made by OpenSSL) against
 * what libcrypto reads there, and certificates that are broken in one place.
 */
#include "hex.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "codec/der.h"
#include "codec/x509.h"

static const char *const files[] = {
	"x509/agree-p521.der",  "x509/auth-p256.der",     "x509/auth-rsa2048.der",
	"x509/ca-rsa2048.der",  "x509/empty-subject.der", "x509/none-far.der",
	"x509/other-curve.der", "x509/auth-ed25519.der",  "x509/other-key.der",
	"x509/sign-p384.der",   "x509/sign-rsa2048.der",  "x509/version1.der",
};

enum { N_FILES = sizeof(files) / sizeof(files[0]) };

static X509 *reference(const struct bytes *b)
{
	const unsigned char *p = b->at;
	X509 *x = d2i_X509(NULL, &p, (long)b->len);

	assert_non_null(x);
	return x;
}

static void assert_is_der(const struct cursor *c, unsigned char *der, int len)
{
	assert_true(len > 0);
	assert_int_equal(cursor_left(c), len);
	assert_memory_equal(cursor_at(c), der, (size_t)len);
	OPENSSL_free(der);
}

static void assert_is_time(const struct cursor *c, uint8_t tag, const ASN1_TIME *t)
{
	struct tm tm;
	char date[9] = {0}, want[16];

	assert_int_equal(tag, ASN1_STRING_type(t));
	assert_true(cursor_equals(c, ASN1_STRING_get0_data(t), (size_t)ASN1_STRING_length(t)));
	assert_int_equal(ASN1_TIME_to_tm(t, &tm), 1);
	strftime(want, sizeof(want), "%Y%m%d", &tm);
	assert_int_equal(x509_date(c, tag, date), 0);
	assert_string_equal(date, want);
}

static void every_field_is_what_libcrypto_reads(void **state)
{
	unsigned char *der;
	struct bytes b;
	struct x509 x;
	X509 *want;
	int len;

	(void)state;
	for (size_t i = 0; i < N_FILES; i++) {
		b = data_file(files[i]);
		want = reference(&b);
		assert_int_equal(x509_decode(b.at, b.len, &x), 0);
		der = NULL;
		len = i2d_ASN1_INTEGER(X509_get_serialNumber(want), &der);
		assert_is_der(&x.serial, der, len);
		der = NULL;
		len = i2d_X509_NAME(X509_get_issuer_name(want), &der);
		assert_is_der(&x.issuer, der, len);
		der = NULL;
		len = i2d_X509_NAME(X509_get_subject_name(want), &der);
		assert_is_der(&x.subject, der, len);
		der = NULL;
		len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(want), &der);
		assert_is_der(&x.spki, der, len);
		assert_is_time(&x.not_before, x.not_before_tag, X509_get0_notBefore(want));
		assert_is_time(&x.not_after, x.not_after_tag, X509_get0_notAfter(want));
		assert_int_equal(x.has_key_usage,
				 (X509_get_extension_flags(want) & EXFLAG_KUSAGE) != 0);
		assert_int_equal(x.is_ca, (X509_get_extension_flags(want) & EXFLAG_CA) != 0);
		X509_free(want);
	}
}

/* What tests/data/x509/generate.sh asked for. */
static void keys_and_usages_are_those_that_were_asked_for(void **state)
{
	static const struct {
		const char *file;
		enum key_type type;
		enum curve curve;
		unsigned bits;
		bool has_key_usage;
		unsigned key_usage;
		bool is_ca;
	} rows[] = {
		{"x509/ca-rsa2048.der", KEY_RSA, CURVE_NONE, 2048, true,
		 X509_KU_DIGITAL_SIGNATURE | X509_KU_KEY_CERT_SIGN | X509_KU_CRL_SIGN, true},
		{"x509/auth-rsa2048.der", KEY_RSA, CURVE_NONE, 2048, true,
		 X509_KU_DIGITAL_SIGNATURE, false},
		{"x509/sign-rsa2048.der", KEY_RSA, CURVE_NONE, 2048, true, X509_KU_NON_REPUDIATION,
		 false},
		{"x509/auth-p256.der", KEY_EC, CURVE_P256, 256, true, X509_KU_DIGITAL_SIGNATURE,
		 false},
		{"x509/sign-p384.der", KEY_EC, CURVE_P384, 384, true, X509_KU_NON_REPUDIATION,
		 false},
		/* decipherOnly is bit 8, in the second octet */
		{"x509/agree-p521.der", KEY_EC, CURVE_P521, 521, true,
		 X509_KU_KEY_AGREEMENT | 0x100, false},
		{"x509/none-far.der", KEY_EC, CURVE_P256, 256, false, 0, false},
		{"x509/version1.der", KEY_EC, CURVE_P256, 256, false, 0, false},
		{"x509/other-curve.der", KEY_NONE, CURVE_NONE, 0, true, X509_KU_DIGITAL_SIGNATURE,
		 false},
		{"x509/auth-ed25519.der", KEY_EDWARDS, CURVE_ED25519, 255, true,
		 X509_KU_DIGITAL_SIGNATURE, false},
		{"x509/other-key.der", KEY_NONE, CURVE_NONE, 0, true, X509_KU_DIGITAL_SIGNATURE,
		 false},
		{"x509/short-key.der", KEY_NONE, CURVE_NONE, 0, true, X509_KU_DIGITAL_SIGNATURE,
		 false},
	};
	struct bytes b;
	struct x509 x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = data_file(rows[i].file);
		assert_int_equal(x509_decode(b.at, b.len, &x), 0);
		assert_int_equal(x.key.type, rows[i].type);
		assert_int_equal(x.key.curve, rows[i].curve);
		assert_int_equal(x.key.bits, rows[i].bits);
		assert_int_equal(x.has_key_usage, rows[i].has_key_usage);
		assert_int_equal(x.key_usage, rows[i].key_usage);
		assert_int_equal(x.is_ca, rows[i].is_ca);
	}
}

static void serials_are_whole_der_integers(void **state)
{
	static const struct {
		const char *file, *serial;
	} rows[] = {
		{"x509/ca-rsa2048.der", "02 02 00 F1"},
		{"x509/auth-rsa2048.der", "02 09 00 80 00 00 00 00 00 00 01"},
		{"x509/sign-rsa2048.der", "02 01 7F"},
		{"x509/auth-p256.der",
		 "02 14 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14"},
	};
	struct bytes b;
	struct x509 x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = data_file(rows[i].file);
		assert_int_equal(x509_decode(b.at, b.len, &x), 0);
		assert_cursor_is(&x.serial, rows[i].serial);
	}
}

static void names_are_found_as_stored(void **state)
{
	struct bytes b = data_file("x509/sign-rsa2048.der");
	struct cursor value;
	struct x509 x;

	(void)state;
	assert_int_equal(x509_decode(b.at, b.len, &x), 0);
	/* commonName 2.5.4.3, with its zero-width non-joiner U+200C */
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04\x03", 3, &value), 0);
	assert_true(cursor_equals(&value, "مریم نمونه\xE2\x80\x8Cپور",
				  strlen("مریم نمونه\xE2\x80\x8Cپور")));
	/* surname 2.5.4.4, givenName 2.5.4.42, serialNumber 2.5.4.5, countryName 2.5.4.6 */
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04\x04", 3, &value), 0);
	assert_true(cursor_equals(&value, "نمونه\xE2\x80\x8Cپور", strlen("نمونه\xE2\x80\x8Cپور")));
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04\x2A", 3, &value), 0);
	assert_true(cursor_equals(&value, "مریم", strlen("مریم")));
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04\x05", 3, &value), 0);
	assert_true(cursor_equals(&value, "0012345679", 10));
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04\x06", 3, &value), 0);
	assert_true(cursor_equals(&value, "IR", 2));
	assert_int_equal(x509_name_find(&x.issuer, "\x55\x04\x03", 3, &value), 0);
	assert_true(cursor_equals(&value, "ریشهٔ نمایشی", strlen("ریشهٔ نمایشی")));
	/* organizationName is not there; neither is a prefix or an extension of a type */
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04\x0A", 3, &value), MOHR_ERR_NOT_FOUND);
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04", 2, &value), MOHR_ERR_NOT_FOUND);
	assert_int_equal(x509_name_find(&x.subject, NULL, 0, &value), MOHR_ERR_NOT_FOUND);
}

static void an_empty_name_holds_nothing(void **state)
{
	struct bytes b = data_file("x509/empty-subject.der");
	struct cursor value;
	struct x509 x;

	(void)state;
	assert_int_equal(x509_decode(b.at, b.len, &x), 0);
	assert_cursor_is(&x.subject, "30 00");
	assert_int_equal(x509_name_find(&x.subject, "\x55\x04\x03", 3, &value), MOHR_ERR_NOT_FOUND);
}

static void several_attributes_in_one_set_are_all_seen(void **state)
{
	struct bytes b = hex("30 18 31 16 30 08 06 03 55 04 06 13 01 41 30 0A 06 03 55 04 03 0C 03 "
			     "78 79 7A");
	struct cursor name = cursor_of(&b), value;

	(void)state;
	assert_int_equal(x509_name_find(&name, "\x55\x04\x03", 3, &value), 0);
	assert_cursor_is(&value, "78 79 7A");
}

static void malformed_names_are_rejected(void **state)
{
	static const char *const rows[] = {
		"",
		"31 00",
		"30 02 30 00",
		"30 04 31 02 31 00",
		"30 06 31 04 30 02 05 00",
		"30 07 31 05 30 03 06 01 55",             /* no value */
		"30 0B 31 09 30 07 06 01 55 05 00 05 00", /* two values */
		"30 00 00",
		"30 03 31 02 30",
	};
	struct cursor name, value;
	struct bytes b;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		name = cursor_of(&b);
		assert_int_equal(x509_name_find(&name, "\x55\x04\x03", 3, &value),
				 MOHR_ERR_MALFORMED);
	}
}

static void a_cut_or_lengthened_certificate_is_rejected(void **state)
{
	struct x509 x, before;
	struct bytes b;
	uint8_t *exact;

	(void)state;
	memset(&x, 0x5A, sizeof(x));
	before = x;
	for (size_t i = 0; i < N_FILES; i++) {
		b = data_file(files[i]);
		for (size_t len = 0; len < b.len; len++) {
			/* a heap block of this very size, so that a sanitizer sees a read past it */
			exact = malloc(len + (len == 0));
			assert_non_null(exact);
			memcpy(exact, b.at, len);
			assert_int_equal(x509_decode(exact, len, &x), MOHR_ERR_MALFORMED);
			free(exact);
		}
		b.at[b.len] = 0;
		assert_int_equal(x509_decode(b.at, b.len + 1, &x), MOHR_ERR_MALFORMED);
	}
	assert_int_equal(x509_decode(NULL, 0, &x), MOHR_ERR_MALFORMED);
	assert_memory_equal(&x, &before, sizeof(x));
}

/* A certificate around these parts: only what comes after the serial number can be given. */
static struct bytes certificate(const char *version, const char *serial, const char *validity,
				const char *tail)
{
	const char *spki = "30 10 30 05 06 03 2B 65 70 03 07 00 01 02 03 04 05 06";
	struct buf b = BUF_INIT(1024);
	struct bytes out = {0}, part;
	const char *const parts[] = {version,  serial,  "30 00", "30 00",
				     validity, "30 00", spki,    tail};
	size_t outer = tlv_open(&b, DER_SEQUENCE), tbs = tlv_open(&b, DER_SEQUENCE);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		part = hex(parts[i]);
		buf_put(&b, part.at, part.len);
	}
	tlv_close(&b, tbs);
	tlv_put(&b, DER_SEQUENCE, NULL, 0);
	tlv_put(&b, DER_BIT_STRING, "", 1);
	tlv_close(&b, outer);
	assert_int_equal(buf_err(&b), 0);
	memcpy(out.at, b.data, b.len);
	out.len = b.len;
	buf_clear(&b);
	return out;
}

#define TIME     "17 0D 35 30 30 31 30 31 30 30 30 30 30 30 5A "
#define VALIDITY "30 1E " TIME TIME

static int decode_parts(const char *version, const char *serial, const char *validity,
			const char *tail, struct x509 *ret)
{
	struct bytes b = certificate(version, serial, validity, tail);

	/* the cursors point into b: callers look at the scalars only */
	return x509_decode(b.at, b.len, ret);
}

static void parts_are_checked_one_by_one(void **state)
{
	static const struct {
		const char *version, *serial, *validity, *tail;
		int want;
	} rows[] = {
		{"A0 03 02 01 02", "02 01 01", VALIDITY, "", 0},
		{"", "02 01 01", VALIDITY, "", 0},
		{"", "02 01 FF", VALIDITY, "", 0}, /* negative serial numbers exist */
		{"", "02 00", VALIDITY, "", MOHR_ERR_MALFORMED},
		{"", "", VALIDITY, "", MOHR_ERR_MALFORMED},
		{"A0 00", "02 01 01", VALIDITY, "", MOHR_ERR_MALFORMED},
		{"A0 04 02 02 01 00", "02 01 01", VALIDITY, "", MOHR_ERR_MALFORMED},
		{"A0 05 02 01 02 05 00", "02 01 01", VALIDITY, "", MOHR_ERR_MALFORMED},
		{"", "02 01 01", "30 0F " TIME, "", MOHR_ERR_MALFORMED},
		{"", "02 01 01", "30 20 " TIME TIME "05 00", "", MOHR_ERR_MALFORMED},
		{"", "02 01 01", "30 06 16 01 41 17 01 41", "", MOHR_ERR_MALFORMED},
		{"", "02 01 01", "30 00", "", MOHR_ERR_MALFORMED},
		/* unique identifiers, in order only */
		{"", "02 01 01", VALIDITY, "81 02 00 01 82 02 00 01 A3 02 30 00", 0},
		{"", "02 01 01", VALIDITY, "82 02 00 01 81 02 00 01", MOHR_ERR_MALFORMED},
		{"", "02 01 01", VALIDITY, "05 00", MOHR_ERR_MALFORMED},
		{"", "02 01 01", VALIDITY, "A3 00", MOHR_ERR_MALFORMED},
		{"", "02 01 01", VALIDITY, "A3 04 30 00 05 00", MOHR_ERR_MALFORMED},
		{"", "02 01 01", VALIDITY, "A3 02 30 00 A3 02 30 00", MOHR_ERR_MALFORMED},
	};
	struct x509 x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(decode_parts(rows[i].version, rows[i].serial, rows[i].validity,
					      rows[i].tail, &x),
				 rows[i].want);
}

static void extensions_are_checked_one_by_one(void **state)
{
	static const struct {
		const char *extensions; /* A3 { 30 { ... } } is put around */
		int want;
		unsigned key_usage;
		bool is_ca;
	} rows[] = {
		{"30 0B 06 03 55 1D 0F 04 04 03 02 07 80", 0, X509_KU_DIGITAL_SIGNATURE, false},
		{"30 0E 06 03 55 1D 0F 01 01 FF 04 04 03 02 06 C0", 0,
		 X509_KU_DIGITAL_SIGNATURE | X509_KU_NON_REPUDIATION, false},
		{"30 0C 06 03 55 1D 0F 04 05 03 03 07 00 80", 0, 0x100, false},
		{"30 0A 06 03 55 1D 0F 04 03 03 01 00", 0, 0, false},
		{"30 0B 06 03 55 1D 0F 04 04 03 02 08 80", MOHR_ERR_MALFORMED, 0, false},
		{"30 0A 06 03 55 1D 0F 04 03 03 01 07", MOHR_ERR_MALFORMED, 0, false},
		{"30 09 06 03 55 1D 0F 04 02 03 00", MOHR_ERR_MALFORMED, 0, false},
		{"30 07 06 03 55 1D 0F 04 00", MOHR_ERR_MALFORMED, 0, false},
		{"30 0D 06 03 55 1D 0F 04 06 03 02 07 80 05 00", MOHR_ERR_MALFORMED, 0, false},
		/* twice */
		{"30 0B 06 03 55 1D 0F 04 04 03 02 07 80 30 0B 06 03 55 1D 0F 04 04 03 02 07 80",
		 MOHR_ERR_MALFORMED, 0, false},
		{"30 0C 06 03 55 1D 13 04 05 30 03 01 01 FF", 0, 0, true},
		{"30 0F 06 03 55 1D 13 04 08 30 06 01 01 FF 02 01 00", 0, 0, true},
		{"30 09 06 03 55 1D 13 04 02 30 00", 0, 0, false},
		{"30 0C 06 03 55 1D 13 04 05 30 03 01 01 00", 0, 0, false},
		{"30 0C 06 03 55 1D 13 04 05 30 03 01 01 01", MOHR_ERR_MALFORMED, 0, false},
		{"30 0C 06 03 55 1D 13 04 05 30 03 02 01 FF", MOHR_ERR_MALFORMED, 0, false},
		{"30 0B 06 03 55 1D 13 04 04 30 02 05 00", MOHR_ERR_MALFORMED, 0, false},
		{"30 09 06 03 55 1D 13 04 02 30 00 30 09 06 03 55 1D 13 04 02 30 00",
		 MOHR_ERR_MALFORMED, 0, false},
		/* unknown ones are skipped, if well-formed */
		{"30 09 06 03 55 1D 63 04 02 FF FF", 0, 0, false},
		{"30 05 06 03 55 1D 63", MOHR_ERR_MALFORMED, 0, false},
		{"30 0A 06 03 55 1D 63 01 01 07 04 00", MOHR_ERR_MALFORMED, 0, false},
		{"30 09 06 03 55 1D 63 04 00 05 00", MOHR_ERR_MALFORMED, 0, false},
		{"05 00", MOHR_ERR_MALFORMED, 0, false},
	};
	struct buf b = BUF_INIT(256);
	struct bytes part;
	struct x509 x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t outer = tlv_open(&b, 0xA3), list = tlv_open(&b, DER_SEQUENCE);
		char text[512] = "";

		part = hex(rows[i].extensions);
		buf_put(&b, part.at, part.len);
		tlv_close(&b, list);
		tlv_close(&b, outer);
		assert_int_equal(buf_err(&b), 0);
		for (size_t n = 0; n < b.len; n++)
			snprintf(text + 2 * n, 3, "%02X", b.data[n]);
		if (decode_parts("A0 03 02 01 02", "02 01 01", VALIDITY, text, &x) != rows[i].want)
			fail_msg("%s", rows[i].extensions);
		if (rows[i].want == 0) {
			assert_int_equal(x.key_usage, rows[i].key_usage);
			assert_int_equal(x.is_ca, rows[i].is_ca);
		}
		buf_reset(&b);
	}
	buf_clear(&b);
}

static int date_of(const char *text, uint8_t tag, char ret[9])
{
	struct cursor c;

	cursor_init(&c, text, strlen(text));
	return x509_date(&c, tag, ret);
}

/* RFC 5280 §4.1.2.5.1, §4.1.2.5.2 */
static void dates_follow_rfc_5280(void **state)
{
	static const struct {
		const char *text;
		uint8_t tag;
		const char *date; /* NULL: rejected */
	} rows[] = {
		{"490101000000Z", 0x17, "20490101"},
		{"500101000000Z", 0x17, "19500101"},
		{"991231235959Z", 0x17, "19991231"},
		{"000229000000Z", 0x17, "20000229"},
		{"20500101000000Z", 0x18, "20500101"},
		{"99991231235959Z", 0x18, "99991231"},
		{"20240229000000Z", 0x18, "20240229"},
		{"20230229000000Z", 0x18, NULL},
		{"21000229000000Z", 0x18, NULL},
		{"20240431000000Z", 0x18, NULL},
		{"20241301000000Z", 0x18, NULL},
		{"20240001000000Z", 0x18, NULL},
		{"20240100000000Z", 0x18, NULL},
		{"20240101240000Z", 0x18, NULL},
		{"20240101006000Z", 0x18, NULL},
		{"20240101000060Z", 0x18, NULL},
		{"20240101000000", 0x18, NULL},
		{"20240101000000z", 0x18, NULL},
		{"20240101000000.5Z", 0x18, NULL},
		{"2024010100000+Z", 0x18, NULL},
		{"240101000000+0330", 0x17, NULL},
		{"2401010000Z", 0x17, NULL},
		{"24 101000000Z", 0x17, NULL},
		{"x40101000000Z", 0x17, NULL},
		{"-10101000000Z", 0x17, NULL},
		{"240101000000Z", 0x18, NULL},
		{"20240101000000Z", 0x17, NULL},
		{"240101000000Z", 0x16, NULL},
		{"20240101000000Z", 0x16, NULL},
		{"", 0x17, NULL},
		{"", 0x18, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char date[9] = "untouch.";

		if (rows[i].date) {
			assert_int_equal(date_of(rows[i].text, rows[i].tag, date), 0);
			assert_string_equal(date, rows[i].date);
		} else {
			if (date_of(rows[i].text, rows[i].tag, date) != MOHR_ERR_MALFORMED)
				fail_msg("%s is taken", rows[i].text);
			assert_string_equal(date, "untouch.");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_what_libcrypto_reads),
		cmocka_unit_test(keys_and_usages_are_those_that_were_asked_for),
		cmocka_unit_test(serials_are_whole_der_integers),
		cmocka_unit_test(names_are_found_as_stored),
		cmocka_unit_test(an_empty_name_holds_nothing),
		cmocka_unit_test(several_attributes_in_one_set_are_all_seen),
		cmocka_unit_test(malformed_names_are_rejected),
		cmocka_unit_test(a_cut_or_lengthened_certificate_is_rejected),
		cmocka_unit_test(parts_are_checked_one_by_one),
		cmocka_unit_test(extensions_are_checked_one_by_one),
		cmocka_unit_test(dates_follow_rfc_5280),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
