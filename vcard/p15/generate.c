/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERATE ASYMMETRIC KEY PAIR (ISO 7816-8 §5.2): makes a key, or shows the public part of one. */
#include "codec/iso7816.h"
#include "vcard/p15/p15.h"
#include "vcard/template.h"

enum { P1_MAKE = 0x00, P1_READ = 0x81 };

/* Only places that the card has: a key is remade, its conditions stay. */
unsigned vcard_p15_generate(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	const struct vcard_p15_slot *slot;
	struct vcard_generate_request q;
	uint8_t place;
	unsigned sw;

	if ((c->p1 != P1_MAKE && c->p1 != P1_READ) || c->p2)
		return SW_WRONG_P1P2;
	if (c->p1 == P1_MAKE && (sw = vcard_p15_access(p, VCARD_P15_BY_ADMIN)) != SW_OK)
		return sw;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if (vcard_template_generate(c, &q) != 0 || (c->p1 == P1_MAKE && !q.has_kind))
		return SW_WRONG_DATA;
	slot = vcard_p15_slot(vcard_p15_dialect(p), q.key);
	place = c->p1 == P1_MAKE ? vcard_p15_key_place(p, q.key) : vcard_p15_key_find(p, q.key);
	if (!slot || place == VCARD_P15_NO_KEY)
		return SW_REFERENCE_NOT_FOUND;
	if (c->p1 == P1_MAKE && (sw = vcard_p15_make_key(p, place, slot, q.kind)) != SW_OK)
		return sw;
	if (vcard_key_put_public(&p->memory.keys[place].key, ret) != 0) {
		buf_reset(ret);
		return SW_EXECUTION_ERROR;
	}
	return SW_OK;
}
