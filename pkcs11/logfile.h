/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the provider's diagnostics go: standard error or a file, one line each. */
#ifndef MOHR_PKCS11_LOGFILE_H
#define MOHR_PKCS11_LOGFILE_H

#include <stdio.h>

#include "base/config.h"

struct logfile {
	struct log log; /* what is handed down; borrows the logfile */
	FILE *file;     /* NULL: standard error */
};

/* Nothing is open yet, only errors are let through, to standard error. */
void logfile_init(struct logfile *f);
/*
 * Level and file of the configuration; $MOHR_LOG (error, info, debug, apdu) overrides the level. A file
 * that cannot be opened is no reason to fail: standard error it is, and the reason is its first line.
 */
void logfile_open(struct logfile *f, const struct config *config);
void logfile_close(struct logfile *f);

#endif
