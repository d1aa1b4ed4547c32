/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions that sign, without assertions; see world.h. libcrypto is the judge of signatures. */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "tests/integration/world.h"

enum { HALF = SIGNATURE_LEN / 2, INSERTION_S = 5 };

/* SHA-256 of nothing: any 32 bytes do. */
static const CK_BYTE message[32] = {0xE3, 0xB0, 0xC4, 0x42, 0x98, 0xFC, 0x1C, 0x14,
				    0x9A, 0xFB, 0xF4, 0xC8, 0x99, 0x6F, 0xB9, 0x24,
				    0x27, 0xAE, 0x41, 0xE4, 0x64, 0x9B, 0x93, 0x4C,
				    0xA4, 0x95, 0x99, 0x1B, 0x78, 0x52, 0xB8, 0x55};

static CK_RV find(struct world *w, CK_SESSION_HANDLE session, CK_OBJECT_CLASS class_id,
		  CK_OBJECT_HANDLE *ret)
{
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_ULONG n = 0;
	CK_RV rv = w->f->C_FindObjectsInit(session, &template, 1);

	if (rv == CKR_OK)
		rv = w->f->C_FindObjects(session, ret, 1, &n);
	if (rv == CKR_OK)
		rv = w->f->C_FindObjectsFinal(session);
	return rv == CKR_OK && n != 1 ? CKR_KEY_NEEDED : rv;
}

CK_RV signer_find(struct world *w, struct signer *s)
{
	CK_ATTRIBUTE id = {CKA_ID, s->id, sizeof(s->id)};
	CK_ATTRIBUTE point = {CKA_EC_POINT, s->point, sizeof(s->point)};
	CK_OBJECT_HANDLE public_key = 0;
	CK_RV rv = find(w, s->session, CKO_PRIVATE_KEY, &s->key);

	if (rv == CKR_OK)
		rv = find(w, s->session, CKO_PUBLIC_KEY, &public_key);
	if (rv == CKR_OK)
		rv = w->f->C_GetAttributeValue(s->session, s->key, &id, 1);
	if (rv == CKR_OK)
		rv = w->f->C_GetAttributeValue(s->session, public_key, &point, 1);
	s->id_len = id.ulValueLen;
	s->point_len = point.ulValueLen;
	return rv;
}

CK_RV signer_login(struct world *w, struct signer *s)
{
	CK_UTF8CHAR auth[] = CARD_PIN_AUTH, sign[] = CARD_PIN_SIGN;

	return s->slot % 2 == 0 ? w->f->C_Login(s->session, CKU_USER, auth, sizeof(auth) - 1)
				: w->f->C_Login(s->session, CKU_USER, sign, sizeof(sign) - 1);
}

CK_RV signer_open(struct world *w, CK_SLOT_ID slot, struct signer *ret)
{
	double end = seconds() + INSERTION_S;
	CK_RV rv;

	memset(ret, 0, sizeof(*ret));
	ret->slot = slot;
	do {
		rv = w->f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
					 &ret->session);
		if (rv == CKR_TOKEN_NOT_PRESENT)
			pause_ms(1);
	} while (rv == CKR_TOKEN_NOT_PRESENT && seconds() < end);
	if (rv == CKR_OK)
		rv = signer_login(w, ret);
	return rv == CKR_OK ? signer_find(w, ret) : rv;
}

CK_RV signer_begin(struct world *w, struct signer *s)
{
	CK_MECHANISM m = {CKM_ECDSA, NULL, 0};
	CK_UTF8CHAR pin[] = CARD_PIN_SIGN;
	CK_RV rv = w->f->C_SignInit(s->session, &m, s->key);

	if (rv == CKR_OK && s->slot % 2 == 1)
		rv = w->f->C_Login(s->session, CKU_CONTEXT_SPECIFIC, pin, sizeof(pin) - 1);
	return rv;
}

CK_RV signer_finish(struct world *w, struct signer *s)
{
	CK_BYTE data[sizeof(message)], signature[SIGNATURE_LEN];
	CK_ULONG n = sizeof(signature);
	CK_RV rv;

	memcpy(data, message, sizeof(data));
	rv = w->f->C_Sign(s->session, data, sizeof(data), signature, &n);
	if (rv == CKR_OK && (n != SIGNATURE_LEN || !signer_verifies(s, signature)))
		return CKR_GENERAL_ERROR;
	return rv;
}

CK_RV signer_sign(struct world *w, struct signer *s)
{
	CK_RV rv = signer_begin(w, s);

	return rv == CKR_OK ? signer_finish(w, s) : rv;
}

CK_STATE signer_state(struct world *w, const struct signer *s)
{
	CK_SESSION_INFO info;

	return w->f->C_GetSessionInfo(s->session, &info) == CKR_OK ? info.state : (CK_STATE)-1;
}

/* The point stands in an OCTET STRING of fewer than 128 bytes. */
static EVP_PKEY *public_key(const struct signer *s)
{
	char group[] = "P-256";
	uint8_t point[sizeof(s->point)];
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group) - 1),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, s->point_len - 2),
		OSSL_PARAM_END};
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	memcpy(point, s->point + 2, s->point_len - 2);
	if (c == NULL || EVP_PKEY_fromdata_init(c) != 1 ||
	    EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(c);
	return key;
}

bool signer_verifies(const struct signer *s, const uint8_t *signature)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	EVP_PKEY *key = s->point_len > 2 ? public_key(s) : NULL;
	EVP_PKEY_CTX *c = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	unsigned char *der = NULL;
	bool good = false;
	int n;

	if (c == NULL || sig == NULL ||
	    ECDSA_SIG_set0(sig, BN_bin2bn(signature, HALF, NULL),
			   BN_bin2bn(signature + HALF, HALF, NULL)) != 1)
		goto out;
	n = i2d_ECDSA_SIG(sig, &der);
	good = n > 0 && EVP_PKEY_verify_init(c) == 1 &&
	       EVP_PKEY_verify(c, der, (size_t)n, message, sizeof(message)) == 1;
out:
	OPENSSL_free(der);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(key);
	ECDSA_SIG_free(sig);
	return good;
}

int tries_left(struct world *w, CK_SLOT_ID slot)
{
	CK_TOKEN_INFO info;

	assert_rv(w->f->C_GetTokenInfo(slot, &info), CKR_OK);
	if (info.flags & CKF_USER_PIN_LOCKED)
		return 0;
	if (info.flags & CKF_USER_PIN_FINAL_TRY)
		return 1;
	return info.flags & CKF_USER_PIN_COUNT_LOW ? 2 : 3;
}

void serial_of(struct world *w, CK_SLOT_ID slot, char ret[17])
{
	CK_TOKEN_INFO info;

	assert_rv(w->f->C_GetTokenInfo(slot, &info), CKR_OK);
	memcpy(ret, info.serialNumber, 16);
	ret[16] = '\0';
}
