/* SPDX-License-Identifier: BSD-2-Clause */
/* Links of loop_transport.h: transactions, exchanges with the virtual card, and the faults in them. */
#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"
#include "tests/harness/loop_world.h"

struct loop_link {
	struct link link;
	struct loop *loop;
	struct place *place;
	unsigned service_generation, card_generation, n_resets;
};

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

	loop_lock(k->loop);
	while ((r = check(k)) == 0 && k->place->holder != NULL && k->place->holder != k)
		pthread_cond_wait(&k->loop->changed, &k->loop->lock);
	if (r == 0) {
		k->place->holder = k;
		k->place->counts.begins++;
	}
	loop_unlock(k->loop);
	return r;
}

static int loop_end(struct link *base, bool reset)
{
	struct loop_link *k = (struct loop_link *)base;
	struct place *p = k->place;
	int r;

	loop_lock(k->loop);
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
	loop_unlock(k->loop);
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
	loop_lock(k->loop);
	hook = k->place->hook;
	user = k->place->hook_user;
	loop_unlock(k->loop);
	if (hook != NULL)
		hook(user, command, len);
	loop_lock(k->loop);
	r = check(k);
	if (r == 0)
		r = exchange(k, command, len, &answer, cap);
	loop_unlock(k->loop);
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

static int loop_control(struct link *base, uint32_t code, const uint8_t *in, size_t len,
			uint8_t *ret, size_t cap, size_t *ret_len)
{
	struct loop_link *k = (struct loop_link *)base;
	loop_control_fn *control;
	void *user;
	int r;

	loop_lock(k->loop);
	r = check(k);
	control = k->place->control;
	user = k->place->control_user;
	k->place->counts.controls++;
	k->place->counts.outside += k->place->holder != k;
	loop_unlock(k->loop);
	if (r != 0)
		return r;
	if (control == NULL)
		return MOHR_ERR_NOT_SUPPORTED;
	return control(user, base, code, in, len, ret, cap, ret_len);
}

static int loop_reconnect(struct link *base)
{
	struct loop_link *k = (struct loop_link *)base;
	const uint8_t *atr;
	int r;

	loop_lock(k->loop);
	r = check(k);
	if (r == 0 || r == MOHR_ERR_CARD_RESET) {
		atr = vcard_atr(k->place->card, &k->link.atr_len);
		memcpy(k->link.atr, atr, k->link.atr_len);
		k->n_resets = k->place->n_resets;
		k->place->counts.reconnects++;
		r = 0;
	}
	loop_unlock(k->loop);
	return r;
}

static void loop_link_free(struct link *base)
{
	struct loop_link *k = (struct loop_link *)base;

	loop_lock(k->loop);
	drop_hold(k);
	k->loop->links_open--;
	loop_unlock(k->loop);
	free(k);
}

static const struct link_ops link_functions = {
	.begin = loop_begin,
	.end = loop_end,
	.transmit = loop_transmit,
	.reconnect = loop_reconnect,
	.control = loop_control,
	.free = loop_link_free,
};

static enum protocol protocol_of(const uint8_t *atr, size_t len)
{
	struct atr_info info;

	return atr_decode(atr, len, &info) == 0 && info.t1 && !info.t0 ? PROTOCOL_T1 : PROTOCOL_T0;
}

int loop_link_new(struct loop *l, struct place *p, struct link **ret)
{
	struct loop_link *k;
	const uint8_t *atr;

	p->counts.connects++;
	if (p->card == NULL)
		return MOHR_ERR_CARD_ABSENT;
	if (p->reader.mute)
		return MOHR_ERR_CARD_MUTE;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		abort();
	k->link.ops = &link_functions;
	k->loop = l;
	k->place = p;
	k->service_generation = l->service_generation;
	k->card_generation = p->card_generation;
	k->n_resets = p->n_resets;
	atr = vcard_atr(p->card, &k->link.atr_len);
	memcpy(k->link.atr, atr, k->link.atr_len);
	k->link.protocol = protocol_of(atr, k->link.atr_len);
	l->links_open++;
	*ret = &k->link;
	return 0;
}
