/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Masking: the input is a dialogue, each message with a length byte before it, commands and answers in
 * turn. No byte of a body appears in the output unless the command is on the list that stands here
 * again, written from the standard.
 */
#include "fuzz.h"

#include <string.h>

#include "codec/iso7816.h"

static bool may_show_data(const uint8_t *c)
{
	bool proprietary = (c[0] & 0xEC) == 0x80;

	if ((c[0] & 0xEC) != 0x00 && (c[0] & 0xE0) != 0x40 && !proprietary)
		return false;
	switch (c[1]) {
	case 0xCB:
		return true;
	case 0xA4:
		return !proprietary;
	case 0x22:
		return !proprietary && ((c[2] & 0x0F) == 0x01 || c[2] == 0xF3);
	case 0x2A:
		return !proprietary &&
		       ((c[2] == 0x90 && c[3] == 0xA0) || (c[2] == 0x9E && c[3] == 0x9A));
	case 0x47:
		return !proprietary && (c[2] == 0x00 || c[2] == 0x81) && c[3] == 0x00;
	default:
		return false;
	}
}

/* Header, Lc and Le alone may stay of a command whose data may not be shown (ISO 7816-3 §12.1.3). */
static void check_hidden(const uint8_t *in, const uint8_t *out, size_t len)
{
	size_t start = 4, end = len;

	if (len == 5 || (len == 7 && in[4] == 0)) {
		return; /* Le */
	} else if (len > 5 && in[4] != 0 && (len == 5u + in[4] || len == 6u + in[4])) {
		start = 5;
		end = start + in[4];
	} else if (len > 7 && in[4] == 0) {
		size_t lc = (size_t)in[5] << 8 | in[6];

		if (lc > 0 && (len == 7 + lc || len == 9 + lc)) {
			start = 7;
			end = start + lc;
		}
	}
	for (size_t i = start; i < end; i++)
		must(out[i] == 0x2A);
}

static void check_command(struct apdu_mask *m, const uint8_t *in, size_t len, uint8_t *out)
{
	bool masked, differs = false;

	apdu_mask_command(m, in, len, out, &masked);
	for (size_t i = 0; i < len; i++) {
		differs |= out[i] != in[i];
		must(out[i] == in[i] || out[i] == 0x2A);
	}
	must(!differs || masked);
	if (len < 4)
		return;
	must(memcmp(out, in, 4) == 0);
	if (!may_show_data(in))
		check_hidden(in, out, len);
}

static void check_response(const struct apdu_mask *m, const uint8_t *in, size_t len, uint8_t *out)
{
	bool masked;

	apdu_mask_response(m, in, len, out, &masked);
	if (masked) {
		for (size_t i = 0; i + (len >= 2 ? 2 : 0) < len; i++)
			must(out[i] == 0x2A);
		must(len < 2 || memcmp(out + len - 2, in + len - 2, 2) == 0);
	} else {
		must(len == 0 || memcmp(out, in, len) == 0);
		must(len <= 2 || (m->seen && !m->response_secret));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct apdu_mask m = {0};
	uint8_t in[256], out[256];
	bool command = true;

	while (len > 0) {
		size_t n = data[0];

		data++;
		len--;
		if (n > len)
			n = len;
		if (n > 0)
			memcpy(in, data, n);
		memset(out, 0x55, sizeof(out));
		if (command)
			check_command(&m, in, n, out);
		else
			check_response(&m, in, n, out);
		must(out[n] == 0x55);
		data += n;
		len -= n;
		command = !command;
	}
	return 0;
}
