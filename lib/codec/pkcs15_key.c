/* SPDX-License-Identifier: BSD-2-Clause */
/* Private and public keys in PKCS#15 directory files (PKCS #15 v1.1 §6.1.9 to §6.1.13, §6.3, §6.4). */
#include "codec/der.h"
#include "codec/pkcs15_part.h"

enum {
	TAG_EC_KEY = 0xA0, /* PKCS #15 §6.3.1, §6.4.1: an RSA key has no tag of its own */
	TAG_ALGORITHMS = 0xA1,
	TAG_SPKI = 0xA1,      /* PKCS #15 §6.4.2 */
	UB_REFERENCE = 65535, /* the standard's 255 is too little for some makers */
	UB_BITS = 65535,
	MIN_FIELD_BITS =
		256, /* a lone number of an EC key that is no reference, but a field's size */
};

/*
 * CommonKeyAttributes ::= { iD, usage, native BOOLEAN DEFAULT TRUE, accessFlags OPTIONAL, keyReference
 * OPTIONAL, startDate OPTIONAL, endDate [0] OPTIONAL, ..., algReference [1] SEQUENCE OF OPTIONAL }
 */
static int decode_common(struct cursor *c, struct pkcs15_key *key)
{
	struct cursor usage;
	struct tlv part;
	int r = 0;

	if (tlv_get_tag(c, DER_OCTET_STRING, &key->id) != 0 ||
	    tlv_get_tag(c, DER_BIT_STRING, &usage) != 0 || pkcs15_bits(&usage, &key->usage) != 0)
		return MOHR_ERR_MALFORMED;
	key->native = true;
	while (r == 0 && cursor_left(c) > 0) {
		if (tlv_get(c, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == DER_BOOLEAN) {
			r = pkcs15_boolean(&part.value, &key->native);
		} else if (part.tag == DER_BIT_STRING) {
			r = pkcs15_bits(&part.value, &key->access);
		} else if (part.tag == DER_INTEGER) {
			r = pkcs15_octet(&part.value, &key->reference);
			key->has_reference = true;
		} else if (part.tag == TAG_ALGORITHMS) {
			key->algorithms = part.value;
		}
	}
	return r;
}

/* KeyInfo's { parameters, operations OPTIONAL }; of an EC key, parameters may name the curve. */
static int decode_parameters(struct cursor *c, struct pkcs15_key *key)
{
	struct cursor parameters;
	uint32_t tag;

	if (pkcs15_get_whole(c, &tag, &parameters) != 0)
		return MOHR_ERR_MALFORMED;
	if (key->type == KEY_EC)
		key->curve = curve_by_oid(&parameters);
	return 0;
}

/*
 * The numbers behind the value: RSA has modulusLength and then keyInfo's reference, EC has the reference
 * alone, though OpenSC writes the size of the field before it.
 */
static int decode_number(const struct cursor *content, unsigned n, struct pkcs15_key *key)
{
	unsigned number;

	if (pkcs15_unsigned(content, UB_BITS, &number) != 0)
		return MOHR_ERR_MALFORMED;
	if (n == 0 && (key->type == KEY_RSA || number >= MIN_FIELD_BITS)) {
		key->bits = number;
	} else {
		key->algorithm = number;
		key->has_algorithm = true;
	}
	return 0;
}

static int decode_type(struct cursor *c, struct pkcs15_key *key)
{
	unsigned n_numbers = 0;
	struct tlv part;
	int r;

	r = pkcs15_get_value(c, &key->value);
	while (r == 0 && cursor_left(c) > 0) {
		r = tlv_get(c, &part);
		if (r == 0 && part.tag == DER_INTEGER)
			r = decode_number(&part.value, n_numbers++, key);
		else if (r == 0 && part.tag == DER_SEQUENCE)
			r = decode_parameters(&part.value, key);
	}
	if (key->curve != CURVE_NONE)
		key->bits = curve_bits(key->curve);
	return r;
}

static int decode_key(const struct tlv *entry, void *ret)
{
	struct pkcs15_key key = {0};
	struct pkcs15_parts parts;
	struct cursor type;

	if (entry->tag == DER_SEQUENCE)
		key.type = KEY_RSA;
	else if (entry->tag == TAG_EC_KEY)
		key.type = KEY_EC;
	else
		return 0;
	if (pkcs15_split(&entry->value, &parts) != 0 ||
	    decode_common(&parts.class_attributes, &key) != 0 ||
	    pkcs15_type_sequence(&parts, &type) != 0 || decode_type(&type, &key) != 0)
		return MOHR_ERR_MALFORMED;
	key.object = parts.object;
	*(struct pkcs15_key *)ret = key;
	return 1;
}

int pkcs15_next_private_key(struct cursor *c, struct pkcs15_key *ret)
{
	return pkcs15_next_entry(c, decode_key, ret);
}

/* Of another class and other types, but what is looked at here is the same. */
int pkcs15_next_public_key(struct cursor *c, struct pkcs15_key *ret)
{
	return pkcs15_next_entry(c, decode_key, ret);
}

static int decode_reference(const struct tlv *entry, void *ret)
{
	if (entry->tag != DER_INTEGER)
		return 0;
	return pkcs15_unsigned(&entry->value, UB_REFERENCE, ret) != 0 ? MOHR_ERR_MALFORMED : 1;
}

int pkcs15_next_reference(struct cursor *c, unsigned *ret)
{
	return pkcs15_next_entry(c, decode_reference, ret);
}

static int decode_point(const struct cursor *point, const struct pkcs15_key *key,
			struct pubkey *ret)
{
	enum curve curve = key->curve;
	int i;

	for (i = CURVE_NONE; i < N_CURVES && curve == CURVE_NONE; i++) {
		if (cursor_left(point) == 1 + 2 * curve_len((enum curve)i))
			curve = (enum curve)i;
	}
	return pubkey_from_point(point, curve, ret);
}

/* RSAPublicKey ::= { modulus INTEGER, publicExponent INTEGER } */
static int decode_rsa(struct cursor *c, struct pubkey *ret)
{
	struct cursor modulus, exponent;

	if (tlv_get_tag(c, DER_INTEGER, &modulus) != 0 ||
	    tlv_get_tag(c, DER_INTEGER, &exponent) != 0)
		return MOHR_ERR_MALFORMED;
	return pubkey_from_rsa(&modulus, &exponent, ret);
}

/* [1] replaces the SEQUENCE's own tag, since tags are implicit in PKCS #15's module. */
static int decode_tagged_spki(const struct cursor *content, struct pubkey *ret)
{
	struct cursor c = *content;
	struct tlv first;

	if (tlv_get(&c, &first) != 0)
		return MOHR_ERR_MALFORMED;
	/* but some put the whole SEQUENCE inside */
	if (cursor_left(&c) == 0)
		return pubkey_decode_spki(content, ret);
	return pubkey_decode_spki_content(content, ret);
}

int pkcs15_decode_public_key(const struct cursor *value, const struct pkcs15_key *key,
			     struct pubkey *ret)
{
	struct cursor c = *value, probe = *value, whole;
	struct tlv choice;
	uint32_t tag;

	if (tlv_get(&probe, &choice) != 0 || pkcs15_get_whole(&c, &tag, &whole) != 0)
		return MOHR_ERR_MALFORMED;
	if (tag == DER_OCTET_STRING)
		return decode_point(&choice.value, key, ret);
	if (tag == TAG_SPKI)
		return decode_tagged_spki(&choice.value, ret);
	if (tag != DER_SEQUENCE)
		return MOHR_ERR_MALFORMED;
	if (der_next_is(&choice.value, DER_INTEGER))
		return decode_rsa(&choice.value, ret);
	return pubkey_decode_spki(&whole, ret);
}
