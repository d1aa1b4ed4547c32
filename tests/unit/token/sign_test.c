/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/sign.c. */
#include "fixture.h"

#include <string.h>

#include "token/verify.h"

static void a_signature_with_the_authentication_key_costs_three_apdus(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(sign(t, 2, NULL), 0);
	assert_in_range(counts(f, 0).apdus, 3, 4);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(counts(f, 0).ends, 1);
	assert_int_equal(counts(f, 0).outside, 0);
	token_unref(t);
}

static void a_signature_with_the_signature_key_costs_five_apdus(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	assert_int_equal(sign(t, 1, f), 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	assert_int_equal(sign(t, 2, f), 0);
	assert_int_equal(counts(f, 0).apdus, 5);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(counts(f, 0).verifies, 1);
	assert_false(card_verified(f->card, REF_SIGN));
	token_unref(t);
}

static void rsa_keys_sign_within_the_same_budget(void **state)
{
	struct fixture *f = *state;
	struct vcard *rsa = fixture_card(VCARD_RSA2048, VCARD_RSA2048, true);
	struct token *a, *b;

	loop_insert(f->loop, 0, rsa);
	a = fixture_loaded(f, SLOT_AUTH);
	b = fixture_loaded(f, SLOT_SIGN);
	assert_int_equal(login(a, PIN_AUTH), 0);
	assert_int_equal(login(b, PIN_SIGN), 0);
	assert_int_equal(sign(a, 1, NULL), 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(sign(a, 1, NULL), 0);
	assert_in_range(counts(f, 0).apdus, 3, 4);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(login_context(b, PIN_SIGN, f), 0);
	assert_int_equal(sign(b, 1, f), 0);
	assert_int_equal(counts(f, 0).apdus, 5);
	token_unref(a);
	token_unref(b);
	loop_remove(f->loop, 0);
	vcard_free(rsa);
}

static void without_login_nothing_reaches_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH), *s = fixture_loaded(f, SLOT_SIGN);

	/* whatever another program has opened */
	assert_int_equal(card_command(f->card, "00200081 10 31323334000000000000000000000000"),
			 0x9000);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(sign(s, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_int_equal(counts(f, 0).begins, 0);
	token_unref(t);
	token_unref(s);
}

static void a_login_without_context_does_not_open_the_signature_key(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_true(token_logged_in(t));
	token_unref(t);
}

static void what_cannot_be_signed_never_reaches_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);
	const struct token_objects *o;
	struct sign_request good, request;
	uint8_t digest[32], signature[64];
	size_t len = 77;

	assert_int_equal(token_objects(t, &o), 0);
	assert_int_equal(login(t, PIN_AUTH), 0);
	good = sign_request_for(&o->keys[0], 1, digest);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_sign(t, 1, &good, NULL, signature, sizeof(signature), &len),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(token_sign(t, 0, &good, NULL, signature, 63, &len),
			 MOHR_ERR_BUFFER_TOO_SMALL);
	assert_int_equal(token_sign(t, 0, &good, NULL, signature, 0, &len),
			 MOHR_ERR_BUFFER_TOO_SMALL);
	request = good;
	request.scheme = SIGN_PKCS1;
	assert_int_equal(token_sign(t, 0, &request, NULL, signature, sizeof(signature), &len),
			 MOHR_ERR_MECHANISM);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_int_equal(len, 77);
	assert_int_equal(token_sign(t, 0, &good, NULL, signature, sizeof(signature), &len), 0);
	assert_int_equal(len, 64);
	assert_int_equal(verify_signature(f->crypto, &o->keys[0].shape, &good, signature, len), 0);
	token_unref(t);
}

static void a_refused_use_closes_a_context_login(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);
	struct loop_fault fault = {.kind = LOOP_FAULT_SW, .value = 0x6F00};
	int r;

	assert_int_equal(login(t, PIN_SIGN), 0);
	for (fault.at = 0; fault.at < 3; fault.at++) {
		assert_int_equal(login_context(t, PIN_SIGN, f), 0);
		loop_set_fault(f->loop, 0, &fault);
		r = sign(t, 1, f);
		assert_true(loop_fault_done(f->loop, 0));
		(void)r;
		assert_false(counts(f, 0).held);
		assert_false(card_verified(f->card, REF_SIGN));
		assert_int_equal(sign(t, 1, f), MOHR_ERR_NOT_LOGGED_IN);
	}
	token_unref(t);
}

/* Counts the signatures that the card is asked for. */
static void count_signatures(void *user, const uint8_t *command, size_t len)
{
	unsigned *n = user;

	if (len > 3 && command[1] == 0x2A && command[2] == 0x9E)
		(*n)++;
}

static void a_lost_state_of_the_card_is_a_lost_login(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_AUTH);

	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(card_command(f->card, "0020FF81"), 0x9000);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_false(token_logged_in(t));
	loop_clear_counts(f->loop, 0);
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(counts(f, 0).apdus, 0);
	token_unref(t);
}

/* A card whose certificate is another key's: what the card signs never verifies. */
static void a_signature_that_does_not_verify_is_not_given_out(void **state)
{
	struct fixture *f = *state;
	struct vcard *other = fixture_card(VCARD_P256, VCARD_P256, false);
	struct token *t = fixture_loaded(f, SLOT_AUTH), *s = fixture_loaded(f, SLOT_SIGN);
	unsigned computed = 0;

	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(login(s, PIN_SIGN), 0);
	assert_int_equal(login_context(s, PIN_SIGN, f), 0);
	/* the other card takes over in mid-transaction, opened, and nobody can tell */
	assert_int_equal(card_command(other, "00200081 10 31323334000000000000000000000000"),
			 0x9000);
	assert_int_equal(card_command(other, "00200082 10 36353433323100000000000000000000"),
			 0x9000);
	loop_replace(f->loop, 0, other);
	loop_set_hook(f->loop, 0, count_signatures, &computed);
	assert_int_equal(sign(s, 1, f), MOHR_ERR_SIGNATURE_WRONG);
	assert_int_equal(computed, 1);
	assert_false(counts(f, 0).held);
	computed = 0;
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_SIGNATURE_WRONG);
	assert_int_equal(computed, 2);
	loop_set_hook(f->loop, 0, NULL, NULL);
	token_unref(t);
	token_unref(s);
	loop_remove(f->loop, 0);
	vcard_free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_signature_with_the_authentication_key_costs_three_apdus),
		TEST(a_signature_with_the_signature_key_costs_five_apdus),
		TEST(rsa_keys_sign_within_the_same_budget),
		TEST(without_login_nothing_reaches_the_card),
		TEST(a_login_without_context_does_not_open_the_signature_key),
		TEST(what_cannot_be_signed_never_reaches_the_card),
		TEST(a_refused_use_closes_a_context_login),
		TEST(a_lost_state_of_the_card_is_a_lost_login),
		TEST(a_signature_that_does_not_verify_is_not_given_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
