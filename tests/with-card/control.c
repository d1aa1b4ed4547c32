/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking for cards to be removed and inserted, and doing it: see the header. */
#include "tests/with-card/control.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/with-card/readers.h"

enum { LINE = PATH_MAX + 64, READER_MS = 10000 };

static int open_socket(const char *path, struct sockaddr_un *addr)
{
	*addr = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(addr->sun_path))
		return -1;
	(void)snprintf(addr->sun_path, sizeof(addr->sun_path), "%s", path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int control_listen(const char *path)
{
	struct sockaddr_un addr;
	int fd = open_socket(path, &addr);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    listen(fd, 16) != 0) {
		perror("with-card: control socket");
		return -1;
	}
	return fd;
}

/* One line, without its end. */
static bool read_line(int fd, char line[LINE])
{
	size_t n = 0;

	while (n < LINE - 1 && read(fd, line + n, 1) == 1) {
		if (line[n] == '\n') {
			line[n] = '\0';
			return true;
		}
		n++;
	}
	return false;
}

static void answer(int fd, bool done, const char *text)
{
	char line[LINE + 16];
	int n = snprintf(line, sizeof(line), "%s %s\n", done ? "ok" : "error", text);

	(void)send(fd, line, (size_t)n, MSG_NOSIGNAL);
}

/* Whether the verb is one about pcscd, and then what came of it. */
static bool obey_pcscd(int fd, struct cards *c, struct pcscd *p, const char *verb)
{
	if (!c->options->pcscd)
		return false;
	if (strcmp(verb, "kill-pcscd") == 0)
		answer(fd, pcscd_kill(p), "killed");
	else if (strcmp(verb, "start-pcscd") == 0)
		answer(fd, pcscd_start_again(p, c), "started");
	else
		return false;
	return true;
}

static void obey(int fd, struct cards *c, unsigned n, const char *verb, const char *image)
{
	struct card *card = &c->card[n];
	char pid[16];
	bool done = true;

	(void)snprintf(pid, sizeof(pid), "%d", (int)card->process.pid);
	if (strcmp(verb, "remove") == 0)
		card_remove(c, n);
	else if (strcmp(verb, "insert") == 0)
		done = card_insert(c, n, *image != '\0' ? image : NULL);
	else if (strcmp(verb, "mute") == 0)
		done = card->process.running && kill(card->process.pid, SIGSTOP) == 0;
	else if (strcmp(verb, "unmute") == 0)
		done = card->process.running && kill(card->process.pid, SIGCONT) == 0;
	else if (strcmp(verb, "pid") == 0 && card->process.running) {
		answer(fd, true, pid);
		return;
	} else if (strcmp(verb, "status") != 0)
		done = false;
	answer(fd, done, card->process.running ? "inserted" : "removed");
}

void control_serve(int listener, struct cards *cards, struct pcscd *pcscd)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	struct timeval limit = {.tv_sec = 1};
	char line[LINE], verb[16] = "", *image;
	unsigned n = 0;
	int used = 0;

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (read_line(fd, line) && sscanf(line, "%15s %u%n", verb, &n, &used) == 2 && n > 0 &&
	    n <= cards->options->n_cards) {
		image = line + used;
		if (!obey_pcscd(fd, cards, pcscd, verb))
			obey(fd, cards, n - 1, verb, *image == ' ' ? image + 1 : image);
	} else {
		answer(fd, false, "there is no such card");
	}
	(void)close(fd);
}

static const char usage[] = "Usage: card COMMAND [N]\n"
			    "Within scripts/with-card: handles its card N (1 if not given).\n"
			    "\n"
			    "  remove         pulls the card out of the reader\n"
			    "  insert [N] [IMAGE]   puts it in again, or another one\n"
			    "  mute           the card stays but does not answer\n"
			    "  unmute         it answers again\n"
			    "  status         prints \"inserted\" or \"removed\"\n"
			    "  pid            prints the process that is the card\n"
			    "  kill-pcscd     ends pcscd at once, as by SIGKILL\n"
			    "  start-pcscd    starts it again\n"
			    "\n"
			    "With --pcscd, remove and insert return when the reader has seen it.\n";

static int ask(const char *path, const char *request, char reply[LINE])
{
	struct sockaddr_un addr;
	int fd = open_socket(path, &addr);
	bool done = fd >= 0 && connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0 &&
		    send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request) &&
		    read_line(fd, reply);

	if (fd >= 0)
		(void)close(fd);
	return done ? 0 : -1;
}

int control_main(int argc, char **argv)
{
	const char *path = getenv("MOHR_CARD_CTL"), *verb = argc > 1 ? argv[1] : "--help";
	char request[LINE], reply[LINE], image[PATH_MAX] = "";
	unsigned n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
	bool moves = strcmp(verb, "remove") == 0 || strcmp(verb, "insert") == 0;

	if (strcmp(verb, "--help") == 0) {
		(void)fputs(usage, stdout);
		return argc > 1 ? 0 : 2;
	}
	if (path == NULL) {
		(void)fputs("card: this works within scripts/with-card only\n", stderr);
		return 2;
	}
	if (argc > 3 && realpath(argv[3], image) == NULL) {
		perror(argv[3]);
		return 2;
	}
	(void)snprintf(request, sizeof(request), "%s %u %s\n", verb, n, image);
	if (ask(path, request, reply) != 0) {
		(void)fputs("card: with-card does not answer\n", stderr);
		return 1;
	}
	if (strncmp(reply, "ok ", 3) != 0) {
		(void)fprintf(stderr, "card: %s %u: %s\n", verb, n, reply);
		return 1;
	}
	if (moves && getenv("MOHR_CARD_PCSCD") != NULL)
		return readers_await(n, strcmp(verb, "insert") == 0, READER_MS) ? 0 : 1;
	if (!moves)
		(void)puts(reply + 3);
	return 0;
}
