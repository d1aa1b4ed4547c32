/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a vendor's card tells beside the standard's objects. The instructions are Yubico's,
 * https://developers.yubico.com/PIV/Introduction/Yubico_extensions.html
 */
#include "profile/piv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "codec/tlv.h"

enum {
	INS_GET_METADATA = 0xF7,
	INS_GET_SERIAL = 0xF8,
	INS_GET_VERSION = 0xFD,
	SERIAL_LEN = 4,
	VERSION_LEN = 3,
	/* metadata */
	TAG_ALGORITHM = 0x01,
	TAG_POLICY = 0x02, /* of PIN and of touch */
	TAG_PUBLIC_KEY = 0x04,
	PIN_NEVER = 1,
	PIN_ONCE = 2,
	PIN_ALWAYS = 3,
	MAX_METADATA = 2 * LIMIT_SIGNATURE,
	POLICY_ENOUGH = 16,
};

/* One of the vendor's instructions that answer a few bytes; 0 and *ret_known false if it does not. */
static int ask_vendor(struct channel *c, uint8_t ins, uint8_t *ret, size_t len, bool *ret_known)
{
	struct apdu a = {.ins = ins, .le = LIMIT_SHORT_LE};
	struct buf answer = BUF_INIT(LIMIT_SHORT_LE);
	int r;

	*ret_known = false;
	r = channel_command(c, &a, &answer);
	if (r == 0 && answer.len == len) {
		memcpy(ret, answer.data, len);
		*ret_known = true;
	}
	buf_clear(&answer);
	return piv_refused(c, r) ? 0 : r;
}

int piv_read_vendor(struct piv_card *piv)
{
	struct card *card = &piv->card;
	uint8_t version[VERSION_LEN], serial[SERIAL_LEN];
	bool known;
	int r;

	r = ask_vendor(card->channel, INS_GET_VERSION, version, sizeof(version), &known);
	if (r != 0)
		return r;
	if (known)
		memcpy(card->firmware_version, version, sizeof(card->firmware_version));
	r = ask_vendor(card->channel, INS_GET_SERIAL, serial, sizeof(serial), &known);
	if (r == 0 && known)
		snprintf(card->serial, sizeof(card->serial), "%" PRIu32,
			 (uint32_t)serial[0] << 24 | (uint32_t)serial[1] << 16 |
				 (uint32_t)serial[2] << 8 | serial[3]);
	return r;
}

bool piv_has_since(const struct piv_card *piv, const uint8_t since[2])
{
	const uint8_t *version = piv->card.firmware_version;

	return since[0] != 0 &&
	       (version[0] > since[0] || (version[0] == since[0] && version[1] >= since[1]));
}

/* ---- metadata --------------------------------------------------------------------------------- */

struct key_policy piv_policy(const struct card *card, unsigned key)
{
	const struct piv_facts *facts = &((const struct piv_card *)card)->facts[key];

	if (facts->asked)
		return facts->policy;
	return (struct key_policy){.open = card->keys[key].open,
				   .per_use = card->keys[key].per_use};
}

/* A policy that is none of ours is what the standard has. */
static void take_policy(const struct cursor *metadata, struct key_policy *policy)
{
	struct cursor value;
	uint8_t pin;

	if (tlv_find(metadata, TAG_POLICY, &value) != 0 || cursor_get_u8(&value, &pin) != 0)
		return;
	switch (pin) {
	case PIN_NEVER:
		*policy = (struct key_policy){.open = true};
		break;
	case PIN_ONCE:
		*policy = (struct key_policy){.open = false};
		break;
	case PIN_ALWAYS:
		*policy = (struct key_policy){.per_use = true};
		break;
	default:
		break;
	}
}

static int take_public_key(const struct cursor *metadata, struct buf *ret_spki)
{
	struct cursor algorithm, template;
	struct pubkey key;
	enum curve curve;
	uint8_t id;
	int r;

	if ((r = tlv_find(metadata, TAG_ALGORITHM, &algorithm)) != 0 ||
	    (r = cursor_get_u8(&algorithm, &id)) != 0 ||
	    (r = piv_algorithm_curve(id, &curve)) != 0 ||
	    (r = tlv_find(metadata, TAG_PUBLIC_KEY, &template)) != 0 ||
	    (r = pubkey_decode_card(&template, curve, &key)) != 0)
		return r;
	pubkey_encode_spki(ret_spki, &key);
	return buf_err(ret_spki);
}

/* GET METADATA, refused with 6A88 if there is no such key; as many bytes of it as are asked for. */
static int get_metadata(struct piv_card *piv, unsigned key, size_t len, struct buf *ret)
{
	struct apdu a = {.ins = INS_GET_METADATA,
			 .p2 = piv->card.keys[key].reference,
			 .enough = len < LIMIT_SHORT_LE ? len : 0,
			 .le = len};

	return channel_command(piv->card.channel, &a, ret);
}

/* The policy comes before the public key, which is long: a card that sends more than it is asked for is asked again. */
static int ask_policy(struct piv_card *piv, unsigned key)
{
	struct channel *c = piv->card.channel;
	struct piv_facts *facts = &piv->facts[key];
	struct buf answer = BUF_INIT(MAX_METADATA);
	struct cursor metadata;
	int r;

	r = get_metadata(piv, key, POLICY_ENOUGH, &answer);
	if (r == MOHR_ERR_MALFORMED && c->sw == 0)
		r = get_metadata(piv, key, LIMIT_EXTENDED_LE, &answer);
	if (r == 0) {
		metadata = buf_cursor(&answer);
		facts->policy = piv_policy(&piv->card, key);
		facts->asked = true;
		take_policy(&metadata, &facts->policy);
	}
	buf_clear(&answer);
	return r;
}

int piv_read_policy(struct card *card, unsigned key, struct key_policy *ret)
{
	struct piv_card *piv = (struct piv_card *)card;
	int r = 0;

	if (key >= card->n_keys)
		return MOHR_ERR_ARGUMENT;
	if (piv_has_since(piv, piv->vendor->metadata) && !piv->facts[key].asked) {
		r = piv_ensure(piv);
		if (r == 0)
			r = ask_policy(piv, key);
		if (piv_refused(card->channel, r) && card->channel->sw == SW_REFERENCE_NOT_FOUND)
			r = MOHR_ERR_NOT_FOUND;
	}
	if (r == 0)
		*ret = piv_policy(card, key);
	return r;
}

int piv_read_public_key(struct card *card, unsigned key, struct buf *ret_spki)
{
	struct piv_card *piv = (struct piv_card *)card;
	struct buf answer = BUF_INIT(MAX_METADATA);
	struct cursor metadata;
	int r;

	if (key >= card->n_keys)
		return MOHR_ERR_ARGUMENT;
	if (!piv_has_since(piv, piv->vendor->metadata))
		return MOHR_ERR_NOT_FOUND;
	r = piv_ensure(piv);
	if (r == 0)
		r = get_metadata(piv, key, LIMIT_EXTENDED_LE, &answer);
	metadata = buf_cursor(&answer);
	if (r == 0)
		r = take_public_key(&metadata, ret_spki);
	buf_clear(&answer);
	return r;
}
