/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every function checks first, and in which order: PKCS#11 v3.1 §5.1. C_Initialize comes before the
 * session, the session before its token, the token before the arguments, those before the truth that
 * nobody can serve the call.
 */
#include "tests/pkcs11/fixture.h"

struct call {
	const char *name;
	unsigned since; /* 240, 300, 320 */
	CK_RV (*make)(CK_FUNCTION_LIST_3_2 *f, CK_SESSION_HANDLE s);
};

enum { SINCE_2_40 = 240, SINCE_3_0 = 300, SINCE_3_2 = 320 };

#define CALL(version, function, arguments)                                                         \
	static CK_RV call_##function(CK_FUNCTION_LIST_3_2 *f, CK_SESSION_HANDLE s)                 \
	{                                                                                          \
		return f->function arguments;                                                      \
	}
#include "tests/pkcs11/calls.def"
#undef CALL

static const struct call calls[] = {
#define CALL(version, function, arguments) {#function, SINCE_##version, call_##function},
#include "tests/pkcs11/calls.def"
#undef CALL
};

enum { N_CALLS = sizeof(calls) / sizeof(calls[0]), NO_SESSION = 99999 };

/* 104 functions, of which 15 take no session. */
_Static_assert(N_CALLS == 104 - 15, "every function that takes a session is there");

static unsigned number_of(CK_VERSION v)
{
	return v.major * 100U + (v.major < 3 ? v.minor : v.minor * 10U);
}

static bool is_there(const struct fixture *fx, const struct call *c)
{
	return c->since <= number_of(fx->version);
}

/* Says which function it was. */
static void expect(const struct call *c, CK_RV actual, CK_RV expected)
{
	if (actual != expected)
		print_error("# %s: 0x%lx where 0x%lx was expected\n", c->name, actual, expected);
	assert_true(actual == expected);
}

/* Makes all calls that the version has, those of [from, to) only. */
static void expect_all(struct fixture *fx, unsigned from, unsigned to, CK_SESSION_HANDLE s,
		       CK_RV expected)
{
	size_t i;

	for (i = 0; i < N_CALLS; i++) {
		if (is_there(fx, &calls[i]) && calls[i].since >= from && calls[i].since < to)
			expect(&calls[i], calls[i].make(fx->f, s), expected);
	}
}

/* §5.1.6 CKR_CRYPTOKI_NOT_INITIALIZED */

static void session_functions_of_2_40_need_initialize(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	expect_all(fx, SINCE_2_40, SINCE_3_0, 1, CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void session_functions_of_3_0_need_initialize(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	expect_all(fx, SINCE_3_0, SINCE_3_2, 1, CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void session_functions_of_3_2_need_initialize(void **state)
{
	struct fixture *fx = *state;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	expect_all(fx, SINCE_3_2, 999, 1, CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void functions_without_a_session_need_initialize(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_INFO mechanism;
	CK_SESSION_HANDLE session;
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_SLOT_ID id;
	CK_ULONG n = 0;

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fx->f->C_GetInfo(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_InitToken(SLOT_AUTH, NULL, 0, NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, CKM_SHA256, &mechanism),
		  CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_GetSlotInfo(SLOT_AUTH, &slot), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &token), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_GetMechanismList(SLOT_AUTH, NULL, &n), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_WaitForSlotEvent(0, &id, NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session),
		  CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_CRYPTOKI_NOT_INITIALIZED);
}

/* §5.1.2 CKR_SESSION_HANDLE_INVALID, before the arguments (§5.1.7) */

static void functions_of_2_40_check_the_session_before_the_arguments(void **state)
{
	expect_all(*state, SINCE_2_40, SINCE_3_0, NO_SESSION, CKR_SESSION_HANDLE_INVALID);
}

static void functions_of_3_0_check_the_session_before_the_arguments(void **state)
{
	expect_all(*state, SINCE_3_0, SINCE_3_2, NO_SESSION, CKR_SESSION_HANDLE_INVALID);
}

static void functions_of_3_2_check_the_session_before_the_arguments(void **state)
{
	expect_all(*state, SINCE_3_2, 999, NO_SESSION, CKR_SESSION_HANDLE_INVALID);
}

static void invalid_handle_is_never_a_session(void **state)
{
	struct fixture *fx = *state;

	(void)session_on(fx, SLOT_AUTH);
	expect_all(fx, SINCE_2_40, 999, CK_INVALID_HANDLE, CKR_SESSION_HANDLE_INVALID);
	expect_all(fx, SINCE_2_40, 999, CK_UNAVAILABLE_INFORMATION, CKR_SESSION_HANDLE_INVALID);
}

static void closed_session_is_none(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	(void)session_on(fx, SLOT_AUTH);
	assert_rv(fx->f->C_CloseSession(session), CKR_OK);
	expect_all(fx, SINCE_2_40, 999, session, CKR_SESSION_HANDLE_INVALID);
}

static void session_of_a_removed_token_is_none_once_that_was_told(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	fixture_remove(fx);
	assert_rv(fx->f->C_GetFunctionStatus(session), CKR_DEVICE_REMOVED);
	expect_all(fx, SINCE_2_40, 999, session, CKR_SESSION_HANDLE_INVALID);
}

static void session_of_before_finalize_is_none(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	expect_all(fx, SINCE_2_40, 999, session, CKR_SESSION_HANDLE_INVALID);
}

/* §5.1.3 CKR_DEVICE_REMOVED, before the arguments (§5.1.7) */

static void removed_token_comes_before_the_arguments(void **state)
{
	static const char *const names[] = {
		"C_SetPIN",   "C_GetSessionInfo", "C_Login",          "C_GetAttributeValue",
		"C_SignInit", "C_DigestInit",     "C_GenerateRandom", "C_GenerateKeyPair"};
	struct fixture *fx = *state;
	size_t i, k;

	for (k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);

		fixture_remove(fx);
		for (i = 0; i < N_CALLS; i++) {
			if (strcmp(calls[i].name, names[k]) == 0)
				expect(&calls[i], calls[i].make(fx->f, session),
				       CKR_DEVICE_REMOVED);
		}
		fixture_insert(fx, false);
	}
}

/* §5.1.6 CKR_ARGUMENTS_BAD */

/* What a function says instead that looks at something else than its pointers first, or has none. */
static CK_RV other_than_arguments_bad(const char *name)
{
	static const struct {
		const char *name;
		CK_RV rv;
	} others[] = {
		{"C_Logout", CKR_USER_NOT_LOGGED_IN},
		{"C_DestroyObject", CKR_OBJECT_HANDLE_INVALID},
		{"C_FindObjectsFinal", CKR_OPERATION_NOT_INITIALIZED},
		{"C_Digest", CKR_OPERATION_NOT_INITIALIZED},
		{"C_DigestUpdate", CKR_OPERATION_NOT_INITIALIZED},
		{"C_DigestKey", CKR_OPERATION_NOT_INITIALIZED},
		{"C_DigestFinal", CKR_OPERATION_NOT_INITIALIZED},
		{"C_Sign", CKR_OPERATION_NOT_INITIALIZED},
		{"C_SignUpdate", CKR_OPERATION_NOT_INITIALIZED},
		{"C_SignFinal", CKR_OPERATION_NOT_INITIALIZED},
		{"C_SignRecover", CKR_OPERATION_NOT_INITIALIZED},
		{"C_Verify", CKR_OPERATION_NOT_INITIALIZED},
		{"C_VerifyUpdate", CKR_OPERATION_NOT_INITIALIZED},
		{"C_VerifyFinal", CKR_OPERATION_NOT_INITIALIZED},
		{"C_VerifyRecover", CKR_OPERATION_NOT_INITIALIZED},
		{"C_GetFunctionStatus", CKR_FUNCTION_NOT_PARALLEL},
		{"C_CancelFunction", CKR_FUNCTION_NOT_PARALLEL},
		{"C_SessionCancel", CKR_OK},
		{"C_MessageEncryptFinal", CKR_FUNCTION_NOT_SUPPORTED},
		{"C_MessageDecryptFinal", CKR_FUNCTION_NOT_SUPPORTED},
		{"C_MessageSignFinal", CKR_FUNCTION_NOT_SUPPORTED},
		{"C_MessageVerifyFinal", CKR_FUNCTION_NOT_SUPPORTED},
		{"C_CloseSession", CKR_OK},
	};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(others[i].name, name) == 0)
			return others[i].rv;
	}
	return CKR_ARGUMENTS_BAD;
}

/* Encryption, decryption and 3.2's verification may look for an operation first or at their pointers. */
static bool may_want_an_operation(const char *name)
{
	static const char *const names[] = {
		"C_Encrypt",         "C_EncryptUpdate",         "C_EncryptFinal",
		"C_Decrypt",         "C_DecryptUpdate",         "C_DecryptFinal",
		"C_VerifySignature", "C_VerifySignatureUpdate", "C_VerifySignatureFinal"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static void expect_bad_arguments(struct fixture *fx, unsigned from, unsigned to)
{
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i;

	for (i = 0; i < N_CALLS; i++) {
		const struct call *c = &calls[i];
		CK_RV rv;

		if (!is_there(fx, c) || c->since < from || c->since >= to)
			continue;
		rv = c->make(fx->f, session);
		if (may_want_an_operation(c->name) && rv == CKR_OPERATION_NOT_INITIALIZED)
			continue;
		if (strcmp(c->name, "C_VerifySignatureFinal") == 0)
			continue;
		expect(c, rv, other_than_arguments_bad(c->name));
		if (strcmp(c->name, "C_CloseSession") == 0)
			session = session_on(fx, SLOT_AUTH);
	}
}

static void null_arguments_of_2_40_are_bad(void **state)
{
	expect_bad_arguments(*state, SINCE_2_40, SINCE_3_0);
}

static void null_arguments_of_3_0_are_bad(void **state)
{
	expect_bad_arguments(*state, SINCE_3_0, SINCE_3_2);
}

static void null_arguments_of_3_2_are_bad(void **state)
{
	expect_bad_arguments(*state, SINCE_3_2, 999);
}

/* §5.1.6 CKR_OPERATION_NOT_INITIALIZED */

static void operations_must_be_begun(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_FUNCTION_LIST_3_2 *f = fx->f;
	CK_OBJECT_HANDLE found;
	CK_BYTE in[4] = {0}, out[512];
	CK_ULONG n = sizeof(out);

	assert_rv(f->C_FindObjects(s, &found, 1, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_FindObjectsFinal(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_Digest(s, in, 4, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_DigestUpdate(s, in, 4), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_DigestKey(s, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_DigestFinal(s, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_Sign(s, in, 4, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_SignUpdate(s, in, 4), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_SignFinal(s, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_SignRecover(s, in, 4, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_Verify(s, in, 4, out, 256), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifyUpdate(s, in, 4), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifyFinal(s, out, 256), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifyRecover(s, out, 256, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void operation_of_another_session_does_not_count(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE first = session_on(fx, SLOT_AUTH), second = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256, NULL, 0};
	CK_BYTE out[32];
	CK_ULONG n = sizeof(out);

	assert_rv(fx->f->C_DigestInit(first, &m), CKR_OK);
	assert_rv(fx->f->C_FindObjectsInit(first, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_DigestFinal(second, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_FindObjectsFinal(second), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_DigestFinal(first, out, &n), CKR_OK);
	assert_rv(fx->f->C_FindObjectsFinal(first), CKR_OK);
}

/* §5.1.6 CKR_SLOT_ID_INVALID, §5.1.3 CKR_TOKEN_NOT_PRESENT */

static void expect_of_slot_functions(struct fixture *fx, CK_SLOT_ID slot, CK_RV expected)
{
	CK_UTF8CHAR label[32], pin[] = "1122";
	CK_SESSION_HANDLE session;
	CK_MECHANISM_INFO mechanism;
	CK_TOKEN_INFO token;
	CK_ULONG n = 0;

	memset(label, ' ', sizeof(label));
	assert_rv(fx->f->C_GetTokenInfo(slot, &token), expected);
	assert_rv(fx->f->C_GetMechanismList(slot, NULL, &n), expected);
	assert_rv(fx->f->C_GetMechanismInfo(slot, CKM_SHA256, &mechanism), expected);
	assert_rv(fx->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session), expected);
	assert_rv(fx->f->C_InitToken(slot, pin, 4, label), expected);
}

static void slots_that_are_none_are_invalid(void **state)
{
	static const CK_SLOT_ID none[] = {2, 3, 100, (CK_SLOT_ID)1 << 32,
					  CK_UNAVAILABLE_INFORMATION};
	struct fixture *fx = *state;
	CK_SLOT_INFO info;
	size_t i;

	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		expect_of_slot_functions(fx, none[i], CKR_SLOT_ID_INVALID);
		assert_rv(fx->f->C_GetSlotInfo(none[i], &info), CKR_SLOT_ID_INVALID);
		assert_rv(fx->f->C_CloseAllSessions(none[i]), CKR_SLOT_ID_INVALID);
	}
}

static void slots_without_a_card_hold_no_token(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_INFO info;

	fixture_remove(fx);
	expect_of_slot_functions(fx, SLOT_AUTH, CKR_TOKEN_NOT_PRESENT);
	expect_of_slot_functions(fx, SLOT_SIGN, CKR_TOKEN_NOT_PRESENT);
	assert_rv(fx->f->C_GetSlotInfo(SLOT_AUTH, &info), CKR_OK);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
}

/* §5.1.6 CKR_FUNCTION_NOT_SUPPORTED: with good arguments, what no card of ours can do */

static void dual_functions_are_not_supported(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_BYTE in[4] = {0}, out[64];
	CK_ULONG n = sizeof(out);

	/* §5.17 */
	assert_rv(fx->f->C_DigestEncryptUpdate(s, in, 4, out, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_DecryptDigestUpdate(s, in, 4, out, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_SignEncryptUpdate(s, in, 4, out, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_DecryptVerifyUpdate(s, in, 4, NULL, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_DecryptVerifyUpdate(s, NULL, 0, out, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(n, sizeof(out));
}

static void dual_functions_check_each_argument(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_BYTE in[4] = {0}, out[64];
	CK_ULONG n = sizeof(out);

	assert_rv(fx->f->C_DigestEncryptUpdate(s, NULL, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DigestEncryptUpdate(s, in, 4, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DecryptDigestUpdate(s, NULL, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DecryptDigestUpdate(s, in, 4, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SignEncryptUpdate(s, NULL, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SignEncryptUpdate(s, in, 4, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DecryptVerifyUpdate(s, NULL, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_DecryptVerifyUpdate(s, in, 4, out, NULL), CKR_ARGUMENTS_BAD);
}

static void key_generation_and_wrapping_are_not_supported(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0}, wrap = {CKM_RSA_PKCS, NULL, 0};
	CK_OBJECT_HANDLE one = 77, other = 77, key = find_one(fx, s, CKO_PUBLIC_KEY);
	CK_BYTE blob[256] = {0};
	CK_ULONG n = sizeof(blob);

	/* §5.18 */
	assert_rv(fx->f->C_GenerateKey(s, &m, NULL, 0, &one), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_GenerateKeyPair(s, &m, NULL, 0, NULL, 0, &one, &other),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_WrapKey(s, &wrap, key, key, blob, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_UnwrapKey(s, &wrap, key, blob, n, NULL, 0, &one),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(one, 77);
	assert_int_equal(other, 77);
}

static void key_generation_and_wrapping_check_each_argument(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = fx->f;
	CK_OBJECT_HANDLE a, b;
	CK_BYTE blob[4] = {0};
	CK_ULONG n = 4;

	assert_rv(f->C_GenerateKey(s, NULL, NULL, 0, &a), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKey(s, &m, NULL, 1, &a), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKey(s, &m, NULL, 0, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKeyPair(s, NULL, NULL, 0, NULL, 0, &a, &b), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKeyPair(s, &m, NULL, 1, NULL, 0, &a, &b), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKeyPair(s, &m, NULL, 0, NULL, 1, &a, &b), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKeyPair(s, &m, NULL, 0, NULL, 0, NULL, &b), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKeyPair(s, &m, NULL, 0, NULL, 0, &a, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_WrapKey(s, NULL, 1, 1, blob, &n), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_WrapKey(s, &m, 1, 1, blob, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_UnwrapKey(s, NULL, 1, blob, 4, NULL, 0, &a), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_UnwrapKey(s, &m, 1, NULL, 4, NULL, 0, &a), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_UnwrapKey(s, &m, 1, blob, 4, NULL, 1, &a), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_UnwrapKey(s, &m, 1, blob, 4, NULL, 0, NULL), CKR_ARGUMENTS_BAD);
}

static void message_signing_is_not_supported(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = fx->f;
	CK_BYTE in[4] = {0}, out[256];
	CK_ULONG n = sizeof(out);

	/* §5.14, §5.16 */
	if (fx->version.major < 3)
		return;
	assert_rv(f->C_MessageSignInit(s, &m, 1), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_SignMessage(s, NULL, 0, in, 4, out, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_SignMessageBegin(s, NULL, 0), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_SignMessageNext(s, NULL, 0, in, 4, out, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_MessageSignFinal(s), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_MessageVerifyInit(s, &m, 1), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_VerifyMessage(s, NULL, 0, in, 4, out, 256), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_VerifyMessageBegin(s, NULL, 0), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_VerifyMessageNext(s, NULL, 0, in, 4, out, 256), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_MessageVerifyFinal(s), CKR_FUNCTION_NOT_SUPPORTED);
}

static void message_encryption_is_not_supported(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_AES_GCM, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = fx->f;
	CK_BYTE in[4] = {0}, out[64];
	CK_ULONG n = sizeof(out);

	/* §5.9, §5.11 */
	if (fx->version.major < 3)
		return;
	assert_rv(f->C_MessageEncryptInit(s, &m, 1), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_EncryptMessage(s, NULL, 0, NULL, 0, in, 4, out, &n),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_EncryptMessageBegin(s, NULL, 0, NULL, 0), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_EncryptMessageNext(s, NULL, 0, in, 4, out, &n, 0),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_MessageEncryptFinal(s), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_MessageDecryptInit(s, &m, 1), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_DecryptMessage(s, NULL, 0, NULL, 0, in, 4, out, &n),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_DecryptMessageBegin(s, NULL, 0, NULL, 0), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_DecryptMessageNext(s, NULL, 0, in, 4, out, &n, 0),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_MessageDecryptFinal(s), CKR_FUNCTION_NOT_SUPPORTED);
}

static void message_functions_check_each_argument(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_FUNCTION_LIST_3_2 *f = fx->f;
	CK_BYTE in[4] = {0}, out[64];
	CK_ULONG n = sizeof(out);

	if (fx->version.major < 3)
		return;
	assert_rv(f->C_SignMessage(s, NULL, 1, in, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_SignMessage(s, NULL, 0, NULL, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_SignMessage(s, NULL, 0, in, 4, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_VerifyMessage(s, NULL, 0, in, 4, NULL, 4), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_VerifyMessage(s, NULL, 0, NULL, 4, out, 4), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_EncryptMessage(s, NULL, 0, NULL, 1, in, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_EncryptMessage(s, NULL, 0, NULL, 0, NULL, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_EncryptMessage(s, NULL, 0, NULL, 0, in, 4, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_DecryptMessage(s, NULL, 0, NULL, 1, in, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_DecryptMessage(s, NULL, 0, NULL, 0, NULL, 4, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_DecryptMessage(s, NULL, 0, NULL, 0, in, 4, out, NULL), CKR_ARGUMENTS_BAD);
}

static void encapsulation_and_authenticated_wrapping_are_not_supported(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = fx->f;
	CK_OBJECT_HANDLE o = 77;
	CK_BYTE blob[256] = {0};
	CK_ULONG n = sizeof(blob);

	/* PKCS#11 v3.2 §5.18 */
	if (number_of(fx->version) < SINCE_3_2)
		return;
	assert_rv(f->C_EncapsulateKey(s, &m, 1, NULL, 0, blob, &n, &o), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_DecapsulateKey(s, &m, 1, NULL, 0, blob, n, &o), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_WrapKeyAuthenticated(s, &m, 1, 1, NULL, 0, blob, &n),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_UnwrapKeyAuthenticated(s, &m, 1, blob, n, NULL, 0, NULL, 0, &o),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(o, 77);
}

static void asynchronous_functions_are_not_supported(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE s = session_on(fx, SLOT_AUTH);
	CK_UTF8CHAR name[] = "C_Sign";
	CK_ASYNC_DATA result = {0};
	CK_BYTE data[4];
	CK_ULONG id = 77;

	/* PKCS#11 v3.2 §5.21 */
	if (number_of(fx->version) < SINCE_3_2)
		return;
	assert_rv(fx->f->C_AsyncComplete(s, name, &result), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_AsyncGetID(s, name, &id), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_AsyncJoin(s, name, 1, data, 4), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(fx->f->C_AsyncComplete(s, name, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_AsyncGetID(s, NULL, &id), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_AsyncJoin(s, name, 1, NULL, 4), CKR_ARGUMENTS_BAD);
	assert_int_equal(id, 77);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(session_functions_of_2_40_need_initialize),
		TEST(session_functions_of_3_0_need_initialize),
		TEST(session_functions_of_3_2_need_initialize),
		TEST(functions_without_a_session_need_initialize),
		TEST(functions_of_2_40_check_the_session_before_the_arguments),
		TEST(functions_of_3_0_check_the_session_before_the_arguments),
		TEST(functions_of_3_2_check_the_session_before_the_arguments),
		TEST(invalid_handle_is_never_a_session),
		TEST(closed_session_is_none),
		TEST(session_of_a_removed_token_is_none_once_that_was_told),
		TEST(session_of_before_finalize_is_none),
		TEST(removed_token_comes_before_the_arguments),
		TEST(null_arguments_of_2_40_are_bad),
		TEST(null_arguments_of_3_0_are_bad),
		TEST(null_arguments_of_3_2_are_bad),
		TEST(operations_must_be_begun),
		TEST(operation_of_another_session_does_not_count),
		TEST(slots_that_are_none_are_invalid),
		TEST(slots_without_a_card_hold_no_token),
		TEST(dual_functions_are_not_supported),
		TEST(dual_functions_check_each_argument),
		TEST(key_generation_and_wrapping_are_not_supported),
		TEST(key_generation_and_wrapping_check_each_argument),
		TEST(message_signing_is_not_supported),
		TEST(message_encryption_is_not_supported),
		TEST(message_functions_check_each_argument),
		TEST(encapsulation_and_authenticated_wrapping_are_not_supported),
		TEST(asynchronous_functions_are_not_supported),
	};

	return suite_run("arguments", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
