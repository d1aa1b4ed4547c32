/* SPDX-License-Identifier: BSD-2-Clause */
/* The world of loop_transport.h: readers, what happens to their cards, and what was seen. */
#include "tests/harness/loop_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct loop_view {
	struct transport transport;
	struct loop *loop;
	bool cancelled;
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

void loop_lock(struct loop *l)
{
	if (pthread_mutex_lock(&l->lock) != 0)
		abort();
}

void loop_unlock(struct loop *l)
{
	pthread_cond_broadcast(&l->changed);
	if (pthread_mutex_unlock(&l->lock) != 0)
		abort();
}

static struct place *place_of(struct loop *l, unsigned reader)
{
	if (reader >= l->n)
		abort();
	return &l->places[reader];
}

/* ---- transports ------------------------------------------------------------------------------- */

/* With the lock held. */
static size_t list(const struct loop *l, struct reader *ret, size_t max)
{
	size_t n = 0;
	unsigned i;

	for (i = 0; i < l->n && n < max; i++) {
		if (l->places[i].plugged)
			ret[n++] = l->places[i].reader;
	}
	return n;
}

static int loop_readers(struct transport *base, struct reader *ret, size_t max, size_t *ret_n)
{
	struct loop *l = ((struct loop_view *)base)->loop;
	int r;

	loop_lock(l);
	r = l->service ? 0 : MOHR_ERR_NO_SERVICE;
	if (r == 0)
		*ret_n = list(l, ret, max);
	loop_unlock(l);
	return r;
}

static bool differs(const struct loop *l, const struct reader *known, size_t n)
{
	struct reader now[LOOP_MAX_READERS];
	size_t i;

	if (list(l, now, LOOP_MAX_READERS) != n)
		return true;
	for (i = 0; i < n; i++) {
		if (strcmp(known[i].name, now[i].name) != 0 || known[i].present != now[i].present ||
		    known[i].events != now[i].events)
			return true;
	}
	return false;
}

static int loop_wait(struct transport *base, const struct reader *known, size_t n, int timeout_ms)
{
	struct loop_view *v = (struct loop_view *)base;
	struct loop *l = v->loop;
	struct timespec until;
	int r = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	loop_lock(l);
	while (r == 0 && l->service && !v->cancelled && !differs(l, known, n)) {
		if (timeout_ms < 0)
			pthread_cond_wait(&l->changed, &l->lock);
		else if (pthread_cond_timedwait(&l->changed, &l->lock, &until) == ETIMEDOUT)
			r = MOHR_ERR_TIMEOUT;
	}
	if (!l->service)
		r = MOHR_ERR_NO_SERVICE;
	else if (v->cancelled)
		r = MOHR_ERR_CANCELLED;
	loop_unlock(l);
	return r;
}

static void loop_cancel(struct transport *base)
{
	struct loop_view *v = (struct loop_view *)base;

	loop_lock(v->loop);
	v->cancelled = true;
	loop_unlock(v->loop);
}

static int loop_connect(struct transport *base, const char *reader, struct link **ret)
{
	struct loop *l = ((struct loop_view *)base)->loop;
	int r = MOHR_ERR_READER_GONE;
	unsigned i;

	loop_lock(l);
	for (i = 0; i < l->n; i++) {
		if (l->places[i].plugged && strcmp(l->places[i].reader.name, reader) == 0)
			break;
	}
	if (!l->service)
		r = MOHR_ERR_NO_SERVICE;
	else if (i < l->n)
		r = loop_link_new(l, &l->places[i], ret);
	loop_unlock(l);
	return r;
}

static void loop_view_free(struct transport *base)
{
	free(base);
}

static const struct transport_ops view_functions = {
	.name = "loop",
	.readers = loop_readers,
	.wait = loop_wait,
	.cancel = loop_cancel,
	.connect = loop_connect,
	.free = loop_view_free,
};

struct transport *loop_transport_new(struct loop *l)
{
	struct loop_view *v = must(calloc(1, sizeof(*v)));

	v->transport.ops = &view_functions;
	v->loop = l;
	return &v->transport;
}

struct loop *loop_new(unsigned n_readers)
{
	struct loop *l = must(calloc(1, sizeof(*l)));

	if (n_readers > LOOP_MAX_READERS || pthread_mutex_init(&l->lock, NULL) != 0 ||
	    pthread_cond_init(&l->changed, NULL) != 0)
		abort();
	l->service = true;
	for (l->n = 0; l->n < n_readers; l->n++) {
		struct place *p = &l->places[l->n];

		p->plugged = true;
		snprintf(p->reader.name, sizeof(p->reader.name), "Loop reader %02u", l->n);
	}
	return l;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* ---- what happens ----------------------------------------------------------------------------- */

/* With the lock held. */
static void put(struct place *p, struct vcard *v)
{
	const uint8_t *atr;

	p->holder = NULL;
	p->card = v;
	p->card_generation++;
	p->reader.mute = false;
	p->reader.present = v != NULL;
	p->reader.atr_len = 0;
	p->reader.events++;
	if (v == NULL)
		return;
	vcard_reset(v);
	atr = vcard_atr(v, &p->reader.atr_len);
	memcpy(p->reader.atr, atr, p->reader.atr_len);
}

void loop_insert(struct loop *l, unsigned reader, struct vcard *v)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	if (p->card != NULL)
		put(p, NULL);
	put(p, v);
	loop_unlock(l);
}

void loop_remove(struct loop *l, unsigned reader)
{
	loop_lock(l);
	put(place_of(l, reader), NULL);
	loop_unlock(l);
}

void loop_swap_unseen(struct loop *l, unsigned reader, struct vcard *v)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	p->card = v;
	vcard_reset(v);
	p->n_resets++;
	loop_unlock(l);
}

void loop_replace(struct loop *l, unsigned reader, struct vcard *v)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	p->card = v;
	loop_unlock(l);
}

void loop_reset(struct loop *l, unsigned reader)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	if (p->card != NULL)
		vcard_reset(p->card);
	p->n_resets++;
	loop_unlock(l);
}

void loop_set_mute(struct loop *l, unsigned reader, bool mute)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	p->reader.mute = mute;
	p->reader.events++;
	loop_unlock(l);
}

void loop_set_plugged(struct loop *l, unsigned reader, bool plugged)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	p->plugged = plugged;
	p->holder = NULL;
	p->card_generation++;
	p->reader.events++;
	if (p->card != NULL)
		vcard_reset(p->card);
	loop_unlock(l);
}

void loop_stop_service(struct loop *l)
{
	unsigned i;

	loop_lock(l);
	l->service = false;
	l->service_generation++;
	for (i = 0; i < l->n; i++) {
		l->places[i].holder = NULL;
		if (l->places[i].card != NULL)
			vcard_reset(l->places[i].card);
	}
	loop_unlock(l);
}

void loop_start_service(struct loop *l)
{
	loop_lock(l);
	l->service = true;
	loop_unlock(l);
}

/* ---- faults and counts ------------------------------------------------------------------------ */

void loop_set_fault(struct loop *l, unsigned reader, const struct loop_fault *fault)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	p->fault = *fault;
	p->fault_done = false;
	p->fault_len = 0;
	loop_unlock(l);
}

bool loop_fault_done(struct loop *l, unsigned reader)
{
	bool done;

	loop_lock(l);
	done = place_of(l, reader)->fault_done;
	loop_unlock(l);
	return done;
}

size_t loop_fault_len(struct loop *l, unsigned reader)
{
	size_t len;

	loop_lock(l);
	len = place_of(l, reader)->fault_len;
	loop_unlock(l);
	return len;
}

void loop_set_hook(struct loop *l, unsigned reader, loop_hook_fn *fn, void *user)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	p->hook = fn;
	p->hook_user = user;
	loop_unlock(l);
}

void loop_set_control(struct loop *l, unsigned reader, loop_control_fn *fn, void *user)
{
	loop_lock(l);
	place_of(l, reader)->control = fn;
	place_of(l, reader)->control_user = user;
	loop_unlock(l);
}

void loop_counts(struct loop *l, unsigned reader, struct loop_counts *ret)
{
	struct place *p = place_of(l, reader);

	loop_lock(l);
	*ret = p->counts;
	ret->held = p->holder != NULL;
	loop_unlock(l);
}

void loop_clear_counts(struct loop *l, unsigned reader)
{
	loop_lock(l);
	memset(&place_of(l, reader)->counts, 0, sizeof(struct loop_counts));
	loop_unlock(l);
}

unsigned loop_links_open(struct loop *l)
{
	unsigned n;

	loop_lock(l);
	n = l->links_open;
	loop_unlock(l);
	return n;
}
