/* SPDX-License-Identifier: BSD-2-Clause */
/* The shapes of public keys: SubjectPublicKeyInfo (RFC 3279, RFC 5480, RFC 8410) and the card's 7F49 (ISO 7816-8 §5.3). */
#ifndef MOHR_CODEC_PUBKEY_H
#define MOHR_CODEC_PUBKEY_H

#include "base/alg.h"
#include "base/buf.h"

/* Borrows its bytes. */
struct pubkey {
	enum key_type type;
	struct cursor modulus;  /* RSA: unsigned, no leading zero */
	struct cursor exponent; /* RSA: unsigned, no leading zero */
	unsigned bits;          /* RSA: bits of the modulus; EC: bits of the field */
	enum curve curve;       /* EC, EDWARDS */
	struct cursor
		point; /* EC: 04 || X || Y, uncompressed; EDWARDS: the key's bytes (RFC 8032) */
};

/*
 * spki is the whole SubjectPublicKeyInfo. An algorithm or curve that is not known gives KEY_NONE and
 * 0; a malformed key, an even or tiny modulus, one over LIMIT_RSA_BITS, or a point of the wrong
 * length gives MOHR_ERR_MALFORMED.
 */
MOHR_MUST_CHECK int pubkey_decode_spki(const struct cursor *spki, struct pubkey *ret);

/* The same without the SEQUENCE's own tag and length, which implicit tagging replaces. */
MOHR_MUST_CHECK int pubkey_decode_spki_content(const struct cursor *content, struct pubkey *ret);

/* The content of a 7F49 template: {81 n, 82 e} or {86 point}; curve is what the caller asked for. */
MOHR_MUST_CHECK int pubkey_decode_card(const struct cursor *template, enum curve curve,
				       struct pubkey *ret);

/* Of the numbers, unsigned; leading zeros are allowed. The same rules. */
MOHR_MUST_CHECK int pubkey_from_rsa(const struct cursor *modulus, const struct cursor *exponent,
				    struct pubkey *ret);
/*
 * Of an uncompressed point, or an Edwards curve's bytes; whether it lies on the curve is for the
 * cryptographic library to say.
 */
MOHR_MUST_CHECK int pubkey_from_point(const struct cursor *point, enum curve curve,
				      struct pubkey *ret);

/* Writes a SubjectPublicKeyInfo; for RSA with NULL parameters (RFC 3279 §2.3.1); nothing for KEY_NONE. */
void pubkey_encode_spki(struct buf *b, const struct pubkey *key);

/* DER of the curve's OID (tag 06 included): CKA_EC_PARAMS. Static; NULL for CURVE_NONE. Ed25519's is its algorithm's. */
const uint8_t *curve_oid(enum curve curve, size_t *ret_len);

/* The other way round; CURVE_NONE if it is none of ours. */
enum curve curve_by_oid(const struct cursor *oid);

/* Bytes of a signature by this key: of the modulus, or twice the coordinate; 0 for KEY_NONE. */
size_t pubkey_signature_len(const struct pubkey *key);

#endif
