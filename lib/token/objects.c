/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Certificates and keys of a token, read when somebody first asks. One certificate that is missing or
 * malformed does not hide the others; a card that did not answer is asked again at the next call.
 */
#include "token/internal.h"

#include <stdlib.h>

enum { N_ATTEMPTS = 2 };

void objects_clear(struct token *t)
{
	free(t->certificates);
	free(t->authorities);
	free(t->keys);
	free(t->data);
	t->certificates = t->authorities = NULL;
	t->n_authorities = 0;
	atomic_store(&t->authorities_loaded, false);
	t->keys = NULL;
	t->data = NULL;
	t->objects = (struct token_objects){0};
}

/* Errors that say nothing of what is on the card. */
static bool is_passing(int r)
{
	return transaction_broke(r) || r == MOHR_ERR_NOMEM || r == MOHR_ERR_CRYPTO ||
	       r == MOHR_ERR_INTERNAL;
}

/* Whether this card has taken its time already: what is left is as if it were not there. */
static bool is_spent(const struct insertion *i)
{
	return i->n_listing >= LIMIT_LISTING_APDUS;
}

/* What has been exchanged since then was for the objects. */
static void spend(struct insertion *i, uint64_t since)
{
	i->n_listing += (unsigned)(i->channel.n_apdus - since);
	if (is_spent(i))
		log_write(i->slots->setup.log, LOG_DEBUG, "the card lists too much");
}

/*
 * Reads one certificate into the insertion's store. That there is none, or none that can be read, is
 * believed when the card says it twice: one disturbed exchange must not hide it until the card leaves.
 */
static int store_certificate(struct insertion *i, unsigned index)
{
	struct stored_certificate *s = &i->stored[index];
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	uint64_t since = i->channel.n_apdus;
	int r = 0, n;

	if (s->asked || is_spent(i))
		return 0;
	for (n = 0; n < N_ATTEMPTS; n++) {
		buf_reset(&der);
		r = i->card->profile->read_certificate(i->card, index, &der);
		if (r == 0 || is_passing(r))
			break;
	}
	spend(i, since);
	if (r == 0 && der.len > 0)
		s->der = buf_steal(&der, &s->der_len);
	buf_clear(&der);
	if (is_passing(r))
		return r;
	if (r != 0)
		log_write(i->slots->setup.log, LOG_DEBUG, "certificate %u: %s", index,
			  error_text(r));
	s->asked = true;
	return 0;
}

/* Reads a key's SubjectPublicKeyInfo into the insertion's store; ret borrows from there. */
static int store_key_info(struct insertion *i, unsigned key, struct pubkey *ret)
{
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE);
	struct cursor c;
	size_t len;
	int r;

	r = i->card->profile->read_public_key(i->card, key, &spki);
	if (r != 0 || (r = buf_err(&spki)) != 0)
		goto out;
	free(i->key_infos[key]);
	i->key_infos[key] = buf_steal(&spki, &len);
	if (i->key_infos[key] == NULL) {
		r = MOHR_ERR_NOMEM;
		goto out;
	}
	cursor_init(&c, i->key_infos[key], len);
	r = pubkey_decode_spki(&c, ret);
out:
	buf_clear(&spki);
	return r;
}

/* The public half of a key that has no certificate to tell it; *ret stays KEY_NONE if nothing does. */
static int read_shape(struct insertion *i, unsigned key, struct pubkey *ret)
{
	uint64_t since = i->channel.n_apdus;
	int r = 0, n;

	if (i->card->profile->read_public_key == NULL || is_spent(i))
		return 0;
	for (n = 0; n < N_ATTEMPTS; n++) {
		r = store_key_info(i, key, ret);
		if (r == 0 || is_passing(r))
			break;
	}
	spend(i, since);
	return is_passing(r) ? r : 0;
}

static void take_certificate(const struct insertion *i, unsigned index, struct token_certificate *c)
{
	const struct stored_certificate *s = &i->stored[index];

	c->place = &i->card->certificates[index];
	c->der = s->der;
	c->der_len = s->der_len;
	c->parsed = x509_decode(s->der, s->der_len, &c->x509) == 0;
	if (!c->parsed)
		c->x509 = (struct x509){0};
}

/* Whether nobody needs it but who looks for certificates: an authority's, without a key here. */
static bool is_apart(const struct card *card, unsigned index)
{
	unsigned n;

	for (n = 0; n < card->n_keys; n++) {
		if (card->keys[n].certificate == (int)index)
			return false;
	}
	return card->certificates[index].authority;
}

/* Inside a transaction. ret has room for all that the card may have. */
static int read_certificates(struct token *t, bool apart, struct token_certificate *ret,
			     unsigned *ret_n)
{
	struct insertion *i = t->insertion;
	const struct card *card = i->card;
	unsigned n;
	int r = 0;

	for (n = 0; r == 0 && n < card->n_certificates; n++) {
		if (card->certificates[n].pin != t->index || is_apart(card, n) != apart)
			continue;
		r = store_certificate(i, n);
		if (r == 0 && i->stored[n].der != NULL)
			take_certificate(i, n, &ret[(*ret_n)++]);
	}
	return r;
}

static const struct token_certificate *find_certificate(const struct token *t, int index)
{
	unsigned n;

	for (n = 0; index != CARD_NO_INDEX && n < t->objects.n_certificates; n++) {
		if (t->certificates[n].place == &t->insertion->card->certificates[index])
			return &t->certificates[n];
	}
	return NULL;
}

/*
 * What a use of the key takes. MOHR_ERR_NOT_FOUND if there is no such key; where the card does not say, the
 * layout does.
 */
static int read_policy(struct insertion *i, unsigned key, struct key_policy *ret)
{
	const struct card_key *place = &i->card->keys[key];
	int r = 0, n;

	*ret = (struct key_policy){.open = place->open, .per_use = place->per_use};
	if (i->card->profile->read_policy == NULL)
		return 0;
	for (n = 0; n < N_ATTEMPTS; n++) {
		r = i->card->profile->read_policy(i->card, key, ret);
		if (r == 0 || is_passing(r))
			break;
	}
	return r == MOHR_ERR_NOT_FOUND || is_passing(r) ? r : 0;
}

static int add_key(struct token *t, unsigned index)
{
	struct insertion *i = t->insertion;
	const struct card_key *place = &i->card->keys[index];
	struct token_key *k = &t->keys[t->objects.n_keys];
	struct key_policy policy;
	int r;

	r = read_policy(i, index, &policy);
	if (r != 0)
		return r == MOHR_ERR_NOT_FOUND ? 0 : r;
	*k = (struct token_key){.place = place};
	k->certificate = find_certificate(t, place->certificate);
	if (k->certificate != NULL)
		k->shape = k->certificate->x509.key;
	if (k->shape.type == KEY_NONE)
		r = read_shape(i, index, &k->shape);
	if (r == 0 && k->shape.type != KEY_NONE) {
		k->open = policy.open;
		k->always_authenticate =
			!k->open && (i->card->pins[place->pin].per_use || policy.per_use);
		t->objects.n_keys++;
	}
	return r;
}

/* Inside a transaction. */
static int load(struct token *t)
{
	struct insertion *i = t->insertion;
	const struct card *card = i->card;
	unsigned n;
	int r = 0;

	t->certificates = calloc(card->n_certificates + 1, sizeof(*t->certificates));
	t->keys = calloc(card->n_keys + 1, sizeof(*t->keys));
	t->data = calloc(card->n_data + 1, sizeof(*t->data));
	if (t->certificates == NULL || t->keys == NULL || t->data == NULL)
		return MOHR_ERR_NOMEM;
	r = read_certificates(t, false, t->certificates, &t->objects.n_certificates);
	for (n = 0; r == 0 && n < card->n_keys; n++) {
		if (card->keys[n].pin == t->index && (t->info.pin_usable || card->keys[n].open))
			r = add_key(t, n);
	}
	for (n = 0; r == 0 && n < card->n_data; n++) {
		if (card->data[n].pin == t->index)
			t->data[t->objects.n_data++].place = &card->data[n];
	}
	t->objects.data = t->data;
	t->objects.certificates = t->certificates;
	t->objects.keys = t->keys;
	return r;
}

/* Inside a transaction. */
static int load_authorities(struct token *t)
{
	unsigned n = 0;
	int r;

	if (t->authorities == NULL)
		t->authorities =
			calloc(t->insertion->card->n_certificates + 1, sizeof(*t->authorities));
	if (t->authorities == NULL)
		return MOHR_ERR_NOMEM;
	r = read_certificates(t, true, t->authorities, &n);
	if (r == 0)
		t->n_authorities = n;
	return r;
}

static bool has_apart(const struct token *t)
{
	const struct card *card = t->insertion->card;
	unsigned n;

	for (n = 0; n < card->n_certificates; n++) {
		if (card->certificates[n].pin == t->index && is_apart(card, n))
			return true;
	}
	return false;
}

int token_authorities(struct token *t, const struct token_certificate **ret, unsigned *ret_n)
{
	struct insertion *i = t->insertion;
	bool there = has_apart(t);
	int r = 0, n;

	for (n = 0; there && !atomic_load(&t->authorities_loaded) && n < N_ATTEMPTS; n++) {
		r = transaction_begin(i);
		if (r != 0)
			return r;
		if (!atomic_load(&t->authorities_loaded)) {
			r = load_authorities(t);
			if (r == 0)
				atomic_store(&t->authorities_loaded, true);
		}
		r = transaction_end(i, r);
		if (r != MOHR_ERR_CARD_RESET)
			break;
	}
	if (r == 0) {
		*ret = t->authorities;
		*ret_n = there ? t->n_authorities : 0;
	}
	return r;
}

int token_objects(struct token *t, const struct token_objects **ret)
{
	struct insertion *i = t->insertion;
	int r = 0, n;

	for (n = 0; !atomic_load(&t->loaded) && n < N_ATTEMPTS; n++) {
		r = transaction_begin(i);
		if (r != 0)
			return r;
		if (!atomic_load(&t->loaded)) {
			r = load(t);
			if (r == 0)
				atomic_store(&t->loaded, true);
			else
				objects_clear(t);
		}
		r = transaction_end(i, r);
		if (r != MOHR_ERR_CARD_RESET)
			break;
	}
	if (r == 0)
		*ret = &t->objects;
	return r;
}

int token_read_data(struct token *t, unsigned data, struct buf *ret)
{
	struct insertion *i = t->insertion;
	const struct card_data *place;
	int r = 0, n;

	if (!atomic_load(&t->loaded) || data >= t->objects.n_data)
		return MOHR_ERR_ARGUMENT;
	place = t->data[data].place;
	if (place->is_private && !token_logged_in(t))
		return MOHR_ERR_NOT_LOGGED_IN;
	for (n = 0; n < N_ATTEMPTS; n++) {
		r = transaction_begin(i);
		if (r != 0)
			return r;
		r = i->card->profile->read_data(i->card, (unsigned)(place - i->card->data), ret);
		r = transaction_end(i, r);
		if (r != MOHR_ERR_CARD_RESET)
			break;
	}
	return r;
}
