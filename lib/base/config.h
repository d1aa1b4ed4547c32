/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mohr.conf says, as plain data. A sibling outside this floor reads the file
 * (token/config_ini.c); every field has a default that holds without any file.
 */
#ifndef MOHR_BASE_CONFIG_H
#define MOHR_BASE_CONFIG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/log.h"

/* A reference byte of the card, or not stated. */
enum { CONFIG_UNSET = -1 };

struct config {
	/* [readers] */
	char *socket;         /* sockets of virtual cards, ':' between them; NULL: PC/SC */
	unsigned slots;       /* slots per reader, 1 to LIMIT_SLOTS_PER_READER; 2 */
	bool pin_pad;         /* PIN pads of readers are used; true */
	char *pin_pad_except; /* parts of the names, '|' between them, of readers where it is the other
				 way round; NULL: none */
	/* [card] */
	char *profile;        /* the only profile that is tried; NULL: all in their order */
	char *profile_except; /* profiles that are not tried, '|' between them; NULL: none */
	/* [log] */
	enum log_level log_level; /* LOG_NOTHING */
	char *log_file;           /* NULL: standard error */
	char *trace_file;         /* a recording of all APDUs, masked; NULL: none */
	/* [natid]: what is not public of the physical national card */
	int natid_auth_pin; /* PIN reference, 0 to 255, or CONFIG_UNSET */
	int natid_sign_pin;
	int natid_auth_key; /* key reference */
	int natid_sign_key;
	int natid_pin_len; /* padded length of a PIN on the card, 4 to 64; CONFIG_UNSET: 16 */
};

/* Sets every field to its default. */
void config_init(struct config *c);
/* Puts a copy of text into a string of a struct config, in place of what is there. MOHR_ERR_NOMEM. */
MOHR_MUST_CHECK int config_set_text(char **string, const char *text);
/* Whether name has one of these texts in it ('|' between them, blanks around them do not count). */
bool config_names(const char *texts, const char *name);
/* Whether name is one of these texts, likewise. */
bool config_lists(const char *texts, const char *name);
/* Frees the strings; the struct holds the defaults again. */
void config_clear(struct config *c);

#endif
