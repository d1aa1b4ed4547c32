/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing with EC keys, and what such keys show: PKCS#11 v3.1 §5.13, §6.3. */
#include "tests/pkcs11/fixture.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

/* P-256 for authentication, P-384 for signatures: bytes of a coordinate. */
static const size_t coordinate[] = {32, 48};

struct signer {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	CK_SLOT_ID slot;
};

static struct signer signer_on(struct fixture *fx, CK_SLOT_ID slot)
{
	struct signer s = {.fx = fx, .session = session_on(fx, slot), .slot = slot};

	login_on(fx, s.session, slot);
	s.key = find_one(fx, s.session, CKO_PRIVATE_KEY);
	assert_int_not_equal(s.key, CK_INVALID_HANDLE);
	return s;
}

static CK_RV sign(const struct signer *s, CK_MECHANISM_TYPE type, const void *data, size_t len,
		  uint8_t *ret)
{
	CK_MECHANISM m = {type, NULL, 0};
	uint8_t copy[1024];
	CK_ULONG n = 2 * coordinate[s->slot];
	CK_RV rv;

	memcpy(copy, data, len);
	assert_rv(s->fx->f->C_SignInit(s->session, &m, s->key), CKR_OK);
	if (s->slot == SLOT_SIGN)
		assert_rv(login_with(s->fx, s->session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN),
			  CKR_OK);
	rv = s->fx->f->C_Sign(s->session, copy, len, ret, &n);
	if (rv == CKR_OK)
		assert_int_equal(n, 2 * coordinate[s->slot]);
	return rv;
}

/* §6.3.13 ECDSA with hashes */

static void hashed_ecdsa_signatures_verify(void **state)
{
	static const struct {
		CK_MECHANISM_TYPE type;
		const char *name;
	} hashed[] = {{CKM_ECDSA_SHA1, "SHA1"},
		      {CKM_ECDSA_SHA224, "SHA224"},
		      {CKM_ECDSA_SHA256, "SHA256"},
		      {CKM_ECDSA_SHA384, "SHA384"},
		      {CKM_ECDSA_SHA512, "SHA512"}};
	uint8_t data[500], signature[96];
	CK_SLOT_ID slot;
	size_t i;

	memset(data, 0x77, sizeof(data));
	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		struct signer s = signer_on(*state, slot);

		for (i = 0; i < sizeof(hashed) / sizeof(hashed[0]); i++) {
			struct signature_check how = {.digest = hashed[i].name, .ecdsa = true};

			assert_rv(sign(&s, hashed[i].type, data, sizeof(data), signature), CKR_OK);
			assert_true(certificate_verifies(s.fx, s.session, &how, data, sizeof(data),
							 signature, 2 * coordinate[slot]));
		}
	}
}

/* §6.3.12 ECDSA without hashing */

static void ecdsa_signatures_of_digests_of_any_length_verify(void **state)
{
	static const size_t lens[] = {1, 19, 20, 28, 31, 32, 33, 48, 64};
	uint8_t data[64], signature[96];
	CK_SLOT_ID slot;
	size_t i;

	memset(data, 0x99, sizeof(data));
	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		struct signer s = signer_on(*state, slot);
		struct signature_check how = {.ecdsa = true};

		for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
			assert_rv(sign(&s, CKM_ECDSA, data, lens[i], signature), CKR_OK);
			assert_true(certificate_verifies(s.fx, s.session, &how, data, lens[i],
							 signature, 2 * coordinate[slot]));
		}
	}
}

static void ecdsa_of_nothing_is_refused(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	uint8_t data[1] = {0}, signature[96];

	assert_rv(sign(&s, CKM_ECDSA, data, 0, signature), CKR_DATA_LEN_RANGE);
}

static void rsa_mechanism_does_not_fit_an_ec_key(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};

	assert_rv(s.fx->f->C_SignInit(s.session, &m, s.key), CKR_KEY_TYPE_INCONSISTENT);
}

/* §6.3.3, §6.3.4 EC key objects */

static void ec_keys_have_curve_and_point(void **state)
{
	static const uint8_t p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
	static const uint8_t p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
	static const CK_OBJECT_CLASS classes[] = {CKO_PUBLIC_KEY, CKO_PRIVATE_KEY};
	CK_SLOT_ID slot;
	size_t i;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		struct signer s = signer_on(*state, slot);
		const uint8_t *curve = slot == SLOT_AUTH ? p256 : p384;
		size_t curve_len = slot == SLOT_AUTH ? sizeof(p256) : sizeof(p384);
		size_t point_len = 1 + 2 * coordinate[slot];

		for (i = 0; i < 2; i++) {
			CK_OBJECT_HANDLE o = find_one(s.fx, s.session, classes[i]);
			uint8_t value[256];

			assert_int_equal(ulong_of(s.fx, s.session, o, CKA_KEY_TYPE), CKK_EC);
			assert_int_equal(attribute_of(s.fx, s.session, o, CKA_EC_PARAMS, value,
						      sizeof(value)),
					 curve_len);
			assert_memory_equal(value, curve, curve_len);
			assert_int_equal(attribute_of(s.fx, s.session, o, CKA_EC_POINT, value,
						      sizeof(value)),
					 2 + point_len);
			assert_int_equal(value[0], 0x04);
			assert_int_equal(value[1], point_len);
			assert_int_equal(value[2], 0x04);
		}
	}
}

static void ec_point_is_the_certificates(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_OBJECT_HANDLE certificate = find_one(s.fx, s.session, CKO_CERTIFICATE);
	CK_OBJECT_HANDLE key = find_one(s.fx, s.session, CKO_PUBLIC_KEY);
	uint8_t der[8192], point[256], expected[256];
	const uint8_t *at = der;
	size_t len = attribute_of(s.fx, s.session, certificate, CKA_VALUE, der, sizeof(der));
	X509 *x = d2i_X509(NULL, &at, (long)len);
	size_t expected_len = 0;

	assert_non_null(x);
	assert_int_equal(EVP_PKEY_get_octet_string_param(X509_get0_pubkey(x), "pub", expected,
							 sizeof(expected), &expected_len),
			 1);
	len = attribute_of(s.fx, s.session, key, CKA_EC_POINT, point, sizeof(point));
	assert_int_equal(len, expected_len + 2);
	assert_memory_equal(point + 2, expected, expected_len);
	X509_free(x);
}

static void ec_private_value_is_sensitive(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_ATTRIBUTE a = {CKA_VALUE, NULL, 0};

	assert_rv(s.fx->f->C_GetAttributeValue(s.session, s.key, &a, 1), CKR_ATTRIBUTE_SENSITIVE);
	a.type = CKA_MODULUS;
	assert_rv(s.fx->f->C_GetAttributeValue(s.session, s.key, &a, 1),
		  CKR_ATTRIBUTE_TYPE_INVALID);
}

/* §5.5.5, §5.5.6 */

static void ec_mechanisms_name_size_and_operations(void **state)
{
	struct fixture *fx = *state;
	CK_MECHANISM_INFO info;

	assert_rv(fx->f->C_GetMechanismInfo(SLOT_SIGN, CKM_ECDSA_SHA384, &info), CKR_OK);
	assert_int_equal(info.flags, CKF_HW | CKF_SIGN | CKF_VERIFY | CKF_EC_F_P |
					     CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS);
	assert_int_equal(info.ulMinKeySize, 384);
	assert_int_equal(info.ulMaxKeySize, 384);
	assert_rv(fx->f->C_GetMechanismInfo(SLOT_SIGN, CKM_RSA_PKCS, &info), CKR_MECHANISM_INVALID);
}

/* §5.15 */

static void ecdsa_verifies_in_software(void **state)
{
	struct signer s = signer_on(*state, SLOT_AUTH);
	CK_MECHANISM m = {CKM_ECDSA_SHA256, NULL, 0};
	CK_OBJECT_HANDLE key = find_one(s.fx, s.session, CKO_PUBLIC_KEY);
	uint8_t data[5] = "data", signature[64];

	assert_rv(sign(&s, CKM_ECDSA_SHA256, data, sizeof(data), signature), CKR_OK);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, key), CKR_OK);
	assert_rv(s.fx->f->C_Verify(s.session, data, 5, signature, 64), CKR_OK);
	data[0] ^= 1;
	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, key), CKR_OK);
	assert_rv(s.fx->f->C_Verify(s.session, data, 5, signature, 64), CKR_SIGNATURE_INVALID);
	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, key), CKR_OK);
	assert_rv(s.fx->f->C_Verify(s.session, data, 5, signature, 63), CKR_SIGNATURE_LEN_RANGE);
}

int main(void)
{
	static const char *const options[] = {"--key-auth", "p256", "--key-sign", "p384", NULL};
	static const struct suite_test tests[] = {
		TEST(hashed_ecdsa_signatures_verify),
		TEST(ecdsa_signatures_of_digests_of_any_length_verify),
		TEST(ecdsa_of_nothing_is_refused),
		TEST(rsa_mechanism_does_not_fit_an_ec_key),
		TEST(ec_keys_have_curve_and_point),
		TEST(ec_point_is_the_certificates),
		TEST(ec_private_value_is_sensitive),
		TEST(ec_mechanisms_name_size_and_operations),
		TEST(ecdsa_verifies_in_software),
	};

	return suite_run("sign_ec", tests, sizeof(tests) / sizeof(tests[0]), options);
}
