/* SPDX-License-Identifier: BSD-2-Clause */
/* Beginning and ending in every way of locking: PKCS#11 v3.1 §5.4.1 to §5.4.3, §3.7. */
#include "tests/pkcs11/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* An application's mutexes that notice misuse. */
struct watched {
	unsigned magic;
	pthread_mutex_t mutex;
	atomic_bool locked;
};

enum { ALIVE = 0x600D, DEAD = 0xDEAD };

static atomic_ulong n_created, n_destroyed, n_locked, n_unlocked, n_misused;

static CK_RV watched_create(CK_VOID_PTR_PTR ret)
{
	struct watched *w = calloc(1, sizeof(*w));

	if (!w)
		return CKR_HOST_MEMORY;
	w->magic = ALIVE;
	pthread_mutex_init(&w->mutex, NULL);
	atomic_fetch_add(&n_created, 1);
	*ret = w;
	return CKR_OK;
}

static struct watched *watched_check(CK_VOID_PTR p)
{
	struct watched *w = p;

	if (!w || w->magic != ALIVE) {
		atomic_fetch_add(&n_misused, 1);
		return NULL;
	}
	return w;
}

static CK_RV watched_destroy(CK_VOID_PTR p)
{
	struct watched *w = watched_check(p);

	if (!w)
		return CKR_MUTEX_BAD;
	if (atomic_load(&w->locked))
		atomic_fetch_add(&n_misused, 1);
	atomic_fetch_add(&n_destroyed, 1);
	w->magic = DEAD;
	pthread_mutex_destroy(&w->mutex);
	free(w);
	return CKR_OK;
}

static CK_RV watched_lock(CK_VOID_PTR p)
{
	struct watched *w = watched_check(p);

	if (!w)
		return CKR_MUTEX_BAD;
	pthread_mutex_lock(&w->mutex);
	atomic_store(&w->locked, true);
	atomic_fetch_add(&n_locked, 1);
	return CKR_OK;
}

static CK_RV watched_unlock(CK_VOID_PTR p)
{
	struct watched *w = watched_check(p);

	if (!w)
		return CKR_MUTEX_BAD;
	if (!atomic_exchange(&w->locked, false)) {
		atomic_fetch_add(&n_misused, 1);
		return CKR_MUTEX_NOT_LOCKED;
	}
	atomic_fetch_add(&n_unlocked, 1);
	pthread_mutex_unlock(&w->mutex);
	return CKR_OK;
}

static CK_C_INITIALIZE_ARGS watched_args(CK_FLAGS flags)
{
	atomic_store(&n_created, 0);
	atomic_store(&n_destroyed, 0);
	atomic_store(&n_locked, 0);
	atomic_store(&n_unlocked, 0);
	atomic_store(&n_misused, 0);
	return (CK_C_INITIALIZE_ARGS){.CreateMutex = watched_create,
				      .DestroyMutex = watched_destroy,
				      .LockMutex = watched_lock,
				      .UnlockMutex = watched_unlock,
				      .flags = flags};
}

/* A bit of everything: sessions, login, search, digest, signature. */
static void use_the_card(struct fixture *fx)
{
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM hash = {CKM_SHA256, NULL, 0}, m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[4] = {0}, out[256];
	CK_ULONG n = sizeof(out);

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_DigestInit(session, &hash), CKR_OK);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, 4, out, &n), CKR_OK);
}

/* §5.4.1 C_Initialize */

static void empty_arguments_are_as_good_as_none(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = {0};

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_OK);
	use_the_card(fx);
}

static void initialize_needs_no_threads_of_its_own(void **state)
{
	static const CK_FLAGS flags[] = {CKF_LIBRARY_CANT_CREATE_OS_THREADS,
					 CKF_LIBRARY_CANT_CREATE_OS_THREADS | CKF_OS_LOCKING_OK};
	struct fixture *fx = *state;
	size_t i;

	for (i = 0; i < 2; i++) {
		CK_C_INITIALIZE_ARGS args = {.flags = flags[i]};

		assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
		assert_rv(fx->f->C_Initialize(&args), CKR_OK);
		use_the_card(fx);
	}
}

static void mutexes_with_a_library_that_may_not_make_threads(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = watched_args(CKF_LIBRARY_CANT_CREATE_OS_THREADS);

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_OK);
	use_the_card(fx);
	assert_true(atomic_load(&n_locked) > 0);
}

static void initialize_does_not_keep_the_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = watched_args(0);

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_OK);
	memset(&args, 0xEE, sizeof(args));
	use_the_card(fx);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(atomic_load(&n_misused), 0);
}

static void reserved_argument_is_refused_in_every_way_of_locking(void **state)
{
	static const CK_FLAGS flags[] = {0, CKF_OS_LOCKING_OK};
	struct fixture *fx = *state;
	size_t i;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	for (i = 0; i < 2; i++) {
		CK_C_INITIALIZE_ARGS args = watched_args(flags[i]);

		args.pReserved = &args;
		assert_rv(fx->f->C_Initialize(&args), CKR_ARGUMENTS_BAD);
		assert_int_equal(atomic_load(&n_created), 0);
	}
	assert_rv(fixture_initialize(fx), CKR_OK);
}

static void refused_initialization_can_be_followed_by_a_good_one(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = {.CreateMutex = watched_create};
	int i;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	for (i = 0; i < 3; i++) {
		assert_rv(fx->f->C_Initialize(&args), CKR_ARGUMENTS_BAD);
		assert_rv(fixture_initialize(fx), CKR_OK);
		assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	}
	assert_rv(fixture_initialize(fx), CKR_OK);
	use_the_card(fx);
}

static void second_initialization_changes_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_C_INITIALIZE_ARGS args = watched_args(0);
	CK_SESSION_INFO info;

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_Initialize(&args), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_USER_FUNCTIONS);
	assert_int_equal(atomic_load(&n_created), 0);
}

/* §3.7 CK_CREATEMUTEX, CK_DESTROYMUTEX, CK_LOCKMUTEX, CK_UNLOCKMUTEX */

static void every_mutex_that_was_made_is_destroyed(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = watched_args(0);

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_OK);
	use_the_card(fx);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_true(atomic_load(&n_created) > 0);
	assert_int_equal(atomic_load(&n_destroyed), atomic_load(&n_created));
}

static void every_lock_is_unlocked_and_no_mutex_is_misused(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = watched_args(0);

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_OK);
	use_the_card(fx);
	fixture_remove(fx);
	assert_rv(fx->f->C_GetFunctionStatus(99999), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(atomic_load(&n_locked), atomic_load(&n_unlocked));
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(atomic_load(&n_locked), atomic_load(&n_unlocked));
	assert_int_equal(atomic_load(&n_misused), 0);
}

static void no_lock_is_held_after_a_refused_call(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = watched_args(0);
	CK_SESSION_HANDLE session;
	CK_UTF8CHAR pin[] = "1";

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_OK);
	session = session_on(fx, SLOT_AUTH);
	assert_rv(fx->f->C_Login(session, CKU_USER, NULL, 4), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_Login(session, CKU_USER, pin, 1), CKR_PIN_INCORRECT);
	assert_rv(fx->f->C_Login(session, CKU_SO, pin, 1), CKR_USER_TYPE_INVALID);
	assert_rv(fx->f->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
	assert_rv(fx->f->C_SetPIN(session, pin, 1, pin, 1), CKR_PIN_LEN_RANGE);
	assert_rv(fx->f->C_SignInit(session, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(atomic_load(&n_locked), atomic_load(&n_unlocked));
}

/* §5.4.2 C_Finalize */

static void finalize_with_reserved_leaves_sessions_and_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_SESSION_INFO info;

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_Finalize(fx), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_USER_FUNCTIONS);
}

static void finalize_ends_operations_of_all_kinds(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM hash = {CKM_SHA256, NULL, 0}, m = {CKM_SHA256_RSA_PKCS, NULL, 0};

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_DigestInit(session, &hash), CKR_OK);
	assert_rv(fx->f->C_SignInit(session, &m,
				    find_one(fx, session_on(fx, SLOT_AUTH), CKO_PRIVATE_KEY)),
		  CKR_OK);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_FindObjectsFinal(session), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_rv(fx->f->C_FindObjectsFinal(session), CKR_SESSION_HANDLE_INVALID);
	use_the_card(fx);
}

static void finalize_works_while_the_card_is_out(void **state)
{
	struct fixture *fx = *state;

	use_the_card(fx);
	fixture_remove(fx);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	fixture_insert(fx, false);
	use_the_card(fx);
}

static void initialize_works_without_a_card(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	fixture_remove(fx);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 0);
	fixture_insert(fx, false);
	n = 8;
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	use_the_card(fx);
}

/* §5.4.3 C_GetInfo, §3.1 CK_INFO */

static void info_strings_are_padded_with_blanks(void **state)
{
	struct fixture *fx = *state;
	CK_INFO info;

	memset(&info, 0xEE, sizeof(info));
	assert_rv(fx->f->C_GetInfo(&info), CKR_OK);
	assert_null(memchr(info.manufacturerID, 0, sizeof(info.manufacturerID)));
	assert_null(memchr(info.libraryDescription, 0, sizeof(info.libraryDescription)));
	assert_int_equal(info.manufacturerID[31], ' ');
	assert_int_equal(info.libraryDescription[31], ' ');
	assert_int_not_equal(info.manufacturerID[0], ' ');
	assert_int_not_equal(info.libraryDescription[0], ' ');
}

static void info_has_no_flags_and_a_library_version(void **state)
{
	struct fixture *fx = *state;
	CK_INFO info;

	memset(&info, 0xEE, sizeof(info));
	assert_rv(fx->f->C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.flags, 0);
	assert_true(info.libraryVersion.major || info.libraryVersion.minor);
	assert_true(info.libraryVersion.minor < 100);
}

static void info_needs_no_card(void **state)
{
	struct fixture *fx = *state;
	CK_INFO info;

	fixture_remove(fx);
	assert_rv(fx->f->C_GetInfo(&info), CKR_OK);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(empty_arguments_are_as_good_as_none),
		TEST(initialize_needs_no_threads_of_its_own),
		TEST(mutexes_with_a_library_that_may_not_make_threads),
		TEST(initialize_does_not_keep_the_arguments),
		TEST(reserved_argument_is_refused_in_every_way_of_locking),
		TEST(refused_initialization_can_be_followed_by_a_good_one),
		TEST(second_initialization_changes_nothing),
		TEST(every_mutex_that_was_made_is_destroyed),
		TEST(every_lock_is_unlocked_and_no_mutex_is_misused),
		TEST(no_lock_is_held_after_a_refused_call),
		TEST(finalize_with_reserved_leaves_sessions_and_login),
		TEST(finalize_ends_operations_of_all_kinds),
		TEST(finalize_works_while_the_card_is_out),
		TEST(initialize_works_without_a_card),
		TEST(info_strings_are_padded_with_blanks),
		TEST(info_has_no_flags_and_a_library_version),
		TEST(info_needs_no_card),
	};

	return suite_run("initialize", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
