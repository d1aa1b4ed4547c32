/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of vcard/p15/select.c, binary.c, file.c, lifecycle.c. Status words and templates are those of
 * ISO 7816-4 §5.6, §7.4, §11.2, §11.3 and ISO 7816-9 §9.3; what is our choice stands in docs/p15-card.md.
 */
#include "p15_fixture.h"

#define AID "A000000063504B43532D3135"

static void files_are_found_by_every_way_of_select(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		/* by identifier: the MF, a child, the parent, a sibling, itself */
		{"00A4000C 02 3F00", "9000"},
		{"00A4000C 02 5015", "9000"},
		{"00A4000C 02 5031", "9000"},
		{"00A4000C 02 5032", "9000"},
		{"00A4000C 02 5015", "9000"},
		{"00A4000C 02 3F00", "9000"},
		{"00A4000C 02 5031", "6A82"},
		{"00A4000C", "9000"},
		/* children, by kind */
		{"00A4010C 02 5015", "9000"},
		{"00A4010C 02 5031", "6A82"},
		{"00A4020C 02 5031", "9000"},
		{"00A4020C 02 2F00", "6A82"},
		/* up */
		{"00A4030C", "9000"},
		{"00A4030C", "6A82"},
		/* paths */
		{"00A4080C 04 50154401", "9000"},
		{"00A4080C 02 2F00", "9000"},
		{"00A4080C 04 50150000", "6A82"},
		{"00A4080C 04 2F005031", "6A82"},
		{"00A4000C 02 3F00", "9000"},
		{"00A4090C 04 50155031", "9000"},
		{"00A4090C 02 5032", "9000"},
		{"00A4090C 02 5015", "6A82"},
		/* names */
		{"00A4040C 0C" AID, "9000"},
		{"00A4040C 05 A000000063", "9000"},
		{"00A4040C 04 A0000000", "6A82"},
		{"00A4040C 0D" AID "00", "6A82"},
		{"00A4040C", "6700"},
		/* lengths and parameters */
		{"00A4000C 01 3F", "6700"},
		{"00A4010C", "6700"},
		{"00A4020C 04 50155031", "6700"},
		{"00A4030C 02 3F00", "6700"},
		{"00A4080C", "6700"},
		{"00A4080C 03 501550", "6700"},
		{"00A4050C 02 3F00", "6A86"},
		{"00A40008 02 3F00", "6A86"},
	};
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(ask(v, "%s", rows[i].command), rows[i].answer) != 0)
			fail_msg("%s: %s, not %s", rows[i].command, ask(v, "%s", rows[i].command),
				 rows[i].answer);
	vcard_free(v);
}

static void select_answers_control_information(void **state)
{
	struct vcard *v = p15_blank("p15", true), *m = myeid_card();

	(void)state;
	expect(v, "00A40800 04 50155031 00", "6F13800200808201018302503186030020208A01059000");
	expect(v, "00A40804 02 5015 00", "621D82013883025015840C" AID "860320FFFF8A01059000");
	expect(v, "00A40000 02 3F00 00", "6F0F82013883023F00860320FFFF8A01059000");
	expect(v, "00A40000 02 3F00", "9000"); /* asks for none */
	/* a key: its bits in 81, and the tags 85 and 86 as they came */
	expect(m, "00A40800 04 50154B02 00",
	       "6F17810201008201228302"
	       "4B02"
	       "85022000"
	       "8603222FFF"
	       "8A0105"
	       "9000");
	vcard_free(v);
	vcard_free(m);
}

static void a_bare_card_tells_no_sizes(void **state)
{
	struct vcard *v = p15_blank("p15-bare", true);

	(void)state;
	expect(v, "00A40800 04 50155031 00",
	       "6F0F82010183025031"
	       "8603002020"
	       "8A01059000");
	expect(v, "00B003FF02", "006282"); /* the end shows in reading */
	expect(v, "00B0040001", "6B00");
	expect(v, "00A4080C 02 2F00", "6A82");
	vcard_free(v);
}

static void names_select_the_application_whatever_is_current(void **state)
{
	struct vcard *v = p15_blank("p15", true), *m = myeid_card();

	(void)state;
	expect(v, "00A4040C 0C" AID, "9000");
	expect(v, "00A4020C 02 5031", "9000"); /* the DF is current */
	expect(m, "00A40400 0C" AID "00", "6F0F82013883023F008603113FFF8A01059000");
	expect(m, "00A4010C 02 5015", "9000"); /* the MF was */
	vcard_free(v);
	vcard_free(m);
}

static void read_binary_reads_parts_and_says_where_the_end_is(void **state)
{
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00B0000000", "6986");
	expect(m, "00A4080C 02 5015", "9000");
	expect(m, "00B0000000", "6986");
	expect(m, "00A4020C 02 4301", "9000");
	expect(m, "00B0000000", "000000000000000000000000000000009000");
	expect(m, "00B0000004", "000000009000");
	expect(m, "00B0000E02", "00009000");
	expect(m, "00B0000E04", "00006282");
	expect(m, "00B0001001", "6B00");
	expect(m, "00B0010001", "6B00");
	expect(m, "00B0810001", "6A86");
	expect(m, "00B00000", "6700");
	expect(m, "00B00000 01 00", "6700");
	expect(m, "00A4020C 02 4B01", "9000");
	expect(m, "00B0000000", "6981"); /* a key is not read */
	expect(m, "00D60000 01 00", "6981");
	vcard_free(m);
}

static void update_and_erase_want_their_condition_and_stay_inside(void **state)
{
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00A4080C 04 50154301", "9000");
	expect(m, "00D60000 02 AABB", "6982");
	expect(m, "00200002 08" MYEID_SIGN, "9000"); /* not the PIN that is wanted */
	expect(m, "00D60000 02 AABB", "6982");
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "00D60000 02 AABB", "9000");
	expect(m, "00D6000E 02 CCDD", "9000");
	expect(m, "00D6000F 02 CCDD", "6A84");
	expect(m, "00D60010 01 CC", "6A84");
	expect(m, "00D60011 01 CC", "6B00");
	expect(m, "00D60000", "6700");
	expect(m, "00B0000000", "AABB000000000000000000000000CCDD9000");
	expect(m, "000E0001 02 000F", "9000");
	expect(m, "00B0000000", "AA0000000000000000000000000000DD9000");
	expect(m, "000E0001 02 0001", "6B00");
	expect(m, "000E0001 02 0011", "6B00");
	expect(m, "000E0010", "6B00");
	expect(m, "000E0001 01 0F", "6700");
	expect(m, "000E0000", "9000");
	expect(m, "00B0000F01", "009000");
	vcard_free(m);
}

static void private_files_are_read_with_their_pin(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	p15_admin(v);
	expect(v, "00A4080C 02 5015", "9000");
	/* conditions: PIN 1 reads, nobody writes, the admin key deletes */
	expect(v, "00E00000 12 6210 80020004 820101 83024701 8603 01FF20", "9000");
	expect(v, "00B0000000", "6982");
	expect(v, "00200091 0C" P15_AUTH, "9000");
	expect(v, "00B0000000", "000000009000");
	expect(v, "00D60000 01 AA", "6982");
	expect(v, "00E40000", "9000");
	expect(v, "00A4020C 02 4701", "6A82");
	vcard_free(v);
}

static void create_file_makes_files_and_directories(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	expect(v, "00A4080C 02 5015", "9000");
	expect(v, "00E00000 12 6210 80020004 820101 83024701 8603002020", "6982");
	p15_admin(v);
	expect(v, "00E00000 12 6210 80020004 820101 83024701 8603002020", "9000");
	expect(v, "00D60000 04 01020304", "9000"); /* it is current */
	expect(v, "00E00000 12 6210 80020004 820101 83024701 8603002020", "6A89");
	/* a directory, in 6F, with a name; and a file in it */
	expect(v, "00E00000 15 6F13 820138 83024700 8405F000000001 8603200020", "9000");
	expect(v, "00E00000 12 6210 80020001 820101 83024701 8603002020", "9000");
	expect(v, "00A4080C 06 501547004701", "9000");
	expect(v, "00B0000000", "009000");
	expect(v, "00A4080C 04 50154701", "9000");
	expect(v, "00B0000000", "010203049000");
	expect(v, "00A4040C 05 F000000001", "9000");
	vcard_free(v);
}

static void what_makes_no_file_is_refused(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"00E00000", "6700"},
		{"00E00001 0D 620B 80020004 820101 83024701", "6A86"},
		{"00E00000 0D 610B 80020004 820101 83024701", "6A80"},
		{"00E00000 09 6207 820101 83024701", "6A80"},   /* no size */
		{"00E00000 0A 6208 80020004 83024701", "6A80"}, /* no descriptor */
		{"00E00000 09 6207 80020004 820101", "6A80"},   /* no identifier */
		{"00E00000 0D 620B 80020004 820101 83023F00", "6A80"},
		{"00E00000 0D 620B 80020004 820101 8302FFFF", "6A80"},
		{"00E00000 0C 620A 80020004 820101 830147", "6A80"},
		{"00E00000 0D 620B 80020004 820102 83024701", "6A80"}, /* records */
		{"00E00000 0D 620B 80020004 820101 83044701", "6A80"},
		{"00E00000 0D 620B 80028000 820101 83024701", "6A84"},
		{"00E00000 0E 620B 80020004 820101 83024701 00", "6A80"},
		{"00E00000 0D 620C 80020004 820101 83024701", "6A80"},
		{"00E00000 01 62", "6A80"},
		{"00E00000 02 6200", "6A80"},
		{"00E00000 20 621E 80020004 820101 83024701 8611 00000000000000000000000000000000 00",
		 "6A80"},
	};
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	p15_admin(v);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(ask(v, "%s", rows[i].command), rows[i].answer) != 0)
			fail_msg("%s: %s, not %s", rows[i].command, ask(v, "%s", rows[i].command),
				 rows[i].answer);
	expect(v, "00A4020C 02 4701", "6A82");
	vcard_free(v);
}

static void room_is_bounded(void **state)
{
	struct vcard *v = p15_blank("p15", true);
	unsigned n = 0;

	(void)state;
	p15_admin(v);
	while (n < 200 &&
	       strcmp(ask(v, "00E00000 12 6210 80020004 820101 8302 60%02X 8603002020", n),
		      "9000") == 0)
		n++;
	assert_int_equal(asked_sw(), 0x6A84);
	assert_in_range(n, 40, VCARD_P15_N_FILES);
	vcard_free(v);
	v = p15_blank("p15", true);
	p15_admin(v);
	for (n = 0;
	     n < 8 && strcmp(ask(v, "00E00000 12 6210 80027FFF 820101 8302 60%02X 8603002020", n),
			     "9000") == 0;)
		n++;
	assert_int_equal(asked_sw(), 0x6A84);
	assert_int_equal(n, 3); /* of 32 KiB, in 128 KiB beside what is there */
	vcard_free(v);
}

static void delete_file_takes_all_that_is_below(void **state)
{
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00E40000", "6985"); /* the MF */
	expect(m, "00A4080C 04 50154301", "9000");
	expect(m, "A0E40000", "6982");
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "A0E40000", "9000"); /* the class of old cards, as OpenSC has it */
	expect(m, "00A4020C 02 4301", "6A82");
	expect(m, "00E40000 02 4301", "6A82");
	expect(m, "00E40000 01 43", "6700");
	expect(m, "00E40100", "6A86");
	expect(m, "A0A40000 02 3F00", "6E00"); /* of no other command */
	expect(m, "00E40000 02 4B02", "6982"); /* wants PIN 2 */
	expect(m, "00E40000 02 4B01", "9000");
	assert_int_equal(vcard_p15_key_find(vcard_p15_of(m), 0x01), VCARD_P15_NO_KEY);
	vcard_free(m);
	m = p15_blank("myeid", true); /* where no condition holds yet */
	expect(m, "00A4000C 02 5015", "9000");
	expect(m, "00E00000 19 6217 81020100 820122 83024B01 8603111111 85020000 8A0100", "9000");
	expect(m, "00460000", "9000");
	expect(m, "00A4000C 02 3F00", "9000");
	expect(m, "00E40000 02 5015", "9000");
	assert_int_equal(vcard_p15_key_find(vcard_p15_of(m), 0x01), VCARD_P15_NO_KEY);
	expect(m, "00A4080C 04 50154B01", "6A82");
	vcard_free(m);
}

static void activation_puts_conditions_in_force_once(void **state)
{
	struct vcard *m = p15_blank("myeid", true);

	(void)state;
	expect(m, "00A40000 02 3F00 00", "6F0F82013883023F0086030000008A01019000");
	expect(m, "00A4000C 02 5015", "9000");
	expect(m, "00E00000 19 6217 80020004 820101 83024301 8603FFFFFF 85020000 8A0100", "9000");
	expect(m, "00D60000 01 AA", "9000");
	expect(m, "00440400 0C" AID, "9000");
	expect(m, "00440400 0C" AID, "6985");
	expect(m, "00D60000 01 AA", "6982");
	expect(m, "00B0000001", "6982");
	expect(m, "00A40000 02 4301 00",
	       "6F13800200048201018302430186"
	       "03FFFFFF8A01059000");
	vcard_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_found_by_every_way_of_select),
		cmocka_unit_test(select_answers_control_information),
		cmocka_unit_test(a_bare_card_tells_no_sizes),
		cmocka_unit_test(names_select_the_application_whatever_is_current),
		cmocka_unit_test(read_binary_reads_parts_and_says_where_the_end_is),
		cmocka_unit_test(update_and_erase_want_their_condition_and_stay_inside),
		cmocka_unit_test(private_files_are_read_with_their_pin),
		cmocka_unit_test(create_file_makes_files_and_directories),
		cmocka_unit_test(what_makes_no_file_is_refused),
		cmocka_unit_test(room_is_bounded),
		cmocka_unit_test(delete_file_takes_all_that_is_below),
		cmocka_unit_test(activation_puts_conditions_in_force_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
