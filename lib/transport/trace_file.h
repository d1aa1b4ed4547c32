/* SPDX-License-Identifier: BSD-2-Clause */
/* The file that a recording goes to (trace_file_posix.c, trace_file_windows.c). */
#ifndef MOHR_TRANSPORT_TRACE_FILE_H
#define MOHR_TRANSPORT_TRACE_FILE_H

#include <stdio.h>

#include "base/error.h"

/*
 * A new or empty regular file of our own that others cannot read, to append to; no link is followed.
 * MOHR_ERR_IO otherwise. The caller closes it.
 */
MOHR_MUST_CHECK int trace_file_create(const char *path, FILE **ret);

#endif
