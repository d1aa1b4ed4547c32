/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/token.c. */
#include "fixture.h"

#include <string.h>

static void the_first_status_within_a_second_costs_nothing(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH), *s = fixture_token(f, SLOT_SIGN);
	struct pin_status status;

	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_false(status.verified || status.blocked || status.must_change);
	assert_int_equal(status.tries_left, 3);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_int_equal(counts(f, 0).apdus, 2);
	clock_advance(1500);
	assert_int_equal(token_pin_status(s, &status), 0);
	assert_int_equal(counts(f, 0).apdus, 4);
	token_unref(t);
	token_unref(s);
}

static void a_disturbed_status_is_asked_again(void **state)
{
	struct fixture *f = *state;
	/* identification is SELECT, GET DATA and the two queries */
	struct loop_fault fault = {.kind = LOOP_FAULT_SW, .at = 2, .value = 0x6F00};
	struct pin_status status;
	struct token *t;

	loop_set_fault(f->loop, 0, &fault);
	t = fixture_token(f, SLOT_AUTH);
	assert_true(loop_fault_done(f->loop, 0));
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_int_equal(status.tries_left, 3);
	token_unref(t);
}

static void the_status_after_a_wrong_pin_is_the_cards(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	struct pin_status status;

	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_int_equal(status.tries_left, 2);
	token_unref(t);
}

static void random_bytes_come_from_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	uint8_t a[200] = {0}, b[200] = {0}, zero[40] = {0};

	assert_true(token_info(t)->has_random);
	assert_int_equal(token_random(t, a, 0), 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_random(t, a, sizeof(a)), 0);
	assert_int_not_equal(counts(f, 0).by_ins[0x84], 0);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(token_random(t, b, sizeof(b)), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + sizeof(a) - sizeof(zero), zero, sizeof(zero));
	token_unref(t);
}

static void a_check_asks_the_transport_only(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_check(t), 0);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_int_equal(counts(f, 0).begins, 0);
	loop_stop_service(f->loop);
	assert_int_equal(token_check(t), MOHR_ERR_NO_SERVICE);
	loop_start_service(f->loop);
	assert_int_equal(token_check(t), 0);
	loop_remove(f->loop, 0);
	assert_int_equal(token_check(t), MOHR_ERR_CARD_REMOVED);
	loop_insert(f->loop, 0, f->card);
	assert_int_equal(token_check(t), MOHR_ERR_CARD_REMOVED);
	token_unref(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_status_within_a_second_costs_nothing),
		TEST(a_disturbed_status_is_asked_again),
		TEST(the_status_after_a_wrong_pin_is_the_cards),
		TEST(random_bytes_come_from_the_card),
		TEST(a_check_asks_the_transport_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
