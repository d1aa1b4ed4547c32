/* SPDX-License-Identifier: BSD-2-Clause */
/* The dialect of MyEID cards: each key is a file, PINs are numbered, and each has a PUK of its own. */
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/p15/myeid.h"
#include "vcard/p15/plan.h"

enum { CONDITION_AUTH = 1, CONDITION_SIGN = 2, NIBBLE_NEVER = 0x0F };
enum { TRIES = 3, PUK_TRIES = 10 };
enum { INS_ERASE = 0x0E, INS_UNVERIFY = 0x2E, INS_ACTIVATE = 0x44, INS_CREATE = 0xE0 };
enum { INS_DELETE = 0xE4, INS_GENERATE_46 = 0x46, INS_AGREE = 0x86 };

/* Nibbles: the number of a PIN, 0 always, F never. Which of them, by kind of file. */
static uint8_t condition(const struct vcard_p15_file *f, enum vcard_p15_op op)
{
	enum { NONE = 0xFF };
	static const uint8_t places[][VCARD_P15_N_OPS] = {
		/* read, update, delete, create, use, generate */
		[VCARD_P15_IS_DF] = {NONE, NONE, 2, 1, NONE, NONE},
		[VCARD_P15_IS_EF] = {0, 1, 2, NONE, NONE, NONE},
		[VCARD_P15_IS_KEY] = {NONE, 1, 2, NONE, 0, 3},
	};
	uint8_t place = places[f->kind][op], nibble;

	if (place == NONE || place / 2 >= f->attributes_len)
		return VCARD_P15_NEVER;
	nibble = place % 2 ? f->attributes[place / 2] & 0x0F : f->attributes[place / 2] >> 4;
	return nibble == NIBBLE_NEVER ? (uint8_t)VCARD_P15_NEVER : nibble;
}

static const struct vcard_instruction instructions[] = {
	{INS_SELECT, VCARD_WANTS_DATA, vcard_p15_select},
	{INS_READ_BINARY, VCARD_NO_DATA | VCARD_NEEDS_LE | VCARD_REPEATABLE, vcard_p15_read},
	{INS_UPDATE_BINARY, VCARD_WANTS_DATA, vcard_p15_update},
	{INS_ERASE, VCARD_WANTS_DATA, vcard_p15_erase},
	{INS_CREATE, VCARD_WANTS_DATA, vcard_p15_create_file},
	{INS_DELETE, VCARD_WANTS_DATA | VCARD_OLD_CLASS, vcard_p15_delete_file},
	{INS_ACTIVATE, VCARD_WANTS_DATA, vcard_p15_activate},
	{INS_VERIFY, VCARD_WANTS_DATA, vcard_p15_verify},
	{INS_UNVERIFY, VCARD_NO_DATA, vcard_p15_unverify},
	{INS_CHANGE, VCARD_WANTS_DATA, vcard_p15_change},
	{INS_RESET_RETRY, VCARD_WANTS_DATA, vcard_p15_reset_retry},
	{INS_MSE, VCARD_WANTS_DATA, vcard_p15_mse},
	{INS_PSO, VCARD_WANTS_DATA, vcard_p15_pso},
	{INS_AGREE, VCARD_WANTS_DATA, vcard_myeid_agree},
	{INS_GENERATE_46, VCARD_WANTS_DATA, vcard_myeid_generate},
	{INS_CHALLENGE, VCARD_NO_DATA | VCARD_NEEDS_LE, vcard_p15_challenge},
	{INS_GET_DATA, VCARD_NO_DATA | VCARD_NEEDS_LE, vcard_myeid_get_data},
	{INS_PUT_DATA, VCARD_WANTS_DATA, vcard_myeid_put_data},
};

static const struct vcard_p15_algorithm algorithms[] = {
	{0x00, VCARD_P15_RAW, 0},
	{0x02, VCARD_P15_PKCS1, 0},
	{0x04, VCARD_P15_ECDSA, 0},
};

static const struct vcard_p15_slot slots[] = {
	{0x01, CONDITION_AUTH, 0, 0x4B01},
	{0x02, CONDITION_SIGN, CONDITION_SIGN, 0x4B02},
};

/* As pkcs15-init makes them: PIN 1 writes; what only an SO PIN may do, PIN 3, nobody may before there is one. */
#define AUTH_WRITES                                                                                \
	3,                                                                                         \
	{                                                                                          \
		0x01, 0x3F, 0xFF                                                                   \
	}
#define SO_WRITES                                                                                  \
	3,                                                                                         \
	{                                                                                          \
		0x03, 0x3F, 0xFF                                                                   \
	}
#define AUTH_CREATES                                                                               \
	3,                                                                                         \
	{                                                                                          \
		0x11, 0x3F, 0xFF                                                                   \
	}

static const struct vcard_p15_plan_file files[] = {
	{VCARD_P15_ROLE_MF, VCARD_P15_MF, 0, AUTH_CREATES},
	{VCARD_P15_ROLE_DIR, VCARD_P15_EF_DIR, 128, SO_WRITES},
	{VCARD_P15_ROLE_DF, VCARD_P15_DF, 0, AUTH_CREATES},
	{VCARD_P15_ROLE_ODF, VCARD_P15_ODF, 255, AUTH_WRITES},
	{VCARD_P15_ROLE_TOKEN_INFO, VCARD_P15_TOKEN_INFO, 160, SO_WRITES},
	{VCARD_P15_ROLE_EMPTY, 0x5033, 510, SO_WRITES},
	{VCARD_P15_ROLE_AODF, 0x4401, 255, SO_WRITES},
	{VCARD_P15_ROLE_PRKDF, 0x4402, 1530, AUTH_WRITES},
	{VCARD_P15_ROLE_CDF, 0x4403, 1530, AUTH_WRITES},
	{VCARD_P15_ROLE_PUKDF, 0x4404, 1530, AUTH_WRITES},
	{VCARD_P15_ROLE_DODF, 0x4406, 1530, AUTH_WRITES},
	{VCARD_P15_ROLE_KEY_AUTH, 0x4B01, 0, 3, {0x11, 0x11, 0xFF}},
	{VCARD_P15_ROLE_KEY_SIGN, 0x4B02, 0, 3, {0x22, 0x22, 0xFF}},
	{VCARD_P15_ROLE_CERT_AUTH, 0x4301, 0, 3, {0x01, 0x1F, 0xFF}},
	{VCARD_P15_ROLE_CERT_SIGN, 0x4302, 0, 3, {0x01, 0x1F, 0xFF}},
	{VCARD_P15_ROLE_CERT_CA, 0x4303, 0, 3, {0x01, 0x1F, 0xFF}},
	{VCARD_P15_ROLE_PRIVATE_DATA, 0x4501, 0, 3, {0x11, 0x1F, 0xFF}},
};

static const struct vcard_p15_plan_pin pins[] = {
	{CONDITION_AUTH - 1,
	 VCARD_P15_PLAN_AUTH,
	 TRIES,
	 {.reference = 1, .by = VCARD_MYEID_N_PINS + CONDITION_AUTH},
	 1,
	 0,
	 "Authentication PIN"},
	{CONDITION_SIGN - 1,
	 VCARD_P15_PLAN_SIGN,
	 TRIES,
	 {.reference = 2, .by = VCARD_MYEID_N_PINS + CONDITION_SIGN},
	 2,
	 0,
	 "Signature PIN"},
	{VCARD_MYEID_N_PINS + CONDITION_AUTH - 1,
	 VCARD_P15_PLAN_PUK,
	 PUK_TRIES,
	 {.reference = VCARD_MYEID_PUK_OF | 1, .hidden = true},
	 0,
	 0,
	 NULL},
	{VCARD_MYEID_N_PINS + CONDITION_SIGN - 1,
	 VCARD_P15_PLAN_PUK,
	 PUK_TRIES,
	 {.reference = VCARD_MYEID_PUK_OF | 2, .hidden = true},
	 0,
	 0,
	 NULL},
};

static const struct vcard_p15_plan plan = {
	.label = "Mohr MyEID",
	.manufacturer = "Mohr",
	.files = files,
	.n_files = sizeof(files) / sizeof(*files),
	.pins = pins,
	.n_pins = sizeof(pins) / sizeof(*pins),
	.id_auth = 0x01,
	.id_sign = 0x02,
	.id_ca = 0x03,
	.key_paths = true,
	.field_size = true,
};

static int personalise(struct vcard_p15 *p, const struct vcard_setup *setup)
{
	return setup->blank ? vcard_myeid_initialise(p, NULL) : vcard_p15_personalise(p, setup);
}

static const uint8_t aid[] = {0xA0, 0x00, 0x00, 0x00, 0x63, 0x50,
			      0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35};

const struct vcard_p15_dialect vcard_p15_myeid = {
	.flags = VCARD_P15_KEYS_ARE_FILES | VCARD_P15_ECDSA_DER | VCARD_P15_ANY_PIN,
	.aid = aid,
	.aid_len = sizeof(aid),
	.instructions = instructions,
	.n_instructions = sizeof(instructions) / sizeof(*instructions),
	.algorithms = algorithms,
	.n_algorithms = sizeof(algorithms) / sizeof(*algorithms),
	.pin_len = 8,
	.pin_pad = 0xFF,
	.pin_min = 4,
	.pin_max = 8,
	.slots = slots,
	.n_slots = sizeof(slots) / sizeof(*slots),
	.plan = &plan,
	.condition = condition,
	.personalise = personalise,
};
