/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS#15 cards: where the application is (PKCS #15 §5, ISO 7816-15 §7), and what names the token. */
#include "profile/p15.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"

enum {
	P2_THIS_RECORD = 0x04,
	MAX_RECORDS = 16, /* of EF.DIR */
	SERIAL_DIGITS = 16,
	CHALLENGE_LEN = 64,
};

/* PKCS #15 §5.6 */
static const uint8_t p15_aid[] = {0xA0, 0x00, 0x00, 0x00, 0x63, 0x50,
				  0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35};
/* ISO 7816-15 §7.5.5: what names of its applications begin with */
static const uint8_t iso_rid[] = {0xE8, 0x28, 0xBD, 0x08, 0x0F};
static const uint8_t usual_df[] = {0x50, 0x15};
static const uint8_t odf_id[] = {0x50, 0x31};
static const uint8_t info_id[] = {0x50, 0x32};
static const uint8_t dir_id[] = {0x2F, 0x00};

static struct pkcs15_value file_at(const uint8_t *path, size_t len)
{
	struct pkcs15_value v = {.place = PKCS15_AT_PATH};

	cursor_init(&v.path.path, path, len);
	return v;
}

/* Whether the search is over, one way or the other; else *r was merely the card's "no", and an odd one is kept. */
static bool is_final(const struct channel *c, int *r, uint16_t *odd)
{
	if (*r == 0 || *r == MOHR_ERR_NOMEM || c->sw == 0)
		return true;
	*r = MOHR_ERR_CARD_UNKNOWN;
	if (profile_is_odd(c->sw))
		*odd = c->sw;
	return false;
}

/* ---- the application -------------------------------------------------------------------------- */

static void set_base(struct p15_card *p15, const uint8_t *path, size_t len)
{
	p15->base = (struct p15_path){.len = (uint8_t)len};
	memcpy(p15->base.at, path, len);
}

/* What was kept of a list that did not lead anywhere. */
static void forget(struct p15_card *p15)
{
	struct card *card = &p15->card;

	while (p15->n_files > 0)
		buf_clear(&p15->files[--p15->n_files]);
	p15->n_bytes = 0;
	p15->n_pins = p15->n_public_lists = 0;
	card->n_pins = card->n_keys = card->n_certificates = card->n_data = 0;
	p15->info = (struct pkcs15_info){0};
	p15_text_free(p15);
}

/* In its DF, or below the MF where SELECT by name has led there. */
static int read_odf(struct p15_card *p15, const struct pkcs15_value *odf, struct cursor *ret)
{
	struct channel *c = p15->card.channel;
	int r = p15_keep(p15, odf, ret);

	if (r == MOHR_ERR_NOT_FOUND && c->sw == SW_FILE_NOT_FOUND && p15->aid_len > 0 &&
	    !p15->in_mf) {
		p15->in_mf = true;
		r = p15_keep(p15, odf, ret);
	}
	return r == 0 ? p15_path_decode(p15, &odf->path.path, &p15->odf) : r;
}

/* The application that has just been selected: what it holds, if it is what it is taken for. */
static int read_all(struct p15_card *p15, const struct pkcs15_value *odf,
		    const struct pkcs15_value *info)
{
	struct channel *c = p15->card.channel;
	struct cursor list, file;
	int r;

	r = read_odf(p15, odf, &list);
	if (r != 0)
		return r;
	r = p15_keep(p15, info, &file);
	if (r == 0)
		r = pkcs15_decode_info(&file, &p15->info);
	if (r == MOHR_ERR_NOMEM || r == MOHR_ERR_LIMIT || (r != 0 && c->sw == 0))
		return r;
	if (r != 0)
		log_write(c->log, LOG_DEBUG, "TokenInfo was not read: %s", error_text(r));
	r = p15_list(p15, &list);
	if (r == 0 && p15->card.n_pins + p15->card.n_keys + p15->card.n_certificates == 0 &&
	    cursor_left(&p15->info.serial) + cursor_left(&p15->info.label) == 0)
		r = MOHR_ERR_NOT_FOUND;
	return r;
}

/* SELECT by name. */
static int try_name(struct p15_card *p15, const uint8_t *aid, size_t len)
{
	const struct pkcs15_value odf = file_at(odf_id, sizeof(odf_id));
	const struct pkcs15_value info = file_at(info_id, sizeof(info_id));
	struct buf greeting = BUF_INIT(LIMIT_RESPONSE);
	int r;

	memcpy(p15->aid, aid, len);
	p15->aid_len = len;
	p15->in_mf = p15->kind->in_mf;
	set_base(p15, usual_df, sizeof(usual_df));
	r = p15_select(p15, p15->kind->tells_features ? &greeting : NULL);
	if (r == 0)
		r = p15_kind_ask(p15, &greeting);
	buf_clear(&greeting);
	return r == 0 ? read_all(p15, &odf, &info) : r;
}

/* ---- EF.DIR ----------------------------------------------------------------------------------- */

/* READ RECORD (ISO 7816-4 §11.4.3), for cards that keep one application in each. */
static int read_records(struct channel *c, struct buf *ret)
{
	struct buf record = BUF_INIT(LIMIT_SHORT_LE);
	uint8_t n;
	int r = 0;

	for (n = 1; r == 0 && n <= MAX_RECORDS; n++) {
		const struct apdu a = {.ins = INS_READ_RECORD,
				       .p1 = n,
				       .p2 = P2_THIS_RECORD,
				       .le = LIMIT_SHORT_LE};

		r = channel_command(c, &a, &record);
		if (r == 0) {
			buf_put(ret, record.data, record.len);
			r = buf_err(ret);
		}
	}
	buf_clear(&record);
	return ret->len > 0 && p15_refused(c, r) ? 0 : r;
}

static int read_dir(struct p15_card *p15, struct buf *ret)
{
	struct channel *c = p15->card.channel;
	size_t size;
	int r;

	r = file_select_sized(c, FILE_P1_PATH_FROM_MF, dir_id, sizeof(dir_id), &size);
	if (r == 0) {
		r = file_read(c, 0, size, p15_objects_end, ret);
		if (r != 0 && c->sw == SW_WRONG_FILE_TYPE)
			r = read_records(c, ret);
	}
	return r;
}

static bool is_ours(const struct cursor *aid)
{
	const uint8_t *at = cursor_at(aid);
	size_t len = cursor_left(aid);

	return len <= LIMIT_AID &&
	       ((len >= sizeof(p15_aid) && memcmp(at, p15_aid, sizeof(p15_aid)) == 0) ||
		(len >= sizeof(iso_rid) && memcmp(at, iso_rid, sizeof(iso_rid)) == 0));
}

/* By the path of its DF where EF.DIR tells one, else by name. */
static int try_application(struct p15_card *p15, const struct pkcs15_application *a)
{
	struct pkcs15_value odf = file_at(odf_id, sizeof(odf_id));
	struct pkcs15_value info = file_at(info_id, sizeof(info_id));
	const struct buf greeting = BUF_INIT(0);
	struct p15_path path;
	int r;

	p15->aid_len = 0;
	p15->in_mf = false;
	set_base(p15, usual_df, 0);
	if (a->has_odf)
		odf.path = a->odf;
	if (a->has_info)
		info.path = a->info;
	if (cursor_left(&a->path) == 0) {
		p15->aid_len = cursor_left(&a->aid);
		memcpy(p15->aid, cursor_at(&a->aid), p15->aid_len);
		set_base(p15, usual_df, sizeof(usual_df));
	} else if (p15_path_decode(p15, &a->path, &path) != 0) {
		return MOHR_ERR_CARD_UNKNOWN;
	} else {
		p15->base = path;
	}
	r = p15_select(p15, NULL);
	if (r == 0)
		r = p15_kind_ask(p15, &greeting);
	return r == 0 ? read_all(p15, &odf, &info) : r;
}

static int try_dir(struct p15_card *p15)
{
	struct buf dir = BUF_INIT(LIMIT_FILE);
	struct pkcs15_application a;
	struct cursor list;
	int r;

	r = read_dir(p15, &dir);
	list = buf_cursor(&dir);
	if (r == 0) {
		r = MOHR_ERR_CARD_UNKNOWN;
		while (pkcs15_next_application(&list, &a) == 1) {
			if (!is_ours(&a.aid))
				continue;
			r = try_application(p15, &a);
			break;
		}
	}
	buf_clear(&dir);
	return r;
}

/* ---- identification --------------------------------------------------------------------------- */

/* At most three questions, and one more of who wants this profile alone; odd has what was no clear answer. */
static int search(struct p15_card *p15, bool forced, uint16_t *odd)
{
	struct channel *c = p15->card.channel;
	const struct p15_kind *by_atr = p15_kind_by_atr(c->link), *kind = NULL;
	int r;

	p15->kind = by_atr;
	r = try_name(p15, p15_aid, sizeof(p15_aid));
	if (is_final(c, &r, odd))
		return r;
	while ((kind = p15_kind_next_named(kind)) != NULL) {
		forget(p15);
		p15->kind = kind;
		r = try_name(p15, kind->aid, kind->aid_len);
		if (is_final(c, &r, odd))
			return r;
	}
	p15->kind = by_atr;
	forget(p15);
	if (forced) {
		r = try_name(p15, iso_rid, sizeof(iso_rid));
		if (is_final(c, &r, odd))
			return r;
		forget(p15);
	}
	r = try_dir(p15);
	(void)is_final(c, &r, odd);
	return r;
}

static void set_serial(struct p15_card *p15)
{
	struct cursor serial = p15->info.serial;
	char *to = p15->card.serial;
	uint8_t byte;
	size_t i;

	/* the last digits are those that tell cards apart */
	if (cursor_left(&serial) > SERIAL_DIGITS / 2 &&
	    cursor_skip(&serial, cursor_left(&serial) - SERIAL_DIGITS / 2) != 0)
		return;
	for (i = 0; cursor_get_u8(&serial, &byte) == 0; i++)
		snprintf(to + 2 * i, 3, "%02X", byte);
}

static void name_token(struct p15_card *p15)
{
	struct card *card = &p15->card;

	p15_text_copy(&p15->info.label, card->label, sizeof(card->label));
	if (card->label[0] == '\0')
		snprintf(card->label, sizeof(card->label), "%s", p15->kind->model);
	p15_text_copy(&p15->info.manufacturer, card->manufacturer, sizeof(card->manufacturer));
	snprintf(card->model, sizeof(card->model), "%s", p15->kind->model);
	set_serial(p15);
}

static void p15_close(struct card *card)
{
	struct p15_card *p15 = (struct p15_card *)card;

	forget(p15);
	free(p15);
}

static int p15_open(const struct profile *p, struct channel *channel, const struct config *config,
		    struct card **ret)
{
	struct p15_card *p15 = calloc(1, sizeof(*p15));
	bool chaining = channel->chaining, extended = channel->extended;
	uint16_t odd = 0;
	int r;

	if (p15 == NULL)
		return MOHR_ERR_NOMEM;
	p15->card.profile = p;
	p15->card.channel = channel;
	r = search(p15, config->profile != NULL, &odd);
	if (r != 0) {
		if (odd != 0)
			channel->sw = odd;
		channel->chaining = chaining;
		channel->extended = extended;
		p15_close(&p15->card);
		return r;
	}
	p15_find_operations(p15);
	name_token(p15);
	*ret = &p15->card;
	return 0;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static int p15_read_certificate(struct card *card, unsigned certificate, struct buf *ret)
{
	struct p15_card *p15 = (struct p15_card *)card;

	if (certificate >= card->n_certificates)
		return MOHR_ERR_ARGUMENT;
	return p15_read(p15, card->certificates[certificate].place, P15_SEQUENCE, ret);
}

static int p15_read_data(struct card *card, unsigned data, struct buf *ret)
{
	struct p15_card *p15 = (struct p15_card *)card;
	const struct pkcs15_value *place;
	int r = 0;

	if (data >= card->n_data)
		return MOHR_ERR_ARGUMENT;
	place = card->data[data].place;
	if (place->place == PKCS15_AT_PATH)
		r = p15_ensure(p15, NULL);
	return r != 0 ? r : p15_read(p15, place, P15_WHOLE, ret);
}

/* GET CHALLENGE (ISO 7816-4 §11.5.3). */
static int p15_random(struct card *card, uint8_t *ret, size_t len)
{
	struct buf answer = BUF_INIT(LIMIT_SHORT_LE);
	struct apdu a = {.ins = INS_CHALLENGE};
	size_t done = 0;
	int r;

	r = p15_ensure((struct p15_card *)card, NULL);
	while (r == 0 && done < len) {
		a.le = len - done < CHALLENGE_LEN ? len - done : CHALLENGE_LEN;
		r = channel_command(card->channel, &a, &answer);
		if (r == 0 && answer.len != a.le)
			r = MOHR_ERR_MALFORMED;
		if (r == 0) {
			memcpy(ret + done, answer.data, answer.len);
			done += answer.len;
		}
	}
	if (r != 0)
		wipe(ret, len);
	buf_clear(&answer);
	return r;
}

const struct profile p15_profile = {
	.name = "p15",
	.open = p15_open,
	.close = p15_close,
	.query = p15_query,
	.query_opened = p15_query_opened,
	.verify = p15_verify,
	.unverify = p15_unverify,
	.change = p15_change,
	.unblock = p15_unblock,
	.verify_pad = p15_verify_pad,
	.change_pad = p15_change_pad,
	.read_certificate = p15_read_certificate,
	.read_data = p15_read_data,
	.read_public_key = p15_read_public_key,
	.can_sign = p15_can_sign,
	.sign = p15_sign,
	.can_decipher = p15_can_decipher,
	.decipher = p15_decipher,
	.can_derive = p15_can_derive,
	.derive = p15_derive,
	.random = p15_random,
};
