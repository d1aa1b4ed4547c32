/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/pin.c against docs/natid-card.md, "PINs". */
#include "fixture.h"

static struct vcard *card;

static int setup(void **state)
{
	(void)state;
	card = fixture_quick(FIXTURE_SHORT);
	return 0;
}

static int setup_blank(void **state)
{
	(void)state;
	card = fixture_blank(FIXTURE_SHORT);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

static void block_auth(void)
{
	expect(card, "00200081 10" PIN_WRONG, "63C2");
	expect(card, "00200081 10" PIN_WRONG, "63C1");
	expect(card, "00200081 10" PIN_WRONG, "6983");
}

static void verify_compares(void **state)
{
	(void)state;
	expect(card, "00200081", "63C3");
	expect(card, "0020008100", "63C3"); /* T=0 has no other way to say "no data" */
	expect(card, "00200081 10" PIN_AUTH, "9000");
	expect(card, "00200081", "9000");
	expect(card, "00200082", "63C3");
	expect(card, "00200082 10" PIN_SIGN, "9000");
	expect(card, "00200082", "9000");
}

static void each_wrong_pin_costs_a_try_and_the_last_one_blocks(void **state)
{
	(void)state;
	block_auth();
	expect(card, "00200081", "6983");
	expect(card, "00200081 10" PIN_AUTH, "6983");
	/* The other PIN has its own counter. */
	expect(card, "00200082", "63C3");
}

static void a_right_pin_restores_the_counter(void **state)
{
	(void)state;
	expect(card, "00200081 10" PIN_WRONG, "63C2");
	expect(card, "00200081 10" PIN_WRONG, "63C1");
	expect(card, "00200081 10" PIN_AUTH, "9000");
	expect(card, "0020FF81", "9000");
	expect(card, "00200081", "63C3");
}

static void a_wrong_pin_gives_up_the_status(void **state)
{
	(void)state;
	fixture_verify_auth(card);
	expect(card, "00200081 10" PIN_WRONG, "63C2");
	expect(card, "00200081", "63C2");
}

static void every_byte_of_the_block_counts(void **state)
{
	(void)state;
	expect(card, "00200081 10 31323334350000000000000000000001", "63C2");
	expect(card, "00200081 10 3132333435FFFFFFFFFFFFFFFFFFFFFF", "63C1");
	expect(card, "00200081 10" PIN_AUTH, "9000");
}

static void verify_refuses_what_is_no_verify(void **state)
{
	(void)state;
	expect(card, "00200081 05 3132333435", "6700");
	expect(card, "00200081 11" PIN_AUTH "00", "6700");
	expect(card, "00200083", "6A88");
	expect(card, "00200083 10" PUK, "6A88");
	expect(card, "00200080", "6A88");
	expect(card, "00200001", "6A88");
	expect(card, "00200181", "6A86");
	expect(card, "0020FE81", "6A86");
	/* None of that was a try. */
	expect(card, "00200081", "63C3");
}

static void un_verify_gives_up_the_status(void **state)
{
	(void)state;
	fixture_verify_auth(card);
	fixture_verify_sign(card);
	expect(card, "0020FF81", "9000");
	expect(card, "00200081", "63C3");
	expect(card, "00200082", "9000");
	expect(card, "0020FF81", "9000");
	expect(card, "0020FF83", "6A88");
	expect(card, "0020FF82 10" PIN_SIGN, "6700");
	block_auth();
	expect(card, "0020FF81", "9000");
}

static void reset_gives_up_the_status_and_keeps_the_counter(void **state)
{
	(void)state;
	fixture_verify_auth(card);
	expect(card, "00200082 10" PIN_WRONG, "63C2");
	vcard_reset(card);
	expect(card, "00200081", "63C3");
	expect(card, "00200082", "63C2");
}

static void change_needs_the_old_pin(void **state)
{
	(void)state;
	expect(card, "00240081 20" PIN_WRONG PIN_OTHER, "63C2");
	expect(card, "00240081 20" PIN_AUTH PIN_OTHER, "9000");
	expect(card, "00200081 10" PIN_AUTH, "63C2");
	expect(card, "00200081 10" PIN_OTHER, "9000");
	expect(card, "00240081 20" PIN_WRONG PIN_OTHER, "63C2");
	expect(card, "00240081 20" PIN_WRONG PIN_OTHER, "63C1");
	expect(card, "00240081 20" PIN_WRONG PIN_OTHER, "6983");
	expect(card, "00240081 20" PIN_OTHER PIN_AUTH, "6983");
}

static void change_leaves_the_status_as_it_was(void **state)
{
	(void)state;
	expect(card, "00240081 20" PIN_AUTH PIN_OTHER, "9000");
	expect(card, "00200081", "63C3");
	expect(card, "00200081 10" PIN_OTHER, "9000");
	expect(card, "00240081 20" PIN_OTHER PIN_AUTH, "9000");
	expect(card, "00200081", "9000");
}

/* Each is refused before the old PIN is compared, wrong as that is. */
static void a_new_pin_that_breaks_a_rule_costs_no_try(void **state)
{
	static const char *const bad[] = {
		"00000000000000000000000000000000", /* empty */
		"31323300000000000000000000000000", /* 3 digits */
		"31323334353637383900000000000000", /* 9 digits */
		"31323334353637383930313233343536", /* 16 digits */
		"31323334004100000000000000000000", /* something behind the padding */
		"61626364650000000000000000000000", /* letters */
		"31323334352000000000000000000000", /* a space */
		"3132333435FFFFFFFFFFFFFFFFFFFFFF", /* another padding */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_string_equal(ask(card, "00240081 20" PIN_WRONG "%s", bad[i]), "6A80");
		assert_string_equal(ask(card, "002C0081 20" PIN_WRONG "%s", bad[i]), "6A80");
	}
	/* The signature PIN has at least 6 digits. */
	expect(card, "00240082 20" PIN_SIGN PIN_AUTH, "6A80");
	expect(card, "00200081", "63C3");
	expect(card, "00200082", "63C3");
	expect(card, "00CB00FF 05 A003830183", "610D");
	expect(card, "00C0000000", "A00B830183DF210105DF2F01019000");
}

static void change_refuses_what_is_no_change(void **state)
{
	(void)state;
	expect(card, "00240081", "6700");
	expect(card, "00240081 10" PIN_OTHER, "6700");
	expect(card, "00240181 10" PIN_OTHER, "6A86");
	expect(card, "00240083 20" PUK PUK, "6A88");
	expect(card, "00240080 20" PIN_AUTH PIN_OTHER, "6A88");
}

static void the_puk_unblocks(void **state)
{
	(void)state;
	block_auth();
	expect(card, "002C0081 20" PIN_WRONG PIN_OTHER, "63C4");
	expect(card, "002C0081 20" PUK PIN_OTHER, "9000");
	expect(card, "00200081", "63C3");
	expect(card, "00200081 10" PIN_OTHER, "9000");
	/* Its own counter is full again, and the PIN's status is gone afterwards. */
	expect(card, "00CB00FF 05 A003830183", "610D");
	expect(card, "00C0000000", "A00B830183DF210105DF2F01019000");
	expect(card, "002C0081 20" PUK PIN_AUTH, "9000");
	expect(card, "00200081", "63C3");
}

static void the_puk_blocks_after_5_tries(void **state)
{
	(void)state;
	expect(card, "002C0081 20" PIN_WRONG PIN_OTHER, "63C4");
	expect(card, "002C0082 20" PIN_WRONG PIN_OTHER, "63C3");
	expect(card, "002C0081 20" PIN_WRONG PIN_OTHER, "63C2");
	expect(card, "002C0081 20" PIN_WRONG PIN_OTHER, "63C1");
	expect(card, "002C0081 20" PIN_WRONG PIN_OTHER, "6983");
	expect(card, "002C0081 20" PUK PIN_OTHER, "6983");
	/* The PINs themselves were not tried. */
	expect(card, "00200081", "63C3");
	expect(card, "00200081 10" PIN_AUTH, "9000");
}

static void unblocking_refuses_what_is_none(void **state)
{
	(void)state;
	expect(card, "002C0081", "6700");
	expect(card, "002C0081 10" PUK, "6700");
	expect(card, "002C0083 20" PUK PUK, "6A88");
	expect(card, "002C0180 20" PUK PUK, "6A86");
	expect(card, "002C0381 20" PUK PIN_OTHER, "6A86");
}

static void the_admin_key_unblocks_without_the_puk(void **state)
{
	(void)state;
	block_auth();
	expect(card, "002C0281 10" PIN_OTHER, "6982");
	fixture_admin(card);
	expect(card, "002C0281 20" PUK PIN_OTHER, "6700");
	expect(card, "002C0281 10" PIN_OTHER, "9000");
	expect(card, "00200081 10" PIN_OTHER, "9000");
}

static void transport_state_demands_a_change_first(void **state)
{
	(void)state;
	expect(card, "00200081", "6985");
	expect(card, "00200081 10" PIN_AUTH, "6985");
	expect(card, "00200081 10" PIN_WRONG, "6985");
	expect(card, "002C0081 20" PUK PIN_OTHER, "6985");
	fixture_admin(card);
	expect(card, "002C0281 10" PIN_OTHER, "6985");
	/* Nothing was compared. */
	expect(card, "00CB00FF 05 A003830181", "610D");
	expect(card, "00C0000000", "A00B830181DF210103DF2F01009000");
	expect(card, "00240081 20" PIN_WRONG PIN_OTHER, "63C2");
	expect(card, "00240081 20" PIN_AUTH PIN_OTHER, "9000");
	expect(card, "00CB00FF 05 A003830181", "610D");
	expect(card, "00C0000000", "A00B830181DF210103DF2F01019000");
	expect(card, "00200081", "63C3");
	expect(card, "00200081 10" PIN_OTHER, "9000");
	expect(card, "00200082", "6985");
}

static void keys_wait_for_the_end_of_transport_state(void **state)
{
	(void)state;
	fixture_admin(card);
	ask(card, "00470000 08 B606 800111 840101");
	assert_int_equal(asked_sw() >> 8, 0x61);
	expect(card, "002241A4 06 800104 840101", "9000");
	expect(card, "00880000 01 AA", "6985");
	expect(card, "00240081 20" PIN_AUTH PIN_OTHER, "9000");
	expect(card, "00880000 01 AA", "6982");
}

static void a_blocked_transport_pin_says_so(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		ask(card, "00240081 20" PIN_WRONG PIN_OTHER);
	assert_int_equal(asked_sw(), 0x6983);
	expect(card, "00200081", "6983");
	expect(card, "00240081 20" PIN_AUTH PIN_OTHER, "6983");
}

static void digits_given_at_creation_keep_the_rules(void **state)
{
	struct vcard_ias_pin pin = vcard_ias_of(card)->memory.pins[VCARD_PIN_SIGN];

	(void)state;
	assert_int_equal(vcard_ias_pin_set(&pin, ""), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(vcard_ias_pin_set(&pin, "12345"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(vcard_ias_pin_set(&pin, "123456789"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(vcard_ias_pin_set(&pin, "12345678901234567"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(vcard_ias_pin_set(&pin, "12345a"), MOHR_ERR_PIN_INVALID);
	assert_int_equal(vcard_ias_pin_set(&pin, "123456"), 0);
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, setup, teardown)
#define BLANK(name) cmocka_unit_test_setup_teardown(name, setup_blank, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(verify_compares),
		TEST(each_wrong_pin_costs_a_try_and_the_last_one_blocks),
		TEST(a_right_pin_restores_the_counter),
		TEST(a_wrong_pin_gives_up_the_status),
		TEST(every_byte_of_the_block_counts),
		TEST(verify_refuses_what_is_no_verify),
		TEST(un_verify_gives_up_the_status),
		TEST(reset_gives_up_the_status_and_keeps_the_counter),
		TEST(change_needs_the_old_pin),
		TEST(change_leaves_the_status_as_it_was),
		TEST(a_new_pin_that_breaks_a_rule_costs_no_try),
		TEST(change_refuses_what_is_no_change),
		TEST(the_puk_unblocks),
		TEST(the_puk_blocks_after_5_tries),
		TEST(unblocking_refuses_what_is_none),
		TEST(the_admin_key_unblocks_without_the_puk),
		BLANK(transport_state_demands_a_change_first),
		BLANK(keys_wait_for_the_end_of_transport_state),
		BLANK(a_blocked_transport_pin_says_so),
		TEST(digits_given_at_creation_keep_the_rules),
	};

	return cmocka_run_group_tests_name("vcard/pin", tests, NULL, NULL);
}
