/* SPDX-License-Identifier: BSD-2-Clause */
/* The attribute table: PKCS#11 v3.1 §4, and per key type §6. */
#include "pkcs11/attribute_table.h"

#include <stdio.h>
#include <string.h>

#include "codec/tlv.h"
#include "pkcs11/mechanism.h"
#include "pkcs11/presence.h"

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
	return get_bool(o, o->hidden, ret);
}

static int get_token(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_bool(o, !o->owner, ret);
}

/* What a session has made may be changed and destroyed; what is on the card may not. */
static int get_made(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_bool(o, o->owner != NULL, ret);
}

static int get_label(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	if (o->label)
		buf_put(ret, o->label, strlen(o->label));
	return buf_err(ret);
}

static int get_id(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	if (o->card_id.len > 0)
		return put_cursor(ret, &o->card_id);
	if (o->id)
		buf_put_u8(ret, o->id);
	return buf_err(ret);
}

static void put_hex(struct buf *ret, const struct cursor *c)
{
	char text[3];
	size_t i;

	for (i = 0; i < c->len; i++) {
		snprintf(text, sizeof(text), "%02x", c->data[i]);
		buf_put(ret, text, 2);
	}
	buf_put(ret, "-", c->len > 0);
}

/*
 * PKCS#11 v3.1 §4.4.1: unique on the token, and for the card's objects the same on every insertion: of
 * class and identifiers. What a session has made is known by its handle, which is never given again.
 */
static int get_unique_id(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	const char *serial = token_info(o->presence->token)->serial;
	char text[64];
	int len;

	(void)arg;
	if (o->owner) {
		len = snprintf(text, sizeof(text), "%s-s-%lu", serial, o->handle);
		buf_put(ret, text, (size_t)len);
		return buf_err(ret);
	}
	len = snprintf(text, sizeof(text), "%s-%lx-", serial, object_class(o));
	buf_put(ret, text, (size_t)len);
	put_hex(ret, &o->card_id);
	len = snprintf(text, sizeof(text), "%02x", o->id);
	buf_put(ret, text, (size_t)len);
	return buf_err(ret);
}

static int get_profile(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o, o->profile, ret);
}

enum x509_field { FIELD_SUBJECT, FIELD_ISSUER, FIELD_SERIAL };

static int get_x509(const struct object *o, CK_ULONG field, struct buf *ret)
{
	const struct x509 *x = o->x509;

	if (!x)
		return buf_err(ret);
	if (field == FIELD_SUBJECT)
		return put_cursor(ret, &x->subject);
	return put_cursor(ret, field == FIELD_ISSUER ? &x->issuer : &x->serial);
}

enum date_field { DATE_START, DATE_END };

static int get_date(const struct object *o, CK_ULONG field, struct buf *ret)
{
	const struct x509 *x = o->x509;
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
	if (!o->certificate)
		return get_ulong(o, CK_CERTIFICATE_CATEGORY_UNSPECIFIED, ret);
	return get_ulong(o,
			 o->certificate->place->authority ? CK_CERTIFICATE_CATEGORY_AUTHORITY
							  : CK_CERTIFICATE_CATEGORY_TOKEN_USER,
			 ret);
}

static int get_der(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return put_cursor(ret, &o->der);
}

/* PKCS#11 v3.1 §4.6.2: the first three bytes of the SHA-1 of CKA_VALUE. */
static int get_check_value(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	uint8_t digest[HASH_MAX_LEN];
	int r;

	(void)arg;
	if (o->der.len == 0)
		return buf_err(ret);
	r = crypto_digest(o->presence->module->crypto, HASH_SHA1, o->der.data, o->der.len, digest);
	if (r != 0)
		return r;
	buf_put(ret, digest, 3);
	return buf_err(ret);
}

static int get_spki(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	if (o->shape.type != KEY_NONE)
		pubkey_encode_spki(ret, &o->shape);
	else if (o->x509)
		return put_cursor(ret, &o->x509->spki);
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

/*
 * PKCS#11 v3.1 §6.3.3: the point as a DER OCTET STRING; of Edwards curves, where editions differ (§6.3.5), so
 * too, as OpenSC and NSS have it.
 */
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

/* What is done with the key if it is not told otherwise: by the card, or with a session's public key here. */
static CK_FLAGS does(const struct object *o)
{
	if (o->key)
		return mechanism_key_does(o->presence->token, o->key_index, &o->shape);
	return o->shape.type == KEY_RSA ? CKF_ENCRYPT : 0;
}

static int get_does(const struct object *o, CK_ULONG flag, struct buf *ret)
{
	return get_bool(o, (does(o) & flag) != 0, ret);
}

static int get_mechanisms(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	CK_MECHANISM_TYPE types[MECHANISM_MAX];
	CK_ULONG n;

	(void)arg;
	if (o->kind & OBJECT_SECRET)
		n = 0;
	else if (o->kind & OBJECT_PRIVATE)
		n = mechanism_list_key(o->presence->token, o->key_index, &o->shape, types);
	else
		n = mechanism_list_public(&o->shape, does(o) & CKF_ENCRYPT, types);
	buf_put(ret, types, n * sizeof(types[0]));
	return buf_err(ret);
}

/* ---- data, features ------------------------------------------------------------------------------ */

static int get_application(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	if (o->data)
		buf_put(ret, o->data->application, strlen(o->data->application));
	return buf_err(ret);
}

static int get_data(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	struct buf value = BUF_INIT(LIMIT_ATTRIBUTE);
	int r;

	(void)arg;
	if (!o->data)
		return buf_err(ret);
	r = token_read_data(o->presence->token, o->data_index, &value);
	if (r == 0)
		buf_put(ret, value.data, value.len);
	buf_clear(&value);
	return r == 0 ? buf_err(ret) : r;
}

static int get_rows(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o, token_pad(o->presence->token)->rows, ret);
}

static int get_columns(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o, token_pad(o->presence->token)->columns, ret);
}

/* ---- secret keys ------------------------------------------------------------------------------- */

static int get_secret(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	buf_put(ret, secret_peek(o->secret), secret_len(o->secret));
	return buf_err(ret);
}

static int get_secret_len(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_ulong(o, secret_len(o->secret), ret);
}

/*
 * PKCS#11 v3.1 §4.10: of AES keys, the first three bytes of the encryption of a block of zeros; of generic
 * secrets, those of the SHA-1. It is empty for types that have none.
 */
static int get_key_check_value(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	static const enum block_cipher ciphers[] = {CIPHER_AES128, CIPHER_AES192, CIPHER_AES256};
	static const uint8_t zeros[16];
	struct crypto *crypto = o->presence->module->crypto;
	const uint8_t *key = secret_peek(o->secret);
	size_t len = secret_len(o->secret);
	uint8_t out[HASH_MAX_LEN];
	int r;

	(void)arg;
	switch (values_ulong(values_find(o->values, CKA_KEY_TYPE), CKK_GENERIC_SECRET)) {
	case CKK_AES:
		r = crypto_block_cipher(crypto, ciphers[len / 8 - 2], true, key, NULL, zeros,
					sizeof(zeros), out);
		break;
	case CKK_GENERIC_SECRET:
		r = crypto_digest(crypto, HASH_SHA1, key, len, out);
		break;
	default:
		return buf_err(ret);
	}
	if (r == 0)
		buf_put(ret, out, 3);
	wipe(out, sizeof(out));
	return r == 0 ? buf_err(ret) : r;
}

static int get_always_sensitive(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_bool(o, o->always_sensitive, ret);
}

static int get_never_extractable(const struct object *o, CK_ULONG arg, struct buf *ret)
{
	(void)arg;
	return get_bool(o, o->never_extractable, ret);
}

/* What can be copied: all that a session may make. */
enum { COPYABLE_KINDS = OBJECT_CERTIFICATE | OBJECT_PUBLIC | OBJECT_SECRET | OBJECT_DATA };

/* clang-format off */
static const struct attribute table[] = {
	{CKA_CLASS,                OBJECT_ANY,          get_class, 0, FORM_ULONG, MUST_CREATE},
	{CKA_TOKEN,                OBJECT_STORAGE,      get_token, 0, FORM_BOOL, MAY_CREATE | MAY_COPY},
	{CKA_PRIVATE,              OBJECT_STORAGE,      get_private, 0, FORM_BOOL, MAY_CREATE | MAY_COPY | ONLY_TRUE},
	{CKA_MODIFIABLE,           OBJECT_STORAGE,      get_made, 0, FORM_BOOL, MAY_CREATE | MAY_COPY | OF_THE_PLACE},
	{CKA_DESTROYABLE,          OBJECT_STORAGE,      get_made, 0, FORM_BOOL, MAY_CREATE | MAY_COPY | OF_THE_PLACE},
	{CKA_COPYABLE,             COPYABLE_KINDS,      get_bool, CK_TRUE, FORM_BOOL, MAY_CREATE | MAY_SET | ONLY_FALSE},
	{CKA_COPYABLE,             OBJECT_PRIVATE | OBJECT_PROFILE, get_bool, CK_FALSE, FORM_BOOL, 0},
	{CKA_LABEL,                OBJECT_STORAGE,      get_label, 0, FORM_TEXT, MAY_CREATE | MAY_SET},
	{CKA_UNIQUE_ID,            OBJECT_STORAGE,      get_unique_id, 0, FORM_TEXT, 0},
	{CKA_PROFILE_ID,           OBJECT_PROFILE,      get_profile, 0, FORM_ULONG, 0},

	{CKA_CERTIFICATE_TYPE,     OBJECT_CERTIFICATE,  get_ulong, CKC_X_509, FORM_ULONG, MUST_CREATE},
	{CKA_TRUSTED,              OBJECT_CERTIFICATE | OBJECT_PUBLIC | OBJECT_SECRET, get_bool, CK_FALSE, FORM_FALSE, MAY_CREATE},
	{CKA_CERTIFICATE_CATEGORY, OBJECT_CERTIFICATE,  get_category, 0, FORM_ULONG, MAY_CREATE},
	{CKA_CHECK_VALUE,          OBJECT_CERTIFICATE,  get_check_value, 0, FORM_BYTES, MAY_CREATE},
	{CKA_ISSUER,               OBJECT_CERTIFICATE,  get_x509, FIELD_ISSUER, FORM_BYTES, MAY_CREATE | MAY_SET},
	{CKA_SERIAL_NUMBER,        OBJECT_CERTIFICATE,  get_x509, FIELD_SERIAL, FORM_BYTES, MAY_CREATE | MAY_SET},
	{CKA_VALUE,                OBJECT_CERTIFICATE,  get_der, 0, FORM_BYTES, MAY_CREATE},
	{CKA_URL,                  OBJECT_CERTIFICATE,  get_empty, 0, FORM_TEXT, MAY_CREATE},
	{CKA_HASH_OF_SUBJECT_PUBLIC_KEY, OBJECT_CERTIFICATE,  get_empty, 0, FORM_BYTES, MAY_CREATE},
	{CKA_HASH_OF_ISSUER_PUBLIC_KEY, OBJECT_CERTIFICATE,  get_empty, 0, FORM_BYTES, MAY_CREATE},
	{CKA_NAME_HASH_ALGORITHM,  OBJECT_CERTIFICATE,  get_ulong, CKM_SHA_1, FORM_ULONG, MAY_CREATE},
	{CKA_JAVA_MIDP_SECURITY_DOMAIN, OBJECT_CERTIFICATE,  get_ulong, CK_SECURITY_DOMAIN_UNSPECIFIED, FORM_ULONG, MAY_CREATE},

	{CKA_SUBJECT,              OBJECT_CERTIFICATE,  get_x509, FIELD_SUBJECT, FORM_BYTES, MUST_CREATE},
	{CKA_SUBJECT,              OBJECT_PAIR,         get_x509, FIELD_SUBJECT, FORM_BYTES, MAY_CREATE | MAY_SET},
	{CKA_ID,                   OBJECT_CERTIFICATE | OBJECT_KEY, get_id, 0, FORM_BYTES, MAY_CREATE | MAY_SET},
	{CKA_START_DATE,           OBJECT_CERTIFICATE,  get_date, DATE_START, FORM_DATE, MAY_CREATE},
	{CKA_END_DATE,             OBJECT_CERTIFICATE,  get_date, DATE_END, FORM_DATE, MAY_CREATE},
	{CKA_START_DATE,           OBJECT_KEY,          get_date, DATE_START, FORM_DATE, MAY_CREATE | MAY_SET},
	{CKA_END_DATE,             OBJECT_KEY,          get_date, DATE_END, FORM_DATE, MAY_CREATE | MAY_SET},
	{CKA_PUBLIC_KEY_INFO,      OBJECT_CERTIFICATE | OBJECT_PAIR, get_spki, 0, FORM_BYTES, MAY_CREATE},

	{CKA_KEY_TYPE,             OBJECT_RSA,          get_ulong, CKK_RSA, FORM_ULONG, MUST_CREATE},
	{CKA_KEY_TYPE,             OBJECT_EC,           get_ulong, CKK_EC, FORM_ULONG, MUST_CREATE},
	{CKA_KEY_TYPE,             OBJECT_EDWARDS,      get_ulong, CKK_EC_EDWARDS, FORM_ULONG, MUST_CREATE},
	{CKA_KEY_TYPE,             OBJECT_SECRET,       get_ulong, CKK_GENERIC_SECRET, FORM_ULONG, MUST_CREATE},
	{CKA_LOCAL,                OBJECT_KEY,          get_bool, CK_FALSE, FORM_BOOL, 0},
	{CKA_KEY_GEN_MECHANISM,    OBJECT_KEY,          get_ulong, CK_UNAVAILABLE_INFORMATION, FORM_ULONG, 0},
	{CKA_ALLOWED_MECHANISMS,   OBJECT_KEY,          get_mechanisms, 0, FORM_MECHANISMS, MAY_CREATE},
	{CKA_DERIVE,               OBJECT_PRIVATE,      get_does, CKF_DERIVE, FORM_BOOL, 0},
	{CKA_DERIVE,               OBJECT_PUBLIC | OBJECT_SECRET, get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_MODULUS,              OBJECT_RSA,          get_modulus, 0, FORM_BYTES, MUST_CREATE},
	{CKA_MODULUS_BITS,         OBJECT_PUBLIC_RSA,   get_bits, 0, FORM_ULONG, 0},
	{CKA_PUBLIC_EXPONENT,      OBJECT_RSA,          get_exponent, 0, FORM_BYTES, MUST_CREATE},
	/* Not the specification's for private keys; libp11 and others read the public half there. */
	{CKA_EC_PARAMS,            OBJECT_EC | OBJECT_EDWARDS, get_ec_params, 0, FORM_BYTES, MUST_CREATE},
	{CKA_EC_POINT,             OBJECT_EC | OBJECT_EDWARDS, get_ec_point, 0, FORM_BYTES, MUST_CREATE},

	{CKA_ENCRYPT,              OBJECT_PUBLIC,       get_does, CKF_ENCRYPT, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_VERIFY,               OBJECT_PUBLIC,       get_bool, CK_TRUE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_VERIFY_RECOVER,       OBJECT_PUBLIC_RSA,   get_bool, CK_TRUE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_VERIFY_RECOVER,       OBJECT_PUBLIC_EC | OBJECT_PUBLIC_EDWARDS, get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_WRAP,                 OBJECT_PUBLIC,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_WRAP_TEMPLATE,        OBJECT_PUBLIC | OBJECT_SECRET, get_empty, 0, FORM_TEMPLATE, MAY_CREATE},
	{CKA_ENCAPSULATE,          OBJECT_PUBLIC,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},

	{CKA_SENSITIVE,            OBJECT_PRIVATE,      get_bool, CK_TRUE, FORM_BOOL, 0},
	{CKA_ALWAYS_SENSITIVE,     OBJECT_PRIVATE,      get_bool, CK_TRUE, FORM_BOOL, 0},
	{CKA_EXTRACTABLE,          OBJECT_PRIVATE,      get_bool, CK_FALSE, FORM_BOOL, 0},
	{CKA_NEVER_EXTRACTABLE,    OBJECT_PRIVATE,      get_bool, CK_TRUE, FORM_BOOL, 0},
	{CKA_ALWAYS_AUTHENTICATE,  OBJECT_PRIVATE,      get_always_authenticate, 0, FORM_BOOL, 0},
	{CKA_WRAP_WITH_TRUSTED,    OBJECT_PRIVATE,      get_bool, CK_FALSE, FORM_BOOL, 0},
	{CKA_SIGN,                 OBJECT_PRIVATE,      get_does, CKF_SIGN, FORM_BOOL, 0},
	{CKA_SIGN_RECOVER,         OBJECT_PRIVATE,      get_does, CKF_SIGN_RECOVER, FORM_BOOL, 0},
	{CKA_DECRYPT,              OBJECT_PRIVATE,      get_does, CKF_DECRYPT, FORM_BOOL, 0},
	{CKA_UNWRAP,               OBJECT_PRIVATE,      get_bool, CK_FALSE, FORM_BOOL, 0},
	{CKA_UNWRAP_TEMPLATE,      OBJECT_PRIVATE | OBJECT_SECRET, get_empty, 0, FORM_TEMPLATE, MAY_CREATE},
	{CKA_DERIVE_TEMPLATE,      OBJECT_PRIVATE | OBJECT_SECRET, get_empty, 0, FORM_TEMPLATE, MAY_CREATE},
	{CKA_DECAPSULATE,          OBJECT_PRIVATE,      get_bool, CK_FALSE, FORM_BOOL, 0},
	{CKA_VALUE,                OBJECT_PRIVATE_EC | OBJECT_PRIVATE_EDWARDS, NULL, 0, FORM_BYTES, 0},
	{CKA_PRIVATE_EXPONENT,     OBJECT_PRIVATE_RSA,  NULL, 0, FORM_BYTES, 0},
	{CKA_PRIME_1,              OBJECT_PRIVATE_RSA,  NULL, 0, FORM_BYTES, 0},
	{CKA_PRIME_2,              OBJECT_PRIVATE_RSA,  NULL, 0, FORM_BYTES, 0},
	{CKA_EXPONENT_1,           OBJECT_PRIVATE_RSA,  NULL, 0, FORM_BYTES, 0},
	{CKA_EXPONENT_2,           OBJECT_PRIVATE_RSA,  NULL, 0, FORM_BYTES, 0},
	{CKA_COEFFICIENT,          OBJECT_PRIVATE_RSA,  NULL, 0, FORM_BYTES, 0},

	{CKA_VALUE,                OBJECT_SECRET,       get_secret, 0, FORM_BYTES, GUARDED},
	{CKA_VALUE_LEN,            OBJECT_SECRET,       get_secret_len, 0, FORM_ULONG, MAY_CREATE},
	{CKA_CHECK_VALUE,          OBJECT_SECRET,       get_key_check_value, 0, FORM_BYTES, MAY_CREATE},
	{CKA_SENSITIVE,            OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET | ONLY_TRUE},
	{CKA_EXTRACTABLE,          OBJECT_SECRET,       get_bool, CK_TRUE, FORM_BOOL, MAY_CREATE | MAY_SET | ONLY_FALSE},
	{CKA_ALWAYS_SENSITIVE,     OBJECT_SECRET,       get_always_sensitive, 0, FORM_BOOL, 0},
	{CKA_NEVER_EXTRACTABLE,    OBJECT_SECRET,       get_never_extractable, 0, FORM_BOOL, 0},
	{CKA_WRAP_WITH_TRUSTED,    OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET | ONLY_TRUE},
	{CKA_ENCRYPT,              OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_DECRYPT,              OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_SIGN,                 OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_VERIFY,               OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_WRAP,                 OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},
	{CKA_UNWRAP,               OBJECT_SECRET,       get_bool, CK_FALSE, FORM_BOOL, MAY_CREATE | MAY_SET},

	{CKA_APPLICATION,          OBJECT_DATA,         get_application, 0, FORM_TEXT, MAY_CREATE | MAY_SET},
	{CKA_OBJECT_ID,            OBJECT_DATA,         get_empty, 0, FORM_BYTES, MAY_CREATE | MAY_SET},
	{CKA_VALUE,                OBJECT_DATA,         get_data, 0, FORM_BYTES, MAY_CREATE | MAY_SET},

	/* §4.3.3: a display of characters, which has no pixels and which no application can write to. */
	{CKA_HW_FEATURE_TYPE,      OBJECT_FEATURE,      get_ulong, CKH_USER_INTERFACE, FORM_ULONG, 0},
	{CKA_PIXEL_X,              OBJECT_FEATURE,      get_ulong, 0, FORM_ULONG, 0},
	{CKA_PIXEL_Y,              OBJECT_FEATURE,      get_ulong, 0, FORM_ULONG, 0},
	{CKA_RESOLUTION,           OBJECT_FEATURE,      get_ulong, 0, FORM_ULONG, 0},
	{CKA_CHAR_ROWS,            OBJECT_FEATURE,      get_rows, 0, FORM_ULONG, 0},
	{CKA_CHAR_COLUMNS,         OBJECT_FEATURE,      get_columns, 0, FORM_ULONG, 0},
	{CKA_COLOR,                OBJECT_FEATURE,      get_bool, CK_FALSE, FORM_BOOL, 0},
	{CKA_BITS_PER_PIXEL,       OBJECT_FEATURE,      get_ulong, 0, FORM_ULONG, 0},
	{CKA_CHAR_SETS,            OBJECT_FEATURE,      get_empty, 0, FORM_TEXT, 0},
	{CKA_ENCODING_METHODS,     OBJECT_FEATURE,      get_empty, 0, FORM_TEXT, 0},
	{CKA_MIME_TYPES,           OBJECT_FEATURE,      get_empty, 0, FORM_TEXT, 0},
};
/* clang-format on */

enum { N_ATTRIBUTES = sizeof(table) / sizeof(table[0]) };

const struct attribute *attribute_find(enum object_kind kind, CK_ATTRIBUTE_TYPE type)
{
	size_t i;

	for (i = 0; i < N_ATTRIBUTES; i++) {
		if (table[i].type == type && (table[i].kinds & kind))
			return &table[i];
	}
	return NULL;
}

bool attribute_is_known(CK_ATTRIBUTE_TYPE type)
{
	return attribute_find(OBJECT_ANY, type) != NULL;
}

const struct attribute *attribute_row(size_t i)
{
	return i < N_ATTRIBUTES ? &table[i] : NULL;
}
