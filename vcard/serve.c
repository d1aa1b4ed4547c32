/* SPDX-License-Identifier: BSD-2-Clause */
/* mohr-vcard serve. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "vcard/parse.h"
#include "vcard/program.h"
#include "vcard/server.h"

enum { MAX_PORT = 65535, MAX_DELAY_MS = 3600000, NO_FD = -1 };

struct options {
	const char *image, *socket;
	unsigned long tcp_port; /* 0: none */
	unsigned long delay_ms;
	unsigned long parent; /* 0: whichever it is */
	int ready_fd;
	bool mute, parent_death;
};

static const struct option long_options[] = {
	{"socket", required_argument, NULL, 's'},       /* a path */
	{"tcp", required_argument, NULL, 't'},          /* a port */
	{"ready-fd", required_argument, NULL, 'r'},     /* a file descriptor */
	{"parent-death", optional_argument, NULL, 'p'}, /* a process */
	{"mute", no_argument, NULL, 'm'},
	{"delay", required_argument, NULL, 'd'}, /* milliseconds */
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void print_help(void)
{
	printf(_(
		"Usage: mohr-vcard serve [OPTION]... --socket PATH IMAGE\n"
		"Inserts the card of IMAGE: serves it until SIGTERM or SIGINT, which pull it.\n\n"
		"      --socket PATH         the Unix socket to serve on\n"
		"      --tcp PORT            serve on 127.0.0.1:PORT too; any user of this machine can\n"
		"                            connect there\n"
		"      --ready-fd N          write a line to file descriptor N when hosts can connect\n"
		"      --parent-death[=PID]  die with the process that started this one (PID: which has\n"
		"                            to be the parent still)\n"
		"      --mute                never answer a command\n"
		"      --delay MS            take MS milliseconds more for each command\n"
		"      --help                show this\n"));
}

static int take_number(const char *option, const char *value, unsigned long min, unsigned long max,
		       unsigned long *ret)
{
	if (vcard_parse_number(value, max, ret) != 0 || *ret < min)
		return program_usage("serve", _("%s takes a number from %lu to %lu, not '%s'"),
				     option, min, max, value);
	return EXIT_DONE;
}

static int take_option(int option, const char *value, struct options *o)
{
	unsigned long n;
	int status;

	switch (option) {
	case 's':
		o->socket = value;
		return EXIT_DONE;
	case 't':
		return take_number("--tcp", value, 1, MAX_PORT, &o->tcp_port);
	case 'd':
		return take_number("--delay", value, 0, MAX_DELAY_MS, &o->delay_ms);
	case 'r':
		if ((status = take_number("--ready-fd", value, 0, 1 << 20, &n)) == EXIT_DONE)
			o->ready_fd = (int)n;
		return status;
	case 'p':
		o->parent_death = true;
		return value ? take_number("--parent-death", value, 1, 1 << 30, &o->parent)
			     : EXIT_DONE;
	case 'm':
		o->mute = true;
		return EXIT_DONE;
	default:
		return program_usage("serve", _("wrong option"));
	}
}

/* The parent may have died before the kernel was told to watch it: then nothing would ever come. */
static bool die_with_parent(unsigned long parent)
{
	pid_t expected = parent ? (pid_t)parent : getppid();

	return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == expected;
}

static int open_stop_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int fail_socket(const char *path, int err)
{
	if (err == MOHR_ERR_CARD_BUSY)
		return program_fail(_("another card is being served on %s; choose another socket"),
				    path);
	if (err == MOHR_ERR_LIMIT)
		return program_fail(
			_("the path %s is too long for a socket; choose one of at most 90 bytes"),
			path);
	if (errno == EEXIST)
		return program_fail(_("%s is there already and is no socket; choose another name"),
				    path);
	return program_fail("%s: %s", path, strerror(errno));
}

static int announce(const struct options *o)
{
	static const char line[] = "ready\n";

	if (o->ready_fd == NO_FD)
		return EXIT_DONE;
	if (write(o->ready_fd, line, strlen(line)) != (ssize_t)strlen(line))
		return program_fail(_("cannot write to file descriptor %d: %s"), o->ready_fd,
				    strerror(errno));
	close(o->ready_fd);
	return EXIT_DONE;
}

static int serve_card(struct vcard *v, const struct options *o, int stop_fd)
{
	struct vcard_listener listeners[2] = {{.fd = -1}, {.fd = -1}};
	struct vcard_server_setup setup = {.listeners = listeners,
					   .n_listeners = 1,
					   .stop_fd = stop_fd,
					   .mute = o->mute,
					   .delay_ms = (unsigned)o->delay_ms};
	int r, status;

	/* TCP first: who sees the socket's name may use the port. */
	if (o->tcp_port) {
		if (vcard_listener_init_tcp((unsigned)o->tcp_port, &listeners[1]) != 0)
			return program_fail(_("port %lu of 127.0.0.1: %s"), o->tcp_port,
					    strerror(errno));
		setup.n_listeners = 2;
	}
	if ((r = vcard_listener_init_unix(o->socket, &listeners[0])) != 0)
		status = fail_socket(o->socket, r);
	else if ((status = announce(o)) == EXIT_DONE && (r = vcard_serve(v, &setup)) != 0)
		status = program_fail(_("the card cannot be served any longer: %s"),
				      _(error_text(r)));
	vcard_listener_clear(&listeners[0]);
	vcard_listener_clear(&listeners[1]);
	return status;
}

static int serve(const struct options *o)
{
	struct vcard *v = NULL;
	int r, status, stop_fd;

	if (o->parent_death && !die_with_parent(o->parent))
		return program_fail(_("the process that started this one has ended"));
	program_protect_memory(true);
	stop_fd = open_stop_fd();
	if (stop_fd < 0)
		return program_fail("signalfd: %s", strerror(errno));
	if ((r = vcard_load(o->image, &v)) != 0)
		status = program_fail_image(o->image, r);
	else
		status = serve_card(v, o, stop_fd);
	vcard_free(v);
	close(stop_fd);
	program_protect_memory(false);
	return status;
}

int program_serve(int argc, char **argv)
{
	struct options o = {.ready_fd = NO_FD};
	int option, status;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			print_help();
			return program_finish_output();
		}
		if ((status = take_option(option, optarg, &o)) != EXIT_DONE)
			return status;
	}
	if (!o.socket)
		return program_usage("serve", _("--socket is missing"));
	if (argc - optind != 1)
		return program_usage("serve", _("name one image file"));
	o.image = argv[optind];
	return serve(&o);
}
