/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other programs at the same card: they reset it, log out, verify, select, and die in transactions. Our
 * login is lost where the card's is, is never made again without the user, and the card works on.
 */
#include "tests/integration/rival.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>

enum { PIN_AUTH = 0x81, PIN_SIGN = 0x82, INS_VERIFY = 0x20 };

/* A context that C_Finalize abandons is libpcsclite's for ever (architecture.md). */
static bool abandoned;
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return abandoned;
}

/* The login is gone, the slot says so, and only the user's next login brings it back. */
static void login_is_lost_and_comes_back(struct world *w, struct signer *s)
{
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};

	door_at(w->door[0], NEVER, DOOR_PASS);
	assert_rv(signer_sign(w, s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(signer_state(w, s), CKS_RW_PUBLIC_SESSION);
	assert_rv(signer_sign(w, s), CKR_USER_NOT_LOGGED_IN);
	assert_rv(w->f->C_GetAttributeValue(s->session, s->key, &a, 1), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(door_pins(w->door[0]), 0);
	assert_rv(signer_login(w, s), CKR_OK);
	assert_int_equal(door_pins(w->door[0]), 1);
	assert_int_equal(signer_state(w, s), CKS_RW_USER_FUNCTIONS);
	assert_rv(signer_sign(w, s), CKR_OK);
}

static void reset_by_another_program_costs_the_login(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	rival_reset(r);
	login_is_lost_and_comes_back(w, &s);
	rival_free(r);
}

static void logout_by_another_program_costs_the_login(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_int_equal(rival_unverify(r, PIN_AUTH), 0x9000);
	login_is_lost_and_comes_back(w, &s);
	rival_free(r);
}

/* Selecting another application clears the states of ours; the card manager has no keys. */
static void another_application_costs_the_login_and_gets_no_pin(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	rival_select_card_manager(r);
	login_is_lost_and_comes_back(w, &s);
	rival_select_card_manager(r);
	assert_rv(w->f->C_Logout(s.session), CKR_OK);
	rival_select_card_manager(r);
	assert_rv(signer_login(w, &s), CKR_OK);
	assert_int_equal(tries_left(w, AUTH(0)), 3);
	rival_free(r);
}

static void reset_between_sign_init_and_sign_ends_the_operation(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_begin(w, &s), CKR_OK);
	rival_reset(r);
	door_at(w->door[0], NEVER, DOOR_PASS);
	assert_rv(signer_finish(w, &s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(door_pins(w->door[0]), 0);
	assert_rv(signer_login(w, &s), CKR_OK);
	assert_rv(signer_finish(w, &s), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(signer_sign(w, &s), CKR_OK);
	rival_free(r);
}

/* CVE-2023-40660: what the card allows because of another program is not ours. */
static void login_of_another_program_is_not_ours(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	CK_UTF8CHAR empty[1] = {0};
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(w->f->C_Logout(s.session), CKR_OK);
	assert_int_equal(rival_verify(r, PIN_AUTH, CARD_PIN_AUTH), 0x9000);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x9000);
	assert_int_equal(signer_state(w, &s), CKS_RW_PUBLIC_SESSION);
	assert_rv(signer_find(w, &s), CKR_KEY_NEEDED);
	assert_rv(w->f->C_Login(s.session, CKU_USER, empty, 0), CKR_PIN_INCORRECT);
	assert_rv(w->f->C_Login(s.session, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(signer_state(w, &s), CKS_RW_PUBLIC_SESSION);
	assert_rv(signer_login(w, &s), CKR_OK);
	rival_free(r);
}

static void logout_close_and_finalize_leave_the_card_unverified(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x9000);
	assert_rv(w->f->C_Logout(s.session), CKR_OK);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x63C3);
	assert_rv(signer_login(w, &s), CKR_OK);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x9000);
	assert_rv(w->f->C_CloseSession(s.session), CKR_OK);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x63C3);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(w->f->C_CloseAllSessions(AUTH(0)), CKR_OK);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x63C3);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x63C3);
	rival_free(r);
}

/* What this process has not opened it does not close either. */
static void logout_without_a_login_leaves_the_card_to_others(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	CK_SESSION_HANDLE session;

	assert_int_equal(rival_verify(r, PIN_AUTH, CARD_PIN_AUTH), 0x9000);
	assert_rv(w->f->C_OpenSession(AUTH(0), CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
	assert_rv(w->f->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
	assert_rv(w->f->C_CloseSession(session), CKR_OK);
	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(rival_status(r, PIN_AUTH), 0x9000);
	rival_free(r);
}

/* The card cannot be closed then, and C_Finalize comes to its end all the same. */
static void finalize_ends_while_another_program_keeps_the_card(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;
	double start;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	abandoned = true;
	rival_begin(r);
	start = seconds();
	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	assert_true(seconds() - start < 4);
	rival_end(r, false);
	assert_rv(world_initialize(w), CKR_OK);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
	rival_free(r);
}

struct attempt {
	struct world *w;
	struct signer s;
	CK_RV rv;
};

static void *attempt(void *arg)
{
	struct attempt *a = arg;

	a->rv = signer_sign(a->w, &a->s);
	return NULL;
}

static void finalize_ends_a_call_that_waits_for_another_program(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct attempt a = {.w = w};
	pthread_t thread;
	double start;

	assert_rv(signer_open(w, AUTH(0), &a.s), CKR_OK);
	abandoned = true;
	rival_begin(r);
	assert_int_equal(pthread_create(&thread, NULL, attempt, &a), 0);
	pause_ms(100);
	start = seconds();
	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(seconds() - start < 4);
	assert_int_not_equal(a.rv, CKR_OK);
	rival_end(r, false);
	rival_free(r);
}

/* Holding a context login keeps others out, not longer than the operation. */
static void context_login_ends_with_the_operation(void **state)
{
	struct world *w = *state;
	struct rival *r = rival_new(w, 0);
	struct signer s;

	assert_rv(signer_open(w, SIGN(0), &s), CKR_OK);
	assert_int_equal(rival_status(r, PIN_SIGN), 0x63C3);
	assert_rv(signer_sign(w, &s), CKR_OK);
	assert_int_equal(rival_status(r, PIN_SIGN), 0x63C3);
	assert_rv(signer_begin(w, &s), CKR_OK);
	assert_rv(w->f->C_SessionCancel(s.session, CKF_SIGN), CKR_OK);
	assert_int_equal(rival_status(r, PIN_SIGN), 0x63C3);
	rival_free(r);
}

static int die_in_a_transaction(struct world *w, void *arg)
{
	struct rival *r = rival_new(w, 0);
	int *ready = arg;

	rival_begin(r);
	(void)!write(*ready, "r", 1);
	(void)pause();
	return 0;
}

/* behaviour.md: others see a reset and recover by themselves. */
static void client_killed_in_a_transaction_is_a_reset(void **state)
{
	struct world *w = *state;
	struct signer s;
	double start;
	int fds[2];
	char byte;
	pid_t pid;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0)
		_exit(die_in_a_transaction(w, &fds[1]));
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	start = seconds();
	login_is_lost_and_comes_back(w, &s);
	assert_true(seconds() - start < 2);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

/* ---- two processes with the module ------------------------------------------------------------- */

enum { N_ALTERNATIONS = 10 };

static int alternate(struct world *w, void *arg)
{
	int *fds = arg, i;
	struct signer s;
	char byte;

	if (world_initialize(w) != CKR_OK || signer_open(w, AUTH(0), &s) != CKR_OK)
		return 1;
	for (i = 0; i < N_ALTERNATIONS; i++) {
		if (write(fds[1], "x", 1) != 1 || read(fds[0], &byte, 1) != 1)
			return 2;
		if (signer_sign(w, &s) != CKR_OK)
			return 3;
	}
	/* Without C_Finalize, which would close the card for the other one. */
	return write(fds[1], "x", 1) == 1 ? 0 : 4;
}

/* ykcs11 reconnects with a reset, so that two processes fight. */
static void two_processes_that_alternate_keep_their_logins(void **state)
{
	struct world *w = *state;
	int there[2], back[2], ends[2], i;
	struct signer s;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(there), 0);
	assert_int_equal(pipe(back), 0);
	ends[0] = there[0];
	ends[1] = back[1];
	pid = fork();
	if (pid == 0)
		_exit(alternate(w, ends));
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	for (i = 0; i < N_ALTERNATIONS; i++) {
		assert_int_equal(read(back[0], &byte, 1), 1);
		assert_rv(signer_sign(w, &s), CKR_OK);
		assert_int_equal(write(there[1], "x", 1), 1);
	}
	assert_int_equal(read(back[0], &byte, 1), 1);
	assert_rv(signer_sign(w, &s), CKR_OK);
	assert_int_equal(waitpid(pid, &i, 0), pid);
	assert_int_equal(i, 0);
	for (i = 0; i < 2; i++) {
		(void)close(there[i]);
		(void)close(back[i]);
	}
}

/* ---- renewal ----------------------------------------------------------------------------------- */

/* docs/natid-card.md: EXTERNAL AUTHENTICATE with the admin key that card_process.c gives all cards. */
static void authenticate_admin(struct rival *r)
{
	uint8_t key[16], challenge[256], cryptogram[32];
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	size_t len = 0, i;
	char command[64];
	int n = 0;

	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	assert_int_equal(rival_send(r, "0084000010", challenge, &len), 0x9000);
	assert_int_equal(len, 16);
	assert_int_equal(EVP_EncryptInit_ex(c, EVP_aes_128_ecb(), NULL, key, NULL), 1);
	assert_int_equal(EVP_EncryptUpdate(c, cryptogram, &n, challenge, 16), 1);
	EVP_CIPHER_CTX_free(c);
	len = (size_t)snprintf(command, sizeof(command), "0082009110");
	for (i = 0; i < 16; i++)
		len += (size_t)snprintf(command + len, sizeof(command) - len, "%02X",
					cryptogram[i]);
	assert_int_equal(rival_send(r, command, NULL, NULL), 0x9000);
}

/* Another certificate of the same key and length: its last byte is another one. */
static void renew_certificate(struct rival *r, const CK_BYTE *der, CK_ULONG len)
{
	char command[32];

	rival_begin(r);
	assert_int_equal(rival_send(r, "00A4040C0CA0000000180C000001634200", NULL, NULL), 0x9000);
	authenticate_admin(r);
	assert_int_equal(rival_send(r, "00A4000C023F00", NULL, NULL), 0x9000);
	assert_int_equal(rival_send(r, "00A4000C025000", NULL, NULL), 0x9000);
	assert_int_equal(rival_send(r, "00A4000C025040", NULL, NULL), 0x9000);
	(void)snprintf(command, sizeof(command), "00D6%04lX01%02X", len - 1,
		       (unsigned)(der[len - 1] ^ 1));
	assert_int_equal(rival_send(r, command, NULL, NULL), 0x9000);
	rival_end(r, false);
}

static CK_ULONG certificate_of(struct world *w, CK_BYTE *ret, CK_ULONG cap)
{
	CK_OBJECT_CLASS class_id = CKO_CERTIFICATE;
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_ATTRIBUTE value = {CKA_VALUE, ret, cap};
	CK_OBJECT_HANDLE found = 0;
	CK_SESSION_HANDLE session;
	CK_ULONG n = 0;

	assert_rv(w->f->C_OpenSession(AUTH(0), CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
	assert_rv(w->f->C_FindObjectsInit(session, &template, 1), CKR_OK);
	assert_rv(w->f->C_FindObjects(session, &found, 1, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_rv(w->f->C_FindObjectsFinal(session), CKR_OK);
	assert_rv(w->f->C_GetAttributeValue(session, found, &value, 1), CKR_OK);
	assert_rv(w->f->C_CloseSession(session), CKR_OK);
	return value.ulValueLen;
}

/* OpenSC #3276, #3475: the old certificate is shown after a renewal. */
static void renewed_certificate_is_shown_when_the_card_comes_back(void **state)
{
	struct world *w = *state;
	CK_BYTE before[4096], after[4096];
	struct rival *r = rival_new(w, 0);
	char serial[17], same[17];
	CK_ULONG len;

	w->restore = true;
	serial_of(w, AUTH(0), serial);
	len = certificate_of(w, before, sizeof(before));
	renew_certificate(r, before, len);
	rival_free(r);
	world_insert(w, 0, 0);
	serial_of(w, AUTH(0), same);
	assert_string_equal(serial, same);
	assert_int_equal(certificate_of(w, after, sizeof(after)), len);
	assert_memory_equal(before, after, len - 1);
	assert_int_equal(after[len - 1], before[len - 1] ^ 1);
	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	assert_rv(world_initialize(w), CKR_OK);
	assert_int_equal(certificate_of(w, before, sizeof(before)), len);
	assert_memory_equal(before, after, len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(reset_by_another_program_costs_the_login),
		WORLD_TEST(logout_by_another_program_costs_the_login),
		WORLD_TEST(another_application_costs_the_login_and_gets_no_pin),
		WORLD_TEST(reset_between_sign_init_and_sign_ends_the_operation),
		WORLD_TEST(login_of_another_program_is_not_ours),
		WORLD_TEST(logout_close_and_finalize_leave_the_card_unverified),
		WORLD_TEST(logout_without_a_login_leaves_the_card_to_others),
		WORLD_TEST(finalize_ends_while_another_program_keeps_the_card),
		WORLD_TEST(finalize_ends_a_call_that_waits_for_another_program),
		WORLD_TEST(context_login_ends_with_the_operation),
		WORLD_TEST(client_killed_in_a_transaction_is_a_reset),
		WORLD_TEST(renewed_certificate_is_shown_when_the_card_comes_back),
		WORLD_TEST(two_processes_that_alternate_keep_their_logins),
	};

	return world_run("rival", tests, sizeof(tests) / sizeof(tests[0]));
}
