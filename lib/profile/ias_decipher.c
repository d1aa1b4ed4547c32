/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IAS Classic decryption and key agreement: SELECT, MSE SET, PSO DECIPHER (ISO 7816-8 §11.10). A card that
 * takes the PKCS#1 v1.5 padding off itself is not asked to: its answer would tell of the padding.
 */
#include "profile/ias.h"

#include "codec/iso7816.h"
#include "codec/tlv.h"

enum {
	TAG_CT = 0xB8,
	PADDING_INDICATOR_NONE = 0x00,
	/* the peer's public key in a key agreement template */
	TAG_KAT = 0xA6,
	MAX_POINT = 1 + 2 * 66,
	MAX_KAT_HEADERS = 16,
};

static bool may(const struct card *card, unsigned key, enum key_use use)
{
	return key < card->n_keys && (card->keys[key].use & use) != 0 &&
	       card->pins[card->keys[key].pin].usable;
}

bool ias_can_decipher(const struct card *card, unsigned key, const struct pubkey *shape,
		      const struct decipher_request *request)
{
	const struct ias_card *ias = (const struct ias_card *)card;
	size_t len = cursor_left(&shape->modulus);

	return may(card, key, KEY_USE_DECRYPT) && request->scheme == DECIPHER_RAW &&
	       shape->type == KEY_RSA && shape->bits <= LIMIT_RSA_BITS &&
	       ias->offers[IAS_DECIPHER_RAW] && channel_can_carry(card->channel, 1 + len);
}

bool ias_can_derive(const struct card *card, unsigned key, const struct pubkey *shape)
{
	const struct ias_card *ias = (const struct ias_card *)card;

	return may(card, key, KEY_USE_DERIVE) && shape->type == KEY_EC &&
	       (shape->curve == CURVE_P256 || shape->curve == CURVE_P384) && ias->offers[IAS_ECDH];
}

/*
 * The commands. The application is selected anew each time, but not between a per-use PIN's VERIFY and
 * the one use: VERIFY has selected it in this very transaction.
 */
static int decipher(struct card *card, unsigned key, uint8_t algorithm, const struct buf *data,
		    size_t want, struct secret **ret)
{
	const uint8_t environment[] = {TAG_ALGORITHM,     1, algorithm,
				       TAG_KEY_REFERENCE, 1, card->keys[key].reference};
	struct channel *c = card->channel;
	struct apdu mse = {.ins = INS_MSE,
			   .p1 = P1_SET_COMPUTE,
			   .p2 = TAG_CT,
			   .data = environment,
			   .data_len = sizeof(environment)};
	struct apdu pso = {.ins = INS_PSO,
			   .p1 = 0x80,
			   .p2 = 0x86,
			   .data = data->data,
			   .data_len = data->len,
			   .le = want > LIMIT_SHORT_LE ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE};
	struct buf answer = BUF_INIT(LIMIT_SIGNATURE);
	int r = 0;

	if (!card->pins[card->keys[key].pin].per_use)
		r = ias_select((const struct ias_card *)card);
	if (r == 0 && (r = channel_command(c, &mse, NULL)) == 0)
		r = channel_command(c, &pso, &answer);
	if (r == 0 && answer.len != want)
		r = log_fail(c->log, MOHR_ERR_MALFORMED, "PSO DECIPHER: %zu bytes, not %zu",
			     answer.len, want);
	if (r == 0)
		r = secret_new_from(answer.data, answer.len, ret);
	buf_clear(&answer);
	return r;
}

int ias_decipher(struct card *card, unsigned key, const struct pubkey *shape,
		 const struct decipher_request *request, struct secret **ret_plain)
{
	size_t len = cursor_left(&shape->modulus);
	struct buf data = BUF_INIT(1 + LIMIT_SIGNATURE);
	int r;

	if (!ias_can_decipher(card, key, shape, request))
		return MOHR_ERR_MECHANISM;
	if (request->data == NULL || request->len != len)
		return MOHR_ERR_ENCRYPTED_LENGTH;
	buf_put_u8(&data, PADDING_INDICATOR_NONE);
	buf_put(&data, request->data, request->len);
	r = buf_err(&data);
	if (r == 0)
		r = decipher(card, key, IAS_DECIPHER_RAW, &data, len, ret_plain);
	buf_clear(&data);
	return r;
}

int ias_derive(struct card *card, unsigned key, const struct pubkey *shape, const uint8_t *point,
	       size_t len, struct secret **ret_shared)
{
	size_t coordinate = curve_len(shape->curve), agreement, public_key;
	struct buf data = BUF_INIT(MAX_POINT + MAX_KAT_HEADERS);
	int r;

	if (!ias_can_derive(card, key, shape))
		return MOHR_ERR_MECHANISM;
	if (len != 1 + 2 * coordinate || point[0] != 0x04)
		return MOHR_ERR_POINT_INVALID;
	agreement = tlv_open(&data, TAG_KAT);
	public_key = tlv_open(&data, TAG_PUBLIC_KEY);
	tlv_put(&data, TAG_EC_POINT, point, len);
	tlv_close(&data, public_key);
	tlv_close(&data, agreement);
	r = buf_err(&data);
	if (r == 0)
		r = decipher(card, key, IAS_ECDH, &data, coordinate, ret_shared);
	buf_clear(&data);
	return r;
}
