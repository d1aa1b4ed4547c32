/* SPDX-License-Identifier: BSD-2-Clause */
/* GET DATA and PUT DATA (SP 800-73-4 part 2 §3.1.2, §3.3.1). */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum { P1 = 0x3F, P2 = 0xFF, TAG_LIST = 0x5C, TAG_CONTENT = 0x53, TAG_AID = 0x4F };
enum { TAG_POLICY = 0x5F2F, POLICY_PIN = 0x40, POLICY_GLOBAL = 0x20, PRIMARY_PIN = 0x10 };
enum { UNUSED_OBJECT = 0x5FC104 };

/* ---- the objects there are */

const struct vcard_piv_object *vcard_piv_object_find(const struct vcard_piv_memory *m, uint32_t tag)
{
	for (size_t i = 0; i < VCARD_PIV_MAX_OBJECTS; i++)
		if (m->objects[i].tag == tag)
			return &m->objects[i];
	return NULL;
}

/* Where an object is, or (tag 0) may go. */
static struct vcard_piv_object *find_place(struct vcard_piv_memory *m, uint32_t tag)
{
	const struct vcard_piv_object *o = vcard_piv_object_find(m, tag);

	return o ? &m->objects[o - m->objects] : NULL;
}

static void delete (struct vcard_piv_object *o)
{
	if (!o)
		return;
	buf_clear(&o->data);
	o->tag = 0;
}

static size_t occupied(const struct vcard_piv_memory *m, const struct vcard_piv_object *but)
{
	size_t sum = 0;

	for (size_t i = 0; i < VCARD_PIV_MAX_OBJECTS; i++)
		if (&m->objects[i] != but && m->objects[i].tag)
			sum += m->objects[i].data.len;
	return sum;
}

int vcard_piv_object_set(struct vcard_piv_memory *m, uint32_t tag, const uint8_t *data, size_t len)
{
	struct vcard_piv_object *o = find_place(m, tag);
	struct buf next = BUF_INIT(VCARD_PIV_OBJECT_MAX);
	int r;

	if (len == 0) {
		delete (o);
		return 0;
	}
	if (occupied(m, o) + len > VCARD_PIV_OBJECTS_MAX)
		return MOHR_ERR_LIMIT;
	if (!o)
		o = find_place(m, 0);
	if (!o)
		return MOHR_ERR_LIMIT;
	buf_put(&next, data, len);
	if ((r = buf_err(&next)) != 0) {
		buf_clear(&next);
		return r;
	}
	buf_clear(&o->data);
	o->data = next;
	o->tag = tag;
	return 0;
}

uint32_t vcard_piv_certificate_tag(uint8_t reference)
{
	switch (reference) {
	case VCARD_PIV_AUTH:
		return VCARD_PIV_AUTH_CERT;
	case VCARD_PIV_SIGN:
		return VCARD_PIV_SIGN_CERT;
	case VCARD_PIV_KEY_MANAGEMENT:
		return VCARD_PIV_KEY_MANAGEMENT_CERT;
	case VCARD_PIV_CARD_AUTH:
		return VCARD_PIV_CARD_AUTH_CERT;
	case VCARD_PIV_ATTEST:
		return VCARD_PIV_ATTEST_CERT;
	default:
		break;
	}
	if (reference < VCARD_PIV_RETIRED_FIRST || reference > VCARD_PIV_RETIRED_LAST)
		return 0;
	return VCARD_PIV_RETIRED_CERT + (uint32_t)(reference - VCARD_PIV_RETIRED_FIRST);
}

/* ---- which objects there may be */

static bool is_known(const struct vcard_piv *p, uint32_t tag)
{
	if (tag >= VCARD_PIV_VENDOR_FIRST && tag <= VCARD_PIV_VENDOR_LAST)
		return vcard_piv_is_vendor(p);
	return tag == VCARD_PIV_BIT || (tag >= VCARD_PIV_CARD_AUTH_CERT &&
					tag <= VCARD_PIV_OBJECT_LAST && tag != UNUSED_OBJECT);
}

/* Part 1 table 2 */
static bool wants_pin(uint32_t tag)
{
	return tag == VCARD_PIV_FINGERPRINTS || tag == VCARD_PIV_FACE || tag == VCARD_PIV_PRINTED ||
	       tag == VCARD_PIV_IRIS;
}

/* Part 1 §3.3.2, part 2 table 18 */
static void put_discovery(const struct vcard_piv *p, struct buf *ret)
{
	bool global = p->memory.pins[VCARD_PIV_I_GLOBAL].present;
	const uint8_t policy[] = {(uint8_t)(POLICY_PIN | (global ? POLICY_GLOBAL : 0)),
				  global ? PRIMARY_PIN : 0};
	size_t mark = tlv_open(ret, VCARD_PIV_DISCOVERY);

	tlv_put(ret, TAG_AID, vcard_piv_aid, sizeof(vcard_piv_aid));
	tlv_put(ret, TAG_POLICY, policy, sizeof(policy));
	tlv_close(ret, mark);
}

/* The tag in a tag list; one to three bytes. */
static int get_tag(struct cursor *c, uint32_t *ret)
{
	struct cursor list;
	uint32_t tag = 0;
	uint8_t byte = 0;
	int r;

	if ((r = tlv_get_tag(c, TAG_LIST, &list)) != 0)
		return r;
	if (cursor_left(&list) == 0 || cursor_left(&list) > 3)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&list) > 0) {
		if ((r = cursor_get_u8(&list, &byte)) != 0)
			return r;
		tag = tag << 8 | byte;
	}
	*ret = tag;
	return 0;
}

unsigned vcard_piv_get_data(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	const struct vcard_piv_object *o;
	struct cursor in;
	uint32_t tag;

	if (c->p1 != P1 || c->p2 != P2)
		return SW_WRONG_P1P2;
	cursor_init(&in, c->data, c->data_len);
	if (get_tag(&in, &tag) != 0 || cursor_done(&in) != 0)
		return SW_WRONG_DATA;
	if (tag == VCARD_PIV_DISCOVERY) {
		put_discovery(p, ret);
		return SW_OK;
	}
	if (!is_known(p, tag))
		return SW_FILE_NOT_FOUND;
	if (wants_pin(tag) && !vcard_piv_pin_verified(p))
		return SW_SECURITY_STATUS;
	o = vcard_piv_object_find(&p->memory, tag);
	if (!o)
		return SW_FILE_NOT_FOUND;
	tlv_put(ret, tag == VCARD_PIV_BIT ? tag : (uint32_t)TAG_CONTENT, o->data.data, o->data.len);
	return SW_OK;
}

/* What is to be written: a tag list and content, or a template of its own. */
static int get_content(struct cursor *in, uint32_t *ret_tag, struct cursor *ret_content)
{
	struct tlv own;
	uint8_t first;
	int r;

	if ((r = cursor_peek_u8(in, &first)) != 0)
		return r;
	if (first == TAG_LIST) {
		if ((r = get_tag(in, ret_tag)) == 0)
			r = tlv_get_tag(in, TAG_CONTENT, ret_content);
	} else if ((r = tlv_get(in, &own)) == 0) {
		if (own.tag != VCARD_PIV_DISCOVERY && own.tag != VCARD_PIV_BIT)
			return MOHR_ERR_MALFORMED;
		*ret_tag = own.tag;
		*ret_content = own.value;
	}
	return r == 0 ? cursor_done(in) : r;
}

unsigned vcard_piv_put_data(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct cursor in, content;
	uint32_t tag = 0;

	(void)ret;
	if (c->p1 != P1 || c->p2 != P2)
		return SW_WRONG_P1P2;
	if (!p->admin)
		return SW_SECURITY_STATUS;
	cursor_init(&in, c->data, c->data_len);
	if (get_content(&in, &tag, &content) != 0)
		return SW_WRONG_DATA;
	if (tag == VCARD_PIV_DISCOVERY)
		return SW_FUNCTION_UNSUPPORTED;
	if (!is_known(p, tag))
		return SW_FILE_NOT_FOUND;
	if (cursor_left(&content) > VCARD_PIV_OBJECT_MAX ||
	    vcard_piv_object_set(&p->memory, tag, cursor_at(&content), cursor_left(&content)) != 0)
		return SW_NO_SPACE;
	return vcard_commit(a->card);
}
