/* SPDX-License-Identifier: BSD-2-Clause */
/* The application's memory as TLV. Records stand in a fixed order; objects, as many as there are, last. */
#include <string.h>

#include <openssl/evp.h>

#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum {
	TAG_SERIAL = 0x80,
	TAG_PIN = 0xA1,
	TAG_ADMIN = 0xA2,
	TAG_KEY = 0xA3,
	TAG_OBJECT = 0xA4,
	/* inside those */
	TAG_FIELDS = 0x80,
	TAG_SALT = 0x81,
	TAG_HASH = 0x82,
	TAG_CONTENT = 0x83,
};

void vcard_piv_memory_clear(struct vcard_piv_memory *m)
{
	for (size_t i = 0; i < VCARD_PIV_N_KEYS; i++) {
		buf_clear(&m->keys[i].key.der);
		EVP_PKEY_free(m->keys[i].key.ready);
	}
	for (size_t i = 0; i < VCARD_PIV_MAX_OBJECTS; i++)
		buf_clear(&m->objects[i].data);
	wipe(m, sizeof(*m));
}

static void encode_pin(const struct vcard_piv_pin *pin, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_PIN);
	const uint8_t fields[] = {pin->reference, pin->present, pin->initial, pin->max_tries,
				  pin->tries_left};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_SALT, pin->value.salt, sizeof(pin->value.salt));
	tlv_put(b, TAG_HASH, pin->value.hash, sizeof(pin->value.hash));
	tlv_close(b, mark);
}

static void encode_key(const struct vcard_piv_key *key, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_KEY);
	const uint8_t fields[] = {key->key.reference, key->key.use, (uint8_t)key->key.kind,
				  key->touch, key->origin};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_CONTENT, key->key.der.data, key->key.der.len);
	tlv_close(b, mark);
}

static void encode_object(const struct vcard_piv_object *o, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_OBJECT);
	const uint8_t tag[] = {(uint8_t)(o->tag >> 16), (uint8_t)(o->tag >> 8), (uint8_t)o->tag};

	tlv_put(b, TAG_FIELDS, tag, sizeof(tag));
	tlv_put(b, TAG_CONTENT, o->data.data, o->data.len);
	tlv_close(b, mark);
}

void vcard_piv_memory_encode(const struct vcard_piv_memory *m, struct buf *b)
{
	const uint8_t admin[] = {m->admin_algorithm, m->admin_touch, m->admin_initial};
	size_t mark;

	tlv_put(b, TAG_SERIAL, m->serial, sizeof(m->serial));
	for (size_t i = 0; i < VCARD_PIV_N_PINS; i++)
		encode_pin(&m->pins[i], b);
	mark = tlv_open(b, TAG_ADMIN);
	tlv_put(b, TAG_FIELDS, admin, sizeof(admin));
	tlv_put(b, TAG_CONTENT, m->admin_key, vcard_piv_admin_key_len(m->admin_algorithm));
	tlv_close(b, mark);
	for (size_t i = 0; i < VCARD_PIV_N_KEYS; i++)
		encode_key(&m->keys[i], b);
	for (size_t i = 0; i < VCARD_PIV_MAX_OBJECTS; i++)
		if (m->objects[i].tag)
			encode_object(&m->objects[i], b);
}

/* A data object of exactly len bytes, copied out. */
static int get_fixed(struct cursor *c, uint32_t tag, void *ret, size_t len)
{
	struct cursor value;
	int r;

	if ((r = tlv_get_tag(c, tag, &value)) != 0 || (r = cursor_copy(&value, len, ret)) != 0)
		return r;
	return cursor_done(&value);
}

static int get_bytes(struct cursor *c, size_t max, struct buf *ret)
{
	struct cursor value;
	int r;

	if ((r = tlv_get_tag(c, TAG_CONTENT, &value)) != 0)
		return r;
	buf_init(ret, max);
	buf_put(ret, cursor_at(&value), cursor_left(&value));
	return buf_err(ret);
}

static int decode_pin(struct cursor *c, uint8_t reference, struct vcard_piv_pin *pin)
{
	struct cursor in;
	uint8_t f[5];
	int r;

	if ((r = tlv_get_tag(c, TAG_PIN, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = get_fixed(&in, TAG_SALT, pin->value.salt, sizeof(pin->value.salt))) != 0 ||
	    (r = get_fixed(&in, TAG_HASH, pin->value.hash, sizeof(pin->value.hash))) != 0 ||
	    (r = cursor_done(&in)) != 0)
		return r;
	if (f[0] != reference || f[1] > 1 || f[2] > 1 || f[4] > f[3])
		return MOHR_ERR_MALFORMED;
	pin->reference = f[0];
	pin->present = f[1];
	pin->initial = f[2];
	pin->max_tries = f[3];
	pin->tries_left = f[4];
	return 0;
}

static int decode_admin(struct cursor *c, struct vcard_piv_memory *m)
{
	struct cursor in, key;
	uint8_t f[3];
	int r;

	if ((r = tlv_get_tag(c, TAG_ADMIN, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = tlv_get_tag(&in, TAG_CONTENT, &key)) != 0 || (r = cursor_done(&in)) != 0)
		return r;
	if (cursor_left(&key) == 0 || cursor_left(&key) != vcard_piv_admin_key_len(f[0]) ||
	    f[2] > 1)
		return MOHR_ERR_MALFORMED;
	m->admin_algorithm = f[0];
	m->admin_touch = f[1];
	m->admin_initial = f[2];
	return cursor_copy(&key, cursor_left(&key), m->admin_key);
}

/* key has its reference already. */
static int decode_key(struct cursor *c, struct vcard_piv_key *key)
{
	struct cursor in;
	uint8_t f[5];
	int r;

	if ((r = tlv_get_tag(c, TAG_KEY, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = get_bytes(&in, VCARD_FILE_MAX, &key->key.der)) != 0 || (r = cursor_done(&in)) != 0)
		return r;
	if (f[0] != key->key.reference || f[1] < VCARD_PIV_PIN_NEVER ||
	    f[1] > VCARD_PIV_PIN_ALWAYS || f[2] > VCARD_ED25519)
		return MOHR_ERR_MALFORMED;
	key->key.use = f[1];
	key->key.kind = (enum vcard_key_kind)f[2];
	key->touch = f[3];
	key->origin = f[4];
	return 0;
}

static int decode_object(struct cursor *c, struct vcard_piv_memory *m)
{
	struct cursor in, content;
	uint8_t f[3];
	uint32_t tag;
	int r;

	if ((r = tlv_get_tag(c, TAG_OBJECT, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = tlv_get_tag(&in, TAG_CONTENT, &content)) != 0 || (r = cursor_done(&in)) != 0)
		return r;
	tag = (uint32_t)f[0] << 16 | (uint32_t)f[1] << 8 | f[2];
	if (tag == 0 || cursor_left(&content) == 0 || vcard_piv_object_find(m, tag))
		return MOHR_ERR_MALFORMED;
	return vcard_piv_object_set(m, tag, cursor_at(&content), cursor_left(&content));
}

int vcard_piv_memory_decode(struct cursor *c, struct vcard_piv_memory *ret)
{
	static const uint8_t references[VCARD_PIV_N_PINS] = {VCARD_PIV_GLOBAL_PIN, VCARD_PIV_PIN,
							     VCARD_PIV_PUK};
	struct vcard_piv_memory m = {0};
	int r;

	vcard_piv_key_layout(m.keys);
	r = get_fixed(c, TAG_SERIAL, m.serial, sizeof(m.serial));
	for (size_t i = 0; i < VCARD_PIV_N_PINS && r == 0; i++)
		r = decode_pin(c, references[i], &m.pins[i]);
	if (r == 0)
		r = decode_admin(c, &m);
	for (size_t i = 0; i < VCARD_PIV_N_KEYS && r == 0; i++)
		r = decode_key(c, &m.keys[i]);
	while (r == 0 && cursor_left(c) > 0)
		r = decode_object(c, &m);
	if (r != 0) {
		vcard_piv_memory_clear(&m);
		return r == MOHR_ERR_LIMIT ? MOHR_ERR_MALFORMED : r;
	}
	*ret = m;
	wipe(&m, sizeof(m));
	return 0;
}
