/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/personality.c, and of cards with several applications. */
#include "fixture.h"

#include <string.h>

#include "codec/iso7816.h"
#include "vcard/applet.h"

static void every_row_is_whole(void **state)
{
	const struct vcard_personality *row;

	(void)state;
	for (size_t i = 0; (row = vcard_personality_at(i)) != NULL; i++) {
		struct vcard_personalities alone;
		struct atr_info info;

		assert_int_equal(vcard_personalities_parse(row->name, &alone), 0);
		assert_ptr_equal(alone.at[0], row);
		assert_int_equal(alone.n, 1);
		assert_non_null(row->class->make);
		assert_non_null(row->class->decode);
		assert_true(row->pins_rule && *row->pins_rule);
		for (size_t extended = 0; extended < 2; extended++)
			assert_int_equal(
				atr_decode(row->atr[extended].bytes, row->atr[extended].len, &info),
				0);
		assert_true(info.extended_length);
		/* The image tells classes apart by name. */
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(row->class->name,
						vcard_personality_at(j)->class->name);
	}
}

static void lists_are_read(void **state)
{
	static const char *const bad[] = {
		"",    ",",    "natid,", ",natid",     "natid,natid",
		"piw", "nati", "natidx", "natid, piv", "natid,piv,yubikey,piv"};
	struct vcard_personalities p;

	(void)state;
	assert_int_equal(vcard_personalities_parse("piv,natid", &p), 0);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.at[0]->name, "piv");
	assert_string_equal(p.at[1]->name, "natid");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(vcard_personalities_parse(bad[i], &p), MOHR_ERR_ARGUMENT);
	assert_int_equal(p.n, 2); /* untouched */
}

static void a_list_takes_what_its_rows_take(void **state)
{
	struct vcard_personalities p;

	(void)state;
	assert_int_equal(vcard_personalities_parse("natid,piv", &p), 0);
	assert_true(vcard_personalities_any_takes(&p) & VCARD_TAKES_GZIP);
	assert_true(vcard_personalities_any_takes(&p) & VCARD_TAKES_ALGORITHMS);
	assert_int_equal(vcard_personalities_all_take(&p) & VCARD_TAKES_RSA1024, 0);
	assert_true(vcard_personalities_have(&p, VCARD_PINS_ONE));
	assert_true(vcard_personalities_have(&p, VCARD_PINS_TWO));
	assert_int_equal(vcard_personalities_parse("piv,yubikey", &p), 0);
	assert_true(vcard_personalities_all_take(&p) & VCARD_TAKES_RSA1024);
	assert_false(vcard_personalities_have(&p, VCARD_PINS_TWO));
}

static void names_fit_or_are_cut(void **state)
{
	char names[256], few[8];

	(void)state;
	vcard_personality_names(names, sizeof(names));
	assert_int_equal(strncmp(names, "natid, ", 7), 0);
	assert_true(strlen(names) < sizeof(names) - 1);
	vcard_personality_names(few, sizeof(few));
	assert_string_equal(few, "natid, ");
}

static struct vcard *make(const char *list)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(list, &setup.personalities), 0);
	setup.blank = true;
	setup.pin = "112233";
	setup.pin_auth = AUTH_DIGITS;
	setup.pin_sign = "654321";
	setup.puk = "87654321";
	setup.admin_key_len = 16;
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

#define SELECT_PIV "00A40400 05 A000000308"

/* docs/natid-card.md and docs/piv-card.md, "Answer to reset": historical bytes MOHR, MPIV. */
static void the_first_one_is_there_at_power_up(void **state)
{
	struct vcard *v = make("natid,piv");
	size_t len;

	(void)state;
	assert_memory_equal(vcard_atr(v, &len) + 8, "OHR", 3);
	expect(v, "00200081", "6985"); /* transport state */
	vcard_free(v);
	v = make("piv,natid");
	assert_memory_equal(vcard_atr(v, &len) + 8, "PIV", 3);
	expect(v, "00200080", "63C3");
	expect(v, "00A4040C 06 A0000000180C", "9000");
	expect(v, "00200081", "6985");
	vcard_reset(v);
	expect(v, "00200080", "63C3");
	vcard_free(v);
}

static void another_application_ends_the_right_of_a_pin(void **state)
{
	struct vcard *v = make("piv,natid");

	(void)state;
	expect(v, "00200080 08 313132323333FFFF", "9000");
	expect(v, "00200080", "9000");
	expect(v, "00A4040C 06 A0000000180C", "9000");
	expect(v, "00200080", "6A88"); /* of the other one */
	ask(v, SELECT_PIV);
	expect(v, "00200080", "63C3");
	vcard_free(v);
}

static void a_file_system_may_be_one_of_several_applications(void **state)
{
	struct vcard *v = make("p15,piv");

	(void)state;
	expect(v, "00A4080C 04 50155031", "9000");
	expect(v, "00200091 0C 3132333435FFFFFFFFFFFFFF", "9000");
	ask(v, SELECT_PIV);
	expect(v, "00A4080C 04 50155031", "6A86"); /* there are no files */
	expect(v, "00A4040C 0C A000000063504B43532D3135", "9000");
	expect(v, "00200091", "63C3");
	expect(v, "00A4020C 02 5031", "9000");
	vcard_reset(v);
	expect(v, "00B0000001", "6986"); /* nor is a file current after a reset */
	vcard_free(v);
}

static void all_applications_are_in_the_image(void **state)
{
	char *folder = fixture_folder(), path[300];
	struct vcard *v = make("piv,natid"), *loaded = NULL;

	(void)state;
	snprintf(path, sizeof(path), "%s/image", folder);
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	assert_int_equal(vcard_load(path, &loaded), 0);
	assert_int_equal(loaded->n_applets, 2);
	assert_string_equal(loaded->applets[0]->class->name, "piv");
	assert_string_equal(loaded->applets[1]->class->name, "ias");
	expect(loaded, "00200080", "63C3");
	vcard_free(loaded);
	fixture_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(a_list_takes_what_its_rows_take),
		cmocka_unit_test(names_fit_or_are_cut),
		cmocka_unit_test(the_first_one_is_there_at_power_up),
		cmocka_unit_test(another_application_ends_the_right_of_a_pin),
		cmocka_unit_test(a_file_system_may_be_one_of_several_applications),
		cmocka_unit_test(all_applications_are_in_the_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
