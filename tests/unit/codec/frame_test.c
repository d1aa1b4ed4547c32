/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of codec/frame.c against the layout that frame.h and docs/vcard.md state. */
#include "hex.h"

#include "codec/frame.h"

static void a_frame_is_length_type_payload(void **state)
{
	struct buf b = BUF_INIT(64);

	(void)state;
	frame_put(&b, FRAME_COMMAND, "\x00\x84\x00\x00\x08", 5);
	frame_put(&b, FRAME_ATTACH, NULL, 0);
	assert_buf_is(&b, "00 00 00 06 54 00 84 00 00 08 00 00 00 01 41");
	buf_clear(&b);
}

static void a_header_is_read_back(void **state)
{
	static const struct {
		const char *header;
		uint8_t type;
		size_t len;
	} rows[] = {
		{"00 00 00 01 41", 'A', 0},
		{"00 00 00 06 54", 'T', 5},
		{"00 01 00 03 74", 't', 65538},
		{"00 00 00 02 FF", 0xFF, 1}, /* types are not judged here */
	};
	struct bytes b;
	uint8_t type;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i].header);
		assert_int_equal(frame_decode_header(b.at, &type, &len), 0);
		assert_int_equal(type, rows[i].type);
		assert_int_equal(len, rows[i].len);
	}
}

static void length_zero_and_over_the_limit_are_rejected(void **state)
{
	static const char *const rows[] = {"00 00 00 00 41", "FF FF FF FF 41", "80 00 00 00 41",
					   "00 02 00 00 41"};
	uint8_t type = 0x77, header[FRAME_HEADER_LEN] = {0};
	size_t len = 77;
	struct bytes b;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		assert_int_equal(frame_decode_header(b.at, &type, &len), MOHR_ERR_MALFORMED);
	}
	header[1] = (uint8_t)((LIMIT_FRAME + 1) >> 16);
	header[2] = (uint8_t)((LIMIT_FRAME + 1) >> 8);
	header[3] = (uint8_t)(LIMIT_FRAME + 1);
	assert_int_equal(frame_decode_header(header, &type, &len), MOHR_ERR_MALFORMED);
	assert_int_equal(type, 0x77);
	assert_int_equal(len, 77);
	header[3]--;
	assert_int_equal(frame_decode_header(header, &type, &len), 0);
	assert_int_equal(len, LIMIT_FRAME - 1);
}

static void the_longest_payload_is_written_and_one_more_is_not(void **state)
{
	static uint8_t payload[LIMIT_FRAME];
	struct buf b = BUF_INIT(2 * LIMIT_FRAME);
	uint8_t type;
	size_t len;

	(void)state;
	frame_put(&b, FRAME_RESPONSE, payload, LIMIT_FRAME - 1);
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(frame_decode_header(b.data, &type, &len), 0);
	assert_int_equal(len, LIMIT_FRAME - 1);
	buf_reset(&b);
	frame_put(&b, FRAME_RESPONSE, payload, LIMIT_FRAME);
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_is_length_type_payload),
		cmocka_unit_test(a_header_is_read_back),
		cmocka_unit_test(length_zero_and_over_the_limit_are_rejected),
		cmocka_unit_test(the_longest_payload_is_written_and_one_more_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
