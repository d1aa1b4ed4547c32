/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card whose one PIN opens all keys, but for one that wants it anew for each use: PIV (SP 800-73-4), by
 * the virtual card.
 */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "token/internal.h"
#include "vcard/piv/piv.h"

#define PIN  "123456"
#define PIN2 "654321"

enum { REF_PIN = 0x80 };
enum { KEY_9A, KEY_9C, KEY_9D, KEY_9E, KEY_82 };

/* In the place of the natid card, with the same authority. */
static struct vcard *insert_as(const char *personality, struct fixture *f, enum vcard_key_kind kind,
			       bool extended)
{
	struct vcard_setup setup;
	struct vcard *v;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(personality, &setup.personalities), 0);
	setup.extended = extended;
	setup.pin = PIN;
	setup.puk = "12345678";
	setup.admin_key_len = 24;
	setup.key_auth = setup.key_sign = kind;
	setup.authority = fixture_authority();
	assert_int_equal(vcard_new(&setup, &v), 0);
	loop_insert(f->loop, 0, v);
	return v;
}

static struct vcard *insert(struct fixture *f, enum vcard_key_kind kind, bool extended)
{
	return insert_as("piv", f, kind, extended);
}

static void take_out(struct fixture *f, struct vcard *v)
{
	loop_insert(f->loop, 0, f->card);
	vcard_free(v);
}

static struct token *loaded(struct fixture *f)
{
	struct token *t = fixture_token(f, 0);
	const struct token_objects *o;

	assert_int_equal(token_objects(t, &o), 0);
	return t;
}

static int sign_with(struct token *t, unsigned key, const void *owner)
{
	uint8_t digest[32], signature[LIMIT_SIGNATURE];
	struct sign_request request = sign_request_for(&t->keys[key], key, digest);
	size_t len;

	return token_sign(t, key, &request, owner, signature, sizeof(signature), &len);
}

static int context_with(struct token *t, unsigned key, const char *pin, const void *owner)
{
	struct secret *s;
	int r;

	assert_int_equal(secret_new_from(pin, strlen(pin), &s), 0);
	r = token_login_context(t, key, s, owner);
	secret_free(s);
	return r;
}

static void all_keys_are_in_one_token(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f), *none;
	unsigned i;

	assert_int_equal(slots_token(f->slots, 1, &none), MOHR_ERR_CARD_ABSENT);
	assert_string_equal(token_info(t)->label, "PIV");
	assert_false(token_info(t)->has_random);
	assert_int_equal(t->objects.n_certificates, 5);
	assert_int_equal(t->objects.n_keys, 5);
	for (i = 0; i < 5; i++) {
		assert_true(t->certificates[i].parsed);
		assert_ptr_equal(t->keys[i].certificate, &t->certificates[i]);
		assert_int_equal(t->keys[i].place->id, i + 1);
		assert_int_equal(t->keys[i].always_authenticate, i == KEY_9C);
	}
	token_unref(t);
	take_out(f, v);
}

/* What testing.md's table grants for two certificates: 30. */
static void two_certificates_are_listed_within_the_budget(void **state)
{
	static const uint32_t others[] = {0x5FC10B, 0x5FC101, 0x5FC10D, 0x5FC10C};
	static const unsigned most[] = {30, 15};
	struct fixture *f = *state;
	unsigned extended, i;

	for (extended = 0; extended < 2; extended++) {
		struct vcard *v = insert(f, VCARD_RSA2048, extended);
		struct token *t;

		for (i = 0; i < 4; i++)
			assert_int_equal(
				vcard_piv_object_set(&vcard_piv_of(v)->memory, others[i], NULL, 0),
				0);
		loop_clear_counts(f->loop, 0);
		t = loaded(f);
		assert_int_equal(t->objects.n_certificates, 2);
		assert_int_equal(t->objects.n_keys, 2);
		assert_in_range(counts(f, 0).apdus, 1, most[extended]);
		token_unref(t);
		take_out(f, v);
	}
}

static void a_signature_costs_four_commands(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_RSA2048, false);
	struct token *t = loaded(f);
	unsigned i;

	assert_int_equal(login(t, PIN), 0);
	for (i = 0; i < 2; i++) {
		loop_clear_counts(f->loop, 0);
		assert_int_equal(sign_with(t, KEY_9A, NULL), 0);
		assert_in_range(counts(f, 0).apdus, 1, 4);
	}
	loop_clear_counts(f->loop, 0);
	assert_int_equal(context_with(t, KEY_9C, PIN, f), 0);
	assert_int_equal(sign_with(t, KEY_9C, f), 0);
	/* SELECT and VERIFY before it */
	assert_in_range(counts(f, 0).apdus, 1, 6);
	token_unref(t);
	take_out(f, v);
}

static void every_kind_of_key_signs(void **state)
{
	static const enum vcard_key_kind kinds[] = {VCARD_P256, VCARD_P384, VCARD_RSA2048,
						    VCARD_RSA3072, VCARD_RSA4096};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct vcard *v = insert(f, kinds[i], i % 2);
		struct token *t = loaded(f);

		assert_int_equal(login(t, PIN), 0);
		assert_int_equal(sign_with(t, KEY_9A, NULL), 0);
		token_unref(t);
		take_out(f, v);
	}
}

static void the_one_key_wants_its_pin_and_the_others_stay_open(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);
	unsigned i;

	assert_int_equal(login(t, PIN), 0);
	assert_true(card_verified(v, REF_PIN));
	assert_int_equal(sign_with(t, KEY_9C, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(context_with(t, KEY_9A, PIN, f), MOHR_ERR_ARGUMENT);
	for (i = 0; i < 2; i++) {
		assert_int_equal(sign_with(t, KEY_9A, NULL), 0);
		assert_int_equal(context_with(t, KEY_9C, PIN, f), 0);
		assert_true(counts(f, 0).held);
		assert_int_equal(sign_with(t, KEY_9C, f), 0);
		assert_false(counts(f, 0).held);
		assert_true(token_logged_in(t));
		assert_true(card_verified(v, REF_PIN));
		assert_int_equal(sign_with(t, KEY_9C, f), MOHR_ERR_NOT_LOGGED_IN);
		assert_int_equal(sign_with(t, KEY_82, NULL), 0);
	}
	assert_int_equal(counts(f, 0).resets, 0);
	token_unref(t);
	take_out(f, v);
}

/* SP 800-73-4 part 1 table 4: the card authentication key is for whoever holds the card. */
static void the_card_authentication_key_needs_no_login(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);
	unsigned i;

	for (i = 0; i < 5; i++) {
		assert_int_equal(t->keys[i].open, i == KEY_9E);
		assert_int_equal(sign_with(t, i, f), i == KEY_9E ? 0 : MOHR_ERR_NOT_LOGGED_IN);
	}
	assert_int_equal(login(t, PIN), 0);
	assert_int_equal(sign_with(t, KEY_9E, f), 0);
	assert_int_equal(sign_with(t, KEY_9A, f), 0);
	assert_int_equal(token_logout(t), 0);
	assert_int_equal(sign_with(t, KEY_9E, f), 0);
	assert_int_equal(sign_with(t, KEY_9A, f), MOHR_ERR_NOT_LOGGED_IN);
	token_unref(t);
	take_out(f, v);
}

/* What a YubiKey tells of its keys (docs/piv-card.md, F7), against the standard's policies. */
static void keys_are_what_the_card_says_of_them(void **state)
{
	static const bool open[] = {true, false, false, false};
	static const bool always[] = {false, false, true, false};
	static const uint8_t ids[] = {1, 2, 3, 5};
	struct fixture *f = *state;
	struct vcard *v = insert_as("yubikey", f, VCARD_P256, false);
	struct vcard_piv *piv = vcard_piv_of(v);
	const struct token_certificate *authorities;
	struct token *t;
	unsigned i, n_authorities;

	vcard_piv_key_find(piv, 0x9A)->key.use = VCARD_PIV_PIN_NEVER;
	vcard_piv_key_find(piv, 0x9C)->key.use = VCARD_PIV_PIN_ONCE;
	vcard_piv_key_find(piv, 0x9D)->key.use = VCARD_PIV_PIN_ALWAYS;
	/* a key without a certificate, and a certificate without a key */
	assert_int_equal(vcard_piv_object_set(&piv->memory, 0x5FC10D, NULL, 0), 0);
	vcard_piv_key_erase(vcard_piv_key_find(piv, 0x9E));
	t = loaded(f);
	assert_int_equal(t->objects.n_keys, 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(t->keys[i].place->id, ids[i]);
		assert_int_equal(t->keys[i].open, open[i]);
		assert_int_equal(t->keys[i].always_authenticate, always[i]);
		assert_int_equal(t->keys[i].certificate == NULL, i == 3);
		assert_int_equal(sign_with(t, i, f), open[i] ? 0 : MOHR_ERR_NOT_LOGGED_IN);
	}
	assert_int_equal(login(t, PIN), 0);
	for (i = 0; i < 4; i++) {
		if (always[i])
			assert_int_equal(context_with(t, i, PIN, f), 0);
		assert_int_equal(sign_with(t, i, f), 0);
	}
	/* 9A, 9C, 9D, 9E, and apart from them the one that attests, read when somebody asks for it */
	assert_int_equal(t->objects.n_certificates, 4);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_authorities(t, &authorities, &n_authorities), 0);
	assert_int_equal(counts(f, 0).by_ins[0xCB], 1);
	assert_int_equal(n_authorities, 1);
	assert_int_equal(authorities[0].place->id, 25);
	assert_true(authorities[0].parsed && authorities[0].x509.is_ca);
	assert_int_equal(token_authorities(t, &authorities, &n_authorities), 0);
	assert_int_equal(counts(f, 0).by_ins[0xCB], 1);
	token_unref(t);
	take_out(f, v);
}

/* ykcs11 takes 95 and OpenSC 52 for the five of them. */
static void a_yubikey_is_listed_within_the_budget(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert_as("yubikey", f, VCARD_RSA2048, true);
	struct token *t;

	loop_clear_counts(f->loop, 0);
	t = loaded(f);
	assert_int_equal(t->objects.n_keys, 5);
	assert_int_equal(counts(f, 0).by_ins[0xF7], 5);
	assert_in_range(counts(f, 0).apdus, 1, 20);
	token_unref(t);
	take_out(f, v);
}

/* Another program's reset in the middle takes a login away, which this key has no need of. */
static void the_card_authentication_key_survives_a_reset(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);
	struct loop_fault fault = {.kind = LOOP_FAULT_RESET};

	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(sign_with(t, KEY_9E, f), 0);
	assert_true(loop_fault_done(f->loop, 0));
	token_unref(t);
	take_out(f, v);
}

/* The card would let any program use the key once: nothing but closing it helps. */
static void a_login_for_one_use_that_is_not_used_ends_all(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);

	assert_int_equal(login(t, PIN), 0);
	assert_int_equal(context_with(t, KEY_9C, PIN, f), 0);
	token_context_cancel(t, f);
	assert_false(counts(f, 0).held);
	assert_false(token_logged_in(t));
	assert_false(card_verified(v, REF_PIN));
	assert_int_equal(sign_with(t, KEY_9A, NULL), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(login(t, PIN), 0);
	assert_int_equal(sign_with(t, KEY_9A, NULL), 0);
	token_unref(t);
	take_out(f, v);
}

static void a_second_login_for_one_use_takes_the_place_of_the_first(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);
	int other;

	assert_int_equal(login(t, PIN), 0);
	assert_int_equal(context_with(t, KEY_9C, PIN, f), 0);
	assert_int_equal(context_with(t, KEY_9C, PIN, &other), 0);
	assert_true(token_logged_in(t));
	assert_true(counts(f, 0).held);
	assert_int_equal(sign_with(t, KEY_9C, &other), 0);
	assert_int_equal(sign_with(t, KEY_9A, NULL), 0);
	token_unref(t);
	take_out(f, v);
}

static void a_wrong_pin_for_one_use_ends_the_first(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);

	assert_int_equal(login(t, PIN), 0);
	assert_int_equal(context_with(t, KEY_9C, PIN, f), 0);
	assert_int_equal(context_with(t, KEY_9C, PIN2, f), MOHR_ERR_PIN_INCORRECT);
	assert_false(counts(f, 0).held);
	assert_false(card_verified(v, REF_PIN));
	assert_int_equal(sign_with(t, KEY_9C, f), MOHR_ERR_NOT_LOGGED_IN);
	token_unref(t);
	take_out(f, v);
}

struct other_use {
	struct token *token;
	atomic_bool done;
};

static void *use_9a(void *user)
{
	struct other_use *u = user;
	int r = sign_with(u->token, KEY_9A, u);

	atomic_store(&u->done, true);
	return r == 0 ? NULL : u;
}

/* A use of any key ends what a PIN has opened for one use: the other thread has to wait. */
static void another_threads_use_does_not_spend_the_pin(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct other_use u = {.token = loaded(f)};
	struct timespec moment = {.tv_nsec = 50000000};
	pthread_t thread;
	void *failed;

	atomic_init(&u.done, false);
	assert_int_equal(login(u.token, PIN), 0);
	assert_int_equal(context_with(u.token, KEY_9C, PIN, f), 0);
	assert_int_equal(pthread_create(&thread, NULL, use_9a, &u), 0);
	nanosleep(&moment, NULL);
	assert_false(atomic_load(&u.done));
	assert_int_equal(sign_with(u.token, KEY_9C, f), 0);
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	token_unref(u.token);
	take_out(f, v);
}

/* Others may have used the card in between: the profile has to hear of it. */
static void each_transaction_looks_at_the_selection_anew(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);
	struct pin_status status;
	unsigned i;

	clock_advance(2 * STATUS_FRESH_MS);
	for (i = 0; i < 2; i++) {
		loop_clear_counts(f->loop, 0);
		assert_int_equal(token_pin_status(t, &status), 0);
		assert_int_equal(counts(f, 0).by_ins[0xCB], 1); /* the discovery object */
		assert_int_equal(counts(f, 0).by_ins[0xA4], 0);
	}
	token_unref(t);
	take_out(f, v);
}

/* Whoever asks for the PIN's state, in whatever thread: the card would want the PIN anew after its answer. */
static void a_look_at_the_pin_does_not_spend_it(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);
	struct pin_status status;

	assert_int_equal(login(t, PIN), 0);
	clock_advance(2 * STATUS_FRESH_MS);
	assert_int_equal(context_with(t, KEY_9C, PIN, f), 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_pin_status(t, &status), 0);
	assert_true(status.verified);
	assert_int_equal(status.tries_left, PIN_TRIES_UNKNOWN);
	assert_false(status.blocked || status.must_change);
	assert_int_equal(sign_with(t, KEY_9C, f), 0);
	assert_true(token_logged_in(t));
	token_unref(t);
	take_out(f, v);
}

/* The card has changed the PIN, and takes that for its verification; nobody hears of it. */
static void a_change_whose_answer_is_lost_leaves_the_card_closed(void **state)
{
	static const struct loop_fault faults[] = {
		{LOOP_FAULT_EMPTY, 1, 0},
		{LOOP_FAULT_CUT, 1, 1},
		{LOOP_FAULT_LONGER, 1, 0},
		{LOOP_FAULT_ERROR, 1, MOHR_ERR_COMMUNICATION},
		{LOOP_FAULT_ERROR, 1, MOHR_ERR_TIMEOUT},
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct vcard *v = insert(f, VCARD_P256, false);
		struct token *t = loaded(f);

		loop_set_fault(f->loop, 0, &faults[i]);
		assert_int_not_equal(change_pin(t, PIN, PIN2), 0);
		assert_true(loop_fault_done(f->loop, 0));
		assert_false(card_verified(v, REF_PIN));
		assert_false(token_logged_in(t));
		assert_int_equal(login(t, PIN2), 0);
		token_unref(t);
		take_out(f, v);
	}
}

/* What closes the card again fails: the PIN is the new one for all that, and a reset closes the card. */
static void a_changed_pin_is_told_though_the_card_is_hard_to_close(void **state)
{
	struct fixture *f = *state;
	struct loop_fault fault = {LOOP_FAULT_ERROR, 2, MOHR_ERR_COMMUNICATION};
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);

	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(change_pin(t, PIN, PIN2), 0);
	assert_true(loop_fault_done(f->loop, 0));
	assert_false(card_verified(v, REF_PIN));
	assert_false(counts(f, 0).held);
	assert_int_equal(login(t, PIN2), 0);
	token_unref(t);
	take_out(f, v);
}

static void changing_the_pin_opens_the_card_for_nobody(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);

	assert_int_equal(change_pin(t, PIN, PIN2), 0);
	assert_false(token_logged_in(t));
	assert_false(card_verified(v, REF_PIN));
	assert_int_equal(login(t, PIN2), 0);
	assert_int_equal(change_pin(t, PIN2, PIN), 0);
	assert_true(token_logged_in(t));
	assert_int_equal(sign_with(t, KEY_9A, NULL), 0);
	token_unref(t);
	take_out(f, v);
}

/* C_GetSessionInfo has to say so before a use of a key does. */
static void a_wrong_old_pin_ends_the_login_that_the_card_ends(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);

	assert_int_equal(login(t, PIN), 0);
	assert_int_equal(change_pin(t, PIN2, PIN), MOHR_ERR_PIN_INCORRECT);
	assert_false(card_verified(v, REF_PIN));
	assert_false(token_logged_in(t));
	assert_int_equal(login(t, PIN), 0);
	/* refused without the card, which has lost nothing then */
	assert_int_equal(change_pin(t, PIN2, "12"), MOHR_ERR_PIN_LENGTH);
	assert_true(token_logged_in(t));
	assert_int_equal(sign_with(t, KEY_9A, NULL), 0);
	token_unref(t);
	take_out(f, v);
}

static void logout_closes_the_card(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = insert(f, VCARD_P256, false);
	struct token *t = loaded(f);

	assert_int_equal(login(t, PIN), 0);
	assert_int_equal(token_logout(t), 0);
	assert_false(card_verified(v, REF_PIN));
	assert_int_equal(counts(f, 0).resets, 0);
	token_unref(t);
	take_out(f, v);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_keys_are_in_one_token),
		TEST(two_certificates_are_listed_within_the_budget),
		TEST(a_signature_costs_four_commands),
		TEST(every_kind_of_key_signs),
		TEST(the_one_key_wants_its_pin_and_the_others_stay_open),
		TEST(the_card_authentication_key_needs_no_login),
		TEST(the_card_authentication_key_survives_a_reset),
		TEST(keys_are_what_the_card_says_of_them),
		TEST(a_yubikey_is_listed_within_the_budget),
		TEST(a_login_for_one_use_that_is_not_used_ends_all),
		TEST(a_second_login_for_one_use_takes_the_place_of_the_first),
		TEST(a_wrong_pin_for_one_use_ends_the_first),
		TEST(another_threads_use_does_not_spend_the_pin),
		TEST(each_transaction_looks_at_the_selection_anew),
		TEST(a_look_at_the_pin_does_not_spend_it),
		TEST(a_change_whose_answer_is_lost_leaves_the_card_closed),
		TEST(a_changed_pin_is_told_though_the_card_is_hard_to_close),
		TEST(changing_the_pin_opens_the_card_for_nobody),
		TEST(a_wrong_old_pin_ends_the_login_that_the_card_ends),
		TEST(logout_closes_the_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
