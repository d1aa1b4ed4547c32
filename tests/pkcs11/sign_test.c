/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing with RSA keys: PKCS#11 v3.1 §5.13, §6.1. Every signature is judged by libcrypto. */
#include "tests/pkcs11/fixture.h"

#include <openssl/evp.h>

/* DigestInfo of SHA-256 up to the digest, RFC 8017 §9.2 note 1. */
static const uint8_t sha256_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
				      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

static const struct {
	CK_MECHANISM_TYPE pkcs1, pss, hash;
	CK_RSA_PKCS_MGF_TYPE mgf;
	const char *name;
	CK_ULONG len;
} hashed[] = {
	{CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_SHA_1, CKG_MGF1_SHA1, "SHA1", 20},
	{CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKM_SHA224, CKG_MGF1_SHA224, "SHA224", 28},
	{CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256, "SHA256", 32},
	{CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA384, "SHA384", 48},
	{CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, "SHA512", 64},
};

enum { N_HASHED = sizeof(hashed) / sizeof(hashed[0]), RSA_LEN = 256 };

struct signer {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
};

static struct signer signer_on(struct fixture *fx, CK_SLOT_ID slot)
{
	struct signer s = {.fx = fx, .session = session_on(fx, slot)};

	login_on(fx, s.session, slot);
	s.key = find_one(fx, s.session, CKO_PRIVATE_KEY);
	assert_int_not_equal(s.key, CK_INVALID_HANDLE);
	return s;
}

static void begin(const struct signer *s, CK_MECHANISM_TYPE type, void *param, CK_ULONG param_len)
{
	CK_MECHANISM m = {type, param, param_len};

	assert_rv(s->fx->f->C_SignInit(s->session, &m, s->key), CKR_OK);
}

static CK_RV sign(const struct signer *s, const void *data, size_t len, uint8_t *ret)
{
	uint8_t copy[4096];
	CK_ULONG n = RSA_LEN;
	CK_RV rv;

	memcpy(copy, data, len);
	rv = s->fx->f->C_Sign(s->session, copy, len, ret, &n);
	if (rv == CKR_OK)
		assert_int_equal(n, RSA_LEN);
	return rv;
}

/* §6.1.14, §6.1.15 PKCS #1 v1.5 with hashes */

static void hashed_pkcs1_signatures_verify(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[1000], signature[RSA_LEN];
	size_t i, len;

	memset(data, 0x42, sizeof(data));
	for (i = 0; i < N_HASHED; i++) {
		struct signature_check how = {.digest = hashed[i].name};

		for (len = 0; len <= sizeof(data); len += 500) {
			begin(&s, hashed[i].pkcs1, NULL, 0);
			assert_rv(sign(&s, data, len, signature), CKR_OK);
			assert_true(certificate_verifies(s.fx, s.session, &how, data, len,
							 signature, RSA_LEN));
		}
	}
}

/* §6.1.16, §6.1.17 PSS with hashes */

static void hashed_pss_signatures_verify(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[100], signature[RSA_LEN];
	size_t i;

	memset(data, 0x24, sizeof(data));
	for (i = 0; i < N_HASHED; i++) {
		CK_RSA_PKCS_PSS_PARAMS params = {hashed[i].hash, hashed[i].mgf, hashed[i].len};
		struct signature_check how = {
			.digest = hashed[i].name, .pss = true, .salt_len = (int)hashed[i].len};

		begin(&s, hashed[i].pss, &params, sizeof(params));
		assert_rv(sign(&s, data, sizeof(data), signature), CKR_OK);
		assert_true(certificate_verifies(s.fx, s.session, &how, data, sizeof(data),
						 signature, RSA_LEN));
	}
}

/* §6.1.10 PSS of a digest */

static void pss_signatures_of_digests_verify(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[100] = {1}, digest[64], signature[RSA_LEN];
	size_t i;

	for (i = 0; i < N_HASHED; i++) {
		CK_RSA_PKCS_PSS_PARAMS params = {hashed[i].hash, hashed[i].mgf, hashed[i].len};
		struct signature_check how = {
			.digest = hashed[i].name, .pss = true, .salt_len = (int)hashed[i].len};

		EVP_Digest(data, sizeof(data), digest, NULL, EVP_get_digestbyname(hashed[i].name),
			   NULL);
		begin(&s, CKM_RSA_PKCS_PSS, &params, sizeof(params));
		assert_rv(sign(&s, digest, hashed[i].len, signature), CKR_OK);
		assert_true(certificate_verifies(s.fx, s.session, &how, data, sizeof(data),
						 signature, RSA_LEN));
	}
}

static void pss_data_of_another_length_than_the_hash_is_refused(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_RSA_PKCS_PSS_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	uint8_t digest[64] = {0}, signature[RSA_LEN];
	static const size_t lens[] = {0, 31, 33, 64};
	size_t i;

	for (i = 0; i < 4; i++) {
		begin(&s, CKM_RSA_PKCS_PSS, &params, sizeof(params));
		assert_rv(sign(&s, digest, lens[i], signature), CKR_DATA_LEN_RANGE);
	}
}

static void pss_parameters_are_checked(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_RSA_PKCS_PSS_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_MECHANISM m = {CKM_RSA_PKCS_PSS, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = s.fx->f;

	assert_rv(f->C_SignInit(s.session, &m, s.key), CKR_MECHANISM_PARAM_INVALID);
	m.pParameter = &params;
	m.ulParameterLen = sizeof(params) - 1;
	assert_rv(f->C_SignInit(s.session, &m, s.key), CKR_MECHANISM_PARAM_INVALID);
	m.ulParameterLen = sizeof(params);
	params.mgf = 99;
	assert_rv(f->C_SignInit(s.session, &m, s.key), CKR_MECHANISM_PARAM_INVALID);
	params.mgf = CKG_MGF1_SHA256;
	params.hashAlg = CKM_RSA_PKCS;
	assert_rv(f->C_SignInit(s.session, &m, s.key), CKR_MECHANISM_PARAM_INVALID);
	params.hashAlg = CKM_SHA256;
	params.sLen = 100000;
	assert_rv(f->C_SignInit(s.session, &m, s.key), CKR_MECHANISM_PARAM_INVALID);
	params.sLen = 32;
	m.mechanism = CKM_SHA384_RSA_PKCS_PSS;
	assert_rv(f->C_SignInit(s.session, &m, s.key), CKR_MECHANISM_PARAM_INVALID);
	m.mechanism = CKM_SHA256_RSA_PKCS;
	assert_rv(f->C_SignInit(s.session, &m, s.key), CKR_MECHANISM_PARAM_INVALID);
}

/* §6.1.6 PKCS #1 v1.5 */

static void pkcs1_signature_of_a_digest_info_verifies(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	struct signature_check how = {.digest = "SHA256"};
	uint8_t data[10] = {7}, info[51], signature[RSA_LEN];

	memcpy(info, sha256_info, sizeof(sha256_info));
	EVP_Digest(data, sizeof(data), info + sizeof(sha256_info), NULL, EVP_sha256(), NULL);
	begin(&s, CKM_RSA_PKCS, NULL, 0);
	assert_rv(sign(&s, info, sizeof(info), signature), CKR_OK);
	assert_true(certificate_verifies(s.fx, s.session, &how, data, sizeof(data), signature,
					 RSA_LEN));
}

static void pkcs1_signatures_of_any_data_verify(void **state)
{
	static const size_t lens[] = {1, 20, 36, 64, 200, RSA_LEN - 11};
	struct signer s = signer_on(*state, SLOT_AUTH);
	struct signature_check how = {0};
	uint8_t data[RSA_LEN], signature[RSA_LEN];
	size_t i;

	memset(data, 0x33, sizeof(data));
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		begin(&s, CKM_RSA_PKCS, NULL, 0);
		assert_rv(sign(&s, data, lens[i], signature), CKR_OK);
		assert_true(certificate_verifies(s.fx, s.session, &how, data, lens[i], signature,
						 RSA_LEN));
	}
}

static void pkcs1_data_that_are_too_long_or_empty_are_refused(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[RSA_LEN] = {0}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	begin(&s, CKM_RSA_PKCS, NULL, 0);
	assert_rv(sign(&s, data, RSA_LEN - 10, signature), CKR_DATA_LEN_RANGE);
	begin(&s, CKM_RSA_PKCS, NULL, 0);
	assert_rv(sign(&s, data, 0, signature), CKR_DATA_LEN_RANGE);
	begin(&s, CKM_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_Sign(s.session, NULL, 0, signature, &n), CKR_DATA_LEN_RANGE);
}

/* §5.13.3, §5.13.4 C_SignUpdate, C_SignFinal */

static void signature_in_parts_verifies(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	struct signature_check how = {.digest = "SHA512"};
	uint8_t data[1000], signature[RSA_LEN];
	CK_ULONG n = 0;
	size_t i;

	memset(data, 0x11, sizeof(data));
	begin(&s, CKM_SHA512_RSA_PKCS, NULL, 0);
	for (i = 0; i < 10; i++)
		assert_rv(s.fx->f->C_SignUpdate(s.session, data + i * 100, 100), CKR_OK);
	assert_rv(s.fx->f->C_SignUpdate(s.session, NULL, 0), CKR_OK);
	assert_rv(s.fx->f->C_SignFinal(s.session, NULL, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	n = RSA_LEN - 1;
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, RSA_LEN);
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OK);
	assert_true(certificate_verifies(s.fx, s.session, &how, data, sizeof(data), signature,
					 RSA_LEN));
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void sign_after_update_ends_the_operation(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[10] = {0}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_SignUpdate(s.session, data, 10), CKR_OK);
	assert_rv(sign(&s, data, 10, signature), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void mechanism_without_a_hash_takes_no_parts(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[10] = {0}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	begin(&s, CKM_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_SignUpdate(s.session, data, 10), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.2 and §5.13.2: sizes and the end of the operation */

static void size_query_and_small_buffer_leave_the_operation_alive(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[10] = {0}, signature[RSA_LEN];
	CK_ULONG n = 0;

	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_Sign(s.session, data, 10, NULL, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	n = 0;
	assert_rv(s.fx->f->C_Sign(s.session, data, 10, signature, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, RSA_LEN);
	n = RSA_LEN - 1;
	assert_rv(s.fx->f->C_Sign(s.session, data, 10, signature, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(sign(&s, data, 10, signature), CKR_OK);
	assert_rv(sign(&s, data, 10, signature), CKR_OPERATION_NOT_INITIALIZED);
}

static void bad_arguments_end_the_operation(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[10] = {0}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_Sign(s.session, NULL, 10, signature, &n), CKR_ARGUMENTS_BAD);
	assert_rv(sign(&s, data, 10, signature), CKR_OPERATION_NOT_INITIALIZED);
	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_Sign(s.session, data, 10, signature, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(sign(&s, data, 10, signature), CKR_OPERATION_NOT_INITIALIZED);
	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_SignUpdate(s.session, NULL, 10), CKR_ARGUMENTS_BAD);
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.13.1 C_SignInit */

static void sign_init_checks_mechanism_key_and_state(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_FUNCTION_LIST_3_2 *f = s.fx->f;
	CK_MECHANISM good = {CKM_SHA256_RSA_PKCS, NULL, 0}, digest = {CKM_SHA256, NULL, 0};
	CK_MECHANISM unknown = {CKM_VENDOR_DEFINED, NULL, 0}, ec = {CKM_ECDSA, NULL, 0};
	CK_MECHANISM raw = {CKM_RSA_X_509, NULL, 0};

	assert_rv(f->C_SignInit(s.session, NULL, s.key), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_SignInit(99999, &good, s.key), CKR_SESSION_HANDLE_INVALID);
	assert_rv(f->C_SignInit(s.session, &unknown, s.key), CKR_MECHANISM_INVALID);
	assert_rv(f->C_SignInit(s.session, &digest, s.key), CKR_MECHANISM_INVALID);
	assert_rv(f->C_SignInit(s.session, &raw, s.key), CKR_MECHANISM_INVALID);
	assert_rv(f->C_SignInit(s.session, &ec, s.key), CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(f->C_SignInit(s.session, &good, 99999), CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_SignInit(s.session, &good, find_one(s.fx, s.session, CKO_CERTIFICATE)),
		  CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_SignInit(s.session, &good, find_one(s.fx, s.session, CKO_PUBLIC_KEY)),
		  CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(f->C_SignInit(s.session, &good, s.key), CKR_OK);
	assert_rv(f->C_SignInit(s.session, &good, s.key), CKR_OPERATION_ACTIVE);
}

static void null_mechanism_cancels_the_operation(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[1] = {0}, signature[RSA_LEN];

	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_SignInit(s.session, NULL, s.key), CKR_OK);
	assert_rv(sign(&s, data, 1, signature), CKR_OPERATION_NOT_INITIALIZED);
}

static void operations_of_two_sessions_do_not_meet(void **state)
{
	struct signer a = signer_on(*state, SLOT_AUTH), b = a;
	struct signature_check how = {.digest = "SHA256"}, other = {.digest = "SHA384"};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];

	b.session = session_on(a.fx, SLOT_AUTH);
	begin(&a, CKM_SHA256_RSA_PKCS, NULL, 0);
	begin(&b, CKM_SHA384_RSA_PKCS, NULL, 0);
	assert_rv(sign(&a, data, 3, signature), CKR_OK);
	assert_true(certificate_verifies(a.fx, a.session, &how, data, 3, signature, RSA_LEN));
	assert_rv(sign(&b, data, 3, signature), CKR_OK);
	assert_true(certificate_verifies(a.fx, a.session, &other, data, 3, signature, RSA_LEN));
}

/* §5.13.6 C_SignRecover */

static void sign_recover_is_pkcs1(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	struct signature_check how = {0};
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0}, hashing = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[5] = "data", signature[RSA_LEN];
	CK_ULONG n = 0;

	assert_rv(s.fx->f->C_SignRecoverInit(s.session, &hashing, s.key), CKR_MECHANISM_INVALID);
	assert_rv(s.fx->f->C_SignRecoverInit(s.session, &m, s.key), CKR_OK);
	assert_rv(sign(&s, data, 5, signature), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 5, NULL, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	assert_rv(s.fx->f->C_SignRecover(s.session, data, 5, signature, &n), CKR_OK);
	assert_true(certificate_verifies(s.fx, s.session, &how, data, 5, signature, RSA_LEN));
}

/* §4.9 CKA_ALWAYS_AUTHENTICATE, §5.6.8 CKU_CONTEXT_SPECIFIC */

static void signature_key_wants_its_pin_for_each_signature(void **state)
{
	struct signer s = signer_on(*state, SLOT_SIGN);
	struct signature_check how = {.digest = "SHA256"};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];
	int i;

	for (i = 0; i < 3; i++) {
		begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
		assert_rv(sign(&s, data, 3, signature), CKR_USER_NOT_LOGGED_IN);
		begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
		assert_rv(login_with(s.fx, s.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
		assert_rv(sign(&s, data, 3, signature), CKR_OK);
		assert_true(
			certificate_verifies(s.fx, s.session, &how, data, 3, signature, RSA_LEN));
	}
}

static void context_login_may_come_between_the_parts(void **state)
{
	struct signer s = signer_on(*state, SLOT_SIGN);
	struct signature_check how = {.digest = "SHA256"};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(s.fx->f->C_SignUpdate(s.session, data, 3), CKR_OK);
	assert_rv(login_with(s.fx, s.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
	assert_rv(s.fx->f->C_SignFinal(s.session, signature, &n), CKR_OK);
	assert_true(certificate_verifies(s.fx, s.session, &how, data, 3, signature, RSA_LEN));
}

static void wrong_context_pin_leaves_the_operation_alive(void **state)
{
	struct signer s = signer_on(*state, SLOT_SIGN);
	struct signature_check how = {.digest = "SHA256"};
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];

	s.fx->restore = true;
	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(login_with(s.fx, s.session, CKU_CONTEXT_SPECIFIC, "000000"), CKR_PIN_INCORRECT);
	assert_rv(s.fx->f->C_Login(s.session, CKU_CONTEXT_SPECIFIC, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_rv(login_with(s.fx, s.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
	assert_rv(sign(&s, data, 3, signature), CKR_OK);
	assert_true(certificate_verifies(s.fx, s.session, &how, data, 3, signature, RSA_LEN));
}

static void context_login_belongs_to_its_operation(void **state)
{
	struct signer a = signer_on(*state, SLOT_SIGN), b = a;
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];

	b.session = session_on(a.fx, SLOT_SIGN);
	begin(&a, CKM_SHA256_RSA_PKCS, NULL, 0);
	begin(&b, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(login_with(a.fx, a.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
	assert_rv(sign(&b, data, 3, signature), CKR_USER_NOT_LOGGED_IN);
	assert_rv(sign(&a, data, 3, signature), CKR_OK);
}

static void cancelled_operation_gives_its_context_login_up(void **state)
{
	struct signer s = signer_on(*state, SLOT_SIGN);
	uint8_t data[3] = {1, 2, 3}, signature[RSA_LEN];

	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(login_with(s.fx, s.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN), CKR_OK);
	assert_rv(s.fx->f->C_SignInit(s.session, NULL, s.key), CKR_OK);
	begin(&s, CKM_SHA256_RSA_PKCS, NULL, 0);
	assert_rv(sign(&s, data, 3, signature), CKR_USER_NOT_LOGGED_IN);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(hashed_pkcs1_signatures_verify),
		TEST(hashed_pss_signatures_verify),
		TEST(pss_signatures_of_digests_verify),
		TEST(pss_data_of_another_length_than_the_hash_is_refused),
		TEST(pss_parameters_are_checked),
		TEST(pkcs1_signature_of_a_digest_info_verifies),
		TEST(pkcs1_signatures_of_any_data_verify),
		TEST(pkcs1_data_that_are_too_long_or_empty_are_refused),
		TEST(signature_in_parts_verifies),
		TEST(sign_after_update_ends_the_operation),
		TEST(mechanism_without_a_hash_takes_no_parts),
		TEST(size_query_and_small_buffer_leave_the_operation_alive),
		TEST(bad_arguments_end_the_operation),
		TEST(sign_init_checks_mechanism_key_and_state),
		TEST(null_mechanism_cancels_the_operation),
		TEST(operations_of_two_sessions_do_not_meet),
		TEST(sign_recover_is_pkcs1),
		TEST(signature_key_wants_its_pin_for_each_signature),
		TEST(context_login_may_come_between_the_parts),
		TEST(wrong_context_pin_leaves_the_operation_alive),
		TEST(context_login_belongs_to_its_operation),
		TEST(cancelled_operation_gives_its_context_login_up),
	};

	return suite_run("sign", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
