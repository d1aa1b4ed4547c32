/* SPDX-License-Identifier: BSD-2-Clause */
/* PINs, certificates and data in PKCS#15 directory files (PKCS #15 v1.1 §6.8.2, §6.6, §6.7). */
#include "codec/der.h"
#include "codec/pkcs15_part.h"

enum {
	TAG_ENUMERATED = 0x0A,
	TAG_PIN_REFERENCE = 0x80,
	UB_PIN_LENGTH = 255, /* pkcs15-ub-maxPinLength */
	UB_PIN_TYPE = 255,
};

/* The n-th INTEGER of PinAttributes: minLength, storedLength, maxLength. */
static int decode_pin_length(const struct cursor *value, unsigned n, struct pkcs15_pin *pin)
{
	if (n == 0)
		return pkcs15_unsigned(value, UB_PIN_LENGTH, &pin->min_length);
	if (n == 1)
		return pkcs15_unsigned(value, UB_PIN_LENGTH, &pin->stored_length);
	return n == 2 ? pkcs15_unsigned(value, UB_PIN_LENGTH, &pin->max_length) : 0;
}

static int decode_pin_pad(const struct cursor *value, struct pkcs15_pin *pin)
{
	struct cursor c = *value;

	pin->has_pad = true;
	return cursor_get_u8(&c, &pin->pad) != 0 ? MOHR_ERR_MALFORMED : cursor_done(&c);
}

static int decode_pin_path(const struct cursor *value, struct pkcs15_pin *pin)
{
	enum pkcs15_place place;

	if (pkcs15_path(value, &place, &pin->path) != 0)
		return MOHR_ERR_MALFORMED;
	pin->has_path = place == PKCS15_AT_PATH;
	return 0;
}

/*
 * PinAttributes ::= { pinFlags, pinType ENUMERATED, minLength, storedLength, maxLength OPTIONAL,
 * pinReference [0] DEFAULT 0, padChar OPTIONAL, lastPinChange OPTIONAL, path OPTIONAL, ... }
 */
static int decode_pin_attributes(struct cursor *c, struct pkcs15_pin *pin)
{
	struct cursor flags, type;
	unsigned n_lengths = 0;
	struct tlv part;
	int r = 0;

	if (tlv_get_tag(c, DER_BIT_STRING, &flags) != 0 || pkcs15_bits(&flags, &pin->flags) != 0 ||
	    tlv_get_tag(c, TAG_ENUMERATED, &type) != 0 ||
	    pkcs15_unsigned(&type, UB_PIN_TYPE, &pin->type) != 0)
		return MOHR_ERR_MALFORMED;
	while (r == 0 && cursor_left(c) > 0) {
		if (tlv_get(c, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == DER_INTEGER)
			r = decode_pin_length(&part.value, n_lengths++, pin);
		else if (part.tag == TAG_PIN_REFERENCE)
			r = pkcs15_octet(&part.value, &pin->reference);
		else if (part.tag == DER_OCTET_STRING)
			r = decode_pin_pad(&part.value, pin);
		else if (part.tag == DER_SEQUENCE)
			r = decode_pin_path(&part.value, pin);
	}
	if (r != 0 || n_lengths < 2)
		return MOHR_ERR_MALFORMED;
	if (n_lengths == 2)
		pin->max_length = pin->stored_length;
	return 0;
}

static int decode_pin(const struct tlv *entry, void *ret)
{
	struct pkcs15_pin pin = {0};
	struct pkcs15_parts parts;
	struct cursor type;

	if (entry->tag != DER_SEQUENCE)
		return 0;
	if (pkcs15_split(&entry->value, &parts) != 0 ||
	    tlv_get_tag(&parts.class_attributes, DER_OCTET_STRING, &pin.auth_id) != 0 ||
	    pkcs15_type_sequence(&parts, &type) != 0 || decode_pin_attributes(&type, &pin) != 0)
		return MOHR_ERR_MALFORMED;
	pin.object = parts.object;
	*(struct pkcs15_pin *)ret = pin;
	return 1;
}

int pkcs15_next_pin(struct cursor *c, struct pkcs15_pin *ret)
{
	return pkcs15_next_entry(c, decode_pin, ret);
}

/* CommonCertificateAttributes ::= { iD, authority BOOLEAN DEFAULT FALSE, identifier OPTIONAL, ... } */
static int decode_certificate(const struct tlv *entry, void *ret)
{
	struct pkcs15_certificate certificate = {0};
	struct pkcs15_parts parts;
	struct cursor type;
	struct tlv part;

	if (entry->tag != DER_SEQUENCE)
		return 0;
	if (pkcs15_split(&entry->value, &parts) != 0 ||
	    tlv_get_tag(&parts.class_attributes, DER_OCTET_STRING, &certificate.id) != 0)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&parts.class_attributes) > 0) {
		if (tlv_get(&parts.class_attributes, &part) != 0 ||
		    (part.tag == DER_BOOLEAN &&
		     pkcs15_boolean(&part.value, &certificate.authority) != 0))
			return MOHR_ERR_MALFORMED;
	}
	if (pkcs15_type_sequence(&parts, &type) != 0 ||
	    pkcs15_get_value(&type, &certificate.value) != 0)
		return MOHR_ERR_MALFORMED;
	certificate.object = parts.object;
	*(struct pkcs15_certificate *)ret = certificate;
	return 1;
}

int pkcs15_next_certificate(struct cursor *c, struct pkcs15_certificate *ret)
{
	return pkcs15_next_entry(c, decode_certificate, ret);
}

/* Opaque is an ObjectValue itself, without a SEQUENCE around it (PKCS #15 §6.7.2). */
static int decode_data(const struct tlv *entry, void *ret)
{
	struct pkcs15_data data = {0};
	struct pkcs15_parts parts;
	struct tlv part;

	if (entry->tag != DER_SEQUENCE)
		return 0;
	if (pkcs15_split(&entry->value, &parts) != 0)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&parts.class_attributes) > 0) {
		if (tlv_get(&parts.class_attributes, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == DER_UTF8_STRING)
			data.application = part.value;
		else if (part.tag == DER_OID)
			data.oid = part.value;
	}
	if (pkcs15_get_value(&parts.type_attributes, &data.value) != 0)
		return MOHR_ERR_MALFORMED;
	data.object = parts.object;
	*(struct pkcs15_data *)ret = data;
	return 1;
}

int pkcs15_next_data(struct cursor *c, struct pkcs15_data *ret)
{
	return pkcs15_next_entry(c, decode_data, ret);
}
