/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Login, logout and change of a PIN. One PIN typed is at most one VERIFY; our own login state is apart
 * from the card's, which other programs share. A PIN is typed to the program, or to the reader's PIN pad:
 * then there is no secret here (NULL), and all else is the same.
 */
#include "base/clock.h"
#include "base/thread.h"
#include "token/internal.h"

/* After a failure at the PIN pad: whether the card has left. */
enum { N_LOOKS = 25, LOOK_MS = 20 };

/* What can be said of a typed PIN without the card; it costs no try. */
static int check_pin(const struct token *t, const struct secret *pin)
{
	if (!t->info.pin_usable)
		return MOHR_ERR_REFERENCES_UNKNOWN;
	if (pin == NULL || secret_len(pin) == 0)
		return MOHR_ERR_PIN_LENGTH;
	return pin_check(&t->insertion->card->pins[t->index].format, pin);
}

/* What can be said before anybody types. */
static int check_pad(const struct token *t, bool changing)
{
	if (!t->info.pin_usable)
		return MOHR_ERR_REFERENCES_UNKNOWN;
	return (changing ? t->pad.can_change : t->pad.there) ? 0 : MOHR_ERR_NOT_SUPPORTED;
}

/* Nobody is asked to type a PIN that the card would not look at. */
static int refuse_in_vain(struct token *t, bool changing)
{
	struct card *card = t->insertion->card;
	struct pin_status status;
	int r;

	r = card->profile->query(card, t->index, &status);
	if (r != 0)
		return r;
	if (status.blocked)
		return MOHR_ERR_PIN_BLOCKED;
	return status.must_change && !changing ? MOHR_ERR_PIN_MUST_CHANGE : 0;
}

/*
 * Whether the card need not be asked whether this PIN is right: it was wrong before and nothing has
 * changed since. Asks for the count only, which costs nothing. 0: ask the card.
 */
static int refuse_repeated(struct token *t, const struct secret *pin, bool changing)
{
	struct card *card = t->insertion->card;
	struct pin_status status;
	int tries, r;

	if (pin == NULL)
		return refuse_in_vain(t, changing);
	if (!wrong_pin_matches(t, pin, &tries))
		return 0;
	r = card->profile->query(card, t->index, &status);
	if (r != 0)
		return r;
	if (status.blocked)
		return MOHR_ERR_PIN_BLOCKED;
	if (status.must_change && !changing)
		return MOHR_ERR_PIN_MUST_CHANGE;
	if (!status.verified && status.tries_left != PIN_TRIES_UNKNOWN &&
	    status.tries_left == tries)
		return MOHR_ERR_PIN_INCORRECT;
	wrong_pin_forget(t);
	return 0;
}

/* What a comparison by the card came to, for the next one. */
static void note_answer(struct token *t, const struct secret *pin, int r, int tries)
{
	t->status_known = false;
	if (r == 0)
		wrong_pin_forget(t);
	else if (pin != NULL && r == MOHR_ERR_PIN_INCORRECT && tries != PIN_TRIES_UNKNOWN)
		wrong_pin_remember(t, pin, tries);
}

int login_close(struct token *t)
{
	struct card *card = t->insertion->card;
	struct pin_status status;
	int r;

	r = card->profile->unverify(card, t->index);
	if (r != 0 && !transaction_broke(r)) {
		/* A query selects the application, which closes some cards, and shows whether it did. */
		r = card->profile->query(card, t->index, &status);
		if (!transaction_broke(r) && (r != 0 || status.verified)) {
			t->insertion->reset_wanted = true;
			r = 0;
		}
	}
	if (r == 0)
		atomic_store(&t->opened, false);
	else
		t->insertion->reset_wanted = true;
	return r;
}

/* The PIN has not come to the card at all. */
static bool pad_said_no(int r)
{
	return r == MOHR_ERR_PIN_CANCELLED || r == MOHR_ERR_PIN_TIMEOUT ||
	       r == MOHR_ERR_PIN_MISMATCH;
}

/*
 * A reader tells a card that was pulled while somebody typed like any other failure; the transport notices
 * by itself, if not at once: a service looks for cards two or three times a second.
 */
static int look_after_card(struct token *t, int r)
{
	int n;

	for (n = 0; r == MOHR_ERR_COMMUNICATION && n < N_LOOKS; n++) {
		if (n > 0)
			clock_sleep_ms(LOOK_MS);
		if (slots_refresh(t->insertion->slots, NULL, NULL) != 0)
			break;
		if (atomic_load(&t->insertion->gone))
			r = MOHR_ERR_CARD_REMOVED;
	}
	return r;
}

/* The card has compared the PIN, or refused to, and is not open for it. */
static bool said_no(int r)
{
	return pad_said_no(r) || r == MOHR_ERR_PIN_INCORRECT || r == MOHR_ERR_PIN_BLOCKED ||
	       r == MOHR_ERR_PIN_MUST_CHANGE || r == MOHR_ERR_PIN_LENGTH ||
	       r == MOHR_ERR_PIN_INVALID || r == MOHR_ERR_REFERENCES_UNKNOWN;
}

/* Whether the PIN was right went lost with the answer: the card must not stay open for all that. */
static void close_unsure(struct token *t, int r)
{
	atomic_store(&t->opened, true);
	if (transaction_broke(r) || login_close(t) != 0)
		t->insertion->reset_wanted = true;
}

/* One VERIFY at most, inside a transaction. */
static int verify(struct token *t, const struct secret *pin)
{
	struct card *card = t->insertion->card;
	int tries = PIN_TRIES_UNKNOWN;
	int r;

	r = refuse_repeated(t, pin, false);
	if (r != 0)
		return r;
	if (pin != NULL)
		r = card->profile->verify(card, t->index, pin, &tries);
	else
		r = look_after_card(
			t, card->profile->verify_pad(card, t->index, &t->insertion->pad, &tries));
	note_answer(t, pin, r, tries);
	if (r == 0)
		atomic_store(&t->opened, true);
	else if (!said_no(r))
		close_unsure(t, r);
	return r;
}

void login_unhold(struct insertion *i)
{
	if (atomic_load(&i->held_by) != NULL)
		gate_open(i->unheld);
	atomic_store(&i->held_by, NULL);
	i->held_owner = NULL;
}

static void hold(struct token *t, unsigned key, const void *owner)
{
	struct insertion *i = t->insertion;

	gate_shut(i->unheld);
	i->held_key = key;
	i->held_owner = owner;
	i->held_thread = thread_id();
	i->held_ms = clock_ms();
	atomic_store(&i->held_by, t);
}

/* The PIN that a context-specific login verifies has opened other keys as well. */
static bool shares_pin(const struct token *t)
{
	return !t->insertion->card->pins[t->index].per_use;
}

int login_release(struct insertion *i)
{
	struct token *t = atomic_load(&i->held_by);

	if (t == NULL)
		return 0;
	login_unhold(i);
	/* What opens the card for one key's use, and was not used, cannot be taken back alone. */
	if (shares_pin(t))
		atomic_store(&t->logged_in, false);
	return login_close(t);
}

/*
 * transaction_begin, without a context-specific login of this token (NULL: of any): one is given up in
 * a transaction of its own, since closing the card may take a reset.
 */
static int begin_released(struct insertion *i, const struct token *of)
{
	struct token *held;
	int r;

	while ((r = transaction_begin(i)) == 0) {
		held = atomic_load(&i->held_by);
		if (held == NULL || (of != NULL && held != of))
			break;
		r = transaction_end(i, login_release(i));
		if (r != 0)
			break;
	}
	return r;
}

/* This thread's unused login for one use of a key is of this token, and cannot be given up alone. */
static bool renews(const struct token *t)
{
	const struct insertion *i = t->insertion;

	return atomic_load(&i->held_by) == t && i->held_thread == thread_id() && shares_pin(t);
}

/* Another thread's context-specific login, within a transaction that ends here: until it is used or old. */
static int wait_unheld(struct insertion *i)
{
	uint64_t age = clock_ms() - i->held_ms;
	int r = transaction_end(i, 0);

	/* transaction_begin gives up what is too old. */
	if (r == 0 && age <= CONTEXT_LIMIT_MS)
		r = gate_wait(i->unheld, (int)(CONTEXT_LIMIT_MS - age) + 1);
	return r == MOHR_ERR_TIMEOUT ? 0 : r;
}

/*
 * transaction_begin once no other thread has typed a PIN for one use of its key and not used it yet: it
 * may do so first, until that login is too old.
 */
static int begin_alone(struct insertion *i, const struct token *t)
{
	int r;

	while ((r = transaction_begin(i)) == 0) {
		if (atomic_load(&i->held_by) == NULL || renews(t))
			return 0;
		r = wait_unheld(i);
		if (r != 0)
			return r;
	}
	return r;
}

/* The card takes back what a shared PIN opens for one use with the next use of whatever key. */
static bool would_spend(const struct token *t, unsigned key, const void *owner)
{
	const struct insertion *i = t->insertion;

	return atomic_load(&i->held_by) == t && shares_pin(t) && i->held_thread != thread_id() &&
	       (i->held_key != key || i->held_owner != owner);
}

int login_begin_use(struct token *t, unsigned key, const void *owner)
{
	int r;

	while ((r = transaction_begin(t->insertion)) == 0 && would_spend(t, key, owner)) {
		r = wait_unheld(t->insertion);
		if (r != 0)
			break;
	}
	return r;
}

static int log_in(struct token *t, const struct secret *pin)
{
	struct insertion *i = t->insertion;
	bool per_use;
	int r;

	r = begin_released(i, t);
	if (r != 0)
		return r;
	per_use = i->card->pins[t->index].per_use;
	r = verify(t, pin);
	/* Whoever types at a reader may outlive the slots: the card is closed then, and nobody is in. */
	if (r == 0 && atomic_load(&i->gone))
		r = MOHR_ERR_CARD_REMOVED;
	/* The card stays closed to others; a reset that closing may take costs only older logins. */
	if (r == 0 && per_use)
		r = login_close(t);
	if (i->reset_wanted)
		r = transaction_end_locked(i, r);
	if (r == 0)
		atomic_store(&t->logged_in, true);
	else if (r == MOHR_ERR_PIN_INCORRECT || r == MOHR_ERR_PIN_BLOCKED)
		atomic_store(&t->logged_in, false);
	return transaction_end(i, r);
}

int token_login(struct token *t, const struct secret *pin)
{
	int r = check_pin(t, pin);

	return r != 0 ? r : log_in(t, pin);
}

int token_login_pad(struct token *t)
{
	int r = check_pad(t, false);

	return r != 0 ? r : log_in(t, NULL);
}

int token_logout(struct token *t)
{
	struct insertion *i = t->insertion;
	int r;

	atomic_store(&t->logged_in, false);
	if (!atomic_load(&t->opened) && atomic_load(&i->held_by) != t)
		return atomic_load(&i->gone) ? MOHR_ERR_CARD_REMOVED : 0;
	r = transaction_begin(i);
	if (r != 0)
		return r;
	if (atomic_load(&i->held_by) == t)
		r = login_release(i);
	if (r == 0 && atomic_load(&t->opened))
		r = login_close(t);
	r = transaction_end(i, r);
	/* A reset by whomever has closed the card as well. */
	return r == MOHR_ERR_CARD_RESET ? 0 : r;
}

bool token_logged_in(const struct token *t)
{
	return atomic_load(&t->logged_in);
}

/* Inside a transaction, which is kept if the PIN is right. */
static int login_for_use(struct token *t, unsigned key, const struct secret *pin, const void *owner)
{
	/* Recovery from a reset has ended the login. */
	int r = token_logged_in(t) ? verify(t, pin) : MOHR_ERR_NOT_LOGGED_IN;
	int closed;

	if (r != 0) {
		if (!transaction_broke(r) &&
		    transaction_broke(closed = login_release(t->insertion)))
			r = closed;
		return r;
	}
	hold(t, key, owner);
	/* A logout while the PIN was on its way has found nothing to close. */
	if (token_logged_in(t))
		return 0;
	r = login_release(t->insertion);
	return r != 0 ? r : MOHR_ERR_NOT_LOGGED_IN;
}

static int check_context(const struct token *t, unsigned key)
{
	if (!atomic_load(&t->loaded) || key >= t->objects.n_keys ||
	    !t->keys[key].always_authenticate)
		return MOHR_ERR_ARGUMENT;
	return token_logged_in(t) ? 0 : MOHR_ERR_NOT_LOGGED_IN;
}

/*
 * A thread that waited for its own login would wait for good, and so would all who wait with it. One
 * that cannot be given up alone stays, and is to be renewed.
 */
static int give_up_own(struct token *t, bool *ret_renews)
{
	struct insertion *i = t->insertion;
	bool own;
	int r;

	if (atomic_load(&i->held_by) == NULL)
		return 0;
	r = transaction_begin(i);
	if (r != 0)
		return r;
	own = atomic_load(&i->held_by) != NULL && i->held_thread == thread_id();
	*ret_renews = own && renews(t);
	return transaction_end(i, own && !*ret_renews ? login_release(i) : 0);
}

static int log_in_context(struct token *t, unsigned key, const struct secret *pin,
			  const void *owner)
{
	struct insertion *i = t->insertion;
	bool renewed = false;
	int r;

	r = give_up_own(t, &renewed);
	/* One thread at a time waits for the holder; a crowd would only be in its way. */
	if (r == 0 && !renewed)
		r = turn_take(&i->turn);
	if (r != 0)
		return r;
	r = begin_alone(i, t);
	if (r == 0)
		r = transaction_end(i, login_for_use(t, key, pin, owner));
	if (!renewed)
		turn_give(&i->turn);
	return r;
}

int token_login_context(struct token *t, unsigned key, const struct secret *pin, const void *owner)
{
	int r = check_context(t, key);

	if (r == 0)
		r = check_pin(t, pin);
	return r != 0 ? r : log_in_context(t, key, pin, owner);
}

int token_login_context_pad(struct token *t, unsigned key, const void *owner)
{
	int r = check_context(t, key);

	if (r == 0)
		r = check_pad(t, false);
	return r != 0 ? r : log_in_context(t, key, NULL, owner);
}

void token_context_cancel(struct token *t, const void *owner)
{
	struct insertion *i = t->insertion;
	int r;

	if (atomic_load(&i->held_by) != t || transaction_begin(i) != 0)
		return;
	r = 0;
	if (atomic_load(&i->held_by) == t && i->held_owner == owner)
		r = login_release(i);
	(void)transaction_end(i, r);
}

/*
 * A comparison that failed ends the login on many cards (SP 800-73-4 part 2 §3.2.2): whether it has, nobody but
 * the card knows.
 */
static void note_login_lost(struct token *t)
{
	struct card *card = t->insertion->card;
	struct pin_status status;

	if (token_logged_in(t) && !card->pins[t->index].per_use &&
	    card->profile->query(card, t->index, &status) == 0 && !status.verified)
		atomic_store(&t->logged_in, false);
}

/* The card's part of a change, inside a transaction. */
static int compare_and_change(struct token *t, const struct secret *old_pin,
			      const struct secret *new_pin)
{
	struct insertion *i = t->insertion;
	const struct profile *profile = i->card->profile;
	int tries = PIN_TRIES_UNKNOWN;
	int r;

	r = refuse_repeated(t, old_pin, true);
	if (r != 0)
		return r;
	if (old_pin != NULL)
		r = profile->change(i->card, t->index, old_pin, new_pin, &tries);
	else
		r = look_after_card(t, profile->change_pad(i->card, t->index, &i->pad, &tries));
	note_answer(t, old_pin, r, tries);
	if (r == MOHR_ERR_PIN_INCORRECT || r == MOHR_ERR_PIN_BLOCKED)
		note_login_lost(t);
	/* Whether the PIN is another one now went lost with the answer. */
	if (r != 0 && !said_no(r) && (transaction_broke(r) || i->channel.sw == 0) &&
	    i->card->pins[t->index].opened_by_change && !token_logged_in(t))
		close_unsure(t, r);
	return r;
}

static int change(struct token *t, const struct secret *old_pin, const struct secret *new_pin)
{
	struct insertion *i = t->insertion;
	int r, closed = 0;

	r = begin_released(i, NULL);
	if (r != 0)
		return r;
	r = compare_and_change(t, old_pin, new_pin);
	if (r != 0)
		return transaction_end(i, r);
	if (i->card->pins[t->index].opened_by_change && !token_logged_in(t))
		closed = login_close(t);
	/* Whatever comes of that: the PIN is the new one, and whoever tried the old one would lose a try. */
	(void)transaction_end(i, closed);
	return 0;
}

int token_change_pin(struct token *t, const struct secret *old_pin, const struct secret *new_pin)
{
	int r = check_pin(t, old_pin);

	if (r == 0)
		r = check_pin(t, new_pin);
	return r != 0 ? r : change(t, old_pin, new_pin);
}

int token_change_pin_pad(struct token *t)
{
	int r = check_pad(t, true);

	return r != 0 ? r : change(t, NULL, NULL);
}
