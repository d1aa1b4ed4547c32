/* SPDX-License-Identifier: BSD-2-Clause */
/* Session objects: PKCS#11 v3.1 §5.7.1 C_CreateObject, and what becomes of what it has made. */
#include "tests/pkcs11/maker.h"

#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static CK_ATTRIBUTE of_sessions(void)
{
	static CK_BBOOL no = CK_FALSE;

	return (CK_ATTRIBUTE){CKA_TOKEN, &no, sizeof(no)};
}

static size_t made_objects(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_ATTRIBUTE template = of_sessions();
	CK_OBJECT_HANDLE found[64];

	return find_all(fx, session, &template, 1, found, 64);
}

/* §5.7.1 C_CreateObject: public keys (§6.1.2, §6.3.3) */

static void created_key_holds_what_it_was_given(void **state)
{
	static const char *const names[] = {"RSA", "P-256", "P-384", "P-521"};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	CK_ULONG i, j;

	for (i = 0; i < 4; i++) {
		CK_OBJECT_HANDLE o;

		maker_public_key(&m, maker_key(names[i]));
		maker_put_text(&m, CKA_LABEL, "mine");
		maker_put(&m, CKA_ID, "\x12\x34\x56", 3);
		maker_put(&m, CKA_START_DATE, "20260101", 8);
		o = maker_create(fx, session, &m);
		for (j = 0; j < m.n; j++)
			assert_value_is(fx, session, o, m.at[j].type, m.at[j].pValue,
					m.at[j].ulValueLen);
	}
	assert_int_equal(made_objects(fx, session), 4);
}

static void created_key_has_the_defaults_of_a_session_object(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	o = maker_create(fx, session, &m);
	assert_int_equal(bool_of(fx, session, o, CKA_TOKEN), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_PRIVATE), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_MODIFIABLE), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_COPYABLE), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_DESTROYABLE), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_LOCAL), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_TRUSTED), CK_FALSE);
	assert_int_equal(ulong_of(fx, session, o, CKA_KEY_GEN_MECHANISM),
			 CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(ulong_of(fx, session, o, CKA_MODULUS_BITS), 2048);
	assert_value_is(fx, session, o, CKA_LABEL, NULL, 0);
	assert_value_is(fx, session, o, CKA_ID, NULL, 0);
	assert_value_is(fx, session, o, CKA_SUBJECT, NULL, 0);
	assert_value_is(fx, session, o, CKA_START_DATE, NULL, 0);
	assert_value_is(fx, session, o, CKA_WRAP_TEMPLATE, NULL, 0);
}

static void public_key_info_of_a_created_key_is_what_libcrypto_encodes(void **state)
{
	static const char *const names[] = {"RSA", "P-256", "P-384", "P-521"};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	size_t i;

	for (i = 0; i < 4; i++) {
		EVP_PKEY *key = maker_key(names[i]);
		uint8_t *der = NULL;
		int len = i2d_PUBKEY(key, &der);

		assert_true(len > 0);
		maker_public_key(&m, key);
		assert_value_is(fx, session, maker_create(fx, session, &m), CKA_PUBLIC_KEY_INFO,
				der, (CK_ULONG)len);
		maker_put(&m, CKA_PUBLIC_KEY_INFO, der, (size_t)len);
		assert_rv(maker_try(fx, session, &m), CKR_OK);
		der[len - 1] ^= 1;
		maker_put(&m, CKA_PUBLIC_KEY_INFO, der, (size_t)len);
		assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
		OPENSSL_free(der);
	}
}

/* §5.7.1, §5.15 C_Verify: a created key verifies what libcrypto has signed */

static size_t sign_rsa(const char *digest, bool pss, const void *data, size_t len, uint8_t *ret)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	size_t ret_len = 256;

	assert_int_equal(
		EVP_DigestSignInit(md, &ctx, EVP_get_digestbyname(digest), NULL, maker_key("RSA")),
		1);
	if (pss) {
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
	}
	assert_int_equal(EVP_DigestSign(md, ret, &ret_len, data, len), 1);
	EVP_MD_CTX_free(md);
	return ret_len;
}

static CK_RV verify(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
		    CK_MECHANISM *m, void *data, size_t len, uint8_t *signature,
		    size_t signature_len)
{
	CK_RV rv = fx->f->C_VerifyInit(session, m, key);

	return rv == CKR_OK ? fx->f->C_Verify(session, data, len, signature, signature_len) : rv;
}

static void created_rsa_key_verifies(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_RSA_PKCS_PSS_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_MECHANISM pkcs1 = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_MECHANISM pss = {CKM_SHA256_RSA_PKCS_PSS, &params, sizeof(params)};
	uint8_t data[] = "message", signature[256];
	CK_OBJECT_HANDLE o;
	struct maker m;
	size_t len;

	maker_public_key(&m, maker_key("RSA"));
	o = maker_create(fx, session, &m);
	len = sign_rsa("SHA256", false, data, sizeof(data), signature);
	assert_rv(verify(fx, session, o, &pkcs1, data, sizeof(data), signature, len), CKR_OK);
	signature[9] ^= 1;
	assert_rv(verify(fx, session, o, &pkcs1, data, sizeof(data), signature, len),
		  CKR_SIGNATURE_INVALID);
	len = sign_rsa("SHA256", true, data, sizeof(data), signature);
	assert_rv(verify(fx, session, o, &pss, data, sizeof(data), signature, len), CKR_OK);
	data[0] ^= 1;
	assert_rv(verify(fx, session, o, &pss, data, sizeof(data), signature, len),
		  CKR_SIGNATURE_INVALID);
}

/* r || s of this length, by libcrypto. */
static void sign_ec(EVP_PKEY *key, const void *data, size_t len, uint8_t *ret, size_t coordinate)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t der[160];
	const uint8_t *at = der;
	size_t der_len = sizeof(der);
	ECDSA_SIG *pair;

	assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(md, der, &der_len, data, len), 1);
	EVP_MD_CTX_free(md);
	pair = d2i_ECDSA_SIG(NULL, &at, (long)der_len);
	assert_non_null(pair);
	assert_true(BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret, (int)coordinate) > 0);
	assert_true(BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret + coordinate, (int)coordinate) > 0);
	ECDSA_SIG_free(pair);
}

static void created_ec_keys_verify(void **state)
{
	static const struct {
		const char *name;
		size_t coordinate;
	} curves[] = {{"P-256", 32}, {"P-384", 48}, {"P-521", 66}};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM mechanism = {CKM_ECDSA_SHA256, NULL, 0};
	uint8_t data[] = "message", signature[132];
	struct maker m;
	size_t i;

	for (i = 0; i < 3; i++) {
		size_t len = 2 * curves[i].coordinate;
		CK_OBJECT_HANDLE o;

		maker_public_key(&m, maker_key(curves[i].name));
		o = maker_create(fx, session, &m);
		sign_ec(maker_key(curves[i].name), data, sizeof(data), signature,
			curves[i].coordinate);
		assert_rv(verify(fx, session, o, &mechanism, data, sizeof(data), signature, len),
			  CKR_OK);
		signature[len - 1] ^= 1;
		assert_rv(verify(fx, session, o, &mechanism, data, sizeof(data), signature, len),
			  CKR_SIGNATURE_INVALID);
	}
}

static void key_with_the_numbers_of_the_cards_verifies_the_cards_signature(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[] = "message", signature[256], bytes[512];
	CK_OBJECT_HANDLE card, other, same;
	CK_ULONG n = sizeof(signature);
	struct maker m;

	login_on(fx, session, SLOT_AUTH);
	card = find_one(fx, session, CKO_PUBLIC_KEY);
	assert_rv(fx->f->C_SignInit(session, &mechanism, find_one(fx, session, CKO_PRIVATE_KEY)),
		  CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), signature, &n), CKR_OK);
	maker_public_key(&m, maker_key("RSA"));
	other = maker_create(fx, session, &m);
	maker_put(&m, CKA_MODULUS, bytes,
		  attribute_of(fx, session, card, CKA_MODULUS, bytes, sizeof(bytes)));
	same = maker_create(fx, session, &m);
	assert_rv(verify(fx, session, same, &mechanism, data, sizeof(data), signature, n), CKR_OK);
	assert_rv(verify(fx, session, other, &mechanism, data, sizeof(data), signature, n),
		  CKR_SIGNATURE_INVALID);
}

static void modulus_with_leading_zeros_is_the_same_key(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[] = "message", signature[256], modulus[258] = {0};
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	memcpy(modulus + 2, maker_find(&m, CKA_MODULUS)->pValue, 256);
	maker_put(&m, CKA_MODULUS, modulus, sizeof(modulus));
	o = maker_create(fx, session, &m);
	assert_int_equal(ulong_of(fx, session, o, CKA_MODULUS_BITS), 2048);
	sign_rsa("SHA256", false, data, sizeof(data), signature);
	assert_rv(verify(fx, session, o, &mechanism, data, sizeof(data), signature, 256), CKR_OK);
}

static void key_that_may_not_verify_does_not(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0}, plain = {CKM_RSA_PKCS, NULL, 0};
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	maker_put_bool(&m, CKA_VERIFY, CK_FALSE);
	o = maker_create(fx, session, &m);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, o), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(fx->f->C_VerifyRecoverInit(session, &plain, o), CKR_OK);
	maker_put_bool(&m, CKA_VERIFY_RECOVER, CK_FALSE);
	o = maker_create(fx, session, &m);
	assert_rv(fx->f->C_VerifyRecoverInit(session, NULL, o), CKR_OK);
	assert_rv(fx->f->C_VerifyRecoverInit(session, &plain, o), CKR_KEY_FUNCTION_NOT_PERMITTED);
}

static void allowed_mechanisms_bind_a_created_key(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM sha256 = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_MECHANISM sha1 = {CKM_SHA1_RSA_PKCS, NULL, 0};
	CK_MECHANISM_TYPE allowed[] = {CKM_SHA512_RSA_PKCS, CKM_SHA256_RSA_PKCS};
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	maker_put(&m, CKA_ALLOWED_MECHANISMS, allowed, sizeof(allowed));
	o = maker_create(fx, session, &m);
	assert_rv(fx->f->C_VerifyInit(session, &sha1, o), CKR_MECHANISM_INVALID);
	assert_rv(fx->f->C_VerifyInit(session, &sha256, o), CKR_OK);
	maker_put(&m, CKA_ALLOWED_MECHANISMS, allowed, sizeof(allowed) - 1);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
}

/* §4.1.1 Creating objects: what a template may say */

static void template_that_lacks_something_is_incomplete(void **state)
{
	static const CK_ATTRIBUTE_TYPE rsa[] = {CKA_CLASS, CKA_KEY_TYPE, CKA_MODULUS,
						CKA_PUBLIC_EXPONENT};
	static const CK_ATTRIBUTE_TYPE ec[] = {CKA_CLASS, CKA_KEY_TYPE, CKA_EC_PARAMS,
					       CKA_EC_POINT};
	static const CK_ATTRIBUTE_TYPE certificate[] = {CKA_CLASS, CKA_CERTIFICATE_TYPE,
							CKA_SUBJECT, CKA_VALUE};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	size_t i;

	for (i = 0; i < 4; i++) {
		maker_public_key(&m, maker_key("RSA"));
		maker_drop(&m, rsa[i]);
		assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCOMPLETE);
		maker_public_key(&m, maker_key("P-256"));
		maker_drop(&m, ec[i]);
		assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCOMPLETE);
		maker_certificate(&m, maker_key("P-256"));
		maker_drop(&m, certificate[i]);
		assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCOMPLETE);
	}
	m.n = 0;
	assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCOMPLETE);
}

static void unknown_attribute_type_is_invalid(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	maker_put_bool(&m, CKA_VENDOR_DEFINED | 77, CK_TRUE);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_TYPE_INVALID);
}

static void attribute_of_another_kind_of_object_is_inconsistent(void **state)
{
	static const CK_ATTRIBUTE_TYPE types[] = {CKA_EC_POINT, CKA_PRIVATE_EXPONENT, CKA_VALUE,
						  CKA_APPLICATION, CKA_CERTIFICATE_TYPE};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		maker_public_key(&m, maker_key("RSA"));
		maker_put_ulong(&m, types[i], 1);
		assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
	}
}

static void attribute_that_stands_twice_is_inconsistent(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	maker_put_text(&m, CKA_LABEL, "one");
	maker_put_text(&m, CKA_ID, "two");
	maker_find(&m, CKA_ID)->type = CKA_LABEL;
	assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
}

static void value_that_no_attribute_of_its_type_can_have_is_invalid(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		const char *value;
		size_t len;
	} values[] = {
		{CKA_TOKEN, "", 0},
		{CKA_TOKEN, "\0\0", 2},
		{CKA_PRIVATE, "\2", 1},
		{CKA_KEY_TYPE, "\0", 1},
		{CKA_CLASS, "\2\0\0\0", 4},
		{CKA_START_DATE, "2026", 4},
		{CKA_START_DATE, "2026010x", 8},
		{CKA_END_DATE, "20261301", 8},
		{CKA_END_DATE, "20261200", 8},
		{CKA_MODULUS, "", 0},
		{CKA_MODULUS, "\x80\1", 2},
		{CKA_PUBLIC_EXPONENT, "", 0},
		{CKA_PUBLIC_EXPONENT, "\1", 1},
		{CKA_PUBLIC_EXPONENT, "\2", 1},
		{CKA_WRAP_TEMPLATE, "\0", 1},
	};
	struct maker m;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		maker_public_key(&m, maker_key("RSA"));
		maker_put(&m, values[i].type, values[i].value, values[i].len);
		assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
	}
}

static void malformed_points_are_invalid(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	uint8_t point[67];
	struct maker m;

	maker_public_key(&m, maker_key("P-256"));
	memcpy(point, maker_find(&m, CKA_EC_POINT)->pValue, sizeof(point));
	maker_put(&m, CKA_EC_POINT, point, 66);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
	maker_put(&m, CKA_EC_POINT, point + 2, 65);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
	point[2] = 2;
	maker_put(&m, CKA_EC_POINT, point, 67);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
	maker_put(&m, CKA_EC_POINT, point, 0);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
}

static void points_off_the_curve_are_invalid(void **state)
{
	static const char *const names[] = {"P-256", "P-384", "P-521"};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	size_t i;

	for (i = 0; i < 3; i++) {
		CK_ATTRIBUTE *point;

		maker_public_key(&m, maker_key(names[i]));
		point = maker_find(&m, CKA_EC_POINT);
		((uint8_t *)point->pValue)[point->ulValueLen - 1] ^= 1;
		assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
	}
	assert_int_equal(made_objects(fx, session), 0);
}

static void curve_that_is_not_ours_is_told_apart_from_no_curve(void **state)
{
	/* RFC 5639 §4.1 brainpoolP256r1; RFC 5480 §2.1.1 implicitCurve */
	static const uint8_t brainpool[] = {6, 9, 0x2B, 0x24, 3, 3, 2, 8, 1, 1, 7};
	static const uint8_t implicit[] = {5, 0};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;

	maker_public_key(&m, maker_key("P-256"));
	maker_put(&m, CKA_EC_PARAMS, brainpool, sizeof(brainpool));
	assert_rv(maker_try(fx, session, &m), CKR_CURVE_NOT_SUPPORTED);
	maker_put(&m, CKA_EC_PARAMS, implicit, sizeof(implicit));
	assert_rv(maker_try(fx, session, &m), CKR_DOMAIN_PARAMS_INVALID);
	maker_put(&m, CKA_EC_PARAMS, implicit, 0);
	assert_rv(maker_try(fx, session, &m), CKR_DOMAIN_PARAMS_INVALID);
}

static void attributes_that_the_token_gives_are_read_only(void **state)
{
	static const CK_ATTRIBUTE_TYPE types[] = {CKA_UNIQUE_ID, CKA_LOCAL, CKA_KEY_GEN_MECHANISM,
						  CKA_MODULUS_BITS};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		maker_public_key(&m, maker_key("RSA"));
		maker_put_ulong(&m, types[i], 1);
		assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_READ_ONLY);
	}
	/* §4.6.2, §4.8: only a security officer trusts. */
	maker_public_key(&m, maker_key("RSA"));
	maker_put_bool(&m, CKA_TRUSTED, CK_TRUE);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_READ_ONLY);
	maker_put_bool(&m, CKA_TRUSTED, CK_FALSE);
	assert_rv(maker_try(fx, session, &m), CKR_OK);
}

static void classes_that_no_session_can_make_are_inconsistent(void **state)
{
	static const CK_OBJECT_CLASS classes[] = {CKO_PRIVATE_KEY, CKO_SECRET_KEY,
						  CKO_HW_FEATURE,  CKO_DOMAIN_PARAMETERS,
						  CKO_PROFILE,     CKO_VENDOR_DEFINED | 1};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		maker_public_key(&m, maker_key("RSA"));
		maker_put_ulong(&m, CKA_CLASS, classes[i]);
		assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
	}
	maker_public_key(&m, maker_key("RSA"));
	maker_put_ulong(&m, CKA_KEY_TYPE, CKK_DSA);
	assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
}

static void wrap_template_may_be_empty_only(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE inner = {CKA_EXTRACTABLE, &yes, sizeof(yes)};
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	maker_put(&m, CKA_WRAP_TEMPLATE, NULL, 0);
	assert_rv(maker_try(fx, session, &m), CKR_OK);
	maker_put(&m, CKA_WRAP_TEMPLATE, &inner, sizeof(inner));
	assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
}

static void token_objects_cannot_be_made(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	maker_put_bool(&m, CKA_TOKEN, CK_TRUE);
	assert_rv(maker_try(fx, session, &m), CKR_TOKEN_WRITE_PROTECTED);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(maker_try(fx, session, &m), CKR_TOKEN_WRITE_PROTECTED);
}

static void create_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_ATTRIBUTE bad = {CKA_LABEL, NULL, 3};
	CK_OBJECT_HANDLE made;
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	assert_rv(fx->f->C_CreateObject(99999, m.at, m.n, &made), CKR_SESSION_HANDLE_INVALID);
	assert_rv(fx->f->C_CreateObject(session, NULL, 1, &made), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_CreateObject(session, m.at, m.n, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_CreateObject(session, &bad, 1, &made), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_CreateObject(session, NULL, 0, &made), CKR_TEMPLATE_INCOMPLETE);
	/* more attributes than any memory holds: nothing is read */
	assert_rv(fx->f->C_CreateObject(session, &bad, (CK_ULONG)-1, &made), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetAttributeValue(session, 1, m.at, (CK_ULONG)-1), CKR_ARGUMENTS_BAD);
}

/* §4.6.3 X.509 certificate objects */

static void created_certificate_says_what_stands_in_it(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	uint8_t *der = NULL;
	struct maker m;
	CK_OBJECT_HANDLE o;
	CK_ULONG i;
	int len;

	maker_certificate(&m, maker_key("P-384"));
	o = maker_create(fx, session, &m);
	for (i = 0; i < m.n; i++)
		assert_value_is(fx, session, o, m.at[i].type, m.at[i].pValue, m.at[i].ulValueLen);
	assert_value_is(fx, session, o, CKA_ISSUER, maker_find(&m, CKA_SUBJECT)->pValue,
			maker_find(&m, CKA_SUBJECT)->ulValueLen);
	/* INTEGER 4711 */
	assert_value_is(fx, session, o, CKA_SERIAL_NUMBER, "\x02\x02\x12\x67", 4);
	len = i2d_PUBKEY(maker_key("P-384"), &der);
	assert_value_is(fx, session, o, CKA_PUBLIC_KEY_INFO, der, (CK_ULONG)len);
	OPENSSL_free(der);
	assert_int_equal(ulong_of(fx, session, o, CKA_CERTIFICATE_CATEGORY),
			 CK_CERTIFICATE_CATEGORY_UNSPECIFIED);
	assert_int_equal(bool_of(fx, session, o, CKA_TOKEN), CK_FALSE);
}

static void certificate_that_contradicts_its_template_is_inconsistent(void **state)
{
	static const CK_ATTRIBUTE_TYPE types[] = {CKA_SUBJECT, CKA_ISSUER, CKA_SERIAL_NUMBER,
						  CKA_PUBLIC_KEY_INFO};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	size_t i;

	for (i = 0; i < 4; i++) {
		maker_certificate(&m, maker_key("RSA"));
		maker_put(&m, types[i], "\x02\x01\x07", 3);
		assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
	}
	maker_certificate(&m, maker_key("RSA"));
	maker_put(&m, CKA_SERIAL_NUMBER, "\x02\x02\x12\x67", 4);
	assert_rv(maker_try(fx, session, &m), CKR_OK);
	maker_put_ulong(&m, CKA_CERTIFICATE_TYPE, CKC_WTLS);
	assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCONSISTENT);
}

static void malformed_certificate_is_an_invalid_value(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;
	CK_ATTRIBUTE *value;

	maker_certificate(&m, maker_key("RSA"));
	value = maker_find(&m, CKA_VALUE);
	value->ulValueLen--;
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
	value->ulValueLen = 1;
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
}

static void check_value_of_a_certificate_is_checked(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct maker m;
	CK_ATTRIBUTE value;

	maker_certificate(&m, maker_key("P-256"));
	value = *maker_find(&m, CKA_VALUE);
	assert_int_equal(EVP_Digest(value.pValue, value.ulValueLen, digest, NULL, EVP_sha1(), NULL),
			 1);
	assert_value_is(fx, session, maker_create(fx, session, &m), CKA_CHECK_VALUE, digest, 3);
	maker_put(&m, CKA_CHECK_VALUE, digest, 3);
	assert_rv(maker_try(fx, session, &m), CKR_OK);
	digest[0] ^= 1;
	maker_put(&m, CKA_CHECK_VALUE, digest, 3);
	assert_rv(maker_try(fx, session, &m), CKR_ATTRIBUTE_VALUE_INVALID);
}

static void certificate_that_lies_elsewhere_has_a_url_and_hashes(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_certificate(&m, maker_key("P-256"));
	maker_put(&m, CKA_VALUE, NULL, 0);
	maker_put_text(&m, CKA_URL, "http://ca.example/c.cer");
	assert_rv(maker_try(fx, session, &m), CKR_TEMPLATE_INCOMPLETE);
	maker_put_text(&m, CKA_HASH_OF_SUBJECT_PUBLIC_KEY, "01234567890123456789");
	maker_put_text(&m, CKA_HASH_OF_ISSUER_PUBLIC_KEY, "01234567890123456789");
	o = maker_create(fx, session, &m);
	assert_value_is(fx, session, o, CKA_URL, "http://ca.example/c.cer", 23);
	assert_value_is(fx, session, o, CKA_VALUE, NULL, 0);
	assert_value_is(fx, session, o, CKA_ISSUER, NULL, 0);
}

/* §4.5 data objects */

static void data_object_keeps_its_bytes(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o;
	struct maker m;
	CK_ULONG i;

	maker_data(&m, "some bytes", 10);
	maker_put_text(&m, CKA_APPLICATION, "tests");
	maker_put(&m, CKA_OBJECT_ID, "\x06\x01\x2A", 3);
	o = maker_create(fx, session, &m);
	for (i = 0; i < m.n; i++)
		assert_value_is(fx, session, o, m.at[i].type, m.at[i].pValue, m.at[i].ulValueLen);
	maker_data(&m, NULL, 0);
	o = maker_create(fx, session, &m);
	assert_value_is(fx, session, o, CKA_VALUE, NULL, 0);
	assert_value_is(fx, session, o, CKA_APPLICATION, NULL, 0);
	assert_value_is(fx, session, o, CKA_OBJECT_ID, NULL, 0);
}

/* §5.7.7 C_FindObjectsInit */

static void session_objects_are_found_by_what_they_hold(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE key, certificate, found[64];
	CK_OBJECT_CLASS class_id = CKO_PUBLIC_KEY;
	char label[] = "mine";
	CK_ATTRIBUTE template[] = {{CKA_LABEL, label, 4}, {CKA_CLASS, &class_id, sizeof(class_id)}};
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	maker_put_text(&m, CKA_LABEL, "mine");
	key = maker_create(fx, session, &m);
	maker_certificate(&m, maker_key("RSA"));
	maker_put_text(&m, CKA_LABEL, "mine");
	certificate = maker_create(fx, session, &m);
	assert_int_equal(find_all(fx, session, template, 1, found, 64), 2);
	assert_int_equal(found[0], key);
	assert_int_equal(found[1], certificate);
	assert_int_equal(find_all(fx, session, template, 2, found, 64), 1);
	assert_int_equal(found[0], key);
	label[3] = 'd';
	assert_int_equal(find_all(fx, session, template, 1, found, 64), 0);
	/* the card's six public objects and these two */
	assert_int_equal(find_all(fx, session, NULL, 0, found, 64), 8);
}

/* §4.4.1 CKA_UNIQUE_ID */

static void equal_objects_have_unique_ids_of_their_own(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE first[64], second[64];
	CK_OBJECT_HANDLE a, b;
	struct maker m;
	size_t len;

	maker_public_key(&m, maker_key("RSA"));
	a = maker_create(fx, session, &m);
	b = maker_create(fx, session, &m);
	assert_int_not_equal(a, b);
	len = attribute_of(fx, session, a, CKA_UNIQUE_ID, first, sizeof(first));
	assert_true(len > 0);
	if (attribute_of(fx, session, b, CKA_UNIQUE_ID, second, sizeof(second)) == len)
		assert_memory_not_equal(first, second, len);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(created_key_holds_what_it_was_given),
		TEST(created_key_has_the_defaults_of_a_session_object),
		TEST(public_key_info_of_a_created_key_is_what_libcrypto_encodes),
		TEST(created_rsa_key_verifies),
		TEST(created_ec_keys_verify),
		TEST(key_with_the_numbers_of_the_cards_verifies_the_cards_signature),
		TEST(modulus_with_leading_zeros_is_the_same_key),
		TEST(key_that_may_not_verify_does_not),
		TEST(allowed_mechanisms_bind_a_created_key),
		TEST(template_that_lacks_something_is_incomplete),
		TEST(unknown_attribute_type_is_invalid),
		TEST(attribute_of_another_kind_of_object_is_inconsistent),
		TEST(attribute_that_stands_twice_is_inconsistent),
		TEST(value_that_no_attribute_of_its_type_can_have_is_invalid),
		TEST(malformed_points_are_invalid),
		TEST(points_off_the_curve_are_invalid),
		TEST(curve_that_is_not_ours_is_told_apart_from_no_curve),
		TEST(attributes_that_the_token_gives_are_read_only),
		TEST(classes_that_no_session_can_make_are_inconsistent),
		TEST(wrap_template_may_be_empty_only),
		TEST(token_objects_cannot_be_made),
		TEST(create_checks_its_arguments),
		TEST(created_certificate_says_what_stands_in_it),
		TEST(certificate_that_contradicts_its_template_is_inconsistent),
		TEST(malformed_certificate_is_an_invalid_value),
		TEST(check_value_of_a_certificate_is_checked),
		TEST(certificate_that_lies_elsewhere_has_a_url_and_hashes),
		TEST(data_object_keeps_its_bytes),
		TEST(session_objects_are_found_by_what_they_hold),
		TEST(equal_objects_have_unique_ids_of_their_own),
	};

	return suite_run("session_object", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
