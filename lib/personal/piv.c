/* SPDX-License-Identifier: BSD-2-Clause */
/* PIV cards (NIST SP 800-73-4 part 2): keys, PINs and certificates; piv_object.c, piv_admin.c the rest. */
#include "personal/piv.h"

#include <stdlib.h>
#include <string.h>

#include "card/file.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"

enum {
	REF_PUK = 0x81, /* part 1 table 4 */
	PIN_LEN = 8,
	PUK_MIN_YUBICO = 6,
	PIN_PAD = 0xFF,
	/* GENERATE ASYMMETRIC KEY PAIR, part 2 §3.3.2 */
	TAG_REFERENCES = 0xAC,
	TAG_ALGORITHM = 0x80,
};

/* The name without its version (part 1 §2.2). */
static const uint8_t aid[] = {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};

/* Profile's keys and certificates begin with these, in this order. */
static const struct personal_slot slots[] = {
	{"9A", 0x9A, 0}, {"9C", 0x9C, 0}, {"9D", 0x9D, 0}, {"9E", 0x9E, 0}};

enum { N_SLOTS = sizeof(slots) / sizeof(slots[0]) };

/* SP 800-78-4 table 6-2; 16 and E0 are the numbers vendors agree on. */
static const uint8_t algorithms[PERSONAL_N_KINDS] = {
	[PERSONAL_RSA2048] = 0x07, [PERSONAL_RSA3072] = 0x05, [PERSONAL_RSA4096] = 0x16,
	[PERSONAL_P256] = 0x11,    [PERSONAL_P384] = 0x14,    [PERSONAL_ED25519] = 0xE0,
};

int personal_piv_select(struct channel *c)
{
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = FILE_P1_NAME,
			 .p2 = FILE_P2_FCI,
			 .data = aid,
			 .data_len = sizeof(aid),
			 .le = LIMIT_SHORT_LE};

	return channel_command(c, &a, NULL);
}

static int piv_open(struct channel *channel, const struct config *config, struct crypto *crypto,
		    struct personal **ret)
{
	struct piv_personal *piv;
	struct card *card = NULL;
	int r = personal_open_card(channel, config, "piv", &card);

	if (r != 0)
		return r;
	piv = calloc(1, sizeof(*piv));
	if (piv == NULL) {
		card_close(card);
		return MOHR_ERR_NOMEM;
	}
	piv->personal = (struct personal){.ops = &personal_piv,
					  .channel = channel,
					  .crypto = crypto,
					  .card = card,
					  .slots = slots,
					  .n_slots = N_SLOTS,
					  .n_pins = card->n_pins};
	piv->is_yubico = strcmp(card->manufacturer, "Yubico") == 0;
	piv->puk = (struct pin_format){.reference = REF_PUK,
				       .min_len = piv->is_yubico ? PUK_MIN_YUBICO : PIN_LEN,
				       .max_len = PIN_LEN,
				       .padded_len = PIN_LEN,
				       .pad = PIN_PAD};
	*ret = &piv->personal;
	return 0;
}

static void piv_close(struct personal *p)
{
	card_close(p->card);
	free(p);
}

/* ---- the whole ----------------------------------------------------------------------------------- */

/* Certificates before their keys, and last of all the number that makes it a card. */
static int piv_initialise(struct personal *p, const struct personal_setup *setup)
{
	struct piv_personal *piv = (struct piv_personal *)p;
	size_t i;
	int r;

	for (i = 0; i < sizeof(setup->expiry) - 1; i++) {
		if (setup->expiry[i] < '0' || setup->expiry[i] > '9')
			return MOHR_ERR_ARGUMENT;
	}
	if ((r = personal_piv_select(p->channel)) != 0 ||
	    (r = personal_piv_delete_objects(piv)) != 0)
		return r;
	if (piv->is_yubico && (r = personal_piv_delete_keys(piv)) != 0)
		return r;
	return personal_piv_put_basics(piv, setup);
}

/* ---- PINs ---------------------------------------------------------------------------------------- */

static int piv_set_pin(struct personal *p, unsigned pin, const struct secret *old_value,
		       const struct secret *new_value, int *ret_tries)
{
	int r = personal_piv_select(p->channel);

	return r != 0 ? r
		      : personal_change(p->channel, &p->card->pins[pin].format, old_value,
					new_value, ret_tries);
}

static int piv_unblock_pin(struct personal *p, unsigned pin, const struct secret *puk,
			   const struct secret *new_value, int *ret_tries)
{
	return p->card->profile->unblock(p->card, pin, puk, new_value, ret_tries);
}

static int piv_set_puk(struct personal *p, const struct secret *old_value,
		       const struct secret *new_value, int *ret_tries)
{
	const struct piv_personal *piv = (const struct piv_personal *)p;
	int r = personal_piv_select(p->channel);

	return r != 0 ? r : personal_change(p->channel, &piv->puk, old_value, new_value, ret_tries);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static int piv_generate(struct personal *p, unsigned slot, enum personal_kind kind,
			struct buf *ret_spki)
{
	struct buf answer = BUF_INIT(PERSONAL_MAX_PUBLIC), body = BUF_INIT(LIMIT_SHORT_LC);
	struct apdu a = {.ins = INS_GENERATE, .p2 = slots[slot].reference, .le = LIMIT_EXTENDED_LE};
	size_t mark = tlv_open(&body, TAG_REFERENCES);
	int r;

	tlv_put_u8(&body, TAG_ALGORITHM, algorithms[kind]);
	tlv_close(&body, mark);
	a.data = body.data;
	a.data_len = body.len;
	if ((r = buf_err(&body)) != 0 || (r = personal_piv_select(p->channel)) != 0)
		goto out;
	r = channel_command(p->channel, &a, &answer);
	/* 6A80: this algorithm is none of the card's */
	if (r == MOHR_ERR_CARD_REFUSED && p->channel->sw == SW_WRONG_DATA)
		r = MOHR_ERR_NOT_SUPPORTED;
	if (r == 0)
		r = personal_take_public_key(&answer, kind, ret_spki);
out:
	buf_clear(&answer);
	buf_clear(&body);
	return r;
}

static int check_rsa(struct personal *p, const struct pubkey *shape, const uint8_t *block,
		     const struct buf *signature)
{
	size_t len = cursor_left(&shape->modulus);
	uint8_t opened[LIMIT_SIGNATURE];
	int r;

	if (signature->len != len)
		return MOHR_ERR_CERTIFICATE_FOREIGN;
	r = crypto_rsa_public(p->crypto, &shape->modulus, &shape->exponent, signature->data,
			      opened);
	/* what is not below this modulus is no signature by its key */
	return r == MOHR_ERR_DATA_INVALID || (r == 0 && memcmp(opened, block, len) != 0)
		       ? MOHR_ERR_CERTIFICATE_FOREIGN
		       : r;
}

static int check_ec(struct personal *p, const struct pubkey *shape, const uint8_t *block,
		    const struct buf *signature)
{
	int r = crypto_ecdsa_verify(p->crypto, shape->curve, &shape->point, block,
				    curve_len(shape->curve), signature->data, signature->len);

	return r == MOHR_ERR_SIGNATURE_INVALID || r == MOHR_ERR_SIGNATURE_LENGTH ||
			       r == MOHR_ERR_CRYPTO
		       ? MOHR_ERR_CERTIFICATE_FOREIGN
		       : r;
}

/*
 * No command of the standard tells a public key: the key signs random bytes, of the modulus' or the curve's
 * length, which are the digest of nothing. A card that refuses other than for its PIN has no key of the
 * certificate's algorithm there.
 */
static int piv_prove(struct personal *p, unsigned slot, const struct pubkey *shape,
		     const struct secret *pin)
{
	const struct profile *profile = p->card->profile;
	uint8_t block[LIMIT_SIGNATURE] = {0};
	struct sign_request q = {.scheme = SIGN_ECDSA, .data = block};
	struct buf signature = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	q.len = curve_len(shape->curve);
	if (shape->type == KEY_RSA) {
		q.scheme = SIGN_RAW;
		q.len = cursor_left(&shape->modulus);
	}
	if (q.len > sizeof(block) || !profile->can_sign(p->card, slot, shape, &q))
		return MOHR_ERR_CERTIFICATE_FOREIGN;
	/* the first byte stays 0: below every modulus */
	if ((r = crypto_random(p->crypto, block + 1, q.len - 1)) != 0 ||
	    (pin != NULL && (r = profile->verify(p->card, 0, pin, NULL)) != 0))
		return r;
	r = profile->sign(p->card, slot, shape, &q, &signature);
	if (personal_refused(p->channel, r) && r != MOHR_ERR_SECURITY_STATUS &&
	    r != MOHR_ERR_NOT_FOUND)
		r = MOHR_ERR_CERTIFICATE_FOREIGN;
	if (r == 0)
		r = shape->type == KEY_RSA ? check_rsa(p, shape, block, &signature)
					   : check_ec(p, shape, block, &signature);
	buf_clear(&signature);
	return r;
}

/* ---- certificates -------------------------------------------------------------------------------- */

static int piv_erase_certificate(struct personal *p, unsigned slot)
{
	return personal_piv_put_certificate(p, slot, NULL, 0);
}

static int piv_read_certificate(struct personal *p, unsigned slot, struct buf *ret)
{
	int r = personal_piv_select(p->channel);

	return r != 0 ? r : p->card->profile->read_certificate(p->card, slot, ret);
}

const struct personal_ops personal_piv = {
	.name = "piv",
	.open = piv_open,
	.close = piv_close,
	.authenticate = personal_piv_authenticate,
	.initialise = piv_initialise,
	.reset = personal_piv_reset,
	.set_pin = piv_set_pin,
	.unblock_pin = piv_unblock_pin,
	.set_puk = piv_set_puk,
	.set_admin = personal_piv_set_admin,
	.generate = piv_generate,
	.read_public_key = personal_piv_read_public_key,
	.prove = piv_prove,
	.put_certificate = personal_piv_put_certificate,
	.erase_certificate = piv_erase_certificate,
	.read_certificate = piv_read_certificate,
};
