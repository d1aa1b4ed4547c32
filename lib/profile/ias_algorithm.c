/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which algorithm bytes a card takes. A card may announce them beside its application's name, in
 * cryptographic mechanism identifier templates (ISO 7816-4 §7.4.3, table 12): the byte it is to be called by
 * and the object identifier that says what it does.
 */
#include "profile/ias.h"

#include <string.h>

#include "codec/tlv.h"

enum {
	TAG_FCP = 0x62,
	TAG_FCI = 0x6F,
	TAG_MECHANISM = 0xAC,
	TAG_REFERENCE = 0x80,
	TAG_OID = 0x06,
	MAX_OID = 9,
};

#define PKCS1_OID(n)                                                                               \
	9,                                                                                         \
	{                                                                                          \
		0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, (n)                                \
	}
#define X962_OID(...)                                                                              \
	{                                                                                          \
		0x2A, 0x86, 0x48, 0xCE, 0x3D, __VA_ARGS__                                          \
	}

/* A byte is believed in if it stands with the object identifier of what this side means by it. */
static const struct meaning {
	uint8_t algorithm, oid_len, oid[MAX_OID];
} meanings[] = {
	/* RFC 8017 appendix C: rsaEncryption, sha1, 224, 256, 384, 512WithRSAEncryption */
	{0x02, PKCS1_OID(1)},
	{0x12, PKCS1_OID(5)},
	{0x32, PKCS1_OID(14)},
	{0x42, PKCS1_OID(11)},
	{0x52, PKCS1_OID(12)},
	{0x62, PKCS1_OID(13)},
	/* id-RSASSA-PSS */
	{0x15, PKCS1_OID(10)},
	{0x35, PKCS1_OID(10)},
	{0x45, PKCS1_OID(10)},
	{0x55, PKCS1_OID(10)},
	{0x65, PKCS1_OID(10)},
	/* RFC 5480 §2.1.1 id-ecPublicKey, RFC 5758 §3.2 ecdsa-with-SHA... */
	{0x04, 7, X962_OID(2, 1)},
	{0x14, 7, X962_OID(4, 1)},
	{0x34, 8, X962_OID(4, 3, 1)},
	{0x44, 8, X962_OID(4, 3, 2)},
	{0x54, 8, X962_OID(4, 3, 3)},
	{0x64, 8, X962_OID(4, 3, 4)},
	/* RSA alone: 2.5.8.1.1, X.509 */
	{IAS_PAD_NONE, 4, {0x55, 0x08, 0x01, 0x01}},
	{IAS_DECIPHER_RAW, 4, {0x55, 0x08, 0x01, 0x01}},
	/* RFC 5480 §2.1.2 id-ecDH */
	{IAS_ECDH, 5, {0x2B, 0x81, 0x04, 0x01, 0x0C}},
};

/* Whether that byte is announced for what we mean by it. */
static bool is_meant(uint8_t algorithm, const struct cursor *oid)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].algorithm == algorithm)
			return cursor_equals(oid, meanings[i].oid, meanings[i].oid_len);
	}
	return false;
}

/* One template: the reference, and one or more object identifiers. Others' references are longer. */
static int take_template(struct cursor *template, bool *offers)
{
	struct cursor reference;
	struct tlv t;
	uint8_t algorithm;
	int r;

	r = tlv_find(template, TAG_REFERENCE, &reference);
	if (r != 0)
		return r == MOHR_ERR_NOT_FOUND ? 0 : r;
	if (cursor_left(&reference) != 1 || cursor_get_u8(&reference, &algorithm) != 0)
		return 0;
	while (cursor_left(template) > 0) {
		r = tlv_get(template, &t);
		if (r != 0)
			return r;
		if (t.tag == TAG_OID && is_meant(algorithm, &t.value))
			offers[algorithm] = true;
	}
	return 0;
}

/* *ret_any: there was a template, so the card speaks for itself. */
static int take_announcement(const struct cursor *fci, bool *offers, bool *ret_any)
{
	struct cursor c = *fci;
	struct tlv outer, t;
	int r;

	*ret_any = false;
	if ((r = tlv_get(&c, &outer)) != 0 || (r = cursor_done(&c)) != 0)
		return r;
	if (outer.tag != TAG_FCI && outer.tag != TAG_FCP)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&outer.value) > 0) {
		r = tlv_get(&outer.value, &t);
		if (r == 0 && t.tag == TAG_MECHANISM) {
			*ret_any = true;
			r = take_template(&t.value, offers);
		}
		if (r != 0)
			return r;
	}
	return 0;
}

/* Keys are for what at least one offered algorithm does; decryption is RSA's, agreement EC's. */
static void narrow_keys(struct ias_card *ias)
{
	unsigned i;

	for (i = 0; i < ias->card.n_keys; i++) {
		if (!ias->offers[IAS_DECIPHER_RAW])
			ias->card.keys[i].use &= ~(unsigned)KEY_USE_DECRYPT;
		if (!ias->offers[IAS_ECDH])
			ias->card.keys[i].use &= ~(unsigned)KEY_USE_DERIVE;
	}
}

void ias_learn_algorithms(struct ias_card *ias, const struct cursor *fci)
{
	const struct ias_layout *l = ias->layout;
	bool announced[IAS_N_ALGORITHMS] = {false};
	bool any = false;
	size_t i;

	if (cursor_left(fci) > 0 && take_announcement(fci, announced, &any) != 0) {
		log_write(ias->card.channel->log, LOG_DEBUG,
			  "the application's control information is malformed");
		any = false;
	}
	if (any)
		memcpy(ias->offers, announced, sizeof(announced));
	for (i = 0; !any && i < l->n_algorithms; i++)
		ias->offers[l->algorithms[i]] = true;
	narrow_keys(ias);
}
