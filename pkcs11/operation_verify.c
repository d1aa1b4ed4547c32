/* SPDX-License-Identifier: BSD-2-Clause */
/* Verifying, in software (PKCS#11 v3.1 §5.15). */
#include "pkcs11/operation.h"

#include <string.h>

#include "pkcs11/attribute.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"
#include "token/verify.h"

/* The signature of C_VerifySignatureInit, which may be gone when it is needed. */
static CK_RV store_signature(const struct operation_setup *setup, struct operation *op)
{
	if (!setup->signature)
		return CKR_ARGUMENTS_BAD;
	if (setup->signature_len != pubkey_signature_len(&op->key->shape))
		return CKR_SIGNATURE_LEN_RANGE;
	op->stored = true;
	buf_init(&op->input, setup->signature_len);
	buf_put(&op->input, setup->signature, setup->signature_len);
	return rv_from(buf_err(&op->input), RV_SESSION);
}

static CK_RV check_setup(struct session *s, const struct operation_setup *setup,
			 struct operation *op)
{
	CK_FLAGS wanted = setup->recover ? CKF_VERIFY_RECOVER : CKF_VERIFY;
	CK_RV rv;

	op->recover = setup->recover;
	op->mechanism = mechanism_find(setup->mechanism->mechanism);
	if (!op->mechanism || !(op->mechanism->does & wanted))
		return CKR_MECHANISM_INVALID;
	rv = mechanism_request(op->mechanism, setup->mechanism, &op->request);
	if (rv == CKR_OK)
		rv = operation_key(s, op->mechanism, setup->key, CKO_PUBLIC_KEY, &op->key);
	if (rv == CKR_OK &&
	    !attribute_is_true(op->key, setup->recover ? CKA_VERIFY_RECOVER : CKA_VERIFY))
		rv = CKR_KEY_FUNCTION_NOT_PERMITTED;
	if (rv == CKR_OK && setup->stored)
		rv = store_signature(setup, op);
	return rv;
}

CK_RV verify_begin(struct session *s, const struct operation_setup *setup)
{
	return operation_begin(s, &s->verify, setup, check_setup);
}

/* Whether the operation was begun by the Init that belongs to this function. */
static bool is_ours(const struct operation *op, bool stored)
{
	return operation_active(op) && !op->recover && op->stored == stored;
}

CK_RV verify_part(struct session *s, bool stored, const CK_BYTE *part, CK_ULONG len)
{
	struct operation *op = &s->verify;
	CK_RV rv;

	if (!is_ours(op, stored))
		return CKR_OPERATION_NOT_INITIALIZED;
	op->parts = true;
	rv = operation_hash(op, part, len);
	if (rv != CKR_OK)
		operation_end(s, op);
	return rv;
}

static CK_RV check(struct session *s, const uint8_t *data, size_t len, const CK_BYTE *signature,
		   CK_ULONG signature_len)
{
	static const uint8_t nothing[1];
	struct operation *op = &s->verify;
	struct sign_request request = op->request;

	if (!signature)
		return CKR_ARGUMENTS_BAD;
	if (signature_len != pubkey_signature_len(&op->key->shape))
		return CKR_SIGNATURE_LEN_RANGE;
	request.data = data ? data : nothing;
	request.len = len;
	return rv_from(verify_signature(s->module->crypto, &op->key->shape, &request, signature,
					signature_len),
		       RV_SESSION);
}

static CK_RV check_digest(struct session *s, const CK_BYTE *signature, CK_ULONG signature_len)
{
	struct operation *op = &s->verify;
	uint8_t digest[HASH_MAX_LEN];
	int r = digest_final(op->digest, digest);

	if (r != 0)
		return rv_from(r, RV_SESSION);
	return check(s, digest, hash_len(op->mechanism->hash), signature, signature_len);
}

/* What came in parts. */
static CK_RV check_parts(struct session *s, const CK_BYTE *signature, CK_ULONG signature_len)
{
	struct operation *op = &s->verify;

	if (op->digest)
		return check_digest(s, signature, signature_len);
	if (!operation_keeps_parts(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	return check(s, op->message.data, op->message.len, signature, signature_len);
}

CK_RV verify_end(struct session *s, const CK_BYTE *signature, CK_ULONG len)
{
	struct operation *op = &s->verify;
	CK_RV rv;

	if (!is_ours(op, false))
		return CKR_OPERATION_NOT_INITIALIZED;
	rv = check_parts(s, signature, len);
	operation_end(s, op);
	return rv;
}

CK_RV verify_stored_end(struct session *s)
{
	struct operation *op = &s->verify;
	CK_RV rv;

	if (!is_ours(op, true))
		return CKR_OPERATION_NOT_INITIALIZED;
	rv = check_parts(s, op->input.data, op->input.len);
	operation_end(s, op);
	return rv;
}

static CK_RV check_raw(struct session *s, const CK_BYTE *data, CK_ULONG len,
		       const CK_BYTE *signature, CK_ULONG signature_len)
{
	struct buf block = BUF_INIT(LIMIT_SIGNATURE);
	CK_RV rv = rv_from(operation_put_block(&s->verify, data, len, &block), RV_SESSION);

	if (rv == CKR_OK)
		rv = check(s, block.data, block.len, signature, signature_len);
	buf_clear(&block);
	return rv;
}

static CK_RV check_whole(struct session *s, const CK_BYTE *data, CK_ULONG len,
			 const CK_BYTE *signature, CK_ULONG signature_len)
{
	struct operation *op = &s->verify;
	CK_RV rv;

	if (op->parts)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (len && !data)
		return CKR_ARGUMENTS_BAD;
	if (op->digest) {
		rv = operation_hash(op, data, len);
		return rv == CKR_OK ? check_digest(s, signature, signature_len) : rv;
	}
	if (op->request.scheme == SIGN_RAW)
		return check_raw(s, data, len, signature, signature_len);
	if (op->request.hash != HASH_NONE && len != hash_len(op->request.hash))
		return CKR_DATA_LEN_RANGE;
	return check(s, data, len, signature, signature_len);
}

CK_RV verify_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, const CK_BYTE *signature,
		   CK_ULONG signature_len)
{
	struct operation *op = &s->verify;
	CK_RV rv;

	if (!is_ours(op, false))
		return CKR_OPERATION_NOT_INITIALIZED;
	rv = check_whole(s, data, len, signature, signature_len);
	operation_end(s, op);
	return rv;
}

CK_RV verify_stored_whole(struct session *s, const CK_BYTE *data, CK_ULONG len)
{
	struct operation *op = &s->verify;
	CK_RV rv;

	if (!is_ours(op, true))
		return CKR_OPERATION_NOT_INITIALIZED;
	rv = check_whole(s, data, len, op->input.data, op->input.len);
	operation_end(s, op);
	return rv;
}

/* Gives out what the signature holds; alive afterwards only if there was no room for it. */
static CK_RV recover(struct session *s, const CK_BYTE *signature, CK_ULONG signature_len,
		     CK_BYTE *out, CK_ULONG *out_len, bool *ret_alive)
{
	struct operation *op = &s->verify;
	struct buf data = BUF_INIT(LIMIT_SIGNATURE);
	CK_RV rv;

	if (!signature || !out_len)
		return CKR_ARGUMENTS_BAD;
	rv = rv_from(verify_recover(s->module->crypto, &op->key->shape, op->request.scheme,
				    signature, signature_len, &data),
		     RV_SESSION);
	if (rv == CKR_OK && !operation_sizes(out, out_len, data.len, &rv)) {
		*ret_alive = true;
	} else if (rv == CKR_OK) {
		if (data.len)
			memcpy(out, data.data, data.len);
		*out_len = data.len;
	}
	buf_clear(&data);
	return rv;
}

CK_RV verify_recover_whole(struct session *s, const CK_BYTE *signature, CK_ULONG signature_len,
			   CK_BYTE *out, CK_ULONG *out_len)
{
	struct operation *op = &s->verify;
	bool alive = false;
	CK_RV rv;

	if (!operation_active(op) || !op->recover)
		return CKR_OPERATION_NOT_INITIALIZED;
	rv = recover(s, signature, signature_len, out, out_len, &alive);
	if (!alive)
		operation_end(s, op);
	return rv;
}
