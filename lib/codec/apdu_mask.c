/* SPDX-License-Identifier: BSD-2-Clause */
/* What of an APDU may be seen in a log or a recording: an allow-list by class, instruction and parameters. */
#include "codec/iso7816.h"

#include <string.h>

enum { /* classes: ISO 7816-4 §5.4.1 */
       MASK_BYTE = 0x2A,
       HEADER_LEN = 4,
       CLA_FURTHER = 0x40,                  /* table 3: channels 4 to 19 */
       CLA_FURTHER_SECURE_MESSAGING = 0x20, /* table 3 */
       CLA_CHANNEL = 0x03,
       CLA_READER = 0xFF, /* no class (ISO 7816-3 §10.3.2): commands to a reader */
       ANY = -1,
};

/*
 * One shown command. data and response say which side is harmless. What is not here is secret: PINs
 * and keys (20, 21, 24, 2C, 82, 86, 87, D6, DA, DB, 2A 80 86), documents (2A 90 80), challenges signed
 * on request (88), random bytes that may become somebody's key (84), and all that nobody has thought
 * about.
 */
static const struct shown {
	uint8_t ins;
	int p1, p2; /* or ANY */
	bool data, response;
} shown[] = {
	{INS_MSE, 0x41, ANY, true, true}, /* SET for computation, decipherment, authentication */
	{INS_MSE, 0x81, ANY, true, true}, /* SET for verification, encipherment */
	{INS_MSE, 0xC1, ANY, true, true},
	{INS_MSE, 0xF3, ANY, true, true},  /* RESTORE */
	{INS_PSO, 0x90, 0xA0, true, true}, /* HASH: a digest, or the last block's tail */
	{INS_PSO, 0x9E, 0x9A, true, true}, /* COMPUTE DIGITAL SIGNATURE */
	{INS_GENERATE, 0x00, 0x00, true, true},
	{INS_GENERATE, 0x81, 0x00, true, true}, /* reads a public key */
	{INS_SELECT, ANY, ANY, true, true},
	{INS_READ_BINARY, ANY, ANY, false, true},
	{INS_GET_DATA, ANY, ANY, false, true},
	{INS_GET_DATA_TLV, ANY, ANY, true, true},
};

enum cla_kind {
	CLASS_INTERINDUSTRY,
	CLASS_PROPRIETARY,
	CLASS_OPAQUE, /* secure messaging, reserved, or a reader's own (FF) */
};

/* ISO 7816-4 §5.4.1 */
static enum cla_kind kind_of(uint8_t cla)
{
	if (cla & CLA_PROPRIETARY)
		return (cla & ~(CLA_PROPRIETARY | CLA_CHAIN | CLA_CHANNEL)) == 0 ? CLASS_PROPRIETARY
										 : CLASS_OPAQUE;
	if (cla & CLA_FURTHER)
		return cla & CLA_FURTHER_SECURE_MESSAGING ? CLASS_OPAQUE : CLASS_INTERINDUSTRY;
	return cla & ~(CLA_CHAIN | CLA_CHANNEL) ? CLASS_OPAQUE : CLASS_INTERINDUSTRY;
}

static const struct shown *find_shown(const uint8_t *header)
{
	uint8_t ins = header[1];
	size_t i;

	switch (kind_of(header[0])) {
	case CLASS_INTERINDUSTRY:
		break;
	case CLASS_PROPRIETARY:
		if (ins == INS_GET_DATA || ins == INS_GET_DATA_TLV)
			break;
		return NULL;
	case CLASS_OPAQUE:
		return NULL;
	}
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (shown[i].ins == ins && (shown[i].p1 == ANY || shown[i].p1 == header[2]) &&
		    (shown[i].p2 == ANY || shown[i].p2 == header[3]))
			return &shown[i];
	}
	return NULL;
}

/*
 * Where the data bytes are (ISO 7816-3 §12.1.3). false if the lengths do not add up: then nobody
 * knows what the bytes are, and all behind the header count as data.
 */
static bool find_data(const uint8_t *command, size_t len, size_t *ret_start, size_t *ret_len)
{
	size_t lc;

	*ret_start = len;
	*ret_len = 0;
	if (len == HEADER_LEN || len == HEADER_LEN + 1)
		return true;
	if (command[4] != 0) {
		lc = command[4];
		*ret_start = 5;
		*ret_len = lc;
		return len == 5 + lc || len == 6 + lc;
	}
	if (len < 7)
		return false;
	if (len == 7)
		return true;
	lc = (size_t)command[5] << 8 | command[6];
	*ret_start = 7;
	*ret_len = lc;
	return lc > 0 && (len == 7 + lc || len == 9 + lc);
}

/* Chained parts belong together: what one of them hides, the rest hides (ISO 7816-4 §5.3.3). */
static void remember(struct apdu_mask *m, uint8_t cla, bool data_secret, bool response_secret)
{
	m->data_secret = data_secret || (m->in_chain && m->data_secret);
	m->response_secret = response_secret || (m->in_chain && m->response_secret);
	m->in_chain = cla != CLA_READER && cla & CLA_CHAIN;
	m->seen = true;
}

void apdu_mask_command(struct apdu_mask *m, const uint8_t *command, size_t len, uint8_t *out,
		       bool *ret_masked)
{
	const struct shown *row;
	size_t start, n;

	*ret_masked = false;
	if (len < HEADER_LEN) {
		/* no command at all: nothing is known about it */
		m->data_secret = m->response_secret = m->seen = true;
		if (len > 0)
			memset(out, MASK_BYTE, len);
		*ret_masked = len > 0;
		return;
	}
	row = find_shown(command);
	if (!find_data(command, len, &start, &n)) {
		start = HEADER_LEN;
		n = len - HEADER_LEN;
		row = NULL;
	}
	memmove(out, command, len);
	if (command[1] == INS_GET_RESPONSE && kind_of(command[0]) != CLASS_OPAQUE && n == 0) {
		/* belongs to the command before it; without one, nobody knows what it fetches */
		m->response_secret |= !m->seen;
		m->seen = true;
		return;
	}
	remember(m, command[0], row == NULL || !row->data, row == NULL || !row->response);
	if (m->data_secret && n > 0) {
		memset(out + start, MASK_BYTE, n);
		*ret_masked = true;
	}
}

void apdu_mask_response(const struct apdu_mask *m, const uint8_t *response, size_t len,
			uint8_t *out, bool *ret_masked)
{
	size_t sw_len = len >= 2 ? 2 : 0;

	*ret_masked = false;
	if (len == 0)
		return;
	memmove(out, response, len);
	if ((m->response_secret || !m->seen) && len > sw_len) {
		memset(out, MASK_BYTE, len - sw_len);
		*ret_masked = true;
	}
}
