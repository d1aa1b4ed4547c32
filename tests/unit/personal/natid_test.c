/* SPDX-License-Identifier: BSD-2-Clause */
/* personal/natid.c with the virtual national card: what an issuer does, and all of it interrupted. */
#include "fixture.h"

#include <string.h>

#include "codec/iso7816.h"
#include "tests/harness/fake_link.h"

enum { AUTH, SIGN };

static void a_blank_card_is_empty(void **state)
{
	struct personal_status status;
	struct fixture f;
	unsigned slot;

	(void)state;
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	assert_string_equal(f.p->ops->name, "natid");
	assert_int_equal(f.p->n_slots, 2);
	assert_int_equal(f.p->n_pins, 2);
	for (slot = AUTH; slot <= SIGN; slot++) {
		assert_int_equal(personal_status(f.p, slot, &status), 0);
		assert_int_equal(status.key, PERSONAL_EMPTY);
		assert_int_equal(status.certificate, PERSONAL_EMPTY);
		assert_int_equal(personal_read_public_key(f.p, slot, &f.out), MOHR_ERR_NOT_FOUND);
		assert_int_equal(personal_read_certificate(f.p, slot, &f.out), MOHR_ERR_NOT_FOUND);
	}
	fixture_stop(&f);
}

static void issue_all(const struct fixture_card *card)
{
	static const enum personal_kind kinds[] = {PERSONAL_P256, PERSONAL_P384, PERSONAL_RSA2048};
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	struct personal_status status;
	struct fixture f;
	size_t i;

	fixture_start(&f, card);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		unsigned slot = i % 2;

		fixture_open(&f);
		assert_int_equal(authenticate(&f, card), 0);
		issue(&f, slot, kinds[i], NULL);
		assert_int_equal(personal_status(f.p, slot, &status), 0);
		assert_int_equal(status.key, PERSONAL_PRESENT);
		assert_int_equal(status.certificate, PERSONAL_PRESENT);
		assert_int_equal(personal_read_public_key(f.p, slot, &f.out), 0);
		assert_int_equal(f.out.len, f.spki.len);
		assert_memory_equal(f.out.data, f.spki.data, f.spki.len);
		fixture_close(&f);
		look(&f, slot, &spki, &der);
		assert_int_equal(spki.len, f.spki.len);
		assert_memory_equal(spki.data, f.spki.data, spki.len);
		assert_int_equal(der.len, f.der.len);
		assert_memory_equal(der.data, f.der.data, der.len);
	}
	fixture_stop(&f);
	buf_clear(&spki);
	buf_clear(&der);
}

static void keys_of_each_type_get_their_certificates(void **state)
{
	(void)state;
	issue_all(&natid_blank);
	issue_all(&natid_blank_extended);
}

static void nothing_is_done_without_the_administrator(void **state)
{
	struct personal_setup setup = {.expiry = ""};
	struct fixture f;

	(void)state;
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	assert_int_equal(personal_generate(f.p, AUTH, PERSONAL_P256, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(authenticate(&f, &natid_blank), 0);
	issue(&f, AUTH, PERSONAL_P256, NULL);
	fixture_reinsert(&f);
	fixture_open(&f);
	assert_int_equal(personal_erase_certificate(f.p, AUTH), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_initialise(f.p, &setup), MOHR_ERR_SECURITY_STATUS);
	certify(&f.spki, "another", &f.out);
	assert_int_equal(personal_write_certificate(f.p, AUTH, f.out.data, f.out.len, NULL),
			 MOHR_ERR_SECURITY_STATUS);
	/* what is there already needs no right */
	assert_int_equal(personal_write_certificate(f.p, AUTH, f.der.data, f.der.len, NULL), 0);
	fixture_stop(&f);
}

static void a_wrong_administrator_is_refused_and_counted(void **state)
{
	struct fixture_card other = natid_blank;
	struct fixture f;
	int i;

	(void)state;
	other.admin = "FF0102030405060708090A0B0C0D0E0F";
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	for (i = 0; i < 4; i++)
		assert_int_equal(authenticate(&f, &other), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(authenticate(&f, &natid_blank), 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(authenticate(&f, &other), MOHR_ERR_SECURITY_STATUS);
	assert_int_not_equal(authenticate(&f, &other), 0);
	assert_int_equal(authenticate(&f, &natid_blank), MOHR_ERR_CONDITIONS);
	fixture_stop(&f);
}

static void a_key_of_another_length_or_cipher_costs_nothing(void **state)
{
	struct fixture_card other = natid_blank;
	struct loop_counts before, after;
	struct personal_admin none = {CIPHER_AES128, NULL};
	struct fixture f;

	(void)state;
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	loop_counts(f.loop, 0, &before);
	other.cipher = CIPHER_AES256;
	assert_int_equal(authenticate(&f, &other), MOHR_ERR_ARGUMENT);
	other.cipher = CIPHER_3DES;
	other.admin = ADMIN_3DES;
	assert_int_equal(authenticate(&f, &other), MOHR_ERR_ARGUMENT);
	other.admin = "";
	assert_int_equal(authenticate(&f, &other), MOHR_ERR_ARGUMENT);
	assert_int_equal(personal_authenticate(f.p, &none), MOHR_ERR_ARGUMENT);
	assert_int_equal(personal_authenticate(f.p, NULL), MOHR_ERR_ARGUMENT);
	loop_counts(f.loop, 0, &after);
	assert_int_equal(after.apdus, before.apdus);
	fixture_stop(&f);
}

static void a_pin_leaves_its_transport_state_and_is_set_again_by_right(void **state)
{
	struct fixture f;
	int tries;

	(void)state;
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &natid_blank), 0);
	assert_int_equal(set_pin(&f, SIGN, NULL, "654321", &tries), MOHR_ERR_PIN_MUST_CHANGE);
	assert_int_equal(set_pin(&f, SIGN, "999999", "654321", &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 2);
	assert_int_equal(set_pin(&f, SIGN, "111111", "654321", &tries), 0);
	assert_int_equal(set_pin(&f, SIGN, NULL, "123456", &tries), 0);
	/* as a repetition would have it: nothing is compared, so nothing is lost */
	assert_int_equal(set_pin(&f, SIGN, "999999", "123456", &tries), 0);
	assert_int_equal(set_pin(&f, SIGN, NULL, "12345", &tries), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(set_pin(&f, SIGN, NULL, "", &tries), MOHR_ERR_PIN_LENGTH);
	assert_int_equal(set_pin(&f, SIGN, NULL, "12345a", &tries), MOHR_ERR_PIN_INVALID);
	assert_int_equal(set_pin(&f, 2, NULL, "123456", &tries), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
	assert_tries(&f, SIGN, 3);
	fixture_stop(&f);
}

static void without_the_right_the_old_pin_is_compared(void **state)
{
	struct fixture f;
	int tries;

	(void)state;
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	assert_int_equal(set_pin(&f, AUTH, "1111", "2222", &tries), 0);
	assert_int_equal(set_pin(&f, AUTH, NULL, "3333", &tries), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(set_pin(&f, AUTH, "2222", "3333", &tries), 0);
	/* done already: the try comes back */
	assert_int_equal(set_pin(&f, AUTH, "2222", "3333", &tries), 0);
	fixture_close(&f);
	assert_tries(&f, AUTH, 3);
	/* neither is right: one try is always left */
	fixture_open(&f);
	assert_int_equal(set_pin(&f, AUTH, "7777", "8888", &tries), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	fixture_stop(&f);
}

static void a_blocked_pin_is_set_from_the_puk(void **state)
{
	struct secret *puk = secret_of(PUK), *wrong = secret_of("00000000");
	struct secret *value = secret_of("5555");
	struct fixture f;
	int tries, i;

	(void)state;
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	assert_int_equal(set_pin(&f, AUTH, "1111", "2222", NULL), 0);
	for (i = 0; i < 3; i++)
		assert_int_not_equal(set_pin(&f, AUTH, "0000", "9999", &tries), 0);
	assert_int_equal(set_pin(&f, AUTH, "2222", "9999", &tries), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(personal_unblock_pin(f.p, AUTH, wrong, value, &tries),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 4);
	assert_int_equal(personal_unblock_pin(f.p, AUTH, puk, value, &tries), 0);
	assert_int_equal(personal_unblock_pin(f.p, 2, puk, value, &tries), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
	assert_tries(&f, AUTH, 3);
	fixture_stop(&f);
	secret_free(puk);
	secret_free(wrong);
	secret_free(value);
}

static void what_this_card_cannot_do_is_said(void **state)
{
	struct personal_admin admin = admin_of(&natid_blank);
	struct secret *puk = secret_of(PUK);
	struct fixture f;

	(void)state;
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	assert_int_equal(personal_set_puk(f.p, puk, puk, NULL), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_set_admin(f.p, &admin, &admin), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_reset(f.p), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_generate(f.p, AUTH, PERSONAL_ED25519, &f.out),
			 MOHR_ERR_NOT_SUPPORTED);
	fixture_stop(&f);
	secret_free(puk);
	admin_free(&admin);
}

static void a_shorter_certificate_takes_the_place_of_a_longer_one(void **state)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	char name[61];
	struct fixture f;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[60] = '\0';
	fixture_start(&f, &natid_blank);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &natid_blank), 0);
	assert_int_equal(personal_generate(f.p, AUTH, PERSONAL_P256, &f.spki), 0);
	certify(&f.spki, name, &f.der);
	assert_int_equal(personal_write_certificate(f.p, AUTH, f.der.data, f.der.len, NULL), 0);
	certify(&f.spki, "n", &f.out);
	assert_true(f.out.len + 100 < f.der.len);
	assert_int_equal(personal_write_certificate(f.p, AUTH, f.out.data, f.out.len, NULL), 0);
	fixture_close(&f);
	look(&f, AUTH, &spki, &der);
	assert_int_equal(der.len, f.out.len);
	assert_memory_equal(der.data, f.out.data, der.len);
	fixture_stop(&f);
	buf_clear(&spki);
	buf_clear(&der);
}

static void emptied_it_has_no_certificates(void **state)
{
	struct personal_setup setup = {.expiry = ""};
	struct personal_status status;
	struct fixture f;
	unsigned slot;

	(void)state;
	fixture_start(&f, &natid_blank_extended);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &natid_blank_extended), 0);
	issue(&f, AUTH, PERSONAL_P256, NULL);
	issue(&f, SIGN, PERSONAL_P384, NULL);
	assert_int_equal(personal_initialise(f.p, &setup), 0);
	for (slot = AUTH; slot <= SIGN; slot++) {
		assert_int_equal(personal_status(f.p, slot, &status), 0);
		assert_int_equal(status.key, PERSONAL_PRESENT);
		assert_int_equal(status.certificate, PERSONAL_EMPTY);
	}
	fixture_stop(&f);
}

/* ---- a physical card ----------------------------------------------------------------------------- */

static void a_physical_card_is_not_tried_on(void **state)
{
	struct fake_card *fake = fake_card_new(PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	struct link *link = fake_card_link(fake);
	struct personal *p = NULL;
	struct channel channel;
	struct config config;
	struct crypto *crypto;

	(void)state;
	config_init(&config);
	assert_int_equal(crypto_openssl_new(&crypto), 0);
	assert_int_equal(channel_init(&channel, link, NULL), 0);
	fake_card_expect(fake, "00A40400 0C A0000000180C000001634200", "611B");
	fake_card_expect(fake, "80CA9F7F 2D",
			 "9F7F2A 00010203040506070809 1122334455667788 "
			 "000000000000000000000000000000000000000000000000 9000");
	assert_int_equal(link_begin(link), 0);
	assert_int_equal(personal_open(&channel, &config, crypto, &p), MOHR_ERR_NOT_SUPPORTED);
	assert_null(p);
	assert_null(fake_card_problem(fake));
	channel_clear(&channel);
	link_free(link);
	fake_card_free(fake);
	crypto_free(crypto);
	config_clear(&config);
}

/* ---- cuts ---------------------------------------------------------------------------------------- */

/* An issuer's whole work. */
static int issue_card(struct fixture *f, void *user)
{
	const struct fixture_card *card = user;
	struct personal_setup setup = {.expiry = ""};
	unsigned slot;
	int r;

	if ((r = authenticate(f, card)) != 0 || (r = personal_initialise(f->p, &setup)) != 0 ||
	    (r = set_pin(f, AUTH, "1111", "2222", NULL)) != 0 ||
	    (r = set_pin(f, SIGN, "111111", "222222", NULL)) != 0)
		return r;
	for (slot = AUTH; r == 0 && slot <= SIGN; slot++) {
		r = personal_generate(f->p, slot, PERSONAL_P256, &f->spki);
		if (r == 0) {
			certify(&f->spki, "issued", &f->der);
			r = personal_write_certificate(f->p, slot, f->der.data, f->der.len, NULL);
		}
	}
	return r;
}

static int issue_once(struct fixture *f, void *user)
{
	return issue_card(f, user);
}

static void check_card(struct fixture *f, void *user)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	unsigned slot;

	(void)user;
	for (slot = AUTH; slot <= SIGN; slot++) {
		look(f, slot, &spki, &der);
		assert_true(spki.len > 0 && der.len > 0);
		assert_tries(f, slot, 3);
	}
	/* the last slot's */
	assert_int_equal(der.len, f->der.len);
	assert_memory_equal(der.data, f->der.data, der.len);
	buf_clear(&spki);
	buf_clear(&der);
}

static void an_issue_cut_anywhere_is_completed_by_another(void **state)
{
	static struct fixture_card cards[2];
	struct fixture_cut cut = {.job = issue_card, .check = check_card, .n_at_least = 30};
	int i;

	(void)state;
	cards[0] = natid_blank;
	cards[1] = natid_blank_extended;
	for (i = 0; i < 2; i++) {
		cut.card = &cards[i];
		cut_everywhere(&cut, &cards[i]);
	}
}

static void an_issue_over_an_old_one_is_completed_too(void **state)
{
	static struct fixture_card card;
	struct fixture_cut cut = {.card = &card,
				  .prepare = issue_once,
				  .job = issue_card,
				  .check = check_card,
				  .n_at_least = 40};

	(void)state;
	card = natid_blank;
	cut_everywhere(&cut, &card);
}

/* For the same key, of about the same length as the old one. */
static int renew(struct fixture *f, void *user)
{
	int r = authenticate(f, user);

	if (r == 0)
		r = personal_read_public_key(f->p, SIGN, &f->spki);
	if (r != 0)
		return r;
	certify(&f->spki, "second", &f->der);
	return personal_write_certificate(f->p, SIGN, f->der.data, f->der.len, NULL);
}

static void a_renewal_cut_anywhere_leaves_no_half_certificate(void **state)
{
	static struct fixture_card card;
	struct fixture_cut cut = {.card = &card,
				  .prepare = issue_once,
				  .job = renew,
				  .check = check_card,
				  .n_at_least = 15};

	(void)state;
	card = natid_blank;
	cut_everywhere(&cut, &card);
}

static int rekey(struct fixture *f, void *user)
{
	int r = authenticate(f, user);

	if (r == 0)
		r = personal_generate(f->p, SIGN, PERSONAL_P256, &f->spki);
	if (r != 0)
		return r;
	certify(&f->spki, "second", &f->der);
	return personal_write_certificate(f->p, SIGN, f->der.data, f->der.len, NULL);
}

static void another_key_cut_anywhere_never_has_the_old_certificate(void **state)
{
	static struct fixture_card card;
	struct fixture_cut cut = {.card = &card,
				  .prepare = issue_once,
				  .job = rekey,
				  .check = check_card,
				  .n_at_least = 15};

	(void)state;
	card = natid_blank;
	cut_everywhere(&cut, &card);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blank_card_is_empty),
		cmocka_unit_test(keys_of_each_type_get_their_certificates),
		cmocka_unit_test(nothing_is_done_without_the_administrator),
		cmocka_unit_test(a_wrong_administrator_is_refused_and_counted),
		cmocka_unit_test(a_key_of_another_length_or_cipher_costs_nothing),
		cmocka_unit_test(a_pin_leaves_its_transport_state_and_is_set_again_by_right),
		cmocka_unit_test(without_the_right_the_old_pin_is_compared),
		cmocka_unit_test(a_blocked_pin_is_set_from_the_puk),
		cmocka_unit_test(what_this_card_cannot_do_is_said),
		cmocka_unit_test(a_shorter_certificate_takes_the_place_of_a_longer_one),
		cmocka_unit_test(emptied_it_has_no_certificates),
		cmocka_unit_test(a_physical_card_is_not_tried_on),
		cmocka_unit_test(an_issue_cut_anywhere_is_completed_by_another),
		cmocka_unit_test(an_issue_over_an_old_one_is_completed_too),
		cmocka_unit_test(a_renewal_cut_anywhere_leaves_no_half_certificate),
		cmocka_unit_test(another_key_cut_anywhere_never_has_the_old_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
