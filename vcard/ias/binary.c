/* SPDX-License-Identifier: BSD-2-Clause */
/* READ BINARY and UPDATE BINARY (ISO 7816-4 §11.3). */
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/ias/ias.h"

/* The file a command works on, if its access rule is met. */
static unsigned current(struct vcard_ias *v, const struct vcard_command *c, bool update,
			struct vcard_ias_file **ret)
{
	struct vcard_ias_file *file;
	unsigned sw;

	if (c->p1 & 0x80) /* short file identifiers are not offered */
		return SW_WRONG_P1P2;
	if (v->ef == VCARD_N_FILES)
		return SW_NO_CURRENT_EF;
	file = &v->memory.files[v->ef];
	sw = vcard_ias_access(v, update ? file->update : file->read);
	if (sw == SW_OK)
		*ret = file;
	return sw;
}

unsigned vcard_ias_read_binary(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	size_t offset = (size_t)c->p1 << 8 | c->p2, n;
	struct vcard_ias_file *file;
	unsigned sw;

	if ((sw = current(v, c, false, &file)) != SW_OK)
		return sw;
	if (offset >= file->data.len)
		return SW_OFFSET;
	n = file->data.len - offset;
	if (n > c->le)
		n = c->le;
	buf_put(ret, file->data.data + offset, n);
	return c->le_definite && n < c->le ? SW_END_OF_FILE : SW_OK;
}

unsigned vcard_ias_update_binary(struct vcard_applet *a, const struct vcard_command *c,
				 struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	size_t offset = (size_t)c->p1 << 8 | c->p2, end;
	struct vcard_ias_file *file;
	unsigned sw;

	(void)ret;
	if ((sw = current(v, c, true, &file)) != SW_OK)
		return sw;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if (offset > file->data.len)
		return SW_OFFSET;
	if (c->data_len > VCARD_FILE_MAX - offset)
		return SW_NO_SPACE;
	end = offset + c->data_len;
	if (end > file->data.len && !buf_extend(&file->data, end - file->data.len)) {
		file->data.err = 0;
		return SW_MEMORY_FAILURE;
	}
	memcpy(file->data.data + offset, c->data, c->data_len);
	return vcard_commit(v->applet.card);
}
