/* SPDX-License-Identifier: BSD-2-Clause */
/* The log's sink: one call of stdio a line, so that lines of several threads do not mix. */
#include "pkcs11/logfile.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "pkcs11/process.h"

static void sink(void *user, enum log_level level, const char *line)
{
	struct logfile *f = user;
	uint64_t now = clock_ms();

	(void)level;
	(void)fprintf(f->file ? f->file : stderr, "mohr-pkcs11[%llu] %llu.%03u: %s\n",
		      (unsigned long long)process_id(), (unsigned long long)(now / 1000),
		      (unsigned)(now % 1000), line);
}

void logfile_init(struct logfile *f)
{
	f->file = NULL;
	f->log.sink = sink;
	f->log.user = f;
	f->log.level = LOG_ERROR;
}

static enum log_level level_of(const struct config *config)
{
	static const struct {
		const char *name;
		enum log_level level;
	} names[] = {
		{"error", LOG_ERROR}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}, {"apdu", LOG_APDU}};
	const char *value = process_env("MOHR_LOG");
	size_t i;

	for (i = 0; value && i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i].name) == 0)
			return names[i].level;
	}
	return config->log_level;
}

void logfile_open(struct logfile *f, const struct config *config)
{
	f->log.level = level_of(config);
	if (!config->log_file || f->log.level == LOG_NOTHING)
		return;
	f->file = fopen(config->log_file, "a");
	if (f->file)
		(void)setvbuf(f->file, NULL, _IOLBF, 0);
	else
		log_write(&f->log, LOG_ERROR, "%s: %s", config->log_file, strerror(errno));
}

void logfile_close(struct logfile *f)
{
	f->log.sink = NULL;
	if (f->file)
		(void)fclose(f->file);
	f->file = NULL;
}
