/* SPDX-License-Identifier: BSD-2-Clause */
/* A card's life: made, saved, loaded, reset, freed. */
#include "vcard/vcard.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "codec/iso7816.h"
#include "vcard/card.h"
#include "vcard/image.h"
#include "vcard/issue.h"
#include "vcard/key.h"

static const uint8_t short_atr[] = {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x4F,
				    0x48, 0x52, 0x73, 0x96, 0x21, 0x80, 0x82, 0x90, 0x00};

/* The chip's data (CPLC); fabrication date, serial and batch are filled in, at 10 to 17. */
static const uint8_t cplc_template[VCARD_CPLC_LEN] = {0x4D, 0x4F, 0x48, 0x52, 0x00,
						      0x01, 0x00, 0x00, 0x04, 0x00};
enum { CPLC_SERIAL = 10, CPLC_SERIAL_LEN = 8 };

void vcard_setup_init(struct vcard_setup *setup)
{
	*setup = (struct vcard_setup){
		.key_auth = VCARD_RSA2048,
		.key_sign = VCARD_RSA2048,
		.holder_latin = "Sara Ahmadi",
		.holder_given_name = "سارا",
		.holder_surname = "احمدی",
		.national_code = "0012345679",
	};
}

/* ---- making */

static const struct vcard_pin new_pins[VCARD_N_PINS] = {
	[VCARD_PIN_AUTH] = {.reference = VCARD_REF_AUTH_PIN,
			    .min_len = 4,
			    .max_len = 8,
			    .max_tries = 3},
	[VCARD_PIN_SIGN] = {.reference = VCARD_REF_SIGN_PIN,
			    .min_len = 6,
			    .max_len = 8,
			    .max_tries = 3,
			    .once = true},
	[VCARD_PUK] = {.reference = VCARD_REF_PUK,
		       .min_len = 8,
		       .max_len = 8,
		       .max_tries = 5,
		       .puk = true},
};

static const struct {
	uint8_t reference, use, may;
} new_keys[VCARD_N_KEYS] = {
	[VCARD_KEY_AUTH] = {VCARD_REF_AUTH_KEY, VCARD_ACCESS_PIN | 1,
			    VCARD_MAY_SIGN | VCARD_MAY_AUTHENTICATE | VCARD_MAY_DECIPHER},
	[VCARD_KEY_SIGN] = {VCARD_REF_SIGN_KEY, VCARD_ACCESS_PIN | 2, VCARD_MAY_SIGN},
};

static const struct {
	uint16_t id;
	uint8_t parent;
	bool df;
} new_files[VCARD_N_FILES] = {
	[VCARD_FILE_MF] = {VCARD_FID_MF, VCARD_FILE_MF, true},
	[VCARD_FILE_AUTH_DF] = {0x5000, VCARD_FILE_MF, true},
	[VCARD_FILE_AUTH_CERT] = {0x5040, VCARD_FILE_AUTH_DF, false},
	[VCARD_FILE_SIGN_DF] = {0x5100, VCARD_FILE_MF, true},
	[VCARD_FILE_SIGN_CERT] = {0x5040, VCARD_FILE_SIGN_DF, false},
};

static int set_pins(struct vcard_memory *m, const struct vcard_setup *setup)
{
	const char *values[VCARD_N_PINS] = {setup->pin_auth, setup->pin_sign, setup->puk};
	int r;

	for (size_t i = 0; i < VCARD_N_PINS; i++) {
		if (!values[i])
			return MOHR_ERR_ARGUMENT;
		m->pins[i] = new_pins[i];
		m->pins[i].tries_left = m->pins[i].max_tries;
		m->pins[i].transport = setup->blank && !m->pins[i].puk;
		if ((r = vcard_pin_set(&m->pins[i], values[i])) != 0)
			return r;
	}
	if (setup->admin_key_len != 16 && setup->admin_key_len != 32)
		return MOHR_ERR_ARGUMENT;
	memcpy(m->admin_key, setup->admin_key, setup->admin_key_len);
	m->admin_key_len = (uint8_t)setup->admin_key_len;
	m->admin_tries_left = VCARD_ADMIN_TRIES;
	return 0;
}

static int set_numbers(struct vcard_memory *m)
{
	uint8_t random[VCARD_NUMBER_LEN];

	memcpy(m->cplc, cplc_template, sizeof(m->cplc));
	if (RAND_bytes(m->cplc + CPLC_SERIAL, CPLC_SERIAL_LEN) != 1 ||
	    RAND_bytes(random, sizeof(random)) != 1)
		return MOHR_ERR_CRYPTO;
	for (size_t i = 0; i < sizeof(random); i++)
		m->number[i] = (char)('0' + random[i] % 10);
	return 0;
}

static int set_atr(struct vcard_memory *m, const struct vcard_setup *setup)
{
	struct atr_info info;
	const uint8_t *atr = setup->atr_len ? setup->atr : short_atr;
	size_t len = setup->atr_len ? setup->atr_len : sizeof(short_atr);

	if (len > sizeof(m->atr) || atr_decode(atr, len, &info) != 0)
		return MOHR_ERR_ARGUMENT;
	memcpy(m->atr, atr, len);
	m->atr_len = len;
	return 0;
}

static void set_layout(struct vcard_memory *m)
{
	for (size_t i = 0; i < VCARD_N_KEYS; i++) {
		m->keys[i].reference = new_keys[i].reference;
		m->keys[i].use = new_keys[i].use;
		m->keys[i].may = new_keys[i].may;
		buf_init(&m->keys[i].der, VCARD_FILE_MAX);
	}
	for (size_t i = 0; i < VCARD_N_FILES; i++) {
		m->files[i].id = new_files[i].id;
		m->files[i].parent = new_files[i].parent;
		m->files[i].df = new_files[i].df;
		m->files[i].read = VCARD_ACCESS_ALWAYS;
		m->files[i].update = VCARD_ACCESS_ADMIN;
		buf_init(&m->files[i].data, VCARD_FILE_MAX);
	}
}

/* Keys and certificates of a card that is handed out ready for use. */
static int personalise(struct vcard_memory *m, const struct vcard_setup *setup)
{
	struct vcard_key *auth = &m->keys[VCARD_KEY_AUTH], *sign = &m->keys[VCARD_KEY_SIGN];
	EVP_PKEY *auth_pkey, *sign_pkey;
	int r;

	if ((r = vcard_key_generate(auth, setup->key_auth)) != 0 ||
	    (r = vcard_key_generate(sign, setup->key_sign)) != 0 ||
	    (r = vcard_key_load(auth, &auth_pkey)) != 0 ||
	    (r = vcard_key_load(sign, &sign_pkey)) != 0)
		return r;
	return vcard_issue(setup, auth_pkey, sign_pkey, &m->files[VCARD_FILE_AUTH_CERT].data,
			   &m->files[VCARD_FILE_SIGN_CERT].data);
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

/* What the ATR says about the protocol, and power-up. */
static int start(struct vcard *v)
{
	struct atr_info info;
	int r;

	if ((r = atr_decode(v->memory.atr, v->memory.atr_len, &info)) != 0)
		return r;
	v->t0 = !info.t1;
	v->extended = info.extended_length;
	vcard_reset(v);
	return 0;
}

int vcard_new(const struct vcard_setup *setup, struct vcard **ret)
{
	struct vcard *v = alloc_card();
	int r;

	if (!v)
		return MOHR_ERR_NOMEM;
	set_layout(&v->memory);
	v->memory.algorithms = setup->algorithms;
	if ((r = set_atr(&v->memory, setup)) == 0 && (r = set_pins(&v->memory, setup)) == 0 &&
	    (r = set_numbers(&v->memory)) == 0 && !setup->blank)
		r = personalise(&v->memory, setup);
	if (r == 0)
		r = start(v);
	if (r == 0)
		*ret = v;
	else
		vcard_free(v);
	return r;
}

/* ---- the image */

int vcard_save(struct vcard *v, const char *path)
{
	struct buf content = BUF_INIT(VCARD_IMAGE_MAX);
	int r;

	if (v->image)
		return MOHR_ERR_ARGUMENT;
	vcard_memory_encode(&v->memory, &content);
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
	vcard_memory_encode(&v->memory, &content);
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
	if ((r = vcard_memory_decode(&c, &v->memory)) == 0)
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

void vcard_security_clear(struct vcard *v)
{
	memset(v->verified, 0, sizeof(v->verified));
	v->admin = false;
}

void vcard_reset(struct vcard *v)
{
	vcard_security_clear(v);
	vcard_environment_clear(&v->env);
	v->app = VCARD_APP_IAS;
	v->df = VCARD_FILE_MF;
	v->ef = VCARD_N_FILES;
	wipe(v->challenge, sizeof(v->challenge));
	v->challenge_len = 0;
	v->chain.open = false;
	buf_reset(&v->chain.data);
	buf_reset(&v->pending);
	v->pending_off = 0;
}

const uint8_t *vcard_atr(const struct vcard *v, size_t *ret_len)
{
	*ret_len = v->memory.atr_len;
	return v->memory.atr;
}

void vcard_free(struct vcard *v)
{
	if (!v)
		return;
	vcard_image_close(v->image);
	vcard_memory_clear(&v->memory);
	buf_clear(&v->chain.data);
	buf_clear(&v->pending);
	wipe(v, sizeof(*v));
	free(v);
}
