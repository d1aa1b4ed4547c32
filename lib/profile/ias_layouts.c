/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards of other countries in the family of IAS Classic, as data (docs/ias-cards.md): from their issuers'
 * guides and open host software, not tried on physical cards.
 */
#include "profile/ias.h"

enum { FIRST, SECOND };

enum { PADDED_LEN = 12, PIN_MAX = 12, PUK_LEN = 8 };

#define FORMAT(ref, min, max)                                                                      \
	{                                                                                          \
		.reference = (ref), .min_len = (min), .max_len = (max), .padded_len = PADDED_LEN,  \
		.digits_only = true,                                                               \
	}

#define AUTHENTICATION(ref, puk_ref)                                                               \
	{                                                                                          \
		.pin = {.label = "authentication", .format = FORMAT((ref), 4, PIN_MAX)},           \
		.puk = FORMAT((puk_ref), PUK_LEN, PUK_LEN),                                        \
	}

#define SIGNATURE(min)                                                                             \
	{                                                                                          \
		.pin = {.label = "signature",                                                      \
			.format = FORMAT(0x82, (min), PIN_MAX),                                    \
			.per_use = true,                                                           \
			.consumed = true},                                                         \
		.puk = FORMAT(0x83, PUK_LEN, PUK_LEN),                                             \
	}

#define AUTHENTICATION_KEY                                                                         \
	{                                                                                          \
		.key = {.label = "Authentication key",                                             \
			.id = 1,                                                                   \
			.pin = FIRST,                                                              \
			.reference = 0x01,                                                         \
			.use = KEY_USE_SIGN | KEY_USE_DECRYPT | KEY_USE_DERIVE,                    \
			.certificate = FIRST},                                                     \
	}

#define SIGNATURE_KEY(ref)                                                                         \
	{                                                                                          \
		.key = {.label = "Signature key",                                                  \
			.id = 2,                                                                   \
			.pin = SECOND,                                                             \
			.reference = (ref),                                                        \
			.use = KEY_USE_SIGN,                                                       \
			.non_repudiation = true,                                                   \
			.certificate = SECOND},                                                    \
	}

#define AUTHENTICATION_CERTIFICATE                                                                 \
	.certificate = {.label = "Authentication certificate", .id = 1, .pin = FIRST}
#define SIGNATURE_CERTIFICATE                                                                      \
	.certificate = {.label = "Signature certificate", .id = 2, .pin = SECOND}

#define CPLC                                                                                       \
	{                                                                                          \
		.label = "Chip production data", .application = "GlobalPlatform", .id = 1,         \
		.pin = FIRST                                                                       \
	}

#define MANAGER                                                                                    \
	.manager_aid = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x43, 0x4D, 0x00}, .manager_aid_len = 8

#define PKCS15_AID                                                                                 \
	.aid = {0xA0, 0x00, 0x00, 0x00, 0x63, 0x50, 0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35},           \
	.aid_len = 12

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What all of them have. */
#define COMMON                                                                                     \
	.virtual_manufacturer = "Mohr", .model = "IAS Classic", .challenge_len = 8, .fci_len = 27, \
	.cplc = CPLC, MANAGER

static const uint8_t rsa_and_ec[] = {
	0x02, 0x12, 0x32, 0x42, 0x52, 0x62, /* PKCS#1 v1.5 */
	0x15, 0x35, 0x45, 0x55, 0x65,       /* PSS */
	0x04, 0x14, 0x34, 0x44, 0x54, 0x64, /* ECDSA */
};

/* ---- Uruguay: one PIN, one key, which signs ----------------------------------------------------- */

static const struct ias_pin uy_pins[] = {
	{.pin = {.format = FORMAT(0x11, 4, PIN_MAX)}, .puk = FORMAT(0x13, PUK_LEN, PUK_LEN)},
};

static const struct ias_key uy_keys[] = {
	{.key = {.label = "Signature key",
		 .id = 1,
		 .pin = FIRST,
		 .reference = 0x01,
		 .use = KEY_USE_SIGN,
		 .certificate = FIRST}},
};

static const struct ias_certificate uy_certificates[] = {
	{.certificate = {.label = "Signature certificate", .id = 1, .pin = FIRST},
	 .path = {{FILE_P1_ANY, 0xB001, FILE_P2_FCI}}},
};

/* The two that the guide names; DigestInfo of other hashes is the host's. */
static const uint8_t uy_algorithms[] = {0x02, 0x42};

const struct ias_layout ias_uy_layout = {
	.profile = IAS_PROFILE("ias-uy"),
	.aid = {0xA0, 0x00, 0x00, 0x00, 0x18, 0x40, 0x00, 0x00, 0x01, 0x63, 0x42, 0x00},
	.aid_len = 12,
	.hints = {{IAS_HINT_PRE_ISSUING, 2, {0xB0, 0x85}}, {IAS_HINT_COUNTRY, 2, {0x85, 0x8F}}},
	.n_hints = 2,
	.label = "Uruguay ID",
	.manufacturer = "Gemalto",
	.algorithms = uy_algorithms,
	.n_algorithms = sizeof(uy_algorithms),
	.pins = uy_pins,
	.n_pins = COUNT(uy_pins),
	.keys = uy_keys,
	.n_keys = COUNT(uy_keys),
	.certificates = uy_certificates,
	.n_certificates = COUNT(uy_certificates),
	COMMON,
};

/* ---- Finland ---------------------------------------------------------------------------------- */

static const struct ias_pin fi_pins[] = {AUTHENTICATION(0x11, 0x83), SIGNATURE(6)};

static const struct ias_key fi_keys[] = {AUTHENTICATION_KEY, SIGNATURE_KEY(0x02)};
static const struct ias_key fi_v3_keys[] = {AUTHENTICATION_KEY, SIGNATURE_KEY(0x03)};

static const struct ias_certificate fi_certificates[] = {
	{AUTHENTICATION_CERTIFICATE, .ids = {0x4331}, .by_path = 1},
	{SIGNATURE_CERTIFICATE, .ids = {0x5016, 0x4332}, .by_path = 2},
};
static const struct ias_certificate fi_v3_certificates[] = {
	{AUTHENTICATION_CERTIFICATE, .ids = {0x4331}, .by_path = 1},
	{SIGNATURE_CERTIFICATE, .ids = {0x5016, 0x4335}, .by_path = 2},
};

#define FINLAND(name, country_1, country_2, version_keys, version_certificates)                    \
	{                                                                                          \
		.profile = IAS_PROFILE(name), PKCS15_AID,                                          \
		.hints = {{IAS_HINT_COUNTRY, 2, {(country_1), (country_2)}}}, .n_hints = 1,        \
		.label = "Finland ID", .manufacturer = "Thales", .algorithms = rsa_and_ec,         \
		.n_algorithms = sizeof(rsa_and_ec), .pins = fi_pins, .n_pins = COUNT(fi_pins),     \
		.keys = (version_keys), .n_keys = COUNT(version_keys),                             \
		.certificates = (version_certificates),                                            \
		.n_certificates = COUNT(version_certificates), COMMON,                             \
	}

const struct ias_layout ias_fi_layout = FINLAND("ias-fi", 0x24, 0x60, fi_keys, fi_certificates);
const struct ias_layout ias_fi_v3_layout =
	FINLAND("ias-fi-v3", 0x00, 0xF6, fi_v3_keys, fi_v3_certificates);

/* ---- Estonia ---------------------------------------------------------------------------------- */

static const struct ias_pin ee_pins[] = {AUTHENTICATION(0x81, 0x83), SIGNATURE(5)};

static const struct ias_key ee_keys[] = {AUTHENTICATION_KEY, SIGNATURE_KEY(0x05)};

static const struct ias_certificate ee_certificates[] = {
	{AUTHENTICATION_CERTIFICATE, .ids = {0xADF1, 0x3411}, .by_path = 2},
	{SIGNATURE_CERTIFICATE, .ids = {0xADF2, 0x3421}, .by_path = 2},
};

const struct ias_layout ias_ee_layout = {
	.profile = IAS_PROFILE("ias-ee"),
	PKCS15_AID,
	.hints = {{IAS_HINT_COUNTRY, 2, {0x23, 0x3F}}},
	.n_hints = 1,
	.label = "Estonia ID",
	.manufacturer = "Thales",
	.algorithms = rsa_and_ec,
	.n_algorithms = sizeof(rsa_and_ec),
	.pins = ee_pins,
	.n_pins = COUNT(ee_pins),
	.keys = ee_keys,
	.n_keys = COUNT(ee_keys),
	.certificates = ee_certificates,
	.n_certificates = COUNT(ee_certificates),
	COMMON,
};
