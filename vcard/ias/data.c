/* SPDX-License-Identifier: BSD-2-Clause */
/* GET DATA (ISO 7816-4 §11.5): chip, card number, version, and the counters of PINs. */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/ias/ias.h"

enum {
	DATA_CPLC = 0x9F7F,
	DATA_NUMBER = 0x0101,
	DATA_VERSION = 0x7F30,
	TAG_PIN_QUERY = 0xA0,
	TAG_PIN_REFERENCE = 0x83,
	TAG_TRIES_LEFT = 0xDF21,
	TAG_CHANGED = 0xDF2F,
	P1P2_CURRENT_TEMPLATE = 0x00FF,
};

static void put_version(const struct vcard_ias_layout *l, struct buf *ret)
{
	size_t mark = tlv_open(ret, DATA_VERSION);

	tlv_put(ret, 0xC0, l->version_label, strlen(l->version_label));
	tlv_put(ret, 0xC1, l->version, strlen(l->version));
	tlv_close(ret, mark);
}

unsigned vcard_ias_get_data(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	unsigned which = (unsigned)c->p1 << 8 | c->p2;
	uint8_t cla = which == DATA_VERSION ? CLA_PLAIN : CLA_PROPRIETARY;

	if (which != DATA_CPLC && which != DATA_NUMBER && which != DATA_VERSION)
		return SW_REFERENCE_NOT_FOUND;
	if (c->cla != cla)
		return SW_WRONG_CLA;
	if (which == DATA_CPLC) {
		tlv_put(ret, DATA_CPLC, v->memory.cplc, sizeof(v->memory.cplc));
	} else if (which == DATA_NUMBER) {
		/* The tag here is the two bytes of P1 P2, which BER would read as one of one byte. */
		buf_put_be16(ret, DATA_NUMBER);
		buf_put_u8(ret, sizeof(v->memory.number));
		buf_put(ret, v->memory.number, sizeof(v->memory.number));
	} else {
		put_version(v->memory.layout, ret);
	}
	return SW_OK;
}

/* The counter of one PIN, and whether its transport value has been changed. */
unsigned vcard_ias_get_data_tlv(struct vcard_applet *a, const struct vcard_command *c,
				struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	struct cursor data, query, reference;
	const struct vcard_ias_pin *pin;
	uint8_t ref;
	size_t mark;

	if (((unsigned)c->p1 << 8 | c->p2) != P1P2_CURRENT_TEMPLATE)
		return SW_WRONG_P1P2;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	cursor_init(&data, c->data, c->data_len);
	if (tlv_get_tag(&data, TAG_PIN_QUERY, &query) != 0 || cursor_done(&data) != 0 ||
	    tlv_get_tag(&query, TAG_PIN_REFERENCE, &reference) != 0 || cursor_done(&query) != 0 ||
	    cursor_get_u8(&reference, &ref) != 0 || cursor_done(&reference) != 0)
		return SW_WRONG_DATA;
	if (!(pin = vcard_ias_pin_find(v, ref)))
		return SW_REFERENCE_NOT_FOUND;
	mark = tlv_open(ret, TAG_PIN_QUERY);
	tlv_put_u8(ret, TAG_PIN_REFERENCE, ref);
	tlv_put_u8(ret, TAG_TRIES_LEFT, pin->tries_left);
	tlv_put_u8(ret, TAG_CHANGED, !pin->transport);
	tlv_close(ret, mark);
	return SW_OK;
}
