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
	{"admin-algorithm", required_argument, NULL, 'm'},
	{"gzip", no_argument, NULL, 'z'},
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
	char names[256];

	vcard_personality_names(names, sizeof(names));
	printf(_("Usage: mohr-vcard create [OPTION]... --pins FILE IMAGE\n"
		 "Makes a virtual card and writes it into the new file IMAGE.\n\n"
		 "      --pins FILE              take PINs, PUK and admin key from FILE; make FILE with\n"
		 "                               random ones if it is not there\n"
		 "      --blank                  a card in transport state: no keys, no certificates, and\n"
		 "                               the PINs have to be changed first\n"
		 "      --profile LIST           the kind of card, or several with commas between for one\n"
		 "                               card with several applications: %s\n"
		 "                               (natid is the default)\n"
		 "      --atr short|extended|HEX the answer to reset\n"
		 "      --key-auth KIND          authentication key: rsa2048 (the default), rsa3072,\n"
		 "                               rsa4096, p256, p384; of all but natid also rsa1024;\n"
		 "                               of PIV all keys but 9C\n"
		 "      --key-sign KIND          signature key (9C)\n"
		 "      --admin-algorithm NAME   of PIV's management key: 3des (24 bytes), aes128, aes192,\n"
		 "                               aes256; by default what has the length of admin= in FILE,\n"
		 "                               24 being 3des\n"
		 "      --gzip                   PIV: compress the certificates\n"
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
		 "      --help                   show this\n"),
	       names);
}

static const struct {
	const char *name;
	uint8_t algorithm;
	uint8_t key_len;
} admin_algorithms[] = {{"3des", VCARD_ADMIN_3DES, 24},
			{"aes128", VCARD_ADMIN_AES128, 16},
			{"aes192", VCARD_ADMIN_AES192, 24},
			{"aes256", VCARD_ADMIN_AES256, 32}};

static int parse_profile(const char *list, struct vcard_setup *setup)
{
	char names[256];

	if (vcard_personalities_parse(list, &setup->personalities) == 0)
		return EXIT_DONE;
	vcard_personality_names(names, sizeof(names));
	return program_usage("create", _("there is no profile '%s', only %s, and lists of them"),
			     list, names);
}

static int parse_admin_algorithm(const char *name, struct vcard_setup *setup)
{
	for (size_t i = 0; i < sizeof(admin_algorithms) / sizeof(*admin_algorithms); i++) {
		if (strcmp(admin_algorithms[i].name, name) == 0) {
			setup->admin_algorithm = admin_algorithms[i].algorithm;
			setup->admin_key_len = admin_algorithms[i].key_len;
			return EXIT_DONE;
		}
	}
	return program_usage("create", _("there is no management key of algorithm '%s'"), name);
}

static int parse_atr(const char *text, struct vcard_setup *setup)
{
	struct atr_info info;

	setup->extended = strcmp(text, "extended") == 0;
	if (setup->extended || strcmp(text, "short") == 0) {
		setup->atr_len = 0;
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
		return parse_profile(value, setup);
	case 'm':
		return parse_admin_algorithm(value, setup);
	case 'z':
		setup->gzip = true;
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

static int load_pins(const char *path, const struct vcard_setup *setup, struct vcard_pins *pins)
{
	const struct vcard_personalities *kinds = &setup->personalities;
	bool two = vcard_personalities_have(kinds, VCARD_PINS_TWO);
	bool one = vcard_personalities_have(kinds, VCARD_PINS_ONE);
	bool global = vcard_personalities_any_takes(kinds) & VCARD_TAKES_GLOBAL;
	bool admin_24 = vcard_personalities_all_take(kinds) & VCARD_TAKES_ADMIN_24;
	const char *two_lines = two ? "auth=, sign=, " : "", *one_line = one ? "pin=, " : "";
	bool made = false;
	unsigned line = 0;
	int r = vcard_pins_load(path, kinds, setup->admin_key_len, pins, &made, &line);

	if (r == MOHR_ERR_MALFORMED && line)
		return program_fail(
			_("%s, line %u: not one of %s%spuk=%s with digits, admin= with %s hexadecimal digits, each once"),
			path, line, two_lines, one_line, global ? ", global=" : "",
			admin_24 ? "32, 48, 64" : "32, 64");
	if (r == MOHR_ERR_MALFORMED)
		return program_fail(
			_("%s: one of %s%spuk=, admin= is missing; remove the file to have one made"),
			path, two_lines, one_line);
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
	const struct vcard_personalities *kinds = &o->setup.personalities;
	struct vcard *v = NULL;
	int r = vcard_new(&o->setup, &v);

	if (r == MOHR_ERR_PIN_LENGTH || r == MOHR_ERR_PIN_INVALID) {
		for (size_t i = 0; i < kinds->n; i++)
			(void)program_fail("%s: %s: %s", o->pins, kinds->at[i]->name,
					   _(kinds->at[i]->pins_rule));
		return EXIT_FAILED;
	}
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
	if ((status = load_pins(o->pins, &o->setup, &pins)) == EXIT_DONE &&
	    o->setup.admin_key_len && o->setup.admin_key_len != pins.admin_len)
		status = program_fail(
			_("%s: admin= has not the length of a key of --admin-algorithm"), o->pins);
	if (status == EXIT_DONE) {
		o->setup.pin_global = *pins.global ? pins.global : NULL;
		o->setup.pin = pins.pin;
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

/* Whether the options go together. */
static int check_options(const struct vcard_setup *setup)
{
	const struct vcard_personalities *kinds = &setup->personalities;
	unsigned any = vcard_personalities_any_takes(kinds);
	unsigned all = vcard_personalities_all_take(kinds);
	bool rsa1024 = setup->key_auth == VCARD_RSA1024 || setup->key_sign == VCARD_RSA1024;
	bool ed25519 = setup->key_auth == VCARD_ED25519 || setup->key_sign == VCARD_ED25519;
	const struct {
		bool given, taken;
		const char *what;
	} rows[] = {
		{setup->gzip, any & VCARD_TAKES_GZIP, "--gzip"},
		{setup->admin_algorithm, any & VCARD_TAKES_ADMIN_ALGORITHM, "--admin-algorithm"},
		{setup->admin_key_len == 24, all & VCARD_TAKES_ADMIN_24,
		 "--admin-algorithm 3des, aes192"},
		{setup->algorithms, any & VCARD_TAKES_ALGORITHMS, "--algorithms"},
		{rsa1024, all & VCARD_TAKES_RSA1024, "--key-auth, --key-sign rsa1024"},
		{ed25519, all & VCARD_TAKES_ED25519, "--key-auth, --key-sign ed25519"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].given && !rows[i].taken)
			return program_usage("create", _("not with this --profile: %s"),
					     rows[i].what);
	return EXIT_DONE;
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
	if ((status = check_options(&o.setup)) != EXIT_DONE)
		return status;
	o.image = argv[optind];
	status = create(&o);
	free(o.authority);
	return status;
}
