/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/slots.c and the identification behind it. */
#include "fixture.h"

#include <pthread.h>
#include <string.h>

static void every_reader_has_its_slots_from_the_start(void **state)
{
	struct fixture *f = *state;
	struct slot_state s;

	assert_int_equal(slots_n(f->slots), 4);
	assert_int_equal(slots_state(f->slots, 1, &s), 0);
	assert_string_equal(s.reader, "Loop reader 00");
	assert_int_equal(s.pin, 1);
	assert_true(s.reader_there && s.card_present);
	assert_false(s.token_present);
	assert_int_equal(slots_state(f->slots, 2, &s), 0);
	assert_string_equal(s.reader, "Loop reader 01");
	assert_true(s.reader_there);
	assert_false(s.card_present);
	assert_int_equal(slots_state(f->slots, 4, &s), MOHR_ERR_ARGUMENT);
}

static void listing_readers_sends_nothing_to_a_card(void **state)
{
	struct fixture *f = *state;
	struct slot_state s;

	assert_int_equal(slots_update(f->slots), 0);
	assert_int_equal(slots_state(f->slots, 0, &s), 0);
	assert_int_equal(counts(f, 0).connects, 0);
	assert_int_equal(counts(f, 0).apdus, 0);
}

static void an_empty_reader_has_no_token(void **state)
{
	struct fixture *f = *state;
	struct token *t;

	assert_int_equal(slots_token(f->slots, 2, &t), MOHR_ERR_CARD_ABSENT);
	assert_int_equal(slots_token(f->slots, 4, &t), MOHR_ERR_ARGUMENT);
}

static void a_slot_id_stays_with_its_reader(void **state)
{
	struct fixture *f = *state;
	struct slot_state s;
	struct token *t;

	loop_set_plugged(f->loop, 0, false);
	assert_int_equal(slots_update(f->slots), 0);
	assert_int_equal(slots_n(f->slots), 4);
	assert_int_equal(slots_state(f->slots, 0, &s), 0);
	assert_string_equal(s.reader, "Loop reader 00");
	assert_false(s.reader_there || s.card_present || s.token_present);
	assert_int_equal(slots_token(f->slots, 0, &t), MOHR_ERR_CARD_ABSENT);
	loop_set_plugged(f->loop, 0, true);
	t = fixture_token(f, 0);
	token_unref(t);
	assert_int_equal(slots_n(f->slots), 4);
}

static void reinsertion_makes_a_new_token_and_ends_the_old_one(void **state)
{
	struct fixture *f = *state;
	struct token *old = fixture_token(f, 0), *new;
	struct slot_state before, after;
	struct pin_status status;

	assert_int_equal(slots_state(f->slots, 0, &before), 0);
	assert_int_equal(token_check(old), 0);
	loop_remove(f->loop, 0);
	loop_insert(f->loop, 0, f->card);
	assert_int_equal(token_check(old), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(token_pin_status(old, &status), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(slots_state(f->slots, 0, &after), 0);
	assert_int_not_equal(before.insertion, after.insertion);
	new = fixture_token(f, 0);
	assert_ptr_not_equal(old, new);
	assert_string_equal(token_info(old)->serial, token_info(new)->serial);
	assert_int_equal(token_check(new), 0);
	assert_int_equal(token_check(old), MOHR_ERR_CARD_REMOVED);
	token_unref(old);
	token_unref(new);
}

static void an_unknown_card_is_asked_about_once_per_insertion(void **state)
{
	struct fixture *f = *state;
	struct slot_state s;
	struct token *t;
	unsigned apdus;

	/* an answer that is none to SELECT */
	struct loop_fault fault = {.kind = LOOP_FAULT_SW, .value = 0x6F00};

	loop_set_fault(f->loop, 0, &fault);
	t = fixture_token(f, 0);
	token_unref(t);
	/* one disturbed SELECT did not hide the card; that nobody claims it does */
	f->config.profile = strdup("no such profile");
	loop_remove(f->loop, 0);
	loop_insert(f->loop, 0, f->card);
	assert_int_equal(slots_token(f->slots, 0, &t), MOHR_ERR_CARD_UNKNOWN);
	apdus = counts(f, 0).connects;
	assert_int_equal(slots_token(f->slots, 0, &t), MOHR_ERR_CARD_UNKNOWN);
	assert_int_equal(slots_token(f->slots, 1, &t), MOHR_ERR_CARD_ABSENT);
	assert_int_equal(counts(f, 0).connects, apdus);
	assert_int_equal(slots_state(f->slots, 0, &s), 0);
	assert_true(s.token_present);
	assert_int_equal(slots_state(f->slots, 1, &s), 0);
	assert_false(s.token_present);
}

static void a_mute_card_is_told_at_once_and_forgotten_when_it_answers(void **state)
{
	struct fixture *f = *state;
	struct token *t;

	loop_set_mute(f->loop, 0, true);
	assert_int_equal(slots_token(f->slots, 0, &t), MOHR_ERR_CARD_MUTE);
	assert_int_equal(counts(f, 0).connects, 0);
	loop_set_mute(f->loop, 0, false);
	t = fixture_token(f, 0);
	token_unref(t);
}

static void no_service_is_told_and_remembered_by_nobody(void **state)
{
	struct fixture *f = *state;
	struct slot_state s;
	struct token *t;

	loop_stop_service(f->loop);
	assert_int_equal(slots_update(f->slots), MOHR_ERR_NO_SERVICE);
	assert_int_equal(slots_token(f->slots, 0, &t), MOHR_ERR_NO_SERVICE);
	assert_int_equal(slots_state(f->slots, 0, &s), 0);
	loop_start_service(f->loop);
	t = fixture_token(f, 0);
	token_unref(t);
}

static void one_slot_shows_the_first_pin_only(void **state)
{
	struct fixture *f = *state;
	struct slots *s;
	struct token *t;

	f->config.slots = 1;
	f->setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&f->setup, &s), 0);
	assert_int_equal(slots_update(s), 0);
	assert_int_equal(slots_n(s), 2);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(slots_token(s, 0, &t), 0);
	assert_int_equal(counts(f, 0).apdus, 3);
	token_unref(t);
	assert_true(slots_free(s));
}

static void slots_out_of_range_are_refused(void **state)
{
	struct fixture *f = *state;
	struct slots *s;

	f->config.slots = 0;
	assert_int_equal(slots_new(&f->setup, &s), MOHR_ERR_ARGUMENT);
	f->config.slots = LIMIT_SLOTS_PER_READER + 1;
	assert_int_equal(slots_new(&f->setup, &s), MOHR_ERR_ARGUMENT);
}

static void the_end_closes_the_card_and_leaves_no_link(void **state)
{
	struct fixture *f = *state;
	struct token *a = fixture_token(f, SLOT_AUTH), *b = fixture_loaded(f, SLOT_SIGN);

	assert_int_equal(login(a, PIN_AUTH), 0);
	assert_int_equal(login(b, PIN_SIGN), 0);
	assert_int_equal(login_context(b, PIN_SIGN, f), 0);
	assert_true(counts(f, 0).held);
	/* with references still out, which is allowed */
	assert_true(slots_free(f->slots));
	assert_int_equal(counts(f, 0).ends, counts(f, 0).begins);
	assert_false(counts(f, 0).held);
	assert_int_equal(loop_links_open(f->loop), 0);
	assert_false(card_verified(f->card, REF_AUTH));
	assert_false(card_verified(f->card, REF_SIGN));
	token_unref(a);
	token_unref(b);
	f->setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&f->setup, &f->slots), 0);
}

static void the_end_leaves_a_card_alone_that_it_never_opened(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(card_command(f->card, "00200081 10 31323334000000000000000000000000"),
			 0x9000);
	token_unref(t);
	loop_clear_counts(f->loop, 0);
	assert_true(slots_free(f->slots));
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_true(card_verified(f->card, REF_AUTH));
	f->setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&f->setup, &f->slots), 0);
}

/* A service whose answer is on its way while another thread asks and hears of a removal. */
struct slow_service {
	struct transport transport;
	struct transport *inner;
	struct fixture *f;
	bool armed;
	uint32_t insertion; /* as the other thread saw it */
};

static int slow_readers(struct transport *t, struct reader *ret, size_t max, size_t *ret_n)
{
	struct slow_service *s = (struct slow_service *)t;
	struct slot_state state;
	int r = transport_readers(s->inner, ret, max, ret_n);

	if (s->armed) {
		s->armed = false;
		loop_remove(s->f->loop, 0);
		assert_int_equal(slots_state(s->f->slots, 0, &state), 0);
		assert_false(state.card_present);
		s->insertion = state.insertion;
	}
	return r;
}

static void slow_free(struct transport *t)
{
	transport_free(((struct slow_service *)t)->inner);
}

static void an_answer_that_was_overtaken_brings_back_no_card(void **state)
{
	static const struct transport_ops ops = {.readers = slow_readers, .free = slow_free};
	static struct slow_service service;
	struct fixture *f = *state;
	struct slot_state s;

	assert_true(slots_free(f->slots));
	service.transport.ops = &ops;
	service.f = f;
	service.inner = loop_transport_new(f->loop);
	f->setup.transport = &service.transport;
	assert_int_equal(slots_new(&f->setup, &f->slots), 0);
	assert_int_equal(slots_update(f->slots), 0);
	service.armed = true;
	assert_int_equal(slots_update(f->slots), 0);
	assert_int_equal(slots_state(f->slots, 0, &s), 0);
	assert_false(s.card_present);
	assert_int_equal(s.insertion, service.insertion);
	/* freed while it still stands, whatever the teardown does */
	assert_true(slots_free(f->slots));
	f->setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&f->setup, &f->slots), 0);
}

static void freeing_no_slots_is_allowed(void **state)
{
	(void)state;
	assert_true(slots_free(NULL));
}

/* ---- a card that hangs ------------------------------------------------------------------------- */

struct hang {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool inside, released;
	struct token *token;
	int result;
};

static void hang_here(void *user, const uint8_t *command, size_t len)
{
	struct hang *h = user;

	(void)command;
	(void)len;
	pthread_mutex_lock(&h->lock);
	h->inside = true;
	pthread_cond_broadcast(&h->changed);
	while (!h->released)
		pthread_cond_wait(&h->changed, &h->lock);
	pthread_mutex_unlock(&h->lock);
}

static void *login_and_hang(void *user)
{
	struct hang *h = user;

	h->result = login(h->token, PIN_AUTH);
	return NULL;
}

static void start_hanging(struct hang *h, pthread_t *thread)
{
	assert_int_equal(pthread_create(thread, NULL, login_and_hang, h), 0);
	pthread_mutex_lock(&h->lock);
	while (!h->inside)
		pthread_cond_wait(&h->changed, &h->lock);
	pthread_mutex_unlock(&h->lock);
}

static void release(struct hang *h, pthread_t thread)
{
	pthread_mutex_lock(&h->lock);
	h->released = true;
	pthread_cond_broadcast(&h->changed);
	pthread_mutex_unlock(&h->lock);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void a_hung_card_blocks_no_other_and_no_state(void **state)
{
	struct fixture *f = *state;
	struct hang h = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	struct vcard *other = fixture_card(VCARD_P256, VCARD_P256, false);
	struct slot_state s;
	struct token *t;
	pthread_t thread;

	h.token = fixture_loaded(f, SLOT_AUTH);
	loop_set_hook(f->loop, 0, hang_here, &h);
	start_hanging(&h, &thread);
	/* the states of the hung card */
	assert_int_equal(slots_update(f->slots), 0);
	assert_int_equal(slots_state(f->slots, 0, &s), 0);
	assert_true(s.token_present);
	assert_false(token_logged_in(h.token));
	assert_int_equal(token_check(h.token), 0);
	t = fixture_token(f, SLOT_SIGN);
	token_unref(t);
	/* the other reader */
	loop_insert(f->loop, 1, other);
	t = fixture_loaded(f, 2);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	token_unref(t);
	release(&h, thread);
	assert_int_equal(h.result, 0);
	assert_true(token_logged_in(h.token));
	token_unref(h.token);
	loop_set_hook(f->loop, 0, NULL, NULL);
	loop_remove(f->loop, 1);
	vcard_free(other);
}

/* What slots_free abandons stays reachable here, as it does in a process that ends. */
static struct slots *volatile abandoned;
static struct loop *volatile abandoned_loop;

static void the_end_abandons_a_card_that_hangs_for_two_seconds(void **state)
{
	struct fixture *f = *state;
	struct hang h = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	pthread_t thread;

	h.token = fixture_token(f, SLOT_AUTH);
	loop_set_hook(f->loop, 0, hang_here, &h);
	start_hanging(&h, &thread);
	assert_false(slots_free(f->slots));
	abandoned = f->slots;
	abandoned_loop = f->loop;
	release(&h, thread);
	assert_int_equal(token_login(h.token, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(login(h.token, PIN_AUTH), MOHR_ERR_CARD_REMOVED);
	token_unref(h.token);
	/* a world of its own for the teardown */
	f->loop = loop_new(1);
	f->setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&f->setup, &f->slots), 0);
}

/* The system's mutexes, and something that happens just before the next one is taken. */
static struct slots *ending;

static int lock_after_the_end(void *user, void *mutex)
{
	struct slots *s = ending;

	ending = NULL;
	if (s != NULL)
		slots_end(s);
	return mutex_ops_os()->lock(user, mutex);
}

static void the_end_leaves_a_stay_alone_whose_last_reference_goes(void **state)
{
	struct fixture *f = *state;
	struct mutex_ops ops = *mutex_ops_os();
	struct slots *s;
	struct token *t;

	ops.lock = lock_after_the_end;
	f->setup.transport = loop_transport_new(f->loop);
	f->setup.mutex_ops = &ops;
	assert_int_equal(slots_new(&f->setup, &s), 0);
	assert_int_equal(slots_update(s), 0);
	assert_int_equal(slots_token(s, SLOT_AUTH, &t), 0);
	loop_remove(f->loop, 0);
	assert_int_equal(slots_update(s), 0);
	/* the last one: it locks the table to strike itself out */
	ending = s;
	token_unref(t);
	assert_null(ending);
	assert_int_equal(loop_links_open(f->loop), 0);
	assert_true(slots_free(s));
}

static void the_end_before_calls_have_come_back_closes_the_other_cards(void **state)
{
	struct fixture *f = *state;
	struct hang h = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	struct vcard *other = fixture_card(VCARD_P256, VCARD_P256, false);
	struct slot_state s;
	struct token *t, *again;
	pthread_t thread;

	loop_insert(f->loop, 1, other);
	t = fixture_loaded(f, 2);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_true(card_verified(other, REF_AUTH));
	h.token = fixture_token(f, SLOT_AUTH);
	loop_set_hook(f->loop, 0, hang_here, &h);
	start_hanging(&h, &thread);
	slots_end(f->slots);
	assert_false(card_verified(other, REF_AUTH));
	assert_false(token_logged_in(t));
	assert_int_equal(sign(t, 1, NULL), MOHR_ERR_CARD_REMOVED);
	/* whoever comes back finds all memory, and no card */
	assert_int_equal(slots_state(f->slots, 2, &s), 0);
	assert_int_equal(slots_token(f->slots, 2, &again), MOHR_ERR_CANCELLED);
	release(&h, thread);
	assert_false(card_verified(f->card, REF_AUTH));
	assert_int_equal(login(h.token, PIN_AUTH), MOHR_ERR_CARD_REMOVED);
	token_unref(h.token);
	token_unref(t);
	loop_set_hook(f->loop, 0, NULL, NULL);
	/* once they have, the memory goes too */
	assert_true(slots_free(f->slots));
	assert_int_equal(loop_links_open(f->loop), 0);
	loop_remove(f->loop, 1);
	vcard_free(other);
	f->setup.transport = loop_transport_new(f->loop);
	assert_int_equal(slots_new(&f->setup, &f->slots), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
#define TEST2(name)                                                                                \
	cmocka_unit_test_setup_teardown(name, fixture_setup_two_readers, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST2(every_reader_has_its_slots_from_the_start),
		TEST(listing_readers_sends_nothing_to_a_card),
		TEST2(an_empty_reader_has_no_token),
		TEST2(a_slot_id_stays_with_its_reader),
		TEST(reinsertion_makes_a_new_token_and_ends_the_old_one),
		TEST(an_unknown_card_is_asked_about_once_per_insertion),
		TEST(a_mute_card_is_told_at_once_and_forgotten_when_it_answers),
		TEST(no_service_is_told_and_remembered_by_nobody),
		TEST2(one_slot_shows_the_first_pin_only),
		TEST(slots_out_of_range_are_refused),
		TEST(the_end_closes_the_card_and_leaves_no_link),
		TEST(the_end_leaves_a_card_alone_that_it_never_opened),
		TEST(an_answer_that_was_overtaken_brings_back_no_card),
		cmocka_unit_test(freeing_no_slots_is_allowed),
		TEST2(a_hung_card_blocks_no_other_and_no_state),
		TEST(the_end_abandons_a_card_that_hangs_for_two_seconds),
		TEST(the_end_leaves_a_stay_alone_whose_last_reference_goes),
		TEST2(the_end_before_calls_have_come_back_closes_the_other_cards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
