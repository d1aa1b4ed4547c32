/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * personal/personal.c: what holds for every family, with one that lives in this file; and that no family's
 * secrets come into a log.
 */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "personal/family.h"
#include "tests/harness/fake_link.h"

/* ---- a family that does what a test wants ---------------------------------------------------------- */

struct toy {
	struct personal personal; /* first */
	struct channel channel;
	struct buf key, certificate; /* what "the card" holds */
	struct buf made;             /* what it will say that it has made */
	bool keeps_old;              /* certificates stay as they are */
	bool tells;                  /* its public key */
	unsigned n_puts, n_made;
};

static int toy_read_public_key(struct personal *p, unsigned slot, struct buf *ret_spki)
{
	struct toy *t = (struct toy *)p;

	(void)slot;
	if (!t->tells)
		return MOHR_ERR_NOT_SUPPORTED;
	if (t->key.len == 0)
		return MOHR_ERR_NOT_FOUND;
	buf_put(ret_spki, t->key.data, t->key.len);
	return buf_err(ret_spki);
}

static int toy_generate(struct personal *p, unsigned slot, enum personal_kind kind,
			struct buf *ret_spki)
{
	struct toy *t = (struct toy *)p;

	(void)slot;
	(void)kind;
	t->n_made++;
	buf_put(ret_spki, t->made.data, t->made.len);
	return buf_err(ret_spki);
}

static int toy_put(struct personal *p, unsigned slot, const void *der, size_t len)
{
	struct toy *t = (struct toy *)p;

	(void)slot;
	t->n_puts++;
	if (!t->keeps_old) {
		buf_reset(&t->certificate);
		buf_put(&t->certificate, der, len);
	}
	return 0;
}

static int toy_erase(struct personal *p, unsigned slot)
{
	struct toy *t = (struct toy *)p;

	(void)slot;
	if (!t->keeps_old)
		buf_reset(&t->certificate);
	return 0;
}

static int toy_read(struct personal *p, unsigned slot, struct buf *ret)
{
	struct toy *t = (struct toy *)p;

	(void)slot;
	if (t->certificate.len == 0)
		return MOHR_ERR_NOT_FOUND;
	if (t->certificate.data[0] != 0x30)
		return MOHR_ERR_MALFORMED;
	buf_put(ret, t->certificate.data, t->certificate.len);
	return buf_err(ret);
}

static const struct personal_ops toy_ops = {
	.name = "toy",
	.generate = toy_generate,
	.read_public_key = toy_read_public_key,
	.put_certificate = toy_put,
	.erase_certificate = toy_erase,
	.read_certificate = toy_read,
};

static void put_key(struct buf *b, const char *group)
{
	EVP_PKEY *key = strcmp(group, "RSA") == 0       ? EVP_RSA_gen(2048)
			: strcmp(group, "ED25519") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, group)
							: EVP_EC_gen(group);
	unsigned char *out = NULL;
	int n = i2d_PUBKEY(key, &out);

	assert_true(n > 0);
	buf_reset(b);
	buf_put(b, out, (size_t)n);
	OPENSSL_free(out);
	EVP_PKEY_free(key);
}

static void toy_start(struct toy *t)
{
	static const struct personal_slot slots[] = {{"toy", 1, 0}};

	*t = (struct toy){.tells = true};
	buf_init(&t->key, LIMIT_CERTIFICATE);
	buf_init(&t->certificate, LIMIT_CERTIFICATE);
	buf_init(&t->made, LIMIT_CERTIFICATE);
	t->personal = (struct personal){
		.ops = &toy_ops, .channel = &t->channel, .slots = slots, .n_slots = 1};
	assert_int_equal(crypto_openssl_new(&t->personal.crypto), 0);
}

static void toy_stop(struct toy *t)
{
	crypto_free(t->personal.crypto);
	buf_clear(&t->key);
	buf_clear(&t->certificate);
	buf_clear(&t->made);
}

/* ---- certificates -------------------------------------------------------------------------------- */

static void only_certificates_are_written(void **state)
{
	static const uint8_t long_one[LIMIT_CERTIFICATE + 1] = {0x30, 0x82};
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct personal *p;
	struct toy t;

	(void)state;
	toy_start(&t);
	p = &t.personal;
	put_key(&t.key, "P-256");
	certify(&t.key, "toy", &der);
	assert_int_equal(personal_write_certificate(p, 0, NULL, 0, NULL), MOHR_ERR_DATA_INVALID);
	assert_int_equal(personal_write_certificate(p, 0, "0", 1, NULL), MOHR_ERR_DATA_INVALID);
	assert_int_equal(personal_write_certificate(p, 0, der.data, der.len - 1, NULL),
			 MOHR_ERR_DATA_INVALID);
	assert_int_equal(personal_write_certificate(p, 0, long_one, sizeof(long_one), NULL),
			 MOHR_ERR_DATA_LENGTH);
	assert_int_equal(personal_write_certificate(p, 1, der.data, der.len, NULL),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(t.n_puts, 0);
	assert_int_equal(personal_write_certificate(p, 0, der.data, der.len, NULL), 0);
	assert_int_equal(t.n_puts, 1);
	/* it is there */
	assert_int_equal(personal_write_certificate(p, 0, der.data, der.len, NULL), 0);
	assert_int_equal(t.n_puts, 1);
	buf_clear(&der);
	toy_stop(&t);
}

static void a_foreign_certificate_is_never_written(void **state)
{
	static const char *const groups[] = {"P-256", "P-384", "P-521", "RSA", "ED25519"};
	struct buf other = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	struct toy t;
	size_t i, k;

	(void)state;
	toy_start(&t);
	for (i = 0; i < 5; i++) {
		put_key(&t.key, groups[i]);
		for (k = 0; k < 5; k++) {
			put_key(&other, groups[k]);
			certify(&other, "foreign", &der);
			assert_int_equal(
				personal_write_certificate(&t.personal, 0, der.data, der.len, NULL),
				MOHR_ERR_CERTIFICATE_FOREIGN);
		}
	}
	buf_reset(&t.key);
	assert_int_equal(personal_write_certificate(&t.personal, 0, der.data, der.len, NULL),
			 MOHR_ERR_NOT_FOUND);
	/* a family that neither tells nor proves */
	t.tells = false;
	assert_int_equal(personal_write_certificate(&t.personal, 0, der.data, der.len, NULL),
			 MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(t.n_puts, 0);
	buf_clear(&other);
	buf_clear(&der);
	toy_stop(&t);
}

static void what_does_not_read_back_is_an_error(void **state)
{
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct toy t;

	(void)state;
	toy_start(&t);
	put_key(&t.key, "P-256");
	certify(&t.key, "toy", &der);
	t.keeps_old = true;
	assert_int_equal(personal_write_certificate(&t.personal, 0, der.data, der.len, NULL),
			 MOHR_ERR_CARD_MEMORY);
	buf_put(&t.certificate, der.data, der.len);
	assert_int_equal(personal_erase_certificate(&t.personal, 0), MOHR_ERR_CARD_MEMORY);
	assert_int_equal(personal_erase_certificate(&t.personal, 1), MOHR_ERR_ARGUMENT);
	put_key(&t.made, "P-256");
	assert_int_equal(personal_generate(&t.personal, 0, PERSONAL_P256, &der),
			 MOHR_ERR_CARD_MEMORY);
	assert_int_equal(t.n_made, 0);
	buf_clear(&der);
	toy_stop(&t);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static void a_key_that_the_card_has_not_is_not_handed_out(void **state)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE);
	struct toy t;

	(void)state;
	toy_start(&t);
	put_key(&t.made, "P-256");
	put_key(&t.key, "P-256");
	assert_int_equal(personal_generate(&t.personal, 0, PERSONAL_P256, &spki),
			 MOHR_ERR_MALFORMED);
	assert_int_equal(spki.len, 0);
	buf_reset(&t.key);
	assert_int_equal(personal_generate(&t.personal, 0, PERSONAL_P256, &spki),
			 MOHR_ERR_NOT_FOUND);
	t.tells = false;
	assert_int_equal(personal_generate(&t.personal, 0, PERSONAL_P256, &spki), 0);
	assert_int_equal(spki.len, t.made.len);
	t.made.data[t.made.len - 1] ^= 1; /* y */
	assert_int_equal(personal_generate(&t.personal, 0, PERSONAL_P256, &spki),
			 MOHR_ERR_MALFORMED);
	assert_int_equal(spki.len, 0);
	assert_int_equal(personal_generate(&t.personal, 0, PERSONAL_N_KINDS, &spki),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(personal_generate(&t.personal, 1, PERSONAL_P256, &spki),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(personal_read_public_key(&t.personal, 1, &spki), MOHR_ERR_ARGUMENT);
	assert_int_equal(personal_read_certificate(&t.personal, 1, &spki), MOHR_ERR_ARGUMENT);
	buf_clear(&spki);
	toy_stop(&t);
}

static int take(const char *hex, enum personal_kind kind)
{
	struct buf answer = BUF_INIT(1024), spki = BUF_INIT(1024);
	uint8_t bytes[600];
	int r;

	buf_put(&answer, bytes, fake_hex(hex, bytes, sizeof(bytes)));
	r = personal_take_public_key(&answer, kind, &spki);
	assert_true((r == 0) == (spki.len > 0));
	buf_clear(&answer);
	buf_clear(&spki);
	return r;
}

#define X32 "0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20"
#define X48 X32 "0102030405060708090A0B0C0D0E0F10"

static void an_answer_of_another_kind_is_malformed(void **state)
{
	(void)state;
	assert_int_equal(take("7F4943 864104" X32 X32, PERSONAL_P256), 0);
	assert_int_equal(take("7F4943 864104" X32 X32, PERSONAL_P384), MOHR_ERR_MALFORMED);
	assert_int_equal(take("7F4943 864104" X32 X32, PERSONAL_RSA2048), MOHR_ERR_MALFORMED);
	assert_int_equal(take("7F4963 866104" X48 X48, PERSONAL_P384), 0);
	assert_int_equal(take("7F4943 864102" X32 X32, PERSONAL_P256), MOHR_ERR_MALFORMED);
	assert_int_equal(take("7F4943 864104" X32 X32 "00", PERSONAL_P256), MOHR_ERR_MALFORMED);
	assert_int_equal(take("7F4900", PERSONAL_P256), MOHR_ERR_MALFORMED);
	assert_int_equal(take("", PERSONAL_P256), MOHR_ERR_MALFORMED);
	/* a modulus of 1024 bits */
	assert_int_equal(take("7F498187 818180 C1" X32 X32 X32
			      "0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
			      " 8203010001",
			      PERSONAL_RSA2048),
			 MOHR_ERR_MALFORMED);
}

static void states_are_told_apart(void **state)
{
	struct buf other = BUF_INIT(LIMIT_CERTIFICATE);
	struct personal_status status;
	struct toy t;

	(void)state;
	toy_start(&t);
	assert_int_equal(personal_status(&t.personal, 0, &status), 0);
	assert_int_equal(status.key, PERSONAL_EMPTY);
	assert_int_equal(status.certificate, PERSONAL_EMPTY);
	put_key(&t.key, "P-256");
	certify(&t.key, "toy", &t.certificate);
	assert_int_equal(personal_status(&t.personal, 0, &status), 0);
	assert_int_equal(status.key, PERSONAL_PRESENT);
	assert_int_equal(status.certificate, PERSONAL_PRESENT);
	t.certificate.data[0] = 0;
	assert_int_equal(personal_status(&t.personal, 0, &status), 0);
	assert_int_equal(status.certificate, PERSONAL_UNFINISHED);
	t.certificate.data[0] = 0x30;
	buf_truncate(&t.certificate, 20);
	assert_int_equal(personal_status(&t.personal, 0, &status), 0);
	assert_int_equal(status.certificate, PERSONAL_UNFINISHED);
	put_key(&other, "P-256");
	certify(&other, "toy", &t.certificate);
	assert_int_equal(personal_status(&t.personal, 0, &status), 0);
	assert_int_equal(status.certificate, PERSONAL_FOREIGN);
	t.tells = false;
	assert_int_equal(personal_status(&t.personal, 0, &status), 0);
	assert_int_equal(status.key, PERSONAL_UNKNOWN);
	assert_int_equal(status.certificate, PERSONAL_PRESENT);
	assert_int_equal(personal_status(&t.personal, 1, &status), MOHR_ERR_ARGUMENT);
	buf_clear(&other);
	toy_stop(&t);
}

/* ---- families ------------------------------------------------------------------------------------ */

static void a_card_of_no_family_is_unknown(void **state)
{
	static char other[] = "ias-fi", piv[] = "piv";
	struct fixture f;

	(void)state;
	fixture_start(&f, &natid_blank);
	f.config.profile = other;
	assert_int_equal(fixture_try_open(&f), MOHR_ERR_CARD_UNKNOWN);
	fixture_close(&f);
	f.config.profile = piv;
	assert_int_equal(fixture_try_open(&f), MOHR_ERR_CARD_UNKNOWN);
	fixture_close(&f);
	f.config.profile = NULL;
	assert_int_equal(fixture_try_open(&f), 0);
	personal_close(NULL);
	fixture_stop(&f);
}

static void each_family_has_a_name_of_its_own(void **state)
{
	const struct personal_ops *const *f, *const *g;

	(void)state;
	for (f = personal_families(); *f != NULL; f++) {
		for (g = personal_families(); g != f; g++)
			assert_string_not_equal((*f)->name, (*g)->name);
	}
	assert_true(f - personal_families() >= 3);
}

/* ---- logs ---------------------------------------------------------------------------------------- */

struct lines {
	struct buf text;
	unsigned n_masked;
};

static void take_line(void *user, enum log_level level, const char *line)
{
	struct lines *l = user;

	(void)level;
	buf_put(&l->text, line, strlen(line));
	buf_put_u8(&l->text, '\n');
	l->n_masked += strstr(line, "(masked)") != NULL;
}

/* The lines, which show bytes in hexadecimal, do not show these. */
static void assert_silent(struct lines *l, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	char hex[2 * 64 + 1];
	size_t i;

	for (i = 0; i < len; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * len] = '\0';
	assert_null(strstr((const char *)l->text.data, hex));
}

static void work(struct fixture *f, const struct fixture_card *card)
{
	struct personal_setup setup = {.expiry = "20351231"};
	struct personal_admin admin = admin_of(card);
	struct secret *puk = secret_of(PUK);
	int r;

	fixture_open(f);
	assert_int_equal(authenticate(f, card), 0);
	assert_int_equal(personal_initialise(f->p, &setup), 0);
	assert_int_equal(set_pin(f, 0, card->pin, "314159", NULL), 0);
	assert_int_equal(personal_unblock_pin(f->p, 0, puk, puk, NULL), 0);
	assert_int_equal(set_pin(f, 0, PUK, "314159", NULL), 0);
	r = personal_set_puk(f->p, puk, puk, NULL);
	assert_true(r == 0 || r == MOHR_ERR_NOT_SUPPORTED);
	r = personal_set_admin(f->p, &admin, &admin);
	assert_true(r == 0 || r == MOHR_ERR_NOT_SUPPORTED);
	issue(f, 0, PERSONAL_P256, "314159");
	admin_free(&admin);
	secret_free(puk);
}

/* PIN and PUK of a card that has none yet, a change, and what unblocks. */
static void work_without_keys(struct fixture *f)
{
	struct secret *pin = secret_of("271828"), *puk = secret_of(PUK);
	struct personal_setup setup = {.label = "log", .pin = pin, .puk = puk};

	fixture_open(f);
	assert_int_equal(personal_initialise(f->p, &setup), 0);
	assert_int_equal(set_pin(f, 0, "271828", "314159", NULL), 0);
	assert_int_equal(personal_unblock_pin(f->p, 0, puk, pin, NULL), 0);
	secret_free(pin);
	secret_free(puk);
}

static void no_secret_comes_into_a_log(void **state)
{
	static const struct fixture_card *const cards[] = {&natid_blank, &piv_blank, &yubikey_blank,
							   &isoapplet_blank};
	struct lines lines = {.text = BUF_INIT(8 << 20)};
	struct log log = {take_line, &lines, LOG_APDU};
	uint8_t admin[32];
	struct fixture f;
	size_t i, len;

	(void)state;
	for (i = 0; i < 4; i++) {
		lines.n_masked = 0;
		buf_reset(&lines.text);
		fixture_start(&f, cards[i]);
		f.log = &log;
		if (i < 3)
			work(&f, cards[i]);
		else
			work_without_keys(&f);
		buf_put_u8(&lines.text, '\0');
		len = fake_hex(cards[i]->admin, admin, sizeof(admin));
		assert_silent(&lines, admin, len);
		assert_silent(&lines, (const uint8_t *)"314159", 6);
		assert_silent(&lines, (const uint8_t *)"271828", 6);
		assert_silent(&lines, (const uint8_t *)PUK, sizeof(PUK) - 1);
		assert_silent(&lines, (const uint8_t *)cards[i]->pin, strlen(cards[i]->pin));
		assert_true(lines.n_masked >= 5);
		fixture_stop(&f);
	}
	buf_clear(&lines.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_certificates_are_written),
		cmocka_unit_test(a_foreign_certificate_is_never_written),
		cmocka_unit_test(what_does_not_read_back_is_an_error),
		cmocka_unit_test(a_key_that_the_card_has_not_is_not_handed_out),
		cmocka_unit_test(an_answer_of_another_kind_is_malformed),
		cmocka_unit_test(states_are_told_apart),
		cmocka_unit_test(a_card_of_no_family_is_unknown),
		cmocka_unit_test(each_family_has_a_name_of_its_own),
		cmocka_unit_test(no_secret_comes_into_a_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
