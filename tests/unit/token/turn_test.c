/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/turn.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "token/turn.h"

enum { N = 16, ROUNDS = 200 };

static struct turn turn;
static atomic_uint arrived, inside;
static unsigned order[N], n_order, total;
static atomic_bool crowded;

static int setup(void **state)
{
	(void)state;
	atomic_store(&arrived, 0);
	n_order = total = 0;
	return turn_init(&turn, mutex_ops_os());
}

static int teardown(void **state)
{
	(void)state;
	turn_clear(&turn);
	return 0;
}

static void nap(void)
{
	struct timespec t = {.tv_nsec = 20000000};

	(void)nanosleep(&t, NULL);
}

static void *join(void *arg)
{
	unsigned number = *(unsigned *)arg;

	/* In this order, with time to get to the queue. */
	while (atomic_load(&arrived) != number)
		nap();
	atomic_fetch_add(&arrived, 1);
	if (turn_take(&turn) != 0)
		return NULL;
	order[n_order++] = number;
	turn_give(&turn);
	return NULL;
}

static void threads_get_it_in_the_order_in_which_they_came(void **state)
{
	pthread_t threads[4];
	unsigned numbers[4] = {0, 1, 2, 3}, i;

	(void)state;
	assert_int_equal(turn_take(&turn), 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, join, &numbers[i]), 0);
	while (atomic_load(&arrived) != 4)
		nap();
	nap();
	nap();
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
