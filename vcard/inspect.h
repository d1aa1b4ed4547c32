/* SPDX-License-Identifier: BSD-2-Clause */
/* What inspect shows, and the two forms in which it does. */
#ifndef MOHR_VCARD_INSPECT_H
#define MOHR_VCARD_INSPECT_H

#include "vcard/ias/ias.h"

enum { INSPECT_DATE_LEN = 24 };

struct inspect_certificate {
	size_t size;   /* of the file; 0: empty */
	bool readable; /* the rest is filled in */
	char *subject; /* RFC 2253, UTF-8; owned; NULL if there was no memory */
	char *issuer;
	char not_before[INSPECT_DATE_LEN]; /* ISO 8601, UTC */
	char not_after[INSPECT_DATE_LEN];
	char sha256[65];
};

/* Reads a certificate; size alone is filled in if it cannot be read. */
void inspect_certificate_init(const struct buf *der, struct inspect_certificate *ret);
void inspect_certificate_clear(struct inspect_certificate *c);

/* Parts that cards of all kinds have, on standard output. */
void inspect_print_hex(const uint8_t *bytes, size_t len);
void inspect_print_certificate(const struct inspect_certificate *c);
void inspect_print_json_string(const char *text);
void inspect_print_json_certificate(const struct inspect_certificate *c);
void inspect_print_card(const struct vcard *v);

/* One application, with the card that it is on. */
struct vcard_piv;
struct vcard_p15;
void inspect_print_piv(const struct vcard_piv *p, bool json);
void inspect_print_ias(const struct vcard_ias *v, bool json);
void inspect_print_p15(const struct vcard_p15 *p, bool json);

#endif
