/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the fields of an X.509 certificate are (RFC 5280 §4.1). */
#include "codec/x509.h"

#include <string.h>

#include "codec/der.h"

enum { /* RFC 5280 §4.1, tags of TBSCertificate */
       TAG_VERSION = 0xA0,
       TAG_ISSUER_UNIQUE_ID = 0x81,
       TAG_SUBJECT_UNIQUE_ID = 0x82,
       TAG_EXTENSIONS = 0xA3,
};

/* RFC 5280 §4.2.1.3 id-ce-keyUsage, §4.2.1.9 id-ce-basicConstraints */
static const uint8_t oid_key_usage[] = {0x55, 0x1D, 0x0F};
static const uint8_t oid_basic_constraints[] = {0x55, 0x1D, 0x13};

static int get_time(struct cursor *c, uint8_t *ret_tag, struct cursor *ret)
{
	uint8_t tag;

	if (cursor_peek_u8(c, &tag) != 0 || (tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME) ||
	    der_get(c, tag, ret) != 0)
		return MOHR_ERR_MALFORMED;
	*ret_tag = tag;
	return 0;
}

static int get_validity(struct cursor *tbs, struct x509 *x)
{
	struct cursor validity;

	if (der_get(tbs, DER_SEQUENCE, &validity) != 0 ||
	    get_time(&validity, &x->not_before_tag, &x->not_before) != 0 ||
	    get_time(&validity, &x->not_after_tag, &x->not_after) != 0)
		return MOHR_ERR_MALFORMED;
	return cursor_done(&validity);
}

static int get_version(struct cursor *tbs)
{
	struct cursor outer, version;

	if (!der_next_is(tbs, TAG_VERSION))
		return 0; /* v1 */
	if (der_get(tbs, TAG_VERSION, &outer) != 0 || der_get_unsigned(&outer, &version) != 0 ||
	    cursor_left(&version) > 1)
		return MOHR_ERR_MALFORMED;
	return cursor_done(&outer);
}

static int get_serial(struct cursor *tbs, struct cursor *ret)
{
	struct cursor probe = *tbs, value;

	/* negative and over-long numbers exist in the field and only name a certificate here */
	if (der_get(&probe, DER_INTEGER, &value) != 0 || cursor_left(&value) == 0)
		return MOHR_ERR_MALFORMED;
	return der_get_whole(tbs, DER_INTEGER, ret);
}

/* RFC 5280 §4.2.1.3: a BIT STRING whose bit 0 is the top one; ours is the lowest. */
static int decode_key_usage(const struct cursor *value, struct x509 *x)
{
	struct cursor c = *value, bits;
	unsigned usage = 0, i;
	uint8_t unused, octet;
	size_t n;

	if (x->has_key_usage || der_get(&c, DER_BIT_STRING, &bits) != 0 || cursor_done(&c) != 0 ||
	    cursor_get_u8(&bits, &unused) != 0 || unused > 7 ||
	    (unused > 0 && cursor_left(&bits) == 0))
		return MOHR_ERR_MALFORMED;
	for (n = 0; n < 2 && cursor_get_u8(&bits, &octet) == 0; n++) {
		for (i = 0; i < 8; i++) {
			if (octet & 0x80 >> i)
				usage |= 1u << (8 * n + i);
		}
	}
	x->has_key_usage = true;
	x->key_usage = usage;
	return 0;
}

/* RFC 5280 §4.2.1.9: { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
static int decode_basic_constraints(const struct cursor *value, struct x509 *x)
{
	struct cursor c = *value, sequence, path_len;
	bool is_ca = false;

	if (der_get(&c, DER_SEQUENCE, &sequence) != 0 || cursor_done(&c) != 0)
		return MOHR_ERR_MALFORMED;
	if (der_next_is(&sequence, DER_BOOLEAN) && der_get_boolean(&sequence, &is_ca) != 0)
		return MOHR_ERR_MALFORMED;
	if (der_next_is(&sequence, DER_INTEGER) && der_get_unsigned(&sequence, &path_len) != 0)
		return MOHR_ERR_MALFORMED;
	x->is_ca = is_ca;
	return cursor_done(&sequence);
}

static int decode_extensions(struct cursor *list, struct x509 *x)
{
	struct cursor extension, oid, value;
	bool critical, seen_constraints = false;

	while (cursor_left(list) > 0) {
		if (der_get(list, DER_SEQUENCE, &extension) != 0 ||
		    der_get(&extension, DER_OID, &oid) != 0)
			return MOHR_ERR_MALFORMED;
		if (der_next_is(&extension, DER_BOOLEAN) &&
		    der_get_boolean(&extension, &critical) != 0)
			return MOHR_ERR_MALFORMED;
		if (der_get(&extension, DER_OCTET_STRING, &value) != 0 ||
		    cursor_done(&extension) != 0)
			return MOHR_ERR_MALFORMED;
		if (cursor_equals(&oid, oid_key_usage, sizeof(oid_key_usage))) {
			if (decode_key_usage(&value, x) != 0)
				return MOHR_ERR_MALFORMED;
		} else if (cursor_equals(&oid, oid_basic_constraints,
					 sizeof(oid_basic_constraints))) {
			/* RFC 5280 §4.2: no extension stands twice */
			if (seen_constraints || decode_basic_constraints(&value, x) != 0)
				return MOHR_ERR_MALFORMED;
			seen_constraints = true;
		}
	}
	return cursor_done(list);
}

static int decode_optional_tail(struct cursor *tbs, struct x509 *x)
{
	struct cursor skipped, outer, list;

	if (der_next_is(tbs, TAG_ISSUER_UNIQUE_ID) &&
	    der_get(tbs, TAG_ISSUER_UNIQUE_ID, &skipped) != 0)
		return MOHR_ERR_MALFORMED;
	if (der_next_is(tbs, TAG_SUBJECT_UNIQUE_ID) &&
	    der_get(tbs, TAG_SUBJECT_UNIQUE_ID, &skipped) != 0)
		return MOHR_ERR_MALFORMED;
	if (der_next_is(tbs, TAG_EXTENSIONS)) {
		if (der_get(tbs, TAG_EXTENSIONS, &outer) != 0 ||
		    der_get(&outer, DER_SEQUENCE, &list) != 0 || cursor_done(&outer) != 0 ||
		    decode_extensions(&list, x) != 0)
			return MOHR_ERR_MALFORMED;
	}
	return cursor_done(tbs);
}

int x509_decode(const void *data, size_t len, struct x509 *ret)
{
	struct cursor c, certificate, tbs, skipped;
	struct x509 x = {0};

	cursor_init(&c, data, len);
	if (der_get(&c, DER_SEQUENCE, &certificate) != 0 || cursor_done(&c) != 0 ||
	    der_get(&certificate, DER_SEQUENCE, &tbs) != 0 ||
	    der_get(&certificate, DER_SEQUENCE, &skipped) != 0 ||
	    der_get(&certificate, DER_BIT_STRING, &skipped) != 0 || cursor_done(&certificate) != 0)
		return MOHR_ERR_MALFORMED;
	if (get_version(&tbs) != 0 || get_serial(&tbs, &x.serial) != 0 ||
	    der_get(&tbs, DER_SEQUENCE, &skipped) != 0 ||
	    der_get_whole(&tbs, DER_SEQUENCE, &x.issuer) != 0 || get_validity(&tbs, &x) != 0 ||
	    der_get_whole(&tbs, DER_SEQUENCE, &x.subject) != 0 ||
	    der_get_whole(&tbs, DER_SEQUENCE, &x.spki) != 0 || decode_optional_tail(&tbs, &x) != 0)
		return MOHR_ERR_MALFORMED;
	/* A key that is of no use is no reason to hide the certificate. */
	if (pubkey_decode_spki(&x.spki, &x.key) != 0)
		x.key = (struct pubkey){0};
	*ret = x;
	return 0;
}

/* n decimal digits as a number, or -1. */
static int digits(const uint8_t *text, size_t n)
{
	int value = 0;

	while (n-- > 0) {
		if (*text < '0' || *text > '9')
			return -1;
		value = value * 10 + (*text++ - '0');
	}
	return value;
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool in_range(int value, int low, int high)
{
	return value >= low && value <= high;
}

/* RFC 5280 §4.1.2.5: YYMMDDHHMMSSZ (50 to 99 are 19YY) or YYYYMMDDHHMMSSZ, nothing else. */
int x509_date(const struct cursor *time, uint8_t tag, char ret_date[8])
{
	size_t year_len = tag == DER_UTC_TIME ? 2 : 4;
	const uint8_t *text;
	struct cursor c = *time;
	char date[8];
	int year, month;

	if ((tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME) ||
	    cursor_left(&c) != year_len + 11 || cursor_get(&c, year_len + 11, &text) != 0)
		return MOHR_ERR_MALFORMED;
	year = digits(text, year_len);
	if (year < 0)
		return MOHR_ERR_MALFORMED;
	if (tag == DER_UTC_TIME) {
		memcpy(date, year >= 50 ? "19" : "20", 2);
		year += year >= 50 ? 1900 : 2000;
	}
	memcpy(date + 4 - year_len, text, year_len);
	memcpy(date + 4, text + year_len, 4);
	text += year_len;
	month = digits(text, 2);
	if (!in_range(month, 1, 12) || !in_range(digits(text + 2, 2), 1, days_of(year, month)) ||
	    !in_range(digits(text + 4, 2), 0, 23) || !in_range(digits(text + 6, 2), 0, 59) ||
	    !in_range(digits(text + 8, 2), 0, 59) || text[10] != 'Z')
		return MOHR_ERR_MALFORMED;
	memcpy(ret_date, date, sizeof(date));
	return 0;
}

/* RFC 5280 §4.1.2.4: SEQUENCE OF SET OF SEQUENCE { type OID, value ANY } */
int x509_name_find(const struct cursor *name, const void *oid, size_t oid_len,
		   struct cursor *ret_value)
{
	struct cursor c = *name, names, set, attribute, type;
	struct tlv value;

	if (der_get(&c, DER_SEQUENCE, &names) != 0 || cursor_done(&c) != 0)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&names) > 0) {
		if (der_get(&names, DER_SET, &set) != 0)
			return MOHR_ERR_MALFORMED;
		while (cursor_left(&set) > 0) {
			if (der_get(&set, DER_SEQUENCE, &attribute) != 0 ||
			    der_get(&attribute, DER_OID, &type) != 0 ||
			    der_get_any(&attribute, &value) != 0 || cursor_done(&attribute) != 0)
				return MOHR_ERR_MALFORMED;
			if (cursor_equals(&type, oid, oid_len)) {
				*ret_value = value.value;
				return 0;
			}
		}
	}
	return MOHR_ERR_NOT_FOUND;
}
