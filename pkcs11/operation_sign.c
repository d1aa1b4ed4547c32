/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing: hashed here, if the card does not do it itself, and signed by the card (PKCS#11 v3.1 §5.13). */
#include "pkcs11/operation.h"

#include <string.h>

#include "pkcs11/rv.h"
#include "pkcs11/session.h"

/* A key that could sign, but not so. */
static CK_RV why_not(const struct object *key, const struct mechanism *m)
{
	if (!(key->key->place->use & KEY_USE_SIGN))
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	return m->scheme == SIGN_PSS ? CKR_MECHANISM_PARAM_INVALID : CKR_MECHANISM_INVALID;
}

static CK_RV check_setup(struct session *s, const struct operation_setup *setup,
			 struct operation *op)
{
	CK_FLAGS wanted = setup->recover ? CKF_SIGN_RECOVER : CKF_SIGN;
	CK_RV rv;

	op->recover = setup->recover;
	op->mechanism = mechanism_find(setup->mechanism->mechanism);
	if (!op->mechanism || !(op->mechanism->does & wanted))
		return CKR_MECHANISM_INVALID;
	rv = mechanism_request(op->mechanism, setup->mechanism, &op->request);
	if (rv == CKR_OK)
		rv = operation_key(s, op->mechanism, setup->key, CKO_PRIVATE_KEY, &op->key);
	if (rv == CKR_OK &&
	    !mechanism_can_sign(s->presence->token, op->key->key_index, &op->request))
		rv = why_not(op->key, op->mechanism);
	return rv;
}

CK_RV sign_begin(struct session *s, const struct operation_setup *setup)
{
	return operation_begin(s, &s->sign, setup, check_setup);
}

CK_RV sign_part(struct session *s, const CK_BYTE *part, CK_ULONG len)
{
	struct operation *op = &s->sign;
	CK_RV rv;

	if (!operation_active(op) || op->recover)
		return CKR_OPERATION_NOT_INITIALIZED;
	op->parts = true;
	rv = operation_hash(op, part, len);
	if (rv != CKR_OK)
		operation_end(s, op);
	return rv;
}

/* The card's part. data is the whole message's digest or the data of a mechanism that does not hash. */
static CK_RV produce(struct session *s, const uint8_t *data, size_t len, CK_BYTE *out,
		     CK_ULONG *out_len)
{
	static const uint8_t nothing[1];
	struct operation *op = &s->sign;
	struct sign_request request = op->request;
	size_t signature_len = 0;
	CK_RV rv = operation_may_use_key(s, op);
	int r;

	if (rv != CKR_OK)
		return rv;
	request.data = data ? data : nothing;
	request.len = len;
	r = token_sign(s->presence->token, op->key->key_index, &request, op, out, *out_len,
		       &signature_len);
	/* The mechanism was right when the operation began: it is the data that do not fit. */
	if (r == MOHR_ERR_MECHANISM)
		r = MOHR_ERR_DATA_LENGTH;
	if (r == 0)
		*out_len = signature_len;
	return rv_from(r, RV_SESSION);
}

static CK_RV produce_from_digest(struct session *s, CK_BYTE *out, CK_ULONG *out_len)
{
	struct operation *op = &s->sign;
	uint8_t digest[HASH_MAX_LEN];
	int r = digest_final(op->digest, digest);

	if (r != 0)
		return rv_from(r, RV_SESSION);
	return produce(s, digest, hash_len(op->mechanism->hash), out, out_len);
}

static CK_ULONG signature_len(const struct operation *op)
{
	return pubkey_signature_len(&op->key->shape);
}

CK_RV sign_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len)
{
	struct operation *op = &s->sign;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op) || op->recover)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (!op->digest && !operation_keeps_parts(op))
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else if (out_len && !operation_sizes(out, out_len, signature_len(op), &rv))
		return rv;
	else if (out_len && op->digest)
		rv = produce_from_digest(s, out, out_len);
	else if (out_len)
		rv = produce(s, op->message.data, op->message.len, out, out_len);
	operation_end(s, op);
	return rv;
}

static CK_RV produce_raw(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
			 CK_ULONG *out_len)
{
	struct buf block = BUF_INIT(LIMIT_SIGNATURE);
	CK_RV rv = rv_from(operation_put_block(&s->sign, data, len, &block), RV_SESSION);

	if (rv == CKR_OK)
		rv = produce(s, block.data, block.len, out, out_len);
	buf_clear(&block);
	return rv;
}

static CK_RV produce_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
			   CK_ULONG *out_len)
{
	struct operation *op = &s->sign;
	CK_RV rv;

	if (len && !data)
		return CKR_ARGUMENTS_BAD;
	if (op->digest) {
		rv = operation_hash(op, data, len);
		return rv == CKR_OK ? produce_from_digest(s, out, out_len) : rv;
	}
	if (op->request.scheme == SIGN_RAW)
		return produce_raw(s, data, len, out, out_len);
	return produce(s, data, len, out, out_len);
}

CK_RV sign_whole(struct session *s, bool recover, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		 CK_ULONG *out_len)
{
	struct operation *op = &s->sign;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op) || op->recover != recover)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (op->parts)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else if (out_len && !operation_sizes(out, out_len, signature_len(op), &rv))
		return rv;
	else if (out_len)
		rv = produce_whole(s, data, len, out, out_len);
	operation_end(s, op);
	return rv;
}
