/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of mechanisms and what asks it. The list is honest: it asks the token's keys. */
#include "pkcs11/mechanism.h"

#include <string.h>

#include "pkcs11/pkcs11_params.h"
#include "pkcs11/rv.h"

#define SIGNS    (CKF_SIGN | CKF_VERIFY)
#define RECOVERS (CKF_SIGN_RECOVER | CKF_VERIFY_RECOVER)
#define VERIFIES (CKF_VERIFY | CKF_VERIFY_RECOVER)
#define CIPHERS  (CKF_ENCRYPT | CKF_DECRYPT)
/* What the card does; the rest is done here. */
#define BY_CARD (CKF_SIGN | CKF_SIGN_RECOVER | CKF_DECRYPT | CKF_DERIVE)

/* clang-format off */
static const struct mechanism table[] = {
	/* No decryption: whatever an answer tells of the padding breaks the key (Bleichenbacher, Marvin). */
	{CKM_RSA_PKCS,            SIGNS | RECOVERS | CKF_ENCRYPT, KEY_RSA, SIGN_PKCS1, HASH_NONE},
	{CKM_RSA_PKCS_OAEP,       CIPHERS,          KEY_RSA,  SIGN_RAW,   HASH_NONE},
	{CKM_SHA1_RSA_PKCS,       SIGNS,            KEY_RSA,  SIGN_PKCS1, HASH_SHA1},
	{CKM_SHA224_RSA_PKCS,     SIGNS,            KEY_RSA,  SIGN_PKCS1, HASH_SHA224},
	{CKM_SHA256_RSA_PKCS,     SIGNS,            KEY_RSA,  SIGN_PKCS1, HASH_SHA256},
	{CKM_SHA384_RSA_PKCS,     SIGNS,            KEY_RSA,  SIGN_PKCS1, HASH_SHA384},
	{CKM_SHA512_RSA_PKCS,     SIGNS,            KEY_RSA,  SIGN_PKCS1, HASH_SHA512},
	{CKM_RSA_PKCS_PSS,        SIGNS,            KEY_RSA,  SIGN_PSS,   HASH_NONE},
	{CKM_SHA1_RSA_PKCS_PSS,   SIGNS,            KEY_RSA,  SIGN_PSS,   HASH_SHA1},
	{CKM_SHA224_RSA_PKCS_PSS, SIGNS,            KEY_RSA,  SIGN_PSS,   HASH_SHA224},
	{CKM_SHA256_RSA_PKCS_PSS, SIGNS,            KEY_RSA,  SIGN_PSS,   HASH_SHA256},
	{CKM_SHA384_RSA_PKCS_PSS, SIGNS,            KEY_RSA,  SIGN_PSS,   HASH_SHA384},
	{CKM_SHA512_RSA_PKCS_PSS, SIGNS,            KEY_RSA,  SIGN_PSS,   HASH_SHA512},
	{CKM_RSA_X_509,           SIGNS | RECOVERS | CIPHERS, KEY_RSA, SIGN_RAW, HASH_NONE},
	{CKM_ECDSA,               SIGNS,            KEY_EC,   SIGN_ECDSA, HASH_NONE},
	{CKM_ECDSA_SHA1,          SIGNS,            KEY_EC,   SIGN_ECDSA, HASH_SHA1},
	{CKM_ECDSA_SHA224,        SIGNS,            KEY_EC,   SIGN_ECDSA, HASH_SHA224},
	{CKM_ECDSA_SHA256,        SIGNS,            KEY_EC,   SIGN_ECDSA, HASH_SHA256},
	{CKM_ECDSA_SHA384,        SIGNS,            KEY_EC,   SIGN_ECDSA, HASH_SHA384},
	{CKM_ECDSA_SHA512,        SIGNS,            KEY_EC,   SIGN_ECDSA, HASH_SHA512},
	{CKM_EDDSA,               SIGNS,            KEY_EDWARDS, SIGN_EDDSA, HASH_NONE},
	{CKM_ECDH1_DERIVE,        CKF_DERIVE,       KEY_EC,   SIGN_ECDSA, HASH_NONE},
	/* The curves that are known here have the cofactor 1: the same. */
	{CKM_ECDH1_COFACTOR_DERIVE, CKF_DERIVE,     KEY_EC,   SIGN_ECDSA, HASH_NONE},
	{CKM_SHA_1,               CKF_DIGEST,       KEY_NONE, SIGN_PKCS1, HASH_SHA1},
	{CKM_SHA224,              CKF_DIGEST,       KEY_NONE, SIGN_PKCS1, HASH_SHA224},
	{CKM_SHA256,              CKF_DIGEST,       KEY_NONE, SIGN_PKCS1, HASH_SHA256},
	{CKM_SHA384,              CKF_DIGEST,       KEY_NONE, SIGN_PKCS1, HASH_SHA384},
	{CKM_SHA512,              CKF_DIGEST,       KEY_NONE, SIGN_PKCS1, HASH_SHA512},
};

/* The names of one hash: as a mechanism and as MGF1's. */
static const struct {
	enum hash_alg hash;
	CK_MECHANISM_TYPE mechanism;
	CK_RSA_PKCS_MGF_TYPE mgf;
} hashes[] = {
	{HASH_SHA1,   CKM_SHA_1,  CKG_MGF1_SHA1},
	{HASH_SHA224, CKM_SHA224, CKG_MGF1_SHA224},
	{HASH_SHA256, CKM_SHA256, CKG_MGF1_SHA256},
	{HASH_SHA384, CKM_SHA384, CKG_MGF1_SHA384},
	{HASH_SHA512, CKM_SHA512, CKG_MGF1_SHA512},
};
/* clang-format on */

enum { N_MECHANISMS = sizeof(table) / sizeof(table[0]) };
enum { N_HASHES = sizeof(hashes) / sizeof(hashes[0]) };
_Static_assert((int)N_MECHANISMS <= (int)MECHANISM_MAX, "callers have room for all");

const struct mechanism *mechanism_find(CK_MECHANISM_TYPE type)
{
	size_t i;

	for (i = 0; i < N_MECHANISMS; i++) {
		if (table[i].type == type)
			return &table[i];
	}
	return NULL;
}

enum hash_alg mechanism_hash(CK_MECHANISM_TYPE type)
{
	size_t i;

	for (i = 0; i < N_HASHES; i++) {
		if (hashes[i].mechanism == type)
			return hashes[i].hash;
	}
	return HASH_NONE;
}

static enum hash_alg hash_of_mgf(CK_RSA_PKCS_MGF_TYPE mgf)
{
	size_t i;

	for (i = 0; i < N_HASHES; i++) {
		if (hashes[i].mgf == mgf)
			return hashes[i].hash;
	}
	return HASH_NONE;
}

bool mechanism_take_params(const CK_MECHANISM *given, void *ret, size_t len)
{
	if (!given->pParameter || given->ulParameterLen != len)
		return false;
	memcpy(ret, given->pParameter, len);
	return true;
}

/* PKCS#11 v3.1 §6.1.9: CK_RSA_PKCS_PSS_PARAMS; a hashed mechanism must name its own hash. */
static CK_RV pss_request(const struct mechanism *m, const CK_MECHANISM *given,
			 struct sign_request *ret)
{
	CK_RSA_PKCS_PSS_PARAMS params;

	if (!mechanism_take_params(given, &params, sizeof(params)))
		return CKR_MECHANISM_PARAM_INVALID;
	ret->hash = mechanism_hash(params.hashAlg);
	ret->mgf_hash = hash_of_mgf(params.mgf);
	ret->salt_len = params.sLen;
	if (ret->hash == HASH_NONE || ret->mgf_hash == HASH_NONE || params.sLen > LIMIT_SIGNATURE ||
	    (m->hash != HASH_NONE && m->hash != ret->hash))
		return CKR_MECHANISM_PARAM_INVALID;
	return CKR_OK;
}

CK_RV mechanism_request(const struct mechanism *m, const CK_MECHANISM *given,
			struct sign_request *ret)
{
	struct sign_request request = {.scheme = m->scheme, .hash = m->hash};
	CK_RV rv = CKR_OK;

	if (m->scheme == SIGN_PSS)
		rv = pss_request(m, given, &request);
	else if (given->ulParameterLen != 0)
		rv = CKR_MECHANISM_PARAM_INVALID;
	if (rv == CKR_OK)
		*ret = request;
	return rv;
}

/*
 * PKCS#11 v3.1 §6.1.7: CK_RSA_PKCS_OAEP_PARAMS. The label is given with CKZ_DATA_SPECIFIED; an empty one
 * is none. Programs that have none often leave the source 0.
 */
static CK_RV oaep_request(const CK_MECHANISM *given, struct decipher_request *ret)
{
	CK_RSA_PKCS_OAEP_PARAMS params;
	bool source_right;

	if (!mechanism_take_params(given, &params, sizeof(params)))
		return CKR_MECHANISM_PARAM_INVALID;
	ret->scheme = DECIPHER_OAEP;
	ret->hash = mechanism_hash(params.hashAlg);
	ret->mgf_hash = hash_of_mgf(params.mgf);
	ret->label = params.pSourceData;
	ret->label_len = params.ulSourceDataLen;
	source_right =
		params.source == CKZ_DATA_SPECIFIED || (params.source == 0 && ret->label_len == 0);
	if (ret->hash == HASH_NONE || ret->mgf_hash == HASH_NONE || !source_right ||
	    (!ret->label && ret->label_len))
		return CKR_MECHANISM_PARAM_INVALID;
	return CKR_OK;
}

CK_RV mechanism_cipher_request(const struct mechanism *m, const CK_MECHANISM *given,
			       struct decipher_request *ret)
{
	struct decipher_request request = {.scheme = DECIPHER_RAW};
	CK_RV rv = CKR_OK;

	if (m->type == CKM_RSA_PKCS_OAEP)
		rv = oaep_request(given, &request);
	else if (given->ulParameterLen != 0)
		rv = CKR_MECHANISM_PARAM_INVALID;
	if (rv == CKR_OK)
		*ret = request;
	return rv;
}

bool mechanism_can_sign(struct token *t, unsigned key, struct sign_request *request)
{
	struct sign_request whole = *request;

	if (token_can_sign(t, key, request))
		return true;
	whole.scheme = SIGN_ECDSA_MESSAGE;
	if (request->scheme != SIGN_ECDSA || !token_can_sign(t, key, &whole))
		return false;
	*request = whole;
	return true;
}

/* Whether the key can sign so with some parameters that are usual. */
static bool can_sign(struct token *t, unsigned key, const struct mechanism *m)
{
	struct sign_request request = {.scheme = m->scheme, .hash = m->hash};
	size_t i;

	if (m->scheme != SIGN_PSS)
		return mechanism_can_sign(t, key, &request);
	for (i = 0; i < N_HASHES; i++) {
		if (m->hash != HASH_NONE && m->hash != hashes[i].hash)
			continue;
		request.hash = hashes[i].hash;
		request.mgf_hash = hashes[i].hash;
		request.salt_len = hash_len(hashes[i].hash);
		if (token_can_sign(t, key, &request))
			return true;
	}
	return false;
}

/* Whether the key can decrypt so with the parameters that leave most room. */
static bool can_decipher(struct token *t, unsigned key, const struct mechanism *m)
{
	struct decipher_request request = {.scheme = DECIPHER_RAW};

	if (m->type == CKM_RSA_PKCS_OAEP)
		request = (struct decipher_request){
			.scheme = DECIPHER_OAEP, .hash = HASH_SHA1, .mgf_hash = HASH_SHA1};
	return token_can_decipher(t, key, &request);
}

/* What the mechanism does with this key of the card, or here with its public half. */
static CK_FLAGS key_does(struct token *t, unsigned key, const struct pubkey *shape,
			 const struct mechanism *m)
{
	CK_FLAGS does = 0;

	if (shape->type != m->key)
		return 0;
	if ((m->does & CKF_SIGN) && can_sign(t, key, m))
		does |= m->does & (CKF_SIGN | CKF_SIGN_RECOVER);
	/* Nobody but the card can read what is encrypted for it. */
	if ((m->does & CKF_ENCRYPT) && can_decipher(t, key, m))
		does |= m->does & CIPHERS;
	if ((m->does & CKF_DERIVE) && token_can_derive(t, key))
		does |= CKF_DERIVE;
	return does | (m->does & VERIFIES);
}

/* CKR_OK with flags 0 if none of the keys can use it. */
static CK_RV info_of_keys(struct token *t, const struct mechanism *m, CK_MECHANISM_INFO *ret)
{
	CK_MECHANISM_INFO info = {0};
	const struct token_objects *found = NULL;
	int r = token_objects(t, &found);
	unsigned i;

	if (r != 0)
		return rv_from(r, RV_SLOT);
	for (i = 0; i < found->n_keys; i++) {
		const struct pubkey *shape = &found->keys[i].shape;
		CK_FLAGS does = key_does(t, i, shape, m);

		/* What is done with public keys alone, every computer can do without this card. */
		if (!(does & BY_CARD))
			continue;
		info.flags |= does | CKF_HW;
		if (info.ulMinKeySize == 0 || shape->bits < info.ulMinKeySize)
			info.ulMinKeySize = shape->bits;
		if (shape->bits > info.ulMaxKeySize)
			info.ulMaxKeySize = shape->bits;
	}
	if (m->key == KEY_EC && info.flags)
		info.flags |= CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
	if (m->key == KEY_EDWARDS && info.flags)
		info.flags |= CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_COMPRESS;
	*ret = info;
	return CKR_OK;
}

CK_RV mechanism_info(struct token *t, const struct mechanism *m, CK_MECHANISM_INFO *ret)
{
	if (m->key != KEY_NONE)
		return info_of_keys(t, m, ret);
	*ret = (CK_MECHANISM_INFO){.flags = m->does};
	return CKR_OK;
}

CK_RV mechanism_list(struct token *t, CK_MECHANISM_TYPE *ret, CK_ULONG *ret_n)
{
	CK_ULONG n = 0;
	size_t i;

	for (i = 0; i < N_MECHANISMS; i++) {
		CK_MECHANISM_INFO info;
		CK_RV rv = mechanism_info(t, &table[i], &info);

		if (rv != CKR_OK)
			return rv;
		if (info.flags)
			ret[n++] = table[i].type;
	}
	*ret_n = n;
	return CKR_OK;
}

CK_FLAGS mechanism_key_does(struct token *t, unsigned key, const struct pubkey *shape)
{
	CK_FLAGS does = 0;
	size_t i;

	for (i = 0; i < N_MECHANISMS; i++)
		does |= key_does(t, key, shape, &table[i]);
	return does;
}

CK_ULONG mechanism_list_key(struct token *t, unsigned key, const struct pubkey *shape,
			    CK_MECHANISM_TYPE *ret)
{
	CK_ULONG n = 0;
	size_t i;

	for (i = 0; i < N_MECHANISMS; i++) {
		if (key_does(t, key, shape, &table[i]) & BY_CARD)
			ret[n++] = table[i].type;
	}
	return n;
}

CK_ULONG mechanism_list_public(const struct pubkey *shape, bool encrypts, CK_MECHANISM_TYPE *ret)
{
	CK_FLAGS wanted = VERIFIES | (encrypts ? CKF_ENCRYPT : 0);
	CK_ULONG n = 0;
	size_t i;

	for (i = 0; i < N_MECHANISMS; i++) {
		if (table[i].key == shape->type && (table[i].does & wanted))
			ret[n++] = table[i].type;
	}
	return n;
}
