/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of sign_stress: see the header. */
#include "tests/stress/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"Usage: sign_stress [OPTION...]\n"
	"Signs from many threads and processes at once; libcrypto judges every signature. Runs within\n"
	"scripts/with-card, or with MOHR_MODULE, MOHR_PIN_AUTH and MOHR_PIN_SIGN (or MOHR_PIN) of\n"
	"your own.\n"
	"\n"
	"  --card NAME       natid (default), piv or yubikey\n"
	"  --threads N       threads in each process (1 to 64, default 8)\n"
	"  --processes N     processes (1 to 16, default 1)\n"
	"  --seconds N       how long (default 5)\n"
	"  --keys WHICH      auth, sign or both (default both: each thread uses them in turn)\n"
	"  --logout-every N  each thread calls C_Logout after N signatures (default: never)\n"
	"  --stall N         seconds without a signature after which a thread counts as stuck\n"
	"                    (default 10)\n";

enum { CARD = 256, THREADS, PROCESSES, SECONDS, KEYS, LOGOUT_EVERY, STALL, HELP };

static const struct option long_options[] = {
	{"card", required_argument, NULL, CARD},
	{"threads", required_argument, NULL, THREADS},
	{"processes", required_argument, NULL, PROCESSES},
	{"seconds", required_argument, NULL, SECONDS},
	{"keys", required_argument, NULL, KEYS},
	{"logout-every", required_argument, NULL, LOGOUT_EVERY},
	{"stall", required_argument, NULL, STALL},
	{"help", no_argument, NULL, HELP},
	{NULL, 0, NULL, 0},
};

static const struct stress_card cards[] = {
	{"natid", false, {{"Iran ID (authentication)", 1}, {"Iran ID (signature)", 2}}},
	{"piv", true, {{"PIV", 1}, {"PIV", 2}}},
	{"yubikey", true, {{"YubiKey PIV", 1}, {"YubiKey PIV", 2}}},
};

static bool take_card(const char *name, const struct stress_card **ret)
{
	size_t i;

	for (i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		if (strcmp(cards[i].name, name) == 0) {
			*ret = &cards[i];
			return true;
		}
	}
	(void)fprintf(stderr, "sign_stress: --card is natid, piv or yubikey\n");
	return false;
}

static bool number(const char *text, unsigned most, unsigned *ret)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || v < 1 || v > most) {
		(void)fprintf(stderr, "sign_stress: not a number from 1 to %u: %s\n", most, text);
		return false;
	}
	*ret = (unsigned)v;
	return true;
}

static bool take_keys(const char *value, unsigned *ret)
{
	static const struct {
		const char *name;
		unsigned keys;
	} table[] = {{"auth", KEYS_AUTH}, {"sign", KEYS_SIGN}, {"both", KEYS_BOTH}};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(value, table[i].name) == 0) {
			*ret = table[i].keys;
			return true;
		}
	}
	(void)fprintf(stderr, "sign_stress: --keys is auth, sign or both\n");
	return false;
}

static bool take(int option, const char *value, struct options *o)
{
	switch (option) {
	case CARD:
		return take_card(value, &o->card);
	case THREADS:
		return number(value, MAX_THREADS, &o->threads);
	case PROCESSES:
		return number(value, MAX_PROCESSES, &o->processes);
	case SECONDS:
		return number(value, 3600, &o->seconds);
	case KEYS:
		return take_keys(value, &o->keys);
	case LOGOUT_EVERY:
		return number(value, 1000000, &o->logout_every);
	case STALL:
		return number(value, 3600, &o->stall);
	default:
		(void)fputs(help, option == HELP ? stdout : stderr);
		return false;
	}
}

static bool from_environment(const char *name, const char **ret)
{
	*ret = getenv(name);
	if (*ret == NULL)
		(void)fprintf(stderr, "sign_stress: %s is not set; see --help\n", name);
	return *ret != NULL;
}

bool options_parse(int argc, char **argv, struct options *ret)
{
	struct options o = {.card = &cards[0],
			    .threads = 8,
			    .processes = 1,
			    .seconds = 5,
			    .keys = KEYS_BOTH,
			    .stall = 10};
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (!take(option, optarg, &o))
			return false;
	}
	if (optind != argc) {
		(void)fputs(help, stderr);
		return false;
	}
	if (!from_environment("MOHR_MODULE", &o.module) ||
	    !from_environment(o.card->one_pin ? "MOHR_PIN" : "MOHR_PIN_AUTH", &o.pins[0]) ||
	    !from_environment(o.card->one_pin ? "MOHR_PIN" : "MOHR_PIN_SIGN", &o.pins[1]))
		return false;
	*ret = o;
	return true;
}
