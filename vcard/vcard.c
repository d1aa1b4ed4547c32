/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card's life: made, saved, loaded, reset, freed. Its image is TLV: the ATR, then for each application
 * its name and its memory.
 */
#include "vcard/vcard.h"

#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/applet.h"
#include "vcard/image.h"

enum { TAG_ATR = 0x80, TAG_APPLET = 0xA0, TAG_NAME = 0x80, TAG_MEMORY = 0xA1 };

void vcard_setup_init(struct vcard_setup *setup)
{
	*setup = (struct vcard_setup){
		.personalities = {{vcard_personality_at(0)}, 1},
		.key_auth = VCARD_RSA2048,
		.key_sign = VCARD_RSA2048,
		.holder_latin = "Sara Ahmadi",
		.holder_given_name = "سارا",
		.holder_surname = "احمدی",
		.national_code = "0012345679",
	};
}

/* ---- making */

static int set_atr(struct vcard *v, const struct vcard_setup *setup)
{
	struct atr_info info;
	const struct vcard_atr *own = &setup->personalities.at[0]->atr[setup->extended];
	const uint8_t *atr = setup->atr_len ? setup->atr : own->bytes;
	size_t len = setup->atr_len ? setup->atr_len : own->len;

	if (len > sizeof(v->atr) || atr_decode(atr, len, &info) != 0)
		return MOHR_ERR_ARGUMENT;
	memcpy(v->atr, atr, len);
	v->atr_len = len;
	return 0;
}

static struct vcard *alloc_card(void)
{
	struct vcard *v = calloc(1, sizeof(*v));

	if (v) {
		buf_init(&v->chain.data, LIMIT_CHAINED_DATA);
		buf_init(&v->pending, LIMIT_RESPONSE);
	}
	return v;
}

static void add(struct vcard *v, struct vcard_applet *a)
{
	a->card = v;
	v->applets[v->n_applets++] = a;
}

/* What the ATR says about the protocol, and power-up. */
static int start(struct vcard *v)
{
	struct atr_info info;
	int r;

	if ((r = atr_decode(v->atr, v->atr_len, &info)) != 0)
		return r;
	v->t0 = !info.t1;
	v->extended = info.extended_length;
	vcard_reset(v);
	return 0;
}

static int make_applet(const struct vcard_setup *setup, const struct vcard_personality *kind,
		       struct vcard *v)
{
	struct vcard_applet *a = NULL;
	bool rsa1024 = setup->key_auth == VCARD_RSA1024 || setup->key_sign == VCARD_RSA1024;
	bool ed25519 = setup->key_auth == VCARD_ED25519 || setup->key_sign == VCARD_ED25519;
	int r;

	if ((rsa1024 && !(kind->takes & VCARD_TAKES_RSA1024)) ||
	    (ed25519 && !(kind->takes & VCARD_TAKES_ED25519)))
		return MOHR_ERR_ARGUMENT;
	if ((r = kind->class->make(kind->class, setup, &a)) == 0)
		add(v, a);
	return r;
}

int vcard_new(const struct vcard_setup *setup, struct vcard **ret)
{
	const struct vcard_personalities *kinds = &setup->personalities;
	struct vcard *v;
	int r;

	if (kinds->n == 0 || kinds->n > VCARD_PERSONALITIES_MAX)
		return MOHR_ERR_ARGUMENT;
	if (!(v = alloc_card()))
		return MOHR_ERR_NOMEM;
	r = set_atr(v, setup);
	for (size_t i = 0; r == 0 && i < kinds->n; i++)
		r = make_applet(setup, kinds->at[i], v);
	if (r == 0)
		r = start(v);
	if (r == 0)
		*ret = v;
	else
		vcard_free(v);
	return r;
}

/* ---- the image */

static void encode(const struct vcard *v, struct buf *b)
{
	tlv_put(b, TAG_ATR, v->atr, v->atr_len);
	for (size_t i = 0; i < v->n_applets; i++) {
		const struct vcard_applet *a = v->applets[i];
		size_t applet = tlv_open(b, TAG_APPLET), memory;

		tlv_put(b, TAG_NAME, a->class->name, strlen(a->class->name));
		memory = tlv_open(b, TAG_MEMORY);
		a->class->encode(a, b);
		tlv_close(b, memory);
		tlv_close(b, applet);
	}
}

static int decode_applet(struct cursor *c, struct vcard *v)
{
	struct cursor applet, name, memory;
	struct vcard_applet *a = NULL;
	int r;

	if ((r = tlv_get_tag(c, TAG_APPLET, &applet)) != 0 ||
	    (r = tlv_get_tag(&applet, TAG_NAME, &name)) != 0 ||
	    (r = tlv_get_tag(&applet, TAG_MEMORY, &memory)) != 0 || (r = cursor_done(&applet)) != 0)
		return r;
	r = MOHR_ERR_MALFORMED;
	for (size_t i = 0; vcard_personality_at(i); i++) {
		const struct vcard_applet_class *class = vcard_personality_at(i)->class;

		if (cursor_equals(&name, class->name, strlen(class->name)) &&
		    (r = class->decode(class, &memory, &a)) == 0)
			add(v, a);
	}
	return r;
}

static int decode(struct cursor *c, struct vcard *v)
{
	struct cursor atr;
	int r;

	if ((r = tlv_get_tag(c, TAG_ATR, &atr)) != 0)
		return r;
	if (cursor_left(&atr) > sizeof(v->atr))
		return MOHR_ERR_MALFORMED;
	v->atr_len = cursor_left(&atr);
	r = cursor_copy(&atr, v->atr_len, v->atr);
	do {
		if (r == 0)
			r = v->n_applets < VCARD_MAX_APPLETS ? decode_applet(c, v)
							     : MOHR_ERR_MALFORMED;
	} while (r == 0 && cursor_left(c) > 0);
	return r;
}

int vcard_save(struct vcard *v, const char *path)
{
	struct buf content = BUF_INIT(VCARD_IMAGE_MAX);
	int r;

	if (v->image)
		return MOHR_ERR_ARGUMENT;
	encode(v, &content);
	if ((r = buf_err(&content)) == 0)
		r = vcard_image_create(path, &content, &v->image);
	buf_clear(&content);
	return r;
}

unsigned vcard_commit(struct vcard *v)
{
	struct buf content = BUF_INIT(VCARD_IMAGE_MAX);

	if (!v->image)
		return SW_OK;
	encode(v, &content);
	if (buf_err(&content) != 0 || vcard_image_commit(v->image, &content) != 0)
		v->broken = true;
	buf_clear(&content);
	return v->broken ? SW_MEMORY_FAILURE : SW_OK;
}

static int load(const char *path, bool locked, struct vcard **ret)
{
	struct buf content = BUF_INIT(VCARD_IMAGE_MAX);
	struct vcard *v = alloc_card();
	struct cursor c;
	int r = MOHR_ERR_NOMEM;

	if (!v)
		goto out;
	r = locked ? vcard_image_open(path, &content, &v->image) : vcard_image_read(path, &content);
	if (r != 0)
		goto out;
	c = buf_cursor(&content);
	if ((r = decode(&c, v)) == 0)
		r = start(v);
out:
	buf_clear(&content);
	if (r == 0)
		*ret = v;
	else
		vcard_free(v);
	return r;
}

int vcard_load(const char *path, struct vcard **ret)
{
	return load(path, true, ret);
}

int vcard_peek(const char *path, struct vcard **ret)
{
	return load(path, false, ret);
}

/* ---- power */

void vcard_reset(struct vcard *v)
{
	for (size_t i = 0; i < v->n_applets; i++)
		v->applets[i]->class->reset(v->applets[i]);
	v->selected = v->applets[0];
	v->chain.open = false;
	buf_reset(&v->chain.data);
	buf_reset(&v->pending);
	v->pending_off = 0;
}

const uint8_t *vcard_atr(const struct vcard *v, size_t *ret_len)
{
	*ret_len = v->atr_len;
	return v->atr;
}

void vcard_free(struct vcard *v)
{
	if (!v)
		return;
	vcard_image_close(v->image);
	while (v->n_applets > 0) {
		v->n_applets--;
		v->applets[v->n_applets]->class->free(v->applets[v->n_applets]);
	}
	buf_clear(&v->chain.data);
	buf_clear(&v->pending);
	wipe(v, sizeof(*v));
	free(v);
}
