/* SPDX-License-Identifier: BSD-2-Clause */
/* IAS Classic: identification, PINs, certificates, public keys and random bytes; ias_sign.c signs. */
#include "profile/ias.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"

enum {
	/* control information, ISO 7816-4 §7.4.3 */
	TAG_FCI = 0x6F,
	TAG_NAME = 0x84,
	PROVIDER_LEN = 5, /* of a name's beginning */
	/* CPLC, GlobalPlatform Card Specification appendix H.6: the chip's serial number in it */
	TAG_CPLC = 0x9F7F,
	CPLC_ANSWER_LEN = 3 + IAS_CPLC_LEN,
	CPLC_SERIAL_OFFSET = 10,
	SERIAL_LEN = 8,
	/* historical bytes, ISO 7816-4 §12.1.1 */
	CATEGORY_STATUS_LAST = 0x00,
	CATEGORY_TLV = 0x80,
	COMPACT_ISSUER_DATA = 5,
	/* GENERATE ASYMMETRIC KEY PAIR with P1 = 81 reads the public key, ISO 7816-8 §11.2 */
	P1_READ_PUBLIC = 0x81,
	TAG_DST = 0xB6,
	VIRTUAL_CHALLENGE_LEN = 64,
	MIN_STATED_PIN_LEN = 4,
	MAX_PUBLIC_KEY = 2 * LIMIT_SIGNATURE + 64,
};

bool ias_refused(const struct channel *c, int r)
{
	return r != 0 && c->sw != 0 && c->sw != SW_OK;
}

int ias_select(const struct ias_card *ias)
{
	const struct ias_layout *l = ias->layout;

	return file_select_aid(ias->card.channel, l->aid, l->aid_len, NULL);
}

/* ---- identification --------------------------------------------------------------------------- */

/* A compact-TLV data object among the historical bytes. */
static bool find_historical(const struct link *link, uint8_t tag, struct cursor *ret)
{
	struct atr_info info;
	uint8_t category, header;

	if (atr_decode(link->atr, link->atr_len, &info) != 0 ||
	    cursor_get_u8(&info.historical, &category) != 0 ||
	    (category != CATEGORY_TLV && category != CATEGORY_STATUS_LAST))
		return false;
	while (cursor_get_u8(&info.historical, &header) == 0 &&
	       cursor_get_child(&info.historical, header & 0x0F, ret) == 0) {
		if (header >> 4 == tag)
			return true;
	}
	return false;
}

/* The virtual card says what it is: issuer's data "MOHR". */
static bool says_virtual(const struct link *link)
{
	static const char mark[] = {'M', 'O', 'H', 'R'};
	struct cursor value;

	return find_historical(link, COMPACT_ISSUER_DATA, &value) &&
	       cursor_equals(&value, mark, sizeof(mark));
}

static bool is_hinted(const struct ias_layout *l, const struct link *link)
{
	struct cursor value, start;
	unsigned i;

	for (i = 0; i < l->n_hints; i++) {
		const struct ias_hint *h = &l->hints[i];

		if (find_historical(link, h->tag, &value) &&
		    cursor_get_child(&value, h->len, &start) == 0 &&
		    cursor_equals(&start, h->bytes, h->len))
			return true;
	}
	return false;
}

/* Whether to ask for the application at all; a card that names no country can be forced to be one of them. */
static bool may_be(const struct ias_layout *l, const struct link *link, const struct config *config)
{
	struct cursor country;

	return l->n_hints == 0 || is_hinted(l, link) ||
	       (config->profile != NULL && !find_historical(link, IAS_HINT_COUNTRY, &country));
}

/* GET DATA of the chip's production data: its serial number is fabrication date, serial and batch. */
static int get_cplc(struct ias_card *ias)
{
	struct apdu a = {.cla = CLA_PROPRIETARY,
			 .ins = INS_GET_DATA,
			 .p1 = TAG_CPLC >> 8,
			 .p2 = TAG_CPLC & 0xFF,
			 .le = CPLC_ANSWER_LEN};
	struct card *card = &ias->card;
	struct buf answer = BUF_INIT(LIMIT_SHORT_LE);
	struct cursor data, cplc, chip;
	uint8_t serial[SERIAL_LEN];
	size_t i;
	int r;

	r = channel_command(card->channel, &a, &answer);
	if (r != 0)
		goto out;
	data = buf_cursor(&answer);
	if ((r = tlv_get_tag(&data, TAG_CPLC, &cplc)) != 0 || (r = cursor_done(&data)) != 0)
		goto out;
	if (cursor_left(&cplc) != IAS_CPLC_LEN) {
		r = MOHR_ERR_MALFORMED;
		goto out;
	}
	chip = cplc;
	if ((r = cursor_skip(&chip, CPLC_SERIAL_OFFSET)) != 0 ||
	    (r = cursor_copy(&chip, sizeof(serial), serial)) != 0 ||
	    (r = cursor_copy(&cplc, sizeof(ias->cplc), ias->cplc)) != 0)
		goto out;
	for (i = 0; i < sizeof(serial); i++)
		snprintf(card->serial + 2 * i, 3, "%02X", serial[i]);
	card->data[0] = ias->layout->cplc;
	card->n_data = 1;
out:
	buf_clear(&answer);
	return r;
}

/* Asks the application, then the card manager; a card that refuses both has no serial number. */
static int identify(struct ias_card *ias)
{
	const struct ias_layout *l = ias->layout;
	struct channel *c = ias->card.channel;
	int r;

	r = get_cplc(ias);
	if (!ias_refused(c, r))
		return r;
	r = file_select_aid(c, l->manager_aid, l->manager_aid_len, NULL);
	if (r == 0)
		r = get_cplc(ias);
	if (r != 0 && !ias_refused(c, r))
		return r;
	return ias_select(ias);
}

static int config_int(const struct config *config, size_t offset)
{
	int v;

	memcpy(&v, (const char *)config + offset, sizeof(v));
	return v;
}

/* What is not public of a physical card: a PIN is usable if it and all its keys have been stated. */
static int apply_stated(struct ias_card *ias, const struct config *config)
{
	const struct ias_layout *l = ias->layout;
	struct card *card = &ias->card;
	unsigned i;
	int v;

	for (i = 0; i < card->n_pins; i++) {
		struct pin_format *f = &card->pins[i].format;

		if (l->pins[i].reference_config == 0)
			continue;
		v = config_int(config, l->pins[i].reference_config);
		card->pins[i].usable = v >= 0 && v <= UINT8_MAX;
		f->reference = card->pins[i].usable ? (uint8_t)v : 0;
		f->min_len = l->pins[i].stated_min_len;
		ias->puks[i].min_len = l->pins[i].stated_puk_min_len;
		v = l->pin_len_config == 0 ? CONFIG_UNSET : config_int(config, l->pin_len_config);
		if (v == CONFIG_UNSET)
			continue;
		if (v < MIN_STATED_PIN_LEN || v > LIMIT_PIN)
			return MOHR_ERR_CONFIG;
		f->padded_len = ias->puks[i].padded_len = (uint8_t)v;
		if (f->max_len > v)
			f->max_len = ias->puks[i].max_len = (uint8_t)v;
	}
	for (i = 0; i < card->n_keys; i++) {
		if (l->keys[i].reference_config == 0)
			continue;
		v = config_int(config, l->keys[i].reference_config);
		if (v >= 0 && v <= UINT8_MAX)
			card->keys[i].reference = (uint8_t)v;
		else
			card->pins[card->keys[i].pin].usable = false;
	}
	return 0;
}

static void fill_card(struct ias_card *ias)
{
	const struct ias_layout *l = ias->layout;
	struct card *card = &ias->card;
	unsigned i;

	snprintf(card->label, sizeof(card->label), "%s", l->label);
	snprintf(card->manufacturer, sizeof(card->manufacturer), "%s",
		 ias->is_virtual ? l->virtual_manufacturer : l->manufacturer);
	snprintf(card->model, sizeof(card->model), "%s", l->model);
	card->n_pins = l->n_pins;
	card->n_keys = l->n_keys;
	card->n_certificates = l->n_certificates;
	for (i = 0; i < l->n_pins; i++) {
		card->pins[i] = l->pins[i].pin;
		card->pins[i].usable = true;
		/* of a physical card nobody knows for certain that it does */
		card->pins[i].consumed = card->pins[i].consumed && ias->is_virtual;
		ias->puks[i] = l->pins[i].puk;
	}
	for (i = 0; i < l->n_keys; i++)
		card->keys[i] = l->keys[i].key;
	for (i = 0; i < l->n_certificates; i++) {
		card->certificates[i] = l->certificates[i].certificate;
		card->certificates[i].place = &l->certificates[i];
	}
}

/*
 * Whether the answer to SELECT is another provider's application's (ISO 7816-4 §8.2.1.2): some cards take any
 * name for their own. One that does not say is believed.
 */
static bool names_another(const struct ias_layout *l, const struct cursor *fci)
{
	struct cursor c = *fci, template, name, provider;

	return tlv_get_tag(&c, TAG_FCI, &template) == 0 &&
	       tlv_find(&template, TAG_NAME, &name) == 0 &&
	       cursor_get_child(&name, PROVIDER_LEN, &provider) == 0 &&
	       !cursor_equals(&provider, l->aid, PROVIDER_LEN);
}

/* The one SELECT that asks what the card can do; where that is known, the answer is not fetched. */
static int select_first(struct ias_card *ias)
{
	const struct ias_layout *l = ias->layout;
	struct buf fci = BUF_INIT(LIMIT_RESPONSE);
	struct cursor c;
	int r;

	r = file_select_aid_sparing(ias->card.channel, l->aid, l->aid_len, l->fci_len, &fci);
	c = buf_cursor(&fci);
	if (r == 0 && names_another(l, &c))
		r = MOHR_ERR_CARD_UNKNOWN;
	if (r == 0)
		ias_learn_algorithms(ias, &c);
	buf_clear(&fci);
	return r;
}

int ias_open(const struct profile *p, struct channel *channel, const struct config *config,
	     struct card **ret)
{
	/* the profile is the first member of its layout */
	const struct ias_layout *layout = (const struct ias_layout *)p;
	struct ias_card *ias;
	int r;

	if (!may_be(layout, channel->link, config))
		return MOHR_ERR_CARD_UNKNOWN;
	ias = calloc(1, sizeof(*ias));
	if (ias == NULL)
		return MOHR_ERR_NOMEM;
	ias->layout = layout;
	ias->card.profile = p;
	ias->card.channel = channel;
	ias->is_virtual = says_virtual(channel->link);
	fill_card(ias);
	if (!ias->is_virtual && (r = apply_stated(ias, config)) != 0)
		goto out;
	r = select_first(ias);
	if (r == 0)
		r = identify(ias);
	/* only SELECT of the application ends here with a refusal */
	if (ias_refused(channel, r))
		r = MOHR_ERR_CARD_UNKNOWN;
out:
	if (r != 0)
		free(ias);
	else
		*ret = &ias->card;
	return r;
}

void ias_close(struct card *card)
{
	free(card);
}

/* ---- PINs ------------------------------------------------------------------------------------- */

static int check_pin(const struct card *card, unsigned pin)
{
	if (pin >= card->n_pins)
		return MOHR_ERR_ARGUMENT;
	if (!card->pins[pin].usable)
		return log_fail(card->channel->log, MOHR_ERR_REFERENCES_UNKNOWN,
				"the references of PIN %u are not stated", pin);
	return 0;
}

/* The application is selected first, always: a PIN must not reach another one. */
static int select_for_pin(struct card *card, unsigned pin)
{
	int r = check_pin(card, pin);

	return r != 0 ? r : ias_select((struct ias_card *)card);
}

int ias_query_opened(struct card *card, unsigned pin, struct pin_status *ret)
{
	int r = check_pin(card, pin);

	return r != 0 ? r : pin_query(card->channel, &card->pins[pin].format, ret);
}

int ias_query(struct card *card, unsigned pin, struct pin_status *ret)
{
	int r = select_for_pin(card, pin);

	return r != 0 ? r : pin_query(card->channel, &card->pins[pin].format, ret);
}

int ias_verify(struct card *card, unsigned pin, const struct secret *value, int *ret_tries)
{
	int r;

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	r = select_for_pin(card, pin);
	return r != 0 ? r : pin_verify(card->channel, &card->pins[pin].format, value, ret_tries);
}

int ias_unverify(struct card *card, unsigned pin)
{
	int r = select_for_pin(card, pin);

	return r != 0 ? r : pin_unverify(card->channel, &card->pins[pin].format);
}

int ias_change(struct card *card, unsigned pin, const struct secret *old_value,
	       const struct secret *new_value, int *ret_tries)
{
	int r;

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	r = select_for_pin(card, pin);
	return r != 0 ? r
		      : pin_change(card->channel, &card->pins[pin].format, old_value, new_value,
				   ret_tries);
}

int ias_unblock(struct card *card, unsigned pin, const struct secret *puk,
		const struct secret *new_value, int *ret_tries)
{
	const struct ias_card *ias = (const struct ias_card *)card;
	int r;

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	r = select_for_pin(card, pin);
	return r != 0 ? r
		      : pin_unblock(card->channel, &card->pins[pin].format, &ias->puks[pin], puk,
				    new_value, ret_tries);
}

int ias_verify_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries)
{
	int r = select_for_pin(card, pin);

	*ret_tries = PIN_TRIES_UNKNOWN;
	return r != 0 ? r : pin_pad_verify(card->channel, pad, &card->pins[pin].format, ret_tries);
}

int ias_change_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries)
{
	int r = select_for_pin(card, pin);

	*ret_tries = PIN_TRIES_UNKNOWN;
	return r != 0 ? r : pin_pad_change(card->channel, pad, &card->pins[pin].format, ret_tries);
}

/* ---- certificates, public keys, random bytes --------------------------------------------------- */

static int select_place(struct channel *c, const struct ias_certificate *place)
{
	const struct ias_step *path = place->path;
	unsigned i;
	int r = 0;

	if (place->by_path != 0)
		return file_select_path(c, place->ids, place->by_path);
	for (i = 0; r == 0 && i < IAS_MAX_PATH && path[i].id != 0; i++)
		r = file_select_id(c, path[i].p1, path[i].id, path[i].p2);
	return r;
}

/* *ret_found tells that the file was selected, so that what follows is its own answer. */
static int read_place(struct channel *c, const struct ias_certificate *place, struct buf *ret,
		      bool *ret_found)
{
	int r = select_place(c, place);

	*ret_found = r == 0;
	if (r != 0)
		return r;
	return file_read_der(c, LIMIT_CERTIFICATE, ret);
}

int ias_read_certificate(struct card *card, unsigned certificate, struct buf *ret)
{
	const struct ias_certificate *place;
	bool found;
	int r;

	if (certificate >= card->n_certificates)
		return MOHR_ERR_ARGUMENT;
	place = card->certificates[certificate].place;
	r = read_place(card->channel, place, ret, &found);
	if (!ias_refused(card->channel, r) || r == MOHR_ERR_SECURITY_STATUS ||
	    (found && r == MOHR_ERR_NOT_FOUND))
		return r;
	/* another program may have selected its own application */
	r = ias_select((struct ias_card *)card);
	return r != 0 ? r : read_place(card->channel, place, ret, &found);
}

/* Costs nothing: identification had to read it. */
int ias_read_data(struct card *card, unsigned data, struct buf *ret)
{
	const struct ias_card *ias = (const struct ias_card *)card;

	if (data >= card->n_data)
		return MOHR_ERR_ARGUMENT;
	buf_reset(ret);
	buf_put(ret, ias->cplc, sizeof(ias->cplc));
	return buf_err(ret);
}

static enum curve curve_by_point(const struct cursor *template)
{
	struct cursor point;
	enum curve curve;

	if (tlv_find(template, TAG_EC_POINT, &point) != 0)
		return CURVE_NONE;
	for (curve = CURVE_P256; curve < N_CURVES; curve++) {
		if (cursor_left(&point) == 1 + 2 * curve_len(curve))
			return curve;
	}
	return CURVE_NONE;
}

/* GENERATE in its reading form is our virtual card's: a physical one might make a new key of it. */
int ias_read_public_key(struct card *card, unsigned key, struct buf *ret_spki)
{
	const struct ias_card *ias = (const struct ias_card *)card;
	struct buf answer = BUF_INIT(MAX_PUBLIC_KEY);
	struct buf body = BUF_INIT(LIMIT_SHORT_LC);
	struct apdu a = {.ins = INS_GENERATE, .p1 = P1_READ_PUBLIC, .le = LIMIT_EXTENDED_LE};
	struct cursor data, template;
	struct pubkey shape;
	size_t mark;
	int r;

	if (key >= card->n_keys)
		return MOHR_ERR_ARGUMENT;
	if (!ias->is_virtual)
		return MOHR_ERR_NOT_FOUND;
	mark = tlv_open(&body, TAG_DST);
	tlv_put_u8(&body, TAG_KEY_REFERENCE, card->keys[key].reference);
	tlv_close(&body, mark);
	if ((r = buf_err(&body)) != 0 || (r = ias_select(ias)) != 0)
		goto out;
	a.data = body.data;
	a.data_len = body.len;
	r = channel_command(card->channel, &a, &answer);
	if (r != 0)
		goto out;
	data = buf_cursor(&answer);
	if ((r = tlv_get_tag(&data, TAG_PUBLIC_KEY, &template)) != 0 ||
	    (r = cursor_done(&data)) != 0 ||
	    (r = pubkey_decode_card(&template, curve_by_point(&template), &shape)) != 0)
		goto out;
	buf_reset(ret_spki);
	pubkey_encode_spki(ret_spki, &shape);
	r = buf_err(ret_spki);
out:
	buf_clear(&answer);
	buf_clear(&body);
	return r;
}

int ias_random(struct card *card, uint8_t *ret, size_t len)
{
	const struct ias_card *ias = (const struct ias_card *)card;
	size_t piece = ias->is_virtual ? VIRTUAL_CHALLENGE_LEN : ias->layout->challenge_len;
	struct buf answer = BUF_INIT(LIMIT_SHORT_LE);
	struct apdu a = {.ins = INS_CHALLENGE};
	size_t done = 0;
	int r;

	r = ias_select(ias);
	while (r == 0 && done < len) {
		a.le = len - done < piece ? len - done : piece;
		/* a physical card knows whole challenges only */
		if (!ias->is_virtual)
			a.le = piece;
		r = channel_command(card->channel, &a, &answer);
		if (r == 0 && answer.len != a.le)
			r = MOHR_ERR_MALFORMED;
		if (r == 0) {
			size_t n = len - done < answer.len ? len - done : answer.len;

			memcpy(ret + done, answer.data, n);
			done += n;
		}
	}
	if (r != 0)
		wipe(ret, len);
	buf_clear(&answer);
	return r;
}
