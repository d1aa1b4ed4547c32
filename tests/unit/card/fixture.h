/* SPDX-License-Identifier: BSD-2-Clause */
/* A scripted card with a channel on it, for the tests of card/. Part of each test program. */
#ifndef TESTS_UNIT_CARD_FIXTURE_H
#define TESTS_UNIT_CARD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/secret.h"
#include "card/channel.h"
#include "tests/harness/fake_link.h"

struct fixture {
	struct fake_card *card;
	struct link *link;
	struct channel channel;
	struct buf out;
};

static inline void fixture_open(struct fixture *f, enum protocol protocol, const char *atr)
{
	f->card = fake_card_new(protocol, atr);
	f->link = fake_card_link(f->card);
	assert_int_equal(channel_init(&f->channel, f->link, NULL), 0);
	buf_init(&f->out, LIMIT_FILE);
}

static inline void fixture_t0(struct fixture *f)
{
	fixture_open(f, PROTOCOL_T0, FAKE_ATR_SHORT);
}

static inline void fixture_t1(struct fixture *f)
{
	fixture_open(f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
}

/* Fails the test if the script was not followed. */
static inline void fixture_close(struct fixture *f)
{
	const char *problem = fake_card_problem(f->card);

	if (problem != NULL)
		fail_msg("%s", problem);
	channel_clear(&f->channel);
	link_free(f->link);
	fake_card_free(f->card);
	buf_clear(&f->out);
}

static inline void assert_out(const struct fixture *f, const char *hex)
{
	uint8_t want[512];
	size_t len = fake_hex(hex, want, sizeof(want));

	assert_int_equal(f->out.len, len);
	if (len > 0)
		assert_memory_equal(f->out.data, want, len);
}

static inline struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;

	assert_int_equal(secret_new_from(text, strlen(text), &s), 0);
	return s;
}

#endif
