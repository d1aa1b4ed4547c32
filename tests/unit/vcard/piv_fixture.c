/* SPDX-License-Identifier: BSD-2-Clause */
/* A PIV card in memory for tests. */
#include "piv_fixture.h"

#include <openssl/evp.h>

struct vcard *piv_card_with(const char *personality, uint8_t algorithm, const char *admin_key,
			    const char *global)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(personality, &setup.personalities), 0);
	setup.extended = true;
	setup.blank = true;
	setup.pin = "123456";
	setup.puk = "87654321";
	setup.pin_global = global;
	setup.admin_algorithm = algorithm;
	setup.admin_key_len = fixture_bytes(admin_key, setup.admin_key, sizeof(setup.admin_key));
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

struct vcard *piv_card(const char *personality, bool keys)
{
	static const uint8_t references[] = {0x9A, 0x9C, 0x9D, 0x9E, 0x82};
	struct vcard *v = piv_card_with(personality, VCARD_ADMIN_AES128, PIV_ADMIN_KEY, NULL);

	for (size_t i = 0; keys && i < sizeof(references); i++) {
		struct vcard_piv_key *key = vcard_piv_key_find(vcard_piv_of(v), references[i]);

		assert_int_equal(vcard_key_generate(&key->key, VCARD_P256), 0);
		vcard_piv_key_note(key, 0, 0, VCARD_PIV_GENERATED);
	}
	return v;
}

void piv_verify(struct vcard *v)
{
	expect(v, "00200080 08" PIV_PIN, "9000");
}

const char *piv_encrypt(uint8_t algorithm, const char *key, const uint8_t *block)
{
	const EVP_CIPHER *cipher = algorithm == VCARD_ADMIN_3DES     ? EVP_des_ede3_ecb()
				   : algorithm == VCARD_ADMIN_AES128 ? EVP_aes_128_ecb()
				   : algorithm == VCARD_ADMIN_AES192 ? EVP_aes_192_ecb()
								     : EVP_aes_256_ecb();
	int block_len = EVP_CIPHER_get_block_size(cipher), len = 0;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t bytes[32], out[16];

	fixture_bytes(key, bytes, sizeof(bytes));
	assert_int_equal(EVP_EncryptInit_ex(ctx, cipher, NULL, bytes, NULL), 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(EVP_EncryptUpdate(ctx, out, &len, block, block_len), 1);
	EVP_CIPHER_CTX_free(ctx);
	return fixture_hex(out, (size_t)len);
}

void piv_admin(struct vcard *v)
{
	ask(v, "0087089B 04 7C028100 00");
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(asked_len, 4 + 16 + 2);
	assert_string_equal(ask(v, "0087089B 14 7C12 8210%s",
				piv_encrypt(VCARD_ADMIN_AES128, PIV_ADMIN_KEY, asked + 4)),
			    "9000");
}

EVP_PKEY *piv_public(struct vcard *v, uint8_t reference)
{
	EVP_PKEY *pkey = NULL;

	assert_int_equal(
		vcard_key_load(&vcard_piv_key_find(vcard_piv_of(v), reference)->key, &pkey), 0);
	return pkey;
}
