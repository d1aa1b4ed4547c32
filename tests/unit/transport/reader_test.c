/* SPDX-License-Identifier: BSD-2-Clause */
/* reader.c and gate_*.c: differences between lists of readers, bounds of waiting, the gate. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "transport/gate.h"
#include "transport/reader.h"

static const struct reader one = {.name = "A", .present = true, .events = 3};

static void lists_differ_in_whatever_a_caller_should_look_at(void **state)
{
	struct reader other = one;

	(void)state;
	assert_false(readers_differ(&one, 1, &other, 1));
	assert_false(readers_differ(NULL, 0, NULL, 0));
	assert_true(readers_differ(&one, 1, &other, 0));
	assert_true(readers_differ(NULL, 0, &other, 1));
	other.name[0] = 'B';
	assert_true(readers_differ(&one, 1, &other, 1));
	other = one;
	other.present = false;
	assert_true(readers_differ(&one, 1, &other, 1));
	other = one;
	other.mute = true;
	assert_true(readers_differ(&one, 1, &other, 1));
	other = one;
	other.events++;
	assert_true(readers_differ(&one, 1, &other, 1));
	other = one;
	other.atr_len = 1;
	assert_false(readers_differ(&one, 1, &other, 1));
}

static void deadlines_are_bounded_and_pass(void **state)
{
	uint64_t soon = deadline_after(1000);

	(void)state;
	assert_true(deadline_after(-1) == UINT64_MAX);
	assert_int_equal(deadline_left(UINT64_MAX, 77), 77);
	assert_int_equal(deadline_left(soon, 5), 5);
	assert_in_range(deadline_left(soon, 100000), 1, 1000);
	assert_int_equal(deadline_left(clock_ms(), 5), 0);
	assert_int_equal(deadline_left(0, 5), 0);
	assert_int_equal(deadline_left(deadline_after(0), 5), 0);
}

static void shut_gate_times_out_and_open_one_does_not_wait(void **state)
{
	struct gate *g;

	(void)state;
	assert_int_equal(gate_new(&g), 0);
	assert_int_equal(gate_wait(g, 0), MOHR_ERR_TIMEOUT);
	assert_int_equal(gate_wait(g, 5), MOHR_ERR_TIMEOUT);
	gate_open(g);
	assert_int_equal(gate_wait(g, 0), 0);
	assert_int_equal(gate_wait(g, -1), 0);
	gate_shut(g);
	assert_int_equal(gate_wait(g, 0), MOHR_ERR_TIMEOUT);
	gate_free(g);
	gate_free(NULL);
}

struct waiting {
	pthread_t id;
	struct gate *gate;
	int timeout_ms, result;
};

static void *wait_main(void *arg)
{
	struct waiting *w = arg;

	w->result = gate_wait(w->gate, w->timeout_ms);
	return NULL;
}

static void opening_lets_all_through(void **state)
{
	struct waiting w[4];
	struct gate *g;

	(void)state;
	assert_int_equal(gate_new(&g), 0);
	for (int i = 0; i < 4; i++) {
		w[i] = (struct waiting){.gate = g, .timeout_ms = i % 2 ? -1 : 60000, .result = 99};
		assert_int_equal(pthread_create(&w[i].id, NULL, wait_main, &w[i]), 0);
	}
	gate_open(g);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(w[i].id, NULL), 0);
		assert_int_equal(w[i].result, 0);
	}
	gate_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_differ_in_whatever_a_caller_should_look_at),
		cmocka_unit_test(deadlines_are_bounded_and_pass),
		cmocka_unit_test(shut_gate_times_out_and_open_one_does_not_wait),
		cmocka_unit_test(opening_lets_all_through),
	};

	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
