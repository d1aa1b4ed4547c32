/* SPDX-License-Identifier: BSD-2-Clause */
/* The error table, read from errors.def. */
#include "base/error.h"

#include <stddef.h>

struct error_row {
	const char *name;
	const char *text;
	uint32_t ckr;
	uint32_t scard;
};

static const struct error_row rows[MOHR_ERR_N_ROWS] = {
	[MOHR_ERR_ROW_OK] = {"OK", N_("Success"), 0, 0},
#define MOHR_ERROR(name, text, ckr, scard) [MOHR_ERR_ROW_##name] = {#name, text, ckr, scard},
#include "base/errors.def"
#undef MOHR_ERROR
};

/* A code that is none of ours means a fault of the program: it is told as such. */
static const struct error_row *row(int err)
{
	if (err > 0 || err <= -(int)MOHR_ERR_N_ROWS)
		return &rows[MOHR_ERR_ROW_INTERNAL];
	return &rows[-err];
}

const char *error_text(int err)
{
	return row(err)->text;
}

const char *error_name(int err)
{
	return row(err)->name;
}

unsigned long error_ckr(int err)
{
	return row(err)->ckr;
}

uint32_t error_scard(int err)
{
	return row(err)->scard;
}
