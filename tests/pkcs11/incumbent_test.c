/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Defects found in other providers (behaviour.md): one test each, named after what is right. Those
 * that need another process at the card are in tests/integration/rival_test.c and fork_test.c.
 */
#include "tests/pkcs11/fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* PINs that stand nowhere in this process but where they are put: each digit with its bits inverted. */
enum { PIN_LEN = 8 };
#define HIDDEN(a, b, c, d, e, f, g, h)                                                             \
	{                                                                                          \
		(CK_BYTE) ~(a), (CK_BYTE) ~(b), (CK_BYTE) ~(c), (CK_BYTE) ~(d), (CK_BYTE) ~(e),    \
			(CK_BYTE) ~(f), (CK_BYTE) ~(g), (CK_BYTE) ~(h)                             \
	}
static const CK_BYTE new_pin[PIN_LEN] = HIDDEN('8', '6', '7', '5', '3', '0', '9', '1');
static const CK_BYTE wrong_pin[PIN_LEN] = HIDDEN('4', '6', '9', '2', '1', '3', '5', '7');
static const CK_BYTE new_sign_pin[PIN_LEN] = HIDDEN('7', '1', '8', '2', '6', '4', '0', '5');

struct clear_pin {
	CK_UTF8CHAR text[PIN_LEN];
};

/* The caller wipes it. */
static void uncover(const CK_BYTE hidden[PIN_LEN], struct clear_pin *ret)
{
	size_t i;

	for (i = 0; i < PIN_LEN; i++)
		ret->text[i] = (CK_BYTE)~hidden[i];
}

static CK_RV login_hidden(struct fixture *fx, CK_SESSION_HANDLE session, CK_USER_TYPE user,
			  const CK_BYTE hidden[PIN_LEN])
{
	struct clear_pin pin;
	CK_RV rv;

	uncover(hidden, &pin);
	rv = fx->f->C_Login(session, user, pin.text, PIN_LEN);
	explicit_bzero(&pin, sizeof(pin));
	return rv;
}

static CK_RV set_hidden(struct fixture *fx, CK_SESSION_HANDLE session, CK_SLOT_ID slot,
			const CK_BYTE hidden[PIN_LEN])
{
	CK_UTF8CHAR old_auth[] = CARD_PIN_AUTH, old_sign[] = CARD_PIN_SIGN;
	struct clear_pin pin;
	CK_RV rv;

	uncover(hidden, &pin);
	if (slot == SLOT_AUTH)
		rv = fx->f->C_SetPIN(session, old_auth, sizeof(old_auth) - 1, pin.text, PIN_LEN);
	else
		rv = fx->f->C_SetPIN(session, old_sign, sizeof(old_sign) - 1, pin.text, PIN_LEN);
	explicit_bzero(&pin, sizeof(pin));
	return rv;
}

/* ---- this process's memory ---------------------------------------------------------------------- */

/* Forms that a PIN may take: its digits, and their hexadecimal in either style, with or without blanks. */
static size_t form_of(const CK_BYTE hidden[PIN_LEN], unsigned form, uint8_t *ret)
{
	size_t i, n = 0;

	for (i = 0; i < PIN_LEN; i++) {
		if (form == 2 && i > 0)
			ret[n++] = ' ' ^ 0xFF;
		if (form > 0)
			ret[n++] = '3' ^ 0xFF;
		ret[n++] = hidden[i]; /* the digit d is 3d in hexadecimal */
	}
	return n;
}

static unsigned count_in(const uint8_t *at, size_t len, const CK_BYTE hidden[PIN_LEN])
{
	uint8_t needle[3 * PIN_LEN]; /* inverted */
	unsigned found = 0, form;
	size_t i, j, n;

	for (form = 0; form < 3; form++) {
		n = form_of(hidden, form, needle);
		for (i = 0; i + n <= len; i++) {
			for (j = 0; j < n && at[i + j] + needle[j] == 0xFF; j++)
				continue;
			found += j == n;
		}
	}
	return found;
}

enum { CHUNK = 1 << 20, OVERLAP = 3 * PIN_LEN };

/* One mapping; what cannot be read (guard pages) is left out. */
static unsigned count_in_mapping(int mem, uint8_t *room, unsigned long low, unsigned long high,
				 const CK_BYTE hidden[PIN_LEN])
{
	unsigned found = 0;

	while (low < high) {
		size_t want = high - low < CHUNK ? high - low : CHUNK;
		ssize_t n = pread(mem, room, want, (off_t)low);

		if (n <= 0)
			break;
		found += count_in(room, (size_t)n, hidden);
		if ((size_t)n <= OVERLAP)
			break;
		low += (size_t)n - (low + (size_t)n < high ? OVERLAP : 0);
	}
	return found;
}

/* In all that is writable: heap, stacks, data, locked pages (which a core dump would not even have). */
static unsigned times_in_memory(const CK_BYTE hidden[PIN_LEN])
{
	uint8_t *room =
		mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long low, high;
	char line[512], access[8];
	unsigned found = 0, n = 0;

	assert_true(room != MAP_FAILED && mem >= 0 && maps);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s", &low, &high, access) != 3 || access[1] != 'w' ||
		    high - low > 1UL << 30)
			continue;
		/* The kernel may have merged our own room with its neighbours. */
		if ((unsigned long)room >= low && (unsigned long)room < high) {
			found += count_in_mapping(mem, room, low, (unsigned long)room, hidden);
			low = (unsigned long)room + CHUNK;
		}
		found += count_in_mapping(mem, room, low, high, hidden);
		n++;
	}
	fclose(maps);
	close(mem);
	munmap(room, CHUNK);
	assert_true(n > 5);
	return found;
}

/* §5.6.8 C_Login: what becomes of its PIN */
static void memory_scan_finds_a_pin_that_is_there(void **state)
{
	struct clear_pin *pin = malloc(sizeof(*pin));
	size_t i;

	(void)state;
	assert_non_null(pin);
	assert_int_equal(times_in_memory(new_pin), 0);
	uncover(new_pin, pin);
	assert_int_equal(times_in_memory(new_pin), 1);
	explicit_bzero(pin, sizeof(*pin));
	free(pin);
	pin = malloc(2 * PIN_LEN + 1);
	assert_non_null(pin);
	for (i = 0; i < PIN_LEN; i++)
		snprintf((char *)pin + 2 * i, 3, "%02x", (CK_BYTE)~new_pin[i]);
	assert_int_equal(times_in_memory(new_pin), 1);
	explicit_bzero(pin, 2 * PIN_LEN);
	free(pin);
	assert_int_equal(times_in_memory(new_pin), 0);
}

/* ykcs11: the PIN stays on the heap after C_Logout. */
static void no_pin_is_in_memory_after_its_use(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fx->restore = true;
	assert_rv(set_hidden(fx, session, SLOT_AUTH, new_pin), CKR_OK);
	assert_int_equal(times_in_memory(new_pin), 0);
	assert_rv(login_hidden(fx, session, CKU_USER, wrong_pin), CKR_PIN_INCORRECT);
	assert_int_equal(times_in_memory(wrong_pin), 0);
	assert_rv(login_hidden(fx, session, CKU_USER, new_pin), CKR_OK);
	assert_int_equal(times_in_memory(new_pin), 0);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_int_equal(times_in_memory(new_pin), 0);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(times_in_memory(new_pin), 0);
	assert_int_equal(times_in_memory(wrong_pin), 0);
}

/* §5.6.8 C_Login, CKU_CONTEXT_SPECIFIC */
static void no_pin_is_in_memory_after_a_context_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[1] = {0}, signature[256];
	CK_ULONG n = sizeof(signature);

	fx->restore = true;
	assert_rv(set_hidden(fx, session, SLOT_SIGN, new_sign_pin), CKR_OK);
	assert_rv(login_hidden(fx, session, CKU_USER, new_sign_pin), CKR_OK);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(login_hidden(fx, session, CKU_CONTEXT_SPECIFIC, new_sign_pin), CKR_OK);
	assert_int_equal(times_in_memory(new_sign_pin), 0);
	/* To look through a large memory takes longer than the login lasts: one more, which is used at once. */
	assert_rv(fx->f->C_SignInit(session, NULL, CK_INVALID_HANDLE), CKR_OK);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(login_hidden(fx, session, CKU_CONTEXT_SPECIFIC, new_sign_pin), CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, 1, signature, &n), CKR_OK);
	assert_int_equal(times_in_memory(new_sign_pin), 0);
}

/* ---- logs ---------------------------------------------------------------------------------------- */

static void path_in(const struct fixture *fx, const char *name, char ret[96])
{
	snprintf(ret, 96, "%s/%s", fx->card->folder, name);
}

/* A new C_Initialize that logs all there is to log, and records. */
static void log_everything(struct fixture *fx)
{
	char log[96], trace[96], more[256];

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	path_in(fx, "log", log);
	path_in(fx, "trace", trace);
	unlink(log);
	unlink(trace);
	snprintf(more, sizeof(more), "[log]\nlevel = apdu\nfile = %s\ntrace = %s\n", log, trace);
	fixture_configure(fx, more);
	assert_rv(fixture_initialize(fx), CKR_OK);
}

/* How often one of the three PINs stands in this file, which must say something. */
static unsigned pins_in_file(const struct fixture *fx, const char *name)
{
	static uint8_t text[4 << 20];
	char path[96];
	size_t n;
	FILE *f;

	path_in(fx, name, path);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	assert_true(n > 200 && n < sizeof(text));
	return count_in(text, n, new_pin) + count_in(text, n, wrong_pin) +
	       count_in(text, n, new_sign_pin);
}

/* OpenSC: C_InitPIN logs the PIN, and VERIFY APDUs stand in its logs (#877, #2014). */
/* §5.6.8 C_Login, §5.5.8 C_InitPIN, §5.5.9 C_SetPIN */
static void no_pin_is_logged_or_recorded(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;
	struct clear_pin pin;

	log_everything(fx);
	session = session_on(fx, SLOT_AUTH);
	fx->restore = true;
	uncover(new_pin, &pin);
	assert_rv(fx->f->C_InitPIN(session, pin.text, PIN_LEN), CKR_FUNCTION_NOT_SUPPORTED);
	explicit_bzero(&pin, sizeof(pin));
	assert_rv(set_hidden(fx, session, SLOT_AUTH, new_pin), CKR_OK);
	assert_rv(login_hidden(fx, session, CKU_USER, wrong_pin), CKR_PIN_INCORRECT);
	assert_rv(login_hidden(fx, session, CKU_USER, new_pin), CKR_OK);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	session = session_on(fx, SLOT_SIGN);
	assert_rv(set_hidden(fx, session, SLOT_SIGN, new_sign_pin), CKR_OK);
	assert_rv(login_hidden(fx, session, CKU_USER, new_sign_pin), CKR_OK);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_int_equal(pins_in_file(fx, "log"), 0);
	assert_int_equal(pins_in_file(fx, "trace"), 0);
	assert_rv(fixture_initialize(fx), CKR_OK);
}

/* ---- sessions and locks --------------------------------------------------------------------------- */

/* OpenSC deletes while it counts upwards, and leaves every other session open. */
/* §5.6.3 C_CloseAllSessions */
static void close_all_sessions_leaves_none_open(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE sessions[50];
	CK_SESSION_INFO info;
	CK_TOKEN_INFO token;
	size_t i;

	for (i = 0; i < 50; i++)
		sessions[i] = session_on(fx, SLOT_AUTH);
	login_on(fx, sessions[49], SLOT_AUTH);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
	for (i = 0; i < 50; i++)
		assert_rv(fx->f->C_GetSessionInfo(sessions[i], &info), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &token), CKR_OK);
	assert_int_equal(token.ulSessionCount, 0);
}

struct probe {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
};

/* Whatever lock an error has kept, one of these would wait for it. */
static void *use_everything(void *arg)
{
	struct probe *p = arg;
	CK_SESSION_HANDLE other = CK_INVALID_HANDLE;
	CK_TOKEN_INFO token;
	CK_ULONG n = 0;
	CK_RV rv;

	rv = p->fx->f->C_GetSlotList(CK_TRUE, NULL, &n);
	if (rv == CKR_OK)
		rv = p->fx->f->C_GetTokenInfo(SLOT_AUTH, &token);
	if (rv == CKR_OK)
		rv = p->fx->f->C_FindObjectsInit(p->session, NULL, 0);
	if (rv == CKR_OK)
		rv = p->fx->f->C_FindObjectsFinal(p->session);
	if (rv == CKR_OK)
		rv = p->fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &other);
	if (rv == CKR_OK)
		rv = p->fx->f->C_CloseSession(other);
	return (void *)rv;
}

static void another_thread_works(struct fixture *fx, CK_SESSION_HANDLE session)
{
	struct probe p = {fx, session};
	struct timespec end;
	pthread_t thread;
	void *rv = NULL;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 5;
	assert_int_equal(pthread_create(&thread, NULL, use_everything, &p), 0);
	assert_int_equal(pthread_timedjoin_np(thread, &rv, &end), 0);
	assert_rv((CK_RV)rv, CKR_OK);
}

/* OpenSC: C_Login, C_Logout and C_SetPIN return early with the global lock held. */
/* §5.6.8 C_Login, §5.6.10 C_Logout, §5.5.9 C_SetPIN */
static void errors_of_login_logout_and_set_pin_keep_no_lock(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH, wrong[] = "0000", longest[300] = "";
	CK_FUNCTION_LIST_3_2 *f = fx->f;
	CK_SESSION_HANDLE read_only;
	size_t i;

	fx->restore = true;
	assert_label(fx, SLOT_AUTH);
	assert_rv(f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &read_only), CKR_OK);
	for (i = 0; i < 16; i++) {
		CK_RV rv = CKR_OK;

		switch (i) {
		case 0:
			rv = f->C_Login(session, CKU_USER, NULL, 6);
			break;
		case 1:
			rv = f->C_Login(session, CKU_USER, pin, 0);
			break;
		case 2:
			rv = f->C_Login(session, CKU_USER, longest, sizeof(longest));
			break;
		case 3:
			rv = f->C_Login(session, CKU_SO, pin, 6);
			break;
		case 4:
			rv = f->C_Login(session, 99, pin, 6);
			break;
		case 5:
			rv = f->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, 6);
			break;
		case 6:
			rv = f->C_Login(99999, CKU_USER, pin, 6);
			break;
		case 7:
			rv = f->C_Login(session, CKU_USER, wrong, 4);
			break;
		case 8:
			rv = f->C_Login(session, CKU_USER, wrong, 4);
			break;
		case 9:
			rv = f->C_Logout(session);
			break;
		case 10:
			rv = f->C_Logout(99999);
			break;
		case 11:
			rv = f->C_SetPIN(session, NULL, 0, pin, 6);
			break;
		case 12:
			rv = f->C_SetPIN(session, wrong, 4, pin, 6);
			break;
		case 13:
			rv = f->C_SetPIN(session, pin, 6, wrong, 2);
			break;
		case 14:
			rv = f->C_SetPIN(read_only, pin, 6, pin, 6);
			break;
		default:
			rv = f->C_SetPIN(99999, pin, 6, pin, 6);
			break;
		}
		assert_int_not_equal(rv, CKR_OK);
		another_thread_works(fx, session);
	}
	assert_rv(f->C_Login(session, CKU_USER, pin, 6), CKR_OK);
	assert_rv(f->C_Login(session, CKU_USER, pin, 6), CKR_USER_ALREADY_LOGGED_IN);
	another_thread_works(fx, session);
}

/* ---- mechanisms ----------------------------------------------------------------------------------- */

/* RFC 8017 §9.1: hash, MGF1 and salt length of a PSS mechanism; of CKM_RSA_PKCS_PSS SHA-256's. */
static const struct {
	CK_MECHANISM_TYPE type;
	CK_RSA_PKCS_PSS_PARAMS params;
} pss[] = {
	{CKM_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA256, 32}},
	{CKM_SHA1_RSA_PKCS_PSS, {CKM_SHA_1, CKG_MGF1_SHA1, 20}},
	{CKM_SHA224_RSA_PKCS_PSS, {CKM_SHA224, CKG_MGF1_SHA224, 28}},
	{CKM_SHA256_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA256, 32}},
	{CKM_SHA384_RSA_PKCS_PSS, {CKM_SHA384, CKG_MGF1_SHA384, 48}},
	{CKM_SHA512_RSA_PKCS_PSS, {CKM_SHA512, CKG_MGF1_SHA512, 64}},
};

static CK_MECHANISM mechanism_of(CK_MECHANISM_TYPE type, CK_RSA_PKCS_PSS_PARAMS *room)
{
	CK_MECHANISM m = {type, NULL, 0};
	size_t i;

	for (i = 0; i < sizeof(pss) / sizeof(pss[0]); i++) {
		if (pss[i].type != type)
			continue;
		*room = pss[i].params;
		m.pParameter = room;
		m.ulParameterLen = sizeof(*room);
	}
	return m;
}

static void signs_and_verifies(struct fixture *fx, CK_SESSION_HANDLE session, CK_MECHANISM *m)
{
	CK_OBJECT_HANDLE private_key = find_one(fx, session, CKO_PRIVATE_KEY);
	CK_OBJECT_HANDLE public_key = find_one(fx, session, CKO_PUBLIC_KEY);
	CK_BYTE data[32] = {1, 2, 3}, signature[512];
	CK_ULONG n = sizeof(signature);

	assert_rv(fx->f->C_SignInit(session, m, private_key), CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), signature, &n), CKR_OK);
	assert_rv(fx->f->C_VerifyInit(session, m, public_key), CKR_OK);
	assert_rv(fx->f->C_Verify(session, data, sizeof(data), signature, n), CKR_OK);
	data[0] ^= 1;
	assert_rv(fx->f->C_VerifyInit(session, m, public_key), CKR_OK);
	assert_rv(fx->f->C_Verify(session, data, sizeof(data), signature, n),
		  CKR_SIGNATURE_INVALID);
}

static void digests(struct fixture *fx, CK_SESSION_HANDLE session, CK_MECHANISM *m)
{
	CK_BYTE data[3] = {1, 2, 3}, digest[64];
	CK_ULONG n = sizeof(digest);

	assert_rv(fx->f->C_DigestInit(session, m), CKR_OK);
	assert_rv(fx->f->C_Digest(session, data, sizeof(data), digest, &n), CKR_OK);
}

/* CanoKey lists key generation that is a stub. */
/* §5.5.5 C_GetMechanismList, §5.13.2 C_Sign */
static void no_listed_mechanism_is_a_stub(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_ULONG n = 64, i, n_signing = 0;
	CK_MECHANISM_TYPE types[64];
	CK_MECHANISM_INFO info;

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, types, &n), CKR_OK);
	for (i = 0; i < n; i++) {
		CK_RSA_PKCS_PSS_PARAMS room;
		CK_MECHANISM m = mechanism_of(types[i], &room);

		assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, types[i], &info), CKR_OK);
		assert_int_equal(
			info.flags & (CKF_GENERATE | CKF_GENERATE_KEY_PAIR | CKF_WRAP | CKF_UNWRAP),
			0);
		if (info.flags & CKF_SIGN) {
			signs_and_verifies(fx, session, &m);
			n_signing++;
		}
		if (info.flags & CKF_DIGEST)
			digests(fx, session, &m);
	}
	assert_true(n_signing >= 8);
}

/* ---- the retry counter ---------------------------------------------------------------------------- */

/* pkcs11-provider#455, NSS: an application that repeats a wrong PIN, with sessions old and new. */
/* §5.6.8 C_Login: CKR_PIN_INCORRECT */
static void repeated_wrong_pin_burns_one_try(void **state)
{
	struct fixture *fx = *state;
	CK_TOKEN_INFO info;
	int i;

	fx->restore = true;
	for (i = 0; i < 12; i++) {
		CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

		assert_rv(login_hidden(fx, session, CKU_USER, wrong_pin), CKR_PIN_INCORRECT);
		if (i % 2 == 0)
			assert_rv(fx->f->C_CloseSession(session), CKR_OK);
		if (i % 5 == 4)
			assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
	}
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
				       CKF_USER_PIN_LOCKED),
			 CKF_USER_PIN_COUNT_LOW);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST_ONCE(memory_scan_finds_a_pin_that_is_there),
		TEST_ONCE(no_pin_is_in_memory_after_its_use),
		TEST_ONCE(no_pin_is_in_memory_after_a_context_login),
		TEST_ONCE(no_pin_is_logged_or_recorded),
		TEST(close_all_sessions_leaves_none_open),
		TEST(errors_of_login_logout_and_set_pin_keep_no_lock),
		TEST_ONCE(no_listed_mechanism_is_a_stub),
		TEST_ONCE(repeated_wrong_pin_burns_one_try),
	};

	return suite_run("incumbent", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
