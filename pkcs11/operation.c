/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kinds of operations share. */
#include "pkcs11/operation.h"

#include <string.h>

#include "pkcs11/attribute.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"

bool operation_active(const struct operation *op)
{
	return op->mechanism != NULL;
}

void operation_end(struct session *s, struct operation *op)
{
	if (op->context)
		token_context_cancel(s->presence->token, op);
	digest_free(op->digest);
	buf_clear(&op->input);
	object_unref(op->key);
	memset(op, 0, sizeof(*op));
}

bool operation_sizes(const CK_BYTE *out, CK_ULONG *len, CK_ULONG need, CK_RV *ret)
{
	bool enough = out && *len >= need;

	if (enough)
		return true;
	*ret = out ? CKR_BUFFER_TOO_SMALL : CKR_OK;
	*len = need;
	return false;
}

CK_RV operation_start_digest(struct session *s, struct operation *op, enum hash_alg hash)
{
	if (hash == HASH_NONE)
		return CKR_OK;
	return rv_from(digest_new(s->module->crypto, hash, &op->digest), RV_SESSION);
}

CK_RV operation_key(struct session *s, const struct mechanism *m, CK_OBJECT_HANDLE handle,
		    CK_OBJECT_CLASS class_id, struct object **ret)
{
	struct object *o = NULL;
	CK_RV rv = session_object(s, handle, &o);

	if (rv == CKR_OBJECT_HANDLE_INVALID)
		return CKR_KEY_HANDLE_INVALID;
	if (rv != CKR_OK)
		return rv;
	if (!(o->kind & OBJECT_KEY))
		rv = CKR_KEY_HANDLE_INVALID;
	else if (o->shape.type != m->key)
		rv = CKR_KEY_TYPE_INCONSISTENT; /* §5.1.6: before the next */
	else if (object_class(o) != class_id)
		rv = CKR_KEY_FUNCTION_NOT_PERMITTED;
	else if (!attribute_allows(o, m->type))
		rv = CKR_MECHANISM_INVALID;
	if (rv == CKR_OK)
		*ret = o;
	else
		object_unref(o);
	return rv;
}
