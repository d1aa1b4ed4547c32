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

static size_t public_attribute(struct fixture *fx, CK_SESSION_HANDLE session,
			       CK_ATTRIBUTE_TYPE type, uint8_t ret[128])
{
	CK_OBJECT_HANDLE key = find_id(fx, session, CKO_PUBLIC_KEY, ID_9C);

	return attribute_of(fx, session, key, type, ret, 128);
}

/* RFC 8410 §3; PKCS#11 v3.1 §6.3.5 */
static void an_ed25519_key_says_what_it_is(void **state)
{
	static const uint8_t oid[] = {0x06, 0x03, 0x2B, 0x65, 0x70};
	static const uint8_t spki_head[] = {0x30, 0x2A, 0x30, 0x05, 0x06, 0x03,
					    0x2B, 0x65, 0x70, 0x03, 0x21, 0x00};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = open_session(fx);
	CK_OBJECT_HANDLE key = find_id(fx, session, CKO_PUBLIC_KEY, ID_9C);
	CK_MECHANISM_INFO info;
	uint8_t value[128], point[128];

	assert_int_equal(ulong_of(fx, session, key, CKA_KEY_TYPE), CKK_EC_EDWARDS);
	assert_int_equal(public_attribute(fx, session, CKA_EC_PARAMS, value), sizeof(oid));
	assert_memory_equal(value, oid, sizeof(oid));
	assert_int_equal(public_attribute(fx, session, CKA_EC_POINT, point), 34);
	assert_memory_equal(point, "\x04\x20", 2);
	assert_int_equal(public_attribute(fx, session, CKA_PUBLIC_KEY_INFO, value), 44);
	assert_memory_equal(value, spki_head, sizeof(spki_head));
	assert_memory_equal(value + sizeof(spki_head), point + 2, 32);
	assert_int_equal(bool_of(fx, session, key, CKA_VERIFY), CK_TRUE);
	assert_rv(fx->f->C_GetMechanismInfo(0, CKM_EDDSA, &info), CKR_OK);
	assert_int_equal(info.flags & (CKF_SIGN | CKF_VERIFY | CKF_HW | CKF_DERIVE),
			 CKF_SIGN | CKF_VERIFY | CKF_HW);
	assert_int_equal(info.ulMinKeySize, 255);
	assert_int_equal(info.ulMaxKeySize, 255);
}

/* The same public key, made by a session. */
static CK_OBJECT_HANDLE copy_public(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_OBJECT_CLASS class_id = CKO_PUBLIC_KEY;
	CK_KEY_TYPE type = CKK_EC_EDWARDS;
	uint8_t params[128], point[128];
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_KEY_TYPE, &type, sizeof(type)},
				   {CKA_EC_PARAMS, params, 0},
				   {CKA_EC_POINT, point, 0}};
	CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;

	template[2].ulValueLen = public_attribute(fx, session, CKA_EC_PARAMS, params);
	template[3].ulValueLen = public_attribute(fx, session, CKA_EC_POINT, point);
	type = CKK_EC;
	assert_rv(fx->f->C_CreateObject(session, template, 4, &made), CKR_CURVE_NOT_SUPPORTED);
	type = CKK_EC_EDWARDS;
	/* y = 2 is of no point */
	memset(point + 2, 0, 32);
	point[2] = 2;
	assert_rv(fx->f->C_CreateObject(session, template, 4, &made), CKR_ATTRIBUTE_VALUE_INVALID);
	public_attribute(fx, session, CKA_EC_POINT, point);
	assert_rv(fx->f->C_CreateObject(session, template, 4, &made), CKR_OK);
	return made;
}

/* PKCS#11 v3.1 §6.3.14; tests/consumers/piv_module.sh has OpenSSL look at it. */
static void an_ed25519_key_signs_after_its_pin(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = open_session(fx);
	CK_MECHANISM mechanism = {CKM_EDDSA, NULL, 0};
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;
	CK_BYTE message[] = "a message, not its hash", signature[64];
	CK_ULONG len = 0;
	CK_OBJECT_HANDLE keys[2];
	unsigned i;

	keys[0] = find_id(fx, session, CKO_PUBLIC_KEY, ID_9C);
	keys[1] = copy_public(fx, session);
	assert_rv(log_in(fx, session), CKR_OK);
	assert_rv(fx->f->C_SignInit(session, &mechanism,
				    find_id(fx, session, CKO_PRIVATE_KEY, ID_9C)),
		  CKR_OK);
	assert_rv(fx->f->C_Sign(session, message, sizeof(message), NULL, &len), CKR_OK);
	assert_int_equal(len, 64);
	assert_rv(fx->f->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, strlen(CARD_PIN_AUTH)),
		  CKR_OK);
	assert_rv(fx->f->C_Sign(session, message, sizeof(message), signature, &len), CKR_OK);
	for (i = 0; i < 2; i++) {
		assert_rv(fx->f->C_VerifyInit(session, &mechanism, keys[i]), CKR_OK);
		assert_rv(fx->f->C_Verify(session, message, sizeof(message), signature, 64),
			  CKR_OK);
		assert_rv(fx->f->C_VerifyInit(session, &mechanism, keys[i]), CKR_OK);
		assert_rv(fx->f->C_Verify(session, message, sizeof(message) - 1, signature, 64),
			  CKR_SIGNATURE_INVALID);
		assert_rv(fx->f->C_VerifyInit(session, &mechanism, keys[i]), CKR_OK);
		assert_rv(fx->f->C_Verify(session, message, sizeof(message), signature, 63),
			  CKR_SIGNATURE_LEN_RANGE);
	}
	mechanism.mechanism = CKM_ECDSA;
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, keys[0]), CKR_KEY_TYPE_INCONSISTENT);
	/* the forms with a context and with a hash are not there */
	mechanism = (CK_MECHANISM){CKM_EDDSA, &(CK_EDDSA_PARAMS){0}, sizeof(CK_EDDSA_PARAMS)};
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, keys[0]), CKR_MECHANISM_PARAM_INVALID);
}

/* PKCS#11 v3.1 §6.3.14: single-part and multiple-part. */
static void an_ed25519_key_signs_what_comes_in_parts(void **state)
{
	static CK_BYTE large[65537];
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = open_session(fx);
	CK_MECHANISM mechanism = {CKM_EDDSA, NULL, 0};
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;
	CK_BYTE message[] = "a message, not its hash", signature[64];
	CK_OBJECT_HANDLE private_key, public_key = find_id(fx, session, CKO_PUBLIC_KEY, ID_9C);
	CK_ULONG len = 0;

	assert_rv(log_in(fx, session), CKR_OK);
	private_key = find_id(fx, session, CKO_PRIVATE_KEY, ID_9C);
	assert_rv(fx->f->C_SignInit(session, &mechanism, private_key), CKR_OK);
	assert_rv(fx->f->C_SignUpdate(session, message, 10), CKR_OK);
	assert_rv(fx->f->C_SignUpdate(session, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_SignUpdate(session, message + 10, sizeof(message) - 10), CKR_OK);
	assert_rv(fx->f->C_SignFinal(session, NULL, &len), CKR_OK);
	assert_int_equal(len, 64);
	assert_rv(fx->f->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, strlen(CARD_PIN_AUTH)),
		  CKR_OK);
	assert_rv(fx->f->C_SignFinal(session, signature, &len), CKR_OK);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(fx->f->C_Verify(session, message, sizeof(message), signature, 64), CKR_OK);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(fx->f->C_VerifyUpdate(session, message, 1), CKR_OK);
	assert_rv(fx->f->C_VerifyUpdate(session, message + 1, sizeof(message) - 1), CKR_OK);
	assert_rv(fx->f->C_VerifyFinal(session, signature, 64), CKR_OK);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(fx->f->C_VerifyUpdate(session, message, sizeof(message) - 1), CKR_OK);
	assert_rv(fx->f->C_VerifyFinal(session, signature, 64), CKR_SIGNATURE_INVALID);
	/* of nothing at all */
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(fx->f->C_VerifyFinal(session, signature, 64), CKR_SIGNATURE_INVALID);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(fx->f->C_VerifyUpdate(session, large, sizeof(large) - 1), CKR_OK);
	assert_rv(fx->f->C_VerifyUpdate(session, large, 1), CKR_DATA_LEN_RANGE);
	assert_rv(fx->f->C_VerifyFinal(session, signature, 64), CKR_OPERATION_NOT_INITIALIZED);
}

int main(void)
{
	static const char *const card[] = {"--profile",  "yubikey", "--key-auth", "p256",
					   "--key-sign", "ed25519", NULL};
	static const struct suite_test tests[] = {
		TEST(the_card_authentication_key_is_public),
		TEST(it_signs_without_login_and_on_both_sides_of_a_logout),
		TEST(the_others_want_a_login),
		TEST(an_ed25519_key_says_what_it_is),
		TEST(an_ed25519_key_signs_after_its_pin),
		TEST(an_ed25519_key_signs_what_comes_in_parts),
	};

	return suite_run("piv", tests, sizeof(tests) / sizeof(tests[0]), card);
}
