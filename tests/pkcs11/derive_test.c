/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * C_DeriveKey: PKCS#11 v3.1 §5.18.5, on a card whose authentication key is of P-256 and agrees on keys.
 * libcrypto is the peer and comes to the same secret.
 */

#include "tests/pkcs11/maker.h"
#include "tests/pkcs11/peer.h"

enum { POINT_LEN = 65, SHARED_LEN = 32 };

struct deriver {
	struct fixture *fx;
	CK_FUNCTION_LIST_3_2 *f;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE public_key, private_key;
	uint8_t point[POINT_LEN];   /* the peer's */
	uint8_t shared[SHARED_LEN]; /* what the peer comes to */
	CK_ECDH1_DERIVE_PARAMS params;
	CK_MECHANISM m;
	struct maker template;
};

static void deriver_init(struct deriver *d, struct fixture *fx)
{
	EVP_PKEY *peer = maker_key("P-256"), *card;

	memset(d, 0, sizeof(*d));
	d->fx = fx;
	d->f = fx->f;
	d->session = session_on(fx, SLOT_AUTH);
	login_on(fx, d->session, SLOT_AUTH);
	d->public_key = find_one(fx, d->session, CKO_PUBLIC_KEY);
	d->private_key = find_one(fx, d->session, CKO_PRIVATE_KEY);
	assert_int_equal(peer_point(peer, d->point, sizeof(d->point)), POINT_LEN);
	card = peer_public_of(fx, d->session, d->public_key);
	assert_int_equal(peer_agree(peer, card, d->shared, sizeof(d->shared)), SHARED_LEN);
	EVP_PKEY_free(card);
	d->params = (CK_ECDH1_DERIVE_PARAMS){CKD_NULL, 0, NULL, POINT_LEN, d->point};
	d->m = (CK_MECHANISM){CKM_ECDH1_DERIVE, &d->params, sizeof(d->params)};
	maker_put_ulong(&d->template, CKA_CLASS, CKO_SECRET_KEY);
	maker_put_ulong(&d->template, CKA_KEY_TYPE, CKK_GENERIC_SECRET);
	maker_put_bool(&d->template, CKA_SENSITIVE, CK_FALSE);
	maker_put_bool(&d->template, CKA_EXTRACTABLE, CK_TRUE);
}

static CK_RV try(struct deriver *d, CK_OBJECT_HANDLE *ret)
{
	return d->f->C_DeriveKey(d->session, &d->m, d->private_key, d->template.at, d->template.n,
				 ret);
}

/* It must not work, and must not make anything. */
static void refuse(struct deriver *d, CK_RV expected)
{
	CK_OBJECT_CLASS class_id = CKO_SECRET_KEY;
	CK_ATTRIBUTE secrets = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_OBJECT_HANDLE made = 4711, found[4];

	assert_rv(try(d, &made), expected);
	assert_int_equal(made, 4711);
	assert_int_equal(find_all(d->fx, d->session, &secrets, 1, found, 4), 0);
}

static CK_OBJECT_HANDLE derive(struct deriver *d)
{
	CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;

	assert_rv(try(d, &made), CKR_OK);
	assert_int_not_equal(made, CK_INVALID_HANDLE);
	return made;
}

static void assert_derives(struct deriver *d, const void *value, size_t len)
{
	CK_OBJECT_HANDLE made = derive(d);

	assert_value_is(d->fx, d->session, made, CKA_VALUE, value, len);
	assert_int_equal(ulong_of(d->fx, d->session, made, CKA_VALUE_LEN), len);
	assert_rv(d->f->C_DestroyObject(d->session, made), CKR_OK);
}

/* §6.3.17 CKM_ECDH1_DERIVE without a function */

static void secret_is_libcryptos(void **state)
{
	struct deriver d;

	deriver_init(&d, *state);
	assert_derives(&d, d.shared, SHARED_LEN);
	/* the curve's cofactor is 1 */
	d.m.mechanism = CKM_ECDH1_COFACTOR_DERIVE;
	assert_derives(&d, d.shared, SHARED_LEN);
	maker_put_ulong(&d.template, CKA_VALUE_LEN, SHARED_LEN);
	assert_derives(&d, d.shared, SHARED_LEN);
}

static void shorter_key_loses_leading_bytes(void **state)
{
	static const CK_ULONG lens[] = {31, 16, 1};
	struct deriver d;
	size_t i;

	deriver_init(&d, *state);
	for (i = 0; i < 3; i++) {
		maker_put_ulong(&d.template, CKA_VALUE_LEN, lens[i]);
		assert_derives(&d, d.shared + SHARED_LEN - lens[i], lens[i]);
	}
}

static void longer_key_than_the_secret_is_out_of_range(void **state)
{
	struct deriver d;

	deriver_init(&d, *state);
	maker_put_ulong(&d.template, CKA_VALUE_LEN, SHARED_LEN + 1);
	refuse(&d, CKR_KEY_SIZE_RANGE);
}

static void aes_key_has_a_length_of_its_own(void **state)
{
	static const CK_ULONG lens[] = {16, 24, 32};
	struct deriver d;
	size_t i;

	deriver_init(&d, *state);
	maker_put_ulong(&d.template, CKA_KEY_TYPE, CKK_AES);
	refuse(&d, CKR_TEMPLATE_INCOMPLETE);
	for (i = 0; i < 3; i++) {
		maker_put_ulong(&d.template, CKA_VALUE_LEN, lens[i]);
		assert_derives(&d, d.shared + SHARED_LEN - lens[i], lens[i]);
	}
	maker_put_ulong(&d.template, CKA_VALUE_LEN, 17);
	refuse(&d, CKR_TEMPLATE_INCONSISTENT);
}

static void key_types_of_fixed_length_need_none(void **state)
{
	struct deriver d;

	deriver_init(&d, *state);
	maker_put_ulong(&d.template, CKA_KEY_TYPE, CKK_CHACHA20);
	assert_derives(&d, d.shared, 32);
	/* nobody sets the parity bits that such a key must have (§6.16.2) */
	maker_put_ulong(&d.template, CKA_KEY_TYPE, CKK_DES3);
	refuse(&d, CKR_TEMPLATE_INCONSISTENT);
}

/* §4.10: CKA_CHECK_VALUE, by libcrypto */

static void aes_check_value(const uint8_t *key, size_t len, uint8_t ret[3])
{
	static const char *const names[] = {"AES-128-ECB", "AES-192-ECB", "AES-256-ECB"};
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, names[len / 8 - 2], NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t block[16] = {0}, out[32];
	int n = 0;

	assert_int_equal(EVP_EncryptInit_ex(ctx, cipher, NULL, key, NULL), 1);
	assert_int_equal(EVP_EncryptUpdate(ctx, out, &n, block, sizeof(block)), 1);
	assert_int_equal(n, 16);
	memcpy(ret, out, 3);
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
}

static void derived_key_has_a_check_value(void **state)
{
	static const CK_ULONG lens[] = {16, 24, 32};
	uint8_t expected[EVP_MAX_MD_SIZE];
	CK_OBJECT_HANDLE made;
	struct deriver d;
	size_t i;

	deriver_init(&d, *state);
	assert_int_equal(EVP_Digest(d.shared, SHARED_LEN, expected, NULL, EVP_sha1(), NULL), 1);
	assert_value_is(d.fx, d.session, derive(&d), CKA_CHECK_VALUE, expected, 3);
	maker_put_ulong(&d.template, CKA_KEY_TYPE, CKK_AES);
	for (i = 0; i < 3; i++) {
		maker_put_ulong(&d.template, CKA_VALUE_LEN, lens[i]);
		aes_check_value(d.shared + SHARED_LEN - lens[i], lens[i], expected);
		assert_value_is(d.fx, d.session, derive(&d), CKA_CHECK_VALUE, expected, 3);
	}
	/* a template may say it, and may want none */
	maker_put(&d.template, CKA_CHECK_VALUE, expected, 3);
	assert_value_is(d.fx, d.session, derive(&d), CKA_CHECK_VALUE, expected, 3);
	maker_put(&d.template, CKA_CHECK_VALUE, NULL, 0);
	assert_value_is(d.fx, d.session, derive(&d), CKA_CHECK_VALUE, NULL, 0);
	expected[0] ^= 1;
	maker_put(&d.template, CKA_CHECK_VALUE, expected, 3);
	assert_rv(try(&d, &made), CKR_ATTRIBUTE_VALUE_INVALID);
}

/* §6.3.16 the peer's point */

static void point_comes_raw_or_as_an_octet_string(void **state)
{
	uint8_t der[2 + POINT_LEN + 1] = {0x04, POINT_LEN};
	struct deriver d;

	deriver_init(&d, *state);
	memcpy(der + 2, d.point, POINT_LEN);
	d.params.pPublicData = der;
	d.params.ulPublicDataLen = 2 + POINT_LEN;
	assert_derives(&d, d.shared, SHARED_LEN);
	d.params.ulPublicDataLen++;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	d.params.ulPublicDataLen = 1 + POINT_LEN;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	der[0] = 0x03;
	d.params.ulPublicDataLen = 2 + POINT_LEN;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
}

static void point_off_the_curve_never_reaches_the_card(void **state)
{
	struct deriver d;
	unsigned before;

	fixture_record(*state);
	deriver_init(&d, *state);
	before = fixture_commands(d.fx, "");
	d.point[40] ^= 1;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	d.point[40] ^= 1;
	d.point[0] = 2; /* compressed, in a length that is not */
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	memset(d.point + 1, 0, POINT_LEN - 1);
	d.point[0] = 4;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	assert_int_equal(fixture_commands(d.fx, ""), before);
}

static void point_of_another_curve_is_refused(void **state)
{
	uint8_t point[140];
	struct deriver d;

	deriver_init(&d, *state);
	d.params.pPublicData = point;
	d.params.ulPublicDataLen = peer_point(maker_key("P-384"), point, sizeof(point));
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	d.params.ulPublicDataLen = peer_point(maker_key("P-521"), point, sizeof(point));
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
}

static void point_of_every_other_length_is_refused(void **state)
{
	uint8_t point[POINT_LEN + 2] = {0};
	struct deriver d;
	size_t len;

	deriver_init(&d, *state);
	memcpy(point, d.point, POINT_LEN);
	d.params.pPublicData = point;
	for (len = 0; len <= sizeof(point); len++) {
		if (len == POINT_LEN)
			continue;
		d.params.ulPublicDataLen = len;
		refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	}
	d.params.ulPublicDataLen = ~0UL;
	d.params.pPublicData = NULL;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
}

/* §6.3.16 the key derivation functions of ANSI X9.63 */

static void functions_are_libcryptos(void **state)
{
	static const struct {
		CK_EC_KDF_TYPE kdf;
		const char *md;
	} rows[] = {{CKD_SHA1_KDF, "SHA1"},
		    {CKD_SHA224_KDF, "SHA224"},
		    {CKD_SHA256_KDF, "SHA256"},
		    {CKD_SHA384_KDF, "SHA384"},
		    {CKD_SHA512_KDF, "SHA512"}};
	static const CK_ULONG lens[] = {1, 16, 20, 32, 33, 64, 65, 200};
	uint8_t info[] = "shared info", want[200];
	struct deriver d;
	size_t i, j;

	deriver_init(&d, *state);
	for (i = 0; i < 5; i++) {
		d.params.kdf = rows[i].kdf;
		for (j = 0; j < sizeof(lens) / sizeof(lens[0]); j++) {
			bool with = j % 2;

			d.params.pSharedData = with ? info : NULL;
			d.params.ulSharedDataLen = with ? sizeof(info) : 0;
			maker_put_ulong(&d.template, CKA_VALUE_LEN, lens[j]);
			peer_kdf(rows[i].md, d.shared, SHARED_LEN, info, with ? sizeof(info) : 0,
				 want, lens[j]);
			assert_derives(&d, want, lens[j]);
		}
	}
}

static void function_without_a_length_makes_one_of_the_secrets(void **state)
{
	uint8_t want[SHARED_LEN];
	struct deriver d;

	deriver_init(&d, *state);
	d.params.kdf = CKD_SHA256_KDF;
	peer_kdf("SHA256", d.shared, SHARED_LEN, "", 0, want, SHARED_LEN);
	assert_derives(&d, want, SHARED_LEN);
}

static void parameters_are_checked(void **state)
{
	static const CK_EC_KDF_TYPE kdfs[] = {0, CKD_SHA1_KDF_ASN1, CKD_SHA1_KDF_CONCATENATE,
					      CKD_SHA3_256_KDF, 0x80000001};
	uint8_t info[4] = {0};
	struct deriver d;
	size_t i;

	deriver_init(&d, *state);
	for (i = 0; i < sizeof(kdfs) / sizeof(kdfs[0]); i++) {
		d.params.kdf = kdfs[i];
		refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	}
	/* nothing goes into no function */
	d.params.kdf = CKD_NULL;
	d.params.pSharedData = info;
	d.params.ulSharedDataLen = 4;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	d.params.kdf = CKD_SHA256_KDF;
	d.params.pSharedData = NULL;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	d.params.ulSharedDataLen = 0;
	d.m.ulParameterLen--;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
	d.m.pParameter = NULL;
	d.m.ulParameterLen = 0;
	refuse(&d, CKR_MECHANISM_PARAM_INVALID);
}

/* §5.18.5 C_DeriveKey: what it is given */

static void derive_checks_session_arguments_mechanism_and_key(void **state)
{
	CK_OBJECT_HANDLE made = 4711;
	struct deriver d;
	CK_MECHANISM ecdsa = {CKM_ECDSA, NULL, 0}, none = {0x80001234, NULL, 0};

	deriver_init(&d, *state);
	assert_rv(d.f->C_DeriveKey(99999, &d.m, d.private_key, d.template.at, d.template.n, &made),
		  CKR_SESSION_HANDLE_INVALID);
	assert_rv(d.f->C_DeriveKey(d.session, NULL, d.private_key, d.template.at, d.template.n,
				   &made),
		  CKR_ARGUMENTS_BAD);
	assert_rv(d.f->C_DeriveKey(d.session, &d.m, d.private_key, NULL, 1, &made),
		  CKR_ARGUMENTS_BAD);
	assert_rv(try(&d, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(d.f->C_DeriveKey(d.session, &ecdsa, d.private_key, d.template.at, d.template.n,
				   &made),
		  CKR_MECHANISM_INVALID);
	assert_rv(d.f->C_DeriveKey(d.session, &none, d.private_key, d.template.at, d.template.n,
				   &made),
		  CKR_MECHANISM_INVALID);
	assert_rv(d.f->C_DeriveKey(d.session, &d.m, 99999, d.template.at, d.template.n, &made),
		  CKR_KEY_HANDLE_INVALID);
	assert_rv(
		d.f->C_DeriveKey(d.session, &d.m, d.public_key, d.template.at, d.template.n, &made),
		CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(made, 4711);
}

static void signature_key_does_not_derive(void **state)
{
	CK_OBJECT_HANDLE made = 4711, key;
	CK_SESSION_HANDLE session;
	struct deriver d;

	deriver_init(&d, *state);
	session = session_on(d.fx, SLOT_SIGN);
	login_on(d.fx, session, SLOT_SIGN);
	key = find_one(d.fx, session, CKO_PRIVATE_KEY);
	assert_rv(d.f->C_DeriveKey(session, &d.m, key, d.template.at, d.template.n, &made),
		  CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(bool_of(d.fx, session, key, CKA_DERIVE), CK_FALSE);
}

static void template_is_checked(void **state)
{
	struct deriver d;

	deriver_init(&d, *state);
	maker_drop(&d.template, CKA_KEY_TYPE);
	refuse(&d, CKR_TEMPLATE_INCOMPLETE);
	maker_put_ulong(&d.template, CKA_KEY_TYPE, CKK_RSA);
	refuse(&d, CKR_TEMPLATE_INCONSISTENT);
	maker_put_ulong(&d.template, CKA_KEY_TYPE, CKK_GENERIC_SECRET);
	maker_put_ulong(&d.template, CKA_CLASS, CKO_PUBLIC_KEY);
	refuse(&d, CKR_TEMPLATE_INCONSISTENT);
	maker_put_ulong(&d.template, CKA_CLASS, CKO_SECRET_KEY);
	maker_put_bool(&d.template, CKA_TOKEN, CK_TRUE);
	refuse(&d, CKR_TOKEN_WRITE_PROTECTED);
	maker_drop(&d.template, CKA_TOKEN);
	maker_put(&d.template, CKA_VALUE, "value", 5);
	refuse(&d, CKR_ATTRIBUTE_READ_ONLY);
	maker_drop(&d.template, CKA_VALUE);
	/* the class may be missing: it can only be one */
	maker_drop(&d.template, CKA_CLASS);
	assert_derives(&d, d.shared, SHARED_LEN);
}

static void derived_key_says_how_it_may_be_seen(void **state)
{
	CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};
	CK_OBJECT_HANDLE made;
	struct deriver d;

	deriver_init(&d, *state);
	made = derive(&d);
	assert_int_equal(bool_of(d.fx, d.session, made, CKA_TOKEN), CK_FALSE);
	assert_int_equal(bool_of(d.fx, d.session, made, CKA_LOCAL), CK_FALSE);
	assert_int_equal(bool_of(d.fx, d.session, made, CKA_ALWAYS_SENSITIVE), CK_FALSE);
	assert_int_equal(bool_of(d.fx, d.session, made, CKA_NEVER_EXTRACTABLE), CK_FALSE);
	maker_put_bool(&d.template, CKA_SENSITIVE, CK_TRUE);
	maker_put_bool(&d.template, CKA_EXTRACTABLE, CK_FALSE);
	made = derive(&d);
	assert_int_equal(bool_of(d.fx, d.session, made, CKA_ALWAYS_SENSITIVE), CK_TRUE);
	assert_int_equal(bool_of(d.fx, d.session, made, CKA_NEVER_EXTRACTABLE), CK_TRUE);
	assert_rv(d.f->C_GetAttributeValue(d.session, made, &value, 1), CKR_ATTRIBUTE_SENSITIVE);
}

/* §5.6.8 C_Login, §5.6.10 C_Logout */

static void derivation_needs_a_login(void **state)
{
	struct deriver d;

	deriver_init(&d, *state);
	assert_rv(d.f->C_Logout(d.session), CKR_OK);
	refuse(&d, CKR_KEY_HANDLE_INVALID);
	login_on(d.fx, d.session, SLOT_AUTH);
	d.private_key = find_one(d.fx, d.session, CKO_PRIVATE_KEY);
	assert_derives(&d, d.shared, SHARED_LEN);
}

static void card_pulled_before_a_derivation(void **state)
{
	CK_OBJECT_HANDLE made = 4711;
	struct deriver d;

	deriver_init(&d, *state);
	fixture_remove(d.fx);
	assert_rv(try(&d, &made), CKR_DEVICE_REMOVED);
	assert_rv(try(&d, &made), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(made, 4711);
}

/* §5.5.6 C_GetMechanismList, §5.5.7 C_GetMechanismInfo, §4.9 key attributes */

static void card_that_agrees_lists_what_it_does(void **state)
{
	static const CK_MECHANISM_TYPE types[] = {CKM_ECDH1_DERIVE, CKM_ECDH1_COFACTOR_DERIVE};
	CK_MECHANISM_TYPE allowed[64];
	CK_MECHANISM_INFO info;
	struct deriver d;
	size_t i, n, found = 0;

	deriver_init(&d, *state);
	for (i = 0; i < 2; i++) {
		assert_rv(d.f->C_GetMechanismInfo(SLOT_AUTH, types[i], &info), CKR_OK);
		assert_int_equal(info.flags, CKF_HW | CKF_DERIVE | CKF_EC_F_P | CKF_EC_NAMEDCURVE |
						     CKF_EC_UNCOMPRESS);
		assert_int_equal(info.ulMinKeySize, 256);
		assert_int_equal(info.ulMaxKeySize, 256);
		assert_rv(d.f->C_GetMechanismInfo(SLOT_SIGN, types[i], &info),
			  CKR_MECHANISM_INVALID);
	}
	assert_int_equal(bool_of(d.fx, d.session, d.private_key, CKA_DERIVE), CK_TRUE);
	assert_int_equal(bool_of(d.fx, d.session, d.public_key, CKA_DERIVE), CK_FALSE);
	n = attribute_of(d.fx, d.session, d.private_key, CKA_ALLOWED_MECHANISMS, allowed,
			 sizeof(allowed));
	for (i = 0; i < n / sizeof(allowed[0]); i++)
		found += allowed[i] == CKM_ECDH1_DERIVE || allowed[i] == CKM_ECDH1_COFACTOR_DERIVE;
	assert_int_equal(found, 2);
}

int main(void)
{
	static const char *const options[] = {"--key-auth",   "p256",       "--key-sign", "p384",
					      "--algorithms", "ecdsa,ecdh", NULL};
	static const struct suite_test tests[] = {
		TEST(secret_is_libcryptos),
		TEST(shorter_key_loses_leading_bytes),
		TEST(longer_key_than_the_secret_is_out_of_range),
		TEST(aes_key_has_a_length_of_its_own),
		TEST(key_types_of_fixed_length_need_none),
		TEST(derived_key_has_a_check_value),
		TEST(point_comes_raw_or_as_an_octet_string),
		TEST(point_off_the_curve_never_reaches_the_card),
		TEST(point_of_another_curve_is_refused),
		TEST(point_of_every_other_length_is_refused),
		TEST(functions_are_libcryptos),
		TEST(function_without_a_length_makes_one_of_the_secrets),
		TEST(parameters_are_checked),
		TEST(derive_checks_session_arguments_mechanism_and_key),
		TEST(signature_key_does_not_derive),
		TEST(template_is_checked),
		TEST(derived_key_says_how_it_may_be_seen),
		TEST(derivation_needs_a_login),
		TEST(card_pulled_before_a_derivation),
		TEST(card_that_agrees_lists_what_it_does),
	};

	return suite_run("derive", tests, sizeof(tests) / sizeof(tests[0]), options);
}
