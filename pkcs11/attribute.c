/* SPDX-License-Identifier: BSD-2-Clause */
/* The attribute table: PKCS#11 v3.1 §4, and per key type §6. */
#include "pkcs11/attribute.h"

#include <string.h>

#include "codec/tlv.h"
#include "pkcs11/mechanism.h"
#include "pkcs11/presence.h"
#include "pkcs11/rv.h"

/* Writes the value; arg is the table's. */
typedef int getter_fn(const struct object *o, CK_ULONG arg, struct buf *ret);

static int get_ulong(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)o;
	buf_put(ret, &arg, sizeof(arg));
	return buf_err(ret);
}

static int get_bool(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)o;
	buf_put_u8(ret, (uint8_t)arg);
	return buf_err(ret);
}

static int get_empty(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)o;
	(void)arg;
	return buf_err(ret);
}

static int put_cursor(struct buf *ret, const struct cursor *c)
{
	buf_put(ret, c->data, c->len);
	return buf_err(ret);
}

static int get_class(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o, object_class(o), ret);
}

static int get_private(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_bool(o, object_is_private(o), ret);
}

static const char *label_of(const struct object *o)
{
	if (o->key)
		return o->key->place->label;
	return o->certificate ? o->certificate->place->label : "Profile";
}

static int get_label(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	const char *label = label_of(o);

	(void)arg;
	buf_put(ret, label, strlen(label));
	return buf_err(ret);
}

/* 0 for what has none. */
static uint8_t id_of(const struct object *o)
{
	if (o->key)
		return o->key->place->id;
	return o->certificate ? o->certificate->place->id : (uint8_t)o->profile;
}

static int get_id(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	buf_put_u8(ret, id_of(o));
	return buf_err(ret);
}

/* PKCS#11 v3.1 §4.4: unique on the token, and here the same on every insertion: class and id. */
static int get_unique_id(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	static const char digits[] = "0123456789abcdef";
	const char *serial = token_info(o->presence->token)->serial;
	CK_OBJECT_CLASS class_id = object_class(o);

	(void)arg;
	buf_put(ret, serial, strlen(serial));
	buf_put_u8(ret, '-');
	buf_put_u8(ret, (uint8_t)digits[class_id & 15]);
	buf_put_u8(ret, '-');
	buf_put_u8(ret, (uint8_t)digits[id_of(o) >> 4]);
	buf_put_u8(ret, (uint8_t)digits[id_of(o) & 15]);
	return buf_err(ret);
}

static int get_profile(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o, o->profile, ret);
}

/* The certificate of the object, or of the key; NULL if there is none that can be read. */
static const struct x509 *x509_of(const struct object *o)
{
	const struct token_certificate *c = o->key ? o->key->certificate : o->certificate;

	return c && c->parsed ? &c->x509 : NULL;
}

enum x509_field { FIELD_SUBJECT, FIELD_ISSUER, FIELD_SERIAL };

static int get_x509(const struct object *o, CK_ULONG field, struct buf *ret)
{
	const struct x509 *x = x509_of(o);

	if (!x)
		return buf_err(ret);
	if (field == FIELD_SUBJECT)
		return put_cursor(ret, &x->subject);
	return put_cursor(ret, field == FIELD_ISSUER ? &x->issuer : &x->serial);
}

enum date_field { DATE_START, DATE_END };

static int get_date(const struct object *o, CK_ULONG field, struct buf *ret)
{
	const struct x509 *x = x509_of(o);
	char date[8];
	int r;

	if (!x)
		return buf_err(ret);
	if (field == DATE_START)
		r = x509_date(&x->not_before, x->not_before_tag, date);
	else
		r = x509_date(&x->not_after, x->not_after_tag, date);
	/* An empty date is one that is not known (PKCS#11 v3.1 §3.4 CK_DATE). */
	if (r == 0)
		buf_put(ret, date, sizeof(date));
	return buf_err(ret);
}

static int get_category(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o,
			 o->certificate->place->authority ? CK_CERTIFICATE_CATEGORY_AUTHORITY
							  : CK_CERTIFICATE_CATEGORY_TOKEN_USER,
			 ret);
}

static int get_certificate(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	buf_put(ret, o->certificate->der, o->certificate->der_len);
	return buf_err(ret);
}

/* PKCS#11 v3.1 §4.6.2: the first three bytes of the SHA-1 of CKA_VALUE. */
static int get_check_value(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	uint8_t digest[HASH_MAX_LEN];
	int r;

	(void)arg;
	r = crypto_digest(o->presence->module->crypto, HASH_SHA1, o->certificate->der,
			  o->certificate->der_len, digest);
	if (r != 0)
		return r;
	buf_put(ret, digest, 3);
	return buf_err(ret);
}

static int get_spki(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	const struct x509 *x = x509_of(o);

	(void)arg;
	if (o->shape.type != KEY_NONE)
		pubkey_encode_spki(ret, &o->shape);
	else if (x)
		return put_cursor(ret, &x->spki);
	return buf_err(ret);
}

static int get_modulus(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return put_cursor(ret, &o->shape.modulus);
}

static int get_exponent(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return put_cursor(ret, &o->shape.exponent);
}

static int get_bits(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o, o->shape.bits, ret);
}

static int get_ec_params(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	size_t len = 0;
	const uint8_t *oid = curve_oid(o->shape.curve, &len);

	(void)arg;
	buf_put(ret, oid, len);
	return buf_err(ret);
}

/* PKCS#11 v3.1 §6.3.3: the point as a DER OCTET STRING. */
static int get_ec_point(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	tlv_put(ret, 0x04, o->shape.point.data, o->shape.point.len);
	return buf_err(ret);
}

static int get_always_authenticate(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_bool(o, o->key->always_authenticate, ret);
}

static int get_can_sign(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_bool(o, (o->key->place->use & KEY_USE_SIGN) != 0, ret);
}

static int get_mechanisms(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	CK_MECHANISM_TYPE types[MECHANISM_MAX];
	CK_ULONG n;

	(void)arg;
	if (object_is_private(o))
		n = mechanism_list_key(o->presence->token, o->key_index, &o->shape, types);
	else
		n = mechanism_list_public(&o->shape, types);
	buf_put(ret, types, n * sizeof(types[0]));
	return buf_err(ret);
}

struct attribute {
	CK_ATTRIBUTE_TYPE type;
	unsigned kinds; /* enum object_kind bits */
	getter_fn
		*get; /* NULL: the object has it and nobody may see it (CKR_ATTRIBUTE_SENSITIVE) */
	CK_ULONG arg;
};

/* clang-format off */
static const struct attribute table[] = {
	{CKA_CLASS,               OBJECT_ANY,         get_class, 0},
	{CKA_TOKEN,               OBJECT_ANY,         get_bool, CK_TRUE},
	{CKA_PRIVATE,             OBJECT_ANY,         get_private, 0},
	{CKA_MODIFIABLE,          OBJECT_ANY,         get_bool, CK_FALSE},
	{CKA_COPYABLE,            OBJECT_ANY,         get_bool, CK_FALSE},
	{CKA_DESTROYABLE,         OBJECT_ANY,         get_bool, CK_FALSE},
	{CKA_LABEL,               OBJECT_ANY,         get_label, 0},
	{CKA_UNIQUE_ID,           OBJECT_ANY,         get_unique_id, 0},
	{CKA_PROFILE_ID,          OBJECT_PROFILE,     get_profile, 0},

	{CKA_CERTIFICATE_TYPE,    OBJECT_CERTIFICATE, get_ulong, CKC_X_509},
	{CKA_TRUSTED,             OBJECT_CERTIFICATE | OBJECT_PUBLIC, get_bool, CK_FALSE},
	{CKA_CERTIFICATE_CATEGORY, OBJECT_CERTIFICATE, get_category, 0},
	{CKA_CHECK_VALUE,         OBJECT_CERTIFICATE, get_check_value, 0},
	{CKA_ISSUER,              OBJECT_CERTIFICATE, get_x509, FIELD_ISSUER},
	{CKA_SERIAL_NUMBER,       OBJECT_CERTIFICATE, get_x509, FIELD_SERIAL},
	{CKA_VALUE,               OBJECT_CERTIFICATE, get_certificate, 0},
	{CKA_URL,                 OBJECT_CERTIFICATE, get_empty, 0},
	{CKA_HASH_OF_SUBJECT_PUBLIC_KEY, OBJECT_CERTIFICATE, get_empty, 0},
	{CKA_HASH_OF_ISSUER_PUBLIC_KEY, OBJECT_CERTIFICATE, get_empty, 0},
	{CKA_NAME_HASH_ALGORITHM, OBJECT_CERTIFICATE, get_ulong, CKM_SHA_1},
	{CKA_JAVA_MIDP_SECURITY_DOMAIN, OBJECT_CERTIFICATE, get_ulong, CK_SECURITY_DOMAIN_UNSPECIFIED},

	{CKA_SUBJECT,             OBJECT_CERTIFICATE | OBJECT_KEY, get_x509, FIELD_SUBJECT},
	{CKA_ID,                  OBJECT_CERTIFICATE | OBJECT_KEY, get_id, 0},
	{CKA_START_DATE,          OBJECT_CERTIFICATE | OBJECT_KEY, get_date, DATE_START},
	{CKA_END_DATE,            OBJECT_CERTIFICATE | OBJECT_KEY, get_date, DATE_END},
	{CKA_PUBLIC_KEY_INFO,     OBJECT_CERTIFICATE | OBJECT_KEY, get_spki, 0},

	{CKA_KEY_TYPE,            OBJECT_RSA,         get_ulong, CKK_RSA},
	{CKA_KEY_TYPE,            OBJECT_EC,          get_ulong, CKK_EC},
	{CKA_LOCAL,               OBJECT_KEY,         get_bool, CK_FALSE},
	{CKA_KEY_GEN_MECHANISM,   OBJECT_KEY,         get_ulong, CK_UNAVAILABLE_INFORMATION},
	{CKA_ALLOWED_MECHANISMS,  OBJECT_KEY,         get_mechanisms, 0},
	{CKA_DERIVE,              OBJECT_KEY,         get_bool, CK_FALSE},
	{CKA_MODULUS,             OBJECT_RSA,         get_modulus, 0},
	{CKA_MODULUS_BITS,        OBJECT_PUBLIC_RSA,  get_bits, 0},
	{CKA_PUBLIC_EXPONENT,     OBJECT_RSA,         get_exponent, 0},
	/* Not the specification's for private keys; libp11 and others read the public half there. */
	{CKA_EC_PARAMS,           OBJECT_EC,          get_ec_params, 0},
	{CKA_EC_POINT,            OBJECT_EC,          get_ec_point, 0},

	{CKA_ENCRYPT,             OBJECT_PUBLIC,      get_bool, CK_FALSE},
	{CKA_VERIFY,              OBJECT_PUBLIC,      get_bool, CK_TRUE},
	{CKA_VERIFY_RECOVER,      OBJECT_PUBLIC_RSA,  get_bool, CK_TRUE},
	{CKA_VERIFY_RECOVER,      OBJECT_PUBLIC_EC,   get_bool, CK_FALSE},
	{CKA_WRAP,                OBJECT_PUBLIC,      get_bool, CK_FALSE},

	{CKA_SENSITIVE,           OBJECT_PRIVATE,     get_bool, CK_TRUE},
	{CKA_ALWAYS_SENSITIVE,    OBJECT_PRIVATE,     get_bool, CK_TRUE},
	{CKA_EXTRACTABLE,         OBJECT_PRIVATE,     get_bool, CK_FALSE},
	{CKA_NEVER_EXTRACTABLE,   OBJECT_PRIVATE,     get_bool, CK_TRUE},
	{CKA_ALWAYS_AUTHENTICATE, OBJECT_PRIVATE,     get_always_authenticate, 0},
	{CKA_WRAP_WITH_TRUSTED,   OBJECT_PRIVATE,     get_bool, CK_FALSE},
	{CKA_SIGN,                OBJECT_PRIVATE,     get_can_sign, 0},
	{CKA_SIGN_RECOVER,        OBJECT_PRIVATE_RSA, get_can_sign, 0},
	{CKA_SIGN_RECOVER,        OBJECT_PRIVATE_EC,  get_bool, CK_FALSE},
	{CKA_DECRYPT,             OBJECT_PRIVATE,     get_bool, CK_FALSE},
	{CKA_UNWRAP,              OBJECT_PRIVATE,     get_bool, CK_FALSE},
	{CKA_VALUE,               OBJECT_PRIVATE_EC,  NULL, 0},
	{CKA_PRIVATE_EXPONENT,    OBJECT_PRIVATE_RSA, NULL, 0},
	{CKA_PRIME_1,             OBJECT_PRIVATE_RSA, NULL, 0},
	{CKA_PRIME_2,             OBJECT_PRIVATE_RSA, NULL, 0},
	{CKA_EXPONENT_1,          OBJECT_PRIVATE_RSA, NULL, 0},
	{CKA_EXPONENT_2,          OBJECT_PRIVATE_RSA, NULL, 0},
	{CKA_COEFFICIENT,         OBJECT_PRIVATE_RSA, NULL, 0},
};
/* clang-format on */

enum { N_ATTRIBUTES = sizeof(table) / sizeof(table[0]) };
enum { VALUE_MAX = LIMIT_CERTIFICATE };

static const struct attribute *find(const struct object *o, CK_ATTRIBUTE_TYPE type)
{
	size_t i;

	for (i = 0; i < N_ATTRIBUTES; i++) {
		if (table[i].type == type && (table[i].kinds & o->kind))
			return &table[i];
	}
	return NULL;
}

/* The bytes of one attribute, appended to ret, or why there are none. */
static CK_RV read_value(const struct object *o, CK_ATTRIBUTE_TYPE type, struct buf *ret)
{
	const struct attribute *row = find(o, type);

	if (!row)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (!row->get)
		return CKR_ATTRIBUTE_SENSITIVE;
	return rv_from(row->get(o, row->arg, ret), RV_SESSION);
}

/* One entry of the template: PKCS#11 v3.1 §5.7.5, cases 1 to 5. */
static CK_RV get_one(const struct object *o, CK_ATTRIBUTE *a)
{
	struct buf value = BUF_INIT(VALUE_MAX);
	CK_RV rv = read_value(o, a->type, &value);

	if (rv != CKR_OK) {
		a->ulValueLen = CK_UNAVAILABLE_INFORMATION;
	} else if (!a->pValue) {
		a->ulValueLen = value.len;
	} else if (a->ulValueLen < value.len) {
		a->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		rv = CKR_BUFFER_TOO_SMALL;
	} else {
		if (value.len)
			memcpy(a->pValue, value.data, value.len);
		a->ulValueLen = value.len;
	}
	buf_clear(&value);
	return rv;
}

/* These three say something of one attribute; the others are still answered. */
static bool concerns_one(CK_RV rv)
{
	return rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
	       rv == CKR_BUFFER_TOO_SMALL;
}

CK_RV attribute_get(const struct object *o, CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_RV first = CKR_OK;
	CK_ULONG i;

	for (i = 0; i < n; i++) {
		CK_RV rv = get_one(o, &attributes[i]);

		if (rv != CKR_OK && !concerns_one(rv))
			return rv;
		if (first == CKR_OK)
			first = rv;
	}
	return first;
}

CK_RV attribute_match(const struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n, bool *ret)
{
	struct buf value = BUF_INIT(VALUE_MAX);
	CK_RV rv = CKR_OK;
	bool equal = true;
	CK_ULONG i;

	for (i = 0; equal && i < n; i++) {
		buf_reset(&value);
		rv = read_value(o, attributes[i].type, &value);
		if (rv != CKR_OK && !concerns_one(rv))
			break;
		equal = rv == CKR_OK && value.len == attributes[i].ulValueLen &&
			(value.len == 0 ||
			 memcmp(value.data, attributes[i].pValue, value.len) == 0);
		rv = CKR_OK;
	}
	buf_clear(&value);
	if (rv == CKR_OK)
		*ret = equal;
	return rv;
}

CK_RV attribute_total(const struct object *o, CK_ULONG *ret)
{
	CK_ULONG total = 0;
	size_t i;

	for (i = 0; i < N_ATTRIBUTES; i++) {
		CK_ATTRIBUTE a = {.type = table[i].type};
		CK_RV rv;

		if (!(table[i].kinds & o->kind))
			continue;
		rv = get_one(o, &a);
		if (rv == CKR_OK)
			total += a.ulValueLen;
		else if (!concerns_one(rv))
			return rv;
	}
	*ret = total;
	return CKR_OK;
}
