/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One card's slowness is its own: two cards sign at once, a card that does not answer delays nobody
 * else, and C_Finalize ends waits (behaviour.md "threads", "one bad reader", "C_Finalize").
 */
#include "tests/integration/world.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

enum { DELAY_MS = 30, N_SIGNATURES = 5 };

/* A context that C_Finalize abandons to a thread that hangs in it is libpcsclite's for ever (architecture.md). */
static bool abandoned;
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return abandoned;
}

/* libpcsclite 1.9.9 keeps the readers' states of all contexts in one array, which nothing guards. */
__attribute__((visibility("default"))) const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libpcsclite.so.1";
}

struct work {
	struct world *w;
	struct signer s;
	CK_RV rv;
};

static void *sign_some(void *arg)
{
	struct work *k = arg;
	int i;

	for (i = 0; i < N_SIGNATURES && k->rv == CKR_OK; i++)
		k->rv = signer_sign(k->w, &k->s);
	return NULL;
}

static double time_of(struct work *work, size_t n)
{
	pthread_t threads[2];
	double start = seconds();
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_some, &work[i]), 0);
	for (i = 0; i < n; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_rv(work[i].rv, CKR_OK);
	}
	return seconds() - start;
}

static void two_cards_sign_at_once(void **state)
{
	struct world *w = *state;
	struct work work[2] = {{.w = w}, {.w = w}};
	double one, two;
	unsigned i;

	for (i = 0; i < 2; i++) {
		assert_rv(signer_open(w, AUTH(i), &work[i].s), CKR_OK);
		door_set_delay(w->door[i], DELAY_MS);
	}
	one = time_of(work, 1);
	two = time_of(work, 2);
	print_message("# one card: %.3f s, two at once: %.3f s\n", one, two);
	assert_true(one > N_SIGNATURES * 3 * DELAY_MS / 1000.0);
	assert_true(two < 1.6 * one);
}

static void *finish(void *arg)
{
	struct work *k = arg;

	k->rv = signer_finish(k->w, &k->s);
	return NULL;
}

/* A thread whose signature on card 0 waits for the card in the middle. */
static pthread_t hang(struct world *w, struct work *k)
{
	pthread_t thread;

	*k = (struct work){.w = w};
	assert_rv(signer_open(w, AUTH(0), &k->s), CKR_OK);
	assert_rv(signer_begin(w, &k->s), CKR_OK);
	door_at(w->door[0], 1, DOOR_HOLD);
	assert_int_equal(pthread_create(&thread, NULL, finish, k), 0);
	while (door_commands(w->door[0]) < 1)
		pause_ms(1);
	return thread;
}

static void card_that_hangs_in_a_signature_delays_no_other_slot(void **state)
{
	struct world *w = *state;
	CK_SLOT_ID slots[8];
	CK_SESSION_INFO info;
	CK_SLOT_INFO slot;
	CK_ULONG n = 8;
	struct signer s;
	struct work k;
	double start;
	pthread_t thread;

	assert_rv(signer_open(w, AUTH(1), &s), CKR_OK);
	thread = hang(w, &k);
	start = seconds();
	assert_rv(signer_sign(w, &s), CKR_OK);
	assert_rv(w->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 4);
	assert_rv(w->f->C_GetSlotInfo(AUTH(0), &slot), CKR_OK);
	assert_rv(w->f->C_GetSessionInfo(k.s.session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_USER_FUNCTIONS);
	assert_true(seconds() - start < 1);
	door_release(w->door[0]);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_rv(k.rv, CKR_OK);
}

/* A card that never answers: not to its identification either. */
static void listing_with_a_mute_card_is_bounded(void **state)
{
	struct world *w = *state;
	CK_SLOT_ID slots[8];
	struct signer s;
	CK_ULONG n = 8;
	double start, first, second;

	world_remove(w, 0);
	assert_int_equal(kill(w->card[0].pid, SIGSTOP), 0);
	door_insert(w->door[0], w->card[0].socket);
	start = seconds();
	assert_rv(w->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	first = seconds() - start;
	assert_rv(signer_open(w, AUTH(1), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
	start = seconds();
	n = 8;
	assert_rv(w->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	second = seconds() - start;
	print_message("# a list with a mute card: %.2f s, once more: %.2f s\n", first, second);
	assert_true(n >= 2);
	assert_true(first < 6);
	assert_true(second < 6);
	assert_int_equal(kill(w->card[0].pid, SIGCONT), 0);
	world_insert(w, 0, 0);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

static void *await_event(void *arg)
{
	struct work *k = arg;
	CK_SLOT_ID slot;

	k->rv = k->w->f->C_WaitForSlotEvent(0, &slot, NULL);
	return NULL;
}

static void finalize_wakes_waits_and_lets_a_hung_call_be(void **state)
{
	struct world *w = *state;
	struct work waiting[2] = {{.w = w}, {.w = w}}, hung;
	pthread_t waiters[2], signing = hang(w, &hung);
	double start;
	int i;

	abandoned = w->pcscd;
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&waiters[i], NULL, await_event, &waiting[i]), 0);
	pause_ms(50);
	start = seconds();
	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	assert_true(seconds() - start < 5);
	for (i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(waiters[i], NULL), 0);
		assert_rv(waiting[i].rv, CKR_CRYPTOKI_NOT_INITIALIZED);
	}
	door_release(w->door[0]);
	assert_int_equal(pthread_join(signing, NULL), 0);
	assert_rv(world_initialize(w), CKR_OK);
	assert_rv(signer_open(w, AUTH(0), &hung.s), CKR_OK);
	assert_rv(signer_sign(w, &hung.s), CKR_OK);
}

/* No call that answers from memory speaks to a card. */
static void states_are_answered_without_the_card(void **state)
{
	struct world *w = *state;
	CK_SESSION_INFO info;
	struct signer s;
	int i;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	door_at(w->door[0], NEVER, DOOR_PASS);
	for (i = 0; i < 100; i++)
		assert_rv(w->f->C_GetSessionInfo(s.session, &info), CKR_OK);
	assert_int_equal(door_commands(w->door[0]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(two_cards_sign_at_once),
		WORLD_TEST(card_that_hangs_in_a_signature_delays_no_other_slot),
		WORLD_TEST(listing_with_a_mute_card_is_bounded),
		WORLD_TEST(finalize_wakes_waits_and_lets_a_hung_call_be),
		WORLD_TEST(states_are_answered_without_the_card),
	};

	return world_run("parallel", tests, sizeof(tests) / sizeof(tests[0]));
}
