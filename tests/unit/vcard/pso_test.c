/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/pso.c: signatures are verified by libcrypto with the key that the card shows. */
#include "fixture.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

static struct vcard *card; /* T=1 with extended length; RSA-2048 and P-384 */

static int setup_group(void **state)
{
	(void)state;
	card = fixture_card(FIXTURE_EXTENDED, VCARD_RSA2048, VCARD_P384);
	return 0;
}

static int teardown_group(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

static int reset(void **state)
{
	(void)state;
	vcard_reset(card);
	return 0;
}

static const EVP_MD *md_of(unsigned nibble)
{
	static const char *const names[] = {
		[1] = "SHA1", [3] = "SHA224", [4] = "SHA256", [5] = "SHA384", [6] = "SHA512"};

	return nibble ? EVP_get_digestbyname(names[nibble]) : NULL;
}

static bool verify_rsa(EVP_PKEY *key, unsigned algorithm, const uint8_t *digest, size_t digest_len,
		       const uint8_t *sig, size_t sig_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	const EVP_MD *md = md_of(algorithm >> 4);
	bool pss = (algorithm & 0x0F) == 5, ok;

	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	assert_int_equal(
		EVP_PKEY_CTX_set_rsa_padding(ctx, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING),
		1);
	if (md)
		assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, md), 1);
	if (pss)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)digest_len), 1);
	ok = EVP_PKEY_verify(ctx, sig, sig_len, digest, digest_len) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static bool verify_ec(EVP_PKEY *key, const uint8_t *digest, size_t digest_len, const uint8_t *sig,
		      size_t sig_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	ECDSA_SIG *pair = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int der_len;
	bool ok;

	ECDSA_SIG_set0(pair, BN_bin2bn(sig, (int)sig_len / 2, NULL),
		       BN_bin2bn(sig + sig_len / 2, (int)sig_len / 2, NULL));
	der_len = i2d_ECDSA_SIG(pair, &der);
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	ok = EVP_PKEY_verify(ctx, der, (size_t)der_len, digest, digest_len) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static void digest_bytes(uint8_t *digest, size_t len)
{
	for (size_t i = 0; i < len; i++)
		digest[i] = (uint8_t)(0xA0 + 3 * i);
}

static void load_hash(const uint8_t *digest, size_t len)
{
	if (len < 128)
		assert_string_equal(ask(card, "002A90A0 %02zX 90%02zX %s", len + 2, len,
					fixture_hex(digest, len)),
				    "9000");
	else
		assert_string_equal(ask(card, "002A90A0 %02zX 9081%02zX %s", len + 3, len,
					fixture_hex(digest, len)),
				    "9000");
}

/* The signature is in asked then. */
static void sign_digest(unsigned key, unsigned algorithm, const uint8_t *digest, size_t len)
{
	if (key == 1)
		fixture_verify_auth(card);
	else
		fixture_verify_sign(card);
	assert_string_equal(ask(card, "002241B6 06 8001%02X 8401%02X", algorithm, key), "9000");
	load_hash(digest, len);
	ask(card, "002A9E9A00");
	assert_int_equal(asked_sw(), 0x9000);
}

static void every_rsa_algorithm_signs(void **state)
{
	static const unsigned algorithms[] = {0x12, 0x32, 0x42, 0x52, 0x62,
					      0x15, 0x35, 0x45, 0x55, 0x65};
	EVP_PKEY *key = fixture_public(card, 1);
	uint8_t digest[64];

	(void)state;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		size_t len = (size_t)EVP_MD_get_size(md_of(algorithms[i] >> 4));

		digest_bytes(digest, len);
		sign_digest(1, algorithms[i], digest, len);
		assert_int_equal(asked_len, 256 + 2);
		assert_true(verify_rsa(key, algorithms[i], digest, len, asked, 256));
		digest[0] ^= 1;
		assert_false(verify_rsa(key, algorithms[i], digest, len, asked, 256));
	}
	EVP_PKEY_free(key);
}

static void every_ec_algorithm_signs(void **state)
{
	static const unsigned algorithms[] = {0x14, 0x34, 0x44, 0x54, 0x64};
	EVP_PKEY *key = fixture_public(card, 2);
	uint8_t digest[64];

	(void)state;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		size_t len = (size_t)EVP_MD_get_size(md_of(algorithms[i] >> 4));

		digest_bytes(digest, len);
		sign_digest(2, algorithms[i], digest, len);
		assert_int_equal(asked_len, 96 + 2);
		assert_true(verify_ec(key, digest, len, asked, 96));
		digest[0] ^= 1;
		assert_false(verify_ec(key, digest, len, asked, 96));
	}
	EVP_PKEY_free(key);
}

/* r and s keep their length when they begin with zeros, which each does once in 256 times. */
static void ec_signatures_have_always_the_same_length(void **state)
{
	struct vcard *quick = fixture_quick(FIXTURE_EXTENDED);

	(void)state;
	expect(quick, "00200081 10" PIN_AUTH, "9000");
	expect(quick, "002241A4 03 840101", "9000");
	for (int i = 0; i < 600; i++) {
		ask(quick, "00880000 04 %08X 00", i + 1);
		assert_int_equal(asked_len, 64 + 2);
	}
	vcard_free(quick);
}

static void data_without_a_hash_are_signed_as_they_are(void **state)
{
	static const size_t rsa_lengths[] = {1, 35, 51, 200, 245}, ec_lengths[] = {1, 20, 48, 64};
	EVP_PKEY *rsa = fixture_public(card, 1), *ec = fixture_public(card, 2);
	uint8_t data[256];

	(void)state;
	digest_bytes(data, sizeof(data));
	for (size_t i = 0; i < 5; i++) {
		sign_digest(1, 0x02, data, rsa_lengths[i]);
		assert_true(verify_rsa(rsa, 0x02, data, rsa_lengths[i], asked, 256));
	}
	for (size_t i = 0; i < 4; i++) {
		sign_digest(2, 0x04, data, ec_lengths[i]);
		assert_true(verify_ec(ec, data, ec_lengths[i], asked, 96));
	}
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}

static void data_without_a_hash_have_limits(void **state)
{
	(void)state;
	expect(card, "002241B6 06 800102 840101", "9000");
	expect(card, "002A90A0 02 9000", "6A80");
	ask(card, "002A90A0 F9 9081F6 %0492d", 0); /* 246 */
	assert_int_equal(asked_sw(), 0x6A80);
	expect(card, "002241B6 06 800104 840102", "9000");
	expect(card, "002A90A0 02 9000", "6A80");
	ask(card, "002A90A0 43 9041 %0130d", 0); /* 65 */
	assert_int_equal(asked_sw(), 0x6A80);
}

static void pss_salts_are_fresh(void **state)
{
	uint8_t digest[32], first[256];

	(void)state;
	digest_bytes(digest, 32);
	sign_digest(1, 0x45, digest, 32);
	memcpy(first, asked, 256);
	sign_digest(1, 0x45, digest, 32);
	assert_memory_not_equal(asked, first, 256);
}

static void a_digest_must_have_its_hashes_length(void **state)
{
	(void)state;
	expect(card, "002A90A0 16 9014 0102030405060708090A0B0C0D0E0F1011121314", "6985");
	expect(card, "002241B6 06 800142 840101", "9000");
	expect(card, "002A90A0 16 9014 0102030405060708090A0B0C0D0E0F1011121314", "6A80");
	expect(card, "002A90A0 02 9000", "6A80");
	expect(card, "002A90A0 03 810101", "6A80");
	expect(card, "002A90A0", "6700");
	expect(card, "002A9080 01 AA", "6A86");
	expect(card, "002A9E9A00", "6985");
}

static void the_last_round_can_be_done_on_the_card(void **state)
{
	/* State after 128 bytes 00 01 02 …, and the 60 bytes that follow (last_round_test.c). */
	static const char round[] =
		"593253ADFB4CC018BE611395485E47C15A5B271DFB8DA14FE8F77FB4D05EACBC0000000000000080";
	EVP_PKEY *key = fixture_public(card, 1);
	uint8_t tail[64], digest[32];

	(void)state;
	fixture_bytes("93301C8548F3AFC25D7E157EAF7C8DBF5EDB029BD829136600593067CD4B0C5C", digest,
		      32);
	for (size_t i = 0; i < 64; i++)
		tail[i] = (uint8_t)(128 + i);
	fixture_verify_auth(card);
	expect(card, "002241B6 06 800142 840101", "9000");
	assert_string_equal(ask(card, "002A90A0 68 9028 %s 803C %s", round, fixture_hex(tail, 60)),
			    "9000");
	ask(card, "002A9E9A00");
	assert_int_equal(asked_sw(), 0x9000);
	assert_true(verify_rsa(key, 0x42, digest, 32, asked, 256));
	assert_string_equal(
		ask(card, "002A90A0 6D 9028 %s 8041 %s00", round, fixture_hex(tail, 64)), "6A80");
	assert_string_equal(ask(card, "002A90A0 2D 9028 %s 8000 00", round), "6A80");
	assert_string_equal(ask(card, "002A90A0 2C 9028 %s 8000", round), "9000");
	/* Without a hash there is no round to end. */
	expect(card, "002241B6 06 800102 840101", "9000");
	assert_string_equal(ask(card, "002A90A0 2C 9028 %s 8000", round), "6A80");
	EVP_PKEY_free(key);
}

static void a_hash_template_may_bring_the_hash(void **state)
{
	EVP_PKEY *key = fixture_public(card, 1);
	uint8_t digest[32];

	(void)state;
	digest_bytes(digest, 32);
	fixture_verify_auth(card);
	expect(card, "002241AA 03 800140", "9000");
	load_hash(digest, 32);
	expect(card, "002A9E9A00", "6985");
	expect(card, "002241B6 06 800145 840101", "9000");
	ask(card, "002A9E9A00");
	assert_int_equal(asked_sw(), 0x9000);
	assert_true(verify_rsa(key, 0x45, digest, 32, asked, 256));
	/* Another hash than the template of the signature has. */
	load_hash(digest, 32);
	expect(card, "002241B6 06 800112 840101", "9000");
	expect(card, "002A9E9A00", "6985");
	EVP_PKEY_free(key);
}

/* What was brought for one template is not signed under another, though both have no hash. */
static void data_without_a_hash_belong_to_their_template(void **state)
{
	(void)state;
	fixture_verify_auth(card);
	expect(card, "002241B6 06 800102 840101", "9000");
	expect(card, "002A90A0 04 9002 1122", "9000");
	expect(card, "002241B6 06 800102 840101", "9000");
	expect(card, "002A9E9A00", "6985");
}

static void a_hash_is_used_up(void **state)
{
	uint8_t digest[32];

	(void)state;
	digest_bytes(digest, 32);
	sign_digest(1, 0x42, digest, 32);
	expect(card, "002A9E9A00", "6985");
	load_hash(digest, 32);
	ask(card, "002A9E9A00");
	assert_int_equal(asked_sw(), 0x9000);
}

static void a_key_needs_its_own_pin(void **state)
{
	uint8_t digest[32];

	(void)state;
	digest_bytes(digest, 32);
	fixture_verify_sign(card);
	expect(card, "002241B6 06 800142 840101", "9000");
	load_hash(digest, 32);
	expect(card, "002A9E9A00", "6982");
	/* The key was not reached: the other PIN keeps its status, the hash waits. */
	expect(card, "00200082", "9000");
	fixture_verify_auth(card);
	ask(card, "002A9E9A00");
	assert_int_equal(asked_sw(), 0x9000);
	expect(card, "0020FF82", "9000");
	expect(card, "002241B6 06 800144 840102", "9000");
	load_hash(digest, 32);
	expect(card, "002A9E9A00", "6982");
}

static void the_signature_pin_serves_once(void **state)
{
	uint8_t digest[32];

	(void)state;
	digest_bytes(digest, 32);
	sign_digest(2, 0x44, digest, 32);
	expect(card, "00200082", "63C3");
	load_hash(digest, 32);
	expect(card, "002A9E9A00", "6982");
	fixture_verify_sign(card);
	ask(card, "002A9E9A00");
	assert_int_equal(asked_sw(), 0x9000);
	/* That of authentication stays. */
	sign_digest(1, 0x42, digest, 32);
	expect(card, "00200081", "9000");
}

static void a_signature_that_fails_before_the_key_leaves_the_pin(void **state)
{
	(void)state;
	fixture_verify_sign(card);
	expect(card, "002241B6 06 800144 840102", "9000");
	expect(card, "002A9E9A00", "6985"); /* no hash */
	expect(card, "002A9E9A", "6700");   /* nothing asked for */
	expect(card, "00200082", "9000");
}

/* A key whose bytes have gone bad is reached, and fails. */
static void a_signature_that_fails_at_the_key_takes_the_pin(void **state)
{
	struct vcard *quick = fixture_quick(FIXTURE_EXTENDED);
	struct vcard_key *key = &vcard_ias_of(quick)->memory.keys[VCARD_KEY_SIGN];

	(void)state;
	EVP_PKEY_free(key->ready);
	key->ready = NULL;
	key->der.data[5] ^= 0xFF;
	fixture_verify_sign(quick);
	expect(quick, "002241B6 06 800144 840102", "9000");
	ask(quick, "002A90A0 22 9020 %064d", 0);
	expect(quick, "002A9E9A00", "6400");
	expect(quick, "00200082", "63C3");
	vcard_free(quick);
}

static void internal_authenticate_signs_what_it_is_given(void **state)
{
	EVP_PKEY *key = fixture_public(card, 1);
	uint8_t data[256];

	(void)state;
	digest_bytes(data, sizeof(data));
	expect(card, "00880000 01 AA 00", "6985");
	expect(card, "002241A4 06 800102 840101", "9000");
	expect(card, "00880000 01 AA 00", "6982");
	fixture_verify_auth(card);
	expect(card, "00880000 00", "6700");
	expect(card, "00880100 01 AA 00", "6A86");
	ask(card, "00880000 24 %s 00", fixture_hex(data, 36));
	assert_int_equal(asked_sw(), 0x9000);
	assert_true(verify_rsa(key, 0x02, data, 36, asked, 256));
	ask(card, "00880000 0000F5 %s 0000", fixture_hex(data, 245));
	assert_true(verify_rsa(key, 0x02, data, 245, asked, 256));
	ask(card, "00880000 0000F6 %s 0000", fixture_hex(data, 246));
	assert_int_equal(asked_sw(), 0x6A80);
	/* The environment stays. */
	ask(card, "00880000 01 AA 00");
	assert_int_equal(asked_sw(), 0x9000);
	EVP_PKEY_free(key);
}

static void internal_authenticate_works_with_ec(void **state)
{
	struct vcard *quick = fixture_quick(FIXTURE_EXTENDED);
	EVP_PKEY *key = fixture_public(quick, 1);
	uint8_t data[65];

	(void)state;
	digest_bytes(data, sizeof(data));
	fixture_verify_auth(quick);
	expect(quick, "002241A4 06 800104 840101", "9000");
	ask(quick, "00880000 20 %s 00", fixture_hex(data, 32));
	assert_int_equal(asked_sw(), 0x9000);
	assert_true(verify_ec(key, data, 32, asked, 64));
	ask(quick, "00880000 41 %s 00", fixture_hex(data, 65));
	assert_int_equal(asked_sw(), 0x6A80);
	EVP_PKEY_free(key);
	vcard_free(quick);
}

static void encrypt(EVP_PKEY *key, int padding, const uint8_t *data, size_t len, uint8_t ret[256])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t ret_len = 256;

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, padding), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, ret, &ret_len, data, len), 1);
	assert_int_equal(ret_len, 256);
	EVP_PKEY_CTX_free(ctx);
}

static void decipher_takes_the_padding_off(void **state)
{
	static const size_t lengths[] = {0, 1, 32, 245};
	EVP_PKEY *key = fixture_public(card, 1);
	uint8_t plain[245], cipher[256];

	(void)state;
	digest_bytes(plain, sizeof(plain));
	expect(card, "002A8086 02 0011 00", "6985");
	expect(card, "002241B8 06 80010A 840101", "9000");
	expect(card, "002A8086 02 0011 00", "6982");
	fixture_verify_auth(card);
	for (size_t i = 0; i < 4; i++) {
		encrypt(key, RSA_PKCS1_PADDING, plain, lengths[i], cipher);
		ask(card, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
		assert_int_equal(asked_sw(), 0x9000);
		assert_int_equal(asked_len, lengths[i] + 2);
		assert_memory_equal(asked, plain, lengths[i]);
		/* The same by a chain of short commands. */
		assert_string_equal(ask(card, "102A8086 80 00%s", fixture_hex(cipher, 127)),
				    "9000");
		ask(card, "002A8086 81 %s 00", fixture_hex(cipher + 127, 129));
		assert_int_equal(asked_sw(), 0x9000);
		assert_memory_equal(asked, plain, lengths[i]);
	}
	EVP_PKEY_free(key);
}

static void every_padding_error_is_the_same(void **state)
{
	EVP_PKEY *key = fixture_public(card, 1);
	uint8_t em[256], cipher[256];

	(void)state;
	fixture_verify_auth(card);
	expect(card, "002241B8 06 80010A 840101", "9000");
	for (int fault = 0; fault < 12; fault++) {
		memset(em, 0x77, sizeof(em));
		em[0] = 0;
		em[1] = 2;
		em[100] = 0;
		if (fault == 1)
			em[0] = 1; /* still below the modulus, whose first bit is set */
		else if (fault == 2)
			em[1] = 1;
		else if (fault == 3)
			em[100] = 0x77; /* no end */
		else if (fault > 3)
			em[fault - 2] = 0; /* 2 to 9: fewer than eight bytes of padding */
		encrypt(key, RSA_NO_PADDING, em, 256, cipher);
		ask(card, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
		if (fault == 0) {
			assert_int_equal(asked_len, 155 + 2);
			assert_memory_equal(asked, em + 101, 155);
		} else {
			assert_string_equal(fixture_hex(asked, asked_len), "6A80");
		}
	}
	/* Eight bytes are enough; a cryptogram that is no number below the modulus or has a wrong
	 * length or padding indicator is not. */
	memset(em, 0x77, sizeof(em));
	em[0] = em[10] = 0;
	em[1] = 2;
	encrypt(key, RSA_NO_PADDING, em, 256, cipher);
	ask(card, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_len, 245 + 2);
	ask(card, "002A8086 000101 81%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_sw(), 0x6A80);
	ask(card, "002A8086 000100 00%s 0000", fixture_hex(cipher, 255));
	assert_int_equal(asked_sw(), 0x6A80);
	memset(cipher, 0xFF, sizeof(cipher));
	ask(card, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_sw(), 0x6A80);
	expect(card, "002A8086 01 00 00", "6A80");
	expect(card, "002A8086", "6700");
	EVP_PKEY_free(key);
}

/* A number is its own 1st power's root: what the public key undoes is what was given. */
static void a_raw_block_is_signed_if_it_is_below_the_modulus(void **state)
{
	struct vcard *raw = fixture_card(FIXTURE_EXTENDED, VCARD_RSA2048, VCARD_P256);
	EVP_PKEY *key = fixture_public(raw, 1);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t block[257], back[256], n[256];
	size_t len = sizeof(back);
	BIGNUM *modulus = NULL;

	(void)state;
	assert_int_equal(EVP_PKEY_get_bn_param(key, "n", &modulus), 1);
	assert_int_equal(BN_bn2binpad(modulus, n, 256), 256);
	vcard_ias_of(raw)->memory.algorithms = VCARD_DOES_RAW;
	digest_bytes(block, sizeof(block));
	block[0] = 0x01;
	expect(raw, "00200081 10" PIN_AUTH, "9000");
	expect(raw, "002241B6 06 800100 840101", "9000");
	/* the whole block, not one byte more or less */
	assert_string_equal(ask(raw, "002A90A0 000102 9081FF %s", fixture_hex(block, 255)), "6A80");
	assert_string_equal(ask(raw, "002A90A0 000105 90820101 %s", fixture_hex(block, 257)),
			    "6A80");
	expect(raw, "002A90A0 02 9000", "6A80");
	expect(raw, "002A9E9A 000000", "6985");
	assert_string_equal(ask(raw, "002A90A0 000104 90820100 %s", fixture_hex(block, 256)),
			    "9000");
	ask(raw, "002A9E9A 000000");
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(asked_len, 256 + 2);
	assert_int_equal(EVP_PKEY_verify_recover_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	assert_int_equal(EVP_PKEY_verify_recover(ctx, back, &len, asked, 256), 1);
	assert_int_equal(len, 256);
	assert_memory_equal(back, block, 256);
	/* the modulus itself, and more */
	assert_string_equal(ask(raw, "002A90A0 000104 90820100 %s", fixture_hex(n, 256)), "9000");
	expect(raw, "002A9E9A 000000", "6A80");
	memset(block, 0xFF, sizeof(block));
	assert_string_equal(ask(raw, "002A90A0 000104 90820100 %s", fixture_hex(block, 256)),
			    "9000");
	expect(raw, "002A9E9A 000000", "6A80");
	/* PIN rules as for any signature */
	expect(raw, "0020FF81", "9000");
	assert_string_equal(ask(raw, "002A90A0 000104 90820100 %s", fixture_hex(block, 256)),
			    "9000");
	expect(raw, "002A9E9A 000000", "6982");
	BN_free(modulus);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	vcard_free(raw);
}

static void decipher_without_padding_gives_the_whole_block(void **state)
{
	EVP_PKEY *key = fixture_public(card, 1);
	uint8_t block[256] = {0}, cipher[256];

	(void)state;
	vcard_ias_of(card)->memory.algorithms = VCARD_DOES_DECIPHER_RAW | VCARD_DOES_PKCS1;
	block[3] = 0x42; /* zeros in front stay */
	encrypt(key, RSA_NO_PADDING, block, 256, cipher);
	expect(card, "002241B8 06 80010C 840101", "9000");
	ask(card, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_sw(), 0x6982);
	fixture_verify_auth(card);
	ask(card, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(asked_len, 256 + 2);
	assert_memory_equal(asked, block, 256);
	ask(card, "002A8086 000101 81%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_sw(), 0x6A80);
	ask(card, "002A8086 000100 00%s 0000", fixture_hex(cipher, 255));
	assert_int_equal(asked_sw(), 0x6A80);
	memset(cipher, 0xFF, sizeof(cipher));
	ask(card, "002A8086 000101 00%s 0000", fixture_hex(cipher, 256));
	assert_int_equal(asked_sw(), 0x6A80);
	vcard_ias_of(card)->memory.algorithms = 0;
	EVP_PKEY_free(key);
}

static size_t make_point(EVP_PKEY **ret_peer, const char *group, uint8_t *point)
{
	size_t len = 0;

	*ret_peer = EVP_EC_gen(group);
	assert_int_equal(EVP_PKEY_get_octet_string_param(*ret_peer, "pub", point, 97, &len), 1);
	return len;
}

static void key_agreement_gives_the_shared_x(void **state)
{
	struct vcard *ec = fixture_quick(FIXTURE_EXTENDED);
	EVP_PKEY *key = fixture_public(ec, 1), *peer, *foreign;
	uint8_t point[97], other[97], theirs[32];
	EVP_PKEY_CTX *ctx;
	size_t len = sizeof(theirs);

	(void)state;
	vcard_ias_of(ec)->memory.algorithms = VCARD_DOES_ECDH;
	assert_int_equal(make_point(&peer, "P-256", point), 65);
	assert_int_equal(make_point(&foreign, "P-384", other), 97);
	ctx = EVP_PKEY_CTX_new(peer, NULL);
	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, key), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, theirs, &len), 1);
#define AGREE(p) "002A8086 48 A646 7F4943 8641 %s 00", fixture_hex(p, 65)
	assert_string_equal(ask(ec, AGREE(point)), "6985");
	expect(ec, "002241B8 06 80010B 840101", "9000");
	assert_string_equal(ask(ec, AGREE(point)), "6982");
	expect(ec, "00200081 10" PIN_AUTH, "9000");
	ask(ec, AGREE(point));
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(asked_len, 32 + 2);
	assert_memory_equal(asked, theirs, 32);
	/* off the curve, of another one, infinity, compressed */
	point[64] ^= 1;
	assert_string_equal(ask(ec, AGREE(point)), "6A80");
	point[64] ^= 1;
	assert_string_equal(ask(ec, "002A8086 68 A666 7F4963 8661 %s 00", fixture_hex(other, 97)),
			    "6A80");
	expect(ec, "002A8086 08 A606 7F4903 860100 00", "6A80");
	point[0] = (uint8_t)(2 + (point[64] & 1));
	assert_string_equal(ask(ec, "002A8086 28 A626 7F4923 8621 %s 00", fixture_hex(point, 33)),
			    "6A80");
	point[0] = 4;
	/* forms that are not the documented one */
	assert_string_equal(ask(ec, "002A8086 43 8641 %s 00", fixture_hex(point, 65)), "6A80");
	assert_string_equal(ask(ec, "002A8086 42 00 %s 00", fixture_hex(point, 65)), "6A80");
	assert_string_equal(ask(ec, "002A8086 46 7F4943 8641 %s 00", fixture_hex(point, 65)),
			    "6A80");
	assert_string_equal(
		ask(ec, "002A8086 4A A646 7F4943 8641 %s 8600 00", fixture_hex(point, 65)), "6A80");
	assert_string_equal(
		ask(ec, "002A8086 4A A648 7F4943 8641 %s 8600 00", fixture_hex(point, 65)), "6A80");
	assert_string_equal(
		ask(ec, "002A8086 4A A648 7F4945 8641 %s 8600 00", fixture_hex(point, 65)), "6A80");
	expect(ec, "002A8086 02 A600 00", "6A80");
	expect(ec, "002A8086", "6700");
	ask(ec, AGREE(point));
	assert_int_equal(asked_sw(), 0x9000);
#undef AGREE
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(foreign);
	EVP_PKEY_free(key);
	vcard_free(ec);
}

static void longer_keys_sign_too(void **state)
{
	static const enum vcard_key_kind kinds[] = {VCARD_RSA3072, VCARD_RSA4096};
	uint8_t digest[32];

	(void)state;
	digest_bytes(digest, 32);
	for (size_t i = 0; i < 2; i++) {
		struct vcard *big = fixture_card(FIXTURE_EXTENDED, kinds[i], VCARD_P256);
		EVP_PKEY *key = fixture_public(big, 1);
		size_t len = vcard_kind_len(kinds[i]);

		fixture_verify_auth(big);
		expect(big, "002241B6 06 800145 840101", "9000");
		ask(big, "002A90A0 22 9020 %s", fixture_hex(digest, 32));
		ask(big, "002A9E9A 000000");
		assert_int_equal(asked_len, len + 2);
		assert_true(verify_rsa(key, 0x45, digest, 32, asked, len));
		EVP_PKEY_free(key);
		vcard_free(big);
	}
}

static void other_operations_are_refused(void **state)
{
	(void)state;
	expect(card, "002A00A8 01 AA", "6A86");
	expect(card, "002A8680 01 AA", "6A86");
	expect(card, "002A9E9A 01 AA 00", "6700");
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_rsa_algorithm_signs),
		TEST(every_ec_algorithm_signs),
		TEST(ec_signatures_have_always_the_same_length),
		TEST(data_without_a_hash_are_signed_as_they_are),
		TEST(data_without_a_hash_have_limits),
		TEST(pss_salts_are_fresh),
		TEST(a_digest_must_have_its_hashes_length),
		TEST(the_last_round_can_be_done_on_the_card),
		TEST(a_hash_template_may_bring_the_hash),
		TEST(data_without_a_hash_belong_to_their_template),
		TEST(a_hash_is_used_up),
		TEST(a_key_needs_its_own_pin),
		TEST(the_signature_pin_serves_once),
		TEST(a_signature_that_fails_before_the_key_leaves_the_pin),
		TEST(a_signature_that_fails_at_the_key_takes_the_pin),
		TEST(internal_authenticate_signs_what_it_is_given),
		TEST(internal_authenticate_works_with_ec),
		TEST(decipher_takes_the_padding_off),
		TEST(every_padding_error_is_the_same),
		TEST(a_raw_block_is_signed_if_it_is_below_the_modulus),
		TEST(decipher_without_padding_gives_the_whole_block),
		TEST(key_agreement_gives_the_shared_x),
		TEST(longer_keys_sign_too),
		TEST(other_operations_are_refused),
	};

	return cmocka_run_group_tests_name("vcard/pso", tests, setup_group, teardown_group);
}
