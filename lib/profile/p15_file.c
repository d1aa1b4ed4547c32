/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of a PKCS#15 card: which DF is current, and how a value is found and read. */
#include "profile/p15.h"

#include <string.h>

#include "codec/der.h"
#include "codec/iso7816.h"

enum {
	ID_LEN = 2,
	MF_HIGH = 0x3F, /* 3F00 */
	MF_LOW = 0x00,
	PROOF_LEN = 16,    /* of the object directory: paths, which no other card has so */
	PADDING_RUN = 128, /* nobody has erased an entry as large as that */
	MAX_HEADER = 6,    /* of an entry: tag and length */
};

static const uint8_t mf[] = {MF_HIGH, MF_LOW};

bool p15_refused(const struct channel *c, int r)
{
	return r != 0 && c->sw != 0 && c->sw != SW_OK;
}

bool p15_may_be_elsewhere(const struct p15_card *p15)
{
	return !p15->is_selected || p15->turn != p15->card.channel->turn;
}

/* ---- paths ------------------------------------------------------------------------------------ */

bool p15_path_equal(const struct p15_path *a, const struct p15_path *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

struct p15_path p15_path_parent(const struct p15_path *path)
{
	struct p15_path parent = *path;

	parent.len = parent.len > ID_LEN ? (uint8_t)(parent.len - ID_LEN) : 0;
	if (parent.below > parent.len)
		parent.below = parent.len;
	return parent;
}

int p15_path_decode(const struct p15_card *p15, const struct cursor *path, struct p15_path *ret)
{
	const uint8_t *at = cursor_at(path);
	size_t len = cursor_left(path);
	struct p15_path p = {0};

	if (len < ID_LEN || len % ID_LEN != 0)
		return MOHR_ERR_NOT_SUPPORTED;
	if (memcmp(at, mf, ID_LEN) == 0) {
		at += ID_LEN;
		len -= ID_LEN;
	} else {
		p = p15->base;
		/* a DF that is known by name may be anywhere */
		p.below = p15->aid_len > 0 && !p15->in_mf ? p.len : 0;
	}
	if (len > sizeof(p.at) - p.len)
		return MOHR_ERR_NOT_SUPPORTED;
	if (len > 0)
		memcpy(p.at + p.len, at, len);
	p.len = (uint8_t)(p.len + len);
	*ret = p;
	return 0;
}

/* ---- selection -------------------------------------------------------------------------------- */

int p15_select(struct p15_card *p15, struct buf *ret)
{
	static const struct p15_path top = {0};
	struct channel *c = p15->card.channel;
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = FILE_P1_NAME,
			 .p2 = FILE_P2_FCI,
			 .data = p15->aid,
			 .data_len = p15->aid_len,
			 .le = LIMIT_SHORT_LE};
	int r;

	p15->is_selected = false;
	if (p15->aid_len > 0)
		r = channel_command(c, &a, ret);
	else if (p15->base.len > 0)
		r = file_select_sized(c, FILE_P1_PATH_FROM_MF, p15->base.at, p15->base.len, NULL);
	else
		r = file_select_sized(c, FILE_P1_ANY, mf, sizeof(mf), NULL);
	if (r == 0) {
		p15->df = p15->in_mf ? top : p15->base;
		p15->is_selected = true;
		p15->turn = c->turn;
	}
	return r;
}

/* Of a DF nothing is wanted to know, though some cards tell always. */
static int select_ids(struct p15_card *p15, uint8_t p1, const uint8_t *ids, size_t len, bool is_df,
		      size_t *ret_size)
{
	struct channel *c = p15->card.channel;
	int r = MOHR_ERR_NOT_SUPPORTED;

	if (is_df && !p15->tells_always)
		r = file_select_silently(c, p1, ids, len);
	if (r != MOHR_ERR_NOT_SUPPORTED)
		return r;
	if (is_df)
		p15->tells_always = true;
	return file_select_sized(c, p1, ids, len, ret_size);
}

/* One SELECT for what is below the MF, or below the application's DF, which is current then. */
static int select_path(struct p15_card *p15, const struct p15_path *path, bool is_df,
		       size_t *ret_size)
{
	const uint8_t *at = path->at + path->below;
	size_t len = (size_t)path->len - path->below;
	int r = 0;

	if (path->len == 0)
		return select_ids(p15, FILE_P1_ANY, mf, sizeof(mf), is_df, ret_size);
	if (path->below == 0)
		return select_ids(p15, FILE_P1_PATH_FROM_MF, at, len, is_df, ret_size);
	if (len == 0 || !p15_path_equal(&p15->df, &p15->base))
		r = p15_select(p15, NULL);
	if (r != 0 || len == 0)
		return r;
	return select_ids(p15, len == ID_LEN ? FILE_P1_ANY : FILE_P1_PATH_FROM_DF, at, len, is_df,
			  ret_size);
}

int p15_enter(struct p15_card *p15, const struct p15_path *df)
{
	int r;

	if (p15_path_equal(&p15->df, df))
		return 0;
	if (!p15->in_mf && p15_path_equal(&p15->base, df))
		return p15_select(p15, NULL);
	r = select_path(p15, df, true, NULL);
	if (r == 0)
		p15->df = *df;
	return r;
}

int p15_select_file(struct p15_card *p15, const struct p15_path *path, size_t *ret_size)
{
	int r = select_path(p15, path, false, ret_size);

	if (r == 0)
		p15->df = p15_path_parent(path);
	return r;
}

/* Whether the object directory is there, as it was. */
static int prove(struct p15_card *p15, bool *ret_proven)
{
	struct channel *c = p15->card.channel;
	const struct buf *odf = &p15->files[0];
	size_t len = odf->len < PROOF_LEN ? odf->len : PROOF_LEN;
	struct buf found = BUF_INIT(PROOF_LEN);
	int r;

	*ret_proven = false;
	r = p15_select_file(p15, &p15->odf, NULL);
	if (r == 0)
		r = file_read(c, 0, len, NULL, &found);
	if (r == 0)
		*ret_proven = found.len == len && memcmp(found.data, odf->data, len) == 0;
	buf_clear(&found);
	return p15_refused(c, r) ? 0 : r;
}

int p15_ensure(struct p15_card *p15, bool *ret_again)
{
	bool proven = !p15_may_be_elsewhere(p15);
	int r = 0;

	if (!proven && p15->aid_len > 0 && p15->n_files > 0)
		r = prove(p15, &proven);
	if (r == 0 && proven) {
		p15->is_selected = true;
		p15->turn = p15->card.channel->turn;
	} else if (r == 0) {
		r = p15_select(p15, NULL);
	}
	if (r == 0 && ret_again != NULL)
		*ret_again = !proven;
	return r;
}

/* ---- reading ---------------------------------------------------------------------------------- */

bool p15_objects_end(const struct buf *have, bool at_end)
{
	const uint8_t *at = have->data;
	size_t left = have->len, total, run = 0;

	while (left > 0) {
		if (*at == 0x00 || *at == 0xFF) {
			run++;
			total = 1;
		} else if (tlv_total_len(at, left, &total) != 0) {
			return left >= MAX_HEADER;
		} else if (total > left) {
			return false;
		} else {
			run = 0;
		}
		at += total;
		left -= total;
	}
	return at_end || run >= PADDING_RUN;
}

/* Cuts what was read to the data object that it begins with. */
static int cut(struct buf *b)
{
	size_t total;
	int r;

	if (b->len == 0 || b->data[0] != DER_SEQUENCE)
		return MOHR_ERR_MALFORMED;
	r = tlv_total_len(b->data, b->len, &total);
	if (r == 0 && total > b->len)
		r = MOHR_ERR_MALFORMED;
	if (r == 0)
		buf_truncate(b, total);
	return r;
}

/*
 * A SEQUENCE that stands in its entry. Where tags are implicit, as the standard has them (PKCS #15 appendix A),
 * [0] is in place of its own; some cards have both.
 */
static int take_direct(const struct cursor *direct, struct buf *ret)
{
	size_t total;

	if (tlv_total_len(cursor_at(direct), cursor_left(direct), &total) != 0)
		return MOHR_ERR_MALFORMED;
	if (total == cursor_left(direct))
		buf_put(ret, cursor_at(direct), total);
	else
		tlv_put(ret, DER_SEQUENCE, cursor_at(direct), cursor_left(direct));
	return buf_err(ret);
}

static int read_once(struct p15_card *p15, const struct pkcs15_path *place,
		     enum p15_content content, struct buf *ret)
{
	struct channel *c = p15->card.channel;
	bool sized = place->has_range && place->length > 0;
	bool alone = content == P15_SEQUENCE && !place->has_range;
	size_t size = FILE_SIZE_UNKNOWN, offset = place->has_range ? place->index : 0;
	struct p15_path path;
	int r;

	r = p15_path_decode(p15, &place->path, &path);
	if (r == 0)
		r = p15_select_file(p15, &path, sized || alone ? NULL : &size);
	if (r != 0)
		return r;
	if (alone)
		return file_read_der(c, LIMIT_CERTIFICATE, ret);
	if (sized)
		size = place->length;
	else if (size != FILE_SIZE_UNKNOWN)
		size = size > offset ? size - offset : 0;
	r = file_read(c, offset, size, content == P15_OBJECTS ? p15_objects_end : NULL, ret);
	return r == 0 && ret->len == 0 ? MOHR_ERR_NOT_FOUND : r;
}

static int read_file(struct p15_card *p15, const struct pkcs15_path *place,
		     enum p15_content content, struct buf *ret)
{
	int r = read_once(p15, place, content, ret), refusal = r;
	bool again = false;

	if (!p15_refused(p15->card.channel, r) || r == MOHR_ERR_SECURITY_STATUS ||
	    !p15_may_be_elsewhere(p15))
		return r;
	r = p15_ensure(p15, &again);
	if (r != 0)
		return r;
	return again ? read_once(p15, place, content, ret) : refusal;
}

int p15_read(struct p15_card *p15, const struct pkcs15_value *value, enum p15_content content,
	     struct buf *ret)
{
	int r = MOHR_ERR_NOT_SUPPORTED;

	buf_reset(ret);
	if (value->place == PKCS15_AT_PATH) {
		r = read_file(p15, &value->path, content, ret);
	} else if (value->place == PKCS15_DIRECT && content == P15_SEQUENCE) {
		r = take_direct(&value->direct, ret);
	} else if (value->place == PKCS15_DIRECT) {
		buf_put(ret, cursor_at(&value->direct), cursor_left(&value->direct));
		r = buf_err(ret);
	}
	if (r == 0 && content == P15_SEQUENCE)
		r = cut(ret);
	if (r != 0)
		buf_reset(ret);
	return r;
}

int p15_keep(struct p15_card *p15, const struct pkcs15_value *value, struct cursor *ret)
{
	uint64_t since = p15->card.channel->n_apdus;
	struct buf *file;
	int r;

	if (value->place == PKCS15_DIRECT) {
		*ret = value->direct;
		return 0;
	}
	if (p15->n_files == P15_N_FILES || p15->n_apdus >= LIMIT_DIRECTORY_APDUS)
		return MOHR_ERR_LIMIT;
	file = &p15->files[p15->n_files];
	buf_init(file, P15_BYTES_MAX - p15->n_bytes);
	r = p15_read(p15, value, P15_OBJECTS, file);
	/* one disturbed exchange must not hide what the file lists until the card leaves */
	if (p15_refused(p15->card.channel, r) && p15->card.channel->sw != SW_FILE_NOT_FOUND)
		r = p15_read(p15, value, P15_OBJECTS, file);
	p15->n_apdus += (unsigned)(p15->card.channel->n_apdus - since);
	if (r != 0) {
		buf_clear(file);
		return r;
	}
	p15->n_files++;
	p15->n_bytes += file->len;
	*ret = buf_cursor(file);
	return 0;
}
