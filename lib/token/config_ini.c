/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mohr.conf through libinih. Strict: what is not understood is an error that names the line, since a
 * misread PIN reference would burn somebody's tries. libinih alone would cut long lines and skip
 * unknown sections, so that every line passes through read_line first.
 */
#include "token/config_file.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "profile/profile.h"

enum setting_kind {
	SETTING_STRING,
	SETTING_NUMBER,
	SETTING_LEVEL,
	SETTING_PROFILE,
	SETTING_PROFILES,
	SETTING_SLOTS,
	SETTING_YES_NO,
};

struct setting {
	const char *section, *name;
	enum setting_kind kind;
	size_t offset; /* in struct config */
	long min, max; /* SETTING_NUMBER, SETTING_SLOTS */
};

#define AT(field) offsetof(struct config, field)

static const struct setting settings[] = {
	{"readers", "socket", SETTING_STRING, AT(socket), 0, 0},
	{"readers", "slots", SETTING_SLOTS, AT(slots), 1, LIMIT_SLOTS_PER_READER},
	{"readers", "pin_pad", SETTING_YES_NO, AT(pin_pad), 0, 0},
	{"readers", "pin_pad_except", SETTING_STRING, AT(pin_pad_except), 0, 0},
	{"card", "profile", SETTING_PROFILE, AT(profile), 0, 0},
	{"card", "profile_except", SETTING_PROFILES, AT(profile_except), 0, 0},
	{"log", "level", SETTING_LEVEL, AT(log_level), 0, 0},
	{"log", "file", SETTING_STRING, AT(log_file), 0, 0},
	{"log", "trace", SETTING_STRING, AT(trace_file), 0, 0},
	{"natid", "auth_pin", SETTING_NUMBER, AT(natid_auth_pin), 0, 255},
	{"natid", "sign_pin", SETTING_NUMBER, AT(natid_sign_pin), 0, 255},
	{"natid", "auth_key", SETTING_NUMBER, AT(natid_auth_key), 0, 255},
	{"natid", "sign_key", SETTING_NUMBER, AT(natid_sign_key), 0, 255},
	{"natid", "pin_len", SETTING_NUMBER, AT(natid_pin_len), 4, 64},
};

enum { N_SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static const char *const levels[] = {
	[LOG_NOTHING] = "nothing", [LOG_ERROR] = "error", [LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",     [LOG_APDU] = "apdu",
};

enum { N_LEVELS = sizeof(levels) / sizeof(levels[0]) };

struct parse {
	FILE *file;
	const char *path;
	unsigned line;
	struct config *config;
	bool seen[N_SETTINGS];
	int err;
	char *message;
	size_t message_cap;
};

/* Keeps the first failure; answers 0, which libinih takes for one. */
static int fail(struct parse *p, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct parse *p, int err, const char *format, ...)
{
	char what[256];
	va_list args;

	if (p->err != 0)
		return 0;
	p->err = err;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (p->message != NULL && p->message_cap > 0)
		snprintf(p->message, p->message_cap, "%s:%u: %s", p->path, p->line, what);
	return 0;
}

/* "[name]" and nothing else but a comment. */
static void check_section(struct parse *p, const char *start)
{
	const char *end = strchr(start, ']');
	size_t len, i;

	if (end == NULL) {
		fail(p, MOHR_ERR_CONFIG, "the section has no ']' at its end");
		return;
	}
	len = (size_t)(end - start) - 1;
	for (i = 0; i < N_SETTINGS; i++) {
		if (strlen(settings[i].section) == len &&
		    memcmp(settings[i].section, start + 1, len) == 0)
			break;
	}
	if (i == N_SETTINGS) {
		fail(p, MOHR_ERR_CONFIG,
		     "there is no section '%.*s'; known are readers, card, log and natid",
		     (int)(len < 64 ? len : 64), start + 1);
		return;
	}
	end += 1 + strspn(end + 1, " \t\r\n");
	if (*end != '\0' && *end != ';' && *end != '#')
		fail(p, MOHR_ERR_CONFIG, "something follows the section's ']'");
}

/* fgets for libinih, which tells neither a cut line nor a NUL byte from a proper one. */
static char *read_line(char *ret, int cap, void *user)
{
	struct parse *p = user;
	const char *start;
	int c = 0, n = 0;

	if (p->err != 0)
		return NULL;
	p->line++;
	while (n < cap - 1 && (c = getc(p->file)) != EOF) {
		if (c == '\0') {
			fail(p, MOHR_ERR_CONFIG, "a NUL byte; a text was expected");
			return NULL;
		}
		ret[n++] = (char)c;
		if (c == '\n')
			break;
	}
	ret[n] = '\0';
	if (ferror(p->file)) {
		fail(p, MOHR_ERR_IO, "%s", strerror(errno));
		return NULL;
	}
	if (n == 0)
		return NULL;
	if (c != '\n' && c != EOF) {
		fail(p, MOHR_ERR_CONFIG, "the line is longer than %d characters", cap - 2);
		return NULL;
	}
	start = ret + strspn(ret, " \t");
	if (*start == '[')
		check_section(p, start);
	return ret;
}

/* Decimal, or hexadecimal with 0x; nothing before or after. */
static bool parse_number(const char *text, long min, long max, long *ret)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	const char *allowed = hex ? "0123456789abcdefABCDEF" : "0123456789";
	long v;

	if (*digits == '\0' || strlen(digits) > 8 || digits[strspn(digits, allowed)] != '\0')
		return false;
	v = strtol(digits, NULL, hex ? 16 : 10);
	if (v < min || v > max)
		return false;
	*ret = v;
	return true;
}

static int set_number(struct parse *p, const struct setting *s, const char *value)
{
	char *at = (char *)p->config + s->offset;
	long v;

	if (!parse_number(value, s->min, s->max, &v))
		return fail(p, MOHR_ERR_CONFIG,
			    "%s = %.64s: a number from %ld to %ld was expected, decimal or with 0x",
			    s->name, value, s->min, s->max);
	if (s->kind == SETTING_SLOTS)
		*(unsigned *)(void *)at = (unsigned)v;
	else
		*(int *)(void *)at = (int)v;
	return 1;
}

static int set_level(struct parse *p, const struct setting *s, const char *value)
{
	unsigned i;

	for (i = 0; i < N_LEVELS; i++) {
		if (strcmp(levels[i], value) == 0) {
			p->config->log_level = (enum log_level)i;
			return 1;
		}
	}
	return fail(p, MOHR_ERR_CONFIG,
		    "%s = %.64s: nothing, error, info, debug or apdu was expected", s->name, value);
}

static int set_string(struct parse *p, const struct setting *s, const char *value)
{
	void *at = (char *)p->config + s->offset;
	int r;

	if (*value == '\0')
		return fail(p, MOHR_ERR_CONFIG, "%s has no value", s->name);
	r = config_set_text(at, value);
	return r == 0 ? 1 : fail(p, r, "%s", error_text(r));
}

/* Whether each of texts ('|' between them) is a profile's name, and so not one of them is mistyped. */
static bool are_profiles(const char *texts)
{
	const struct profile *const *known;
	size_t n_texts = 1, n_known = 0;

	for (known = profiles(); *known != NULL; known++)
		n_known += config_lists(texts, (*known)->name);
	for (; *texts != '\0'; texts++)
		n_texts += *texts == '|';
	return n_known == n_texts;
}

/* One name, or several. */
static int set_profile(struct parse *p, const struct setting *s, const char *value)
{
	bool one = s->kind == SETTING_PROFILE && strchr(value, '|') != NULL;
	const struct profile *const *known;
	char names[128] = "";
	size_t len = 0;

	if (!one && are_profiles(value))
		return set_string(p, s, value);
	for (known = profiles(); *known != NULL; known++) {
		if (len < sizeof(names))
			len += (size_t)snprintf(names + len, sizeof(names) - len, " %s",
						(*known)->name);
	}
	return fail(p, MOHR_ERR_CONFIG, "%s = %.64s: a known profile was expected:%s", s->name,
		    value, names);
}

static int set_yes_no(struct parse *p, const struct setting *s, const char *value)
{
	bool yes = strcmp(value, "yes") == 0;

	if (!yes && strcmp(value, "no") != 0)
		return fail(p, MOHR_ERR_CONFIG, "%s = %.64s: yes or no was expected", s->name,
			    value);
	*(bool *)(void *)((char *)p->config + s->offset) = yes;
	return 1;
}

static int set(struct parse *p, const struct setting *s, const char *value)
{
	switch (s->kind) {
	case SETTING_STRING:
		return set_string(p, s, value);
	case SETTING_PROFILE:
	case SETTING_PROFILES:
		return set_profile(p, s, value);
	case SETTING_LEVEL:
		return set_level(p, s, value);
	case SETTING_YES_NO:
		return set_yes_no(p, s, value);
	default:
		return set_number(p, s, value);
	}
}

static int handle(void *user, const char *section, const char *name, const char *value)
{
	struct parse *p = user;
	size_t i;

	if (p->err != 0)
		return 0;
	for (i = 0; i < N_SETTINGS; i++) {
		if (strcmp(settings[i].section, section) == 0 &&
		    strcmp(settings[i].name, name) == 0)
			break;
	}
	if (i == N_SETTINGS && *section == '\0')
		return fail(p, MOHR_ERR_CONFIG, "'%.64s' stands before any [section]", name);
	if (i == N_SETTINGS)
		return fail(p, MOHR_ERR_CONFIG, "there is no '%.64s' in section [%.64s]", name,
			    section);
	/* libinih hands an indented line down as one more value of the key above it. */
	if (p->seen[i])
		return fail(p, MOHR_ERR_CONFIG, "'%s' is given twice", name);
	p->seen[i] = true;
	return set(p, &settings[i], value);
}

/* The file decides whom a PIN is shown to: it must not be anybody's to write. */
static void check_file(struct parse *p)
{
	struct stat st;

	if (fstat(fileno(p->file), &st) != 0)
		fail(p, MOHR_ERR_IO, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		fail(p, MOHR_ERR_CONFIG, "this is not a regular file");
	else if ((st.st_mode & S_IWOTH) != 0)
		fail(p, MOHR_ERR_CONFIG, "everybody may write this file (chmod o-w)");
}

int config_file_read(struct config *c, const char *path, char *ret_message, size_t message_cap)
{
	struct parse p = {
		.path = path, .config = c, .message = ret_message, .message_cap = message_cap};
	int line;

	p.file = fopen(path, "re");
	if (p.file == NULL && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (p.file == NULL) {
		fail(&p, errno == ENOMEM ? MOHR_ERR_NOMEM : MOHR_ERR_IO, "%s", strerror(errno));
	} else {
		check_file(&p);
		line = p.err == 0 ? ini_parse_stream(read_line, &p, handle, &p) : 0;
		if (line < 0)
			fail(&p, MOHR_ERR_NOMEM, "%s", error_text(MOHR_ERR_NOMEM));
		if (line > 0) {
			p.line = (unsigned)line;
			fail(&p, MOHR_ERR_CONFIG, "'name = value' or '[section]' was expected");
		}
		fclose(p.file);
	}
	if (p.err != 0)
		config_clear(c);
	return p.err;
}

/* "DIRECTORY/suffix" if that file exists; NULL if not, or without memory. */
static char *existing(const char *directory, const char *suffix)
{
	size_t size;
	char *path;

	if (directory == NULL || directory[0] != '/')
		return NULL;
	size = strlen(directory) + strlen(suffix) + 2;
	path = malloc(size);
	if (path == NULL)
		return NULL;
	snprintf(path, size, "%s/%s", directory, suffix);
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *config_file_path(const char *system_path)
{
	const char *stated = secure_getenv("MOHR_CONF");
	const char *xdg = secure_getenv("XDG_CONFIG_HOME");
	char *path;

	if (stated != NULL && *stated != '\0')
		return strdup(stated);
	/* A relative XDG_CONFIG_HOME is not valid (XDG Base Directory Specification, "Basics"). */
	if (xdg != NULL && xdg[0] == '/')
		path = existing(xdg, "mohr/mohr.conf");
	else
		path = existing(secure_getenv("HOME"), ".config/mohr/mohr.conf");
	return path != NULL ? path : strdup(system_path);
}
