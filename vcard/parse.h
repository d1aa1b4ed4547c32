/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that people write, as values. */
#ifndef MOHR_VCARD_PARSE_H
#define MOHR_VCARD_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Hexadecimal digits, at least two, to at most max bytes; MOHR_ERR_ARGUMENT. */
MOHR_MUST_CHECK int vcard_parse_hex(const char *text, uint8_t *bytes, size_t max, size_t *ret_len);
/* A decimal number of at most max, without sign or space; MOHR_ERR_ARGUMENT. */
MOHR_MUST_CHECK int vcard_parse_number(const char *text, unsigned long max, unsigned long *ret);

#endif
