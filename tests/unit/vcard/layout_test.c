/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/ias/layout.c: each card against docs/ias-cards.md, command by command. */
#include "fixture.h"

#include <string.h>

#include "vcard/ias/ias.h"
#include "vcard/image.h"

static struct vcard *make(const char *name, bool extended, enum vcard_key_kind kind)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(name, &setup.personalities), 0);
	setup.extended = extended;
	setup.pin = setup.pin_auth = "123456";
	setup.pin_sign = "654321";
	setup.puk = "87654321";
	setup.key_auth = setup.key_sign = kind;
	setup.admin_key_len = 16;
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

#define PIN       "313233343536 000000000000"
#define SIGN      "363534333231 000000000000"
#define WRONG     "313233343537 000000000000"
#define PUK12     "3837363534333231 00000000"
#define AID_UY    "A00000001840000001634200"
#define AID_P15   "A000000063504B43532D3135"
#define SELECT_UY "00A4040C 0C " AID_UY
#define SELECT_FI "00A4040C 0C " AID_P15

/* The bytes of an EF that was just selected are a certificate. */
static void expect_certificate(struct vcard *v)
{
	ask(v, "00B00000 04");
	assert_int_equal(asked[0], 0x30);
	assert_int_equal(asked[1], 0x82);
	assert_int_equal(asked_len, 6);
}

static void expect_signature(struct vcard *v, const char *mse, size_t len)
{
	expect(v, mse, "9000");
	expect(v,
	       "002A90A0 22 9020 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
	       "9000");
	ask(v, "002A9E9A 00");
	assert_int_equal(asked_len, len + 2);
}

static void every_card_answers_to_its_name_alone(void **state)
{
	static const struct {
		const char *name, *aid, *other;
	} rows[] = {
		{"ias-uy", SELECT_UY, SELECT_FI}, {"ias-uy-v4", SELECT_UY, SELECT_FI},
		{"ias-fi", SELECT_FI, SELECT_UY}, {"ias-fi-v3", SELECT_FI, SELECT_UY},
		{"ias-ee", SELECT_FI, SELECT_UY}, {"natid", "00A4040C 06 A0000000180C", SELECT_FI},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct vcard *v = make(rows[i].name, true, VCARD_P256);

		expect(v, rows[i].aid, "9000");
		expect(v, rows[i].other, "6A82");
		expect(v, "00A4040C 08 A000000018434D00", "9000");
		ask(v, "80CA9F7F 2D");
		assert_int_equal(asked_len, 45 + 2);
		vcard_free(v);
	}
}

/* The FCI that announces nothing has 27 bytes, which the host does not fetch. */
static void the_fci_names_the_application(void **state)
{
	struct vcard *v = make("ias-ee", true, VCARD_P256);

	(void)state;
	expect(v, "00A40400 0C " AID_P15 "00", "6F19840C" AID_P15 "5003494153A5049F6501FF9000");
	vcard_free(v);
}

static void uruguay_has_one_pin_and_one_key(void **state)
{
	struct vcard *v = make("ias-uy", true, VCARD_RSA2048);

	(void)state;
	expect(v, "00CA7F30 00",
	       "7F301BC00E49415320436C6173736963207635C109352E322E302E412E4D9000");
	expect(v, "00A40000 02 B001", "9000");
	expect_certificate(v);
	expect(v, "00200011", "63C3");
	expect(v, "00200081", "6A88");
	expect(v, "00200011 10 31323334353600000000000000000000",
	       "6700"); /* twelve bytes, not sixteen */
	expect(v, "00200011 0C" WRONG, "63C2");
	expect(v, "00200011 0C" PIN, "9000");
	expect(v, "00200011", "9000");
	expect_signature(v, "002241B6 06 840101 800142", 256);
	expect_signature(v, "002241B6 06 800142 840101", 256); /* the PIN stays */
	expect(v, "002241B6 06 800145 840101", "6A80");        /* no PSS */
	expect(v, "002241B6 06 800142 840102", "6A88");
	expect(v, "002241B8 06 80010A 840101", "6A80"); /* it signs only */
	expect(v, "0020FF11", "9000");
	expect(v, "00200011", "63C3");
	expect(v, "002C0011 18" PUK12 SIGN, "9000");
	expect(v, "00240011 18" SIGN PIN, "9000");
	vcard_free(v);
	v = make("ias-uy-v4", true, VCARD_P256);
	expect(v, "00CA7F30 00", "7F3019C00E49415320436C6173736963207634C107342E302E302E4D9000");
	vcard_free(v);
}

static void finland_is_as_published(void **state)
{
	static const struct {
		const char *name, *certificate, *sign_mse, *other_mse;
	} rows[] = {
		{"ias-fi", "00A40804 04 5016 4332 00", "002241B6 06 800144 840102",
		 "002241B6 06 800144 840103"},
		{"ias-fi-v3", "00A40804 04 5016 4335 00", "002241B6 06 800144 840103",
		 "002241B6 06 800144 840102"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct vcard *v = make(rows[i].name, true, VCARD_P256);

		ask(v, "00A40804 02 4331 00");
		assert_int_equal(asked[0], 0x62);
		expect_certificate(v);
		ask(v, "%s", rows[i].certificate);
		assert_int_equal(asked[0], 0x62);
		expect_certificate(v);
		ask(v, "%s", rows[1 - i].certificate);
		assert_string_equal(fixture_hex(asked, asked_len), "6A82");
		expect(v, "00200011", "63C5");
		expect(v, "00200082", "63C5");
		expect(v, "00200011 0C" PIN, "9000");
		expect_signature(v, "002241B6 06 800144 840101", 64);
		expect(v, rows[i].other_mse, "6A88");
		expect(v, rows[i].sign_mse, "9000");
		expect(v, "00200082 0C" SIGN, "9000");
		expect_signature(v, rows[i].sign_mse, 64);
		expect(v, "00200082", "63C5"); /* for one signature */
		expect(v, "00CB00FF 05 A003830182 00", "A00B830182DF210105DF2F01019000");
		vcard_free(v);
	}
}

static void estonia_is_as_published(void **state)
{
	struct vcard *v = make("ias-ee", true, VCARD_P384);

	(void)state;
	ask(v, "00A40804 04 ADF1 3411 00");
	expect_certificate(v);
	ask(v, "00A40804 04 ADF2 3421 00");
	expect_certificate(v);
	expect(v, "00200081", "63C3");
	expect(v, "00200082", "63C3");
	expect(v, "00200083", "6A88");                                     /* the PUK */
	expect(v, "00240082 18" SIGN "3132333435000000 00000000", "9000"); /* five digits will do */
	expect(v, "00240082 18 3132333435000000 00000000 3132333400000000 00000000", "6A80");
	expect(v, "00200082 0C 313233343500 000000000000", "9000");
	expect_signature(v, "002241B6 06 800144 840105", 96);
	expect(v, "002241B6 06 800154 840105", "9000");
	expect(v, "00200081 0C" PIN, "9000");
	expect_signature(v, "002241B6 06 800144 840101", 96);
	vcard_free(v);
}

static void what_was_saved_is_loaded(void **state)
{
	char *folder = fixture_folder(), path[300];

	(void)state;
	for (size_t i = 0; vcard_personality_at(i); i++) {
		const char *name = vcard_personality_at(i)->name;
		struct vcard *v, *loaded = NULL;
		struct buf before = BUF_INIT(VCARD_IMAGE_MAX), after = BUF_INIT(VCARD_IMAGE_MAX);

		if (strncmp(name, "ias-", 4) != 0)
			continue;
		v = make(name, false, VCARD_P256);
		vcard_ias_memory_encode(&vcard_ias_of(v)->memory, &before);
		snprintf(path, sizeof(path), "%s/%s", folder, name);
		assert_int_equal(vcard_save(v, path), 0);
		vcard_free(v);
		assert_int_equal(vcard_load(path, &loaded), 0);
		assert_string_equal(loaded->applets[0]->class->name, name);
		vcard_ias_memory_encode(&vcard_ias_of(loaded)->memory, &after);
		assert_int_equal(before.len, after.len);
		assert_memory_equal(before.data, after.data, before.len);
		assert_int_equal(vcard_ias_of(loaded)->memory.pins[0].block, 12);
		vcard_free(loaded);
		buf_clear(&before);
		buf_clear(&after);
	}
	fixture_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_card_answers_to_its_name_alone),
		cmocka_unit_test(the_fci_names_the_application),
		cmocka_unit_test(uruguay_has_one_pin_and_one_key),
		cmocka_unit_test(finland_is_as_published),
		cmocka_unit_test(estonia_is_as_published),
		cmocka_unit_test(what_was_saved_is_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
