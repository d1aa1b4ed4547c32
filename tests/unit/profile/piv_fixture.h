/* SPDX-License-Identifier: BSD-2-Clause */
/* A scripted PIV card, opened (SP 800-73-4 part 2), for the tests of profile/piv*.c. */
#ifndef TESTS_UNIT_PROFILE_PIV_FIXTURE_H
#define TESTS_UNIT_PROFILE_PIV_FIXTURE_H

#include "fixture.h"

#define SELECT_PIV   "00A40400 09 A00000030800001000"
#define SELECT_OTHER "00A4040C 08 A000000151000000"
/* part 2 table 3: PIX, allocating authority */
#define PIV_FCI              "61 11 4F 06 000010000100 79 07 4F 05 A000000308 9000"
#define GET_DISCOVERY        "00CB3FFF 03 5C017E"
#define DISCOVERY_OF(policy) "7E 12 4F 0B A000000308000010000100 5F2F 02 " policy " 9000"
#define DISCOVERY            DISCOVERY_OF("4000")
#define GET_CHUID            "00CB3FFF 05 5C035FC102"
#define GET_HISTORY          "00CB3FFF 05 5C035FC10C"
#define GUID                 "00112233445566778899AABBCCDDEEFF"
/* part 1 table 9: FASC-N, GUID, expiration date, no signature, no error detection */
#define CHUID                                                                                      \
	"53 3B 30 19 D4E739DA739CED39CE739D836858210842108421C84210C3EB 34 10 " GUID               \
	" 35 08 3230333031323331 3E 00 FE 00 9000"
#define HISTORY(n) "53 0A C1 01 " n " C2 01 00 F3 00 FE 00 9000"
/* T=0, and nothing in it that a profile knows */
#define ATR_PLAIN   "3B7F960000803180654D530300EF120FFF829000"
#define ATR_YUBIKEY "3BFD1300008131FE158073C021C057597562694B657940"

/* Under T=1 a command with data says that it wants an answer. */
static inline void piv_expect(struct fixture *f, const char *command, const char *answer)
{
	char text[128];

	snprintf(text, sizeof(text), "%s%s", command,
		 f->link->protocol == PROTOCOL_T1 ? " 00" : "");
	fake_card_expect(f->fake, text, answer);
}

/* One with an extended Le, on a card that announces extended length. */
static inline void piv_expect_long(struct fixture *f, const char *command, const char *answer)
{
	char text[128];

	if (!f->channel.extended) {
		piv_expect(f, command, answer);
		return;
	}
	snprintf(text, sizeof(text), "%.8s 00 00%s 0000", command, command + 8);
	fake_card_expect(f->fake, text, answer);
}

/* The profiles that are asked before, unless the ATR says what the card is. */
static inline void piv_expect_others(struct fixture *f)
{
	unsigned i;

	if (f->link->atr_len > 8 && memcmp(f->link->atr + f->link->atr_len - 8, "YubiKey@", 8) == 0)
		return;
	for (i = 0; i < sizeof(before_piv) / sizeof(before_piv[0]); i++)
		piv_expect(f, before_piv[i], "6A82");
}

static inline void piv_expect_open(struct fixture *f, const char *history)
{
	piv_expect_others(f);
	piv_expect(f, SELECT_PIV, PIV_FCI);
	piv_expect(f, GET_DISCOVERY, DISCOVERY);
	piv_expect(f, GET_CHUID, CHUID);
	piv_expect_long(f, GET_HISTORY, history);
}

/* The transaction in which the card was opened is over: others may have selected what they like. */
static inline void piv_open_now(struct fixture *f)
{
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
	fake_card_clear_counts(f->fake);
	f->channel.turn++;
}

static inline void piv_t0(struct fixture *f)
{
	fixture_connect(f, PROTOCOL_T0, ATR_PLAIN);
	piv_expect_open(f, "6A82");
	piv_open_now(f);
}

static inline void piv_t1(struct fixture *f)
{
	fixture_connect(f, PROTOCOL_T1, FAKE_ATR_EXTENDED);
	piv_expect_open(f, "6A82");
	piv_open_now(f);
}

#endif
