/* SPDX-License-Identifier: BSD-2-Clause */
/* From libmohr's errors to return values of PKCS#11. */
#ifndef MOHR_PKCS11_RV_H
#define MOHR_PKCS11_RV_H

#include "pkcs11/pkcs11.h"

/* What kind of function fails: the specification gives each its own set of return values. */
enum rv_context {
	RV_SLOT,    /* takes a slot id: §5.5 */
	RV_SESSION, /* takes a session handle: its token was there once */
	RV_WAIT,    /* C_WaitForSlotEvent */
};

CK_RV rv_from(int err, enum rv_context context);

/* "CKR_PIN_INCORRECT", or NULL for a value that this provider never returns. Static. */
const char *rv_name(CK_RV rv);

#endif
