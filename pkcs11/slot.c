/* SPDX-License-Identifier: BSD-2-Clause */
/* Slot management (PKCS#11 v3.1 §5.5). */
#include "pkcs11/slot.h"

#include <string.h>

#include "pkcs11/mechanism.h"
#include "pkcs11/presence.h"
#include "pkcs11/rv.h"

void slot_text(CK_UTF8CHAR *field, size_t len, const char *text)
{
	size_t n = strlen(text);

	if (n > len)
		n = len;
	while (n > 0 && text[n] && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	memcpy(field, text, n);
	memset(field + n, ' ', len - n);
}

/* Identifies a new card, so that the state tells of it. */
static int look(struct module *m, CK_SLOT_ID slot, struct slot_state *ret)
{
	struct token *token = NULL;

	if (slots_token(m->slots, slot, &token) == 0)
		token_unref(token);
	return slots_state(m->slots, slot, ret);
}

static void refresh(struct module *m)
{
	int r = slots_update(m->slots);
	size_t n = slots_n(m->slots);

	if (r != 0)
		log_write(&m->logfile.log, LOG_ERROR, "readers: %s", error_text(r));
	mutex_lock(&m->lock);
	if (n > m->n_listed)
		m->n_listed = n;
	mutex_unlock(&m->lock);
}

static size_t n_listed(struct module *m)
{
	size_t n;

	mutex_lock(&m->lock);
	n = m->n_listed;
	mutex_unlock(&m->lock);
	return n;
}

CK_RV slot_list(struct module *m, bool token_present, CK_SLOT_ID *ids, CK_ULONG *n)
{
	struct slot_state state;
	CK_ULONG found = 0;
	size_t i, end;

	if (!n)
		return CKR_ARGUMENTS_BAD;
	if (!ids)
		refresh(m);
	end = n_listed(m);
	for (i = 0; i < end; i++) {
		if (token_present && (look(m, i, &state) != 0 || !state.token_present))
			continue;
		if (ids && found < *n)
			ids[found] = i;
		found++;
	}
	if (ids && found > *n) {
		*n = found;
		return CKR_BUFFER_TOO_SMALL;
	}
	*n = found;
	return CKR_OK;
}

CK_RV slot_info(struct module *m, CK_SLOT_ID slot, CK_SLOT_INFO *ret)
{
	char text[LIMIT_READER_NAME + sizeof(" (PIN 1)")];
	struct slot_state state;
	size_t name_len;
	int r;

	if (!ret)
		return CKR_ARGUMENTS_BAD;
	r = look(m, slot, &state);
	if (r != 0)
		return rv_from(r, RV_SLOT);
	/* A reader's slots need names of their own: the number stays when a long name is cut. */
	name_len = strlen(state.reader);
	if (name_len > sizeof(ret->slotDescription) - strlen(" (PIN 1)"))
		name_len = sizeof(ret->slotDescription) - strlen(" (PIN 1)");
	while (name_len > 0 && ((unsigned char)state.reader[name_len] & 0xC0) == 0x80)
		name_len--;
	(void)snprintf(text, sizeof(text), "%.*s (PIN %u)", (int)name_len, state.reader,
		       state.pin + 1);
	memset(ret, 0, sizeof(*ret));
	slot_text(ret->slotDescription, sizeof(ret->slotDescription), text);
	slot_text(ret->manufacturerID, sizeof(ret->manufacturerID), "Mohr");
	ret->flags = CKF_HW_SLOT | CKF_REMOVABLE_DEVICE;
	if (state.token_present)
		ret->flags |= CKF_TOKEN_PRESENT;
	return CKR_OK;
}

/* PKCS#11 v3.1 §3.2 CK_TOKEN_INFO: what the PIN's real counter says. */
static CK_FLAGS pin_flags(const struct pin_status *status)
{
	CK_FLAGS flags = CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED;

	if (status->must_change)
		flags |= CKF_USER_PIN_TO_BE_CHANGED;
	if (status->blocked)
		return flags | CKF_USER_PIN_LOCKED;
	if (status->tries_left == 2)
		flags |= CKF_USER_PIN_COUNT_LOW;
	if (status->tries_left == 1)
		flags |= CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY;
	return flags;
}

static int token_flags(struct token *t, CK_FLAGS *ret)
{
	const struct token_info *info = token_info(t);
	CK_FLAGS flags = CKF_TOKEN_INITIALIZED;
	struct pin_status status;
	int r;

	if (info->has_random)
		flags |= CKF_RNG;
	/* A card whose PIN cannot be used shows its certificates; nobody should ask for that PIN. */
	if (info->pin_usable) {
		r = token_pin_status(t, &status);
		if (r != 0)
			return r;
		flags |= pin_flags(&status);
		if (token_pad(t)->there)
			flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	}
	*ret = flags;
	return 0;
}

static void fill(const struct token_info *info, CK_TOKEN_INFO *ret)
{
	memset(ret, 0, sizeof(*ret));
	slot_text(ret->label, sizeof(ret->label), info->label);
	slot_text(ret->manufacturerID, sizeof(ret->manufacturerID), info->manufacturer);
	slot_text(ret->model, sizeof(ret->model), info->model);
	slot_text(ret->serialNumber, sizeof(ret->serialNumber), info->serial);
	ret->ulMaxSessionCount = CK_EFFECTIVELY_INFINITE;
	ret->ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE;
	ret->ulMaxPinLen = info->pin_max;
	ret->ulMinPinLen = info->pin_min;
	ret->ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION;
	ret->ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
	ret->ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION;
	ret->ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
	ret->hardwareVersion.major = info->hardware_version[0];
	ret->hardwareVersion.minor = info->hardware_version[1];
	ret->firmwareVersion.major = info->firmware_version[0];
	ret->firmwareVersion.minor = info->firmware_version[1];
	memset(ret->utcTime, ' ', sizeof(ret->utcTime));
}

CK_RV slot_token_info(struct module *m, CK_SLOT_ID slot, CK_TOKEN_INFO *ret)
{
	struct token *token = NULL;
	CK_FLAGS flags = 0;
	int r;

	if (!ret)
		return CKR_ARGUMENTS_BAD;
	r = slots_token(m->slots, slot, &token);
	if (r == 0)
		r = token_flags(token, &flags);
	if (r == 0) {
		fill(token_info(token), ret);
		ret->flags = flags;
		presence_count(m, token, &ret->ulSessionCount, &ret->ulRwSessionCount);
	}
	token_unref(token);
	return rv_from(r, RV_SLOT);
}

CK_RV slot_mechanisms(struct module *m, CK_SLOT_ID slot, CK_MECHANISM_TYPE *types, CK_ULONG *n)
{
	CK_MECHANISM_TYPE all[MECHANISM_MAX];
	struct token *token = NULL;
	CK_ULONG n_all = 0;
	CK_RV rv;

	if (!n)
		return CKR_ARGUMENTS_BAD;
	rv = rv_from(slots_token(m->slots, slot, &token), RV_SLOT);
	if (rv == CKR_OK)
		rv = mechanism_list(token, all, &n_all);
	token_unref(token);
	if (rv != CKR_OK)
		return rv;
	if (types && *n < n_all)
		rv = CKR_BUFFER_TOO_SMALL;
	else if (types)
		memcpy(types, all, n_all * sizeof(all[0]));
	*n = n_all;
	return rv;
}

CK_RV slot_mechanism_info(struct module *m, CK_SLOT_ID slot, CK_MECHANISM_TYPE type,
			  CK_MECHANISM_INFO *ret)
{
	const struct mechanism *mechanism = mechanism_find(type);
	CK_MECHANISM_INFO info = {0};
	struct token *token = NULL;
	CK_RV rv;

	if (!ret)
		return CKR_ARGUMENTS_BAD;
	rv = rv_from(slots_token(m->slots, slot, &token), RV_SLOT);
	if (rv == CKR_OK && mechanism)
		rv = mechanism_info(token, mechanism, &info);
	token_unref(token);
	if (rv == CKR_OK && info.flags == 0)
		rv = CKR_MECHANISM_INVALID;
	if (rv == CKR_OK)
		*ret = info;
	return rv;
}

CK_RV slot_wait(struct module *m, CK_FLAGS flags, CK_SLOT_ID *ret)
{
	size_t slot = 0;
	CK_RV rv;

	rv = rv_from(slots_wait(m->slots, flags & CKF_DONT_BLOCK ? 0 : -1, &slot), RV_WAIT);
	if (rv == CKR_OK)
		*ret = slot;
	return rv;
}
