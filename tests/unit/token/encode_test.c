/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/encode.c: signatures by raw blocks, which libcrypto verifies. */
#include "fixture.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

/* RSA keys take their time: one card for all tests, which knows nothing but raw blocks. */
static struct vcard *raw_card, *pkcs1_card;

static int make_cards(void **state)
{
	(void)state;
	raw_card = fixture_announcing_card(VCARD_RSA2048, false, VCARD_DOES_RAW);
	pkcs1_card = fixture_announcing_card(VCARD_RSA2048, true, VCARD_DOES_PKCS1);
	return 0;
}

static int free_cards(void **state)
{
	(void)state;
	vcard_free(raw_card);
	vcard_free(pkcs1_card);
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

static const EVP_MD *md(enum hash_alg hash)
{
	static const char *const names[N_HASH_ALGS] = {
		[HASH_SHA1] = "SHA1",     [HASH_SHA224] = "SHA224", [HASH_SHA256] = "SHA256",
		[HASH_SHA384] = "SHA384", [HASH_SHA512] = "SHA512",
	};

	return hash == HASH_NONE ? NULL : EVP_get_digestbyname(names[hash]);
}

static bool libcrypto_verifies(struct token *t, const struct sign_request *q, const uint8_t *sig,
			       size_t len)
{
	const struct token_objects *o;
	const unsigned char *p;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key;
	X509 *crt;
	bool ok;

	assert_int_equal(token_objects(t, &o), 0);
	p = o->certificates[0].der;
	crt = d2i_X509(NULL, &p, (long)o->certificates[0].der_len);
	key = X509_get_pubkey(crt);
	ctx = EVP_PKEY_CTX_new(key, NULL);
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, q->scheme == SIGN_PSS
								   ? RSA_PKCS1_PSS_PADDING
								   : RSA_PKCS1_PADDING),
			 1);
	if (q->hash != HASH_NONE)
		assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, md(q->hash)), 1);
	if (q->scheme == SIGN_PSS) {
		assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md(q->mgf_hash)), 1);
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)q->salt_len), 1);
	}
	ok = EVP_PKEY_verify(ctx, sig, len, q->data, q->len) == 1;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	X509_free(crt);
	return ok;
}

static const uint8_t content[HASH_MAX_LEN] = {0x17, 0x42};

static void sign_and_verify(struct token *t, const struct sign_request *q)
{
	uint8_t sig[LIMIT_SIGNATURE];
	size_t len = 0;

	assert_true(token_can_sign(t, 0, q));
	assert_int_equal(token_sign(t, 0, q, NULL, sig, sizeof(sig), &len), 0);
	assert_int_equal(len, 256);
	assert_true(libcrypto_verifies(t, q, sig, len));
}

static void pss_of_every_hash_mask_and_salt_is_signed_by_a_raw_block(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, raw_card);
	enum hash_alg hash, mgf;

	for (hash = HASH_SHA1; hash < N_HASH_ALGS; hash++) {
		for (mgf = HASH_SHA1; mgf < N_HASH_ALGS; mgf++) {
			struct sign_request q = {.scheme = SIGN_PSS,
						 .hash = hash,
						 .mgf_hash = mgf,
						 .salt_len = hash_len(mgf),
						 .data = content,
						 .len = hash_len(hash)};

			sign_and_verify(t, &q);
		}
	}
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void salts_may_be_empty_or_as_long_as_fits(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, raw_card);
	struct sign_request q = {.scheme = SIGN_PSS,
				 .hash = HASH_SHA256,
				 .mgf_hash = HASH_SHA256,
				 .data = content,
				 .len = 32};

	sign_and_verify(t, &q);
	q.salt_len = 256 - 32 - 2; /* RFC 8017 §9.1.1 step 3 */
	sign_and_verify(t, &q);
	q.salt_len++;
	assert_false(token_can_sign(t, 0, &q));
	q.salt_len = (size_t)-1;
	assert_false(token_can_sign(t, 0, &q));
	q.salt_len = 32;
	q.len = 31;
	assert_false(token_can_sign(t, 0, &q));
	q.hash = HASH_NONE;
	assert_false(token_can_sign(t, 0, &q));
	q.hash = N_HASH_ALGS;
	assert_false(token_can_sign(t, 0, &q));
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void salts_are_fresh(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, raw_card);
	struct sign_request q = {.scheme = SIGN_PSS,
				 .hash = HASH_SHA256,
				 .mgf_hash = HASH_SHA256,
				 .salt_len = 20,
				 .data = content,
				 .len = 32};
	uint8_t a[256], b[256];
	size_t len;

	assert_int_equal(token_sign(t, 0, &q, NULL, a, sizeof(a), &len), 0);
	assert_int_equal(token_sign(t, 0, &q, NULL, b, sizeof(b), &len), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void pkcs1_of_every_hash_and_of_data_is_signed_by_a_raw_block(void **state)
{
	static const uint8_t data[256 - 11] = {0x30};
	struct fixture *f = *state;
	struct token *t = insert(f, raw_card);
	struct sign_request q = {.scheme = SIGN_PKCS1, .data = content};

	for (q.hash = HASH_SHA1; q.hash < N_HASH_ALGS; q.hash++) {
		q.len = hash_len(q.hash);
		sign_and_verify(t, &q);
	}
	q = (struct sign_request){.scheme = SIGN_PKCS1, .data = data, .len = 1};
	sign_and_verify(t, &q);
	q.len = sizeof(data);
	sign_and_verify(t, &q);
	q.len++;
	assert_false(token_can_sign(t, 0, &q));
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void raw_blocks_are_signed_as_they_are(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, raw_card);
	struct sign_request q = {.scheme = SIGN_RAW};
	uint8_t block[256] = {0}, sig[256];
	const struct token_objects *o;
	size_t len = 7;

	assert_int_equal(token_objects(t, &o), 0);
	assert_true(token_can_sign(t, 0, &q));
	block[255] = 1; /* its own signature */
	q.data = block;
	q.len = sizeof(block);
	assert_int_equal(token_sign(t, 0, &q, NULL, sig, sizeof(sig), &len), 0);
	assert_memory_equal(sig, block, sizeof(sig));
	len = 7;
	memcpy(block, cursor_at(&o->keys[0].shape.modulus), sizeof(block));
	loop_clear_counts(f->loop, 0);
	assert_true(token_sign(t, 0, &q, NULL, sig, sizeof(sig), &len) != 0);
	q.len--;
	assert_true(token_sign(t, 0, &q, NULL, sig, sizeof(sig), &len) != 0);
	assert_int_equal(len, 7);
	assert_int_equal(counts(f, 0).apdus, 0);
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void a_card_of_padding_alone_has_neither_raw_nor_pss(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, pkcs1_card);
	struct sign_request q = {
		.scheme = SIGN_PSS, .hash = HASH_SHA256, .mgf_hash = HASH_SHA256, .salt_len = 32};

	assert_false(token_can_sign(t, 0, &q));
	q.scheme = SIGN_RAW;
	q.hash = HASH_NONE;
	assert_false(token_can_sign(t, 0, &q));
	q = (struct sign_request){
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = content, .len = 32};
	sign_and_verify(t, &q);
	token_unref(t);
	loop_remove(f->loop, 0);
}

static void elliptic_keys_have_no_blocks(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = fixture_announcing_card(VCARD_P256, false, VCARD_DOES_RAW);
	struct sign_request q = {
		.scheme = SIGN_PSS, .hash = HASH_SHA256, .mgf_hash = HASH_SHA256, .salt_len = 32};
	struct token *t = insert(f, v);

	assert_false(token_can_sign(t, 0, &q));
	q.scheme = SIGN_PKCS1;
	assert_false(token_can_sign(t, 0, &q));
	q.scheme = SIGN_ECDSA;
	assert_false(token_can_sign(t, 0, &q));
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(v);
}

static void a_signature_by_a_block_costs_four_commands(void **state)
{
	struct fixture *f = *state;
	struct token *t = insert(f, raw_card);
	struct sign_request q = {.scheme = SIGN_PSS,
				 .hash = HASH_SHA256,
				 .mgf_hash = HASH_SHA256,
				 .salt_len = 32,
				 .data = content,
				 .len = 32};

	sign_and_verify(t, &q);
	loop_clear_counts(f->loop, 0);
	sign_and_verify(t, &q);
	assert_int_equal(counts(f, 0).apdus, 4);
	assert_int_equal(counts(f, 0).begins, 1);
	token_unref(t);
	loop_remove(f->loop, 0);
}

/* The signature key: one use, one PIN, as with any other scheme. */
static void the_signature_key_signs_blocks_once(void **state)
{
	struct fixture *f = *state;
	struct sign_request q = {.scheme = SIGN_PSS,
				 .hash = HASH_SHA256,
				 .mgf_hash = HASH_SHA256,
				 .salt_len = 32,
				 .data = content,
				 .len = 32};
	uint8_t sig[256];
	struct token *t;
	size_t len;

	loop_insert(f->loop, 0, raw_card);
	t = fixture_loaded(f, SLOT_SIGN);
	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_int_equal(token_sign(t, 0, &q, f, sig, sizeof(sig), &len), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(login_context(t, PIN_SIGN, f), 0);
	assert_int_equal(token_sign(t, 0, &q, f, sig, sizeof(sig), &len), 0);
	assert_true(libcrypto_verifies(t, &q, sig, len));
	assert_false(card_verified(raw_card, REF_SIGN));
	assert_int_equal(token_sign(t, 0, &q, f, sig, sizeof(sig), &len), MOHR_ERR_NOT_LOGGED_IN);
	assert_int_equal(card_tries(raw_card, REF_SIGN), 3);
	token_unref(t);
	loop_remove(f->loop, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pss_of_every_hash_mask_and_salt_is_signed_by_a_raw_block),
		TEST(salts_may_be_empty_or_as_long_as_fits),
		TEST(salts_are_fresh),
		TEST(pkcs1_of_every_hash_and_of_data_is_signed_by_a_raw_block),
		TEST(raw_blocks_are_signed_as_they_are),
		TEST(a_card_of_padding_alone_has_neither_raw_nor_pss),
		TEST(elliptic_keys_have_no_blocks),
		TEST(a_signature_by_a_block_costs_four_commands),
		TEST(the_signature_key_signs_blocks_once),
	};

	return cmocka_run_group_tests(tests, make_cards, free_cards);
}
