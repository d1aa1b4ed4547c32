/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/wait.c. */
#include "fixture.h"

#include <pthread.h>

#include "base/clock.h"

static void what_was_there_from_the_start_is_no_event(void **state)
{
	struct fixture *f = *state;
	size_t slot = 77;

	assert_int_equal(slots_wait(f->slots, 0, &slot), MOHR_ERR_TIMEOUT);
	assert_int_equal(slot, 77);
	assert_int_equal(slots_wait(f->slots, 10, &slot), MOHR_ERR_TIMEOUT);
}

static void each_slot_of_the_reader_is_reported_once(void **state)
{
	struct fixture *f = *state;
	size_t slot;

	loop_remove(f->loop, 0);
	assert_int_equal(slots_wait(f->slots, 0, &slot), 0);
	assert_int_equal(slot, 0);
	assert_int_equal(slots_wait(f->slots, -1, &slot), 0);
	assert_int_equal(slot, 1);
	assert_int_equal(slots_wait(f->slots, 0, &slot), MOHR_ERR_TIMEOUT);
	loop_insert(f->loop, 0, f->card);
	assert_int_equal(slots_wait(f->slots, 0, &slot), 0);
	assert_int_equal(slot, 0);
}

static void an_event_that_an_update_saw_is_still_reported(void **state)
{
	struct fixture *f = *state;
	size_t slot;

	loop_remove(f->loop, 0);
	assert_int_equal(slots_update(f->slots), 0);
	assert_int_equal(slots_wait(f->slots, 0, &slot), 0);
}

static void a_reader_that_vanishes_or_comes_is_an_event(void **state)
{
	struct fixture *f = *state;
	size_t slot;

	loop_set_plugged(f->loop, 1, false);
	assert_int_equal(slots_wait(f->slots, 0, &slot), 0);
	assert_int_equal(slot, 2);
	assert_int_equal(slots_wait(f->slots, 0, &slot), 0);
	loop_set_plugged(f->loop, 1, true);
	assert_int_equal(slots_wait(f->slots, 0, &slot), 0);
	assert_int_equal(slot, 2);
}

struct waiter {
	struct fixture *f;
	size_t slot;
	int result;
};

static void *wait_for_ever(void *user)
{
	struct waiter *w = user;

	w->result = slots_wait(w->f->slots, -1, &w->slot);
	return NULL;
}

static void a_wait_ends_with_an_event_and_blocks_nobody(void **state)
{
	struct fixture *f = *state;
	struct waiter w = {.f = f, .slot = 77, .result = -1};
	struct token *t;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, wait_for_ever, &w), 0);
	t = fixture_loaded(f, SLOT_AUTH);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	token_unref(t);
	loop_remove(f->loop, 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(w.result, 0);
	assert_int_equal(w.slot, 0);
}

static void cancel_ends_a_wait(void **state)
{
	struct fixture *f = *state;
	struct waiter w = {.f = f};
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, wait_for_ever, &w), 0);
	slots_cancel(f->slots);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(w.result, MOHR_ERR_CANCELLED);
}

static void a_service_that_stops_ends_a_wait(void **state)
{
	struct fixture *f = *state;
	struct waiter w = {.f = f};
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, wait_for_ever, &w), 0);
	loop_stop_service(f->loop);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(w.result, MOHR_ERR_NO_SERVICE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
#define TEST2(name)                                                                                \
	cmocka_unit_test_setup_teardown(name, fixture_setup_two_readers, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_there_from_the_start_is_no_event),
		TEST(each_slot_of_the_reader_is_reported_once),
		TEST(an_event_that_an_update_saw_is_still_reported),
		TEST2(a_reader_that_vanishes_or_comes_is_an_event),
		TEST(a_wait_ends_with_an_event_and_blocks_nobody),
		TEST(cancel_ends_a_wait),
		TEST(a_service_that_stops_ends_a_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
