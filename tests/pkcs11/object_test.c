/* SPDX-License-Identifier: BSD-2-Clause */
/* Object management functions: PKCS#11 v3.1 §5.7, and the attributes of §4. */
#include "tests/pkcs11/fixture.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

static CK_SESSION_HANDLE logged_in(struct fixture *fx, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE session = session_on(fx, slot);

	login_on(fx, session, slot);
	return session;
}

/* §5.7.7 to §5.7.9 C_FindObjects */

static void certificate_and_public_key_are_visible_before_login(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		CK_SESSION_HANDLE session = session_on(fx, slot);

		assert_int_not_equal(find_one(fx, session, CKO_CERTIFICATE), CK_INVALID_HANDLE);
		assert_int_not_equal(find_one(fx, session, CKO_PUBLIC_KEY), CK_INVALID_HANDLE);
		assert_int_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
	}
}

static void private_key_is_visible_after_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);

	assert_int_not_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_int_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
}

static void find_without_a_template_finds_all(void **state)
{
	struct fixture *fx = *state;
	CK_OBJECT_HANDLE found[32];
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t public_ones = find_all(fx, session, NULL, 0, found, 32);

	/* certificate, public key, data, three profiles; and the private key */
	assert_int_equal(public_ones, 6);
	login_on(fx, session, SLOT_AUTH);
	assert_int_equal(find_all(fx, session, NULL, 0, found, 32), public_ones + 1);
}

static void find_gives_results_in_pieces(void **state)
{
	struct fixture *fx = *state;
	CK_OBJECT_HANDLE all[32], one;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t i, n = find_all(fx, session, NULL, 0, all, 32);
	CK_ULONG found;

	assert_rv(fx->f->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	for (i = 0; i < n; i++) {
		assert_rv(fx->f->C_FindObjects(session, &one, 1, &found), CKR_OK);
		assert_int_equal(found, 1);
		assert_int_equal(one, all[i]);
	}
	assert_rv(fx->f->C_FindObjects(session, &one, 1, &found), CKR_OK);
	assert_int_equal(found, 0);
	assert_rv(fx->f->C_FindObjectsFinal(session), CKR_OK);
}

static void object_handles_are_the_same_in_all_sessions(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE first = session_on(fx, SLOT_AUTH), second = session_on(fx, SLOT_AUTH);

	assert_int_equal(find_one(fx, first, CKO_CERTIFICATE),
			 find_one(fx, second, CKO_CERTIFICATE));
}

static void find_matches_every_attribute_of_the_template(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_OBJECT_CLASS class_id = CKO_PRIVATE_KEY;
	CK_KEY_TYPE type = CKK_RSA;
	CK_BBOOL yes = CK_TRUE;
	CK_BYTE id[16];
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_KEY_TYPE, &type, sizeof(type)},
				   {CKA_SIGN, &yes, sizeof(yes)},
				   {CKA_TOKEN, &yes, sizeof(yes)},
				   {CKA_ID, id, 0}};
	CK_OBJECT_HANDLE found[2];

	template[4].ulValueLen = attribute_of(fx, session, find_one(fx, session, CKO_CERTIFICATE),
					      CKA_ID, id, sizeof(id));
	assert_int_equal(find_all(fx, session, template, 5, found, 2), 1);
	type = CKK_EC;
	assert_int_equal(find_all(fx, session, template, 5, found, 2), 0);
	type = CKK_RSA;
	id[0] ^= 0x80;
	assert_int_equal(find_all(fx, session, template, 5, found, 2), 0);
}

static void find_by_a_value_of_another_length_finds_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_CLASS class_id = CKO_CERTIFICATE;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id) - 1}};
	CK_OBJECT_HANDLE found[2];

	assert_int_equal(find_all(fx, session, template, 1, found, 2), 0);
	template[0].ulValueLen = 0;
	assert_int_equal(find_all(fx, session, template, 1, found, 2), 0);
}

static void find_by_unknown_or_sensitive_attributes_finds_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_BYTE value[1] = {0};
	CK_ATTRIBUTE template[] = {{CKA_VENDOR_DEFINED | 77, value, 1}};
	CK_OBJECT_HANDLE found[2];

	assert_int_equal(find_all(fx, session, template, 1, found, 2), 0);
	template[0].type = CKA_PRIVATE_EXPONENT;
	assert_int_equal(find_all(fx, session, template, 1, found, 2), 0);
}

static void find_follows_the_state_of_the_operation(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE one;
	CK_ULONG n;

	assert_rv(fx->f->C_FindObjects(session, &one, 1, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(fx->f->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_FindObjectsInit(session, NULL, 0), CKR_OPERATION_ACTIVE);
	assert_rv(fx->f->C_FindObjects(session, NULL, 1, &n), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_FindObjects(session, &one, 1, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_FindObjects(session, &one, 1, &n), CKR_OK);
	assert_rv(fx->f->C_FindObjectsFinal(session), CKR_OK);
}

static void find_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_ATTRIBUTE bad = {CKA_LABEL, NULL, 3};

	assert_rv(fx->f->C_FindObjectsInit(session, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_FindObjectsInit(session, &bad, 1), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_FindObjectsInit(99999, NULL, 0), CKR_SESSION_HANDLE_INVALID);
}

/* §5.7.5 C_GetAttributeValue */

static void attribute_sizes_and_values(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE certificate = find_one(fx, session, CKO_CERTIFICATE);
	CK_ATTRIBUTE a = {CKA_VALUE, NULL, 0};
	CK_BYTE der[8192];
	CK_ULONG len;

	assert_rv(fx->f->C_GetAttributeValue(session, certificate, &a, 1), CKR_OK);
	len = a.ulValueLen;
	assert_true(len > 500 && len < sizeof(der));
	a.pValue = der;
	a.ulValueLen = len - 1;
	der[0] = 0xEE;
	assert_rv(fx->f->C_GetAttributeValue(session, certificate, &a, 1), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(a.ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(der[0], 0xEE);
	a.ulValueLen = sizeof(der);
	assert_rv(fx->f->C_GetAttributeValue(session, certificate, &a, 1), CKR_OK);
	assert_int_equal(a.ulValueLen, len);
	assert_int_equal(der[0], 0x30);
}

static void one_bad_attribute_does_not_spoil_the_others(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_OBJECT_CLASS class_id = 0;
	CK_KEY_TYPE type = 99;
	CK_BYTE secret[512], id[1];
	CK_ATTRIBUTE a[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
			    {CKA_PRIVATE_EXPONENT, secret, sizeof(secret)},
			    {CKA_CERTIFICATE_TYPE, secret, sizeof(secret)},
			    {CKA_LABEL, id, 1},
			    {CKA_KEY_TYPE, &type, sizeof(type)}};
	CK_RV rv =
		fx->f->C_GetAttributeValue(session, find_one(fx, session, CKO_PRIVATE_KEY), a, 5);

	assert_true(rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
		    rv == CKR_BUFFER_TOO_SMALL);
	assert_int_equal(class_id, CKO_PRIVATE_KEY);
	assert_int_equal(type, CKK_RSA);
	assert_int_equal(a[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(a[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(a[3].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(a[4].ulValueLen, sizeof(type));
}

static void secrets_are_sensitive(void **state)
{
	static const CK_ATTRIBUTE_TYPE types[] = {CKA_PRIVATE_EXPONENT, CKA_PRIME_1,
						  CKA_PRIME_2,          CKA_EXPONENT_1,
						  CKA_EXPONENT_2,       CKA_COEFFICIENT};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE key = find_one(fx, session, CKO_PRIVATE_KEY);
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		CK_ATTRIBUTE a = {types[i], NULL, 0};

		assert_rv(fx->f->C_GetAttributeValue(session, key, &a, 1), CKR_ATTRIBUTE_SENSITIVE);
		assert_int_equal(a.ulValueLen, CK_UNAVAILABLE_INFORMATION);
	}
}

static void get_attribute_checks_its_arguments(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE certificate = find_one(fx, session, CKO_CERTIFICATE);
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};

	assert_rv(fx->f->C_GetAttributeValue(session, certificate, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetAttributeValue(session, certificate, NULL, 0), CKR_OK);
	assert_rv(fx->f->C_GetAttributeValue(session, 99999, &a, 1), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(fx->f->C_GetAttributeValue(session, CK_INVALID_HANDLE, &a, 1),
		  CKR_OBJECT_HANDLE_INVALID);
	assert_rv(fx->f->C_GetAttributeValue(99999, certificate, &a, 1),
		  CKR_SESSION_HANDLE_INVALID);
}

static void object_of_another_token_is_not_there(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE auth = session_on(fx, SLOT_AUTH), sign = session_on(fx, SLOT_SIGN);
	CK_OBJECT_HANDLE certificate = find_one(fx, auth, CKO_CERTIFICATE);
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};

	assert_rv(fx->f->C_GetAttributeValue(sign, certificate, &a, 1), CKR_OBJECT_HANDLE_INVALID);
}

/* §4.6.3 X.509 certificate objects */

static X509 *decoded(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_BYTE der[8192];
	const uint8_t *at = der;
	size_t len = attribute_of(fx, session, find_one(fx, session, CKO_CERTIFICATE), CKA_VALUE,
				  der, sizeof(der));
	X509 *x = d2i_X509(NULL, &at, (long)len);

	assert_non_null(x);
	return x;
}

static void assert_value(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
			 CK_ATTRIBUTE_TYPE type, const uint8_t *der, int len)
{
	CK_BYTE value[4096];

	assert_true(len > 0);
	assert_int_equal(attribute_of(fx, session, object, type, value, sizeof(value)), len);
	assert_memory_equal(value, der, len);
}

static void certificate_attributes_agree_with_the_certificate(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_CERTIFICATE);
	X509 *x = decoded(fx, session);
	uint8_t *der = NULL;
	int len;

	len = i2d_X509_NAME(X509_get_subject_name(x), &der);
	assert_value(fx, session, o, CKA_SUBJECT, der, len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509_NAME(X509_get_issuer_name(x), &der);
	assert_value(fx, session, o, CKA_ISSUER, der, len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_ASN1_INTEGER(X509_get_serialNumber(x), &der);
	assert_value(fx, session, o, CKA_SERIAL_NUMBER, der, len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	assert_value(fx, session, o, CKA_PUBLIC_KEY_INFO, der, len);
	OPENSSL_free(der);
	X509_free(x);
}

static void certificate_dates_are_the_validity(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_CERTIFICATE);
	X509 *x = decoded(fx, session);
	struct tm tm;
	char text[16];

	assert_int_equal(ASN1_TIME_to_tm(X509_get0_notBefore(x), &tm), 1);
	strftime(text, sizeof(text), "%Y%m%d", &tm);
	assert_value(fx, session, o, CKA_START_DATE, (const uint8_t *)text, 8);
	assert_int_equal(ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm), 1);
	strftime(text, sizeof(text), "%Y%m%d", &tm);
	assert_value(fx, session, o, CKA_END_DATE, (const uint8_t *)text, 8);
	X509_free(x);
}

static void certificate_check_value_is_of_sha1(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_CERTIFICATE);
	X509 *x = decoded(fx, session);
	uint8_t digest[20];
	unsigned len = 0;

	assert_int_equal(X509_digest(x, EVP_sha1(), digest, &len), 1);
	assert_value(fx, session, o, CKA_CHECK_VALUE, digest, 3);
	X509_free(x);
}

static void certificate_is_the_users_and_of_the_token(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_CERTIFICATE);

	assert_int_equal(ulong_of(fx, session, o, CKA_CERTIFICATE_TYPE), CKC_X_509);
	assert_int_equal(ulong_of(fx, session, o, CKA_CERTIFICATE_CATEGORY),
			 CK_CERTIFICATE_CATEGORY_TOKEN_USER);
	assert_int_equal(bool_of(fx, session, o, CKA_TOKEN), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_PRIVATE), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_MODIFIABLE), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_TRUSTED), CK_FALSE);
}

/* §4.7 to §4.9 keys, §6.1.2, §6.1.3 RSA */

static void key_pair_and_certificate_share_their_id(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		CK_SESSION_HANDLE session = logged_in(fx, slot);
		CK_BYTE id[16];
		size_t len = attribute_of(fx, session, find_one(fx, session, CKO_CERTIFICATE),
					  CKA_ID, id, sizeof(id));

		assert_value(fx, session, find_one(fx, session, CKO_PUBLIC_KEY), CKA_ID, id,
			     (int)len);
		assert_value(fx, session, find_one(fx, session, CKO_PRIVATE_KEY), CKA_ID, id,
			     (int)len);
	}
}

static void rsa_keys_have_modulus_and_exponent_of_the_certificate(void **state)
{
	static const CK_OBJECT_CLASS classes[] = {CKO_PUBLIC_KEY, CKO_PRIVATE_KEY};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	X509 *x = decoded(fx, session);
	EVP_PKEY *key = X509_get0_pubkey(x);
	BIGNUM *n = NULL, *e = NULL;
	uint8_t bytes[512];
	size_t i;

	assert_int_equal(EVP_PKEY_get_bn_param(key, "n", &n), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(key, "e", &e), 1);
	for (i = 0; i < 2; i++) {
		CK_OBJECT_HANDLE o = find_one(fx, session, classes[i]);

		assert_int_equal(ulong_of(fx, session, o, CKA_KEY_TYPE), CKK_RSA);
		assert_value(fx, session, o, CKA_MODULUS, bytes, BN_bn2bin(n, bytes));
		assert_value(fx, session, o, CKA_PUBLIC_EXPONENT, bytes, BN_bn2bin(e, bytes));
	}
	assert_int_equal(
		ulong_of(fx, session, find_one(fx, session, CKO_PUBLIC_KEY), CKA_MODULUS_BITS),
		2048);
	BN_free(n);
	BN_free(e);
	X509_free(x);
}

static void public_key_info_is_the_certificates(void **state)
{
	static const CK_OBJECT_CLASS classes[] = {CKO_PUBLIC_KEY, CKO_PRIVATE_KEY};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	X509 *x = decoded(fx, session);
	uint8_t *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	size_t i;

	for (i = 0; i < 2; i++)
		assert_value(fx, session, find_one(fx, session, classes[i]), CKA_PUBLIC_KEY_INFO,
			     der, len);
	OPENSSL_free(der);
	X509_free(x);
}

static void private_key_cannot_be_extracted(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_PRIVATE_KEY);

	assert_int_equal(bool_of(fx, session, o, CKA_PRIVATE), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_SENSITIVE), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_EXTRACTABLE), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_NEVER_EXTRACTABLE), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_SIGN), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_DECRYPT), CK_FALSE);
}

static void only_the_signature_key_authenticates_always(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE auth = logged_in(fx, SLOT_AUTH), sign = logged_in(fx, SLOT_SIGN);

	assert_int_equal(
		bool_of(fx, auth, find_one(fx, auth, CKO_PRIVATE_KEY), CKA_ALWAYS_AUTHENTICATE),
		CK_FALSE);
	assert_int_equal(
		bool_of(fx, sign, find_one(fx, sign, CKO_PRIVATE_KEY), CKA_ALWAYS_AUTHENTICATE),
		CK_TRUE);
}

static void allowed_mechanisms_are_those_that_sign(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE key = find_one(fx, session, CKO_PRIVATE_KEY);
	CK_MECHANISM_TYPE types[64];
	size_t len = attribute_of(fx, session, key, CKA_ALLOWED_MECHANISMS, types, sizeof(types));
	size_t i;

	assert_true(len > 0 && len % sizeof(types[0]) == 0);
	for (i = 0; i < len / sizeof(types[0]); i++) {
		CK_MECHANISM_INFO info;

		assert_rv(fx->f->C_GetMechanismInfo(SLOT_AUTH, types[i], &info), CKR_OK);
		assert_int_equal(info.flags & CKF_SIGN, CKF_SIGN);
	}
}

/* §4.4 CKA_UNIQUE_ID */

static void unique_ids_are_unique_and_stable(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE found[32];
	CK_BYTE ids[32][64], again[64];
	size_t lens[32], i, j, n = find_all(fx, session, NULL, 0, found, 32);

	for (i = 0; i < n; i++) {
		lens[i] = attribute_of(fx, session, found[i], CKA_UNIQUE_ID, ids[i], 64);
		assert_true(lens[i] > 0);
		for (j = 0; j < i; j++)
			assert_false(lens[i] == lens[j] && memcmp(ids[i], ids[j], lens[i]) == 0);
	}
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	assert_rv(fixture_initialize(fx), CKR_OK);
	session = logged_in(fx, SLOT_AUTH);
	assert_int_equal(find_all(fx, session, NULL, 0, found, 32), n);
	for (i = 0; i < n; i++) {
		assert_int_equal(attribute_of(fx, session, found[i], CKA_UNIQUE_ID, again, 64),
				 lens[i]);
		assert_memory_equal(again, ids[i], lens[i]);
	}
}

/* §4.13 profile objects */

static void profiles_that_are_met_are_told(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_CLASS class_id = CKO_PROFILE;
	CK_PROFILE_ID id = CKP_PUBLIC_CERTIFICATES_TOKEN;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_PROFILE_ID, &id, sizeof(id)}};
	CK_OBJECT_HANDLE found[8];

	assert_int_equal(find_all(fx, session, template, 1, found, 8), 3);
	assert_int_equal(find_all(fx, session, template, 2, found, 8), 1);
	assert_int_equal(ulong_of(fx, session, found[0], CKA_PROFILE_ID), id);
	id = CKP_COMPLETE_PROVIDER;
	assert_int_equal(find_all(fx, session, template, 2, found, 8), 0);
}

/* §5.7.1 to §5.7.4, §5.7.6: what is on the card stays */

static void objects_of_the_card_cannot_be_changed(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = logged_in(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_CERTIFICATE), made;
	CK_UTF8CHAR label[] = "mine";
	CK_ATTRIBUTE a = {CKA_LABEL, label, 4};

	assert_rv(fx->f->C_SetAttributeValue(session, o, &a, 1), CKR_ACTION_PROHIBITED);
	assert_rv(fx->f->C_DestroyObject(session, o), CKR_ACTION_PROHIBITED);
	assert_rv(fx->f->C_CopyObject(session, o, &a, 1, &made), CKR_TOKEN_WRITE_PROTECTED);
	assert_rv(fx->f->C_SetAttributeValue(session, 99999, &a, 1), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(fx->f->C_DestroyObject(session, 99999), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(fx->f->C_CopyObject(session, o, &a, 1, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_SetAttributeValue(session, o, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_CreateObject(session, &a, 1, NULL), CKR_ARGUMENTS_BAD);
}

static void object_size_holds_its_attributes(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_CERTIFICATE);
	CK_BYTE der[8192];
	CK_ULONG size = 0;

	assert_rv(fx->f->C_GetObjectSize(session, o, &size), CKR_OK);
	assert_true(size > attribute_of(fx, session, o, CKA_VALUE, der, sizeof(der)));
	assert_rv(fx->f->C_GetObjectSize(session, o, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_GetObjectSize(session, 99999, &size), CKR_OBJECT_HANDLE_INVALID);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(certificate_and_public_key_are_visible_before_login),
		TEST(private_key_is_visible_after_login),
		TEST(find_without_a_template_finds_all),
		TEST(find_gives_results_in_pieces),
		TEST(object_handles_are_the_same_in_all_sessions),
		TEST(find_matches_every_attribute_of_the_template),
		TEST(find_by_a_value_of_another_length_finds_nothing),
		TEST(find_by_unknown_or_sensitive_attributes_finds_nothing),
		TEST(find_follows_the_state_of_the_operation),
		TEST(find_checks_its_arguments),
		TEST(attribute_sizes_and_values),
		TEST(one_bad_attribute_does_not_spoil_the_others),
		TEST(secrets_are_sensitive),
		TEST(get_attribute_checks_its_arguments),
		TEST(object_of_another_token_is_not_there),
		TEST(certificate_attributes_agree_with_the_certificate),
		TEST(certificate_dates_are_the_validity),
		TEST(certificate_check_value_is_of_sha1),
		TEST(certificate_is_the_users_and_of_the_token),
		TEST(key_pair_and_certificate_share_their_id),
		TEST(rsa_keys_have_modulus_and_exponent_of_the_certificate),
		TEST(public_key_info_is_the_certificates),
		TEST(private_key_cannot_be_extracted),
		TEST(only_the_signature_key_authenticates_always),
		TEST(allowed_mechanisms_are_those_that_sign),
		TEST(unique_ids_are_unique_and_stable),
		TEST(profiles_that_are_met_are_told),
		TEST(objects_of_the_card_cannot_be_changed),
		TEST(object_size_holds_its_attributes),
	};

	return suite_run("object", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
