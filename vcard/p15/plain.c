/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dialect of a plain card: keys by reference, two PINs and a PUK that is verified. And the same with
 * nothing that a host could do without: no sizes, no EF.DIR, no algorithms in TokenInfo, short paths.
 */
#include "codec/iso7816.h"
#include "vcard/p15/plan.h"

enum { CONDITION_AUTH = 1, CONDITION_SIGN = 2, CONDITION_PUK = 3 };
enum { REF_AUTH_PIN = 0x91, REF_SIGN_PIN = 0x92, REF_PUK = 0x83, TRIES = 3, PUK_TRIES = 5 };
enum { INS_ERASE = 0x0E, INS_SERIAL = 0x08, INS_CREATE = 0xE0, INS_DELETE = 0xE4 };
enum { INS_GENERATE_46 = 0x46 };

/* In a file's attributes stand the conditions themselves: reading (of a DF: creating), updating, deleting. */
static uint8_t condition(const struct vcard_p15_file *f, enum vcard_p15_op op)
{
	static const uint8_t places[VCARD_P15_N_OPS] = {
		[VCARD_P15_READ] = 0,   [VCARD_P15_UPDATE] = 1, [VCARD_P15_DELETE] = 2,
		[VCARD_P15_CREATE] = 0, [VCARD_P15_USE] = 0,    [VCARD_P15_GENERATE] = 1,
	};

	return places[op] < f->attributes_len ? f->attributes[places[op]]
					      : (uint8_t)VCARD_P15_NEVER;
}

unsigned vcard_p15_get_serial(struct vcard_applet *a, const struct vcard_command *c,
			      struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;

	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	buf_put(ret, p->memory.serial, sizeof(p->memory.serial));
	return SW_OK;
}

static const struct vcard_instruction instructions[] = {
	{INS_SELECT, VCARD_WANTS_DATA, vcard_p15_select},
	{INS_READ_BINARY, VCARD_NO_DATA | VCARD_NEEDS_LE | VCARD_REPEATABLE, vcard_p15_read},
	{INS_UPDATE_BINARY, VCARD_WANTS_DATA, vcard_p15_update},
	{INS_ERASE, VCARD_WANTS_DATA, vcard_p15_erase},
	{INS_CREATE, VCARD_WANTS_DATA, vcard_p15_create_file},
	{INS_DELETE, VCARD_WANTS_DATA, vcard_p15_delete_file},
	{INS_VERIFY, VCARD_WANTS_DATA, vcard_p15_verify},
	{INS_CHANGE, VCARD_WANTS_DATA, vcard_p15_change},
	{INS_RESET_RETRY, VCARD_WANTS_DATA, vcard_p15_reset_retry},
	{INS_MSE, VCARD_WANTS_DATA, vcard_p15_mse},
	{INS_PSO, VCARD_WANTS_DATA, vcard_p15_pso},
	{INS_GENERATE, VCARD_WANTS_DATA, vcard_p15_generate},
	{INS_GENERATE_46, VCARD_WANTS_DATA, vcard_p15_generate},
	{INS_CHALLENGE, VCARD_NO_DATA | VCARD_NEEDS_LE, vcard_p15_challenge},
	{INS_EXTERNAL_AUTH, VCARD_WANTS_DATA, vcard_p15_external_auth},
	{INS_SERIAL, VCARD_NO_DATA | VCARD_PROPRIETARY, vcard_p15_get_serial},
};

static const struct vcard_p15_algorithm algorithms[] = {
	{0x02, VCARD_P15_PKCS1, 0},
	{0x00, VCARD_P15_RAW, 0},
	{0x04, VCARD_P15_ECDSA, 0},
	{0x0B, VCARD_P15_ECDH, 0},
};

static const struct vcard_p15_slot slots[] = {
	{0x01, CONDITION_AUTH, 0, 0},
	{0x02, CONDITION_SIGN, CONDITION_SIGN, 0},
};

#define ADMIN_WRITES                                                                               \
	3,                                                                                         \
	{                                                                                          \
		VCARD_P15_ALWAYS, VCARD_P15_BY_ADMIN, VCARD_P15_BY_ADMIN                           \
	}
#define ADMIN_CREATES                                                                              \
	3,                                                                                         \
	{                                                                                          \
		VCARD_P15_BY_ADMIN, VCARD_P15_NEVER, VCARD_P15_NEVER                               \
	}

static const struct vcard_p15_plan_file files[] = {
	{VCARD_P15_ROLE_MF, VCARD_P15_MF, 0, ADMIN_CREATES},
	{VCARD_P15_ROLE_DIR, VCARD_P15_EF_DIR, 128, ADMIN_WRITES},
	{VCARD_P15_ROLE_DF, VCARD_P15_DF, 0, ADMIN_CREATES},
	{VCARD_P15_ROLE_ODF, VCARD_P15_ODF, 128, ADMIN_WRITES},
	{VCARD_P15_ROLE_TOKEN_INFO, VCARD_P15_TOKEN_INFO, 256, ADMIN_WRITES},
	{VCARD_P15_ROLE_AODF, 0x4401, 384, ADMIN_WRITES},
	{VCARD_P15_ROLE_PRKDF, 0x4402, 512, ADMIN_WRITES},
	{VCARD_P15_ROLE_CDF, 0x4403, 512, ADMIN_WRITES},
	{VCARD_P15_ROLE_DODF, 0x4404, 256, ADMIN_WRITES},
	{VCARD_P15_ROLE_CERT_AUTH, 0x4301, 0, ADMIN_WRITES},
	{VCARD_P15_ROLE_CERT_SIGN, 0x4302, 0, ADMIN_WRITES},
	{VCARD_P15_ROLE_CERT_CA, 0x4303, 0, ADMIN_WRITES},
	{VCARD_P15_ROLE_DATA, 0x4501, 0, ADMIN_WRITES},
	{VCARD_P15_ROLE_PRIVATE_DATA,
	 0x4502,
	 0,
	 3,
	 {CONDITION_AUTH, CONDITION_AUTH, VCARD_P15_BY_ADMIN}},
};

static const struct vcard_p15_plan_pin pins[] = {
	{CONDITION_AUTH - 1,
	 VCARD_P15_PLAN_AUTH,
	 TRIES,
	 {.reference = REF_AUTH_PIN, .by = CONDITION_PUK},
	 1,
	 3,
	 "Authentication PIN"},
	{CONDITION_SIGN - 1,
	 VCARD_P15_PLAN_SIGN,
	 TRIES,
	 {.reference = REF_SIGN_PIN, .by = CONDITION_PUK},
	 2,
	 3,
	 "Signature PIN"},
	{CONDITION_PUK - 1, VCARD_P15_PLAN_PUK, PUK_TRIES, {.reference = REF_PUK}, 3, 0, "PUK"},
};

static const struct vcard_p15_plan plan = {
	.label = "Mohr p15",
	.manufacturer = "Mohr",
	.files = files,
	.n_files = sizeof(files) / sizeof(*files),
	.pins = pins,
	.n_pins = sizeof(pins) / sizeof(*pins),
	.id_auth = 0x45,
	.id_sign = 0x46,
	.id_ca = 0x43,
	.algorithms = true,
};

const struct vcard_p15_dialect vcard_p15_plain = {
	.flags = VCARD_P15_BARE_CRYPTOGRAM | VCARD_P15_HAS_ADMIN,
	.instructions = instructions,
	.n_instructions = sizeof(instructions) / sizeof(*instructions),
	.algorithms = algorithms,
	.n_algorithms = sizeof(algorithms) / sizeof(*algorithms),
	.pin_len = 12,
	.pin_pad = 0xFF,
	.pin_min = 4,
	.pin_max = 12,
	.slots = slots,
	.n_slots = sizeof(slots) / sizeof(*slots),
	.plan = &plan,
	.condition = condition,
	.personalise = vcard_p15_personalise,
};

/* ---- with less */

static const struct vcard_p15_plan_file bare_files[] = {
	{VCARD_P15_ROLE_MF, VCARD_P15_MF, 0, ADMIN_CREATES},
	{VCARD_P15_ROLE_DF, VCARD_P15_DF, 0, ADMIN_CREATES},
	{VCARD_P15_ROLE_ODF, VCARD_P15_ODF, 1024, ADMIN_WRITES},
	{VCARD_P15_ROLE_TOKEN_INFO, VCARD_P15_TOKEN_INFO, 1024, ADMIN_WRITES},
	{VCARD_P15_ROLE_AODF, 0x4001, 1024, ADMIN_WRITES},
	{VCARD_P15_ROLE_PRKDF, 0x4002, 1024, ADMIN_WRITES},
	{VCARD_P15_ROLE_CDF, 0x4004, 4096, ADMIN_WRITES},
	{VCARD_P15_ROLE_CERT_AUTH, 0x4101, 4096, ADMIN_WRITES},
	{VCARD_P15_ROLE_CERT_SIGN, 0x4102, 4096, ADMIN_WRITES},
};

static const struct vcard_p15_plan bare_plan = {
	.label = "Mohr bare",
	.manufacturer = "Mohr",
	.files = bare_files,
	.n_files = sizeof(bare_files) / sizeof(*bare_files),
	.pins = pins,
	.n_pins = sizeof(pins) / sizeof(*pins),
	.id_auth = 0x01,
	.id_sign = 0x02,
	.relative = true,
};

const struct vcard_p15_dialect vcard_p15_bare = {
	.flags = VCARD_P15_ECDSA_DER | VCARD_P15_HAS_ADMIN | VCARD_P15_NO_SIZES,
	.instructions = instructions,
	.n_instructions = sizeof(instructions) / sizeof(*instructions),
	.algorithms = algorithms,
	.n_algorithms = sizeof(algorithms) / sizeof(*algorithms),
	.pin_len = 12,
	.pin_pad = 0xFF,
	.pin_min = 4,
	.pin_max = 12,
	.slots = slots,
	.n_slots = sizeof(slots) / sizeof(*slots),
	.plan = &bare_plan,
	.condition = condition,
	.personalise = vcard_p15_personalise,
};
