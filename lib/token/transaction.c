/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions on a card, and recovery: a foreign reset costs the login, a restarted service a new
 * link, and no card is taken for another. token/ alone begins and ends transactions, here.
 */
#include "token/internal.h"

#include <string.h>

#include "base/clock.h"

bool transaction_broke(int err)
{
	switch (err) {
	case MOHR_ERR_IO:
	case MOHR_ERR_TIMEOUT:
	case MOHR_ERR_CANCELLED:
	case MOHR_ERR_NO_SERVICE:
	case MOHR_ERR_ACCESS_DENIED:
	case MOHR_ERR_READER_GONE:
	case MOHR_ERR_CARD_ABSENT:
	case MOHR_ERR_CARD_REMOVED:
	case MOHR_ERR_CARD_RESET:
	case MOHR_ERR_CARD_MUTE:
	case MOHR_ERR_CARD_BUSY:
	case MOHR_ERR_COMMUNICATION:
		return true;
	default:
		return false;
	}
}

/* Errors after which the card has certainly lost its security states. */
static bool is_closed(int err)
{
	return err == MOHR_ERR_CARD_ABSENT || err == MOHR_ERR_CARD_REMOVED ||
	       err == MOHR_ERR_CARD_RESET;
}

/* Errors after which no login of ours can be relied on. */
static bool is_lost(int err)
{
	return is_closed(err) || err == MOHR_ERR_NO_SERVICE || err == MOHR_ERR_READER_GONE;
}

void transaction_disconnect(struct insertion *i)
{
	if (i->link == NULL)
		return;
	channel_clear(&i->channel);
	link_free(i->link);
	i->link = NULL;
	i->in_transaction = false;
	i->doubtful = true;
}

static int connect_link(struct insertion *i)
{
	const struct slots_setup *setup = &i->slots->setup;
	struct link *l;
	int r;

	r = transport_connect(setup->transport, i->bay->name, &l);
	if (r != 0)
		return r;
	r = channel_init(&i->channel, l, setup->log);
	if (r != 0) {
		link_free(l);
		return r;
	}
	i->link = l;
	if (i->card == NULL) {
		memcpy(i->atr, l->atr, l->atr_len);
		i->atr_len = l->atr_len;
	}
	return 0;
}

/* What the transport says: MOHR_ERR_CARD_REMOVED if this stay has ended. */
static int check_stay(struct insertion *i)
{
	int r = slots_refresh(i->slots, NULL, NULL);

	return r == 0 && atomic_load(&i->gone) ? MOHR_ERR_CARD_REMOVED : r;
}

/* One attempt; *ret_again says whether another one makes sense. */
static int try_begin(struct insertion *i, bool *ret_again)
{
	int r;

	*ret_again = false;
	if (i->link == NULL) {
		r = connect_link(i);
		if (r == MOHR_ERR_CARD_ABSENT)
			r = MOHR_ERR_CARD_REMOVED;
		if (r != 0)
			return r;
	}
	r = link_begin(i->link);
	i->channel.turn = ++i->turns;
	if (r == 0 || !transaction_broke(r))
		return r;
	if (r == MOHR_ERR_CARD_BUSY || r == MOHR_ERR_TIMEOUT)
		return r;
	if (is_lost(r))
		insertion_lose_logins(i, is_closed(r));
	i->doubtful = true;
	*ret_again = r != MOHR_ERR_CARD_REMOVED;
	if (r != MOHR_ERR_CARD_RESET || link_reconnect(i->link) != 0)
		transaction_disconnect(i);
	return r;
}

/* Inside the transaction: 0 if the card is the one it was, MOHR_ERR_CARD_REMOVED if it is another. */
static int compare_card(struct insertion *i)
{
	const struct card *known = i->card;
	struct card *now = NULL;
	bool same = i->link->atr_len == i->atr_len && memcmp(i->link->atr, i->atr, i->atr_len) == 0;
	int r = 0;

	if (known == NULL) {
		memcpy(i->atr, i->link->atr, i->link->atr_len);
		i->atr_len = i->link->atr_len;
		return 0;
	}
	if (same)
		r = card_open(&i->channel, i->slots->setup.config, &now);
	if (r == 0 && same)
		same = now->profile == known->profile && strcmp(now->serial, known->serial) == 0 &&
		       strcmp(now->label, known->label) == 0 &&
		       strcmp(now->model, known->model) == 0;
	card_close(now);
	if (!same || r == MOHR_ERR_CARD_UNKNOWN)
		return log_fail(i->slots->setup.log, MOHR_ERR_CARD_REMOVED,
				"another card is in the reader");
	return r;
}

static int begin(struct insertion *i)
{
	bool again = true;
	int r = 0, n;

	for (n = 0; n < LIMIT_RECOVERIES && again; n++) {
		r = try_begin(i, &again);
		if (r == 0) {
			i->in_transaction = true;
			if (!i->doubtful)
				return 0;
			r = compare_card(i);
			if (r == 0) {
				i->doubtful = false;
				return 0;
			}
			again = r == MOHR_ERR_CARD_RESET;
			(void)transaction_end_locked(i, r);
		}
		/* While nobody knows the card, the caller will look again by itself. */
		if (again && i->card != NULL) {
			int stay = check_stay(i);

			if (stay != 0)
				return stay;
		}
	}
	if (r == MOHR_ERR_CARD_REMOVED)
		insertion_end(i);
	return r;
}

int transaction_begin_locked(struct insertion *i)
{
	struct token *held = atomic_load(&i->held_by);
	int r;

	if (atomic_load(&i->gone)) {
		insertion_lose_logins(i, true);
		transaction_disconnect(i);
		return MOHR_ERR_CARD_REMOVED;
	}
	if (held != NULL && clock_ms() - i->held_ms > CONTEXT_LIMIT_MS) {
		r = login_release(i);
		(void)transaction_end_locked(i, r);
	}
	return i->in_transaction ? 0 : begin(i);
}

int transaction_end_locked(struct insertion *i, int result)
{
	bool held = atomic_load(&i->held_by) != NULL;
	bool broke = transaction_broke(result);
	bool closed = is_closed(result);
	/* A card that has left or was reset is closed; some services stumble over the reset of no card. */
	bool reset = !closed && (i->reset_wanted || (broke && held));

	/* slots_free gave up waiting for this thread: nobody else will close the card. */
	if (atomic_load(&i->slots->ended) && atomic_load(&i->gone))
		reset = true;
	if (held && !reset && !closed)
		return result;
	if (i->in_transaction && i->link != NULL && link_end(i->link, reset) == 0 && reset)
		closed = true;
	i->in_transaction = false;
	i->reset_wanted = false;
	if (reset || is_lost(result))
		insertion_lose_logins(i, closed);
	if (result == MOHR_ERR_CARD_RESET)
		i->doubtful = true;
	else if (broke)
		transaction_disconnect(i);
	if (result == MOHR_ERR_CARD_REMOVED || result == MOHR_ERR_CARD_ABSENT) {
		insertion_end(i);
		return MOHR_ERR_CARD_REMOVED;
	}
	return result;
}

int transaction_begin(struct insertion *i)
{
	int r;

	/* A card that has left needs no lock: a thread may still hang in its reader. */
	if (atomic_load(&i->gone))
		return MOHR_ERR_CARD_REMOVED;
	mutex_lock(&i->bay->io);
	r = transaction_begin_locked(i);
	if (r != 0)
		mutex_unlock(&i->bay->io);
	return r;
}

int transaction_end(struct insertion *i, int result)
{
	int r = transaction_end_locked(i, result);

	mutex_unlock(&i->bay->io);
	return r;
}
