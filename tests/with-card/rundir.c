/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders and files of a session: see the header. */
#include "tests/with-card/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char pattern[] = "/mohr-card.XXXXXX";

static bool usable(const char *dir)
{
	/* A private pcscd may get a /run of its own. */
	return dir != NULL && dir[0] == '/' && strlen(dir) + sizeof(pattern) <= RUNDIR_LEN &&
	       strncmp(dir, "/run", 4) != 0 &&
	       dir[strspn(dir, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			       "0123456789/-._")] == '\0';
}

bool rundir_make(char ret[RUNDIR_LEN])
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(ret, RUNDIR_LEN, "%s%s", usable(tmp) ? tmp : "/tmp", pattern);
	if (mkdtemp(ret) == NULL) {
		perror("with-card: mkdtemp");
		return false;
	}
	return true;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	(void)remove(path);
	return 0;
}

void rundir_remove(const char *dir)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void path_join(char ret[PATH_MAX], const char *dir, const char *name)
{
	size_t len = strlen(dir), name_len = strlen(name);

	if (len + 1 + name_len >= PATH_MAX)
		abort();
	memcpy(ret, dir, len);
	ret[len] = '/';
	memcpy(ret + len + 1, name, name_len + 1);
}

bool folder_make(const char *path)
{
	char *copy = strdup(path);
	struct stat st;
	bool made;

	for (char *at = copy != NULL ? strchr(copy + 1, '/') : NULL; at != NULL;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		(void)mkdir(copy, 0777);
		*at = '/';
	}
	free(copy);
	(void)mkdir(path, 0700);
	made = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	if (!made)
		(void)fprintf(stderr, "with-card: no folder %s: %s\n", path, strerror(errno));
	return made;
}

bool file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len = strlen(text);
	bool done = fd >= 0 && write(fd, text, len) == (ssize_t)len;

	if (fd >= 0 && close(fd) != 0)
		done = false;
	if (!done)
		perror("with-card: writing a file");
	return done;
}

void file_show(const char *path)
{
	enum { MOST = 6000 };
	char text[MOST];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	ssize_t n;

	if (fd < 0)
		return;
	(void)lseek(fd, size > MOST ? size - MOST : 0, SEEK_SET);
	n = read(fd, text, sizeof(text));
	if (n > 0)
		(void)!write(2, text, (size_t)n);
	(void)close(fd);
}
