/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts that entries of PKCS#15 files are made of (PKCS #15 v1.1 §6.1), and the walk over a file. */
#include "codec/pkcs15_part.h"

#include "codec/der.h"

enum {
	TAG_TYPE_ATTRIBUTES = 0xA1, /* PKCS #15 §6.1.8 */
	TAG_DIRECT = 0xA0,          /* PKCS #15 §6.1.7 */
	TAG_PATH_LENGTH = 0x80,     /* PKCS #15 §6.1.5 */
	UB_INDEX = 65535,           /* pkcs15-ub-index */
	UB_CONSENT = 65535,
	OBJECT_PRIVATE = 1 << 0, /* CommonObjectFlags, PKCS #15 §6.1.8 */
	OBJECT_MODIFIABLE = 1 << 1,
	INTEGER_MAX_OCTETS = 8,
};

/* ISO 7816-4 §6.3: 00 and FF between data objects have no meaning. */
static void skip_padding(struct cursor *c)
{
	uint8_t octet;

	while (cursor_peek_u8(c, &octet) == 0 && (octet == 0x00 || octet == 0xFF) &&
	       cursor_skip(c, 1) == 0)
		;
}

int pkcs15_next_entry(struct cursor *c, pkcs15_entry_fn *decode, void *ret)
{
	struct cursor probe = *c;
	struct tlv entry;
	int r = 0;

	for (skip_padding(&probe); r == 0 && cursor_left(&probe) > 0; skip_padding(&probe)) {
		r = tlv_get(&probe, &entry);
		if (r == 0)
			r = decode(&entry, ret);
	}
	if (r < 0 || probe.failed) {
		c->failed = true;
		return MOHR_ERR_MALFORMED;
	}
	*c = probe;
	return r;
}

int pkcs15_integer(const struct cursor *content, int64_t least, int64_t most, int64_t *ret)
{
	struct cursor c = *content;
	uint64_t magnitude = 0;
	int64_t value;
	uint8_t octet;

	if (cursor_peek_u8(&c, &octet) != 0 || cursor_left(&c) > INTEGER_MAX_OCTETS)
		return MOHR_ERR_MALFORMED;
	/* two's complement, X.690 §8.3.3 */
	if (octet & 0x80)
		magnitude = UINT64_MAX;
	while (cursor_left(&c) > 0 && cursor_get_u8(&c, &octet) == 0)
		magnitude = magnitude << 8 | octet;
	value = magnitude > INT64_MAX ? -(int64_t)(UINT64_MAX - magnitude) - 1 : (int64_t)magnitude;
	if (value < least || value > most)
		return MOHR_ERR_MALFORMED;
	*ret = value;
	return 0;
}

int pkcs15_unsigned(const struct cursor *content, unsigned most, unsigned *ret)
{
	int64_t value;

	if (pkcs15_integer(content, 0, most, &value) != 0)
		return MOHR_ERR_MALFORMED;
	*ret = (unsigned)value;
	return 0;
}

int pkcs15_octet(const struct cursor *content, uint8_t *ret)
{
	int64_t value;

	if (pkcs15_integer(content, INT8_MIN, UINT8_MAX, &value) != 0)
		return MOHR_ERR_MALFORMED;
	*ret = (uint8_t)value;
	return 0;
}

/* X.690 §8.2.2: whatever is not zero is TRUE. */
int pkcs15_boolean(const struct cursor *content, bool *ret)
{
	struct cursor c = *content;
	uint8_t octet;

	if (cursor_get_u8(&c, &octet) != 0 || cursor_done(&c) != 0)
		return MOHR_ERR_MALFORMED;
	*ret = octet != 0;
	return 0;
}

/* X.690 §8.6.2: the first octet counts the unused bits of the last, the top bit of each is the first. */
int pkcs15_bits(const struct cursor *content, unsigned *ret)
{
	struct cursor c = *content;
	unsigned bits = 0, n = 0, i;
	uint8_t unused, octet;

	if (cursor_get_u8(&c, &unused) != 0 || unused > 7 || (unused > 0 && cursor_left(&c) == 0))
		return MOHR_ERR_MALFORMED;
	for (; n < 32 && cursor_left(&c) > 0 && cursor_get_u8(&c, &octet) == 0; n += 8) {
		if (cursor_left(&c) == 0)
			octet = (uint8_t)(octet >> unused << unused);
		for (i = 0; i < 8; i++) {
			if (octet & 0x80 >> i)
				bits |= 1u << (n + i);
		}
	}
	*ret = bits;
	return 0;
}

int pkcs15_get_whole(struct cursor *c, uint32_t *ret_tag, struct cursor *ret)
{
	struct cursor probe = *c;
	struct tlv object;

	if (tlv_get(&probe, &object) != 0)
		return MOHR_ERR_MALFORMED;
	*ret_tag = object.tag;
	return cursor_get_child(c, probe.off - c->off, ret);
}

/* Path ::= { OCTET STRING, index INTEGER OPTIONAL, length [0] INTEGER OPTIONAL }; ISO 7816-15 has others. */
int pkcs15_path(const struct cursor *content, enum pkcs15_place *ret_place, struct pkcs15_path *ret)
{
	struct pkcs15_path path = {0};
	struct cursor c = *content;
	unsigned index = 0, length = 0;
	bool has_length = false;
	struct tlv part;

	if (tlv_get(&c, &part) != 0)
		return MOHR_ERR_MALFORMED;
	path.path = part.value;
	*ret_place = part.tag == DER_OCTET_STRING ? PKCS15_AT_PATH : PKCS15_ELSEWHERE;
	while (cursor_left(&c) > 0) {
		if (tlv_get(&c, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == DER_INTEGER && pkcs15_unsigned(&part.value, UB_INDEX, &index) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == TAG_PATH_LENGTH) {
			if (pkcs15_unsigned(&part.value, UB_INDEX, &length) != 0)
				return MOHR_ERR_MALFORMED;
			has_length = true;
		}
	}
	/* PKCS #15 §6.1.5: index and length come together */
	path.has_range = has_length;
	path.index = has_length ? (uint16_t)index : 0;
	path.length = (uint16_t)length;
	*ret = path;
	return 0;
}

int pkcs15_get_value(struct cursor *c, struct pkcs15_value *ret)
{
	struct pkcs15_value value = {.place = PKCS15_ELSEWHERE};
	struct tlv choice;

	if (tlv_get(c, &choice) != 0)
		return MOHR_ERR_MALFORMED;
	if (choice.tag == DER_SEQUENCE &&
	    pkcs15_path(&choice.value, &value.place, &value.path) != 0)
		return MOHR_ERR_MALFORMED;
	if (choice.tag == TAG_DIRECT) {
		value.place = PKCS15_DIRECT;
		value.direct = choice.value;
	}
	*ret = value;
	return 0;
}

static bool well_formed(const struct cursor *sequence)
{
	struct cursor c = *sequence;
	struct tlv part;

	while (cursor_left(&c) > 0) {
		if (tlv_get(&c, &part) != 0)
			return false;
	}
	return true;
}

/*
 * CommonObjectAttributes, PKCS #15 §6.1.8: all optional. Looked for by tag, so that a strange element
 * before authId does not make a guarded object one that nobody guards.
 */
static int decode_object(const struct cursor *c, struct pkcs15_object *object)
{
	struct cursor flags, consent;
	unsigned bits = 0;

	if (!well_formed(c))
		return MOHR_ERR_MALFORMED;
	if (tlv_find(c, DER_UTF8_STRING, &object->label) != 0)
		cursor_init(&object->label, NULL, 0);
	if (tlv_find(c, DER_OCTET_STRING, &object->auth_id) != 0)
		cursor_init(&object->auth_id, NULL, 0);
	if (tlv_find(c, DER_BIT_STRING, &flags) == 0 && pkcs15_bits(&flags, &bits) != 0)
		return MOHR_ERR_MALFORMED;
	if (tlv_find(c, DER_INTEGER, &consent) == 0 &&
	    pkcs15_unsigned(&consent, UB_CONSENT, &object->user_consent) != 0)
		return MOHR_ERR_MALFORMED;
	object->is_private = (bits & OBJECT_PRIVATE) != 0;
	object->modifiable = (bits & OBJECT_MODIFIABLE) != 0;
	return 0;
}

int pkcs15_split(const struct cursor *content, struct pkcs15_parts *ret)
{
	struct pkcs15_parts parts = {0};
	struct cursor c = *content, common;
	bool has_type = false;
	struct tlv part;

	if (tlv_get_tag(&c, DER_SEQUENCE, &common) != 0 ||
	    decode_object(&common, &parts.object) != 0 ||
	    tlv_get_tag(&c, DER_SEQUENCE, &parts.class_attributes) != 0)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&c) > 0) {
		if (tlv_get(&c, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == TAG_TYPE_ATTRIBUTES) {
			parts.type_attributes = part.value;
			has_type = true;
		}
	}
	if (!has_type)
		return MOHR_ERR_MALFORMED;
	*ret = parts;
	return 0;
}

int pkcs15_type_sequence(const struct pkcs15_parts *parts, struct cursor *ret)
{
	struct cursor c = parts->type_attributes;

	return tlv_get_tag(&c, DER_SEQUENCE, ret);
}
