/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profile of PKCS#15 against the virtual IsoApplet card in this process: a card whose SELECT by name
 * gives up what was verified, and whose status tells tries only. Expected commands are those of
 * docs/isoapplet-card.md.
 */
#include "fixture.h"

#include "codec/x509.h"
#include "crypto/crypto.h"
#include "token/verify.h"
#include "vcard/vcard.h"

#define ATR_EXTENDED "3BDD96008131FE8580544D49534F739621C08290005A"
#define SELECT_NAME  "00A404000CF276A288BCFBA69D34F31001"
#define SELECT_ODF   "00A40800045015503100"

static struct crypto *crypto;

static int process(void *user, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
		   size_t *ret_len)
{
	struct buf b = BUF_INIT(LIMIT_RESPONSE);

	vcard_process(user, command, len, &b);
	assert_true(b.len >= 2 && b.len <= cap);
	memcpy(ret, b.data, b.len);
	*ret_len = b.len;
	buf_clear(&b);
	return 0;
}

/* A card with a key on P-256 and one of RSA, and these personalities, identified. */
static struct vcard *insert(struct fixture *f, const char *personalities)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(personalities, &setup.personalities), 0);
	setup.extended = true;
	setup.pin = "123456";
	setup.puk = "87654321";
	setup.admin_key_len = 16;
	setup.key_auth = VCARD_P256;
	setup.key_sign = VCARD_RSA2048;
	assert_int_equal(vcard_new(&setup, &v), 0);
	fixture_connect(f, PROTOCOL_T1, ATR_EXTENDED);
	fake_card_handle(f->fake, process, v);
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
	assert_string_equal(f->card->profile->name, "p15");
	return v;
}

static void verify(struct fixture *f)
{
	struct secret *s = secret_of("123456");

	assert_int_equal(f->card->profile->verify(f->card, 0, s, NULL), 0);
	secret_free(s);
}

/* What the first key's signature over a hash comes to; if there is one, it is right. */
static int sign(struct fixture *f)
{
	static const uint8_t hash[32] = {0x42, 0x17};
	const struct sign_request q = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA256, .data = hash, .len = sizeof(hash)};
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct x509 crt;
	int r;

	assert_int_equal(f->card->profile->read_certificate(f->card, 0, &der), 0);
	assert_int_equal(x509_decode(der.data, der.len, &crt), 0);
	assert_true(f->card->profile->can_sign(f->card, 0, &crt.key, &q));
	r = f->card->profile->sign(f->card, 0, &crt.key, &q, &f->out);
	if (r == 0)
		assert_int_equal(verify_signature(crypto, &crt.key, &q, f->out.data, f->out.len),
				 0);
	buf_clear(&der);
	return r;
}

/* As after a transaction of another process. */
static void others_may_have_used_it(struct fixture *f)
{
	f->channel.turn++;
}

static bool was_sent(const struct fixture *f, const char *beginning)
{
	for (unsigned i = 0; i < sent(f); i++)
		if (strncmp(fake_card_command(f->fake, i), beginning, strlen(beginning)) == 0)
			return true;
	return false;
}

static void a_login_outlives_what_selects_again(void **state)
{
	struct pin_status status;
	struct fixture f;
	struct vcard *v = insert(&f, "isoapplet-v1");
	uint8_t random[8];

	(void)state;
	verify(&f);
	assert_int_equal(sign(&f), 0);
	fake_card_clear_counts(f.fake);
	others_may_have_used_it(&f);
	assert_int_equal(f.card->profile->random(f.card, random, sizeof(random)), 0);
	others_may_have_used_it(&f);
	assert_int_equal(f.card->profile->query(f.card, 0, &status), 0);
	assert_int_equal(status.tries_left, 3);
	others_may_have_used_it(&f);
	assert_int_equal(sign(&f), 0);
	assert_true(was_sent(&f, SELECT_ODF));
	assert_false(was_sent(&f, SELECT_NAME));
	fixture_close(&f);
	vcard_free(v);
}

static void a_logout_selects_by_name(void **state)
{
	struct fixture f;
	struct vcard *v = insert(&f, "isoapplet-v1");

	(void)state;
	verify(&f);
	fake_card_clear_counts(f.fake);
	assert_int_equal(f.card->profile->unverify(f.card, 0), 0);
	assert_true(was_sent(&f, SELECT_NAME));
	assert_int_equal(sign(&f), MOHR_ERR_SECURITY_STATUS);
	fixture_close(&f);
	vcard_free(v);
}

static void another_application_is_left_by_name(void **state)
{
	static const uint8_t select_piv[] = {0x00, 0xA4, 0x04, 0x00, 0x09, 0xA0, 0x00,
					     0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};
	struct buf b = BUF_INIT(LIMIT_RESPONSE);
	struct pin_status status;
	struct fixture f;
	struct vcard *v = insert(&f, "isoapplet-v1,piv");

	(void)state;
	verify(&f);
	vcard_process(v, select_piv, sizeof(select_piv), &b);
	buf_clear(&b);
	others_may_have_used_it(&f);
	fake_card_clear_counts(f.fake);
	assert_int_equal(f.card->profile->query(f.card, 0, &status), 0);
	assert_false(status.verified);
	assert_true(was_sent(&f, SELECT_NAME));
	assert_int_equal(sign(&f), MOHR_ERR_SECURITY_STATUS);
	verify(&f);
	assert_int_equal(sign(&f), 0);
	fixture_close(&f);
	vcard_free(v);
}

static void the_version_tells_what_keys_do(void **state)
{
	static const struct {
		const char *personality;
		bool asked, ecdsa, pss;
	} rows[] = {{"isoapplet", false, false, false}, {"isoapplet-v1", true, true, true}};
	static const uint8_t hash[32];
	struct sign_request q = {.hash = HASH_SHA256,
				 .mgf_hash = HASH_SHA256,
				 .data = hash,
				 .len = sizeof(hash),
				 .salt_len = sizeof(hash)};
	struct buf der[] = {BUF_INIT(LIMIT_CERTIFICATE), BUF_INIT(LIMIT_CERTIFICATE)};
	struct x509 crt[2];
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct vcard *v = insert(&f, rows[i].personality);

		assert_int_equal(was_sent(&f, "00CA010103"), rows[i].asked);
		for (unsigned k = 0; k < 2; k++) {
			assert_int_equal(f.card->profile->read_certificate(f.card, k, &der[k]), 0);
			assert_int_equal(x509_decode(der[k].data, der[k].len, &crt[k]), 0);
		}
		q.scheme = SIGN_ECDSA;
		assert_int_equal(f.card->profile->can_sign(f.card, 0, &crt[0].key, &q),
				 rows[i].ecdsa);
		q.scheme = SIGN_ECDSA_MESSAGE;
		q.hash = HASH_SHA1;
		assert_int_equal(f.card->profile->can_sign(f.card, 0, &crt[0].key, &q),
				 !rows[i].ecdsa);
		assert_false(f.card->profile->can_sign(f.card, 1, &crt[1].key, &q));
		q.hash = HASH_SHA256;
		q.scheme = SIGN_PSS;
		assert_int_equal(f.card->profile->can_sign(f.card, 1, &crt[1].key, &q),
				 rows[i].pss);
		q.scheme = SIGN_PKCS1;
		assert_true(f.card->profile->can_sign(f.card, 1, &crt[1].key, &q));
		fixture_close(&f);
		vcard_free(v);
		buf_clear(&der[0]);
		buf_clear(&der[1]);
	}
}

/* The signature is one of the digest, whoever has made that. */
static void version_0_hashes_the_message_itself(void **state)
{
	static const size_t lens[] = {1, 20, 255, 256, 5000, LIMIT_CHAINED_DATA};
	static uint8_t message[LIMIT_CHAINED_DATA + 1];
	uint8_t digest[20];
	struct sign_request q = {.scheme = SIGN_ECDSA_MESSAGE, .hash = HASH_SHA1};
	struct sign_request digested = {
		.scheme = SIGN_ECDSA, .hash = HASH_SHA1, .data = digest, .len = sizeof(digest)};
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct fixture f;
	struct vcard *v = insert(&f, "isoapplet");
	const struct profile *p = f.card->profile;
	struct x509 crt;
	size_t i;

	(void)state;
	memset(message, 0x5A, sizeof(message));
	verify(&f);
	assert_int_equal(p->read_certificate(f.card, 0, &der), 0);
	assert_int_equal(x509_decode(der.data, der.len, &crt), 0);
	assert_true(p->can_sign(f.card, 0, &crt.key, &q));
	q.data = message;
	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		q.len = lens[i];
		assert_true(p->can_sign(f.card, 0, &crt.key, &q));
		assert_int_equal(p->sign(f.card, 0, &crt.key, &q, &f.out), 0);
		assert_int_equal(crypto_digest(crypto, HASH_SHA1, message, lens[i], digest), 0);
		assert_int_equal(
			verify_signature(crypto, &crt.key, &digested, f.out.data, f.out.len), 0);
	}
	q.len = sizeof(message);
	assert_int_equal(p->sign(f.card, 0, &crt.key, &q, &f.out), MOHR_ERR_DATA_LENGTH);
	q.len = 0;
	assert_int_equal(p->sign(f.card, 0, &crt.key, &q, &f.out), MOHR_ERR_DATA_LENGTH);
	q.len = 1;
	q.hash = HASH_SHA256;
	assert_int_equal(p->sign(f.card, 0, &crt.key, &q, &f.out), MOHR_ERR_MECHANISM);
	q.hash = HASH_NONE;
	assert_int_equal(p->sign(f.card, 0, &crt.key, &q, &f.out), MOHR_ERR_MECHANISM);
	assert_int_equal(p->sign(f.card, 0, &crt.key, &digested, &f.out), MOHR_ERR_MECHANISM);
	buf_clear(&der);
	fixture_close(&f);
	vcard_free(v);
}

static int make_crypto(void **state)
{
	(void)state;
	return crypto_openssl_new(&crypto);
}

static int free_crypto(void **state)
{
	(void)state;
	crypto_free(crypto);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_outlives_what_selects_again),
		cmocka_unit_test(a_logout_selects_by_name),
		cmocka_unit_test(another_application_is_left_by_name),
		cmocka_unit_test(the_version_tells_what_keys_do),
		cmocka_unit_test(version_0_hashes_the_message_itself),
	};

	return cmocka_run_group_tests(tests, make_crypto, free_crypto);
}
