/* SPDX-License-Identifier: BSD-2-Clause */
/* A token in a slot: found, counted, its objects given handles. */
#include "pkcs11/presence.h"

#include <stdlib.h>

#include "pkcs11/rv.h"

static struct presence *find(const struct module *m, const struct token *token)
{
	struct presence *p;

	for (p = m->presences; p; p = p->next) {
		if (p->token == token)
			return p;
	}
	return NULL;
}

static void destroy(struct presence *p)
{
	object_list_free(p->objects);
	object_list_free(p->made);
	mutex_clear(&p->login);
	token_unref(p->token);
	free(p);
}

/* Takes over the token's reference in every case. */
static int make(struct module *m, CK_SLOT_ID slot, struct token *token, struct presence **ret)
{
	struct presence *p = calloc(1, sizeof(*p));
	int r;

	if (!p) {
		token_unref(token);
		return MOHR_ERR_NOMEM;
	}
	p->module = m;
	p->token = token;
	p->slot = slot;
	p->refs = 1;
	r = mutex_init(&p->login, m->locking.ops);
	if (r != 0) {
		destroy(p);
		return r;
	}
	*ret = p;
	return 0;
}

/* Under module->lock. Earlier presences of the slot have left. */
static struct presence *enlist(struct module *m, struct presence *p)
{
	struct presence **link = &m->presences, *left = NULL;

	while (*link) {
		struct presence *other = *link;

		if (other->slot != p->slot) {
			link = &other->next;
			continue;
		}
		*link = other->next;
		other->listed = false;
		other->next = left;
		left = other;
	}
	p->refs++;
	p->listed = true;
	p->next = m->presences;
	m->presences = p;
	return left;
}

static void put_chain(struct presence *p)
{
	while (p) {
		struct presence *next = p->next;

		presence_put(p);
		p = next;
	}
}

/* The listed presence of this token, with a reference for the caller; else NULL. */
static struct presence *find_ref(struct module *m, const struct token *token)
{
	struct presence *p;

	mutex_lock(&m->lock);
	p = find(m, token);
	if (p)
		p->refs++;
	mutex_unlock(&m->lock);
	return p;
}

CK_RV presence_get(struct module *m, CK_SLOT_ID slot, struct presence **ret)
{
	struct presence *p, *made = NULL, *left = NULL;
	struct token *token = NULL;
	int r;

	r = slots_token(m->slots, slot, &token);
	if (r != 0)
		return rv_from(r, RV_SLOT);
	p = find_ref(m, token);
	if (p) {
		token_unref(token);
		*ret = p;
		return CKR_OK;
	}
	r = make(m, slot, token, &made);
	if (r != 0)
		return rv_from(r, RV_SLOT);
	mutex_lock(&m->lock);
	p = find(m, token); /* another thread may have been here first */
	if (p) {
		p->refs++;
	} else {
		p = made;
		made = NULL;
		left = enlist(m, p);
	}
	mutex_unlock(&m->lock);
	put_chain(left);
	if (made)
		destroy(made);
	*ret = p;
	return CKR_OK;
}

void presence_ref(struct presence *p)
{
	mutex_lock(&p->module->lock);
	p->refs++;
	mutex_unlock(&p->module->lock);
}

void presence_put(struct presence *p)
{
	bool last;

	if (!p)
		return;
	mutex_lock(&p->module->lock);
	last = --p->refs == 0;
	mutex_unlock(&p->module->lock);
	if (last)
		destroy(p);
}

void presence_drop(struct presence *p)
{
	struct module *m = p->module;
	struct presence **link;
	bool listed;

	mutex_lock(&m->lock);
	listed = p->listed;
	p->listed = false;
	for (link = &m->presences; listed && *link; link = &(*link)->next) {
		if (*link == p) {
			*link = p->next;
			break;
		}
	}
	mutex_unlock(&m->lock);
	if (listed)
		presence_put(p);
}

void presence_drop_all(struct module *m)
{
	struct presence *p = m->presences;

	m->presences = NULL;
	put_chain(p);
}

void presence_count(struct module *m, const struct token *token, CK_ULONG *ret_all,
		    CK_ULONG *ret_rw)
{
	const struct presence *p;

	mutex_lock(&m->lock);
	p = find(m, token);
	*ret_all = p ? p->n_sessions : 0;
	*ret_rw = p ? p->n_rw_sessions : 0;
	mutex_unlock(&m->lock);
}

/* Under module->lock. */
static CK_OBJECT_HANDLE show(struct presence *p, struct object *o)
{
	struct module *m = p->module;

	if (o->hidden && !token_logged_in(p->token))
		return CK_INVALID_HANDLE;
	if (o->handle == CK_INVALID_HANDLE && m->last_object < CK_UNAVAILABLE_INFORMATION - 1)
		o->handle = ++m->last_object;
	return o->handle;
}

/* Whether *done, read under the lock. */
static bool is_done(struct presence *p, const bool *done)
{
	bool is;

	mutex_lock(&p->module->lock);
	is = *done;
	mutex_unlock(&p->module->lock);
	return is;
}

/* Adds made to the token's objects, unless another thread has been here first. */
static void add_objects(struct presence *p, struct object *made, bool *done)
{
	struct object **end = &p->objects;

	mutex_lock(&p->module->lock);
	if (!*done) {
		while (*end)
			end = &(*end)->next;
		*end = made;
		made = NULL;
		*done = true;
	}
	mutex_unlock(&p->module->lock);
	object_list_free(made);
}

static int load(struct presence *p)
{
	const struct token_objects *found = NULL;
	struct object *made = NULL;
	int r;

	if (is_done(p, &p->loaded))
		return 0;
	r = token_objects(p->token, &found);
	if (r == 0)
		r = object_list_token(p, found, &made);
	if (r == 0)
		add_objects(p, made, &p->loaded);
	return r;
}

static int load_authorities(struct presence *p)
{
	const struct token_certificate *found = NULL;
	struct object *made = NULL;
	unsigned n = 0;
	int r;

	if (is_done(p, &p->authorities_loaded))
		return 0;
	r = token_authorities(p->token, &found, &n);
	if (r == 0)
		r = object_list_certificates(p, found, n, &made);
	if (r == 0)
		add_objects(p, made, &p->authorities_loaded);
	return r;
}

CK_RV presence_load(struct presence *p, bool authorities)
{
	int r = load(p);

	if (r == 0 && authorities)
		r = load_authorities(p);
	return r == 0 ? CKR_OK : rv_from(r, RV_SESSION);
}

/* Under module->lock. */
static struct object *find_object(struct object *first, CK_OBJECT_HANDLE handle)
{
	struct object *o;

	for (o = first; handle != CK_INVALID_HANDLE && o; o = o->next) {
		if (o->handle == handle)
			return o;
	}
	return NULL;
}

CK_RV presence_object(struct presence *p, CK_OBJECT_HANDLE handle, struct object **ret)
{
	CK_RV rv = CKR_OK;
	struct object *o;

	mutex_lock(&p->module->lock);
	o = find_object(p->objects, handle);
	if (!o)
		o = find_object(p->made, handle);
	if (!o)
		rv = CKR_OBJECT_HANDLE_INVALID;
	else if (o->hidden && !token_logged_in(p->token))
		rv = CKR_USER_NOT_LOGGED_IN;
	else
		*ret = object_ref(o);
	mutex_unlock(&p->module->lock);
	return rv;
}

CK_OBJECT_HANDLE presence_show(struct presence *p, struct object *o)
{
	CK_OBJECT_HANDLE handle;

	mutex_lock(&p->module->lock);
	handle = show(p, o);
	mutex_unlock(&p->module->lock);
	return handle;
}

unsigned long presence_epoch(struct presence *p)
{
	unsigned long epoch;

	mutex_lock(&p->module->lock);
	epoch = p->epoch;
	mutex_unlock(&p->module->lock);
	return epoch;
}
