/* SPDX-License-Identifier: BSD-2-Clause */
/* Verification of signatures on the host: of what a card returned, and for C_Verify. */
#ifndef MOHR_TOKEN_VERIFY_H
#define MOHR_TOKEN_VERIFY_H

#include "base/secret.h"
#include "crypto/crypto.h"
#include "profile/profile.h"

/* 0, MOHR_ERR_SIGNATURE_INVALID, MOHR_ERR_SIGNATURE_LENGTH, or what is wrong with request or key. */
MOHR_MUST_CHECK int verify_signature(struct crypto *crypto, const struct pubkey *key,
				     const struct sign_request *request, const uint8_t *signature,
				     size_t len);

/*
 * RSA only: whether the public operation on block gives the cryptogram (RFC 8017 §5.1); in time that says
 * nothing of the block. 0, MOHR_ERR_DECRYPTION_WRONG, or what is wrong with the key.
 */
MOHR_MUST_CHECK int verify_decryption(struct crypto *crypto, const struct pubkey *key,
				      const uint8_t *cryptogram, size_t len,
				      const struct secret *block);

/* RSA only: what the block holds once the public operation and the PKCS#1 padding are undone. */
MOHR_MUST_CHECK int verify_recover(struct crypto *crypto, const struct pubkey *key,
				   enum sign_scheme scheme, const uint8_t *signature, size_t len,
				   struct buf *ret_data);

#endif
