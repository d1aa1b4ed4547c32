/* SPDX-License-Identifier: BSD-2-Clause */
/* The layouts: docs/natid-card.md and docs/ias-cards.md, which say where each value is from. */
#include "vcard/ias/layout.h"

#include "vcard/ias/ias.h"

enum { AUTH_PIN = VCARD_ACCESS_PIN | 1, SIGN_PIN = VCARD_ACCESS_PIN | 2 };

enum {
	MAY_ALL = VCARD_MAY_SIGN | VCARD_MAY_AUTHENTICATE | VCARD_MAY_DECIPHER,
	DOES_EC_RSA = VCARD_DOES_PKCS1 | VCARD_DOES_PSS | VCARD_DOES_ECDSA,
};

#define AUTH_ROW(ref, min, max, tries)                                                             \
	{                                                                                          \
		N_("authentication PIN"), "auth", VCARD_VALUE_AUTH, (ref), (min), (max), (tries),  \
			false, false                                                               \
	}
#define SIGN_ROW(min, max, tries)                                                                  \
	{                                                                                          \
		N_("signature PIN"), "sign", VCARD_VALUE_SIGN, 0x82, (min), (max), (tries), true,  \
			false                                                                      \
	}
#define PUK_ROW(ref, tries)                                                                        \
	{                                                                                          \
		N_("PUK"), "puk", VCARD_VALUE_PUK, (ref), 8, 8, (tries), false, true               \
	}
#define AUTH_KEY_ROW(ref, file)                                                                    \
	{                                                                                          \
		N_("authentication key"), "auth", (ref), AUTH_PIN, MAY_ALL, false, (file),         \
			VCARD_FOR_AUTH                                                             \
	}
#define SIGN_KEY_ROW(ref, file)                                                                    \
	{                                                                                          \
		N_("signature key"), "sign", (ref), SIGN_PIN, VCARD_MAY_SIGN, true, (file),        \
			VCARD_FOR_SIGN                                                             \
	}
#define MF_ROW                                                                                     \
	{                                                                                          \
		VCARD_FID_MF, 0, true                                                              \
	}
#define PKCS15_AID                                                                                 \
	{                                                                                          \
		0xA0, 0x00, 0x00, 0x00, 0x63, 0x50, 0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35             \
	}

const struct vcard_ias_layout vcard_ias_natid = {
	.aid = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x0C, 0x00, 0x00, 0x01, 0x63, 0x42, 0x00},
	.aid_len = 12,
	.version_label = "IAS Classic v4",
	.version = "4.0.0.M",
	.pin_block = 16,
	.does = VCARD_DOES_USUAL,
	.pins = {AUTH_ROW(0x81, 4, 8, 3), SIGN_ROW(6, 8, 3), PUK_ROW(0x83, 5)},
	.n_pins = 3,
	.keys = {AUTH_KEY_ROW(0x01, 2), SIGN_KEY_ROW(0x02, 4)},
	.n_keys = 2,
	.files = {MF_ROW,
		  {0x5000, 0, true},
		  {0x5040, 1, false},
		  {0x5100, 0, true},
		  {0x5040, 3, false}},
	.n_files = 5,
};

/* One key for everything, which can only sign; one PIN. */
#define URUGUAY(label, number)                                                                     \
	{                                                                                          \
		.aid = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x40, 0x00, 0x00, 0x01, 0x63, 0x42, 0x00},   \
		.aid_len = 12, .version_label = (label), .version = (number), .pin_block = 12,     \
		.does = VCARD_DOES_PKCS1,                                                          \
		.pins = {{N_("PIN"), "pin", VCARD_VALUE_PIN, 0x11, 4, 12, 3, false, false},        \
			 PUK_ROW(0x13, 5)},                                                        \
		.n_pins = 2,                                                                       \
		.keys = {{N_("signature key"), "sign", 0x01, AUTH_PIN, VCARD_MAY_SIGN, false, 1,   \
			  VCARD_FOR_SIGN}},                                                        \
		.n_keys = 1, .files = {MF_ROW, {0xB001, 0, false}}, .n_files = 2,                  \
	}

const struct vcard_ias_layout vcard_ias_uy = URUGUAY("IAS Classic v5", "5.2.0.A.M");
const struct vcard_ias_layout vcard_ias_uy_v4 = URUGUAY("IAS Classic v4", "4.0.0.M");

#define FINLAND(label, number, sign_key, sign_file)                                                \
	{                                                                                          \
		.aid = PKCS15_AID, .aid_len = 12, .version_label = (label), .version = (number),   \
		.pin_block = 12, .does = DOES_EC_RSA,                                              \
		.pins = {AUTH_ROW(0x11, 4, 12, 5), SIGN_ROW(6, 12, 5), PUK_ROW(0x83, 5)},          \
		.n_pins = 3, .keys = {AUTH_KEY_ROW(0x01, 1), SIGN_KEY_ROW((sign_key), 3)},         \
		.n_keys = 2,                                                                       \
		.files = {MF_ROW, {0x4331, 0, false}, {0x5016, 0, true}, {(sign_file), 2, false}}, \
		.n_files = 4,                                                                      \
	}

const struct vcard_ias_layout vcard_ias_fi = FINLAND("IAS Classic v5", "5.0.0.M", 0x02, 0x4332);
const struct vcard_ias_layout vcard_ias_fi_v3 = FINLAND("IAS Classic v4", "4.0.0.M", 0x03, 0x4335);

const struct vcard_ias_layout vcard_ias_ee = {
	.aid = PKCS15_AID,
	.aid_len = 12,
	.version_label = "IAS Classic v5",
	.version = "5.2.1.M",
	.pin_block = 12,
	.does = DOES_EC_RSA,
	.pins = {AUTH_ROW(0x81, 4, 12, 3), SIGN_ROW(5, 12, 3), PUK_ROW(0x83, 3)},
	.n_pins = 3,
	.keys = {AUTH_KEY_ROW(0x01, 2), SIGN_KEY_ROW(0x05, 4)},
	.n_keys = 2,
	.files = {MF_ROW,
		  {0xADF1, 0, true},
		  {0x3411, 1, false},
		  {0xADF2, 0, true},
		  {0x3421, 3, false}},
	.n_files = 5,
};
