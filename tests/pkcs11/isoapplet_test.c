/* SPDX-License-Identifier: BSD-2-Clause */
/* An IsoApplet 0.6 (docs/isoapplet-card.md): with EC keys it signs messages that it hashes itself, by SHA-1. */
#include "tests/pkcs11/fixture.h"

enum { LONGEST = 65536, LEN = 64 };

static CK_SESSION_HANDLE log_in(struct fixture *fx)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;

	assert_rv(fx->f->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
	assert_rv(fx->f->C_Login(session, CKU_USER, pin, strlen(CARD_PIN_AUTH)), CKR_OK);
	return session;
}

static CK_OBJECT_HANDLE ec_key(struct fixture *fx, CK_SESSION_HANDLE session,
			       CK_OBJECT_CLASS class_id)
{
	CK_KEY_TYPE type = CKK_EC;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_KEY_TYPE, &type, sizeof(type)}};
	CK_OBJECT_HANDLE found[2];

	assert_int_equal(find_all(fx, session, template, 2, found, 2), 1);
	return found[0];
}

static void begin(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM mechanism = {CKM_ECDSA_SHA1, NULL, 0};

	assert_rv(fx->f->C_SignInit(session, &mechanism, key), CKR_OK);
}

/* PKCS#11 v3.1 §6.3.13: this provider hashes for the verification, and the card has for the signature. */
static void verifies(struct fixture *fx, CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG len,
		     CK_BYTE *signature)
{
	CK_MECHANISM mechanism = {CKM_ECDSA_SHA1, NULL, 0};
	CK_OBJECT_HANDLE key = ec_key(fx, session, CKO_PUBLIC_KEY);

	assert_rv(fx->f->C_VerifyInit(session, &mechanism, key), CKR_OK);
	assert_rv(fx->f->C_Verify(session, data, len, signature, LEN), CKR_OK);
	data[len / 2] ^= 1;
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, key), CKR_OK);
	assert_rv(fx->f->C_Verify(session, data, len, signature, LEN), CKR_SIGNATURE_INVALID);
	data[len / 2] ^= 1;
}

static void a_message_is_signed_in_one_part_and_in_several(void **state)
{
	static CK_BYTE message[3000];
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = log_in(fx);
	CK_OBJECT_HANDLE key = ec_key(fx, session, CKO_PRIVATE_KEY);
	CK_BYTE signature[LEN];
	CK_ULONG len = 0;

	memset(message, 'm', sizeof(message));
	begin(fx, session, key);
	assert_rv(fx->f->C_Sign(session, message, sizeof(message), NULL, &len), CKR_OK);
	assert_int_equal(len, LEN);
	assert_rv(fx->f->C_Sign(session, message, sizeof(message), signature, &len), CKR_OK);
	verifies(fx, session, message, sizeof(message), signature);
	begin(fx, session, key);
	assert_rv(fx->f->C_SignUpdate(session, message, 0), CKR_OK);
	assert_rv(fx->f->C_SignUpdate(session, message, 1), CKR_OK);
	assert_rv(fx->f->C_SignUpdate(session, message + 1, sizeof(message) - 1), CKR_OK);
	len = LEN - 1;
	assert_rv(fx->f->C_SignFinal(session, signature, &len), CKR_BUFFER_TOO_SMALL);
	memset(signature, 0, sizeof(signature));
	assert_rv(fx->f->C_SignFinal(session, signature, &len), CKR_OK);
	verifies(fx, session, message, sizeof(message), signature);
	assert_rv(fx->f->C_SignFinal(session, signature, &len), CKR_OPERATION_NOT_INITIALIZED);
}

static void what_no_command_carries_is_too_long(void **state)
{
	static CK_BYTE message[LONGEST + 1];
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = log_in(fx);
	CK_OBJECT_HANDLE key = ec_key(fx, session, CKO_PRIVATE_KEY);
	CK_BYTE signature[LEN];
	CK_ULONG len = LEN;

	begin(fx, session, key);
	assert_rv(fx->f->C_Sign(session, message, sizeof(message), signature, &len),
		  CKR_DATA_LEN_RANGE);
	begin(fx, session, key);
	assert_rv(fx->f->C_SignUpdate(session, message, LONGEST), CKR_OK);
	assert_rv(fx->f->C_SignUpdate(session, message, 1), CKR_DATA_LEN_RANGE);
	assert_rv(fx->f->C_SignFinal(session, signature, &len), CKR_OPERATION_NOT_INITIALIZED);
	/* and none carries nothing */
	begin(fx, session, key);
	assert_rv(fx->f->C_Sign(session, message, 0, signature, &len), CKR_DATA_LEN_RANGE);
	begin(fx, session, key);
	assert_rv(fx->f->C_SignFinal(session, signature, &len), CKR_DATA_LEN_RANGE);
}

static void nothing_else_is_offered(void **state)
{
	static const CK_MECHANISM_TYPE others[] = {CKM_ECDSA, CKM_ECDSA_SHA224, CKM_ECDSA_SHA256,
						   CKM_ECDSA_SHA384, CKM_ECDSA_SHA512};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = log_in(fx);
	CK_OBJECT_HANDLE key = ec_key(fx, session, CKO_PRIVATE_KEY);
	CK_MECHANISM_TYPE allowed[4];
	CK_MECHANISM_INFO info;
	size_t i;

	assert_int_equal(bool_of(fx, session, key, CKA_SIGN), CK_TRUE);
	assert_int_equal(
		attribute_of(fx, session, key, CKA_ALLOWED_MECHANISMS, allowed, sizeof(allowed)),
		sizeof(allowed[0]));
	assert_int_equal(allowed[0], CKM_ECDSA_SHA1);
	assert_rv(fx->f->C_GetMechanismInfo(0, CKM_ECDSA_SHA1, &info), CKR_OK);
	assert_int_equal(info.flags & (CKF_SIGN | CKF_VERIFY | CKF_HW),
			 CKF_SIGN | CKF_VERIFY | CKF_HW);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		CK_MECHANISM mechanism = {others[i], NULL, 0};

		assert_rv(fx->f->C_GetMechanismInfo(0, others[i], &info), CKR_MECHANISM_INVALID);
		assert_rv(fx->f->C_SignInit(session, &mechanism, key), CKR_MECHANISM_INVALID);
	}
}

int main(void)
{
	static const char *const card[] = {"--profile",  "isoapplet", "--key-auth", "rsa2048",
					   "--key-sign", "p256",      NULL};
	static const struct suite_test tests[] = {
		TEST(a_message_is_signed_in_one_part_and_in_several),
		TEST_ONCE(what_no_command_carries_is_too_long),
		TEST_ONCE(nothing_else_is_offered),
	};

	return suite_run("isoapplet", tests, sizeof(tests) / sizeof(tests[0]), card);
}
