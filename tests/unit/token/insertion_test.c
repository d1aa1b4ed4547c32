/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/insertion.c. */
#include "fixture.h"

#include <string.h>

static void a_card_is_identified_once_in_one_transaction_of_four_apdus(void **state)
{
	struct fixture *f = *state;
	struct token *a = fixture_token(f, SLOT_AUTH), *b = fixture_token(f, SLOT_SIGN);
	struct slot_state s;

	assert_int_equal(counts(f, 0).connects, 1);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(counts(f, 0).ends, 1);
	assert_int_equal(counts(f, 0).apdus, 4);
	assert_int_equal(counts(f, 0).outside, 0);
	assert_string_not_equal(token_info(a)->label, token_info(b)->label);
	assert_string_equal(token_info(a)->serial, token_info(b)->serial);
	assert_int_equal(strlen(token_info(a)->serial), 16);
	assert_int_equal(slots_state(f->slots, 1, &s), 0);
	assert_true(s.token_present);
	token_unref(a);
	token_unref(b);
}

static void labels_name_the_card_and_the_pin(void **state)
{
	struct token *t = fixture_token(*state, SLOT_AUTH);

	assert_string_equal(token_info(t)->label, "Iran ID (authentication)");
	assert_true(token_info(t)->pin_usable);
	assert_int_equal(token_info(t)->pin_min, 4);
	assert_int_equal(token_info(t)->pin_max, 8);
	token_unref(t);
	t = fixture_token(*state, SLOT_SIGN);
	assert_string_equal(token_info(t)->label, "Iran ID (signature)");
	assert_int_equal(token_info(t)->pin_min, 6);
	token_unref(t);
}

static void a_failed_identification_is_tried_again(void **state)
{
	struct fixture *f = *state;
	struct loop_fault fault = {.kind = LOOP_FAULT_ERROR, .value = MOHR_ERR_COMMUNICATION};
	struct token *t;

	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(slots_token(f->slots, 0, &t), MOHR_ERR_COMMUNICATION);
	t = fixture_token(f, 0);
	token_unref(t);
}

static void a_reset_during_identification_costs_nothing(void **state)
{
	struct fixture *f = *state;
	struct loop_fault fault = {.kind = LOOP_FAULT_RESET};
	struct token *t;

	for (fault.at = 0; fault.at < 4; fault.at++) {
		loop_remove(f->loop, 0);
		loop_insert(f->loop, 0, f->card);
		loop_set_fault(f->loop, 0, &fault);
		t = fixture_token(f, 0);
		assert_true(loop_fault_done(f->loop, 0));
		token_unref(t);
	}
}

static void the_link_goes_with_the_last_reference(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	struct token *again = token_ref(t);

	loop_remove(f->loop, 0);
	assert_int_equal(slots_update(f->slots), 0);
	assert_int_equal(loop_links_open(f->loop), 1);
	token_unref(t);
	assert_int_equal(token_check(again), MOHR_ERR_CARD_REMOVED);
	token_unref(again);
	assert_int_equal(loop_links_open(f->loop), 0);
	token_unref(NULL);
}

static void every_token_of_a_stay_shares_its_references(void **state)
{
	struct fixture *f = *state;
	struct token *a = fixture_token(f, SLOT_AUTH), *b = fixture_loaded(f, SLOT_SIGN);
	const struct token_objects *o;

	token_unref(a);
	loop_remove(f->loop, 0);
	assert_int_equal(token_check(b), MOHR_ERR_CARD_REMOVED);
	/* a is gone for its holder, and what b points to is still there */
	assert_int_equal(token_objects(b, &o), 0);
	assert_string_equal(token_info(b)->label, "Iran ID (signature)");
	token_unref(b);
	assert_int_equal(loop_links_open(f->loop), 0);
}

/* A card with an unusable PIN: a physical one whose references nobody has stated. */
static void a_physical_card_shows_certificates_and_refuses_login(void **state)
{
	struct fixture *f = *state;
	struct vcard *card = fixture_physical_card();
	const struct token_objects *o;
	struct pin_status status;
	struct token *t;

	loop_insert(f->loop, 0, card);
	t = fixture_token(f, SLOT_AUTH);
	assert_false(token_info(t)->pin_usable);
	assert_int_equal(counts(f, 0).by_ins[0x20], 0);
	assert_int_equal(token_objects(t, &o), 0);
	assert_int_equal(o->n_certificates, 1);
	assert_int_equal(o->n_keys, 0);
	assert_int_equal(token_pin_status(t, &status), MOHR_ERR_REFERENCES_UNKNOWN);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_REFERENCES_UNKNOWN);
	assert_int_equal(change_pin(t, PIN_AUTH, "5678"), MOHR_ERR_REFERENCES_UNKNOWN);
	assert_int_equal(counts(f, 0).by_ins[0x20], 0);
	assert_int_equal(counts(f, 0).by_ins[0x24], 0);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(card);
}

static void stated_references_make_a_physical_card_usable(void **state)
{
	struct fixture *f = *state;
	struct vcard *card = fixture_physical_card();
	struct token *t;

	f->config.natid_auth_pin = 0x81;
	f->config.natid_auth_key = 0x01;
	loop_insert(f->loop, 0, card);
	t = fixture_loaded(f, SLOT_AUTH);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	token_unref(t);
	t = fixture_token(f, SLOT_SIGN);
	assert_int_equal(login(t, PIN_SIGN), MOHR_ERR_REFERENCES_UNKNOWN);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(card);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_card_is_identified_once_in_one_transaction_of_four_apdus),
		TEST(labels_name_the_card_and_the_pin),
		TEST(a_failed_identification_is_tried_again),
		TEST(a_reset_during_identification_costs_nothing),
		TEST(the_link_goes_with_the_last_reference),
		TEST(every_token_of_a_stay_shares_its_references),
		TEST(a_physical_card_shows_certificates_and_refuses_login),
		TEST(stated_references_make_a_physical_card_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
