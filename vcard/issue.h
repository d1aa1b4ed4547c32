/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates for a test card, by a demo authority that says of itself that it is one. */
#ifndef MOHR_VCARD_ISSUE_H
#define MOHR_VCARD_ISSUE_H

#include <openssl/types.h>

#include "vcard/vcard.h"

/* The authority: its certificate and its key. */
struct vcard_authority {
	X509 *certificate;
	EVP_PKEY *key;
};

/*
 * Reads ca.crt and ca.key (PEM) of this folder; makes folder, key (mode 0600) and certificate if there
 * are none. NULL: an authority that lives in memory only. MOHR_ERR_IO with errno; MOHR_ERR_MALFORMED
 * if a file is missing or is not what it should be, or key and certificate do not belong together.
 */
MOHR_MUST_CHECK int vcard_authority_init(const char *folder, struct vcard_authority *ret);
/* Frees what it holds. */
void vcard_authority_clear(struct vcard_authority *a);

enum vcard_purpose {
	VCARD_FOR_AUTH,
	VCARD_FOR_SIGN,
	VCARD_FOR_KEY_MANAGEMENT,
	VCARD_FOR_CARD_AUTH,
};

/* Writes the DER of a certificate for the holder in setup, whose names have to be valid. */
MOHR_MUST_CHECK int vcard_issue_one(const struct vcard_setup *setup,
				    const struct vcard_authority *a, EVP_PKEY *key,
				    enum vcard_purpose purpose, struct buf *ret);

/* Whether the names in setup can stand in certificates. */
bool vcard_holder_valid(const struct vcard_setup *setup);

/* Ten digits with a right check digit, not all equal, not beginning with 000. */
bool vcard_national_code_valid(const char *code);

/*
 * Shared with authority.c: a certificate for key without its signature, valid from margin seconds ago
 * for days; then the extensions of a section of the built-in configuration. NULL, or not 0, on failure.
 */
X509 *vcard_certificate_new(EVP_PKEY *key, const X509_NAME *issuer, long margin, int days);
MOHR_MUST_CHECK int vcard_certificate_finish(X509 *crt, X509 *issuer, EVP_PKEY *issuer_key,
					     const char *section);

#endif
