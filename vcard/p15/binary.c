/* SPDX-License-Identifier: BSD-2-Clause */
/* READ BINARY, UPDATE BINARY, ERASE BINARY (ISO 7816-4 §11.3). */
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/p15/p15.h"

/* The file a command works on, if its access condition is met. */
static unsigned current(struct vcard_p15 *p, const struct vcard_command *c, enum vcard_p15_op op,
			struct vcard_p15_file **ret)
{
	struct vcard_p15_file *f = vcard_p15_file(p, p->ef);
	unsigned sw;

	if (c->p1 & 0x80) /* short file identifiers are not offered */
		return SW_WRONG_P1P2;
	if (!f)
		return SW_NO_CURRENT_EF;
	if (f->kind != VCARD_P15_IS_EF)
		return SW_WRONG_FILE_TYPE;
	if ((sw = vcard_p15_allows(p, f, op)) == SW_OK)
		*ret = f;
	return sw;
}

unsigned vcard_p15_read(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	size_t offset = (size_t)c->p1 << 8 | c->p2, n;
	struct vcard_p15_file *f;
	unsigned sw;

	if ((sw = current(p, c, VCARD_P15_READ, &f)) != SW_OK)
		return sw;
	if (offset >= f->data.len)
		return SW_OFFSET;
	n = f->data.len - offset;
	if (n > c->le)
		n = c->le;
	buf_put(ret, f->data.data + offset, n);
	return c->le_definite && n < c->le ? SW_END_OF_FILE : SW_OK;
}

unsigned vcard_p15_update(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	size_t offset = (size_t)c->p1 << 8 | c->p2;
	struct vcard_p15_file *f;
	unsigned sw;

	(void)ret;
	if ((sw = current(p, c, VCARD_P15_UPDATE, &f)) != SW_OK)
		return sw;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if (offset > f->data.len)
		return SW_OFFSET;
	if (c->data_len > f->data.len - offset)
		return SW_NO_SPACE;
	memcpy(f->data.data + offset, c->data, c->data_len);
	p->memory.changes++;
	return vcard_commit(a->card);
}

/* From the offset to the end, or to the offset in the data. */
unsigned vcard_p15_erase(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	size_t offset = (size_t)c->p1 << 8 | c->p2, end;
	struct vcard_p15_file *f;
	unsigned sw;

	(void)ret;
	if ((sw = current(p, c, VCARD_P15_UPDATE, &f)) != SW_OK)
		return sw;
	if (c->data_len != 0 && c->data_len != 2)
		return SW_WRONG_LENGTH;
	end = c->data_len ? (size_t)c->data[0] << 8 | c->data[1] : f->data.len;
	if (offset >= f->data.len || end <= offset || end > f->data.len)
		return SW_OFFSET;
	memset(f->data.data + offset, 0, end - offset);
	p->memory.changes++;
	return vcard_commit(a->card);
}
