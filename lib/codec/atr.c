/* SPDX-License-Identifier: BSD-2-Clause */
/* What an answer to reset says (ISO 7816-3 §8, ISO 7816-4 §12.1.1). */
#include "codec/iso7816.h"

enum {
	TS_DIRECT = 0x3B,
	TS_INVERSE = 0x3F,
	HAS_TA = 0x10,
	HAS_TB = 0x20,
	HAS_TC = 0x40,
	HAS_TD = 0x80,
	CATEGORY_TLV_STATUS = 0x00, /* compact-TLV, then three status bytes at the end */
	CATEGORY_TLV = 0x80,
	N_STATUS_BYTES = 3,
	COMPACT_CAPABILITIES = 7,
	N_CAPABILITIES = 3, /* the third byte is the one about chaining and lengths */
	CAPABILITY_CHAINING = 0x80,
	CAPABILITY_EXTENDED = 0x40,
};

/* The interface bytes TAi to TDi, as the indicator of the byte before them announces. */
static int skip_interface(struct cursor *c, uint8_t indicator, uint8_t *ret_td)
{
	size_t n = !!(indicator & HAS_TA) + !!(indicator & HAS_TB) + !!(indicator & HAS_TC);

	if (cursor_skip(c, n) != 0)
		return MOHR_ERR_MALFORMED;
	return indicator & HAS_TD ? cursor_get_u8(c, ret_td) : 0;
}

/* Whether TCK must be there (ISO 7816-3 §8.2.5) is known once all TDi are read. */
static int get_interface(struct cursor *c, uint8_t t0, struct atr_info *info, bool *ret_tck)
{
	uint8_t indicator = t0, td = 0, protocol;

	*ret_tck = false;
	do {
		if (skip_interface(c, indicator, &td) != 0)
			return MOHR_ERR_MALFORMED;
		if (!(indicator & HAS_TD))
			break;
		protocol = td & 0x0F;
		info->t0 |= protocol == 0;
		info->t1 |= protocol == 1;
		*ret_tck |= protocol != 0;
		indicator = td;
	} while (true);
	if (!(t0 & HAS_TD))
		info->t0 = true;
	return 0;
}

/* Historical bytes that make no sense announce nothing; they do not spoil the ATR. */
static void read_historical(struct atr_info *info)
{
	struct cursor c = info->historical, objects;
	const uint8_t *value;
	uint8_t category, head;
	size_t status;

	if (cursor_get_u8(&c, &category) != 0 ||
	    (category != CATEGORY_TLV && category != CATEGORY_TLV_STATUS))
		return;
	status = category == CATEGORY_TLV_STATUS ? N_STATUS_BYTES : 0;
	if (cursor_left(&c) < status ||
	    cursor_get_child(&c, cursor_left(&c) - status, &objects) != 0)
		return;
	while (cursor_get_u8(&objects, &head) == 0) {
		if (cursor_get(&objects, head & 0x0F, &value) != 0)
			return;
		if (head >> 4 == COMPACT_CAPABILITIES && (head & 0x0F) >= N_CAPABILITIES) {
			info->chaining = value[2] & CAPABILITY_CHAINING;
			info->extended_length = value[2] & CAPABILITY_EXTENDED;
			return;
		}
	}
}

int atr_decode(const void *atr, size_t len, struct atr_info *ret)
{
	struct atr_info info = {0};
	struct cursor c;
	uint8_t ts, t0, tck;
	bool has_tck;

	if (len > LIMIT_ATR)
		return MOHR_ERR_MALFORMED;
	cursor_init(&c, atr, len);
	if (cursor_get_u8(&c, &ts) != 0 || (ts != TS_DIRECT && ts != TS_INVERSE) ||
	    cursor_get_u8(&c, &t0) != 0 || get_interface(&c, t0, &info, &has_tck) != 0 ||
	    cursor_get_child(&c, t0 & 0x0F, &info.historical) != 0)
		return MOHR_ERR_MALFORMED;
	/* its value is not looked at: cards with a wrong TCK work with every reader's help */
	if ((has_tck || cursor_left(&c) > 0) && cursor_get_u8(&c, &tck) != 0)
		return MOHR_ERR_MALFORMED;
	if (cursor_done(&c) != 0)
		return MOHR_ERR_MALFORMED;
	read_historical(&info);
	*ret = info;
	return 0;
}
