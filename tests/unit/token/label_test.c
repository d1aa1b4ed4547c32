/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/label.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "token/label.h"

static void assert_label(const char *card, const char *pin, const char *label)
{
	char got[33];

	memset(got, 'x', sizeof(got));
	label_make(got, card, pin);
	assert_string_equal(got, label);
}

static void a_token_is_named_by_its_card_and_pin(void **state)
{
	(void)state;
	assert_label("Iran ID", "signature", "Iran ID (signature)");
	assert_label("PIV", NULL, "PIV");
	assert_label("PIV", "", "PIV");
	assert_label("", "PIN", " (PIN)");
	assert_label("", NULL, "");
	/* 32 bytes, no more */
	assert_label("12345678901234567890", "123456789", "12345678901234567890 (123456789)");
}

static void a_long_label_keeps_what_sets_it_apart(void **state)
{
	(void)state;
	assert_label("A card with a long name", "Authentication PIN",
		     "A card with (Authentication PIN)");
	assert_label("A card with a long name", "Signature PIN",
		     "A card with a lo (Signature PIN)");
	/* both are too long */
	assert_label("A card with a long name", "A PIN with a long name, too",
		     "A card w (A PIN with a long nam)");
	assert_label("Card", "A PIN with a long name, and more",
		     "Card (A PIN with a long name, a)");
	assert_label("A card with a name of more than that", NULL,
		     "A card with a name of more than ");
}

/* RFC 3629: two, three, four bytes a character */
static void no_character_is_cut(void **state)
{
	(void)state;
	assert_label("1234567890123456789012345678901\xC3\xA9", NULL,
		     "1234567890123456789012345678901");
	assert_label("12345678901234567890123456789\xE2\x82\xAC\xE2\x82\xAC", NULL,
		     "12345678901234567890123456789\xE2\x82\xAC");
	assert_label("1234567890123456789012345678\xF0\x9F\x94\x91\xF0\x9F\x94\x91", NULL,
		     "1234567890123456789012345678\xF0\x9F\x94\x91");
	assert_label("1234567\xF0\x9F\x94\x91 card", "123456789012345678901",
		     "1234567 (123456789012345678901)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_named_by_its_card_and_pin),
		cmocka_unit_test(a_long_label_keeps_what_sets_it_apart),
		cmocka_unit_test(no_character_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
