/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/thread_posix.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <pthread.h>
#include <cmocka.h>

#include "base/thread.h"

static void *tell(void *arg)
{
	*(uint64_t *)arg = thread_id();
	return NULL;
}

static void threads_that_live_at_once_differ(void **state)
{
	uint64_t mine = thread_id(), other = mine;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, tell, &other), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_not_equal(other, mine);
	assert_int_equal(thread_id(), mine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_that_live_at_once_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
