/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * personal/isoapplet.c with virtual IsoApplet cards of both versions: from a card without a PIN to keys with
 * certificates that PKCS#15's files list, and all of it interrupted.
 */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"
#include "codec/pkcs15.h"
#include "vcard/p15/p15.h"

enum { AUTH, SIGN };

#define PIN "abcde"

static const struct fixture_card *const both[] = {&isoapplet_blank, &isoapplet_v1_blank};

static int initialise(struct fixture *f, const char *pin, const char *puk)
{
	struct secret *p = pin != NULL ? secret_of(pin) : NULL;
	struct secret *u = puk != NULL ? secret_of(puk) : NULL;
	struct personal_setup setup = {.label = "A new card", .pin = p, .puk = u};
	int r = personal_initialise(f->p, &setup);

	secret_free(p);
	secret_free(u);
	return r;
}

static void start(struct fixture *f, const struct fixture_card *card)
{
	fixture_start(f, card);
	fixture_open(f);
	assert_int_equal(initialise(f, PIN, PUK), 0);
}

/* So many tries, as the card keeps them. */
static void assert_left(struct fixture *f, size_t which, uint8_t tries)
{
	assert_int_equal(vcard_p15_of(f->v)->memory.pins[which].tries_left, tries);
}

static void a_blank_card_is_empty(void **state)
{
	struct personal_status status;
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		fixture_start(&f, both[i]);
		fixture_open(&f);
		assert_string_equal(f.p->ops->name, "isoapplet");
		assert_int_equal(f.p->n_slots, 2);
		assert_int_equal(f.p->n_pins, 1);
		assert_int_equal(personal_status(f.p, AUTH, &status), 0);
		assert_int_equal(status.key, PERSONAL_EMPTY);
		assert_int_equal(status.certificate, PERSONAL_EMPTY);
		assert_int_equal(authenticate(&f, both[i]), MOHR_ERR_PIN_MUST_CHANGE);
		assert_int_equal(personal_generate(f.p, AUTH, PERSONAL_P256, &f.out),
				 MOHR_ERR_NOT_FOUND);
		fixture_stop(&f);
	}
}

static void keys_of_each_type_get_their_certificates(void **state)
{
	static const enum personal_kind kinds[] = {PERSONAL_P256, PERSONAL_RSA2048, PERSONAL_P384};
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	struct personal_status status;
	struct fixture f;
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		start(&f, both[i]);
		for (k = 0; k < 3; k++) {
			unsigned slot = k % 2;

			issue(&f, slot, kinds[k], NULL);
			assert_int_equal(personal_status(f.p, slot, &status), 0);
			assert_int_equal(status.key, PERSONAL_PRESENT);
			assert_int_equal(status.certificate, PERSONAL_PRESENT);
			look(&f, slot, &spki, &der);
			assert_int_equal(spki.len, f.spki.len);
			assert_memory_equal(spki.data, f.spki.data, spki.len);
			assert_int_equal(der.len, f.der.len);
			assert_memory_equal(der.data, f.der.data, der.len);
		}
		assert_no_foreign(&f);
		fixture_stop(&f);
	}
	buf_clear(&spki);
	buf_clear(&der);
}

static void nothing_is_written_without_the_pin(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &isoapplet_blank);
	issue(&f, AUTH, PERSONAL_P256, NULL);
	certify(&f.spki, "second", &f.out);
	fixture_reinsert(&f);
	fixture_open(&f);
	assert_int_equal(personal_generate(f.p, SIGN, PERSONAL_P256, &f.der),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_write_certificate(f.p, AUTH, f.out.data, f.out.len, NULL),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_erase_certificate(f.p, AUTH), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(initialise(&f, NULL, NULL), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(initialise(&f, "wrong", PUK), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(authenticate(&f, &isoapplet_blank), 0);
	assert_int_equal(personal_write_certificate(f.p, AUTH, f.out.data, f.out.len, NULL), 0);
	fixture_stop(&f);
}

static void pin_and_puk_are_set_once_and_then_changed(void **state)
{
	struct secret *puk = secret_of(PUK), *wrong = secret_of("87654321"),
		      *pin = secret_of("fresh");
	struct personal_admin none = {CIPHER_AES128, NULL};
	struct fixture f;
	int tries;

	(void)state;
	fixture_start(&f, &isoapplet_blank);
	fixture_open(&f);
	assert_int_equal(initialise(&f, "abc", PUK), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(initialise(&f, PIN, "1234567"), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(initialise(&f, NULL, PUK), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(initialise(&f, PIN, NULL), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(initialise(&f, PIN, PUK), 0);
	assert_int_equal(set_pin(&f, 0, PIN, "second", &tries), 0);
	assert_int_equal(set_pin(&f, 0, PIN, "second", &tries), 0);
	assert_left(&f, 0, 3);
	assert_int_equal(set_pin(&f, 0, "wrong", "third", &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	assert_int_equal(personal_unblock_pin(f.p, 0, wrong, pin, &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 4);
	assert_int_equal(personal_unblock_pin(f.p, 0, puk, pin, &tries), 0);
	assert_left(&f, 0, 3);
	assert_left(&f, 1, 5);
	assert_int_equal(personal_set_puk(f.p, puk, wrong, NULL), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_set_admin(f.p, &none, &none), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_reset(f.p), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_authenticate(f.p, NULL), MOHR_ERR_ARGUMENT);
	assert_int_equal(personal_authenticate(f.p, &none), MOHR_ERR_PIN_LENGTH);
	fixture_stop(&f);
	secret_free(puk);
	secret_free(wrong);
	secret_free(pin);
}

/* Somebody else was here before, and knows the PUK. */
static void a_puk_that_is_there_has_to_be_the_one_we_know(void **state)
{
	static const uint8_t set_puk[] = "\x00\x24\x01\x02\x10"
					 "other-puk-other-";
	struct buf answer = BUF_INIT(LIMIT_RESPONSE);
	struct fixture f;

	(void)state;
	fixture_start(&f, &isoapplet_blank);
	vcard_process(f.v, set_puk, sizeof(set_puk) - 1, &answer);
	assert_memory_equal(answer.data, "\x90\x00", 2);
	fixture_open(&f);
	assert_int_equal(initialise(&f, PIN, PUK), MOHR_ERR_PIN_INCORRECT);
	fixture_renew(&f, &isoapplet_blank);
	vcard_process(f.v, set_puk, sizeof(set_puk) - 1, &answer);
	fixture_open(&f);
	assert_int_equal(initialise(&f, PIN, "other-puk-other-"), 0);
	assert_left(&f, 0, 3);
	assert_left(&f, 1, 5);
	fixture_stop(&f);
	buf_clear(&answer);
}

static void a_foreign_certificate_is_refused(void **state)
{
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		start(&f, both[i]);
		issue(&f, AUTH, PERSONAL_P256, NULL);
		assert_int_equal(personal_generate(f.p, SIGN, PERSONAL_P256, &f.spki), 0);
		assert_int_equal(personal_write_certificate(f.p, SIGN, f.der.data, f.der.len, NULL),
				 MOHR_ERR_CERTIFICATE_FOREIGN);
		assert_int_equal(personal_read_certificate(f.p, SIGN, &f.out), MOHR_ERR_NOT_FOUND);
		assert_no_foreign(&f);
		fixture_stop(&f);
	}
}

/* The file of the public key says one thing, the key in its place is another. */
static void a_key_that_others_have_replaced_is_noticed(void **state)
{
	static const enum personal_kind kinds[] = {PERSONAL_P256, PERSONAL_P384, PERSONAL_RSA2048};
	struct vcard_p15 *p15;
	struct fixture f;
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (k = 0; k < 3; k++) {
			start(&f, both[i]);
			assert_int_equal(personal_generate(f.p, AUTH, kinds[k], &f.spki), 0);
			certify(&f.spki, "issued", &f.der);
			p15 = vcard_p15_of(f.v);
			assert_int_equal(vcard_key_generate(
						 &p15->memory.keys[vcard_p15_key_find(p15, 0)].key,
						 k == 0   ? VCARD_P256
						 : k == 1 ? VCARD_RSA2048
							  : VCARD_RSA2048),
					 0);
			assert_int_equal(
				personal_write_certificate(f.p, AUTH, f.der.data, f.der.len, NULL),
				MOHR_ERR_CERTIFICATE_FOREIGN);
			fixture_stop(&f);
		}
	}
}

static void emptied_it_lists_nothing(void **state)
{
	struct personal_status status;
	struct fixture f;

	(void)state;
	start(&f, &isoapplet_blank);
	issue(&f, AUTH, PERSONAL_P256, NULL);
	fixture_reinsert(&f);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &isoapplet_blank), 0);
	assert_int_equal(initialise(&f, NULL, NULL), 0);
	assert_int_equal(personal_status(f.p, AUTH, &status), 0);
	assert_int_equal(status.key, PERSONAL_EMPTY);
	assert_int_equal(status.certificate, PERSONAL_EMPTY);
	issue(&f, AUTH, PERSONAL_P384, NULL);
	fixture_stop(&f);
}

static void labels_have_their_limit(void **state)
{
	struct personal_setup setup = {.label = NULL};
	struct secret *pin = secret_of(PIN), *puk = secret_of(PUK);
	struct fixture f;

	(void)state;
	fixture_start(&f, &isoapplet_blank);
	fixture_open(&f);
	setup.pin = pin;
	setup.puk = puk;
	assert_int_equal(personal_initialise(f.p, &setup), MOHR_ERR_ARGUMENT);
	setup.label = "123456789012345678901234567890123";
	assert_int_equal(personal_initialise(f.p, &setup), MOHR_ERR_ARGUMENT);
	setup.label = "12345678901234567890123456789012";
	assert_int_equal(personal_initialise(f.p, &setup), 0);
	setup.label = "";
	assert_int_equal(personal_initialise(f.p, &setup), 0);
	fixture_stop(&f);
	secret_free(pin);
	secret_free(puk);
}

/* ---- cuts ---------------------------------------------------------------------------------------- */

static int begin(struct fixture *f, const struct fixture_card *card)
{
	int r = authenticate(f, card);

	return r == MOHR_ERR_PIN_MUST_CHANGE ? 0 : r;
}

static int issue_in(struct fixture *f, unsigned slot, const char *name)
{
	int r = personal_generate(f->p, slot, PERSONAL_P256, &f->spki);

	if (r != 0)
		return r;
	certify(&f->spki, name, &f->der);
	return personal_write_certificate(f->p, slot, f->der.data, f->der.len, NULL);
}

static int issue_card(struct fixture *f, void *user)
{
	int r;

	if ((r = begin(f, user)) != 0 || (r = initialise(f, PIN, PUK)) != 0 ||
	    (r = issue_in(f, AUTH, "issued")) != 0)
		return r;
	return issue_in(f, SIGN, "issued");
}

static int rekey(struct fixture *f, void *user)
{
	int r = begin(f, user);

	return r != 0 ? r : issue_in(f, SIGN, "second");
}

/* One certificate, which the repetition brings again: whole and listed are two things. */
struct renewal {
	struct fixture_card card;
	struct buf der; /* empty until it is made */
};

static int issue_to_be_renewed(struct fixture *f, void *user)
{
	struct renewal *r = user;

	buf_reset(&r->der);
	return issue_card(f, &r->card);
}

static int renew(struct fixture *f, void *user)
{
	struct renewal *w = user;
	int r = begin(f, &w->card);

	if (r == 0 && w->der.len == 0) {
		r = personal_read_public_key(f->p, SIGN, &f->spki);
		if (r == 0)
			certify(&f->spki, "second", &w->der);
	}
	if (r == 0)
		r = personal_write_certificate(f->p, SIGN, w->der.data, w->der.len, NULL);
	buf_reset(&f->der);
	buf_put(&f->der, w->der.data, w->der.len);
	return r;
}

static void check_card(struct fixture *f, void *user)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	unsigned slot;

	(void)user;
	for (slot = AUTH; slot <= SIGN; slot++) {
		look(f, slot, &spki, &der);
		assert_true(spki.len > 0 && der.len > 0);
	}
	assert_int_equal(der.len, f->der.len);
	assert_memory_equal(der.data, f->der.data, der.len);
	assert_left(f, 0, 3);
	assert_left(f, 1, 5);
	buf_clear(&spki);
	buf_clear(&der);
}

static void an_issue_cut_anywhere_is_completed_by_another(void **state)
{
	static struct fixture_card card;
	struct fixture_cut cut = {
		.card = &card, .job = issue_card, .check = check_card, .n_at_least = 100};

	(void)state;
	card = isoapplet_blank;
	cut_everywhere(&cut, &card);
}

static void another_key_cut_anywhere_never_has_the_old_certificate(void **state)
{
	static struct fixture_card card;
	struct fixture_cut cut = {.card = &card,
				  .prepare = issue_card,
				  .job = rekey,
				  .check = check_card,
				  .n_at_least = 30};

	(void)state;
	card = isoapplet_v1_blank;
	cut_everywhere(&cut, &card);
}

static void a_renewal_cut_anywhere_is_listed_when_it_is_whole(void **state)
{
	static struct renewal w;
	struct fixture_cut cut = {.card = &w.card,
				  .prepare = issue_to_be_renewed,
				  .job = renew,
				  .check = check_card,
				  .n_at_least = 20};

	(void)state;
	w.card = isoapplet_blank;
	buf_init(&w.der, LIMIT_CERTIFICATE);
	cut_everywhere(&cut, &w);
	buf_clear(&w.der);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blank_card_is_empty),
		cmocka_unit_test(keys_of_each_type_get_their_certificates),
		cmocka_unit_test(nothing_is_written_without_the_pin),
		cmocka_unit_test(pin_and_puk_are_set_once_and_then_changed),
		cmocka_unit_test(a_puk_that_is_there_has_to_be_the_one_we_know),
		cmocka_unit_test(a_foreign_certificate_is_refused),
		cmocka_unit_test(a_key_that_others_have_replaced_is_noticed),
		cmocka_unit_test(emptied_it_lists_nothing),
		cmocka_unit_test(labels_have_their_limit),
		cmocka_unit_test(an_issue_cut_anywhere_is_completed_by_another),
		cmocka_unit_test(another_key_cut_anywhere_never_has_the_old_certificate),
		cmocka_unit_test(a_renewal_cut_anywhere_is_listed_when_it_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
