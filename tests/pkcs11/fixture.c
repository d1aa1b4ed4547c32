/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading the module, running suites in all modes, and what tests often do. */
#include "tests/pkcs11/fixture.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/pkcs11/card_reader.h"

static void *library;
static atomic_ulong mutex_locks;

/* ---- the module ------------------------------------------------------------------------------- */

static void load(void)
{
	const char *module = getenv("MOHR_MODULE"), *build = getenv("MOHR_BUILD");
	char path[512];

	if (module)
		snprintf(path, sizeof(path), "%s", module);
	else
		snprintf(path, sizeof(path), "%s/pkcs11/.libs/mohr-pkcs11.so", build ? build : ".");
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		fprintf(stderr, "fixture: %s\n", dlerror());
		exit(99);
	}
}

void *fixture_symbol(const char *name)
{
	void *symbol = dlsym(library, name);

	assert_non_null(symbol);
	return symbol;
}

static CK_FUNCTION_LIST_3_2 *list_of(CK_VERSION version)
{
	CK_C_GetInterface get_interface;
	CK_C_GetFunctionList get_list;
	CK_INTERFACE *interface = NULL;
	CK_FUNCTION_LIST *list = NULL;

	if (version.major == 2) {
		*(void **)&get_list = fixture_symbol("C_GetFunctionList");
		assert_rv(get_list(&list), CKR_OK);
		return (void *)list;
	}
	*(void **)&get_interface = fixture_symbol("C_GetInterface");
	assert_rv(get_interface(NULL, &version, &interface, 0), CKR_OK);
	return interface->pFunctionList;
}

static CK_RV create_mutex(CK_VOID_PTR_PTR ret)
{
	pthread_mutex_t *m = malloc(sizeof(*m));

	if (!m)
		return CKR_HOST_MEMORY;
	pthread_mutex_init(m, NULL);
	*ret = m;
	return CKR_OK;
}

static CK_RV destroy_mutex(CK_VOID_PTR m)
{
	pthread_mutex_destroy(m);
	free(m);
	return CKR_OK;
}

static CK_RV lock_mutex(CK_VOID_PTR m)
{
	atomic_fetch_add(&mutex_locks, 1);
	return pthread_mutex_lock(m) == 0 ? CKR_OK : CKR_GENERAL_ERROR;
}

static CK_RV unlock_mutex(CK_VOID_PTR m)
{
	return pthread_mutex_unlock(m) == 0 ? CKR_OK : CKR_MUTEX_NOT_LOCKED;
}

unsigned long fixture_mutex_locks(void)
{
	return atomic_load(&mutex_locks);
}

CK_RV fixture_initialize(struct fixture *fx)
{
	CK_C_INITIALIZE_ARGS os = {.flags = CKF_OS_LOCKING_OK};
	CK_C_INITIALIZE_ARGS application = {.CreateMutex = create_mutex,
					    .DestroyMutex = destroy_mutex,
					    .LockMutex = lock_mutex,
					    .UnlockMutex = unlock_mutex};

	atomic_store(&mutex_locks, 0);
	switch (fx->locking) {
	case LOCKING_OS:
		return fx->f->C_Initialize(&os);
	case LOCKING_APPLICATION:
		return fx->f->C_Initialize(&application);
	default:
		return fx->f->C_Initialize(NULL);
	}
}

void fixture_configure(struct fixture *fx, const char *more)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "%s/mohr.conf", fx->card->folder);
	f = fopen(path, "w");
	assert_non_null(f);
	if (!card_reader_used())
		fprintf(f, "[readers]\nsocket = %s\n", fx->card->socket);
	fputs(more ? more : "", f);
	assert_int_equal(fclose(f), 0);
	setenv("MOHR_CONF", path, 1);
}

static void trace_path(const struct fixture *fx, char ret[96])
{
	snprintf(ret, 96, "%s/trace", fx->card->folder);
}

void fixture_record(struct fixture *fx)
{
	char path[96], more[128];

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	trace_path(fx, path);
	unlink(path);
	snprintf(more, sizeof(more), "[log]\ntrace = %s\n", path);
	fixture_configure(fx, more);
	assert_rv(fixture_initialize(fx), CKR_OK);
}

unsigned fixture_commands(const struct fixture *fx, const char *text)
{
	char path[96], line[8192];
	unsigned n = 0;
	FILE *f;

	trace_path(fx, path);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		n += strncmp(line, "command ", strlen("command ")) == 0 && strstr(line, text);
	fclose(f);
	return n;
}

void fixture_remove(struct fixture *fx)
{
	card_process_remove(fx->card);
}

void fixture_insert(struct fixture *fx, bool restore)
{
	if (restore)
		card_process_restore(fx->card);
	card_process_insert(fx->card);
}

/* ---- suites ----------------------------------------------------------------------------------- */

static int setup(void **state)
{
	struct fixture *fx = *state;

	if (fx->restore)
		fixture_remove(fx);
	if (!fx->card->pid)
		fixture_insert(fx, fx->restore);
	fx->restore = false;
	fixture_configure(fx, NULL);
	return fixture_initialize(fx) == CKR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *fx = *state;

	(void)fx->f->C_Finalize(NULL);
	return 0;
}

static struct card_process the_card;

static int destroy_card(void **state)
{
	(void)state;
	card_process_destroy(&the_card);
	return 0;
}

static const char *const locking_names[] = {"no locks", "system's locks", "own locks"};

struct mode {
	CK_VERSION version;
	enum locking_mode locking;
};

static const struct mode socket_modes[] = {
	{{3, 2}, LOCKING_NONE},  {{3, 2}, LOCKING_OS},  {{3, 2}, LOCKING_APPLICATION},
	{{3, 0}, LOCKING_NONE},  {{3, 0}, LOCKING_OS},  {{3, 0}, LOCKING_APPLICATION},
	{{2, 40}, LOCKING_NONE}, {{2, 40}, LOCKING_OS}, {{2, 40}, LOCKING_APPLICATION},
};

/* Behind pcscd: what differs there is below the interface, so two modes are enough. */
static const struct mode pcscd_modes[] = {{{3, 2}, LOCKING_OS}, {{2, 40}, LOCKING_OS}};

enum { MAX_MODES = sizeof(socket_modes) / sizeof(socket_modes[0]) };

static struct fixture fixtures[MAX_MODES];

/* Appends the tests of one mode. */
static size_t add_mode(struct fixture *fx, const struct suite_test *tests, size_t n, bool first,
		       struct CMUnitTest *ret)
{
	size_t i, n_added = 0;

	for (i = 0; i < n; i++) {
		char *title = NULL;

		if ((tests[i].once && !first) || (tests[i].socket_only && card_reader_used()))
			continue;
		if (asprintf(&title, "%s (%u.%u, %s%s)", tests[i].name, fx->version.major,
			     fx->version.minor, locking_names[fx->locking],
			     card_reader_used() ? ", pcscd" : "") < 0)
			exit(99);
		ret[n_added++] = (struct CMUnitTest){title, tests[i].run, setup, teardown, fx};
	}
	return n_added;
}

int suite_run(const char *name, const struct suite_test *tests, size_t n,
	      const char *const *card_options)
{
	const struct mode *modes = card_reader_used() ? pcscd_modes : socket_modes;
	size_t n_modes = card_reader_used() ? 2 : MAX_MODES, i, n_all = 0;
	struct CMUnitTest *all = calloc(n * n_modes, sizeof(*all));

	if (!all)
		return 99;
	load();
	card_process_make(&the_card, card_options);
	for (i = 0; i < n_modes; i++) {
		struct fixture *fx = &fixtures[i];

		fx->version = modes[i].version;
		fx->locking = modes[i].locking;
		fx->card = &the_card;
		fx->f = list_of(fx->version);
		n_all += add_mode(fx, tests, n, i == 0, all + n_all);
	}
	return _cmocka_run_group_tests(name, all, n_all, NULL, destroy_card);
}

/* ---- what tests often do ---------------------------------------------------------------------- */

void assert_rv_at(CK_RV actual, CK_RV expected, const char *file, int line)
{
	if (actual == expected)
		return;
	print_error("# CKR 0x%lx where 0x%lx was expected\n", actual, expected);
	_fail(file, line);
}

void assert_label(struct fixture *fx, CK_SLOT_ID slot)
{
	const char *label = slot == SLOT_AUTH ? LABEL_AUTH : LABEL_SIGN;
	CK_TOKEN_INFO info;

	assert_rv(fx->f->C_GetTokenInfo(slot, &info), CKR_OK);
	assert_memory_equal(info.label, label, strlen(label));
	assert_int_equal(info.label[strlen(label)], ' ');
}

CK_SESSION_HANDLE session_on(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;

	assert_rv(fx->f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
				       &session),
		  CKR_OK);
	assert_int_not_equal(session, CK_INVALID_HANDLE);
	return session;
}

CK_RV login_with(struct fixture *fx, CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin)
{
	CK_SESSION_INFO info;
	CK_UTF8CHAR copy[64];

	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_label(fx, info.slotID);
	memcpy(copy, pin, strlen(pin));
	return fx->f->C_Login(session, user, copy, strlen(pin));
}

void login_on(struct fixture *fx, CK_SESSION_HANDLE session, CK_SLOT_ID slot)
{
	const char *pin = slot == SLOT_AUTH ? CARD_PIN_AUTH : CARD_PIN_SIGN;

	assert_rv(login_with(fx, session, CKU_USER, pin), CKR_OK);
}

size_t find_all(struct fixture *fx, CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG n,
		CK_OBJECT_HANDLE *ret, size_t max)
{
	CK_ULONG found = 0;

	assert_rv(fx->f->C_FindObjectsInit(session, template, n), CKR_OK);
	assert_rv(fx->f->C_FindObjects(session, ret, max, &found), CKR_OK);
	assert_rv(fx->f->C_FindObjectsFinal(session), CKR_OK);
	return found;
}

CK_OBJECT_HANDLE find_one(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_CLASS class_id)
{
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_OBJECT_HANDLE found[2] = {CK_INVALID_HANDLE};

	assert_true(find_all(fx, session, &template, 1, found, 2) <= 1);
	return found[0];
}

size_t attribute_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		    CK_ATTRIBUTE_TYPE type, void *ret, size_t cap)
{
	CK_ATTRIBUTE a = {type, ret, cap};

	assert_rv(fx->f->C_GetAttributeValue(session, object, &a, 1), CKR_OK);
	return a.ulValueLen;
}

CK_ULONG ulong_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		  CK_ATTRIBUTE_TYPE type)
{
	CK_ULONG value = 0;

	assert_int_equal(attribute_of(fx, session, object, type, &value, sizeof(value)),
			 sizeof(value));
	return value;
}

CK_BBOOL bool_of(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		 CK_ATTRIBUTE_TYPE type)
{
	CK_BBOOL value = 0xEE;

	assert_int_equal(attribute_of(fx, session, object, type, &value, sizeof(value)),
			 sizeof(value));
	return value;
}
