/* SPDX-License-Identifier: BSD-2-Clause */
/* The mechanisms: one table from CKM_* to scheme, hash and key type. */
#ifndef MOHR_PKCS11_MECHANISM_H
#define MOHR_PKCS11_MECHANISM_H

#include "pkcs11/pkcs11.h"
#include "token/token.h"

struct mechanism {
	CK_MECHANISM_TYPE type;
	CK_FLAGS does;           /* CKF_DIGEST, CKF_SIGN, CKF_ENCRYPT and so on */
	enum key_type key;       /* KEY_NONE: digests */
	enum sign_scheme scheme; /* of what signs or verifies */
	enum hash_alg hash;      /* HASH_NONE: the application hashes */
};

/* The row, or NULL for a mechanism that this provider does not know. Static. */
const struct mechanism *mechanism_find(CK_MECHANISM_TYPE type);

/* The mechanism's parameters, of just this length, which need not be aligned; false if it has none such. */
bool mechanism_take_params(const CK_MECHANISM *given, void *ret, size_t len);

/* Checks what comes with the mechanism and makes a request without data of it. */
CK_RV mechanism_request(const struct mechanism *m, const CK_MECHANISM *given,
			struct sign_request *ret);

/*
 * The same of a mechanism that encrypts or decrypts: what the private key must do, without data; its label
 * borrows from given. For CKM_RSA_PKCS, which is not decrypted here, it is the raw operation.
 */
CK_RV mechanism_cipher_request(const struct mechanism *m, const CK_MECHANISM *given,
			       struct decipher_request *ret);

/*
 * Whether the key can sign so. Where the card takes no digest for it but hashes the message itself, the request
 * becomes one for the message.
 */
bool mechanism_can_sign(struct token *t, unsigned key, struct sign_request *request);

/* The hash of a CKM_* digest; HASH_NONE if there is none. */
enum hash_alg mechanism_hash(CK_MECHANISM_TYPE type);

/* What the mechanism does with this token: 0 if it is not listed. */
CK_RV mechanism_info(struct token *t, const struct mechanism *m, CK_MECHANISM_INFO *ret);

/* All mechanisms of this token; ret has room for MECHANISM_MAX. */
enum { MECHANISM_MAX = 64 };
CK_RV mechanism_list(struct token *t, CK_MECHANISM_TYPE *ret, CK_ULONG *ret_n);

/* CKF_SIGN, CKF_DECRYPT and so on: all that some mechanism does with this key of the card or its public half. */
CK_FLAGS mechanism_key_does(struct token *t, unsigned key, const struct pubkey *shape);

/* Those that this key can sign, decrypt or derive with; ret has room for MECHANISM_MAX. Returns how many. */
CK_ULONG mechanism_list_key(struct token *t, unsigned key, const struct pubkey *shape,
			    CK_MECHANISM_TYPE *ret);
/* Those that a public key can verify with, and encrypt if it may. */
CK_ULONG mechanism_list_public(const struct pubkey *shape, bool encrypts, CK_MECHANISM_TYPE *ret);

#endif
