/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates of keys and certificates. */
#include "tests/pkcs11/maker.h"

#include <openssl/core_names.h>
#include <openssl/x509.h>

CK_ATTRIBUTE *maker_find(struct maker *m, CK_ATTRIBUTE_TYPE type)
{
	CK_ULONG i;

	for (i = 0; i < m->n; i++) {
		if (m->at[i].type == type)
			return &m->at[i];
	}
	return NULL;
}

void maker_drop(struct maker *m, CK_ATTRIBUTE_TYPE type)
{
	CK_ATTRIBUTE *a = maker_find(m, type);

	if (a)
		*a = m->at[--m->n];
}

void maker_put(struct maker *m, CK_ATTRIBUTE_TYPE type, const void *value, size_t len)
{
	CK_ATTRIBUTE *a = maker_find(m, type);

	assert_true(len <= sizeof(m->bytes) - m->used && (a || m->n < MAKER_N));
	if (!a)
		a = &m->at[m->n++];
	a->type = type;
	a->pValue = m->bytes + m->used;
	a->ulValueLen = len;
	if (len)
		memcpy(a->pValue, value, len);
	m->used += len;
}

void maker_put_ulong(struct maker *m, CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
	maker_put(m, type, &value, sizeof(value));
}

void maker_put_bool(struct maker *m, CK_ATTRIBUTE_TYPE type, CK_BBOOL value)
{
	maker_put(m, type, &value, sizeof(value));
}

void maker_put_text(struct maker *m, CK_ATTRIBUTE_TYPE type, const char *value)
{
	maker_put(m, type, value, strlen(value));
}

EVP_PKEY *maker_key(const char *name)
{
	static struct {
		const char *name;
		EVP_PKEY *key;
	} keys[] = {{"RSA", NULL}, {"P-256", NULL}, {"P-384", NULL}, {"P-521", NULL}};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (!keys[i].key && i == 0)
			keys[i].key = EVP_RSA_gen(2048);
		else if (!keys[i].key)
			keys[i].key = EVP_EC_gen(name);
		break;
	}
	assert_true(i < sizeof(keys) / sizeof(keys[0]));
	assert_non_null(keys[i].key);
	return keys[i].key;
}

static void put_number(struct maker *m, CK_ATTRIBUTE_TYPE type, EVP_PKEY *key, const char *name)
{
	uint8_t bytes[512];
	BIGNUM *n = NULL;

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
	maker_put(m, type, bytes, (size_t)BN_bn2bin(n, bytes));
	BN_free(n);
}

static void put_point(struct maker *m, EVP_PKEY *key)
{
	/* OBJECT IDENTIFIERs of RFC 5480 §2.1.1.1 */
	static const uint8_t p256[] = {6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7};
	static const uint8_t p384[] = {6, 5, 0x2B, 0x81, 4, 0, 0x22};
	static const uint8_t p521[] = {6, 5, 0x2B, 0x81, 4, 0, 0x23};
	uint8_t point[140] = {4}, *at = point + 1;
	size_t len = 0;

	assert_int_equal(
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, NULL, 0, &len), 1);
	if (len > 127)
		*at++ = 0x81;
	*at++ = (uint8_t)len;
	assert_int_equal(
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, at, len, &len), 1);
	if (len == 65)
		maker_put(m, CKA_EC_PARAMS, p256, sizeof(p256));
	else if (len == 97)
		maker_put(m, CKA_EC_PARAMS, p384, sizeof(p384));
	else
		maker_put(m, CKA_EC_PARAMS, p521, sizeof(p521));
	maker_put(m, CKA_EC_POINT, point, (size_t)(at - point) + len);
}

void maker_public_key(struct maker *m, EVP_PKEY *key)
{
	bool rsa = EVP_PKEY_is_a(key, "RSA");

	memset(m, 0, sizeof(*m));
	maker_put_ulong(m, CKA_CLASS, CKO_PUBLIC_KEY);
	maker_put_ulong(m, CKA_KEY_TYPE, rsa ? CKK_RSA : CKK_EC);
	if (!rsa) {
		put_point(m, key);
		return;
	}
	put_number(m, CKA_MODULUS, key, OSSL_PKEY_PARAM_RSA_N);
	put_number(m, CKA_PUBLIC_EXPONENT, key, OSSL_PKEY_PARAM_RSA_E);
}

void maker_certificate(struct maker *m, EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	uint8_t *der = NULL;
	int len;

	memset(m, 0, sizeof(*m));
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
						    (const uint8_t *)"Session", -1, -1, 0),
			 1);
	assert_int_equal(X509_set_issuer_name(x, name), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 4711), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 86400));
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	maker_put_ulong(m, CKA_CLASS, CKO_CERTIFICATE);
	maker_put_ulong(m, CKA_CERTIFICATE_TYPE, CKC_X_509);
	len = i2d_X509_NAME(name, &der);
	assert_true(len > 0);
	maker_put(m, CKA_SUBJECT, der, (size_t)len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509(x, &der);
	assert_true(len > 0);
	maker_put(m, CKA_VALUE, der, (size_t)len);
	OPENSSL_free(der);
	X509_free(x);
}

void maker_data(struct maker *m, const void *value, size_t len)
{
	memset(m, 0, sizeof(*m));
	maker_put_ulong(m, CKA_CLASS, CKO_DATA);
	maker_put(m, CKA_VALUE, value, len);
}

CK_OBJECT_HANDLE maker_create(struct fixture *fx, CK_SESSION_HANDLE session, struct maker *m)
{
	CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;

	assert_rv(fx->f->C_CreateObject(session, m->at, m->n, &made), CKR_OK);
	assert_int_not_equal(made, CK_INVALID_HANDLE);
	return made;
}

CK_RV maker_try(struct fixture *fx, CK_SESSION_HANDLE session, struct maker *m)
{
	CK_OBJECT_HANDLE found[64], made = 4711;
	CK_BBOOL no = CK_FALSE;
	CK_ATTRIBUTE of_sessions = {CKA_TOKEN, &no, sizeof(no)};
	size_t before = find_all(fx, session, &of_sessions, 1, found, 64);
	CK_RV rv = fx->f->C_CreateObject(session, m->at, m->n, &made);

	if (rv != CKR_OK) {
		assert_int_equal(made, 4711);
		assert_int_equal(find_all(fx, session, &of_sessions, 1, found, 64), before);
	}
	return rv;
}

void assert_value_is(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		     CK_ATTRIBUTE_TYPE type, const void *value, size_t len)
{
	uint8_t held[MAKER_ROOM];

	assert_int_equal(attribute_of(fx, session, object, type, held, sizeof(held)), len);
	if (len)
		assert_memory_equal(held, value, len);
}
