/* SPDX-License-Identifier: BSD-2-Clause */
/* codec/inflate.h; the streams were made by Python's gzip and zlib modules. */
#include "hex.h"

#include "codec/inflate.h"

#define HELLO      "1F8B08000000000002FFCB48CDC9C9070086A6103605000000"
#define HELLO_ZLIB "789CCB48CDC9C90700062C0215"
#define EMPTY      "1F8B08000000000002FF03000000000000000000"
/* a mebibyte of zeros */
static const char bomb[] =
	"1F8B08000000000002FFEDC13101000000C2A0F54F6D085FA000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000003E031CEA38A700001000";

static int decode(const char *text, size_t max, struct buf *ret)
{
	struct bytes b = hex(text);

	buf_init(ret, max);
	return inflate_decode(b.at, b.len, ret);
}

static void assert_refused(const char *text, int err)
{
	struct buf out;

	assert_int_equal(decode(text, 4096, &out), err);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void gzip_and_zlib_streams_are_decompressed(void **state)
{
	static const char *const streams[] = {HELLO, HELLO_ZLIB};
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(decode(streams[i], 5, &out), 0);
		assert_int_equal(out.len, 5);
		assert_memory_equal(out.data, "hello", 5);
		buf_clear(&out);
	}
}

static void an_empty_text_is_a_text(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(decode(EMPTY, 5, &out), 0);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void one_byte_over_the_bound_is_refused(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(decode(HELLO, 4, &out), MOHR_ERR_LIMIT);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void a_bomb_is_refused_at_the_bound(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(decode(bomb, 16384, &out), MOHR_ERR_LIMIT);
	assert_int_equal(out.len, 0);
	assert_true(out.cap <= 16384);
	buf_clear(&out);
}

static void a_stream_that_is_cut_anywhere_is_malformed(void **state)
{
	struct bytes b = hex(HELLO);
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < b.len; i++) {
		buf_init(&out, 4096);
		assert_int_equal(inflate_decode(b.at, i, &out), MOHR_ERR_MALFORMED);
		assert_int_equal(out.len, 0);
		buf_clear(&out);
	}
}

static void a_wrong_checksum_is_malformed(void **state)
{
	struct bytes b = hex(HELLO);
	struct buf out = BUF_INIT(4096);

	(void)state;
	b.at[b.len - 8] ^= 1; /* CRC-32, RFC 1952 §2.3.1 */
	assert_int_equal(inflate_decode(b.at, b.len, &out), MOHR_ERR_MALFORMED);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void what_follows_the_stream_is_malformed(void **state)
{
	(void)state;
	assert_refused(HELLO "00", MOHR_ERR_MALFORMED);
	assert_refused(HELLO HELLO, MOHR_ERR_MALFORMED);
}

static void what_is_no_stream_is_malformed(void **state)
{
	(void)state;
	assert_refused("30050203010001", MOHR_ERR_MALFORMED);
	assert_refused("1F8B", MOHR_ERR_MALFORMED);
}

static void a_dictionary_that_nobody_has_is_malformed(void **state)
{
	(void)state;
	/* RFC 1950 §2.2: FDICT */
	assert_refused("78BB 00000001 CB48CDC9C90700", MOHR_ERR_MALFORMED);
}

static void gzip_is_known_by_its_first_bytes(void **state)
{
	static const uint8_t gzip[] = {0x1F, 0x8B}, der[] = {0x30, 0x8B};

	(void)state;
	assert_true(inflate_is_gzip(gzip, 2));
	assert_false(inflate_is_gzip(gzip, 1));
	assert_false(inflate_is_gzip(gzip, 0));
	assert_false(inflate_is_gzip(der, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_and_zlib_streams_are_decompressed),
		cmocka_unit_test(an_empty_text_is_a_text),
		cmocka_unit_test(one_byte_over_the_bound_is_refused),
		cmocka_unit_test(a_bomb_is_refused_at_the_bound),
		cmocka_unit_test(a_stream_that_is_cut_anywhere_is_malformed),
		cmocka_unit_test(a_wrong_checksum_is_malformed),
		cmocka_unit_test(what_follows_the_stream_is_malformed),
		cmocka_unit_test(what_is_no_stream_is_malformed),
		cmocka_unit_test(a_dictionary_that_nobody_has_is_malformed),
		cmocka_unit_test(gzip_is_known_by_its_first_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
