/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/config.c: the defaults are those that man/mohr.conf.5 states. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/config.h"

static void assert_defaults(const struct config *c)
{
	assert_null(c->socket);
	assert_int_equal(c->slots, 2);
	assert_true(c->pin_pad);
	assert_null(c->pin_pad_except);
	assert_null(c->profile);
	assert_null(c->profile_except);
	assert_int_equal(c->log_level, LOG_NOTHING);
	assert_null(c->log_file);
	assert_null(c->trace_file);
	assert_int_equal(c->natid_auth_pin, CONFIG_UNSET);
	assert_int_equal(c->natid_sign_pin, CONFIG_UNSET);
	assert_int_equal(c->natid_auth_key, CONFIG_UNSET);
	assert_int_equal(c->natid_sign_key, CONFIG_UNSET);
	assert_int_equal(c->natid_pin_len, CONFIG_UNSET);
}

static void every_field_has_its_default(void **state)
{
	struct config c;

	(void)state;
	memset(&c, 0x5A, sizeof(c));
	config_init(&c);
	assert_defaults(&c);
	config_clear(&c);
}

static void clear_frees_the_strings_and_restores_the_defaults(void **state)
{
	struct config c;

	(void)state;
	config_init(&c);
	c.socket = strdup("/run/card");
	c.pin_pad = false;
	c.pin_pad_except = strdup("Reader");
	c.profile = strdup("natid");
	c.profile_except = strdup("piv");
	c.log_file = strdup("log");
	c.trace_file = strdup("trace");
	c.slots = 4;
	c.log_level = LOG_APDU;
	c.natid_auth_pin = 0x81;
	c.natid_sign_pin = 0x82;
	c.natid_auth_key = 1;
	c.natid_sign_key = 2;
	c.natid_pin_len = 8;
	config_clear(&c);
	assert_defaults(&c);
	/* again: nothing is freed twice */
	config_clear(&c);
	assert_defaults(&c);
}

/* The copy is the config's own, the old text is freed (LeakSanitizer sees it if not). */
static void text_is_copied_in_place_of_the_old_one(void **state)
{
	char text[] = "/run/card";
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(config_set_text(&c.socket, text), 0);
	text[1] = 'x';
	assert_string_equal(c.socket, "/run/card");
	assert_int_equal(config_set_text(&c.socket, ""), 0);
	assert_string_equal(c.socket, "");
	config_clear(&c);
}

static void names_are_found_by_a_part_of_them(void **state)
{
	static const struct {
		const char *texts, *name;
		bool found;
	} rows[] = {
		{NULL, "Reader 00", false},
		{"", "Reader 00", false},
		{"Reader", "Reader 00", true},
		{"00", "Reader 00", true},
		{"reader", "Reader 00", false},
		{"Reader 000", "Reader 00", false},
		{"X|00", "Reader 00", true},
		{"X|Y", "Reader 00", false},
		{"X | er 0 |Y", "Reader 00", true},
		{"|", "Reader 00", false},
		{"||", "Reader 00", false},
		{" | \t| ", "Reader 00", false},
		{"Reader|", "Reader 00", true},
		{"X", "", false},
		{"", "", false},
		{" ", "Reader 00", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (config_names(rows[i].texts, rows[i].name) != rows[i].found)
			fail_msg("'%s' in '%s'", rows[i].texts, rows[i].name);
	}
}

static void a_list_has_whole_names(void **state)
{
	static const struct {
		const char *texts, *name;
		bool found;
	} rows[] = {
		{"piv", "piv", true},   {"natid | piv", "piv", true}, {"natid|piv|x", "piv", true},
		{"piv2", "piv", false}, {"xpiv", "piv", false},       {"pi|v", "piv", false},
		{"|", "piv", false},    {"", "piv", false},           {NULL, "piv", false},
		{"p iv", "piv", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (config_lists(rows[i].texts, rows[i].name) != rows[i].found)
			fail_msg("'%s' in '%s'", rows[i].name, rows[i].texts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_its_default),
		cmocka_unit_test(clear_frees_the_strings_and_restores_the_defaults),
		cmocka_unit_test(text_is_copied_in_place_of_the_old_one),
		cmocka_unit_test(names_are_found_by_a_part_of_them),
		cmocka_unit_test(a_list_has_whole_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
