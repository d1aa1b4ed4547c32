/* SPDX-License-Identifier: BSD-2-Clause */
/* Verification of signatures by a public key, on the host (RFC 8017 §8, FIPS 186-5 §6.4, RFC 8032 §5.1.7). */
#include "token/verify.h"

#include "codec/emsa.h"

/* RSAEP of a whole block; MOHR_ERR_DATA_LENGTH or MOHR_ERR_DATA_INVALID if in is none. ret as open_block's. */
static int apply_public(struct crypto *crypto, const struct pubkey *key, const uint8_t *in,
			size_t len, uint8_t *ret)
{
	size_t k = cursor_left(&key->modulus);

	if (key->type != KEY_RSA)
		return MOHR_ERR_KEY_TYPE;
	if (k == 0 || k > LIMIT_SIGNATURE)
		return MOHR_ERR_LIMIT;
	if (len != k)
		return MOHR_ERR_DATA_LENGTH;
	return crypto_rsa_public(crypto, &key->modulus, &key->exponent, in, ret);
}

/* The block under the signature; RFC 8017 §5.2.2. ret has LIMIT_SIGNATURE bytes of room. */
static int open_block(struct crypto *crypto, const struct pubkey *key, const uint8_t *signature,
		      size_t len, uint8_t *ret)
{
	int r = apply_public(crypto, key, signature, len, ret);

	if (r == MOHR_ERR_DATA_LENGTH)
		return MOHR_ERR_SIGNATURE_LENGTH;
	return r == MOHR_ERR_DATA_INVALID ? MOHR_ERR_SIGNATURE_INVALID : r;
}

static int check_hash(const struct sign_request *request)
{
	if (request->hash == HASH_NONE)
		return 0;
	return request->len == hash_len(request->hash) && request->len > 0 ? 0
									   : MOHR_ERR_DATA_LENGTH;
}

/* Encodes what the block must be and compares: nothing of the signature is parsed (RFC 8017 §8.2.2). */
static int check_pkcs1(const struct sign_request *request, const uint8_t *block, size_t k)
{
	struct buf t = BUF_INIT(LIMIT_SIGNATURE);
	struct buf em = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	if (request->hash == HASH_NONE)
		buf_put(&t, request->data, request->len);
	else if ((r = emsa_put_digest_info(&t, request->hash, request->data, request->len)) != 0)
		goto out;
	r = buf_err(&t);
	if (r == MOHR_ERR_LIMIT)
		r = MOHR_ERR_DATA_LENGTH;
	if (r == 0)
		r = emsa_pkcs1_encode(t.data, t.len, k, &em);
	if (r == 0)
		r = buf_err(&em);
	if (r == 0 && (em.len != k || !equal_ct(em.data, block, k)))
		r = MOHR_ERR_SIGNATURE_INVALID;
out:
	buf_clear(&t);
	buf_clear(&em);
	return r;
}

static int check_pss(struct crypto *crypto, const struct pubkey *key,
		     const struct sign_request *request, const uint8_t *block, size_t k)
{
	size_t em_len = (key->bits - 1 + 7) / 8;

	if (request->hash == HASH_NONE || request->mgf_hash == HASH_NONE)
		return MOHR_ERR_MECHANISM;
	/* EM may be one byte shorter than the modulus (RFC 8017 §8.1.2, step 2c). */
	if (em_len < k && block[0] != 0)
		return MOHR_ERR_SIGNATURE_INVALID;
	return emsa_pss_verify(crypto_digest_fn, crypto, request->hash, request->mgf_hash,
			       request->data, request->salt_len, key->bits, block + (k - em_len),
			       em_len);
}

static int verify_rsa(struct crypto *crypto, const struct pubkey *key,
		      const struct sign_request *request, const uint8_t *signature, size_t len)
{
	uint8_t block[LIMIT_SIGNATURE];
	int r;

	r = open_block(crypto, key, signature, len, block);
	if (r != 0)
		return r;
	switch (request->scheme) {
	case SIGN_PKCS1:
		return check_pkcs1(request, block, len);
	case SIGN_PSS:
		return check_pss(crypto, key, request, block, len);
	case SIGN_RAW:
		if (request->len != len)
			return MOHR_ERR_DATA_LENGTH;
		return equal_ct(request->data, block, len) ? 0 : MOHR_ERR_SIGNATURE_INVALID;
	default:
		return MOHR_ERR_KEY_TYPE;
	}
}

static int verify_data(struct crypto *crypto, const struct pubkey *key,
		       const struct sign_request *request, const uint8_t *signature, size_t len)
{
	size_t digest_len;
	int r;

	r = check_hash(request);
	if (r != 0)
		return r;
	if (request->scheme == SIGN_EDDSA)
		return key->type != KEY_EDWARDS
			       ? MOHR_ERR_KEY_TYPE
			       : crypto_eddsa_verify(crypto, key->curve, &key->point, request->data,
						     request->len, signature, len);
	if (request->scheme != SIGN_ECDSA)
		return verify_rsa(crypto, key, request, signature, len);
	if (key->type != KEY_EC)
		return MOHR_ERR_KEY_TYPE;
	if (request->len == 0)
		return MOHR_ERR_DATA_LENGTH;
	if (len != pubkey_signature_len(key))
		return MOHR_ERR_SIGNATURE_LENGTH;
	/* the leftmost bits count (FIPS 186-5 §6.4.1), of data that may be longer than any digest */
	digest_len = request->len;
	if (digest_len > curve_len(key->curve) && curve_bits(key->curve) % 8 == 0)
		digest_len = curve_len(key->curve);
	return crypto_ecdsa_verify(crypto, key->curve, &key->point, request->data, digest_len,
				   signature, len);
}

int verify_signature(struct crypto *crypto, const struct pubkey *key,
		     const struct sign_request *request, const uint8_t *signature, size_t len)
{
	struct sign_request digested = *request;
	uint8_t digest[HASH_MAX_LEN];
	int r;

	if (request->scheme != SIGN_ECDSA_MESSAGE)
		return verify_data(crypto, key, request, signature, len);
	r = crypto_digest(crypto, request->hash, request->data, request->len, digest);
	if (r != 0)
		return r;
	digested.scheme = SIGN_ECDSA;
	digested.data = digest;
	digested.len = hash_len(request->hash);
	return verify_data(crypto, key, &digested, signature, len);
}

int verify_recover(struct crypto *crypto, const struct pubkey *key, enum sign_scheme scheme,
		   const uint8_t *signature, size_t len, struct buf *ret_data)
{
	uint8_t block[LIMIT_SIGNATURE];
	struct cursor t;
	int r;

	if (scheme != SIGN_PKCS1 && scheme != SIGN_RAW)
		return MOHR_ERR_MECHANISM;
	r = open_block(crypto, key, signature, len, block);
	if (r != 0)
		return r;
	cursor_init(&t, block, len);
	if (scheme == SIGN_PKCS1)
		r = emsa_pkcs1_decode(block, len, &t);
	if (r != 0)
		return r;
	buf_put(ret_data, cursor_at(&t), cursor_left(&t));
	return buf_err(ret_data);
}

int verify_decryption(struct crypto *crypto, const struct pubkey *key, const uint8_t *cryptogram,
		      size_t len, const struct secret *block)
{
	uint8_t again[LIMIT_SIGNATURE];
	int r = apply_public(crypto, key, secret_peek(block), secret_len(block), again);

	if (r == MOHR_ERR_DATA_LENGTH || r == MOHR_ERR_DATA_INVALID)
		return MOHR_ERR_DECRYPTION_WRONG;
	if (r == 0 && (len != secret_len(block) || !equal_ct(again, cryptogram, len)))
		r = MOHR_ERR_DECRYPTION_WRONG;
	return r;
}
