/* SPDX-License-Identifier: BSD-2-Clause */
/* The registry of profiles: who is asked first, and who gets the card. */
#include "profile/profile.h"

#include <string.h>

#include "card/sw.h"
#include "codec/iso7816.h"
#include "profile/ias.h"
#include "profile/p15.h"
#include "profile/piv.h"

static const struct profile *const known[] = {
	&natid_layout.profile,
	/* those that share an AID are told apart before anything is sent */
	&ias_fi_layout.profile,
	&ias_fi_v3_layout.profile,
	&ias_ee_layout.profile,
	&ias_uy_layout.profile,
	&p15_profile,
	&piv_profile,
	NULL,
};

/* Cards that say in the ATR's historical bytes what they are: that profile is asked first. */
static const struct {
	const char *mark;
	const struct profile *profile;
} hints[] = {
	{"MyEID", &p15_profile},   {"OsEID", &p15_profile},   {"MPIV", &piv_profile},
	{"YubiKey", &piv_profile}, {"Yubikey", &piv_profile},
};

const struct profile *const *profiles(void)
{
	return known;
}

/* What cards say to a SELECT of what they do not have (ISO 7816-4 §5.6), JavaCards 6999 too. */
bool profile_is_odd(uint16_t sw)
{
	return sw != SW_OK && (sw < SW_WRONG_LENGTH || sw > SW_WRONG_CLA + 0xFF ||
			       sw == SW_SECURITY_STATUS || sw == SW_BLOCKED);
}

static bool has_mark(const struct cursor *historical, const char *mark)
{
	const uint8_t *at = cursor_at(historical);
	size_t left = cursor_left(historical), len = strlen(mark);

	for (; left >= len; left--, at++) {
		if (memcmp(at, mark, len) == 0)
			return true;
	}
	return false;
}

/* NULL: the ATR says nothing that we know. */
static const struct profile *hinted(const struct link *link)
{
	struct atr_info info;
	size_t i;

	if (atr_decode(link->atr, link->atr_len, &info) != 0)
		return NULL;
	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (has_mark(&info.historical, hints[i].mark))
			return hints[i].profile;
	}
	return NULL;
}

/* What is left to be asked of one card. */
struct asking {
	struct channel *channel;
	const struct config *config;
	bool repeated; /* an odd answer has been asked for again: one disturbance is believed, no habit */
};

static int ask(struct asking *a, const struct profile *p, struct card **ret)
{
	const struct config *config = a->config;
	int r;

	if (config_lists(config->profile_except, p->name) ||
	    (config->profile != NULL && strcmp(config->profile, p->name) != 0))
		return MOHR_ERR_CARD_UNKNOWN;
	a->channel->sw = SW_OK;
	r = p->open(p, a->channel, config, ret);
	if (r == MOHR_ERR_CARD_UNKNOWN && profile_is_odd(a->channel->sw) && !a->repeated) {
		a->repeated = true;
		r = p->open(p, a->channel, config, ret);
	}
	return r;
}

int card_open(struct channel *channel, const struct config *config, struct card **ret)
{
	const struct profile *first = hinted(channel->link), *const * p;
	struct asking a = {.channel = channel, .config = config};
	int r = MOHR_ERR_CARD_UNKNOWN;

	if (first != NULL)
		r = ask(&a, first, ret);
	for (p = known; *p != NULL && r == MOHR_ERR_CARD_UNKNOWN; p++) {
		if (*p != first)
			r = ask(&a, *p, ret);
	}
	return r;
}

void card_close(struct card *card)
{
	if (card != NULL)
		card->profile->close(card);
}
