/* SPDX-License-Identifier: BSD-2-Clause */
/* A YubiKey's PIV application (docs/piv-card.md): all keys in one slot, one of them for whoever holds the card. */
#include "tests/pkcs11/fixture.h"

#define LABEL "YubiKey PIV"

enum { ID_9A = 1, ID_9C = 2, ID_9E = 4, N_KEYS = 5 };

static CK_SESSION_HANDLE open_session(struct fixture *fx)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
	CK_TOKEN_INFO info;

	assert_rv(fx->f->C_GetTokenInfo(0, &info), CKR_OK);
	assert_memory_equal(info.label, LABEL " ", strlen(LABEL " "));
	assert_rv(
		fx->f->C_OpenSession(0, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session),
		CKR_OK);
	return session;
}

/* Of a session whose token's label open_session has compared. */
static CK_RV log_in(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;

	return fx->f->C_Login(session, CKU_USER, pin, strlen(CARD_PIN_AUTH));
}

static CK_OBJECT_HANDLE find_id(struct fixture *fx, CK_SESSION_HANDLE session,
				CK_OBJECT_CLASS class_id, uint8_t id)
{
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)}, {CKA_ID, &id, 1}};
	CK_OBJECT_HANDLE found[2] = {CK_INVALID_HANDLE};
	size_t n = find_all(fx, session, template, 2, found, 2);

	return n == 1 ? found[0] : CK_INVALID_HANDLE;
}

static CK_RV sign_by(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
		     uint8_t signature[64])
{
	CK_MECHANISM mechanism = {CKM_ECDSA_SHA256, NULL, 0};
	CK_BYTE data[] = "what is signed";
	CK_ULONG len = 64;
	CK_RV rv = fx->f->C_SignInit(session, &mechanism, key);

	return rv == CKR_OK ? fx->f->C_Sign(session, data, sizeof(data), signature, &len) : rv;
}

/* PKCS#11 v3.1 §4.2, CKA_PRIVATE; SP 800-73-4 part 1 table 4: 9E has no PIN. */
static void the_card_authentication_key_is_public(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = open_session(fx);
	CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE all = {CKA_CLASS, &private_key, sizeof(private_key)};
	CK_OBJECT_HANDLE found[N_KEYS + 1], key;

	assert_int_equal(find_all(fx, session, &all, 1, found, N_KEYS + 1), 1);
	key = find_id(fx, session, CKO_PRIVATE_KEY, ID_9E);
	assert_int_equal(key, found[0]);
	assert_int_equal(bool_of(fx, session, key, CKA_PRIVATE), CK_FALSE);
	assert_int_equal(bool_of(fx, session, key, CKA_ALWAYS_AUTHENTICATE), CK_FALSE);
	assert_rv(log_in(fx, session), CKR_OK);
	assert_int_equal(find_all(fx, session, &all, 1, found, N_KEYS + 1), N_KEYS);
	assert_int_equal(
		bool_of(fx, session, find_id(fx, session, CKO_PRIVATE_KEY, ID_9A), CKA_PRIVATE),
		CK_TRUE);
}

static void it_signs_without_login_and_on_both_sides_of_a_logout(void **state)
{
	CK_BYTE data[] = "what is signed";
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = open_session(fx);
	CK_OBJECT_HANDLE key = find_id(fx, session, CKO_PRIVATE_KEY, ID_9E);
	CK_OBJECT_HANDLE public_key = find_id(fx, session, CKO_PUBLIC_KEY, ID_9E);
	CK_MECHANISM mechanism = {CKM_ECDSA_SHA256, NULL, 0};
	uint8_t signature[64];
	CK_ULONG len = sizeof(signature);

	assert_rv(sign_by(fx, session, key, signature), CKR_OK);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(fx->f->C_Verify(session, data, sizeof(data), signature, len), CKR_OK);
	assert_rv(log_in(fx, session), CKR_OK);
	assert_rv(fx->f->C_SignInit(session, &mechanism, key), CKR_OK);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	/* an operation with a private object would have ended with the login */
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), signature, &len), CKR_OK);
	assert_rv(sign_by(fx, session, key, signature), CKR_OK);
}

static void the_others_want_a_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = open_session(fx);
	CK_OBJECT_HANDLE key;
	uint8_t signature[64];

	assert_rv(log_in(fx, session), CKR_OK);
	key = find_id(fx, session, CKO_PRIVATE_KEY, ID_9A);
	assert_rv(sign_by(fx, session, key, signature), CKR_OK);
	assert_int_equal(bool_of(fx, session, find_id(fx, session, CKO_PRIVATE_KEY, ID_9C),
				 CKA_ALWAYS_AUTHENTICATE),
			 CK_TRUE);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_rv(sign_by(fx, session, key, signature), CKR_KEY_HANDLE_INVALID);
	assert_int_equal(find_id(fx, session, CKO_PRIVATE_KEY, ID_9A), CK_INVALID_HANDLE);
}

int main(void)
{
	static const char *const card[] = {"--profile",  "yubikey", "--key-auth", "p256",
					   "--key-sign", "p384",    NULL};
	static const struct suite_test tests[] = {
		TEST(the_card_authentication_key_is_public),
		TEST(it_signs_without_login_and_on_both_sides_of_a_logout),
		TEST(the_others_want_a_login),
	};

	return suite_run("piv", tests, sizeof(tests) / sizeof(tests[0]), card);
}
