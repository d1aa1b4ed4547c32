/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kinds of operations share. */
#include "pkcs11/operation.h"

#include <string.h>

#include "pkcs11/attribute.h"
#include "pkcs11/login.h"
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
	buf_clear(&op->label);
	buf_clear(&op->input);
	buf_clear(&op->message);
	secret_free(op->text);
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

bool operation_keeps_parts(const struct operation *op)
{
	return op->request.scheme == SIGN_EDDSA || op->request.scheme == SIGN_ECDSA_MESSAGE;
}

/* PKCS#11 v3.1 §6.3.14: EdDSA wants the whole message, twice; a card that hashes wants it too. */
static CK_RV keep_part(struct operation *op, const CK_BYTE *part, CK_ULONG len)
{
	if (op->message.max == 0)
		buf_init(&op->message, LIMIT_FILE);
	if (len > op->message.max - op->message.len)
		return CKR_DATA_LEN_RANGE;
	buf_put(&op->message, part, len);
	return rv_from(buf_err(&op->message), RV_SESSION);
}

CK_RV operation_hash(struct operation *op, const CK_BYTE *part, CK_ULONG len)
{
	if (len && !part)
		return CKR_ARGUMENTS_BAD;
	if (operation_keeps_parts(op))
		return keep_part(op, part, len);
	/* The others without a hash are single-part ones (§6.1.6, §6.3.12). */
	if (!op->digest)
		return CKR_FUNCTION_NOT_SUPPORTED;
	return rv_from(digest_update(op->digest, part, len), RV_SESSION);
}

int operation_put_block(const struct operation *op, const uint8_t *data, size_t len,
			struct buf *ret)
{
	size_t block_len = pubkey_signature_len(&op->key->shape);

	if (len > block_len)
		return MOHR_ERR_DATA_LENGTH;
	buf_fill(ret, 0, block_len - len);
	buf_put(ret, data, len);
	return buf_err(ret);
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

CK_RV operation_begin(struct session *s, struct operation *op, const struct operation_setup *setup,
		      operation_check_fn *check)
{
	struct operation next = {.number = ++s->n_operations, .epoch = presence_epoch(s->presence)};
	CK_RV rv;

	if (operation_active(op)) {
		if (setup->mechanism)
			return CKR_OPERATION_ACTIVE;
		operation_end(s, op);
		return CKR_OK;
	}
	if (!setup->mechanism)
		return CKR_ARGUMENTS_BAD;
	rv = check(s, setup, &next);
	if (rv == CKR_OK && !operation_keeps_parts(&next))
		rv = operation_start_digest(s, &next, next.mechanism->hash);
	if (rv == CKR_OK)
		*op = next;
	else
		operation_end(s, &next);
	return rv;
}

/* ---- private keys */

static bool wants_login(const struct operation *op)
{
	return operation_active(op) && op->key->key->always_authenticate;
}

CK_RV operation_login(struct session *s, const CK_UTF8CHAR *pin, CK_ULONG len)
{
	struct operation *op = &s->sign;
	CK_RV rv;

	if (wants_login(&s->decrypt) && (!wants_login(op) || op->number < s->decrypt.number))
		op = &s->decrypt;
	if (!wants_login(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (op->context)
		return CKR_USER_ALREADY_LOGGED_IN;
	if (op->epoch != presence_epoch(s->presence))
		return CKR_USER_NOT_LOGGED_IN;
	rv = login_for_context(s->presence, op->key->key_index, pin, len, op);
	if (rv == CKR_OK)
		op->context = true;
	return rv;
}

CK_RV operation_may_use_key(struct session *s, const struct operation *op)
{
	if (op->key->hidden && op->epoch != presence_epoch(s->presence))
		return CKR_USER_NOT_LOGGED_IN;
	if (op->key->key->always_authenticate && !op->context)
		return CKR_USER_NOT_LOGGED_IN;
	return CKR_OK;
}
