/* SPDX-License-Identifier: BSD-2-Clause */
/* PINs of a PKCS#15 card (PKCS #15 §6.8.2): before each command that a PIN is in, the application is selected. */
#include "profile/p15.h"

enum { REFERENCE_IN_DF = 0x80 };

/* ---- how they look ---------------------------------------------------------------------------- */

bool p15_pin_format(const struct p15_card *p15, const struct pkcs15_pin *pin,
		    struct pin_format *ret)
{
	bool padded = (pin->flags & PKCS15_PIN_NEEDS_PADDING) != 0;
	unsigned most = pin->max_length, stored = pin->stored_length;

	if (pin->type == PKCS15_PIN_BCD)
		stored *= 2;
	else if (pin->type != PKCS15_PIN_ASCII_NUMERIC && pin->type != PKCS15_PIN_UTF8)
		return false;
	if (most == 0 || (stored != 0 && most > stored))
		most = stored;
	if (most == 0 || most > LIMIT_PIN)
		most = LIMIT_PIN;
	if ((padded && (stored == 0 || stored > LIMIT_PIN)) || pin->min_length > most)
		return false;
	*ret = (struct pin_format){
		.reference = pin->reference,
		.min_len = (uint8_t)pin->min_length,
		.max_len = (uint8_t)most,
		.padded_len = padded ? (uint8_t)pin->stored_length : 0,
		.pad = pin->has_pad ? pin->pad : 0,
		.digits_only = pin->type == PKCS15_PIN_BCD ||
			       (pin->type != PKCS15_PIN_UTF8 && !p15->kind->any_pin),
		.is_bcd = pin->type == PKCS15_PIN_BCD,
	};
	return true;
}

/* ---- where they are --------------------------------------------------------------------------- */

static const struct pkcs15_pin *pin_of(const struct card *card, unsigned pin)
{
	const struct p15_card *p15 = (const struct p15_card *)card;

	return &p15->pins[p15->pin_of[pin]];
}

static int check_pin(const struct card *card, unsigned pin)
{
	if (pin >= card->n_pins)
		return MOHR_ERR_ARGUMENT;
	return card->pins[pin].usable ? 0 : MOHR_ERR_REFERENCES_UNKNOWN;
}

/*
 * Wherever a path leads, whatever the flags say of it: elsewhere the reference may be another PIN's. But one
 * in the MF whose reference is not of a DF is the same in all (ISO 7816-4 §11.5.1).
 */
bool p15_pin_df(const struct p15_card *p15, const struct pkcs15_pin *pin, struct p15_path *ret)
{
	struct p15_path df;

	if (!pin->has_path || p15->kind->pins_anywhere ||
	    p15_path_decode(p15, &pin->path.path, &df) != 0 ||
	    (df.len == 0 && (pin->reference & REFERENCE_IN_DF) == 0))
		return false;
	*ret = df;
	return true;
}

static int enter_df_of(struct p15_card *p15, const struct pkcs15_pin *pin)
{
	struct p15_path df = p15->base;

	if (p15->kind->pins_anywhere)
		return 0;
	if (!p15_pin_df(p15, pin, &df) && p15->in_mf && (pin->flags & PKCS15_PIN_LOCAL) == 0)
		return 0;
	return p15_enter(p15, &df);
}

static int select_for_pin(struct card *card, unsigned pin, int *ret_tries)
{
	struct p15_card *p15 = (struct p15_card *)card;
	int r = check_pin(card, pin);

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	if (r == 0)
		r = p15_select(p15, NULL);
	return r != 0 ? r : enter_df_of(p15, pin_of(card, pin));
}

/* ---- commands --------------------------------------------------------------------------------- */

int p15_query_opened(struct card *card, unsigned pin, struct pin_status *ret)
{
	int r = check_pin(card, pin);

	if (r == 0)
		r = enter_df_of((struct p15_card *)card, pin_of(card, pin));
	return r != 0 ? r : pin_query(card->channel, &card->pins[pin].format, ret);
}

int p15_query(struct card *card, unsigned pin, struct pin_status *ret)
{
	int r = check_pin(card, pin);

	if (r == 0)
		r = p15_ensure((struct p15_card *)card, NULL);
	return r != 0 ? r : p15_query_opened(card, pin, ret);
}

int p15_verify(struct card *card, unsigned pin, const struct secret *value, int *ret_tries)
{
	int r = select_for_pin(card, pin, ret_tries);

	return r != 0 ? r : pin_verify(card->channel, &card->pins[pin].format, value, ret_tries);
}

/*
 * No PIN is in it: where nobody else has used the card since VERIFY, its SELECT will do. Some cards know
 * no other way than SELECT.
 */
int p15_unverify(struct card *card, unsigned pin)
{
	struct p15_card *p15 = (struct p15_card *)card;
	int r = check_pin(card, pin);

	if (r == 0 && p15->kind->select_forgets)
		return p15_select(p15, NULL);
	if (r == 0 && p15_may_be_elsewhere(p15))
		r = p15_select(p15, NULL);
	if (r == 0)
		r = enter_df_of(p15, pin_of(card, pin));
	return r != 0 ? r : pin_unverify(card->channel, &card->pins[pin].format);
}

int p15_change(struct card *card, unsigned pin, const struct secret *old_value,
	       const struct secret *new_value, int *ret_tries)
{
	int r = check_pin(card, pin);

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	if (r == 0 && (pin_of(card, pin)->flags & PKCS15_PIN_CHANGE_DISABLED))
		r = MOHR_ERR_NOT_SUPPORTED;
	if (r == 0)
		r = select_for_pin(card, pin, ret_tries);
	return r != 0 ? r
		      : pin_change(card->channel, &card->pins[pin].format, old_value, new_value,
				   ret_tries);
}

/* What unblocks: the PIN that it names, else the first that says so of itself, else one of its own form. */
static const struct pkcs15_pin *find_puk(const struct p15_card *p15, const struct pkcs15_pin *pin)
{
	const struct pkcs15_pin *found = NULL;
	unsigned i;

	for (i = 0; i < p15->n_pins; i++) {
		const struct pkcs15_pin *p = &p15->pins[i];

		if (p != pin && p15_same_id(&p->auth_id, &pin->object.auth_id))
			return p;
		if (found == NULL && (p->flags & PKCS15_PIN_UNBLOCKING))
			found = p;
	}
	return found == NULL ? pin : found;
}

int p15_unblock(struct card *card, unsigned pin, const struct secret *puk,
		const struct secret *new_value, int *ret_tries)
{
	const struct pkcs15_pin *unblocking;
	struct pin_format format;
	int r = check_pin(card, pin);

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	if (r != 0)
		return r;
	unblocking = find_puk((const struct p15_card *)card, pin_of(card, pin));
	if ((pin_of(card, pin)->flags & PKCS15_PIN_UNBLOCK_DISABLED) ||
	    !p15_pin_format((const struct p15_card *)card, unblocking, &format))
		return MOHR_ERR_NOT_SUPPORTED;
	r = select_for_pin(card, pin, ret_tries);
	return r != 0 ? r
		      : pin_unblock(card->channel, &card->pins[pin].format, &format, puk, new_value,
				    ret_tries);
}

int p15_verify_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries)
{
	int r = select_for_pin(card, pin, ret_tries);

	return r != 0 ? r : pin_pad_verify(card->channel, pad, &card->pins[pin].format, ret_tries);
}

int p15_change_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries)
{
	int r = select_for_pin(card, pin, ret_tries);

	return r != 0 ? r : pin_pad_change(card->channel, pad, &card->pins[pin].format, ret_tries);
}
