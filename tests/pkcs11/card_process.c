/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting and ending mohr-vcard. */
#include "tests/pkcs11/card_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/pkcs11/card_reader.h"

enum { MAX_ARGS = 32 };

#define COMMON_PINS "\npuk=" CARD_PUK "\nadmin=000102030405060708090a0b0c0d0e0f\n"

static void die(const char *what)
{
	fprintf(stderr, "card_process: %s: %s\n", what, strerror(errno));
	exit(99);
}

static const char *program(void)
{
	static char path[512];
	const char *build = getenv("MOHR_BUILD");

	snprintf(path, sizeof(path), "%s/vcard/mohr-vcard", build ? build : ".");
	return path;
}

/* argv's strings are not changed; execv's prototype is older than const. */
static pid_t start(const char *const *argv, int ready_fd)
{
	char *copy[MAX_ARGS + 1];
	pid_t pid = fork();
	size_t n;

	if (pid < 0)
		die("fork");
	if (pid > 0)
		return pid;
	for (n = 0; argv[n] && n < MAX_ARGS; n++)
		copy[n] = strdup(argv[n]);
	copy[n] = NULL;
	if (ready_fd >= 0)
		fcntl(ready_fd, F_SETFD, 0);
	execv(program(), copy);
	die(program());
	return -1;
}

static void run(const char *const *argv)
{
	pid_t pid = start(argv, -1);
	int status = 0;

	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		errno = 0;
		die("mohr-vcard create failed");
	}
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		die(path);
}

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char block[65536];
	ssize_t n;

	if (in < 0 || out < 0)
		die(from);
	while ((n = read(in, block, sizeof(block))) > 0) {
		if (write(out, block, (size_t)n) != n)
			die(to);
	}
	if (n < 0 || close(out) != 0)
		die(to);
	close(in);
}

void card_process_make(struct card_process *c, const char *const *options)
{
	const char *argv[MAX_ARGS + 1] = {"mohr-vcard", "create"};
	bool one_pin = false;
	char pins[96], authority[96];
	size_t n = 2, i;

	memset(c, 0, sizeof(*c));
	snprintf(c->folder, sizeof(c->folder), "/tmp/mohr-p11-XXXXXX");
	if (!mkdtemp(c->folder))
		die("mkdtemp");
	snprintf(c->image, sizeof(c->image), "%s/image", c->folder);
	snprintf(c->pristine, sizeof(c->pristine), "%s/pristine", c->folder);
	snprintf(c->socket, sizeof(c->socket), "%s/socket", c->folder);
	snprintf(pins, sizeof(pins), "%s/pins", c->folder);
	snprintf(authority, sizeof(authority), "%s/authority", c->folder);
	for (i = 0; options && options[i]; i++)
		one_pin = one_pin || strcmp(options[i], "piv") == 0 ||
			  strcmp(options[i], "yubikey") == 0 ||
			  strcmp(options[i], "isoapplet") == 0;
	write_file(pins, one_pin ? "pin=" CARD_PIN_AUTH COMMON_PINS
				 : "auth=" CARD_PIN_AUTH "\nsign=" CARD_PIN_SIGN COMMON_PINS);
	if (chmod(pins, 0600) != 0)
		die(pins);
	argv[n++] = "--pins";
	argv[n++] = pins;
	argv[n++] = "--authority";
	argv[n++] = authority;
	for (i = 0; options && options[i] && n < MAX_ARGS - 1; i++)
		argv[n++] = options[i];
	argv[n++] = c->pristine;
	run(argv);
	card_process_restore(c);
}

void card_process_restore(struct card_process *c)
{
	copy_file(c->pristine, c->image);
}

/* The one in the reader of pcscd's way. */
static struct card_process *in_reader;

static void leave_reader(void)
{
	if (in_reader)
		in_reader->pid = 0;
	in_reader = NULL;
}

void card_process_insert(struct card_process *c)
{
	if (!card_reader_used()) {
		card_process_insert_with(c, NULL);
		return;
	}
	leave_reader();
	c->pid = card_reader_insert(c->image);
	in_reader = c;
}

void card_process_insert_with(struct card_process *c, const char *option)
{
	const char *argv[] = {"mohr-vcard", "serve",    "--parent-death", "--ready-fd",
			      NULL,         "--socket", c->socket,        NULL,
			      NULL,         NULL};
	char fd_text[16], line[16];
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		die("pipe");
	snprintf(fd_text, sizeof(fd_text), "%d", fds[1]);
	argv[4] = fd_text;
	argv[7] = c->image;
	argv[8] = option;
	c->pid = start(argv, fds[1]);
	close(fds[1]);
	if (read(fds[0], line, sizeof(line)) <= 0)
		die("mohr-vcard serve does not come up");
	close(fds[0]);
}

void card_process_remove(struct card_process *c)
{
	if (!c->pid)
		return;
	if (c == in_reader) {
		card_reader_remove();
		leave_reader();
		return;
	}
	kill(c->pid, SIGTERM);
	if (waitpid(c->pid, NULL, 0) != c->pid)
		die("waitpid");
	c->pid = 0;
}

void card_process_destroy(struct card_process *c)
{
	static const char *const names[] = {
		"image",     "pristine", "pins", "authority/ca.crt", "authority/ca.key",
		"mohr.conf", "trace",    "log"};
	char path[160];
	size_t i;

	card_process_remove(c);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", c->folder, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/authority", c->folder);
	rmdir(path);
	rmdir(c->folder);
}
