/* SPDX-License-Identifier: BSD-2-Clause */
/* The world of loop_transport.h: one lock, generations that tell a link what it has missed. */
#include "tests/harness/loop_transport.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "codec/iso7816.h"

struct loop_link;

struct place {
	struct reader reader;
	bool plugged;
	struct vcard *card;
	unsigned card_generation; /* another one for another insertion */
	unsigned n_resets;
	const struct loop_link *holder; /* of the transaction */
	struct loop_fault fault;
	bool fault_done;
	size_t fault_len;
	loop_hook_fn *hook;
	void *hook_user;
	struct loop_counts counts;
};

struct loop {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool service;
	unsigned service_generation;
	unsigned n;
	unsigned links_open;
	struct place places[LOOP_MAX_READERS];
};

struct loop_view {
	struct transport transport;
	struct loop *loop;
	bool cancelled;
};

struct loop_link {
	struct link link;
	struct loop *loop;
	struct place *place;
	unsigned service_generation, card_generation, n_resets;
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static void lock(struct loop *l)
{
	if (pthread_mutex_lock(&l->lock) != 0)
		abort();
}

static void unlock(struct loop *l)
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

/* ---- links ------------------------------------------------------------------------------------ */

static int check(const struct loop_link *k)
{
	if (!k->loop->service || k->service_generation != k->loop->service_generation)
		return MOHR_ERR_NO_SERVICE;
	if (!k->place->plugged)
		return MOHR_ERR_READER_GONE;
	if (k->place->card == NULL || k->card_generation != k->place->card_generation)
		return MOHR_ERR_CARD_REMOVED;
	return k->n_resets == k->place->n_resets ? 0 : MOHR_ERR_CARD_RESET;
}

static void drop_hold(struct loop_link *k)
{
	if (k->place->holder == k)
		k->place->holder = NULL;
}

static int loop_begin(struct link *base)
{
	struct loop_link *k = (struct loop_link *)base;
	int r;

	lock(k->loop);
	while ((r = check(k)) == 0 && k->place->holder != NULL && k->place->holder != k)
		pthread_cond_wait(&k->loop->changed, &k->loop->lock);
	if (r == 0) {
		k->place->holder = k;
		k->place->counts.begins++;
	}
	unlock(k->loop);
	return r;
}

static int loop_end(struct link *base, bool reset)
{
	struct loop_link *k = (struct loop_link *)base;
	struct place *p = k->place;
	int r;

	lock(k->loop);
	r = check(k);
	if (p->holder != k)
		r = MOHR_ERR_COMMUNICATION;
	drop_hold(k);
	if (r == 0 || r == MOHR_ERR_CARD_RESET)
		p->counts.ends++;
	if (reset && r == 0) {
		vcard_reset(p->card);
		p->counts.resets++;
		p->n_resets++;
		k->n_resets = p->n_resets;
	}
	unlock(k->loop);
	return r;
}

/* What the fault makes of the exchange before the card sees it; 0 to go on. */
static int fault_before(struct place *p, struct buf *answer, bool *ret_answered)
{
	switch (p->fault.kind) {
	case LOOP_FAULT_SW:
		buf_put_be16(answer, (uint16_t)p->fault.value);
		*ret_answered = true;
		return 0;
	case LOOP_FAULT_RESET:
		vcard_reset(p->card);
		p->n_resets++;
		return MOHR_ERR_CARD_RESET;
	case LOOP_FAULT_REMOVE:
		p->card = NULL;
		p->holder = NULL;
		p->card_generation++;
		p->reader.present = false;
		p->reader.events++;
		return MOHR_ERR_CARD_REMOVED;
	default:
		return 0;
	}
}

static int fault_after(struct place *p, struct buf *answer, size_t cap)
{
	size_t huge = cap < LIMIT_RESPONSE ? cap : LIMIT_RESPONSE;

	p->fault_len = answer->len;
	switch (p->fault.kind) {
	case LOOP_FAULT_ERROR:
		return p->fault.value;
	case LOOP_FAULT_EMPTY:
		buf_truncate(answer, 0);
		return 0;
	case LOOP_FAULT_CUT:
		buf_truncate(answer, (size_t)p->fault.value);
		return 0;
	case LOOP_FAULT_LONGER:
		buf_put_u8(answer, 0);
		return 0;
	case LOOP_FAULT_HUGE:
		buf_fill(answer, 0xA5, huge - answer->len);
		return 0;
	default:
		return 0;
	}
}

static void count(struct loop_link *k, const uint8_t *command, size_t len)
{
	struct loop_counts *c = &k->place->counts;

	c->apdus++;
	c->by_ins[len > 1 ? command[1] : 0]++;
	c->verifies += len > 5 && command[1] == INS_VERIFY;
	c->outside += k->place->holder != k;
}

/* With the lock held, and the link found to be well. */
static int exchange(struct loop_link *k, const uint8_t *command, size_t len, struct buf *answer,
		    size_t cap)
{
	struct place *p = k->place;
	bool due = p->fault.kind != LOOP_FAULT_NONE && !p->fault_done && p->fault.at == 0;
	bool answered = false;
	int r = 0;

	if (p->fault.at > 0)
		p->fault.at--;
	count(k, command, len);
	if (due) {
		p->fault_done = true;
		r = fault_before(p, answer, &answered);
	}
	if (r == 0 && !answered)
		vcard_process(p->card, command, len, answer);
	if (r == 0 && due)
		r = fault_after(p, answer, cap);
	return r;
}

static int loop_transmit(struct link *base, const uint8_t *command, size_t len,
			 uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	struct loop_link *k = (struct loop_link *)base;
	struct buf answer = BUF_INIT(LIMIT_RESPONSE + 1);
	loop_hook_fn *hook;
	void *user;
	int r;

	*ret_len = 0;
	lock(k->loop);
	hook = k->place->hook;
	user = k->place->hook_user;
	unlock(k->loop);
	if (hook != NULL)
		hook(user, command, len);
	lock(k->loop);
	r = check(k);
	if (r == 0)
		r = exchange(k, command, len, &answer, cap);
	unlock(k->loop);
	if (r == 0 && buf_err(&answer) != 0)
		abort();
	if (r == 0 && answer.len > cap)
		r = MOHR_ERR_COMMUNICATION;
	if (r == 0) {
		if (answer.len > 0)
			memcpy(ret_response, answer.data, answer.len);
		*ret_len = answer.len;
	}
	buf_clear(&answer);
	return r;
}

static int loop_reconnect(struct link *base)
{
	struct loop_link *k = (struct loop_link *)base;
	const uint8_t *atr;
	int r;

	lock(k->loop);
	r = check(k);
	if (r == 0 || r == MOHR_ERR_CARD_RESET) {
		atr = vcard_atr(k->place->card, &k->link.atr_len);
		memcpy(k->link.atr, atr, k->link.atr_len);
		k->n_resets = k->place->n_resets;
		k->place->counts.reconnects++;
		r = 0;
	}
	unlock(k->loop);
	return r;
}

static void loop_link_free(struct link *base)
{
	struct loop_link *k = (struct loop_link *)base;

	lock(k->loop);
	drop_hold(k);
	k->loop->links_open--;
	unlock(k->loop);
	free(k);
}

static const struct link_ops link_functions = {
	.begin = loop_begin,
	.end = loop_end,
	.transmit = loop_transmit,
	.reconnect = loop_reconnect,
	.free = loop_link_free,
};

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

	lock(l);
	r = l->service ? 0 : MOHR_ERR_NO_SERVICE;
	if (r == 0)
		*ret_n = list(l, ret, max);
	unlock(l);
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
	lock(l);
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
	v->cancelled = false;
	unlock(l);
	return r;
}

static void loop_cancel(struct transport *base)
{
	struct loop_view *v = (struct loop_view *)base;

	lock(v->loop);
	v->cancelled = true;
	unlock(v->loop);
}

static enum protocol protocol_of(const uint8_t *atr, size_t len)
{
	struct atr_info info;

	return atr_decode(atr, len, &info) == 0 && info.t1 && !info.t0 ? PROTOCOL_T1 : PROTOCOL_T0;
}

/* With the lock held. */
static int connect_place(struct loop *l, struct place *p, struct link **ret)
{
	struct loop_link *k;
	const uint8_t *atr;

	if (p->card == NULL)
		return MOHR_ERR_CARD_ABSENT;
	if (p->reader.mute)
		return MOHR_ERR_CARD_MUTE;
	k = must(calloc(1, sizeof(*k)));
	k->link.ops = &link_functions;
	k->loop = l;
	k->place = p;
	k->service_generation = l->service_generation;
	k->card_generation = p->card_generation;
	k->n_resets = p->n_resets;
	atr = vcard_atr(p->card, &k->link.atr_len);
	memcpy(k->link.atr, atr, k->link.atr_len);
	k->link.protocol = protocol_of(atr, k->link.atr_len);
	p->counts.connects++;
	l->links_open++;
	*ret = &k->link;
	return 0;
}

static int loop_connect(struct transport *base, const char *reader, struct link **ret)
{
	struct loop *l = ((struct loop_view *)base)->loop;
	int r = MOHR_ERR_READER_GONE;
	unsigned i;

	lock(l);
	for (i = 0; i < l->n; i++) {
		if (l->places[i].plugged && strcmp(l->places[i].reader.name, reader) == 0)
			break;
	}
	if (!l->service)
		r = MOHR_ERR_NO_SERVICE;
	else if (i < l->n)
		r = connect_place(l, &l->places[i], ret);
	unlock(l);
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

	lock(l);
	if (p->card != NULL)
		put(p, NULL);
	put(p, v);
	unlock(l);
}

void loop_remove(struct loop *l, unsigned reader)
{
	lock(l);
	put(place_of(l, reader), NULL);
	unlock(l);
}

void loop_swap_unseen(struct loop *l, unsigned reader, struct vcard *v)
{
	struct place *p = place_of(l, reader);

	lock(l);
	p->card = v;
	vcard_reset(v);
	p->n_resets++;
	unlock(l);
}

void loop_reset(struct loop *l, unsigned reader)
{
	struct place *p = place_of(l, reader);

	lock(l);
	if (p->card != NULL)
		vcard_reset(p->card);
	p->n_resets++;
	unlock(l);
}

void loop_set_mute(struct loop *l, unsigned reader, bool mute)
{
	struct place *p = place_of(l, reader);

	lock(l);
	p->reader.mute = mute;
	p->reader.events++;
	unlock(l);
}

void loop_set_plugged(struct loop *l, unsigned reader, bool plugged)
{
	struct place *p = place_of(l, reader);

	lock(l);
	p->plugged = plugged;
	p->holder = NULL;
	p->card_generation++;
	p->reader.events++;
	if (p->card != NULL)
		vcard_reset(p->card);
	unlock(l);
}

void loop_stop_service(struct loop *l)
{
	unsigned i;

	lock(l);
	l->service = false;
	l->service_generation++;
	for (i = 0; i < l->n; i++) {
		l->places[i].holder = NULL;
		if (l->places[i].card != NULL)
			vcard_reset(l->places[i].card);
	}
	unlock(l);
}

void loop_start_service(struct loop *l)
{
	lock(l);
	l->service = true;
	unlock(l);
}

/* ---- faults and counts ------------------------------------------------------------------------ */

void loop_set_fault(struct loop *l, unsigned reader, const struct loop_fault *fault)
{
	struct place *p = place_of(l, reader);

	lock(l);
	p->fault = *fault;
	p->fault_done = false;
	p->fault_len = 0;
	unlock(l);
}

bool loop_fault_done(struct loop *l, unsigned reader)
{
	bool done;

	lock(l);
	done = place_of(l, reader)->fault_done;
	unlock(l);
	return done;
}

size_t loop_fault_len(struct loop *l, unsigned reader)
{
	size_t len;

	lock(l);
	len = place_of(l, reader)->fault_len;
	unlock(l);
	return len;
}

void loop_set_hook(struct loop *l, unsigned reader, loop_hook_fn *fn, void *user)
{
	struct place *p = place_of(l, reader);

	lock(l);
	p->hook = fn;
	p->hook_user = user;
	unlock(l);
}

void loop_counts(struct loop *l, unsigned reader, struct loop_counts *ret)
{
	struct place *p = place_of(l, reader);

	lock(l);
	*ret = p->counts;
	ret->held = p->holder != NULL;
	unlock(l);
}

void loop_clear_counts(struct loop *l, unsigned reader)
{
	lock(l);
	memset(&place_of(l, reader)->counts, 0, sizeof(struct loop_counts));
	unlock(l);
}

unsigned loop_links_open(struct loop *l)
{
	unsigned n;

	lock(l);
	n = l->links_open;
	unlock(l);
	return n;
}
