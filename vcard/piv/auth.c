/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERAL AUTHENTICATE (SP 800-73-4 part 2 §3.2.4) and GENERATE ASYMMETRIC KEY PAIR (§3.3.2). */
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum { TAG_TEMPLATE = 0x7C, TAG_CHALLENGE = 0x81, TAG_RESPONSE = 0x82, TAG_POINT = 0x85 };
enum { TAG_REFERENCES = 0xAC, TAG_ALGORITHM = 0x80 };

static unsigned sw_of(int r)
{
	switch (r) {
	case 0:
		return SW_OK;
	case MOHR_ERR_DATA_INVALID:
		return SW_WRONG_DATA;
	default:
		return SW_EXECUTION_ERROR;
	}
}

static bool may_use(const struct vcard_piv *p, const struct vcard_piv_key *key)
{
	switch (key->key.use) {
	case VCARD_PIV_PIN_NEVER:
		return true;
	case VCARD_PIV_PIN_ALWAYS:
		return p->fresh && vcard_piv_pin_verified(p);
	default:
		return vcard_piv_pin_verified(p);
	}
}

/* Key agreement is for key management keys; the vendor's card leaves that to the host. */
static bool may_agree(const struct vcard_piv *p, uint8_t reference)
{
	return vcard_piv_is_vendor(p) || reference == VCARD_PIV_KEY_MANAGEMENT ||
	       (reference >= VCARD_PIV_RETIRED_FIRST && reference <= VCARD_PIV_RETIRED_LAST);
}

/* The vendor's card takes shorter hashes too. */
static bool is_hash_len(const struct vcard_piv *p, const struct vcard_key *key, size_t len)
{
	return len == vcard_kind_len(key->kind) || (vcard_piv_is_vendor(p) && len > 0);
}

/* The operation that the data objects ask for; its result goes to out. */
static unsigned operate(struct vcard_piv *p, struct vcard_key *key, const struct cursor *c,
			struct buf *out)
{
	struct cursor response, in;

	/* The response is asked for by an empty 82. */
	if (tlv_find(c, TAG_RESPONSE, &response) != 0 || cursor_left(&response) != 0)
		return SW_WRONG_DATA;
	if (tlv_find(c, TAG_CHALLENGE, &in) == 0) {
		if (cursor_left(&in) == 0)
			return SW_WRONG_DATA; /* a challenge is asked for */
		if (key->kind == VCARD_ED25519)
			return sw_of(vcard_key_eddsa(key, cursor_at(&in), cursor_left(&in), out));
		if (vcard_kind_is_rsa(key->kind))
			return sw_of(vcard_key_raw(key, cursor_at(&in), cursor_left(&in), out));
		if (!is_hash_len(p, key, cursor_left(&in)))
			return SW_WRONG_DATA;
		return sw_of(vcard_key_ecdsa(key, cursor_at(&in), cursor_left(&in), out));
	}
	if (tlv_find(c, TAG_POINT, &in) == 0 && may_agree(p, key->reference))
		return sw_of(vcard_key_agree(key, cursor_at(&in), cursor_left(&in), out));
	return SW_WRONG_DATA;
}

static unsigned use_key(struct vcard_piv *p, const struct vcard_command *c, const struct cursor *in,
			struct buf *ret)
{
	struct vcard_piv_key *key = vcard_piv_key_find(p, c->p2);
	struct buf out = BUF_INIT(LIMIT_SIGNATURE);
	enum vcard_key_kind kind;
	size_t mark;
	unsigned sw;

	if (!key || vcard_piv_kind(c->p1, &kind) != 0)
		return SW_WRONG_P1P2;
	if (key->key.der.len == 0)
		return SW_REFERENCE_NOT_FOUND;
	if (kind != key->key.kind)
		return SW_WRONG_P1P2;
	if (!may_use(p, key))
		return SW_SECURITY_STATUS;
	sw = operate(p, &key->key, in, &out);
	if (sw == SW_OK) {
		mark = tlv_open(ret, TAG_TEMPLATE);
		tlv_put(ret, TAG_RESPONSE, out.data, out.len);
		tlv_close(ret, mark);
	}
	buf_clear(&out);
	return sw;
}

unsigned vcard_piv_general_auth(struct vcard_applet *a, const struct vcard_command *c,
				struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct cursor in, objects;
	unsigned sw;

	cursor_init(&in, c->data, c->data_len);
	if (tlv_get_tag(&in, TAG_TEMPLATE, &objects) != 0 || cursor_done(&in) != 0)
		sw = SW_WRONG_DATA;
	else if (c->p2 == VCARD_PIV_ADMIN)
		sw = vcard_piv_admin_auth(p, c->p1, objects, ret);
	else
		sw = use_key(p, c, &objects, ret);
	p->fresh = false;
	return sw;
}

unsigned vcard_piv_generate(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_key *key = vcard_piv_key_find(p, c->p2);
	struct cursor in, references, algorithm;
	uint8_t number, pin, touch;
	enum vcard_key_kind kind;

	if (c->p1 || !key)
		return SW_WRONG_P1P2;
	if (!p->admin)
		return SW_SECURITY_STATUS;
	cursor_init(&in, c->data, c->data_len);
	if (tlv_get_tag(&in, TAG_REFERENCES, &references) != 0 || cursor_done(&in) != 0 ||
	    tlv_get_tag(&references, TAG_ALGORITHM, &algorithm) != 0 ||
	    cursor_get_u8(&algorithm, &number) != 0 || cursor_done(&algorithm) != 0 ||
	    vcard_piv_kind(number, &kind) != 0 ||
	    (kind == VCARD_ED25519 && !vcard_piv_is_vendor(p)))
		return SW_WRONG_DATA;
	if (vcard_piv_get_policies(&references, &pin, &touch) != 0 ||
	    ((pin || touch) && !vcard_piv_is_vendor(p)))
		return SW_WRONG_DATA;
	if (vcard_key_generate(&key->key, kind) != 0)
		return SW_EXECUTION_ERROR;
	vcard_piv_key_note(key, pin, touch, VCARD_PIV_GENERATED);
	if (vcard_key_put_public(&key->key, ret) != 0)
		return SW_EXECUTION_ERROR;
	return vcard_commit(a->card);
}
