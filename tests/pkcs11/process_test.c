/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes and threads: PKCS#11 v3.1 §5.4.1, §5.4.2, §5.5.4, and the application that ends anyhow. */
#include "tests/pkcs11/fixture.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

/* With ThreadSanitizer: a child cannot join its parent's threads. */
__attribute__((visibility("default"))) const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "report_thread_leaks=0";
}

/*
 * With AddressSanitizer: what a child has of its parent's, what is in use as a process ends, what a dead
 * libcrypto keeps, and a context that C_Finalize abandons to a thread that hangs in it (architecture.md), is
 * no leak of ours.
 */
static bool leaves_memory;
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return leaves_memory;
}

/* Runs a function in a child; its result is the exit status, 0 meaning that all was well. */
static void in_child(int (*run)(struct fixture *fx), struct fixture *fx)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		leaves_memory = true;
		_exit(run(fx));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Without assertions, for children and threads: CKR_OK if a signature came back. */
static CK_RV try_to_sign(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[3] = {1, 2, 3}, signature[256];
	CK_ULONG n = sizeof(signature);
	CK_RV rv = fx->f->C_SignInit(session, &m, key);

	return rv == CKR_OK ? fx->f->C_Sign(session, data, sizeof(data), signature, &n) : rv;
}

static CK_SESSION_HANDLE signer(struct fixture *fx, CK_OBJECT_HANDLE *ret_key)
{
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	login_on(fx, session, SLOT_AUTH);
	*ret_key = find_one(fx, session, CKO_PRIVATE_KEY);
	return session;
}

/* ---- fork -------------------------------------------------------------------------------------- */

static int not_initialized(struct fixture *fx)
{
	CK_SESSION_INFO info;
	CK_INFO general;
	CK_ULONG n = 0;

	if (fx->f->C_GetInfo(&general) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 1;
	if (fx->f->C_GetSlotList(CK_FALSE, NULL, &n) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 2;
	if (fx->f->C_GetSessionInfo(1, &info) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 3;
	return fx->f->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED ? 0 : 4;
}

static int grandchild_is_not_initialized(struct fixture *fx)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(not_initialized(fx));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 9;
}

static int uses_the_card_itself(struct fixture *fx)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;
	CK_OBJECT_CLASS class_id = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_OBJECT_HANDLE key;
	CK_TOKEN_INFO token;
	CK_ULONG n = 0;

	if (fixture_initialize(fx) != CKR_OK)
		return 1;
	if (fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
		return 2;
	if (fx->f->C_GetSessionInfo(session, &info) != CKR_OK ||
	    info.state != CKS_RO_PUBLIC_SESSION)
		return 3;
	if (fx->f->C_GetTokenInfo(SLOT_AUTH, &token) != CKR_OK ||
	    memcmp(token.label, LABEL_AUTH, strlen(LABEL_AUTH)) != 0)
		return 4;
	if (fx->f->C_Login(session, CKU_USER, pin, sizeof(pin) - 1) != CKR_OK)
		return 5;
	if (fx->f->C_FindObjectsInit(session, &template, 1) != CKR_OK ||
	    fx->f->C_FindObjects(session, &key, 1, &n) != CKR_OK || n != 1)
		return 6;
	if (try_to_sign(fx, session, key) != CKR_OK)
		return 7;
	return fx->f->C_Finalize(NULL) == CKR_OK ? 0 : 8;
}

/* §5.4.1 C_Initialize: each application calls it, and a child process is another application */
static void child_is_not_initialized(void **state)
{
	struct fixture *fx = *state;
	CK_OBJECT_HANDLE key;
	CK_SESSION_HANDLE session = signer(fx, &key);

	in_child(not_initialized, fx);
	in_child(grandchild_is_not_initialized, fx);
	assert_rv(try_to_sign(fx, session, key), CKR_OK);
}

static void child_may_initialize_and_use_the_card(void **state)
{
	struct fixture *fx = *state;

	in_child(uses_the_card_itself, fx);
	in_child(uses_the_card_itself, fx);
}

/* §5.4.2 C_Finalize: each application has its own */
static void childs_finalize_leaves_the_parents_sessions_alone(void **state)
{
	struct fixture *fx = *state;
	CK_OBJECT_HANDLE key;
	CK_SESSION_HANDLE session = signer(fx, &key);
	CK_SESSION_INFO info;
	CK_RV rv;

	in_child(uses_the_card_itself, fx);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	/* The child's end has de-authenticated the card, which all programs share. */
	rv = try_to_sign(fx, session, key);
	assert_rv(rv, CKR_USER_NOT_LOGGED_IN);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_PUBLIC_SESSION);
}

/* §5.1.6 CKR_USER_NOT_LOGGED_IN */
static void lost_login_revives_the_old_private_handle(void **state)
{
	struct fixture *fx = *state;
	CK_OBJECT_HANDLE key;
	CK_SESSION_HANDLE session = signer(fx, &key);
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};

	in_child(uses_the_card_itself, fx);
	assert_rv(try_to_sign(fx, session, key), CKR_USER_NOT_LOGGED_IN);
	assert_rv(fx->f->C_GetAttributeValue(session, key, &a, 1), CKR_USER_NOT_LOGGED_IN);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(try_to_sign(fx, session, key), CKR_OK);
}

/* ---- threads ----------------------------------------------------------------------------------- */

static void *wait_for_event(void *arg)
{
	struct fixture *fx = arg;
	CK_SLOT_ID slot;

	return (void *)fx->f->C_WaitForSlotEvent(0, &slot, NULL);
}

/* §5.4.2 C_Finalize, §5.5.4 C_WaitForSlotEvent */
static void finalize_wakes_who_waits_for_an_event(void **state)
{
	struct fixture *fx = *state;
	pthread_t thread;
	void *rv = NULL;

	assert_int_equal(pthread_create(&thread, NULL, wait_for_event, fx), 0);
	usleep(20000);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(pthread_join(thread, &rv), 0);
	assert_rv((CK_RV)rv, CKR_CRYPTOKI_NOT_INITIALIZED);
}

struct work {
	struct fixture *fx;
	CK_OBJECT_HANDLE key;
	unsigned rounds;
	atomic_uint good;
	_Atomic(CK_RV) unexpected;
};

static void *sign_in_a_session(void *arg)
{
	struct work *w = arg;
	CK_SESSION_HANDLE session;
	unsigned i;
	CK_RV rv = w->fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session);

	for (i = 0; rv == CKR_OK && i < w->rounds; i++) {
		rv = try_to_sign(w->fx, session, w->key);
		if (rv == CKR_OK)
			atomic_fetch_add(&w->good, 1);
	}
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_NOT_INITIALIZED)
		atomic_store(&w->unexpected, rv);
	return NULL;
}

enum { N_THREADS = 8 };

static void start_all(pthread_t *threads, struct work *w)
{
	size_t i;

	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_in_a_session, w), 0);
}

static void join_all(const pthread_t *threads)
{
	size_t i;

	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

/* §5.4.1 C_Initialize: access by several threads */
static void threads_sign_at_once(void **state)
{
	struct fixture *fx = *state;
	struct work w = {.fx = fx, .rounds = 10};
	pthread_t threads[N_THREADS];

	signer(fx, &w.key);
	start_all(threads, &w);
	join_all(threads);
	assert_rv(atomic_load(&w.unexpected), CKR_OK);
	assert_int_equal(atomic_load(&w.good), N_THREADS * 10);
}

/* §5.4.2 C_Finalize */
static void finalize_waits_for_calls_of_other_threads(void **state)
{
	struct fixture *fx = *state;
	struct work w = {.fx = fx, .rounds = 100000};
	pthread_t threads[N_THREADS];

	signer(fx, &w.key);
	start_all(threads, &w);
	while (atomic_load(&w.good) < 20)
		usleep(1000);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	join_all(threads);
	assert_rv(atomic_load(&w.unexpected), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
}

static void *close_all(void *arg)
{
	struct fixture *fx = arg;

	return (void *)fx->f->C_CloseAllSessions(SLOT_AUTH);
}

/* §5.6.3 C_CloseAllSessions, §5.1.2 */
static void closing_sessions_under_way_is_safe(void **state)
{
	struct fixture *fx = *state;
	struct work w = {.fx = fx, .rounds = 100000};
	pthread_t threads[N_THREADS], closer;
	CK_RV rv;

	signer(fx, &w.key);
	start_all(threads, &w);
	while (atomic_load(&w.good) < 20)
		usleep(1000);
	assert_int_equal(pthread_create(&closer, NULL, close_all, fx), 0);
	assert_int_equal(pthread_join(closer, NULL), 0);
	join_all(threads);
	rv = atomic_load(&w.unexpected);
	assert_true(rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_USER_NOT_LOGGED_IN ||
		    rv == CKR_KEY_HANDLE_INVALID);
}

static void *initialize(void *arg)
{
	return (void *)fixture_initialize(arg);
}

/* §5.4.1 C_Initialize */
static void one_of_several_initializations_wins(void **state)
{
	struct fixture *fx = *state;
	pthread_t threads[N_THREADS];
	unsigned i, good = 0;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, initialize, fx), 0);
	for (i = 0; i < N_THREADS; i++) {
		void *rv = NULL;

		assert_int_equal(pthread_join(threads[i], &rv), 0);
		if ((CK_RV)rv == CKR_OK)
			good++;
		else
			assert_rv((CK_RV)rv, CKR_CRYPTOKI_ALREADY_INITIALIZED);
	}
	assert_int_equal(good, 1);
}

static void fork_while_threads_sign_is_safe(void **state)
{
	struct fixture *fx = *state;
	struct work w = {.fx = fx, .rounds = 60};
	pthread_t threads[N_THREADS];
	int i;

	signer(fx, &w.key);
	start_all(threads, &w);
	for (i = 0; i < 10; i++)
		in_child(not_initialized, fx);
	join_all(threads);
	assert_rv(atomic_load(&w.unexpected), CKR_OK);
}

/* ---- a card that hangs --------------------------------------------------------------------------- */

struct hung_call {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
};

static void *sign_on_a_hung_card(void *arg)
{
	struct hung_call *h = arg;

	return (void *)try_to_sign(h->fx, h->session, h->key);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* §5.4.2 C_Finalize, §5.6.4 C_GetSessionInfo */
static void hung_card_stops_neither_memory_functions_nor_finalize(void **state)
{
	struct fixture *fx = *state;
	struct hung_call h = {.fx = fx};
	CK_SESSION_INFO info;
	pthread_t thread;
	CK_ULONG n = 0;
	double start;

	leaves_memory = true;
	h.session = signer(fx, &h.key);
	assert_int_equal(kill(fx->card->pid, SIGSTOP), 0);
	assert_int_equal(pthread_create(&thread, NULL, sign_on_a_hung_card, &h), 0);
	usleep(100000);
	start = seconds();
	assert_rv(fx->f->C_GetSessionInfo(h.session, &info), CKR_OK);
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_true(seconds() - start < 0.5);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_true(seconds() - start < 5);
	assert_rv(fx->f->C_GetSessionInfo(h.session, &info), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(kill(fx->card->pid, SIGCONT), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_rv(try_to_sign(fx, h.session, h.key), CKR_SESSION_HANDLE_INVALID);
	h.session = signer(fx, &h.key);
	assert_rv(try_to_sign(fx, h.session, h.key), CKR_OK);
}

/* ---- the library's and the process's end --------------------------------------------------------- */

static const char *module_path(void)
{
	static char path[512];
	const char *build = getenv("MOHR_BUILD");

	snprintf(path, sizeof(path), "%s/pkcs11/.libs/mohr-pkcs11.so", build ? build : ".");
	return path;
}

/* §5.4.1 C_Initialize, §5.4.2 C_Finalize */
static void thousand_loads_and_unloads_are_clean(void **state)
{
	struct fixture *fx = *state;
	int i;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	for (i = 0; i < 1000; i++) {
		void *library = dlopen(module_path(), RTLD_NOW | RTLD_LOCAL);
		CK_C_GetFunctionList get;
		CK_FUNCTION_LIST *list;

		assert_non_null(library);
		*(void **)&get = dlsym(library, "C_GetFunctionList");
		assert_rv(get(&list), CKR_OK);
		assert_rv(list->C_Initialize(NULL), CKR_OK);
		assert_rv(list->C_Finalize(NULL), CKR_OK);
		assert_int_equal(dlclose(library), 0);
	}
}

static struct fixture *exiting;

static void close_all_at_exit(void)
{
	(void)exiting->f->C_CloseAllSessions(SLOT_AUTH);
	if (exiting->f->C_Finalize(NULL) != CKR_OK)
		_exit(7);
}

/* The handler was registered before libcrypto's own, so libcrypto is gone when it runs. */
static int exit_after_libcrypto(struct fixture *fx)
{
	CK_SESSION_HANDLE session;
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};

	exiting = fx;
	atexit(close_all_at_exit);
	if (fixture_initialize(fx) != CKR_OK ||
	    fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK ||
	    fx->f->C_DigestInit(session, &m) != CKR_OK)
		return 1;
	OPENSSL_cleanup();
	exit(0);
}

static int exit_without_finalize(struct fixture *fx)
{
	int r = fixture_initialize(fx) == CKR_OK ? 0 : 1;

	(void)session_on(fx, SLOT_AUTH);
	exit(r);
}

static void finalize_from_an_exit_handler_is_safe(void **state)
{
	in_child(exit_after_libcrypto, *state);
}

static void exit_with_open_sessions_is_safe(void **state)
{
	in_child(exit_without_finalize, *state);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(child_is_not_initialized),
		TEST(child_may_initialize_and_use_the_card),
		TEST(childs_finalize_leaves_the_parents_sessions_alone),
		TEST(lost_login_revives_the_old_private_handle),
		TEST(finalize_wakes_who_waits_for_an_event),
		TEST(threads_sign_at_once),
		TEST(finalize_waits_for_calls_of_other_threads),
		TEST(closing_sessions_under_way_is_safe),
		TEST(one_of_several_initializations_wins),
		TEST(fork_while_threads_sign_is_safe),
		TEST_ONCE(hung_card_stops_neither_memory_functions_nor_finalize),
		TEST_ONCE(thousand_loads_and_unloads_are_clean),
		TEST_ONCE(finalize_from_an_exit_handler_is_safe),
		TEST_ONCE(exit_with_open_sessions_is_safe),
	};

	return suite_run("process", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
