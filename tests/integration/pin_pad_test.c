/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protected authentication path through the module, behind a real pcscd whose reader has a PIN pad
 * (PKCS#11 v3.1 §5.6.8 C_Login, §5.5.10 C_SetPIN). pin_pad.sh starts it: MOHR_PAD is the file or FIFO
 * that holds what somebody types (vcard/ifd_pinpad.h).
 */
#include "tests/pkcs11/fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { KEY_LEN = 32, SOON_MS = 1500 };

static const char *pad;

/* What the reader will be given, a PIN a line. */
static void type(const char *text)
{
	FILE *f;

	(void)unlink(pad);
	f = fopen(pad, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Nobody types until somebody writes here. */
static void let_it_wait(void)
{
	(void)unlink(pad);
	assert_int_equal(mkfifo(pad, 0600), 0);
}

static void type_into_fifo(const char *text)
{
	int fd = open(pad, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static CK_FLAGS flags_of(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_TOKEN_INFO info;

	assert_rv(fx->f->C_GetTokenInfo(slot, &info), CKR_OK);
	return info.flags;
}

static void assert_tries(struct fixture *fx, CK_SLOT_ID slot, CK_FLAGS expected)
{
	assert_int_equal(flags_of(fx, slot) & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
					       CKF_USER_PIN_LOCKED),
			 expected);
}

static CK_RV login_null(struct fixture *fx, CK_SESSION_HANDLE session)
{
	return fx->f->C_Login(session, CKU_USER, NULL, 0);
}

static CK_STATE state_of(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_SESSION_INFO info;

	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	return info.state;
}

static long long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void rest_ms(long ms)
{
	(void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000},
			NULL);
}

/* ---- C_Login ---------------------------------------------------------------------------------- */

static void tokens_say_that_there_is_a_protected_path(void **state)
{
	assert_true(flags_of(*state, SLOT_AUTH) & CKF_PROTECTED_AUTHENTICATION_PATH);
	assert_true(flags_of(*state, SLOT_SIGN) & CKF_PROTECTED_AUTHENTICATION_PATH);
	assert_true(flags_of(*state, SLOT_AUTH) & CKF_LOGIN_REQUIRED);
}

static void a_null_pin_is_typed_at_the_reader(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	type(CARD_PIN_AUTH "\n");
	assert_rv(login_null(fx, session), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_USER_FUNCTIONS);
	assert_rv(login_null(fx, session), CKR_USER_ALREADY_LOGGED_IN);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
}

/* §5.6.9 C_LoginUser */
static void c_login_user_takes_a_null_pin_too(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	if (fx->version.major < 3)
		return;
	type(CARD_PIN_AUTH "\n");
	assert_rv(fx->f->C_LoginUser(session, CKU_USER, NULL, 0, NULL, 0), CKR_OK);
	assert_int_equal(state_of(fx, session), CKS_RW_USER_FUNCTIONS);
}

static void a_wrong_pin_costs_one_try(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	assert_tries(fx, SLOT_AUTH, 0);
	type("999999\n");
	assert_rv(login_null(fx, session), CKR_PIN_INCORRECT);
	assert_tries(fx, SLOT_AUTH, CKF_USER_PIN_COUNT_LOW);
	assert_tries(fx, SLOT_SIGN, 0);
	type(CARD_PIN_AUTH "\n");
	assert_rv(login_null(fx, session), CKR_OK);
	assert_tries(fx, SLOT_AUTH, 0);
}

static void nobody_types_a_blocked_pin(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	type("999999\n");
	assert_rv(login_null(fx, session), CKR_PIN_INCORRECT);
	assert_rv(login_null(fx, session), CKR_PIN_INCORRECT);
	assert_tries(fx, SLOT_AUTH, CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	assert_rv(login_null(fx, session), CKR_PIN_LOCKED);
	assert_tries(fx, SLOT_AUTH, CKF_USER_PIN_LOCKED);
	let_it_wait();
	assert_rv(login_null(fx, session), CKR_PIN_LOCKED); /* at once, or the test takes 30 s */
}

static void what_the_reader_refuses_costs_no_try(void **state)
{
	static const struct {
		const char *typed;
		CK_RV rv;
	} rows[] = {
		{"\n", CKR_FUNCTION_CANCELED},       {"", CKR_FUNCTION_CANCELED},
		{"t\n", CKR_FUNCTION_CANCELED},      {"27\n", CKR_PIN_INCORRECT},
		{"2718281828\n", CKR_PIN_INCORRECT},
	};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		type(rows[i].typed);
		assert_rv(login_null(fx, session), rows[i].rv);
		assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
		assert_tries(fx, SLOT_AUTH, 0);
	}
}

/* An empty PIN is a mistake of the program (CVE-2023-40660): the reader, which would do, is not asked. */
static void an_empty_pin_that_is_not_null_never_succeeds(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR byte = 0;

	type(CARD_PIN_AUTH "\n" CARD_PIN_AUTH "\n" CARD_PIN_AUTH "\n");
	assert_rv(fx->f->C_Login(session, CKU_USER, &byte, 0), CKR_PIN_INCORRECT);
	assert_rv(fx->f->C_Login(session, CKU_USER, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, &byte, 0), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SetPIN(session, &byte, 0, NULL, 0), CKR_PIN_LEN_RANGE);
	assert_rv(fx->f->C_SetPIN(session, NULL, 6, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_Login(session, CKU_SO, NULL, 0), CKR_USER_TYPE_INVALID);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	assert_tries(fx, SLOT_AUTH, 0);
}

static void a_pin_that_the_program_asked_for_is_taken_as_well(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	type("");
	login_on(fx, session, SLOT_AUTH);
	assert_int_equal(state_of(fx, session), CKS_RW_USER_FUNCTIONS);
}

static void mohr_conf_switches_the_pad_off(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	fixture_configure(fx, "[readers]\npin_pad = no\n");
	assert_rv(fixture_initialize(fx), CKR_OK);
	type(CARD_PIN_AUTH "\n");
	session = session_on(fx, SLOT_AUTH);
	assert_false(flags_of(fx, SLOT_AUTH) & CKF_PROTECTED_AUTHENTICATION_PATH);
	assert_rv(login_null(fx, session), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, NULL, 0), CKR_ARGUMENTS_BAD);
	login_on(fx, session, SLOT_AUTH);
}

/* ---- signatures ------------------------------------------------------------------------------- */

static void each_signature_is_allowed_at_the_reader(void **state)
{
	static const struct signature_check how = {.digest = "SHA256", .ecdsa = true};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);
	CK_MECHANISM m = {CKM_ECDSA_SHA256, NULL, 0};
	uint8_t data[] = "what is signed", signature[2 * KEY_LEN];
	CK_OBJECT_HANDLE key;
	CK_ULONG len;

	type(CARD_PIN_SIGN "\n");
	assert_rv(login_null(fx, session), CKR_OK);
	key = find_one(fx, session, CKO_PRIVATE_KEY);
	assert_true(bool_of(fx, session, key, CKA_ALWAYS_AUTHENTICATE));
	assert_rv(fx->f->C_Login(session, CKU_CONTEXT_SPECIFIC, NULL, 0),
		  CKR_OPERATION_NOT_INITIALIZED);
	for (int i = 0; i < 2; i++) {
		memset(signature, 0, sizeof(signature));
		len = sizeof(signature);
		assert_rv(fx->f->C_SignInit(session, &m, key), CKR_OK);
		/* cancelled once: the operation goes on, and nothing is lost */
		type("\n");
		assert_rv(fx->f->C_Login(session, CKU_CONTEXT_SPECIFIC, NULL, 0),
			  CKR_FUNCTION_CANCELED);
		type(CARD_PIN_SIGN "\n");
		assert_rv(fx->f->C_Login(session, CKU_CONTEXT_SPECIFIC, NULL, 0), CKR_OK);
		assert_rv(fx->f->C_Sign(session, data, sizeof(data), signature, &len), CKR_OK);
		assert_int_equal(len, sizeof(signature));
		assert_true(certificate_verifies(fx, session, &how, data, sizeof(data), signature,
						 len));
	}
	/* the permission of the one before does not serve */
	assert_rv(fx->f->C_SignInit(session, &m, key), CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), signature, &len),
		  CKR_USER_NOT_LOGGED_IN);
	assert_tries(fx, SLOT_SIGN, 0);
}

/* ---- C_SetPIN --------------------------------------------------------------------------------- */

static void a_pin_is_changed_at_the_reader(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	type(CARD_PIN_AUTH "\n56789\n56788\n");
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, NULL, 0), CKR_PIN_INVALID);
	type(CARD_PIN_AUTH "\n567\n567\n");
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, NULL, 0), CKR_PIN_LEN_RANGE);
	type(CARD_PIN_AUTH "\n56789\n\n");
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, NULL, 0), CKR_FUNCTION_CANCELED);
	assert_tries(fx, SLOT_AUTH, 0);
	type("999999\n56789\n56789\n");
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, NULL, 0), CKR_PIN_INCORRECT);
	assert_tries(fx, SLOT_AUTH, CKF_USER_PIN_COUNT_LOW);
	type(CARD_PIN_AUTH "\n56789\n56789\n");
	assert_rv(fx->f->C_SetPIN(session, NULL, 0, NULL, 0), CKR_OK);
	type("56789\n");
	assert_rv(login_null(fx, session), CKR_OK);
	assert_tries(fx, SLOT_AUTH, 0);
}

/* ---- while somebody types --------------------------------------------------------------------- */

struct login_thread {
	pthread_t id;
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_RV rv;
};

static void *login_main(void *arg)
{
	struct login_thread *t = arg;

	t->rv = login_null(t->fx, t->session);
	return NULL;
}

/* Returns once the reader waits for somebody to type. */
static void start_login(struct login_thread *t, struct fixture *fx, CK_SESSION_HANDLE session)
{
	*t = (struct login_thread){.fx = fx, .session = session, .rv = CKR_GENERAL_ERROR};
	let_it_wait();
	assert_int_equal(pthread_create(&t->id, NULL, login_main, t), 0);
	/* a FIFO can be opened so once somebody reads it */
	for (int fd = -1; fd < 0; rest_ms(5))
		fd = open(pad, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

static CK_RV end_login(struct login_thread *t)
{
	assert_int_equal(pthread_join(t->id, NULL), 0);
	return t->rv;
}

static void memory_answers_while_somebody_types(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH), other = session_on(fx, SLOT_AUTH);
	struct login_thread t;
	CK_SLOT_ID slots[8];
	CK_SLOT_INFO info;
	CK_ULONG n = 8;
	long long start;

	start_login(&t, fx, session);
	start = now_ms();
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	assert_rv(fx->f->C_GetSlotInfo(SLOT_SIGN, &info), CKR_OK);
	assert_int_equal(state_of(fx, other), CKS_RW_PUBLIC_SESSION);
	assert_true(now_ms() - start < SOON_MS);
	type_into_fifo(CARD_PIN_AUTH "\n");
	assert_rv(end_login(&t), CKR_OK);
	assert_int_equal(state_of(fx, other), CKS_RW_USER_FUNCTIONS);
}

static void a_card_pulled_while_somebody_types_is_told_at_once(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct login_thread t;
	long long start;

	start_login(&t, fx, session);
	start = now_ms();
	fixture_remove(fx);
	assert_rv(end_login(&t), CKR_DEVICE_REMOVED);
	assert_true(now_ms() - start < SOON_MS);
	assert_rv(fx->f->C_CloseSession(session), CKR_SESSION_HANDLE_INVALID);
	fixture_insert(fx, false);
	session = session_on(fx, SLOT_AUTH);
	assert_tries(fx, SLOT_AUTH, 0);
	type(CARD_PIN_AUTH "\n");
	assert_rv(login_null(fx, session), CKR_OK);
}

/* With AddressSanitizer: what an abandoned module holds is kept on purpose (token.h, slots_free). */
extern void __lsan_disable(void) __attribute__((weak));
extern void __lsan_enable(void) __attribute__((weak));

/* behaviour.md: C_Finalize waits 2 s for a call in a reader, and does not leave the card open after it. */
static void c_finalize_does_not_wait_for_who_types(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;
	struct login_thread t;
	long long start;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	if (__lsan_disable)
		__lsan_disable();
	assert_rv(fixture_initialize(fx), CKR_OK);
	session = session_on(fx, SLOT_AUTH);
	if (__lsan_enable)
		__lsan_enable();
	start_login(&t, fx, session);
	start = now_ms();
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_true(now_ms() - start < 5000);
	type_into_fifo(CARD_PIN_AUTH "\n");
	assert_int_not_equal(end_login(&t), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	session = session_on(fx, SLOT_AUTH);
	assert_int_equal(state_of(fx, session), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
}

/* ---- what is written down --------------------------------------------------------------------- */

static void assert_absent(const char *text, const char *pin)
{
	char hex[2 * 16 + 1] = "";
	size_t i;

	for (i = 0; pin[i]; i++)
		(void)snprintf(hex + 2 * i, 3, "%02X", (unsigned char)pin[i]);
	assert_null(strstr(text, pin));
	assert_null(strstr(text, hex));
}

static void assert_no_pin_in(const char *path, const char *expected)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	assert_int_equal(fclose(f), 0);
	assert_true(n < sizeof(text) - 1);
	text[n] = '\0';
	assert_non_null(strstr(text, expected));
	assert_absent(text, CARD_PIN_AUTH);
	assert_absent(text, "99887766");
	(void)unlink(path);
}

static void logs_and_recordings_hold_no_pin(void **state)
{
	static const char *const levels[] = {"error", "info", "debug", "apdu"};
	struct fixture *fx = *state;
	char log[128], trace[128], conf[400];
	CK_SESSION_HANDLE session;
	size_t i;

	(void)snprintf(log, sizeof(log), "%s/pad.log", fx->card->folder);
	(void)snprintf(trace, sizeof(trace), "%s/pad.trace", fx->card->folder);
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
		(void)snprintf(conf, sizeof(conf), "[log]\nlevel = %s\nfile = %s\ntrace = %s\n",
			       levels[i], log, trace);
		fixture_configure(fx, conf);
		assert_rv(fixture_initialize(fx), CKR_OK);
		session = session_on(fx, SLOT_AUTH);
		type("99887766\n");
		assert_rv(login_null(fx, session), CKR_PIN_INCORRECT);
		type(CARD_PIN_AUTH "\n");
		assert_rv(login_null(fx, session), CKR_OK);
		assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
		if (strcmp(levels[i], "apdu") == 0)
			assert_no_pin_in(log, "(PIN pad)");
		else if (access(log, F_OK) == 0)
			assert_no_pin_in(log, "");
		assert_no_pin_in(trace, "mohr-trace 1");
		fixture_configure(fx, NULL);
		assert_rv(fixture_initialize(fx), CKR_OK);
	}
}

int main(void)
{
	static const char *const options[] = {"--key-auth", "p256", "--key-sign", "p256", NULL};
	static const struct suite_test tests[] = {
		TEST(tokens_say_that_there_is_a_protected_path),
		TEST(a_null_pin_is_typed_at_the_reader),
		TEST(c_login_user_takes_a_null_pin_too),
		TEST(a_wrong_pin_costs_one_try),
		TEST(nobody_types_a_blocked_pin),
		TEST(what_the_reader_refuses_costs_no_try),
		TEST(an_empty_pin_that_is_not_null_never_succeeds),
		TEST(a_pin_that_the_program_asked_for_is_taken_as_well),
		TEST(mohr_conf_switches_the_pad_off),
		TEST(each_signature_is_allowed_at_the_reader),
		TEST(a_pin_is_changed_at_the_reader),
		TEST(memory_answers_while_somebody_types),
		TEST(a_card_pulled_while_somebody_types_is_told_at_once),
		TEST_ONCE(c_finalize_does_not_wait_for_who_types),
		TEST_ONCE(logs_and_recordings_hold_no_pin),
	};

	pad = getenv("MOHR_PAD");
	if (pad == NULL) {
		(void)fprintf(stderr, "pin_pad_test: tests/integration/pin_pad.sh starts this\n");
		return 99;
	}
	return suite_run("pin_pad", tests, sizeof(tests) / sizeof(tests[0]), options);
}
