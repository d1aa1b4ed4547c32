/* SPDX-License-Identifier: BSD-2-Clause */
/* The vendor's instructions about the card itself: version, serial, metadata, management key, retries, reset. */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum {
	TAG_ALGORITHM = 0x01,
	TAG_POLICY = 0x02,
	TAG_ORIGIN = 0x03,
	TAG_PUBLIC = 0x04,
	TAG_INITIAL = 0x05,
	TAG_TRIES = 0x06,
	ALGORITHM_PIN = 0xFF,
	TAG_7816_PUBLIC = 0x7F49,
	P1_SET_ADMIN_KEY = 0xFF,
	P2_NO_TOUCH = 0xFF,
	P2_TOUCH = 0xFE,
	TOUCH_ALWAYS = 2,
	MAX_TRIES = 15, /* what 63Cx can say */
	DELETE = 0xFF,
};

const uint8_t vcard_piv_version[VCARD_PIV_VERSION_LEN] = {5, 7, 1};

static const char initial_pin[] = "123456", initial_puk[] = "12345678";

unsigned vcard_piv_get_version(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	(void)a;
	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	buf_put(ret, vcard_piv_version, sizeof(vcard_piv_version));
	return SW_OK;
}

unsigned vcard_piv_get_serial(struct vcard_applet *a, const struct vcard_command *c,
			      struct buf *ret)
{
	const struct vcard_piv *p = (struct vcard_piv *)a;

	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	buf_put(ret, p->memory.serial, sizeof(p->memory.serial));
	return SW_OK;
}

/* ---- metadata */

static unsigned put_pin_metadata(const struct vcard_piv_pin *pin, struct buf *ret)
{
	const uint8_t tries[] = {pin->max_tries, pin->tries_left};

	tlv_put_u8(ret, TAG_ALGORITHM, ALGORITHM_PIN);
	tlv_put_u8(ret, TAG_INITIAL, pin->initial);
	tlv_put(ret, TAG_TRIES, tries, sizeof(tries));
	return SW_OK;
}

static unsigned put_admin_metadata(const struct vcard_piv_memory *m, struct buf *ret)
{
	const uint8_t policy[] = {0, m->admin_touch};

	tlv_put_u8(ret, TAG_ALGORITHM, m->admin_algorithm);
	tlv_put(ret, TAG_POLICY, policy, sizeof(policy));
	tlv_put_u8(ret, TAG_INITIAL, m->admin_initial);
	return SW_OK;
}

static unsigned put_key_metadata(struct vcard_piv_key *key, struct buf *ret)
{
	const uint8_t policy[] = {key->key.use, key->touch};
	struct buf public = BUF_INIT(2 * LIMIT_SIGNATURE);
	struct cursor c, inside;
	unsigned sw = SW_EXECUTION_ERROR;

	if (vcard_key_put_public(&key->key, &public) == 0 && buf_err(&public) == 0) {
		c = buf_cursor(&public);
		if (tlv_get_tag(&c, TAG_7816_PUBLIC, &inside) == 0) {
			tlv_put_u8(ret, TAG_ALGORITHM, vcard_piv_algorithm(key->key.kind));
			tlv_put(ret, TAG_POLICY, policy, sizeof(policy));
			tlv_put_u8(ret, TAG_ORIGIN, key->origin);
			tlv_put(ret, TAG_PUBLIC, cursor_at(&inside), cursor_left(&inside));
			sw = SW_OK;
		}
	}
	buf_clear(&public);
	return sw;
}

unsigned vcard_piv_get_metadata(struct vcard_applet *a, const struct vcard_command *c,
				struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_key *key;

	if (c->p1)
		return SW_WRONG_P1P2;
	switch (c->p2) {
	case VCARD_PIV_PIN:
		return put_pin_metadata(&p->memory.pins[VCARD_PIV_I_PIN], ret);
	case VCARD_PIV_PUK:
		return put_pin_metadata(&p->memory.pins[VCARD_PIV_I_PUK], ret);
	case VCARD_PIV_ADMIN:
		return put_admin_metadata(&p->memory, ret);
	default:
		break;
	}
	key = vcard_piv_key_find(p, c->p2);
	if (!key || key->key.der.len == 0)
		return SW_REFERENCE_NOT_FOUND;
	return put_key_metadata(key, ret);
}

/* ---- management */

unsigned vcard_piv_set_admin_key(struct vcard_applet *a, const struct vcard_command *c,
				 struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_memory *m = &p->memory;
	uint8_t algorithm = 0, reference = 0, len = 0;
	struct cursor in;

	(void)ret;
	if (c->p1 != P1_SET_ADMIN_KEY || (c->p2 != P2_NO_TOUCH && c->p2 != P2_TOUCH))
		return SW_WRONG_P1P2;
	if (!p->admin)
		return SW_SECURITY_STATUS;
	cursor_init(&in, c->data, c->data_len);
	if (cursor_get_u8(&in, &algorithm) != 0 || cursor_get_u8(&in, &reference) != 0 ||
	    cursor_get_u8(&in, &len) != 0 || reference != VCARD_PIV_ADMIN || len == 0 ||
	    len != vcard_piv_admin_key_len(algorithm) || cursor_left(&in) != len)
		return SW_WRONG_DATA;
	wipe(m->admin_key, sizeof(m->admin_key));
	memcpy(m->admin_key, cursor_at(&in), len);
	m->admin_algorithm = algorithm;
	m->admin_touch = c->p2 == P2_TOUCH ? TOUCH_ALWAYS : VCARD_PIV_TOUCH_NEVER;
	m->admin_initial = false;
	return vcard_commit(a->card);
}

/* PIN and PUK as the vendor ships them, with this many tries. */
static int set_initial_pins(struct vcard_piv *p, uint8_t pin_tries, uint8_t puk_tries)
{
	struct vcard_piv_pin pin = p->memory.pins[VCARD_PIV_I_PIN];
	struct vcard_piv_pin puk = p->memory.pins[VCARD_PIV_I_PUK];
	int r;

	pin.max_tries = pin_tries;
	puk.max_tries = puk_tries;
	if ((r = vcard_piv_pin_set_text(p, &pin, initial_pin)) != 0 ||
	    (r = vcard_piv_pin_set_text(p, &puk, initial_puk)) != 0)
		return r;
	pin.initial = puk.initial = true;
	p->memory.pins[VCARD_PIV_I_PIN] = pin;
	p->memory.pins[VCARD_PIV_I_PUK] = puk;
	return 0;
}

unsigned vcard_piv_set_retries(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;

	(void)ret;
	if (!p->admin || !vcard_piv_pin_verified(p))
		return SW_SECURITY_STATUS;
	if (c->p1 == 0 || c->p1 > MAX_TRIES || c->p2 == 0 || c->p2 > MAX_TRIES)
		return SW_WRONG_P1P2;
	if (set_initial_pins(p, c->p1, c->p2) != 0)
		return SW_EXECUTION_ERROR;
	p->verified[VCARD_PIV_I_PIN] = false;
	return vcard_commit(a->card);
}

unsigned vcard_piv_factory_reset(struct vcard_applet *a, const struct vcard_command *c,
				 struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_memory *m = &p->memory;

	(void)ret;
	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	if (m->pins[VCARD_PIV_I_PIN].tries_left || m->pins[VCARD_PIV_I_PUK].tries_left)
		return SW_CONDITIONS;
	if (set_initial_pins(p, VCARD_PIV_TRIES, VCARD_PIV_TRIES) != 0)
		return SW_EXECUTION_ERROR;
	m->pins[VCARD_PIV_I_GLOBAL].present = false;
	vcard_piv_admin_default(m);
	for (size_t i = 0; i < VCARD_PIV_N_KEYS; i++)
		if (m->keys[i].key.reference != VCARD_PIV_ATTEST)
			vcard_piv_key_erase(&m->keys[i]);
	for (size_t i = 0; i < VCARD_PIV_MAX_OBJECTS; i++)
		if (m->objects[i].tag && m->objects[i].tag != VCARD_PIV_ATTEST_CERT &&
		    vcard_piv_object_set(m, m->objects[i].tag, NULL, 0) != 0)
			return SW_EXECUTION_ERROR;
	vcard_piv_security_clear(p);
	return vcard_commit(a->card);
}

unsigned vcard_piv_move_key(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_key *from = vcard_piv_key_find(p, c->p2);
	struct vcard_piv_key *to = c->p1 == DELETE ? NULL : vcard_piv_key_find(p, c->p1);

	(void)ret;
	if (!p->admin)
		return SW_SECURITY_STATUS;
	if (!from || (!to && c->p1 != DELETE) || from == to || c->p1 == VCARD_PIV_ATTEST)
		return SW_WRONG_P1P2;
	if (from->key.der.len == 0)
		return SW_REFERENCE_NOT_FOUND;
	if (to && to->key.der.len)
		return SW_CONDITIONS;
	if (to) {
		struct vcard_piv_key moved = *from;

		moved.key.reference = to->key.reference;
		from->key.der = BUF_INIT(VCARD_FILE_MAX);
		from->key.ready = NULL;
		*to = moved;
	}
	vcard_piv_key_erase(from);
	return vcard_commit(a->card);
}
