/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profile against the virtual card, both in this process: what both sides read in
 * docs/natid-card.md is the same, the APDU budgets hold, and an answer that was damaged on its way
 * gives an error or the true result.
 */
#include "fixture.h"

#include "card/file.h"
#include "codec/emsa.h"
#include "codec/x509.h"
#include "crypto/crypto.h"
#include "token/verify.h"
#include "vcard/vcard.h"

static struct crypto *crypto;

static int process(void *user, const uint8_t *command, size_t len, uint8_t *ret_response,
		   size_t cap, size_t *ret_len)
{
	struct buf b = BUF_INIT(LIMIT_RESPONSE);

	vcard_process(user, command, len, &b);
	assert_true(b.len >= 2 && b.len <= cap);
	memcpy(ret_response, b.data, b.len);
	*ret_len = b.len;
	buf_clear(&b);
	return 0;
}

static struct vcard *make_card(enum vcard_key_kind kind, bool blank, bool extended)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	setup.pin_auth = "1234";
	setup.pin_sign = "123456";
	setup.puk = "12345678";
	setup.admin_key_len = 16;
	setup.key_auth = setup.key_sign = kind;
	setup.blank = blank;
	if (extended)
		setup.atr_len = fake_hex(FAKE_ATR_EXTENDED, setup.atr, sizeof(setup.atr));
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

static void insert(struct fixture *f, struct vcard *v, bool extended)
{
	if (extended)
		fixture_connect(f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
	else
		fixture_connect(f, PROTOCOL_T0, FAKE_ATR_SHORT);
	vcard_reset(v);
	fake_card_handle(f->fake, process, v);
}

static int verify(struct fixture *f, unsigned pin, const char *text, int *ret_tries)
{
	struct secret *s = secret_of(text);
	int r = f->card->profile->verify(f->card, pin, s, ret_tries);

	secret_free(s);
	return r;
}

static void read_shape(struct fixture *f, unsigned which, struct buf *der, struct x509 *ret)
{
	assert_int_equal(f->card->profile->read_certificate(f->card, which, der), 0);
	assert_int_equal(x509_decode(der->data, der->len, ret), 0);
}

/* ---- what both sides understand ------------------------------------------------------------------ */

static const uint8_t content[100] = {0x42, 0x17, 0x99};

static void sign_and_check(struct fixture *f, const struct pubkey *shape,
			   const struct sign_request *q)
{
	assert_true(f->card->profile->can_sign(f->card, AUTH, shape, q));
	assert_int_equal(f->card->profile->sign(f->card, AUTH, shape, q, &f->out), 0);
	assert_int_equal(verify_signature(crypto, shape, q, f->out.data, f->out.len), 0);
}

static void sign_every_way(struct fixture *f, const struct pubkey *shape)
{
	static const size_t odd_lengths[] = {1, 19, 36, 63, 65, 100};
	struct buf info = BUF_INIT(128);
	struct sign_request q = {.data = content};
	enum hash_alg hash;
	size_t i;

	for (hash = HASH_SHA1; hash < N_HASH_ALGS; hash++) {
		q.hash = q.mgf_hash = hash;
		q.len = q.salt_len = hash_len(hash);
		q.scheme = shape->type == KEY_EC ? SIGN_ECDSA : SIGN_PKCS1;
		sign_and_check(f, shape, &q);
		if (shape->type == KEY_EC)
			continue;
		q.scheme = SIGN_PSS;
		sign_and_check(f, shape, &q);
		buf_reset(&info);
		assert_int_equal(emsa_put_digest_info(&info, hash, content, hash_len(hash)), 0);
		sign_and_check(f, shape,
			       &(struct sign_request){
				       .scheme = SIGN_PKCS1, .data = info.data, .len = info.len});
	}
	q = (struct sign_request){.scheme = shape->type == KEY_EC ? SIGN_ECDSA : SIGN_PKCS1,
				  .data = content};
	for (i = 0; i < sizeof(odd_lengths) / sizeof(odd_lengths[0]); i++) {
		q.len = odd_lengths[i];
		sign_and_check(f, shape, &q);
	}
	buf_clear(&info);
}

static void try_kind(enum vcard_key_kind kind, bool extended)
{
	struct vcard *v = make_card(kind, false, extended);
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE), spki = BUF_INIT(LIMIT_CERTIFICATE);
	struct x509 crt;
	struct fixture f;
	unsigned which;

	insert(&f, v, extended);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	for (which = AUTH; which <= SIGN; which++) {
		read_shape(&f, which, &der, &crt);
		assert_int_equal(f.card->profile->read_public_key(f.card, which, &spki), 0);
		assert_true(cursor_equals(&crt.spki, spki.data, spki.len));
	}
	read_shape(&f, AUTH, &der, &crt);
	assert_int_equal(verify(&f, AUTH, "1234", NULL), 0);
	sign_every_way(&f, &crt.key);
	buf_clear(&der);
	buf_clear(&spki);
	fixture_close(&f);
	vcard_free(v);
}

static void an_rsa_2048_key_signs_in_every_way_that_is_promised(void **state)
{
	(void)state;
	try_kind(VCARD_RSA2048, false);
}

static void an_rsa_3072_key_signs_in_every_way_over_extended_length(void **state)
{
	(void)state;
	try_kind(VCARD_RSA3072, true);
}

static void a_p256_key_signs_in_every_way_that_is_promised(void **state)
{
	(void)state;
	try_kind(VCARD_P256, true);
}

static void a_p384_key_signs_in_every_way_that_is_promised(void **state)
{
	(void)state;
	try_kind(VCARD_P384, false);
}

static void the_longest_pkcs1_data_are_chained_to_a_4096_bit_key(void **state)
{
	static const uint8_t data[501] = {0x01, 0x02};
	struct vcard *v = make_card(VCARD_RSA4096, false, false);
	struct sign_request q = {.scheme = SIGN_PKCS1, .data = data, .len = sizeof(data)};
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct x509 crt;
	struct fixture f;

	(void)state;
	insert(&f, v, false);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	read_shape(&f, AUTH, &der, &crt);
	assert_int_equal(verify(&f, AUTH, "1234", NULL), 0);
	sign_and_check(&f, &crt.key, &q);
	q.len = 502;
	assert_false(f.card->profile->can_sign(f.card, AUTH, &crt.key, &q));
	buf_clear(&der);
	fixture_close(&f);
	vcard_free(v);
}

/* ---- budgets ------------------------------------------------------------------------------------- */

static void check_budgets(struct vcard *v, bool extended)
{
	static const struct sign_request q = {
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = content, .len = 32};
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct pin_status status;
	struct x509 crt;
	struct fixture f;
	unsigned which;

	insert(&f, v, extended);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(sent(&f), 2);
	for (which = AUTH; which <= SIGN; which++) {
		assert_int_equal(f.card->profile->query_opened(f.card, which, &status), 0);
		assert_int_equal(status.tries_left, 3);
	}
	assert_int_equal(sent(&f), 4);
	for (which = AUTH; which <= SIGN; which++) {
		fake_card_clear_counts(f.fake);
		read_shape(&f, which, &der, &crt);
		assert_int_equal(sent(&f), 3 + (extended ? 1 : (der.len + 255) / 256));
	}
	assert_int_equal(verify(&f, AUTH, "1234", NULL), 0);
	read_shape(&f, AUTH, &der, &crt);
	fake_card_clear_counts(f.fake);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &crt.key, &q, &f.out), 0);
	assert_int_equal(sent(&f), 3);
	read_shape(&f, SIGN, &der, &crt);
	fake_card_clear_counts(f.fake);
	assert_int_equal(verify(&f, SIGN, "123456", NULL), 0);
	assert_int_equal(f.card->profile->sign(f.card, SIGN, &crt.key, &q, &f.out), 0);
	assert_int_equal(sent(&f), 5);
	assert_int_equal(verify_signature(crypto, &crt.key, &q, f.out.data, f.out.len), 0);
	buf_clear(&der);
	fixture_close(&f);
}

static void the_budgets_hold_on_a_real_exchange(void **state)
{
	struct vcard *v = make_card(VCARD_RSA2048, false, false);

	(void)state;
	check_budgets(v, false);
	vcard_free(v);
	v = make_card(VCARD_RSA2048, false, true);
	check_budgets(v, true);
	vcard_free(v);
}

/* ---- PINs ---------------------------------------------------------------------------------------- */

static void a_pin_is_wrong_then_blocked_then_unblocked(void **state)
{
	struct vcard *v = make_card(VCARD_P256, false, false);
	struct secret *puk = secret_of("12345678"), *fresh = secret_of("4321");
	struct pin_status status;
	struct fixture f;
	int tries, left;

	(void)state;
	insert(&f, v, false);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	for (left = 2; left > 0; left--) {
		assert_int_equal(verify(&f, AUTH, "9999", &tries), MOHR_ERR_PIN_INCORRECT);
		assert_int_equal(tries, left);
		assert_int_equal(f.card->profile->query(f.card, AUTH, &status), 0);
		assert_int_equal(status.tries_left, left);
	}
	assert_int_equal(verify(&f, AUTH, "9999", &tries), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(verify(&f, AUTH, "1234", &tries), MOHR_ERR_PIN_BLOCKED);
	assert_int_equal(tries, 0);
	assert_int_equal(f.card->profile->query(f.card, AUTH, &status), 0);
	assert_true(status.blocked);
	assert_int_equal(f.card->profile->unblock(f.card, AUTH, puk, fresh, NULL), 0);
	assert_int_equal(verify(&f, AUTH, "4321", NULL), 0);
	assert_int_equal(f.card->profile->query(f.card, AUTH, &status), 0);
	assert_true(status.verified);
	assert_int_equal(f.card->profile->unverify(f.card, AUTH), 0);
	assert_int_equal(f.card->profile->query(f.card, AUTH, &status), 0);
	assert_false(status.verified);
	assert_int_equal(status.tries_left, 3);
	fixture_close(&f);
	secret_free(puk);
	secret_free(fresh);
	vcard_free(v);
}

static void keys_want_their_pin_and_the_signature_key_each_time(void **state)
{
	static const struct sign_request q = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA256, .data = content, .len = 32};
	struct vcard *v = make_card(VCARD_P256, false, false);
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct x509 crt;
	struct fixture f;

	(void)state;
	insert(&f, v, false);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	read_shape(&f, AUTH, &der, &crt);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &crt.key, &q, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(verify(&f, AUTH, "1234", NULL), 0);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &crt.key, &q, &f.out), 0);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &crt.key, &q, &f.out), 0);
	assert_int_equal(f.card->profile->sign(f.card, SIGN, &crt.key, &q, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(verify(&f, SIGN, "123456", NULL), 0);
	assert_int_equal(f.card->profile->sign(f.card, SIGN, &crt.key, &q, &f.out), 0);
	assert_int_equal(f.card->profile->sign(f.card, SIGN, &crt.key, &q, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	buf_clear(&der);
	fixture_close(&f);
	vcard_free(v);
}

static void a_blank_card_demands_another_pin_first(void **state)
{
	struct vcard *v = make_card(VCARD_P256, true, false);
	struct secret *transport = secret_of("1234"), *fresh = secret_of("7777");
	struct secret *letters = secret_of("77a7");
	struct pin_status status;
	struct fixture f;

	(void)state;
	insert(&f, v, false);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(f.card->profile->query(f.card, AUTH, &status), 0);
	assert_true(status.must_change);
	assert_int_equal(verify(&f, AUTH, "1234", NULL), MOHR_ERR_PIN_MUST_CHANGE);
	assert_int_equal(f.card->profile->read_certificate(f.card, AUTH, &f.out),
			 MOHR_ERR_NOT_FOUND);
	assert_int_equal(f.card->profile->read_public_key(f.card, AUTH, &f.out),
			 MOHR_ERR_NOT_FOUND);
	assert_int_equal(f.card->profile->change(f.card, AUTH, transport, letters, NULL),
			 MOHR_ERR_PIN_INVALID);
	assert_int_equal(f.card->profile->change(f.card, AUTH, transport, fresh, NULL), 0);
	assert_int_equal(verify(&f, AUTH, "7777", NULL), 0);
	fixture_close(&f);
	secret_free(transport);
	secret_free(fresh);
	secret_free(letters);
	vcard_free(v);
}

static void another_application_costs_one_select_and_the_login(void **state)
{
	static const struct sign_request q = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA256, .data = content, .len = 32};
	static const uint8_t manager[] = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x43, 0x4D, 0x00};
	struct vcard *v = make_card(VCARD_P256, false, false);
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct x509 crt;
	struct fixture f;

	(void)state;
	insert(&f, v, false);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(verify(&f, AUTH, "1234", NULL), 0);
	assert_int_equal(file_select_aid(&f.channel, manager, sizeof(manager), NULL), 0);
	read_shape(&f, AUTH, &der, &crt);
	assert_int_equal(file_select_aid(&f.channel, manager, sizeof(manager), NULL), 0);
	assert_int_equal(f.card->profile->sign(f.card, AUTH, &crt.key, &q, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(verify(&f, AUTH, "1234", NULL), 0);
	sign_and_check(&f, &crt.key, &q);
	buf_clear(&der);
	fixture_close(&f);
	vcard_free(v);
}

static void random_bytes_differ(void **state)
{
	struct vcard *v = make_card(VCARD_P256, false, false);
	uint8_t a[100] = {0}, b[100] = {0};
	struct fixture f;

	(void)state;
	insert(&f, v, false);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(f.card->profile->random(f.card, a, sizeof(a)), 0);
	assert_int_equal(f.card->profile->random(f.card, b, sizeof(b)), 0);
	assert_memory_not_equal(a, b, 50);
	assert_memory_not_equal(a + 50, b + 50, 50);
	fixture_close(&f);
	vcard_free(v);
}

/* ---- damaged answers ------------------------------------------------------------------------------ */

enum damage { CUT, LONGER_BEHIND, LONGER_BEFORE_SW, ENDLESS, N_DAMAGES };

struct damager {
	unsigned number; /* which answer */
	enum damage how;
	size_t keep;   /* CUT */
	size_t length; /* of that answer before the damage */
	bool reached;
};

static int damage(void *user, unsigned number, const uint8_t *command, size_t len,
		  uint8_t *response, size_t cap, size_t *response_len)
{
	struct damager *d = user;

	(void)command;
	(void)len;
	if (number != d->number && !(d->how == ENDLESS && number > d->number))
		return 0;
	d->reached = true;
	d->length = *response_len;
	switch (d->how) {
	case CUT:
		*response_len = d->keep < d->length ? d->keep : d->length;
		return 0;
	case LONGER_BEHIND:
		if (*response_len == cap)
			return MOHR_ERR_COMMUNICATION;
		response[(*response_len)++] = 0x00;
		return 0;
	case LONGER_BEFORE_SW:
		if (*response_len == cap)
			return MOHR_ERR_COMMUNICATION;
		response[*response_len] = response[*response_len - 1];
		response[*response_len - 1] = response[*response_len - 2];
		response[*response_len - 2] = 0xA5;
		(*response_len)++;
		return 0;
	default:
		memcpy(response, "\x61\x00", 2);
		*response_len = 2;
		return 0;
	}
}

/* The truth about one card, learned without damage. */
struct truth {
	struct vcard *v;
	bool extended;
	char serial[17];
	struct buf der;
	struct x509 crt;
};

typedef int operation_fn(struct fixture *f, const struct truth *t);

/* Each returns 0 only for the true result, and an error for what it can tell is none. */
static int do_open(struct fixture *f, const struct truth *t)
{
	struct card *card = NULL;
	int r = card_open(&f->channel, &f->config, &card);

	assert_true((r == 0) == (card != NULL));
	if (r == 0)
		assert_true(strcmp(card->serial, t->serial) == 0);
	card_close(card);
	return r;
}

static int do_certificate(struct fixture *f, const struct truth *t)
{
	int r = f->card->profile->read_certificate(f->card, AUTH, &f->out);

	if (r == 0) {
		assert_int_equal(f->out.len, t->der.len);
		assert_memory_equal(f->out.data, t->der.data, t->der.len);
	}
	return r;
}

static int do_public_key(struct fixture *f, const struct truth *t)
{
	int r = f->card->profile->read_public_key(f->card, AUTH, &f->out);

	if (r == 0)
		assert_true(cursor_equals(&t->crt.spki, f->out.data, f->out.len));
	return r;
}

static int do_query(struct fixture *f, const struct truth *t)
{
	struct pin_status status;
	int r = f->card->profile->query(f->card, AUTH, &status);

	(void)t;
	if (r == 0) {
		assert_int_equal(status.tries_left, 3);
		assert_false(status.verified || status.blocked || status.must_change);
	}
	return r;
}

static int do_sign(struct fixture *f, const struct truth *t)
{
	static const struct sign_request q = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA256, .data = content, .len = 32};
	int r = verify(f, AUTH, "1234", NULL);

	if (r == 0)
		r = f->card->profile->sign(f->card, AUTH, &t->crt.key, &q, &f->out);
	if (r == 0)
		assert_int_equal(verify_signature(crypto, &t->crt.key, &q, f->out.data, f->out.len),
				 0);
	return r;
}

/* Runs the operation with one damage; then nothing may have cost a try, and all works again. */
static void run_damaged(struct truth *t, operation_fn *operation, struct damager *d)
{
	struct pin_status status;
	struct fixture f;
	int r;

	insert(&f, t->v, t->extended);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	fake_card_clear_counts(f.fake);
	fake_card_tamper(f.fake, damage, d);
	d->reached = false;
	r = operation(&f, t);
	assert_true(r <= 0);
	fake_card_tamper(f.fake, NULL, NULL);
	assert_true(fake_card_counts(f.fake)->verifies <= 1);
	vcard_reset(t->v);
	assert_int_equal(f.card->profile->query(f.card, AUTH, &status), 0);
	assert_int_equal(status.tries_left, 3);
	assert_int_equal(operation(&f, t), 0);
	fixture_close(&f);
}

static void damage_all_answers(struct truth *t, operation_fn *operation)
{
	struct damager d = {.number = 0};
	unsigned n_answers = 0;

	for (d.number = 0;; d.number++) {
		d.how = LONGER_BEHIND;
		run_damaged(t, operation, &d);
		if (!d.reached)
			break;
		n_answers++;
		d.how = LONGER_BEFORE_SW;
		run_damaged(t, operation, &d);
		d.how = ENDLESS;
		run_damaged(t, operation, &d);
		d.how = CUT;
		d.length = SIZE_MAX;
		for (d.keep = 0; d.keep < d.length; d.keep++)
			run_damaged(t, operation, &d);
	}
	assert_true(n_answers > 0);
}

static void learn(struct truth *t, bool extended)
{
	struct fixture f;

	*t = (struct truth){.v = make_card(VCARD_P256, false, extended), .extended = extended};
	buf_init(&t->der, LIMIT_CERTIFICATE);
	insert(&f, t->v, extended);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	strcpy(t->serial, f.card->serial);
	read_shape(&f, AUTH, &t->der, &t->crt);
	fixture_close(&f);
}

static void forget(struct truth *t)
{
	buf_clear(&t->der);
	vcard_free(t->v);
}

static void damaged_answers_give_errors_or_the_truth(void **state)
{
	static operation_fn *const operations[] = {do_open, do_certificate, do_public_key, do_query,
						   do_sign};
	struct truth t;
	size_t i;
	int extended;

	(void)state;
	for (extended = 0; extended < 2; extended++) {
		learn(&t, extended);
		for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
			damage_all_answers(&t, operations[i]);
		forget(&t);
	}
}

static int start(void **state)
{
	(void)state;
	return crypto_openssl_new(&crypto);
}

static int stop(void **state)
{
	(void)state;
	crypto_free(crypto);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_rsa_2048_key_signs_in_every_way_that_is_promised),
		cmocka_unit_test(an_rsa_3072_key_signs_in_every_way_over_extended_length),
		cmocka_unit_test(a_p256_key_signs_in_every_way_that_is_promised),
		cmocka_unit_test(a_p384_key_signs_in_every_way_that_is_promised),
		cmocka_unit_test(the_longest_pkcs1_data_are_chained_to_a_4096_bit_key),
		cmocka_unit_test(the_budgets_hold_on_a_real_exchange),
		cmocka_unit_test(a_pin_is_wrong_then_blocked_then_unblocked),
		cmocka_unit_test(keys_want_their_pin_and_the_signature_key_each_time),
		cmocka_unit_test(a_blank_card_demands_another_pin_first),
		cmocka_unit_test(another_application_costs_one_select_and_the_login),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(damaged_answers_give_errors_or_the_truth),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
