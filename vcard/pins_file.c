/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and making the file of a new card's PINs. */
#include "vcard/pins_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "base/buf.h"
#include "vcard/parse.h"

enum { AUTH_DIGITS = 6, SIGN_DIGITS = 8, PUK_DIGITS = 8, MAX_LINE = 128 };
enum { ADMIN_LEN = 32, PIV_ADMIN_LEN = 24 };

bool vcard_pins_strong(const char *digits)
{
	size_t len = strlen(digits), equal = 0, up = 0, down = 0;

	for (size_t i = 1; i < len; i++) {
		equal += digits[i] == digits[i - 1];
		up += digits[i] == digits[i - 1] + 1;
		down += digits[i] == digits[i - 1] - 1;
	}
	/* One step that is no repetition or run is too few. */
	if (len < 4 || equal + 2 >= len || up + 2 >= len || down + 2 >= len)
		return false;
	return len % 2 || memcmp(digits, digits + len / 2, len / 2) != 0;
}

/* ---- making */

static int random_digits(char *ret, size_t len)
{
	uint8_t byte;

	do {
		for (size_t i = 0; i < len;) {
			if (RAND_bytes(&byte, 1) != 1)
				return MOHR_ERR_CRYPTO;
			/* Of 256 values, 250 are equally many for each digit. */
			if (byte < 250)
				ret[i++] = (char)('0' + byte % 10);
		}
		ret[len] = '\0';
	} while (!vcard_pins_strong(ret));
	return 0;
}

static int make_values(enum vcard_profile profile, size_t admin_len, struct vcard_pins *p)
{
	size_t usual = profile == VCARD_NATID ? ADMIN_LEN : PIV_ADMIN_LEN;
	int r;

	if ((r = random_digits(p->auth, AUTH_DIGITS)) != 0 ||
	    (profile == VCARD_NATID && (r = random_digits(p->sign, SIGN_DIGITS)) != 0) ||
	    (r = random_digits(p->puk, PUK_DIGITS)) != 0)
		return r;
	p->admin_len = admin_len ? admin_len : usual;
	return RAND_bytes(p->admin, (int)p->admin_len) == 1 ? 0 : MOHR_ERR_CRYPTO;
}

static int write_values(int fd, const struct vcard_pins *p)
{
	char text[256], *at = text;
	ssize_t n;

	if (*p->sign)
		at += snprintf(at, sizeof(text), "auth=%s\nsign=%s\npuk=%s\nadmin=", p->auth,
			       p->sign, p->puk);
	else
		at += snprintf(at, sizeof(text), "pin=%s\npuk=%s\nadmin=", p->auth, p->puk);
	for (size_t i = 0; i < p->admin_len; i++, at += 2)
		snprintf(at, 3, "%02X", p->admin[i]);
	*at++ = '\n';
	n = write(fd, text, (size_t)(at - text));
	if (n >= 0 && n != at - text)
		errno = ENOSPC;
	n = n == at - text && fsync(fd) == 0;
	wipe(text, sizeof(text));
	return n ? 0 : MOHR_ERR_IO;
}

static int make_file(const char *path, enum vcard_profile profile, size_t admin_len,
		     struct vcard_pins *p)
{
	int fd, r, saved;

	if ((r = make_values(profile, admin_len, p)) != 0)
		return r;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return MOHR_ERR_IO;
	r = fchmod(fd, 0600) == 0 ? write_values(fd, p) : MOHR_ERR_IO;
	saved = errno;
	if (r != 0)
		unlink(path);
	close(fd);
	errno = saved;
	return r;
}

/* ---- reading */

static int take_digits(const char *value, char *ret, size_t size)
{
	if (*ret || !*value || strlen(value) >= size ||
	    strspn(value, "0123456789") != strlen(value))
		return MOHR_ERR_MALFORMED;
	strcpy(ret, value);
	return 0;
}

static bool admin_len_valid(enum vcard_profile profile, size_t len)
{
	return len == 16 || len == 32 || (len == 24 && profile != VCARD_NATID);
}

/* Where the digits of this line go; NULL if a card of this profile has no such line. */
static char *find_place(const char *name, enum vcard_profile profile, struct vcard_pins *p)
{
	const struct {
		const char *name;
		bool natid, piv;
		char *place;
	} lines[] = {
		{"auth", true, false, p->auth},     {"sign", true, false, p->sign},
		{"pin", false, true, p->auth},      {"puk", true, true, p->puk},
		{"global", false, true, p->global},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (strcmp(lines[i].name, name) == 0)
			return (profile == VCARD_NATID ? lines[i].natid : lines[i].piv)
				       ? lines[i].place
				       : NULL;
	return NULL;
}

static int take_line(char *line, enum vcard_profile profile, struct vcard_pins *p)
{
	char *value = strchr(line, '='), *place;

	line[strcspn(line, "\r\n")] = '\0';
	if (!*line || *line == '#')
		return 0;
	if (!value)
		return MOHR_ERR_MALFORMED;
	*value++ = '\0';
	place = find_place(line, profile, p);
	if (place)
		return take_digits(value, place, sizeof(p->auth));
	if (strcmp(line, "admin") != 0 || p->admin_len ||
	    vcard_parse_hex(value, p->admin, sizeof(p->admin), &p->admin_len) != 0)
		return MOHR_ERR_MALFORMED;
	return admin_len_valid(profile, p->admin_len) ? 0 : MOHR_ERR_MALFORMED;
}

static int read_file(FILE *f, enum vcard_profile profile, struct vcard_pins *p, unsigned *ret_line)
{
	char line[MAX_LINE];
	unsigned n = 0;
	int r = 0;

	while (r == 0 && fgets(line, sizeof(line), f)) {
		n++;
		r = take_line(line, profile, p);
	}
	wipe(line, sizeof(line));
	if (r != 0) {
		*ret_line = n;
		return r;
	}
	if (ferror(f))
		return MOHR_ERR_IO;
	*ret_line = 0;
	return *p->auth && (*p->sign || profile != VCARD_NATID) && *p->puk && p->admin_len
		       ? 0
		       : MOHR_ERR_MALFORMED;
}

int vcard_pins_load(const char *path, enum vcard_profile profile, size_t admin_len,
		    struct vcard_pins *ret, bool *ret_made, unsigned *ret_line)
{
	struct vcard_pins p = {0};
	char buffer[1024]; /* ours, so that it can be wiped */
	FILE *f = fopen(path, "re");
	bool made = !f && errno == ENOENT;
	int r = MOHR_ERR_IO;

	if (f) {
		setvbuf(f, buffer, _IOFBF, sizeof(buffer));
		r = read_file(f, profile, &p, ret_line);
		fclose(f);
		wipe(buffer, sizeof(buffer));
	} else if (made) {
		r = make_file(path, profile, admin_len, &p);
	}
	if (r == 0) {
		*ret = p;
		*ret_made = made;
	}
	wipe(&p, sizeof(p));
	return r;
}
