/* SPDX-License-Identifier: BSD-2-Clause */
/* A card whose process is killed while it answers: see the header. */
#include "kill.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static struct buf read_file(const char *path)
{
	struct buf b = BUF_INIT(1 << 20);
	FILE *f = fopen(path, "rb");
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_put_u8(&b, (uint8_t)c);
	fclose(f);
	return b;
}

static void write_file(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
	assert_int_equal(fclose(f), 0);
}

/* Runs a command in a child that dies at its n-th system call; whether the command came to its end. */
static bool run_and_kill(const char *path, kill_command_fn *prepare, kill_command_fn *command,
			 unsigned n)
{
	pid_t child = fork();
	bool ended = false;
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		struct vcard *v = NULL;

		if (vcard_load(path, &v) != 0)
			_exit(1);
		if (prepare)
			prepare(v);
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(2);
		raise(SIGSTOP);
		command(v);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSTOPPED(status))
		fail_msg("the child could not be traced (ptrace): status %x", (unsigned)status);
	for (unsigned i = 0; i < n && !ended; i++) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		ended = !WIFSTOPPED(status);
	}
	if (!ended) {
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	return ended;
}

void kill_everywhere(const char *path, kill_command_fn *prepare, kill_command_fn *command,
		     kill_check_fn *check)
{
	struct buf image = read_file(path);
	struct vcard *v = NULL;
	char next[600];
	bool ended = false;

	snprintf(next, sizeof(next), "%s.next", path);
	for (unsigned n = 1; !ended; n++) {
		write_file(path, &image);
		ended = run_and_kill(path, prepare, command, n);
		assert_int_equal(vcard_load(path, &v), 0);
		/* Nothing is left behind. */
		assert_int_equal(access(next, F_OK), -1);
		check(v, ended);
		vcard_free(v);
		assert_true(n < 2000);
	}
	buf_clear(&image);
}
