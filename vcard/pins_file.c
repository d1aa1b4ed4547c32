/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and making the file of a new card's PINs. */
#include "vcard/pins_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "base/buf.h"
#include "vcard/parse.h"

enum { AUTH_DIGITS = 6, SIGN_DIGITS = 8, PUK_DIGITS = 8, MAX_LINE = 128 };
enum { ADMIN_LEN = 32, SHORT_ADMIN_LEN = 24 };

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

/* The lines of digits that a file may have, and for which kinds of card. */
static const struct line {
	const char *name;
	size_t place;    /* in struct vcard_pins */
	unsigned digits; /* of a new one; 0: none is made */
	bool two, one;   /* of cards with two PINs, with one */
} lines[] = {
	{"auth", offsetof(struct vcard_pins, auth), AUTH_DIGITS, true, false},
	{"sign", offsetof(struct vcard_pins, sign), SIGN_DIGITS, true, false},
	{"pin", offsetof(struct vcard_pins, pin), AUTH_DIGITS, false, true},
	{"puk", offsetof(struct vcard_pins, puk), PUK_DIGITS, true, true},
	{"global", offsetof(struct vcard_pins, global), 0, false, false},
};

enum { N_LINES = sizeof(lines) / sizeof(*lines) };

static char *place_of(const struct line *line, struct vcard_pins *p)
{
	return (char *)p + line->place;
}

/* Whether these cards need it. */
static bool is_needed(const struct line *line, const struct vcard_personalities *kinds)
{
	return (line->two && vcard_personalities_have(kinds, VCARD_PINS_TWO)) ||
	       (line->one && vcard_personalities_have(kinds, VCARD_PINS_ONE));
}

static int make_values(const struct vcard_personalities *kinds, size_t admin_len,
		       struct vcard_pins *p)
{
	bool long_usual = !(vcard_personalities_all_take(kinds) & VCARD_TAKES_ADMIN_24);
	int r = 0;

	for (size_t i = 0; r == 0 && i < N_LINES; i++)
		if (is_needed(&lines[i], kinds))
			r = random_digits(place_of(&lines[i], p), lines[i].digits);
	if (r != 0)
		return r;
	p->admin_len = admin_len ? admin_len : long_usual ? ADMIN_LEN : SHORT_ADMIN_LEN;
	return RAND_bytes(p->admin, (int)p->admin_len) == 1 ? 0 : MOHR_ERR_CRYPTO;
}

static int write_values(int fd, struct vcard_pins *p)
{
	char text[256], *at = text;
	ssize_t n;

	for (size_t i = 0; i < N_LINES; i++)
		if (*place_of(&lines[i], p))
			at += sprintf(at, "%s=%s\n", lines[i].name, place_of(&lines[i], p));
	at += sprintf(at, "admin=");
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

static int make_file(const char *path, const struct vcard_personalities *kinds, size_t admin_len,
		     struct vcard_pins *p)
{
	int fd, r, saved;

	if ((r = make_values(kinds, admin_len, p)) != 0)
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

static bool admin_len_valid(const struct vcard_personalities *kinds, size_t len)
{
	return len == 16 || len == 32 ||
	       (len == 24 && (vcard_personalities_all_take(kinds) & VCARD_TAKES_ADMIN_24));
}

/* Where the digits of this line go; NULL if these cards have no such line. */
static char *find_place(const char *name, const struct vcard_personalities *kinds,
			struct vcard_pins *p)
{
	for (size_t i = 0; i < N_LINES; i++) {
		const struct line *line = &lines[i];

		if (strcmp(line->name, name) != 0)
			continue;
		if (is_needed(line, kinds) ||
		    (!line->digits && (vcard_personalities_any_takes(kinds) & VCARD_TAKES_GLOBAL)))
			return place_of(line, p);
	}
	return NULL;
}

static int take_line(char *line, const struct vcard_personalities *kinds, struct vcard_pins *p)
{
	char *value = strchr(line, '='), *place;

	line[strcspn(line, "\r\n")] = '\0';
	if (!*line || *line == '#')
		return 0;
	if (!value)
		return MOHR_ERR_MALFORMED;
	*value++ = '\0';
	place = find_place(line, kinds, p);
	if (place)
		return take_digits(value, place, sizeof(p->auth));
	if (strcmp(line, "admin") != 0 || p->admin_len ||
	    vcard_parse_hex(value, p->admin, sizeof(p->admin), &p->admin_len) != 0)
		return MOHR_ERR_MALFORMED;
	return admin_len_valid(kinds, p->admin_len) ? 0 : MOHR_ERR_MALFORMED;
}

static bool is_whole(const struct vcard_personalities *kinds, struct vcard_pins *p)
{
	for (size_t i = 0; i < N_LINES; i++)
		if (is_needed(&lines[i], kinds) && !*place_of(&lines[i], p))
			return false;
	return p->admin_len > 0;
}

static int read_file(FILE *f, const struct vcard_personalities *kinds, struct vcard_pins *p,
		     unsigned *ret_line)
{
	char line[MAX_LINE];
	unsigned n = 0;
	int r = 0;

	while (r == 0 && fgets(line, sizeof(line), f)) {
		n++;
		r = take_line(line, kinds, p);
	}
	wipe(line, sizeof(line));
	if (r != 0) {
		*ret_line = n;
		return r;
	}
	if (ferror(f))
		return MOHR_ERR_IO;
	*ret_line = 0;
	return is_whole(kinds, p) ? 0 : MOHR_ERR_MALFORMED;
}

int vcard_pins_load(const char *path, const struct vcard_personalities *kinds, size_t admin_len,
		    struct vcard_pins *ret, bool *ret_made, unsigned *ret_line)
{
	struct vcard_pins p = {0};
	char buffer[1024]; /* ours, so that it can be wiped */
	FILE *f = fopen(path, "re");
	bool made = !f && errno == ENOENT;
	int r = MOHR_ERR_IO;

	if (f) {
		setvbuf(f, buffer, _IOFBF, sizeof(buffer));
		r = read_file(f, kinds, &p, ret_line);
		fclose(f);
		wipe(buffer, sizeof(buffer));
	} else if (made) {
		r = make_file(path, kinds, admin_len, &p);
	}
	if (r == 0) {
		*ret = p;
		*ret_made = made;
	}
	wipe(&p, sizeof(p));
	return r;
}
