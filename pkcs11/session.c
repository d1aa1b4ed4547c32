/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening, finding and closing sessions. */
#include "pkcs11/session.h"

#include <stdlib.h>

#include "pkcs11/login.h"
#include "pkcs11/rv.h"

/* Under module->lock. */
static void count(struct session *s, bool up)
{
	struct presence *p = s->presence;

	p->n_sessions += up ? 1 : (CK_ULONG)-1;
	if (s->flags & CKF_RW_SESSION)
		p->n_rw_sessions += up ? 1 : (CK_ULONG)-1;
}

/* Takes over the presence's reference in every case. */
static int make(struct module *m, struct presence *p, CK_FLAGS flags, CK_SESSION_HANDLE *ret)
{
	struct session *s = calloc(1, sizeof(*s));
	int r = MOHR_ERR_NOMEM;

	if (!s)
		goto out;
	s->module = m;
	s->presence = p;
	s->flags = flags & (CKF_RW_SESSION | CKF_SERIAL_SESSION);
	s->refs = 1;
	r = mutex_init(&s->lock, m->locking.ops);
	if (r != 0)
		goto out;
	mutex_lock(&m->lock);
	r = handles_add(&m->sessions, s, ret);
	if (r == 0)
		count(s, true);
	mutex_unlock(&m->lock);
out:
	if (r != 0) {
		if (s)
			mutex_clear(&s->lock);
		free(s);
		presence_put(p);
	}
	return r;
}

CK_RV session_open(struct module *m, CK_SLOT_ID slot, CK_FLAGS flags, CK_SESSION_HANDLE *ret)
{
	struct presence *p = NULL;
	CK_RV rv;

	if (!ret)
		return CKR_ARGUMENTS_BAD;
	if (!(flags & CKF_SERIAL_SESSION))
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	if (flags & CKF_ASYNC_SESSION)
		return CKR_SESSION_ASYNC_NOT_SUPPORTED;
	rv = presence_get(m, slot, &p);
	if (rv != CKR_OK)
		return rv;
	return rv_from(make(m, p, flags, ret), RV_SLOT);
}

CK_RV session_get(struct module *m, CK_SESSION_HANDLE handle, struct session **ret)
{
	struct session *s;

	mutex_lock(&m->lock);
	s = handles_find(&m->sessions, handle);
	if (s)
		s->refs++;
	mutex_unlock(&m->lock);
	if (!s)
		return CKR_SESSION_HANDLE_INVALID;
	*ret = s;
	return CKR_OK;
}

void session_cancel(struct session *s, CK_FLAGS flags)
{
	if (flags & CKF_FIND_OBJECTS)
		find_clear(&s->find);
	if (flags & CKF_DIGEST)
		operation_end(s, &s->digest);
	if (flags & (s->sign.recover ? CKF_SIGN_RECOVER : CKF_SIGN))
		operation_end(s, &s->sign);
	if (flags & (s->verify.recover ? CKF_VERIFY_RECOVER : CKF_VERIFY))
		operation_end(s, &s->verify);
	if (flags & CKF_ENCRYPT)
		operation_end(s, &s->encrypt);
	if (flags & CKF_DECRYPT)
		operation_end(s, &s->decrypt);
}

void session_put(struct session *s)
{
	bool last;

	mutex_lock(&s->module->lock);
	last = --s->refs == 0;
	mutex_unlock(&s->module->lock);
	if (!last)
		return;
	find_clear(&s->find);
	operation_end(s, &s->digest);
	operation_end(s, &s->sign);
	operation_end(s, &s->verify);
	operation_end(s, &s->encrypt);
	operation_end(s, &s->decrypt);
	presence_put(s->presence);
	mutex_clear(&s->lock);
	free(s);
}

bool session_is_closed(struct session *s)
{
	bool closed;

	mutex_lock(&s->module->lock);
	closed = s->closed;
	mutex_unlock(&s->module->lock);
	return closed;
}

/* Takes a session out of the table, under module->lock; the table's reference is the caller's now. */
static struct session *take(struct module *m, CK_SESSION_HANDLE handle)
{
	struct session *s = handles_remove(&m->sessions, handle);

	if (s) {
		s->closed = true;
		count(s, false);
		presence_forget_made(s->presence, s);
	}
	return s;
}

/* The last session of a presence takes the login with it. */
static void finish(struct session *s)
{
	struct presence *p = s->presence;

	presence_ref(p);
	session_put(s);
	login_end_if_unused(p);
	presence_put(p);
}

CK_RV session_close(struct module *m, CK_SESSION_HANDLE handle)
{
	struct session *s;

	mutex_lock(&m->lock);
	s = take(m, handle);
	mutex_unlock(&m->lock);
	if (!s)
		return CKR_SESSION_HANDLE_INVALID;
	finish(s);
	return CKR_OK;
}

/* Which sessions are meant: of a presence, of a slot, or all. */
struct choice {
	const struct presence *presence;
	const CK_SLOT_ID *slot;
};

static bool chosen(const struct session *s, const struct choice *c)
{
	if (c->presence)
		return s->presence == c->presence;
	return !c->slot || s->presence->slot == *c->slot;
}

/* Any chosen session, taken out of the table; NULL: none is left. */
static struct session *take_any(struct module *m, const struct choice *c)
{
	struct session *s = NULL;
	size_t i;

	mutex_lock(&m->lock);
	for (i = m->sessions.n; i > 0 && !s; i--) {
		const struct handle_entry *e = &m->sessions.entries[i - 1];

		if (chosen(e->target, c))
			s = take(m, e->handle);
	}
	mutex_unlock(&m->lock);
	return s;
}

void session_close_all(struct module *m, CK_SLOT_ID slot)
{
	struct choice c = {.slot = &slot};
	struct session *s;

	while ((s = take_any(m, &c)) != NULL)
		finish(s);
}

void session_discard_all(struct module *m)
{
	struct choice c = {0};
	struct session *s;

	while ((s = take_any(m, &c)) != NULL)
		session_put(s);
}

void session_token_left(struct session *s)
{
	struct choice c = {.presence = s->presence};
	struct session *other;

	while ((other = take_any(s->module, &c)) != NULL)
		session_put(other);
	presence_drop(s->presence);
}

CK_RV session_check_token(struct session *s)
{
	CK_RV rv = rv_from(token_check(s->presence->token), RV_SESSION);

	if (rv == CKR_DEVICE_REMOVED)
		session_token_left(s);
	return rv == CKR_DEVICE_REMOVED ? rv : CKR_OK;
}

void session_info(struct session *s, CK_SESSION_INFO *ret)
{
	bool user = token_logged_in(s->presence->token);

	ret->slotID = s->presence->slot;
	ret->flags = s->flags;
	ret->ulDeviceError = 0;
	if (s->flags & CKF_RW_SESSION)
		ret->state = user ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION;
	else
		ret->state = user ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION;
}

CK_RV session_object(struct session *s, CK_OBJECT_HANDLE handle, struct object **ret)
{
	return presence_object(s->presence, handle, ret);
}
