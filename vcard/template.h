/* SPDX-License-Identifier: BSD-2-Clause */
/* What commands of ISO 7816-8 carry in templates, for the applications that take them in the same form. */
#ifndef MOHR_VCARD_TEMPLATE_H
#define MOHR_VCARD_TEMPLATE_H

#include "vcard/command.h"
#include "vcard/vcard.h"

/* What GENERATE ASYMMETRIC KEY PAIR asks for (§5.2). */
struct vcard_generate_request {
	bool has_kind;
	enum vcard_key_kind kind;
	uint8_t key; /* reference */
};

/* {AC, B6 or A4 {84 key, [80 kind]}}, and nothing else; a kind that is not known is none. */
MOHR_MUST_CHECK int vcard_template_generate(const struct vcard_command *c,
					    struct vcard_generate_request *ret);

/* The peer's point in PERFORM SECURITY OPERATION: {A6 {7F49 {86 point}}} (§5.4.7), and nothing else. */
MOHR_MUST_CHECK int vcard_template_point(const struct vcard_command *c, struct cursor *ret);

#endif
