/* SPDX-License-Identifier: BSD-2-Clause */
/* What encrypting and decrypting share: RSA mechanisms of one block (PKCS#11 v3.1 §6.1). */
#ifndef MOHR_PKCS11_CIPHER_H
#define MOHR_PKCS11_CIPHER_H

#include "codec/eme.h"
#include "pkcs11/operation.h"

/* The longest OAEP label that is kept; RFC 8017 knows no limit, and nobody uses one. */
enum { CIPHER_LABEL_MAX = 4096 };

/* Mechanism, parameters and key, of which does (CKF_ENCRYPT or CKF_DECRYPT) says the half. */
CK_RV cipher_setup(struct session *s, const struct operation_setup *setup, CK_FLAGS does,
		   struct operation *op);

/* Of the modulus, and so of a block, in bytes. */
size_t cipher_block_len(const struct operation *op);
/* The longest text of one block. */
size_t cipher_text_max(const struct operation *op);

/*
 * One part of a text or cryptogram that has max bytes at most, else too_long; nothing comes out before
 * the end. out NULL asks how much that is (§5.2).
 */
CK_RV cipher_gather(struct session *s, struct operation *op, const CK_BYTE *part, CK_ULONG len,
		    const CK_BYTE *out, CK_ULONG *out_len, CK_RV too_long);

#endif
