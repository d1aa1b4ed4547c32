/* SPDX-License-Identifier: BSD-2-Clause */
/* The PIN pad of fake_pad.h. */
#include "tests/harness/fake_pad.h"

#include <stdlib.h>
#include <string.h>

/* Where fields stand in PIN_VERIFY_STRUCTURE and PIN_MODIFY_STRUCTURE. */
enum {
	AT_FORMAT = 2,
	AT_BLOCK = 3,
	AT_MODIFY_OFFSETS = 5,
	AT_VERIFY_DIGITS = 5,
	AT_MODIFY_DIGITS = 7,
	AT_VERIFY_DATA = 19,
	AT_MODIFY_DATA = 24,
	APDU_DATA = 5,
};

void fake_pad_init(struct fake_pad *pad)
{
	static const uint8_t features[] = {0x06, 4, 0x42, 0x33, 0, 0x06,
					   0x07, 4, 0x42, 0x33, 0, 0x07};

	*pad = (struct fake_pad){.features_len = sizeof(features), .answer_len = 2};
	memcpy(pad->features, features, sizeof(features));
}

static int give(const void *data, size_t len, uint8_t *ret, size_t cap, size_t *ret_len)
{
	if (len == 0)
		return MOHR_ERR_NOT_SUPPORTED;
	if (len > cap)
		abort();
	memcpy(ret, data, len);
	*ret_len = len;
	return 0;
}

/* The digits over the start of the template; false if there are too few or too many. */
static bool put(const struct fake_pad *pad, const uint8_t *digits, const char *typed, uint8_t *at)
{
	size_t len = strlen(typed);

	if (len < digits[1] || len > digits[0] ||
	    (pad->structure[AT_BLOCK] != 0 && len > pad->structure[AT_BLOCK]))
		return false;
	memcpy(at, typed, len);
	return true;
}

static uint16_t fill(const struct fake_pad *pad, bool modify, uint8_t *apdu)
{
	const uint8_t *offsets = pad->structure + AT_MODIFY_OFFSETS;

	if (pad->structure[AT_FORMAT] != 0x82)
		return 0x6B80;
	if (!modify)
		return put(pad, pad->structure + AT_VERIFY_DIGITS, pad->typed[0], apdu + APDU_DATA)
			       ? 0
			       : 0x6403;
	if (!put(pad, pad->structure + AT_MODIFY_DIGITS, pad->typed[0],
		 apdu + APDU_DATA + offsets[0]) ||
	    !put(pad, pad->structure + AT_MODIFY_DIGITS, pad->typed[1],
		 apdu + APDU_DATA + offsets[1]))
		return 0x6403;
	return strcmp(pad->typed[1], pad->typed[2]) == 0 ? 0 : 0x6402;
}

static int enter(struct fake_pad *pad, struct link *l, bool modify, const uint8_t *in, size_t len,
		 uint8_t *ret, size_t cap, size_t *ret_len)
{
	size_t head = modify ? AT_MODIFY_DATA : AT_VERIFY_DATA;
	uint8_t apdu[64], answer[258];
	uint16_t sw = pad->sw;
	size_t got = 0;
	int r = 0;

	if (len > sizeof(pad->structure) || len < head + APDU_DATA || len - head > sizeof(apdu))
		abort();
	pad->n_entries++;
	memcpy(pad->structure, in, len);
	pad->structure_len = len;
	if (pad->while_typing != NULL)
		pad->while_typing(pad->user);
	if (pad->err != 0)
		return pad->err;
	memcpy(apdu, in + head, len - head);
	if (sw == 0)
		sw = fill(pad, modify, apdu);
	memset(answer, 0, sizeof(answer));
	answer[0] = (uint8_t)(sw >> 8);
	answer[1] = (uint8_t)sw;
	if (sw == 0)
		r = link_transmit(l, apdu, len - head, answer, sizeof(answer), &got);
	if (r == 0 && pad->err_after != 0)
		r = pad->err_after;
	if (r != 0)
		return r;
	if (pad->answer_len > cap)
		abort();
	memcpy(ret, answer, pad->answer_len);
	*ret_len = pad->answer_len;
	return 0;
}

int fake_pad_control(void *user, struct link *l, uint32_t code, const uint8_t *in, size_t len,
		     uint8_t *ret, size_t cap, size_t *ret_len)
{
	struct fake_pad *pad = user;

	switch (code) {
	case LINK_GET_FEATURES:
		return give(pad->features, pad->features_len, ret, cap, ret_len);
	case FAKE_PAD_PIN_PROPERTIES:
		return give(pad->pin_properties, pad->pin_properties_len, ret, cap, ret_len);
	case FAKE_PAD_TLV_PROPERTIES:
		return give(pad->tlv_properties, pad->tlv_properties_len, ret, cap, ret_len);
	case FAKE_PAD_VERIFY:
	case FAKE_PAD_MODIFY:
		return enter(pad, l, code == FAKE_PAD_MODIFY, in, len, ret, cap, ret_len);
	default:
		return MOHR_ERR_NOT_SUPPORTED;
	}
}
