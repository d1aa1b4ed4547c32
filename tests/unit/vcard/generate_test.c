/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/generate.c. */
#include "fixture.h"

#include <openssl/evp.h>

static void making_a_key_needs_the_admin_key(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_EXTENDED);

	(void)state;
	fixture_verify_auth(v);
	expect(v, "00470000 08 AC06 800111 840101 00", "6982");
	fixture_admin(v);
	ask(v, "00470000 08 AC06 800111 840101 00");
	assert_int_equal(asked_sw(), 0x9000);
	vcard_free(v);
}

static void each_kind_is_made_and_shown(void **state)
{
	static const struct {
		unsigned byte;
		int bits;
		const char *type;
	} kinds[] = {
		{0x01, 2048, "RSA"}, {0x02, 3072, "RSA"}, {0x11, 256, "EC"}, {0x12, 384, "EC"}};
	static const char *const templates[] = {"AC", "B6", "A4", "B6"};
	struct vcard *v = fixture_blank(FIXTURE_EXTENDED);
	struct buf made = BUF_INIT(1024);
	EVP_PKEY *key;

	(void)state;
	fixture_admin(v);
	for (size_t i = 0; i < 4; i++) {
		/* 80 and 84 in either order */
		ask(v, "00470000 000008 %s06 840102 8001%02X 0000", templates[i], kinds[i].byte);
		assert_int_equal(asked_sw(), 0x9000);
		buf_reset(&made);
		buf_put(&made, asked, asked_len);
		ask(v, "00478100 000005 B603 840102 0000");
		assert_int_equal(asked_len, made.len);
		assert_memory_equal(asked, made.data, made.len);
		key = fixture_public(v, 2);
		assert_int_equal(EVP_PKEY_get_bits(key), kinds[i].bits);
		assert_true(EVP_PKEY_is_a(key, kinds[i].type));
		EVP_PKEY_free(key);
	}
	buf_clear(&made);
	vcard_free(v);
}

static void a_new_key_takes_the_old_ones_place(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_EXTENDED);
	EVP_PKEY *before = fixture_public(v, 1), *after;

	(void)state;
	fixture_admin(v);
	expect(v, "002241B6 06 800144 840101", "9000");
	ask(v, "00470000 08 AC06 800112 840101 00");
	assert_int_equal(asked_sw(), 0x9000);
	/* A template that named the old one is gone. */
	ask(v, "002A90A0 22 9020 %064d", 0);
	assert_int_equal(asked_sw(), 0x6985);
	after = fixture_public(v, 1);
	assert_int_not_equal(EVP_PKEY_eq(before, after), 1);
	EVP_PKEY_free(before);
	EVP_PKEY_free(after);
	vcard_free(v);
}

static void public_keys_are_always_readable(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_EXTENDED);
	struct vcard *blank = fixture_blank(FIXTURE_EXTENDED);

	(void)state;
	ask(v, "00478100 05 A403 840101 00");
	assert_int_equal(asked_sw(), 0x9000);
	assert_string_equal(fixture_hex(asked, 6), "7F4943864104");
	expect(v, "00478100 05 A403 840103 00", "6A88");
	expect(blank, "00478100 05 A403 840101 00", "6A88");
	vcard_free(v);
	vcard_free(blank);
}

static void malformed_requests_are_refused(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_EXTENDED);

	(void)state;
	fixture_admin(v);
	expect(v, "00470000 05 AC03 840101 00", "6A80");        /* no kind */
	expect(v, "00470000 05 AC03 800111 00", "6A80");        /* no key */
	expect(v, "00470000 08 AC06 800105 840101 00", "6A80"); /* no such kind */
	expect(v, "00470000 08 B806 800111 840101 00", "6A80");
	expect(v, "00470000 09 AC06 800111 840101 00 00", "6A80");
	expect(v, "00470000 08 AC06 800111 840191 00", "6A88");
	expect(v, "00470000 00", "6700");
	expect(v, "00470100 08 AC06 800111 840101 00", "6A86");
	expect(v, "00470001 08 AC06 800111 840101 00", "6A86");
	vcard_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(making_a_key_needs_the_admin_key),
		cmocka_unit_test(each_kind_is_made_and_shown),
		cmocka_unit_test(a_new_key_takes_the_old_ones_place),
		cmocka_unit_test(public_keys_are_always_readable),
		cmocka_unit_test(malformed_requests_are_refused),
	};

	return cmocka_run_group_tests_name("vcard/generate", tests, NULL, NULL);
}
