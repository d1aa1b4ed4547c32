/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The application's memory as TLV. Records stand in a fixed order; the image's version (vcard/image.c)
 * changes with it. A card that announces its algorithms has one record more, at
 * the end.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/ias/ias.h"

enum {
	TAG_CPLC = 0x81,
	TAG_NUMBER = 0x82,
	TAG_ALGORITHMS = 0x83,
	TAG_PIN = 0xA1,
	TAG_KEY = 0xA2,
	TAG_ADMIN = 0xA3,
	TAG_FILE = 0xA4,
	/* inside those */
	TAG_FIELDS = 0x80,
	TAG_SALT = 0x81,
	TAG_HASH = 0x82,
	TAG_CONTENT = 0x83,
};

enum { PIN_TRANSPORT = 1, PIN_ONCE = 2, PIN_IS_PUK = 4 };

void vcard_ias_memory_clear(struct vcard_ias_memory *m)
{
	for (size_t i = 0; i < VCARD_N_KEYS; i++) {
		buf_clear(&m->keys[i].der);
		EVP_PKEY_free(m->keys[i].ready);
	}
	for (size_t i = 0; i < VCARD_N_FILES; i++)
		buf_clear(&m->files[i].data);
	wipe(m, sizeof(*m));
}

static void encode_pin(const struct vcard_ias_pin *pin, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_PIN);
	const uint8_t fields[] = {pin->reference,
				  pin->min_len,
				  pin->max_len,
				  pin->max_tries,
				  pin->tries_left,
				  (pin->transport ? PIN_TRANSPORT : 0) |
					  (pin->once ? PIN_ONCE : 0) | (pin->puk ? PIN_IS_PUK : 0)};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_SALT, pin->value.salt, sizeof(pin->value.salt));
	tlv_put(b, TAG_HASH, pin->value.hash, sizeof(pin->value.hash));
	tlv_close(b, mark);
}

static void encode_key(const struct vcard_key *key, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_KEY);
	const uint8_t fields[] = {key->reference, key->use, key->may, (uint8_t)key->kind};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_CONTENT, key->der.data, key->der.len);
	tlv_close(b, mark);
}

static void encode_file(const struct vcard_ias_file *file, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_FILE);
	const uint8_t fields[] = {(uint8_t)(file->id >> 8),
				  (uint8_t)file->id,
				  file->parent,
				  file->df,
				  file->read,
				  file->update};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_CONTENT, file->data.data, file->data.len);
	tlv_close(b, mark);
}

void vcard_ias_memory_encode(const struct vcard_ias_memory *m, struct buf *b)
{
	size_t mark;

	tlv_put(b, TAG_CPLC, m->cplc, sizeof(m->cplc));
	tlv_put(b, TAG_NUMBER, m->number, sizeof(m->number));
	for (size_t i = 0; i < m->layout->n_pins; i++)
		encode_pin(&m->pins[i], b);
	for (size_t i = 0; i < m->layout->n_keys; i++)
		encode_key(&m->keys[i], b);
	mark = tlv_open(b, TAG_ADMIN);
	tlv_put_u8(b, TAG_FIELDS, m->admin_tries_left);
	tlv_put(b, TAG_CONTENT, m->admin_key, m->admin_key_len);
	tlv_close(b, mark);
	for (size_t i = 0; i < m->layout->n_files; i++)
		encode_file(&m->files[i], b);
	if (m->algorithms)
		tlv_put_u8(b, TAG_ALGORITHMS, m->algorithms);
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

static int get_bytes(struct cursor *c, uint32_t tag, size_t max, struct buf *ret)
{
	struct cursor value;
	int r;

	if ((r = tlv_get_tag(c, tag, &value)) != 0)
		return r;
	buf_init(ret, max);
	buf_put(ret, cursor_at(&value), cursor_left(&value));
	return buf_err(ret);
}

static int decode_pin(struct cursor *c, uint8_t block, struct vcard_ias_pin *pin)
{
	struct cursor in;
	uint8_t f[6];
	int r;

	if ((r = tlv_get_tag(c, TAG_PIN, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = get_fixed(&in, TAG_SALT, pin->value.salt, sizeof(pin->value.salt))) != 0 ||
	    (r = get_fixed(&in, TAG_HASH, pin->value.hash, sizeof(pin->value.hash))) != 0 ||
	    (r = cursor_done(&in)) != 0)
		return r;
	if (f[1] > f[2] || f[2] > block || f[3] > 15 || f[4] > f[3])
		return MOHR_ERR_MALFORMED;
	pin->reference = f[0];
	pin->min_len = f[1];
	pin->max_len = f[2];
	pin->max_tries = f[3];
	pin->tries_left = f[4];
	pin->transport = f[5] & PIN_TRANSPORT;
	pin->once = f[5] & PIN_ONCE;
	pin->puk = f[5] & PIN_IS_PUK;
	pin->block = block;
	return 0;
}

static int decode_key(struct cursor *c, struct vcard_key *key)
{
	struct cursor in;
	uint8_t f[4];
	int r;

	if ((r = tlv_get_tag(c, TAG_KEY, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = get_bytes(&in, TAG_CONTENT, VCARD_FILE_MAX, &key->der)) != 0 ||
	    (r = cursor_done(&in)) != 0)
		return r;
	if (f[3] > VCARD_P384)
		return MOHR_ERR_MALFORMED;
	key->reference = f[0];
	key->use = f[1];
	key->may = f[2];
	key->kind = (enum vcard_key_kind)f[3];
	return 0;
}

static int decode_admin(struct cursor *c, struct vcard_ias_memory *m)
{
	struct cursor in, key;
	int r;

	if ((r = tlv_get_tag(c, TAG_ADMIN, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, &m->admin_tries_left, 1)) != 0 ||
	    (r = tlv_get_tag(&in, TAG_CONTENT, &key)) != 0 || (r = cursor_done(&in)) != 0)
		return r;
	m->admin_key_len = (uint8_t)cursor_left(&key);
	if ((cursor_left(&key) != 16 && cursor_left(&key) != 32) ||
	    m->admin_tries_left > VCARD_ADMIN_TRIES)
		return MOHR_ERR_MALFORMED;
	return cursor_copy(&key, cursor_left(&key), m->admin_key);
}

static int decode_file(struct cursor *c, size_t index, struct vcard_ias_file *file)
{
	struct cursor in;
	uint8_t f[6];
	int r;

	if ((r = tlv_get_tag(c, TAG_FILE, &in)) != 0 ||
	    (r = get_fixed(&in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = get_bytes(&in, TAG_CONTENT, VCARD_FILE_MAX, &file->data)) != 0 ||
	    (r = cursor_done(&in)) != 0)
		return r;
	/* A parent stands before its children, so the tree has no loops. */
	if (index == VCARD_FILE_MF ? f[2] != 0 : f[2] >= index)
		return MOHR_ERR_MALFORMED;
	file->id = (uint16_t)(f[0] << 8 | f[1]);
	file->parent = f[2];
	file->df = f[3];
	file->read = f[4];
	file->update = f[5];
	return 0;
}

static int decode_algorithms(struct cursor *c, uint8_t *ret)
{
	int r;

	if (cursor_left(c) == 0)
		return 0;
	if ((r = get_fixed(c, TAG_ALGORITHMS, ret, 1)) != 0)
		return r;
	return *ret && !(*ret & ~VCARD_DOES_ALL) ? 0 : MOHR_ERR_MALFORMED;
}

int vcard_ias_memory_decode(struct cursor *c, const struct vcard_ias_layout *layout,
			    struct vcard_ias_memory *ret)
{
	struct vcard_ias_memory m = {.layout = layout};
	int r;

	if ((r = get_fixed(c, TAG_CPLC, m.cplc, sizeof(m.cplc))) != 0 ||
	    (r = get_fixed(c, TAG_NUMBER, m.number, sizeof(m.number))) != 0)
		return r;
	for (size_t i = 0; i < layout->n_pins && r == 0; i++)
		r = decode_pin(c, layout->pin_block, &m.pins[i]);
	for (size_t i = 0; i < layout->n_keys && r == 0; i++)
		r = decode_key(c, &m.keys[i]);
	if (r == 0)
		r = decode_admin(c, &m);
	for (size_t i = 0; i < layout->n_files && r == 0; i++)
		r = decode_file(c, i, &m.files[i]);
	if (r == 0 && (r = decode_algorithms(c, &m.algorithms)) == 0)
		r = cursor_done(c);
	if (r != 0) {
		vcard_ias_memory_clear(&m);
		return r;
	}
	*ret = m;
	wipe(&m, sizeof(m));
	return 0;
}
