/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/select.c against docs/natid-card.md, "Applications" and "Files". */
#include "fixture.h"

#include <openssl/objects.h>

#include "codec/tlv.h"

#define FCI_IAS "6F19840CA0000000180C0000016342005003494153A5049F6501FF"
#define FCP_IAS "621882013883023F00840CA0000000180C0000016342008A0105"
#define FCI_CM  "6F108408A000000018434D00A5049F6501FF"
#define FCP_CM  "62108201388408A000000018434D008A0105"
/* {82 38, 83 id, 8A 05} */
#define FCI_MF "6F0A82013883023F008A0105"
#define FCP_5000                                                                                   \
	"620A82013883025000"                                                                       \
	"8A0105"
#define FCI_5100                                                                                   \
	"6F0A82013883025100"                                                                       \
	"8A0105"
/* {80 size 700, 82 01, 83 id, 8A 05, 8C read always, update external authentication} */
#define FCI_5040                                                                                   \
	"6F13800202BC82010183025040"                                                               \
	"8A01058C03032000"

static struct vcard *card;

static int setup(void **state)
{
	(void)state;
	card = fixture_quick(FIXTURE_EXTENDED);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

static void select_by_name_answers_what_p2_asks(void **state)
{
	(void)state;
	expect(card, "00A404000C" AID_IAS "00", FCI_IAS "9000");
	expect(card, "00A404040C" AID_IAS "00", FCP_IAS "9000");
	expect(card, "00A4040C0C" AID_IAS "00", "9000");
	expect(card, "00A4040008" AID_CM "00", FCI_CM "9000");
	expect(card, "00A4040408" AID_CM "00", FCP_CM "9000");
	expect(card, "00A404080C" AID_IAS "00", "6A86");
	expect(card, "00A404020C" AID_IAS "00", "6A86");
}

/* Lengths added up by hand: two templates of 11 and 12 bytes behind what is there else. */
static void control_information_announces_algorithms(void **state)
{
	static const char templates[] = "AC09 800100 0604 55080101 AC0A 80010B 0605 2B8104010C";
	char raw[128];
	size_t n = 0;

	(void)state;
	for (const char *p = templates; *p; p++)
		if (*p != ' ')
			raw[n++] = *p;
	raw[n] = '\0';
	vcard_ias_of(card)->memory.algorithms = VCARD_DOES_RAW | VCARD_DOES_ECDH;
	ask(card, "00A404000C" AID_IAS "00");
	assert_int_equal(asked_len, 50 + 2);
	assert_string_equal(fixture_hex(asked, 2), "6F30");
	assert_string_equal(fixture_hex(asked + 27, 23), raw);
	ask(card, "00A404040C" AID_IAS "00");
	assert_string_equal(fixture_hex(asked + asked_len - 25, 23), raw);
	expect(card, "00A4040C0C" AID_IAS "00", "9000");
	/* the card manager has no such keys */
	expect(card, "00A4040008" AID_CM "00", FCI_CM "9000");
}

/* The table of docs/natid-card.md; libcrypto encodes its object identifiers. */
static void every_algorithm_has_its_object_identifier(void **state)
{
	static const struct {
		uint8_t algorithm;
		const char *oid;
	} rows[] = {
		{0x02, "1.2.840.113549.1.1.1"},  {0x12, "1.2.840.113549.1.1.5"},
		{0x32, "1.2.840.113549.1.1.14"}, {0x42, "1.2.840.113549.1.1.11"},
		{0x52, "1.2.840.113549.1.1.12"}, {0x62, "1.2.840.113549.1.1.13"},
		{0x15, "1.2.840.113549.1.1.10"}, {0x35, "1.2.840.113549.1.1.10"},
		{0x45, "1.2.840.113549.1.1.10"}, {0x55, "1.2.840.113549.1.1.10"},
		{0x65, "1.2.840.113549.1.1.10"}, {0x04, "1.2.840.10045.2.1"},
		{0x14, "1.2.840.10045.4.1"},     {0x34, "1.2.840.10045.4.3.1"},
		{0x44, "1.2.840.10045.4.3.2"},   {0x54, "1.2.840.10045.4.3.3"},
		{0x64, "1.2.840.10045.4.3.4"},   {0x00, "2.5.8.1.1"},
		{0x0A, "1.2.840.113549.1.1.1"},  {0x0C, "2.5.8.1.1"},
		{0x0B, "1.3.132.1.12"},
	};
	struct cursor c, fci, template, value;
	ASN1_OBJECT *object;

	(void)state;
	vcard_ias_of(card)->memory.algorithms = VCARD_DOES_ALL;
	ask(card, "00A4040000000C" AID_IAS "0000");
	assert_int_equal(asked_sw(), 0x9000);
	cursor_init(&c, asked, asked_len - 2);
	assert_int_equal(tlv_get_tag(&c, 0x6F, &fci), 0);
	assert_int_equal(cursor_done(&c), 0);
	assert_int_equal(tlv_get_tag(&fci, 0x84, &value), 0);
	assert_int_equal(tlv_get_tag(&fci, 0x50, &value), 0);
	assert_int_equal(tlv_get_tag(&fci, 0xA5, &value), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(tlv_get_tag(&fci, 0xAC, &template), 0);
		assert_int_equal(tlv_get_tag(&template, 0x80, &value), 0);
		assert_true(cursor_equals(&value, &rows[i].algorithm, 1));
		assert_int_equal(tlv_get_tag(&template, 0x06, &value), 0);
		object = OBJ_txt2obj(rows[i].oid, 1);
		assert_true(cursor_equals(&value, OBJ_get0_data(object), OBJ_length(object)));
		ASN1_OBJECT_free(object);
		assert_int_equal(cursor_done(&template), 0);
	}
	assert_int_equal(cursor_done(&fci), 0);
}

static void a_prefix_of_an_aid_selects(void **state)
{
	(void)state;
	expect(card, "00A40400 06 A00000001843 00", "6F108408A000000018434D00A5049F6501FF9000");
	expect(card, "00A40400 06 A0000000180C 00", FCI_IAS "9000");
	expect(card, "00A40400 01 A0 00", FCI_IAS "9000");
	/* More than an AID is none. */
	expect(card, "00A40400 0D" AID_IAS "00 00", "6A82");
	expect(card, "00A40400 11" AID_IAS "0000000000 00", "6700");
	expect(card, "00A40400", "6700");
}

static void selecting_the_same_application_keeps_security_states(void **state)
{
	(void)state;
	fixture_verify_auth(card);
	expect(card, "00A4040C0C" AID_IAS, "9000");
	expect(card, "00200081", "9000");
}

static void selecting_another_application_clears_security_states(void **state)
{
	(void)state;
	fixture_verify_auth(card);
	fixture_admin(card);
	expect(card, "00A4040C08" AID_CM, "9000");
	expect(card, "00A4040C0C" AID_IAS, "9000");
	expect(card, "00200081", "63C3");

	expect(card, "00470000 08 B606 800111 840101", "6982");
}

static void an_unknown_application_changes_nothing(void **state)
{
	(void)state;
	fixture_verify_auth(card);
	expect(card, "002241B6 06 800144 840101", "9000");
	expect(card, "00A40400 05 A000000308", "6A82");
	expect(card, "00200081", "9000");
	expect(card,
	       "002A90A0 22 9020 1111111111111111111111111111111111111111111111111111111111111111",
	       "9000");
}

static void files_are_selected_by_identifier(void **state)
{
	(void)state;
	expect(card, "00A40000 02 3F00 00", FCI_MF "9000");
	expect(card, "00A40004 02 5000 00", FCP_5000 "9000");
	expect(card, "00A40000 02 5040 00", FCI_5040 "9000");
	expect(card, "00A4000C", "9000"); /* no data: the MF */
	expect(card, "00A40000 02 5040 00", "6A82");
	expect(card, "00A40000 01 3F 00", "6700");
	expect(card, "00A40000 03 3F0000 00", "6700");
}

static void an_identifier_is_sought_in_child_parent_and_siblings(void **state)
{
	(void)state;
	expect(card, "00A4000C 02 5000", "9000");
	expect(card, "00A40000 02 5100 00", FCI_5100 "9000"); /* sibling */
	expect(card, "00A4000C 02 5040", "9000");             /* child */
	/* The current DF is the file's own still. */
	expect(card, "00A40004 02 5000 00", FCP_5000 "9000");
	expect(card, "00A4000C 02 5001", "6A82");
	expect(card, "00A40000 02 3F00 00", FCI_MF "9000"); /* parent */
}

static void the_two_certificates_are_different_files(void **state)
{
	(void)state;
	vcard_ias_of(card)->memory.files[VCARD_FILE_SIGN_CERT].data.data[0] = 0xEE;
	expect(card, "00A4000C 02 5100", "9000");
	expect(card, "00A4000C 02 5040", "9000");
	expect(card, "00B0000001", "EE9000");
	expect(card, "00A4000C 02 5000", "9000");
	expect(card, "00A4000C 02 5040", "9000");
	expect(card, "00B0000001", "009000");
}

static void children_are_selected_by_kind(void **state)
{
	(void)state;
	expect(card, "00A4010C 02 5000", "9000");
	expect(card, "00A4010C 02 5040", "6A82"); /* no DF */
	expect(card, "00A4020C 02 5040", "9000");
	expect(card, "00A4020C 02 5100", "6A82"); /* a sibling is no child */
	expect(card, "00A4010C", "6700");
}

static void the_parent_is_selected(void **state)
{
	(void)state;
	expect(card, "00A4010C 02 5000", "9000");
	expect(card, "00A40300 00", FCI_MF "9000");
	expect(card, "00A4030C", "6A82");
	expect(card, "00A4030C 02 3F00", "6700");
}

static void paths_are_followed(void **state)
{
	(void)state;
	expect(card, "00A40800 04 50005040 00", FCI_5040 "9000");
	expect(card, "00A40800 02 5100 00", FCI_5100 "9000");
	expect(card, "00A40900 02 5040 00", FCI_5040 "9000");
	expect(card, "00A40900 02 5000 00", "6A82");
	expect(card, "00A40800 06 500050405040 00", "6A82");
	expect(card, "00A40800 04 50005041 00", "6A82");
	expect(card, "00A40800 03 500050 00", "6700");
	expect(card, "00A4080C", "6700");
	expect(card, "00A40500 02 5040 00", "6A86");
}

static void a_failed_select_keeps_the_current_file(void **state)
{
	(void)state;
	expect(card, "00A4080C 04 50005040", "9000");
	expect(card, "00A4000C 02 1234", "6A82");
	expect(card, "00B0000001", "009000");
}

static void files_are_not_found_in_the_card_manager(void **state)
{
	(void)state;
	expect(card, "00A4040C08" AID_CM, "9000");
	expect(card, "00A4000C 02 3F00", "6A82");
	expect(card, "00A4080C 02 5000", "6A82");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(select_by_name_answers_what_p2_asks),
		TEST(control_information_announces_algorithms),
		TEST(every_algorithm_has_its_object_identifier),
		TEST(a_prefix_of_an_aid_selects),
		TEST(selecting_the_same_application_keeps_security_states),
		TEST(selecting_another_application_clears_security_states),
		TEST(an_unknown_application_changes_nothing),
		TEST(files_are_selected_by_identifier),
		TEST(an_identifier_is_sought_in_child_parent_and_siblings),
		TEST(the_two_certificates_are_different_files),
		TEST(children_are_selected_by_kind),
		TEST(the_parent_is_selected),
		TEST(paths_are_followed),
		TEST(a_failed_select_keeps_the_current_file),
		TEST(files_are_not_found_in_the_card_manager),
	};

	return cmocka_run_group_tests_name("vcard/select", tests, NULL, NULL);
}
