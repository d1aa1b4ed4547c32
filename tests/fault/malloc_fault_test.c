/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that runs out: every allocation from C_Initialize to C_Finalize fails once, alone or with all
 * that follow. No crash, no wrong result, a fitting return value, nothing leaked, no PIN try spent, and
 * all works right afterwards. The program's own malloc replaces that of the C library for every library
 * in the process, so not for trees with sanitizers, which do the same.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pkcs11/pkcs11.h"
#include "tests/pkcs11/card_process.h"

#define LABEL_AUTH "Iran ID (authentication)"
#define LABEL_SIGN "Iran ID (signature)"

enum {
	SLOT_AUTH = 0,
	SLOT_SIGN = 1,
	LEAST_ALLOCATIONS = 100,
	N_BLOCKS = 1 << 20,
};

#define FREED ((void *)1)

/* ---- an allocator that fails ------------------------------------------------------------------- */

#define PUBLIC __attribute__((visibility("default")))

void *__libc_malloc(size_t len);
void *__libc_calloc(size_t n, size_t len);
void *__libc_realloc(void *p, size_t len);
void *__libc_memalign(size_t alignment, size_t len);
void __libc_free(void *p);

static bool armed;
static bool lasting; /* all that follow fail too */
static unsigned long wanted, allocations, failures;
static long live;

/* Whether this one fails. One thread only. */
static bool fails(void)
{
	if (!armed)
		return false;
	allocations++;
	if (wanted == 0 || allocations < wanted || (allocations > wanted && !lasting))
		return false;
	failures++;
	errno = ENOMEM;
	return true;
}

/*
 * Blocks in use, but for libcrypto's: OSSL_LIB_CTX_new of OpenSSL 3.0 loses some when its memory runs
 * out. A set of addresses; open addressing, and a block's place is kept once it has had one.
 */
static struct {
	uintptr_t from, to;
} libcrypto;
static void *blocks[N_BLOCKS];

static size_t place_of(const void *p, const void *or_free)
{
	size_t at = ((uintptr_t)p >> 4) % N_BLOCKS;

	while (blocks[at] != p && blocks[at] != or_free && blocks[at] != NULL)
		at = (at + 1) % N_BLOCKS;
	return at;
}

static void *note(void *p, const void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	if (p == NULL || (at >= libcrypto.from && at < libcrypto.to))
		return p;
	blocks[place_of(p, FREED)] = p;
	live++;
	return p;
}

static void forget(const void *p)
{
	size_t at = place_of(p, p);

	if (p == NULL || blocks[at] != p)
		return;
	blocks[at] = FREED;
	live--;
}

PUBLIC void *malloc(size_t len);
PUBLIC void *malloc(size_t len)
{
	return fails() ? NULL : note(__libc_malloc(len), __builtin_return_address(0));
}

PUBLIC void *calloc(size_t n, size_t len);
PUBLIC void *calloc(size_t n, size_t len)
{
	return fails() ? NULL : note(__libc_calloc(n, len), __builtin_return_address(0));
}

PUBLIC void *realloc(void *p, size_t len);
PUBLIC void *realloc(void *p, size_t len)
{
	void *moved;

	if (fails())
		return NULL;
	moved = __libc_realloc(p, len);
	if (moved == NULL && len != 0)
		return NULL;
	forget(p);
	return note(moved, __builtin_return_address(0));
}

PUBLIC void *aligned_alloc(size_t alignment, size_t len);
PUBLIC void *aligned_alloc(size_t alignment, size_t len)
{
	return fails() ? NULL : note(__libc_memalign(alignment, len), __builtin_return_address(0));
}

PUBLIC int posix_memalign(void **ret, size_t alignment, size_t len);
PUBLIC int posix_memalign(void **ret, size_t alignment, size_t len)
{
	void *p = fails() ? NULL : __libc_memalign(alignment, len);

	if (p == NULL)
		return ENOMEM;
	*ret = note(p, __builtin_return_address(0));
	return 0;
}

PUBLIC void free(void *p);
PUBLIC void free(void *p)
{
	forget(p);
	__libc_free(p);
}

static int look_for_libcrypto(struct dl_phdr_info *info, size_t len, void *user)
{
	(void)len;
	(void)user;
	if (strstr(info->dlpi_name, "libcrypto.so") == NULL)
		return 0;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && (p->p_flags & PF_X) != 0) {
			libcrypto.from = info->dlpi_addr + p->p_vaddr;
			libcrypto.to = libcrypto.from + p->p_memsz;
		}
	}
	return 1;
}

/* ---- an application ---------------------------------------------------------------------------- */

static struct card_process card;
static CK_FUNCTION_LIST *f;

/* What a run came to. */
struct run {
	CK_RV first;       /* the first return value other than CKR_OK */
	const char *where; /* of which call */
	bool wrong;        /* a result was wrong, though the call said CKR_OK */
	unsigned signatures;
};

static bool good(struct run *run, const char *call, CK_RV rv)
{
	if (rv != CKR_OK && run->first == CKR_OK) {
		run->first = rv;
		run->where = call;
	}
	return rv == CKR_OK;
}

static bool is_safe_to_type(struct run *run, CK_SLOT_ID slot, const char *label)
{
	const CK_FLAGS spent =
		CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
	CK_TOKEN_INFO info;

	if (!good(run, "C_GetTokenInfo", f->C_GetTokenInfo(slot, &info)))
		return false;
	if (memcmp(info.label, label, strlen(label)) == 0 && (info.flags & spent) == 0)
		return true;
	run->wrong = true;
	return false;
}

static bool find(struct run *run, CK_SESSION_HANDLE session, CK_OBJECT_CLASS class_id,
		 CK_OBJECT_HANDLE *ret)
{
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_ULONG n = 0;
	bool found = false;

	if (!good(run, "C_FindObjectsInit", f->C_FindObjectsInit(session, &template, 1)))
		return false;
	if (good(run, "C_FindObjects", f->C_FindObjects(session, ret, 1, &n))) {
		found = n == 1;
		run->wrong = run->wrong || !found;
	}
	return good(run, "C_FindObjectsFinal", f->C_FindObjectsFinal(session)) && found;
}

static void sign(struct run *run, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, const char *pin)
{
	CK_MECHANISM m = {CKM_ECDSA_SHA256, NULL, 0};
	CK_BYTE data[3] = {1, 2, 3}, signature[64];
	CK_ULONG len = sizeof(signature);
	CK_UTF8CHAR typed[16];

	if (!good(run, "C_SignInit", f->C_SignInit(session, &m, key)))
		return;
	if (pin != NULL) {
		memcpy(typed, pin, strlen(pin));
		if (!good(run, "C_Login for use",
			  f->C_Login(session, CKU_CONTEXT_SPECIFIC, typed, strlen(pin)))) {
			(void)f->C_SignInit(session, NULL, CK_INVALID_HANDLE);
			return;
		}
	}
	if (good(run, "C_Sign", f->C_Sign(session, data, sizeof(data), signature, &len)))
		run->signatures++;
}

static void use_slot(struct run *run, CK_SLOT_ID slot)
{
	const char *pin = slot == SLOT_AUTH ? CARD_PIN_AUTH : CARD_PIN_SIGN;
	CK_BYTE der[8192];
	CK_ATTRIBUTE value = {CKA_VALUE, der, sizeof(der)};
	CK_OBJECT_HANDLE object;
	CK_SESSION_HANDLE session;
	CK_UTF8CHAR typed[16];

	if (!is_safe_to_type(run, slot, slot == SLOT_AUTH ? LABEL_AUTH : LABEL_SIGN) ||
	    !good(run, "C_OpenSession",
		  f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session)))
		return;
	if (find(run, session, CKO_CERTIFICATE, &object))
		(void)good(run, "C_GetAttributeValue",
			   f->C_GetAttributeValue(session, object, &value, 1));
	memcpy(typed, pin, strlen(pin));
	if (!good(run, "C_Login", f->C_Login(session, CKU_USER, typed, strlen(pin))))
		return;
	if (find(run, session, CKO_PRIVATE_KEY, &object))
		sign(run, session, object, slot == SLOT_SIGN ? pin : NULL);
	(void)good(run, "C_Logout", f->C_Logout(session));
}

static struct run run_all(unsigned long fail_at, bool and_all_after)
{
	struct run run = {.first = CKR_OK, .where = "nothing"};
	CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	wanted = fail_at;
	lasting = and_all_after;
	allocations = failures = 0;
	armed = true;
	if (good(&run, "C_Initialize", f->C_Initialize(&arguments))) {
		(void)good(&run, "C_GetSlotList", f->C_GetSlotList(CK_TRUE, slots, &n));
		use_slot(&run, SLOT_AUTH);
		use_slot(&run, SLOT_SIGN);
		(void)good(&run, "C_Finalize", f->C_Finalize(NULL));
	}
	armed = false;
	return run;
}

/* ---- tests ------------------------------------------------------------------------------------- */

static bool tells_of_memory(CK_RV rv)
{
	return rv == CKR_OK || rv == CKR_HOST_MEMORY || rv == CKR_GENERAL_ERROR ||
	       rv == CKR_FUNCTION_FAILED;
}

static void assert_works(unsigned long after)
{
	struct run run = run_all(0, false);

	if (run.first != CKR_OK || run.wrong || run.signatures != 2)
		fail_msg("after allocation %lu has failed: %s: CKR 0x%lx, %u signatures", after,
			 run.where, run.first, run.signatures);
}

static void fail_each(bool and_all_after, unsigned long step)
{
	unsigned long n, total, n_bad = 0;
	long before;
	struct run run;

	/* What libraries make for good, they make the first time. */
	assert_works(0);
	assert_works(0);
	total = allocations;
	assert_true(total > LEAST_ALLOCATIONS);
	print_message("# %lu allocations\n", total);
	for (n = 1; n <= total; n += step) {
		before = live;
		run = run_all(n, and_all_after);
		/* What a library keeps for good after a failure is not lost each time. */
		if (live != before) {
			before = live;
			run = run_all(n, and_all_after);
		}
		if (run.wrong || !tells_of_memory(run.first) || live != before) {
			print_error("allocation %lu: %s: CKR 0x%lx%s, %ld blocks are left\n", n,
				    run.where, run.first, run.wrong ? ", a wrong result" : "",
				    live - before);
			n_bad++;
		}
		assert_works(n);
	}
	assert_int_equal(n_bad, 0);
}

static void one_allocation_that_fails_costs_one_operation(void **state)
{
	(void)state;
	fail_each(false, 1);
}

static void memory_that_is_used_up_is_told_and_comes_back(void **state)
{
	(void)state;
	fail_each(true, 5);
}

static int setup(void **state)
{
	static const char *const options[] = {"--key-auth", "p256", "--key-sign", "p256", NULL};
	const char *build = getenv("MOHR_BUILD");
	CK_C_GetFunctionList get;
	char path[512];
	void *library;
	FILE *conf;

	(void)state;
	card_process_make(&card, options);
	card_process_insert(&card);
	(void)snprintf(path, sizeof(path), "%s/mohr.conf", card.folder);
	conf = fopen(path, "w");
	if (conf == NULL || fprintf(conf, "[readers]\nsocket = %s\n", card.socket) < 0 ||
	    fclose(conf) != 0)
		return -1;
	(void)setenv("MOHR_CONF", path, 1);
	(void)snprintf(path, sizeof(path), "%s/pkcs11/.libs/mohr-pkcs11.so", build ? build : ".");
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	(void)dl_iterate_phdr(look_for_libcrypto, NULL);
	if (library == NULL || libcrypto.to == 0)
		return -1;
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	return get(&f) == CKR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	card_process_destroy(&card);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_allocation_that_fails_costs_one_operation),
		cmocka_unit_test(memory_that_is_used_up_is_told_and_comes_back),
	};

	return cmocka_run_group_tests_name("malloc_fault", tests, setup, teardown);
}
