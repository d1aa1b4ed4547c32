/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of PKCS#15 files share: the walk over a file, and the parts of entries. Internal to codec/. */
#ifndef MOHR_CODEC_PKCS15_PART_H
#define MOHR_CODEC_PKCS15_PART_H

#include "codec/pkcs15.h"
#include "codec/tlv.h"

/* 1 and *ret if entry is of the kind that is looked for, 0 if it is of another, or MOHR_ERR_MALFORMED. */
typedef int pkcs15_entry_fn(const struct tlv *entry, void *ret);

/* The next entry that decode takes; the results of the public _next_ functions. */
MOHR_MUST_CHECK int pkcs15_next_entry(struct cursor *c, pkcs15_entry_fn *decode, void *ret);

/* Content octets. An INTEGER has 1 to 8; need not be the fewest. All leave *ret on failure. */
MOHR_MUST_CHECK int pkcs15_integer(const struct cursor *content, int64_t least, int64_t most,
				   int64_t *ret);
MOHR_MUST_CHECK int pkcs15_unsigned(const struct cursor *content, unsigned most, unsigned *ret);
/* An octet that is written as a signed or unsigned INTEGER: -128 to 255. */
MOHR_MUST_CHECK int pkcs15_octet(const struct cursor *content, uint8_t *ret);
MOHR_MUST_CHECK int pkcs15_boolean(const struct cursor *content, bool *ret);
/* Bit n of the BIT STRING as 1 << n; bits behind the 32nd are dropped. */
MOHR_MUST_CHECK int pkcs15_bits(const struct cursor *content, unsigned *ret);

/* The next data object with tag and length; its tag is *ret_tag. */
MOHR_MUST_CHECK int pkcs15_get_whole(struct cursor *c, uint32_t *ret_tag, struct cursor *ret);

/* The content of a Path, whose place is PKCS15_AT_PATH or PKCS15_ELSEWHERE. */
MOHR_MUST_CHECK int pkcs15_path(const struct cursor *content, enum pkcs15_place *ret_place,
				struct pkcs15_path *ret);
/* The next element, an ObjectValue or PathOrObjects. */
MOHR_MUST_CHECK int pkcs15_get_value(struct cursor *c, struct pkcs15_value *ret);

/* A PKCS15Object (PKCS #15 §6.1.8), its content taken apart; subclass attributes are passed over. */
struct pkcs15_parts {
	struct pkcs15_object object;
	struct cursor class_attributes;
	struct cursor type_attributes;
};

MOHR_MUST_CHECK int pkcs15_split(const struct cursor *content, struct pkcs15_parts *ret);

/* The one SEQUENCE that the type attributes of most kinds are. */
MOHR_MUST_CHECK int pkcs15_type_sequence(const struct pkcs15_parts *parts, struct cursor *ret);

#endif
