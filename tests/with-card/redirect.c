/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded into a private pcscd where mount namespaces are not to be had: paths that begin with one
 * of pcscd's compiled-in folders are moved. MOHR_REDIRECT="FROM=TO:FROM=TO".
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct moved {
	char path[4096];
};

/* The path to use; borrows path or m. */
static const char *move(const char *path, struct moved *m)
{
	const char *rule = getenv("MOHR_REDIRECT");

	while (path != NULL && rule != NULL && *rule != '\0') {
		size_t from = strcspn(rule, "=:");
		const char *to = rule + from + (rule[from] == '=');
		size_t to_len = strcspn(to, ":");

		if (from > 0 && strncmp(path, rule, from) == 0 &&
		    (path[from] == '\0' || path[from] == '/') &&
		    to_len + strlen(path + from) < sizeof(m->path)) {
			memcpy(m->path, to, to_len);
			memcpy(m->path + to_len, path + from, strlen(path + from) + 1);
			return m->path;
		}
		rule = to + to_len + (to[to_len] == ':');
	}
	return path;
}

/* The next definition of a function; through memory, as ISO C knows no such conversion. */
static void next(const char *name, void *ret_function)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	memcpy(ret_function, &symbol, sizeof(symbol));
}

int open(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...);
	struct moved m;
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
	va_end(args);
	next("open", &real);
	return real(move(path, &m), flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *);
	struct moved m;

	next("fopen", &real);
	return real(move(path, &m), mode);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	int (*real)(int, const struct sockaddr *, socklen_t);
	struct sockaddr_un local;
	struct moved m;
	const char *to;

	next("bind", &real);
	if (addr == NULL || addr->sa_family != AF_UNIX || len > sizeof(local))
		return real(fd, addr, len);
	memset(&local, 0, sizeof(local));
	memcpy(&local, addr, len);
	local.sun_path[sizeof(local.sun_path) - 1] = '\0';
	to = move(local.sun_path, &m);
	if (to == m.path && strlen(to) < sizeof(local.sun_path)) {
		strcpy(local.sun_path, to);
		len = sizeof(local);
	}
	return real(fd, (const struct sockaddr *)&local, len);
}

int mkdir(const char *path, mode_t mode)
{
	int (*real)(const char *, mode_t);
	struct moved m;

	next("mkdir", &real);
	return real(move(path, &m), mode);
}

int chmod(const char *path, mode_t mode)
{
	int (*real)(const char *, mode_t);
	struct moved m;

	next("chmod", &real);
	return real(move(path, &m), mode);
}

int remove(const char *path)
{
	int (*real)(const char *);
	struct moved m;

	next("remove", &real);
	return real(move(path, &m));
}

int unlink(const char *path)
{
	int (*real)(const char *);
	struct moved m;

	next("unlink", &real);
	return real(move(path, &m));
}

int stat(const char *path, struct stat *st)
{
	int (*real)(const char *, struct stat *);
	struct moved m;

	next("stat", &real);
	return real(move(path, &m), st);
}

int lstat(const char *path, struct stat *st)
{
	int (*real)(const char *, struct stat *);
	struct moved m;

	next("lstat", &real);
	return real(move(path, &m), st);
}

DIR *opendir(const char *path)
{
	DIR *(*real)(const char *);
	struct moved m;

	next("opendir", &real);
	return real(move(path, &m));
}
