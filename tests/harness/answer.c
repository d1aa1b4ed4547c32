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
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 1024, MAX_TYPED = 2, NO_PROMPT_LEFT = 3, QUIET_MS = 60000 };

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

/* 0 if something was typed, else the exit status. */
static int type_answer(int terminal, const char *line, struct rule *rules, int n_rules)
{
	for (int i = 0; i < n_rules; i++) {
		const char *value;

		if (!strstr(line, rules[i].prompt))
			continue;
		if (i > 0 && rules[i - 1].typed == 0)
			break;
		value = getenv(rules[i].variable);
		if (!value || ++rules[i].typed > MAX_TYPED) {
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

/* Copies the terminal to standard output and types at prompts, until the command closes it. */
static int converse(int terminal, struct rule *rules, int n_rules)
{
	char line[LINE_MAX_LEN + 1];
	size_t len = 0;
	struct pollfd p = {.fd = terminal, .events = POLLIN};

	for (;;) {
		char chunk[256];
		ssize_t n;
		int r = poll(&p, 1, QUIET_MS);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return NO_PROMPT_LEFT;
		n = read(terminal, chunk, sizeof chunk);
		if (n <= 0)
			return 0; /* EIO: the command has closed its terminal */
		if (write(STDOUT_FILENO, chunk, (size_t)n) < 0)
			return NO_PROMPT_LEFT;
		for (ssize_t i = 0; i < n; i++) {
			if (chunk[i] == '\n' || chunk[i] == '\r' || len == LINE_MAX_LEN)
				len = 0;
			else
				line[len++] = chunk[i];
		}
		line[len] = '\0';
		if (is_prompt(line, len)) {
			if ((r = type_answer(terminal, line, rules, n_rules)) != 0)
				return r;
			len = 0;
		}
	}
}

int main(int argc, char **argv)
{
	struct rule *rules = calloc((size_t)argc, sizeof *rules);
	int n_rules, terminal, status, r;
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
	r = converse(terminal, rules, n_rules);
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
