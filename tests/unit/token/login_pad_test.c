/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIN entry at the reader, token/login.c: what holds for a typed PIN (behaviour.md, "State") holds for one
 * that is typed at the PIN pad, and nobody ever sees it.
 */
#include "fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/harness/fake_pad.h"
#include "token/internal.h"

static struct fake_pad pad;

/* Two readers; the card is in the first, and that has the pad. */
static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup_two_readers(state) != 0)
		return -1;
	f = *state;
	fake_pad_init(&pad);
	loop_set_control(f->loop, 0, fake_pad_control, &pad);
	return 0;
}

static int login_pad(struct token *t, const char *pin)
{
	pad.typed[0] = pin;
	return token_login_pad(t);
}

static int change_pad(struct token *t, const char *before, const char *after, const char *again)
{
	pad.typed[0] = before;
	pad.typed[1] = after;
	pad.typed[2] = again;
	return token_change_pin_pad(t);
}

static void the_reader_is_asked_once_and_the_card_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct token *a = fixture_token(f, SLOT_AUTH), *b = fixture_token(f, SLOT_SIGN);

	assert_true(token_pad(a)->there);
	assert_true(token_pad(a)->can_change);
	assert_true(token_pad(b)->there);
	assert_int_equal(token_pad(a)->rows, 0);
	assert_int_equal(counts(f, 0).controls, 1);
	assert_int_equal(counts(f, 0).outside, 0);
	token_unref(a);
	token_unref(b);
}

static void the_display_is_told(void **state)
{
	static const uint8_t more[] = {0x0A, 4, 0x42, 0x33, 0, 0x0A};
	struct fixture *f = *state;
	struct token *t;

	memcpy(pad.features + pad.features_len, more, sizeof(more));
	pad.features_len += sizeof(more);
	memcpy(pad.pin_properties, "\x10\x02\x02\x00", 4);
	pad.pin_properties_len = 4;
	t = fixture_token(f, SLOT_AUTH);
	assert_int_equal(token_pad(t)->rows, 2);
	assert_int_equal(token_pad(t)->columns, 16);
	token_unref(t);
}

static void without_a_pad_nothing_is_asked_for(void **state)
{
	struct fixture *f = *state;
	struct token *t;

	loop_set_control(f->loop, 0, NULL, NULL);
	t = fixture_loaded(f, SLOT_SIGN);
	loop_clear_counts(f->loop, 0);
	assert_false(token_pad(t)->there);
	assert_false(token_pad(t)->can_change);
	assert_int_equal(token_login_pad(t), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(token_change_pin_pad(t), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(token_login_context_pad(t, 0, f), MOHR_ERR_NOT_SUPPORTED);
	token_unref(t);
}

static void a_reader_that_lies_is_a_reader_without_a_pad(void **state)
{
	struct fixture *f = *state;
	size_t whole = pad.features_len;

	for (size_t len = 0; len <= whole; len++) {
		struct token *t;

		pad.features_len = len;
		loop_remove(f->loop, 0);
		loop_insert(f->loop, 0, f->card);
		t = fixture_token(f, SLOT_AUTH);
		assert_int_equal(token_pad(t)->there, len == 6 || len == 12);
		assert_int_equal(token_pad(t)->can_change, len == 12);
		assert_int_equal(login(t, PIN_AUTH), 0);
		token_unref(t);
	}
}

static void a_reader_can_be_told_off_in_mohr_conf(void **state)
{
	static const struct {
		bool pin_pad;
		const char *except;
		bool there;
	} rows[] = {
		{true, NULL, true},
		{false, NULL, false},
		{true, "Loop", false},
		{false, "Loop", true},
		{true, "Gemalto|reader 00", false},
		{true, "reader 01", true},
		{false, "Gemalto | Loop reader 00 ", true},
		{true, "|", true},
		{true, " | ", true},
		{true, "LOOP", true},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct token *t;

		f->config.pin_pad = rows[i].pin_pad;
		if (rows[i].except != NULL)
			assert_int_equal(config_set_text(&f->config.pin_pad_except, rows[i].except),
					 0);
		loop_remove(f->loop, 0);
		loop_insert(f->loop, 0, f->card);
		loop_clear_counts(f->loop, 0);
		t = fixture_token(f, SLOT_AUTH);
		assert_int_equal(token_pad(t)->there, rows[i].there);
		assert_int_equal(counts(f, 0).controls, rows[i].there ? 1 : 0);
		token_unref(t);
	}
}

static void login_costs_one_verify_after_a_select(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	loop_clear_counts(f->loop, 0);
	assert_int_equal(login_pad(t, PIN_AUTH), 0);
	assert_true(token_logged_in(t));
	assert_int_equal(pad.n_entries, 1);
	assert_int_equal(counts(f, 0).verifies, 1);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(counts(f, 0).outside, 0);
	assert_int_equal(counts(f, 0).by_ins[0xA4], 2); /* before the query, before VERIFY */
	assert_false(counts(f, 0).held);
	assert_true(card_verified(f->card, REF_AUTH));
	assert_int_equal(sign(t, 1, NULL), 0);
	token_unref(t);
}

static void a_per_use_pin_leaves_the_card_closed(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_SIGN);

	assert_int_equal(login_pad(t, PIN_SIGN), 0);
	assert_true(token_logged_in(t));
	assert_int_equal(pad.n_entries, 1);
	assert_false(card_verified(f->card, REF_SIGN));
	token_unref(t);
}

static void logout_closes_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login_pad(t, PIN_AUTH), 0);
	assert_int_equal(token_logout(t), 0);
	assert_false(token_logged_in(t));
	assert_false(card_verified(f->card, REF_AUTH));
	token_unref(t);
}

static void a_wrong_pin_costs_one_try_each_time_it_is_typed(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login_pad(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_false(token_logged_in(t));
	assert_int_equal(card_tries(f->card, REF_AUTH), 2);
	/* nobody here knows that it is the same one: a person typed it again */
	assert_int_equal(login_pad(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_AUTH), 1);
	assert_int_equal(login_pad(t, PIN_AUTH), 0);
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	assert_int_equal(counts(f, 0).verifies, 3);
	token_unref(t);
}

/* A PIN that was typed wrong to the program stays refused there, and is forgotten with a right one. */
static void the_pad_and_the_memory_of_a_wrong_pin_go_together(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	pad.sw = 0x6401;
	assert_int_equal(login_pad(t, ""), MOHR_ERR_PIN_CANCELLED);
	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_AUTH), 2);
	pad.sw = 0;
	assert_int_equal(login_pad(t, PIN_AUTH), 0);
	assert_int_equal(token_logout(t), 0);
	assert_int_equal(login(t, "9999"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_AUTH), 2);
	token_unref(t);
}

static void nobody_is_asked_for_a_blocked_pin(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	for (int i = 0; i < 3; i++)
		assert_int_not_equal(login_pad(t, "9999"), 0);
	assert_int_equal(pad.n_entries, 3);
	assert_int_equal(login_pad(t, PIN_AUTH), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(change_pad(t, PIN_AUTH, "4321", "4321"), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(pad.n_entries, 3);
	token_unref(t);
}

static void what_the_reader_itself_answers_costs_no_try(void **state)
{
	static const struct {
		uint16_t sw;
		int err;
	} rows[] = {
		{0x6400, MOHR_ERR_PIN_TIMEOUT},
		{0x6401, MOHR_ERR_PIN_CANCELLED},
		{0x6403, MOHR_ERR_PIN_LENGTH},
	};
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH), *other = fixture_token(f, SLOT_SIGN);

	assert_int_equal(login(other, PIN_SIGN), 0);
	loop_clear_counts(f->loop, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pad.sw = rows[i].sw;
		assert_int_equal(token_login_pad(t), rows[i].err);
		assert_false(token_logged_in(t));
	}
	pad.sw = 0;
	assert_int_equal(login_pad(t, "123"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(login_pad(t, "123456789"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(counts(f, 0).verifies, 0);
	assert_int_equal(counts(f, 0).apdus, 5 * 3); /* SELECT, query, SELECT: nothing to undo */
	assert_int_equal(counts(f, 0).resets, 0);
	assert_false(counts(f, 0).held);
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	assert_true(token_logged_in(other)); /* it costs nobody's login */
	token_unref(other);
	token_unref(t);
}

/* Whether the PIN was right went lost with the answer: the card must not stay open. */
static void an_answer_that_is_lost_leaves_the_card_closed(void **state)
{
	static const int errors[] = {MOHR_ERR_COMMUNICATION, MOHR_ERR_CARD_MUTE, MOHR_ERR_TIMEOUT};
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		pad.err_after = errors[i];
		assert_int_equal(login_pad(t, PIN_AUTH), errors[i]);
		assert_false(token_logged_in(t));
		assert_false(card_verified(f->card, REF_AUTH));
		assert_false(counts(f, 0).held);
	}
	pad.err_after = 0;
	pad.answer_len = 1;
	assert_int_equal(login_pad(t, PIN_AUTH), MOHR_ERR_MALFORMED);
	assert_false(card_verified(f->card, REF_AUTH));
	pad.answer_len = 2;
	assert_int_equal(login_pad(t, PIN_AUTH), 0);
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	token_unref(t);
}

static void pull(void *user)
{
	loop_remove(((struct fixture *)user)->loop, 0);
}

/* PC/SC's word for it is SCARD_E_NOT_TRANSACTED, which says nothing of a removal. */
static void a_card_pulled_while_somebody_types_is_removed(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	pad.while_typing = pull;
	pad.user = f;
	pad.err = MOHR_ERR_COMMUNICATION;
	assert_int_equal(login_pad(t, PIN_AUTH), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(token_check(t), MOHR_ERR_CARD_REMOVED);
	token_unref(t);
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	pad.while_typing = NULL;
	pad.err = 0;
	loop_insert(f->loop, 0, f->card);
	t = fixture_token(f, SLOT_AUTH);
	assert_int_equal(login_pad(t, PIN_AUTH), 0);
	token_unref(t);
}

static pthread_t late;

static void *pull_late(void *user)
{
	struct timespec nap = {.tv_nsec = 100000000};

	nanosleep(&nap, NULL);
	pull(user);
	return NULL;
}

static void begin_to_pull(void *user)
{
	assert_int_equal(pthread_create(&late, NULL, pull_late, user), 0);
}

/* The reader knows before the service does. */
static void a_card_whose_removal_is_seen_a_moment_later_is_removed(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	pad.while_typing = begin_to_pull;
	pad.user = f;
	pad.err = MOHR_ERR_COMMUNICATION;
	assert_int_equal(token_login_pad(t), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(pthread_join(late, NULL), 0);
	assert_false(token_logged_in(t));
	token_unref(t);
}

static void a_context_specific_login_at_the_pad_serves_one_signature(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	pad.typed[0] = PIN_SIGN;
	assert_int_equal(token_login_context_pad(t, 0, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(pad.n_entries, 0);
	assert_int_equal(token_login_pad(t), 0);
	assert_int_equal(sign(t, 1, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(token_login_context_pad(t, 0, f), 0);
	assert_true(counts(f, 0).held);
	assert_int_equal(pad.n_entries, 2);
	assert_int_equal(sign(t, 1, f), 0);
	assert_false(counts(f, 0).held);
	assert_int_equal(sign(t, 2, f), MOHR_ERR_NOT_LOGGED_IN);
	assert_false(card_verified(f->card, REF_SIGN));
	/* cancelled: no signature, and the login as such stays */
	pad.sw = 0x6401;
	assert_int_equal(token_login_context_pad(t, 0, f), MOHR_ERR_PIN_CANCELLED);
	assert_false(counts(f, 0).held);
	assert_true(token_logged_in(t));
	token_unref(t);
}

static void take_20_seconds(void *user)
{
	(void)user;
	clock_advance(20000);
}

static void the_time_of_typing_does_not_count_for_the_use(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login_pad(t, PIN_SIGN), 0);
	pad.while_typing = take_20_seconds;
	assert_int_equal(token_login_context_pad(t, 0, f), 0);
	assert_int_equal(sign(t, 1, f), 0);
	token_unref(t);
}

static void a_pin_is_changed_at_the_pad(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(change_pad(t, PIN_AUTH, "56789", "56788"), MOHR_ERR_PIN_MISMATCH);
	assert_int_equal(change_pad(t, PIN_AUTH, "567", "567"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(card_tries(f->card, REF_AUTH), 3);
	assert_int_equal(counts(f, 0).by_ins[0x24], 0);
	assert_int_equal(change_pad(t, "9999", "56789", "56789"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(card_tries(f->card, REF_AUTH), 2);
	assert_int_equal(change_pad(t, PIN_AUTH, "56789", "56789"), 0);
	assert_int_equal(counts(f, 0).by_ins[0x24], 2);
	assert_int_equal(login(t, PIN_AUTH), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(login(t, "56789"), 0);
	token_unref(t);
}

static void a_reader_that_only_verifies_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct token *t;

	pad.features_len = 6;
	t = fixture_token(f, SLOT_AUTH);
	assert_true(token_pad(t)->there);
	assert_false(token_pad(t)->can_change);
	assert_int_equal(change_pad(t, PIN_AUTH, "4321", "4321"), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(pad.n_entries, 0);
	token_unref(t);
}

static void a_card_in_transport_state_is_taken_out_of_it_at_the_pad(void **state)
{
	struct fixture *f = *state;
	struct vcard *blank = fixture_blank_card();
	struct token *t;

	loop_insert(f->loop, 0, blank);
	t = fixture_token(f, SLOT_AUTH);
	assert_int_equal(login_pad(t, PIN_AUTH), MOHR_ERR_PIN_MUST_CHANGE);
	assert_int_equal(pad.n_entries, 0);
	assert_int_equal(change_pad(t, PIN_AUTH, "4321", "4321"), 0);
	assert_int_equal(login_pad(t, "4321"), 0);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(blank);
}

/* ---- faults ------------------------------------------------------------------------------------ */

/* The exchanges of a login at the pad: SELECT, query, SELECT, and the VERIFY that the reader sends. */
enum { N_EXCHANGES = 4 };

static void a_login_that_a_fault_meets_leaves_the_card_closed_and_the_next_one_works(void **state)
{
	static const struct loop_fault faults[] = {
		{.kind = LOOP_FAULT_ERROR, .value = MOHR_ERR_COMMUNICATION},
		{.kind = LOOP_FAULT_ERROR, .value = MOHR_ERR_TIMEOUT},
		{.kind = LOOP_FAULT_ERROR, .value = MOHR_ERR_NO_SERVICE},
		{.kind = LOOP_FAULT_EMPTY},
		{.kind = LOOP_FAULT_CUT, .value = 1},
		{.kind = LOOP_FAULT_LONGER},
		{.kind = LOOP_FAULT_SW, .value = 0x6F00},
		{.kind = LOOP_FAULT_SW, .value = 0x6982},
		{.kind = LOOP_FAULT_RESET},
		{.kind = LOOP_FAULT_REMOVE},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		for (unsigned at = 0; at < N_EXCHANGES; at++) {
			struct loop_fault fault = faults[i];
			struct token *t = fixture_token(f, SLOT_AUTH);
			int r;

			fault.at = at;
			loop_set_fault(f->loop, 0, &fault);
			r = login_pad(t, PIN_AUTH);
			assert_true(loop_fault_done(f->loop, 0));
			assert_int_equal(token_logged_in(t), r == 0);
			assert_int_equal(card_verified(f->card, REF_AUTH), r == 0);
			assert_false(counts(f, 0).held);
			if (fault.kind == LOOP_FAULT_REMOVE) {
				assert_int_equal(r, MOHR_ERR_CARD_REMOVED);
				loop_insert(f->loop, 0, f->card);
				token_unref(t);
				t = fixture_token(f, SLOT_AUTH);
			}
			assert_int_equal(login_pad(t, PIN_AUTH), 0);
			assert_int_equal(token_logout(t), 0);
			assert_false(card_verified(f->card, REF_AUTH));
			assert_int_equal(card_tries(f->card, REF_AUTH), 3);
			token_unref(t);
		}
	}
}

/* ---- while somebody types ---------------------------------------------------------------------- */

static pthread_barrier_t typing, done;

static void type_slowly(void *user)
{
	(void)user;
	(void)pthread_barrier_wait(&typing);
	(void)pthread_barrier_wait(&done);
}

static void *login_main(void *token)
{
	static int r;

	r = token_login_pad(token);
	return &r;
}

static void nothing_else_waits_for_who_types(void **state)
{
	struct fixture *f = *state;
	struct vcard *second = fixture_card(VCARD_P256, VCARD_P256, false);
	struct token *t = fixture_token(f, SLOT_AUTH), *other;
	struct slot_state slot;
	pthread_t thread;
	void *r;

	assert_int_equal(pthread_barrier_init(&typing, NULL, 2), 0);
	assert_int_equal(pthread_barrier_init(&done, NULL, 2), 0);
	pad.while_typing = type_slowly;
	pad.typed[0] = PIN_AUTH;
	assert_int_equal(pthread_create(&thread, NULL, login_main, t), 0);
	(void)pthread_barrier_wait(&typing);
	/* another reader's card: found, read, logged in to, used */
	loop_insert(f->loop, 1, second);
	other = fixture_loaded(f, 2);
	assert_false(token_pad(other)->there);
	assert_int_equal(login(other, PIN_AUTH), 0);
	assert_int_equal(sign(other, 1, NULL), 0);
	/* and of this one, what memory says */
	assert_int_equal(slots_state(f->slots, SLOT_AUTH, &slot), 0);
	assert_true(slot.token_present);
	assert_false(token_logged_in(t));
	assert_int_equal(token_check(t), 0);
	token_unref(fixture_token(f, SLOT_SIGN));
	assert_true(counts(f, 0).held);
	(void)pthread_barrier_wait(&done);
	assert_int_equal(pthread_join(thread, &r), 0);
	assert_int_equal(*(int *)r, 0);
	token_unref(other);
	token_unref(t);
	loop_remove(f->loop, 1);
	vcard_free(second);
	(void)pthread_barrier_destroy(&typing);
	(void)pthread_barrier_destroy(&done);
}

/* ---- the log ----------------------------------------------------------------------------------- */

static char lines[1 << 16];

static void collect(void *user, enum log_level level, const char *line)
{
	size_t at = strlen(lines);

	(void)user;
	(void)level;
	assert_true(at + strlen(line) + 2 < sizeof(lines));
	(void)snprintf(lines + at, sizeof(lines) - at, "%s\n", line);
}

static void the_log_shows_the_structure_and_no_pin(void **state)
{
	static const struct log log = {.sink = collect, .level = LOG_APDU};
	struct fixture *f = *state;
	struct slots_setup setup = f->setup;
	struct slots *slots;
	struct token *t;

	setup.log = &log;
	setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&setup, &slots), 0);
	assert_int_equal(slots_update(slots), 0);
	assert_int_equal(slots_token(slots, SLOT_AUTH, &t), 0);
	lines[0] = '\0';
	assert_int_equal(login_pad(t, "77593"), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(change_pad(t, PIN_AUTH, "77593", "77593"), 0);
	assert_int_equal(login_pad(t, "77593"), 0);
	token_unref(t);
	assert_true(slots_free(slots));
	assert_non_null(strstr(lines, "1E1E8208000804"));
	assert_non_null(strstr(lines, "63C2"));
	assert_null(strstr(lines, "77593"));
	assert_null(strstr(lines, "3737353933"));
	assert_null(strstr(lines, "31323334")); /* PIN_AUTH */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_reader_is_asked_once_and_the_card_not_at_all),
		TEST(the_display_is_told),
		TEST(without_a_pad_nothing_is_asked_for),
		TEST(a_reader_that_lies_is_a_reader_without_a_pad),
		TEST(a_reader_can_be_told_off_in_mohr_conf),
		TEST(login_costs_one_verify_after_a_select),
		TEST(a_per_use_pin_leaves_the_card_closed),
		TEST(logout_closes_the_card),
		TEST(a_wrong_pin_costs_one_try_each_time_it_is_typed),
		TEST(the_pad_and_the_memory_of_a_wrong_pin_go_together),
		TEST(nobody_is_asked_for_a_blocked_pin),
		TEST(what_the_reader_itself_answers_costs_no_try),
		TEST(an_answer_that_is_lost_leaves_the_card_closed),
		TEST(a_card_pulled_while_somebody_types_is_removed),
		TEST(a_card_whose_removal_is_seen_a_moment_later_is_removed),
		TEST(a_context_specific_login_at_the_pad_serves_one_signature),
		TEST(the_time_of_typing_does_not_count_for_the_use),
		TEST(a_pin_is_changed_at_the_pad),
		TEST(a_reader_that_only_verifies_changes_nothing),
		TEST(a_card_in_transport_state_is_taken_out_of_it_at_the_pad),
		TEST(a_login_that_a_fault_meets_leaves_the_card_closed_and_the_next_one_works),
		TEST(nothing_else_waits_for_who_types),
		TEST(the_log_shows_the_structure_and_no_pin),
	};

	return cmocka_run_group_tests_name("login_pad", tests, NULL, NULL);
}
