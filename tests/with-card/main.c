/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program behind scripts/with-card. Two processes watch each other: the outer one, which people
 * see and may kill, and the inner one, which does the work. Each is the subreaper of what is below it;
 * whichever is killed, the other one ends everything and removes the session's folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/with-card/control.h"
#include "tests/with-card/session.h"

static int run(const struct options *options, const char *dir)
{
	struct child inner = {.running = true};
	pid_t outer = getpid();

	inner.pid = fork();
	if (inner.pid < 0) {
		perror("with-card: fork");
		return EXIT_SETUP;
	}
	if (inner.pid == 0) {
		int status;

		children_adopt(outer);
		status = session_run(options, dir);
		rundir_remove(dir); /* the outer process may be dead */
		_exit(status);
	}
	children_watch(&inner);
	children_command(&inner);
	(void)children_wait(-1, &inner, -1);
	if (WIFSIGNALED(inner.status))
		(void)fprintf(stderr, "with-card: killed by signal %d\n", WTERMSIG(inner.status));
	/* Mostly there is nothing left; but the inner process may have crashed. */
	children_sweep();
	rundir_remove(dir);
	return child_exit_status(&inner);
}

int main(int argc, char **argv)
{
	const char *build = getenv("MOHR_BUILD");
	struct options options;
	char dir[RUNDIR_LEN];

	if (argc > 1 && strcmp(argv[1], "--control") == 0)
		return control_main(argc - 1, argv + 1);
	if (build == NULL) {
		(void)fputs("with-card: start it as scripts/with-card\n", stderr);
		return EXIT_SETUP;
	}
	switch (options_parse(argc, argv, build, &options)) {
	case OPTIONS_HELP:
		return 0;
	case OPTIONS_WRONG:
		return EXIT_SETUP;
	default:
		break;
	}
	children_init();
	return rundir_make(dir) ? run(&options, dir) : EXIT_SETUP;
}
