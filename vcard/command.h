/* SPDX-License-Identifier: BSD-2-Clause */
/* A command APDU taken apart (ISO 7816-4 §5.1, ISO 7816-3 §12.1). */
#ifndef MOHR_VCARD_COMMAND_H
#define MOHR_VCARD_COMMAND_H

#include "base/buf.h"

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

#endif
