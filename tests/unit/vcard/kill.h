/* SPDX-License-Identifier: BSD-2-Clause */
/* A card whose process is killed while it answers. */
#ifndef MOHR_TESTS_VCARD_KILL_H
#define MOHR_TESTS_VCARD_KILL_H

#include "fixture.h"

typedef void kill_command_fn(struct vcard *v);
typedef void kill_check_fn(struct vcard *v, bool ended);

/*
 * Loads the image at path in a child, prepares it (not when NULL) and runs a command, and kills the child at its
 * n-th system call, on entry and on exit, for each n until the command has ended; each time from the same
 * image, which is looked at afterwards.
 */
void kill_everywhere(const char *path, kill_command_fn *prepare, kill_command_fn *command,
		     kill_check_fn *check);

#endif
