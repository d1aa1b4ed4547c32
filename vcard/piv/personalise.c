/* SPDX-License-Identifier: BSD-2-Clause */
/* What a card has when it is handed out: keys, certificates, CHUID, CCC, printed information, key history. */
#include <string.h>

#include <openssl/rand.h>

#include "codec/tlv.h"
#include "vcard/issue.h"
#include "vcard/piv/gzip.h"
#include "vcard/piv/piv.h"

/* Tags inside objects, SP 800-73-4 part 1 appendix A. */
enum {
	TAG_CERTIFICATE = 0x70,
	TAG_INFO = 0x71,
	TAG_CHECKSUM = 0xFE,
	TAG_FASC_N = 0x30,
	TAG_GUID = 0x34,
	TAG_EXPIRY = 0x35,
	TAG_SIGNATURE = 0x3E,
	TAG_NAME = 0x01,
	TAG_PRINTED_EXPIRY = 0x04,
	TAG_PRINTED_SERIAL = 0x05,
	TAG_ON_CARD = 0xC1,
	TAG_OFF_CARD = 0xC2,
};

enum { INFO_PLAIN = 0x00, INFO_GZIP = 0x01, GUID_LEN = 16, CARD_ID_LEN = 14 };

/* A number of no agency: 9999, 9999, 999999, 0, 1, 0000000000, 3, 0000, 1 in its packed form. */
static const uint8_t fasc_n[25] = {0xD4, 0xE7, 0x39, 0xDA, 0x73, 0x9C, 0xED, 0x39, 0xCE,
				   0x73, 0x9D, 0x83, 0x68, 0x58, 0x21, 0x08, 0x42, 0x10,
				   0x84, 0x21, 0xC8, 0x42, 0x10, 0xC3, 0xEB};

static int finish(struct vcard_piv_memory *m, uint32_t tag, struct buf *b)
{
	int r;

	tlv_put(b, TAG_CHECKSUM, NULL, 0);
	if ((r = buf_err(b)) == 0)
		r = vcard_piv_object_set(m, tag, b->data, b->len);
	buf_clear(b);
	return r;
}

int vcard_piv_certificate_set(struct vcard_piv_memory *m, uint32_t tag, const struct buf *der,
			      bool gzip)
{
	struct buf b = BUF_INIT(VCARD_PIV_OBJECT_MAX), packed = BUF_INIT(VCARD_PIV_OBJECT_MAX);
	int r = gzip ? vcard_gzip(der->data, der->len, &packed) : 0;

	if (r == 0) {
		tlv_put(&b, TAG_CERTIFICATE, gzip ? packed.data : der->data,
			gzip ? packed.len : der->len);
		tlv_put_u8(&b, TAG_INFO, gzip ? INFO_GZIP : INFO_PLAIN);
		r = finish(m, tag, &b);
	}
	buf_clear(&packed);
	return r;
}

int vcard_piv_certificate_get(const struct vcard_piv_memory *m, uint32_t tag, struct buf *ret_der)
{
	const struct vcard_piv_object *o = vcard_piv_object_find(m, tag);
	struct cursor c, crt, info;
	uint8_t how = INFO_PLAIN;
	int r;

	if (!o)
		return MOHR_ERR_NOT_FOUND;
	c = buf_cursor(&o->data);
	if ((r = tlv_find(&c, TAG_CERTIFICATE, &crt)) != 0)
		return r;
	if (tlv_find(&c, TAG_INFO, &info) == 0 && (r = cursor_get_u8(&info, &how)) != 0)
		return r;
	if (how & INFO_GZIP)
		return vcard_gunzip(cursor_at(&crt), cursor_left(&crt), ret_der);
	buf_put(ret_der, cursor_at(&crt), cursor_left(&crt));
	return buf_err(ret_der);
}

/* Part 1 §3.1.2; it is not signed. */
static int set_chuid(struct vcard_piv_memory *m)
{
	static const char expiry[] = "20351231";
	struct buf b = BUF_INIT(VCARD_PIV_OBJECT_MAX);
	uint8_t guid[GUID_LEN];

	if (RAND_bytes(guid, sizeof(guid)) != 1)
		return MOHR_ERR_CRYPTO;
	guid[6] = (guid[6] & 0x0F) | 0x40; /* RFC 4122 §4.4 */
	guid[8] = (guid[8] & 0x3F) | 0x80;
	tlv_put(&b, TAG_FASC_N, fasc_n, sizeof(fasc_n));
	tlv_put(&b, TAG_GUID, guid, sizeof(guid));
	tlv_put(&b, TAG_EXPIRY, expiry, strlen(expiry));
	tlv_put(&b, TAG_SIGNATURE, NULL, 0);
	return finish(m, VCARD_PIV_CHUID, &b);
}

/* Part 1 §3.1.1: the registered data model is 10, everything else is empty. */
static int set_ccc(struct vcard_piv_memory *m)
{
	static const uint8_t gsc_rid[] = {0xA0, 0x00, 0x00, 0x01, 0x16, 0xFF, 0x02};
	static const struct {
		uint8_t tag, len, value;
	} fields[] = {{0xF1, 1, 0x21}, {0xF2, 1, 0x21}, {0xF3, 0, 0}, {0xF4, 1, 0x00},
		      {0xF5, 1, 0x10}, {0xF6, 0, 0},    {0xF7, 0, 0}, {0xFA, 0, 0},
		      {0xFB, 0, 0},    {0xFC, 0, 0},    {0xFD, 0, 0}};
	struct buf b = BUF_INIT(VCARD_PIV_OBJECT_MAX);
	uint8_t id[sizeof(gsc_rid) + CARD_ID_LEN];

	memcpy(id, gsc_rid, sizeof(gsc_rid));
	if (RAND_bytes(id + sizeof(gsc_rid), CARD_ID_LEN) != 1)
		return MOHR_ERR_CRYPTO;
	tlv_put(&b, 0xF0, id, sizeof(id));
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		tlv_put(&b, fields[i].tag, &fields[i].value, fields[i].len);
	return finish(m, VCARD_PIV_CCC, &b);
}

/* Part 1 §3.2.5 */
static int set_printed(struct vcard_piv_memory *m, const struct vcard_setup *setup)
{
	static const char expiry[] = "2035DEC31";
	struct buf b = BUF_INIT(VCARD_PIV_OBJECT_MAX);

	tlv_put(&b, TAG_NAME, setup->holder_latin, strlen(setup->holder_latin));
	tlv_put(&b, TAG_PRINTED_EXPIRY, expiry, strlen(expiry));
	tlv_put(&b, TAG_PRINTED_SERIAL, setup->national_code, strlen(setup->national_code));
	return finish(m, VCARD_PIV_PRINTED, &b);
}

/* Part 1 §3.3.3 */
static int set_key_history(struct vcard_piv_memory *m, uint8_t on_card)
{
	struct buf b = BUF_INIT(VCARD_PIV_OBJECT_MAX);

	tlv_put_u8(&b, TAG_ON_CARD, on_card);
	tlv_put_u8(&b, TAG_OFF_CARD, 0);
	return finish(m, VCARD_PIV_KEY_HISTORY, &b);
}

static int make_key(struct vcard_piv *p, uint8_t reference, const struct vcard_setup *setup,
		    const struct vcard_authority *authority)
{
	static const enum vcard_purpose other = VCARD_FOR_KEY_MANAGEMENT;
	bool sign = reference == VCARD_PIV_SIGN;
	enum vcard_purpose purpose = sign                               ? VCARD_FOR_SIGN
				     : reference == VCARD_PIV_AUTH      ? VCARD_FOR_AUTH
				     : reference == VCARD_PIV_CARD_AUTH ? VCARD_FOR_CARD_AUTH
									: other;
	struct vcard_piv_key *key = vcard_piv_key_find(p, reference);
	struct buf der = BUF_INIT(VCARD_PIV_OBJECT_MAX);
	EVP_PKEY *pkey;
	int r;

	if ((r = vcard_key_generate(&key->key, sign ? setup->key_sign : setup->key_auth)) != 0 ||
	    (r = vcard_key_load(&key->key, &pkey)) != 0)
		return r;
	vcard_piv_key_note(key, 0, 0, VCARD_PIV_GENERATED);
	if ((r = vcard_issue_one(setup, authority, pkey, purpose, &der)) == 0)
		r = vcard_piv_certificate_set(&p->memory, vcard_piv_certificate_tag(reference),
					      &der, setup->gzip);
	buf_clear(&der);
	return r;
}

int vcard_piv_personalise(struct vcard_piv *p, const struct vcard_setup *setup)
{
	static const uint8_t references[] = {VCARD_PIV_AUTH, VCARD_PIV_SIGN,
					     VCARD_PIV_KEY_MANAGEMENT, VCARD_PIV_CARD_AUTH,
					     VCARD_PIV_RETIRED_FIRST};
	struct vcard_piv_memory *m = &p->memory;
	struct vcard_authority authority = {0};
	int r;

	if (!vcard_holder_valid(setup))
		return MOHR_ERR_ARGUMENT;
	r = vcard_authority_init(setup->authority, &authority);
	for (size_t i = 0; r == 0 && i < sizeof(references); i++)
		r = make_key(p, references[i], setup, &authority);
	vcard_authority_clear(&authority);
	if (r == 0 && (r = set_chuid(m)) == 0 && (r = set_ccc(m)) == 0 &&
	    (r = set_printed(m, setup)) == 0)
		r = set_key_history(m, 1);
	return r;
}
