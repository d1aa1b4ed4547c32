/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of PKCS#15 cards: what the standards leave open, as data. */
#include "profile/p15.h"

#include <string.h>

#include "codec/iso7816.h"

enum {
	/* IsoApplet: version (two bytes), features; its answer to SELECT, since version 1 to GET DATA */
	GREETING_LEN = 3,
	P1_VERSION = 0x01,
	P2_VERSION = 0x01,
	FEATURE_EXTENDED = 0x01,
	FEATURE_RANDOM = 0x02,
	FEATURE_PSS = 0x08,
	PSS_BYTE = 0x12,
	/* MyEID: the applet's information */
	P1_INFO = 0x01,
	P2_INFO = 0xA0,
	INFO_LEN = 20,
	INFO_MAJOR = 5,
	INFO_MINOR = 6,
	CHAINS_SINCE = 45, /* 4.5 */
};

/* https://github.com/philipWendland/IsoApplet */
static const uint8_t isoapplet_aid[] = {0xF2, 0x76, 0xA2, 0x88, 0xBC, 0xFB,
					0xA6, 0x9D, 0x34, 0xF3, 0x10, 0x01};

const struct p15_kind p15_plain = {
	.model = "PKCS#15",
	.agreement = P15_BY_PSO,
	.does = {[P15_PKCS1] = P15_UNSTATED, [P15_ECDSA] = P15_UNSTATED},
};

#define MYEID                                                                                      \
	.key_is_file = true, .pins_anywhere = true, .any_pin = true, .pads_digest = true,          \
	.chains = true, .tells_version = true, .agreement = P15_BY_GENERAL_AUTHENTICATE,           \
	.does = {                                                                                  \
		[P15_PKCS1] = P15_BY(0x02),  [P15_RAW] = P15_BY(0x00),                             \
		[P15_ECDSA] = P15_BY(0x04),  [P15_DECIPHER] = P15_BY(0x00),                        \
		[P15_DERIVE] = P15_BY(0x04),                                                       \
	}

static const struct p15_kind kinds[] = {
	{.mark = "MyEID", .model = "MyEID", MYEID},
	{.mark = "OsEID", .model = "OsEID", MYEID},
	{.aid = isoapplet_aid,
	 .aid_len = sizeof(isoapplet_aid),
	 .model = "IsoApplet",
	 .in_mf = true,
	 .names_no_file = true,
	 .pins_anywhere = true,
	 .chains = true,
	 .select_forgets = true,
	 .tells_features = true,
	 .does = {[P15_PKCS1] = P15_BY(0x11), [P15_ECDSA] = P15_BY(0x21)}},
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

const struct p15_kind *p15_kind_by_atr(const struct link *link)
{
	struct atr_info info;
	size_t i, len, have;

	if (atr_decode(link->atr, link->atr_len, &info) != 0)
		return &p15_plain;
	have = cursor_left(&info.historical);
	for (i = 0; i < N_KINDS; i++) {
		len = kinds[i].mark == NULL ? 0 : strlen(kinds[i].mark);
		if (len > 0 && have >= len &&
		    memcmp(cursor_at(&info.historical) + have - len, kinds[i].mark, len) == 0)
			return &kinds[i];
	}
	return &p15_plain;
}

const struct p15_kind *p15_kind_next_named(const struct p15_kind *previous)
{
	size_t i = previous == NULL ? 0 : (size_t)(previous - kinds) + 1;

	for (; i < N_KINDS; i++) {
		if (kinds[i].aid != NULL)
			return &kinds[i];
	}
	return NULL;
}

/* IsoApplet. Before version 1 its ECDSA hashes what it gets by SHA-1. */
static void take_features(struct p15_card *p15, const uint8_t greeting[GREETING_LEN])
{
	struct channel *c = p15->card.channel;
	uint8_t features = greeting[2];

	if ((features & FEATURE_EXTENDED) && c->link->protocol == PROTOCOL_T1)
		c->extended = true;
	if (features & FEATURE_PSS)
		p15->does[P15_PSS] = P15_BY(PSS_BYTE);
	if (greeting[0] == 0) {
		p15->does[P15_ECDSA_SHA1] = p15->does[P15_ECDSA];
		p15->does[P15_ECDSA] = P15_CANNOT;
	}
	p15->card.no_random = !(features & FEATURE_RANDOM);
}

/* One that tells nothing is the oldest. */
static int ask_features(struct p15_card *p15, const struct buf *greeting)
{
	static const uint8_t oldest[GREETING_LEN];
	struct apdu a = {
		.ins = INS_GET_DATA, .p1 = P1_VERSION, .p2 = P2_VERSION, .le = GREETING_LEN};
	struct channel *c = p15->card.channel;
	struct buf version = BUF_INIT(LIMIT_SHORT_LE);
	int r = 0;

	if (greeting->len < GREETING_LEN)
		r = channel_command(c, &a, &version);
	else
		buf_put(&version, greeting->data, GREETING_LEN);
	take_features(p15, r == 0 && version.len >= GREETING_LEN ? version.data : oldest);
	buf_clear(&version);
	return p15_refused(c, r) ? 0 : r;
}

/* MyEID's version, since when it chains commands. A card that does not tell is a new one. */
static int take_version(struct p15_card *p15)
{
	struct channel *c = p15->card.channel;
	struct apdu a = {.ins = INS_GET_DATA, .p1 = P1_INFO, .p2 = P2_INFO, .le = INFO_LEN};
	struct buf info = BUF_INIT(LIMIT_SHORT_LE);
	int r;

	r = channel_command(c, &a, &info);
	if (r == 0 && info.len == INFO_LEN) {
		p15->card.firmware_version[0] = info.data[INFO_MAJOR];
		p15->card.firmware_version[1] = info.data[INFO_MINOR];
		c->chaining = info.data[INFO_MAJOR] * 10U + info.data[INFO_MINOR] >= CHAINS_SINCE;
	}
	buf_clear(&info);
	return p15_refused(c, r) ? 0 : r;
}

int p15_kind_ask(struct p15_card *p15, const struct buf *greeting)
{
	memcpy(p15->does, p15->kind->does, sizeof(p15->does));
	if (p15->kind->chains)
		p15->card.channel->chaining = true;
	if (p15->kind->tells_features)
		return ask_features(p15, greeting);
	return p15->kind->tells_version ? take_version(p15) : 0;
}
