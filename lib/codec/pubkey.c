/* SPDX-License-Identifier: BSD-2-Clause */
/* Public keys: from and to SubjectPublicKeyInfo (RFC 3279, RFC 5480, RFC 8410), and from a card's 7F49. */
#include "codec/pubkey.h"

#include <string.h>

#include "base/limits.h"
#include "codec/der.h"
#include "codec/tlv.h"

enum {
	MIN_RSA_BITS = 1024,
	POINT_UNCOMPRESSED = 0x04, /* SEC 1 §2.3.3 */
	TAG_CARD_MODULUS = 0x81,   /* ISO 7816-8 §5.3, table of public key data objects */
	TAG_CARD_EXPONENT = 0x82,
	TAG_CARD_POINT = 0x86,
};

/* Contents of OBJECT IDENTIFIER: RFC 3279 §2.3.1 rsaEncryption, RFC 5480 §2.1.1 id-ecPublicKey */
static const uint8_t oid_rsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
static const uint8_t oid_ec[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};

/* RFC 5480 §2.1.1.1, tag and length included */
static const uint8_t oid_p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
static const uint8_t oid_p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
static const uint8_t oid_p521[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23};

/* RFC 8410 §3 id-Ed25519, an algorithm */
static const uint8_t oid_ed25519[] = {0x06, 0x03, 0x2B, 0x65, 0x70};

static const struct {
	enum curve curve;
	const uint8_t *oid;
	size_t oid_len;
} curves[] = {
	{CURVE_P256, oid_p256, sizeof(oid_p256)},
	{CURVE_P384, oid_p384, sizeof(oid_p384)},
	{CURVE_P521, oid_p521, sizeof(oid_p521)},
	{CURVE_ED25519, oid_ed25519, sizeof(oid_ed25519)},
};

enum { N_CURVE_ROWS = sizeof(curves) / sizeof(curves[0]) };

const uint8_t *curve_oid(enum curve curve, size_t *ret_len)
{
	size_t i;

	for (i = 0; i < N_CURVE_ROWS; i++) {
		if (curves[i].curve == curve) {
			*ret_len = curves[i].oid_len;
			return curves[i].oid;
		}
	}
	return NULL;
}

enum curve curve_by_oid(const struct cursor *oid)
{
	size_t i;

	for (i = 0; i < N_CURVE_ROWS; i++) {
		if (cursor_equals(oid, curves[i].oid, curves[i].oid_len))
			return curves[i].curve;
	}
	return CURVE_NONE;
}

/* The same bytes without leading zeros, as a cursor of their own. */
static struct cursor magnitude_of(const struct cursor *c)
{
	struct cursor rest = *c, bare;
	uint8_t byte;

	while (cursor_peek_u8(&rest, &byte) == 0 && byte == 0 && cursor_skip(&rest, 1) == 0)
		;
	cursor_init(&bare, cursor_at(&rest), cursor_left(&rest));
	return bare;
}

static bool is_odd(const struct cursor *c)
{
	return c->len > 0 && c->data[c->len - 1] & 1;
}

int pubkey_from_rsa(const struct cursor *modulus, const struct cursor *exponent, struct pubkey *ret)
{
	struct pubkey key = {.type = KEY_RSA};
	unsigned bits;
	uint8_t top;

	key.modulus = magnitude_of(modulus);
	key.exponent = magnitude_of(exponent);
	if (key.modulus.len > LIMIT_RSA_BITS / 8 || cursor_peek_u8(&key.modulus, &top) != 0)
		return MOHR_ERR_MALFORMED;
	bits = (unsigned)key.modulus.len * 8;
	for (; !(top & 0x80); top = (uint8_t)(top << 1))
		bits--;
	if (bits < MIN_RSA_BITS || !is_odd(&key.modulus))
		return MOHR_ERR_MALFORMED;
	/* RFC 8017 §3.1: 3 <= e < n, odd since it has no common factor with p - 1 */
	if (!is_odd(&key.exponent) || cursor_equals(&key.exponent, "\x01", 1) ||
	    key.exponent.len > key.modulus.len ||
	    (key.exponent.len == key.modulus.len &&
	     memcmp(key.exponent.data, key.modulus.data, key.modulus.len) >= 0))
		return MOHR_ERR_MALFORMED;
	key.bits = bits;
	*ret = key;
	return 0;
}

/* Of the right length and form; whether it is a point at all is another matter. */
static bool has_form(const struct cursor *point, enum curve curve)
{
	uint8_t form;

	if (!curve_is_weierstrass(curve))
		return curve_len(curve) > 0 && cursor_left(point) == curve_len(curve);
	return cursor_left(point) == 1 + 2 * curve_len(curve) &&
	       cursor_peek_u8(point, &form) == 0 && form == POINT_UNCOMPRESSED;
}

int pubkey_from_point(const struct cursor *point, enum curve curve, struct pubkey *ret)
{
	struct pubkey key = {.type = curve_is_weierstrass(curve) ? KEY_EC : KEY_EDWARDS,
			     .curve = curve,
			     .bits = curve_bits(curve)};

	if (!has_form(point, curve))
		return MOHR_ERR_MALFORMED;
	cursor_init(&key.point, cursor_at(point), cursor_left(point));
	*ret = key;
	return 0;
}

/* RFC 3279 §2.3.1: parameters are NULL; they are missing in keys of some old software. */
static int decode_rsa(struct cursor *params, const struct cursor *octets, struct pubkey *ret)
{
	struct cursor c = *octets, null, sequence, modulus, exponent;

	if (cursor_left(params) > 0 &&
	    (der_get(params, DER_NULL, &null) != 0 || cursor_left(&null) > 0))
		return MOHR_ERR_MALFORMED;
	if (cursor_done(params) != 0 || der_get(&c, DER_SEQUENCE, &sequence) != 0 ||
	    cursor_done(&c) != 0 || der_get_unsigned(&sequence, &modulus) != 0 ||
	    der_get_unsigned(&sequence, &exponent) != 0 || cursor_done(&sequence) != 0)
		return MOHR_ERR_MALFORMED;
	return pubkey_from_rsa(&modulus, &exponent, ret);
}

/* RFC 5480 §2.1.1: a named curve; anything else there is no curve of ours. */
static int decode_ec(struct cursor *params, const struct cursor *octets, struct pubkey *ret)
{
	struct cursor named;
	enum curve curve;

	if (!der_next_is(params, DER_OID)) {
		*ret = (struct pubkey){.type = KEY_NONE};
		return 0;
	}
	if (der_get_whole(params, DER_OID, &named) != 0 || cursor_done(params) != 0)
		return MOHR_ERR_MALFORMED;
	curve = curve_by_oid(&named);
	if (!curve_is_weierstrass(curve)) {
		*ret = (struct pubkey){.type = KEY_NONE};
		return 0;
	}
	return pubkey_from_point(octets, curve, ret);
}

/* RFC 8410 §3, §4: no parameters, and the key's bytes as they are. */
static int decode_edwards(const struct cursor *params, const struct cursor *octets,
			  enum curve curve, struct pubkey *ret)
{
	return cursor_left(params) > 0 ? MOHR_ERR_MALFORMED : pubkey_from_point(octets, curve, ret);
}

int pubkey_decode_spki_content(const struct cursor *content, struct pubkey *ret)
{
	struct cursor c = *content, algorithm, probe, whole, oid, octets;
	enum curve curve;

	if (der_get(&c, DER_SEQUENCE, &algorithm) != 0)
		return MOHR_ERR_MALFORMED;
	probe = algorithm;
	if (der_get_whole(&probe, DER_OID, &whole) != 0 ||
	    der_get(&algorithm, DER_OID, &oid) != 0 || der_get_bit_octets(&c, &octets) != 0 ||
	    cursor_done(&c) != 0)
		return MOHR_ERR_MALFORMED;
	if (cursor_equals(&oid, oid_rsa, sizeof(oid_rsa)))
		return decode_rsa(&algorithm, &octets, ret);
	if (cursor_equals(&oid, oid_ec, sizeof(oid_ec)))
		return decode_ec(&algorithm, &octets, ret);
	curve = curve_by_oid(&whole);
	if (curve != CURVE_NONE && !curve_is_weierstrass(curve))
		return decode_edwards(&algorithm, &octets, curve, ret);
	*ret = (struct pubkey){.type = KEY_NONE};
	return 0;
}

int pubkey_decode_spki(const struct cursor *spki, struct pubkey *ret)
{
	struct cursor c = *spki, content;

	if (der_get(&c, DER_SEQUENCE, &content) != 0 || cursor_done(&c) != 0)
		return MOHR_ERR_MALFORMED;
	return pubkey_decode_spki_content(&content, ret);
}

int pubkey_decode_card(const struct cursor *template, enum curve curve, struct pubkey *ret)
{
	struct cursor modulus, exponent, point;
	int r;

	/* looked for behind all others, so that the whole template is known to be well-formed */
	r = tlv_find(template, 0, &point);
	if (r != MOHR_ERR_NOT_FOUND)
		return MOHR_ERR_MALFORMED;
	if (curve != CURVE_NONE)
		return tlv_find(template, TAG_CARD_POINT, &point) != 0
			       ? MOHR_ERR_MALFORMED
			       : pubkey_from_point(&point, curve, ret);
	if (tlv_find(template, TAG_CARD_MODULUS, &modulus) != 0 ||
	    tlv_find(template, TAG_CARD_EXPONENT, &exponent) != 0)
		return MOHR_ERR_MALFORMED;
	return pubkey_from_rsa(&modulus, &exponent, ret);
}

static void put_rsa_spki(struct buf *b, const struct pubkey *key)
{
	size_t outer, algorithm, bits, sequence;

	outer = tlv_open(b, DER_SEQUENCE);
	algorithm = tlv_open(b, DER_SEQUENCE);
	tlv_put(b, DER_OID, oid_rsa, sizeof(oid_rsa));
	tlv_put(b, DER_NULL, NULL, 0);
	tlv_close(b, algorithm);
	bits = tlv_open(b, DER_BIT_STRING);
	buf_put_u8(b, 0);
	sequence = tlv_open(b, DER_SEQUENCE);
	der_put_unsigned(b, cursor_at(&key->modulus), cursor_left(&key->modulus));
	der_put_unsigned(b, cursor_at(&key->exponent), cursor_left(&key->exponent));
	tlv_close(b, sequence);
	tlv_close(b, bits);
	tlv_close(b, outer);
}

static void put_bits(struct buf *b, const struct cursor *octets)
{
	size_t bits = tlv_open(b, DER_BIT_STRING);

	buf_put_u8(b, 0);
	buf_put(b, cursor_at(octets), cursor_left(octets));
	tlv_close(b, bits);
}

static void put_ec_spki(struct buf *b, const struct pubkey *key)
{
	size_t outer, algorithm, oid_len = 0;
	const uint8_t *oid = curve_oid(key->curve, &oid_len);

	outer = tlv_open(b, DER_SEQUENCE);
	algorithm = tlv_open(b, DER_SEQUENCE);
	tlv_put(b, DER_OID, oid_ec, sizeof(oid_ec));
	buf_put(b, oid, oid_len);
	tlv_close(b, algorithm);
	put_bits(b, &key->point);
	tlv_close(b, outer);
}

static void put_edwards_spki(struct buf *b, const struct pubkey *key)
{
	size_t outer, oid_len = 0;
	const uint8_t *oid = curve_oid(key->curve, &oid_len);

	outer = tlv_open(b, DER_SEQUENCE);
	tlv_put(b, DER_SEQUENCE, oid, oid_len);
	put_bits(b, &key->point);
	tlv_close(b, outer);
}

void pubkey_encode_spki(struct buf *b, const struct pubkey *key)
{
	switch (key->type) {
	case KEY_RSA:
		put_rsa_spki(b, key);
		break;
	case KEY_EC:
		put_ec_spki(b, key);
		break;
	case KEY_EDWARDS:
		put_edwards_spki(b, key);
		break;
	case KEY_NONE:
		break;
	}
}

size_t pubkey_signature_len(const struct pubkey *key)
{
	switch (key->type) {
	case KEY_RSA:
		return (key->bits + 7) / 8;
	case KEY_EC:
	case KEY_EDWARDS:
		return 2 * curve_len(key->curve);
	case KEY_NONE:
		break;
	}
	return 0;
}
