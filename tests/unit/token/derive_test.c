/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/derive.c: libcrypto, as the peer, comes to the same secret. */
#include "fixture.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

enum { MAX_POINT = 1 + 2 * 66 };

/* A card that agrees, in place of the fixture's own. */
static struct vcard *make(enum vcard_key_kind kind, bool extended)
{
	return fixture_announcing_card(kind, extended, VCARD_DOES_ECDSA | VCARD_DOES_ECDH);
}

static struct token *insert(struct fixture *f, struct vcard *v)
{
	struct token *t;

	loop_insert(f->loop, 0, v);
	t = fixture_loaded(f, SLOT_AUTH);
	assert_int_equal(login(t, PIN_AUTH), 0);
	return t;
}

static size_t make_peer(const char *group, EVP_PKEY **ret, uint8_t point[MAX_POINT])
{
	size_t len = 0;

	*ret = EVP_EC_gen(group);
	assert_non_null(*ret);
	assert_int_equal(EVP_PKEY_get_octet_string_param(*ret, OSSL_PKEY_PARAM_PUB_KEY, point,
							 MAX_POINT, &len),
			 1);
	return len;
}

/* What the peer comes to, with the public key of the card's certificate. */
static size_t peers_secret(struct token *t, EVP_PKEY *peer, uint8_t shared[66])
{
	const struct token_objects *o;
	const unsigned char *p;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key;
	size_t len = 66;
	X509 *crt;

	assert_int_equal(token_objects(t, &o), 0);
	p = o->certificates[0].der;
	crt = d2i_X509(NULL, &p, (long)o->certificates[0].der_len);
	key = X509_get_pubkey(crt);
	ctx = EVP_PKEY_CTX_new(peer, NULL);
	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, key), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, shared, &len), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	X509_free(crt);
	return len;
}

static void agree(struct token *t, const char *group, size_t want)
{
	uint8_t point[MAX_POINT], theirs[66];
	struct secret *ours = NULL;
	EVP_PKEY *peer;
	size_t len = make_peer(group, &peer, point);

	assert_true(token_can_derive(t, 0));
	assert_int_equal(token_derive(t, 0, point, len, NULL, &ours), 0);
	assert_int_equal(peers_secret(t, peer, theirs), want);
	assert_int_equal(secret_len(ours), want);
	assert_memory_equal(secret_peek(ours), theirs, want);
	secret_free(ours);
	EVP_PKEY_free(peer);
}

static void both_sides_come_to_the_same_secret(void **state)
{
	struct fixture *f = *state;
	struct vcard *a = make(VCARD_P256, false), *b = make(VCARD_P384, true);
	struct token *t = insert(f, a);
	int i;

	/* x begins with a zero once in 256 times: it keeps its length */
	for (i = 0; i < 600; i++)
		agree(t, "P-256", 32);
	token_unref(t);
	t = insert(f, b);
	agree(t, "P-384", 48);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(a);
	vcard_free(b);
}

static void agreement_costs_four_commands_or_three(void **state)
{
	struct fixture *f = *state;
	struct vcard *a = make(VCARD_P256, false), *b = make(VCARD_P384, true);
	struct token *t = insert(f, a);

	loop_clear_counts(f->loop, 0);
	agree(t, "P-256", 32);
	assert_int_equal(counts(f, 0).apdus, 4);
	assert_int_equal(counts(f, 0).by_ins[0xA4], 1);
	assert_int_equal(counts(f, 0).begins, 1);
	assert_int_equal(counts(f, 0).outside, 0);
	token_unref(t);
	t = insert(f, b);
	loop_clear_counts(f->loop, 0);
	agree(t, "P-384", 48);
	assert_int_equal(counts(f, 0).apdus, 3);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(a);
	vcard_free(b);
}

static void expect_error(struct fixture *f, struct token *t, const uint8_t *point, size_t len,
			 int err)
{
	struct secret *s = NULL;

	loop_clear_counts(f->loop, 0);
	assert_int_equal(token_derive(t, 0, point, len, NULL, &s), err);
	assert_null(s);
	assert_int_equal(counts(f, 0).apdus, 0);
	assert_int_equal(counts(f, 0).begins, 0);
}

static void points_off_the_curve_never_reach_the_card(void **state)
{
	/* FIPS 186-4 D.1.2.3: p of P-256, which no coordinate may be */
	static const uint8_t p256[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    1,
					 0,    0,    0,    0,    0,    0,    0,    0,
					 0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF,
					 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	struct fixture *f = *state;
	struct vcard *v = make(VCARD_P256, false);
	struct token *t = insert(f, v);
	uint8_t point[MAX_POINT], other[MAX_POINT], bad[MAX_POINT];
	EVP_PKEY *peer, *foreign;
	size_t len = make_peer("P-256", &peer, point);
	size_t other_len = make_peer("P-384", &foreign, other);

	expect_error(f, t, other, other_len, MOHR_ERR_POINT_INVALID);
	memcpy(bad, point, len);
	bad[64] ^= 1;
	expect_error(f, t, bad, len, MOHR_ERR_POINT_INVALID);
	memset(bad, 0, sizeof(bad)); /* infinity, and nought */
	expect_error(f, t, bad, 1, MOHR_ERR_POINT_INVALID);
	expect_error(f, t, bad, 65, MOHR_ERR_POINT_INVALID);
	bad[0] = 4;
	expect_error(f, t, bad, 65, MOHR_ERR_POINT_INVALID);
	memcpy(bad + 1, p256, 32);
	expect_error(f, t, bad, 65, MOHR_ERR_POINT_INVALID);
	/* compressed, hybrid, cut, too long, nothing */
	memcpy(bad, point, len);
	bad[0] = (uint8_t)(2 + (point[64] & 1));
	expect_error(f, t, bad, 33, MOHR_ERR_POINT_INVALID);
	bad[0] = (uint8_t)(6 + (point[64] & 1));
	expect_error(f, t, bad, 65, MOHR_ERR_POINT_INVALID);
	expect_error(f, t, point, 64, MOHR_ERR_POINT_INVALID);
	expect_error(f, t, point, 66, MOHR_ERR_POINT_INVALID);
	expect_error(f, t, point, 0, MOHR_ERR_POINT_INVALID);
	expect_error(f, t, NULL, 0, MOHR_ERR_POINT_INVALID);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(foreign);
	token_unref(t);
	loop_remove(f->loop, 0);
	vcard_free(v);
}

static void keys_that_cannot_agree_do_not(void **state)
{
	struct fixture *f = *state;
	struct vcard *v = make(VCARD_P256, false);
	uint8_t point[MAX_POINT];
	EVP_PKEY *peer;
	size_t len = make_peer("P-256", &peer, point);
	struct token *t;

	/* a card that announces nothing */
	t = insert(f, f->card);
	assert_false(token_can_derive(t, 0));
	assert_false(token_can_derive(t, 1));
	expect_error(f, t, point, len, MOHR_ERR_KEY_FUNCTION);
	token_unref(t);
	/* the signature key of one that does */
	loop_insert(f->loop, 0, v);
	t = fixture_loaded(f, SLOT_SIGN);
	assert_int_equal(login(t, PIN_SIGN), 0);
	assert_false(token_can_derive(t, 0));
	expect_error(f, t, point, len, MOHR_ERR_KEY_FUNCTION);
	token_unref(t);
	/* and before the login */
	t = fixture_loaded(f, SLOT_AUTH);
	expect_error(f, t, point, len, MOHR_ERR_NOT_LOGGED_IN);
	token_unref(t);
	EVP_PKEY_free(peer);
	loop_remove(f->loop, 0);
	vcard_free(v);
}

static void every_disturbed_exchange_ends_in_the_secret_or_an_error(void **state)
{
	static const struct loop_fault faults[] = {
		{LOOP_FAULT_ERROR, 0, MOHR_ERR_COMMUNICATION},
		{LOOP_FAULT_EMPTY, 0, 0},
		{LOOP_FAULT_CUT, 0, 1},
		{LOOP_FAULT_CUT, 0, 20},
		{LOOP_FAULT_LONGER, 0, 0},
		{LOOP_FAULT_HUGE, 0, 0},
		{LOOP_FAULT_SW, 0, 0x6A80},
		{LOOP_FAULT_SW, 0, 0x6982},
		{LOOP_FAULT_RESET, 0, 0},
		{LOOP_FAULT_REMOVE, 0, 0},
	};
	struct fixture *f = *state;
	struct vcard *v = make(VCARD_P256, false);
	uint8_t point[MAX_POINT], theirs[66];
	struct loop_fault fault;
	EVP_PKEY *peer;
	size_t len = make_peer("P-256", &peer, point), i;
	unsigned at;
	int r;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		for (at = 0; at < 4; at++) {
			struct secret *ours = NULL;
			struct token *t = insert(f, v);

			fault = faults[i];
			fault.at = at;
			loop_set_fault(f->loop, 0, &fault);
			r = token_derive(t, 0, point, len, NULL, &ours);
			assert_true(loop_fault_done(f->loop, 0));
			if (r == 0) {
				assert_int_equal(peers_secret(t, peer, theirs), 32);
				assert_memory_equal(secret_peek(ours), theirs, 32);
			} else {
				assert_null(ours);
			}
			secret_free(ours);
			assert_false(counts(f, 0).held);
			token_unref(t);
			loop_remove(f->loop, 0);
			assert_int_equal(card_tries(v, REF_AUTH), 3);
		}
	}
	EVP_PKEY_free(peer);
	vcard_free(v);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_sides_come_to_the_same_secret),
		TEST(agreement_costs_four_commands_or_three),
		TEST(points_off_the_curve_never_reach_the_card),
		TEST(keys_that_cannot_agree_do_not),
		TEST(every_disturbed_exchange_ends_in_the_secret_or_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
