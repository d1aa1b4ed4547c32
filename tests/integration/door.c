/* SPDX-License-Identifier: BSD-2-Clause */
/* The door's process, and what the test tells it through a socket and sees of it in shared memory. */
#include "tests/integration/door.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "codec/frame.h"

/* No hand is quicker; pcscd takes a card that is for one that was. */
enum { SWAP_MS = 50 };

enum { MAX_PAIRS = 48, MAX_FRAME = 70000, PATH_LEN = 108, INS_VERIFY = 0x20 };

struct shared {
	atomic_uint n_commands, n_instructions[256], n_pins;
	atomic_uint at;
	atomic_int action; /* enum door_action */
	atomic_bool done;
	atomic_uint delay_ms;
	char card[PATH_LEN], spare[PATH_LEN];
};

struct door {
	struct shared *shared;
	pid_t pid;
	int control;
	char path[PATH_LEN];
	/* in the process */
	int listener;
	bool released;
	struct pair *pairs;
};

/* A host, and its connection to the card. */
struct pair {
	int host, card; /* -1: free */
	bool held;      /* the first command waits for door_release */
	bool last;      /* the next answer is lost, and the card leaves */
	size_t len;
	uint8_t in[MAX_FRAME];
};

static void die(const char *what)
{
	(void)fprintf(stderr, "door: %s: %s\n", what, strerror(errno));
	_exit(99);
}

/* ---- the process ------------------------------------------------------------------------------ */

static int open_socket(const char *path, struct sockaddr_un *addr)
{
	*addr = (struct sockaddr_un){.sun_family = AF_UNIX};
	(void)snprintf(addr->sun_path, sizeof(addr->sun_path), "%.107s", path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int connect_card(const char *path)
{
	struct sockaddr_un addr;
	int fd = open_socket(path, &addr);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0)
		die(path);
	return fd;
}

/* Under a name of its own first, so that whoever sees the name can connect. */
static void open_listener(struct door *d)
{
	char hidden[PATH_LEN];
	struct sockaddr_un addr;

	if (snprintf(hidden, sizeof(hidden), "%s.new", d->path) >= PATH_LEN)
		die(d->path);
	(void)unlink(hidden);
	d->listener = open_socket(hidden, &addr);
	if (d->listener < 0 ||
	    bind(d->listener, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    listen(d->listener, MAX_PAIRS) != 0 || rename(hidden, d->path) != 0)
		die(d->path);
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static void drop(struct pair *p)
{
	if (p->host >= 0)
		(void)close(p->host);
	if (p->card >= 0)
		(void)close(p->card);
	p->host = p->card = -1;
	p->held = p->last = false;
	p->len = 0;
}

static void cut_power(const char *card)
{
	const uint8_t reset[] = {0, 0, 0, 1, FRAME_RESET};
	uint8_t answer[64];
	int fd = connect_card(card);

	if (!write_all(fd, reset, sizeof(reset)) || recv(fd, answer, sizeof(answer), 0) <= 0)
		die("reset");
	(void)close(fd);
}

static void pull(struct door *d)
{
	size_t i;

	if (d->listener < 0)
		return;
	(void)unlink(d->path);
	(void)close(d->listener);
	d->listener = -1;
	/* Cards first: a host that sees its end may be back at once. */
	for (i = 0; i < MAX_PAIRS; i++) {
		if (d->pairs[i].card >= 0)
			(void)close(d->pairs[i].card);
		d->pairs[i].card = -1;
	}
	cut_power(d->shared->card);
	for (i = 0; i < MAX_PAIRS; i++)
		drop(&d->pairs[i]);
}

static void clear_counts(struct shared *s)
{
	size_t i;

	atomic_store(&s->n_commands, 0);
	atomic_store(&s->n_pins, 0);
	for (i = 0; i < 256; i++)
		atomic_store(&s->n_instructions[i], 0);
}

static void swap(struct door *d)
{
	const struct timespec pause = {.tv_nsec = SWAP_MS * 1000000};

	/* First, for the test looks as soon as its call has ended. */
	clear_counts(d->shared);
	pull(d);
	memcpy(d->shared->card, d->shared->spare, PATH_LEN);
	(void)nanosleep(&pause, NULL);
	open_listener(d);
}

/* What happens at this command: false if the pair is not there any more, or has to wait. */
static bool admit(struct door *d, struct pair *p, const uint8_t *apdu, size_t len)
{
	struct shared *s = d->shared;
	unsigned n = atomic_load(&s->n_commands);
	bool now = !atomic_load(&s->done) && n == atomic_load(&s->at);
	int action = now ? atomic_load(&s->action) : DOOR_PASS;

	if (action == DOOR_HOLD && !d->released) {
		p->held = true;
		return false;
	}
	if (action != DOOR_PASS)
		atomic_store(&s->done, true);
	if (action == DOOR_PULL) {
		pull(d);
		return false;
	}
	if (action == DOOR_SWAP) {
		swap(d);
		return false;
	}
	p->last = action == DOOR_PULL_AFTER;
	atomic_fetch_add(&s->n_commands, 1);
	if (len > 1)
		atomic_fetch_add(&s->n_instructions[apdu[1]], 1);
	if (len > 5 && apdu[1] == INS_VERIFY)
		atomic_fetch_add(&s->n_pins, 1);
	return true;
}

/* Passes whole frames on. */
static void pass_frames(struct door *d, struct pair *p)
{
	uint8_t type;
	size_t len;

	while (p->host >= 0 && p->len >= FRAME_HEADER_LEN) {
		if (frame_decode_header(p->in, &type, &len) != 0) {
			drop(p);
			return;
		}
		len += FRAME_HEADER_LEN;
		if (p->len < len)
			return;
		if (type == FRAME_COMMAND &&
		    !admit(d, p, p->in + FRAME_HEADER_LEN, len - FRAME_HEADER_LEN))
			return;
		if (!write_all(p->card, p->in, len)) {
			drop(p);
			return;
		}
		p->len -= len;
		memmove(p->in, p->in + len, p->len);
	}
}

static void from_host(struct door *d, struct pair *p)
{
	ssize_t n = recv(p->host, p->in + p->len, sizeof(p->in) - p->len, 0);

	if (n <= 0) {
		drop(p);
		return;
	}
	p->len += (size_t)n;
	pass_frames(d, p);
}

static void from_card(struct door *d, struct pair *p)
{
	static uint8_t answer[MAX_FRAME];
	unsigned ms = atomic_load(&d->shared->delay_ms);
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
	ssize_t n = recv(p->card, answer, sizeof(answer), 0);

	if (n <= 0) {
		drop(p);
		return;
	}
	if (p->last) {
		pull(d);
		return;
	}
	if (ms > 0 && n > FRAME_HEADER_LEN && answer[4] == FRAME_RESPONSE)
		(void)nanosleep(&pause, NULL);
	if (!write_all(p->host, answer, (size_t)n))
		drop(p);
}

static void accept_host(struct door *d)
{
	int fd = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
	size_t i;

	for (i = 0; fd >= 0 && i < MAX_PAIRS; i++) {
		struct pair *p = &d->pairs[i];

		if (p->host >= 0)
			continue;
		p->host = fd;
		p->card = connect_card(d->shared->card);
		return;
	}
	die("too many hosts");
}

static void release(struct door *d)
{
	size_t i;

	d->released = true;
	for (i = 0; i < MAX_PAIRS; i++) {
		if (!d->pairs[i].held)
			continue;
		d->pairs[i].held = false;
		pass_frames(d, &d->pairs[i]);
	}
	atomic_store(&d->shared->done, true);
}

/* One order of the test; false at its end. */
static bool obey(struct door *d)
{
	char order[PATH_LEN + 1] = "";
	ssize_t n = recv(d->control, order, sizeof(order) - 1, 0);

	if (n <= 0)
		return false;
	switch (order[0]) {
	case 'I':
		pull(d);
		memcpy(d->shared->card, order + 1, PATH_LEN);
		open_listener(d);
		break;
	case 'R':
		pull(d);
		break;
	case 'A':
		d->released = false;
		break;
	case 'L':
		release(d);
		break;
	default:
		return false;
	}
	return send(d->control, "d", 1, MSG_NOSIGNAL) == 1;
}

static void fill(const struct door *d, struct pollfd *fds)
{
	size_t i;

	fds[0] = (struct pollfd){.fd = d->control, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = d->listener, .events = POLLIN};
	for (i = 0; i < MAX_PAIRS; i++) {
		const struct pair *p = &d->pairs[i];

		/* Of a host that is held only its end is of interest. */
		fds[2 + 2 * i] =
			(struct pollfd){.fd = p->host, .events = p->held ? POLLRDHUP : POLLIN};
		fds[3 + 2 * i] = (struct pollfd){.fd = p->card, .events = POLLIN};
	}
}

static void serve(struct door *d)
{
	struct pollfd fds[2 + 2 * MAX_PAIRS];
	size_t i;

	for (;;) {
		fill(d, fds);
		if (poll(fds, 2 + 2 * MAX_PAIRS, -1) < 0)
			die("poll");
		if (fds[0].revents && !obey(d))
			return;
		if (d->listener >= 0 && fds[1].revents && fds[1].fd == d->listener)
			accept_host(d);
		for (i = 0; i < MAX_PAIRS; i++) {
			struct pair *p = &d->pairs[i];

			if (p->host >= 0 && p->host == fds[2 + 2 * i].fd && p->held &&
			    fds[2 + 2 * i].revents)
				drop(p);
			else if (p->host >= 0 && p->host == fds[2 + 2 * i].fd &&
				 fds[2 + 2 * i].revents)
				from_host(d, p);
			if (p->card >= 0 && p->card == fds[3 + 2 * i].fd && fds[3 + 2 * i].revents)
				from_card(d, p);
		}
	}
}

/* ---- the test's side -------------------------------------------------------------------------- */

static void order(struct door *d, char verb, const char *path)
{
	char text[PATH_LEN + 1] = {verb}, answer;

	(void)snprintf(text + 1, sizeof(text) - 1, "%s", path);
	if (send(d->control, text, sizeof(text), MSG_NOSIGNAL) != (ssize_t)sizeof(text) ||
	    recv(d->control, &answer, 1, 0) != 1)
		die("the door is gone");
}

struct door *door_new(const char *path)
{
	struct door *d = calloc(1, sizeof(*d));
	size_t i;
	int fds[2];

	if (d == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
		die("start");
	(void)snprintf(d->path, sizeof(d->path), "%s", path);
	d->listener = -1;
	d->shared = mmap(NULL, sizeof(*d->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	d->pid = d->shared == MAP_FAILED ? -1 : fork();
	if (d->pid < 0)
		die("fork");
	d->control = fds[d->pid == 0 ? 1 : 0];
	(void)close(fds[d->pid == 0 ? 0 : 1]);
	if (d->pid > 0)
		return d;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	d->pairs = calloc(MAX_PAIRS, sizeof(*d->pairs));
	if (d->pairs == NULL)
		die("memory");
	for (i = 0; i < MAX_PAIRS; i++)
		d->pairs[i].host = d->pairs[i].card = -1;
	serve(d);
	_exit(0);
}

void door_free(struct door *d)
{
	/* Its end of the socket may live on in children. */
	(void)send(d->control, "Q", 2, MSG_NOSIGNAL);
	(void)close(d->control);
	(void)waitpid(d->pid, NULL, 0);
	(void)munmap(d->shared, sizeof(*d->shared));
	free(d);
}

void door_insert(struct door *d, const char *card)
{
	order(d, 'I', card);
}

void door_remove(struct door *d)
{
	order(d, 'R', "");
}

void door_set_spare(struct door *d, const char *card)
{
	(void)snprintf(d->shared->spare, PATH_LEN, "%s", card);
}

void door_at(struct door *d, unsigned n, enum door_action action)
{
	atomic_store(&d->shared->action, DOOR_PASS);
	order(d, 'A', "");
	clear_counts(d->shared);
	atomic_store(&d->shared->at, n);
	atomic_store(&d->shared->done, false);
	atomic_store(&d->shared->action, (int)action);
}

bool door_done(const struct door *d)
{
	return atomic_load(&d->shared->done);
}

void door_release(struct door *d)
{
	order(d, 'L', "");
}

void door_set_delay(struct door *d, unsigned ms)
{
	atomic_store(&d->shared->delay_ms, ms);
}

unsigned door_commands(const struct door *d)
{
	return atomic_load(&d->shared->n_commands);
}

unsigned door_instructions(const struct door *d, uint8_t instruction)
{
	return atomic_load(&d->shared->n_instructions[instruction]);
}

unsigned door_pins(const struct door *d)
{
	return atomic_load(&d->shared->n_pins);
}
