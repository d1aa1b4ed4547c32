/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERATE ASYMMETRIC KEY PAIR (ISO 7816-8 §5.2): makes a key, or shows the public part of one. */
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/ias/ias.h"

enum { P1_MAKE = 0x00, P1_READ = 0x81, TAG_KIND = 0x80, TAG_KEY = 0x84 };

static const struct {
	uint8_t byte;
	enum vcard_key_kind kind;
} kinds[] = {
	{0x01, VCARD_RSA2048}, {0x02, VCARD_RSA3072}, {0x03, VCARD_RSA4096},
	{0x11, VCARD_P256},    {0x12, VCARD_P384},
};

struct request {
	bool has_kind;
	enum vcard_key_kind kind;
	uint8_t key;
};

static bool parse(const struct vcard_command *c, struct request *ret)
{
	struct cursor data, value;
	struct tlv t;
	uint8_t byte;

	cursor_init(&data, c->data, c->data_len);
	if (tlv_get(&data, &t) != 0 || cursor_done(&data) != 0 ||
	    (t.tag != 0xAC && t.tag != 0xB6 && t.tag != 0xA4))
		return false;
	if (tlv_find(&t.value, TAG_KEY, &value) != 0 || cursor_get_u8(&value, &ret->key) != 0 ||
	    cursor_done(&value) != 0)
		return false;
	if (tlv_find(&t.value, TAG_KIND, &value) != 0)
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

static struct vcard_key *find_place(struct vcard_ias *v, uint8_t reference)
{
	for (size_t i = 0; i < v->memory.layout->n_keys; i++)
		if (v->memory.keys[i].reference == reference)
			return &v->memory.keys[i];
	return NULL;
}

unsigned vcard_ias_generate(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	struct request q = {0};
	struct vcard_key *key;
	unsigned sw;

	if ((c->p1 != P1_MAKE && c->p1 != P1_READ) || c->p2)
		return SW_WRONG_P1P2;
	if (c->p1 == P1_MAKE && (sw = vcard_ias_access(v, VCARD_ACCESS_ADMIN)) != SW_OK)
		return sw;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if (!parse(c, &q) || (c->p1 == P1_MAKE && !q.has_kind))
		return SW_WRONG_DATA;
	key = find_place(v, q.key);
	if (!key || (c->p1 == P1_READ && key->der.len == 0))
		return SW_REFERENCE_NOT_FOUND;
	if (c->p1 == P1_MAKE) {
		if (vcard_key_generate(key, q.kind) != 0)
			return SW_EXECUTION_ERROR;
		/* Templates that name the key may not fit the new one. */
		vcard_ias_environment_clear(&v->env);
		if ((sw = vcard_commit(v->applet.card)) != SW_OK)
			return sw;
	}
	if (vcard_key_put_public(key, ret) != 0) {
		buf_reset(ret);
		return SW_EXECUTION_ERROR;
	}
	return SW_OK;
}
