/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card in the shape of IsoApplet, in the two versions of its interface: PIN, PUK, files and keys are
 * made by who uses it. docs/isoapplet-card.md.
 */
#include "vcard/p15/isoapplet.h"

#include <string.h>

#include "codec/iso7816.h"
#include "vcard/p15/plan.h"

enum { INS_GENERATE_46 = 0x46, INS_CREATE = 0xE0, INS_DELETE = 0xE4 };
enum { VERSION_0_6 = 0x0006, VERSION_1_0 = 0x0100 };

enum { /* features */
       FEATURE_EXTENDED = 0x01,
       FEATURE_RANDOM = 0x02,
       FEATURE_EC = 0x04,
       FEATURE_PSS = 0x08,
       FEATURE_RSA4096 = 0x20,
};

static const uint8_t aid[] = {0xF2, 0x76, 0xA2, 0x88, 0xBC, 0xFB,
			      0xA6, 0x9D, 0x34, 0xF3, 0x10, 0x01};

/* ---- version */

static bool is_1_0(const struct vcard_p15 *p)
{
	return vcard_p15_dialect(p) == &vcard_p15_isoapplet_v1;
}

static void put_version(const struct vcard_p15 *p, struct buf *ret)
{
	unsigned version = is_1_0(p) ? VERSION_1_0 : VERSION_0_6;
	unsigned features = FEATURE_RANDOM | FEATURE_EC;

	if (p->applet.card->extended)
		features |= FEATURE_EXTENDED;
	if (is_1_0(p))
		features |= FEATURE_PSS | FEATURE_RSA4096;
	buf_put_be16(ret, (uint16_t)version);
	buf_put_u8(ret, (uint8_t)features);
}

static unsigned get_data(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	if (c->p1 != 0x01 || c->p2 != 0x01)
		return SW_WRONG_P1P2;
	put_version((struct vcard_p15 *)a, ret);
	return SW_OK;
}

/* By its whole name. An applet that is selected anew has forgotten what was verified. */
unsigned vcard_isoapplet_select_name(struct vcard_applet *a, const struct vcard_command *c,
				     struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	if (c->data_len != sizeof(aid) || memcmp(c->data, aid, sizeof(aid)) != 0)
		return SW_FILE_NOT_FOUND;
	a->class->reset(a);
	if (!is_1_0(p))
		put_version(p, ret);
	return SW_OK;
}

/* ---- keys: nothing of them without the PIN */

static unsigned guarded(vcard_handler_fn *run, struct vcard_applet *a,
			const struct vcard_command *c, struct buf *ret)
{
	const struct vcard_p15 *p = (const struct vcard_p15 *)a;

	return p->verified[VCARD_ISOAPPLET_I_PIN] ? run(a, c, ret) : (unsigned)SW_SECURITY_STATUS;
}

/* Every template has to name an algorithm. */
static unsigned set_environment(struct vcard_applet *a, const struct vcard_command *c,
				struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	unsigned sw = vcard_p15_mse(a, c, ret);

	for (size_t i = 0; sw == SW_OK && i < VCARD_P15_N_TEMPLATES; i++)
		if (p->templates[i].set && !p->templates[i].has_algorithm)
			sw = SW_WRONG_DATA;
	if (sw == SW_WRONG_DATA)
		vcard_p15_environment_clear(p);
	return sw;
}

static unsigned mse(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	return guarded(set_environment, a, c, ret);
}

static unsigned pso(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	return guarded(vcard_p15_pso, a, c, ret);
}

static unsigned generate(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	return guarded(vcard_isoapplet_generate, a, c, ret);
}

static unsigned put_data(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	return guarded(vcard_isoapplet_put_data, a, c, ret);
}

/* ---- access conditions: FF, then seven of them */

enum {
	AT_DELETE = 1,
	AT_CREATE = 6, /* EFs; DFs have 5 */
	AT_UPDATE = 6,
	AT_READ = 7,
	N_CONDITIONS = 8,
};

static uint8_t condition(const struct vcard_p15_file *f, enum vcard_p15_op op)
{
	static const uint8_t at[VCARD_P15_N_OPS] = {
		[VCARD_P15_READ] = AT_READ,
		[VCARD_P15_UPDATE] = AT_UPDATE,
		[VCARD_P15_DELETE] = AT_DELETE,
		[VCARD_P15_CREATE] = AT_CREATE,
	};
	uint8_t byte;

	if (f->attributes_len != N_CONDITIONS || !at[op])
		return VCARD_P15_ALWAYS;
	byte = f->attributes[at[op]];
	if (byte == 0x00)
		return VCARD_P15_ALWAYS;
	/* ISO 7816-4 table 23: user authentication, in any security environment */
	return (byte & 0x9F) == 0x10 || byte == 0x90 ? VCARD_ISOAPPLET_BY_PIN : VCARD_P15_NEVER;
}

/* ---- the two rows */

static const struct vcard_instruction instructions[] = {
	{INS_VERIFY, VCARD_WANTS_DATA, vcard_isoapplet_verify},
	{INS_MSE, VCARD_WANTS_DATA, mse},
	{INS_CHANGE, VCARD_WANTS_DATA, vcard_isoapplet_change},
	{INS_PSO, VCARD_WANTS_DATA, pso},
	{INS_RESET_RETRY, VCARD_WANTS_DATA, vcard_isoapplet_reset_retry},
	{INS_GENERATE_46, VCARD_WANTS_DATA, generate},
	{INS_CHALLENGE, VCARD_NO_DATA | VCARD_NEEDS_LE, vcard_p15_challenge},
	{INS_SELECT, VCARD_WANTS_DATA, vcard_p15_select},
	{INS_READ_BINARY, VCARD_NO_DATA | VCARD_NEEDS_LE, vcard_p15_read},
	{INS_GET_DATA, VCARD_NO_DATA, get_data},
	{INS_UPDATE_BINARY, VCARD_WANTS_DATA, vcard_p15_update},
	{INS_PUT_DATA_TLV, VCARD_WANTS_DATA, put_data},
	{INS_CREATE, VCARD_WANTS_DATA, vcard_p15_create_file},
	{INS_DELETE, VCARD_WANTS_DATA, vcard_p15_delete_file},
};

static const struct vcard_p15_algorithm algorithms_0_6[] = {
	{0x11, VCARD_P15_PKCS1, 0},
	{0x21, VCARD_P15_ECDSA_SHA1, 0},
	{0xF3, VCARD_P15_MAKE, VCARD_RSA2048},
	{0xEC, VCARD_P15_MAKE, VCARD_P256}, /* or what the parameters tell */
};

static const struct vcard_p15_algorithm algorithms_1_0[] = {
	{0x11, VCARD_P15_PKCS1, 0},
	{0x12, VCARD_P15_PSS, 0},
	{0x21, VCARD_P15_ECDSA, 0},
	{0xF3, VCARD_P15_MAKE, VCARD_RSA2048},
	{0xF5, VCARD_P15_MAKE, VCARD_RSA4096},
	{0xEC, VCARD_P15_MAKE, VCARD_P256},
};

static const struct vcard_p15_slot slots[] = {
	{0x00, VCARD_ISOAPPLET_BY_PIN, 0, 0},
	{0x01, VCARD_ISOAPPLET_BY_PIN, 0, 0},
};

/* What pkcs15-init gives its files; of directory files, and of those with public keys and certificates. */
#define OPEN                                                                                       \
	8,                                                                                         \
	{                                                                                          \
		0xFF                                                                               \
	}
#define OWN                                                                                        \
	8,                                                                                         \
	{                                                                                          \
		0xFF, 0, 0, 0, 0, 0, 0, 0x90                                                       \
	}
#define DIRECTORY                                                                                  \
	8,                                                                                         \
	{                                                                                          \
		0xFF, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x00                                     \
	}
#define CONTENT                                                                                    \
	8,                                                                                         \
	{                                                                                          \
		0xFF, 0x90, 0xFF, 0xFF, 0xFF, 0xFF, 0x90, 0x00                                     \
	}

static const struct vcard_p15_plan_file files[] = {
	{VCARD_P15_ROLE_MF, VCARD_P15_MF, 0, 0, {0}},
	{VCARD_P15_ROLE_DIR, VCARD_P15_EF_DIR, 128, OPEN},
	{VCARD_P15_ROLE_DF, VCARD_P15_DF, 0, OWN},
	{VCARD_P15_ROLE_ODF, VCARD_P15_ODF, 256, OPEN},
	{VCARD_P15_ROLE_TOKEN_INFO, VCARD_P15_TOKEN_INFO, 0, OPEN},
	{VCARD_P15_ROLE_AODF, 0x4401, 256, DIRECTORY},
	{VCARD_P15_ROLE_PRKDF, 0x4402, 512, DIRECTORY},
	{VCARD_P15_ROLE_PUKDF, 0x4403, 512, DIRECTORY},
	{VCARD_P15_ROLE_CDF, 0x4404, 512, DIRECTORY},
	{VCARD_P15_ROLE_PUBLIC_AUTH, 0x3300, 0, CONTENT},
	{VCARD_P15_ROLE_PUBLIC_SIGN, 0x3301, 0, CONTENT},
	{VCARD_P15_ROLE_CERT_AUTH, 0x3400, 0, CONTENT},
	{VCARD_P15_ROLE_CERT_SIGN, 0x3401, 0, CONTENT},
};

static const struct vcard_p15_plan_pin pins[] = {
	{VCARD_ISOAPPLET_I_PIN,
	 VCARD_P15_PLAN_ONE,
	 VCARD_ISOAPPLET_TRIES,
	 {.reference = VCARD_ISOAPPLET_PIN, .by = VCARD_ISOAPPLET_I_PUK + 1},
	 1,
	 0,
	 "User PIN"},
	{VCARD_ISOAPPLET_I_PUK,
	 VCARD_P15_PLAN_PUK,
	 VCARD_ISOAPPLET_PUK_TRIES,
	 {.reference = VCARD_ISOAPPLET_PUK, .hidden = true},
	 0,
	 0,
	 NULL},
};

static const struct vcard_p15_plan plan = {
	.label = "Mohr virtual IsoApplet",
	.manufacturer = "Mohr",
	.files = files,
	.n_files = sizeof(files) / sizeof(*files),
	.pins = pins,
	.n_pins = sizeof(pins) / sizeof(*pins),
	.id_auth = 0x01,
	.id_sign = 0x02,
	.field_size = true,
};

static bool makes(const struct vcard_p15_dialect *d, enum vcard_key_kind kind)
{
	for (size_t i = 0; i < d->n_algorithms; i++)
		if (d->algorithms[i].scheme == VCARD_P15_MAKE && d->algorithms[i].kind == kind)
			return true;
	return kind == VCARD_P384; /* as any curve, by its parameters */
}

/* A blank card has an MF, and nothing else. */
static int personalise(struct vcard_p15 *p, const struct vcard_setup *setup)
{
	static const struct vcard_p15_file mf = {
		.kind = VCARD_P15_IS_DF,
		.id = VCARD_P15_MF,
		.descriptor = 0x38,
		.state = VCARD_P15_CREATION,
	};
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	uint8_t index;

	p->memory.open = setup->blank;
	if (setup->blank)
		return vcard_p15_file_add(p, 0, &mf, &index);
	if (!makes(d, setup->key_auth) || !makes(d, setup->key_sign))
		return MOHR_ERR_NOT_SUPPORTED;
	return vcard_p15_personalise(p, setup);
}

enum {
	FLAGS = VCARD_P15_ECDSA_DER | VCARD_P15_ANY_PIN | VCARD_P15_SHORT_PINS |
		VCARD_P15_MSE_FOR_ALL,
	N_INSTRUCTIONS = sizeof(instructions) / sizeof(*instructions),
};

const struct vcard_p15_dialect vcard_p15_isoapplet = {
	.flags = FLAGS,
	.instructions = instructions,
	.n_instructions = N_INSTRUCTIONS,
	.algorithms = algorithms_0_6,
	.n_algorithms = sizeof(algorithms_0_6) / sizeof(*algorithms_0_6),
	.pin_len = VCARD_P15_PIN_MAX,
	.pin_pad = 0x00,
	.pin_min = VCARD_ISOAPPLET_PIN_MIN,
	.pin_max = VCARD_P15_PIN_MAX,
	.slots = slots,
	.n_slots = sizeof(slots) / sizeof(*slots),
	.plan = &plan,
	.condition = condition,
	.personalise = personalise,
};

const struct vcard_p15_dialect vcard_p15_isoapplet_v1 = {
	.flags = FLAGS,
	.instructions = instructions,
	.n_instructions = N_INSTRUCTIONS,
	.algorithms = algorithms_1_0,
	.n_algorithms = sizeof(algorithms_1_0) / sizeof(*algorithms_1_0),
	.pin_len = VCARD_P15_PIN_MAX,
	.pin_pad = 0x00,
	.pin_min = VCARD_ISOAPPLET_PIN_MIN,
	.pin_max = VCARD_P15_PIN_MAX,
	.slots = slots,
	.n_slots = sizeof(slots) / sizeof(*slots),
	.plan = &plan,
	.condition = condition,
	.personalise = personalise,
};
