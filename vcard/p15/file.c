/* SPDX-License-Identifier: BSD-2-Clause */
/* Files: finding, making, deleting, their access conditions and control information (ISO 7816-4 §7). */
#include <string.h>

#include <openssl/evp.h>

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
	TAG_STATE = 0x8A,
};

struct vcard_p15_file *vcard_p15_file(struct vcard_p15 *p, uint8_t index)
{
	return index < VCARD_P15_N_FILES ? &p->memory.files[index] : NULL;
}

uint8_t vcard_p15_child(const struct vcard_p15 *p, uint8_t df, uint16_t id)
{
	const struct vcard_p15_file *files = p->memory.files;

	for (uint8_t i = 1; i < VCARD_P15_N_FILES; i++)
		if (files[i].used && files[i].parent == df && files[i].id == id)
			return i;
	return VCARD_P15_NO_FILE;
}

static size_t room_taken(const struct vcard_p15_memory *m)
{
	size_t n = 0;

	for (size_t i = 0; i < VCARD_P15_N_FILES; i++)
		n += m->files[i].used ? m->files[i].data.len : 0;
	return n;
}

int vcard_p15_file_add(struct vcard_p15 *p, uint8_t parent, const struct vcard_p15_file *like,
		       uint8_t *ret_index)
{
	struct vcard_p15_memory *m = &p->memory;
	struct buf data = BUF_INIT(VCARD_P15_FILE_MAX);
	uint8_t i = 0;

	while (i < VCARD_P15_N_FILES && m->files[i].used)
		i++;
	if (i == VCARD_P15_N_FILES)
		return MOHR_ERR_LIMIT;
	if (i > 0 && vcard_p15_child(p, parent, like->id) != VCARD_P15_NO_FILE)
		return MOHR_ERR_ARGUMENT;
	if (like->kind == VCARD_P15_IS_EF) {
		if (like->size > VCARD_P15_FILES_MAX - room_taken(m))
			return MOHR_ERR_LIMIT;
		buf_fill(&data, 0, like->size);
		if (buf_err(&data) != 0)
			return buf_err(&data);
	}
	buf_clear(&m->files[i].data);
	m->files[i] = *like;
	m->files[i].used = true;
	m->files[i].parent = parent;
	m->files[i].key = VCARD_P15_NO_KEY;
	m->files[i].data = data;
	*ret_index = i;
	return 0;
}

void vcard_p15_file_delete(struct vcard_p15 *p, uint8_t index)
{
	struct vcard_p15_file *f = &p->memory.files[index];

	for (uint8_t i = 1; f->kind == VCARD_P15_IS_DF && i < VCARD_P15_N_FILES; i++)
		if (p->memory.files[i].used && p->memory.files[i].parent == index && i != index)
			vcard_p15_file_delete(p, i);
	if (f->key != VCARD_P15_NO_KEY)
		vcard_p15_key_erase(&p->memory.keys[f->key]);
	buf_clear(&f->data);
	*f = (struct vcard_p15_file){.data = BUF_INIT(VCARD_P15_FILE_MAX)};
}

int vcard_p15_file_write(struct vcard_p15_file *f, const void *data, size_t len)
{
	if (len > f->data.len)
		return MOHR_ERR_LIMIT;
	if (len)
		memcpy(f->data.data, data, len);
	return 0;
}

void vcard_p15_choose(struct vcard_p15 *p, uint8_t index)
{
	const struct vcard_p15_file *f = &p->memory.files[index];

	p->df = f->kind == VCARD_P15_IS_DF ? index : f->parent;
	p->ef = f->kind == VCARD_P15_IS_DF ? VCARD_P15_NO_FILE : index;
}

/* ---- access */

unsigned vcard_p15_access(const struct vcard_p15 *p, uint8_t condition)
{
	bool met = condition == VCARD_P15_ALWAYS || p->memory.open;

	if (condition == VCARD_P15_BY_ADMIN)
		met = met || p->admin;
	else if (condition >= 1 && condition <= VCARD_P15_N_PINS)
		met = met || p->verified[condition - 1];
	return met ? SW_OK : SW_SECURITY_STATUS;
}

unsigned vcard_p15_allows(const struct vcard_p15 *p, const struct vcard_p15_file *f,
			  enum vcard_p15_op op)
{
	return vcard_p15_access(p, vcard_p15_dialect(p)->condition(f, op));
}

/* ---- control information */

static void put_u16(struct buf *b, uint32_t tag, uint16_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 8), (uint8_t)v};

	tlv_put(b, tag, bytes, sizeof(bytes));
}

void vcard_p15_put_control(const struct vcard_p15 *p, const struct vcard_p15_file *f, bool fcp,
			   struct buf *ret)
{
	bool sized = !(vcard_p15_dialect(p)->flags & VCARD_P15_NO_SIZES);
	size_t mark = tlv_open(ret, fcp ? TAG_FCP : TAG_FCI);

	if (f->kind != VCARD_P15_IS_DF && sized)
		put_u16(ret, f->kind == VCARD_P15_IS_EF ? TAG_SIZE : TAG_TOTAL, f->size);
	tlv_put_u8(ret, TAG_DESCRIPTOR, f->descriptor);
	put_u16(ret, TAG_FID, f->id);
	if (f->name_len)
		tlv_put(ret, TAG_NAME, f->name, f->name_len);
	if (f->proprietary[0] || f->proprietary[1])
		tlv_put(ret, TAG_PROPRIETARY, f->proprietary, sizeof(f->proprietary));
	if (f->attributes_len)
		tlv_put(ret, TAG_ATTRIBUTES, f->attributes, f->attributes_len);
	tlv_put_u8(ret, TAG_STATE, f->state);
	tlv_close(ret, mark);
}
