/* SPDX-License-Identifier: BSD-2-Clause */
/* Encodings of a message digest before the RSA operation (RFC 8017 §9). */
#ifndef MOHR_CODEC_EMSA_H
#define MOHR_CODEC_EMSA_H

#include "base/alg.h"
#include "base/buf.h"

/* Digest of in (HASH_MAX_LEN bytes of room at out); 0 or an error. How this floor borrows a hash. */
typedef int emsa_digest_fn(void *user, enum hash_alg alg, const uint8_t *in, size_t in_len,
			   uint8_t *out);

/* DER of DigestInfo up to the digest itself (RFC 8017 §9.2 note 1). Static; NULL for HASH_NONE. */
const uint8_t *emsa_digest_info_prefix(enum hash_alg alg, size_t *ret_len);

/* Appends DigestInfo for this digest; digest_len must be hash_len(alg). */
MOHR_MUST_CHECK int emsa_put_digest_info(struct buf *b, enum hash_alg alg, const void *digest,
					 size_t digest_len);

/* Which hash a DigestInfo names, and its digest; HASH_NONE if the bytes are no DigestInfo we know. */
enum hash_alg emsa_parse_digest_info(const void *data, size_t len, struct cursor *ret_digest);

/* EM = 00 01 FF.. 00 T, of em_len bytes; MOHR_ERR_DATA_LENGTH if t_len > em_len - 11. */
MOHR_MUST_CHECK int emsa_pkcs1_encode(const void *t, size_t t_len, size_t em_len,
				      struct buf *ret_em);
/* Takes T out of EM; MOHR_ERR_SIGNATURE_INVALID unless every byte is as RFC 8017 §9.2 says. */
MOHR_MUST_CHECK int emsa_pkcs1_decode(const void *em, size_t em_len, struct cursor *ret_t);

/*
 * RFC 8017 §9.1.1 for a modulus of mod_bits: EM has (mod_bits - 1 + 7) / 8 bytes. digest is the
 * message's, of hash; mgf_hash is MGF1's; salt is the caller's random bytes.
 */
MOHR_MUST_CHECK int emsa_pss_encode(emsa_digest_fn *digest_fn, void *user, enum hash_alg hash,
				    enum hash_alg mgf_hash, const uint8_t *digest,
				    const uint8_t *salt, size_t salt_len, size_t mod_bits,
				    struct buf *ret_em);
/* RFC 8017 §9.1.2; the salt's length must be salt_len. MOHR_ERR_SIGNATURE_INVALID if inconsistent. */
MOHR_MUST_CHECK int emsa_pss_verify(emsa_digest_fn *digest_fn, void *user, enum hash_alg hash,
				    enum hash_alg mgf_hash, const uint8_t *digest, size_t salt_len,
				    size_t mod_bits, const uint8_t *em, size_t em_len);

#endif
