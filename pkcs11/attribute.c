/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading attributes: what an object was given, else what the table's row says. */
#include "pkcs11/attribute.h"

#include <string.h>

#include "pkcs11/attribute_table.h"
#include "pkcs11/rv.h"

enum { VALUE_MAX = LIMIT_ATTRIBUTE };

/* PKCS#11 v3.1 §4.10: a secret key's value is shown if it is neither sensitive nor unextractable. */
static bool guards_its_value(const struct object *o)
{
	return attribute_is_true(o, CKA_SENSITIVE) || !attribute_is_true(o, CKA_EXTRACTABLE);
}

CK_RV attribute_read(const struct object *o, CK_ATTRIBUTE_TYPE type, struct buf *ret)
{
	const struct attribute *row = attribute_find(o->kind, type);
	const CK_ATTRIBUTE *given;

	if (!row)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (!row->get || ((row->may & GUARDED) && guards_its_value(o)))
		return CKR_ATTRIBUTE_SENSITIVE;
	given = values_find(o->values, type);
	if (!given)
		return rv_from(row->get(o, row->arg, ret), RV_SESSION);
	buf_put(ret, given->pValue, given->ulValueLen);
	return rv_from(buf_err(ret), RV_SESSION);
}

bool attribute_is_true(const struct object *o, CK_ATTRIBUTE_TYPE type)
{
	struct buf value = BUF_INIT(sizeof(CK_BBOOL));
	bool is_true = attribute_read(o, type, &value) == CKR_OK && value.len == 1 &&
		       value.data[0] != CK_FALSE;

	buf_clear(&value);
	return is_true;
}

bool attribute_allows(const struct object *o, CK_MECHANISM_TYPE mechanism)
{
	const CK_ATTRIBUTE *given = values_find(o->values, CKA_ALLOWED_MECHANISMS);
	CK_MECHANISM_TYPE type;
	CK_ULONG at;

	if (!given || given->ulValueLen == 0)
		return true;
	for (at = 0; at + sizeof(type) <= given->ulValueLen; at += sizeof(type)) {
		memcpy(&type, (const CK_BYTE *)given->pValue + at, sizeof(type));
		if (type == mechanism)
			return true;
	}
	return false;
}

/* One entry of the template: PKCS#11 v3.1 §5.7.5, cases 1 to 5. */
static CK_RV get_one(const struct object *o, CK_ATTRIBUTE *a)
{
	struct buf value = BUF_INIT(VALUE_MAX);
	CK_RV rv = attribute_read(o, a->type, &value);

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
		rv = attribute_read(o, attributes[i].type, &value);
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
	const struct attribute *row;
	CK_ULONG total = 0;
	size_t i;

	for (i = 0; (row = attribute_row(i)) != NULL; i++) {
		CK_ATTRIBUTE a = {.type = row->type};
		CK_RV rv;

		if (!(row->kinds & o->kind))
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
