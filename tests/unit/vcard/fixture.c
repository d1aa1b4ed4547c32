/* SPDX-License-Identifier: BSD-2-Clause */
/* A card in memory for tests. */
#include "fixture.h"

#include <ftw.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "codec/tlv.h"

uint8_t asked[LIMIT_RESPONSE];
size_t asked_len;

/* docs/natid-card.md, "Answer to reset"; TCK worked out by hand. */
static const char extended_atr[] = "3BDD96008131FE8580544D4F4852739621C08290005A";

size_t fixture_bytes(const char *hex, uint8_t *ret, size_t max)
{
	size_t n = 0;
	unsigned byte;
	int used;

	while (*hex) {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		if (n == max || sscanf(hex, "%2x%n", &byte, &used) != 1 || used != 2)
			fail_msg("not hexadecimal: %s", hex);
		ret[n++] = (uint8_t)byte;
		hex += 2;
	}
	return n;
}

const char *fixture_hex(const void *data, size_t len)
{
	static char buffers[4][2 * LIMIT_RESPONSE + 1];
	static unsigned next;
	char *out = buffers[next++ % 4];

	for (size_t i = 0; i < len; i++)
		sprintf(out + 2 * i, "%02X", ((const uint8_t *)data)[i]);
	out[2 * len] = '\0';
	return out;
}

const char *ask(struct vcard *v, const char *format, ...)
{
	static char text[2 * LIMIT_APDU + 64];
	static uint8_t command[LIMIT_APDU + 16];
	struct buf response = BUF_INIT(LIMIT_RESPONSE);
	va_list args;
	size_t len;

	va_start(args, format);
	assert_true(vsnprintf(text, sizeof(text), format, args) < (int)sizeof(text));
	va_end(args);
	len = fixture_bytes(text, command, sizeof(command));
	vcard_process(v, command, len, &response);
	assert_int_equal(buf_err(&response), 0);
	assert_true(response.len >= 2);
	memcpy(asked, response.data, response.len);
	asked_len = response.len;
	buf_clear(&response);
	return fixture_hex(asked, asked_len);
}

unsigned asked_sw(void)
{
	return asked[asked_len - 2] << 8 | asked[asked_len - 1];
}

static struct vcard *make(enum fixture_atr atr)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	setup.blank = true;
	setup.pin_auth = AUTH_DIGITS;
	setup.pin_sign = SIGN_DIGITS;
	setup.puk = PUK_DIGITS;
	setup.admin_key_len = fixture_bytes(ADMIN_KEY, setup.admin_key, sizeof(setup.admin_key));
	if (atr == FIXTURE_EXTENDED)
		setup.atr_len = fixture_bytes(extended_atr, setup.atr, sizeof(setup.atr));
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

struct vcard *fixture_blank(enum fixture_atr atr)
{
	return make(atr);
}

struct vcard *fixture_card(enum fixture_atr atr, enum vcard_key_kind auth, enum vcard_key_kind sign)
{
	struct vcard *v = make(atr);
	const size_t files[] = {VCARD_FILE_AUTH_CERT, VCARD_FILE_SIGN_CERT};

	for (size_t i = 0; i < VCARD_N_PINS; i++)
		vcard_ias_of(v)->memory.pins[i].transport = false;
	assert_int_equal(vcard_key_generate(&vcard_ias_of(v)->memory.keys[VCARD_KEY_AUTH], auth),
			 0);
	assert_int_equal(vcard_key_generate(&vcard_ias_of(v)->memory.keys[VCARD_KEY_SIGN], sign),
			 0);
	for (size_t i = 0; i < 2; i++)
		for (unsigned n = 0; n < 700; n++)
			buf_put_u8(&vcard_ias_of(v)->memory.files[files[i]].data,
				   (uint8_t)(n % 251));
	return v;
}

struct vcard *fixture_quick(enum fixture_atr atr)
{
	return fixture_card(atr, VCARD_P256, VCARD_P256);
}

void fixture_verify_auth(struct vcard *v)
{
	expect(v, "00200081 10" PIN_AUTH, "9000");
}

void fixture_verify_sign(struct vcard *v)
{
	expect(v, "00200082 10" PIN_SIGN, "9000");
}

void fixture_admin(struct vcard *v)
{
	uint8_t key[16], cryptogram[16];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len;

	fixture_bytes(ADMIN_KEY, key, sizeof(key));
	ask(v, "0084000010");
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(asked_len, 18);
	assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key, NULL), 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(EVP_EncryptUpdate(ctx, cryptogram, &len, asked, 16), 1);
	EVP_CIPHER_CTX_free(ctx);
	assert_string_equal(ask(v, "00820091 10 %s", fixture_hex(cryptogram, 16)), "9000");
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

/* Works on both protocols: what GET RESPONSE has to fetch is fetched. */
static struct buf ask_all(struct vcard *v, unsigned reference)
{
	struct buf all = BUF_INIT(LIMIT_RESPONSE);

	ask(v, "00478100 05 B603 8401%02X%s", reference, v->t0 ? "" : "00");
	for (;;) {
		buf_put(&all, asked, asked_len - 2);
		if (asked_sw() >> 8 != 0x61)
			break;
		ask(v, "00C00000%02X", asked_sw() & 0xFF);
	}
	assert_int_equal(asked_sw(), 0x9000);
	return all;
}

EVP_PKEY *fixture_public(struct vcard *v, unsigned reference)
{
	struct buf answer = ask_all(v, reference);
	struct cursor c = buf_cursor(&answer), in, n, e, point;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *bn_n = NULL, *bn_e = NULL;
	EVP_PKEY *key;

	assert_int_equal(tlv_get_tag(&c, 0x7F49, &in), 0);
	assert_int_equal(cursor_done(&c), 0);
	if (tlv_find(&in, 0x86, &point) == 0) {
		OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
						cursor_left(&point) == 65 ? "P-256" : "P-384", 0);
		OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, cursor_at(&point),
						 cursor_left(&point));
		key = from_params("EC", build);
	} else {
		assert_int_equal(tlv_get_tag(&in, 0x81, &n), 0);
		assert_int_equal(tlv_get_tag(&in, 0x82, &e), 0);
		bn_n = BN_bin2bn(cursor_at(&n), (int)cursor_left(&n), NULL);
		bn_e = BN_bin2bn(cursor_at(&e), (int)cursor_left(&e), NULL);
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, bn_n);
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, bn_e);
		key = from_params("RSA", build);
	}
	BN_free(bn_n);
	BN_free(bn_e);
	OSSL_PARAM_BLD_free(build);
	buf_clear(&answer);
	return key;
}

char *fixture_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[256];

	snprintf(path, sizeof(path), "%s/mohr-vcard-test.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(path));
	return strdup(path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void fixture_remove_folder(char *folder)
{
	assert_int_equal(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(folder);
}
