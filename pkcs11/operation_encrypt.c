/* SPDX-License-Identifier: BSD-2-Clause */
/* Encrypting with public keys, in software (PKCS#11 v3.1 §5.8). */
#include <string.h>

#include "pkcs11/attribute.h"
#include "pkcs11/cipher.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"
#include "token/decipher.h"

static CK_RV check_setup(struct session *s, const struct operation_setup *setup,
			 struct operation *op)
{
	CK_RV rv = cipher_setup(s, setup, CKF_ENCRYPT, op);

	if (rv == CKR_OK && !attribute_is_true(op->key, CKA_ENCRYPT))
		rv = CKR_KEY_FUNCTION_NOT_PERMITTED;
	return rv;
}

CK_RV encrypt_begin(struct session *s, const struct operation_setup *setup)
{
	return operation_begin(s, &s->encrypt, setup, check_setup);
}

static int encode_oaep(struct crypto *crypto, const struct operation *op, const uint8_t *text,
		       size_t len, struct buf *ret)
{
	struct eme_oaep oaep = decipher_oaep(crypto, &op->cipher);
	uint8_t seed[HASH_MAX_LEN];
	int r = crypto_random(crypto, seed, hash_len(oaep.hash));

	if (r == 0)
		r = eme_oaep_encode(&oaep, seed, text, len, cipher_block_len(op), ret);
	wipe(seed, sizeof(seed));
	return r;
}

/* RFC 8017 §7.2.1 step 2.a: no byte of the padding is zero; such ones are drawn again. */
static int random_padding(struct crypto *crypto, uint8_t *padding, size_t len)
{
	int r = crypto_random(crypto, padding, len);
	size_t i;

	for (i = 0; r == 0 && i < len; i++) {
		while (r == 0 && padding[i] == 0)
			r = crypto_random(crypto, &padding[i], 1);
	}
	return r;
}

static int encode_pkcs1(struct crypto *crypto, const struct operation *op, const uint8_t *text,
			size_t len, struct buf *ret)
{
	uint8_t padding[LIMIT_SIGNATURE];
	int r = random_padding(crypto, padding, sizeof(padding));

	if (r == 0)
		r = eme_pkcs1_encode(padding, text, len, cipher_block_len(op), ret);
	wipe(padding, sizeof(padding));
	return r;
}

static int encode(struct crypto *crypto, const struct operation *op, const uint8_t *text,
		  size_t len, struct buf *ret)
{
	switch (op->mechanism->type) {
	case CKM_RSA_PKCS_OAEP:
		return encode_oaep(crypto, op, text, len, ret);
	case CKM_RSA_PKCS:
		return encode_pkcs1(crypto, op, text, len, ret);
	default:
		return operation_put_block(op, text, len, ret);
	}
}

static CK_RV produce(struct session *s, const CK_BYTE *text, CK_ULONG len, CK_BYTE *out,
		     CK_ULONG *out_len)
{
	const struct operation *op = &s->encrypt;
	const struct pubkey *shape = &op->key->shape;
	struct buf block = BUF_INIT(LIMIT_SIGNATURE);
	uint8_t cryptogram[LIMIT_SIGNATURE];
	int r;

	if (len && !text)
		return CKR_ARGUMENTS_BAD;
	r = encode(s->module->crypto, op, text, len, &block);
	if (r == 0)
		r = crypto_rsa_public(s->module->crypto, &shape->modulus, &shape->exponent,
				      block.data, cryptogram);
	if (r == 0) {
		memcpy(out, cryptogram, block.len);
		*out_len = block.len;
	}
	buf_clear(&block);
	return rv_from(r, RV_SESSION);
}

CK_RV encrypt_part(struct session *s, const CK_BYTE *part, CK_ULONG len, const CK_BYTE *out,
		   CK_ULONG *out_len)
{
	return cipher_gather(s, &s->encrypt, part, len, out, out_len, CKR_DATA_LEN_RANGE);
}

CK_RV encrypt_end(struct session *s, CK_BYTE *out, CK_ULONG *out_len)
{
	struct operation *op = &s->encrypt;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (out_len && !operation_sizes(out, out_len, cipher_block_len(op), &rv))
		return rv;
	if (out_len)
		rv = produce(s, op->input.data, op->input.len, out, out_len);
	operation_end(s, op);
	return rv;
}

CK_RV encrypt_whole(struct session *s, const CK_BYTE *data, CK_ULONG len, CK_BYTE *out,
		    CK_ULONG *out_len)
{
	struct operation *op = &s->encrypt;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (!operation_active(op))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (op->parts)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else if (out_len && !operation_sizes(out, out_len, cipher_block_len(op), &rv))
		return rv;
	else if (out_len)
		rv = produce(s, data, len, out, out_len);
	operation_end(s, op);
	return rv;
}
