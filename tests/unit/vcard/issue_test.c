/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/issue.c, certificate.c and authority.c: certificates read and verified by libcrypto. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "vcard/issue.h"

static char *folder;
static char authority[300];
static struct vcard_setup card_setup;

static int setup_group(void **state)
{
	(void)state;
	folder = fixture_folder();
	snprintf(authority, sizeof(authority), "%s/authority", folder);
	return 0;
}

static int teardown_group(void **state)
{
	(void)state;
	fixture_remove_folder(folder);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	vcard_setup_init(&card_setup);
	card_setup.key_auth = card_setup.key_sign = VCARD_P256;
	card_setup.pin_auth = AUTH_DIGITS;
	card_setup.pin_sign = SIGN_DIGITS;
	card_setup.puk = PUK_DIGITS;
	card_setup.admin_key_len = 16;
	card_setup.authority = authority;
	return 0;
}

static X509 *certificate(const struct vcard *v, enum vcard_ias_file_index file)
{
	const struct buf *data = &vcard_ias_of(v)->memory.files[file].data;
	const unsigned char *p = data->data;
	X509 *crt = d2i_X509(NULL, &p, (long)data->len);

	assert_non_null(crt);
	assert_ptr_equal(p, data->data + data->len); /* nothing behind it */
	return crt;
}

/* "type:tag:value" of a subject's n-th attribute. */
static const char *attribute(X509 *crt, int n)
{
	static char text[200];
	X509_NAME_ENTRY *e = X509_NAME_get_entry(X509_get_subject_name(crt), n);
	ASN1_STRING *value;

	if (!e)
		return NULL;
	value = X509_NAME_ENTRY_get_data(e);
	snprintf(text, sizeof(text), "%s:%02X:%.*s",
		 OBJ_nid2sn(OBJ_obj2nid(X509_NAME_ENTRY_get_object(e))), ASN1_STRING_type(value),
		 ASN1_STRING_length(value), ASN1_STRING_get0_data(value));
	return text;
}

static void the_signature_certificate_names_the_holder(void **state)
{
	static const char *const expected[] = {
		"C:13:IR",
		"O:13:Unaffiliated",
		"CN:0C:Sara Ahmadi [Sign]",
		"serialNumber:13:0012345679",
		"SN:0C:احمدی",
		"GN:0C:سارا",
	};
	struct vcard *v = NULL;
	X509 *crt;

	(void)state;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	crt = certificate(v, VCARD_FILE_SIGN_CERT);
	for (int i = 0; i < 6; i++)
		assert_string_equal(attribute(crt, i), expected[i]);
	assert_null(attribute(crt, 6));
	X509_free(crt);
	vcard_free(v);
}

static void the_authentication_certificate_tells_no_name(void **state)
{
	static const char *const expected[] = {"C:13:IR", "CN:13:0012345679",
					       "serialNumber:13:0012345679"};
	struct vcard *v = NULL;
	X509 *crt;

	(void)state;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	crt = certificate(v, VCARD_FILE_AUTH_CERT);
	for (int i = 0; i < 3; i++)
		assert_string_equal(attribute(crt, i), expected[i]);
	assert_null(attribute(crt, 3));
	X509_free(crt);
	vcard_free(v);
}

/* The whole chain, strictly, for the purpose of each certificate. */
static bool verifies(X509 *crt, X509 *ca, int purpose)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool ok;

	X509_STORE_add_cert(store, ca);
	X509_STORE_CTX_init(ctx, store, crt, NULL);
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
	X509_STORE_CTX_set_purpose(ctx, purpose);
	ok = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return ok;
}

static bool has_policy(X509 *crt)
{
	CERTIFICATEPOLICIES *all = X509_get_ext_d2i(crt, NID_certificate_policies, NULL, NULL);
	char oid[64] = {0};

	assert_int_equal(sk_POLICYINFO_num(all), 1);
	OBJ_obj2txt(oid, sizeof(oid), sk_POLICYINFO_value(all, 0)->policyid, 1);
	CERTIFICATEPOLICIES_free(all);
	return strcmp(oid, "2.16.364.101.1.1.3") == 0;
}

static void certificates_serve_their_purpose_and_no_other(void **state)
{
	struct vcard_authority a = {0};
	struct vcard *v = NULL;
	X509 *auth, *sign;

	(void)state;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	assert_int_equal(vcard_authority_init(authority, &a), 0);
	auth = certificate(v, VCARD_FILE_AUTH_CERT);
	sign = certificate(v, VCARD_FILE_SIGN_CERT);
	assert_true(verifies(auth, a.certificate, X509_PURPOSE_SSL_CLIENT));
	assert_false(verifies(auth, a.certificate, X509_PURPOSE_SSL_SERVER));
	assert_true(verifies(sign, a.certificate, X509_PURPOSE_SMIME_SIGN));
	assert_false(verifies(sign, a.certificate, X509_PURPOSE_SSL_SERVER));
	assert_int_equal(X509_get_key_usage(auth), X509v3_KU_DIGITAL_SIGNATURE);
	assert_int_equal(X509_get_key_usage(sign), X509v3_KU_NON_REPUDIATION);
	assert_int_equal(X509_get_extended_key_usage(auth), XKU_SSL_CLIENT);
	assert_int_equal(X509_get_extended_key_usage(sign), UINT32_MAX); /* none */
	assert_true(has_policy(auth) && has_policy(sign));
	assert_int_equal(X509_check_ca(auth), 0);
	assert_int_equal(X509_check_ca(a.certificate), 1);
	assert_int_equal(X509_get_pathlen(a.certificate), 0);
	assert_int_equal(X509_get_key_usage(a.certificate),
			 X509v3_KU_KEY_CERT_SIGN | X509v3_KU_CRL_SIGN);
	assert_int_equal(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(sign),
					       X509_get0_subject_key_id(a.certificate)),
			 0);
	assert_int_equal(EVP_PKEY_get_bits(a.key), 3072);
	X509_free(auth);
	X509_free(sign);
	vcard_authority_clear(&a);
	vcard_free(v);
}

static void certificates_belong_to_the_cards_keys(void **state)
{
	struct vcard *v = NULL;
	EVP_PKEY *key;
	X509 *crt;

	(void)state;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	for (unsigned i = 0; i < 2; i++) {
		crt = certificate(v, i ? VCARD_FILE_SIGN_CERT : VCARD_FILE_AUTH_CERT);
		key = fixture_public(v, i + 1);
		assert_int_equal(EVP_PKEY_eq(key, X509_get0_pubkey(crt)), 1);
		EVP_PKEY_free(key);
		X509_free(crt);
	}
	vcard_free(v);
}

static void certificates_are_valid_for_two_years_from_a_little_ago(void **state)
{
	struct vcard *v = NULL;
	int days, seconds;
	X509 *crt;

	(void)state;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	crt = certificate(v, VCARD_FILE_SIGN_CERT);
	assert_int_equal(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(crt), NULL), 1);
	assert_int_equal(days, 0);
	assert_in_range(seconds, 3600, 3700);
	assert_int_equal(ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(crt)), 1);
	assert_in_range(days, 729, 730);
	X509_free(crt);
	vcard_free(v);
}

static void an_rsa_certificate_has_about_1300_bytes(void **state)
{
	struct vcard *v = NULL;

	(void)state;
	card_setup.key_auth = card_setup.key_sign = VCARD_RSA2048;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	assert_in_range(vcard_ias_of(v)->memory.files[VCARD_FILE_AUTH_CERT].data.len, 1250, 1450);
	assert_in_range(vcard_ias_of(v)->memory.files[VCARD_FILE_SIGN_CERT].data.len, 1250, 1450);
	vcard_free(v);
}

static void the_authority_is_made_once(void **state)
{
	struct vcard_authority a = {0}, b = {0};
	char path[400];
	struct stat st;

	(void)state;
	assert_int_equal(vcard_authority_init(authority, &a), 0);
	assert_int_equal(vcard_authority_init(authority, &b), 0);
	assert_int_equal(X509_cmp(a.certificate, b.certificate), 0);
	assert_int_equal(EVP_PKEY_eq(a.key, b.key), 1);
	snprintf(path, sizeof(path), "%s/ca.key", authority);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	vcard_authority_clear(&a);
	vcard_authority_clear(&b);
}

static void an_interrupted_authority_is_completed_with_its_key(void **state)
{
	struct vcard_authority a = {0}, b = {0};
	char path[400];

	(void)state;
	assert_int_equal(vcard_authority_init(authority, &a), 0);
	snprintf(path, sizeof(path), "%s/ca.crt", authority);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(vcard_authority_init(authority, &b), 0);
	assert_int_equal(EVP_PKEY_eq(a.key, b.key), 1);
	assert_int_equal(access(path, F_OK), 0);
	vcard_authority_clear(&a);
	vcard_authority_clear(&b);
}

static void an_authority_that_does_not_fit_is_refused(void **state)
{
	struct vcard_authority a = {0};
	char other[400], key[500], path[500];
	FILE *f;

	(void)state;
	snprintf(other, sizeof(other), "%s/other", folder);
	snprintf(key, sizeof(key), "%s/ca.key", other);
	assert_int_equal(vcard_authority_init(other, &a), 0);
	vcard_authority_clear(&a);
	/* Another authority's key. */
	snprintf(path, sizeof(path), "%s/ca.key", authority);
	assert_int_equal(unlink(key), 0);
	assert_int_equal(link(path, key), 0);
	assert_int_equal(vcard_authority_init(other, &a), MOHR_ERR_MALFORMED);
	/* None, and none that is one. */
	assert_int_equal(unlink(key), 0);
	assert_int_equal(vcard_authority_init(other, &a), MOHR_ERR_MALFORMED);
	f = fopen(key, "w");
	fputs("nothing\n", f);
	fclose(f);
	assert_int_equal(vcard_authority_init(other, &a), MOHR_ERR_MALFORMED);
	assert_null(a.certificate);
	assert_int_equal(vcard_authority_init(key, &a), MOHR_ERR_IO);
	assert_int_equal(errno, ENOTDIR);
}

/* Two at first use: both get the same authority. */
static void two_processes_make_one_authority(void **state)
{
	struct vcard_authority a = {0};
	unsigned char digests[2][32];
	char other[400];
	pid_t children[2];
	int report[2], status;

	(void)state;
	snprintf(other, sizeof(other), "%s/race", folder);
	assert_int_equal(pipe2(report, O_CLOEXEC), 0);
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			if (vcard_authority_init(other, &a) != 0 ||
			    X509_digest(a.certificate, EVP_sha256(), digests[0], NULL) != 1 ||
			    write(report[1], digests[0], 32) != 32)
				_exit(1);
			_exit(0);
		}
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
		assert_int_equal(read(report[0], digests[i], 32), 32);
	}
	assert_memory_equal(digests[0], digests[1], 32);
	close(report[0]);
	close(report[1]);
}

/* Check digits worked out by hand from the rule; the last rows break it. */
static void national_codes_have_a_check_digit(void **state)
{
	static const char *const good[] = {"0012345679", "0499370899", "0060000007"};
	static const char *const bad[] = {
		"",           "0012345678", "001234567",  "00123456790",
		"001234567a", "1111111111", /* all equal, though the sum is right */
		"0000000000", "0001234560", "0499370890",
	};
	char code[11];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_true(vcard_national_code_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(vcard_national_code_valid(bad[i]));
	/* Exactly one check digit fits each nine digits. */
	for (unsigned n = 1000000; n < 999000000; n += 7654321) {
		int valid = 0;

		for (int c = 0; c < 10; c++) {
			snprintf(code, sizeof(code), "%09u%d", n, c);
			valid += vcard_national_code_valid(code);
		}
		assert_int_equal(valid, 1);
	}
}

static void holders_without_a_proper_name_or_code_are_refused(void **state)
{
	static const char long_name[] =
		"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; /* 51 */
	struct vcard *v = NULL;

	(void)state;
	for (int what = 0; what < 8; what++) {
		setup(state);
		switch (what) {
		case 0:
			card_setup.holder_latin = "";
			break;
		case 1:
			card_setup.holder_latin = long_name;
			break;
		case 2:
			card_setup.holder_latin = "سارا";
			break;
		case 3:
			card_setup.holder_surname = "\xD8";
			break;
		case 4:
			card_setup.holder_given_name = NULL;
			break;
		case 5:
			card_setup.holder_given_name = "a\nb";
			break;
		case 6:
			card_setup.national_code = "0012345678";
			break;
		case 7:
			card_setup.national_code = NULL;
			break;
		}
		assert_int_equal(vcard_new(&card_setup, &v), MOHR_ERR_ARGUMENT);
	}
	assert_null(v);
	setup(state);
	card_setup.holder_latin = long_name + 1;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	vcard_free(v);
}

static void an_authority_may_live_in_memory(void **state)
{
	struct vcard *v = NULL;
	X509 *crt;

	(void)state;
	card_setup.authority = NULL;
	assert_int_equal(vcard_new(&card_setup, &v), 0);
	crt = certificate(v, VCARD_FILE_SIGN_CERT);
	X509_free(crt);
	vcard_free(v);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_signature_certificate_names_the_holder),
		TEST(the_authentication_certificate_tells_no_name),
		TEST(certificates_serve_their_purpose_and_no_other),
		TEST(certificates_belong_to_the_cards_keys),
		TEST(certificates_are_valid_for_two_years_from_a_little_ago),
		TEST(an_rsa_certificate_has_about_1300_bytes),
		TEST(the_authority_is_made_once),
		TEST(an_interrupted_authority_is_completed_with_its_key),
		TEST(an_authority_that_does_not_fit_is_refused),
		TEST(two_processes_make_one_authority),
		TEST(national_codes_have_a_check_digit),
		TEST(holders_without_a_proper_name_or_code_are_refused),
		TEST(an_authority_may_live_in_memory),
	};

	return cmocka_run_group_tests_name("vcard/issue", tests, setup_group, teardown_group);
}
