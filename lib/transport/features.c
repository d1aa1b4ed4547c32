/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of a reader's features: PCSC_TLV_STRUCTUREs (PC/SC part 10 §2.2), codes in network order. */
#include "base/buf.h"
#include "transport/transport.h"

enum { /* PC/SC part 10 §2.3 */
       FEATURE_VERIFY_PIN = 0x06,
       FEATURE_MODIFY_PIN = 0x07,
       FEATURE_PIN_PROPERTIES = 0x0A,
       FEATURE_TLV_PROPERTIES = 0x12,
       CODE_LEN = 4,
};

static uint32_t *field_of(struct reader_features *f, uint8_t feature)
{
	switch (feature) {
	case FEATURE_VERIFY_PIN:
		return &f->verify_pin;
	case FEATURE_MODIFY_PIN:
		return &f->modify_pin;
	case FEATURE_PIN_PROPERTIES:
		return &f->pin_properties;
	case FEATURE_TLV_PROPERTIES:
		return &f->tlv_properties;
	default:
		return NULL;
	}
}

int reader_features_decode(const void *list, size_t len, struct reader_features *ret)
{
	struct reader_features f = {0};
	struct cursor c;

	cursor_init(&c, list, len);
	while (cursor_left(&c) > 0) {
		uint8_t feature, code_len;
		uint32_t code, *field;

		if (cursor_get_u8(&c, &feature) != 0 || cursor_get_u8(&c, &code_len) != 0 ||
		    code_len != CODE_LEN || cursor_get_be32(&c, &code) != 0 || code == 0)
			return MOHR_ERR_MALFORMED;
		field = field_of(&f, feature);
		if (field && *field == 0)
			*field = code;
	}
	*ret = f;
	return 0;
}
