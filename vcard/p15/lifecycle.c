/* SPDX-License-Identifier: BSD-2-Clause */
/* CREATE FILE, DELETE FILE, ACTIVATE FILE (ISO 7816-9 §9.3). */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/p15/p15.h"

enum {
	TAG_FCP = 0x62,
	TAG_FCI = 0x6F,
	TAG_SIZE = 0x80,
	TAG_TOTAL = 0x81,
	TAG_DESCRIPTOR = 0x82,
	TAG_FID = 0x83,
	TAG_NAME = 0x84,
	TAG_PROPRIETARY = 0x85,
	TAG_ATTRIBUTES = 0x86,
};

enum { /* file descriptor byte, ISO 7816-4 table 16 */
       DESCRIPTOR_SHAREABLE = 0x40,
       DESCRIPTOR_DF = 0x38,
       DESCRIPTOR_CATEGORY = 0x38,
       DESCRIPTOR_EF = 0x01,
       DESCRIPTOR_KEY = 0x10, /* proprietary EFs: 11, 22 */
};

/* ---- CREATE FILE */

static int take_u16(struct cursor *value, uint16_t *ret)
{
	int r = cursor_get_be16(value, ret);

	return r != 0 ? r : cursor_done(value);
}

static int take_bytes(struct cursor *value, uint8_t *ret, size_t max, uint8_t *ret_len)
{
	size_t len = cursor_left(value);

	if (len > max)
		return MOHR_ERR_MALFORMED;
	*ret_len = (uint8_t)len;
	return cursor_copy(value, len, ret);
}

static int take_descriptor(struct cursor *value, struct vcard_p15_file *f)
{
	int r = cursor_get_u8(value, &f->descriptor);

	if (r != 0)
		return r;
	switch (f->descriptor & ~DESCRIPTOR_SHAREABLE) {
	case DESCRIPTOR_DF:
		f->kind = VCARD_P15_IS_DF;
		return 0;
	case DESCRIPTOR_EF:
		f->kind = VCARD_P15_IS_EF;
		return 0;
	default:
		f->kind = VCARD_P15_IS_KEY;
		return f->descriptor & (DESCRIPTOR_CATEGORY) ? 0 : MOHR_ERR_NOT_SUPPORTED;
	}
}

static int take_field(struct tlv *t, struct vcard_p15_file *f, unsigned *seen)
{
	uint8_t len = 0;

	switch (t->tag) {
	case TAG_SIZE:
	case TAG_TOTAL:
		*seen |= 1;
		return take_u16(&t->value, &f->size);
	case TAG_DESCRIPTOR:
		*seen |= 2;
		return take_descriptor(&t->value, f);
	case TAG_FID:
		*seen |= 4;
		return take_u16(&t->value, &f->id);
	case TAG_NAME:
		return take_bytes(&t->value, f->name, sizeof(f->name), &f->name_len);
	case TAG_PROPRIETARY:
		return take_bytes(&t->value, f->proprietary, sizeof(f->proprietary), &len);
	case TAG_ATTRIBUTES:
		return take_bytes(&t->value, f->attributes, sizeof(f->attributes),
				  &f->attributes_len);
	default:
		return 0; /* a life cycle state too: a file begins in the card's own */
	}
}

/* 62 or 6F; what is not known in it has no meaning here. */
static int parse(const struct vcard_command *c, struct vcard_p15_file *ret)
{
	struct vcard_p15_file f = {.state = VCARD_P15_ACTIVE};
	struct cursor data;
	unsigned seen = 0;
	uint8_t tag, len;
	struct tlv t;
	int r;

	cursor_init(&data, c->data, c->data_len);
	if ((r = cursor_get_u8(&data, &tag)) != 0 || (r = cursor_get_u8(&data, &len)) != 0)
		return r;
	if ((tag != TAG_FCP && tag != TAG_FCI) || len > 0x7F || len != cursor_left(&data))
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&data) > 0)
		if ((r = tlv_get(&data, &t)) != 0 || (r = take_field(&t, &f, &seen)) != 0)
			return r;
	if ((seen & 6) != 6 || (f.kind != VCARD_P15_IS_DF && !(seen & 1)))
		return MOHR_ERR_MALFORMED;
	if (f.kind == VCARD_P15_IS_EF && f.size > VCARD_P15_FILE_MAX)
		return MOHR_ERR_LIMIT;
	*ret = f;
	return 0;
}

unsigned vcard_p15_create_file(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_file f;
	uint8_t index;
	unsigned sw;
	int r;

	(void)ret;
	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if ((sw = vcard_p15_allows(p, &p->memory.files[p->df], VCARD_P15_CREATE)) != SW_OK)
		return sw;
	r = parse(c, &f);
	if (r == MOHR_ERR_LIMIT)
		return SW_NO_SPACE;
	if (r != 0 || f.id == VCARD_P15_MF || f.id == 0xFFFF)
		return SW_WRONG_DATA;
	if (p->memory.open)
		f.state = VCARD_P15_CREATION;
	r = vcard_p15_file_add(p, p->df, &f, &index);
	if (r != 0)
		return r == MOHR_ERR_ARGUMENT ? SW_FILE_EXISTS : SW_NO_SPACE;
	vcard_p15_choose(p, index);
	p->memory.changes++;
	return vcard_commit(a->card);
}

/* ---- DELETE FILE */

/* The current file, or the child that is named. */
unsigned vcard_p15_delete_file(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	uint8_t index = p->ef == VCARD_P15_NO_FILE ? p->df : p->ef;
	unsigned sw;

	(void)ret;
	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	if (c->data_len != 0 && c->data_len != 2)
		return SW_WRONG_LENGTH;
	if (c->data_len)
		index = vcard_p15_child(p, p->df, (uint16_t)(c->data[0] << 8 | c->data[1]));
	if (index == VCARD_P15_NO_FILE)
		return SW_FILE_NOT_FOUND;
	if (index == 0)
		return SW_CONDITIONS;
	if ((sw = vcard_p15_allows(p, &p->memory.files[index], VCARD_P15_DELETE)) != SW_OK)
		return sw;
	vcard_p15_choose(p, p->memory.files[index].parent);
	vcard_p15_environment_clear(p);
	vcard_p15_file_delete(p, index);
	p->memory.changes++;
	return vcard_commit(a->card);
}

/* ---- ACTIVATE FILE */

/* All of a card that is being initialised: from now on access conditions hold. */
unsigned vcard_p15_activate(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	(void)c;
	(void)ret;
	if (!p->memory.open)
		return SW_CONDITIONS;
	p->memory.open = false;
	for (size_t i = 0; i < VCARD_P15_N_FILES; i++)
		if (p->memory.files[i].used)
			p->memory.files[i].state = VCARD_P15_ACTIVE;
	return vcard_commit(a->card);
}
