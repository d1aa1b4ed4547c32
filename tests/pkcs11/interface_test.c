/* SPDX-License-Identifier: BSD-2-Clause */
/* Function lists and interfaces: PKCS#11 v3.1 §5.4.4 to §5.4.6. */
#include "tests/pkcs11/fixture.h"

static CK_C_GetInterface get_interface(void)
{
	CK_C_GetInterface get;

	*(void **)&get = fixture_symbol("C_GetInterface");
	return get;
}

static CK_C_GetInterfaceList get_list(void)
{
	CK_C_GetInterfaceList get;

	*(void **)&get = fixture_symbol("C_GetInterfaceList");
	return get;
}

static CK_UTF8CHAR standard[] = "PKCS 11";

/* The list of this version, as the standard interface. */
static void *list_of(CK_BYTE major, CK_BYTE minor)
{
	CK_VERSION version = {major, minor};
	CK_INTERFACE *interface = NULL;

	assert_rv(get_interface()(standard, &version, &interface, 0), CKR_OK);
	assert_non_null(interface);
	return interface->pFunctionList;
}

/* §5.4.4 C_GetFunctionList */

static void function_list_is_the_same_every_time(void **state)
{
	struct fixture *fx = *state;
	CK_FUNCTION_LIST *first = NULL, *second = NULL;

	assert_rv(fx->f->C_GetFunctionList(&first), CKR_OK);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_GetFunctionList(&second), CKR_OK);
	assert_ptr_equal(first, second);
}

static void function_list_is_that_of_the_2_40_interface(void **state)
{
	struct fixture *fx = *state;
	CK_FUNCTION_LIST *list = NULL;

	assert_rv(fx->f->C_GetFunctionList(&list), CKR_OK);
	assert_ptr_equal(list, list_of(2, 40));
}

static void newest_list_holds_the_exported_functions_in_order(void **state)
{
	static const char *const names[] = {
#define FUNCTION_2_40(name, parameters) #name,
#define FUNCTION_3_0(name, parameters)  #name,
#define FUNCTION_3_2(name, parameters)  #name,
#include "pkcs11/functions.def"
	};
	CK_FUNCTION_LIST_3_2 *list = list_of(3, 2);
	const void *const *members = (const void *const *)(const void *)&list->C_Initialize;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_ptr_equal(members[i], fixture_symbol(names[i]));
	assert_int_equal(i, 104);
}

static void newer_lists_begin_as_the_older_ones(void **state)
{
	/* All but C_GetInfo, the third one: it tells the list's own version. */
	CK_FUNCTION_LIST *old_list = list_of(2, 40);
	CK_FUNCTION_LIST_3_0 *middle_list = list_of(3, 0);
	CK_FUNCTION_LIST_3_2 *new_list = list_of(3, 2);
	const void *const *old = (const void *const *)(const void *)&old_list->C_Initialize;
	const void *const *middle = (const void *const *)(const void *)&middle_list->C_Initialize;
	const void *const *new = (const void *const *)(const void *)&new_list->C_Initialize;
	size_t i;

	(void)state;
	for (i = 0; i < 92; i++) {
		if (i == 2)
			continue;
		if (i < 68)
			assert_ptr_equal(middle[i], old[i]);
		assert_ptr_equal(new[i], middle[i]);
	}
}

/* §5.4.5 C_GetInterfaceList */

static void interface_list_may_be_had_before_initialize(void **state)
{
	struct fixture *fx = *state;
	CK_INTERFACE list[8];
	CK_ULONG n = 8;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(get_list()(list, &n), CKR_OK);
	assert_int_equal(n, 3);
}

static void interface_list_too_small_is_left_alone(void **state)
{
	CK_INTERFACE list[2];
	CK_ULONG n;

	(void)state;
	for (n = 0; n < 3; n++) {
		CK_ULONG len = n;

		memset(list, 0xEE, sizeof(list));
		assert_rv(get_list()(list, &len), CKR_BUFFER_TOO_SMALL);
		assert_int_equal(len, 3);
		assert_int_equal(list[0].flags, (CK_FLAGS)0xEEEEEEEEEEEEEEEE);
	}
}

static void interface_list_writes_no_more_than_there_is(void **state)
{
	CK_INTERFACE list[4];
	CK_ULONG n = 4;

	(void)state;
	memset(list, 0xEE, sizeof(list));
	assert_rv(get_list()(list, &n), CKR_OK);
	assert_int_equal(n, 3);
	assert_int_equal(list[3].flags, (CK_FLAGS)0xEEEEEEEEEEEEEEEE);
}

static void count_of_interfaces_ignores_what_was_there(void **state)
{
	CK_ULONG n = 0;

	(void)state;
	assert_rv(get_list()(NULL, &n), CKR_OK);
	assert_int_equal(n, 3);
	n = 1000;
	assert_rv(get_list()(NULL, &n), CKR_OK);
	assert_int_equal(n, 3);
}

static void listed_interfaces_are_those_that_are_given(void **state)
{
	CK_INTERFACE list[3], *one;
	CK_ULONG n = 3, i;

	(void)state;
	assert_rv(get_list()(list, &n), CKR_OK);
	for (i = 0; i < n; i++) {
		CK_VERSION version = *(const CK_VERSION *)list[i].pFunctionList;

		assert_rv(get_interface()(list[i].pInterfaceName, &version, &one, list[i].flags),
			  CKR_OK);
		assert_ptr_equal(one->pFunctionList, list[i].pFunctionList);
	}
}

/* §5.4.6 C_GetInterface */

static void interface_may_be_had_before_initialize(void **state)
{
	struct fixture *fx = *state;
	CK_INTERFACE *interface = NULL;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(get_interface()(NULL, NULL, &interface, 0), CKR_OK);
	assert_non_null(interface);
}

static void interface_by_name_alone_is_the_default(void **state)
{
	CK_INTERFACE *by_name = NULL, *any = NULL;

	(void)state;
	assert_rv(get_interface()(standard, NULL, &by_name, 0), CKR_OK);
	assert_rv(get_interface()(NULL, NULL, &any, 0), CKR_OK);
	assert_ptr_equal(by_name, any);
	assert_string_equal(any->pInterfaceName, "PKCS 11");
}

static void interface_by_version_alone_has_the_standard_name(void **state)
{
	CK_VERSION version = {3, 0};
	CK_INTERFACE *interface = NULL;

	(void)state;
	assert_rv(get_interface()(NULL, &version, &interface, 0), CKR_OK);
	assert_string_equal(interface->pInterfaceName, "PKCS 11");
	assert_memory_equal(interface->pFunctionList, &version, sizeof(version));
}

static void interface_name_must_match_wholly(void **state)
{
	static CK_UTF8CHAR names[][16] = {"PKCS 1",   "PKCS 11 ", "pkcs 11",
					  "PKCS  11", "PKCS11",   "Vendor PKCS 11"};
	CK_INTERFACE *interface = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_rv(get_interface()(names[i], NULL, &interface, 0), CKR_ARGUMENTS_BAD);
	assert_null(interface);
}

static void interface_version_must_match_wholly(void **state)
{
	static const CK_VERSION versions[] = {{0, 0}, {2, 0},  {2, 20}, {2, 41},
					      {3, 1}, {3, 40}, {4, 0},  {255, 255}};
	CK_INTERFACE *interface = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		CK_VERSION version = versions[i];

		assert_rv(get_interface()(NULL, &version, &interface, 0), CKR_ARGUMENTS_BAD);
		assert_rv(get_interface()(standard, &version, &interface, 0), CKR_ARGUMENTS_BAD);
	}
	assert_null(interface);
}

static void interface_flags_must_all_be_there(void **state)
{
	CK_INTERFACE *interface = NULL;

	(void)state;
	/* The provider is used anew after a fork: no list of ours is fork-safe in 3.0's sense. */
	assert_rv(get_interface()(standard, NULL, &interface, CKF_INTERFACE_FORK_SAFE),
		  CKR_ARGUMENTS_BAD);
	assert_rv(get_interface()(standard, NULL, &interface, (CK_FLAGS)1 << 20),
		  CKR_ARGUMENTS_BAD);
	assert_null(interface);
	assert_rv(get_interface()(standard, NULL, &interface, 0), CKR_OK);
	assert_int_equal(interface->flags, 0);
}

static void interface_functions_of_the_lists_are_the_exported_ones(void **state)
{
	struct fixture *fx = *state;
	CK_INTERFACE *one = NULL;
	CK_ULONG n = 0;

	if (fx->version.major < 3)
		return;
	assert_rv(fx->f->C_GetInterfaceList(NULL, &n), CKR_OK);
	assert_int_equal(n, 3);
	assert_rv(fx->f->C_GetInterface(NULL, NULL, &one, 0), CKR_OK);
	assert_ptr_equal(one->pFunctionList, list_of(3, 2));
}

static void lists_of_one_library_share_their_state(void **state)
{
	struct fixture *fx = *state;
	CK_FUNCTION_LIST *old = list_of(2, 40);
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;

	assert_rv(old->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_rv(old->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_rv(fx->f->C_CloseSession(session), CKR_OK);
	assert_rv(old->C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(function_list_is_the_same_every_time),
		TEST(function_list_is_that_of_the_2_40_interface),
		TEST_ONCE(newest_list_holds_the_exported_functions_in_order),
		TEST_ONCE(newer_lists_begin_as_the_older_ones),
		TEST(interface_list_may_be_had_before_initialize),
		TEST_ONCE(interface_list_too_small_is_left_alone),
		TEST_ONCE(interface_list_writes_no_more_than_there_is),
		TEST_ONCE(count_of_interfaces_ignores_what_was_there),
		TEST_ONCE(listed_interfaces_are_those_that_are_given),
		TEST(interface_may_be_had_before_initialize),
		TEST_ONCE(interface_by_name_alone_is_the_default),
		TEST_ONCE(interface_by_version_alone_has_the_standard_name),
		TEST_ONCE(interface_name_must_match_wholly),
		TEST_ONCE(interface_version_must_match_wholly),
		TEST_ONCE(interface_flags_must_all_be_there),
		TEST(interface_functions_of_the_lists_are_the_exported_ones),
		TEST_ONCE(lists_of_one_library_share_their_state),
	};

	return suite_run("interface", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
