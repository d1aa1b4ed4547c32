/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * personal/piv.c with virtual PIV cards, with and without the vendor's instructions: what an issuer does, and
 * all of it interrupted.
 */
#include "fixture.h"

#include <string.h>

#include "profile/profile.h"

enum { S9A, S9C, S9D, S9E, N_SLOTS };

#define PIN "123456"

static void a_blank_card_is_empty(void **state)
{
	static const struct fixture_card *const cards[] = {&piv_blank, &yubikey_blank};
	struct personal_status status;
	struct fixture f;
	unsigned slot;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		fixture_start(&f, cards[i]);
		fixture_open(&f);
		assert_string_equal(f.p->ops->name, "piv");
		assert_int_equal(f.p->n_slots, N_SLOTS);
		assert_int_equal(f.p->n_pins, 1);
		for (slot = 0; slot < N_SLOTS; slot++) {
			assert_int_equal(personal_status(f.p, slot, &status), 0);
			/* a card of the standard does not tell of its keys */
			assert_int_equal(status.key, i == 0 ? PERSONAL_UNKNOWN : PERSONAL_EMPTY);
			assert_int_equal(status.certificate, PERSONAL_EMPTY);
			assert_int_equal(personal_read_certificate(f.p, slot, &f.out),
					 MOHR_ERR_NOT_FOUND);
		}
		fixture_stop(&f);
	}
}

static void issue_kind(const struct fixture_card *card, unsigned slot, enum personal_kind kind,
		       const char *pin)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	struct personal_status status;
	struct fixture f;

	fixture_start(&f, card);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, card), 0);
	issue(&f, slot, kind, pin);
	assert_int_equal(personal_status(f.p, slot, &status), 0);
	assert_int_equal(status.certificate, PERSONAL_PRESENT);
	fixture_close(&f);
	look(&f, slot, &spki, &der);
	assert_int_equal(spki.len, f.spki.len);
	assert_memory_equal(spki.data, f.spki.data, spki.len);
	assert_int_equal(der.len, f.der.len);
	assert_memory_equal(der.data, f.der.data, der.len);
	fixture_stop(&f);
	buf_clear(&spki);
	buf_clear(&der);
}

static void keys_of_each_type_get_their_certificates(void **state)
{
	(void)state;
	issue_kind(&piv_blank, S9A, PERSONAL_P256, PIN);
	issue_kind(&piv_blank, S9C, PERSONAL_P384, PIN);
	issue_kind(&piv_blank, S9D, PERSONAL_RSA2048, PIN);
	issue_kind(&piv_blank, S9E, PERSONAL_P256, NULL);
	issue_kind(&yubikey_blank, S9C, PERSONAL_P256, NULL);
	issue_kind(&yubikey_blank, S9D, PERSONAL_RSA2048, NULL);
	issue_kind(&yubikey_blank, S9A, PERSONAL_ED25519, NULL);
}

static void a_foreign_certificate_is_refused(void **state)
{
	static const struct fixture_card *const cards[] = {&piv_blank, &yubikey_blank};
	static const enum personal_kind kinds[] = {PERSONAL_P256, PERSONAL_P384, PERSONAL_RSA2048};
	struct secret *pin = secret_of(PIN);
	struct fixture f;
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		fixture_start(&f, cards[i]);
		fixture_open(&f);
		assert_int_equal(authenticate(&f, cards[i]), 0);
		issue(&f, S9A, PERSONAL_P256, PIN);
		for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			assert_int_equal(personal_generate(f.p, S9D, kinds[k], &f.spki), 0);
			certify(&f.spki, "foreign", &f.out);
			assert_int_equal(
				personal_write_certificate(f.p, S9A, f.out.data, f.out.len, pin),
				MOHR_ERR_CERTIFICATE_FOREIGN);
			/* nor is it for a place without a key */
			assert_int_equal(
				personal_write_certificate(f.p, S9C, f.out.data, f.out.len, pin),
				MOHR_ERR_NOT_FOUND);
		}
		assert_int_equal(personal_read_certificate(f.p, S9A, &f.out), 0);
		assert_int_equal(f.out.len, f.der.len);
		assert_memory_equal(f.out.data, f.der.data, f.out.len);
		assert_int_equal(personal_read_certificate(f.p, S9C, &f.out), MOHR_ERR_NOT_FOUND);
		fixture_stop(&f);
	}
	secret_free(pin);
}

static void two_rsa_keys_are_told_apart_by_their_signatures(void **state)
{
	struct secret *pin = secret_of(PIN);
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &piv_blank), 0);
	issue(&f, S9A, PERSONAL_RSA2048, PIN);
	assert_int_equal(personal_generate(f.p, S9D, PERSONAL_RSA2048, &f.spki), 0);
	assert_int_equal(personal_write_certificate(f.p, S9D, f.der.data, f.der.len, pin),
			 MOHR_ERR_CERTIFICATE_FOREIGN);
	fixture_stop(&f);
	secret_free(pin);
}

static void the_proof_wants_the_pin(void **state)
{
	struct secret *wrong = secret_of("999999");
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &piv_blank), 0);
	assert_int_equal(personal_generate(f.p, S9A, PERSONAL_P256, &f.spki), 0);
	certify(&f.spki, "issued", &f.der);
	assert_int_equal(personal_write_certificate(f.p, S9A, f.der.data, f.der.len, NULL),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_write_certificate(f.p, S9A, f.der.data, f.der.len, wrong),
			 MOHR_ERR_PIN_INCORRECT);
	fixture_close(&f);
	assert_tries(&f, 0, 2);
	fixture_stop(&f);
	secret_free(wrong);
}

static void pin_and_puk_are_changed_and_their_tries_come_back(void **state)
{
	struct secret *puk = secret_of(PUK), *puk2 = secret_of("87654321"),
		      *pin = secret_of("222222");
	struct fixture f;
	int tries;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(set_pin(&f, 0, PIN, "654321", &tries), 0);
	assert_int_equal(set_pin(&f, 0, PIN, "654321", &tries), 0);
	assert_int_equal(set_pin(&f, 0, PIN, "123123", &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	/* one try is not spent on a guess */
	assert_int_equal(set_pin(&f, 0, "654321", "123123", &tries), 0);
	assert_int_equal(personal_set_puk(f.p, puk, puk2, &tries), 0);
	assert_int_equal(personal_set_puk(f.p, puk, puk2, &tries), 0);
	assert_int_equal(personal_unblock_pin(f.p, 0, puk, pin, &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 2);
	assert_int_equal(personal_unblock_pin(f.p, 0, puk2, pin, &tries), 0);
	assert_int_equal(set_pin(&f, 0, "222222", "12345", &tries), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(set_pin(&f, 0, NULL, "123456", &tries), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(set_pin(&f, 1, "222222", "123456", &tries), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
	assert_tries(&f, 0, 3);
	fixture_stop(&f);
	secret_free(puk);
	secret_free(puk2);
	secret_free(pin);
}

static void a_last_try_is_not_spent_on_a_guess(void **state)
{
	struct fixture f;
	int tries;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(set_pin(&f, 0, "000000", "111111", &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	assert_int_equal(set_pin(&f, 0, "123456", "111111", &tries), 0);
	assert_int_equal(set_pin(&f, 0, "000000", "222222", &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	fixture_close(&f);
	assert_tries(&f, 0, 1);
	fixture_stop(&f);
}

static void nothing_is_written_without_the_administrator(void **state)
{
	struct personal_setup setup = {.expiry = "20351231"};
	struct secret *pin = secret_of(PIN);
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(personal_initialise(f.p, &setup), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_generate(f.p, S9A, PERSONAL_P256, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(authenticate(&f, &piv_blank), 0);
	issue(&f, S9A, PERSONAL_P256, PIN);
	certify(&f.spki, "second", &f.out);
	fixture_reinsert(&f);
	fixture_open(&f);
	assert_int_equal(personal_write_certificate(f.p, S9A, f.out.data, f.out.len, pin),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_erase_certificate(f.p, S9A), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_write_certificate(f.p, S9A, f.der.data, f.der.len, pin), 0);
	fixture_stop(&f);
	secret_free(pin);
}

static void a_kind_that_the_card_cannot_make_is_said(void **state)
{
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &piv_blank), 0);
	assert_int_equal(personal_generate(f.p, S9A, PERSONAL_ED25519, &f.out),
			 MOHR_ERR_NOT_SUPPORTED);
	fixture_stop(&f);
}

/* ---- cuts ---------------------------------------------------------------------------------------- */

struct issuer {
	struct fixture_card card;
	bool yubikey;
};

static int take_over(struct fixture *f, const struct issuer *by)
{
	static const struct fixture_card next = {.cipher = CIPHER_AES256,
						 .admin = "000102030405060708090A0B0C0D0E0F"
							  "F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"};
	struct personal_admin old = admin_of(&by->card), new = admin_of(&next);
	int r = by->yubikey ? personal_set_admin(f->p, &old, &new)
			    : personal_authenticate(f->p, &old);

	admin_free(&old);
	admin_free(&new);
	return r;
}

static int issue_card(struct fixture *f, void *user)
{
	struct personal_setup setup = {.expiry = "20351231"};
	struct secret *puk = secret_of(PUK), *puk2 = secret_of("87654321"),
		      *pin = secret_of("654321");
	unsigned slot;
	int r;

	r = take_over(f, user);
	if (r == 0)
		r = personal_initialise(f->p, &setup);
	if (r == 0)
		r = set_pin(f, 0, PIN, "654321", NULL);
	if (r == 0)
		r = personal_set_puk(f->p, puk, puk2, NULL);
	for (slot = S9A; r == 0 && slot <= S9C; slot++) {
		r = personal_generate(f->p, slot, PERSONAL_P256, &f->spki);
		if (r != 0)
			break;
		certify(&f->spki, "issued", &f->der);
		r = personal_write_certificate(f->p, slot, f->der.data, f->der.len, pin);
	}
	secret_free(puk);
	secret_free(puk2);
	secret_free(pin);
	return r;
}

static void check_card(struct fixture *f, void *user)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	struct secret *puk2 = secret_of("87654321"), *pin = secret_of("222222");
	unsigned slot;

	(void)user;
	for (slot = S9A; slot <= S9C; slot++) {
		look(f, slot, &spki, &der);
		assert_true(spki.len > 0 && der.len > 0);
	}
	assert_int_equal(der.len, f->der.len);
	assert_memory_equal(der.data, f->der.data, der.len);
	assert_tries(f, 0, 3);
	fixture_open(f);
	assert_int_equal(personal_unblock_pin(f->p, 0, puk2, pin, NULL), 0);
	fixture_close(f);
	buf_clear(&spki);
	buf_clear(&der);
	secret_free(puk2);
	secret_free(pin);
}

static int rekey(struct fixture *f, void *user)
{
	struct secret *pin = secret_of("654321");
	int r = take_over(f, user);

	if (r == 0)
		r = personal_generate(f->p, S9C, PERSONAL_P256, &f->spki);
	if (r == 0) {
		certify(&f->spki, "second", &f->der);
		r = personal_write_certificate(f->p, S9C, f->der.data, f->der.len, pin);
	}
	secret_free(pin);
	return r;
}

static void an_issue_cut_anywhere_is_completed_by_another(void **state)
{
	static struct issuer by[2];
	struct fixture_cut cut = {.job = issue_card, .check = check_card, .n_at_least = 30};
	int i;

	(void)state;
	by[0].card = piv_blank;
	by[1] = (struct issuer){yubikey_blank, true};
	for (i = 0; i < 2; i++) {
		cut.card = &by[i].card;
		cut_everywhere(&cut, &by[i]);
	}
}

static void another_key_cut_anywhere_never_has_the_old_certificate(void **state)
{
	static struct issuer by[2];
	struct fixture_cut cut = {
		.prepare = issue_card, .job = rekey, .check = check_card, .n_at_least = 10};
	int i;

	(void)state;
	by[0].card = piv_blank;
	by[1] = (struct issuer){yubikey_blank, true};
	for (i = 0; i < 2; i++) {
		cut.card = &by[i].card;
		cut_everywhere(&cut, &by[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blank_card_is_empty),
		cmocka_unit_test(keys_of_each_type_get_their_certificates),
		cmocka_unit_test(a_foreign_certificate_is_refused),
		cmocka_unit_test(two_rsa_keys_are_told_apart_by_their_signatures),
		cmocka_unit_test(the_proof_wants_the_pin),
		cmocka_unit_test(pin_and_puk_are_changed_and_their_tries_come_back),
		cmocka_unit_test(a_last_try_is_not_spent_on_a_guess),
		cmocka_unit_test(nothing_is_written_without_the_administrator),
		cmocka_unit_test(a_kind_that_the_card_cannot_make_is_said),
		cmocka_unit_test(an_issue_cut_anywhere_is_completed_by_another),
		cmocka_unit_test(another_key_cut_anywhere_never_has_the_old_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
