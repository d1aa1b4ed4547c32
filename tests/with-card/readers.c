/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for pcscd and its readers: see the header. */
#include "tests/with-card/readers.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#include "tests/with-card/options.h"

static long long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static bool connects(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool done;

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	done = fd >= 0 && connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0;
	if (fd >= 0)
		(void)close(fd);
	return done;
}

bool readers_await_daemon(const char *socket_path, int timeout_ms)
{
	long long deadline = now_ms() + timeout_ms;
	char folder[128], events[4096];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	bool done = false;

	(void)snprintf(folder, sizeof(folder), "%s", socket_path);
	*strrchr(folder, '/') = '\0';
	/* pcscd binds, listens, and then changes the socket's mode. */
	if (fd >= 0 && inotify_add_watch(fd, folder, IN_CREATE | IN_ATTRIB) >= 0) {
		while (!(done = connects(socket_path)) && now_ms() < deadline) {
			if (poll(&p, 1, (int)(deadline - now_ms())) > 0)
				(void)!read(fd, events, sizeof(events));
		}
	}
	if (fd >= 0)
		(void)close(fd);
	return done;
}

/* Whether the name is this and n. */
static bool begins(const char *name, const char *friendly, unsigned n)
{
	char start[64];
	size_t len = (size_t)snprintf(start, sizeof(start), "%s %u ", friendly, n);

	return strncmp(name, start, len) == 0;
}

/* Whether it is one of the names that reader n may have. */
static bool is_ours(const char *name, unsigned n)
{
	const struct vcard_personality *kind;
	bool found = begins(name, READER_NAME, n);

	for (size_t i = 0; (kind = vcard_personality_at(i)) != NULL; i++)
		found = found || (kind->reader != NULL && begins(name, kind->reader, n));
	return found;
}

/* The full name of reader n: pcscd adds two numbers, the first of which it chooses. */
static LONG find_reader(SCARDCONTEXT context, unsigned n, char *ret, size_t cap)
{
	char names[MAX_CARDS * 128];
	DWORD len = sizeof(names);
	LONG r = SCardListReaders(context, NULL, names, &len);

	if (r != SCARD_S_SUCCESS)
		return r;
	for (const char *name = names; *name != '\0'; name += strlen(name) + 1) {
		/* one that is cut short would be another reader's */
		if (is_ours(name, n) && strlen(name) < cap) {
			memcpy(ret, name, strlen(name) + 1);
			return r;
		}
	}
	return SCARD_E_UNKNOWN_READER;
}

static LONG await_event(SCARDCONTEXT context, SCARD_READERSTATE *state, DWORD n, long long deadline)
{
	long long left = deadline - now_ms();
	LONG r = SCardGetStatusChange(context, left > 0 ? (DWORD)left : 0, state, n);

	for (DWORD i = 0; i < n; i++)
		state[i].dwCurrentState = state[i].dwEventState;
	return r;
}

static LONG await_state(SCARDCONTEXT context, unsigned n, bool present, long long deadline)
{
	SCARD_READERSTATE any = {.szReader = "\\\\?PnP?\\Notification"}, one = {.szReader = NULL};
	DWORD wanted = present ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY;
	char name[128];
	LONG r;

	while ((r = find_reader(context, n, name, sizeof(name))) != SCARD_S_SUCCESS) {
		if (r != SCARD_E_UNKNOWN_READER && r != SCARD_E_NO_READERS_AVAILABLE)
			return r;
		if ((r = await_event(context, &any, 1, deadline)) != SCARD_S_SUCCESS)
			return r;
	}
	one.szReader = name;
	do {
		r = await_event(context, &one, 1, deadline);
	} while (r == SCARD_S_SUCCESS && (one.dwEventState & wanted) == 0);
	return r;
}

bool readers_await(unsigned n, bool present, int timeout_ms)
{
	long long deadline = now_ms() + timeout_ms;
	SCARDCONTEXT context;
	LONG r = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

	if (r == SCARD_S_SUCCESS) {
		r = await_state(context, n, present, deadline);
		(void)SCardReleaseContext(context);
	}
	if (r != SCARD_S_SUCCESS)
		(void)fprintf(stderr, "with-card: reader %u does not become %s: %s\n", n,
			      present ? "occupied" : "empty", pcsc_stringify_error(r));
	return r == SCARD_S_SUCCESS;
}
