/* SPDX-License-Identifier: BSD-2-Clause */
/* The card's life: made, kept, reset, freed. */
#include "vcard/p15/p15.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "codec/iso7816.h"
#include "vcard/p15/isoapplet.h"

const struct vcard_p15_dialect *vcard_p15_dialect(const struct vcard_p15 *p)
{
	return p->applet.class->layout;
}

static void security_clear(struct vcard_applet *a)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	memset(p->verified, 0, sizeof(p->verified));
	p->admin = p->challenged = false;
	wipe(p->challenge, sizeof(p->challenge));
	vcard_p15_environment_clear(p);
}

static void reset(struct vcard_applet *a)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	security_clear(a);
	p->df = 0;
	p->ef = VCARD_P15_NO_FILE;
}

static struct vcard_p15 *alloc_p15(const struct vcard_applet_class *class)
{
	struct vcard_p15 *p = calloc(1, sizeof(*p));

	if (p) {
		p->applet.class = class;
		for (size_t i = 0; i < VCARD_P15_N_PARTS; i++)
			buf_init(&p->loading[i], LIMIT_SIGNATURE + 2);
		vcard_p15_memory_init(&p->memory);
		reset(&p->applet);
	}
	return p;
}

static void free_p15(struct vcard_applet *a)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	vcard_p15_environment_clear(p);
	vcard_p15_memory_clear(&p->memory);
	wipe(p, sizeof(*p));
	free(p);
}

static int set_admin_key(struct vcard_p15_memory *m, const struct vcard_setup *setup)
{
	if (setup->admin_key_len != 16 && setup->admin_key_len != 32)
		return MOHR_ERR_ARGUMENT;
	memcpy(m->admin_key, setup->admin_key, setup->admin_key_len);
	m->admin_key_len = (uint8_t)setup->admin_key_len;
	m->admin_tries_left = VCARD_P15_ADMIN_TRIES;
	return 0;
}

static int make(const struct vcard_applet_class *class, const struct vcard_setup *setup,
		struct vcard_applet **ret)
{
	struct vcard_p15 *p = alloc_p15(class);
	int r = 0;

	if (!p)
		return MOHR_ERR_NOMEM;
	if (RAND_bytes(p->memory.serial, sizeof(p->memory.serial)) != 1)
		r = MOHR_ERR_CRYPTO;
	if (r == 0 && (vcard_p15_dialect(p)->flags & VCARD_P15_HAS_ADMIN))
		r = set_admin_key(&p->memory, setup);
	if (r == 0)
		r = vcard_p15_dialect(p)->personalise(p, setup);
	if (r == 0)
		*ret = &p->applet;
	else
		free_p15(&p->applet);
	return r;
}

static void encode(const struct vcard_applet *a, struct buf *b)
{
	vcard_p15_memory_encode(&((const struct vcard_p15 *)a)->memory, b);
}

static int decode(const struct vcard_applet_class *class, struct cursor *c,
		  struct vcard_applet **ret)
{
	struct vcard_p15 *p = alloc_p15(class);
	int r;

	if (!p)
		return MOHR_ERR_NOMEM;
	r = vcard_p15_memory_decode(c, &p->memory);
	if (r == 0)
		*ret = &p->applet;
	else
		free(p);
	return r;
}

static const struct vcard_instruction *instructions(const struct vcard_applet *a, size_t *ret_n)
{
	const struct vcard_p15_dialect *d = a->class->layout;

	*ret_n = d->n_instructions;
	return d->instructions;
}

struct vcard_p15 *vcard_p15_cast(struct vcard_applet *a)
{
	return a->class->free == free_p15 ? (struct vcard_p15 *)a : NULL;
}

struct vcard_p15 *vcard_p15_of(const struct vcard *v)
{
	for (size_t i = 0; i < v->n_applets; i++)
		if (vcard_p15_cast(v->applets[i]))
			return vcard_p15_cast(v->applets[i]);
	return NULL;
}

/* ---- one class a dialect */

const struct vcard_applet_class vcard_p15_class = {
	.name = "p15",
	.layout = &vcard_p15_plain,
	.instructions = instructions,
	.select = vcard_p15_select_name,
	.deselect = security_clear,
	.reset = reset,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_p15,
};

const struct vcard_applet_class vcard_p15_bare_class = {
	.name = "p15-bare",
	.layout = &vcard_p15_bare,
	.instructions = instructions,
	.select = vcard_p15_select_name,
	.deselect = security_clear,
	.reset = reset,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_p15,
};

const struct vcard_applet_class vcard_myeid_class = {
	.name = "myeid",
	.layout = &vcard_p15_myeid,
	.instructions = instructions,
	.select = vcard_p15_select_name,
	.deselect = security_clear,
	.reset = reset,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_p15,
};

const struct vcard_applet_class vcard_isoapplet_class = {
	.name = "isoapplet",
	.answers_without_le = true,
	.layout = &vcard_p15_isoapplet,
	.instructions = instructions,
	.select = vcard_isoapplet_select_name,
	.deselect = security_clear,
	.reset = reset,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_p15,
};

const struct vcard_applet_class vcard_isoapplet_v1_class = {
	.name = "isoapplet-v1",
	.answers_without_le = true,
	.layout = &vcard_p15_isoapplet_v1,
	.instructions = instructions,
	.select = vcard_isoapplet_select_name,
	.deselect = security_clear,
	.reset = reset,
	.make = make,
	.encode = encode,
	.decode = decode,
	.free = free_p15,
};
