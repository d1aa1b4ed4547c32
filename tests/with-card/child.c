/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting, awaiting and ending processes: see the header. */
#include "tests/with-card/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CHILDREN = 64, SWEEP_ROUNDS = 200 };

static struct {
	int signals;
	sigset_t outer_mask;          /* as we were started; the command gets it back */
	struct sigaction outer_child; /* SIGCHLD ignored would hide our children */
	struct child *watched[MAX_CHILDREN];
	size_t n_watched;
	struct child *command;
	pid_t parent; /* whose death is ours; 0: nobody's */
	int stop;
} own = {.signals = -1};

static long long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void handled(sigset_t *set)
{
	static const int numbers[] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2};

	(void)sigemptyset(set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)sigaddset(set, numbers[i]);
}

static void open_signals(void)
{
	sigset_t set;

	handled(&set);
	own.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (own.signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
		perror("with-card: signalfd");
		exit(125);
	}
}

void children_init(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t set;

	handled(&set);
	(void)sigaction(SIGCHLD, &standard, &own.outer_child);
	(void)sigprocmask(SIG_BLOCK, &set, &own.outer_mask);
	open_signals();
}

void children_adopt(pid_t parent)
{
	(void)close(own.signals);
	own.n_watched = 0;
	own.command = NULL;
	own.parent = parent;
	open_signals();
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		own.stop = SIGTERM;
}

void children_watch(struct child *c)
{
	if (own.n_watched == MAX_CHILDREN)
		abort();
	own.watched[own.n_watched++] = c;
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < own.n_watched; i++) {
			struct child *c = own.watched[i];

			if (c->pid == pid) {
				c->running = false;
				c->status = status;
				/* Its owner may go now. */
				own.watched[i] = own.watched[--own.n_watched];
				break;
			}
		}
	}
}

static void take_signal(const struct signalfd_siginfo *info)
{
	int number = (int)info->ssi_signo;
	bool orphan = own.parent != 0 && getppid() != own.parent;

	if (number == SIGCHLD) {
		reap();
		return;
	}
	/* The terminal sends to the whole group: the command has it already, and decides. */
	if (!orphan && info->ssi_code == SI_KERNEL && own.command != NULL)
		return;
	if (!orphan && own.command != NULL && own.command->running)
		(void)kill(own.command->pid, number);
	else if (own.stop == 0)
		own.stop = number;
}

static void take_signals(void)
{
	struct signalfd_siginfo info;

	while (read(own.signals, &info, sizeof(info)) == sizeof(info))
		take_signal(&info);
}

int children_wait(int fd, const struct child *ended, int timeout_ms)
{
	long long deadline = now_ms() + timeout_ms;

	for (;;) {
		struct pollfd p[2] = {{.fd = own.signals, .events = POLLIN},
				      {.fd = fd, .events = POLLIN}};
		long long left = timeout_ms < 0 ? -1 : deadline - now_ms();

		if (ended != NULL && !ended->running)
			return 1;
		if (own.stop != 0)
			return -1;
		if (timeout_ms >= 0 && left <= 0)
			left = 0;
		if (poll(p, 2, (int)left) == 0)
			return 0;
		take_signals();
		if (p[1].revents != 0)
			return 1;
	}
}

void children_command(struct child *command)
{
	own.command = command;
}

int children_signal(void)
{
	return own.stop;
}

/* The surroundings of a daemon: no terminal, no foreign session. */
static int detach(const char *log, const char *input)
{
	int in = open(input != NULL ? input : "/dev/null", O_RDONLY | O_CLOEXEC);
	int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		return -1;
	(void)setsid();
	return 0;
}

/* Dies with its parent, also if that has died already. */
static void bind_life(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(125);
}

static void restore_signals(void)
{
	(void)sigaction(SIGCHLD, &own.outer_child, NULL);
	(void)sigprocmask(SIG_SETMASK, &own.outer_mask, NULL);
}

/* In the child: says through the pipe why it could not become what it should. */
static void give_up(int pipe_fd, int what)
{
	(void)!write(pipe_fd, &what, sizeof(what));
	_exit(127);
}

static void become(const struct start *how, int pipe_fd, pid_t parent)
{
	char *const *argv;

	if (how->prepare != NULL && how->prepare(how->user) != 0)
		give_up(pipe_fd, START_REFUSED);
	if (how->daemon && detach(how->log, how->input) != 0)
		give_up(pipe_fd, errno);
	if (how->keep_fd >= 0)
		(void)fcntl(how->keep_fd, F_SETFD, 0);
	/* Last: a change of credentials, as a user namespace brings, would undo it. */
	bind_life(parent);
	restore_signals();
	memcpy(&argv, &how->argv, sizeof(argv)); /* exec promises to change none of it */
	(void)execvp(argv[0], argv);
	give_up(pipe_fd, errno);
}

int child_start(const struct start *how, struct child *ret)
{
	pid_t parent = getpid();
	int fds[2], what = 0;
	ssize_t n;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return START_FAILED;
	*ret = (struct child){.pid = fork(), .running = true};
	if (ret->pid == 0)
		become(how, fds[1], parent);
	(void)close(fds[1]);
	n = ret->pid < 0 ? -1 : read(fds[0], &what, sizeof(what));
	(void)close(fds[0]);
	if (n == 0) {
		children_watch(ret);
		return 0; /* the pipe closed by exec */
	}
	if (ret->pid > 0)
		(void)waitpid(ret->pid, NULL, 0);
	*ret = (struct child){0};
	if (what == START_REFUSED)
		return START_REFUSED;
	errno = what;
	return START_FAILED;
}

int child_call(int (*function)(void *user), void *user, const char *log, struct child *ret)
{
	pid_t parent = getpid();

	*ret = (struct child){.pid = fork(), .running = true};
	if (ret->pid < 0)
		return START_FAILED;
	if (ret->pid == 0) {
		bind_life(parent);
		restore_signals();
		_exit(detach(log, NULL) == 0 ? function(user) : 125);
	}
	children_watch(ret);
	return 0;
}

void child_stop(struct child *c, int timeout_ms)
{
	long long deadline = now_ms() + timeout_ms;
	struct pollfd p = {.fd = own.signals, .events = POLLIN};

	if (!c->running)
		return;
	(void)kill(c->pid, SIGCONT);
	(void)kill(c->pid, SIGTERM);
	while (c->running && now_ms() < deadline) {
		if (poll(&p, 1, (int)(deadline - now_ms())) > 0)
			take_signals();
	}
	if (c->running) {
		(void)kill(c->pid, SIGKILL);
		while (c->running) {
			if (poll(&p, 1, 1000) > 0)
				take_signals();
		}
	}
}

static bool is_watched(pid_t pid)
{
	for (size_t i = 0; i < own.n_watched; i++) {
		if (own.watched[i]->pid == pid)
			return true;
	}
	return false;
}

/* Sends a signal to each child that is there and not watched; how many. */
static unsigned signal_all(int number)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	unsigned n = 0;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char path[64], text[512], *after;
		int ppid = 0;
		FILE *f;

		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%.20s/stat", e->d_name);
		f = fopen(path, "re");
		if (f == NULL)
			continue;
		after = fgets(text, sizeof(text), f) != NULL ? strrchr(text, ')') : NULL;
		if (after != NULL && sscanf(after, ") %*c %d", &ppid) == 1 && ppid == getpid() &&
		    !is_watched((pid_t)atol(e->d_name)) &&
		    kill((pid_t)atol(e->d_name), number) == 0)
			n++;
		(void)fclose(f);
	}
	if (dir != NULL)
		(void)closedir(dir);
	return n;
}

void children_sweep(void)
{
	struct pollfd p = {.fd = own.signals, .events = POLLIN};
	long long polite = now_ms() + 500;

	/* An orphan's children become ours when it dies: go on until there are none. */
	for (int round = 0; round < SWEEP_ROUNDS; round++) {
		bool kindly = now_ms() < polite;

		reap();
		if (round > 0)
			(void)signal_all(SIGCONT);
		if (signal_all(kindly ? SIGTERM : SIGKILL) == 0)
			return;
		if (poll(&p, 1, 50) > 0)
			take_signals();
	}
}

int child_exit_status(const struct child *c)
{
	return WIFSIGNALED(c->status) ? 128 + WTERMSIG(c->status) : WEXITSTATUS(c->status);
}
