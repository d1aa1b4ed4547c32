/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of PKCS#15 directory files, in DER (PKCS #15 v1.1 §6, appendix A). */
#include <string.h>

#include "codec/der.h"
#include "personal/p15.h"

enum {
	CONTEXT_0 = 0xA0,
	CONTEXT_1 = 0xA1,
	CONTEXT_LABEL = 0x80,     /* TokenInfo */
	CONTEXT_REFERENCE = 0x80, /* PinAttributes */
	DER_ENUMERATED = 0x0A,
	/* EF.DIR, ISO 7816-4 §12.2.3 */
	TAG_APPLICATION = 0x61,
	TAG_AID = 0x4F,
	TAG_LABEL = 0x50,
	TAG_PATH = 0x51,
};

enum { /* named bits, the first one being 1 << 0 */
       OBJECT_PRIVATE = 1 << 0,
       OBJECT_MODIFIABLE = 1 << 1,
       PIN_CASE_SENSITIVE = 1 << 0,
       PIN_LOCAL = 1 << 1,
       PIN_INITIALIZED = 1 << 4,
       PIN_NEEDS_PADDING = 1 << 5,
       USE_ENCRYPT = 1 << 0,
       USE_DECRYPT = 1 << 1,
       USE_SIGN = 1 << 2,
       USE_VERIFY = 1 << 6,
       USE_NON_REPUDIATION = 1 << 9,
       KEY_SENSITIVE = 1 << 0,
       KEY_ALWAYS_SENSITIVE = 1 << 2,
       KEY_NEVER_EXTRACTABLE = 1 << 3,
       KEY_LOCAL = 1 << 4,
       TOKEN_LOGIN_REQUIRED = 1 << 1,
       TOKEN_RANDOM = 1 << 2,
};

enum { PIN_UTF8 = 2, AUTH_ID = 0x01 };

static const char *const key_labels[P15_N_KEYS] = {"Authentication key", "Signature key"};
static const char *const certificate_labels[P15_N_KEYS] = {"Authentication certificate",
							   "Signature certificate"};

/* ---- DER ------------------------------------------------------------------------------------------ */

static void put_text(struct buf *b, uint32_t tag, const char *text)
{
	tlv_put(b, tag, text, strlen(text));
}

static void put_number(struct buf *b, uint32_t tag, unsigned v)
{
	const uint8_t bytes[] = {0, (uint8_t)(v >> 8), (uint8_t)v};
	size_t at = 0;

	while (at < 2 && bytes[at] == 0 && (bytes[at + 1] & 0x80) == 0)
		at++;
	tlv_put(b, tag, bytes + at, sizeof(bytes) - at);
}

/* A named bit list ends with its last 1 (X.690 §11.2.2). */
static void put_bits(struct buf *b, unsigned bits)
{
	uint8_t bytes[3] = {0};
	size_t len = 1;
	unsigned i;

	for (i = 0; i < 16; i++) {
		if ((bits & 1U << i) == 0)
			continue;
		len = 2 + i / 8;
		bytes[0] = (uint8_t)(7 - i % 8);
		bytes[1 + i / 8] |= (uint8_t)(0x80 >> i % 8);
	}
	tlv_put(b, DER_BIT_STRING, bytes, len);
}

/* Path: of a file in the DF, or of the DF itself (0). */
static void put_path(struct buf *b, uint16_t id)
{
	const uint8_t path[] = {P15_MF >> 8,   P15_MF & 0xFF,      P15_DF >> 8,
				P15_DF & 0xFF, (uint8_t)(id >> 8), (uint8_t)id};
	size_t mark = tlv_open(b, DER_SEQUENCE);

	tlv_put(b, DER_OCTET_STRING, path, id == 0 ? 4 : 6);
	tlv_close(b, mark);
}

/* CommonObjectAttributes */
static void put_object(struct buf *b, const char *label, bool is_private)
{
	size_t mark = tlv_open(b, DER_SEQUENCE);

	put_text(b, DER_UTF8_STRING, label);
	put_bits(b, OBJECT_MODIFIABLE | (is_private ? OBJECT_PRIVATE : 0U));
	if (is_private)
		tlv_put_u8(b, DER_OCTET_STRING, AUTH_ID);
	tlv_close(b, mark);
}

/* ---- the card and its PIN -------------------------------------------------------------------------- */

static const uint8_t application[] = {0xA0, 0x00, 0x00, 0x00, 0x63, 'P',
				      'K',  'C',  'S',  '-',  '1',  '5'};

void personal_p15_put_dir(struct buf *b, const char *label)
{
	static const uint8_t path[] = {P15_MF >> 8, P15_MF & 0xFF, P15_DF >> 8, P15_DF & 0xFF};
	size_t mark = tlv_open(b, TAG_APPLICATION);

	tlv_put(b, TAG_AID, application, sizeof(application));
	put_text(b, TAG_LABEL, label);
	tlv_put(b, TAG_PATH, path, sizeof(path));
	tlv_close(b, mark);
}

void personal_p15_put_odf(struct buf *b)
{
	/* PKCS15Objects: private keys [0], public keys [1], certificates [4], PINs [8] */
	static const struct {
		uint8_t tag;
		uint16_t id;
	} lists[] = {{0xA8, P15_AODF}, {0xA0, P15_PRKDF}, {0xA1, P15_PUKDF}, {0xA4, P15_CDF}};
	size_t i, mark;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		mark = tlv_open(b, lists[i].tag);
		put_path(b, lists[i].id);
		tlv_close(b, mark);
	}
}

void personal_p15_put_info(struct buf *b, const char *label, const uint8_t serial[P15_SERIAL_LEN])
{
	size_t mark = tlv_open(b, DER_SEQUENCE);

	put_number(b, DER_INTEGER, 0);
	tlv_put(b, DER_OCTET_STRING, serial, P15_SERIAL_LEN);
	put_text(b, DER_UTF8_STRING, "Mohr");
	put_text(b, CONTEXT_LABEL, label);
	put_bits(b, TOKEN_LOGIN_REQUIRED | TOKEN_RANDOM);
	tlv_close(b, mark);
}

void personal_p15_put_pin(struct buf *b, const struct pin_format *pin)
{
	size_t record = tlv_open(b, DER_SEQUENCE), mark, inner;

	put_object(b, "PIN", true);
	mark = tlv_open(b, DER_SEQUENCE);
	tlv_put_u8(b, DER_OCTET_STRING, AUTH_ID);
	tlv_close(b, mark);
	mark = tlv_open(b, CONTEXT_1);
	inner = tlv_open(b, DER_SEQUENCE);
	put_bits(b, PIN_CASE_SENSITIVE | PIN_LOCAL | PIN_INITIALIZED | PIN_NEEDS_PADDING);
	put_number(b, DER_ENUMERATED, PIN_UTF8);
	put_number(b, DER_INTEGER, pin->min_len);
	put_number(b, DER_INTEGER, pin->padded_len);
	put_number(b, DER_INTEGER, pin->max_len);
	put_number(b, CONTEXT_REFERENCE, pin->reference);
	tlv_put_u8(b, DER_OCTET_STRING, pin->pad);
	put_path(b, 0);
	tlv_close(b, inner);
	tlv_close(b, mark);
	tlv_close(b, record);
}

/* ---- keys and certificates ------------------------------------------------------------------------- */

/* {1 {30 {path, length}}}; a point's record may go without its length. */
static void put_place(struct buf *b, uint16_t id, const struct pubkey *key)
{
	size_t mark = tlv_open(b, CONTEXT_1), inner = tlv_open(b, DER_SEQUENCE);

	put_path(b, id);
	if (key != NULL)
		put_number(b, DER_INTEGER, key->bits);
	tlv_close(b, inner);
	tlv_close(b, mark);
}

static void put_private_key(struct buf *b, unsigned i, const struct p15_record *k)
{
	bool rsa = k->key.type == KEY_RSA;
	size_t record = tlv_open(b, rsa ? DER_SEQUENCE : CONTEXT_0), mark;

	put_object(b, key_labels[i], true);
	mark = tlv_open(b, DER_SEQUENCE);
	tlv_put_u8(b, DER_OCTET_STRING, (uint8_t)(P15_FIRST_ID + i));
	put_bits(b, USE_SIGN | (i > 0 ? USE_NON_REPUDIATION : rsa ? USE_DECRYPT : 0U));
	put_bits(b, KEY_SENSITIVE | KEY_ALWAYS_SENSITIVE | KEY_NEVER_EXTRACTABLE | KEY_LOCAL);
	put_number(b, DER_INTEGER, k->reference);
	tlv_close(b, mark);
	put_place(b, 0, &k->key);
	tlv_close(b, record);
}

static void put_public_key(struct buf *b, unsigned i, const struct p15_record *k)
{
	static const uint8_t no = 0x00;
	bool rsa = k->key.type == KEY_RSA;
	size_t record = tlv_open(b, rsa ? DER_SEQUENCE : CONTEXT_0), mark;

	put_object(b, key_labels[i], false);
	mark = tlv_open(b, DER_SEQUENCE);
	tlv_put_u8(b, DER_OCTET_STRING, (uint8_t)(P15_FIRST_ID + i));
	put_bits(b, USE_VERIFY | (i == 0 && rsa ? USE_ENCRYPT : 0U));
	tlv_put(b, DER_BOOLEAN, &no, 1); /* the card itself cannot use it */
	tlv_close(b, mark);
	put_place(b, (uint16_t)(P15_PUBLIC + i), rsa ? &k->key : NULL);
	tlv_close(b, record);
}

static void put_certificate(struct buf *b, unsigned i)
{
	size_t record = tlv_open(b, DER_SEQUENCE), mark;

	put_object(b, certificate_labels[i], false);
	mark = tlv_open(b, DER_SEQUENCE);
	tlv_put_u8(b, DER_OCTET_STRING, (uint8_t)(P15_FIRST_ID + i));
	tlv_close(b, mark);
	put_place(b, (uint16_t)(P15_CERTIFICATE + i), NULL);
	tlv_close(b, record);
}

void personal_p15_put_private_keys(struct buf *b, const struct p15_record records[P15_N_KEYS])
{
	unsigned i;

	for (i = 0; i < P15_N_KEYS; i++) {
		if (records[i].has_key)
			put_private_key(b, i, &records[i]);
	}
}

void personal_p15_put_public_keys(struct buf *b, const struct p15_record records[P15_N_KEYS])
{
	unsigned i;

	for (i = 0; i < P15_N_KEYS; i++) {
		if (records[i].has_key)
			put_public_key(b, i, &records[i]);
	}
}

void personal_p15_put_certificates(struct buf *b, const struct p15_record records[P15_N_KEYS])
{
	unsigned i;

	for (i = 0; i < P15_N_KEYS; i++) {
		if (records[i].has_certificate)
			put_certificate(b, i);
	}
}

/* ---- public keys ----------------------------------------------------------------------------------- */

void personal_p15_put_public(struct buf *b, const struct pubkey *key)
{
	size_t mark;

	if (key->type != KEY_RSA) {
		pubkey_encode_spki(b, key);
		return;
	}
	mark = tlv_open(b, DER_SEQUENCE);
	der_put_unsigned(b, cursor_at(&key->modulus), cursor_left(&key->modulus));
	der_put_unsigned(b, cursor_at(&key->exponent), cursor_left(&key->exponent));
	tlv_close(b, mark);
}

int personal_p15_take_public(const struct buf *der, struct pubkey *ret)
{
	struct cursor c = buf_cursor(der), sequence, modulus, exponent;
	int r;

	if ((r = der_get(&c, DER_SEQUENCE, &sequence)) != 0 || (r = cursor_done(&c)) != 0)
		return r;
	if (der_next_is(&sequence, DER_SEQUENCE)) {
		c = buf_cursor(der);
		r = pubkey_decode_spki(&c, ret);
		return r == 0 && ret->type == KEY_NONE ? MOHR_ERR_MALFORMED : r;
	}
	if ((r = der_get_unsigned(&sequence, &modulus)) != 0 ||
	    (r = der_get_unsigned(&sequence, &exponent)) != 0 || (r = cursor_done(&sequence)) != 0)
		return r;
	return pubkey_from_rsa(&modulus, &exponent, ret);
}
