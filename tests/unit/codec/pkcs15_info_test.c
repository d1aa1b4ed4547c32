/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of codec/pkcs15_info.c. Files are worked out by hand from PKCS #15 v1.1 §5.4, §6.2 and §6.9. */
#include "tree.h"

#include "codec/pkcs15.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void applications_are_read_from_ef_dir(void **state)
{
	struct pkcs15_application a;
	struct bytes b;
	struct cursor c;

	(void)state;
	/* the first as in PKCS #15 §5.4, then one with all there can be, and one of somebody else's */
	b = tree("61{4F{A000000063504B43532D3135} 50{4D79} 51{3F005015}} 00 0000"
		 "61{51{3F005016} 4F{E828BD080F} 73{06{2A} 30{04{5031}02{00}80{10}} A0{04{5032}} "
		 "A1{04{5033}} 80{}} 53{01}} 4F{01}"
		 "61{4F{D276} 73{30{A0{}} A0{A0{}}}} FFFF");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_application(&c, &a), 1);
	assert_cursor_is(&a.aid, "A000000063504B43532D3135");
	assert_cursor_is(&a.label, "4D79");
	assert_cursor_is(&a.path, "3F005015");
	assert_false(a.has_odf || a.has_info);
	assert_int_equal(pkcs15_next_application(&c, &a), 1);
	assert_cursor_is(&a.aid, "E828BD080F");
	assert_cursor_is(&a.label, "");
	assert_cursor_is(&a.path, "3F005016");
	assert_true(a.has_odf && a.has_info);
	assert_cursor_is(&a.odf.path, "5031");
	assert_true(a.odf.has_range);
	assert_int_equal(a.odf.length, 16);
	assert_cursor_is(&a.info.path, "5032");
	assert_int_equal(pkcs15_next_application(&c, &a), 1);
	assert_cursor_is(&a.aid, "D276");
	assert_cursor_is(&a.path, "");
	assert_false(a.has_odf || a.has_info);
	assert_int_equal(pkcs15_next_application(&c, &a), 0);
}

static void broken_applications_are_rejected(void **state)
{
	static const char *const rows[] = {
		"61{}",
		"61{50{41}}",
		"61{4F{}}",
		"61{4F{A0} 50}",
		"61{4F{A0} 73{30}}",
		"61{4F{A0} 73{30{}}}",
		"61{4F{A0} 73{A0{}}}",
		"61 80 4F{A0} 0000",
		"61 05 4F{A0}",
	};
	struct pkcs15_application a;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_application(&c, &a), MOHR_ERR_MALFORMED);
	}
}

static void directories_name_their_lists(void **state)
{
	struct pkcs15_directory d;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = tree("A0{30{04{3F0050154402}}} A1{30{04{4403}}} A2{30{04{4413}}} A3{30{04{4406}}}"
		 "A4{30{04{4404} 02{00} 80{0100}}} A5{30{04{4414}}} A6{30{04{4424}}}"
		 "A7{30{04{4405}}} A8{30{04{4401}}} A9{30{04{4407}}} AE{} 80{}"
		 "A4{30{04{4408}}} 0000");
	c = cursor_of(&b);
	for (unsigned i = 0; i < PKCS15_N_LISTS; i++) {
		assert_int_equal(pkcs15_next_directory(&c, &d), 1);
		assert_int_equal(d.list, i);
		assert_int_equal(d.value.place, PKCS15_AT_PATH);
		assert_int_equal(d.value.path.has_range, i == PKCS15_CERTIFICATES);
	}
	assert_cursor_is(&d.value.path.path, "4401");
	assert_int_equal(d.list, PKCS15_PINS);
	/* what is not of the nine is passed over, and a list may be in several files */
	assert_int_equal(pkcs15_next_directory(&c, &d), 1);
	assert_int_equal(d.list, PKCS15_CERTIFICATES);
	assert_cursor_is(&d.value.path.path, "4408");
	assert_int_equal(pkcs15_next_directory(&c, &d), 0);
}

static void a_list_may_stand_in_the_directory_itself(void **state)
{
	struct pkcs15_certificate certificate;
	struct pkcs15_directory d;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = tree("A4{A0{30{30{} 30{04{45}} A1{30{30{04{4501}}}}} 30{30{} 30{04{46}} A1{30{13{}}}}}}"
		 "A8{A2{30{}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_directory(&c, &d), 1);
	assert_int_equal(d.value.place, PKCS15_DIRECT);
	assert_int_equal(pkcs15_next_certificate(&d.value.direct, &certificate), 1);
	assert_cursor_is(&certificate.value.path.path, "4501");
	assert_int_equal(pkcs15_next_certificate(&d.value.direct, &certificate), 1);
	assert_cursor_is(&certificate.id, "46");
	assert_int_equal(pkcs15_next_certificate(&d.value.direct, &certificate), 0);
	assert_int_equal(pkcs15_next_directory(&c, &d), 1);
	assert_int_equal(d.list, PKCS15_PINS);
	assert_int_equal(d.value.place, PKCS15_ELSEWHERE);
}

static void broken_directories_are_rejected(void **state)
{
	static const char *const rows[] = {"A0{}", "A0{30{}}", "A8 06 30 05 04{4401}", "A0 80 0000",
					   "A0"};
	struct pkcs15_directory d;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_directory(&c, &d), MOHR_ERR_MALFORMED);
	}
}

static void token_info_has_what_names_a_token(void **state)
{
	struct pkcs15_algorithm algorithm;
	struct pkcs15_info info;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = tree(
		"30{02{00} 04{1A2B} 0C{4D6F6872} 80{4361726420D985} 03{0470} 30{30{02{01} 06{2A}}} "
		"A1{80{01}} A2{30{02{01} 02{01} 05{} 03{0264} 06{2A864886F70D010101} 02{02}}} "
		"A3{0C{49}} A5{18{32303236313132323232303030305A}} 13{6661} 8F{}} FFFFFF");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_decode_info(&c, &info), 0);
	assert_int_equal(info.version, 0);
	assert_cursor_is(&info.serial, "1A2B");
	assert_cursor_is(&info.manufacturer, "4D6F6872");
	assert_cursor_is(&info.label, "4361726420D985");
	assert_int_equal(info.flags, PKCS15_TOKEN_LOGIN_REQUIRED | PKCS15_TOKEN_RANDOM |
					     PKCS15_TOKEN_EID_COMPLIANT);
	assert_cursor_is(&info.last_update, "32303236313132323232303030305A");
	assert_int_equal(pkcs15_next_algorithm(&info.algorithms, &algorithm), 1);
	assert_int_equal(algorithm.reference, 1);
	assert_int_equal(algorithm.mechanism, 1);
	assert_cursor_is(&algorithm.parameters, "0500");
	assert_int_equal(algorithm.operations, PKCS15_OPERATION_SIGN |
						       PKCS15_OPERATION_VERIFY_CHECKSUM |
						       PKCS15_OPERATION_DECIPHER);
	assert_cursor_is(&algorithm.oid, "2A864886F70D010101");
	assert_true(algorithm.has_card_reference);
	assert_int_equal(algorithm.card_reference, 2);
	assert_int_equal(pkcs15_next_algorithm(&info.algorithms, &algorithm), 0);
}

static void token_info_may_be_short(void **state)
{
	struct pkcs15_info info;
	struct bytes b;
	struct cursor c;

	(void)state;
	/* ISO 7816-15 §8.10: CIAInfo v2; a time that is a file elsewhere */
	b = tree("30{02{01} 03{0780} A5{A0{04{5034}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_decode_info(&c, &info), 0);
	assert_int_equal(info.version, 1);
	assert_int_equal(info.flags, PKCS15_TOKEN_READ_ONLY);
	assert_cursor_is(&info.serial, "");
	assert_cursor_is(&info.label, "");
	assert_cursor_is(&info.algorithms, "");
	assert_cursor_is(&info.last_update, "");
}

static void broken_token_info_is_rejected(void **state)
{
	static const char *const rows[] = {
		"",
		"30{}",
		"31{02{00}}",
		"30{04{01}}",
		"30{02{}}",
		"30{02{FF}}",
		"30{02{0100}}",
		"30 80 02{00} 0000",
		"30{02{00} 03{}}",
		"30{02{00} A5{}}",
		"30{02{00} 04}",
		"30 05 02{00}",
	};
	struct pkcs15_info info, before;
	struct bytes b;
	struct cursor c;

	(void)state;
	memset(&info, 0x5A, sizeof(info));
	before = info;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_decode_info(&c, &info), MOHR_ERR_MALFORMED);
		assert_memory_equal(&info, &before, sizeof(info));
	}
}

static void algorithms_of_all_shapes_are_read(void **state)
{
	static const struct {
		const char *bytes;
		unsigned reference;
		uint32_t mechanism;
		const char *parameters;
		unsigned operations;
		const char *oid;
		bool has_card;
		uint8_t card;
	} rows[] = {
		{"30{02{01} 02{01} 05{} 03{00}}", 1, 1, "0500", 0, "", false, 0},
		/* CKM_ECDSA 0x1041 on P-256, algRef without algId */
		{"30{02{02} 02{1041} 06{2A8648CE3D030107} 03{0640} 02{0081}}", 2, 0x1041,
		 "06082A8648CE3D030107", PKCS15_OPERATION_SIGN, "", true, 0x81},
		{"30{02{02} 02{1041} 05{} 03{0001} 06{2A} 02{81}}", 2, 0x1041, "0500",
		 PKCS15_OPERATION_GENERATE, "2A", true, 0x81},
		/* without parameters, and with ones that look like the number before */
		{"30{02{7F} 02{0250} 03{0102} 8A{}}", 127, 0x250, "", PKCS15_OPERATION_HASH, "",
		 false, 0},
		{"30{02{7F} 02{0250} 02{05} 03{0080}}", 127, 0x250, "020105",
		 PKCS15_OPERATION_CHECKSUM, "", false, 0},
		/* CKM_VENDOR_DEFINED | 1, rightly and wrongly */
		{"30{02{03} 02{0080000001} 05{} 03{0308}}", 3, 0x80000001, "0500",
		 PKCS15_OPERATION_ENCIPHER, "", false, 0},
		{"30{02{03} 02{80000001} 05{} 03{0410}}", 3, 0x80000001, "0500",
		 PKCS15_OPERATION_VERIFY, "", false, 0},
	};
	struct pkcs15_algorithm a;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i].bytes);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_algorithm(&c, &a), 1);
		assert_int_equal(a.reference, rows[i].reference);
		assert_int_equal(a.mechanism, rows[i].mechanism);
		assert_cursor_is(&a.parameters, rows[i].parameters);
		assert_int_equal(a.operations, rows[i].operations);
		assert_cursor_is(&a.oid, rows[i].oid);
		assert_int_equal(a.has_card_reference, rows[i].has_card);
		assert_int_equal(a.card_reference, rows[i].card);
		assert_int_equal(pkcs15_next_algorithm(&c, &a), 0);
	}
}

static void broken_algorithms_are_rejected(void **state)
{
	static const char *const rows[] = {
		"30{}",
		"30{02{01}}",
		"30{02{FF} 02{01} 05{} 03{00}}",
		"30{02{01} 02{0100000000} 05{} 03{00}}",
		"30{02{01} 02{FF7FFFFFFF} 05{} 03{00}}",
		"30{02{01} 02{01}}",
		"30{02{01} 02{01} 05{}}",
		"30{02{01} 02{01} 05{} 03{}}",
		"30{02{01} 02{01} 05{} 03{00} 02{0100}}",
		"30{02{01} 02{01} 05{} 03{00} 06}",
		"30{02{01} 02{01} 05}",
	};
	struct pkcs15_algorithm a;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_algorithm(&c, &a), MOHR_ERR_MALFORMED);
	}
	/* something else among them */
	b = tree("04{01} 05{}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_algorithm(&c, &a), 0);
}

/* tests/data/pkcs15/generate.sh says what is in the files that OpenSSL has encoded. */
static void files_of_another_encoder_are_read(void **state)
{
	static const struct {
		enum pkcs15_list list;
		const char *path;
		unsigned length;
	} rows[] = {
		{PKCS15_PRIVATE_KEYS, "3F0050154402", 0},
		{PKCS15_PUBLIC_KEYS, "3F0050154403", 0},
		{PKCS15_CERTIFICATES, "3F0050154404", 1024},
		{PKCS15_TRUSTED_CERTIFICATES, "4405", 0},
		{PKCS15_PINS, "3F0050154401", 0},
	};
	struct pkcs15_algorithm a;
	struct pkcs15_directory d;
	struct pkcs15_info info;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = data_file("pkcs15/odf.bin");
	c = cursor_of(&b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(pkcs15_next_directory(&c, &d), 1);
		assert_int_equal(d.list, rows[i].list);
		assert_cursor_is(&d.value.path.path, rows[i].path);
		assert_int_equal(d.value.path.length, rows[i].length);
	}
	assert_int_equal(pkcs15_next_directory(&c, &d), 0);
	b = data_file("pkcs15/info.bin");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_decode_info(&c, &info), 0);
	assert_cursor_is(&info.serial, "0123456789ABCDEF");
	assert_true(cursor_equals(&info.manufacturer, "Mohr", 4));
	assert_true(cursor_equals(&info.label, "Card of tests", 13));
	assert_true(cursor_equals(&info.last_update, "20261122000000Z", 15));
	assert_int_equal(info.flags, PKCS15_TOKEN_LOGIN_REQUIRED | PKCS15_TOKEN_RANDOM);
	assert_int_equal(pkcs15_next_algorithm(&info.algorithms, &a), 1);
	assert_int_equal(a.mechanism, 1);
	assert_int_equal(a.operations, PKCS15_OPERATION_SIGN | PKCS15_OPERATION_DECIPHER);
	assert_int_equal(a.card_reference, 2);
	assert_int_equal(pkcs15_next_algorithm(&info.algorithms, &a), 1);
	assert_int_equal(a.reference, 2);
	assert_int_equal(a.mechanism, 0x1041);
	assert_int_equal(curve_by_oid(&a.parameters), CURVE_P256);
	assert_false(a.has_card_reference);
	assert_int_equal(pkcs15_next_algorithm(&info.algorithms, &a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applications_are_read_from_ef_dir),
		cmocka_unit_test(broken_applications_are_rejected),
		cmocka_unit_test(directories_name_their_lists),
		cmocka_unit_test(a_list_may_stand_in_the_directory_itself),
		cmocka_unit_test(broken_directories_are_rejected),
		cmocka_unit_test(token_info_has_what_names_a_token),
		cmocka_unit_test(token_info_may_be_short),
		cmocka_unit_test(broken_token_info_is_rejected),
		cmocka_unit_test(algorithms_of_all_shapes_are_read),
		cmocka_unit_test(broken_algorithms_are_rejected),
		cmocka_unit_test(files_of_another_encoder_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
