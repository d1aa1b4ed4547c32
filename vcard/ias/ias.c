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

static int set_pins(struct vcard_ias_memory *m, const struct vcard_setup *setup)
{
	const char *const values[] = {[VCARD_VALUE_PIN] = setup->pin,
				      [VCARD_VALUE_AUTH] = setup->pin_auth,
				      [VCARD_VALUE_SIGN] = setup->pin_sign,
				      [VCARD_VALUE_PUK] = setup->puk};
	int r;

	for (size_t i = 0; i < m->layout->n_pins; i++) {
		const struct vcard_ias_pin_row *row = &m->layout->pins[i];

		if (!values[row->value])
			return MOHR_ERR_ARGUMENT;
		m->pins[i] = (struct vcard_ias_pin){.reference = row->reference,
						    .min_len = row->min_len,
						    .max_len = row->max_len,
						    .max_tries = row->max_tries,
						    .tries_left = row->max_tries,
						    .transport = setup->blank && !row->puk,
						    .once = row->once,
						    .puk = row->puk,
						    .block = m->layout->pin_block};
		if ((r = vcard_ias_pin_set(&m->pins[i], values[row->value])) != 0)
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

static void set_layout(struct vcard_ias_memory *m, const struct vcard_ias_layout *layout)
{
	m->layout = layout;
	for (size_t i = 0; i < layout->n_keys; i++) {
		m->keys[i].reference = layout->keys[i].reference;
		m->keys[i].use = layout->keys[i].use;
		m->keys[i].may = layout->keys[i].may;
		buf_init(&m->keys[i].der, VCARD_FILE_MAX);
	}
	for (size_t i = 0; i < layout->n_files; i++) {
		m->files[i].id = layout->files[i].id;
		m->files[i].parent = layout->files[i].parent;
		m->files[i].df = layout->files[i].df;
		m->files[i].read = VCARD_ACCESS_ALWAYS;
		m->files[i].update = VCARD_ACCESS_ADMIN;
		buf_init(&m->files[i].data, VCARD_FILE_MAX);
	}
}

/* Keys and certificates of a card that is handed out ready for use. */
static int personalise(struct vcard_ias_memory *m, const struct vcard_setup *setup)
{
	struct vcard_authority authority = {0};
	EVP_PKEY *pkey;
	int r;

	if (!vcard_holder_valid(setup))
		return MOHR_ERR_ARGUMENT;
	r = vcard_authority_init(setup->authority, &authority);
	for (size_t i = 0; r == 0 && i < m->layout->n_keys; i++) {
		const struct vcard_ias_key_row *row = &m->layout->keys[i];
		struct vcard_key *key = &m->keys[i];

		if ((r = vcard_key_generate(key, row->sign ? setup->key_sign : setup->key_auth)) ==
			    0 &&
		    (r = vcard_key_load(key, &pkey)) == 0)
			r = vcard_issue_one(setup, &authority, pkey, row->purpose,
					    &m->files[row->certificate].data);
	}
	vcard_authority_clear(&authority);
	return r;
}

static int make(const struct vcard_applet_class *class, const struct vcard_setup *setup,
		struct vcard_applet **ret)
{
	struct vcard_ias *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return MOHR_ERR_NOMEM;
	v->applet.class = class;
	set_layout(&v->memory, class->layout);
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

struct vcard_ias *vcard_ias_cast(struct vcard_applet *a)
{
	return a->class->make == make ? (struct vcard_ias *)a : NULL;
}

struct vcard_ias *vcard_ias_of(const struct vcard *v)
{
	for (size_t i = 0; i < v->n_applets; i++)
		if (vcard_ias_cast(v->applets[i]))
			return vcard_ias_cast(v->applets[i]);
	return NULL;
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
	r = vcard_ias_memory_decode(c, class->layout, &v->memory);
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

#define IAS_CLASS(class_name, class_layout)                                                        \
	{                                                                                          \
		.name = (class_name), .layout = (class_layout), .instructions = instructions,      \
		.select = vcard_ias_select_name, .deselect = deselect, .arrive = arrive,           \
		.reset = reset, .make = make, .encode = encode, .decode = decode,                  \
		.free = free_ias,                                                                  \
	}

const struct vcard_applet_class vcard_ias_class = IAS_CLASS("ias", &vcard_ias_natid);
const struct vcard_applet_class vcard_ias_uy_class = IAS_CLASS("ias-uy", &vcard_ias_uy);
const struct vcard_applet_class vcard_ias_uy_v4_class = IAS_CLASS("ias-uy-v4", &vcard_ias_uy_v4);
const struct vcard_applet_class vcard_ias_fi_class = IAS_CLASS("ias-fi", &vcard_ias_fi);
const struct vcard_applet_class vcard_ias_fi_v3_class = IAS_CLASS("ias-fi-v3", &vcard_ias_fi_v3);
const struct vcard_applet_class vcard_ias_ee_class = IAS_CLASS("ias-ee", &vcard_ias_ee);
