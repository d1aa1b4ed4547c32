/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a recording (docs/trace.md). The first is "mohr-trace 1"; then, one event a line:
 *
 *   service RESULT                      what asking for the readers gave
 *   reader EVENTS STATE ATR NAME        a reader, where it changed; STATE: absent, present, mute
 *   gone NAME                           a reader vanished
 *   connect LINK RESULT PROTOCOL ATR NAME
 *   begin LINK RESULT
 *   end LINK leave|reset RESULT
 *   command LINK BYTES                  the APDU as it is sent
 *   response LINK RESULT BYTES
 *   reconnect LINK RESULT PROTOCOL ATR
 *   close LINK
 *
 * RESULT is "ok" or the name of an error (base/errors.def), PROTOCOL T0 or T1, ATR and BYTES
 * hexadecimal or "-" for none; "**" is a byte that was masked. NAME goes to the end of the line. Empty
 * lines and those that begin with "#" mean nothing.
 */
#ifndef MOHR_TRANSPORT_TRACE_LINE_H
#define MOHR_TRANSPORT_TRACE_LINE_H

#include "base/buf.h"
#include "transport/transport.h"

#define TRACE_HEADER "mohr-trace 1"

enum trace_kind {
	TRACE_SERVICE,
	TRACE_READER,
	TRACE_GONE,
	TRACE_CONNECT,
	TRACE_BEGIN,
	TRACE_END,
	TRACE_COMMAND,
	TRACE_RESPONSE,
	TRACE_RECONNECT,
	TRACE_CLOSE,
	TRACE_NOTHING, /* an empty line or a comment */
};

struct trace_line {
	enum trace_kind kind;
	unsigned link;
	int result; /* 0 or MOHR_ERR_* */
	bool reset; /* of TRACE_END */
	enum protocol protocol;
	struct reader reader; /* the fields that the kind has */
	const char *bytes;    /* text, borrowed from the line */
	size_t bytes_len;
};

/*
 * Appends the line and its end. data is what stands for BYTES, masked already (codec/iso7816.h); masked
 * tells that each 2A in it from offset shown on may be a byte that was replaced.
 */
void trace_line_put(struct buf *b, const struct trace_line *line, const uint8_t *data, size_t len,
		    bool masked, size_t shown);

/* A line without its end. MOHR_ERR_MALFORMED if it is none of the above. */
MOHR_MUST_CHECK int trace_line_parse(const char *text, size_t len, struct trace_line *ret);

/* Whether these bytes fit what stands for BYTES. */
bool trace_line_matches(const struct trace_line *line, const uint8_t *data, size_t len);
/* BYTES, with 2A for what was masked. MOHR_ERR_LIMIT if there are over cap. */
MOHR_MUST_CHECK int trace_line_bytes(const struct trace_line *line, uint8_t *ret, size_t cap,
				     size_t *ret_len);

#endif
