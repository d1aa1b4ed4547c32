/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets to listen on. Who waits for a card watches the folder of its socket (inotify): so the name
 * appears by rename, when connecting already works. Looking for another server and taking the name
 * happen under a lock on the folder.
 */
#include "vcard/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKLOG = 64 };

static void close_keeping_errno(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

/* The folder of path, locked; -1 with errno. */
static int lock_folder(const char *path)
{
	char copy[sizeof(((struct vcard_listener *)0)->path)];
	int fd, r;

	strcpy(copy, path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	do
		r = flock(fd, LOCK_EX);
	while (r != 0 && errno == EINTR);
	if (r != 0) {
		close_keeping_errno(fd);
		fd = -1;
	}
	return fd;
}

/* 0 if the name may be taken. */
static int check_name(const struct sockaddr_un *addr)
{
	struct stat st;
	int fd, r = 0;

	if (lstat(addr->sun_path, &st) != 0)
		return errno == ENOENT ? 0 : MOHR_ERR_IO;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return MOHR_ERR_IO;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return MOHR_ERR_IO;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0 || errno == EAGAIN)
		r = MOHR_ERR_CARD_BUSY;
	else if (errno != ECONNREFUSED && errno != ENOENT)
		r = MOHR_ERR_IO;
	close_keeping_errno(fd);
	return r;
}

/* "folder/.mohr-PID" */
static int temporary_name(const char *path, struct sockaddr_un *ret)
{
	char copy[sizeof(ret->sun_path)];
	int n;

	strcpy(copy, path);
	ret->sun_family = AF_UNIX;
	n = snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/.mohr-%ld", dirname(copy),
		     (long)getpid());
	return n < 0 || (size_t)n >= sizeof(ret->sun_path) ? MOHR_ERR_LIMIT : 0;
}

/* Binds and listens under the temporary name, then takes the real one. */
static int take_name(struct vcard_listener *l, const struct sockaddr_un *temporary)
{
	struct stat st;

	unlink(temporary->sun_path);
	if (bind(l->fd, (const struct sockaddr *)temporary, sizeof(*temporary)) != 0)
		return MOHR_ERR_IO;
	/* Nobody can connect before listen, so the mode is never wider than this. */
	if (chmod(temporary->sun_path, 0600) == 0 && listen(l->fd, BACKLOG) == 0 &&
	    lstat(temporary->sun_path, &st) == 0 && rename(temporary->sun_path, l->path) == 0) {
		l->device = st.st_dev;
		l->inode = st.st_ino;
		return 0;
	}
	unlink(temporary->sun_path);
	return MOHR_ERR_IO;
}

int vcard_listener_init_unix(const char *path, struct vcard_listener *ret)
{
	struct vcard_listener l = {.fd = -1};
	struct sockaddr_un addr = {.sun_family = AF_UNIX}, temporary = {0};
	int folder = -1, r;

	if (strlen(path) >= sizeof(addr.sun_path) || !*path)
		return MOHR_ERR_LIMIT;
	strcpy(addr.sun_path, path);
	strcpy(l.path, path);
	if ((r = temporary_name(path, &temporary)) != 0)
		return r;
	folder = lock_folder(path);
	if (folder < 0)
		return MOHR_ERR_IO;
	if ((r = check_name(&addr)) == 0) {
		l.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		r = l.fd < 0 ? MOHR_ERR_IO : take_name(&l, &temporary);
	}
	close_keeping_errno(folder);
	if (r == 0)
		*ret = l;
	else
		close_keeping_errno(l.fd);
	return r;
}

int vcard_listener_init_tcp(unsigned port, struct vcard_listener *ret)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_port = htons((uint16_t)port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct vcard_listener l = {
		.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
	int one = 1;

	if (l.fd >= 0 && setsockopt(l.fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    bind(l.fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0 &&
	    listen(l.fd, BACKLOG) == 0) {
		*ret = l;
		return 0;
	}
	close_keeping_errno(l.fd);
	return MOHR_ERR_IO;
}

void vcard_listener_clear(struct vcard_listener *l)
{
	struct stat st;
	int folder;

	if (l->fd < 0)
		return;
	if (*l->path) {
		folder = lock_folder(l->path);
		if (lstat(l->path, &st) == 0 && st.st_dev == l->device && st.st_ino == l->inode)
			unlink(l->path);
		close_keeping_errno(folder);
	}
	close(l->fd);
	l->fd = -1;
}
