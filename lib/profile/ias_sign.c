/* SPDX-License-Identifier: BSD-2-Clause */
/* IAS Classic signatures: MSE SET, PSO HASH, PSO COMPUTE DIGITAL SIGNATURE (ISO 7816-8 §11.3, §11.7). */
#include "profile/ias.h"

#include <string.h>

#include "codec/emsa.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"

enum {
	TAG_DST = 0xB6,
	TAG_DIGEST = 0x90,
	MAX_TLV_HEADER = 4, /* of PSO HASH's 90: tag, 82, two bytes of length */
	PKCS1_OVERHEAD = 11,
	DIGEST_INFO_MAX = 19 + HASH_MAX_LEN, /* RFC 8017 §9.2 note 1 */
};

/* The high nibble: which hash the card is told it gets. */
static const uint8_t hash_nibble[N_HASH_ALGS] = {
	[HASH_NONE] = 0,   [HASH_SHA1] = 1,   [HASH_SHA224] = 3,
	[HASH_SHA256] = 4, [HASH_SHA384] = 5, [HASH_SHA512] = 6,
};

/* What goes to the card for one request. */
struct plan {
	const bool *offers; /* by algorithm byte */
	uint8_t algorithm;
	struct cursor data;
	size_t signature_len;
	uint8_t info[DIGEST_INFO_MAX]; /* where the card does not know the hash, data may be this */
};

/* request->data NULL asks what is possible, whatever the data; then lengths say nothing. */
static int check_digest(const struct sign_request *q)
{
	return q->data == NULL || q->len == hash_len(q->hash) ? 0 : MOHR_ERR_DATA_LENGTH;
}

/* The algorithm of this hash and padding, if the card does it. */
static int set_algorithm(struct plan *p, enum hash_alg hash, uint8_t padding)
{
	uint8_t algorithm = (uint8_t)(hash_nibble[hash] << 4 | padding);

	if (!p->offers[algorithm])
		return MOHR_ERR_MECHANISM;
	p->algorithm = algorithm;
	return 0;
}

/* DigestInfo by the host, for a card that pads but does not know the hash. */
static int put_digest_info(struct plan *p, const struct sign_request *q)
{
	struct buf b = BUF_INIT(DIGEST_INFO_MAX);
	int r;

	r = emsa_put_digest_info(&b, q->hash, q->data, q->len);
	if (r == 0)
		r = buf_err(&b);
	if (r == 0) {
		memcpy(p->info, b.data, b.len);
		cursor_init(&p->data, p->info, b.len);
	}
	buf_clear(&b);
	return r;
}

/* EMSA-PKCS1-v1_5: with a hash the card writes the DigestInfo, without one it pads what it gets. */
static int plan_pkcs1(const struct sign_request *q, size_t modulus_len, struct plan *p)
{
	enum hash_alg hash = q->hash;
	size_t prefix_len = 0;
	struct cursor digest;

	if (modulus_len <= PKCS1_OVERHEAD)
		return MOHR_ERR_MECHANISM;
	if (hash == HASH_NONE) {
		if (q->data != NULL && (q->len == 0 || q->len > modulus_len - PKCS1_OVERHEAD))
			return MOHR_ERR_DATA_LENGTH;
		if (q->data != NULL)
			hash = emsa_parse_digest_info(q->data, q->len, &digest);
		if (hash == HASH_NONE || set_algorithm(p, hash, IAS_PAD_PKCS1) != 0)
			return set_algorithm(p, HASH_NONE, IAS_PAD_PKCS1);
		p->data = digest;
		return 0;
	}
	if (check_digest(q) != 0)
		return MOHR_ERR_DATA_LENGTH;
	if (emsa_digest_info_prefix(hash, &prefix_len) == NULL ||
	    prefix_len + hash_len(hash) > modulus_len - PKCS1_OVERHEAD)
		return MOHR_ERR_MECHANISM;
	if (set_algorithm(p, hash, IAS_PAD_PKCS1) == 0)
		return 0;
	if (set_algorithm(p, HASH_NONE, IAS_PAD_PKCS1) != 0)
		return MOHR_ERR_MECHANISM;
	return q->data == NULL ? 0 : put_digest_info(p, q);
}

/* EMSA-PSS: one hash for all, and a salt of its length. */
static int plan_pss(const struct sign_request *q, unsigned modulus_bits, struct plan *p)
{
	size_t len = hash_len(q->hash);
	size_t em_len = (modulus_bits - 1 + 7) / 8;

	if (len == 0 || q->mgf_hash != q->hash || q->salt_len != len || 2 * len + 2 > em_len ||
	    set_algorithm(p, q->hash, IAS_PAD_PSS) != 0)
		return MOHR_ERR_MECHANISM;
	return check_digest(q);
}

/* A whole block, which must stand for a number below the modulus (RFC 8017 §5.2.1). */
static int plan_raw(const struct sign_request *q, const struct cursor *modulus, struct plan *p)
{
	if (q->hash != HASH_NONE || set_algorithm(p, HASH_NONE, IAS_PAD_NONE) != 0)
		return MOHR_ERR_MECHANISM;
	if (q->data == NULL)
		return 0;
	if (q->len != cursor_left(modulus))
		return MOHR_ERR_DATA_LENGTH;
	return memcmp(q->data, cursor_at(modulus), q->len) < 0 ? 0 : MOHR_ERR_DATA_INVALID;
}

static int plan_rsa(const struct sign_request *q, const struct pubkey *shape, struct plan *p)
{
	if (shape->bits > LIMIT_RSA_BITS)
		return MOHR_ERR_MECHANISM;
	switch (q->scheme) {
	case SIGN_PKCS1:
		return plan_pkcs1(q, pubkey_signature_len(shape), p);
	case SIGN_PSS:
		return plan_pss(q, shape->bits, p);
	case SIGN_RAW:
		return plan_raw(q, &shape->modulus, p);
	default:
		return MOHR_ERR_MECHANISM;
	}
}

/* Data longer than the curve are cut on this side, as ECDSA says (FIPS 186-5 §6.4.1). */
static int plan_ecdsa(const struct sign_request *q, const struct pubkey *shape, struct plan *p)
{
	enum hash_alg hash = q->hash;
	size_t max = curve_len(shape->curve);
	int r;

	if (q->scheme != SIGN_ECDSA || (shape->curve != CURVE_P256 && shape->curve != CURVE_P384))
		return MOHR_ERR_MECHANISM;
	if (hash != HASH_NONE) {
		r = check_digest(q);
		if (r != 0)
			return r;
	} else if (q->data != NULL) {
		if (q->len == 0)
			return MOHR_ERR_DATA_LENGTH;
		hash = hash_by_len(q->len);
	}
	if (hash != HASH_NONE && set_algorithm(p, hash, IAS_PAD_ECDSA) == 0)
		return 0;
	/* the card need not know the hash: a signature is made of the digest's bits alone */
	if (q->data != NULL && q->len > max)
		cursor_init(&p->data, q->data, max);
	return set_algorithm(p, HASH_NONE, IAS_PAD_ECDSA);
}

/* ret borrows the request's data, and may point into itself: it is not to be copied. */
static int make_plan(const struct card *card, unsigned key, const struct pubkey *shape,
		     const struct sign_request *q, struct plan *ret)
{
	int r;

	if (key >= card->n_keys || (unsigned)q->hash >= N_HASH_ALGS)
		return MOHR_ERR_ARGUMENT;
	if (!card->pins[card->keys[key].pin].usable)
		return MOHR_ERR_REFERENCES_UNKNOWN;
	if (!(card->keys[key].use & KEY_USE_SIGN))
		return MOHR_ERR_KEY_FUNCTION;
	*ret = (struct plan){.offers = ((const struct ias_card *)card)->offers};
	cursor_init(&ret->data, q->data, q->data == NULL ? 0 : q->len);
	ret->signature_len = pubkey_signature_len(shape);
	if (shape->type == KEY_RSA)
		r = plan_rsa(q, shape, ret);
	else if (shape->type == KEY_EC)
		r = plan_ecdsa(q, shape, ret);
	else
		r = MOHR_ERR_KEY_TYPE;
	if (r != 0)
		return r;
	if (!channel_can_carry(card->channel, cursor_left(&ret->data) + MAX_TLV_HEADER))
		return MOHR_ERR_DATA_LENGTH;
	return 0;
}

bool ias_can_sign(const struct card *card, unsigned key, const struct pubkey *shape,
		  const struct sign_request *request)
{
	struct plan plan;

	return make_plan(card, key, shape, request, &plan) == 0;
}

/* The three commands. The environment is set anew each time: another program may have changed it. */
static int sign_once(struct channel *c, uint8_t reference, const struct plan *p, struct buf *ret)
{
	const uint8_t environment[] = {TAG_ALGORITHM,     1, p->algorithm,
				       TAG_KEY_REFERENCE, 1, reference};
	struct apdu mse = {.ins = INS_MSE,
			   .p1 = P1_SET_COMPUTE,
			   .p2 = TAG_DST,
			   .data = environment,
			   .data_len = sizeof(environment)};
	struct apdu hash = {.ins = INS_PSO, .p1 = 0x90, .p2 = 0xA0};
	struct apdu compute = {.ins = INS_PSO, .p1 = 0x9E, .p2 = 0x9A, .le = LIMIT_SHORT_LE};
	struct buf body = BUF_INIT(LIMIT_SIGNATURE + MAX_TLV_HEADER);
	int r;

	tlv_put(&body, TAG_DIGEST, cursor_at(&p->data), cursor_left(&p->data));
	hash.data = body.data;
	hash.data_len = body.len;
	if (p->signature_len > LIMIT_SHORT_LE)
		compute.le = LIMIT_EXTENDED_LE;
	if ((r = buf_err(&body)) != 0 || (r = channel_command(c, &mse, NULL)) != 0 ||
	    (r = channel_command(c, &hash, NULL)) != 0 ||
	    (r = channel_command(c, &compute, ret)) != 0)
		goto out;
	if (ret->len != p->signature_len)
		r = log_fail(c->log, MOHR_ERR_MALFORMED, "a signature of %zu bytes, not %zu",
			     ret->len, p->signature_len);
out:
	if (r != 0)
		buf_reset(ret);
	buf_clear(&body);
	return r;
}

/* Whether to select the application and try again: not where a PIN is what is missing. */
static bool may_retry(const struct channel *c, int r)
{
	switch (r) {
	case MOHR_ERR_SECURITY_STATUS:
	case MOHR_ERR_PIN_BLOCKED:
	case MOHR_ERR_PIN_MUST_CHANGE:
		return false;
	default:
		return ias_refused(c, r);
	}
}

int ias_sign(struct card *card, unsigned key, const struct pubkey *shape,
	     const struct sign_request *request, struct buf *ret_signature)
{
	struct ias_card *ias = (struct ias_card *)card;
	struct plan plan;
	int r;

	buf_reset(ret_signature);
	if (request->data == NULL)
		return MOHR_ERR_ARGUMENT;
	r = make_plan(card, key, shape, request, &plan);
	if (r != 0)
		return r;
	r = sign_once(card->channel, card->keys[key].reference, &plan, ret_signature);
	/*
	 * A per-use PIN was verified in this transaction, so the right application is selected: a
	 * second try could do nothing but lose the verification.
	 */
	if (!may_retry(card->channel, r) || card->pins[card->keys[key].pin].per_use)
		return r;
	r = ias_select(ias);
	return r != 0 ? r
		      : sign_once(card->channel, card->keys[key].reference, &plan, ret_signature);
}
