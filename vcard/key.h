/* SPDX-License-Identifier: BSD-2-Clause */
/* The card's private keys: libcrypto does the arithmetic, the card the formats of ISO 7816-8. */
#ifndef MOHR_VCARD_KEY_H
#define MOHR_VCARD_KEY_H

#include <openssl/types.h>

#include "base/buf.h"
#include "vcard/vcard.h"

struct vcard_key {
	uint8_t reference;
	uint8_t use; /* access rule, the application's own */
	uint8_t may; /* the application's own */
	enum vcard_key_kind kind;
	struct buf der;  /* the private key; empty: none yet */
	EVP_PKEY *ready; /* the same once it was needed, else NULL */
};

/* Makes a new key of this kind; the old one stays if that fails. */
MOHR_MUST_CHECK int vcard_key_generate(struct vcard_key *key, enum vcard_key_kind kind);

/* Takes this key, and owns it then, in the old one's place; nothing changes on failure. */
MOHR_MUST_CHECK int vcard_key_set(struct vcard_key *key, enum vcard_key_kind kind, EVP_PKEY *pkey);

/* The key for use, borrowed; MOHR_ERR_CRYPTO if its bytes are none. */
MOHR_MUST_CHECK int vcard_key_load(struct vcard_key *key, EVP_PKEY **ret);

bool vcard_kind_is_rsa(enum vcard_key_kind kind);
/* For ECDSA and ECDH. */
bool vcard_kind_is_ec(enum vcard_key_kind kind);

/* libcrypto's name of the curve; NULL if it is none of those. */
const char *vcard_kind_group(enum vcard_key_kind kind);

enum { VCARD_ED25519_LEN = 32 };

/* Bytes of the modulus, of a coordinate, or of an Ed25519 key. */
size_t vcard_kind_len(enum vcard_key_kind kind);

/* Whether this key is of the kind. */
bool vcard_kind_has(enum vcard_key_kind kind, const EVP_PKEY *pkey);

/* "RSA-2048" and so on; MOHR_ERR_ARGUMENT for a name ("rsa2048") that is none. */
const char *vcard_kind_name(enum vcard_key_kind kind);
MOHR_MUST_CHECK int vcard_kind_parse(const char *name, enum vcard_key_kind *ret);

/* Writes the public key as 7F49 (ISO 7816-8 §5.3). */
MOHR_MUST_CHECK int vcard_key_put_public(struct vcard_key *key, struct buf *ret);

/*
 * Private-key operations (key_use.c): RSA over a whole block, ECDSA (DER) of a hash, ECDH.
 * MOHR_ERR_DATA_INVALID for a block that is not below the modulus or a point off the curve, MOHR_ERR_CRYPTO.
 */
MOHR_MUST_CHECK int vcard_key_raw(struct vcard_key *key, const uint8_t *block, size_t len,
				  struct buf *ret);
MOHR_MUST_CHECK int vcard_key_ecdsa(struct vcard_key *key, const uint8_t *hash, size_t len,
				    struct buf *ret);
MOHR_MUST_CHECK int vcard_key_agree(struct vcard_key *key, const uint8_t *point, size_t len,
				    struct buf *ret);

/* Ed25519 of a message (RFC 8032 §5.1.6). MOHR_ERR_DATA_INVALID for another kind of key, MOHR_ERR_CRYPTO. */
MOHR_MUST_CHECK int vcard_key_eddsa(struct vcard_key *key, const uint8_t *message, size_t len,
				    struct buf *ret);

/* r and s out of DER, len bytes each. MOHR_ERR_CRYPTO. */
MOHR_MUST_CHECK int vcard_ecdsa_plain(const uint8_t *der, size_t der_len, size_t len,
				      struct buf *ret);

/*
 * RFC 8017 §7.2.2 step 3: 00 02, eight or more bytes that are not 00, 00, the message. Reads every
 * byte whatever it finds. Returns where the message begins, 0 if the padding is wrong.
 */
size_t vcard_eme_message(const uint8_t *em, size_t len);

#endif
