/* SPDX-License-Identifier: BSD-2-Clause */
/* Making, keeping and showing keys. */
#include "vcard/key.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/limits.h"
#include "codec/tlv.h"
#include "vcard/applet.h"

enum { TAG_PUBLIC_KEY = 0x7F49, TAG_MODULUS = 0x81, TAG_EXPONENT = 0x82, TAG_POINT = 0x86 };

static const struct kind {
	const char *option; /* as mohr-vcard's options have it */
	const char *name;
	int type;          /* libcrypto's */
	const char *group; /* of EVP_PKEY_EC */
	size_t len;
} kinds[] = {
	[VCARD_RSA2048] = {"rsa2048", "RSA-2048", EVP_PKEY_RSA, NULL, 256},
	[VCARD_RSA3072] = {"rsa3072", "RSA-3072", EVP_PKEY_RSA, NULL, 384},
	[VCARD_RSA4096] = {"rsa4096", "RSA-4096", EVP_PKEY_RSA, NULL, 512},
	[VCARD_P256] = {"p256", "P-256", EVP_PKEY_EC, "P-256", 32},
	[VCARD_P384] = {"p384", "P-384", EVP_PKEY_EC, "P-384", 48},
	[VCARD_RSA1024] = {"rsa1024", "RSA-1024", EVP_PKEY_RSA, NULL, 128},
	[VCARD_ED25519] = {"ed25519", "Ed25519", EVP_PKEY_ED25519, NULL, VCARD_ED25519_LEN},
};

bool vcard_kind_is_rsa(enum vcard_key_kind kind)
{
	return kinds[kind].type == EVP_PKEY_RSA;
}

bool vcard_kind_is_ec(enum vcard_key_kind kind)
{
	return kinds[kind].type == EVP_PKEY_EC;
}

/* libcrypto counts Ed25519 as 253 bits. */
bool vcard_kind_has(enum vcard_key_kind kind, const EVP_PKEY *pkey)
{
	const struct kind *k = &kinds[kind];

	return EVP_PKEY_get_id(pkey) == k->type &&
	       (k->type == EVP_PKEY_ED25519 || (size_t)EVP_PKEY_get_bits(pkey) == 8 * k->len);
}

size_t vcard_kind_len(enum vcard_key_kind kind)
{
	return kinds[kind].len;
}

const char *vcard_kind_name(enum vcard_key_kind kind)
{
	return kinds[kind].name;
}

int vcard_kind_parse(const char *name, enum vcard_key_kind *ret)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].option, name) == 0) {
			*ret = (enum vcard_key_kind)i;
			return 0;
		}
	}
	return MOHR_ERR_ARGUMENT;
}

const char *vcard_kind_group(enum vcard_key_kind kind)
{
	return kinds[kind].group;
}

int vcard_key_set(struct vcard_key *key, enum vcard_key_kind kind, EVP_PKEY *pkey)
{
	struct buf der = BUF_INIT(VCARD_FILE_MAX);
	unsigned char *raw = NULL;
	int len = i2d_PrivateKey(pkey, &raw), r = MOHR_ERR_CRYPTO;

	if (len > 0) {
		buf_put(&der, raw, (size_t)len);
		r = buf_err(&der);
		OPENSSL_clear_free(raw, (size_t)len);
	}
	if (r != 0) {
		buf_clear(&der);
		return r;
	}
	buf_clear(&key->der);
	EVP_PKEY_free(key->ready);
	key->der = der;
	key->ready = pkey;
	key->kind = kind;
	return 0;
}

static EVP_PKEY *generate(const struct kind *k)
{
	switch (k->type) {
	case EVP_PKEY_RSA:
		return EVP_RSA_gen((unsigned)k->len * 8);
	case EVP_PKEY_EC:
		return EVP_EC_gen(k->group);
	default:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
}

int vcard_key_generate(struct vcard_key *key, enum vcard_key_kind kind)
{
	EVP_PKEY *pkey = generate(&kinds[kind]);
	int r;

	if (!pkey)
		return MOHR_ERR_CRYPTO;
	r = vcard_key_set(key, kind, pkey);
	if (r != 0)
		EVP_PKEY_free(pkey);
	return r;
}

int vcard_key_load(struct vcard_key *key, EVP_PKEY **ret)
{
	const struct kind *k = &kinds[key->kind];
	const unsigned char *p = key->der.data;

	if (!key->ready && key->der.len > 0)
		key->ready = k->type == EVP_PKEY_ED25519
				     ? d2i_AutoPrivateKey(NULL, &p, (long)key->der.len)
				     : d2i_PrivateKey(k->type, NULL, &p, (long)key->der.len);
	if (!key->ready || !vcard_kind_has(key->kind, key->ready))
		return MOHR_ERR_CRYPTO;
	*ret = key->ready;
	return 0;
}

static int put_number(EVP_PKEY *pkey, const char *name, uint32_t tag, struct buf *ret)
{
	uint8_t bytes[LIMIT_SIGNATURE];
	BIGNUM *n = NULL;
	int r = MOHR_ERR_CRYPTO;

	if (EVP_PKEY_get_bn_param(pkey, name, &n) == 1 && BN_num_bytes(n) <= (int)sizeof(bytes)) {
		tlv_put(ret, tag, bytes, (size_t)BN_bn2bin(n, bytes));
		r = 0;
	}
	BN_free(n);
	return r;
}

static int put_point(EVP_PKEY *pkey, struct buf *ret)
{
	uint8_t point[1 + 2 * 48];
	size_t len = sizeof(point);

	if (EVP_PKEY_get_id(pkey) == EVP_PKEY_ED25519) {
		if (EVP_PKEY_get_raw_public_key(pkey, point, &len) != 1)
			return MOHR_ERR_CRYPTO;
		tlv_put(ret, TAG_POINT, point, len);
		return 0;
	}
	if (EVP_PKEY_set_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
					   "uncompressed") != 1 ||
	    EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point,
					    sizeof(point), &len) != 1)
		return MOHR_ERR_CRYPTO;
	tlv_put(ret, TAG_POINT, point, len);
	return 0;
}

int vcard_key_put_public(struct vcard_key *key, struct buf *ret)
{
	EVP_PKEY *pkey;
	size_t mark;
	int r;

	if ((r = vcard_key_load(key, &pkey)) != 0)
		return r;
	mark = tlv_open(ret, TAG_PUBLIC_KEY);
	if (vcard_kind_is_rsa(key->kind)) {
		if ((r = put_number(pkey, OSSL_PKEY_PARAM_RSA_N, TAG_MODULUS, ret)) == 0)
			r = put_number(pkey, OSSL_PKEY_PARAM_RSA_E, TAG_EXPONENT, ret);
	} else {
		r = put_point(pkey, ret);
	}
	tlv_close(ret, mark);
	return r;
}
