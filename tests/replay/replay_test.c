/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole module against recordings of every flow with every kind of card (tests/data/traces): it has to send
 * the very commands of the recording, and to come to the same. "--record FOLDER [NAME...]" makes the recordings
 * instead, of all kinds of card or of those named (scripts/record-traces).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/replay/flows.h"

enum { PATH_LEN = 512, MAX_FLOWS = 16, TITLE_LEN = 128 };

#define PIN_ONE "271828"
#define PIN_TWO "31415927"

static const struct cast casts[] = {
	{.name = "natid-rsa",
	 .personality = "natid",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_RSA2048,
	 .key_sign = VCARD_RSA2048},
	{.name = "natid-ec",
	 .personality = "natid",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_P256,
	 .key_sign = VCARD_P384,
	 .extended = true},
	/* announces all it does, and with it decryption and key agreement */
	{.name = "natid-announced",
	 .personality = "natid",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_RSA2048,
	 .key_sign = VCARD_P256,
	 .algorithms = VCARD_DOES_ALL},
	{.name = "ias-uy",
	 .personality = "ias-uy",
	 .pins = {PIN_ONE},
	 .key_auth = VCARD_RSA2048,
	 .key_sign = VCARD_RSA2048},
	{.name = "ias-uy-v4",
	 .personality = "ias-uy-v4",
	 .pins = {PIN_ONE},
	 .key_auth = VCARD_P256,
	 .key_sign = VCARD_P256},
	{.name = "ias-fi",
	 .personality = "ias-fi",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_P256,
	 .key_sign = VCARD_P384},
	{.name = "ias-fi-v3",
	 .personality = "ias-fi-v3",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_RSA2048,
	 .key_sign = VCARD_RSA2048},
	{.name = "ias-ee",
	 .personality = "ias-ee",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_P384,
	 .key_sign = VCARD_P384},
	{.name = "piv",
	 .personality = "piv",
	 .pins = {PIN_ONE},
	 .key_auth = VCARD_P256,
	 .key_sign = VCARD_RSA2048},
	{.name = "piv-extended",
	 .personality = "piv",
	 .pins = {PIN_ONE},
	 .key_auth = VCARD_RSA1024,
	 .key_sign = VCARD_P384,
	 .extended = true,
	 .gzip = true},
	{.name = "yubikey",
	 .personality = "yubikey",
	 .pins = {PIN_ONE},
	 .key_auth = VCARD_P256,
	 .key_sign = VCARD_ED25519},
	{.name = "p15",
	 .personality = "p15",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_RSA2048,
	 .key_sign = VCARD_RSA2048},
	{.name = "p15-ec",
	 .personality = "p15",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_P256,
	 .key_sign = VCARD_P384,
	 .extended = true},
	{.name = "myeid",
	 .personality = "myeid",
	 .pins = {PIN_ONE, PIN_TWO},
	 .key_auth = VCARD_P256,
	 .key_sign = VCARD_RSA2048},
	{.name = "isoapplet",
	 .personality = "isoapplet",
	 .pins = {PIN_ONE},
	 .key_auth = VCARD_RSA2048,
	 .key_sign = VCARD_P256},
	{.name = "isoapplet-v1",
	 .personality = "isoapplet-v1",
	 .pins = {PIN_ONE},
	 .key_auth = VCARD_RSA2048,
	 .key_sign = VCARD_P256,
	 .extended = true},
};

enum { N_CASTS = sizeof(casts) / sizeof(casts[0]) };

/* One test: a flow with a card. */
struct act {
	const struct cast *cast;
	const struct flow *flow;
	char name[TITLE_LEN];
	bool done;
	struct scene scene;
	struct vcard *card;
};

static char folder[] = "/tmp/mohr-replay-XXXXXX";
static char socket_path[PATH_LEN], traces[PATH_LEN];
static bool recording;
static CK_FUNCTION_LIST *functions;

static void fail_with(const char *what)
{
	fprintf(stderr, "replay_test: %s\n", what);
	exit(99);
}

static void load_module(void)
{
	const char *module = getenv("MOHR_MODULE"), *build = getenv("MOHR_BUILD");
	char path[PATH_LEN];
	CK_C_GetFunctionList get;
	void *library;

	(void)snprintf(path, sizeof(path), "%s%s",
		       module  ? module
		       : build ? build
			       : ".",
		       module ? "" : "/pkcs11/.libs/mohr-pkcs11.so");
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		fail_with(dlerror());
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	if (get == NULL || get(&functions) != CKR_OK)
		fail_with("the module has no functions");
}

/* The module's configuration, and a home in which it finds nothing. */
static void make_folder(void)
{
	char path[PATH_LEN];
	FILE *f;

	if (mkdtemp(folder) == NULL)
		fail_with(folder);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/card", folder);
	(void)snprintf(path, sizeof(path), "%s/mohr.conf", folder);
	f = fopen(path, "w");
	if (f == NULL || fprintf(f, "[readers]\nsocket = %s\n", socket_path) < 0 ||
	    fclose(f) != 0 || setenv("MOHR_CONF", path, 1) != 0 || setenv("HOME", folder, 1) != 0 ||
	    setenv("XDG_CACHE_HOME", folder, 1) != 0)
		fail_with(path);
}

static void remove_folder(void)
{
	static const char *const names[] = {"mohr.conf", "authority/ca.crt", "authority/ca.key",
					    "authority"};
	char path[PATH_LEN];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)remove(path);
	}
	(void)rmdir(folder);
}

static struct vcard *make_card(const struct cast *c)
{
	static char authority[PATH_LEN];
	struct vcard_setup setup;
	struct vcard *card = NULL;

	(void)snprintf(authority, sizeof(authority), "%s/authority", folder);
	vcard_setup_init(&setup);
	if (vcard_personalities_parse(c->personality, &setup.personalities) != 0)
		fail_with("there is no such kind of card");
	setup.extended = c->extended;
	setup.gzip = c->gzip;
	setup.pin = setup.pin_auth = c->pins[0];
	setup.pin_sign = c->pins[1];
	setup.puk = CAST_PUK;
	setup.admin_key_len = 16;
	setup.key_auth = c->key_auth;
	setup.key_sign = c->key_sign;
	setup.algorithms = c->algorithms;
	setup.authority = authority;
	if (vcard_new(&setup, &card) != 0)
		fail_with("the card could not be made");
	return card;
}

static int set_up(void **state)
{
	struct act *act = *state;
	char trace[PATH_LEN + TITLE_LEN + sizeof("/.trace")];

	(void)snprintf(trace, sizeof(trace), "%s/%s.trace", traces, act->name);
	act->done = false;
	if (recording) {
		act->card = make_card(act->cast);
		act->scene.stage = stage_record(act->card, socket_path, trace, act->name);
	} else {
		act->scene.stage = stage_replay(socket_path, trace);
	}
	act->scene.cast = act->cast;
	act->scene.f = functions;
	act->scene.socket = socket_path;
	return act->scene.stage != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	struct act *act = *state;
	bool good = true;

	/* After a failure in the middle. */
	(void)functions->C_Finalize(NULL);
	if (act->scene.stage != NULL)
		good = stage_close(act->scene.stage, act->done);
	act->scene.stage = NULL;
	vcard_free(act->card);
	act->card = NULL;
	return good ? 0 : -1;
}

static void run_act(void **state)
{
	struct act *act = *state;

	act->flow->run(&act->scene);
	/* A test that fails in its teardown only would be called an error, not a failure. */
	act->done = true;
	act->done = stage_close(act->scene.stage, true);
	act->scene.stage = NULL;
	assert_true(act->done);
}

/* The test of the test: a flow in the place of another, as if the module had changed its ways. */
static void other_commands_than_the_recorded_ones_are_noticed(void **state)
{
	struct scene scene = {.cast = &casts[0], .f = functions, .socket = socket_path};
	char trace[PATH_LEN + TITLE_LEN];
	size_t i = 0;

	(void)state;
	(void)snprintf(trace, sizeof(trace), "%s/%s-wrong-pin.trace", traces, casts[0].name);
	scene.stage = stage_replay(socket_path, trace);
	assert_non_null(scene.stage);
	stage_be_quiet(scene.stage);
	while (strcmp(flow_at(i)->name, "random") != 0)
		i++;
	flow_at(i)->run(&scene);
	assert_false(stage_close(scene.stage, true));
}

static bool is_wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return argc == 0;
}

int main(int argc, char **argv)
{
	static struct act acts[N_CASTS * MAX_FLOWS];
	static struct CMUnitTest tests[N_CASTS * MAX_FLOWS + 1];
	const char *source = getenv("MOHR_SOURCE");
	const struct flow *flow;
	size_t n = 0, i, k;
	int r;

	recording = argc > 2 && strcmp(argv[1], "--record") == 0;
	(void)snprintf(traces, sizeof(traces), "%s%s",
		       recording ? argv[2]
		       : source  ? source
				 : ".",
		       recording ? "" : "/tests/data/traces");
	argc -= recording ? 3 : argc;
	argv += recording ? 3 : 0;
	load_module();
	make_folder();
	for (i = 0; i < N_CASTS; i++) {
		for (k = 0; is_wanted(casts[i].name, argc, argv) && (flow = flow_at(k)) != NULL;
		     k++, n++) {
			acts[n].cast = &casts[i];
			acts[n].flow = flow;
			(void)snprintf(acts[n].name, sizeof(acts[n].name), "%s-%s", casts[i].name,
				       flow->name);
			tests[n] = (struct CMUnitTest){acts[n].name, run_act, set_up, tear_down,
						       &acts[n]};
		}
	}
	if (!recording)
		tests[n++] = (struct CMUnitTest)cmocka_unit_test(
			other_commands_than_the_recorded_ones_are_noticed);
	r = _cmocka_run_group_tests("replay", tests, n, NULL, NULL);
	remove_folder();
	return r;
}
