/* SPDX-License-Identifier: BSD-2-Clause */
/* personal/p15_record.c: what is written is what codec/pkcs15.h, written by others, reads. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "codec/pkcs15.h"
#include "codec/tlv.h"
#include "personal/p15.h"

static void put_key(struct buf *b, EVP_PKEY *key)
{
	unsigned char *out = NULL;
	int n = i2d_PUBKEY(key, &out);

	assert_true(n > 0);
	buf_put(b, out, (size_t)n);
	OPENSSL_free(out);
	EVP_PKEY_free(key);
}

/* An RSA key first, then a point. */
struct world {
	struct buf spki[P15_N_KEYS];
	struct p15_record records[P15_N_KEYS];
	struct buf out;
	struct cursor c;
};

static void start(struct world *w)
{
	unsigned i;

	memset(w, 0, sizeof(*w));
	buf_init(&w->out, P15_RECORDS_MAX);
	for (i = 0; i < P15_N_KEYS; i++) {
		struct cursor c;

		buf_init(&w->spki[i], 1024);
		put_key(&w->spki[i], i == 0 ? EVP_RSA_gen(4096) : EVP_EC_gen("P-384"));
		c = buf_cursor(&w->spki[i]);
		assert_int_equal(pubkey_decode_spki(&c, &w->records[i].key), 0);
		w->records[i].has_key = w->records[i].has_certificate = true;
		w->records[i].reference = (uint8_t)i;
	}
}

static void stop(struct world *w)
{
	unsigned i;

	for (i = 0; i < P15_N_KEYS; i++)
		buf_clear(&w->spki[i]);
	buf_clear(&w->out);
}

static struct cursor *written(struct world *w)
{
	assert_int_equal(buf_err(&w->out), 0);
	w->c = buf_cursor(&w->out);
	return &w->c;
}

static void assert_text(const struct cursor *c, const char *text)
{
	assert_true(cursor_equals(c, text, strlen(text)));
}

static void the_application_has_name_label_and_path(void **state)
{
	struct pkcs15_application a;
	struct world w;

	(void)state;
	start(&w);
	personal_p15_put_dir(&w.out, "A label of thirty-two characters");
	assert_true(w.out.len <= 128);
	assert_int_equal(pkcs15_next_application(written(&w), &a), 1);
	assert_true(cursor_equals(&a.aid, "\xA0\x00\x00\x00\x63PKCS-15", 12));
	assert_text(&a.label, "A label of thirty-two characters");
	assert_true(cursor_equals(&a.path, "\x3F\x00\x50\x15", 4));
	assert_int_equal(pkcs15_next_application(&w.c, &a), 0);
	stop(&w);
}

static void the_object_directory_names_four_files(void **state)
{
	static const struct {
		enum pkcs15_list list;
		uint8_t path[6];
	} want[] = {{PKCS15_PINS, {0x3F, 0x00, 0x50, 0x15, 0x44, 0x01}},
		    {PKCS15_PRIVATE_KEYS, {0x3F, 0x00, 0x50, 0x15, 0x44, 0x02}},
		    {PKCS15_PUBLIC_KEYS, {0x3F, 0x00, 0x50, 0x15, 0x44, 0x03}},
		    {PKCS15_CERTIFICATES, {0x3F, 0x00, 0x50, 0x15, 0x44, 0x04}}};
	struct pkcs15_directory d;
	struct world w;
	size_t i;

	(void)state;
	start(&w);
	personal_p15_put_odf(&w.out);
	written(&w);
	for (i = 0; i < 4; i++) {
		assert_int_equal(pkcs15_next_directory(&w.c, &d), 1);
		assert_int_equal(d.list, want[i].list);
		assert_int_equal(d.value.place, PKCS15_AT_PATH);
		assert_true(cursor_equals(&d.value.path.path, want[i].path, 6));
	}
	assert_int_equal(pkcs15_next_directory(&w.c, &d), 0);
	stop(&w);
}

static void the_token_has_serial_and_label(void **state)
{
	static const uint8_t serial[P15_SERIAL_LEN] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct pkcs15_info info;
	struct world w;

	(void)state;
	start(&w);
	personal_p15_put_info(&w.out, "A label of thirty-two characters", serial);
	assert_int_equal(pkcs15_decode_info(written(&w), &info), 0);
	assert_int_equal(info.version, 0);
	assert_true(cursor_equals(&info.serial, serial, sizeof(serial)));
	assert_text(&info.label, "A label of thirty-two characters");
	assert_int_equal(info.flags, PKCS15_TOKEN_LOGIN_REQUIRED | PKCS15_TOKEN_RANDOM);
	stop(&w);
}

static void the_pin_is_told_as_it_is(void **state)
{
	static const struct pin_format format = {
		.reference = 0x81, .min_len = 4, .max_len = 16, .padded_len = 16, .pad = 0xFF};
	struct pkcs15_pin pin;
	struct world w;

	(void)state;
	start(&w);
	personal_p15_put_pin(&w.out, &format);
	assert_int_equal(pkcs15_next_pin(written(&w), &pin), 1);
	assert_true(cursor_equals(&pin.auth_id, "\x01", 1));
	assert_int_equal(pin.reference, 0x81);
	assert_int_equal(pin.min_length, 4);
	assert_int_equal(pin.stored_length, 16);
	assert_int_equal(pin.max_length, 16);
	assert_int_equal(pin.type, PKCS15_PIN_UTF8);
	assert_int_equal(pin.flags, PKCS15_PIN_CASE_SENSITIVE | PKCS15_PIN_LOCAL |
					    PKCS15_PIN_INITIALIZED | PKCS15_PIN_NEEDS_PADDING);
	assert_true(pin.has_pad);
	assert_int_equal(pin.pad, 0xFF);
	assert_true(pin.has_path);
	assert_true(cursor_equals(&pin.path.path, "\x3F\x00\x50\x15", 4));
	stop(&w);
}

static void keys_are_listed_with_what_they_do(void **state)
{
	struct pkcs15_key key;
	struct world w;

	(void)state;
	start(&w);
	personal_p15_put_private_keys(&w.out, w.records);
	assert_int_equal(pkcs15_next_private_key(written(&w), &key), 1);
	assert_int_equal(key.type, KEY_RSA);
	assert_int_equal(key.bits, 4096);
	assert_true(cursor_equals(&key.id, "\x01", 1));
	assert_true(cursor_equals(&key.object.auth_id, "\x01", 1));
	assert_true(key.object.is_private && key.native && key.has_reference);
	assert_int_equal(key.reference, 0);
	assert_int_equal(key.usage, PKCS15_USAGE_SIGN | PKCS15_USAGE_DECRYPT);
	assert_int_equal(key.access, PKCS15_ACCESS_SENSITIVE | PKCS15_ACCESS_ALWAYS_SENSITIVE |
					     PKCS15_ACCESS_NEVER_EXTRACTABLE | PKCS15_ACCESS_LOCAL);
	assert_int_equal(pkcs15_next_private_key(&w.c, &key), 1);
	assert_int_equal(key.type, KEY_EC);
	assert_int_equal(key.bits, 384);
	assert_true(cursor_equals(&key.id, "\x02", 1));
	assert_int_equal(key.reference, 1);
	assert_int_equal(key.usage, PKCS15_USAGE_SIGN | PKCS15_USAGE_NON_REPUDIATION);
	assert_int_equal(pkcs15_next_private_key(&w.c, &key), 0);

	buf_reset(&w.out);
	personal_p15_put_public_keys(&w.out, w.records);
	assert_int_equal(pkcs15_next_public_key(written(&w), &key), 1);
	assert_int_equal(key.type, KEY_RSA);
	assert_false(key.object.is_private || key.native);
	assert_int_equal(key.usage, PKCS15_USAGE_VERIFY | PKCS15_USAGE_ENCRYPT);
	assert_true(cursor_equals(&key.value.path.path, "\x3F\x00\x50\x15\x33\x00", 6));
	assert_int_equal(pkcs15_next_public_key(&w.c, &key), 1);
	assert_int_equal(key.type, KEY_EC);
	assert_int_equal(key.usage, PKCS15_USAGE_VERIFY);
	assert_true(cursor_equals(&key.value.path.path, "\x3F\x00\x50\x15\x33\x01", 6));
	assert_int_equal(pkcs15_next_public_key(&w.c, &key), 0);
	stop(&w);
}

static void only_what_is_there_is_listed(void **state)
{
	struct pkcs15_certificate crt;
	struct pkcs15_key key;
	struct world w;

	(void)state;
	start(&w);
	personal_p15_put_certificates(&w.out, w.records);
	assert_int_equal(pkcs15_next_certificate(written(&w), &crt), 1);
	assert_true(cursor_equals(&crt.id, "\x01", 1));
	assert_int_equal(pkcs15_next_certificate(&w.c, &crt), 1);
	assert_true(cursor_equals(&crt.id, "\x02", 1));
	assert_true(cursor_equals(&crt.value.path.path, "\x3F\x00\x50\x15\x34\x01", 6));
	assert_int_equal(pkcs15_next_certificate(&w.c, &crt), 0);

	w.records[0].has_certificate = w.records[0].has_key = false;
	buf_reset(&w.out);
	personal_p15_put_certificates(&w.out, w.records);
	assert_int_equal(pkcs15_next_certificate(written(&w), &crt), 1);
	assert_true(cursor_equals(&crt.id, "\x02", 1));
	assert_int_equal(pkcs15_next_certificate(&w.c, &crt), 0);
	buf_reset(&w.out);
	personal_p15_put_private_keys(&w.out, w.records);
	assert_int_equal(pkcs15_next_private_key(written(&w), &key), 1);
	assert_true(cursor_equals(&key.id, "\x02", 1));
	assert_int_equal(pkcs15_next_private_key(&w.c, &key), 0);

	w.records[1].has_certificate = w.records[1].has_key = false;
	buf_reset(&w.out);
	personal_p15_put_certificates(&w.out, w.records);
	personal_p15_put_private_keys(&w.out, w.records);
	personal_p15_put_public_keys(&w.out, w.records);
	assert_int_equal(w.out.len, 0);
	stop(&w);
}

static void public_keys_come_back_as_they_were(void **state)
{
	struct buf file = BUF_INIT(2048);
	struct pubkey key;
	struct world w;
	unsigned i;

	(void)state;
	start(&w);
	for (i = 0; i < P15_N_KEYS; i++) {
		buf_reset(&file);
		personal_p15_put_public(&file, &w.records[i].key);
		assert_int_equal(buf_err(&file), 0);
		assert_int_equal(personal_p15_take_public(&file, &key), 0);
		assert_true(personal_same_key(&key, &w.records[i].key));
		assert_false(personal_same_key(&key, &w.records[1 - i].key));
		buf_truncate(&file, file.len - 1);
		assert_int_equal(personal_p15_take_public(&file, &key), MOHR_ERR_MALFORMED);
		buf_truncate(&file, 0);
		assert_int_equal(personal_p15_take_public(&file, &key), MOHR_ERR_MALFORMED);
	}
	buf_clear(&file);
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_application_has_name_label_and_path),
		cmocka_unit_test(the_object_directory_names_four_files),
		cmocka_unit_test(the_token_has_serial_and_label),
		cmocka_unit_test(the_pin_is_told_as_it_is),
		cmocka_unit_test(keys_are_listed_with_what_they_do),
		cmocka_unit_test(only_what_is_there_is_listed),
		cmocka_unit_test(public_keys_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
