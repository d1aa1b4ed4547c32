/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signing and verifying with every mechanism that a token lists, with both keys; and the order in which
 * the Init functions find fault: PKCS#11 v3.1 §5.13, §5.15, §6.1.
 */
#include "tests/pkcs11/fixture.h"

enum { RSA_LEN = 256, MAX_MECHANISMS = 64 };

struct signer {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE private_key, public_key;
	CK_SLOT_ID slot;
};

static struct signer signer_on(struct fixture *fx, CK_SLOT_ID slot)
{
	struct signer s = {.fx = fx, .session = session_on(fx, slot), .slot = slot};

	login_on(fx, s.session, slot);
	s.private_key = find_one(fx, s.session, CKO_PRIVATE_KEY);
	s.public_key = find_one(fx, s.session, CKO_PUBLIC_KEY);
	return s;
}

/* The parameter that a mechanism wants, with the salt as long as the hash. */
static CK_MECHANISM with_parameter(CK_MECHANISM_TYPE type, CK_RSA_PKCS_PSS_PARAMS *params)
{
	static const struct {
		CK_MECHANISM_TYPE type, hash;
		CK_RSA_PKCS_MGF_TYPE mgf;
		CK_ULONG len;
	} pss[] = {{CKM_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256, 32},
		   {CKM_SHA1_RSA_PKCS_PSS, CKM_SHA_1, CKG_MGF1_SHA1, 20},
		   {CKM_SHA224_RSA_PKCS_PSS, CKM_SHA224, CKG_MGF1_SHA224, 28},
		   {CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256, 32},
		   {CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA384, 48},
		   {CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, 64}};
	CK_MECHANISM m = {type, NULL, 0};
	size_t i;

	for (i = 0; i < sizeof(pss) / sizeof(pss[0]); i++) {
		if (pss[i].type != type)
			continue;
		*params = (CK_RSA_PKCS_PSS_PARAMS){pss[i].hash, pss[i].mgf, pss[i].len};
		m.pParameter = params;
		m.ulParameterLen = sizeof(*params);
	}
	return m;
}

static void context_login(const struct signer *s)
{
	if (s->slot == SLOT_SIGN)
		assert_rv(login_with(s->fx, s->session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN),
			  CKR_OK);
}

/* All mechanisms of the slot that have these flags. */
static size_t listed(const struct signer *s, CK_FLAGS flags, CK_MECHANISM_TYPE *ret)
{
	CK_MECHANISM_TYPE all[MAX_MECHANISMS];
	CK_ULONG n = MAX_MECHANISMS, i, found = 0;
	CK_MECHANISM_INFO info;

	assert_rv(s->fx->f->C_GetMechanismList(s->slot, all, &n), CKR_OK);
	for (i = 0; i < n; i++) {
		assert_rv(s->fx->f->C_GetMechanismInfo(s->slot, all[i], &info), CKR_OK);
		if ((info.flags & flags) == flags)
			ret[found++] = all[i];
	}
	assert_true(found > 0);
	return found;
}

static void expect_every_mechanism(struct fixture *fx, CK_SLOT_ID slot)
{
	struct signer s = signer_on(fx, slot);
	CK_MECHANISM_TYPE types[MAX_MECHANISMS];
	size_t n = listed(&s, CKF_SIGN | CKF_VERIFY, types), i;
	uint8_t data[32], signature[RSA_LEN];

	memset(data, 0x55, sizeof(data));
	for (i = 0; i < n; i++) {
		CK_RSA_PKCS_PSS_PARAMS params;
		CK_MECHANISM m = with_parameter(types[i], &params);
		CK_ULONG len = sizeof(signature);

		assert_rv(fx->f->C_SignInit(s.session, &m, s.private_key), CKR_OK);
		context_login(&s);
		assert_rv(fx->f->C_Sign(s.session, data, 32, signature, &len), CKR_OK);
		assert_int_equal(len, RSA_LEN);
		assert_rv(fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
		assert_rv(fx->f->C_Verify(s.session, data, 32, signature, len), CKR_OK);
	}
	assert_int_equal(n, 12);
}

/* §5.13.2 C_Sign, §5.15.2 C_Verify */

static void every_listed_mechanism_signs_with_the_authentication_key(void **state)
{
	expect_every_mechanism(*state, SLOT_AUTH);
}

static void every_listed_mechanism_signs_with_the_signature_key(void **state)
{
	expect_every_mechanism(*state, SLOT_SIGN);
}

static void signature_of_the_other_key_does_not_verify(void **state)
{
	struct signer auth = signer_on(*state, SLOT_AUTH), sign = signer_on(*state, SLOT_SIGN);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {1}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(auth.fx->f->C_SignInit(auth.session, &m, auth.private_key), CKR_OK);
	assert_rv(auth.fx->f->C_Sign(auth.session, data, 4, signature, &n), CKR_OK);
	assert_rv(auth.fx->f->C_VerifyInit(sign.session, &m, sign.public_key), CKR_OK);
	assert_rv(auth.fx->f->C_Verify(sign.session, data, 4, signature, RSA_LEN),
		  CKR_SIGNATURE_INVALID);
}

static void signature_may_take_the_place_of_the_data(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t place[RSA_LEN] = "data", data[] = "data";
	CK_ULONG n = sizeof(place);

	/* §6.1.6: "the input and output data may begin at the same location in memory" */
	assert_rv(s.fx->f->C_SignInit(s.session, &m, s.private_key), CKR_OK);
	assert_rv(s.fx->f->C_Sign(s.session, place, 4, place, &n), CKR_OK);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
	assert_rv(s.fx->f->C_Verify(s.session, data, 4, place, RSA_LEN), CKR_OK);
}

static void pkcs1_signatures_are_the_same_and_pss_signatures_are_not(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM_TYPE types[] = {CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS};
	uint8_t data[4] = {1}, signature[2][RSA_LEN];
	size_t i, k;

	for (i = 0; i < 2; i++) {
		CK_RSA_PKCS_PSS_PARAMS params;
		CK_MECHANISM m = with_parameter(types[i], &params);

		for (k = 0; k < 2; k++) {
			CK_ULONG n = RSA_LEN;

			assert_rv(s.fx->f->C_SignInit(s.session, &m, s.private_key), CKR_OK);
			assert_rv(s.fx->f->C_Sign(s.session, data, 4, signature[k], &n), CKR_OK);
		}
		assert_int_equal(memcmp(signature[0], signature[1], RSA_LEN) != 0, i == 1);
	}
}

static void larger_buffer_gets_the_exact_length(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {1}, signature[RSA_LEN + 64];
	CK_ULONG n = sizeof(signature);

	memset(signature, 0xEE, sizeof(signature));
	assert_rv(s.fx->f->C_SignInit(s.session, &m, s.private_key), CKR_OK);
	assert_rv(s.fx->f->C_Sign(s.session, data, 4, signature, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	assert_int_equal(signature[RSA_LEN], 0xEE);
}

/* §5.13.3 C_SignUpdate, §5.15.3 C_VerifyUpdate */

static void every_hashing_mechanism_works_in_parts(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM_TYPE types[MAX_MECHANISMS];
	size_t n = listed(&s, CKF_SIGN | CKF_VERIFY, types), i, k, tried = 0;
	uint8_t data[40], signature[RSA_LEN];

	memset(data, 0x18, sizeof(data));
	for (i = 0; i < n; i++) {
		CK_RSA_PKCS_PSS_PARAMS params;
		CK_MECHANISM m = with_parameter(types[i], &params);
		CK_ULONG len = sizeof(signature);

		if (types[i] == CKM_RSA_PKCS || types[i] == CKM_RSA_PKCS_PSS)
			continue;
		assert_rv(s.fx->f->C_SignInit(s.session, &m, s.private_key), CKR_OK);
		for (k = 0; k < 4; k++)
			assert_rv(s.fx->f->C_SignUpdate(s.session, data + 10 * k, 10), CKR_OK);
		assert_rv(s.fx->f->C_SignFinal(s.session, signature, &len), CKR_OK);
		assert_rv(s.fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
		assert_rv(s.fx->f->C_VerifyUpdate(s.session, data, 1), CKR_OK);
		assert_rv(s.fx->f->C_VerifyUpdate(s.session, data + 1, 39), CKR_OK);
		assert_rv(s.fx->f->C_VerifyFinal(s.session, signature, len), CKR_OK);
		tried++;
	}
	assert_int_equal(tried, 10);
}

static void update_of_nothing_is_a_part(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[1] = {0}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(s.fx->f->C_SignInit(s.session, &m, s.private_key), CKR_OK);
	assert_rv(s.fx->f->C_SignUpdate(s.session, data, 0), CKR_OK);
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OK);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
	assert_rv(s.fx->f->C_Verify(s.session, NULL, 0, signature, n), CKR_OK);
}

static void verify_after_update_ends_the_operation(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {0}, signature[RSA_LEN] = {0};

	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
	assert_rv(s.fx->f->C_VerifyUpdate(s.session, data, 4), CKR_OK);
	assert_rv(s.fx->f->C_Verify(s.session, data, 4, signature, RSA_LEN),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(s.fx->f->C_VerifyFinal(s.session, signature, RSA_LEN),
		  CKR_OPERATION_NOT_INITIALIZED);
}

static void verify_final_without_a_signature_ends_the_operation(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {0};

	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
	assert_rv(s.fx->f->C_VerifyUpdate(s.session, data, 4), CKR_OK);
	assert_rv(s.fx->f->C_VerifyFinal(s.session, NULL, RSA_LEN), CKR_ARGUMENTS_BAD);
	assert_rv(s.fx->f->C_VerifyFinal(s.session, NULL, RSA_LEN), CKR_OPERATION_NOT_INITIALIZED);
}

static void verifying_without_a_hash_takes_no_parts(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {0};

	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
	assert_rv(s.fx->f->C_VerifyUpdate(s.session, data, 4), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(s.fx->f->C_VerifyUpdate(s.session, data, 4), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.13.1 C_SignInit, §5.15.1 C_VerifyInit: priorities of §5.1.6 */

static void wrong_key_type_comes_before_a_wrong_use_of_the_key(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM ec = {CKM_ECDSA, NULL, 0}, rsa = {CKM_RSA_PKCS, NULL, 0};

	assert_rv(s.fx->f->C_SignInit(s.session, &ec, s.public_key), CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &ec, s.private_key), CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(s.fx->f->C_SignInit(s.session, &rsa, s.public_key),
		  CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &rsa, s.private_key),
		  CKR_KEY_FUNCTION_NOT_PERMITTED);
}

static void key_of_another_token_is_none(void **state)
{
	struct signer auth = signer_on(*state, SLOT_AUTH), sign = signer_on(*state, SLOT_SIGN);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};

	assert_rv(auth.fx->f->C_SignInit(auth.session, &m, sign.private_key),
		  CKR_KEY_HANDLE_INVALID);
	assert_rv(auth.fx->f->C_VerifyInit(auth.session, &m, sign.public_key),
		  CKR_KEY_HANDLE_INVALID);
}

static void handle_zero_and_other_objects_are_no_keys(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_OBJECT_HANDLE certificate = find_one(s.fx, s.session, CKO_CERTIFICATE);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = s.fx->f;

	assert_rv(f->C_SignInit(s.session, &m, CK_INVALID_HANDLE), CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_SignRecoverInit(s.session, &m, certificate), CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_VerifyInit(s.session, &m, certificate), CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_VerifyRecoverInit(s.session, &m, CK_INVALID_HANDLE), CKR_KEY_HANDLE_INVALID);
}

static void no_mechanism_but_pss_takes_a_parameter(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_RSA_PKCS_PSS_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_MECHANISM pkcs1 = {CKM_RSA_PKCS, &params, sizeof(params)};
	CK_MECHANISM hashed = {CKM_SHA512_RSA_PKCS, &params, sizeof(params)};

	assert_rv(s.fx->f->C_SignInit(s.session, &pkcs1, s.private_key),
		  CKR_MECHANISM_PARAM_INVALID);
	assert_rv(s.fx->f->C_SignInit(s.session, &hashed, s.private_key),
		  CKR_MECHANISM_PARAM_INVALID);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &pkcs1, s.public_key),
		  CKR_MECHANISM_PARAM_INVALID);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &hashed, s.public_key),
		  CKR_MECHANISM_PARAM_INVALID);
}

/* §5.13.5, §5.13.6 recovery when signing */

static void sign_recover_keeps_to_its_own_kind(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0}, hashing = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {1}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(s.fx->f->C_SignRecoverInit(s.session, &m, s.private_key), CKR_OK);
	assert_rv(s.fx->f->C_SignUpdate(s.session, data, 4), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 4, signature, &n), CKR_OK);
	assert_rv(s.fx->f->C_SignInit(s.session, &hashing, s.private_key), CKR_OK);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 4, signature, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
}

static void sign_recover_with_the_signature_key_wants_the_pin(void **state)
{
	struct signer s = signer_on(*state, SLOT_SIGN);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {1}, signature[RSA_LEN], out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(s.fx->f->C_SignRecoverInit(s.session, &m, s.private_key), CKR_OK);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 4, signature, &n),
		  CKR_USER_NOT_LOGGED_IN);
	assert_rv(s.fx->f->C_SignRecoverInit(s.session, &m, s.private_key), CKR_OK);
	context_login(&s);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 4, signature, &n), CKR_OK);
	assert_rv(s.fx->f->C_VerifyRecoverInit(s.session, &m, s.public_key), CKR_OK);
	assert_rv(s.fx->f->C_VerifyRecover(s.session, signature, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, 4);
	assert_memory_equal(out, data, 4);
}

static void sign_recover_follows_the_size_conventions(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {1}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN - 1;

	assert_rv(s.fx->f->C_SignRecoverInit(s.session, &m, s.private_key), CKR_OK);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 4, signature, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, RSA_LEN);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 4, signature, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 4, signature, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(every_listed_mechanism_signs_with_the_authentication_key),
		TEST(every_listed_mechanism_signs_with_the_signature_key),
		TEST(signature_of_the_other_key_does_not_verify),
		TEST(signature_may_take_the_place_of_the_data),
		TEST(pkcs1_signatures_are_the_same_and_pss_signatures_are_not),
		TEST(larger_buffer_gets_the_exact_length),
		TEST(every_hashing_mechanism_works_in_parts),
		TEST(update_of_nothing_is_a_part),
		TEST(verify_after_update_ends_the_operation),
		TEST(verify_final_without_a_signature_ends_the_operation),
		TEST(verifying_without_a_hash_takes_no_parts),
		TEST(wrong_key_type_comes_before_a_wrong_use_of_the_key),
		TEST(key_of_another_token_is_none),
		TEST(handle_zero_and_other_objects_are_no_keys),
		TEST(no_mechanism_but_pss_takes_a_parameter),
		TEST(sign_recover_keeps_to_its_own_kind),
		TEST(sign_recover_with_the_signature_key_wants_the_pin),
		TEST(sign_recover_follows_the_size_conventions),
	};

	return suite_run("sign_each", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
