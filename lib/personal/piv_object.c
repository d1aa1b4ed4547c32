/* SPDX-License-Identifier: BSD-2-Clause */
/* PIV data objects as an issuer writes them (SP 800-73-4 part 1 §3, part 2 §3.3.1). */
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "personal/piv.h"

enum {
	P1_CURRENT_DF = 0x3F,
	P2_CURRENT_DF = 0xFF,
	TAG_LIST = 0x5C,
	TAG_OBJECT = 0x53,
	/* certificates, part 1 table 10 */
	TAG_CERTIFICATE = 0x70,
	TAG_CERTIFICATE_INFO = 0x71,
	INFO_PLAIN = 0x00,
	TAG_CHECKSUM = 0xFE, /* empty, in most of them */
	/* CHUID, part 1 table 9 */
	TAG_FASC_N = 0x30,
	TAG_GUID = 0x34,
	TAG_EXPIRY = 0x35,
	TAG_SIGNATURE = 0x3E,
	GUID_LEN = 16,
	EXPIRY_LEN = 8,
	/* CCC, part 1 table 8 */
	TAG_CARD_IDENTIFIER = 0xF0,
	NUMBER_LEN = 14,
	/* key history, part 1 table 18 */
	TAG_ON_CARD = 0xC1,
	TAG_OFF_CARD = 0xC2,
	/* discovery object, part 1 §3.3.2 */
	TAG_NAME = 0x4F,
	TAG_PIN_POLICY = 0x5F2F,
	MAX_HEADERS = 64,
	MAX_OBJECT = LIMIT_CERTIFICATE + MAX_HEADERS,
	MAX_BASIC = 256,
};

static const uint32_t certificates[] = {0x5FC105, 0x5FC10A, 0x5FC10B, 0x5FC101};
enum { RETIRED_CERTIFICATE = 0x5FC10D, N_CURRENT = 4 };

static void put_tag(struct buf *b, uint32_t tag)
{
	size_t mark = tlv_open(b, TAG_LIST);

	if (tag > 0xFFFF)
		buf_put_u8(b, (uint8_t)(tag >> 16));
	if (tag > 0xFF)
		buf_put_u8(b, (uint8_t)(tag >> 8));
	buf_put_u8(b, (uint8_t)tag);
	tlv_close(b, mark);
}

int personal_piv_put(struct channel *c, uint32_t tag, const void *content, size_t len)
{
	struct buf body = BUF_INIT(MAX_OBJECT + MAX_HEADERS);
	struct apdu a = {.ins = INS_PUT_DATA_TLV, .p1 = P1_CURRENT_DF, .p2 = P2_CURRENT_DF};
	int r;

	if (tag == PERSONAL_PIV_DISCOVERY) {
		tlv_put(&body, tag, content, len);
	} else {
		put_tag(&body, tag);
		tlv_put(&body, TAG_OBJECT, content, len);
	}
	a.data = body.data;
	a.data_len = body.len;
	r = buf_err(&body);
	if (r == 0)
		r = channel_command(c, &a, NULL);
	buf_clear(&body);
	return r;
}

/* The answer to GET DATA (part 2 §3.1.2) as it comes, tag included. */
static int get(struct channel *c, uint32_t tag, struct buf *ret)
{
	struct buf body = BUF_INIT(LIMIT_SHORT_LC);
	struct apdu a = {.ins = INS_GET_DATA_TLV,
			 .p1 = P1_CURRENT_DF,
			 .p2 = P2_CURRENT_DF,
			 .le = LIMIT_EXTENDED_LE};
	int r;

	put_tag(&body, tag);
	a.data = body.data;
	a.data_len = body.len;
	r = buf_err(&body);
	if (r == 0)
		r = channel_command(c, &a, ret);
	buf_clear(&body);
	return r;
}

/* Writes an object, closing it with its empty checksum, and reads it back; content is emptied. */
static int put_checked(struct channel *c, uint32_t tag, struct buf *content)
{
	struct buf answer = BUF_INIT(MAX_OBJECT + MAX_HEADERS);
	struct cursor at, there;
	int r;

	tlv_put(content, TAG_CHECKSUM, NULL, 0);
	if ((r = buf_err(content)) != 0 ||
	    (r = personal_piv_put(c, tag, content->data, content->len)) != 0 ||
	    (r = get(c, tag, &answer)) != 0)
		goto out;
	at = buf_cursor(&answer);
	if (tlv_get_tag(&at, TAG_OBJECT, &there) != 0 || cursor_done(&at) != 0 ||
	    !cursor_equals(&there, content->data, content->len))
		r = log_fail(c->log, MOHR_ERR_CARD_MEMORY,
			     "object %06lX does not read back as it was written",
			     (unsigned long)tag);
out:
	buf_clear(&answer);
	buf_clear(content);
	return r;
}

/*
 * A number of no agency (part 1 §3.1.2): 9999, 9999, 999999, 0, 1, then ten zeros, 3, 0000, 1, in symbols
 * of four bits and parity. GUID is what tells cards apart (RFC 4122 §4.4).
 */
static int put_chuid(struct piv_personal *piv, const struct personal_setup *setup)
{
	static const uint8_t fasc_n[] = {0xD4, 0xE7, 0x39, 0xDA, 0x73, 0x9C, 0xED, 0x39, 0xCE,
					 0x73, 0x9D, 0x83, 0x68, 0x58, 0x21, 0x08, 0x42, 0x10,
					 0x84, 0x21, 0xC8, 0x42, 0x10, 0xC3, 0xEB};
	struct buf b = BUF_INIT(MAX_BASIC);
	uint8_t guid[GUID_LEN];
	int r = crypto_random(piv->personal.crypto, guid, sizeof(guid));

	if (r != 0)
		return r;
	guid[6] = (guid[6] & 0x0F) | 0x40;
	guid[8] = (guid[8] & 0x3F) | 0x80;
	tlv_put(&b, TAG_FASC_N, fasc_n, sizeof(fasc_n));
	tlv_put(&b, TAG_GUID, guid, sizeof(guid));
	tlv_put(&b, TAG_EXPIRY, setup->expiry, EXPIRY_LEN);
	tlv_put(&b, TAG_SIGNATURE, NULL, 0);
	return put_checked(piv->personal.channel, PERSONAL_PIV_CHUID, &b);
}

/* Part 1 §3.1.1: of what it may say, the card's number and data model 10. */
static int put_ccc(struct piv_personal *piv)
{
	static const uint8_t issuer[] = {0xA0, 0x00, 0x00, 0x01, 0x16, 0xFF, 0x02};
	static const struct {
		uint8_t tag, len, value;
	} fields[] = {
		{0xF1, 1, 0x21}, {0xF2, 1, 0x21}, {0xF3, 0, 0}, {0xF4, 1, 0x00},
		{0xF5, 1, 0x10}, {0xF6, 0, 0},    {0xF7, 0, 0}, {0xFA, 0, 0},
		{0xFB, 0, 0},    {0xFC, 0, 0},    {0xFD, 0, 0},
	};
	uint8_t number[sizeof(issuer) + NUMBER_LEN];
	struct buf b = BUF_INIT(MAX_BASIC);
	size_t i;
	int r;

	memcpy(number, issuer, sizeof(issuer));
	r = crypto_random(piv->personal.crypto, number + sizeof(issuer), NUMBER_LEN);
	if (r != 0)
		return r;
	tlv_put(&b, TAG_CARD_IDENTIFIER, number, sizeof(number));
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		tlv_put(&b, fields[i].tag, &fields[i].value, fields[i].len);
	return put_checked(piv->personal.channel, PERSONAL_PIV_CCC, &b);
}

static int put_history(struct piv_personal *piv)
{
	struct buf b = BUF_INIT(MAX_BASIC);

	tlv_put_u8(&b, TAG_ON_CARD, 0);
	tlv_put_u8(&b, TAG_OFF_CARD, 0);
	return put_checked(piv->personal.channel, PERSONAL_PIV_HISTORY, &b);
}

/* Most cards make it themselves; one that has none and takes none is a PIV card all the same. */
static int put_discovery(struct piv_personal *piv)
{
	static const uint8_t name[] = {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00,
				       0x00, 0x10, 0x00, 0x01, 0x00};
	static const uint8_t policy[] = {0x40, 0x00}; /* the application's PIN */
	struct channel *c = piv->personal.channel;
	struct buf b = BUF_INIT(MAX_BASIC);
	int r = get(c, PERSONAL_PIV_DISCOVERY, &b);

	if (r != 0 && c->sw != 0) {
		buf_reset(&b);
		tlv_put(&b, TAG_NAME, name, sizeof(name));
		tlv_put(&b, TAG_PIN_POLICY, policy, sizeof(policy));
		r = personal_piv_put(c, PERSONAL_PIV_DISCOVERY, b.data, b.len);
		if (personal_refused(c, r))
			r = 0;
	}
	buf_clear(&b);
	return r;
}

int personal_piv_put_basics(struct piv_personal *piv, const struct personal_setup *setup)
{
	int r;

	if ((r = put_ccc(piv)) != 0 || (r = put_history(piv)) != 0 || (r = put_discovery(piv)) != 0)
		return r;
	return put_chuid(piv, setup);
}

/* An object that the card has no place for is not there either. */
static int delete (struct channel *c, uint32_t tag)
{
	int r = personal_piv_put(c, tag, NULL, 0);

	return personal_refused(c, r) && (r == MOHR_ERR_NOT_FOUND || r == MOHR_ERR_NOT_SUPPORTED)
		       ? 0
		       : r;
}

int personal_piv_delete_objects(struct piv_personal *piv)
{
	/* fingerprints, security object, face, printed information, iris, part 1 table 3 */
	static const uint32_t holder[] = {0x5FC103, 0x5FC106, 0x5FC108, 0x5FC109, 0x5FC121};
	const struct card *card = piv->personal.card;
	struct channel *c = piv->personal.channel;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < N_CURRENT; i++)
		r = delete (c, certificates[i]);
	for (i = N_CURRENT; r == 0 && i < card->n_certificates; i++)
		r = delete (c, RETIRED_CERTIFICATE + (uint32_t)(i - N_CURRENT));
	for (i = 0; r == 0 && i < sizeof(holder) / sizeof(holder[0]); i++)
		r = delete (c, holder[i]);
	return r;
}

int personal_piv_put_certificate(struct personal *p, unsigned slot, const void *der, size_t len)
{
	struct buf content = BUF_INIT(MAX_OBJECT);
	int r;

	if (len > 0) {
		tlv_put(&content, TAG_CERTIFICATE, der, len);
		tlv_put_u8(&content, TAG_CERTIFICATE_INFO, INFO_PLAIN);
		tlv_put(&content, TAG_CHECKSUM, NULL, 0);
	}
	if ((r = buf_err(&content)) == 0 && (r = personal_piv_select(p->channel)) == 0)
		r = personal_piv_put(p->channel, certificates[slot], content.data, content.len);
	if (len == 0 && r == MOHR_ERR_NOT_FOUND)
		r = 0;
	buf_clear(&content);
	return r;
}
