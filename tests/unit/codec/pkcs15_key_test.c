/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of codec/pkcs15_key.c. Entries are worked out by hand from PKCS #15 v1.1 §6.1.9, §6.3 and §6.4;
 * public keys are those of tests/data/x509, in the shapes of §6.4.2 and §6.4.3.
 */
#include "tree.h"

#include "codec/pkcs15.h"
#include "codec/tlv.h"
#include "codec/x509.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void an_rsa_key_with_all_there_can_be_is_read(void **state)
{
	struct pkcs15_key key;
	unsigned reference;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = tree("30{30{0C{4B} 03{06C0} 04{01} 02{01}} "
		 "30{04{45} 03{062040} 01{FF} 03{03B8} 02{81} 18{3230} 80{3231} A1{02{01} 02{11}}} "
		 "A0{30{30{31{}}}} A1{30{30{04{3F0050154B01}} 02{0800} 02{07}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
	assert_int_equal(key.type, KEY_RSA);
	assert_cursor_is(&key.object.label, "4B");
	assert_true(key.object.is_private && key.object.modifiable);
	assert_cursor_is(&key.object.auth_id, "01");
	assert_int_equal(key.object.user_consent, 1);
	assert_cursor_is(&key.id, "45");
	assert_int_equal(key.usage, PKCS15_USAGE_SIGN | PKCS15_USAGE_NON_REPUDIATION);
	assert_true(key.native);
	assert_int_equal(key.access, PKCS15_ACCESS_SENSITIVE | PKCS15_ACCESS_ALWAYS_SENSITIVE |
					     PKCS15_ACCESS_NEVER_EXTRACTABLE | PKCS15_ACCESS_LOCAL);
	assert_true(key.has_reference);
	assert_int_equal(key.reference, 0x81);
	assert_int_equal(pkcs15_next_reference(&key.algorithms, &reference), 1);
	assert_int_equal(reference, 1);
	assert_int_equal(pkcs15_next_reference(&key.algorithms, &reference), 1);
	assert_int_equal(reference, 17);
	assert_int_equal(pkcs15_next_reference(&key.algorithms, &reference), 0);
	assert_int_equal(key.value.place, PKCS15_AT_PATH);
	assert_cursor_is(&key.value.path.path, "3F0050154B01");
	assert_int_equal(key.bits, 2048);
	assert_int_equal(key.curve, CURVE_NONE);
	assert_true(key.has_algorithm);
	assert_int_equal(key.algorithm, 7);
	assert_int_equal(pkcs15_next_private_key(&c, &key), 0);
}

static void a_key_has_defaults(void **state)
{
	struct pkcs15_key key;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = tree("30{30{} 30{04{} 03{0640}} A1{30{30{04{}}}}} "
		 "A0{30{} 30{04{02} 03{0780} 01{00}} A1{30{A0{04{01}}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
	assert_cursor_is(&key.id, "");
	assert_int_equal(key.usage, PKCS15_USAGE_DECRYPT);
	assert_true(key.native);
	assert_int_equal(key.access, 0);
	assert_false(key.has_reference || key.has_algorithm);
	assert_int_equal(key.reference, 0);
	assert_cursor_is(&key.algorithms, "");
	assert_int_equal(key.bits, 0);
	assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
	assert_int_equal(key.type, KEY_EC);
	assert_false(key.native);
	assert_int_equal(key.usage, PKCS15_USAGE_ENCRYPT);
	assert_int_equal(key.value.place, PKCS15_DIRECT);
	assert_cursor_is(&key.value.direct, "04 01 01");
	assert_int_equal(pkcs15_next_private_key(&c, &key), 0);
}

static void keys_of_other_kinds_are_passed_over(void **state)
{
	struct pkcs15_key key;
	struct bytes b;
	struct cursor c;

	(void)state;
	/* DH, DSA, KEA, and a number that nobody has given */
	b = tree("A1{30{} 30{} A1{30{}}} A2{} A3{30{}} A5{} "
		 "A0{30{} 30{04{46} 03{00}} A1{30{30{04{4B02}}}}}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_public_key(&c, &key), 1);
	assert_cursor_is(&key.id, "46");
	assert_int_equal(pkcs15_next_public_key(&c, &key), 0);
}

static void what_follows_the_value_tells_size_and_curve(void **state)
{
	static const struct {
		const char *bytes;
		unsigned bits;
		enum curve curve;
		bool has_algorithm;
		unsigned algorithm;
	} rows[] = {
		{"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{0400} 30{05{} 03{0264}}}}}", 1024,
		 CURVE_NONE, false, 0},
		{"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{00} 02{03}}}}", 0, CURVE_NONE, true,
		 3},
		{"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{00FFFF} 02{00} 80{}}}}", 65535,
		 CURVE_NONE, true, 0},
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}}}}}", 0, CURVE_NONE, false, 0},
		/* a reference, a field's size as OpenSC writes it, both */
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{05}}}}", 0, CURVE_NONE, true, 5},
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{0180}}}}", 384, CURVE_NONE, false,
		 0},
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{0100} 02{05}}}}", 256, CURVE_NONE,
		 true, 5},
		/* parameters: P-256, P-521, brainpoolP256r1, implicitlyCA */
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 30{06{2A8648CE3D030107}}}}}", 256,
		 CURVE_P256, false, 0},
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 30{06{2B81040023} 03{0640}}}}}", 521,
		 CURVE_P521, false, 0},
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 30{06{2B2403030208010107}}}}}", 0,
		 CURVE_NONE, false, 0},
		{"A0{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 30{05{}}}}}", 0, CURVE_NONE, false, 0},
		/* a curve is no news about an RSA key */
		{"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{0800} 30{06{2A8648CE3D030107}}}}}",
		 2048, CURVE_NONE, false, 0},
	};
	struct pkcs15_key key;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i].bytes);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
		assert_int_equal(key.bits, rows[i].bits);
		assert_int_equal(key.curve, rows[i].curve);
		assert_int_equal(key.has_algorithm, rows[i].has_algorithm);
		assert_int_equal(key.algorithm, rows[i].algorithm);
	}
}

static void broken_keys_are_rejected(void **state)
{
	static const char *const rows[] = {
		"30{}",
		"A0{}",
		"30{30{} 30{} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45}} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{03{00} 04{45}} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45} 03{}} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45} 03{00} 01{}} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45} 03{00} 03{}} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45} 03{00} 02{0100}} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45} 03{00} 02{}} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45} 03{00} 02} A1{30{30{04{4B}} 02{0800}}}}",
		"30{30{} 30{04{45} 03{00}} A1{30{}}}",
		"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{}}}}",
		"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{FF}}}}",
		"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{010000}}}}",
		"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{0800} 30{}}}}",
		"30{30{} 30{04{45} 03{00}} A1{30{30{04{4B}} 02{0800} 30}}}",
		"A0{30{} 30{04{45} 03{00}} A1{}}",
	};
	struct pkcs15_key key, before;
	struct bytes b;
	struct cursor c;

	(void)state;
	memset(&key, 0x5A, sizeof(key));
	before = key;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_private_key(&c, &key), MOHR_ERR_MALFORMED);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_public_key(&c, &key), MOHR_ERR_MALFORMED);
		assert_memory_equal(&key, &before, sizeof(key));
	}
}

static void broken_references_are_rejected(void **state)
{
	static const char *const rows[] = {"02{}", "02{FF}", "02{010000}", "02", "02 80 05 0000"};
	struct bytes b;
	struct cursor c;
	unsigned reference;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_next_reference(&c, &reference), MOHR_ERR_MALFORMED);
	}
	b = tree("04{01} 02{00FFFF}");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_reference(&c, &reference), 1);
	assert_int_equal(reference, 65535);
	assert_int_equal(pkcs15_next_reference(&c, &reference), 0);
}

/* The key that codec/x509.c, tested against libcrypto, finds in this file. */
static struct bytes certificate;
static struct x509 x;

static const struct pubkey *key_of(const char *file)
{
	certificate = data_file(file);
	assert_int_equal(x509_decode(certificate.at, certificate.len, &x), 0);
	return &x.key;
}

static void assert_same_key(const struct pubkey *a, const struct pubkey *b)
{
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->bits, b->bits);
	assert_int_equal(a->curve, b->curve);
	assert_true(cursor_equals(&a->modulus, cursor_at(&b->modulus), cursor_left(&b->modulus)));
	assert_true(
		cursor_equals(&a->exponent, cursor_at(&b->exponent), cursor_left(&b->exponent)));
	assert_true(cursor_equals(&a->point, cursor_at(&b->point), cursor_left(&b->point)));
}

/* Decodes the bytes put into b, with zeros behind them as in a file that is too large. */
static int decode_file(struct buf *b, enum curve curve, struct pubkey *ret)
{
	struct pkcs15_key key = {.type = KEY_EC, .curve = curve};
	struct cursor c;

	buf_fill(b, 0, 3);
	assert_int_equal(buf_err(b), 0);
	c = buf_cursor(b);
	return pkcs15_decode_public_key(&c, &key, ret);
}

static void put_content(struct buf *b, uint32_t tag, const struct cursor *whole)
{
	struct cursor c = *whole;
	struct tlv t;

	assert_int_equal(tlv_get(&c, &t), 0);
	tlv_put(b, tag, cursor_at(&t.value), cursor_left(&t.value));
}

static void public_keys_are_read_in_all_shapes(void **state)
{
	static const char *const files[] = {"x509/sign-rsa2048.der", "x509/auth-p256.der",
					    "x509/sign-p384.der", "x509/agree-p521.der"};
	struct buf b = BUF_INIT(4096);
	const struct pubkey *want;
	struct pubkey got;
	size_t mark;

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		want = key_of(files[i]);
		buf_put(&b, cursor_at(&x.spki), cursor_left(&x.spki));
		assert_int_equal(decode_file(&b, CURVE_NONE, &got), 0);
		assert_same_key(&got, want);
		buf_reset(&b);
		put_content(&b, 0xA1, &x.spki);
		assert_int_equal(decode_file(&b, CURVE_NONE, &got), 0);
		assert_same_key(&got, want);
		buf_reset(&b);
		tlv_put(&b, 0xA1, cursor_at(&x.spki), cursor_left(&x.spki));
		assert_int_equal(decode_file(&b, CURVE_NONE, &got), 0);
		assert_same_key(&got, want);
		buf_reset(&b);
		if (want->type == KEY_RSA) {
			mark = tlv_open(&b, 0x30);
			/* positive though the top bit of the modulus is set */
			buf_put_u8(&b, 0x02);
			buf_put_u8(&b, 0x82);
			buf_put_be16(&b, 257);
			buf_put_u8(&b, 0);
			buf_put(&b, cursor_at(&want->modulus), 256);
			tlv_put(&b, 0x02, cursor_at(&want->exponent), cursor_left(&want->exponent));
			tlv_close(&b, mark);
			assert_int_equal(decode_file(&b, CURVE_NONE, &got), 0);
		} else {
			tlv_put(&b, 0x04, cursor_at(&want->point), cursor_left(&want->point));
			assert_int_equal(decode_file(&b, CURVE_NONE, &got), 0);
			assert_same_key(&got, want);
			assert_int_equal(decode_file(&b, want->curve, &got), 0);
		}
		assert_same_key(&got, want);
		buf_clear(&b);
	}
}

static void a_point_must_be_of_the_key_s_curve(void **state)
{
	struct buf b = BUF_INIT(4096);
	const struct pubkey *key;
	struct pubkey got;

	(void)state;
	key = key_of("x509/auth-p256.der");
	tlv_put(&b, 0x04, cursor_at(&key->point), cursor_left(&key->point));
	assert_int_equal(decode_file(&b, CURVE_P384, &got), MOHR_ERR_MALFORMED);
	buf_clear(&b);
	key = key_of("x509/other-curve.der");
	assert_int_equal(key->type, KEY_NONE);
	buf_put(&b, cursor_at(&x.spki), cursor_left(&x.spki));
	assert_int_equal(decode_file(&b, CURVE_NONE, &got), 0);
	assert_int_equal(got.type, KEY_NONE);
	buf_clear(&b);
}

static void broken_public_keys_are_rejected(void **state)
{
	static const char *const rows[] = {
		"",
		"30",
		"30{}",
		"30{02{05}}",
		"30{02{05} 04{03}}",
		"30{02{05} 02{03}}",
		"30{30{} 03{00}}",
		"04{}",
		"04{04}",
		"A1",
		"A1{}",
		"A1{30{}}",
		"A1{30{} 03{00}}",
		"A1{30}",
		"02{05}",
		"86{04}",
	};
	struct pkcs15_key key = {.type = KEY_RSA};
	struct pubkey got;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b = tree(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pkcs15_decode_public_key(&c, &key, &got), MOHR_ERR_MALFORMED);
	}
}

/* tests/data/pkcs15/generate.sh says what is in the file that OpenSSL has encoded. */
static void a_file_of_another_encoder_is_read(void **state)
{
	struct pkcs15_key key;
	unsigned reference;
	struct bytes b;
	struct cursor c;

	(void)state;
	b = data_file("pkcs15/prkdf.bin");
	c = cursor_of(&b);
	assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
	assert_true(key.object.is_private);
	assert_int_equal(key.object.user_consent, 1);
	assert_cursor_is(&key.object.auth_id, "01");
	assert_cursor_is(&key.id, "45");
	assert_int_equal(key.usage, PKCS15_USAGE_SIGN | PKCS15_USAGE_NON_REPUDIATION);
	assert_int_equal(key.access, PKCS15_ACCESS_SENSITIVE | PKCS15_ACCESS_ALWAYS_SENSITIVE |
					     PKCS15_ACCESS_NEVER_EXTRACTABLE | PKCS15_ACCESS_LOCAL);
	assert_int_equal(key.reference, 0x80);
	assert_int_equal(pkcs15_next_reference(&key.algorithms, &reference), 1);
	assert_int_equal(pkcs15_next_reference(&key.algorithms, &reference), 1);
	assert_int_equal(reference, 2);
	assert_int_equal(key.bits, 2048);
	assert_cursor_is(&key.value.path.path, "3F0050154B01");
	/* the DSA key is passed over */
	assert_int_equal(pkcs15_next_private_key(&c, &key), 1);
	assert_int_equal(key.type, KEY_EC);
	assert_false(key.native);
	assert_int_equal(key.usage, PKCS15_USAGE_DERIVE);
	assert_int_equal(key.curve, CURVE_P384);
	assert_cursor_is(&key.value.path.path, "4B02");
	assert_int_equal(pkcs15_next_private_key(&c, &key), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_rsa_key_with_all_there_can_be_is_read),
		cmocka_unit_test(a_key_has_defaults),
		cmocka_unit_test(keys_of_other_kinds_are_passed_over),
		cmocka_unit_test(what_follows_the_value_tells_size_and_curve),
		cmocka_unit_test(broken_keys_are_rejected),
		cmocka_unit_test(broken_references_are_rejected),
		cmocka_unit_test(public_keys_are_read_in_all_shapes),
		cmocka_unit_test(a_point_must_be_of_the_key_s_curve),
		cmocka_unit_test(broken_public_keys_are_rejected),
		cmocka_unit_test(a_file_of_another_encoder_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
