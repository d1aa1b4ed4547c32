/* SPDX-License-Identifier: BSD-2-Clause */
/* C_FindObjects: a search is answered at once and remembered as handles. */
#include "pkcs11/find.h"

#include <stdlib.h>
#include <string.h>

#include "pkcs11/attribute.h"
#include "pkcs11/session.h"
#include "pkcs11/template.h"

void find_clear(struct find *f)
{
	free(f->handles);
	memset(f, 0, sizeof(*f));
}

/* What only sessions make, and what no token has, is known without asking a card. */
static bool needs_card(const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	if (!values_bool(values_find_in(attributes, n, CKA_TOKEN), true))
		return false;
	switch (values_ulong(values_find_in(attributes, n, CKA_CLASS), CKO_CERTIFICATE)) {
	case CKO_CERTIFICATE:
	case CKO_PUBLIC_KEY:
	case CKO_PRIVATE_KEY:
	case CKO_PROFILE:
	case CKO_DATA:
	case CKO_HW_FEATURE:
		return true;
	default:
		return false;
	}
}

/*
 * PKCS#11 v3.1 §4.3: hardware features are found by those who ask for their class, private objects by who is
 * logged in (§5.7.7): nothing is read of them otherwise, and no card is asked.
 */
static bool is_meant(const struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	if (o->hidden && !token_logged_in(o->presence->token))
		return false;
	return o->kind != OBJECT_FEATURE || values_find_in(attributes, n, CKA_CLASS);
}

/* Whether certificates are among what is looked for. */
static bool wants_certificates(const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	return values_ulong(values_find_in(attributes, n, CKA_CLASS), CKO_CERTIFICATE) ==
	       CKO_CERTIFICATE;
}

static CK_RV collect(struct presence *p, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		     struct find *ret)
{
	struct find f = {.active = true};
	struct object **all = NULL;
	size_t i, n_all = 0;
	CK_RV rv = presence_all(p, &all, &n_all);

	if (rv == CKR_OK) {
		f.handles = calloc(n_all + 1, sizeof(*f.handles));
		rv = f.handles ? CKR_OK : CKR_HOST_MEMORY;
	}
	for (i = 0; rv == CKR_OK && i < n_all; i++) {
		CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
		bool match = false;

		if (!is_meant(all[i], attributes, n))
			continue;
		rv = attribute_match(all[i], attributes, n, &match);
		if (rv == CKR_OK && match)
			handle = presence_show(p, all[i]);
		if (handle != CK_INVALID_HANDLE)
			f.handles[f.n++] = handle;
	}
	presence_put_all(all, n_all);
	if (rv == CKR_OK)
		*ret = f;
	else
		find_clear(&f);
	return rv;
}

CK_RV find_begin(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_RV rv = template_is_whole(attributes, n) ? CKR_OK : CKR_ARGUMENTS_BAD;

	if (rv == CKR_OK && s->find.active)
		rv = CKR_OPERATION_ACTIVE;
	if (rv == CKR_OK && needs_card(attributes, n))
		rv = presence_load(s->presence, wants_certificates(attributes, n));
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
