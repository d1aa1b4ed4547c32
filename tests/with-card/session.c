/* SPDX-License-Identifier: BSD-2-Clause */
/* Setting up, running and clearing away a session: see the header. */
#include "tests/with-card/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with-card/control.h"
#include "tests/with-card/pcscd.h"
#include "tests/with-card/pins.h"

struct session {
	const struct options *options;
	const char *run;
	char state[PATH_MAX];
	struct cards cards;
	struct pcscd pcscd;
	struct child command;
	int control;
};

static bool choose_state(struct session *s)
{
	if (s->options->keep == NULL) {
		(void)snprintf(s->state, sizeof(s->state), "%s", s->run);
		return true;
	}
	return folder_make(s->options->keep) && realpath(s->options->keep, s->state) != NULL;
}

static bool write_conf(const struct session *s, char path[PATH_MAX])
{
	char *sockets = cards_join(&s->cards, false), *text = NULL;
	bool done = false;

	path_join(path, s->state, "mohr.conf");
	if (sockets != NULL && asprintf(&text,
					s->options->pcscd ? "# readers are pcscd's (%s)\n"
							  : "[readers]\nsocket = %s\n",
					sockets) >= 0)
		done = file_write(path, text);
	free(sockets);
	free(text);
	return done;
}

static bool set_environment(struct session *s)
{
	char conf[PATH_MAX], pid[16];
	char *sockets = cards_join(&s->cards, false), *images = cards_join(&s->cards, true);
	bool done = sockets != NULL && images != NULL && write_conf(s, conf);

	if (done) {
		(void)snprintf(pid, sizeof(pid), "%d", (int)s->cards.card[0].process.pid);
		(void)setenv("MOHR_MODULE", s->options->module, 1);
		pins_export(s->cards.pins);
		(void)setenv("MOHR_CARD", s->cards.card[0].socket, 1);
		(void)setenv("MOHR_CARDS", sockets, 1);
		(void)setenv("MOHR_IMAGE", s->cards.card[0].image, 1);
		(void)setenv("MOHR_IMAGES", images, 1);
		(void)setenv("MOHR_AUTHORITY", s->cards.authority, 1);
		(void)setenv("MOHR_CONF", conf, 1);
		(void)setenv("MOHR_CARD_PID", pid, 1);
		if (s->options->pcscd)
			(void)setenv("MOHR_CARD_PCSCD", "1", 1);
		else
			(void)unsetenv("MOHR_CARD_PCSCD");
	}
	free(sockets);
	free(images);
	return done;
}

static bool open_control(struct session *s)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/control", s->run);
	s->control = control_listen(path);
	(void)setenv("MOHR_CARD_CTL", path, 1);
	return s->control >= 0;
}

static int run_command(struct session *s)
{
	struct start how = {.argv = (const char *const *)s->options->command, .keep_fd = -1};
	int r = child_start(&how, &s->command);

	if (r != 0) {
		(void)fprintf(stderr, "with-card: %s: %s\n", s->options->command[0],
			      strerror(errno));
		return errno == ENOENT ? 127 : 126;
	}
	children_command(&s->command);
	while (s->command.running) {
		r = children_wait(s->control, &s->command, -1);
		if (r < 0)
			break;
		if (s->command.running)
			control_serve(s->control, &s->cards, &s->pcscd);
	}
	children_command(NULL);
	if (s->command.running) {
		child_stop(&s->command, 500);
		return 128 + children_signal();
	}
	return child_exit_status(&s->command);
}

/* What the command has left behind goes first, while its card is still there. */
static bool clear_away(struct session *s)
{
	bool well;

	if (s->control >= 0)
		(void)close(s->control);
	children_sweep();
	well = pcscd_end(&s->pcscd);
	return cards_end(&s->cards) && well;
}

int session_run(const struct options *options, const char *run)
{
	struct session *s = calloc(1, sizeof(*s));
	int status = EXIT_SETUP;

	if (s == NULL)
		return status;
	s->options = options;
	s->run = run;
	s->control = -1;
	s->cards.options = options;
	if (choose_state(s) && cards_init(&s->cards, options, run, s->state) &&
	    (!options->pcscd || pcscd_start(&s->pcscd, &s->cards)) && set_environment(s) &&
	    open_control(s))
		status = run_command(s);
	else if (children_signal() != 0)
		status = 128 + children_signal();
	if (!clear_away(s) && status == 0)
		status = EXIT_DEFECT;
	free(s);
	return status;
}
