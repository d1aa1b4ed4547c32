/* SPDX-License-Identifier: BSD-2-Clause */
/* EMSA-PKCS1-v1_5 and EMSA-PSS on the host (RFC 8017 §8.1.1, §8.2.1), before the card's RSASP1. */
#include "token/encode.h"

#include "codec/emsa.h"

enum { PKCS1_OVERHEAD = 11 };

/* request->data NULL asks what is possible, whatever the data. */
static bool digest_fits(const struct sign_request *q)
{
	return q->data == NULL || q->len == hash_len(q->hash);
}

static bool pkcs1_fits(const struct sign_request *q, size_t modulus_len)
{
	size_t prefix_len = 0;

	if (modulus_len <= PKCS1_OVERHEAD)
		return false;
	if (q->hash == HASH_NONE)
		return q->data == NULL || q->len <= modulus_len - PKCS1_OVERHEAD;
	return emsa_digest_info_prefix(q->hash, &prefix_len) != NULL && digest_fits(q) &&
	       prefix_len + hash_len(q->hash) <= modulus_len - PKCS1_OVERHEAD;
}

/* RFC 8017 §9.1.1 step 3, without overflow whatever salt is asked for. */
static bool pss_fits(const struct sign_request *q, unsigned modulus_bits)
{
	size_t em_len = (modulus_bits - 1 + 7) / 8;
	size_t len = hash_len(q->hash);

	return len > 0 && hash_len(q->mgf_hash) > 0 && digest_fits(q) && em_len >= len + 2 &&
	       q->salt_len <= em_len - len - 2;
}

bool encode_wanted(const struct card *card, const struct token_key *k,
		   const struct sign_request *request)
{
	unsigned key = (unsigned)(k->place - card->keys);
	const struct sign_request raw = {.scheme = SIGN_RAW};

	if (k->shape.type != KEY_RSA || k->shape.bits > LIMIT_RSA_BITS ||
	    (unsigned)request->hash >= N_HASH_ALGS || (unsigned)request->mgf_hash >= N_HASH_ALGS)
		return false;
	if (request->scheme == SIGN_PKCS1
		    ? !pkcs1_fits(request, cursor_left(&k->shape.modulus))
		    : request->scheme != SIGN_PSS || !pss_fits(request, k->shape.bits))
		return false;
	return !card->profile->can_sign(card, key, &k->shape, request) &&
	       card->profile->can_sign(card, key, &k->shape, &raw);
}

static int encode_pkcs1(const struct sign_request *request, size_t modulus_len, struct buf *ret)
{
	struct buf t = BUF_INIT(LIMIT_SIGNATURE);
	int r = 0;

	if (request->hash == HASH_NONE)
		buf_put(&t, request->data, request->len);
	else
		r = emsa_put_digest_info(&t, request->hash, request->data, request->len);
	if (r == 0)
		r = buf_err(&t);
	if (r == 0)
		r = emsa_pkcs1_encode(t.data, t.len, modulus_len, ret);
	buf_clear(&t);
	return r;
}

static int encode_pss(struct crypto *crypto, const struct pubkey *shape,
		      const struct sign_request *request, struct buf *ret)
{
	uint8_t salt[LIMIT_SIGNATURE];
	int r;

	if (request->salt_len > sizeof(salt))
		return MOHR_ERR_MECHANISM;
	r = crypto_random(crypto, salt, request->salt_len);
	/* EM is one byte shorter where its bits are a multiple of 8: the block has a zero in front. */
	if (r == 0 && (shape->bits - 1) % 8 == 0)
		buf_put_u8(ret, 0);
	if (r == 0)
		r = emsa_pss_encode(crypto_digest_fn, crypto, request->hash, request->mgf_hash,
				    request->data, salt, request->salt_len, shape->bits, ret);
	wipe(salt, sizeof(salt));
	return r;
}

int encode_block(struct crypto *crypto, const struct pubkey *shape,
		 const struct sign_request *request, struct buf *ret)
{
	int r;

	buf_reset(ret);
	if (request->data == NULL && request->len > 0)
		return MOHR_ERR_ARGUMENT;
	r = request->scheme == SIGN_PSS ? encode_pss(crypto, shape, request, ret)
					: encode_pkcs1(request, cursor_left(&shape->modulus), ret);
	return r != 0 ? r : buf_err(ret);
}
