/* SPDX-License-Identifier: BSD-2-Clause */
/* The card's private keys: libcrypto does the arithmetic, the card the formats of ISO 7816-8. */
#ifndef MOHR_VCARD_KEY_H
#define MOHR_VCARD_KEY_H

#include "vcard/card.h"

/* The longest text that the scheme takes as it is; 0: whatever the hash demands. */
enum { VCARD_ECDSA_RAW_MAX = 64 };

/* Makes a new key of this kind; the old one stays if that fails. */
MOHR_MUST_CHECK int vcard_key_generate(struct vcard_key *key, enum vcard_key_kind kind);

/* The key for use, borrowed; MOHR_ERR_CRYPTO if its bytes are none. */
MOHR_MUST_CHECK int vcard_key_load(struct vcard_key *key, EVP_PKEY **ret);

/* Bytes of the modulus, or of a coordinate. */
size_t vcard_kind_len(enum vcard_key_kind kind);

/* "RSA-2048" and so on; MOHR_ERR_ARGUMENT for a name ("rsa2048") that is none. */
const char *vcard_kind_name(enum vcard_key_kind kind);
MOHR_MUST_CHECK int vcard_kind_parse(const char *name, enum vcard_key_kind *ret);

/* Signs a digest, or data given as they are, by an algorithm byte; writes the signature. */
MOHR_MUST_CHECK int vcard_key_sign(struct vcard_key *key, uint8_t algorithm, const uint8_t *data,
				   size_t len, struct buf *ret);

/*
 * RSAES-PKCS1-v1_5, or RSADP alone with VCARD_ALGORITHM_DECIPHER_RAW. MOHR_ERR_DATA_INVALID for a bad
 * padding, which takes the same time and the same path wherever the fault lies.
 */
MOHR_MUST_CHECK int vcard_key_decipher(struct vcard_key *key, uint8_t algorithm,
				       const uint8_t *data, size_t len, struct buf *ret);

/* ECDH: the shared point's x. MOHR_ERR_DATA_INVALID for a point that is none of the key's curve. */
MOHR_MUST_CHECK int vcard_key_agree(struct vcard_key *key, const struct cursor *point,
				    struct buf *ret);

/* Writes the public key as 7F49 (ISO 7816-8 §5.3). */
MOHR_MUST_CHECK int vcard_key_put_public(struct vcard_key *key, struct buf *ret);

#endif
