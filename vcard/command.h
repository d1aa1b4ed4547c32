/* SPDX-License-Identifier: BSD-2-Clause */
/* A command APDU taken apart (ISO 7816-4 §5.1, ISO 7816-3 §12.1), and the handlers of instructions. */
#ifndef MOHR_VCARD_COMMAND_H
#define MOHR_VCARD_COMMAND_H

#include "base/buf.h"

struct vcard;

struct vcard_command {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data; /* borrowed */
	size_t data_len;
	bool has_le;
	size_t le;        /* 256 or 65536 for "all there is" */
	bool le_definite; /* le was written as a number, not as "all there is" */
	bool extended;
};

/* MOHR_ERR_MALFORMED if the lengths contradict each other. */
MOHR_MUST_CHECK int vcard_command_decode(const uint8_t *bytes, size_t len,
					 struct vcard_command *ret);

/* Carries out a command; answers a status word and writes the data of the answer. */
typedef unsigned vcard_handler_fn(struct vcard *v, const struct vcard_command *c, struct buf *ret);

vcard_handler_fn vcard_select;
vcard_handler_fn vcard_read_binary, vcard_update_binary;
vcard_handler_fn vcard_verify, vcard_change, vcard_reset_retry;
vcard_handler_fn vcard_mse;
vcard_handler_fn vcard_pso;
vcard_handler_fn vcard_internal_auth;
vcard_handler_fn vcard_challenge, vcard_external_auth;
vcard_handler_fn vcard_generate;
vcard_handler_fn vcard_get_data, vcard_get_data_tlv;

#endif
