/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards with a file system in memory for tests. */
#include "p15_fixture.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

struct vcard *p15_blank(const char *personality, bool extended)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(personality, &setup.personalities), 0);
	setup.extended = extended;
	setup.blank = true;
	setup.pin_auth = AUTH_DIGITS;
	setup.pin_sign = SIGN_DIGITS;
	setup.puk = PUK_DIGITS;
	setup.admin_key_len = fixture_bytes(ADMIN_KEY, setup.admin_key, sizeof(setup.admin_key));
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

struct vcard *p15_card(enum vcard_key_kind auth, enum vcard_key_kind sign)
{
	struct vcard *v = p15_blank("p15", true);
	struct vcard_p15 *p = vcard_p15_of(v);
	const enum vcard_key_kind kinds[] = {auth, sign};

	for (uint8_t i = 0; i < 2; i++)
		assert_int_equal(vcard_p15_make_key(p, i,
						    vcard_p15_slot(vcard_p15_dialect(p), i + 1),
						    kinds[i]),
				 0x9000);
	return v;
}

struct vcard *myeid_card(void)
{
	static const char *const commands[] = {
		"00DA01E0 08 FFFF 113FFF 113FFF", /* PIN 1 creates, PIN 3 (SO) initialises */
		"00DA0101 13" MYEID_AUTH MYEID_PUK "030A00",
		"00DA0102 13" MYEID_SIGN MYEID_PUK "030A00",
		"00A4080C 02 5015",
		"00E00000 19 6217 81020100 820122 83024B01 8603111FFF 85020000 8A0100",
		"00460000",
		"00E00000 19 6217 81020100 820122 83024B02 8603222FFF 85022000 8A0100",
		"00460000",
		"00E00000 19 6217 80020010 820101 83024301 8603011FFF 85020000 8A0100",
		"00440400 0C A000000063504B43532D3135",
	};
	struct vcard *v = p15_blank("myeid", true);

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		expect(v, commands[i], "9000");
	vcard_reset(v);
	return v;
}

void p15_admin(struct vcard *v)
{
	uint8_t key[16], cryptogram[16];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len;

	fixture_bytes(ADMIN_KEY, key, sizeof(key));
	ask(v, "0084000010");
	assert_int_equal(asked_len, 18);
	assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key, NULL), 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(EVP_EncryptUpdate(ctx, cryptogram, &len, asked, 16), 1);
	EVP_CIPHER_CTX_free(ctx);
	assert_string_equal(ask(v, "00820094 10 %s", fixture_hex(cryptogram, 16)), "9000");
}

EVP_PKEY *p15_public(struct vcard *v, uint8_t reference)
{
	struct vcard_p15 *p = vcard_p15_of(v);
	uint8_t i = vcard_p15_key_find(p, reference);
	EVP_PKEY *pkey = NULL;

	assert_int_not_equal(i, VCARD_P15_NO_KEY);
	assert_int_equal(vcard_key_load(&p->memory.keys[i].key, &pkey), 0);
	return pkey;
}

bool p15_verifies_rsa(EVP_PKEY *key, const uint8_t *signed_data, size_t len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t out[LIMIT_SIGNATURE];
	size_t out_len = sizeof(out);
	bool good;

	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(EVP_PKEY_verify_recover_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
	good = EVP_PKEY_verify_recover(ctx, out, &out_len, asked, asked_len - 2) == 1 &&
	       out_len == len && memcmp(out, signed_data, len) == 0;
	EVP_PKEY_CTX_free(ctx);
	return good;
}

bool p15_verifies_ecdsa(EVP_PKEY *key, bool der, const uint8_t *hash, size_t len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t n = (asked_len - 2) / 2, sig_len = asked_len - 2;
	unsigned char *made = NULL;
	const uint8_t *sig = asked;
	bool good;

	assert_int_equal(asked_sw(), 0x9000);
	if (!der) {
		ECDSA_SIG *s = ECDSA_SIG_new();

		ECDSA_SIG_set0(s, BN_bin2bn(asked, (int)n, NULL),
			       BN_bin2bn(asked + n, (int)n, NULL));
		sig_len = (size_t)i2d_ECDSA_SIG(s, &made);
		sig = made;
		ECDSA_SIG_free(s);
	}
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	good = EVP_PKEY_verify(ctx, sig, sig_len, hash, len) == 1;
	OPENSSL_free(made);
	EVP_PKEY_CTX_free(ctx);
	return good;
}
