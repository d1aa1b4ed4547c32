/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public-key operations by libcrypto's BN and EC arithmetic; only public values are at work, but for
 * the number that RSA takes, so nothing else is kept from timing. Arguments are those of crypto.h, checked by crypto.c. Used by
 * crypto_openssl.c, which says why EVP will not do.
 */
#ifndef MOHR_CRYPTO_PUBLIC_OPENSSL_H
#define MOHR_CRYPTO_PUBLIC_OPENSSL_H

#include <openssl/types.h>

#include "crypto/crypto.h"

MOHR_MUST_CHECK int public_rsa(OSSL_LIB_CTX *libctx, const struct cursor *n, const struct cursor *e,
			       const uint8_t *in, uint8_t *out);
MOHR_MUST_CHECK int public_ecdsa(OSSL_LIB_CTX *libctx, enum curve curve, const struct cursor *point,
				 const void *digest, size_t digest_len, const void *sig,
				 size_t sig_len);
MOHR_MUST_CHECK int public_point_check(OSSL_LIB_CTX *libctx, enum curve curve,
				       const struct cursor *point);

#endif
