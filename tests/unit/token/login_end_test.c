/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of token/login.c: a login whose end is disturbed leaves no open card behind (behaviour.md: "VERIFY
 * with P1 = FF, else re-SELECT, else reset").
 */
#include "fixture.h"

#include <pthread.h>
#include <time.h>

#include "token/internal.h"

/* The exchange with this number, counted from now, is lost on the way back. */
static void lose_answer(struct fixture *f, unsigned at, int err)
{
	struct loop_fault fault = {.kind = LOOP_FAULT_ERROR, .at = at, .value = err};

	loop_set_fault(f->loop, 0, &fault);
}

static const int ways[] = {MOHR_ERR_COMMUNICATION, MOHR_ERR_CARD_MUTE, MOHR_ERR_IO,
			   MOHR_ERR_TIMEOUT, MOHR_ERR_CANCELLED};

enum { N_WAYS = sizeof(ways) / sizeof(ways[0]) };

static void a_logout_whose_answer_is_lost_closes_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	unsigned at, n;

	/* SELECT, the un-verify */
	for (at = 0; at < 2; at++) {
		for (n = 0; n < N_WAYS; n++) {
			assert_int_equal(login(t, PIN_AUTH), 0);
			lose_answer(f, at, ways[n]);
			assert_int_equal(token_logout(t), ways[n]);
			assert_true(loop_fault_done(f->loop, 0));
			assert_false(card_verified(f->card, REF_AUTH));
			assert_false(token_logged_in(t));
			assert_false(counts(f, 0).held);
		}
	}
	token_unref(t);
}

static void a_per_use_pin_is_given_up_though_the_answer_is_lost(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_SIGN);
	unsigned n;

	/* SELECT, VERIFY, and the SELECT before the un-verify */
	for (n = 0; n < N_WAYS; n++) {
		lose_answer(f, 2, ways[n]);
		assert_int_equal(login(t, PIN_SIGN), ways[n]);
		assert_true(loop_fault_done(f->loop, 0));
		assert_false(card_verified(f->card, REF_SIGN));
		assert_false(token_logged_in(t));
	}
	assert_int_equal(card_tries(f->card, REF_SIGN), 3);
	token_unref(t);
}

static void a_context_login_is_given_up_though_the_answer_is_lost(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);
	unsigned n;

	for (n = 0; n < 2 * N_WAYS; n++) {
		assert_int_equal(login(t, PIN_SIGN), 0);
		assert_int_equal(login_context(t, PIN_SIGN, f), 0);
		lose_answer(f, 0, ways[n / 2]);
		if (n % 2 == 0) {
			token_context_cancel(t, f);
		} else {
			clock_advance(5001);
			assert_int_equal(sign(t, 1, f), MOHR_ERR_NOT_LOGGED_IN);
		}
		assert_true(loop_fault_done(f->loop, 0));
		assert_false(card_verified(f->card, REF_SIGN));
		assert_false(counts(f, 0).held);
	}
	token_unref(t);
}

static void the_end_closes_the_card_though_the_answer_is_lost(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	lose_answer(f, 0, MOHR_ERR_COMMUNICATION);
	slots_end(f->slots);
	assert_true(loop_fault_done(f->loop, 0));
	assert_false(card_verified(f->card, REF_AUTH));
	token_unref(t);
}

struct logout {
	struct token *token;
	int result;
};

/* Another thread's logout while the PIN is on its way; nothing is there to be closed yet. */
static void log_out_in_verify(void *user, const uint8_t *command, size_t len)
{
	struct logout *l = user;

	if (len > 5 && command[1] == 0x20)
		l->result = token_logout(l->token);
}

static void a_logout_in_the_middle_of_a_context_login_leaves_the_card_closed(void **state)
{
	struct fixture *f = *state;
	struct logout l = {.token = fixture_loaded(f, SLOT_SIGN), .result = -1};

	assert_int_equal(login(l.token, PIN_SIGN), 0);
	loop_set_hook(f->loop, 0, log_out_in_verify, &l);
	assert_int_equal(login_context(l.token, PIN_SIGN, f), MOHR_ERR_NOT_LOGGED_IN);
	loop_set_hook(f->loop, 0, NULL, NULL);
	assert_int_equal(l.result, 0);
	assert_false(counts(f, 0).held);
	assert_false(card_verified(f->card, REF_SIGN));
	assert_int_equal(sign(l.token, 1, f), MOHR_ERR_NOT_LOGGED_IN);
	token_unref(l.token);
}

struct other_thread {
	struct token *token;
	int login, signature;
};

static void *log_in_and_sign(void *arg)
{
	struct other_thread *o = arg;

	o->login = login_context(o->token, PIN_SIGN, o);
	o->signature = sign(o->token, 2, o);
	return NULL;
}

/* It would wait behind the other thread, who waits for it: the clock stands still here, for good. */
static void a_second_context_login_ends_the_first_though_another_thread_waits(void **state)
{
	struct fixture *f = *state;
	struct other_thread other = {.token = fixture_loaded(f, SLOT_SIGN)};
	struct timespec nap = {.tv_nsec = 100000000};
	pthread_t thread;
	int first, second;

	assert_int_equal(login(other.token, PIN_SIGN), 0);
	assert_int_equal(login_context(other.token, PIN_SIGN, &first), 0);
	assert_int_equal(pthread_create(&thread, NULL, log_in_and_sign, &other), 0);
	nanosleep(&nap, NULL); /* it may come as far as it can */
	assert_int_equal(login_context(other.token, PIN_SIGN, &second), 0);
	assert_int_equal(sign(other.token, 1, &first), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(sign(other.token, 1, &second), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(other.login, 0);
	assert_int_equal(other.signature, 0);
	assert_false(counts(f, 0).held);
	token_unref(other.token);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_logout_whose_answer_is_lost_closes_the_card),
		TEST(a_per_use_pin_is_given_up_though_the_answer_is_lost),
		TEST(a_context_login_is_given_up_though_the_answer_is_lost),
		TEST(the_end_closes_the_card_though_the_answer_is_lost),
		TEST(a_logout_in_the_middle_of_a_context_login_leaves_the_card_closed),
		TEST(a_second_context_login_ends_the_first_though_another_thread_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
