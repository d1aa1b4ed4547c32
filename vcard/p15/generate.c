/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERATE ASYMMETRIC KEY PAIR (ISO 7816-8 §5.2): makes a key, or shows the public part of one. */
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/p15/p15.h"

enum { P1_MAKE = 0x00, P1_READ = 0x81, TAG_TEMPLATE = 0xAC, TAG_KIND = 0x80, TAG_KEY = 0x84 };

static const struct {
	uint8_t byte;
	enum vcard_key_kind kind;
} kinds[] = {
	{0x01, VCARD_RSA2048}, {0x02, VCARD_RSA3072}, {0x03, VCARD_RSA4096},
	{0x04, VCARD_RSA1024}, {0x11, VCARD_P256},    {0x12, VCARD_P384},
};

struct request {
	bool has_kind;
	enum vcard_key_kind kind;
	uint8_t key;
};

/* AC {84 key, 80 kind} */
static bool parse(const struct vcard_command *c, struct request *ret)
{
	struct cursor data, in, value;
	uint8_t byte;

	cursor_init(&data, c->data, c->data_len);
	if (tlv_get_tag(&data, TAG_TEMPLATE, &in) != 0 || cursor_done(&data) != 0 ||
	    tlv_find(&in, TAG_KEY, &value) != 0 || cursor_get_u8(&value, &ret->key) != 0 ||
	    cursor_done(&value) != 0)
		return false;
	if (tlv_find(&in, TAG_KIND, &value) != 0)
		return true;
	if (cursor_get_u8(&value, &byte) != 0 || cursor_done(&value) != 0)
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].byte == byte) {
			ret->has_kind = true;
			ret->kind = kinds[i].kind;
		}
	}
	return true;
}

/* Only places that the card has: a key is remade, its conditions stay. */
unsigned vcard_p15_generate(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	const struct vcard_p15_slot *slot;
	struct request q = {0};
	uint8_t place;
	unsigned sw;

	if ((c->p1 != P1_MAKE && c->p1 != P1_READ) || c->p2)
		return SW_WRONG_P1P2;
	if (c->p1 == P1_MAKE && (sw = vcard_p15_access(p, VCARD_P15_BY_ADMIN)) != SW_OK)
		return sw;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if (!parse(c, &q) || (c->p1 == P1_MAKE && !q.has_kind))
		return SW_WRONG_DATA;
	slot = vcard_p15_slot(vcard_p15_dialect(p), q.key);
	place = c->p1 == P1_MAKE ? vcard_p15_key_place(p, q.key) : vcard_p15_key_find(p, q.key);
	if (!slot || place == VCARD_P15_NO_KEY)
		return SW_REFERENCE_NOT_FOUND;
	if (c->p1 == P1_MAKE && (sw = vcard_p15_make_key(p, place, slot, q.kind)) != SW_OK)
		return sw;
	if (vcard_key_put_public(&p->memory.keys[place].key, ret) != 0) {
		buf_reset(ret);
		return SW_EXECUTION_ERROR;
	}
	return SW_OK;
}
