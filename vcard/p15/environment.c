/* SPDX-License-Identifier: BSD-2-Clause */
/* MANAGE SECURITY ENVIRONMENT (ISO 7816-4 §11.6.11): which key and algorithm the next commands use. */
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/p15/p15.h"

enum {
	P1_SET = 0x41,
	P1_RESTORE = 0xF3,
	CRT_AUTHENTICATION = 0xA4,
	CRT_SIGNATURE = 0xB6,
	CRT_CONFIDENTIALITY = 0xB8,
	CRT_NONE = 0x00,
	TAG_ALGORITHM = 0x80,
	TAG_FILE = 0x81,
	TAG_KEY = 0x83,
	TAG_PRIVATE_KEY = 0x84,
	TAG_USAGE = 0x95,
};

void vcard_p15_environment_clear(struct vcard_p15 *p)
{
	wipe(p->templates, sizeof(p->templates));
	wipe(p->digest, sizeof(p->digest));
	p->digest_len = 0;
	for (size_t i = 0; i < VCARD_P15_N_PARTS; i++)
		buf_clear(&p->loading[i]);
	p->loading_file = VCARD_P15_NO_FILE;
}

/* Which of the templates; VCARD_P15_N_TEMPLATES: none. */
static unsigned index_of(const struct vcard_p15_dialect *d, uint8_t crt)
{
	switch (crt) {
	case CRT_SIGNATURE:
		return VCARD_P15_FOR_SIGN;
	case CRT_CONFIDENTIALITY:
		return VCARD_P15_FOR_DECIPHER;
	case CRT_AUTHENTICATION:
		return VCARD_P15_FOR_AGREE;
	case CRT_NONE:
		return d->flags & VCARD_P15_MSE_FOR_ALL ? VCARD_P15_FOR_MAKE
							: VCARD_P15_N_TEMPLATES;
	default:
		return VCARD_P15_N_TEMPLATES;
	}
}

static bool take_algorithm(const struct vcard_p15_dialect *d, uint8_t byte,
			   struct vcard_p15_template *t)
{
	for (size_t i = 0; i < d->n_algorithms; i++) {
		if (d->algorithms[i].byte == byte) {
			t->has_algorithm = true;
			t->algorithm = d->algorithms[i];
			return true;
		}
	}
	return false;
}

/* What the command names. */
struct request {
	bool has_file, has_key;
	uint16_t file;
	uint8_t key;
};

static unsigned parse(const struct vcard_p15_dialect *d, const struct vcard_command *c,
		      struct request *q, struct vcard_p15_template *t)
{
	struct cursor data;
	struct tlv o;
	uint8_t byte = 0;
	int r;

	cursor_init(&data, c->data, c->data_len);
	while (cursor_left(&data) > 0) {
		if (tlv_get(&data, &o) != 0)
			return SW_WRONG_DATA;
		/* A file may be named by its whole path: the end counts. */
		while (o.tag == TAG_FILE && cursor_left(&o.value) > 2 && !o.value.failed)
			if (cursor_skip(&o.value, 2) != 0)
				return SW_WRONG_DATA;
		r = o.tag == TAG_FILE ? cursor_get_be16(&o.value, &q->file)
				      : cursor_get_u8(&o.value, &byte);
		if (r != 0 || cursor_done(&o.value) != 0)
			return SW_WRONG_DATA;
		if (o.tag == TAG_FILE) {
			q->has_file = true;
		} else if (o.tag == TAG_KEY || o.tag == TAG_PRIVATE_KEY) {
			q->has_key = true;
			q->key = byte;
		} else if (o.tag == TAG_ALGORITHM) {
			if (!take_algorithm(d, byte, t))
				return SW_WRONG_DATA;
		} else if (o.tag != TAG_USAGE) {
			return SW_WRONG_DATA;
		}
	}
	return SW_OK;
}

/* A key file by its identifier, where the card is or in the application's DF. */
static const struct vcard_p15_file *find_key_file(struct vcard_p15 *p, uint16_t id)
{
	struct vcard_p15_file *f = vcard_p15_file(p, vcard_p15_child(p, p->df, id));

	if (!f)
		f = vcard_p15_file(p, vcard_p15_child(p, vcard_p15_child(p, 0, VCARD_P15_DF), id));
	return f && f->kind == VCARD_P15_IS_KEY ? f : NULL;
}

static unsigned find_key(struct vcard_p15 *p, const struct request *q, struct vcard_p15_template *t)
{
	const struct vcard_p15_file *f;

	t->key = VCARD_P15_NO_KEY;
	t->reference = q->key;
	if (vcard_p15_dialect(p)->flags & VCARD_P15_KEYS_ARE_FILES) {
		if (!q->has_file)
			return SW_WRONG_DATA;
		if (!(f = find_key_file(p, q->file)))
			return SW_FILE_NOT_FOUND;
		t->key = f->key;
		return SW_OK;
	}
	if (!q->has_key)
		return SW_WRONG_DATA;
	t->key = vcard_p15_key_find(p, q->key);
	return SW_OK;
}

/* Whether the key can do that, and this template is for it. */
static bool suits(const struct vcard_p15_key *key, unsigned index,
		  const struct vcard_p15_template *t)
{
	bool rsa = vcard_kind_is_rsa(key->key.kind);

	if (!t->has_algorithm)
		return true;
	switch (t->algorithm.scheme) {
	case VCARD_P15_PKCS1:
	case VCARD_P15_RAW:
		return rsa && index != VCARD_P15_FOR_AGREE;
	case VCARD_P15_PSS:
		return rsa && index == VCARD_P15_FOR_SIGN;
	case VCARD_P15_ECDSA:
		/* Some drivers name it for an agreement too. */
		return !rsa && index != VCARD_P15_FOR_DECIPHER;
	case VCARD_P15_ECDSA_SHA1:
		return !rsa && index == VCARD_P15_FOR_SIGN;
	case VCARD_P15_ECDH:
		return !rsa && index != VCARD_P15_FOR_SIGN;
	default:
		return index == VCARD_P15_FOR_MAKE;
	}
}

static unsigned set(struct vcard_p15 *p, const struct vcard_command *c)
{
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	struct vcard_p15_template t = {.set = true};
	unsigned index = index_of(d, c->p2), sw;
	struct request q = {0};

	if (index == VCARD_P15_N_TEMPLATES)
		return SW_WRONG_P1P2;
	if ((sw = parse(d, c, &q, &t)) != SW_OK || (sw = find_key(p, &q, &t)) != SW_OK)
		return sw;
	if (index != VCARD_P15_FOR_MAKE) {
		if (t.key == VCARD_P15_NO_KEY)
			return SW_REFERENCE_NOT_FOUND;
		if (!suits(&p->memory.keys[t.key], index, &t))
			return SW_WRONG_DATA;
	}
	p->templates[index] = t;
	p->digest_len = 0;
	return SW_OK;
}

unsigned vcard_p15_mse(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	(void)ret;
	if (c->p1 == P1_SET)
		return c->data_len ? set(p, c) : (unsigned)SW_WRONG_LENGTH;
	if (c->p1 != P1_RESTORE)
		return SW_WRONG_P1P2;
	if (c->p2 > 1) /* 00 and 01: the empty one */
		return SW_REFERENCE_NOT_FOUND;
	if (c->data_len)
		return SW_WRONG_LENGTH;
	vcard_p15_environment_clear(p);
	return SW_OK;
}
