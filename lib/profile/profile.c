/* SPDX-License-Identifier: BSD-2-Clause */
/* The registry of profiles: the first one that claims a card has it. */
#include "profile/profile.h"

#include <string.h>

#include "profile/ias.h"
#include "profile/piv.h"

static const struct profile *const known[] = {
	&natid_layout.profile,
	/* those that share an AID are told apart before anything is sent */
	&ias_fi_layout.profile,
	&ias_fi_v3_layout.profile,
	&ias_ee_layout.profile,
	&ias_uy_layout.profile,
	&piv_profile,
	NULL,
};

const struct profile *const *profiles(void)
{
	return known;
}

int card_open(struct channel *channel, const struct config *config, struct card **ret)
{
	const struct profile *const *p;
	int r = MOHR_ERR_CARD_UNKNOWN;

	for (p = known; *p != NULL && r == MOHR_ERR_CARD_UNKNOWN; p++) {
		if (config_lists(config->profile_except, (*p)->name))
			continue;
		if (config->profile == NULL || strcmp(config->profile, (*p)->name) == 0)
			r = (*p)->open(*p, channel, config, ret);
	}
	return r;
}

void card_close(struct card *card)
{
	if (card != NULL)
		card->profile->close(card);
}
