/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/piv/pin.c and vcard/secret_hash.c. Status words are those of SP 800-73-4 part 2 §3.2. */
#include "piv_fixture.h"

static void the_pin_is_verified_until_reset_or_given_up(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	expect(v, "00200080", "63C3");
	piv_verify(v);
	expect(v, "00200080", "9000");
	expect(v, "0020FF80", "9000");
	expect(v, "00200080", "63C3");
	piv_verify(v);
	vcard_reset(v);
	expect(v, "00200080", "63C3");
	vcard_free(v);
}

static void wrong_values_count_down_to_blocked_and_a_right_one_counts_up(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	expect(v, "00200080 08" PIV_WRONG, "63C2");
	expect(v, "00200080 08" PIV_WRONG, "63C1");
	piv_verify(v);
	expect(v, "00200080 08" PIV_WRONG, "63C2");
	expect(v, "00200080", "63C2"); /* a wrong one un-verifies */
	expect(v, "00200080 08" PIV_WRONG, "63C1");
	expect(v, "00200080 08" PIV_WRONG, "6983");
	expect(v, "00200080 08" PIV_PIN, "6983");
	expect(v, "00200080", "6983");
	expect(v, "00240080 10" PIV_PIN PIV_OTHER, "6983");
	vcard_free(v);
}

static void bad_forms_cost_no_try(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{"00200080 07 313233343536FF", "6A80"},
		{"00200080 09 313233343536FFFFFF", "6A80"},
		{"00200080 08 3132333435FFFFFF", "6A80"},
		{"00200080 08 31323334353600FF", "6A80"},
		{"00200080 08 313233343536FF37", "6A80"},
		{"00200080 08 FFFFFFFFFFFFFFFF", "6A80"},
		{"00200080 08 313233343541FFFF", "6A80"},
		{"00200081", "6A88"},
		{"00200081 08" PIV_PUK, "6A88"},
		{"00200000", "6A88"},
		{"00200096", "6A88"},
		{"00200180", "6A86"},
		{"0020FF80 08" PIV_PIN, "6A80"},
		{"00240080 10" PIV_PIN "3132333435FFFFFF", "6A80"},
		{"00240080 08" PIV_PIN, "6A80"},
		{"00240080", "6A80"},
		{"00240180 10" PIV_PIN PIV_OTHER, "6A86"},
		{"00240082 10" PIV_PIN PIV_OTHER, "6A88"},
		{"002C0080 10" PIV_PUK "3132333435FFFFFF", "6A80"},
		{"002C0080", "6A80"},
		{"002C0081 10" PIV_PUK PIV_OTHER, "6A88"},
		{"002C0180 10" PIV_PUK PIV_OTHER, "6A86"},
	};
	struct vcard *v = piv_card("piv", false);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(v, rows[i].command, rows[i].answer);
	expect(v, "00200080", "63C3");
	assert_int_equal(vcard_piv_of(v)->memory.pins[VCARD_PIV_I_PUK].tries_left, 3);
	vcard_free(v);
}

static void pin_and_puk_are_changed_with_their_old_values(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	expect(v, "00240080 10" PIV_WRONG PIV_OTHER, "63C2");
	expect(v, "00240080 10" PIV_PIN PIV_OTHER, "9000");
	expect(v, "00200080", "9000");
	vcard_reset(v);
	expect(v, "00200080 08" PIV_PIN, "63C2");
	expect(v, "00200080 08" PIV_OTHER, "9000");
	expect(v, "00240081 10" PIV_WRONG PIV_OTHER, "63C2");
	/* a PUK is any eight bytes */
	expect(v, "00240081 10" PIV_PUK "0001020304050607", "9000");
	expect(v, "002C0080 10" PIV_PUK PIV_PIN, "63C2");
	expect(v, "002C0080 10 0001020304050607" PIV_PIN, "9000");
	vcard_free(v);
}

static void the_puk_opens_a_blocked_pin(void **state)
{
	struct vcard *v = piv_card("piv", false);

	(void)state;
	piv_verify(v);
	for (unsigned i = 0; i < 3; i++)
		ask(v, "00200080 08" PIV_WRONG);
	expect(v, "002C0080 10" PIV_PUK PIV_OTHER, "9000");
	expect(v, "00200080", "63C3"); /* not verified by that */
	expect(v, "00200080 08" PIV_OTHER, "9000");
	expect(v, "002C0080 10" PIV_WRONG PIV_PIN, "63C2");
	expect(v, "002C0080 10" PIV_WRONG PIV_PIN, "63C1");
	expect(v, "002C0080 10" PIV_WRONG PIV_PIN, "6983");
	expect(v, "002C0080 10" PIV_PUK PIV_PIN, "6983");
	vcard_free(v);
}

static void a_global_pin_serves_as_well(void **state)
{
	struct vcard *v = piv_card_with("piv", VCARD_ADMIN_AES128, PIV_ADMIN_KEY, "112233");

	(void)state;
	expect(v, "00200000", "63C3");
	expect(v, "00200000 08" PIV_PIN, "63C2");
	expect(v, "00200000 08 313132323333FFFF", "9000");
	expect(v, "00200080", "63C3"); /* the other one's state is its own */
	assert_true(vcard_piv_pin_verified(vcard_piv_of(v)));
	expect(v, "00240000 10 313132323333FFFF" PIV_OTHER, "9000");
	expect(v, "00200000 08" PIV_OTHER, "9000");
	vcard_free(v);
}

static void the_vendors_pins_may_have_letters(void **state)
{
	struct vcard *v = piv_card("yubikey", false);

	(void)state;
	expect(v, "00240080 10" PIV_PIN "6162636465666768", "9000");
	expect(v, "00200080 08 6162636465666768", "9000");
	expect(v, "00240080 10 6162636465666768 6162636465FFFFFF", "6A80");
	vcard_free(v);
}

static void a_hash_is_salted_and_knows_its_value_alone(void **state)
{
	struct vcard_secret_hash a, b;

	(void)state;
	assert_int_equal(vcard_secret_hash_set(&a, (const uint8_t *)"secret", 6), 0);
	assert_int_equal(vcard_secret_hash_set(&b, (const uint8_t *)"secret", 6), 0);
	assert_memory_not_equal(a.hash, b.hash, sizeof(a.hash));
	assert_int_equal(vcard_secret_hash_check(&a, (const uint8_t *)"secret", 6), 0);
	assert_int_equal(vcard_secret_hash_check(&b, (const uint8_t *)"secret", 6), 0);
	assert_int_equal(vcard_secret_hash_check(&a, (const uint8_t *)"secreT", 6),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(vcard_secret_hash_check(&a, (const uint8_t *)"secret", 5),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(vcard_secret_hash_check(&a, (const uint8_t *)"", 0),
			 MOHR_ERR_PIN_INCORRECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pin_is_verified_until_reset_or_given_up),
		cmocka_unit_test(wrong_values_count_down_to_blocked_and_a_right_one_counts_up),
		cmocka_unit_test(bad_forms_cost_no_try),
		cmocka_unit_test(pin_and_puk_are_changed_with_their_old_values),
		cmocka_unit_test(the_puk_opens_a_blocked_pin),
		cmocka_unit_test(a_global_pin_serves_as_well),
		cmocka_unit_test(the_vendors_pins_may_have_letters),
		cmocka_unit_test(a_hash_is_salted_and_knows_its_value_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
