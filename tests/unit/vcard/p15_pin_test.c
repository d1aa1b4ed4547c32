/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/p15/pin.c, auth.c. Status words are those of ISO 7816-4 §5.6 and §11.6. */
#include "p15_fixture.h"

static void a_pin_is_verified_until_reset_or_given_up(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	expect(v, "00200091", "63C3");
	expect(v, "00200091 0C" P15_AUTH, "9000");
	expect(v, "00200091", "9000");
	expect(v, "00200092", "63C3"); /* each has its own */
	expect(v, "0020FF91", "9000");
	expect(v, "00200091", "63C3");
	expect(v, "00200091 0C" P15_AUTH, "9000");
	vcard_reset(v);
	expect(v, "00200091", "63C3");
	vcard_free(v);
}

static void wrong_values_count_down_to_blocked_and_a_right_one_counts_up(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	expect(v, "00200091 0C" P15_WRONG, "63C2");
	expect(v, "00200091 0C" P15_WRONG, "63C1");
	expect(v, "00200091 0C" P15_AUTH, "9000");
	expect(v, "00200091 0C" P15_WRONG, "63C2");
	expect(v, "00200091", "63C2"); /* a wrong one un-verifies */
	expect(v, "00200091 0C" P15_WRONG, "63C1");
	expect(v, "00200091 0C" P15_WRONG, "6983");
	expect(v, "00200091 0C" P15_AUTH, "6983");
	expect(v, "00200091", "6983");
	expect(v, "00240091 18" P15_AUTH P15_OTHER, "6983");
	expect(v, "00200092", "63C3");
	vcard_free(v);
}

static void bad_forms_cost_no_try(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"00200091 08 3132333435FFFFFF", "6700"},
		{"00200091 0D" P15_AUTH "FF", "6700"},
		{"00200091 0C 313233FFFFFFFFFFFFFFFFFF", "6A80"},
		{"00200091 0C FFFFFFFFFFFFFFFFFFFFFFFF", "6A80"},
		{"00200091 0C 3132333435FF36FFFFFFFFFF", "6A80"},
		{"00200091 0C 313233344100000000000000", "6A80"},
		{"00200090", "6A88"},
		{"00200000", "6A88"},
		{"00200191", "6A86"},
		{"0020FF91 0C" P15_AUTH, "6700"},
		{"00240091 18" P15_AUTH "313233FFFFFFFFFFFFFFFFFF", "6A80"},
		{"00240091 0C" P15_AUTH, "6700"},
		{"00240091", "6700"},
		{"00240191 18" P15_AUTH P15_OTHER, "6700"},
		{"00240291 18" P15_AUTH P15_OTHER, "6A86"},
		{"00240090 18" P15_AUTH P15_OTHER, "6A88"},
		{"002C0091 18" P15_PUK "313233FFFFFFFFFFFFFFFFFF", "6A80"},
		{"002C0091", "6700"},
		{"002C0391 0C" P15_OTHER, "6700"},
		{"002C0491 18" P15_PUK P15_OTHER, "6A86"},
		{"002C0083 18" P15_PUK P15_OTHER, "6A88"}, /* nothing unblocks the PUK */
		{"002C0090 18" P15_PUK P15_OTHER, "6A88"},
	};
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(ask(v, "%s", rows[i].command), rows[i].answer) != 0)
			fail_msg("%s: %s, not %s", rows[i].command, ask(v, "%s", rows[i].command),
				 rows[i].answer);
	expect(v, "00200091", "63C3");
	expect(v, "00200083", "63C5");
	vcard_free(v);
}

static void a_pin_is_changed_with_its_old_value_or_its_right(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	expect(v, "00240091 18" P15_WRONG P15_OTHER, "63C2");
	expect(v, "00240091 18" P15_AUTH P15_OTHER, "9000");
	expect(v, "00200091", "9000");
	vcard_reset(v);
	expect(v, "00200091 0C" P15_AUTH, "63C2");
	/* P1 = 01: the new value alone, after VERIFY */
	expect(v, "00240191 0C" P15_AUTH, "6982");
	expect(v, "00200092 0C" P15_SIGN, "9000");
	expect(v, "00240191 0C" P15_AUTH, "6982");
	expect(v, "00200091 0C" P15_OTHER, "9000");
	expect(v, "00240191 0C" P15_AUTH, "9000");
	vcard_reset(v);
	expect(v, "00200091 0C" P15_AUTH, "9000");
	vcard_free(v);
}

static void the_puk_opens_a_blocked_pin_given_or_verified(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		ask(v, "00200092 0C" P15_WRONG);
	expect(v, "002C0092 18" P15_WRONG P15_OTHER, "63C4");
	expect(v, "002C0092 18" P15_PUK P15_OTHER, "9000");
	expect(v, "00200092", "63C3"); /* not verified by that */
	expect(v, "00200092 0C" P15_OTHER, "9000");
	/* P1 = 02: the new value alone, after VERIFY of the PUK; which serves once */
	expect(v, "002C0291 0C" P15_OTHER, "6982");
	expect(v, "00200083 0C" P15_PUK, "9000");
	expect(v, "002C0291 0C" P15_OTHER, "9000");
	expect(v, "002C0291 0C" P15_OTHER, "6982");
	expect(v, "00200091 0C" P15_OTHER, "9000");
	/* P1 = 01 and 03: the counter alone */
	ask(v, "00200091 0C" P15_WRONG);
	expect(v, "002C0191 0C" P15_PUK, "9000");
	expect(v, "00200091", "63C3");
	ask(v, "00200091 0C" P15_WRONG);
	expect(v, "002C0391", "6982");
	expect(v, "00200083 0C" P15_PUK, "9000");
	expect(v, "002C0391", "9000");
	expect(v, "00200091 0C" P15_OTHER, "9000");
	vcard_free(v);
}

static void a_blocked_puk_opens_nothing(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		ask(v, "00200083 0C" P15_WRONG);
	expect(v, "002C0091 18" P15_WRONG P15_OTHER, "6983");
	expect(v, "002C0091 18" P15_PUK P15_OTHER, "6983");
	expect(v, "00200083 0C" P15_PUK, "6983");
	expect(v, "00200091 0C" P15_AUTH, "9000");
	vcard_free(v);
}

static void myeid_pins_are_numbered_and_have_puks_of_their_own(void **state)
{
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00200001", "63C3");
	expect(m, "00200003", "6A88");
	expect(m, "00200081", "6A88"); /* a PUK is not verified */
	expect(m, "00240081 10" MYEID_PUK MYEID_OTHER, "6A88");
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "00200002 08" MYEID_SIGN, "9000");
	expect(m, "002E0001", "9000");
	expect(m, "00200001", "63C3");
	expect(m, "00200002", "9000");
	expect(m, "002E0000", "9000");
	expect(m, "00200002", "63C3");
	expect(m, "002E0003", "6A88");
	expect(m, "002E0100", "6A86");
	expect(m, "002C0001 10" MYEID_WRONG MYEID_OTHER, "63C9");
	expect(m, "002C0002 10" MYEID_PUK MYEID_OTHER, "9000");
	expect(m, "00200002 08" MYEID_OTHER, "9000");
	expect(m, "002C0001 10" MYEID_PUK MYEID_OTHER, "9000");
	expect(m, "00240001 10" MYEID_OTHER "6162636465666768", "9000"); /* any bytes */
	expect(m, "00200001 08 6162636465666768", "9000");
	vcard_free(m);
}

static void myeid_pins_are_made_where_files_may_be(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"00DA0104 12" MYEID_AUTH MYEID_PUK "0305", "9000"},
		{"00DA0104 12" MYEID_AUTH MYEID_PUK "0305", "6985"}, /* there already */
		{"00DA0105 11" MYEID_AUTH MYEID_PUK "03", "6700"},
		{"00DA0105 12" MYEID_AUTH MYEID_PUK "0005", "6A80"},
		{"00DA0105 12" MYEID_AUTH MYEID_PUK "0F05", "6A80"},
		{"00DA0105 12" MYEID_AUTH MYEID_PUK "0300", "6A80"},
		{"00DA0105 12 FFFFFFFFFFFFFFFF" MYEID_PUK "0305", "6A80"},
		{"00DA0105 12" MYEID_AUTH "313233FFFFFFFFFF 0305", "6A80"},
		{"00DA010F 12" MYEID_AUTH MYEID_PUK "0305", "6A88"},
		{"00DA0100 12" MYEID_AUTH MYEID_PUK "0305", "6A88"},
		{"00DA0205 12" MYEID_AUTH MYEID_PUK "0305", "6A86"},
		{"00DA0105", "6700"},
	};
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00DA0104 12" MYEID_AUTH MYEID_PUK "0305", "6982");
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(ask(m, "%s", rows[i].command), rows[i].answer) != 0)
			fail_msg("%s: %s, not %s", rows[i].command, ask(m, "%s", rows[i].command),
				 rows[i].answer);
	expect(m, "00200004 08" MYEID_AUTH, "9000");
	expect(m, "00200005", "6A88");
	vcard_free(m);
}

static void initialising_empties_a_myeid_card(void **state)
{
	struct vcard *m = myeid_card();

	(void)state;
	expect(m, "00DA01E0 08 FFFF 113FFF 113FFF", "6982"); /* wants PIN 3, which there is not */
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "00DA01E0 08 FFFF 113FFF 113FFF", "6982");
	expect(m, "00DA0103 12" MYEID_OTHER MYEID_PUK "0305", "9000");
	expect(m, "00200003 08" MYEID_OTHER, "9000");
	expect(m, "00DA01E0 07 FFFF 113FFF 113F", "6700");
	expect(m, "00DA01E0 08 FFFF 113FFF 113FFF", "9000");
	expect(m, "00200001", "6A88");
	expect(m, "00A4080C 04 50154B01", "6A82");
	expect(m, "00A4080C 02 5015", "9000");
	assert_int_equal(vcard_p15_key_find(vcard_p15_of(m), 0x01), VCARD_P15_NO_KEY);
	vcard_free(m);
}

/* ---- the admin key */

static void a_wrong_cryptogram_costs_a_try_and_the_challenge(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	expect(v, "00820094 10 00000000000000000000000000000000", "6985");
	ask(v, "0084000010");
	expect(v, "00820094 10 00000000000000000000000000000000", "63C4");
	expect(v, "00820094 10 00000000000000000000000000000000", "6985");
	ask(v, "0084000008"); /* too short for it */
	expect(v, "00820094 10 00000000000000000000000000000000", "6985");
	expect(v, "00820094 08 0000000000000000", "6700");
	expect(v, "00820091 10 00000000000000000000000000000000", "6A88");
	expect(v, "00820194 10 00000000000000000000000000000000", "6A86");
	expect(v, "00840001 08", "6A86");
	p15_admin(v);
	assert_int_equal(vcard_p15_of(v)->memory.admin_tries_left, 5);
	for (unsigned i = 0; i < 5; i++) {
		ask(v, "0084000010");
		ask(v, "00820094 10 00000000000000000000000000000000");
	}
	assert_int_equal(asked_sw(), 0x6983);
	assert_false(vcard_p15_of(v)->admin);
	ask(v, "0084000010");
	expect(v, "00820094 10 00000000000000000000000000000000", "6983");
	vcard_free(v);
}

static void challenges_are_random_and_as_long_as_asked(void **state)
{
	struct vcard *v = p15_blank("p15", true);
	char first[64];

	(void)state;
	snprintf(first, sizeof(first), "%s", ask(v, "0084000008"));
	assert_int_equal(strlen(first), 20);
	assert_string_not_equal(first, ask(v, "0084000008"));
	ask(v, "0084000000");
	assert_int_equal(asked_len, 258);
	expect(v, "00840000", "6700");
	expect(v, "0084000000 0101", "6700"); /* more than a challenge may have */
	vcard_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pin_is_verified_until_reset_or_given_up),
		cmocka_unit_test(wrong_values_count_down_to_blocked_and_a_right_one_counts_up),
		cmocka_unit_test(bad_forms_cost_no_try),
		cmocka_unit_test(a_pin_is_changed_with_its_old_value_or_its_right),
		cmocka_unit_test(the_puk_opens_a_blocked_pin_given_or_verified),
		cmocka_unit_test(a_blocked_puk_opens_nothing),
		cmocka_unit_test(myeid_pins_are_numbered_and_have_puks_of_their_own),
		cmocka_unit_test(myeid_pins_are_made_where_files_may_be),
		cmocka_unit_test(initialising_empties_a_myeid_card),
		cmocka_unit_test(a_wrong_cryptogram_costs_a_try_and_the_challenge),
		cmocka_unit_test(challenges_are_random_and_as_long_as_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
