/* SPDX-License-Identifier: BSD-2-Clause */
/* SELECT (SP 800-73-4 part 2 §3.1.1): the application property template. */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum { RID_LEN = 5, TAG_TEMPLATE = 0x61, TAG_AID = 0x4F, TAG_AUTHORITY = 0x79, TAG_LABEL = 0x50 };
enum { TAG_ALGORITHMS = 0xAC, TAG_ALGORITHM = 0x80, TAG_OID = 0x06 };

const uint8_t vcard_piv_aid[VCARD_PIV_AID_LEN] = {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00,
						  0x00, 0x10, 0x00, 0x01, 0x00};

static const uint8_t algorithms[] = {0x03, 0x08, 0x0A, 0x0C, 0x06, 0x07, 0x05, 0x16, 0x11, 0x14};

/* Part 2 tables 3 to 5. */
static void put_template(bool vendor, struct buf *ret)
{
	static const char label[] = "Mohr virtual PIV";
	size_t template = tlv_open(ret, TAG_TEMPLATE), inner;

	tlv_put(ret, TAG_AID, vcard_piv_aid + RID_LEN, sizeof(vcard_piv_aid) - RID_LEN);
	inner = tlv_open(ret, TAG_AUTHORITY);
	tlv_put(ret, TAG_AID, vcard_piv_aid, RID_LEN);
	tlv_close(ret, inner);
	if (!vendor) {
		tlv_put(ret, TAG_LABEL, label, strlen(label));
		inner = tlv_open(ret, TAG_ALGORITHMS);
		for (size_t i = 0; i < sizeof(algorithms); i++)
			tlv_put_u8(ret, TAG_ALGORITHM, algorithms[i]);
		tlv_put_u8(ret, TAG_OID, 0);
		tlv_close(ret, inner);
	}
	tlv_close(ret, template);
}

unsigned vcard_piv_select_name(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	if (c->data_len < RID_LEN || c->data_len > sizeof(vcard_piv_aid) ||
	    memcmp(c->data, vcard_piv_aid, c->data_len) != 0)
		return SW_FILE_NOT_FOUND;
	if (c->p2)
		return SW_WRONG_P1P2;
	put_template(vcard_piv_is_vendor((struct vcard_piv *)a), ret);
	return SW_OK;
}

/* Any other than by name, which the card sees to. */
unsigned vcard_piv_select(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	(void)a;
	(void)c;
	(void)ret;
	return SW_WRONG_P1P2;
}
