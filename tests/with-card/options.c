/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of with-card: see the header. */
#include "tests/with-card/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
	"Usage: with-card [OPTION...] -- COMMAND [ARGUMENT...]\n"
	"Runs COMMAND with a private virtual national card and returns its exit status (128 + N if\n"
	"signal N ended it). When COMMAND ends, or with-card is killed, all that was started ends.\n"
	"\n"
	"  --profile LIST   the kind of card, as of mohr-vcard create: natid by default; several\n"
	"                   with commas between are one card with several applications; the reader\n"
	"                   of yubikey is called 'Yubico YubiKey'\n"
	"  --pcscd          the card is in a reader of a private pcscd (else: the module's own socket)\n"
	"  --blank          a card as it leaves the factory: transport PINs, no keys, no certificates\n"
	"  --extended       a card that announces extended length (T=1); else short APDUs (T=0)\n"
	"  --key-auth KIND  authentication key: rsa2048 (default), rsa3072, rsa4096, p256, p384\n"
	"  --key-sign KIND  signature key, likewise\n"
	"  --algorithms LIST  what the keys do, announced by the card (as of mohr-vcard create)\n"
	"  --gzip           piv, yubikey: certificates are compressed\n"
	"  --cards N        N cards, each in its own reader (1 to 16)\n"
	"  --image FILE     the (first) card is this image, which is made if it is not there; its\n"
	"                   authority/ and pins (as of mohr-vcard create) are beside it\n"
	"  --keep DIR       images, authority and logs go to DIR, and stay there\n"
	"  --mute-ms MS     with --pcscd: how long the reader waits for a mute card (default 5000)\n"
	"  --pin-pad FILE   with --pcscd: readers have a PIN pad; FILE or FIFO holds what is typed\n"
	"  --help           this text\n"
	"\n"
	"COMMAND finds in its environment\n"
	"  MOHR_MODULE      the PKCS#11 module, as an absolute path\n"
	"  MOHR_PIN_AUTH MOHR_PIN_SIGN MOHR_PUK MOHR_ADMIN   (unset if --image has no pins)\n"
	"  MOHR_PIN         of kinds with one PIN, instead of the first two\n"
	"  MOHR_CARD        socket of the first card      MOHR_CARDS   of all, ':' between them\n"
	"  MOHR_IMAGE       image of the first card       MOHR_IMAGES  of all, ':' between them\n"
	"  MOHR_AUTHORITY   folder with ca.crt\n"
	"  MOHR_CONF        a mohr.conf that leads the module to the cards\n"
	"  MOHR_CARD_PID    process of the first card (as COMMAND starts)\n"
	"  MOHR_CARD_CTL    used by scripts/card, which removes and inserts cards\n"
	"  MOHR_PRELOAD     what LD_PRELOAD must hold to load the module into an ordinary program:\n"
	"                   empty, or the sanitizer's library\n"
	"  PCSCLITE_CSOCK_NAME   with --pcscd\n";

enum {
	PROFILE = 256,
	PCSCD,
	BLANK,
	EXTENDED,
	KEY_AUTH,
	KEY_SIGN,
	ALGORITHMS,
	GZIP,
	CARDS,
	IMAGE,
	KEEP,
	MUTE,
	PIN_PAD,
	HELP
};

static const struct option long_options[] = {
	{"profile", required_argument, NULL, PROFILE},
	{"pcscd", no_argument, NULL, PCSCD},
	{"blank", no_argument, NULL, BLANK},
	{"extended", no_argument, NULL, EXTENDED},
	{"key-auth", required_argument, NULL, KEY_AUTH},
	{"key-sign", required_argument, NULL, KEY_SIGN},
	{"algorithms", required_argument, NULL, ALGORITHMS},
	{"gzip", no_argument, NULL, GZIP},
	{"cards", required_argument, NULL, CARDS},
	{"image", required_argument, NULL, IMAGE},
	{"keep", required_argument, NULL, KEEP},
	{"mute-ms", required_argument, NULL, MUTE},
	{"pin-pad", required_argument, NULL, PIN_PAD},
	{"help", no_argument, NULL, HELP},
	{NULL, 0, NULL, 0},
};

static bool wrong(const char *what, const char *value)
{
	(void)fprintf(stderr, "with-card: %s%s\n", what, value);
	return false;
}

static bool number(const char *text, unsigned long least, unsigned long most, unsigned long *ret)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || v < least || v > most)
		return wrong("not a number in its range: ", text);
	*ret = v;
	return true;
}

/* Adds "NAME=VALUE:" to the options of the readers. pcscd's reader.conf takes few characters. */
static bool add_reader_option(struct options *o, const char *name, const char *value)
{
	size_t at = strlen(o->reader_options), left = sizeof(o->reader_options) - at;

	if (value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				"0123456789/-._@")] != '\0')
		return wrong("pcscd allows letters, digits and /-._@ only: ", value);
	return snprintf(o->reader_options + at, left, "%s=%s:", name, value) < (int)left ||
	       wrong("too long: ", value);
}

/* An absolute path, so that the command may change folders. */
static bool set_absolute(char ret[PATH_MAX], const char *path)
{
	size_t at = 0;

	if (path[0] != '/') {
		if (getcwd(ret, PATH_MAX - 1) == NULL)
			return wrong("no current folder", "");
		at = strlen(ret);
		ret[at++] = '/';
	}
	return snprintf(ret + at, PATH_MAX - at, "%s", path) < (int)(PATH_MAX - at) ||
	       wrong("too long: ", path);
}

static bool take_profile(const char *list, struct options *o)
{
	o->profile = list;
	return vcard_personalities_parse(list, &o->kinds) == 0 || wrong("no such profile: ", list);
}

static bool take(int option, const char *value, struct options *o)
{
	unsigned long n;

	switch (option) {
	case PROFILE:
		return take_profile(value, o);
	case GZIP:
		return o->gzip = true;
	case PCSCD:
		return o->pcscd = true;
	case BLANK:
		return o->blank = true;
	case EXTENDED:
		return o->extended = true;
	case KEY_AUTH:
		o->key_auth = value;
		return true;
	case KEY_SIGN:
		o->key_sign = value;
		return true;
	case ALGORITHMS:
		o->algorithms = value;
		return true;
	case CARDS:
		if (!number(value, 1, MAX_CARDS, &n))
			return false;
		o->n_cards = (unsigned)n;
		return true;
	case IMAGE:
		return set_absolute(o->image, value);
	case KEEP:
		o->keep = value;
		return true;
	case MUTE:
		return number(value, 1, 600000, &n) && add_reader_option(o, "timeout", value);
	case PIN_PAD:
		return value[0] == '/' ? add_reader_option(o, "pin", value)
				       : wrong("an absolute path is wanted: ", value);
	default:
		return wrong("try --help", "");
	}
}

static void set_path(char out[PATH_MAX], const char *build, const char *part)
{
	(void)snprintf(out, PATH_MAX, "%s/%s", build, part);
}

static bool built(const char *path, const char *build)
{
	if (access(path, R_OK) == 0)
		return true;
	(void)fprintf(
		stderr,
		"with-card: %s is missing.\n"
		"Build first (scripts/build build), or set MOHR_BUILD to a build tree (now %s).\n",
		path, build);
	return false;
}

enum outcome options_parse(int argc, char **argv, const char *build, struct options *ret)
{
	struct options o = {.n_cards = 1};
	char names[256];
	int option;

	if (!take_profile("natid", &o))
		return OPTIONS_WRONG;
	while ((option = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
		if (option == HELP) {
			vcard_personality_names(names, sizeof(names));
			(void)printf("%s\nKinds of cards: %s\n", help, names);
			return OPTIONS_HELP;
		}
		if (!take(option, optarg, &o))
			return OPTIONS_WRONG;
	}
	if (optind == argc) {
		(void)wrong("a COMMAND is wanted; try --help", "");
		return OPTIONS_WRONG;
	}
	if (o.reader_options[0] != '\0' && !o.pcscd) {
		(void)wrong("--mute-ms and --pin-pad go with --pcscd", "");
		return OPTIONS_WRONG;
	}
	o.command = argv + optind;
	set_path(o.vcard, build, "vcard/mohr-vcard");
	set_path(o.module, build, "pkcs11/.libs/mohr-pkcs11.so");
	set_path(o.driver, build, "vcard/.libs/libifd-mohr.so");
	set_path(o.redirect, build, "tests/with-card/.libs/libmohr-redirect.so");
	if (!built(o.vcard, build) || !built(o.module, build) ||
	    (o.pcscd && (!built(o.driver, build) || !built(o.redirect, build))))
		return OPTIONS_WRONG;
	*ret = o;
	return OPTIONS_RUN;
}
