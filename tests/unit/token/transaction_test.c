/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/transaction.c: recovery from resets, dead links and cards that were swapped. */
#include "fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "token/internal.h"

static void a_foreign_reset_costs_the_login(void **state)
{
	struct fixture *f = *state;
	struct token *a = fixture_loaded(f, SLOT_AUTH), *b = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(a, PIN_AUTH), 0);
	assert_int_equal(login(b, PIN_SIGN), 0);
	loop_reset(f->loop, 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(sign(a, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_false(token_logged_in(a));
	assert_false(token_logged_in(b));
	assert_int_equal(counts(f, 0).verifies, 0);
	assert_int_equal(counts(f, 0).connects, 0);
	assert_int_equal(counts(f, 0).reconnects, 1);
	assert_int_equal(counts(f, 0).resets, 0);
	/* the same tokens go on */
	assert_int_equal(token_check(a), 0);
	assert_int_equal(login(a, PIN_AUTH), 0);
	assert_int_equal(sign(a, 1, NULL), 0);
	token_unref(a);
	token_unref(b);
}

static void a_reset_costs_readings_nothing(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	const struct token_objects *o;
	struct loop_fault fault = {.kind = LOOP_FAULT_RESET, .at = 5};
	struct pin_status status;
	uint8_t random[8];

	loop_reset(f->loop, 0);
	assert_int_equal(token_pin_status(t, &status), 0);
	loop_reset(f->loop, 0);
	assert_int_equal(token_random(t, random, sizeof(random)), 0);
	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(token_objects(t, &o), 0);
	assert_true(loop_fault_done(f->loop, 0));
	assert_int_equal(o->n_certificates, 1);
	token_unref(t);
}

static void a_verify_is_never_repeated_after_a_reset(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	struct loop_fault fault = {.kind = LOOP_FAULT_RESET, .at = 1};

	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_CARD_RESET);
	assert_true(loop_fault_done(f->loop, 0));
	assert_false(token_logged_in(t));
	assert_int_equal(counts(f, 0).verifies, 1);
	assert_int_equal(login(t, PIN_AUTH), 0);
	token_unref(t);
}

static void a_reset_in_the_middle_of_a_signature_is_a_lost_login(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);
	struct loop_fault fault = {.kind = LOOP_FAULT_RESET};

	for (fault.at = 0; fault.at < 3; fault.at++) {
		assert_int_equal(login(t, PIN_AUTH), 0);
		loop_set_fault(f->loop, 0, &fault);
		assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
		assert_true(loop_fault_done(f->loop, 0));
		assert_false(token_logged_in(t));
	}
	token_unref(t);
}

static void another_card_without_an_event_ends_the_token(void **state)
{
	struct fixture *f = *state;
	struct vcard *other = fixture_card(VCARD_P256, VCARD_P256, false);
	struct token *t = fixture_loaded(f, SLOT_AUTH), *new;
	struct slot_state before, after;

	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(slots_state(f->slots, 0, &before), 0);
	loop_swap_unseen(f->loop, 0, other);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(counts(f, 0).verifies, 0);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(token_check(t), MOHR_ERR_CARD_REMOVED);
	assert_false(token_logged_in(t));
	assert_int_equal(slots_state(f->slots, 0, &after), 0);
	assert_int_not_equal(before.insertion, after.insertion);
	new = fixture_token(f, SLOT_AUTH);
	assert_string_not_equal(token_info(new)->serial, token_info(t)->serial);
	token_unref(t);
	token_unref(new);
	loop_remove(f->loop, 0);
	vcard_free(other);
}

static void a_swapped_card_ends_the_token(void **state)
{
	struct fixture *f = *state;
	struct vcard *other = fixture_card(VCARD_P256, VCARD_P256, true);
	struct token *t = fixture_loaded(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	loop_insert(f->loop, 0, other);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(counts(f, 0).apdus, 0);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(other);
}

static void a_removal_in_mid_operation_ends_the_token(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);
	struct loop_fault fault = {.kind = LOOP_FAULT_REMOVE, .at = 2};

	assert_int_equal(login(t, PIN_AUTH), 0);
	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_CARD_REMOVED);
	assert_false(token_logged_in(t));
	loop_insert(f->loop, 0, f->card);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_CARD_REMOVED);
	token_unref(t);
	t = fixture_loaded(f, SLOT_AUTH);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	token_unref(t);
}

static void a_restarted_service_costs_the_login_and_nothing_else(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	loop_stop_service(f->loop);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NO_SERVICE);
	assert_false(token_logged_in(t));
	loop_start_service(f->loop);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	/* one that came back before anybody noticed */
	loop_stop_service(f->loop);
	loop_start_service(f->loop);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	assert_int_equal(loop_links_open(f->loop), 1);
	token_unref(t);
}

static void a_disturbed_exchange_is_one_failed_call(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);
	struct loop_fault fault = {.kind = LOOP_FAULT_ERROR, .value = MOHR_ERR_COMMUNICATION};

	assert_int_equal(login(t, PIN_AUTH), 0);
	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_COMMUNICATION);
	assert_true(token_logged_in(t));
	assert_int_equal(sign(t, 1, NULL), 0);
	/* over a new link: nobody knows what is still on its way on the old one */
	assert_int_equal(counts(f, 0).connects, 2);
	assert_int_equal(loop_links_open(f->loop), 1);
	token_unref(t);
}

static void a_context_login_on_a_broken_way_ends_in_a_reset(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);
	struct loop_fault fault = {.kind = LOOP_FAULT_ERROR, .value = MOHR_ERR_CARD_MUTE};

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(sign(t, 1, f), MOHR_ERR_CARD_MUTE);
	assert_false(counts(f, 0).held);
	assert_int_equal(counts(f, 0).resets, 1);
	assert_false(card_verified(f->card, REF_SIGN));
	assert_int_equal(sign(t, 1, f), MOHR_ERR_NOT_LOGGED_IN);
	token_unref(t);
}

/* ---- two programs ------------------------------------------------------------------------------ */

static void another_programs_logout_costs_our_login(void **state)
{
	struct fixture *f = *state;
	struct token *mine = fixture_loaded(f, SLOT_AUTH), *theirs;
	struct slots *s;

	f->setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&f->setup, &s), 0);
	assert_int_equal(slots_update(s), 0);
	assert_int_equal(slots_token(s, 0, &theirs), 0);
	assert_int_equal(login(mine, PIN_AUTH), 0);
	/* our own login state, whatever the card would allow */
	assert_int_equal(sign(theirs, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(login(theirs, PIN_AUTH), 0);
	assert_int_equal(sign(theirs, 1, NULL), 0);
	assert_int_equal(sign(mine, 1, NULL), 0);
	assert_int_equal(token_logout(theirs), 0);
	assert_true(token_logged_in(mine));
	assert_int_equal(sign(mine, 2, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_false(token_logged_in(mine));
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	token_unref(mine);
	token_unref(theirs);
	assert_true(slots_free(s));
}

static void another_application_on_the_card_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(card_command(f->card, "00A4040C 08 A000000018434D00"), 0x9000);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(card_command(f->card, "00A4040C 08 A000000018434D00"), 0x9000);
	/* the PIN reaches IAS, whatever was selected */
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	token_unref(t);
}

struct signer {
	struct token *token;
	unsigned first;
	int result;
};

static void *sign_often(void *user)
{
	struct signer *s = user;
	unsigned i;

	for (i = 0; i < 50 && s->result == 0; i++)
		s->result = sign(s->token, s->first + i, NULL);
	return NULL;
}

static void eight_threads_sign_at_once(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);
	struct signer signers[8];
	pthread_t threads[8];
	unsigned i;

	assert_int_equal(login(t, PIN_AUTH), 0);
	for (i = 0; i < 8; i++) {
		signers[i] = (struct signer){.token = t, .first = i * 50};
		assert_int_equal(pthread_create(&threads[i], NULL, sign_often, &signers[i]), 0);
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(signers[i].result, 0);
	}
	assert_int_equal(counts(f, 0).outside, 0);
	token_unref(t);
}

/* ---- everything at once ------------------------------------------------------------------------ */

struct crowd {
	struct fixture *f;
	atomic_bool stop;
	atomic_uint n_signed, n_wrong;
};

/* What a signer may hear while its card comes and goes. */
static bool is_expected(int r)
{
	return r == 0 || r == MOHR_ERR_CARD_REMOVED || r == MOHR_ERR_CARD_ABSENT ||
	       r == MOHR_ERR_NOT_LOGGED_IN || r == MOHR_ERR_CARD_RESET;
}

static void note(struct crowd *c, int r)
{
	if (!is_expected(r)) {
		print_error("unexpected: %s\n", error_name(r));
		atomic_fetch_add(&c->n_wrong, 1);
	}
}

static void *use_what_is_there(void *user)
{
	struct crowd *c = user;
	struct token *t;
	int r;

	while (!atomic_load(&c->stop)) {
		r = slots_token(c->f->slots, SLOT_AUTH, &t);
		note(c, r);
		if (r != 0)
			continue;
		r = login(t, PIN_AUTH);
		note(c, r);
		if (r == 0) {
			r = sign(t, 1, NULL);
			note(c, r);
			atomic_fetch_add(&c->n_signed, r == 0);
		}
		token_unref(t);
	}
	return NULL;
}

static void *watch(void *user)
{
	struct crowd *c = user;
	struct slot_state s;
	size_t slot;
	int r;

	while (!atomic_load(&c->stop)) {
		r = slots_wait(c->f->slots, 5, &slot);
		if (r != 0 && r != MOHR_ERR_TIMEOUT)
			note(c, r);
		note(c, slots_update(c->f->slots));
		note(c, slots_state(c->f->slots, 1, &s));
	}
	return NULL;
}

static void cards_come_and_go_under_many_threads(void **state)
{
	struct fixture *f = *state;
	struct crowd c = {.f = f};
	pthread_t threads[6];
	unsigned i;

	for (i = 0; i < 6; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, i == 0 ? watch : use_what_is_there, &c),
			0);
	for (i = 0; i < 60; i++) {
		struct timespec pause = {.tv_nsec = 3000000};

		nanosleep(&pause, NULL);
		if (i % 3 == 0) {
			loop_reset(f->loop, 0);
		} else if (i % 3 == 1) {
			loop_remove(f->loop, 0);
			loop_insert(f->loop, 0, f->card);
		}
	}
	/* the last ones sign in peace */
	while (atomic_load(&c.n_signed) == 0)
		sched_yield();
	atomic_store(&c.stop, true);
	for (i = 0; i < 6; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&c.n_wrong), 0);
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	assert_int_equal(counts(f, 0).outside, 0);
}

static void errors_of_the_way_are_told_from_answers_of_the_card(void **state)
{
	(void)state;
	assert_true(transaction_broke(MOHR_ERR_CARD_RESET));
	assert_true(transaction_broke(MOHR_ERR_COMMUNICATION));
	assert_true(transaction_broke(MOHR_ERR_NO_SERVICE));
	assert_false(transaction_broke(0));
	assert_false(transaction_broke(MOHR_ERR_MALFORMED));
	assert_false(transaction_broke(MOHR_ERR_PIN_INCORRECT));
	assert_false(transaction_broke(MOHR_ERR_CARD_REFUSED));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_foreign_reset_costs_the_login),
		TEST(a_reset_costs_readings_nothing),
		TEST(a_verify_is_never_repeated_after_a_reset),
		TEST(a_reset_in_the_middle_of_a_signature_is_a_lost_login),
		TEST(another_card_without_an_event_ends_the_token),
		TEST(a_swapped_card_ends_the_token),
		TEST(a_removal_in_mid_operation_ends_the_token),
		TEST(a_restarted_service_costs_the_login_and_nothing_else),
		TEST(a_disturbed_exchange_is_one_failed_call),
		TEST(a_context_login_on_a_broken_way_ends_in_a_reset),
		TEST(another_programs_logout_costs_our_login),
		TEST(another_application_on_the_card_is_noticed),
		TEST(eight_threads_sign_at_once),
		TEST(cards_come_and_go_under_many_threads),
		cmocka_unit_test(errors_of_the_way_are_told_from_answers_of_the_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
