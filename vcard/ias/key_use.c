/* SPDX-License-Identifier: BSD-2-Clause */
/* Using private keys: signatures, decryption, key agreement. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "vcard/ias/algorithm.h"
#include "vcard/ias/ias.h"

static const EVP_MD *md(enum hash_alg alg)
{
	switch (alg) {
	case HASH_SHA1:
		return EVP_sha1();
	case HASH_SHA224:
		return EVP_sha224();
	case HASH_SHA256:
		return EVP_sha256();
	case HASH_SHA384:
		return EVP_sha384();
	case HASH_SHA512:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* Without a hash, libcrypto pads what it is given as it is. */
static bool set_padding(EVP_PKEY_CTX *ctx, uint8_t algorithm)
{
	const EVP_MD *hash = md(vcard_ias_algorithm_hash(algorithm));

	if ((algorithm & 0x0F) == VCARD_PAD_PSS)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_signature_md(ctx, hash) == 1 &&
		       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, hash) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
	if (algorithm == VCARD_PAD_NONE)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	       (!hash || EVP_PKEY_CTX_set_signature_md(ctx, hash) == 1);
}

/* RFC 8017 §5.2.1 step 1; only a whole block can be wrong there. */
static bool is_below_modulus(EVP_PKEY *pkey, const uint8_t *data, size_t len)
{
	BIGNUM *n = NULL, *m = BN_bin2bn(data, (int)len, NULL);
	bool below = m && EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
		     BN_cmp(m, n) < 0;

	BN_free(m);
	BN_free(n);
	return below;
}

int vcard_ias_key_sign(struct vcard_key *key, uint8_t algorithm, const uint8_t *data, size_t len,
		       struct buf *ret)
{
	uint8_t sig[LIMIT_SIGNATURE];
	size_t sig_len = sizeof(sig);
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *pkey;
	bool rsa = vcard_kind_is_rsa(key->kind);
	int r;

	if (!vcard_ias_algorithm_signs(VCARD_DOES_ALL, algorithm, key->kind) ||
	    !vcard_ias_algorithm_takes(algorithm, key->kind, len))
		return MOHR_ERR_DATA_LENGTH;
	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	if (algorithm == VCARD_PAD_NONE && !is_below_modulus(pkey, data, len))
		return MOHR_ERR_DATA_INVALID;
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (!ctx || EVP_PKEY_sign_init(ctx) != 1 || (rsa && !set_padding(ctx, algorithm)) ||
	    EVP_PKEY_sign(ctx, sig, &sig_len, data, len) != 1)
		r = MOHR_ERR_CRYPTO;
	else if (rsa)
		buf_put(ret, sig, sig_len);
	else
		r = vcard_ecdsa_plain(sig, sig_len, vcard_kind_len(key->kind), ret);
	EVP_PKEY_CTX_free(ctx);
	return r != 0 ? r : buf_err(ret);
}

int vcard_ias_key_decipher(struct vcard_key *key, uint8_t algorithm, const uint8_t *data,
			   size_t len, struct buf *ret)
{
	bool raw = algorithm == VCARD_ALGORITHM_DECIPHER_RAW;
	struct buf em = BUF_INIT(LIMIT_SIGNATURE);
	size_t start = 0;
	int r = vcard_key_raw(key, data, len, &em);

	if (r == 0 && !raw && (start = vcard_eme_message(em.data, em.len)) == 0)
		r = MOHR_ERR_DATA_INVALID;
	if (r == 0) {
		buf_put(ret, em.data + start, em.len - start);
		r = buf_err(ret);
	}
	buf_clear(&em);
	return r;
}
