/* SPDX-License-Identifier: BSD-2-Clause */
/* The slot table: ids that stay, readers that come and go, and the token that is in a slot now. */
#include "token/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

int slots_new(const struct slots_setup *setup, struct slots **ret)
{
	struct slots *s;
	int r;

	if (setup->config->slots < 1 || setup->config->slots > LIMIT_SLOTS_PER_READER)
		return MOHR_ERR_ARGUMENT;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return MOHR_ERR_NOMEM;
	r = mutex_init(&s->lock, setup->mutex_ops);
	if (r != 0) {
		free(s);
		return r;
	}
	s->setup = *setup;
	s->per_reader = setup->config->slots;
	*ret = s;
	return 0;
}

static struct bay *find_bay(const struct slots *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n_bays; i++) {
		if (strcmp(s->bays[i]->name, name) == 0)
			return s->bays[i];
	}
	return NULL;
}

static const struct reader *find_reader(const struct reader *readers, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(readers[i].name, name) == 0)
			return &readers[i];
	}
	return NULL;
}

/* With the table locked; ended insertions are chained into ret_ended. */
static int apply(struct slots *s, const struct reader *now, size_t n, struct insertion **ret_ended,
		 size_t *ret_n_ended)
{
	struct insertion *ended;
	size_t i;
	int r;

	for (i = 0; i < s->n_bays; i++) {
		ended = bay_note(s->bays[i], find_reader(now, n, s->bays[i]->name), s->updated);
		if (ended != NULL)
			ret_ended[(*ret_n_ended)++] = ended;
	}
	for (i = 0; i < n; i++) {
		if (find_bay(s, now[i].name) != NULL)
			continue;
		if (s->n_bays == LIMIT_N_BAYS)
			return log_fail(s->setup.log, MOHR_ERR_LIMIT,
					"more readers than one process may see");
		r = bay_new(s, &now[i], &s->bays[s->n_bays]);
		if (r != 0)
			return r;
		s->bays[s->n_bays]->index = s->n_bays;
		if (s->updated)
			s->bays[s->n_bays]->pending = (1U << s->per_reader) - 1;
		s->n_bays++;
	}
	s->updated = true;
	return 0;
}

int slots_refresh(struct slots *s, struct reader *ret_now, size_t *ret_n)
{
	struct insertion *ended[LIMIT_N_BAYS];
	struct reader own[LIMIT_N_READERS];
	struct reader *now = ret_now != NULL ? ret_now : own;
	size_t n = 0, n_ended = 0, i;
	unsigned ticket = atomic_fetch_add(&s->ticket, 1) + 1;
	int r;

	if (atomic_load(&s->ended))
		return MOHR_ERR_CANCELLED;
	r = transport_readers(s->setup.transport, now, LIMIT_N_READERS, &n);
	if (r != 0)
		return r;
	mutex_lock(&s->lock);
	/* An answer that another thread's later question has overtaken would bring back the past. */
	if ((int)(ticket - s->applied) > 0) {
		r = apply(s, now, n, ended, &n_ended);
		s->applied = ticket;
	}
	mutex_unlock(&s->lock);
	for (i = 0; i < n_ended; i++)
		insertion_unref(ended[i]);
	if (r == 0 && ret_n != NULL)
		*ret_n = n;
	return r;
}

int slots_update(struct slots *s)
{
	return slots_refresh(s, NULL, NULL);
}

size_t slots_n(struct slots *s)
{
	size_t n;

	mutex_lock(&s->lock);
	n = s->n_bays * s->per_reader;
	mutex_unlock(&s->lock);
	return n;
}

/* With the table locked. */
static struct bay *slot_bay(struct slots *s, size_t slot)
{
	return slot / s->per_reader < s->n_bays ? s->bays[slot / s->per_reader] : NULL;
}

int slots_state(struct slots *s, size_t slot, struct slot_state *ret)
{
	struct slot_state state = {0};
	struct bay *b;
	int r;

	/* What is remembered is the answer where the service does not say anything newer. */
	r = slots_refresh(s, NULL, NULL);
	if (r != 0)
		log_write(s->setup.log, LOG_DEBUG, "readers: %s", error_text(r));
	mutex_lock(&s->lock);
	b = slot_bay(s, slot);
	if (b != NULL) {
		memcpy(state.reader, b->name, sizeof(state.reader));
		state.pin = (unsigned)(slot % s->per_reader);
		state.reader_there = b->there;
		state.card_present = b->there && b->now.present;
		state.token_present = b->current != NULL ? state.pin < b->current->n_tokens
							 : b->unknown && state.pin == 0;
		state.insertion = b->insertion_number;
	}
	mutex_unlock(&s->lock);
	if (b == NULL)
		return MOHR_ERR_ARGUMENT;
	*ret = state;
	return 0;
}

/*
 * What memory says of the slot, with the table locked: 0 and a reference, an error, or 0 and NULL for
 * a card that nobody has identified yet.
 */
static int look_up(const struct bay *b, unsigned pin, struct token **ret)
{
	*ret = NULL;
	if (!b->there || !b->now.present)
		return MOHR_ERR_CARD_ABSENT;
	if (b->now.mute)
		return MOHR_ERR_CARD_MUTE;
	if (b->unknown)
		return pin == 0 ? MOHR_ERR_CARD_UNKNOWN : MOHR_ERR_CARD_ABSENT;
	if (b->current == NULL)
		return 0;
	if (pin >= b->current->n_tokens)
		return MOHR_ERR_CARD_ABSENT;
	*ret = token_ref(&b->current->tokens[pin]);
	return 0;
}

/* With io held and the table not: identifies the card unless that has been done meanwhile. */
static int identify(struct bay *b, uint32_t number)
{
	struct slots *s = b->slots;
	struct insertion *i = NULL;
	bool stale;
	int r = 0;

	mutex_lock(&s->lock);
	stale = b->insertion_number != number || b->current != NULL || b->unknown ||
		atomic_load(&s->ended);
	mutex_unlock(&s->lock);
	if (stale)
		return 0;
	r = insertion_new(b, &i);
	mutex_lock(&s->lock);
	if (r == 0) {
		i->next = b->all;
		b->all = i;
	}
	stale = b->insertion_number != number;
	if (stale) {
		r = 0;
	} else if (r == 0) {
		b->current = i;
		i = NULL;
	} else if (r == MOHR_ERR_CARD_UNKNOWN) {
		b->unknown = true;
	}
	mutex_unlock(&s->lock);
	insertion_unref(i);
	return r;
}

int slots_token(struct slots *s, size_t slot, struct token **ret)
{
	struct token *t = NULL;
	struct bay *b;
	uint32_t number = 0;
	int r, n;

	for (n = 0; n < LIMIT_IDENTIFICATIONS; n++) {
		r = slots_refresh(s, NULL, NULL);
		if (r != 0)
			return r;
		mutex_lock(&s->lock);
		b = slot_bay(s, slot);
		r = b != NULL ? look_up(b, (unsigned)(slot % s->per_reader), &t)
			      : MOHR_ERR_ARGUMENT;
		if (b != NULL)
			number = b->insertion_number;
		mutex_unlock(&s->lock);
		if (r != 0)
			return r;
		if (t != NULL) {
			*ret = t;
			return 0;
		}
		mutex_lock(&b->io);
		r = identify(b, number);
		mutex_unlock(&b->io);
		if (r == MOHR_ERR_CARD_REMOVED || r == MOHR_ERR_READER_GONE)
			return MOHR_ERR_CARD_ABSENT;
		/* The next round finds what this one has learned, or that the card has changed. */
		if (r != 0 && r != MOHR_ERR_CARD_UNKNOWN)
			return r;
	}
	return MOHR_ERR_CARD_ABSENT;
}

/* With io held: closes the card that this process had opened, and lets go of the link. */
static void shut(struct insertion *i)
{
	unsigned n;
	int r = 0;

	for (n = 0; n < i->n_tokens; n++) {
		atomic_store(&i->tokens[n].logged_in, false);
		if (atomic_load(&i->tokens[n].opened))
			r = 1;
	}
	if (i->link != NULL && !atomic_load(&i->gone) &&
	    (r != 0 || atomic_load(&i->held_by) != NULL) && transaction_begin_locked(i) == 0) {
		r = login_release(i);
		for (n = 0; r == 0 && n < i->n_tokens; n++) {
			if (atomic_load(&i->tokens[n].opened))
				r = login_close(&i->tokens[n]);
		}
		(void)transaction_end_locked(i, r);
	}
	atomic_store(&i->gone, true);
	transaction_disconnect(i);
}

/* Ends a bay whose io this thread holds. Tokens that somebody still holds become orphans. */
static void clear_bay(struct bay *b)
{
	struct slots *s = b->slots;
	struct insertion *i, *current;
	unsigned n;

	while ((i = b->all) != NULL) {
		insertion_ref(i);
		shut(i);
		mutex_lock(&s->lock);
		b->all = i->next;
		i->slots = NULL;
		i->bay = NULL;
		for (n = 0; n < i->n_tokens; n++)
			wrong_pin_clear(&i->tokens[n].wrong);
		mutex_unlock(&s->lock);
		insertion_unref(i);
	}
	current = b->current;
	b->current = NULL;
	mutex_unlock(&b->io);
	insertion_unref(current);
	bay_free(b);
}

/* Leaves a bay to the thread that is inside its card: what that will touch must stay. */
static void abandon_bay(struct bay *b)
{
	struct insertion *i;

	mutex_lock(&b->slots->lock);
	for (i = b->all; i != NULL; i = i->next)
		atomic_store(&i->gone, true);
	mutex_unlock(&b->slots->lock);
}

/* With the table locked. False for one whose last reference has just gone: it is its dropper's to end. */
static bool take_ref(struct insertion *i)
{
	unsigned n = atomic_load(&i->refs);

	while (n != 0 && !atomic_compare_exchange_weak(&i->refs, &n, n + 1))
		continue;
	return n != 0;
}

/* With io held: lets go of all cards that were ever in the bay, and keeps the bay. */
static void shut_bay(struct bay *b)
{
	struct insertion *i;

	for (;;) {
		mutex_lock(&b->slots->lock);
		for (i = b->all; i != NULL; i = i->next) {
			if ((!atomic_load(&i->gone) || i->link != NULL) && take_ref(i))
				break;
		}
		mutex_unlock(&b->slots->lock);
		if (i == NULL)
			return;
		shut(i);
		insertion_unref(i);
	}
}

void slots_end(struct slots *s)
{
	uint64_t until = clock_ms() + FREE_LIMIT_MS;
	size_t i;

	atomic_store(&s->ended, true);
	for (i = 0; i < s->n_bays; i++) {
		struct bay *b = s->bays[i];
		uint64_t now = clock_ms();

		if (mutex_lock_timed(&b->io, now < until ? (unsigned)(until - now) : 0) == 0) {
			shut_bay(b);
			mutex_unlock(&b->io);
		} else {
			abandon_bay(b);
		}
	}
}

/* False if a thread is inside the bay's card until the end of the wait. */
static bool free_bay(struct bay **b, uint64_t until)
{
	uint64_t now = clock_ms();

	if (mutex_lock_timed(&(*b)->io, now < until ? (unsigned)(until - now) : 0) != 0) {
		abandon_bay(*b);
		return false;
	}
	clear_bay(*b);
	*b = NULL;
	return true;
}

bool slots_free(struct slots *s)
{
	uint64_t until;
	size_t i;
	bool whole = true;

	if (s == NULL)
		return true;
	atomic_store(&s->ended, true);
	until = clock_ms() + FREE_LIMIT_MS;
	for (i = 0; i < s->n_bays; i++)
		whole = free_bay(&s->bays[i], until) && whole;
	if (!whole)
		return false;
	transport_free(s->setup.transport);
	mutex_clear(&s->lock);
	free(s);
	return true;
}
