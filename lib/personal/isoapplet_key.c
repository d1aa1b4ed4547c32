/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys of an IsoApplet card: MANAGE SECURITY ENVIRONMENT, GENERATE ASYMMETRIC KEY PAIR with a curve's parameters
 * (ISO 7816-8 table 3), and a signature that shows which key it is.
 */
#include <string.h>

#include "codec/der.h"
#include "codec/emsa.h"
#include "codec/iso7816.h"
#include "personal/isoapplet.h"

enum {
	INS_GENERATE_46 = 0x46,
	P1_GENERATE_CURVE = 0x00,
	P1_GENERATE_RSA = 0x42,
	P1_SET = 0x41, /* MSE, ISO 7816-4 §11.5.11 */
	FOR_MAKING = 0x00,
	FOR_SIGNING = 0xB6,
	TAG_ALGORITHM = 0x80,
	TAG_KEY = 0x84,
	MAKE_RSA2048 = 0xF3,
	MAKE_RSA4096 = 0xF5,
	MAKE_CURVE = 0xEC,
	ECDSA_HEADERS = 8, /* tags, lengths and leading zeros */
	SIGN_WITH_PKCS1 = 0x11,
	SIGN_WITH_ECDSA = 0x21,
	P1_SIGNATURE = 0x9E,
	P2_DATA = 0x9A,
	/* parameters of a curve */
	TAG_PRIME = 0x81,
	TAG_A = 0x82,
	TAG_B = 0x83,
	TAG_GENERATOR = 0x84,
	TAG_ORDER = 0x85,
	TAG_COFACTOR = 0x87,
	COFACTOR = 1,
	MAX_PARAMETERS = 512,
	MAX_ANSWER = 2 * LIMIT_SIGNATURE + MAX_PARAMETERS,
};

/* ---- curves: FIPS 186-4 appendix D.1.2 -------------------------------------------------------------- */

static const uint8_t p256_p[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
				 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
static const uint8_t p256_a[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
				 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC};
static const uint8_t p256_b[] = {0x5A, 0xC6, 0x35, 0xD8, 0xAA, 0x3A, 0x93, 0xE7, 0xB3, 0xEB, 0xBD,
				 0x55, 0x76, 0x98, 0x86, 0xBC, 0x65, 0x1D, 0x06, 0xB0, 0xCC, 0x53,
				 0xB0, 0xF6, 0x3B, 0xCE, 0x3C, 0x3E, 0x27, 0xD2, 0x60, 0x4B};
static const uint8_t p256_g[] = {0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC,
				 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D, 0x81, 0x2D,
				 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96,
				 0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB,
				 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE, 0x33, 0x57, 0x6B, 0x31,
				 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5};
static const uint8_t p256_n[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
				 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};

static const uint8_t p384_p[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00,
				 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF};
static const uint8_t p384_a[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00,
				 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFC};
static const uint8_t p384_b[] = {0xB3, 0x31, 0x2F, 0xA7, 0xE2, 0x3E, 0xE7, 0xE4, 0x98, 0x8E,
				 0x05, 0x6B, 0xE3, 0xF8, 0x2D, 0x19, 0x18, 0x1D, 0x9C, 0x6E,
				 0xFE, 0x81, 0x41, 0x12, 0x03, 0x14, 0x08, 0x8F, 0x50, 0x13,
				 0x87, 0x5A, 0xC6, 0x56, 0x39, 0x8D, 0x8A, 0x2E, 0xD1, 0x9D,
				 0x2A, 0x85, 0xC8, 0xED, 0xD3, 0xEC, 0x2A, 0xEF};
static const uint8_t p384_g[] = {
	0x04, 0xAA, 0x87, 0xCA, 0x22, 0xBE, 0x8B, 0x05, 0x37, 0x8E, 0xB1, 0xC7, 0x1E, 0xF3,
	0x20, 0xAD, 0x74, 0x6E, 0x1D, 0x3B, 0x62, 0x8B, 0xA7, 0x9B, 0x98, 0x59, 0xF7, 0x41,
	0xE0, 0x82, 0x54, 0x2A, 0x38, 0x55, 0x02, 0xF2, 0x5D, 0xBF, 0x55, 0x29, 0x6C, 0x3A,
	0x54, 0x5E, 0x38, 0x72, 0x76, 0x0A, 0xB7, 0x36, 0x17, 0xDE, 0x4A, 0x96, 0x26, 0x2C,
	0x6F, 0x5D, 0x9E, 0x98, 0xBF, 0x92, 0x92, 0xDC, 0x29, 0xF8, 0xF4, 0x1D, 0xBD, 0x28,
	0x9A, 0x14, 0x7C, 0xE9, 0xDA, 0x31, 0x13, 0xB5, 0xF0, 0xB8, 0xC0, 0x0A, 0x60, 0xB1,
	0xCE, 0x1D, 0x7E, 0x81, 0x9D, 0x7A, 0x43, 0x1D, 0x7C, 0x90, 0xEA, 0x0E, 0x5F};
static const uint8_t p384_n[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
				 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37,
				 0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A,
				 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73};

static void put_parameters(struct buf *b, const uint8_t *p, const uint8_t *a,
			   const uint8_t *coefficient, const uint8_t *g, const uint8_t *n,
			   size_t len)
{
	tlv_put(b, TAG_PRIME, p, len);
	tlv_put(b, TAG_A, a, len);
	tlv_put(b, TAG_B, coefficient, len);
	tlv_put(b, TAG_GENERATOR, g, 1 + 2 * len);
	tlv_put(b, TAG_ORDER, n, len);
	tlv_put_u8(b, TAG_COFACTOR, COFACTOR);
}

/* Of the kinds that are points. */
static void put_curve(struct buf *b, enum personal_kind kind)
{
	if (kind == PERSONAL_P256)
		put_parameters(b, p256_p, p256_a, p256_b, p256_g, p256_n, sizeof(p256_p));
	else
		put_parameters(b, p384_p, p384_a, p384_b, p384_g, p384_n, sizeof(p384_p));
}

/* ---- making ---------------------------------------------------------------------------------------- */

static int set_environment(struct channel *c, uint8_t purpose, uint8_t algorithm, uint8_t reference)
{
	const uint8_t data[] = {TAG_ALGORITHM, 1, algorithm, TAG_KEY, 1, reference};
	struct apdu a = {.ins = INS_MSE,
			 .p1 = P1_SET,
			 .p2 = purpose,
			 .data = data,
			 .data_len = sizeof(data)};

	return channel_command(c, &a, NULL);
}

static uint8_t making(const struct isoapplet_personal *iso, enum personal_kind kind)
{
	switch (kind) {
	case PERSONAL_RSA2048:
		return MAKE_RSA2048;
	case PERSONAL_RSA4096:
		return iso->features & ISOAPPLET_RSA4096 ? MAKE_RSA4096 : 0;
	case PERSONAL_P256:
	case PERSONAL_P384:
		return iso->features & ISOAPPLET_EC ? MAKE_CURVE : 0;
	default:
		return 0;
	}
}

int personal_isoapplet_make_key(struct isoapplet_personal *iso, uint8_t reference,
				enum personal_kind kind, struct buf *ret_spki)
{
	struct buf answer = BUF_INIT(MAX_ANSWER), body = BUF_INIT(MAX_PARAMETERS);
	struct channel *c = iso->personal.channel;
	uint8_t algorithm = making(iso, kind);
	struct apdu a = {.ins = INS_GENERATE_46, .p1 = P1_GENERATE_RSA, .le = LIMIT_EXTENDED_LE};
	int r;

	if (algorithm == 0)
		return MOHR_ERR_NOT_SUPPORTED;
	if (algorithm == MAKE_CURVE) {
		a.p1 = P1_GENERATE_CURVE;
		put_curve(&body, kind);
	}
	a.data = body.data;
	a.data_len = body.len;
	if ((r = buf_err(&body)) != 0 ||
	    (r = set_environment(c, FOR_MAKING, algorithm, reference)) != 0 ||
	    (r = channel_command(c, &a, &answer)) != 0)
		goto out;
	r = personal_take_public_key(&answer, kind, ret_spki);
out:
	buf_clear(&answer);
	buf_clear(&body);
	return r;
}

/* ---- the proof ------------------------------------------------------------------------------------- */

static int sign(struct channel *c, uint8_t algorithm, uint8_t reference, const void *data,
		size_t len, struct buf *ret)
{
	struct apdu a = {.ins = INS_PSO,
			 .p1 = P1_SIGNATURE,
			 .p2 = P2_DATA,
			 .data = data,
			 .data_len = len,
			 .le = LIMIT_EXTENDED_LE};
	int r = set_environment(c, FOR_SIGNING, algorithm, reference);

	if (r == 0)
		r = channel_command(c, &a, ret);
	/* no key there, or one of another algorithm */
	return personal_refused(c, r) && r != MOHR_ERR_SECURITY_STATUS
		       ? MOHR_ERR_CERTIFICATE_FOREIGN
		       : r;
}

static int prove_rsa(struct isoapplet_personal *iso, uint8_t reference, const struct pubkey *shape,
		     const uint8_t *digest)
{
	struct personal *p = &iso->personal;
	size_t len = cursor_left(&shape->modulus);
	struct buf info = BUF_INIT(LIMIT_SHORT_LC), want = BUF_INIT(LIMIT_SIGNATURE);
	struct buf signature = BUF_INIT(LIMIT_SIGNATURE);
	uint8_t opened[LIMIT_SIGNATURE];
	int r;

	if ((r = emsa_put_digest_info(&info, HASH_SHA256, digest, hash_len(HASH_SHA256))) != 0 ||
	    (r = emsa_pkcs1_encode(info.data, info.len, len, &want)) != 0 ||
	    (r = sign(p->channel, SIGN_WITH_PKCS1, reference, info.data, info.len, &signature)) !=
		    0)
		goto out;
	r = signature.len != len ? MOHR_ERR_DATA_INVALID
				 : crypto_rsa_public(p->crypto, &shape->modulus, &shape->exponent,
						     signature.data, opened);
	if (r == MOHR_ERR_DATA_INVALID || (r == 0 && memcmp(opened, want.data, len) != 0))
		r = MOHR_ERR_CERTIFICATE_FOREIGN;
out:
	buf_clear(&info);
	buf_clear(&want);
	buf_clear(&signature);
	return r;
}

static int prove_ec(struct isoapplet_personal *iso, uint8_t reference, const struct pubkey *shape,
		    const uint8_t *data)
{
	struct personal *p = &iso->personal;
	size_t len = curve_len(shape->curve);
	size_t digest_len = iso->hashes ? hash_len(HASH_SHA1) : len;
	struct buf der = BUF_INIT(LIMIT_SIGNATURE), signature = BUF_INIT(LIMIT_SIGNATURE);
	uint8_t digest[HASH_MAX_LEN];
	struct cursor at;
	int r = 0;

	if (iso->hashes)
		r = crypto_digest(p->crypto, HASH_SHA1, data, len, digest);
	else
		memcpy(digest, data, len);
	if (r != 0 || (r = sign(p->channel, SIGN_WITH_ECDSA, reference, data, len, &der)) != 0)
		goto out;
	at = buf_cursor(&der);
	/* of a larger curve: the two numbers have at most a zero before them */
	r = der.len > 2 * len + ECDSA_HEADERS ? MOHR_ERR_CERTIFICATE_FOREIGN
					      : der_get_ecdsa(&at, len, &signature);
	if (r != 0)
		goto out;
	r = crypto_ecdsa_verify(p->crypto, shape->curve, &shape->point, digest, digest_len,
				signature.data, signature.len);
	if (r == MOHR_ERR_SIGNATURE_INVALID || r == MOHR_ERR_CRYPTO)
		r = MOHR_ERR_CERTIFICATE_FOREIGN;
out:
	buf_clear(&der);
	buf_clear(&signature);
	return r;
}

int personal_isoapplet_prove(struct isoapplet_personal *iso, uint8_t reference,
			     const struct pubkey *shape)
{
	uint8_t digest[HASH_MAX_LEN];
	int r;

	if (shape->type != KEY_RSA && (shape->type != KEY_EC || shape->curve > CURVE_P384))
		return MOHR_ERR_CERTIFICATE_FOREIGN;
	if ((r = crypto_random(iso->personal.crypto, digest, sizeof(digest))) != 0)
		return r;
	return shape->type == KEY_RSA ? prove_rsa(iso, reference, shape, digest)
				      : prove_ec(iso, reference, shape, digest);
}
