/* SPDX-License-Identifier: BSD-2-Clause */
/* Making, serving and ending virtual cards: see the header. */
#include "tests/with-card/cards.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/with-card/pins.h"

enum { MAX_ARGS = 24, END_MS = 3000 };

static bool failed(const struct card *card, const char *what)
{
	if (children_signal() != 0)
		return false; /* whoever sent the signal knows why */
	(void)fprintf(stderr, "with-card: the virtual card could not be %s:\n", what);
	file_show(card->log);
	return false;
}

static bool create(struct cards *c, struct card *card)
{
	const struct options *o = c->options;
	const char *argv[MAX_ARGS] = {o->vcard,      "create",     "--pins",    c->pins,
				      "--authority", c->authority, "--profile", o->profile};
	struct start how = {.daemon = true, .log = card->log, .keep_fd = -1};
	struct child process;
	size_t n = 8;

	if (o->gzip)
		argv[n++] = "--gzip";
	if (o->blank)
		argv[n++] = "--blank";
	if (o->extended) {
		argv[n++] = "--atr";
		argv[n++] = "extended";
	}
	if (o->key_auth != NULL) {
		argv[n++] = "--key-auth";
		argv[n++] = o->key_auth;
	}
	if (o->key_sign != NULL) {
		argv[n++] = "--key-sign";
		argv[n++] = o->key_sign;
	}
	if (o->algorithms != NULL) {
		argv[n++] = "--algorithms";
		argv[n++] = o->algorithms;
	}
	argv[n++] = card->image;
	how.argv = argv;
	if (child_start(&how, &process) != 0)
		return failed(card, "made");
	if (children_wait(-1, &process, CARD_WAIT_MS) != 1) {
		child_stop(&process, 0);
		return failed(card, "made");
	}
	return child_exit_status(&process) == 0 || failed(card, "made");
}

/* mohr-vcard says through a pipe that it listens; the end of the pipe says that it never will. */
static bool await_ready(struct card *card, int fd)
{
	char byte;

	if (children_wait(fd, NULL, CARD_WAIT_MS) == 1 && read(fd, &byte, 1) == 1)
		return true;
	child_stop(&card->process, 0);
	return false;
}

bool card_insert(struct cards *c, unsigned n, const char *image)
{
	struct card *card = &c->card[n];
	char ready[16];
	const char *argv[] = {c->options->vcard, "serve",      "--socket",
			      card->socket,      "--ready-fd", ready,
			      "--parent-death",  card->image,  NULL};
	struct start how = {.argv = argv, .daemon = true, .log = card->log};
	int fds[2];
	bool done;

	if (card->process.running)
		return true;
	if (image != NULL)
		(void)snprintf(card->image, sizeof(card->image), "%s", image);
	if (pipe2(fds, O_CLOEXEC) != 0)
		return false;
	(void)snprintf(ready, sizeof(ready), "%d", fds[1]);
	how.keep_fd = fds[1];
	card->asked = false;
	done = child_start(&how, &card->process) == 0;
	(void)close(fds[1]);
	done = done && await_ready(card, fds[0]);
	(void)close(fds[0]);
	return done || failed(card, "served");
}

void card_remove(struct cards *c, unsigned n)
{
	struct card *card = &c->card[n];

	if (!card->process.running)
		return;
	card->asked = true;
	child_stop(&card->process, END_MS);
	/* SIGTERM may end it, or it ends itself; SIGKILL after END_MS, or a sanitizer, is a defect. */
	if (child_exit_status(&card->process) != 0 &&
	    child_exit_status(&card->process) != 128 + SIGTERM)
		card->ailing = true;
}

/* The image, and where its authority and PINs are. */
static bool place(struct cards *c)
{
	bool named = c->options->image[0] != '\0';
	char *home = strdup(named ? c->options->image : c->state), *folder = home;

	if (home == NULL)
		return false;
	if (named)
		folder = dirname(home);
	path_join(c->authority, folder, "authority");
	path_join(c->pins, folder, "pins");
	free(home);
	return true;
}

/* Makes a card that is not there. */
static bool provide(struct cards *c, struct card *card)
{
	return access(card->image, F_OK) == 0 ||
	       (pins_make(c->pins, &c->options->kinds) && create(c, card));
}

bool cards_init(struct cards *c, const struct options *options, const char *run, const char *state)
{
	c->options = options;
	c->run = run;
	c->state = state;
	if (!place(c))
		return false;
	for (unsigned i = 0; i < options->n_cards; i++) {
		struct card *card = &c->card[i];
		char name[32];

		(void)snprintf(card->socket, sizeof(card->socket), "%s/card%u", run, i + 1);
		(void)snprintf(name, sizeof(name), "card%u.log", i + 1);
		path_join(card->log, state, name);
		(void)snprintf(name, sizeof(name), "card%u.img", i + 1);
		path_join(card->image, state, name);
		if (i == 0 && options->image[0] != '\0')
			(void)snprintf(card->image, sizeof(card->image), "%s", options->image);
		if (!provide(c, card) || !card_insert(c, i, NULL))
			return false;
	}
	return true;
}

bool cards_end(struct cards *c)
{
	bool well = true;

	for (unsigned i = 0; i < c->options->n_cards; i++) {
		struct card *card = &c->card[i];

		if (card->process.pid != 0 && !card->process.running && !card->asked)
			card->ailing = true;
		card_remove(c, i);
		if (!card->ailing)
			continue;
		(void)fprintf(stderr, "with-card: card %u ended badly (%d):\n", i + 1,
			      child_exit_status(&card->process));
		file_show(card->log);
		well = false;
	}
	return well;
}

char *cards_join(const struct cards *c, bool images)
{
	char *joined = strdup("");

	for (unsigned i = 0; i < c->options->n_cards && joined != NULL; i++) {
		const char *part = images ? c->card[i].image : c->card[i].socket;
		char *longer;

		if (asprintf(&longer, "%s%s%s", joined, i > 0 ? ":" : "", part) < 0)
			longer = NULL;
		free(joined);
		joined = longer;
	}
	return joined;
}
