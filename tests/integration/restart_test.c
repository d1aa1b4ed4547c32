/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcscd dies, is restarted, comes late, waits for a silent card, and its readers come and go: one failed call at most, then
 * recovery, and slot ids that stay (behaviour.md "pcscd restart", "slots").
 */
#include "tests/integration/world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void restart(struct world *w)
{
	world_order("kill-pcscd");
	world_order("start-pcscd");
	world_await(w, 0, true);
	world_await(w, 1, true);
}

/* At most one of these calls may fail, and nothing that was private is usable without a login. */
static void recovers(struct world *w, struct signer *before)
{
	struct signer s;

	assert_rv(signer_open(w, before->slot, &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
	assert_int_equal(s.id_len, before->id_len);
	assert_memory_equal(s.id, before->id, s.id_len);
}

static void restart_with_a_login_costs_one_call(void **state)
{
	struct world *w = *state;
	struct signer s;
	CK_RV rv;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	restart(w);
	door_at(w->door[0], NEVER, DOOR_PASS);
	rv = signer_sign(w, &s);
	assert_rv(rv, CKR_DEVICE_REMOVED);
	assert_int_equal(door_pins(w->door[0]), 0);
	assert_rv(signer_sign(w, &s), CKR_SESSION_HANDLE_INVALID);
	recovers(w, &s);
}

static void restart_between_sign_init_and_sign(void **state)
{
	struct world *w = *state;
	CK_SLOT_ID slot;

	for (slot = AUTH(0); slot <= SIGN(0); slot++) {
		struct signer s;

		assert_rv(signer_open(w, slot, &s), CKR_OK);
		assert_rv(signer_begin(w, &s), CKR_OK);
		restart(w);
		assert_rv(signer_finish(w, &s), CKR_DEVICE_REMOVED);
		recovers(w, &s);
	}
}

static void calls_without_pcscd_fail_and_those_after_it_do_not(void **state)
{
	struct world *w = *state;
	CK_ULONG n = 0;
	struct signer s;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	world_order("kill-pcscd");
	assert_rv(w->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(n, 4);
	assert_int_not_equal(signer_sign(w, &s), CKR_OK);
	world_order("start-pcscd");
	world_await(w, 0, true);
	recovers(w, &s);
}

static void *finish(void *arg)
{
	void **both = arg;

	return (void *)signer_finish(both[0], both[1]);
}

static void killed_during_a_signature(void **state)
{
	struct world *w = *state;
	struct signer s;
	void *both[2] = {w, &s}, *rv;
	pthread_t thread;
	double start;

	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_begin(w, &s), CKR_OK);
	door_at(w->door[0], 1, DOOR_HOLD);
	assert_int_equal(pthread_create(&thread, NULL, finish, both), 0);
	while (door_commands(w->door[0]) < 1)
		pause_ms(1);
	start = seconds();
	world_order("kill-pcscd");
	assert_int_equal(pthread_join(thread, &rv), 0);
	assert_true(seconds() - start < 2);
	assert_int_not_equal((CK_RV)rv, CKR_OK);
	door_release(w->door[0]);
	world_order("start-pcscd");
	world_await(w, 0, true);
	recovers(w, &s);
}

static void *await_event(void *arg)
{
	struct world *w = arg;
	CK_SLOT_ID slot;

	return (void *)w->f->C_WaitForSlotEvent(0, &slot, NULL);
}

/* Either the wait tells of what changed, or fails once; the next one works. */
static void killed_during_a_wait_for_events(void **state)
{
	struct world *w = *state;
	CK_SLOT_ID slot;
	pthread_t thread;
	void *rv;

	assert_int_equal(pthread_create(&thread, NULL, await_event, w), 0);
	pause_ms(50);
	world_order("kill-pcscd");
	world_order("start-pcscd");
	assert_int_equal(pthread_join(thread, &rv), 0);
	print_message("# the wait that pcscd's end met answered 0x%lx\n", (CK_RV)rv);
	assert_int_not_equal((CK_RV)rv, CKR_CRYPTOKI_NOT_INITIALIZED);
	world_await(w, 0, true);
	while (w->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL) == CKR_OK)
		continue;
	assert_int_equal(pthread_create(&thread, NULL, await_event, w), 0);
	door_remove(w->door[1]);
	assert_int_equal(pthread_join(thread, &rv), 0);
	assert_rv((CK_RV)rv, CKR_OK);
}

static void started_after_c_initialize(void **state)
{
	struct world *w = *state;
	CK_SLOT_ID slots[8];
	struct signer s;
	CK_ULONG n = 8;

	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	world_order("kill-pcscd");
	assert_rv(world_initialize(w), CKR_OK);
	assert_rv(w->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 0);
	world_order("start-pcscd");
	world_await(w, 0, true);
	world_await(w, 1, true);
	n = 0;
	assert_rv(w->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(n, 4);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

static void restarted_before_c_initialize(void **state)
{
	struct world *w = *state;
	struct signer s;

	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	restart(w);
	assert_rv(world_initialize(w), CKR_OK);
	assert_rv(signer_open(w, SIGN(1), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

/* It answers to reset, and to no command; the reader gives up after 5 s (with-card --mute-ms). */
static void listing_with_a_card_that_falls_silent_is_bounded(void **state)
{
	struct world *w = *state;
	CK_SLOT_ID slots[8];
	struct signer s;
	CK_ULONG n = 8;
	double start, first, second;

	world_insert(w, 0, 0);
	door_at(w->door[0], 0, DOOR_HOLD);
	start = seconds();
	assert_rv(w->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	first = seconds() - start;
	n = 8;
	start = seconds();
	assert_rv(w->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	second = seconds() - start;
	print_message("# a list with a card that fell silent: %.2f s, once more: %.2f s\n", first,
		      second);
	assert_true(first < 6);
	assert_true(second < 6);
	door_release(w->door[0]);
	world_insert(w, 0, 0);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

/* ---- readers that come and go -------------------------------------------------------------------- */

static void path_of_readers(char *ret, size_t cap)
{
	(void)snprintf(ret, cap, "%s", getenv("MOHR_CARD_CTL"));
	(void)snprintf(strrchr(ret, '/'), 32, "/readers.d/readers");
}

/* pcscd's list of readers: all of it, or from its second entry on. */
static void choose_readers(struct world *w, const char *all, bool second_only)
{
	char path[128];
	FILE *f;

	path_of_readers(path, sizeof(path));
	world_order("kill-pcscd");
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(second_only ? strstr(all, "FRIENDLYNAME \"Mohr Reader 2") : all, f) >= 0);
	assert_int_equal(fclose(f), 0);
	world_order("start-pcscd");
	world_await(w, second_only ? 0 : 1, true);
}

static void reader_names(struct world *w, char ret[4][65])
{
	CK_SLOT_INFO info;
	CK_SLOT_ID i;

	for (i = 0; i < 4; i++) {
		assert_rv(w->f->C_GetSlotInfo(i, &info), CKR_OK);
		memcpy(ret[i], info.slotDescription, 64);
		ret[i][64] = '\0';
	}
}

static void slot_ids_stay_when_readers_go_and_come(void **state)
{
	struct world *w = *state;
	char path[128], all[4096] = "", before[4][65], after[4][65];
	CK_SLOT_ID slots[8];
	struct signer s;
	CK_ULONG n = 0;
	FILE *f;

	path_of_readers(path, sizeof(path));
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(all, 1, sizeof(all) - 1, f) > 0);
	assert_int_equal(fclose(f), 0);
	reader_names(w, before);
	choose_readers(w, all, true);
	assert_rv(w->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_true(n >= 4);
	n = 8;
	assert_rv(w->f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	choose_readers(w, all, false);
	n = 0;
	assert_rv(w->f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	reader_names(w, after);
	assert_memory_equal(before, after, sizeof(before));
	assert_rv(signer_open(w, AUTH(1), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(restart_with_a_login_costs_one_call),
		WORLD_TEST(restart_between_sign_init_and_sign),
		WORLD_TEST(calls_without_pcscd_fail_and_those_after_it_do_not),
		WORLD_TEST(killed_during_a_signature),
		WORLD_TEST(killed_during_a_wait_for_events),
		WORLD_TEST(started_after_c_initialize),
		WORLD_TEST(restarted_before_c_initialize),
		WORLD_TEST(listing_with_a_card_that_falls_silent_is_bounded),
		WORLD_TEST(slot_ids_stay_when_readers_go_and_come),
	};

	return world_run("restart", tests, sizeof(tests) / sizeof(tests[0]));
}
