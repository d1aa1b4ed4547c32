/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics. A struct log is a handle that its owner passes down; there is no global one. libmohr
 * writes at debug level only, programs print. A log line never holds a PIN, a PUK or a key: APDUs go
 * through codec/iso7816.h's masking before they come here.
 */
#ifndef MOHR_BASE_LOG_H
#define MOHR_BASE_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* mingw-w64 has two families of printf; ours is the one that knows %zu. */
#ifdef __MINGW_PRINTF_FORMAT
#define LOG_PRINTF __MINGW_PRINTF_FORMAT
#else
#define LOG_PRINTF printf
#endif

enum log_level { LOG_NOTHING, LOG_ERROR, LOG_INFO, LOG_DEBUG, LOG_APDU };

/* Receives one line without its end; may be called from several threads at once. */
typedef void log_sink_fn(void *user, enum log_level level, const char *line);

struct log {
	log_sink_fn *sink; /* NULL: everything is dropped */
	void *user;
	enum log_level level;
};

/* log may be NULL. Lines over LIMIT_LOG_LINE are cut. Control characters are written as \xNN. */
void log_write(const struct log *log, enum log_level level, const char *format, ...)
	__attribute__((format(LOG_PRINTF, 3, 4)));

/* Says at debug level where and why err arose, and returns err: return log_fail(log, err, "…"); */
int log_fail(const struct log *log, int err, const char *format, ...)
	__attribute__((format(LOG_PRINTF, 3, 4)));

/* Writes "prefix: 00A40400…" at this level; bytes over what fits are counted, not shown. */
void log_hex(const struct log *log, enum log_level level, const char *prefix, const void *data,
	     size_t len);

#endif
