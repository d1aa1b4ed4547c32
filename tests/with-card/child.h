/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes of with-card. Signals come through one descriptor; every wait goes through children_wait,
 * so that nothing is missed while something else is awaited.
 */
#ifndef MOHR_TESTS_WITH_CARD_CHILD_H
#define MOHR_TESTS_WITH_CARD_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct child {
	pid_t pid; /* 0: none */
	bool running;
	int status; /* of waitpid, once it ended */
};

/* How a child is to be started. */
struct start {
	const char *const *argv;
	bool daemon;                /* own session, no terminal, output to the log */
	const char *log;            /* path; of daemons */
	const char *input;          /* path; NULL: /dev/null for daemons, ours for others */
	int keep_fd;                /* passed on; -1: none */
	int (*prepare)(void *user); /* runs in the child; nonzero: give up with START_REFUSED */
	void *user;
};

enum { START_FAILED = -1, START_REFUSED = -2 };

/* Blocks the signals that with-card handles and opens their descriptor. To be called once. */
void children_init(void);
/* After a fork: we have children of our own, and end when parent does (as by SIGTERM). */
void children_adopt(pid_t parent);

/* 0, or START_FAILED (errno) or START_REFUSED. Children die with us. */
int child_start(const struct start *how, struct child *ret);
/* A child that runs function(user), and ends with its result; it has the daemon's surroundings. */
int child_call(int (*function)(void *user), void *user, const char *log, struct child *ret);

/* Adds to the table that reaping looks at; a child stays there, and in its place, until it ends. */
void children_watch(struct child *c);

/*
 * Waits until fd is readable (1), until *ended does not run any more (1), for a signal that is to end
 * everything (-1), or for timeout_ms (0). fd may be -1, ended NULL, timeout_ms -1 (without bound).
 */
int children_wait(int fd, const struct child *ended, int timeout_ms);

/* Signals that came for the command while there is one are passed on to it. NULL: they end us. */
void children_command(struct child *command);
/* The number of the signal that is to end everything, or 0. */
int children_signal(void);

/* Asks the child to end, and after timeout_ms makes it. */
void child_stop(struct child *c, int timeout_ms);
/*
 * Ends every process below us but the running ones of the table: what the command has left behind.
 * We are the subreaper, so that none of them can hide.
 */
void children_sweep(void);

/* The exit status as a shell gives it. */
int child_exit_status(const struct child *c);

#endif
