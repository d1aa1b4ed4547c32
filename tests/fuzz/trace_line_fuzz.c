/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a recording: what is read is written as it was meant, and read the same again. */
#include "fuzz.h"

#include <string.h>

#include "transport/trace_line.h"

static bool same(const struct trace_line *a, const struct trace_line *b)
{
	return a->kind == b->kind && a->link == b->link && a->result == b->result &&
	       a->reset == b->reset && a->protocol == b->protocol &&
	       strcmp(a->reader.name, b->reader.name) == 0 &&
	       a->reader.events == b->reader.events && a->reader.present == b->reader.present &&
	       a->reader.mute == b->reader.mute && a->reader.atr_len == b->reader.atr_len &&
	       memcmp(a->reader.atr, b->reader.atr, a->reader.atr_len) == 0 &&
	       a->bytes_len == b->bytes_len;
}

/* Names with control characters are written otherwise, on purpose. */
static bool plain(const char *name)
{
	for (; *name; name++) {
		if ((uint8_t)*name < 0x20 || *name == 0x7F)
			return false;
	}
	return true;
}

static void check(const char *text, size_t len)
{
	struct buf b = BUF_INIT(2 * LIMIT_FRAME + 1024);
	struct trace_line line, again;
	uint8_t bytes[1024];
	size_t n = 0;

	if (trace_line_parse(text, len, &line) != 0 || line.kind == TRACE_NOTHING)
		return;
	must(line.reader.atr_len <= LIMIT_ATR && line.bytes_len <= len / 2);
	if (line.bytes_len > 0 && trace_line_bytes(&line, bytes, sizeof bytes, &n) != 0)
		return;
	must(n == line.bytes_len && trace_line_matches(&line, bytes, n));
	trace_line_put(&b, &line, bytes, n, false, 0);
	must(buf_err(&b) == 0 && b.len > 0 && b.data[b.len - 1] == '\n');
	must(memchr(b.data, '\n', b.len) == b.data + b.len - 1);
	if (plain(line.reader.name)) {
		must(trace_line_parse((const char *)b.data, b.len - 1, &again) == 0);
		must(same(&line, &again) && trace_line_matches(&again, bytes, n));
	}
	buf_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *at = (const char *)data, *end;

	for (; (end = memchr(at, '\n', len)) != NULL; at = end + 1) {
		check(at, (size_t)(end - at));
		len -= (size_t)(end - at) + 1;
	}
	check(at, len);
	return 0;
}
