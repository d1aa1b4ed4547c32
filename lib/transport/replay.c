/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording as a reader with a card: that of the first connection in it. Commands are answered in the
 * order of the recording and in no other. All else is followed as far as it matters: a BEGIN that failed
 * fails at its place, a card that was pulled is gone when the commands before it have been given; who
 * asks more or less often than the recorded program did is not refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mutex.h"
#include "transport/gate.h"
#include "transport/reader.h"
#include "transport/trace_line.h"

enum { READ_CHUNK = 65536, NO_STEP = -1 };

struct step {
	struct trace_line line;
	struct trace_line
		response; /* of a command; TRACE_NOTHING if the recording ends before it */
};

struct replay {
	struct transport base;
	const struct log *log;
	struct gate *cancelled;
	struct mutex lock; /* guards at and reader */
	struct buf text;   /* all steps borrow from it */
	struct step *steps;
	size_t n, cap;
	size_t at; /* the next step */
	struct reader reader;
	enum protocol protocol;
};

struct replay_link {
	struct link base;
	struct replay *replay;
};

/* ---- following ---- */

/* Goes on to behind step i; what readers did on the way is done. */
static void advance(struct replay *p, size_t i)
{
	for (; p->at <= i; p->at++) {
		const struct trace_line *line = &p->steps[p->at].line;

		if (line->kind == TRACE_READER) {
			p->reader = line->reader;
		} else if (line->kind == TRACE_GONE) {
			p->reader.present = p->reader.mute = false;
			p->reader.events++;
		}
	}
}

/* The next step of this kind that no command stands before; NO_STEP if there is none. */
static long next(const struct replay *p, enum trace_kind kind, enum trace_kind or_kind)
{
	for (size_t i = p->at; i < p->n; i++) {
		if (p->steps[i].line.kind == kind || p->steps[i].line.kind == or_kind)
			return (long)i;
		if (p->steps[i].line.kind == TRACE_COMMAND)
			break;
	}
	return NO_STEP;
}

/* Does what the recording says of the next step of this kind: its result, or 0 if there is none. */
static int follow(struct replay *p, enum trace_kind kind, const struct trace_line **ret_line)
{
	long i = next(p, kind, kind);

	*ret_line = NULL;
	if (i == NO_STEP)
		return 0;
	advance(p, (size_t)i);
	*ret_line = &p->steps[i].line;
	return p->steps[i].line.result;
}

/* ---- links ---- */

static int follow_locked(struct link *link, enum trace_kind kind)
{
	struct replay *p = ((struct replay_link *)link)->replay;
	const struct trace_line *line;
	int r;

	mutex_lock(&p->lock);
	r = follow(p, kind, &line);
	if (r == 0 && line && kind == TRACE_RECONNECT) {
		link->protocol = line->protocol;
		link->atr_len = line->reader.atr_len;
		memcpy(link->atr, line->reader.atr, sizeof link->atr);
	}
	mutex_unlock(&p->lock);
	return r;
}

static int replay_begin(struct link *link)
{
	return follow_locked(link, TRACE_BEGIN);
}

static int replay_end(struct link *link, bool reset)
{
	(void)reset;
	return follow_locked(link, TRACE_END);
}

static int replay_reconnect(struct link *link)
{
	return follow_locked(link, TRACE_RECONNECT);
}

static int replay_transmit(struct link *link, const uint8_t *command, size_t len,
			   uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	struct replay *p = ((struct replay_link *)link)->replay;
	const struct trace_line *response;
	size_t i;
	int r = MOHR_ERR_COMMUNICATION;

	mutex_lock(&p->lock);
	for (i = p->at; i < p->n && p->steps[i].line.kind != TRACE_COMMAND; i++)
		;
	if (i == p->n) {
		r = log_fail(p->log, r, "replay: the recording is at its end");
	} else if (!trace_line_matches(&p->steps[i].line, command, len)) {
		r = log_fail(p->log, r, "replay: another command comes next: %.*s",
			     (int)(2 * p->steps[i].line.bytes_len), p->steps[i].line.bytes);
	} else {
		response = &p->steps[i].response;
		advance(p, i);
		if (response->kind == TRACE_NOTHING)
			r = MOHR_ERR_CARD_REMOVED;
		else if (response->result != 0)
			r = response->result;
		else
			r = trace_line_bytes(response, ret_response, cap, ret_len);
	}
	mutex_unlock(&p->lock);
	return r;
}

static void replay_link_free(struct link *link)
{
	free(link);
}

static const struct link_ops replay_link_ops = {
	.begin = replay_begin,
	.end = replay_end,
	.transmit = replay_transmit,
	.reconnect = replay_reconnect,
	.free = replay_link_free,
};

static int replay_connect(struct transport *transport, const char *reader, struct link **ret)
{
	struct replay *p = (struct replay *)transport;
	const struct trace_line *line;
	struct replay_link *l;
	int r;

	if (strcmp(reader, p->reader.name) != 0)
		return MOHR_ERR_READER_GONE;
	l = calloc(1, sizeof *l);
	if (!l)
		return MOHR_ERR_NOMEM;
	l->base.ops = &replay_link_ops;
	l->replay = p;
	mutex_lock(&p->lock);
	r = follow(p, TRACE_CONNECT, &line);
	if (r == 0 && line) {
		p->protocol = line->protocol;
		p->reader.atr_len = line->reader.atr_len;
		memcpy(p->reader.atr, line->reader.atr, sizeof p->reader.atr);
	} else if (r == 0 && !p->reader.present) {
		r = MOHR_ERR_CARD_ABSENT;
	}
	l->base.protocol = p->protocol;
	l->base.atr_len = p->reader.atr_len;
	memcpy(l->base.atr, p->reader.atr, sizeof l->base.atr);
	mutex_unlock(&p->lock);
	if (r != 0) {
		free(l);
		return r;
	}
	*ret = &l->base;
	return 0;
}

/* ---- readers ---- */

/* One change at a time, as they were seen. Whether there was one. */
static bool change(struct replay *p)
{
	long i = next(p, TRACE_READER, TRACE_GONE);

	if (i != NO_STEP)
		advance(p, (size_t)i);
	return i != NO_STEP;
}

static int replay_readers(struct transport *transport, struct reader *ret, size_t max,
			  size_t *ret_n)
{
	struct replay *p = (struct replay *)transport;

	mutex_lock(&p->lock);
	(void)change(p);
	if (max > 0)
		ret[0] = p->reader;
	mutex_unlock(&p->lock);
	*ret_n = max > 0 ? 1 : 0;
	return 0;
}

static int replay_wait(struct transport *transport, const struct reader *known, size_t n,
		       int timeout_ms)
{
	struct replay *p = (struct replay *)transport;
	bool differs;

	if (gate_wait(p->cancelled, 0) == 0)
		return MOHR_ERR_CANCELLED;
	mutex_lock(&p->lock);
	differs = readers_differ(known, n, &p->reader, 1) ||
		  next(p, TRACE_READER, TRACE_GONE) != NO_STEP;
	mutex_unlock(&p->lock);
	if (differs)
		return 0;
	return gate_wait(p->cancelled, timeout_ms) == 0 ? MOHR_ERR_CANCELLED : MOHR_ERR_TIMEOUT;
}

static void replay_cancel(struct transport *transport)
{
	gate_open(((struct replay *)transport)->cancelled);
}

static void replay_free(struct transport *transport)
{
	struct replay *p = (struct replay *)transport;

	free(p->steps);
	buf_clear(&p->text);
	gate_free(p->cancelled);
	mutex_clear(&p->lock);
	free(p);
}

static const struct transport_ops replay_ops = {
	.name = "replay",
	.readers = replay_readers,
	.wait = replay_wait,
	.cancel = replay_cancel,
	.connect = replay_connect,
	.free = replay_free,
};

/* ---- reading the file ---- */

static int read_file(const char *path, struct buf *ret)
{
	FILE *f = fopen(path, "rb");
	size_t n = 1;
	int r = 0;

	if (!f)
		return MOHR_ERR_IO;
	while (r == 0 && n > 0) {
		size_t len = ret->len;
		uint8_t *room = buf_extend(ret, READ_CHUNK);

		r = buf_err(ret);
		if (r == 0) {
			n = fread(room, 1, READ_CHUNK, f);
			buf_truncate(ret, len + n);
			if (ferror(f))
				r = MOHR_ERR_IO;
		}
	}
	(void)fclose(f);
	return r;
}

/* The next line without its end ("\n" or "\r\n"); false at the end of the text. */
static bool next_line(struct cursor *c, const char **ret, size_t *ret_len)
{
	size_t left = cursor_left(c), n;
	const char *at = (const char *)cursor_at(c), *end;

	if (left == 0)
		return false;
	end = memchr(at, '\n', left);
	n = end ? (size_t)(end - at) : left;
	if (cursor_skip(c, end ? n + 1 : n) != 0)
		return false;
	*ret = at;
	*ret_len = n > 0 && at[n - 1] == '\r' ? n - 1 : n;
	return true;
}

/* Whether a step with this number belongs to a connection to our reader. */
static bool is_ours(const struct replay *p, unsigned link)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->steps[i].line.kind == TRACE_CONNECT && p->steps[i].line.link == link)
			return true;
	}
	return false;
}

static int add_step(struct replay *p, const struct trace_line *line)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 64;
		struct step *more = realloc(p->steps, cap * sizeof *more);

		if (!more)
			return MOHR_ERR_NOMEM;
		p->steps = more;
		p->cap = cap;
	}
	p->steps[p->n++] = (struct step){.line = *line, .response = {.kind = TRACE_NOTHING}};
	return 0;
}

/* A response goes to the last command of its link, which must not have one yet. */
static int add_response(struct replay *p, const struct trace_line *line)
{
	for (size_t i = p->n; i-- > 0;) {
		struct step *s = &p->steps[i];

		if (s->line.kind != TRACE_COMMAND || s->line.link != line->link)
			continue;
		if (s->response.kind != TRACE_NOTHING)
			break;
		s->response = *line;
		return 0;
	}
	return MOHR_ERR_MALFORMED;
}

static int add_line(struct replay *p, const struct trace_line *line)
{
	bool named = strcmp(line->reader.name, p->reader.name) == 0;

	switch (line->kind) {
	case TRACE_NOTHING:
	case TRACE_SERVICE:
	case TRACE_CLOSE:
		return 0;
	case TRACE_READER:
	case TRACE_GONE:
	case TRACE_CONNECT:
		return named ? add_step(p, line) : 0;
	case TRACE_RESPONSE:
		return is_ours(p, line->link) ? add_response(p, line) : 0;
	default:
		return is_ours(p, line->link) ? add_step(p, line) : 0;
	}
}

/* Whose recording it is: the reader of the first connection, else the first reader with a card. */
static int choose_reader(struct replay *p, struct cursor c)
{
	struct trace_line line;
	const char *text;
	size_t len;
	int r = 0;

	while (r == 0 && next_line(&c, &text, &len)) {
		r = trace_line_parse(text, len, &line);
		if (r != 0)
			return r;
		if (line.kind == TRACE_CONNECT) {
			memcpy(p->reader.name, line.reader.name, sizeof p->reader.name);
			return 0;
		}
		if (line.kind == TRACE_READER && line.reader.present && !p->reader.name[0])
			memcpy(p->reader.name, line.reader.name, sizeof p->reader.name);
	}
	return p->reader.name[0] ? 0 : MOHR_ERR_MALFORMED;
}

static int load(struct replay *p)
{
	struct cursor c = buf_cursor(&p->text);
	struct trace_line line;
	const char *text;
	size_t len, number = 1;
	int r;

	if (!next_line(&c, &text, &len) || len != strlen(TRACE_HEADER) ||
	    memcmp(text, TRACE_HEADER, len) != 0)
		return log_fail(p->log, MOHR_ERR_MALFORMED, "replay: the file is no recording");
	r = choose_reader(p, c);
	while (r == 0 && next_line(&c, &text, &len)) {
		number++;
		if ((r = trace_line_parse(text, len, &line)) == 0)
			r = add_line(p, &line);
	}
	return r == 0 ? 0 : log_fail(p->log, r, "replay: line %zu", number);
}

int transport_replay_new(const char *path, const struct log *log, struct transport **ret)
{
	struct replay *p = calloc(1, sizeof *p);
	int r;

	if (!p)
		return MOHR_ERR_NOMEM;
	p->base.ops = &replay_ops;
	p->log = log;
	buf_init(&p->text, LIMIT_TRACE);
	if ((r = mutex_init(&p->lock, mutex_ops_os())) != 0 || (r = gate_new(&p->cancelled)) != 0 ||
	    (r = read_file(path, &p->text)) != 0 || (r = load(p)) != 0) {
		replay_free(&p->base);
		return r;
	}
	*ret = &p->base;
	return 0;
}
