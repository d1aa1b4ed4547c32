/* SPDX-License-Identifier: BSD-2-Clause */
/* mohr.conf (INI, libinih): read by config_ini.c, which exists where libinih does. See mohr.conf(5). */
#ifndef MOHR_TOKEN_CONFIG_FILE_H
#define MOHR_TOKEN_CONFIG_FILE_H

#include "base/config.h"
#include "base/error.h"

/*
 * Reads path into c, which config_init has filled. A missing file is success and changes nothing.
 * An unknown section or key, a value out of range or a syntax error is MOHR_ERR_CONFIG, with
 * "FILE:LINE: what and what was expected" in ret_message (which may be NULL); c then holds the defaults.
 */
MOHR_MUST_CHECK int config_file_read(struct config *c, const char *path, char *ret_message,
				     size_t message_cap);

/*
 * The file that holds: $MOHR_CONF (secure_getenv), else $XDG_CONFIG_HOME/mohr/mohr.conf or
 * ~/.config/mohr/mohr.conf if that exists, else system_path. The caller frees it; NULL without memory.
 */
char *config_file_path(const char *system_path);

#endif
