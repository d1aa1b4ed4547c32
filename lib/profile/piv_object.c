/* SPDX-License-Identifier: BSD-2-Clause */
/* PIV data objects (SP 800-73-4 part 1 §3, appendix A) and the keys and certificates that a card has. */
#include "profile/piv.h"

#include <stdio.h>
#include <string.h>

#include "codec/der.h"
#include "codec/inflate.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"

enum {
	P1_CURRENT_DF = 0x3F, /* GET DATA */
	P2_CURRENT_DF = 0xFF,
	TAG_LIST = 0x5C,
	TAG_OBJECT = 0x53,
	/* part 1 table 3 */
	OBJECT_DISCOVERY = 0x7E,
	OBJECT_CHUID = 0x5FC102,
	OBJECT_HISTORY = 0x5FC10C,
	OBJECT_RETIRED = 0x5FC10D, /* the first of twenty */
	REF_RETIRED = 0x82,
	N_RETIRED = 20,
	/* discovery object, part 1 §3.3.2 */
	TAG_NAME = 0x4F,
	TAG_PIN_POLICY = 0x5F2F,
	POLICY_GLOBAL = 0x20, /* first byte: the global PIN opens the application too */
	PRIMARY_GLOBAL = 0x20,
	/* CHUID, part 1 table 9 */
	TAG_GUID = 0x34,
	GUID_LEN = 16,
	CHUID_ENOUGH = 128, /* GUID comes before what is long */
	SERIAL_LEN = 8,
	/* key history, part 1 table 18 */
	TAG_WITH_CERTIFICATE = 0xC1,
	/* Yubico's, of the key that attests others, with the number that its own module gives it */
	OBJECT_ATTESTATION = 0x5FFF01,
	ID_ATTESTATION = 25,
	/* certificate, part 1 table 10 */
	TAG_CERTIFICATE = 0x70,
	MAX_OBJECT = LIMIT_CERTIFICATE + 64,
};

int piv_get_data(struct channel *c, uint32_t tag, size_t enough, struct buf *ret)
{
	struct buf body = BUF_INIT(LIMIT_SHORT_LC);
	struct apdu a = {.ins = INS_GET_DATA_TLV,
			 .p1 = P1_CURRENT_DF,
			 .p2 = P2_CURRENT_DF,
			 .enough = enough,
			 .le = enough != 0 ? LIMIT_SHORT_LE : LIMIT_EXTENDED_LE};
	size_t mark = tlv_open(&body, TAG_LIST);
	int r;

	if (tag > 0xFFFF)
		buf_put_u8(&body, (uint8_t)(tag >> 16));
	if (tag > 0xFF)
		buf_put_u8(&body, (uint8_t)(tag >> 8));
	buf_put_u8(&body, (uint8_t)tag);
	tlv_close(&body, mark);
	a.data = body.data;
	a.data_len = body.len;
	r = buf_err(&body);
	if (r == 0)
		r = channel_command(c, &a, ret);
	buf_clear(&body);
	return r;
}

/* The content of 53; MOHR_ERR_NOT_FOUND if there is nothing in it. */
static int take_object(const struct buf *answer, struct cursor *ret)
{
	struct cursor c = buf_cursor(answer);
	int r;

	if (answer->len == 0)
		return MOHR_ERR_NOT_FOUND;
	if ((r = tlv_get_tag(&c, TAG_OBJECT, ret)) != 0 || (r = cursor_done(&c)) != 0)
		return r;
	return cursor_left(ret) == 0 ? MOHR_ERR_NOT_FOUND : 0;
}

int piv_read_discovery(struct channel *c, bool *ret_global_pin)
{
	struct buf answer = BUF_INIT(LIMIT_SHORT_LE);
	struct cursor whole, template, name, policy;
	uint8_t may, primary;
	int r;

	r = piv_get_data(c, OBJECT_DISCOVERY, LIMIT_SHORT_LE, &answer);
	whole = buf_cursor(&answer);
	if (r != 0 || (r = tlv_get_tag(&whole, OBJECT_DISCOVERY, &template)) != 0 ||
	    (r = tlv_find(&template, TAG_NAME, &name)) != 0 ||
	    (r = tlv_find(&template, TAG_PIN_POLICY, &policy)) != 0 ||
	    (r = cursor_get_u8(&policy, &may)) != 0 || (r = cursor_get_u8(&policy, &primary)) != 0)
		goto out;
	if (!piv_is_name(&name))
		r = MOHR_ERR_MALFORMED;
	else
		*ret_global_pin = (may & POLICY_GLOBAL) != 0 && primary == PRIMARY_GLOBAL;
out:
	buf_clear(&answer);
	return r;
}

/* Behind the tag and length of an object whose end need not have come. */
static int skip_header(struct cursor *c)
{
	uint8_t tag, len;
	int r;

	if ((r = cursor_get_u8(c, &tag)) != 0 || (r = cursor_get_u8(c, &len)) != 0)
		return r;
	if (tag != TAG_OBJECT || len == 0x80 || len > 0x83)
		return MOHR_ERR_MALFORMED;
	return len > 0x80 ? cursor_skip(c, len - 0x80) : 0;
}

/* An object that has no number of its own has zeros there. */
static int take_guid(struct cursor *c, char ret[17])
{
	uint8_t number[SERIAL_LEN];
	uint8_t any = 0;
	struct tlv t = {0};
	size_t i;
	int r;

	r = skip_header(c);
	while (r == 0 && t.tag != TAG_GUID)
		r = tlv_get(c, &t);
	if (r != 0)
		return r;
	if (cursor_left(&t.value) != GUID_LEN)
		return MOHR_ERR_MALFORMED;
	r = cursor_copy(&t.value, sizeof(number), number);
	for (i = 0; r == 0 && i < sizeof(number); i++)
		any |= number[i];
	if (r == 0 && any == 0)
		r = MOHR_ERR_NOT_FOUND;
	for (i = 0; r == 0 && i < sizeof(number); i++)
		snprintf(ret + 2 * i, 3, "%02X", number[i]);
	return r;
}

int piv_read_guid(struct channel *c, char ret[17])
{
	struct buf answer = BUF_INIT(MAX_OBJECT);
	struct cursor cursor;
	int r;

	r = piv_get_data(c, OBJECT_CHUID, CHUID_ENOUGH, &answer);
	cursor = buf_cursor(&answer);
	if (r == 0)
		r = take_guid(&cursor, ret);
	buf_clear(&answer);
	return r;
}

/* ---- keys and certificates -------------------------------------------------------------------- */

#define GENERAL_USE (KEY_USE_SIGN | KEY_USE_DECRYPT | KEY_USE_DERIVE)

/* One key with its container; identifiers are those that other PIV software gives. */
struct place {
	struct card_key key;
	const char *certificate_label;
	uint32_t object;
};

#define RETIRED(n)                                                                                 \
	{                                                                                          \
		{                                                                                  \
			.label = "Retired key " #n,                                                \
			.id = 4 + (n),                                                             \
			.reference = REF_RETIRED - 1 + (n),                                        \
			.use = GENERAL_USE,                                                        \
		},                                                                                 \
			"Retired certificate " #n, OBJECT_RETIRED - 1 + (n)                        \
	}

/* part 1 tables 4 and 5 */
static const struct place places[] = {
	{{.label = "PIV authentication key", .id = 1, .reference = 0x9A, .use = GENERAL_USE},
	 "PIV authentication certificate",
	 0x5FC105},
	{{.label = "Digital signature key",
	  .id = 2,
	  .reference = 0x9C,
	  .use = KEY_USE_SIGN,
	  .non_repudiation = true,
	  .per_use = true},
	 "Digital signature certificate",
	 0x5FC10A},
	{{.label = "Key management key", .id = 3, .reference = 0x9D, .use = GENERAL_USE},
	 "Key management certificate",
	 0x5FC10B},
	{{.label = "Card authentication key",
	  .id = 4,
	  .reference = 0x9E,
	  .use = KEY_USE_SIGN,
	  .open = true},
	 "Card authentication certificate",
	 0x5FC101},
	RETIRED(1),
	RETIRED(2),
	RETIRED(3),
	RETIRED(4),
	RETIRED(5),
	RETIRED(6),
	RETIRED(7),
	RETIRED(8),
	RETIRED(9),
	RETIRED(10),
	RETIRED(11),
	RETIRED(12),
	RETIRED(13),
	RETIRED(14),
	RETIRED(15),
	RETIRED(16),
	RETIRED(17),
	RETIRED(18),
	RETIRED(19),
	RETIRED(20),
};

enum { N_PLACES = sizeof(places) / sizeof(places[0]), N_CURRENT = N_PLACES - N_RETIRED };

_Static_assert((int)N_PLACES <= (int)LIMIT_N_KEYS && (int)N_PLACES < (int)LIMIT_N_CERTIFICATES,
	       "every key has its place in struct card");

/* How many retired keys have their certificate on the card; they are the first. */
static int read_history(struct channel *c, unsigned *ret)
{
	struct buf answer = BUF_INIT(LIMIT_FILE);
	struct cursor object, count;
	uint8_t n;
	int r;

	r = piv_get_data(c, OBJECT_HISTORY, 0, &answer);
	if (r == 0 && (r = take_object(&answer, &object)) == 0 &&
	    (r = tlv_find(&object, TAG_WITH_CERTIFICATE, &count)) == 0 &&
	    (r = cursor_get_u8(&count, &n)) == 0 && (r = cursor_done(&count)) == 0) {
		if (n > N_RETIRED)
			r = MOHR_ERR_MALFORMED;
		else
			*ret = n;
	}
	buf_clear(&answer);
	return r;
}

static const struct place attestation = {.key = {.id = ID_ATTESTATION},
					 .certificate_label = "Attestation certificate",
					 .object = OBJECT_ATTESTATION};

static void add_certificate(struct card *card, const struct place *place, bool authority)
{
	card->certificates[card->n_certificates++] =
		(struct card_certificate){.label = place->certificate_label,
					  .id = place->key.id,
					  .authority = authority,
					  .place = place};
}

int piv_list(struct piv_card *piv)
{
	struct card *card = &piv->card;
	unsigned n_retired = 0, i;
	int r;

	r = read_history(card->channel, &n_retired);
	if (r != 0 && card->channel->sw == 0)
		return r;
	for (i = 0; i < N_CURRENT + n_retired; i++) {
		card->keys[i] = places[i].key;
		card->keys[i].certificate = (int)i;
		add_certificate(card, &places[i], false);
	}
	card->n_keys = i;
	if (piv_has_since(piv, piv->vendor->attestation))
		add_certificate(card, &attestation, true);
	return 0;
}

/*
 * A certificate as it lies in its container: DER, or compressed. Its first bytes say so more surely than
 * CertInfo, whose bits have changed places between editions of the standard.
 */
static int take_certificate(const struct cursor *object, struct buf *ret)
{
	struct cursor stored;
	size_t total;
	int r;

	r = tlv_find(object, TAG_CERTIFICATE, &stored);
	if (r == 0 && cursor_left(&stored) == 0)
		r = MOHR_ERR_NOT_FOUND;
	if (r != 0)
		return r;
	if (inflate_is_gzip(cursor_at(&stored), cursor_left(&stored)))
		r = inflate_decode(cursor_at(&stored), cursor_left(&stored), ret);
	else
		buf_put(ret, cursor_at(&stored), cursor_left(&stored));
	if (r == 0)
		r = buf_err(ret);
	if (r == 0)
		r = tlv_total_len(ret->data, ret->len, &total);
	if (r == 0 && (total != ret->len || ret->data[0] != DER_SEQUENCE))
		r = MOHR_ERR_MALFORMED;
	return r;
}

static int read_container(struct channel *c, uint32_t tag, struct buf *ret)
{
	struct buf bounded = BUF_INIT(LIMIT_CERTIFICATE);
	struct buf answer = BUF_INIT(MAX_OBJECT);
	struct cursor object;
	int r;

	buf_reset(ret);
	r = piv_get_data(c, tag, 0, &answer);
	if (r == 0 && (r = take_object(&answer, &object)) == 0 &&
	    (r = take_certificate(&object, &bounded)) == 0) {
		buf_put(ret, bounded.data, bounded.len);
		r = buf_err(ret);
	}
	if (r != 0)
		buf_reset(ret);
	buf_clear(&answer);
	buf_clear(&bounded);
	return r;
}

/*
 * "Not found" is what another application says too. Whoever asks a second time, as token/ does before it
 * believes it, gets an answer from this one: a look at the selection for each empty place would cost more
 * than the place.
 */
int piv_read_certificate(struct card *card, unsigned certificate, struct buf *ret)
{
	struct piv_card *piv = (struct piv_card *)card;
	const struct place *place;
	int r = 0;

	if (certificate >= card->n_certificates)
		return MOHR_ERR_ARGUMENT;
	place = card->certificates[certificate].place;
	buf_reset(ret);
	if (piv->doubted[certificate])
		r = piv_ensure(piv);
	if (r == 0)
		r = read_container(card->channel, place->object, ret);
	if (piv_refused(card->channel, r) && r != MOHR_ERR_NOT_FOUND &&
	    r != MOHR_ERR_SECURITY_STATUS) {
		r = piv_select(piv);
		if (r == 0)
			r = read_container(card->channel, place->object, ret);
	}
	if (r == 0)
		piv_note_selected(piv);
	piv->doubted[certificate] = r != 0;
	return r;
}
