/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers, cards and the module for the tests; see the header. */
#include "tests/integration/world.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "transport/transport.h"

enum { AWAIT_S = 10 };

static struct world the_world;

static void die(const char *what)
{
	(void)fprintf(stderr, "world: %s\n", what);
	exit(99);
}

double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void pause_ms(unsigned ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	(void)nanosleep(&t, NULL);
}

void world_order(const char *verb)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char line[128], reply[128];

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", getenv("MOHR_CARD_CTL"));
	(void)snprintf(line, sizeof(line), "%s%s\n", verb, strchr(verb, ' ') ? "" : " 1");
	if (fd < 0 || connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    send(fd, line, strlen(line), 0) < 0 || read(fd, reply, sizeof(reply)) < 2 ||
	    memcmp(reply, "ok", 2) != 0)
		die(verb);
	(void)close(fd);
}

void world_await(struct world *w, unsigned reader, bool present)
{
	struct reader now[LIMIT_N_READERS];
	double end = seconds() + AWAIT_S;
	size_t n = 0;

	while (transport_readers(w->eye, now, LIMIT_N_READERS, &n) != 0 || n <= reader ||
	       now[reader].present != present) {
		if (seconds() > end)
			die(present ? "no card is seen" : "a card is seen");
		pause_ms(1);
	}
}

void world_remove(struct world *w, unsigned reader)
{
	door_remove(w->door[reader]);
	world_await(w, reader, false);
}

void world_insert(struct world *w, unsigned reader, unsigned card)
{
	world_remove(w, reader);
	door_insert(w->door[reader], w->card[card].socket);
	world_await(w, reader, true);
}

void world_restore_cards(struct world *w)
{
	unsigned i;

	for (i = 0; i < N_READERS; i++)
		world_remove(w, i);
	for (i = 0; i < N_CARDS; i++) {
		card_process_remove(&w->card[i]);
		card_process_restore(&w->card[i]);
		card_process_insert(&w->card[i]);
	}
}

/* ---- the program ------------------------------------------------------------------------------ */

const char *world_module_path(void)
{
	const char *path = getenv("MOHR_MODULE");

	return path != NULL ? path : "mohr-pkcs11.so";
}

static void load(struct world *w)
{
	void *library = dlopen(world_module_path(), RTLD_NOW | RTLD_LOCAL);
	CK_VERSION version = {3, 2};
	CK_INTERFACE *interface = NULL;
	CK_C_GetInterface get;

	if (library == NULL)
		die(dlerror());
	*(void **)&get = dlsym(library, "C_GetInterface");
	if (get(NULL, &version, &interface, 0) != CKR_OK)
		die("C_GetInterface");
	w->f = interface->pFunctionList;
}

static void make_cards(struct world *w)
{
	static const char *const options[] = {"--key-auth", "p256", "--key-sign", "p256", NULL};
	unsigned i;

	for (i = 0; i < N_CARDS; i++) {
		card_process_make(&w->card[i], options);
		card_process_insert(&w->card[i]);
	}
}

static int begin(void **state)
{
	struct world *w = &the_world;
	const char *places = getenv("MOHR_CARDS");
	char order[32];
	unsigned i;
	int r;

	if (places == NULL || getenv("MOHR_CARD_CTL") == NULL)
		die("this runs within scripts/with-card --cards 2");
	if (sscanf(places, "%107[^:]:%107[^:]", w->place[0], w->place[1]) != N_READERS)
		die(places);
	w->pcscd = getenv("MOHR_CARD_PCSCD") != NULL;
	make_cards(w);
	for (i = 0; i < N_READERS; i++) {
		(void)snprintf(order, sizeof(order), "remove %u", i + 1);
		world_order(order);
		w->door[i] = door_new(w->place[i]);
	}
	r = w->pcscd ? transport_pcsc_new(NULL, &w->eye)
		     : transport_socket_new(places, NULL, &w->eye);
	if (r != 0)
		die("transport");
	load(w);
	*state = w;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;
	unsigned i;

	transport_free(w->eye);
	for (i = 0; i < N_READERS; i++)
		door_free(w->door[i]);
	for (i = 0; i < N_CARDS; i++)
		card_process_destroy(&w->card[i]);
	return 0;
}

CK_RV world_initialize(struct world *w)
{
	CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK};

	return w->f->C_Initialize(&args);
}

int world_setup(void **state)
{
	struct world *w = *state;
	unsigned i;

	if (w->restore)
		world_restore_cards(w);
	w->restore = false;
	for (i = 0; i < N_READERS; i++) {
		door_set_delay(w->door[i], 0);
		door_at(w->door[i], NEVER, DOOR_PASS);
		world_insert(w, i, i);
	}
	return world_initialize(w) == CKR_OK ? 0 : -1;
}

int world_teardown(void **state)
{
	struct world *w = *state;
	unsigned i;

	for (i = 0; i < N_READERS; i++)
		door_release(w->door[i]);
	(void)w->f->C_Finalize(NULL);
	return 0;
}

int world_run(const char *name, const struct CMUnitTest *tests, size_t n)
{
	if (getenv("MOHR_ONLY") != NULL)
		cmocka_set_test_filter(getenv("MOHR_ONLY"));
	return _cmocka_run_group_tests(name, tests, n, begin, end);
}

void in_child(int (*run)(struct world *w, void *arg), struct world *w, void *arg)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(run(w, arg));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		print_error("# the child's status is %x\n", (unsigned)status);
	assert_int_equal(status, 0);
}

void assert_rv_at(CK_RV actual, CK_RV expected, const char *file, int line)
{
	if (actual == expected)
		return;
	print_error("# CKR 0x%lx where 0x%lx was expected\n", actual, expected);
	_fail(file, line);
}
