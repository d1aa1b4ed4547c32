/* SPDX-License-Identifier: BSD-2-Clause */
/* See fixture.h. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "profile/profile.h"
#include "tests/harness/fake_link.h"
#include "codec/pkcs15.h"
#include "vcard/p15/p15.h"
#include "vcard/piv/piv.h"
#include "vcard/vcard.h"

const struct fixture_card natid_blank = {"natid",  false,         "1111",
					 "111111", CIPHER_AES128, ADMIN_AES128};
const struct fixture_card natid_blank_extended = {"natid",  true,          "1111",
						  "111111", CIPHER_AES128, ADMIN_AES128};
const struct fixture_card piv_blank = {"piv", false, "123456", NULL, CIPHER_AES128, ADMIN_AES128};
const struct fixture_card yubikey_blank = {"yubikey", true,        "123456",
					   NULL,      CIPHER_3DES, ADMIN_3DES};

/* A card of this kind has no PIN when it is blank; the administrator is who knows the one that it gets. */
#define ISOAPPLET_PIN "6162636465" /* abcde */
const struct fixture_card isoapplet_blank = {"isoapplet", false,         "123456",
					     NULL,        CIPHER_AES128, ISOAPPLET_PIN};
const struct fixture_card isoapplet_v1_blank = {"isoapplet-v1", true,          "123456",
						NULL,           CIPHER_AES128, ISOAPPLET_PIN};

/* ---- the world ----------------------------------------------------------------------------------- */

static struct vcard *make_card(const struct fixture_card *card)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(card->profile, &setup.personalities), 0);
	setup.blank = true;
	setup.extended = card->extended;
	if (card->pin_sign == NULL)
		setup.pin = card->pin;
	else
		setup.pin_auth = card->pin;
	setup.pin_sign = card->pin_sign;
	setup.puk = PUK;
	setup.admin_key_len = fake_hex(card->admin, setup.admin_key, sizeof(setup.admin_key));
	if (setup.admin_key_len < 16)
		setup.admin_key_len = 16;
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

void fixture_start(struct fixture *f, const struct fixture_card *card)
{
	memset(f, 0, sizeof(*f));
	assert_int_equal(crypto_openssl_new(&f->crypto), 0);
	config_init(&f->config);
	buf_init(&f->spki, LIMIT_CERTIFICATE);
	buf_init(&f->der, LIMIT_CERTIFICATE);
	buf_init(&f->out, LIMIT_CERTIFICATE);
	f->loop = loop_new(1);
	f->transport = loop_transport_new(f->loop);
	f->v = make_card(card);
	loop_insert(f->loop, 0, f->v);
}

void fixture_stop(struct fixture *f)
{
	fixture_close(f);
	transport_free(f->transport);
	assert_int_equal(loop_links_open(f->loop), 0);
	loop_free(f->loop);
	vcard_free(f->v);
	config_clear(&f->config);
	crypto_free(f->crypto);
	buf_clear(&f->spki);
	buf_clear(&f->der);
	buf_clear(&f->out);
}

void fixture_renew(struct fixture *f, const struct fixture_card *card)
{
	fixture_close(f);
	loop_remove(f->loop, 0);
	vcard_free(f->v);
	f->v = make_card(card);
	loop_insert(f->loop, 0, f->v);
}

int fixture_try_open(struct fixture *f)
{
	assert_int_equal(transport_connect(f->transport, "Loop reader 00", &f->link), 0);
	assert_int_equal(link_begin(f->link), 0);
	assert_int_equal(channel_init(&f->channel, f->link, f->log), 0);
	return personal_open(&f->channel, &f->config, f->crypto, &f->p);
}

void fixture_open(struct fixture *f)
{
	assert_int_equal(fixture_try_open(f), 0);
}

void fixture_close(struct fixture *f)
{
	if (f->link == NULL)
		return;
	personal_close(f->p);
	f->p = NULL;
	channel_clear(&f->channel);
	link_end(f->link, true);
	link_free(f->link);
	f->link = NULL;
}

void fixture_reinsert(struct fixture *f)
{
	fixture_close(f);
	loop_insert(f->loop, 0, f->v);
}

/* ---- secrets ------------------------------------------------------------------------------------- */

struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;

	assert_int_equal(secret_new_from(text, strlen(text), &s), 0);
	return s;
}

struct personal_admin admin_of(const struct fixture_card *card)
{
	struct secret *key = NULL;
	uint8_t bytes[32];
	size_t len = fake_hex(card->admin, bytes, sizeof(bytes));

	assert_int_equal(secret_new_from(bytes, len, &key), 0);
	return (struct personal_admin){.cipher = card->cipher, .key = key};
}

void admin_free(struct personal_admin *admin)
{
	union {
		const struct secret *borrowed;
		struct secret *own;
	} key = {admin->key};

	secret_free(key.own);
}

int authenticate(struct fixture *f, const struct fixture_card *card)
{
	struct personal_admin admin = admin_of(card);
	int r = personal_authenticate(f->p, &admin);

	admin_free(&admin);
	return r;
}

int set_pin(struct fixture *f, unsigned pin, const char *old, const char *value, int *ret_tries)
{
	struct secret *from = old != NULL ? secret_of(old) : NULL, *to = secret_of(value);
	int r = personal_set_pin(f->p, pin, from, to, ret_tries);

	secret_free(from);
	secret_free(to);
	return r;
}

/* ---- certificates --------------------------------------------------------------------------------- */

/* One for the whole program. */
static EVP_PKEY *authority;

static void forget_authority(void)
{
	EVP_PKEY_free(authority);
}

static void make_authority(void)
{
	if (authority != NULL)
		return;
	authority = EVP_EC_gen("P-256");
	assert_non_null(authority);
	assert_int_equal(atexit(forget_authority), 0);
}

void certify(const struct buf *spki, const char *name, struct buf *der)
{
	EVP_PKEY *subject;
	const unsigned char *in = spki->data;
	X509 *crt = X509_new();
	unsigned char *out = NULL;
	X509_NAME *issuer;
	int n;

	make_authority();
	subject = d2i_PUBKEY(NULL, &in, (long)spki->len);
	assert_non_null(subject);
	assert_int_equal(X509_set_version(crt, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(crt), 1), 1);
	issuer = X509_get_subject_name(crt);
	assert_int_equal(X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_UTF8,
						    (const unsigned char *)name, -1, -1, 0),
			 1);
	assert_int_equal(X509_set_issuer_name(crt, issuer), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(crt), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(crt), 86400));
	assert_int_equal(X509_set_pubkey(crt, subject), 1);
	assert_true(X509_sign(crt, authority, EVP_sha256()) > 0);
	n = i2d_X509(crt, &out);
	assert_true(n > 0);
	buf_reset(der);
	buf_put(der, out, (size_t)n);
	assert_int_equal(buf_err(der), 0);
	OPENSSL_free(out);
	X509_free(crt);
	EVP_PKEY_free(subject);
}

void issue(struct fixture *f, unsigned slot, enum personal_kind kind, const char *pin)
{
	struct secret *s = pin != NULL ? secret_of(pin) : NULL;

	assert_int_equal(personal_generate(f->p, slot, kind, &f->spki), 0);
	certify(&f->spki, "issued", &f->der);
	assert_int_equal(personal_write_certificate(f->p, slot, f->der.data, f->der.len, s), 0);
	secret_free(s);
}

/* ---- what is on the card ------------------------------------------------------------------------- */

static void put_spki(struct vcard_key *key, struct buf *ret)
{
	unsigned char *out = NULL;
	EVP_PKEY *pkey;
	int n;

	assert_int_equal(vcard_key_load(key, &pkey), 0);
	n = i2d_PUBKEY(pkey, &out);
	assert_true(n > 0);
	buf_put(ret, out, (size_t)n);
	OPENSSL_free(out);
}

/* The memory of a file in DF 5015, or NULL. */
static const struct buf *p15_file(struct vcard_p15 *p15, uint16_t id)
{
	uint8_t df = vcard_p15_child(p15, 0, 0x5015);
	const struct vcard_p15_file *file =
		df == VCARD_P15_NO_FILE ? NULL : vcard_p15_file(p15, vcard_p15_child(p15, df, id));

	return file != NULL ? &file->data : NULL;
}

/* Of a card with files, from its memory: what its directory file lists, as its keys are. */
static void look_into_files(struct vcard_p15 *p15, unsigned slot, struct buf *ret_spki,
			    struct buf *ret_der)
{
	const struct buf *cdf = p15_file(p15, 0x4404), *file;
	struct pkcs15_certificate entry;
	uint8_t key = vcard_p15_key_find(p15, (uint8_t)slot), path[6] = {0};
	struct cursor c;

	if (key != VCARD_P15_NO_KEY)
		put_spki(&p15->memory.keys[key].key, ret_spki);
	if (cdf == NULL)
		return;
	c = buf_cursor(cdf);
	while (pkcs15_next_certificate(&c, &entry) == 1) {
		if (*cursor_at(&entry.id) != slot + 1)
			continue;
		assert_int_equal(cursor_copy(&entry.value.path.path, 6, path), 0);
		file = p15_file(p15, (uint16_t)(path[4] << 8 | path[5]));
		if (file != NULL)
			buf_put(ret_der, file->data, file->len);
	}
}

/* Of a PIV card, from its memory. */
static void look_inside(struct vcard_piv *piv, unsigned slot, struct buf *ret_spki,
			struct buf *ret_der)
{
	static const uint8_t references[] = {0x9A, 0x9C, 0x9D, 0x9E};
	struct vcard_piv_key *key = vcard_piv_key_find(piv, references[slot]);
	int r;

	if (key->key.der.len > 0)
		put_spki(&key->key, ret_spki);
	r = vcard_piv_certificate_get(&piv->memory, vcard_piv_certificate_tag(references[slot]),
				      ret_der);
	assert_true(r == 0 || r == MOHR_ERR_NOT_FOUND);
}

/* Of any other, as its profile reads it. */
static void look_outside(struct fixture *f, unsigned slot, struct buf *ret_spki,
			 struct buf *ret_der)
{
	struct card *card = NULL;
	struct channel channel;
	struct link *link;
	int r;

	assert_int_equal(transport_connect(f->transport, "Loop reader 00", &link), 0);
	assert_int_equal(link_begin(link), 0);
	assert_int_equal(channel_init(&channel, link, NULL), 0);
	assert_int_equal(card_open(&channel, &f->config, &card), 0);
	r = card->profile->read_public_key(card, slot, ret_spki);
	assert_true(r == 0 || r == MOHR_ERR_NOT_FOUND);
	r = card->profile->read_certificate(card, slot, ret_der);
	assert_true(r == 0 || r == MOHR_ERR_NOT_FOUND || r == MOHR_ERR_MALFORMED);
	card_close(card);
	channel_clear(&channel);
	link_end(link, true);
	link_free(link);
}

void look(struct fixture *f, unsigned slot, struct buf *ret_spki, struct buf *ret_der)
{
	struct vcard_piv *piv = vcard_piv_of(f->v);
	struct vcard_p15 *p15 = vcard_p15_of(f->v);

	buf_reset(ret_spki);
	buf_reset(ret_der);
	if (piv != NULL)
		look_inside(piv, slot, ret_spki, ret_der);
	else if (p15 != NULL)
		look_into_files(p15, slot, ret_spki, ret_der);
	else
		look_outside(f, slot, ret_spki, ret_der);
}

void assert_no_foreign(struct fixture *f)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	unsigned slot;

	for (slot = 0; slot < (vcard_piv_of(f->v) != NULL ? 4 : 2); slot++) {
		const unsigned char *in;
		EVP_PKEY *key;
		X509 *crt;

		look(f, slot, &spki, &der);
		in = der.data;
		crt = der.len > 0 ? d2i_X509(NULL, &in, (long)der.len) : NULL;
		if (crt == NULL)
			continue;
		if (spki.len == 0)
			fail_msg("slot %u has a certificate and no key", slot);
		in = spki.data;
		key = d2i_PUBKEY(NULL, &in, (long)spki.len);
		if (EVP_PKEY_eq(X509_get0_pubkey(crt), key) != 1)
			fail_msg("slot %u has the certificate of another key", slot);
		if (X509_verify(crt, authority) != 1)
			fail_msg("slot %u has a certificate that nobody has issued", slot);
		EVP_PKEY_free(key);
		X509_free(crt);
	}
	buf_clear(&spki);
	buf_clear(&der);
}

void assert_tries(struct fixture *f, unsigned pin, int tries)
{
	struct pin_status status;
	struct card *card = NULL;
	struct channel channel;
	struct link *link;

	assert_int_equal(transport_connect(f->transport, "Loop reader 00", &link), 0);
	assert_int_equal(link_begin(link), 0);
	assert_int_equal(channel_init(&channel, link, NULL), 0);
	assert_int_equal(card_open(&channel, &f->config, &card), 0);
	assert_int_equal(card->profile->query(card, pin, &status), 0);
	assert_int_equal(status.tries_left, tries);
	card_close(card);
	channel_clear(&channel);
	link_end(link, true);
	link_free(link);
}

/* ---- cuts ---------------------------------------------------------------------------------------- */

/* Whether the fault was met. */
static bool cut_once(struct fixture *f, const struct fixture_cut *cut, void *user,
		     const struct loop_fault *fault)
{
	bool done;
	int r;

	fixture_renew(f, cut->card);
	fixture_open(f);
	if (cut->prepare != NULL)
		assert_int_equal(cut->prepare(f, user), 0);
	loop_set_fault(f->loop, 0, fault);
	r = cut->job(f, user);
	done = loop_fault_done(f->loop, 0);
	if (done)
		assert_int_equal(r, MOHR_ERR_CARD_REMOVED);
	else
		assert_int_equal(r, 0);
	loop_set_fault(f->loop, 0, &(struct loop_fault){.kind = LOOP_FAULT_NONE});
	fixture_reinsert(f);
	assert_no_foreign(f);
	fixture_open(f);
	r = cut->job(f, user);
	if (r != 0)
		fail_msg("cut at %u, kind %d: the repetition fails with %s", fault->at,
			 (int)fault->kind, error_name(r));
	fixture_reinsert(f);
	assert_no_foreign(f);
	if (cut->check != NULL)
		cut->check(f, user);
	return done;
}

void cut_everywhere(const struct fixture_cut *cut, void *user)
{
	struct loop_fault before = {.kind = LOOP_FAULT_REMOVE};
	struct loop_fault after = {.kind = LOOP_FAULT_ERROR, .value = MOHR_ERR_CARD_REMOVED};
	struct fixture f;

	fixture_start(&f, cut->card);
	while (cut_once(&f, cut, user, &before))
		before.at++;
	while (cut_once(&f, cut, user, &after))
		after.at++;
	fixture_stop(&f);
	assert_true(before.at >= cut->n_at_least && after.at >= cut->n_at_least);
}
