/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory as TLV: one record, then PINs, keys and files, as many as there are, with their places. */
#include <string.h>

#include <openssl/evp.h>

#include "codec/tlv.h"
#include "vcard/p15/p15.h"

enum {
	TAG_CARD = 0xA0,
	TAG_PIN = 0xA1,
	TAG_KEY = 0xA2,
	TAG_FILE = 0xA3,
	/* inside those */
	TAG_FIELDS = 0x80,
	TAG_SALT = 0x81,
	TAG_HASH = 0x82,
	TAG_CONTENT = 0x83,
	TAG_NAME = 0x84,
	TAG_ATTRIBUTES = 0x85,
};

void vcard_p15_memory_init(struct vcard_p15_memory *m)
{
	*m = (struct vcard_p15_memory){.changes = 0};
	for (size_t i = 0; i < VCARD_P15_N_KEYS; i++)
		buf_init(&m->keys[i].key.der, VCARD_FILE_MAX);
	for (size_t i = 0; i < VCARD_P15_N_FILES; i++)
		buf_init(&m->files[i].data, VCARD_P15_FILE_MAX);
}

void vcard_p15_memory_clear(struct vcard_p15_memory *m)
{
	for (size_t i = 0; i < VCARD_P15_N_KEYS; i++) {
		buf_clear(&m->keys[i].key.der);
		EVP_PKEY_free(m->keys[i].key.ready);
	}
	for (size_t i = 0; i < VCARD_P15_N_FILES; i++)
		buf_clear(&m->files[i].data);
	wipe(m, sizeof(*m));
}

/* ---- writing */

static void encode_card(const struct vcard_p15_memory *m, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_CARD);
	const uint8_t fields[] = {m->open, (uint8_t)(m->changes >> 8), (uint8_t)m->changes,
				  m->admin_tries_left};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_NAME, m->serial, sizeof(m->serial));
	tlv_put(b, TAG_CONTENT, m->admin_key, m->admin_key_len);
	tlv_close(b, mark);
}

static void encode_pin(const struct vcard_p15_pin *pin, uint8_t place, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_PIN);
	const uint8_t fields[] = {place,       pin->reference, pin->by,
				  pin->hidden, pin->max_tries, pin->tries_left};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_SALT, pin->value.salt, sizeof(pin->value.salt));
	tlv_put(b, TAG_HASH, pin->value.hash, sizeof(pin->value.hash));
	tlv_close(b, mark);
}

static void encode_key(const struct vcard_p15_key *key, uint8_t place, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_KEY);
	const uint8_t fields[] = {place, key->key.reference, key->key.use, (uint8_t)key->key.kind,
				  key->consent};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_CONTENT, key->key.der.data, key->key.der.len);
	tlv_close(b, mark);
}

static void encode_file(const struct vcard_p15_file *f, uint8_t place, struct buf *b)
{
	size_t mark = tlv_open(b, TAG_FILE);
	const uint8_t fields[] = {place,
				  f->kind,
				  f->parent,
				  (uint8_t)(f->id >> 8),
				  (uint8_t)f->id,
				  f->descriptor,
				  f->state,
				  f->key,
				  (uint8_t)(f->size >> 8),
				  (uint8_t)f->size,
				  f->proprietary[0],
				  f->proprietary[1]};

	tlv_put(b, TAG_FIELDS, fields, sizeof(fields));
	tlv_put(b, TAG_NAME, f->name, f->name_len);
	tlv_put(b, TAG_ATTRIBUTES, f->attributes, f->attributes_len);
	tlv_put(b, TAG_CONTENT, f->data.data, f->data.len);
	tlv_close(b, mark);
}

void vcard_p15_memory_encode(const struct vcard_p15_memory *m, struct buf *b)
{
	encode_card(m, b);
	for (uint8_t i = 0; i < VCARD_P15_N_PINS; i++)
		if (m->pins[i].present)
			encode_pin(&m->pins[i], i, b);
	for (uint8_t i = 0; i < VCARD_P15_N_KEYS; i++)
		if (m->keys[i].key.der.len)
			encode_key(&m->keys[i], i, b);
	for (uint8_t i = 0; i < VCARD_P15_N_FILES; i++)
		if (m->files[i].used)
			encode_file(&m->files[i], i, b);
}

/* ---- reading */

/* A data object of exactly len bytes, copied out. */
static int get_fixed(struct cursor *c, uint32_t tag, void *ret, size_t len)
{
	struct cursor value;
	int r;

	if ((r = tlv_get_tag(c, tag, &value)) != 0 || (r = cursor_copy(&value, len, ret)) != 0)
		return r;
	return cursor_done(&value);
}

/* A data object of at most max bytes. */
static int get_short(struct cursor *c, uint32_t tag, uint8_t *ret, size_t max, uint8_t *ret_len)
{
	struct cursor value;
	size_t len;
	int r;

	if ((r = tlv_get_tag(c, tag, &value)) != 0)
		return r;
	if ((len = cursor_left(&value)) > max)
		return MOHR_ERR_MALFORMED;
	if ((r = cursor_copy(&value, len, ret)) == 0)
		*ret_len = (uint8_t)len;
	return r;
}

static int get_content(struct cursor *c, struct buf *ret)
{
	struct cursor value;
	int r;

	if ((r = tlv_get_tag(c, TAG_CONTENT, &value)) != 0)
		return r;
	buf_put(ret, cursor_at(&value), cursor_left(&value));
	return buf_err(ret);
}

static int decode_card(struct cursor *in, struct vcard_p15_memory *m)
{
	uint8_t f[4];
	int r;

	if ((r = get_fixed(in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = get_fixed(in, TAG_NAME, m->serial, sizeof(m->serial))) != 0 ||
	    (r = get_short(in, TAG_CONTENT, m->admin_key, sizeof(m->admin_key),
			   &m->admin_key_len)) != 0)
		return r;
	if (f[0] > 1 || f[3] > VCARD_P15_ADMIN_TRIES ||
	    (m->admin_key_len != 0 && m->admin_key_len != 16 && m->admin_key_len != 32))
		return MOHR_ERR_MALFORMED;
	m->open = f[0];
	m->changes = (uint16_t)(f[1] << 8 | f[2]);
	m->admin_tries_left = f[3];
	return 0;
}

static int decode_pin(struct cursor *in, struct vcard_p15_memory *m)
{
	struct vcard_p15_pin pin = {.present = true};
	uint8_t f[6];
	int r;

	if ((r = get_fixed(in, TAG_FIELDS, f, sizeof(f))) != 0 ||
	    (r = get_fixed(in, TAG_SALT, pin.value.salt, sizeof(pin.value.salt))) != 0 ||
	    (r = get_fixed(in, TAG_HASH, pin.value.hash, sizeof(pin.value.hash))) != 0)
		return r;
	if (f[0] >= VCARD_P15_N_PINS || m->pins[f[0]].present || f[2] > VCARD_P15_N_PINS ||
	    f[3] > 1 || f[5] > f[4])
		return MOHR_ERR_MALFORMED;
	pin.reference = f[1];
	pin.by = f[2];
	pin.hidden = f[3];
	pin.max_tries = f[4];
	pin.tries_left = f[5];
	m->pins[f[0]] = pin;
	return 0;
}

static int decode_key(struct cursor *in, struct vcard_p15_memory *m)
{
	struct vcard_p15_key *key;
	uint8_t f[5];
	int r;

	if ((r = get_fixed(in, TAG_FIELDS, f, sizeof(f))) != 0)
		return r;
	if (f[0] >= VCARD_P15_N_KEYS || m->keys[f[0]].key.der.len || f[3] > VCARD_RSA1024 ||
	    f[4] > VCARD_P15_N_PINS)
		return MOHR_ERR_MALFORMED;
	key = &m->keys[f[0]];
	key->key.reference = f[1];
	key->key.use = f[2];
	key->key.kind = (enum vcard_key_kind)f[3];
	key->consent = f[4];
	if ((r = get_content(in, &key->key.der)) == 0 && key->key.der.len == 0)
		r = MOHR_ERR_MALFORMED;
	return r;
}

/* Parents stand before their children, as they were made; the MF is the first of all. */
static bool place_is_good(const struct vcard_p15_memory *m, const uint8_t f[12])
{
	if (f[0] >= VCARD_P15_N_FILES || m->files[f[0]].used || f[1] > VCARD_P15_IS_KEY ||
	    (f[7] != VCARD_P15_NO_KEY && f[7] >= VCARD_P15_N_KEYS))
		return false;
	if (f[0] == 0)
		return f[1] == VCARD_P15_IS_DF && f[2] == 0;
	return f[2] < VCARD_P15_N_FILES;
}

static int decode_file(struct cursor *in, struct vcard_p15_memory *m)
{
	struct vcard_p15_file *file;
	uint8_t f[12];
	int r;

	if ((r = get_fixed(in, TAG_FIELDS, f, sizeof(f))) != 0)
		return r;
	if (!place_is_good(m, f))
		return MOHR_ERR_MALFORMED;
	file = &m->files[f[0]];
	file->used = true;
	file->kind = f[1];
	file->parent = f[2];
	file->id = (uint16_t)(f[3] << 8 | f[4]);
	file->descriptor = f[5];
	file->state = f[6];
	file->key = f[7];
	file->size = (uint16_t)(f[8] << 8 | f[9]);
	file->proprietary[0] = f[10];
	file->proprietary[1] = f[11];
	if ((r = get_short(in, TAG_NAME, file->name, sizeof(file->name), &file->name_len)) != 0 ||
	    (r = get_short(in, TAG_ATTRIBUTES, file->attributes, sizeof(file->attributes),
			   &file->attributes_len)) != 0 ||
	    (r = get_content(in, &file->data)) != 0)
		return r;
	return file->data.len == (file->kind == VCARD_P15_IS_EF ? file->size : 0)
		       ? 0
		       : MOHR_ERR_MALFORMED;
}

/* Every file hangs on a DF, and so in the end on the MF. */
static bool tree_is_whole(const struct vcard_p15_memory *m)
{
	if (!m->files[0].used)
		return false;
	for (size_t i = 1; i < VCARD_P15_N_FILES; i++) {
		size_t at = i, steps = 0;

		while (m->files[i].used && at != 0) {
			at = m->files[at].parent;
			if (!m->files[at].used || m->files[at].kind != VCARD_P15_IS_DF ||
			    ++steps > VCARD_P15_N_FILES)
				return false;
		}
		if (m->files[i].used && m->files[i].key != VCARD_P15_NO_KEY &&
		    m->keys[m->files[i].key].key.der.len == 0)
			return false;
	}
	return true;
}

static int decode_next(struct cursor *c, struct vcard_p15_memory *m, bool *seen_card)
{
	struct tlv t;
	int r;

	if ((r = tlv_get(c, &t)) != 0)
		return r;
	if ((t.tag == TAG_CARD) == *seen_card)
		return MOHR_ERR_MALFORMED;
	*seen_card = true;
	r = t.tag == TAG_CARD   ? decode_card(&t.value, m)
	    : t.tag == TAG_PIN  ? decode_pin(&t.value, m)
	    : t.tag == TAG_KEY  ? decode_key(&t.value, m)
	    : t.tag == TAG_FILE ? decode_file(&t.value, m)
				: MOHR_ERR_MALFORMED;
	return r != 0 ? r : cursor_done(&t.value);
}

int vcard_p15_memory_decode(struct cursor *c, struct vcard_p15_memory *ret)
{
	bool seen_card = false;
	int r;

	vcard_p15_memory_init(ret);
	do
		r = decode_next(c, ret, &seen_card);
	while (r == 0 && cursor_left(c) > 0);
	if (r == 0 && !tree_is_whole(ret))
		r = MOHR_ERR_MALFORMED;
	if (r != 0) {
		vcard_p15_memory_clear(ret);
		return r == MOHR_ERR_LIMIT ? MOHR_ERR_MALFORMED : r;
	}
	return 0;
}
