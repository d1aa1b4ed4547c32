/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/p15/isoapplet.c: version, life, PIN and PUK, access conditions. */
#include "isoapplet_fixture.h"

/* ---- selection */

static void selection_and_get_data_tell_the_version(void **state)
{
	struct vcard *v = iso_blank("isoapplet");

	(void)state;
	expect(v, "00A40400 0C" ISO_AID, "0006079000"); /* OpenSC sends no Le */
	expect(v, "00A40400 0C" ISO_AID "00", "0006079000");
	expect(v, "00CA0101 00", "0006079000");
	expect(v, "00CA0102 00", "6A86");
	expect(v, "00CA9F7F 00", "6A86");
	expect(v, "00A40400 0B F276A288BCFBA69D34F310", "6A82");
	expect(v, "00A40400 0C F276A288BCFBA69D34F31002", "6A82");
	expect(v, "00A40400 0C A000000063504B43532D3135", "6A82");
	vcard_free(v);

	v = iso_blank("isoapplet-v1");
	expect(v, "00A40400 0C" ISO_AID "00", "9000");
	expect(v, "00CA0101 00", "01002F9000");
	vcard_free(v);
}

static void selection_gives_up_what_was_reached(void **state)
{
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	iso_verify(v);
	iso_generate_p256(v, 1);
	expect(v, "00E00000 0D 6F0B 81020010 820101 83021234", "9000");
	expect(v, "00B00000 01", "009000");
	expect(v, "00A40400 0C" ISO_AID, "0006079000");
	expect(v, "00B00000 01", "6986");
	expect(v, "002241B6 06 800121 840101", "6982");
	vcard_free(v);
}

/* ---- life */

static void puk_then_pin_make_the_card_operational(void **state)
{
	struct vcard *v = iso_blank("isoapplet");

	(void)state;
	expect(v, "00200001", "9000"); /* no PIN is needed yet */
	expect(v, "00200001 06 313233343536", "6985");
	expect(v, "002C0001 20" ISO_PUK ISO_PIN, "6986");
	expect(v, "00240002 10" ISO_PUK, "6A86");
	expect(v, "00240103 10" ISO_PUK, "6A86");
	expect(v, "00240102 0F 383736353433323138373635343332", "6700");
	expect(v, "00240102", "6700");
	expect(v, "00240102 10" ISO_PUK, "9000");
	expect(v, "00240102 10" ISO_PUK, "6A86"); /* once only */
	expect(v, "00200001", "9000");
	expect(v, "00240101 03 313233", "6700");
	expect(v, "00240101 11" ISO_PIN "00", "6700");
	expect(v, "00240101 06 313233343536", "9000");
	expect(v, "00200001", "63C3");
	expect(v, "00240101 06 313233343536", "6A86");
	iso_verify(v);
	vcard_free(v);
}

static void a_card_may_live_without_a_puk(void **state)
{
	struct vcard *v = iso_blank("isoapplet");

	(void)state;
	expect(v, "00240101 04 31323334", "9000");
	expect(v, "00240102 10" ISO_PUK, "6A86");
	expect(v, "002C0001 20" ISO_PUK ISO_PIN, "6986");
	expect(v, "00200001 04 31323334", "9000");
	vcard_free(v);
}

static void a_blank_card_makes_no_keys(void **state)
{
	struct vcard *v = iso_blank("isoapplet");

	(void)state;
	expect(v, "00224100 06 8001EC 840101", "6982");
	expect(v, "00464200 00", "6982");
	expect(v, "00DB3FFF 02 E000", "6982");
	vcard_free(v);
}

/* ---- PIN and PUK */

static void the_status_tells_tries_whether_verified_or_not(void **state)
{
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	expect(v, "00200001", "63C3");
	iso_verify(v);
	expect(v, "00200001", "63C3");
	expect(v, "00200001 06 313233343536", "9000"); /* not filled */
	vcard_free(v);
}

static void wrong_values_count_down_and_a_right_one_counts_up(void **state)
{
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	iso_verify(v);
	expect(v, "00200001 10" ISO_WRONG, "63C2");
	expect(v, "00224100 06 8001EC 840101", "6982"); /* a wrong one un-verifies */
	expect(v, "00200001 10" ISO_WRONG, "63C1");
	iso_verify(v);
	expect(v, "00240001 20" ISO_WRONG ISO_OTHER, "63C2");
	expect(v, "00200001 10" ISO_WRONG, "63C1");
	expect(v, "00200001 10" ISO_WRONG, "63C0");
	expect(v, "00200001 10" ISO_PIN, "63C0");
	expect(v, "00240001 20" ISO_PIN ISO_OTHER, "63C0");
	expect(v, "00200001", "63C0");
	vcard_free(v);
}

static void bad_forms_cost_no_try(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"00200001 03 313233", "6700"},
		{"00200001 11" ISO_PIN "00", "6700"},
		{"00200002 10" ISO_PUK, "6A86"},
		{"00200000 10" ISO_PIN, "6A86"},
		{"0020FF01", "6A86"},
		{"00240001 10" ISO_PIN, "6700"},
		{"00240001", "6700"},
		{"00240001 21" ISO_PIN ISO_OTHER "00", "6700"},
		{"00240002 20" ISO_PUK ISO_PUK, "6A86"},
		{"00240101 10" ISO_OTHER, "6A86"},
		{"002C0001 13" ISO_PUK "313233", "6700"},
		{"002C0001 21" ISO_PUK ISO_PIN "00", "6700"},
		{"002C0001", "6700"},
		{"002C0002 20" ISO_PUK ISO_PIN, "6A86"},
		{"002C0101 20" ISO_PUK ISO_PIN, "6A86"},
	};
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(v, rows[i].command, rows[i].answer);
	expect(v, "00200001", "63C3");
	assert_int_equal(vcard_p15_of(v)->memory.pins[VCARD_ISOAPPLET_I_PUK].tries_left, 5);
	vcard_free(v);
}

static void the_pin_is_changed_with_its_old_value(void **state)
{
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	expect(v, "00240001 20" ISO_PIN ISO_OTHER, "9000");
	expect(v, "00224100 06 8001EC 840101", "6982"); /* the new one was not verified */
	expect(v, "00200001 10" ISO_PIN, "63C2");
	expect(v, "00200001 10" ISO_OTHER, "9000");
	vcard_free(v);
}

static void the_puk_unblocks_until_it_is_blocked_itself(void **state)
{
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	for (int i = 0; i < 3; i++)
		ask(v, "00200001 10" ISO_WRONG);
	expect(v, "002C0001 20" ISO_WRONG ISO_OTHER, "63C4");
	expect(v, "002C0001 16" ISO_PUK "393837363534", "9000"); /* not filled */
	expect(v, "00224100 06 8001EC 840101", "6982");
	expect(v, "00200001 10" ISO_OTHER, "9000");
	for (int i = 4; i >= 0; i--)
		assert_string_equal(ask(v, "002C0001 20" ISO_WRONG ISO_PIN), i == 4   ? "63C4"
									     : i == 3 ? "63C3"
									     : i == 2 ? "63C2"
									     : i == 1 ? "63C1"
										      : "63C0");
	expect(v, "002C0001 20" ISO_PUK ISO_PIN, "63C0");
	vcard_free(v);
}

/* ---- files */

static void pkcs15_init_finds_its_files_as_it_made_them(void **state)
{
	struct vcard *v = iso_blank("isoapplet");

	(void)state;
	expect(v, "00A40804 04 50154401 00", "6A82");
	expect(v, "00A40000 02 3F00 00", "6F0A82013883023F008A01019000");
	expect(v, "00E00000 17 6F15 81021388 820138 83025015 8608FF00000000000090", "9000");
	expect(v, "00E00000 17 6F15 81020100 820101 83024401 8608FF90909090909000", "9000");
	expect(v, "00A40800 04 50154401 00",
	       "6F1880020100820101830244018608FF909090909090008A01019000");
	vcard_free(v);
}

static void conditions_hold_once_there_is_a_pin(void **state)
{
	struct vcard *v = iso_blank("isoapplet");

	(void)state;
	/* As OpenSC asks for its directory files: all by PIN, reading always. */
	expect(v, "00E00000 17 6F15 81021388 820138 83025015 8608FF00000000000090", "9000");
	expect(v, "00E00000 17 6F15 81020008 820101 83024401 8608FF90909090909000", "9000");
	expect(v, "00D60000 02 AABB", "9000");
	expect(v, "00240101 06 313233343536", "9000");
	expect(v, "00D60000 02 CCDD", "6982");
	expect(v, "00B00000 08", "AABB0000000000009000");
	expect(v, "00E40000 02 4401", "6982");
	iso_verify(v);
	expect(v, "00D60000 02 CCDD", "9000");
	expect(v, "00E40000 02 4401", "9000");
	expect(v, "00A40800 04 50154401 00", "6A82");
	vcard_free(v);
}

static void what_is_never_allowed_is_not_with_the_pin_either(void **state)
{
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	/* public keys and certificates: update by PIN, delete by PIN; then one that nobody reads */
	expect(v, "00E00000 17 6F15 81020008 820101 83023300 8608FF90FFFFFFFF90FF", "9000");
	iso_verify(v);
	expect(v, "00B00000 08", "6982");
	expect(v, "00D60000 01 55", "9000");
	expect(v, "00E00000 17 6F15 81020008 820101 83023301 8608FFFF00000000FF00", "9000");
	expect(v, "00D60000 01 55", "6982");
	expect(v, "00E40000 02 3301", "6982");
	/* 10: the PIN too; 20: something the card does not know */
	expect(v, "00E00000 17 6F15 81020008 820101 83023302 8608FF00000000001020", "9000");
	expect(v, "00D60000 01 55", "9000");
	expect(v, "00B00000 01", "6982");
	vcard_free(v);
}

static void creation_below_a_df_is_by_its_condition(void **state)
{
	struct vcard *v = iso_card("isoapplet");

	(void)state;
	expect(v, "00E00000 17 6F15 81021388 820138 83025015 8608FF00000000009000", "9000");
	expect(v, "00E00000 0D 6F0B 81020008 820101 83024401", "6982");
	iso_verify(v);
	expect(v, "00E00000 0D 6F0B 81020008 820101 83024401", "9000");
	expect(v, "00E00000 0D 6F0B 81020008 820101 83024401", "6A89");
	expect(v, "00E40000 02 4402", "6A82");
	expect(v, "00E40001 02 4401", "6A86");
	vcard_free(v);
}

static void the_image_keeps_it_all(void **state)
{
	struct vcard *v = iso_card("isoapplet-v1");
	char *folder = fixture_folder(), path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/card", folder);
	assert_int_equal(vcard_save(v, path), 0);
	iso_verify(v);
	iso_generate_p256(v, 3);
	expect(v, "00E00000 17 6F15 81020008 820101 83023300 8608FF90FFFFFFFF9000", "9000");
	expect(v, "00D60000 02 1234", "9000");
	expect(v, "00200001 10" ISO_WRONG, "63C2");
	vcard_free(v);

	assert_int_equal(vcard_load(path, &v), 0);
	expect(v, "00CA0101 00", "01002F9000");
	expect(v, "00200001", "63C2");
	expect(v, "00A40200 02 3300 00",
	       "6F1880020008820101830233008608FF90FFFFFFFF90008A01059000");
	expect(v, "00B00000 02", "12349000");
	iso_verify(v);
	assert_non_null(iso_key(v, 3));
	vcard_free(v);
	fixture_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selection_and_get_data_tell_the_version),
		cmocka_unit_test(selection_gives_up_what_was_reached),
		cmocka_unit_test(puk_then_pin_make_the_card_operational),
		cmocka_unit_test(a_card_may_live_without_a_puk),
		cmocka_unit_test(a_blank_card_makes_no_keys),
		cmocka_unit_test(the_status_tells_tries_whether_verified_or_not),
		cmocka_unit_test(wrong_values_count_down_and_a_right_one_counts_up),
		cmocka_unit_test(bad_forms_cost_no_try),
		cmocka_unit_test(the_pin_is_changed_with_its_old_value),
		cmocka_unit_test(the_puk_unblocks_until_it_is_blocked_itself),
		cmocka_unit_test(pkcs15_init_finds_its_files_as_it_made_them),
		cmocka_unit_test(conditions_hold_once_there_is_a_pin),
		cmocka_unit_test(what_is_never_allowed_is_not_with_the_pin_either),
		cmocka_unit_test(creation_below_a_df_is_by_its_condition),
		cmocka_unit_test(the_image_keeps_it_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
