/* SPDX-License-Identifier: BSD-2-Clause */
/* C_FindObjects: a search is answered at once and remembered as handles. */
#include "pkcs11/find.h"

#include <stdlib.h>
#include <string.h>

#include "pkcs11/attribute.h"
#include "pkcs11/session.h"

void find_clear(struct find *f)
{
	free(f->handles);
	memset(f, 0, sizeof(*f));
}

/* A template that asks for a class which no card has objects of needs no card. */
static bool needs_card(const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_OBJECT_CLASS class_id;
	CK_ULONG i;

	for (i = 0; i < n; i++) {
		if (attributes[i].type != CKA_CLASS || attributes[i].ulValueLen != sizeof(class_id))
			continue;
		memcpy(&class_id, attributes[i].pValue, sizeof(class_id));
		if (class_id != CKO_CERTIFICATE && class_id != CKO_PUBLIC_KEY &&
		    class_id != CKO_PRIVATE_KEY && class_id != CKO_PROFILE)
			return false;
	}
	return true;
}

static CK_RV check_template(const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_ULONG i;

	if (n && !attributes)
		return CKR_ARGUMENTS_BAD;
	for (i = 0; i < n; i++) {
		if (attributes[i].ulValueLen && !attributes[i].pValue)
			return CKR_ARGUMENTS_BAD;
	}
	return CKR_OK;
}

static size_t count(const struct object *o)
{
	size_t n;

	for (n = 0; o; o = o->next)
		n++;
	return n;
}

static CK_RV collect(struct presence *p, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		     struct find *ret)
{
	struct object *o = presence_objects(p);
	struct find f = {.active = true, .handles = calloc(count(o) + 1, sizeof(*f.handles))};
	CK_RV rv = CKR_OK;

	if (!f.handles)
		return CKR_HOST_MEMORY;
	for (; rv == CKR_OK && o; o = o->next) {
		CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
		bool match = false;

		rv = attribute_match(o, attributes, n, &match);
		if (rv == CKR_OK && match)
			handle = presence_show(p, o);
		if (handle != CK_INVALID_HANDLE)
			f.handles[f.n++] = handle;
	}
	if (rv == CKR_OK)
		*ret = f;
	else
		find_clear(&f);
	return rv;
}

CK_RV find_begin(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_RV rv = check_template(attributes, n);

	if (rv == CKR_OK && s->find.active)
		rv = CKR_OPERATION_ACTIVE;
	if (rv == CKR_OK && needs_card(attributes, n))
		rv = presence_load(s->presence);
	if (rv == CKR_OK)
		rv = collect(s->presence, attributes, n, &s->find);
	return rv;
}

CK_RV find_next(struct session *s, CK_OBJECT_HANDLE *ret, CK_ULONG max, CK_ULONG *ret_n)
{
	struct find *f = &s->find;
	CK_ULONG n = 0;

	if (!ret_n || (max && !ret))
		return CKR_ARGUMENTS_BAD;
	if (!f->active)
		return CKR_OPERATION_NOT_INITIALIZED;
	while (n < max && f->next < f->n)
		ret[n++] = f->handles[f->next++];
	*ret_n = n;
	return CKR_OK;
}

CK_RV find_end(struct session *s)
{
	if (!s->find.active)
		return CKR_OPERATION_NOT_INITIALIZED;
	find_clear(&s->find);
	return CKR_OK;
}
