/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests, in software (PKCS#11 v3.1 §5.12). */
#include "pkcs11/operation.h"

#include "pkcs11/rv.h"
#include "pkcs11/session.h"

CK_RV digest_begin(struct session *s, const CK_MECHANISM *mechanism)
{
	struct operation *op = &s->digest;
	const struct mechanism *m;
	CK_RV rv;

	if (operation_active(op)) {
		/* §5.12.1: a NULL mechanism ends the active operation. */
		if (mechanism)
			return CKR_OPERATION_ACTIVE;
		operation_end(s, op);
		return CKR_OK;
	}
	if (!mechanism)
		return CKR_ARGUMENTS_BAD;
	m = mechanism_find(mechanism->mechanism);
	if (!m || !(m->does & CKF_DIGEST))
		return CKR_MECHANISM_INVALID;
	if (mechanism->ulParameterLen != 0)
		return CKR_MECHANISM_PARAM_INVALID;
	rv = operation_start_digest(s, op, m->hash);
	if (rv == CKR_OK)
		op->mechanism = m;
	return rv;
}

CK_RV digest_part(struct session *s, const CK_BYTE *part, CK_ULONG len)
{
	struct operation *op = &s->digest;
	CK_RV rv;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	op->parts = true;
	rv = operation_hash(op, part, len);
	if (rv != CKR_OK)
		operation_end(s, op);
	return rv;
}

CK_RV digest_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len)
{
	struct operation *op = &s->digest;
	CK_ULONG need;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	need = hash_len(op->mechanism->hash);
	if (out_len && !operation_sizes(out, out_len, need, &rv))
		return rv;
	if (out_len)
		rv = rv_from(digest_final(op->digest, out), RV_SESSION);
	if (rv == CKR_OK)
		*out_len = need;
	operation_end(s, op);
	return rv;
}

CK_RV digest_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		   CK_ULONG *out_len)
{
	struct operation *op = &s->digest;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (op->parts)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else if (out_len && !operation_sizes(out, out_len, hash_len(op->mechanism->hash), &rv))
		return rv;
	else if (out_len)
		rv = operation_hash(op, data, len);
	if (rv == CKR_OK)
		return digest_end(s, out, out_len);
	operation_end(s, op);
	return rv;
}
