/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual national card, docs/natid-card.md: EXTERNAL AUTHENTICATE with the admin key, GENERATE, and
 * certificates in files that a command overwrites and none shortens or deletes.
 */
#include <stdlib.h>
#include <string.h>

#include "card/file.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "personal/family.h"

enum { AUTHENTICATION, SIGNATURE, N_SLOTS };

enum {
	MF = 0x3F00,
	EF_CERTIFICATE = 0x5040,
	P2_FCP = 0x04, /* SELECT, ISO 7816-4 §11.2.2 table 63 */
	TAG_FCP = 0x62,
	TAG_SIZE = 0x80,
	REF_ADMIN_KEY = 0x91,
	CHALLENGE_LEN = 16,
	HEADER_LEN = 4,      /* of a certificate: 30 82 and its length */
	MAX_OFFSET = 0x7FFF, /* UPDATE BINARY, ISO 7816-4 §11.3.2 */
	/* GENERATE */
	TAG_TEMPLATE = 0xAC,
	TAG_KIND = 0x80,
	TAG_KEY = 0x84,
};

static const uint8_t aid[] = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x0C,
			      0x00, 0x00, 0x01, 0x63, 0x42, 0x00};

/* Profile's keys and certificates are in this order too. */
static const struct personal_slot slots[N_SLOTS] = {
	[AUTHENTICATION] = {"authentication", 0x01, 0},
	[SIGNATURE] = {"signature", 0x02, 1},
};

static const uint16_t folders[N_SLOTS] = {0x5000, 0x5100};

static const uint8_t kind_bytes[PERSONAL_N_KINDS] = {
	[PERSONAL_RSA2048] = 0x01, [PERSONAL_RSA3072] = 0x02, [PERSONAL_RSA4096] = 0x03,
	[PERSONAL_P256] = 0x11,    [PERSONAL_P384] = 0x12,
};

static int natid_open(struct channel *channel, const struct config *config, struct crypto *crypto,
		      struct personal **ret)
{
	struct card *card = NULL;
	struct personal *p;
	int r = personal_open_card(channel, config, "natid", &card);

	if (r != 0)
		return r;
	/* Nobody has published how a physical card wants this, and it counts what is wrong. */
	if (strcmp(card->manufacturer, "Mohr") != 0 || card->n_keys != N_SLOTS ||
	    card->n_certificates != N_SLOTS) {
		card_close(card);
		return MOHR_ERR_NOT_SUPPORTED;
	}
	p = malloc(sizeof(*p));
	if (p == NULL) {
		card_close(card);
		return MOHR_ERR_NOMEM;
	}
	*p = (struct personal){.ops = &personal_natid,
			       .channel = channel,
			       .crypto = crypto,
			       .card = card,
			       .slots = slots,
			       .n_slots = N_SLOTS,
			       .n_pins = card->n_pins};
	*ret = p;
	return 0;
}

static void natid_close(struct personal *p)
{
	card_close(p->card);
	free(p);
}

static int select_application(struct personal *p)
{
	return file_select_aid(p->channel, aid, sizeof(aid), NULL);
}

/* ---- the administrator, PINs --------------------------------------------------------------------- */

static int get_challenge(struct channel *c, uint8_t ret[CHALLENGE_LEN])
{
	struct apdu a = {.ins = INS_CHALLENGE, .le = CHALLENGE_LEN};
	struct buf answer = BUF_INIT(LIMIT_SHORT_LE);
	int r = channel_command(c, &a, &answer);

	if (r == 0 && answer.len != CHALLENGE_LEN)
		r = MOHR_ERR_MALFORMED;
	if (r == 0)
		memcpy(ret, answer.data, CHALLENGE_LEN);
	buf_clear(&answer);
	return r;
}

static int natid_authenticate(struct personal *p, const struct personal_admin *admin)
{
	uint8_t block[CHALLENGE_LEN];
	struct apdu a = {.ins = INS_EXTERNAL_AUTH,
			 .p2 = REF_ADMIN_KEY,
			 .data = block,
			 .data_len = sizeof(block)};
	size_t block_len;
	int r;

	if ((r = personal_check_admin(admin, &block_len)) != 0)
		return r;
	if (admin->cipher != CIPHER_AES128 && admin->cipher != CIPHER_AES256)
		return MOHR_ERR_ARGUMENT;
	if ((r = select_application(p)) != 0 || (r = get_challenge(p->channel, block)) != 0 ||
	    (r = crypto_block_cipher(p->crypto, admin->cipher, true, secret_peek(admin->key), NULL,
				     block, sizeof(block), block)) != 0)
		goto out;
	r = channel_command(p->channel, &a, NULL);
out:
	wipe(block, sizeof(block));
	return r;
}

/*
 * In transport state only a comparison leads out of it, and once out the state says so; then the
 * administrator's right sets the PIN without a comparison.
 */
static int natid_set_pin(struct personal *p, unsigned pin, const struct secret *old_value,
			 const struct secret *new_value, int *ret_tries)
{
	const struct pin_format *f = &p->card->pins[pin].format;
	struct pin_status status;
	int r;

	if ((r = pin_check(f, new_value)) != 0 || (r = select_application(p)) != 0 ||
	    (r = pin_query(p->channel, f, &status)) != 0)
		return r;
	if (status.must_change && old_value == NULL)
		return MOHR_ERR_PIN_MUST_CHANGE;
	if (status.must_change)
		return pin_change(p->channel, f, old_value, new_value, ret_tries);
	r = pin_set(p->channel, INS_RESET_RETRY, f, new_value);
	if (r == MOHR_ERR_SECURITY_STATUS && old_value != NULL)
		r = personal_change(p->channel, f, old_value, new_value, ret_tries);
	return r;
}

static int natid_unblock_pin(struct personal *p, unsigned pin, const struct secret *puk,
			     const struct secret *new_value, int *ret_tries)
{
	return p->card->profile->unblock(p->card, pin, puk, new_value, ret_tries);
}

/* ---- certificates -------------------------------------------------------------------------------- */

/* The size of the selected file, by its control parameters. */
static int take_size(const struct buf *fcp, size_t *ret)
{
	struct cursor c = buf_cursor(fcp), template, size;
	uint16_t value;
	int r;

	if ((r = tlv_get_tag(&c, TAG_FCP, &template)) != 0 ||
	    (r = tlv_find(&template, TAG_SIZE, &size)) != 0 ||
	    (r = cursor_get_be16(&size, &value)) != 0 || (r = cursor_done(&size)) != 0)
		return r;
	*ret = value;
	return 0;
}

/* SELECT of the slot's file from the application's root. */
static int select_file(struct personal *p, unsigned slot, size_t *ret_size)
{
	static const uint8_t id[] = {EF_CERTIFICATE >> 8, EF_CERTIFICATE & 0xFF};
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = FILE_P1_CHILD_EF,
			 .p2 = P2_FCP,
			 .data = id,
			 .data_len = sizeof(id),
			 .le = LIMIT_SHORT_LE};
	struct channel *c = p->channel;
	struct buf fcp = BUF_INIT(LIMIT_SHORT_LE);
	int r;

	if ((r = select_application(p)) != 0 ||
	    (r = file_select_id(c, FILE_P1_ANY, MF, FILE_P2_NOTHING)) != 0 ||
	    (r = file_select_id(c, FILE_P1_ANY, folders[slot], FILE_P2_NOTHING)) != 0)
		return r;
	r = channel_command(c, &a, &fcp);
	if (r == 0)
		r = take_size(&fcp, ret_size);
	buf_clear(&fcp);
	return r;
}

/* UPDATE BINARY from here on, in as few commands as the card's form allows; data NULL stand for zeros. */
static int update(struct channel *c, size_t offset, const uint8_t *data, size_t len)
{
	static const uint8_t zeros[LIMIT_SHORT_LC];
	struct apdu a = {.ins = INS_UPDATE_BINARY};
	size_t most = c->extended && data != NULL ? LIMIT_EXTENDED_LC : LIMIT_SHORT_LC;
	int r = 0;

	while (r == 0 && len > 0) {
		if (offset > MAX_OFFSET)
			return MOHR_ERR_LIMIT;
		a.p1 = (uint8_t)(offset >> 8);
		a.p2 = (uint8_t)offset;
		a.data = data != NULL ? data : zeros;
		a.data_len = len < most ? len : most;
		r = channel_command(c, &a, NULL);
		offset += a.data_len;
		len -= a.data_len;
		if (data != NULL)
			data += a.data_len;
	}
	return r;
}

/* From its beginning, whose loss makes it none; all of it each time, since nobody knows how far one came. */
static int natid_erase_certificate(struct personal *p, unsigned slot)
{
	size_t size;
	int r = select_file(p, slot, &size);

	return r != 0 ? r : update(p->channel, 0, NULL, size);
}

/*
 * First without its header, in whose place zeros stand, then the header: what is interrupted does not look
 * like a certificate, nor does the rest of an old one behind a new one's header.
 */
static int natid_put_certificate(struct personal *p, unsigned slot, const void *der, size_t len)
{
	const uint8_t *data = der;
	struct buf body = BUF_INIT(LIMIT_CERTIFICATE);
	size_t size;
	int r;

	if (len <= HEADER_LEN)
		return MOHR_ERR_DATA_LENGTH;
	buf_fill(&body, 0, HEADER_LEN);
	buf_put(&body, data + HEADER_LEN, len - HEADER_LEN);
	if ((r = buf_err(&body)) != 0 || (r = select_file(p, slot, &size)) != 0 ||
	    (r = update(p->channel, 0, body.data, body.len)) != 0)
		goto out;
	r = update(p->channel, 0, data, HEADER_LEN);
out:
	buf_clear(&body);
	return r;
}

static int natid_read_certificate(struct personal *p, unsigned slot, struct buf *ret)
{
	int r = select_application(p);

	return r != 0 ? r : p->card->profile->read_certificate(p->card, slot, ret);
}

/* No command deletes a key. */
static int natid_initialise(struct personal *p, const struct personal_setup *setup)
{
	unsigned slot;
	int r = 0;

	(void)setup;
	for (slot = 0; r == 0 && slot < N_SLOTS; slot++)
		r = natid_erase_certificate(p, slot);
	return r;
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static int natid_generate(struct personal *p, unsigned slot, enum personal_kind kind,
			  struct buf *ret_spki)
{
	struct buf answer = BUF_INIT(PERSONAL_MAX_PUBLIC), body = BUF_INIT(LIMIT_SHORT_LC);
	struct apdu a = {.ins = INS_GENERATE, .le = LIMIT_EXTENDED_LE};
	size_t mark = tlv_open(&body, TAG_TEMPLATE);
	int r;

	tlv_put_u8(&body, TAG_KIND, kind_bytes[kind]);
	tlv_put_u8(&body, TAG_KEY, slots[slot].reference);
	tlv_close(&body, mark);
	a.data = body.data;
	a.data_len = body.len;
	if (kind_bytes[kind] == 0) {
		r = MOHR_ERR_NOT_SUPPORTED;
		goto out;
	}
	if ((r = buf_err(&body)) != 0 || (r = select_application(p)) != 0 ||
	    (r = channel_command(p->channel, &a, &answer)) != 0)
		goto out;
	r = personal_take_public_key(&answer, kind, ret_spki);
out:
	buf_clear(&answer);
	buf_clear(&body);
	return r;
}

static int natid_read_public_key(struct personal *p, unsigned slot, struct buf *ret_spki)
{
	return p->card->profile->read_public_key(p->card, slot, ret_spki);
}

const struct personal_ops personal_natid = {
	.name = "natid",
	.open = natid_open,
	.close = natid_close,
	.authenticate = natid_authenticate,
	.initialise = natid_initialise,
	.set_pin = natid_set_pin,
	.unblock_pin = natid_unblock_pin,
	.generate = natid_generate,
	.read_public_key = natid_read_public_key,
	.put_certificate = natid_put_certificate,
	.erase_certificate = natid_erase_certificate,
	.read_certificate = natid_read_certificate,
};
