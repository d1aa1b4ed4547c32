/* SPDX-License-Identifier: BSD-2-Clause */
/* Entering and leaving. */
#include "pkcs11/call.h"

#include <string.h>

#include "pkcs11/rv.h"

CK_RV call_enter(struct call *c, const char *name)
{
	memset(c, 0, sizeof(*c));
	c->name = name;
	if (!entrance_enter(&c->passage))
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	c->module = c->passage.module;
	return CKR_OK;
}

CK_RV call_enter_session(struct call *c, const char *name, CK_SESSION_HANDLE handle)
{
	struct session *s = NULL;
	CK_RV rv = call_enter(c, name);

	if (rv == CKR_OK)
		rv = session_get(c->module, handle, &s);
	if (rv != CKR_OK)
		return rv;
	mutex_lock(&s->lock);
	c->session = s;
	if (session_is_closed(s))
		return CKR_SESSION_HANDLE_INVALID;
	return session_check_token(s);
}

CK_RV call_leave(struct call *c, CK_RV rv)
{
	const char *text = rv_name(rv);

	if (c->session) {
		if (rv == CKR_DEVICE_REMOVED)
			session_token_left(c->session);
		mutex_unlock(&c->session->lock);
		session_put(c->session);
	}
	if (!c->module)
		return rv;
	log_write(&c->module->logfile.log, LOG_DEBUG, "%s: %s (0x%lx)", c->name, text ? text : "",
		  rv);
	entrance_leave(&c->passage);
	return rv;
}

bool call_has(const void *data, CK_ULONG len)
{
	return data || len == 0;
}

CK_RV call_unsupported(const char *name, CK_SESSION_HANDLE handle, bool arguments_right)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, name, handle);

	if (rv == CKR_OK)
		rv = arguments_right ? CKR_FUNCTION_NOT_SUPPORTED : CKR_ARGUMENTS_BAD;
	return call_leave(&c, rv);
}
