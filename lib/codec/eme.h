/* SPDX-License-Identifier: BSD-2-Clause */
/* Encodings of a message before RSA encryption, and back (RFC 8017 §7). */
#ifndef MOHR_CODEC_EME_H
#define MOHR_CODEC_EME_H

#include "codec/emsa.h"

/* What both sides of EME-OAEP agree on. label may be NULL if label_len is 0. */
struct eme_oaep {
	emsa_digest_fn *digest_fn;
	void *user;
	enum hash_alg hash;     /* of the label; its length is the seed's too */
	enum hash_alg mgf_hash; /* MGF1's */
	const void *label;
	size_t label_len;
};

/*
 * The longest message that fits (RFC 8017 §7.1.1 step 1.b): em_len - 2 hLen - 2. MOHR_ERR_DATA_LENGTH if
 * the modulus is too small even for none, MOHR_ERR_ARGUMENT for no hash or over LIMIT_RSA_BITS.
 */
MOHR_MUST_CHECK int eme_oaep_max(const struct eme_oaep *p, size_t em_len, size_t *ret_len);

/*
 * RFC 8017 §7.1.1 steps 1.b to 2.i: EM of em_len bytes, the modulus' length. seed is hash_len(hash)
 * random bytes of the caller. MOHR_ERR_DATA_LENGTH if the message does not fit.
 */
MOHR_MUST_CHECK int eme_oaep_encode(const struct eme_oaep *p, const uint8_t *seed,
				    const void *message, size_t message_len, size_t em_len,
				    struct buf *ret_em);

/*
 * RFC 8017 §7.1.2 step 3. ret_message has room for eme_oaep_max bytes and is written whatever comes out:
 * the message and zeros behind it, or zeros alone. Until the one verdict, time and memory accesses depend
 * on lengths alone, not on EM (Manger). MOHR_ERR_ENCRYPTED_INVALID for whatever is wrong with EM,
 * MOHR_ERR_ENCRYPTED_LENGTH if no EM of this length can be right.
 */
MOHR_MUST_CHECK int eme_oaep_decode(const struct eme_oaep *p, const uint8_t *em, size_t em_len,
				    uint8_t *ret_message, size_t *ret_len);

/* EM is that much longer than its message, at least: 00 02, eight of padding, 00. */
enum { EME_PKCS1_OVERHEAD = 11 };

/*
 * RFC 8017 §7.2.1 step 2: EM = 00 02 PS 00 M. padding is em_len - 3 - message_len random bytes of the
 * caller, none of them zero (MOHR_ERR_ARGUMENT). MOHR_ERR_DATA_LENGTH if the message does not fit. There
 * is no decoding, on purpose: it cannot be done without telling an attacker something (Bleichenbacher).
 */
MOHR_MUST_CHECK int eme_pkcs1_encode(const uint8_t *padding, const void *message,
				     size_t message_len, size_t em_len, struct buf *ret_em);

#endif
