/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking a command APDU apart: the seven cases of ISO 7816-3 §12.1.3. */
#include "vcard/command.h"

#include "base/limits.h"

/* Lc and data, in one or (extended) two bytes; *ret_left is what remains for Le. */
static int decode_body(struct cursor *c, struct vcard_command *cmd)
{
	uint16_t wide = 0;
	uint8_t narrow = 0;
	size_t lc;
	int r;

	r = cmd->extended ? cursor_get_be16(c, &wide) : cursor_get_u8(c, &narrow);
	if (r != 0)
		return r;
	lc = cmd->extended ? wide : narrow;
	if (lc == 0)
		return MOHR_ERR_MALFORMED;
	cmd->data_len = lc;
	return cursor_get(c, lc, &cmd->data);
}

static int decode_le(struct cursor *c, struct vcard_command *cmd)
{
	uint16_t wide = 0;
	uint8_t narrow = 0;
	int r;

	r = cmd->extended ? cursor_get_be16(c, &wide) : cursor_get_u8(c, &narrow);
	if (r != 0)
		return r;
	cmd->has_le = true;
	cmd->le = cmd->extended ? wide : narrow;
	cmd->le_definite = cmd->le != 0;
	if (cmd->le == 0)
		cmd->le = cmd->extended ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE;
	return cursor_done(c);
}

int vcard_command_decode(const uint8_t *bytes, size_t len, struct vcard_command *ret)
{
	struct vcard_command cmd = {0};
	struct cursor c;
	uint8_t header[4], first;
	size_t le_len;
	int r;

	cursor_init(&c, bytes, len);
	if ((r = cursor_copy(&c, sizeof(header), header)) != 0)
		return r;
	cmd.cla = header[0];
	cmd.ins = header[1];
	cmd.p1 = header[2];
	cmd.p2 = header[3];

	/* A first length byte of 00 with two or more behind it says extended. */
	if (cursor_left(&c) >= 3 && cursor_peek_u8(&c, &first) == 0 && first == 0) {
		cmd.extended = true;
		if ((r = cursor_skip(&c, 1)) != 0)
			return r;
	}
	le_len = cmd.extended ? 2 : 1;
	if (cursor_left(&c) > le_len && (r = decode_body(&c, &cmd)) != 0)
		return r;
	if (cursor_left(&c) > 0 && (r = decode_le(&c, &cmd)) != 0)
		return r;
	*ret = cmd;
	return 0;
}
