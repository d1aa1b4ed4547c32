/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IsoApplet cards, docs/isoapplet-card.md: a PIN that guards everything, places for keys, and files that the
 * issuer makes, PKCS#15's. What a slot has is what its two files have; the directory files follow from them.
 */
#include "personal/isoapplet.h"

#include <stdlib.h>
#include <string.h>

#include "card/file.h"
#include "codec/iso7816.h"
#include "codec/pkcs15.h"

enum {
	VERSION_LEN = 3, /* major, minor, features */
	P_VERSION = 0x01,
	REF_PIN = 0x01,
	REF_PUK = 0x02,
	PIN_MIN = 4,
	PUK_MIN = 8,
	PIN_LEN = 16,
	DIR_LEN = 128,
};

static const uint8_t aid[] = {0xF2, 0x76, 0xA2, 0x88, 0xBC, 0xFB,
			      0xA6, 0x9D, 0x34, 0xF3, 0x10, 0x01};

static const struct personal_slot slots[P15_N_KEYS] = {{"authentication", 0x00, 0},
						       {"signature", 0x01, 0}};

static const struct pin_format pin_format = {
	.reference = REF_PIN, .min_len = PIN_MIN, .max_len = PIN_LEN, .padded_len = PIN_LEN};
static const struct pin_format puk_format = {
	.reference = REF_PUK, .min_len = PUK_MIN, .max_len = PIN_LEN, .padded_len = PIN_LEN};

/* ---- the card ------------------------------------------------------------------------------------ */

/* Gives up what was verified: done once. The older version answers with its number. */
static int select_applet(struct channel *c, struct buf *ret)
{
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = FILE_P1_NAME,
			 .p2 = FILE_P2_FCI,
			 .data = aid,
			 .data_len = sizeof(aid),
			 .le = LIMIT_SHORT_LE};

	return channel_command(c, &a, ret);
}

static int read_version(struct channel *c, uint8_t ret[VERSION_LEN])
{
	struct buf answer = BUF_INIT(LIMIT_SHORT_LE);
	struct apdu a = {
		.ins = INS_GET_DATA, .p1 = P_VERSION, .p2 = P_VERSION, .le = LIMIT_SHORT_LE};
	int r = select_applet(c, &answer);

	if (personal_refused(c, r))
		r = MOHR_ERR_CARD_UNKNOWN;
	if (r == 0 && answer.len != VERSION_LEN)
		r = channel_command(c, &a, &answer);
	if (r == 0 && answer.len != VERSION_LEN)
		r = MOHR_ERR_MALFORMED;
	if (r == 0)
		memcpy(ret, answer.data, VERSION_LEN);
	buf_clear(&answer);
	return r;
}

static int isoapplet_open(struct channel *channel, const struct config *config,
			  struct crypto *crypto, struct personal **ret)
{
	struct isoapplet_personal *iso;
	uint8_t version[VERSION_LEN];
	int r;

	if (config->profile != NULL && strcmp(config->profile, "p15") != 0)
		return MOHR_ERR_CARD_UNKNOWN;
	if ((r = read_version(channel, version)) != 0)
		return r;
	iso = calloc(1, sizeof(*iso));
	if (iso == NULL)
		return MOHR_ERR_NOMEM;
	iso->personal = (struct personal){.ops = &personal_isoapplet,
					  .channel = channel,
					  .crypto = crypto,
					  .slots = slots,
					  .n_slots = P15_N_KEYS,
					  .n_pins = 1};
	iso->hashes = version[0] == 0;
	iso->features = version[2];
	*ret = &iso->personal;
	return 0;
}

static void isoapplet_close(struct personal *p)
{
	free(p);
}

/* ---- PINs ---------------------------------------------------------------------------------------- */

static int isoapplet_authenticate(struct personal *p, const struct personal_admin *admin)
{
	return admin == NULL ? MOHR_ERR_ARGUMENT
			     : pin_verify(p->channel, &pin_format, admin->key, NULL);
}

static int isoapplet_set_pin(struct personal *p, unsigned pin, const struct secret *old_value,
			     const struct secret *new_value, int *ret_tries)
{
	(void)pin;
	return personal_change(p->channel, &pin_format, old_value, new_value, ret_tries);
}

static int isoapplet_unblock_pin(struct personal *p, unsigned pin, const struct secret *puk,
				 const struct secret *new_value, int *ret_tries)
{
	(void)pin;
	return pin_unblock(p->channel, &pin_format, &puk_format, puk, new_value, ret_tries);
}

/*
 * PUK, then PIN: without a PIN the card takes no other PUK than the first, and with one it has no other way to
 * get one. A PUK that is there already is tried, so that no card goes out whose PUK nobody knows.
 */
static int set_first_pins(struct personal *p, const struct personal_setup *setup)
{
	struct channel *c = p->channel;
	bool had_puk;
	int r;

	if ((r = pin_check(&pin_format, setup->pin)) != 0 ||
	    (r = pin_check(&puk_format, setup->puk)) != 0)
		return r;
	r = pin_set(c, INS_CHANGE, &puk_format, setup->puk);
	had_puk = r != 0 && c->sw == SW_WRONG_P1P2;
	if ((r != 0 && !had_puk) || (r = pin_set(c, INS_CHANGE, &pin_format, setup->pin)) != 0)
		return r;
	return had_puk ? pin_unblock(c, &pin_format, &puk_format, setup->puk, setup->pin, NULL) : 0;
}

/* ---- what there is -------------------------------------------------------------------------------- */

static int read_key(struct personal *p, unsigned slot, struct buf *file, struct pubkey *ret)
{
	int r = personal_isoapplet_read(p->channel, (uint16_t)(P15_PUBLIC + slot), file);

	if (r == 0)
		r = personal_p15_take_public(file, ret);
	/* unfinished: then nothing lists the key */
	return r == MOHR_ERR_MALFORMED ? MOHR_ERR_NOT_FOUND : r;
}

static int isoapplet_read_public_key(struct personal *p, unsigned slot, struct buf *ret_spki)
{
	struct buf file = BUF_INIT(LIMIT_CERTIFICATE);
	struct pubkey key;
	int r = read_key(p, slot, &file, &key);

	if (r == 0) {
		pubkey_encode_spki(ret_spki, &key);
		r = buf_err(ret_spki);
	}
	buf_clear(&file);
	return r;
}

/* Whether the certificates' directory has the slot's. */
static int is_listed(struct personal *p, unsigned slot, bool *ret)
{
	struct buf records = BUF_INIT(LIMIT_SHORT_LE);
	struct pkcs15_certificate entry;
	struct cursor c;
	int r = personal_isoapplet_read_records(p->channel, P15_CDF, &records);

	*ret = false;
	if (r == 0) {
		c = buf_cursor(&records);
		while (!*ret && pkcs15_next_certificate(&c, &entry) == 1)
			*ret = cursor_equals(&entry.id, &(uint8_t){(uint8_t)(P15_FIRST_ID + slot)},
					     1);
	}
	buf_clear(&records);
	return r;
}

/* One that is not listed is not there, for whoever uses the card. */
static int isoapplet_read_certificate(struct personal *p, unsigned slot, struct buf *ret)
{
	bool listed;
	int r = is_listed(p, slot, &listed);

	if (r == 0 && !listed)
		r = MOHR_ERR_NOT_FOUND;
	return r != 0 ? r
		      : personal_isoapplet_read(p->channel, (uint16_t)(P15_CERTIFICATE + slot),
						ret);
}

/* Whether there is a whole certificate in the slot's file, and for this key. */
static int find_certificate(struct personal *p, unsigned slot, const struct pubkey *key, bool *ret)
{
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct x509 crt;
	int r = personal_isoapplet_read(p->channel, (uint16_t)(P15_CERTIFICATE + slot), &der);

	*ret = r == 0 && x509_decode(der.data, der.len, &crt) == 0 &&
	       personal_same_key(&crt.key, key);
	buf_clear(&der);
	return r == MOHR_ERR_NOT_FOUND || r == MOHR_ERR_MALFORMED ? 0 : r;
}

struct inventory {
	struct p15_record records[P15_N_KEYS];
	struct buf files[P15_N_KEYS]; /* which the records' keys borrow from */
};

static void inventory_clear(struct inventory *v)
{
	unsigned i;

	for (i = 0; i < P15_N_KEYS; i++)
		buf_clear(&v->files[i]);
}

static int take_inventory(struct personal *p, struct inventory *ret)
{
	unsigned i;
	int r = 0;

	*ret = (struct inventory){0};
	for (i = 0; i < P15_N_KEYS; i++)
		buf_init(&ret->files[i], LIMIT_CERTIFICATE);
	for (i = 0; r == 0 && i < P15_N_KEYS; i++) {
		struct p15_record *k = &ret->records[i];

		k->reference = slots[i].reference;
		r = read_key(p, i, &ret->files[i], &k->key);
		k->has_key = r == 0;
		if (r == 0)
			r = find_certificate(p, i, &k->key, &k->has_certificate);
		else if (r == MOHR_ERR_NOT_FOUND)
			r = 0;
	}
	return r;
}

/* Directory files that list exactly these; certificates go first and come last. */
static int list(struct personal *p, const struct inventory *v)
{
	static const struct {
		uint16_t id;
		void (*put)(struct buf *b, const struct p15_record records[P15_N_KEYS]);
	} files[] = {{P15_PRKDF, personal_p15_put_private_keys},
		     {P15_PUKDF, personal_p15_put_public_keys},
		     {P15_CDF, personal_p15_put_certificates}};
	struct buf content = BUF_INIT(P15_RECORDS_MAX);
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < sizeof(files) / sizeof(files[0]); i++) {
		buf_reset(&content);
		files[i].put(&content, v->records);
		r = personal_isoapplet_replace(p->channel, files[i].id, &content);
	}
	buf_clear(&content);
	return r;
}

/* Lists what there is, but for this slot's certificate, or its key as well. */
static int list_without(struct personal *p, unsigned slot, bool key)
{
	struct inventory v;
	int r = take_inventory(p, &v);

	if (r == 0) {
		v.records[slot].has_certificate = false;
		v.records[slot].has_key &= !key;
		r = list(p, &v);
	}
	inventory_clear(&v);
	return r;
}

static int list_all(struct personal *p)
{
	struct inventory v;
	int r = take_inventory(p, &v);

	if (r == 0)
		r = list(p, &v);
	inventory_clear(&v);
	return r;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static int create_empty(struct channel *c, uint16_t id)
{
	const struct buf nothing = BUF_INIT(1);

	return personal_isoapplet_create(c, id, P15_RECORDS_MAX, &nothing);
}

static int create_files(struct personal *p, const char *label)
{
	struct channel *c = p->channel;
	struct buf pin = BUF_INIT(P15_RECORDS_MAX), info = BUF_INIT(P15_RECORDS_MAX);
	struct buf odf = BUF_INIT(P15_RECORDS_MAX), dir = BUF_INIT(DIR_LEN);
	uint8_t serial[P15_SERIAL_LEN];
	int r;

	if ((r = crypto_random(p->crypto, serial, sizeof(serial))) != 0)
		return r;
	personal_p15_put_pin(&pin, &pin_format);
	personal_p15_put_info(&info, label, serial);
	personal_p15_put_odf(&odf);
	personal_p15_put_dir(&dir, label);
	if ((r = personal_isoapplet_create_df(c)) == 0 &&
	    (r = personal_isoapplet_create(c, P15_AODF, P15_RECORDS_MAX, &pin)) == 0 &&
	    (r = create_empty(c, P15_PRKDF)) == 0 && (r = create_empty(c, P15_PUKDF)) == 0 &&
	    (r = create_empty(c, P15_CDF)) == 0 &&
	    (r = personal_isoapplet_create(c, P15_TOKEN_INFO, P15_RECORDS_MAX, &info)) == 0 &&
	    (r = personal_isoapplet_create(c, P15_ODF, P15_RECORDS_MAX, &odf)) == 0)
		r = personal_isoapplet_create(c, P15_DIR, DIR_LEN, &dir);
	buf_clear(&pin);
	buf_clear(&info);
	buf_clear(&odf);
	buf_clear(&dir);
	return r;
}

static int isoapplet_initialise(struct personal *p, const struct personal_setup *setup)
{
	struct channel *c = p->channel;
	struct pin_status status;
	int r;

	if (setup->label == NULL || strlen(setup->label) > P15_LABEL_MAX)
		return MOHR_ERR_ARGUMENT;
	if ((r = pin_query(c, &pin_format, &status)) != 0)
		return r;
	/* "verified" says a card without a PIN */
	if (status.verified && (r = set_first_pins(p, setup)) != 0)
		return r;
	if (setup->pin != NULL && (r = pin_verify(c, &pin_format, setup->pin, NULL)) != 0)
		return r;
	if ((r = personal_isoapplet_delete(c, P15_DIR)) != 0 ||
	    (r = personal_isoapplet_delete(c, P15_DF)) != 0)
		return r;
	return create_files(p, setup->label);
}

/* ---- keys and certificates ------------------------------------------------------------------------- */

static int isoapplet_erase_certificate(struct personal *p, unsigned slot)
{
	int r = list_without(p, slot, false);

	return r != 0 ? r
		      : personal_isoapplet_delete(p->channel, (uint16_t)(P15_CERTIFICATE + slot));
}

/* The file of a key that was just made. */
static int store_public(struct personal *p, unsigned slot, const struct buf *spki)
{
	struct buf content = BUF_INIT(PERSONAL_MAX_SPKI);
	struct cursor c = buf_cursor(spki);
	struct pubkey key;
	int r = pubkey_decode_spki(&c, &key);

	if (r != 0)
		return r;
	personal_p15_put_public(&content, &key);
	r = personal_isoapplet_create(p->channel, (uint16_t)(P15_PUBLIC + slot), content.len,
				      &content);
	buf_clear(&content);
	return r;
}

/* The old key's file goes before the key does, and the new one's comes after it. */
static int isoapplet_generate(struct personal *p, unsigned slot, enum personal_kind kind,
			      struct buf *ret_spki)
{
	struct isoapplet_personal *iso = (struct isoapplet_personal *)p;
	int r;

	if ((r = list_without(p, slot, true)) != 0 ||
	    (r = personal_isoapplet_delete(p->channel, (uint16_t)(P15_PUBLIC + slot))) != 0 ||
	    (r = personal_isoapplet_make_key(iso, slots[slot].reference, kind, ret_spki)) != 0 ||
	    (r = store_public(p, slot, ret_spki)) != 0)
		return r;
	return list_all(p);
}

/* Whoever has the PIN may have made another key in the place since: the file is not enough. */
static int isoapplet_put_certificate(struct personal *p, unsigned slot, const void *der, size_t len)
{
	struct isoapplet_personal *iso = (struct isoapplet_personal *)p;
	struct buf content = BUF_INIT(LIMIT_CERTIFICATE);
	struct x509 crt;
	int r;

	if ((r = x509_decode(der, len, &crt)) != 0 ||
	    (r = personal_isoapplet_prove(iso, slots[slot].reference, &crt.key)) != 0 ||
	    (r = isoapplet_erase_certificate(p, slot)) != 0)
		return r;
	buf_put(&content, der, len);
	r = personal_isoapplet_create(p->channel, (uint16_t)(P15_CERTIFICATE + slot), len,
				      &content);
	buf_clear(&content);
	return r != 0 ? r : list_all(p);
}

const struct personal_ops personal_isoapplet = {
	.name = "isoapplet",
	.open = isoapplet_open,
	.close = isoapplet_close,
	.authenticate = isoapplet_authenticate,
	.initialise = isoapplet_initialise,
	.set_pin = isoapplet_set_pin,
	.unblock_pin = isoapplet_unblock_pin,
	.generate = isoapplet_generate,
	.read_public_key = isoapplet_read_public_key,
	.put_certificate = isoapplet_put_certificate,
	.erase_certificate = isoapplet_erase_certificate,
	.read_certificate = isoapplet_read_certificate,
};
