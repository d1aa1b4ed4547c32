/* SPDX-License-Identifier: BSD-2-Clause */
/* SELECT (ISO 7816-4 §11.2.2): by name, identifier, path, and up. */
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/p15/p15.h"

enum { /* P1 */
       BY_ID = 0x00,
       CHILD_DF = 0x01,
       CHILD_EF = 0x02,
       PARENT_DF = 0x03,
       PATH_FROM_MF = 0x08,
       PATH_FROM_DF = 0x09,
};

enum { RID_LEN = 5 }; /* less of a name than its registered part names nothing */
enum { ANSWER_FCI = 0x00, ANSWER_FCP = 0x04, ANSWER_NOTHING = 0x0C }; /* P2 */

static bool answer_is_known(uint8_t p2)
{
	return p2 == ANSWER_FCI || p2 == ANSWER_FCP || p2 == ANSWER_NOTHING;
}

static unsigned choose(struct vcard_p15 *p, uint8_t index, uint8_t p2, struct buf *ret)
{
	vcard_p15_choose(p, index);
	if (p2 != ANSWER_NOTHING)
		vcard_p15_put_control(p, &p->memory.files[index], p2 == ANSWER_FCP, ret);
	return SW_OK;
}

static bool is_name(const uint8_t *name, size_t name_len, const struct vcard_command *c)
{
	return c->data_len >= RID_LEN && c->data_len <= name_len &&
	       memcmp(name, c->data, c->data_len) == 0;
}

/* A DF whose name begins with what is asked for; VCARD_P15_NO_FILE. */
static uint8_t find_by_name(const struct vcard_p15 *p, const struct vcard_command *c)
{
	for (uint8_t i = 0; i < VCARD_P15_N_FILES; i++) {
		const struct vcard_p15_file *f = &p->memory.files[i];

		if (f->used && f->name_len && is_name(f->name, f->name_len, c))
			return i;
	}
	return VCARD_P15_NO_FILE;
}

unsigned vcard_p15_select_name(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	bool application = d->aid && is_name(d->aid, d->aid_len, c);
	uint8_t found = application ? 0 : find_by_name(p, c);

	if (found == VCARD_P15_NO_FILE)
		return SW_FILE_NOT_FOUND;
	if (!answer_is_known(c->p2))
		return SW_WRONG_P1P2;
	vcard_p15_environment_clear(p);
	if (!application || !d->greeting)
		return choose(p, found, c->p2, ret);
	vcard_p15_choose(p, found);
	buf_put(ret, d->greeting, d->greeting_len);
	return SW_OK;
}

/* The MF; a child of the current DF; its parent, or a child of that; what is current already. */
static uint8_t find_by_id(const struct vcard_p15 *p, uint16_t id)
{
	const struct vcard_p15_file *files = p->memory.files;
	uint8_t parent = files[p->df].parent, found;

	if (id == VCARD_P15_MF)
		return 0;
	if (files[p->df].id == id)
		return p->df;
	found = vcard_p15_child(p, p->df, id);
	if (found == VCARD_P15_NO_FILE && files[parent].id == id)
		found = parent;
	return found == VCARD_P15_NO_FILE ? vcard_p15_child(p, parent, id) : found;
}

static uint8_t find_by_path(const struct vcard_p15 *p, uint8_t from, struct cursor path)
{
	uint8_t at = from;
	uint16_t id;

	while (at != VCARD_P15_NO_FILE && cursor_left(&path) > 0) {
		if (cursor_get_be16(&path, &id) != 0)
			return VCARD_P15_NO_FILE;
		at = vcard_p15_child(p, at, id);
	}
	return at;
}

static uint8_t find_child(const struct vcard_p15 *p, uint16_t id, bool df)
{
	uint8_t found = vcard_p15_child(p, p->df, id);

	if (found != VCARD_P15_NO_FILE && (p->memory.files[found].kind == VCARD_P15_IS_DF) != df)
		found = VCARD_P15_NO_FILE;
	return found;
}

static unsigned check_length(const struct vcard_command *c)
{
	bool good;

	switch (c->p1) {
	case BY_ID:
		good = c->data_len == 0 || c->data_len == 2;
		break;
	case CHILD_DF:
	case CHILD_EF:
		good = c->data_len == 2;
		break;
	case PARENT_DF:
		good = c->data_len == 0;
		break;
	case PATH_FROM_MF:
	case PATH_FROM_DF:
		good = c->data_len > 0 && c->data_len % 2 == 0;
		break;
	default:
		return SW_WRONG_P1P2;
	}
	return good ? SW_OK : SW_WRONG_LENGTH;
}

static uint8_t find(const struct vcard_p15 *p, const struct vcard_command *c)
{
	uint16_t id = VCARD_P15_MF;
	struct cursor data;

	cursor_init(&data, c->data, c->data_len);
	switch (c->p1) {
	case PARENT_DF:
		return p->df == 0 ? VCARD_P15_NO_FILE : p->memory.files[p->df].parent;
	case PATH_FROM_MF:
		return find_by_path(p, 0, data);
	case PATH_FROM_DF:
		return find_by_path(p, p->df, data);
	default:
		if (c->data_len && cursor_get_be16(&data, &id) != 0)
			return VCARD_P15_NO_FILE;
		return c->p1 == BY_ID ? find_by_id(p, id) : find_child(p, id, c->p1 == CHILD_DF);
	}
}

unsigned vcard_p15_select(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	uint8_t found;
	unsigned sw;

	if (!answer_is_known(c->p2))
		return SW_WRONG_P1P2;
	if ((sw = check_length(c)) != SW_OK)
		return sw;
	found = find(p, c);
	return found == VCARD_P15_NO_FILE ? (unsigned)SW_FILE_NOT_FOUND
					  : choose(p, found, c->p2, ret);
}
