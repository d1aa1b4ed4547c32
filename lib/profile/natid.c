/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Iran's national smart card, as data (docs/natid-card.md). AIDs, certificate paths and PIN padding are
 * the physical card's, from public sources; PIN and key references are those of our virtual card, and a
 * physical card's must be stated in mohr.conf.
 */
#include "profile/ias.h"

enum { AUTHENTICATION, SIGNATURE, N_PINS };

enum {
	PADDED_LEN = 16,
	PIN_MAX = 8,
	MF = 0x3F00,
	DF_AUTH = 0x5000,
	DF_SIGN = 0x5100,
	EF_CERTIFICATE = 0x5040
};

#define CONFIG(field) offsetof(struct config, field)

#define PUK                                                                                        \
	{                                                                                          \
		.reference = 0x83, .min_len = 8, .max_len = PIN_MAX, .padded_len = PADDED_LEN,     \
		.digits_only = true,                                                               \
	}

static const struct ias_pin pins[N_PINS] = {
	[AUTHENTICATION] =
		{
			.pin = {.label = "authentication",
				.format = {.reference = 0x81,
					   .min_len = 4,
					   .max_len = PIN_MAX,
					   .padded_len = PADDED_LEN,
					   .digits_only = true}},
			.puk = PUK,
			.reference_config = CONFIG(natid_auth_pin),
			.stated_min_len = 4,
			.stated_puk_min_len = 4,
		},
	[SIGNATURE] =
		{
			.pin = {.label = "signature",
				.format = {.reference = 0x82,
					   .min_len = 6,
					   .max_len = PIN_MAX,
					   .padded_len = PADDED_LEN,
					   .digits_only = true},
				.per_use = true,
				.consumed = true},
			.puk = PUK,
			.reference_config = CONFIG(natid_sign_pin),
			.stated_min_len = 4,
			.stated_puk_min_len = 4,
		},
};

static const struct ias_key keys[] = {
	{
		.key = {.label = "Authentication key",
			.id = 1,
			.pin = AUTHENTICATION,
			.reference = 0x01,
			.use = KEY_USE_SIGN | KEY_USE_DECRYPT | KEY_USE_DERIVE,
			.certificate = 0},
		.reference_config = CONFIG(natid_auth_key),
	},
	{
		.key = {.label = "Signature key",
			.id = 2,
			.pin = SIGNATURE,
			.reference = 0x02,
			.use = KEY_USE_SIGN,
			.non_repudiation = true,
			.certificate = 1},
		.reference_config = CONFIG(natid_sign_key),
	},
};

static const struct ias_certificate certificates[] = {
	{
		.certificate = {.label = "Authentication certificate",
				.id = 1,
				.pin = AUTHENTICATION},
		.path = {{FILE_P1_ANY, MF, FILE_P2_FCI},
			 {FILE_P1_ANY, DF_AUTH, FILE_P2_FCI},
			 {FILE_P1_CHILD_EF, EF_CERTIFICATE, FILE_P2_NOTHING}},
	},
	{
		.certificate = {.label = "Signature certificate", .id = 2, .pin = SIGNATURE},
		.path = {{FILE_P1_ANY, MF, FILE_P2_FCI},
			 {FILE_P1_ANY, DF_SIGN, FILE_P2_FCI},
			 {FILE_P1_CHILD_EF, EF_CERTIFICATE, FILE_P2_NOTHING}},
	},
};

/* Decryption with PKCS#1 v1.5 padding is not among them: nobody here uses it. */
static const uint8_t algorithms[] = {
	0x02, 0x12, 0x32, 0x42, 0x52, 0x62, /* PKCS#1 v1.5 */
	0x15, 0x35, 0x45, 0x55, 0x65,       /* PSS */
	0x04, 0x14, 0x34, 0x44, 0x54, 0x64, /* ECDSA */
};

const struct ias_layout natid_layout = {
	.profile = IAS_PROFILE("natid"),
	.aid = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x0C, 0x00, 0x00, 0x01, 0x63, 0x42, 0x00},
	.aid_len = 12,
	.manager_aid = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x43, 0x4D, 0x00},
	.manager_aid_len = 8,
	.label = "Iran ID",
	.manufacturer = "Gemalto",
	.virtual_manufacturer = "Mohr",
	.model = "IAS Classic",
	.pin_len_config = CONFIG(natid_pin_len),
	.challenge_len = 8,
	.fci_len = 27,
	.algorithms = algorithms,
	.n_algorithms = sizeof(algorithms),
	.pins = pins,
	.n_pins = N_PINS,
	.keys = keys,
	.n_keys = sizeof(keys) / sizeof(keys[0]),
	.certificates = certificates,
	.n_certificates = sizeof(certificates) / sizeof(certificates[0]),
	.cplc = {.label = "Chip production data",
		 .application = "GlobalPlatform",
		 .id = 1,
		 .pin = AUTHENTICATION},
};
