/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The management key of PIV cards (SP 800-73-4 part 2 §3.2.4, appendix A.1), and Yubico's own instructions
 * about keys (https://developers.yubico.com/PIV/Introduction/Yubico_extensions.html).
 */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "personal/piv.h"

enum {
	REF_ADMIN = 0x9B,
	/* dynamic authentication template, part 2 table 7 */
	TAG_TEMPLATE = 0x7C,
	TAG_WITNESS = 0x80,
	TAG_CHALLENGE = 0x81,
	TAG_RESPONSE = 0x82,
	BLOCK_MAX = 16,
	/* Yubico's */
	INS_MOVE_KEY = 0xF6,
	INS_METADATA = 0xF7,
	INS_RESET = 0xFB,
	INS_SET_ADMIN = 0xFF,
	P1_DELETE = 0xFF,
	P1_SET_ADMIN = 0xFF,
	P2_NO_TOUCH = 0xFF,
	META_ALGORITHM = 0x01,
	META_PUBLIC_KEY = 0x04,
	ALGORITHM_X25519 = 0xE1,
	REF_RETIRED = 0x82,
	N_CURRENT = 4,
	/* guesses that nobody can have typed, and more of them than any card allows */
	GUESS_LEN = 8,
	MAX_GUESSES = 256,
};

/* SP 800-78-4 table 6-2 */
static const uint8_t cipher_numbers[] = {
	[CIPHER_AES128] = 0x08,
	[CIPHER_AES192] = 0x0A,
	[CIPHER_AES256] = 0x0C,
	[CIPHER_3DES] = 0x03,
};

/* ---- mutual authentication ------------------------------------------------------------------------ */

struct dialogue {
	struct personal *p;
	const struct personal_admin *admin;
	size_t block_len;
};

/* One block under the management key. */
static int encipher(const struct dialogue *d, bool encrypt, const uint8_t *in, uint8_t *out)
{
	return crypto_block_cipher(d->p->crypto, d->admin->cipher, encrypt,
				   secret_peek(d->admin->key), NULL, in, d->block_len, out);
}

/* Sends 7C{content}; *ret gets the block that the card answers under this tag. */
static int ask(const struct dialogue *d, const struct buf *content, uint32_t tag,
	       uint8_t ret[BLOCK_MAX])
{
	struct buf body = BUF_INIT(LIMIT_SHORT_LC), answer = BUF_INIT(LIMIT_SHORT_LE);
	struct apdu a = {.ins = INS_GENERAL_AUTH,
			 .p1 = cipher_numbers[d->admin->cipher],
			 .p2 = REF_ADMIN,
			 .le = LIMIT_SHORT_LE};
	struct cursor c, template, block;
	int r;

	tlv_put(&body, TAG_TEMPLATE, content->data, content->len);
	a.data = body.data;
	a.data_len = body.len;
	if ((r = buf_err(content)) != 0 || (r = buf_err(&body)) != 0 ||
	    (r = channel_command(d->p->channel, &a, &answer)) != 0)
		goto out;
	c = buf_cursor(&answer);
	if ((r = tlv_get_tag(&c, TAG_TEMPLATE, &template)) != 0 || (r = cursor_done(&c)) != 0 ||
	    (r = tlv_find(&template, tag, &block)) != 0 ||
	    (r = cursor_copy(&block, d->block_len, ret)) != 0 || (r = cursor_done(&block)) != 0)
		r = MOHR_ERR_MALFORMED;
out:
	buf_clear(&body);
	buf_clear(&answer);
	return r;
}

/* The card's witness, deciphered, goes back with a challenge of ours, which the card has to encipher. */
static int authenticate(const struct dialogue *d)
{
	struct buf content = BUF_INIT(LIMIT_SHORT_LC);
	uint8_t witness[BLOCK_MAX], challenge[BLOCK_MAX], response[BLOCK_MAX];
	int r;

	tlv_put(&content, TAG_WITNESS, NULL, 0);
	if ((r = ask(d, &content, TAG_WITNESS, witness)) != 0 ||
	    (r = encipher(d, false, witness, witness)) != 0 ||
	    (r = crypto_random(d->p->crypto, challenge, d->block_len)) != 0)
		goto out;
	buf_reset(&content);
	tlv_put(&content, TAG_WITNESS, witness, d->block_len);
	tlv_put(&content, TAG_CHALLENGE, challenge, d->block_len);
	if ((r = ask(d, &content, TAG_RESPONSE, response)) != 0 ||
	    (r = encipher(d, true, challenge, challenge)) != 0)
		goto out;
	if (!equal_ct(challenge, response, d->block_len))
		r = log_fail(d->p->channel->log, MOHR_ERR_SECURITY_STATUS,
			     "the card does not know its management key");
out:
	buf_clear(&content);
	wipe(witness, sizeof(witness));
	wipe(challenge, sizeof(challenge));
	wipe(response, sizeof(response));
	return r;
}

int personal_piv_authenticate(struct personal *p, const struct personal_admin *admin)
{
	struct dialogue d = {.p = p, .admin = admin};
	int r;

	if ((r = personal_check_admin(admin, &d.block_len)) != 0 ||
	    (r = personal_piv_select(p->channel)) != 0)
		return r;
	r = authenticate(&d);
	/* 6A86: the card's key is of another algorithm, so this one is not it */
	return r == MOHR_ERR_NOT_SUPPORTED && p->channel->sw == SW_WRONG_P1P2
		       ? MOHR_ERR_SECURITY_STATUS
		       : r;
}

/* ---- Yubico's ------------------------------------------------------------------------------------ */

int personal_piv_set_admin(struct personal *p, const struct personal_admin *admin)
{
	const struct piv_personal *piv = (const struct piv_personal *)p;
	size_t len = secret_len(admin->key);
	struct secret *body;
	struct apdu a = {.ins = INS_SET_ADMIN, .p1 = P1_SET_ADMIN, .p2 = P2_NO_TOUCH};
	int r;

	if (!piv->is_yubico)
		return MOHR_ERR_NOT_SUPPORTED;
	if ((r = secret_new(3 + len, &body)) != 0)
		return r;
	secret_data(body)[0] = cipher_numbers[admin->cipher];
	secret_data(body)[1] = REF_ADMIN;
	secret_data(body)[2] = (uint8_t)len;
	memcpy(secret_data(body) + 3, secret_peek(admin->key), len);
	a.data = secret_peek(body);
	a.data_len = secret_len(body);
	r = channel_command(p->channel, &a, NULL);
	secret_free(body);
	return r;
}

static int delete_key(struct channel *c, uint8_t reference)
{
	struct apdu a = {.ins = INS_MOVE_KEY, .p1 = P1_DELETE, .p2 = reference};
	int r = channel_command(c, &a, NULL);

	/* there is none, or the card is too old to delete one: then the next one made replaces it */
	return personal_refused(c, r) && (r == MOHR_ERR_NOT_FOUND || r == MOHR_ERR_NOT_SUPPORTED)
		       ? 0
		       : r;
}

int personal_piv_delete_keys(struct piv_personal *piv)
{
	const struct personal *p = &piv->personal;
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < p->n_slots; i++)
		r = delete_key(p->channel, p->slots[i].reference);
	for (i = N_CURRENT; r == 0 && i < p->card->n_keys; i++)
		r = delete_key(p->channel, (uint8_t)(REF_RETIRED + i - N_CURRENT));
	return r;
}

int personal_piv_read_public_key(struct personal *p, unsigned slot, struct buf *ret_spki)
{
	const struct piv_personal *piv = (const struct piv_personal *)p;
	struct apdu a = {
		.ins = INS_METADATA, .p2 = p->slots[slot].reference, .le = LIMIT_EXTENDED_LE};
	struct buf answer = BUF_INIT(PERSONAL_MAX_PUBLIC);
	struct cursor c, algorithm, template;
	uint8_t number;
	int r;

	if (!piv->is_yubico)
		return MOHR_ERR_NOT_SUPPORTED;
	if ((r = personal_piv_select(p->channel)) != 0 ||
	    (r = channel_command(p->channel, &a, &answer)) != 0)
		goto out;
	c = buf_cursor(&answer);
	if (tlv_find(&c, META_ALGORITHM, &algorithm) != 0 ||
	    cursor_get_u8(&algorithm, &number) != 0 || cursor_done(&algorithm) != 0 ||
	    tlv_find(&c, META_PUBLIC_KEY, &template) != 0)
		r = MOHR_ERR_MALFORMED;
	else if (number ==
		 ALGORITHM_X25519) /* as long as an Ed25519 key, and none that certificates have */
		r = MOHR_ERR_NOT_SUPPORTED;
	else
		r = personal_take_template(&template, ret_spki);
out:
	buf_clear(&answer);
	return r;
}

/* Bytes that no keyboard makes, and none that pads. */
static int guess(struct personal *p, struct secret *ret)
{
	uint8_t *bytes = secret_data(ret);
	size_t i;
	int r = crypto_random(p->crypto, bytes, GUESS_LEN);

	for (i = 0; r == 0 && i < GUESS_LEN; i++)
		bytes[i] = (bytes[i] | 0x80) & 0xFE;
	return r;
}

/* Guesses until the PIN, or the PUK, is blocked. */
static int block(struct personal *p, bool the_puk, struct secret *value)
{
	const struct piv_personal *piv = (const struct piv_personal *)p;
	const struct pin_format *f = &p->card->pins[0].format;
	unsigned n;
	int r = 0;

	for (n = 0; n < MAX_GUESSES; n++) {
		if ((r = guess(p, value)) != 0)
			return r;
		r = the_puk ? pin_unblock(p->channel, f, &piv->puk, value, value, NULL)
			    : pin_verify(p->channel, f, value, NULL);
		if (r == MOHR_ERR_PIN_BLOCKED)
			return 0;
		if (r != 0 && r != MOHR_ERR_PIN_INCORRECT)
			return r;
	}
	return MOHR_ERR_LIMIT;
}

int personal_piv_reset(struct personal *p)
{
	const struct piv_personal *piv = (const struct piv_personal *)p;
	struct apdu a = {.ins = INS_RESET};
	struct secret *value;
	int r;

	if (!piv->is_yubico)
		return MOHR_ERR_NOT_SUPPORTED;
	if ((r = secret_new(GUESS_LEN, &value)) != 0)
		return r;
	if ((r = personal_piv_select(p->channel)) != 0 || (r = block(p, false, value)) != 0 ||
	    (r = block(p, true, value)) != 0)
		goto out;
	r = channel_command(p->channel, &a, NULL);
out:
	secret_free(value);
	return r;
}
