/* SPDX-License-Identifier: BSD-2-Clause */
/* The IAS Classic application's life: made, kept, reset, freed; and its instructions. */
#include "vcard/ias/ias.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "codec/iso7816.h"
#include "vcard/issue.h"

/* The chip's data (CPLC); fabrication date, serial and batch are filled in, at 10 to 17. */
static const uint8_t cplc_template[VCARD_CPLC_LEN] = {0x4D, 0x4F, 0x48, 0x52, 0x00,
						      0x01, 0x00, 0x00, 0x04, 0x00};
enum { CPLC_SERIAL = 10, CPLC_SERIAL_LEN = 8 };

static const struct vcard_ias_pin new_pins[VCARD_N_PINS] = {
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

static int set_pins(struct vcard_ias_memory *m, const struct vcard_setup *setup)
{
	const char *values[VCARD_N_PINS] = {setup->pin_auth, setup->pin_sign, setup->puk};
	int r;

	for (size_t i = 0; i < VCARD_N_PINS; i++) {
		if (!values[i])
			return MOHR_ERR_ARGUMENT;
		m->pins[i] = new_pins[i];
		m->pins[i].tries_left = m->pins[i].max_tries;
		m->pins[i].transport = setup->blank && !m->pins[i].puk;
		if ((r = vcard_ias_pin_set(&m->pins[i], values[i])) != 0)
			return r;
	}
	if (setup->admin_key_len != 16 && setup->admin_key_len != 32)
		return MOHR_ERR_ARGUMENT;
	memcpy(m->admin_key, setup->admin_key, setup->admin_key_len);
	m->admin_key_len = (uint8_t)setup->admin_key_len;
	m->admin_tries_left = VCARD_ADMIN_TRIES;
	return 0;
}

static int set_numbers(struct vcard_ias_memory *m)
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

static void set_layout(struct vcard_ias_memory *m)
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
static int personalise(struct vcard_ias_memory *m, const struct vcard_setup *setup)
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

static int make(const struct vcard_applet_class *class, const struct vcard_setup *setup,
		struct vcard_applet **ret)
{
	struct vcard_ias *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return MOHR_ERR_NOMEM;
	v->applet.class = class;
	set_layout(&v->memory);
	v->memory.algorithms = setup->algorithms;
	if ((r = set_pins(&v->memory, setup)) == 0 && (r = set_numbers(&v->memory)) == 0 &&
	    !setup->blank)
		r = personalise(&v->memory, setup);
	if (r == 0)
		*ret = &v->applet;
	else
		class->free(&v->applet);
	return r;
}

struct vcard_ias *vcard_ias_of(const struct vcard *v)
{
	return (struct vcard_ias *)vcard_applet_find(v, &vcard_ias_class);
}

/* ---- what the card asks of it */

static const struct vcard_instruction vcard_ias_instructions[] = {
	{INS_VERIFY, VCARD_WANTS_DATA, vcard_ias_verify},
	{INS_MSE, VCARD_WANTS_DATA, vcard_ias_mse},
	{INS_CHANGE, VCARD_WANTS_DATA, vcard_ias_change},
	{INS_PSO, VCARD_WANTS_DATA, vcard_ias_pso},
	{INS_RESET_RETRY, VCARD_WANTS_DATA, vcard_ias_reset_retry},
	{INS_GENERATE, VCARD_WANTS_DATA, vcard_ias_generate},
	{INS_EXTERNAL_AUTH, VCARD_WANTS_DATA, vcard_ias_external_auth},
	{INS_CHALLENGE, VCARD_NO_DATA | VCARD_NEEDS_LE, vcard_ias_challenge},
	{INS_INTERNAL_AUTH, VCARD_WANTS_DATA, vcard_ias_internal_auth},
	{INS_READ_BINARY, VCARD_NO_DATA | VCARD_NEEDS_LE, vcard_ias_read_binary},
	{INS_GET_DATA_TLV, VCARD_WANTS_DATA, vcard_ias_get_data_tlv},
	{INS_UPDATE_BINARY, VCARD_WANTS_DATA, vcard_ias_update_binary},
	/* The card manager has the rest too. */
	{INS_SELECT, VCARD_WANTS_DATA, vcard_ias_select},
	{INS_GET_DATA, VCARD_NO_DATA | VCARD_REPEATABLE | VCARD_PROPRIETARY, vcard_ias_get_data},
};

enum {
	N_INSTRUCTIONS = sizeof(vcard_ias_instructions) / sizeof(*vcard_ias_instructions),
	N_MANAGER = 2
};

static const struct vcard_instruction *instructions(const struct vcard_applet *a, size_t *ret_n)
{
	bool manager = ((const struct vcard_ias *)a)->app == VCARD_APP_MANAGER;

	*ret_n = manager ? N_MANAGER : N_INSTRUCTIONS;
	return vcard_ias_instructions + N_INSTRUCTIONS - *ret_n;
}

void vcard_ias_security_clear(struct vcard_ias *v)
{
	memset(v->verified, 0, sizeof(v->verified));
	v->admin = false;
}

static void deselect(struct vcard_applet *a)
{
	struct vcard_ias *v = (struct vcard_ias *)a;

	vcard_ias_security_clear(v);
	vcard_ias_environment_clear(&v->env);
}

/* A challenge serves the command that follows it, or none. */
static void arrive(struct vcard_applet *a, const struct vcard_command *c)
{
	struct vcard_ias *v = (struct vcard_ias *)a;

	if (c->ins == INS_EXTERNAL_AUTH)
		return;
	wipe(v->challenge, sizeof(v->challenge));
	v->challenge_len = 0;
}

static void reset(struct vcard_applet *a)
{
	struct vcard_ias *v = (struct vcard_ias *)a;

	deselect(a);
	v->app = VCARD_APP_IAS;
	v->df = VCARD_FILE_MF;
	v->ef = VCARD_N_FILES;
	wipe(v->challenge, sizeof(v->challenge));
	v->challenge_len = 0;
}

static void encode(const struct vcard_applet *a, struct buf *b)
{
	vcard_ias_memory_encode(&((const struct vcard_ias *)a)->memory, b);
}

static int decode(const struct vcard_applet_class *class, struct cursor *c,
		  struct vcard_applet **ret)
{
	struct vcard_ias *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return MOHR_ERR_NOMEM;
	v->applet.class = class;
	r = vcard_ias_memory_decode(c, &v->memory);
	if (r == 0)
		*ret = &v->applet;
	else
		free(v);
	return r;
}

static void free_ias(struct vcard_applet *a)
{
	struct vcard_ias *v = (struct vcard_ias *)a;

	vcard_ias_memory_clear(&v->memory);
	wipe(v, sizeof(*v));
	free(v);
}

const struct vcard_applet_class vcard_ias_class = {
	.name = "ias",
	.instructions = instructions,
	.select = vcard_ias_select_name,
	.deselect = deselect,
	.arrive = arrive,
	.reset = reset,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_ias,
};
