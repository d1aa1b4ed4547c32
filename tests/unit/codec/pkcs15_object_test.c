/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of codec/pkcs15_object.c. Entries are worked out by hand from PKCS #15 v1.1 §6.6 to §6.8. */
#include "tree.h"

#include "codec/pkcs15.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void a_pin_with_all_there_can_be_is_read(void **state)
{
	struct pkcs15_pin pin;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = tree("30{30{0C{50494E} 03{06C0} 04{07}} 30{04{01}} "
		 "A1{30{03{040C10} 0A{01} 02{04} 02{08} 02{0C} 80{0081} 04{FF} "
		 "18{32303236313132323232303030305A} 30{04{3F005015}} 82{05}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
	assert_cursor_is(&pin.object.label, "50494E");
	assert_true(pin.object.is_private && pin.object.modifiable);
	assert_cursor_is(&pin.object.auth_id, "07");
	assert_cursor_is(&pin.auth_id, "01");
	/* 0C10, four bits of it unused: bits 4, 5 and 11 */
	assert_int_equal(pin.flags,
			 PKCS15_PIN_INITIALIZED | PKCS15_PIN_NEEDS_PADDING | PKCS15_PIN_EXCHANGE);
	assert_int_equal(pin.type, PKCS15_PIN_ASCII_NUMERIC);
	assert_int_equal(pin.min_length, 4);
	assert_int_equal(pin.stored_length, 8);
	assert_int_equal(pin.max_length, 12);
	assert_int_equal(pin.reference, 0x81);
	assert_true(pin.has_pad);
	assert_int_equal(pin.pad, 0xFF);
	assert_true(pin.has_path);
	assert_cursor_is(&pin.path.path, "3F005015");
	assert_int_equal(pkcs15_next_pin(&c, &pin), 0);
}

static void a_pin_has_defaults(void **state)
{
	struct pkcs15_pin pin;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = tree("30{30{} 30{04{02}} A1{30{03{0102} 0A{04} 02{00} 02{00} 30{A0{}}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
	assert_int_equal(pin.flags, PKCS15_PIN_UNBLOCKING);
	assert_int_equal(pin.type, PKCS15_PIN_ISO9564);
	assert_int_equal(pin.min_length, 0);
	assert_int_equal(pin.stored_length, 0);
	assert_int_equal(pin.max_length, 0);
	assert_int_equal(pin.reference, 0);
	assert_false(pin.has_pad || pin.has_path);
	/* stored is the most where the card does not say */
	b = tree("30{30{} 30{04{02}} A1{30{03{0001} 0A{7F} 02{06} 02{10}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
	assert_int_equal(pin.flags, PKCS15_PIN_SO);
	assert_int_equal(pin.type, 0x7F);
	assert_int_equal(pin.max_length, 16);
}

/* Each of the twelve flags by its number in PKCS #15 §6.8.2. */
static void pin_flags_are_numbered_from_the_top(void **state)
{
	struct pkcs15_pin pin;
	char text[128];
	struct bytes b;
	struct cursor c;

	(void)state;
	for (unsigned i = 0; i < 32; i++) {
		snprintf(text, sizeof(text),
			 "30{30{} 30{04{02}} A1{30{03{00%08X} 0A{01} 02{04} 02{08}}}}",
			 0x80000000u >> i);
		b = tree(text);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
		assert_int_equal(pin.flags, 1u << i);
	}
}

static void a_reference_may_be_written_as_negative(void **state)
{
	static const struct {
		const char *bytes;
		uint8_t reference;
	} rows[] = {
		{"00", 0},    {"7F", 0x7F},   {"0080", 0x80}, {"80", 0x80},    {"81", 0x81},
		{"FF", 0xFF}, {"00FF", 0xFF}, {"FF81", 0x81}, {"00000001", 1}, {"FFFFFFFF81", 0x81},
	};
	struct pkcs15_pin pin;
	char text[128];
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text),
			 "30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 80{%s}}}}",
			 rows[i].bytes);
		b = tree(text);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
		assert_int_equal(pin.reference, rows[i].reference);
	}
}

static void other_authentication_objects_are_passed_over(void **state)
{
	struct pkcs15_pin pin;
	struct bytes b;
	struct cursor c;

	(void)state;
	/* a biometric template, a key, one outside the card */
	b = tree("A0{30{} 30{04{01}} A1{30{}}} A1{30{}} A2{} "
		 "30{30{} 30{04{09}} A1{30{03{00} 0A{01} 02{04} 02{08}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
	assert_cursor_is(&pin.auth_id, "09");
	assert_int_equal(pkcs15_next_pin(&c, &pin), 0);
}

static void broken_pins_are_rejected(void **state)
{
	static const char *const rows[] = {
		"30{}",
		"30{30{} 30{} A1{30{03{00} 0A{01} 02{04} 02{08}}}}",
		"30{30{} 30{0C{41}} A1{30{03{00} 0A{01} 02{04} 02{08}}}}",
		"30{30{} 30{04{02}} A1{}}",
		"30{30{} 30{04{02}} A1{30{}}}",
		"30{30{} 30{04{02}} A1{30{03{} 0A{01} 02{04} 02{08}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{} 02{04} 02{08}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{0100} 02{04} 02{08}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 02{01} 02{04} 02{08}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{FF} 02{08}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{0100}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 02{}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 80{}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 80{0100}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 80{FF7F}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 04{}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 04{FFFF}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 30{}}}}",
		"30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 18}}}",
	};
	struct pkcs15_pin pin, before;
	struct bytes b;
	struct cursor c;

	(void)state;
	memset(&pin, 0x5A, sizeof(pin));
	before = pin;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_pin(&c, &pin), MOHR_ERR_MALFORMED);
		assert_memory_equal(&pin, &before, sizeof(pin));
	}
	/* a fourth number is an extension */
	b = tree("30{30{} 30{04{02}} A1{30{03{00} 0A{01} 02{04} 02{08} 02{09} 02{7FFFFFFF}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
	assert_int_equal(pin.max_length, 9);
}

static void certificates_are_read(void **state)
{
	static const struct {
		const char *bytes, *id;
		bool authority;
		const char *path, *direct;
	} rows[] = {
		{"30{30{0C{41}} 30{04{45}} A1{30{30{04{3F0050154331}}}}}", "45", false,
		 "3F0050154331", ""},
		{"30{30{} 30{04{} 01{FF}} A1{30{30{04{4331}}}}}", "", true, "4331", ""},
		{"30{30{} 30{04{4546} 01{01} 30{02{02} 04{AA}} A0{30{}} A2{} 83{FF}} A0{} "
		 "A1{30{A0{30{30{}}} 30{31{}} A0{30{}} 02{05}}}}",
		 "4546", true, "", "30 02 30 00"},
		{"30{30{} 30{04{45} 01{00}} A1{30{30{04{4331}}}}}", "45", false, "4331", ""},
	};
	struct pkcs15_certificate certificate;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i].bytes);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), 1);
		assert_cursor_is(&certificate.id, rows[i].id);
		assert_int_equal(certificate.authority, rows[i].authority);
		assert_cursor_is(&certificate.value.path.path, rows[i].path);
		assert_cursor_is(&certificate.value.direct, rows[i].direct);
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), 0);
	}
}

static void broken_certificates_are_rejected(void **state)
{
	static const char *const rows[] = {
		"30{30{} 30{} A1{30{30{04{4331}}}}}",
		"30{30{} 30{01{FF}} A1{30{30{04{4331}}}}}",
		"30{30{} 30{04{45} 01{}} A1{30{30{04{4331}}}}}",
		"30{30{} 30{04{45} 01{FFFF}} A1{30{30{04{4331}}}}}",
		"30{30{} 30{04{45} 01} A1{30{30{04{4331}}}}}",
		"30{30{} 30{04{45}} A1{30{}}}",
	};
	struct pkcs15_certificate certificate;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_certificate(&c, &certificate), MOHR_ERR_MALFORMED);
	}
}

static void data_are_read(void **state)
{
	static const struct {
		const char *bytes, *application, *oid;
		bool is_private;
		enum pkcs15_place place;
		const char *path, *direct;
	} rows[] = {
		{"30{30{0C{41}} 30{0C{6D6F6872}} A1{30{04{4501} 02{00} 80{20}}}}", "6D6F6872", "",
		 false, PKCS15_AT_PATH, "4501", ""},
		{"30{30{03{0780} 04{01}} 30{06{2B0601}} A1{30{04{4501}}}}", "", "2B0601", true,
		 PKCS15_AT_PATH, "4501", ""},
		{"30{30{} 30{0C{41} 06{2A} 80{}} A1{A0{04{0102}}}}", "41", "2A", false,
		 PKCS15_DIRECT, "", "04 02 01 02"},
		{"30{30{} 30{} A1{13{687474703A}}}", "", "", false, PKCS15_ELSEWHERE, "", ""},
	};
	struct pkcs15_data data;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		/* behind one of another kind: by OID */
		b = tree("A1{30{} 30{} A1{30{06{2A} 30{04{4501}}}}}");
		struct bytes entry = tree(rows[i].bytes);

		memcpy(b.at + b.len, entry.at, entry.len);
		b.len += entry.len;
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_data(&c, &data), 1);
		assert_cursor_is(&data.application, rows[i].application);
		assert_cursor_is(&data.oid, rows[i].oid);
		assert_int_equal(data.object.is_private, rows[i].is_private);
		assert_int_equal(data.value.place, rows[i].place);
		assert_cursor_is(&data.value.path.path, rows[i].path);
		assert_cursor_is(&data.value.direct, rows[i].direct);
		assert_int_equal(pkcs15_next_data(&c, &data), 0);
	}
}

static void broken_data_are_rejected(void **state)
{
	static const char *const rows[] = {
		"30{}",
		"30{30{} 30{} A1{}}",
		"30{30{} 30{0C} A1{30{04{4501}}}}",
		"30{30{} 30{} A1{30{}}}",
	};
	struct pkcs15_data data;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_data(&c, &data), MOHR_ERR_MALFORMED);
	}
}

/* tests/data/pkcs15/generate.sh says what is in the files that OpenSSL has encoded. */
static void files_of_another_encoder_are_read(void **state)
{
	struct pkcs15_certificate certificate;
	struct pkcs15_pin pin;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = data_file("pkcs15/aodf.bin");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
	assert_cursor_is(&pin.auth_id, "01");
	assert_cursor_is(&pin.object.auth_id, "02");
	assert_int_equal(pin.flags,
			 PKCS15_PIN_LOCAL | PKCS15_PIN_INITIALIZED | PKCS15_PIN_NEEDS_PADDING);
	assert_int_equal(pin.type, PKCS15_PIN_ASCII_NUMERIC);
	assert_int_equal(pin.reference, 0x81);
	assert_int_equal(pin.max_length, 8);
	assert_true(pin.has_pad && pin.has_path);
	assert_cursor_is(&pin.path.path, "3F005015");
	assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
	assert_cursor_is(&pin.auth_id, "02");
	assert_int_equal(pin.flags, PKCS15_PIN_UNBLOCKING);
	assert_int_equal(pkcs15_next_pin(&c, &pin), 0);
	b = data_file("pkcs15/cdf.bin");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_certificate(&c, &certificate), 1);
	assert_cursor_is(&certificate.id, "45");
	assert_false(certificate.authority);
	assert_cursor_is(&certificate.value.path.path, "4301");
	assert_int_equal(certificate.value.path.length, 900);
	assert_int_equal(pkcs15_next_certificate(&c, &certificate), 1);
	assert_cursor_is(&certificate.id, "01");
	assert_true(certificate.authority);
	assert_cursor_is(&certificate.value.direct, "30 02 30 00");
	assert_int_equal(pkcs15_next_certificate(&c, &certificate), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pin_with_all_there_can_be_is_read),
		cmocka_unit_test(a_pin_has_defaults),
		cmocka_unit_test(pin_flags_are_numbered_from_the_top),
		cmocka_unit_test(a_reference_may_be_written_as_negative),
		cmocka_unit_test(other_authentication_objects_are_passed_over),
		cmocka_unit_test(broken_pins_are_rejected),
		cmocka_unit_test(certificates_are_read),
		cmocka_unit_test(broken_certificates_are_rejected),
		cmocka_unit_test(data_are_read),
		cmocka_unit_test(broken_data_are_rejected),
		cmocka_unit_test(files_of_another_encoder_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
