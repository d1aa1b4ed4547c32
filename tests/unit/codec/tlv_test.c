/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of codec/tlv.c. Encodings are worked out by hand from X.690 §8.1 and ISO 7816-4 §6.3. */
#include "hex.h"

#include "codec/tlv.h"

struct good {
	const char *bytes;
	uint32_t tag;
	bool constructed;
	const char *value, *rest;
};

static void each_form_of_tag_and_length_is_read(void **state)
{
	static const struct good rows[] = {
		{"84 01 02", 0x84, false, "02", ""},
		{"84 00", 0x84, false, "", ""},
		{"00 00", 0x00, false, "", ""},
		{"84 00 FF", 0x84, false, "", "FF"},
		{"30 03 02 01 05 00", 0x30, true, "02 01 05", "00"},
		{"7F 49 02 81 00", 0x7F49, true, "81 00", ""},
		{"5F 20 01 41", 0x5F20, false, "41", ""},
		{"9F 81 01 01 AA", 0x9F8101, false, "AA", ""},
		{"BF 81 82 03 01 AA", 0xBF818203, true, "AA", ""},
		{"1F 1F 01 07", 0x1F1F, false, "07", ""},
		/* lengths need not be minimal */
		{"84 81 01 AA", 0x84, false, "AA", ""},
		{"84 82 00 01 AA", 0x84, false, "AA", ""},
		{"84 83 00 00 01 AA", 0x84, false, "AA", ""},
		{"84 84 00 00 00 01 AA BB", 0x84, false, "AA", "BB"},
		{"84 81 00", 0x84, false, "", ""},
	};
	struct bytes b;
	struct cursor c;
	struct tlv t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i].bytes);
		c = cursor_of(&b);
		assert_int_equal(tlv_get(&c, &t), 0);
		assert_int_equal(t.tag, rows[i].tag);
		assert_int_equal(t.constructed, rows[i].constructed);
		assert_cursor_is(&t.value, rows[i].value);
		assert_cursor_is(&c, rows[i].rest);
	}
}

static const char *const malformed[] = {
	"",
	"84",
	"5F",
	"7F 49",
	"84 02 AA",
	"84 80",                /* indefinite */
	"30 80 02 01 01 00 00", /* indefinite, well ended */
	"84 81",
	"84 82 01",
	"84 83 00 00",
	"84 84 00 00 00",
	"84 85 00 00 00 00 01 AA", /* five octets of length */
	"84 FF AA",
	"84 84 FF FF FF FF AA",
	"84 84 7F FF FF FF AA",
	"84 81 80 AA",
	"9F 81 82 83 04 01 AA", /* five octets of tag */
	"9F 81 82 83",
	"9F 80 01 01 AA", /* a leading zero in the tag number */
};

static void tlv_length_past_end_and_other_malformed_objects_are_rejected(void **state)
{
	struct tlv t, before;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		b = hex(malformed[i]);
		c = cursor_of(&b);
		memset(&t, 0x5A, sizeof(t));
		before = t;
		assert_int_equal(tlv_get(&c, &t), MOHR_ERR_MALFORMED);
		assert_memory_equal(&t, &before, sizeof(t));
		assert_int_equal(c.off, 0);
		assert_true(c.failed);
	}
}

static void a_failed_get_latches(void **state)
{
	struct bytes b = hex("84 02 AA");
	struct cursor c = cursor_of(&b);
	struct tlv t;
	uint8_t byte;

	(void)state;
	assert_int_equal(tlv_get(&c, &t), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_get_u8(&c, &byte), MOHR_ERR_MALFORMED);
	assert_int_equal(tlv_get(&c, &t), MOHR_ERR_MALFORMED);
	assert_int_equal(tlv_find(&c, 0x84, &t.value), MOHR_ERR_MALFORMED);
}

static void an_inner_length_must_fit_the_outer_one(void **state)
{
	struct bytes b = hex("30 03 02 05 01 02 03 04 05");
	struct cursor c = cursor_of(&b), inner, value;

	(void)state;
	assert_int_equal(tlv_get_tag(&c, 0x30, &inner), 0);
	assert_int_equal(tlv_get_tag(&inner, 0x02, &value), MOHR_ERR_MALFORMED);
}

static void get_tag_takes_only_its_tag(void **state)
{
	struct bytes b = hex("83 02 50 40 84 00");
	struct cursor c = cursor_of(&b), value;

	(void)state;
	assert_int_equal(tlv_get_tag(&c, 0x83, &value), 0);
	assert_cursor_is(&value, "50 40");
	assert_int_equal(tlv_get_tag(&c, 0x85, &value), MOHR_ERR_MALFORMED);
	assert_int_equal(c.off, 4);
	assert_true(c.failed);
	assert_cursor_is(&value, "50 40");
}

static void find_returns_the_first_and_moves_nothing(void **state)
{
	struct bytes b = hex("80 01 01 83 02 50 40 83 01 FF 7F 49 00");
	struct cursor c = cursor_of(&b), value;

	(void)state;
	assert_int_equal(tlv_find(&c, 0x83, &value), 0);
	assert_cursor_is(&value, "50 40");
	assert_int_equal(tlv_find(&c, 0x7F49, &value), 0);
	assert_int_equal(cursor_left(&value), 0);
	assert_int_equal(tlv_find(&c, 0x49, &value), MOHR_ERR_NOT_FOUND);
	assert_int_equal(c.off, 0);
	assert_false(c.failed);
}

static void find_among_nothing_is_not_found(void **state)
{
	struct cursor c, value;

	(void)state;
	cursor_init(&c, NULL, 0);
	assert_int_equal(tlv_find(&c, 0x83, &value), MOHR_ERR_NOT_FOUND);
}

static void find_does_not_look_behind_a_malformed_object(void **state)
{
	struct bytes b = hex("80 05 01 83 01 01"), cut = hex("80 01 01 83 02 50");
	struct cursor c = cursor_of(&b), d = cursor_of(&cut), value;

	(void)state;
	assert_int_equal(tlv_find(&c, 0x83, &value), MOHR_ERR_MALFORMED);
	assert_int_equal(tlv_find(&d, 0x83, &value), MOHR_ERR_MALFORMED);
	assert_int_equal(tlv_find(&d, 0x80, &value), 0);
}

static void put_writes_minimal_lengths(void **state)
{
	static const struct {
		size_t len;
		const char *header;
	} rows[] = {
		{0, "7F 49 00"},           {1, "7F 49 01"},
		{127, "7F 49 7F"},         {128, "7F 49 81 80"},
		{255, "7F 49 81 FF"},      {256, "7F 49 82 01 00"},
		{65535, "7F 49 82 FF FF"}, {65536, "7F 49 83 01 00 00"},
	};
	static uint8_t value[65536];
	struct buf b = BUF_INIT(70000);
	struct cursor c, head;

	(void)state;
	memset(value, 0xA5, sizeof(value));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tlv_put(&b, 0x7F49, value, rows[i].len);
		assert_int_equal(buf_err(&b), 0);
		c = buf_cursor(&b);
		assert_int_equal(cursor_get_child(&c, b.len - rows[i].len, &head), 0);
		assert_cursor_is(&head, rows[i].header);
		assert_true(cursor_equals(&c, value, rows[i].len));
		buf_reset(&b);
		/* the same through open and close */
		size_t mark = tlv_open(&b, 0x7F49);
		buf_put(&b, value, rows[i].len);
		tlv_close(&b, mark);
		c = buf_cursor(&b);
		assert_int_equal(cursor_get_child(&c, b.len - rows[i].len, &head), 0);
		assert_cursor_is(&head, rows[i].header);
		assert_true(cursor_equals(&c, value, rows[i].len));
		buf_reset(&b);
	}
	buf_clear(&b);
}

static void put_writes_each_tag_length(void **state)
{
	struct buf b = BUF_INIT(64);

	(void)state;
	tlv_put(&b, 0x00, NULL, 0);
	tlv_put_u8(&b, 0x84, 0x81);
	tlv_put_u8(&b, 0x5F2F, 0x01);
	tlv_put_u8(&b, 0x9F8101, 0x02);
	tlv_put_u8(&b, 0xBF818203, 0x03);
	assert_buf_is(&b, "00 00 84 01 81 5F 2F 01 01 9F 81 01 01 02 BF 81 82 03 01 03");
	buf_clear(&b);
}

static void open_objects_nest(void **state)
{
	struct buf b = BUF_INIT(1024);
	size_t outer, inner;
	struct bytes head;

	(void)state;
	buf_put_u8(&b, 0xEE);
	outer = tlv_open(&b, 0x30);
	inner = tlv_open(&b, 0x31);
	buf_fill(&b, 0x11, 200);
	tlv_close(&b, inner);
	inner = tlv_open(&b, 0x7F49);
	tlv_close(&b, inner);
	tlv_close(&b, outer);
	head = hex("EE 30 81 CE 31 81 C8");
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(b.len, 7 + 200 + 3);
	assert_memory_equal(b.data, head.at, head.len);
	head = hex("11 7F 49 00");
	assert_memory_equal(b.data + b.len - 4, head.at, head.len);
	buf_clear(&b);
}

static void a_full_buffer_latches_and_close_is_harmless(void **state)
{
	struct buf b = BUF_INIT(131);
	size_t mark;

	(void)state;
	mark = tlv_open(&b, 0x30);
	buf_fill(&b, 0x11, 129); /* needs one byte more of length than there is room for */
	tlv_close(&b, mark);
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	tlv_close(&b, mark);
	tlv_put(&b, 0x80, "x", 1);
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	buf_clear(&b);
	buf_init(&b, 0);
	mark = tlv_open(&b, 0x30);
	tlv_close(&b, mark);
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	buf_clear(&b);
}

static void total_length_is_learned_from_the_first_block(void **state)
{
	static const struct {
		const char *bytes;
		size_t total;
	} rows[] = {
		{"30 82 05 14 30 82", 4 + 0x514},
		{"30 82 05 14", 4 + 0x514},
		{"30 00", 2},
		{"7F 21 81 80", 4 + 0x80},
		{"84 01 FF 00 00 00", 3},
		{"84 84 00 01 00 00", 6 + 0x10000},
	};
	struct bytes b;
	size_t total;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i].bytes);
		assert_int_equal(tlv_total_len(b.at, b.len, &total), 0);
		assert_int_equal(total, rows[i].total);
	}
}

static void total_length_of_a_broken_header_is_rejected(void **state)
{
	static const char *const rows[] = {"",      "30",       "30 82",          "30 82 05",
					   "30 80", "30 85 00", "9F 81 82 83 04", "5F"};
	struct bytes b;
	size_t total = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		assert_int_equal(tlv_total_len(b.at, b.len, &total), MOHR_ERR_MALFORMED);
		assert_int_equal(total, 77);
	}
	assert_int_equal(tlv_total_len(NULL, 0, &total), MOHR_ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_of_tag_and_length_is_read),
		cmocka_unit_test(tlv_length_past_end_and_other_malformed_objects_are_rejected),
		cmocka_unit_test(a_failed_get_latches),
		cmocka_unit_test(an_inner_length_must_fit_the_outer_one),
		cmocka_unit_test(get_tag_takes_only_its_tag),
		cmocka_unit_test(find_returns_the_first_and_moves_nothing),
		cmocka_unit_test(find_among_nothing_is_not_found),
		cmocka_unit_test(find_does_not_look_behind_a_malformed_object),
		cmocka_unit_test(put_writes_minimal_lengths),
		cmocka_unit_test(put_writes_each_tag_length),
		cmocka_unit_test(open_objects_nest),
		cmocka_unit_test(a_full_buffer_latches_and_close_is_harmless),
		cmocka_unit_test(total_length_is_learned_from_the_first_block),
		cmocka_unit_test(total_length_of_a_broken_header_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
