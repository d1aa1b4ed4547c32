/* SPDX-License-Identifier: BSD-2-Clause */
/* What sessions have made with a token: a list, its limits, and who takes what out of it. */
#include "pkcs11/presence.h"

#include <stdlib.h>

#include "pkcs11/session.h"

/* Under module->lock. */
static bool has_room(const struct presence *p, size_t size)
{
	return p->n_made < LIMIT_N_SESSION_OBJECTS && p->made_size <= LIMIT_SESSION_OBJECTS &&
	       size <= LIMIT_SESSION_OBJECTS - p->made_size;
}

CK_RV presence_has_room(struct presence *p)
{
	bool room;

	mutex_lock(&p->module->lock);
	room = has_room(p, 0);
	mutex_unlock(&p->module->lock);
	return room ? CKR_OK : CKR_DEVICE_MEMORY;
}

/* Under module->lock. */
static CK_RV add(struct presence *p, const struct session *s, struct object *o)
{
	struct module *m = p->module;
	struct object **link = &p->made;

	if (s->closed)
		return CKR_SESSION_HANDLE_INVALID;
	if (o->hidden && !token_logged_in(p->token))
		return CKR_USER_NOT_LOGGED_IN;
	if (!has_room(p, o->size) || m->last_object >= CK_UNAVAILABLE_INFORMATION - 1)
		return CKR_DEVICE_MEMORY;
	o->handle = ++m->last_object;
	while (*link)
		link = &(*link)->next;
	*link = object_ref(o);
	p->n_made++;
	p->made_size += o->size;
	return CKR_OK;
}

CK_RV presence_add(struct presence *p, const struct session *s, struct object *o,
		   CK_OBJECT_HANDLE *ret)
{
	CK_RV rv;

	mutex_lock(&p->module->lock);
	rv = add(p, s, o);
	if (rv == CKR_OK)
		*ret = o->handle;
	mutex_unlock(&p->module->lock);
	return rv;
}

/* Takes it out of the list, under module->lock; the list's reference goes with it. */
static void drop(struct presence *p, struct object **link)
{
	struct object *o = *link;

	*link = o->next;
	p->n_made--;
	p->made_size -= o->size;
	object_unref(o);
}

/* Under module->lock. */
static CK_RV replace(struct presence *p, const struct object *o, struct object *changed,
		     bool *ret_missed)
{
	struct object **link;

	*ret_missed = false;
	for (link = &p->made; *link; link = &(*link)->next) {
		if (*link != o)
			continue;
		if (changed->size > LIMIT_SESSION_OBJECTS - (p->made_size - o->size))
			return CKR_DEVICE_MEMORY;
		changed->handle = o->handle;
		changed->next = o->next;
		p->n_made++;
		p->made_size += changed->size;
		drop(p, link);
		*link = object_ref(changed);
		return CKR_OK;
	}
	*ret_missed = true;
	return CKR_OK;
}

CK_RV presence_replace(struct presence *p, const struct object *o, struct object *changed,
		       bool *ret_missed)
{
	CK_RV rv;

	mutex_lock(&p->module->lock);
	rv = replace(p, o, changed, ret_missed);
	mutex_unlock(&p->module->lock);
	return rv;
}

CK_RV presence_remove(struct presence *p, CK_OBJECT_HANDLE handle)
{
	CK_RV rv = CKR_OBJECT_HANDLE_INVALID;
	struct object **link;

	mutex_lock(&p->module->lock);
	for (link = &p->made; *link; link = &(*link)->next) {
		if ((*link)->handle == handle) {
			drop(p, link);
			rv = CKR_OK;
			break;
		}
	}
	mutex_unlock(&p->module->lock);
	return rv;
}

void presence_forget_made(struct presence *p, const struct session *owner)
{
	struct object **link = &p->made;

	while (*link) {
		if ((*link)->owner == owner)
			drop(p, link);
		else
			link = &(*link)->next;
	}
}

void presence_forget_private(struct presence *p)
{
	struct object **link = &p->made, *o;

	for (o = p->objects; o; o = o->next) {
		if (o->hidden)
			o->handle = CK_INVALID_HANDLE;
	}
	while (*link) {
		if ((*link)->hidden)
			drop(p, link);
		else
			link = &(*link)->next;
	}
}

static size_t count(const struct object *o)
{
	size_t n;

	for (n = 0; o; o = o->next)
		n++;
	return n;
}

CK_RV presence_all(struct presence *p, struct object ***ret, size_t *ret_n)
{
	struct object **all, *o;
	size_t n = 0;

	mutex_lock(&p->module->lock);
	all = calloc(count(p->objects) + p->n_made + 1, sizeof(struct object *));
	for (o = p->objects; all && o; o = o->next)
		all[n++] = object_ref(o);
	for (o = p->made; all && o; o = o->next)
		all[n++] = object_ref(o);
	mutex_unlock(&p->module->lock);
	if (!all)
		return CKR_HOST_MEMORY;
	*ret = all;
	*ret_n = n;
	return CKR_OK;
}

void presence_put_all(struct object **all, size_t n)
{
	while (n > 0)
		object_unref(all[--n]);
	free(all);
}
