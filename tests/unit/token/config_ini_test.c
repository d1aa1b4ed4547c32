/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/config_ini.c: mohr.conf(5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "token/config_file.h"

static char folder[] = "/tmp/mohr-config-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/mohr.conf", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void write_file(const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

static int read_text(struct config *c, const char *text, char *message, size_t cap)
{
	write_file(text, strlen(text));
	config_init(c);
	message[0] = '\0';
	return config_file_read(c, path, message, cap);
}

static void assert_defaults(const struct config *c)
{
	struct config d;

	config_init(&d);
	assert_null(c->socket);
	assert_null(c->profile);
	assert_null(c->profile_except);
	assert_null(c->log_file);
	assert_null(c->trace_file);
	assert_int_equal(c->slots, d.slots);
	assert_true(c->pin_pad);
	assert_null(c->pin_pad_except);
	assert_int_equal(c->log_level, d.log_level);
	assert_int_equal(c->natid_auth_pin, CONFIG_UNSET);
	assert_int_equal(c->natid_sign_key, CONFIG_UNSET);
	assert_int_equal(c->natid_pin_len, CONFIG_UNSET);
}

static void every_setting_is_read(void **state)
{
	struct config c;
	char m[256];

	(void)state;
	assert_int_equal(read_text(&c,
				   "; a comment\n"
				   "# another\n"
				   "[readers]\n"
				   "socket = /run/a.sock:/run/b.sock\n"
				   "slots=4\n"
				   "pin_pad = no\n"
				   "pin_pad_except = Gemalto PC Pinpad|REINER SCT\n"
				   "\n"
				   "[card]\n"
				   "profile = natid ; a comment behind a blank\n"
				   "profile_except = piv | natid\n"
				   "[log]\n"
				   "level = apdu\n"
				   "file = /tmp/mohr log.txt\n"
				   "trace = /tmp/trace\n"
				   "[natid]\n"
				   "auth_pin = 0x81\n"
				   "sign_pin = 130\n"
				   "auth_key = 0\n"
				   "sign_key = 0xFF\n"
				   "pin_len = 8",
				   m, sizeof(m)),
			 0);
	assert_string_equal(c.socket, "/run/a.sock:/run/b.sock");
	assert_int_equal(c.slots, 4);
	assert_false(c.pin_pad);
	assert_string_equal(c.pin_pad_except, "Gemalto PC Pinpad|REINER SCT");
	assert_string_equal(c.profile, "natid");
	assert_string_equal(c.profile_except, "piv | natid");
	assert_int_equal(c.log_level, LOG_APDU);
	assert_string_equal(c.log_file, "/tmp/mohr log.txt");
	assert_string_equal(c.trace_file, "/tmp/trace");
	assert_int_equal(c.natid_auth_pin, 0x81);
	assert_int_equal(c.natid_sign_pin, 0x82);
	assert_int_equal(c.natid_auth_key, 0);
	assert_int_equal(c.natid_sign_key, 255);
	assert_int_equal(c.natid_pin_len, 8);
	config_clear(&c);
}

static void an_empty_or_missing_file_leaves_the_defaults(void **state)
{
	struct config c;
	char m[256];

	(void)state;
	assert_int_equal(read_text(&c, "", m, sizeof(m)), 0);
	assert_defaults(&c);
	assert_int_equal(read_text(&c, "\n\n[card]\n", m, sizeof(m)), 0);
	assert_defaults(&c);
	unlink(path);
	assert_int_equal(config_file_read(&c, path, m, sizeof(m)), 0);
	assert_defaults(&c);
	assert_int_equal(config_file_read(&c, "/nonexistent/folder/mohr.conf", NULL, 0), 0);
}

static const struct {
	const char *text;
	unsigned line;
	const char *expected; /* a part of the message */
} nonsense[] = {
	{"[natid]\nauth_pin = 256\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = -1\n", 2, "0 to 255"},
	{"[natid]\nauth_pin =\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = 0x\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = 0x1G\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = 81h\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = 1 2\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = +1\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = 00000000000000000081\n", 2, "0 to 255"},
	{"[natid]\nauth_pin = 99999999999999999999\n", 2, "0 to 255"},
	{"[natid]\npin_len = 3\n", 2, "4 to 64"},
	{"[natid]\npin_len = 65\n", 2, "4 to 64"},
	{"[readers]\nslots = 0\n", 2, "1 to 4"},
	{"[readers]\nslots = 5\n", 2, "1 to 4"},
	{"[readers]\nsocket =\n", 2, "no value"},
	{"[readers]\npin_pad = maybe\n", 2, "yes or no"},
	{"[readers]\npin_pad = Yes\n", 2, "yes or no"},
	{"[readers]\npin_pad =\n", 2, "yes or no"},
	{"[readers]\npin_pad_except =\n", 2, "no value"},
	{"[log]\nlevel = verbose\n", 2, "debug"},
	{"[log]\nlevel = DEBUG\n", 2, "debug"},
	{"[card]\nprofile = piv2\n", 2, "natid"},
	{"[card]\nprofile = natid|piv\n", 2, "a known profile"},
	{"[card]\nprofile_except = piv|piv2\n", 2, "natid ias-fi"},
	{"[card]\nprofile_except = piv|piv\n", 2, "a known profile"},
	{"[card]\nprofile_except = piv|\n", 2, "a known profile"},
	{"[card]\n\n# x\ncolour = red\n", 4, "no 'colour' in section [card]"},
	{"[cards]\n", 1, "no section 'cards'"},
	{"[]\n", 1, "no section ''"},
	{"[card\n", 1, "']'"},
	{"[card] profile = natid\n", 1, "follows"},
	{"[card]\n[natid] junk\n", 2, "follows"},
	{"profile = natid\n", 1, "before any [section]"},
	{"[card]\nprofile natid\n", 2, "expected"},
	{"[natid]\nauth_pin = 1\nauth_pin = 1\n", 3, "twice"},
	{"[natid]\nauth_pin = 1\n[card]\n[natid]\nauth_pin = 1\n", 5, "twice"},
	/* an indented line would continue the value above */
	{"[log]\nfile = /a\n  /b\n", 3, "twice"},
};

static void nonsense_is_an_error_that_names_file_and_line(void **state)
{
	char m[256], where[80];
	struct config c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		snprintf(where, sizeof(where), "%s:%u: ", path, nonsense[i].line);
		if (read_text(&c, nonsense[i].text, m, sizeof(m)) != MOHR_ERR_CONFIG ||
		    strncmp(m, where, strlen(where)) != 0 ||
		    strstr(m, nonsense[i].expected) == NULL)
			fail_msg("row %zu: %s", i, m);
		assert_defaults(&c);
	}
}

static void an_error_takes_back_what_was_read_before(void **state)
{
	struct config c;
	char m[256];

	(void)state;
	assert_int_equal(read_text(&c,
				   "[readers]\nsocket = /x\nslots = 3\n[natid]\nauth_pin = 1\n"
				   "[log]\nlevel = debug\nfile = /y\nnonsense = 1\n",
				   m, sizeof(m)),
			 MOHR_ERR_CONFIG);
	assert_defaults(&c);
	/* without room for a message */
	config_init(&c);
	assert_int_equal(config_file_read(&c, path, NULL, 0), MOHR_ERR_CONFIG);
	assert_int_equal(config_file_read(&c, path, m, 1), MOHR_ERR_CONFIG);
	assert_string_equal(m, "");
}

static void long_lines_and_nul_bytes_are_errors(void **state)
{
	static const char nul[] = "[natid]\nauth_pin = 1\0sign_pin = 2\n";
	char text[700], m[256];
	struct config c;

	(void)state;
	strcpy(text, "[log]\nfile = /");
	memset(text + strlen(text), 'x', 400);
	strcpy(text + 14 + 400, "\n");
	assert_int_equal(read_text(&c, text, m, sizeof(m)), MOHR_ERR_CONFIG);
	assert_non_null(strstr(m, ":2: the line is longer"));
	write_file(nul, sizeof(nul) - 1);
	config_init(&c);
	assert_int_equal(config_file_read(&c, path, m, sizeof(m)), MOHR_ERR_CONFIG);
	assert_non_null(strstr(m, ":2: a NUL byte"));
	assert_defaults(&c);
}

static void a_file_that_anybody_may_write_is_refused(void **state)
{
	struct config c;
	char m[256];

	(void)state;
	write_file("[readers]\nslots = 1\n", 20);
	config_init(&c);
	assert_int_equal(chmod(path, 0646), 0);
	assert_int_equal(config_file_read(&c, path, m, sizeof(m)), MOHR_ERR_CONFIG);
	assert_non_null(strstr(m, "everybody"));
	assert_defaults(&c);
	assert_int_equal(config_file_read(&c, folder, m, sizeof(m)), MOHR_ERR_CONFIG);
	assert_non_null(strstr(m, "regular"));
}

static void the_file_that_holds_is_found(void **state)
{
	char made[128], parent[96];
	char *p;

	(void)state;
	write_file("", 0);
	setenv("MOHR_CONF", "/some/where.conf", 1);
	p = config_file_path("/etc/mohr.conf");
	assert_string_equal(p, "/some/where.conf");
	free(p);
	setenv("MOHR_CONF", "", 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	p = config_file_path("/etc/mohr.conf");
	assert_string_equal(p, "/etc/mohr.conf");
	free(p);
	snprintf(parent, sizeof(parent), "%s/mohr", folder);
	assert_int_equal(mkdir(parent, 0700), 0);
	snprintf(made, sizeof(made), "%s/mohr.conf", parent);
	assert_int_equal(rename(path, made), 0);
	p = config_file_path("/etc/mohr.conf");
	assert_string_equal(p, made);
	free(p);
	/* a relative one is not valid */
	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("HOME", "/nonexistent", 1);
	p = config_file_path("/etc/mohr.conf");
	assert_string_equal(p, "/etc/mohr.conf");
	free(p);
	unsetenv("MOHR_CONF");
	unsetenv("XDG_CONFIG_HOME");
	assert_int_equal(unlink(made), 0);
	assert_int_equal(rmdir(parent), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_is_read),
		cmocka_unit_test(an_empty_or_missing_file_leaves_the_defaults),
		cmocka_unit_test(nonsense_is_an_error_that_names_file_and_line),
		cmocka_unit_test(an_error_takes_back_what_was_read_before),
		cmocka_unit_test(long_lines_and_nul_bytes_are_errors),
		cmocka_unit_test(a_file_that_anybody_may_write_is_refused),
		cmocka_unit_test(the_file_that_holds_is_found),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
