/* SPDX-License-Identifier: BSD-2-Clause */
/* General-purpose functions: PKCS#11 v3.1 §5.4. */
#include "tests/pkcs11/fixture.h"

#include <stdio.h>
#include <stdlib.h>

static CK_RV nothing(CK_VOID_PTR p)
{
	(void)p;
	return CKR_OK;
}

static CK_RV nothing_made(CK_VOID_PTR_PTR p)
{
	*p = NULL;
	return CKR_OK;
}

/* §5.4.1 C_Initialize */

static void initialize_twice_is_already_initialized(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_rv(fixture_initialize(fx), CKR_CRYPTOKI_ALREADY_INITIALIZED);
}

static void initialize_with_reserved_is_refused(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK, .pReserved = &args};

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void initialize_with_some_of_the_mutex_functions_is_refused(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args;
	unsigned set;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	for (set = 1; set < 15; set++) {
		memset(&args, 0, sizeof(args));
		args.CreateMutex = set & 1 ? nothing_made : NULL;
		args.DestroyMutex = set & 2 ? nothing : NULL;
		args.LockMutex = set & 4 ? nothing : NULL;
		args.UnlockMutex = set & 8 ? nothing : NULL;
		assert_rv(fx->f->C_Initialize(&args), CKR_ARGUMENTS_BAD);
		args.flags = CKF_OS_LOCKING_OK;
		assert_rv(fx->f->C_Initialize(&args), CKR_ARGUMENTS_BAD);
	}
}

static void initialize_uses_the_application_mutexes_only_if_it_must(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	if (fx->locking == LOCKING_APPLICATION)
		assert_true(fixture_mutex_locks() > 0);
	else
		assert_int_equal(fixture_mutex_locks(), 0);
}

static CK_RV no_mutex(CK_VOID_PTR_PTR p)
{
	(void)p;
	return CKR_HOST_MEMORY;
}

static void initialize_reports_a_mutex_that_cannot_be_made(void **state)
{
	struct fixture *fx = *state;
	CK_C_INITIALIZE_ARGS args = {no_mutex, nothing, nothing, nothing, 0, NULL};

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Initialize(&args), CKR_HOST_MEMORY);
	assert_rv(fixture_initialize(fx), CKR_OK);
}

static void initialize_fails_with_a_bad_configuration(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	fixture_configure(fx, "[nonsense]\n");
	assert_rv(fixture_initialize(fx), CKR_GENERAL_ERROR);
	fixture_configure(fx, NULL);
	assert_rv(fixture_initialize(fx), CKR_OK);
}

static void initialize_and_finalize_can_be_repeated(void **state)
{
	struct fixture *fx = *state;
	int i;

	for (i = 0; i < 20; i++) {
		assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
		assert_rv(fixture_initialize(fx), CKR_OK);
	}
}

/* §5.4.2 C_Finalize */

static void finalize_with_reserved_is_refused(void **state)
{
	struct fixture *fx = *state;
	CK_INFO info;

	assert_rv(fx->f->C_Finalize(&info), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetInfo(&info), CKR_OK);
}

static void finalize_twice_is_not_initialized(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void finalize_ends_sessions_and_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_SESSION_INFO info;

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
	session = session_on(fx, SLOT_AUTH);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_PUBLIC_SESSION);
}

/* §5.4.3 C_GetInfo */

static void info_has_the_version_of_its_function_list(void **state)
{
	struct fixture *fx = *state;
	CK_INFO info;

	assert_rv(fx->f->C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, fx->version.major);
	assert_int_equal(info.cryptokiVersion.minor, fx->version.minor);
	assert_int_equal(info.flags, 0);
	assert_memory_equal(info.manufacturerID, "Mohr                            ", 32);
	assert_int_equal(info.libraryDescription[31], ' ');
}

static void info_needs_a_place(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
}

/* §5.4.4 C_GetFunctionList */

static void function_list_is_2_40_and_complete(void **state)
{
	struct fixture *fx = *state;
	CK_FUNCTION_LIST *list = NULL;
	const void *const *members;
	size_t i, n = (sizeof(*list) - offsetof(CK_FUNCTION_LIST, C_Initialize)) / sizeof(void *);

	assert_rv(fx->f->C_GetFunctionList(&list), CKR_OK);
	assert_int_equal(list->version.major, 2);
	assert_int_equal(list->version.minor, 40);
	assert_int_equal(n, 68);
	members = (const void *const *)(const void *)&list->C_Initialize;
	for (i = 0; i < n; i++)
		assert_non_null(members[i]);
}

static void function_list_may_be_had_before_initialize(void **state)
{
	struct fixture *fx = *state;
	CK_FUNCTION_LIST *list = NULL;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_GetFunctionList(&list), CKR_OK);
	assert_non_null(list);
}

static void function_list_needs_a_place(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
}

/* §5.4.5 C_GetInterfaceList */

static void interfaces_come_in_falling_order_without_flags(void **state)
{
	CK_C_GetInterfaceList get;
	CK_INTERFACE list[4];
	CK_ULONG n = 4;
	const CK_VERSION *v;

	(void)state;
	*(void **)&get = fixture_symbol("C_GetInterfaceList");
	assert_rv(get(list, &n), CKR_OK);
	assert_int_equal(n, 3);
	v = list[0].pFunctionList;
	assert_true(v->major == 3 && v->minor == 2);
	v = list[1].pFunctionList;
	assert_true(v->major == 3 && v->minor == 0);
	v = list[2].pFunctionList;
	assert_true(v->major == 2 && v->minor == 40);
	for (n = 0; n < 3; n++) {
		assert_string_equal(list[n].pInterfaceName, "PKCS 11");
		assert_int_equal(list[n].flags, 0);
	}
}

static void interface_list_follows_the_size_conventions(void **state)
{
	CK_C_GetInterfaceList get;
	CK_INTERFACE list[2];
	CK_ULONG n = 0;

	(void)state;
	*(void **)&get = fixture_symbol("C_GetInterfaceList");
	assert_rv(get(NULL, &n), CKR_OK);
	assert_int_equal(n, 3);
	n = 2;
	assert_rv(get(list, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 3);
	assert_rv(get(NULL, NULL), CKR_ARGUMENTS_BAD);
}

/* §5.4.6 C_GetInterface */

static void interface_without_wishes_is_3_2_and_complete(void **state)
{
	CK_C_GetInterface get;
	CK_INTERFACE *interface = NULL;
	const CK_FUNCTION_LIST_3_2 *list;
	const void *const *members;
	size_t i;

	(void)state;
	*(void **)&get = fixture_symbol("C_GetInterface");
	assert_rv(get(NULL, NULL, &interface, 0), CKR_OK);
	list = interface->pFunctionList;
	assert_true(list->version.major == 3 && list->version.minor == 2);
	members = (const void *const *)(const void *)&list->C_Initialize;
	assert_int_equal((sizeof(*list) - offsetof(CK_FUNCTION_LIST_3_2, C_Initialize)) /
				 sizeof(void *),
			 104);
	for (i = 0; i < 104; i++)
		assert_non_null(members[i]);
}

static void interface_by_name_and_version(void **state)
{
	static CK_UTF8CHAR name[] = "PKCS 11";
	static const CK_VERSION versions[] = {{3, 2}, {3, 0}, {2, 40}};
	CK_C_GetInterface get;
	CK_INTERFACE *interface;
	size_t i;

	(void)state;
	*(void **)&get = fixture_symbol("C_GetInterface");
	for (i = 0; i < 3; i++) {
		CK_VERSION wanted = versions[i];

		interface = NULL;
		assert_rv(get(name, &wanted, &interface, 0), CKR_OK);
		assert_memory_equal(interface->pFunctionList, &wanted, sizeof(wanted));
	}
}

static void interface_that_is_not_offered_is_refused(void **state)
{
	static CK_UTF8CHAR other[] = "Vendor", none[] = "";
	CK_VERSION version = {3, 1};
	CK_C_GetInterface get;
	CK_INTERFACE *interface = NULL;

	(void)state;
	*(void **)&get = fixture_symbol("C_GetInterface");
	assert_rv(get(other, NULL, &interface, 0), CKR_ARGUMENTS_BAD);
	assert_rv(get(none, NULL, &interface, 0), CKR_ARGUMENTS_BAD);
	assert_rv(get(NULL, &version, &interface, 0), CKR_ARGUMENTS_BAD);
	assert_rv(get(NULL, NULL, &interface, CKF_INTERFACE_FORK_SAFE), CKR_ARGUMENTS_BAD);
	assert_rv(get(NULL, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_null(interface);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(initialize_twice_is_already_initialized),
		TEST(initialize_with_reserved_is_refused),
		TEST(initialize_with_some_of_the_mutex_functions_is_refused),
		TEST(initialize_uses_the_application_mutexes_only_if_it_must),
		TEST(initialize_reports_a_mutex_that_cannot_be_made),
		TEST(initialize_and_finalize_can_be_repeated),
		TEST(finalize_with_reserved_is_refused),
		TEST(finalize_twice_is_not_initialized),
		TEST(finalize_ends_sessions_and_login),
		TEST(info_has_the_version_of_its_function_list),
		TEST(info_needs_a_place),
		TEST(function_list_is_2_40_and_complete),
		TEST(function_list_may_be_had_before_initialize),
		TEST(function_list_needs_a_place),
		TEST_ONCE(interfaces_come_in_falling_order_without_flags),
		TEST_ONCE(interface_list_follows_the_size_conventions),
		TEST_ONCE(interface_without_wishes_is_3_2_and_complete),
		TEST_ONCE(interface_by_name_and_version),
		TEST_ONCE(interface_that_is_not_offered_is_refused),
		TEST_ONCE(initialize_fails_with_a_bad_configuration),
	};

	return suite_run("general", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
