/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking with-card for its reader, and pcscd for what it sees there. */
#include "tests/pkcs11/card_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/with-card/readers.h"

enum { READER = 1, READER_MS = 10000 };

static void die(const char *what)
{
	fprintf(stderr, "card_reader: %s: %s\n", what, strerror(errno));
	exit(99);
}

bool card_reader_used(void)
{
	const char *way = getenv("MOHR_TEST_WAY");

	return way && strcmp(way, "pcscd") == 0;
}

/* One line to with-card, and its answer's text behind "ok ". */
static void ask(const char *request, char *reply, size_t cap)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	const char *path = getenv("MOHR_CARD_CTL");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t n = 0;

	if (!path || fd < 0 || strlen(path) >= sizeof(addr.sun_path))
		die("this way works within scripts/with-card --pcscd only");
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
		die("with-card does not answer");
	while (n < cap - 1 && read(fd, reply + n, 1) == 1 && reply[n] != '\n')
		n++;
	reply[n] = '\0';
	close(fd);
	if (strncmp(reply, "ok ", 3) != 0)
		die(reply);
	memmove(reply, reply + 3, n - 2);
}

static void await(bool present)
{
	if (!readers_await(READER, present, READER_MS))
		die("pcscd");
}

void card_reader_remove(void)
{
	char reply[256];

	ask("remove 1\n", reply, sizeof(reply));
	await(false);
}

pid_t card_reader_insert(const char *image)
{
	char request[256], reply[256];

	card_reader_remove();
	snprintf(request, sizeof(request), "insert %d %s\n", READER, image);
	ask(request, reply, sizeof(reply));
	await(true);
	ask("pid 1\n", reply, sizeof(reply));
	return (pid_t)strtol(reply, NULL, 10);
}
