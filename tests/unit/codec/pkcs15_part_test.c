/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of codec/pkcs15_part.c, through the public functions: padding, numbers, flags, paths, values and
 * common attributes. Entries are worked out by hand from PKCS #15 v1.1 §6.1 and X.690 §8.
 */
#include "tree.h"

#include "codec/pkcs15.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A certificate (PKCS #15 §6.6) with these common attributes and this value. */
#define CERTIFICATE(common, value) "30{30{" common "} 30{04{45}} A1{30{" value "}}}"
#define GOOD                       CERTIFICATE("0C{41}", "30{04{3F005015}}")

static int decode(const char *text, struct pkcs15_certificate *ret)
{
	static struct bytes b;
	struct cursor c;

	b = tree(text);
	c = cursor_of(&b);
	return pkcs15_next_certificate(&c, ret);
}

static void padding_between_entries_has_no_meaning(void **state)
{
	static const struct {
		const char *bytes;
		unsigned n;
	} rows[] = {
		{"", 0},
		{"00", 0},
		{"FF", 0},
		{"00 00 FF FF 00", 0},
		{GOOD, 1},
		{GOOD "00", 1},
		{GOOD "FFFFFFFF", 1},
		{"0000" GOOD "00FF" GOOD "FF", 2},
		{GOOD GOOD GOOD, 3},
	};
	struct pkcs15_certificate certificate;
	struct bytes b;
	struct cursor c;
	unsigned n;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i].bytes);
		c = cursor_of(&b);
		for (n = 0; n < rows[i].n; n++) {
			memset(&certificate, 0, sizeof(certificate));
			assert_int_equal(pkcs15_next_certificate(&c, &certificate), 1);
			assert_cursor_is(&certificate.id, "45");
		}
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), 0);
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), 0);
		assert_int_equal(cursor_done(&c), 0);
	}
}

static void entries_of_unknown_kinds_are_passed_over(void **state)
{
	struct pkcs15_certificate certificate;
	struct bytes b;
	struct cursor c;

	(void)state;
	/* an attribute certificate, a PGP one, something private, and content that is no entry at all */
	b = tree("A0{30{} 30{}} A2{} DF8101{00} 04{FF}" GOOD "5F20{41}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_certificate(&c, &certificate), 1);
	assert_cursor_is(&certificate.object.label, "41");
	assert_int_equal(pkcs15_next_certificate(&c, &certificate), 0);
}

static void a_broken_entry_ends_the_file_for_good(void **state)
{
	static const char *const rows[] = {
		"30",
		"3003",
		"30 80 0000",          /* indefinite */
		"30 85 0000000001 00", /* ISO 7816-4 §6.3: four octets at most */
		"30 84 FFFFFFFF 00",
		"1F",
		"30{}",
		"30{30{}}",
		"30{30{}30{04{45}}}", /* no type attributes */
		"30{30{}30{04{45}}A2{}}",
		"30{04{}30{04{45}}A1{30{30{04{3F00}}}}}",
		"30{30{} 30{04{45}} A1{30{30{04{3F00}}}} 30}",
		"30{30{} 30{04{45}} A1{}}",
		"30{30{} 30{04{45}} A1{04{}}}",
	};
	struct pkcs15_certificate certificate, before;
	struct bytes b, bad;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(GOOD);
		bad = tree(rows[i]);
		memcpy(b.at + b.len, bad.at, bad.len);
		b.len += bad.len;
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), 1);
		before = certificate;
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), MOHR_ERR_MALFORMED);
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), MOHR_ERR_MALFORMED);
		assert_memory_equal(&certificate, &before, sizeof(before));
	}
}

static void lengths_of_any_form_are_read(void **state)
{
	struct pkcs15_certificate certificate;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = hex("30 84 00 00 00 1B 30 81 03 0C 01 41 30 82 00 03 04 01 45 "
		"A1 83 00 00 09 30 07 30 81 04 04 02 3F 00 ");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_certificate(&c, &certificate), 1);
	assert_cursor_is(&certificate.object.label, "41");
	assert_cursor_is(&certificate.id, "45");
	assert_cursor_is(&certificate.value.path.path, "3F00");
}

static void paths_and_parts_of_files_are_told_apart(void **state)
{
	static const struct {
		const char *path;
		enum pkcs15_place place;
		const char *bytes;
		bool has_range;
		unsigned index, length;
	} rows[] = {
		{"04{3F0050154401}", PKCS15_AT_PATH, "3F0050154401", false, 0, 0},
		{"04{}", PKCS15_AT_PATH, "", false, 0, 0},
		{"04{88}", PKCS15_AT_PATH, "88", false, 0, 0},
		{"04{4401} 02{00} 80{0100}", PKCS15_AT_PATH, "4401", true, 0, 256},
		{"04{4401} 02{1234} 80{00FFFF}", PKCS15_AT_PATH, "4401", true, 0x1234, 65535},
		{"04{4401} 02{00FFFF} 80{00}", PKCS15_AT_PATH, "4401", true, 65535, 0},
		/* more octets than need be */
		{"04{4401} 02{0000000005} 80{0007}", PKCS15_AT_PATH, "4401", true, 5, 7},
		/* one without the other is none: PKCS #15 §6.1.5 */
		{"04{4401} 02{05}", PKCS15_AT_PATH, "4401", false, 0, 0},
		{"04{4401} A7{0500}", PKCS15_AT_PATH, "4401", false, 0, 0},
		/* ISO 7816-15: a tag reference is no path */
		{"A0{80{53}}", PKCS15_ELSEWHERE, "80 01 53", false, 0, 0},
	};
	struct pkcs15_certificate certificate;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text), CERTIFICATE("", "30{%s}"), rows[i].path);
		assert_int_equal(decode(text, &certificate), 1);
		assert_int_equal(certificate.value.place, rows[i].place);
		assert_cursor_is(&certificate.value.path.path, rows[i].bytes);
		assert_int_equal(certificate.value.path.has_range, rows[i].has_range);
		assert_int_equal(certificate.value.path.index, rows[i].index);
		assert_int_equal(certificate.value.path.length, rows[i].length);
	}
}

static void broken_paths_are_rejected(void **state)
{
	static const char *const rows[] = {
		"30{}",
		"30{04}",
		"30{04{4401} 02{}}",
		"30{04{4401} 02{FF} 80{01}}",     /* negative */
		"30{04{4401} 02{010000} 80{01}}", /* pkcs15-ub-index is 65535 */
		"30{04{4401} 02{00} 80{010000}}",
		"30{04{4401} 02{00} 80{}}",
		"30{04{4401} 02{00} 80{000000000000000001}}",
		"30{04{4401} 02}",
		"",
	};
	struct pkcs15_certificate certificate;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text), CERTIFICATE("", "%s"), rows[i]);
		assert_int_equal(decode(text, &certificate), MOHR_ERR_MALFORMED);
	}
}

static void values_stand_in_the_entry_or_elsewhere(void **state)
{
	static const struct {
		const char *value;
		enum pkcs15_place place;
		const char *direct;
	} rows[] = {
		{"A0{30{02{05}}}", PKCS15_DIRECT, "30 03 02 01 05"},
		{"A0{}", PKCS15_DIRECT, ""},
		{"A0{30{}} 30{} 02{01}", PKCS15_DIRECT,
		 "30 00"},                                    /* and the certificate's subject */
		{"13{687474703A2F2F}", PKCS15_ELSEWHERE, ""}, /* url */
		{"A3{16{68}30{}}", PKCS15_ELSEWHERE, ""},     /* urlWithDigest */
		{"A1{30{04{4401}}}", PKCS15_ELSEWHERE, ""},   /* enciphered, at a path */
		{"A2{30{}}", PKCS15_ELSEWHERE, ""},           /* enciphered, here */
	};
	struct pkcs15_certificate certificate;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text), CERTIFICATE("", "%s"), rows[i].value);
		assert_int_equal(decode(text, &certificate), 1);
		assert_int_equal(certificate.value.place, rows[i].place);
		assert_cursor_is(&certificate.value.direct, rows[i].direct);
		assert_cursor_is(&certificate.value.path.path, "");
	}
}

static void common_attributes_are_all_optional(void **state)
{
	static const struct {
		const char *common, *label, *auth_id;
		bool is_private, modifiable;
		unsigned consent;
	} rows[] = {
		{"", "", "", false, false, 0},
		{"0C{D985D987D8B1}", "D985D987D8B1", "", false, false, 0},
		{"0C{}", "", "", false, false, 0},
		{"0C{41}03{06C0}04{01}02{01}", "41", "01", true, true, 1},
		{"03{0780}", "", "", true, false, 0},
		{"03{0640}", "", "", false, true, 0},
		{"03{0600}", "", "", false, false, 0},
		{"03{00}", "", "", false, false, 0},
		/* unused bits have no meaning: X.690 §8.6.2.4 note */
		{"03{07FF}", "", "", true, false, 0},
		{"03{00A0}", "", "", true, false, 0},
		{"03{00000000000080}", "", "", false, false, 0},
		{"04{}", "", "", false, false, 0},
		{"04{0102030405}", "", "0102030405", false, false, 0},
		{"02{0F}", "", "", false, false, 15},
		{"02{0F}02{01}", "", "", false, false, 15},
		/* access control rules, extensions, a label of another type: the PIN is still seen */
		{"0C{41}03{0780}04{01}02{01}30{30{03{0780}04{01}}}87{}", "41", "01", true, false,
		 1},
		{"13{41}03{0780}04{02}", "", "02", true, false, 0},
	};
	struct pkcs15_certificate certificate;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text), CERTIFICATE("%s", "30{04{3F00}}"), rows[i].common);
		assert_int_equal(decode(text, &certificate), 1);
		assert_cursor_is(&certificate.object.label, rows[i].label);
		assert_cursor_is(&certificate.object.auth_id, rows[i].auth_id);
		assert_int_equal(certificate.object.is_private, rows[i].is_private);
		assert_int_equal(certificate.object.modifiable, rows[i].modifiable);
		assert_int_equal(certificate.object.user_consent, rows[i].consent);
	}
}

static void broken_common_attributes_are_rejected(void **state)
{
	static const char *const rows[] = {
		"03{}",   "03{01}",     "03{0880}",  "02{}",
		"02{FF}", "02{010000}", "0C{41} 30", "30{} 80",
	};
	struct pkcs15_certificate certificate;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text), CERTIFICATE("%s", "30{04{3F00}}"), rows[i]);
		assert_int_equal(decode(text, &certificate), MOHR_ERR_MALFORMED);
	}
}

/* X.690 §8.7.1 allows strings in pieces; no card has them, and nothing here can put them together. */
static void constructed_strings_are_no_strings(void **state)
{
	struct pkcs15_certificate certificate;

	(void)state;
	assert_int_equal(
		decode("30{30{2C{0C{41}}} 30{24{04{45}}} A1{30{30{04{3F00}}}}}", &certificate),
		MOHR_ERR_MALFORMED);
	assert_int_equal(
		decode("30{30{2C{0C{41}}} 30{04{45}} A1{30{30{24{04{3F00}}}}}}", &certificate), 1);
	assert_cursor_is(&certificate.object.label, "");
	assert_int_equal(certificate.value.place, PKCS15_ELSEWHERE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padding_between_entries_has_no_meaning),
		cmocka_unit_test(entries_of_unknown_kinds_are_passed_over),
		cmocka_unit_test(a_broken_entry_ends_the_file_for_good),
		cmocka_unit_test(lengths_of_any_form_are_read),
		cmocka_unit_test(paths_and_parts_of_files_are_told_apart),
		cmocka_unit_test(broken_paths_are_rejected),
		cmocka_unit_test(values_stand_in_the_entry_or_elsewhere),
		cmocka_unit_test(common_attributes_are_all_optional),
		cmocka_unit_test(broken_common_attributes_are_rejected),
		cmocka_unit_test(constructed_strings_are_no_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
