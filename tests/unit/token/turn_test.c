/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/turn.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "token/turn.h"

enum { N = 16, ROUNDS = 200 };

static struct turn turn;
static atomic_uint inside;
static unsigned order[N], n_order, total;
static atomic_bool crowded;

static int setup(void **state)
{
	(void)state;
	n_order = total = 0;
	return turn_init(&turn, mutex_ops_os());
}

static int teardown(void **state)
{
	(void)state;
	turn_clear(&turn);
	return 0;
}

/* Returns when another one than last stands at the end of the queue. */
static struct turn_waiter *await_joined(const struct turn_waiter *last)
{
	struct turn_waiter *now = NULL;

	do {
		(void)sched_yield();
		mutex_lock(&turn.lock);
		now = turn.last;
		mutex_unlock(&turn.lock);
	} while (now == last);
	return now;
}

static void *join(void *arg)
{
	if (turn_take(&turn) != 0)
		return NULL;
	order[n_order++] = *(unsigned *)arg;
	turn_give(&turn);
	return NULL;
}

static void threads_get_it_in_the_order_in_which_they_came(void **state)
{
	pthread_t threads[4];
	unsigned numbers[4] = {0, 1, 2, 3}, i;
	struct turn_waiter *last = NULL;

	(void)state;
	assert_int_equal(turn_take(&turn), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, join, &numbers[i]), 0);
		last = await_joined(last);
	}
	assert_int_equal(n_order, 0);
	turn_give(&turn);
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(n_order, 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(order[i], i);
}

static void *work(void *arg)
{
	unsigned i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		if (turn_take(&turn) != 0)
			return NULL;
		if (atomic_fetch_add(&inside, 1) != 0)
			atomic_store(&crowded, true);
		total++;
		atomic_fetch_sub(&inside, 1);
		turn_give(&turn);
	}
	return NULL;
}

static void one_thread_at_a_time_has_it(void **state)
{
	pthread_t threads[N];
	unsigned i;

	(void)state;
	for (i = 0; i < N; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, NULL), 0);
	for (i = 0; i < N; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_false(atomic_load(&crowded));
	assert_int_equal(total, N * ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(threads_get_it_in_the_order_in_which_they_came,
						setup, teardown),
		cmocka_unit_test_setup_teardown(one_thread_at_a_time_has_it, setup, teardown),
	};

	return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
