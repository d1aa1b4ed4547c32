/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader's place in the slot table: what the transport says of it, and the card's stay in it. */
#include "token/internal.h"

#include <stdlib.h>
#include <string.h>

static unsigned all_slots(const struct bay *b)
{
	return (1U << b->slots->per_reader) - 1;
}

int bay_new(struct slots *s, const struct reader *reader, struct bay **ret)
{
	struct bay *b = calloc(1, sizeof(*b));
	int r;

	if (b == NULL)
		return MOHR_ERR_NOMEM;
	r = mutex_init(&b->io, s->setup.mutex_ops);
	if (r != 0) {
		free(b);
		return r;
	}
	b->slots = s;
	b->now = *reader;
	memcpy(b->name, reader->name, sizeof(b->name));
	b->there = true;
	b->insertion_number = 1;
	*ret = b;
	return 0;
}

void bay_free(struct bay *b)
{
	if (b == NULL)
		return;
	mutex_clear(&b->io);
	free(b);
}

struct insertion *bay_detach(struct bay *b, bool is_event)
{
	struct insertion *ended = b->current;
	unsigned i;

	b->current = NULL;
	b->unknown = false;
	b->insertion_number++;
	if (is_event)
		b->pending = all_slots(b);
	if (ended == NULL)
		return NULL;
	atomic_store(&ended->gone, true);
	for (i = 0; i < ended->n_tokens; i++) {
		atomic_store(&ended->tokens[i].logged_in, false);
		wrong_pin_clear(&ended->tokens[i].wrong);
	}
	return ended;
}

/*
 * Whether a card has come or gone since the last look. A service may show that a card is there or not a
 * moment before it counts the event (pcscd does): what has been seen already, and owed to the count, is no
 * event any more when the count follows.
 */
static bool card_changed(struct bay *b, const struct reader *now)
{
	uint32_t counted = now->events - b->now.events;
	uint32_t toggled = b->now.present != now->present ? 1 : 0;
	bool changed = toggled || counted > b->owed;

	b->owed = b->owed + toggled > counted ? b->owed + toggled - counted : 0;
	return changed;
}

struct insertion *bay_note(struct bay *b, const struct reader *now, bool is_event)
{
	bool changed;

	if (now == NULL) {
		changed = b->there;
		b->there = false;
		b->now.present = false;
		b->now.mute = false;
	} else {
		changed = card_changed(b, now) || !b->there;
		/* A reader that was away counts anew. */
		if (!b->there)
			b->owed = 0;
		b->there = true;
		b->now = *now;
	}
	return changed ? bay_detach(b, is_event) : NULL;
}
