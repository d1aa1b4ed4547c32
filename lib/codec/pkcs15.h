/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The directory files of a PKCS#15 card (PKCS #15 v1.1 §5 and §6, ISO 7816-15 §8): EF.DIR, the object
 * directory, TokenInfo, and the files that list PINs, keys, certificates and data.
 *
 * A file is read entry by entry: put a cursor over its bytes and call the _next_ function until it no
 * longer returns 1. All of them return
 *	1	*ret is the next entry,
 *	0	the file ends here; *ret is untouched,
 *	MOHR_ERR_MALFORMED	the next entry is broken; *ret is untouched, and so says every later call.
 * What came before a broken entry is good and may be used. Entries of a kind that is not known here are
 * passed over. Bytes 00 and FF before, between and after entries have no meaning (ISO 7816-4 §6.3,
 * PKCS #15 §6.1), so a file may be larger than what it holds.
 *
 * Any BER with definite lengths is read: lengths need not be minimal, unknown elements at the end of a
 * sequence are passed over, optional ones may stand in any order where their tags tell them apart.
 * Strings in pieces (constructed) and indefinite lengths are refused. Nothing is allocated and nothing
 * recurses; cursors borrow from the file's bytes. An empty cursor stands for an optional field that is
 * absent. Text is as stored: meant to be UTF-8, never checked.
 */
#ifndef MOHR_CODEC_PKCS15_H
#define MOHR_CODEC_PKCS15_H

#include "codec/pubkey.h"

/* Path (PKCS #15 §6.1.5): a file, or a part of one. */
struct pkcs15_path {
	struct cursor
		path;   /* one octet: a short identifier; else file identifiers, two octets each */
	bool has_range; /* it is a part, of length bytes from index */
	uint16_t index;
	uint16_t length;
};

/* Where the value of an object is (PKCS #15 §6.1.7 ObjectValue). */
enum pkcs15_place {
	PKCS15_AT_PATH,
	PKCS15_DIRECT,    /* it stands in the entry */
	PKCS15_ELSEWHERE, /* a URL, enciphered, or a path that is no file identifier: of no use here */
};

struct pkcs15_value {
	enum pkcs15_place place;
	struct pkcs15_path path;
	struct cursor direct; /* whole data objects, tag and length included */
};

/* An application on the card: a record of EF.DIR (PKCS #15 §5.4, ISO 7816-4 §12.2.3). */
struct pkcs15_application {
	struct cursor aid;
	struct cursor label;
	struct cursor path; /* of the application's DF; empty: it is selected by name */
	bool has_odf, has_info;
	struct pkcs15_path odf;  /* the object directory file, if not 5031 */
	struct pkcs15_path info; /* TokenInfo, if not 5032 */
};

MOHR_MUST_CHECK int pkcs15_next_application(struct cursor *c, struct pkcs15_application *ret);

/* What a directory file lists (PKCS #15 §6.2 PKCS15Objects): the numbers of its choices. */
enum pkcs15_list {
	PKCS15_PRIVATE_KEYS,
	PKCS15_PUBLIC_KEYS,
	PKCS15_TRUSTED_PUBLIC_KEYS,
	PKCS15_SECRET_KEYS,
	PKCS15_CERTIFICATES,
	PKCS15_TRUSTED_CERTIFICATES,
	PKCS15_USEFUL_CERTIFICATES,
	PKCS15_DATA,
	PKCS15_PINS,
	PKCS15_N_LISTS
};

/*
 * An entry of the object directory file. One kind may have several. direct is the list itself, to be read
 * like a file's content.
 */
struct pkcs15_directory {
	enum pkcs15_list list;
	struct pkcs15_value value;
};

MOHR_MUST_CHECK int pkcs15_next_directory(struct cursor *c, struct pkcs15_directory *ret);

enum { /* TokenFlags, PKCS #15 §6.9; bit n of the BIT STRING is 1 << n here and below */
       PKCS15_TOKEN_READ_ONLY = 1 << 0,
       PKCS15_TOKEN_LOGIN_REQUIRED = 1 << 1,
       PKCS15_TOKEN_RANDOM = 1 << 2,
       PKCS15_TOKEN_EID_COMPLIANT = 1 << 3,
};

/* TokenInfo (PKCS #15 §6.9), CIAInfo (ISO 7816-15 §8.10). */
struct pkcs15_info {
	unsigned version; /* 0: PKCS #15 v1 */
	struct cursor serial;
	struct cursor manufacturer;
	struct cursor label;
	unsigned flags;            /* PKCS15_TOKEN_* */
	struct cursor algorithms;  /* for pkcs15_next_algorithm */
	struct cursor last_update; /* the characters of a GeneralizedTime */
};

/* Of the whole file; what follows the one value is not looked at. */
MOHR_MUST_CHECK int pkcs15_decode_info(const struct cursor *file, struct pkcs15_info *ret);

enum { /* Operations, PKCS #15 §6.9 */
       PKCS15_OPERATION_CHECKSUM = 1 << 0,
       PKCS15_OPERATION_SIGN = 1 << 1,
       PKCS15_OPERATION_VERIFY_CHECKSUM = 1 << 2,
       PKCS15_OPERATION_VERIFY = 1 << 3,
       PKCS15_OPERATION_ENCIPHER = 1 << 4,
       PKCS15_OPERATION_DECIPHER = 1 << 5,
       PKCS15_OPERATION_HASH = 1 << 6,
       PKCS15_OPERATION_GENERATE = 1 << 7,
};

/* AlgorithmInfo. */
struct pkcs15_algorithm {
	unsigned reference;       /* what keys name it by */
	uint32_t mechanism;       /* CKM_* */
	struct cursor parameters; /* a whole data object: NULL, or the OID of a curve */
	unsigned operations;      /* PKCS15_OPERATION_* */
	struct cursor oid;        /* content octets */
	bool has_card_reference;
	uint8_t card_reference; /* what MSE SET calls it: algRef */
};

MOHR_MUST_CHECK int pkcs15_next_algorithm(struct cursor *c, struct pkcs15_algorithm *ret);

/* CommonObjectAttributes (PKCS #15 §6.1.8). Access control rules are passed over. */
struct pkcs15_object {
	struct cursor label;
	bool is_private; /* not to be read without a PIN */
	bool modifiable;
	struct cursor auth_id; /* of the PIN that guards it */
	unsigned user_consent; /* uses of a key for one VERIFY; 0: as many as one likes */
};

enum { /* PinFlags, PKCS #15 §6.8.2 */
       PKCS15_PIN_CASE_SENSITIVE = 1 << 0,
       PKCS15_PIN_LOCAL = 1 << 1,
       PKCS15_PIN_CHANGE_DISABLED = 1 << 2,
       PKCS15_PIN_UNBLOCK_DISABLED = 1 << 3,
       PKCS15_PIN_INITIALIZED = 1 << 4,
       PKCS15_PIN_NEEDS_PADDING = 1 << 5,
       PKCS15_PIN_UNBLOCKING = 1 << 6,
       PKCS15_PIN_SO = 1 << 7,
       PKCS15_PIN_DISABLE_ALLOWED = 1 << 8,
       PKCS15_PIN_INTEGRITY_PROTECTED = 1 << 9,
       PKCS15_PIN_CONFIDENTIALITY_PROTECTED = 1 << 10,
       PKCS15_PIN_EXCHANGE = 1 << 11,
};

enum pkcs15_pin_type { /* PinType; a number that is none of these is left as it is */
		       PKCS15_PIN_BCD,
		       PKCS15_PIN_ASCII_NUMERIC,
		       PKCS15_PIN_UTF8,
		       PKCS15_PIN_HALF_NIBBLE_BCD,
		       PKCS15_PIN_ISO9564,
};

/* An authentication object that is a PIN (PKCS #15 §6.8.2). Biometric and key-based ones are passed over. */
struct pkcs15_pin {
	struct pkcs15_object object; /* its auth_id: the PIN that unblocks this one */
	struct cursor auth_id;       /* its own name */
	unsigned flags;              /* PKCS15_PIN_* */
	unsigned type;               /* enum pkcs15_pin_type */
	unsigned min_length, stored_length;
	unsigned max_length; /* stored_length if the card does not say */
	uint8_t reference;   /* P2 of VERIFY; 0 if the card does not say */
	bool has_pad;
	uint8_t pad;
	bool has_path;
	struct pkcs15_path path; /* the DF to be selected before VERIFY */
};

MOHR_MUST_CHECK int pkcs15_next_pin(struct cursor *c, struct pkcs15_pin *ret);

enum { /* KeyUsageFlags, PKCS #15 §6.1.9 */
       PKCS15_USAGE_ENCRYPT = 1 << 0,
       PKCS15_USAGE_DECRYPT = 1 << 1,
       PKCS15_USAGE_SIGN = 1 << 2,
       PKCS15_USAGE_SIGN_RECOVER = 1 << 3,
       PKCS15_USAGE_WRAP = 1 << 4,
       PKCS15_USAGE_UNWRAP = 1 << 5,
       PKCS15_USAGE_VERIFY = 1 << 6,
       PKCS15_USAGE_VERIFY_RECOVER = 1 << 7,
       PKCS15_USAGE_DERIVE = 1 << 8,
       PKCS15_USAGE_NON_REPUDIATION = 1 << 9,
};

enum { /* KeyAccessFlags */
       PKCS15_ACCESS_SENSITIVE = 1 << 0,
       PKCS15_ACCESS_EXTRACTABLE = 1 << 1,
       PKCS15_ACCESS_ALWAYS_SENSITIVE = 1 << 2,
       PKCS15_ACCESS_NEVER_EXTRACTABLE = 1 << 3,
       PKCS15_ACCESS_LOCAL = 1 << 4,
};

/* A private or public key (PKCS #15 §6.3, §6.4): RSA or EC; others are passed over. */
struct pkcs15_key {
	struct pkcs15_object object;
	enum key_type type;
	struct cursor id;
	unsigned usage;  /* PKCS15_USAGE_* */
	bool native;     /* the card itself can use it */
	unsigned access; /* PKCS15_ACCESS_* */
	bool has_reference;
	uint8_t reference;        /* on the card; written as a signed INTEGER, 81 is -127 */
	struct cursor algorithms; /* for pkcs15_next_reference; empty: whatever the card can */
	struct pkcs15_value value;
	unsigned bits;    /* RSA: of the modulus; EC: of the field; 0 if the card does not say */
	enum curve curve; /* EC: if the card says it, and it is one of ours */
	bool has_algorithm;
	unsigned algorithm; /* keyInfo's reference into TokenInfo's algorithms */
};

MOHR_MUST_CHECK int pkcs15_next_private_key(struct cursor *c, struct pkcs15_key *ret);
MOHR_MUST_CHECK int pkcs15_next_public_key(struct cursor *c, struct pkcs15_key *ret);

/* The next of a key's references into TokenInfo's algorithms. */
MOHR_MUST_CHECK int pkcs15_next_reference(struct cursor *c, unsigned *ret);

/*
 * The public key in value: what stands in an entry, or the file at its path. RSAPublicKey, ECPoint, or
 * SubjectPublicKeyInfo with its own tag or with [1] (PKCS #15 §6.4.2, §6.4.3). A bare point's curve is
 * key's, or else the one of ours with points of that length. What follows is not looked at. The errors are
 * those of codec/pubkey.h.
 */
MOHR_MUST_CHECK int pkcs15_decode_public_key(const struct cursor *value,
					     const struct pkcs15_key *key, struct pubkey *ret);

/* An X.509 certificate (PKCS #15 §6.6); other kinds are passed over. */
struct pkcs15_certificate {
	struct pkcs15_object object;
	struct cursor id;
	bool authority;
	struct pkcs15_value value;
};

MOHR_MUST_CHECK int pkcs15_next_certificate(struct cursor *c, struct pkcs15_certificate *ret);

/* Opaque data (PKCS #15 §6.7); other kinds are passed over. */
struct pkcs15_data {
	struct pkcs15_object object;
	struct cursor application;
	struct cursor oid; /* content octets */
	struct pkcs15_value value;
};

MOHR_MUST_CHECK int pkcs15_next_data(struct cursor *c, struct pkcs15_data *ret);

#endif
