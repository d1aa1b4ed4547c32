/* SPDX-License-Identifier: BSD-2-Clause */
/* mohr-vcard: makes, serves and shows virtual cards. One file a subcommand. */
#include "vcard/program.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <openssl/crypto.h>

static const struct {
	const char *name;
	program_command_fn *run;
	const char *summary;
} commands[] = {
	{"create", program_create, N_("make a card and write it into a new image file")},
	{"serve", program_serve, N_("insert a card: serve its image on a socket")},
	{"inspect", program_inspect, N_("show what is on a card, or write out a certificate")},
};

__attribute__((format(printf, 1, 0))) static void message(const char *format, va_list args)
{
	fputs("mohr-vcard: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int program_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message(format, args);
	va_end(args);
	return EXIT_FAILED;
}

int program_usage(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message(format, args);
	va_end(args);
	fprintf(stderr, _("Try 'mohr-vcard %s --help'.\n"), command);
	return EXIT_USAGE;
}

int program_fail_image(const char *path, int err)
{
	switch (err) {
	case MOHR_ERR_CARD_BUSY:
		return program_fail(
			_("%s is being served by another mohr-vcard; end that one first, or make another image with 'mohr-vcard create'"),
			path);
	case MOHR_ERR_MALFORMED:
		return program_fail(
			_("%s is not a whole, unaltered card image; restore it from a copy, or make a new one with 'mohr-vcard create'"),
			path);
	case MOHR_ERR_NOT_SUPPORTED:
		return program_fail(
			_("%s is an image of another version of mohr-vcard; make a new one with 'mohr-vcard create'"),
			path);
	case MOHR_ERR_IO:
		return program_fail("%s: %s", path, strerror(errno));
	default:
		return program_fail("%s: %s", path, _(error_text(err)));
	}
}

int program_finish_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return program_fail(_("cannot write to standard output: %s"), strerror(errno));
	return EXIT_DONE;
}

void program_protect_memory(bool protect)
{
	static const struct rlimit none = {0, 0};

	if (protect)
		(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, !protect, 0, 0, 0);
}

static void print_help(void)
{
	printf(_("Usage: mohr-vcard COMMAND [OPTION]... IMAGE\n"
		 "A virtual national card for tests and demonstrations.\n\n"
		 "Commands:\n"));
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		printf("  %-10s%s\n", commands[i].name, _(commands[i].summary));
	printf(_("\n'mohr-vcard COMMAND --help' tells about a command.\n"
		 "      --help     show this\n"
		 "      --version  show the version\n"));
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	bindtextdomain("mohr", MOHR_LOCALEDIR);
	textdomain("mohr");
	/* The system's OpenSSL configuration may load providers that use a card: this very one. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (argc < 2)
		return program_usage("", _("which command?"));
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help();
		return program_finish_output();
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("mohr-vcard %s\n", PACKAGE_VERSION);
		return program_finish_output();
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return program_usage("", _("there is no command '%s'"), argv[1]);
}
