/* SPDX-License-Identifier: BSD-2-Clause */
/* The DEVICENAME of the IFD handler: see the header. */
#include "vcard/ifd_options.h"

#include <stdbool.h>
#include <string.h>

enum { DEFAULT_TIMEOUT_MS = 5000, MAX_TIMEOUT_MS = 600000 };

static bool put_path(char out[IFD_PATH], const char *text, size_t len)
{
	if (len < 2 || len >= IFD_PATH || text[0] != '/')
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

static bool put_timeout(unsigned *out, const char *text, size_t len)
{
	unsigned v = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (unsigned)(text[i] - '0');
		if (v > MAX_TIMEOUT_MS)
			return false;
	}
	*out = v;
	return v > 0;
}

/* The part of an option behind "NAME=", or NULL if it is another option. */
static const char *option_value(const char *part, size_t len, const char *name, size_t *ret_len)
{
	size_t n = strlen(name);

	if (len < n || memcmp(part, name, n) != 0)
		return NULL;
	*ret_len = len - n;
	return part + n;
}

static bool put_option(struct ifd_options *o, const char *part, size_t len)
{
	size_t n;
	const char *v;

	if ((v = option_value(part, len, "timeout=", &n)) != NULL)
		return put_timeout(&o->timeout_ms, v, n);
	if ((v = option_value(part, len, "pin=", &n)) != NULL)
		return put_path(o->pin, v, n);
	return false;
}

int ifd_options_parse(const char *device_name, struct ifd_options *ret)
{
	static const char scheme[] = "mohr:";
	struct ifd_options o = {.timeout_ms = DEFAULT_TIMEOUT_MS};
	const char *part;

	if (device_name == NULL || strncmp(device_name, scheme, sizeof(scheme) - 1) != 0)
		return MOHR_ERR_CONFIG;
	part = device_name + sizeof(scheme) - 1;
	while (*part != '/') {
		size_t len = strcspn(part, ":");

		if (part[len] == '\0' || !put_option(&o, part, len))
			return MOHR_ERR_CONFIG;
		part += len + 1;
	}
	/* The socket is the rest: a path may hold a colon. */
	if (!put_path(o.socket, part, strlen(part)))
		return MOHR_ERR_CONFIG;
	*ret = o;
	return 0;
}
