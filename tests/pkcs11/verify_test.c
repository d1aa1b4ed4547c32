/* SPDX-License-Identifier: BSD-2-Clause */
/* Verifying, with and without recovery: PKCS#11 v3.1 §5.15; functions nobody serves: §5.8 to §5.18. */
#include "tests/pkcs11/fixture.h"

enum { RSA_LEN = 256 };

struct verifier {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE public_key, private_key;
};

static struct verifier verifier_on(struct fixture *fx)
{
	struct verifier v = {.fx = fx, .session = session_on(fx, SLOT_AUTH)};

	login_on(fx, v.session, SLOT_AUTH);
	v.public_key = find_one(fx, v.session, CKO_PUBLIC_KEY);
	v.private_key = find_one(fx, v.session, CKO_PRIVATE_KEY);
	return v;
}

static void sign(const struct verifier *v, CK_MECHANISM *m, void *data, size_t len, uint8_t *ret)
{
	CK_ULONG n = RSA_LEN;

	assert_rv(v->fx->f->C_SignInit(v->session, m, v->private_key), CKR_OK);
	assert_rv(v->fx->f->C_Sign(v->session, data, len, ret, &n), CKR_OK);
}

static CK_RV verify(const struct verifier *v, CK_MECHANISM *m, void *data, size_t len,
		    uint8_t *signature, size_t signature_len)
{
	assert_rv(v->fx->f->C_VerifyInit(v->session, m, v->public_key), CKR_OK);
	return v->fx->f->C_Verify(v->session, data, len, signature, signature_len);
}

/* §5.15.2 C_Verify */

static void right_signatures_verify_and_changed_ones_do_not(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_MECHANISM mechanisms[] = {{CKM_RSA_PKCS, NULL, 0},
				     {CKM_SHA1_RSA_PKCS, NULL, 0},
				     {CKM_SHA512_RSA_PKCS, NULL, 0},
				     {CKM_SHA256_RSA_PKCS_PSS, &pss, sizeof(pss)},
				     {CKM_RSA_PKCS_PSS, &pss, sizeof(pss)}};
	uint8_t data[32] = {1, 2, 3}, signature[RSA_LEN];
	size_t i;

	for (i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++) {
		CK_MECHANISM *m = &mechanisms[i];

		sign(&v, m, data, 32, signature);
		assert_rv(verify(&v, m, data, 32, signature, RSA_LEN), CKR_OK);
		signature[100] ^= 1;
		assert_rv(verify(&v, m, data, 32, signature, RSA_LEN), CKR_SIGNATURE_INVALID);
		signature[100] ^= 1;
		data[31] ^= 1;
		assert_rv(verify(&v, m, data, 32, signature, RSA_LEN), CKR_SIGNATURE_INVALID);
		data[31] ^= 1;
	}
}

static void signature_of_another_mechanism_does_not_verify(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM sha256 = {CKM_SHA256_RSA_PKCS, NULL, 0},
		     sha384 = {CKM_SHA384_RSA_PKCS, NULL, 0};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];

	sign(&v, &sha256, data, 3, signature);
	assert_rv(verify(&v, &sha384, data, 3, signature, RSA_LEN), CKR_SIGNATURE_INVALID);
}

static void signature_of_another_length_is_out_of_range(void **state)
{
	static const size_t lens[] = {0, 1, RSA_LEN - 1, RSA_LEN + 1};
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN + 1] = {0};
	size_t i;

	for (i = 0; i < 4; i++)
		assert_rv(verify(&v, &m, data, 3, signature, lens[i]), CKR_SIGNATURE_LEN_RANGE);
}

static void signature_above_the_modulus_is_invalid(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];

	memset(signature, 0xFF, sizeof(signature));
	assert_rv(verify(&v, &m, data, 3, signature, RSA_LEN), CKR_SIGNATURE_INVALID);
}

static void verify_ends_the_operation_always(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN] = {0};

	assert_rv(verify(&v, &m, NULL, 3, signature, RSA_LEN), CKR_ARGUMENTS_BAD);
	assert_rv(v.fx->f->C_Verify(v.session, data, 3, signature, RSA_LEN),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(verify(&v, &m, data, 3, NULL, RSA_LEN), CKR_ARGUMENTS_BAD);
	assert_rv(v.fx->f->C_Verify(v.session, data, 3, signature, RSA_LEN),
		  CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.15.3, §5.15.4 C_VerifyUpdate, C_VerifyFinal */

static void verify_in_parts(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = v.fx->f;
	uint8_t data[200] = {5}, signature[RSA_LEN];

	sign(&v, &m, data, 200, signature);
	assert_rv(f->C_VerifyInit(v.session, &m, v.public_key), CKR_OK);
	assert_rv(f->C_VerifyUpdate(v.session, data, 1), CKR_OK);
	assert_rv(f->C_VerifyUpdate(v.session, data + 1, 199), CKR_OK);
	assert_rv(f->C_VerifyFinal(v.session, signature, RSA_LEN), CKR_OK);
	assert_rv(f->C_VerifyFinal(v.session, signature, RSA_LEN), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(f->C_VerifyInit(v.session, &m, v.public_key), CKR_OK);
	assert_rv(f->C_VerifyUpdate(v.session, data, 199), CKR_OK);
	assert_rv(f->C_VerifyFinal(v.session, signature, RSA_LEN), CKR_SIGNATURE_INVALID);
}

/* §5.15.1 C_VerifyInit */

static void verify_needs_no_login(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];

	sign(&v, &m, data, 3, signature);
	assert_rv(v.fx->f->C_Logout(v.session), CKR_OK);
	assert_rv(verify(&v, &m, data, 3, signature, RSA_LEN), CKR_OK);
}

static void verify_init_checks_mechanism_key_and_state(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM good = {CKM_SHA256_RSA_PKCS, NULL, 0}, ec = {CKM_ECDSA, NULL, 0};
	CK_MECHANISM digest = {CKM_SHA256, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = v.fx->f;

	assert_rv(f->C_VerifyInit(v.session, NULL, v.public_key), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_VerifyInit(99999, &good, v.public_key), CKR_SESSION_HANDLE_INVALID);
	assert_rv(f->C_VerifyInit(v.session, &digest, v.public_key), CKR_MECHANISM_INVALID);
	assert_rv(f->C_VerifyInit(v.session, &ec, v.public_key), CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(f->C_VerifyInit(v.session, &good, 99999), CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_VerifyInit(v.session, &good, v.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(f->C_VerifyInit(v.session, &good, v.public_key), CKR_OK);
	assert_rv(f->C_VerifyInit(v.session, &good, v.public_key), CKR_OPERATION_ACTIVE);
	assert_rv(f->C_VerifyInit(v.session, NULL, v.public_key), CKR_OK);
	assert_rv(f->C_VerifyFinal(v.session, NULL, 0), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.15.5, §5.15.6 recovery */

static void recovery_gives_the_data_back(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = v.fx->f;
	uint8_t data[7] = "message", signature[RSA_LEN], out[RSA_LEN];
	CK_ULONG n = 0;

	sign(&v, &m, data, 7, signature);
	assert_rv(f->C_VerifyRecoverInit(v.session, &m, v.public_key), CKR_OK);
	assert_rv(f->C_VerifyRecover(v.session, signature, RSA_LEN, NULL, &n), CKR_OK);
	assert_int_equal(n, 7);
	n = 6;
	assert_rv(f->C_VerifyRecover(v.session, signature, RSA_LEN, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(f->C_VerifyRecover(v.session, signature, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, 7);
	assert_memory_equal(out, data, 7);
	signature[9] ^= 1;
	n = sizeof(out);
	assert_rv(f->C_VerifyRecoverInit(v.session, &m, v.public_key), CKR_OK);
	assert_rv(f->C_VerifyRecover(v.session, signature, RSA_LEN, out, &n),
		  CKR_SIGNATURE_INVALID);
	assert_rv(f->C_VerifyRecover(v.session, signature, RSA_LEN, out, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
}

static void raw_recovery_gives_the_padded_block(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0}, raw = {CKM_RSA_X_509, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = v.fx->f;
	uint8_t data[7] = "message", signature[RSA_LEN], out[RSA_LEN];
	CK_ULONG n = sizeof(out);

	sign(&v, &m, data, 7, signature);
	assert_rv(f->C_VerifyRecoverInit(v.session, &raw, v.public_key), CKR_OK);
	assert_rv(f->C_VerifyRecover(v.session, signature, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	assert_int_equal(out[0], 0);
	assert_int_equal(out[1], 1);
	assert_memory_equal(out + RSA_LEN - 7, data, 7);
	/* the block without its leading zero is what was signed, too */
	assert_rv(verify(&v, &raw, out + 1, RSA_LEN - 1, signature, RSA_LEN), CKR_OK);
	assert_rv(verify(&v, &raw, out + 2, RSA_LEN - 2, signature, RSA_LEN),
		  CKR_SIGNATURE_INVALID);
}

/* §5.1.6 CKR_FUNCTION_NOT_SUPPORTED; functions that no card of ours can serve: first the session, then the arguments, then the truth. */

static void functions_of_2_40_that_cannot_be_served_say_so(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = v.fx->f;
	CK_OBJECT_HANDLE o;
	uint8_t data[4] = {0};
	CK_ULONG n = 4;

	assert_rv(f->C_DigestEncryptUpdate(v.session, data, 4, data, &n),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_GenerateKey(v.session, &m, NULL, 0, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_GenerateKey(v.session, &m, NULL, 0, &o), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_WrapKey(v.session, &m, v.public_key, v.private_key, data, &n),
		  CKR_FUNCTION_NOT_SUPPORTED);
}

static void functions_of_3_x_that_cannot_be_served_say_so(void **state)
{
	struct verifier v = verifier_on(*state);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = v.fx->f;

	if (v.fx->version.major < 3)
		return;
	assert_rv(f->C_MessageSignInit(99999, &m, v.private_key), CKR_SESSION_HANDLE_INVALID);
	assert_rv(f->C_MessageSignInit(v.session, NULL, v.private_key), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_MessageSignInit(v.session, &m, v.private_key), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(f->C_MessageVerifyFinal(v.session), CKR_FUNCTION_NOT_SUPPORTED);
	if (v.fx->version.minor < 2)
		return;
	assert_rv(f->C_AsyncJoin(v.session, NULL, 0, NULL, 0), CKR_ARGUMENTS_BAD);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(right_signatures_verify_and_changed_ones_do_not),
		TEST(signature_of_another_mechanism_does_not_verify),
		TEST(signature_of_another_length_is_out_of_range),
		TEST(signature_above_the_modulus_is_invalid),
		TEST(verify_ends_the_operation_always),
		TEST(verify_in_parts),
		TEST(verify_needs_no_login),
		TEST(verify_init_checks_mechanism_key_and_state),
		TEST(recovery_gives_the_data_back),
		TEST(raw_recovery_gives_the_padded_block),
		TEST(functions_of_2_40_that_cannot_be_served_say_so),
		TEST(functions_of_3_x_that_cannot_be_served_say_so),
	};

	return suite_run("verify", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
