/* SPDX-License-Identifier: BSD-2-Clause */
/* IMPORT KEY: a private key that was made elsewhere. */
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/key_import.h"
#include "vcard/piv/piv.h"

/* p, q, dp, dq, qinv follow each other */
enum { TAG_P = 0x01, TAG_D = 0x06, TAG_ED25519 = 0x07 };

/* The numbers of a key; one alone of a curve. */
static int read_parts(struct cursor *c, enum vcard_key_kind kind,
		      struct cursor part[VCARD_RSA_N_PARTS])
{
	int r = 0;

	if (!vcard_kind_is_rsa(kind))
		return tlv_get_tag(c, kind == VCARD_ED25519 ? TAG_ED25519 : TAG_D, &part[0]);
	for (uint32_t i = 0; r == 0 && i < VCARD_RSA_N_PARTS; i++)
		r = tlv_get_tag(c, TAG_P + i, &part[i]);
	return r;
}

static int import(struct vcard_key *key, enum vcard_key_kind kind,
		  const struct cursor part[VCARD_RSA_N_PARTS])
{
	if (kind == VCARD_ED25519)
		return vcard_key_import_ed25519(key, &part[0]);
	return vcard_kind_is_rsa(kind) ? vcard_key_import_rsa(key, kind, part)
				       : vcard_key_import_ec(key, kind, part);
}

unsigned vcard_piv_import(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_key *key = vcard_piv_key_find(p, c->p2);
	struct cursor in, part[VCARD_RSA_N_PARTS];
	enum vcard_key_kind kind;
	uint8_t pin, touch;

	(void)ret;
	if (!key || vcard_piv_kind(c->p1, &kind) != 0)
		return SW_WRONG_P1P2;
	if (!p->admin)
		return SW_SECURITY_STATUS;
	cursor_init(&in, c->data, c->data_len);
	if (read_parts(&in, kind, part) != 0 || vcard_piv_get_policies(&in, &pin, &touch) != 0 ||
	    import(&key->key, kind, part) != 0)
		return SW_WRONG_DATA;
	vcard_piv_key_note(key, pin, touch, VCARD_PIV_IMPORTED);
	return vcard_commit(a->card);
}
