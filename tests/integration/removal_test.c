/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards that leave and are swapped in the middle of a call, at each of its commands (PKCS#11 v3.1
 * §5.1.2, behaviour.md "removal"): told once, no handle outlives it, the card works again at once, and no
 * other card gets a PIN or signs.
 */
#include <string.h>

#include "tests/integration/world.h"

enum { INS_PSO = 0x2A };

/* What a call is that a card leaves from. */
struct scene {
	CK_SLOT_ID slot;
	CK_RV (*prepare)(struct world *w, struct signer *s);
	CK_RV (*call)(struct world *w, struct signer *s);
};

static CK_RV prepare_signature(struct world *w, struct signer *s)
{
	CK_RV rv = signer_open(w, s->slot, s);

	return rv == CKR_OK ? signer_begin(w, s) : rv;
}

static CK_RV open_only(struct world *w, struct signer *s)
{
	return w->f->C_OpenSession(s->slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
				   &s->session);
}

static CK_RV find_init(struct world *w, struct signer *s)
{
	return w->f->C_FindObjectsInit(s->session, NULL, 0);
}

static const struct scene signature = {AUTH(0), prepare_signature, signer_finish};
static const struct scene context_signature = {SIGN(0), prepare_signature, signer_finish};
static const struct scene login = {AUTH(0), open_only, signer_login};
static const struct scene search = {AUTH(0), open_only, find_init};

/* How many commands the call takes if nothing disturbs it. */
static unsigned learn(struct world *w, const struct scene *scene)
{
	struct signer s = {.slot = scene->slot};
	unsigned n;

	assert_rv(scene->prepare(w, &s), CKR_OK);
	door_at(w->door[0], NEVER, DOOR_PASS);
	assert_rv(scene->call(w, &s), CKR_OK);
	n = door_commands(w->door[0]);
	assert_rv(w->f->C_CloseAllSessions(scene->slot), CKR_OK);
	return n;
}

/* The module is as one that has just started. */
static void start_anew(struct world *w)
{
	assert_rv(w->f->C_Finalize(NULL), CKR_OK);
	assert_rv(world_initialize(w), CKR_OK);
}

static void works_again(struct world *w, const struct signer *before, double since)
{
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};
	struct signer s;

	assert_rv(signer_open(w, before->slot, &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
	assert_true(seconds() - since < 1);
	assert_true(s.session > before->session);
	if (before->key == CK_INVALID_HANDLE)
		return;
	assert_int_equal(s.id_len, before->id_len);
	assert_memory_equal(s.id, before->id, s.id_len);
	assert_int_not_equal(s.key, before->key);
	assert_rv(w->f->C_GetAttributeValue(s.session, before->key, &a, 1),
		  CKR_OBJECT_HANDLE_INVALID);
}

static void leave_at(struct world *w, const struct scene *scene, unsigned at,
		     enum door_action action)
{
	struct signer s = {.slot = scene->slot};
	CK_SESSION_HANDLE other;
	CK_SESSION_INFO info;
	double start;

	start_anew(w);
	assert_rv(scene->prepare(w, &s), CKR_OK);
	assert_rv(w->f->C_OpenSession(scene->slot, CKF_SERIAL_SESSION, NULL, NULL, &other), CKR_OK);
	door_at(w->door[0], at, action);
	assert_rv(scene->call(w, &s), CKR_DEVICE_REMOVED);
	assert_true(door_done(w->door[0]));
	assert_true(door_pins(w->door[0]) <= 1);
	assert_rv(scene->call(w, &s), CKR_SESSION_HANDLE_INVALID);
	assert_rv(w->f->C_GetSessionInfo(other, &info), CKR_SESSION_HANDLE_INVALID);
	door_at(w->door[0], NEVER, DOOR_PASS);
	world_await(w, 0, false);
	start = seconds();
	door_insert(w->door[0], w->card[0].socket);
	works_again(w, &s, start);
	assert_int_equal(tries_left(w, AUTH(0)), 3);
	assert_int_equal(tries_left(w, SIGN(0)), 3);
}

static void leave_at_each(struct world *w, const struct scene *scene)
{
	unsigned at, n;

	start_anew(w);
	n = learn(w, scene);
	assert_in_range(n, 2, 40);
	for (at = 0; at < n; at++) {
		leave_at(w, scene, at, DOOR_PULL);
		leave_at(w, scene, at, DOOR_PULL_AFTER);
	}
}

static void card_pulled_at_each_command_of_a_signature(void **state)
{
	leave_at_each(*state, &signature);
}

static void card_pulled_at_each_command_of_a_signature_with_its_own_login(void **state)
{
	leave_at_each(*state, &context_signature);
}

static void card_pulled_at_each_command_of_a_login(void **state)
{
	leave_at_each(*state, &login);
}

static void card_pulled_at_each_command_of_a_search(void **state)
{
	leave_at_each(*state, &search);
}

/* ---- another card ------------------------------------------------------------------------------- */

/* Card 2 is in reader 0 now, and has neither signed nor been given a PIN. */
static void other_card_is_untouched(struct world *w, const char *serial_before)
{
	char serial[17];
	struct signer s;
	CK_TOKEN_INFO info;
	int i;

	for (i = 0; i < 5000 && w->f->C_GetTokenInfo(AUTH(0), &info) != CKR_OK; i++)
		pause_ms(1);
	assert_int_equal(door_pins(w->door[0]), 0);
	assert_int_equal(door_instructions(w->door[0], INS_PSO), 0);
	assert_int_equal(tries_left(w, AUTH(0)), 3);
	serial_of(w, AUTH(0), serial);
	assert_string_not_equal(serial, serial_before);
	assert_int_equal(door_pins(w->door[0]), 0);
	assert_rv(signer_open(w, AUTH(0), &s), CKR_OK);
	assert_rv(signer_sign(w, &s), CKR_OK);
}

static void swap_at(struct world *w, const struct scene *scene, unsigned at)
{
	struct signer s = {.slot = scene->slot};
	char serial[17];

	world_insert(w, 0, 0);
	start_anew(w);
	serial_of(w, AUTH(0), serial);
	assert_rv(scene->prepare(w, &s), CKR_OK);
	door_set_spare(w->door[0], w->card[2].socket);
	door_at(w->door[0], at, DOOR_SWAP);
	assert_rv(scene->call(w, &s), CKR_DEVICE_REMOVED);
	assert_rv(scene->call(w, &s), CKR_SESSION_HANDLE_INVALID);
	assert_true(door_done(w->door[0]));
	other_card_is_untouched(w, serial);
}

static void swap_at_each(struct world *w, const struct scene *scene)
{
	unsigned at, n;

	start_anew(w);
	n = learn(w, scene);
	for (at = 0; at < n; at++)
		swap_at(w, scene, at);
}

static void card_swapped_at_each_command_of_a_signature(void **state)
{
	swap_at_each(*state, &signature);
}

static void card_swapped_at_each_command_of_a_signature_with_its_own_login(void **state)
{
	swap_at_each(*state, &context_signature);
}

static void card_swapped_at_each_command_of_a_login(void **state)
{
	swap_at_each(*state, &login);
}

static void card_swapped_between_calls_neither_signs_nor_gets_a_pin(void **state)
{
	struct world *w = *state;
	const struct scene *const scenes[] = {&signature, &context_signature, &login};
	char serial[17];
	unsigned i;

	for (i = 0; i < 3; i++) {
		struct signer s = {.slot = scenes[i]->slot};

		world_insert(w, 0, 0);
		start_anew(w);
		serial_of(w, AUTH(0), serial);
		assert_rv(scenes[i]->prepare(w, &s), CKR_OK);
		world_insert(w, 0, 2);
		door_at(w->door[0], NEVER, DOOR_PASS);
		assert_rv(scenes[i]->call(w, &s), CKR_DEVICE_REMOVED);
		assert_rv(scenes[i]->call(w, &s), CKR_SESSION_HANDLE_INVALID);
		other_card_is_untouched(w, serial);
	}
}

static void removal_is_an_event_and_closes_only_its_own_slots(void **state)
{
	struct world *w = *state;
	struct signer first, second;
	CK_SLOT_ID slot = 77;

	assert_rv(signer_open(w, AUTH(0), &first), CKR_OK);
	assert_rv(signer_open(w, AUTH(1), &second), CKR_OK);
	door_remove(w->door[0]);
	assert_rv(w->f->C_WaitForSlotEvent(0, &slot, NULL), CKR_OK);
	assert_true(slot == AUTH(0) || slot == SIGN(0));
	assert_rv(signer_sign(w, &first), CKR_DEVICE_REMOVED);
	assert_rv(signer_sign(w, &first), CKR_SESSION_HANDLE_INVALID);
	assert_rv(signer_sign(w, &second), CKR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(card_pulled_at_each_command_of_a_signature),
		WORLD_TEST(card_pulled_at_each_command_of_a_signature_with_its_own_login),
		WORLD_TEST(card_pulled_at_each_command_of_a_login),
		WORLD_TEST(card_pulled_at_each_command_of_a_search),
		WORLD_TEST(card_swapped_at_each_command_of_a_signature),
		WORLD_TEST(card_swapped_at_each_command_of_a_signature_with_its_own_login),
		WORLD_TEST(card_swapped_at_each_command_of_a_login),
		WORLD_TEST(card_swapped_between_calls_neither_signs_nor_gets_a_pin),
		WORLD_TEST(removal_is_an_event_and_closes_only_its_own_slots),
	};

	return world_run("removal", tests, sizeof(tests) / sizeof(tests[0]));
}
