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

struct insertion *bay_note(struct bay *b, const struct reader *now, bool is_event)
{
	bool changed;

	if (now == NULL) {
		changed = b->there;
		b->there = false;
		b->now.present = false;
		b->now.mute = false;
	} else {
		changed =
			!b->there || b->now.present != now->present || b->now.events != now->events;
		b->there = true;
		b->now = *now;
	}
	return changed ? bay_detach(b, is_event) : NULL;
}
