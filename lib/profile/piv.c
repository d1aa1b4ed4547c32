/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIV: identification and PINs (NIST SP 800-73-4 part 2); piv_object.c reads, piv_key.c uses keys, and
 * piv_vendor.c asks what vendors' cards tell besides.
 */
#include "profile/piv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card/file.h"
#include "codec/tlv.h"

enum {
	/* part 1 table 4: references of PINs */
	REF_GLOBAL_PIN = 0x00,
	REF_PIN = 0x80,
	REF_PUK = 0x81,
	PIN_LEN = 8, /* as the card has it */
	PIN_MIN = 6,
	PIN_PAD = 0xFF,
	/* the answer to SELECT, part 2 table 3 */
	TAG_APPLICATION = 0x61,
	TAG_NAME = 0x4F,
};

/* The name without its version (part 1 §2.2), which SELECT takes for the beginning of it. */
static const uint8_t aid[] = {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};
enum { REGISTRANT_LEN = 5 };

/* The card manager's (GlobalPlatform Card Specification 2.3 §F.6). */
static const uint8_t other_aid[] = {0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00};

static const struct piv_vendor vendors[] = {
	{.label = "PIV", .manufacturer = "", .model = "PIV", .puk_min = PIN_LEN},
	{.mark = "YubiKey",
	 .label = "YubiKey PIV",
	 .manufacturer = "Yubico",
	 .model = "YubiKey",
	 .any_pin = true,
	 .puk_min = PIN_MIN,
	 .tells_serial = true,
	 .metadata = {5, 3},
	 .attestation = {4, 3}},
	{.mark = "Yubikey",
	 .label = "YubiKey PIV",
	 .manufacturer = "Yubico",
	 .model = "YubiKey",
	 .any_pin = true,
	 .puk_min = PIN_MIN,
	 .tells_serial = true,
	 .metadata = {5, 3},
	 .attestation = {4, 3}},
};

bool piv_refused(const struct channel *c, int r)
{
	return r != 0 && c->sw != 0 && c->sw != SW_OK;
}

bool piv_is_name(const struct cursor *name)
{
	struct cursor c = *name;
	const uint8_t *at = cursor_at(&c);
	size_t len = cursor_left(&c);

	return (len >= sizeof(aid) && memcmp(at, aid, sizeof(aid)) == 0) ||
	       (len >= sizeof(aid) - REGISTRANT_LEN &&
		memcmp(at, aid + REGISTRANT_LEN, sizeof(aid) - REGISTRANT_LEN) == 0);
}

/* ret NULL: the answer is not wanted. The standard knows no P2 that says so. */
static int select_for(struct channel *c, struct buf *ret)
{
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = FILE_P1_NAME,
			 .p2 = FILE_P2_FCI,
			 .data = aid,
			 .data_len = sizeof(aid),
			 .le = LIMIT_SHORT_LE};

	return channel_command(c, &a, ret);
}

void piv_note_selected(struct piv_card *piv)
{
	piv->is_selected = true;
	piv->turn = piv->card.channel->turn;
}

int piv_select(struct piv_card *piv)
{
	int r;

	piv->is_selected = false;
	r = select_for(piv->card.channel, NULL);
	if (r == 0)
		piv_note_selected(piv);
	return r;
}

int piv_ensure(struct piv_card *piv)
{
	struct channel *c = piv->card.channel;
	bool global_pin;
	int r;

	if (piv->is_selected && piv->turn == c->turn)
		return 0;
	if (!piv->has_discovery)
		return piv_select(piv);
	r = piv_read_discovery(c, &global_pin);
	if (r == 0)
		piv_note_selected(piv);
	return r == 0 || c->sw == 0 ? r : piv_select(piv);
}

/* ---- identification --------------------------------------------------------------------------- */

static bool has_mark(const struct cursor *historical, const char *mark)
{
	const uint8_t *at = cursor_at(historical);
	size_t left = cursor_left(historical), len = strlen(mark);

	for (; left >= len; left--, at++) {
		if (memcmp(at, mark, len) == 0)
			return true;
	}
	return false;
}

static const struct piv_vendor *find_vendor(const struct link *link)
{
	struct atr_info info;
	size_t i;

	if (atr_decode(link->atr, link->atr_len, &info) != 0)
		return &vendors[0];
	for (i = 1; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (has_mark(&info.historical, vendors[i].mark))
			return &vendors[i];
	}
	return &vendors[0];
}

/* Whether the answer to SELECT says what has been selected: some cards take any name for their own. */
static bool names_itself(const struct buf *answer)
{
	struct cursor c = buf_cursor(answer), template, name;

	return tlv_get_tag(&c, TAG_APPLICATION, &template) == 0 &&
	       tlv_find(&template, TAG_NAME, &name) == 0 && piv_is_name(&name);
}

/* A number that the card does not have, or has in another shape, is no reason not to use it. */
static int read_serial(struct piv_card *piv)
{
	struct channel *c = piv->card.channel;
	int r = 0;

	if (piv->vendor->tells_serial)
		r = piv_read_vendor(piv);
	if (r == 0 && piv->card.serial[0] == '\0') {
		r = piv_read_guid(c, piv->card.serial);
		if (c->sw != 0)
			r = 0;
	}
	return r;
}

static void fill_card(struct piv_card *piv)
{
	const struct piv_vendor *v = piv->vendor;
	struct card *card = &piv->card;
	const struct pin_format pin = {.reference = piv->global_pin ? REF_GLOBAL_PIN : REF_PIN,
				       .min_len = PIN_MIN,
				       .max_len = PIN_LEN,
				       .padded_len = PIN_LEN,
				       .pad = PIN_PAD,
				       .digits_only = !v->any_pin};

	snprintf(card->label, sizeof(card->label), "%s", v->label);
	snprintf(card->manufacturer, sizeof(card->manufacturer), "%s", v->manufacturer);
	snprintf(card->model, sizeof(card->model), "%s", v->model);
	card->n_pins = 1;
	card->pins[0] = (struct card_pin){.format = pin, .usable = true, .opened_by_change = true};
	piv->puk = pin;
	piv->puk.reference = REF_PUK;
	piv->puk.min_len = v->puk_min;
	piv->puk.digits_only = false;
}

/* SELECT, and what says that this is PIV: its answer, or the discovery object. */
static int claim(struct piv_card *piv)
{
	struct channel *c = piv->card.channel;
	struct buf answer = BUF_INIT(LIMIT_RESPONSE);
	bool named = false;
	int r;

	r = select_for(c, &answer);
	if (r == 0)
		named = names_itself(&answer);
	buf_clear(&answer);
	if (piv_refused(c, r))
		return MOHR_ERR_CARD_UNKNOWN;
	if (r != 0)
		return r;
	r = piv_read_discovery(c, &piv->global_pin);
	if (r != 0 && c->sw == 0)
		return r;
	piv->has_discovery = r == 0;
	piv_note_selected(piv);
	return named || piv->has_discovery ? 0 : MOHR_ERR_CARD_UNKNOWN;
}

static void piv_close(struct card *card)
{
	free(card);
}

static int piv_open(const struct profile *p, struct channel *channel, const struct config *config,
		    struct card **ret)
{
	struct piv_card *piv = calloc(1, sizeof(*piv));
	int r;

	(void)config;
	if (piv == NULL)
		return MOHR_ERR_NOMEM;
	piv->card.profile = p;
	piv->card.channel = channel;
	piv->vendor = find_vendor(channel->link);
	if ((r = claim(piv)) == 0 && (r = read_serial(piv)) == 0)
		r = piv_list(piv);
	if (r != 0) {
		piv_close(&piv->card);
		return r;
	}
	fill_card(piv);
	*ret = &piv->card;
	return 0;
}

/* ---- PINs ------------------------------------------------------------------------------------- */

static int check_pin(const struct card *card, unsigned pin)
{
	return pin < card->n_pins ? 0 : MOHR_ERR_ARGUMENT;
}

/* The application is selected first, always: a PIN must not reach another one. */
static int select_for_pin(struct card *card, unsigned pin, int *ret_tries)
{
	int r = check_pin(card, pin);

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	return r != 0 ? r : piv_select((struct piv_card *)card);
}

static int piv_query_opened(struct card *card, unsigned pin, struct pin_status *ret)
{
	int r = check_pin(card, pin);

	return r != 0 ? r : pin_query(card->channel, &card->pins[pin].format, ret);
}

static int piv_query(struct card *card, unsigned pin, struct pin_status *ret)
{
	int r = check_pin(card, pin);

	if (r == 0)
		r = piv_ensure((struct piv_card *)card);
	return r != 0 ? r : pin_query(card->channel, &card->pins[pin].format, ret);
}

static int piv_verify(struct card *card, unsigned pin, const struct secret *value, int *ret_tries)
{
	int r = select_for_pin(card, pin, ret_tries);

	return r != 0 ? r : pin_verify(card->channel, &card->pins[pin].format, value, ret_tries);
}

/*
 * P1 = FF is of SP 800-73-4 part 2 §3.2.1, and older cards do not know it. The application's PIN goes with
 * the selection of another application (part 1 §5.5), and the next query shows whether it has gone.
 */
static int piv_unverify(struct card *card, unsigned pin)
{
	struct piv_card *piv = (struct piv_card *)card;
	struct channel *c = card->channel;
	int r = select_for_pin(card, pin, NULL);

	if (r == 0)
		r = pin_unverify(c, &card->pins[pin].format);
	if (r != MOHR_ERR_NOT_SUPPORTED || c->sw == 0)
		return r;
	r = file_select_aid(c, other_aid, sizeof(other_aid), NULL);
	if (r == 0 || c->sw != 0)
		r = piv_select(piv);
	return r != 0 ? r : MOHR_ERR_NOT_SUPPORTED;
}

static int piv_change(struct card *card, unsigned pin, const struct secret *old_value,
		      const struct secret *new_value, int *ret_tries)
{
	int r = select_for_pin(card, pin, ret_tries);

	return r != 0 ? r
		      : pin_change(card->channel, &card->pins[pin].format, old_value, new_value,
				   ret_tries);
}

/* The PUK is the application's PIN's (part 2 §3.2.3). */
static int piv_unblock(struct card *card, unsigned pin, const struct secret *puk,
		       const struct secret *new_value, int *ret_tries)
{
	const struct piv_card *piv = (const struct piv_card *)card;
	int r;

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	if (piv->global_pin)
		return MOHR_ERR_NOT_SUPPORTED;
	r = select_for_pin(card, pin, ret_tries);
	return r != 0 ? r
		      : pin_unblock(card->channel, &card->pins[pin].format, &piv->puk, puk,
				    new_value, ret_tries);
}

static int piv_verify_pad(struct card *card, unsigned pin, const struct pin_pad *pad,
			  int *ret_tries)
{
	int r = select_for_pin(card, pin, ret_tries);

	return r != 0 ? r : pin_pad_verify(card->channel, pad, &card->pins[pin].format, ret_tries);
}

static int piv_change_pad(struct card *card, unsigned pin, const struct pin_pad *pad,
			  int *ret_tries)
{
	int r = select_for_pin(card, pin, ret_tries);

	return r != 0 ? r : pin_pad_change(card->channel, pad, &card->pins[pin].format, ret_tries);
}

/* There is no GET CHALLENGE (part 2 table 2). */
const struct profile piv_profile = {
	.name = "piv",
	.open = piv_open,
	.close = piv_close,
	.query = piv_query,
	.query_opened = piv_query_opened,
	.verify = piv_verify,
	.unverify = piv_unverify,
	.change = piv_change,
	.unblock = piv_unblock,
	.verify_pad = piv_verify_pad,
	.change_pad = piv_change_pad,
	.read_certificate = piv_read_certificate,
	.read_policy = piv_read_policy,
	.read_public_key = piv_read_public_key,
	.can_sign = piv_can_sign,
	.sign = piv_sign,
	.can_decipher = piv_can_decipher,
	.decipher = piv_decipher,
	.can_derive = piv_can_derive,
	.derive = piv_derive,
};
