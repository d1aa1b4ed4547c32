/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/vcard.c: making cards. */
#include "fixture.h"

static struct vcard_setup card_setup;

static int setup(void **state)
{
	(void)state;
	vcard_setup_init(&card_setup);
	card_setup.blank = true;
	card_setup.pin_auth = AUTH_DIGITS;
	card_setup.pin_sign = SIGN_DIGITS;
	card_setup.puk = PUK_DIGITS;
	card_setup.admin_key_len = 16;
	return 0;
}

static void the_short_atr_is_the_default(void **state)
{
	struct vcard *v = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	assert_string_equal(fixture_hex(vcard_atr(v, &len), 18),
			    "3B7D96000080544D4F485273962180829000");
	assert_int_equal(len, 18);
	vcard_free(v);
}

/* The ATRs that the card's middleware lists (design facts), and what each announces. */
static void other_atrs_decide_by_what_they_announce(void **state)
{
	static const struct {
		const char *atr;
		bool t0, extended;
	} rows[] = {
		{"3B7F96000080318065B0850300EF120FFF829000", true, false},
		{"3BFF9600008131FE4380318065B085040011120FFF829000E0", false, false},
		{"3B781800000073C84013009000", true, false},
		{"3BDB96008131FE85801349524E7396715B91302E", false, true},
	};
	struct vcard *v = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		card_setup.atr_len =
			fixture_bytes(rows[i].atr, card_setup.atr, sizeof(card_setup.atr));
		assert_int_equal(vcard_new(&card_setup, &v), 0);
		assert_int_equal(v->t0, rows[i].t0);
		assert_int_equal(v->extended, rows[i].extended);
		ask(v, "00A40400 0C" AID_IAS);
		assert_int_equal(asked_sw(), rows[i].t0 ? 0x611B : 0x9000);
		vcard_free(v);
	}
}

static void an_atr_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = {"3B", "00", "3B7D96000080544D4F4852739621808290", "3C00"};
	struct vcard *v = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		card_setup.atr_len = fixture_bytes(bad[i], card_setup.atr, sizeof(card_setup.atr));
		assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_ARGUMENT);
	}
	card_setup.atr_len = 34;
	assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_ARGUMENT);
	assert_null(v);
}

static void pins_and_admin_key_have_to_be_given(void **state)
{
	struct vcard *v = NULL;

	(void)state;
	card_setup.puk = NULL;
	assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_ARGUMENT);
	card_setup.puk = "1234567";
	assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_PIN_LENGTH);
	card_setup.puk = PUK_DIGITS;
	card_setup.pin_sign = "12345";
	assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_PIN_LENGTH);
	card_setup.pin_sign = "12345x";
	assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_PIN_INVALID);
	card_setup.pin_sign = SIGN_DIGITS;
	card_setup.admin_key_len = 24;
	assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_ARGUMENT);
	card_setup.admin_key_len = 0;
	assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_ARGUMENT);
	assert_null(v);
}

static void a_blank_card_has_no_keys_and_no_certificates(void **state)
{
	struct vcard *v = NULL;

	(void)state;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	expect(v, "00478100 05 B603 840101", "6A88");
	expect(v, "00478100 05 B603 840102", "6A88");
	expect(v, "00A4080C 04 50005040", "9000");
	expect(v, "00B0000000", "6B00");
	expect(v, "00200081", "6985");
	expect(v, "00200082", "6985");
	vcard_free(v);
}

/* From the box to the first signature, as an issuer does it. */
static void a_blank_card_can_be_brought_into_use(void **state)
{
	struct vcard *v = fixture_blank(FIXTURE_EXTENDED);

	(void)state;
	fixture_admin(v);
	ask(v, "00470000 08 B606 800111 840102 00");
	assert_int_equal(asked_sw(), 0x9000);
	expect(v, "00A4080C 04 51005040", "9000");
	expect(v, "00D60000 04 30820000", "9000");
	expect(v, "00240082 20" PIN_SIGN PIN_OTHER, "9000");
	vcard_reset(v);
	expect(v, "00200082 10" PIN_OTHER, "9000");
	expect(v, "002241B6 06 800144 840102", "9000");
	ask(v, "002A90A0 22 9020 %064d", 0);
	ask(v, "002A9E9A00");
	assert_int_equal(asked_len, 64 + 2);
	assert_int_equal(asked_sw(), 0x9000);
	vcard_free(v);
}

static void freeing_nothing_is_allowed(void **state)
{
	(void)state;
	vcard_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_short_atr_is_the_default),
		TEST(other_atrs_decide_by_what_they_announce),
		TEST(an_atr_that_is_none_is_refused),
		TEST(pins_and_admin_key_have_to_be_given),
		TEST(a_blank_card_has_no_keys_and_no_certificates),
		TEST(a_blank_card_can_be_brought_into_use),
		TEST(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests_name("vcard/vcard", tests, NULL, NULL);
}
