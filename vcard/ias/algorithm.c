/* SPDX-License-Identifier: BSD-2-Clause */
/* The algorithm byte, and how a card announces what it can: docs/natid-card.md, "Keys". */
#include "vcard/ias/algorithm.h"

#include <string.h>

#include "codec/tlv.h"
#include "vcard/ias/ias.h"

#define HASH(algorithm) ((algorithm) >> 4)
#define PAD(algorithm)  ((algorithm)&0x0F)

enum {
	TAG_MECHANISM = 0xAC,
	TAG_REFERENCE = 0x80,
	TAG_OID = 0x06,
	SIGNING = VCARD_DOES_PKCS1 | VCARD_DOES_PSS | VCARD_DOES_ECDSA | VCARD_DOES_RAW,
	HASHING = VCARD_DOES_PKCS1 | VCARD_DOES_PSS | VCARD_DOES_ECDSA,
	ELLIPTIC = VCARD_DOES_ECDSA | VCARD_DOES_ECDH,
	PKCS1_OVERHEAD = 11, /* RFC 8017 §9.2: 00 01, eight times FF, 00 */
};

/* By high nibble. */
static const enum hash_alg hashes[16] = {
	[1] = HASH_SHA1, [3] = HASH_SHA224, [4] = HASH_SHA256, [5] = HASH_SHA384, [6] = HASH_SHA512,
};

/* Bit by bit, as mohr-vcard's option has them. */
static const char *const names[] = {"pkcs1",          "pss",          "ecdsa", "raw",
				    "decipher-pkcs1", "decipher-raw", "ecdh"};

#define PKCS_1(n)                                                                                  \
	9,                                                                                         \
	{                                                                                          \
		0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, (n)                                \
	} /* RFC 8017 app. C */
#define SHA_2(n)                                                                                   \
	8,                                                                                         \
	{                                                                                          \
		0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, (n)                                      \
	} /* RFC 5758 §3.2 */

/* Every algorithm byte that there is, with its object identifier. */
static const struct row {
	uint8_t algorithm, does, oid_len, oid[9];
} rows[] = {
	{0x02, VCARD_DOES_PKCS1, PKCS_1(1)}, /* rsaEncryption */
	{0x12, VCARD_DOES_PKCS1, PKCS_1(5)},
	{0x32, VCARD_DOES_PKCS1, PKCS_1(14)},
	{0x42, VCARD_DOES_PKCS1, PKCS_1(11)},
	{0x52, VCARD_DOES_PKCS1, PKCS_1(12)},
	{0x62, VCARD_DOES_PKCS1, PKCS_1(13)},
	{0x15, VCARD_DOES_PSS, PKCS_1(10)}, /* id-RSASSA-PSS */
	{0x35, VCARD_DOES_PSS, PKCS_1(10)},
	{0x45, VCARD_DOES_PSS, PKCS_1(10)},
	{0x55, VCARD_DOES_PSS, PKCS_1(10)},
	{0x65, VCARD_DOES_PSS, PKCS_1(10)},
	{0x04,
	 VCARD_DOES_ECDSA,
	 7,
	 {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01}}, /* RFC 5480 §2.1.1 */
	{0x14,
	 VCARD_DOES_ECDSA,
	 7,
	 {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01}}, /* RFC 3279 §2.2.3 */
	{0x34, VCARD_DOES_ECDSA, SHA_2(1)},
	{0x44, VCARD_DOES_ECDSA, SHA_2(2)},
	{0x54, VCARD_DOES_ECDSA, SHA_2(3)},
	{0x64, VCARD_DOES_ECDSA, SHA_2(4)},
	{0x00, VCARD_DOES_RAW, 4, {0x55, 0x08, 0x01, 0x01}}, /* X.509's rsa, without a padding */
	{VCARD_ALGORITHM_DECIPHER_PKCS1, VCARD_DOES_DECIPHER_PKCS1, PKCS_1(1)},
	{VCARD_ALGORITHM_DECIPHER_RAW, VCARD_DOES_DECIPHER_RAW, 4, {0x55, 0x08, 0x01, 0x01}},
	/* id-ecDH, RFC 5480 §2.1.2 */
	{VCARD_ALGORITHM_ECDH, VCARD_DOES_ECDH, 5, {0x2B, 0x81, 0x04, 0x01, 0x0C}},
};

enum hash_alg vcard_ias_algorithm_hash(uint8_t algorithm)
{
	return hashes[HASH(algorithm)];
}

/* Whether it is among these bits, and for keys of this kind. */
static bool is_one_of(unsigned bits, uint8_t algorithm, enum vcard_key_kind kind)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].algorithm == algorithm)
			return (rows[i].does & bits) &&
			       vcard_kind_is_rsa(kind) == !(rows[i].does & ELLIPTIC);
	return false;
}

bool vcard_ias_algorithm_signs(uint8_t does, uint8_t algorithm, enum vcard_key_kind kind)
{
	return is_one_of(does & SIGNING, algorithm, kind);
}

bool vcard_ias_algorithm_deciphers(uint8_t does, uint8_t algorithm, enum vcard_key_kind kind)
{
	return is_one_of(does & ~(unsigned)SIGNING, algorithm, kind);
}

bool vcard_ias_algorithm_hashes(uint8_t does, uint8_t algorithm)
{
	if (vcard_ias_algorithm_hash(algorithm) == HASH_NONE)
		return false;
	switch (PAD(algorithm)) {
	case VCARD_PAD_NONE:
		return does & HASHING;
	case VCARD_PAD_PKCS1:
		return does & VCARD_DOES_PKCS1;
	case VCARD_PAD_ECDSA:
		return does & VCARD_DOES_ECDSA;
	case VCARD_PAD_PSS:
		return does & VCARD_DOES_PSS;
	default:
		return false;
	}
}

uint8_t vcard_ias_algorithm_authenticates(enum vcard_key_kind kind)
{
	return vcard_kind_is_rsa(kind) ? VCARD_PAD_PKCS1 : VCARD_PAD_ECDSA;
}

bool vcard_ias_algorithm_takes(uint8_t algorithm, enum vcard_key_kind kind, size_t len)
{
	enum hash_alg hash = vcard_ias_algorithm_hash(algorithm);

	if (hash != HASH_NONE)
		return len == hash_len(hash);
	if (!vcard_kind_is_rsa(kind))
		return len > 0 && len <= VCARD_ECDSA_RAW_MAX;
	if (PAD(algorithm) == VCARD_PAD_NONE)
		return len == vcard_kind_len(kind);
	return len > 0 && len <= vcard_kind_len(kind) - PKCS1_OVERHEAD;
}

const char *vcard_ias_algorithms_name(unsigned n)
{
	return n < sizeof(names) / sizeof(*names) ? names[n] : NULL;
}

/* The bit of a name of this length; 0 if there is none. */
static uint8_t bit_of(const char *name, size_t len)
{
	for (unsigned n = 0; n < sizeof(names) / sizeof(*names); n++)
		if (strlen(names[n]) == len && strncmp(names[n], name, len) == 0)
			return (uint8_t)(1u << n);
	return 0;
}

int vcard_ias_algorithms_parse(const char *list, uint8_t *ret)
{
	uint8_t all = 0, bit;
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		bit = bit_of(list, len);
		if (bit == 0)
			return MOHR_ERR_ARGUMENT;
		all |= bit;
		if (list[len] == '\0')
			break;
	}
	*ret = all;
	return 0;
}

void vcard_ias_algorithms_put(uint8_t does, struct buf *b)
{
	size_t mark;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!(rows[i].does & does))
			continue;
		mark = tlv_open(b, TAG_MECHANISM);
		tlv_put_u8(b, TAG_REFERENCE, rows[i].algorithm);
		tlv_put(b, TAG_OID, rows[i].oid, rows[i].oid_len);
		tlv_close(b, mark);
	}
}
