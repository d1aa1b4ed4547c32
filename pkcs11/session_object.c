/* SPDX-License-Identifier: BSD-2-Clause */
/* Making, copying, changing and destroying session objects (PKCS#11 v3.1 §5.7.1 to §5.7.6). */
#include "pkcs11/session_object.h"

#include "pkcs11/attribute.h"
#include "pkcs11/attribute_table.h"
#include "pkcs11/making.h"
#include "pkcs11/rv.h"
#include "pkcs11/template.h"

/* Makes it and puts it where it is found. Takes values over in every case. */
static CK_RV make(struct session *s, struct making *m, CK_OBJECT_HANDLE *ret)
{
	struct object *o = NULL;
	CK_RV rv;

	m->presence = s->presence;
	m->owner = s;
	rv = making_finish(m, &o);
	if (rv == CKR_OK)
		rv = presence_add(s->presence, s, o, ret);
	object_unref(o);
	return rv;
}

CK_RV session_object_create(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n,
			    CK_OBJECT_HANDLE *ret)
{
	struct making m = {0};
	CK_RV rv;

	if (!ret || !template_is_whole(attributes, n))
		return CKR_ARGUMENTS_BAD;
	rv = template_kind(attributes, n, &m.kind);
	if (rv == CKR_OK)
		rv = template_check(m.kind, attributes, n, MAY_CREATE);
	if (rv == CKR_OK)
		rv = template_complete(m.kind, attributes, n);
	if (rv == CKR_OK)
		rv = rv_from(values_new(attributes, n, &m.values), RV_SESSION);
	return rv == CKR_OK ? make(s, &m, ret) : rv;
}

/* ---- secret keys ------------------------------------------------------------------------------- */

/* The template with its class, which a derivation may leave out (PKCS#11 v3.1 §5.18.5). */
static CK_RV secret_values(const CK_ATTRIBUTE *attributes, CK_ULONG n, struct values **ret)
{
	CK_OBJECT_CLASS class_id = CKO_SECRET_KEY;
	CK_ATTRIBUTE a = {CKA_CLASS, &class_id, sizeof(class_id)};
	struct values *given = NULL;
	CK_RV rv = template_check(OBJECT_SECRET, attributes, n, MAY_CREATE);

	if (rv == CKR_OK && values_ulong(values_find_in(attributes, n, CKA_CLASS),
					 CKO_SECRET_KEY) != CKO_SECRET_KEY)
		rv = CKR_TEMPLATE_INCONSISTENT;
	if (rv == CKR_OK)
		rv = rv_from(values_new(attributes, n, &given), RV_SESSION);
	if (rv == CKR_OK)
		rv = rv_from(values_changed(given, &a, 1, ret), RV_SESSION);
	values_free(given);
	if (rv == CKR_OK)
		rv = template_complete(OBJECT_SECRET, (*ret)->at, (*ret)->n);
	return rv;
}

CK_RV session_object_check_secret(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n,
				  CK_KEY_TYPE *ret_type, CK_ULONG *ret_len)
{
	struct making m = {.kind = OBJECT_SECRET, .presence = s->presence, .owner = s};
	CK_RV rv;

	if (!template_is_whole(attributes, n))
		return CKR_ARGUMENTS_BAD;
	rv = secret_values(attributes, n, &m.values);
	if (rv == CKR_OK)
		rv = making_check(&m);
	if (rv == CKR_OK)
		rv = presence_has_room(s->presence);
	if (rv == CKR_OK) {
		*ret_type = values_ulong(values_find(m.values, CKA_KEY_TYPE), 0);
		*ret_len = values_ulong(values_find(m.values, CKA_VALUE_LEN), 0);
	}
	values_free(m.values);
	return rv;
}

CK_RV session_object_new_secret(struct session *s, const CK_ATTRIBUTE *attributes, CK_ULONG n,
				const struct secret *value, CK_OBJECT_HANDLE *ret)
{
	struct making m = {.kind = OBJECT_SECRET, .secret = value};
	CK_RV rv;

	if (!ret || !template_is_whole(attributes, n))
		return CKR_ARGUMENTS_BAD;
	rv = secret_values(attributes, n, &m.values);
	if (rv == CKR_OK)
		return make(s, &m, ret);
	values_free(m.values);
	return rv;
}

/* ---- from other objects ------------------------------------------------------------------------ */

/* One more value, read from the object that is copied; an empty one is as good as none. */
static CK_RV gather_one(const struct object *o, const struct attribute *row, struct values **v)
{
	struct buf value = BUF_INIT(LIMIT_ATTRIBUTE);
	struct values *more = NULL;
	CK_ATTRIBUTE a = {.type = row->type};
	CK_RV rv = attribute_read(o, row->type, &value);

	if (rv == CKR_OK && value.len > 0) {
		a.pValue = value.data;
		a.ulValueLen = value.len;
		rv = rv_from(values_changed(*v, &a, 1, &more), RV_SESSION);
	}
	if (more) {
		values_free(*v);
		*v = more;
	}
	buf_clear(&value);
	return rv;
}

/* What the copy is given: the template, and what the original has besides. */
static CK_RV gather(const struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		    struct values **ret)
{
	const struct attribute *row;
	struct values *v = NULL;
	CK_RV rv = rv_from(values_new(attributes, n, &v), RV_SESSION);
	size_t i;

	for (i = 0; rv == CKR_OK && (row = attribute_row(i)) != NULL; i++) {
		if (!(row->kinds & o->kind) || !(row->may & MAY_CREATE) ||
		    values_find(v, row->type) || (!o->owner && (row->may & OF_THE_PLACE)))
			continue;
		rv = gather_one(o, row, &v);
	}
	if (rv == CKR_OK)
		*ret = v;
	else
		values_free(v);
	return rv;
}

static CK_RV copy(struct session *s, const struct object *o, const CK_ATTRIBUTE *attributes,
		  CK_ULONG n, CK_OBJECT_HANDLE *ret)
{
	struct making m = {.kind = o->kind, .secret = o->secret, .from = o};
	CK_RV rv;

	if (!attribute_is_true(o, CKA_COPYABLE))
		return CKR_ACTION_PROHIBITED;
	rv = template_check(o->kind, attributes, n, MAY_SET | MAY_COPY);
	if (rv == CKR_OK)
		rv = template_check_change(o, attributes, n);
	if (rv == CKR_OK)
		rv = gather(o, attributes, n, &m.values);
	return rv == CKR_OK ? make(s, &m, ret) : rv;
}

CK_RV session_object_copy(struct session *s, CK_OBJECT_HANDLE handle,
			  const CK_ATTRIBUTE *attributes, CK_ULONG n, CK_OBJECT_HANDLE *ret)
{
	struct object *o = NULL;
	CK_RV rv;

	if (!ret || !template_is_whole(attributes, n))
		return CKR_ARGUMENTS_BAD;
	rv = session_object(s, handle, &o);
	if (rv == CKR_OK)
		rv = copy(s, o, attributes, n, ret);
	object_unref(o);
	return rv;
}

/* A changed object is a new one in the old one's place: who uses the old one goes on with it. */
static CK_RV change(struct session *s, struct object *o, const CK_ATTRIBUTE *attributes, CK_ULONG n,
		    bool *ret_missed)
{
	struct making m = {.kind = o->kind,
			   .presence = s->presence,
			   .owner = o->owner,
			   .secret = o->secret,
			   .from = o};
	struct object *changed = NULL;
	CK_RV rv;

	if (!attribute_is_true(o, CKA_MODIFIABLE))
		return CKR_ACTION_PROHIBITED;
	rv = template_check(o->kind, attributes, n, MAY_SET);
	if (rv == CKR_OK)
		rv = template_check_change(o, attributes, n);
	if (rv == CKR_OK)
		rv = rv_from(values_changed(o->values, attributes, n, &m.values), RV_SESSION);
	if (rv == CKR_OK)
		rv = making_finish(&m, &changed);
	if (rv == CKR_OK)
		rv = presence_replace(s->presence, o, changed, ret_missed);
	object_unref(changed);
	return rv;
}

CK_RV session_object_set(struct session *s, CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *attributes,
			 CK_ULONG n)
{
	struct object *o;
	bool missed = true;
	CK_RV rv = CKR_OK;

	if (!template_is_whole(attributes, n))
		return CKR_ARGUMENTS_BAD;
	/* What another thread has changed meanwhile is changed once more. */
	while (rv == CKR_OK && missed) {
		o = NULL;
		rv = session_object(s, handle, &o);
		if (rv == CKR_OK)
			rv = change(s, o, attributes, n, &missed);
		object_unref(o);
	}
	return rv;
}

CK_RV session_object_destroy(struct session *s, CK_OBJECT_HANDLE handle)
{
	struct object *o = NULL;
	CK_RV rv = session_object(s, handle, &o);

	if (rv == CKR_OK && !attribute_is_true(o, CKA_DESTROYABLE))
		rv = CKR_ACTION_PROHIBITED;
	if (rv == CKR_OK)
		rv = presence_remove(s->presence, handle);
	object_unref(o);
	return rv;
}
