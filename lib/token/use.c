/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Using a private key, for whatever operation: state before the card, one transaction, and an end of
 * the login that the card has lost or that served once.
 */
#include "token/internal.h"

static bool is_open(const struct token *t, unsigned key)
{
	return atomic_load(&t->loaded) && key < t->objects.n_keys && t->keys[key].open;
}

int use_check(const struct token *t, unsigned key, unsigned use)
{
	if (!token_logged_in(t) && (!is_open(t, key) || atomic_load(&t->insertion->gone)))
		return atomic_load(&t->insertion->gone) ? MOHR_ERR_CARD_REMOVED
							: MOHR_ERR_NOT_LOGGED_IN;
	if (!atomic_load(&t->loaded) || key >= t->objects.n_keys)
		return MOHR_ERR_ARGUMENT;
	return (t->keys[key].place->use & use) != 0 ? 0 : MOHR_ERR_KEY_FUNCTION;
}

/* The use of a context-specific login is over, whatever came of it. */
static int spend(struct token *t, int result)
{
	struct insertion *i = t->insertion;
	int r;

	if (result == 0 && !i->card->pins[t->index].per_use) {
		/* The card asks for the PIN again before this key's next use; other keys need it still. */
		login_unhold(i);
		return 0;
	}
	if (result == 0 && i->card->pins[t->index].consumed) {
		login_unhold(i);
		atomic_store(&t->opened, false);
		return 0;
	}
	/* The card cannot be told on a broken way: ending the transaction resets it then. */
	if (transaction_broke(result))
		return result;
	r = login_release(i);
	if (transaction_broke(r))
		i->reset_wanted = true;
	return result;
}

static bool may_use(struct token *t, unsigned key, const void *owner)
{
	struct insertion *i = t->insertion;

	if (t->keys[key].open)
		return true;
	if (!token_logged_in(t))
		return false;
	return !t->keys[key].always_authenticate ||
	       (atomic_load(&i->held_by) == t && i->held_key == key && i->held_owner == owner);
}

/* Inside a transaction. */
static int perform(struct token *t, const struct token_key *k, use_fn *fn, void *user)
{
	int r;

	r = fn(t, k, user);
	/* What the card says of its state may be a lie or damaged: t->opened stays, so that logout closes it. */
	if (r == MOHR_ERR_SECURITY_STATUS) {
		atomic_store(&t->logged_in, false);
		r = MOHR_ERR_NOT_LOGGED_IN;
	}
	return k->always_authenticate ? spend(t, r) : r;
}

static int use_once(struct token *t, unsigned key, const void *owner, use_fn *fn, void *user)
{
	struct insertion *i = t->insertion;
	int r;

	r = login_begin_use(t, key, owner);
	if (r != 0)
		return r;
	/* Recovery or the time limit may have ended what use_check still saw. */
	r = may_use(t, key, owner) ? perform(t, &t->keys[key], fn, user) : MOHR_ERR_NOT_LOGGED_IN;
	return transaction_end(i, r);
}

int use_key(struct token *t, unsigned key, const void *owner, use_fn *fn, void *user)
{
	int r = use_once(t, key, owner, fn, user);

	/* A reset has cost the login; where none was needed, nothing is lost. */
	if (r == MOHR_ERR_CARD_RESET && is_open(t, key))
		return use_once(t, key, owner, fn, user);
	return r == MOHR_ERR_CARD_RESET ? MOHR_ERR_NOT_LOGGED_IN : r;
}
