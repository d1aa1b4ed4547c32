/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every exchange of listing, login, signing with both keys and logout, disturbed in every way once:
 * each step then gives an error or the true result, never a wrong one; a PIN loses a try only when a
 * wrong one was typed; and the same steps succeed right afterwards.
 */
#include "tests/unit/token/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "token/verify.h"

#define WRONG_PIN "9999"

enum { CUTS_PER_USE = 32 };

/* What is true of one token. */
struct truth {
	struct token_info info;
	uint8_t *der;
	size_t der_len;
	struct x509 x509; /* borrows der */
};

struct run {
	struct fixture *f;
	struct vcard *card;
	struct truth truth[2];
	char what[64];      /* the fault, for messages */
	bool calm;          /* no fault: nothing may fail */
	bool brief;         /* listing alone */
	bool wrong;         /* some result was wrong */
	unsigned n_listing; /* exchanges of listing, which come first */
	unsigned n_ok, n_failed;
};

static const uint8_t references[2] = {REF_AUTH, REF_SIGN};
static const char *const pins[2] = {PIN_AUTH, PIN_SIGN};

static void complain(struct run *run, const char *step, int r)
{
	run->wrong = true;
	print_error("%s: %s: %s\n", run->what, step, r != 0 ? error_name(r) : "a wrong result");
}

/* Whether the step came to a result, which the caller then compares. */
static bool succeeded(struct run *run, const char *step, int r)
{
	if (r == 0) {
		run->n_ok++;
		return true;
	}
	run->n_failed++;
	if (run->calm || r > 0)
		complain(run, step, r);
	return false;
}

static void expect(struct run *run, const char *step, bool truth)
{
	if (!truth)
		complain(run, step, 0);
}

static int tries(struct run *run, int pin)
{
	int n = card_tries(run->card, references[pin]);

	/* a disturbed identification may have left the card manager selected */
	if (n < 0 && card_command(run->card, "00A4040C 0C A0000000180C000001634200") == 0x9000)
		n = card_tries(run->card, references[pin]);
	return n;
}

static void list_objects(struct run *run, struct token *t, int pin)
{
	const struct truth *truth = &run->truth[pin];
	const struct token_objects *o;

	if (!succeeded(run, "objects", token_objects(t, &o)))
		return;
	expect(run, "number of objects", o->n_certificates == 1 && o->n_keys == 1);
	if (o->n_certificates != 1 || o->n_keys != 1)
		return;
	expect(run, "certificate",
	       o->certificates[0].parsed && o->certificates[0].der_len == truth->der_len &&
		       memcmp(o->certificates[0].der, truth->der, truth->der_len) == 0);
	expect(run, "key",
	       o->keys[0].shape.type == truth->x509.key.type &&
		       o->keys[0].always_authenticate == (pin == SLOT_SIGN));
}

static void ask_status(struct run *run, struct token *t, int pin)
{
	bool verified = card_verified(run->card, references[pin]);
	struct pin_status status;

	if (!succeeded(run, "status", token_pin_status(t, &status)))
		return;
	expect(run, "status",
	       status.verified == verified && !status.blocked && !status.must_change);
	expect(run, "tries", verified || status.tries_left == tries(run, pin));
}

static struct token *list(struct run *run, int pin)
{
	struct token *t;

	if (!succeeded(run, "token", slots_token(run->f->slots, (size_t)pin, &t)))
		return NULL;
	expect(run, "info",
	       memcmp(token_info(t), &run->truth[pin].info, sizeof(struct token_info)) == 0);
	ask_status(run, t, pin);
	list_objects(run, t, pin);
	return t;
}

static void sign_and_check(struct run *run, struct token *t, int pin)
{
	const struct truth *truth = &run->truth[pin];
	const struct token_objects *o;
	uint8_t digest[32], signature[LIMIT_SIGNATURE];
	struct sign_request request;
	size_t len = 0;
	int r;

	r = token_objects(t, &o);
	if (r == 0) {
		request = sign_request_for(&o->keys[0], (unsigned)pin, digest);
		r = token_sign(t, 0, &request, run, signature, sizeof(signature), &len);
	}
	if (!succeeded(run, "sign", r)) {
		expect(run, "length after a failure", len == 0);
		return;
	}
	expect(run, "signature",
	       verify_signature(run->f->crypto, &truth->x509.key, &request, signature, len) == 0);
}

static void use(struct run *run, struct token *t, int pin)
{
	int before = tries(run, pin), r;

	if (pin == SLOT_AUTH) {
		r = login(t, WRONG_PIN);
		expect(run, "login with a wrong PIN", r != 0 && !token_logged_in(t));
		expect(run, "answer to a wrong PIN", !run->calm || r == MOHR_ERR_PIN_INCORRECT);
		expect(run, "tries after one wrong PIN", tries(run, pin) >= before - 1);
		before = tries(run, pin);
	}
	if (succeeded(run, "login", login(t, pins[pin])))
		expect(run, "login state", token_logged_in(t));
	expect(run, "tries after the right PIN", tries(run, pin) >= before);
	if (pin == SLOT_SIGN)
		(void)succeeded(run, "context login", login_context(t, pins[pin], run));
	sign_and_check(run, t, pin);
	if (pin == SLOT_SIGN)
		token_context_cancel(t, run);
	if (succeeded(run, "logout", token_logout(t)))
		expect(run, "closed card", !card_verified(run->card, references[pin]));
	expect(run, "tries after the use", tries(run, pin) >= before);
}

static void flow(struct run *run)
{
	struct token *t[2] = {NULL, NULL};
	struct loop_counts c;
	int pin;

	(void)succeeded(run, "update", slots_update(run->f->slots));
	for (pin = 0; pin < 2; pin++)
		t[pin] = list(run, pin);
	for (pin = 0; pin < 2; pin++) {
		if (t[pin] != NULL && !run->brief)
			use(run, t[pin], pin);
		token_unref(t[pin]);
	}
	loop_counts(run->f->loop, 0, &c);
	expect(run, "transactions", c.outside == 0 && !c.held);
}

/* A new process, as it were, over a card that is inserted anew. */
static void start(struct run *run)
{
	struct fixture *f = run->f;

	if (!slots_free(f->slots))
		abort();
	f->setup.transport = loop_transport_new(f->loop);
	if (slots_new(&f->setup, &f->slots) != 0)
		abort();
	loop_insert(f->loop, 0, run->card);
	loop_clear_counts(f->loop, 0);
}

static void disturb(struct run *run, const struct loop_fault *fault)
{
	start(run);
	snprintf(run->what, sizeof(run->what), "fault %d (%d) at %u", (int)fault->kind,
		 fault->value, fault->at);
	loop_set_fault(run->f->loop, 0, fault);
	run->calm = false;
	flow(run);
	if (!loop_fault_done(run->f->loop, 0))
		return;
	if (fault->kind == LOOP_FAULT_REMOVE)
		loop_insert(run->f->loop, 0, run->card);
	run->calm = true;
	strncat(run->what, ", afterwards", sizeof(run->what) - strlen(run->what) - 1);
	flow(run);
	expect(run, "tries in the end", tries(run, SLOT_AUTH) == 3 && tries(run, SLOT_SIGN) == 3);
}

static const struct loop_fault faults[] = {
	{LOOP_FAULT_ERROR, 0, MOHR_ERR_COMMUNICATION},
	{LOOP_FAULT_ERROR, 0, MOHR_ERR_CARD_MUTE},
	{LOOP_FAULT_ERROR, 0, MOHR_ERR_NO_SERVICE},
	{LOOP_FAULT_EMPTY, 0, 0},
	{LOOP_FAULT_LONGER, 0, 0},
	{LOOP_FAULT_HUGE, 0, 0},
	{LOOP_FAULT_SW, 0, 0x6F00},
	{LOOP_FAULT_SW, 0, 0x6982},
	{LOOP_FAULT_RESET, 0, 0},
	{LOOP_FAULT_REMOVE, 0, 0},
};

static void disturb_one_exchange(struct run *run, unsigned at)
{
	struct loop_fault fault;
	size_t i, len = 0;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		fault = faults[i];
		fault.at = at;
		disturb(run, &fault);
		if (fault.kind == LOOP_FAULT_EMPTY)
			len = loop_fault_len(run->f->loop, 0);
	}
	for (i = 1; i < len; i++) {
		/* most cuts of a certificate are followed by no login: the card's PIN check takes its time */
		run->brief = at < run->n_listing && i % CUTS_PER_USE != 0;
		fault = (struct loop_fault){.kind = LOOP_FAULT_CUT, .at = at, .value = (int)i};
		disturb(run, &fault);
	}
	run->brief = false;
}

/* The truth, from a run that nothing disturbs. Returns the number of its exchanges. */
static unsigned learn(struct run *run)
{
	const struct token_objects *o;
	struct token *t;
	int pin;

	snprintf(run->what, sizeof(run->what), "undisturbed");
	start(run);
	assert_int_equal(slots_update(run->f->slots), 0);
	for (pin = 0; pin < 2; pin++) {
		struct truth *truth = &run->truth[pin];

		t = fixture_token(run->f, (size_t)pin);
		assert_int_equal(token_objects(t, &o), 0);
		truth->info = *token_info(t);
		truth->der_len = o->certificates[0].der_len;
		truth->der = malloc(truth->der_len);
		assert_non_null(truth->der);
		memcpy(truth->der, o->certificates[0].der, truth->der_len);
		assert_int_equal(x509_decode(truth->der, truth->der_len, &truth->x509), 0);
		token_unref(t);
	}
	start(run);
	run->calm = true;
	run->brief = true;
	flow(run);
	run->n_listing = counts(run->f, 0).apdus;
	start(run);
	run->brief = false;
	flow(run);
	assert_false(run->wrong);
	return counts(run->f, 0).apdus;
}

static void disturb_all(struct fixture *f, bool extended)
{
	struct run run = {.f = f};
	unsigned n, at;

	run.card = fixture_card(VCARD_P256, extended ? VCARD_RSA2048 : VCARD_P256, extended);
	n = learn(&run);
	assert_in_range(n, 20, 80);
	for (at = 0; at < n; at++)
		disturb_one_exchange(&run, at);
	print_message("# %u exchanges: %u steps came to a result, %u to an error\n", n, run.n_ok,
		      run.n_failed);
	assert_false(run.wrong);
	loop_remove(f->loop, 0);
	assert_true(slots_free(f->slots));
	f->slots = NULL;
	free(run.truth[0].der);
	free(run.truth[1].der);
	vcard_free(run.card);
}

static void every_disturbed_exchange_ends_in_truth_or_error_on_short_apdus(void **state)
{
	disturb_all(*state, false);
}

static void every_disturbed_exchange_ends_in_truth_or_error_on_extended_apdus(void **state)
{
	disturb_all(*state, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_disturbed_exchange_ends_in_truth_or_error_on_short_apdus),
		TEST(every_disturbed_exchange_ends_in_truth_or_error_on_extended_apdus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
