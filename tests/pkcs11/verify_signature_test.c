/* SPDX-License-Identifier: BSD-2-Clause */
/* Verifying with the signature given first: PKCS#11 v3.2 §5.15, C_VerifySignatureInit and its kin. */
#include "tests/pkcs11/fixture.h"

enum { RSA_LEN = 256, MESSAGE_LEN = 100 };

/* A message that the card has signed, and the key to verify it with. */
struct signed_message {
	struct fixture *fx;
	CK_FUNCTION_LIST_3_2 *f;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE public_key, private_key;
	CK_MECHANISM m;
	uint8_t data[MESSAGE_LEN], signature[RSA_LEN];
};

static struct signed_message message_by(struct fixture *fx, CK_MECHANISM_TYPE mechanism, size_t len)
{
	struct signed_message m = {.fx = fx, .f = fx->f, .m = {mechanism, NULL, 0}};
	CK_ULONG n = RSA_LEN;

	m.session = session_on(fx, SLOT_AUTH);
	login_on(fx, m.session, SLOT_AUTH);
	m.public_key = find_one(fx, m.session, CKO_PUBLIC_KEY);
	m.private_key = find_one(fx, m.session, CKO_PRIVATE_KEY);
	memset(m.data, 0x4D, sizeof(m.data));
	assert_rv(m.f->C_SignInit(m.session, &m.m, m.private_key), CKR_OK);
	assert_rv(m.f->C_Sign(m.session, m.data, len, m.signature, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	return m;
}

static bool has_functions(struct fixture *fx)
{
	return fx->version.major > 3 || (fx->version.major == 3 && fx->version.minor >= 2);
}

static CK_RV init(struct signed_message *m)
{
	return m->f->C_VerifySignatureInit(m->session, &m->m, m->public_key, m->signature, RSA_LEN);
}

/* PKCS#11 v3.2 §5.15.7 C_VerifySignatureInit, §5.15.8 C_VerifySignature */

static void signature_given_first_verifies(void **state)
{
	static const CK_MECHANISM_TYPE types[] = {CKM_SHA256_RSA_PKCS, CKM_SHA512_RSA_PKCS,
						  CKM_RSA_PKCS};
	size_t i;

	if (!has_functions(*state))
		return;
	for (i = 0; i < 3; i++) {
		struct signed_message m = message_by(*state, types[i], 32);

		assert_rv(init(&m), CKR_OK);
		assert_rv(m.f->C_VerifySignature(m.session, m.data, 32), CKR_OK);
		assert_rv(init(&m), CKR_OK);
		m.data[31] ^= 1;
		assert_rv(m.f->C_VerifySignature(m.session, m.data, 32), CKR_SIGNATURE_INVALID);
		m.data[31] ^= 1;
		m.signature[9] ^= 1;
		assert_rv(init(&m), CKR_OK);
		assert_rv(m.f->C_VerifySignature(m.session, m.data, 32), CKR_SIGNATURE_INVALID);
		assert_rv(m.f->C_CloseSession(m.session), CKR_OK);
	}
}

static void signature_given_first_is_kept_by_the_module(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, MESSAGE_LEN);

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	memset(m.signature, 0, sizeof(m.signature));
	assert_rv(m.f->C_VerifySignature(m.session, m.data, MESSAGE_LEN), CKR_OK);
}

static void signature_given_first_of_another_length_is_out_of_range(void **state)
{
	static const CK_ULONG lens[] = {0, 1, RSA_LEN - 1, RSA_LEN + 1, 1UL << 40, ~0UL};
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);
	size_t i;

	if (!has_functions(m.fx))
		return;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		assert_rv(m.f->C_VerifySignatureInit(m.session, &m.m, m.public_key, m.signature,
						     lens[i]),
			  CKR_SIGNATURE_LEN_RANGE);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
}

static void init_with_a_signature_checks_everything(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);
	CK_MECHANISM ec = {CKM_ECDSA, NULL, 0}, digest = {CKM_SHA256, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = m.f;
	uint8_t *signature = m.signature;

	if (!has_functions(m.fx))
		return;
	assert_rv(f->C_VerifySignatureInit(99999, &m.m, m.public_key, signature, RSA_LEN),
		  CKR_SESSION_HANDLE_INVALID);
	assert_rv(f->C_VerifySignatureInit(m.session, NULL, m.public_key, signature, RSA_LEN),
		  CKR_ARGUMENTS_BAD);
	assert_rv(f->C_VerifySignatureInit(m.session, &m.m, m.public_key, NULL, RSA_LEN),
		  CKR_ARGUMENTS_BAD);
	assert_rv(f->C_VerifySignatureInit(m.session, &m.m, m.public_key, NULL, 0),
		  CKR_ARGUMENTS_BAD);
	assert_rv(f->C_VerifySignatureInit(m.session, &digest, m.public_key, signature, RSA_LEN),
		  CKR_MECHANISM_INVALID);
	assert_rv(f->C_VerifySignatureInit(m.session, &ec, m.public_key, signature, RSA_LEN),
		  CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(f->C_VerifySignatureInit(m.session, &m.m, 99999, signature, RSA_LEN),
		  CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_VerifySignatureInit(m.session, &m.m, m.private_key, signature, RSA_LEN),
		  CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(f->C_VerifySignature(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
}

static void one_verification_at_a_time_whichever_way_it_began(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);
	CK_FUNCTION_LIST_3_2 *f = m.f;

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	assert_rv(init(&m), CKR_OPERATION_ACTIVE);
	assert_rv(f->C_VerifyInit(m.session, &m.m, m.public_key), CKR_OPERATION_ACTIVE);
	/* a NULL mechanism ends it */
	assert_rv(f->C_VerifySignatureInit(m.session, NULL, 0, NULL, 0), CKR_OK);
	assert_rv(f->C_VerifySignature(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifyInit(m.session, &m.m, m.public_key), CKR_OK);
	assert_rv(init(&m), CKR_OPERATION_ACTIVE);
	assert_rv(f->C_Verify(m.session, m.data, 3, m.signature, RSA_LEN), CKR_OK);
}

static void the_two_ways_of_verifying_do_not_mix(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);
	CK_FUNCTION_LIST_3_2 *f = m.f;

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	assert_rv(f->C_Verify(m.session, m.data, 3, m.signature, RSA_LEN),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifyUpdate(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifyFinal(m.session, m.signature, RSA_LEN), CKR_OPERATION_NOT_INITIALIZED);
	/* and those calls have not disturbed it */
	assert_rv(f->C_VerifySignature(m.session, m.data, 3), CKR_OK);
	assert_rv(f->C_VerifyInit(m.session, &m.m, m.public_key), CKR_OK);
	assert_rv(f->C_VerifySignature(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifySignatureUpdate(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifySignatureFinal(m.session), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_Verify(m.session, m.data, 3, m.signature, RSA_LEN), CKR_OK);
}

static void verify_signature_ends_the_operation_always(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_VerifySignature(m.session, NULL, 3), CKR_ARGUMENTS_BAD);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_OK);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
}

static void signature_of_nothing_verifies_with_no_data(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 0);

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_VerifySignature(m.session, NULL, 0), CKR_OK);
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_VerifySignatureFinal(m.session), CKR_OK);
}

/* PKCS#11 v3.2 §5.15.9 C_VerifySignatureUpdate, §5.15.10 C_VerifySignatureFinal */

static void signature_given_first_verifies_in_parts(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, MESSAGE_LEN);
	CK_FUNCTION_LIST_3_2 *f = m.f;

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	assert_rv(f->C_VerifySignatureUpdate(m.session, m.data, 1), CKR_OK);
	assert_rv(f->C_VerifySignatureUpdate(m.session, NULL, 0), CKR_OK);
	assert_rv(f->C_VerifySignatureUpdate(m.session, m.data + 1, MESSAGE_LEN - 1), CKR_OK);
	assert_rv(f->C_VerifySignatureFinal(m.session), CKR_OK);
	assert_rv(f->C_VerifySignatureFinal(m.session), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(init(&m), CKR_OK);
	assert_rv(f->C_VerifySignatureUpdate(m.session, m.data, MESSAGE_LEN - 1), CKR_OK);
	assert_rv(f->C_VerifySignatureFinal(m.session), CKR_SIGNATURE_INVALID);
	assert_rv(init(&m), CKR_OK);
	assert_rv(f->C_VerifySignatureUpdate(m.session, NULL, 3), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_VerifySignatureFinal(m.session), CKR_OPERATION_NOT_INITIALIZED);
}

static void parts_exclude_the_whole(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_VerifySignatureUpdate(m.session, m.data, 1), CKR_OK);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(m.f->C_VerifySignatureFinal(m.session), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.6.7 C_SessionCancel, §5.6.9, §5.6.10: what cancels it, and what it does not need */

static void verify_signature_can_be_cancelled_and_needs_no_login(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_SessionCancel(m.session, CKF_SIGN | CKF_VERIFY_RECOVER), CKR_OK);
	assert_rv(m.f->C_VerifySignatureUpdate(m.session, m.data, 1), CKR_OK);
	assert_rv(m.f->C_SessionCancel(m.session, CKF_VERIFY), CKR_OK);
	assert_rv(m.f->C_VerifySignatureFinal(m.session), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(m.f->C_Logout(m.session), CKR_OK);
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_OK);
	/* and a session that is closed in the middle takes it along */
	assert_rv(init(&m), CKR_OK);
	assert_rv(m.f->C_CloseSession(m.session), CKR_OK);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_SESSION_HANDLE_INVALID);
}

static void card_pulled_in_the_middle_of_a_verification(void **state)
{
	struct signed_message m = message_by(*state, CKM_SHA256_RSA_PKCS, 3);

	if (!has_functions(m.fx))
		return;
	assert_rv(init(&m), CKR_OK);
	fixture_remove(m.fx);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_DEVICE_REMOVED);
	assert_rv(m.f->C_VerifySignature(m.session, m.data, 3), CKR_SESSION_HANDLE_INVALID);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(signature_given_first_verifies),
		TEST(signature_given_first_is_kept_by_the_module),
		TEST(signature_given_first_of_another_length_is_out_of_range),
		TEST(init_with_a_signature_checks_everything),
		TEST(one_verification_at_a_time_whichever_way_it_began),
		TEST(the_two_ways_of_verifying_do_not_mix),
		TEST(verify_signature_ends_the_operation_always),
		TEST(signature_of_nothing_verifies_with_no_data),
		TEST(signature_given_first_verifies_in_parts),
		TEST(parts_exclude_the_whole),
		TEST(verify_signature_can_be_cancelled_and_needs_no_login),
		TEST(card_pulled_in_the_middle_of_a_verification),
	};

	return suite_run("verify signature", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
