/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/buf.c: cursor, writer, wiping, constant-time comparison. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

/* ---- cursor */

static void integers_are_big_endian(void **state)
{
	static const uint8_t bytes[] = {0x01, 0x02, 0x03, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8};
	struct cursor c;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;

	(void)state;
	cursor_init(&c, bytes, sizeof(bytes));
	assert_int_equal(cursor_peek_u8(&c, &u8), 0);
	assert_int_equal(u8, 0x01);
	assert_int_equal(cursor_get_u8(&c, &u8), 0);
	assert_int_equal(u8, 0x01);
	assert_int_equal(cursor_get_be16(&c, &u16), 0);
	assert_int_equal(u16, 0x0203);
	assert_int_equal(cursor_get_be32(&c, &u32), 0);
	assert_true(u32 == 0xF4F5F6F7);
	assert_int_equal(cursor_left(&c), 1);
	assert_ptr_equal(cursor_at(&c), bytes + 7);
	assert_int_equal(cursor_done(&c), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_skip(&c, 1), 0);
	assert_int_equal(cursor_done(&c), 0);
}

static void a_get_past_the_end_moves_nothing_and_latches(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3};
	const uint8_t *at = bytes;
	struct cursor c, child;
	uint8_t copy[4] = {9, 9, 9, 9}, u8 = 9;
	uint16_t u16 = 9;
	uint32_t u32 = 9;

	(void)state;
	cursor_init(&c, bytes, sizeof(bytes));
	assert_int_equal(cursor_get_be32(&c, &u32), MOHR_ERR_MALFORMED);
	assert_int_equal(c.off, 0);
	assert_int_equal(cursor_left(&c), 0);
	/* every further get fails, also one that would have fitted */
	assert_int_equal(cursor_get_u8(&c, &u8), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_peek_u8(&c, &u8), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_get_be16(&c, &u16), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_skip(&c, 0), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_get(&c, 1, &at), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_copy(&c, 1, copy), MOHR_ERR_MALFORMED);
	child = c;
	assert_int_equal(cursor_get_child(&c, 1, &child), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_done(&c), MOHR_ERR_MALFORMED);
	assert_false(cursor_equals(&c, bytes, 3));
	assert_false(cursor_equals(&c, NULL, 0));
	assert_int_equal(u8, 9);
	assert_int_equal(u16, 9);
	assert_int_equal(u32, 9);
	assert_ptr_equal(at, bytes);
	assert_int_equal(copy[0], 9);
}

static void a_length_near_the_largest_does_not_wrap(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3};
	struct cursor c;

	(void)state;
	cursor_init(&c, bytes, sizeof(bytes));
	assert_int_equal(cursor_skip(&c, 2), 0);
	assert_int_equal(cursor_skip(&c, SIZE_MAX), MOHR_ERR_MALFORMED);
	cursor_init(&c, bytes, sizeof(bytes));
	assert_int_equal(cursor_skip(&c, 2), 0);
	assert_int_equal(cursor_skip(&c, SIZE_MAX - 1), MOHR_ERR_MALFORMED);
	assert_int_equal(c.off, 2);
}

static void an_empty_cursor_gives_nothing_but_is_done(void **state)
{
	const uint8_t *at;
	struct cursor c, child;
	uint8_t byte;

	(void)state;
	cursor_init(&c, NULL, 0);
	assert_int_equal(cursor_left(&c), 0);
	assert_null(cursor_at(&c));
	assert_int_equal(cursor_peek_u8(&c, &byte), MOHR_ERR_MALFORMED);
	assert_false(c.failed);
	assert_int_equal(cursor_done(&c), 0);
	assert_int_equal(cursor_get(&c, 0, &at), 0);
	assert_int_equal(cursor_copy(&c, 0, NULL), 0);
	assert_int_equal(cursor_get_child(&c, 0, &child), 0);
	assert_int_equal(cursor_left(&child), 0);
	assert_true(cursor_equals(&c, NULL, 0));
	assert_true(cursor_equals(&c, "", 0));
	assert_false(cursor_equals(&c, "x", 1));
	assert_int_equal(cursor_get_u8(&c, &byte), MOHR_ERR_MALFORMED);
}

/* A length without an address holds nothing. */
static void a_cursor_over_null_is_empty_whatever_its_length(void **state)
{
	struct cursor c;
	uint8_t byte;

	(void)state;
	cursor_init(&c, NULL, 5);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_peek_u8(&c, &byte), MOHR_ERR_MALFORMED);
	assert_int_equal(cursor_get_u8(&c, &byte), MOHR_ERR_MALFORMED);
}

static void a_child_ends_where_its_parent_says(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4};
	struct cursor c, child;
	uint8_t copy[2];
	uint32_t u32;

	(void)state;
	cursor_init(&c, bytes, sizeof(bytes));
	assert_int_equal(cursor_get_child(&c, 3, &child), 0);
	assert_int_equal(cursor_left(&c), 1);
	assert_int_equal(cursor_copy(&child, 2, copy), 0);
	assert_memory_equal(copy, "\x01\x02", 2);
	assert_true(cursor_equals(&child, "\x03", 1));
	assert_int_equal(cursor_get_be32(&child, &u32), MOHR_ERR_MALFORMED);
	/* a child's failure is its own */
	assert_false(c.failed);
	assert_true(cursor_equals(&c, "\x04", 1));
}

/* ---- writer */

static void what_is_put_is_read_back(void **state)
{
	struct buf b;
	struct cursor c;
	uint8_t *at;

	(void)state;
	buf_init(&b, 64);
	buf_put(&b, "ab", 2);
	buf_put(&b, NULL, 0);
	buf_put_u8(&b, 0x01);
	buf_put_be16(&b, 0x0203);
	buf_put_be32(&b, 0x04050607);
	buf_fill(&b, 0xFF, 2);
	buf_fill(&b, 0xFF, 0);
	at = buf_extend(&b, 1);
	assert_non_null(at);
	*at = 0x08;
	assert_int_equal(buf_err(&b), 0);
	c = buf_cursor(&b);
	assert_true(cursor_equals(&c, "ab\x01\x02\x03\x04\x05\x06\x07\xFF\xFF\x08", 12));
	buf_truncate(&b, 100);
	assert_int_equal(b.len, 12);
	buf_truncate(&b, 2);
	c = buf_cursor(&b);
	assert_true(cursor_equals(&c, "ab", 2));
	buf_truncate(&b, 0);
	c = buf_cursor(&b);
	assert_int_equal(cursor_left(&c), 0);
	buf_clear(&b);
}

static void a_buffer_grows_to_its_maximum_and_not_beyond(void **state)
{
	struct buf b = BUF_INIT(1000);
	uint8_t *data;
	size_t len = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		buf_put_u8(&b, (uint8_t)i);
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(b.len, 1000);
	assert_true(b.cap <= 1000);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(b.data[i], (uint8_t)i);
	buf_put_u8(&b, 0);
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	assert_int_equal(b.len, 1000);
	/* latched: what would fit is not taken either, and nothing is handed out */
	buf_truncate(&b, 10);
	buf_put_u8(&b, 0);
	assert_int_equal(b.len, 10);
	assert_null(buf_extend(&b, 1));
	data = buf_steal(&b, &len);
	assert_null(data);
	assert_int_equal(len, 0);
	assert_int_equal(buf_err(&b), 0);
	buf_clear(&b);
}

static void a_length_near_the_largest_is_over_the_limit(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX);

	(void)state;
	buf_put_u8(&b, 1);
	assert_null(buf_extend(&b, SIZE_MAX));
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	buf_clear(&b);
}

static void a_buffer_of_maximum_zero_takes_nothing_but_nothing(void **state)
{
	struct buf b = BUF_INIT(0);

	(void)state;
	buf_put(&b, NULL, 0);
	buf_fill(&b, 1, 0);
	assert_int_equal(buf_err(&b), 0);
	buf_put_u8(&b, 1);
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	buf_clear(&b);
}

static void a_reset_buffer_is_empty_and_its_bytes_are_wiped(void **state)
{
	static const uint8_t zero[6];
	struct buf b = BUF_INIT(16);

	(void)state;
	buf_put(&b, "secret", 6);
	buf_truncate(&b, 3);
	assert_memory_equal(b.data + 3, zero, 3);
	buf_fill(&b, 1, 100);
	assert_int_equal(buf_err(&b), MOHR_ERR_LIMIT);
	buf_reset(&b);
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(b.len, 0);
	assert_memory_equal(b.data, zero, 6);
	buf_put(&b, "x", 1);
	assert_int_equal(buf_err(&b), 0);
	buf_clear(&b);
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 16);
	buf_clear(&b);
}

static void stolen_bytes_are_the_callers(void **state)
{
	struct buf b = BUF_INIT(16);
	uint8_t *data;
	size_t len;

	(void)state;
	buf_put(&b, "abc", 3);
	data = buf_steal(&b, &len);
	assert_non_null(data);
	assert_int_equal(len, 3);
	assert_memory_equal(data, "abc", 3);
	assert_null(b.data);
	buf_put(&b, "d", 1);
	assert_memory_equal(data, "abc", 3);
	free(data);
	buf_clear(&b);
}

/* NULL means an error, so that nothing written must give an address. */
static void stealing_nothing_is_no_error(void **state)
{
	struct buf b = BUF_INIT(16), none = BUF_INIT(0);
	size_t len = 77;
	uint8_t *data;

	(void)state;
	data = buf_steal(&b, &len);
	assert_non_null(data);
	assert_int_equal(len, 0);
	free(data);
	len = 77;
	data = buf_steal(&none, &len);
	assert_non_null(data);
	assert_int_equal(len, 0);
	free(data);
}

/* The linker puts this in malloc's place for the library (local.mk). */
static bool no_memory;
void *__real_malloc(size_t len);
void *__wrap_malloc(size_t len);

void *__wrap_malloc(size_t len)
{
	return no_memory ? NULL : __real_malloc(len);
}

static void without_memory_the_error_latches_and_the_bytes_stay(void **state)
{
	struct buf b = BUF_INIT(1000), empty = BUF_INIT(16);
	size_t len = 77;
	uint8_t *at, *data;

	(void)state;
	buf_put(&b, "abc", 3);
	no_memory = true;
	at = buf_extend(&b, 500);
	data = buf_steal(&empty, &len);
	buf_put_u8(&empty, 1);
	no_memory = false;
	assert_null(at);
	assert_null(data);
	assert_int_equal(len, 77);
	assert_int_equal(buf_err(&b), MOHR_ERR_NOMEM);
	assert_int_equal(buf_err(&empty), MOHR_ERR_NOMEM);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "abc", 3);
	buf_put_u8(&b, 1);
	assert_int_equal(b.len, 3);
	buf_reset(&b);
	buf_fill(&b, 1, 500);
	assert_int_equal(buf_err(&b), 0);
	buf_clear(&b);
	buf_clear(&empty);
}

/* ---- secrets */

static void wipe_zeroes_exactly_its_bytes(void **state)
{
	uint8_t bytes[5] = {1, 2, 3, 4, 5};

	(void)state;
	wipe(bytes + 1, 3);
	assert_memory_equal(bytes, "\x01\x00\x00\x00\x05", 5);
	wipe(bytes, 0);
	assert_int_equal(bytes[0], 1);
	wipe(NULL, 0);
}

static void equal_ct_sees_every_bit(void **state)
{
	uint8_t a[16] = {1, 2, 3}, b[16];

	(void)state;
	memcpy(b, a, sizeof(a));
	assert_true(equal_ct(a, b, sizeof(a)));
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(equal_ct(a, b, sizeof(a)));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(equal_ct(a, b, 0));
	assert_true(equal_ct(NULL, NULL, 0));
	b[15] = 1;
	assert_true(equal_ct(a, b, 15));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_big_endian),
		cmocka_unit_test(a_get_past_the_end_moves_nothing_and_latches),
		cmocka_unit_test(a_length_near_the_largest_does_not_wrap),
		cmocka_unit_test(an_empty_cursor_gives_nothing_but_is_done),
		cmocka_unit_test(a_cursor_over_null_is_empty_whatever_its_length),
		cmocka_unit_test(a_child_ends_where_its_parent_says),
		cmocka_unit_test(what_is_put_is_read_back),
		cmocka_unit_test(a_buffer_grows_to_its_maximum_and_not_beyond),
		cmocka_unit_test(a_length_near_the_largest_is_over_the_limit),
		cmocka_unit_test(a_buffer_of_maximum_zero_takes_nothing_but_nothing),
		cmocka_unit_test(a_reset_buffer_is_empty_and_its_bytes_are_wiped),
		cmocka_unit_test(stolen_bytes_are_the_callers),
		cmocka_unit_test(stealing_nothing_is_no_error),
		cmocka_unit_test(without_memory_the_error_latches_and_the_bytes_stay),
		cmocka_unit_test(wipe_zeroes_exactly_its_bytes),
		cmocka_unit_test(equal_ct_sees_every_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
