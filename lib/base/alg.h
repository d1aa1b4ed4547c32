/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and sizes of the algorithms that all floors speak of. Pure data. */
#ifndef MOHR_BASE_ALG_H
#define MOHR_BASE_ALG_H

#include <stdbool.h>
#include <stddef.h>

enum hash_alg {
	HASH_NONE, /* the caller gives what is to be signed as it is */
	HASH_SHA1,
	HASH_SHA224,
	HASH_SHA256,
	HASH_SHA384,
	HASH_SHA512,
	N_HASH_ALGS
};

enum { HASH_MAX_LEN = 64, HASH_MAX_BLOCK = 128 };

enum curve { CURVE_NONE, CURVE_P256, CURVE_P384, CURVE_P521, CURVE_ED25519, N_CURVES };

enum key_type { KEY_NONE, KEY_RSA, KEY_EC, KEY_EDWARDS };

/* How a digest or message becomes a signature. */
enum sign_scheme {
	SIGN_PKCS1, /* EMSA-PKCS1-v1_5, RFC 8017 §9.2; with HASH_NONE the data stand for DigestInfo */
	SIGN_PSS,   /* EMSA-PSS, RFC 8017 §9.1 */
	SIGN_RAW,   /* RSASP1 over a whole block, RFC 8017 §5.2.1 */
	SIGN_ECDSA, /* FIPS 186-5 §6; the signature is r || s, each of the curve's length */
	SIGN_ECDSA_MESSAGE, /* SIGN_ECDSA of a message that the card itself hashes */
	SIGN_EDDSA,         /* RFC 8032 §5.1.6: of the message itself; the signature is R || S */
};

/* How a cryptogram becomes plain text. PKCS#1 v1.5 is not among them: docs/natid-card.md says why. */
enum decipher_scheme {
	DECIPHER_RAW, /* RSADP over a whole block, RFC 8017 §5.1.2; the result has its zeros in front */
	DECIPHER_OAEP, /* RSAES-OAEP, RFC 8017 §7.1 */
};

/* Digest length; 0 for HASH_NONE and unknown values. */
size_t hash_len(enum hash_alg alg);

/* "SHA-256" and so on; "none" for HASH_NONE. Static. */
const char *hash_name(enum hash_alg alg);

/* The algorithm whose digest has this length, HASH_NONE if there is none. */
enum hash_alg hash_by_len(size_t len);

/* Length of one coordinate: 32, 48, 66, 32; 0 for CURVE_NONE. */
size_t curve_len(enum curve curve);

/* Size in bits: 256, 384, 521, 255. */
unsigned curve_bits(enum curve curve);

/* Whether its points are 04 || X || Y and its keys are for ECDSA and ECDH (SEC 1). */
bool curve_is_weierstrass(enum curve curve);

/* "P-256" and so on. Static. */
const char *curve_name(enum curve curve);

#endif
