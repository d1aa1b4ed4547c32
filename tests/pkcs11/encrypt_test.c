/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encrypting with public keys of a session, on a card that decrypts nothing: PKCS#11 v3.1 §5.8.
 * libcrypto decrypts. What the keys of a card do is in decrypt_test.c.
 */
#include <openssl/rsa.h>

#include "tests/pkcs11/maker.h"
#include "tests/pkcs11/peer.h"

enum { RSA_LEN = 256 };

struct encrypter {
	struct fixture *fx;
	CK_FUNCTION_LIST_3_2 *f;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key; /* a session's, of maker_key("RSA") */
};

static struct encrypter encrypter_on(struct fixture *fx)
{
	struct encrypter e = {.fx = fx, .f = fx->f, .session = session_on(fx, SLOT_AUTH)};
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	e.key = maker_create(fx, e.session, &m);
	return e;
}

static CK_RV encrypt(const struct encrypter *e, CK_MECHANISM *m, void *text, size_t len,
		     uint8_t *ret)
{
	CK_ULONG n = RSA_LEN;
	CK_RV rv;

	assert_rv(e->f->C_EncryptInit(e->session, m, e->key), CKR_OK);
	rv = e->f->C_Encrypt(e->session, text, len, ret, &n);
	if (rv == CKR_OK)
		assert_int_equal(n, RSA_LEN);
	return rv;
}

static CK_RSA_PKCS_OAEP_PARAMS oaep_params(CK_MECHANISM_TYPE hash, CK_RSA_PKCS_MGF_TYPE mgf,
					   const char *label)
{
	CK_RSA_PKCS_OAEP_PARAMS params = {hash, mgf, CKZ_DATA_SPECIFIED, NULL, 0};

	if (label) {
		params.pSourceData = (void *)(uintptr_t)label;
		params.ulSourceDataLen = strlen(label);
	}
	return params;
}

/* libcrypto gives the text back. */
static void assert_text(const struct peer_padding *padding, const uint8_t *cryptogram,
			const void *text, size_t len)
{
	uint8_t out[RSA_LEN];

	assert_int_equal(peer_decrypt(maker_key("RSA"), padding, cryptogram, RSA_LEN, out), len);
	if (len)
		assert_memory_equal(out, text, len);
}

/* §6.1.8 CKM_RSA_PKCS_OAEP */

static void oaep_is_decrypted_by_libcrypto(void **state)
{
	static const struct {
		CK_MECHANISM_TYPE hash;
		const char *name;
		CK_RSA_PKCS_MGF_TYPE mgf;
		const char *mgf_name;
	} rows[] = {{CKM_SHA_1, "SHA1", CKG_MGF1_SHA1, "SHA1"},
		    {CKM_SHA224, "SHA224", CKG_MGF1_SHA224, "SHA224"},
		    {CKM_SHA256, "SHA256", CKG_MGF1_SHA256, "SHA256"},
		    {CKM_SHA384, "SHA384", CKG_MGF1_SHA384, "SHA384"},
		    {CKM_SHA512, "SHA512", CKG_MGF1_SHA512, "SHA512"},
		    {CKM_SHA256, "SHA256", CKG_MGF1_SHA1, "SHA1"}};
	struct encrypter e = encrypter_on(*state);
	uint8_t text[32] = {7, 8, 9}, out[RSA_LEN];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CK_RSA_PKCS_OAEP_PARAMS params = oaep_params(rows[i].hash, rows[i].mgf, NULL);
		struct peer_padding padding = {RSA_PKCS1_OAEP_PADDING, rows[i].name,
					       rows[i].mgf_name, NULL};
		CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, &params, sizeof(params)};

		assert_rv(encrypt(&e, &m, text, sizeof(text), out), CKR_OK);
		assert_text(&padding, out, text, sizeof(text));
	}
}

static void oaep_label_is_taken_at_init(void **state)
{
	struct encrypter e = encrypter_on(*state);
	char label[] = "a label";
	CK_RSA_PKCS_OAEP_PARAMS params = oaep_params(CKM_SHA256, CKG_MGF1_SHA256, label);
	struct peer_padding with = {RSA_PKCS1_OAEP_PADDING, "SHA256", "SHA256", "a label"};
	struct peer_padding without = {RSA_PKCS1_OAEP_PADDING, "SHA256", "SHA256", NULL};
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, &params, sizeof(params)};
	uint8_t text[5] = "hello", out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	memset(label, 'X', sizeof(label));
	memset(&params, 0, sizeof(params));
	assert_rv(e.f->C_Encrypt(e.session, text, 5, out, &n), CKR_OK);
	assert_text(&with, out, text, 5);
	assert_int_equal(peer_decrypt(maker_key("RSA"), &without, out, RSA_LEN, text), -1);
}

static void oaep_parameters_are_checked(void **state)
{
	struct encrypter e = encrypter_on(*state);
	static uint8_t long_label[4097];
	CK_RSA_PKCS_OAEP_PARAMS good = oaep_params(CKM_SHA256, CKG_MGF1_SHA256, NULL), bad[7];
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, &good, sizeof(good)};
	size_t i;

	for (i = 0; i < 7; i++)
		bad[i] = good;
	bad[0].hashAlg = CKM_SHA256_RSA_PKCS;
	bad[1].hashAlg = 0;
	bad[2].mgf = 0;
	bad[3].mgf = 0x77;
	bad[4].source = 2;
	bad[5].ulSourceDataLen = 4; /* of NULL */
	bad[6].pSourceData = long_label;
	bad[6].ulSourceDataLen = sizeof(long_label);
	for (i = 0; i < 7; i++) {
		m.pParameter = &bad[i];
		assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_MECHANISM_PARAM_INVALID);
	}
	m.pParameter = NULL;
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_MECHANISM_PARAM_INVALID);
	m.ulParameterLen = 0;
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_MECHANISM_PARAM_INVALID);
	m.pParameter = &good;
	m.ulParameterLen = sizeof(good) - 1;
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_MECHANISM_PARAM_INVALID);
	m.ulParameterLen = sizeof(good);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
}

static void oaep_source_may_be_left_out_without_a_label(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_RSA_PKCS_OAEP_PARAMS params = oaep_params(CKM_SHA256, CKG_MGF1_SHA256, NULL);
	struct peer_padding padding = {RSA_PKCS1_OAEP_PADDING, "SHA256", "SHA256", NULL};
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, &params, sizeof(params)};
	uint8_t text[5] = "texts", out[RSA_LEN];
	CK_ULONG n = sizeof(out);

	params.source = 0;
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_Encrypt(e.session, text, 5, out, &n), CKR_OK);
	assert_text(&padding, out, text, 5);
	params.pSourceData = text;
	params.ulSourceDataLen = 1;
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_MECHANISM_PARAM_INVALID);
}

/* Bindings of other languages pass buffers of bytes. */
static void parameters_need_not_be_aligned(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_RSA_PKCS_OAEP_PARAMS oaep = oaep_params(CKM_SHA256, CKG_MGF1_SHA256, NULL);
	CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	uint8_t bytes[64];
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, bytes + 1, sizeof(oaep)};

	memcpy(bytes + 1, &oaep, sizeof(oaep));
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	m.mechanism = CKM_SHA256_RSA_PKCS_PSS;
	m.ulParameterLen = sizeof(pss);
	memcpy(bytes + 1, &pss, sizeof(pss));
	assert_rv(e.f->C_VerifyInit(e.session, &m, e.key), CKR_OK);
}

static void oaep_text_has_a_longest_length(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_RSA_PKCS_OAEP_PARAMS params = oaep_params(CKM_SHA512, CKG_MGF1_SHA512, NULL);
	struct peer_padding padding = {RSA_PKCS1_OAEP_PADDING, "SHA512", "SHA512", NULL};
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, &params, sizeof(params)};
	uint8_t text[RSA_LEN + 1] = {1}, out[RSA_LEN];

	assert_rv(encrypt(&e, &m, text, RSA_LEN - 130, out), CKR_OK);
	assert_text(&padding, out, text, RSA_LEN - 130);
	assert_rv(encrypt(&e, &m, text, RSA_LEN - 129, out), CKR_DATA_LEN_RANGE);
	assert_rv(encrypt(&e, &m, text, RSA_LEN + 1, out), CKR_DATA_LEN_RANGE);
	assert_rv(encrypt(&e, &m, NULL, 0, out), CKR_OK);
	assert_text(&padding, out, NULL, 0);
}

static void key_too_small_for_oaep_is_out_of_range(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_RSA_PKCS_OAEP_PARAMS params = oaep_params(CKM_SHA512, CKG_MGF1_SHA512, NULL);
	CK_MECHANISM m = {CKM_RSA_PKCS_OAEP, &params, sizeof(params)};
	EVP_PKEY *small = EVP_RSA_gen(1024);
	struct maker maker;

	maker_public_key(&maker, small);
	EVP_PKEY_free(small);
	e.key = maker_create(e.fx, e.session, &maker);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_KEY_SIZE_RANGE);
}

static void oaep_of_one_text_is_never_the_same(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_RSA_PKCS_OAEP_PARAMS params = oaep_params(CKM_SHA_1, CKG_MGF1_SHA1, NULL);
	CK_MECHANISM oaep = {CKM_RSA_PKCS_OAEP, &params, sizeof(params)};
	CK_MECHANISM pkcs = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[3] = "one", a[RSA_LEN], b[RSA_LEN];

	assert_rv(encrypt(&e, &oaep, text, 3, a), CKR_OK);
	assert_rv(encrypt(&e, &oaep, text, 3, b), CKR_OK);
	assert_memory_not_equal(a, b, RSA_LEN);
	assert_rv(encrypt(&e, &pkcs, text, 3, a), CKR_OK);
	assert_rv(encrypt(&e, &pkcs, text, 3, b), CKR_OK);
	assert_memory_not_equal(a, b, RSA_LEN);
}

/* §6.1.6 CKM_RSA_PKCS */

static void pkcs1_is_decrypted_by_libcrypto(void **state)
{
	static const size_t lens[] = {0, 1, 48, RSA_LEN - 11};
	struct peer_padding padding = {RSA_PKCS1_PADDING, NULL, NULL, NULL};
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[RSA_LEN] = {0, 0, 5}, out[RSA_LEN];
	size_t i;

	for (i = 0; i < 4; i++) {
		assert_rv(encrypt(&e, &m, text, lens[i], out), CKR_OK);
		assert_text(&padding, out, text, lens[i]);
	}
	assert_rv(encrypt(&e, &m, text, RSA_LEN - 10, out), CKR_DATA_LEN_RANGE);
	assert_rv(encrypt(&e, &m, text, RSA_LEN, out), CKR_DATA_LEN_RANGE);
}

/* The padding that libcrypto does not look at: eight bytes or more, and none is zero (RFC 8017 §7.2.1). */
static void pkcs1_padding_has_no_zeros(void **state)
{
	struct peer_padding raw = {RSA_NO_PADDING, NULL, NULL, NULL};
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[4] = {1, 2, 3, 4}, out[RSA_LEN], block[RSA_LEN];
	size_t i;

	for (i = 0; i < 8; i++) {
		assert_rv(encrypt(&e, &m, text, 4, out), CKR_OK);
		assert_int_equal(peer_decrypt(maker_key("RSA"), &raw, out, RSA_LEN, block),
				 RSA_LEN);
		assert_int_equal(block[0], 0);
		assert_int_equal(block[1], 2);
		assert_null(memchr(block + 2, 0, RSA_LEN - 4 - 3));
		assert_int_equal(block[RSA_LEN - 5], 0);
	}
}

/* §6.1.12 CKM_RSA_X_509 */

static void raw_block_is_padded_with_leading_zeros(void **state)
{
	struct peer_padding raw = {RSA_NO_PADDING, NULL, NULL, NULL};
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_X_509, NULL, 0};
	uint8_t text[RSA_LEN + 1] = {0, 7}, out[RSA_LEN], want[RSA_LEN] = {0};

	assert_rv(encrypt(&e, &m, text, RSA_LEN, out), CKR_OK);
	assert_text(&raw, out, text, RSA_LEN);
	assert_rv(encrypt(&e, &m, text + 1, 3, out), CKR_OK);
	want[RSA_LEN - 3] = 7;
	assert_text(&raw, out, want, RSA_LEN);
	assert_rv(encrypt(&e, &m, text, RSA_LEN + 1, out), CKR_DATA_LEN_RANGE);
	memset(text, 0xFF, sizeof(text));
	assert_rv(encrypt(&e, &m, text, RSA_LEN, out), CKR_DATA_INVALID);
}

static void mechanisms_without_parameters_have_none(void **state)
{
	struct encrypter e = encrypter_on(*state);
	uint8_t x = 0;
	CK_MECHANISM pkcs = {CKM_RSA_PKCS, &x, 1}, raw = {CKM_RSA_X_509, &x, 1};

	assert_rv(e.f->C_EncryptInit(e.session, &pkcs, e.key), CKR_MECHANISM_PARAM_INVALID);
	assert_rv(e.f->C_EncryptInit(e.session, &raw, e.key), CKR_MECHANISM_PARAM_INVALID);
}

/* §5.8.1 C_EncryptInit */

static void encrypt_init_checks_mechanism_key_and_state(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM good = {CKM_RSA_PKCS, NULL, 0}, sign = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_MECHANISM derive = {CKM_ECDH1_DERIVE, NULL, 0}, none = {0x80001234, NULL, 0};
	CK_FUNCTION_LIST_3_2 *f = e.f;
	CK_OBJECT_HANDLE ec;
	struct maker m;

	maker_public_key(&m, maker_key("P-256"));
	ec = maker_create(e.fx, e.session, &m);
	assert_rv(f->C_EncryptInit(99999, &good, e.key), CKR_SESSION_HANDLE_INVALID);
	assert_rv(f->C_EncryptInit(e.session, NULL, e.key), CKR_ARGUMENTS_BAD);
	assert_rv(f->C_EncryptInit(e.session, &sign, e.key), CKR_MECHANISM_INVALID);
	assert_rv(f->C_EncryptInit(e.session, &derive, e.key), CKR_MECHANISM_INVALID);
	assert_rv(f->C_EncryptInit(e.session, &none, e.key), CKR_MECHANISM_INVALID);
	assert_rv(f->C_EncryptInit(e.session, &good, 99999), CKR_KEY_HANDLE_INVALID);
	assert_rv(f->C_EncryptInit(e.session, &good, ec), CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(f->C_EncryptInit(e.session, &good, find_one(e.fx, e.session, CKO_CERTIFICATE)),
		  CKR_KEY_HANDLE_INVALID);
	login_on(e.fx, e.session, SLOT_AUTH);
	assert_rv(f->C_EncryptInit(e.session, &good, find_one(e.fx, e.session, CKO_PRIVATE_KEY)),
		  CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(f->C_EncryptInit(e.session, &good, e.key), CKR_OK);
	assert_rv(f->C_EncryptInit(e.session, &good, e.key), CKR_OPERATION_ACTIVE);
	assert_rv(f->C_EncryptInit(e.session, NULL, 0), CKR_OK);
	assert_rv(f->C_EncryptInit(e.session, &good, e.key), CKR_OK);
}

static void key_that_may_not_encrypt_does_not(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM pkcs = {CKM_RSA_PKCS, NULL, 0}, raw = {CKM_RSA_X_509, NULL, 0};
	CK_MECHANISM_TYPE allowed[] = {CKM_RSA_X_509, CKM_SHA256_RSA_PKCS};
	CK_OBJECT_HANDLE key;
	struct maker m;

	assert_int_equal(bool_of(e.fx, e.session, e.key, CKA_ENCRYPT), CK_TRUE);
	maker_public_key(&m, maker_key("RSA"));
	maker_put_bool(&m, CKA_ENCRYPT, CK_FALSE);
	key = maker_create(e.fx, e.session, &m);
	assert_rv(e.f->C_EncryptInit(e.session, &pkcs, key), CKR_KEY_FUNCTION_NOT_PERMITTED);
	maker_put_bool(&m, CKA_ENCRYPT, CK_TRUE);
	maker_put(&m, CKA_ALLOWED_MECHANISMS, allowed, sizeof(allowed));
	key = maker_create(e.fx, e.session, &m);
	assert_rv(e.f->C_EncryptInit(e.session, &pkcs, key), CKR_MECHANISM_INVALID);
	assert_rv(e.f->C_EncryptInit(e.session, &raw, key), CKR_OK);
}

static void encryption_goes_on_with_a_key_that_was_destroyed(void **state)
{
	struct encrypter e = encrypter_on(*state);
	struct peer_padding padding = {RSA_PKCS1_PADDING, NULL, NULL, NULL};
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[3] = "abc", out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_DestroyObject(e.session, e.key), CKR_OK);
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OK);
	assert_text(&padding, out, text, 3);
}

/* §5.8.2 C_Encrypt, §5.2 output */

static void size_query_leaves_encryption_alive(void **state)
{
	struct encrypter e = encrypter_on(*state);
	struct peer_padding padding = {RSA_PKCS1_PADDING, NULL, NULL, NULL};
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[3] = "abc", out[RSA_LEN];
	CK_ULONG n = 0;

	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_Encrypt(e.session, text, 3, NULL, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	n = RSA_LEN - 1;
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, RSA_LEN);
	n = 0;
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_BUFFER_TOO_SMALL);
	n = RSA_LEN;
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OK);
	assert_text(&padding, out, text, 3);
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void encrypt_ends_the_operation_with_every_error(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[RSA_LEN] = {0}, out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(encrypt(&e, &m, NULL, 3, out), CKR_ARGUMENTS_BAD);
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(encrypt(&e, &m, text, RSA_LEN, out), CKR_DATA_LEN_RANGE);
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.8.3 C_EncryptUpdate, §5.8.4 C_EncryptFinal */

static void parts_are_gathered_and_encrypted_at_the_end(void **state)
{
	struct encrypter e = encrypter_on(*state);
	struct peer_padding padding = {RSA_PKCS1_PADDING, NULL, NULL, NULL};
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[10] = "0123456789", out[RSA_LEN];
	CK_ULONG n = 3;

	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	/* a size query takes nothing in */
	assert_rv(e.f->C_EncryptUpdate(e.session, text, 4, NULL, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, 4, out, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_rv(e.f->C_EncryptUpdate(e.session, NULL, 0, out, &n), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, text + 4, 6, out, &n), CKR_OK);
	assert_rv(e.f->C_EncryptFinal(e.session, NULL, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	n = 255;
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	assert_text(&padding, out, text, 10);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void parts_have_a_longest_length_together(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[RSA_LEN + 1] = {0}, out[RSA_LEN];
	CK_ULONG n = 0;

	/* more than a block */
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, RSA_LEN, out, &n), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, 1, out, &n), CKR_DATA_LEN_RANGE);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	/* a block, but more than the mechanism can take */
	n = RSA_LEN;
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, RSA_LEN - 10, out, &n), CKR_OK);
	n = RSA_LEN;
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_DATA_LEN_RANGE);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, ~0UL, out, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, ~0UL, out, &n), CKR_DATA_LEN_RANGE);
}

static void wrong_arguments_end_encryption_in_parts(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t text[3] = "abc", out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(e.f->C_EncryptUpdate(e.session, text, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, NULL, 3, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, 3, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_EncryptFinal(e.session, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_EncryptUpdate(e.session, text, 3, out, &n), CKR_OK);
	n = RSA_LEN;
	assert_rv(e.f->C_Encrypt(e.session, text, 3, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

/* §5.6.7 C_SessionCancel, and what else ends an operation */

static void encryption_can_be_cancelled(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	if (e.fx->version.major < 3)
		return;
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	assert_rv(e.f->C_SessionCancel(e.session, CKF_DECRYPT | CKF_SIGN), CKR_OK);
	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OPERATION_ACTIVE);
	assert_rv(e.f->C_SessionCancel(e.session, CKF_ENCRYPT), CKR_OK);
	assert_rv(e.f->C_EncryptFinal(e.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void card_pulled_in_the_middle_of_an_encryption(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	uint8_t out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(e.f->C_EncryptInit(e.session, &m, e.key), CKR_OK);
	fixture_remove(e.fx);
	assert_rv(e.f->C_Encrypt(e.session, out, 3, out, &n), CKR_DEVICE_REMOVED);
	assert_rv(e.f->C_Encrypt(e.session, out, 3, out, &n), CKR_SESSION_HANDLE_INVALID);
}

static void encryption_needs_no_login_and_stands_beside_others(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0}, digest = {CKM_SHA256, NULL, 0};
	uint8_t text[3] = "abc", out[RSA_LEN];
	CK_ULONG n = RSA_LEN;

	assert_rv(e.f->C_DigestInit(e.session, &digest), CKR_OK);
	assert_rv(e.f->C_VerifyInit(e.session, &m, e.key), CKR_OK);
	assert_rv(encrypt(&e, &m, text, 3, out), CKR_OK);
	assert_rv(e.f->C_Digest(e.session, text, 3, out, &n), CKR_OK);
	assert_rv(e.f->C_Verify(e.session, text, 3, out, RSA_LEN), CKR_SIGNATURE_INVALID);
}

/* §5.5.7 C_GetMechanismInfo, §4.9: a card that does not decrypt has no key to encrypt with */

static void card_that_does_not_decrypt_lists_no_encryption(void **state)
{
	struct encrypter e = encrypter_on(*state);
	CK_OBJECT_HANDLE found[8], card_key = CK_INVALID_HANDLE;
	CK_OBJECT_CLASS class_id = CKO_PUBLIC_KEY;
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE of_card[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				  {CKA_TOKEN, &yes, sizeof(yes)}};
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	CK_MECHANISM_INFO info;

	assert_int_equal(find_all(e.fx, e.session, of_card, 2, found, 8), 1);
	card_key = found[0];
	assert_int_equal(bool_of(e.fx, e.session, card_key, CKA_ENCRYPT), CK_FALSE);
	assert_rv(e.f->C_EncryptInit(e.session, &m, card_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(e.f->C_GetMechanismInfo(SLOT_AUTH, CKM_RSA_PKCS, &info), CKR_OK);
	assert_int_equal(info.flags & (CKF_ENCRYPT | CKF_DECRYPT), 0);
	assert_rv(e.f->C_GetMechanismInfo(SLOT_AUTH, CKM_RSA_PKCS_OAEP, &info),
		  CKR_MECHANISM_INVALID);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(oaep_is_decrypted_by_libcrypto),
		TEST(oaep_label_is_taken_at_init),
		TEST(oaep_parameters_are_checked),
		TEST(oaep_source_may_be_left_out_without_a_label),
		TEST_ONCE(parameters_need_not_be_aligned),
		TEST(oaep_text_has_a_longest_length),
		TEST_ONCE(key_too_small_for_oaep_is_out_of_range),
		TEST(oaep_of_one_text_is_never_the_same),
		TEST(pkcs1_is_decrypted_by_libcrypto),
		TEST(pkcs1_padding_has_no_zeros),
		TEST(raw_block_is_padded_with_leading_zeros),
		TEST(mechanisms_without_parameters_have_none),
		TEST(encrypt_init_checks_mechanism_key_and_state),
		TEST(key_that_may_not_encrypt_does_not),
		TEST(encryption_goes_on_with_a_key_that_was_destroyed),
		TEST(size_query_leaves_encryption_alive),
		TEST(encrypt_ends_the_operation_with_every_error),
		TEST(parts_are_gathered_and_encrypted_at_the_end),
		TEST(parts_have_a_longest_length_together),
		TEST(wrong_arguments_end_encryption_in_parts),
		TEST(encryption_can_be_cancelled),
		TEST(card_pulled_in_the_middle_of_an_encryption),
		TEST(encryption_needs_no_login_and_stands_beside_others),
		TEST(card_that_does_not_decrypt_lists_no_encryption),
	};

	return suite_run("encrypt", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
