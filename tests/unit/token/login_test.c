/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/login.c: behaviour.md, "State", as far as it concerns PINs. */
#include "fixture.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "token/internal.h"

static void login_costs_one_verify_and_opens_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_false(token_logged_in(t));
	loop_clear_counts(f->loop, 0);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_true(token_logged_in(t));
	assert_int_equal(counts(f, 0).verifies, 1);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(counts(f, 0).outside, 0);
	assert_false(counts(f, 0).held);
	assert_true(card_verified(f->card, REF_AUTH));
	token_unref(t);
}

static void a_per_use_pin_leaves_the_card_closed(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_true(token_logged_in(t));
	assert_int_equal(counts(f, 0).verifies, 1);
	assert_false(card_verified(f->card, REF_SIGN));
	token_unref(t);
}

static void the_login_of_one_pin_is_not_that_of_the_other(void **state)
{
	struct fixture *f = *state;
	struct token *a = fixture_token(f, SLOT_AUTH), *b = fixture_token(f, SLOT_SIGN);

	assert_int_equal(login(a, PIN_AUTH), 0);
	assert_false(token_logged_in(b));
	token_unref(a);
	token_unref(b);
}

static void a_pin_that_cannot_be_right_costs_no_apdu(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	loop_clear_counts(f->loop, 0);
	assert_int_equal(login(t, ""), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(token_login(t, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(login(t, "123"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(login(t, "123456789"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(login(t, "12a4"), MOHR_ERR_PIN_INVALID);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_false(token_logged_in(t));
	token_unref(t);
}

static void an_empty_pin_fails_whatever_the_card_would_take(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	t->insertion->card->pins[0].format.min_len = 0;
	loop_clear_counts(f->loop, 0);
	assert_int_equal(login(t, ""), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(change_pin(t, PIN_AUTH, ""), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(counts(f, 0).apdus, 0);
	token_unref(t);
}

/* CVE-2023-40660: an empty PIN passed because another program had verified. */
static void an_empty_pin_fails_though_another_program_has_verified(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(card_command(f->card, "00200081 10 31323334000000000000000000000000"),
			 0x9000);
	assert_int_equal(login(t, ""), MOHR_ERR_PIN_LENGTH);
	assert_false(token_logged_in(t));
	token_unref(t);
}

static void a_wrong_pin_costs_one_try(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_false(token_logged_in(t));
	assert_int_equal(card_tries(f->card, REF_AUTH), 2);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	token_unref(t);
}

static void the_same_wrong_pin_is_refused_without_asking_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	int i;

	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	for (i = 0; i < 20; i++)
		assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(counts(f, 0).verifies, 1);
	assert_int_equal(card_tries(f->card, REF_AUTH), 2);
	/* another one is another try */
	assert_int_equal(login(t, "8888"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_AUTH), 1);
	assert_int_equal(login(t, "8888"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_AUTH), 1);
	token_unref(t);
}

static void a_wrong_pin_is_asked_again_once_the_count_has_changed(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	/* somebody else types it wrong too: the count is another one now */
	assert_int_equal(card_command(f->card, "00200081 10 37373737000000000000000000000000"),
			 0x63C1);
	/* and then sets the PIN to what was wrong before, as a help desk may */
	assert_int_equal(card_command(f->card, "002C0081 20 38373635343332310000000000000000"
					       "39393939000000000000000000000000"),
			 0x9000);
	assert_int_equal(login(t, "9999"), 0);
	token_unref(t);
}

static void a_wrong_pin_is_forgotten_after_a_right_one_and_after_removal(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(counts(f, 0).verifies, 3);
	loop_remove(f->loop, 0);
	loop_insert(f->loop, 0, f->card);
	token_unref(t);
	t = fixture_token(f, SLOT_AUTH);
	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(counts(f, 0).verifies, 4);
	assert_int_equal(card_tries(f->card, REF_AUTH), 1);
	token_unref(t);
}

static void a_blocked_pin_is_told_as_such(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	struct pin_status status;

	assert_int_equal(login(t, "0000"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(login(t, "0001"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(login(t, "0002"), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(login(t, "0002"), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_true(status.blocked);
	token_unref(t);
}

static void a_transport_pin_must_be_changed_first(void **state)
{
	struct fixture *f = *state;
	struct vcard *blank = fixture_blank_card();
	struct pin_status status;
	struct token *t;

	loop_insert(f->loop, 0, blank);
	t = fixture_token(f, SLOT_AUTH);
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_true(status.must_change);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_PIN_MUST_CHANGE);
	assert_int_equal(change_pin(t, "9999", "5678"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(change_pin(t, PIN_AUTH, "5678"), 0);
	assert_int_equal(login(t, "5678"), 0);
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_false(status.must_change);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(blank);
}

static void a_changed_pin_holds_and_a_wrong_old_one_costs_one_try(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_SIGN);

	assert_int_equal(change_pin(t, "111111", "222222"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(change_pin(t, "111111", "222222"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(login(t, "111111"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_SIGN), 2);
	assert_int_equal(change_pin(t, PIN_SIGN, ""), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(change_pin(t, PIN_SIGN, "2222"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(change_pin(t, PIN_SIGN, "222222"), 0);
	assert_int_equal(card_tries(f->card, REF_SIGN), 3);
	assert_int_equal(login(t, "222222"), 0);
	token_unref(t);
}

static void logout_closes_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(token_logout(t), 0);
	assert_false(token_logged_in(t));
	assert_false(card_verified(f->card, REF_AUTH));
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	token_unref(t);
}

static void logout_resets_a_card_that_cannot_unverify(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	/* SELECT is exchange 0, the un-verify exchange 1 */
	struct loop_fault fault = {.kind = LOOP_FAULT_SW, .at = 1, .value = 0x6A86};

	assert_int_equal(login(t, PIN_AUTH), 0);
	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(token_logout(t), 0);
	assert_true(loop_fault_done(f->loop, 0));
	assert_int_equal(counts(f, 0).resets, 1);
	assert_false(card_verified(f->card, REF_AUTH));
	/* and goes on by itself */
	assert_int_equal(login(t, PIN_AUTH), 0);
	token_unref(t);
}

/* Refuses whatever is asked of a PIN, for as long as it hangs there. */
static void refuse_pins(void *user, const uint8_t *command, size_t len)
{
	struct fixture *f = user;
	struct loop_fault fault = {.kind = LOOP_FAULT_SW, .value = 0x6D00};

	if (len > 1 && command[1] == 0x20)
		loop_set_fault(f->loop, 0, &fault);
}

static void logout_resets_a_card_that_tells_nothing_of_its_state(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	loop_set_hook(f->loop, 0, refuse_pins, f);
	assert_int_equal(token_logout(t), 0);
	loop_set_hook(f->loop, 0, NULL, NULL);
	assert_int_equal(counts(f, 0).resets, 1);
	assert_false(card_verified(f->card, REF_AUTH));
	token_unref(t);
}

static void a_reset_of_our_own_costs_the_other_login_at_once(void **state)
{
	struct fixture *f = *state;
	struct token *a = fixture_token(f, SLOT_AUTH), *b = fixture_loaded(f, SLOT_SIGN);
	struct loop_fault fault = {.kind = LOOP_FAULT_SW, .at = 1, .value = 0x6A86};

	assert_int_equal(login(a, PIN_AUTH), 0);
	assert_int_equal(login(b, PIN_SIGN), 0);
	assert_int_equal(login_context(b, PIN_SIGN, f), 0);
	loop_set_fault(f->loop, 0, &fault);
	token_context_cancel(b, f);
	assert_int_equal(counts(f, 0).resets, 1);
	assert_false(counts(f, 0).held);
	assert_false(token_logged_in(a));
	assert_false(card_verified(f->card, REF_SIGN));
	token_unref(a);
	token_unref(b);
}

static void logout_without_login_leaves_the_card_alone(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(card_command(f->card, "00200081 10 31323334000000000000000000000000"),
			 0x9000);
	assert_int_equal(token_logout(t), 0);
	assert_true(card_verified(f->card, REF_AUTH));
	token_unref(t);
}

/* ---- the context-specific login ---------------------------------------------------------------- */

static void a_context_login_holds_the_card_for_one_signature(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);
	int owner;

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, &owner), 0);
	assert_true(counts(f, 0).held);
	assert_int_equal(sign(t, 1, &owner), 0);
	assert_false(counts(f, 0).held);
	assert_int_equal(sign(t, 2, &owner), MOHR_ERR_NOT_LOGGED_IN);
	assert_true(token_logged_in(t));
	assert_int_equal(login_context(t, PIN_SIGN, &owner), 0);
	assert_int_equal(sign(t, 3, &owner), 0);
	token_unref(t);
}

static void a_context_login_needs_a_login_and_an_object(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), MOHR_ERR_ARGUMENT);
	token_unref(t);
	t = fixture_loaded(f, SLOT_SIGN);
	assert_int_equal(token_logout(t), 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(counts(f, 0).begins, 0);
	token_unref(t);
	t = fixture_loaded(f, SLOT_AUTH);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(login_context(t, PIN_AUTH, f), MOHR_ERR_ARGUMENT);
	token_unref(t);
	assert_int_equal(card_tries(f->card, REF_SIGN), 3);
}

static void a_context_login_after_a_foreign_reset_types_no_pin(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	loop_reset(f->loop, 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(counts(f, 0).verifies, 0);
	assert_false(counts(f, 0).held);
	token_unref(t);
}

static void a_context_login_serves_its_owner_only(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);
	int mine, other;

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, &mine), 0);
	assert_int_equal(sign(t, 1, &other), MOHR_ERR_NOT_LOGGED_IN);
	token_context_cancel(t, &other);
	assert_int_equal(sign(t, 1, &mine), 0);
	token_unref(t);
}

static void a_second_context_login_ends_the_first(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);
	int first, second;

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, &first), 0);
	assert_int_equal(login_context(t, PIN_SIGN, &second), 0);
	assert_int_equal(sign(t, 1, &first), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(sign(t, 1, &second), 0);
	assert_false(counts(f, 0).held);
	token_unref(t);
}

struct other_thread {
	struct token *token;
	atomic_bool begun;
	int login, signature;
};

static void *log_in_and_sign(void *arg)
{
	struct other_thread *o = arg;

	atomic_store(&o->begun, true);
	o->login = login_context(o->token, PIN_SIGN, o);
	o->signature = sign(o->token, 2, o);
	return NULL;
}

static void a_context_login_of_another_thread_waits_until_the_first_is_used(void **state)
{
	struct fixture *f = *state;
	struct other_thread other = {.token = fixture_loaded(f, SLOT_SIGN)};
	struct timespec nap = {.tv_nsec = 50000000};
	pthread_t thread;
	int mine;

	assert_int_equal(login(other.token, PIN_SIGN), 0);
	assert_int_equal(login_context(other.token, PIN_SIGN, &mine), 0);
	assert_int_equal(pthread_create(&thread, NULL, log_in_and_sign, &other), 0);
	while (!atomic_load(&other.begun))
		nanosleep(&nap, NULL);
	nanosleep(&nap, NULL); /* it may come as far as it can */
	assert_int_equal(sign(other.token, 1, &mine), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(other.login, 0);
	assert_int_equal(other.signature, 0);
	assert_false(counts(f, 0).held);
	token_unref(other.token);
}

static void a_context_login_that_ends_unused_lets_the_next_thread_in(void **state)
{
	struct fixture *f = *state;
	struct other_thread other = {.token = fixture_loaded(f, SLOT_SIGN)};
	struct timespec nap = {.tv_nsec = 50000000};
	pthread_t thread;
	int mine;

	assert_int_equal(login(other.token, PIN_SIGN), 0);
	assert_int_equal(login_context(other.token, PIN_SIGN, &mine), 0);
	assert_int_equal(pthread_create(&thread, NULL, log_in_and_sign, &other), 0);
	nanosleep(&nap, NULL);
	token_context_cancel(other.token, &mine);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(other.login, 0);
	assert_int_equal(other.signature, 0);
	token_unref(other.token);
}

static void a_cancelled_context_login_closes_and_releases_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	assert_true(card_verified(f->card, REF_SIGN));
	token_context_cancel(t, f);
	assert_false(counts(f, 0).held);
	assert_false(card_verified(f->card, REF_SIGN));
	assert_int_equal(sign(t, 1, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_true(token_logged_in(t));
	loop_clear_counts(f->loop, 0);
	token_context_cancel(t, f);
	assert_int_equal(counts(f, 0).apdus, 0);
	token_unref(t);
}

static void a_context_login_older_than_five_seconds_is_given_up_at_the_next_entry(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN), *a = fixture_token(f, SLOT_AUTH);
	struct pin_status status;

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	clock_advance(4000);
	assert_int_equal(sign(t, 1, f), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	clock_advance(5100);
	assert_int_equal(sign(t, 1, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_false(counts(f, 0).held);
	assert_false(card_verified(f->card, REF_SIGN));
	/* whoever enters next */
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	clock_advance(5100);
	assert_int_equal(token_pin_status(a, &status), 0);
	assert_false(counts(f, 0).held);
	assert_false(card_verified(f->card, REF_SIGN));
	assert_true(token_logged_in(t));
	token_unref(t);
	token_unref(a);
}

static void a_wrong_pin_in_a_context_login_costs_one_try_and_holds_nothing(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, "111111", f), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(login_context(t, "111111", f), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_SIGN), 2);
	assert_false(counts(f, 0).held);
	assert_true(token_logged_in(t));
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	assert_int_equal(sign(t, 1, f), 0);
	token_unref(t);
}

static void others_of_the_process_nest_in_a_held_transaction(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN), *a = fixture_loaded(f, SLOT_AUTH);
	struct pin_status status;
	uint8_t random[16];
	unsigned begins;

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	begins = counts(f, 0).begins;
	assert_int_equal(login(a, PIN_AUTH), 0);
	assert_int_equal(sign(a, 1, NULL), 0);
	assert_int_equal(token_random(a, random, sizeof(random)), 0);
	assert_int_equal(token_pin_status(a, &status), 0);
	assert_int_equal(token_logout(a), 0);
	assert_int_equal(counts(f, 0).begins, begins);
	assert_true(counts(f, 0).held);
	assert_int_equal(sign(t, 2, f), 0);
	assert_false(counts(f, 0).held);
	token_unref(t);
	token_unref(a);
}

static void logout_ends_a_context_login(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	assert_int_equal(token_logout(t), 0);
	assert_false(counts(f, 0).held);
	assert_false(card_verified(f->card, REF_SIGN));
	token_unref(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(login_costs_one_verify_and_opens_the_card),
		TEST(a_per_use_pin_leaves_the_card_closed),
		TEST(the_login_of_one_pin_is_not_that_of_the_other),
		TEST(a_pin_that_cannot_be_right_costs_no_apdu),
		TEST(an_empty_pin_fails_whatever_the_card_would_take),
		TEST(an_empty_pin_fails_though_another_program_has_verified),
		TEST(a_wrong_pin_costs_one_try),
		TEST(the_same_wrong_pin_is_refused_without_asking_the_card),
		TEST(a_wrong_pin_is_asked_again_once_the_count_has_changed),
		TEST(a_wrong_pin_is_forgotten_after_a_right_one_and_after_removal),
		TEST(a_blocked_pin_is_told_as_such),
		TEST(a_transport_pin_must_be_changed_first),
		TEST(a_changed_pin_holds_and_a_wrong_old_one_costs_one_try),
		TEST(logout_closes_the_card),
		TEST(logout_resets_a_card_that_cannot_unverify),
		TEST(logout_resets_a_card_that_tells_nothing_of_its_state),
		TEST(a_reset_of_our_own_costs_the_other_login_at_once),
		TEST(logout_without_login_leaves_the_card_alone),
		TEST(a_context_login_holds_the_card_for_one_signature),
		TEST(a_context_login_needs_a_login_and_an_object),
		TEST(a_context_login_after_a_foreign_reset_types_no_pin),
		TEST(a_context_login_serves_its_owner_only),
		TEST(a_second_context_login_ends_the_first),
		TEST(a_context_login_of_another_thread_waits_until_the_first_is_used),
		TEST(a_context_login_that_ends_unused_lets_the_next_thread_in),
		TEST(a_cancelled_context_login_closes_and_releases_the_card),
		TEST(a_context_login_older_than_five_seconds_is_given_up_at_the_next_entry),
		TEST(a_wrong_pin_in_a_context_login_costs_one_try_and_holds_nothing),
		TEST(others_of_the_process_nest_in_a_held_transaction),
		TEST(logout_ends_a_context_login),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
