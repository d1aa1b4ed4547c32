/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signing with RSA keys of 3072 and 4096 bits, with every mechanism that is listed for them: PKCS#11 v3.1
 * §5.13, §5.15, §6.1. The sizes differ, not the modes: once is enough.
 */
#include "tests/pkcs11/fixture.h"

static const struct {
	CK_MECHANISM_TYPE pkcs1, pss, hash;
	CK_RSA_PKCS_MGF_TYPE mgf;
	const char *name;
	CK_ULONG len;
} hashed[] = {
	{CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_SHA_1, CKG_MGF1_SHA1, "SHA1", 20},
	{CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKM_SHA224, CKG_MGF1_SHA224, "SHA224", 28},
	{CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256, "SHA256", 32},
	{CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA384, "SHA384", 48},
	{CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, "SHA512", 64},
};

enum { N_HASHED = sizeof(hashed) / sizeof(hashed[0]), MAX_LEN = 512 };

static const CK_ULONG bits_of[] = {3072, 4096};

struct signer {
	struct fixture *fx;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE private_key, public_key;
	CK_SLOT_ID slot;
	CK_ULONG len; /* of the modulus */
};

static struct signer signer_on(struct fixture *fx, CK_SLOT_ID slot)
{
	struct signer s = {.fx = fx, .session = session_on(fx, slot), .slot = slot};

	login_on(fx, s.session, slot);
	s.private_key = find_one(fx, s.session, CKO_PRIVATE_KEY);
	s.public_key = find_one(fx, s.session, CKO_PUBLIC_KEY);
	s.len = bits_of[slot] / 8;
	return s;
}

/* With the PIN that the signature key wants each time. */
static CK_RV sign(const struct signer *s, CK_MECHANISM *m, void *data, size_t len, uint8_t *ret)
{
	CK_ULONG n = s->len;
	CK_RV rv;

	assert_rv(s->fx->f->C_SignInit(s->session, m, s->private_key), CKR_OK);
	if (s->slot == SLOT_SIGN)
		assert_rv(login_with(s->fx, s->session, CKU_CONTEXT_SPECIFIC, CARD_PIN_SIGN),
			  CKR_OK);
	rv = s->fx->f->C_Sign(s->session, data, len, ret, &n);
	if (rv == CKR_OK)
		assert_int_equal(n, s->len);
	return rv;
}

static CK_RV verify(const struct signer *s, CK_MECHANISM *m, void *data, size_t len,
		    uint8_t *signature)
{
	assert_rv(s->fx->f->C_VerifyInit(s->session, m, s->public_key), CKR_OK);
	return s->fx->f->C_Verify(s->session, data, len, signature, s->len);
}

/* Judged by libcrypto and by ourselves; a changed one is refused. */
static void expect_good(const struct signer *s, CK_MECHANISM *m, const struct signature_check *how,
			void *data, size_t len)
{
	uint8_t signature[MAX_LEN];

	assert_rv(sign(s, m, data, len, signature), CKR_OK);
	assert_true(certificate_verifies(s->fx, s->session, how, data, len, signature, s->len));
	assert_rv(verify(s, m, data, len, signature), CKR_OK);
	signature[s->len / 2] ^= 0x10;
	assert_rv(verify(s, m, data, len, signature), CKR_SIGNATURE_INVALID);
}

static void expect_hashed(struct fixture *fx, CK_SLOT_ID slot, bool pss)
{
	struct signer s = signer_on(fx, slot);
	uint8_t data[300];
	size_t i;

	memset(data, 0x3C, sizeof(data));
	for (i = 0; i < N_HASHED; i++) {
		CK_RSA_PKCS_PSS_PARAMS params = {hashed[i].hash, hashed[i].mgf, hashed[i].len};
		CK_MECHANISM m = {hashed[i].pkcs1, NULL, 0};
		struct signature_check how = {
			.digest = hashed[i].name, .pss = pss, .salt_len = (int)hashed[i].len};

		if (pss)
			m = (CK_MECHANISM){hashed[i].pss, &params, sizeof(params)};
		expect_good(&s, &m, &how, data, sizeof(data));
	}
}

/* §6.1.14, §6.1.15 PKCS #1 v1.5 with hashes */

static void pkcs1_with_every_hash_by_3072_bits(void **state)
{
	expect_hashed(*state, SLOT_AUTH, false);
}

static void pkcs1_with_every_hash_by_4096_bits(void **state)
{
	expect_hashed(*state, SLOT_SIGN, false);
}

/* §6.1.16, §6.1.17 PSS with hashes */

static void pss_with_every_hash_by_3072_bits(void **state)
{
	expect_hashed(*state, SLOT_AUTH, true);
}

static void pss_with_every_hash_by_4096_bits(void **state)
{
	expect_hashed(*state, SLOT_SIGN, true);
}

/* §6.1.6 PKCS #1 v1.5: data up to k - 11 bytes */

static void expect_limits(struct fixture *fx, CK_SLOT_ID slot)
{
	struct signer s = signer_on(fx, slot);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	struct signature_check how = {0};
	uint8_t data[MAX_LEN], signature[MAX_LEN];

	memset(data, 0x77, sizeof(data));
	expect_good(&s, &m, &how, data, 1);
	expect_good(&s, &m, &how, data, s.len - 11);
	assert_rv(sign(&s, &m, data, s.len - 10, signature), CKR_DATA_LEN_RANGE);
}

static void pkcs1_data_up_to_the_limit_by_3072_bits(void **state)
{
	expect_limits(*state, SLOT_AUTH);
}

static void pkcs1_data_up_to_the_limit_by_4096_bits(void **state)
{
	expect_limits(*state, SLOT_SIGN);
}

/* §5.2, §5.13.2: sizes */

static void signature_has_the_length_of_the_modulus(void **state)
{
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {0}, signature[MAX_LEN];
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		struct signer s = signer_on(*state, slot);
		CK_ULONG n = 0;

		assert_rv(s.fx->f->C_SignInit(s.session, &m, s.private_key), CKR_OK);
		assert_rv(s.fx->f->C_Sign(s.session, data, 4, NULL, &n), CKR_OK);
		assert_int_equal(n, s.len);
		n = s.len - 1;
		assert_rv(s.fx->f->C_Sign(s.session, data, 4, signature, &n), CKR_BUFFER_TOO_SMALL);
		assert_int_equal(n, s.len);
	}
}

static void signature_of_a_smaller_keys_length_is_out_of_range(void **state)
{
	struct signer s = signer_on(*state, SLOT_SIGN);
	CK_MECHANISM m = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t data[4] = {0}, signature[MAX_LEN] = {0};

	assert_rv(s.fx->f->C_VerifyInit(s.session, &m, s.public_key), CKR_OK);
	assert_rv(s.fx->f->C_Verify(s.session, data, 4, signature, 384), CKR_SIGNATURE_LEN_RANGE);
}

/* §5.13.6 C_SignRecover, §5.15.6 C_VerifyRecover */

static void recovery_gives_the_data_back_for_all_sizes(void **state)
{
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t data[40], signature[MAX_LEN], out[MAX_LEN];
	CK_SLOT_ID slot;

	memset(data, 0x21, sizeof(data));
	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		struct signer s = signer_on(*state, slot);
		CK_ULONG n = sizeof(out);

		assert_rv(sign(&s, &m, data, sizeof(data), signature), CKR_OK);
		assert_rv(s.fx->f->C_VerifyRecoverInit(s.session, &m, s.public_key), CKR_OK);
		assert_rv(s.fx->f->C_VerifyRecover(s.session, signature, s.len, out, &n), CKR_OK);
		assert_int_equal(n, sizeof(data));
		assert_memory_equal(out, data, n);
	}
}

/* §5.5.6 C_GetMechanismInfo, §6.1.2 RSA public keys */

static void sizes_of_keys_and_mechanisms_agree(void **state)
{
	struct fixture *fx = *state;
	CK_SLOT_ID slot;

	for (slot = SLOT_AUTH; slot <= SLOT_SIGN; slot++) {
		struct signer s = signer_on(fx, slot);
		uint8_t modulus[MAX_LEN];
		CK_MECHANISM_INFO info;

		assert_rv(fx->f->C_GetMechanismInfo(slot, CKM_SHA512_RSA_PKCS_PSS, &info), CKR_OK);
		assert_int_equal(info.ulMinKeySize, bits_of[slot]);
		assert_int_equal(info.ulMaxKeySize, bits_of[slot]);
		assert_int_equal(ulong_of(fx, s.session, s.public_key, CKA_MODULUS_BITS),
				 bits_of[slot]);
		assert_int_equal(attribute_of(fx, s.session, s.private_key, CKA_MODULUS, modulus,
					      sizeof(modulus)),
				 s.len);
		assert_true(modulus[0] & 0x80);
	}
}

int main(void)
{
	static const char *const options[] = {"--key-auth", "rsa3072", "--key-sign", "rsa4096",
					      NULL};
	static const struct suite_test tests[] = {
		TEST_ONCE(pkcs1_with_every_hash_by_3072_bits),
		TEST_ONCE(pkcs1_with_every_hash_by_4096_bits),
		TEST_ONCE(pss_with_every_hash_by_3072_bits),
		TEST_ONCE(pss_with_every_hash_by_4096_bits),
		TEST_ONCE(pkcs1_data_up_to_the_limit_by_3072_bits),
		TEST_ONCE(pkcs1_data_up_to_the_limit_by_4096_bits),
		TEST_ONCE(signature_has_the_length_of_the_modulus),
		TEST_ONCE(signature_of_a_smaller_keys_length_is_out_of_range),
		TEST_ONCE(recovery_gives_the_data_back_for_all_sizes),
		TEST_ONCE(sizes_of_keys_and_mechanisms_agree),
	};

	return suite_run("sign_large", tests, sizeof(tests) / sizeof(tests[0]), options);
}
