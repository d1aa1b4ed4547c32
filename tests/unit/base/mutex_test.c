/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/mutex.c and mutex_posix.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mutex.h"

enum { N_THREADS = 4, N_ROUNDS = 20000 };

struct shared {
	struct mutex mutex;
	unsigned counter;
};

static void *count(void *arg)
{
	struct shared *shared = arg;

	for (unsigned i = 0; i < N_ROUNDS; i++) {
		mutex_lock(&shared->mutex);
		shared->counter++;
		mutex_unlock(&shared->mutex);
	}
	return NULL;
}

static void the_systems_mutex_excludes_threads(void **state)
{
	struct shared shared = {0};
	pthread_t threads[N_THREADS];

	(void)state;
	assert_int_equal(mutex_init(&shared.mutex, mutex_ops_os()), 0);
	for (size_t i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count, &shared), 0);
	for (size_t i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(shared.counter, N_THREADS * N_ROUNDS);
	mutex_clear(&shared.mutex);
	/* again, and on a zeroed struct: nothing happens */
	mutex_clear(&shared.mutex);
}

static void *lock_and_count(void *arg)
{
	struct shared *shared = arg;

	mutex_lock(&shared->mutex);
	shared->counter++;
	mutex_unlock(&shared->mutex);
	return NULL;
}

/* Each release wakes one that waits, until none is left. */
static void every_waiter_gets_its_turn(void **state)
{
	const struct timespec nap = {.tv_nsec = 20 * 1000 * 1000};
	struct shared shared = {0};
	pthread_t threads[N_THREADS];

	(void)state;
	assert_int_equal(mutex_init(&shared.mutex, mutex_ops_os()), 0);
	mutex_lock(&shared.mutex);
	for (size_t i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, lock_and_count, &shared), 0);
	nanosleep(&nap, NULL);
	assert_int_equal(shared.counter, 0);
	mutex_unlock(&shared.mutex);
	for (size_t i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(shared.counter, N_THREADS);
	mutex_clear(&shared.mutex);
}

struct timed {
	struct mutex *mutex;
	unsigned timeout_ms;
	int result;
};

static void *lock_timed(void *arg)
{
	struct timed *timed = arg;

	timed->result = mutex_lock_timed(timed->mutex, timed->timeout_ms);
	if (timed->result == 0)
		mutex_unlock(timed->mutex);
	return NULL;
}

static int lock_in_a_thread(struct mutex *m, unsigned timeout_ms)
{
	struct timed timed = {.mutex = m, .timeout_ms = timeout_ms, .result = 1};
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, lock_timed, &timed), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	return timed.result;
}

static void a_timed_lock_waits_its_time_and_no_longer(void **state)
{
	struct mutex m;
	uint64_t begin, took;

	(void)state;
	assert_int_equal(mutex_init(&m, mutex_ops_os()), 0);
	assert_int_equal(lock_in_a_thread(&m, 0), 0);
	mutex_lock(&m);
	assert_int_equal(lock_in_a_thread(&m, 0), MOHR_ERR_TIMEOUT);
	begin = clock_ms();
	assert_int_equal(lock_in_a_thread(&m, 50), MOHR_ERR_TIMEOUT);
	took = clock_ms() - begin;
	assert_true(took >= 49);
	assert_true(took < 5000);
	/* whole seconds, and so close to the next one that the nanoseconds carry */
	begin = clock_ms();
	assert_int_equal(lock_in_a_thread(&m, 1000), MOHR_ERR_TIMEOUT);
	assert_true(clock_ms() - begin >= 999);
	begin = clock_ms();
	assert_int_equal(lock_in_a_thread(&m, 999), MOHR_ERR_TIMEOUT);
	assert_true(clock_ms() - begin >= 998);
	mutex_unlock(&m);
	assert_int_equal(lock_in_a_thread(&m, 50), 0);
	mutex_clear(&m);
}

static void no_mutex_locks_nothing(void **state)
{
	struct mutex m;

	(void)state;
	assert_int_equal(mutex_init(&m, mutex_ops_none()), 0);
	mutex_lock(&m);
	mutex_lock(&m);
	assert_int_equal(mutex_lock_timed(&m, 0), 0);
	mutex_unlock(&m);
	mutex_clear(&m);
}

/* The linker puts this in calloc's place for the library (local.mk). */
static bool no_memory;
void *__real_calloc(size_t n, size_t len);
void *__wrap_calloc(size_t n, size_t len);

void *__wrap_calloc(size_t n, size_t len)
{
	return no_memory ? NULL : __real_calloc(n, len);
}

static void without_memory_there_is_no_mutex(void **state)
{
	struct mutex m = {0};
	int r;

	(void)state;
	no_memory = true;
	r = mutex_init(&m, mutex_ops_os());
	no_memory = false;
	assert_int_equal(r, MOHR_ERR_NOMEM);
	assert_null(m.ops);
}

/* ---- an application's own functions */

struct app {
	unsigned created, destroyed, locked, unlocked;
	int result;
};

static int app_create(void *user, void **ret_mutex)
{
	struct app *app = user;

	app->created++;
	if (app->result == 0)
		*ret_mutex = app;
	return app->result;
}

static void app_destroy(void *user, void *mutex)
{
	struct app *app = user;

	app->destroyed += mutex == app;
}

static int app_lock(void *user, void *mutex)
{
	struct app *app = user;

	app->locked += mutex == app;
	return app->result;
}

static int app_unlock(void *user, void *mutex)
{
	struct app *app = user;

	app->unlocked += mutex == app;
	return app->result;
}

static void an_applications_functions_are_called_with_its_handle(void **state)
{
	struct app app = {0};
	struct mutex_ops ops = {.create = app_create,
				.destroy = app_destroy,
				.lock = app_lock,
				.unlock = app_unlock,
				.user = &app};
	struct mutex m;

	(void)state;
	assert_int_equal(mutex_init(&m, &ops), 0);
	mutex_lock(&m);
	mutex_unlock(&m);
	/* without lock_timed it is lock */
	assert_int_equal(mutex_lock_timed(&m, 10), 0);
	mutex_unlock(&m);
	mutex_clear(&m);
	assert_int_equal(app.created, 1);
	assert_int_equal(app.locked, 2);
	assert_int_equal(app.unlocked, 2);
	assert_int_equal(app.destroyed, 1);
}

static void a_mutex_that_is_not_created_leaves_the_struct_alone(void **state)
{
	struct app app = {.result = MOHR_ERR_NOMEM};
	struct mutex_ops ops = {.create = app_create, .destroy = app_destroy, .user = &app};
	struct mutex m = {0};

	(void)state;
	assert_int_equal(mutex_init(&m, &ops), MOHR_ERR_NOMEM);
	mutex_clear(&m);
	assert_int_equal(app.destroyed, 0);
}

static int signal_of(void (*fn)(struct mutex *), struct mutex *m)
{
	struct rlimit none = {0, 0};
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		/* the test framework catches it and would go on as a second test program */
		signal(SIGABRT, SIG_DFL);
		fn(m);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void a_lock_that_fails_ends_the_program(void **state)
{
	struct app app = {0};
	struct mutex_ops ops = {.create = app_create,
				.destroy = app_destroy,
				.lock = app_lock,
				.unlock = app_unlock,
				.user = &app};
	struct mutex m;

	(void)state;
	assert_int_equal(mutex_init(&m, &ops), 0);
	assert_int_equal(signal_of(mutex_lock, &m), 0);
	app.result = MOHR_ERR_INTERNAL;
	assert_int_equal(signal_of(mutex_lock, &m), SIGABRT);
	assert_int_equal(signal_of(mutex_unlock, &m), SIGABRT);
	mutex_clear(&m);
	/* releasing what nobody holds is such a fault */
	assert_int_equal(mutex_init(&m, mutex_ops_os()), 0);
	assert_int_equal(signal_of(mutex_unlock, &m), SIGABRT);
	mutex_clear(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_systems_mutex_excludes_threads),
		cmocka_unit_test(every_waiter_gets_its_turn),
		cmocka_unit_test(a_timed_lock_waits_its_time_and_no_longer),
		cmocka_unit_test(no_mutex_locks_nothing),
		cmocka_unit_test(without_memory_there_is_no_mutex),
		cmocka_unit_test(an_applications_functions_are_called_with_its_handle),
		cmocka_unit_test(a_mutex_that_is_not_created_leaves_the_struct_alone),
		cmocka_unit_test(a_lock_that_fails_ends_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
