/* SPDX-License-Identifier: BSD-2-Clause */
/* GET DATA and PUT DATA of MyEID cards: what it is, what is in the current file, PINs, initialising. */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/key_import.h"
#include "vcard/p15/myeid.h"

enum { P1_DATA = 0x01 };

enum { /* P2 of GET DATA */
       GET_MODULUS = 0x01,
       GET_EXPONENT = 0x02,
       GET_POINT = 0x86,
       GET_INFO = 0xA0,
       GET_FILES = 0xA1,
       GET_CAPABILITIES = 0xAA,
};

enum { /* P2 of PUT DATA; 01 to 0E: a PIN */
       PUT_MODULUS = 0x80,
       PUT_EXPONENT = 0x81,
       PUT_P = 0x83,
       PUT_QINV = 0x87,
       PUT_EC_POINT = 0x86,
       PUT_EC_PRIVATE = 0x87,
       PUT_INITIALISE = 0xE0,
};

enum { VERSION_MAJOR = 4, VERSION_MINOR = 5, DOES_RSA = 0x01, DOES_EC = 0x08 };
enum { DESCRIPTOR_RSA = 0x11, DESCRIPTOR_EC = 0x22, DESCRIPTOR_DF = 0x38 };
enum { PIN_RECORD_MIN = 18, PIN_LEN = 8, TRIES_MAX = 14 };

/* ---- initialising */

static void forget(struct vcard_p15_memory *m)
{
	struct vcard_p15_memory kept = *m;

	vcard_p15_memory_clear(m);
	vcard_p15_memory_init(m);
	memcpy(m->serial, kept.serial, sizeof(m->serial));
	m->changes = kept.changes;
	m->open = true;
	wipe(&kept, sizeof(kept));
}

int vcard_myeid_initialise(struct vcard_p15 *p,
			   const uint8_t attributes[2 * VCARD_MYEID_ATTRIBUTES_LEN])
{
	static const uint8_t free_for_all[2 * VCARD_MYEID_ATTRIBUTES_LEN] = {0};
	struct vcard_p15_file f = {
		.kind = VCARD_P15_IS_DF,
		.id = VCARD_P15_MF,
		.descriptor = DESCRIPTOR_DF,
		.state = VCARD_P15_CREATION,
		.attributes_len = VCARD_MYEID_ATTRIBUTES_LEN,
	};
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	uint8_t index;
	int r;

	if (!attributes)
		attributes = free_for_all;
	p->applet.class->reset(&p->applet);
	forget(&p->memory);
	memcpy(f.attributes, attributes, VCARD_MYEID_ATTRIBUTES_LEN);
	if ((r = vcard_p15_file_add(p, 0, &f, &index)) != 0)
		return r;
	f.id = VCARD_P15_DF;
	f.name_len = (uint8_t)d->aid_len;
	memcpy(f.name, d->aid, d->aid_len);
	memcpy(f.attributes, attributes + VCARD_MYEID_ATTRIBUTES_LEN, VCARD_MYEID_ATTRIBUTES_LEN);
	return vcard_p15_file_add(p, 0, &f, &index);
}

/* FF FF, attributes of the MF, of the DF. */
static unsigned initialise(struct vcard_p15 *p, const struct vcard_command *c)
{
	enum { HEAD = 2 };
	uint8_t attributes[2 * VCARD_MYEID_ATTRIBUTES_LEN];
	unsigned sw;

	if (c->data_len != HEAD + sizeof(attributes))
		return SW_WRONG_LENGTH;
	if ((sw = vcard_p15_allows(p, &p->memory.files[0], VCARD_P15_DELETE)) != SW_OK)
		return sw;
	memcpy(attributes, c->data + HEAD, sizeof(attributes));
	return vcard_myeid_initialise(p, attributes) == 0 ? vcard_commit(p->applet.card)
							  : (unsigned)SW_EXECUTION_ERROR;
}

/* ---- PINs */

/* PIN, PUK, tries of both. */
static unsigned make_pin(struct vcard_p15 *p, const struct vcard_command *c)
{
	struct vcard_p15_pin *pin = &p->memory.pins[c->p2 - 1], *puk = pin + VCARD_MYEID_N_PINS;
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	struct vcard_p15_pin new_pin = {.reference = c->p2,
					.by = (uint8_t)(VCARD_MYEID_N_PINS + c->p2)};
	struct vcard_p15_pin new_puk = {.reference = VCARD_MYEID_PUK_OF | c->p2, .hidden = true};
	unsigned sw;

	if ((sw = vcard_p15_allows(p, &p->memory.files[0], VCARD_P15_CREATE)) != SW_OK)
		return sw;
	if (pin->present && !p->memory.open)
		return SW_CONDITIONS;
	if (c->data_len < PIN_RECORD_MIN)
		return SW_WRONG_LENGTH;
	new_pin.max_tries = c->data[2 * PIN_LEN];
	new_puk.max_tries = c->data[2 * PIN_LEN + 1];
	if (new_pin.max_tries == 0 || new_pin.max_tries > TRIES_MAX || new_puk.max_tries == 0 ||
	    new_puk.max_tries > TRIES_MAX ||
	    vcard_p15_pin_set_block(d, &new_pin, c->data, PIN_LEN) != 0 ||
	    vcard_p15_pin_set_block(d, &new_puk, c->data + PIN_LEN, PIN_LEN) != 0)
		return SW_WRONG_DATA;
	*pin = new_pin;
	*puk = new_puk;
	p->memory.changes++;
	return vcard_commit(p->applet.card);
}

/* ---- the current key file */

static struct vcard_p15_file *key_file(struct vcard_p15 *p)
{
	struct vcard_p15_file *f = vcard_p15_file(p, p->ef);

	return f && f->kind == VCARD_P15_IS_KEY ? f : NULL;
}

static bool kind_of(const struct vcard_p15_file *f, enum vcard_key_kind *ret)
{
	static const enum vcard_key_kind kinds[] = {VCARD_RSA1024, VCARD_RSA2048, VCARD_RSA3072,
						    VCARD_RSA4096, VCARD_P256,    VCARD_P384};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		bool rsa = f->descriptor == DESCRIPTOR_RSA;

		if (vcard_kind_is_rsa(kinds[i]) == rsa && vcard_kind_len(kinds[i]) * 8 == f->size &&
		    (rsa || f->descriptor == DESCRIPTOR_EC)) {
			*ret = kinds[i];
			return true;
		}
	}
	return false;
}

/* The key's place; one is taken for a file that has none. */
static struct vcard_p15_key *place_of(struct vcard_p15 *p, struct vcard_p15_file *f)
{
	uint8_t i = 0;

	if (f->key != VCARD_P15_NO_KEY)
		return &p->memory.keys[f->key];
	while (i < VCARD_P15_N_KEYS && p->memory.keys[i].key.der.len)
		i++;
	return i < VCARD_P15_N_KEYS ? &p->memory.keys[i] : NULL;
}

/* A key has come to be in this file. */
static unsigned settle(struct vcard_p15 *p, struct vcard_p15_file *f, struct vcard_p15_key *key)
{
	f->key = (uint8_t)(key - p->memory.keys);
	key->key.reference = (uint8_t)f->id;
	key->consent = f->proprietary[0] >> 4;
	vcard_p15_environment_clear(p);
	p->memory.changes++;
	return vcard_commit(p->applet.card);
}

static unsigned assemble(struct vcard_p15 *p, struct vcard_p15_file *f, enum vcard_key_kind kind)
{
	struct cursor part[VCARD_RSA_N_PARTS], d;
	struct vcard_p15_key *key = place_of(p, f);
	int r;

	if (!key)
		return SW_NO_SPACE;
	if (vcard_kind_is_rsa(kind)) {
		for (size_t i = 0; i < VCARD_RSA_N_PARTS; i++)
			part[i] = buf_cursor(&p->loading[PUT_P - PUT_MODULUS + i]);
		r = vcard_key_import_rsa(&key->key, kind, part);
	} else {
		d = buf_cursor(&p->loading[PUT_EC_PRIVATE - PUT_MODULUS]);
		r = vcard_key_import_ec(&key->key, kind, &d);
	}
	return r == 0 ? settle(p, f, key) : (unsigned)SW_WRONG_DATA;
}

/* One part of a key: the exponent, or the point, comes last. */
static unsigned take_part(struct vcard_p15 *p, const struct vcard_command *c)
{
	struct vcard_p15_file *f = key_file(p);
	struct buf *part = &p->loading[c->p2 - PUT_MODULUS];
	enum vcard_key_kind kind;
	unsigned sw;

	if (!f)
		return SW_NO_CURRENT_EF;
	if ((sw = vcard_p15_allows(p, f, VCARD_P15_UPDATE)) != SW_OK)
		return sw;
	if (!kind_of(f, &kind))
		return SW_FUNCTION_UNSUPPORTED;
	if (p->loading_file != p->ef)
		vcard_p15_environment_clear(p);
	p->loading_file = p->ef;
	buf_reset(part);
	buf_put(part, c->data, c->data_len);
	if (buf_err(part) != 0)
		return SW_WRONG_LENGTH;
	return c->p2 == (vcard_kind_is_rsa(kind) ? PUT_EXPONENT : PUT_EC_POINT)
		       ? assemble(p, f, kind)
		       : (unsigned)SW_OK;
}

unsigned vcard_myeid_put_data(struct vcard_applet *a, const struct vcard_command *c,
			      struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	(void)ret;
	if (c->p1 != P1_DATA)
		return SW_WRONG_P1P2;
	if (c->data_len == 0)
		return SW_WRONG_LENGTH;
	if (c->p2 == PUT_INITIALISE)
		return initialise(p, c);
	if (c->p2 >= 1 && c->p2 <= VCARD_MYEID_N_PINS)
		return make_pin(p, c);
	if (c->p2 >= PUT_MODULUS && c->p2 <= PUT_QINV)
		return take_part(p, c);
	return SW_REFERENCE_NOT_FOUND;
}

/* {30 {81 exponent}} for RSA, nothing for a curve: the file says what kind of key it is for. */
unsigned vcard_myeid_generate(struct vcard_applet *a, const struct vcard_command *c,
			      struct buf *ret)
{
	static const uint8_t f4[] = {0x30, 0x05, 0x81, 0x03, 0x01, 0x00, 0x01};
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_file *f = key_file(p);
	struct vcard_p15_key *key;
	enum vcard_key_kind kind;
	unsigned sw;

	(void)ret;
	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	if (!f)
		return SW_NO_CURRENT_EF;
	if ((sw = vcard_p15_allows(p, f, VCARD_P15_GENERATE)) != SW_OK)
		return sw;
	if (!kind_of(f, &kind))
		return SW_FUNCTION_UNSUPPORTED;
	if (c->data_len && (c->data_len != sizeof(f4) || memcmp(c->data, f4, sizeof(f4)) != 0))
		return SW_WRONG_DATA;
	if (!(key = place_of(p, f)))
		return SW_NO_SPACE;
	if (vcard_key_generate(&key->key, kind) != 0)
		return SW_EXECUTION_ERROR;
	return settle(p, f, key);
}

/* ---- GET DATA */

static void put_info(const struct vcard_p15 *p, struct buf *ret)
{
	buf_put(ret, "Mohr\0", 5);
	buf_put_u8(ret, VERSION_MAJOR);
	buf_put_u8(ret, VERSION_MINOR);
	buf_put_u8(ret, 0);
	buf_put(ret, p->memory.serial, sizeof(p->memory.serial));
	buf_put_be16(ret, p->memory.changes);
}

static void put_capabilities(struct buf *ret)
{
	buf_put_u8(ret, 1);
	buf_put_be16(ret, DOES_RSA | DOES_EC);
	buf_put_be16(ret, LIMIT_RSA_BITS);
	buf_put_be16(ret, 0); /* DES */
	buf_put_be16(ret, 0); /* AES */
	buf_put_be16(ret, 384);
}

static void put_files(const struct vcard_p15 *p, struct buf *ret)
{
	for (size_t i = 1; i < VCARD_P15_N_FILES; i++)
		if (p->memory.files[i].used && p->memory.files[i].parent == p->df)
			buf_put_be16(ret, p->memory.files[i].id);
}

/* The value inside the 7F49 that the key's public half is: 81, 82, or 86 with its tag. */
static unsigned put_public(struct vcard_p15 *p, uint8_t tag, bool whole, struct buf *ret)
{
	struct buf all = BUF_INIT(LIMIT_RESPONSE);
	struct vcard_p15_file *f = key_file(p);
	struct cursor c, in, value;
	unsigned sw = SW_OK;

	if (!f)
		return SW_NO_CURRENT_EF;
	if (f->key == VCARD_P15_NO_KEY)
		return SW_CONDITIONS;
	if (vcard_key_put_public(&p->memory.keys[f->key].key, &all) != 0)
		sw = SW_EXECUTION_ERROR;
	c = buf_cursor(&all);
	if (sw == SW_OK && (tlv_get_tag(&c, 0x7F49, &in) != 0 || tlv_find(&in, tag, &value) != 0))
		sw = SW_REFERENCE_NOT_FOUND;
	if (sw == SW_OK && whole)
		tlv_put(ret, tag, cursor_at(&value), cursor_left(&value));
	else if (sw == SW_OK)
		buf_put(ret, cursor_at(&value), cursor_left(&value));
	buf_clear(&all);
	return sw;
}

unsigned vcard_myeid_get_data(struct vcard_applet *a, const struct vcard_command *c,
			      struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	if (c->p1 != P1_DATA)
		return SW_WRONG_P1P2;
	switch (c->p2) {
	case GET_INFO:
		put_info(p, ret);
		return SW_OK;
	case GET_FILES:
		put_files(p, ret);
		return SW_OK;
	case GET_CAPABILITIES:
		put_capabilities(ret);
		return SW_OK;
	case GET_MODULUS:
		return put_public(p, 0x81, false, ret);
	case GET_EXPONENT:
		return put_public(p, 0x82, false, ret);
	case GET_POINT:
		return put_public(p, 0x86, true, ret);
	default:
		return SW_REFERENCE_NOT_FOUND;
	}
}

/* ---- GENERAL AUTHENTICATE */

/* {7C {85 point}} → x of the shared point, as it is. */
unsigned vcard_myeid_agree(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct cursor data, in, point;
	struct vcard_p15_key *key;
	unsigned sw;
	int r;

	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	cursor_init(&data, c->data, c->data_len);
	if (tlv_get_tag(&data, 0x7C, &in) != 0 || cursor_done(&data) != 0 ||
	    tlv_get_tag(&in, 0x85, &point) != 0 || cursor_done(&in) != 0 ||
	    cursor_left(&point) == 0)
		return SW_WRONG_DATA;
	if ((sw = vcard_p15_reach(p, &p->templates[VCARD_P15_FOR_AGREE], &key)) != SW_OK)
		return sw;
	r = vcard_key_agree(&key->key, cursor_at(&point), cursor_left(&point), ret);
	vcard_p15_consume(p, key);
	return r == 0 ? SW_OK : r == MOHR_ERR_DATA_INVALID ? SW_WRONG_DATA : SW_EXECUTION_ERROR;
}
