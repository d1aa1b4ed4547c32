/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of vcard/p15/records.c and personalise.c: a new card's directory files, read by the library's own
 * reader (codec/pkcs15.h), which was written apart from them.
 */
#include "p15_fixture.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "codec/pkcs15.h"

static struct vcard *issued(const char *personality, enum vcard_key_kind kind)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(personality, &setup.personalities), 0);
	setup.pin_auth = AUTH_DIGITS;
	setup.pin_sign = SIGN_DIGITS;
	setup.puk = PUK_DIGITS;
	setup.key_auth = setup.key_sign = kind;
	setup.admin_key_len = fixture_bytes(ADMIN_KEY, setup.admin_key, sizeof(setup.admin_key));
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

/* A file below 5015. */
static struct cursor file(struct vcard *v, uint16_t id)
{
	struct vcard_p15 *p = vcard_p15_of(v);
	uint8_t i = vcard_p15_child(p, vcard_p15_child(p, 0, VCARD_P15_DF), id);

	assert_int_not_equal(i, VCARD_P15_NO_FILE);
	return buf_cursor(&p->memory.files[i].data);
}

static uint16_t id_of(const struct pkcs15_value *value)
{
	struct cursor c = value->path.path;
	uint16_t mf, df, id;

	assert_int_equal(value->place, PKCS15_AT_PATH);
	assert_int_equal(cursor_left(&c), 6);
	assert_int_equal(
		cursor_get_be16(&c, &mf) | cursor_get_be16(&c, &df) | cursor_get_be16(&c, &id), 0);
	assert_int_equal(mf, 0x3F00);
	assert_int_equal(df, 0x5015);
	return id;
}

static uint16_t list(struct vcard *v, enum pkcs15_list which)
{
	struct cursor c = file(v, 0x5031);
	struct pkcs15_directory d;

	while (pkcs15_next_directory(&c, &d) == 1)
		if (d.list == which)
			return id_of(&d.value);
	fail_msg("no list %d", which);
	return 0;
}

static void check_pins(struct vcard *v, bool puk)
{
	struct cursor c = file(v, list(v, PKCS15_PINS));
	const struct vcard_p15_dialect *d = vcard_p15_dialect(vcard_p15_of(v));
	struct pkcs15_pin pin;

	for (uint8_t i = 1; i <= (puk ? 3 : 2); i++) {
		assert_int_equal(pkcs15_next_pin(&c, &pin), 1);
		assert_true(cursor_equals(&pin.auth_id, &i, 1));
		assert_true(pin.flags & PKCS15_PIN_INITIALIZED);
		assert_true(pin.flags & PKCS15_PIN_NEEDS_PADDING);
		assert_int_equal(!!(pin.flags & PKCS15_PIN_UNBLOCKING), i == 3);
		assert_int_equal(pin.stored_length, d->pin_len);
		assert_int_equal(pin.max_length, d->pin_max);
		assert_int_equal(pin.min_length, 4);
		assert_int_equal(pin.pad, 0xFF);
		assert_int_equal(pin.reference, vcard_p15_of(v)->memory.pins[i - 1].reference);
		if (puk && i < 3)
			assert_true(cursor_equals(&pin.object.auth_id, "\x03", 1));
	}
	assert_int_equal(pkcs15_next_pin(&c, &pin), 0);
}

static void check_keys(struct vcard *v, bool rsa, unsigned bits, const char *ids)
{
	struct cursor c = file(v, list(v, PKCS15_PRIVATE_KEYS));
	struct pkcs15_key key;

	for (uint8_t i = 1; i <= 2; i++) {
		assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
		assert_true(cursor_equals(&key.id, ids + i - 1, 1));
		assert_true(cursor_equals(&key.object.auth_id, &i, 1));
		assert_true(key.object.is_private);
		assert_int_equal(key.object.user_consent, i == 2);
		assert_int_equal(key.reference, i);
		assert_int_equal(key.type, rsa ? KEY_RSA : KEY_EC);
		assert_int_equal(key.bits, bits);
		assert_true(key.usage & PKCS15_USAGE_SIGN);
		assert_int_equal(!!(key.usage & PKCS15_USAGE_NON_REPUDIATION), i == 2);
		assert_int_equal(!!(key.usage & PKCS15_USAGE_DECRYPT), i == 1 && rsa);
		assert_int_equal(!!(key.usage & PKCS15_USAGE_DERIVE), i == 1 && !rsa);
	}
	assert_int_equal(pkcs15_next_private_key(&c, &key), 0);
}

/* Certificates fit the keys; the authority's says that it is one. */
static void check_certificates(struct vcard *v, const char *ids)
{
	struct cursor c = file(v, list(v, PKCS15_CERTIFICATES)), content;
	struct pkcs15_certificate crt;

	for (uint8_t i = 0; i < 3; i++) {
		const unsigned char *p;
		X509 *x;

		assert_int_equal(pkcs15_next_certificate(&c, &crt), 1);
		assert_true(cursor_equals(&crt.id, ids + i, 1));
		assert_int_equal(crt.authority, i == 2);
		content = file(v, id_of(&crt.value));
		p = cursor_at(&content);
		x = d2i_X509(NULL, &p, (long)cursor_left(&content));
		assert_non_null(x);
		assert_int_equal(p - cursor_at(&content), cursor_left(&content));
		if (i < 2)
			assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(x), p15_public(v, i + 1)), 1);
		X509_free(x);
	}
	assert_int_equal(pkcs15_next_certificate(&c, &crt), 0);
}

static void a_plain_card_lists_what_it_has(void **state)
{
	struct vcard *v = issued("p15", VCARD_P256);
	struct cursor c = file(v, 0x5032), algorithms;
	struct pkcs15_algorithm a;
	struct pkcs15_info info;
	struct pkcs15_data data;
	size_t n = 0;

	(void)state;
	assert_int_equal(pkcs15_decode_info(&c, &info), 0);
	assert_true(cursor_equals(&info.label, "Mohr p15", 8));
	assert_true(cursor_equals(&info.serial, vcard_p15_of(v)->memory.serial, 10));
	algorithms = info.algorithms;
	while (pkcs15_next_algorithm(&algorithms, &a) == 1) {
		n++;
		assert_int_equal(a.reference, n);
		if (a.mechanism == 0x1041)
			assert_int_equal(a.card_reference, 0x04);
	}
	assert_int_equal(n, 4);
	check_pins(v, true);
	check_keys(v, false, 0, "\x45\x46");
	check_certificates(v, "\x45\x46\x43");
	c = file(v, list(v, PKCS15_DATA));
	assert_int_equal(pkcs15_next_data(&c, &data), 1);
	assert_false(data.object.is_private);
	assert_int_equal(pkcs15_next_data(&c, &data), 1);
	assert_true(data.object.is_private);
	assert_true(cursor_equals(&data.object.auth_id, "\x01", 1));
	assert_int_equal(pkcs15_next_data(&c, &data), 0);
	vcard_free(v);
}

static void a_myeid_card_lists_what_it_has(void **state)
{
	struct vcard *v = issued("myeid", VCARD_RSA1024);
	struct cursor c = file(v, list(v, PKCS15_PRIVATE_KEYS));
	struct pkcs15_key key;

	(void)state;
	check_pins(v, false);
	check_keys(v, true, 1024, "\x01\x02");
	check_certificates(v, "\x01\x02\x03");
	assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
	assert_int_equal(id_of(&key.value), 0x4B01);
	assert_false(vcard_p15_of(v)->memory.open);
	vcard_free(v);
	v = issued("myeid", VCARD_P384);
	check_keys(v, false, 384, "\x01\x02");
	vcard_free(v);
}

/* A path of two octets begins at the application's DF (PKCS #15 v1.1 §6.1.5). */
static void a_bare_card_has_short_paths_and_room_behind_certificates(void **state)
{
	struct vcard *v = issued("p15-bare", VCARD_P256);
	struct cursor c = file(v, 0x5031), crts, content;
	struct pkcs15_certificate crt;
	struct pkcs15_directory d;
	struct pkcs15_info info;
	unsigned n = 0;
	uint16_t id;

	(void)state;
	while (pkcs15_next_directory(&c, &d) == 1) {
		n++;
		assert_int_equal(cursor_get_be16(&d.value.path.path, &id), 0);
		assert_int_equal(cursor_done(&d.value.path.path), 0);
		if (d.list == PKCS15_CERTIFICATES)
			crts = file(v, id);
	}
	assert_int_equal(n, 3);
	for (uint8_t i = 1; i <= 2; i++) {
		const unsigned char *p;
		X509 *x;

		assert_int_equal(pkcs15_next_certificate(&crts, &crt), 1);
		assert_int_equal(cursor_get_be16(&crt.value.path.path, &id), 0);
		content = file(v, id);
		assert_int_equal(cursor_left(&content), 4096);
		p = cursor_at(&content);
		x = d2i_X509(NULL, &p, (long)cursor_left(&content));
		assert_non_null(x);
		assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(x), p15_public(v, i)), 1);
		X509_free(x);
	}
	assert_int_equal(pkcs15_next_certificate(&crts, &crt), 0);
	c = file(v, 0x5032);
	assert_int_equal(pkcs15_decode_info(&c, &info), 0);
	assert_int_equal(cursor_left(&info.algorithms), 0);
	vcard_free(v);
}

static void the_application_is_in_the_directory(void **state)
{
	static const char *const personalities[] = {"p15", "myeid"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct vcard *v = issued(personalities[i], VCARD_P256);
		struct vcard_p15 *p = vcard_p15_of(v);
		struct cursor c =
			buf_cursor(&p->memory.files[vcard_p15_child(p, 0, VCARD_P15_EF_DIR)].data);
		struct pkcs15_application a;

		assert_int_equal(pkcs15_next_application(&c, &a), 1);
		assert_true(cursor_equals(&a.aid, "\xA0\x00\x00\x00\x63PKCS-15", 12));
		assert_true(cursor_equals(&a.path, "\x3F\x00\x50\x15", 4));
		assert_int_equal(pkcs15_next_application(&c, &a), 0);
		vcard_free(v);
	}
}

static void a_blank_plain_card_has_pins_and_empty_lists(void **state)
{
	struct vcard *v = p15_blank("p15", false);
	struct cursor c = file(v, list(v, PKCS15_PRIVATE_KEYS));
	struct pkcs15_certificate crt;
	struct pkcs15_key key;

	(void)state;
	check_pins(v, true);
	assert_int_equal(pkcs15_next_private_key(&c, &key), 0);
	c = file(v, list(v, PKCS15_CERTIFICATES));
	assert_int_equal(pkcs15_next_certificate(&c, &crt), 0);
	vcard_free(v);
}

static void wrong_lengths_of_pins_make_no_card(void **state)
{
	static const struct {
		const char *personality, *pin;
		int r;
	} rows[] = {{"p15", "1234567890123", MOHR_ERR_PIN_LENGTH},
		    {"p15", "123", MOHR_ERR_PIN_LENGTH},
		    {"p15", "12345A", MOHR_ERR_PIN_INVALID},
		    {"myeid", "123456789", MOHR_ERR_PIN_LENGTH}};
	struct vcard_setup setup;
	struct vcard *v = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		vcard_setup_init(&setup);
		assert_int_equal(
			vcard_personalities_parse(rows[i].personality, &setup.personalities), 0);
		setup.pin_auth = rows[i].pin;
		setup.pin_sign = SIGN_DIGITS;
		setup.puk = PUK_DIGITS;
		setup.admin_key_len = 16;
		assert_int_equal(vcard_new(&setup, &v), rows[i].r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_card_lists_what_it_has),
		cmocka_unit_test(a_myeid_card_lists_what_it_has),
		cmocka_unit_test(a_bare_card_has_short_paths_and_room_behind_certificates),
		cmocka_unit_test(the_application_is_in_the_directory),
		cmocka_unit_test(a_blank_plain_card_has_pins_and_empty_lists),
		cmocka_unit_test(wrong_lengths_of_pins_make_no_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
