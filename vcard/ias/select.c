/* SPDX-License-Identifier: BSD-2-Clause */
/* SELECT (ISO 7816-4 §11.2.2) and the control information it answers (§7.4). */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/ias/algorithm.h"
#include "vcard/ias/ias.h"

static const uint8_t manager_aid[] = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x43, 0x4D, 0x00};
static const char label[] = "IAS";

enum { /* SELECT P1 */
       BY_ID = 0x00,
       CHILD_DF = 0x01,
       CHILD_EF = 0x02,
       PARENT_DF = 0x03,
       PATH_FROM_MF = 0x08,
       PATH_FROM_DF = 0x09,
};

enum { /* SELECT P2: what to answer */
       ANSWER_FCI = 0x00,
       ANSWER_FCP = 0x04,
       ANSWER_NOTHING = 0x0C,
};

enum {
	TAG_FCP = 0x62,
	TAG_FCI = 0x6F,
	TAG_SIZE = 0x80,
	TAG_DESCRIPTOR = 0x82,
	TAG_FID = 0x83,
	TAG_NAME = 0x84,
	TAG_LCS = 0x8A,
	TAG_COMPACT_ACCESS = 0x8C,
	TAG_LABEL = 0x50,
	TAG_PROPRIETARY = 0xA5,
	TAG_MAX_DATA = 0x9F65, /* GlobalPlatform: longest data field of a command */
	DESCRIPTOR_EF = 0x01,
	DESCRIPTOR_DF = 0x38,
	LCS_ACTIVE = 0x05,
	AM_READ_UPDATE = 0x03, /* two security conditions follow: update, read (§9.3.3.1) */
};

static void put_u16(struct buf *b, uint32_t tag, size_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 8), (uint8_t)v};

	tlv_put(b, tag, bytes, sizeof(bytes));
}

static void answer_file(const struct vcard_ias_file *file, uint8_t p2, struct buf *ret)
{
	size_t mark;

	if (p2 == ANSWER_NOTHING)
		return;
	mark = tlv_open(ret, p2 == ANSWER_FCI ? TAG_FCI : TAG_FCP);
	if (!file->df)
		put_u16(ret, TAG_SIZE, file->data.len);
	tlv_put_u8(ret, TAG_DESCRIPTOR, file->df ? DESCRIPTOR_DF : DESCRIPTOR_EF);
	put_u16(ret, TAG_FID, file->id);
	tlv_put_u8(ret, TAG_LCS, LCS_ACTIVE);
	if (!file->df) {
		const uint8_t rules[] = {AM_READ_UPDATE, file->update, file->read};

		tlv_put(ret, TAG_COMPACT_ACCESS, rules, sizeof(rules));
	}
	tlv_close(ret, mark);
}

static void answer_application(const struct vcard_ias *v, uint8_t p2, struct buf *ret)
{
	const struct vcard_ias_layout *l = v->memory.layout;
	bool ias = v->app == VCARD_APP_IAS;
	size_t mark, inner;

	if (p2 == ANSWER_NOTHING)
		return;
	mark = tlv_open(ret, p2 == ANSWER_FCI ? TAG_FCI : TAG_FCP);
	if (p2 == ANSWER_FCP) {
		tlv_put_u8(ret, TAG_DESCRIPTOR, DESCRIPTOR_DF);
		if (ias)
			put_u16(ret, TAG_FID, VCARD_FID_MF);
	}
	tlv_put(ret, TAG_NAME, ias ? l->aid : manager_aid, ias ? l->aid_len : sizeof(manager_aid));
	if (p2 == ANSWER_FCP) {
		tlv_put_u8(ret, TAG_LCS, LCS_ACTIVE);
	} else {
		if (ias)
			tlv_put(ret, TAG_LABEL, label, strlen(label));
		inner = tlv_open(ret, TAG_PROPRIETARY);
		tlv_put_u8(ret, TAG_MAX_DATA, LIMIT_SHORT_LC);
		tlv_close(ret, inner);
	}
	if (ias)
		vcard_ias_algorithms_put(v->memory.algorithms, ret);
	tlv_close(ret, mark);
}

static bool answer_is_known(uint8_t p2)
{
	return p2 == ANSWER_FCI || p2 == ANSWER_FCP || p2 == ANSWER_NOTHING;
}

/* A prefix of a name is a name. */
static bool is_name(const struct vcard_command *c, const uint8_t *aid, size_t len)
{
	return c->data_len <= len && memcmp(aid, c->data, c->data_len) == 0;
}

unsigned vcard_ias_select_name(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	const struct vcard_ias_layout *l = v->memory.layout;
	enum vcard_ias_app app = VCARD_APP_IAS;

	if (!is_name(c, l->aid, l->aid_len)) {
		if (!is_name(c, manager_aid, sizeof(manager_aid)))
			return SW_FILE_NOT_FOUND;
		app = VCARD_APP_MANAGER;
	}
	if (!answer_is_known(c->p2))
		return SW_WRONG_P1P2;
	if (app != v->app)
		vcard_ias_security_clear(v);
	v->app = app;
	v->df = VCARD_FILE_MF;
	v->ef = VCARD_N_FILES;
	vcard_ias_environment_clear(&v->env);
	answer_application(v, c->p2, ret);
	return SW_OK;
}

/* The child of a DF with this identifier; VCARD_N_FILES if there is none. */
static uint8_t child(const struct vcard_ias *v, uint8_t df, uint16_t id)
{
	uint8_t i;

	for (i = 1; i < v->memory.layout->n_files; i++)
		if (v->memory.files[i].parent == df && v->memory.files[i].id == id)
			return i;
	return VCARD_N_FILES;
}

static uint8_t find_by_id(const struct vcard_ias *v, uint16_t id)
{
	uint8_t parent = v->memory.files[v->df].parent;
	uint8_t found;

	if (id == VCARD_FID_MF)
		return VCARD_FILE_MF;
	found = child(v, v->df, id);
	if (found == VCARD_N_FILES && v->memory.files[parent].id == id)
		found = parent;
	if (found == VCARD_N_FILES)
		found = child(v, parent, id);
	return found;
}

static uint8_t find_by_path(const struct vcard_ias *v, uint8_t from, struct cursor path)
{
	uint8_t at = from;
	uint16_t id;

	while (at != VCARD_N_FILES && cursor_left(&path) > 0) {
		if (cursor_get_be16(&path, &id) != 0 || !v->memory.files[at].df)
			return VCARD_N_FILES;
		at = child(v, at, id);
	}
	return at;
}

/* Which file a SELECT means; VCARD_N_FILES with a status word if none. */
static uint8_t find(const struct vcard_ias *v, const struct vcard_command *c, unsigned *ret_sw)
{
	struct cursor data;
	uint8_t found = VCARD_N_FILES;
	uint16_t id = VCARD_FID_MF;
	bool path = c->p1 == PATH_FROM_MF || c->p1 == PATH_FROM_DF;
	bool empty_allowed = c->p1 == BY_ID || c->p1 == PARENT_DF;

	*ret_sw = SW_WRONG_LENGTH;
	cursor_init(&data, c->data, c->data_len);
	if (path ? c->data_len == 0 || c->data_len % 2 : c->data_len != 2 && c->data_len != 0)
		return found;
	if ((c->data_len == 0 && !empty_allowed) || (c->data_len > 0 && c->p1 == PARENT_DF))
		return found;
	*ret_sw = SW_FILE_NOT_FOUND;
	if (!path && c->data_len && cursor_get_be16(&data, &id) != 0)
		return found;
	switch (c->p1) {
	case BY_ID:
		return find_by_id(v, id);
	case CHILD_DF:
	case CHILD_EF:
		found = child(v, v->df, id);
		if (found != VCARD_N_FILES && v->memory.files[found].df != (c->p1 == CHILD_DF))
			found = VCARD_N_FILES;
		return found;
	case PARENT_DF:
		return v->df == VCARD_FILE_MF ? VCARD_N_FILES : v->memory.files[v->df].parent;
	case PATH_FROM_MF:
		return find_by_path(v, VCARD_FILE_MF, data);
	case PATH_FROM_DF:
		return find_by_path(v, v->df, data);
	default:
		*ret_sw = SW_WRONG_P1P2;
		return found;
	}
}

unsigned vcard_ias_select(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	uint8_t found;
	unsigned sw;

	if (!answer_is_known(c->p2))
		return SW_WRONG_P1P2;
	if (v->app != VCARD_APP_IAS)
		return SW_FILE_NOT_FOUND;
	found = find(v, c, &sw);
	if (found == VCARD_N_FILES)
		return sw;
	if (v->memory.files[found].df) {
		v->df = found;
		v->ef = VCARD_N_FILES;
	} else {
		v->df = v->memory.files[found].parent;
		v->ef = found;
	}
	answer_file(&v->memory.files[found], c->p2, ret);
	return SW_OK;
}
