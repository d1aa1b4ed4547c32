/* SPDX-License-Identifier: BSD-2-Clause */
/* The records of a new card's directory files (ISO 7816-15 §8, DER). */
#include <string.h>

#include "codec/tlv.h"
#include "vcard/p15/plan.h"

enum {
	BOOLEAN = 0x01,
	INTEGER = 0x02,
	BIT_STRING = 0x03,
	OCTET_STRING = 0x04,
	NULL_VALUE = 0x05,
	ENUMERATED = 0x0A,
	UTF8_STRING = 0x0C,
	SEQUENCE = 0x30,
	CONTEXT_0 = 0xA0,
	CONTEXT_1 = 0xA1,
};

enum { /* bits, the first one being 0 */
       OBJECT_PRIVATE = 1 << 0,
       OBJECT_MODIFIABLE = 1 << 1,
       PIN_LOCAL = 1 << 1,
       PIN_INITIALIZED = 1 << 4,
       PIN_NEEDS_PADDING = 1 << 5,
       PIN_UNBLOCKING = 1 << 6,
       USE_ENCRYPT = 1 << 0,
       USE_DECRYPT = 1 << 1,
       USE_SIGN = 1 << 2,
       USE_WRAP = 1 << 4,
       USE_UNWRAP = 1 << 5,
       USE_VERIFY = 1 << 6,
       USE_DERIVE = 1 << 8,
       USE_NON_REPUDIATION = 1 << 9,
       KEY_SENSITIVE = 1 << 0,
       KEY_ALWAYS_SENSITIVE = 1 << 2,
       KEY_NEVER_EXTRACTABLE = 1 << 3,
       KEY_LOCAL = 1 << 4,
       TOKEN_LOGIN_REQUIRED = 1 << 1,
       TOKEN_RANDOM = 1 << 2,
       TOKEN_EID_COMPLIANT = 1 << 3,
       OP_SIGNATURE = 1 << 1,
       OP_DECIPHER = 1 << 5,
       OP_DERIVE = 1 << 7,
};

enum { PIN_ASCII_NUMERIC = 1 };

/* ---- DER */

static void put_text(struct buf *b, uint32_t tag, const char *text)
{
	tlv_put(b, tag, text, strlen(text));
}

static void put_integer(struct buf *b, uint32_t tag, uint32_t v)
{
	const uint8_t bytes[] = {0, (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
				 (uint8_t)v};
	size_t at = 0;

	while (at < 4 && bytes[at] == 0 && !(bytes[at + 1] & 0x80))
		at++;
	tlv_put(b, tag, bytes + at, sizeof(bytes) - at);
}

/* A named bit list without the zeros at its end (X.690 §11.2.2). */
static void put_bits(struct buf *b, unsigned bits)
{
	uint8_t bytes[3] = {0};
	size_t len = 0;

	for (unsigned i = 0; i < 16; i++) {
		if (!(bits & 1u << i))
			continue;
		bytes[1 + i / 8] |= (uint8_t)(0x80 >> i % 8);
		bytes[0] = (uint8_t)(7 - i % 8);
		len = 1 + i / 8;
	}
	tlv_put(b, BIT_STRING, bytes, 1 + len);
}

/* The path of a file below the DF, from the MF or from there; or of the DF itself. */
static void put_path(const struct vcard_p15_plan *plan, struct buf *b, uint16_t id)
{
	const uint8_t path[6] = {VCARD_P15_MF >> 8,   VCARD_P15_MF & 0xFF, VCARD_P15_DF >> 8,
				 VCARD_P15_DF & 0xFF, (uint8_t)(id >> 8),  (uint8_t)id};
	size_t mark = tlv_open(b, SEQUENCE);

	if (id == VCARD_P15_DF)
		tlv_put(b, OCTET_STRING, path, 4);
	else
		tlv_put(b, OCTET_STRING, path + (plan->relative ? 4 : 0), plan->relative ? 2 : 6);
	tlv_close(b, mark);
}

/* {1 {30 …}}, which the caller closes, the inner one first. */
static void open_type(struct buf *b, size_t marks[2])
{
	marks[0] = tlv_open(b, CONTEXT_1);
	marks[1] = tlv_open(b, SEQUENCE);
}

static void close_type(struct buf *b, const size_t marks[2])
{
	tlv_close(b, marks[1]);
	tlv_close(b, marks[0]);
}

/* CommonObjectAttributes */
static void put_object(struct buf *b, const char *label, unsigned flags, uint8_t auth_id,
		       bool consent)
{
	size_t mark = tlv_open(b, SEQUENCE);

	put_text(b, UTF8_STRING, label);
	put_bits(b, flags);
	if (auth_id)
		tlv_put_u8(b, OCTET_STRING, auth_id);
	if (consent)
		put_integer(b, INTEGER, 1);
	tlv_close(b, mark);
}

/* ---- EF.DIR, EF.ODF, EF.TokenInfo */

static const uint8_t application[] = {0xA0, 0x00, 0x00, 0x00, 0x63, 0x50,
				      0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35};

static void put_dir(const struct vcard_p15 *p, struct buf *b)
{
	const uint8_t path[] = {VCARD_P15_MF >> 8, VCARD_P15_MF & 0xFF, VCARD_P15_DF >> 8,
				VCARD_P15_DF & 0xFF};
	size_t mark = tlv_open(b, 0x61);

	tlv_put(b, 0x4F, application, sizeof(application));
	put_text(b, 0x50, vcard_p15_dialect(p)->plan->label);
	tlv_put(b, 0x51, path, sizeof(path));
	tlv_close(b, mark);
}

static void put_odf(const struct vcard_p15 *p, struct buf *b)
{
	static const struct {
		uint8_t tag, role;
	} kinds[] = {{0xA8, VCARD_P15_ROLE_AODF},
		     {0xA0, VCARD_P15_ROLE_PRKDF},
		     {0xA1, VCARD_P15_ROLE_PUKDF},
		     {0xA4, VCARD_P15_ROLE_CDF},
		     {0xA7, VCARD_P15_ROLE_DODF}};
	const struct vcard_p15_plan_file *f;
	size_t mark;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		f = vcard_p15_plan_find(vcard_p15_dialect(p)->plan, kinds[i].role);
		if (!f)
			continue;
		mark = tlv_open(b, kinds[i].tag);
		put_path(vcard_p15_dialect(p)->plan, b, f->id);
		tlv_close(b, mark);
	}
}

/* What the algorithm references of MSE mean, with PKCS#11's numbers. */
static void put_algorithms(const struct vcard_p15_dialect *d, struct buf *b)
{
	static const struct {
		uint8_t scheme, operations;
		uint16_t mechanism;
	} rows[] = {{VCARD_P15_PKCS1, OP_SIGNATURE | OP_DECIPHER, 0x0001},
		    {VCARD_P15_RAW, OP_SIGNATURE | OP_DECIPHER, 0x0003},
		    {VCARD_P15_ECDSA, OP_SIGNATURE, 0x1041},
		    {VCARD_P15_ECDH, OP_DERIVE, 0x1050}};
	size_t all = tlv_open(b, 0xA2), mark;

	for (uint8_t i = 0; i < d->n_algorithms; i++) {
		for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
			if (rows[k].scheme != d->algorithms[i].scheme)
				continue;
			mark = tlv_open(b, SEQUENCE);
			put_integer(b, INTEGER, i + 1u);
			put_integer(b, INTEGER, rows[k].mechanism);
			tlv_put(b, NULL_VALUE, NULL, 0);
			put_bits(b, rows[k].operations);
			put_integer(b, INTEGER, d->algorithms[i].byte);
			tlv_close(b, mark);
		}
	}
	tlv_close(b, all);
}

static void put_token_info(const struct vcard_p15 *p, struct buf *b)
{
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	size_t mark = tlv_open(b, SEQUENCE);

	put_integer(b, INTEGER, 0);
	tlv_put(b, OCTET_STRING, p->memory.serial, sizeof(p->memory.serial));
	put_text(b, UTF8_STRING, d->plan->manufacturer);
	put_text(b, 0x80, d->plan->label);
	put_bits(b, TOKEN_LOGIN_REQUIRED | TOKEN_RANDOM | TOKEN_EID_COMPLIANT);
	if (d->plan->algorithms)
		put_algorithms(d, b);
	tlv_close(b, mark);
}

/* ---- EF.AODF */

static void put_pin(const struct vcard_p15_dialect *d, const struct vcard_p15_plan_pin *pin,
		    struct buf *b)
{
	bool puk = pin->value == VCARD_P15_PLAN_PUK;
	size_t record = tlv_open(b, SEQUENCE), mark, marks[2];

	put_object(b, pin->label, OBJECT_PRIVATE | OBJECT_MODIFIABLE, pin->by_id, false);
	mark = tlv_open(b, SEQUENCE);
	tlv_put_u8(b, OCTET_STRING, pin->auth_id);
	tlv_close(b, mark);
	open_type(b, marks);
	put_bits(b, PIN_LOCAL | PIN_INITIALIZED | PIN_NEEDS_PADDING | (puk ? PIN_UNBLOCKING : 0));
	put_integer(b, ENUMERATED, PIN_ASCII_NUMERIC);
	put_integer(b, INTEGER, d->pin_min);
	put_integer(b, INTEGER, d->pin_len);
	put_integer(b, INTEGER, d->pin_max);
	put_integer(b, 0x80, pin->pin.reference);
	tlv_put_u8(b, OCTET_STRING, d->pin_pad);
	put_path(d->plan, b, VCARD_P15_DF);
	close_type(b, marks);
	tlv_close(b, record);
}

static void put_aodf(const struct vcard_p15 *p, struct buf *b)
{
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);

	for (size_t i = 0; i < d->plan->n_pins; i++)
		if (d->plan->pins[i].auth_id)
			put_pin(d, &d->plan->pins[i], b);
}

/* ---- EF.PrKDF */

static unsigned usage(const struct vcard_key *key, bool sign)
{
	if (sign)
		return USE_SIGN | USE_NON_REPUDIATION;
	return vcard_kind_is_rsa(key->kind) ? USE_SIGN | USE_DECRYPT | USE_UNWRAP
					    : USE_SIGN | USE_DERIVE;
}

/* The references, in TokenInfo, of what this key does. */
static void put_key_algorithms(const struct vcard_p15_dialect *d, const struct vcard_key *key,
			       bool sign, struct buf *b)
{
	bool rsa = vcard_kind_is_rsa(key->kind);
	size_t mark = tlv_open(b, CONTEXT_1);

	for (uint8_t i = 0; i < d->n_algorithms; i++) {
		enum vcard_p15_scheme s = d->algorithms[i].scheme;
		bool suits = rsa ? s == VCARD_P15_PKCS1 || s == VCARD_P15_RAW
				 : s == VCARD_P15_ECDSA || (s == VCARD_P15_ECDH && !sign);

		if (suits)
			put_integer(b, INTEGER, i + 1u);
	}
	tlv_close(b, mark);
}

/* The record of the PIN that guards a key; 0: none. */
static uint8_t auth_id_of(const struct vcard_p15_plan *plan, const struct vcard_p15_slot *slot)
{
	for (size_t i = 0; i < plan->n_pins; i++)
		if (plan->pins[i].place + 1 == slot->use)
			return plan->pins[i].auth_id;
	return 0;
}

static void put_key(const struct vcard_p15 *p, size_t i, struct buf *b)
{
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	const struct vcard_p15_slot *slot = &d->slots[i];
	const struct vcard_key *key = &p->memory.keys[i].key;
	bool sign = i > 0, rsa = vcard_kind_is_rsa(key->kind);
	size_t record = tlv_open(b, rsa ? SEQUENCE : CONTEXT_0), mark, marks[2];

	put_object(b, sign ? "Signature key" : "Authentication key",
		   OBJECT_PRIVATE | OBJECT_MODIFIABLE, auth_id_of(d->plan, slot), slot->consent);
	mark = tlv_open(b, SEQUENCE);
	tlv_put_u8(b, OCTET_STRING, sign ? d->plan->id_sign : d->plan->id_auth);
	put_bits(b, usage(key, sign));
	put_bits(b, KEY_SENSITIVE | KEY_ALWAYS_SENSITIVE | KEY_NEVER_EXTRACTABLE | KEY_LOCAL);
	put_integer(b, INTEGER, slot->reference);
	if (d->plan->algorithms)
		put_key_algorithms(d, key, sign, b);
	tlv_close(b, mark);
	open_type(b, marks);
	put_path(d->plan, b, d->plan->key_paths ? slot->file : (uint16_t)VCARD_P15_DF);
	if (rsa || d->plan->field_size)
		put_integer(b, INTEGER, (uint32_t)vcard_kind_len(key->kind) * 8);
	close_type(b, marks);
	tlv_close(b, record);
}

static void put_prkdf(const struct vcard_p15 *p, struct buf *b)
{
	for (size_t i = 0; i < 2; i++)
		if (p->memory.keys[i].key.der.len)
			put_key(p, i, b);
}

/* ---- EF.PuKDF */

static void put_public(const struct vcard_p15 *p, size_t i, struct buf *b)
{
	static const uint8_t no = 0x00;
	const struct vcard_p15_plan *plan = vcard_p15_dialect(p)->plan;
	const struct vcard_key *key = &p->memory.keys[i].key;
	bool sign = i > 0, rsa = vcard_kind_is_rsa(key->kind);
	const struct vcard_p15_plan_file *f = vcard_p15_plan_find(
		plan, sign ? VCARD_P15_ROLE_PUBLIC_SIGN : VCARD_P15_ROLE_PUBLIC_AUTH);
	size_t record, mark, marks[2];

	if (!f || key->der.len == 0)
		return;
	record = tlv_open(b, rsa ? SEQUENCE : CONTEXT_0);
	put_object(b, sign ? "Signature key" : "Authentication key", OBJECT_MODIFIABLE, 0, false);
	mark = tlv_open(b, SEQUENCE);
	tlv_put_u8(b, OCTET_STRING, sign ? plan->id_sign : plan->id_auth);
	put_bits(b, USE_VERIFY | (rsa && !sign ? USE_ENCRYPT | USE_WRAP : 0));
	tlv_put(b, BOOLEAN, &no, 1); /* the card itself cannot use it */
	tlv_close(b, mark);
	open_type(b, marks);
	put_path(vcard_p15_dialect(p)->plan, b, f->id);
	if (rsa)
		put_integer(b, INTEGER, (uint32_t)vcard_kind_len(key->kind) * 8);
	close_type(b, marks);
	tlv_close(b, record);
}

static void put_pukdf(const struct vcard_p15 *p, struct buf *b)
{
	for (size_t i = 0; i < 2; i++)
		put_public(p, i, b);
}

/* ---- EF.CDF, EF.DODF */

static void put_certificate(const struct vcard_p15 *p, const char *label, uint8_t id,
			    enum vcard_p15_role role, struct buf *b)
{
	static const uint8_t yes = 0xFF;
	const struct vcard_p15_plan_file *f = vcard_p15_plan_find(vcard_p15_dialect(p)->plan, role);
	size_t record, mark, marks[2];

	if (!f)
		return;
	record = tlv_open(b, SEQUENCE);
	put_object(b, label, OBJECT_MODIFIABLE, 0, false);
	mark = tlv_open(b, SEQUENCE);
	tlv_put_u8(b, OCTET_STRING, id);
	if (role == VCARD_P15_ROLE_CERT_CA)
		tlv_put(b, BOOLEAN, &yes, 1);
	tlv_close(b, mark);
	open_type(b, marks);
	put_path(vcard_p15_dialect(p)->plan, b, f->id);
	close_type(b, marks);
	tlv_close(b, record);
}

static void put_cdf(const struct vcard_p15 *p, struct buf *b)
{
	const struct vcard_p15_plan *plan = vcard_p15_dialect(p)->plan;

	if (p->memory.keys[0].key.der.len == 0)
		return;
	put_certificate(p, "Authentication certificate", plan->id_auth, VCARD_P15_ROLE_CERT_AUTH,
			b);
	put_certificate(p, "Signature certificate", plan->id_sign, VCARD_P15_ROLE_CERT_SIGN, b);
	put_certificate(p, "Authority", plan->id_ca, VCARD_P15_ROLE_CERT_CA, b);
}

static void put_data(const struct vcard_p15 *p, const char *label, enum vcard_p15_role role,
		     struct buf *b)
{
	const struct vcard_p15_plan_file *f = vcard_p15_plan_find(vcard_p15_dialect(p)->plan, role);
	bool is_private = role == VCARD_P15_ROLE_PRIVATE_DATA;
	size_t record, mark;

	if (!f)
		return;
	record = tlv_open(b, SEQUENCE);
	put_object(b, label, OBJECT_MODIFIABLE | (is_private ? OBJECT_PRIVATE : 0), is_private,
		   false);
	mark = tlv_open(b, SEQUENCE);
	put_text(b, UTF8_STRING, "Mohr");
	tlv_close(b, mark);
	mark = tlv_open(b, CONTEXT_1);
	put_path(vcard_p15_dialect(p)->plan, b, f->id);
	tlv_close(b, mark);
	tlv_close(b, record);
}

static void put_dodf(const struct vcard_p15 *p, struct buf *b)
{
	if (p->memory.keys[0].key.der.len == 0)
		return;
	put_data(p, "Holder", VCARD_P15_ROLE_DATA, b);
	put_data(p, "Private note", VCARD_P15_ROLE_PRIVATE_DATA, b);
}

void vcard_p15_put_records(const struct vcard_p15 *p, enum vcard_p15_role role, struct buf *ret)
{
	static void (*const writers[VCARD_P15_N_ROLES])(const struct vcard_p15 *, struct buf *) = {
		[VCARD_P15_ROLE_DIR] = put_dir,
		[VCARD_P15_ROLE_ODF] = put_odf,
		[VCARD_P15_ROLE_TOKEN_INFO] = put_token_info,
		[VCARD_P15_ROLE_AODF] = put_aodf,
		[VCARD_P15_ROLE_PRKDF] = put_prkdf,
		[VCARD_P15_ROLE_PUKDF] = put_pukdf,
		[VCARD_P15_ROLE_CDF] = put_cdf,
		[VCARD_P15_ROLE_DODF] = put_dodf,
	};

	if (writers[role])
		writers[role](p, ret);
}
