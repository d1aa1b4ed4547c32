/* SPDX-License-Identifier: BSD-2-Clause */
/* Key agreement: a peer's point is looked at before the card sees it; what comes back cannot be checked. */
#include "token/internal.h"

/* One agreement under way. */
struct deriving {
	const uint8_t *point;
	size_t len;
	struct secret *shared;
};

bool token_can_derive(struct token *t, unsigned key)
{
	const struct card *card = t->insertion->card;
	const struct profile *p = card->profile;
	const struct token_key *k;

	if (!atomic_load(&t->loaded) || key >= t->objects.n_keys)
		return false;
	k = &t->keys[key];
	return (k->place->use & KEY_USE_DERIVE) != 0 && k->shape.type == KEY_EC &&
	       p->can_derive != NULL &&
	       p->can_derive(card, (unsigned)(k->place - card->keys), &k->shape);
}

/* What can be said without the card. A point off the curve would tell of the key (SP 800-56A §5.6.2.3). */
static int check(struct token *t, unsigned key, const uint8_t *point, size_t len)
{
	struct cursor c;
	int r = use_check(t, key, KEY_USE_DERIVE);

	if (r != 0)
		return r;
	if (!token_can_derive(t, key))
		return MOHR_ERR_MECHANISM;
	cursor_init(&c, point, len);
	return crypto_point_check(t->insertion->slots->setup.crypto, t->keys[key].shape.curve, &c);
}

static int derive_once(struct token *t, const struct token_key *k, void *user)
{
	struct card *card = t->insertion->card;
	struct deriving *d = user;
	int r;

	r = card->profile->derive(card, (unsigned)(k->place - card->keys), &k->shape, d->point,
				  d->len, &d->shared);
	if (r == 0 && secret_len(d->shared) != curve_len(k->shape.curve))
		r = log_fail(t->insertion->slots->setup.log, MOHR_ERR_MALFORMED,
			     "a shared secret of %zu bytes", secret_len(d->shared));
	return r;
}

int token_derive(struct token *t, unsigned key, const uint8_t *point, size_t len, const void *owner,
		 struct secret **ret_shared)
{
	struct deriving d = {.point = point, .len = len};
	int r;

	r = check(t, key, point, len);
	if (r == 0)
		r = use_key(t, key, owner, derive_once, &d);
	if (r == 0) {
		*ret_shared = d.shared;
		d.shared = NULL;
	}
	secret_free(d.shared);
	return r;
}
