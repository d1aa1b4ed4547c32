/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers of fake_transport.h: a table under a lock, and a condition that ends waits. */
#include "tests/harness/fake_transport.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct fake_transport {
	struct transport transport;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct reader readers[LIMIT_N_READERS];
	struct fake_card *cards[LIMIT_N_READERS];
	size_t n;
	bool cancelled;
	int err;
};

static size_t find(const struct fake_transport *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (strcmp(t->readers[i].name, name) == 0)
			break;
	}
	return i;
}

static size_t must_find(const struct fake_transport *t, const char *name)
{
	size_t i = find(t, name);

	if (i == t->n)
		abort();
	return i;
}

static int fake_readers(struct transport *base, struct reader *ret, size_t max, size_t *ret_n)
{
	struct fake_transport *t = (struct fake_transport *)base;
	size_t n;
	int r;

	pthread_mutex_lock(&t->lock);
	r = t->err;
	if (r == 0) {
		n = t->n < max ? t->n : max;
		memcpy(ret, t->readers, n * sizeof(*ret));
		*ret_n = n;
	}
	pthread_mutex_unlock(&t->lock);
	return r;
}

static bool differs(const struct fake_transport *t, const struct reader *known, size_t n)
{
	size_t i;

	if (t->n != n)
		return true;
	for (i = 0; i < n; i++) {
		if (strcmp(known[i].name, t->readers[i].name) != 0 ||
		    known[i].present != t->readers[i].present ||
		    known[i].events != t->readers[i].events)
			return true;
	}
	return false;
}

static int fake_wait(struct transport *base, const struct reader *known, size_t n, int timeout_ms)
{
	struct fake_transport *t = (struct fake_transport *)base;
	struct timespec until;
	int r = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&t->lock);
	while (r == 0 && t->err == 0 && !t->cancelled && !differs(t, known, n)) {
		if (timeout_ms < 0)
			pthread_cond_wait(&t->changed, &t->lock);
		else if (pthread_cond_timedwait(&t->changed, &t->lock, &until) == ETIMEDOUT)
			r = MOHR_ERR_TIMEOUT;
	}
	if (t->err != 0) {
		r = t->err;
	} else if (t->cancelled) {
		t->cancelled = false;
		r = MOHR_ERR_CANCELLED;
	}
	pthread_mutex_unlock(&t->lock);
	return r;
}

static void fake_cancel(struct transport *base)
{
	struct fake_transport *t = (struct fake_transport *)base;

	pthread_mutex_lock(&t->lock);
	t->cancelled = true;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

static int fake_connect(struct transport *base, const char *reader, struct link **ret)
{
	struct fake_transport *t = (struct fake_transport *)base;
	size_t i;
	int r;

	pthread_mutex_lock(&t->lock);
	i = find(t, reader);
	if (t->err != 0)
		r = t->err;
	else if (i == t->n)
		r = MOHR_ERR_READER_GONE;
	else
		r = t->cards[i] == NULL ? MOHR_ERR_CARD_ABSENT : 0;
	if (r == 0)
		*ret = fake_card_link(t->cards[i]);
	pthread_mutex_unlock(&t->lock);
	return r;
}

static void fake_free(struct transport *base)
{
	struct fake_transport *t = (struct fake_transport *)base;

	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static const struct transport_ops fake_ops = {
	.name = "fake",
	.readers = fake_readers,
	.wait = fake_wait,
	.cancel = fake_cancel,
	.connect = fake_connect,
	.free = fake_free,
};

struct fake_transport *fake_transport_new(void)
{
	struct fake_transport *t = calloc(1, sizeof(*t));

	if (t == NULL || pthread_mutex_init(&t->lock, NULL) != 0 ||
	    pthread_cond_init(&t->changed, NULL) != 0)
		abort();
	t->transport.ops = &fake_ops;
	return t;
}

struct transport *fake_transport_base(struct fake_transport *t)
{
	return &t->transport;
}

void fake_transport_add_reader(struct fake_transport *t, const char *name)
{
	pthread_mutex_lock(&t->lock);
	if (t->n == LIMIT_N_READERS)
		abort();
	memset(&t->readers[t->n], 0, sizeof(t->readers[t->n]));
	snprintf(t->readers[t->n].name, sizeof(t->readers[t->n].name), "%s", name);
	t->cards[t->n++] = NULL;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

/* With the lock held. */
static void put_card(struct fake_transport *t, size_t i, struct fake_card *card)
{
	struct reader *r = &t->readers[i];
	struct link *l;

	if (t->cards[i] != NULL)
		fake_card_remove(t->cards[i]);
	t->cards[i] = card;
	r->present = card != NULL;
	r->atr_len = 0;
	r->events++;
	if (card != NULL) {
		l = fake_card_link(card);
		memcpy(r->atr, l->atr, l->atr_len);
		r->atr_len = l->atr_len;
		link_free(l);
		fake_card_clear_counts(card);
	}
	pthread_cond_broadcast(&t->changed);
}

void fake_transport_remove_reader(struct fake_transport *t, const char *name)
{
	size_t i, tail;

	pthread_mutex_lock(&t->lock);
	i = must_find(t, name);
	put_card(t, i, NULL);
	tail = t->n - i - 1;
	memmove(&t->readers[i], &t->readers[i + 1], tail * sizeof(t->readers[0]));
	memmove(&t->cards[i], &t->cards[i + 1], tail * sizeof(t->cards[0]));
	t->n--;
	pthread_mutex_unlock(&t->lock);
}

void fake_transport_insert(struct fake_transport *t, const char *reader, struct fake_card *card)
{
	pthread_mutex_lock(&t->lock);
	put_card(t, must_find(t, reader), card);
	pthread_mutex_unlock(&t->lock);
}

void fake_transport_remove(struct fake_transport *t, const char *reader)
{
	pthread_mutex_lock(&t->lock);
	put_card(t, must_find(t, reader), NULL);
	pthread_mutex_unlock(&t->lock);
}

void fake_transport_fail(struct fake_transport *t, int err)
{
	pthread_mutex_lock(&t->lock);
	t->err = err;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
}
