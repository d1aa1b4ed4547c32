/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer: runs a command on a terminal of its own and types PINs at its prompts, for programs that ask
 * nowhere else. It types only what the prompt itself calls for, so that no PIN goes to a wrong token.
 *
 *	answer PROMPT=VARIABLE... -- COMMAND [ARGUMENT...]
 *
 * A prompt is a line without an end that closes with ':' and holds "PIN" or "pass". The first PROMPT
 * that occurs in it names the environment variable whose value is typed, at most twice in all, and not
 * before every PROMPT in front of it was answered: a prompt that names only a key comes after the one
 * that names its token. A prompt that matches nothing ends the command with status 3.
 *
 * Some programs throw away what was typed before they switch their echo off, and do so after the prompt
 * is out. The terminal's packet mode tells of that: an answer waits a moment for it, and one that was
 * thrown away is typed again.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 1024, MAX_TYPED = 2, NO_PROMPT_LEFT = 3, SETTLE_MS = 200, QUIET_MS = 60000 };

struct rule {
	const char *prompt;
	const char *variable;
	unsigned typed;
};

static int usage(void)
{
	fputs("usage: answer PROMPT=VARIABLE... -- COMMAND [ARGUMENT...]\n", stderr);
	return 2;
}

/* The rules before "--"; the '=' nearest the end divides, because a label may hold one. */
static int parse_rules(int argc, char **argv, struct rule *rules)
{
	int n = 0;

	for (; n + 1 < argc && strcmp(argv[n + 1], "--") != 0; n++) {
		char *divide = strrchr(argv[n + 1], '=');

		if (!divide || divide == argv[n + 1])
			return -1;
		*divide = '\0';
		rules[n] = (struct rule){.prompt = argv[n + 1], .variable = divide + 1};
	}
	return n + 2 < argc ? n : -1;
}

static bool is_prompt(const char *line, size_t len)
{
	while (len && line[len - 1] == ' ')
		len--;
	return len && line[len - 1] == ':' && (strstr(line, "PIN") || strstr(line, "pass"));
}

/* 0 if something was typed, else the exit status. What is typed again was not taken the first time. */
static int type_answer(int terminal, const char *line, struct rule *rules, int n_rules, bool again)
{
	for (int i = 0; i < n_rules; i++) {
		const char *value;

		if (!strstr(line, rules[i].prompt))
			continue;
		if (i > 0 && rules[i - 1].typed == 0)
			break;
		value = getenv(rules[i].variable);
		if (!again)
			rules[i].typed++;
		if (!value || rules[i].typed > MAX_TYPED) {
			fprintf(stderr, "answer: %s for the prompt \"%s\"\n",
				value ? "the PIN was not taken" : "no PIN in the environment",
				line);
			return NO_PROMPT_LEFT;
		}
		if (write(terminal, value, strlen(value)) < 0 || write(terminal, "\n", 1) < 0)
			return NO_PROMPT_LEFT;
		return 0;
	}
	fprintf(stderr, "\nanswer: nobody expected the prompt \"%s\"\n", line);
	return NO_PROMPT_LEFT;
}

/* The terminal as it was last read. */
struct screen {
	int terminal;
	char line[LINE_MAX_LEN + 1]; /* the last line without its end */
	size_t len;
	bool flushed; /* the command has just thrown its input away */
	bool ended;
};

/* Takes one packet of the terminal over to standard output. False if that is no use any more. */
static bool screen_read(struct screen *s)
{
	char packet[256];
	ssize_t n = read(s->terminal, packet, sizeof packet);

	s->flushed = false;
	if (n <= 0) { /* EIO: the command has closed its terminal */
		s->ended = true;
		return true;
	}
	if (packet[0] != TIOCPKT_DATA) {
		s->flushed = packet[0] & TIOCPKT_FLUSHREAD;
		return true;
	}
	if (write(STDOUT_FILENO, packet + 1, (size_t)n - 1) < 0)
		return false;
	for (ssize_t i = 1; i < n; i++) {
		if (packet[i] == '\n' || packet[i] == '\r' || s->len == LINE_MAX_LEN)
			s->len = 0;
		else
			s->line[s->len++] = packet[i];
	}
	s->line[s->len] = '\0';
	return true;
}

/* Types at prompts until the command closes its terminal. */
static int converse(int terminal, struct rule *rules, int n_rules)
{
	struct screen s = {.terminal = terminal};
	struct pollfd p = {.fd = terminal, .events = POLLIN};
	char prompt[LINE_MAX_LEN + 1] = ""; /* was answered, and nothing came since */
	bool asked = false;                 /* the last line is a prompt without an answer */

	for (;;) {
		int r = poll(&p, 1, asked ? SETTLE_MS : QUIET_MS);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 || (r == 0 && !asked) || (r > 0 && !screen_read(&s)))
			return NO_PROMPT_LEFT;
		if (s.ended)
			return 0;
		if (r > 0 && s.flushed && *prompt) {
			if ((r = type_answer(terminal, prompt, rules, n_rules, true)) != 0)
				return r;
		} else if (asked && (r == 0 || s.flushed)) {
			if ((r = type_answer(terminal, s.line, rules, n_rules, false)) != 0)
				return r;
			memcpy(prompt, s.line, sizeof prompt);
			asked = false;
			s.len = 0;
		} else if (!s.flushed) {
			*prompt = '\0';
			asked = is_prompt(s.line, s.len);
		}
	}
}

int main(int argc, char **argv)
{
	struct rule *rules = calloc((size_t)argc, sizeof *rules);
	int n_rules, terminal, status, r, on = 1;
	pid_t child;

	if (!rules)
		return 1;
	n_rules = parse_rules(argc, argv, rules);
	if (n_rules < 0) {
		free(rules);
		return usage();
	}
	child = forkpty(&terminal, NULL, NULL, NULL);
	if (child < 0) {
		perror("answer: forkpty");
		free(rules);
		return 1;
	}
	if (child == 0) {
		struct termios t;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* What is typed must never come back to the output, whatever the command does. */
		if (tcgetattr(STDIN_FILENO, &t) != 0)
			_exit(126);
		t.c_lflag &= ~(tcflag_t)ECHO;
		if (tcsetattr(STDIN_FILENO, TCSANOW, &t) != 0)
			_exit(126);
		execvp(argv[n_rules + 2], argv + n_rules + 2);
		perror(argv[n_rules + 2]);
		_exit(127);
	}
	r = ioctl(terminal, TIOCPKT, &on) == 0 ? converse(terminal, rules, n_rules)
					       : NO_PROMPT_LEFT;
	free(rules);
	if (r != 0)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	if (r != 0)
		return r;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
