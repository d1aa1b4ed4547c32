/* SPDX-License-Identifier: BSD-2-Clause */
/* See mutant.h. */
#include "tests/hostile/mutant.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"

struct mutant_link {
	struct link link;
	struct mutant *mutant;
};

struct mutant_transport {
	struct transport transport;
	struct mutant *mutant;
};

void mutant_must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "# does not hold: %s\n", what);
	abort();
}

void mutant_init(struct mutant *m, struct vcard *card, unsigned most_exchanges)
{
	struct atr_info info;
	const uint8_t *atr;
	size_t len;

	*m = (struct mutant){.card = card, .next = UINT_MAX, .most_exchanges = most_exchanges};
	buf_init(&m->answer, LIMIT_RESPONSE);
	buf_init(&m->previous, LIMIT_RESPONSE);
	atr = vcard_atr(card, &len);
	mutant_must(atr_decode(atr, len, &info) == 0, "the virtual card's ATR");
	m->protocol = info.t1 ? PROTOCOL_T1 : PROTOCOL_T0;
}

void mutant_clear(struct mutant *m)
{
	buf_clear(&m->answer);
	buf_clear(&m->previous);
}

void mutant_begin(struct mutant *m, uint64_t seed, unsigned first, unsigned stride)
{
	vcard_reset(m->card);
	m->dice.state = seed;
	m->next = first;
	m->stride = stride;
	m->n_exchanges = 0;
	m->n_pins = 0;
	buf_reset(&m->previous);
}

void mutant_check_pins(struct mutant *m, unsigned most)
{
	mutant_must(m->n_pins <= most, "a PIN is sent no more often than it was typed");
	m->n_exchanges = 0;
	m->n_pins = 0;
}

static void mutate(struct mutant *m, const uint8_t *command, size_t len)
{
	m->n_mutated++;
	if (m->spoil != NULL) {
		m->spoil(m, command, len);
		return;
	}
	m->next = UINT_MAX;
	if (m->stride > 0)
		m->next = dice_roll(&m->dice, 2 * m->stride);
	mutation_apply(&m->dice, &m->previous, &m->answer);
}

static int transmit(struct link *base, const uint8_t *command, size_t len, uint8_t *ret_response,
		    size_t cap, size_t *ret_len)
{
	struct mutant *m = ((struct mutant_link *)base)->mutant;

	mutant_must(len >= 4 && len <= LIMIT_APDU && cap >= 2, "a command's size");
	m->n_total++;
	mutant_must(++m->n_exchanges <= m->most_exchanges, "an operation comes to an end");
	m->n_pins += len > 5 && (command[1] == INS_VERIFY || command[1] == INS_CHANGE ||
				 command[1] == INS_RESET_RETRY);
	*ret_len = 0;
	buf_reset(&m->answer);
	vcard_process(m->card, command, len, &m->answer);
	if (m->next == 0)
		mutate(m, command, len);
	else if (m->next != UINT_MAX)
		m->next--;
	mutant_must(buf_err(&m->answer) == 0, "memory");
	buf_reset(&m->previous);
	buf_put(&m->previous, m->answer.data, m->answer.len);
	if (m->answer.len == 0)
		return MOHR_ERR_CARD_MUTE;
	if (m->answer.len > cap)
		return MOHR_ERR_COMMUNICATION;
	memcpy(ret_response, m->answer.data, m->answer.len);
	*ret_len = m->answer.len;
	return 0;
}

static int begin(struct link *l)
{
	(void)l;
	return 0;
}

static int end(struct link *l, bool reset)
{
	if (reset)
		vcard_reset(((struct mutant_link *)l)->mutant->card);
	return 0;
}

static int reconnect(struct link *l)
{
	(void)l;
	return 0;
}

static void free_link(struct link *l)
{
	free(l);
}

struct link *mutant_link(struct mutant *m)
{
	static const struct link_ops ops = {.begin = begin,
					    .end = end,
					    .transmit = transmit,
					    .reconnect = reconnect,
					    .free = free_link};
	struct mutant_link *l = calloc(1, sizeof(*l));
	const uint8_t *atr;

	mutant_must(l != NULL, "memory");
	l->link.ops = &ops;
	l->link.protocol = m->protocol;
	atr = vcard_atr(m->card, &l->link.atr_len);
	memcpy(l->link.atr, atr, l->link.atr_len);
	l->mutant = m;
	return &l->link;
}

static int readers(struct transport *t, struct reader *ret, size_t max, size_t *ret_n)
{
	struct mutant *m = ((struct mutant_transport *)t)->mutant;
	const uint8_t *atr;

	*ret_n = 0;
	if (max == 0)
		return 0;
	*ret = (struct reader){.name = "Reader of mutants", .present = true, .events = 1};
	atr = vcard_atr(m->card, &ret->atr_len);
	memcpy(ret->atr, atr, ret->atr_len);
	*ret_n = 1;
	return 0;
}

static int wait(struct transport *t, const struct reader *known, size_t n, int timeout_ms)
{
	(void)t, (void)known, (void)n, (void)timeout_ms;
	return MOHR_ERR_TIMEOUT;
}

static void cancel(struct transport *t)
{
	(void)t;
}

static int connect(struct transport *t, const char *reader, struct link **ret)
{
	(void)reader;
	*ret = mutant_link(((struct mutant_transport *)t)->mutant);
	return 0;
}

static void free_transport(struct transport *t)
{
	free(t);
}

struct transport *mutant_transport(struct mutant *m)
{
	static const struct transport_ops ops = {.name = "mutants",
						 .readers = readers,
						 .wait = wait,
						 .cancel = cancel,
						 .connect = connect,
						 .free = free_transport};
	struct mutant_transport *t = calloc(1, sizeof(*t));

	mutant_must(t != NULL, "memory");
	t->transport.ops = &ops;
	t->mutant = m;
	return &t->transport;
}
