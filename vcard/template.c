/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates in commands: see the header. */
#include "vcard/template.h"

#include "codec/tlv.h"

enum {
	TAG_GENERATE = 0xAC, /* or a control reference template that the key is for */
	TAG_FOR_SIGNATURE = 0xB6,
	TAG_FOR_AUTHENTICATION = 0xA4,
	TAG_KIND = 0x80,
	TAG_KEY = 0x84,
	TAG_AGREEMENT = 0xA6,
	TAG_PUBLIC_KEY = 0x7F49,
	TAG_POINT = 0x86,
};

static const struct {
	uint8_t byte;
	enum vcard_key_kind kind;
} kinds[] = {
	{0x01, VCARD_RSA2048}, {0x02, VCARD_RSA3072}, {0x03, VCARD_RSA4096},
	{0x04, VCARD_RSA1024}, {0x11, VCARD_P256},    {0x12, VCARD_P384},
};

static int get_byte(const struct cursor *template, uint32_t tag, uint8_t *ret)
{
	struct cursor value;
	int r = tlv_find(template, tag, &value);

	if (r == 0)
		r = cursor_get_u8(&value, ret);
	return r == 0 ? cursor_done(&value) : r;
}

int vcard_template_generate(const struct vcard_command *c, struct vcard_generate_request *ret)
{
	struct vcard_generate_request q = {0};
	struct cursor data;
	struct tlv t;
	uint8_t byte = 0;
	int r;

	cursor_init(&data, c->data, c->data_len);
	if ((r = tlv_get(&data, &t)) != 0 || (r = cursor_done(&data)) != 0)
		return r;
	if (t.tag != TAG_GENERATE && t.tag != TAG_FOR_SIGNATURE && t.tag != TAG_FOR_AUTHENTICATION)
		return MOHR_ERR_MALFORMED;
	if ((r = get_byte(&t.value, TAG_KEY, &q.key)) != 0)
		return r;
	r = get_byte(&t.value, TAG_KIND, &byte);
	if (r != 0 && r != MOHR_ERR_NOT_FOUND)
		return r;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (r == 0 && kinds[i].byte == byte) {
			q.has_kind = true;
			q.kind = kinds[i].kind;
		}
	}
	*ret = q;
	return 0;
}

int vcard_template_point(const struct vcard_command *c, struct cursor *ret)
{
	struct cursor data, agreement, key;
	int r;

	cursor_init(&data, c->data, c->data_len);
	if ((r = tlv_get_tag(&data, TAG_AGREEMENT, &agreement)) != 0 ||
	    (r = cursor_done(&data)) != 0 ||
	    (r = tlv_get_tag(&agreement, TAG_PUBLIC_KEY, &key)) != 0 ||
	    (r = cursor_done(&agreement)) != 0 || (r = tlv_get_tag(&key, TAG_POINT, ret)) != 0)
		return r;
	return cursor_done(&key);
}
