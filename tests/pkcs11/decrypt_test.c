/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decrypting by the card: PKCS#11 v3.1 §5.10, on a card whose authentication key deciphers raw blocks.
 * libcrypto encrypts, with the public key as the module shows it.
 */
#include <openssl/rsa.h>

#include "tests/pkcs11/peer.h"

enum { RSA_LEN = 256, OAEP_MAX = RSA_LEN - 2 * 32 - 2 };

static const struct peer_padding oaep_sha256 = {RSA_PKCS1_OAEP_PADDING, "SHA256", "SHA256", NULL};
static const struct peer_padding no_padding = {RSA_NO_PADDING, NULL, NULL, NULL};

struct decrypter {
	struct fixture *fx;
	CK_FUNCTION_LIST_3_2 *f;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE public_key, private_key;
	EVP_PKEY *peer;
	CK_RSA_PKCS_OAEP_PARAMS params;
	CK_MECHANISM oaep, raw;
};

static void decrypter_init(struct decrypter *d, struct fixture *fx)
{
	CK_RSA_PKCS_OAEP_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, NULL, 0};

	memset(d, 0, sizeof(*d));
	d->fx = fx;
	d->f = fx->f;
	d->session = session_on(fx, SLOT_AUTH);
	login_on(fx, d->session, SLOT_AUTH);
	d->public_key = find_one(fx, d->session, CKO_PUBLIC_KEY);
	d->private_key = find_one(fx, d->session, CKO_PRIVATE_KEY);
	d->peer = peer_public_of(fx, d->session, d->public_key);
	d->params = params;
	d->oaep = (CK_MECHANISM){CKM_RSA_PKCS_OAEP, &d->params, sizeof(d->params)};
	d->raw = (CK_MECHANISM){CKM_RSA_X_509, NULL, 0};
}

static void decrypter_clear(struct decrypter *d)
{
	EVP_PKEY_free(d->peer);
}

static CK_RV decrypt(struct decrypter *d, CK_MECHANISM *m, uint8_t *cryptogram, size_t len,
		     uint8_t *ret, CK_ULONG *ret_len)
{
	assert_rv(d->f->C_DecryptInit(d->session, m, d->private_key), CKR_OK);
	*ret_len = RSA_LEN;
	return d->f->C_Decrypt(d->session, cryptogram, len, ret, ret_len);
}

/* §6.1.8 CKM_RSA_PKCS_OAEP */

static void card_reads_oaep_of_libcrypto(void **state)
{
	static const struct {
		CK_MECHANISM_TYPE hash;
		CK_RSA_PKCS_MGF_TYPE mgf;
		struct peer_padding padding;
	} rows[] = {
		{CKM_SHA_1, CKG_MGF1_SHA1, {RSA_PKCS1_OAEP_PADDING, "SHA1", "SHA1", NULL}},
		{CKM_SHA224, CKG_MGF1_SHA224, {RSA_PKCS1_OAEP_PADDING, "SHA224", "SHA224", NULL}},
		{CKM_SHA256, CKG_MGF1_SHA256, {RSA_PKCS1_OAEP_PADDING, "SHA256", "SHA256", NULL}},
		{CKM_SHA384, CKG_MGF1_SHA384, {RSA_PKCS1_OAEP_PADDING, "SHA384", "SHA384", NULL}},
		{CKM_SHA512, CKG_MGF1_SHA512, {RSA_PKCS1_OAEP_PADDING, "SHA512", "SHA512", NULL}},
		{CKM_SHA256, CKG_MGF1_SHA1, {RSA_PKCS1_OAEP_PADDING, "SHA256", "SHA1", NULL}},
	};
	uint8_t text[48] = {1, 0, 3}, cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n;
	size_t i;

	decrypter_init(&d, *state);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		d.params.hashAlg = rows[i].hash;
		d.params.mgf = rows[i].mgf;
		peer_encrypt(d.peer, &rows[i].padding, text, sizeof(text), cryptogram);
		assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_OK);
		assert_int_equal(n, sizeof(text));
		assert_memory_equal(out, text, sizeof(text));
	}
	decrypter_clear(&d);
}

static void texts_of_no_and_of_full_length(void **state)
{
	uint8_t text[OAEP_MAX] = {9}, cryptogram[RSA_LEN], out[RSA_LEN] = {0xEE};
	struct decrypter d;
	CK_ULONG n;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &oaep_sha256, text, 0, cryptogram);
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(out[0], 0xEE);
	peer_encrypt(d.peer, &oaep_sha256, text, OAEP_MAX, cryptogram);
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, OAEP_MAX);
	assert_memory_equal(out, text, OAEP_MAX);
	decrypter_clear(&d);
}

static void label_must_be_the_senders(void **state)
{
	struct peer_padding padding = {RSA_PKCS1_OAEP_PADDING, "SHA256", "SHA256", "label"};
	uint8_t cryptogram[RSA_LEN], out[RSA_LEN];
	char label[] = "label", other[] = "Label";
	struct decrypter d;
	CK_ULONG n;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &padding, "text", 4, cryptogram);
	d.params.pSourceData = label;
	d.params.ulSourceDataLen = 5;
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, 4);
	/* it is taken at Init, and may be gone after */
	n = RSA_LEN;
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	label[0] = 'X';
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_memory_equal(out, "text", 4);
	d.params.pSourceData = other;
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	d.params.ulSourceDataLen = 0;
	d.params.pSourceData = NULL;
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	decrypter_clear(&d);
}

/* Whatever is wrong inside, the answer is one, and nothing is written (RFC 8017 §7.1.2 note). */
static void every_fault_of_padding_has_one_answer(void **state)
{
	uint8_t block[RSA_LEN] = {0}, cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n;
	size_t i;

	decrypter_init(&d, *state);
	memset(out, 0xEE, sizeof(out));
	for (i = 0; i < 6; i++) {
		/* a block of nothing, of ones behind the first byte, of one byte somewhere, and no OAEP */
		memset(block, i == 1 ? 1 : 0, sizeof(block));
		block[0] = 0;
		if (i > 1)
			block[i * 40] = (uint8_t)i;
		peer_encrypt(d.peer, &no_padding, block, RSA_LEN, cryptogram);
		assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n),
			  CKR_ENCRYPTED_DATA_INVALID);
		assert_int_equal(n, RSA_LEN);
		assert_int_equal(out[0], 0xEE);
	}
	/* the first byte is not zero */
	memset(block, 0, sizeof(block));
	block[0] = 1;
	peer_encrypt(d.peer, &no_padding, block, RSA_LEN, cryptogram);
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	peer_encrypt(d.peer, &oaep_sha256, "text", 4, cryptogram);
	cryptogram[200] ^= 1;
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	decrypter_clear(&d);
}

/* §6.1.12 CKM_RSA_X_509 */

static void raw_text_is_the_whole_block(void **state)
{
	uint8_t block[RSA_LEN] = {0, 0, 0, 5}, cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n;

	decrypter_init(&d, *state);
	block[RSA_LEN - 1] = 6;
	peer_encrypt(d.peer, &no_padding, block, RSA_LEN, cryptogram);
	assert_rv(decrypt(&d, &d.raw, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, RSA_LEN);
	assert_memory_equal(out, block, RSA_LEN);
	decrypter_clear(&d);
}

static void module_reads_what_it_has_encrypted(void **state)
{
	static const size_t lens[] = {1, OAEP_MAX};
	uint8_t text[RSA_LEN] = {4, 5}, cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n;
	size_t i;

	decrypter_init(&d, *state);
	for (i = 0; i < 2; i++) {
		n = RSA_LEN;
		assert_rv(d.f->C_EncryptInit(d.session, &d.oaep, d.public_key), CKR_OK);
		assert_rv(d.f->C_Encrypt(d.session, text, lens[i], cryptogram, &n), CKR_OK);
		assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_OK);
		assert_int_equal(n, lens[i]);
		assert_memory_equal(out, text, lens[i]);
	}
	decrypter_clear(&d);
}

/* §6.1.6: CKM_RSA_PKCS encrypts and does not decrypt, whatever card it is (Bleichenbacher, Marvin) */

static void pkcs1_is_not_decrypted(void **state)
{
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	struct decrypter d;

	decrypter_init(&d, *state);
	assert_rv(d.f->C_DecryptInit(d.session, &m, d.private_key), CKR_MECHANISM_INVALID);
	assert_rv(d.f->C_EncryptInit(d.session, &m, d.public_key), CKR_OK);
	decrypter_clear(&d);
}

/* §5.10.1 C_DecryptInit */

static void decrypt_init_checks_mechanism_key_and_state(void **state)
{
	CK_MECHANISM sign = {CKM_SHA256_RSA_PKCS, NULL, 0}, ec = {CKM_ECDH1_DERIVE, NULL, 0};
	struct decrypter d;

	decrypter_init(&d, *state);
	assert_rv(d.f->C_DecryptInit(99999, &d.oaep, d.private_key), CKR_SESSION_HANDLE_INVALID);
	assert_rv(d.f->C_DecryptInit(d.session, NULL, d.private_key), CKR_ARGUMENTS_BAD);
	assert_rv(d.f->C_DecryptInit(d.session, &sign, d.private_key), CKR_MECHANISM_INVALID);
	assert_rv(d.f->C_DecryptInit(d.session, &ec, d.private_key), CKR_MECHANISM_INVALID);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, 99999), CKR_KEY_HANDLE_INVALID);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.public_key),
		  CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptInit(d.session, &d.raw, d.private_key), CKR_OPERATION_ACTIVE);
	assert_rv(d.f->C_DecryptInit(d.session, NULL, 0), CKR_OK);
	d.params.hashAlg = CKM_RSA_PKCS;
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key),
		  CKR_MECHANISM_PARAM_INVALID);
	d.oaep.ulParameterLen--;
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key),
		  CKR_MECHANISM_PARAM_INVALID);
	decrypter_clear(&d);
}

static void signature_key_does_not_decrypt(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_SIGN);
	CK_MECHANISM raw = {CKM_RSA_X_509, NULL, 0};
	CK_OBJECT_HANDLE key;

	login_on(fx, session, SLOT_SIGN);
	key = find_one(fx, session, CKO_PRIVATE_KEY);
	assert_rv(fx->f->C_DecryptInit(session, &raw, key), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(bool_of(fx, session, key, CKA_DECRYPT), CK_FALSE);
	key = find_one(fx, session, CKO_PUBLIC_KEY);
	assert_rv(fx->f->C_EncryptInit(session, &raw, key), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(bool_of(fx, session, key, CKA_ENCRYPT), CK_FALSE);
}

/* §5.10.2 C_Decrypt, §5.2 output: the card is asked once */

static void size_query_costs_nothing_and_tells_the_most(void **state)
{
	struct fixture *fx = *state;
	uint8_t text[20] = {1}, cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	unsigned before;
	CK_ULONG n = 0;

	fixture_record(fx);
	decrypter_init(&d, fx);
	peer_encrypt(d.peer, &oaep_sha256, text, sizeof(text), cryptogram);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	before = fixture_commands(fx, "");
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, NULL, &n), CKR_OK);
	assert_int_equal(n, OAEP_MAX);
	assert_int_equal(fixture_commands(fx, ""), before);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_true(fixture_commands(fx, "") > before);
	assert_int_equal(n, sizeof(text));
	n = 7;
	assert_rv(d.f->C_DecryptInit(d.session, &d.raw, d.private_key), CKR_OK);
	before = fixture_commands(fx, "");
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, RSA_LEN);
	assert_int_equal(fixture_commands(fx, ""), before);
	decrypter_clear(&d);
}

static void text_without_room_is_kept_and_not_deciphered_again(void **state)
{
	struct fixture *fx = *state;
	uint8_t text[20] = {1, 2, 3}, cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	unsigned before;
	CK_ULONG n = 19;

	fixture_record(fx);
	decrypter_init(&d, fx);
	peer_encrypt(d.peer, &oaep_sha256, text, sizeof(text), cryptogram);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 20);
	before = fixture_commands(fx, "");
	n = 0;
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, NULL, &n), CKR_OK);
	assert_int_equal(n, 20);
	n = 1;
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_int_equal(n, 20);
	assert_memory_equal(out, text, 20);
	assert_int_equal(fixture_commands(fx, ""), before);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
	decrypter_clear(&d);
}

static void kept_text_is_not_that_of_another_cryptogram(void **state)
{
	uint8_t cryptogram[2][RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = 1;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &oaep_sha256, "first", 5, cryptogram[0]);
	peer_encrypt(d.peer, &oaep_sha256, "other", 5, cryptogram[1]);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram[0], RSA_LEN, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram[1], RSA_LEN, out, &n), CKR_OK);
	assert_memory_equal(out, "other", 5);
	decrypter_clear(&d);
}

static void kept_text_is_gone_after_logout(void **state)
{
	uint8_t cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = 1;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &oaep_sha256, "first", 5, cryptogram);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(d.f->C_Logout(d.session), CKR_OK);
	login_on(d.fx, d.session, SLOT_AUTH);
	n = RSA_LEN;
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_USER_NOT_LOGGED_IN);
	decrypter_clear(&d);
}

static void cryptogram_of_another_length_is_out_of_range(void **state)
{
	static const size_t lens[] = {0, 1, RSA_LEN - 1, RSA_LEN + 1};
	uint8_t cryptogram[RSA_LEN + 1] = {0}, out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n;
	size_t i;

	decrypter_init(&d, *state);
	for (i = 0; i < 4; i++) {
		assert_rv(decrypt(&d, &d.oaep, cryptogram, lens[i], out, &n),
			  CKR_ENCRYPTED_DATA_LEN_RANGE);
		assert_rv(decrypt(&d, &d.raw, cryptogram, lens[i], out, &n),
			  CKR_ENCRYPTED_DATA_LEN_RANGE);
	}
	decrypter_clear(&d);
}

static void cryptogram_above_the_modulus_is_invalid(void **state)
{
	struct fixture *fx = *state;
	uint8_t cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	unsigned before;
	CK_ULONG n;

	fixture_record(fx);
	decrypter_init(&d, fx);
	memset(cryptogram, 0xFF, sizeof(cryptogram));
	before = fixture_commands(fx, "");
	assert_rv(decrypt(&d, &d.raw, cryptogram, RSA_LEN, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	assert_int_equal(fixture_commands(fx, ""), before);
	decrypter_clear(&d);
}

static void decrypt_ends_the_operation_with_every_error(void **state)
{
	uint8_t cryptogram[RSA_LEN] = {0}, out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = RSA_LEN;

	decrypter_init(&d, *state);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(decrypt(&d, &d.oaep, NULL, RSA_LEN, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(decrypt(&d, &d.oaep, cryptogram, 3, out, &n), CKR_ENCRYPTED_DATA_LEN_RANGE);
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	decrypter_clear(&d);
}

/* §5.10.3 C_DecryptUpdate, §5.10.4 C_DecryptFinal */

static void cryptogram_in_parts(void **state)
{
	uint8_t cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = 0;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &oaep_sha256, "parts", 5, cryptogram);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram, 100, NULL, &n), CKR_OK);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram, 100, out, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram + 100, 156, out, &n), CKR_OK);
	assert_rv(d.f->C_DecryptFinal(d.session, NULL, &n), CKR_OK);
	assert_int_equal(n, OAEP_MAX);
	n = 4;
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 5);
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OK);
	assert_memory_equal(out, "parts", 5);
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	decrypter_clear(&d);
}

static void parts_of_a_cryptogram_have_one_length_together(void **state)
{
	uint8_t cryptogram[RSA_LEN + 1] = {0}, out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = RSA_LEN;

	decrypter_init(&d, *state);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram, 1, out, &n),
		  CKR_ENCRYPTED_DATA_LEN_RANGE);
	n = RSA_LEN;
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(d.f->C_DecryptInit(d.session, &d.raw, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram, 255, out, &n), CKR_OK);
	n = RSA_LEN;
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_ENCRYPTED_DATA_LEN_RANGE);
	assert_rv(d.f->C_DecryptInit(d.session, &d.raw, d.private_key), CKR_OK);
	n = RSA_LEN;
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_ENCRYPTED_DATA_LEN_RANGE);
	decrypter_clear(&d);
}

static void wrong_arguments_end_decryption_in_parts(void **state)
{
	uint8_t cryptogram[RSA_LEN] = {0}, out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = RSA_LEN;

	decrypter_init(&d, *state);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram, 1, out, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptUpdate(d.session, NULL, 1, out, &n), CKR_ARGUMENTS_BAD);
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptFinal(d.session, out, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptUpdate(d.session, cryptogram, 1, out, &n), CKR_OK);
	n = RSA_LEN;
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	decrypter_clear(&d);
}

/* §5.6.8 C_Login, §5.6.10 C_Logout and decryption */

static void decryption_ends_with_the_login(void **state)
{
	uint8_t cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = RSA_LEN;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &oaep_sha256, "text", 4, cryptogram);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_Logout(d.session), CKR_OK);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_USER_NOT_LOGGED_IN);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_KEY_HANDLE_INVALID);
	login_on(d.fx, d.session, SLOT_AUTH);
	d.private_key = find_one(d.fx, d.session, CKO_PRIVATE_KEY);
	assert_rv(decrypt(&d, &d.oaep, cryptogram, RSA_LEN, out, &n), CKR_OK);
	decrypter_clear(&d);
}

static void key_that_is_always_open_wants_no_context_login(void **state)
{
	struct decrypter d;

	decrypter_init(&d, *state);
	assert_rv(d.f->C_DecryptInit(d.session, &d.raw, d.private_key), CKR_OK);
	assert_rv(login_with(d.fx, d.session, CKU_CONTEXT_SPECIFIC, CARD_PIN_AUTH),
		  CKR_OPERATION_NOT_INITIALIZED);
	decrypter_clear(&d);
}

/* §5.6.7 C_SessionCancel, and what else ends an operation */

static void decryption_can_be_cancelled(void **state)
{
	uint8_t out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = RSA_LEN;

	decrypter_init(&d, *state);
	if (d.fx->version.major >= 3) {
		assert_rv(d.f->C_DecryptInit(d.session, &d.raw, d.private_key), CKR_OK);
		assert_rv(d.f->C_SessionCancel(d.session, CKF_ENCRYPT | CKF_SIGN), CKR_OK);
		assert_rv(d.f->C_DecryptInit(d.session, &d.raw, d.private_key),
			  CKR_OPERATION_ACTIVE);
		assert_rv(d.f->C_SessionCancel(d.session, CKF_DECRYPT), CKR_OK);
		assert_rv(d.f->C_DecryptFinal(d.session, out, &n), CKR_OPERATION_NOT_INITIALIZED);
	}
	decrypter_clear(&d);
}

static void card_pulled_in_the_middle_of_a_decryption(void **state)
{
	uint8_t cryptogram[RSA_LEN], out[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = RSA_LEN;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &oaep_sha256, "text", 4, cryptogram);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	fixture_remove(d.fx);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_DEVICE_REMOVED);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n),
		  CKR_SESSION_HANDLE_INVALID);
	decrypter_clear(&d);
}

static void signing_and_decrypting_stand_beside_each_other(void **state)
{
	CK_MECHANISM sign = {CKM_SHA256_RSA_PKCS, NULL, 0};
	uint8_t cryptogram[RSA_LEN], out[RSA_LEN], signature[RSA_LEN];
	struct decrypter d;
	CK_ULONG n = RSA_LEN, signature_len = RSA_LEN;

	decrypter_init(&d, *state);
	peer_encrypt(d.peer, &oaep_sha256, "text", 4, cryptogram);
	assert_rv(d.f->C_SignInit(d.session, &sign, d.private_key), CKR_OK);
	assert_rv(d.f->C_DecryptInit(d.session, &d.oaep, d.private_key), CKR_OK);
	assert_rv(d.f->C_Sign(d.session, out, 3, signature, &signature_len), CKR_OK);
	assert_rv(d.f->C_Decrypt(d.session, cryptogram, RSA_LEN, out, &n), CKR_OK);
	assert_memory_equal(out, "text", 4);
	decrypter_clear(&d);
}

/* §5.5.6 C_GetMechanismList, §5.5.7 C_GetMechanismInfo, §4.9 key attributes */

static void card_that_decrypts_lists_what_it_does(void **state)
{
	static const struct {
		CK_MECHANISM_TYPE type;
		CK_FLAGS flags;
	} rows[] = {{CKM_RSA_PKCS, CKF_ENCRYPT},
		    {CKM_RSA_PKCS_OAEP, CKF_ENCRYPT | CKF_DECRYPT},
		    {CKM_RSA_X_509, CKF_ENCRYPT | CKF_DECRYPT}};
	CK_MECHANISM_TYPE allowed[64];
	CK_MECHANISM_INFO info;
	struct decrypter d;
	size_t i, n, found = 0;

	decrypter_init(&d, *state);
	for (i = 0; i < 3; i++) {
		assert_rv(d.f->C_GetMechanismInfo(SLOT_AUTH, rows[i].type, &info), CKR_OK);
		assert_int_equal(info.flags & (CKF_ENCRYPT | CKF_DECRYPT), rows[i].flags);
		assert_int_equal(info.flags & CKF_HW, CKF_HW);
		assert_int_equal(info.ulMinKeySize, 2048);
		assert_int_equal(info.ulMaxKeySize, 2048);
	}
	/* The signature key has no such use. */
	assert_rv(d.f->C_GetMechanismInfo(SLOT_SIGN, CKM_RSA_PKCS_OAEP, &info),
		  CKR_MECHANISM_INVALID);
	assert_int_equal(bool_of(d.fx, d.session, d.private_key, CKA_DECRYPT), CK_TRUE);
	assert_int_equal(bool_of(d.fx, d.session, d.public_key, CKA_ENCRYPT), CK_TRUE);
	assert_int_equal(bool_of(d.fx, d.session, d.private_key, CKA_UNWRAP), CK_FALSE);
	n = attribute_of(d.fx, d.session, d.private_key, CKA_ALLOWED_MECHANISMS, allowed,
			 sizeof(allowed));
	for (i = 0; i < n / sizeof(allowed[0]); i++)
		found += allowed[i] == CKM_RSA_PKCS_OAEP || allowed[i] == CKM_RSA_X_509;
	assert_int_equal(found, 2);
	n = attribute_of(d.fx, d.session, d.public_key, CKA_ALLOWED_MECHANISMS, allowed,
			 sizeof(allowed));
	for (i = 0, found = 0; i < n / sizeof(allowed[0]); i++)
		found += allowed[i] == CKM_RSA_PKCS_OAEP || allowed[i] == CKM_RSA_PKCS;
	assert_int_equal(found, 2);
	decrypter_clear(&d);
}

/* §4.9 CKA_SIGN, CKA_SIGN_RECOVER, CKA_DECRYPT */
static void key_that_only_deciphers_does_not_say_that_it_signs(void **state)
{
	static const char *const options[] = {"--algorithms", "decipher-raw", NULL};
	struct fixture *fx = *state;
	struct card_process other, *usual = fx->card;
	CK_MECHANISM sign = {CKM_SHA256_RSA_PKCS, NULL, 0};
	struct decrypter d;

	card_process_make(&other, options);
	card_process_insert(&other);
	fx->card = &other;
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	fixture_configure(fx, NULL);
	assert_rv(fixture_initialize(fx), CKR_OK);
	decrypter_init(&d, fx);
	assert_true(bool_of(fx, d.session, d.private_key, CKA_DECRYPT));
	assert_false(bool_of(fx, d.session, d.private_key, CKA_SIGN));
	assert_false(bool_of(fx, d.session, d.private_key, CKA_SIGN_RECOVER));
	assert_rv(fx->f->C_SignInit(d.session, &sign, d.private_key), CKR_MECHANISM_INVALID);
	decrypter_clear(&d);
	assert_rv(fx->f->C_Finalize(NULL), CKR_OK);
	card_process_destroy(&other);
	fx->card = usual;
}

int main(void)
{
	static const char *const options[] = {"--algorithms", "pkcs1,pss,raw,decipher-raw", NULL};
	static const struct suite_test tests[] = {
		TEST(card_reads_oaep_of_libcrypto),
		TEST(texts_of_no_and_of_full_length),
		TEST(label_must_be_the_senders),
		TEST(every_fault_of_padding_has_one_answer),
		TEST(raw_text_is_the_whole_block),
		TEST(module_reads_what_it_has_encrypted),
		TEST(pkcs1_is_not_decrypted),
		TEST(decrypt_init_checks_mechanism_key_and_state),
		TEST(signature_key_does_not_decrypt),
		TEST(size_query_costs_nothing_and_tells_the_most),
		TEST(text_without_room_is_kept_and_not_deciphered_again),
		TEST(kept_text_is_not_that_of_another_cryptogram),
		TEST(kept_text_is_gone_after_logout),
		TEST(cryptogram_of_another_length_is_out_of_range),
		TEST(cryptogram_above_the_modulus_is_invalid),
		TEST(decrypt_ends_the_operation_with_every_error),
		TEST(cryptogram_in_parts),
		TEST(parts_of_a_cryptogram_have_one_length_together),
		TEST(wrong_arguments_end_decryption_in_parts),
		TEST(decryption_ends_with_the_login),
		TEST(key_that_is_always_open_wants_no_context_login),
		TEST(decryption_can_be_cancelled),
		TEST(card_pulled_in_the_middle_of_a_decryption),
		TEST(signing_and_decrypting_stand_beside_each_other),
		TEST(card_that_decrypts_lists_what_it_does),
		TEST_SOCKET_ONCE(key_that_only_deciphers_does_not_say_that_it_signs),
	};

	return suite_run("decrypt", tests, sizeof(tests) / sizeof(tests[0]), options);
}
