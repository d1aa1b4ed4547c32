/* SPDX-License-Identifier: BSD-2-Clause */
/* What the directory files of a PKCS#15 card list, as PINs, keys, certificates and data of struct card. */
#include "profile/p15.h"

#include <string.h>

#include "base/log.h"

enum { FIRST_ID = 1 };

/* ---- directories ------------------------------------------------------------------------------ */

/* Errors that do not say what is on the card, or that a card must not be used after. */
static bool is_fatal(const struct channel *c, int r)
{
	return r == MOHR_ERR_NOMEM || r == MOHR_ERR_LIMIT || (r != 0 && c->sw == 0);
}

/*
 * A list that cannot be read hides no other: *ret is empty then. One that is in the entry itself costs
 * nothing; is_direct tells them apart, since c->sw is of the command before.
 */
static int get_list(struct p15_card *p15, const struct pkcs15_value *value, struct cursor *ret)
{
	struct channel *c = p15->card.channel;
	int r = p15_keep(p15, value, ret);

	if (r == 0)
		return 0;
	if (value->place == PKCS15_AT_PATH && is_fatal(c, r))
		return r;
	log_write(c->log, LOG_DEBUG, "a directory file was not read: %s", error_text(r));
	cursor_init(ret, NULL, 0);
	return 0;
}

bool p15_same_id(const struct cursor *a, const struct cursor *b)
{
	return cursor_left(a) > 0 && cursor_left(b) == cursor_left(a) &&
	       memcmp(cursor_at(a), cursor_at(b), cursor_left(a)) == 0;
}

/* Equal, or both absent: what shares an identifier is counted. */
static bool alike(const struct cursor *a, const struct cursor *b)
{
	return p15_same_id(a, b) || (cursor_left(a) == 0 && cursor_left(b) == 0);
}

/* ---- PINs ------------------------------------------------------------------------------------- */

static void take_pins(struct p15_card *p15, struct cursor *list)
{
	struct pkcs15_pin pin;

	while (p15->n_pins < P15_N_PINS && pkcs15_next_pin(list, &pin) == 1)
		p15->pins[p15->n_pins++] = pin;
}

static bool guards_a_key(const struct p15_card *p15, const struct pkcs15_pin *pin)
{
	unsigned i;

	for (i = 0; i < p15->card.n_keys; i++) {
		if (p15_same_id(&p15->keys[i].object.auth_id, &pin->auth_id))
			return true;
	}
	return false;
}

static int add_pin(struct p15_card *p15, unsigned index)
{
	const struct pkcs15_pin *from = &p15->pins[index];
	struct card *card = &p15->card;
	struct card_pin *pin = &card->pins[card->n_pins];

	*pin = (struct card_pin){.opened_by_change = true};
	pin->usable = p15_pin_format(p15, from, &pin->format);
	pin->label = p15_text_keep(p15, &from->object.label);
	if (pin->label == NULL)
		return MOHR_ERR_NOMEM;
	p15->pin_of[card->n_pins++] = index;
	return 0;
}

/* Those of the holder; first the ones that keys want, since a reader need not have a slot for each. */
static int add_pins(struct p15_card *p15)
{
	unsigned i;
	int r = 0, wanted;

	for (wanted = 1; wanted >= 0; wanted--) {
		for (i = 0; r == 0 && i < p15->n_pins && p15->card.n_pins < LIMIT_N_PINS; i++) {
			const struct pkcs15_pin *pin = &p15->pins[i];

			if ((pin->flags & (PKCS15_PIN_UNBLOCKING | PKCS15_PIN_SO)) == 0 &&
			    guards_a_key(p15, pin) == (wanted != 0))
				r = add_pin(p15, i);
		}
	}
	/* one token needs no name to set it apart */
	if (r == 0 && p15->card.n_pins == 1)
		p15->card.pins[0].label = NULL;
	return r;
}

/* The one that an object names; the first where it names none, LIMIT_N_PINS for one that is not used here. */
static unsigned pin_index(const struct p15_card *p15, const struct cursor *auth_id)
{
	unsigned i;

	if (cursor_left(auth_id) == 0)
		return 0;
	for (i = 0; i < p15->card.n_pins; i++) {
		if (p15_same_id(&p15->pins[p15->pin_of[i]].auth_id, auth_id))
			return i;
	}
	for (i = 0; i < p15->n_pins; i++) {
		if (p15_same_id(&p15->pins[i].auth_id, auth_id))
			return LIMIT_N_PINS;
	}
	return 0;
}

/* ---- keys ------------------------------------------------------------------------------------- */

static unsigned use_of(const struct pkcs15_key *key)
{
	unsigned use = 0;

	if (key->usage &
	    (PKCS15_USAGE_SIGN | PKCS15_USAGE_SIGN_RECOVER | PKCS15_USAGE_NON_REPUDIATION))
		use |= KEY_USE_SIGN;
	if (key->usage & (PKCS15_USAGE_DECRYPT | PKCS15_USAGE_UNWRAP))
		use |= KEY_USE_DECRYPT;
	if (key->usage & PKCS15_USAGE_DERIVE)
		use |= KEY_USE_DERIVE;
	return use;
}

static void take_keys(struct p15_card *p15, struct cursor *list)
{
	struct card *card = &p15->card;
	struct pkcs15_key key;

	while (card->n_keys < LIMIT_N_KEYS && pkcs15_next_private_key(list, &key) == 1) {
		if (key.native)
			p15->keys[card->n_keys++] = key;
	}
}

/* The certificate of the holder before one of somebody else with the same identifier. */
static int find_certificate(const struct p15_card *p15, const struct cursor *id)
{
	int found = CARD_NO_INDEX;
	unsigned i;

	for (i = 0; i < p15->card.n_certificates; i++) {
		if (!p15_same_id(&p15->certificates[i].id, id))
			continue;
		if (!p15->certificates[i].authority)
			return (int)i;
		if (found == CARD_NO_INDEX)
			found = (int)i;
	}
	return found;
}

static int fill_key(struct p15_card *p15, unsigned index)
{
	const struct pkcs15_key *from = &p15->keys[index];
	struct card_key *key = &p15->card.keys[index];
	unsigned i;

	*key = (struct card_key){
		.label = p15_text_keep(p15, &from->object.label),
		.id = FIRST_ID,
		.card_id = from->id,
		.pin = pin_index(p15, &from->object.auth_id),
		.reference = from->reference,
		.use = use_of(from),
		.non_repudiation = (from->usage & PKCS15_USAGE_NON_REPUDIATION) != 0,
		.per_use = from->object.user_consent > 0,
		.open = cursor_left(&from->object.auth_id) == 0 && !from->object.is_private &&
			from->object.user_consent == 0,
		.certificate = find_certificate(p15, &from->id),
	};
	for (i = 0; i < index; i++)
		key->id += alike(&p15->keys[i].id, &from->id);
	return key->label == NULL ? MOHR_ERR_NOMEM : 0;
}

static void remove_key(struct p15_card *p15, unsigned index)
{
	size_t after = --p15->card.n_keys - index;

	memmove(&p15->keys[index], &p15->keys[index + 1], after * sizeof(p15->keys[0]));
}

/* Keys of a PIN that is not shown cannot be used. */
static int fill_keys(struct p15_card *p15)
{
	struct card *card = &p15->card;
	unsigned i = 0;
	int r = 0;

	while (r == 0 && i < card->n_keys) {
		r = fill_key(p15, i);
		if (card->keys[i].pin == LIMIT_N_PINS)
			remove_key(p15, i);
		else
			i++;
	}
	return r;
}

/* A PIN all of whose keys want it anew is one that the card asks for before every use. */
static void mark_pins(struct p15_card *p15)
{
	struct card *card = &p15->card;
	unsigned pin, i, n, n_per_use;

	for (pin = 0; pin < card->n_pins; pin++) {
		n = n_per_use = 0;
		for (i = 0; i < card->n_keys; i++) {
			n += card->keys[i].pin == pin;
			n_per_use += card->keys[i].pin == pin && card->keys[i].per_use;
		}
		card->pins[pin].per_use = n > 0 && n == n_per_use;
	}
}

/* ---- certificates and data -------------------------------------------------------------------- */

/* One that wants a PIN to be read is not shown: certificates are read once, whoever is logged in. */
static void take_certificates(struct p15_card *p15, struct cursor *list, bool authority)
{
	struct card *card = &p15->card;
	struct pkcs15_certificate found;

	while (card->n_certificates < LIMIT_N_CERTIFICATES &&
	       pkcs15_next_certificate(list, &found) == 1) {
		found.authority = found.authority || authority;
		if (!found.object.is_private && found.value.place != PKCS15_ELSEWHERE)
			p15->certificates[card->n_certificates++] = found;
	}
}

static int fill_certificate(struct p15_card *p15, unsigned index)
{
	const struct pkcs15_certificate *from = &p15->certificates[index];
	struct card_certificate *to = &p15->card.certificates[index];
	unsigned i;

	*to = (struct card_certificate){.label = p15_text_keep(p15, &from->object.label),
					.id = FIRST_ID,
					.card_id = from->id,
					.authority = from->authority,
					.place = &from->value};
	for (i = 0; i < index; i++)
		to->id += alike(&p15->certificates[i].id, &from->id);
	for (i = p15->card.n_keys; i-- > 0;) {
		if (p15_same_id(&p15->keys[i].id, &from->id))
			to->pin = p15->card.keys[i].pin;
	}
	return to->label == NULL ? MOHR_ERR_NOMEM : 0;
}

static void take_data(struct p15_card *p15, struct cursor *list)
{
	struct card *card = &p15->card;
	struct pkcs15_data found;

	while (card->n_data < LIMIT_N_DATA && pkcs15_next_data(list, &found) == 1) {
		if (found.value.place != PKCS15_ELSEWHERE)
			p15->data[card->n_data++] = found;
	}
}

static int fill_data(struct p15_card *p15, unsigned index)
{
	const struct pkcs15_data *from = &p15->data[index];
	struct card_data *to = &p15->card.data[index];
	unsigned pin = pin_index(p15, &from->object.auth_id);

	*to = (struct card_data){.label = p15_text_keep(p15, &from->object.label),
				 .application = p15_text_keep(p15, &from->application),
				 .id = (uint8_t)(FIRST_ID + index),
				 .pin = pin == LIMIT_N_PINS ? 0 : pin,
				 .is_private = from->object.is_private,
				 .place = &from->value};
	return to->label == NULL || to->application == NULL ? MOHR_ERR_NOMEM : 0;
}

/* ---- all of them ------------------------------------------------------------------------------ */

static int take_directory(struct p15_card *p15, const struct pkcs15_directory *d)
{
	struct cursor list;
	int r;

	switch (d->list) {
	case PKCS15_PUBLIC_KEYS:
	case PKCS15_TRUSTED_PUBLIC_KEYS:
		if (p15->n_public_lists < P15_N_FILES)
			p15->public_lists[p15->n_public_lists++] = d->value;
		return 0;
	case PKCS15_SECRET_KEYS:
		return 0;
	default:
		break;
	}
	r = get_list(p15, &d->value, &list);
	if (r != 0)
		return r;
	if (d->list == PKCS15_PINS)
		take_pins(p15, &list);
	else if (d->list == PKCS15_PRIVATE_KEYS)
		take_keys(p15, &list);
	else if (d->list == PKCS15_DATA)
		take_data(p15, &list);
	else
		take_certificates(p15, &list, d->list == PKCS15_TRUSTED_CERTIFICATES);
	return 0;
}

int p15_list(struct p15_card *p15, const struct cursor *odf)
{
	struct cursor directories = *odf;
	struct pkcs15_directory d;
	unsigned i;
	int r = 0;

	while (r == 0 && pkcs15_next_directory(&directories, &d) == 1)
		r = take_directory(p15, &d);
	if (r != 0 || (r = add_pins(p15)) != 0 || (r = fill_keys(p15)) != 0)
		return r;
	mark_pins(p15);
	for (i = 0; r == 0 && i < p15->card.n_certificates; i++)
		r = fill_certificate(p15, i);
	for (i = 0; r == 0 && i < p15->card.n_data; i++)
		r = fill_data(p15, i);
	return r;
}

/* ---- public keys ------------------------------------------------------------------------------ */

/* Only who has no certificate needs them. */
static int read_publics(struct p15_card *p15)
{
	struct cursor list;
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && !p15->publics_read && i < p15->n_public_lists; i++) {
		struct pkcs15_key key;

		r = get_list(p15, &p15->public_lists[i], &list);
		while (r == 0 && p15->n_publics < LIMIT_N_KEYS &&
		       pkcs15_next_public_key(&list, &key) == 1)
			p15->publics[p15->n_publics++] = key;
	}
	if (r == 0)
		p15->publics_read = true;
	else
		p15->n_publics = 0;
	return r;
}

static int read_public(struct p15_card *p15, const struct pkcs15_key *key, struct buf *ret_spki)
{
	struct buf file = BUF_INIT(LIMIT_CERTIFICATE);
	struct pubkey shape;
	struct cursor value;
	int r;

	r = p15_read(p15, &key->value, P15_OBJECTS, &file);
	value = buf_cursor(&file);
	if (r == 0)
		r = pkcs15_decode_public_key(&value, key, &shape);
	if (r == 0 && shape.type == KEY_NONE)
		r = MOHR_ERR_NOT_FOUND;
	if (r == 0) {
		pubkey_encode_spki(ret_spki, &shape);
		r = buf_err(ret_spki);
	}
	buf_clear(&file);
	return r;
}

int p15_read_public_key(struct card *card, unsigned key, struct buf *ret_spki)
{
	struct p15_card *p15 = (struct p15_card *)card;
	unsigned i;
	int r;

	if (key >= card->n_keys)
		return MOHR_ERR_ARGUMENT;
	buf_reset(ret_spki);
	r = read_publics(p15);
	if (r != 0)
		return r;
	for (i = 0; i < p15->n_publics; i++) {
		if (p15_same_id(&p15->publics[i].id, &p15->keys[key].id) &&
		    p15->publics[i].type == p15->keys[key].type)
			return read_public(p15, &p15->publics[i], ret_spki);
	}
	return MOHR_ERR_NOT_FOUND;
}
