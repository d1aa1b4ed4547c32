/* SPDX-License-Identifier: BSD-2-Clause */
/* One block: the array, then the bytes. */
#include "pkcs11/object_values.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { MAX_BLOCK = 1 << 24 };

/* Adds what this attribute needs; false if the sum leaves all measure. */
static bool measure(size_t *size, const CK_ATTRIBUTE *a)
{
	if (a->ulValueLen > MAX_BLOCK || *size > MAX_BLOCK)
		return false;
	*size += sizeof(*a) + a->ulValueLen;
	return true;
}

static void append(struct values *v, uint8_t **at, const CK_ATTRIBUTE *a)
{
	CK_ATTRIBUTE *copy = &v->at[v->n++];

	copy->type = a->type;
	copy->ulValueLen = a->ulValueLen;
	copy->pValue = NULL;
	if (a->ulValueLen == 0)
		return;
	memcpy(*at, a->pValue, a->ulValueLen);
	copy->pValue = *at;
	*at += a->ulValueLen;
}

int values_new(const CK_ATTRIBUTE *attributes, CK_ULONG n, struct values **ret)
{
	return values_changed(NULL, attributes, n, ret);
}

int values_changed(const struct values *old, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		   struct values **ret)
{
	size_t size = sizeof(struct values);
	CK_ULONG i, n_all = n;
	struct values *v;
	uint8_t *at;

	for (i = 0; i < n; i++) {
		if (!measure(&size, &attributes[i]))
			return MOHR_ERR_NOMEM;
	}
	for (i = 0; old && i < old->n; i++) {
		if (values_find_in(attributes, n, old->at[i].type))
			continue;
		if (!measure(&size, &old->at[i]))
			return MOHR_ERR_NOMEM;
		n_all++;
	}
	v = malloc(size);
	if (!v)
		return MOHR_ERR_NOMEM;
	v->n = 0;
	v->size = size;
	at = (uint8_t *)&v->at[n_all];
	for (i = 0; old && i < old->n; i++) {
		if (!values_find_in(attributes, n, old->at[i].type))
			append(v, &at, &old->at[i]);
	}
	for (i = 0; i < n; i++)
		append(v, &at, &attributes[i]);
	*ret = v;
	return 0;
}

void values_free(struct values *v)
{
	if (v)
		wipe(v, v->size);
	free(v);
}

const CK_ATTRIBUTE *values_find_in(const CK_ATTRIBUTE *attributes, CK_ULONG n,
				   CK_ATTRIBUTE_TYPE type)
{
	CK_ULONG i;

	for (i = 0; i < n; i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}
	return NULL;
}

const CK_ATTRIBUTE *values_find(const struct values *v, CK_ATTRIBUTE_TYPE type)
{
	return v ? values_find_in(v->at, v->n, type) : NULL;
}

CK_ULONG values_ulong(const CK_ATTRIBUTE *a, CK_ULONG otherwise)
{
	CK_ULONG value;

	if (!a || a->ulValueLen != sizeof(value))
		return otherwise;
	memcpy(&value, a->pValue, sizeof(value));
	return value;
}

bool values_bool(const CK_ATTRIBUTE *a, bool otherwise)
{
	CK_BBOOL value;

	if (!a || a->ulValueLen != sizeof(value))
		return otherwise;
	memcpy(&value, a->pValue, sizeof(value));
	return value != CK_FALSE;
}
