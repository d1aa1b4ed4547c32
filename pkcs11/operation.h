/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Active operations of a session: at most one of each kind (PKCS#11 v3.1 §5.1.6). What ends an operation is the
 * specification's rule: everything but CKR_BUFFER_TOO_SMALL, a size query, and an Update that went well.
 */
#ifndef MOHR_PKCS11_OPERATION_H
#define MOHR_PKCS11_OPERATION_H

#include "pkcs11/mechanism.h"
#include "pkcs11/object.h"

struct session;

struct operation {
	const struct mechanism *mechanism; /* NULL: not active */
	bool recover;                      /* the recovering kind of signing or verifying */
	bool parts;                        /* an Update was called: only Final may follow */
	bool stored;                       /* verifying: the signature was given before the data */
	bool context;                      /* a context-specific login was made for it */
	struct digest *digest;             /* hashed mechanisms */
	struct sign_request request;       /* without data */
	struct decipher_request cipher;    /* without data; its label is in label */
	struct buf label;
	struct buf input; /* what it keeps: a stored signature, the parts of a text or cryptogram */
	struct buf message;   /* the parts of what is signed, where that is not hashed before */
	struct secret *text;  /* decrypting: the text of input, which there was no room for */
	unsigned long number; /* in the session; a later one has a higher number */
	struct object *key;   /* owns a reference, which operation_end drops */
	unsigned long epoch;  /* of the presence's login, for private keys */
};

bool operation_active(const struct operation *op);
/* Ends it, also one that did not begin: gives up a context-specific login, frees; nothing happens to an inactive one. */
void operation_end(struct session *s, struct operation *op);

/* Output conventions (§5.2): true if *ret says how to go on; false if there is room for need bytes. */
bool operation_sizes(const CK_BYTE *out, CK_ULONG *len, CK_ULONG need, CK_RV *ret);

/* Room for hashing the data of a mechanism that hashes; nothing for others. */
CK_RV operation_start_digest(struct session *s, struct operation *op, enum hash_alg hash);

/* Whether it signs or verifies a message that comes in parts and is no digest: EdDSA, and where the card hashes. */
bool operation_keeps_parts(const struct operation *op);

/* More data for its hash, or its message. */
CK_RV operation_hash(struct operation *op, const CK_BYTE *part, CK_ULONG len);
/*
 * The block of CKM_RSA_X_509 (PKCS#11 v3.1 §6.1.12): short data get leading zeros, up to the modulus'
 * length. MOHR_ERR_DATA_LENGTH.
 */
MOHR_MUST_CHECK int operation_put_block(const struct operation *op, const uint8_t *data, size_t len,
					struct buf *ret);

/* The key of this handle, of this class, for this mechanism. The caller owns a reference. */
CK_RV operation_key(struct session *s, const struct mechanism *m, CK_OBJECT_HANDLE handle,
		    CK_OBJECT_CLASS class_id, struct object **ret);

/* What C_*Init is given. */
struct operation_setup {
	const CK_MECHANISM *mechanism;
	CK_OBJECT_HANDLE key;
	bool recover;
	bool stored; /* C_VerifySignatureInit: the signature comes here */
	const CK_BYTE *signature;
	CK_ULONG signature_len;
};

/*
 * All of a C_*Init: a NULL mechanism ends an active operation (PKCS#11 v3.1 §5.8.1 and others); check
 * makes a new one of the setup, which is ended again if it is not to be.
 */
typedef CK_RV operation_check_fn(struct session *s, const struct operation_setup *setup,
				 struct operation *op);
CK_RV operation_begin(struct session *s, struct operation *op, const struct operation_setup *setup,
		      operation_check_fn *check);

/*
 * C_Login(CKU_CONTEXT_SPECIFIC), for the last operation begun with a key that wants it; a wrong PIN leaves
 * the operation alive.
 */
CK_RV operation_login(struct session *s, const CK_UTF8CHAR *pin, CK_ULONG len);
/* CKR_USER_NOT_LOGGED_IN if its private key may not be used now, as far as the session knows. */
CK_RV operation_may_use_key(struct session *s, const struct operation *op);

CK_RV digest_begin(struct session *s, const CK_MECHANISM *mechanism);
CK_RV digest_part(struct session *s, const CK_BYTE *part, CK_ULONG len);
CK_RV digest_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len);
CK_RV digest_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		   CK_ULONG *out_len);

/* In parts: the single-part mechanisms of RSA gather the text first. */
CK_RV encrypt_begin(struct session *s, const struct operation_setup *setup);
CK_RV encrypt_part(struct session *s, const CK_BYTE *part, CK_ULONG len, const CK_BYTE *out,
		   CK_ULONG *out_len);
CK_RV encrypt_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len);
CK_RV encrypt_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		    CK_ULONG *out_len);

CK_RV decrypt_begin(struct session *s, const struct operation_setup *setup);
CK_RV decrypt_part(struct session *s, const CK_BYTE *part, CK_ULONG len, const CK_BYTE *out,
		   CK_ULONG *out_len);
CK_RV decrypt_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len);
CK_RV decrypt_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		    CK_ULONG *out_len);

CK_RV sign_begin(struct session *s, const struct operation_setup *setup);
CK_RV sign_part(struct session *s, const CK_BYTE *part, CK_ULONG len);
CK_RV sign_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len);
/* recover says which of C_Sign and C_SignRecover was called. */
CK_RV sign_whole(struct session *s, bool recover, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		 CK_ULONG *out_len);

CK_RV verify_begin(struct session *s, const struct operation_setup *setup);
/* stored says whether C_VerifySignatureUpdate was called. */
CK_RV verify_part(struct session *s, bool stored, const CK_BYTE *part, CK_ULONG len);
CK_RV verify_end(struct session *s, const CK_BYTE *signature, CK_ULONG len);
CK_RV verify_stored_end(struct session *s);
CK_RV verify_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, const CK_BYTE *signature,
		   CK_ULONG signature_len);
CK_RV verify_stored_whole(struct session *s, const CK_BYTE *data, CK_ULONG len);
CK_RV verify_recover_whole(struct session *s, const CK_BYTE *signature, CK_ULONG signature_len,
			   CK_BYTE *out, CK_ULONG *out_len);

#endif
