/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of codec/pubkey.c against keys and encodings that libcrypto makes. */
#include "hex.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "base/limits.h"
#include "codec/der.h"
#include "codec/pubkey.h"

static EVP_PKEY *rsa_key(size_t bits)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);

	assert_non_null(key);
	return key;
}

static EVP_PKEY *ec_key(const char *curve)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);

	assert_non_null(key);
	return key;
}

static struct bytes spki_of(EVP_PKEY *key)
{
	struct bytes b = {0};
	unsigned char *p = b.at;
	int len = i2d_PUBKEY(key, NULL);

	assert_true(len > 0 && (size_t)len < sizeof(b.at));
	b.len = (size_t)i2d_PUBKEY(key, &p);
	return b;
}

static struct bytes number_of(EVP_PKEY *key, const char *name)
{
	BIGNUM *n = NULL;
	struct bytes b = {0};

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
	b.len = (size_t)BN_bn2bin(n, b.at);
	BN_free(n);
	return b;
}

static struct bytes point_of(EVP_PKEY *key)
{
	struct bytes b = {0};

	assert_int_equal(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY,
							 b.at, sizeof(b.at), &b.len),
			 1);
	return b;
}

/* Decodes, compares with what libcrypto says, and encodes again. */
static void check_rsa(size_t bits)
{
	EVP_PKEY *pkey = rsa_key(bits);
	struct bytes spki = spki_of(pkey), n = number_of(pkey, OSSL_PKEY_PARAM_RSA_N),
		     e = number_of(pkey, OSSL_PKEY_PARAM_RSA_E);
	struct cursor c = cursor_of(&spki);
	struct buf b = BUF_INIT(2048);
	struct pubkey key;

	assert_int_equal(pubkey_decode_spki(&c, &key), 0);
	assert_int_equal(key.type, KEY_RSA);
	assert_int_equal(key.bits, bits);
	assert_true(cursor_equals(&key.modulus, n.at, n.len));
	assert_true(cursor_equals(&key.exponent, e.at, e.len));
	assert_int_equal(pubkey_signature_len(&key), EVP_PKEY_get_size(pkey));
	pubkey_encode_spki(&b, &key);
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(b.len, spki.len);
	assert_memory_equal(b.data, spki.at, spki.len);
	buf_clear(&b);
	EVP_PKEY_free(pkey);
}

static void rsa_keys_are_read_and_written_as_libcrypto_does(void **state)
{
	(void)state;
	check_rsa(1024);
	check_rsa(1025);
	check_rsa(2047);
	check_rsa(2048);
}

static void ec_keys_are_read_and_written_as_libcrypto_does(void **state)
{
	static const struct {
		const char *name;
		enum curve curve;
		unsigned bits;
		size_t signature_len;
	} rows[] = {
		{"P-256", CURVE_P256, 256, 64},
		{"P-384", CURVE_P384, 384, 96},
		{"P-521", CURVE_P521, 521, 132},
	};
	struct buf b = BUF_INIT(2048);
	struct bytes spki, point;
	struct pubkey key;
	struct cursor c;
	EVP_PKEY *pkey;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pkey = ec_key(rows[i].name);
		spki = spki_of(pkey);
		point = point_of(pkey);
		c = cursor_of(&spki);
		assert_int_equal(pubkey_decode_spki(&c, &key), 0);
		assert_int_equal(key.type, KEY_EC);
		assert_int_equal(key.curve, rows[i].curve);
		assert_int_equal(key.bits, rows[i].bits);
		assert_true(cursor_equals(&key.point, point.at, point.len));
		assert_int_equal(pubkey_signature_len(&key), rows[i].signature_len);
		pubkey_encode_spki(&b, &key);
		assert_int_equal(buf_err(&b), 0);
		assert_int_equal(b.len, spki.len);
		assert_memory_equal(b.data, spki.at, spki.len);
		buf_reset(&b);
		EVP_PKEY_free(pkey);
	}
	buf_clear(&b);
}

static void curve_oids_are_libcryptos(void **state)
{
	static const struct {
		enum curve curve;
		int nid;
	} rows[] = {{CURVE_P256, NID_X9_62_prime256v1},
		    {CURVE_P384, NID_secp384r1},
		    {CURVE_P521, NID_secp521r1},
		    {CURVE_ED25519, NID_ED25519}};
	const uint8_t *oid;
	size_t len = 77;
	uint8_t want[32], *p;
	int want_len;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), N_CURVES - 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = want;
		want_len = i2d_ASN1_OBJECT(OBJ_nid2obj(rows[i].nid), &p);
		oid = curve_oid(rows[i].curve, &len);
		assert_non_null(oid);
		assert_int_equal(len, want_len);
		assert_memory_equal(oid, want, len);
	}
	len = 77;
	assert_null(curve_oid(CURVE_NONE, &len));
	assert_null(curve_oid(N_CURVES, &len));
	assert_int_equal(len, 77);
}

static void unknown_algorithms_and_curves_are_no_key_but_no_error(void **state)
{
	EVP_PKEY *keys[] = {
		EVP_PKEY_Q_keygen(NULL, NULL, "ED448"),
		EVP_PKEY_Q_keygen(NULL, NULL, "X25519"),
		ec_key("secp256k1"),
		ec_key("brainpoolP256r1"),
	};
	struct bytes spki;
	struct pubkey key;
	struct cursor c;
	struct buf b = BUF_INIT(16);

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_non_null(keys[i]);
		spki = spki_of(keys[i]);
		c = cursor_of(&spki);
		memset(&key, 0x5A, sizeof(key));
		assert_int_equal(pubkey_decode_spki(&c, &key), 0);
		assert_int_equal(key.type, KEY_NONE);
		assert_int_equal(pubkey_signature_len(&key), 0);
		pubkey_encode_spki(&b, &key);
		assert_int_equal(b.len, 0);
		EVP_PKEY_free(keys[i]);
	}
	/* explicit curve parameters (RFC 5480 §2.1.1 forbids them) and implicit ones */
	spki = hex("30 15 30 0D 06 07 2A 86 48 CE 3D 02 01 30 02 05 00 03 04 00 04 01 01");
	c = cursor_of(&spki);
	assert_int_equal(pubkey_decode_spki(&c, &key), 0);
	assert_int_equal(key.type, KEY_NONE);
	spki = hex("30 13 30 0B 06 07 2A 86 48 CE 3D 02 01 05 00 03 04 00 04 01 01");
	c = cursor_of(&spki);
	assert_int_equal(pubkey_decode_spki(&c, &key), 0);
	assert_int_equal(key.type, KEY_NONE);
}

/* RFC 8410 §4 */
static void an_ed25519_key_is_its_bytes(void **state)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct bytes spki = spki_of(pkey);
	struct cursor c = cursor_of(&spki);
	struct buf b = BUF_INIT(64);
	struct pubkey key;
	uint8_t raw[32];
	size_t len = sizeof(raw);

	(void)state;
	assert_int_equal(EVP_PKEY_get_raw_public_key(pkey, raw, &len), 1);
	assert_int_equal(pubkey_decode_spki(&c, &key), 0);
	assert_int_equal(key.type, KEY_EDWARDS);
	assert_int_equal(key.curve, CURVE_ED25519);
	assert_int_equal(key.bits, 255);
	assert_int_equal(pubkey_signature_len(&key), 64);
	assert_true(cursor_equals(&key.point, raw, sizeof(raw)));
	pubkey_encode_spki(&b, &key);
	assert_int_equal(b.len, cursor_left(&c));
	assert_memory_equal(b.data, cursor_at(&c), b.len);
	buf_clear(&b);
	EVP_PKEY_free(pkey);
	/* named as a curve of ECDSA it is none */
	spki = hex("30 14 30 0E 06 07 2A 86 48 CE 3D 02 01 06 03 2B 65 70 03 02 00 00");
	c = cursor_of(&spki);
	assert_int_equal(pubkey_decode_spki(&c, &key), 0);
	assert_int_equal(key.type, KEY_NONE);
}

static void expect_malformed(const struct bytes *spki)
{
	struct cursor c = cursor_of(spki);
	struct pubkey key, before;

	memset(&key, 0x5A, sizeof(key));
	before = key;
	assert_int_equal(pubkey_decode_spki(&c, &key), MOHR_ERR_MALFORMED);
	assert_memory_equal(&key, &before, sizeof(key));
}

/* SubjectPublicKeyInfo of an RSA key of these magnitudes, built by libcrypto. */
static struct bytes rsa_spki(const uint8_t *n, size_t n_len, const uint8_t *e, size_t e_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM params[3];
	uint8_t n_native[1024], e_native[1024];
	EVP_PKEY *pkey = NULL;
	struct bytes b;

	for (size_t i = 0; i < n_len; i++)
		n_native[i] = n[n_len - 1 - i];
	for (size_t i = 0; i < e_len; i++)
		e_native[i] = e[e_len - 1 - i];
	params[0] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n_native, n_len);
	params[1] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e_native, e_len);
	params[2] = OSSL_PARAM_construct_end();
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params), 1);
	b = spki_of(pkey);
	EVP_PKEY_free(pkey);
	EVP_PKEY_CTX_free(ctx);
	return b;
}

static void check_numbers(size_t n_len, uint8_t top, uint8_t bottom, const char *exponent, int want)
{
	uint8_t n[1024];
	struct bytes e = hex(exponent), spki;
	struct pubkey key;
	struct cursor c;

	memset(n, 0x5B, sizeof(n));
	n[0] = top;
	n[n_len - 1] = bottom;
	spki = rsa_spki(n, n_len, e.at, e.len);
	c = cursor_of(&spki);
	assert_int_equal(pubkey_decode_spki(&c, &key), want);
}

static void rsa_numbers_out_of_range_are_rejected(void **state)
{
	(void)state;
	check_numbers(128, 0x80, 0x01, "01 00 01", 0);
	check_numbers(128, 0x7F, 0x01, "01 00 01", MOHR_ERR_MALFORMED); /* 1023 bits */
	check_numbers(64, 0x80, 0x01, "01 00 01", MOHR_ERR_MALFORMED);
	check_numbers(512, 0xFF, 0x01, "01 00 01", 0);
	check_numbers(513, 0x01, 0x01, "01 00 01", MOHR_ERR_MALFORMED); /* 4097 bits */
	check_numbers(256, 0x80, 0x02, "01 00 01", MOHR_ERR_MALFORMED); /* even */
	check_numbers(256, 0x80, 0x01, "03", 0);
	check_numbers(256, 0x80, 0x01, "01", MOHR_ERR_MALFORMED);
	check_numbers(256, 0x80, 0x01, "02", MOHR_ERR_MALFORMED);
	check_numbers(256, 0x80, 0x01, "01 00 00", MOHR_ERR_MALFORMED);
	check_numbers(256, 0x80, 0x01, "00", MOHR_ERR_MALFORMED);
}

static void an_exponent_beyond_the_modulus_is_rejected(void **state)
{
	uint8_t n[128], e[129];
	struct bytes spki;
	struct pubkey key;
	struct cursor c;

	(void)state;
	memset(n, 0x81, sizeof(n));
	memset(e, 0x81, sizeof(e));
	spki = rsa_spki(n, sizeof(n), e, sizeof(e));
	expect_malformed(&spki);
	spki = rsa_spki(n, sizeof(n), n, sizeof(n));
	expect_malformed(&spki);
	e[127] = 0x7F;
	spki = rsa_spki(n, sizeof(n), e, 128);
	c = cursor_of(&spki);
	assert_int_equal(pubkey_decode_spki(&c, &key), 0);
}

static void broken_shapes_are_rejected(void **state)
{
	EVP_PKEY *rsa = rsa_key(1024), *ec = ec_key("P-256");
	struct bytes good[] = {spki_of(rsa), spki_of(ec)}, b;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		for (size_t len = 0; len < good[k].len; len++) {
			b = good[k];
			b.len = len;
			expect_malformed(&b);
		}
		b = good[k];
		b.at[b.len++] = 0; /* trailing byte */
		expect_malformed(&b);
	}
	/* unused bits, a point in another form, of another curve's length, at infinity */
	b = good[1];
	b.at[25] = 1;
	expect_malformed(&b);
	b = good[1];
	b.at[26] = 0x02;
	expect_malformed(&b);
	b = hex("30 19 30 13 06 07 2A 86 48 CE 3D 02 01 06 08 2A 86 48 CE 3D 03 01 07 03 02 00 00");
	expect_malformed(&b);
	b = hex("30 18 30 13 06 07 2A 86 48 CE 3D 02 01 06 08 2A 86 48 CE 3D 03 01 07 03 01 00");
	expect_malformed(&b);
	/* of Ed25519: 31 bytes, none, and parameters */
	b = hex("30 29 30 05 06 03 2B 65 70 03 20 00");
	b.len = 43;
	expect_malformed(&b);
	b = hex("30 0A 30 05 06 03 2B 65 70 03 01 00");
	expect_malformed(&b);
	b = hex("30 2C 30 07 06 03 2B 65 70 05 00 03 21 00");
	b.len = 46;
	expect_malformed(&b);
	/* parameters of RSA that are neither NULL nor missing */
	b = good[0];
	b.at[16] = 0x04;
	expect_malformed(&b);
	b = hex("");
	expect_malformed(&b);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}

static void missing_rsa_parameters_are_tolerated(void **state)
{
	EVP_PKEY *pkey = rsa_key(1024);
	struct bytes good = spki_of(pkey), b = {0};
	struct pubkey key;
	struct cursor c;

	(void)state;
	/* 30 81 9F { 30 0D { OID, 05 00 }, ... }: take the NULL out and shorten both sequences */
	assert_int_equal(good.at[1], 0x81);
	assert_int_equal(good.at[16], 0x05);
	memcpy(b.at, good.at, 16);
	memcpy(b.at + 16, good.at + 18, good.len - 18);
	b.len = good.len - 2;
	b.at[2] = (uint8_t)(b.at[2] - 2);
	b.at[4] = (uint8_t)(b.at[4] - 2);
	c = cursor_of(&b);
	assert_int_equal(pubkey_decode_spki(&c, &key), 0);
	assert_int_equal(key.bits, 1024);
	EVP_PKEY_free(pkey);
}

/* ISO 7816-8 §5.3: the content of 7F49 */
static void card_templates_are_read(void **state)
{
	EVP_PKEY *rsa = rsa_key(1024), *ec = ec_key("P-384");
	struct bytes n = number_of(rsa, OSSL_PKEY_PARAM_RSA_N), point = point_of(ec), b;
	struct pubkey key;
	struct cursor c;

	(void)state;
	b = hex("81 81 80");
	memcpy(b.at + 3, n.at, 128);
	memcpy(b.at + 131, "\x82\x03\x01\x00\x01", 5);
	b.len = 136;
	c = cursor_of(&b);
	assert_int_equal(pubkey_decode_card(&c, CURVE_NONE, &key), 0);
	assert_int_equal(key.type, KEY_RSA);
	assert_int_equal(key.bits, 1024);
	assert_true(cursor_equals(&key.modulus, n.at, n.len));
	assert_cursor_is(&key.exponent, "01 00 01");
	assert_int_equal(pubkey_decode_card(&c, CURVE_P384, &key), MOHR_ERR_MALFORMED);

	/* leading zeros, and the other order with something unknown between */
	b = hex("82 04 00 01 00 01 5F 20 01 41 81 81 81 00");
	memcpy(b.at + b.len, n.at, 128);
	b.len += 128;
	c = cursor_of(&b);
	assert_int_equal(pubkey_decode_card(&c, CURVE_NONE, &key), 0);
	assert_true(cursor_equals(&key.modulus, n.at, n.len));
	assert_cursor_is(&key.exponent, "01 00 01");
	/* something malformed behind */
	b.at[b.len++] = 0x83;
	c = cursor_of(&b);
	assert_int_equal(pubkey_decode_card(&c, CURVE_NONE, &key), MOHR_ERR_MALFORMED);

	b = hex("86 61");
	memcpy(b.at + 2, point.at, 97);
	b.len = 99;
	c = cursor_of(&b);
	assert_int_equal(pubkey_decode_card(&c, CURVE_P384, &key), 0);
	assert_int_equal(key.type, KEY_EC);
	assert_int_equal(key.curve, CURVE_P384);
	assert_true(cursor_equals(&key.point, point.at, 97));
	assert_int_equal(pubkey_decode_card(&c, CURVE_P256, &key), MOHR_ERR_MALFORMED);
	assert_int_equal(pubkey_decode_card(&c, CURVE_NONE, &key), MOHR_ERR_MALFORMED);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}

static void empty_and_half_card_templates_are_rejected(void **state)
{
	static const char *const rows[] = {"",      "81 00",    "82 03 01 00 01", "81 00 82 00",
					   "86 00", "86 01 04", "81 80"};
	struct pubkey key;
	struct bytes b;
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b = hex(rows[i]);
		c = cursor_of(&b);
		assert_int_equal(pubkey_decode_card(&c, CURVE_NONE, &key), MOHR_ERR_MALFORMED);
		assert_int_equal(pubkey_decode_card(&c, CURVE_P256, &key), MOHR_ERR_MALFORMED);
	}
}

static void numbers_and_points_become_the_key_of_the_same_info(void **state)
{
	static const char *const curves[] = {"P-256", "P-384", "P-521"};
	uint8_t modulus[258] = {0}, exponent[] = {0, 1, 0, 1};
	struct buf spki = BUF_INIT(1024);
	EVP_PKEY *pkey = EVP_RSA_gen(2048);
	struct cursor n, e, point;
	struct pubkey key;
	uint8_t *der = NULL;
	BIGNUM *bn = NULL;
	int len;

	(void)state;
	assert_int_equal(EVP_PKEY_get_bn_param(pkey, "n", &bn), 1);
	assert_int_equal(BN_bn2bin(bn, modulus + 2), 256);
	cursor_init(&n, modulus, sizeof(modulus));
	cursor_init(&e, exponent, sizeof(exponent));
	assert_int_equal(pubkey_from_rsa(&n, &e, &key), 0);
	assert_int_equal(key.bits, 2048);
	pubkey_encode_spki(&spki, &key);
	len = i2d_PUBKEY(pkey, &der);
	assert_int_equal(spki.len, len);
	assert_memory_equal(spki.data, der, spki.len);
	OPENSSL_free(der);
	BN_free(bn);
	EVP_PKEY_free(pkey);
	cursor_init(&n, NULL, 0);
	assert_int_equal(pubkey_from_rsa(&n, &e, &key), MOHR_ERR_MALFORMED);
	for (size_t i = 0; i < 3; i++) {
		uint8_t octets[140];
		size_t octets_len = 0;

		pkey = EVP_EC_gen(curves[i]);
		assert_int_equal(EVP_PKEY_get_octet_string_param(pkey, "pub", octets,
								 sizeof(octets), &octets_len),
				 1);
		cursor_init(&point, octets, octets_len);
		assert_int_equal(pubkey_from_point(&point, CURVE_P256 + i, &key), 0);
		buf_reset(&spki);
		pubkey_encode_spki(&spki, &key);
		der = NULL;
		len = i2d_PUBKEY(pkey, &der);
		assert_int_equal(spki.len, len);
		assert_memory_equal(spki.data, der, spki.len);
		OPENSSL_free(der);
		EVP_PKEY_free(pkey);
		cursor_init(&point, octets, octets_len - 1);
		assert_int_equal(pubkey_from_point(&point, CURVE_P256 + i, &key),
				 MOHR_ERR_MALFORMED);
		assert_int_equal(pubkey_from_point(&point, CURVE_NONE, &key), MOHR_ERR_MALFORMED);
	}
	buf_clear(&spki);
}

static void curves_are_found_by_their_oids(void **state)
{
	size_t len = 0;
	struct cursor c;

	(void)state;
	for (enum curve curve = CURVE_P256; curve < N_CURVES; curve++) {
		const uint8_t *oid = curve_oid(curve, &len);

		cursor_init(&c, oid, len);
		assert_int_equal(curve_by_oid(&c), curve);
		cursor_init(&c, oid, len - 1);
		assert_int_equal(curve_by_oid(&c), CURVE_NONE);
	}
	cursor_init(&c, NULL, 0);
	assert_int_equal(curve_by_oid(&c), CURVE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rsa_keys_are_read_and_written_as_libcrypto_does),
		cmocka_unit_test(ec_keys_are_read_and_written_as_libcrypto_does),
		cmocka_unit_test(curve_oids_are_libcryptos),
		cmocka_unit_test(unknown_algorithms_and_curves_are_no_key_but_no_error),
		cmocka_unit_test(an_ed25519_key_is_its_bytes),
		cmocka_unit_test(rsa_numbers_out_of_range_are_rejected),
		cmocka_unit_test(an_exponent_beyond_the_modulus_is_rejected),
		cmocka_unit_test(broken_shapes_are_rejected),
		cmocka_unit_test(numbers_and_points_become_the_key_of_the_same_info),
		cmocka_unit_test(curves_are_found_by_their_oids),
		cmocka_unit_test(missing_rsa_parameters_are_tolerated),
		cmocka_unit_test(card_templates_are_read),
		cmocka_unit_test(empty_and_half_card_templates_are_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
