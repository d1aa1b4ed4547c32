/* SPDX-License-Identifier: BSD-2-Clause */
/* One stay of one card in a reader: identified once, with its tokens, gone for ever when it leaves. */
#include "token/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "token/label.h"

static void set_pad(struct insertion *i, struct token *t)
{
	const struct profile *profile = i->card->profile;
	const struct pin_format *format;

	if (!t->info.pin_usable)
		return;
	format = &i->card->pins[t->index].format;
	t->pad = (struct token_pad){
		.there = profile->verify_pad != NULL && pin_pad_can_verify(&i->pad, format),
		.can_change = profile->change_pad != NULL && pin_pad_can_change(&i->pad, format),
		.rows = i->pad.rows,
		.columns = i->pad.columns,
	};
}

static void set_token(struct insertion *i, unsigned index)
{
	const struct card *card = i->card;
	const struct card_pin *pin = index < card->n_pins ? &card->pins[index] : NULL;
	struct token *t = &i->tokens[index];

	t->insertion = i;
	t->index = index;
	label_make(t->info.label, card->label, pin != NULL ? pin->label : NULL);
	memcpy(t->info.manufacturer, card->manufacturer, sizeof(t->info.manufacturer));
	memcpy(t->info.model, card->model, sizeof(t->info.model));
	memcpy(t->info.serial, card->serial, sizeof(t->info.serial));
	memcpy(t->info.hardware_version, card->hardware_version, 2);
	memcpy(t->info.firmware_version, card->firmware_version, 2);
	if (pin != NULL) {
		t->info.pin_min = pin->format.min_len;
		t->info.pin_max = pin->format.max_len;
		t->info.pin_usable = pin->usable;
	}
	t->info.has_random = card->profile->random != NULL && !card->no_random;
	set_pad(i, t);
}

/* What mohr.conf says of this reader: pin_pad, but for those that pin_pad_except names a part of. */
static bool pad_wanted(const struct insertion *i)
{
	const struct config *config = i->slots->setup.config;

	return config->pin_pad != config_names(config->pin_pad_except, i->bay->name);
}

/* Inside the transaction. */
static int identify(struct insertion *i)
{
	unsigned n, max = i->slots->per_reader;
	int r;

	r = card_open(&i->channel, i->slots->setup.config, &i->card);
	if (r != 0)
		return r;
	/* A reader stays what it is; asking it costs no APDU, and every caller wants to know. */
	if (pad_wanted(i))
		pin_pad_find(i->link, i->slots->setup.log, &i->pad);
	i->n_tokens = i->card->n_pins < max ? i->card->n_pins : max;
	if (i->n_tokens == 0)
		i->n_tokens = 1;
	for (n = 0; n < i->n_tokens; n++) {
		struct token *t = &i->tokens[n];

		set_token(i, n);
		if (!t->info.pin_usable)
			continue;
		r = i->card->profile->query_opened(i->card, n, &t->status);
		if (transaction_broke(r))
			return r;
		t->status_known = r == 0;
		t->status_ms = clock_ms();
	}
	return 0;
}

/* What is left of one that has never met a card. */
static void release(struct insertion *i)
{
	turn_clear(&i->turn);
	gate_free(i->unheld);
	free(i);
}

int insertion_new(struct bay *b, struct insertion **ret)
{
	struct insertion *i = calloc(1, sizeof(*i));
	int r, attempt;

	if (i == NULL)
		return MOHR_ERR_NOMEM;
	if ((r = gate_new(&i->unheld)) != 0 ||
	    (r = turn_init(&i->turn, b->slots->setup.mutex_ops)) != 0) {
		release(i);
		return r;
	}
	gate_open(i->unheld);
	atomic_init(&i->refs, 1);
	i->slots = b->slots;
	i->bay = b;
	for (attempt = 0; attempt < LIMIT_RECOVERIES; attempt++) {
		r = transaction_begin_locked(i);
		if (r != 0)
			break;
		r = transaction_end_locked(i, identify(i));
		if (r != MOHR_ERR_CARD_RESET)
			break;
		/* Another program has reset it under our hands: all that was learned is void. */
		card_close(i->card);
		i->card = NULL;
		i->n_tokens = 0;
	}
	if (r != 0) {
		insertion_unref(i);
		return r;
	}
	*ret = i;
	return 0;
}

struct insertion *insertion_ref(struct insertion *i)
{
	atomic_fetch_add(&i->refs, 1);
	return i;
}

static void unlink_from_bay(struct insertion *i)
{
	struct slots *s = i->slots;
	struct insertion **p;

	if (s == NULL)
		return;
	mutex_lock(&s->lock);
	for (p = &i->bay->all; *p != NULL; p = &(*p)->next) {
		if (*p == i) {
			*p = i->next;
			break;
		}
	}
	mutex_unlock(&s->lock);
}

void insertion_unref(struct insertion *i)
{
	unsigned n;

	if (i == NULL || atomic_fetch_sub(&i->refs, 1) != 1)
		return;
	unlink_from_bay(i);
	transaction_disconnect(i);
	for (n = 0; n < LIMIT_SLOTS_PER_READER; n++) {
		objects_clear(&i->tokens[n]);
		wrong_pin_clear(&i->tokens[n].wrong);
	}
	for (n = 0; n < LIMIT_N_CERTIFICATES; n++)
		free(i->stored[n].der);
	for (n = 0; n < LIMIT_N_KEYS; n++)
		free(i->key_infos[n]);
	card_close(i->card);
	release(i);
}

void insertion_lose_logins(struct insertion *i, bool closed)
{
	unsigned n;

	login_unhold(i);
	for (n = 0; n < i->n_tokens; n++) {
		atomic_store(&i->tokens[n].logged_in, false);
		if (closed)
			atomic_store(&i->tokens[n].opened, false);
		i->tokens[n].status_known = false;
	}
}

void insertion_end(struct insertion *i)
{
	struct slots *s = i->slots;
	struct insertion *ended = NULL;

	mutex_lock(&s->lock);
	if (i->bay->current == i)
		ended = bay_detach(i->bay, true);
	mutex_unlock(&s->lock);
	atomic_store(&i->gone, true);
	insertion_lose_logins(i, true);
	/* Whoever is inside an operation has a reference of its own. */
	insertion_unref(ended);
}
