/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIV keys: GENERAL AUTHENTICATE (SP 800-73-4 part 2 §3.2.4). RSA is the bare operation on a whole block
 * that the host has padded, ECDSA takes the digest's bits, ECDH the peer's point.
 */
#include "profile/piv.h"

#include <string.h>

#include "codec/der.h"
#include "codec/iso7816.h"

enum {
	/* part 2 table 7 */
	TAG_TEMPLATE = 0x7C,
	TAG_CHALLENGE = 0x81,
	TAG_RESPONSE = 0x82,
	TAG_EXPONENTIATION = 0x85,
	MAX_HEADERS = 16,
	MAX_ANSWER = LIMIT_SIGNATURE + MAX_HEADERS,
	/* what Ed25519 signs is sent as it is; the cards that know it have buffers of 3 KB */
	MAX_MESSAGE = 2048,
	MAX_BODY = MAX_MESSAGE + MAX_HEADERS,
};

/* Algorithm identifiers: SP 800-78-4 table 6-2; 16 is the number vendors agree on, E0 Yubico's. */
static const struct algorithm {
	enum key_type type;
	unsigned bits;
	uint8_t id;
	enum curve curve;
} algorithms[] = {
	{KEY_RSA, 1024, 0x06, CURVE_NONE},       {KEY_RSA, 2048, 0x07, CURVE_NONE},
	{KEY_RSA, 3072, 0x05, CURVE_NONE},       {KEY_RSA, 4096, 0x16, CURVE_NONE},
	{KEY_EC, 256, 0x11, CURVE_P256},         {KEY_EC, 384, 0x14, CURVE_P384},
	{KEY_EDWARDS, 255, 0xE0, CURVE_ED25519},
};

/* NULL: the card has no such keys. */
static const struct algorithm *algorithm_of(const struct pubkey *shape)
{
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (algorithms[i].type == shape->type && algorithms[i].bits == shape->bits)
			return &algorithms[i];
	}
	return NULL;
}

int piv_algorithm_curve(uint8_t id, enum curve *ret)
{
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (algorithms[i].id == id) {
			*ret = algorithms[i].curve;
			return 0;
		}
	}
	return MOHR_ERR_MECHANISM;
}

static bool may(const struct card *card, unsigned key, const struct pubkey *shape, unsigned use)
{
	return key < card->n_keys && (card->keys[key].use & use) != 0 &&
	       algorithm_of(shape) != NULL;
}

/*
 * One command; ret gets the value of the answer's 82. Every card of the standard chains (part 2 §1.3),
 * whatever its ATR says.
 */
static int authenticate(struct card *card, unsigned key, const struct pubkey *shape, uint8_t tag,
			const void *data, size_t len, struct buf *ret)
{
	struct channel *c = card->channel;
	struct apdu a = {.ins = INS_GENERAL_AUTH,
			 .p1 = algorithm_of(shape)->id,
			 .p2 = card->keys[key].reference,
			 .le = shape->type == KEY_RSA ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE};
	struct buf body = BUF_INIT(MAX_BODY);
	struct buf answer = BUF_INIT(MAX_ANSWER);
	struct cursor whole, template, value;
	size_t mark;
	int r;

	buf_reset(ret);
	c->chaining = true;
	mark = tlv_open(&body, TAG_TEMPLATE);
	tlv_put(&body, TAG_RESPONSE, NULL, 0);
	tlv_put(&body, tag, data, len);
	tlv_close(&body, mark);
	r = buf_err(&body);
	a.data = body.data;
	a.data_len = body.len;
	if (r == 0)
		r = channel_command(c, &a, &answer);
	whole = buf_cursor(&answer);
	if (r == 0 && (r = tlv_get_tag(&whole, TAG_TEMPLATE, &template)) == 0 &&
	    (r = cursor_done(&whole)) == 0 &&
	    (r = tlv_get_tag(&template, TAG_RESPONSE, &value)) == 0 &&
	    (r = cursor_done(&template)) == 0) {
		buf_put(ret, cursor_at(&value), cursor_left(&value));
		r = buf_err(ret);
	}
	buf_clear(&answer);
	buf_clear(&body);
	return r;
}

/* ---- signatures ------------------------------------------------------------------------------- */

/* What the card gets: a block that has been made, or data as they are. */
struct plan {
	uint8_t block[LIMIT_SIGNATURE];
	const uint8_t *data; /* in block, or the caller's */
	size_t len;
};

/* A whole block, which must stand for a number below the modulus (RFC 8017 §5.2.1). */
static int plan_rsa(const struct sign_request *q, const struct pubkey *shape, struct plan *ret)
{
	size_t len = cursor_left(&shape->modulus);

	if (q->scheme != SIGN_RAW || q->hash != HASH_NONE || len > sizeof(ret->block))
		return MOHR_ERR_MECHANISM;
	if (q->data == NULL)
		return 0;
	if (q->len != len)
		return MOHR_ERR_DATA_LENGTH;
	if (memcmp(q->data, cursor_at(&shape->modulus), len) >= 0)
		return MOHR_ERR_DATA_INVALID;
	memcpy(ret->block, q->data, len);
	ret->data = ret->block;
	ret->len = len;
	return 0;
}

/* The leftmost bits of the digest (FIPS 186-5 §6.4.1), as many bytes as the curve has. */
static int plan_ecdsa(const struct sign_request *q, const struct pubkey *shape, struct plan *ret)
{
	size_t max = curve_len(shape->curve);
	size_t len = q->len < max ? q->len : max;

	if (q->scheme != SIGN_ECDSA)
		return MOHR_ERR_MECHANISM;
	if (q->data == NULL)
		return 0;
	if (q->len == 0 || (q->hash != HASH_NONE && q->len != hash_len(q->hash)))
		return MOHR_ERR_DATA_LENGTH;
	memset(ret->block, 0, max - len);
	memcpy(ret->block + max - len, q->data, len);
	ret->data = ret->block;
	ret->len = max;
	return 0;
}

/* The card hashes the message itself, twice (RFC 8032 §5.1.6). An empty 81 would ask for a challenge. */
static int plan_eddsa(const struct sign_request *q, struct plan *ret)
{
	if (q->scheme != SIGN_EDDSA || q->hash != HASH_NONE)
		return MOHR_ERR_MECHANISM;
	if (q->data == NULL)
		return 0;
	if (q->len == 0 || q->len > MAX_MESSAGE)
		return MOHR_ERR_DATA_LENGTH;
	ret->data = q->data;
	ret->len = q->len;
	return 0;
}

static int make_plan(const struct card *card, unsigned key, const struct pubkey *shape,
		     const struct sign_request *q, struct plan *ret)
{
	if (key >= card->n_keys || (unsigned)q->hash >= N_HASH_ALGS)
		return MOHR_ERR_ARGUMENT;
	if (!(card->keys[key].use & KEY_USE_SIGN))
		return MOHR_ERR_KEY_FUNCTION;
	if (!may(card, key, shape, KEY_USE_SIGN))
		return MOHR_ERR_MECHANISM;
	switch (shape->type) {
	case KEY_RSA:
		return plan_rsa(q, shape, ret);
	case KEY_EDWARDS:
		return plan_eddsa(q, ret);
	default:
		return plan_ecdsa(q, shape, ret);
	}
}

bool piv_can_sign(const struct card *card, unsigned key, const struct pubkey *shape,
		  const struct sign_request *request)
{
	struct plan plan;

	return make_plan(card, key, shape, request, &plan) == 0;
}

static int sign_once(struct card *card, unsigned key, const struct pubkey *shape,
		     const struct plan *plan, struct buf *ret)
{
	struct buf answer = BUF_INIT(MAX_ANSWER);
	struct cursor der;
	int r;

	buf_reset(ret);
	r = authenticate(card, key, shape, TAG_CHALLENGE, plan->data, plan->len, &answer);
	if (r == 0 && shape->type == KEY_EC) {
		der = buf_cursor(&answer);
		r = der_get_ecdsa(&der, curve_len(shape->curve), ret);
	} else if (r == 0) {
		buf_put(ret, answer.data, answer.len);
		r = buf_err(ret);
	}
	if (r == 0 && ret->len != pubkey_signature_len(shape))
		r = log_fail(card->channel->log, MOHR_ERR_MALFORMED,
			     "a signature of %zu bytes, not %zu", ret->len,
			     pubkey_signature_len(shape));
	if (r != 0)
		buf_reset(ret);
	buf_clear(&answer);
	return r;
}

/*
 * Whether to select the application and try again: not where a PIN is what is missing, nor where it must
 * come right before the use, and nothing between.
 */
static bool may_retry(const struct card *card, unsigned key, int r)
{
	struct key_policy policy = piv_policy(card, key);

	return piv_refused(card->channel, r) && !policy.per_use && r != MOHR_ERR_PIN_BLOCKED &&
	       (r != MOHR_ERR_SECURITY_STATUS || policy.open);
}

int piv_sign(struct card *card, unsigned key, const struct pubkey *shape,
	     const struct sign_request *request, struct buf *ret_signature)
{
	struct plan plan;
	int r;

	buf_reset(ret_signature);
	if (request->data == NULL)
		return MOHR_ERR_ARGUMENT;
	r = make_plan(card, key, shape, request, &plan);
	if (r == 0) {
		r = sign_once(card, key, shape, &plan, ret_signature);
		if (may_retry(card, key, r) && (r = piv_select((struct piv_card *)card)) == 0)
			r = sign_once(card, key, shape, &plan, ret_signature);
	}
	wipe(&plan, sizeof(plan));
	return r;
}

/* ---- decryption and key agreement -------------------------------------------------------------- */

bool piv_can_decipher(const struct card *card, unsigned key, const struct pubkey *shape,
		      const struct decipher_request *request)
{
	return may(card, key, shape, KEY_USE_DECRYPT) && shape->type == KEY_RSA &&
	       request->scheme == DECIPHER_RAW;
}

bool piv_can_derive(const struct card *card, unsigned key, const struct pubkey *shape)
{
	return may(card, key, shape, KEY_USE_DERIVE) && shape->type == KEY_EC;
}

/* Of whom another application's answer must not be taken for the secret. */
static int recover(struct card *card, unsigned key, const struct pubkey *shape, uint8_t tag,
		   const uint8_t *data, size_t len, size_t want, struct secret **ret)
{
	struct buf answer = BUF_INIT(MAX_ANSWER);
	int r = 0;

	if (!piv_policy(card, key).per_use)
		r = piv_ensure((struct piv_card *)card);
	if (r == 0)
		r = authenticate(card, key, shape, tag, data, len, &answer);
	if (r == 0 && answer.len != want)
		r = log_fail(card->channel->log, MOHR_ERR_MALFORMED,
			     "GENERAL AUTHENTICATE: %zu bytes, not %zu", answer.len, want);
	if (r == 0)
		r = secret_new_from(answer.data, answer.len, ret);
	buf_clear(&answer);
	return r;
}

int piv_decipher(struct card *card, unsigned key, const struct pubkey *shape,
		 const struct decipher_request *request, struct secret **ret_plain)
{
	size_t len = cursor_left(&shape->modulus);

	if (!piv_can_decipher(card, key, shape, request))
		return MOHR_ERR_MECHANISM;
	if (request->data == NULL || request->len != len)
		return MOHR_ERR_ENCRYPTED_LENGTH;
	return recover(card, key, shape, TAG_CHALLENGE, request->data, len, len, ret_plain);
}

int piv_derive(struct card *card, unsigned key, const struct pubkey *shape, const uint8_t *point,
	       size_t len, struct secret **ret_shared)
{
	size_t coordinate = curve_len(shape->curve);

	if (!piv_can_derive(card, key, shape))
		return MOHR_ERR_MECHANISM;
	if (len != 1 + 2 * coordinate || point[0] != 0x04)
		return MOHR_ERR_POINT_INVALID;
	return recover(card, key, shape, TAG_EXPONENTIATION, point, len, coordinate, ret_shared);
}
