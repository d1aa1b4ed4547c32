/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/clock_posix.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"

static void time_passes_in_milliseconds(void **state)
{
	const struct timespec nap = {.tv_nsec = 30 * 1000 * 1000};
	uint64_t begin = clock_ms(), took;

	(void)state;
	nanosleep(&nap, NULL);
	took = clock_ms() - begin;
	assert_true(took >= 29);
	assert_true(took < 5000);
}

static void time_never_goes_back(void **state)
{
	uint64_t last = clock_ms(), now;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		now = clock_ms();
		assert_true(now >= last);
		last = now;
	}
}

static void sleep_lasts_at_least_as_long_as_asked(void **state)
{
	uint64_t begin = clock_ms();

	(void)state;
	clock_sleep_ms(0);
	clock_sleep_ms(30);
	assert_true(clock_ms() - begin >= 29);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_passes_in_milliseconds),
		cmocka_unit_test(time_never_goes_back),
		cmocka_unit_test(sleep_lasts_at_least_as_long_as_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
