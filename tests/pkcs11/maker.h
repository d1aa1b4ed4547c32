/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates for session objects, of keys and certificates that libcrypto makes. */
#ifndef TESTS_PKCS11_MAKER_H
#define TESTS_PKCS11_MAKER_H

#include <openssl/evp.h>

#include "tests/pkcs11/fixture.h"

enum { MAKER_ROOM = 4096, MAKER_N = 24 };

/* A template and the bytes of its values. */
struct maker {
	CK_ATTRIBUTE at[MAKER_N];
	CK_ULONG n;
	uint8_t bytes[MAKER_ROOM];
	size_t used;
};

/* Each replaces the attribute, if it is there. */
void maker_put(struct maker *m, CK_ATTRIBUTE_TYPE type, const void *value, size_t len);
void maker_put_ulong(struct maker *m, CK_ATTRIBUTE_TYPE type, CK_ULONG value);
void maker_put_bool(struct maker *m, CK_ATTRIBUTE_TYPE type, CK_BBOOL value);
void maker_put_text(struct maker *m, CK_ATTRIBUTE_TYPE type, const char *value);
void maker_drop(struct maker *m, CK_ATTRIBUTE_TYPE type);
CK_ATTRIBUTE *maker_find(struct maker *m, CK_ATTRIBUTE_TYPE type);

/* Keys of the process, made when first asked for: "RSA", or a curve's name as libcrypto has it. */
EVP_PKEY *maker_key(const char *name);

/* All that C_CreateObject must be given, and nothing else. */
void maker_public_key(struct maker *m, EVP_PKEY *key);
/* A self-signed certificate of the key. */
void maker_certificate(struct maker *m, EVP_PKEY *key);
void maker_data(struct maker *m, const void *value, size_t len);

/* C_CreateObject, which must work. */
CK_OBJECT_HANDLE maker_create(struct fixture *fx, CK_SESSION_HANDLE session, struct maker *m);
/* What it says otherwise; nothing may be made then. */
CK_RV maker_try(struct fixture *fx, CK_SESSION_HANDLE session, struct maker *m);

/* The object's attribute has just these bytes. */
void assert_value_is(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		     CK_ATTRIBUTE_TYPE type, const void *value, size_t len);

#endif
