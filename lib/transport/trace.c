/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recording. Bytes of APDUs reach the file through put_apdu alone, and there only masked
 * (codec/iso7816.h): what is not known to be harmless is not written. A recording that cannot be written
 * ends; the traffic goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mutex.h"
#include "codec/iso7816.h"
#include "transport/reader.h"
#include "transport/trace_file.h"
#include "transport/trace_line.h"

enum { APDU_HEADER_LEN = 4 };

struct trace {
	struct transport base;
	struct transport *inner;
	const struct log *log;
	struct mutex lock; /* guards the rest */
	FILE *file;        /* NULL once writing has failed */
	struct buf line;
	unsigned n_links;
	int service; /* of the last look at the readers */
	struct reader known[LIMIT_N_READERS];
	size_t n_known;
};

struct trace_link {
	struct link base;
	struct trace *trace;
	struct link *inner;
	unsigned number;
	struct apdu_mask mask;
	struct buf masked; /* scratch */
};

/* lock is held. */
static void write_line(struct trace *t)
{
	if (!t->file)
		return;
	if (buf_err(&t->line) != 0 ||
	    fwrite(t->line.data, 1, t->line.len, t->file) != t->line.len || fflush(t->file) != 0) {
		(void)log_fail(t->log, MOHR_ERR_IO, "the recording ends here");
		(void)fclose(t->file);
		t->file = NULL;
	}
}

/* lock is held. */
static void record(struct trace *t, const struct trace_line *line)
{
	buf_reset(&t->line);
	trace_line_put(&t->line, line, NULL, 0, false, 0);
	write_line(t);
}

static void record_locked(struct trace *t, const struct trace_line *line)
{
	mutex_lock(&t->lock);
	record(t, line);
	mutex_unlock(&t->lock);
}

/* The only way from the bytes of a command or response to the file. */
static void put_apdu(struct trace_link *l, enum trace_kind kind, int result, const uint8_t *data,
		     size_t len)
{
	struct trace_line line = {.kind = kind, .link = l->number, .result = result};
	size_t shown = kind == TRACE_COMMAND && len >= APDU_HEADER_LEN ? APDU_HEADER_LEN : 0;
	uint8_t *masked;
	bool any = false;

	buf_reset(&l->masked);
	masked = buf_extend(&l->masked, len);
	if (!masked)
		len = 0; /* rather nothing than what is not masked */
	else if (kind == TRACE_COMMAND)
		apdu_mask_command(&l->mask, data, len, masked, &any);
	else
		apdu_mask_response(&l->mask, data, len, masked, &any);
	mutex_lock(&l->trace->lock);
	buf_reset(&l->trace->line);
	trace_line_put(&l->trace->line, &line, masked, len, any, shown);
	write_line(l->trace);
	mutex_unlock(&l->trace->lock);
	buf_reset(&l->masked);
}

/* ---- links ---- */

static int trace_begin(struct link *link)
{
	struct trace_link *l = (struct trace_link *)link;
	int r = link_begin(l->inner);

	record_locked(l->trace,
		      &(struct trace_line){.kind = TRACE_BEGIN, .link = l->number, .result = r});
	return r;
}

static int trace_end(struct link *link, bool reset)
{
	struct trace_link *l = (struct trace_link *)link;
	int r = link_end(l->inner, reset);

	record_locked(l->trace,
		      &(struct trace_line){
			      .kind = TRACE_END, .link = l->number, .result = r, .reset = reset});
	return r;
}

static int trace_transmit(struct link *link, const uint8_t *command, size_t len,
			  uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	struct trace_link *l = (struct trace_link *)link;
	int r;

	/* first the command: where a card hangs, the recording shows on what */
	put_apdu(l, TRACE_COMMAND, 0, command, len);
	r = link_transmit(l->inner, command, len, ret_response, cap, ret_len);
	put_apdu(l, TRACE_RESPONSE, r, ret_response, r == 0 ? *ret_len : 0);
	return r;
}

/*
 * Passes unrecorded: what a reader does by itself is no exchange that could be replayed, and the PIN that
 * is typed at it comes neither here nor there.
 */
static int trace_control(struct link *link, uint32_t code, const uint8_t *in, size_t len,
			 uint8_t *ret, size_t cap, size_t *ret_len)
{
	return link_control(((struct trace_link *)link)->inner, code, in, len, ret, cap, ret_len);
}

/* Takes over what the inner link says of its card. */
static void copy_card(struct trace_link *l, struct trace_line *line)
{
	l->base.protocol = line->protocol = l->inner->protocol;
	l->base.atr_len = line->reader.atr_len = l->inner->atr_len;
	memcpy(l->base.atr, l->inner->atr, sizeof l->base.atr);
	memcpy(line->reader.atr, l->inner->atr, sizeof line->reader.atr);
}

static int trace_reconnect(struct link *link)
{
	struct trace_link *l = (struct trace_link *)link;
	struct trace_line line = {.kind = TRACE_RECONNECT, .link = l->number};

	line.result = link_reconnect(l->inner);
	if (line.result == 0)
		copy_card(l, &line);
	record_locked(l->trace, &line);
	return line.result;
}

static void trace_link_free(struct link *link)
{
	struct trace_link *l = (struct trace_link *)link;

	link_free(l->inner);
	record_locked(l->trace, &(struct trace_line){.kind = TRACE_CLOSE, .link = l->number});
	buf_clear(&l->masked);
	free(l);
}

static const struct link_ops trace_link_ops = {
	.begin = trace_begin,
	.end = trace_end,
	.transmit = trace_transmit,
	.reconnect = trace_reconnect,
	.control = trace_control,
	.free = trace_link_free,
};

static int trace_connect(struct transport *transport, const char *reader, struct link **ret)
{
	struct trace *t = (struct trace *)transport;
	struct trace_link *l = calloc(1, sizeof *l);
	struct trace_line line = {.kind = TRACE_CONNECT};

	if (!l)
		return MOHR_ERR_NOMEM;
	(void)snprintf(line.reader.name, sizeof line.reader.name, "%s", reader);
	line.result = transport_connect(t->inner, reader, &l->inner);
	if (line.result == 0)
		copy_card(l, &line);
	mutex_lock(&t->lock);
	line.link = l->number = ++t->n_links;
	record(t, &line);
	mutex_unlock(&t->lock);
	if (line.result != 0) {
		free(l);
		return line.result;
	}
	l->base.ops = &trace_link_ops;
	l->trace = t;
	buf_init(&l->masked, LIMIT_APDU > LIMIT_RESPONSE ? LIMIT_APDU : LIMIT_RESPONSE);
	*ret = &l->base;
	return 0;
}

/* ---- readers ---- */

static const struct reader *find(const struct reader *readers, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(readers[i].name, name) == 0)
			return &readers[i];
	}
	return NULL;
}

/* Writes what differs from what was known; lock is held. */
static void record_readers(struct trace *t, const struct reader *now, size_t n)
{
	struct trace_line line;

	if (n > LIMIT_N_READERS)
		n = LIMIT_N_READERS;
	for (size_t i = 0; i < t->n_known; i++) {
		if (!find(now, n, t->known[i].name)) {
			line = (struct trace_line){.kind = TRACE_GONE, .reader = t->known[i]};
			record(t, &line);
		}
	}
	for (size_t i = 0; i < n; i++) {
		const struct reader *before = find(t->known, t->n_known, now[i].name);

		if (!before || readers_differ(before, 1, &now[i], 1)) {
			line = (struct trace_line){.kind = TRACE_READER, .reader = now[i]};
			record(t, &line);
		}
	}
	memcpy(t->known, now, n * sizeof *now);
	t->n_known = n;
}

static int trace_readers(struct transport *transport, struct reader *ret, size_t max, size_t *ret_n)
{
	struct trace *t = (struct trace *)transport;
	int r = transport_readers(t->inner, ret, max, ret_n);

	mutex_lock(&t->lock);
	if (r != t->service) {
		record(t, &(struct trace_line){.kind = TRACE_SERVICE, .result = r});
		t->service = r;
	}
	if (r == 0)
		record_readers(t, ret, *ret_n);
	mutex_unlock(&t->lock);
	return r;
}

static int trace_wait(struct transport *transport, const struct reader *known, size_t n,
		      int timeout_ms)
{
	return transport_wait(((struct trace *)transport)->inner, known, n, timeout_ms);
}

static void trace_cancel(struct transport *transport)
{
	transport_cancel(((struct trace *)transport)->inner);
}

static void trace_free(struct transport *transport)
{
	struct trace *t = (struct trace *)transport;

	transport_free(t->inner);
	if (t->file)
		(void)fclose(t->file);
	buf_clear(&t->line);
	mutex_clear(&t->lock);
	free(t);
}

static const struct transport_ops trace_ops = {
	.name = "trace",
	.readers = trace_readers,
	.wait = trace_wait,
	.cancel = trace_cancel,
	.connect = trace_connect,
	.free = trace_free,
};

int transport_trace_new(struct transport *inner, const char *path, const struct log *log,
			struct transport **ret)
{
	struct trace *t = calloc(1, sizeof *t);
	int r;

	if (!t)
		return MOHR_ERR_NOMEM;
	t->base.ops = &trace_ops;
	t->log = log;
	/* every byte takes two digits; the words before them, far less than the rest */
	buf_init(&t->line, 2 * LIMIT_FRAME + 1024);
	if ((r = mutex_init(&t->lock, mutex_ops_os())) != 0 ||
	    (r = trace_file_create(path, &t->file)) != 0) {
		trace_free(&t->base);
		return log_fail(log, r, "recording to '%s'", path);
	}
	buf_put(&t->line, TRACE_HEADER "\n", sizeof TRACE_HEADER);
	write_line(t);
	t->inner = inner;
	*ret = &t->base;
	return 0;
}
