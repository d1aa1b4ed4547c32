/* SPDX-License-Identifier: BSD-2-Clause */
/* Diagnostics: one line at a time to the owner's sink. */
#include "base/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"

static bool wanted(const struct log *log, enum log_level level)
{
	return log && log->sink && level <= log->level && level != LOG_NOTHING;
}

/* How many bytes at the beginning of text are a control character: ASCII, or U+0080 to U+009F in UTF-8. */
static size_t control_len(const char *text)
{
	unsigned char first = (unsigned char)text[0], second;

	if (first < 0x20 || first == 0x7F)
		return 1;
	second = (unsigned char)text[1];
	return first == 0xC2 && second >= 0x80 && second <= 0x9F ? 2 : 0;
}

/* A card's or a reader's text may hold anything: no line ends and no terminal commands get through. */
static void clean(const char *in, char *out, size_t cap)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;

	while (*in && n + 9 < cap) {
		size_t n_control = control_len(in);

		if (n_control == 0)
			out[n++] = *in++;
		for (; n_control > 0; n_control--, in++) {
			unsigned char ch = (unsigned char)*in;

			out[n++] = '\\';
			out[n++] = 'x';
			out[n++] = digits[ch >> 4];
			out[n++] = digits[ch & 15];
		}
	}
	out[n] = '\0';
}

static void write_clean(const struct log *log, enum log_level level, const char *text)
{
	char line[LIMIT_LOG_LINE];

	clean(text, line, sizeof line);
	log->sink(log->user, level, line);
}

void log_write(const struct log *log, enum log_level level, const char *format, ...)
{
	char text[LIMIT_LOG_LINE];
	va_list ap;

	if (!wanted(log, level))
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	write_clean(log, level, text);
}

int log_fail(const struct log *log, int err, const char *format, ...)
{
	char text[LIMIT_LOG_LINE], line[LIMIT_LOG_LINE + 64];
	va_list ap;

	if (!wanted(log, LOG_DEBUG))
		return err;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	snprintf(line, sizeof line, "%s: %s", error_name(err), text);
	write_clean(log, LOG_DEBUG, line);
	return err;
}

void log_hex(const struct log *log, enum log_level level, const char *prefix, const void *data,
	     size_t len)
{
	enum { SHOWN = 200 };
	const uint8_t *bytes = data;
	char hex[2 * SHOWN + 1];
	size_t shown = len < SHOWN ? len : SHOWN;

	if (!wanted(log, level))
		return;
	hex[0] = '\0';
	for (size_t i = 0; i < shown; i++)
		snprintf(hex + 2 * i, 3, "%02X", bytes[i]);
	if (shown < len)
		log_write(log, level, "%s: %s (and %zu more bytes)", prefix, hex, len - shown);
	else
		log_write(log, level, "%s: %s", prefix, hex);
}
