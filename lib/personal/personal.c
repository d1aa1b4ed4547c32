/* SPDX-License-Identifier: BSD-2-Clause */
/* Families, and what is the same for all of them: the checks before, and the reading back after. */
#include "personal/family.h"

#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"

enum {
	/* ISO 7816-8 §5.3 */
	TAG_PUBLIC_KEY = 0x7F49,
	TAG_EC_POINT = 0x86,
	LEAST_TRIES = 2, /* left after a comparison, for another one */
};

static const struct {
	enum key_type type;
	unsigned bits;
} kinds[PERSONAL_N_KINDS] = {
	[PERSONAL_RSA2048] = {KEY_RSA, 2048}, [PERSONAL_RSA3072] = {KEY_RSA, 3072},
	[PERSONAL_RSA4096] = {KEY_RSA, 4096}, [PERSONAL_P256] = {KEY_EC, 256},
	[PERSONAL_P384] = {KEY_EC, 384},      [PERSONAL_ED25519] = {KEY_EDWARDS, 255},
};

const struct personal_ops *const *personal_families(void)
{
	static const struct personal_ops *const families[] = {&personal_natid, &personal_isoapplet,
							      &personal_piv, NULL};

	return families;
}

/* ---- what families share ------------------------------------------------------------------------- */

int personal_open_card(struct channel *channel, const struct config *config, const char *profile,
		       struct card **ret)
{
	struct config forced = *config;
	char name[sizeof("natid")];

	if (strlen(profile) >= sizeof(name))
		return MOHR_ERR_ARGUMENT;
	if (config->profile != NULL && strcmp(config->profile, profile) != 0)
		return MOHR_ERR_CARD_UNKNOWN;
	strcpy(name, profile);
	forced.profile = name;
	return card_open(channel, &forced, ret);
}

bool personal_refused(const struct channel *c, int r)
{
	return r != 0 && c->sw != 0 && c->sw != SW_OK;
}

static enum curve curve_of(const struct cursor *template)
{
	struct cursor point;
	enum curve curve;

	if (tlv_find(template, TAG_EC_POINT, &point) != 0)
		return CURVE_NONE;
	for (curve = CURVE_P256; curve <= CURVE_P521; curve++) {
		if (cursor_left(&point) == 1 + 2 * curve_len(curve))
			return curve;
	}
	return cursor_left(&point) == curve_len(CURVE_ED25519) ? CURVE_ED25519 : CURVE_NONE;
}

int personal_take_template(const struct cursor *template, struct buf *ret_spki)
{
	struct pubkey key;
	int r = pubkey_decode_card(template, curve_of(template), &key);

	if (r != 0)
		return r;
	pubkey_encode_spki(ret_spki, &key);
	return buf_err(ret_spki);
}

int personal_take_public_key(const struct buf *answer, enum personal_kind kind,
			     struct buf *ret_spki)
{
	struct cursor c = buf_cursor(answer), template;
	struct pubkey key;
	int r;

	if ((r = tlv_get_tag(&c, TAG_PUBLIC_KEY, &template)) != 0 || (r = cursor_done(&c)) != 0 ||
	    (r = pubkey_decode_card(&template, curve_of(&template), &key)) != 0)
		return r;
	if (key.type != kinds[kind].type || key.bits != kinds[kind].bits)
		return MOHR_ERR_MALFORMED;
	return personal_take_template(&template, ret_spki);
}

int personal_change(struct channel *c, const struct pin_format *f, const struct secret *old_value,
		    const struct secret *new_value, int *ret_tries)
{
	int tries, r;

	r = pin_change(c, f, old_value, new_value, &tries);
	if (r == MOHR_ERR_PIN_INCORRECT && tries >= LEAST_TRIES)
		r = pin_change(c, f, new_value, new_value, &tries);
	if (ret_tries != NULL)
		*ret_tries = tries;
	return r;
}

int personal_check_admin(const struct personal_admin *admin, size_t *ret_block)
{
	static const struct {
		size_t key_len, block_len;
	} ciphers[] = {
		[CIPHER_AES128] = {16, 16},
		[CIPHER_AES192] = {24, 16},
		[CIPHER_AES256] = {32, 16},
		[CIPHER_3DES] = {24, 8},
	};

	if (admin == NULL || admin->key == NULL ||
	    (size_t)admin->cipher >= sizeof(ciphers) / sizeof(ciphers[0]) ||
	    secret_len(admin->key) != ciphers[admin->cipher].key_len)
		return MOHR_ERR_ARGUMENT;
	*ret_block = ciphers[admin->cipher].block_len;
	return 0;
}

/* ---- the card ------------------------------------------------------------------------------------ */

int personal_open(struct channel *channel, const struct config *config, struct crypto *crypto,
		  struct personal **ret)
{
	const struct personal_ops *const *f = personal_families();
	int r = MOHR_ERR_CARD_UNKNOWN;

	for (; r == MOHR_ERR_CARD_UNKNOWN && *f != NULL; f++)
		r = (*f)->open(channel, config, crypto, ret);
	return r;
}

void personal_close(struct personal *p)
{
	if (p != NULL)
		p->ops->close(p);
}

int personal_authenticate(struct personal *p, const struct personal_admin *admin)
{
	return p->ops->authenticate(p, admin);
}

int personal_initialise(struct personal *p, const struct personal_setup *setup)
{
	return p->ops->initialise(p, setup);
}

int personal_reset(struct personal *p)
{
	return p->ops->reset == NULL ? MOHR_ERR_NOT_SUPPORTED : p->ops->reset(p);
}

/* ---- PINs and the administrator's key -------------------------------------------------------------- */

int personal_set_pin(struct personal *p, unsigned pin, const struct secret *old_value,
		     const struct secret *new_value, int *ret_tries)
{
	int tries = PIN_TRIES_UNKNOWN;
	int r = pin < p->n_pins ? p->ops->set_pin(p, pin, old_value, new_value, &tries)
				: MOHR_ERR_ARGUMENT;

	if (ret_tries != NULL)
		*ret_tries = tries;
	return r;
}

int personal_unblock_pin(struct personal *p, unsigned pin, const struct secret *puk,
			 const struct secret *new_value, int *ret_tries)
{
	int tries = PIN_TRIES_UNKNOWN;
	int r = pin < p->n_pins ? p->ops->unblock_pin(p, pin, puk, new_value, &tries)
				: MOHR_ERR_ARGUMENT;

	if (ret_tries != NULL)
		*ret_tries = tries;
	return r;
}

int personal_set_puk(struct personal *p, const struct secret *old_value,
		     const struct secret *new_value, int *ret_tries)
{
	int tries = PIN_TRIES_UNKNOWN;
	int r = p->ops->set_puk == NULL ? MOHR_ERR_NOT_SUPPORTED
					: p->ops->set_puk(p, old_value, new_value, &tries);

	if (ret_tries != NULL)
		*ret_tries = tries;
	return r;
}

int personal_set_admin(struct personal *p, const struct personal_admin *old_admin,
		       const struct personal_admin *new_admin)
{
	size_t block;
	int r;

	if (p->ops->set_admin == NULL)
		return MOHR_ERR_NOT_SUPPORTED;
	if ((r = personal_check_admin(new_admin, &block)) != 0)
		return r;
	r = p->ops->authenticate(p, old_admin);
	if (personal_refused(p->channel, r))
		return p->ops->authenticate(p, new_admin);
	if (r != 0 || (r = p->ops->set_admin(p, new_admin)) != 0)
		return r;
	return p->ops->authenticate(p, new_admin);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static bool same(const struct cursor *a, const struct cursor *b)
{
	return cursor_equals(a, cursor_at(b), cursor_left(b));
}

bool personal_same_key(const struct pubkey *a, const struct pubkey *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == KEY_RSA)
		return same(&a->modulus, &b->modulus) && same(&a->exponent, &b->exponent);
	return a->type != KEY_NONE && a->curve == b->curve && same(&a->point, &b->point);
}

/* Whether the slot's key is the one of this shape; MOHR_ERR_NOT_SUPPORTED if the card does not tell. */
static int compare_key(struct personal *p, unsigned slot, const struct pubkey *shape)
{
	struct buf spki = BUF_INIT(PERSONAL_MAX_SPKI);
	struct cursor c;
	struct pubkey own;
	int r = p->ops->read_public_key(p, slot, &spki);

	c = buf_cursor(&spki);
	if (r == 0)
		r = pubkey_decode_spki(&c, &own);
	if (r == 0 && !personal_same_key(&own, shape))
		r = MOHR_ERR_CERTIFICATE_FOREIGN;
	buf_clear(&spki);
	return r;
}

/* What the card says that it has made must be what it has, as far as it tells. */
static int check_made(struct personal *p, unsigned slot, const struct buf *spki)
{
	struct cursor c = buf_cursor(spki);
	struct pubkey made;
	int r;

	if ((r = pubkey_decode_spki(&c, &made)) != 0)
		return r;
	if (made.type != KEY_RSA && crypto_point_check(p->crypto, made.curve, &made.point) != 0)
		return log_fail(p->channel->log, MOHR_ERR_MALFORMED,
				"the new key is no point of its curve");
	r = compare_key(p, slot, &made);
	if (r == MOHR_ERR_CERTIFICATE_FOREIGN)
		return log_fail(p->channel->log, MOHR_ERR_MALFORMED, "the new key is another one");
	return r == MOHR_ERR_NOT_SUPPORTED ? 0 : r;
}

int personal_generate(struct personal *p, unsigned slot, enum personal_kind kind,
		      struct buf *ret_spki)
{
	int r;

	buf_reset(ret_spki);
	if (slot >= p->n_slots || (unsigned)kind >= PERSONAL_N_KINDS)
		return MOHR_ERR_ARGUMENT;
	if ((r = personal_erase_certificate(p, slot)) != 0 ||
	    (r = p->ops->generate(p, slot, kind, ret_spki)) != 0)
		goto out;
	r = check_made(p, slot, ret_spki);
out:
	if (r != 0)
		buf_reset(ret_spki);
	return r;
}

int personal_read_public_key(struct personal *p, unsigned slot, struct buf *ret_spki)
{
	int r;

	buf_reset(ret_spki);
	if (slot >= p->n_slots)
		return MOHR_ERR_ARGUMENT;
	r = p->ops->read_public_key(p, slot, ret_spki);
	if (r != 0)
		buf_reset(ret_spki);
	return r;
}

/* ---- certificates -------------------------------------------------------------------------------- */

/* Whether the card holds exactly these bytes: 0; 1 if it does not. */
static int holds(struct personal *p, unsigned slot, const void *der, size_t len)
{
	struct buf there = BUF_INIT(LIMIT_CERTIFICATE);
	int r = p->ops->read_certificate(p, slot, &there);

	if (r == MOHR_ERR_NOT_FOUND || r == MOHR_ERR_MALFORMED || r == MOHR_ERR_LIMIT)
		r = 1;
	else if (r == 0)
		r = there.len != len || memcmp(there.data, der, len) != 0;
	buf_clear(&there);
	return r;
}

int personal_write_certificate(struct personal *p, unsigned slot, const void *der, size_t len,
			       const struct secret *pin)
{
	struct x509 crt;
	int r;

	if (slot >= p->n_slots)
		return MOHR_ERR_ARGUMENT;
	if (len > LIMIT_CERTIFICATE)
		return MOHR_ERR_DATA_LENGTH;
	if (x509_decode(der, len, &crt) != 0 || crt.key.type == KEY_NONE)
		return MOHR_ERR_DATA_INVALID;
	r = compare_key(p, slot, &crt.key);
	if (r == MOHR_ERR_NOT_SUPPORTED && p->ops->prove != NULL)
		r = p->ops->prove(p, slot, &crt.key, pin);
	if (r == 0)
		r = holds(p, slot, der, len);
	if (r <= 0)
		return r;
	if ((r = p->ops->put_certificate(p, slot, der, len)) != 0)
		return r;
	r = holds(p, slot, der, len);
	return r <= 0 ? r
		      : log_fail(p->channel->log, MOHR_ERR_CARD_MEMORY,
				 "the certificate does not read back as it was written");
}

int personal_erase_certificate(struct personal *p, unsigned slot)
{
	struct buf rest = BUF_INIT(LIMIT_CERTIFICATE);
	int r;

	if (slot >= p->n_slots)
		return MOHR_ERR_ARGUMENT;
	if ((r = p->ops->erase_certificate(p, slot)) != 0)
		return r;
	r = p->ops->read_certificate(p, slot, &rest);
	buf_clear(&rest);
	if (r == 0)
		return log_fail(p->channel->log, MOHR_ERR_CARD_MEMORY,
				"the certificate is there still");
	return r == MOHR_ERR_NOT_FOUND || r == MOHR_ERR_MALFORMED || r == MOHR_ERR_LIMIT ? 0 : r;
}

int personal_read_certificate(struct personal *p, unsigned slot, struct buf *ret)
{
	int r;

	buf_reset(ret);
	if (slot >= p->n_slots)
		return MOHR_ERR_ARGUMENT;
	r = p->ops->read_certificate(p, slot, ret);
	if (r != 0)
		buf_reset(ret);
	return r;
}

/* ---- status -------------------------------------------------------------------------------------- */

/* Of a certificate that was read. */
static int judge(struct personal *p, unsigned slot, const struct buf *der,
		 struct personal_status *ret)
{
	struct x509 crt;
	int r;

	if (x509_decode(der->data, der->len, &crt) != 0) {
		ret->certificate = PERSONAL_UNFINISHED;
		return 0;
	}
	r = compare_key(p, slot, &crt.key);
	if (r != 0 && r != MOHR_ERR_NOT_SUPPORTED && r != MOHR_ERR_NOT_FOUND &&
	    r != MOHR_ERR_CERTIFICATE_FOREIGN)
		return r;
	ret->certificate =
		r == 0 || r == MOHR_ERR_NOT_SUPPORTED ? PERSONAL_PRESENT : PERSONAL_FOREIGN;
	return 0;
}

int personal_status(struct personal *p, unsigned slot, struct personal_status *ret)
{
	struct personal_status status = {PERSONAL_PRESENT, PERSONAL_EMPTY};
	struct buf spki = BUF_INIT(PERSONAL_MAX_SPKI), der = BUF_INIT(LIMIT_CERTIFICATE);
	int r;

	if (slot >= p->n_slots)
		return MOHR_ERR_ARGUMENT;
	r = p->ops->read_public_key(p, slot, &spki);
	if (r == MOHR_ERR_NOT_FOUND)
		status.key = PERSONAL_EMPTY;
	else if (r == MOHR_ERR_NOT_SUPPORTED)
		status.key = PERSONAL_UNKNOWN;
	else if (r != 0)
		goto out;
	r = p->ops->read_certificate(p, slot, &der);
	if (r == 0)
		r = judge(p, slot, &der, &status);
	else if (r == MOHR_ERR_MALFORMED || r == MOHR_ERR_LIMIT)
		status.certificate = PERSONAL_UNFINISHED;
	if (r == 0 || r == MOHR_ERR_NOT_FOUND || status.certificate == PERSONAL_UNFINISHED) {
		*ret = status;
		r = 0;
	}
out:
	buf_clear(&spki);
	buf_clear(&der);
	return r;
}
