/* SPDX-License-Identifier: BSD-2-Clause */
/* A token: what it says of itself, its references, its PIN's status, its random bytes. */
#include "base/clock.h"
#include "token/internal.h"

enum { N_READ_ATTEMPTS = 2 }; /* a reading that a foreign reset spoils is simply done again */

const struct token_info *token_info(const struct token *t)
{
	return &t->info;
}

const struct token_pad *token_pad(const struct token *t)
{
	return &t->pad;
}

struct token *token_ref(struct token *t)
{
	insertion_ref(t->insertion);
	return t;
}

void token_unref(struct token *t)
{
	if (t != NULL)
		insertion_unref(t->insertion);
}

int token_check(struct token *t)
{
	struct insertion *i = t->insertion;
	int r;

	if (atomic_load(&i->gone))
		return MOHR_ERR_CARD_REMOVED;
	r = slots_refresh(i->slots, NULL, NULL);
	return atomic_load(&i->gone) ? MOHR_ERR_CARD_REMOVED : r;
}

/* Takes what identification left, once and while it is fresh. */
static bool take_status(struct token *t, struct pin_status *ret)
{
	if (!t->status_known)
		return false;
	t->status_known = false;
	if (clock_ms() - t->status_ms > STATUS_FRESH_MS)
		return false;
	*ret = t->status;
	return true;
}

/*
 * Of a PIN that has just been verified for one use of a key the state is known, and the card must not be
 * asked: it may want nothing between VERIFY and the use (SP 800-73-4 part 1 table 4, "PIN Always").
 */
static int query(struct token *t, struct pin_status *ret)
{
	struct insertion *i = t->insertion;

	if (atomic_load(&i->held_by) != t)
		return i->card->profile->query(i->card, t->index, ret);
	*ret = (struct pin_status){.tries_left = PIN_TRIES_UNKNOWN, .verified = true};
	return 0;
}

int token_pin_status(struct token *t, struct pin_status *ret)
{
	struct insertion *i = t->insertion;
	bool known;
	int r, n;

	if (!t->info.pin_usable)
		return MOHR_ERR_REFERENCES_UNKNOWN;
	if (atomic_load(&i->gone))
		return MOHR_ERR_CARD_REMOVED;
	mutex_lock(&i->bay->io);
	known = take_status(t, ret);
	mutex_unlock(&i->bay->io);
	for (n = 0, r = 0; !known && n < N_READ_ATTEMPTS; n++) {
		r = transaction_begin(i);
		if (r != 0)
			return r;
		r = transaction_end(i, query(t, ret));
		if (r != MOHR_ERR_CARD_RESET)
			break;
	}
	return r;
}

int token_random(struct token *t, uint8_t *ret, size_t len)
{
	struct insertion *i = t->insertion;
	int r, n;

	if (!t->info.has_random)
		return MOHR_ERR_NOT_SUPPORTED;
	for (n = 0, r = 0; len > 0 && n < N_READ_ATTEMPTS; n++) {
		r = transaction_begin(i);
		if (r != 0)
			return r;
		r = transaction_end(i, i->card->profile->random(i->card, ret, len));
		if (r != MOHR_ERR_CARD_RESET)
			break;
	}
	return r;
}
