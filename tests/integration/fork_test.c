/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fork in every state of the provider (PKCS#11 v3.1 §6.6.1, behaviour.md "fork"): children are not
 * initialised, initialise and work by themselves, touch nothing of the parent's, and the parent goes on.
 */
#include "tests/integration/rival.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIN_AUTH = 0x81 };

/* ---- what children do; the result is their exit status ----------------------------------------- */

static int not_initialized(struct world *w, void *arg)
{
	struct signer *s = arg;
	CK_SLOT_ID slot;
	CK_ULONG n = 0;
	CK_SESSION_INFO info;

	if (w->f->C_GetSlotList(CK_FALSE, NULL, &n) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 10;
	if (w->f->C_GetSessionInfo(s->session, &info) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 11;
	if (signer_sign(w, s) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 12;
	if (w->f->C_Logout(s->session) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 13;
	if (w->f->C_CloseAllSessions(s->slot) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 14;
	if (w->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 15;
	return w->f->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED ? 0 : 16;
}

/* Initialises, is public, knows no handle of the parent's; nothing is sent that needs the user. */
static int starts_anew(struct world *w, void *arg)
{
	struct signer *s = arg;
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_TOKEN_INFO token;
	int r = not_initialized(w, arg);

	if (r != 0)
		return r;
	if (world_initialize(w) != CKR_OK)
		return 20;
	if (w->f->C_GetSessionInfo(s->session, &info) != CKR_SESSION_HANDLE_INVALID)
		return 21;
	if (w->f->C_GetTokenInfo(AUTH(1), &token) != CKR_OK)
		return 22;
	if (w->f->C_OpenSession(AUTH(1), CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK ||
	    w->f->C_GetSessionInfo(session, &info) != CKR_OK || info.state != CKS_RO_PUBLIC_SESSION)
		return 23;
	return 0;
}

static int works_and_exits(struct world *w, void *arg)
{
	struct signer mine;
	int r = starts_anew(w, arg);

	if (r != 0)
		return r;
	if (signer_open(w, AUTH(1), &mine) != CKR_OK)
		return 30;
	return signer_sign(w, &mine) == CKR_OK ? 0 : 31;
}

static int works_and_finalizes(struct world *w, void *arg)
{
	int r = works_and_exits(w, arg);

	return r == 0 && w->f->C_Finalize(NULL) != CKR_OK ? 40 : r;
}

static int grandchild(struct world *w, void *arg)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(works_and_finalizes(w, arg));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 50;
	return WEXITSTATUS(status);
}

/* The child initialises itself before it forks: ykcs11 then takes the grandchild for the child. */
static int grandchild_of_an_initialized_child(struct world *w, void *arg)
{
	struct signer *s = arg;
	int status = -1;
	pid_t pid;

	if (world_initialize(w) != CKR_OK ||
	    w->f->C_OpenSession(AUTH(1), CKF_SERIAL_SESSION, NULL, NULL, &s->session) != CKR_OK)
		return 60;
	pid = fork();
	if (pid == 0)
		_exit(works_and_finalizes(w, arg));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 61;
	if (signer_state(w, s) != CKS_RO_PUBLIC_SESSION)
		return 62;
	return WEXITSTATUS(status);
}

/* ---- states ------------------------------------------------------------------------------------ */

static void fork_all(struct world *w, struct signer *s)
{
	in_child(not_initialized, w, s);
	in_child(starts_anew, w, s);
	in_child(works_and_exits, w, s);
	in_child(works_and_finalizes, w, s);
	in_child(grandchild, w, s);
	in_child(grandchild_of_an_initialized_child, w, s);
}

static void before_c_initialize(void **state)
{
	struct world *w = *state;
	struct signer s = {.slot = AUTH(0), .session = 1};

	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	in_child(not_initialized, w, &s);
	in_child(works_and_finalizes, w, &s);
	assert_rv(world_initialize(w), CKR_OK);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

static void initialized(void **state)
{
	struct world *w = *state;
	struct signer s = {.slot = AUTH(0), .session = 1};

	fork_all(w, &s);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

static void session_open(void **state)
{
	struct world *w = *state;
	struct signer s = {.slot = AUTH(0)};

	assert_rv(w->f->C_OpenSession(AUTH(0), CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
				      &s.session),
		  CKR_OK);
	fork_all(w, &s);
	assert_int_equal(signer_state(w, &s), CKS_RW_PUBLIC_SESSION);
	assert_rv(signer_login(w, &s), CKR_OK);
	assert_rv(signer_find(w, &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

/* Also: nothing that a child does or its end disturbs the parent's login and card. */
static void logged_in(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	fork_all(w, &s);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x9000);
	assert_rv(signer_sign(w, &s), CKR_OK);
	rival_free(r);
}

static void operations_active(void **state)
{
	struct world *w = *state;
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};
	CK_BYTE part[3] = {1, 2, 3}, digest[32];
	CK_OBJECT_HANDLE found[8];
	CK_ULONG n = sizeof(digest);
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(w->f->C_DigestInit(s.session, &m), CKR_OK);
	assert_rv(w->f->C_DigestUpdate(s.session, part, sizeof(part)), CKR_OK);
	assert_rv(w->f->C_FindObjectsInit(s.session, NULL, 0), CKR_OK);
	assert_rv(signer_begin(w, &s), CKR_OK);
	fork_all(w, &s);
	assert_rv(signer_finish(w, &s), CKR_OK);
	assert_rv(w->f->C_DigestFinal(s.session, digest, &n), CKR_OK);
	assert_rv(w->f->C_FindObjects(s.session, found, 8, &n), CKR_OK);
	assert_true(n > 2);
	assert_rv(w->f->C_FindObjectsFinal(s.session), CKR_OK);
}

/* The parent has a transaction all the while; the children use the other card. */
static void context_login_held(void **state)
{
	struct world *w = *state;
	struct signer s;

	assert_rv(signer_open(w, SIGN(0), &s), CKR_OK);
	assert_rv(signer_begin(w, &s), CKR_OK);
	in_child(not_initialized, w, &s);
	in_child(works_and_exits, w, &s);
	in_child(works_and_finalizes, w, &s);
	assert_rv(signer_finish(w, &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

static void *finish(void *arg)
{
	void **both = arg;

	return (void *)signer_finish(both[0], both[1]);
}

static void another_thread_is_inside_c_sign(void **state)
{
	struct world *w = *state;
	struct signer s;
	void *both[2] = {w, &s}, *rv;
	pthread_t thread;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_begin(w, &s), CKR_OK);
	door_at(w->door[0], 1, DOOR_HOLD);
	assert_int_equal(pthread_create(&thread, NULL, finish, both), 0);
	while (door_commands(w->door[0]) < 1)
		pause_ms(1);
	fork_all(w, &s);
	door_release(w->door[0]);
	assert_int_equal(pthread_join(thread, &rv), 0);
	assert_rv((CK_RV)rv, CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

static void *await_event(void *arg)
{
	struct world *w = arg;
	CK_SLOT_ID slot;

	return (void *)w->f->C_WaitForSlotEvent(0, &slot, NULL);
}

static void another_thread_is_inside_c_wait_for_slot_event(void **state)
{
	struct world *w = *state;
	pthread_t thread;
	struct signer s;
	void *rv;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_int_equal(pthread_create(&thread, NULL, await_event, w), 0);
	pause_ms(30);
	fork_all(w, &s);
	assert_rv(signer_sign(w, &s), CKR_OK);
	door_remove(w->door[1]);
	assert_int_equal(pthread_join(thread, &rv), 0);
	assert_rv((CK_RV)rv, CKR_OK);
}

/* ykcs11: after a child's C_Finalize the parent cannot sign. On the same card the login may be gone. */
static int uses_the_parents_card(struct world *w, void *arg)
{
	struct signer mine;

	(void)arg;
	if (world_initialize(w) != CKR_OK || signer_open(w, AUTH(0), &mine) != CKR_OK ||
	    signer_sign(w, &mine) != CKR_OK)
		return 70;
	return w->f->C_Finalize(NULL) == CKR_OK ? 0 : 71;
}

static void childs_finalize_on_the_same_card(void **state)
{
	struct world *w = *state;
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	in_child(uses_the_parents_card, w, NULL);
	assert_rv(signer_sign(w, &s), CKR_USER_NOT_LOGGED_IN);
	assert_rv(signer_login(w, &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(before_c_initialize),
		WORLD_TEST(initialized),
		WORLD_TEST(session_open),
		WORLD_TEST(logged_in),
		WORLD_TEST(operations_active),
		WORLD_TEST(context_login_held),
		WORLD_TEST(another_thread_is_inside_c_sign),
		WORLD_TEST(another_thread_is_inside_c_wait_for_slot_event),
		WORLD_TEST(childs_finalize_on_the_same_card),
	};

	return world_run("fork", tests, sizeof(tests) / sizeof(tests[0]));
}
