/* SPDX-License-Identifier: BSD-2-Clause */
/* A peek into an X.509 certificate (RFC 5280 §4.1): where its fields are. Nothing is verified. */
#ifndef MOHR_CODEC_X509_H
#define MOHR_CODEC_X509_H

#include "base/buf.h"
#include "codec/pubkey.h"

/* Key usage bits, RFC 5280 §4.2.1.3, bit 0 = 0x001. */
enum {
	X509_KU_DIGITAL_SIGNATURE = 0x001,
	X509_KU_NON_REPUDIATION = 0x002,
	X509_KU_KEY_ENCIPHERMENT = 0x004,
	X509_KU_DATA_ENCIPHERMENT = 0x008,
	X509_KU_KEY_AGREEMENT = 0x010,
	X509_KU_KEY_CERT_SIGN = 0x020,
	X509_KU_CRL_SIGN = 0x040,
};

/* All cursors borrow from the certificate's bytes. */
struct x509 {
	struct cursor
		serial; /* DER INTEGER, tag and length included, as CKA_SERIAL_NUMBER wants it */
	struct cursor issuer;     /* DER Name, tag and length included */
	struct cursor subject;    /* DER Name, tag and length included */
	struct cursor not_before; /* content octets of the UTCTime or GeneralizedTime */
	struct cursor not_after;
	uint8_t not_before_tag; /* 0x17 UTCTime, 0x18 GeneralizedTime */
	uint8_t not_after_tag;
	struct cursor spki; /* DER SubjectPublicKeyInfo, tag and length included */
	struct pubkey key;  /* KEY_NONE if it is of no use: unknown, too short, malformed */
	bool has_key_usage;
	unsigned key_usage; /* X509_KU_* */
	bool is_ca;         /* basicConstraints cA */
};

/* The certificate must fill data exactly. MOHR_ERR_MALFORMED otherwise. */
MOHR_MUST_CHECK int x509_decode(const void *data, size_t len, struct x509 *ret);

/* "YYYYMMDD" of a time field, RFC 5280 §4.1.2.5; ret_date gets 8 characters and no terminator. */
MOHR_MUST_CHECK int x509_date(const struct cursor *time, uint8_t tag, char ret_date[8]);

/* The first attribute value of this type (DER content octets of its OID) in a Name, as stored. */
MOHR_MUST_CHECK int x509_name_find(const struct cursor *name, const void *oid, size_t oid_len,
				   struct cursor *ret_value);

#endif
