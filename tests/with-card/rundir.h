/* SPDX-License-Identifier: BSD-2-Clause */
/* The private folder of a session. */
#ifndef MOHR_TESTS_WITH_CARD_RUNDIR_H
#define MOHR_TESTS_WITH_CARD_RUNDIR_H

#include <limits.h>
#include <stdbool.h>

enum { RUNDIR_LEN = 48 }; /* with a socket's name behind it, it fits sockaddr_un */

/*
 * Makes it, below $TMPDIR if that is short and plain enough for pcscd's reader.conf and for sockets,
 * else below /tmp. Prints what goes wrong.
 */
bool rundir_make(char ret[RUNDIR_LEN]);
/* Removes a folder with all that is in it; follows no links. */
void rundir_remove(const char *dir);

/* "DIR/NAME"; too long a path is not survived. */
void path_join(char ret[PATH_MAX], const char *dir, const char *name);
/* Makes a folder and its parents; true if it is there afterwards. */
bool folder_make(const char *path);
/* Writes a small file (mode 0600). Prints what goes wrong. */
bool file_write(const char *path, const char *text);
/* Copies the last lines of a file to standard error. */
void file_show(const char *path);

#endif
