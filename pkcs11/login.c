/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Login and logout of a presence, and its PIN. A PIN lives in a struct secret while it is sent; NULL
 * leaves it to the reader's PIN pad (PKCS#11 v3.1 §5.6.8, §5.5.10: CKF_PROTECTED_AUTHENTICATION_PATH).
 */
#include "pkcs11/login.h"

#include "pkcs11/rv.h"

CK_RV login_take_pin(const CK_UTF8CHAR *pin, CK_ULONG len, struct secret **ret)
{
	if (!pin)
		return CKR_ARGUMENTS_BAD;
	if (len == 0 || len > LIMIT_PIN)
		return CKR_PIN_LEN_RANGE;
	return rv_from(secret_new_from(pin, len, ret), RV_SESSION);
}

/* An empty PIN that is not NULL is a mistake, never a wish to type it at the reader. */
static bool is_for_pad(const struct presence *p, const CK_UTF8CHAR *pin, CK_ULONG len)
{
	return !pin && len == 0 && token_pad(p->token)->there;
}

CK_RV login_user(struct presence *p, const CK_UTF8CHAR *pin, CK_ULONG len)
{
	struct secret *value = NULL;
	bool pad = is_for_pad(p, pin, len);
	CK_RV rv = pad ? CKR_OK : login_take_pin(pin, len, &value);

	if (rv != CKR_OK)
		return rv;
	mutex_lock(&p->login);
	if (token_logged_in(p->token))
		rv = CKR_USER_ALREADY_LOGGED_IN;
	else if (pad)
		rv = rv_from(token_login_pad(p->token), RV_SESSION);
	else
		rv = rv_from(token_login(p->token, value), RV_SESSION);
	mutex_unlock(&p->login);
	secret_free(value);
	return rv;
}

CK_RV login_for_context(struct presence *p, unsigned key, const CK_UTF8CHAR *pin, CK_ULONG len,
			const void *owner)
{
	struct secret *value = NULL;
	CK_RV rv;

	if (is_for_pad(p, pin, len))
		return rv_from(token_login_context_pad(p->token, key, owner), RV_SESSION);
	rv = login_take_pin(pin, len, &value);
	if (rv == CKR_OK)
		rv = rv_from(token_login_context(p->token, key, value, owner), RV_SESSION);
	secret_free(value);
	return rv;
}

/* Private objects' handles die with the logout, and those that sessions made with them. */
static void forget_handles(struct presence *p)
{
	mutex_lock(&p->module->lock);
	p->epoch++;
	presence_forget_private(p);
	mutex_unlock(&p->module->lock);
}

/* Under the login lock. */
static CK_RV logout(struct presence *p)
{
	bool was_in = token_logged_in(p->token);
	/* Also after a login that was lost: the card may have been wrong about that, and be open still. */
	int r = token_logout(p->token);

	forget_handles(p);
	return was_in ? rv_from(r, RV_SESSION) : CKR_USER_NOT_LOGGED_IN;
}

CK_RV login_end(struct presence *p)
{
	CK_RV rv;

	mutex_lock(&p->login);
	rv = logout(p);
	mutex_unlock(&p->login);
	return rv;
}

void login_end_if_unused(struct presence *p)
{
	bool unused;

	mutex_lock(&p->login);
	mutex_lock(&p->module->lock);
	unused = p->n_sessions == 0;
	mutex_unlock(&p->module->lock);
	if (unused)
		(void)logout(p);
	mutex_unlock(&p->login);
}

static CK_RV change_at_pad(struct presence *p)
{
	CK_RV rv;

	mutex_lock(&p->login);
	rv = rv_from(token_change_pin_pad(p->token), RV_SESSION);
	mutex_unlock(&p->login);
	return rv;
}

CK_RV login_change_pin(struct presence *p, const CK_UTF8CHAR *old_pin, CK_ULONG old_len,
		       const CK_UTF8CHAR *new_pin, CK_ULONG new_len)
{
	struct secret *old_value = NULL, *new_value = NULL;
	CK_RV rv;

	if (is_for_pad(p, old_pin, old_len) && is_for_pad(p, new_pin, new_len))
		return change_at_pad(p);
	rv = login_take_pin(old_pin, old_len, &old_value);
	if (rv == CKR_OK)
		rv = login_take_pin(new_pin, new_len, &new_value);
	if (rv == CKR_OK) {
		mutex_lock(&p->login);
		rv = rv_from(token_change_pin(p->token, old_value, new_value), RV_SESSION);
		mutex_unlock(&p->login);
	}
	secret_free(old_value);
	secret_free(new_value);
	return rv;
}
