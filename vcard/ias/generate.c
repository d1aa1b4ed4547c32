/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERATE ASYMMETRIC KEY PAIR (ISO 7816-8 §5.2): makes a key, or shows the public part of one. */
#include "codec/iso7816.h"
#include "vcard/ias/ias.h"
#include "vcard/template.h"

enum { P1_MAKE = 0x00, P1_READ = 0x81 };

static struct vcard_key *find_place(struct vcard_ias *v, uint8_t reference)
{
	for (size_t i = 0; i < v->memory.layout->n_keys; i++)
		if (v->memory.keys[i].reference == reference)
			return &v->memory.keys[i];
	return NULL;
}

unsigned vcard_ias_generate(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	struct vcard_generate_request q;
	struct vcard_key *key;
	unsigned sw;

	if ((c->p1 != P1_MAKE && c->p1 != P1_READ) || c->p2)
		return SW_WRONG_P1P2;
	if (c->p1 == P1_MAKE && (sw = vcard_ias_access(v, VCARD_ACCESS_ADMIN)) != SW_OK)
		return sw;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if (vcard_template_generate(c, &q) != 0 ||
	    (c->p1 == P1_MAKE && (!q.has_kind || q.kind == VCARD_RSA1024)))
		return SW_WRONG_DATA;
	key = find_place(v, q.key);
	if (!key || (c->p1 == P1_READ && key->der.len == 0))
		return SW_REFERENCE_NOT_FOUND;
	if (c->p1 == P1_MAKE) {
		if (vcard_key_generate(key, q.kind) != 0)
			return SW_EXECUTION_ERROR;
		/* Templates that name the key may not fit the new one. */
		vcard_ias_environment_clear(&v->env);
		if ((sw = vcard_commit(v->applet.card)) != SW_OK)
			return sw;
	}
	if (vcard_key_put_public(key, ret) != 0) {
		buf_reset(ret);
		return SW_EXECUTION_ERROR;
	}
	return SW_OK;
}
