/* SPDX-License-Identifier: BSD-2-Clause */
/* Files on an IsoApplet card: SELECT by path, CREATE and DELETE FILE (ISO 7816-9), UPDATE BINARY. */
#include <string.h>

#include "card/file.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "personal/isoapplet.h"

enum {
	INS_CREATE_FILE = 0xE0,
	INS_DELETE_FILE = 0xE4,
	P1_PATH_FROM_MF = 0x08,
	/* control information, ISO 7816-4 §7.4.3 */
	TAG_FCI = 0x6F,
	TAG_TOTAL = 0x81,
	TAG_DESCRIPTOR = 0x82,
	TAG_IDENTIFIER = 0x83,
	TAG_ACCESS = 0x86,
	DESCRIPTOR_EF = 0x01,
	DESCRIPTOR_DF = 0x38,
	MAX_OFFSET = 0x7FFF,
};

/*
 * Access conditions: 00 always, 90 PIN, FF never. Delete, terminate, activate, deactivate; then of a DF create
 * DF, create EF, delete child, of an EF write, update, read.
 */
static const uint8_t df_access[] = {0xFF, 0x90, 0xFF, 0xFF, 0xFF, 0x90, 0x90, 0x90};
static const uint8_t ef_access[] = {0xFF, 0x90, 0xFF, 0xFF, 0xFF, 0x90, 0x90, 0x00};

static bool is_in_df(uint16_t id)
{
	return id != P15_MF && id != P15_DIR && id != P15_DF;
}

int personal_isoapplet_select(struct channel *c, uint16_t id)
{
	const uint8_t path[] = {P15_DF >> 8, P15_DF & 0xFF, (uint8_t)(id >> 8), (uint8_t)id};
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = P1_PATH_FROM_MF,
			 .p2 = FILE_P2_NOTHING,
			 .data = path,
			 .data_len = sizeof(path)};

	if (id == P15_MF)
		return file_select_id(c, FILE_P1_ANY, id, FILE_P2_NOTHING);
	if (!is_in_df(id)) {
		a.data += 2;
		a.data_len -= 2;
	}
	return channel_command(c, &a, NULL);
}

int personal_isoapplet_delete(struct channel *c, uint16_t id)
{
	const uint8_t data[] = {(uint8_t)(id >> 8), (uint8_t)id};
	struct apdu a = {.ins = INS_DELETE_FILE, .data = data, .data_len = sizeof(data)};
	int r = personal_isoapplet_select(c, is_in_df(id) ? P15_DF : P15_MF);

	if (r == 0)
		r = channel_command(c, &a, NULL);
	return r == MOHR_ERR_NOT_FOUND ? 0 : r;
}

static int create(struct channel *c, uint16_t id, uint8_t descriptor, size_t size)
{
	struct buf fci = BUF_INIT(LIMIT_SHORT_LC);
	struct apdu a = {.ins = INS_CREATE_FILE};
	size_t mark = tlv_open(&fci, TAG_FCI);
	int r;

	if (descriptor == DESCRIPTOR_EF) {
		const uint8_t bytes[] = {(uint8_t)(size >> 8), (uint8_t)size};

		tlv_put(&fci, TAG_TOTAL, bytes, sizeof(bytes));
	}
	tlv_put_u8(&fci, TAG_DESCRIPTOR, descriptor);
	tlv_put(&fci, TAG_IDENTIFIER, (const uint8_t[]){(uint8_t)(id >> 8), (uint8_t)id}, 2);
	tlv_put(&fci, TAG_ACCESS, descriptor == DESCRIPTOR_EF ? ef_access : df_access,
		sizeof(ef_access));
	tlv_close(&fci, mark);
	a.data = fci.data;
	a.data_len = fci.len;
	if ((r = buf_err(&fci)) == 0 &&
	    (r = personal_isoapplet_select(c, is_in_df(id) ? P15_DF : P15_MF)) == 0)
		r = channel_command(c, &a, NULL);
	buf_clear(&fci);
	return r;
}

int personal_isoapplet_create_df(struct channel *c)
{
	return create(c, P15_DF, DESCRIPTOR_DF, 0);
}

/* UPDATE BINARY of the selected file. */
static int update(struct channel *c, size_t offset, const uint8_t *data, size_t len)
{
	struct apdu a = {.ins = INS_UPDATE_BINARY};
	int r = 0;

	for (; r == 0 && len > 0; len -= a.data_len) {
		if (offset > MAX_OFFSET)
			return MOHR_ERR_LIMIT;
		a.p1 = (uint8_t)(offset >> 8);
		a.p2 = (uint8_t)offset;
		a.data = data;
		a.data_len = len < LIMIT_SHORT_LC ? len : LIMIT_SHORT_LC;
		r = channel_command(c, &a, NULL);
		data += a.data_len;
		offset += a.data_len;
	}
	return r;
}

int personal_isoapplet_create(struct channel *c, uint16_t id, size_t size,
			      const struct buf *content)
{
	int r;

	if ((r = buf_err(content)) != 0)
		return r;
	if (content->len > size || size > MAX_OFFSET)
		return MOHR_ERR_LIMIT;
	if ((r = create(c, id, DESCRIPTOR_EF, size)) != 0 ||
	    (r = personal_isoapplet_select(c, id)) != 0 || content->len == 0)
		return r;
	r = update(c, 1, content->data + 1, content->len - 1);
	return r != 0 ? r : update(c, 0, content->data, 1);
}

/* The first bytes of the selected file. */
static int read_selected(struct channel *c, struct buf *ret)
{
	struct apdu a = {.ins = INS_READ_BINARY, .le = P15_RECORDS_MAX};

	return channel_command(c, &a, ret);
}

int personal_isoapplet_read_records(struct channel *c, uint16_t id, struct buf *ret)
{
	int r = personal_isoapplet_select(c, id);

	return r != 0 ? r : read_selected(c, ret);
}

int personal_isoapplet_replace(struct channel *c, uint16_t id, const struct buf *content)
{
	static const uint8_t zeros[P15_RECORDS_MAX];
	uint8_t whole[P15_RECORDS_MAX] = {0};
	struct buf there = BUF_INIT(LIMIT_SHORT_LE);
	bool same;
	int r;

	if ((r = buf_err(content)) != 0)
		return r;
	if (content->len > sizeof(whole))
		return MOHR_ERR_LIMIT;
	if (content->len > 0)
		memcpy(whole, content->data, content->len);
	if ((r = personal_isoapplet_select(c, id)) != 0 || (r = read_selected(c, &there)) != 0)
		return r;
	same = there.len == sizeof(whole) && memcmp(there.data, whole, sizeof(whole)) == 0;
	buf_clear(&there);
	if (same)
		return 0;
	r = update(c, 0, zeros, sizeof(zeros));
	if (r == 0 && content->len > 0)
		r = update(c, 0, whole, sizeof(whole));
	return r;
}

int personal_isoapplet_read(struct channel *c, uint16_t id, struct buf *ret)
{
	int r = personal_isoapplet_select(c, id);

	return r != 0 ? r : file_read_der(c, LIMIT_CERTIFICATE, ret);
}
