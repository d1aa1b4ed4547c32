/* SPDX-License-Identifier: BSD-2-Clause */
/* SELECT and READ BINARY: a file that holds one DER object is read to its own end and no further. */
#include "card/file.h"

#include "card/sw.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"

enum {
	MAX_OFFSET = 0x7FFF, /* P1 bit 8 = 0, ISO 7816-4 §11.3.2 */
	TAG_SEQUENCE = 0x30,
	/* ISO 7816-4 tables 10 and 12 */
	TAG_FCP = 0x62,
	TAG_FCI = 0x6F,
	TAG_DATA_LEN = 0x80,
	TAG_TOTAL_LEN = 0x81,
	PATH_MAX_LEN = 16,
};

static int select_aid(struct channel *c, const uint8_t *aid, size_t len, uint8_t known_len,
		      struct buf *ret_fci)
{
	struct apdu a = {
		.ins = INS_SELECT,
		.p1 = FILE_P1_NAME,
		.p2 = ret_fci == NULL ? FILE_P2_NOTHING : FILE_P2_FCI,
		.data = aid,
		.data_len = len,
		.le = ret_fci == NULL ? 0 : LIMIT_SHORT_LE,
		.known_len = known_len,
	};

	if (len == 0 || len > LIMIT_AID)
		return MOHR_ERR_ARGUMENT;
	return channel_command(c, &a, ret_fci);
}

int file_select_aid(struct channel *c, const uint8_t *aid, size_t len, struct buf *ret_fci)
{
	return select_aid(c, aid, len, 0, ret_fci);
}

int file_select_aid_sparing(struct channel *c, const uint8_t *aid, size_t len, uint8_t known_len,
			    struct buf *ret_fci)
{
	return select_aid(c, aid, len, known_len, ret_fci);
}

int file_select_id(struct channel *c, uint8_t p1, uint16_t id, uint8_t p2)
{
	const uint8_t data[2] = {(uint8_t)(id >> 8), (uint8_t)id};
	struct apdu a = {
		.ins = INS_SELECT, .p1 = p1, .p2 = p2, .data = data, .data_len = sizeof(data)};

	return channel_command(c, &a, NULL);
}

int file_select_path(struct channel *c, const uint16_t *ids, size_t n)
{
	uint8_t data[2 * FILE_MAX_PATH];
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = FILE_P1_PATH_FROM_MF,
			 .p2 = FILE_P2_FCP,
			 .data = data,
			 .data_len = 2 * n};
	size_t i;

	if (n == 0 || n > FILE_MAX_PATH)
		return MOHR_ERR_ARGUMENT;
	for (i = 0; i < n; i++) {
		data[2 * i] = (uint8_t)(ids[i] >> 8);
		data[2 * i + 1] = (uint8_t)ids[i];
	}
	return channel_command(c, &a, NULL);
}

/* FILE_SIZE_UNKNOWN if there is none that makes sense. */
static size_t told_size(const struct buf *answer)
{
	struct cursor c = buf_cursor(answer), value;
	struct tlv template;
	size_t size = 0;
	uint8_t byte;

	if (tlv_get(&c, &template) != 0 || (template.tag != TAG_FCI && template.tag != TAG_FCP))
		return FILE_SIZE_UNKNOWN;
	if (tlv_find(&template.value, TAG_DATA_LEN, &value) != 0 &&
	    tlv_find(&template.value, TAG_TOTAL_LEN, &value) != 0)
		return FILE_SIZE_UNKNOWN;
	if (cursor_left(&value) == 0 || cursor_left(&value) > sizeof(uint32_t))
		return FILE_SIZE_UNKNOWN;
	while (cursor_get_u8(&value, &byte) == 0)
		size = size << 8 | byte;
	return size;
}

int file_select_sized(struct channel *c, uint8_t p1, const uint8_t *path, size_t len,
		      size_t *ret_size)
{
	struct apdu a = {.ins = INS_SELECT,
			 .p1 = p1,
			 .p2 = FILE_P2_FCI,
			 .data = path,
			 .data_len = len,
			 .le = LIMIT_SHORT_LE};
	struct buf answer = BUF_INIT(LIMIT_RESPONSE);
	bool ask = ret_size != NULL && c->link->protocol != PROTOCOL_T0;
	int r;

	if (len == 0 || len > PATH_MAX_LEN || len % 2 != 0)
		return MOHR_ERR_ARGUMENT;
	r = channel_command(c, &a, ask ? &answer : NULL);
	if (r == 0 && ret_size != NULL)
		*ret_size = told_size(&answer);
	buf_clear(&answer);
	return r;
}

int file_select_silently(struct channel *c, uint8_t p1, const uint8_t *path, size_t len)
{
	struct apdu a = {
		.ins = INS_SELECT, .p1 = p1, .p2 = FILE_P2_NOTHING, .data = path, .data_len = len};
	int r;

	if (len == 0 || len > PATH_MAX_LEN || len % 2 != 0)
		return MOHR_ERR_ARGUMENT;
	r = channel_command(c, &a, NULL);
	return r != 0 && c->sw == SW_WRONG_P1P2 ? MOHR_ERR_NOT_SUPPORTED : r;
}

/* One READ BINARY; fewer bytes than wanted are no error, and none at all says why. */
static int read_block(struct channel *c, size_t offset, size_t want, struct buf *ret,
		      uint16_t *ret_sw)
{
	struct apdu a = {.ins = INS_READ_BINARY,
			 .p1 = (uint8_t)(offset >> 8),
			 .p2 = (uint8_t)offset,
			 .le = want};
	uint16_t sw;
	int r;

	r = channel_transmit(c, &a, ret, &sw);
	if (r != 0)
		return r;
	if (sw != SW_OK && sw != SW_END_OF_FILE && sw != SW_OFFSET)
		return log_fail(c->log, sw_error(a.ins, sw), "READ BINARY at %zu: %04X", offset,
				sw);
	if (ret->len > want)
		return log_fail(c->log, MOHR_ERR_MALFORMED, "READ BINARY: %zu bytes, asked for %zu",
				ret->len, want);
	*ret_sw = sw;
	return 0;
}

static bool all_zero(const struct buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++) {
		if (b->data[i] != 0)
			return false;
	}
	return true;
}

/* The first block, and what its header says of the whole. */
static int read_first(struct channel *c, size_t le, size_t max, struct buf *block,
		      size_t *ret_total)
{
	size_t total;
	uint16_t sw = SW_OK;
	int r;

	r = read_block(c, 0, le, block, &sw);
	if (r != 0)
		return r;
	if (block->len == 0)
		return sw == SW_OK ? MOHR_ERR_MALFORMED : MOHR_ERR_NOT_FOUND;
	if (all_zero(block))
		return MOHR_ERR_NOT_FOUND;
	if (block->data[0] != TAG_SEQUENCE)
		return MOHR_ERR_MALFORMED;
	r = tlv_total_len(block->data, block->len, &total);
	if (r != 0)
		return r;
	if (total > max)
		return MOHR_ERR_LIMIT;
	buf_truncate(block, total);
	*ret_total = total;
	return 0;
}

int file_read_der(struct channel *c, size_t max, struct buf *ret)
{
	size_t le = c->extended ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE;
	struct buf block = BUF_INIT(LIMIT_FILE);
	uint64_t start = c->n_apdus;
	size_t total = 0;
	uint16_t sw;
	int r;

	buf_reset(ret);
	r = read_first(c, le, max, &block, &total);
	while (r == 0) {
		buf_put(ret, block.data, block.len);
		r = buf_err(ret);
		if (r != 0 || ret->len == total)
			break;
		if (ret->len > MAX_OFFSET || c->n_apdus - start > LIMIT_RESPONSE_ROUNDS) {
			r = MOHR_ERR_LIMIT;
			break;
		}
		r = read_block(c, ret->len, total - ret->len < le ? total - ret->len : le, &block,
			       &sw);
		if (r == 0 && block.len == 0)
			r = MOHR_ERR_MALFORMED;
	}
	buf_clear(&block);
	if (r != 0) {
		log_fail(c->log, r, "%zu of the file's %zu bytes were read", ret->len, total);
		buf_reset(ret);
	}
	return r;
}

/* What cards say to an offset or a length that the file does not have, other than 6B00. */
static bool is_behind_the_end(uint16_t sw)
{
	uint8_t class = (uint8_t)(sw >> 8);

	return class == SW_WRONG_LENGTH >> 8 || class == SW_WRONG_DATA >> 8 ||
	       class == SW_OFFSET >> 8;
}

int file_read(struct channel *c, size_t offset, size_t len, file_enough_fn *enough, struct buf *ret)
{
	size_t most = c->extended ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE;
	struct buf block = BUF_INIT(LIMIT_RESPONSE);
	uint64_t start = c->n_apdus;
	uint16_t sw = SW_OK;
	bool whole_blocks = c->link->protocol == PROTOCOL_T0 && len == FILE_SIZE_UNKNOWN;
	size_t le;
	int r = 0;

	buf_reset(ret);
	while (r == 0 && ret->len < len) {
		if (offset + ret->len > MAX_OFFSET || c->n_apdus - start > LIMIT_RESPONSE_ROUNDS) {
			r = MOHR_ERR_LIMIT;
			break;
		}
		le = len - ret->len < most ? len - ret->len : most;
		r = read_block(c, offset + ret->len, le, &block, &sw);
		if (r != 0 && ret->len > 0 && is_behind_the_end(c->sw))
			r = 0;
		if (r != 0 || block.len == 0)
			break;
		buf_put(ret, block.data, block.len);
		r = buf_err(ret);
		if (sw == SW_END_OF_FILE ||
		    (enough != NULL && r == 0 && enough(ret, whole_blocks && block.len < le)))
			break;
	}
	buf_clear(&block);
	if (r != 0)
		buf_reset(ret);
	return r;
}
