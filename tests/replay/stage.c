/* SPDX-License-Identifier: BSD-2-Clause */
/* A card on a socket that is recorded or replayed. One thread serves it; the host is one process. */
#include "tests/replay/stage.h"

#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "codec/iso7816.h"
#include "codec/frame.h"
#include "transport/trace_line.h"

enum { MAX_CLIENTS = 8, LINK = 1, NOTE_LEN = 1024, MAX_COMPLAINTS = 5 };

#define READER "Mohr virtual reader 00"
#define NOTE   "# > "

struct stage {
	struct vcard *card; /* NULL: a recording is replayed */
	char trace[700], socket[108];
	int listener, wake, clients[MAX_CLIENTS];
	pthread_t thread;
	pthread_mutex_t lock; /* guards all below */
	bool quiet;
	unsigned complaints;
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
	enum protocol protocol;
	struct buf text;             /* recording: what is written; replay: the file */
	struct cursor events, notes; /* replay: what comes next of each */
	struct buf request, answer;
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(99);
}

static void complain(struct stage *s, const char *what, const char *got, size_t got_len,
		     const char *wanted, size_t wanted_len)
{
	if (s->complaints++ >= MAX_COMPLAINTS || s->quiet)
		return;
	fprintf(stderr, "# %s\n# got:    %.*s\n# wanted: %.*s\n", what, (int)got_len, got,
		(int)wanted_len, wanted);
}

/* ---- the recording's lines -------------------------------------------------------------------- */

static bool next_line(struct cursor *c, const char **ret, size_t *ret_len)
{
	const char *at = (const char *)cursor_at(c), *end;
	size_t left = cursor_left(c);

	end = left > 0 ? memchr(at, '\n', left) : NULL;
	if (end == NULL || cursor_skip(c, (size_t)(end - at) + 1) != 0)
		return false;
	*ret = at;
	*ret_len = (size_t)(end - at);
	return true;
}

static bool is_note(const char *line, size_t len)
{
	return len >= strlen(NOTE) && memcmp(line, NOTE, strlen(NOTE)) == 0;
}

/* The next line that counts here: a note, or one of begin, end, command, response. */
static bool next_of(struct cursor *c, bool note, const char **ret, size_t *ret_len)
{
	struct trace_line line;

	while (next_line(c, ret, ret_len)) {
		if (is_note(*ret, *ret_len) && note)
			return true;
		if (note || trace_line_parse(*ret, *ret_len, &line) != 0)
			continue;
		if (line.kind == TRACE_BEGIN || line.kind == TRACE_END ||
		    line.kind == TRACE_COMMAND || line.kind == TRACE_RESPONSE)
			return true;
	}
	*ret = "the end of the recording";
	*ret_len = strlen(*ret);
	return false;
}

/* One event as a line: written down, or compared with the next. */
static bool pass(struct stage *s, const struct trace_line *event, const uint8_t *data, size_t len)
{
	struct buf line = BUF_INIT(4 * LIMIT_APDU);
	const char *wanted;
	size_t wanted_len;
	bool same = true;

	trace_line_put(&line, event, data, len, false, 0);
	must(buf_err(&line) == 0, "stage: memory");
	if (s->card != NULL) {
		buf_put(&s->text, line.data, line.len);
	} else {
		same = next_of(&s->events, false, &wanted, &wanted_len) &&
		       wanted_len + 1 == line.len && memcmp(wanted, line.data, wanted_len) == 0;
		if (!same)
			complain(s, "the host does something else than in the recording",
				 (const char *)line.data, line.len - 1, wanted, wanted_len);
	}
	buf_clear(&line);
	return same;
}

/* The answer that follows in the recording; 6F00 if none does. */
static void take_response(struct stage *s)
{
	const char *text;
	struct trace_line line;
	size_t len, n = 0;
	uint8_t *room = buf_extend(&s->answer, LIMIT_RESPONSE);

	must(room != NULL, "stage: memory");
	if (!next_of(&s->events, false, &text, &len) || trace_line_parse(text, len, &line) != 0 ||
	    line.kind != TRACE_RESPONSE || line.result != 0 ||
	    trace_line_bytes(&line, room, LIMIT_RESPONSE, &n) != 0) {
		complain(s, "no answer in the recording", "", 0, text, len);
		memcpy(room, "\x6F\x00", 2);
		n = 2;
	}
	buf_truncate(&s->answer, n);
}

void stage_be_quiet(struct stage *s)
{
	s->quiet = true;
}

void stage_note(struct stage *s, const char *format, ...)
{
	char note[NOTE_LEN];
	const char *wanted;
	size_t wanted_len, len;
	va_list args;

	len = (size_t)snprintf(note, sizeof(note), "%s", NOTE);
	va_start(args, format);
	(void)vsnprintf(note + len, sizeof(note) - len, format, args);
	va_end(args);
	len = strlen(note);
	(void)pthread_mutex_lock(&s->lock);
	if (s->card != NULL) {
		buf_put(&s->text, note, len);
		buf_put(&s->text, "\n", 1);
	} else if (!next_of(&s->notes, true, &wanted, &wanted_len) || wanted_len != len ||
		   memcmp(wanted, note, len) != 0) {
		complain(s, "it comes to something else", note, len, wanted, wanted_len);
	}
	(void)pthread_mutex_unlock(&s->lock);
}

/* ---- the card --------------------------------------------------------------------------------- */

static void answer_command(struct stage *s, const uint8_t *command, size_t len)
{
	struct trace_line asked = {.kind = TRACE_COMMAND, .link = LINK};
	struct trace_line answered = {.kind = TRACE_RESPONSE, .link = LINK};
	bool same = pass(s, &asked, command, len);

	buf_reset(&s->answer);
	if (s->card != NULL) {
		vcard_process(s->card, command, len, &s->answer);
		(void)pass(s, &answered, s->answer.data, s->answer.len);
	} else if (same) {
		take_response(s);
	} else {
		buf_put(&s->answer, "\x6F\x00", 2);
	}
}

static void answer_end(struct stage *s, bool reset)
{
	struct trace_line line = {.kind = TRACE_END, .link = LINK, .reset = reset};

	(void)pass(s, &line, NULL, 0);
	if (reset && s->card != NULL)
		vcard_reset(s->card);
}

/* One request is answered; the lock is held. */
static void answer(struct stage *s, uint8_t type, struct buf *ret)
{
	struct trace_line begin = {.kind = TRACE_BEGIN, .link = LINK};
	const uint8_t refused = FRAME_ERROR_PROTOCOL;

	switch (type) {
	case FRAME_ATTACH:
		frame_put(ret, FRAME_ATR, s->atr, s->atr_len);
		break;
	case FRAME_COMMAND:
		answer_command(s, s->request.data, s->request.len);
		frame_put(ret, FRAME_RESPONSE, s->answer.data, s->answer.len);
		break;
	case FRAME_BEGIN:
		(void)pass(s, &begin, NULL, 0);
		frame_put(ret, FRAME_DONE, NULL, 0);
		break;
	case FRAME_END:
		answer_end(s, s->request.len > 0 && s->request.data[0] == 1);
		frame_put(ret, FRAME_DONE, NULL, 0);
		break;
	default:
		frame_put(ret, FRAME_ERROR, &refused, 1);
	}
}

static bool receive_all(int fd, void *data, size_t len)
{
	return len == 0 || recv(fd, data, len, MSG_WAITALL) == (ssize_t)len;
}

/* Whether the connection lives on. */
static bool serve(struct stage *s, int fd)
{
	struct buf out = BUF_INIT(LIMIT_FRAME + FRAME_HEADER_LEN);
	uint8_t header[FRAME_HEADER_LEN], type, *room;
	size_t len;
	bool good;

	if (!receive_all(fd, header, sizeof(header)) ||
	    frame_decode_header(header, &type, &len) != 0)
		return false;
	buf_reset(&s->request);
	room = buf_extend(&s->request, len);
	if (len > 0 && (room == NULL || !receive_all(fd, room, len)))
		return false;
	(void)pthread_mutex_lock(&s->lock);
	answer(s, type, &out);
	(void)pthread_mutex_unlock(&s->lock);
	good = send(fd, out.data, out.len, MSG_NOSIGNAL) == (ssize_t)out.len;
	buf_clear(&out);
	return good;
}

static void accept_one(struct stage *s)
{
	int fd = accept(s->listener, NULL, NULL);
	size_t i;

	for (i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i] < 0) {
			s->clients[i] = fd;
			return;
		}
	}
	must(false, "stage: too many connections");
}

static void *run(void *arg)
{
	struct stage *s = arg;
	struct pollfd fds[2 + MAX_CLIENTS];
	size_t i;

	for (;;) {
		fds[0] = (struct pollfd){.fd = s->wake, .events = POLLIN};
		fds[1] = (struct pollfd){.fd = s->listener, .events = POLLIN};
		for (i = 0; i < MAX_CLIENTS; i++)
			fds[2 + i] = (struct pollfd){.fd = s->clients[i], .events = POLLIN};
		(void)poll(fds, 2 + MAX_CLIENTS, -1);
		if (fds[0].revents)
			return NULL;
		for (i = 0; i < MAX_CLIENTS; i++) {
			if (fds[2 + i].revents && !serve(s, s->clients[i])) {
				(void)close(s->clients[i]);
				s->clients[i] = -1;
			}
		}
		if (fds[1].revents)
			accept_one(s);
	}
}

/* A card is there at once: it listens under another name and is renamed. */
static void start(struct stage *s)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t i;

	for (i = 0; i < MAX_CLIENTS; i++)
		s->clients[i] = -1;
	(void)snprintf(to.sun_path, sizeof(to.sun_path), "%.100s.new", s->socket);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	s->wake = eventfd(0, EFD_CLOEXEC);
	must(s->listener >= 0 && s->wake >= 0 &&
		     bind(s->listener, (struct sockaddr *)&to, sizeof(to)) == 0 &&
		     listen(s->listener, MAX_CLIENTS) == 0 && rename(to.sun_path, s->socket) == 0 &&
		     pthread_create(&s->thread, NULL, run, s) == 0,
	     "stage: socket");
}

static struct stage *new_stage(const char *socket, const char *trace)
{
	struct stage *s = calloc(1, sizeof(*s));

	must(s != NULL && pthread_mutex_init(&s->lock, NULL) == 0, "stage");
	(void)snprintf(s->socket, sizeof(s->socket), "%s", socket);
	(void)snprintf(s->trace, sizeof(s->trace), "%s", trace);
	buf_init(&s->text, LIMIT_TRACE);
	buf_init(&s->request, LIMIT_FRAME);
	buf_init(&s->answer, LIMIT_RESPONSE);
	return s;
}

static void free_stage(struct stage *s)
{
	buf_clear(&s->text);
	buf_clear(&s->request);
	buf_clear(&s->answer);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

/* The lines that a recording begins with. */
static void put_head(struct stage *s, const char *title)
{
	struct trace_line line = {.kind = TRACE_READER, .link = LINK, .protocol = s->protocol};

	(void)snprintf(line.reader.name, sizeof(line.reader.name), "%s", READER);
	line.reader.present = true;
	line.reader.events = 1;
	line.reader.atr_len = s->atr_len;
	memcpy(line.reader.atr, s->atr, s->atr_len);
	buf_put(&s->text, TRACE_HEADER "\n# ", strlen(TRACE_HEADER "\n# "));
	buf_put(&s->text, title, strlen(title));
	buf_put(&s->text, "\n", 1);
	trace_line_put(&s->text, &line, NULL, 0, false, 0);
	line.kind = TRACE_CONNECT;
	trace_line_put(&s->text, &line, NULL, 0, false, 0);
}

struct stage *stage_record(struct vcard *card, const char *socket, const char *trace,
			   const char *title)
{
	struct stage *s = new_stage(socket, trace);
	struct atr_info info;
	const uint8_t *atr;

	s->card = card;
	atr = vcard_atr(card, &s->atr_len);
	memcpy(s->atr, atr, s->atr_len);
	must(atr_decode(s->atr, s->atr_len, &info) == 0, "stage: ATR");
	s->protocol = info.t1 ? PROTOCOL_T1 : PROTOCOL_T0;
	vcard_reset(card);
	put_head(s, title);
	start(s);
	return s;
}

static bool read_trace(struct stage *s)
{
	FILE *f = fopen(s->trace, "r");
	char block[4096];
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_put(&s->text, block, n);
	(void)fclose(f);
	return buf_err(&s->text) == 0;
}

/* The card's ATR is that of the connection. */
static bool take_head(struct stage *s)
{
	struct cursor c = buf_cursor(&s->text);
	struct trace_line line;
	const char *text;
	size_t len;

	if (!next_line(&c, &text, &len) || len != strlen(TRACE_HEADER) ||
	    memcmp(text, TRACE_HEADER, len) != 0)
		return false;
	s->events = s->notes = c;
	while (next_line(&c, &text, &len) && trace_line_parse(text, len, &line) == 0) {
		if (line.kind != TRACE_CONNECT)
			continue;
		s->atr_len = line.reader.atr_len;
		memcpy(s->atr, line.reader.atr, s->atr_len);
		return true;
	}
	return false;
}

struct stage *stage_replay(const char *socket, const char *trace)
{
	struct stage *s = new_stage(socket, trace);

	if (!read_trace(s) || !take_head(s)) {
		fprintf(stderr, "# %s is no recording\n", trace);
		free_stage(s);
		return NULL;
	}
	start(s);
	return s;
}

static bool write_trace(const struct stage *s)
{
	FILE *f = fopen(s->trace, "w");
	bool good = f != NULL && fwrite(s->text.data, 1, s->text.len, f) == s->text.len;

	if (f != NULL && fclose(f) != 0)
		good = false;
	return good && chmod(s->trace, 0644) == 0;
}

/* A recording that goes on is as wrong as one that ends too early. */
static void expect_end(struct stage *s)
{
	const char *text;
	size_t len;

	if (next_of(&s->events, false, &text, &len))
		complain(s, "the host does less than in the recording", "", 0, text, len);
	if (next_of(&s->notes, true, &text, &len))
		complain(s, "it comes to less than in the recording", "", 0, text, len);
}

bool stage_close(struct stage *s, bool good)
{
	size_t i;

	must(eventfd_write(s->wake, 1) == 0 && pthread_join(s->thread, NULL) == 0, "stage: end");
	(void)unlink(s->socket);
	(void)close(s->listener);
	(void)close(s->wake);
	for (i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i] >= 0)
			(void)close(s->clients[i]);
	}
	if (s->card == NULL)
		expect_end(s);
	else if (good)
		must(buf_err(&s->text) == 0 && write_trace(s), s->trace);
	if (s->complaints > 0 && !s->quiet)
		fprintf(stderr,
			"# where that is meant, scripts/record-traces makes new recordings\n");
	good = good && s->complaints == 0;
	free_stage(s);
	return good;
}
