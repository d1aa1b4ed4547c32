/* SPDX-License-Identifier: BSD-2-Clause */
/* What the subcommands of mohr-vcard share. */
#ifndef MOHR_VCARD_PROGRAM_H
#define MOHR_VCARD_PROGRAM_H

#include <libintl.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

#define _(text) gettext(text)

/* Exit status. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* argv[0] is the subcommand's name. */
typedef int program_command_fn(int argc, char **argv);
program_command_fn program_create, program_serve, program_inspect;

/* "mohr-vcard: …" on standard error; answers EXIT_FAILED. */
int program_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, with a hint to --help; answers EXIT_USAGE. */
int program_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Says why an image could not be opened, and what helps; answers EXIT_FAILED. */
int program_fail_image(const char *path, int err);

/* Standard output is written whole, or it is a failure. */
int program_finish_output(void);

/*
 * Keeps this process's memory out of core dumps and of other processes' sight, or (false) opens it
 * again: leak checkers look at a process when it ends, and by then its secrets are wiped.
 */
void program_protect_memory(bool protect);

#endif
