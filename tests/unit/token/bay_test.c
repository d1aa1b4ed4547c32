/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/bay.c. */
#include "fixture.h"

#include "token/internal.h"

static struct slots world = {.per_reader = 2};

static struct bay *new_bay(const struct reader *r)
{
	struct bay *b;

	world.setup.mutex_ops = mutex_ops_none();
	assert_int_equal(bay_new(&world, r, &b), 0);
	return b;
}

static void the_same_state_again_is_no_change(void **state)
{
	struct reader r = {.name = "R", .present = true, .events = 3};
	struct bay *b = new_bay(&r);
	uint32_t number = b->insertion_number;

	(void)state;
	assert_null(bay_note(b, &r, true));
	assert_int_equal(b->insertion_number, number);
	assert_int_equal(b->pending, 0);
	bay_free(b);
}

static void any_change_is_another_insertion_and_an_event_of_all_slots(void **state)
{
	struct reader r = {.name = "R", .present = true, .events = 3};
	struct bay *b = new_bay(&r);
	uint32_t number = b->insertion_number;

	(void)state;
	/* out and in again between two looks */
	r.events = 5;
	assert_null(bay_note(b, &r, true));
	assert_int_not_equal(b->insertion_number, number);
	assert_int_equal(b->pending, 3);
	number = b->insertion_number;
	b->pending = 0;
	assert_null(bay_note(b, NULL, true));
	assert_false(b->there || b->now.present);
	assert_int_not_equal(b->insertion_number, number);
	assert_int_equal(b->pending, 3);
	number = b->insertion_number;
	b->pending = 0;
	assert_null(bay_note(b, NULL, true));
	assert_int_equal(b->insertion_number, number);
	assert_int_equal(b->pending, 0);
	assert_null(bay_note(b, &r, false));
	assert_true(b->there && b->now.present);
	assert_int_not_equal(b->insertion_number, number);
	assert_int_equal(b->pending, 0);
	bay_free(b);
	bay_free(NULL);
}

/* One look: whether it was a change. */
static bool looks_changed(struct bay *b, struct reader *r, bool present, uint32_t events)
{
	uint32_t number = b->insertion_number;

	r->present = present;
	r->events = events;
	assert_null(bay_note(b, r, true));
	return b->insertion_number != number;
}

/* pcscd changes a reader's state first and its count then; a look may fall between. */
static void a_count_that_follows_what_was_seen_is_no_second_change(void **state)
{
	struct reader r = {.name = "R", .present = true, .events = 3};
	struct bay *b = new_bay(&r);

	(void)state;
	assert_true(looks_changed(b, &r, false, 3));
	assert_false(looks_changed(b, &r, false, 4));
	assert_true(looks_changed(b, &r, true, 4));
	assert_false(looks_changed(b, &r, true, 5));
	/* seen at once */
	assert_true(looks_changed(b, &r, false, 6));
	assert_false(looks_changed(b, &r, false, 6));
	/* in again before the count of the removal was seen, or its own */
	assert_true(looks_changed(b, &r, true, 7));
	assert_true(looks_changed(b, &r, false, 7));
	assert_true(looks_changed(b, &r, true, 8));
	assert_false(looks_changed(b, &r, true, 9));
	/* the count of what was seen, and more */
	assert_true(looks_changed(b, &r, false, 9));
	assert_true(looks_changed(b, &r, false, 12));
	assert_false(looks_changed(b, &r, false, 12));
	assert_true(looks_changed(b, &r, false, 14));
	bay_free(b);
}

/* A reader that comes back with its card in it shows that card without a count. */
static void a_reader_that_was_away_owes_no_count(void **state)
{
	struct reader r = {.name = "R", .present = true, .events = 0};
	struct bay *b = new_bay(&r);
	int n;

	(void)state;
	for (n = 0; n < 3; n++) {
		assert_null(bay_note(b, NULL, true));
		assert_true(looks_changed(b, &r, true, 0));
	}
	/* out and in again between two looks */
	assert_true(looks_changed(b, &r, true, 2));
	bay_free(b);
}

static void a_change_forgets_that_the_card_was_unknown_and_ends_its_stay(void **state)
{
	struct reader r = {.name = "R", .present = true, .events = 3};
	struct bay *b = new_bay(&r);
	struct insertion stay = {.n_tokens = 1};

	(void)state;
	b->unknown = true;
	b->current = &stay;
	atomic_store(&stay.tokens[0].logged_in, true);
	r.present = false;
	r.events++;
	assert_ptr_equal(bay_note(b, &r, true), &stay);
	assert_false(b->unknown);
	assert_null(b->current);
	assert_true(atomic_load(&stay.gone));
	assert_false(atomic_load(&stay.tokens[0].logged_in));
	bay_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_state_again_is_no_change),
		cmocka_unit_test(any_change_is_another_insertion_and_an_event_of_all_slots),
		cmocka_unit_test(a_count_that_follows_what_was_seen_is_no_second_change),
		cmocka_unit_test(a_reader_that_was_away_owes_no_count),
		cmocka_unit_test(a_change_forgets_that_the_card_was_unknown_and_ends_its_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
