/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ending operations without a result, and what else is said of those that are under way: PKCS#11 v3.1
 * §5.6.5 to §5.6.7, the NULL mechanism of each Init function, and v3.2 C_GetSessionValidationFlags.
 */
#include "tests/pkcs11/fixture.h"

/* The kinds of operations that a session of ours may have, and how to tell whether they are active. */
enum kind { FIND, DIGEST, SIGN, SIGN_RECOVER, VERIFY, VERIFY_RECOVER, ENCRYPT, N_KINDS };

static const CK_FLAGS flag_of[] = {CKF_FIND_OBJECTS, CKF_DIGEST, CKF_SIGN,
				   CKF_SIGN_RECOVER, CKF_VERIFY, CKF_VERIFY_RECOVER,
				   CKF_ENCRYPT};

static const CK_FLAGS every_flag = CKF_FIND_OBJECTS | CKF_DIGEST | CKF_SIGN | CKF_SIGN_RECOVER |
				   CKF_VERIFY | CKF_VERIFY_RECOVER | CKF_ENCRYPT | CKF_DECRYPT |
				   CKF_MESSAGE_ENCRYPT | CKF_MESSAGE_DECRYPT | CKF_MESSAGE_SIGN |
				   CKF_MESSAGE_VERIFY;

struct user {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE private_key, public_key, encryption_key;
};

/* The card's key says that nobody should encrypt with it; the session makes one of its own. */
static CK_OBJECT_HANDLE make_encryption_key(const struct user *u)
{
	CK_OBJECT_CLASS class_id = CKO_PUBLIC_KEY;
	CK_KEY_TYPE type = CKK_RSA;
	CK_BBOOL yes = CK_TRUE;
	CK_BYTE modulus[256], exponent[8];
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_KEY_TYPE, &type, sizeof(type)},
				   {CKA_ENCRYPT, &yes, sizeof(yes)},
				   {CKA_MODULUS, modulus, sizeof(modulus)},
				   {CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent)}};
	CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;

	template[3].ulValueLen = attribute_of(u->fx, u->session, u->public_key, CKA_MODULUS,
					      modulus, sizeof(modulus));
	template[4].ulValueLen = attribute_of(u->fx, u->session, u->public_key, CKA_PUBLIC_EXPONENT,
					      exponent, sizeof(exponent));
	assert_rv(u->fx->f->C_CreateObject(u->session, template, 5, &key), CKR_OK);
	return key;
}

static struct user user_on(struct fixture *fx)
{
	struct user u = {.fx = fx, .session = session_on(fx, SLOT_AUTH)};

	login_on(fx, u.session, SLOT_AUTH);
	u.private_key = find_one(fx, u.session, CKO_PRIVATE_KEY);
	u.public_key = find_one(fx, u.session, CKO_PUBLIC_KEY);
	u.encryption_key = make_encryption_key(&u);
	return u;
}

static CK_RV init(const struct user *u, enum kind kind, CK_MECHANISM *m)
{
	CK_FUNCTION_LIST_3_2 *f = u->fx->f;

	switch (kind) {
	case FIND:
		return f->C_FindObjectsInit(u->session, NULL, 0);
	case DIGEST:
		return f->C_DigestInit(u->session, m);
	case SIGN:
		return f->C_SignInit(u->session, m, u->private_key);
	case SIGN_RECOVER:
		return f->C_SignRecoverInit(u->session, m, u->private_key);
	case VERIFY:
		return f->C_VerifyInit(u->session, m, u->public_key);
	case VERIFY_RECOVER:
		return f->C_VerifyRecoverInit(u->session, m, u->public_key);
	default:
		return f->C_EncryptInit(u->session, m, u->encryption_key);
	}
}

static void begin(const struct user *u, enum kind kind)
{
	CK_MECHANISM digest = {CKM_SHA256, NULL, 0}, pkcs1 = {CKM_RSA_PKCS, NULL, 0};

	assert_rv(init(u, kind, kind == DIGEST ? &digest : &pkcs1), CKR_OK);
}

/* By asking again: an active operation of the kind is in the way (§5.1.6 CKR_OPERATION_ACTIVE). */
static bool is_active(const struct user *u, enum kind kind)
{
	CK_MECHANISM digest = {CKM_SHA256, NULL, 0}, pkcs1 = {CKM_RSA_PKCS, NULL, 0};
	CK_RV rv = init(u, kind, kind == DIGEST ? &digest : &pkcs1);

	if (rv == CKR_OPERATION_ACTIVE)
		return true;
	assert_rv(rv, CKR_OK);
	if (kind == FIND)
		assert_rv(u->fx->f->C_FindObjectsFinal(u->session), CKR_OK);
	else
		assert_rv(init(u, kind, NULL), CKR_OK);
	return false;
}

static bool has_cancel(const struct fixture *fx)
{
	return fx->version.major >= 3;
}

static void expect_cancelled_by_its_flag(struct fixture *fx, enum kind kind)
{
	struct user u = user_on(fx);

	if (!has_cancel(fx))
		return;
	begin(&u, kind);
	assert_true(is_active(&u, kind));
	assert_rv(fx->f->C_SessionCancel(u.session, every_flag & ~flag_of[kind]), CKR_OK);
	assert_true(is_active(&u, kind));
	assert_rv(fx->f->C_SessionCancel(u.session, flag_of[kind]), CKR_OK);
	assert_false(is_active(&u, kind));
}

/* §5.6.5 C_SessionCancel */

static void search_is_cancelled_by_its_flag_alone(void **state)
{
	expect_cancelled_by_its_flag(*state, FIND);
}

static void digest_is_cancelled_by_its_flag_alone(void **state)
{
	expect_cancelled_by_its_flag(*state, DIGEST);
}

static void signature_is_cancelled_by_its_flag_alone(void **state)
{
	expect_cancelled_by_its_flag(*state, SIGN);
}

static void recoverable_signature_is_cancelled_by_its_flag_alone(void **state)
{
	expect_cancelled_by_its_flag(*state, SIGN_RECOVER);
}

static void verification_is_cancelled_by_its_flag_alone(void **state)
{
	expect_cancelled_by_its_flag(*state, VERIFY);
}

static void recovering_verification_is_cancelled_by_its_flag_alone(void **state)
{
	expect_cancelled_by_its_flag(*state, VERIFY_RECOVER);
}

static void encryption_is_cancelled_by_its_flag_alone(void **state)
{
	expect_cancelled_by_its_flag(*state, ENCRYPT);
}

static void cancel_without_flags_changes_nothing(void **state)
{
	struct user u = user_on(*state);

	if (!has_cancel(u.fx))
		return;
	begin(&u, DIGEST);
	begin(&u, SIGN);
	assert_rv(u.fx->f->C_SessionCancel(u.session, 0), CKR_OK);
	assert_true(is_active(&u, DIGEST));
	assert_true(is_active(&u, SIGN));
}

static void cancel_of_what_is_not_there_is_ignored(void **state)
{
	struct user u = user_on(*state);

	if (!has_cancel(u.fx))
		return;
	assert_rv(u.fx->f->C_SessionCancel(u.session, every_flag), CKR_OK);
	assert_rv(u.fx->f->C_SessionCancel(u.session, every_flag), CKR_OK);
	begin(&u, VERIFY);
	assert_true(is_active(&u, VERIFY));
}

static void cancel_of_all_ends_all(void **state)
{
	struct user u = user_on(*state);

	if (!has_cancel(u.fx))
		return;
	begin(&u, FIND);
	begin(&u, DIGEST);
	begin(&u, SIGN);
	begin(&u, VERIFY);
	assert_rv(u.fx->f->C_SessionCancel(u.session, every_flag), CKR_OK);
	assert_false(is_active(&u, FIND));
	assert_false(is_active(&u, DIGEST));
	assert_false(is_active(&u, SIGN));
	assert_false(is_active(&u, VERIFY));
}

static void cancel_is_for_one_session(void **state)
{
	struct user a = user_on(*state), b = a;

	if (!has_cancel(a.fx))
		return;
	b.session = session_on(a.fx, SLOT_AUTH);
	begin(&a, DIGEST);
	begin(&b, DIGEST);
	assert_rv(a.fx->f->C_SessionCancel(a.session, CKF_DIGEST), CKR_OK);
	assert_false(is_active(&a, DIGEST));
	assert_true(is_active(&b, DIGEST));
}

static void cancel_ends_an_operation_in_parts(void **state)
{
	struct user u = user_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[4] = {0}, out[256];
	CK_ULONG n = sizeof(out);

	if (!has_cancel(u.fx))
		return;
	assert_rv(init(&u, SIGN, &m), CKR_OK);
	assert_rv(u.fx->f->C_SignUpdate(u.session, data, 4), CKR_OK);
	assert_rv(u.fx->f->C_SessionCancel(u.session, CKF_SIGN), CKR_OK);
	assert_rv(u.fx->f->C_SignFinal(u.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(init(&u, SIGN, &m), CKR_OK);
	assert_rv(u.fx->f->C_Sign(u.session, data, 4, out, &n), CKR_OK);
}

static void cancel_leaves_the_login_and_the_session(void **state)
{
	struct user u = user_on(*state);
	CK_SESSION_INFO info;

	if (!has_cancel(u.fx))
		return;
	begin(&u, SIGN);
	assert_rv(u.fx->f->C_SessionCancel(u.session, every_flag), CKR_OK);
	assert_rv(u.fx->f->C_GetSessionInfo(u.session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_USER_FUNCTIONS);
}

/* §5.8.1, §5.10.1, §5.12.1, §5.13.1, §5.13.5, §5.15.1, §5.15.5: a NULL mechanism */

static void expect_cancelled_by_null(struct fixture *fx, enum kind kind)
{
	struct user u = user_on(fx);

	assert_rv(init(&u, kind, NULL), CKR_ARGUMENTS_BAD);
	begin(&u, kind);
	assert_rv(init(&u, kind, NULL), CKR_OK);
	assert_false(is_active(&u, kind));
	assert_rv(init(&u, kind, NULL), CKR_ARGUMENTS_BAD);
}

static void digest_is_cancelled_by_no_mechanism(void **state)
{
	expect_cancelled_by_null(*state, DIGEST);
}

static void signature_is_cancelled_by_no_mechanism(void **state)
{
	expect_cancelled_by_null(*state, SIGN);
}

static void recoverable_signature_is_cancelled_by_no_mechanism(void **state)
{
	expect_cancelled_by_null(*state, SIGN_RECOVER);
}

static void verification_is_cancelled_by_no_mechanism(void **state)
{
	expect_cancelled_by_null(*state, VERIFY);
}

static void recovering_verification_is_cancelled_by_no_mechanism(void **state)
{
	expect_cancelled_by_null(*state, VERIFY_RECOVER);
}

static void encryption_is_cancelled_by_no_mechanism(void **state)
{
	expect_cancelled_by_null(*state, ENCRYPT);
}

/* §5.1.6 CKR_OPERATION_ACTIVE */

static void refused_init_leaves_the_active_operation_as_it_is(void **state)
{
	struct user u = user_on(*state);
	CK_MECHANISM sha1 = {CKM_SHA_1, NULL, 0}, sha512 = {CKM_SHA512, NULL, 0};
	CK_MECHANISM none = {CKM_VENDOR_DEFINED, NULL, 0};
	CK_BYTE out[64];
	CK_ULONG n = sizeof(out);

	assert_rv(init(&u, DIGEST, &sha1), CKR_OK);
	assert_rv(init(&u, DIGEST, &sha512), CKR_OPERATION_ACTIVE);
	assert_rv(init(&u, DIGEST, &none), CKR_OPERATION_ACTIVE);
	assert_rv(u.fx->f->C_DigestFinal(u.session, out, &n), CKR_OK);
	assert_int_equal(n, 20);
}

static void refused_init_leaves_no_operation_behind(void **state)
{
	struct user u = user_on(*state);
	CK_MECHANISM none = {CKM_VENDOR_DEFINED, NULL, 0};
	enum kind kind;

	for (kind = DIGEST; kind < N_KINDS; kind++) {
		assert_rv(init(&u, kind, &none), CKR_MECHANISM_INVALID);
		assert_false(is_active(&u, kind));
	}
}

static void operations_of_different_kinds_live_side_by_side(void **state)
{
	struct user u = user_on(*state);

	begin(&u, FIND);
	begin(&u, DIGEST);
	begin(&u, SIGN);
	begin(&u, VERIFY);
	assert_true(is_active(&u, FIND));
	assert_true(is_active(&u, DIGEST));
	assert_true(is_active(&u, SIGN));
	assert_true(is_active(&u, VERIFY));
}

static void closing_the_session_ends_its_operations_only(void **state)
{
	struct user a = user_on(*state), b = a;

	b.session = session_on(a.fx, SLOT_AUTH);
	begin(&a, DIGEST);
	begin(&b, DIGEST);
	assert_rv(a.fx->f->C_CloseSession(a.session), CKR_OK);
	assert_true(is_active(&b, DIGEST));
}

/* §5.6.6 C_GetOperationState */

static CK_RV save(const struct user *u)
{
	CK_BYTE saved[64];
	CK_ULONG n = sizeof(saved);

	return u->fx->f->C_GetOperationState(u->session, saved, &n);
}

static void state_of_no_operation_is_not_initialized(void **state)
{
	struct user u = user_on(*state);

	assert_rv(save(&u), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(u.fx->f->C_GetOperationState(99999, NULL, NULL), CKR_SESSION_HANDLE_INVALID);
}

static void state_of_a_digest_cannot_be_saved(void **state)
{
	struct user u = user_on(*state);

	begin(&u, DIGEST);
	assert_rv(save(&u), CKR_STATE_UNSAVEABLE);
	assert_true(is_active(&u, DIGEST));
}

static void state_of_a_signature_cannot_be_saved(void **state)
{
	struct user u = user_on(*state);

	begin(&u, SIGN);
	assert_rv(save(&u), CKR_STATE_UNSAVEABLE);
	assert_true(is_active(&u, SIGN));
}

static void state_of_a_verification_cannot_be_saved(void **state)
{
	struct user u = user_on(*state);

	begin(&u, VERIFY);
	assert_rv(save(&u), CKR_STATE_UNSAVEABLE);
}

static void state_of_an_encryption_cannot_be_saved(void **state)
{
	struct user u = user_on(*state);

	begin(&u, ENCRYPT);
	assert_rv(save(&u), CKR_STATE_UNSAVEABLE);
	assert_true(is_active(&u, ENCRYPT));
}

static void searches_and_recovery_have_no_state_to_save(void **state)
{
	struct user u = user_on(*state);

	begin(&u, FIND);
	begin(&u, SIGN_RECOVER);
	begin(&u, VERIFY_RECOVER);
	assert_rv(save(&u), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.6.7 C_SetOperationState */

static void nothing_is_a_saved_state(void **state)
{
	struct user u = user_on(*state);
	CK_BYTE saved[64] = {0};

	assert_rv(u.fx->f->C_SetOperationState(u.session, saved, 64, 0, 0),
		  CKR_SAVED_STATE_INVALID);
	assert_rv(u.fx->f->C_SetOperationState(u.session, saved, 0, 0, 0), CKR_SAVED_STATE_INVALID);
	assert_rv(u.fx->f->C_SetOperationState(u.session, NULL, 0, 0, 0), CKR_SAVED_STATE_INVALID);
	assert_rv(u.fx->f->C_SetOperationState(u.session, saved, 64, u.public_key, u.private_key),
		  CKR_SAVED_STATE_INVALID);
}

static void refused_state_leaves_operations_alone(void **state)
{
	struct user u = user_on(*state);
	CK_BYTE saved[4] = {0};

	begin(&u, DIGEST);
	assert_rv(u.fx->f->C_SetOperationState(u.session, saved, 4, 0, 0), CKR_SAVED_STATE_INVALID);
	assert_true(is_active(&u, DIGEST));
}

/* PKCS#11 v3.2 §5.6 C_GetSessionValidationFlags, §4.15 */

static bool has_validation_flags(const struct fixture *fx)
{
	return fx->version.major == 3 && fx->version.minor == 2;
}

static void last_operation_met_no_validation(void **state)
{
	struct user u = user_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[4] = {0}, out[256];
	CK_ULONG n = sizeof(out);
	CK_FLAGS flags = 77;

	if (!has_validation_flags(u.fx))
		return;
	assert_rv(u.fx->f->C_GetSessionValidationFlags(u.session, CKS_LAST_VALIDATION_OK, &flags),
		  CKR_OK);
	assert_int_equal(flags, 0);
	assert_rv(init(&u, SIGN, &m), CKR_OK);
	assert_rv(u.fx->f->C_Sign(u.session, data, 4, out, &n), CKR_OK);
	flags = 77;
	assert_rv(u.fx->f->C_GetSessionValidationFlags(u.session, CKS_LAST_VALIDATION_OK, &flags),
		  CKR_OK);
	assert_int_equal(flags, 0);
}

static void validation_flags_check_their_arguments(void **state)
{
	struct user u = user_on(*state);
	CK_FLAGS flags = 77;

	if (!has_validation_flags(u.fx))
		return;
	assert_rv(u.fx->f->C_GetSessionValidationFlags(u.session, CKS_LAST_VALIDATION_OK, NULL),
		  CKR_ARGUMENTS_BAD);
	assert_rv(u.fx->f->C_GetSessionValidationFlags(u.session, 99, &flags), CKR_ARGUMENTS_BAD);
	assert_rv(u.fx->f->C_GetSessionValidationFlags(99999, CKS_LAST_VALIDATION_OK, &flags),
		  CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(flags, 77);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(search_is_cancelled_by_its_flag_alone),
		TEST(digest_is_cancelled_by_its_flag_alone),
		TEST(signature_is_cancelled_by_its_flag_alone),
		TEST(recoverable_signature_is_cancelled_by_its_flag_alone),
		TEST(verification_is_cancelled_by_its_flag_alone),
		TEST(recovering_verification_is_cancelled_by_its_flag_alone),
		TEST(encryption_is_cancelled_by_its_flag_alone),
		TEST(cancel_without_flags_changes_nothing),
		TEST(cancel_of_what_is_not_there_is_ignored),
		TEST(cancel_of_all_ends_all),
		TEST(cancel_is_for_one_session),
		TEST(cancel_ends_an_operation_in_parts),
		TEST(cancel_leaves_the_login_and_the_session),
		TEST(digest_is_cancelled_by_no_mechanism),
		TEST(signature_is_cancelled_by_no_mechanism),
		TEST(recoverable_signature_is_cancelled_by_no_mechanism),
		TEST(verification_is_cancelled_by_no_mechanism),
		TEST(recovering_verification_is_cancelled_by_no_mechanism),
		TEST(encryption_is_cancelled_by_no_mechanism),
		TEST(refused_init_leaves_the_active_operation_as_it_is),
		TEST(refused_init_leaves_no_operation_behind),
		TEST(operations_of_different_kinds_live_side_by_side),
		TEST(closing_the_session_ends_its_operations_only),
		TEST(state_of_no_operation_is_not_initialized),
		TEST(state_of_a_digest_cannot_be_saved),
		TEST(state_of_a_signature_cannot_be_saved),
		TEST(state_of_a_verification_cannot_be_saved),
		TEST(state_of_an_encryption_cannot_be_saved),
		TEST(searches_and_recovery_have_no_state_to_save),
		TEST(nothing_is_a_saved_state),
		TEST(refused_state_leaves_operations_alone),
		TEST(last_operation_met_no_validation),
		TEST(validation_flags_check_their_arguments),
	};

	return suite_run("cancel", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
