/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/objects.c. */
#include "fixture.h"

#include <string.h>

static void each_pin_has_its_key_and_certificate(void **state)
{
	struct fixture *f = *state;
	const struct token_objects *a, *b;
	struct token *auth = fixture_token(f, SLOT_AUTH), *signature = fixture_token(f, SLOT_SIGN);

	assert_int_equal(token_objects(auth, &a), 0);
	assert_int_equal(token_objects(signature, &b), 0);
	assert_int_equal(a->n_certificates, 1);
	assert_int_equal(a->n_keys, 1);
	assert_int_equal(b->n_certificates, 1);
	assert_int_equal(b->n_keys, 1);
	assert_true(a->certificates[0].parsed);
	assert_ptr_equal(a->keys[0].certificate, &a->certificates[0]);
	assert_int_equal(a->keys[0].place->id, a->certificates[0].place->id);
	assert_int_equal(a->keys[0].shape.type, KEY_EC);
	assert_int_equal(a->keys[0].shape.curve, CURVE_P256);
	assert_false(a->keys[0].always_authenticate);
	assert_true(b->keys[0].always_authenticate);
	assert_true(b->keys[0].place->non_repudiation);
	assert_int_not_equal(a->keys[0].place->id, b->keys[0].place->id);
	token_unref(auth);
	token_unref(signature);
}

static void certificates_are_read_once(void **state)
{
	struct fixture *f = *state;
	const struct token_objects *first, *second;
	struct token *t = fixture_token(f, SLOT_AUTH), *s = fixture_token(f, SLOT_SIGN);

	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_objects(t, &first), 0);
	assert_int_not_equal(counts(f, 0).by_ins[0xB0], 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_objects(t, &second), 0);
	assert_ptr_equal(first, second);
	assert_int_equal(counts(f, 0).apdus, 0);
	/* the other token's were not read for it */
	assert_int_equal(token_objects(s, &second), 0);
	assert_int_not_equal(counts(f, 0).by_ins[0xB0], 0);
	token_unref(t);
	token_unref(s);
}

static void a_blank_card_has_no_objects(void **state)
{
	struct fixture *f = *state;
	struct vcard *blank = fixture_blank_card();
	const struct token_objects *o;
	struct token *t;

	loop_insert(f->loop, 0, blank);
	t = fixture_token(f, SLOT_AUTH);
	assert_int_equal(token_objects(t, &o), 0);
	assert_int_equal(o->n_certificates, 0);
	assert_int_equal(o->n_keys, 0);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(blank);
}

static void the_chips_production_data_cost_no_apdu(void **state)
{
	struct fixture *f = *state;
	const struct token_objects *a, *b;
	struct token *auth = fixture_token(f, SLOT_AUTH), *signature = fixture_token(f, SLOT_SIGN);
	struct buf data = BUF_INIT(64);

	assert_int_equal(token_read_data(auth, 0, &data), MOHR_ERR_ARGUMENT);
	assert_int_equal(token_objects(auth, &a), 0);
	assert_int_equal(token_objects(signature, &b), 0);
	assert_int_equal(a->n_data, 1);
	assert_int_equal(b->n_data, 0);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_read_data(auth, 0, &data), 0);
	assert_int_equal(data.len, 42);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_int_equal(token_read_data(auth, 1, &data), MOHR_ERR_ARGUMENT);
	loop_remove(f->loop, 0);
	assert_int_not_equal(token_read_data(auth, 0, &data), 0);
	buf_clear(&data);
	token_unref(auth);
	token_unref(signature);
}

/* Answers every SELECT of an EF by an error, for as long as it hangs there. */
static void break_selects(void *user, const uint8_t *command, size_t len)
{
	struct fixture *f = user;
	struct loop_fault fault = {.kind = LOOP_FAULT_SW, .value = 0x6F00};

	if (len == 7 && command[1] == 0xA4 && command[5] == 0x50 && command[6] == 0x40)
		loop_set_fault(f->loop, 0, &fault);
}

static void a_certificate_that_cannot_be_read_does_not_hide_its_key(void **state)
{
	struct fixture *f = *state;
	const struct token_objects *o;
	struct token *t = fixture_token(f, SLOT_AUTH);

	loop_set_hook(f->loop, 0, break_selects, f);
	assert_int_equal(token_objects(t, &o), 0);
	loop_set_hook(f->loop, 0, NULL, NULL);
	assert_int_equal(o->n_certificates, 0);
	assert_int_equal(o->n_keys, 1);
	assert_null(o->keys[0].certificate);
	assert_int_equal(o->keys[0].shape.type, KEY_EC);
	assert_int_equal(login(t, PIN_AUTH), 0);
	assert_int_equal(sign(t, 1, NULL), 0);
	token_unref(t);
}

static void one_disturbed_answer_hides_nothing(void **state)
{
	struct fixture *f = *state;
	struct loop_fault fault = {.kind = LOOP_FAULT_CUT, .value = 1};
	const struct token_objects *o;
	struct token *t;

	for (fault.at = 0; fault.at < 6; fault.at++) {
		loop_insert(f->loop, 0, f->card);
		t = fixture_token(f, SLOT_AUTH);
		loop_set_fault(f->loop, 0, &fault);
		assert_int_equal(token_objects(t, &o), 0);
		assert_int_equal(o->n_certificates, 1);
		assert_true(o->certificates[0].parsed);
		token_unref(t);
	}
}

static void a_card_that_did_not_answer_is_asked_again(void **state)
{
	struct fixture *f = *state;
	struct loop_fault fault = {.kind = LOOP_FAULT_ERROR, .at = 3, .value = MOHR_ERR_CARD_MUTE};
	const struct token_objects *o;
	struct token *t = fixture_token(f, SLOT_AUTH);

	loop_set_fault(f->loop, 0, &fault);
	assert_int_equal(token_objects(t, &o), MOHR_ERR_CARD_MUTE);
	assert_int_equal(token_objects(t, &o), 0);
	assert_int_equal(o->n_certificates, 1);
	token_unref(t);
}

static void objects_outlive_the_card_with_the_reference(void **state)
{
	struct fixture *f = *state;
	const struct token_objects *o;
	struct token *t = fixture_token(f, SLOT_AUTH);

	assert_int_equal(token_objects(t, &o), 0);
	loop_remove(f->loop, 0);
	assert_int_equal(token_check(t), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(o->certificates[0].der[0], 0x30);
	token_unref(t);
}

static void what_a_key_can_sign_is_known_without_the_card(void **state)
{
	struct fixture *f = *state;
	struct token *t = fixture_token(f, SLOT_AUTH);
	const struct token_objects *o;
	struct sign_request request;
	uint8_t digest[32];

	assert_int_equal(token_objects(t, &o), 0);
	request = sign_request_for(&o->keys[0], 1, digest);
	loop_clear_counts(f->loop, 0);
	assert_true(token_can_sign(t, 0, &request));
	assert_false(token_can_sign(t, 1, &request));
	request.scheme = SIGN_PSS;
	assert_false(token_can_sign(t, 0, &request));
	assert_int_equal(counts(f, 0).apdus, 0);
	token_unref(t);
}

/* Issue 2, "Must show": starting and listing everything, two certificates of about 1.3 KB included. */
static unsigned cost_of_listing_all(struct fixture *f, bool extended)
{
	struct vcard *card = fixture_card(VCARD_RSA2048, VCARD_RSA2048, extended);
	const struct token_objects *o;
	struct pin_status status;
	struct token *t;
	size_t slot;
	unsigned apdus;

	loop_insert(f->loop, 0, card);
	loop_clear_counts(f->loop, 0);
	assert_int_equal(slots_update(f->slots), 0);
	for (slot = 0; slot < 2; slot++) {
		t = fixture_token(f, slot);
		assert_int_equal(token_pin_status(t, &status), 0);
		assert_int_equal(status.tries_left, 3);
		assert_int_equal(token_objects(t, &o), 0);
		assert_int_equal(o->n_certificates, 1);
		assert_int_equal(o->n_keys, 1);
		assert_in_range(o->certificates[0].der_len, 1200, 1500);
		token_unref(t);
	}
	apdus = counts(f, 0).apdus;
	assert_int_equal(counts(f, 0).connects, 1);
	loop_remove(f->loop, 0);
	vcard_free(card);
	return apdus;
}

static void listing_all_costs_22_short_apdus(void **state)
{
	assert_in_range(cost_of_listing_all(*state, false), 1, 22);
}

static void listing_all_costs_12_extended_apdus(void **state)
{
	assert_in_range(cost_of_listing_all(*state, true), 1, 12);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_pin_has_its_key_and_certificate),
		TEST(certificates_are_read_once),
		TEST(the_chips_production_data_cost_no_apdu),
		TEST(a_blank_card_has_no_objects),
		TEST(a_certificate_that_cannot_be_read_does_not_hide_its_key),
		TEST(one_disturbed_answer_hides_nothing),
		TEST(a_card_that_did_not_answer_is_asked_again),
		TEST(objects_outlive_the_card_with_the_reference),
		TEST(what_a_key_can_sign_is_known_without_the_card),
		TEST(listing_all_costs_22_short_apdus),
		TEST(listing_all_costs_12_extended_apdus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
