/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a process, however it comes, and loading again and again. Each case is a process of its
 * own, which loads the module anew: exit_test --case NAME.
 */
#include "tests/integration/rival.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

enum { STATUS = 37, N_CYCLES = 1000, N_CYCLES_SANITIZED = 200, WARM = 100, PIN_AUTH = 0x81 };

/* Present with AddressSanitizer: what is in use as a process ends, or a dead libcrypto keeps, is no leak. */
extern void __lsan_disable(void) __attribute__((weak));

static struct world child;
static bool in_destructor;

static void load(void)
{
	void *library = dlopen(world_module_path(), RTLD_NOW | RTLD_LOCAL);
	CK_VERSION version = {3, 2};
	CK_INTERFACE *interface = NULL;
	CK_C_GetInterface get;

	if (library == NULL)
		_exit(1);
	*(void **)&get = dlsym(library, "C_GetInterface");
	if (get(NULL, &version, &interface, 0) != CKR_OK)
		_exit(2);
	child.f = interface->pFunctionList;
}

static void end_all(void)
{
	if (child.f->C_CloseAllSessions(AUTH(0)) != CKR_OK)
		_exit(3);
	if (child.f->C_Finalize(NULL) != CKR_OK)
		_exit(4);
}

/* Sessions open, logged in, operations active. */
static void get_busy(void)
{
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};
	struct signer s;

	if (__lsan_disable)
		__lsan_disable();
	if (child.f == NULL)
		load();
	if (world_initialize(&child) != CKR_OK || signer_open(&child, AUTH(0), &s) != CKR_OK ||
	    child.f->C_DigestInit(s.session, &m) != CKR_OK ||
	    child.f->C_FindObjectsInit(s.session, NULL, 0) != CKR_OK ||
	    signer_begin(&child, &s) != CKR_OK)
		_exit(5);
}

__attribute__((destructor)) static void at_destruction(void)
{
	if (in_destructor)
		end_all();
}

/* ---- the cases --------------------------------------------------------------------------------- */

static void exit_plainly(void)
{
	get_busy();
	exit(STATUS);
}

static void exit_at_once(void)
{
	get_busy();
	_exit(STATUS);
}

static void handler_registered_before(void)
{
	atexit(end_all);
	get_busy();
	exit(STATUS);
}

static void handler_registered_after(void)
{
	load();
	atexit(end_all);
	get_busy();
	exit(STATUS);
}

static void handler_registered_last(void)
{
	get_busy();
	atexit(end_all);
	exit(STATUS);
}

static void destructor(void)
{
	get_busy();
	in_destructor = true;
	exit(STATUS);
}

static void after_libcrypto(void)
{
	atexit(end_all);
	get_busy();
	OPENSSL_cleanup();
	exit(STATUS);
}

static size_t n_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		(void)closedir(d);
	return n;
}

/* A number of /proc/self/status. */
static long status_of(const char *name)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long n = -1;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			n = strtol(line + strlen(name), NULL, 10);
	}
	if (f != NULL)
		(void)fclose(f);
	return n;
}

static void one_cycle(int i)
{
	CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK};
	void *library = dlopen(world_module_path(), RTLD_NOW | RTLD_LOCAL);
	CK_FUNCTION_LIST *list = NULL;
	CK_C_GetFunctionList get;
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	if (library == NULL)
		_exit(1);
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	/* Every tenth one identifies the cards too. */
	if (get(&list) != CKR_OK || list->C_Initialize(i % 2 == 0 ? NULL : &args) != CKR_OK ||
	    list->C_GetSlotList(i % 10 == 0 ? CK_TRUE : CK_FALSE, slots, &n) != CKR_OK || n != 4 ||
	    list->C_Finalize(NULL) != CKR_OK || dlclose(library) != 0)
		_exit(6);
}

static void load_and_unload(void)
{
	int n = __lsan_disable ? N_CYCLES_SANITIZED : N_CYCLES, i;
	size_t descriptors = 0;
	long kb = 0;

	for (i = 0; i < n; i++) {
		if (i == WARM) {
			descriptors = n_descriptors();
			kb = status_of("VmRSS:");
		}
		one_cycle(i);
	}
	printf("# %d cycles: %zu descriptors (%zu after %d), %ld threads, %ld kB more\n", n,
	       n_descriptors(), descriptors, WARM, status_of("Threads:"), status_of("VmRSS:") - kb);
	(void)fflush(stdout);
	if (n_descriptors() != descriptors || status_of("Threads:") != 1)
		_exit(7);
	/* A sanitizer keeps what is freed for a while. */
	if (!__lsan_disable && status_of("VmRSS:") - kb > 512)
		_exit(8);
	exit(STATUS);
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"plain", exit_plainly},
	{"at-once", exit_at_once},
	{"before", handler_registered_before},
	{"after", handler_registered_after},
	{"last", handler_registered_last},
	{"destructor", destructor},
	{"after-libcrypto", after_libcrypto},
	{"cycles", load_and_unload},
};

/* ---- the tests --------------------------------------------------------------------------------- */

static void run_case(const char *name)
{
	char program[] = "/proc/self/exe", option[] = "--case", copy[32];
	char *argv[] = {program, option, copy, NULL};
	int status = -1;
	pid_t pid;

	(void)snprintf(copy, sizeof(copy), "%s", name);
	pid = fork();
	if (pid == 0) {
		(void)execv(program, argv);
		_exit(99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS);
}

static unsigned card_status(struct world *w)
{
	struct rival *r = rival_new(w, 0);
	unsigned sw = rival_status(r, PIN_AUTH);

	rival_free(r);
	return sw;
}

static void parent_works(struct world *w)
{
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
	assert_rv(w->f->C_CloseAllSessions(AUTH(0)), CKR_OK);
}

static void exit_in_the_midst_is_safe(void **state)
{
	struct world *w = *state;

	run_case("plain");
	parent_works(w);
	run_case("at-once");
	parent_works(w);
}

static void finalize_from_exit_handlers_closes_the_card(void **state)
{
	static const char *const names[] = {"before", "after", "last", "destructor",
					    "after-libcrypto"};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_message("# %s\n", names[i]);
		run_case(names[i]);
		assert_int_equal(card_status(w), 0x63C3);
		parent_works(w);
	}
}

static void thousand_loads_leave_nothing_behind(void **state)
{
	(void)state;
	run_case("cycles");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(exit_in_the_midst_is_safe),
		WORLD_TEST(finalize_from_exit_handlers_closes_the_card),
		WORLD_TEST(thousand_loads_leave_nothing_behind),
	};
	size_t i;

	for (i = 0; argc == 3 && i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[2], cases[i].name) == 0)
			cases[i].run();
	}
	return world_run("exit", tests, sizeof(tests) / sizeof(tests[0]));
}
