/* SPDX-License-Identifier: BSD-2-Clause */
/* A scripted national card, opened, for the tests of profile/. Part of each test program. */
#ifndef TESTS_UNIT_PROFILE_FIXTURE_H
#define TESTS_UNIT_PROFILE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/secret.h"
#include "profile/profile.h"
#include "tests/harness/fake_link.h"

/* docs/natid-card.md */
#define SELECT_IAS "00A4040C 0C A0000000180C000001634200"
/* the first one asks what the card can do; under T=1 it says how much it wants to hear */
#define OPEN_IAS    "00A40400 0C A0000000180C000001634200"
#define OPEN_IAS_T1 OPEN_IAS " 00"
/* where historical bytes are of the platform that it shares with the national card */
#define OPEN_UY        "00A40400 0C A00000001840000001634200"
#define SELECT_MANAGER "00A4040C 08 A000000018434D00"
#define GET_CPLC       "80CA9F7F 2D"
/* fabrication date 1122, IC serial 33445566, batch 7788 at decimal offset 13 */
#define CPLC                                                                                       \
	"9F7F2A 00010203040506070809 1122334455667788 "                                            \
	"000000000000000000000000000000000000000000000000 9000"
#define SERIAL "1122334455667788"

/* What a card is asked that is not a national one, before it is asked whether it is PIV. */
static const char *const before_piv[] = {
	OPEN_IAS,
	"00A40400 0C A000000063504B43532D3135",
	"00A40400 0C F276A288BCFBA69D34F31001",
	"00A40800 02 2F00",
};

enum { N_BEFORE_PIV = sizeof(before_piv) / sizeof(before_piv[0]) };
enum { AUTH, SIGN };

struct fixture {
	struct fake_card *fake;
	struct link *link;
	struct channel channel;
	struct config config;
	struct card *card;
	struct buf out;
};

static inline void fixture_connect(struct fixture *f, enum protocol protocol, const char *atr)
{
	f->fake = fake_card_new(protocol, atr);
	f->link = fake_card_link(f->fake);
	assert_int_equal(channel_init(&f->channel, f->link, NULL), 0);
	config_init(&f->config);
	f->card = NULL;
	buf_init(&f->out, LIMIT_CERTIFICATE);
}

static inline void fixture_open(struct fixture *f)
{
	fake_card_expect(f->fake, f->link->protocol == PROTOCOL_T1 ? OPEN_IAS_T1 : OPEN_IAS,
			 "9000");
	fake_card_expect(f->fake, GET_CPLC, CPLC);
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
	fake_card_clear_counts(f->fake);
}

static inline void fixture_t0(struct fixture *f)
{
	fixture_connect(f, PROTOCOL_T0, FAKE_ATR_SHORT);
	fixture_open(f);
}

static inline void fixture_t1(struct fixture *f)
{
	fixture_connect(f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
	fixture_open(f);
}

static inline void fixture_close(struct fixture *f)
{
	const char *problem = fake_card_problem(f->fake);

	if (problem != NULL)
		fail_msg("%s", problem);
	card_close(f->card);
	channel_clear(&f->channel);
	link_free(f->link);
	fake_card_free(f->fake);
	config_clear(&f->config);
	buf_clear(&f->out);
}

static inline unsigned sent(const struct fixture *f)
{
	return fake_card_counts(f->fake)->transmits;
}

static inline struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;

	assert_int_equal(secret_new_from(text, strlen(text), &s), 0);
	return s;
}

#endif
