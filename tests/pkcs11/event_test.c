/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for slots: PKCS#11 v3.1 §5.5.4 C_WaitForSlotEvent, and what C_Finalize does to who waits. */
#include "tests/pkcs11/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { MAX_EVENTS = 16 };

/* All events that are pending now; how many each of the two slots had. */
static unsigned collect(struct fixture *fx, unsigned ret[2])
{
	CK_SLOT_ID slot = 77;
	unsigned n = 0;

	ret[0] = ret[1] = 0;
	while (n < MAX_EVENTS && fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL) == CKR_OK) {
		assert_in_range(slot, SLOT_AUTH, SLOT_SIGN);
		ret[slot]++;
		n++;
	}
	return n;
}

struct waiter {
	struct fixture *fx;
	pthread_t thread;
	atomic_bool begun;
	CK_SLOT_ID slot;
	CK_RV rv;
};

static void *wait_for_event(void *arg)
{
	struct waiter *w = arg;

	atomic_store(&w->begun, true);
	w->rv = w->fx->f->C_WaitForSlotEvent(0, &w->slot, NULL);
	return NULL;
}

static void start(struct waiter *w, struct fixture *fx)
{
	const struct timespec moment = {.tv_nsec = 5000000};

	*w = (struct waiter){.fx = fx, .slot = 77, .rv = CKR_GENERAL_ERROR};
	assert_int_equal(pthread_create(&w->thread, NULL, wait_for_event, w), 0);
	while (!atomic_load(&w->begun))
		nanosleep(&moment, NULL);
	/* Whether the call has got as far as blocking or not, its result must be the same. */
	nanosleep(&moment, NULL);
}

static void finish(struct waiter *w, CK_RV expected)
{
	assert_int_equal(pthread_join(w->thread, NULL), 0);
	assert_rv(w->rv, expected);
}

/* §5.5.4 C_WaitForSlotEvent, not blocking */

static void nothing_happened_since_initialize(void **state)
{
	struct fixture *fx = *state;
	unsigned of[2];

	assert_int_equal(collect(fx, of), 0);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	fixture_remove(fx);
	assert_rv(fixture_initialize(fx), CKR_OK);
	assert_int_equal(collect(fx, of), 0);
}

static void removal_is_told_once_for_each_slot(void **state)
{
	struct fixture *fx = *state;
	unsigned of[2];

	fixture_remove(fx);
	assert_int_equal(collect(fx, of), 2);
	assert_int_equal(of[SLOT_AUTH], 1);
	assert_int_equal(of[SLOT_SIGN], 1);
	assert_int_equal(collect(fx, of), 0);
}

static void insertion_is_told_once_for_each_slot(void **state)
{
	struct fixture *fx = *state;
	unsigned of[2];

	fixture_remove(fx);
	(void)collect(fx, of);
	fixture_insert(fx, false);
	assert_int_equal(collect(fx, of), 2);
	assert_int_equal(of[SLOT_AUTH], 1);
	assert_int_equal(of[SLOT_SIGN], 1);
	assert_int_equal(collect(fx, of), 0);
}

static void events_of_one_slot_between_two_calls_are_one(void **state)
{
	struct fixture *fx = *state;
	unsigned of[2];

	/* A flag for each slot, no queue. */
	fixture_remove(fx);
	fixture_insert(fx, false);
	fixture_remove(fx);
	assert_int_equal(collect(fx, of), 2);
	assert_int_equal(of[SLOT_AUTH], 1);
	assert_int_equal(of[SLOT_SIGN], 1);
}

static void looking_at_slots_takes_no_event_away(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_INFO info;
	CK_ULONG n = 0;
	unsigned of[2];

	fixture_remove(fx);
	assert_rv(fx->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_rv(fx->f->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_rv(fx->f->C_GetSlotInfo(SLOT_AUTH, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_TOKEN_PRESENT, 0);
	assert_int_equal(collect(fx, of), 2);
}

static void event_and_slot_information_agree(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot;
	CK_SLOT_INFO info;

	fixture_remove(fx);
	assert_rv(fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_OK);
	assert_rv(fx->f->C_GetSlotInfo(slot, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_TOKEN_PRESENT, 0);
	while (fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL) == CKR_OK)
		continue;
	fixture_insert(fx, false);
	assert_rv(fx->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_OK);
	assert_rv(fx->f->C_GetSlotInfo(slot, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_TOKEN_PRESENT, CKF_TOKEN_PRESENT);
}

static void use_of_a_card_is_no_event(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	unsigned of[2];

	login_on(fx, session, SLOT_AUTH);
	assert_int_not_equal(find_one(fx, session, CKO_PRIVATE_KEY), CK_INVALID_HANDLE);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_int_equal(collect(fx, of), 0);
}

static void reserved_pointer_and_no_place_are_refused_when_blocking_too(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot = 77;

	assert_rv(fx->f->C_WaitForSlotEvent(0, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_WaitForSlotEvent(0, &slot, &slot), CKR_ARGUMENTS_BAD);
	assert_int_equal(slot, 77);
}

/* §5.5.4 C_WaitForSlotEvent, blocking */

static void pending_event_does_not_block(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID first = 77, second = 77;
	unsigned of[2];

	fixture_remove(fx);
	assert_rv(fx->f->C_WaitForSlotEvent(0, &first, NULL), CKR_OK);
	assert_rv(fx->f->C_WaitForSlotEvent(0, &second, NULL), CKR_OK);
	assert_int_not_equal(first, second);
	assert_int_equal(collect(fx, of), 0);
}

static void removal_wakes_who_waits(void **state)
{
	struct fixture *fx = *state;
	struct waiter w;

	start(&w, fx);
	fixture_remove(fx);
	finish(&w, CKR_OK);
	assert_in_range(w.slot, SLOT_AUTH, SLOT_SIGN);
}

static void insertion_wakes_who_waits(void **state)
{
	struct fixture *fx = *state;
	struct waiter w;
	unsigned of[2];

	fixture_remove(fx);
	(void)collect(fx, of);
	start(&w, fx);
	fixture_insert(fx, false);
	finish(&w, CKR_OK);
	assert_in_range(w.slot, SLOT_AUTH, SLOT_SIGN);
}

static void who_waits_keeps_nobody_from_the_card(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[4] = {0}, out[256];
	CK_ULONG n = sizeof(out);
	struct waiter w;

	start(&w, fx);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_SignInit(session, &m, find_one(fx, session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, 4, out, &n), CKR_OK);
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
	fixture_remove(fx);
	finish(&w, CKR_OK);
}

/* §5.4.2 C_Finalize, with others in C_WaitForSlotEvent */

static void finalize_wakes_all_who_wait(void **state)
{
	struct fixture *fx = *state;
	struct waiter w[3];
	size_t i;

	for (i = 0; i < 3; i++)
		start(&w[i], fx);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	for (i = 0; i < 3; i++)
		finish(&w[i], CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void finalize_wakes_who_waits_for_an_empty_reader(void **state)
{
	struct fixture *fx = *state;
	struct waiter w;
	unsigned of[2];

	fixture_remove(fx);
	(void)collect(fx, of);
	start(&w, fx);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	finish(&w, CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(fixture_initialize(fx), CKR_OK);
	start(&w, fx);
	fixture_insert(fx, false);
	finish(&w, CKR_OK);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(nothing_happened_since_initialize),
		TEST(removal_is_told_once_for_each_slot),
		TEST(insertion_is_told_once_for_each_slot),
		TEST(events_of_one_slot_between_two_calls_are_one),
		TEST(looking_at_slots_takes_no_event_away),
		TEST(event_and_slot_information_agree),
		TEST(use_of_a_card_is_no_event),
		TEST(reserved_pointer_and_no_place_are_refused_when_blocking_too),
		TEST(pending_event_does_not_block),
		TEST(removal_wakes_who_waits),
		TEST(insertion_wakes_who_waits),
		TEST(who_waits_keeps_nobody_from_the_card),
		TEST(finalize_wakes_all_who_wait),
		TEST(finalize_wakes_who_waits_for_an_empty_reader),
	};

	return suite_run("event", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
