/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * asker early|late|never: asks for a PIN on its terminal, throws away what was typed before it switched
 * the echo off (before the prompt, some time after it, or not at all), reads a line and says it in
 * brackets. It stands for the programs that tests/harness/answer types to.
 */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LATE_US = 400000 };

static int throw_away(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &t) != 0)
		return -1;
	t.c_lflag &= ~(tcflag_t)ECHO;
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &t);
}

int main(int argc, char **argv)
{
	char line[64];

	if (argc != 2)
		return 2;
	if (strcmp(argv[1], "early") == 0 && throw_away() != 0)
		return 1;
	fputs("the PIN, please: ", stdout);
	fflush(stdout);
	if (strcmp(argv[1], "late") == 0 && (usleep(LATE_US) != 0 || throw_away() != 0))
		return 1;
	if (!fgets(line, sizeof line, stdin))
		return 1;
	line[strcspn(line, "\n")] = '\0';
	printf("\n[%s]\n", line);
	return 0;
}
