/* SPDX-License-Identifier: BSD-2-Clause */
/* The places for keys, their numbers and policies (SP 800-73-4 part 1 table 4b, SP 800-78-4 §6.2). */
#include <openssl/evp.h>

#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum { TAG_PIN_POLICY = 0xAA, TAG_TOUCH_POLICY = 0xAB };

static const struct {
	uint8_t algorithm;
	enum vcard_key_kind kind;
} algorithms[] = {
	{0x06, VCARD_RSA1024}, {0x07, VCARD_RSA2048}, {0x05, VCARD_RSA3072}, {0x16, VCARD_RSA4096},
	{0x11, VCARD_P256},    {0x14, VCARD_P384},    {0xE0, VCARD_ED25519}, /* the vendor's */
};

uint8_t vcard_piv_algorithm(enum vcard_key_kind kind)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++)
		if (algorithms[i].kind == kind)
			return algorithms[i].algorithm;
	return 0;
}

int vcard_piv_kind(uint8_t algorithm, enum vcard_key_kind *ret)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		if (algorithms[i].algorithm == algorithm) {
			*ret = algorithms[i].kind;
			return 0;
		}
	}
	return MOHR_ERR_NOT_SUPPORTED;
}

void vcard_piv_key_layout(struct vcard_piv_key keys[VCARD_PIV_N_KEYS])
{
	static const uint8_t first[] = {VCARD_PIV_AUTH, VCARD_PIV_SIGN, VCARD_PIV_KEY_MANAGEMENT,
					VCARD_PIV_CARD_AUTH, VCARD_PIV_ATTEST};
	size_t n = 0;

	for (; n < sizeof(first); n++)
		keys[n].key.reference = first[n];
	for (uint8_t r = VCARD_PIV_RETIRED_FIRST; r <= VCARD_PIV_RETIRED_LAST; r++)
		keys[n++].key.reference = r;
	for (n = 0; n < VCARD_PIV_N_KEYS; n++) {
		keys[n].key.use = (uint8_t)vcard_piv_key_policy(keys[n].key.reference);
		buf_init(&keys[n].key.der, VCARD_FILE_MAX);
	}
}

struct vcard_piv_key *vcard_piv_key_find(struct vcard_piv *p, uint8_t reference)
{
	if (reference == VCARD_PIV_ATTEST && !vcard_piv_is_vendor(p))
		return NULL;
	for (size_t i = 0; i < VCARD_PIV_N_KEYS; i++)
		if (p->memory.keys[i].key.reference == reference)
			return &p->memory.keys[i];
	return NULL;
}

enum vcard_piv_pin_policy vcard_piv_key_policy(uint8_t reference)
{
	switch (reference) {
	case VCARD_PIV_CARD_AUTH:
		return VCARD_PIV_PIN_NEVER;
	case VCARD_PIV_SIGN:
		return VCARD_PIV_PIN_ALWAYS;
	default:
		return VCARD_PIV_PIN_ONCE;
	}
}

void vcard_piv_key_erase(struct vcard_piv_key *key)
{
	buf_clear(&key->key.der);
	EVP_PKEY_free(key->key.ready);
	key->key.ready = NULL;
	key->key.use = (uint8_t)vcard_piv_key_policy(key->key.reference);
	key->touch = key->origin = 0;
}

static int get_policy(const struct cursor *c, uint32_t tag, uint8_t max, uint8_t *ret)
{
	struct cursor value;
	uint8_t policy;
	int r = tlv_find(c, tag, &value);

	if (r == MOHR_ERR_NOT_FOUND) {
		*ret = 0;
		return 0;
	}
	if (r != 0 || (r = cursor_get_u8(&value, &policy)) != 0 || (r = cursor_done(&value)) != 0)
		return r;
	if (policy > max)
		return MOHR_ERR_MALFORMED;
	*ret = policy;
	return 0;
}

int vcard_piv_get_policies(struct cursor *c, uint8_t *ret_pin, uint8_t *ret_touch)
{
	uint8_t pin, touch;
	struct cursor rest = *c;
	struct tlv t;
	int r;

	while (cursor_left(&rest) > 0) {
		if ((r = tlv_get(&rest, &t)) != 0)
			return r;
		if (t.tag != TAG_PIN_POLICY && t.tag != TAG_TOUCH_POLICY)
			return MOHR_ERR_MALFORMED;
	}
	if ((r = get_policy(c, TAG_PIN_POLICY, VCARD_PIV_PIN_ALWAYS, &pin)) != 0 ||
	    (r = get_policy(c, TAG_TOUCH_POLICY, VCARD_PIV_TOUCH_CACHED, &touch)) != 0)
		return r;
	*ret_pin = pin;
	*ret_touch = touch;
	return cursor_skip(c, cursor_left(c));
}

void vcard_piv_key_note(struct vcard_piv_key *key, uint8_t pin, uint8_t touch,
			enum vcard_piv_origin origin)
{
	key->key.use = pin ? pin : (uint8_t)vcard_piv_key_policy(key->key.reference);
	key->touch = touch ? touch : (uint8_t)VCARD_PIV_TOUCH_NEVER;
	key->origin = (uint8_t)origin;
}
