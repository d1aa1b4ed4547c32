/* SPDX-License-Identifier: BSD-2-Clause */
/* EF.DIR, the object directory file and TokenInfo (PKCS #15 v1.1 §5.4, §6.2, §6.9). */
#include "codec/der.h"
#include "codec/pkcs15_part.h"

enum { /* ISO 7816-4 §12.2.3, PKCS #15 §5.4 */
       TAG_APPLICATION = 0x61,
       TAG_AID = 0x4F,
       TAG_APPLICATION_LABEL = 0x50,
       TAG_APPLICATION_PATH = 0x51,
       TAG_APPLICATION_DDO = 0x73,
       TAG_DDO_INFO = 0xA0,
       /* PKCS #15 §6.2: a choice of nine, numbered as enum pkcs15_list is */
       TAG_LIST_0 = 0xA0,
       /* PKCS #15 §6.9 */
       TAG_INFO_LABEL = 0x80,
       TAG_INFO_ALGORITHMS = 0xA2,
       TAG_INFO_LAST_UPDATE = 0xA5,
};

/* DDO ::= { OID, odfPath Path OPTIONAL, tokenInfoPath [0] Path OPTIONAL, unusedPath [1], ... } */
static int decode_ddo(struct cursor *c, struct pkcs15_application *a)
{
	enum pkcs15_place place;
	struct tlv part;

	while (cursor_left(c) > 0) {
		if (tlv_get(c, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == DER_SEQUENCE) {
			if (pkcs15_path(&part.value, &place, &a->odf) != 0)
				return MOHR_ERR_MALFORMED;
			a->has_odf = place == PKCS15_AT_PATH;
		} else if (part.tag == TAG_DDO_INFO) {
			if (pkcs15_path(&part.value, &place, &a->info) != 0)
				return MOHR_ERR_MALFORMED;
			a->has_info = place == PKCS15_AT_PATH;
		}
	}
	return 0;
}

static int decode_application(const struct tlv *entry, void *ret)
{
	struct pkcs15_application application = {0};
	struct cursor c = entry->value;
	bool has_aid = false;
	struct tlv part;

	if (entry->tag != TAG_APPLICATION)
		return 0;
	while (cursor_left(&c) > 0) {
		if (tlv_get(&c, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == TAG_AID) {
			application.aid = part.value;
			has_aid = cursor_left(&part.value) > 0;
		} else if (part.tag == TAG_APPLICATION_LABEL) {
			application.label = part.value;
		} else if (part.tag == TAG_APPLICATION_PATH) {
			application.path = part.value;
		} else if (part.tag == TAG_APPLICATION_DDO &&
			   decode_ddo(&part.value, &application) != 0) {
			return MOHR_ERR_MALFORMED;
		}
	}
	if (!has_aid)
		return MOHR_ERR_MALFORMED;
	*(struct pkcs15_application *)ret = application;
	return 1;
}

int pkcs15_next_application(struct cursor *c, struct pkcs15_application *ret)
{
	return pkcs15_next_entry(c, decode_application, ret);
}

static int decode_directory(const struct tlv *entry, void *ret)
{
	struct pkcs15_directory directory;
	struct cursor c = entry->value;

	if (entry->tag < TAG_LIST_0 || entry->tag >= TAG_LIST_0 + PKCS15_N_LISTS)
		return 0;
	directory.list = (enum pkcs15_list)(entry->tag - TAG_LIST_0);
	if (pkcs15_get_value(&c, &directory.value) != 0)
		return MOHR_ERR_MALFORMED;
	*(struct pkcs15_directory *)ret = directory;
	return 1;
}

int pkcs15_next_directory(struct cursor *c, struct pkcs15_directory *ret)
{
	return pkcs15_next_entry(c, decode_directory, ret);
}

/* LastUpdate ::= CHOICE { GeneralizedTime, [0] a path to one }: only the former is looked at. */
static int decode_last_update(struct cursor *c, struct cursor *ret)
{
	struct tlv time;

	if (tlv_get(c, &time) != 0)
		return MOHR_ERR_MALFORMED;
	if (time.tag == DER_GENERALIZED_TIME)
		*ret = time.value;
	return 0;
}

static int decode_info_part(struct tlv *part, struct pkcs15_info *info)
{
	switch (part->tag) {
	case DER_OCTET_STRING:
		info->serial = part->value;
		return 0;
	case DER_UTF8_STRING:
		info->manufacturer = part->value;
		return 0;
	case TAG_INFO_LABEL:
		info->label = part->value;
		return 0;
	case DER_BIT_STRING:
		return pkcs15_bits(&part->value, &info->flags);
	case TAG_INFO_ALGORITHMS:
		info->algorithms = part->value;
		return 0;
	case TAG_INFO_LAST_UPDATE:
		return decode_last_update(&part->value, &info->last_update);
	default: /* security environments, record lengths, extensions */
		return 0;
	}
}

int pkcs15_decode_info(const struct cursor *file, struct pkcs15_info *ret)
{
	struct pkcs15_info info = {0};
	struct cursor c = *file, sequence, version;
	struct tlv part;

	if (tlv_get_tag(&c, DER_SEQUENCE, &sequence) != 0 ||
	    tlv_get_tag(&sequence, DER_INTEGER, &version) != 0 ||
	    pkcs15_unsigned(&version, UINT8_MAX, &info.version) != 0)
		return MOHR_ERR_MALFORMED;
	while (cursor_left(&sequence) > 0) {
		if (tlv_get(&sequence, &part) != 0 || decode_info_part(&part, &info) != 0)
			return MOHR_ERR_MALFORMED;
	}
	*ret = info;
	return 0;
}

/* What may follow the operations: algId OBJECT IDENTIFIER OPTIONAL, algRef Reference OPTIONAL. */
static int decode_algorithm_tail(struct cursor *c, struct pkcs15_algorithm *a)
{
	struct tlv part;

	while (cursor_left(c) > 0) {
		if (tlv_get(c, &part) != 0)
			return MOHR_ERR_MALFORMED;
		if (part.tag == DER_OID)
			a->oid = part.value;
		if (part.tag == DER_INTEGER) {
			if (pkcs15_octet(&part.value, &a->card_reference) != 0)
				return MOHR_ERR_MALFORMED;
			a->has_card_reference = true;
		}
	}
	return 0;
}

static int decode_algorithm(const struct tlv *entry, void *ret)
{
	struct cursor c = entry->value, reference, mechanism, operations;
	struct pkcs15_algorithm algorithm = {0};
	uint32_t tag;
	int64_t number;

	if (entry->tag != DER_SEQUENCE)
		return 0;
	if (tlv_get_tag(&c, DER_INTEGER, &reference) != 0 ||
	    pkcs15_unsigned(&reference, UINT16_MAX, &algorithm.reference) != 0 ||
	    tlv_get_tag(&c, DER_INTEGER, &mechanism) != 0 ||
	    pkcs15_integer(&mechanism, INT32_MIN, UINT32_MAX, &number) != 0)
		return MOHR_ERR_MALFORMED;
	/* a vendor's CKM_ has its top bit set, and may have lost the zero before it */
	algorithm.mechanism = (uint32_t)number;
	/* some cards leave out parameters that would be NULL */
	if (!der_next_is(&c, DER_BIT_STRING) &&
	    pkcs15_get_whole(&c, &tag, &algorithm.parameters) != 0)
		return MOHR_ERR_MALFORMED;
	if (tlv_get_tag(&c, DER_BIT_STRING, &operations) != 0 ||
	    pkcs15_bits(&operations, &algorithm.operations) != 0 ||
	    decode_algorithm_tail(&c, &algorithm) != 0)
		return MOHR_ERR_MALFORMED;
	*(struct pkcs15_algorithm *)ret = algorithm;
	return 1;
}

int pkcs15_next_algorithm(struct cursor *c, struct pkcs15_algorithm *ret)
{
	return pkcs15_next_entry(c, decode_algorithm, ret);
}
