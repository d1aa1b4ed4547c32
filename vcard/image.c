/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file: "MOHRCARD", version (4 bytes), length of the content (4 bytes), content, SHA-256 of all
 * that. A change is written to a file beside it, synced, and renamed over it. The lock is flock(2) on
 * the file that the name shows: the new file is locked before it takes the name, and who gets a lock
 * looks whether the name still shows the file he has locked.
 */
#include "vcard/image.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/sha.h>

static const uint8_t magic[8] = {'M', 'O', 'H', 'R', 'C', 'A', 'R', 'D'};

enum {
	FORMAT_VERSION = 2,
	HEADER = 16,
	MAX_FILE = HEADER + VCARD_IMAGE_MAX + SHA256_DIGEST_LENGTH
};

struct vcard_image {
	char *path;
	char *next; /* where the next state is written */
	int folder;
	int fd; /* holds the lock */
};

static void wrap(const struct buf *content, struct buf *b)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	buf_put(b, magic, sizeof(magic));
	buf_put_be32(b, FORMAT_VERSION);
	buf_put_be32(b, (uint32_t)content->len);
	buf_put(b, content->data, content->len);
	if (buf_err(b) == 0) {
		SHA256(b->data, b->len, digest);
		buf_put(b, digest, sizeof(digest));
	}
}

static int unwrap(const struct buf *file, struct buf *ret_content)
{
	uint8_t digest[SHA256_DIGEST_LENGTH], found[sizeof(magic)];
	const uint8_t *content;
	struct cursor c = buf_cursor(file);
	uint32_t version, len;
	int r;

	if ((r = cursor_copy(&c, sizeof(found), found)) != 0 ||
	    (r = cursor_get_be32(&c, &version)) != 0 || (r = cursor_get_be32(&c, &len)) != 0)
		return r;
	if (memcmp(found, magic, sizeof(magic)) != 0)
		return MOHR_ERR_MALFORMED;
	if (version != FORMAT_VERSION)
		return MOHR_ERR_NOT_SUPPORTED;
	if ((r = cursor_get(&c, len, &content)) != 0)
		return r;
	SHA256(file->data, HEADER + (size_t)len, digest);
	if (!cursor_equals(&c, digest, sizeof(digest)))
		return MOHR_ERR_MALFORMED;
	buf_put(ret_content, content, len);
	return buf_err(ret_content);
}

static int read_all(int fd, struct buf *ret)
{
	struct stat st;
	ssize_t n = 0;
	uint8_t *room;

	if (fstat(fd, &st) != 0)
		return MOHR_ERR_IO;
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE)
		return MOHR_ERR_MALFORMED;
	if (st.st_size == 0)
		return 0;
	room = buf_extend(ret, (size_t)st.st_size);
	if (!room)
		return buf_err(ret);
	for (off_t off = 0; off < st.st_size; off += n) {
		n = pread(fd, room + off, (size_t)(st.st_size - off), off);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return n < 0 ? MOHR_ERR_IO : MOHR_ERR_MALFORMED;
	}
	return 0;
}

static int write_all(int fd, const struct buf *b)
{
	ssize_t n;

	for (size_t off = 0; off < b->len; off += (size_t)n) {
		n = write(fd, b->data + off, b->len - off);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return MOHR_ERR_IO;
	}
	return fsync(fd) == 0 ? 0 : MOHR_ERR_IO;
}

static void close_keeping_errno(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

static int new_image(const char *path, struct vcard_image **ret)
{
	struct vcard_image *image = calloc(1, sizeof(*image));
	size_t len = strlen(path);
	char *copy = strdup(path);
	int r = MOHR_ERR_NOMEM;

	if (!image || !copy)
		goto out;
	image->fd = image->folder = -1;
	image->path = strdup(path);
	image->next = malloc(len + sizeof(".next"));
	if (!image->path || !image->next)
		goto out;
	memcpy(image->next, path, len);
	memcpy(image->next + len, ".next", sizeof(".next"));
	image->folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = image->folder < 0 ? MOHR_ERR_IO : 0;
	if (r == 0)
		*ret = image;
out:
	free(copy);
	if (r != 0)
		vcard_image_close(image);
	return r;
}

void vcard_image_close(struct vcard_image *image)
{
	if (!image)
		return;
	close_keeping_errno(image->folder);
	close_keeping_errno(image->fd);
	free(image->path);
	free(image->next);
	free(image);
}

/* Writes content to the new file at fd, which then is locked and synced. Closes fd on failure. */
static int write_next(int fd, const struct buf *content)
{
	struct buf file = BUF_INIT(MAX_FILE);
	int r;

	wrap(content, &file);
	if ((r = buf_err(&file)) == 0) {
		r = MOHR_ERR_IO;
		if (fd >= 0 && fchmod(fd, 0600) == 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			r = write_all(fd, &file);
	}
	buf_clear(&file);
	if (r != 0)
		close_keeping_errno(fd);
	return r;
}

static void unlink_keeping_errno(const char *path)
{
	int saved = errno;

	unlink(path);
	errno = saved;
}

int vcard_image_create(const char *path, const struct buf *content, struct vcard_image **ret)
{
	struct vcard_image *image = NULL;
	size_t len = strlen(path);
	char *name = malloc(len + sizeof(".XXXXXX"));
	int r = MOHR_ERR_NOMEM, fd;

	if (!name || (r = new_image(path, &image)) != 0)
		goto out;
	memcpy(name, path, len);
	memcpy(name + len, ".XXXXXX", sizeof(".XXXXXX"));
	r = MOHR_ERR_IO;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		goto out;
	if ((r = write_next(fd, content)) == 0) {
		image->fd = fd;
		/* link(2) does not replace: of two that make the same image, one fails. */
		r = link(name, path) == 0 ? 0 : MOHR_ERR_IO;
	}
	unlink_keeping_errno(name);
	if (r == 0 && fsync(image->folder) != 0)
		r = MOHR_ERR_IO;
out:
	free(name);
	if (r == 0)
		*ret = image;
	else
		vcard_image_close(image);
	return r;
}

/* Opens and locks what path shows at this moment. */
static int lock(const char *path, int *ret_fd)
{
	struct stat mine, shown;
	int fd;

	for (;;) {
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (fd < 0)
			return MOHR_ERR_IO;
		if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
			close_keeping_errno(fd);
			return errno == EWOULDBLOCK ? MOHR_ERR_CARD_BUSY : MOHR_ERR_IO;
		}
		if (fstat(fd, &mine) == 0 && stat(path, &shown) == 0 &&
		    mine.st_dev == shown.st_dev && mine.st_ino == shown.st_ino) {
			*ret_fd = fd;
			return 0;
		}
		close(fd);
	}
}

int vcard_image_open(const char *path, struct buf *ret_content, struct vcard_image **ret)
{
	struct vcard_image *image = NULL;
	struct buf file = BUF_INIT(MAX_FILE);
	char *real = realpath(path, NULL); /* the rename must not replace a symbolic link */
	int r = MOHR_ERR_IO;

	if (!real || (r = new_image(real, &image)) != 0 || (r = lock(real, &image->fd)) != 0 ||
	    (r = read_all(image->fd, &file)) != 0)
		goto out;
	r = unwrap(&file, ret_content);
	/* What a killed process left; it has never become the card's state. */
	if (r == 0)
		unlink(image->next);
out:
	buf_clear(&file);
	free(real);
	if (r == 0)
		*ret = image;
	else
		vcard_image_close(image);
	return r;
}

int vcard_image_read(const char *path, struct buf *ret_content)
{
	struct buf file = BUF_INIT(MAX_FILE);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int r = MOHR_ERR_IO;

	if (fd >= 0 && (r = read_all(fd, &file)) == 0)
		r = unwrap(&file, ret_content);
	close_keeping_errno(fd);
	buf_clear(&file);
	return r;
}

int vcard_image_commit(struct vcard_image *image, const struct buf *content)
{
	int fd, r;

	unlink(image->next);
	fd = open(image->next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if ((r = write_next(fd, content)) != 0) {
		unlink_keeping_errno(image->next);
		return r;
	}
	if (rename(image->next, image->path) != 0) {
		unlink_keeping_errno(image->next);
		close_keeping_errno(fd);
		return MOHR_ERR_IO;
	}
	close(image->fd);
	image->fd = fd;
	return fsync(image->folder) == 0 ? 0 : MOHR_ERR_IO;
}
