/* SPDX-License-Identifier: BSD-2-Clause */
/* The PIV application's life: made, kept, reset, freed; and its instructions. */
#include "vcard/piv/piv.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "codec/iso7816.h"

static const struct vcard_piv_pin new_pins[VCARD_PIV_N_PINS] = {
	[VCARD_PIV_I_GLOBAL] = {.reference = VCARD_PIV_GLOBAL_PIN, .max_tries = VCARD_PIV_TRIES},
	[VCARD_PIV_I_PIN] = {.reference = VCARD_PIV_PIN, .max_tries = VCARD_PIV_TRIES},
	[VCARD_PIV_I_PUK] = {.reference = VCARD_PIV_PUK, .max_tries = VCARD_PIV_TRIES},
};

bool vcard_piv_is_vendor(const struct vcard_piv *p)
{
	return p->applet.class == &vcard_yubikey_class;
}

/* ---- making */

static int set_pins(struct vcard_piv *p, const struct vcard_setup *setup)
{
	const char *values[VCARD_PIV_N_PINS] = {setup->pin_global, setup->pin, setup->puk};
	int r;

	for (size_t i = 0; i < VCARD_PIV_N_PINS; i++) {
		p->memory.pins[i] = new_pins[i];
		if (!values[i] && i == VCARD_PIV_I_GLOBAL)
			continue;
		if (!values[i])
			return MOHR_ERR_ARGUMENT;
		if ((r = vcard_piv_pin_set_text(p, &p->memory.pins[i], values[i])) != 0)
			return r;
	}
	return 0;
}

static uint8_t algorithm_of_len(size_t len)
{
	switch (len) {
	case 16:
		return VCARD_ADMIN_AES128;
	case 24:
		return VCARD_ADMIN_3DES;
	case 32:
		return VCARD_ADMIN_AES256;
	default:
		return 0;
	}
}

static int set_admin_key(struct vcard_piv_memory *m, const struct vcard_setup *setup)
{
	uint8_t algorithm = setup->admin_algorithm ? setup->admin_algorithm
						   : algorithm_of_len(setup->admin_key_len);

	if (setup->admin_key_len == 0 || vcard_piv_admin_key_len(algorithm) != setup->admin_key_len)
		return MOHR_ERR_ARGUMENT;
	m->admin_algorithm = algorithm;
	m->admin_touch = VCARD_PIV_TOUCH_NEVER;
	memcpy(m->admin_key, setup->admin_key, setup->admin_key_len);
	return 0;
}

static int make(const struct vcard_applet_class *class, const struct vcard_setup *setup,
		struct vcard_applet **ret)
{
	struct vcard_piv *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return MOHR_ERR_NOMEM;
	p->applet.class = class;
	vcard_piv_key_layout(p->memory.keys);
	if ((r = set_pins(p, setup)) == 0 && (r = set_admin_key(&p->memory, setup)) == 0 &&
	    RAND_bytes(p->memory.serial, sizeof(p->memory.serial)) != 1)
		r = MOHR_ERR_CRYPTO;
	p->memory.serial[0] &= 0x7F; /* some hosts print it as a signed number */
	if (r == 0 && vcard_piv_is_vendor(p))
		r = vcard_piv_make_attester(p);
	if (r == 0 && !setup->blank)
		r = vcard_piv_personalise(p, setup);
	if (r == 0)
		*ret = &p->applet;
	else
		p->applet.class->free(&p->applet);
	return r;
}

struct vcard_piv *vcard_piv_cast(struct vcard_applet *a)
{
	return a->class->make == make ? (struct vcard_piv *)a : NULL;
}

struct vcard_piv *vcard_piv_of(const struct vcard *v)
{
	for (size_t i = 0; i < v->n_applets; i++)
		if (vcard_piv_cast(v->applets[i]))
			return vcard_piv_cast(v->applets[i]);
	return NULL;
}

/* ---- what the card asks of it */

/* The vendor's come last. */
static const struct vcard_instruction all_instructions[] = {
	{INS_VERIFY, VCARD_WANTS_DATA, vcard_piv_verify},
	{INS_CHANGE, VCARD_WANTS_DATA, vcard_piv_change},
	{INS_RESET_RETRY, VCARD_WANTS_DATA, vcard_piv_reset_retry},
	{INS_GENERATE, VCARD_WANTS_DATA, vcard_piv_generate},
	{INS_GENERAL_AUTH, VCARD_WANTS_DATA, vcard_piv_general_auth},
	{INS_SELECT, VCARD_WANTS_DATA, vcard_piv_select},
	{INS_GET_DATA_TLV, VCARD_WANTS_DATA, vcard_piv_get_data},
	{INS_PUT_DATA_TLV, VCARD_WANTS_DATA, vcard_piv_put_data},
	{0xF6, VCARD_NO_DATA, vcard_piv_move_key},
	{0xF7, VCARD_NO_DATA, vcard_piv_get_metadata},
	{0xF8, VCARD_NO_DATA, vcard_piv_get_serial},
	{0xF9, VCARD_NO_DATA, vcard_piv_attest},
	{0xFA, VCARD_NO_DATA, vcard_piv_set_retries},
	{0xFB, VCARD_NO_DATA, vcard_piv_factory_reset},
	{0xFD, VCARD_NO_DATA, vcard_piv_get_version},
	{0xFE, VCARD_WANTS_DATA, vcard_piv_import},
	{0xFF, VCARD_WANTS_DATA, vcard_piv_set_admin_key},
};

enum {
	N_INSTRUCTIONS = sizeof(all_instructions) / sizeof(*all_instructions),
	N_STANDARD = 8,
};

static const struct vcard_instruction *instructions(const struct vcard_applet *a, size_t *ret_n)
{
	bool vendor = vcard_piv_is_vendor((const struct vcard_piv *)a);

	*ret_n = vendor ? N_INSTRUCTIONS : N_STANDARD;
	return all_instructions;
}

static void forget_challenge(struct vcard_piv *p)
{
	wipe(p->challenge, sizeof(p->challenge));
	p->challenge_for = VCARD_PIV_NO_CHALLENGE;
}

void vcard_piv_security_clear(struct vcard_piv *p)
{
	memset(p->verified, 0, sizeof(p->verified));
	p->fresh = p->admin = false;
	forget_challenge(p);
}

static void deselect(struct vcard_applet *a)
{
	vcard_piv_security_clear((struct vcard_piv *)a);
}

/* A challenge serves the command that follows it, and so does a PIN for 9C. */
static void arrive(struct vcard_applet *a, const struct vcard_command *c)
{
	struct vcard_piv *p = (struct vcard_piv *)a;

	if (c->ins == INS_GENERAL_AUTH || c->ins == INS_GET_RESPONSE)
		return;
	forget_challenge(p);
	p->fresh = false;
}

static void encode(const struct vcard_applet *a, struct buf *b)
{
	vcard_piv_memory_encode(&((const struct vcard_piv *)a)->memory, b);
}

static int decode(const struct vcard_applet_class *class, struct cursor *c,
		  struct vcard_applet **ret)
{
	struct vcard_piv *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return MOHR_ERR_NOMEM;
	p->applet.class = class;
	r = vcard_piv_memory_decode(c, &p->memory);
	if (r == 0)
		*ret = &p->applet;
	else
		free(p);
	return r;
}

static void free_piv(struct vcard_applet *a)
{
	struct vcard_piv *p = (struct vcard_piv *)a;

	vcard_piv_memory_clear(&p->memory);
	wipe(p, sizeof(*p));
	free(p);
}

const struct vcard_applet_class vcard_piv_class = {
	.name = "piv",
	.instructions = instructions,
	.select = vcard_piv_select_name,
	.deselect = deselect,
	.arrive = arrive,
	.reset = deselect,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_piv,
};

const struct vcard_applet_class vcard_yubikey_class = {
	.name = "yubikey",
	.answers_without_le = true,
	.instructions = instructions,
	.select = vcard_piv_select_name,
	.deselect = deselect,
	.arrive = arrive,
	.reset = deselect,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_piv,
};
