/* SPDX-License-Identifier: BSD-2-Clause */
/* Values become a key's shape or a certificate, and must agree with each other. */
#include "pkcs11/making.h"

#include <stdlib.h>

#include "codec/der.h"
#include "pkcs11/attribute_table.h"
#include "pkcs11/rv.h"

/* The lengths that a value of this type may have; 0 and 0: any. */
static const struct {
	CK_KEY_TYPE type;
	size_t len_min, len_max, len_step;
} secret_types[] = {
	{CKK_GENERIC_SECRET, 1, LIMIT_SECRET_VALUE, 1}, {CKK_AES, 16, 32, 8},
	{CKK_HKDF, 1, LIMIT_SECRET_VALUE, 1},           {CKK_SHA_1_HMAC, 1, LIMIT_SECRET_VALUE, 1},
	{CKK_SHA256_HMAC, 1, LIMIT_SECRET_VALUE, 1},    {CKK_SHA384_HMAC, 1, LIMIT_SECRET_VALUE, 1},
	{CKK_SHA512_HMAC, 1, LIMIT_SECRET_VALUE, 1},    {CKK_CHACHA20, 32, 32, 1},
};

static bool is_secret_key(CK_KEY_TYPE type, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(secret_types) / sizeof(secret_types[0]); i++) {
		if (secret_types[i].type == type)
			return len >= secret_types[i].len_min && len <= secret_types[i].len_max &&
			       (len - secret_types[i].len_min) % secret_types[i].len_step == 0;
	}
	return false;
}

/* Before the value is known: of a type that there is, and of a length that it may have. */
static CK_RV check_secret(const struct making *m)
{
	CK_KEY_TYPE type = values_ulong(values_find(m->values, CKA_KEY_TYPE), CKK_GENERIC_SECRET);
	const CK_ATTRIBUTE *len = values_find(m->values, CKA_VALUE_LEN);
	size_t i;

	if (len)
		return is_secret_key(type, values_ulong(len, 0)) ? CKR_OK
								 : CKR_TEMPLATE_INCONSISTENT;
	for (i = 0; i < sizeof(secret_types) / sizeof(secret_types[0]); i++) {
		if (secret_types[i].type == type)
			return CKR_OK;
	}
	return CKR_TEMPLATE_INCONSISTENT;
}

/* PKCS#11 v3.1 §4.4: a secret key that does not say is private. */
static bool is_hidden(const struct making *m)
{
	return values_bool(values_find(m->values, CKA_PRIVATE), m->kind == OBJECT_SECRET);
}

CK_RV making_check(const struct making *m)
{
	if (values_bool(values_find(m->values, CKA_TOKEN), false))
		return CKR_TOKEN_WRITE_PROTECTED;
	if (is_hidden(m) && !token_logged_in(m->presence->token))
		return CKR_USER_NOT_LOGGED_IN;
	return m->kind == OBJECT_SECRET ? check_secret(m) : CKR_OK;
}

static struct cursor cursor_of(const struct object *o, CK_ATTRIBUTE_TYPE type)
{
	const CK_ATTRIBUTE *a = values_find(o->values, type);
	struct cursor c;

	cursor_init(&c, a ? a->pValue : NULL, a ? a->ulValueLen : 0);
	return c;
}

/* Whether what was given, if it was, is what the rest says. */
static CK_RV agrees(const struct object *o, CK_ATTRIBUTE_TYPE type, CK_RV otherwise)
{
	const struct attribute *row = attribute_find(o->kind, type);
	struct buf value = BUF_INIT(LIMIT_ATTRIBUTE);
	struct cursor given = cursor_of(o, type);
	CK_RV rv;

	if (given.len == 0)
		return CKR_OK;
	rv = rv_from(row->get(o, row->arg, &value), RV_SESSION);
	if (rv == CKR_OK && !cursor_equals(&given, value.data, value.len))
		rv = otherwise;
	buf_clear(&value);
	return rv;
}

static CK_RV finish_rsa(struct object *o)
{
	struct cursor modulus = cursor_of(o, CKA_MODULUS),
		      exponent = cursor_of(o, CKA_PUBLIC_EXPONENT);

	if (pubkey_from_rsa(&modulus, &exponent, &o->shape) != 0)
		return CKR_ATTRIBUTE_VALUE_INVALID;
	return agrees(o, CKA_PUBLIC_KEY_INFO, CKR_TEMPLATE_INCONSISTENT);
}

/* PKCS#11 v3.1 §6.3.3: parameters that are no name of a curve are none that this token has. */
static CK_RV find_curve(const struct object *o, enum curve *ret)
{
	struct cursor params = cursor_of(o, CKA_EC_PARAMS), probe = params, named;

	if (der_get(&probe, DER_OID, &named) != 0 || cursor_done(&probe) != 0)
		return CKR_DOMAIN_PARAMS_INVALID;
	*ret = curve_by_oid(&params);
	if (*ret == CURVE_NONE || curve_is_weierstrass(*ret) != (o->kind == OBJECT_PUBLIC_EC))
		return CKR_CURVE_NOT_SUPPORTED;
	return CKR_OK;
}

static CK_RV finish_ec(struct object *o)
{
	struct cursor octets = cursor_of(o, CKA_EC_POINT), point;
	enum curve curve = CURVE_NONE;
	CK_RV rv = find_curve(o, &curve);
	int r;

	if (rv != CKR_OK)
		return rv;
	if (der_get(&octets, DER_OCTET_STRING, &point) != 0 || cursor_done(&octets) != 0 ||
	    pubkey_from_point(&point, curve, &o->shape) != 0)
		return CKR_ATTRIBUTE_VALUE_INVALID;
	r = crypto_point_check(o->presence->module->crypto, curve, &o->shape.point);
	if (r != 0)
		return r == MOHR_ERR_POINT_INVALID ? CKR_ATTRIBUTE_VALUE_INVALID
						   : rv_from(r, RV_SESSION);
	return agrees(o, CKA_PUBLIC_KEY_INFO, CKR_TEMPLATE_INCONSISTENT);
}

/* PKCS#11 v3.1 §4.6.3: one that lies elsewhere has a URL and two hashes instead of a value. */
static CK_RV check_elsewhere(const struct object *o)
{
	if (cursor_of(o, CKA_URL).len == 0 ||
	    cursor_of(o, CKA_HASH_OF_SUBJECT_PUBLIC_KEY).len == 0 ||
	    cursor_of(o, CKA_HASH_OF_ISSUER_PUBLIC_KEY).len == 0)
		return CKR_TEMPLATE_INCOMPLETE;
	return CKR_OK;
}

static CK_RV finish_certificate(struct object *o)
{
	static const CK_ATTRIBUTE_TYPE types[] = {CKA_SUBJECT, CKA_ISSUER, CKA_SERIAL_NUMBER,
						  CKA_PUBLIC_KEY_INFO};
	CK_ULONG type = values_ulong(values_find(o->values, CKA_CERTIFICATE_TYPE), CKC_X_509);
	CK_RV rv = CKR_OK;
	size_t i;

	if (type != CKC_X_509)
		return CKR_TEMPLATE_INCONSISTENT;
	o->der = cursor_of(o, CKA_VALUE);
	if (o->der.len == 0)
		return check_elsewhere(o);
	if (o->der.len > LIMIT_CERTIFICATE)
		return CKR_DEVICE_MEMORY;
	if (x509_decode(o->der.data, o->der.len, &o->parsed) != 0)
		return CKR_ATTRIBUTE_VALUE_INVALID;
	o->x509 = &o->parsed;
	for (i = 0; rv == CKR_OK && i < sizeof(types) / sizeof(types[0]); i++)
		rv = agrees(o, types[i], CKR_TEMPLATE_INCONSISTENT);
	return rv == CKR_OK ? agrees(o, CKA_CHECK_VALUE, CKR_ATTRIBUTE_VALUE_INVALID) : rv;
}

/* PKCS#11 v3.1 §4.10: what was never readable has never been, whatever it became later. */
static CK_RV finish_secret(const struct making *m, struct object *o)
{
	CK_KEY_TYPE type = values_ulong(values_find(o->values, CKA_KEY_TYPE), CKK_GENERIC_SECRET);
	size_t len = secret_len(m->secret);
	CK_RV rv;

	if (!is_secret_key(type, len) ||
	    values_ulong(values_find(o->values, CKA_VALUE_LEN), len) != len)
		return CKR_TEMPLATE_INCONSISTENT;
	rv = rv_from(secret_new_from(secret_peek(m->secret), len, &o->secret), RV_SESSION);
	o->always_sensitive = values_bool(values_find(o->values, CKA_SENSITIVE), false) &&
			      (!m->from || m->from->always_sensitive);
	o->never_extractable = !values_bool(values_find(o->values, CKA_EXTRACTABLE), true) &&
			       (!m->from || m->from->never_extractable);
	o->size += len;
	return rv == CKR_OK ? agrees(o, CKA_CHECK_VALUE, CKR_ATTRIBUTE_VALUE_INVALID) : rv;
}

static CK_RV finish(const struct making *m, struct object *o)
{
	switch (m->kind) {
	case OBJECT_PUBLIC_RSA:
		return finish_rsa(o);
	case OBJECT_PUBLIC_EC:
	case OBJECT_PUBLIC_EDWARDS:
		return finish_ec(o);
	case OBJECT_CERTIFICATE:
		return finish_certificate(o);
	case OBJECT_SECRET:
		return finish_secret(m, o);
	default:
		return CKR_OK;
	}
}

CK_RV making_finish(struct making *m, struct object **ret)
{
	CK_RV rv = making_check(m);
	struct object *o;

	o = rv == CKR_OK ? calloc(1, sizeof(*o)) : NULL;
	if (!o) {
		values_free(m->values);
		m->values = NULL;
		return rv == CKR_OK ? CKR_HOST_MEMORY : rv;
	}
	atomic_init(&o->refs, 1);
	o->presence = m->presence;
	o->owner = m->owner;
	o->kind = m->kind;
	o->hidden = is_hidden(m);
	o->values = m->values;
	m->values = NULL;
	o->size = sizeof(*o) + o->values->size;
	rv = finish(m, o);
	if (rv == CKR_OK)
		*ret = o;
	else
		object_unref(o);
	return rv;
}
