/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys of a PKCS#15 card: MANAGE SECURITY ENVIRONMENT and PERFORM SECURITY OPERATION (ISO 7816-8), as the kind
 * of card and TokenInfo say.
 */
#include "profile/p15.h"

#include <string.h>

#include "codec/der.h"
#include "codec/emsa.h"
#include "codec/iso7816.h"

enum {
	/* ISO 7816-4 §10.3, tables 52 to 55 */
	P1_COMPUTE = 0x41,
	CRT_AUTHENTICATION = 0xA4,
	CRT_SIGNATURE = 0xB6,
	CRT_CONFIDENTIALITY = 0xB8,
	TAG_ALGORITHM = 0x80,
	TAG_FILE = 0x81,
	TAG_KEY = 0x84,
	FILE_ID_LEN = 2,
	ENVIRONMENT_MAX = 16,
	/* ISO 7816-8 §11.7, §11.11 */
	P1_SIGNATURE = 0x9E,
	P2_DIGEST = 0x9A,
	P1_PLAIN = 0x80,
	P2_PADDED_CRYPTOGRAM = 0x86,
	NO_INDICATION = 0x00,
	TAG_COOPERATION = 0xA6,
	TAG_PUBLIC_KEY = 0x7F49,
	TAG_POINT = 0x86,
	/* ISO 7816-4 §11.5.5 */
	INS_GENERAL_AUTHENTICATE = 0x86,
	TAG_DYNAMIC = 0x7C,
	TAG_RESPONSE = 0x82,
	TAG_EXPONENTIAL = 0x85,
	MAX_HEADERS = 16,
	MAX_ANSWER = LIMIT_SIGNATURE + MAX_HEADERS,
	PKCS1_OVERHEAD = 11,
	/* PKCS#11 v3.1: CKM_* */
	MECHANISM_RSA_PKCS = 0x0001,
	MECHANISM_RSA_RAW = 0x0003,
	MECHANISM_ECDSA = 0x1041,
	MECHANISM_ECDH = 0x1050,
};

/* ---- which operations ------------------------------------------------------------------------- */

/* TokenInfo's words for an operation of ours. */
static const struct {
	uint32_t mechanism;
	unsigned operations;
	enum p15_operation does;
} mechanisms[] = {
	{MECHANISM_RSA_PKCS, PKCS15_OPERATION_SIGN, P15_PKCS1},
	{MECHANISM_RSA_RAW, PKCS15_OPERATION_SIGN, P15_RAW},
	{MECHANISM_RSA_RAW, PKCS15_OPERATION_DECIPHER, P15_DECIPHER},
	{MECHANISM_ECDSA, PKCS15_OPERATION_SIGN, P15_ECDSA},
	{MECHANISM_ECDH, ~0U, P15_DERIVE},
};

enum { N_MECHANISMS = sizeof(mechanisms) / sizeof(mechanisms[0]) };

/* Whether the key may use this one of TokenInfo's algorithms; a key that names none may use them all. */
static bool names(const struct pkcs15_key *key, unsigned reference)
{
	struct cursor list = key->algorithms;
	unsigned named;

	if (cursor_left(&list) == 0)
		return true;
	while (pkcs15_next_reference(&list, &named) == 1) {
		if (named == reference)
			return true;
	}
	return false;
}

static bool is_rsa(enum p15_operation operation)
{
	return operation != P15_ECDSA && operation != P15_ECDSA_SHA1 && operation != P15_DERIVE;
}

static bool is_signature(enum p15_operation operation)
{
	return operation != P15_DECIPHER && operation != P15_DERIVE;
}

/* A card of no known kind: if TokenInfo tells of signatures by such keys, no others are believed in. */
static void take_algorithms(const struct p15_card *p15, const struct pkcs15_key *key,
			    uint16_t *does)
{
	struct cursor list = p15->info.algorithms;
	uint16_t told[P15_N_OPERATIONS] = {0};
	struct pkcs15_algorithm a;
	bool signs = false;
	unsigned n;
	size_t i;

	for (n = 0; n < P15_N_ALGORITHMS && pkcs15_next_algorithm(&list, &a) == 1; n++) {
		for (i = 0; i < N_MECHANISMS && names(key, a.reference); i++) {
			enum p15_operation operation = mechanisms[i].does;

			if (mechanisms[i].mechanism != a.mechanism ||
			    (a.operations & mechanisms[i].operations) == 0 ||
			    is_rsa(operation) != (key->type == KEY_RSA) ||
			    told[operation] != P15_CANNOT)
				continue;
			told[operation] =
				a.has_card_reference ? P15_BY(a.card_reference) : P15_UNSTATED;
			signs = signs || is_signature(operation);
		}
	}
	for (i = 0; i < P15_N_OPERATIONS; i++) {
		if (signs || !is_signature((enum p15_operation)i))
			does[i] = told[i];
	}
}

void p15_find_operations(struct p15_card *p15)
{
	unsigned i;

	for (i = 0; i < p15->card.n_keys; i++) {
		memcpy(p15->key_does[i], p15->does, sizeof(p15->does));
		if (p15->kind == &p15_plain)
			take_algorithms(p15, &p15->keys[i], p15->key_does[i]);
	}
}

static bool can(const struct card *card, unsigned key, enum p15_operation operation)
{
	return ((const struct p15_card *)card)->key_does[key][operation] != P15_CANNOT;
}

static bool may(const struct card *card, unsigned key, const struct pubkey *shape, unsigned use)
{
	const struct p15_card *p15 = (const struct p15_card *)card;
	const struct card_key *k = &card->keys[key];

	return key < card->n_keys && (k->use & use) != 0 &&
	       (k->open || (k->pin < card->n_pins && card->pins[k->pin].usable)) &&
	       p15->keys[key].type == shape->type;
}

/* ---- the environment -------------------------------------------------------------------------- */

/* The file that a key's entry names; false: none. */
static bool file_of(const struct p15_card *p15, unsigned key, struct p15_path *ret)
{
	const struct pkcs15_key *k = &p15->keys[key];

	return k->value.place == PKCS15_AT_PATH &&
	       p15_path_decode(p15, &k->value.path.path, ret) == 0 && ret->len >= FILE_ID_LEN;
}

static int set_environment(struct p15_card *p15, unsigned key, enum p15_operation operation,
			   uint8_t template)
{
	const struct p15_kind *kind = p15->kind;
	uint16_t does = p15->key_does[key][operation];
	struct buf body = BUF_INIT(ENVIRONMENT_MAX);
	struct apdu a = {.ins = INS_MSE, .p1 = P1_COMPUTE, .p2 = template};
	struct p15_path file = {0};
	int r;

	if (does & P15_STATED)
		tlv_put_u8(&body, TAG_ALGORITHM, (uint8_t)does);
	if (!kind->names_no_file && file_of(p15, key, &file))
		tlv_put(&body, TAG_FILE, file.at + file.len - FILE_ID_LEN, FILE_ID_LEN);
	if (kind->key_is_file)
		tlv_put_u8(&body, TAG_KEY, 0);
	else if (p15->keys[key].has_reference)
		tlv_put_u8(&body, TAG_KEY, p15->keys[key].reference);
	a.data = body.data;
	a.data_len = body.len;
	r = buf_err(&body);
	if (r == 0)
		r = channel_command(p15->card.channel, &a, NULL);
	buf_clear(&body);
	return r;
}

/* Cards that name keys by reference alone may tell the DF that they and their PIN are of, in place of a file. */
static bool is_df_of_pin(const struct p15_card *p15, unsigned key, const struct p15_path *file)
{
	unsigned pin = p15->card.keys[key].pin;
	struct p15_path df;

	return !p15->kind->key_is_file && pin < p15->card.n_pins &&
	       p15_pin_df(p15, &p15->pins[p15->pin_of[pin]], &df) && p15_path_equal(&df, file);
}

/* The DF that the key is looked for in: a reference means another key in another DF. */
static int enter_df_of(struct p15_card *p15, unsigned key)
{
	struct p15_path file, df = p15->base;

	if (p15->kind->in_mf)
		return 0;
	if (file_of(p15, key, &file) && (p15->kind->key_is_file || !p15_path_equal(&file, &df)))
		df = is_df_of_pin(p15, key, &file) ? file : p15_path_parent(&file);
	return p15_enter(p15, &df);
}

/* Its PIN comes right before each use. */
static bool wants_pin_now(const struct card *card, unsigned key)
{
	return card->keys[key].per_use;
}

/* ---- signatures ------------------------------------------------------------------------------- */

/* What the card gets: borrowed from the request, or made here. */
struct plan {
	enum p15_operation operation;
	struct cursor data;
	uint8_t made[LIMIT_SIGNATURE];
};

static int plan_pkcs1(const struct sign_request *q, size_t modulus_len, struct plan *ret)
{
	struct buf info = BUF_INIT(sizeof(ret->made));
	size_t prefix_len = 0;
	int r;

	ret->operation = P15_PKCS1;
	if (modulus_len <= PKCS1_OVERHEAD)
		return MOHR_ERR_MECHANISM;
	if (q->hash != HASH_NONE) {
		if (emsa_digest_info_prefix(q->hash, &prefix_len) == NULL ||
		    prefix_len + hash_len(q->hash) > modulus_len - PKCS1_OVERHEAD)
			return MOHR_ERR_MECHANISM;
		if (q->data != NULL && q->len != hash_len(q->hash))
			return MOHR_ERR_DATA_LENGTH;
	} else if (q->data != NULL && (q->len == 0 || q->len > modulus_len - PKCS1_OVERHEAD)) {
		return MOHR_ERR_DATA_LENGTH;
	}
	if (q->hash == HASH_NONE || q->data == NULL)
		return 0;
	r = emsa_put_digest_info(&info, q->hash, q->data, q->len);
	if (r == 0)
		r = buf_err(&info);
	if (r == 0) {
		memcpy(ret->made, info.data, info.len);
		cursor_init(&ret->data, ret->made, info.len);
	}
	buf_clear(&info);
	return r;
}

/* One hash for all, and a salt of its length. */
static int plan_pss(const struct sign_request *q, unsigned modulus_bits, struct plan *ret)
{
	size_t len = hash_len(q->hash);

	ret->operation = P15_PSS;
	if (len == 0 || q->mgf_hash != q->hash || q->salt_len != len ||
	    2 * len + 2 > (modulus_bits - 1 + 7) / 8)
		return MOHR_ERR_MECHANISM;
	return q->data == NULL || q->len == len ? 0 : MOHR_ERR_DATA_LENGTH;
}

/* A whole block, which must stand for a number below the modulus (RFC 8017 §5.2.1). */
static int plan_raw(const struct sign_request *q, const struct cursor *modulus, struct plan *ret)
{
	ret->operation = P15_RAW;
	if (q->hash != HASH_NONE)
		return MOHR_ERR_MECHANISM;
	if (q->data == NULL)
		return 0;
	if (q->len != cursor_left(modulus))
		return MOHR_ERR_DATA_LENGTH;
	return memcmp(q->data, cursor_at(modulus), q->len) < 0 ? 0 : MOHR_ERR_DATA_INVALID;
}

/* The leftmost bits of the digest (FIPS 186-5 §6.4.1), as many bytes as the curve has at most. */
static int plan_ecdsa(const struct sign_request *q, const struct pubkey *shape, bool pad,
		      struct plan *ret)
{
	size_t max = curve_len(shape->curve);
	size_t len = q->len < max ? q->len : max;
	size_t zeros = pad ? max - len : 0;

	ret->operation = P15_ECDSA;
	if (q->scheme != SIGN_ECDSA || max == 0)
		return MOHR_ERR_MECHANISM;
	if (q->data == NULL)
		return 0;
	if (q->len == 0 || (q->hash != HASH_NONE && q->len != hash_len(q->hash)))
		return MOHR_ERR_DATA_LENGTH;
	memset(ret->made, 0, zeros);
	memcpy(ret->made + zeros, q->data, len);
	cursor_init(&ret->data, ret->made, zeros + len);
	return 0;
}

/* The message as it is: the card hashes it. */
static int plan_message(const struct sign_request *q, struct plan *ret)
{
	ret->operation = P15_ECDSA_SHA1;
	if (q->hash != HASH_SHA1)
		return MOHR_ERR_MECHANISM;
	return q->data == NULL || q->len > 0 ? 0 : MOHR_ERR_DATA_LENGTH;
}

/* ret borrows the request's data, and may point into itself: it is not to be copied. */
static int make_plan(const struct card *card, unsigned key, const struct pubkey *shape,
		     const struct sign_request *q, struct plan *ret)
{
	const struct p15_kind *kind = ((const struct p15_card *)card)->kind;
	int r;

	if (!may(card, key, shape, KEY_USE_SIGN) || (unsigned)q->hash >= N_HASH_ALGS)
		return MOHR_ERR_KEY_FUNCTION;
	cursor_init(&ret->data, q->data, q->data == NULL ? 0 : q->len);
	if (shape->type == KEY_EC && q->scheme == SIGN_ECDSA_MESSAGE)
		r = plan_message(q, ret);
	else if (shape->type == KEY_EC)
		r = plan_ecdsa(q, shape, kind->pads_digest, ret);
	else if (shape->bits > LIMIT_RSA_BITS)
		r = MOHR_ERR_MECHANISM;
	else if (q->scheme == SIGN_PKCS1)
		r = plan_pkcs1(q, pubkey_signature_len(shape), ret);
	else if (q->scheme == SIGN_PSS)
		r = plan_pss(q, shape->bits, ret);
	else if (q->scheme == SIGN_RAW)
		r = plan_raw(q, &shape->modulus, ret);
	else
		r = MOHR_ERR_MECHANISM;
	if (r == 0 && !can(card, key, ret->operation))
		r = MOHR_ERR_MECHANISM;
	if (r == 0 && !channel_can_carry(card->channel, cursor_left(&ret->data)))
		r = MOHR_ERR_DATA_LENGTH;
	return r;
}

bool p15_can_sign(const struct card *card, unsigned key, const struct pubkey *shape,
		  const struct sign_request *request)
{
	struct plan plan;

	return make_plan(card, key, shape, request, &plan) == 0;
}

/* r || s, or Ecdsa-Sig-Value (RFC 3279 §2.2.3): the standards leave it to the card, and the length tells. */
static int take_ecdsa(const struct buf *answer, size_t len, struct buf *ret)
{
	struct cursor der = buf_cursor(answer);

	if (answer->len != 2 * len)
		return der_get_ecdsa(&der, len, ret);
	buf_put(ret, answer->data, answer->len);
	return buf_err(ret);
}

static int sign_once(struct p15_card *p15, unsigned key, const struct pubkey *shape,
		     const struct plan *plan, struct buf *ret)
{
	struct channel *c = p15->card.channel;
	struct buf answer = BUF_INIT(MAX_ANSWER);
	size_t len = pubkey_signature_len(shape);
	struct apdu a = {.ins = INS_PSO,
			 .p1 = P1_SIGNATURE,
			 .p2 = P2_DIGEST,
			 .data = cursor_at(&plan->data),
			 .data_len = cursor_left(&plan->data),
			 .le = len > LIMIT_SHORT_LE ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE};
	int r;

	buf_reset(ret);
	if ((r = enter_df_of(p15, key)) != 0 ||
	    (r = set_environment(p15, key, plan->operation, CRT_SIGNATURE)) != 0 ||
	    (r = channel_command(c, &a, &answer)) != 0)
		goto out;
	if (shape->type == KEY_EC) {
		r = take_ecdsa(&answer, curve_len(shape->curve), ret);
	} else {
		buf_put(ret, answer.data, answer.len);
		r = buf_err(ret);
	}
	if (r == 0 && ret->len != len)
		r = log_fail(c->log, MOHR_ERR_MALFORMED, "a signature of %zu bytes, not %zu",
			     ret->len, len);
out:
	if (r != 0)
		buf_reset(ret);
	buf_clear(&answer);
	return r;
}

/*
 * Whether to select the application and try again: not where a PIN is what is missing, nor where it must
 * come right before the use, since SELECT may cost what VERIFY has set.
 */
static bool may_retry(const struct p15_card *p15, unsigned key, int r)
{
	const struct card_key *k = &p15->card.keys[key];

	return p15_refused(p15->card.channel, r) && p15_may_be_elsewhere(p15) &&
	       !wants_pin_now(&p15->card, key) && r != MOHR_ERR_PIN_BLOCKED &&
	       r != MOHR_ERR_PIN_MUST_CHANGE && (r != MOHR_ERR_SECURITY_STATUS || k->open);
}

/* Whether another application has answered, so that it makes sense to try again; *r if not. */
static bool ensured_anew(struct p15_card *p15, int *r)
{
	bool again = false;
	int ensured = p15_ensure(p15, &again);

	if (ensured != 0)
		*r = ensured;
	return ensured == 0 && again;
}

int p15_sign(struct card *card, unsigned key, const struct pubkey *shape,
	     const struct sign_request *request, struct buf *ret_signature)
{
	struct p15_card *p15 = (struct p15_card *)card;
	struct plan plan;
	int r;

	buf_reset(ret_signature);
	if (request->data == NULL)
		return MOHR_ERR_ARGUMENT;
	r = make_plan(card, key, shape, request, &plan);
	if (r == 0) {
		r = sign_once(p15, key, shape, &plan, ret_signature);
		if (may_retry(p15, key, r) && ensured_anew(p15, &r))
			r = sign_once(p15, key, shape, &plan, ret_signature);
	}
	wipe(&plan, sizeof(plan));
	return r;
}

/* ---- decryption and key agreement -------------------------------------------------------------- */

bool p15_can_decipher(const struct card *card, unsigned key, const struct pubkey *shape,
		      const struct decipher_request *request)
{
	return may(card, key, shape, KEY_USE_DECRYPT) && shape->type == KEY_RSA &&
	       request->scheme == DECIPHER_RAW && shape->bits <= LIMIT_RSA_BITS &&
	       can(card, key, P15_DECIPHER) &&
	       channel_can_carry(card->channel, 1 + pubkey_signature_len(shape));
}

bool p15_can_derive(const struct card *card, unsigned key, const struct pubkey *shape)
{
	return may(card, key, shape, KEY_USE_DERIVE) && shape->type == KEY_EC &&
	       can(card, key, P15_DERIVE);
}

/* The application first: another one's answer must not be taken for the secret. */
static int prepare(struct p15_card *p15, unsigned key, enum p15_operation operation,
		   uint8_t template)
{
	int r = 0;

	if (!wants_pin_now(&p15->card, key))
		r = p15_ensure(p15, NULL);
	if (r == 0)
		r = enter_df_of(p15, key);
	return r != 0 ? r : set_environment(p15, key, operation, template);
}

int p15_decipher(struct card *card, unsigned key, const struct pubkey *shape,
		 const struct decipher_request *request, struct secret **ret_plain)
{
	size_t len = cursor_left(&shape->modulus);
	struct buf body = BUF_INIT(MAX_ANSWER), answer = BUF_INIT(MAX_ANSWER);
	struct apdu a = {.ins = INS_PSO,
			 .p1 = P1_PLAIN,
			 .p2 = P2_PADDED_CRYPTOGRAM,
			 .le = len > LIMIT_SHORT_LE ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE};
	int r;

	if (!p15_can_decipher(card, key, shape, request))
		return MOHR_ERR_MECHANISM;
	if (request->data == NULL || request->len != len)
		return MOHR_ERR_ENCRYPTED_LENGTH;
	buf_put_u8(&body, NO_INDICATION);
	buf_put(&body, request->data, request->len);
	a.data = body.data;
	a.data_len = body.len;
	r = buf_err(&body);
	if (r == 0)
		r = prepare((struct p15_card *)card, key, P15_DECIPHER, CRT_CONFIDENTIALITY);
	if (r == 0)
		r = channel_command(card->channel, &a, &answer);
	if (r == 0 && answer.len != len)
		r = log_fail(card->channel->log, MOHR_ERR_MALFORMED,
			     "PSO DECIPHER: %zu bytes, not %zu", answer.len, len);
	if (r == 0)
		r = secret_new_from(answer.data, answer.len, ret_plain);
	buf_clear(&answer);
	buf_clear(&body);
	return r;
}

/* The point, in the form that this kind of card wants. */
static void put_point(const struct p15_kind *kind, const uint8_t *point, size_t len, struct buf *b)
{
	size_t outer, inner;

	if (kind->agreement == P15_BY_GENERAL_AUTHENTICATE) {
		outer = tlv_open(b, TAG_DYNAMIC);
		tlv_put(b, TAG_EXPONENTIAL, point, len);
		tlv_close(b, outer);
		return;
	}
	outer = tlv_open(b, TAG_COOPERATION);
	inner = tlv_open(b, TAG_PUBLIC_KEY);
	tlv_put(b, TAG_POINT, point, len);
	tlv_close(b, inner);
	tlv_close(b, outer);
}

/* The bare coordinate, or in the template of GENERAL AUTHENTICATE. */
static int take_coordinate(const struct buf *answer, size_t len, struct secret **ret)
{
	struct cursor c = buf_cursor(answer), template, value = c;

	if (answer->len != len &&
	    (tlv_get_tag(&c, TAG_DYNAMIC, &template) != 0 || cursor_done(&c) != 0 ||
	     tlv_find(&template, TAG_RESPONSE, &value) != 0))
		return MOHR_ERR_MALFORMED;
	if (cursor_left(&value) != len)
		return MOHR_ERR_MALFORMED;
	return secret_new_from(cursor_at(&value), len, ret);
}

int p15_derive(struct card *card, unsigned key, const struct pubkey *shape, const uint8_t *point,
	       size_t len, struct secret **ret_shared)
{
	struct p15_card *p15 = (struct p15_card *)card;
	bool general = p15->kind->agreement == P15_BY_GENERAL_AUTHENTICATE;
	size_t coordinate = curve_len(shape->curve);
	struct buf body = BUF_INIT(MAX_ANSWER), answer = BUF_INIT(MAX_ANSWER);
	struct apdu a = {
		.ins = INS_PSO, .p1 = P1_PLAIN, .p2 = P2_PADDED_CRYPTOGRAM, .le = LIMIT_SHORT_LE};
	int r;

	if (!p15_can_derive(card, key, shape))
		return MOHR_ERR_MECHANISM;
	if (len != 1 + 2 * coordinate || point[0] != 0x04)
		return MOHR_ERR_POINT_INVALID;
	if (general)
		a = (struct apdu){.ins = INS_GENERAL_AUTHENTICATE, .le = LIMIT_SHORT_LE};
	put_point(p15->kind, point, len, &body);
	a.data = body.data;
	a.data_len = body.len;
	r = buf_err(&body);
	if (r == 0)
		r = prepare(p15, key, P15_DERIVE,
			    general ? CRT_AUTHENTICATION : CRT_CONFIDENTIALITY);
	if (r == 0)
		r = channel_command(card->channel, &a, &answer);
	if (r == 0)
		r = take_coordinate(&answer, coordinate, ret_shared);
	buf_clear(&answer);
	buf_clear(&body);
	return r;
}
