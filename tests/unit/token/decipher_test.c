/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/decipher.c: what libcrypto has encrypted is what comes out, or one error. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { RSA_LEN = 256 };

/* RSA keys take their time: one card for all tests, and its owner's public key. */
static struct vcard *card, *extended;

static int make_cards(void **state)
{
	const uint8_t does = VCARD_DOES_PKCS1 | VCARD_DOES_DECIPHER_PKCS1 | VCARD_DOES_DECIPHER_RAW;

	(void)state;
	card = fixture_announcing_card(VCARD_RSA2048, false, does);
	extended = fixture_announcing_card(VCARD_RSA2048, true, does);
	return 0;
}

static int free_cards(void **state)
{
	(void)state;
	vcard_free(card);
	vcard_free(extended);
	return 0;
}

static struct token *insert(struct fixture *f, struct vcard *v)
{
	struct token *t;

	loop_insert(f->loop, 0, v);
	t = fixture_loaded(f, SLOT_AUTH);
	assert_int_equal(login(t, PIN_AUTH), 0);
	return t;
}

static EVP_PKEY *public_key(struct token *t)
{
	const struct token_objects *o;
	const unsigned char *p;
	EVP_PKEY *key;
	X509 *crt;

	assert_int_equal(token_objects(t, &o), 0);
	p = o->certificates[0].der;
	crt = d2i_X509(NULL, &p, (long)o->certificates[0].der_len);
	assert_non_null(crt);
	key = X509_get_pubkey(crt);
	X509_free(crt);
	assert_non_null(key);
	return key;
}

static const char *md_name(enum hash_alg hash)
{
	static const char *const names[N_HASH_ALGS] = {
		[HASH_SHA1] = "SHA1",     [HASH_SHA224] = "SHA224", [HASH_SHA256] = "SHA256",
		[HASH_SHA384] = "SHA384", [HASH_SHA512] = "SHA512",
	};

	return names[hash];
}

/* q's cryptogram is made by libcrypto; out has RSA_LEN bytes of room. */
static void encrypt(struct token *t, struct decipher_request *q, const void *plain, size_t len,
		    uint8_t *out)
{
	EVP_PKEY *key = public_key(t);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t out_len = RSA_LEN;
	void *label;

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	if (q->scheme == DECIPHER_RAW) {
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	} else {
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING), 1);
		assert_int_equal(
			EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_get_digestbyname(md_name(q->hash))),
			1);
		assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(
					 ctx, EVP_get_digestbyname(md_name(q->mgf_hash))),
				 1);
	}
	if (q->label_len > 0) {
		label = OPENSSL_memdup(q->label, q->label_len);
		assert_int_equal(EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, label, (int)q->label_len),
				 1);
	}
	assert_int_equal(EVP_PKEY_encrypt(ctx, out, &out_len, plain, len), 1);
	assert_int_equal(out_len, RSA_LEN);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	q->data = out;
	q->len = out_len;
}

static void expect_plain(struct token *t, const struct decipher_request *q, const void *plain,
			 size_t len)
{
	struct secret *s = NULL;

	assert_true(token_can_decipher(t, 0, q));
	assert_int_equal(token_decipher(t, 0, q, NULL, &s), 0);
	assert_int_equal(secret_len(s), len);
	if (len > 0)
		assert_memory_equal(secret_peek(s), plain, len);
	secret_free(s);
}

static const uint8_t text[] = "of which an eavesdropper has no idea";

/* ---- what is decrypted ---------------------------------------------------------------------------- */

static void oaep_of_every_hash_and_mask_is_decrypted(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, card);
	uint8_t cryptogram[RSA_LEN];
	enum hash_alg hash, mgf;

	for (hash = HASH_SHA1; hash < N_HASH_ALGS; hash++) {
		for (mgf = HASH_SHA1; mgf < N_HASH_ALGS; mgf++) {
			struct decipher_request q = {
				.scheme = DECIPHER_OAEP, .hash = hash, .mgf_hash = mgf};

			encrypt(t, &q, text, sizeof(text), cryptogram);
			expect_plain(t, &q, text, sizeof(text));
		}
	}
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void empty_and_longest_texts_and_labels_are_decrypted(void **state)
{
	static const uint8_t label[] = "for whom it is";
	struct fixture *f = *state;
	struct token *t = insert(f, extended);
	struct decipher_request q = {
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA256, .mgf_hash = HASH_SHA256};
	uint8_t cryptogram[RSA_LEN], longest[RSA_LEN - 2 * 32 - 2];

	memset(longest, 0, sizeof(longest)); /* zeros at both ends are text too */
	encrypt(t, &q, text, 0, cryptogram);
	expect_plain(t, &q, text, 0);
	encrypt(t, &q, longest, sizeof(longest), cryptogram);
	expect_plain(t, &q, longest, sizeof(longest));
	q.label = label;
	q.label_len = sizeof(label);
	encrypt(t, &q, text, sizeof(text), cryptogram);
	expect_plain(t, &q, text, sizeof(text));
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void a_raw_block_keeps_its_zeros(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, card);
	struct decipher_request q = {.scheme = DECIPHER_RAW};
	uint8_t cryptogram[RSA_LEN], block[RSA_LEN] = {0};

	block[RSA_LEN - 1] = 2;
	encrypt(t, &q, block, sizeof(block), cryptogram);
	expect_plain(t, &q, block, sizeof(block));
	/* nought and one are their own cryptograms */
	block[RSA_LEN - 1] = 0;
	q.data = block;
	expect_plain(t, &q, block, sizeof(block));
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void decryption_costs_five_commands_or_three(void **state)
{
	struct fixture *f = *state;
	struct decipher_request q = {
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA1, .mgf_hash = HASH_SHA1};
	uint8_t cryptogram[RSA_LEN];
	struct token *t = insert(f, card);

	encrypt(t, &q, text, sizeof(text), cryptogram);
	loop_clear_counts(f->loop, 0);
	expect_plain(t, &q, text, sizeof(text));
	assert_int_equal(counts(f, 0).apdus, 5);
	assert_int_equal(counts(f, 0).by_ins[0xA4], 1);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(counts(f, 0).outside, 0);
	token_unref(t);
	t = insert(f, extended);
	encrypt(t, &q, text, sizeof(text), cryptogram);
	loop_clear_counts(f->loop, 0);
	expect_plain(t, &q, text, sizeof(text));
	assert_int_equal(counts(f, 0).apdus, 3);
	assert_int_equal(counts(f, 0).by_ins[0xA4], 1);
	token_unref(t);
	loop_remove(f->loop, 0);
}

/* ---- what is not ---------------------------------------------------------------------------------- */

static void expect_error(struct fixture *f, struct token *t, const struct decipher_request *q,
			 int err, bool traffic)
{
	struct secret *s = NULL;

	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_decipher(t, 0, q, NULL, &s), err);
	assert_null(s);
	assert_true((counts(f, 0).apdus > 0) == traffic);
}

/* One error and the same commands, wherever the fault lies. */
static void every_fault_of_padding_is_the_same_error(void **state)
{
	struct fixture *f = *state;
	struct decipher_request q = {.scheme = DECIPHER_RAW};
	uint8_t cryptogram[RSA_LEN], block[RSA_LEN];
	struct token *t = insert(f, card);
	struct loop_counts seen;
	unsigned i;

	/* the seed and the mask leave nothing to be right but by chance; the first byte is looked at too */
	for (i = 0; i < 4; i++) {
		memset(block, (int)(i * 0x21), sizeof(block));
		block[0] = i == 3 ? 1 : 0;
		q.scheme = DECIPHER_RAW;
		encrypt(t, &q, block, sizeof(block), cryptogram);
		q.scheme = DECIPHER_OAEP;
		q.hash = q.mgf_hash = HASH_SHA256;
		expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_INVALID, true);
		seen = counts(f, 0);
		assert_int_equal(seen.apdus, 5);
		assert_true(token_logged_in(t));
	}
	/* another label, another hash, another mask */
	q = (struct decipher_request){
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA256, .mgf_hash = HASH_SHA256};
	encrypt(t, &q, text, sizeof(text), cryptogram);
	q.label = text;
	q.label_len = 1;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_INVALID, true);
	q.label_len = 0;
	q.mgf_hash = HASH_SHA1;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_INVALID, true);
	q.hash = HASH_SHA1;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_INVALID, true);
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void what_no_key_can_decrypt_never_reaches_the_card(void **state)
{
	struct fixture *f = *state;
	struct decipher_request q = {
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA256, .mgf_hash = HASH_SHA256};
	uint8_t cryptogram[RSA_LEN + 1];
	struct token *t = insert(f, card);
	const struct token_objects *o;

	assert_int_equal(token_objects(t, &o), 0);
	encrypt(t, &q, text, sizeof(text), cryptogram);
	q.len = RSA_LEN - 1;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_LENGTH, false);
	q.len = RSA_LEN + 1;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_LENGTH, false);
	q.len = 0;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_LENGTH, false);
	q.data = NULL;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_LENGTH, false);
	memcpy(cryptogram, cursor_at(&o->keys[0].shape.modulus), RSA_LEN);
	q.data = cryptogram;
	q.len = RSA_LEN;
	expect_error(f, t, &q, MOHR_ERR_ENCRYPTED_INVALID, false);
	q.scheme = (enum decipher_scheme)7;
	expect_error(f, t, &q, MOHR_ERR_MECHANISM, false);
	q.scheme = DECIPHER_OAEP;
	q.hash = HASH_NONE;
	expect_error(f, t, &q, MOHR_ERR_MECHANISM, false);
	q.hash = HASH_SHA256;
	q.mgf_hash = N_HASH_ALGS;
	expect_error(f, t, &q, MOHR_ERR_MECHANISM, false);
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void a_card_that_announces_nothing_decrypts_nothing(void **state)
{
	struct fixture *f = *state;
	struct vcard *plain = fixture_card(VCARD_RSA2048, VCARD_P256, false);
	struct decipher_request q = {
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA1, .mgf_hash = HASH_SHA1};
	uint8_t cryptogram[RSA_LEN];
	struct token *t = insert(f, plain);

	assert_false(token_can_decipher(t, 0, &q));
	encrypt(t, &q, text, sizeof(text), cryptogram);
	expect_error(f, t, &q, MOHR_ERR_KEY_FUNCTION, false);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(plain);
}

static void without_login_nothing_is_decrypted(void **state)
{
	struct fixture *f = *state;
	struct decipher_request q = {
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA1, .mgf_hash = HASH_SHA1};
	uint8_t cryptogram[RSA_LEN];
	struct token *t = insert(f, card);

	encrypt(t, &q, text, sizeof(text), cryptogram);
	assert_int_equal(token_logout(t), 0);
	/* whatever another program has opened */
	assert_int_equal(card_command(card, "00200081 10 31323334000000000000000000000000"),
			 0x9000);
	expect_error(f, t, &q, MOHR_ERR_NOT_LOGGED_IN, false);
	assert_int_equal(login(t, PIN_AUTH), 0);
	/* the card has lost it, and nobody has told us */
	assert_int_equal(card_command(card, "0020FF81"), 0x9000);
	expect_error(f, t, &q, MOHR_ERR_NOT_LOGGED_IN, true);
	assert_false(token_logged_in(t));
	expect_error(f, t, &q, MOHR_ERR_NOT_LOGGED_IN, false);
	token_unref(t);
	loop_remove(f->loop, 0);
}

/* The application is selected before each use, so another program's selection does no harm. */
static void another_selection_does_not_mislead_the_card(void **state)
{
	struct fixture *f = *state;
	struct decipher_request q = {
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA1, .mgf_hash = HASH_SHA1};
	uint8_t cryptogram[RSA_LEN];
	struct token *t = insert(f, card);

	encrypt(t, &q, text, sizeof(text), cryptogram);
	assert_int_equal(card_command(card, "00A4000C 02 5000"), 0x9000);
	expect_plain(t, &q, text, sizeof(text));
	/* the card manager takes the login away, and does not get the cryptogram */
	assert_int_equal(card_command(card, "00A4040C 08 A000000018434D00"), 0x9000);
	expect_error(f, t, &q, MOHR_ERR_NOT_LOGGED_IN, true);
	token_unref(t);
	loop_remove(f->loop, 0);
}

/* A card of another key takes over: its block does not lead back to the cryptogram. */
static void a_wrong_block_is_not_given_out(void **state)
{
	struct fixture *f = *state;
	struct vcard *other = fixture_announcing_card(VCARD_RSA2048, true, VCARD_DOES_DECIPHER_RAW);
	uint8_t cryptogram[RSA_LEN] = {0}; /* small enough for any modulus of this length */
	struct decipher_request q = {
		.scheme = DECIPHER_RAW, .data = cryptogram, .len = sizeof(cryptogram)};
	struct token *t = insert(f, extended);

	cryptogram[200] = 1;
	assert_int_equal(card_command(other, "00200081 10 31323334000000000000000000000000"),
			 0x9000);
	loop_replace(f->loop, 0, other);
	expect_error(f, t, &q, MOHR_ERR_DECRYPTION_WRONG, true);
	assert_int_equal(counts(f, 0).by_ins[0x2A], 1);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(other);
}

/* ---- disturbed exchanges -------------------------------------------------------------------------- */

static void every_disturbed_exchange_ends_in_the_text_or_an_error(void **state)
{
	static const struct loop_fault faults[] = {
		{LOOP_FAULT_ERROR, 0, MOHR_ERR_COMMUNICATION},
		{LOOP_FAULT_ERROR, 0, MOHR_ERR_CARD_MUTE},
		{LOOP_FAULT_EMPTY, 0, 0},
		{LOOP_FAULT_CUT, 0, 1},
		{LOOP_FAULT_CUT, 0, 100},
		{LOOP_FAULT_LONGER, 0, 0},
		{LOOP_FAULT_HUGE, 0, 0},
		{LOOP_FAULT_SW, 0, 0x6F00},
		{LOOP_FAULT_SW, 0, 0x6982},
		{LOOP_FAULT_RESET, 0, 0},
		{LOOP_FAULT_REMOVE, 0, 0},
	};
	struct fixture *f = *state;
	struct decipher_request q = {
		.scheme = DECIPHER_OAEP, .hash = HASH_SHA256, .mgf_hash = HASH_SHA256};
	uint8_t cryptogram[RSA_LEN];
	struct loop_fault fault;
	struct token *t;
	unsigned at;
	size_t i;
	int r;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		for (at = 0; at < 5; at++) {
			struct secret *s = NULL;

			t = insert(f, card);
			encrypt(t, &q, text, sizeof(text), cryptogram);
			fault = faults[i];
			fault.at = at;
			loop_set_fault(f->loop, 0, &fault);
			r = token_decipher(t, 0, &q, NULL, &s);
			assert_true(loop_fault_done(f->loop, 0));
			if (r == 0)
				assert_memory_equal(secret_peek(s), text, sizeof(text));
			else
				assert_null(s);
			assert_int_not_equal(r, MOHR_ERR_ENCRYPTED_INVALID);
			if (fault.kind == LOOP_FAULT_REMOVE)
				assert_int_equal(r, MOHR_ERR_CARD_REMOVED);
			if (fault.kind == LOOP_FAULT_RESET)
				assert_int_equal(r, MOHR_ERR_NOT_LOGGED_IN);
			secret_free(s);
			assert_int_equal(counts(f, 0).outside, 0);
			assert_false(counts(f, 0).held);
			token_unref(t);
			loop_remove(f->loop, 0);
			vcard_reset(card); /* it may wait for the rest of a chain */
			assert_int_equal(card_tries(card, REF_AUTH), 3);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(oaep_of_every_hash_and_mask_is_decrypted),
		TEST(empty_and_longest_texts_and_labels_are_decrypted),
		TEST(a_raw_block_keeps_its_zeros),
		TEST(decryption_costs_five_commands_or_three),
		TEST(every_fault_of_padding_is_the_same_error),
		TEST(what_no_key_can_decrypt_never_reaches_the_card),
		TEST(a_card_that_announces_nothing_decrypts_nothing),
		TEST(without_login_nothing_is_decrypted),
		TEST(another_selection_does_not_mislead_the_card),
		TEST(a_wrong_block_is_not_given_out),
		TEST(every_disturbed_exchange_ends_in_the_text_or_an_error),
	};

	return cmocka_run_group_tests(tests, make_cards, free_cards);
}
