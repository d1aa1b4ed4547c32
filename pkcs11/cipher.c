/* SPDX-License-Identifier: BSD-2-Clause */
/* The setup of encrypting and decrypting, and how parts are gathered. */
#include "pkcs11/cipher.h"

#include "pkcs11/rv.h"
#include "pkcs11/session.h"
#include "token/decipher.h"

size_t cipher_block_len(const struct operation *op)
{
	return pubkey_signature_len(&op->key->shape);
}

size_t cipher_text_max(const struct operation *op)
{
	struct eme_oaep oaep = decipher_oaep(NULL, &op->cipher);
	size_t max = cipher_block_len(op);

	if (op->cipher.scheme == DECIPHER_OAEP)
		return eme_oaep_max(&oaep, max, &max) == 0 ? max : 0;
	if (op->mechanism->type == CKM_RSA_PKCS)
		max -= EME_PKCS1_OVERHEAD;
	return max;
}

/* The label, which is the application's memory until Init returns, and no longer. */
static CK_RV keep_label(struct operation *op)
{
	if (op->cipher.label_len > CIPHER_LABEL_MAX)
		return CKR_MECHANISM_PARAM_INVALID;
	buf_init(&op->label, CIPHER_LABEL_MAX);
	buf_put(&op->label, op->cipher.label, op->cipher.label_len);
	op->cipher.label = op->label.data;
	return rv_from(buf_err(&op->label), RV_SESSION);
}

/* Whether a block by this key has room for OAEP with this hash. */
static CK_RV check_size(const struct operation *op)
{
	struct eme_oaep oaep = decipher_oaep(NULL, &op->cipher);
	size_t max;

	if (op->cipher.scheme == DECIPHER_OAEP &&
	    eme_oaep_max(&oaep, cipher_block_len(op), &max) != 0)
		return CKR_KEY_SIZE_RANGE;
	return CKR_OK;
}

CK_RV cipher_setup(struct session *s, const struct operation_setup *setup, CK_FLAGS does,
		   struct operation *op)
{
	CK_OBJECT_CLASS class_id = does == CKF_ENCRYPT ? CKO_PUBLIC_KEY : CKO_PRIVATE_KEY;
	CK_RV rv;

	op->mechanism = mechanism_find(setup->mechanism->mechanism);
	if (!op->mechanism || !(op->mechanism->does & does))
		return CKR_MECHANISM_INVALID;
	rv = mechanism_cipher_request(op->mechanism, setup->mechanism, &op->cipher);
	if (rv == CKR_OK)
		rv = operation_key(s, op->mechanism, setup->key, class_id, &op->key);
	if (rv == CKR_OK)
		rv = check_size(op);
	if (rv == CKR_OK)
		rv = keep_label(op);
	if (rv == CKR_OK)
		buf_init(&op->input, cipher_block_len(op));
	return rv;
}

CK_RV cipher_gather(struct session *s, struct operation *op, const CK_BYTE *part, CK_ULONG len,
		    const CK_BYTE *out, CK_ULONG *out_len, CK_RV too_long)
{
	CK_RV rv = CKR_OK;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (!out_len || (len && !part))
		rv = CKR_ARGUMENTS_BAD;
	else if (out && len > op->input.max - op->input.len)
		rv = too_long;
	if (rv == CKR_OK && out) {
		op->parts = true;
		buf_put(&op->input, part, len);
		rv = rv_from(buf_err(&op->input), RV_SESSION);
	}
	if (rv == CKR_OK)
		*out_len = 0;
	else
		operation_end(s, op);
	return rv;
}
