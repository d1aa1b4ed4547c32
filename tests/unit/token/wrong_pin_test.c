/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/wrong_pin.c. */
#include "fixture.h"

#include <string.h>

#include "token/internal.h"

static struct secret *secret_of(const char *text)
{
	struct secret *s;

	assert_int_equal(secret_new_from(text, strlen(text), &s), 0);
	return s;
}

static bool matches(struct token *t, const char *pin, int *ret_tries)
{
	struct secret *s = secret_of(pin);
	bool same = wrong_pin_matches(t, s, ret_tries);

	secret_free(s);
	return same;
}

static void remember(struct token *t, const char *pin, int tries)
{
	struct secret *s = secret_of(pin);

	wrong_pin_remember(t, s, tries);
	secret_free(s);
}

static void only_the_pin_that_was_wrong_matches(void **state)
{
	struct token *t = fixture_token(*state, SLOT_AUTH);
	int tries = -7;

	assert_false(matches(t, "1111", &tries));
	remember(t, "1111", 2);
	assert_true(matches(t, "1111", &tries));
	assert_int_equal(tries, 2);
	tries = -7;
	assert_false(matches(t, "1112", &tries));
	assert_false(matches(t, "11111", &tries));
	assert_false(matches(t, "111", &tries));
	assert_int_equal(tries, -7);
	token_unref(t);
}

static void the_last_wrong_pin_replaces_the_one_before(void **state)
{
	struct token *t = fixture_token(*state, SLOT_AUTH);
	int tries;

	remember(t, "1111", 2);
	remember(t, "2222", 1);
	assert_false(matches(t, "1111", &tries));
	assert_true(matches(t, "2222", &tries));
	assert_int_equal(tries, 1);
	wrong_pin_forget(t);
	assert_false(matches(t, "2222", &tries));
	token_unref(t);
}

static void what_is_remembered_is_neither_the_pin_nor_an_unkeyed_hash(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	uint8_t first[32], plain[32];

	remember(t, "1111", 2);
	assert_int_equal(secret_len(t->wrong.mac), 32);
	memcpy(first, secret_peek(t->wrong.mac), 32);
	assert_int_equal(crypto_digest(f->crypto, HASH_SHA256, "1111", 4, plain), 0);
	assert_memory_not_equal(first, plain, 32);
	remember(t, "1111", 2);
	assert_memory_not_equal(first, secret_peek(t->wrong.mac), 32);
	token_unref(t);
}

static void a_right_pin_wipes_it(void **state)
{
	struct token *t = fixture_token(*state, SLOT_AUTH);

	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_non_null(t->wrong.mac);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_null(t->wrong.mac);
	assert_null(t->wrong.key);
	token_unref(t);
}

static void removal_wipes_it_and_nothing_is_remembered_afterwards(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	remember(t, "1111", 2);
	loop_remove(f->loop, 0);
	assert_int_equal(token_check(t), MOHR_ERR_CARD_REMOVED);
	assert_null(t->wrong.mac);
	assert_null(t->wrong.key);
	remember(t, "1111", 2);
	assert_null(t->wrong.mac);
	token_unref(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_pin_that_was_wrong_matches),
		TEST(the_last_wrong_pin_replaces_the_one_before),
		TEST(what_is_remembered_is_neither_the_pin_nor_an_unkeyed_hash),
		TEST(a_right_pin_wipes_it),
		TEST(removal_wipes_it_and_nothing_is_remembered_afterwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
