/* SPDX-License-Identifier: BSD-2-Clause */
/* Verification of signatures on the host: of what a card returned, and for C_Verify. */
#ifndef MOHR_TOKEN_VERIFY_H
#define MOHR_TOKEN_VERIFY_H

#include "crypto/crypto.h"
#include "profile/profile.h"

/* 0, MOHR_ERR_SIGNATURE_INVALID, MOHR_ERR_SIGNATURE_LENGTH, or what is wrong with request or key. */
MOHR_MUST_CHECK int verify_signature(struct crypto *crypto, const struct pubkey *key,
				     const struct sign_request *request, const uint8_t *signature,
				     size_t len);

/* RSA only: what the block holds once the public operation and the PKCS#1 padding are undone. */
MOHR_MUST_CHECK int verify_recover(struct crypto *crypto, const struct pubkey *key,
				   enum sign_scheme scheme, const uint8_t *signature, size_t len,
				   struct buf *ret_data);

#endif
