/* SPDX-License-Identifier: BSD-2-Clause */
/* Return values: the table of errors.def, and the exceptions that depend on the function. */
#include "pkcs11/rv.h"

#include <stddef.h>

#include "base/error.h"

struct exception {
	int err;
	enum rv_context context;
	CK_RV rv;
};

static const struct exception exceptions[] = {
	/* PKCS#11 v3.1 §5.1.2: a session's token that is gone was removed; that it is absent is news only to a slot. */
	{MOHR_ERR_CARD_ABSENT, RV_SESSION, CKR_DEVICE_REMOVED},
	/* §5.1.3: a slot whose reader is gone holds no token. */
	{MOHR_ERR_CARD_REMOVED, RV_SLOT, CKR_TOKEN_NOT_PRESENT},
	{MOHR_ERR_READER_GONE, RV_SLOT, CKR_TOKEN_NOT_PRESENT},
	{MOHR_ERR_ARGUMENT, RV_SLOT, CKR_SLOT_ID_INVALID},
	/* §5.4.2 C_Finalize was called meanwhile. */
	{MOHR_ERR_CANCELLED, RV_SLOT, CKR_CRYPTOKI_NOT_INITIALIZED},
	/* §5.5.4 C_WaitForSlotEvent: C_Finalize wakes the caller with this value. */
	{MOHR_ERR_CANCELLED, RV_WAIT, CKR_CRYPTOKI_NOT_INITIALIZED},
	{MOHR_ERR_TIMEOUT, RV_WAIT, CKR_NO_EVENT},
};

CK_RV rv_from(int err, enum rv_context context)
{
	size_t i;

	for (i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		if (exceptions[i].err == err && exceptions[i].context == context)
			return exceptions[i].rv;
	}
	return error_ckr(err);
}

#define NAME(rv)                                                                                   \
	{                                                                                          \
		rv, #rv                                                                            \
	}

static const struct {
	CK_RV rv;
	const char *name;
} names[] = {
	NAME(CKR_OK),
	NAME(CKR_HOST_MEMORY),
	NAME(CKR_SLOT_ID_INVALID),
	NAME(CKR_GENERAL_ERROR),
	NAME(CKR_FUNCTION_FAILED),
	NAME(CKR_ARGUMENTS_BAD),
	NAME(CKR_NO_EVENT),
	NAME(CKR_ATTRIBUTE_READ_ONLY),
	NAME(CKR_ATTRIBUTE_SENSITIVE),
	NAME(CKR_ATTRIBUTE_TYPE_INVALID),
	NAME(CKR_ATTRIBUTE_VALUE_INVALID),
	NAME(CKR_ACTION_PROHIBITED),
	NAME(CKR_CURVE_NOT_SUPPORTED),
	NAME(CKR_DATA_INVALID),
	NAME(CKR_DATA_LEN_RANGE),
	NAME(CKR_DEVICE_ERROR),
	NAME(CKR_DEVICE_MEMORY),
	NAME(CKR_DEVICE_REMOVED),
	NAME(CKR_DOMAIN_PARAMS_INVALID),
	NAME(CKR_FUNCTION_CANCELED),
	NAME(CKR_FUNCTION_NOT_PARALLEL),
	NAME(CKR_FUNCTION_NOT_SUPPORTED),
	NAME(CKR_KEY_HANDLE_INVALID),
	NAME(CKR_KEY_TYPE_INCONSISTENT),
	NAME(CKR_KEY_INDIGESTIBLE),
	NAME(CKR_KEY_FUNCTION_NOT_PERMITTED),
	NAME(CKR_MECHANISM_INVALID),
	NAME(CKR_MECHANISM_PARAM_INVALID),
	NAME(CKR_OBJECT_HANDLE_INVALID),
	NAME(CKR_OPERATION_ACTIVE),
	NAME(CKR_OPERATION_NOT_INITIALIZED),
	NAME(CKR_PIN_INCORRECT),
	NAME(CKR_PIN_INVALID),
	NAME(CKR_PIN_LEN_RANGE),
	NAME(CKR_PIN_EXPIRED),
	NAME(CKR_PIN_LOCKED),
	NAME(CKR_SESSION_HANDLE_INVALID),
	NAME(CKR_SESSION_PARALLEL_NOT_SUPPORTED),
	NAME(CKR_SAVED_STATE_INVALID),
	NAME(CKR_STATE_UNSAVEABLE),
	NAME(CKR_SESSION_READ_ONLY),
	NAME(CKR_SIGNATURE_INVALID),
	NAME(CKR_SIGNATURE_LEN_RANGE),
	NAME(CKR_TEMPLATE_INCOMPLETE),
	NAME(CKR_TEMPLATE_INCONSISTENT),
	NAME(CKR_TOKEN_NOT_PRESENT),
	NAME(CKR_TOKEN_NOT_RECOGNIZED),
	NAME(CKR_TOKEN_WRITE_PROTECTED),
	NAME(CKR_USER_ALREADY_LOGGED_IN),
	NAME(CKR_USER_NOT_LOGGED_IN),
	NAME(CKR_USER_TYPE_INVALID),
	NAME(CKR_RANDOM_SEED_NOT_SUPPORTED),
	NAME(CKR_BUFFER_TOO_SMALL),
	NAME(CKR_CRYPTOKI_NOT_INITIALIZED),
	NAME(CKR_CRYPTOKI_ALREADY_INITIALIZED),
	NAME(CKR_ENCRYPTED_DATA_INVALID),
	NAME(CKR_ENCRYPTED_DATA_LEN_RANGE),
	NAME(CKR_KEY_SIZE_RANGE),
	NAME(CKR_RANDOM_NO_RNG),
	NAME(CKR_SESSION_ASYNC_NOT_SUPPORTED),
};

const char *rv_name(CK_RV rv)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].rv == rv)
			return names[i].name;
	}
	return NULL;
}
