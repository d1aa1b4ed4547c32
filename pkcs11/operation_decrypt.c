/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decrypting, by the card (PKCS#11 v3.1 §5.10). A cryptogram goes to the card once: a size query is
 * answered with the longest text there can be, and a text that there is no room for is kept.
 */
#include <string.h>

#include "pkcs11/cipher.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"

static CK_RV check_setup(struct session *s, const struct operation_setup *setup,
			 struct operation *op)
{
	CK_RV rv = cipher_setup(s, setup, CKF_DECRYPT, op);

	if (rv != CKR_OK)
		return rv;
	if (!(op->key->key->place->use & KEY_USE_DECRYPT))
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	return token_can_decipher(s->presence->token, op->key->key_index, &op->cipher)
		       ? CKR_OK
		       : CKR_MECHANISM_INVALID;
}

CK_RV decrypt_begin(struct session *s, const struct operation_setup *setup)
{
	return operation_begin(s, &s->decrypt, setup, check_setup);
}

/* Whether the text that was kept is this cryptogram's. */
static bool is_kept(const struct operation *op, const CK_BYTE *in, size_t len)
{
	return op->text && op->input.len == len && memcmp(op->input.data, in, len) == 0;
}

/* The card's part. */
static CK_RV decipher(struct session *s, const CK_BYTE *in, size_t len)
{
	struct operation *op = &s->decrypt;
	struct decipher_request request = op->cipher;
	struct secret *text = NULL;
	int r;

	if (len != cipher_block_len(op))
		return CKR_ENCRYPTED_DATA_LEN_RANGE;
	if (is_kept(op, in, len))
		return CKR_OK;
	request.data = in;
	request.len = len;
	r = token_decipher(s->presence->token, op->key->key_index, &request, op, &text);
	if (r != 0)
		return rv_from(r, RV_SESSION);
	secret_free(op->text);
	op->text = text;
	return CKR_OK;
}

/* Keeps the cryptogram with its text, unless it is there already. */
static CK_RV keep(struct operation *op, const CK_BYTE *in, size_t len)
{
	if (op->parts)
		return CKR_BUFFER_TOO_SMALL;
	buf_reset(&op->input);
	buf_put(&op->input, in, len);
	return buf_err(&op->input) == 0 ? CKR_BUFFER_TOO_SMALL
					: rv_from(buf_err(&op->input), RV_SESSION);
}

static CK_RV produce(struct session *s, const CK_BYTE *in, size_t len, CK_BYTE *out,
		     CK_ULONG *out_len)
{
	struct operation *op = &s->decrypt;
	CK_RV rv = operation_may_use_key(s, op);
	size_t text_len;

	if (rv == CKR_OK)
		rv = decipher(s, in, len);
	if (rv != CKR_OK)
		return rv;
	text_len = secret_len(op->text);
	if (*out_len < text_len)
		rv = keep(op, in, len);
	else if (text_len)
		memcpy(out, secret_peek(op->text), text_len);
	if (rv == CKR_OK || rv == CKR_BUFFER_TOO_SMALL)
		*out_len = text_len;
	return rv;
}

/* How much room the text needs, as far as is known: of a raw block exactly (§5.2). */
static bool sizes(const struct operation *op, const CK_BYTE *out, CK_ULONG *out_len, CK_RV *ret)
{
	CK_ULONG need = op->text ? secret_len(op->text) : cipher_text_max(op);

	if (op->cipher.scheme == DECIPHER_RAW || !out)
		return operation_sizes(out, out_len, need, ret);
	return true;
}

CK_RV decrypt_part(struct session *s, const CK_BYTE *part, CK_ULONG len, const CK_BYTE *out,
		   CK_ULONG *out_len)
{
	return cipher_gather(s, &s->decrypt, part, len, out, out_len, CKR_ENCRYPTED_DATA_LEN_RANGE);
}

CK_RV decrypt_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len)
{
	struct operation *op = &s->decrypt;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (out_len && !sizes(op, out, out_len, &rv))
		return rv;
	if (out_len)
		rv = produce(s, op->input.data, op->input.len, out, out_len);
	if (rv != CKR_BUFFER_TOO_SMALL)
		operation_end(s, op);
	return rv;
}

CK_RV decrypt_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		    CK_ULONG *out_len)
{
	struct operation *op = &s->decrypt;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (op->parts)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else if (out_len && !sizes(op, out, out_len, &rv))
		return rv;
	else if (out_len && (data || !len))
		rv = produce(s, data, len, out, out_len);
	if (rv != CKR_BUFFER_TOO_SMALL)
		operation_end(s, op);
	return rv;
}
