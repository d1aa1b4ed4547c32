/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/secret.c and secret_posix.c; what the pages are is read from /proc/self/smaps. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/secret.h"

/* Whether the mapping that holds p has this flag ("lo", "dd", "wf": proc(5)). */
static bool has_flag(const void *p, const char *flag)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long low, high;
	bool inside = false, found = false;
	char line[512];

	assert_non_null(f);
	while (!found && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &low, &high) == 2)
			inside = (uintptr_t)p >= low && (uintptr_t)p < high;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			found = strstr(line, flag) != NULL;
			break;
		}
	}
	fclose(f);
	return found;
}

static void a_new_secret_is_zero_and_of_its_length(void **state)
{
	static const size_t lens[] = {1, 16, 4095, 4096};
	struct secret *s;

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		assert_int_equal(secret_new(lens[i], &s), 0);
		assert_int_equal(secret_len(s), lens[i]);
		for (size_t n = 0; n < lens[i]; n++)
			assert_int_equal(secret_peek(s)[n], 0);
		memset(secret_data(s), 0xA5, lens[i]);
		assert_int_equal(secret_peek(s)[lens[i] - 1], 0xA5);
		secret_free(s);
	}
}

static void lengths_out_of_range_are_refused(void **state)
{
	static char too_long[4097];
	struct secret *s = (struct secret *)too_long;

	(void)state;
	assert_int_equal(secret_new(0, &s), MOHR_ERR_ARGUMENT);
	assert_int_not_equal(secret_new(4097, &s), 0);
	assert_int_not_equal(secret_new(SIZE_MAX, &s), 0);
	assert_int_not_equal(secret_new_from(too_long, sizeof(too_long), &s), 0);
	assert_ptr_equal(s, too_long);
}

static void a_copy_is_independent(void **state)
{
	char pin[] = "123456";
	struct secret *s;

	(void)state;
	assert_int_equal(secret_new_from(pin, 6, &s), 0);
	memset(pin, 0, sizeof(pin));
	assert_int_equal(secret_len(s), 6);
	assert_memory_equal(secret_peek(s), "123456", 6);
	secret_free(s);
}

static void an_empty_secret_is_allowed(void **state)
{
	struct secret *s, *other;

	(void)state;
	assert_int_equal(secret_new_from(NULL, 0, &s), 0);
	assert_int_equal(secret_new_from("", 0, &other), 0);
	assert_int_equal(secret_len(s), 0);
	assert_true(secret_equal(s, other));
	secret_free(s);
	secret_free(other);
	secret_free(NULL);
}

static void equality_is_of_length_and_bytes(void **state)
{
	struct secret *a, *b, *c, *d;

	(void)state;
	assert_int_equal(secret_new_from("1234", 4, &a), 0);
	assert_int_equal(secret_new_from("1234", 4, &b), 0);
	assert_int_equal(secret_new_from("1235", 4, &c), 0);
	assert_int_equal(secret_new_from("12345", 5, &d), 0);
	assert_true(secret_equal(a, a));
	assert_true(secret_equal(a, b));
	assert_false(secret_equal(a, c));
	assert_false(secret_equal(a, d));
	assert_false(secret_equal(d, a));
	secret_free(a);
	secret_free(b);
	secret_free(c);
	secret_free(d);
}

static void its_pages_are_kept_out_of_dumps_and_children(void **state)
{
	struct secret *s;

	(void)state;
	assert_int_equal(secret_new_from("123456", 6, &s), 0);
	assert_true(has_flag(secret_peek(s), "dd"));
	assert_true(has_flag(secret_peek(s), "wf"));
	secret_free(s);
}

/* Where mlock does something: not past RLIMIT_MEMLOCK, and not under sanitizers, which turn it off. */
static void its_pages_are_locked_where_the_system_permits(void **state)
{
	long page = sysconf(_SC_PAGESIZE);
	void *probe = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	bool permitted;
	struct secret *s;

	(void)state;
	assert_true(probe != MAP_FAILED);
	permitted = mlock(probe, (size_t)page) == 0 && has_flag(probe, "lo");
	munmap(probe, (size_t)page);
	assert_int_equal(secret_new_from("123456", 6, &s), 0);
	assert_int_equal(has_flag(secret_peek(s), "lo"), permitted);
	secret_free(s);
}

static void a_child_process_sees_zeros(void **state)
{
	static const uint8_t zero[6];
	struct secret *s;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(secret_new_from("123456", 6, &s), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool clean = memcmp(secret_peek(s), zero, 6) == 0;

		/* freeing what was inherited must not crash either */
		secret_free(s);
		_exit(clean ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_memory_equal(secret_peek(s), "123456", 6);
	secret_free(s);
}

static void freed_pages_are_gone(void **state)
{
	long page = sysconf(_SC_PAGESIZE);
	unsigned char resident;
	struct secret *s;
	uintptr_t at;

	(void)state;
	assert_int_equal(secret_new(16, &s), 0);
	at = (uintptr_t)secret_peek(s) / (uintptr_t)page * (uintptr_t)page;
	assert_int_equal(mincore((void *)at, (size_t)page, &resident), 0);
	secret_free(s);
	assert_int_equal(mincore((void *)at, (size_t)page, &resident), -1);
	assert_int_equal(errno, ENOMEM);
}

/* The linker puts this in mmap's place for the library (local.mk). */
static bool no_memory;
void *__real_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);

void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	return no_memory ? MAP_FAILED : __real_mmap(at, len, prot, flags, fd, off);
}

static void without_memory_there_is_no_secret(void **state)
{
	struct secret *s = NULL;
	int r, from;

	(void)state;
	no_memory = true;
	r = secret_new(16, &s);
	from = secret_new_from("123456", 6, &s);
	no_memory = false;
	assert_int_equal(r, MOHR_ERR_NOMEM);
	assert_int_equal(from, MOHR_ERR_NOMEM);
	assert_null(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_secret_is_zero_and_of_its_length),
		cmocka_unit_test(lengths_out_of_range_are_refused),
		cmocka_unit_test(a_copy_is_independent),
		cmocka_unit_test(an_empty_secret_is_allowed),
		cmocka_unit_test(equality_is_of_length_and_bytes),
		cmocka_unit_test(its_pages_are_kept_out_of_dumps_and_children),
		cmocka_unit_test(its_pages_are_locked_where_the_system_permits),
		cmocka_unit_test(a_child_process_sees_zeros),
		cmocka_unit_test(freed_pages_are_gone),
		cmocka_unit_test(without_memory_there_is_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
