/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an application's calls cost at the card, in commands: counted in a recording ([log] trace). The
 * limits are the project's own goals; OpenSC 0.23 needs 22 to 61 for the same start (its reader drivers
 * differ by card) and 3 to 5 for a further signature.
 */
#include "tests/pkcs11/fixture.h"

enum {
	MAX_START_SHORT = 22,
	MAX_START_EXTENDED = 12,
	MAX_SIGN_AUTH = 4,
	MAX_SIGN_SIGN = 5, /* its PIN included */
};

static void list_everything(struct fixture *fx)
{
	CK_SLOT_ID slots[8], slot;
	CK_TOKEN_INFO info;
	CK_ULONG n = 8;

	assert_rv(fx->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++)
		assert_rv(fx->f->C_GetTokenInfo(slot, &info), CKR_OK);
	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		CK_SESSION_HANDLE session = session_on(fx, slot);
		CK_OBJECT_HANDLE found[32];
		CK_MECHANISM_TYPE types[64];
		CK_BYTE der[8192];

		assert_true(find_all(fx, session, NULL, 0, found, 32) > 2);
		assert_true(attribute_of(fx, session, find_one(fx, session, CKO_CERTIFICATE),
					 CKA_VALUE, der, sizeof(der)) > 1000);
		n = 64;
		assert_rv(fx->f->C_GetMechanismList(slot, types, &n), CKR_OK);
	}
}

/* §5.4.1 C_Initialize, §5.5.1 C_GetSlotList */
static void initialize_and_slot_list_ask_nothing_of_a_card(void **state)
{
	struct fixture *fx = *state;
	CK_ULONG n = 0;

	fixture_record(fx);
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(fixture_commands(fx, ""), 0);
}

/* §5.5.1 C_GetSlotList to §5.7.9 C_FindObjectsFinal: all of a token is listed */
static void start_and_list_with_short_apdus(void **state)
{
	struct fixture *fx = *state;

	fixture_record(fx);
	list_everything(fx);
	assert_in_range(fixture_commands(fx, ""), 1, MAX_START_SHORT);
}

static void start_and_list_with_extended_length(void **state)
{
	static const char *const options[] = {"--atr", "extended", NULL};
	struct fixture *fx = *state;
	struct card_process extended, *usual = fx->card;

	card_process_make(&extended, options);
	card_process_insert(&extended);
	fx->card = &extended;
	fixture_record(fx);
	list_everything(fx);
	assert_in_range(fixture_commands(fx, ""), 1, MAX_START_EXTENDED);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	card_process_destroy(&extended);
	fx->card = usual;
}

/* §5.4.1 C_Initialize */
static void recording_of_another_process_stays_and_stops_nobody(void **state)
{
	struct fixture *fx = *state;
	unsigned recorded;

	fixture_record(fx);
	list_everything(fx);
	recorded = fixture_commands(fx, "");
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	list_everything(fx);
	assert_int_equal(fixture_commands(fx, ""), recorded);
}

static void sign_once(struct fixture *fx, CK_SESSION_HANDLE session, CK_SLOT_ID slot,
		      CK_OBJECT_HANDLE key)
{
	CK_UTF8CHAR pin[] = CARD_PIN_SIGN;
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[3] = {1, 2, 3}, signature[256];
	CK_ULONG n = 0;

	assert_rv(fx->f->C_SignInit(session, &m, key), CKR_OK);
	/* The label was looked at when the session logged in; asking again would be counted. */
	if (slot == SLOT_SIGN)
		assert_rv(fx->f->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, sizeof(pin) - 1),
			  CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), NULL, &n), CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), signature, &n), CKR_OK);
}

/* §5.13.2 C_Sign, §5.6.8 CKU_CONTEXT_SPECIFIC */
static void a_further_signature(void **state)
{
	static const unsigned limits[] = {MAX_SIGN_AUTH, MAX_SIGN_SIGN};
	struct fixture *fx = *state;
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		CK_SESSION_HANDLE session;
		CK_OBJECT_HANDLE key;
		unsigned before, i;

		fixture_record(fx);
		session = session_on(fx, slot);
		login_on(fx, session, slot);
		key = find_one(fx, session, CKO_PRIVATE_KEY);
		sign_once(fx, session, slot, key);
		for (i = 0; i < 3; i++) {
			before = fixture_commands(fx, "");
			sign_once(fx, session, slot, key);
			assert_in_range(fixture_commands(fx, "") - before, 1, limits[slot]);
		}
	}
}

/* §5.2 size queries */
static void buffer_that_is_too_small_costs_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_SESSION_HANDLE session;
	CK_BYTE data[3] = {1, 2, 3};
	CK_ULONG n = 1;
	unsigned before;

	fixture_record(fx);
	session = session_on(fx, SLOT_AUTH);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	before = fixture_commands(fx, "");
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), NULL, &n), CKR_OK);
	n = 1;
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), data, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(fixture_commands(fx, ""), before);
}

/* §5.6.4 C_GetSessionInfo, §5.5.2 C_GetSlotInfo */
static void memory_answers_cost_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_SLOT_INFO slot;
	unsigned before;

	fixture_record(fx);
	list_everything(fx);
	session = session_on(fx, SLOT_AUTH);
	before = fixture_commands(fx, "");
	assert_rv(fx->f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_rv(fx->f->C_GetSlotInfo(SLOT_AUTH, &slot), CKR_OK);
	assert_int_not_equal(find_one(fx, session, CKO_CERTIFICATE), CK_INVALID_HANDLE);
	assert_rv(fx->f->C_CloseSession(session), CKR_OK);
	assert_int_equal(fixture_commands(fx, ""), before);
}

struct pending {
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
};

/* A signature that waits for its PIN. */
static struct pending begin_to_sign(struct fixture *fx)
{
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	struct pending p;

	fixture_record(fx);
	p.session = session_on(fx, SLOT_SIGN);
	login_on(fx, p.session, SLOT_SIGN);
	p.key = find_one(fx, p.session, CKO_PRIVATE_KEY);
	assert_rv(fx->f->C_SignInit(p.session, &m, p.key), CKR_OK);
	return p;
}

/* §4.9 CKA_ALWAYS_AUTHENTICATE, §5.13.2 C_Sign */
static void signature_without_its_pin_is_refused_without_asking_the_card(void **state)
{
	struct fixture *fx = *state;
	struct pending p = begin_to_sign(fx);
	CK_BYTE data[3] = {1, 2, 3}, signature[256];
	CK_ULONG n = sizeof(signature);
	unsigned before = fixture_commands(fx, "");

	assert_rv(fx->f->C_Sign(p.session, data, sizeof(data), signature, &n),
		  CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_commands(fx, ""), before);
}

/* VERIFY with P1 = FF: the permission is given back, docs/natid-card.md. */
static const char un_verify[] = " 0020FF82";

/* §5.13.1 C_SignInit without a mechanism */
static void cancelled_signature_gives_the_permission_back(void **state)
{
	struct fixture *fx = *state;
	struct pending p = begin_to_sign(fx);
	unsigned before;

	assert_rv(login_with(fx, p.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
	before = fixture_commands(fx, un_verify);
	assert_rv(fx->f->C_SignInit(p.session, NULL, p.key), CKR_OK);
	assert_int_equal(fixture_commands(fx, un_verify), before + 1);
}

/* §5.6.2 C_CloseSession */
static void closed_session_gives_the_permission_back(void **state)
{
	struct fixture *fx = *state;
	struct pending p = begin_to_sign(fx);
	unsigned before;

	(void)session_on(fx, SLOT_SIGN);
	assert_rv(login_with(fx, p.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
	before = fixture_commands(fx, un_verify);
	assert_rv(fx->f->C_CloseSession(p.session), CKR_OK);
	assert_int_equal(fixture_commands(fx, un_verify), before + 1);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST_ONCE(initialize_and_slot_list_ask_nothing_of_a_card),
		TEST_ONCE(start_and_list_with_short_apdus),
		TEST_ONCE(start_and_list_with_extended_length),
		TEST_ONCE(recording_of_another_process_stays_and_stops_nobody),
		TEST_ONCE(a_further_signature),
		TEST_ONCE(buffer_that_is_too_small_costs_nothing),
		TEST_ONCE(memory_answers_cost_nothing),
		TEST_ONCE(signature_without_its_pin_is_refused_without_asking_the_card),
		TEST_ONCE(cancelled_signature_gives_the_permission_back),
		TEST_ONCE(closed_session_gives_the_permission_back),
	};

	return suite_run("apdu", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
