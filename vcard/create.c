/* SPDX-License-Identifier: BSD-2-Clause */
/* mohr-vcard create. */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/iso7816.h"
#include "vcard/ias/algorithm.h"
#include "vcard/issue.h"
#include "vcard/key.h"
#include "vcard/parse.h"
#include "vcard/pins_file.h"
#include "vcard/program.h"

static const uint8_t extended_atr[] = {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85,
				       0x80, 0x54, 0x4D, 0x4F, 0x48, 0x52, 0x73, 0x96,
				       0x21, 0xC0, 0x82, 0x90, 0x00, 0x5A};

struct options {
	struct vcard_setup setup;
	const char *pins; /* path */
	const char *image;
	char *authority; /* the default, owned */
};

static const struct option long_options[] = {
	{"blank", no_argument, NULL, 'b'},
	{"profile", required_argument, NULL, 'p'},
	{"atr", required_argument, NULL, 'a'},
	{"key-auth", required_argument, NULL, 'A'},
	{"key-sign", required_argument, NULL, 'S'},
	{"algorithms", required_argument, NULL, 'r'},
	{"holder-latin", required_argument, NULL, 'l'},
	{"holder-given-name", required_argument, NULL, 'g'},
	{"holder-surname", required_argument, NULL, 's'},
	{"national-code", required_argument, NULL, 'n'},
	{"authority", required_argument, NULL, 'c'},
	{"pins", required_argument, NULL, 'P'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void print_help(void)
{
	printf(_(
		"Usage: mohr-vcard create [OPTION]... --pins FILE IMAGE\n"
		"Makes a virtual card and writes it into the new file IMAGE.\n\n"
		"      --pins FILE              take PINs, PUK and admin key from FILE; make FILE with\n"
		"                               random ones if it is not there\n"
		"      --blank                  a card in transport state: no keys, no certificates, and\n"
		"                               the PINs have to be changed first\n"
		"      --profile natid          the layout (there is one)\n"
		"      --atr short|extended|HEX the answer to reset\n"
		"      --key-auth KIND          authentication key: rsa2048 (the default), rsa3072,\n"
		"                               rsa4096, p256, p384\n"
		"      --key-sign KIND          signature key\n"
		"      --algorithms LIST        what its keys do, and that the card announces it: pkcs1,\n"
		"                               pss, ecdsa, raw, decipher-pkcs1, decipher-raw, ecdh,\n"
		"                               with commas between; without this option it does pkcs1,\n"
		"                               pss, ecdsa, decipher-pkcs1 and announces nothing\n"
		"      --holder-latin NAME      the holder's name in Latin letters\n"
		"      --holder-given-name TEXT given name in Persian\n"
		"      --holder-surname TEXT    surname in Persian\n"
		"      --national-code N        ten digits\n"
		"      --authority DIR          folder of the demo authority that certifies; made if it\n"
		"                               is not there (default: 'authority' beside IMAGE)\n"
		"      --help                   show this\n"));
}

static int parse_atr(const char *text, struct vcard_setup *setup)
{
	struct atr_info info;

	if (strcmp(text, "short") == 0) {
		setup->atr_len = 0;
		return 0;
	}
	if (strcmp(text, "extended") == 0) {
		memcpy(setup->atr, extended_atr, sizeof(extended_atr));
		setup->atr_len = sizeof(extended_atr);
		return 0;
	}
	if (vcard_parse_hex(text, setup->atr, sizeof(setup->atr), &setup->atr_len) != 0)
		return MOHR_ERR_ARGUMENT;
	return atr_decode(setup->atr, setup->atr_len, &info);
}

/* EXIT_DONE, or what program_usage answers. */
static int take_option(int option, const char *value, struct options *o)
{
	struct vcard_setup *setup = &o->setup;

	switch (option) {
	case 'b':
		setup->blank = true;
		break;
	case 'p':
		if (strcmp(value, "natid") != 0)
			return program_usage("create", _("there is no profile '%s', only natid"),
					     value);
		break;
	case 'a':
		if (parse_atr(value, setup) != 0)
			return program_usage("create", _("'%s' is no answer to reset"), value);
		break;
	case 'A':
	case 'S':
		if (vcard_kind_parse(value, option == 'A' ? &setup->key_auth : &setup->key_sign) !=
		    0)
			return program_usage("create", _("there is no kind of key '%s'"), value);
		break;
	case 'r':
		if (vcard_ias_algorithms_parse(value, &setup->algorithms) != 0)
			return program_usage("create", _("'%s' is no list of algorithms"), value);
		break;
	case 'l':
		setup->holder_latin = value;
		break;
	case 'g':
		setup->holder_given_name = value;
		break;
	case 's':
		setup->holder_surname = value;
		break;
	case 'n':
		if (!vcard_national_code_valid(value))
			return program_usage(
				"create",
				_("'%s' is no national code: ten digits, the last one a check digit"),
				value);
		setup->national_code = value;
		break;
	case 'c':
		setup->authority = value;
		break;
	case 'P':
		o->pins = value;
		break;
	default:
		return program_usage("create", _("wrong option"));
	}
	return EXIT_DONE;
}

/* "authority" in the image's folder. */
static char *default_authority(const char *image)
{
	static const char name[] = "/authority";
	char *copy = strdup(image), *result = NULL;
	const char *folder;

	if (copy) {
		folder = dirname(copy);
		result = malloc(strlen(folder) + sizeof(name));
		if (result) {
			strcpy(result, folder);
			strcat(result, name);
		}
	}
	free(copy);
	return result;
}

static int load_pins(const char *path, struct vcard_pins *pins)
{
	bool made = false;
	unsigned line = 0;
	int r = vcard_pins_load(path, pins, &made, &line);

	if (r == MOHR_ERR_MALFORMED && line)
		return program_fail(
			_("%s, line %u: not one of auth=, sign=, puk= with digits, admin= with 32 or 64 hexadecimal digits, each once"),
			path, line);
	if (r == MOHR_ERR_MALFORMED)
		return program_fail(
			_("%s: one of auth=, sign=, puk=, admin= is missing; remove the file to have one made"),
			path);
	if (r == MOHR_ERR_IO)
		return program_fail("%s: %s", path, strerror(errno));
	if (r != 0)
		return program_fail("%s: %s", path, _(error_text(r)));
	if (made)
		fprintf(stderr, _("mohr-vcard: random PINs are in %s\n"), path);
	return EXIT_DONE;
}

/* So that what is wrong with the authority can be said before keys are made. */
static int check_authority(const char *folder)
{
	struct vcard_authority a = {0};
	int r = vcard_authority_init(folder, &a);

	vcard_authority_clear(&a);
	if (r == MOHR_ERR_MALFORMED)
		return program_fail(
			_("%s has no ca.crt and ca.key that belong together; name another folder with --authority"),
			folder);
	if (r == MOHR_ERR_IO)
		return program_fail("%s: %s", folder, strerror(errno));
	return r == 0 ? EXIT_DONE : program_fail("%s: %s", folder, _(error_text(r)));
}

static int make_card(const struct options *o)
{
	struct vcard *v = NULL;
	int r = vcard_new(&o->setup, &v);

	if (r == MOHR_ERR_PIN_LENGTH || r == MOHR_ERR_PIN_INVALID)
		return program_fail(
			_("%s: the authentication PIN has 4 to 8 digits, the signature PIN 6 to 8, the PUK 8"),
			o->pins);
	if (r == MOHR_ERR_ARGUMENT)
		return program_fail(_(
			"the holder's names must be of 1 to 50 characters, in Latin letters and in UTF-8"));
	if (r != 0)
		return program_fail(_("the card could not be made: %s"), _(error_text(r)));
	r = vcard_save(v, o->image);
	if (r == MOHR_ERR_IO && errno == EEXIST)
		r = program_fail(_("%s is there already; remove it or choose another name"),
				 o->image);
	else if (r != 0)
		r = program_fail_image(o->image, r);
	vcard_free(v);
	return r;
}

static int create(struct options *o)
{
	struct vcard_pins pins = {0};
	int status;

	/* Looked at again, without a gap, when the image is written. */
	if (access(o->image, F_OK) == 0)
		return program_fail(_("%s is there already; remove it or choose another name"),
				    o->image);
	if (!o->setup.authority &&
	    !(o->setup.authority = o->authority = default_authority(o->image)))
		return program_fail("%s", _(error_text(MOHR_ERR_NOMEM)));
	program_protect_memory(true);
	if ((status = load_pins(o->pins, &pins)) == EXIT_DONE) {
		o->setup.pin_auth = pins.auth;
		o->setup.pin_sign = pins.sign;
		o->setup.puk = pins.puk;
		memcpy(o->setup.admin_key, pins.admin, pins.admin_len);
		o->setup.admin_key_len = pins.admin_len;
		if (!o->setup.blank)
			status = check_authority(o->setup.authority);
		if (status == EXIT_DONE)
			status = make_card(o);
	}
	wipe(&pins, sizeof(pins));
	wipe(o->setup.admin_key, sizeof(o->setup.admin_key));
	program_protect_memory(false);
	return status;
}

int program_create(int argc, char **argv)
{
	struct options o = {0};
	int option, status;

	vcard_setup_init(&o.setup);
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			print_help();
			return program_finish_output();
		}
		if ((status = take_option(option, optarg, &o)) != EXIT_DONE)
			return status;
	}
	if (!o.pins)
		return program_usage(
			"create", _("--pins is missing: PINs are not given on the command line"));
	if (argc - optind != 1)
		return program_usage("create", _("name one image file"));
	o.image = argv[optind];
	status = create(&o);
	free(o.authority);
	return status;
}
