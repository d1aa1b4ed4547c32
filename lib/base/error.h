/* SPDX-License-Identifier: BSD-2-Clause */
/* Error codes: one negative enum, one table (errors.def). 0 is success everywhere. */
#ifndef MOHR_BASE_ERROR_H
#define MOHR_BASE_ERROR_H

#include <stdint.h>

/* Marks a string for translation; lib/ never translates, programs do. */
#define N_(text) text

enum mohr_err_row {
	MOHR_ERR_ROW_OK,
#define MOHR_ERROR(name, text, ckr, scard) MOHR_ERR_ROW_##name,
#include "base/errors.def"
#undef MOHR_ERROR
	MOHR_ERR_N_ROWS
};

enum mohr_err {
	MOHR_OK = 0,
#define MOHR_ERROR(name, text, ckr, scard) MOHR_ERR_##name = -MOHR_ERR_ROW_##name,
#include "base/errors.def"
#undef MOHR_ERROR
};

#define MOHR_MUST_CHECK __attribute__((warn_unused_result))

/* The English text of err, marked for translation; a text for every int, never NULL. Static. */
const char *error_text(int err);

/* The symbolic name, such as "PIN_INCORRECT". Static. */
const char *error_name(int err);

/* The CKR_* value (PKCS#11 v3.1 §5.1); 0 for success, CKR_GENERAL_ERROR for an unknown code. */
unsigned long error_ckr(int err);

/* The SCARD_* value (winerror.h); 0 for success. */
uint32_t error_scard(int err);

#endif
