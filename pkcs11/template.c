/* SPDX-License-Identifier: BSD-2-Clause */
/* Each attribute against its row of the table. */
#include "pkcs11/template.h"

#include <string.h>

#include "pkcs11/attribute.h"
#include "pkcs11/attribute_table.h"

bool template_is_there(const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	return n == 0 || (attributes && n <= (CK_ULONG)-1 / sizeof(*attributes));
}

bool template_is_whole(const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_ULONG i;

	if (!template_is_there(attributes, n))
		return false;
	for (i = 0; i < n; i++) {
		if (attributes[i].ulValueLen && !attributes[i].pValue)
			return false;
	}
	return true;
}

/* PKCS#11 v3.1 §4.1.1: a class or key type that this token cannot make is inconsistent with it. */
static CK_RV kind_of_public(const CK_ATTRIBUTE *type, enum object_kind *ret)
{
	if (!type)
		return CKR_TEMPLATE_INCOMPLETE;
	if (type->ulValueLen != sizeof(CK_KEY_TYPE))
		return CKR_ATTRIBUTE_VALUE_INVALID;
	switch (values_ulong(type, CK_UNAVAILABLE_INFORMATION)) {
	case CKK_RSA:
		*ret = OBJECT_PUBLIC_RSA;
		return CKR_OK;
	case CKK_EC:
		*ret = OBJECT_PUBLIC_EC;
		return CKR_OK;
	case CKK_EC_EDWARDS:
		*ret = OBJECT_PUBLIC_EDWARDS;
		return CKR_OK;
	default:
		return CKR_TEMPLATE_INCONSISTENT;
	}
}

CK_RV template_kind(const CK_ATTRIBUTE *attributes, CK_ULONG n, enum object_kind *ret)
{
	const CK_ATTRIBUTE *class_id = values_find_in(attributes, n, CKA_CLASS);

	if (!class_id)
		return CKR_TEMPLATE_INCOMPLETE;
	if (class_id->ulValueLen != sizeof(CK_OBJECT_CLASS))
		return CKR_ATTRIBUTE_VALUE_INVALID;
	switch (values_ulong(class_id, CK_UNAVAILABLE_INFORMATION)) {
	case CKO_PUBLIC_KEY:
		return kind_of_public(values_find_in(attributes, n, CKA_KEY_TYPE), ret);
	case CKO_CERTIFICATE:
		*ret = OBJECT_CERTIFICATE;
		return CKR_OK;
	case CKO_DATA:
		*ret = OBJECT_DATA;
		return CKR_OK;
	default:
		return CKR_TEMPLATE_INCONSISTENT;
	}
}

/* PKCS#11 v3.1 §3.4 CK_DATE: YYYYMMDD. */
static bool is_date(const CK_BYTE *text, CK_ULONG len)
{
	unsigned month, day;
	CK_ULONG i;

	if (len != sizeof(CK_DATE))
		return len == 0;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	month = (text[4] - '0') * 10u + (text[5] - '0');
	day = (text[6] - '0') * 10u + (text[7] - '0');
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static CK_RV check_bool(const CK_ATTRIBUTE *a)
{
	CK_BBOOL value;

	if (a->ulValueLen != sizeof(value))
		return CKR_ATTRIBUTE_VALUE_INVALID;
	memcpy(&value, a->pValue, sizeof(value));
	return value == CK_TRUE || value == CK_FALSE ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
}

static CK_RV valid_if(bool valid)
{
	return valid ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
}

static CK_RV check_form(const struct attribute *row, const CK_ATTRIBUTE *a)
{
	CK_RV rv;

	switch (row->form) {
	case FORM_BOOL:
		return check_bool(a);
	case FORM_FALSE:
		rv = check_bool(a);
		return rv == CKR_OK && values_bool(a, false) ? CKR_ATTRIBUTE_READ_ONLY : rv;
	case FORM_ULONG:
		return valid_if(a->ulValueLen == sizeof(CK_ULONG));
	case FORM_DATE:
		return valid_if(is_date(a->pValue, a->ulValueLen));
	case FORM_MECHANISMS:
		return valid_if(a->ulValueLen % sizeof(CK_MECHANISM_TYPE) == 0);
	case FORM_TEMPLATE:
		if (a->ulValueLen % sizeof(CK_ATTRIBUTE) != 0)
			return CKR_ATTRIBUTE_VALUE_INVALID;
		return a->ulValueLen ? CKR_TEMPLATE_INCONSISTENT : CKR_OK;
	default:
		return CKR_OK;
	}
}

static CK_RV check_one(enum object_kind kind, const CK_ATTRIBUTE *a, unsigned purpose)
{
	const struct attribute *row = attribute_find(kind, a->type);

	if (!row)
		return attribute_is_known(a->type) ? CKR_TEMPLATE_INCONSISTENT
						   : CKR_ATTRIBUTE_TYPE_INVALID;
	if (!(row->may & purpose))
		return CKR_ATTRIBUTE_READ_ONLY;
	if (a->ulValueLen > LIMIT_ATTRIBUTE)
		return CKR_DEVICE_MEMORY;
	return check_form(row, a);
}

CK_RV template_check(enum object_kind kind, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		     unsigned purpose)
{
	CK_ULONG i;

	/* It ends early: what is neither unknown nor there twice is soon exhausted. */
	for (i = 0; i < n; i++) {
		CK_RV rv = check_one(kind, &attributes[i], purpose);

		if (rv != CKR_OK)
			return rv;
		if (values_find_in(attributes, i, attributes[i].type))
			return CKR_TEMPLATE_INCONSISTENT;
	}
	return CKR_OK;
}

CK_RV template_complete(enum object_kind kind, const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	const struct attribute *row;
	size_t i;

	for (i = 0; (row = attribute_row(i)) != NULL; i++) {
		if ((row->kinds & kind) && (row->may & MUST_CREATE) == MUST_CREATE &&
		    !values_find_in(attributes, n, row->type))
			return CKR_TEMPLATE_INCOMPLETE;
	}
	return CKR_OK;
}

CK_RV template_check_change(const struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_ULONG i;

	for (i = 0; i < n; i++) {
		const struct attribute *row = attribute_find(o->kind, attributes[i].type);
		bool now = attribute_is_true(o, attributes[i].type);
		bool wanted = values_bool(&attributes[i], now);

		if ((row->may & ONLY_TRUE && now && !wanted) ||
		    (row->may & ONLY_FALSE && !now && wanted))
			return CKR_ATTRIBUTE_READ_ONLY;
	}
	return CKR_OK;
}
